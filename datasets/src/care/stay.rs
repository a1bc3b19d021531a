//! Stays: daily lines from admission to discharge.

use super::year::{Year, within_day};
use crate::claim::{Admission, Claim, Discharge, Line, VisitType};
use crate::clock::{DAY, Day, HOUR, MINUTE, Time, at, day_of, midnight};
use crate::money::ONE;
use crate::world::illnesses::Operation;
use crate::world::items::Category;
use crate::world::providers::Profile;

/// An illness that is watched over in intensive care at first.
const STROKE: &str = "I63";

/// How much care a stay holds.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Content {
    Full,
    /// A bed, a round and a drug: what an invented stay shows.
    Thin,
}

/// What is decided about a stay before its lines are written.
#[derive(Clone)]
pub(crate) struct Stay {
    pub(crate) provider: u32,
    pub(crate) illness: u16,
    pub(crate) from: Time,
    pub(crate) to: Time,
    pub(crate) visit_type: VisitType,
    pub(crate) admission: Admission,
    pub(crate) discharge: Discharge,
    /// Drugs given every day; empty lets the illness choose.
    pub(crate) drugs: Vec<u16>,
    pub(crate) content: Content,
    pub(crate) with_take_home: bool,
    /// Paid by item even where the provider is paid by group.
    pub(crate) by_item: bool,
}

impl Stay {
    /// A usual stay; callers change what differs by struct update.
    pub(crate) fn new(provider: u32, illness: u16, from: Time, to: Time) -> Self {
        Self {
            provider,
            illness,
            from,
            to,
            visit_type: VisitType::Inpatient,
            admission: Admission::Outpatient,
            discharge: Discharge::Ordered,
            drugs: Vec::new(),
            content: Content::Full,
            with_take_home: true,
            by_item: false,
        }
    }
}

