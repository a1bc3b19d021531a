-- P09 split-stay: one hospital stay settled as two.
--
-- A person comes back to the same provider, or to one of its group, within $max_gap_days of a discharge. The next stay in the person's order is
-- meant; it must be insured. Left out: newborns, transfers, same-day stays, and returns that are planned: a diagnosis of either stay that begins
-- with one of $planned_diagnoses.
--
-- Four legs:
--   drugs      back within a day, and at least $continued_percent percent of the drugs of the last drug day of the first stay are charged again
--              on the first two days of the second (a drug is its ingredient where the catalogue row in force tells it, else its item)
--   cost       the first stay reached $cost_percent percent of its group's norm cost
--   elective   the way of the second admission is known and was no emergency
--   provider   the provider has at least 5 returns within 15 days, at least twice what its case mix explains, and more than that by 3
--              standard deviations
-- Suspicion: the drugs leg, or two of the others. Else clue.
--
-- Reads: stays, nets, lines, providers, catalogue, groups. Parameters: $max_gap_days, $continued_percent, $cost_percent, $planned_diagnoses (list).
-- Returns one row for each pair of stays:
--   subject_id      person
--   discriminator   first stay|second stay
--   claim_id        the second stay
--   tier            suspicion or clue
--   observed        days between them
--   asked           in-scope amount of the insured claims of the second stay

with unit_stays as (
    select
        stays.*,
        coalesce(providers.group_id, stays.provider_id) as unit_id,
        coalesce(left(stays.diagnosis_code, 3), '') as diagnosis_chapter,
        row_number() over (
            partition by stays.person_id, coalesce(providers.group_id, stays.provider_id)
            order by stays.stay_number
        ) as number_in_unit
    from stays
    left join providers
        on providers.provider_id = stays.provider_id
),

planned as (
    select unnest($planned_diagnoses) as prefix
),

planned_stays as (
    select unit_stays.first_claim_id
    from unit_stays
    join planned
        on starts_with(unit_stays.diagnosis_code, planned.prefix)
),

returns as (
    select
        second.person_id,
        second.provider_id,
        first.first_claim_id as first_id,
        second.first_claim_id as second_id,
        first.diagnosis_chapter,
        cast(second.started_at as date) - cast(first.ended_at as date) as gap_days,
        cast(second.started_at as date) as second_start,
        first.visit_ids as first_visits,
        second.visit_ids as second_visits,
        first.group_code,
        year(first.ended_at) as first_year,
        first.total_amount as first_total,
        second.admission_way,
        second.insured_in_scope_amount
    from unit_stays as first
    join unit_stays as second
        on second.person_id = first.person_id
        and second.unit_id = first.unit_id
        and second.number_in_unit = first.number_in_unit + 1
    where first.ended_at is not null
        and cast(second.started_at as date) - cast(first.ended_at as date) between 0 and greatest($max_gap_days, 15)
        and first.nights > 0
        and second.is_insured
        and not first.is_newborn
        and not second.is_newborn
        and not coalesce(first.discharge_way in ('transfer_hospital', 'transfer_community'), false)
        and not coalesce(second.admission_way = 'transfer', false)
        and second.transferred_from is null
        and first.first_claim_id not in (select first_claim_id from planned_stays)
        and second.first_claim_id not in (select first_claim_id from planned_stays)
),

candidates as (
    select *
    from returns
    where gap_days <= $max_gap_days
),

-- Leg drugs: what the first stay charged on its last drug day, against the first two days of the second.

quick_visits as (
    select second_id, second_start, true as is_first, unnest(first_visits) as visit_id
    from candidates
    where gap_days <= 1
    union all
    select second_id, second_start, false as is_first, unnest(second_visits) as visit_id
    from candidates
    where gap_days <= 1
),

