//! How a text is set: language, width, colours.

use claimsift::Lang;
use claimsift::detect::Tier;

/// The language and form of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Page {
    /// The language.
    pub lang: Lang,
    /// Columns beyond which lines are wrapped; no less than 60.
    pub width: usize,
    /// Colours.
    pub style: Style,
}

/// Whether a terminal's colours are used. By default they are not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Style {
    /// Headings in bold, tiers in colour.
    pub colour: bool,
}

impl Page {
    /// 110 columns without colours.
    pub fn new(lang: Lang) -> Self {
        Self { lang, width: 110, style: Style::default() }
    }

    pub(crate) fn columns(self) -> usize {
        self.width.max(60)
    }
}

impl From<Lang> for Page {
    fn from(lang: Lang) -> Self {
        Self::new(lang)
    }
}

impl Style {
    pub(crate) fn heading(self, text: &str) -> String {
        self.code("1", text)
    }

    pub(crate) fn tier(self, tier: Tier, text: &str) -> String {
        let code = match tier {
            Tier::Breach => "1;31",
            Tier::Suspicion => "1;33",
            Tier::Clue => "1;36",
        };
        self.code(code, text)
    }

    fn code(self, code: &str, text: &str) -> String {
        if self.colour { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
    }
}
