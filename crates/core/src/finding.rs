//! Findings as they stand in the output: plain data under external ids.

use crate::claims::Claims;
use crate::detect::{Basis, Candidate, EvidenceRow, Fact, Lang, Lot, Low, Meta, Role, Scheme, Strength, Subject, Target, Tier, clause_on};
use crate::tables::value::{Date, Domain, Fen};
use serde_json::{Map, Value};

/// One detector's statement about one subject.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// 128-bit hash of code, subject, discriminator and period, in hexadecimal.
    pub id: String,
    /// The detector.
    pub code: String,
    /// The scheme it would be if confirmed.
    pub scheme: Scheme,
    /// How far the evidence goes.
    pub tier: Tier,
    /// What kind of subject it is about.
    pub subject_kind: String,
    /// The subject.
    pub subject_id: String,
    /// What tells it apart from other findings of the subject.
    pub discriminator: String,
    /// The claim it is about, if it is about one.
    pub claim_id: Option<String>,
    /// The person concerned.
    pub person_id: Option<String>,
    /// The provider concerned.
    pub provider_id: Option<String>,
    /// The member of staff concerned.
    pub staff_id: Option<String>,
    /// The first and last day of the acts.
    pub dates: Option<(Date, Date)>,
    /// Strength within the tier.
    pub strength: Strength,
    /// What was measured.
    pub observed: f64,
    /// What would be expected.
    pub expected: Option<f64>,
    /// Money.
    pub money: Amounts,
    /// How the loss was reckoned.
    pub basis: Basis,
    /// The lower estimate as a part of the loss.
    pub low: Low,
    /// Facts by name, in the detector's order.
    pub facts: Map<String, Value>,
    /// The rows that support it.
    pub evidence: Vec<Evidence>,
}

/// What a finding asks and what it would cost the fund.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Amounts {
    /// Amount charged on the rows at risk.
    pub amount: Fen,
    /// In-scope amount asked.
    pub in_scope: Fen,
    /// Fund loss if confirmed, taken alone; `None` where it cannot be reckoned.
    pub loss: Option<Fen>,
    /// Its lower estimate.
    pub loss_low: Option<Fen>,
    /// The part of account money.
    pub account_loss: Option<Fen>,
    /// The part the patient paid in cash.
    pub patient_loss: Option<Fen>,
    /// Its share of the totals: no yuan is owned twice.
    pub owned: Fen,
}

/// A row that supports a finding, under external keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// The table.
    pub table: String,
    /// What the row is to the finding.
    pub role: Role,
    /// The claim of a line.
    pub claim_id: Option<String>,
    /// The row's key; empty for a set.
    pub key: String,
    /// For rows at risk: the in-scope amount asked, if not the whole claim.
    pub asked: Option<Fen>,
    /// For a set of more than 1,000 rows: an SQL condition, the number of rows and the sum of their amounts.
    pub set: Option<(String, u64, Fen)>,
}

impl Finding {
    /// The sentence that states the finding.
    pub fn message(&self, meta: &Meta, lang: Lang) -> String {
        let wide = meta.wide_message.as_ref().filter(|_| self.claim_id.is_none());
        let mut message = wide.unwrap_or(&meta.message).get(lang).to_owned();
        for (name, value) in &self.facts {
            let shown = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            message = message.replace(&format!("{{{name}}}"), &shown);
        }
        message
    }

    /// The clause that would apply if it were confirmed, as in force on the last day of the acts.
    pub fn clause(&self, meta: &Meta, as_of: Date, lang: Lang) -> String {
        clause_on(&meta.clauses, self.dates.map_or(as_of, |(_, last)| last), lang)
    }

    /// Its rows at risk one by one, also where they are stored as a condition.
    pub fn rows_at_risk(&self, claims: &Claims) -> Vec<Evidence> {
        let listed = |row: &Evidence| match stored_lot(row) {
            Some(lot) => spread(claims, &lot).iter().map(|row| evidence(claims, row)).collect(),
            None => vec![row.clone()],
        };
        self.evidence.iter().filter(|row| row.role == Role::AtRisk).flat_map(listed).collect()
    }

    /// The day until which the act can be sanctioned: two years after its end (Administrative Penalty Law, Article 36).
    pub fn limitation(&self) -> Option<Date> {
        self.dates.map(|(_, last)| last.plus_years(2))
    }
}

/// Hashes the parts that make a finding the same next month; parameters and strength are not among them.
fn finding_id(code: &str, kind: &str, subject: &str, discriminator: &str) -> String {
    let mut hasher = blake3::Hasher::new();
    for part in [code, kind, subject, discriminator] {
        hasher.update(&(part.len() as u64).to_le_bytes());
        hasher.update(part.as_bytes());
    }
    hasher.finalize().to_hex()[..32].to_owned()
}

