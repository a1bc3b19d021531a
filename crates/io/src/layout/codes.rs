//! Code lists: what a code of the data means in canonical words.

use std::collections::HashMap;

/// Stands for every value that is not listed.
const ANY: &str = "*";

/// Words by code. A code is known in each of its forms: `1`, `01` and `1.0` are one code unless the list tells them apart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Codes {
    words: HashMap<String, String>,
    /// Words by bare code; the first listed counts where two codes are bare alike.
    bare: HashMap<String, String>,
    /// Words by a text that a value holds, such as `ward` of `*ward*`; the longest text counts, of equals the first listed.
    held: Vec<(String, String)>,
    any: Option<String>,
    /// As written, in order.
    listed: Vec<(String, String)>,
}

impl Codes {
    /// The list of codes and words; an empty word makes the value missing, and `*` stands for every other value.
    pub(crate) fn new(listed: Vec<(String, String)>) -> Self {
        let mut codes = Self { any: None, ..Self::default() };
        for (code, word) in &listed {
            if code == ANY {
                codes.any = Some(word.clone());
                continue;
            }
            if let Some(text) = code.strip_prefix(ANY).and_then(|code| code.strip_suffix(ANY)).filter(|text| !text.is_empty()) {
                codes.held.push((text.to_owned(), word.clone()));
                continue;
            }
            codes.words.entry(code.clone()).or_insert_with(|| word.clone());
            codes.bare.entry(bare(code).to_owned()).or_insert_with(|| word.clone());
        }
        codes.held.sort_by_key(|(text, _)| std::cmp::Reverse(text.len()));
        Self { listed, ..codes }
    }

    /// The word of a value, or the value itself where the list does not have it; `None` where it means "missing".
    pub(crate) fn word<'a>(&'a self, value: &'a str) -> Option<&'a str> {
        Some(self.find(value.trim()).unwrap_or(value)).filter(|word| !word.is_empty())
    }

    /// Whether the list has a value.
    pub(crate) fn has(&self, value: &str) -> bool {
        self.find(value.trim()).is_some()
    }

    /// The list as written.
    pub(crate) fn listed(&self) -> &[(String, String)] {
        &self.listed
    }

    fn find(&self, value: &str) -> Option<&str> {
        let held = || self.held.iter().find(|(text, _)| value.contains(text.as_str())).map(|(_, word)| word);
        self.words.get(value).or_else(|| self.bare.get(bare(value))).or_else(held).or(self.any.as_ref()).map(String::as_str)
    }
}

/// A whole number without leading zeros and empty decimals; any other text as it is.
fn bare(code: &str) -> &str {
    let whole = code.split_once('.').map_or(code, |(whole, part)| if part.bytes().all(|byte| byte == b'0') { whole } else { code });
    if whole.is_empty() || !whole.bytes().all(|byte| byte.is_ascii_digit()) {
        return code;
    }
    let digits = whole.trim_start_matches('0');
    if digits.is_empty() { "0" } else { digits }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(listed: &[(&str, &str)]) -> Codes {
        Codes::new(listed.iter().map(|(code, word)| ((*code).to_owned(), (*word).to_owned())).collect())
    }

    #[test]
    fn a_code_is_known_in_every_form() {
        let list = codes(&[("01", "top"), ("2", "second"), ("A1", "letter")]);
        for (value, word) in
            [("1", "top"), ("01", "top"), ("1.0", "top"), (" 001 ", "top"), ("02", "second"), ("2.00", "second"), ("A1", "letter")]
        {
            assert_eq!(list.word(value), Some(word), "{value}");
        }
        for value in ["1.5", "10", "a1", "-1", "."] {
            assert_eq!(list.word(value), Some(value), "{value}");
        }
    }

    #[test]
    fn codes_that_the_list_tells_apart_stay_apart() {
        let list = codes(&[("1", "one"), ("01", "top")]);
        assert_eq!((list.word("1"), list.word("01"), list.word("001")), (Some("one"), Some("top"), Some("one")));
    }

    #[test]
    fn a_word_in_a_value_is_known() {
        let list = codes(&[("*急诊*", "emergency"), ("*急诊留观*", "observation"), ("门诊", "clinic"), ("*", "other")]);
        for (value, word) in [("普通急诊", "emergency"), ("急诊留观室", "observation"), ("门诊", "clinic"), ("普通门诊", "other")]
        {
            assert_eq!(list.word(value), Some(word), "{value}");
        }
    }

    #[test]
    fn other_values_and_missing_ones() {
        let list = codes(&[("0", ""), ("*", "manual")]);
        assert_eq!((list.word("0"), list.word("00"), list.word("7")), (None, None, Some("manual")));
        assert!(list.has("x") && !codes(&[("1", "")]).has("x"));
    }
}
