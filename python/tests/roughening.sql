-- Changes that make a county rough: rare circumstances become common. Which rows change depends on a hash of their ids alone.

-- Many stays fall to few persons, so that stays overlap and follow each other closely. Some are open, some interim.
update claims
set person_id = (select min(person_id) from persons) || '-' || hash(claim_id, 1) % 150
where visit_type = 'inpatient' and hash(claim_id, 2) % 2 = 0;

-- The same persons are treated elsewhere, too.
update claims
set person_id = (select min(person_id) from persons) || '-' || hash(claim_id, 45) % 150
where visit_type not in ('inpatient', 'maternity') and hash(claim_id, 46) % 3 = 0;

update claims
set started_at = started_at - to_days(cast(hash(claim_id, 3) % 3 as integer)),
    ended_at = case when hash(claim_id, 4) % 40 > 0 then ended_at end,
    is_interim = hash(claim_id, 5) % 3 = 0
where visit_type = 'inpatient';

-- Some patients come back soon, at one provider often: with the lines of their first stay, as many days later.
insert into claims by name
select * replace (
    'N' || claim_id as claim_id,
    null as visit_id,
    false as is_interim,
    ended_at + to_days(cast(hash(claim_id, 6) % 4 as integer)) as started_at,
    ended_at + to_days(cast(3 + hash(claim_id, 7) % 9 as integer)) as ended_at
)
from claims
where visit_type = 'inpatient'
    and ended_at is not null
    and hash(claim_id, 8) % case when provider_id = (
        select provider_id
        from claims
        where visit_type = 'inpatient'
        group by provider_id
        order by count(*) desc, provider_id
        limit 1 offset 3
    ) then 2 else 30 end = 0;

insert into lines by name
select lines.* replace (
    again.claim_id as claim_id,
    lines.charged_at + (again.started_at - first.started_at) as charged_at
)
from lines
join claims as first on first.claim_id = lines.claim_id
join claims as again on again.claim_id = 'N' || lines.claim_id;

-- Bills settled again, some lines left out; and bills of others, weeks later.
insert into claims by name
select * replace (
    'S' || claim_id as claim_id,
    case when hash(claim_id, 45) % 2 = 0 then visit_id end as visit_id,
    settled_at + to_days(cast(hash(claim_id, 46) % 9 as integer)) as settled_at
)
from claims
where hash(claim_id, 47) % 40 = 0;

insert into lines by name
select lines.* replace ('S' || lines.claim_id as claim_id)
from lines
where 'S' || lines.claim_id in (select claim_id from claims)
    and hash(claim_id, item_code, charged_at, 48) % (5 + hash(claim_id, 49) % 20) > 0;

insert into claims by name
select * replace (
    'T' || claim_id as claim_id,
    (select max(person_id) from persons) || '-' || hash(claim_id, 50) % 200 as person_id,
    null as visit_id,
    started_at + to_days(cast(hash(claim_id, 51) % 20 as integer)) as started_at,
    ended_at + to_days(cast(hash(claim_id, 51) % 20 as integer)) as ended_at
)
from claims
where hash(claim_id, 52) % 40 = 0;

insert into lines by name
select lines.* replace (
    'T' || lines.claim_id as claim_id,
    lines.charged_at + to_days(cast(hash(lines.claim_id, 51) % 20 as integer)) as charged_at,
    lines.executed_at + to_days(cast(hash(lines.claim_id, 51) % 20 as integer)) as executed_at
)
from lines
where 'T' || lines.claim_id in (select claim_id from claims)
    and hash(claim_id, item_code, charged_at, 53) % (5 + hash(claim_id, 54) % 20) > 0;

update claims set invoice_no = 'R' || hash(provider_id, claim_id, 55) % 400 || '-20250417' where hash(claim_id, 56) % 6 = 0;
update lines set package_no = 'SET' where hash(claim_id, item_code, 57) % 50 = 0;
update persons set household_id = 'HOME' || hash(person_id, 58) % 20 where hash(person_id, 59) % 3 = 0;

