//! The kinds of value a canonical column can hold, and how each is kept in memory.
//!
//! Every value has one compact stored form with a null of its own, so that a column is one plain vector without a validity bitmap.

pub use super::code::*;
use serde::{Deserialize, Serialize};

/// Money in fen, the hundredth part of a yuan.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Fen(pub i64);

/// An amount of goods or services, scaled by 10⁴.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Quantity(pub i64);

/// A price per unit in yuan, scaled by 10⁶.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UnitPrice(pub i64);

/// A calendar day, counted from 1970-01-01.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(pub i32);

/// A local moment to the second, counted from 1970-01-01 00:00:00; it reaches to the year 2106.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Time(pub u32);

/// A text in the shared text dictionary.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Text(pub u32);

/// Seconds in a day.
pub const SECONDS_PER_DAY: u32 = 86_400;

impl Fen {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// The amount without its sign.
    #[must_use]
    pub fn abs(self) -> Self {
        Self(self.0.saturating_abs())
    }

    /// This amount times `part / whole`, rounded half away from zero; `whole` must not be 0 (0 gives 0).
    #[must_use]
    pub fn share(self, part: i64, whole: i64) -> Self {
        Self(round_ratio(i128::from(self.0) * i128::from(part), i128::from(whole)))
    }

    /// The amount in yuan, for display and statistics; never summed.
    pub fn yuan(self) -> f64 {
        self.0 as f64 / 100.0
    }
}

/// `numerator / denominator` rounded half away from zero and saturated to 64 bits; 0 for a zero denominator.
pub(crate) fn round_ratio(numerator: i128, denominator: i128) -> i64 {
    if denominator == 0 {
        return 0;
    }
    let negative = (numerator < 0) != (denominator < 0);
    let (numerator, denominator) = (numerator.unsigned_abs(), denominator.unsigned_abs());
    let rounded = (numerator + denominator / 2) / denominator;
    let rounded = i64::try_from(rounded).unwrap_or(i64::MAX);
    if negative { -rounded } else { rounded }
}

impl std::ops::Add for Fen {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl std::ops::Sub for Fen {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl std::ops::AddAssign for Fen {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl std::iter::Sum for Fen {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        amounts.fold(Self::ZERO, |sum, amount| sum + amount)
    }
}

impl std::fmt::Display for Fen {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let fen = self.0.unsigned_abs();
        f.pad(&format!("{sign}{}.{:02}", fen / 100, fen % 100))
    }
}

impl UnitPrice {
    /// The charge for a quantity at this price, rounded half away from zero to fen.
    #[must_use]
    pub fn times(self, quantity: Quantity) -> Fen {
        Fen(round_ratio(i128::from(self.0) * i128::from(quantity.0), 100_000_000))
    }
}

impl Time {
    /// Midnight at the start of a day; clamped to the range of [`Time`].
    #[must_use]
    pub fn midnight(date: Date) -> Self {
        let seconds = i64::from(date.0) * i64::from(SECONDS_PER_DAY);
        Self(u32::try_from(seconds.max(0)).unwrap_or(u32::MAX - 1))
    }

    /// The calendar day.
    #[must_use]
    pub fn date(self) -> Date {
        Date((self.0 / SECONDS_PER_DAY) as i32)
    }

    /// Whether the moment is exactly midnight, as it is for data that hold dates only.
    pub fn is_midnight(self) -> bool {
        self.0.is_multiple_of(SECONDS_PER_DAY)
    }
}

impl Date {
    /// The day of a year, month (1 to 12) and day of month, if it exists.
    pub fn from_ymd(year: i32, month: u32, day: u32) -> Option<Self> {
        chrono::NaiveDate::from_ymd_opt(year, month, day).map(Self::from_chrono)
    }

    pub(crate) fn from_chrono(date: chrono::NaiveDate) -> Self {
        Self(i32::try_from(date.signed_duration_since(chrono::NaiveDate::default()).num_days()).unwrap_or(i32::MAX))
    }

    fn to_chrono(self) -> chrono::NaiveDate {
        let day = chrono::TimeDelta::try_days(i64::from(self.0)).unwrap_or_default();
        chrono::NaiveDate::default().checked_add_signed(day).unwrap_or(chrono::NaiveDate::MAX)
    }

