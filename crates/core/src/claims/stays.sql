-- stays: hospital stays, from live inpatient visits.
--
-- A visit continues the person's visit before it at the same provider when that one was settled in between (an interim settlement, or an end on
-- 31 December) and this one starts on the day of that end or the day after. Each other visit starts a stay. A stay that has no end is open; it is
-- counted up to $as_of.
--
-- Reads: visits, claims. Parameters: $as_of (date): the day the data speaks for.
-- Returns one row for each stay:
--   first_claim_id                                    the stay's name: that of its first visit
--   person_id, provider_id, started_at, ended_at
--   closed_at, closed_on                              ended_at, or the start of $as_of for an open stay; no sooner than started_at; and its day
--   nights                                            from the day of started_at to closed_on
--   visits, claims                                    how many; claims count refunds too
--   visit_ids                                         the names of its visits, in order
--   total_amount, in_scope_amount                     sums over its live claims
--   insured_in_scope_amount, fund_loss                sums over its live insured claims; fund_loss is null where no claim tells it
--   is_insured                                        any live claim insured
--   diagnosis_code, department, admission_way, transferred_from, is_newborn, group_code, payment_method      of its first claim
--   discharge_way                                     of the last claim of its last visit
--   stay_number                                       1, 2, ... in the person's order of stays

with ordered as (
    select
        *,
        lag(ended_at) over earlier as previous_end,
        lag(is_interim) over earlier as previous_is_interim
    from visits
    where is_live
        and visit_type = 'inpatient'
    window earlier as (partition by person_id, provider_id order by started_at, ended_at nulls last, first_claim_id)
),

linked as (
    select
        *,
        previous_end is not null
            and (previous_is_interim or (month(previous_end) = 12 and day(previous_end) = 31))
            and cast(started_at as date) - cast(previous_end as date) between 0 and 1 as continues
    from ordered
),

numbered as (
    select
        *,
        count(*) filter (where not continues) over (
            partition by person_id, provider_id
            order by started_at, ended_at nulls last, first_claim_id
            rows unbounded preceding
        ) as number_at_provider
    from linked
),

joined as (
    select
        person_id,
        provider_id,
        max(first_claim_id) filter (where not continues) as first_claim_id,
        last(last_claim_id order by started_at, ended_at nulls last, first_claim_id) as last_claim_id,
        min(started_at) as started_at,
        case when count(*) = count(ended_at) then max(ended_at) end as ended_at,
        count(*) as visits,
        sum(claims) as claims,
        list(first_claim_id order by started_at, ended_at nulls last, first_claim_id) as visit_ids,
        sum(total_amount) as total_amount,
        sum(in_scope_amount) as in_scope_amount,
        sum(insured_in_scope_amount) as insured_in_scope_amount,
        sum(fund_loss) as fund_loss,
        bool_or(is_insured) as is_insured
    from numbered
    group by person_id, provider_id, number_at_provider
),

closed as (
    select
        *,
        greatest(coalesce(ended_at, cast(cast($as_of as date) as timestamp)), started_at) as closed_at
    from joined
)

select
    closed.first_claim_id,
    closed.person_id,
    closed.provider_id,
    closed.started_at,
    closed.ended_at,
    closed.closed_at,
    cast(closed.closed_at as date) as closed_on,
    cast(closed.closed_at as date) - cast(closed.started_at as date) as nights,
    closed.visits,
    cast(closed.claims as bigint) as claims,
    closed.visit_ids,
    cast(closed.total_amount as decimal(18, 2)) as total_amount,
    cast(closed.in_scope_amount as decimal(18, 2)) as in_scope_amount,
    cast(closed.insured_in_scope_amount as decimal(18, 2)) as insured_in_scope_amount,
    cast(closed.fund_loss as decimal(18, 2)) as fund_loss,
    closed.is_insured,
    first_claim.diagnosis_code,
    first_claim.department,
    first_claim.admission_way,
    first_claim.transferred_from,
    coalesce(first_claim.is_newborn, false) as is_newborn,
    first_claim.group_code,
    first_claim.payment_method,
    last_claim.discharge_way,
    row_number() over (
        partition by closed.person_id
        order by closed.started_at, closed.ended_at nulls last, closed.first_claim_id
    ) as stay_number
from closed
join claims as first_claim
    on first_claim.claim_id = closed.first_claim_id
join claims as last_claim
    on last_claim.claim_id = closed.last_claim_id
