-- O16 cost-far-from-norm: stays that cost a multiple, or a fraction, of what is usual for their payment group.
--
-- Looked at are insured stays of one visit, of at least one night and with a total above zero; not newborns, and not stays whose first claim is paid per diem,
-- as a single disease, by capitation or per visit. Cases of a group that are paid by item (group_case of the first claim) are left out.
-- With a norm for the group in the year of discharge: a clue at $high_percent percent of the norm or more, or at $low_percent percent or less. Without:
-- z = (ln(total in yuan) - median) / spread over the stays looked at for the same diagnosis (three characters) at providers of the same level, where there
-- are 50 of them; spread is 1.4826 times the median absolute deviation, at least 0.1; a clue when z is at least $min_z or at most -$min_z.
-- Below, only stays count that were not cut short by death, transfer or leaving against advice; below the norm of a group, only those not settled as
-- a low case.
--
-- Reads: stays, claims, groups, providers. Parameters: $high_percent, $low_percent, $min_z.
-- Returns one row for each stay found:
--   subject_id      the stay's first claim
--   discriminator   empty
--   claim_id        the stay's first claim
--   tier            clue
--   observed        total / norm cost, or z where there is no norm cost
--   asked           in-scope amount of the insured claims of the stay

with priced as (
    select
        stays.first_claim_id,
        stays.total_amount,
        stays.insured_in_scope_amount,
        nullif(left(stays.diagnosis_code, 3), '') as diagnosis,
        coalesce(providers.level, -1) as level,
        ln(cast(stays.total_amount as double)) as log_cost,
        coalesce(stays.discharge_way in ('death', 'transfer_hospital', 'transfer_community', 'unordered'), false) as is_cut_short,
        coalesce(first_claim.group_case = 'item_paid', false) as is_item_paid,
        coalesce(first_claim.group_case = 'low', false) as is_low_case,
        case when groups.norm_cost > 0 then groups.norm_cost end as norm_cost
    from stays
    join claims as first_claim
        on first_claim.claim_id = stays.first_claim_id
    left join providers
        on providers.provider_id = stays.provider_id
    left join groups
        on groups.group_code = stays.group_code
        and groups.year = year(stays.closed_on)
    where stays.is_insured
        and stays.visits = 1
        and stays.nights > 0
        and stays.total_amount > 0
        and not stays.is_newborn
        and not coalesce(stays.payment_method in ('per_diem', 'single_disease', 'capitation', 'per_visit'), false)
),

middles as (
    select diagnosis, level, median(log_cost) as middle
    from priced
    where diagnosis is not null
    group by diagnosis, level
    having count(*) >= 50
),

norms as (
    select
        priced.diagnosis,
        priced.level,
        any_value(middles.middle) as middle,
        greatest(1.4826 * median(abs(priced.log_cost - middles.middle)), 0.1) as spread
    from priced
    join middles
        on middles.diagnosis = priced.diagnosis
        and middles.level = priced.level
    group by priced.diagnosis, priced.level
)

select
    first_claim_id as subject_id,
    '' as discriminator,
    first_claim_id as claim_id,
    'clue' as tier,
    cast(total_amount as double) / cast(norm_cost as double) as observed,
    insured_in_scope_amount as asked
from priced
where not is_item_paid
    and norm_cost is not null
    and (
        total_amount * 100 >= $high_percent * norm_cost
        or (total_amount * 100 <= $low_percent * norm_cost and not is_cut_short and not is_low_case)
    )
union all
select
    priced.first_claim_id as subject_id,
    '' as discriminator,
    priced.first_claim_id as claim_id,
    'clue' as tier,
    (priced.log_cost - norms.middle) / norms.spread as observed,
    priced.insured_in_scope_amount as asked
from priced
join norms
    on norms.diagnosis = priced.diagnosis
    and norms.level = priced.level
where not priced.is_item_paid
    and priced.norm_cost is null
    and (
        (priced.log_cost - norms.middle) / norms.spread >= $min_z
        or ((priced.log_cost - norms.middle) / norms.spread <= -$min_z and not priced.is_cut_short)
    )
