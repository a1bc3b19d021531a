-- C04 over-frequency: an item charged more often than it is paid for in a period.
--
-- For each limit in force on the day of a line (else on the first day of its claim), the units in scope that one provider charges one person are
-- added up over the day, visit, week from Monday, month or year; of several limits for a period the largest counts. A limit in hours is left out
-- where a line is not charged by the hour. Each line is asked for its in-scope amount × excess / units in scope, rounded to the fen.
-- Breach. Suspicion where an in-scope amount is unknown, the unit is a site or side of the body, or no visit alone exceeds the limit of a day.
-- Items that every line charges by the hour or day (bed, nursing and consultation also where the unit is unknown) are posted in one sum: a day
-- beyond the limit is a clue, and a breach is what a visit charges beyond most × the days it touches (an open visit up to $as_of), in place of what
-- its days show. Lines without execution may be posted for sessions of other days: a day with such lines is a suspicion, a clue where all is of one
-- visit of one day and the provider charged the person the item before; the breach, where no line of the visit tells its execution, is as above, for
-- a visit of one day against the days since the earlier charge, and none without one.
--
-- Reads: visits, charges, takings, net_days, frequencies. Parameters: $min_excess_units, $as_of.
-- Returns one row for each person, provider, item and period:
--   subject_id      person
--   discriminator   provider|item|period|its first day, or the visit by its first claim
--   claim_id        claim of the item, the first by its id
--   tier            breach, suspicion or clue
--   observed        units beyond the limit
--   asked           their in-scope amount

with limited as (
    select
        charges.*,
        visits.started_at as visit_started_at,
        visits.ended_at as visit_ended_at,
        frequencies.per,
        max(cast(greatest(frequencies.most, 0) * 10000 as bigint)) as most_units,
        bool_or(coalesce(contains(frequencies.charge_unit, '小时') or frequencies.charge_unit = '时' or lower(frequencies.charge_unit) in ('h', 'hour', 'hours'), false)) as is_hourly,
        coalesce(contains(charges.charge_unit, '小时') or charges.charge_unit = '时' or lower(charges.charge_unit) in ('h', 'hour', 'hours'), false) as is_in_hours
    from charges
    join visits
        on visits.first_claim_id = charges.first_claim_id
    join frequencies
        on frequencies.item_code = charges.item_code
        and coalesce(frequencies.valid_from <= charges.judged_on, true)
        and coalesce(frequencies.valid_to >= charges.judged_on, true)
    where charges.is_payable
    group by all
),

spanned as (
    select
        *,
        per as period,
        case per
            when 'day' then day
            when 'week' then cast(date_trunc('week', day) as date)
            when 'month' then cast(date_trunc('month', day) as date)
            when 'year' then cast(date_trunc('year', day) as date)
        end as begins_on,
        case when per = 'visit' then first_claim_id end as of_visit
    from limited
    where per in ('day', 'visit', 'week', 'month', 'year')
        and (per = 'visit' or day is not null)
    union all
    select *, 'visit by the day' as period, cast(null as date) as begins_on, first_claim_id as of_visit
    from limited
    where per = 'day'
),

lines_in_period as (
    select
        * exclude (category, charge_unit),
        case
            when coalesce(charge_unit, '') = '' then coalesce(category in ('bed', 'nursing', 'consultation'), false)
            else is_in_hours or contains(charge_unit, '日') or contains(charge_unit, '天') or lower(charge_unit) = 'day'
        end as is_lasting,
        coalesce(regexp_matches(charge_unit, '部位|侧|肢|关节'), false) as is_by_site
    from spanned
),

taken_in_visit as (
    select first_claim_id, item_code, sum(units) as units
    from takings
    group by all
),

visit_sums as (
    select
        sums.*,
        greatest(
            sums.payable_units - case when sums.period = 'day' then net_days.taken_units else coalesce(taken_in_visit.units, 0) end, 0
        ) as net_units
    from (
        select
            person_id,
            provider_id,
            item_code,
            period,
            begins_on,
            of_visit,
            first_claim_id,
            sum(units) as payable_units
        from lines_in_period
        group by all
    ) as sums
    left join net_days
        on net_days.first_claim_id = sums.first_claim_id
        and net_days.item_code = sums.item_code
        and net_days.day = sums.begins_on
        and sums.period = 'day'
    left join taken_in_visit
        on taken_in_visit.first_claim_id = sums.first_claim_id
        and taken_in_visit.item_code = sums.item_code
),

period_lines as (
    select
        person_id,
        provider_id,
        item_code,
        period,
        begins_on,
        of_visit,
        min(claim_id) as claim_id,
        bool_and(is_known) as is_known,
        bool_and(is_lasting) as is_lasting,
        bool_and(is_executed) as is_executed,
        bool_or(is_executed) as has_execution,
        count(distinct first_claim_id) as visits,
        bool_or(is_by_site) as is_by_site,
        bool_or(is_hourly) and not bool_and(is_in_hours) as is_in_other_unit,
        max(most_units) as most_units,
        cast(min(visit_started_at) as date) as first_day,
        greatest(coalesce(cast(max(visit_ended_at) as date), cast($as_of as date)), cast(min(visit_started_at) as date)) as last_day
    from lines_in_period
    group by person_id, provider_id, item_code, period, begins_on, of_visit
),

