-- S05 never-purchased: goods that were billed and that the store never had.
--
-- By store (stock_unit, else the provider) and goods (catalogue family, else item), where at least $min_months months are complete in claims and
-- stock: units were billed in them, net and to all payers, in at least $min_lines lines of insured patients with in-scope money, and the book has
-- no opening or closing count, purchase, making or receipt of them at any time, by any reading of its rows. Goods that are charged in several units,
-- or that the hospital makes without booking it, are left out. A suspicion where the store was counted when the months began and has a movement in
-- every month, else a clue.
--
-- Reads: claims, nets, lines, stock, providers, catalogue. Parameters: $min_months, $min_lines.
-- Returns one row for each store and goods:
--   subject_id      the provider of the store that billed most
--   discriminator   goods
--   claim_id        null
--   tier            suspicion or clue
--   observed        units billed
--   asked           the in-scope amount of the insured lines

with stores as (
    select named.provider_id, coalesce(providers.stock_unit, named.provider_id) as store_id
    from (
        select provider_id
        from claims
        union
        select provider_id
        from stock
    ) as named
    left join providers
        on providers.provider_id = named.provider_id
),

listed as (
    select
        item_code,
        min(family) as family,
        coalesce(bool_or(category in ('western_drug', 'patent_drug', 'herbal_slice', 'consumable')), false) as is_goods,
        cast(max(units_per_pack) * 10000 as bigint) as pack
    from catalogue
    group by item_code
),

decocted as (
    select distinct claim_id
    from lines
    where item_name like '%代煎%'
),

-- 1 for what was sold, -1 for what was taken back; where a refund took back the whole claim, neither counts.

directed as (
    select
        nets.claim_id,
        nets.provider_id,
        nets.is_insured,
        nets.started_at,
        case when nets.is_live then 1 else -1 end as direction
    from nets
    join claims
        on claims.claim_id = nets.claim_id
    left join nets as originals
        on originals.claim_id = claims.original_claim_id
        and not originals.is_refund
    where nets.is_live
        or (nets.is_refund and coalesce(originals.is_live, true))
),

-- Quantities in ten-thousandths of a unit, money in fen.

charged as (
    select
        stores.store_id,
        directed.provider_id,
        lines.item_code,
        coalesce(listed.family, lines.item_code) as goods,
        coalesce(listed.pack, 0) as pack,
        cast(coalesce(lines.charged_at, directed.started_at) as date) as charged_on,
        lines.charge_unit,
        coalesce(lines.is_hospital_made, false) as is_hospital_made,
        cast(
            case
                when directed.direction = 1 and lines.reverses_line_id is null then lines.quantity
                else -abs(lines.quantity)
            end * 10000 as bigint
        ) as units,
        case
            when directed.direction = 1
                and directed.is_insured
                and lines.reverses_line_id is null
                and lines.quantity > 0
                and coalesce(lines.in_scope_amount, lines.amount) > 0
            then cast(coalesce(lines.in_scope_amount, lines.amount) * 100 as bigint)
        end as in_scope
    from lines
    join directed
        on directed.claim_id = lines.claim_id
    join stores
        on stores.provider_id = directed.provider_id
    left join listed
        on listed.item_code = lines.item_code
    left join decocted
        on decocted.claim_id = lines.claim_id
    where case
            when lines.category is null then coalesce(listed.is_goods, false)
            else lines.category in ('western_drug', 'patent_drug', 'herbal_slice', 'consumable')
        end
        and lines.amount <> 0
        and not coalesce(lines.is_negotiated, false)
        and not regexp_matches(coalesce(lines.item_name, ''), '氧气|医用氧|液氧|全血|悬浮红细胞|洗涤红细胞|单采血小板|冷沉淀|放射性')
        and (decocted.claim_id is null or coalesce(lines.category, '') <> 'herbal_slice')
),

moved as (
    select
        stores.store_id,
        stock.provider_id,
        stock.item_code,
        coalesce(listed.family, stock.item_code) as goods,
        stock.movement,
        cast(stock.moved_on as date) as moved_on,
        cast(date_trunc('month', stock.moved_on) as date) as month,
        cast(coalesce(stock.units_per_pack, 1) * 10000 as bigint) as pack,
        round(stock.quantity * coalesce(stock.units_per_pack, 1), 4) as plain_units,
        cast(greatest(coalesce(stock.least_units, plain_units), coalesce(stock.most_units, plain_units)) * 10000 as bigint) as most_units
    from stock
    join stores
        on stores.provider_id = stock.provider_id
    left join listed
        on listed.item_code = stock.item_code
),

