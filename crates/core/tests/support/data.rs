//! Tables of texts, and their way through intake.

use arrow_array::{ArrayRef, RecordBatch, StringArray};
use claimsift::Claims;
use claimsift::intake::{Chunk, Intake, IntakeError, IntakeOptions, IntakeReport, Rows};
use claimsift::observe::Silent;
use claimsift::tables::TableId;
use std::collections::BTreeMap;
use std::sync::Arc;

/// One table of texts; an empty text is a missing value.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Table {
    pub header: Vec<String>,
    pub rows: Vec<Vec<String>>,
}

impl Table {
    /// Reads CSV with a header; blanks around cells do not count.
    pub fn parse(text: &str) -> Self {
        let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(text.trim().as_bytes());
        let texts = |record: &csv::StringRecord| record.iter().map(str::to_owned).collect::<Vec<_>>();
        let header = texts(reader.headers().unwrap_or_else(|error| panic!("{error} in\n{text}")));
        let rows = reader.records().map(|record| texts(&record.unwrap_or_else(|error| panic!("{error} in\n{text}")))).collect();
        Self { header, rows }
    }

    pub fn position(&self, column: &str) -> Option<usize> {
        self.header.iter().position(|name| name == column)
    }

    pub fn cell(&self, row: usize, column: &str) -> &str {
        self.position(column).map_or("", |at| &self.rows[row][at])
    }

    /// Removes a column and returns its cells.
    pub fn take_column(&mut self, column: &str) -> Option<Vec<String>> {
        let at = self.position(column)?;
        self.header.remove(at);
        Some(self.rows.iter_mut().map(|row| row.remove(at)).collect())
    }

    /// Sets a cell of every row; the column is added if it is new.
    pub fn set(&mut self, column: &str, value: impl Fn(usize, &[String]) -> String) {
        let at = self.position(column).unwrap_or_else(|| {
            self.header.push(column.to_owned());
            self.rows.iter_mut().for_each(|row| row.push(String::new()));
            self.header.len() - 1
        });
        for number in 0..self.rows.len() {
            self.rows[number][at] = value(number, &self.rows[number]);
        }
    }

    /// The rows for which `keep` says so.
    pub fn filter(&self, keep: impl Fn(&dyn Fn(&str) -> String) -> bool) -> Self {
        let kept = (0..self.rows.len()).filter(|&row| keep(&|column| self.cell(row, column).to_owned()));
        Self { header: self.header.clone(), rows: kept.map(|row| self.rows[row].clone()).collect() }
    }

    pub fn batch(&self) -> RecordBatch {
        let column = |at: usize| -> ArrayRef {
            let cells = self.rows.iter().map(|row| Some(row[at].as_str()).filter(|cell| !cell.is_empty()));
            Arc::new(cells.collect::<StringArray>())
        };
        let columns = self.header.iter().enumerate().map(|(at, name)| (name.as_str(), column(at), true));
        RecordBatch::try_from_iter_with_nullable(columns).unwrap()
    }
}

/// Tables by name.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Data(pub BTreeMap<String, Table>);

impl Data {
    #[must_use]
    pub fn with(mut self, table: &str, csv: &str) -> Self {
        self.0.insert(table.to_owned(), Table::parse(csv));
        self
    }

    pub fn table(&self, name: &str) -> &Table {
        &self.0[name]
    }

    pub fn table_mut(&mut self, name: &str) -> &mut Table {
        self.0.get_mut(name).unwrap()
    }

    /// Takes every table in, claims first.
    pub fn intake(&self, options: IntakeOptions) -> Result<(Claims, IntakeReport), IntakeError> {
        intake(options, TableId::ALL.iter().filter_map(|&table| Some((table, vec![self.0.get(table.name())?.batch()]))))
    }

    /// The claims of data without a fault, all columns loaded.
    pub fn claims(&self) -> Claims {
        self.claims_with(IntakeOptions::all())
    }

    /// The claims of data without a fault.
    pub fn claims_with(&self, options: IntakeOptions) -> Claims {
        let (claims, report) = self.intake(options).unwrap();
        let rejects: Vec<_> = report.rejects.iter().filter(|reject| !reject.is_repeat).collect();
        assert!(rejects.is_empty(), "{rejects:?}");
        claims
    }
}

/// Takes batches in, each as a chunk of `<table>.csv`.
pub fn intake(
    options: IntakeOptions,
    tables: impl IntoIterator<Item = (TableId, Vec<RecordBatch>)>,
) -> Result<(Claims, IntakeReport), IntakeError> {
    let mut intake = Intake::new(options, &Silent);
    for (table, batches) in tables {
        let file: Arc<str> = format!("{}.csv", table.name()).into();
        let mut first = 1;
        let chunks = batches.into_iter().map(|batch| {
            let rows = Rows::From(first);
            first += batch.num_rows() as u64;
            Ok::<_, IntakeError>(Chunk::new(Arc::clone(&file), rows, batch))
        });
        intake.table(table, chunks)?;
    }
    intake.finish()
}
