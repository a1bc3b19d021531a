-- P03 care-elsewhere-during-stay: the person was examined, treated or bought drugs elsewhere in the middle of a hospital stay.
--
-- Insured stays that are not a newborn's, against the person's live claims, not a newborn's, at providers outside the stay's provider and group,
-- in visits that are neither stays, nor internet visits, nor home beds. A line of positive amount that is no discharge drug counts when it was
-- executed (else charged) at least $margin_days after admission and before discharge, or $date_only_margin_days where its time is midnight. It
-- shows presence when the catalogue row in force says so (else by its category), unless it is a consultation. A claim without any line counts by
-- its start.
--
-- Each claim is of one kind. 3: it shows presence by more than tests, or by an examination at a provider whose level is known not to be above
-- that of the stay; or it is an emergency, observation, day-surgery or maternity claim without lines. 2: other claims that show presence, other
-- claims without lines. 1: drugs, a pharmacy's claim without lines. With a diagnosis that begins with one of $series_diagnoses it is 2 at most.
-- The claims of the highest kind make the finding: suspicion for 3, clue for 2, clue for 1 if there are $min_purchases of them.
--
-- Asked are the bed, nursing and consultation dated on those days; the whole stay where a suspicion has days that are $whole_stay_percent percent
-- of the nights or more.
--
-- Reads: stays, visits, nets, claims, lines, providers, catalogue. Parameters: $margin_days, $date_only_margin_days, $min_purchases,
-- $whole_stay_percent, $series_diagnoses (list).
-- Returns one row for each stay:
--   subject_id      person
--   discriminator   stay
--   claim_id        stay
--   tier            suspicion or clue
--   observed        days with care elsewhere; for purchases, their number
--   asked           in-scope amount of the daily fees of those days, or of the stay; insured claims only

with looked_at as (
    select
        stays.*,
        cast(stays.started_at as date) as started_on,
        coalesce(providers.group_id, stays.provider_id) as unit_id,
        providers.level
    from stays
    left join providers
        on providers.provider_id = stays.provider_id
    where stays.is_insured
        and not stays.is_newborn
),

series as (
    select unnest($series_diagnoses) as prefix
),

others as (
    select
        looked_at.first_claim_id as stay_id,
        looked_at.started_on,
        looked_at.closed_on,
        nets.claim_id,
        claims.started_at,
        visits.visit_type,
        coalesce(providers.level <= looked_at.level, false) as is_below,
        exists (
            select 1
            from series
            where starts_with(claims.diagnosis_code, series.prefix)
        ) as is_series
    from looked_at
    join visits
        on visits.person_id = looked_at.person_id
        and visits.provider_id <> looked_at.provider_id
        and cast(visits.started_at as date) <= looked_at.closed_on
    join nets
        on nets.first_claim_id = visits.first_claim_id
    join claims
        on claims.claim_id = nets.claim_id
    left join providers
        on providers.provider_id = visits.provider_id
    where visits.is_live
        and nets.is_live
        and visits.visit_type not in ('inpatient', 'internet', 'home_bed')
        and not coalesce(claims.is_newborn, false)
        and coalesce(providers.group_id, visits.provider_id) <> looked_at.unit_id
),

given as (
    select
        others.*,
        lines.category,
        coalesce(lines.executed_at, lines.charged_at) as served_at,
        coalesce(lines.category <> 'consultation', true)
            and coalesce(
                catalogue.presence,
                lines.category in ('bed', 'exam', 'lab', 'treatment', 'surgery', 'nursing'),
                false
            ) as shows_presence
    from others
    join lines
        on lines.claim_id = others.claim_id
    left join catalogue
        on catalogue.item_code = lines.item_code
        and coalesce(catalogue.valid_from <= cast(coalesce(lines.executed_at, lines.charged_at) as date), true)
        and coalesce(catalogue.valid_to >= cast(coalesce(lines.executed_at, lines.charged_at) as date), true)
    where lines.amount > 0
        and not coalesce(lines.is_discharge_drug, false)
        and (lines.executed_at is not null or lines.charged_at is not null)
),

bare as (
    select
        others.*,
        cast(null as varchar) as category,
        others.started_at as served_at,
        false as shows_presence
    from others
    where others.claim_id not in (select claim_id from lines)
),

