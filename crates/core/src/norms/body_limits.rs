//! Limits of sex and age: which uses of an item break them, and how many of its users do.
//!
//! An item whose users break its limit in numbers was mapped to the wrong code; so was a diagnosis.

use super::body_table::Body;
use crate::claims::{ClaimView, Claims, LineView, PersonView, VisitView};
use crate::tables::value::{Category, Date, Domain, LimitKind, Sex, Time};
use crate::tables::{CatalogueRow, LimitRow};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// The age up to which nobody is surely no child, since no rule defines the word.
const CHILD_UNTIL: i32 = 17;

/// A limit of sex or age.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Limit {
    Sex(Sex),
    /// The youngest and the oldest age in completed years.
    Ages(Option<i32>, Option<i32>),
    /// The oldest age in days: a limit to newborns.
    Days(i32),
}

impl Limit {
    /// The limits of a catalogue row.
    fn of_catalogue(row: CatalogueRow<'_>) -> impl Iterator<Item = Self> {
        row.sex_limit().map(Self::Sex).into_iter().chain(Self::ages(row.min_age(), row.max_age()))
    }

    /// The limit that a knowledge point states.
    fn of_point(row: LimitRow<'_>) -> Option<Self> {
        match row.kind()? {
            LimitKind::Sex => row.sex().map(Self::Sex),
            LimitKind::Age => row.max_age_days().map(Self::Days).or_else(|| Self::ages(row.min_age(), row.max_age())),
            _ => None,
        }
    }

    fn ages(min: Option<i32>, max: Option<i32>) -> Option<Self> {
        (min.is_some() || max.is_some()).then_some(Self::Ages(min, max))
    }

    /// The limits of a line's item on a day; what catalogue and knowledge points both say stands there once.
    fn of_line(line: LineView<'_>, row: Option<CatalogueRow<'_>>, day: Date) -> Vec<Self> {
        let mut limits: Vec<Self> =
            row.into_iter().flat_map(Self::of_catalogue).chain(line.limits_on(day).filter_map(Self::of_point)).collect();
        limits.sort_unstable();
        limits.dedup();
        limits
    }

    /// Whether a patient is outside it on a day of a claim that began on `started`. A limit to children counts from 18 years on; one to newborns
    /// goes by the age at the start, and not against a woman who may be the mother.
    fn is_broken(self, body: Body, day: Date, started: Date) -> bool {
        match self {
            Self::Sex(sex) => sex != body.sex,
            Self::Days(most) => started.0 - body.born.0 > most && !body.may_be_mother(started),
            Self::Ages(min, max) => {
                let age = body.age(day);
                let lenient = |max: i32| if max > 0 { max.max(CHILD_UNTIL) } else { max };
                min.is_some_and(|min| age < min) || max.is_some_and(|max| age > lenient(max))
            }
        }
    }

    /// The limit in words.
    pub(crate) fn words(self) -> String {
        match self {
            Self::Sex(sex) => sex.word().to_owned(),
            Self::Days(most) => format!("age up to {most} days"),
            Self::Ages(None, Some(max)) => format!("age up to {max}"),
            Self::Ages(Some(min), None) => format!("age from {min}"),
            Self::Ages(min, max) => format!("age {} to {}", min.unwrap_or_default(), max.unwrap_or_default()),
        }
    }
}

/// A line that uses an item with a limit.
#[derive(Clone, Copy)]
pub(crate) struct LimitedUse<'a> {
    pub(crate) line: LineView<'a>,
    pub(crate) limit: Limit,
    pub(crate) day: Date,
    pub(crate) is_broken: bool,
    /// Whether the line is care of a part of the body that the other sex does not have, and not goods.
    pub(crate) is_anatomy: bool,
}

/// The patient of a claim, if sex and birth date are known.
pub(crate) fn body(claim: ClaimView<'_>) -> Option<Body> {
    let row = claim.patient().row()?;
    Some(Body { sex: row.sex()?, born: row.birth_date()? })
}

/// The uses of items with limits that a claim charges to the fund; lines that take others back are none.
pub(crate) fn limited_uses(claim: ClaimView<'_>, body: Body) -> impl Iterator<Item = LimitedUse<'_>> {
    let started = claim.row().started_at().map(Time::date).unwrap_or_default();
    claim.lines().filter(|line| line.charges_the_fund()).flat_map(move |line| {
        let day = line.served_on();
        let row = line.catalogue_on(Some(day));
        let category = line.category().or_else(|| row.and_then(CatalogueRow::category));
        let is_care = category.is_some_and(Category::needs_presence);
        Limit::of_line(line, row, day).into_iter().map(move |limit| LimitedUse {
            line,
            limit,
            day,
            is_broken: limit.is_broken(body, day, started),
            is_anatomy: is_care && matches!(limit, Limit::Sex(_)),
        })
    })
}

/// Whether a line is taken back by another of its claim.
pub(crate) fn is_reversed(line: LineView<'_>) -> bool {
    let id = line.row().line_id();
    id.is_some() && line.claim().lines().any(|other| other.row().reverses_line_id() == id)
}

/// Persons who used an item or have a diagnosis.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Users {
    /// All of them.
    pub users: u64,
    /// Those who are outside the limit.
    pub contrary: u64,
}

