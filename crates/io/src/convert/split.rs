//! Cells that hold several values.

use super::text::plain;
use super::{Column, Unfolded};
use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, StringArray, UInt64Array};
use arrow_schema::ArrowError;
use arrow_select::take::take;
use claimsift::tables::Need;
use std::sync::Arc;

/// A row per part: the first parts of all divided columns make a row, then the second, and so on; the other columns are repeated. A row
/// needs a value of each divided column that must have one, or of any if none must.
pub(super) fn split(columns: &[Column], values: &[ArrayRef], rows: usize) -> Result<Unfolded, ArrowError> {
    let divided: Vec<(usize, ArrayRef)> = (0..)
        .zip(columns.iter().zip(values))
        .filter(|(_, (mapped, _))| !mapped.split.is_empty())
        .map(|(at, (_, column))| Ok((at, plain(column)?)))
        .collect::<Result<_, ArrowError>>()?;
    let must: Vec<bool> = divided.iter().map(|(at, _)| columns[*at].schema.need == Need::Value).collect();
    let mut origins = Vec::new();
    let mut cells: Vec<Vec<Option<&str>>> = vec![Vec::new(); divided.len()];
    for row in 0..rows {
        let parts: Vec<Vec<Option<&str>>> =
            divided.iter().map(|(at, column)| parts(column.as_string(), row, &columns[*at].split)).collect();
        for place in 0..parts.iter().map(Vec::len).max().unwrap_or(0) {
            let part = |number: usize| parts[number].get(place).copied().flatten();
            let mut given = (0..divided.len()).filter(|&number| must[number] || !must.contains(&true));
            let is_row =
                if must.contains(&true) { given.all(|number| part(number).is_some()) } else { given.any(|number| part(number).is_some()) };
            if is_row {
                origins.push(row);
                cells.iter_mut().enumerate().for_each(|(number, cells)| cells.push(part(number)));
            }
        }
    }
    let taken = UInt64Array::from_iter_values(origins.iter().map(|&row| row as u64));
    let mut columns = values.iter().map(|column| take(column, &taken, None)).collect::<Result<Vec<_>, _>>()?;
    for ((at, _), cells) in divided.iter().zip(cells) {
        columns[*at] = Arc::new(StringArray::from(cells)) as ArrayRef;
    }
    Ok(Unfolded { columns, origins })
}

/// The parts of a cell, trimmed; an empty one keeps its place.
fn parts<'a>(column: &'a StringArray, row: usize, separators: &[String]) -> Vec<Option<&'a str>> {
    if column.is_null(row) {
        return Vec::new();
    }
    let mut parts = vec![column.value(row)];
    for separator in separators {
        parts = parts.into_iter().flat_map(|part| part.split(separator.as_str())).collect();
    }
    parts.into_iter().map(|part| Some(part.trim()).filter(|part| !part.is_empty())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layout::{Mapped, Source};
    use claimsift::tables::TableId;

    fn column(name: &str, split: &[&str]) -> Column {
        let schema = TableId::DiagnosisTable.schema();
        let schema = &schema.columns[schema.position(name).expect("a column")];
        Mapped { schema, source: Source::From(0), split: split.iter().map(|text| (*text).to_owned()).collect() }
    }

    fn cells(values: &[Option<&str>]) -> ArrayRef {
        Arc::new(values.iter().copied().collect::<StringArray>())
    }

    #[test]
    fn parts_stand_side_by_side() {
        let columns = [column("claim_id", &[]), column("code", &["|", ";"]), column("name", &["|"])];
        let values = [
            cells(&[Some("A"), Some("B"), Some("C"), Some("D")]),
            cells(&[Some("I10|E11;J18"), None, Some("I10||E11"), Some("K35")]),
            cells(&[Some("high| sugar"), Some("lost"), Some("x|y|z"), None]),
        ];
        let Unfolded { columns, origins } = split(&columns, &values, 4).expect("divided");
        assert_eq!(origins, [0, 0, 0, 2, 2, 3]);
        let text =
            |at: usize| columns[at].as_string::<i32>().iter().map(|cell| cell.unwrap_or("-").to_owned()).collect::<Vec<_>>().join(",");
        assert_eq!([text(0), text(1), text(2)], ["A,A,A,C,C,D", "I10,E11,J18,I10,E11,K35", "high,sugar,-,x,z,-"]);
    }
}
