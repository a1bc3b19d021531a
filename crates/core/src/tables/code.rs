//! Columns that hold one word of a list.

use super::value::{Cell, Kind};

/// The accepted words of a coded column. Any other word becomes `other` and is counted.
#[derive(Debug, PartialEq, Eq)]
pub struct CodeList {
    /// The list's name, such as `visit_type`.
    pub name: &'static str,
    /// The words, by stored number.
    pub words: &'static [&'static str],
    /// The stored number of `other`.
    pub other: u8,
}

macro_rules! codes {
    ($($(#[doc = $doc:literal])* $name:ident = $list:literal { $($variant:ident $word:literal),* $(,)? })*) => {$(
        $(#[doc = $doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u8)]
        pub enum $name {
            $(#[doc = concat!("`", $word, "`")] $variant,)*
            /// Any word that the list does not know.
            Other,
        }

        impl $name {
            /// Every value, by stored number.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)* Self::Other];
            /// The words of the list.
            pub const LIST: CodeList =
                CodeList { name: $list, words: &[$($word,)* "other"], other: Self::Other as u8 };

            /// The word as written in the tables.
            pub fn word(self) -> &'static str {
                Self::LIST.words[self as usize]
            }
        }

        impl Cell for $name {
            type Stored = u8;
            const KIND: Kind = Kind::Code(&Self::LIST);
            const NULL: u8 = u8::MAX;
            fn load(stored: u8) -> Option<Self> {
                Self::ALL.get(stored as usize).copied()
            }
        }
    )*};
}

codes! {
    /// The kind of attendance.
    VisitType = "visit_type" {
        Inpatient "inpatient", Outpatient "outpatient", Emergency "emergency", Observation "observation", Chronic "chronic",
        DaySurgery "day_surgery", Maternity "maternity", HomeBed "home_bed", Internet "internet", Pharmacy "pharmacy",
    }
    /// How a claim was settled.
    SettledHow = "settled_how" { Online "online", Manual "manual", OutOfArea "out_of_area" }
    /// How the patient came in.
    AdmissionWay = "admission_way" { Emergency "emergency", Outpatient "outpatient", Transfer "transfer" }
    /// How the patient left.
    DischargeWay = "discharge_way" {
        Ordered "ordered", TransferHospital "transfer_hospital", TransferCommunity "transfer_community", Unordered "unordered",
        Death "death",
    }
    /// How the fund pays the claim.
    PaymentMethod = "payment_method" {
        Item "item", Drg "drg", Dip "dip", PerDiem "per_diem", SingleDisease "single_disease", Capitation "capitation",
        PerVisit "per_visit",
    }
    /// Where a group-paid case lies in its group.
    GroupCase = "group_case" { Normal "normal", High "high", Low "low", ItemPaid "item_paid" }
    /// The fee category of a line.
    Category = "category" {
        Bed "bed", Consultation "consultation", Exam "exam", Lab "lab", Treatment "treatment", Surgery "surgery",
        Nursing "nursing", Consumable "consumable", WesternDrug "western_drug", HerbalSlice "herbal_slice",
        PatentDrug "patent_drug", General "general", Registration "registration",
    }
    /// Sex as registered.
    Sex = "sex" { Male "male", Female "female" }
    /// The kind of provider.
    ProviderKind = "kind" { Hospital "hospital", Clinic "clinic", Pharmacy "pharmacy" }
    /// A movement of stock.
    Movement = "movement" {
        Opening "opening", Purchase "purchase", PurchaseReturn "purchase_return", Made "made", Sale "sale",
        SaleReturn "sale_return", TransferIn "transfer_in", TransferOut "transfer_out", InternalUse "internal_use",
        Loss "loss", Closing "closing",
    }
    /// What a limit of payment is about.
    LimitKind = "limit_kind" { Sex "sex", Age "age", Level "level", Setting "setting", Insurance "insurance" }
    /// How near to each other two items stand: on one day, in one visit, in one hour of the clock, or within so many hours.
    PairScope = "pair_scope" { Day "day", Visit "visit", Hour "hour", Hours "hours" }
    /// A period in which something is counted.
    Period = "period" { Day "day", Visit "visit", Week "week", Month "month", Year "year" }
    /// What a trace code is on.
    TraceKind = "code_kind" { Drug "drug", Device "device" }
}

impl Category {
    /// Western, patent or herbal drug.
    pub fn is_drug(self) -> bool {
        matches!(self, Self::WesternDrug | Self::PatentDrug | Self::HerbalSlice)
    }

    /// Drugs and consumables: what a store holds.
    pub fn is_goods(self) -> bool {
        self.is_drug() || self == Self::Consumable
    }

    /// Services for which the patient must be there: bed, consultation, examination, laboratory, treatment, surgery, nursing.
    pub fn needs_presence(self) -> bool {
        use Category::{Bed, Consultation, Exam, Lab, Nursing, Surgery, Treatment};
        matches!(self, Bed | Consultation | Exam | Lab | Treatment | Surgery | Nursing)
    }

    /// Bed, nursing and consultation: what lying in hospital costs by the day, whatever is done.
    pub fn is_daily_fee(self) -> bool {
        matches!(self, Self::Bed | Self::Nursing | Self::Consultation)
    }

    /// Drugs, consumables, tests, treatments and operations: what is done for the patient.
    pub fn is_care(self) -> bool {
        self.is_drug() || matches!(self, Self::Exam | Self::Lab | Self::Treatment | Self::Surgery | Self::Consumable)
    }
}

impl PaymentMethod {
    /// Whether the fund pays a fixed sum instead of the items.
    pub fn is_group(self) -> bool {
        !matches!(self, Self::Item | Self::Other)
    }
}

impl DischargeWay {
    /// Whether the patient went on to another provider.
    pub fn is_transfer(self) -> bool {
        matches!(self, Self::TransferHospital | Self::TransferCommunity)
    }
}
