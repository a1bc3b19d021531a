//! What findings ask, what they would cost the fund, and who owns which yuan.
//!
//! Bases and formulas are those of the auditor's rules: line, payment, stay, merged. Per claim, what all findings own together never exceeds what
//! the fund paid.

use crate::claims::{ClaimView, Claims};
use crate::detect::{Basis, EvidenceRow, Low, Role, Target};
use crate::finding::{Amounts, Finding};
use crate::settings::{GroupPaid, Money};
use crate::tables::value::{ClaimId, Fen, GroupCase, PaymentMethod};
use std::collections::{BTreeMap, HashMap};

/// What one finding asks of one claim.
#[derive(Clone, Debug)]
pub(crate) struct Ask {
    pub(crate) claim: ClaimId,
    /// Lines with the in-scope amount asked of each; `None` in place of a line asks of the claim itself.
    parts: Vec<(Option<usize>, Fen)>,
    is_whole: bool,
}

/// A finding with what it asks.
pub(crate) struct Asked {
    pub(crate) finding: Finding,
    pub(crate) asks: Vec<Ask>,
}

/// What a finding owns of a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Owned {
    pub(crate) finding: usize,
    pub(crate) claim: ClaimId,
    pub(crate) amount: Fen,
}

/// Groups the rows at risk by claim.
pub(crate) fn asks(claims: &Claims, evidence: &[EvidenceRow]) -> Vec<Ask> {
    let mut by_claim: BTreeMap<ClaimId, Ask> = BTreeMap::new();
    for row in evidence.iter().filter(|row| row.role == Role::AtRisk) {
        let (claim, line) = match row.target {
            Target::Claim(claim) => (claim, None),
            Target::Line(line) => (claims.line(line).claim().id(), Some(line)),
            Target::Row { .. } | Target::Set { .. } => continue,
        };
        let ask = by_claim.entry(claim).or_insert_with(|| Ask { claim, parts: Vec::new(), is_whole: false });
        ask.is_whole |= row.asked.is_none();
        ask.parts.push((line, row.asked.unwrap_or_else(|| claims.claim(claim).in_scope())));
    }
    by_claim.into_values().collect()
}

/// Reckons each finding alone and sets its amounts.
pub(crate) fn reckon(claims: &Claims, asked: &mut Asked, money: &Money) {
    let Asked { finding, asks } = asked;
    let mut amounts = Amounts::default();
    if finding.basis == Basis::Payment {
        // A stored finding may have been reckoned by other choices: whether a line counts by payment is decided anew.
        finding.basis = Basis::Line;
    }
    for ask in asks.iter() {
        let claim = claims.claim(ask.claim);
        let in_scope: Fen = ask.parts.iter().map(|(_, asked)| *asked).sum();
        let gross = gross(claims, claim, ask);
        let total = claim.net_total();
        let part_of = |amount: Option<Fen>| amount.map(|amount| amount.share(gross.0.clamp(0, total.0.max(0)), total.0));
        let row = claim.row();
        let accounts = match (row.account_amount(), row.family_account_amount()) {
            (None, None) => None,
            (own, family) => Some(own.unwrap_or_default() + family.unwrap_or_default()),
        };
        amounts.amount += gross;
        amounts.in_scope += in_scope;
        add(&mut amounts.account_loss, part_of(accounts));
        add(&mut amounts.patient_loss, part_of(row.cash_amount()));
        if finding.basis != Basis::None {
            add(&mut amounts.loss, loss(claim, ask, in_scope, money));
        }
        if finding.basis == Basis::Line && !ask.is_whole && is_group_paid(claim, money) {
            finding.basis = Basis::Payment;
        }
    }
    amounts.loss_low = amounts.loss.map(|loss| match finding.low {
        Low::Same => loss,
        Low::Zero => Fen::ZERO,
        Low::Share(part, whole) => loss.share(part.clamp(0, whole), whole),
    });
    finding.money = amounts;
}

fn add(sum: &mut Option<Fen>, amount: Option<Fen>) {
    if let Some(amount) = amount {
        *sum = Some(sum.unwrap_or_default() + amount);
    }
}

