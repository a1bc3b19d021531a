//! Codes and names: their forms, and what is wrong with those that are wanted.

use super::NewDetector;
use super::known::Known;
use claimsift::detect::Scheme;

/// Words that would state guilt, or what every detector does.
const REFUSED_STARTS: [&str; 4] = ["fraud-", "suspicious-", "detect-", "check-"];

/// The letter of a scheme's codes.
fn letter(scheme: Scheme) -> char {
    match scheme {
        Scheme::Phantom => 'P',
        Scheme::Swap => 'S',
        Scheme::Forged => 'F',
        Scheme::Overuse => 'O',
        Scheme::Charge => 'C',
    }
}

/// The name as a module: `overlapping_stays`.
pub(super) fn snake(name: &str) -> String {
    name.replace('-', "_")
}

/// The name as a struct: `OverlappingStays`.
pub(super) fn camel(name: &str) -> String {
    let capital = |word: &str| {
        let mut letters = word.chars();
        letters.next().map(|first| first.to_uppercase().chain(letters).collect::<String>()).unwrap_or_default()
    };
    name.split('-').map(capital).collect()
}

/// Everything that is wrong with what is wanted.
pub(super) fn problems(wanted: &NewDetector, known: &Known) -> Vec<String> {
    let NewDetector { code, name, scheme, .. } = wanted;
    let mut problems = Vec::new();
    let letter = letter(*scheme);
    let digits = code.strip_prefix(letter).unwrap_or_default();
    if digits.len() != 2 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        problems.push(format!("the code `{code}` must be {letter} and two digits, since the scheme is {scheme}"));
    }
    if !is_name(name) {
        problems.push(format!("the name `{name}` must be lower-case words joined by `-`, the first a letter"));
    }
    for start in REFUSED_STARTS.iter().filter(|start| name.starts_with(**start)) {
        problems.push(format!("the name `{name}` must not begin with `{start}`; it states the pattern, read after \"flag …\""));
    }
    if let Some(owner) = known.name_of(code) {
        problems.push(format!("`{code}` is the code of {owner}; codes are never reused"));
    }
    if let Some(owner) = known.codes.get(&camel(name)) {
        problems.push(format!("`{name}` is the name of {owner}"));
    }
    if [&wanted.title, &wanted.title_zh].into_iter().any(|title| title.trim().is_empty()) {
        problems.push("both titles must be given".to_owned());
    }
    problems
}

fn is_name(name: &str) -> bool {
    let is_word = |word: &str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
    name.split('-').all(is_word) && name.starts_with(|first: char| first.is_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_three_forms() {
        assert_eq!(snake("care-after-death"), "care_after_death");
        assert_eq!(camel("care-after-death"), "CareAfterDeath");
        assert!(is_name("care-after-death") && is_name("over-30-days"));
        assert!(!is_name("30-days") && !is_name("care--after") && !is_name("care-") && !is_name(""));
    }
}
