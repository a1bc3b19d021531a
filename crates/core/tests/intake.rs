//! What becomes of every kind of row: kept, set aside, rejected with a reason, or the whole table refused.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use arrow_array::builder::StringDictionaryBuilder;
use arrow_array::types::{Int8Type, Int32Type};
use arrow_array::*;
use arrow_buffer::{NullBuffer, i256};
use claimsift::Claims;
use claimsift::intake::{Chunk, Intake, IntakeError, IntakeOptions, IntakeReport, Rows, TableReport};
use claimsift::observe::Silent;
use claimsift::tables::TableId;
use claimsift::tables::value::{ClaimId, Fen, Time, VisitType};
use std::sync::Arc;
use support::data::{Data, intake};

/// Claims of the given number of rows, with one column replaced or added.
fn claims_with(column: &str, array: ArrayRef) -> Result<(Claims, IntakeReport), IntakeError> {
    let rows = array.len();
    let texts = |text: &dyn Fn(usize) -> String| -> ArrayRef { Arc::new((0..rows).map(|row| Some(text(row))).collect::<StringArray>()) };
    let mut columns: Vec<(&str, ArrayRef)> = vec![
        ("claim_id", texts(&|row| format!("C{row}"))),
        ("person_id", texts(&|row| format!("P{row}"))),
        ("provider_id", texts(&|_| "H".into())),
        ("visit_type", texts(&|_| "outpatient".into())),
        ("started_at", texts(&|_| "1970-01-02".into())),
        ("ended_at", texts(&|_| String::new())),
        ("total_amount", texts(&|_| "100".into())),
    ];
    columns.retain(|(name, _)| *name != column);
    columns.push((column, array));
    let batch = RecordBatch::try_from_iter_with_nullable(columns.into_iter().map(|(name, array)| (name, array, true))).unwrap();
    intake(IntakeOptions::all(), [(TableId::ClaimTable, vec![batch])])
}

fn dictionary(texts: &[Option<&str>]) -> ArrayRef {
    let mut builder = StringDictionaryBuilder::<Int8Type>::new();
    texts.iter().for_each(|text| builder.append_option(*text));
    Arc::new(builder.finish())
}

fn claim<'a>(claims: &'a Claims, id: &str) -> claimsift::claims::ClaimView<'a> {
    claims.find_claim(id).unwrap_or_else(|| panic!("no claim {id}"))
}

mod values {
    use super::*;

    /// Reads amounts of money; `None` stands for a missing value.
    fn check(array: ArrayRef, expected: &[Option<i64>], rounded: u64) {
        let described = format!("{:?}", array.data_type());
        let (claims, report) = claims_with("fund_amount", array).unwrap();
        let found: Vec<Option<i64>> =
            (0..expected.len()).map(|row| claim(&claims, &format!("C{row}")).row().fund_amount().map(|fen| fen.0)).collect();
        assert_eq!(found, expected, "{described}");
        assert_eq!(report.tables["claims"].rounded, rounded, "{described}");
    }

    #[test]
    fn amounts_from_decimals() {
        let fen = [Some(123_450), None, Some(-1)];
        check(Arc::new(Decimal128Array::from(vec![Some(123_450), None, Some(-1)]).with_precision_and_scale(18, 2).unwrap()), &fen, 0);
        check(Arc::new(Decimal32Array::from(vec![Some(123_450), None, Some(-1)]).with_precision_and_scale(9, 2).unwrap()), &fen, 0);
        check(Arc::new(Decimal64Array::from(vec![Some(123_450), None, Some(-1)]).with_precision_and_scale(18, 2).unwrap()), &fen, 0);
        let wide = Decimal256Array::from(vec![Some(i256::from(123_450)), None, Some(i256::from(-1))]);
        check(Arc::new(wide.with_precision_and_scale(40, 2).unwrap()), &fen, 0);
        // Four decimals: 1.0049, 1.005 and -1.005 lose digits, 1.2300 does not.
        let fine = Decimal128Array::from(vec![10_049, 10_050, -10_050, 12_300]).with_precision_and_scale(18, 4).unwrap();
        check(Arc::new(fine), &[Some(100), Some(101), Some(-101), Some(123)], 3);
        let thousands = Decimal128Array::from(vec![2]).with_precision_and_scale(5, -3).unwrap();
        check(Arc::new(thousands), &[Some(200_000)], 0);
    }

    #[test]
    fn amounts_from_floats_round_half_away_from_zero() {
        let floats = Float64Array::from(vec![Some(19.99), Some(1.005), Some(-0.125), Some(f64::NAN), None, Some(81_234_567.89)]);
        check(Arc::new(floats), &[Some(1999), Some(101), Some(-13), None, None, Some(8_123_456_789)], 2);
        check(Arc::new(Float32Array::from(vec![0.5, -2.0])), &[Some(50), Some(-200)], 0);
    }

