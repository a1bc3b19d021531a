//! What a detector says of itself.

use crate::norms::Norm;
use crate::tables::value::Date;
use crate::words::words;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// Text that a built-in detector borrows and a user-defined one owns.
pub type Text = Cow<'static, str>;

/// Borrows a text, for constants.
pub const fn text(text: &'static str) -> Text {
    Cow::Borrowed(text)
}

words! {
    /// What kind of scheme a finding would be if confirmed.
    Scheme {
        /// Hospital care that did not take place, or was split or induced.
        Phantom "phantom" "虚假住院",
        /// One item billed in place of another.
        Swap "swap" "串换",
        /// Settlement that was forged, altered or invented, or data that contradict themselves.
        Forged "forged" "虚构结算",
        /// More than is needed.
        Overuse "overuse" "过度诊疗",
        /// Charged twice, too high or out of scope.
        Charge "charge" "违规收费",
    }

    /// How far the evidence goes.
    Tier {
        /// A lead to look at (线索).
        Clue "clue" "线索",
        /// Strong reason to look (疑点).
        Suspicion "suspicion" "疑点",
        /// A rule is broken by the data themselves.
        Breach "breach" "违规",
    }

    /// What a detector is given at a time.
    ScopeKind {
        /// One claim with its lines.
        Claim "claim" "结算单",
        /// One person with visits and lines.
        Person "person" "参保人",
        /// One provider with visits, lines and stock.
        Provider "provider" "机构",
        /// Everything, through summaries that can be merged.
        Population "population" "全体",
    }

    /// What a detector counts as one assessed unit.
    Unit {
        /// Claims that stand and that the fund pays for.
        Claim "claim" "结算单",
        /// Visits of insured persons.
        Visit "visit" "就诊",
        /// Hospital stays.
        Stay "stay" "住院",
        /// Providers with visits.
        Provider "provider" "机构",
    }

    /// How the loss of a finding is reckoned.
    Basis {
        /// In-scope yuan removed from item-paid claims.
        Line "line" "按明细",
        /// Difference of the group payment.
        Payment "payment" "按病组付费差额",
        /// The whole stay or claim.
        Stay "stay" "整次",
        /// What joined stays would have cost.
        Merged "merged" "合并计算",
        /// Price difference of what was billed and supplied.
        Difference "difference" "差价",
        /// Excess quantity at the mean in-scope price.
        Quantity "quantity" "数量差",
        /// No money.
        None "none" "不计金额",
    }

    /// What an evidence row is to its finding.
    Role {
        /// The row whose money is at stake.
        AtRisk "at_risk" "涉及",
        /// The row it was compared with.
        Compared "compared" "对照",
        /// A row that helps to judge.
        Context "context" "背景",
    }
}

/// A law or regulation with the day from which it applies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Law {
    /// Social Insurance Law (社会保险法), from 2011-07-01.
    SocialInsuranceLaw,
    /// Regulation on the Use of Medical Security Funds (State Council Decree 735), from 2021-05-01.
    Decree735,
    /// Implementing rules (NHSA Order 7), from 2026-04-01.
    Order7,
}

impl Law {
    /// The day from which it applies.
    pub fn valid_from(self) -> Date {
        let (year, month) = match self {
            Self::SocialInsuranceLaw => (2011, 7),
            Self::Decree735 => (2021, 5),
            Self::Order7 => (2026, 4),
        };
        Date::from_ymd(year, month, 1).unwrap_or_default()
    }

    /// Its short name.
    pub fn name(self, lang: Lang) -> &'static str {
        match (self, lang) {
            (Self::SocialInsuranceLaw, Lang::En) => "Social Insurance Law",
            (Self::Decree735, Lang::En) => "Decree 735",
            (Self::Order7, Lang::En) => "Order 7",
            (Self::SocialInsuranceLaw, Lang::Zh) => "社会保险法",
            (Self::Decree735, Lang::Zh) => "医疗保障基金使用监督管理条例",
            (Self::Order7, Lang::Zh) => "条例实施细则",
        }
    }
}

/// What would apply if the finding were confirmed: prohibition → sanction under one law.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clause {
    /// The law.
    pub law: Law,
    /// Articles, such as `15→38(1)`.
    pub articles: Text,
    /// The part of Article 40 that applies if the purpose of obtaining funds is proven; empty where none does.
    pub purpose: Text,
}

/// Clauses of a detector, by the date of the act.
pub(crate) fn clause_on(clauses: &[Clause], day: Date, lang: Lang) -> String {
    let in_force = |law: Law| law.valid_from() <= day;
    let decree = in_force(Law::Decree735);
    let applies = |clause: &&Clause| in_force(clause.law) && (clause.law != Law::SocialInsuranceLaw || !decree);
    let print = |clause: &Clause| {
        let purpose = match (clause.purpose.as_ref(), lang) {
            ("", _) => String::new(),
            (article, Lang::En) => format!("; {article} if purpose is proven"),
            (article, Lang::Zh) => format!("；查实以骗取基金为目的的适用{article}"),
        };
        format!("{} {}{purpose}", clause.law.name(lang), clause.articles)
    };
    clauses.iter().filter(applies).map(print).collect::<Vec<_>>().join(" | ")
}

