//! Text by the columns it takes: width, padding, wrapping.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// The columns that a text takes on a terminal.
pub(crate) fn width(text: &str) -> usize {
    UnicodeWidthStr::width(text)
}

pub(crate) fn pad_left(text: &str, columns: usize) -> String {
    format!("{}{text}", " ".repeat(columns.saturating_sub(width(text))))
}

pub(crate) fn pad_right(text: &str, columns: usize) -> String {
    format!("{text}{}", " ".repeat(columns.saturating_sub(width(text))))
}

/// A piece that is not broken: a word, or one wide character with the punctuation that belongs to it.
struct Atom {
    text: String,
    is_spaced: bool,
}

/// Breaks a text into lines of at most `limit` columns, at blanks and between wide characters; a longer word is cut. An empty text gives one
/// empty line.
pub(crate) fn wrap(text: &str, limit: usize) -> Vec<String> {
    let limit = limit.max(2);
    text.split('\n').flat_map(|line| wrap_line(line, limit)).collect()
}

/// The columns of the longest piece that wrapping does not break.
pub(crate) fn longest_atom(text: &str) -> usize {
    atoms(text).iter().map(|atom| width(&atom.text)).max().unwrap_or(0)
}

fn wrap_line(text: &str, limit: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    let mut used = 0;
    for atom in atoms(text) {
        let columns = width(&atom.text);
        let blank = usize::from(atom.is_spaced && used > 0);
        if used > 0 && used + blank + columns > limit {
            lines.push(String::new());
            used = 0;
        } else if blank > 0 {
            push(&mut lines, " ");
            used += 1;
        }
        if columns <= limit {
            push(&mut lines, &atom.text);
            used += columns;
        } else {
            used = push_cut(&mut lines, &atom.text, used, limit);
        }
    }
    lines
}

fn push(lines: &mut [String], text: &str) {
    if let Some(line) = lines.last_mut() {
        line.push_str(text);
    }
}

/// Appends a word that is longer than a line, cut where lines are full.
fn push_cut(lines: &mut Vec<String>, word: &str, mut used: usize, limit: usize) -> usize {
    for character in word.chars() {
        let columns = character.width().unwrap_or(0);
        if used + columns > limit {
            lines.push(String::new());
            used = 0;
        }
        push(lines, character.encode_utf8(&mut [0; 4]));
        used += columns;
    }
    used
}

fn atoms(text: &str) -> Vec<Atom> {
    let mut atoms: Vec<Atom> = Vec::new();
    let (mut is_spaced, mut after_wide, mut after_opening) = (false, true, false);
    for character in text.chars() {
        if character.is_whitespace() {
            is_spaced = true;
            continue;
        }
        let is_wide = character.width() == Some(2);
        let joins = !is_spaced && (after_opening || is_closing(character) || !(is_wide || after_wide));
        match atoms.last_mut().filter(|_| joins) {
            Some(atom) => atom.text.push(character),
            None => atoms.push(Atom { text: character.to_string(), is_spaced }),
        }
        (is_spaced, after_wide, after_opening) = (false, is_wide, is_opening(character));
    }
    atoms
}

/// Punctuation that may not begin a line.
fn is_closing(character: char) -> bool {
    "，。；：、！？）》」』”’%,.;:!?)]".contains(character)
}

/// Punctuation that may not end a line.
fn is_opening(character: char) -> bool {
    "（《「『“‘([".contains(character)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_break_at_blanks_and_between_wide_characters() {
        assert_eq!(wrap("one two three", 7), ["one two", "three"]);
        assert_eq!(wrap("住院时间重叠", 5), ["住院", "时间", "重叠"]);
        assert_eq!(wrap("自 2025-05-01 起重叠", 13), ["自 2025-05-01", "起重叠"]);
        assert_eq!(wrap("abcdefgh", 3), ["abc", "def", "gh"]);
        assert_eq!(wrap("", 10), [""]);
        assert_eq!(wrap("a\nb", 10), ["a", "b"]);
    }

    #[test]
    fn punctuation_stays_with_its_text() {
        assert_eq!(wrap("入院，出院", 6), ["入院，", "出院"]);
        assert_eq!(wrap("入院，出院", 4), ["入", "院，", "出院"]);
        assert_eq!(wrap("按（明细）", 6), ["按（明", "细）"]);
    }

    #[test]
    fn padding_counts_columns() {
        assert_eq!(pad_left("元", 4), "  元");
        assert_eq!(pad_right("元", 4), "元  ");
        assert_eq!(pad_right("元", 1), "元");
    }
}
