-- C10 payment-limit: items that the fund paid for although the patient is outside their limit of sex or age.
--
-- A line of a live insured claim, not a newborn's under the mother's number, of positive amount and in-scope amount (the amount, where that is
-- unknown), that reverses no line and is not reversed. The catalogue row in force on the day of service (executed, else charged, else the start
-- of the claim) or a knowledge point in force on it (limits) limits the item to one sex, or to ages in completed years on that day; a limit to
-- children (1 to 17 years) is broken from 18 on. A knowledge point with an oldest age in days goes by the age at the start of the claim, and not
-- against women of 12 to 55. What several rows say of a line counts once. Lines of care (bed, consultation, examination, laboratory, treatment, surgery, nursing; the catalogue's category where the line has none)
-- that break a limit of sex are left to F07. A limit counts as wrongly mapped when $min_users persons or more used the item under it and
-- $defect_percent % or more of them break it on any line; reversed lines count as used. Breach: every line of the item tells its in-scope
-- amount. Else suspicion.
--
-- Reads: nets, claims, lines, persons, catalogue, limits. Parameters: $min_users, $defect_percent.
-- Returns one row for each claim and item:
--   subject_id      claim
--   discriminator   item
--   claim_id        claim
--   tier            breach or suspicion
--   observed        lines outside the limit
--   asked           their in-scope amount

with served as (
    select
        nets.claim_id,
        nets.person_id,
        lines.item_code,
        lines.line_id,
        lines.category,
        lines.in_scope_amount is null as is_unscoped,
        coalesce(lines.in_scope_amount, lines.amount) as in_scope_amount,
        cast(coalesce(lines.executed_at, lines.charged_at, claims.started_at) as date) as served_on,
        cast(claims.started_at as date) as started_on,
        persons.sex,
        persons.birth_date
    from lines
    join nets
        on nets.claim_id = lines.claim_id
    join claims
        on claims.claim_id = lines.claim_id
    join persons
        on persons.person_id = nets.person_id
    where nets.is_live
        and nets.is_insured
        and not coalesce(claims.is_newborn, false)
        and persons.sex is not null
        and persons.birth_date is not null
        and lines.amount > 0
        and coalesce(lines.in_scope_amount, lines.amount) > 0
        and lines.reverses_line_id is null
),

aged as materialized (
    select
        *,
        row_number() over () as line_number,
        year(served_on) - year(birth_date)
            - case when month(served_on) * 100 + day(served_on) < month(birth_date) * 100 + day(birth_date) then 1 else 0 end as age,
        year(started_on) - year(birth_date)
            - case when month(started_on) * 100 + day(started_on) < month(birth_date) * 100 + day(birth_date) then 1 else 0 end as age_at_start
    from served
),

-- Knowledge points: one limit a row, told by its kind.
points as (
    select
        item_code,
        case when kind = 'sex' then sex end as sex_limit,
        case when kind = 'age' and max_age_days is null then min_age end as min_age,
        case when kind = 'age' and max_age_days is null then max_age end as max_age,
        case when kind = 'age' then max_age_days end as max_age_days,
        valid_from,
        valid_to
    from limits
    where kind in ('sex', 'age')
    union all
    select item_code, sex_limit, min_age, max_age, null as max_age_days, valid_from, valid_to
    from catalogue
),

limits_of_lines as (
    select
        aged.line_number,
        points.sex_limit,
        points.min_age,
        points.max_age,
        points.max_age_days
    from aged
    join points
        on points.item_code = aged.item_code
        and coalesce(points.valid_from <= aged.served_on, true)
        and coalesce(points.valid_to >= aged.served_on, true)
),

categories as (
    select aged.line_number, coalesce(aged.category, max(catalogue.category)) as known_category
    from aged
    left join catalogue
        on catalogue.item_code = aged.item_code
        and coalesce(catalogue.valid_from <= aged.served_on, true)
        and coalesce(catalogue.valid_to >= aged.served_on, true)
    group by aged.line_number, aged.category
),

broken_or_not as (
    select
        line_number,
        'sex ' || sex_limit as limit_words,
        sex <> sex_limit as is_broken
    from limits_of_lines
    join aged using (line_number)
    where sex_limit is not null
    union
    select
        line_number,
        'age ' || coalesce(cast(min_age as varchar), '') || '-' || coalesce(cast(max_age as varchar), '') as limit_words,
        coalesce(age < min_age, false) or coalesce(age > case when max_age between 1 and 16 then 17 else max_age end, false) as is_broken
    from limits_of_lines
    join aged using (line_number)
    where min_age is not null or max_age is not null
    union
    select
        line_number,
        'days ' || max_age_days as limit_words,
        date_diff('day', birth_date, started_on) > max_age_days and not (sex = 'female' and age_at_start between 12 and 55) as is_broken
    from limits_of_lines
    join aged using (line_number)
    where max_age_days is not null
),

limited_uses as materialized (
    select aged.*, categories.known_category, broken_or_not.limit_words, broken_or_not.is_broken
    from broken_or_not
    join aged using (line_number)
    join categories using (line_number)
),

users as (
    select item_code, limit_words, person_id, bool_or(is_broken) as is_contrary
    from limited_uses
    group by item_code, limit_words, person_id
),

wrong_limits as (
    select item_code, limit_words
    from users
    group by item_code, limit_words
    having count(*) >= $min_users
        and count(*) filter (where is_contrary) * 100 >= $defect_percent * count(*)
),

reversed as (
    select distinct claim_id, reverses_line_id as line_id
    from lines
    where reverses_line_id is not null
),

anatomy as (
    select distinct line_number
    from limited_uses
    where is_broken
        and limit_words like 'sex %'
        and known_category in ('bed', 'consultation', 'exam', 'lab', 'treatment', 'surgery', 'nursing')
),

found as (
    select distinct limited_uses.claim_id, limited_uses.item_code, limited_uses.line_number, is_unscoped, in_scope_amount
    from limited_uses
    left join wrong_limits
        on wrong_limits.item_code = limited_uses.item_code
        and wrong_limits.limit_words = limited_uses.limit_words
    left join reversed
        on reversed.claim_id = limited_uses.claim_id
        and reversed.line_id = limited_uses.line_id
    left join anatomy
        on anatomy.line_number = limited_uses.line_number
    where limited_uses.is_broken
        and wrong_limits.item_code is null
        and reversed.claim_id is null
        and anatomy.line_number is null
)

select
    claim_id as subject_id,
    item_code as discriminator,
    claim_id,
    case when bool_or(is_unscoped) then 'suspicion' else 'breach' end as tier,
    cast(count(*) as double) as observed,
    cast(sum(in_scope_amount) as decimal(18, 2)) as asked
from found
group by claim_id, item_code
