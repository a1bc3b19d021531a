-- visits: every attendance, from the claims settled for it.
--
-- A visit is live when it has a live claim, unless refunds that name no claim use up all that its live claims add up to. It starts with its first
-- live claim and ends with its last; it has no end while one of them has none (the patient is still in hospital). Where no claim is live, all its
-- claims count instead. It is an inpatient visit when one of its claims is that counts; otherwise it has the type of its first claim.
--
-- Reads: nets. Parameters: none.
-- Returns one row for each visit:
--   first_claim_id                                    the visit's name (nets.first_claim_id leads from a claim to its visit)
--   last_claim_id                                     the claim that ends last (an open end is last of all; ties by claim_id)
--   person_id, provider_id, visit_type, started_at, ended_at
--   is_live, is_insured, is_interim                   live; any live claim insured; any claim that counts an interim settlement
--   total_amount, in_scope_amount                     sums over the live claims
--   insured_in_scope_amount, fund_loss                sums over the live insured claims; fund_loss is null where no claim tells it
--   claims                                            all claims of the visit, refunds among them

with gathered as (
    select
        first_claim_id,
        person_id,
        provider_id,
        max(claim_id) filter (where is_counted and ended_at is null) as last_open_claim_id,
        arg_max(claim_id, (ended_at, claim_id)) filter (where is_counted and ended_at is not null) as last_ended_claim_id,
        max(visit_type) filter (where claim_id = first_claim_id) as first_visit_type,
        bool_or(is_counted and visit_type = 'inpatient') as has_inpatient_claim,
        min(started_at) filter (where is_counted) as started_at,
        max(ended_at) filter (where is_counted) as last_ended_at,
        bool_or(is_live) as has_live_claim,
        bool_or(is_live and is_insured) as is_insured,
        bool_or(is_counted and is_interim) as is_interim,
        coalesce(sum(total_amount) filter (where is_live), 0) as total_amount,
        coalesce(sum(in_scope_amount) filter (where is_live), 0) as in_scope_amount,
        coalesce(sum(in_scope_amount) filter (where is_live and is_insured), 0) as insured_in_scope_amount,
        sum(fund_loss) as fund_loss,
        sum(unlinked_refund_amount) as unlinked_refund_amount,
        count(*) as claims
    from nets
    group by first_claim_id, person_id, provider_id
)

select
    first_claim_id,
    coalesce(last_open_claim_id, last_ended_claim_id) as last_claim_id,
    person_id,
    provider_id,
    case when has_inpatient_claim then 'inpatient' else first_visit_type end as visit_type,
    started_at,
    case when last_open_claim_id is null then last_ended_at end as ended_at,
    has_live_claim and (unlinked_refund_amount = 0 or total_amount > unlinked_refund_amount) as is_live,
    is_insured,
    is_interim,
    cast(total_amount as decimal(18, 2)) as total_amount,
    cast(in_scope_amount as decimal(18, 2)) as in_scope_amount,
    cast(insured_in_scope_amount as decimal(18, 2)) as insured_in_scope_amount,
    cast(fund_loss as decimal(18, 2)) as fund_loss,
    claims
from gathered
