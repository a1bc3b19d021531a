-- S04 stock-shortfall: goods of which more was billed than the store ever had.
--
-- By store (stock_unit, else the provider), goods (catalogue family, else item) and calendar year, over the months complete in claims and stock, at
-- least $min_months of them: gap = billed to all payers, net - (opening + received - closing) - allowed. Stock rows count quantity x units_per_pack.
-- Rows with several readings (least_units, most_units) count in favour of the store: the most of what came in or was there at the start, the least of
-- what went out or was left. Allowed are 60 days of own use where nobody counted at the start, and, where nothing may have been there, the use of the
-- last two months as far as it is more than the opening. Goods that the book has never had, that are charged in several units, or that the hospital
-- makes without booking it are left out.
-- A gap of at least $min_gap_per_mille thousandths of what was billed and at least $min_gap_packs whole packs is a suspicion where there is an
-- opening count and a movement of the store in every month, else a clue.
--
-- Reads: claims, nets, lines, stock, providers, catalogue. Parameters: $min_months, $min_gap_per_mille, $min_gap_packs.
-- Returns one row for each store, goods and year:
--   subject_id      the provider of the store that billed most
--   discriminator   goods|year
--   claim_id        null
--   tier            suspicion or clue
--   observed        units of the gap
--   asked           the gap's share of the in-scope amount of the insured lines

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
        cast(least(coalesce(stock.least_units, plain_units), coalesce(stock.most_units, plain_units)) * 10000 as bigint) as least_units,
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

periods as (
    select
        store_id,
        year,
        greatest(first_day, make_date(year, 1, 1)) as first_day,
        least(last_day, make_date(year, 12, 31)) as last_day
    from (
        select store_id, first_day, last_day, unnest(range(year(first_day), year(last_day) + 1)) as year
        from covers
    )
),

long_periods as (
    select *, datediff('month', first_day, last_day) + 1 as months
    from periods
    where datediff('month', first_day, last_day) + 1 >= $min_months
),

by_provider as (
    select
        charged.store_id,
        charged.goods,
        long_periods.year,
        charged.provider_id,
        sum(charged.units) as billed,
        coalesce(
            sum(charged.units) filter (
                where charged.charged_on >= date_trunc('month', long_periods.last_day) - interval 1 month
            ),
            0
        ) as billed_lately,
        count(charged.in_scope) as lines,
        coalesce(sum(charged.in_scope), 0) as in_scope
    from charged
    join long_periods
        on long_periods.store_id = charged.store_id
        and charged.charged_on between long_periods.first_day and long_periods.last_day
    group by charged.store_id, charged.goods, long_periods.year, charged.provider_id
),

-- The provider that billed most; of equals the first.

most as (
    select store_id, goods, year, provider_id, row_number() over (partition by store_id, goods, year order by billed desc, provider_id) as place
    from by_provider
),

billed as (
    select
        store_id,
        goods,
        year,
        sum(billed) as billed,
        greatest(sum(billed_lately), 0) as billed_lately,
        sum(lines) as lines,
        sum(in_scope) as in_scope
    from by_provider
    group by store_id, goods, year
),

packs as (
    select store_id, goods, max(pack) as pack
    from (
        select store_id, goods, pack
        from moved
        union all
        select charged.store_id, charged.goods, charged.pack
        from charged
        join covers
            on covers.store_id = charged.store_id
            and charged.charged_on between covers.first_day and covers.last_day
    )
    group by store_id, goods
),

-- Counts: of each item at each provider the earliest opening of a month, the latest closing.

counts as (
    select store_id, goods, month, movement, sum(least_units) as least_units, sum(most_units) as most_units
    from (
        select
            store_id,
            goods,
            month,
            movement,
            least_units,
            most_units,
            moved_on = case
                when movement = 'opening' then min(moved_on) over place
                else max(moved_on) over place
            end as is_meant
        from moved
        where movement in ('opening', 'closing')
        window place as (partition by store_id, provider_id, item_code, month, movement)
    )
    where is_meant
    group by store_id, goods, month, movement
),

received as (
    select
        moved.store_id,
        moved.goods,
        long_periods.year,
        sum(
            case
                when moved.movement in ('purchase', 'made', 'transfer_in') then moved.most_units
                when moved.movement in ('purchase_return', 'transfer_out', 'internal_use', 'loss')
                    and (moved.least_units > 0 or moved.most_units < 0)
                then -least(abs(moved.least_units), abs(moved.most_units))
                else 0
            end
        ) as received
    from moved
    join long_periods
        on long_periods.store_id = moved.store_id
        and moved.moved_on between long_periods.first_day and long_periods.last_day
    group by moved.store_id, moved.goods, long_periods.year
),

unbroken as (
    select moved.store_id, long_periods.year
    from moved
    join long_periods
        on long_periods.store_id = moved.store_id
        and moved.moved_on between long_periods.first_day and long_periods.last_day
    group by moved.store_id, long_periods.year, long_periods.months
    having count(distinct moved.month) = long_periods.months
),

flows as (
    select
        billed.*,
        most.provider_id,
        unbroken.store_id is not null as is_unbroken,
        coalesce(opening.least_units, earlier.least_units) as least_opening,
        coalesce(opening.most_units, earlier.most_units) as opening,
        coalesce(received.received, 0) - coalesce(closing.least_units, 0) as added,
        greatest(packs.pack, 10000) as pack,
        long_periods.last_day - long_periods.first_day + 1 as days
    from billed
    join long_periods
        on long_periods.store_id = billed.store_id
        and long_periods.year = billed.year
    join clear_goods
        on clear_goods.store_id = billed.store_id
        and clear_goods.goods = billed.goods
    join stocked_goods
        on stocked_goods.store_id = billed.store_id
        and stocked_goods.goods = billed.goods
    join packs
        on packs.store_id = billed.store_id
        and packs.goods = billed.goods
    join most
        on most.store_id = billed.store_id
        and most.goods = billed.goods
        and most.year = billed.year
        and most.place = 1
    left join unbroken
        on unbroken.store_id = billed.store_id
        and unbroken.year = billed.year
    left join received
        on received.store_id = billed.store_id
        and received.goods = billed.goods
        and received.year = billed.year
    left join counts as opening
        on opening.store_id = billed.store_id
        and opening.goods = billed.goods
        and opening.movement = 'opening'
        and opening.month = long_periods.first_day
    left join counts as earlier
        on earlier.store_id = billed.store_id
        and earlier.goods = billed.goods
        and earlier.movement = 'closing'
        and earlier.month = cast(long_periods.first_day - interval 1 month as date)
    left join counts as closing
        on closing.store_id = billed.store_id
        and closing.goods = billed.goods
        and closing.movement = 'closing'
        and closing.month = date_trunc('month', long_periods.last_day)
    where billed.billed > 0
        and billed.lines > 0
),

gaps as (
    select
        *,
        least(
            billed,
            billed - coalesce(opening, 0) - added - case
                when opening is null then billed * 60 // days
                when least_opening <= 0 and opening >= 0 then greatest(billed_lately - opening, 0)
                else 0
            end
        ) as gap
    from flows
)

select
    provider_id as subject_id,
    goods || '|' || year as discriminator,
    cast(null as varchar) as claim_id,
    case when opening is not null and is_unbroken then 'suspicion' else 'clue' end as tier,
    cast(gap as double) / 10000 as observed,
    cast(cast((2 * in_scope * gap + billed) // (2 * billed) as decimal(18, 0)) * 0.01 as decimal(18, 2)) as asked
from gaps
where gap > 0
    and gap * 1000 // billed >= $min_gap_per_mille
    and gap // pack >= $min_gap_packs
