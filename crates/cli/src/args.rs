//! Arguments and options.

use crate::commands::check::Check;
use crate::commands::compare::Compare;
use crate::commands::generate::Generate;
use crate::commands::knowledge::Knowledge;
use crate::commands::map::Map;
use claimsift::Lang;
use claimsift::tables::value::Date;
use clap::{Args, Parser, Subcommand, ValueEnum};
use std::num::NonZeroUsize;
use std::path::PathBuf;

/// Screens medical-insurance claims for phantom hospitalisation, item swapping and forged settlement.
#[derive(Debug, Parser)]
#[command(name = "claimsift", version, arg_required_else_help = true)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
    #[command(flatten)]
    pub(crate) common: Common,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Screen a data set and write scores, findings and leads
    Screen(Screen),
    /// Check a delivery by the twelve acceptance checks, before anything is concluded from it
    Check(Check),
    /// Print the working paper of a claim, a finding or a provider
    Explain(Explain),
    /// List the detectors, or print one with its parameters and reference SQL
    Detectors(Detectors),
    /// Print how a data set is read, as a mapping file to check and edit
    Map(Map),
    /// Write the canonical tables of a data set as Parquet
    Tables(Tables),
    /// Decide the candidates of a run again with other thresholds, weights or money
    Rescore(Rescore),
    /// Compare a run with planted truth or decided cases
    Evaluate(Evaluate),
    /// Import workbooks of knowledge points, or show what a knowledge folder holds
    Knowledge(Knowledge),
    /// Screen one data set in several forms and say whether findings and scores are the same
    Compare(Compare),
    /// Generate a synthetic county with planted schemes and look-alikes
    Generate(Generate),
    /// Generate a county, screen it and print the top leads
    Demo(Demo),
}

/// Options that every command takes.
#[derive(Debug, Args)]
pub(crate) struct Common {
    /// Threads to use [default: all cores]
    #[arg(long, global = true, value_name = "N")]
    pub(crate) threads: Option<NonZeroUsize>,
    /// Language of messages
    #[arg(long, global = true, value_enum, default_value_t = Language::En)]
    pub(crate) lang: Language,
    /// Print results and errors only
    #[arg(long, short, global = true)]
    pub(crate) quiet: bool,
    /// Report progress and errors as JSON lines on standard error
    #[arg(long, global = true)]
    pub(crate) log_json: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Language {
    /// English
    En,
    /// 中文
    Zh,
}

impl Common {
    pub(crate) fn lang(&self) -> Lang {
        match self.lang {
            Language::En => Lang::En,
            Language::Zh => Lang::Zh,
        }
    }
}

/// How the input is read.
#[derive(Debug, Args)]
pub(crate) struct Reading {
    /// Layout of the input: a name, a mapping file, or `auto`
    #[arg(long, default_value = "auto", value_name = "NAME|FILE")]
    pub(crate) layout: String,
    /// Share of rows of a table that may be rejected, such as 1% or 0.01
    #[arg(long, default_value = "1%", value_name = "SHARE", value_parser = share)]
    pub(crate) max_rejects: f64,
    /// Knowledge folder; may be given several times, `none` = nothing [default: a small one that comes with the program]
    #[arg(long, value_name = "DIR")]
    pub(crate) knowledge: Vec<String>,
}

pub(crate) fn share(text: &str) -> Result<f64, String> {
    let (number, unit) = text.strip_suffix('%').map_or((text, 1.0), |number| (number, 100.0));
    let share = number.trim().parse::<f64>().map_err(|_| "write a share such as 1% or 0.01".to_owned())? / unit;
    if (0.0..=1.0).contains(&share) { Ok(share) } else { Err("must be from 0% to 100%".to_owned()) }
}

#[expect(clippy::doc_markdown, reason = "the help shows an address as it is typed")]
#[derive(Debug, Args)]
pub(crate) struct Screen {
    /// Folder or file with the data set, or a database: postgresql://USER@HOST/DATABASE?schema=NAME, or a SQLite file
    pub(crate) input: PathBuf,
    /// Folder for the result; replaced as a whole when the run is done
    #[arg(long, value_name = "DIR", required_unless_present = "to")]
    pub(crate) out: Option<PathBuf>,
    /// Database for the result, in tables `claimsift_…`: postgresql://USER@HOST/DATABASE?schema=NAME or sqlite:FILE
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) to: Option<String>,
    /// Configuration file (TOML)
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// Detectors to run, by code or name, separated by commas
    #[arg(long, value_delimiter = ',', value_name = "CODES")]
    pub(crate) select: Vec<String>,
    /// Detectors to leave out
    #[arg(long, value_delimiter = ',', value_name = "CODES")]
    pub(crate) ignore: Vec<String>,
    /// Day up to which open stays count [default: that of the latest settlement]
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub(crate) as_of: Option<String>,
    /// Seed of everything that draws
    #[arg(long, value_name = "N")]
    pub(crate) seed: Option<u64>,
    /// Exit with 1 if more leads than this are above the gate
    #[arg(long, value_name = "N")]
    pub(crate) fail_over: Option<usize>,
    #[command(flatten)]
    pub(crate) reading: Reading,
}

