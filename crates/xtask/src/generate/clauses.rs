//! Clauses with the time in which each applies.

use claimsift::detect::{Clause, Law};

/// A law as pages name it.
pub(super) struct Named {
    pub(super) en: &'static str,
    pub(super) zh: &'static str,
    /// The acts to which its clauses apply.
    pub(super) acts: &'static str,
}

/// Names and times as [`Law`] states them: the decree replaces the Social Insurance Law's clauses, Order 7 adds to the decree's.
pub(super) fn named(law: Law) -> Named {
    match law {
        Law::SocialInsuranceLaw => Named { en: "Social Insurance Law", zh: "社会保险法", acts: "from 2011-07-01 to 2021-04-30" },
        Law::Decree735 => Named { en: "Decree 735", zh: "医疗保障基金使用监督管理条例", acts: "from 2021-05-01" },
        Law::Order7 => Named { en: "Order 7", zh: "条例实施细则", acts: "from 2026-04-01" },
    }
}

/// The clauses that apply to acts of today, in one cell.
pub(super) fn current(clauses: &[Clause], name: fn(&Named) -> &'static str) -> String {
    let replaced = |clause: &&Clause| clause.law != Law::SocialInsuranceLaw;
    let print = |clause: &Clause| format!("{} {}", name(&named(clause.law)), clause.articles);
    clauses.iter().filter(replaced).map(print).collect::<Vec<_>>().join("<br>")
}
