//! The configuration: options as written become settings as checked, once, with all problems reported together.

use crate::acceptance::Checks;
use crate::cluster::PeerGroupsParams;
use crate::columns;
use crate::detect::{ConfigErrors, Detector, Norm, Problems, Tier, read_section};
use crate::detectors::CATALOGUE;
use crate::norms::NormSettings;
use crate::tables::value::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};

/// Weights of the score in logits. Calibration replaces them by learned ones.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Weights {
    /// Weight of a breach.
    pub breach: f64,
    /// Weight of a suspicion at full strength.
    pub suspicion: f64,
    /// Weight of a clue at full strength.
    pub clue: f64,
    /// The most that all clues together add.
    pub clue_cap: f64,
    /// Weights of single detectors by code, in place of that of their tier.
    pub detectors: BTreeMap<String, f64>,
}

impl Default for Weights {
    fn default() -> Self {
        Self { breach: 7.0, suspicion: 5.2, clue: 1.2, clue_cap: 4.5, detectors: BTreeMap::new() }
    }
}

impl Weights {
    /// The weight of a finding.
    pub fn of(&self, code: &str, tier: Tier) -> f64 {
        self.detectors.get(code).copied().unwrap_or(match tier {
            Tier::Breach => self.breach,
            Tier::Suspicion => self.suspicion,
            Tier::Clue => self.clue,
        })
    }

    fn check(&self, problems: &mut Problems) {
        for (field, weight) in [("breach", self.breach), ("suspicion", self.suspicion), ("clue", self.clue), ("clue_cap", self.clue_cap)] {
            problems.range(field, weight, 0.0, 100.0);
        }
        for (code, weight) in &self.detectors {
            problems.range(&format!("detectors.{code}"), *weight, 0.0, 100.0);
            if crate::detectors::find(code).is_none() {
                problems.add(&format!("detectors.{code}"), "is not a detector; `claimsift detectors` lists them");
            }
        }
    }
}

/// How loss is reckoned on group-paid claims.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum GroupPaid {
    /// By what the group payment would have been.
    #[default]
    Payment,
    /// By item, as if the claim were item-paid.
    Item,
}

/// Choices in reckoning money.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Money {
    /// How loss is reckoned on group-paid claims.
    pub group_paid: GroupPaid,
}

/// What is run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Run {
    /// Codes or names of the detectors to run; empty = all.
    pub select: Vec<String>,
    /// Codes or names of detectors to leave out.
    pub ignore: Vec<String>,
    /// The day up to which open stays count, YYYY-MM-DD; by default that of the latest settlement.
    pub as_of: Option<String>,
    /// Seed of everything that draws.
    pub seed: u64,
}

/// Settings as checked.
pub struct Settings {
    /// What is run.
    pub run: Run,
    /// Weights of the score.
    pub weights: Weights,
    /// Choices in reckoning money.
    pub money: Money,
    /// How providers are grouped.
    pub peers: PeerGroupsParams,
    /// Tolerances of the acceptance checks, and which are fatal.
    pub checks: Checks,
    /// The day up to which open stays count, if given.
    pub as_of: Option<Date>,
    /// The selected detectors with their parameters, by code.
    pub detectors: Vec<Box<dyn Detector>>,
}

/// The sections of a configuration that are not detectors.
const SECTIONS: &[&str] = &["run", "weights", "money", "peers", "checks"];

impl Settings {
    /// The defaults: every detector with its default parameters.
    pub fn new() -> Self {
        Self {
            run: Run::default(),
            weights: Weights::default(),
            money: Money::default(),
            peers: PeerGroupsParams::default(),
            checks: Checks::default(),
            as_of: None,
            detectors: CATALOGUE.iter().map(crate::detect::Entry::detector).collect(),
        }
    }

    /// Reads a configuration: sections `run`, `weights`, `money`, `peers`, `checks`, and one per detector code.
    ///
    /// ```
    /// use claimsift::Settings;
    /// use serde_json::json;
    ///
    /// let settings = Settings::read(&json!({"run": {"select": ["P09"]}, "P09": {"max_gap_days": 10}}))?;
    /// assert_eq!(settings.detectors[0].parameters()["max_gap_days"], 10);
    /// let errors = Settings::read(&json!({"P09": {"max_gap_days": -1, "colour": 3}})).err().expect("two mistakes");
    /// assert_eq!(errors.0.len(), 2);
    /// # Ok::<(), claimsift::detect::ConfigErrors>(())
    /// ```
    pub fn read(written: &Value) -> Result<Self, ConfigErrors> {
        let mut problems = Problems::default();
        let empty = Map::new();
        let sections = written.as_object().unwrap_or(&empty);
        for name in sections.keys().filter(|name| !SECTIONS.contains(&name.as_str())) {
            if crate::detectors::find(name).is_none_or(|entry| entry.meta().code != *name) {
                problems.add(name, format!("is neither a detector's code nor one of {}", SECTIONS.join(", ")));
            }
        }
        let mut settings = Self::new();
        settings.run = section(sections, "run", &mut problems);
        settings.weights = section(sections, "weights", &mut problems);
        settings.money = section(sections, "money", &mut problems);
        settings.peers = section(sections, "peers", &mut problems);
        settings.checks = section(sections, "checks", &mut problems);
        problems.within("weights", |problems| settings.weights.check(problems));
        problems.within("checks", |problems| settings.checks.check(problems));
        if let Err(error) = settings.peers.check() {
            problems.add("peers", error.to_string());
        }
        settings.as_of =
            settings.run.as_of.as_ref().and_then(|day| day.parse().map_err(|error: String| problems.add("run.as_of", error)).ok());
        let chosen = settings.run.chosen(&mut problems);
        settings.detectors = CATALOGUE
            .iter()
            .map(|entry| {
                let code = entry.meta().code.as_ref();
                let written = sections.get(code).cloned().unwrap_or_else(|| Map::new().into());
                let mut detector = None;
                problems.within(code, |problems| detector = Some(entry.read(&written, problems)));
                (code, detector.unwrap_or_else(|| entry.detector()))
            })
            .filter(|(code, _)| chosen.contains(code))
            .map(|(_, detector)| detector)
            .collect();
        problems.into_result()?;
        Ok(settings)
    }

