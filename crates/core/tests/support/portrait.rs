//! A screening as texts that can be compared as a whole.

use claimsift::tables::value::Domain;
use claimsift::{Claims, Finding, Screening};
use std::collections::BTreeSet;

/// Everything a screening says, claims under their external ids.
pub fn portrait(claims: &Claims, screening: &Screening) -> Vec<String> {
    let Screening { scores, findings, near_misses, providers, persons, staff, leads, assessments, unscored, .. } = screening;
    let name = |id: u32| claims.dictionary(Domain::Claim).text(id).to_owned();
    let scores = scores
        .iter()
        .map(|score| format!("{} {:?} {:?} {:?} {:?}", name(score.claim.0), score.scores, score.exposure, score.tier, score.codes));
    let mut lines: Vec<String> = scores.collect();
    lines.extend(findings.iter().map(|finding| format!("{finding:?}")));
    lines.extend(near_misses.iter().map(|miss| format!("{miss:?}")));
    lines.extend(providers.iter().chain(persons).chain(staff).map(|subject| format!("{subject:?}")));
    lines.extend(leads.iter().map(|lead| format!("{lead:?}")));
    lines.extend(assessments.iter().map(|assessment| format!("{assessment:?}")));
    lines.push(format!("{unscored:?}"));
    lines
}

/// Findings without what depends on the other findings of the data.
pub fn alone(findings: &[Finding]) -> BTreeSet<String> {
    let alone = |finding: &Finding| {
        let mut finding = finding.clone();
        finding.money.owned = claimsift::tables::value::Fen::ZERO;
        format!("{finding:?}")
    };
    findings.iter().map(alone).collect()
}

/// Fails with the first lines that differ.
pub fn assert_same(left: &[String], right: &[String]) {
    for (left, right) in left.iter().zip(right) {
        assert_eq!(left, right);
    }
    assert_eq!(left.len(), right.len());
}