impl Users {
    /// Whether so many are outside that the limit, not they, must be wrong.
    pub fn is_defect(self, min_users: u64, percent: u64) -> bool {
        self.users >= min_users && self.contrary * 100 >= percent * self.users
    }

    pub(super) fn add(&mut self, later: Self) {
        self.users += later.users;
        self.contrary += later.contrary;
    }

    pub(super) fn one(contrary: bool) -> Self {
        Self { users: 1, contrary: u64::from(contrary) }
    }
}

/// Users of items with limits and of diagnoses that only some can have.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct BodyLimits {
    /// By item code and limit in words.
    pub items: BTreeMap<(String, String), Users>,
    /// By diagnosis code.
    pub diagnoses: BTreeMap<String, Users>,
}

impl BodyLimits {
    /// The users of an item under a limit.
    pub(crate) fn of_use(&self, limited: &LimitedUse<'_>) -> Users {
        self.items.get(&(limited.line.item_code().to_owned(), limited.limit.words())).copied().unwrap_or_default()
    }

    /// The persons with a diagnosis.
    pub(crate) fn of_diagnosis(&self, code: &str) -> Users {
        self.diagnoses.get(code).copied().unwrap_or_default()
    }

    pub(super) fn build(claims: &Claims) -> Self {
        let counts = claims
            .par_persons()
            .fold(Counts::default, |counts, person| counts.with(claims.person(person)))
            .reduce(Counts::default, Counts::merge);
        let items = claims.dictionary(Domain::Item);
        let named = |((item, limit), users): ((u32, Limit), Users)| ((items.text(item).to_owned(), limit.words()), users);
        Self { items: counts.items.into_iter().map(named).collect(), diagnoses: counts.diagnoses }
    }
}

#[derive(Default)]
struct Counts {
    items: BTreeMap<(u32, Limit), Users>,
    diagnoses: BTreeMap<String, Users>,
}

impl Counts {
    /// Adds a person, who counts once for each item and diagnosis, as contrary if any use is.
    fn with(mut self, person: PersonView<'_>) -> Self {
        let (mut items, mut diagnoses) = (BTreeSet::new(), BTreeSet::new());
        for claim in person.visits().flat_map(VisitView::insured_claims).filter(|claim| !is_newborns(*claim)) {
            let Some(body) = body(claim) else { break };
            items.extend(limited_uses(claim, body).map(|limited| (limited.line.item().0, limited.limit, limited.is_broken)));
            diagnoses.extend(bounded_diagnoses(claim, body).map(|(code, _, is_excluded)| (code, is_excluded)));
        }
        for &(item, limit, is_broken) in &items {
            if is_broken || !items.contains(&(item, limit, true)) {
                self.items.entry((item, limit)).or_default().add(Users::one(is_broken));
            }
        }
        for &(code, is_excluded) in &diagnoses {
            if is_excluded || !diagnoses.contains(&(code, true)) {
                self.diagnoses.entry(code.to_owned()).or_default().add(Users::one(is_excluded));
            }
        }
        self
    }

    fn merge(mut self, later: Self) -> Self {
        later.items.into_iter().for_each(|(key, users)| self.items.entry(key).or_default().add(users));
        later.diagnoses.into_iter().for_each(|(key, users)| self.diagnoses.entry(key).or_default().add(users));
        self
    }
}

/// Whether a claim is a newborn's under the mother's number.
pub(crate) fn is_newborns(claim: ClaimView<'_>) -> bool {
    claim.row().is_newborn() == Some(true)
}

/// Diagnoses that not everybody can have: code, whether it is the main one, and whether this patient cannot have it.
pub(crate) fn bounded_diagnoses(claim: ClaimView<'_>, body: Body) -> impl Iterator<Item = (&str, bool, bool)> {
    let day = claim.row().started_at().map(Time::date).unwrap_or_default();
    claim.coded_diagnoses().filter_map(move |(code, is_main)| Some((code, is_main, body.excludes(code, day)?)))
}
