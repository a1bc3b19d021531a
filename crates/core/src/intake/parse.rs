//! Single values from text: exact decimals, dates, times, flags.

use crate::tables::value::{Date, SECONDS_PER_DAY, Time};

/// A parsed number and whether digits were rounded away.
pub(super) type Rounded = (i64, bool);

const NOT_A_NUMBER: &str = "not a number; write it with digits and at most one decimal point";
pub(super) const TOO_LARGE: &str = "too large a number";

/// Reads a decimal number, scaled by `10^scale`, rounding half away from zero.
#[inline]
pub(super) fn decimal(text: &str, scale: u32) -> Result<Rounded, &'static str> {
    let (negative, digits) = match text.as_bytes() {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        all => (false, all),
    };
    match short_decimal(digits, scale) {
        Some(magnitude) => Ok((if negative { -magnitude } else { magnitude }, false)),
        None => any_decimal(text, negative, digits, scale),
    }
}

/// A number of up to 12 characters with no more decimals than are kept, which can neither overflow nor be rounded; `None` for any other text.
#[inline]
fn short_decimal(digits: &[u8], scale: u32) -> Option<i64> {
    const POWERS: [i64; 7] = [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000];
    if digits.len() > 12 {
        return None;
    }
    let (mut value, mut places, mut point) = (0_i64, 0, None);
    for &byte in digits {
        match byte {
            b'0'..=b'9' => {
                value = 10 * value + i64::from(byte - b'0');
                places += 1;
            }
            b'.' if point.is_none() => point = Some(places),
            _ => return None,
        }
    }
    let decimals = point.map_or(0, |whole| places - whole);
    let missing = (scale as usize).checked_sub(decimals)?;
    (places > 0).then_some(value * POWERS.get(missing)?)
}

fn any_decimal(text: &str, negative: bool, digits: &[u8], scale: u32) -> Result<Rounded, &'static str> {
    if digits.iter().any(|byte| matches!(byte, b'e' | b'E')) {
        let number: f64 = text.parse().map_err(|_| NOT_A_NUMBER)?;
        return from_float(number, scale);
    }
    let mut scaled: i64 = 0;
    let mut decimals = None;
    let (mut seen, mut round_up, mut rounded) = (false, false, false);
    for &byte in digits {
        match byte {
            b'0'..=b'9' => {
                seen = true;
                let digit = i64::from(byte - b'0');
                if decimals.is_some_and(|count| count >= scale) {
                    round_up |= decimals == Some(scale) && digit >= 5;
                    rounded |= digit != 0;
                } else {
                    scaled = scaled.checked_mul(10).and_then(|value| value.checked_add(digit)).ok_or(TOO_LARGE)?;
                }
                decimals = decimals.map(|count| count + 1);
            }
            b'.' if decimals.is_none() => decimals = Some(0),
            _ => return Err(NOT_A_NUMBER),
        }
    }
    if !seen {
        return Err(NOT_A_NUMBER);
    }
    let missing = scale.saturating_sub(decimals.unwrap_or(0));
    let magnitude = 10_i64
        .checked_pow(missing)
        .and_then(|factor| scaled.checked_mul(factor))
        .and_then(|value| value.checked_add(i64::from(round_up)))
        .ok_or(TOO_LARGE)?;
    Ok((if negative { -magnitude } else { magnitude }, rounded))
}

/// Scales a float by `10^scale`, rounding half away from zero; says whether more than float noise was rounded away.
pub(super) fn from_float(number: f64, scale: u32) -> Result<Rounded, &'static str> {
    if !number.is_finite() {
        return Err(NOT_A_NUMBER);
    }
    let scaled = number * 10_f64.powi(scale as i32);
    if scaled.abs() >= 9e18 {
        return Err(TOO_LARGE);
    }
    // The nearest float to a decimal lies within a few units in its last place; that is not a rounding worth counting.
    let noise = (scaled.abs() * 4.0 * f64::EPSILON).max(1e-9);
    let nudged = scaled + noise.copysign(scaled);
    Ok((nudged.round() as i64, (scaled - scaled.round()).abs() > noise))
}

