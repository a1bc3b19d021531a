//! The twelve acceptance checks of the national on-site inspection's data list, and what else says that data are not what they seem.
//!
//! They look at a data set as it was taken in, rejects and repeats included, before anything is concluded from it. Each fault shows in one check:
//! a check leaves out what another has already found wrong.

mod dates;
mod filled;
mod inputs;
mod keys;
mod list;
mod mapping;
mod months;
mod nobodys;
mod parts;
mod refunds;
mod rows;
mod settings;
mod sides;
mod totals;
mod verdict;
mod walk;

pub use list::{CHECKS, Check, Source};
pub use mapping::MappingDefect;
pub use nobodys::NobodysKey;
pub use settings::{
    Checks, DatesCheck, FilledCheck, MappingSettings, MonthsCheck, PartsCheck, RefundsCheck, ShareCheck, SidesCheck, TotalsCheck,
};
pub use verdict::{Offender, Outcome, Part, Verdict};

use crate::claims::Claims;
use crate::intake::IntakeReport;
use crate::observe::{Cancelled, Observer, stop_if_cancelled};
use serde::{Deserialize, Serialize};
use verdict::Ruling;

/// What the checks found.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Acceptance {
    /// The twelve checks by number.
    pub checks: Vec<Verdict>,
    /// Keys that are nobody's own, those that carry most claims first; nothing is concluded from what their claims share.
    pub nobodys_keys: Vec<NobodysKey>,
    /// Items that are probably mapped wrongly, those with most money first.
    pub mapping_defects: Vec<MappingDefect>,
}

impl Acceptance {
    /// The checks that failed.
    pub fn failed(&self) -> impl Iterator<Item = &Verdict> {
        self.checks.iter().filter(|verdict| verdict.fails())
    }

    /// Where columns are missing without which a table cannot be taken in: check 1 fails, and no other is applicable.
    pub fn without_columns(table: &str, columns: &[&str]) -> Self {
        let close = |check: &Check| {
            let mut ruling = Ruling::default();
            columns.iter().for_each(|column| ruling.missing(format!("{table}.{column}")));
            if check.number == 1 {
                ruling.part("columns", "columns", columns.len() as u64, columns.len() as u64, 0.0);
                columns.iter().for_each(|column| ruling.offender("column", format!("{table}.{column}"), "columns", 1, 1));
            }
            ruling.close(check)
        };
        Self { checks: CHECKS.iter().map(close).collect(), ..Self::default() }
    }
}

/// What a check looks at.
#[derive(Clone, Copy)]
struct Delivery<'a> {
    claims: &'a Claims,
    intake: &'a IntakeReport,
    settings: &'a Checks,
}

/// Checks a data set as it was taken in.
pub fn examine(claims: &Claims, intake: &IntakeReport, settings: &Checks, observer: &dyn Observer) -> Result<Acceptance, Cancelled> {
    let delivery = Delivery { claims, intake, settings };
    observer.begin("checks", 0);
    let walked = walk::walk(delivery);
    stop_if_cancelled(observer)?;
    let rulings = [
        inputs::rule(delivery),
        filled::rule(delivery),
        rows::duplicates(delivery),
        rows::orphans(delivery),
        totals::bare(delivery, &walked),
        totals::rule(delivery, &walked),
        parts::rule(delivery, &walked),
        months::rule(delivery, &walked),
        refunds::rule(delivery, &walked),
        dates::rule(delivery, &walked),
        keys::rule(delivery),
        sides::rule(delivery, &walked),
    ];
    stop_if_cancelled(observer)?;
    let nobodys_keys = nobodys::find(delivery);
    stop_if_cancelled(observer)?;
    Ok(Acceptance {
        checks: CHECKS.iter().zip(rulings).map(|(check, ruling)| ruling.close(check)).collect(),
        nobodys_keys,
        mapping_defects: mapping::find(delivery),
    })
}
