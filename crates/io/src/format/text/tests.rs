//! Whatever the blocks, delimiters and encodings, the rows are those that the `csv` crate finds.

use super::*;
use crate::format::Raw;
use arrow_array::Array;
use arrow_array::cast::AsArray;
use encoding_rs::GB18030;
use proptest::prelude::*;

type Rows = Vec<(u64, Vec<String>)>;

/// Rows and rejects of a text, read in blocks of about `size` bytes.
fn read(bytes: &[u8], options: TextOptions, size: usize, workers: usize) -> (Rows, Vec<(u64, String)>) {
    let (form, header) = inspect(bytes, Vec::new(), options, Ending::Csv).expect("a header");
    let wanted: Vec<Wanted> = (0..header.len()).map(|column| Wanted { column, is_unique: false, is_identifier: false }).collect();
    let (mut rows, mut rejects) = (Vec::new(), Vec::new());
    let mut sink = |raw: Raw| {
        rejects.extend(raw.rejects.iter().map(|reject| (reject.row, reject.reason.clone())));
        for row in 0..raw.batch.num_rows() {
            let cell = |column: &arrow_array::ArrayRef| {
                let texts = column.as_string::<i32>();
                if texts.is_null(row) { String::new() } else { texts.value(row).to_owned() }
            };
            rows.push((raw.rows.number(row), raw.batch.columns().iter().map(cell).collect()));
        }
        true
    };
    decode_blocks(Box::new(bytes), &form, &header, &wanted, (size, workers), &mut sink).expect("a whole text");
    (rows, rejects)
}

fn by_csv_crate(text: &[u8], delimiter: u8) -> Rows {
    let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).flexible(true).from_reader(text);
    let width = reader.headers().expect("a header").len();
    let records = (1..).zip(reader.records().map(|record| record.expect("UTF-8")));
    records.filter(|(_, record)| record.len() == width).map(|(row, record)| (row, record.iter().map(str::to_owned).collect())).collect()
}

const AWKWARD: [&str; 9] = [
    "a,b,c\n1,2,3\n\n4,5,6",
    "a,b\r\n1,2\r\n\r\n3,\r\n",
    "a,b,c\n\"1,\n2\",\"\"\"q\"\"\",\"\"\n,,\nx,\"y\"z,5\" pipe\n",
    "a,b\n\"line\r\nbreak\",\"\n\n\"\n\"\"\"\",\"\"\"\"\"\"\n1,2\n",
    "a,b\n1\n1,2,3\n4,5\n",
    "a,b,c\n\"\",\"\"x,\"\" \nd\"e\"f,\",\",g\n",
    "a,b\n\u{7ED3}\u{7B97},\u{20BB7}\n\"\u{533B}\"\"\u{9662}\",x\n",
    "a,b\n\"quoted\",\"last\"",
    "only\n1\n\"2\n3\"\n",
];

#[test]
fn blocks_of_any_size_give_the_rows_of_the_csv_crate() {
    for text in AWKWARD {
        let expected = by_csv_crate(text.as_bytes(), b',');
        for size in 1..64 {
            for workers in [1, 3] {
                let (rows, rejects) = read(text.as_bytes(), TextOptions::default(), size, workers);
                assert_eq!(rows, expected, "{text:?} in blocks of {size}");
                let all: u64 = (rows.len() + rejects.len()) as u64;
                assert!(rows.iter().map(|(row, _)| *row).chain(rejects.iter().map(|(row, _)| *row)).all(|row| row <= all));
            }
        }
    }
}

#[test]
fn line_numbers_and_reasons_do_not_hang_on_the_blocks() {
    let text = b"a,b\n1,2\n\n3\n\"4\n5\",6,7\n\xff,8\n9,\"never closed\n10,11\n";
    let whole = read(text, TextOptions::default(), 1 << 20, 1);
    assert_eq!(whole.0.iter().map(|(row, _)| *row).collect::<Vec<_>>(), [1, 6]);
    let places: Vec<(u64, &str)> = whole.1.iter().map(|(row, reason)| (*row, &reason[..13])).collect();
    assert_eq!(places, [(2, "line 4 has 1 "), (3, "line 5 has 3 "), (4, "column `a` is"), (5, "from line 8 o")]);
    for size in 1..40 {
        assert_eq!(read(text, TextOptions::default(), size, 2), whole, "in blocks of {size}");
    }
}

#[test]
fn a_quote_that_is_never_closed_costs_one_row() {
    let mut text = b"a,b\n1,\"2\n".to_vec();
    text.extend(b"3,4\n".repeat(500));
    for size in [16, 1 << 10, 1 << 20] {
        let (rows, rejects) = read(&text, TextOptions::default(), size, 1);
        assert_eq!((rows.len(), rejects.len()), (500, 1));
        assert_eq!((rows[0].0, rejects[0].0), (2, 1));
    }
}