#[derive(Debug, Args)]
pub(crate) struct Explain {
    /// Result folder of `claimsift screen`
    pub(crate) result: PathBuf,
    /// Claim, finding (or the first characters of its id) or provider
    pub(crate) subject: String,
    /// The data set, if it is no longer where it was screened
    #[arg(long, value_name = "DIR")]
    pub(crate) input: Option<PathBuf>,
    /// The knowledge folders, if they are no longer where they were; `none` = nothing
    #[arg(long, value_name = "DIR")]
    pub(crate) knowledge: Vec<String>,
}

#[derive(Debug, Args)]
pub(crate) struct Detectors {
    /// Code or name of one detector, or a table that reference SQL derives, such as `visits`
    pub(crate) code: Option<String>,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[expect(clippy::doc_markdown, reason = "the help shows an address as it is typed")]
#[derive(Debug, Args)]
pub(crate) struct Tables {
    /// Folder or file with the data set, or a database: postgresql://USER@HOST/DATABASE?schema=NAME, or a SQLite file
    pub(crate) input: PathBuf,
    /// Folder for the tables
    #[arg(long, value_name = "DIR", required_unless_present = "to")]
    pub(crate) out: Option<PathBuf>,
    /// Database for the tables, under their own names: postgresql://USER@HOST/DATABASE?schema=NAME or sqlite:FILE
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) to: Option<String>,
    /// Day up to which open stays count [default: that of the latest settlement]
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub(crate) as_of: Option<Date>,
    /// Write visits and stays as well
    #[arg(long)]
    pub(crate) derived: bool,
    #[command(flatten)]
    pub(crate) reading: Reading,
}

#[derive(Debug, Args)]
pub(crate) struct Rescore {
    /// Result folder of `claimsift screen`
    pub(crate) result: PathBuf,
    /// A setting to change, such as `P09.max_gap_days=10`; may be given several times
    #[arg(long = "set", value_name = "NAME=VALUE", required = true)]
    pub(crate) set: Vec<String>,
    /// Folder for the new result [default: in place]
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
    /// The data set, if it is no longer where it was screened
    #[arg(long, value_name = "DIR")]
    pub(crate) input: Option<PathBuf>,
    /// The knowledge folders, if they are no longer where they were; `none` = nothing
    #[arg(long, value_name = "DIR")]
    pub(crate) knowledge: Vec<String>,
}

#[derive(Debug, Args)]
pub(crate) struct Evaluate {
    /// Result folder of `claimsift screen`
    pub(crate) result: PathBuf,
    /// Truth as Parquet with the columns `claim_id`, `scheme`, `code`, `kind`, `look_alike`, `loss`; without it the labels of the data set
    /// are used
    #[arg(long, value_name = "FILE")]
    pub(crate) truth: Option<PathBuf>,
    /// The data set, if it is no longer where it was screened
    #[arg(long, value_name = "DIR")]
    pub(crate) input: Option<PathBuf>,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Demo {
    /// Folder for the county and its result
    #[arg(long, default_value = "out/demo", value_name = "DIR")]
    pub(crate) out: PathBuf,
    /// Claims, about
    #[arg(long, default_value_t = 200_000, value_name = "N")]
    pub(crate) claims: u64,
    /// Another seed is another county
    #[arg(long, default_value_t = 1, value_name = "N")]
    pub(crate) seed: u64,
}
