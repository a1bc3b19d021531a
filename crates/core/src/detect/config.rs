//! Parameters: read as written, checked once, all problems reported together.

use super::meta::Meta;
use super::scope::Detector;
use schemars::JsonSchema;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

/// One thing wrong with a configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigError {
    /// Where, such as `P09.max_gap_days`.
    pub path: String,
    /// What is wrong and what is wanted.
    pub message: String,
}

/// Everything wrong with a configuration.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct ConfigErrors(pub Vec<ConfigError>);

impl std::fmt::Display for ConfigErrors {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (at, error) in self.0.iter().enumerate() {
            let separator = if at == 0 { "" } else { "\n" };
            write!(f, "{separator}`{}` {}", error.path, error.message)?;
        }
        Ok(())
    }
}

/// Collects what is wrong while a configuration is read.
#[derive(Debug, Default)]
pub struct Problems {
    prefix: String,
    errors: Vec<ConfigError>,
}

impl Problems {
    /// Adds a problem with a field. The message reads after the field's name: "must be at least 1".
    pub fn add(&mut self, field: &str, message: impl Into<String>) {
        let path = match (self.prefix.is_empty(), field.is_empty()) {
            (true, _) => field.to_owned(),
            (false, true) => self.prefix.clone(),
            (false, false) => format!("{}.{field}", self.prefix),
        };
        self.errors.push(ConfigError { path, message: message.into() });
    }

    /// Adds a problem if a number is out of range.
    pub fn range<N: Copy + PartialOrd + std::fmt::Display>(&mut self, field: &str, value: N, least: N, most: N) {
        if !(value >= least && value <= most) {
            self.add(field, format!("must be from {least} to {most}; it is {value}"));
        }
    }

    /// Collects problems of one section.
    pub(crate) fn within(&mut self, section: &str, collect: impl FnOnce(&mut Self)) {
        let outer = std::mem::replace(&mut self.prefix, section.to_owned());
        collect(self);
        self.prefix = outer;
    }

    pub(crate) fn into_result(self) -> Result<(), ConfigErrors> {
        if self.errors.is_empty() { Ok(()) } else { Err(ConfigErrors(self.errors)) }
    }
}

/// Reads a section field by field, so that every bad field is reported and not only the first.
pub(crate) fn read_section<T: Default + Serialize + DeserializeOwned>(written: &Value, problems: &mut Problems) -> T {
    let Some(fields) = written.as_object() else {
        problems.add("", "must be a table of parameters");
        return T::default();
    };
    let Ok(Value::Object(mut merged)) = serde_json::to_value(T::default()) else { return T::default() };
    for (field, value) in fields {
        if !merged.contains_key(field) {
            let known: Vec<&str> = merged.keys().map(String::as_str).collect();
            problems.add(field, format!("is not known; known are: {}", known.join(", ")));
            continue;
        }
        match serde_json::from_value::<T>(Map::from_iter([(field.clone(), value.clone())]).into()) {
            Ok(_) => _ = merged.insert(field.clone(), value.clone()),
            Err(error) => problems.add(field, format!("cannot be read: {error}")),
        }
    }
    serde_json::from_value(Value::Object(merged)).unwrap_or_default()
}

/// What a detector's struct must be able to do to stand in the catalogue. [`detector!`](crate::detect::detector) implements it.
pub trait Configured: Detector + Default + Serialize + DeserializeOwned + JsonSchema + 'static {
    /// What it says of itself.
    fn static_meta() -> &'static Meta;
}

/// A detector's line in the catalogue.
pub struct Entry {
    meta: fn() -> &'static Meta,
    default: fn() -> Box<dyn Detector>,
    read: fn(&Value, &mut Problems) -> Box<dyn Detector>,
    schema: fn(&mut schemars::SchemaGenerator) -> schemars::Schema,
}

impl Entry {
    /// The line of a detector.
    pub const fn of<D: Configured>() -> Self {
        Self {
            meta: D::static_meta,
            default: || Box::new(D::default()),
            read: read::<D>,
            schema: |generator| <D as JsonSchema>::json_schema(generator),
        }
    }

    /// What the detector says of itself.
    pub fn meta(&self) -> &'static Meta {
        (self.meta)()
    }

    /// The detector with default parameters.
    pub fn detector(&self) -> Box<dyn Detector> {
        (self.default)()
    }

    /// The JSON schema of its parameters; its description is the detector's page.
    pub fn schema(&self, generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        (self.schema)(generator)
    }

    pub(crate) fn read(&self, written: &Value, problems: &mut Problems) -> Box<dyn Detector> {
        (self.read)(written, problems)
    }
}

fn read<D: Configured>(written: &Value, problems: &mut Problems) -> Box<dyn Detector> {
    let detector: D = read_section(written, problems);
    detector.check(problems);
    Box::new(detector)
}

/// Makes a struct of parameters a detector: ties it to its `META`, its `check`, the scope whose trait it implements, and the method (if any)
/// by which it sets how its norms are built.
macro_rules! detector {
    ($detector:ident, $meta:expr, $scope:ident $(, $norms:ident)?) => {
        impl $crate::detect::Detector for $detector {
            fn meta(&self) -> &$crate::detect::Meta {
                $meta
            }

            fn check(&self, problems: &mut $crate::detect::Problems) {
                self.check(problems);
            }

            $(fn norms(&self, settings: &mut $crate::norms::NormSettings) {
                self.$norms(settings);
            })?

            fn scope(&self) -> $crate::detect::Scope<'_> {
                $crate::detect::Scope::$scope(self)
            }

            fn parameters(&self) -> serde_json::Value {
                serde_json::to_value(self).unwrap_or_default()
            }
        }

        impl $crate::detect::Configured for $detector {
            fn static_meta() -> &'static $crate::detect::Meta {
                $meta
            }
        }
    };
}
pub(crate) use detector;
