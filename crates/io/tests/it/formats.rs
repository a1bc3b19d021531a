//! The same rows from every format.

use crate::support::{HEADER, ROW, all, csv, folder, open, parquet, read, rows, table};
use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, Date32Array, Decimal128Array, Int64Array, RecordBatch, StringArray, TimestampMicrosecondArray};
use arrow_ipc::writer::{FileWriter, IpcWriteOptions, StreamWriter};
use arrow_schema::DataType;
use claimsift::intake::Rows;
use std::io::Write;
use std::sync::Arc;

const WANTED: [&str; 3] = ["claim_id", "person_id", "total_amount"];

fn claims(count: i64) -> RecordBatch {
    let texts = |prefix: &str, every: i64| {
        Arc::new((0..count).map(|row| Some(format!("{prefix}{}", row / every))).collect::<StringArray>()) as ArrayRef
    };
    let started: Vec<i64> = (0..count).map(|row| row * 1_000_000).collect();
    let amounts = Decimal128Array::from_iter_values((0..count).map(i128::from)).with_precision_and_scale(18, 2).expect("a decimal");
    RecordBatch::try_from_iter([
        ("claim_id", texts("C", 1)),
        ("person_id", texts("P", 10)),
        ("provider_id", Arc::new(Int64Array::from_iter_values((0..count).map(|row| row % 3))) as ArrayRef),
        ("visit_type", texts("inpatient", 1_000_000)),
        ("started_at", Arc::new(TimestampMicrosecondArray::from(started.clone()).with_timezone("UTC"))),
        ("ended_at", Arc::new(TimestampMicrosecondArray::from(started))),
        ("total_amount", Arc::new(amounts)),
        ("settled_at", Arc::new(Date32Array::from_iter_values((0..count).map(|row| row as i32)))),
        ("note", texts("n", 1)),
    ])
    .expect("a batch")
}

fn packed_text(bytes: &[u8]) -> (Vec<u8>, Vec<u8>) {
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    gzip.write_all(bytes).expect("packed");
    (gzip.finish().expect("packed"), zstd::encode_all(bytes, 1).expect("packed"))
}

#[test]
fn text_is_read_plain_and_packed() {
    let text = csv(&[HEADER, ROW, "C2,P1,H1,,2024-05-01,,7"]);
    let (gzip, zstd) = packed_text(&text);
    for (name, bytes) in [("claims.csv", &text), ("claims.csv.gz", &gzip), ("claims.csv.zst", &zstd)] {
        let folder = folder(&[(name, bytes)]);
        let read = all(folder.path(), "claims", &["claim_id", "visit_type", "ended_at", "total_amount"]);
        assert_eq!(read, [format!("{name} 1: C1|inpatient|2024-05-04|812.50"), format!("{name} 2: C2|null|null|7")]);
    }
}

#[test]
fn gzip_of_several_members_is_read_to_the_end() {
    let (mut gzip, _) = packed_text(&csv(&[HEADER, ROW]));
    gzip.extend(packed_text(&csv(&["C2,P2,H1,inpatient,2024-05-01,,7"])).0);
    let folder = folder(&[("claims.csv.gz", &gzip)]);
    assert_eq!(all(folder.path(), "claims", &["claim_id"]).len(), 2);
}

#[test]
fn text_may_be_quoted_and_begin_with_a_mark() {
    let text = format!(
        "\u{feff}\"claim_id\", person_id ,{}\r\n\"C,1\",\"P\"\"1\",H1,inpatient,2024-05-01,,\"8\n1\"\r\n",
        &HEADER["claim_id,person_id,".len()..]
    );
    let folder = folder(&[("claims.csv", text.as_bytes())]);
    assert_eq!(all(folder.path(), "claims", &WANTED), ["claims.csv 1: C,1|P\"1|8\n1"]);
}