    /// Year, month (1 to 12) and day of month.
    pub fn ymd(self) -> (i32, u32, u32) {
        use chrono::Datelike;
        let date = self.to_chrono();
        (date.year(), date.month(), date.day())
    }

    /// The first day of this day's month.
    #[must_use]
    pub fn month_start(self) -> Self {
        let (_, _, day) = self.ymd();
        Self(self.0 - day as i32 + 1)
    }

    /// The same day `years` later; 29 February becomes 28 February.
    #[must_use]
    pub fn plus_years(self, years: i32) -> Self {
        let (year, month, day) = self.ymd();
        Self::from_ymd(year + years, month, day).or_else(|| Self::from_ymd(year + years, month, day - 1)).unwrap_or(self)
    }
}

impl std::fmt::Display for Date {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(&self.to_chrono().format("%Y-%m-%d").to_string())
    }
}

impl std::fmt::Display for Time {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let second = self.0 % SECONDS_PER_DAY;
        f.pad(&format!("{} {:02}:{:02}:{:02}", self.date(), second / 3600, second / 60 % 60, second % 60))
    }
}

impl std::str::FromStr for Date {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        chrono::NaiveDate::parse_from_str(text, "%Y-%m-%d")
            .map(Self::from_chrono)
            .map_err(|_| format!("`{text}` is not a date of the form YYYY-MM-DD"))
    }
}

