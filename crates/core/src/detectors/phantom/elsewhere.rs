//! What a person's claims at other providers say of a stay; a part of P03, which P06 calls too.

use crate::claims::{ClaimView, LineView, PersonView, StayView, VisitView};
use crate::tables::value::{Category, Date, Fen, Time, VisitType};

/// How far a claim elsewhere shows that the patient was not in hospital, weakest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    /// Drugs, which anybody can collect.
    Purchase,
    /// The hospital may have sent the patient or the sample.
    Weak,
    /// The patient was there.
    Strong,
}

/// What one claim elsewhere says.
pub(super) struct Sign<'a> {
    pub(super) claim: ClaimView<'a>,
    pub(super) kind: Kind,
    /// Days of its services inside the stay, in order.
    pub(super) days: Vec<Date>,
    /// Lines that need the patient there.
    pub(super) services: usize,
}

/// The days of a stay far enough from its ends.
#[derive(Clone, Copy)]
pub(super) struct Inside {
    start: Date,
    end: Date,
    margin_days: i32,
    date_only_margin_days: i32,
}

impl Inside {
    pub(super) fn new(stay: StayView<'_>, margin_days: i32, date_only_margin_days: i32) -> Self {
        Self { start: stay.stay().started_at.date(), end: stay.stay().closed_end.date(), margin_days, date_only_margin_days }
    }

    fn day(self, served_at: Time) -> Option<Date> {
        let margin = if served_at.is_midnight() { self.date_only_margin_days } else { self.margin_days };
        let day = served_at.date();
        (self.start.0 + margin <= day.0 && day.0 <= self.end.0 - margin).then_some(day)
    }
}

/// Signs of all the person's claims elsewhere.
pub(super) fn signs<'a>(person: PersonView<'a>, stay: StayView<'a>, inside: Inside, series: &[String]) -> Vec<Sign<'a>> {
    if inside.end.0 - inside.start.0 < 2 * inside.margin_days.min(inside.date_only_margin_days) {
        return Vec::new();
    }
    claims_elsewhere(person, stay, inside).filter_map(|(claim, visit_type)| sign(stay, claim, visit_type, inside, series)).collect()
}

/// Live claims outside the unit of the stay, with the types of their visits: neither stays, nor home beds, nor internet visits, nor a newborn's.
fn claims_elsewhere<'a>(person: PersonView<'a>, stay: StayView<'a>, inside: Inside) -> impl Iterator<Item = (ClaimView<'a>, VisitType)> {
    let is_looked_at = move |visit: &VisitView<'a>| {
        let visit = visit.visit();
        let is_apart = matches!(visit.visit_type, VisitType::Inpatient | VisitType::Internet | VisitType::HomeBed);
        visit.is_live && !is_apart && visit.provider != stay.stay().provider && visit.started_at.date() <= inside.end
    };
    let is_person = |claim: &ClaimView<'a>| claim.is_live() && claim.row().is_newborn() != Some(true);
    person
        .visits()
        .filter(is_looked_at)
        .filter(move |visit| stay.elsewhere(visit.first_claim()).unit() != stay.provider().unit())
        .flat_map(move |visit| visit.claims().filter(is_person).map(move |claim| (claim, visit.visit().visit_type)))
}

/// Lines of treatment elsewhere on one of the days, the first of the stay apart: neither consultation nor tests. With their days, in order.
pub(super) fn hands_on_days(person: PersonView<'_>, stay: StayView<'_>, days: &[Date]) -> Vec<(Date, usize)> {
    let inside = Inside::new(stay, 1, 1);
    let is_test = |line: LineView<'_>| line.category().is_some_and(|category| matches!(category, Category::Exam | Category::Lab));
    let on_day = |claim: ClaimView<'_>| {
        let lines = dated(claim, inside).filter(|(day, line)| days.binary_search(day).is_ok() && shows_presence(*line) && !is_test(*line));
        lines.map(|(day, line)| (day, line.index())).collect::<Vec<_>>()
    };
    let mut found: Vec<(Date, usize)> = claims_elsewhere(person, stay, inside).flat_map(|(claim, _)| on_day(claim)).collect();
    found.sort_unstable();
    found
}

