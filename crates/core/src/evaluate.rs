//! How well a run finds what is known to be there: planted schemes, or decided cases.

use crate::detect::Role;
use crate::finding::Finding;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// A planted claim, or a look-alike.
#[derive(Clone, Debug, PartialEq)]
pub struct Truth {
    /// The claim.
    pub claim_id: String,
    /// The scheme it belongs to.
    pub scheme: String,
    /// The detector that should see it.
    pub code: String,
    /// The kind of scheme or look-alike.
    pub kind: String,
    /// Whether it only looks like a scheme.
    pub look_alike: bool,
    /// The tier that the evidence in the data supports at most; `None` where the truth does not say.
    pub expected: Option<String>,
    /// Fund money lost, in yuan.
    pub loss: f64,
}

/// A finding, as far as it is evaluated.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// The detector.
    pub code: String,
    /// The scheme.
    pub scheme: String,
    /// The tier.
    pub tier: String,
    /// Claims at risk.
    pub at_risk: BTreeSet<String>,
    /// What it owns, in yuan.
    pub owned: f64,
}

impl From<&Finding> for Found {
    fn from(finding: &Finding) -> Self {
        let rows = finding.evidence.iter().filter(|row| row.role == Role::AtRisk);
        let claims = rows.filter_map(|row| if row.table == "claims" { Some(row.key.clone()) } else { row.claim_id.clone() });
        Self {
            code: finding.code.clone(),
            scheme: finding.scheme.to_string(),
            tier: finding.tier.to_string(),
            at_risk: claims.collect(),
            owned: finding.money.owned.yuan(),
        }
    }
}

/// A claim's score, as far as it is evaluated.
#[derive(Clone, Debug, PartialEq)]
pub struct Scored {
    /// The claim.
    pub claim_id: String,
    /// Overall score.
    pub score: f64,
    /// Score per scheme.
    pub schemes: BTreeMap<String, f64>,
}

/// Of what should be found, how much is found; of what is found, how much is right.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Rates {
    /// Planted claims.
    pub planted: u64,
    /// Planted claims hit by a finding of their scheme in which they are at risk.
    pub hit: u64,
    /// `hit` / `planted`; none without planted claims.
    pub recall: Option<f64>,
    /// Findings.
    pub findings: u64,
    /// Findings with a planted claim at risk, of whatever scheme: a bill settled twice rightly shows too many days.
    pub right: u64,
    /// `right` / `findings`; none without findings.
    pub precision: Option<f64>,
}

/// Look-alikes of one kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LookAlikes {
    /// Claims.
    pub count: u64,
    /// Claims at risk in a suspicion or breach.
    pub flagged: u64,
}

/// Loss in yuan, where the evidence supports a suspicion or breach.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Losses {
    /// Planted.
    pub planted: f64,
    /// Owned by breaches and suspicions.
    pub owned: f64,
}

/// The whole evaluation.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Evaluation {
    /// By tier: claims whose evidence supports the tier, against findings of the tier.
    pub tiers: BTreeMap<String, Rates>,
    /// By detector and tier: what is planted for the detector with evidence for the tier, against its findings of the tier.
    pub detectors: BTreeMap<String, BTreeMap<String, Rates>>,
    /// By detector: loss planted for it, against what its breaches and suspicions own.
    pub losses: BTreeMap<String, Losses>,
    /// By detector and kind: planted claims and those hit.
    pub kinds: BTreeMap<String, BTreeMap<String, LookAlikes>>,
    /// Average precision of the scheme's score, by scheme, and overall.
    pub average_precision: BTreeMap<String, f64>,
    /// The same over the planted claims whose evidence supports a suspicion or breach; the other planted claims are left out.
    pub average_precision_firm: BTreeMap<String, f64>,
    /// By kind of look-alike.
    pub look_alikes: BTreeMap<String, LookAlikes>,
    /// Share of look-alikes flagged.
    pub look_alikes_flagged: Option<f64>,
    /// Planted loss in yuan, where the evidence supports a suspicion or breach.
    pub loss_planted: f64,
    /// Loss owned by breaches and suspicions, in yuan.
    pub loss_owned: f64,
    /// Claims scored.
    pub claims: u64,
    /// Suspicions for every 10,000 claims.
    pub suspicions_per_10000: f64,
}

