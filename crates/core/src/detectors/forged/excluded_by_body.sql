-- F07 excluded-by-body: <what it finds, in one line>.
--
-- <How it decides, naming each parameter by its $name.>
--
-- Reads: nets, lines. Parameters: $min_lines.
-- Returns one row for each claim found:
--   subject_id      claim
--   discriminator   empty
--   claim_id        claim
--   tier            clue
--   observed        lines
--   asked           in-scope amount of the claim

select
    nets.claim_id as subject_id,
    '' as discriminator,
    nets.claim_id,
    'clue' as tier,
    cast(count(*) as double) as observed,
    any_value(nets.in_scope_amount) as asked
from nets
join lines
    on lines.claim_id = nets.claim_id
where nets.is_live
    and nets.is_insured
group by nets.claim_id
having count(*) >= $min_lines
