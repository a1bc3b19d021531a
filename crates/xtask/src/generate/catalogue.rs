//! The table of all detectors, for its own page and for both READMEs.

use super::clauses;
use super::markdown::{NOTE, code, table};
use super::page;
use anyhow::{Result, bail};
use claimsift::detect::Meta;
use claimsift::detectors::CATALOGUE;

const BEGIN: &str = "<!-- catalogue:begin -->";
const END: &str = "<!-- catalogue:end -->";

/// The page that lists every detector.
pub(super) fn readme() -> String {
    let columns = "The tier is the highest that a detector's findings can have. The clause is the one that would apply to an act of today if the \
                   finding were confirmed. SQL says whether there is a reference query.";
    format!("{NOTE}# Detectors\n\n{columns}\n\n{}", english(""))
}

/// The READMEs that hold the table between markers, with the table for each.
pub(super) fn marked_tables(pages: &str) -> [(&'static str, String); 2] {
    let folder = format!("{pages}/");
    [("README.md", english(&folder)), ("README.zh-CN.md", chinese(&folder))]
}

/// A text with the table between its markers; `None` if it has no markers.
pub(super) fn between_markers(text: &str, table: &str) -> Result<Option<String>> {
    match (text.split_once(BEGIN), text.split_once(END)) {
        (None, None) => Ok(None),
        (Some((before, rest)), Some(_)) if rest.contains(END) => {
            let after = rest.split_once(END).map_or("", |(_, after)| after);
            Ok(Some(format!("{before}{BEGIN}\n\n{table}\n{END}{after}")))
        }
        _ => bail!("`{BEGIN}` must be followed by `{END}`"),
    }
}

fn english(folder: &str) -> String {
    let row = |meta: &Meta| {
        let clause = clauses::current(&meta.clauses, |law| law.en);
        [
            link(meta, folder),
            code(&meta.name),
            meta.title.zh.to_string(),
            meta.scheme.word().to_owned(),
            meta.tier.word().to_owned(),
            if clause.is_empty() { "none".to_owned() } else { clause },
            meta.scope.word().to_owned(),
            if meta.sql.is_some() { "yes" } else { "no" }.to_owned(),
        ]
    };
    table(["Code", "Name", "中文名", "Scheme", "Tier", "Clause", "Scope", "SQL"], CATALOGUE.iter().map(|entry| row(entry.meta())))
}

fn chinese(folder: &str) -> String {
    let row = |meta: &Meta| {
        let clause = clauses::current(&meta.clauses, |law| law.zh);
        [
            link(meta, folder),
            code(&meta.name),
            meta.title.zh.to_string(),
            meta.scheme.zh().to_owned(),
            meta.tier.zh().to_owned(),
            if clause.is_empty() { "无".to_owned() } else { clause },
            meta.scope.zh().to_owned(),
            if meta.sql.is_some() { "有" } else { "无" }.to_owned(),
        ]
    };
    table(["代码", "名称", "中文名", "类型", "等级", "适用条款", "范围", "SQL"], CATALOGUE.iter().map(|entry| row(entry.meta())))
}

fn link(meta: &Meta, folder: &str) -> String {
    format!("[{}]({folder}{})", meta.code, page::file_name(meta))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_a_pair_of_markers_is_a_mistake() {
        assert!(between_markers(BEGIN, "").is_err());
        assert!(between_markers(END, "").is_err());
        assert!(between_markers(&format!("{END}{BEGIN}"), "").is_err());
        assert_eq!(between_markers("neither", "").expect("no mistake"), None);
    }

    #[test]
    fn the_chinese_table_is_chinese() {
        let text = chinese("");
        assert!(text.contains("住院时间重叠") && text.contains("虚假住院") && !text.contains("phantom"), "{text}");
    }
}
