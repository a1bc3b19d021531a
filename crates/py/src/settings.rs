//! Arguments as given, to settings as checked.

use crate::failure::Failure;
use claimsift::{Lang, Settings};
use serde_json::Value;

/// Reads a configuration from JSON.
pub(crate) fn settings(json: &str) -> Result<Settings, Failure> {
    let written: Value =
        serde_json::from_str(json).map_err(|error| Failure::Setting(format!("the configuration cannot be read: {error}")))?;
    Ok(Settings::read(&written)?)
}

/// A configuration file's text as JSON.
pub(crate) fn json_of_toml(text: &str) -> Result<String, Failure> {
    let written: Value = toml::from_str(text).map_err(|error| Failure::Setting(error.to_string().trim_end().to_owned()))?;
    Ok(written.to_string())
}

pub(crate) fn language(word: &str) -> Result<Lang, Failure> {
    match word {
        "en" => Ok(Lang::En),
        "zh" => Ok(Lang::Zh),
        _ => Err(Failure::Setting(format!("`lang` must be \"en\" or \"zh\"; it is \"{word}\""))),
    }
}
