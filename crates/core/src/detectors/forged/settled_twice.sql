-- F01 settled-twice: <what it finds, in one line>.
--
-- <How it decides, naming each parameter by its $name.>
--
-- Reads: visits. Parameters: $min_visits.
-- Returns one row for each person found:
--   subject_id      person
--   discriminator   empty
--   claim_id        null
--   tier            clue
--   observed        visits
--   asked           in-scope amount of the insured claims of the visits

select
    person_id as subject_id,
    '' as discriminator,
    cast(null as varchar) as claim_id,
    'clue' as tier,
    cast(count(*) as double) as observed,
    cast(sum(in_scope_amount) as decimal(18, 2)) as asked
from visits
where is_live
    and is_insured
group by person_id
having count(*) >= $min_visits
