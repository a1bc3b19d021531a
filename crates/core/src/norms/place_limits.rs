//! Limits of level, way of attendance and insurance: which uses of an item break them, and how many of its users do.
//!
//! An item whose users break its limit in numbers bears the wrong limit, or local rules allow more than the limit says.

use super::body_limits::Users;
use super::place_words::{Insurances, Settings, Words};
use crate::claims::{ClaimView, Claims, LineView, PersonView, VisitView};
use crate::tables::value::{Category, Date, Domain, Fen, LimitKind, ProviderKind, Text, VisitType};
use crate::tables::{CatalogueRow, LimitRow, ProviderRow};
use rayon::prelude::*;
use std::collections::BTreeMap;

/// A limit of where, how or under which insurance an item is paid for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum PlaceLimit {
    /// The least level of the provider.
    Level(i32),
    /// The ways of attendance.
    Settings(Settings),
    /// The insurances that pay.
    Insurances(Insurances),
}

impl PlaceLimit {
    fn of_catalogue(claim: ClaimView<'_>, row: CatalogueRow<'_>) -> impl Iterator<Item = Self> {
        let settings = row.setting().and_then(|text| Settings::of_words(claim.text(text)));
        row.min_level().map(Self::Level).into_iter().chain(settings.map(Self::Settings))
    }

    /// The limit that a knowledge point states.
    fn of_point(claim: ClaimView<'_>, row: LimitRow<'_>) -> Option<Self> {
        let words = |text: Option<Text>| text.map(|text| claim.text(text));
        match row.kind()? {
            LimitKind::Level => row.min_level().map(Self::Level),
            LimitKind::Setting => words(row.settings()).and_then(Settings::of_words).map(Self::Settings),
            LimitKind::Insurance => words(row.insurances()).and_then(Insurances::of_words).map(Self::Insurances),
            _ => None,
        }
    }

    /// The limits of a line's item on a day; what catalogue and knowledge points both say stands there once.
    fn of_line(line: LineView<'_>, day: Date) -> Vec<Self> {
        let claim = line.claim();
        let catalogue = line.catalogue_on(Some(day)).into_iter().flat_map(|row| Self::of_catalogue(claim, row));
        let mut limits: Vec<Self> = catalogue.chain(line.limits_on(day).filter_map(|row| Self::of_point(claim, row))).collect();
        limits.sort_unstable();
        limits.dedup();
        limits
    }

    /// Whether a claim is outside it; `None` where the data do not tell.
    fn is_broken(self, place: Place) -> Option<bool> {
        match self {
            Self::Level(least) => place.is_pharmacy.then_some(false).or_else(|| place.level.map(|level| level < least)),
            Self::Settings(allowed) => place.settings.map(|settings| !allowed.overlaps(settings)),
            Self::Insurances(allowed) => place.insurances.map(|insurances| !allowed.overlaps(insurances)),
        }
    }

    /// The limit in words.
    pub(crate) fn words(self) -> String {
        match self {
            Self::Level(least) => format!("level from {least}"),
            Self::Settings(settings) => settings.words(),
            Self::Insurances(insurances) => format!("{} insurance", insurances.words()),
        }
    }

    /// What the data do not tell where it cannot be judged.
    pub(crate) fn unknown(self) -> &'static str {
        match self {
            Self::Level(_) => "level of the provider unknown",
            Self::Settings(_) => "visit type unknown",
            Self::Insurances(_) => "insurance unknown",
        }
    }
}

/// Where and how a claim was made.
#[derive(Clone, Copy, Debug)]
struct Place {
    /// The level of the provider.
    level: Option<i32>,
    /// Whether goods were bought on a prescription from elsewhere, whose level counts.
    is_pharmacy: bool,
    /// The ways of attendance that the visit counts as.
    settings: Option<Settings>,
    /// The insurances that the claim counts as.
    insurances: Option<Insurances>,
}

