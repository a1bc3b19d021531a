//! The sheet on which everything is written: headings, fields, tables, queries, all within its width.

use crate::labels::Label;
use crate::page::Page;
use crate::table::Table;
use crate::text::{pad_right, width, wrap};
use claimsift::Lang;
use claimsift::detect::Tier;

const INDENT: &str = "  ";

/// Collects the lines of a text.
pub(crate) struct Paper {
    pub(crate) page: Page,
    text: String,
}

impl Paper {
    pub(crate) fn new(page: Page) -> Self {
        Self { page, text: String::new() }
    }

    pub(crate) fn lang(&self) -> Lang {
        self.page.lang
    }

    pub(crate) fn finish(self) -> String {
        self.text
    }

    fn push(&mut self, line: &str) {
        self.text.push_str(line.trim_end());
        self.text.push('\n');
    }

    /// An empty line, unless there is one already.
    pub(crate) fn blank(&mut self) {
        if !self.text.is_empty() && !self.text.ends_with("\n\n") {
            self.push("");
        }
    }

    /// A heading over the whole.
    pub(crate) fn title(&mut self, title: &str) {
        self.heading(title, None, "=");
    }

    /// A heading over a finding, in the colour of its tier.
    pub(crate) fn tier_title(&mut self, title: &str, tier: Tier) {
        self.heading(title, Some(tier), "=");
    }

    /// A heading over a part.
    pub(crate) fn section(&mut self, label: Label) {
        self.heading(label.get(self.lang()), None, "-");
    }

    fn heading(&mut self, text: &str, tier: Option<Tier>, underline: &str) {
        self.blank();
        let style = self.page.style;
        let lines = wrap(text, self.page.columns());
        let columns = lines.iter().map(|line| width(line)).max().unwrap_or(0);
        for line in lines {
            self.push(&tier.map_or_else(|| style.heading(&line), |tier| style.tier(tier, &line)));
        }
        self.push(&underline.repeat(columns));
    }

    /// Running text.
    pub(crate) fn line(&mut self, text: &str) {
        self.hanging(INDENT, INDENT, text);
    }

    /// One entry of a list.
    pub(crate) fn item(&mut self, text: &str) {
        self.hanging("  - ", "    ", text);
    }

    /// One numbered entry of a list.
    pub(crate) fn numbered(&mut self, number: usize, text: &str) {
        self.hanging(&format!("{number:>3}. "), "     ", text);
    }

    /// Text that belongs to the entry above.
    pub(crate) fn below(&mut self, text: &str) {
        self.hanging("     ", "     ", text);
    }

    /// A point that belongs to the entry above.
    pub(crate) fn point_below(&mut self, text: &str) {
        self.hanging("     - ", "       ", text);
    }

    fn hanging(&mut self, first: &str, next: &str, text: &str) {
        let lines = wrap(text, self.page.columns() - next.len());
        for (at, line) in lines.iter().enumerate() {
            self.push(&format!("{}{line}", if at == 0 { first } else { next }));
        }
    }

    /// Labels with their values, the values under one another.
    pub(crate) fn fields(&mut self, fields: &[(String, String)]) {
        let column = fields.iter().map(|(label, _)| width(label)).max().unwrap_or(0).min(46);
        let indent = " ".repeat(INDENT.len() + column + 2);
        for (label, value) in fields.iter().filter(|(_, value)| !value.is_empty()) {
            let labels = wrap(label, column);
            let values = wrap(value, self.page.columns() - indent.len());
            for at in 0..labels.len().max(values.len()) {
                let label = labels.get(at).map_or("", String::as_str);
                let value = values.get(at).map_or("", String::as_str);
                self.push(&format!("{INDENT}{}  {value}", pad_right(label, column)));
            }
        }
    }

    pub(crate) fn table(&mut self, table: &Table) {
        for line in table.render(self.page.columns() - INDENT.len()) {
            self.push(&format!("{INDENT}{line}"));
        }
    }

