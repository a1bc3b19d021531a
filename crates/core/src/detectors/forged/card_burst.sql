-- F22 card-burst: settlements of unrelated persons at one terminal, faster than its own rhythm explains.
--
-- Online settlements, at a known time of day, of live insured visits without a bed form runs at a terminal (where none is named: the provider's desk)
-- with at most $max_gap_seconds from one to the next. At least four in five of a run must come within $max_wait_minutes of the visit's start, and only
-- those count; a start at midnight has no known time. Persons count by households, addresses and phones, the fewest of the three; runs with four
-- persons in five of one village (a region of twelve digits) are left out, and providers with less than $min_weeks of data.
-- Expected: settlements of the terminal in that hour of the week (the fuller of the first and the last) over the weeks covered, for the run's
-- length and a minute. A run of at least $min_persons persons, for which -log10 P(Poisson >= persons - 1) is at least $min_surprise, is a
-- suspicion; a clue where a start has no time.
--
-- Reads: claims, nets, persons. Parameters: $max_gap_seconds, $max_wait_minutes, $min_weeks, $min_persons, $min_surprise.
-- Returns one row for each run:
--   subject_id      provider
--   discriminator   terminal|first settlement
--   claim_id        null
--   tier            suspicion or clue
--   observed        unrelated persons
--   asked           in-scope amount of the settlements that count

with covered as (
    select
        provider_id,
        cast(max(greatest(started_at, coalesce(ended_at, started_at))) as date)
            - cast(date_trunc('month', min(least(started_at, coalesce(ended_at, started_at)))) as date) + 1 as days
    from claims
    group by provider_id
),

settled as (
    select
        claims.claim_id,
        claims.person_id,
        claims.provider_id,
        coalesce(claims.terminal_id, '') as terminal,
        claims.settled_at,
        isodow(claims.settled_at) * 24 + hour(claims.settled_at) as week_hour,
        cast(claims.started_at as time) = time '00:00:00' as is_dated,
        claims.address,
        claims.phone,
        nets.in_scope_amount,
        cast(claims.started_at as time) = time '00:00:00'
            or date_diff('second', claims.started_at, claims.settled_at) <= $max_wait_minutes * 60 as is_prompt
    from claims
    join nets
        on nets.claim_id = claims.claim_id
    where nets.is_live
        and nets.is_insured
        and claims.visit_type in ('outpatient', 'emergency', 'chronic', 'pharmacy', 'other')
        and coalesce(claims.settled_how, '') <> 'manual'
        and cast(claims.settled_at as time) <> time '00:00:00'
),

rhythm as (
    select provider_id, terminal, week_hour, count(*) as settlements
    from settled
    group by provider_id, terminal, week_hour
),

stepped as (
    select
        *,
        date_diff(
            'second',
            lag(settled_at) over (partition by provider_id, terminal order by settled_at, claim_id),
            settled_at
        ) <= $max_gap_seconds as goes_on
    from settled
),

numbered as (
    select
        *,
        count(*) filter (where not coalesce(goes_on, false)) over (
            partition by provider_id, terminal
            order by settled_at, claim_id
            rows unbounded preceding
        ) as run
    from stepped
),

runs as (
    select
        provider_id,
        terminal,
        run,
        min(settled_at) as first_settled,
        max(settled_at) as last_settled,
        count(*) as settlements
    from numbered
    group by provider_id, terminal, run
    having count(*) >= $min_persons
),

prompt as (
    select
        numbered.*,
        persons.household_id,
        case when length(persons.region) >= 12 then persons.region end as village
    from numbered
    join runs
        on runs.provider_id = numbered.provider_id
        and runs.terminal = numbered.terminal
        and runs.run = numbered.run
    left join persons
        on persons.person_id = numbered.person_id
    where numbered.is_prompt
),

counted as (
    select
        provider_id,
        terminal,
        run,
        count(*) as claims,
        least(
            count(distinct household_id) + count(distinct case when household_id is null then person_id end),
            count(distinct address) + count(distinct case when address is null then person_id end),
            count(distinct phone) + count(distinct case when phone is null then person_id end)
        ) as unrelated,
        count(distinct person_id) as persons,
        bool_or(is_dated) as is_dated,
        sum(in_scope_amount) as in_scope
    from prompt
    group by provider_id, terminal, run
),

villages as (
    select provider_id, terminal, run, max(persons) as persons
    from (
        select provider_id, terminal, run, village, count(distinct person_id) as persons
        from prompt
        where village is not null
        group by provider_id, terminal, run, village
    )
    group by provider_id, terminal, run
),

expected as (
    select
        runs.*,
        counted.unrelated,
        counted.is_dated,
        counted.in_scope,
        greatest(first_hour.settlements, last_hour.settlements) * 7 / covered.days
            * (date_diff('second', runs.first_settled, runs.last_settled) + 60) / 3600.0 as expected
    from runs
    join counted
        on counted.provider_id = runs.provider_id
        and counted.terminal = runs.terminal
        and counted.run = runs.run
    join covered
        on covered.provider_id = runs.provider_id
    join rhythm as first_hour
        on first_hour.provider_id = runs.provider_id
        and first_hour.terminal = runs.terminal
        and first_hour.week_hour = isodow(runs.first_settled) * 24 + hour(runs.first_settled)
    join rhythm as last_hour
        on last_hour.provider_id = runs.provider_id
        and last_hour.terminal = runs.terminal
        and last_hour.week_hour = isodow(runs.last_settled) * 24 + hour(runs.last_settled)
    left join villages
        on villages.provider_id = runs.provider_id
        and villages.terminal = runs.terminal
        and villages.run = runs.run
    where counted.claims * 5 >= runs.settlements * 4
        and counted.unrelated >= $min_persons
        and coalesce(villages.persons, 0) * 5 < counted.persons * 4
        and covered.days >= $min_weeks * 7
),

-- The tail: its first term, times the sum of the ratios of all terms to it.

tails as (
    select
        *,
        (unrelated - 1) * ln(expected) - expected - lgamma(unrelated)
        + ln(
            list_sum(
                list_transform(
                    range(200),
                    lambda term: exp(term * ln(expected) - lgamma(unrelated + term) + lgamma(unrelated))
                )
            )
        ) as log_chance
    from expected
    where expected < unrelated - 1
)

select
    provider_id as subject_id,
    terminal || '|' || strftime(first_settled, '%Y-%m-%d %H:%M:%S') as discriminator,
    cast(null as varchar) as claim_id,
    case when is_dated then 'clue' else 'suspicion' end as tier,
    cast(unrelated as double) as observed,
    cast(in_scope as decimal(18, 2)) as asked
from tails
where round(-log_chance / ln(10), 6) >= $min_surprise
