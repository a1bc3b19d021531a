//! Where the bytes of a file come from: the disk, or an archive.

use super::archive::Member;
use flate2::read::MultiGzDecoder;
use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tempfile::TempPath;

/// Bytes that can be read from their start as often as needed.
#[derive(Clone, Debug)]
pub(crate) enum Source {
    File(PathBuf),
    /// A file of an archive, unpacked while it is read.
    Member(Arc<Member>),
    /// A file of an archive in a format that is not read from start to end; it is unpacked into a file that goes with this.
    Unpacked(Arc<TempPath>),
    /// Not a file.
    Nowhere,
}

impl Source {
    /// The bytes as they are stored.
    pub(crate) fn open(&self) -> io::Result<Box<dyn Read + Send>> {
        match self {
            Self::Member(member) => member.open(),
            _ => Ok(Box::new(self.file()?)),
        }
    }

    /// The file on disk; an error where there is none.
    pub(super) fn file(&self) -> io::Result<File> {
        match self {
            Self::File(path) => File::open(path),
            Self::Unpacked(path) => File::open(&**path),
            Self::Member(_) | Self::Nowhere => Err(io::Error::from(io::ErrorKind::Unsupported)),
        }
    }

    pub(crate) fn path(&self) -> Option<&Path> {
        match self {
            Self::File(path) => Some(path),
            Self::Unpacked(path) => Some(path),
            Self::Member(_) | Self::Nowhere => None,
        }
    }

    pub(super) fn bytes(&self) -> io::Result<u64> {
        match self {
            Self::Member(member) => Ok(member.bytes()),
            _ => self.file()?.metadata().map(|metadata| metadata.len()),
        }
    }
}

/// How a text is packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Packing {
    None,
    Gzip,
    Zstd,
}

const BUFFER: usize = 1 << 18;

impl Packing {
    /// The text behind packed bytes.
    pub(super) fn unpack<'r>(self, packed: Box<dyn Read + Send + 'r>) -> io::Result<Box<dyn Read + Send + 'r>> {
        Ok(match self {
            Self::None => packed,
            Self::Gzip => Box::new(MultiGzDecoder::new(BufReader::with_capacity(BUFFER, packed))),
            Self::Zstd => Box::new(zstd::Decoder::with_buffer(BufReader::with_capacity(BUFFER, packed))?),
        })
    }
}

/// Pieces of a plain file beyond its head, for what the head may not show.
pub(super) fn pieces(source: &Source, head: u64, length: u64) -> io::Result<Vec<Vec<u8>>> {
    let bytes = source.bytes()?;
    if source.path().is_none() || bytes <= head {
        return Ok(Vec::new());
    }
    let mut file = source.file()?;
    let starts = [bytes / 3, bytes / 3 * 2, bytes.saturating_sub(length)];
    starts.into_iter().filter(|&start| start >= head).map(|start| piece(&mut file, start, length)).collect()
}

/// From the first line that begins in the piece.
fn piece(file: &mut File, start: u64, length: u64) -> io::Result<Vec<u8>> {
    let mut piece = Vec::new();
    file.seek(SeekFrom::Start(start))?;
    file.take(length).read_to_end(&mut piece)?;
    let line = memchr::memchr(b'\n', &piece).map_or(piece.len(), |end| end + 1);
    Ok(piece.split_off(line))
}
