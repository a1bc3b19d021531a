-- C08 days-beyond-stay: bed, nursing or consultation charged for more days than the stay has.
--
-- Closed insured stays that are not a newborn's. For each of the three categories, the quantities of all in-scope lines (of an amount other than
-- zero, reversals being negative) of the live insured claims are added up, those of a newborn's claims left out. A line counts when its unit is a
-- day (a bed also when no unit is known) and its name is not that of a bed or fee beside the patient's own. What refunds of these claims, or
-- refunds in the stay that name no claim, take back is subtracted; a refund without lines leaves the stay out.
--
-- Allowed are max(1, nights); for beds also $departure_day_percent percent of a day when the stay ends at or after $departure_from_hour (or at
-- midnight, the hour being unknown); for nursing $extra_nursing_days and for consultation $extra_consultation_days more. Each day on which one
-- item ends and another begins allows one more. $min_excess_days beyond is a breach; where an in-scope amount is unknown, a suspicion. The units
-- with the lowest in-scope price are asked.
--
-- Reads: stays, nets, claims, lines. Parameters: $min_excess_days, $departure_day_percent, $departure_from_hour, $extra_nursing_days,
-- $extra_consultation_days.
-- Returns one row for each stay and category:
--   subject_id      person
--   discriminator   stay|category
--   claim_id        stay
--   tier            breach or suspicion
--   observed        days too many
--   asked           in-scope amount of the cheapest units too many

with closed_stays as (
    select *
    from stays
    where is_insured
        and ended_at is not null
        and not is_newborn
),

stay_visits as (
    select first_claim_id as stay_id, person_id, unnest(visit_ids) as visit_id
    from closed_stays
),

stay_claims as (
    select stay_visits.stay_id, stay_visits.person_id, nets.claim_id, nets.is_live, nets.is_refund, nets.is_insured
    from stay_visits
    join nets
        on nets.first_claim_id = stay_visits.visit_id
),

-- Refunds of live insured claims of the stay, wherever they are entered, and refunds entered in the stay that name no claim.
refunds as (
    select stay_claims.stay_id, nets.claim_id
    from stay_claims
    join claims
        on claims.original_claim_id = stay_claims.claim_id
    join nets
        on nets.claim_id = claims.claim_id
        and nets.person_id = stay_claims.person_id
    where stay_claims.is_live
        and stay_claims.is_insured
        and nets.is_refund
    union all
    select stay_claims.stay_id, stay_claims.claim_id
    from stay_claims
    join claims
        on claims.claim_id = stay_claims.claim_id
    left join nets as original
        on original.claim_id = claims.original_claim_id
        and not original.is_refund
    where stay_claims.is_refund
        and original.claim_id is null
),

parts as (
    select stay_claims.stay_id, stay_claims.claim_id, false as is_refund
    from stay_claims
    join claims
        on claims.claim_id = stay_claims.claim_id
    where stay_claims.is_live
        and stay_claims.is_insured
        and not coalesce(claims.is_newborn, false)
    union all
    select stay_id, claim_id, true as is_refund
    from refunds
),

daily as (
    select
        parts.stay_id,
        parts.is_refund,
        lines.category,
        lines.item_code,
        cast(coalesce(lines.executed_at, lines.charged_at) as date) as day,
        cast(lines.quantity * 10000 as bigint) as units,
        cast(coalesce(lines.in_scope_amount, lines.amount) * 100 as bigint) as in_scope_fen,
        lines.in_scope_amount is not null as is_known
    from parts
    join lines
        on lines.claim_id = parts.claim_id
    where lines.category in ('bed', 'nursing', 'consultation')
        and coalesce(lines.in_scope_amount, lines.amount) <> 0
        and case
            when coalesce(lines.charge_unit, '') = '' then lines.category = 'bed'
            else contains(lines.charge_unit, '日') or contains(lines.charge_unit, '天') or lower(lines.charge_unit) = 'day'
        end
        and not coalesce(regexp_matches(lines.item_name, '新生儿|婴儿|陪|观察|空调|取暖|降温'), false)
),

stays_with_empty_refunds as (
    select distinct refunds.stay_id
    from refunds
    where refunds.claim_id not in (select claim_id from lines)
),

sums as (
    select
        stay_id,
        category,
        sum(case when is_refund then -abs(units) else units end) as units,
        bool_and(is_known) filter (where not is_refund) as is_known
    from daily
    group by stay_id, category
    having count(*) filter (where not is_refund) > 0
),

item_days as (
    select distinct stay_id, category, item_code, day
    from daily
    where not is_refund
        and units > 0
        and day is not null
),

bounds as (
    select
        *,
        coalesce(lag(day) over item <> day - 1, true) as begins,
        coalesce(lead(day) over item <> day + 1, true) as ends
    from item_days
    window item as (partition by stay_id, category, item_code order by day)
),

changes as (
    select stay_id, category, count(*) as days
    from (
        select stay_id, category, day
        from bounds
        group by stay_id, category, day
        having bool_or(begins)
            and bool_or(ends)
            and count(*) filter (where begins or ends) >= 2
    ) as changed
    group by stay_id, category
),

judged as (
    select
        sums.*,
        closed_stays.person_id,
        sums.units
        - coalesce(changes.days, 0) * 10000
        - case sums.category
            when 'bed' then greatest(
                10000,
                closed_stays.nights * 10000
                + case
                    when extract(hour from closed_stays.closed_at) >= $departure_from_hour
                        or closed_stays.closed_at = date_trunc('day', closed_stays.closed_at) then $departure_day_percent * 100
                    else 0
                end
            )
            when 'nursing' then greatest(10000, closed_stays.nights * 10000) + $extra_nursing_days * 10000
            else greatest(10000, closed_stays.nights * 10000) + $extra_consultation_days * 10000
        end as excess
    from sums
    join closed_stays
        on closed_stays.first_claim_id = sums.stay_id
    left join changes
        on changes.stay_id = sums.stay_id
        and changes.category = sums.category
    where sums.stay_id not in (select stay_id from stays_with_empty_refunds)
),

found as (
    select *
    from judged
    where excess >= $min_excess_days * 10000
),

ranked as (
    select
        found.stay_id,
        found.category,
        found.excess,
        daily.units,
        daily.in_scope_fen,
        sum(daily.units) over (
            partition by found.stay_id, found.category
            order by daily.in_scope_fen * 10000 // daily.units, daily.in_scope_fen, daily.units
            rows unbounded preceding
        ) as units_so_far
    from found
    join daily
        on daily.stay_id = found.stay_id
        and daily.category = found.category
    where not daily.is_refund
        and daily.units > 0
        and daily.in_scope_fen > 0
),

taken as (
    select
        stay_id,
        category,
        units,
        in_scope_fen,
        least(units, excess - (units_so_far - units)) as units_taken
    from ranked
    where units_so_far - units < excess
),

asked as (
    -- Rounded half up to the fen.
    select stay_id, category, sum((2 * in_scope_fen * units_taken + units) // (2 * units)) as fen
    from taken
    group by stay_id, category
)

select
    found.person_id as subject_id,
    found.stay_id || '|' || found.category as discriminator,
    found.stay_id as claim_id,
    case when found.is_known then 'breach' else 'suspicion' end as tier,
    found.excess / 10000 as observed,
    cast(coalesce(asked.fen, 0) / 100 as decimal(18, 2)) as asked
from found
left join asked
    on asked.stay_id = found.stay_id
    and asked.category = found.category
