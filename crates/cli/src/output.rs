//! Where a result goes: a folder, a database, or both.

use crate::manifest::Manifest;
use crate::progress::Progress;
use arrow_array::RecordBatch;
use claimsift::Lang;
use claimsift_io::{ResultFolder, Store, WriteError, place_of};
use serde_json::{Map, Value};
use std::path::{Path, PathBuf};

/// The places of a result, found to be usable before the work begins.
pub(crate) struct Output {
    folder: Option<ResultFolder>,
    address: Option<String>,
}

impl Output {
    /// Prepares the folder, and sees whether the database can be reached and takes tables.
    pub(crate) fn prepare(folder: Option<&Path>, address: Option<&str>) -> Result<Self, WriteError> {
        // The connection is not kept: it would be idle during the whole run, and networks cut idle connections.
        address.map(Store::open).transpose()?;
        Ok(Self { folder: folder.map(ResultFolder::create).transpose()?, address: address.map(str::to_owned) })
    }

    /// Writes tables, manifest and timings. The folder and the database are each replaced as a whole, the database last.
    pub(crate) fn write(self, tables: &[(&'static str, RecordBatch)], manifest: &Manifest, progress: &Progress) -> anyhow::Result<()> {
        let mut store = self.address.as_deref().map(Store::open).transpose()?;
        if let Some(store) = &mut store {
            manifest.store(store, tables)?;
        }
        if let Some(folder) = self.folder {
            for (name, batch) in tables {
                folder.write_table(name, batch)?;
            }
            folder.write_text("manifest.json", &(serde_json::to_string_pretty(manifest)? + "\n"))?;
            let timings: Map<String, Value> = progress.finish().into_iter().map(|(stage, seconds)| (stage, seconds.into())).collect();
            folder.write_text("timings.json", &(serde_json::to_string_pretty(&timings)? + "\n"))?;
            folder.commit()?;
        } else {
            progress.finish();
        }
        store.map(Store::commit).transpose()?;
        Ok(())
    }

    /// Writes canonical tables, each as it is made, under their own names; a folder gets the manifest, too.
    pub(crate) fn write_tables(
        self,
        tables: impl Iterator<Item = (&'static str, RecordBatch)>,
        manifest: &Value,
        progress: &Progress,
    ) -> anyhow::Result<()> {
        let mut store = self.address.as_deref().map(Store::open).transpose()?;
        for (name, batch) in tables {
            if let Some(folder) = &self.folder {
                folder.write_table(name, &batch)?;
            }
            if let Some(store) = &mut store {
                store.write_table(name, &batch)?;
            }
        }
        if let Some(folder) = self.folder {
            folder.write_text("manifest.json", &(serde_json::to_string_pretty(manifest)? + "\n"))?;
            folder.commit()?;
        }
        store.map(Store::commit).transpose()?;
        progress.finish();
        Ok(())
    }
}

/// Says where a result was written.
pub(crate) fn written_to(folder: Option<&PathBuf>, address: Option<&String>, run_id: &str, lang: Lang) -> String {
    let folder = folder.map(|folder| folder.display().to_string());
    let database = address.map(|address| {
        let place = place_of(Path::new(address));
        match lang {
            Lang::En => format!("{place} as run {run_id}"),
            Lang::Zh => format!("{place}，批次 {run_id}"),
        }
    });
    let places = folder.into_iter().chain(database).collect::<Vec<_>>();
    match lang {
        Lang::En => format!("Written to {}", places.join(" and to ")),
        Lang::Zh => format!("结果已写入 {}", places.join("；")),
    }
}
