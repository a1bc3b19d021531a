//! The honest part of a year: how often a person of some age falls ill, and where they go.

use super::stay::Stay;
use super::year::Year;
use crate::claim::{Admission, Claim, Discharge, VisitType};
use crate::clock::{DAY, Day, FIRST_DAY, LAST_DAY, day_of};
use crate::world::providers::Profile;

/// Claims of an average honest year, schemes and look-alikes included. Measured; it turns wanted claims into persons.
pub(crate) const CLAIMS_PER_PERSON: f64 = 7.2;

/// Mean visits a year of each type.
const VISITS: [(VisitType, f64); 7] = [
    (VisitType::Outpatient, 3.35),
    (VisitType::Pharmacy, 1.2),
    (VisitType::Emergency, 0.10),
    (VisitType::Observation, 0.03),
    (VisitType::Internet, 0.06),
    (VisitType::DaySurgery, 0.04),
    (VisitType::HomeBed, 0.03),
];

impl Year<'_> {
    /// Fills the days the scene, if any, has left free.
    pub(crate) fn live(&mut self) {
        self.may_die();
        self.stay_in_hospital();
        self.give_birth();
        for (visit_type, mean) in VISITS {
            let count = self.dice.poisson(mean * self.frailty(visit_type));
            for _ in 0..count {
                self.visit(visit_type);
            }
        }
        self.refill();
    }

    fn frailty(&self, visit_type: VisitType) -> f64 {
        let age = self.person.age();
        match visit_type {
            VisitType::HomeBed => f64::from(u8::from(age >= 65)) * 3.0,
            VisitType::DaySurgery => f64::from(u8::from(age >= 58)) * 2.6,
            _ => [0.9, 0.75, 1.0, 1.4][((age / 18).clamp(0, 3)) as usize],
        }
    }

    /// Few die, some of them in hospital; nobody who carries a scene.
    fn may_die(&mut self) {
        let chance = if self.person.age() >= 65 { 14 } else { 1 };
        // A scene's own care must not fall after a death it knows nothing of.
        if !self.claims.is_empty() || !self.dice.chance(chance) {
            return;
        }
        let day = self.dice.days(FIRST_DAY + 30, LAST_DAY - 2);
        let nights = self.dice.days(3, 12);
        if !self.is_free_for_stay(day - nights, day) {
            return;
        }
        if self.dice.chance(450) {
            let mut claim = self.write_free_stay(day - nights, nights);
            claim.discharge = Some(Discharge::Death);
            self.push_stay(claim);
        }
        self.die(day);
    }

    fn stay_in_hospital(&mut self) {
        let mean = [0.16, 0.15, 0.26, 0.60][((self.person.age() / 18).clamp(0, 3)) as usize];
        for _ in 0..self.dice.poisson(mean) {
            let from = self.dice.days(FIRST_DAY, LAST_DAY - 2);
            let illness = self.world.illnesses.for_stay(&mut self.dice, self.person.is_male, self.person.age(), from);
            let nights = self.usual_nights(illness);
            if self.is_free_for_stay(from, from + nights) {
                let claim = self.write_honest_stay(illness, from, nights);
                self.push_stay(claim);
            }
        }
    }

    fn write_free_stay(&mut self, from: Day, nights: i32) -> Claim {
        let illness = self.world.illnesses.for_stay(&mut self.dice, self.person.is_male, self.person.age(), from);
        self.write_honest_stay(illness, from, nights)
    }

    fn write_honest_stay(&mut self, illness: u16, from: Day, nights: i32) -> Claim {
        let profile = self.world.illnesses.get(illness).profile;
        let provider = self.hospital_for(profile);
        let is_odd = self.world.provider(provider).is_odd;
        let nights = if is_odd { self.dice.days(1, 2).min(nights) } else { nights };
        let (start, end) = (self.admission_time(from), self.discharge_time(from + nights));
        let admission = if self.dice.chance(300) { Admission::Emergency } else { Admission::Outpatient };
        let discharge = if self.dice.chance(40) { Discharge::Unordered } else { Discharge::Ordered };
        let mut claim = self.write_stay(&Stay { admission, discharge, ..Stay::new(provider, illness, start, end) });
        self.pay_oneself(&mut claim);
        claim
    }

    /// The person's own hospital three times in four, if it has the profile.
    fn hospital_for(&mut self, profile: Profile) -> u32 {
        if profile == Profile::General && self.dice.chance(750) {
            return self.person.hospital;
        }
        self.world.counties[self.person.county as usize].hospital(&mut self.dice, profile)
    }

    fn give_birth(&mut self) {
        let is_fertile = !self.person.is_male && (20..=42).contains(&self.person.age());
        if !is_fertile || !self.dice.chance(300) {
            return;
        }
        let illness = self.world.illnesses.coded(if self.dice.chance(420) { "O82.000" } else { "O80.000" });
        let nights = self.usual_nights(illness);
        let from = self.dice.days(FIRST_DAY, LAST_DAY - 20);
        if !self.is_free_for_stay(from, from + nights) {
            return;
        }
        let provider = self.hospital_for(Profile::Maternity);
        let (start, end) = (self.admission_time(from), self.discharge_time(from + nights));
        let claim = self.write_stay(&Stay { visit_type: VisitType::Maternity, ..Stay::new(provider, illness, start, end) });
        self.push_stay(claim);
    }

    fn visit(&mut self, visit_type: VisitType) {
        let day = self.visit_day(FIRST_DAY, LAST_DAY - 1);
        let illness = match visit_type {
            VisitType::DaySurgery => self.world.illnesses.coded("H25.900"),
            _ => self.world.illnesses.for_visit(&mut self.dice, self.person.is_male, self.person.age(), day),
        };
        let provider = self.place_of(visit_type, illness);
        let mut claim = self.write_visit(visit_type, provider, illness, day);
        if (day..=day_of(claim.ended_at)).all(|day| self.is_free_for_visit(day)) {
            if visit_type == VisitType::Pharmacy {
                claim.visit = None;
            }
            self.pay_oneself(&mut claim);
            self.push(claim);
        }
    }

    fn place_of(&mut self, visit_type: VisitType, illness: u16) -> u32 {
        let county = &self.world.counties[self.person.county as usize];
        let usual = self.dice.chance(800);
        match visit_type {
            VisitType::Pharmacy if usual => self.person.pharmacy,
            VisitType::Pharmacy => county.pharmacy(&mut self.dice),
            VisitType::Outpatient if self.dice.chance(560) => {
                if usual {
                    self.person.clinic
                } else {
                    county.clinic(&mut self.dice)
                }
            }
            VisitType::Outpatient => self.hospital_for(self.world.illnesses.get(illness).profile),
            _ => self.person.hospital,
        }
    }

    /// Registered long-term illnesses are refilled about every two months.
    fn refill(&mut self) {
        let Some(illness) = self.person.chronic else {
            return;
        };
        let provider = self.hospital_for(self.world.illnesses.get(illness).profile);
        let mut day = FIRST_DAY + self.dice.days(0, 60);
        while day < LAST_DAY {
            if self.is_free_for_visit(day) {
                let claim = self.write_visit(VisitType::Chronic, provider, illness, day);
                self.push(claim);
            }
            day += self.dice.days(45, 140);
        }
    }

    /// One insured claim in seventy is paid by the patient alone; one in a hundred is settled by hand, days later.
    fn pay_oneself(&mut self, claim: &mut Claim) {
        if claim.is_insured && self.dice.chance(14) {
            claim.is_insured = false;
            self.settle(claim);
        }
        if self.dice.chance(10) {
            claim.is_manual = true;
            claim.settled_at += self.dice.range(1, 6) * DAY;
        }
    }
}
