//! Exact sums of numbers in any form, without a float in between.

use super::text::plain;
use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, StringArray};
use arrow_schema::ArrowError;
use std::fmt;
use std::sync::Arc;

/// Digits and the number of them behind the point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Decimal {
    digits: i128,
    scale: u32,
}

impl Decimal {
    const MOST_DIGITS: usize = 30;

    pub(super) fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let (is_negative, number) = match text.strip_prefix('-') {
            Some(number) => (true, number),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let (whole, part) = number.split_once('.').unwrap_or((number, ""));
        let count = whole.len() + part.len();
        if count == 0 || count > Self::MOST_DIGITS || !whole.bytes().chain(part.bytes()).all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let digits = whole.bytes().chain(part.bytes()).fold(0, |digits, byte| digits * 10 + i128::from(byte - b'0'));
        Some(Self { digits: if is_negative { -digits } else { digits }, scale: part.len() as u32 })
    }

    /// So many units of the given scale.
    pub(super) fn of(digits: i128, scale: u32) -> Self {
        Self { digits, scale }
    }

    /// The number in units of a scale, digits behind it cut off; `None` where it is too large.
    pub(super) fn in_scale(self, scale: u32) -> Option<i128> {
        match scale.checked_sub(self.scale) {
            Some(missing) => self.digits.checked_mul(10_i128.checked_pow(missing)?),
            None => Some(self.digits / 10_i128.checked_pow(self.scale - scale)?),
        }
    }

    fn plus(self, other: Self) -> Option<Self> {
        let scale = self.scale.max(other.scale);
        let widen = |number: Self| 10_i128.checked_pow(scale - number.scale).and_then(|power| number.digits.checked_mul(power));
        Some(Self { digits: widen(self)?.checked_add(widen(other)?)?, scale })
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.digits < 0 { "-" } else { "" };
        let digits = self.digits.unsigned_abs();
        let scale = self.scale as usize;
        if scale == 0 {
            return write!(f, "{sign}{digits}");
        }
        let text = format!("{digits:0>width$}", width = scale + 1);
        let (whole, part) = text.split_at(text.len() - scale);
        write!(f, "{sign}{whole}.{part}")
    }
}

/// The sum of each row. A cell that is not a number takes the place of the sum, so that it is seen and refused where values are checked.
pub(super) fn sum(columns: &[ArrayRef], missing: Option<&str>) -> Result<ArrayRef, ArrowError> {
    let columns = columns.iter().map(plain).collect::<Result<Vec<_>, _>>()?;
    let texts: Vec<&StringArray> = columns.iter().map(AsArray::as_string::<i32>).collect();
    let rows = texts.first().map_or(0, |column: &&StringArray| column.len());
    let sums = (0..rows).map(|row| add(texts.iter().map(|column| column.is_valid(row).then(|| column.value(row)).or(missing))));
    Ok(Arc::new(sums.collect::<StringArray>()))
}

fn add<'a>(cells: impl Iterator<Item = Option<&'a str>>) -> Option<String> {
    let mut total = Decimal { digits: 0, scale: 0 };
    for cell in cells {
        let cell = cell?;
        let Some(sum) = Decimal::parse(cell).and_then(|number| total.plus(number)) else { return Some(cell.to_owned()) };
        total = sum;
    }
    Some(total.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_exact() {
        let sum = |cells: &[&str]| add(cells.iter().map(|cell| Some(*cell)));
        assert_eq!(sum(&["0.1", "0.2"]).as_deref(), Some("0.3"));
        assert_eq!(sum(&["-5", "4.995"]).as_deref(), Some("-0.005"));
        assert_eq!(sum(&["9000", "+1068"]).as_deref(), Some("10068"));
        assert_eq!(sum(&["99999999999999999.99", "0.01"]).as_deref(), Some("100000000000000000.00"));
    }

    #[test]
    fn a_cell_that_is_no_number_is_handed_on() {
        for bad in ["12a", "", ".", "1.2.3", "--1", "1e5", "1234567890123456789012345678901"] {
            assert_eq!(add([Some("1"), Some(bad)].into_iter()).as_deref(), Some(bad), "{bad}");
        }
    }

    #[test]
    fn missing_counts_as_told() {
        let column: ArrayRef = Arc::new(StringArray::from(vec![Some("7"), None]));
        let sums = |missing| {
            sum(&[column.clone(), column.clone()], missing)
                .expect("sums")
                .as_string::<i32>()
                .iter()
                .map(|text| text.map(str::to_owned))
                .collect::<Vec<_>>()
        };
        assert_eq!(sums(Some("0")), [Some("14".to_owned()), Some("0".to_owned())]);
        assert_eq!(sums(None), [Some("14".to_owned()), None]);
    }
}
