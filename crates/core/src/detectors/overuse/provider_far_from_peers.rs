use crate::claims::ProviderView;
use crate::detect::Direction::AtLeast;
use crate::detect::{
    Basis, Candidate, Context, Meta, Norm, PopulationScope, Problems, Role, Scheme, ScopeKind, Sink, Strength, Subject, Target, Threshold,
    Tier, Unit, both, detector, fact, text,
};
use crate::norms::{FEATURES, PeerPlace, Place};
use crate::tables::value::ProviderId;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::sync::LazyLock;

/// Flags providers whose whole profile lies far from that of their peers.
///
/// # Why it matters
///
/// A provider that bills unlike every comparable one is worth a look, whatever the scheme. It is a reason to look, not a finding of
/// fault: no clause applies and no money is reckoned.
///
/// # How it decides
///
/// Providers with at least 20 visits have a profile of 13 features (stays, nights, readmission, night settlement, cost structure …). Within
/// kind and level, profiles are scaled robustly and grouped by k-means, the number of groups chosen by silhouette; groups under 30 widen to the
/// kind, then to all. A provider's distance is the root mean square of its deviations from the median of its peers, and its `distance_z` the
/// robust z of that distance among theirs. From `min_distance_z` on it is a clue. Strength grows from 0.3 at z = 3.5 to 1 at z = 10.
///
/// # Known false positives
///
/// Specialised providers with few of their kind in the data; new or closing providers; a change of data supplier.
///
/// # Example
///
/// A clinic of level 1 with 71 % examinations and laboratory against a median of 22 % in 41 similar clinics.
///
/// # References
///
/// Iglewicz and Hoaglin, How to Detect and Handle Outliers (1993): robust z and its cut of 3.5. audit practice. No reference SQL: clustering.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ProviderFarFromPeers {
    /// Robust z of the distance from which a provider is flagged.
    pub min_distance_z: f64,
}

impl Default for ProviderFarFromPeers {
    fn default() -> Self {
        Self { min_distance_z: CUT_Z }
    }
}

/// The robust z at which strength begins to grow (Iglewicz and Hoaglin), and at which it is full.
const CUT_Z: f64 = 3.5;
const FAR_Z: f64 = 10.0;
/// The least robust z for which candidates are kept.
const FLOOR_Z: f64 = 3.0;

static META: LazyLock<Meta> = LazyLock::new(|| Meta {
    code: text("O19"),
    name: text("provider-far-from-peers"),
    title: both("Provider far from its peers", "机构画像偏离同类"),
    scheme: Scheme::Overuse,
    tier: Tier::Clue,
    clauses: Vec::new(),
    scope: ScopeKind::Population,
    unit: Unit::Provider,
    needs: Vec::new(),
    uses: vec![
        text("claims.visit_id"),
        text("claims.is_insured"),
        text("claims.is_newborn"),
        text("claims.admission_way"),
        text("claims.discharge_way"),
        text("claims.transferred_from"),
        text("claims.settled_at"),
        text("claims.fund_amount"),
        text("lines.category"),
        text("providers.kind"),
        text("providers.level"),
        text("providers.group_id"),
    ],
    norms: vec![Norm::PeerGroups],
    family: text("peers"),
    leg: None,
    facts: vec![
        fact("peer_group", "", "peer group", "同类组"),
        fact("peers", "providers", "others it was compared with", "比较的机构数"),
        fact("distance", "spreads", "distance from their middle", "距同类中心"),
        fact("distance_z", "robust z", "robust z of the distance", "距离的稳健z值"),
        fact("leading", "", "features that make up most of the distance", "主要偏离特征"),
    ]
    .into_iter()
    .chain(FEATURES.iter().map(|feature| fact(feature.name, "share of the squared distance", feature.en, feature.zh)))
    .collect(),
    thresholds: vec![Threshold { parameter: text("min_distance_z"), fact: text("distance_z"), direction: AtLeast, floor: FLOOR_Z }],
    discriminator: text("none; one finding per provider"),
    message: both(
        "the provider's profile lies {distance_z} robust deviations from {peers} peers ({peer_group}); leading: {leading}",
        "机构画像与 {peers} 家同类机构（{peer_group}）相距 {distance_z} 个稳健偏差；主要特征：{leading}",
    ),
    wide_message: None,
    basis: Basis::None,
    records: both("admission register, fee structure by month, list of items", "入院登记、分月费用结构、收费项目目录"),
    defence: both("a specialised provider; settled by its licence and departments", "专科机构；以执业许可和科室设置为准"),
    sql: None,
    version: 1,
});