-- Months complete in claims and stock. A book's first month is complete if it has a movement in the first seven days, its last if in the last seven.

billed_days as (
    select
        stores.store_id,
        cast(min(least(claims.started_at, coalesce(claims.ended_at, claims.started_at))) as date) as first_day,
        cast(max(greatest(claims.started_at, coalesce(claims.ended_at, claims.started_at))) as date) as last_day
    from claims
    join stores
        on stores.provider_id = claims.provider_id
    group by stores.store_id
),

booked_days as (
    select store_id, max(first_day) as first_day, min(last_day) as last_day
    from (
        select store_id, provider_id, min(moved_on) as first_day, max(moved_on) as last_day
        from moved
        group by store_id, provider_id
    )
    group by store_id
),

covers as (
    select *
    from (
        select
            billed_days.store_id,
            greatest(
                cast(date_trunc('month', billed_days.first_day) as date),
                cast(
                    date_trunc('month', booked_days.first_day)
                    + case when day(booked_days.first_day) > 7 then interval 1 month else interval 0 month end as date
                )
            ) as first_day,
            least(
                last_day(billed_days.last_day),
                case
                    when last_day(booked_days.last_day) - booked_days.last_day < 7 then last_day(booked_days.last_day)
                    else cast(date_trunc('month', booked_days.last_day) as date) - 1
                end
            ) as last_day
        from billed_days
        join booked_days
            on booked_days.store_id = billed_days.store_id
    )
    where first_day <= last_day
),

clear_goods as (
    select charged.store_id, charged.goods
    from charged
    join covers
        on covers.store_id = charged.store_id
        and charged.charged_on between covers.first_day and covers.last_day
    left join (
        select distinct store_id, goods
        from moved
        where movement = 'made'
    ) as made
        on made.store_id = charged.store_id
        and made.goods = charged.goods
    group by charged.store_id, charged.goods
    having count(distinct charged.charge_unit) <= 1
        and (not bool_or(charged.is_hospital_made) or bool_or(made.goods is not null))
),

stocked_goods as (
    select store_id, goods
    from moved
    group by store_id, goods
    having bool_or(most_units > 0 and movement in ('opening', 'closing', 'purchase', 'made', 'transfer_in'))
),

long_covers as (
    select *, datediff('month', first_day, last_day) + 1 as months
    from covers
    where datediff('month', first_day, last_day) + 1 >= $min_months
),

by_provider as (
    select
        charged.store_id,
        charged.goods,
        charged.provider_id,
        sum(charged.units) as billed,
        count(charged.in_scope) as lines,
        coalesce(sum(charged.in_scope), 0) as in_scope
    from charged
    join long_covers
        on long_covers.store_id = charged.store_id
        and charged.charged_on between long_covers.first_day and long_covers.last_day
    group by charged.store_id, charged.goods, charged.provider_id
),

most as (
    select store_id, goods, provider_id, row_number() over (partition by store_id, goods order by billed desc, provider_id) as place
    from by_provider
),

billed as (
    select store_id, goods, sum(billed) as billed, sum(lines) as lines, sum(in_scope) as in_scope
    from by_provider
    group by store_id, goods
),

kept_books as (
    select
        long_covers.store_id,
        bool_or(
            (moved.movement = 'opening' and moved.month = long_covers.first_day)
            or (moved.movement = 'closing' and moved.month = long_covers.first_day - interval 1 month)
        )
        and count(distinct moved.month) filter (where moved.moved_on between long_covers.first_day and long_covers.last_day)
            = long_covers.months as is_complete
    from long_covers
    join moved
        on moved.store_id = long_covers.store_id
    group by long_covers.store_id, long_covers.months
)

select
    most.provider_id as subject_id,
    billed.goods as discriminator,
    cast(null as varchar) as claim_id,
    case when kept_books.is_complete then 'suspicion' else 'clue' end as tier,
    cast(billed.billed as double) / 10000 as observed,
    cast(cast(billed.in_scope as decimal(18, 0)) * 0.01 as decimal(18, 2)) as asked
from billed
join most
    on most.store_id = billed.store_id
    and most.goods = billed.goods
    and most.place = 1
join kept_books
    on kept_books.store_id = billed.store_id
join clear_goods
    on clear_goods.store_id = billed.store_id
    and clear_goods.goods = billed.goods
left join stocked_goods
    on stocked_goods.store_id = billed.store_id
    and stocked_goods.goods = billed.goods
where stocked_goods.goods is null
    and billed.billed > 0
    and billed.lines >= $min_lines
