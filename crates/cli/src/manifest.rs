//! What a run was made from and what it did: `manifest.json`.

use arrow_array::RecordBatch;
use claimsift::acceptance::Acceptance;
use claimsift::detect::{Assessment, Tier};
use claimsift::intake::{IntakeReport, TableReport};
use claimsift::pipeline::Unscored;
use claimsift::{Claims, Finding, Screening, Settings};
use claimsift_io::knowledge::KnowledgeIdentity;
use claimsift_io::{Fingerprint, Input, ReadError, RunRecord, Store, WriteError, place_of};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;

/// The manifest of a result folder.
#[derive(Debug, Serialize, Deserialize)]
pub struct Manifest {
    /// The version that wrote it; marks the folder as ours.
    pub claimsift: String,
    /// Names the run: the same for the same data, settings and version, wherever the data lie.
    #[serde(default)]
    pub run_id: String,
    /// Where the data came from.
    pub input: InputManifest,
    /// The knowledge folders that were read beside it.
    #[serde(default)]
    pub knowledge: Vec<KnowledgeIdentity>,
    /// The day up to which open stays count.
    pub as_of: String,
    /// The settings with all defaults filled in.
    pub settings: Value,
    /// BLAKE3 of the settings.
    pub settings_blake3: String,
    /// Language of messages.
    pub lang: claimsift::Lang,
    /// Rows read, kept, repeated and rejected per table.
    pub tables: BTreeMap<String, TableReport>,
    /// The twelve acceptance checks, and keys and mappings to doubt.
    #[serde(flatten)]
    pub acceptance: Acceptance,
    /// Claims scored.
    pub scored: u64,
    /// Claims not scored, by reason.
    pub unscored: Unscored,
    /// Per detector, how much could be judged.
    pub assessments: BTreeMap<String, Assessment>,
    /// Findings and money by tier. Headline totals are those of breach and suspicion.
    pub totals: BTreeMap<String, Totals>,
    /// Leads above the gate.
    pub leads_above_gate: u64,
}

/// Where the data came from.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct InputManifest {
    /// The folder, file or address (without its password); empty for tables in memory.
    pub path: String,
    /// The layout that was recognised.
    pub layout: String,
    /// The layout as given, to open the input again.
    pub layout_choice: String,
    /// The files that were read.
    pub files: Vec<Fingerprint>,
    /// What lies beside them and was not read.
    pub not_read: Vec<String>,
    /// What each file gives.
    #[serde(default)]
    pub placed: Vec<PlacedFile>,
}

/// What one file gives to the tables.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PlacedFile {
    /// The file as the user knows it.
    pub file: String,
    /// The tables that it feeds; none for a file in which others look something up.
    pub tables: Vec<String>,
    /// Its columns that nothing takes.
    pub unplaced: Vec<String>,
}

impl PlacedFile {
    fn of(file: &claimsift_io::InputFile) -> Self {
        let tables = file.placements().iter().map(|placement| placement.table().name().to_owned()).collect();
        Self { file: file.name().to_owned(), tables, unplaced: file.unplaced().to_vec() }
    }
}

/// Findings and money of one tier.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Totals {
    /// Findings.
    pub findings: u64,
    /// Their loss in yuan.
    pub loss: String,
    /// Its lower estimate in yuan.
    pub loss_low: String,
    /// What they own, in yuan; no yuan twice.
    pub owned: String,
}

impl InputManifest {
    /// An input as it was opened from `path`, with `layout` as it was asked for. Of a database, what has been read by now counts.
    pub fn of(path: &Path, layout: &str, input: &Input) -> Result<Self, ReadError> {
        Ok(Self {
            path: place_of(path),
            layout: input.layout().name().to_owned(),
            layout_choice: layout.to_owned(),
            files: input.fingerprints()?,
            not_read: input.ignored().to_vec(),
            placed: placed_files(input),
        })
    }
}

impl Manifest {
    /// What a screening did.
    pub fn of(
        (input, knowledge): (InputManifest, Vec<KnowledgeIdentity>),
        settings: &Settings,
        lang: claimsift::Lang,
        claims: &Claims,
        tables: BTreeMap<String, TableReport>,
        screening: &Screening,
    ) -> Self {
        let written = settings.to_json();
        let manifest = Self {
            run_id: String::new(),
            claimsift: env!("CARGO_PKG_VERSION").to_owned(),
            input,
            knowledge,
            as_of: claims.as_of().to_string(),
            settings_blake3: blake3::hash(written.to_string().as_bytes()).to_hex().to_string(),
            settings: written,
            lang,
            tables,
            acceptance: Acceptance::default(),
            scored: screening.scores.len() as u64,
            unscored: screening.unscored,
            assessments: screening.assessments.clone(),
            totals: totals(&screening.findings),
            leads_above_gate: screening.leads.iter().filter(|lead| lead.is_above_gate()).count() as u64,
        };
        Self { run_id: manifest.run_id(), ..manifest }
    }

    /// A hash of all but where the data lie and what lies beside them. Tables in memory have no fingerprints; there the counts of rows and
    /// the totals tell runs apart.
    fn run_id(&self) -> String {
        let told = serde_json::json!([
            self.claimsift,
            self.input.layout,
            self.input.files,
            self.as_of,
            self.settings,
            self.lang,
            self.tables,
            self.scored,
            self.assessments,
            self.totals,
        ]);
        blake3::hash(told.to_string().as_bytes()).to_hex()[..32].to_owned()
    }

    /// Writes the run and its tables into a database; the caller commits.
    pub fn store(&self, store: &mut Store, tables: &[(&'static str, RecordBatch)]) -> Result<(), WriteError> {
        let manifest = serde_json::to_string(self).unwrap_or_default();
        let run =
            RunRecord { id: &self.run_id, version: &self.claimsift, input: &self.input.path, as_of: &self.as_of, manifest: &manifest };
        store.write_run(&run, tables)
    }
}

/// What each file of an input gives.
pub(crate) fn placed_files(input: &Input) -> Vec<PlacedFile> {
    input.files().map(PlacedFile::of).collect()
}

impl Manifest {
    /// The same with what the acceptance checks found.
    #[must_use]
    pub fn with_acceptance(self, acceptance: Acceptance) -> Self {
        Self { acceptance, ..self }
    }
}

/// Reports per table under owned names.
pub fn table_reports(report: &IntakeReport) -> BTreeMap<String, TableReport> {
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
