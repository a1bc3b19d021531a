-- P08 low-threshold-admission: short stays for mild illness that hold hardly more than tests, and hospitals with many of them.
--
-- Judged are insured stays, not newborns, whose first claim tells diagnosis and way of admission, and whose lines (of live insured claims) come to
-- more than the bed. Tests per mille = (laboratory + examination) * 1000 / (all - bed), rounded down. A stay is treated when a line with an amount above
-- zero is of category surgery or has one of $injection_words in its name or dose form, or when there is a procedure.
-- Limit: the 99th percentile of tests per mille over treated stays of more than $max_nights nights for the diagnosis (three characters) at the level,
-- where there are $min_norm_stays of them; else over those of the level, where there are so many. Stays without a limit are left out.
-- Clue: a stay of at most $max_nights nights that is not treated, begins with one of $mild_diagnoses, came neither as an emergency nor by transfer, and has
-- tests above its limit: a low stay.
-- Suspicion: a provider with $min_provider_stays judged stays or more and $min_low_stays low ones or more that stands out among such providers. With rate =
-- low / judged over all of them and expected = judged * rate: z = (low - expected) / sqrt(expected * (1 - rate)) / sqrt(greatest(1, median z^2 /
-- 0.454936)). Of the upper tails of z in ascending order the largest tail with tail * providers * 1000 <= rank * $max_q_per_mille is the limit.
-- The tail is Abramowitz and Stegun 26.2.17.
--
-- Reads: stays, nets, lines, procedures, providers.
-- Parameters: $max_nights, $mild_diagnoses (list), $injection_words (list), $min_norm_stays, $min_provider_stays, $min_low_stays, $max_q_per_mille.
-- Returns one row for each low stay and for each provider that stands out:
--   subject_id      the stay's first claim, or provider
--   discriminator   empty
--   claim_id        the stay's first claim; null for a provider
--   tier            clue for a stay, suspicion for a provider
--   observed        tests per mille; for a provider the number of low stays
--   asked           in-scope amount of the insured claims of the stay, or of all low stays of the provider

with stay_visits as (
    select first_claim_id, unnest(visit_ids) as visit_id
    from stays
    where is_insured
        and not is_newborn
        and coalesce(diagnosis_code, '') <> ''
        and admission_way is not null
),

stay_claims as (
    select stay_visits.first_claim_id, nets.claim_id
    from stay_visits
    join nets
        on nets.first_claim_id = stay_visits.visit_id
    where nets.is_live
        and nets.is_insured
),

words as (
    select unnest($injection_words) as word
),

texts as (
    select distinct item_name as label
    from lines
    where item_name is not null
    union
    select distinct dose_form as label
    from lines
    where dose_form is not null
),

injections as (
    select distinct texts.label
    from texts
    join words
        on contains(texts.label, words.word)
),

bills as (
    select
        stay_claims.first_claim_id,
        sum(lines.amount) as billed,
        coalesce(sum(lines.amount) filter (where lines.category = 'bed'), 0) as bed,
        coalesce(sum(lines.amount) filter (where lines.category in ('lab', 'exam')), 0) as tests,
        bool_or(
            lines.amount > 0
            and (coalesce(lines.category = 'surgery', false) or by_name.label is not null or by_form.label is not null)
        ) as has_treatment_line
    from stay_claims
    join lines
        on lines.claim_id = stay_claims.claim_id
    left join injections as by_name
        on by_name.label = lines.item_name
    left join injections as by_form
        on by_form.label = lines.dose_form
    group by stay_claims.first_claim_id
),

with_procedure as (
    select distinct stay_claims.first_claim_id
    from stay_claims
    join procedures
        on procedures.claim_id = stay_claims.claim_id
),

mild as (
    select distinct stays.first_claim_id
    from stays
    join (select unnest($mild_diagnoses) as prefix) as prefixes
        on starts_with(stays.diagnosis_code, prefixes.prefix)
),

