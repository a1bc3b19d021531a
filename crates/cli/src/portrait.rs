//! What a screening says, apart from the input it is made from: findings and scores by external ids, and where two of them differ.

use claimsift::score::Scores;
use claimsift::tables::value::{Domain, Fen};
use claimsift::{Claims, Finding, Screening};
use serde_json::Value;
use std::collections::BTreeMap;

/// Findings by id and scores by claim.
pub(crate) struct Portrait {
    pub(crate) claims: usize,
    pub(crate) lines: usize,
    pub(crate) findings: BTreeMap<String, Finding>,
    pub(crate) scores: BTreeMap<String, Score>,
}

/// What a claim's row of the scores says.
#[derive(Debug, PartialEq)]
pub(crate) struct Score {
    scores: Scores,
    exposure: Fen,
    tier: Option<String>,
    codes: Vec<String>,
}

impl Portrait {
    pub(crate) fn of(screening: Screening, claims: &Claims) -> Self {
        let id = |claim: claimsift::tables::value::ClaimId| claims.dictionary(Domain::Claim).text(claim.0).to_owned();
        let scores = screening.scores.into_iter().map(|score| {
            let tier = score.tier.map(|tier| tier.to_string());
            (id(score.claim), Score { scores: score.scores, exposure: score.exposure, tier, codes: score.codes.into_vec() })
        });
        let scores = scores.collect();
        // Rows of evidence are named by keys that not every form of the data has.
        let findings = screening.findings.into_iter().map(|finding| (finding.id.clone(), Finding { evidence: Vec::new(), ..finding }));
        Self { claims: claims.len(), lines: claims.line_count(), findings: findings.collect(), scores }
    }
}

/// Where two portraits differ, the first of each kind described.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Differences {
    pub(crate) findings: Difference,
    pub(crate) scores: Difference,
}

/// Counts of what differs, and the first of it in words.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Difference {
    pub(crate) only_first: usize,
    pub(crate) only_second: usize,
    pub(crate) changed: usize,
    pub(crate) examples: Vec<String>,
}

/// Differences that are described.
const DESCRIBED: usize = 5;

impl Differences {
    /// Compares portraits of inputs called `first` and `second`.
    pub(crate) fn between(first: (&str, &Portrait), second: (&str, &Portrait)) -> Self {
        let names = (first.0, second.0);
        Self {
            findings: difference(names, &first.1.findings, &second.1.findings, name_of_finding, changes_of_finding),
            scores: difference(names, &first.1.scores, &second.1.scores, |claim, _| format!("score of {claim}"), changes_of_score),
        }
    }

    pub(crate) fn is_none(&self) -> bool {
        self.findings.count() + self.scores.count() == 0
    }
}

impl Difference {
    pub(crate) fn count(&self) -> usize {
        self.only_first + self.only_second + self.changed
    }
}

fn difference<V: PartialEq>(
    names: (&str, &str),
    first: &BTreeMap<String, V>,
    second: &BTreeMap<String, V>,
    name: fn(&str, &V) -> String,
    changes: fn(&V, &V) -> String,
) -> Difference {
    let mut found = Difference::default();
    let mut describe = |text: String| {
        if found.examples.len() < DESCRIBED {
            found.examples.push(text);
        }
    };
    for (key, value) in first {
        match second.get(key) {
            None => {
                found.only_first += 1;
                describe(format!("only in {}: {}", names.0, name(key, value)));
            }
            Some(other) if other != value => {
                found.changed += 1;
                describe(format!("{}: {}", name(key, value), changes(value, other)));
            }
            Some(_) => {}
        }
    }
    for (key, value) in second.iter().filter(|(key, _)| !first.contains_key(*key)) {
        found.only_second += 1;
        describe(format!("only in {}: {}", names.1, name(key, value)));
    }
    found
}

fn name_of_finding(id: &str, finding: &Finding) -> String {
    format!("{} {} of {} {} ({})", finding.code, finding.tier, finding.subject_kind, finding.subject_id, id.get(..8).unwrap_or(id))
}

/// The values that two versions of a finding do not share.
fn changes_of_finding(first: &Finding, second: &Finding) -> String {
    let (left, right) = (said(first), said(second));
    changes(&left, &right)
}

fn changes_of_score(first: &Score, second: &Score) -> String {
    let said = |score: &Score| {
        let parts = [
            ("scores", format!("{:?}", score.scores)),
            ("exposure", score.exposure.to_string()),
            ("tier", format!("{:?}", score.tier)),
            ("codes", score.codes.join(",")),
        ];
        parts.into_iter().map(|(name, value)| (name.to_owned(), value)).collect::<Vec<_>>()
    };
    changes(&said(first), &said(second))
}