    #[test]
    fn amounts_from_integers() {
        check(Arc::new(Int64Array::from(vec![Some(12), None, Some(-3)])), &[Some(1200), None, Some(-300)], 0);
        check(Arc::new(Int32Array::from(vec![12])), &[Some(1200)], 0);
        check(Arc::new(Int8Array::from(vec![-12])), &[Some(-1200)], 0);
        check(Arc::new(UInt16Array::from(vec![65_535])), &[Some(6_553_500)], 0);
    }

    #[test]
    fn amounts_from_texts() {
        let texts = [Some("1234.5"), Some(" -0.005 "), Some("1.5e3"), Some(""), None, Some("+7."), Some(".5")];
        let fen = [Some(123_450), Some(-1), Some(150_000), None, None, Some(700), Some(50)];
        check(Arc::new(StringArray::from(texts.to_vec())), &fen, 1);
        check(Arc::new(LargeStringArray::from(texts.to_vec())), &fen, 1);
        check(Arc::new(StringViewArray::from(texts.to_vec())), &fen, 1);
        check(dictionary(&texts), &fen, 1);
    }

    #[test]
    fn rounding_is_counted_by_row() {
        check(dictionary(&[Some("1.005"), Some("1.005"), Some("2")]), &[Some(101), Some(101), Some(200)], 2);
    }

    #[test]
    fn keys_from_every_type_of_text_and_number() {
        let check = |array: ArrayRef, expected: &[&str]| {
            let described = format!("{:?}", array.data_type());
            let (claims, report) = claims_with("claim_id", array).unwrap();
            assert_eq!(report.tables["claims"].kept, expected.len() as u64, "{described}");
            expected.iter().for_each(|id| assert!(claims.find_claim(id).is_some(), "{described}: {id}"));
        };
        let texts = vec![Some("S17"), Some(" S18 "), Some("结19")];
        let ids = ["S17", "S18", "结19"];
        check(Arc::new(StringArray::from(texts.clone())), &ids);
        check(Arc::new(LargeStringArray::from(texts.clone())), &ids);
        check(Arc::new(StringViewArray::from(texts.clone())), &ids);
        check(dictionary(&texts), &ids);
        let large = LargeStringArray::from(vec!["S17", "unused", "S18"]);
        check(Arc::new(DictionaryArray::<Int32Type>::new(Int32Array::from(vec![2, 0]), Arc::new(large))), &["S17", "S18"]);
        check(Arc::new(Int64Array::from(vec![17, -18])), &["17", "-18"]);
        check(Arc::new(UInt32Array::from(vec![17])), &["17"]);
        // pandas turns whole numbers with gaps into floats.
        check(Arc::new(Float64Array::from(vec![17.0, 4_294_967_295.0])), &["17", "4294967295"]);
        check(Arc::new(Decimal128Array::from(vec![17]).with_precision_and_scale(18, 0).unwrap()), &["17"]);
    }

    /// Reads starts of visits.
    fn check_times(array: ArrayRef, expected: &str) {
        let described = format!("{:?}", array.data_type());
        let (claims, report) = claims_with("started_at", array).unwrap();
        assert!(report.rejects.is_empty(), "{described}: {:?}", report.rejects);
        for row in 0..claims.len() {
            assert_eq!(claim(&claims, &format!("C{row}")).row().started_at().unwrap().to_string(), expected, "{described}");
        }
    }

    #[test]
    fn times_are_local_to_the_second() {
        // 2025-03-07 08:15:09 in Shanghai.
        let utc = 1_741_306_509_i64;
        let local = utc + 8 * 3600;
        let expected = "2025-03-07 08:15:09";
        check_times(Arc::new(TimestampSecondArray::from(vec![local])), expected);
        check_times(Arc::new(TimestampMillisecondArray::from(vec![local * 1000 + 999])), expected);
        check_times(Arc::new(TimestampMicrosecondArray::from(vec![local * 1_000_000])), expected);
        check_times(Arc::new(TimestampNanosecondArray::from(vec![local * 1_000_000_000 + 1])), expected);
        for zone in ["+08:00", "+00:00", "-05:00"] {
            check_times(Arc::new(TimestampSecondArray::from(vec![utc]).with_timezone(zone)), expected);
            check_times(Arc::new(TimestampMicrosecondArray::from(vec![utc * 1_000_000]).with_timezone(zone)), expected);
        }
        let texts = [
            "2025-03-07 08:15:09",
            "2025-03-07T08:15:09.75",
            "2025/3/7 8:15:09",
            "20250307081509",
            "2025-03-07T00:15:09Z",
            "2025-03-07T09:15:09+09:00",
        ];
        check_times(Arc::new(StringArray::from(texts.to_vec())), expected);
        check_times(dictionary(&texts.map(Some)), expected);
    }

    #[test]
    fn dates_are_midnight() {
        let expected = "2025-03-07 00:00:00";
        check_times(Arc::new(Date32Array::from(vec![20_154])), expected);
        check_times(Arc::new(Date64Array::from(vec![20_154 * 86_400_000])), expected);
        check_times(Arc::new(StringArray::from(vec!["2025-03-07", "2025/3/7", "20250307"])), expected);
        check_times(Arc::new(Int64Array::from(vec![20_250_307])), expected);
    }

