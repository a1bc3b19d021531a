//! What detectors see: one claim, visit, stay, person or provider with the rows that belong to it.

use super::refunds::{ClaimState, net};
use super::{Claims, Stay, Visit};
use crate::tables::value::{Category, ClaimId, Date, Domain, Fen, HouseholdId, ItemId, PersonId, ProviderId, Time};
use crate::tables::{
    CatalogueRow, ClaimRow, DiagnosisRow, GroupRow, LabelRow, LineRow, OrderRow, PersonRow, ProcedureRow, ProviderRow, RegisterRow,
    StaffRow, StockRow, TableId,
};

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

/// A claim with its lines and diagnoses.
#[derive(Clone, Copy)]
pub struct ClaimView<'a> {
    data: &'a Claims,
    id: ClaimId,
}

impl<'a> ClaimView<'a> {
    /// Its number inside the data set.
    pub fn id(self) -> ClaimId {
        self.id
    }

    /// Its settlement number.
    pub fn name(self) -> &'a str {
        self.data.dictionary(Domain::Claim).text(self.id.0)
    }

    /// Its columns.
    pub fn row(self) -> ClaimRow<'a> {
        ClaimRow::new(&self.data.tables.claims, self.id.index())
    }

    /// What refunds left of it.
    pub fn state(self) -> ClaimState {
        self.data.refunds.state(self.id.index())
    }

    /// Whether it stands, wholly or in part.
    pub fn is_live(self) -> bool {
        self.state() == ClaimState::Live
    }

    /// Whether the fund is a payer; only such claims are scored.
    pub fn is_insured(self) -> bool {
        self.row().is_insured() != Some(false)
    }

    /// The claim that a refund takes back, wholly or in part, where it names one that is there.
    pub fn original(self) -> Option<Self> {
        let is_linked = self.state() == ClaimState::Refund && !self.data.refunds.is_unlinked(self.id.index());
        self.row().original_claim_id().filter(|_| is_linked).map(|id| Self { id, ..self })
    }

    /// The person.
    pub fn person(self) -> PersonId {
        PersonId(self.data.tables.claims.person_id.stored()[self.id.index()])
    }

    /// The person's row, if the data set has one.
    pub fn person_row(self) -> Option<PersonRow<'a>> {
        self.data.person(self.person()).row()
    }

    /// The code of the region where the person lives; `None` where unknown.
    pub fn person_region(self) -> Option<&'a str> {
        self.person_row()?.region().map(|region| self.data.dictionary(Domain::Region).text(region.0))
    }

    /// The provider.
    pub fn provider(self) -> ProviderId {
        ProviderId(self.data.tables.claims.provider_id.stored()[self.id.index()])
    }

    /// The claim that this refund takes back; `None` for other claims and where it is not in the data.
    pub fn refunded_claim(self) -> Option<ClaimView<'a>> {
        if self.state() != ClaimState::Refund || self.data.refunds.is_unlinked(self.id.index()) {
            return None;
        }
        self.row().original_claim_id().map(|id| self.data.claim(id))
    }

    /// The total after refunds.
    pub fn net_total(self) -> Fen {
        self.data.refunds.net_total(&self.data.tables.claims, self.id.index())
    }

    /// What the fund paid, after refunds; `None` where unknown.
    pub fn fund(self) -> Option<Fen> {
        net(self.row().fund_amount(), self.refunded().fund)
    }

    /// The amount in scope after refunds: `in_scope_amount`, or the total where that is unknown.
    pub fn in_scope(self) -> Fen {
        let refunded = self.refunded();
        match self.row().in_scope_amount() {
            Some(amount) => (amount - refunded.in_scope).max(Fen::ZERO),
            None => self.net_total().max(Fen::ZERO),
        }
    }

    /// The fund's fixed payment for a group-paid claim, after refunds.
    pub fn payment(self) -> Option<Fen> {
        net(self.row().payment_amount(), self.refunded().payment)
    }

    /// Fund money lost if the whole claim should not have been paid: the group payment where there is one, else the fund's share.
    pub fn whole_loss(self) -> Option<Fen> {
        let group_paid = self.row().payment_method().is_some_and(crate::tables::value::PaymentMethod::is_group);
        if group_paid { self.payment().or(self.fund()) } else { self.fund() }
    }

    fn refunded(self) -> super::refunds::Refunded {
        self.data.refunds.of(self.id.index()).copied().unwrap_or_default()
    }

    /// The terminal at which it was settled; `None` where unknown.
    pub fn terminal(self) -> Option<&'a str> {
        self.row().terminal_id().map(|terminal| self.data.dictionary(Domain::Device).text(terminal.0))
    }

    /// Its lines in (item, charge time, quantity, amount) order.
    pub fn lines(self) -> impl ExactSizeIterator<Item = LineView<'a>> + DoubleEndedIterator + Clone {
        let data = self.data;
        data.group(TableId::LineTable, self.id.0).map(move |row| LineView { data, row })
    }

    /// Its diagnoses beyond those in its own columns.
    pub fn diagnoses(self) -> impl ExactSizeIterator<Item = DiagnosisRow<'a>> {
        let data = self.data;
        data.group(TableId::DiagnosisTable, self.id.0).map(move |row| DiagnosisRow::new(&data.tables.diagnoses, row))
    }

    /// Doctors' orders of the claim.
    pub fn orders(self) -> impl ExactSizeIterator<Item = OrderView<'a>> + Clone {
        let data = self.data;
        data.group(TableId::OrderTable, self.id.0).map(move |row| OrderView { data, row })
    }

    /// Its department; empty where unknown.
    pub fn department(self) -> &'a str {
        self.row().department().map_or("", |text| self.data.text(text))
    }

    /// Its operations and procedures.
    pub fn procedures(self) -> impl ExactSizeIterator<Item = ProcedureRow<'a>> {
        let data = self.data;
        data.group(TableId::ProcedureTable, self.id.0).map(move |row| ProcedureRow::new(&data.tables.procedures, row))
    }

    /// Its visit.
    pub fn visit(self) -> VisitView<'a> {
        self.data.visit_of(self.id)
    }

    /// Whether it is a refund whose original is not in the data.
    pub fn is_unlinked_refund(self) -> bool {
        self.data.refunds.is_unlinked(self.id.index())
    }

    /// The person's number in the tables.
    pub fn person_name(self) -> &'a str {
        self.data.person(self.person()).name()
    }

    /// The household of its person; `None` where unknown.
    pub fn household(self) -> Option<HouseholdId> {
        self.data.person(self.person()).row()?.household_id()
    }

    /// The number of its invoice; empty where unknown.
    pub fn invoice(self) -> &'a str {
        self.row().invoice_no().map_or("", |number| self.data.dictionary(Domain::Invoice).text(number.0))
    }

    /// The person with all that is known of them.
    pub fn patient(self) -> PersonView<'a> {
        self.data.person(self.person())
    }

    /// The contact telephone number; empty where unknown.
    pub(crate) fn phone(self) -> &'a str {
        self.row().phone().map_or("", |phone| self.data.dictionary(Domain::Phone).text(phone.0))
    }

    /// The address given; empty where unknown.
    pub(crate) fn address(self) -> &'a str {
        self.row().address().map_or("", |text| self.data.text(text))
    }

    /// The contact's name; empty where unknown.
    pub(crate) fn contact_name(self) -> &'a str {
        self.row().contact_name().map_or("", |text| self.data.text(text))
    }

    /// Its diagnosis codes, each with whether it is the main one: its own, then those of the table of diagnoses.
    pub fn coded_diagnoses(self) -> impl Iterator<Item = (&'a str, bool)> {
        let own = self.row().diagnosis_code();
        let listed = self.diagnoses().filter(move |row| row.code() != own).filter_map(move |row| {
            let code = self.data.dictionary(Domain::Diagnosis).text(row.code()?.0);
            Some((code, own.is_none() && row.is_main() == Some(true)))
        });
        own.map(|_| (self.diagnosis(), true)).into_iter().chain(listed)
    }

    /// Its main diagnosis code; empty where unknown.
    pub fn diagnosis(self) -> &'a str {
        self.row().diagnosis_code().map_or("", |code| self.data.dictionary(Domain::Diagnosis).text(code.0))
    }
}

