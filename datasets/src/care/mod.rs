//! Care as it is billed: a person's year, stays, visits, refunds and their settlement.

pub(crate) mod honest;
pub(crate) mod refund;
pub(crate) mod settle;
pub(crate) mod stay;
pub(crate) mod visit;
pub(crate) mod year;
