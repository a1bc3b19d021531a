//! What detectors see: one claim, visit, stay, person or provider with the rows that belong to it.

mod claim;
mod group;
mod line;
mod stay;

pub use claim::ClaimView;
pub use group::{PersonView, ProviderView};
pub use line::{LineView, OrderView};
pub use stay::{StayView, VisitView};

use super::Claims;
use crate::tables::value::{Category, ClaimId, Domain, ItemId, PersonId, ProviderId};
use crate::tables::{CatalogueRow, LabelRow, StaffRow, TableId};

impl Claims {
    /// A claim.
    pub fn claim(&self, id: ClaimId) -> ClaimView<'_> {
        ClaimView { data: self, id }
    }

    /// A claim by its external id.
    pub fn find_claim(&self, id: &str) -> Option<ClaimView<'_>> {
        let key = self.dictionary(Domain::Claim).find(id)?;
        ((key as usize) < self.len()).then_some(ClaimView { data: self, id: ClaimId(key) })
    }

    /// A person.
    pub fn person(&self, id: PersonId) -> PersonView<'_> {
        PersonView { data: self, id }
    }

    /// A provider.
    pub fn provider(&self, id: ProviderId) -> ProviderView<'_> {
        ProviderView { data: self, id }
    }

    /// A line by its position.
    pub fn line(&self, row: usize) -> LineView<'_> {
        LineView { data: self, row }
    }

    /// Whether the catalogue has an item as a drug or consumable.
    fn lists_goods(&self, item: ItemId) -> bool {
        self.catalogue(item).any(|row| CatalogueRow::new(&self.tables.catalogue, row).category().is_some_and(Category::is_goods))
    }

    /// The catalogue rows of an item.
    pub(crate) fn catalogue_rows(&self, item: ItemId) -> impl Iterator<Item = CatalogueRow<'_>> {
        self.catalogue(item).map(|row| CatalogueRow::new(&self.tables.catalogue, row))
    }

    /// The units in a pack of an item as the catalogue has it, scaled by 10⁴; 0 where it says nothing.
    pub(crate) fn listed_pack(&self, item: ItemId) -> i64 {
        let rows = self.catalogue(item).filter_map(|row| CatalogueRow::new(&self.tables.catalogue, row).units_per_pack());
        rows.map(|units| units.0).max().unwrap_or(0)
    }

    /// Providers with a telephone number of their staff.
    pub(crate) fn staff_phones(&self) -> impl Iterator<Item = (&str, &str)> {
        let staff = &self.tables.staff;
        (0..self.rows(TableId::StaffTable)).filter_map(move |row| {
            let row = StaffRow::new(staff, row);
            let (provider, phone) = (row.provider_id()?, row.phone()?);
            Some((self.dictionary(Domain::Provider).text(provider.0), self.dictionary(Domain::Phone).text(phone.0)))
        })
    }

    /// Decided cases.
    pub fn labels(&self) -> impl ExactSizeIterator<Item = LabelRow<'_>> {
        (0..self.rows(TableId::LabelTable)).map(|row| LabelRow::new(&self.tables.labels, row))
    }

    /// The visit a claim belongs to.
    pub fn visit_of(&self, claim: ClaimId) -> VisitView<'_> {
        VisitView { data: self, at: self.claim_visits[claim.index()] as usize }
    }
}