/// Compares a run with the truth. A hit needs the same scheme and the claim at risk.
pub fn evaluate(truth: &[Truth], found: &[Found], scored: &[Scored]) -> Evaluation {
    let (look_alikes, planted): (Vec<&Truth>, Vec<&Truth>) = truth.iter().partition(|truth| truth.look_alike);
    let firm = |found: &&Found| found.tier != "clue";
    let mut evaluation = Evaluation { claims: scored.len() as u64, ..Evaluation::default() };
    evaluation.tiers = by_tier(&planted, &found.iter().collect::<Vec<_>>(), &planted);
    let codes: BTreeSet<&str> =
        planted.iter().map(|truth| truth.code.as_str()).chain(found.iter().map(|found| found.code.as_str())).collect();
    for code in codes {
        let findings: Vec<&Found> = found.iter().filter(|found| found.code == code).collect();
        let expected: Vec<&Truth> = planted.iter().copied().filter(|truth| truth.code == code).collect();
        let own = |found: &Found| found.code == code && firm(&found);
        let losses = Losses {
            planted: expected.iter().copied().filter(|truth| can_be_firm(truth)).map(|truth| truth.loss).fold(0.0, |sum, loss| sum + loss),
            owned: found.iter().filter(|found| own(found)).map(|found| found.owned).sum(),
        };
        evaluation.losses.insert(code.to_owned(), losses);
        evaluation.detectors.insert(code.to_owned(), by_tier(&expected, &findings, &planted));
        evaluation.kinds.insert(code.to_owned(), by_kind(&expected, &findings));
    }
    let firm: Vec<&Found> = found.iter().filter(firm).collect();
    evaluation.look_alikes = by_kind_any(&look_alikes, &firm);
    let count: u64 = evaluation.look_alikes.values().map(|kind| kind.count).sum();
    let flagged: u64 = evaluation.look_alikes.values().map(|kind| kind.flagged).sum();
    evaluation.look_alikes_flagged = ratio(flagged, count);
    evaluation.average_precision = average_precisions(&planted, &BTreeSet::new(), scored);
    let (firmly_planted, left_out): (Vec<&Truth>, Vec<&Truth>) = planted.iter().copied().partition(|truth| can_be_firm(truth));
    let left_out: BTreeSet<&str> = left_out.iter().map(|truth| truth.claim_id.as_str()).collect();
    evaluation.average_precision_firm = average_precisions(&firmly_planted, &left_out, scored);
    evaluation.loss_planted = planted.iter().filter(|truth| can_be_firm(truth)).map(|truth| truth.loss).fold(0.0, |sum, loss| sum + loss);
    evaluation.loss_owned = firm.iter().map(|found| found.owned).sum();
    let suspicions = found.iter().filter(|found| found.tier == "suspicion").count();
    evaluation.suspicions_per_10000 = 10_000.0 * suspicions as f64 / scored.len().max(1) as f64;
    evaluation
}

/// Whether the evidence supports a suspicion or breach.
fn can_be_firm(truth: &Truth) -> bool {
    truth.expected.as_deref().is_none_or(|tier| rank(tier) > 0)
}

/// Rates of each tier: what has evidence for it is hit by a finding of it or above.
fn by_tier(expected: &[&Truth], found: &[&Found], planted: &[&Truth]) -> BTreeMap<String, Rates> {
    let rates_of = |tier: &&str| {
        let of_tier = |truth: &&Truth| truth.expected.as_deref().is_none_or(|expected| expected == *tier);
        let expected: Vec<&Truth> = expected.iter().copied().filter(of_tier).collect();
        let findings: Vec<&Found> = found.iter().copied().filter(|found| found.tier == *tier).collect();
        let at_least: Vec<&Found> = found.iter().copied().filter(|found| rank(&found.tier) >= rank(tier)).collect();
        ((*tier).to_owned(), rates(&expected, &at_least, &findings, planted))
    };
    ["breach", "suspicion", "clue"].iter().map(rates_of).collect()
}

fn rank(tier: &str) -> u8 {
    match tier {
        "breach" => 2,
        "suspicion" => 1,
        _ => 0,
    }
}

