//! A claim and its lines while they are being written: plain records with numbers for every id.

use crate::clock::Time;
use crate::money::Fen;

/// Visit types of the canonical layout that the county uses.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum VisitType {
    Inpatient,
    Outpatient,
    Emergency,
    Observation,
    Chronic,
    DaySurgery,
    Maternity,
    HomeBed,
    Internet,
    Pharmacy,
}

impl VisitType {
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Inpatient => "inpatient",
            Self::Outpatient => "outpatient",
            Self::Emergency => "emergency",
            Self::Observation => "observation",
            Self::Chronic => "chronic",
            Self::DaySurgery => "day_surgery",
            Self::Maternity => "maternity",
            Self::HomeBed => "home_bed",
            Self::Internet => "internet",
            Self::Pharmacy => "pharmacy",
        }
    }
}

/// How a patient came in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Admission {
    Emergency,
    Outpatient,
    Transfer,
}

impl Admission {
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Emergency => "emergency",
            Self::Outpatient => "outpatient",
            Self::Transfer => "transfer",
        }
    }
}

/// How a patient left.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Discharge {
    Ordered,
    Transfer,
    Unordered,
    Death,
}

impl Discharge {
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Ordered => "ordered",
            Self::Transfer => "transfer_hospital",
            Self::Unordered => "unordered",
            Self::Death => "death",
        }
    }
}

/// What the store gave out for a line.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Supply {
    /// What was billed.
    Billed,
    /// So many hundredths of it.
    Part(u8),
    /// Nothing; a purchase is written into the book when the year ends.
    Backdated,
    /// The same goods under the code of this item.
    As(u16),
    /// Nothing: the goods came from elsewhere and never entered the book.
    Elsewhere,
    /// The same for a negotiated drug, which a second channel supplies.
    SecondChannel,
}

/// One charged item.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    pub(crate) item: u16,
    /// Ten-thousandths.
    pub(crate) quantity: i64,
    /// Millionths of a yuan.
    pub(crate) unit_price: i64,
    pub(crate) amount: Fen,
    pub(crate) in_scope: Fen,
    /// Stands beside a gross amount, or explains a net one; 0 = none.
    pub(crate) discount: Fen,
    pub(crate) charged_at: Time,
    pub(crate) executed_at: Option<Time>,
    /// Number of the order within its person.
    pub(crate) order: Option<u32>,
    pub(crate) executor: Option<u32>,
    /// 0 = unknown.
    pub(crate) days_supply: u8,
    pub(crate) is_discharge_drug: bool,
    /// Position within the claim of the line this one takes back.
    pub(crate) reverses: Option<u16>,
    pub(crate) supply: Supply,
}

impl Line {
    /// What the line adds to its claim's total: an amount equal to quantity × price is gross of its discount.
    pub(crate) fn billed(&self) -> Fen {
        let gross = self.amount == crate::money::amount(self.quantity, self.unit_price);
        if gross { self.amount - self.discount } else { self.amount }
    }
}

/// Settled amounts; see [`crate::settle`].
#[derive(Clone, Default, Debug)]
pub(crate) struct Bill {
    pub(crate) total: Fen,
    pub(crate) in_scope: Fen,
    pub(crate) deductible: Fen,
    /// Share of in-scope money above the deductible that the fund pays, in percent.
    pub(crate) share: i64,
    pub(crate) fund: Fen,
    pub(crate) account: Fen,
    /// What the fund pays the provider for a group-paid stay.
    pub(crate) payment: Option<Fen>,
    pub(crate) case: Option<&'static str>,
}

impl Bill {
    pub(crate) fn self_paid(&self) -> Fen {
        self.total - self.in_scope
    }

    pub(crate) fn cash(&self) -> Fen {
        self.total - self.fund - self.account
    }

    /// The fund's loss if the whole claim were void.
    pub(crate) fn fund_loss(&self) -> Fen {
        self.payment.unwrap_or(self.fund)
    }
}

/// The number on the invoice of a claim.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Invoice {
    /// One of its own; none at a provider that records dates only.
    Own,
    /// One that several claims name, by a number of the scene.
    Shared(u64),
    /// What a clerk typed.
    Typed(&'static str),
}

/// A planted pattern on a claim.
#[derive(Clone, Debug)]
pub(crate) struct Mark {
    /// Position in [`crate::KINDS`].
    pub(crate) kind: usize,
    pub(crate) loss: Fen,
}

/// One settlement.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a column or a fact about the case")]
pub(crate) struct Claim {
    pub(crate) provider: u32,
    pub(crate) visit_type: VisitType,
    /// Number of the visit within its person; `None` leaves `visit_id` empty.
    pub(crate) visit: Option<u32>,
    pub(crate) started_at: Time,
    pub(crate) ended_at: Time,
    pub(crate) settled_at: Time,
    pub(crate) is_manual: bool,
    pub(crate) is_insured: bool,
    pub(crate) is_refund: bool,
    pub(crate) is_interim: bool,
    pub(crate) is_newborn: bool,
    /// Position, among the person's claims as pushed, of the claim a refund takes back.
    pub(crate) original: Option<usize>,
    /// The telephone number given, where it is not the household's.
    pub(crate) phone: Option<u64>,
    pub(crate) illness: u16,
    pub(crate) secondary: Option<u16>,
    pub(crate) doctor: Option<u32>,
    pub(crate) admission: Option<Admission>,
    pub(crate) discharge: Option<Discharge>,
    pub(crate) transferred_from: Option<u32>,
    /// Leave from the ward, as the register has it.
    pub(crate) leave: Option<(Time, Time)>,
    /// Paid by diagnosis group when settled.
    pub(crate) by_group: bool,
    pub(crate) has_operation: bool,
    pub(crate) invoice: Invoice,
    /// The way of payment, where it is neither by group nor by item.
    pub(crate) method: Option<&'static str>,
    /// Number of the terminal within its provider.
    pub(crate) terminal: u8,
    pub(crate) bill: Bill,
    pub(crate) lines: Vec<Line>,
    pub(crate) marks: Vec<Mark>,
}

impl Claim {
    /// Nights between the dates of its start and end.
    pub(crate) fn nights(&self) -> i32 {
        crate::clock::day_of(self.ended_at) - crate::clock::day_of(self.started_at)
    }
}
