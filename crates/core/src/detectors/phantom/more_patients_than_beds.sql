-- P04 more-patients-than-beds: <what it finds, in one line>.
--
-- <How it decides, naming each parameter by its $name.>
--
-- Reads: visits. Parameters: $min_visits.
-- Returns one row for each provider found:
--   subject_id      provider
--   discriminator   empty
--   claim_id        null
--   tier            clue
--   observed        visits
--   asked           0

select
    provider_id as subject_id,
    '' as discriminator,
    cast(null as varchar) as claim_id,
    'clue' as tier,
    cast(count(*) as double) as observed,
    cast(0 as decimal(18, 2)) as asked
from visits
where is_live
group by provider_id
having count(*) >= $min_visits
