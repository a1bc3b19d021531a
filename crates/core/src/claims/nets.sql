-- nets: every claim, net of its refunds, with the visit it belongs to.
--
-- A claim is a refund when it is marked so, or, where the mark is missing, when its total is negative. A refund is linked when original_claim_id
-- names a claim that is not itself a refund; it then reduces that claim. A claim whose linked refunds reduce it to nothing is cancelled. Every
-- other claim that is not a refund is live. No net in-scope or fund amount is below zero.
--
-- A visit is one attendance: the claims with one person, provider and visit_id, or a claim without visit_id alone. It bears the claim_id of its
-- first claim: the live one that is first by (started_at, claim_id), or the first of all where none is live.
--
-- Reads: claims. Parameters: none.
-- Returns one row for each claim:
--   claim_id, first_claim_id        the claim, and the visit it belongs to
--   person_id, provider_id, visit_type, started_at, ended_at, is_interim
--   is_refund, is_live
--   is_counted                      live, or in a visit that has no live claim: the claims that date the visit
--   is_insured                      true unless the claim says otherwise
--   total_amount, in_scope_amount   net of linked refunds; in-scope is the total where it is unknown. Null for a refund
--   fund_loss                       what the fund paid for a live insured claim, net of linked refunds: the group's payment where it was paid by
--                                   group, else fund_amount. Null where unknown, and for every other claim
--   unlinked_refund_amount          the total of a refund that names no claim, as a positive number; zero for every other claim

with marked as (
    select
        claim_id,
        person_id,
        provider_id,
        visit_id,
        visit_type,
        started_at,
        ended_at,
        coalesce(is_interim, false) as is_interim,
        coalesce(is_refund, total_amount < 0) as is_refund,
        coalesce(is_insured, true) as is_insured,
        original_claim_id,
        payment_method in ('drg', 'dip', 'per_diem', 'single_disease', 'capitation', 'per_visit') and payment_amount is not null as is_group_paid,
        total_amount,
        in_scope_amount,
        fund_amount,
        payment_amount
    from claims
),

linked_refunds as (
    select refund.*
    from marked as refund
    join marked as original
        on original.claim_id = refund.original_claim_id
    where refund.is_refund
        and not original.is_refund
),

refunded as (
    select
        original_claim_id as claim_id,
        sum(abs(total_amount)) as total_amount,
        sum(abs(coalesce(in_scope_amount, 0))) as in_scope_amount,
        sum(abs(coalesce(fund_amount, 0))) as fund_amount,
        sum(abs(coalesce(payment_amount, 0))) as payment_amount
    from linked_refunds
    group by original_claim_id
),

netted as (
    select
        marked.*,
        not marked.is_refund and (refunded.claim_id is null or marked.total_amount > refunded.total_amount) as is_live,
        marked.total_amount - coalesce(refunded.total_amount, 0) as net_total,
        marked.in_scope_amount - coalesce(refunded.in_scope_amount, 0) as net_in_scope,
        marked.fund_amount - coalesce(refunded.fund_amount, 0) as net_fund,
        marked.payment_amount - coalesce(refunded.payment_amount, 0) as net_payment,
        case when marked.is_refund and linked_refunds.claim_id is null then abs(marked.total_amount) else 0 end as unlinked_refund_amount
    from marked
    left join refunded
        on refunded.claim_id = marked.claim_id
    left join linked_refunds
        on linked_refunds.claim_id = marked.claim_id
)

select
    claim_id,
    first_value(claim_id) over visit as first_claim_id,
    person_id,
    provider_id,
    visit_type,
    started_at,
    ended_at,
    is_interim,
    is_refund,
    is_live,
    is_live or not first_value(is_live) over visit as is_counted,
    is_insured,
    cast(case when not is_refund then net_total end as decimal(18, 2)) as total_amount,
    cast(case when not is_refund then greatest(coalesce(net_in_scope, net_total), 0) end as decimal(18, 2)) as in_scope_amount,
    cast(
        case
            when not is_live or not is_insured then null
            -- greatest() passes over null, so an unknown amount needs a test of its own.
            when is_group_paid then greatest(net_payment, 0)
            when net_fund is not null then greatest(net_fund, 0)
        end as decimal(18, 2)
    ) as fund_loss,
    unlinked_refund_amount
from netted
window visit as (
    partition by person_id, provider_id, visit_id, case when visit_id is null then claim_id end
    order by is_live desc, started_at, claim_id
)