drugs as (
    select distinct
        quick_visits.second_id,
        quick_visits.second_start,
        quick_visits.is_first,
        cast(lines.charged_at as date) as charged_on,
        coalesce(catalogue.ingredient, lines.item_code) as drug
    from quick_visits
    join nets
        on nets.first_claim_id = quick_visits.visit_id
    join lines
        on lines.claim_id = nets.claim_id
    left join catalogue
        on catalogue.item_code = lines.item_code
        and coalesce(catalogue.valid_from <= cast(coalesce(lines.executed_at, lines.charged_at) as date), true)
        and coalesce(catalogue.valid_to >= cast(coalesce(lines.executed_at, lines.charged_at) as date), true)
    where nets.is_live
        and lines.category in ('western_drug', 'patent_drug', 'herbal_slice')
        and lines.amount > 0
        and not coalesce(lines.is_discharge_drug, false)
        and lines.charged_at is not null
),

last_drug_days as (
    select second_id, max(charged_on) as charged_on
    from drugs
    where is_first
    group by second_id
),

continued_drugs as (
    select distinct second_id, drug
    from drugs
    where not is_first
        and charged_on between second_start and second_start + 1
),

drug_legs as (
    select
        drugs.second_id,
        count(continued_drugs.drug) * 100 >= $continued_percent * count(*) as is_met
    from drugs
    join last_drug_days
        on last_drug_days.second_id = drugs.second_id
        and last_drug_days.charged_on = drugs.charged_on
    left join continued_drugs
        on continued_drugs.second_id = drugs.second_id
        and continued_drugs.drug = drugs.drug
    where drugs.is_first
    group by drugs.second_id
),

-- Leg provider: returns within 15 days, against those expected from the diagnoses of all the provider's stays.

chapter_stays as (
    select diagnosis_chapter, count(*) as stays
    from unit_stays
    group by diagnosis_chapter
),

chapter_returns as (
    select diagnosis_chapter, count(*) as returns
    from returns
    where gap_days <= 15
    group by diagnosis_chapter
),

provider_chapters as (
    select provider_id, diagnosis_chapter, count(*) as stays
    from unit_stays
    group by provider_id, diagnosis_chapter
),

expected_returns as (
    select
        provider_chapters.provider_id,
        sum(provider_chapters.stays * chapter_returns.returns / chapter_stays.stays) as expected
    from provider_chapters
    join chapter_stays
        on chapter_stays.diagnosis_chapter = provider_chapters.diagnosis_chapter
    join chapter_returns
        on chapter_returns.diagnosis_chapter = provider_chapters.diagnosis_chapter
    group by provider_chapters.provider_id
),

observed_returns as (
    select provider_id, count(*) as observed
    from returns
    where gap_days <= 15
    group by provider_id
),

provider_legs as (
    select
        observed_returns.provider_id,
        observed >= 5
            and observed > coalesce(expected, 0) + 3 * sqrt(coalesce(expected, 0))
            and observed >= 2 * coalesce(expected, 0) as is_met
    from observed_returns
    left join expected_returns
        on expected_returns.provider_id = observed_returns.provider_id
),

judged as (
    select
        candidates.*,
        coalesce(drug_legs.is_met, false) as drugs_leg,
        coalesce(candidates.first_total * 100 >= $cost_percent * groups.norm_cost, false) as cost_leg,
        coalesce(candidates.admission_way <> 'emergency', false) as elective_leg,
        coalesce(provider_legs.is_met, false) as provider_leg
    from candidates
    left join drug_legs
        on drug_legs.second_id = candidates.second_id
    left join groups
        on groups.group_code = candidates.group_code
        and groups.year = candidates.first_year
    left join provider_legs
        on provider_legs.provider_id = candidates.provider_id
)

select
    person_id as subject_id,
    first_id || '|' || second_id as discriminator,
    second_id as claim_id,
    case
        when drugs_leg or cast(cost_leg as integer) + cast(elective_leg as integer) + cast(provider_leg as integer) >= 2 then 'suspicion'
        else 'clue'
    end as tier,
    gap_days as observed,
    insured_in_scope_amount as asked
from judged
