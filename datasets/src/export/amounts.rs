//! Exact decimals with four places.

const ONE: i128 = 10_000;

/// A decimal in ten-thousandths; further places are dropped.
pub(super) fn parse(text: &str) -> Option<i128> {
    let (whole, places) = text.split_once('.').unwrap_or((text, ""));
    if whole.is_empty() {
        return None;
    }
    format!("{whole}{places:0<4.4}").parse().ok()
}

/// The product of two decimals.
pub(super) fn product(left: &str, right: &str) -> Option<String> {
    Some(print(parse(left)? * parse(right)? / ONE, 4))
}

/// An amount by a quantity: the price of one with six places, rounded.
pub(super) fn price(amount: &str, quantity: &str) -> Option<String> {
    let (amount, quantity) = (parse(amount)?, parse(quantity)?);
    if quantity == 0 {
        return None;
    }
    Some(print((amount * 1_000_000 * 2 + quantity).div_euclid(quantity * 2), 6))
}

/// A part as a share of a whole with two places, rounded down.
pub(super) fn share(part: &str, whole: &str) -> Option<String> {
    let (part, whole) = (parse(part)?, parse(whole)?);
    if whole == 0 { None } else { Some(print(part * 100 / whole, 2)) }
}

fn print(value: i128, places: u32) -> String {
    let one = 10_i128.pow(places);
    let (sign, value) = if value < 0 { ("-", -value) } else { ("", value) };
    format!("{sign}{}.{:0width$}", value / one, value % one, width = places as usize)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn products_and_prices_are_exact() {
        assert_eq!(product("60.0000", "24.0000").as_deref(), Some("1440.0000"));
        assert_eq!(product("-1.5", "2").as_deref(), Some("-3.0000"));
        assert_eq!(price("274.86", "60.0000").as_deref(), Some("4.581000"));
        assert_eq!(price("1.00", "3.0000").as_deref(), Some("0.333333"));
        assert_eq!(price("2.00", "3").as_deref(), Some("0.666667"));
        assert_eq!(price("1.00", "0"), None);
        assert_eq!(share("-10.00", "-40.00").as_deref(), Some("0.25"));
        assert_eq!(product("x", "1"), None);
        assert_eq!(product("1", ""), None);
    }
}
