//! The configuration file and the options that change it.

use crate::args::Screen;
use crate::exit::WrongUse;
use anyhow::Context;
use claimsift::Settings;
use serde_json::{Map, Value};
use std::path::Path;

/// Reads the configuration file, if any, and lays the options over it.
pub(crate) fn settings(options: &Screen) -> anyhow::Result<Settings> {
    let mut written = options.config.as_deref().map_or_else(|| Ok(Map::new()), read)?;
    let run = written.entry("run").or_insert_with(|| Map::new().into());
    if let Some(run) = run.as_object_mut() {
        let lists = [("select", &options.select), ("ignore", &options.ignore)];
        for (name, list) in lists.into_iter().filter(|(_, list)| !list.is_empty()) {
            run.insert(name.into(), list.clone().into());
        }
        if let Some(day) = &options.as_of {
            run.insert("as_of".into(), day.clone().into());
        }
        if let Some(seed) = options.seed {
            run.insert("seed".into(), seed.into());
        }
    }
    checked(written, options.config.as_deref())
}

/// Reads the configuration file, if any.
pub(crate) fn of_file(config: Option<&Path>) -> anyhow::Result<Settings> {
    checked(config.map_or_else(|| Ok(Map::new()), read)?, config)
}

fn checked(written: Map<String, Value>, config: Option<&Path>) -> anyhow::Result<Settings> {
    let name = config.map_or_else(|| "options".to_owned(), |path| path.display().to_string());
    Settings::read(&written.into()).with_context(|| name)
}

fn read(path: &Path) -> anyhow::Result<Map<String, Value>> {
    let text = std::fs::read_to_string(path)
        .map_err(|error| WrongUse(format!("{}: {error}; give the path of a TOML file with `--config`", path.display())))?;
    toml::from_str(&text).map_err(|error| WrongUse(format!("{}: {error}", path.display())).into())
}

/// Changes settings as they stand in a manifest by `name=value` pairs.
pub(crate) fn change(written: &Value, assignments: &[String]) -> anyhow::Result<Value> {
    let mut settings = written.clone();
    for assignment in assignments {
        let wrong = |what: &str| WrongUse(format!("`--set {assignment}`: {what}, such as P09.max_gap_days=10"));
        let (path, value) = assignment.split_once('=').ok_or_else(|| wrong("write NAME=VALUE"))?;
        let (section, field) = path.trim().split_once('.').ok_or_else(|| wrong("the name needs a section"))?;
        let value = serde_json::from_str(value.trim()).unwrap_or_else(|_| Value::String(value.trim().to_owned()));
        let sections = settings.as_object_mut().context("the manifest's settings are not a table")?;
        let fields = sections.entry(section).or_insert_with(|| Map::new().into());
        fields.as_object_mut().ok_or_else(|| wrong("that section is not a table"))?.insert(field.to_owned(), value);
    }
    Ok(settings)
}
