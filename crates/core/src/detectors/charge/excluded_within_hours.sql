-- C03 excluded-within-hours: an item charged within hours of another that includes it.
--
-- For each pair of scope hour (one hour of the clock) or hours (at most so many apart), in force on the day of the including item: one provider
-- charges one person both so near to each other, at times that are not midnight. An including item of which nothing is left on its day does not
-- count. By day of the other item, at stake are its units in scope that lie near, less what was taken back of it on that day, at most `included`
-- for each unit of the including items near to them; each line is asked in proportion, rounded to the fen. Of two pairs that exclude each other
-- the one that asks less stands (ties: the including item that comes first).
-- Breach. Suspicion where an in-scope amount is unknown or no visit charges both.
-- A pair is custom when $min_visits visits or more at $min_providers providers or more charge the including item, $custom_percent percent of them
-- both, and so at $provider_percent percent of the providers; it is left out.
--
-- Reads: charges, net_days, exclusive_pairs. Parameters: $min_visits, $min_providers, $custom_percent, $provider_percent.
-- Returns one row for each person, provider, day and pair:
--   subject_id      person
--   discriminator   provider|day|including item|other item|how near
--   claim_id        claim of the other item, the first by its id
--   tier            breach or suspicion
--   observed        units at stake
--   asked           their in-scope amount

with timed as (
    select charges.*, net_days.net_units, net_days.net_payable_units, net_days.taken_units
    from charges
    join net_days
        on net_days.first_claim_id = charges.first_claim_id
        and net_days.item_code = charges.item_code
        and net_days.day = charges.day
    where cast(charges.served_at as time) <> time '00:00:00'
),

-- `hours` is null for one hour of the clock.
mains as materialized (
    select
        timed.line_number,
        timed.first_claim_id,
        timed.person_id,
        timed.provider_id,
        timed.served_at,
        timed.units,
        timed.item_code as main_code,
        exclusive_pairs.other_code,
        case when exclusive_pairs.scope = 'hours' then exclusive_pairs.hours end as hours,
        min(cast(case when exclusive_pairs.included < 0 then 0 else exclusive_pairs.included end * 10000 as bigint)) as included_units
    from timed
    join exclusive_pairs
        on exclusive_pairs.item_code = timed.item_code
        and coalesce(exclusive_pairs.valid_from <= timed.day, true)
        and coalesce(exclusive_pairs.valid_to >= timed.day, true)
    where timed.net_units > 0
        and (exclusive_pairs.scope = 'hour' or (exclusive_pairs.scope = 'hours' and exclusive_pairs.hours > 0))
        and exclusive_pairs.other_code <> exclusive_pairs.item_code
    group by all
),

pair_visits as (
    select
        mains.main_code,
        mains.other_code,
        mains.hours,
        mains.provider_id,
        mains.first_claim_id,
        bool_or(other.line_number is not null) as is_both
    from mains
    left join timed as other
        on other.first_claim_id = mains.first_claim_id
        and other.item_code = mains.other_code
        and other.is_payable
        and other.net_payable_units > 0
        and case
            when mains.hours is null then date_trunc('hour', mains.served_at) = date_trunc('hour', other.served_at)
            else abs(epoch(mains.served_at) - epoch(other.served_at)) <= mains.hours * 3600
        end
    group by all
),

-- Pairs that nearly all providers charge together.

custom_pairs as (
    select main_code, other_code, hours
    from (
        select main_code, other_code, hours, provider_id, count(*) as visits, count(*) filter (where is_both) as both_visits
        from pair_visits
        group by main_code, other_code, hours, provider_id
    ) as at_providers
    group by main_code, other_code, hours
    having sum(visits) >= $min_visits
        and count(*) >= $min_providers
        and sum(both_visits) * 100 >= $custom_percent * sum(visits)
        and count(*) filter (where both_visits * 100 >= $custom_percent * visits) * 100 >= $provider_percent * count(*)
),

near as (
    select
        mains.person_id,
        mains.provider_id,
        other.day,
        mains.main_code,
        mains.other_code,
        mains.hours,
        mains.line_number as main_line,
        mains.units as main_units,
        mains.included_units,
        mains.first_claim_id as main_visit,
        other.first_claim_id as other_visit,
        other.line_number as other_line,
        other.units as other_units,
        other.taken_units,
        other.claim_id,
        other.is_known,
        other.in_scope_fen
    from mains
    join timed as other
        on other.person_id = mains.person_id
        and other.provider_id = mains.provider_id
        and other.item_code = mains.other_code
        and other.is_payable
        and case
            when mains.hours is null then date_trunc('hour', mains.served_at) = date_trunc('hour', other.served_at)
            else abs(epoch(mains.served_at) - epoch(other.served_at)) <= mains.hours * 3600
        end
),

