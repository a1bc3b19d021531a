-- F14 totals-mismatch: a claim settled for more than its lines come to.
--
-- For each live insured claim that has lines: what was billed is the sum of its lines, less the discount of each line whose amount is still quantity
-- times unit price. The claim fails when its total exceeds that by more than $min_excess_fen fen and by more than $min_excess_per_mille per mille of
-- the total. Where a provider has $systemic_min_claims such claims or more and over $systemic_percent percent of them fail, its extract is at fault,
-- not the claims: one clue about the provider then stands for them all.
--
-- Reads: claims, nets, lines. Parameters: $min_excess_fen, $min_excess_per_mille, $systemic_percent, $systemic_min_claims.
-- Returns one row for each failing claim, or for a provider:
--   subject_id      claim, or provider
--   discriminator   empty
--   claim_id        claim; null for a provider
--   tier            breach for a claim, clue for a provider
--   observed        excess in yuan; for a provider the number of failing claims
--   asked           excess, no more than the claim's in-scope amount; 0 for a provider

with billed as (
    select
        claim_id,
        sum(
            case
                -- Widened, since a product of two decimal(18) would overflow at a hundred million yuan.
                when amount = round(cast(quantity as decimal(20, 4)) * unit_price, 2) then amount - coalesce(discount_amount, 0)
                else amount
            end
        ) as billed_amount
    from lines
    group by claim_id
),

compared as (
    select
        nets.claim_id,
        nets.provider_id,
        nets.in_scope_amount,
        claims.total_amount,
        claims.total_amount - billed.billed_amount as excess
    from nets
    join claims
        on claims.claim_id = nets.claim_id
    join billed
        on billed.claim_id = nets.claim_id
    where nets.is_live
        and nets.is_insured
),

tested as (
    select
        *,
        excess * 100 > $min_excess_fen and excess * 1000 > total_amount * $min_excess_per_mille as fails
    from compared
),

provider_tests as (
    select
        provider_id,
        count(*) filter (where fails) as failing_claims,
        count(*) >= $systemic_min_claims and count(*) filter (where fails) * 100 > $systemic_percent * count(*) as is_systemic
    from tested
    group by provider_id
)

select
    tested.claim_id as subject_id,
    '' as discriminator,
    tested.claim_id,
    'breach' as tier,
    cast(tested.excess as double) as observed,
    cast(least(tested.excess, tested.in_scope_amount) as decimal(18, 2)) as asked
from tested
join provider_tests
    on provider_tests.provider_id = tested.provider_id
where tested.fails
    and not provider_tests.is_systemic
union all
select
    provider_id as subject_id,
    '' as discriminator,
    null as claim_id,
    'clue' as tier,
    cast(failing_claims as double) as observed,
    cast(0 as decimal(18, 2)) as asked
from provider_tests
where is_systemic
