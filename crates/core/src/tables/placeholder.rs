//! Texts that stand in a key's place and name nobody and nothing.

/// Words that people and systems write where they have no value, in lower case.
const WORDS: &[&str] = &[
    "0",
    "-",
    "--",
    "/",
    "*",
    "?",
    "无",
    "无名",
    "无名氏",
    "未知",
    "不详",
    "不明",
    "空",
    "未填",
    "暂无",
    "null",
    "none",
    "nan",
    "n/a",
    "na",
    "unknown",
];
/// From so many on, one character repeated is no number that anybody was given.
const REPEATED: usize = 4;

/// Whether a key stands for no value: a word such as `0`, `无` or `NULL`, or one character four times or more, such as `9999`.
pub(crate) fn is_placeholder(text: &str) -> bool {
    let text = text.trim();
    let mut letters = text.chars();
    let Some(first) = letters.next() else { return true };
    let is_repeated = letters.all(|letter| letter == first) && text.chars().count() >= REPEATED;
    is_repeated || (text.len() <= 9 && WORDS.contains(&text.to_lowercase().as_str()))
}

#[cfg(test)]
mod tests {
    use super::is_placeholder;

    #[test]
    fn words_and_repeated_characters_name_nobody() {
        for text in ["", " 0 ", "无", "未知", "不详", "NULL", "None", "-", "9999", "00000000000", "1111", "xxxx"] {
            assert!(is_placeholder(text), "{text}");
        }
        for text in ["1", "999", "00", "P0000", "99990", "无锡市", "00000001", "13800000000"] {
            assert!(!is_placeholder(text), "{text}");
        }
    }
}