fn ratio(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

/// Recall of `expected` by `hitting`, and precision of `findings` against all that is planted.
fn rates(expected: &[&Truth], hitting: &[&Found], findings: &[&Found], planted: &[&Truth]) -> Rates {
    let at_risk: BTreeSet<(&str, &str)> =
        hitting.iter().flat_map(|found| found.at_risk.iter().map(|claim| (found.scheme.as_str(), claim.as_str()))).collect();
    let hit = expected.iter().filter(|truth| at_risk.contains(&(truth.scheme.as_str(), truth.claim_id.as_str()))).count() as u64;
    let known: BTreeSet<&str> = planted.iter().map(|truth| truth.claim_id.as_str()).collect();
    let is_right = |found: &&&Found| found.at_risk.iter().any(|claim| known.contains(claim.as_str()));
    let about_claims: Vec<&&Found> = findings.iter().filter(|found| !found.at_risk.is_empty()).collect();
    let right = about_claims.iter().copied().filter(|found| is_right(found)).count() as u64;
    Rates {
        planted: expected.len() as u64,
        hit,
        recall: ratio(hit, expected.len() as u64),
        findings: about_claims.len() as u64,
        right,
        precision: ratio(right, about_claims.len() as u64),
    }
}

fn by_kind(expected: &[&Truth], findings: &[&Found]) -> BTreeMap<String, LookAlikes> {
    let at_risk: BTreeSet<(&str, &str)> =
        findings.iter().flat_map(|found| found.at_risk.iter().map(|claim| (found.scheme.as_str(), claim.as_str()))).collect();
    tally(expected, |truth| at_risk.contains(&(truth.scheme.as_str(), truth.claim_id.as_str())))
}

fn by_kind_any(look_alikes: &[&Truth], findings: &[&Found]) -> BTreeMap<String, LookAlikes> {
    let at_risk: BTreeSet<&str> = findings.iter().flat_map(|found| found.at_risk.iter().map(String::as_str)).collect();
    tally(look_alikes, |truth| at_risk.contains(truth.claim_id.as_str()))
}

fn tally(truths: &[&Truth], is_hit: impl Fn(&Truth) -> bool) -> BTreeMap<String, LookAlikes> {
    let mut kinds: BTreeMap<String, LookAlikes> = BTreeMap::new();
    for truth in truths {
        let kind = kinds.entry(truth.kind.clone()).or_default();
        kind.count += 1;
        kind.flagged += u64::from(is_hit(truth));
    }
    kinds
}

fn average_precisions(planted: &[&Truth], left_out: &BTreeSet<&str>, scored: &[Scored]) -> BTreeMap<String, f64> {
    let mut by_scheme: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for truth in planted {
        by_scheme.entry(&truth.scheme).or_default().insert(&truth.claim_id);
        by_scheme.entry("overall").or_default().insert(&truth.claim_id);
    }
    let value =
        |scheme: &str, scored: &Scored| if scheme == "overall" { scored.score } else { scored.schemes.get(scheme).copied().unwrap_or(0.0) };
    let precision = |(scheme, claims): (&str, BTreeSet<&str>)| {
        let counts = |row: &&Scored| claims.contains(row.claim_id.as_str()) || !left_out.contains(row.claim_id.as_str());
        let row = |row: &Scored| (value(scheme, row), claims.contains(row.claim_id.as_str()));
        let rows: Vec<(f64, bool)> = scored.iter().filter(counts).map(row).collect();
        (scheme.to_owned(), average_precision(&rows))
    };
    by_scheme.into_iter().map(precision).collect()
}

/// Average precision of scores for labelled rows; rows of equal score count as one step, so that their order does not matter. 0 without
/// positive rows.
pub fn average_precision(rows: &[(f64, bool)]) -> f64 {
    let positives = rows.iter().filter(|(_, positive)| *positive).count();
    let (mut seen, mut hits, mut sum) = (0_usize, 0_usize, 0.0);
    for group in by_score(rows) {
        let hit = group.iter().filter(|(_, positive)| *positive).count();
        seen += group.len();
        hits += hit;
        sum += hit as f64 * hits as f64 / seen as f64;
    }
    if positives == 0 { 0.0 } else { sum / positives as f64 }
}

/// Area under the ROC curve: the chance that a positive row scores above a negative one, ties counted half. 0.5 without both kinds.
pub fn auroc(rows: &[(f64, bool)]) -> f64 {
    let positives = rows.iter().filter(|(_, positive)| *positive).count();
    let negatives = rows.len() - positives;
    if positives == 0 || negatives == 0 {
        return 0.5;
    }
    let (mut above, mut pairs) = (0.0, 0.0);
    for group in by_score(rows) {
        let hit = group.iter().filter(|(_, positive)| *positive).count() as f64;
        let miss = group.len() as f64 - hit;
        pairs += miss * (above + hit / 2.0);
        above += hit;
    }
    pairs / (positives as f64 * negatives as f64)
}

/// Rows of equal score together, highest first.
fn by_score(rows: &[(f64, bool)]) -> Vec<Vec<(f64, bool)>> {
    let mut sorted = rows.to_vec();
    sorted.sort_by(|left, right| right.0.total_cmp(&left.0));
    sorted.chunk_by(|left, right| left.0.total_cmp(&right.0).is_eq()).map(<[_]>::to_vec).collect()
}

/// A provider with its label, its score and its size.
#[derive(Clone, Debug, PartialEq)]
pub struct LabelledProvider {
    /// Whether the case was confirmed.
    pub is_confirmed: bool,
    /// The provider's score.
    pub score: f64,
    /// What the fund paid (or the total charged), in yuan.
    pub size: f64,
}

/// How providers are ranked by score, beside ranking by size alone.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct ProviderRanking {
    /// Labelled providers with claims.
    pub providers: u64,
    /// Of them confirmed.
    pub confirmed: u64,
    /// AUROC of the score.
    pub auroc: f64,
    /// Average precision of the score.
    pub average_precision: f64,
    /// AUROC of size alone.
    pub size_auroc: f64,
    /// Average precision of size alone.
    pub size_average_precision: f64,
}