dated as (
    select *, false as is_bare from given
    union all
    select *, true as is_bare from bare
),

inside as (
    select *, cast(served_at as date) as day
    from dated
    where cast(served_at as date) - started_on
            >= case when served_at = date_trunc('day', served_at) then $date_only_margin_days else $margin_days end
        and closed_on - cast(served_at as date)
            >= case when served_at = date_trunc('day', served_at) then $date_only_margin_days else $margin_days end
),

claim_kinds as (
    select
        stay_id,
        claim_id,
        bool_or(shows_presence) as shows_presence,
        case
            when bool_or(shows_presence) then case
                when bool_or(shows_presence and coalesce(category not in ('exam', 'lab'), true)) then 3
                when bool_or(shows_presence and category = 'exam') and bool_or(is_below) then 3
                else 2
            end
            when bool_or(is_bare) then case
                when max(visit_type) in ('emergency', 'observation', 'day_surgery', 'maternity') then 3
                when max(visit_type) = 'pharmacy' then 1
                else 2
            end
            when bool_or(coalesce(category in ('western_drug', 'patent_drug', 'herbal_slice'), false)) then 1
        end as kind,
        bool_or(is_series) as is_series
    from inside
    group by stay_id, claim_id
),

signs as (
    select
        stay_id,
        claim_id,
        shows_presence,
        case when is_series then least(kind, 2) else kind end as kind
    from claim_kinds
    where kind is not null
),

strongest as (
    select stay_id, max(kind) as kind
    from signs
    group by stay_id
),

chosen as (
    select signs.*
    from signs
    join strongest
        on strongest.stay_id = signs.stay_id
        and strongest.kind = signs.kind
),

-- The days of a claim are those of its services, or of its drugs, or of its start.
days as (
    select distinct chosen.stay_id, inside.day
    from chosen
    join inside
        on inside.stay_id = chosen.stay_id
        and inside.claim_id = chosen.claim_id
    where inside.shows_presence
        or inside.is_bare
        or (not chosen.shows_presence and coalesce(inside.category in ('western_drug', 'patent_drug', 'herbal_slice'), false))
),

day_counts as (
    select stay_id, count(*) as days
    from days
    group by stay_id
),

sign_counts as (
    select stay_id, max(kind) as kind, count(*) as claims
    from chosen
    group by stay_id
),

judged as (
    select
        looked_at.*,
        sign_counts.kind,
        sign_counts.claims as claims_elsewhere,
        day_counts.days,
        sign_counts.kind = 3 and day_counts.days * 100 >= $whole_stay_percent * looked_at.nights as is_whole
    from sign_counts
    join day_counts
        on day_counts.stay_id = sign_counts.stay_id
    join looked_at
        on looked_at.first_claim_id = sign_counts.stay_id
    where sign_counts.kind > 1
        or sign_counts.claims >= $min_purchases
),

stay_visits as (
    select first_claim_id as stay_id, unnest(visit_ids) as visit_id
    from judged
),

fees as (
    select stay_visits.stay_id, sum(coalesce(lines.in_scope_amount, lines.amount)) as in_scope_amount
    from stay_visits
    join nets
        on nets.first_claim_id = stay_visits.visit_id
    join lines
        on lines.claim_id = nets.claim_id
    join days
        on days.stay_id = stay_visits.stay_id
        and days.day = cast(coalesce(lines.executed_at, lines.charged_at) as date)
    where nets.is_live
        and nets.is_insured
        and lines.category in ('bed', 'nursing', 'consultation')
        and lines.amount > 0
        and coalesce(lines.in_scope_amount, lines.amount) > 0
    group by stay_visits.stay_id
)

select
    judged.person_id as subject_id,
    judged.first_claim_id as discriminator,
    judged.first_claim_id as claim_id,
    case when judged.kind = 3 then 'suspicion' else 'clue' end as tier,
    case when judged.kind = 1 then judged.claims_elsewhere else judged.days end as observed,
    cast(case when judged.is_whole then judged.insured_in_scope_amount else coalesce(fees.in_scope_amount, 0) end as decimal(18, 2)) as asked
from judged
left join fees
    on fees.stay_id = judged.first_claim_id