fn changes(left: &[(String, String)], right: &[(String, String)]) -> String {
    let mut changed = Vec::new();
    for (name, value) in left {
        match right.iter().find(|(other, _)| other == name) {
            Some((_, other)) if other == value => {}
            Some((_, other)) => changed.push(format!("{name} {value} against {other}")),
            None => changed.push(format!("{name} {value} against none")),
        }
    }
    let added = right.iter().filter(|(name, _)| !left.iter().any(|(other, _)| other == name));
    changed.extend(added.map(|(name, value)| format!("{name} none against {value}")));
    changed.join(", ")
}

/// All that a finding says, by name.
fn said(finding: &Finding) -> Vec<(String, String)> {
    let money = &finding.money;
    let mut said: Vec<(String, String)> = [
        ("tier", finding.tier.to_string()),
        ("claim", format!("{:?}", finding.claim_id)),
        ("person", format!("{:?}", finding.person_id)),
        ("provider", format!("{:?}", finding.provider_id)),
        ("staff", format!("{:?}", finding.staff_id)),
        ("dates", format!("{:?}", finding.dates)),
        ("strength", finding.strength.0.to_string()),
        ("observed", finding.observed.to_string()),
        ("expected", format!("{:?}", finding.expected)),
        ("amount", money.amount.to_string()),
        ("in scope", money.in_scope.to_string()),
        ("loss", format!("{:?}", money.loss)),
        ("lower loss", format!("{:?}", money.loss_low)),
        ("account loss", format!("{:?}", money.account_loss)),
        ("patient loss", format!("{:?}", money.patient_loss)),
        ("owned", money.owned.to_string()),
        ("basis", finding.basis.to_string()),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .into();
    let facts = finding.facts.iter().map(|(name, value): (&String, &Value)| (format!("fact {name}"), value.to_string()));
    said.extend(facts);
    said
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow_array::{ArrayRef, RecordBatch, StringArray};
    use claimsift::observe::Silent;
    use claimsift::{Lang, Settings};
    use std::sync::Arc;

    /// Two overlapping stays of one person in two hospitals; the second ends on the given day.
    fn portrait(ends: &str) -> Portrait {
        let column = |name, values: [&str; 2]| (name, Arc::new(StringArray::from(values.to_vec())) as ArrayRef);
        let claims = RecordBatch::try_from_iter([
            column("claim_id", ["C1", "C2"]),
            column("person_id", ["P1", "P1"]),
            column("provider_id", ["H1", "H2"]),
            column("visit_type", ["inpatient", "inpatient"]),
            column("started_at", ["2025-03-01 08:00:00", "2025-03-03 08:00:00"]),
            column("ended_at", ["2025-03-10 08:00:00", ends]),
            column("total_amount", ["1000.00", "500.00"]),
        ]);
        let (claims, _) = claimsift::read([("claims", claims.expect("columns of one length"))]).expect("claims");
        let screening = claimsift::screen(&claims, &Settings::new(), Lang::En, &Silent).expect("a screening");
        Portrait::of(screening, &claims)
    }

    #[test]
    fn the_same_data_have_the_same_portrait() {
        let (left, right) = (portrait("2025-03-07 08:00:00"), portrait("2025-03-07 08:00:00"));
        assert!(!left.findings.is_empty() && left.scores.len() == 2);
        assert!(Differences::between(("a", &left), ("b", &right)).is_none());
    }

    #[test]
    fn other_facts_are_named() {
        let (left, right) = (portrait("2025-03-07 08:00:00"), portrait("2025-03-06 08:00:00"));
        let found = Differences::between(("a", &left), ("b", &right));
        assert_eq!((found.findings.only_first, found.findings.only_second, found.findings.changed), (0, 0, 1));
        let text = &found.findings.examples[0];
        assert!(text.starts_with("P02 ") && text.contains("fact overlap_nights 4 against 3"), "{text}");
    }

    #[test]
    fn what_only_one_has_is_counted_on_its_side() {
        let (left, right) = (portrait("2025-03-07 08:00:00"), portrait("2025-03-03 08:00:00"));
        let found = Differences::between(("a", &left), ("b", &right));
        assert_eq!((found.findings.only_first, found.findings.only_second), (1, 0));
        assert!(found.findings.examples[0].starts_with("only in a: P02 "), "{:?}", found.findings.examples);
        assert!(found.scores.changed > 0);
    }
}
