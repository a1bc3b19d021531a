//! Moments and days as they stand in texts, `YYYY-MM-DD` with or without a time of day.

use crate::clock::{Day, day};

/// The first characters, such as the year.
pub(super) fn head(text: &str, length: usize) -> &str {
    text.get(..length).unwrap_or_default()
}

fn day_number(moment: &str) -> Option<Day> {
    let part = |range: std::ops::Range<usize>| moment.get(range)?.parse().ok();
    Some(day(part(0..4)?, part(5..7)?, part(8..10)?))
}

/// Calendar days from one moment to another, both ends counted.
pub(super) fn days(from: &str, to: &str) -> Option<i32> {
    Some(day_number(to)? - day_number(from)? + 1)
}

/// Whole years from a birth to a day.
pub(super) fn years(born: &str, on: &str) -> Option<i32> {
    let year = |moment: &str| head(moment, 4).parse::<i32>().ok();
    let is_before = born.get(5..10)? > on.get(5..10)?;
    Some((year(on)? - year(born)? - i32::from(is_before)).max(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_years_count_as_on_a_bill() {
        assert_eq!(days("2025-02-27 10:00:00", "2025-03-01"), Some(3));
        assert_eq!(days("2025-02-27", ""), None);
        assert_eq!(years("1957-04-19", "2025-04-18 08:00:00"), Some(67));
        assert_eq!(years("1957-04-19", "2025-04-19"), Some(68));
        assert_eq!(years("", "2025-04-19"), None);
    }
}
