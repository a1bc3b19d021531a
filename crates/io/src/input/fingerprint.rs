//! Which files a result was made from.

use super::InputFile;
use crate::error::ReadError;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::io::{self, Read};
use std::sync::Arc;

/// The identity of one input file, or of what was read of a table of a database.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
pub struct Fingerprint {
    /// The file as the user knows it.
    pub file: String,
    /// The size of a file.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub bytes: u64,
    /// The BLAKE3 hash of a file in hexadecimal.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub blake3: String,
    /// The rows of a table.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rows: Option<u64>,
    /// Of each column of a table that was read, a checksum of its values, which does not depend on the order of rows.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub columns: BTreeMap<String, String>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the serializer's signature")]
fn is_zero(bytes: &u64) -> bool {
    *bytes == 0
}

impl Fingerprint {
    /// That of a table.
    pub(crate) fn of_table(name: &str, rows: u64, columns: BTreeMap<String, String>) -> Self {
        Self { file: name.to_owned(), rows: Some(rows), columns, ..Self::default() }
    }

    /// Whether both may be of the same data: of tables, the columns that both have read count.
    pub fn agrees(&self, other: &Self) -> bool {
        let columns_agree = self.columns.iter().all(|(name, sum)| other.columns.get(name).is_none_or(|theirs| theirs == sum));
        let whole = |print: &Self| (print.bytes, print.blake3.clone(), print.rows);
        self.file == other.file && whole(self) == whole(other) && columns_agree
    }

    /// Whether two lists may be of the same data. Tables of a database that only one of the two has read do not count; every file does.
    pub fn all_agree(left: &[Self], right: &[Self]) -> bool {
        let covered = |these: &[Self], those: &[Self]| {
            these.iter().all(|one| match those.iter().find(|other| other.file == one.file) {
                Some(other) => one.agrees(other),
                None => one.rows.is_some(),
            })
        };
        covered(left, right) && covered(right, left)
    }
}

/// Hashed at a time, by all threads together.
const BLOCK: usize = 1 << 22;

pub(super) fn fingerprints(files: &[&Arc<InputFile>]) -> Result<Vec<Fingerprint>, ReadError> {
    let fingerprint = |file: &&Arc<InputFile>| {
        if let Some(table) = file.data.table() {
            return Ok(table.fingerprint());
        }
        let (bytes, hash) = hash(file.data.stored_bytes()).map_err(|source| ReadError::Io { file: file.data.name.clone(), source })?;
        let (file, blake3) = (file.name().to_owned(), hash.to_hex().to_string());
        Ok(Some(Fingerprint { file, bytes, blake3, ..Fingerprint::default() }))
    };
    Ok(files.par_iter().map(fingerprint).collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect())
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
