//! P09: one stay billed as two.

use crate::care::stay::Stay;
use crate::care::year::Year;
use crate::claim::Admission;
use crate::clock::{HOUR, at};
use crate::world::providers::ProviderKind;

pub(crate) fn continued(year: &mut Year) {
    continue_drugs(year, false);
}

pub(crate) fn changed_diagnosis(year: &mut Year) {
    continue_drugs(year, true);
}

/// Readmitted on the same or the next day with the drugs of the last day.
fn continue_drugs(year: &mut Year, change_diagnosis: bool) {
    let provider = year.scheme_hospital();
    let (nights, later_nights, gap) = (year.dice.days(4, 9), year.dice.days(3, 7), year.dice.days(0, 1));
    let from = year.anchor(nights + later_nights + gap);
    let illness = year.general_illness(from);
    let drugs = year.drugs_for(illness, provider);
    let plain = year.plain_stay(provider, illness, from, nights);
    let first = Stay { drugs: drugs.clone(), with_take_home: false, ..plain };
    let claim = year.write_stay(&first);
    year.push_stay(claim);

    let later_illness = if change_diagnosis { another_illness(year, illness, from) } else { illness };
    let again = from + nights + gap;
    let plain = year.plain_stay(provider, later_illness, again, later_nights);
    let start = at(again, 14, 0) + year.dice.range(0, 3 * HOUR);
    let claim = year.write_stay(&Stay { from: start, drugs, ..plain });
    let later = year.push_stay(claim);
    year.mark_void(later);
}

fn another_illness(year: &mut Year, than: u16, day: i32) -> u16 {
    for _ in 0..40 {
        let illness = year.general_illness(day);
        if illness != than {
            return illness;
        }
    }
    year.world.illnesses.coded("R42.x00")
}

pub(crate) fn near_norm(year: &mut Year) {
    let provider = match year.world.bent_provider(&mut year.dice, year.person.county, ProviderKind::Hospital) {
        Some(number) if year.dice.chance(600) => number,
        _ => year.hospital_where(|provider| provider.pays_by_group && !provider.is_date_only),
    };
    discharge_at_norm(year, provider, Admission::Outpatient);
}

pub(crate) fn masked(year: &mut Year) {
    let provider = year.hospital_where(|provider| provider.pays_by_group && !provider.is_bent);
    discharge_at_norm(year, provider, Admission::Emergency);
}

/// Discharged at 93 to 103 % of the norm at least, readmitted 2 to 14 days later.
fn discharge_at_norm(year: &mut Year, provider: u32, admission: Admission) {
    let (later_nights, gap) = (year.dice.days(3, 7), year.dice.days(2, 14));
    let from = year.anchor(50);
    let illness = year.general_illness(from);
    let nights = year.usual_nights(illness).max(2);
    let first = year.plain_stay(provider, illness, from, nights);
    let mut claim = year.write_stay(&first);
    let wanted = year.world.norms[usize::from(illness)] * year.dice.range(93, 103) / 100;
    year.top_up(&mut claim, wanted);
    year.push_stay(claim);

    let plain = year.plain_stay(provider, illness, from + nights + gap, later_nights);
    let again = Stay { admission, ..plain };
    let mut claim = year.write_stay(&again);
    // A dear stay of a cheap group leaves nothing for the fund to pay.
    for _ in 0..8 {
        if claim.bill.fund_loss() > 0 {
            break;
        }
        claim = year.write_stay(&again);
    }
    let later = year.push_stay(claim);
    year.mark_void(later);
}
