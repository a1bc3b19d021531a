//! Ways of attendance and insurances as limits name them, and what a claim counts as.
//!
//! Where practice or law lets a claim count as several, it counts as each of them, so that a limit is broken only when no reading meets it.

use crate::tables::value::VisitType;

/// A set of words out of a short list, one bit each.
pub(crate) trait Words: Copy + Sized {
    /// The words, by bit.
    const LIST: &'static [&'static str];

    fn of_bits(bits: u8) -> Self;

    fn bits(self) -> u8;

    /// The known words of a text; `None` where there is none.
    fn of_words(text: &str) -> Option<Self> {
        let text = text.to_ascii_lowercase();
        let bit = |word: &str| Self::LIST.iter().position(|known| *known == word).map_or(0, |at| 1 << at);
        let bits = text.split(|letter: char| !letter.is_ascii_lowercase()).map(bit).fold(0, |bits: u8, bit: u8| bits | bit);
        (bits != 0).then(|| Self::of_bits(bits))
    }

    fn overlaps(self, other: Self) -> bool {
        self.bits() & other.bits() != 0
    }

    /// Its words, joined by "or".
    fn words(self) -> String {
        let words = Self::LIST.iter().enumerate().filter(|(at, _)| self.bits() & (1 << at) != 0);
        words.map(|(_, word)| *word).collect::<Vec<_>>().join(" or ")
    }
}

/// Ways of attendance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Settings(u8);

impl Words for Settings {
    const LIST: &'static [&'static str] = &["inpatient", "outpatient", "emergency"];

    fn of_bits(bits: u8) -> Self {
        Self(bits)
    }

    fn bits(self) -> u8 {
        self.0
    }
}

impl Settings {
    const INPATIENT: u8 = 1;
    const OUTPATIENT: u8 = 2;
    const EMERGENCY: u8 = 4;

    /// What a visit counts as: observation may end in admission, and a day in hospital is settled as either.
    pub(crate) fn of_visit(visit: VisitType) -> Option<Self> {
        let bits = match visit {
            VisitType::Inpatient => Self::INPATIENT,
            VisitType::DaySurgery | VisitType::HomeBed | VisitType::Maternity => Self::INPATIENT | Self::OUTPATIENT,
            VisitType::Observation => Self::INPATIENT | Self::OUTPATIENT | Self::EMERGENCY,
            VisitType::Emergency => Self::OUTPATIENT | Self::EMERGENCY,
            VisitType::Outpatient | VisitType::Chronic | VisitType::Internet | VisitType::Pharmacy => Self::OUTPATIENT,
            VisitType::Other => return None,
        };
        Some(Self(bits))
    }
}

/// Insurances.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Insurances(u8);

impl Words for Insurances {
    const LIST: &'static [&'static str] = &["employee", "resident", "injury", "maternity"];

    fn of_bits(bits: u8) -> Self {
        Self(bits)
    }

    fn bits(self) -> u8 {
        self.0
    }
}

impl Insurances {
    const EMPLOYEE: u8 = 1;
    const RESIDENT: u8 = 2;
    const INJURY: u8 = 4;
    const MATERNITY: u8 = 8;

    /// What a claim counts as, by the national code or the words of its insurance. Maternity insurance has been paid out of the employees' fund
    /// since 2020, and childbirth of residents out of theirs.
    pub(crate) fn of_claim(insurance: &str, is_maternity: bool) -> Option<Self> {
        let own = Self::named(insurance)?;
        let maternity = if own == Self::EMPLOYEE || (own == Self::RESIDENT && is_maternity) { Self::MATERNITY } else { 0 };
        Some(Self(own | maternity))
    }

    fn named(insurance: &str) -> Option<u8> {
        let lower = insurance.to_ascii_lowercase();
        let has = |words: &[&str]| words.iter().any(|word| lower.contains(word));
        if has(&["工伤", "injury"]) {
            return Some(Self::INJURY);
        } else if has(&["职工", "employee"]) {
            return Some(Self::EMPLOYEE);
        } else if has(&["居民", "新农合", "resident"]) {
            return Some(Self::RESIDENT);
        } else if has(&["生育", "maternity"]) {
            return Some(Self::MATERNITY);
        }
        match insurance.as_bytes() {
            [b'4', b'0'..=b'9', b'0'..=b'9'] => Some(Self::INJURY),
            [b'5', b'0'..=b'9', b'0'..=b'9'] => Some(Self::MATERNITY),
            [b'3', b'8' | b'9', b'0'..=b'9'] => Some(Self::RESIDENT),
            [b'3', b'0'..=b'7', b'0'..=b'9'] => Some(Self::EMPLOYEE),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_read_whatever_stands_between_them() {
        let words = |text| Settings::of_words(text).map(Settings::words);
        assert_eq!(words("inpatient"), Some("inpatient".to_owned()));
        assert_eq!(words("Emergency; inpatient"), Some("inpatient or emergency".to_owned()));
        assert_eq!(words("ward emergency"), Some("emergency".to_owned()));
        assert_eq!((words(""), words("住院")), (None, None));
    }

    #[test]
    fn insurances_are_known_by_code_and_by_word() {
        let words = |text, is_maternity| Insurances::of_claim(text, is_maternity).map(Insurances::words);
        assert_eq!(words("310", false), Some("employee or maternity".to_owned()));
        assert_eq!(words("城乡居民基本医疗保险", true), Some("resident or maternity".to_owned()));
        assert_eq!((words("390", false), words("391", false)), (Some("resident".to_owned()), Some("resident".to_owned())));
        assert_eq!((words("410", false), words("工伤保险", true)), (Some("injury".to_owned()), Some("injury".to_owned())));
        assert_eq!((words("510", false), words("生育保险", false)), (Some("maternity".to_owned()), Some("maternity".to_owned())));
        assert_eq!((words("", false), words("31", false), words("其他", true)), (None, None, None));
    }
}