#[test]
fn rows_of_text_that_do_not_fit_are_set_aside_with_their_numbers() {
    let mut text = csv(&[HEADER, ROW, "C2,P1", "C3,P3,H1,inpatient,2024-05-01,,7", "C4,\"P4\n\",H1"]);
    text.extend(b"C5,P5,H\xff,inpatient,2024-05-01,,7\nC6,P6,H1,inpatient,2024-05-01,,9,\n");
    text.extend(b"C7,P7,H1,inpatient,2024-05-01,,7");
    let folder = folder(&[("claims.csv", &text)]);
    let chunks = read(&open(folder.path()).expect("an input"), "claims", &WANTED).expect("rows");
    assert_eq!(rows(&chunks, &["claim_id"]), ["claims.csv 1: C1", "claims.csv 3: C3", "claims.csv 7: C7"]);
    let rejects: Vec<String> =
        chunks[0].rejects.iter().map(|reject| format!("{} {} {}: {}", reject.table, reject.file, reject.row, reject.reason)).collect();
    assert_eq!(
        rejects,
        [
            "claims claims.csv 2: line 3 has 2 cells where the header has 7: quote cells that hold commas, quotes or line breaks",
            "claims claims.csv 4: line 5 has 3 cells over 2 lines where the header has 7: quote cells that hold commas, quotes or line breaks",
            "claims claims.csv 5: column `provider_id` is not UTF-8 text: export the file as UTF-8",
            "claims claims.csv 6: line 8 has 8 cells where the header has 7: quote cells that hold commas, quotes or line breaks",
        ]
    );
}

#[test]
fn a_quote_that_is_never_closed_does_not_swallow_rows_in_silence() {
    let mut text = csv(&[HEADER, ROW, "C2,P1,H1,inpatient,2024-05-01,,\"7"]);
    text.extend(csv(&[ROW; 500]));
    let folder = folder(&[("claims.csv", &text)]);
    let chunks = read(&open(folder.path()).expect("an input"), "claims", &WANTED).expect("rows");
    assert_eq!(chunks[0].batch.num_rows(), 501);
    assert!(matches!(&chunks[0].rows, Rows::Numbers(numbers) if numbers[..2] == [1, 3]));
    assert_eq!(chunks[0].rejects.len(), 1);
    assert!(chunks[0].rejects[0].reason.contains("from line 3 on: a quote opened there is not closed"), "{}", chunks[0].rejects[0].reason);
}

#[test]
fn long_text_comes_in_order_over_many_chunks() {
    let mut text = csv(&[HEADER]);
    for row in 1..=100_000 {
        text.extend(format!("C{row},P1,H1,inpatient,2024-05-01,,{row}\n").into_bytes());
    }
    let folder = folder(&[("claims.csv", &text)]);
    let chunks = read(&open(folder.path()).expect("an input"), "claims", &["claim_id"]).expect("rows");
    assert!(chunks.len() > 2);
    let read = rows(&chunks, &["claim_id"]);
    assert_eq!(read.len(), 100_000);
    assert!((1..).zip(&read).all(|(row, text)| *text == format!("claims.csv {row}: C{row}")));
}

#[test]
fn parquet_keeps_its_types_and_order_over_row_groups() {
    let folder = folder(&[]);
    parquet(&folder.path().join("claims.parquet"), &claims(10_000), 1_000);
    for decoders in [1, 4] {
        let input = open(folder.path()).expect("an input").with_decoders(decoders);
        assert_eq!(input.rows_hint(table("claims")), Some(10_000));
        let chunks = read(&input, "claims", &["claim_id", "person_id", "started_at", "ended_at", "total_amount"]).expect("rows");
        assert_eq!(chunks.len(), 10);
        let batch = &chunks[3].batch;
        assert!(matches!(chunks[3].rows, Rows::From(3_001)));
        let kind = |name| batch.column_by_name(name).map(|column| column.data_type().clone());
        assert_eq!(kind("claim_id"), Some(DataType::Utf8View), "a key has no use for a dictionary");
        assert!(matches!(kind("person_id"), Some(DataType::Dictionary(_, _))));
        assert_eq!(kind("total_amount"), Some(DataType::Decimal128(18, 2)));
        assert_eq!(kind("note"), None);
        let read = rows(&chunks, &["claim_id", "person_id", "started_at", "ended_at", "total_amount"]);
        assert_eq!(read[0], "claims.parquet 1: C0|P0|1970-01-01T08:00:00|1970-01-01T00:00:00|0.00");
        assert_eq!(read[9_999], "claims.parquet 10000: C9999|P999|1970-01-01T10:46:39|1970-01-01T02:46:39|99.99");
    }
}