shown as (
    select
        stays.first_claim_id,
        stays.provider_id,
        left(stays.diagnosis_code, 3) as diagnosis,
        coalesce(providers.level, -1) as level,
        cast(bills.tests * 100 as hugeint) * 1000 // cast((bills.billed - bills.bed) * 100 as hugeint) as tests_per_mille,
        stays.nights > $max_nights as is_long,
        bills.has_treatment_line or with_procedure.first_claim_id is not null as is_treated,
        mild.first_claim_id is not null
            and stays.nights <= $max_nights
            and stays.admission_way not in ('emergency', 'transfer') as is_mild,
        stays.insured_in_scope_amount
    from bills
    join stays
        on stays.first_claim_id = bills.first_claim_id
    left join providers
        on providers.provider_id = stays.provider_id
    left join with_procedure
        on with_procedure.first_claim_id = bills.first_claim_id
    left join mild
        on mild.first_claim_id = bills.first_claim_id
    where bills.billed > bills.bed
        and bills.tests >= 0
),

diagnosis_limits as (
    select diagnosis, level, quantile_disc(tests_per_mille, 0.99) as limit_per_mille
    from shown
    where is_treated
        and is_long
    group by diagnosis, level
    having count(*) >= $min_norm_stays
),

level_limits as (
    select level, quantile_disc(tests_per_mille, 0.99) as limit_per_mille
    from shown
    where is_treated
        and is_long
    group by level
    having count(*) >= $min_norm_stays
),

judged as (
    select
        shown.*,
        shown.is_mild
            and not shown.is_treated
            and shown.tests_per_mille > coalesce(diagnosis_limits.limit_per_mille, level_limits.limit_per_mille) as is_low
    from shown
    left join diagnosis_limits
        on diagnosis_limits.diagnosis = shown.diagnosis
        and diagnosis_limits.level = shown.level
    left join level_limits
        on level_limits.level = shown.level
    where coalesce(diagnosis_limits.limit_per_mille, level_limits.limit_per_mille) is not null
),

shares as (
    select
        provider_id,
        cast(count(*) as double) as stays,
        cast(count(*) filter (where is_low) as double) as low,
        sum(insured_in_scope_amount) filter (where is_low) as asked
    from judged
    group by provider_id
    having count(*) >= $min_provider_stays
),

rates as (
    select sum(low) / sum(stays) as rate
    from shares
    having sum(low) > 0
        and sum(low) < sum(stays)
),

plain as (
    select shares.*, (low - stays * rate) / sqrt(stays * rate * (1 - rate)) as z
    from shares
    cross join rates
),

spreads as (
    select sqrt(greatest(median(z * z) / 0.454936, 1.0)) as spread
    from plain
),

scaled as (
    select plain.provider_id, plain.low, plain.asked, plain.z / spreads.spread as z
    from plain
    cross join spreads
),

prepared as (
    select *, cast(1 as double) / (1 + cast(0.2316419 as double) * abs(z)) as t
    from scaled
),

halves as (
    select
        *,
        cast(0.3989422804 as double) * exp(-z * z / 2)
            * t * (
                cast(0.319381530 as double)
                + t * (
                    cast(-0.356563782 as double)
                    + t * (cast(1.781477937 as double) + t * (cast(-1.821255978 as double) + t * cast(1.330274429 as double)))
                )
            ) as half_tail
    from prepared
),

tails as (
    select *, case when z < 0 then 1 - half_tail else half_tail end as tail
    from halves
),

ranked as (
    select *, row_number() over (order by tail) as place, count(*) over () as providers
    from tails
),

limits as (
    select max(tail) as largest_tail
    from ranked
    where tail * providers * 1000 <= place * $max_q_per_mille
)

select
    first_claim_id as subject_id,
    '' as discriminator,
    first_claim_id as claim_id,
    'clue' as tier,
    cast(tests_per_mille as double) as observed,
    insured_in_scope_amount as asked
from judged
where is_low
union all
select
    ranked.provider_id as subject_id,
    '' as discriminator,
    cast(null as varchar) as claim_id,
    'suspicion' as tier,
    ranked.low as observed,
    cast(ranked.asked as decimal(18, 2)) as asked
from ranked
cross join limits
where ranked.z > 0
    and ranked.tail <= limits.largest_tail
    and ranked.low >= $min_low_stays