    #[test]
    fn flags_in_common_spellings() {
        let texts = ["true", "F", "1", "0", "是", "否", "Yes", "no", "1.0"];
        let (claims, _) = claims_with("is_insured", Arc::new(StringArray::from(texts.to_vec()))).unwrap();
        let found: Vec<Option<bool>> = (0..texts.len()).map(|row| claim(&claims, &format!("C{row}")).row().is_insured()).collect();
        assert_eq!(found, [true, false, true, false, true, false, true, false, true].map(Some));
        let (claims, _) = claims_with("is_insured", Arc::new(BooleanArray::from(vec![Some(false), None]))).unwrap();
        assert_eq!(claim(&claims, "C0").row().is_insured(), Some(false));
        assert_eq!(claim(&claims, "C1").row().is_insured(), None);
    }

    #[test]
    fn unknown_words_count_as_other_row_by_row() {
        for array in [
            Arc::new(StringArray::from(vec!["INPATIENT", "spa", "other", "spa", " day_surgery"])) as ArrayRef,
            dictionary(&[Some("INPATIENT"), Some("spa"), Some("other"), Some("spa"), Some(" day_surgery")]),
        ] {
            let (claims, report) = claims_with("visit_type", array).unwrap();
            let found: Vec<VisitType> = (0..5).map(|row| claim(&claims, &format!("C{row}")).row().visit_type().unwrap()).collect();
            assert_eq!(found, [VisitType::Inpatient, VisitType::Other, VisitType::Other, VisitType::Other, VisitType::DaySurgery]);
            assert_eq!(format!("{:?}", report.tables["claims"].unknown_codes), r#"{"visit_type": {"spa": 2}}"#);
            assert_eq!(report.tables["claims"].rejected, 0);
        }
    }

    /// Every column of claims and persons meets the extremes of every Arrow type.
    #[test]
    fn extremes_of_arrow_types_do_not_panic() {
        let decimal = |value: i128, scale| Decimal128Array::from(vec![value; 2]).with_precision_and_scale(38, scale).unwrap();
        let large = 99_999_999_999_999_999_999_999_999_999_999_999_999_i128;
        let bytes: Vec<Option<&[u8]>> = vec![Some(&[0xff, 0xfe]), Some(&[0])];
        let nulls = StringArray::from(vec![None, Some("x")]);
        let arrays: Vec<ArrayRef> = vec![
            Arc::new(Int64Array::from(vec![i64::MIN, i64::MAX])),
            Arc::new(UInt64Array::from(vec![0, u64::MAX])),
            Arc::new(Int32Array::from(vec![i32::MIN, i32::MAX])),
            Arc::new(Float64Array::from(vec![f64::MIN, f64::INFINITY])),
            Arc::new(Float64Array::from(vec![f64::MIN_POSITIVE, 9.3e18])),
            Arc::new(Float32Array::from(vec![f32::MAX, f32::NEG_INFINITY])),
            Arc::new(decimal(large, 0)),
            Arc::new(decimal(-large, 38)),
            Arc::new(Decimal256Array::from(vec![i256::MAX, i256::MIN]).with_precision_and_scale(76, 2).unwrap()),
            Arc::new(Date32Array::from(vec![i32::MIN, i32::MAX])),
            Arc::new(Date64Array::from(vec![i64::MIN, i64::MAX])),
            Arc::new(TimestampSecondArray::from(vec![i64::MIN, i64::MAX])),
            Arc::new(TimestampSecondArray::from(vec![i64::MIN, i64::MAX]).with_timezone("+08:00")),
            Arc::new(TimestampNanosecondArray::from(vec![i64::MIN, i64::MAX]).with_timezone("+08:00")),
            Arc::new(Time64MicrosecondArray::from(vec![0, 86_399_999_999])),
            Arc::new(BooleanArray::from(vec![true, false])),
            Arc::new(BinaryArray::from(bytes)),
            Arc::new(NullArray::new(2)),
            Arc::new(ListArray::from_iter_primitive::<Int32Type, _, _>(vec![Some(vec![Some(1)]), None])),
            Arc::new(DictionaryArray::<Int8Type>::new(Int8Array::from(vec![Some(0), None]), Arc::new(nulls))),
            Arc::new(DictionaryArray::<Int32Type>::new(Int32Array::from(vec![1, 1]), Arc::new(Int64Array::from(vec![0, i64::MAX])))),
            Arc::new(StructArray::new_empty_fields(2, Some(NullBuffer::new_null(2)))),
        ];
        let settings = claimsift::Settings::new();
        for array in arrays {
            for table in [TableId::ClaimTable, TableId::PersonTable] {
                for column in table.schema().columns {
                    let outcome = match table {
                        TableId::ClaimTable => claims_with(column.name, Arc::clone(&array)),
                        _ => persons_with(column.name, Arc::clone(&array)),
                    };
                    match outcome {
                        Ok((claims, report)) => {
                            let counts = &report.tables[table.schema().name];
                            assert_eq!(counts.read, counts.kept + counts.repeats + counts.rejected);
                            support::screen(&claims, &settings);
                        }
                        Err(IntakeError::ColumnType { column: named, .. }) => assert_eq!(named, column.name),
                        Err(other) => panic!("{}: {other}", column.name),
                    }
                }
            }
        }
    }

    fn persons_with(column: &str, array: ArrayRef) -> Result<(Claims, IntakeReport), IntakeError> {
        let claims = Data::default().with("claims", &claims("P0,outpatient,2025-01-01,2025-01-01,10")).table("claims").batch();
        let ids: ArrayRef = Arc::new(StringArray::from(vec!["P0", "P1"]));
        let mut columns = vec![("person_id", ids, true)];
        columns.retain(|(name, ..)| *name != column);
        columns.push((column, array, true));
        let persons = RecordBatch::try_from_iter_with_nullable(columns).unwrap();
        intake(IntakeOptions::all(), [(TableId::ClaimTable, vec![claims]), (TableId::PersonTable, vec![persons])])
    }

    #[test]
    fn floats_and_dictionaries_of_other_types_are_read_too() {
        let floats: DictionaryArray<Int32Type> =
            DictionaryArray::new(Int32Array::from(vec![1, 0]), Arc::new(Float64Array::from(vec![1.25, 2.5])));
        check(Arc::new(floats), &[Some(250), Some(125)], 0);
    }
}

/// Claims numbered from C1 from rows of person, type, start, end and total.
fn claims(rows: &str) -> String {
    let rows = rows.split('\n').enumerate().map(|(at, row)| format!("C{},H,{}", at + 1, row.trim()));
    format!("claim_id,provider_id,person_id,visit_type,started_at,ended_at,total_amount\n{}", rows.collect::<Vec<_>>().join("\n"))
}

mod rows {
    use super::*;