fn sign<'a>(stay: StayView<'a>, claim: ClaimView<'a>, visit_type: VisitType, inside: Inside, series: &[String]) -> Option<Sign<'a>> {
    let services: Vec<(Date, LineView<'a>)> = dated(claim, inside).filter(|(_, line)| shows_presence(*line)).collect();
    let bare = claim.lines().len() == 0;
    let mut days: Vec<Date> = if !services.is_empty() {
        services.iter().map(|(day, _)| *day).collect()
    } else if bare {
        inside.day(claim.row().started_at()?).into_iter().collect()
    } else {
        dated(claim, inside).filter(|(_, line)| line.category().is_some_and(Category::is_drug)).map(|(day, _)| day).collect()
    };
    if days.is_empty() {
        return None;
    }
    days.sort_unstable();
    days.dedup();
    let kind = if !services.is_empty() {
        kind_of_services(stay, claim, &services)
    } else if bare {
        kind_of_visit(visit_type)
    } else {
        Kind::Purchase
    };
    let is_series = series.iter().any(|prefix| claim.diagnosis().starts_with(prefix.as_str()));
    let kind = if is_series { kind.min(Kind::Weak) } else { kind };
    Some(Sign { claim, kind, days, services: services.len() })
}

/// Charged lines inside the stay, discharge drugs apart.
fn dated(claim: ClaimView<'_>, inside: Inside) -> impl Iterator<Item = (Date, LineView<'_>)> {
    let is_given = |line: &LineView<'_>| line.amount() > Fen::ZERO && line.row().is_discharge_drug() != Some(true);
    claim.lines().filter(is_given).filter_map(move |line| Some((inside.day(line.served_at()?)?, line)))
}

/// Whether a service needs the patient there. A consultation does not: family come for prescriptions.
pub(super) fn shows_presence(line: LineView<'_>) -> bool {
    let category = line.category();
    category != Some(Category::Consultation)
        && line.catalogue().and_then(|row| row.presence()).unwrap_or_else(|| category.is_some_and(Category::needs_presence))
}

fn kind_of_services(stay: StayView<'_>, claim: ClaimView<'_>, services: &[(Date, LineView<'_>)]) -> Kind {
    let is = |line: LineView<'_>, category| line.category() == Some(category);
    if services.iter().any(|(_, line)| !is(*line, Category::Exam) && !is(*line, Category::Lab)) {
        return Kind::Strong;
    }
    let level = |provider: crate::claims::ProviderView<'_>| provider.row().and_then(crate::tables::ProviderRow::level);
    let is_below = level(stay.elsewhere(claim)).zip(level(stay.provider())).is_some_and(|(other, own)| other <= own);
    let has_exam = services.iter().any(|(_, line)| is(*line, Category::Exam));
    if has_exam && is_below { Kind::Strong } else { Kind::Weak }
}

/// A claim without lines is judged by its type.
fn kind_of_visit(visit_type: VisitType) -> Kind {
    match visit_type {
        VisitType::Emergency | VisitType::Observation | VisitType::DaySurgery | VisitType::Maternity => Kind::Strong,
        VisitType::Pharmacy => Kind::Purchase,
        _ => Kind::Weak,
    }
}

/// Bed, nursing and consultation that the fund helps to pay.
pub(super) fn daily_fees(stay: StayView<'_>) -> impl Iterator<Item = LineView<'_>> {
    let is_fee = |line: &LineView<'_>| {
        line.category().is_some_and(Category::is_daily_fee) && line.amount() > Fen::ZERO && line.in_scope() > Fen::ZERO
    };
    stay.insured_claims().flat_map(ClaimView::lines).filter(is_fee)
}

/// Those of some days, with what is in scope of each.
pub(super) fn daily_fees_on<'a>(stay: StayView<'a>, days: &[Date]) -> Vec<(LineView<'a>, Fen)> {
    let is_on_day = |line: &LineView<'_>| line.served_at().is_some_and(|time| days.binary_search(&time.date()).is_ok());
    daily_fees(stay).filter(is_on_day).map(|line| (line, line.in_scope())).collect()
}
