-- Changes that make a county rough: rare circumstances become common. Which rows change depends on a hash of their ids alone.

-- Many stays fall to few persons, so that stays overlap and follow each other closely. Some are open, some interim.
update claims
set person_id = (select min(person_id) from persons) || '-' || hash(claim_id, 1) % 150
where visit_type = 'inpatient' and hash(claim_id, 2) % 2 = 0;

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

-- Deaths, also of the few persons with many stays.
insert into persons by name
select distinct person_id, null as death_date
from claims
where person_id not in (select person_id from persons)
    and hash(person_id, 39) % 3 > 0;

update persons
set death_date = cast(date '2025-01-01' + cast(hash(person_id, 40) % 365 as integer) as date)
where hash(person_id, 41) % 15 = 0;

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