    const CLAIM: &str = "P1,outpatient,2025-01-01,2025-01-01,10";

    /// Counts of a table, and every row that was not kept as `row column value: reason`.
    fn check(data: &Data, table: &str, counts: [u64; 4], aside: &[&str]) {
        let (claims, report) = data.intake(IntakeOptions::all()).unwrap();
        let TableReport { read, kept, repeats, rejected, .. } = report.tables[table];
        assert_eq!([read, kept, repeats, rejected], counts, "{:?}", report.rejects);
        assert_eq!(claims.rows(TableId::named(table).unwrap()) as u64, kept);
        let found = report.rejects.iter().filter(|reject| reject.table == table);
        let found: Vec<String> =
            found.map(|reject| format!("{} {} {}: {}", reject.row, reject.column, reject.value, reject.reason)).collect();
        assert_eq!(found, aside);
        assert!(report.rejects.iter().all(|reject| *reject.file == *format!("{}.csv", reject.table)));
    }

    fn lines(rows: &str) -> String {
        format!("claim_id,line_id,item_code,quantity,unit_price,amount\n{rows}")
    }

    #[test]
    fn an_identical_repeat_changes_nothing() {
        let repeated = format!("{}\nC1,H,{CLAIM}", claims(CLAIM));
        check(
            &Data::default().with("claims", &repeated),
            "claims",
            [2, 1, 1, 0],
            &["2 claim_id : repeat of row 1 of claims.csv; it changes nothing"],
        );
        let persons = Data::default().with("claims", &claims(CLAIM)).with("persons", "person_id,sex\nP1,male\nP2,\nP1,male");
        check(&persons, "persons", [3, 2, 1, 0], &["3 person_id : repeat of row 1 of persons.csv; it changes nothing"]);
        let numbered = Data::default().with("claims", &claims(CLAIM)).with("lines", &lines("C1,7,A,1,5,5\nC1,8,A,1,5,5\nC1,7,A,1,5,5"));
        check(&numbered, "lines", [3, 2, 1, 0], &["3 line_id : repeat of row 1 of lines.csv; it changes nothing"]);
        assert_eq!(claim(&numbered.claims(), "C1").lines().len(), 2);
    }

    #[test]
    fn equal_lines_without_a_number_are_lines_of_their_own() {
        let data = Data::default().with("claims", &claims(CLAIM)).with("lines", &lines("C1,,A,1,5,5\nC1,,A,1,5,5"));
        check(&data, "lines", [2, 2, 0, 0], &[]);
        let keys: Vec<String> = claim(&data.claims(), "C1").lines().map(claimsift::claims::LineView::key).collect();
        assert_eq!(keys, ["C1#1", "C1#2"]);
    }

