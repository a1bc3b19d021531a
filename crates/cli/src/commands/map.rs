//! `claimsift map`: how a data set is read, as a mapping file to check and to edit.

use super::print;
use crate::args::Common;
use crate::exit::Exit;
use claimsift_io::{Input, LayoutChoice};
use clap::Args;
use std::path::PathBuf;

/// Options of `claimsift map`.
#[derive(Debug, Args)]
pub(crate) struct Map {
    /// Folder (or file) with the data set
    pub(crate) input: PathBuf,
    /// Layout of the input: a name, a mapping file, or `auto`
    #[arg(long, default_value = "auto", value_name = "NAME|FILE")]
    pub(crate) layout: String,
}

pub(crate) fn run(options: &Map, _common: &Common) -> anyhow::Result<Exit> {
    let input = Input::open(&options.input, &LayoutChoice::parse(&options.layout))?.with_decoders(rayon::current_num_threads());
    print(&input.mapping()?)?;
    Ok(Exit::Done)
}