    /// A query. Long lines are broken where that changes nothing.
    pub(crate) fn query(&mut self, sql: &str) {
        let limit = self.page.columns() - INDENT.len();
        for line in query_lines(sql, limit) {
            self.push(&format!("{INDENT}{line}"));
        }
    }
}

/// The lines of a query: comments are filled again as comments, code is broken at a blank outside quotes.
fn query_lines(sql: &str, limit: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut open: Option<String> = None;
    for line in sql.trim_end().lines() {
        let comment = comment(line);
        // The last line of a filled comment goes on in the next line if that is a comment at the same depth.
        let carried = match (open.take(), &comment) {
            (Some(prefix), Some((next, text))) if prefix == *next && !text.is_empty() => {
                lines.pop().and_then(|line| line.get(prefix.len()..).map(str::to_owned))
            }
            _ => None,
        };
        match comment {
            Some((prefix, text)) if width(line) > limit || carried.is_some() => {
                let text = carried.map_or_else(|| text.to_owned(), |carried| format!("{carried} {text}"));
                let room = limit.saturating_sub(prefix.len()).max(20);
                lines.extend(wrap(&text, room).into_iter().map(|part| format!("{prefix}{part}")));
                open = (width(line) > limit).then_some(prefix);
            }
            Some(_) => lines.push(line.to_owned()),
            None => lines.extend(code_lines(line, limit)),
        }
    }
    lines
}

/// A comment as what stands before its text, and its text.
fn comment(line: &str) -> Option<(String, &str)> {
    let text = line.trim_start().strip_prefix("--")?.trim_start();
    Some((line[..line.len() - text.len()].to_owned(), text))
}

fn code_lines(line: &str, limit: usize) -> Vec<String> {
    let code = line.trim_start();
    let indent = " ".repeat(line.len() - code.len());
    let mut lines = Vec::new();
    let (mut rest, mut prefix) = (code, indent.clone());
    while width(rest) + prefix.len() > limit {
        let Some(at) = last_break(rest, limit.saturating_sub(prefix.len())) else { break };
        lines.push(format!("{prefix}{}", rest[..at].trim_end()));
        rest = rest[at..].trim_start();
        prefix = format!("{indent}        ");
    }
    lines.push(format!("{prefix}{rest}"));
    lines
}

/// The last blank within `limit` columns that is in no quotes and no comment.
fn last_break(code: &str, limit: usize) -> Option<usize> {
    let (mut in_quotes, mut columns, mut found) = (false, 0, None);
    for (at, character) in code.char_indices() {
        if !in_quotes && code[at..].starts_with("--") {
            return found;
        }
        in_quotes ^= character == '\'';
        columns += width(character.encode_utf8(&mut [0; 4]));
        if columns > limit {
            return found;
        }
        if character == ' ' && !in_quotes && at > 0 {
            found = Some(at);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn queries_break_outside_quotes_and_comments_stay_comments() {
        let comment = "-- one two three four five six\n-- seven\n--\n-- end";
        assert_eq!(query_lines(comment, 23), ["-- one two three four", "-- five six seven", "--", "-- end"]);
        assert_eq!(query_lines("where name = 'a b' and other = 'c d'", 24), ["where name = 'a b' and", "        other = 'c d'"]);
        assert_eq!(query_lines("'a b c d e f g'", 8), ["'a b c d e f g'"]);
    }

    #[test]
    fn fields_hang_under_their_values() {
        let mut paper = Paper::new(Page { width: 60, ..Page::new(Lang::En) });
        let long = "word ".repeat(14);
        paper.fields(&[("unit".into(), "H1".into()), ("fact at hand".into(), long.trim().into()), ("none".into(), String::new())]);
        let text = paper.finish();
        assert_eq!(text.lines().next(), Some("  unit          H1"));
        assert!(text.lines().all(|line| width(line) <= 60));
        assert_eq!(text.lines().count(), 3);
    }
}
