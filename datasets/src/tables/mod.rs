//! The canonical tables: encoders from records to Arrow, and the Parquet files.

mod claims;
mod columns;
mod details;
mod files;
mod lines;
mod reference;

pub(crate) use files::Files;

use anyhow::Result;
use arrow_array::RecordBatch;

use crate::chunk::Chunk;
use crate::world::World;

/// Numbers given out before a chunk.
#[derive(Clone, Copy, Default)]
pub(crate) struct Base {
    pub(crate) claims: u64,
    pub(crate) lines: u64,
}

/// A chunk as rows of the tables that grow with claims.
pub(crate) struct Rows {
    pub(crate) claims: RecordBatch,
    pub(crate) lines: RecordBatch,
    pub(crate) diagnoses: RecordBatch,
    pub(crate) procedures: RecordBatch,
    pub(crate) registers: RecordBatch,
    pub(crate) truth: RecordBatch,
}

impl Rows {
    pub(crate) fn encode(world: &World, chunk: &Chunk, base: Base) -> Result<Self> {
        Ok(Self {
            claims: claims::claims(world, chunk, base)?,
            lines: lines::lines(world, chunk, base)?,
            diagnoses: details::diagnoses(world, chunk, base)?,
            procedures: details::procedures(world, chunk, base)?,
            registers: details::registers(chunk)?,
            truth: details::truth(chunk, base)?,
        })
    }
}
