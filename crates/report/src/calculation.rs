//! The calculation sheet of a finding: every row at risk with what it asks and what that would cost the fund.
//!
//! The reckoning is that of the screening itself, claim by claim; within a claim the loss is spread over the rows by the in-scope amount they ask,
//! rounded so that the rows add up to the finding's amounts to the fen.

use crate::context::{Context, LineFinder};
use claimsift::claims::{ClaimView, LineView};
use claimsift::detect::Basis;
use claimsift::settings::GroupPaid;
use claimsift::tables::value::{ClaimId, Date, Fen, GroupCase, PaymentMethod, Quantity, Time, UnitPrice};
use claimsift::{Finding, Settings};
use std::collections::BTreeMap;

/// Rows at risk and their sums.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CalculationSheet {
    /// The rows, those of one claim together.
    pub rows: Vec<SheetRow>,
    /// Amounts charged.
    pub amount: Fen,
    /// In-scope amounts asked.
    pub in_scope: Fen,
    /// Fund loss if confirmed; `None` where no row's loss can be reckoned.
    pub loss: Option<Fen>,
    /// Rows at risk that the data set does not have (any more).
    pub not_found: usize,
}

/// One row at risk.
#[derive(Clone, Debug, PartialEq)]
pub struct SheetRow {
    /// The claim.
    pub claim_id: String,
    /// The line's key; `None` for the claim as a whole or a part of it.
    pub line: Option<String>,
    /// Code and name of the item, for lines; the name is empty where unknown.
    pub item: Option<(String, String)>,
    /// The day of the service, or the first and last day of the claim.
    pub dates: Option<(Date, Date)>,
    /// The quantity charged.
    pub quantity: Option<Quantity>,
    /// The price per unit.
    pub unit_price: Option<UnitPrice>,
    /// The amount charged.
    pub amount: Fen,
    /// The in-scope amount asked.
    pub in_scope: Fen,
    /// How much of it the fund paid.
    pub rate: Rate,
    /// Fund loss; `None` where it cannot be reckoned.
    pub loss: Option<Fen>,
    /// How the loss was reckoned.
    pub basis: Basis,
}

/// The fund's share in what a row asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rate {
    /// What the fund paid of the claim, by the claim's in-scope amount above the deductible; at most 1.
    Share {
        /// What the fund paid.
        fund: Fen,
        /// In-scope amount less deductible.
        payable: Fen,
    },
    /// Everything that the fund paid for the claim.
    Whole {
        /// What the fund paid, or the group payment.
        paid: Fen,
        /// Whether it is the group payment.
        is_group: bool,
    },
    /// Nothing, since the payment of a normal case of its group does not depend on the row.
    Fixed,
    /// The data do not tell.
    Unknown,
    /// The finding reckons no money.
    None,
}

/// What one evidence row asks.
#[derive(Clone, Copy)]
struct Part<'a> {
    line: Option<LineView<'a>>,
    asked: Option<Fen>,
}

impl CalculationSheet {
    /// Reckons a finding.
    pub fn of(context: &Context<'_>, finding: &Finding) -> Self {
        let mut sheet = Self::default();
        let mut finder = LineFinder::new(context.claims);
        let mut by_claim: BTreeMap<ClaimId, Vec<Part<'_>>> = BTreeMap::new();
        for row in finding.rows_at_risk(context.claims).iter().filter(|row| row.set.is_none()) {
            let found = match row.table.as_str() {
                "claims" => context.claims.find_claim(&row.key).map(|claim| (claim.id(), None)),
                "lines" => finder.find(finding, row).map(|line| (line.claim().id(), Some(line))),
                _ => None,
            };
            match found {
                Some((claim, line)) => by_claim.entry(claim).or_default().push(Part { line, asked: row.asked }),
                None => sheet.not_found += 1,
            }
        }
        for (claim, parts) in by_claim {
            sheet.add_claim(context.claims.claim(claim), &parts, finding, context.settings);
        }
        sheet
    }

    /// Whether the sums are those that the finding states.
    pub fn agrees_with(&self, finding: &Finding) -> bool {
        let money = finding.money;
        (self.amount, self.in_scope, self.loss) == (money.amount, money.in_scope, money.loss)
    }

