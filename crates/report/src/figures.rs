//! Figures as people read them.

use claimsift::tables::value::{Date, Fen, Quantity, Time, UnitPrice};

/// Groups digits by thousands.
fn grouped(digits: &str) -> String {
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

pub(crate) fn count(number: u64) -> String {
    grouped(&number.to_string())
}

/// A decimal text with its whole part grouped.
pub(crate) fn grouped_text(text: &str) -> String {
    let (sign, digits) = text.strip_prefix('-').map_or(("", text), |digits| ("-", digits));
    let (whole, fraction) = digits.find('.').map_or((digits, ""), |at| digits.split_at(at));
    format!("{sign}{}{fraction}", grouped(whole))
}

/// Yuan with two decimals.
pub(crate) fn money(amount: Fen) -> String {
    let sign = if amount < Fen::ZERO { "-" } else { "" };
    let fen = amount.0.unsigned_abs();
    format!("{sign}{}.{:02}", grouped(&(fen / 100).to_string()), fen % 100)
}

pub(crate) fn quantity(quantity: Quantity) -> String {
    scaled(quantity.0, 4, 0)
}

pub(crate) fn price(price: UnitPrice) -> String {
    scaled(price.0, 6, 2)
}

/// A number scaled by a power of ten, without zeros at the end beyond `least` decimals.
fn scaled(value: i64, decimals: usize, least: usize) -> String {
    let scale = 10_u64.pow(decimals as u32);
    let sign = if value < 0 { "-" } else { "" };
    let (whole, part) = (value.unsigned_abs() / scale, value.unsigned_abs() % scale);
    let mut fraction = format!("{part:0decimals$}");
    while fraction.len() > least && fraction.ends_with('0') {
        fraction.pop();
    }
    let point = if fraction.is_empty() { "" } else { "." };
    format!("{sign}{}{point}{fraction}", grouped(&whole.to_string()))
}

/// `part / whole` in percent with two decimals.
pub(crate) fn percent(part: Fen, whole: Fen) -> String {
    if whole == Fen::ZERO {
        return "-".to_owned();
    }
    let basis_points = (i128::from(part.0) * 20_000 / i128::from(whole.0) + 1).div_euclid(2);
    format!("{}.{:02} %", basis_points / 100, basis_points % 100)
}

/// A share from 0 to 1 in four decimals.
pub(crate) fn share(share: f64) -> String {
    format!("{share:.4}")
}

/// A measured number with as many decimals as it needs, at most four.
pub(crate) fn number(number: f64) -> String {
    let text = format!("{number:.4}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// Milli-logits with their sign.
pub(crate) fn milli_logits(number: i64) -> String {
    format!("{number:+}")
}

/// A moment; a day alone where there is no time of day.
pub(crate) fn time(time: Time) -> String {
    if time.is_midnight() { time.date().to_string() } else { time.to_string() }
}

/// Days from a first to a last one.
pub(crate) fn period(first: Date, last: Date) -> String {
    if first == last { first.to_string() } else { format!("{first} - {last}") }
}

/// The beginning of a finding's id by which it can be named.
pub(crate) fn short_id(id: &str) -> String {
    id.chars().take(8).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_exact() {
        assert_eq!(money(Fen(-123_456_789)), "-1,234,567.89");
        assert_eq!(money(Fen(5)), "0.05");
        assert_eq!(count(1_000), "1,000");
        assert_eq!(grouped_text("-1234.50"), "-1,234.50");
        assert_eq!(quantity(Quantity(15_000)), "1.5");
        assert_eq!(quantity(Quantity(-20_000)), "-2");
        assert_eq!(price(UnitPrice(12_500_000)), "12.50");
        assert_eq!(price(UnitPrice(125_500)), "0.1255");
        assert_eq!(percent(Fen(2), Fen(3)), "66.67 %");
        assert_eq!(percent(Fen(0), Fen(3)), "0.00 %");
        assert_eq!(percent(Fen(1), Fen(0)), "-");
        assert_eq!(milli_logits(-4600), "-4600");
        assert_eq!(milli_logits(7000), "+7000");
        assert_eq!(number(3.0), "3");
        assert_eq!(number(2.125), "2.125");
    }
}
