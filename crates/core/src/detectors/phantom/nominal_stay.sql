-- P06 nominal-stay: nights in hospital that are charged for and on which nothing is done.
--
-- Closed stays that are not a newborn's have nights 0, 1, ...: the n-th belongs to the n-th day from admission on. By the dated lines of live
-- claims a night is empty when its bed, nursing and consultation add up to more than nothing and no line of care (any other category than these,
-- general, registration and other; unknown ones too) falls on it. Care is of positive amount, lasts for its days_supply, and is no discharge drug.
-- Nights of leave (registers) are not empty. Lines tell the nights of providers of which $min_line_percent percent of all nights carry a line.
-- Elsewhere orders do: every night is empty that no order of care covers.
--
-- Stays paid by the day, with a diagnosis that begins with one of $quiet_diagnoses, or with a department or provider whose name tells quiet days
-- are left out. A run is a number of empty nights one after the other. An insured stay with lines whose longest run is at least $min_empty_run is found when
-- at most $max_chance_per_mille thousandths of comparable stays have a run as long: stays of other providers that lines tell of, of two nights or
-- more, of the same (1) diagnosis, level and length, (2) diagnosis and length, (3) level and length, (4) length, (5) all; the first of these with
-- at least $min_comparable stays. Of these, providers with the highest shares of runs as long are left out, one after the other, as long as no more
-- than $trim_percent percent of the stays go with them. It is a clue when at least 20 stays of its own provider are so told and $common_percent percent of them have a
-- run as long, else a suspicion. Asked are the daily fees of the empty nights (told by orders: their share of all nights), or the whole stay where
-- a suspicion has an empty night, not the first, with treatment at another provider or group.
--
-- Reads: stays, visits, nets, claims, lines, providers, catalogue, orders, registers. Parameters: $min_empty_run, $max_chance_per_mille,
-- $min_comparable, $trim_percent, $min_line_percent, $common_percent, $quiet_diagnoses (list).
-- Returns one row for each stay:
--   subject_id      person
--   discriminator   stay
--   claim_id        stay
--   tier            suspicion or clue
--   observed        nights of the longest run
--   asked           in-scope amount of the daily fees of the empty nights, or of the stay; insured claims only

with quiet as (
    select unnest($quiet_diagnoses) as prefix
),

looked_at as (
    select
        stays.first_claim_id as stay_id,
        stays.person_id,
        stays.provider_id,
        coalesce(providers.group_id, stays.provider_id) as unit_id,
        stays.visit_ids,
        stays.nights,
        cast(stays.started_at as date) as started_on,
        stays.closed_on,
        stays.is_insured,
        stays.insured_in_scope_amount,
        coalesce(left(stays.diagnosis_code, 3), '') as diagnosis,
        coalesce(providers.level, -1) as level,
        case
            when stays.nights < 5 then 0
            when stays.nights < 8 then 1
            when stays.nights < 15 then 2
            when stays.nights < 31 then 3
            else 4
        end as band,
        coalesce(stays.payment_method = 'per_diem', false)
            or exists (
                select 1
                from quiet
                where starts_with(stays.diagnosis_code, quiet.prefix)
            )
            or coalesce(regexp_matches(stays.department, '精神|康复|安宁|临终|疗养|护理院'), false)
            or coalesce(regexp_matches(providers.name, '精神|康复|安宁|临终|疗养|护理院'), false) as is_quiet
    from stays
    left join providers
        on providers.provider_id = stays.provider_id
    where stays.ended_at is not null
        and stays.nights > 0
        and not stays.is_newborn
),

stay_visits as (
    select stay_id, unnest(visit_ids) as visit_id
    from looked_at
),

stay_claims as (
    select stay_visits.stay_id, nets.claim_id, nets.is_insured
    from stay_visits
    join nets
        on nets.first_claim_id = stay_visits.visit_id
    where nets.is_live
),

charged as (
    select
        looked_at.stay_id,
        looked_at.nights,
        cast(coalesce(lines.executed_at, lines.charged_at) as date) - looked_at.started_on as night,
        lines.category,
        lines.amount,
        coalesce(lines.in_scope_amount, lines.amount) as in_scope_amount,
        greatest(coalesce(lines.days_supply, 1), 1) as days_supply,
        coalesce(lines.is_discharge_drug, false) as is_discharge_drug,
        stay_claims.is_insured
    from looked_at
    join stay_claims
        on stay_claims.stay_id = looked_at.stay_id
    join lines
        on lines.claim_id = stay_claims.claim_id
),

