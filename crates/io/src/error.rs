//! What can go wrong with files, each with what to do about it.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;

/// Why an input cannot be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReadError {
    /// There is no such file or folder.
    #[error("{} does not exist: give the folder (or the one file) that holds the claims", path.display())]
    NotFound {
        /// The path as it was given.
        path: PathBuf,
    },
    /// The operating system refused.
    #[error("{file} cannot be read ({source}): check its permissions and that no other program is writing it")]
    Io {
        /// The file.
        file: Arc<str>,
        /// What the system said.
        source: io::Error,
    },
    /// A file without a single byte.
    #[error("{file} is empty (0 bytes): export it again, or take it out of the folder if the table has no rows")]
    Empty {
        /// The file.
        file: Arc<str>,
    },
    /// A file that breaks off or breaks the rules of its format.
    #[error("{file} cannot be read as {format} ({reason}): the file is truncated or damaged; export it again")]
    Damaged {
        /// The file.
        file: Arc<str>,
        /// The format, such as `Parquet`.
        format: &'static str,
        /// What the decoder said.
        reason: String,
    },
    /// Text in another encoding.
    #[error("{file} is not text in UTF-8, UTF-16 or GB18030: export it as UTF-8 (spreadsheets call it \"CSV UTF-8\")")]
    Undecodable {
        /// The file.
        file: Arc<str>,
    },
    /// A file of an archive that cannot be unpacked.
    #[error("{file} holds `{member}`, which {reason}")]
    Archive {
        /// The archive.
        file: Arc<str>,
        /// Its path inside.
        member: String,
        /// What is wrong and what to do.
        reason: &'static str,
    },
    /// No layout of this name.
    #[error("there is no layout `{name}`: known are {}; or give a mapping file with --layout FILE", known.join(", "))]
    UnknownLayout {
        /// The name as it was given.
        name: String,
        /// The layouts that come with the program.
        known: Vec<&'static str>,
    },
    /// A mapping file that cannot be used; every problem is listed.
    #[error("layout {layout} cannot be used:{}", list(problems))]
    Layout {
        /// The mapping file, or its name.
        layout: String,
        /// Each problem with its place in the file.
        problems: Vec<String>,
    },
    /// No file that the layout, or with automatic choice any layout, knows.
    #[error(
        "{} holds no file that {layout} knows; it holds:{}\nwanted:{}\nrename files and columns, or map them with --layout FILE",
        path.display(), list(found), list(wanted)
    )]
    NothingKnown {
        /// The input.
        path: PathBuf,
        /// The layout as a phrase.
        layout: String,
        /// The files with their headers.
        found: Vec<String>,
        /// What the layouts ask for.
        wanted: Vec<String>,
    },
    /// A file without a column that its table must have.
    #[error(
        "{file} has no column for {} of table `{table}` (its columns: {}): rename the column, or map it with --layout FILE",
        ticks(columns), found.join(", ")
    )]
    MissingColumn {
        /// The file.
        file: Arc<str>,
        /// The table that the file feeds.
        table: &'static str,
        /// The required columns that are not there.
        columns: Vec<&'static str>,
        /// The columns of the file.
        found: Vec<String>,
    },
    /// A file that has a column of the layout more than once.
    #[error("{file} has the column `{column}` more than once: keep one, or rename the others")]
    RepeatedColumn {
        /// The file.
        file: Arc<str>,
        /// The column as the layout spells it.
        column: String,
    },
    /// A column of lists, structures or raw bytes.
    #[error("{file} has lists or structures in the column `{column}`: export it as single values, one row each")]
    NestedColumn {
        /// The file.
        file: Arc<str>,
        /// The column.
        column: String,
    },
    /// An address that names no database.
    #[error("{place} {problem}")]
    Address {
        /// The address without its password.
        place: String,
        /// What is wrong with it, and what is wanted.
        problem: String,
    },
    /// A database that does not answer, refuses, or stops half-way.
    #[error("{place}: {reason}; {remedy}")]
    Database {
        /// The address without its password.
        place: String,
        /// What the database or the network said.
        reason: String,
        /// What to do.
        remedy: String,
    },
    /// A result folder without the table that was asked for.
    #[error("{} has no {name}.parquet: give the folder that `claimsift screen` wrote", folder.display())]
    NoResult {
        /// The folder.
        folder: PathBuf,
        /// The table.
        name: String,
    },
    /// Rows that could not be brought under the layout.
    #[error("{file} cannot be mapped to table `{table}` ({reason}): change the types of its columns, or the layout")]
    Unmapped {
        /// The file.
        file: Arc<str>,
        /// The table.
        table: &'static str,
        /// What is wrong.
        reason: String,
    },
}

/// Why a result cannot be written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WriteError {
    /// The folder holds something else.
    #[error(
        "{} is not replaced: it holds files but no manifest.json of claimsift; choose another folder, or empty this one yourself",
        path.display()
    )]
    NotOurs {
        /// The folder.
        path: PathBuf,
    },
    /// The path ends in nothing that could name a folder.
    #[error("`{}` cannot be the folder of a result: give a path that ends in a name, such as out/2024-05", path.display())]
    NoName {
        /// The path.
        path: PathBuf,
    },
    /// The operating system refused.
    #[error("{} cannot be written ({source}): check the permissions and the space left", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A table that Parquet cannot hold.
    #[error("{} cannot be written as Parquet ({reason})", path.display())]
    Table {
        /// The file.
        path: PathBuf,
        /// What the encoder said.
        reason: String,
    },
    /// An address that names no database.
    #[error("{place} {problem}")]
    Address {
        /// The address without its password.
        place: String,
        /// What is wrong with it, and what is wanted.
        problem: String,
    },
    /// A database that does not answer, refuses, or stops half-way.
    #[error("{place} is as it was: {reason}; {remedy}")]
    Database {
        /// The address without its password.
        place: String,
        /// What the database or the network said.
        reason: String,
        /// What to do.
        remedy: String,
    },
    /// A table of somebody else has the name.
    #[error("{place}: table `{table}` is not replaced, since claimsift did not create it; drop or rename it, or give another schema")]
    NotOurTable {
        /// The address without its password.
        place: String,
        /// The table.
        table: String,
    },
    /// The new result is complete but could not take the place of the old one, which is where it was.
    #[error(
        "{} was not replaced ({source}): the previous result is unchanged; close the programs that hold the folder open and run again",
        path.display()
    )]
    Replace {
        /// The folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

fn list(entries: &[String]) -> String {
    if entries.is_empty() {
        return " nothing".to_owned();
    }
    entries.iter().fold(String::new(), |list, entry| list + "\n  " + entry)
}

fn ticks(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}
