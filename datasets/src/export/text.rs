//! Text files: cells to lines, characters to bytes, bytes to packed files.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use anyhow::{Context, Result, anyhow};
use flate2::write::GzEncoder;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::options::{Encoding, Export, Packing};

/// Bytes that no text of the encoding has.
const fn undecodable(encoding: Encoding) -> &'static [u8] {
    match encoding {
        Encoding::Utf8 | Encoding::Utf8Bom | Encoding::Gb18030 => &[0xff],
        // Half of a pair.
        Encoding::Utf16 => &[0x00, 0xd8],
    }
}

/// How a line is written wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Spoil {
    /// Not at all.
    None,
    /// Half of its cells are missing.
    Ragged,
    /// A byte in the cell of this number means nothing.
    Undecodable(usize),
}

/// One text file.
pub(super) struct TextFile {
    packed: Packed,
    delimiter: String,
    encoding: Encoding,
    line: String,
    bytes: Vec<u8>,
}

impl TextFile {
    /// Creates `stem` with the ending that the delimiter and the packing ask for; returns it with its name, as a reader would call it.
    pub(super) fn create(folder: &Path, stem: &str, export: &Export) -> Result<(Self, String)> {
        let name = format!("{stem}.{}", if export.delimiter == "\t" { "tsv" } else { "csv" });
        let (file, shown) = match export.packing {
            Packing::None => (name.clone(), name.clone()),
            Packing::Zip => (format!("{stem}.zip"), format!("{stem}.zip/{name}")),
            packing => (format!("{name}.{packing}"), format!("{name}.{packing}")),
        };
        let path = folder.join(&file);
        let packed = Packed::create(&path, &name, export.packing).with_context(|| format!("cannot create {}", path.display()))?;
        let mut text =
            Self { packed, delimiter: export.delimiter.clone(), encoding: export.encoding, line: String::new(), bytes: Vec::new() };
        text.packed.write_all(match export.encoding {
            Encoding::Utf8 | Encoding::Gb18030 => &[],
            Encoding::Utf8Bom => &[0xef, 0xbb, 0xbf],
            Encoding::Utf16 => &[0xff, 0xfe],
        })?;
        Ok((text, shown))
    }

    pub(super) fn write<C: AsRef<str>>(&mut self, cells: &[C], spoil: Spoil) -> Result<()> {
        let cells = if spoil == Spoil::Ragged { &cells[..cells.len().div_ceil(2)] } else { cells };
        self.bytes.clear();
        self.line.clear();
        for (position, cell) in cells.iter().enumerate() {
            if position > 0 {
                self.line.push_str(&self.delimiter);
            }
            if spoil == Spoil::Undecodable(position) {
                self.encode()?;
                self.bytes.extend_from_slice(undecodable(self.encoding));
            }
            push_cell(&mut self.line, cell.as_ref(), &self.delimiter);
        }
        self.line.push('\n');
        self.encode()?;
        Ok(self.packed.write_all(&self.bytes)?)
    }

    /// Moves the characters of the line so far to its bytes.
    fn encode(&mut self) -> Result<()> {
        match self.encoding {
            Encoding::Utf8 | Encoding::Utf8Bom => self.bytes.extend_from_slice(self.line.as_bytes()),
            Encoding::Utf16 => self.bytes.extend(self.line.encode_utf16().flat_map(u16::to_le_bytes)),
            Encoding::Gb18030 => {
                let (bytes, _, has_unmapped) = encoding_rs::GB18030.encode(&self.line);
                if has_unmapped {
                    return Err(anyhow!("a text has a character that GB18030 lacks"));
                }
                self.bytes.extend_from_slice(&bytes);
            }
        }
        self.line.clear();
        Ok(())
    }

    pub(super) fn finish(self) -> Result<()> {
        self.packed.finish()
    }
}