/// Brings a candidate under external ids. Money is reckoned later.
pub(crate) fn resolve(claims: &Claims, meta: &Meta, mut candidate: Candidate) -> (Finding, Vec<EvidenceRow>) {
    let lot = candidate.lot.take().map(|lot| (spread(claims, &lot), lot));
    let mut shown: Vec<Evidence> = candidate.evidence.iter().map(|row| evidence(claims, row)).collect();
    if let Some((rows, lot)) = lot {
        shown.extend(of_lot(claims, &rows, &lot));
        candidate.evidence.extend(rows);
    }
    let name = |domain: Domain, key: u32| claims.dictionary(domain).text(key).to_owned();
    let subject_id = match candidate.subject {
        Subject::Claim(id) => name(Domain::Claim, id.0),
        Subject::Person(id) => name(Domain::Person, id.0),
        Subject::Provider(id) => name(Domain::Provider, id.0),
        Subject::Staff(id) => name(Domain::Staff, id.0),
    };
    let kind = candidate.subject.kind();
    let facts: Map<String, Value> = candidate.facts.iter().map(|(name, fact)| ((*name).to_owned(), Fact::json(fact))).collect();
    let finding = Finding {
        id: finding_id(&meta.code, kind, &subject_id, &candidate.discriminator),
        code: meta.code.to_string(),
        scheme: candidate.scheme.unwrap_or(meta.scheme),
        tier: candidate.tier,
        subject_kind: kind.to_owned(),
        subject_id,
        discriminator: candidate.discriminator,
        claim_id: candidate.claim.map(|id| name(Domain::Claim, id.0)),
        person_id: candidate.person.map(|id| name(Domain::Person, id.0)),
        provider_id: candidate.provider.map(|id| name(Domain::Provider, id.0)),
        staff_id: candidate.staff.map(|id| name(Domain::Staff, id.0)),
        dates: candidate.dates,
        strength: candidate.strength,
        observed: candidate.observed,
        expected: candidate.expected,
        money: Amounts::default(),
        basis: candidate.basis.unwrap_or(meta.basis),
        low: candidate.low,
        facts,
        evidence: shown,
    };
    (finding, candidate.evidence)
}

fn evidence(claims: &Claims, row: &EvidenceRow) -> Evidence {
    let empty = || Evidence { table: String::new(), role: row.role, claim_id: None, key: String::new(), asked: row.asked, set: None };
    match &row.target {
        Target::Claim(id) => Evidence { table: "claims".to_owned(), key: claims.claim(*id).name().to_owned(), ..empty() },
        Target::Line(index) => {
            let line = claims.line(*index);
            Evidence { table: "lines".to_owned(), key: line.key(), claim_id: Some(line.claim().name().to_owned()), ..empty() }
        }
        Target::Row { table, key } => Evidence { table: (*table).to_owned(), key: key.clone(), ..empty() },
        Target::Set { table, filter, rows, sum } => {
            Evidence { table: (*table).to_owned(), set: Some((filter.clone(), *rows, *sum)), ..empty() }
        }
    }
}

/// Rows up to which evidence is listed one by one.
const LISTED_ROWS: usize = 1000;

/// The lines of a lot, each with its share of what is asked.
fn spread(claims: &Claims, lot: &Lot) -> Vec<EvidenceRow> {
    let row = |(line, asked)| EvidenceRow { target: Target::Line(line), role: Role::AtRisk, asked: Some(asked) };
    lot.lines(claims).into_iter().map(row).collect()
}

/// The lines of a lot one by one, or, where they are too many, as the condition that selects them.
fn of_lot(claims: &Claims, rows: &[EvidenceRow], lot: &Lot) -> Vec<Evidence> {
    if rows.len() <= LISTED_ROWS {
        return rows.iter().map(|row| evidence(claims, row)).collect();
    }
    let amount = |row: &EvidenceRow| if let Target::Line(line) = row.target { claims.line(line).amount() } else { Fen::ZERO };
    let sum = rows.iter().map(amount).sum();
    let target = Target::Set { table: "lines", filter: lot.filter(), rows: rows.len() as u64, sum };
    vec![evidence(claims, &EvidenceRow { target, role: Role::AtRisk, asked: Some(lot.asked) })]
}

/// The lot whose condition a row of evidence holds.
fn stored_lot(row: &Evidence) -> Option<Lot> {
    Lot::read(&row.set.as_ref().filter(|_| row.role == Role::AtRisk)?.0, row.asked?)
}

/// Finds the rows of stored evidence again; rows that the data set no longer has are left out.
pub(crate) fn locate(claims: &Claims, evidence: &[Evidence]) -> Vec<EvidenceRow> {
    let target = |row: &Evidence| match (row.table.as_str(), &row.claim_id, &row.set) {
        ("claims", None, None) => claims.find_claim(&row.key).map(|claim| Target::Claim(claim.id())),
        ("lines", Some(claim), None) => {
            let claim = claims.find_claim(claim)?;
            claim.lines().find(|line| line.key() == row.key).map(|line| Target::Line(line.index()))
        }
        _ => None,
    };
    let rows = evidence.iter().flat_map(|row| match stored_lot(row) {
        Some(lot) => spread(claims, &lot),
        None => target(row).map(|target| EvidenceRow { target, role: row.role, asked: row.asked }).into_iter().collect(),
    });
    rows.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_depend_on_every_part_and_on_their_borders() {
        let id = finding_id("P02", "person", "A", "B|C");
        assert_eq!(id.len(), 32);
        assert_eq!(id, finding_id("P02", "person", "A", "B|C"));
        assert_ne!(id, finding_id("P02", "person", "AB", "|C"));
        assert_ne!(id, finding_id("P09", "person", "A", "B|C"));
    }
}