/// Scales a whole number kept with `from` decimals to `scale` decimals.
pub(super) fn rescale(value: i128, from: i32, scale: u32) -> Result<Rounded, &'static str> {
    let shift = scale as i32 - from;
    if shift >= 0 {
        let factor = 10_i128.checked_pow(shift as u32).ok_or(TOO_LARGE)?;
        let scaled = value.checked_mul(factor).ok_or(TOO_LARGE)?;
        return Ok((i64::try_from(scaled).map_err(|_| TOO_LARGE)?, false));
    }
    let divisor = 10_i128.checked_pow(shift.unsigned_abs()).ok_or(TOO_LARGE)?;
    let half = if value < 0 { -divisor / 2 } else { divisor / 2 };
    let scaled = (value + half) / divisor;
    Ok((i64::try_from(scaled).map_err(|_| TOO_LARGE)?, value % divisor != 0))
}

fn number(bytes: &[u8]) -> Option<u32> {
    bytes.iter().try_fold(0_u32, |value, byte| {
        let digit = byte.is_ascii_digit().then(|| u32::from(byte - b'0'))?;
        value.checked_mul(10)?.checked_add(digit)
    })
}

const NOT_A_DATE: &str = "not a date; write YYYY-MM-DD, YYYY/MM/DD or YYYYMMDD";

/// Splits a leading date from a text and returns the rest.
fn leading_date(text: &str) -> Option<(Date, &str)> {
    let bytes = text.as_bytes();
    if bytes.len() >= 8 && bytes[..8].iter().all(u8::is_ascii_digit) {
        let date = Date::from_ymd(number(&bytes[..4])? as i32, number(&bytes[4..6])?, number(&bytes[6..8])?)?;
        return Some((date, &text[8..]));
    }
    let separator = *bytes.get(4)?;
    if !matches!(separator, b'-' | b'/' | b'.') {
        return None;
    }
    let length = |from: usize| bytes[from..].iter().take(2).take_while(|byte| byte.is_ascii_digit()).count();
    let month = length(5);
    let day_start = 5 + month + 1;
    if month == 0 || bytes.get(day_start - 1) != Some(&separator) || bytes.len() <= day_start {
        return None;
    }
    let day = length(day_start);
    if day == 0 {
        return None;
    }
    let date = Date::from_ymd(number(&bytes[..4])? as i32, number(&bytes[5..5 + month])?, number(&bytes[day_start..day_start + day])?)?;
    Some((date, &text[day_start + day..]))
}

/// The two digits at a place.
#[inline]
fn two_digits(bytes: &[u8], at: usize) -> Option<u32> {
    let digit = |at: usize| bytes.get(at).map(|byte| u32::from(byte.wrapping_sub(b'0'))).filter(|&digit| digit < 10);
    Some(10 * digit(at)? + digit(at + 1)?)
}

/// The usual spelling of a day, `YYYY-MM-DD`, at the start of a text; `None` for any other, which may still be a day.
#[inline]
fn usual_date(bytes: &[u8]) -> Option<Date> {
    let year = 100 * two_digits(bytes, 0)? + two_digits(bytes, 2)?;
    let (month, day) = (two_digits(bytes, 5)?, two_digits(bytes, 8)?);
    if (bytes[4], bytes[7]) == (b'-', b'-') { Date::from_ymd(year as i32, month, day) } else { None }
}

/// The usual spelling of a moment, `YYYY-MM-DD HH:MM:SS`; `None` for any other, which may still be a time.
#[inline]
fn usual_time(bytes: &[u8]) -> Option<(Date, u32)> {
    if bytes.len() != 19 || !matches!(bytes[10], b' ' | b'T') || (bytes[13], bytes[16]) != (b':', b':') {
        return None;
    }
    let field = |at: usize, limit: u32| two_digits(bytes, at).filter(|&value| value < limit);
    let second = field(11, 24)? * 3600 + field(14, 60)? * 60 + field(17, 60)?;
    Some((usual_date(bytes)?, second))
}

/// Reads a day; a time of day behind it is ignored.
pub(super) fn date(text: &str) -> Result<Date, &'static str> {
    if text.len() == 10
        && let Some(date) = usual_date(text.as_bytes())
    {
        return Ok(date);
    }
    let (date, rest) = leading_date(text).ok_or(NOT_A_DATE)?;
    if rest.is_empty() || matches!(rest.as_bytes()[0], b' ' | b'T') { Ok(date) } else { Err(NOT_A_DATE) }
}

