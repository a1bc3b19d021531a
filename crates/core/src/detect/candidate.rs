//! What a detector hands to the engine: a candidate with its facts and evidence.

use super::lot::Lot;
use super::meta::{Basis, Role, Scheme, Tier};
use crate::claims::{ClaimView, LineView};
use crate::tables::value::{ClaimId, Date, Fen, PersonId, ProviderId, StaffId, Time};

/// What a finding is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subject {
    /// A claim.
    Claim(ClaimId),
    /// A person.
    Person(PersonId),
    /// A provider.
    Provider(ProviderId),
    /// A member of staff.
    Staff(StaffId),
}

impl Subject {
    /// The word for the kind of subject.
    pub fn kind(self) -> &'static str {
        match self {
            Self::Claim(_) => "claim",
            Self::Person(_) => "person",
            Self::Provider(_) => "provider",
            Self::Staff(_) => "staff",
        }
    }
}

/// The value of a fact.
#[derive(Clone, Debug, PartialEq)]
pub enum Fact {
    /// A count or a length.
    Integer(i64),
    /// A measured number.
    Number(f64),
    /// Money.
    Money(Fen),
    /// A day.
    Date(Date),
    /// A moment.
    Time(Time),
    /// An id or a word.
    Text(String),
}

impl Fact {
    /// The value as JSON: numbers as numbers, money as a decimal text, days and moments as ISO text.
    pub fn json(&self) -> serde_json::Value {
        match self {
            Self::Integer(value) => (*value).into(),
            Self::Number(value) => (*value).into(),
            Self::Money(value) => value.to_string().into(),
            Self::Date(value) => value.to_string().into(),
            Self::Time(value) => value.to_string().into(),
            Self::Text(value) => value.clone().into(),
        }
    }
}

impl From<i64> for Fact {
    fn from(value: i64) -> Self {
        Self::Integer(value)
    }
}

impl From<i32> for Fact {
    fn from(value: i32) -> Self {
        Self::Integer(value.into())
    }
}

impl From<usize> for Fact {
    fn from(value: usize) -> Self {
        Self::Integer(value as i64)
    }
}

impl From<f64> for Fact {
    /// Rounded to six decimals, so that facts read well and do not depend on the last bits.
    fn from(value: f64) -> Self {
        Self::Number((value * 1e6).round() / 1e6)
    }
}

impl From<Fen> for Fact {
    fn from(value: Fen) -> Self {
        Self::Money(value)
    }
}

impl From<Date> for Fact {
    fn from(value: Date) -> Self {
        Self::Date(value)
    }
}

impl From<Time> for Fact {
    fn from(value: Time) -> Self {
        Self::Time(value)
    }
}

impl From<&str> for Fact {
    fn from(value: &str) -> Self {
        Self::Text(value.to_owned())
    }
}

impl From<String> for Fact {
    fn from(value: String) -> Self {
        Self::Text(value)
    }
}

/// Strength in ten-thousandths.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Strength(pub u16);

impl Strength {
    /// As far as evidence goes.
    pub const FULL: Self = Self(10_000);

    /// A share from 0 to 1, rounded to four decimals.
    pub fn of(share: f64) -> Self {
        Self((share.clamp(0.0, 1.0) * 10_000.0).round() as u16)
    }

    /// A share from 0 to 1.
    pub fn share(self) -> f64 {
        f64::from(self.0) / 10_000.0
    }
}

/// What an evidence row names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// A claim.
    Claim(ClaimId),
    /// A line, by its position.
    Line(usize),
    /// A row of another table, by its key.
    Row {
        /// The table.
        table: &'static str,
        /// Its key.
        key: String,
    },
    /// A set of rows that is too long to list.
    Set {
        /// The table.
        table: &'static str,
        /// An exact SQL condition.
        filter: String,
        /// How many rows it selects.
        rows: u64,
        /// The sum of their amounts.
        sum: Fen,
    },
}

/// A row that supports a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EvidenceRow {
    /// The row.
    pub target: Target,
    /// What it is to the finding.
    pub role: Role,
    /// For rows at risk: the in-scope amount asked; `None` asks for the whole claim.
    pub asked: Option<Fen>,
}

/// The lower estimate of a loss.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Low {
    /// The loss itself.
    Same,
    /// Nothing is certain.
    Zero,
    /// A part of the whole.
    Share(i64, i64),
}