/// A line of a claim.
#[derive(Clone, Copy)]
pub struct LineView<'a> {
    data: &'a Claims,
    row: usize,
}

impl<'a> LineView<'a> {
    /// Its position among all lines.
    pub fn index(self) -> usize {
        self.row
    }

    /// Its columns.
    pub fn row(self) -> LineRow<'a> {
        LineRow::new(&self.data.tables.lines, self.row)
    }

    /// The claim.
    pub fn claim(self) -> ClaimView<'a> {
        ClaimView { data: self.data, id: ClaimId(self.data.tables.lines.claim_id.stored()[self.row]) }
    }

    /// The item.
    pub fn item(self) -> ItemId {
        ItemId(self.data.tables.lines.item_code.stored()[self.row])
    }

    /// The item's code.
    pub fn item_code(self) -> &'a str {
        self.data.dictionary(Domain::Item).text(self.item().0)
    }

    /// The item's name on the line; empty where unknown.
    pub fn item_name(self) -> &'a str {
        self.row().item_name().map_or("", |text| self.data.text(text))
    }

    /// The unit it is charged by; empty where unknown.
    pub fn charge_unit(self) -> &'a str {
        self.row().charge_unit().map_or("", |text| self.data.text(text))
    }

    /// The amount charged.
    pub fn amount(self) -> Fen {
        self.row().amount().unwrap_or_default()
    }

    /// The amount in scope, or the amount charged where that is unknown.
    pub fn in_scope(self) -> Fen {
        self.row().in_scope_amount().unwrap_or_else(|| self.amount())
    }

    /// The dose form on the line; empty where unknown.
    pub fn dose_form(self) -> &'a str {
        self.row().dose_form().map_or("", |text| self.data.text(text))
    }

    /// The fee category on the line.
    pub fn category(self) -> Option<Category> {
        self.row().category()
    }

    /// Whether it is a drug or consumable: by its own category, or by the catalogue where it names none.
    pub fn is_goods(self) -> bool {
        self.category().map_or_else(|| self.data.lists_goods(self.item()), Category::is_goods)
    }

    /// When the service was given: executed, else charged.
    pub fn served_at(self) -> Option<Time> {
        self.row().executed_at().or(self.row().charged_at())
    }

    /// The catalogue row in force when the line was charged (the first known row without dates).
    pub fn catalogue(self) -> Option<CatalogueRow<'a>> {
        self.catalogue_on(self.served_at().map(Time::date))
    }

    /// The catalogue row in force on a day.
    pub fn catalogue_on(self, day: Option<Date>) -> Option<CatalogueRow<'a>> {
        let in_force = |row: &CatalogueRow<'_>| {
            day.is_none_or(|day| row.valid_from().is_none_or(|from| from <= day) && row.valid_to().is_none_or(|to| day <= to))
        };
        let data = self.data;
        data.catalogue(self.item()).map(|row| CatalogueRow::new(&data.tables.catalogue, row)).find(in_force)
    }

    /// The key by which evidence names the line: its id, or `claim_id#n` by its place in the claim.
    pub fn key(self) -> String {
        let labels = self.data.line_labels();
        labels.get(self.row).map_or_else(
            || {
                let claim = self.claim();
                let first = self.data.group(TableId::LineTable, claim.id.0).start;
                format!("{}#{}", claim.name(), self.row - first + 1)
            },
            str::to_owned,
        )
    }
}

