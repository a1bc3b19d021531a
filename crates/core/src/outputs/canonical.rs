//! The canonical tables out again: every column, exact decimals, codes as words.

use super::batch::{Batch, TIME, decimal, times};
use crate::claims::{Claims, StayView};
use crate::tables::value::{CodeList, Date, Domain, Fen, Kind, Time};
use crate::tables::{AnyColumn, Labels, TableId, row_count};
use arrow_array::{ArrayRef, BooleanArray, Date32Array, Float64Array, Int32Array, RecordBatch, StringArray, new_null_array};
use arrow_schema::DataType;
use std::sync::Arc;

/// A canonical table with all its columns; columns that the data set does not have are null.
pub fn canonical_table(claims: &Claims, table: TableId) -> RecordBatch {
    let columns = claims.columns(table);
    let rows = row_count(&columns);
    let add = |batch: Batch, (schema, column): (&crate::tables::ColumnSchema, &dyn AnyColumn)| {
        let array = if column.is_present() { array(claims, column) } else { new_null_array(&data_type(schema.kind), rows) };
        batch.column(schema.name, array)
    };
    table.schema().columns.iter().zip(columns).fold(Batch::default(), add).finish()
}

fn data_type(kind: Kind) -> DataType {
    match kind {
        Kind::Key(_) | Kind::Mark(_) | Kind::Label | Kind::Code(_) => DataType::Utf8,
        Kind::Money => DataType::Decimal128(18, 2),
        Kind::Quantity => DataType::Decimal128(18, 4),
        Kind::UnitPrice => DataType::Decimal128(18, 6),
        Kind::Number => DataType::Float64,
        Kind::Integer => DataType::Int32,
        Kind::Time => TIME,
        Kind::Date => DataType::Date32,
        Kind::Flag => DataType::Boolean,
    }
}

fn array(claims: &Claims, column: &dyn AnyColumn) -> ArrayRef {
    let values = column.as_any();
    let i64s = || column.numbers().into_iter().map(|value| (value != i64::MIN).then_some(value));
    let i32s = || values.downcast_ref::<Vec<i32>>().into_iter().flatten().map(|&value| (value != i32::MIN).then_some(value));
    let u32s = || values.downcast_ref::<Vec<u32>>().into_iter().flatten().map(|&value| (value != u32::MAX).then_some(value));
    let u8s = || values.downcast_ref::<Vec<u8>>().into_iter().flatten().map(|&value| (value != u8::MAX).then_some(value));
    match column.kind() {
        Kind::Key(domain) => keys(claims, domain, u32s()),
        Kind::Mark(domain) => marks(claims, domain, values.downcast_ref::<Vec<u64>>()),
        Kind::Label => labels(values.downcast_ref::<Labels>()),
        Kind::Code(list) => Arc::new(u8s().map(|code| code.and_then(|code| word(list, code))).collect::<StringArray>()),
        Kind::Money => decimal(i64s(), 2),
        Kind::Quantity => decimal(i64s(), 4),
        Kind::UnitPrice => decimal(i64s(), 6),
        Kind::Number => {
            let numbers = values.downcast_ref::<Vec<f64>>().into_iter().flatten();
            Arc::new(numbers.map(|&number| (!number.is_nan()).then_some(number)).collect::<Float64Array>())
        }
        Kind::Integer => Arc::new(i32s().collect::<Int32Array>()),
        Kind::Time => times(u32s().map(|time| time.map(Time))),
        Kind::Date => Arc::new(i32s().collect::<Date32Array>()),
        Kind::Flag => Arc::new(u8s().map(|flag| flag.map(|flag| flag == 1)).collect::<BooleanArray>()),
    }
}

fn keys(claims: &Claims, domain: Domain, keys: impl Iterator<Item = Option<u32>>) -> ArrayRef {
    let dictionary = claims.dictionary(domain);
    Arc::new(keys.map(|key| key.map(|key| dictionary.text(key))).collect::<StringArray>())
}

fn marks(claims: &Claims, domain: Domain, marks: Option<&Vec<u64>>) -> ArrayRef {
    let dictionary = claims.dictionary(domain);
    Arc::new(marks.into_iter().flatten().map(|&mark| dictionary.marked(mark)).collect::<StringArray>())
}

fn labels(labels: Option<&Labels>) -> ArrayRef {
    Arc::new(labels.into_iter().flat_map(|labels| (0..labels.len()).map(|row| labels.get(row))).collect::<StringArray>())
}

fn word(list: &CodeList, code: u8) -> Option<&'static str> {
    list.words.get(code as usize).copied()
}

/// Visits and stays as this library derives them, to compare with their reference queries.
pub fn derived_tables(claims: &Claims) -> Vec<(&'static str, RecordBatch)> {
    vec![("visits", visits(claims)), ("stays", stays(claims))]
}

fn visits(claims: &Claims) -> RecordBatch {
    let rows = || claims.visits().iter().map(|visit| (visit, claims.visit_of(visit.first_claim)));
    let total =
        |view: crate::claims::VisitView<'_>| view.claims().filter(|claim| claim.is_live()).map(|claim| claim.net_total()).sum::<Fen>();
    Batch::default()
        .text("first_claim_id", rows().map(|(_, view)| Some(view.first_claim().name())))
        .text("person_id", rows().map(|(visit, _)| Some(claims.person(visit.person).name())))
        .text("provider_id", rows().map(|(visit, _)| Some(claims.provider(visit.provider).name())))
        .text("visit_type", rows().map(|(visit, _)| Some(visit.visit_type.word())))
        .time("started_at", rows().map(|(visit, _)| Some(visit.started_at)))
        .time("ended_at", rows().map(|(visit, _)| visit.ended_at))
        .flag("is_live", rows().map(|(visit, _)| Some(visit.is_live)))
        .money("total_amount", rows().map(|(_, view)| Some(total(view))))
        .count("claims", rows().map(|(_, view)| Some(view.claims().len() as u64)))
        .finish()
}

fn stays(claims: &Claims) -> RecordBatch {
    let views: Vec<StayView<'_>> = claims.persons().flat_map(|person| claims.person(person).stays()).collect();
    let rows = || views.iter().copied();
    let closed = |time: Time| -> Date { time.date() };
    Batch::default()
        .text("first_claim_id", rows().map(|view| Some(view.first_claim().name())))
        .text("person_id", rows().map(|view| Some(claims.person(view.stay().person).name())))
        .text("provider_id", rows().map(|view| Some(view.provider().name())))
        .time("started_at", rows().map(|view| Some(view.stay().started_at)))
        .time("ended_at", rows().map(|view| view.stay().ended_at))
        .date("closed_on", rows().map(|view| Some(closed(view.stay().closed_end))))
        .count("nights", rows().map(|view| Some(view.stay().nights() as u64)))
        .count("visits", rows().map(|view| Some(view.visits().len() as u64)))
        .count("claims", rows().map(|view| Some(view.visits().map(|visit| visit.claims().len() as u64).sum())))
        .money("total_amount", rows().map(|view| Some(view.total())))
        .money("fund_loss", rows().map(StayView::whole_loss))
        .money("in_scope_amount", rows().map(|view| Some(view.live_claims().map(|claim| claim.in_scope()).sum())))
        .flag("is_insured", rows().map(|view| Some(view.is_insured())))
        .finish()
}
