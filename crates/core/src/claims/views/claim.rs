//! A claim.

use super::{LineView, OrderView, PersonView, ProviderView, VisitView};
use crate::claims::Claims;
use crate::claims::refunds::{ClaimState, Refunded, net};
use crate::tables::value::{ClaimId, Domain, Fen, HouseholdId, PersonId, PhoneId, ProviderId, StaffId, Text};
use crate::tables::{ClaimRow, DiagnosisRow, PaymentRow, ProcedureRow, TableId};

/// A claim with its lines and diagnoses.
#[derive(Clone, Copy)]
pub struct ClaimView<'a> {
    pub(super) data: &'a Claims,
    pub(super) id: ClaimId,
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

    /// Whether it stands and the fund pays for it: such claims are judged and scored.
    pub fn is_scored(self) -> bool {
        self.is_live() && self.is_insured()
    }

    /// The person.
    pub fn person(self) -> PersonId {
        PersonId(self.data.tables.claims.person_id.stored()[self.id.index()])
    }

    /// The provider.
    pub fn provider(self) -> ProviderId {
        ProviderId(self.data.tables.claims.provider_id.stored()[self.id.index()])
    }

    /// The provider's number in the tables.
    pub fn provider_name(self) -> &'a str {
        self.data.dictionary(Domain::Provider).text(self.provider().0)
    }

    /// The provider with all that is known of it.
    pub(crate) fn site(self) -> ProviderView<'a> {
        self.data.provider(self.provider())
    }

    /// A text of one of its rows, or of a row about its items.
    pub(crate) fn text(self, text: Text) -> &'a str {
        self.data.text(text)
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

    fn refunded(self) -> Refunded {
        self.data.refunds.of(self.id.index()).copied().unwrap_or_default()
    }

    /// The doctor in charge; `None` where unknown, and where the key is a placeholder.
    pub fn doctor(self) -> Option<StaffId> {
        self.row().doctor_id().filter(|doctor| !self.data.is_placeholder(Domain::Staff, doctor.0))
    }

    /// The key of the contact telephone number; `None` where unknown, and where it is a placeholder.
    pub fn phone_key(self) -> Option<PhoneId> {
        self.row().phone().filter(|phone| !self.data.is_placeholder(Domain::Phone, phone.0))
    }

    /// The terminal at which it was settled; `None` where unknown, and where the key is a placeholder.
    pub fn terminal(self) -> Option<&'a str> {
        let terminal = self.row().terminal_id().filter(|terminal| !self.data.is_placeholder(Domain::Device, terminal.0));
        terminal.map(|terminal| self.data.dictionary(Domain::Device).text(terminal.0))
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

    /// Its payments: payer (empty where unknown) and amount.
    pub(crate) fn payments(self) -> impl Iterator<Item = (&'a str, Fen)> {
        let data = self.data;
        data.group(TableId::PaymentTable, self.id.0).map(move |row| {
            let row = PaymentRow::new(&data.tables.payments, row);
            (row.payer().map_or("", |payer| data.text(payer)), row.amount().unwrap_or_default())
        })
    }

    /// Its visit.
    pub fn visit(self) -> VisitView<'a> {
        self.data.visit_of(self.id)
    }

    /// Whether it is a refund whose original is not in the data.
    pub fn is_unlinked_refund(self) -> bool {
        self.data.refunds.is_unlinked(self.id.index())
    }

    /// The household of its person; `None` where unknown.
    pub fn household(self) -> Option<HouseholdId> {
        self.patient().row()?.household_id()
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

    /// The category of its main diagnosis: the first three characters of the code (ICD-10); empty where unknown.
    pub fn diagnosis_category(self) -> &'a str {
        let code = self.diagnosis();
        code.char_indices().nth(3).map_or(code, |(end, _)| &code[..end])
    }

    /// Its main diagnosis code; empty where unknown.
    pub fn diagnosis(self) -> &'a str {
        self.row().diagnosis_code().map_or("", |code| self.data.dictionary(Domain::Diagnosis).text(code.0))
    }
}
