//! Whole data sets on disk.

use std::fs;
use std::path::Path;

use claimsift_datasets::{KINDS, Options, Summary, generate};

const TABLES: [&str; 16] = [
    "catalogue",
    "claims",
    "diagnoses",
    "exclusive_pairs",
    "frequencies",
    "groups",
    "limits",
    "lines",
    "persons",
    "procedures",
    "providers",
    "registers",
    "staff",
    "stock",
    "truth",
    "truth_providers",
];

fn generate_on(threads: usize, directory: &Path, options: &Options) -> Summary {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("works in a temporary directory");
    pool.install(|| generate(directory, options, &|_| ())).expect("works in a temporary directory")
}

#[test]
fn same_options_give_the_same_bytes_on_any_number_of_threads() {
    let (one, four) =
        (tempfile::tempdir().expect("works in a temporary directory"), tempfile::tempdir().expect("works in a temporary directory"));
    // More than one wave of chunks.
    let options = Options { claims: 50_000, ..Options::default() };
    let summary = generate_on(1, one.path(), &options);
    assert_eq!(summary, generate_on(4, four.path(), &options));
    for table in TABLES {
        let name = format!("{table}.parquet");
        let same = fs::read(one.path().join(&name)).expect("works in a temporary directory")
            == fs::read(four.path().join(&name)).expect("works in a temporary directory");
        assert!(same, "{name} differs");
    }
}

#[test]
fn another_seed_is_another_county() {
    let (one, other) =
        (tempfile::tempdir().expect("works in a temporary directory"), tempfile::tempdir().expect("works in a temporary directory"));
    generate_on(2, one.path(), &Options::default());
    generate_on(2, other.path(), &Options { seed: 8, ..Options::default() });
    let claims = |directory: &Path| fs::read(directory.join("claims.parquet")).expect("works in a temporary directory");
    assert_ne!(claims(one.path()), claims(other.path()));
}

#[test]
fn golden_size_holds_every_kind() {
    let directory = tempfile::tempdir().expect("works in a temporary directory");
    let summary = generate_on(2, directory.path(), &Options::default());
    for kind in KINDS.iter().filter(|kind| !kind.is_held_out) {
        assert!(summary.kinds[kind.name] >= 1, "{}", kind.name);
    }
    assert!((6_700..=7_300).contains(&summary.rows["claims"]), "{}", summary.rows["claims"]);
    let bytes: u64 = fs::read_dir(directory.path())
        .expect("works in a temporary directory")
        .map(|entry| entry.expect("works in a temporary directory").metadata().expect("works in a temporary directory").len())
        .sum();
    assert!(bytes < 2_000_000, "{bytes} bytes");
}

#[test]
fn clean_counties_hold_look_alikes_only() {
    let directory = tempfile::tempdir().expect("works in a temporary directory");
    let summary = generate_on(2, directory.path(), &Options { clean: true, ..Options::default() });
    for kind in KINDS.iter().filter(|kind| !kind.is_held_out) {
        assert_eq!(summary.kinds.contains_key(kind.name), kind.look_alike, "{}", kind.name);
    }
    assert_eq!(summary.rows["truth_providers"], 0);
}

#[test]
fn progress_ends_at_the_number_of_claims() {
    let directory = tempfile::tempdir().expect("works in a temporary directory");
    let seen = std::sync::Mutex::new(Vec::new());
    let summary = generate(directory.path(), &Options::default(), &|count| {
        seen.lock().expect("works in a temporary directory").push(count);
    })
    .expect("works in a temporary directory");
    let seen = seen.into_inner().expect("works in a temporary directory");
    assert!(seen.is_sorted());
    assert_eq!(seen.last(), Some(&summary.rows["claims"]));
}

#[test]
fn too_few_claims_are_refused() {
    let directory = tempfile::tempdir().expect("works in a temporary directory");
    let refused = generate(directory.path(), &Options { claims: 10, ..Options::default() }, &|_| ());
    assert!(refused.expect_err("refused").to_string().contains("`claims` must be between"));
}
