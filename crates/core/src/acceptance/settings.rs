//! Tolerances of the checks, and what is done when one fails.

use super::list::CHECKS;
use crate::detect::Problems;
use crate::norms::HeavyKeySettings;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Acceptance checks: their tolerances by number, and which of them stop a screening.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Checks {
    /// Numbers of the checks that stop a screening when they fail.
    pub fatal: Vec<u8>,
    /// Required fields filled.
    #[serde(rename = "2")]
    pub filled: FilledCheck,
    /// Keys that occur once.
    #[serde(rename = "3")]
    pub duplicates: ShareCheck,
    /// Lines with a claim.
    #[serde(rename = "4")]
    pub orphans: ShareCheck,
    /// Claims with lines.
    #[serde(rename = "5")]
    pub bare: ShareCheck,
    /// Totals of claims against their lines.
    #[serde(rename = "6")]
    pub totals: TotalsCheck,
    /// Parts of claims against their totals.
    #[serde(rename = "7")]
    pub parts: PartsCheck,
    /// Every month present.
    #[serde(rename = "8")]
    pub months: MonthsCheck,
    /// Negative totals only on refunds.
    #[serde(rename = "9")]
    pub refunds: RefundsCheck,
    /// Dates in order and in the period.
    #[serde(rename = "10")]
    pub dates: DatesCheck,
    /// Keys found in their tables.
    #[serde(rename = "11")]
    pub keys: ShareCheck,
    /// What hospitals report against what was paid.
    #[serde(rename = "12")]
    pub sides: SidesCheck,
    /// From when on a key holds more claims than anybody can.
    pub heavy_keys: HeavyKeySettings,
    /// From when on users who break a limit say that the item is mapped wrongly.
    pub mapping: MappingSettings,
}

/// A check of a share of rows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ShareCheck {
    /// Share of rows that may be at fault.
    pub tolerance: f64,
}

impl Default for ShareCheck {
    fn default() -> Self {
        Self { tolerance: 0.001 }
    }
}

/// How many cells of a required field may be empty.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct FilledCheck {
    /// Share of a field's cells that may be empty.
    pub tolerance: f64,
}

impl Default for FilledCheck {
    fn default() -> Self {
        Self { tolerance: 0.01 }
    }
}

/// How far totals and lines may be apart.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct TotalsCheck {
    /// Share of the totals of a provider, or of all, by which the sum of lines may differ.
    pub tolerance: f64,
    /// The fewest claims of a provider to judge it alone.
    pub min_claims: u32,
}

impl Default for TotalsCheck {
    fn default() -> Self {
        Self { tolerance: 0.005, min_claims: 100 }
    }
}

/// How many claims may not add up.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct PartsCheck {
    /// Share of claims whose parts may contradict their total.
    pub tolerance: f64,
    /// Fen by which parts and total of a claim may differ.
    pub slack_fen: i64,
}

impl Default for PartsCheck {
    fn default() -> Self {
        Self { tolerance: 0.001, slack_fen: 100 }
    }
}

/// Which months of which providers are expected.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct MonthsCheck {
    /// Claims a month, at the median, from which a provider is judged.
    pub min_monthly: u32,
    /// Percent of the provider's median below which a month counts as absent; its first and last are not judged.
    pub thin_percent: u32,
}

impl Default for MonthsCheck {
    fn default() -> Self {
        Self { min_monthly: 20, thin_percent: 20 }
    }
}

/// How refunds must be marked and linked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct RefundsCheck {
    /// Share of claims with a negative total that are no refunds, or with a positive one that are.
    pub tolerance: f64,
    /// Share of refunds whose original may be missing.
    pub max_unlinked: f64,
    /// The fewest refunds to judge their originals.
    pub min_refunds: u32,
}

impl Default for RefundsCheck {
    fn default() -> Self {
        Self { tolerance: 0.0, max_unlinked: 0.5, min_refunds: 20 }
    }
}

/// Which dates are out of order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct DatesCheck {
    /// Share of claims, or of lines, whose dates may be out of order.
    pub tolerance: f64,
    /// Days before and after a visit on which its lines may be charged.
    pub window_days: i32,
    /// Days around the months that hold nearly all claims, beyond which a claim is out of the period.
    pub stray_days: i32,
}

impl Default for DatesCheck {
    fn default() -> Self {
        Self { tolerance: 0.001, window_days: 7, stray_days: 92 }
    }
}

/// How far the two sides may be apart.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct SidesCheck {
    /// Share of a month's sum of a provider by which the other side may differ.
    pub tolerance: f64,
    /// Fen by which the two sums of a month may differ whatever their size.
    pub slack_fen: i64,
}

impl Default for SidesCheck {
    fn default() -> Self {
        Self { tolerance: 0.005, slack_fen: 100 }
    }
}

/// When the users of an item say that it is mapped wrongly.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct MappingSettings {
    /// The fewest users of an item to judge it.
    pub min_users: u32,
    /// Percent of users who break the same limit from which the mapping is suspected.
    pub contrary_percent: u32,
}

impl Default for MappingSettings {
    fn default() -> Self {
        Self { min_users: 20, contrary_percent: 90 }
    }
}

impl Checks {
    /// Reports settings that make no sense, all at once.
    pub(crate) fn check(&self, problems: &mut Problems) {
        for number in &self.fatal {
            if !CHECKS.iter().any(|check| check.number == *number) {
                problems.add("fatal", format!("has {number}; the checks are numbered from 1 to {}", CHECKS.len()));
            }
        }
        let shares = [
            ("2.tolerance", self.filled.tolerance),
            ("3.tolerance", self.duplicates.tolerance),
            ("4.tolerance", self.orphans.tolerance),
            ("5.tolerance", self.bare.tolerance),
            ("6.tolerance", self.totals.tolerance),
            ("7.tolerance", self.parts.tolerance),
            ("9.tolerance", self.refunds.tolerance),
            ("9.max_unlinked", self.refunds.max_unlinked),
            ("10.tolerance", self.dates.tolerance),
            ("11.tolerance", self.keys.tolerance),
            ("12.tolerance", self.sides.tolerance),
        ];
        shares.into_iter().for_each(|(field, share)| problems.range(field, share, 0.0, 1.0));
        problems.range("7.slack_fen", self.parts.slack_fen, 0, 1_000_000);
        problems.range("12.slack_fen", self.sides.slack_fen, 0, 1_000_000_000);
        problems.range("8.thin_percent", self.months.thin_percent, 0, 100);
        problems.range("10.window_days", self.dates.window_days, 0, 366);
        problems.range("10.stray_days", self.dates.stray_days, 0, 3_660);
        problems.range("mapping.min_users", self.mapping.min_users, 1, 1_000_000);
        problems.range("mapping.contrary_percent", self.mapping.contrary_percent, 1, 100);
        problems.range("heavy_keys.max_staff_percent", self.heavy_keys.max_staff_percent, 1, 100);
    }
}
