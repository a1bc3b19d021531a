-- F02 cloned-claims: a bill that repeats an earlier one beyond what chance and custom explain.
--
-- Bills are live insured claims of live visits with a diagnosis and at least one comparable line: with charged_at, an amount above zero and no
-- package_no. Days count from a bill's first charge day. A group is the bills of one provider, visit type, diagnosis (three characters) and number of
-- nights (of the claim; open ones by themselves). Bills stand in the order of their first day, then claim_id; the later of two is the copy.
--
-- A pattern is item and quantity with the sorted days on which they are charged. A second is a day with a time of day, of charging or execution,
-- that is not on the full minute. For n bills of the group with the pattern, fewer than $template_bills, N in the group, G with the pattern and T in all
-- the data, the surprise is round(1000 log2) of the least of (N - 1)/(n - 1), T/G and 1024. For n of the provider's N bills with the time of day, and
-- fewer than 50 of the group with the second, it is round(1000 log2) of the lesser of (N - 1)/(n - 1) and 16384.
--
-- A pair adds up the patterns that it shares if the persons differ, and, if the first days differ and both share at least half of the seconds of the
-- bill with fewer, the seconds. Not compared are bills of one person with one first day, and of two persons of one household that share a day. A copy
-- has $min_surprise_bits bits or more, and lines equal in day, item and quantity: $min_lines or more, and $match_percent percent or more of the
-- larger bill. Of several sources the most surprising counts, the first of these.
--
-- Reads: claims, nets, visits, lines, persons. Parameters: $min_surprise_bits, $match_percent, $min_lines, $template_bills.
-- Returns one row for each copy:
--   subject_id      later claim
--   discriminator   earlier claim
--   claim_id        later claim
--   tier            suspicion
--   observed        surprise in bits
--   asked           in-scope amount of the later claim

with comparable as (
    select
        nets.claim_id,
        lines.item_code,
        lines.quantity,
        lines.charged_at,
        lines.executed_at,
        cast(lines.charged_at as date) as charged_on
    from nets
    join claims
        on claims.claim_id = nets.claim_id
    join visits
        on visits.first_claim_id = nets.first_claim_id
    join lines
        on lines.claim_id = nets.claim_id
    where nets.is_live
        and nets.is_insured
        and visits.is_live
        and claims.diagnosis_code is not null
        and lines.charged_at is not null
        and lines.amount > 0
        and lines.package_no is null
),

bills as (
    select
        nets.claim_id,
        nets.person_id,
        nets.provider_id,
        nets.visit_type,
        nets.in_scope_amount,
        left(claims.diagnosis_code, 3) as diagnosis,
        persons.household_id,
        spans.first_day,
        spans.last_day,
        coalesce(cast(claims.ended_at as date) - cast(claims.started_at as date), -1000000) as nights,
        spans.lines,
        count(*) over (
            partition by
                nets.provider_id,
                nets.visit_type,
                left(claims.diagnosis_code, 3),
                cast(claims.ended_at as date) - cast(claims.started_at as date)
        ) as group_bills,
        count(*) over (partition by nets.provider_id) as provider_bills,
        count(*) over () as all_bills
    from nets
    join claims
        on claims.claim_id = nets.claim_id
    join (
        select claim_id, min(charged_on) as first_day, max(charged_on) as last_day, count(*) as lines
        from comparable
        group by claim_id
    ) as spans
        on spans.claim_id = nets.claim_id
    left join persons
        on persons.person_id = nets.person_id
),

bill_lines as (
    select
        comparable.*,
        bills.provider_id,
        bills.visit_type,
        bills.diagnosis,
        bills.first_day,
        bills.nights,
        comparable.charged_on - bills.first_day as day
    from comparable
    join bills
        on bills.claim_id = comparable.claim_id
),

patterns as (
    select
        claim_id,
        provider_id,
        visit_type,
        diagnosis,
        nights,
        item_code,
        quantity,
        list(day order by day) as pattern_days
    from bill_lines
    group by claim_id, provider_id, visit_type, diagnosis, nights, item_code, quantity
),

common_patterns as (
    select item_code, quantity, pattern_days, count(*) as bills
    from patterns
    group by item_code, quantity, pattern_days
),

rare_patterns as (
    select provider_id, visit_type, diagnosis, nights, item_code, quantity, pattern_days, count(*) as bills
    from patterns
    group by provider_id, visit_type, diagnosis, nights, item_code, quantity, pattern_days
    having count(*) between 2 and $template_bills - 1
),

surprising_patterns as (
    select
        patterns.claim_id,
        patterns.item_code,
        patterns.quantity,
        patterns.pattern_days,
        bills.person_id,
        bills.provider_id,
        bills.visit_type,
        bills.diagnosis,
        bills.nights,
        bills.first_day,
        least(
            round(1000 * log2((bills.group_bills - 1) / (rare_patterns.bills - 1))),
            round(1000 * log2(bills.all_bills / common_patterns.bills)),
            10000
        ) as surprise
    from patterns
    join rare_patterns
        on rare_patterns.provider_id = patterns.provider_id
        and rare_patterns.visit_type = patterns.visit_type
        and rare_patterns.diagnosis = patterns.diagnosis
        and rare_patterns.nights = patterns.nights
        and rare_patterns.item_code = patterns.item_code
        and rare_patterns.quantity = patterns.quantity
        and rare_patterns.pattern_days = patterns.pattern_days
    join common_patterns
        on common_patterns.item_code = patterns.item_code
        and common_patterns.quantity = patterns.quantity
        and common_patterns.pattern_days = patterns.pattern_days
    join bills
        on bills.claim_id = patterns.claim_id
),

