//! Small data sets written as CSV texts, taken in as strings and screened.
#![allow(dead_code, unreachable_pub, clippy::unwrap_used, missing_docs, reason = "test support, of which each test binary uses a part")]

pub mod bills;
pub mod corners;
pub mod county;
pub mod crowds;
pub mod data;
pub mod identities;
pub mod limits;
pub mod points;
pub mod portrait;
pub mod stores;

use claimsift::observe::Silent;
use claimsift::{Claims, Lang, Screening, Settings};
use serde_json::Value;

/// Settings from JSON.
pub fn settings(written: &Value) -> Settings {
    Settings::read(written).unwrap_or_else(|errors| panic!("{errors}"))
}

/// Screens with norms built from the data.
pub fn screen(claims: &Claims, settings: &Settings) -> Screening {
    claimsift::screen(claims, settings, Lang::En, &Silent).unwrap()
}