impl Year<'_> {
    /// A time in the day for admissions.
    pub(crate) fn admission_time(&mut self, day: Day) -> Time {
        at(day, 8, 0) + self.dice.range(0, 9 * HOUR)
    }

    /// A time in the morning for discharges.
    pub(crate) fn discharge_time(&mut self, day: Day) -> Time {
        at(day, 9, 30) + self.dice.range(0, 3 * HOUR)
    }

    /// Usual nights of an illness, spread from half to about twice.
    pub(crate) fn usual_nights(&mut self, illness: u16) -> i32 {
        let usual = self.world.illnesses.get(illness).nights;
        let spread = 500 + self.dice.range(0, 600) + self.dice.range(0, 400);
        (usual * spread as i32 / 1000).max(1)
    }

    /// Two to four of the illness's drugs as the provider stocks them.
    pub(crate) fn drugs_for(&mut self, illness: u16, provider: u32) -> Vec<u16> {
        let menu = &self.world.illnesses.menu(illness).drugs;
        let mut drugs: Vec<u16> = self.suitable(menu, provider, VisitType::Inpatient).iter().map(|choice| choice.at(provider)).collect();
        self.dice.shuffle(&mut drugs);
        let keep = self.dice.range(2, 4) as usize;
        drugs.truncate(keep);
        drugs
    }

    /// Writes and settles a stay; it is not yet part of the year.
    pub(crate) fn write_stay(&mut self, stay: &Stay) -> Claim {
        let mut claim = self.open(stay.provider, stay.visit_type, stay.illness, stay.from, stay.to);
        claim.admission = Some(stay.admission);
        claim.discharge = Some(stay.discharge);
        claim.by_group = !stay.by_item && stay.visit_type == VisitType::Inpatient && self.world.provider(stay.provider).pays_by_group;
        let drugs = if stay.drugs.is_empty() { self.drugs_for(stay.illness, stay.provider) } else { stay.drugs.clone() };
        let orders: Vec<_> = drugs.iter().map(|&drug| (drug, self.new_order())).collect();
        for night in 0..claim.nights().max(1) {
            self.write_hotel(&mut claim, night, stay.content);
            self.write_drugs(&mut claim, night, if stay.content == Content::Thin { &orders[..1] } else { &orders });
            if stay.content == Content::Full {
                self.write_care(&mut claim, night);
            }
        }
        if stay.content == Content::Full && stay.with_take_home && self.dice.chance(400) {
            self.write_take_home(&mut claim, drugs[0]);
        }
        if self.world.provider(stay.provider).is_odd {
            claim.settled_at = midnight(day_of(claim.ended_at) + 1) + self.dice.range(HOUR, 4 * HOUR);
        }
        self.settle(&mut claim);
        claim
    }

    /// Service time on the n-th day of a stay: the wanted time of day, or soon after arrival if that is later.
    fn service_time(&mut self, claim: &Claim, night: i32, hour: i64) -> Time {
        let day = day_of(claim.started_at) + night;
        let wanted = at(day, hour, 0) + self.dice.range(0, 40 * MINUTE);
        let earliest = claim.started_at + self.dice.range(10 * MINUTE, 90 * MINUTE);
        let latest = if day == day_of(claim.ended_at) { claim.ended_at } else { midnight(day) + DAY - 1 };
        wanted.max(earliest).min(latest)
    }

    /// One line of a stay, posted minutes after it was carried out.
    fn serve(&mut self, claim: &mut Claim, item: u16, quantity: i64, night: i32, hour: i64) {
        let executed_at = self.service_time(claim, night, hour);
        let charged_at = within_day(day_of(executed_at), executed_at + self.dice.range(MINUTE, 15 * MINUTE)).min(claim.ended_at);
        self.charge(claim, item, quantity, charged_at, executed_at);
    }

    fn write_hotel(&mut self, claim: &mut Claim, night: i32, content: Content) {
        let world = self.world;
        let bed = match world.provider(claim.provider).profile {
            _ if claim.is_newborn => "新生儿床位费",
            Profile::Psychiatric => "精神病房床位费",
            _ => "普通病房床位费",
        };
        let is_grave = content == Content::Full && night < 2 && world.illnesses.get(claim.illness).code.starts_with(STROKE);
        let nursing = if is_grave {
            "重症监护护理"
        } else if content == Content::Thin || night > 5 {
            "Ⅲ级护理"
        } else {
            "Ⅱ级护理"
        };
        for (name, hour) in [(bed, 23), (nursing, 21), ("住院诊查费", 8)] {
            self.serve(claim, world.items.named(name).at(claim.provider), ONE, night, hour);
        }
    }

    /// Standing orders: the same number every day.
    fn write_drugs(&mut self, claim: &mut Claim, night: i32, orders: &[(u16, u32)]) {
        for &(drug, order) in orders {
            let units = self.world.items.get(drug).daily_units;
            self.serve(claim, drug, units * ONE, night, 9);
            if let Some(line) = claim.lines.last_mut() {
                line.order = Some(order);
            }
        }
    }

    /// Tests on arrival and every fourth day, treatments most days, the operation on the second.
    fn write_care(&mut self, claim: &mut Claim, night: i32) {
        let world = self.world;
        let menu = world.illnesses.menu(claim.illness);
        let is_odd = world.provider(claim.provider).is_odd;
        for (position, test) in self.suitable(&menu.tests, claim.provider, claim.visit_type).into_iter().enumerate() {
            let due = if night == 0 {
                820
            } else if night % 4 == 0 && position < 2 {
                600
            } else {
                0
            };
            if is_odd || self.dice.chance(due) {
                self.serve(claim, test.at(claim.provider), ONE, night, 7);
            }
        }
        for treatment in &menu.treatments {
            if !is_odd && self.dice.chance(650) {
                self.serve(claim, treatment.at(claim.provider), ONE, night, 15);
            }
        }
        if night % 3 == 0 {
            self.serve(claim, world.items.named("一次性静脉留置针").at(claim.provider), ONE, night, 10);
        }
        let due = night == 1 || claim.nights() <= 1;
        if let Some(operation) = world.illnesses.get(claim.illness).operation.filter(|_| due) {
            self.write_operation(claim, night, &operation);
        }
    }

    pub(crate) fn write_operation(&mut self, claim: &mut Claim, night: i32, operation: &Operation) {
        let world = self.world;
        claim.has_operation = true;
        for name in [operation.item, operation.anaesthesia].iter().chain(operation.supplies) {
            self.serve(claim, world.items.named(name).at(claim.provider), ONE, night, 13);
        }
    }

    /// A week or two of one drug at discharge.
    fn write_take_home(&mut self, claim: &mut Claim, drug: u16) {
        let days = self.dice.range(7, 14);
        let units = self.world.items.get(drug).daily_units;
        let at_desk = (claim.ended_at - 20 * MINUTE).max(claim.started_at);
        self.charge(claim, drug, days * units * ONE, at_desk, at_desk);
        if let Some(line) = claim.lines.last_mut() {
            line.is_discharge_drug = true;
            line.days_supply = days as u8;
        }
    }

    /// Drops care from the end of the bill until the total is at most `limit`; bed, nursing and rounds stay.
    pub(crate) fn trim(&mut self, claim: &mut Claim, limit: i64) {
        let world = self.world;
        let is_hotel = |item| matches!(world.items.get(item).category, Category::Bed | Category::Nursing | Category::Consultation);
        while claim.bill.total > limit {
            let Some(last) = claim.lines.iter().rposition(|line| !is_hotel(line.item)) else {
                break;
            };
            claim.lines.remove(last);
            self.settle(claim);
        }
    }

    /// Drops care, the dearest first, until the total is at most `limit`; every day that had care keeps the cheapest of it.
    pub(crate) fn thin_out(&mut self, claim: &mut Claim, limit: i64) {
        let world = self.world;
        let is_care =
            |line: &Line| !matches!(world.items.get(line.item).category, Category::Bed | Category::Nursing | Category::Consultation);
        while claim.bill.total > limit {
            let on_day = |day: Day| claim.lines.iter().filter(|line| is_care(line) && day_of(line.charged_at) == day).count();
            let spare = claim.lines.iter().enumerate().filter(|(_, line)| is_care(line) && on_day(day_of(line.charged_at)) > 1);
            let Some((dearest, _)) = spare.max_by_key(|(position, line)| (line.amount, *position)) else {
                break;
            };
            claim.lines.remove(dearest);
            self.settle(claim);
        }
    }

    /// Adds treatment sessions over the stay until the total is at least `wanted`.
    pub(crate) fn top_up(&mut self, claim: &mut Claim, wanted: i64) {
        let item = self.world.items.named("推拿治疗").at(claim.provider);
        let mut night = 0;
        while claim.bill.total < wanted && claim.lines.len() < 4_000 {
            self.serve(claim, item, 3 * ONE, night % claim.nights().max(1), 16);
            self.settle(claim);
            night += 1;
        }
    }
}
