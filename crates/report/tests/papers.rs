//! Whole papers as they are read, without their queries.
#![allow(clippy::unwrap_used, reason = "tests")]

mod support;

use claimsift::Lang;
use claimsift_report::claim_paper;
use support::{County, without_queries};

#[test]
fn a_claim_in_english() {
    let county = County::small(Lang::En);
    println!("{}", without_queries(&claim_paper(&county.context(), "C3").unwrap()));
}

#[test]
fn a_claim_in_chinese() {
    let county = County::small(Lang::Zh);
    println!("{}", without_queries(&claim_paper(&county.context(), "C3").unwrap()));
}