#[test]
fn every_row_and_the_header_may_end_with_a_delimiter() {
    let (rows, rejects) = read(b"a,b,\n1,2,\n3,4\n5,6,7\n", TextOptions::default(), 8, 1);
    assert_eq!(rows, [(1, vec!["1".to_owned(), "2".to_owned()])]);
    assert_eq!(rejects.iter().map(|(row, _)| *row).collect::<Vec<_>>(), [2, 3]);
}

#[test]
fn lines_may_end_in_carriage_returns_alone() {
    let (rows, _) = read(b"a,b\r1,2\r\"3\r\",4", TextOptions::default(), 3, 1);
    assert_eq!(rows, [(1, vec!["1".to_owned(), "2".to_owned()]), (2, vec!["3\r".to_owned(), "4".to_owned()])]);
}

#[test]
fn delimiter_bytes_inside_characters_do_not_divide_cells() {
    // In GB18030 these end in the bytes of `|`, `@` and `^`.
    let text = "a|@|b|@|c\n\u{4E85}|@|\u{4E02}|@|\u{4E24}\"x\n1|2|@|\u{5002}|@|\n";
    let bytes = GB18030.encode(text).0.into_owned();
    assert!(bytes.windows(2).any(|pair| pair[0] >= 0x81 && matches!(pair[1], b'|' | b'@')));
    for size in 1..40 {
        let (rows, rejects) = read(&bytes, TextOptions::default(), size, 2);
        assert_eq!(rejects, []);
        let cells = |cells: [&str; 3]| cells.map(str::to_owned).to_vec();
        assert_eq!(rows, [(1, cells(["\u{4E85}", "\u{4E02}", "\u{4E24}\"x"])), (2, cells(["1|2", "\u{5002}", ""]))]);
    }
}

#[test]
fn identifiers_that_were_rounded_are_set_aside() {
    let text = b"id,amount\n6.22E+17,1\n622,1.5E+3\n";
    let (form, header) = inspect(&text[..], Vec::new(), TextOptions::default(), Ending::Csv).expect("a header");
    let wanted = [(0, true), (1, false)].map(|(column, is_identifier)| Wanted { column, is_unique: false, is_identifier });
    let mut found = Vec::new();
    let mut sink = |raw: Raw| {
        found.push((raw.batch.num_rows(), raw.rejects.into_iter().map(|reject| (reject.row, reject.reason)).collect::<Vec<_>>()));
        true
    };
    decode_stream(Box::new(&text[..]), &form, &header, &wanted, 1, &mut sink).expect("a whole text");
    let (rows, rejects) = &found[0];
    assert_eq!((*rows, rejects.len(), rejects[0].0), (1, 1, 1));
    assert!(rejects[0].1.contains("column `id` holds an identifier written as a rounded number"), "{}", rejects[0].1);
}

fn cell() -> impl Strategy<Value = String> {
    let characters = prop_oneof![
        4 => "[a-z0-9 ]",
        2 => prop::sample::select(vec![",", "\"", "\n", "\r\n", "|", "@", ";", "\t", "^"]).prop_map(str::to_owned),
        2 => prop::sample::select(vec!["\u{7ED3}", "\u{4E85}", "\u{4E02}", "\u{20BB7}", "\u{E9}", "\u{3000}"]).prop_map(str::to_owned),
    ];
    prop::collection::vec(characters, 0..8).prop_map(|parts| parts.concat())
}

fn encoded(text: &str, encoding: Encoding) -> Vec<u8> {
    match encoding {
        Encoding::Utf8 => text.as_bytes().to_vec(),
        Encoding::Gb18030 => GB18030.encode(text).0.into_owned(),
        Encoding::Utf16Le => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        Encoding::Utf16Be => text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn cells_come_back_as_they_were_written(
        rows in (1_usize..5).prop_flat_map(|width| prop::collection::vec(prop::collection::vec(cell(), width), 1..12)),
        delimiter in prop::sample::select(vec![b',', b';', b'\t', b'|', b'^', 1]),
        encoding in prop::sample::select(vec![Encoding::Utf8, Encoding::Gb18030, Encoding::Utf16Le, Encoding::Utf16Be]),
        size in 1_usize..200,
    ) {
        let mut writer = csv::WriterBuilder::new().delimiter(delimiter).from_writer(Vec::new());
        writer.write_record((0..rows[0].len()).map(|column| format!("c{column}"))).expect("written");
        for row in &rows {
            writer.write_record(row).expect("written");
        }
        let text = String::from_utf8(writer.into_inner().expect("written")).expect("UTF-8");
        let delimiter = Delimiter::new(std::str::from_utf8(&[delimiter]).expect("ASCII"));
        let options = TextOptions { delimiter, encoding: Some(encoding) };
        let (found, rejects) = read(&encoded(&text, encoding), options, size, 1 + size % 2);
        prop_assert_eq!(rejects, Vec::new());
        let expected: Rows = (1..).zip(rows).collect();
        prop_assert_eq!(found, expected);
    }
}