/// The amount charged on the rows at risk.
fn gross(claims: &Claims, claim: ClaimView<'_>, ask: &Ask) -> Fen {
    if ask.is_whole {
        return claim.net_total();
    }
    let of_part = |&(line, asked): &(Option<usize>, Fen)| match line.map(|line| claims.line(line)) {
        Some(line) if line.in_scope() > Fen::ZERO => line.amount().share(asked.0, line.in_scope().0),
        _ => asked,
    };
    ask.parts.iter().map(of_part).sum()
}

fn is_group_paid(claim: ClaimView<'_>, money: &Money) -> bool {
    money.group_paid == GroupPaid::Payment
        && claim.row().payment_method().is_some_and(PaymentMethod::is_group)
        && claim.row().group_case() != Some(GroupCase::ItemPaid)
}

/// Fund loss if `in_scope` yuan of a claim were removed.
fn loss(claim: ClaimView<'_>, ask: &Ask, in_scope: Fen, money: &Money) -> Option<Fen> {
    if ask.is_whole {
        return claim.whole_loss();
    }
    if is_group_paid(claim, money) {
        // Within the bounds of its group the payment is fixed; outside them it follows a local curve that is not known here.
        return (claim.row().group_case() == Some(GroupCase::Normal)).then_some(Fen::ZERO);
    }
    let fund = claim.fund()?;
    if in_scope <= Fen::ZERO {
        return Some(Fen::ZERO);
    }
    let payable = claim.in_scope() - claim.row().deductible_amount().unwrap_or_default();
    if payable <= Fen::ZERO || in_scope >= payable {
        return Some(fund);
    }
    Some(fund.share(in_scope.0, payable.0))
}

/// Shares every yuan among the findings that ask for it, in order of tier, strength, code and id.
pub(crate) fn own(claims: &Claims, findings: &mut [Asked], money: &Money) -> Vec<Owned> {
    let mut order: Vec<usize> = (0..findings.len()).collect();
    let key = |at: usize| {
        let finding = &findings[at].finding;
        (std::cmp::Reverse((finding.tier, finding.strength)), finding.code.clone(), finding.id.clone())
    };
    order.sort_by_cached_key(|&at| key(at));
    let mut left = Left::default();
    let mut owned = Vec::new();
    for at in order {
        let Asked { finding, asks } = &mut findings[at];
        finding.money.owned = Fen::ZERO;
        if finding.basis == Basis::None {
            continue;
        }
        for ask in asks.iter() {
            let amount = left.take(claims, ask, money);
            finding.money.owned += amount;
            owned.push(Owned { finding: at, claim: ask.claim, amount });
        }
    }
    owned
}

/// What is not yet owned.
#[derive(Default)]
struct Left {
    lines: HashMap<usize, Fen>,
    claims: HashMap<u32, (Fen, Fen)>,
}

impl Left {
    /// Takes what is left of an ask and returns the fund money that goes with it.
    fn take(&mut self, claims: &Claims, ask: &Ask, money: &Money) -> Fen {
        let claim = claims.claim(ask.claim);
        let (in_scope_left, fund_left) =
            self.claims.entry(ask.claim.0).or_insert_with(|| (claim.in_scope(), claim.whole_loss().unwrap_or_default()));
        let mut taken = Fen::ZERO;
        for &(line, asked) in &ask.parts {
            let mut available = asked.min(*in_scope_left - taken);
            if let Some(line) = line {
                let line_left = self.lines.entry(line).or_insert_with(|| claims.line(line).in_scope());
                available = available.min(*line_left);
                *line_left = *line_left - available.max(Fen::ZERO);
            }
            taken += available.max(Fen::ZERO);
        }
        let wanted = if ask.is_whole { *fund_left } else { loss(claim, ask, taken, money).unwrap_or_default() };
        let amount = wanted.min(*fund_left).max(Fen::ZERO);
        *in_scope_left = *in_scope_left - taken;
        *fund_left = *fund_left - amount;
        amount
    }
}
