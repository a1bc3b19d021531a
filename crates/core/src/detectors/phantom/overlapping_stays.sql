-- P02 overlapping-stays: one person in hospital at two places on the same nights.
--
-- Two stays of one person at different providers overlap by at least $min_overlap_nights, at least one of them insured, neither a newborn's.
-- A transfer whose discharge was posted late, by no more than $max_transfer_lag_hours, is left out. Breach: $breach_nights nights or more, or at
-- least $breach_share_percent percent of the shorter stay; less is a clue. The insured stay is asked; where both are insured, the one with the
-- smaller cost per night.
--
-- Reads: stays. Parameters: $min_overlap_nights, $breach_nights, $breach_share_percent, $max_transfer_lag_hours.
-- Returns one row for each pair of stays:
--   subject_id      person
--   discriminator   earlier stay|later stay
--   claim_id        the stay that is asked
--   tier            breach or clue
--   observed        nights of overlap
--   asked           in-scope amount of the insured claims of the stay that is asked

with pairs as (
    select
        earlier.person_id,
        earlier.first_claim_id as earlier_id,
        later.first_claim_id as later_id,
        least(earlier.closed_on, later.closed_on) - cast(later.started_at as date) as overlap_nights,
        least(earlier.nights, later.nights) as shorter_nights,
        case
            when not later.is_insured then true
            when not earlier.is_insured then false
            else earlier.total_amount * greatest(later.nights, 1) < later.total_amount * greatest(earlier.nights, 1)
        end as asks_earlier,
        earlier.insured_in_scope_amount as earlier_in_scope,
        later.insured_in_scope_amount as later_in_scope
    from stays as earlier
    join stays as later
        on later.person_id = earlier.person_id
        and later.stay_number > earlier.stay_number
        and later.provider_id <> earlier.provider_id
    where not earlier.is_newborn
        and not later.is_newborn
        and (earlier.is_insured or later.is_insured)
        and least(earlier.closed_on, later.closed_on) - cast(later.started_at as date) >= $min_overlap_nights
        and not (
            (
                coalesce(earlier.discharge_way in ('transfer_hospital', 'transfer_community'), false)
                or coalesce(later.transferred_from = earlier.provider_id, false)
                or coalesce(later.admission_way = 'transfer', false)
            )
            and least(earlier.closed_at, later.closed_at) <= later.started_at + to_hours($max_transfer_lag_hours)
        )
)

select
    person_id as subject_id,
    earlier_id || '|' || later_id as discriminator,
    case when asks_earlier then earlier_id else later_id end as claim_id,
    case
        when overlap_nights >= $breach_nights or overlap_nights * 100 >= $breach_share_percent * shorter_nights then 'breach'
        else 'clue'
    end as tier,
    overlap_nights as observed,
    case when asks_earlier then earlier_in_scope else later_in_scope end as asked
from pairs
