//! Parquet files of a data set, each written front to back as rows come.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fs::{File, create_dir_all};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use arrow_array::RecordBatch;
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::WriterProperties;
use parquet::schema::types::ColumnPath;

use super::{Base, Rows, details, reference};
use crate::chunk::Chunk;
use crate::ledger::Ledger;
use crate::world::World;
use crate::world::persons::{Certificate, Person, id_number};

const ROW_GROUP: usize = 131_072;

/// Columns whose values hardly repeat; a dictionary would only cost time.
const WITHOUT_DICTIONARY: [&str; 4] = ["line_id", "order_no", "id_number", "executed_at"];

/// One open file.
struct Sink {
    path: PathBuf,
    writer: ArrowWriter<File>,
    rows: u64,
}

impl Sink {
    fn create(directory: &Path, table: &str, first: &RecordBatch) -> Result<Self> {
        let path = directory.join(format!("{table}.parquet"));
        let file = File::create(&path).with_context(|| format!("cannot create {}", path.display()))?;
        let mut properties = WriterProperties::builder()
            .set_compression(Compression::ZSTD(ZstdLevel::default()))
            .set_max_row_group_row_count(Some(ROW_GROUP));
        for column in WITHOUT_DICTIONARY {
            properties = properties.set_column_dictionary_enabled(ColumnPath::from(column), false);
        }
        let writer = ArrowWriter::try_new(file, first.schema(), Some(properties.build()))?;
        Ok(Self { path, writer, rows: 0 })
    }

    fn write(&mut self, batch: &RecordBatch) -> Result<()> {
        self.rows += batch.num_rows() as u64;
        self.writer.write(batch).with_context(|| format!("cannot write {}", self.path.display()))
    }

    fn finish(self) -> Result<u64> {
        self.writer.close().with_context(|| format!("cannot finish {}", self.path.display()))?;
        Ok(self.rows)
    }
}

/// All files of a data set.
pub(crate) struct Files<'w> {
    directory: PathBuf,
    world: &'w World,
    claims: Sink,
    lines: Sink,
    diagnoses: Sink,
    procedures: Sink,
    registers: Sink,
    truth: Sink,
    persons: Sink,
    ledger: Ledger,
    id_numbers: HashSet<(u32, i32, u32)>,
    /// Certificates that several persons of an event bear.
    of_events: HashMap<u64, String>,
}

impl<'w> Files<'w> {
    pub(crate) fn create(directory: &Path, world: &'w World) -> Result<Self> {
        create_dir_all(directory).with_context(|| format!("cannot create {}", directory.display()))?;
        let nobody = Chunk { persons: Vec::new() };
        let empty = Rows::encode(world, &nobody, Base::default())?;
        Ok(Self {
            directory: directory.to_owned(),
            world,
            claims: Sink::create(directory, "claims", &empty.claims)?,
            lines: Sink::create(directory, "lines", &empty.lines)?,
            diagnoses: Sink::create(directory, "diagnoses", &empty.diagnoses)?,
            procedures: Sink::create(directory, "procedures", &empty.procedures)?,
            registers: Sink::create(directory, "registers", &empty.registers)?,
            truth: Sink::create(directory, "truth", &empty.truth)?,
            persons: Sink::create(directory, "persons", &details::persons(world, &nobody, &[])?)?,
            ledger: Ledger::new(world),
            id_numbers: HashSet::new(),
            of_events: HashMap::new(),
        })
    }

    /// Appends chunks in their order. Lines, by far the most, are written beside everything else.
    pub(crate) fn write(&mut self, chunks: &[(Chunk, Rows)]) -> Result<()> {
        let Self { world, claims, lines, diagnoses, procedures, registers, truth, persons, ledger, id_numbers, of_events, .. } = self;
        let (first, second) = rayon::join(
            || chunks.iter().try_for_each(|(_, rows)| lines.write(&rows.lines)),
            || {
                chunks.iter().try_for_each(|(chunk, rows)| {
                    ledger.add(chunk);
                    claims.write(&rows.claims)?;
                    diagnoses.write(&rows.diagnoses)?;
                    procedures.write(&rows.procedures)?;
                    registers.write(&rows.registers)?;
                    truth.write(&rows.truth)?;
                    let numbers: Vec<String> =
                        chunk.persons.iter().map(|(person, _)| certificate(world, id_numbers, of_events, person)).collect();
                    persons.write(&details::persons(world, chunk, &numbers)?)
                })
            },
        );
        first.and(second)
    }

    /// Writes what depends on all claims, closes the files and returns the rows of each table.
    pub(crate) fn finish(self) -> Result<BTreeMap<&'static str, u64>> {
        let Self { directory, world, claims, lines, diagnoses, procedures, registers, truth, persons, ledger, .. } = self;
        let mut rows = BTreeMap::from([
            ("claims", claims.finish()?),
            ("lines", lines.finish()?),
            ("diagnoses", diagnoses.finish()?),
            ("procedures", procedures.finish()?),
            ("registers", registers.finish()?),
            ("truth", truth.finish()?),
            ("persons", persons.finish()?),
        ]);
        let whole_tables = [
            ("providers", reference::providers(world, &ledger)?),
            ("staff", reference::staff(world)?),
            ("catalogue", reference::catalogue(world)?),
            ("groups", reference::groups(world)?),
            ("limits", reference::limits(world)?),
            ("exclusive_pairs", reference::exclusive_pairs(world)?),
            ("frequencies", reference::frequencies(world)?),
            ("truth_providers", reference::odd_providers(world)?),
        ];
        for (table, batch) in whole_tables {
            let mut sink = Sink::create(&directory, table, &batch)?;
            sink.write(&batch)?;
            rows.insert(table, sink.finish()?);
        }
        rows.insert("stock", write_stock(&directory, world, &ledger)?);
        Ok(rows)
    }
}

fn write_stock(directory: &Path, world: &World, ledger: &Ledger) -> Result<u64> {
    let mut sink = Sink::create(directory, "stock", &reference::stock(world, ledger, 0)?)?;
    for provider in 0..world.providers.len() {
        sink.write(&reference::stock(world, ledger, provider)?)?;
    }
    sink.finish()
}

/// A person's certificate as it stands in the table.
fn certificate(world: &World, taken: &mut HashSet<(u32, i32, u32)>, of_events: &mut HashMap<u64, String>, person: &Person) -> String {
    match person.certificate {
        Certificate::Own => give_id_number(world, taken, person),
        Certificate::Mistyped => mistype(&give_id_number(world, taken, person)),
        Certificate::OfEvent(event) => of_events.entry(event).or_insert_with(|| give_id_number(world, taken, person)).clone(),
    }
}

/// The same digits with another check character.
fn mistype(number: &str) -> String {
    let (digits, check) = number.split_at(17);
    format!("{digits}{}", if check == "1" { '2' } else { '1' })
}

/// A certificate number nobody else has: the first free sequence of the person's sex for region and birth date.
fn give_id_number(world: &World, taken: &mut HashSet<(u32, i32, u32)>, person: &Person) -> String {
    let region = world.counties[person.county as usize].code;
    let start = person.number.wrapping_mul(2_654_435_761) % 450 * 2 + u32::from(person.is_male);
    let mut sequences = (0..500).map(|step| (start + 2 * step) % 1_000);
    let free = sequences.find(|&sequence| sequence > 0 && taken.insert((region, person.born, sequence)));
    id_number(region, person.born, free.unwrap_or(start))
}
