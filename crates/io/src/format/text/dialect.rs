//! How a text is divided: what stands between cells and what ends a row.

use super::split::Splitter;

/// What stands between the cells of a row: one to four bytes, none of which is a quote or ends a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Delimiter {
    bytes: [u8; 4],
    length: u8,
}

impl Delimiter {
    pub(crate) const COMMA: Self = Self { bytes: [b',', 0, 0, 0], length: 1 };
    const TAB: Self = Self { bytes: [b'\t', 0, 0, 0], length: 1 };
    const PIPE: Self = Self { bytes: [b'|', 0, 0, 0], length: 1 };
    /// The delimiters that are looked for. Of those that fit equally well the longest is taken, then the first.
    const KNOWN: [Self; 7] = [
        Self { bytes: *b"|@|\0", length: 3 },
        Self::COMMA,
        Self::TAB,
        Self::PIPE,
        Self { bytes: [b';', 0, 0, 0], length: 1 },
        Self { bytes: [1, 0, 0, 0], length: 1 },
        Self { bytes: [b'^', 0, 0, 0], length: 1 },
    ];

    /// A delimiter written out; `None` for what cannot be one.
    #[cfg(test)]
    pub(super) fn new(text: &str) -> Option<Self> {
        let mut bytes = [0; 4];
        bytes.get_mut(..text.len())?.copy_from_slice(text.as_bytes());
        let is_free = !text.is_empty() && !text.contains(['"', '\r', '\n', '\0']);
        is_free.then_some(Self { bytes, length: text.len() as u8 })
    }

    pub(super) fn len(self) -> usize {
        usize::from(self.length)
    }

    pub(super) fn first(self) -> u8 {
        self.bytes[0]
    }

    fn bytes(&self) -> &[u8] {
        &self.bytes[..self.len()]
    }

    #[inline]
    pub(super) fn is_at(self, text: &[u8], at: usize) -> bool {
        text[at] == self.bytes[0] && (self.length == 1 || text[at..].starts_with(self.bytes()))
    }

    pub(super) fn ends(self, text: &[u8]) -> bool {
        text.ends_with(self.bytes())
    }

    /// Whether none of its bytes can be part of a longer GB18030 character.
    pub(super) fn is_apart_in_gb18030(self) -> bool {
        self.bytes().iter().all(|byte| matches!(byte, 0..0x30 | 0x3A..0x40))
    }
}

/// The delimiter that an ending speaks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    Csv,
    Tsv,
    Psv,
    /// `.txt` and `.dat`, which may be anything.
    Loose,
}

impl Ending {
    fn delimiter(self) -> Option<Delimiter> {
        match self {
            Self::Csv => Some(Delimiter::COMMA),
            Self::Tsv => Some(Delimiter::TAB),
            Self::Psv => Some(Delimiter::PIPE),
            Self::Loose => None,
        }
    }
}

/// How a text is divided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Dialect {
    pub(super) delimiter: Delimiter,
    /// A line feed (with or without a carriage return before it), or a carriage return in text that has no line feed.
    pub(super) line_end: u8,
}

/// Rows by which a delimiter is judged.
const ROWS_JUDGED: usize = 20;

impl Dialect {
    /// Commas and line feeds.
    pub(super) const CSV: Self = Self { delimiter: Delimiter::COMMA, line_end: b'\n' };

    /// Judges by the head of a text.
    pub(super) fn detect(head: &[u8], given: Option<Delimiter>, ending: Ending) -> Self {
        let line_end = if head.contains(&b'\r') && !head.contains(&b'\n') { b'\r' } else { b'\n' };
        let delimiter = given.unwrap_or_else(|| delimiter(head, line_end, ending));
        Self { delimiter, line_end }
    }
}

/// The delimiter that divides most of the first rows into as many cells as the header, then the longest, then the one of the ending, then the
/// one that gives most cells.
fn delimiter(head: &[u8], line_end: u8, ending: Ending) -> Delimiter {
    let judged = Delimiter::KNOWN.iter().rev().map(|&delimiter| {
        let (cells, alike) = likeness(head, Dialect { delimiter, line_end });
        ((cells > 1, alike, delimiter.len(), ending.delimiter() == Some(delimiter), cells), delimiter)
    });
    let best = judged.max_by_key(|(merit, _)| *merit).filter(|((divides, ..), _)| *divides);
    best.map_or(ending.delimiter().unwrap_or(Delimiter::COMMA), |(_, delimiter)| delimiter)
}

/// The number of cells of the header, and how many of the first rows have as many.
fn likeness(head: &[u8], dialect: Dialect) -> (usize, usize) {
    let mut text = head.to_vec();
    let mut splitter = Splitter::new(&mut text, dialect);
    let mut cells = Vec::new();
    let mut counts = Vec::new();
    while counts.len() < ROWS_JUDGED && splitter.next_row(&mut cells).is_some() {
        counts.push(cells.len());
    }
    let header = counts.first().copied().unwrap_or(0);
    (header, counts.iter().filter(|&&count| count == header).count())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(head: &str) -> String {
        let dialect = Dialect::detect(head.as_bytes(), None, Ending::Loose);
        String::from_utf8_lossy(dialect.delimiter.bytes()).into_owned()
    }

    #[test]
    fn the_delimiter_that_gives_equal_counts_is_found() {
        for (head, expected) in [
            ("a,b,c\n1,2,3\n", ","),
            ("a\tb\n1,5\t2\n", "\t"),
            ("a|@|b|@|c\nx|y|@|2|@|3\n", "|@|"),
            ("a|b|c\n1|2|3\n", "|"),
            ("a;b\n1,5;2,5\n", ";"),
            ("a\u{1}b\n1\u{1}2\n", "\u{1}"),
            ("a^b\n1^2\n", "^"),
            ("\"a,b\";c\n1;2\n", ";"),
            ("a,b,c\n1,2\n1,2,3\n", ","),
            ("alone\n1\n", ","),
        ] {
            assert_eq!(found(head), expected, "{head:?}");
        }
    }

    #[test]
    fn lines_may_end_in_a_carriage_return_alone() {
        assert_eq!(Dialect::detect(b"a,b\r1,2\r", None, Ending::Csv).line_end, b'\r');
        assert_eq!(Dialect::detect(b"a,b\r\n1,2\r\n", None, Ending::Csv).line_end, b'\n');
    }

    #[test]
    fn a_delimiter_can_be_given() {
        assert_eq!(Delimiter::new("|@|"), Some(Delimiter::KNOWN[0]));
        for text in ["", "\"", "\n", "12345"] {
            assert_eq!(Delimiter::new(text), None, "{text:?}");
        }
    }
}