#[test]
fn one_dictionary_serves_all_batches_of_a_row_group() {
    let folder = folder(&[]);
    parquet(&folder.path().join("claims.parquet"), &claims(200_000), 200_000);
    let chunks = read(&open(folder.path()).expect("an input"), "claims", &["visit_type"]).expect("rows");
    assert!(chunks.len() > 2);
    let values = |chunk: usize| chunks[chunk].batch.column(0).as_any_dictionary().values().to_data();
    assert!(values(0).ptr_eq(&values(1)));
}

#[test]
fn arrow_files_and_streams_are_read() {
    let rows = claims(100_000);
    for (name, compression) in
        [("claims.arrow", None), ("claims.feather", Some(arrow_ipc::CompressionType::LZ4_FRAME)), ("claims.ipc", None)]
    {
        let options = IpcWriteOptions::default().try_with_compression(compression).expect("options");
        let bytes = if name == "claims.ipc" {
            let mut writer = StreamWriter::try_new(Vec::new(), &rows.schema()).expect("a writer");
            writer.write(&rows).expect("written");
            writer.into_inner().expect("written")
        } else {
            let mut writer = FileWriter::try_new_with_options(Vec::new(), &rows.schema(), options).expect("a writer");
            writer.write(&rows).expect("written");
            writer.into_inner().expect("written")
        };
        let folder = folder(&[(name, &bytes)]);
        let read = all(folder.path(), "claims", &["total_amount", "claim_id"]);
        assert_eq!(read.len(), 100_000);
        assert_eq!(read[99_999], format!("{name} 100000: 999.99|C99999"));
    }
}

#[test]
fn a_header_without_rows_is_a_table_without_rows() {
    let folder = folder(&[("claims.csv", &csv(&[HEADER]))]);
    parquet(&folder.path().join("claims-2.parquet"), &claims(0), 10);
    let input = open(folder.path()).expect("an input");
    assert_eq!(input.columns(table("claims")).len(), 8);
    assert!(all(folder.path(), "claims", &WANTED).is_empty());
}

#[test]
fn reading_can_be_given_up_at_any_time() {
    let folder = folder(&[]);
    parquet(&folder.path().join("claims.parquet"), &claims(50_000), 500);
    let input = open(folder.path()).expect("an input");
    let mut reading = input.read(table("claims"), &WANTED);
    assert!(reading.next().is_some());
    drop(reading);
    assert_eq!(read(&input, "claims", &[]).expect("rows").iter().map(|chunk| chunk.batch.num_rows()).sum::<usize>(), 50_000);
}

/// The same two rows in a text of another form.
fn two_rows(name: &str, bytes: &[u8]) {
    let folder = folder(&[(name, bytes)]);
    let read = all(folder.path(), "claims", &["claim_id", "visit_type", "total_amount"]);
    assert_eq!(read, [format!("{name} 1: C1|inpatient|812.50"), format!("{name} 2: C2|住院|7")]);
}

