//! The time of day from where it is known.

use super::text::plain;
use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, StringArray};
use arrow_schema::ArrowError;
use std::sync::Arc;

/// The first value of each row, or where it has no time of day, the first other value on the same day that has one.
pub(super) fn finest(columns: &[ArrayRef]) -> Result<ArrayRef, ArrowError> {
    let columns = columns.iter().map(plain).collect::<Result<Vec<_>, _>>()?;
    let texts: Vec<&StringArray> = columns.iter().map(AsArray::as_string::<i32>).collect();
    let rows = texts.first().map_or(0, |column: &&StringArray| column.len());
    let cells = |row: usize| texts.iter().filter(move |column| column.is_valid(row)).map(move |column| column.value(row));
    Ok(Arc::new((0..rows).map(|row| pick(cells(row))).collect::<StringArray>()))
}

fn pick<'a>(mut values: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let first = values.next()?;
    let (day, has_clock) = divide(first);
    if has_clock || day.is_none() {
        return Some(first);
    }
    Some(values.find(|value| divide(value) == (day, true)).unwrap_or(first))
}

/// The day in a text, and whether a time of day other than midnight follows it.
fn divide(text: &str) -> (Option<(u32, u32, u32)>, bool) {
    let text = text.trim();
    let (day, rest) = match text.split_at_checked(8) {
        Some((day, rest)) if day.bytes().all(|byte| byte.is_ascii_digit()) => {
            ((day[..4].parse().ok(), day[4..6].parse().ok(), day[6..].parse().ok()), rest)
        }
        _ => {
            let (date, rest) = text.split_at(text.find([' ', 'T']).unwrap_or(text.len()));
            let mut parts = date.split(['-', '/', '.']).map(|part| part.parse().ok());
            let mut next = || parts.next().flatten();
            ((next(), next(), next()), rest)
        }
    };
    let day = if let (Some(year), Some(month), Some(day)) = day { Some((year, month, day)) } else { None };
    (day, rest.bytes().any(|byte| matches!(byte, b'1'..=b'9')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hour_is_taken_from_the_same_day_only() {
        for (values, expected) in [
            (&["2024-05-01", "2024-05-01 08:30:00"][..], "2024-05-01 08:30:00"),
            (&["2024-05-01 00:00:00", "20240501083000"], "20240501083000"),
            (&["2024-05-01", "2024/5/1T08:30"], "2024/5/1T08:30"),
            (&["2024-05-01", "2024-05-02 08:30:00"], "2024-05-01"),
            (&["2024-05-01 07:00:00", "2024-05-01 08:30:00"], "2024-05-01 07:00:00"),
            (&["unknown", "2024-05-01 08:30:00"], "unknown"),
            (&["2024-05-01", "2024-05-01"], "2024-05-01"),
        ] {
            assert_eq!(pick(values.iter().copied()), Some(expected), "{values:?}");
        }
        assert_eq!(pick([].into_iter()), None);
    }
}