    #[test]
    fn one_key_with_other_content_is_rejected() {
        let reason =
            |key: &str, table: &str| format!("the same {key} stands in row 1 of {table}.csv with other content; keep one of the two");
        let claims_twice = format!("{}\nC1,H,P1,outpatient,2025-01-01,2025-01-01,11", claims(CLAIM));
        let data = Data::default().with("claims", &claims_twice);
        check(&data, "claims", [2, 1, 0, 1], &[&format!("2 claim_id : {}", reason("claim_id", "claims"))]);
        assert_eq!(claim(&data.intake(IntakeOptions::all()).unwrap().0, "C1").row().total_amount(), Some(Fen(1000)));
        let data = Data::default().with("claims", &claims(CLAIM)).with("lines", &lines("C1,7,A,1,5,5\nC1,7,A,1,6,6"));
        check(&data, "lines", [2, 1, 0, 1], &[&format!("2 line_id : {}", reason("claim_id, line_id", "lines"))]);
        let data = Data::default().with("claims", &claims(CLAIM)).with("groups", "group_code,year,norm_cost\nG,2025,1\nG,2024,1\nG,2025,2");
        check(&data, "groups", [3, 2, 0, 1], &[&format!("3 year : {}", reason("group_code, year", "groups"))]);
    }

    #[test]
    fn one_line_number_in_two_claims_is_two_lines() {
        let data =
            Data::default().with("claims", &claims(&format!("{CLAIM}\n{CLAIM}"))).with("lines", &lines("C1,1,A,1,5,5\nC2,1,A,1,5,5"));
        check(&data, "lines", [2, 2, 0, 0], &[]);
    }

    #[test]
    fn a_line_without_its_claim_is_rejected() {
        let reason = "no such claim among those kept; add the claim, or leave the row out";
        let data = Data::default().with("claims", &claims(CLAIM)).with("lines", &lines("C9,,A,1,5,5\nC1,,A,1,5,5"));
        check(&data, "lines", [2, 1, 0, 1], &[&format!("1 claim_id C9: {reason}")]);
        // Nor are the lines of a claim that was itself rejected kept.
        let data = Data::default()
            .with("claims", &claims(&format!("{CLAIM}\nP1,outpatient,2025-01-01,2025-01-01,x")))
            .with("lines", &lines("C2,,A,1,5,5"));
        check(&data, "lines", [1, 0, 0, 1], &["1 claim_id C2: its claim was rejected; correct the claim"]);
        let data = Data::default().with("claims", &claims(CLAIM)).with("diagnoses", "claim_id,code\nC9,J18");
        check(&data, "diagnoses", [1, 0, 0, 1], &[&format!("1 claim_id C9: {reason}")]);
    }

    #[test]
    fn an_end_before_its_start_is_rejected() {
        let data = Data::default()
            .with("claims", &claims("P1,inpatient,2025-01-05 10:00:00,2025-01-05 09:59:59,10\nP1,inpatient,2025-01-05,2025-01-05,10"));
        check(&data, "claims", [2, 1, 0, 1], &["1 ended_at 2025-01-05 09:59:59: ends before it starts; exchange or correct the two times"]);
        let data = Data::default().with("claims", &claims(CLAIM)).with("bed_log", "visit_id,bed_no,from,to\nV,1,2025-01-02,2025-01-01");
        check(&data, "bed_log", [1, 0, 0, 1], &["1 to 2025-01-01: ends before it starts; exchange or correct the two times"]);
    }

    #[test]
    fn letters_in_an_amount_are_rejected() {
        let data = Data::default().with("claims", &claims("P1,outpatient,2025-01-01,2025-01-01,12O.50"));
        let reason = "not a number; write it with digits and at most one decimal point";
        check(&data, "claims", [1, 0, 0, 1], &[&format!("1 total_amount 12O.50: {reason}")]);
        let data = Data::default()
            .with("claims", &claims(CLAIM))
            .with("lines", "claim_id,item_code,quantity,unit_price,amount\nC1,A,one,5,5\nC1,A,1,\"1,200\",5");
        check(&data, "lines", [2, 0, 0, 2], &[&format!("1 quantity one: {reason}"), &format!("2 unit_price 1,200: {reason}")]);
    }

    #[test]
    fn a_missing_required_value_is_rejected() {
        let data = Data::default().with("claims", &claims(",outpatient,2025-01-01,2025-01-01,10\nP1,,2025-01-01,2025-01-01,10\nP1,outpatient,,2025-01-01,10\nP1,outpatient,2025-01-01,,10"));
        let missing = "missing; every row must have it";
        check(
            &data,
            "claims",
            [4, 1, 0, 3],
            &[&format!("1 person_id : {missing}"), &format!("2 visit_type : {missing}"), &format!("3 started_at : {missing}")],
        );
    }

    #[test]
    fn only_the_first_fault_of_a_row_is_reported() {
        let data = Data::default().with("claims", &claims("P1,outpatient,yesterday,tomorrow,much"));
        check(&data, "claims", [1, 0, 0, 1], &["1 started_at yesterday: not a time; write YYYY-MM-DD HH:MM:SS or YYYY-MM-DD"]);
    }

