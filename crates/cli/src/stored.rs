//! The result of an earlier run, read back.

use crate::exit::WrongUse;
use crate::manifest::Manifest;
use crate::progress::Progress;
use anyhow::Context;
use claimsift::outputs::{read_findings, read_near_misses};
use claimsift::{Claims, Finding, Settings};
use claimsift_io::{Fingerprint, Input, Knowledge, Store, read_result_table};
use std::path::{Path, PathBuf};

/// A result folder with its manifest.
pub(crate) struct StoredRun {
    pub(crate) folder: PathBuf,
    pub(crate) manifest: Manifest,
    pub(crate) settings: Settings,
}

impl StoredRun {
    pub(crate) fn open(folder: &Path) -> anyhow::Result<Self> {
        let path = folder.join("manifest.json");
        let text = std::fs::read_to_string(&path)
            .map_err(|error| WrongUse(format!("{}: {error}; give the result folder of `claimsift screen`", path.display())))?;
        let manifest: Manifest = serde_json::from_str(&text)
            .map_err(|error| WrongUse(format!("{}: {error}; screen the data again with this version", path.display())))?;
        let settings = Settings::read(&manifest.settings).with_context(|| path.display().to_string())?;
        Ok(Self { folder: folder.to_owned(), manifest, settings })
    }

    pub(crate) fn findings(&self) -> anyhow::Result<Vec<Finding>> {
        let table = |name| read_result_table(&self.folder, name);
        Ok(read_findings(&table("findings")?, &table("evidence")?)?)
    }

    pub(crate) fn near_misses(&self) -> anyhow::Result<Vec<Finding>> {
        Ok(read_near_misses(&read_result_table(&self.folder, "measures")?)?)
    }

    /// Opens the data set that was screened, or where it is now.
    pub(crate) fn input(&self, moved_to: Option<&Path>) -> anyhow::Result<Input> {
        let path = moved_to.unwrap_or_else(|| Path::new(&self.manifest.input.path));
        if !path.exists() && !path.to_str().is_some_and(Store::is_address) {
            let hint = "give its place with `--input DIR`";
            return Err(WrongUse(format!("{}: the screened data set is no longer there; {hint}", path.display())).into());
        }
        crate::input::open(path, &self.manifest.input.layout_choice)
    }

    /// Opens the knowledge folders that were read, or where they are now; warns if they hold something else.
    fn knowledge(&self, moved_to: &[String]) -> anyhow::Result<Knowledge> {
        let known = &self.manifest.knowledge;
        if let Some(gone) = known.iter().find(|folder| moved_to.is_empty() && !folder.path.is_empty() && !Path::new(&folder.path).exists())
        {
            let hint = "give its place with `--knowledge DIR`";
            return Err(WrongUse(format!("{}: the knowledge folder is no longer there; {hint}", gone.path)).into());
        }
        let knowledge = if moved_to.is_empty() { Knowledge::reopen(known)? } else { Knowledge::open(moved_to)? };
        if knowledge.identities().iter().map(|folder| &folder.blake3).ne(known.iter().map(|folder| &folder.blake3)) {
            eprintln!("warning: the knowledge has changed since the data set was screened; screen it again for findings that match it");
        }
        Ok(knowledge)
    }

    /// Loads the claims as they were screened; warns if the files have changed since.
    pub(crate) fn claims(
        &self,
        moved_to: Option<&Path>,
        knowledge: &[String],
        all_columns: bool,
        progress: &Progress,
    ) -> anyhow::Result<Claims> {
        let input = self.input(moved_to)?;
        let knowledge = self.knowledge(knowledge)?;
        let columns = (!all_columns).then(|| self.settings.columns());
        let as_of = self.manifest.as_of.parse().ok();
        let (claims, _) = crate::input::load(&input, &knowledge, columns, as_of, progress)?;
        if !Fingerprint::all_agree(&input.fingerprints()?, &self.manifest.input.files) {
            eprintln!("warning: the data set has changed since it was screened; screen it again for findings that match it");
        }
        Ok(claims)
    }
}
