//! Writes a data set: `generate DIRECTORY [CLAIMS] [SEED] [clean]`.

use std::path::PathBuf;

use claimsift_datasets::{Options, generate};

fn main() -> anyhow::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let directory = PathBuf::from(arguments.next().unwrap_or_else(|| "county".to_owned()));
    let claims = arguments.next().map_or(Ok(3_000), |text| text.parse())?;
    let seed = arguments.next().map_or(Ok(7), |text| text.parse())?;
    let clean = arguments.next().is_some();
    let summary = generate(&directory, &Options { claims, seed, clean, ..Options::default() }, &|_| ())?;
    println!("{summary:#?}");
    Ok(())
}