    fn add_claim(&mut self, claim: ClaimView<'_>, parts: &[Part<'_>], finding: &Finding, settings: &Settings) {
        let is_whole = parts.iter().any(|part| part.asked.is_none());
        let asked: Vec<Fen> = parts.iter().map(|part| part.asked.unwrap_or_else(|| claim.in_scope())).collect();
        let in_scope: Fen = asked.iter().copied().sum();
        let basis = basis(claim, is_whole, finding, settings);
        let (rate, loss) = if basis == Basis::None { (Rate::None, None) } else { reckon(claim, is_whole, in_scope, settings) };
        let losses = loss.map(|loss| spread(loss, &asked));
        let mut whole_left = is_whole.then(|| claim.net_total());
        for (at, (part, asked)) in parts.iter().zip(&asked).enumerate() {
            let amount = if is_whole { whole_left.take().unwrap_or_default() } else { charged(part.line, *asked) };
            let row = row(claim, part.line.filter(|_| part.asked.is_some()));
            self.rows.push(SheetRow { amount, in_scope: *asked, rate, loss: losses.as_ref().map(|losses| losses[at]), basis, ..row });
            self.amount += amount;
        }
        self.in_scope += in_scope;
        if let Some(loss) = loss {
            self.loss = Some(self.loss.unwrap_or_default() + loss);
        }
    }
}

fn row(claim: ClaimView<'_>, line: Option<LineView<'_>>) -> SheetRow {
    let days = |first: Option<Time>, last: Option<Time>| first.map(|first| (first.date(), last.unwrap_or(first).date()));
    SheetRow {
        claim_id: claim.name().to_owned(),
        line: line.map(LineView::key),
        item: line.map(|line| (line.item_code().to_owned(), line.item_name().to_owned())),
        dates: match line {
            Some(line) => days(line.served_at(), None),
            None => days(claim.row().started_at(), claim.row().ended_at()),
        },
        quantity: line.and_then(|line| line.row().quantity()),
        unit_price: line.and_then(|line| line.row().unit_price()),
        amount: Fen::ZERO,
        in_scope: Fen::ZERO,
        rate: Rate::None,
        loss: None,
        basis: Basis::None,
    }
}

/// The amount charged for what is asked: of a line the same part as of its in-scope amount.
fn charged(line: Option<LineView<'_>>, asked: Fen) -> Fen {
    match line {
        Some(line) if line.in_scope() > Fen::ZERO => line.amount().share(asked.0, line.in_scope().0),
        _ => asked,
    }
}

fn basis(claim: ClaimView<'_>, is_whole: bool, finding: &Finding, settings: &Settings) -> Basis {
    match finding.basis {
        Basis::None => Basis::None,
        Basis::Line | Basis::Payment if is_whole => Basis::Stay,
        basis if is_whole => basis,
        _ if is_group_paid(claim, settings) => Basis::Payment,
        _ => Basis::Line,
    }
}

fn is_group_paid(claim: ClaimView<'_>, settings: &Settings) -> bool {
    settings.money.group_paid == GroupPaid::Payment
        && claim.row().payment_method().is_some_and(PaymentMethod::is_group)
        && claim.row().group_case() != Some(GroupCase::ItemPaid)
}

/// Fund loss if `in_scope` yuan of a claim, or the whole of it, were removed.
fn reckon(claim: ClaimView<'_>, is_whole: bool, in_scope: Fen, settings: &Settings) -> (Rate, Option<Fen>) {
    if is_whole {
        let is_group = claim.row().payment_method().is_some_and(PaymentMethod::is_group) && claim.payment().is_some();
        return claim.whole_loss().map_or((Rate::Unknown, None), |paid| (Rate::Whole { paid, is_group }, Some(paid)));
    }
    if is_group_paid(claim, settings) {
        let is_normal = claim.row().group_case() == Some(GroupCase::Normal);
        return if is_normal { (Rate::Fixed, Some(Fen::ZERO)) } else { (Rate::Unknown, None) };
    }
    let Some(fund) = claim.fund() else { return (Rate::Unknown, None) };
    let payable = claim.in_scope() - claim.row().deductible_amount().unwrap_or_default();
    if payable <= Fen::ZERO || in_scope >= payable {
        return (Rate::Whole { paid: fund, is_group: false }, Some(fund));
    }
    (Rate::Share { fund, payable }, Some(fund.share(in_scope.0.max(0), payable.0)))
}

/// Shares a loss by what the rows ask; the shares add up to it exactly.
fn spread(loss: Fen, asked: &[Fen]) -> Vec<Fen> {
    let whole: Fen = asked.iter().copied().sum();
    let (mut asked_so_far, mut spent) = (Fen::ZERO, Fen::ZERO);
    let mut shares = Vec::with_capacity(asked.len());
    for (at, asked) in asked.iter().enumerate() {
        asked_so_far += *asked;
        let upto = match () {
            () if whole == Fen::ZERO && at == 0 => loss,
            () if whole == Fen::ZERO => spent,
            () => loss.share(asked_so_far.0, whole.0),
        };
        shares.push(upto - spent);
        spent = upto;
    }
    shares
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_add_up_to_the_fen() {
        let shares = spread(Fen(100), &[Fen(1), Fen(1), Fen(1)]);
        assert_eq!(shares, [Fen(33), Fen(34), Fen(33)]);
        assert_eq!(spread(Fen(7), &[Fen(0), Fen(0)]), [Fen(7), Fen(0)]);
        assert_eq!(spread(Fen(7), &[]), []);
    }
}