impl Place {
    fn of(claim: ClaimView<'_>) -> Self {
        let row = claim.row();
        let provider = claim.site().row();
        let visit = row.visit_type();
        let is_maternity = visit == Some(VisitType::Maternity) || claim.diagnosis().starts_with('O');
        Self {
            level: provider.and_then(ProviderRow::level),
            is_pharmacy: visit == Some(VisitType::Pharmacy) || provider.and_then(ProviderRow::kind) == Some(ProviderKind::Pharmacy),
            settings: visit
                .map(|visit| if is_observed(claim, visit) { VisitType::Observation } else { visit })
                .and_then(Settings::of_visit),
            insurances: row.insurance_type().and_then(|text| Insurances::of_claim(claim.text(text), is_maternity)),
        }
    }
}

/// Whether an outpatient visit charges a bed: layouts without a word for observation write it so.
fn is_observed(claim: ClaimView<'_>, visit: VisitType) -> bool {
    let is_bed = |line: LineView<'_>| line.category() == Some(Category::Bed) && line.amount() > Fen::ZERO;
    matches!(visit, VisitType::Outpatient | VisitType::Chronic | VisitType::Emergency) && claim.lines().any(is_bed)
}

/// A line that uses an item with a limit.
#[derive(Clone, Copy)]
pub(crate) struct PlacedUse<'a> {
    pub(crate) line: LineView<'a>,
    pub(crate) limit: PlaceLimit,
    pub(crate) day: Date,
    /// `None` where the data do not tell.
    pub(crate) is_broken: Option<bool>,
}

/// The uses of items with limits that a claim charges to the fund; lines that take others back are none.
pub(crate) fn placed_uses(claim: ClaimView<'_>) -> impl Iterator<Item = PlacedUse<'_>> {
    claim.lines().filter(|line| line.charges_the_fund()).flat_map(move |line| {
        let day = line.served_on();
        let limits = PlaceLimit::of_line(line, day);
        limits.into_iter().map(move |limit| PlacedUse { line, limit, day, is_broken: limit.is_broken(Place::of(claim)) })
    })
}

/// Users of items with limits of level, way of attendance or insurance.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PlaceLimits {
    /// By item code and limit in words; persons whose uses cannot be judged are not counted.
    pub items: BTreeMap<(String, String), Users>,
}

type Counts = BTreeMap<(u32, PlaceLimit), Users>;

impl PlaceLimits {
    /// The users of an item under a limit.
    pub(crate) fn of_use(&self, used: &PlacedUse<'_>) -> Users {
        self.items.get(&(used.line.item_code().to_owned(), used.limit.words())).copied().unwrap_or_default()
    }

    pub(super) fn build(claims: &Claims) -> Self {
        let counts =
            claims.par_persons().fold(Counts::new, |counts, person| with(counts, claims.person(person))).reduce(Counts::new, merge);
        let items = claims.dictionary(Domain::Item);
        let named = |((item, limit), users): ((u32, PlaceLimit), Users)| ((items.text(item).to_owned(), limit.words()), users);
        Self { items: counts.into_iter().map(named).collect() }
    }
}

/// Adds a person, who counts once for each item under a limit, as contrary if any use is.
fn with(mut counts: Counts, person: PersonView<'_>) -> Counts {
    let mut used: BTreeMap<(u32, PlaceLimit), Option<bool>> = BTreeMap::new();
    for placed in person.visits().flat_map(VisitView::insured_claims).flat_map(placed_uses) {
        let known = used.entry((placed.line.item().0, placed.limit)).or_default();
        *known = (*known).max(placed.is_broken);
    }
    for (key, is_broken) in used {
        let users = counts.entry(key).or_default();
        if let Some(is_broken) = is_broken {
            users.add(Users::one(is_broken));
        }
    }
    counts
}

fn merge(mut counts: Counts, later: Counts) -> Counts {
    later.into_iter().for_each(|(key, users)| counts.entry(key).or_default().add(users));
    counts
}
