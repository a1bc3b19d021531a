//! The reference query of a finding with the values of its parameters.

use crate::context::Context;
use crate::labels;
use crate::paper::Paper;
use claimsift::Lang;
use claimsift::claims::derived_tables_of;
use serde_json::Value;

/// Writes the query of a detector, or that it has none.
pub(crate) fn write(paper: &mut Paper, context: &Context<'_>, code: &str) {
    paper.section(labels::REFERENCE_QUERY);
    let lang = paper.lang();
    let Some(sql) = context.meta(code).and_then(|meta| meta.sql.as_deref()) else {
        return paper.line(labels::NO_QUERY.get(lang));
    };
    let parameters = parameters(context, code, sql);
    if !parameters.is_empty() {
        let list = parameters.iter().map(|(name, value)| format!("${name} = {value}")).collect::<Vec<_>>().join("; ");
        paper.line(&match lang {
            Lang::En => format!("Parameters as used: {list}."),
            Lang::Zh => format!("所用参数：{list}。"),
        });
    }
    paper.line(labels::QUERY_TABLES.get(lang));
    let derived = derived_tables_of(sql);
    if !derived.is_empty() {
        paper.line(&match lang {
            Lang::En => {
                format!("Derived by queries of their own, in this order: {} (`claimsift detectors {}`).", derived.join(", "), derived[0])
            }
            Lang::Zh => format!("依次按各自的查询推导而得：{}（`claimsift detectors {}`）。", derived.join("、"), derived[0]),
        });
    }
    paper.blank();
    paper.query(sql);
}

/// The parameters that a query names, in its order, with their values as literals.
fn parameters(context: &Context<'_>, code: &str, sql: &str) -> Vec<(String, String)> {
    let values = context.detector(code).map(claimsift::Detector::parameters).unwrap_or_default();
    let mut found: Vec<(String, String)> = Vec::new();
    for piece in sql.split('$').skip(1) {
        let name: String = piece.chars().take_while(|character| character.is_ascii_alphanumeric() || *character == '_').collect();
        let value = match (name.as_str(), values.get(&name)) {
            ("as_of", None) => Some(format!("date '{}'", context.claims.as_of())),
            (_, value) => value.map(literal),
        };
        if let Some(value) = value.filter(|_| found.iter().all(|(known, _)| *known != name)) {
            found.push((name, value));
        }
    }
    found
}

fn literal(value: &Value) -> String {
    match value {
        Value::String(text) => format!("'{}'", text.replace('\'', "''")),
        Value::Array(values) => format!("[{}]", values.iter().map(literal).collect::<Vec<_>>().join(", ")),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn values_are_literals() {
        assert_eq!(literal(&json!(["O", "Z'1"])), "['O', 'Z''1']");
        assert_eq!(literal(&json!(3)), "3");
    }
}
