//! Which kind of file a name stands for.

/// Words behind a name that tell of another version of the data, which would be counted twice.
const STALE: [&str; 7] = ["old", "bak", "backup", "tmp", "temp", "test", "copy"];

/// Those of the known names that a file has: it holds one between separators, in any case, such as `ods_setl_d_di` or `SETL_D-202401`. The
/// longest counts, so that `outmed_setl_d` is not taken for `setl_d`. A name that begins with `=` must be the whole.
pub(crate) fn named<'a>(stem: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let stem = stem.to_lowercase();
    known.filter(|name| holds(&stem, &name.to_lowercase())).max_by_key(|name| name.len())
}

fn holds(stem: &str, name: &str) -> bool {
    if let Some(whole) = name.strip_prefix('=') {
        return stem == whole;
    }
    let is_apart = |at: usize| {
        let (before, after) = (&stem[..at], &stem[at + name.len()..]);
        !name.is_empty() && !joins(name, before.chars().next_back()) && !joins(name, after.chars().next()) && !is_stale(after)
    };
    stem.match_indices(name).any(|(at, _)| is_apart(at))
}

/// Whether a neighbour belongs to the same word. Chinese has no spaces, so that only Latin letters and digits run on.
fn joins(name: &str, neighbour: Option<char>) -> bool {
    name.is_ascii() && neighbour.is_some_and(|neighbour| neighbour.is_ascii_alphanumeric())
}

fn is_stale(after: &str) -> bool {
    after.split(|letter: char| !letter.is_alphanumeric()).any(|word| STALE.contains(&word)) || after.contains("备份")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stand_between_separators() {
        let known = || ["setl_d", "outmed_setl_d", "mdtrt_d", "3505", "结算明细", "=Claims"].into_iter();
        for (stem, name) in [
            ("setl_d", "setl_d"),
            ("ODS_SETL_D_DI", "setl_d"),
            ("setl_d_202401", "setl_d"),
            ("setl_d.part-3", "setl_d"),
            ("ods_outmed_setl_d_di", "outmed_setl_d"),
            ("3505销售", "3505"),
            ("2024年结算明细表", "结算明细"),
            ("claims", "=Claims"),
        ] {
            assert_eq!(named(stem, known()), Some(name), "{stem}");
        }
        for stem in ["setl_data", "xsetl_d", "setl_d_old", "setl_d_2024_bak", "13505", "setl", "", "claims_2"] {
            assert_eq!(named(stem, known()), None, "{stem}");
        }
    }
}