/// The language of messages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Lang {
    /// English.
    #[default]
    En,
    /// Chinese.
    Zh,
}

/// A text in both languages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bilingual {
    /// English.
    pub en: Text,
    /// Chinese.
    pub zh: Text,
}

impl Bilingual {
    /// The text in a language.
    pub fn get(&self, lang: Lang) -> &str {
        match lang {
            Lang::En => &self.en,
            Lang::Zh => &self.zh,
        }
    }
}

/// Borrows both languages, for constants.
pub const fn both(en: &'static str, zh: &'static str) -> Bilingual {
    Bilingual { en: text(en), zh: text(zh) }
}

/// A fact that every finding of a detector states.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FactMeta {
    /// Its name in the facts of a finding and in messages.
    pub name: Text,
    /// Its unit, such as `nights` or `yuan`; empty for ids and words.
    pub unit: Text,
    /// What it is.
    pub label: Bilingual,
}

/// Declares a fact, for constants.
pub const fn fact(name: &'static str, unit: &'static str, en: &'static str, zh: &'static str) -> FactMeta {
    FactMeta { name: text(name), unit: text(unit), label: both(en, zh) }
}

/// Which side of a threshold is a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// The fact must reach the parameter.
    AtLeast,
    /// The fact must not exceed the parameter.
    AtMost,
}

/// A parameter that can be changed after a run, within its floor, because candidates up to the floor are kept.
#[derive(Clone, Debug, PartialEq)]
pub struct Threshold {
    /// The detector's field.
    pub parameter: Text,
    /// The fact it bounds.
    pub fact: Text,
    /// Which side is a finding.
    pub direction: Direction,
    /// The loosest value for which candidates are kept.
    pub floor: f64,
}

impl Threshold {
    /// Whether a fact passes a value of the parameter.
    pub fn passes(&self, fact: f64, parameter: f64) -> bool {
        match self.direction {
            Direction::AtLeast => fact >= parameter,
            Direction::AtMost => fact <= parameter,
        }
    }

    /// Whether a value of the parameter lies within the floor.
    pub fn allows(&self, parameter: f64) -> bool {
        match self.direction {
            Direction::AtLeast => parameter >= self.floor,
            Direction::AtMost => parameter <= self.floor,
        }
    }
}

/// What a detector says of itself: what it is, what it reads, and how its findings read.
#[derive(Clone, Debug, PartialEq)]
pub struct Meta {
    /// Its code in the catalogue, such as `P02`; never reused.
    pub code: Text,
    /// Its name, read after "flag …", such as `overlapping-stays`.
    pub name: Text,
    /// What it looks for.
    pub title: Bilingual,
    /// The scheme of its findings.
    pub scheme: Scheme,
    /// The highest tier of its findings.
    pub tier: Tier,
    /// What would apply if a finding were confirmed.
    pub clauses: Vec<Clause>,
    /// What it is given at a time.
    pub scope: ScopeKind,
    /// What it counts as assessed.
    pub unit: Unit,
    /// Columns, as `table.column`, without which it cannot run.
    pub needs: Vec<Text>,
    /// Columns that it reads where they are there.
    pub uses: Vec<Text>,
    /// Statistics of the whole data set that it compares with.
    pub norms: Vec<Norm>,
    /// Findings of one family count once in a score.
    pub family: Text,
    /// The leg of a fusion that a clue provides, if any.
    pub leg: Option<Text>,
    /// Facts of every finding, in the order in which they are shown.
    pub facts: Vec<FactMeta>,
    /// Parameters that can be changed after a run.
    pub thresholds: Vec<Threshold>,
    /// What tells findings of one subject apart.
    pub discriminator: Text,
    /// A finding in one sentence, with `{fact}` in braces.
    pub message: Bilingual,
    /// The sentence for findings about a provider as a whole, where it differs.
    pub wide_message: Option<Bilingual>,
    /// How the loss is reckoned.
    pub basis: Basis,
    /// Records to seal or copy.
    pub records: Bilingual,
    /// The likely defence and the test that settles it.
    pub defence: Bilingual,
    /// The reference query, for rules.
    pub sql: Option<Text>,
    /// Rises when findings change.
    pub version: u32,
}

impl Meta {
    /// Every column it reads.
    pub fn columns(&self) -> impl Iterator<Item = &str> {
        self.needs.iter().chain(self.uses.iter()).map(AsRef::as_ref)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clauses_are_those_in_force_on_the_day_of_the_act() {
        let clauses = [
            Clause { law: Law::SocialInsuranceLaw, articles: text("87"), purpose: text("") },
            Clause { law: Law::Decree735, articles: text("15→38(1)"), purpose: text("40") },
        ];
        let on = |year| clause_on(&clauses, Date::from_ymd(year, 1, 1).expect("a day"), Lang::En);
        assert_eq!(on(2020), "Social Insurance Law 87");
        assert_eq!(on(2025), "Decree 735 15→38(1); 40 if purpose is proven");
    }
}