const NOT_A_TIME: &str = "not a time; write YYYY-MM-DD HH:MM:SS or YYYY-MM-DD";
const OUT_OF_RANGE: &str = "a time outside 1970 to 2106; correct it, or leave it empty if it is not known";

/// Reads a local time; fractions of a second are dropped, a zone is converted to the data set's zone.
pub(super) fn time(text: &str, zone_seconds: i32) -> Result<Time, &'static str> {
    if let Some((date, second)) = usual_time(text.as_bytes()) {
        return from_seconds(i64::from(date.0) * i64::from(SECONDS_PER_DAY) + i64::from(second));
    }
    any_time(text, zone_seconds)
}

fn any_time(text: &str, zone_seconds: i32) -> Result<Time, &'static str> {
    let (date, rest) = leading_date(text).ok_or(NOT_A_TIME)?;
    let rest = rest.strip_prefix(['T', ' ']).unwrap_or(rest);
    let (clock, zone) = match rest.find(['Z', '+', '-']) {
        Some(at) => (&rest[..at], Some(&rest[at..])),
        None => (rest, None),
    };
    let mut second = i64::from(time_of_day(clock.trim_end()).ok_or(NOT_A_TIME)?);
    if let Some(zone) = zone {
        second += i64::from(zone_seconds) - i64::from(zone_offset(zone).ok_or(NOT_A_TIME)?);
    }
    from_seconds(i64::from(date.0) * i64::from(SECONDS_PER_DAY) + second)
}

/// A moment from seconds since 1970.
pub(super) fn from_seconds(seconds: i64) -> Result<Time, &'static str> {
    u32::try_from(seconds).ok().filter(|&second| second != u32::MAX).map(Time).ok_or(OUT_OF_RANGE)
}

/// A day from days since 1970. Days beyond the years 0 to 9999 cannot be meant, and would overflow where days are added.
pub(super) fn from_days(days: i64) -> Result<Date, &'static str> {
    let date = i32::try_from(days).map(Date).ok();
    date.filter(|date| (-719_528..=2_932_896).contains(&date.0)).ok_or("a date outside the years 0 to 9999; correct it, or leave it empty")
}

fn time_of_day(text: &str) -> Option<u32> {
    if text.is_empty() {
        return Some(0);
    }
    let whole = text.split(['.', ',']).next()?;
    let (hour, minute, second) = if whole.len() == 6 && !whole.contains(':') {
        (whole.get(..2)?, whole.get(2..4)?, whole.get(4..)?)
    } else {
        let mut parts = whole.split(':');
        let fields = (parts.next()?, parts.next()?, parts.next().unwrap_or("0"));
        if parts.next().is_some() {
            return None;
        }
        fields
    };
    let field = |text: &str, limit: u32| number(text.as_bytes()).filter(|&value| (1..=2).contains(&text.len()) && value < limit);
    Some(field(hour, 24)? * 3600 + field(minute, 60)? * 60 + field(second, 60)?)
}

fn zone_offset(text: &str) -> Option<i32> {
    let (sign, rest) = match text.as_bytes() {
        b"Z" => return Some(0),
        [b'+', ..] => (1, &text[1..]),
        [b'-', ..] => (-1, &text[1..]),
        _ => return None,
    };
    let digits: String = rest.chars().filter(|character| *character != ':').collect();
    let hours = number(digits.get(..2)?.as_bytes())?;
    let minutes = match digits.get(2..)? {
        "" => 0,
        rest => number(rest.as_bytes()).filter(|_| rest.len() == 2)?,
    };
    Some(sign * (hours * 3600 + minutes * 60) as i32)
}

