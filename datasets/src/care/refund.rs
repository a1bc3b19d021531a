//! Refunds: negative copies of a claim, whole or of some lines.

use super::year::Year;
use crate::claim::{Bill, Claim, Line};
use crate::clock::{HOUR, Time};
use crate::money::{Fen, percent};

impl Year<'_> {
    /// Takes back a pushed claim wholly; `is_linked` names the original. Returns the refund's position.
    pub(crate) fn refund(&mut self, original: usize, is_linked: bool) -> usize {
        let settled_at = self.claims[original].settled_at + self.dice.range(2 * HOUR, 60 * HOUR);
        let source = &self.claims[original];
        let lines = source.lines.iter().map(negative).collect();
        let bill = negative_bill(&source.bill);
        self.push_refund(original, is_linked, settled_at, lines, bill)
    }

    /// Takes back one line of an item-paid claim without a deductible.
    pub(crate) fn refund_line(&mut self, original: usize, line: usize) -> usize {
        let settled_at = self.claims[original].settled_at + self.dice.range(2 * HOUR, 60 * HOUR);
        let source = &self.claims[original];
        let line = negative(&source.lines[line]);
        let fund: Fen = percent(line.in_scope, source.bill.share);
        let bill = Bill { total: line.billed(), in_scope: line.in_scope, share: source.bill.share, fund, ..Bill::default() };
        self.push_refund(original, true, settled_at, vec![line], bill)
    }

    fn push_refund(&mut self, original: usize, is_linked: bool, settled_at: Time, lines: Vec<Line>, bill: Bill) -> usize {
        let source = &self.claims[original];
        let refund = Claim {
            is_refund: true,
            original: is_linked.then_some(original),
            settled_at,
            lines,
            bill,
            marks: Vec::new(),
            has_operation: false,
            leave: None,
            ..source.clone()
        };
        self.push(refund)
    }
}

fn negative(line: &Line) -> Line {
    Line {
        quantity: -line.quantity,
        amount: -line.amount,
        in_scope: -line.in_scope,
        discount: -line.discount,
        reverses: None,
        ..line.clone()
    }
}

fn negative_bill(bill: &Bill) -> Bill {
    Bill {
        total: -bill.total,
        in_scope: -bill.in_scope,
        deductible: -bill.deductible,
        share: bill.share,
        fund: -bill.fund,
        account: -bill.account,
        payment: bill.payment.map(|payment| -payment),
        case: bill.case,
    }
}