near_mains as (
    select person_id, provider_id, day, main_code, other_code, hours, sum(main_units) as units, min(included_units) as included_units
    from (
        select distinct person_id, provider_id, day, main_code, other_code, hours, main_line, main_units, included_units
        from near
    ) as main_lines
    group by all
),

other_lines as (
    select distinct
        person_id,
        provider_id,
        day,
        main_code,
        other_code,
        hours,
        other_visit,
        other_line,
        other_units,
        taken_units,
        claim_id,
        is_known,
        in_scope_fen
    from near
),

near_others as (
    select
        person_id,
        provider_id,
        day,
        main_code,
        other_code,
        hours,
        sum(payable_units) as payable_units,
        sum(greatest(payable_units - taken_units, 0)) as net_payable_units
    from (
        select
            person_id, provider_id, day, main_code, other_code, hours, other_visit, taken_units, sum(other_units) as payable_units
        from other_lines
        group by all
    ) as of_visits
    group by all
),

visits_with_both as (
    select distinct one.person_id, one.provider_id, one.day, one.main_code, one.other_code, one.hours
    from (select distinct person_id, provider_id, day, main_code, other_code, hours, main_visit as visit from near) as one
    join (select distinct person_id, provider_id, day, main_code, other_code, hours, other_visit as visit from near) as another
        on another.person_id = one.person_id
        and another.provider_id = one.provider_id
        and another.day = one.day
        and another.main_code = one.main_code
        and another.other_code = one.other_code
        and another.hours is not distinct from one.hours
        and another.visit = one.visit
),

meetings as (
    select
        near_mains.* exclude (units, included_units),
        near_others.payable_units,
        least(
            near_others.net_payable_units,
            coalesce(near_mains.units * near_mains.included_units // 10000, near_others.net_payable_units)
        ) as stake
    from near_mains
    join near_others
        on near_others.person_id = near_mains.person_id
        and near_others.provider_id = near_mains.provider_id
        and near_others.day = near_mains.day
        and near_others.main_code = near_mains.main_code
        and near_others.other_code = near_mains.other_code
        and near_others.hours is not distinct from near_mains.hours
),

asked as (
    select
        meetings.* exclude (payable_units),
        min(other_lines.claim_id) as claim_id,
        bool_and(other_lines.is_known) as is_known,
        -- Rounded half up to the fen.
        sum((2 * other_lines.in_scope_fen * meetings.stake + meetings.payable_units) // (2 * meetings.payable_units)) as fen
    from meetings
    join other_lines
        on other_lines.person_id = meetings.person_id
        and other_lines.provider_id = meetings.provider_id
        and other_lines.day = meetings.day
        and other_lines.main_code = meetings.main_code
        and other_lines.other_code = meetings.other_code
        and other_lines.hours is not distinct from meetings.hours
    where meetings.stake > 0
    group by all
)

select
    asked.person_id as subject_id,
    asked.provider_id || '|' || strftime(asked.day, '%Y-%m-%d') || '|' || asked.main_code || '|' || asked.other_code || '|'
    || coalesce(asked.hours || ' h', 'clock hour') as discriminator,
    asked.claim_id,
    case when asked.is_known and visits_with_both.day is not null then 'breach' else 'suspicion' end as tier,
    cast(asked.stake as double) / 10000 as observed,
    cast(asked.fen / 100 as decimal(18, 2)) as asked
from asked
left join visits_with_both
    on visits_with_both.person_id = asked.person_id
    and visits_with_both.provider_id = asked.provider_id
    and visits_with_both.day = asked.day
    and visits_with_both.main_code = asked.main_code
    and visits_with_both.other_code = asked.other_code
    and visits_with_both.hours is not distinct from asked.hours
left join custom_pairs
    on custom_pairs.main_code = asked.main_code
    and custom_pairs.other_code = asked.other_code
    and custom_pairs.hours is not distinct from asked.hours
left join asked as reverse
    on reverse.person_id = asked.person_id
    and reverse.provider_id = asked.provider_id
    and reverse.day = asked.day
    and reverse.main_code = asked.other_code
    and reverse.other_code = asked.main_code
    and reverse.hours is not distinct from asked.hours
    and (reverse.fen, reverse.main_code) < (asked.fen, asked.main_code)
where custom_pairs.main_code is null
    and reverse.main_code is null
