//! A visit, and the stay that visits make up.

use super::{ClaimView, ProviderView};
use crate::claims::{Claims, Stay, Visit};
use crate::tables::value::{ClaimId, Domain, Fen};
use crate::tables::{GroupRow, TableId};

/// A visit with its claims.
#[derive(Clone, Copy)]
pub struct VisitView<'a> {
    pub(super) data: &'a Claims,
    pub(super) at: usize,
}

impl<'a> VisitView<'a> {
    /// What is known of the visit as a whole.
    pub fn visit(self) -> &'a Visit {
        &self.data.visits[self.at]
    }

    /// All its claims, refunds among them.
    pub fn claims(self) -> impl ExactSizeIterator<Item = ClaimView<'a>> + Clone {
        let data = self.data;
        self.visit().claims().map(move |claim| data.claim(ClaimId(claim as u32)))
    }

    /// The claims that stand and that the fund pays for.
    pub fn insured_claims(self) -> impl Iterator<Item = ClaimView<'a>> + Clone {
        self.claims().filter(|claim| claim.is_scored())
    }

    /// The claim that names the visit.
    pub fn first_claim(self) -> ClaimView<'a> {
        self.data.claim(self.visit().first_claim)
    }

    /// The claim that ends last.
    pub fn last_claim(self) -> ClaimView<'a> {
        self.data.claim(self.visit().last_claim)
    }
}

/// A stay with its claims.
#[derive(Clone, Copy)]
pub struct StayView<'a> {
    pub(super) data: &'a Claims,
    pub(super) at: usize,
}

impl<'a> StayView<'a> {
    /// What is known of the stay as a whole.
    pub fn stay(self) -> &'a Stay {
        &self.data.stays[self.at]
    }

    /// Its visits in the order of their starts.
    pub fn visits(self) -> impl ExactSizeIterator<Item = VisitView<'a>> + DoubleEndedIterator + Clone {
        let data = self.data;
        data.stay_visits[self.stay().visits()].iter().map(move |&at| VisitView { data, at: at as usize })
    }

    /// The claims that stand.
    pub fn live_claims(self) -> impl Iterator<Item = ClaimView<'a>> + Clone {
        self.visits().flat_map(VisitView::claims).filter(|claim| claim.is_live())
    }

    /// The claims that stand and that the fund pays for.
    pub fn insured_claims(self) -> impl Iterator<Item = ClaimView<'a>> + Clone {
        self.live_claims().filter(|claim| claim.is_insured())
    }

    /// The claim that names the stay.
    pub fn first_claim(self) -> ClaimView<'a> {
        self.data.claim(self.data.visits[self.data.stay_visits[self.stay().visits().start] as usize].first_claim)
    }

    /// The claim of its last visit that ends last.
    pub fn last_claim(self) -> ClaimView<'a> {
        self.visits().next_back().map_or_else(|| self.first_claim(), VisitView::last_claim)
    }

    /// All its claims, refunds among them.
    pub fn claims(self) -> impl Iterator<Item = ClaimView<'a>> + Clone {
        self.visits().flat_map(VisitView::claims)
    }

    /// Whether it is a newborn's, under whatever number.
    pub fn is_newborn(self) -> bool {
        self.first_claim().row().is_newborn() == Some(true)
    }

    /// Whether any of its insured claims that stand has a line.
    pub fn has_lines(self) -> bool {
        self.insured_claims().any(|claim| claim.lines().len() > 0)
    }

    /// Whether the fund pays for any of it.
    pub fn is_insured(self) -> bool {
        self.insured_claims().next().is_some()
    }

    /// The total of the claims that stand, after refunds.
    pub fn total(self) -> Fen {
        self.live_claims().map(ClaimView::net_total).sum()
    }

    /// The in-scope amount of the insured claims that stand, after refunds.
    pub fn in_scope(self) -> Fen {
        self.insured_claims().map(ClaimView::in_scope).sum()
    }

    /// Fund money lost if the stay should not have been paid; `None` where no claim says what was paid.
    pub fn whole_loss(self) -> Option<Fen> {
        self.insured_claims().filter_map(ClaimView::whole_loss).fold(None, |sum: Option<Fen>, loss| Some(sum.unwrap_or_default() + loss))
    }

    /// The provider's reference data.
    pub fn provider(self) -> ProviderView<'a> {
        self.data.provider(self.stay().provider)
    }

    /// The provider of another claim.
    pub fn elsewhere(self, claim: ClaimView<'a>) -> ProviderView<'a> {
        self.data.provider(claim.provider())
    }

    /// The code of the payment group of its first claim, if any.
    pub fn group_code(self) -> Option<&'a str> {
        let group = self.first_claim().row().group_code()?;
        Some(self.data.dictionary(Domain::Group).text(group.0))
    }

    /// The payment group of the first claim in the year of discharge.
    pub fn group(self) -> Option<GroupRow<'a>> {
        let group = self.first_claim().row().group_code()?;
        let (year, _, _) = self.stay().closed_end.date().ymd();
        let rows = self.data.group(TableId::GroupTable, group.0);
        rows.map(|row| GroupRow::new(&self.data.tables.groups, row)).find(|row| row.year() == Some(year))
    }
}
