-- F06 identity-conflict: identity numbers that contradict themselves, certificates under several person numbers, contacts that strangers share.
--
-- All over live insured claims.
-- Number: of a person with such claims, an identity number of 17 digits and a digit or X, whose check character is wrong, or whose birth date or
-- sex is not that of the table of persons, where it tells: clue.
-- Certificate: a number with a right check character under several person numbers with care (claims other than at pharmacies, over the internet
-- and of newborns). The one with the largest in-scope amount (of equals the smallest) holds it. Each other is a suspicion when its first and
-- last day of care reach into those of another, a breach when a stay shares two nights or more with a stay at another provider under another of
-- the numbers (insured stays, not newborns'), else a clue over nothing.
-- Contact: a telephone number (seven characters or more, of which three differ), an address (six) or a contact's name (two, and no word such as
-- "family") on claims of $min_sharers households or more at one provider and at no other; or the telephone number of staff of that provider on
-- claims of $min_staff_sharers or more, whatever others state. Persons without household count each for one. Left out: claims that all name
-- one employer; persons all of one village (regions of nine characters or more). Suspicion from two villages on, clue below and for names.
--
-- Reads: nets, stays, claims, persons, staff. Parameters: $min_sharers, $min_staff_sharers.
-- Returns one row for each person (number, certificate) or provider and contact:
--   subject_id      person, or provider
--   discriminator   number, certificate, or kind|smallest claim
--   claim_id        null
--   tier            breach, suspicion or clue
--   observed        contradictions; person numbers; households
--   asked           in-scope amount of the care under the number, or of the claims with the contact; 0 for numbers and certificate clues

with insured as (
    select
        nets.claim_id,
        nets.person_id,
        nets.provider_id,
        nets.visit_type not in ('pharmacy', 'internet') and not coalesce(claims.is_newborn, false) as is_care,
        cast(claims.started_at as date) as first_day,
        cast(coalesce(claims.ended_at, claims.started_at) as date) as last_day,
        nets.in_scope_amount,
        claims.phone,
        claims.address,
        claims.contact_name,
        claims.employer_id
    from nets
    join claims
        on claims.claim_id = nets.claim_id
    where nets.is_live
        and nets.is_insured
),

numbers as (
    select person_id, sex, birth_date, upper(id_number) as number
    from persons
    where regexp_full_match(id_number, '[0-9]{17}[0-9Xx]')
),

judged_numbers as (
    select
        person_id,
        number,
        substr(
            '10X98765432',
            1 + (
                7 * cast(number[1] as integer) + 9 * cast(number[2] as integer) + 10 * cast(number[3] as integer)
                + 5 * cast(number[4] as integer) + 8 * cast(number[5] as integer) + 4 * cast(number[6] as integer)
                + 2 * cast(number[7] as integer) + 1 * cast(number[8] as integer) + 6 * cast(number[9] as integer)
                + 3 * cast(number[10] as integer) + 7 * cast(number[11] as integer) + 9 * cast(number[12] as integer)
                + 10 * cast(number[13] as integer) + 5 * cast(number[14] as integer) + 8 * cast(number[15] as integer)
                + 4 * cast(number[16] as integer) + 2 * cast(number[17] as integer)
            ) % 11,
            1
        ) = number[18] as is_valid,
        birth_date is not null
            and birth_date is distinct from cast(try_strptime(substr(number, 7, 8), '%Y%m%d') as date) as has_other_birth,
        coalesce(sex <> case when cast(number[17] as integer) % 2 = 1 then 'male' else 'female' end, false) as has_other_sex
    from numbers
),

wrong_numbers as (
    select
        person_id as subject_id,
        'number' as discriminator,
        'clue' as tier,
        cast(not is_valid as integer) + cast(has_other_birth as integer) + cast(has_other_sex as integer) as observed,
        0 as asked
    from judged_numbers
    where (not is_valid or has_other_birth or has_other_sex)
        and person_id in (select person_id from insured)
),

cared as (
    select
        judged_numbers.number,
        insured.person_id,
        min(insured.first_day) as first_day,
        max(greatest(insured.first_day, insured.last_day)) as last_day,
        sum(insured.in_scope_amount) as in_scope_amount
    from insured
    join judged_numbers
        on judged_numbers.person_id = insured.person_id
    where insured.is_care
        and judged_numbers.is_valid
    group by judged_numbers.number, insured.person_id
),