/// Ranks labelled providers.
pub fn rank_providers(providers: &[LabelledProvider]) -> ProviderRanking {
    let by = |value: fn(&LabelledProvider) -> f64| providers.iter().map(|row| (value(row), row.is_confirmed)).collect::<Vec<_>>();
    let (score, size) = (by(|row| row.score), by(|row| row.size));
    ProviderRanking {
        providers: providers.len() as u64,
        confirmed: providers.iter().filter(|row| row.is_confirmed).count() as u64,
        auroc: auroc(&score),
        average_precision: average_precision(&score),
        size_auroc: auroc(&size),
        size_average_precision: average_precision(&size),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rank_measures_match_hand_computed_values() {
        let rows = [(0.9, true), (0.8, false), (0.7, true), (0.1, false)];
        assert!((auroc(&rows) - 0.75).abs() < 1e-12);
        assert!((average_precision(&rows) - f64::midpoint(1.0, 2.0 / 3.0)).abs() < 1e-12);
        let tied = [(0.5, true), (0.5, false), (0.5, false)];
        assert!((auroc(&tied) - 0.5).abs() < 1e-12);
        assert!((average_precision(&tied) - 1.0 / 3.0).abs() < 1e-12);
        assert!((auroc(&[]) - 0.5).abs() < 1e-12);
    }

    #[test]
    fn a_hit_needs_scheme_and_claim() {
        let truth = |claim: &str, look_alike| Truth {
            claim_id: claim.into(),
            scheme: "phantom".into(),
            code: "P02".into(),
            kind: "overlap".into(),
            look_alike,
            expected: Some("breach".into()),
            loss: 100.0,
        };
        let found = |scheme: &str, claim: &str| Found {
            code: "P02".into(),
            scheme: scheme.into(),
            tier: "breach".into(),
            at_risk: BTreeSet::from([claim.to_owned()]),
            owned: 50.0,
        };
        let evaluation = evaluate(
            &[truth("A", false), truth("B", false), truth("L", true)],
            &[found("phantom", "A"), found("charge", "B"), found("phantom", "L")],
            &[],
        );
        let breach = evaluation.tiers["breach"];
        assert_eq!((breach.planted, breach.hit, breach.findings, breach.right), (2, 1, 3, 2));
        assert_eq!(evaluation.look_alikes["overlap"], LookAlikes { count: 1, flagged: 1 });
    }
}
