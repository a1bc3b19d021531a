//! The folder of a result, replaced as a whole or not at all.

use super::leftover::{self, Role};
use super::table::TableWriter;
use crate::error::WriteError;
use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

const MANIFEST: &str = "manifest.json";

/// A result in the making.
///
/// Files go to a hidden folder beside the final one. [`commit`](Self::commit) puts that in its place by two renames; until then, and after
/// a failure or a killed run, the previous result is whole. Dropped without a commit, the new files are removed.
///
/// ```
/// use claimsift_io::ResultFolder;
///
/// # let home = std::env::temp_dir().join(format!("claimsift-io-doc-result-{}", std::process::id()));
/// let result = ResultFolder::create(&home.join("out"))?;
/// result.write_text("manifest.json", "{\"claimsift\": \"0.1.0\"}\n")?;
/// result.commit()?;
/// assert!(home.join("out/manifest.json").exists());
/// # std::fs::remove_dir_all(&home)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct ResultFolder {
    out: PathBuf,
    new: PathBuf,
    old: PathBuf,
    is_done: bool,
}

impl ResultFolder {
    /// Prepares to write the folder `out`, which must be absent, empty or a result of claimsift (its `manifest.json` has a field
    /// `claimsift`).
    ///
    /// What killed runs left beside it is cleared away first; if one was killed between the two renames, the previous result is put back.
    pub fn create(out: &Path) -> Result<Self, WriteError> {
        // A link stays a link: what it leads to is replaced.
        let real = if out.is_symlink() { fs::canonicalize(out) } else { std::path::absolute(out) };
        let out = real.map_err(|source| WriteError::Io { path: out.to_owned(), source })?;
        let (Some(parent), Some(name)) = (out.parent(), out.file_name()) else {
            return Err(WriteError::NoName { path: out });
        };
        fs::create_dir_all(parent).map_err(|source| WriteError::Io { path: parent.to_owned(), source })?;
        leftover::clear(parent, name, &out);
        if !is_replaceable(&out).map_err(|source| WriteError::Io { path: out.clone(), source })? {
            return Err(WriteError::NotOurs { path: out });
        }
        for number in 0_u32.. {
            let new = leftover::path(parent, name, number, Role::New);
            match fs::create_dir(&new) {
                Ok(()) => return Ok(Self { old: leftover::path(parent, name, number, Role::Old), out, new, is_done: false }),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(source) => return Err(WriteError::Io { path: new, source }),
            }
        }
        Err(WriteError::NoName { path: out })
    }

    /// Where the result will be.
    pub fn path(&self) -> &Path {
        &self.out
    }

    /// Begins the table `name`, to be written batch by batch into `<name>.parquet`. Several may be written at the same time.
    pub fn table(&self, name: &str, schema: SchemaRef) -> Result<TableWriter, WriteError> {
        TableWriter::create(self.new.join(format!("{name}.parquet")), schema)
    }

    /// Writes the table `name` of one batch into `<name>.parquet`.
    pub fn write_table(&self, name: &str, rows: &RecordBatch) -> Result<(), WriteError> {
        let mut table = self.table(name, rows.schema())?;
        table.write(rows)?;
        table.finish()
    }

    /// Writes a text file under its full name, such as `manifest.json`.
    pub fn write_text(&self, name: &str, text: &str) -> Result<(), WriteError> {
        let path = self.new.join(name);
        fs::write(&path, text).map_err(|source| WriteError::Io { path, source })
    }

    /// Puts the new result in the place of the old one. If that fails the old one stays, or is put back.
    pub fn commit(mut self) -> Result<(), WriteError> {
        sync(&self.new).map_err(|source| WriteError::Io { path: self.new.clone(), source })?;
        let replace = |source| WriteError::Replace { path: self.out.clone(), source };
        // Somebody may have put files there while the run went on.
        if !is_replaceable(&self.out).map_err(replace)? {
            return Err(WriteError::NotOurs { path: self.out.clone() });
        }
        let had_old = match fs::rename(&self.out, &self.old) {
            Ok(()) => true,
            Err(error) if error.kind() == io::ErrorKind::NotFound => false,
            Err(source) => return Err(replace(source)),
        };
        if let Err(source) = fs::rename(&self.new, &self.out) {
            if had_old {
                fs::rename(&self.old, &self.out).map_err(replace)?;
            }
            return Err(replace(source));
        }
        self.is_done = true;
        if had_old {
            // A backup that cannot be removed now is a leftover that a later run removes.
            let _ = fs::remove_dir_all(&self.old);
        }
        Ok(())
    }
}

impl Drop for ResultFolder {
    fn drop(&mut self) {
        if !self.is_done {
            let _ = fs::remove_dir_all(&self.new);
        }
    }
}

/// Whether nothing would be lost but a result of ours.
fn is_replaceable(out: &Path) -> io::Result<bool> {
    match fs::read_dir(out) {
        Ok(mut entries) => Ok(entries.next().is_none() || is_ours(out)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(true),
        Err(error) => Err(error),
    }
}

fn is_ours(out: &Path) -> bool {
    let manifest = fs::read_to_string(out.join(MANIFEST)).ok();
    let manifest = manifest.and_then(|text| serde_json::from_str::<serde_json::Value>(&text).ok());
    manifest.is_some_and(|manifest| manifest.get("claimsift").is_some())
}

/// Brings the files to disk before the old result is given up.
fn sync(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        fs::OpenOptions::new().append(true).open(path)?.sync_all()?;
    }
    Ok(())
}