#[test]
fn any_usual_delimiter_and_encoding_is_read() {
    let text = format!("{HEADER}\n{ROW}\nC2,P1,H1,住院,2024-05-01,,7\n");
    let (gb18030, _, _) = encoding_rs::GB18030.encode(&text);
    let utf16 = |to_bytes: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(to_bytes).collect::<Vec<u8>>();
    two_rows("claims.csv", text.as_bytes());
    two_rows("claims.csv", &gb18030);
    two_rows("claims.csv", &utf16(u16::to_le_bytes));
    two_rows("claims.csv", &utf16(u16::to_be_bytes));
    two_rows("claims.csv.zst", &packed_text(&gb18030).1);
    two_rows("claims.txt", &[b"\xff\xfe".as_slice(), &utf16(u16::to_le_bytes)].concat());
    for (name, delimiter) in
        [("claims.tsv", "\t"), ("claims.psv", "|"), ("claims.dat", "|@|"), ("claims.txt", ";"), ("claims.dat", "\u{1}")]
    {
        let text = text.replace(',', delimiter);
        two_rows(name, text.as_bytes());
        two_rows(name, text.replace('\n', "\r\n").as_bytes());
        two_rows(name, &encoding_rs::GB18030.encode(&text).0);
    }
    two_rows("claims.csv", text.replace('\n', "\r").as_bytes());
}

#[test]
fn texts_that_are_no_tables_may_lie_beside_them() {
    let folder = folder(&[("claims.csv", &csv(&[HEADER, ROW])), ("readme.txt", b"Exported\xff\xfe in May"), ("empty.dat", b"")]);
    assert_eq!(open(folder.path()).expect("an input").ignored(), ["empty.dat", "readme.txt"]);
}

#[test]
fn one_file_is_read_alike_by_any_number_of_threads() {
    let mut text = csv(&[HEADER]);
    for row in 1..=60_000 {
        let good = format!("C{row},P1,H1,inpatient,2024-05-01,,\"{row}\"\n");
        text.extend(if row % 1_000 == 7 { format!("C{row},\"P\n1\"\n").into_bytes() } else { good.into_bytes() });
    }
    let folder = folder(&[("claims.csv", &text)]);
    let read_with = |threads: usize| {
        let input = open(folder.path()).expect("an input").with_decoders(threads);
        let chunks = read(&input, "claims", &["claim_id", "total_amount"]).expect("rows");
        let rejects: Vec<_> = chunks.iter().flat_map(|chunk| chunk.rejects.clone()).collect();
        (rows(&chunks, &["claim_id", "total_amount"]), rejects)
    };
    let (kept, rejects) = read_with(1);
    assert_eq!((kept.len(), rejects.len()), (59_940, 60));
    assert_eq!(kept[59_939], "claims.csv 60000: C60000|60000");
    assert_eq!((rejects[59].row, &rejects[59].reason[..25]), (59_007, "line 59067 has 2 cells ov"));
    assert_eq!(read_with(4), (kept, rejects));
}

#[test]
fn parquet_of_other_types_is_read() {
    use arrow_array::{BinaryArray, Decimal256Array, DictionaryArray, LargeStringArray, types::Int32Type};
    let folder = folder(&[]);
    let wide =
        Decimal256Array::from_iter_values([81_250].map(arrow_buffer::i256::from)).with_precision_and_scale(40, 2).expect("a decimal");
    let batch = RecordBatch::try_from_iter([
        ("claim_id", Arc::new(LargeStringArray::from(vec!["C1"])) as ArrayRef),
        ("person_id", Arc::new(BinaryArray::from_vec(vec![b"P1".as_slice()]))),
        ("provider_id", Arc::new(["H1"].into_iter().collect::<DictionaryArray<Int32Type>>())),
        ("visit_type", Arc::new(arrow_array::StringViewArray::from(vec!["inpatient"]))),
        ("started_at", Arc::new(TimestampMicrosecondArray::from(vec![0]))),
        ("ended_at", Arc::new(Date32Array::from(vec![1]))),
        ("total_amount", Arc::new(wide)),
    ])
    .expect("a batch");
    parquet(&folder.path().join("claims.parquet"), &batch, 10);
    let read = all(folder.path(), "claims", &["claim_id", "person_id", "provider_id", "visit_type", "total_amount"]);
    assert_eq!(read, ["claims.parquet 1: C1|P1|H1|inpatient|812.50"]);
}
