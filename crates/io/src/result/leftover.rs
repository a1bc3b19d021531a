//! The hidden folders beside a result, and what killed runs left of them.
//!
//! They are named `.<result>.claimsift-<process>-<number>.new` and `.old`, so that a later run can tell whose they are.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// The result in the making.
    New,
    /// The previous result, between the two renames.
    Old,
}

impl Role {
    fn ending(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Old => "old",
        }
    }
}

pub(super) fn path(parent: &Path, name: &OsStr, number: u32, role: Role) -> PathBuf {
    let mut hidden = std::ffi::OsString::from(".");
    hidden.push(name);
    hidden.push(format!(".claimsift-{}-{number}.{}", std::process::id(), role.ending()));
    parent.join(hidden)
}

/// Removes what processes that no longer live left beside `out`. If `out` is gone, the previous result is put back first.
///
/// Whatever cannot be removed stays; it is in nobody's way.
pub(super) fn clear(parent: &Path, name: &OsStr, out: &Path) {
    let Ok(entries) = fs::read_dir(parent) else { return };
    let mut leftovers: Vec<(PathBuf, Role)> = entries
        .flatten()
        .filter_map(|entry| {
            let (process, role) = owner(&entry.file_name(), name)?;
            (!is_alive(process)).then(|| (entry.path(), role))
        })
        .collect();
    leftovers.sort_by(|(left, _), (right, _)| left.cmp(right));
    for (path, role) in leftovers {
        let is_restored = role == Role::Old && !out.exists() && fs::rename(&path, out).is_ok();
        if !is_restored && (role == Role::New || out.exists()) {
            let _ = fs::remove_dir_all(&path);
        }
    }
}

/// The process and role of a hidden folder that belongs to the result `name`.
fn owner(hidden: &OsStr, name: &OsStr) -> Option<(u32, Role)> {
    let rest = hidden.to_str()?.strip_prefix('.')?.strip_prefix(name.to_str()?)?.strip_prefix(".claimsift-")?;
    let (numbers, ending) = rest.split_once('.')?;
    let (process, number) = numbers.split_once('-')?;
    number.parse::<u32>().ok()?;
    let role = [Role::New, Role::Old].into_iter().find(|role| role.ending() == ending)?;
    Some((process.parse().ok()?, role))
}

/// Whether a process may still be running; where the system does not tell, it counts as running.
fn is_alive(process: u32) -> bool {
    let processes = Path::new("/proc");
    process == std::process::id() || !processes.join("self").exists() || processes.join(process.to_string()).exists()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn owners_are_read_from_the_name() {
        let name = OsStr::new("out");
        let own = path(Path::new("/tmp"), name, 3, Role::Old);
        assert_eq!(owner(own.file_name().expect("a name"), name), Some((std::process::id(), Role::Old)));
        for other in [
            ".out",
            "out.claimsift-1-0.new",
            ".out2.claimsift-1-0.new",
            ".out.claimsift-x-0.new",
            ".out.claimsift-1-0.tmp",
            ".out.claimsift-1.new",
        ] {
            assert_eq!(owner(OsStr::new(other), name), None, "{other}");
        }
    }
}
