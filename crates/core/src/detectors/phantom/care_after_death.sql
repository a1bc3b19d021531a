-- P17 care-after-death: care that needs the patient, after the patient's death.
--
-- A live insured visit, at a pharmacy or over the internet excepted, in which a service that needs the patient was given at least $min_days_after
-- days after the registered death. Such a service is a line of positive amount in a category that needs presence (the catalogue row in force on
-- its day decides, where it tells), and is neither mortuary care nor a drug for after discharge. Its time is that of execution, or of charging. A
-- visit whose insured claims have no line at all is judged by its start. Breach: the visit starts later than the day after the death. Otherwise it
-- straddles the registered death, which may have been entered late or wrong: clue. So is an outpatient visit without lines.
--
-- Reads: visits, nets, lines, persons, catalogue. Parameters: $min_days_after.
-- Returns one row for each visit:
--   subject_id      person
--   discriminator   visit
--   claim_id        visit
--   tier            breach or clue
--   observed        days from the death to the first such service, or to the start of a visit without lines
--   asked           in-scope amount: of the whole visit when it starts after the day of death, else of those services; insured claims only

with visits_of_the_dead as (
    select
        visits.first_claim_id,
        visits.person_id,
        visits.visit_type,
        visits.insured_in_scope_amount,
        persons.death_date,
        cast(visits.started_at as date) - persons.death_date as start_days_after
    from visits
    join persons
        on persons.person_id = visits.person_id
    where persons.death_date is not null
        and visits.is_live
        and visits.is_insured
        and visits.visit_type not in ('pharmacy', 'internet')
),

charged as (
    select
        visits_of_the_dead.first_claim_id,
        cast(coalesce(lines.executed_at, lines.charged_at) as date) - visits_of_the_dead.death_date as days_after,
        coalesce(lines.in_scope_amount, lines.amount) as in_scope_amount,
        lines.amount > 0
            and coalesce(
                catalogue.presence,
                lines.category in ('bed', 'consultation', 'exam', 'lab', 'treatment', 'surgery', 'nursing'),
                false
            )
            and not coalesce(regexp_matches(lines.item_name, '尸|遗体|太平间|殡'), false)
            and not coalesce(lines.is_discharge_drug, false) as needs_presence
    from visits_of_the_dead
    join nets
        on nets.first_claim_id = visits_of_the_dead.first_claim_id
    join lines
        on lines.claim_id = nets.claim_id
    left join catalogue
        on catalogue.item_code = lines.item_code
        and coalesce(catalogue.valid_from <= cast(coalesce(lines.executed_at, lines.charged_at) as date), true)
        and coalesce(catalogue.valid_to >= cast(coalesce(lines.executed_at, lines.charged_at) as date), true)
    where nets.is_live
        and nets.is_insured
),

services_after_death as (
    select
        first_claim_id,
        min(days_after) as first_days_after,
        sum(in_scope_amount) as in_scope_amount
    from charged
    where needs_presence
        and days_after >= $min_days_after
    group by first_claim_id
),

judged as (
    select
        visits_of_the_dead.*,
        services_after_death.first_days_after as observed,
        services_after_death.in_scope_amount as services_in_scope_amount,
        start_days_after > 1 as is_breach
    from visits_of_the_dead
    join services_after_death
        on services_after_death.first_claim_id = visits_of_the_dead.first_claim_id
    union all
    select
        visits_of_the_dead.*,
        start_days_after as observed,
        0 as services_in_scope_amount,
        start_days_after > 1 and visit_type not in ('outpatient', 'chronic') as is_breach
    from visits_of_the_dead
    where first_claim_id not in (select first_claim_id from charged)
        and start_days_after >= $min_days_after
        and visit_type in ('inpatient', 'emergency', 'observation', 'day_surgery', 'maternity', 'outpatient', 'chronic')
)

select
    person_id as subject_id,
    first_claim_id as discriminator,
    first_claim_id as claim_id,
    case when is_breach then 'breach' else 'clue' end as tier,
    observed,
    cast(case when start_days_after > 0 then insured_in_scope_amount else services_in_scope_amount end as decimal(18, 2)) as asked
from judged