macro_rules! domains {
    ($($(#[doc = $doc:literal])* $domain:ident $id:ident;)*) => {
        /// A family of identifiers that shares one dictionary across all tables.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Domain {
            $($(#[doc = $doc])* $domain,)*
            /// Order or prescription number; only its texts, where they are kept (see [`Mark`](Kind::Mark)).
            Order,
            /// Free text of all columns.
            Text,
        }

        impl Domain {
            /// Every domain, in declaration order.
            pub const ALL: &'static [Domain] = &[$(Domain::$domain,)* Domain::Order, Domain::Text];
        }

        $(
            $(#[doc = $doc])*
            #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
            pub struct $id(pub u32);

            impl $id {
                /// The position in tables that are aligned with this identifier.
                pub fn index(self) -> usize {
                    self.0 as usize
                }
            }

            impl Cell for $id {
                type Stored = u32;
                const KIND: Kind = Kind::Key(Domain::$domain);
                const NULL: u32 = u32::MAX;
                fn load(stored: u32) -> Option<Self> {
                    (stored != Self::NULL).then_some(Self(stored))
                }
            }
        )*
    };
}

domains! {
    /// Settlement number.
    Claim ClaimId;
    /// Attendance number.
    Visit VisitKey;
    /// Insured or self-paying person.
    Person PersonId;
    /// Hospital, clinic or pharmacy.
    Provider ProviderId;
    /// Doctor, nurse, pharmacist, operator.
    Staff StaffId;
    /// Catalogue item (national code).
    Item ItemId;
    /// Diagnosis or chronic-disease code.
    Diagnosis DiagnosisId;
    /// Procedure code.
    Procedure ProcedureId;
    /// Payment group (DRG, DIP).
    Group GroupId;
    /// Provider group (`group_id`).
    Alliance AllianceId;
    /// Administrative region.
    Region RegionId;
    /// Household.
    Household HouseholdId;
    /// Employer.
    Employer EmployerId;
    /// Telephone number.
    Phone PhoneId;
    /// Terminal, examination device.
    Device DeviceId;
    /// Invoice or receipt number.
    Invoice InvoiceId;
    /// Examination or laboratory report.
    Report ReportId;
    /// Drug or device trace code.
    Trace TraceId;
    /// Supplier.
    Supplier SupplierId;
    /// Stock-keeping unit of a provider.
    StockUnit StockUnitId;
}

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// An identifier of a domain.
    Key(Domain),
    /// An identifier that only tells equal from unequal, kept as a 64-bit hash of its text; the texts are kept on request
    /// ([`IntakeOptions::with_texts`](crate::intake::IntakeOptions)).
    Mark(Domain),
    /// A label unique to its row, kept as text.
    Label,
    /// One word of a list.
    Code(&'static CodeList),
    /// Money in yuan, kept as fen.
    Money,
    /// Quantity with four decimals.
    Quantity,
    /// Unit price with six decimals.
    UnitPrice,
    /// A number without exact meaning, such as a latitude.
    Number,
    /// A whole number.
    Integer,
    /// A local time to the second.
    Time,
    /// A day.
    Date,
    /// Yes or no.
    Flag,
}

/// Order or prescription number: a hash of its text, equal where the texts are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OrderId(pub u64);

impl Cell for OrderId {
    type Stored = u64;
    const KIND: Kind = Kind::Mark(Domain::Order);
    const NULL: u64 = u64::MAX;
    fn load(stored: u64) -> Option<Self> {
        (stored != Self::NULL).then_some(Self(stored))
    }
}

/// A value of a canonical column and its stored form.
pub trait Cell: Sized + Copy + Send + Sync + 'static {
    /// The stored form.
    type Stored: Copy + Send + Sync + PartialEq + std::fmt::Debug + 'static;
    /// What the column is.
    const KIND: Kind;
    /// The stored form of "nothing given".
    const NULL: Self::Stored;
    /// The value, unless nothing was given.
    fn load(stored: Self::Stored) -> Option<Self>;
}

macro_rules! numbers {
    ($($type:ident($stored:ty) = $kind:ident, null $null:expr;)*) => {$(
        impl Cell for $type {
            type Stored = $stored;
            const KIND: Kind = Kind::$kind;
            const NULL: $stored = $null;
            fn load(stored: $stored) -> Option<Self> {
                (stored != Self::NULL).then_some(Self(stored))
            }
        }
    )*};
}

numbers! {
    Fen(i64) = Money, null i64::MIN;
    Quantity(i64) = Quantity, null i64::MIN;
    UnitPrice(i64) = UnitPrice, null i64::MIN;
    Time(u32) = Time, null u32::MAX;
    Date(i32) = Date, null i32::MIN;
}

impl Cell for Text {
    type Stored = u32;
    const KIND: Kind = Kind::Key(Domain::Text);
    const NULL: u32 = u32::MAX;
    fn load(stored: u32) -> Option<Self> {
        (stored != Self::NULL).then_some(Self(stored))
    }
}

impl Cell for i32 {
    type Stored = i32;
    const KIND: Kind = Kind::Integer;
    const NULL: i32 = i32::MIN;
    fn load(stored: i32) -> Option<i32> {
        (stored != Self::NULL).then_some(stored)
    }
}

impl Cell for f64 {
    type Stored = f64;
    const KIND: Kind = Kind::Number;
    const NULL: f64 = f64::NAN;
    fn load(stored: f64) -> Option<f64> {
        (!stored.is_nan()).then_some(stored)
    }
}

impl Cell for bool {
    type Stored = u8;
    const KIND: Kind = Kind::Flag;
    const NULL: u8 = u8::MAX;
    fn load(stored: u8) -> Option<bool> {
        (stored != Self::NULL).then_some(stored == 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_prints_and_rounds_half_away_from_zero() {
        assert_eq!(Fen(-5).to_string(), "-0.05");
        assert_eq!(Fen(123_456).to_string(), "1234.56");
        assert_eq!(UnitPrice(1_005_000).times(Quantity(10_000)), Fen(101));
        assert_eq!(UnitPrice(1_005_000).times(Quantity(-10_000)), Fen(-101));
        assert_eq!(Fen(100).share(1, 3), Fen(33));
        assert_eq!(Fen(100).share(1, 0), Fen(0));
    }

    #[test]
    fn dates_round_trip() {
        let date: Date = "2024-02-29".parse().expect("a date");
        assert_eq!(date.to_string(), "2024-02-29");
        assert_eq!(date.plus_years(2).to_string(), "2026-02-28");
        assert_eq!(date.month_start().to_string(), "2024-02-01");
        assert_eq!(Time::midnight(date).date(), date);
        assert!(Time::midnight(date).is_midnight());
        assert_eq!(Time(Time::midnight(date).0 + 3_661).to_string(), "2024-02-29 01:01:01");
    }
}
