//! Each way in which an input can be wrong, and what is said of it.

use crate::support::{HEADER, ROW, csv, folder, message, open, parquet, read};
use arrow_array::{ArrayRef, RecordBatch, StringArray};
use claimsift_io::{Input, LayoutChoice};
use std::path::Path;
use std::sync::Arc;

fn many_claims(path: &Path, count: usize) {
    let texts = |prefix: &str| {
        Arc::new((0..count).map(|row| Some(format!("{prefix}{}", row.wrapping_mul(0x9E37_79B9)))).collect::<StringArray>()) as ArrayRef
    };
    let columns = HEADER.split(',').map(|name| (name, texts(name)));
    parquet(path, &RecordBatch::try_from_iter(columns).expect("a batch"), 1_000);
}

#[test]
fn nothing_there() {
    let text = message(open(Path::new("/no/such/folder")));
    assert_eq!(text, "/no/such/folder does not exist: give the folder (or the one file) that holds the claims");
}

#[test]
fn no_file_that_is_known() {
    let folder = folder(&[("notes.md", b"x"), ("weather.csv", b"day,rain\n")]);
    let text = message(open(folder.path()));
    for part in [
        "holds no file that any layout knows; it holds:",
        "\n  weather.csv with day, rain",
        "\n  notes.md (not one of .parquet, .csv,",
        "\n  plain: a file claims.parquet or claims.csv with claim_id, person_id, provider_id, visit_type, started_at, ended_at, total_amount",
        "\n  medicare-provider: for claims, a file with ClaimID, BeneID, AdmissionDt, DischargeDt",
        "map them with --layout FILE",
    ] {
        assert!(text.contains(part), "{part} in {text}");
    }
    let text = message(open(&folder.path().join("notes.md")));
    assert!(text.contains("notes.md (not one of"), "{text}");
}

#[test]
fn an_unknown_layout() {
    let text = message(Input::open(Path::new("."), &LayoutChoice::Named("nation".to_owned())));
    assert_eq!(
        text,
        "there is no layout `nation`: known are plain, national, inspection-2024, medicare-provider; or give a mapping file with --layout FILE"
    );
}

#[test]
fn an_empty_file() {
    let folder = folder(&[("claims.parquet", b"")]);
    let expected = "claims.parquet is empty (0 bytes): export it again, or take it out of the folder if the table has no rows";
    assert_eq!(message(open(folder.path())), expected);
}

#[test]
fn a_truncated_parquet_file() {
    let folder = folder(&[]);
    let path = folder.path().join("claims.parquet");
    many_claims(&path, 5_000);
    let bytes = std::fs::read(&path).expect("bytes");
    for length in [1, 4, 11, bytes.len() / 2, bytes.len() - 1] {
        std::fs::write(&path, &bytes[..length]).expect("written");
        let text = message(open(folder.path()));
        assert!(text.starts_with("claims.parquet cannot be read as Parquet ("), "{text}");
        assert!(text.ends_with("): the file is truncated or damaged; export it again"), "{text}");
    }
}

#[test]
fn a_parquet_file_damaged_in_any_place_never_panics() {
    let folder = folder(&[]);
    let path = folder.path().join("claims.parquet");
    many_claims(&path, 3_000);
    let bytes = std::fs::read(&path).expect("bytes");
    let mut refused = 0;
    for step in 0..60 {
        let mut damaged = bytes.clone();
        let place = step * bytes.len() / 60;
        damaged[place..(place + 24).min(bytes.len())].fill(0xA5);
        std::fs::write(&path, &damaged).expect("written");
        let outcome = open(folder.path()).and_then(|input| read(&input, "claims", &["claim_id", "person_id"]));
        refused += usize::from(outcome.is_err());
    }
    assert!(refused > 0);
}

#[test]
fn a_broken_row_group_gives_the_rows_before_it_and_then_the_error() {
    let folder = folder(&[]);
    let path = folder.path().join("claims.parquet");
    many_claims(&path, 5_000);
    let mut bytes = std::fs::read(&path).expect("bytes");
    let middle = bytes.len() * 2 / 5;
    bytes[middle..middle + 20_000].fill(0xFF);
    std::fs::write(&path, &bytes).expect("written");
    let input = open(folder.path()).expect("the head is whole");
    let chunks: Vec<_> = input.read(crate::support::table("claims"), &["claim_id", "person_id", "total_amount"]).collect();
    let (last, before) = chunks.split_last().expect("chunks");
    assert!(before.iter().all(Result::is_ok));
    let text = last.as_ref().expect_err("an error").to_string();
    assert!(text.starts_with("claims.parquet cannot be read as Parquet"), "{text}");
}

#[test]
fn packed_text_that_breaks_off() {
    let text = csv(&[HEADER].into_iter().chain(std::iter::repeat_n(ROW, 1_000)).collect::<Vec<_>>());
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    std::io::Write::write_all(&mut gzip, &text).expect("packed");
    let gzip = gzip.finish().expect("packed");
    let zstd = zstd::encode_all(text.as_slice(), 1).expect("packed");
    for (name, format, bytes) in [("claims.csv.gz", "gzip", gzip), ("claims.csv.zst", "zstd", zstd)] {
        for bytes in [&bytes[..bytes.len() - 5], &bytes[..12], b"claim_id,person_id\n"] {
            let folder = folder(&[(name, bytes)]);
            let text = message(open(folder.path()).and_then(|input| read(&input, "claims", &["claim_id"])));
            assert!(text.starts_with(&format!("{name} cannot be read as {format} (")), "{text}");
            assert!(text.ends_with("the file is truncated or damaged; export it again"), "{text}");
        }
    }
}

#[test]
fn arrow_that_breaks_off_or_is_none() {
    for bytes in [&b"ARROW1\0\0rest"[..], b"FEA1....", b"no"] {
        let folder = folder(&[("claims.arrow", bytes)]);
        let text = message(open(folder.path()));
        assert!(text.starts_with("claims.arrow cannot be read as Arrow ("), "{text}");
    }
}

#[test]
fn text_in_another_encoding() {
    for header in [&b"claim_id,\xff\xff\n"[..], b"claim_id,\xbd,\xe1\n"] {
        let folder = folder(&[("claims.csv", header)]);
        let expected = "claims.csv is not text in UTF-8, UTF-16 or GB18030: export it as UTF-8 (spreadsheets call it \"CSV UTF-8\")";
        assert_eq!(message(open(folder.path())), expected);
    }
}

#[test]
fn a_missing_column() {
    let folder = folder(&[("claims.csv", b"claim_id,patient,provider_id,visit_type,started_at,ended_at\n")]);
    assert_eq!(
        message(open(folder.path())),
        "claims.csv has no column for `person_id`, `total_amount` of table `claims` (its columns: claim_id, patient, provider_id, visit_type, \
         started_at, ended_at): rename the column, or map it with --layout FILE"
    );
}

#[test]
fn a_column_given_twice() {
    for header in [format!("{HEADER},Claim_ID,CLAIM_ID"), format!("{HEADER},claim_id")] {
        let header = if header.ends_with("CLAIM_ID") { header.replacen("claim_id", "Claim_id", 1) } else { header };
        let folder = folder(&[("claims.csv", &csv(&[&header]))]);
        let expected = "claims.csv has the column `claim_id` more than once: keep one, or rename the others";
        assert_eq!(message(open(folder.path())), expected);
    }
}
