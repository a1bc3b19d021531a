-- takings: what bills of insured persons take back of items, by visit and day.
--
-- Of live visits and their claims that stand and that are insured, no newborn's: lines of negative quantity or amount, lines that reverse another, and
-- all lines of refunds of these claims, wherever they are entered, or of refunds of the visit that name no claim. Each counts on the day of the line
-- that it reverses, else on its own: that of execution, else of charging, else that of a claim of one day.
--
-- Reads: nets, visits, claims, lines. Parameters: none.
-- Returns one row for each visit, item and day:
--   first_claim_id      the visit's name
--   item_code           null for a refund without lines: what it took back is unknown
--   day                 null where it is not told
--   units               times 10000

with own_claims as (
    select nets.claim_id, nets.first_claim_id, nets.person_id
    from nets
    join visits
        on visits.first_claim_id = nets.first_claim_id
    join claims
        on claims.claim_id = nets.claim_id
    where visits.is_live
        and nets.is_live
        and nets.is_insured
        and not coalesce(claims.is_newborn, false)
),

refunds as (
    select own_claims.first_claim_id, refund.claim_id
    from own_claims
    join claims
        on claims.original_claim_id = own_claims.claim_id
    join nets as refund
        on refund.claim_id = claims.claim_id
        and refund.person_id = own_claims.person_id
    where refund.is_refund
    union all
    select nets.first_claim_id, nets.claim_id
    from nets
    join claims
        on claims.claim_id = nets.claim_id
    left join nets as original
        on original.claim_id = claims.original_claim_id
        and not original.is_refund
    where nets.is_refund
        and original.claim_id is null
),

taking as (
    select own_claims.first_claim_id, lines.*
    from own_claims
    join lines
        on lines.claim_id = own_claims.claim_id
    where lines.quantity < 0
        or lines.amount < 0
        or lines.reverses_line_id is not null
    union all
    select refunds.first_claim_id, lines.*
    from refunds
    join lines
        on lines.claim_id = refunds.claim_id
),

dated as (
    select
        taking.first_claim_id,
        taking.item_code,
        cast(abs(taking.quantity) * 10000 as bigint) as units,
        case
            when reversed.claim_id is not null then coalesce(reversed.executed_at, reversed.charged_at)
            else coalesce(taking.executed_at, taking.charged_at)
        end as served_at,
        claims.started_at,
        claims.ended_at
    from taking
    join claims
        on claims.claim_id = taking.claim_id
    left join lines as reversed
        on reversed.claim_id = taking.claim_id
        and reversed.line_id = taking.reverses_line_id
)

select
    first_claim_id,
    item_code,
    cast(coalesce(served_at, case when cast(started_at as date) = cast(ended_at as date) then started_at end) as date) as day,
    sum(units) as units
from dated
group by all
union all
select distinct first_claim_id, null, cast(null as date), null
from refunds
where claim_id not in (select claim_id from lines)
