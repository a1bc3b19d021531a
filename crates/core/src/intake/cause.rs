//! Why a row was not kept, as checks count it: the reasons that intake itself gives.

use super::Reject;

pub(super) const ENDS_BEFORE_START: &str = "ends before it starts; exchange or correct the two times";
pub(super) const MISSING: &str = "missing; every row must have it";
pub(super) const NO_CLAIM: &str = "no such claim among those kept; add the claim, or leave the row out";
pub(super) const CLAIM_REJECTED: &str = "its claim was rejected; correct the claim";
/// How the reason begins where a key is taken; the rest names the row.
pub(super) const SAME_KEY: &str = "the same ";

/// The kind of a row that was not kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cause {
    /// An identical repeat of a row that was kept.
    Repeat,
    /// Its key is that of a row with other content.
    SameKey,
    /// A value that every row must have is missing.
    Missing,
    /// It ends before it starts.
    EndsBeforeStart,
    /// It belongs to a claim that is nowhere in the data.
    NoClaim,
    /// It belongs to a claim that was itself rejected.
    ClaimRejected,
    /// A value, or the row as a whole, cannot be read.
    Unreadable,
}

impl Reject {
    /// Why it was not kept.
    pub fn cause(&self) -> Cause {
        match self.reason.as_str() {
            _ if self.is_repeat => Cause::Repeat,
            MISSING => Cause::Missing,
            ENDS_BEFORE_START => Cause::EndsBeforeStart,
            NO_CLAIM => Cause::NoClaim,
            CLAIM_REJECTED => Cause::ClaimRejected,
            reason if reason.starts_with(SAME_KEY) => Cause::SameKey,
            _ => Cause::Unreadable,
        }
    }
}
