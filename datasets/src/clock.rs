//! Local days and seconds without a time zone: days count from 1970-01-01, times are seconds from that midnight.

/// Days since 1970-01-01.
pub(crate) type Day = i32;
/// Local seconds since 1970-01-01T00:00:00.
pub(crate) type Time = i64;

pub(crate) const MINUTE: i64 = 60;
pub(crate) const HOUR: i64 = 3_600;
pub(crate) const DAY: i64 = 86_400;

/// The covered year: every honest visit starts in it; only year-end settlements and late billing reach beyond.
pub(crate) const YEAR: i32 = 2025;
pub(crate) const FIRST_DAY: Day = day(YEAR, 1, 1);
pub(crate) const LAST_DAY: Day = day(YEAR, 12, 31);

/// Day number of a civil date (Hinnant, "chrono-compatible low-level date algorithms", `days_from_civil`).
pub(crate) const fn day(year: i32, month: i32, day_of_month: i32) -> Day {
    let shifted = if month <= 2 { year - 1 } else { year };
    let era = shifted.div_euclid(400);
    let year_of_era = shifted.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day_of_month - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

/// Civil (year, month, day of month) of a day number, the inverse of [`day`].
pub(crate) const fn civil(day: Day) -> (i32, i32, i32) {
    let shifted = day + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day_of_month = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    let year = era * 400 + year_of_era + if month <= 2 { 1 } else { 0 };
    (year, month, day_of_month)
}

/// Whole months since January of the covered year; the following January is 12.
pub(crate) const fn month_index(day: Day) -> i32 {
    let (year, month, _) = civil(day);
    (year - YEAR) * 12 + month - 1
}

/// Midnight that begins a day.
pub(crate) const fn midnight(day: Day) -> Time {
    day as Time * DAY
}

/// A time of day.
pub(crate) const fn at(day: Day, hour: i64, minute: i64) -> Time {
    midnight(day) + hour * HOUR + minute * MINUTE
}

/// The day a time falls on.
pub(crate) const fn day_of(time: Time) -> Day {
    time.div_euclid(DAY) as Day
}

/// Saturday or Sunday (1970-01-01 was a Thursday).
pub(crate) const fn is_weekend(day: Day) -> bool {
    matches!((day + 3).rem_euclid(7), 5 | 6)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn civil_dates_round_trip() {
        assert_eq!(day(1970, 1, 1), 0);
        assert_eq!(day(2000, 3, 1), 11_017);
        for number in (-40_000..40_000).step_by(37) {
            let (year, month, day_of_month) = civil(number);
            assert_eq!(day(year, month, day_of_month), number);
        }
    }

    #[test]
    fn weekends_and_months() {
        assert!(is_weekend(day(2025, 1, 4)) && is_weekend(day(2025, 1, 5)));
        assert!(!is_weekend(day(2025, 1, 6)));
        assert_eq!(month_index(day(2025, 12, 31)), 11);
        assert_eq!(month_index(day(2026, 1, 1)), 12);
    }
}