/// A possible finding. The engine decides by the detector's thresholds whether it is one or a near miss.
#[derive(Clone, Debug, PartialEq)]
pub struct Candidate {
    /// What it is about.
    pub subject: Subject,
    /// What tells it apart from other candidates of the subject.
    pub discriminator: String,
    /// The claim it is about, if it is about one.
    pub claim: Option<ClaimId>,
    /// The person concerned.
    pub person: Option<PersonId>,
    /// The provider concerned.
    pub provider: Option<ProviderId>,
    /// The member of staff concerned.
    pub staff: Option<StaffId>,
    /// The scheme, where it differs from the detector's.
    pub scheme: Option<Scheme>,
    /// How far the evidence goes.
    pub tier: Tier,
    /// How far within its tier.
    pub strength: Strength,
    /// The first and last day of the acts.
    pub dates: Option<(Date, Date)>,
    /// What was measured.
    pub observed: f64,
    /// What would be expected.
    pub expected: Option<f64>,
    /// How the loss is reckoned, where it differs from the detector's.
    pub basis: Option<Basis>,
    /// The lower estimate of the loss.
    pub low: Low,
    /// Facts by name.
    pub facts: Vec<(&'static str, Fact)>,
    /// All rows that support it.
    pub evidence: Vec<EvidenceRow>,
    /// Goods whose lines are at risk together.
    pub lot: Option<Lot>,
}

impl Candidate {
    /// A candidate about a subject, told apart by `discriminator` (ids, days and item codes joined by `|`).
    pub fn about(subject: Subject, discriminator: String, tier: Tier, observed: f64) -> Self {
        let claim = if let Subject::Claim(claim) = subject { Some(claim) } else { None };
        let person = if let Subject::Person(person) = subject { Some(person) } else { None };
        let provider = if let Subject::Provider(provider) = subject { Some(provider) } else { None };
        Self {
            subject,
            discriminator,
            claim,
            person,
            provider,
            staff: None,
            scheme: None,
            tier,
            strength: Strength::FULL,
            dates: None,
            observed,
            expected: None,
            basis: None,
            low: Low::Same,
            facts: Vec::new(),
            evidence: Vec::new(),
            lot: None,
        }
    }

    /// Names the claim it is about, and with it person and provider.
    #[must_use]
    pub fn on_claim(mut self, claim: ClaimView<'_>) -> Self {
        self.claim = Some(claim.id());
        self.person = Some(claim.person());
        self.provider = Some(claim.provider());
        self
    }

    /// Sets the days of the acts.
    #[must_use]
    pub fn between(mut self, first: Date, last: Date) -> Self {
        self.dates = Some((first, last));
        self
    }

    /// Sets the strength; a breach is always full.
    #[must_use]
    pub fn with_strength(mut self, strength: Strength) -> Self {
        if self.tier != Tier::Breach {
            self.strength = strength;
        }
        self
    }

    /// Adds a fact.
    #[must_use]
    pub fn fact(mut self, name: &'static str, value: impl Into<Fact>) -> Self {
        self.facts.push((name, value.into()));
        self
    }

    /// Adds claims at risk as a whole.
    #[must_use]
    pub fn at_risk<'a>(mut self, claims: impl Iterator<Item = ClaimView<'a>>) -> Self {
        let whole = |claim: ClaimView<'_>| EvidenceRow { target: Target::Claim(claim.id()), role: Role::AtRisk, asked: None };
        self.evidence.extend(claims.map(whole));
        self
    }

    /// Adds a claim of which an in-scope amount is at risk.
    #[must_use]
    pub fn at_risk_part(mut self, claim: ClaimView<'_>, asked: Fen) -> Self {
        self.evidence.push(EvidenceRow { target: Target::Claim(claim.id()), role: Role::AtRisk, asked: Some(asked) });
        self
    }

    /// Adds lines at risk, each with the in-scope amount asked.
    #[must_use]
    pub fn at_risk_lines<'a>(mut self, lines: impl Iterator<Item = (LineView<'a>, Fen)>) -> Self {
        let row =
            |(line, asked): (LineView<'_>, Fen)| EvidenceRow { target: Target::Line(line.index()), role: Role::AtRisk, asked: Some(asked) };
        self.evidence.extend(lines.map(row));
        self
    }

    /// Sets the goods whose lines are at risk. Too many to list, they stand as one row with the condition that selects them.
    #[must_use]
    pub fn at_risk_lot(mut self, lot: Lot) -> Self {
        self.lot = Some(lot);
        self
    }

    /// Adds any other row.
    #[must_use]
    pub fn evidence(mut self, role: Role, targets: impl IntoIterator<Item = Target>) -> Self {
        self.evidence.extend(targets.into_iter().map(|target| EvidenceRow { target, role, asked: None }));
        self
    }
}
