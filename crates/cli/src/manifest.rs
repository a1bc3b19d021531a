//! What a run was made from and what it did: `manifest.json`.

use claimsift::detect::{Assessment, Tier};
use claimsift::intake::{IntakeReport, TableReport};
use claimsift::{Claims, Finding, Screening, Settings, Unscored};
use claimsift_io::{Fingerprint, Input};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;

/// The manifest of a result folder.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Manifest {
    /// The version that wrote it; marks the folder as ours.
    pub(crate) claimsift: String,
    /// Where the data came from.
    pub(crate) input: InputManifest,
    /// The day up to which open stays count.
    pub(crate) as_of: String,
    /// The settings with all defaults filled in.
    pub(crate) settings: Value,
    /// BLAKE3 of the settings.
    pub(crate) settings_blake3: String,
    /// Language of messages.
    pub(crate) lang: claimsift::Lang,
    /// Rows read, kept, repeated and rejected per table.
    pub(crate) tables: BTreeMap<String, TableReport>,
    /// Claims scored.
    pub(crate) scored: u64,
    /// Claims not scored, by reason.
    pub(crate) unscored: Unscored,
    /// Per detector, how much could be judged.
    pub(crate) assessments: BTreeMap<String, Assessment>,
    /// Findings and money by tier. Headline totals are those of breach and suspicion.
    pub(crate) totals: BTreeMap<String, Totals>,
    /// Leads above the gate.
    pub(crate) leads_above_gate: u64,
}

/// Where the data came from.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct InputManifest {
    pub(crate) path: String,
    pub(crate) layout: String,
    /// The layout as given, to open the input again.
    pub(crate) layout_choice: String,
    pub(crate) files: Vec<Fingerprint>,
    pub(crate) not_read: Vec<String>,
}

/// Findings and money of one tier.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Totals {
    pub(crate) findings: u64,
    pub(crate) loss: String,
    pub(crate) loss_low: String,
    pub(crate) owned: String,
}

impl InputManifest {
    pub(crate) fn of(path: &Path, layout: &str, input: &Input) -> anyhow::Result<Self> {
        let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        Ok(Self {
            path: absolute.display().to_string(),
            layout: input.layout().name().to_owned(),
            layout_choice: layout.to_owned(),
            files: input.fingerprints()?,
            not_read: input.ignored().to_vec(),
        })
    }
}

impl Manifest {
    pub(crate) fn of(
        input: InputManifest,
        settings: &Settings,
        lang: claimsift::Lang,
        claims: &Claims,
        tables: BTreeMap<String, TableReport>,
        screening: &Screening,
    ) -> Self {
        let written = settings.to_json();
        Self {
            claimsift: env!("CARGO_PKG_VERSION").to_owned(),
            input,
            as_of: claims.as_of().to_string(),
            settings_blake3: blake3::hash(written.to_string().as_bytes()).to_hex().to_string(),
            settings: written,
            lang,
            tables,
            scored: screening.scores.len() as u64,
            unscored: screening.unscored,
            assessments: screening.assessments.clone(),
            totals: totals(&screening.findings),
            leads_above_gate: screening.leads.iter().filter(|lead| lead.is_above_gate()).count() as u64,
        }
    }
}

/// Reports per table under owned names.
pub(crate) fn tables(report: &IntakeReport) -> BTreeMap<String, TableReport> {
    report.tables.iter().map(|(&table, report)| (table.to_owned(), report.clone())).collect()
}

fn totals(findings: &[Finding]) -> BTreeMap<String, Totals> {
    let of = |tier: Tier| {
        let findings = || findings.iter().filter(move |finding| finding.tier == tier);
        Totals {
            findings: findings().count() as u64,
            loss: findings().filter_map(|finding| finding.money.loss).sum::<claimsift::tables::value::Fen>().to_string(),
            loss_low: findings().filter_map(|finding| finding.money.loss_low).sum::<claimsift::tables::value::Fen>().to_string(),
            owned: findings().map(|finding| finding.money.owned).sum::<claimsift::tables::value::Fen>().to_string(),
        }
    };
    Tier::ALL.iter().map(|&tier| (tier.word().to_owned(), of(tier))).collect()
}