seconds as (
    select distinct
        claim_id,
        provider_id,
        visit_type,
        diagnosis,
        nights,
        cast(clock as date) - first_day as day,
        cast(clock as time) as second
    from (
        select claim_id, provider_id, visit_type, diagnosis, nights, first_day, unnest([charged_at, executed_at]) as clock
        from bill_lines
    )
    where second(clock) <> 0
),

provider_seconds as (
    select provider_id, second, count(distinct claim_id) as bills
    from seconds
    group by provider_id, second
),

rare_seconds as (
    select provider_id, visit_type, diagnosis, nights, day, second
    from seconds
    group by provider_id, visit_type, diagnosis, nights, day, second
    having count(*) between 2 and 49
),

surprising_seconds as (
    select
        seconds.claim_id,
        seconds.day,
        seconds.second,
        bills.person_id,
        bills.provider_id,
        bills.visit_type,
        bills.diagnosis,
        bills.nights,
        bills.first_day,
        least(round(1000 * log2((bills.provider_bills - 1) / (provider_seconds.bills - 1))), 14000) as surprise
    from seconds
    join rare_seconds
        on rare_seconds.provider_id = seconds.provider_id
        and rare_seconds.visit_type = seconds.visit_type
        and rare_seconds.diagnosis = seconds.diagnosis
        and rare_seconds.nights = seconds.nights
        and rare_seconds.day = seconds.day
        and rare_seconds.second = seconds.second
    join provider_seconds
        on provider_seconds.provider_id = seconds.provider_id
        and provider_seconds.second = seconds.second
    join bills
        on bills.claim_id = seconds.claim_id
),

shared_patterns as (
    select earlier.claim_id as source_id, later.claim_id as copy_id, sum(later.surprise) as surprise
    from surprising_patterns as earlier
    join surprising_patterns as later
        on later.provider_id = earlier.provider_id
        and later.visit_type = earlier.visit_type
        and later.diagnosis = earlier.diagnosis
        and later.nights = earlier.nights
        and later.item_code = earlier.item_code
        and later.quantity = earlier.quantity
        and later.pattern_days = earlier.pattern_days
        and (earlier.first_day, earlier.claim_id) < (later.first_day, later.claim_id)
    where later.person_id <> earlier.person_id
    group by earlier.claim_id, later.claim_id
),

second_counts as (
    select claim_id, count(*) as seconds
    from seconds
    group by claim_id
),

shared_seconds as (
    select earlier.claim_id as source_id, later.claim_id as copy_id, sum(later.surprise) as surprise
    from surprising_seconds as earlier
    join surprising_seconds as later
        on later.provider_id = earlier.provider_id
        and later.visit_type = earlier.visit_type
        and later.diagnosis = earlier.diagnosis
        and later.nights = earlier.nights
        and later.day = earlier.day
        and later.second = earlier.second
        and earlier.first_day < later.first_day
    join second_counts as earlier_seconds
        on earlier_seconds.claim_id = earlier.claim_id
    join second_counts as later_seconds
        on later_seconds.claim_id = later.claim_id
    where later.surprise > 0
    group by earlier.claim_id, later.claim_id, earlier_seconds.seconds, later_seconds.seconds
    having count(*) * 2 >= least(earlier_seconds.seconds, later_seconds.seconds)
),

pairs as (
    select source_id, copy_id, sum(surprise) as surprise
    from (from shared_patterns union all from shared_seconds)
    group by source_id, copy_id
    having sum(surprise) >= $min_surprise_bits * 1000
),

line_counts as (
    select claim_id, day, item_code, quantity, count(*) as lines
    from bill_lines
    where claim_id in (select source_id from pairs union select copy_id from pairs)
    group by claim_id, day, item_code, quantity
),

equal_lines as (
    select pairs.source_id, pairs.copy_id, sum(least(source_lines.lines, copy_lines.lines)) as lines
    from pairs
    join line_counts as source_lines
        on source_lines.claim_id = pairs.source_id
    join line_counts as copy_lines
        on copy_lines.claim_id = pairs.copy_id
        and copy_lines.day = source_lines.day
        and copy_lines.item_code = source_lines.item_code
        and copy_lines.quantity = source_lines.quantity
    group by pairs.source_id, pairs.copy_id
)

select
    pairs.copy_id as subject_id,
    pairs.source_id as discriminator,
    pairs.copy_id as claim_id,
    'suspicion' as tier,
    pairs.surprise / 1000 as observed,
    copy.in_scope_amount as asked
from pairs
join equal_lines
    on equal_lines.source_id = pairs.source_id
    and equal_lines.copy_id = pairs.copy_id
join bills as source
    on source.claim_id = pairs.source_id
join bills as copy
    on copy.claim_id = pairs.copy_id
where equal_lines.lines >= $min_lines
    and equal_lines.lines * 100 >= $match_percent * greatest(source.lines, copy.lines)
    and not (
        source.person_id <> copy.person_id
        and coalesce(source.household_id = copy.household_id, false)
        and copy.first_day <= source.last_day
    )
qualify row_number() over (
    partition by pairs.copy_id
    order by pairs.surprise desc, source.first_day, source.claim_id
) = 1
