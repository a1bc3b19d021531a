-- net_days: units of an item that a visit charges on a day, less what was taken back.
--
-- What was taken back on a day on which the item was not charged, or on none, counts on every day: of which it is, is unknown.
--
-- Reads: charges, takings. Parameters: none.
-- Returns one row for each visit, item and day:
--   first_claim_id, person_id, provider_id, visit_type, item_code, day
--   units, payable_units                  charged to whomever, and to the fund, times 10000
--   taken_units                           taken back
--   net_units, net_payable_units          the first two less what was taken back, no less than 0

with item_days as (
    select
        first_claim_id,
        person_id,
        provider_id,
        visit_type,
        item_code,
        day,
        sum(units) as units,
        coalesce(sum(units) filter (where is_payable), 0) as payable_units
    from charges
    where day is not null
    group by all
),

loose as (
    select takings.first_claim_id, takings.item_code, sum(takings.units) as units
    from takings
    left join item_days
        on item_days.first_claim_id = takings.first_claim_id
        and item_days.item_code = takings.item_code
        and item_days.day = takings.day
    where item_days.first_claim_id is null
    group by all
)

select
    item_days.*,
    coalesce(takings.units, 0) + coalesce(loose.units, 0) as taken_units,
    greatest(item_days.units - coalesce(takings.units, 0) - coalesce(loose.units, 0), 0) as net_units,
    greatest(item_days.payable_units - coalesce(takings.units, 0) - coalesce(loose.units, 0), 0) as net_payable_units
from item_days
left join takings
    on takings.first_claim_id = item_days.first_claim_id
    and takings.item_code = item_days.item_code
    and takings.day = item_days.day
left join loose
    on loose.first_claim_id = item_days.first_claim_id
    and loose.item_code = item_days.item_code