holders as (
    select
        *,
        count(*) over (partition by number) as persons,
        row_number() over (partition by number order by in_scope_amount desc, person_id) as place
    from cared
),

overlapping as (
    select distinct holders.person_id
    from holders
    join cared as other
        on other.number = holders.number
        and other.person_id <> holders.person_id
    join stays
        on stays.person_id = holders.person_id
    join stays as other_stays
        on other_stays.person_id = other.person_id
        and other_stays.provider_id <> stays.provider_id
    where holders.place > 1
        and stays.is_insured
        and other_stays.is_insured
        and not coalesce(stays.is_newborn, false)
        and not coalesce(other_stays.is_newborn, false)
        and least(stays.closed_on, other_stays.closed_on)
            - greatest(cast(stays.started_at as date), cast(other_stays.started_at as date)) >= 2
),

shared_certificates as (
    select
        holders.person_id as subject_id,
        'certificate' as discriminator,
        case
            when bool_or(overlapping.person_id is not null) then 'breach'
            when bool_or(holders.first_day <= other.last_day and other.first_day <= holders.last_day) then 'suspicion'
            else 'clue'
        end as tier,
        any_value(holders.persons) as observed,
        case
            when bool_or(holders.first_day <= other.last_day and other.first_day <= holders.last_day) then any_value(holders.in_scope_amount)
            else 0
        end as asked
    from holders
    join cared as other
        on other.number = holders.number
        and other.person_id <> holders.person_id
    left join overlapping
        on overlapping.person_id = holders.person_id
    where holders.place > 1
    group by holders.person_id
),

stated as (
    select claim_id, person_id, provider_id, in_scope_amount, employer_id, 'phone' as kind, phone as contact
    from insured
    where length(phone) >= 7
        and len(list_distinct(string_split(phone, ''))) > 2
    union all
    select claim_id, person_id, provider_id, in_scope_amount, employer_id, 'address' as kind, address as contact
    from insured
    where length(address) >= 6
    union all
    select claim_id, person_id, provider_id, in_scope_amount, employer_id, 'contact_name' as kind, contact_name as contact
    from insured
    where length(contact_name) >= 2
        and contact_name not in (
            '本人', '父亲', '母亲', '父', '母', '配偶', '夫', '妻', '丈夫', '妻子', '子', '女', '儿子', '女儿', '家属', '不详'
        )
),

known_at as (
    select kind, contact, count(distinct provider_id) as providers
    from stated
    group by kind, contact
),

sharing as (
    select
        stated.kind,
        stated.contact,
        stated.provider_id,
        min(stated.claim_id) as first_claim_id,
        sum(stated.in_scope_amount) as in_scope_amount,
        count(distinct persons.household_id)
            + count(distinct stated.person_id) filter (where persons.household_id is null) as households,
        count(distinct persons.region) filter (where length(persons.region) >= 9) as villages,
        count(distinct stated.person_id) filter (where length(persons.region) < 9 or persons.region is null) as unplaced,
        count(distinct stated.employer_id) = 1 and count(stated.employer_id) = count(*) as has_one_employer
    from stated
    left join persons
        on persons.person_id = stated.person_id
    group by stated.kind, stated.contact, stated.provider_id
),

staff_phones as (
    select distinct provider_id, phone
    from staff
    where provider_id is not null
        and phone is not null
),

shared_contacts as (
    select
        sharing.provider_id as subject_id,
        sharing.kind || '|' || sharing.first_claim_id as discriminator,
        case when sharing.villages >= 2 and sharing.kind <> 'contact_name' then 'suspicion' else 'clue' end as tier,
        sharing.households as observed,
        sharing.in_scope_amount as asked
    from sharing
    join known_at
        on known_at.kind = sharing.kind
        and known_at.contact = sharing.contact
    left join staff_phones
        on sharing.kind = 'phone'
        and staff_phones.provider_id = sharing.provider_id
        and staff_phones.phone = sharing.contact
    where not sharing.has_one_employer
        and (sharing.villages >= 2 or sharing.unplaced > 0)
        and case
            when staff_phones.phone is not null then sharing.households >= $min_staff_sharers
            else sharing.households >= $min_sharers and known_at.providers = 1
        end
)

select
    subject_id,
    discriminator,
    cast(null as varchar) as claim_id,
    tier,
    cast(observed as double) as observed,
    cast(asked as decimal(18, 2)) as asked
from (
    select * from wrong_numbers
    union all
    select * from shared_certificates
    union all
    select * from shared_contacts
) as found