    #[test]
    fn what_identifies_a_person_never_reaches_a_reject() {
        let secret = "13800138000";
        let header = "claim_id,provider_id,person_id,visit_type,started_at,ended_at,total_amount,phone,address,contact_name,bed_no";
        let row = |id: &str, total: &str| format!("{id},H,P1,outpatient,2025-01-01,2025-01-01,{total},{secret},{secret},{secret},{secret}");
        let data = Data::default()
            .with("claims", &format!("{header}\n{}\n{}\n{}\n{}", row("C1", "10"), row("C1", "11"), row("C2", "x"), row("C1", "10")))
            .with("persons", &format!("person_id,id_number,birth_date\nP1,{secret},1950-13-01\nP2,{secret},\nP2,{secret},1950-01-01"))
            .with("bed_log", &format!("visit_id,bed_no,from\nV,{secret},never"));
        let (_, report) = data.intake(IntakeOptions::all()).unwrap();
        assert_eq!(report.rejects.len(), 6, "{:?}", report.rejects);
        assert!(!format!("{:?}", report.rejects).contains(secret), "{:?}", report.rejects);
    }

    #[test]
    fn empty_tables_are_empty() {
        let empty = Data::default().with("claims", "claim_id,provider_id,person_id,visit_type,started_at,ended_at,total_amount");
        check(&empty, "claims", [0, 0, 0, 0], &[]);
        let claims = empty.claims();
        assert!(claims.is_empty());
        let screening = support::screen(&claims, &claimsift::Settings::new());
        assert!(screening.findings.is_empty() && screening.scores.is_empty() && screening.leads.is_empty());
        let (claims, report) = intake(IntakeOptions::all(), []).unwrap();
        assert!(claims.is_empty() && report.tables.is_empty());
        support::screen(&claims, &claimsift::Settings::new());
    }

    #[test]
    fn rows_are_numbered_over_chunks_and_reader_rejects_count() {
        let batch = |rows: &str| Data::default().with("claims", rows).table("claims").batch();
        let first = batch(&claims(&format!("{CLAIM}\n{CLAIM}")));
        let second = batch(
            "claim_id,provider_id,person_id,visit_type,started_at,ended_at,total_amount,fund_amount\nC2,H,P1,outpatient,2025-01-01,2025-01-01,10,\nC3,H,P1,outpatient,2025-01-01,2025-01-01,x,\nC4,H,P1,outpatient,2025-01-01,2025-01-01,10,4",
        );
        let file: Arc<str> = "part.csv".into();
        let ragged = claimsift::intake::Reject {
            table: "claims",
            file: Arc::clone(&file),
            row: 3,
            column: "",
            value: "C9,H".into(),
            reason: "2 cells where the header has 7".into(),
            is_repeat: false,
        };
        let chunks = [
            Chunk { rejects: vec![ragged], ..Chunk::new(Arc::clone(&file), Rows::From(1), first) },
            Chunk::new(file, Rows::Numbers(vec![4, 6, 9]), second),
        ];
        let mut intake = Intake::new(IntakeOptions::all(), &Silent);
        intake.table(TableId::ClaimTable, chunks.into_iter().map(Ok::<_, IntakeError>)).unwrap();
        let (claims, report) = intake.finish().unwrap();
        let TableReport { read, kept, repeats, rejected, .. } = report.tables["claims"];
        assert_eq!([read, kept, repeats, rejected], [6, 3, 1, 2]);
        assert_eq!(report.rejects.iter().map(|reject| reject.row).collect::<Vec<_>>(), [3, 4, 6]);
        assert_eq!(report.rejects[1].reason, "repeat of row 2 of part.csv; it changes nothing");
        assert_eq!(claim(&claims, "C4").row().fund_amount(), Some(Fen(400)));
        assert_eq!(claim(&claims, "C1").row().fund_amount(), None);
    }
}

mod tables {
    use super::*;

    #[test]
    fn a_missing_required_column_refuses_the_table() {
        let data = Data::default().with("claims", "claim_id,person_id,visit_type,started_at,ended_at\nC1,P1,outpatient,2025-01-01,");
        let error = data.intake(IntakeOptions::all()).err().unwrap();
        assert!(matches!(error, IntakeError::MissingColumn { table: "claims", column: "provider_id", .. }));
        assert_eq!(
            error.to_string(),
            "claims.csv: table `claims` has no column `provider_id`; found: claim_id, person_id, visit_type, started_at, ended_at. \
             Rename the column, or map it in a layout file (`--layout FILE`)"
        );
        // The end of a visit may be empty in every row, but its column must be there.
        let data = Data::default()
            .with("claims", "claim_id,person_id,provider_id,visit_type,started_at,total_amount\nC1,P1,H,outpatient,2025-01-01,1");
        assert!(matches!(data.intake(IntakeOptions::all()), Err(IntakeError::MissingColumn { column: "ended_at", .. })));
    }

    #[test]
    fn a_type_that_cannot_hold_the_values_refuses_the_table() {
        let list: ArrayRef = Arc::new(ListArray::from_iter_primitive::<Int32Type, _, _>(vec![Some(vec![Some(1)])]));
        let error = claims_with("total_amount", list).err().unwrap();
        assert!(error.to_string().starts_with("claims.csv: column `total_amount` of table `claims`: a column of type List("), "{error}");
        let flag: ArrayRef = Arc::new(BooleanArray::from(vec![true]));
        assert!(matches!(claims_with("fund_amount", flag), Err(IntakeError::ColumnType { column: "fund_amount", .. })));
    }