/// A cell, in quotes where it must be: where it holds the delimiter, a quote or a line break.
fn push_cell(line: &mut String, cell: &str, delimiter: &str) {
    if cell.contains(['"', '\r', '\n']) || cell.contains(delimiter) {
        line.push('"');
        line.push_str(&cell.replace('"', "\"\""));
        line.push('"');
    } else {
        line.push_str(cell);
    }
}

enum Packed {
    Plain(BufWriter<File>),
    Gzip(GzEncoder<BufWriter<File>>),
    Zstd(zstd::Encoder<'static, BufWriter<File>>),
    Zip(Box<ZipWriter<BufWriter<File>>>),
}

impl Packed {
    fn create(path: &Path, member: &str, packing: Packing) -> Result<Self> {
        let file = BufWriter::with_capacity(1 << 16, File::create(path)?);
        Ok(match packing {
            Packing::None => Self::Plain(file),
            Packing::Gzip => Self::Gzip(GzEncoder::new(file, flate2::Compression::default())),
            Packing::Zstd => Self::Zstd(zstd::Encoder::new(file, zstd::DEFAULT_COMPRESSION_LEVEL)?),
            Packing::Zip => {
                let mut archive = ZipWriter::new(file);
                // A fixed time, so that the same data give the same bytes.
                let options = SimpleFileOptions::default().last_modified_time(zip::DateTime::default()).large_file(true);
                archive.start_file(member, options)?;
                Self::Zip(Box::new(archive))
            }
        })
    }

    fn write_all(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        match self {
            Self::Plain(file) => file.write_all(bytes),
            Self::Gzip(file) => file.write_all(bytes),
            Self::Zstd(file) => file.write_all(bytes),
            Self::Zip(file) => file.write_all(bytes),
        }
    }

    fn finish(self) -> Result<()> {
        let mut file = match self {
            Self::Plain(file) => file,
            Self::Gzip(file) => file.finish()?,
            Self::Zstd(file) => file.finish()?,
            Self::Zip(file) => file.finish()?,
        };
        Ok(file.flush()?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(export: &Export, cells: &[&str], spoil: Spoil) -> Vec<u8> {
        let folder = tempfile::tempdir().expect("a folder");
        let (mut file, name) = TextFile::create(folder.path(), "t", export).expect("a file");
        file.write(cells, spoil).expect("written");
        file.finish().expect("finished");
        std::fs::read(folder.path().join(name)).expect("a file")
    }

    #[test]
    fn cells_are_quoted_where_they_must_be() {
        let export = Export::default();
        assert_eq!(written(&export, &["a", "b,c", "d\"e", ""], Spoil::None), b"a,\"b,c\",\"d\"\"e\",\n");
        let wide = Export { delimiter: "|@|".to_owned(), ..Export::default() };
        assert_eq!(written(&wide, &["a,b", "c|d"], Spoil::None), b"a,b|@|c|d\n");
    }

    #[test]
    fn characters_are_those_of_the_encoding() {
        let with = |encoding| written(&Export { encoding, ..Export::default() }, &["片"], Spoil::None);
        assert_eq!(with(Encoding::Utf8Bom), b"\xef\xbb\xbf\xe7\x89\x87\n");
        assert_eq!(with(Encoding::Utf16), b"\xff\xfe\x47\x72\n\0");
        assert_eq!(with(Encoding::Gb18030), b"\xc6\xac\n");
    }

    #[test]
    fn spoiled_lines_are_short_or_undecodable() {
        let export = Export::default();
        assert_eq!(written(&export, &["a", "b", "c", "d"], Spoil::Ragged), b"a,b\n");
        assert_eq!(written(&export, &["a", "b"], Spoil::Undecodable(1)), b"a,\xffb\n");
        let wide = Export { encoding: Encoding::Utf16, ..Export::default() };
        assert_eq!(written(&wide, &["a"], Spoil::Undecodable(0)), b"\xff\xfe\0\xd8a\0\n\0");
    }
}
