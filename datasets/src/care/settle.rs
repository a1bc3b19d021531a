//! Settlement: from the lines of a claim to what the fund, the account and the patient pay.

use super::year::Year;
use crate::claim::{Bill, Claim, VisitType};
use crate::money::{Fen, percent};
use crate::world::World;

/// Below this share of the norm a group-paid stay is paid by item, in percent.
const LOW_CASE_PERCENT: i64 = 40;
/// Above this one too.
const HIGH_CASE_PERCENT: i64 = 200;

impl Year<'_> {
    /// Reckons the bill anew from the lines.
    pub(crate) fn settle(&mut self, claim: &mut Claim) {
        if !claim.is_insured {
            claim.lines.iter_mut().for_each(|line| line.in_scope = 0);
        }
        let level = self.world.provider(claim.provider).level;
        let total = claim.lines.iter().map(crate::claim::Line::billed).sum();
        let in_scope = claim.lines.iter().map(|line| line.in_scope).sum();
        let share = if claim.is_insured { share(claim.visit_type, level, self.person.is_employee) } else { 0 };
        let deductible = if claim.is_insured { deductible(claim.visit_type, level).clamp(0, in_scope) } else { 0 };
        let fund = percent(in_scope - deductible, share);
        let account = if claim.is_insured && self.person.is_employee {
            let part = if claim.visit_type == VisitType::Pharmacy { 100 } else { 50 };
            percent((in_scope - fund).max(0), part)
        } else {
            0
        };
        claim.bill = Bill { total, in_scope, deductible, share, fund, account, payment: None, case: None };
        if claim.by_group && claim.is_insured {
            pay_by_group(self.world, claim);
        }
    }
}

fn share(visit_type: VisitType, level: u8, is_employee: bool) -> i64 {
    let resident = match visit_type {
        VisitType::Inpatient | VisitType::Maternity | VisitType::DaySurgery => [85, 85, 75, 60][usize::from(level.min(3))],
        VisitType::Chronic | VisitType::HomeBed => 65,
        VisitType::Pharmacy => 0,
        _ => [60, 60, 50, 45][usize::from(level.min(3))],
    };
    if is_employee && resident > 0 { resident + 8 } else { resident }
}

fn deductible(visit_type: VisitType, level: u8) -> Fen {
    match visit_type {
        VisitType::Inpatient | VisitType::DaySurgery => [10_000, 15_000, 20_000, 50_000][usize::from(level.min(3))],
        _ => 0,
    }
}

/// A normal case is worth the group's norm, less what the patient has paid; others are paid by item.
fn pay_by_group(world: &World, claim: &mut Claim) {
    let level = i64::from(world.provider(claim.provider).level);
    let norm = world.norms.get(usize::from(claim.illness)).copied().unwrap_or(0);
    if norm == 0 {
        claim.by_group = false;
        return;
    }
    let bill = &mut claim.bill;
    let worth = percent(norm, 70 + 15 * level);
    bill.case = Some(match bill.total * 100 / norm {
        ..LOW_CASE_PERCENT => "low",
        HIGH_CASE_PERCENT.. => "high",
        _ => "normal",
    });
    bill.payment = Some(if bill.case == Some("normal") { (worth - (bill.total - bill.fund)).max(0) } else { bill.fund });
}
