//! Which files a result was made from.

use super::InputFile;
use crate::error::ReadError;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use std::io::{self, Read};
use std::sync::Arc;

/// The identity of one input file.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct Fingerprint {
    /// The file as the user knows it.
    pub file: String,
    /// Its size.
    pub bytes: u64,
    /// Its BLAKE3 hash in hexadecimal.
    pub blake3: String,
}

/// Hashed at a time, by all threads together.
const BLOCK: usize = 1 << 22;

pub(super) fn fingerprints(files: &[&Arc<InputFile>]) -> Result<Vec<Fingerprint>, ReadError> {
    let fingerprint = |file: &&Arc<InputFile>| {
        let (bytes, hash) = hash(file.data.stored_bytes()).map_err(|source| ReadError::Io { file: file.data.name.clone(), source })?;
        Ok(Fingerprint { file: file.name().to_owned(), bytes, blake3: hash.to_hex().to_string() })
    };
    files.par_iter().map(fingerprint).collect()
}

fn hash(bytes: io::Result<Box<dyn Read + Send>>) -> io::Result<(u64, blake3::Hash)> {
    let mut file = bytes?;
    let mut hasher = blake3::Hasher::new();
    let mut block = Vec::with_capacity(BLOCK);
    loop {
        block.clear();
        if file.by_ref().take(BLOCK as u64).read_to_end(&mut block)? == 0 {
            return Ok((hasher.count(), hasher.finalize()));
        }
        hasher.update_rayon(&block);
    }
}
