//! The outcome of a check: what was counted, what is over its tolerance, and who is worst.

use super::list::Check;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Offenders named for a check.
const NAMED: usize = 10;
/// Tolerances are decided in millionths.
const MILLION: u128 = 1_000_000;

/// How a check ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Everything within tolerance.
    Pass,
    /// Something beyond it.
    Fail,
    /// The data do not hold what it takes.
    NotApplicable,
}

/// One thing counted by a check.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Part {
    /// What: a column, a table, or a word.
    pub name: String,
    /// What is counted: rows, claims, fen …
    pub unit: String,
    /// How many were judged.
    pub judged: u64,
    /// How many of them are at fault.
    pub faults: u64,
    /// The share that may be at fault.
    pub tolerance: f64,
    /// Whether it is beyond the tolerance.
    pub fails: bool,
}

/// One of those with most faults.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offender {
    /// Provider, month, claim, column …
    pub kind: String,
    /// Its id; never a name, number or address of a person.
    pub id: String,
    /// What is counted.
    pub unit: String,
    /// How many were judged.
    pub judged: u64,
    /// How many of them are at fault.
    pub faults: u64,
}

/// The outcome of one check.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Verdict {
    /// The number of the check.
    pub number: u8,
    /// Its name.
    pub name: String,
    /// How it ended.
    pub outcome: Outcome,
    /// Where its tolerance comes from.
    pub source: String,
    /// What the data lack for it, or for a part of it.
    pub missing: Vec<String>,
    /// What was counted.
    pub parts: Vec<Part>,
    /// What was counted beside it, without deciding anything.
    pub beside: BTreeMap<String, u64>,
    /// The worst, at most ten, by the number of their faults.
    pub offenders: Vec<Offender>,
}

impl Verdict {
    /// Whether it failed.
    pub fn fails(&self) -> bool {
        self.outcome == Outcome::Fail
    }

    /// The part furthest beyond its tolerance, or nearest to it.
    pub fn worst(&self) -> Option<&Part> {
        let excess = |part: &Part| part.faults as f64 / part.judged.max(1) as f64 - part.tolerance;
        self.parts.iter().max_by(|left, right| left.fails.cmp(&right.fails).then(excess(left).total_cmp(&excess(right))))
    }
}

/// Whether `faults` of `judged` are more than a share.
pub(super) fn exceeds(faults: u64, judged: u64, tolerance: f64) -> bool {
    let millionths = (tolerance.clamp(0.0, 1.0) * 1e6).round() as u128;
    u128::from(faults) * MILLION > millionths * u128::from(judged)
}

/// Collects what a check counts.
#[derive(Default)]
pub(super) struct Ruling {
    missing: Vec<String>,
    parts: Vec<Part>,
    beside: BTreeMap<String, u64>,
    offenders: Vec<Offender>,
}

impl Ruling {
    /// Names an input that the data do not have.
    pub(super) fn missing(&mut self, input: impl Into<String>) {
        self.missing.push(input.into());
    }

    /// Counts something; nothing judged is nothing counted.
    pub(super) fn part(&mut self, name: impl Into<String>, unit: &str, judged: u64, faults: u64, tolerance: f64) {
        if judged > 0 {
            let fails = exceeds(faults, judged, tolerance);
            self.parts.push(Part { name: name.into(), unit: unit.to_owned(), judged, faults, tolerance, fails });
        }
    }

    /// Counts something that decides nothing.
    pub(super) fn beside(&mut self, name: &str, count: u64) {
        if count > 0 {
            *self.beside.entry(name.to_owned()).or_default() += count;
        }
    }

    /// Names somebody or something with faults.
    pub(super) fn offender(&mut self, kind: &str, id: impl Into<String>, unit: &str, judged: u64, faults: u64) {
        if faults > 0 {
            self.offenders.push(Offender { kind: kind.to_owned(), id: id.into(), unit: unit.to_owned(), judged, faults });
        }
    }

    /// Decides.
    pub(super) fn close(mut self, check: &Check) -> Verdict {
        self.offenders.sort_by(|left, right| (right.faults, &left.kind, &left.id).cmp(&(left.faults, &right.kind, &right.id)));
        self.offenders.truncate(NAMED);
        let outcome = match () {
            () if self.parts.iter().any(|part| part.fails) => Outcome::Fail,
            () if self.parts.is_empty() => Outcome::NotApplicable,
            () => Outcome::Pass,
        };
        Verdict {
            number: check.number,
            name: check.name.to_owned(),
            outcome,
            source: check.source.words().en.into_owned(),
            missing: self.missing,
            parts: self.parts,
            beside: self.beside,
            offenders: self.offenders,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::list::CHECKS;
    use super::*;

    #[test]
    fn a_share_at_its_border_passes() {
        assert!(!exceeds(1, 1000, 0.001) && exceeds(1, 999, 0.001));
        assert!(!exceeds(7, 1400, 0.005) && exceeds(8, 1599, 0.005));
        assert!(!exceeds(0, 0, 0.0) && exceeds(1, u64::MAX, 0.0));
    }

    #[test]
    fn nothing_judged_is_not_applicable() {
        let mut ruling = Ruling::default();
        ruling.part("lines", "lines", 0, 0, 0.1);
        ruling.missing("table lines");
        assert_eq!(ruling.close(&CHECKS[3]).outcome, Outcome::NotApplicable);
    }

    #[test]
    fn the_worst_ten_are_named_by_size_then_id() {
        let mut ruling = Ruling::default();
        (1..=12).for_each(|number| ruling.offender("provider", format!("H{number:02}"), "lines", 100, number % 6));
        let verdict = ruling.close(&CHECKS[3]);
        let named: Vec<&str> = verdict.offenders.iter().map(|offender| offender.id.as_str()).collect();
        assert_eq!(named, ["H05", "H11", "H04", "H10", "H03", "H09", "H02", "H08", "H01", "H07"]);
    }
}
