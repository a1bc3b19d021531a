//! In which form a data set is written.

use std::fmt;
use std::str::FromStr;

use anyhow::{Result, ensure};

/// A word list that is read from and written as its words.
macro_rules! words {
    ($($(#[doc = $doc:literal])* $name:ident { $($(#[$about:meta])* $variant:ident $word:literal),* $(,)? })*) => {$(
        $(#[doc = $doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
        pub enum $name {
            $($(#[$about])* $variant,)*
        }

        impl $name {
            /// Every word, the default first.
            pub const WORDS: &'static [&'static str] = &[$($word),*];
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str(match self { $(Self::$variant => $word,)* })
            }
        }

        impl FromStr for $name {
            type Err = String;
            fn from_str(text: &str) -> Result<Self, String> {
                match text {
                    $($word => Ok(Self::$variant),)*
                    _ => Err(format!("choose one of {}", Self::WORDS.join(", "))),
                }
            }
        }
    )*};
}

words! {
    /// Which tables and columns.
    Layout {
        /// The canonical tables.
        #[default]
        Plain "plain",
        /// The national platform: `mdtrt_d`, `setl_d`, `fee_list_d` and the tables around them.
        National "national",
        /// The national inspection list of 2024.
        Inspection "inspection-2024",
    }

    /// Which kind of file.
    Format {
        /// A Parquet file per table.
        #[default]
        Parquet "parquet",
        /// A text file per table.
        Csv "csv",
        /// One workbook with a sheet per table.
        Xlsx "xlsx",
    }

    /// How characters become bytes in text files.
    Encoding {
        /// UTF-8.
        #[default]
        Utf8 "utf-8",
        /// UTF-8 behind a byte order mark.
        Utf8Bom "utf-8-bom",
        /// UTF-16, little-endian, behind a byte order mark.
        Utf16 "utf-16",
        /// GB18030.
        Gb18030 "gb18030",
    }

    /// How text files are packed.
    Packing {
        /// Not at all.
        #[default]
        None "none",
        /// Each by gzip.
        Gzip "gz",
        /// Each by zstd.
        Zstd "zst",
        /// Each in a zip archive of its own.
        Zip "zip",
    }
}

/// How a data set is written; the default is the canonical tables as Parquet.
#[derive(Clone, Debug, PartialEq)]
pub struct Export {
    /// Which tables and columns.
    pub layout: Layout,
    /// Which kind of file.
    pub format: Format,
    /// What stands between the cells of a text file.
    pub delimiter: String,
    /// How characters become bytes in text files.
    pub encoding: Encoding,
    /// How text files are packed.
    pub packing: Packing,
    /// Into how many text files each table is divided.
    pub parts: usize,
    /// The share of rows to which a damaged copy is added, listed in `dirt.csv`.
    pub dirt: f64,
}

impl Default for Export {
    fn default() -> Self {
        Self {
            layout: Layout::default(),
            format: Format::default(),
            delimiter: ",".to_owned(),
            encoding: Encoding::default(),
            packing: Packing::default(),
            parts: 1,
            dirt: 0.0,
        }
    }
}

impl Export {
    /// Whether the generator's own files are what is wanted.
    pub(crate) fn is_plain_parquet(&self) -> bool {
        self.layout == Layout::Plain && self.format == Format::Parquet
    }

    /// Refuses what does not go together.
    pub fn check(&self) -> Result<()> {
        let of_text = Self { layout: self.layout, format: self.format, ..Self::default() };
        ensure!(
            self.format == Format::Csv || *self == of_text,
            "delimiter, encoding, packing, parts and dirt belong to text files; choose the format `csv`, not `{}`",
            self.format
        );
        ensure!((1..=999).contains(&self.parts), "`parts` must be from 1 to 999");
        ensure!((0.0..=1.0).contains(&self.dirt), "`dirt` must be from 0 to 1");
        let is_usable = !self.delimiter.is_empty() && !self.delimiter.contains(['"', '\r', '\n']);
        ensure!(is_usable, "`delimiter` must be at least one character, and neither a quote nor a line break");
        Ok(())
    }
}