-- Claims of one visit, claims without a visit; what is rare or missing.
update claims set visit_id = strftime(started_at, '%Y%m') where hash(person_id, 9) % 4 = 0;
update claims set visit_id = null where hash(claim_id, 10) % 10 = 0;
update claims set is_insured = case hash(claim_id, 11) % 8 when 0 then false when 1 then true end;
update claims set is_newborn = true where hash(claim_id, 12) % 30 = 0;
update claims set transferred_from = provider_id where hash(claim_id, 13) % 25 = 0;
update claims set discharge_way = 'transfer_hospital' where hash(claim_id, 14) % 10 = 0;
update claims
set admission_way = ['emergency', 'outpatient', 'transfer', 'other'][cast(1 + hash(claim_id, 15) % 5 as integer)];
update claims set diagnosis_code = null where hash(claim_id, 16) % 10 = 0;
update claims set in_scope_amount = null where hash(claim_id, 17) % 10 = 0;
update claims set fund_amount = null where hash(claim_id, 18) % 10 = 0;
update claims set payment_amount = null where hash(claim_id, 19) % 10 = 0;

-- Refunds, whole and by half, of a claim, of a refund, of nothing; marked, or known by their sign alone.
insert into claims by name
select * replace (
    'R' || claim_id as claim_id,
    case hash(claim_id, 20) % 5
        when 0 then 'gone'
        when 1 then null
        when 2 then 'R' || claim_id
        else claim_id
    end as original_claim_id,
    case when hash(claim_id, 21) % 2 = 0 then true end as is_refund,
    case when hash(claim_id, 22) % 3 > 0 then visit_id end as visit_id,
    cast(-total_amount * (1 + hash(claim_id, 23) % 2) / 2 as decimal(18, 2)) as total_amount,
    cast(-in_scope_amount * (1 + hash(claim_id, 23) % 2) / 2 as decimal(18, 2)) as in_scope_amount,
    cast(-fund_amount * (1 + hash(claim_id, 23) % 2) / 2 as decimal(18, 2)) as fund_amount
)
from claims
where hash(claim_id, 24) % 12 = 0
    and total_amount > 0;

-- Totals above the lines, at some providers often.
update claims
set total_amount = total_amount + 7.31
where hash(claim_id, 25) % (10 + hash(provider_id, 26) % 60) = 0;

-- Lines repeated, reversed, undated, out of scope, executed long after, without category, with a discount, or not there at all.
insert into lines by name
select lines.* replace (cast(null as varchar) as line_id)
from lines, (select unnest(range(cast(1 + hash(lines.claim_id, 27) % 3 as bigint))))
where hash(claim_id, item_code, charged_at, 28) % 40 = 0;

update lines
set reverses_line_id = (
    select min(line_id)
    from lines as other
    where other.claim_id = lines.claim_id
        and other.item_code = lines.item_code
)
where hash(claim_id, item_code, charged_at, 29) % 60 = 0;

update lines set order_no = null where hash(claim_id, item_code, 30) % 5 = 0;
update lines set executed_at = charged_at + interval 61 seconds where hash(claim_id, item_code, 31) % 3 = 0;
update lines set executed_at = charged_at + interval 12 days where hash(claim_id, item_code, 32) % 15 = 0;
update lines set charged_at = null where hash(claim_id, item_code, 33) % 30 = 0;
update lines set in_scope_amount = null where hash(claim_id, item_code, 34) % 10 = 0;
update lines set in_scope_amount = 0 where hash(claim_id, item_code, 35) % 20 = 0;
update lines set category = null where hash(claim_id, item_code, 36) % 20 = 0;
update lines set discount_amount = 1 where hash(claim_id, 37) % 60 = 0;
delete from lines where hash(claim_id, 38) % 12 = 0;

-- Stays on which little is done from some day on, with leave, with supplies for days, or paid by the day; providers that post at the end, some of
-- whose orders are known. One item or another is charged beyond the stay, or its unit is not known.
create temporary table quiet_stays as
select claim_id, person_id, provider_id, cast(started_at as date) as started_on, ended_at
from claims
where visit_type = 'inpatient' and not coalesce(is_refund, total_amount < 0);

delete from lines
using quiet_stays
where lines.claim_id = quiet_stays.claim_id
    and hash(lines.claim_id, 47) % case hash(quiet_stays.provider_id, 66) % 6 when 0 then 3 when 1 then 1 else 90 end = 0
    and hash(lines.claim_id, cast(lines.charged_at as date), 48) % 9 > 0
    and coalesce(lines.category not in ('bed', 'nursing', 'consultation'), true)
    and cast(lines.charged_at as date) > started_on + cast(hash(lines.claim_id, 49) % 3 as integer);

insert into registers (person_id, kind, "from", "to")
select
    person_id,
    ['leave', '请假', 'injury'][cast(1 + hash(claim_id, 50) % 3 as integer)],
    started_on + interval 2 days,
    case when hash(claim_id, 51) % 4 > 0 then started_on + interval 3 days end