-- Visits of one day that may be posted for the days since the person's last charge of the item by the provider.
earlier as (
    select
        one_day.person_id,
        one_day.provider_id,
        one_day.item_code,
        one_day.period,
        one_day.begins_on,
        one_day.of_visit,
        max(charges.judged_on) as day
    from period_lines as one_day
    join charges
        on charges.person_id = one_day.person_id
        and charges.provider_id = one_day.provider_id
        and charges.item_code = one_day.item_code
        and charges.judged_on < one_day.first_day
    where one_day.period in ('day', 'visit by the day')
        and one_day.visits = 1
        and one_day.first_day = one_day.last_day
        and not one_day.is_lasting
        and not one_day.is_executed
        and charges.is_payable
    group by all
),

period_sums as (
    select
        period_lines.* exclude (most_units),
        earlier.day as earlier_day,
        sums.payable_units,
        sums.net_units - period_lines.most_units * case
            when period_lines.period <> 'visit by the day' then 1
            when period_lines.is_lasting or first_day < last_day then last_day - first_day + 1
            else last_day - earlier.day
        end as excess,
        sums.largest_units - period_lines.most_units as largest_excess
    from period_lines
    join (
        select
            person_id,
            provider_id,
            item_code,
            period,
            begins_on,
            of_visit,
            sum(payable_units) as payable_units,
            sum(net_units) as net_units,
            max(net_units) as largest_units
        from visit_sums
        group by all
    ) as sums
        on sums.person_id = period_lines.person_id
        and sums.provider_id = period_lines.provider_id
        and sums.item_code = period_lines.item_code
        and sums.period = period_lines.period
        and sums.begins_on is not distinct from period_lines.begins_on
        and sums.of_visit is not distinct from period_lines.of_visit
    left join earlier
        on earlier.person_id = period_lines.person_id
        and earlier.provider_id = period_lines.provider_id
        and earlier.item_code = period_lines.item_code
        and earlier.period = period_lines.period
        and earlier.begins_on is not distinct from period_lines.begins_on
        and earlier.of_visit is not distinct from period_lines.of_visit
    where not period_lines.is_in_other_unit
),

-- Half a unit beyond is looked at.
beyond as (
    select
        *,
        case
            when period = 'day' and (is_lasting or earlier_day is not null) then 'clue'
            when not is_known or is_by_site or (period = 'day' and (not is_executed or largest_excess < 5000)) then 'suspicion'
            else 'breach'
        end as tier
    from period_sums
    where excess >= 5000
        and (period <> 'visit by the day' or is_lasting or not has_execution)
),

days_within_visits as (
    select distinct beyond.person_id, beyond.provider_id, beyond.item_code, beyond.begins_on
    from beyond
    join visit_sums
        on visit_sums.person_id = beyond.person_id
        and visit_sums.provider_id = beyond.provider_id
        and visit_sums.item_code = beyond.item_code
        and visit_sums.period = 'day'
        and visit_sums.begins_on = beyond.begins_on
    join beyond as whole
        on whole.period = 'visit by the day'
        and whole.of_visit = visit_sums.first_claim_id
        and whole.item_code = beyond.item_code
    where beyond.period = 'day'
        and beyond.tier <> 'breach'
),

asked as (
    select
        beyond.person_id,
        beyond.provider_id,
        beyond.item_code,
        beyond.period,
        beyond.begins_on,
        beyond.of_visit,
        beyond.claim_id,
        beyond.tier,
        beyond.excess,
        -- Rounded half up to the fen.
        sum((2 * lines_in_period.in_scope_fen * beyond.excess + beyond.payable_units) // (2 * beyond.payable_units)) as fen
    from beyond
    join lines_in_period
        on lines_in_period.person_id = beyond.person_id
        and lines_in_period.provider_id = beyond.provider_id
        and lines_in_period.item_code = beyond.item_code
        and lines_in_period.period = beyond.period
        and lines_in_period.begins_on is not distinct from beyond.begins_on
        and lines_in_period.of_visit is not distinct from beyond.of_visit
    group by all
)

select
    asked.person_id as subject_id,
    asked.provider_id || '|' || asked.item_code || '|' || asked.period || '|'
    || coalesce(asked.of_visit, strftime(asked.begins_on, '%Y-%m-%d')) as discriminator,
    asked.claim_id,
    asked.tier,
    cast(asked.excess as double) / 10000 as observed,
    cast(asked.fen / 100 as decimal(18, 2)) as asked
from asked
left join days_within_visits
    on days_within_visits.person_id = asked.person_id
    and days_within_visits.provider_id = asked.provider_id
    and days_within_visits.item_code = asked.item_code
    and days_within_visits.begins_on = asked.begins_on
    and asked.period = 'day'
    and asked.tier <> 'breach'
where days_within_visits.item_code is null
    and asked.excess >= $min_excess_units * 10000