line_nights as (
    select
        stay_id,
        night,
        bool_or(amount > 0) as has_line,
        coalesce(sum(amount) filter (where category in ('bed', 'nursing', 'consultation')), 0) as fees
    from charged
    where night between 0 and nights - 1
    group by stay_id, night
),

leave_nights as (
    select distinct stay_id, night
    from (
        select
            looked_at.stay_id,
            unnest(range(
                greatest(cast(registers."from" as date) - looked_at.started_on, 0),
                least(coalesce(cast(registers."to" as date) - looked_at.started_on, looked_at.nights), looked_at.nights)
            )) as night
        from looked_at
        join registers
            on registers.person_id = looked_at.person_id
        where regexp_matches(registers.kind, 'leave|请假')
    ) as covered
),

care_nights as (
    select distinct stay_id, night
    from (
        select stay_id, unnest(range(greatest(night, 0), least(night + days_supply, nights))) as night
        from charged
        where night is not null
            and amount > 0
            and not is_discharge_drug
            and coalesce(category not in ('bed', 'nursing', 'consultation', 'general', 'registration', 'other'), true)
    ) as covered
),

dated_providers as (
    select looked_at.provider_id
    from looked_at
    left join (
        select stay_id, count(*) as nights
        from line_nights
        where has_line
        group by stay_id
    ) as with_line
        on with_line.stay_id = looked_at.stay_id
    group by looked_at.provider_id
    having sum(coalesce(with_line.nights, 0)) * 100 >= $min_line_percent * sum(looked_at.nights)
),

-- Stays that orders tell of.

catalogue_care as (
    select
        item_code,
        bool_or(category in (
            'exam', 'lab', 'treatment', 'surgery', 'consumable', 'western_drug', 'herbal_slice', 'patent_drug'
        )) as is_care
    from catalogue
    group by item_code
),

stay_orders as (
    select
        looked_at.stay_id,
        looked_at.nights,
        cast(coalesce(orders.executed_at, orders.ordered_at) as date) - looked_at.started_on as first_night,
        cast(orders.stopped_at as date) - looked_at.started_on as last_night,
        coalesce(catalogue_care.is_care, true) as is_care
    from looked_at
    join stay_claims
        on stay_claims.stay_id = looked_at.stay_id
    join orders
        on orders.claim_id = stay_claims.claim_id
    left join catalogue_care
        on catalogue_care.item_code = orders.item_code
    where looked_at.provider_id not in (select provider_id from dated_providers)
        and (orders.executed_at is not null or orders.ordered_at is not null)
),

order_nights as (
    select stay_id, unnest(range(greatest(first_night, 0), least(greatest(first_night, coalesce(last_night, first_night)) + 1, nights))) as night
    from stay_orders
    where is_care
),

empty_nights as (
    select line_nights.stay_id, line_nights.night, true as by_lines
    from line_nights
    join looked_at
        on looked_at.stay_id = line_nights.stay_id
    join dated_providers
        on dated_providers.provider_id = looked_at.provider_id
    anti join care_nights
        on care_nights.stay_id = line_nights.stay_id
        and care_nights.night = line_nights.night
    anti join leave_nights
        on leave_nights.stay_id = line_nights.stay_id
        and leave_nights.night = line_nights.night
    where line_nights.fees > 0
    union all
    select every.stay_id, every.night, false as by_lines
    from (
        select stay_id, unnest(range(nights)) as night
        from (
            select distinct stay_id, nights
            from stay_orders
        ) as ordered
    ) as every
    anti join order_nights
        on order_nights.stay_id = every.stay_id
        and order_nights.night = every.night
    anti join leave_nights
        on leave_nights.stay_id = every.stay_id
        and leave_nights.night = every.night
),

runs as (
    select stay_id, by_lines, count(*) as length
    from (
        select *, night - row_number() over (partition by stay_id order by night) as island
        from empty_nights
    ) as islands
    group by stay_id, by_lines, island
),

longest as (
    select stay_id, by_lines, max(length) as run
    from runs
    group by stay_id, by_lines
),

