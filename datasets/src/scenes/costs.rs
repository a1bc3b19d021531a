//! O16: stays driven above or cut below what their group costs, and honest ones.

use crate::care::stay::Stay;
use crate::care::year::Year;
use crate::claim::{Claim, Discharge};
use crate::money::Fen;
use crate::world::providers::ProviderKind;

/// Treatment added until the case counts as high and is paid by item.
pub(crate) fn driven_up(year: &mut Year) {
    let provider = bent_hospital(year);
    let (mut claim, norm) = normal_case(year, provider, Discharge::Ordered);
    let due = claim.bill.payment.unwrap_or(claim.bill.fund);
    let wanted = norm * year.dice.range(215, 290) / 100;
    year.top_up(&mut claim, wanted);
    let loss = (claim.bill.fund_loss() - due).max(1);
    let claim = year.push_stay(claim);
    year.mark(claim, loss);
}

/// Care cut to under half of the norm, paid as a whole case.
pub(crate) fn cut_down(year: &mut Year) {
    cut(year, Discharge::Ordered);
}

/// The same, written as leaving against advice.
pub(crate) fn cut_and_left(year: &mut Year) {
    cut(year, Discharge::Unordered);
}

fn cut(year: &mut Year, discharge: Discharge) {
    let provider = bent_hospital(year);
    for _ in 0..20 {
        let (mut claim, norm) = normal_case(year, provider, discharge);
        year.thin_out(&mut claim, norm * 49 / 100);
        if claim.bill.case == Some("normal") && claim.bill.total * 2 < norm {
            let loss = (claim.bill.fund_loss() - claim.bill.fund).max(1);
            let claim = year.push_stay(claim);
            year.mark(claim, loss);
            return;
        }
    }
}

/// A group-paid stay that is a normal case, with the norm of its group.
fn normal_case(year: &mut Year, provider: u32, discharge: Discharge) -> (Claim, Fen) {
    loop {
        let from = year.anchor(40);
        let illness = year.general_illness(from);
        let nights = year.usual_nights(illness).clamp(2, 20);
        let plain = year.plain_stay(provider, illness, from, nights);
        let claim = year.write_stay(&Stay { discharge, with_take_home: false, ..plain });
        if claim.bill.case.is_none_or(|case| case == "normal") {
            return (claim, year.world.norms[usize::from(illness)]);
        }
    }
}

fn bent_hospital(year: &mut Year) -> u32 {
    let number = year.world.bent_provider(&mut year.dice, year.person.county, ProviderKind::Hospital);
    number.unwrap_or_else(|| year.hospital_where(|provider| provider.pays_by_group && provider.level == 2))
}

/// A grave case that costs twice and more what is usual.
pub(crate) fn grave(year: &mut Year) {
    let provider = year.hospital_where(|provider| provider.pays_by_group && !provider.is_bent);
    let (mut claim, norm) = normal_case(year, provider, Discharge::Ordered);
    let wanted = norm * year.dice.range(205, 330) / 100;
    year.top_up(&mut claim, wanted);
    let claim = year.push_stay(claim);
    year.mark_honest(claim);
}

/// Gone home against advice after a night or two.
pub(crate) fn left_early(year: &mut Year) {
    let provider = year.hospital_where(|provider| provider.pays_by_group && !provider.is_bent);
    let from = year.anchor(10);
    let illness = year.general_illness(from);
    let nights = year.dice.days(1, 2);
    let plain = year.plain_stay(provider, illness, from, nights);
    let claim = year.write_stay(&Stay { discharge: Discharge::Unordered, with_take_home: false, ..plain });
    let claim = year.push_stay(claim);
    year.mark_honest(claim);
}
