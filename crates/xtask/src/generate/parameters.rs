//! The parameters of a detector as its page lists them.

use super::markdown::{code, table};
use claimsift::Settings;
use claimsift::detect::{Direction, Meta, Threshold};
use serde_json::{Value, json};

/// The table of parameters, from the schema of the detector's section and the defaults.
pub(super) fn parameters(meta: &Meta, schema: &Value, defaults: &Value) -> String {
    let Some(fields) = schema.get("properties").and_then(Value::as_object).filter(|fields| !fields.is_empty()) else {
        return "It has no parameters.\n".to_owned();
    };
    let rows = fields.iter().map(|(name, field)| {
        [
            code(name),
            kind(field),
            code(&defaults[name.as_str()].to_string()),
            allowed(&meta.code, name),
            rescorable(meta, name),
            field["description"].as_str().unwrap_or_default().to_owned(),
        ]
    });
    table(["Parameter", "Type", "Default", "Allowed", "Rescore", "Meaning"], rows)
}

fn kind(field: &Value) -> String {
    let name = |value: &Value| value.as_str().map(str::to_owned);
    let written = field.get("type").map(|kind| match kind {
        Value::Array(kinds) => kinds.iter().filter_map(name).collect::<Vec<_>>().join(" or "),
        kind => name(kind).unwrap_or_default(),
    });
    match (written, field.get("items")) {
        (Some(array), Some(items)) if array == "array" => format!("array of {}", kind(items)),
        (Some(kind), _) => kind,
        (None, _) => field["$ref"].as_str().and_then(|path| path.rsplit('/').next()).map_or_else(|| "any".to_owned(), code),
    }
}

/// What the detector's own check says of values that make no sense, which states the range.
fn allowed(detector: &str, parameter: &str) -> String {
    let mut answers: Vec<String> = Vec::new();
    for value in senseless() {
        let Err(errors) = Settings::read(&json!({ detector: { parameter: value } })) else { continue };
        for error in errors.0 {
            let known = |answer: &String| answers.contains(answer);
            let answer = error.message.split("; it is ").next().unwrap_or_default().to_owned();
            if error.path == format!("{detector}.{parameter}") && answer.starts_with("must ") && !known(&answer) {
                answers.push(answer);
            }
        }
    }
    let short = |answer: &String| answer.strip_prefix("must be ").unwrap_or(answer).to_owned();
    if answers.is_empty() { "any".to_owned() } else { answers.iter().map(short).collect::<Vec<_>>().join("; ") }
}

/// Values of every type that a checked parameter refuses; those of another type are refused before the check and do not count.
fn senseless() -> Vec<Value> {
    let whole =
        [i64::MAX, i64::from(u32::MAX), i64::from(i32::MAX), i64::from(u16::MAX), i64::from(u8::MAX), -1, i64::MIN, i64::from(i32::MIN)];
    let mut values: Vec<Value> = whole.into_iter().map(Value::from).collect();
    values.extend([json!(1e300), json!(-1e300), json!(""), json!([]), json!([""])]);
    values
}

fn rescorable(meta: &Meta, parameter: &str) -> String {
    let Some(threshold) = meta.thresholds.iter().find(|threshold| threshold.parameter == parameter) else {
        return "run again".to_owned();
    };
    let Threshold { fact, direction, floor, .. } = threshold;
    match direction {
        Direction::AtLeast => format!("down to {floor} (`{fact}` at least)"),
        Direction::AtMost => format!("up to {floor} (`{fact}` at most)"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_those_of_the_check() {
        assert_eq!(allowed("P09", "max_gap_days"), "from 0 to 30");
        assert_eq!(allowed("F14", "systemic_min_claims"), "from 1 to 1000000");
        assert_eq!(allowed("O19", "min_distance_z"), "from 3 to 1000");
        assert!(allowed("P09", "planned_diagnoses").starts_with("must not hold an empty prefix"));
    }

    #[test]
    fn types_read_in_words() {
        assert_eq!(kind(&json!({"type": "integer", "format": "int32"})), "integer");
        assert_eq!(kind(&json!({"type": ["integer", "null"]})), "integer or null");
        assert_eq!(kind(&json!({"type": "array", "items": {"type": "string"}})), "array of string");
        assert_eq!(kind(&json!({"$ref": "#/$defs/GroupPaid"})), "`GroupPaid`");
    }
}
