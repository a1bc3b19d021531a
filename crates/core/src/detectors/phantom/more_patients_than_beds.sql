-- P04 more-patients-than-beds: hospitals with more patients in bed than they have beds.
--
-- On each night the stays are counted that begin on or before it and end after it, newborns apart. Beds are the larger of licensed and open beds;
-- providers that tell neither are left out. A night is over when its patients are more than $clue_percent percent of the beds; it is far over when they
-- are more than $suspicion_percent percent and when patients for a thousand beds (rounded down) exceed the 99th percentile of all nights with patients at
-- providers of the level (of all levels, where the level has fewer than 1000 such nights).
-- Suspicion from $suspicion_nights nights far over, else clue from $min_nights nights over. At risk are the insured stays of those nights whose total per
-- night (in whole fen, rounded down) is below $thin_percent percent of the median over the provider's stays.
--
-- Reads: stays, providers. Parameters: $clue_percent, $min_nights, $suspicion_percent, $suspicion_nights, $thin_percent.
-- Returns one row for each provider found:
--   subject_id      provider
--   discriminator   empty
--   claim_id        null
--   tier            suspicion or clue
--   observed        nights over
--   asked           in-scope amount of the insured claims of the stays at risk

with provider_beds as (
    select
        provider_id,
        coalesce(level, -1) as level,
        greatest(coalesce(beds, 0), coalesce(open_beds, 0)) as beds
    from providers
    where greatest(coalesce(beds, 0), coalesce(open_beds, 0)) > 0
),

bed_stays as (
    select
        stays.first_claim_id,
        stays.provider_id,
        cast(stays.started_at as date) as started_on,
        stays.nights,
        stays.is_insured,
        stays.insured_in_scope_amount,
        cast(stays.total_amount * 100 as bigint) // stays.nights as cost_per_night
    from stays
    join provider_beds
        on provider_beds.provider_id = stays.provider_id
    where not stays.is_newborn
        and stays.nights > 0
),

stay_nights as (
    select provider_id, first_claim_id, started_on + cast(unnest(range(nights)) as integer) as night
    from bed_stays
),

nights as (
    select
        stay_nights.provider_id,
        stay_nights.night,
        any_value(provider_beds.level) as level,
        any_value(provider_beds.beds) as beds,
        count(*) as patients,
        count(*) * 1000 // any_value(provider_beds.beds) as occupancy
    from stay_nights
    join provider_beds
        on provider_beds.provider_id = stay_nights.provider_id
    group by stay_nights.provider_id, stay_nights.night
),

level_norms as (
    select level, count(*) as nights, quantile_disc(occupancy, 0.99) as usual_occupancy
    from nights
    group by level
),

all_norm as (
    select quantile_disc(occupancy, 0.99) as usual_occupancy
    from nights
),

tested as (
    select
        nights.provider_id,
        nights.night,
        nights.patients * 100 > $clue_percent * nights.beds as is_over,
        nights.patients * 100 > $suspicion_percent * nights.beds
            and nights.occupancy > case when level_norms.nights >= 1000 then level_norms.usual_occupancy else all_norm.usual_occupancy end
            as is_far_over
    from nights
    join level_norms
        on level_norms.level = nights.level
    cross join all_norm
),

found as (
    select
        provider_id,
        count(*) filter (where is_over) as nights_over,
        count(*) filter (where is_far_over) >= $suspicion_nights as is_suspicion
    from tested
    group by provider_id
    having count(*) filter (where is_over) >= $min_nights
        or count(*) filter (where is_far_over) >= $suspicion_nights
),

deciding_nights as (
    select tested.provider_id, tested.night
    from tested
    join found
        on found.provider_id = tested.provider_id
    where case when found.is_suspicion then tested.is_far_over else tested.is_over end
),

thin_stays as (
    select *
    from bed_stays
    qualify cost_per_night * 100 < $thin_percent * median(cost_per_night) over (partition by provider_id)
),

stays_at_risk as (
    select distinct thin_stays.first_claim_id, thin_stays.provider_id, thin_stays.insured_in_scope_amount
    from thin_stays
    join stay_nights
        on stay_nights.first_claim_id = thin_stays.first_claim_id
    join deciding_nights
        on deciding_nights.provider_id = stay_nights.provider_id
        and deciding_nights.night = stay_nights.night
    where thin_stays.is_insured
),

asked as (
    select provider_id, sum(insured_in_scope_amount) as asked
    from stays_at_risk
    group by provider_id
)

select
    found.provider_id as subject_id,
    '' as discriminator,
    cast(null as varchar) as claim_id,
    case when found.is_suspicion then 'suspicion' else 'clue' end as tier,
    cast(found.nights_over as double) as observed,
    cast(coalesce(asked.asked, 0) as decimal(18, 2)) as asked
from found
left join asked
    on asked.provider_id = found.provider_id
