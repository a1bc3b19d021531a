//! Zip archives: their files, each of which is read as if it lay in a folder.

use crate::error::ReadError;
use encoding_rs::GB18030;
use flate2::Crc;
use flate2::read::DeflateDecoder;
use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tempfile::{NamedTempFile, TempPath};
use zip::{CompressionMethod, ZipArchive};

/// A file of an archive.
#[derive(Debug)]
pub(crate) struct Member {
    archive: PathBuf,
    /// Its path inside the archive, with `/` between folders.
    pub(crate) name: String,
    start: u64,
    packed: u64,
    bytes: u64,
    crc: u32,
    is_deflated: bool,
}

/// The files of an archive in its order, hidden ones left out. `name` is the archive as the user knows it.
pub(crate) fn members(path: &Path, name: &Arc<str>) -> Result<Vec<Member>, ReadError> {
    let damaged = |reason: String| ReadError::Damaged { file: name.clone(), format: "zip", reason };
    let file = File::open(path).map_err(|source| ReadError::Io { file: name.clone(), source })?;
    let mut archive = ZipArchive::new(BufReader::new(file)).map_err(|error| damaged(error.to_string()))?;
    let mut members = Vec::new();
    for index in 0..archive.len() {
        let entry = archive.by_index_raw(index).map_err(|error| damaged(error.to_string()))?;
        let inside = member_name(entry.name_raw());
        if entry.is_dir() || is_hidden(&inside) {
            continue;
        }
        let refuse = |reason| ReadError::Archive { file: name.clone(), member: inside.clone(), reason };
        if inside.to_lowercase().ends_with(".zip") {
            return Err(refuse("is itself an archive: unpack the outer one"));
        }
        if entry.encrypted() {
            return Err(refuse("is encrypted: unpack it with its password, or pack it without one"));
        }
        let is_deflated = match entry.compression() {
            CompressionMethod::Stored => false,
            CompressionMethod::Deflated => true,
            _ => return Err(refuse("is packed by a rare method: pack it again as a usual zip (deflate), or unpack it")),
        };
        let start = entry.data_start().ok_or_else(|| damaged(format!("`{inside}` has no data")))?;
        let (packed, bytes, crc) = (entry.compressed_size(), entry.size(), entry.crc32());
        members.push(Member { archive: path.to_owned(), name: inside, start, packed, bytes, crc, is_deflated });
    }
    Ok(members)
}

/// Names are UTF-8, or GB18030 where Chinese systems packed them.
fn member_name(raw: &[u8]) -> String {
    let name = std::str::from_utf8(raw).map_or_else(|_| GB18030.decode_without_bom_handling(raw).0.into_owned(), str::to_owned);
    name.replace('\\', "/")
}

fn is_hidden(name: &str) -> bool {
    name.split('/').any(|part| part.starts_with(['.', '_']))
}

impl Member {
    /// The size unpacked.
    pub(crate) fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Its bytes, unpacked and checked.
    pub(crate) fn open(&self) -> io::Result<Box<dyn Read + Send>> {
        let mut file = File::open(&self.archive)?;
        file.seek(SeekFrom::Start(self.start))?;
        let packed = BufReader::with_capacity(1 << 17, file.take(self.packed));
        let unpacked: Box<dyn Read + Send> = if self.is_deflated { Box::new(DeflateDecoder::new(packed)) } else { Box::new(packed) };
        Ok(Box::new(Checked { reader: unpacked, crc: Crc::new(), expected: self.crc }))
    }

    /// Unpacks it into a file that is removed with what is returned.
    pub(crate) fn unpack(&self) -> io::Result<TempPath> {
        let mut file = NamedTempFile::new()?;
        io::copy(&mut self.open()?, &mut file)?;
        Ok(file.into_temp_path())
    }
}

/// Fails at the end of bytes that are not those that were packed.
struct Checked {
    reader: Box<dyn Read + Send>,
    crc: Crc,
    expected: u32,
}

impl Read for Checked {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.reader.read(into)?;
        self.crc.update(&into[..read]);
        let is_end = read == 0 && !into.is_empty();
        if is_end && self.crc.sum() != self.expected {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "its checksum is not that of the archive"));
        }
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_utf8_or_gb18030() {
        let name = "\u{660E}\u{7EC6}/lines.csv";
        assert_eq!(member_name(name.as_bytes()), name);
        assert_eq!(member_name(&GB18030.encode(name).0), name);
        assert_eq!(member_name(b"part\\lines.csv"), "part/lines.csv");
        assert!(is_hidden("__MACOSX/lines.csv") && is_hidden("a/.b") && !is_hidden("a/b.csv"));
    }
}