detector!(ProviderFarFromPeers, &META, Population);

impl ProviderFarFromPeers {
    fn check(&self, problems: &mut Problems) {
        problems.range("min_distance_z", self.min_distance_z, FLOOR_Z, 1000.0);
    }
}

/// Providers seen, and those that lie far from their peers.
#[derive(Default)]
pub struct Summary {
    far: Vec<(ProviderId, String)>,
    assessed: u64,
    without_profile: u64,
    without_peers: u64,
}

impl PopulationScope for ProviderFarFromPeers {
    type Summary = Summary;

    fn summarise(&self, provider: ProviderView<'_>, context: &Context<'_>, summary: &mut Summary) {
        let place = context.norms.peers.as_ref().and_then(|norm| norm.places.get(provider.name()));
        match place.map(|place| (place.group, place.comparison)) {
            Some((_, Some(comparison))) => {
                summary.assessed += 1;
                if comparison.z >= FLOOR_Z {
                    summary.far.push((provider.id(), provider.name().to_owned()));
                }
            }
            Some((Some(_), None)) => summary.without_peers += 1,
            Some((None, None)) | None => summary.without_profile += 1,
        }
    }

    fn merge(&self, earlier: &mut Summary, later: Summary) {
        earlier.far.extend(later.far);
        earlier.assessed += later.assessed;
        earlier.without_profile += later.without_profile;
        earlier.without_peers += later.without_peers;
    }

    fn decide(&self, summary: &Summary, context: &Context<'_>, out: &mut Sink) {
        out.assessed(summary.assessed);
        out.not_assessed("fewer than 20 visits", summary.without_profile);
        out.not_assessed("too few comparable providers", summary.without_peers);
        let Some(norm) = &context.norms.peers else { return };
        for (id, name) in &summary.far {
            let Some(place) = norm.places.get(name) else { continue };
            if let Some(comparison) = place.comparison {
                let candidate = candidate(*id, norm.group_name(name).unwrap_or_default(), place, comparison);
                out.push(candidate.evidence(Role::Context, [Target::Row { table: "providers", key: name.clone() }]));
            }
        }
    }
}

/// Features shown by name.
const LEADING: usize = 3;

fn candidate(provider: ProviderId, group: &str, place: &PeerPlace, comparison: Place) -> Candidate {
    let mut order: Vec<usize> = (0..FEATURES.len()).collect();
    order.sort_by(|&left, &right| place.contributions[right].total_cmp(&place.contributions[left]).then(left.cmp(&right)));
    let describe = |&at: &usize| {
        let (value, median) = (place.profile[at], place.medians[at]);
        format!("{} {value:.2} against {median:.2} ({:.0} %)", FEATURES[at].name, place.contributions[at] * 100.0)
    };
    let leading: Vec<String> = order.iter().take(LEADING).filter(|&&at| place.contributions[at] > 0.0).map(describe).collect();
    let strength = 0.3 + 0.7 * ((comparison.z - CUT_Z) / (FAR_Z - CUT_Z)).clamp(0.0, 1.0);
    let mut candidate = Candidate::about(Subject::Provider(provider), String::new(), Tier::Clue, comparison.z)
        .with_strength(Strength::of(strength))
        .fact("peer_group", group)
        .fact("peers", i64::from(comparison.peers))
        .fact("distance", comparison.distance)
        .fact("distance_z", comparison.z)
        .fact("leading", leading.join("; "));
    for at in order {
        if place.contributions[at] > 0.0 {
            candidate = candidate.fact(FEATURES[at].name, place.contributions[at]);
        }
    }
    candidate.expected = Some(0.0);
    candidate
}