-- How long the runs of stays are that lines tell of, by diagnosis, level, length and provider.

histogram as (
    select looked_at.diagnosis, looked_at.level, looked_at.band, looked_at.provider_id, coalesce(longest.run, 0) as run, count(*) as stays
    from looked_at
    join dated_providers
        on dated_providers.provider_id = looked_at.provider_id
    left join longest
        on longest.stay_id = looked_at.stay_id
    where looked_at.nights >= 2
        and not looked_at.is_quiet
    group by all
),

cells as (
    select 1 as depth, diagnosis || '|' || level || '|' || band as cell, provider_id, run, sum(stays) as stays from histogram group by all
    union all
    select 2, diagnosis || '|' || band, provider_id, run, sum(stays) from histogram group by all
    union all
    select 3, level || '|' || band, provider_id, run, sum(stays) from histogram group by all
    union all
    select 4, cast(band as varchar), provider_id, run, sum(stays) from histogram group by all
    union all
    select 5, '', provider_id, run, sum(stays) from histogram group by all
),

candidates as (
    select looked_at.*, longest.by_lines, longest.run
    from looked_at
    join longest
        on longest.stay_id = looked_at.stay_id
    where looked_at.is_insured
        and not looked_at.is_quiet
        and longest.run >= $min_empty_run
        and looked_at.stay_id in (select stay_id from charged where is_insured)
),

wanted as (
    select stay_id, provider_id, run, 1 as depth, diagnosis || '|' || level || '|' || band as cell from candidates
    union all
    select stay_id, provider_id, run, 2, diagnosis || '|' || band from candidates
    union all
    select stay_id, provider_id, run, 3, level || '|' || band from candidates
    union all
    select stay_id, provider_id, run, 4, cast(band as varchar) from candidates
    union all
    select stay_id, provider_id, run, 5, '' from candidates
),

-- Of the cells, from the narrowest on, the first in which other providers have stays enough.

cell_stays as (
    select depth, cell, provider_id, sum(stays) as stays
    from cells
    group by depth, cell, provider_id
),

cell_totals as (
    select depth, cell, sum(stays) as stays
    from cell_stays
    group by depth, cell
),

narrowed as (
    select wanted.stay_id, min(wanted.depth) as depth
    from wanted
    join cell_totals
        on cell_totals.depth = wanted.depth
        and cell_totals.cell = wanted.cell
    left join cell_stays
        on cell_stays.depth = wanted.depth
        and cell_stays.cell = wanted.cell
        and cell_stays.provider_id = wanted.provider_id
    where cell_totals.stays - coalesce(cell_stays.stays, 0) >= $min_comparable
    group by wanted.stay_id
),

chosen as (
    select wanted.*
    from wanted
    join narrowed
        on narrowed.stay_id = wanted.stay_id
        and narrowed.depth = wanted.depth
),

other_providers as (
    select
        asked.provider_id as own_id,
        asked.run,
        asked.depth,
        asked.cell,
        cells.provider_id,
        sum(cells.stays) as stays,
        coalesce(sum(cells.stays) filter (where cells.run >= asked.run), 0) as as_long
    from (
        select distinct provider_id, run, depth, cell
        from chosen
    ) as asked
    join cells
        on cells.depth = asked.depth
        and cells.cell = asked.cell
        and cells.provider_id <> asked.provider_id
    group by asked.provider_id, asked.run, asked.depth, asked.cell, cells.provider_id
),

-- Providers from the highest share of runs as long down; equal shares by id.
trimmed as (
    select
        *,
        as_long > 0
            and sum(stays) over (
                partition by own_id, run, depth, cell
                order by as_long / stays desc, provider_id
                rows unbounded preceding
            ) * 100 <= $trim_percent * sum(stays) over (partition by own_id, run, depth, cell) as is_left_out
    from other_providers
),

compared as (
    select
        own_id,
        run,
        depth,
        cell,
        coalesce(sum(stays) filter (where not is_left_out), 0) as comparable,
        coalesce(sum(as_long) filter (where not is_left_out), 0) as as_long
    from trimmed
    group by own_id, run, depth, cell
),

narrowest as (
    select chosen.stay_id, compared.comparable, compared.as_long
    from chosen
    join compared
        on compared.own_id = chosen.provider_id
        and compared.run = chosen.run
        and compared.depth = chosen.depth
        and compared.cell = chosen.cell
),