/// A doctor's order.
#[derive(Clone, Copy)]
pub struct OrderView<'a> {
    data: &'a Claims,
    row: usize,
}

impl<'a> OrderView<'a> {
    /// Its columns.
    pub fn row(self) -> OrderRow<'a> {
        OrderRow::new(&self.data.tables.orders, self.row)
    }

    /// Whether it may be for care: some catalogue row of its item says so, or none tells the category.
    pub fn may_be_care(self) -> bool {
        let Some(item) = self.row().item_code() else { return true };
        let rows = self.data.catalogue(item).map(|row| CatalogueRow::new(&self.data.tables.catalogue, row));
        let mut categories = rows.filter_map(CatalogueRow::category).peekable();
        categories.peek().is_none() || categories.any(Category::is_care)
    }
}

/// A visit with its claims.
#[derive(Clone, Copy)]
pub struct VisitView<'a> {
    data: &'a Claims,
    at: usize,
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
        self.claims().filter(|claim| claim.is_live() && claim.is_insured())
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
    data: &'a Claims,
    at: usize,
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

/// A person with visits and stays.
#[derive(Clone, Copy)]
pub struct PersonView<'a> {
    data: &'a Claims,
    id: PersonId,
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
    data: &'a Claims,
    id: ProviderId,
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
