-- charges: what bills of insured persons charge, line by line.
--
-- Of live visits and their claims that stand and that are insured, no newborn's: lines of positive quantity and amount that reverse no other. A visit
-- with a refund without lines is left out, since what it took back is unknown.
--
-- Reads: nets, visits, claims, lines, takings. Parameters: none.
-- Returns one row for each such line:
--   line_number                                       tells lines apart, as line_id may not
--   claim_id, line_id, item_code, category, charge_unit
--   first_claim_id, person_id, provider_id, visit_type       of the visit
--   served_at, is_executed                            when it was executed, else charged; whether its execution is told
--   day                                               of served_at, else that of a claim of one day
--   judged_on                                         the day, else the first of the claim: on it knowledge about the item must be in force
--   units                                             times 10000
--   is_payable                                        any of it is in scope, or may be where that is not told
--   in_scope_fen, is_known                            the in-scope amount, else the amount; whether it is told

select
    row_number() over () as line_number,
    lines.claim_id,
    lines.line_id,
    lines.item_code,
    lines.category,
    lines.charge_unit,
    nets.first_claim_id,
    nets.person_id,
    nets.provider_id,
    visits.visit_type,
    coalesce(lines.executed_at, lines.charged_at) as served_at,
    lines.executed_at is not null as is_executed,
    cast(
        coalesce(
            lines.executed_at,
            lines.charged_at,
            case when cast(claims.started_at as date) = cast(claims.ended_at as date) then claims.started_at end
        ) as date
    ) as day,
    cast(coalesce(lines.executed_at, lines.charged_at, claims.started_at) as date) as judged_on,
    cast(lines.quantity * 10000 as bigint) as units,
    coalesce(lines.in_scope_amount, lines.amount) > 0 as is_payable,
    cast(coalesce(lines.in_scope_amount, lines.amount) * 100 as bigint) as in_scope_fen,
    lines.in_scope_amount is not null as is_known
from nets
join visits
    on visits.first_claim_id = nets.first_claim_id
join claims
    on claims.claim_id = nets.claim_id
join lines
    on lines.claim_id = nets.claim_id
where visits.is_live
    and nets.is_live
    and nets.is_insured
    and not coalesce(claims.is_newborn, false)
    and lines.quantity > 0
    and lines.amount > 0
    and lines.reverses_line_id is null
    and nets.first_claim_id not in (select first_claim_id from takings where item_code is null)
