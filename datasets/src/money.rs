//! Amounts as the tables hold them: fen, ten-thousandths of a unit, millionths of a yuan.

/// Money in fen.
pub(crate) type Fen = i64;

/// One whole unit of quantity.
pub(crate) const ONE: i64 = 10_000;
/// One fen as a unit price.
pub(crate) const PRICE_PER_FEN: i64 = 10_000;

/// quantity × unit price, rounded half away from zero to the fen.
pub(crate) fn amount(quantity: i64, unit_price: i64) -> Fen {
    round_div(i128::from(quantity) * i128::from(unit_price), 100_000_000)
}

/// `per_cent` of an amount, rounded half away from zero.
pub(crate) fn percent(amount: Fen, per_cent: i64) -> Fen {
    round_div(i128::from(amount) * i128::from(per_cent), 100)
}

fn round_div(value: i128, by: i128) -> i64 {
    let half = if value < 0 { -by / 2 } else { by / 2 };
    ((value + half) / by) as i64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_round_away_from_zero() {
        assert_eq!(amount(ONE, 12_345_000), 1235);
        assert_eq!(amount(-ONE, 12_345_000), -1235);
        assert_eq!(amount(28 * ONE, 440_714), 1234);
        assert_eq!(percent(-5, 50), -3);
    }
}
