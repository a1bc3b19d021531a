//! A person and a provider with what belongs to them.

use super::{ClaimView, StayView, VisitView};
use crate::claims::Claims;
use crate::tables::value::{Date, Domain, PersonId, ProviderId};
use crate::tables::{PersonRow, ProviderRow, RegisterRow, StockRow, TableId};

/// A person with visits and stays.
#[derive(Clone, Copy)]
pub struct PersonView<'a> {
    pub(super) data: &'a Claims,
    pub(super) id: PersonId,
}

impl<'a> PersonView<'a> {
    /// Its number inside the data set.
    pub fn id(self) -> PersonId {
        self.id
    }

    /// The person's number in the tables.
    pub fn name(self) -> &'a str {
        self.data.dictionary(Domain::Person).text(self.id.0)
    }

    /// The number of the identity certificate; empty where unknown.
    pub(crate) fn id_number(self) -> &'a str {
        self.row().and_then(PersonRow::id_number).map_or("", |text| self.data.text(text))
    }

    /// The code of the region where the person is registered; empty where unknown.
    pub fn region(self) -> &'a str {
        let region = self.row().and_then(PersonRow::region);
        region.map_or("", |region| self.data.dictionary(Domain::Region).text(region.0))
    }

    /// The person's row, if the data set has one.
    pub fn row(self) -> Option<PersonRow<'a>> {
        self.data.group(TableId::PersonTable, self.id.0).next().map(|row| PersonRow::new(&self.data.tables.persons, row))
    }

    /// Visits in the order of their starts.
    pub fn visits(self) -> impl ExactSizeIterator<Item = VisitView<'a>> + Clone {
        let data = self.data;
        let range = data.person_visits[self.id.index()] as usize..data.person_visits[self.id.index() + 1] as usize;
        range.map(move |at| VisitView { data, at })
    }

    /// Stays in the order of their starts.
    pub fn stays(self) -> impl ExactSizeIterator<Item = StayView<'a>> + Clone {
        let data = self.data;
        let range = data.person_stays[self.id.index()] as usize..data.person_stays[self.id.index() + 1] as usize;
        range.map(move |at| StayView { data, at })
    }

    /// Entries of other registers: injury, leave …
    pub fn registers(self) -> impl ExactSizeIterator<Item = RegisterRow<'a>> {
        let data = self.data;
        data.group(TableId::RegisterTable, self.id.0).map(move |row| RegisterRow::new(&data.tables.registers, row))
    }

    /// A text of one of the rows.
    pub fn text(self, text: crate::tables::value::Text) -> &'a str {
        self.data.text(text)
    }

    /// The first day of the first month that the data cover of a provider.
    pub fn covered_from(self, provider: ProviderId) -> Option<Date> {
        self.data.coverage.first_day(provider)
    }
}

/// A provider with visits and stock.
#[derive(Clone, Copy)]
pub struct ProviderView<'a> {
    pub(super) data: &'a Claims,
    pub(super) id: ProviderId,
}

impl<'a> ProviderView<'a> {
    /// Its number inside the data set.
    pub fn id(self) -> ProviderId {
        self.id
    }

    /// The provider's number in the tables.
    pub fn name(self) -> &'a str {
        self.data.dictionary(Domain::Provider).text(self.id.0)
    }

    /// The provider's row, if the data set has one.
    pub fn row(self) -> Option<ProviderRow<'a>> {
        self.data.group(TableId::ProviderTable, self.id.0).next().map(|row| ProviderRow::new(&self.data.tables.providers, row))
    }

    /// Its name in the table of providers; empty where unknown.
    pub fn title(self) -> &'a str {
        self.row().and_then(ProviderRow::name).map_or("", |name| self.data.text(name))
    }

    /// The id of its provider group, or its own where it belongs to none. A group may be named by its head.
    pub fn unit(self) -> &'a str {
        self.group().unwrap_or_else(|| self.name())
    }

    /// The id of the provider group it belongs to, if any.
    pub fn group(self) -> Option<&'a str> {
        let group = self.row()?.group_id()?;
        Some(self.data.dictionary(Domain::Alliance).text(group.0))
    }

    /// The first and last day that the data cover of it: from the first of the month of its first claim.
    pub fn covered(self) -> Option<(Date, Date)> {
        self.data.coverage.first_day(self.id).zip(self.data.coverage.last_day(self.id))
    }

    /// The id of the store it draws on, which it may share with others; its own id where none is given.
    pub fn stock_unit(self) -> &'a str {
        let unit = self.row().and_then(ProviderRow::stock_unit);
        unit.map_or_else(|| self.name(), |unit| self.data.dictionary(Domain::StockUnit).text(unit.0))
    }

    /// Visits in the order of persons and starts.
    pub fn visits(self) -> impl ExactSizeIterator<Item = VisitView<'a>> + Clone {
        let data = self.data;
        data.provider_visits.rows(self.id.0).iter().map(move |&at| VisitView { data, at: at as usize })
    }

    /// Stays in the order of persons and starts.
    pub fn stays(self) -> impl ExactSizeIterator<Item = StayView<'a>> + Clone {
        let data = self.data;
        data.provider_stays.rows(self.id.0).iter().map(move |&at| StayView { data, at: at as usize })
    }

    /// Claims in the order of persons and starts.
    pub fn claims(self) -> impl Iterator<Item = ClaimView<'a>> + Clone {
        self.visits().flat_map(VisitView::claims)
    }

    /// Movements of stock.
    pub fn stock(self) -> impl ExactSizeIterator<Item = StockRow<'a>> {
        let data = self.data;
        data.group(TableId::StockTable, self.id.0).map(move |row| StockRow::new(&data.tables.stock, row))
    }
}
