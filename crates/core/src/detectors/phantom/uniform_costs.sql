-- P19 uniform-costs: hospitals whose stays cost the same to the yuan, or differ far less than elsewhere.
--
-- Compared are insured stays of one visit, of at least one night and with a total above zero; not newborns, not stays whose first claim is paid per diem,
-- as a single disease, by capitation or per visit, and not stays with a line that has a package number. An operated stay (a procedure, or a line of category
-- surgery) is left out as well where it lasted one night, or where five operated stays or more for the diagnosis (three characters) were admitted on its day.
-- equal: of a provider with $min_stays stays or more, the most stays whose totals lie within $window_fen fen of each other (of several such sets the cheapest)
-- are at least $min_equal_stays and more than $equal_percent percent of all. They are at risk.
-- spread: for a diagnosis with $min_diagnosis_stays stays or more, standard deviation / mean of the total is below $variation_percent percent of the
-- median of that ratio over the providers of the level with 10 such stays or more, where there are at least three of them.
--
-- Reads: stays, nets, lines, procedures, providers.
-- Parameters: $min_stays, $window_fen, $min_equal_stays, $equal_percent, $min_diagnosis_stays, $variation_percent.
-- Returns one row for each provider and pattern:
--   subject_id      provider
--   discriminator   equal, or spread|diagnosis
--   claim_id        null
--   tier            clue
--   observed        equal totals, or the coefficient of variation
--   asked           in-scope amount of the insured claims of the stays with equal totals; 0 for a spread

with open_stays as (
    select
        first_claim_id,
        provider_id,
        cast(started_at as date) as started_on,
        nights,
        coalesce(left(diagnosis_code, 3), '') as diagnosis,
        cast(total_amount * 100 as bigint) as cost,
        insured_in_scope_amount,
        visit_ids[1] as visit
    from stays
    where is_insured
        and visits = 1
        and nights > 0
        and total_amount > 0
        and not is_newborn
        and not coalesce(payment_method in ('per_diem', 'single_disease', 'capitation', 'per_visit'), false)
),

stay_claims as (
    select open_stays.first_claim_id, nets.claim_id
    from open_stays
    join nets
        on nets.first_claim_id = open_stays.visit
    where nets.is_live
),

marks as (
    select
        stay_claims.first_claim_id,
        bool_or(lines.package_no is not null) as is_packaged,
        bool_or(coalesce(lines.category = 'surgery', false)) as has_surgery
    from stay_claims
    join lines
        on lines.claim_id = stay_claims.claim_id
    group by stay_claims.first_claim_id
),

with_procedure as (
    select distinct stay_claims.first_claim_id
    from stay_claims
    join procedures
        on procedures.claim_id = stay_claims.claim_id
),

unpackaged as (
    select
        open_stays.*,
        coalesce(marks.has_surgery, false) or with_procedure.first_claim_id is not null as is_operated
    from open_stays
    left join marks
        on marks.first_claim_id = open_stays.first_claim_id
    left join with_procedure
        on with_procedure.first_claim_id = open_stays.first_claim_id
    where not coalesce(marks.is_packaged, false)
),

comparable as (
    select *
    from unpackaged
    qualify not is_operated
        or (nights > 1 and count(*) filter (where is_operated) over (partition by provider_id, started_on, diagnosis) < 5)
),

windows as (
    select
        provider_id,
        cost,
        count(*) over (partition by provider_id) as stays,
        count(*) over (
            partition by provider_id
            order by cost
            range between current row and cast($window_fen as bigint) following
        ) as equal_stays
    from comparable
),

best_windows as (
    select
        provider_id,
        any_value(stays) as stays,
        max(equal_stays) as equal_stays,
        arg_min(cost, (-equal_stays, cost)) as lowest_cost
    from windows
    group by provider_id
    having any_value(stays) >= $min_stays
        and max(equal_stays) >= $min_equal_stays
        and max(equal_stays) * 100 > $equal_percent * any_value(stays)
),

spreads as (
    select
        comparable.provider_id,
        comparable.diagnosis,
        coalesce(any_value(providers.level), -1) as level,
        count(*) as stays,
        sqrt(
            cast(
                count(*) * sum(cast(comparable.cost as hugeint) * comparable.cost)
                    - sum(comparable.cost) * sum(comparable.cost) as double
            )
        ) / cast(sum(comparable.cost) as double) as variation
    from comparable
    left join providers
        on providers.provider_id = comparable.provider_id
    where comparable.diagnosis <> ''
    group by comparable.provider_id, comparable.diagnosis
    having count(*) >= 10
),

peers as (
    select diagnosis, level, median(variation) as variation
    from spreads
    group by diagnosis, level
    having count(*) >= 3
)

select
    best_windows.provider_id as subject_id,
    'equal' as discriminator,
    cast(null as varchar) as claim_id,
    'clue' as tier,
    cast(any_value(best_windows.equal_stays) as double) as observed,
    cast(sum(comparable.insured_in_scope_amount) as decimal(18, 2)) as asked
from best_windows
join comparable
    on comparable.provider_id = best_windows.provider_id
    and comparable.cost between best_windows.lowest_cost and best_windows.lowest_cost + $window_fen
group by best_windows.provider_id
union all
select
    spreads.provider_id as subject_id,
    'spread|' || spreads.diagnosis as discriminator,
    cast(null as varchar) as claim_id,
    'clue' as tier,
    spreads.variation as observed,
    cast(0 as decimal(18, 2)) as asked
from spreads
join peers
    on peers.diagnosis = spreads.diagnosis
    and peers.level = spreads.level
where spreads.stays >= $min_diagnosis_stays
    and spreads.variation * 100 < $variation_percent * peers.variation