    #[test]
    fn claims_come_first_and_once() {
        let data = Data::default().with("claims", &claims("P1,outpatient,2025-01-01,,10")).with("persons", "person_id\nP1");
        let batch = |name: &str| vec![data.table(name).batch()];
        for order in [vec![TableId::PersonTable, TableId::ClaimTable], vec![TableId::ClaimTable, TableId::ClaimTable]] {
            let outcome = intake(IntakeOptions::all(), order.into_iter().map(|table| (table, batch(table.name()))));
            assert!(matches!(outcome, Err(IntakeError::ClaimsFirst)));
        }
    }

    #[test]
    fn only_wanted_columns_are_loaded() {
        let data = Data::default().with("claims", "claim_id,person_id,provider_id,visit_type,started_at,ended_at,total_amount,fund_amount,ward,extra\nC1,P1,H,outpatient,2025-01-01,,10,5,3,x");
        let columns = Some(["claims.ward".to_owned()].into());
        let claims = data.claims_with(IntakeOptions { columns, ..IntakeOptions::all() });
        assert!(claims.has_column("claims.ward") && claims.has_column("claims.total_amount"));
        assert!(!claims.has_column("claims.fund_amount") && !claims.has_column("claims.extra"));
        assert!(data.claims().has_column("claims.fund_amount"));
    }
}

mod stays {
    use super::*;

    const HEADER: &str =
        "claim_id,person_id,provider_id,visit_id,visit_type,started_at,ended_at,total_amount,is_interim,original_claim_id,is_insured";

