//! Visits that need no bed for the night.

use super::year::Year;
use crate::claim::{Admission, Claim, VisitType};
use crate::clock::{Day, HOUR, MINUTE, Time, at, day_of, is_weekend, midnight};
use crate::money::ONE;
use crate::world::items::Choice;
use crate::world::providers::ProviderKind;

impl Year<'_> {
    /// Writes and settles a visit on a day; it is not yet part of the year.
    pub(crate) fn write_visit(&mut self, visit_type: VisitType, provider: u32, illness: u16, day: Day) -> Claim {
        let from = self.arrival(visit_type, day);
        let to = from + self.duration(visit_type);
        let mut claim = self.open(provider, visit_type, illness, from, to);
        match visit_type {
            VisitType::Pharmacy => self.write_purchase(&mut claim),
            VisitType::Chronic => self.write_refill(&mut claim, "普通门诊诊查费"),
            VisitType::Internet => self.write_refill(&mut claim, "互联网复诊诊查费"),
            VisitType::HomeBed => self.write_home_bed(&mut claim),
            VisitType::Observation => self.write_observation(&mut claim),
            VisitType::DaySurgery => self.write_day_surgery(&mut claim),
            _ => self.write_consultation(&mut claim),
        }
        if self.world.provider(provider).is_odd {
            claim.settled_at = midnight(day_of(claim.ended_at) + 1) + self.dice.range(HOUR, 4 * HOUR);
        }
        self.settle(&mut claim);
        claim
    }

    fn arrival(&mut self, visit_type: VisitType, day: Day) -> Time {
        match visit_type {
            VisitType::Emergency => midnight(day) + self.dice.range(0, 20 * HOUR),
            VisitType::Pharmacy | VisitType::Internet => at(day, 8, 0) + self.dice.range(0, 12 * HOUR),
            _ => at(day, 8, 0) + self.dice.range(0, 8 * HOUR),
        }
    }

    fn duration(&mut self, visit_type: VisitType) -> i64 {
        match visit_type {
            VisitType::Pharmacy => self.dice.range(3 * MINUTE, 12 * MINUTE),
            VisitType::Internet => self.dice.range(8 * MINUTE, 30 * MINUTE),
            VisitType::HomeBed => self.dice.range(12, 26) * 24 * HOUR,
            VisitType::Observation | VisitType::DaySurgery => self.dice.range(5 * HOUR, 7 * HOUR),
            _ => self.dice.range(60 * MINUTE, 150 * MINUTE),
        }
    }

    /// One line of a visit: paid with all others at one desk, carried out in turn.
    fn add(&mut self, claim: &mut Claim, choice: Choice, quantity: i64) {
        let charged_at = claim.started_at + 2 * MINUTE;
        let turn = claim.lines.last().and_then(|line| line.executed_at).unwrap_or(charged_at);
        let executed_at = (turn + self.dice.range(40, 9 * MINUTE)).min(claim.ended_at);
        self.charge(claim, choice.at(claim.provider), quantity, charged_at, executed_at);
    }

    fn add_named(&mut self, claim: &mut Claim, name: &str) {
        let choice = self.world.items.named(name);
        self.add(claim, choice, ONE);
    }

    /// Up to `count` different entries of a menu.
    fn add_some(&mut self, claim: &mut Claim, menu: &[Choice], count: usize, days: i64) {
        let menu = self.suitable(menu, claim.provider, claim.visit_type);
        let mut order: Vec<usize> = (0..menu.len()).collect();
        self.dice.shuffle(&mut order);
        for &position in order.iter().take(count) {
            let choice = menu[position];
            let units = self.world.items.get(choice.at(claim.provider)).daily_units;
            self.add(claim, choice, units * days * ONE);
            if days > 1
                && let Some(line) = claim.lines.last_mut()
            {
                line.days_supply = days as u8;
            }
        }
    }

    fn write_consultation(&mut self, claim: &mut Claim) {
        let world = self.world;
        let provider = world.provider(claim.provider);
        let menu = world.illnesses.menu(claim.illness);
        let is_clinic = provider.kind == ProviderKind::Clinic;
        let fee = match claim.visit_type {
            VisitType::Emergency => "急诊诊查费",
            _ if is_clinic => "一般诊疗费",
            _ => "普通门诊诊查费",
        };
        self.add_named(claim, fee);
        if !is_clinic && self.dice.chance(300) {
            self.add_named(claim, "挂号费");
        }
        let tested = if provider.is_odd {
            1000
        } else if is_clinic {
            120
        } else {
            420
        };
        if self.dice.chance(tested) {
            let count = if provider.is_odd { menu.tests.len() } else { self.dice.range(1, 2) as usize };
            self.add_some(claim, &menu.tests, count, 1);
        }
        if self.dice.chance(if is_clinic { 350 } else { 220 }) {
            self.add_some(claim, &menu.treatments, 1, 1);
        }
        if !provider.is_odd || self.dice.chance(150) {
            let (kinds, days) = (self.dice.range(1, 3) as usize, self.dice.range(3, 7));
            self.add_some(claim, &menu.drugs, kinds, days);
        }
    }

    fn write_refill(&mut self, claim: &mut Claim, fee: &str) {
        let menu = self.world.illnesses.menu(claim.illness);
        self.add_named(claim, fee);
        if self.world.provider(claim.provider).is_odd {
            self.add_some(claim, &menu.tests, menu.tests.len(), 1);
        }
        let kinds = self.dice.range(1, 3) as usize;
        self.add_some(claim, &menu.drugs, kinds, 28);
    }

    fn write_purchase(&mut self, claim: &mut Claim) {
        let menu = self.world.illnesses.menu(claim.illness);
        let (kinds, days) = (self.dice.range(1, 3) as usize, self.dice.range(4, 14));
        self.add_some(claim, &menu.drugs, kinds, days);
    }

    /// A round a week from the day of arrival on.
    fn write_home_bed(&mut self, claim: &mut Claim) {
        let menu = self.world.illnesses.menu(claim.illness);
        self.add_some(claim, &menu.drugs, 2, 14);
        let round = self.world.items.named("家庭病床巡诊费").at(claim.provider);
        let mut time = claim.started_at + 30 * MINUTE;
        while time < claim.ended_at {
            self.charge(claim, round, ONE, time, time);
            time += 7 * 24 * HOUR + self.dice.range(0, 2 * HOUR);
        }
    }

    fn write_observation(&mut self, claim: &mut Claim) {
        let menu = self.world.illnesses.menu(claim.illness);
        claim.admission = Some(Admission::Emergency);
        self.add_named(claim, "急诊诊查费");
        self.add_named(claim, "急诊观察床位费");
        self.add_some(claim, &menu.tests, 2, 1);
        self.add_some(claim, &menu.drugs, 2, 1);
        self.add_named(claim, "静脉输液");
        self.add_named(claim, "一次性输液器");
    }

    fn write_day_surgery(&mut self, claim: &mut Claim) {
        let world = self.world;
        claim.admission = Some(Admission::Outpatient);
        claim.discharge = Some(crate::claim::Discharge::Ordered);
        self.add_some(claim, &world.illnesses.menu(claim.illness).tests, 3, 1);
        if let Some(operation) = world.illnesses.get(claim.illness).operation {
            self.write_operation(claim, 0, &operation);
        }
        self.add_some(claim, &world.illnesses.menu(claim.illness).drugs, 1, 7);
    }

    /// A working day more often than not.
    pub(crate) fn visit_day(&mut self, from: Day, to: Day) -> Day {
        let day = self.dice.days(from, to);
        if is_weekend(day) && self.dice.chance(450) { (day + 2).min(to) } else { day }
    }
}
