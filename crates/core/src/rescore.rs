//! Other thresholds, weights or money on the candidates of an earlier run, without running detectors again.

use crate::claims::Claims;
use crate::detect::{Assessment, Lang, Threshold};
use crate::finding::{Finding, locate};
use crate::money::{self, Asked};
use crate::norms::{Norm, Norms};
use crate::observe::{Cancelled, Observer};
use crate::pipeline::{Screening, conclude};
use crate::settings::Settings;
use serde_json::Value;
use std::collections::BTreeMap;

/// Why a change of settings needs another run.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RescoreError {
    /// Parameters that candidates do not cover.
    #[error("{}; screen again with the new settings to change them", .0.join("; "))]
    NeedsRun(Vec<String>),
    /// The caller asked to stop.
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
}

/// Decides stored candidates (findings and near misses) by `settings`, which may differ from those of the run, `before`, in weights, money and
/// thresholds within their floors.
pub fn rescore(
    claims: &Claims,
    before: &Settings,
    settings: &Settings,
    candidates: Vec<Finding>,
    assessments: BTreeMap<String, Assessment>,
    lang: Lang,
    observer: &dyn Observer,
) -> Result<Screening, RescoreError> {
    let reasons = beyond_floors(before, settings);
    if !reasons.is_empty() {
        return Err(RescoreError::NeedsRun(reasons));
    }
    let mut wanted = settings.wanted_norms();
    wanted.retain(|norm| matches!(norm, Norm::PeerGroups | Norm::HeavyKeys));
    let norms = Norms::build(claims, &wanted, &settings.norm_settings(), observer)?;
    let locate = |finding: Finding| Asked { asks: money::asks(claims, &locate(claims, &finding.evidence)), finding };
    Ok(conclude(claims, settings, &norms, lang, candidates.into_iter().map(locate).collect(), assessments))
}

/// What was changed that the stored candidates do not cover.
fn beyond_floors(before: &Settings, settings: &Settings) -> Vec<String> {
    let codes = |settings: &Settings| settings.detectors.iter().map(|detector| detector.meta().code.clone()).collect::<Vec<_>>();
    let mut reasons = Vec::new();
    if codes(before) != codes(settings) {
        reasons.push(format!("the run had the detectors {}", codes(before).join(", ")));
    }
    if before.peers != settings.peers || before.run.seed != settings.run.seed || before.as_of != settings.as_of {
        reasons.push("peer groups, seed and as_of are fixed when the data are screened".to_owned());
    }
    for (old, new) in before.detectors.iter().zip(&settings.detectors) {
        let code = &new.meta().code;
        let (old, parameters) = (old.parameters(), new.parameters());
        for (parameter, value) in
            parameters.as_object().into_iter().flatten().filter(|(name, value)| old.get(name.as_str()) != Some(*value))
        {
            let threshold = new.meta().thresholds.iter().find(|threshold| threshold.parameter == *parameter);
            if let Some(reason) = uncovered(code, parameter, value, threshold) {
                reasons.push(reason);
            }
        }
    }
    reasons
}

fn uncovered(code: &str, parameter: &str, value: &Value, threshold: Option<&Threshold>) -> Option<String> {
    match threshold {
        None => Some(format!("`{code}.{parameter}` is decided while {code} runs")),
        Some(threshold) if value.as_f64().is_some_and(|value| threshold.allows(value)) => None,
        Some(threshold) => {
            Some(format!("`{code}.{parameter}` = {value} is beyond {}, up to which {code} keeps candidates", threshold.floor))
        }
    }
}
