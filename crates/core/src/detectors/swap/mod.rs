//! One item billed in place of another.

mod never_purchased;
mod stock_shortfall;

pub use never_purchased::NeverPurchased;
pub use stock_shortfall::StockShortfall;