/// Reads yes or no.
pub(super) fn flag(text: &str) -> Result<bool, &'static str> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "t" | "1" | "yes" | "y" | "是" => Ok(true),
        "false" | "f" | "0" | "no" | "n" | "否" => Ok(false),
        _ => Err("neither yes nor no; write true or false"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_are_exact() {
        assert_eq!(decimal("1234.5", 2), Ok((123_450, false)));
        assert_eq!(decimal("-0.005", 2), Ok((-1, true)));
        assert_eq!(decimal(".5", 2), Ok((50, false)));
        assert_eq!(decimal("7.", 2), Ok((700, false)));
        assert_eq!(decimal("1.2300", 2), Ok((123, false)));
        assert_eq!(decimal("1.5e3", 2), Ok((150_000, false)));
        for text in ["", "-", ".", "12O.50", "1,234.5", "1.2.3", "nan"] {
            assert!(decimal(text, 2).is_err(), "{text}");
        }
        assert!(decimal("99999999999999999999", 2).is_err());
        assert!(decimal("nan", 2).is_err());
    }

    #[test]
    fn short_decimals_are_read_as_any_others_are() {
        let texts = ["", ".", "-", "7", "7.", ".5", "0.25", "12.3456", "1.2.3", "1 2", "999999999999", "123456789012.5", "00012.50", "1e3"];
        for text in texts {
            for scale in [0, 2, 4, 6] {
                for (negative, spelling) in [(false, text.to_owned()), (true, format!("-{text}"))] {
                    let digits = text.as_bytes();
                    assert_eq!(decimal(&spelling, scale), any_decimal(&spelling, negative, digits, scale), "{spelling} to {scale} places");
                }
            }
        }
    }

    #[test]
    fn usual_times_are_read_as_any_others_are() {
        let days = ["2024-02-29", "2023-02-29", "1969-12-31", "2106-02-07", "0000-00-00", "2024/02/29", "2024-1-01 "];
        let clocks = ["", " 00:00:00", "T23:59:59", " 24:00:00", " 08:60:00", " 06:28:15", " 8:15:09 ", "x08:15:09"];
        for text in days.iter().flat_map(|day| clocks.iter().map(move |clock| format!("{day}{clock}"))) {
            assert_eq!(time(&text, 8 * 3600), any_time(&text, 8 * 3600), "{text}");
        }
    }

    #[test]
    fn floats_round_half_away_from_zero() {
        assert_eq!(from_float(1.005, 2), Ok((101, true)));
        assert_eq!(from_float(-0.125, 2), Ok((-13, true)));
        assert_eq!(from_float(19.99, 2), Ok((1999, false)));
        assert_eq!(from_float(81_234_567.89, 2), Ok((8_123_456_789, false)));
        assert!(from_float(f64::NAN, 2).is_err());
        assert!(from_float(1e300, 2).is_err());
    }

    #[test]
    fn decimals_of_another_scale() {
        assert_eq!(rescale(12_345, 4, 2), Ok((123, true)));
        assert_eq!(rescale(-12_350, 4, 2), Ok((-124, true)));
        assert_eq!(rescale(12, 0, 2), Ok((1200, false)));
        assert!(rescale(i128::MAX, 0, 2).is_err());
    }

    #[test]
    fn dates_and_times_in_common_spellings() {
        let day = Date::from_ymd(2025, 3, 7).expect("a date");
        for text in ["2025-03-07", "2025/3/7", "20250307", "2025.03.07", "2025-03-07 08:15:00"] {
            assert_eq!(date(text), Ok(day), "{text}");
        }
        let moment = Time(Time::midnight(day).0 + 8 * 3600 + 15 * 60 + 9);
        for text in ["2025-03-07 08:15:09", "2025-03-07T08:15:09.123", "20250307081509", "2025-03-07T00:15:09Z"] {
            assert_eq!(time(text, 8 * 3600), Ok(moment), "{text}");
        }
        assert_eq!(time("2025-03-07T09:15:09+09:00", 8 * 3600), Ok(moment));
        assert_eq!(time("2025-03-07", 0), Ok(Time::midnight(day)));
        let huge = ["2025-03-07 99999999999:00:00", "2025-03-07 08:00:00+99999999999", "2025-03-07 08:00:00+08000", "2025-03-07 时分"];
        let wrong = ["2025-13-01", "2025-02-30", "07.03.2025", "2025-03-07 25:00:00", "2025", "1899-12-31", "2025-03-07x"];
        for text in wrong.into_iter().chain(huge) {
            assert!(time(text, 0).is_err(), "{text}");
        }
        assert!(date("2025-3").is_err());
        assert!(date("2025-3-").is_err());
    }
}