    /// Stays as `first claim: start..end nights total`.
    fn check(rows: &str, expected: &[&str]) {
        let rows: Vec<&str> = rows.lines().map(str::trim).collect();
        let data = Data::default().with("claims", &format!("{HEADER}\n{}", rows.join("\n")));
        let claims = data.claims();
        let describe = |person| {
            let stays = claims.person(person).stays();
            stays.map(|stay| {
                let end = stay.stay().ended_at.map_or("open".to_owned(), |end| end.date().to_string());
                let (first, start) = (stay.first_claim().name(), stay.stay().started_at.date());
                format!("{first}: {start}..{end} {} {}", stay.stay().nights(), stay.total())
            })
        };
        let found: Vec<String> = claims.persons().flat_map(describe).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn interim_settlements_join() {
        check(
            "A,P,H,,inpatient,2025-01-01,2025-02-01,10,true,,\nB,P,H,,inpatient,2025-02-01,2025-02-10,5,,,",
            &["A: 2025-01-01..2025-02-10 40 15.00"],
        );
        check(
            "A,P,H,,inpatient,2025-01-01,2025-02-01,10,true,,\nB,P,H,,inpatient,2025-02-02,2025-02-10,5,,,",
            &["A: 2025-01-01..2025-02-10 40 15.00"],
        );
        let apart = ["A: 2025-01-01..2025-02-01 31 10.00", "B: 2025-02-03..2025-02-10 7 5.00"];
        check("A,P,H,,inpatient,2025-01-01,2025-02-01,10,true,,\nB,P,H,,inpatient,2025-02-03,2025-02-10,5,,,", &apart);
        let unmarked = ["A: 2025-01-01..2025-02-01 31 10.00", "B: 2025-02-01..2025-02-10 9 5.00"];
        check("A,P,H,,inpatient,2025-01-01,2025-02-01,10,false,,\nB,P,H,,inpatient,2025-02-01,2025-02-10,5,,,", &unmarked);
        let elsewhere = ["A: 2025-01-01..2025-02-01 31 10.00", "B: 2025-02-01..2025-02-10 9 5.00"];
        check("A,P,H,,inpatient,2025-01-01,2025-02-01,10,true,,\nB,P,G,,inpatient,2025-02-01,2025-02-10,5,,,", &elsewhere);
    }

    #[test]
    fn settlements_at_the_end_of_the_year_join() {
        check(
            "A,P,H,,inpatient,2024-12-20,2024-12-31,10,,,\nB,P,H,,inpatient,2025-01-01,2025-01-10,5,,,",
            &["A: 2024-12-20..2025-01-10 21 15.00"],
        );
        let apart = ["A: 2024-12-20..2024-12-30 10 10.00", "B: 2024-12-31..2025-01-10 10 5.00"];
        check("A,P,H,,inpatient,2024-12-20,2024-12-30,10,,,\nB,P,H,,inpatient,2024-12-31,2025-01-10,5,,,", &apart);
    }

    #[test]
    fn three_settlements_join_over_a_visit_elsewhere() {
        check(
            "A,P,H,,inpatient,2025-01-01,2025-02-01,10,true,,
             X,P,G,,outpatient,2025-02-01,2025-02-01,1,,,
             B,P,H,,inpatient,2025-02-01,2025-03-01,10,true,,
             C,P,H,,inpatient,2025-03-01,2025-03-10,10,,,",
            &["A: 2025-01-01..2025-03-10 68 30.00"],
        );
    }

    #[test]
    fn claims_of_one_visit_are_one_stay() {
        check(
            "A,P,H,V,inpatient,2025-01-01,2025-01-05,10,,,\nB,P,H,V,outpatient,2025-01-03,2025-01-08,5,,,",
            &["A: 2025-01-01..2025-01-08 7 15.00"],
        );
        check(
            "A,P,H,V,inpatient,2025-01-01,2025-01-05,10,,,\nB,Q,H,V,inpatient,2025-01-03,2025-01-08,5,,,",
            &["A: 2025-01-01..2025-01-05 4 10.00", "B: 2025-01-03..2025-01-08 5 5.00"],
        );
    }

    #[test]
    fn refunds_cancel_or_reduce() {
        check("A,P,H,,inpatient,2025-01-01,2025-01-05,10,,,\nR,P,H,,inpatient,2025-01-01,2025-01-05,-10,,A,", &[]);
        check(
            "A,P,H,,inpatient,2025-01-01,2025-01-05,10,,,\nR,P,H,,inpatient,2025-01-01,2025-01-05,-4,,A,",
            &["A: 2025-01-01..2025-01-05 4 6.00"],
        );
        let twice = "A,P,H,,inpatient,2025-01-01,2025-01-05,10,,,\nR,P,H,,inpatient,2025-01-01,2025-01-05,-4,,A,\nS,P,H,,inpatient,2025-01-01,2025-01-05,-6,,A,";
        check(twice, &[]);
        // Settled again after the refund: one visit, of which the second claim stands.
        let again = "A,P,H,V,inpatient,2025-01-01,2025-01-05,10,,,\nR,P,H,V,inpatient,2025-01-01,2025-01-05,-10,,A,\nB,P,H,V,inpatient,2025-01-02,2025-01-05,8,,,";
        check(again, &["B: 2025-01-02..2025-01-05 3 8.00"]);
        // A refund that names no claim takes its visit back if it uses all of it up.
        check("A,P,H,V,inpatient,2025-01-01,2025-01-05,10,,,\nR,P,H,V,inpatient,2025-01-01,2025-01-05,-10,,,", &[]);
        check(
            "A,P,H,V,inpatient,2025-01-01,2025-01-05,10,,,\nR,P,H,V,inpatient,2025-01-01,2025-01-05,-9,,,",
            &["A: 2025-01-01..2025-01-05 4 10.00"],
        );
        check(
            "A,P,H,V,inpatient,2025-01-01,2025-01-05,10,,,\nR,P,H,W,inpatient,2025-01-01,2025-01-05,-10,,,",
            &["A: 2025-01-01..2025-01-05 4 10.00"],
        );
        // A cancelled interim settlement joins nothing.
        let cancelled = "A,P,H,,inpatient,2025-01-01,2025-02-01,10,true,,\nR,P,H,,inpatient,2025-01-01,2025-02-01,-10,,A,\nB,P,H,,inpatient,2025-02-01,2025-02-10,5,,,";
        check(cancelled, &["B: 2025-02-01..2025-02-10 9 5.00"]);
    }

    #[test]
    fn open_stays_count_up_to_the_last_day() {
        // Without settlements the last day is that of the latest start or end.
        check(
            "A,P,H,,inpatient,2025-01-01,,10,,,\nB,Q,G,,outpatient,2025-01-09 10:00:00,2025-01-09 10:00:00,5,,,",
            &["A: 2025-01-01..open 8 10.00"],
        );
        let rows = format!(
            "{HEADER},settled_at\nA,P,H,,inpatient,2025-01-01,,10,,,,\nB,Q,G,,outpatient,2025-01-09,2025-01-20,5,,,,2025-01-15 12:00:00"
        );
        let data = Data::default().with("claims", &rows);
        let nights = |options: IntakeOptions| data.claims_with(options).stays()[0].nights();
        assert_eq!(nights(IntakeOptions::all()), 14);
        assert_eq!(data.claims().as_of().to_string(), "2025-01-15");
        assert_eq!(nights(IntakeOptions { as_of: Some("2025-01-04".parse().unwrap()), ..IntakeOptions::all() }), 3);
        assert_eq!(nights(IntakeOptions { as_of: Some("2024-01-04".parse().unwrap()), ..IntakeOptions::all() }), 0);
    }

    #[test]
    fn claims_are_numbered_by_person_and_start() {
        let data = Data::default().with(
            "claims",
            &format!(
                "{HEADER}\nA,Q,H,,outpatient,2025-01-01,,1,,,\nB,P,H,,outpatient,2025-01-02,,1,,,\nC,P,H,,outpatient,2025-01-01,,1,,,"
            ),
        );
        let claims = data.claims();
        let order: Vec<&str> = (0..3).map(|at| claims.claim(ClaimId(at)).name()).collect();
        assert_eq!(order, ["C", "B", "A"]);
        assert!(claims.visits().iter().all(|visit| visit.started_at >= Time(0)));
    }
}