own as (
    select
        candidates.stay_id,
        sum(cells.stays) as own,
        coalesce(sum(cells.stays) filter (where cells.run >= candidates.run), 0) as own_as_long
    from candidates
    join cells
        on cells.depth = 5
        and cells.provider_id = candidates.provider_id
    group by candidates.stay_id
),

found as (
    select
        candidates.*,
        case when coalesce(own.own >= 20 and own.own_as_long * 100 >= $common_percent * own.own, false) then 'clue' else 'suspicion' end as tier
    from candidates
    join narrowest
        on narrowest.stay_id = candidates.stay_id
    left join own
        on own.stay_id = candidates.stay_id
    where narrowest.as_long * 1000 <= $max_chance_per_mille * narrowest.comparable
),

-- Treatment elsewhere on an empty night that is not the first.

-- Step by step, since a join of all lines by date alone would be too wide.
claims_elsewhere as materialized (
    select found.stay_id, found.started_on, nets.claim_id
    from found
    join visits
        on visits.person_id = found.person_id
        and visits.provider_id <> found.provider_id
        and cast(visits.started_at as date) <= found.closed_on
    join nets
        on nets.first_claim_id = visits.first_claim_id
    join claims
        on claims.claim_id = nets.claim_id
    left join providers
        on providers.provider_id = visits.provider_id
    where visits.is_live
        and nets.is_live
        and visits.visit_type not in ('inpatient', 'internet', 'home_bed')
        and not coalesce(claims.is_newborn, false)
        and coalesce(providers.group_id, visits.provider_id) <> found.unit_id
),

nights_elsewhere as materialized (
    select distinct
        claims_elsewhere.stay_id,
        cast(coalesce(lines.executed_at, lines.charged_at) as date) - claims_elsewhere.started_on as night
    from claims_elsewhere
    join lines
        on lines.claim_id = claims_elsewhere.claim_id
    left join catalogue
        on catalogue.item_code = lines.item_code
        and coalesce(catalogue.valid_from <= cast(coalesce(lines.executed_at, lines.charged_at) as date), true)
        and coalesce(catalogue.valid_to >= cast(coalesce(lines.executed_at, lines.charged_at) as date), true)
    where lines.amount > 0
        and not coalesce(lines.is_discharge_drug, false)
        and coalesce(lines.category not in ('consultation', 'exam', 'lab'), true)
        and coalesce(catalogue.presence, lines.category in ('bed', 'treatment', 'surgery', 'nursing'), false)
),

treated_elsewhere as (
    select distinct empty_nights.stay_id
    from empty_nights
    join nights_elsewhere
        on nights_elsewhere.stay_id = empty_nights.stay_id
        and nights_elsewhere.night = empty_nights.night
    where empty_nights.night > 0
),

empty_counts as (
    select stay_id, count(*) as nights
    from empty_nights
    group by stay_id
),

fees as (
    select
        found.stay_id,
        sum(
            case
                when not found.by_lines then
                    -- Rounded half up to the fen.
                    (2 * cast(charged.in_scope_amount * 100 as bigint) * empty_counts.nights + found.nights) // (2 * found.nights)
                when empty_nights.night is not null then cast(charged.in_scope_amount * 100 as bigint)
                else 0
            end
        ) as fen
    from found
    join empty_counts
        on empty_counts.stay_id = found.stay_id
    join charged
        on charged.stay_id = found.stay_id
    left join empty_nights
        on empty_nights.stay_id = found.stay_id
        and empty_nights.night = charged.night
    where charged.is_insured
        and charged.category in ('bed', 'nursing', 'consultation')
        and charged.amount > 0
        and charged.in_scope_amount > 0
    group by found.stay_id
)

select
    found.person_id as subject_id,
    found.stay_id as discriminator,
    found.stay_id as claim_id,
    found.tier,
    found.run as observed,
    cast(
        case
            when found.tier = 'suspicion' and treated_elsewhere.stay_id is not null then found.insured_in_scope_amount
            else coalesce(fees.fen, 0) / 100
        end as decimal(18, 2)
    ) as asked
from found
left join treated_elsewhere
    on treated_elsewhere.stay_id = found.stay_id
left join fees
    on fees.stay_id = found.stay_id
