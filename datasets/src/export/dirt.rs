//! Damage, and a list of it: copies of rows that no reader can use.
//!
//! A damaged row is always one more row. The whole rows stay, so that the data set says what it says without dirt, once the damaged rows have
//! been set aside.

use std::fs::File;
use std::path::Path;

use anyhow::{Context, Result};

use super::output::{Output, Place};
use super::sheet::{Sheet, Weak};
use super::text::Spoil;

/// The list of damaged rows.
const LIST: &str = "dirt.csv";

/// A way in which rows are damaged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Damage {
    UndecodableByte,
    RaggedRow,
    LetterInNumber,
    ImpossibleDate,
    MissingValue,
    UnknownClaim,
    ScientificNotation,
}

impl Damage {
    const ALL: [Self; 7] = [
        Self::UndecodableByte,
        Self::RaggedRow,
        Self::LetterInNumber,
        Self::ImpossibleDate,
        Self::MissingValue,
        Self::UnknownClaim,
        Self::ScientificNotation,
    ];

    const fn word(self) -> &'static str {
        match self {
            Self::UndecodableByte => "undecodable_byte",
            Self::RaggedRow => "ragged_row",
            Self::LetterInNumber => "letter_in_number",
            Self::ImpossibleDate => "impossible_date",
            Self::MissingValue => "missing_value",
            Self::UnknownClaim => "unknown_claim",
            Self::ScientificNotation => "scientific_notation",
        }
    }

    /// The column that it is done to; empty for the row as a whole, nothing where the sheet has no such column.
    const fn column(self, weak: &Weak) -> Option<&'static str> {
        let column = match self {
            Self::RaggedRow => return Some(""),
            Self::UndecodableByte | Self::ScientificNotation => weak.identifier,
            Self::LetterInNumber | Self::MissingValue => weak.number,
            Self::ImpossibleDate => weak.moment,
            Self::UnknownClaim => weak.claim,
        };
        if column.is_empty() { None } else { Some(column) }
    }

    fn spoil(self, value: &mut String) {
        match self {
            Self::UndecodableByte | Self::RaggedRow => {}
            Self::LetterInNumber => value.push('O'),
            Self::ImpossibleDate => "2025-02-30 10:00:00".clone_into(value),
            Self::MissingValue => value.clear(),
            Self::UnknownClaim => value.push('X'),
            Self::ScientificNotation => "5.09901E+17".clone_into(value),
        }
    }
}

/// Damages rows and keeps the list.
pub(super) struct Dirt {
    /// Of a million rows, so many are copied and damaged.
    parts_per_million: u64,
    seed: u64,
    list: Option<csv::Writer<File>>,
    cells: Vec<String>,
}

impl Dirt {
    pub(super) fn create(folder: &Path, share: f64, seed: u64) -> Result<Self> {
        let path = folder.join(LIST);
        let list = (share > 0.0)
            .then(|| {
                let mut list = csv::Writer::from_path(&path).with_context(|| format!("cannot create {}", path.display()))?;
                list.write_record(["file", "row", "kind", "column"])?;
                anyhow::Ok(list)
            })
            .transpose()?;
        Ok(Self { parts_per_million: (share * 1e6).round() as u64, seed, list, cells: Vec::new() })
    }

    /// Adds a damaged copy of a row, if it is its turn.
    pub(super) fn after(&mut self, output: &mut Output, target: usize, sheet: &Sheet, cells: &[String], number: u64) -> Result<()> {
        let (Some(list), Some(weak)) = (&mut self.list, &sheet.weak) else { return Ok(()) };
        let drawn = scatter(self.seed ^ scatter(number) ^ sheet.name.len() as u64);
        if drawn % 1_000_000 >= self.parts_per_million {
            return Ok(());
        }
        let ways: Vec<(Damage, &str)> = Damage::ALL.iter().filter_map(|&way| Some((way, way.column(weak)?))).collect();
        let (way, column) = ways[(drawn / 1_000_000 % ways.len() as u64) as usize];
        self.cells.clear();
        self.cells.extend_from_slice(cells);
        if let Some(key) = sheet.position(weak.key) {
            self.cells[key].insert(0, 'Z');
        }
        let position = sheet.position(column);
        if let Some(position) = position {
            way.spoil(&mut self.cells[position]);
        }
        let spoil = match way {
            Damage::RaggedRow => Spoil::Ragged,
            Damage::UndecodableByte => position.map_or(Spoil::None, Spoil::Undecodable),
            _ => Spoil::None,
        };
        let Place { file, row } = output.write(target, sheet, &self.cells, spoil)?;
        list.write_record([&file, &row.to_string(), way.word(), column])?;
        Ok(())
    }

    pub(super) fn finish(self) -> Result<()> {
        if let Some(mut list) = self.list {
            list.flush()?;
        }
        Ok(())
    }
}

/// A number as likely as any other for each number (splitmix64).
pub(super) const fn scatter(number: u64) -> u64 {
    let mut mixed = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}
