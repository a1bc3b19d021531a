-- C16 identical-lines: the same service charged more than once on one day.
--
-- Copies are lines of one live insured claim that agree in item, charging time, execution time, quantity, unit price and order number. Lines without
-- in-scope amount, reversed lines and lines that reverse others are left out. $min_copies copies or more are exact when they name an order and a
-- true time of execution (midnight stands for an unknown time), or when $block_lines items or more of the claim are repeated with one and the same
-- charging time, not midnight: a block entered twice.
-- Breach: exact copies; all but one of each set are asked. Else clue: more copies than 99 of 100 claims have of the item on a day they charge it
-- (of the items of its category, where fewer than 100 do); the copies beyond that are asked.
--
-- Reads: nets, lines. Parameters: $min_copies, $block_lines.
-- Returns one row for each claim, item and day:
--   subject_id      claim
--   discriminator   item|day
--   claim_id        claim
--   tier            breach or clue
--   observed        copies of the largest set: of the exact ones for a breach
--   asked           in-scope amount of the cheapest copies that are too many

with charged as (
    select
        lines.claim_id,
        lines.item_code,
        coalesce(lines.category, '') as category,
        lines.charged_at,
        lines.executed_at,
        lines.quantity,
        lines.unit_price,
        lines.order_no,
        coalesce(lines.in_scope_amount, lines.amount) as in_scope_amount
    from lines
    join nets
        on nets.claim_id = lines.claim_id
    where nets.is_live
        and nets.is_insured
        and lines.charged_at is not null
        and lines.amount > 0
        and coalesce(lines.in_scope_amount, lines.amount) > 0
        and lines.reverses_line_id is null
        and not exists (
            select 1
            from lines as reversing
            where reversing.claim_id = lines.claim_id
                and reversing.reverses_line_id = lines.line_id
        )
),

copy_sets as (
    select
        claim_id,
        item_code,
        min(category) as category,
        charged_at,
        order_no is not null and executed_at is not null and cast(executed_at as time) <> time '00:00:00' as is_timed,
        count(*) as copies,
        sum(in_scope_amount) - max(in_scope_amount) as all_but_one
    from charged
    group by claim_id, item_code, charged_at, executed_at, quantity, unit_price, order_no
),

blocks as (
    select claim_id, charged_at
    from copy_sets
    where copies >= $min_copies
        and cast(charged_at as time) <> time '00:00:00'
    group by claim_id, charged_at
    having count(distinct item_code) >= $block_lines
),

exact_days as (
    select
        copy_sets.claim_id,
        copy_sets.item_code,
        cast(copy_sets.charged_at as date) as charged_on,
        max(copy_sets.copies) as copies,
        sum(copy_sets.all_but_one) as asked
    from copy_sets
    left join blocks
        on blocks.claim_id = copy_sets.claim_id
        and blocks.charged_at = copy_sets.charged_at
    where copy_sets.copies >= $min_copies
        and (copy_sets.is_timed or blocks.claim_id is not null)
    group by copy_sets.claim_id, copy_sets.item_code, cast(copy_sets.charged_at as date)
),

-- What is usual: the 99th percentile of the largest set of copies, over the days on which claims charge the item.

item_days as (
    select
        claim_id,
        item_code,
        min(category) as category,
        cast(charged_at as date) as charged_on,
        max(copies) as copies
    from copy_sets
    group by claim_id, item_code, cast(charged_at as date)
),

item_norms as (
    select
        item_code,
        min(category) as category,
        count(*) as days,
        quantile_disc(copies, 0.99) as usual_copies
    from item_days
    group by item_code
),

category_norms as (
    select item_norms.category, quantile_disc(item_days.copies, 0.99) as usual_copies
    from item_days
    join item_norms
        on item_norms.item_code = item_days.item_code
    group by item_norms.category
),

norms as (
    select
        item_norms.item_code,
        case when item_norms.days >= 100 then item_norms.usual_copies else category_norms.usual_copies end as usual_copies
    from item_norms
    join category_norms
        on category_norms.category = item_norms.category
),

unusual_days as (
    select
        item_days.claim_id,
        item_days.item_code,
        item_days.charged_on,
        item_days.copies,
        norms.usual_copies
    from item_days
    join norms
        on norms.item_code = item_days.item_code
    left join exact_days
        on exact_days.claim_id = item_days.claim_id
        and exact_days.item_code = item_days.item_code
        and exact_days.charged_on = item_days.charged_on
    where item_days.copies > norms.usual_copies
        and item_days.copies >= $min_copies
        and exact_days.claim_id is null
),

-- The copies beyond the usual, cheapest first; of sets equally large the one that asks least.

ranked_copies as (
    select
        charged.*,
        unusual_days.charged_on,
        unusual_days.copies - unusual_days.usual_copies as surplus_copies,
        unusual_days.copies as largest_set,
        count(*) over copy_set as set_size,
        row_number() over (copy_set order by charged.in_scope_amount) as copy_number
    from unusual_days
    join charged
        on charged.claim_id = unusual_days.claim_id
        and charged.item_code = unusual_days.item_code
        and cast(charged.charged_at as date) = unusual_days.charged_on
    window copy_set as (
        partition by
            charged.claim_id,
            charged.item_code,
            charged.charged_at,
            charged.executed_at,
            charged.quantity,
            charged.unit_price,
            charged.order_no
    )
),

surplus_sets as (
    select claim_id, item_code, charged_on, largest_set as copies, sum(in_scope_amount) as asked
    from ranked_copies
    where set_size = largest_set
        and copy_number <= surplus_copies
    group by claim_id, item_code, charged_on, largest_set, charged_at, executed_at, quantity, unit_price, order_no
)

select
    claim_id as subject_id,
    item_code || '|' || strftime(charged_on, '%Y-%m-%d') as discriminator,
    claim_id,
    'breach' as tier,
    copies as observed,
    cast(asked as decimal(18, 2)) as asked
from exact_days
union all
select
    claim_id as subject_id,
    item_code || '|' || strftime(charged_on, '%Y-%m-%d') as discriminator,
    claim_id,
    'clue' as tier,
    copies as observed,
    cast(min(asked) as decimal(18, 2)) as asked
from surplus_sets
group by claim_id, item_code, charged_on, copies
