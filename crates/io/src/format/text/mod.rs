//! Delimited text: any usual delimiter and encoding, from a file, an archive or a stream. Every cell is handed on as text; an empty one is
//! missing.
//!
//! A row that does not have the header's number of cells, cannot be decoded, or holds an identifier that was rounded, is set aside with its number
//! and the reason.

mod blocks;
mod columns;
mod dialect;
mod encoding;
mod split;
mod stream;
#[cfg(test)]
mod tests;

pub(crate) use dialect::{Delimiter, Dialect, Ending};
pub(crate) use encoding::Encoding;

use super::{FileColumn, Sink, Wanted};
use blocks::Blocks;
use columns::Plan;
use split::Splitter;
use std::io::Read;

/// What is known of a text before it is looked at; what is not given is found out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct TextOptions {
    pub(crate) delimiter: Option<Delimiter>,
    pub(crate) encoding: Option<Encoding>,
}

/// How a text is to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TextForm {
    pub(crate) dialect: Dialect,
    pub(crate) encoding: Encoding,
    /// The bytes of the mark that the text begins with.
    mark: usize,
    /// Whether every row ends with a delimiter.
    has_trailing: bool,
}

impl TextForm {
    /// In GB18030 line feeds, commas and quotes are never part of a longer character, so that rows can be cut before they are decoded; other
    /// delimiters may be part of one.
    fn is_decoded_by_block(&self) -> bool {
        self.encoding == Encoding::Gb18030 && self.dialect.delimiter.is_apart_in_gb18030()
    }
}

/// Enough of a text to judge it by.
const SAMPLE: u64 = 1 << 18;
/// How far a text is looked at for its encoding, where places beyond its head cannot be gone to.
const SAMPLE_BEHIND: u64 = 1 << 22;
/// Large enough to spread fixed costs, small enough to stay in cache while it is taken apart and encoded.
const BLOCK: usize = 1 << 20;
/// A smaller file is not worth the start of threads.
pub(super) const WORTH_THREADS: u64 = 1 << 21;
/// One thread that reads and cuts cannot keep more busy.
const MOST_WORKERS: usize = 8;

/// Looks at the head of a text, and for its encoding also at `elsewhere`: lines from beyond the head, where they are at hand.
pub(super) fn inspect(
    mut source: impl Read,
    elsewhere: Vec<Vec<u8>>,
    options: TextOptions,
    ending: Ending,
) -> Result<(TextForm, Vec<FileColumn>), String> {
    let mut head = Vec::new();
    // What breaks off behind the header is told when it is read.
    if let Err(error) = source.by_ref().take(SAMPLE).read_to_end(&mut head)
        && head.is_empty()
    {
        return Err(error.to_string());
    }
    let elsewhere = if elsewhere.is_empty() { vec![behind(source)] } else { elsewhere };
    let samples: Vec<Vec<u8>> = std::iter::once(head).chain(elsewhere).collect();
    let detected = encoding::detect(&samples);
    let encoding = options.encoding.unwrap_or(detected.encoding);
    let mark = if encoding == detected.encoding { detected.mark } else { 0 };
    let mut text = encoding.decode(&samples[0][mark..]);
    let dialect = Dialect::detect(&text, options.delimiter, ending);
    let mut names = header(&mut text, dialect).ok_or("it has no header")?;
    let has_trailing = names.len() > 1 && names.pop_if(|name| name.is_empty()).is_some();
    let form = TextForm { dialect, encoding, mark, has_trailing };
    Ok((form, names.into_iter().map(|name| FileColumn { name, is_nested: false }).collect()))
}

/// The lines behind the head of a text that can only be read from its start.
fn behind(source: impl Read) -> Vec<u8> {
    let mut more = Vec::new();
    // An error is told when the text is read.
    let _ = source.take(SAMPLE_BEHIND).read_to_end(&mut more);
    let line = memchr::memchr(b'\n', &more).map_or(more.len(), |end| end + 1);
    more.split_off(line)
}

/// The names in the first row. What cannot be decoded in them becomes U+FFFD.
fn header(text: &mut [u8], dialect: Dialect) -> Option<Vec<String>> {
    let mut cells = Vec::new();
    let mut splitter = Splitter::new(text, dialect);
    splitter.next_row(&mut cells)?;
    let name = |cell: &[u8]| String::from_utf8_lossy(cell).trim().to_owned();
    Some(cells.iter().map(|cell| name(cell.of(splitter.text()))).collect())
}

/// Decodes a stream of text, `workers` blocks at a time. `header` names the columns, `wanted` those to decode.
pub(crate) fn decode_stream(
    reader: Box<dyn Read + Send + '_>,
    form: &TextForm,
    header: &[FileColumn],
    wanted: &[Wanted],
    workers: usize,
    sink: &mut Sink<'_>,
) -> Result<(), String> {
    decode_blocks(reader, form, header, wanted, (BLOCK, workers.min(MOST_WORKERS)), sink)
}

fn decode_blocks(
    mut reader: Box<dyn Read + Send + '_>,
    form: &TextForm,
    header: &[FileColumn],
    wanted: &[Wanted],
    (size, workers): (usize, usize),
    sink: &mut Sink<'_>,
) -> Result<(), String> {
    let mut mark = [0; 4];
    reader.read_exact(&mut mark[..form.mark]).map_err(|error| error.to_string())?;
    let plan = Plan::new(form, header, wanted);
    let reader = if form.is_decoded_by_block() { reader } else { as_utf8(reader, form.encoding) };
    let blocks = Blocks::new(reader, form.dialect, size);
    if workers > 1 { stream::in_parallel(blocks, &plan, workers, sink) } else { stream::one_by_one(blocks, &plan, sink) }
}

fn as_utf8<'r>(reader: Box<dyn Read + Send + 'r>, encoding: Encoding) -> Box<dyn Read + Send + 'r> {
    match encoding::Transcoded::new(reader, encoding) {
        Ok(transcoded) => Box::new(transcoded),
        Err(reader) => reader,
    }
}