from quiet_stays
where hash(claim_id, 52) % 15 = 0;

update lines set days_supply = cast(hash(claim_id, item_code, 53) % 5 as integer) where hash(claim_id, item_code, 54) % 6 = 0;
update claims set payment_method = 'per_diem' where hash(claim_id, 55) % 30 = 0;
update claims set department = '康复科' where hash(claim_id, 56) % 30 = 0;

insert into orders (order_no, claim_id, item_code, ordered_at, executed_at, stopped_at)
select
    'R' || row_number() over (order by claim_id, item_code),
    claim_id,
    item_code,
    first_charged_at,
    case when hash(claim_id, item_code, 57) % 3 = 0 then first_charged_at + interval 1 day end,
    case when hash(claim_id, item_code, 58) % 3 > 0 then last_charged_at end
from (
    select claim_id, item_code, min(charged_at) as first_charged_at, max(charged_at) as last_charged_at
    from lines
    where claim_id in (select claim_id from quiet_stays)
        and charged_at is not null
    group by claim_id, item_code
) as charged
where hash(claim_id, 59) % 2 = 0;

update lines
set charged_at = quiet_stays.ended_at, executed_at = null
from quiet_stays
where quiet_stays.claim_id = lines.claim_id
    and hash(quiet_stays.provider_id, 60) % 4 = 0;

update lines set charge_unit = null where hash(claim_id, item_code, 61) % 10 = 0;
update lines
set quantity = quantity + 1 + cast(hash(claim_id, item_code, 62) % 3 as integer) / 2
where category in ('bed', 'nursing', 'consultation') and hash(claim_id, item_code, 63) % 40 = 0;
update lines set item_name = '陪护床位费' where category = 'bed' and hash(claim_id, 64) % 20 = 0;

-- Deaths, also of the few persons with many stays.
insert into persons by name
select distinct person_id, null as death_date
from claims
where person_id not in (select person_id from persons)
    and hash(person_id, 39) % 3 > 0;

update persons
set death_date = cast(date '2025-01-01' + cast(hash(person_id, 40) % 365 as integer) as date)
where hash(person_id, 41) % 15 = 0;

update providers set level = null where hash(provider_id, 65) % 6 = 0;

-- Provider groups. One bears the number of a provider.
update providers
set group_id = (select min(provider_id) from providers)
where hash(provider_id, 42) % 4 = 0;

update providers
set group_id = 'G' || hash(provider_id, 43) % 3
where group_id is null and hash(provider_id, 44) % 2 = 0;

-- Each catalogue row holds for half of the time, with another ingredient and presence than in the other half.
insert into catalogue by name
select * replace (
    date '2025-07-01' as valid_from,
    null as valid_to,
    not presence as presence,
    item_code as ingredient
)
from catalogue
where valid_from is null and valid_to is null;

update catalogue set valid_to = date '2025-06-30' where valid_from is null and valid_to is null;

-- Identities: sexes, births and numbers missing or wrong, certificates shared, contacts that many give at one provider.
update persons set sex = case hash(person_id, 45) % 12 when 0 then null when 1 then 'male' else sex end;
update persons set birth_date = case when hash(person_id, 46) % 12 > 0 then birth_date end;
update persons set id_number = (select min(id_number) from persons) where hash(person_id, 47) % 300 = 0;
update persons set id_number = left(id_number, 15) where hash(person_id, 48) % 15 = 0;
update persons set household_id = null where hash(person_id, 49) % 10 = 0;
update persons set region = case when hash(person_id, 50) % 2 = 0 then left(region, 6) end where hash(person_id, 51) % 5 = 0;

update claims
set phone = '1260000' || left(provider_id, 1) || right(provider_id, 3),
    address = '云溪县' || provider_id || '号',
    contact_name = case when hash(claim_id, 52) % 3 = 0 then '家属' else '李' || right(provider_id, 2) end,
    employer_id = case when hash(provider_id, 53) % 5 = 0 then provider_id end
where hash(person_id, 54) % (3 + hash(provider_id, 55) % 60) = 0;

update claims
set phone = (select min(staff.phone) from staff where staff.provider_id = claims.provider_id)
where hash(person_id, 56) % 40 = 0;

-- Limits of some items, mostly against their users; diagnoses of the other sex, and main ones only in their own table.
update catalogue
set sex_limit = ['female', 'male'][cast(1 + hash(item_code, 57) % 2 as integer)]
where hash(item_code, 58) % 9 = 0;

