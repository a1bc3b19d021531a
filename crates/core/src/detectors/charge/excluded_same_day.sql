-- C01 excluded-same-day: an item charged on one day beside another that includes it.
--
-- For each pair of scope day in force on the day: one provider charges one person the including item and, in scope, the other. At stake are the
-- other's units, at most `included` for each unit of the including item; each line is asked in proportion, rounded to the fen. Of two pairs that
-- exclude each other the one that asks less stands (ties: the including item that comes first).
-- Breach. Suspicion where an in-scope amount is unknown or no visit charges both. Bed, nursing, consultation: in a stay a suspicion on a day on
-- which one of the items begins or ends, a clue where both do; a clue where no visit charges both.
-- A pair is custom when $min_visits visits or more at $min_providers providers or more charge the including item, $custom_percent percent of them
-- both, and so at $provider_percent percent of the providers; it is left out.
--
-- Reads: charges, net_days, exclusive_pairs. Parameters: $min_visits, $min_providers, $custom_percent, $provider_percent.
-- Returns one row for each person, provider, day and pair:
--   subject_id      person
--   discriminator   provider|day|including item|other item
--   claim_id        claim of the other item, the first by its id
--   tier            breach, suspicion or clue
--   observed        units at stake
--   asked           their in-scope amount

with pair_days as (
    select
        net_days.first_claim_id,
        net_days.person_id,
        net_days.provider_id,
        net_days.visit_type,
        net_days.day,
        net_days.item_code as main_code,
        exclusive_pairs.other_code,
        net_days.net_units,
        min(cast(case when exclusive_pairs.included < 0 then 0 else exclusive_pairs.included end * 10000 as bigint)) as included_units
    from net_days
    join exclusive_pairs
        on exclusive_pairs.item_code = net_days.item_code
        and coalesce(exclusive_pairs.valid_from <= net_days.day, true)
        and coalesce(exclusive_pairs.valid_to >= net_days.day, true)
    where exclusive_pairs.scope = 'day'
        and exclusive_pairs.other_code <> exclusive_pairs.item_code
    group by all
),

pair_visits as (
    select
        pair_days.main_code,
        pair_days.other_code,
        pair_days.provider_id,
        pair_days.first_claim_id,
        bool_or(coalesce(other.net_payable_units > 0, false)) as is_both
    from pair_days
    left join net_days as other
        on other.first_claim_id = pair_days.first_claim_id
        and other.item_code = pair_days.other_code
        and other.day = pair_days.day
    where pair_days.net_units > 0
    group by all
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

provider_days as (
    select
        person_id,
        provider_id,
        item_code,
        day,
        sum(net_units) as net_units,
        sum(payable_units) as payable_units,
        sum(net_payable_units) as net_payable_units
    from net_days
    group by all
),

meetings as (
    select
        main.person_id,
        main.provider_id,
        main.day,
        main.main_code,
        main.other_code,
        other.payable_units,
        least(other.net_payable_units, coalesce(main.net_units * main.included_units // 10000, other.net_payable_units)) as stake
    from (
        select person_id, provider_id, day, main_code, other_code, min(included_units) as included_units, sum(net_units) as net_units
        from pair_days
        group by all
    ) as main
    join provider_days as other
        on other.person_id = main.person_id
        and other.provider_id = main.provider_id
        and other.item_code = main.other_code
        and other.day = main.day
    where main.net_units > 0
        and other.net_payable_units > 0
),

asked as (
    select
        meetings.person_id,
        meetings.provider_id,
        meetings.day,
        meetings.main_code,
        meetings.other_code,
        meetings.stake,
        min(charges.claim_id) as claim_id,
        bool_and(charges.is_known) as is_known,
        bool_or(coalesce(charges.category in ('bed', 'nursing', 'consultation'), false)) as is_daily_fee,
        -- Rounded half up to the fen.
        sum((2 * charges.in_scope_fen * meetings.stake + meetings.payable_units) // (2 * meetings.payable_units)) as fen
    from meetings
    join charges
        on charges.person_id = meetings.person_id
        and charges.provider_id = meetings.provider_id
        and charges.item_code = meetings.other_code
        and charges.day = meetings.day
        and charges.is_payable
    where meetings.stake > 0
    group by all
),

visits_with_both as (
    select
        pair_days.person_id,
        pair_days.provider_id,
        pair_days.day,
        pair_days.main_code,
        pair_days.other_code,
        bool_or(pair_days.visit_type = 'inpatient') as is_stay
    from pair_days
    join net_days as other
        on other.first_claim_id = pair_days.first_claim_id
        and other.item_code = pair_days.other_code
        and other.day = pair_days.day
    where other.payable_units > 0
    group by all
),

turns as (
    select
        person_id,
        provider_id,
        item_code,
        day,
        coalesce(lag(day) over item <> day - 1, true) or coalesce(lead(day) over item <> day + 1, true) as is_turn
    from provider_days
    window item as (partition by person_id, provider_id, item_code order by day)
),

tiered as (
    select
        asked.*,
        case
            when visits_with_both.is_stay is null and asked.is_daily_fee then 1
            when visits_with_both.is_stay is null then 2
            when asked.is_daily_fee and visits_with_both.is_stay and main_turns.is_turn and other_turns.is_turn then 1
            when asked.is_daily_fee and visits_with_both.is_stay and (main_turns.is_turn or other_turns.is_turn) then 2
            else 3
        end as rank
    from asked
    left join visits_with_both using (person_id, provider_id, day, main_code, other_code)
    join turns as main_turns
        on main_turns.person_id = asked.person_id
        and main_turns.provider_id = asked.provider_id
        and main_turns.item_code = asked.main_code
        and main_turns.day = asked.day
    join turns as other_turns
        on other_turns.person_id = asked.person_id
        and other_turns.provider_id = asked.provider_id
        and other_turns.item_code = asked.other_code
        and other_turns.day = asked.day
)

select
    tiered.person_id as subject_id,
    tiered.provider_id || '|' || strftime(tiered.day, '%Y-%m-%d') || '|' || tiered.main_code || '|' || tiered.other_code as discriminator,
    tiered.claim_id,
    ['clue', 'suspicion', 'breach'][cast(case when tiered.is_known then tiered.rank else least(tiered.rank, 2) end as integer)] as tier,
    cast(tiered.stake as double) / 10000 as observed,
    cast(tiered.fen / 100 as decimal(18, 2)) as asked
from tiered
left join custom_pairs
    on custom_pairs.main_code = tiered.main_code
    and custom_pairs.other_code = tiered.other_code
left join tiered as reverse
    on reverse.person_id = tiered.person_id
    and reverse.provider_id = tiered.provider_id
    and reverse.day = tiered.day
    and reverse.main_code = tiered.other_code
    and reverse.other_code = tiered.main_code
    and (reverse.fen, reverse.main_code) < (tiered.fen, tiered.main_code)
where custom_pairs.main_code is null
    and reverse.main_code is null
