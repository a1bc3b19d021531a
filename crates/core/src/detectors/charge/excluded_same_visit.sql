-- C02 excluded-same-visit: an item charged in one visit beside another that includes it.
--
-- For each pair of scope visit, one visit charges the including item, on a day (else from the first day of the claim) on which the pair is in
-- force, and in scope the other. At stake are the other's units, at most `included` for each unit of the including item; each line is asked in
-- proportion, rounded to the fen. Of two pairs that exclude each other the one that asks less stands (ties: the including item that comes first).
-- Breach. Suspicion where an in-scope amount is unknown. Clue where no day charges both and the visit has operations on two days or more. Bed,
-- nursing, consultation in a stay: on each day with both a suspicion if one of the items begins or ends, a clue if both do, and the highest of
-- the days; a clue where no day charges both.
-- A pair is custom when $min_visits visits or more at $min_providers providers or more charge the including item, $custom_percent percent of them
-- both, and so at $provider_percent percent of the providers; it is left out.
--
-- Reads: nets, charges, takings, net_days, procedures, exclusive_pairs. Parameters: $min_visits, $min_providers, $custom_percent, $provider_percent.
-- Returns one row for each visit and pair:
--   subject_id      visit, by its first claim
--   discriminator   including item|other item
--   claim_id        the same
--   tier            breach, suspicion or clue
--   observed        units at stake
--   asked           their in-scope amount

with pair_lines as (
    select
        charges.first_claim_id,
        charges.provider_id,
        charges.visit_type,
        charges.line_number,
        charges.day,
        charges.units,
        charges.item_code as main_code,
        exclusive_pairs.other_code,
        min(cast(case when exclusive_pairs.included < 0 then 0 else exclusive_pairs.included end * 10000 as bigint)) as included_units
    from charges
    join exclusive_pairs
        on exclusive_pairs.item_code = charges.item_code
        and coalesce(exclusive_pairs.valid_from <= charges.judged_on, true)
        and coalesce(exclusive_pairs.valid_to >= charges.judged_on, true)
    where exclusive_pairs.scope = 'visit'
        and exclusive_pairs.other_code <> exclusive_pairs.item_code
    group by all
),

taken_in_visit as (
    select first_claim_id, item_code, sum(units) as units
    from takings
    group by all
),

mains as (
    select
        main.* exclude (units),
        greatest(main.units - coalesce(taken_in_visit.units, 0), 0) as net_units
    from (
        select first_claim_id, provider_id, visit_type, main_code, other_code, sum(units) as units, min(included_units) as included_units
        from pair_lines
        group by all
    ) as main
    left join taken_in_visit
        on taken_in_visit.first_claim_id = main.first_claim_id
        and taken_in_visit.item_code = main.main_code
),

others as (
    select
        other.*,
        greatest(other.payable_units - coalesce(taken_in_visit.units, 0), 0) as net_payable_units
    from (
        select
            first_claim_id,
            item_code,
            sum(units) as payable_units,
            bool_and(is_known) as is_known,
            bool_or(coalesce(category in ('bed', 'nursing', 'consultation'), false)) as is_daily_fee
        from charges
        where is_payable
        group by all
    ) as other
    left join taken_in_visit
        on taken_in_visit.first_claim_id = other.first_claim_id
        and taken_in_visit.item_code = other.item_code
),

pair_visits as (
    select mains.main_code, mains.other_code, mains.provider_id, coalesce(others.net_payable_units > 0, false) as is_both
    from mains
    left join others
        on others.first_claim_id = mains.first_claim_id
        and others.item_code = mains.other_code
    where mains.net_units > 0
),

-- Pairs that nearly all providers charge together.

custom_pairs as (
    select main_code, other_code
    from (
        select main_code, other_code, provider_id, count(*) as visits, count(*) filter (where is_both) as both_visits
        from pair_visits
        group by main_code, other_code, provider_id
    ) as at_providers
    group by main_code, other_code
    having sum(visits) >= $min_visits
        and count(*) >= $min_providers
        and sum(both_visits) * 100 >= $custom_percent * sum(visits)
        and count(*) filter (where both_visits * 100 >= $custom_percent * visits) * 100 >= $provider_percent * count(*)
),

meetings as (
    select
        mains.first_claim_id,
        mains.visit_type,
        mains.main_code,
        mains.other_code,
        others.is_known,
        others.is_daily_fee,
        others.payable_units,
        least(others.net_payable_units, coalesce(mains.net_units * mains.included_units // 10000, others.net_payable_units)) as stake
    from mains
    join others
        on others.first_claim_id = mains.first_claim_id
        and others.item_code = mains.other_code
    where mains.net_units > 0
        and others.net_payable_units > 0
),

asked as (
    select
        meetings.* exclude (payable_units),
        -- Rounded half up to the fen.
        sum((2 * charges.in_scope_fen * meetings.stake + meetings.payable_units) // (2 * meetings.payable_units)) as fen
    from meetings
    join charges
        on charges.first_claim_id = meetings.first_claim_id
        and charges.item_code = meetings.other_code
        and charges.is_payable
    where meetings.stake > 0
    group by all
),

turns as (
    select
        first_claim_id,
        item_code,
        day,
        payable_units,
        coalesce(lag(day) over item <> day - 1, true) or coalesce(lead(day) over item <> day + 1, true) as is_turn
    from net_days
    window item as (partition by first_claim_id, item_code order by day)
),

shared_days as (
    select
        mains_on.first_claim_id,
        mains_on.main_code,
        mains_on.other_code,
        max(3 - cast(main_turns.is_turn as integer) - cast(other_turns.is_turn as integer)) as rank
    from (select distinct first_claim_id, main_code, other_code, day from pair_lines) as mains_on
    join turns as main_turns
        on main_turns.first_claim_id = mains_on.first_claim_id
        and main_turns.item_code = mains_on.main_code
        and main_turns.day = mains_on.day
    join turns as other_turns
        on other_turns.first_claim_id = mains_on.first_claim_id
        and other_turns.item_code = mains_on.other_code
        and other_turns.day = mains_on.day
    where other_turns.payable_units > 0
    group by all
),

operations as (
    select nets.first_claim_id, count(distinct cast(procedures.started_at as date)) as days
    from nets
    join procedures
        on procedures.claim_id = nets.claim_id
    where nets.is_live
        and nets.is_insured
    group by all
),

tiered as (
    select
        asked.*,
        case
            when asked.is_daily_fee and asked.visit_type = 'inpatient' then coalesce(shared_days.rank, 1)
            when shared_days.rank is null and coalesce(operations.days, 0) >= 2 then 1
            else 3
        end as rank
    from asked
    left join shared_days using (first_claim_id, main_code, other_code)
    left join operations using (first_claim_id)
)

select
    tiered.first_claim_id as subject_id,
    tiered.main_code || '|' || tiered.other_code as discriminator,
    tiered.first_claim_id as claim_id,
    ['clue', 'suspicion', 'breach'][cast(case when tiered.is_known then tiered.rank else least(tiered.rank, 2) end as integer)] as tier,
    cast(tiered.stake as double) / 10000 as observed,
    cast(tiered.fen / 100 as decimal(18, 2)) as asked
from tiered
left join custom_pairs
    on custom_pairs.main_code = tiered.main_code
    and custom_pairs.other_code = tiered.other_code
left join tiered as reverse
    on reverse.first_claim_id = tiered.first_claim_id
    and reverse.main_code = tiered.other_code
    and reverse.other_code = tiered.main_code
    and (reverse.fen, reverse.main_code) < (tiered.fen, tiered.main_code)
where custom_pairs.main_code is null
    and reverse.main_code is null
