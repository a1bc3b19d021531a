-- F01 settled-twice: a bill settled again, known by its lines or by its invoice.
--
-- Judged are live insured claims of live visits for which the fund paid (or may have paid), no newborn's, and none whose net total a refund of the
-- same person and provider takes back without naming a claim. They are put in the order of settlement (settled_at, else started_at), then claim_id.
--
-- Lines: two judged claims of one person and provider with $min_lines lines or more. Equal lines are counted as multisets in three ways: item,
-- charge time, quantity and amount; item, charge time and order_no; item, charge day and telling line_id. A charge time at midnight does not count in
-- the first two. The largest of the three is $match_percent percent of the larger claim's lines or more: a breach of the later claim, by the earlier
-- claim with the highest whole percent, the first of these.
--
-- Invoice: judged claims of one provider, not interim, under one telling invoice_no that fewer than $placeholder_claims of them name. Of two persons
-- (unless of one household and settled on one day), or of one person in two visits settled on different days: a suspicion of the later claim, by the
-- first such earlier claim.
--
-- Telling: eight or more letters and digits after leading zeros, not all alike, and not a counting series from one.
--
-- Reads: claims, nets, visits, lines, persons. Parameters: $min_lines, $match_percent, $placeholder_claims.
-- Returns one row for each claim and way:
--   subject_id      later claim
--   discriminator   lines or invoice|earlier claim
--   claim_id        later claim
--   tier            breach by lines, suspicion by invoice
--   observed        equal lines; by invoice the judged claims that name it
--   asked           in-scope amount of the later claim

with judged as (
    select
        nets.claim_id,
        nets.person_id,
        nets.provider_id,
        nets.first_claim_id,
        nets.is_interim,
        nets.in_scope_amount,
        coalesce(claims.settled_at, claims.started_at) as settled_at,
        claims.invoice_no,
        ltrim(regexp_replace(claims.invoice_no, '[^0-9A-Za-z]', '', 'g'), '0') as significant
    from nets
    join claims
        on claims.claim_id = nets.claim_id
    join visits
        on visits.first_claim_id = nets.first_claim_id
    left join (
        select distinct person_id, provider_id, unlinked_refund_amount
        from nets
        where unlinked_refund_amount > 0
    ) as taken_back
        on taken_back.person_id = nets.person_id
        and taken_back.provider_id = nets.provider_id
        and taken_back.unlinked_refund_amount = nets.total_amount
    where nets.is_live
        and nets.is_insured
        and visits.is_live
        and not coalesce(claims.is_newborn, false)
        and coalesce(nets.fund_loss, 1) > 0
        and taken_back.person_id is null
),

numbered_lines as (
    select
        lines.*,
        ltrim(regexp_replace(lines.line_id, '[^0-9A-Za-z]', '', 'g'), '0') as significant,
        cast(lines.charged_at as date) as charged_on,
        lines.charged_at <> date_trunc('day', lines.charged_at) as has_time
    from lines
    join judged
        on judged.claim_id = lines.claim_id
),

long_claims as (
    select claim_id, count(*) as lines
    from numbered_lines
    group by claim_id
    having count(*) >= $min_lines
),

line_keys as (
    select
        claim_id,
        'content' as way,
        item_code,
        charged_at,
        cast(quantity as varchar) as first_part,
        cast(amount as varchar) as second_part,
        count(*) as copies
    from numbered_lines
    where has_time
    group by all
    union all
    select claim_id, 'order' as way, item_code, charged_at, order_no, '', count(*)
    from numbered_lines
    where has_time
        and order_no is not null
    group by all
    union all
    select claim_id, 'number' as way, item_code, cast(charged_on as timestamp), line_id, '', count(*)
    from numbered_lines
    where charged_on is not null
        and length(significant) >= 8
        and significant <> repeat(left(significant, 1), length(significant))
        and not starts_with('12345678901234567890', significant)
    group by all
),

keyed as (
    select
        line_keys.*,
        judged.person_id,
        judged.provider_id,
        judged.settled_at,
        long_claims.lines
    from line_keys
    join judged
        on judged.claim_id = line_keys.claim_id
    left join long_claims
        on long_claims.claim_id = line_keys.claim_id
),

equal_by_way as (
    select
        earlier.claim_id as earlier_id,
        later.claim_id as later_id,
        later.way,
        sum(least(earlier.copies, later.copies)) as equal_lines
    from keyed as earlier
    join keyed as later
        on later.person_id = earlier.person_id
        and later.provider_id = earlier.provider_id
        and later.way = earlier.way
        and later.item_code = earlier.item_code
        and later.charged_at = earlier.charged_at
        and later.first_part = earlier.first_part
        and later.second_part = earlier.second_part
        and (earlier.settled_at, earlier.claim_id) < (later.settled_at, later.claim_id)
    where earlier.lines is not null
        and later.lines is not null
    group by earlier.claim_id, later.claim_id, later.way
),

equal_lines as (
    select earlier_id, later_id, max(equal_lines) as equal_lines
    from equal_by_way
    group by earlier_id, later_id
),

by_lines as (
    select
        later.claim_id,
        later.in_scope_amount,
        equal_lines.earlier_id,
        equal_lines.equal_lines
    from equal_lines
    join judged as earlier
        on earlier.claim_id = equal_lines.earlier_id
    join judged as later
        on later.claim_id = equal_lines.later_id
    join long_claims as earlier_length
        on earlier_length.claim_id = equal_lines.earlier_id
    join long_claims as later_length
        on later_length.claim_id = equal_lines.later_id
    where equal_lines.equal_lines * 100 >= $match_percent * greatest(earlier_length.lines, later_length.lines)
    qualify row_number() over (
        partition by later.claim_id
        order by
            equal_lines.equal_lines * 100 // greatest(earlier_length.lines, later_length.lines) desc,
            earlier.settled_at,
            earlier.claim_id
    ) = 1
),

invoiced as (
    select
        judged.*,
        persons.household_id,
        count(*) over (partition by judged.provider_id, judged.invoice_no) as claims_of_invoice
    from judged
    left join persons
        on persons.person_id = judged.person_id
    where not judged.is_interim
        and length(judged.significant) >= 8
        and judged.significant <> repeat(left(judged.significant, 1), length(judged.significant))
        and not starts_with('12345678901234567890', judged.significant)
),

by_invoice as (
    select
        later.claim_id,
        later.in_scope_amount,
        later.claims_of_invoice,
        earlier.claim_id as earlier_id
    from invoiced as earlier
    join invoiced as later
        on later.provider_id = earlier.provider_id
        and later.invoice_no = earlier.invoice_no
        and (earlier.settled_at, earlier.claim_id) < (later.settled_at, later.claim_id)
    where later.claims_of_invoice < $placeholder_claims
        and case
            when later.person_id <> earlier.person_id then not (
                cast(later.settled_at as date) = cast(earlier.settled_at as date)
                and coalesce(later.household_id = earlier.household_id, false)
            )
            else cast(later.settled_at as date) <> cast(earlier.settled_at as date) and later.first_claim_id <> earlier.first_claim_id
        end
    qualify row_number() over (partition by later.claim_id order by earlier.settled_at, earlier.claim_id) = 1
)

select
    claim_id as subject_id,
    'lines|' || earlier_id as discriminator,
    claim_id,
    'breach' as tier,
    cast(equal_lines as double) as observed,
    in_scope_amount as asked
from by_lines
union all
select
    claim_id as subject_id,
    'invoice|' || earlier_id as discriminator,
    claim_id,
    'suspicion' as tier,
    cast(claims_of_invoice as double) as observed,
    in_scope_amount as asked
from by_invoice
