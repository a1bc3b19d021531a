//! What names a database: an address, or a file by its first bytes.
//!
//! An address may hold a password. It is used to connect and for nothing else: whatever is shown, written or put into an error is the
//! address [without it](place_of).

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

const POSTGRES: [&str; 2] = ["postgresql://", "postgres://"];
const SQLITE: &str = "sqlite:";
const SQLITE_MAGIC: &[u8] = b"SQLite format 3\0";
/// At the ninth byte of the file.
const DUCKDB_MAGIC: &[u8] = b"DUCK";

pub(crate) const NOT_DUCKDB: &str = "is a DuckDB database, which the Python package reads (`claimsift.read`, with the package duckdb \
                                     installed); or write its tables as Parquet with `EXPORT DATABASE 'folder' (FORMAT parquet)`";
#[cfg(not(all(feature = "postgres", feature = "sqlite")))]
pub(crate) const NOT_BUILT_IN: &str = "is a database of a kind that is not built in: build with the features `postgres` and `sqlite`";

/// A database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Address {
    /// The whole address, password included.
    Postgres(String),
    Sqlite(PathBuf),
    DuckDb(PathBuf),
}

/// The database that a path or address names, or what is wrong with it; `None` where it names files.
pub(crate) fn address_of(path: &Path) -> Option<Result<Address, String>> {
    if let Some(text) = path.to_str() {
        if POSTGRES.iter().any(|scheme| text.starts_with(scheme)) {
            return Some(Ok(Address::Postgres(text.to_owned())));
        }
        if let Some(file) = text.strip_prefix(SQLITE) {
            let file = PathBuf::from(file.strip_prefix("//").unwrap_or(file));
            return Some(if file.as_os_str().is_empty() {
                Err(format!("names no file: write {SQLITE}FILE"))
            } else {
                Ok(Address::Sqlite(file))
            });
        }
        if let Some((scheme, _)) =
            text.split_once("://").filter(|(scheme, _)| scheme.chars().all(|c| c.is_ascii_alphanumeric() || c == '+'))
        {
            return Some(Err(format!("has the scheme `{scheme}`: known are postgresql://… and {SQLITE}FILE")));
        }
    }
    by_magic(path).map(Ok)
}

fn by_magic(path: &Path) -> Option<Address> {
    let mut head = Vec::new();
    if !path.is_file() {
        return None;
    }
    File::open(path).ok()?.take(16).read_to_end(&mut head).ok()?;
    if head == SQLITE_MAGIC {
        return Some(Address::Sqlite(path.to_owned()));
    }
    (head.get(8..12) == Some(DUCKDB_MAGIC)).then(|| Address::DuckDb(path.to_owned()))
}

/// A path or address as it may be shown and written down: absolute, and without a password.
///
/// ```
/// use claimsift_io::place_of;
/// use std::path::Path;
///
/// let address = Path::new("postgresql://ann:se:cr@et@db.local/claims?schema=y2024&password=x");
/// assert_eq!(place_of(address), "postgresql://ann@db.local/claims?schema=y2024");
/// ```
pub fn place_of(path: &Path) -> String {
    match path.to_str() {
        Some(text) if POSTGRES.iter().any(|scheme| text.starts_with(scheme)) => without_password(text),
        Some(text) if text.starts_with(SQLITE) => {
            let file = &text[SQLITE.len()..];
            format!("{SQLITE}{}", absolute(Path::new(file.strip_prefix("//").unwrap_or(file))))
        }
        Some(text) if text.contains("://") => without_password(text),
        _ => absolute(path),
    }
}

fn absolute(path: &Path) -> String {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned()).display().to_string()
}

/// Cuts what may be a password: between the first `:` and the last `@` of an address, however it is written, and as a parameter.
fn without_password(address: &str) -> String {
    let Some((scheme, rest)) = address.split_once("://") else { return String::new() };
    let rest = match rest.rsplit_once('@') {
        Some((user, place)) => format!("{}@{place}", user.split([':', '?', '/']).next().unwrap_or_default()),
        None => rest.to_owned(),
    };
    let Some((place, parameters)) = rest.split_once('?') else { return format!("{scheme}://{rest}") };
    let kept: Vec<&str> = parameters.split('&').filter(|parameter| !parameter.to_lowercase().contains("password")).collect();
    if kept.is_empty() { format!("{scheme}://{place}") } else { format!("{scheme}://{place}?{}", kept.join("&")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_told_from_paths() {
        let of = |text: &str| address_of(Path::new(text));
        assert_eq!(of("postgres://h/d"), Some(Ok(Address::Postgres("postgres://h/d".to_owned()))));
        assert_eq!(of("sqlite:a/b.db"), Some(Ok(Address::Sqlite("a/b.db".into()))));
        assert_eq!(of("sqlite:///a/b.db"), Some(Ok(Address::Sqlite("/a/b.db".into()))));
        assert_eq!(of("/no/such/folder"), None);
        assert!(of("sqlite:").is_some_and(|address| address.is_err()));
        assert!(of("mysql://h/d").is_some_and(|address| address.is_err()));
    }

    #[test]
    fn no_password_is_shown_however_it_is_written() {
        for (address, shown) in [
            ("postgresql://u:pw@h:5432/d", "postgresql://u@h:5432/d"),
            ("postgresql://u:p/w@h/d", "postgresql://u@h/d"),
            ("postgresql://u:p?pw=w@h/d", "postgresql://u@h/d"),
            ("postgresql://u:p@pw@h/d", "postgresql://u@h/d"),
            ("postgresql://u@h/d?sslpassword=pw&schema=s", "postgresql://u@h/d?schema=s"),
            ("postgresql://h/d?Password=pw", "postgresql://h/d"),
            ("postgresql:///d?host=/run/pg", "postgresql:///d?host=/run/pg"),
        ] {
            let place = place_of(Path::new(address));
            assert_eq!(place, shown);
            assert!(!place.contains("pw"));
        }
    }
}