    /// The settings with every default filled in, as they go into the manifest.
    pub fn to_json(&self) -> Value {
        let mut sections = Map::new();
        sections.insert("run".into(), serde_json::to_value(&self.run).unwrap_or_default());
        sections.insert("weights".into(), serde_json::to_value(&self.weights).unwrap_or_default());
        sections.insert("money".into(), serde_json::to_value(&self.money).unwrap_or_default());
        sections.insert("peers".into(), serde_json::to_value(&self.peers).unwrap_or_default());
        sections.insert("checks".into(), serde_json::to_value(&self.checks).unwrap_or_default());
        for detector in &self.detectors {
            sections.insert(detector.meta().code.to_string(), detector.parameters());
        }
        sections.into()
    }

    /// Every column that the selected detectors read, as `table.column`, and those that scoring, leads and acceptance checks read.
    pub fn columns(&self) -> BTreeSet<String> {
        let detectors = self.detectors.iter().flat_map(|detector| detector.meta().columns());
        let score = columns::SCORED.iter().chain(columns::OF_LEADS).copied();
        detectors.chain(score).chain(columns::CHECKED.iter().copied()).map(str::to_owned).collect()
    }

    /// The norms that the selected detectors declare, and the keys that are nobody's own, which the engine sets aside.
    pub fn wanted_norms(&self) -> BTreeSet<Norm> {
        let declared = self.detectors.iter().flat_map(|detector| detector.meta().norms.iter().copied());
        declared.chain([Norm::HeavyKeys]).collect()
    }

    /// How those norms are built.
    pub fn norm_settings(&self) -> NormSettings {
        let mut peers = self.peers.clone();
        peers.seed ^= self.run.seed;
        let mut settings = NormSettings { peers, heavy_keys: self.checks.heavy_keys.clone(), ..NormSettings::default() };
        self.detectors.iter().for_each(|detector| detector.norms(&mut settings));
        settings
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self::new()
    }
}

fn section<T>(sections: &Map<String, Value>, name: &str, problems: &mut Problems) -> T
where
    T: Default + Serialize + serde::de::DeserializeOwned,
{
    let mut read = None;
    if let Some(written) = sections.get(name) {
        problems.within(name, |problems| read = Some(read_section(written, problems)));
    }
    read.unwrap_or_default()
}

impl Run {
    fn chosen(&self, problems: &mut Problems) -> Vec<&'static str> {
        let mut resolve = |field: &str, names: &[String]| -> Vec<&'static str> {
            let mut codes = Vec::new();
            for name in names {
                match crate::detectors::find(name) {
                    Some(entry) => codes.push(entry.meta().code.as_ref()),
                    None => problems.add(field, format!("has `{name}`, which is no detector; `claimsift detectors` lists them")),
                }
            }
            codes
        };
        let select = resolve("run.select", &self.select);
        let ignore = resolve("run.ignore", &self.ignore);
        let all = CATALOGUE.iter().map(|entry| entry.meta().code.as_ref());
        all.filter(|code| (self.select.is_empty() || select.contains(code)) && !ignore.contains(code)).collect()
    }
}

/// The JSON schema of a configuration file.
pub fn config_schema() -> Value {
    let mut generator = schemars::generate::SchemaSettings::draft2020_12().into_generator();
    let mut properties = Map::new();
    let sections = [
        ("run", Run::json_schema(&mut generator)),
        ("weights", Weights::json_schema(&mut generator)),
        ("money", Money::json_schema(&mut generator)),
        ("peers", PeerGroupsParams::json_schema(&mut generator)),
        ("checks", Checks::json_schema(&mut generator)),
    ];
    for (name, schema) in sections {
        properties.insert(name.into(), schema.into());
    }
    for entry in CATALOGUE {
        properties.insert(entry.meta().code.to_string(), entry.schema(&mut generator).into());
    }
    let definitions = generator.take_definitions(true);
    serde_json::json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "claimsift configuration",
        "type": "object",
        "additionalProperties": false,
        "properties": properties,
        "$defs": definitions,
    })
}