update catalogue
set min_age = case when hash(item_code, 59) % 2 = 0 then 30 end,
    max_age = case when hash(item_code, 59) % 3 > 0 then 12 + hash(item_code, 59) % 60 end
where hash(item_code, 60) % 9 = 0;

update catalogue set category = null where hash(item_code, 61) % 7 = 0;
update diagnoses set code = 'N' || (30 + hash(claim_id, 62) % 70) || '.900' where hash(claim_id, 63) % 40 = 0;
update diagnoses set is_main = null where hash(claim_id, 64) % 10 = 0;

-- Stock rows that can be read in several ways, some of them as nothing; of some only one end is known.
update stock
set least_units = case when hash(item_code, moved_on, movement, 65) % 5 > 0
        then round(quantity * coalesce(units_per_pack, 1) * (hash(item_code, moved_on, 66) % 4) / 4, 4) end,
    most_units = case when hash(item_code, moved_on, movement, 67) % 5 > 0
        then round(quantity * coalesce(units_per_pack, 1) * (4 + hash(item_code, moved_on, 68) % 3) / 4, 4) end
where hash(item_code, moved_on, movement, 69) % 3 = 0;

-- Items that exclude others and that are limited in number, some for a time, some by several rows; a few that are not named at all.
create temporary table common_items as
select item_code, row_number() over (order by count(*) desc, item_code) as place
from lines
where category not in ('western_drug', 'patent_drug', 'herbal_slice', 'consumable')
group by item_code
order by place
limit 24;

-- Limits of level and of the way of attendance, which most users of an item keep.
insert into limits (item_code, kind, min_level, settings, valid_from, valid_to)
select
    item_code,
    case when copies.range = 0 then 'level' else 'setting' end,
    case when copies.range = 0 then 1 + hash(item_code, 87) % 3 end,
    case when copies.range = 1 then ['inpatient', 'inpatient|emergency', 'outpatient'][cast(1 + hash(item_code, 88) % 3 as integer)] end,
    case when hash(item_code, copies.range, 89) % 4 = 0 then date '2025-05-01' end,
    case when hash(item_code, copies.range, 90) % 4 = 0 then date '2025-09-30' end
from common_items, range(2) as copies;

insert into exclusive_pairs (item_code, other_code, scope, hours, included, valid_from, valid_to)
select
    main.item_code,
    other.item_code,
    ['day', 'visit', 'hour', 'hours'][cast(1 + hash(main.item_code, other.item_code, 70) % 4 as integer)],
    [null, 1, 3, 6, 30][cast(1 + hash(main.item_code, other.item_code, 71) % 5 as integer)],
    [null, null, 1, 2, 0.5][cast(1 + hash(main.item_code, other.item_code, 72) % 5 as integer)],
    case when hash(main.item_code, other.item_code, 73) % 4 = 0 then date '2025-05-01' end,
    case when hash(main.item_code, other.item_code, 74) % 4 = 0 then date '2025-09-30' end
from common_items as main, common_items as other, range(2) as copies
where hash(main.item_code, other.item_code, 75, copies.range) % 6 = 0;

insert into frequencies (item_code, most, per, charge_unit, valid_from, valid_to)
select
    item_code,
    [1, 2, 24, 0.5][cast(1 + hash(item_code, copies.range, 76) % 4 as integer)],
    ['day', 'visit', 'week', 'month', 'year', 'day'][cast(1 + hash(item_code, copies.range, 77) % 6 as integer)],
    [null, '小时', '次'][cast(1 + hash(item_code, copies.range, 78) % 3 as integer)],
    case when hash(item_code, copies.range, 79) % 4 = 0 then date '2025-05-01' end,
    case when hash(item_code, copies.range, 80) % 4 = 0 then date '2025-09-30' end
from common_items, range(3) as copies;

update lines
set charge_unit = ['小时', '日', '次', '部位', 'h', ''][cast(1 + hash(item_code, 81) % 6 as integer)]
where hash(claim_id, item_code, 82) % 3 = 0;

update lines set quantity = quantity * 5 where hash(claim_id, item_code, charged_at, 83) % 50 = 0;
update lines set quantity = -quantity, amount = -amount where hash(claim_id, item_code, charged_at, 84) % 80 = 0;
insert into procedures (claim_id, code, started_at)
select claim_id, 'R', started_at + to_days(cast(hash(claim_id, 85) % 4 as integer))
from claims
where hash(claim_id, 86) % 3 = 0;
