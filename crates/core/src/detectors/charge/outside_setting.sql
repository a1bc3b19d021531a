-- C11 outside-setting: items that the fund paid for at a level of provider, in a setting or under an insurance that their limit leaves out.
--
-- A line of a live insured claim, of positive amount and in-scope amount (the amount, where that is unknown), that reverses no line and is not
-- reversed. The catalogue row in force on the day of service (executed, else charged, else the start of the claim) or a knowledge point in force
-- on it (limits) sets a least level of the provider, ways of attendance, or insurances; what several rows say of a line counts once. A level is
-- not asked of a pharmacy. A claim counts as every way of attendance and insurance of the lists below, and meets a limit that names one of them; an
-- outpatient visit that charges a bed counts as observation.
-- What is not known breaks no limit. A limit counts as wrong when $min_users persons or more used the item under it, as far as it could be told,
-- and $defect_percent % or more of them break it on any line; reversed lines count as used. Breach: every line of the item tells its in-scope
-- amount. Else suspicion.
--
-- Reads: nets, claims, lines, providers, catalogue, limits. Parameters: $min_users, $defect_percent.
-- Returns one row for each claim and item:
--   subject_id      claim
--   discriminator   item
--   claim_id        claim
--   tier            breach or suspicion
--   observed        lines outside the limit
--   asked           their in-scope amount

with insured as (
    select
        nets.claim_id,
        nets.person_id,
        claims.started_at,
        claims.visit_type,
        claims.provider_id,
        claims.visit_type = 'maternity' or starts_with(coalesce(claims.diagnosis_code, ''), 'O') as is_maternity,
        case
            when regexp_matches(lower(claims.insurance_type), '工伤|injury') then 'injury'
            when regexp_matches(lower(claims.insurance_type), '职工|employee') then 'employee'
            when regexp_matches(lower(claims.insurance_type), '居民|新农合|resident') then 'resident'
            when regexp_matches(lower(claims.insurance_type), '生育|maternity') then 'maternity'
            when regexp_full_match(claims.insurance_type, '4[0-9][0-9]') then 'injury'
            when regexp_full_match(claims.insurance_type, '5[0-9][0-9]') then 'maternity'
            when regexp_full_match(claims.insurance_type, '3[89][0-9]') then 'resident'
            when regexp_full_match(claims.insurance_type, '3[0-7][0-9]') then 'employee'
        end as insurance
    from nets
    join claims
        on claims.claim_id = nets.claim_id
    where nets.is_live
        and nets.is_insured
),

beds as (
    select distinct claim_id
    from lines
    where category = 'bed'
        and amount > 0
),

placed as (
    select
        insured.*,
        providers.level,
        visit_type = 'pharmacy' or coalesce(providers.kind = 'pharmacy', false) as is_pharmacy,
        case
            when visit_type = 'inpatient' then ['inpatient']
            when visit_type in ('day_surgery', 'home_bed', 'maternity') then ['inpatient', 'outpatient']
            when visit_type = 'observation' or (visit_type in ('outpatient', 'chronic', 'emergency') and beds.claim_id is not null) then ['inpatient', 'outpatient', 'emergency']
            when visit_type = 'emergency' then ['outpatient', 'emergency']
            when visit_type in ('outpatient', 'chronic', 'internet', 'pharmacy') then ['outpatient']
        end as settings,
        case
            when insurance = 'employee' or (insurance = 'resident' and is_maternity) then [insurance, 'maternity']
            when insurance is not null then [insurance]
        end as insurances
    from insured
    left join providers
        on providers.provider_id = insured.provider_id
    left join beds
        on beds.claim_id = insured.claim_id
),

charged as materialized (
    select
        placed.*,
        lines.item_code,
        lines.line_id,
        lines.in_scope_amount is null as is_unscoped,
        coalesce(lines.in_scope_amount, lines.amount) as in_scope_amount,
        cast(coalesce(lines.executed_at, lines.charged_at, placed.started_at) as date) as served_on,
        row_number() over () as line_number
    from placed
    join lines
        on lines.claim_id = placed.claim_id
    where lines.amount > 0
        and coalesce(lines.in_scope_amount, lines.amount) > 0
        and lines.reverses_line_id is null
),

written as (
    select item_code, 'level' as kind, min_level, null as words, valid_from, valid_to
    from catalogue
    union all
    select item_code, 'setting' as kind, null as min_level, setting as words, valid_from, valid_to
    from catalogue
    union all
    select
        item_code,
        kind,
        case when kind = 'level' then min_level end as min_level,
        case kind when 'setting' then settings when 'insurance' then insurances end as words,
        valid_from,
        valid_to
    from limits
    where kind in ('level', 'setting', 'insurance')
),

points as (
    select
        item_code,
        kind,
        min_level,
        list_sort(
            list_distinct(
                list_intersect(
                    regexp_extract_all(lower(coalesce(words, '')), '[a-z]+'),
                    case kind
                        when 'setting' then ['inpatient', 'outpatient', 'emergency']
                        else ['employee', 'resident', 'injury', 'maternity']
                    end
                )
            )
        ) as allowed,
        valid_from,
        valid_to
    from written
),

limited_uses as materialized (
    select distinct
        charged.*,
        points.kind || ' ' || coalesce(cast(points.min_level as varchar), cast(points.allowed as varchar)) as limit_words,
        case points.kind
            when 'level' then case when charged.is_pharmacy then false else charged.level < points.min_level end
            when 'setting' then not list_has_any(points.allowed, charged.settings)
            else not list_has_any(points.allowed, charged.insurances)
        end as is_broken
    from charged
    join points
        on points.item_code = charged.item_code
        and coalesce(points.valid_from <= charged.served_on, true)
        and coalesce(points.valid_to >= charged.served_on, true)
    where (points.kind = 'level' and points.min_level is not null)
        or (points.kind <> 'level' and len(points.allowed) > 0)
),

users as (
    select item_code, limit_words, person_id, bool_or(is_broken) as is_contrary
    from limited_uses
    where is_broken is not null
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

found as (
    select distinct limited_uses.claim_id, limited_uses.item_code, limited_uses.line_number, is_unscoped, in_scope_amount
    from limited_uses
    left join wrong_limits
        on wrong_limits.item_code = limited_uses.item_code
        and wrong_limits.limit_words = limited_uses.limit_words
    left join reversed
        on reversed.claim_id = limited_uses.claim_id
        and reversed.line_id = limited_uses.line_id
    where limited_uses.is_broken
        and wrong_limits.item_code is null
        and reversed.claim_id is null
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
