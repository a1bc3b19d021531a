//! One item billed in place of another.

mod never_purchased;
mod stock_shortfall;

pub use never_purchased::NeverPurchased;
pub use stock_shortfall::StockShortfall;

use crate::detect::{Text, text};

/// What a comparison with stock books cannot do without.
fn book_needs() -> Vec<Text> {
    vec![text("stock.quantity"), text("lines.quantity")]
}

/// What it reads where it is there.
fn book_uses() -> Vec<Text> {
    vec![
        text("claims.is_insured"),
        text("lines.category"),
        text("lines.item_name"),
        text("lines.in_scope_amount"),
        text("lines.charged_at"),
        text("lines.charge_unit"),
        text("lines.reverses_line_id"),
        text("lines.is_negotiated"),
        text("lines.is_hospital_made"),
        text("stock.units_per_pack"),
        text("stock.least_units"),
        text("stock.most_units"),
        text("providers.stock_unit"),
        text("catalogue.category"),
        text("catalogue.family"),
        text("catalogue.units_per_pack"),
    ]
}

/// A quantity scaled by 10⁴ as a number.
fn units(scaled: i64) -> f64 {
    scaled as f64 / 10_000.0
}
