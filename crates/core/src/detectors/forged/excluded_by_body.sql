-- F07 excluded-by-body: diagnoses and services that the registered person cannot have.
--
-- Live insured claims, newborns' under the mother's number apart, of persons whose sex and birth date are known. A diagnosis is impossible when its
-- category belongs to the other sex (table below), is one of pregnancy at an age outside 9 to 60 completed years at the start of the claim, or a
-- perinatal one from 18 years on (women of 12 to 55 apart, who may be the mother). The main diagnosis is the claim's own; where it has none, that
-- marked in the table of diagnoses. A service is a line of care (bed, consultation, examination, laboratory, treatment, surgery, nursing; the
-- catalogue's category where the line has none) of positive amount and in-scope amount, not reversing, whose catalogue row in force on its day, or a
-- knowledge point in force on it (limits), limits it to the other sex; reversed lines are no finding. A code, or a service under its limit, that $min_users persons or more have and
-- $defect_percent % or more of them contradict is wrongly mapped. Suspicion: the main diagnosis or a service is impossible. Else clue.
--
-- Reads: nets, claims, diagnoses, lines, persons, catalogue, limits. Parameters: $min_users, $defect_percent.
-- Returns one row for each claim:
--   subject_id      claim
--   discriminator   empty
--   claim_id        claim
--   tier            suspicion or clue
--   observed        impossible diagnosis codes and lines
--   asked           in-scope amount: of the claim when its main diagnosis is impossible, else of the lines

with bounds (first, last, sex, min_age, max_age) as (
    values
        ('A34', 'A34', 'female', 0, 200),
        ('C51', 'C58', 'female', 0, 200),
        ('C60', 'C63', 'male', 0, 200),
        ('D06', 'D06', 'female', 0, 200),
        ('D25', 'D28', 'female', 0, 200),
        ('D29', 'D29', 'male', 0, 200),
        ('D39', 'D39', 'female', 0, 200),
        ('D40', 'D40', 'male', 0, 200),
        ('E28', 'E28', 'female', 0, 200),
        ('E29', 'E29', 'male', 0, 200),
        ('N40', 'N51', 'male', 0, 200),
        ('N70', 'N77', 'female', 0, 200),
        ('N80', 'N98', 'female', 0, 200),
        ('O00', 'O99', 'female', 9, 60),
        ('P00', 'P96', null, 0, 17),
        ('Q50', 'Q52', 'female', 0, 200),
        ('Q53', 'Q55', 'male', 0, 200),
        ('R86', 'R86', 'male', 0, 200),
        ('R87', 'R87', 'female', 0, 200),
        ('Z34', 'Z36', 'female', 9, 60)
),

judged as (
    select
        nets.claim_id,
        nets.person_id,
        nets.in_scope_amount,
        claims.diagnosis_code,
        claims.started_at,
        persons.sex,
        persons.birth_date,
        year(claims.started_at) - year(persons.birth_date)
            - case
                when month(claims.started_at) * 100 + day(claims.started_at) < month(persons.birth_date) * 100 + day(persons.birth_date) then 1
                else 0
            end as age
    from nets
    join claims
        on claims.claim_id = nets.claim_id
    join persons
        on persons.person_id = nets.person_id
    where nets.is_live
        and nets.is_insured
        and not coalesce(claims.is_newborn, false)
        and persons.sex is not null
        and persons.birth_date is not null
),

coded as (
    select claim_id, diagnosis_code as code, true as is_main
    from judged
    where diagnosis_code is not null
    union all
    select judged.claim_id, diagnoses.code, judged.diagnosis_code is null and coalesce(diagnoses.is_main, false) as is_main
    from diagnoses
    join judged
        on judged.claim_id = diagnoses.claim_id
),

codes as (
    select claim_id, code, bool_or(is_main) as is_main
    from coded
    group by claim_id, code
),

bounded_codes as (
    select known.code, bounds.sex, bounds.min_age, bounds.max_age
    from (select distinct code from codes) as known
    join bounds
        on left(known.code, 3) between bounds.first and bounds.last
        and length(known.code) >= 3
),

bounded_diagnoses as (
    select
        codes.claim_id,
        codes.code,
        codes.is_main,
        judged.person_id,
        coalesce(bounded_codes.sex <> judged.sex, false)
            or (
                judged.age not between bounded_codes.min_age and bounded_codes.max_age
                and not (bounded_codes.sex is null and judged.sex = 'female' and judged.age between 12 and 55)
            ) as is_excluded
    from codes
    join bounded_codes
        on bounded_codes.code = codes.code
    join judged
        on judged.claim_id = codes.claim_id
),

wrong_codes as (
    select code
    from (select code, person_id, bool_or(is_excluded) as is_contrary from bounded_diagnoses group by code, person_id) as users
    group by code
    having count(*) >= $min_users
        and count(*) filter (where is_contrary) * 100 >= $defect_percent * count(*)
),

excluded_codes as (
    select bounded_diagnoses.claim_id, count(*) as codes, bool_or(is_main) as has_main
    from bounded_diagnoses
    left join wrong_codes
        on wrong_codes.code = bounded_diagnoses.code
    where is_excluded
        and wrong_codes.code is null
    group by bounded_diagnoses.claim_id
),

charged as (
    select
        judged.claim_id,
        judged.person_id,
        judged.sex,
        lines.item_code,
        lines.line_id,
        lines.category,
        coalesce(lines.in_scope_amount, lines.amount) as in_scope_amount,
        cast(coalesce(lines.executed_at, lines.charged_at, judged.started_at) as date) as served_on
    from lines
    join judged
        on judged.claim_id = lines.claim_id
    where lines.amount > 0
        and coalesce(lines.in_scope_amount, lines.amount) > 0
        and lines.reverses_line_id is null
),

numbered as materialized (
    select *, row_number() over () as line_number
    from charged
),

points as (
    select item_code, sex_limit, valid_from, valid_to
    from catalogue
    where sex_limit is not null
    union all
    select item_code, sex as sex_limit, valid_from, valid_to
    from limits
    where kind = 'sex'
        and sex is not null
),

limits_of_lines as (
    select distinct numbered.line_number, points.sex_limit
    from numbered
    join points
        on points.item_code = numbered.item_code
        and coalesce(points.valid_from <= numbered.served_on, true)
        and coalesce(points.valid_to >= numbered.served_on, true)
),

categories as (
    select numbered.line_number, coalesce(numbered.category, max(catalogue.category)) as known_category
    from numbered
    left join catalogue
        on catalogue.item_code = numbered.item_code
        and coalesce(catalogue.valid_from <= numbered.served_on, true)
        and coalesce(catalogue.valid_to >= numbered.served_on, true)
    group by numbered.line_number, numbered.category
),

limited_uses as (
    select
        numbered.*,
        limits_of_lines.sex_limit,
        numbered.sex <> limits_of_lines.sex_limit as is_broken,
        categories.known_category in ('bed', 'consultation', 'exam', 'lab', 'treatment', 'surgery', 'nursing') as is_care
    from numbered
    join limits_of_lines using (line_number)
    join categories using (line_number)
),

wrong_limits as (
    select item_code, sex_limit
    from (
        select item_code, sex_limit, person_id, bool_or(is_broken) as is_contrary
        from limited_uses
        group by item_code, sex_limit, person_id
    ) as users
    group by item_code, sex_limit
    having count(*) >= $min_users
        and count(*) filter (where is_contrary) * 100 >= $defect_percent * count(*)
),

reversed as (
    select distinct claim_id, reverses_line_id as line_id
    from lines
    where reverses_line_id is not null
),

excluded_lines as (
    select limited_uses.claim_id, count(*) as lines, sum(limited_uses.in_scope_amount) as in_scope_amount
    from limited_uses
    left join wrong_limits
        on wrong_limits.item_code = limited_uses.item_code
        and wrong_limits.sex_limit = limited_uses.sex_limit
    left join reversed
        on reversed.claim_id = limited_uses.claim_id
        and reversed.line_id = limited_uses.line_id
    where limited_uses.is_broken
        and limited_uses.is_care
        and wrong_limits.item_code is null
        and reversed.claim_id is null
    group by limited_uses.claim_id
)

select
    judged.claim_id as subject_id,
    '' as discriminator,
    judged.claim_id,
    case when coalesce(excluded_codes.has_main, false) or excluded_lines.lines > 0 then 'suspicion' else 'clue' end as tier,
    cast(coalesce(excluded_codes.codes, 0) + coalesce(excluded_lines.lines, 0) as double) as observed,
    cast(
        case when excluded_codes.has_main then judged.in_scope_amount else coalesce(excluded_lines.in_scope_amount, 0) end as decimal(18, 2)
    ) as asked
from judged
left join excluded_codes
    on excluded_codes.claim_id = judged.claim_id
left join excluded_lines
    on excluded_lines.claim_id = judged.claim_id
where excluded_codes.claim_id is not null
    or excluded_lines.claim_id is not null
