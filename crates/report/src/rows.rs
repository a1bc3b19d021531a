//! All rows that support a finding, with their columns from the data.

use crate::cells::{CLAIM_COLUMNS, LINE_COLUMNS, WITHHELD, claim_cell, line_cell};
use crate::column_words::{column_title, table_title};
use crate::context::{Context, LineFinder};
use crate::figures::{count, money};
use crate::labels::{self, Label};
use crate::paper::Paper;
use crate::table::Table;
use claimsift::claims::{ClaimView, LineView};
use claimsift::detect::Role;
use claimsift::finding::Evidence;
use claimsift::tables::value::Fen;
use claimsift::{Finding, Lang};

/// Columns of claims that are shown whatever the detector reads.
const OF_CLAIMS: &[&str] = &[
    "provider_id",
    "visit_type",
    "started_at",
    "ended_at",
    "settled_at",
    "department",
    "diagnosis_code",
    "diagnosis_name",
    "payment_method",
    "group_code",
    "group_case",
    "payment_amount",
    "total_amount",
    "in_scope_amount",
    "deductible_amount",
    "fund_amount",
    "cash_amount",
];

/// Columns of lines that are shown whatever the detector reads.
const OF_LINES: &[&str] =
    &["claim_id", "item_code", "item_name", "category", "charged_at", "executed_at", "quantity", "unit_price", "amount", "in_scope_amount"];

/// A row of evidence as it is found in the data.
#[derive(Clone, Copy)]
enum Row<'a> {
    Claim(ClaimView<'a>),
    Line(LineView<'a>),
    Elsewhere,
}

impl Row<'_> {
    fn cell(self, context: &Context<'_>, column: &str, lang: Lang) -> Option<String> {
        match self {
            Self::Claim(claim) => claim_cell(context.claims, claim, column, lang),
            Self::Line(line) => line_cell(context.claims, line, column, lang),
            Self::Elsewhere => None,
        }
    }
}

/// Writes every row of a finding by role and table.
pub(crate) fn write(paper: &mut Paper, context: &Context<'_>, finding: &Finding) {
    paper.section(labels::ROWS);
    let lang = paper.lang();
    if finding.evidence.is_empty() {
        return paper.line(labels::NONE.get(lang));
    }
    let mut finder = LineFinder::new(context.claims);
    let mut is_first = true;
    for role in [Role::AtRisk, Role::Compared, Role::Context] {
        for table in tables(finding, role) {
            if !std::mem::take(&mut is_first) {
                paper.blank();
            }
            let rows: Vec<&Evidence> = finding.evidence.iter().filter(|row| row.role == role && row.table == table).collect();
            write_table(paper, context, finding, &mut finder, table, &rows);
        }
    }
    let withheld = declared(context, finding).filter(|column| column.rsplit('.').next().is_some_and(|name| WITHHELD.contains(&name)));
    let withheld: Vec<&str> = withheld.collect();
    if !withheld.is_empty() {
        paper.blank();
        paper.line(&match lang {
            Lang::En => format!("Not printed, since they may identify a person: {}.", withheld.join(", ")),
            Lang::Zh => format!("可能识别个人，不予打印：{}。", withheld.join("、")),
        });
    }
}

fn tables(finding: &Finding, role: Role) -> Vec<&str> {
    let mut tables = Vec::new();
    for row in finding.evidence.iter().filter(|row| row.role == role) {
        if !tables.contains(&row.table.as_str()) {
            tables.push(row.table.as_str());
        }
    }
    tables
}

fn role_label(role: Role) -> Label {
    match role {
        Role::AtRisk => labels::ROLE_AT_RISK,
        Role::Compared => labels::ROLE_COMPARED,
        Role::Context => labels::ROLE_CONTEXT,
    }
}

fn write_table<'a>(
    paper: &mut Paper,
    context: &Context<'a>,
    finding: &Finding,
    finder: &mut LineFinder<'a>,
    table: &str,
    rows: &[&Evidence],
) {
    let lang = paper.lang();
    let listed: Vec<(&Evidence, Row<'_>)> =
        rows.iter().filter(|row| row.set.is_none()).map(|row| (*row, find(context, finding, finder, row))).collect();
    if let Some((first, _)) = listed.first() {
        let number = count(listed.len() as u64);
        let (role, title) = (role_label(first.role).get(lang), table_title(table, lang));
        paper.line(&match lang {
            Lang::En => format!("{role}: {title} ({number})"),
            Lang::Zh => format!("{role}：{title}（{number}）"),
        });
        let columns = columns(context, finding, table, &listed, lang);
        let key = if table == "lines" { "line_id" } else { "claim_id" };
        let key = if matches!(table, "claims" | "lines") { column_title(key, lang) } else { labels::ROW_KEY.get(lang).to_owned() };
        let mut printed = columns.iter().fold(Table::default().text(key), |table, column| add_column(table, column, lang));
        for (evidence, row) in &listed {
            let cells = columns.iter().map(|column| row.cell(context, column, lang).unwrap_or_default());
            printed.row(std::iter::once(evidence.key.clone()).chain(cells).collect());
        }
        paper.table(&printed);
        if matches!(table, "claims" | "lines") && listed.iter().any(|(_, row)| matches!(row, Row::Elsewhere)) {
            paper.line(labels::NOT_IN_DATA.get(lang));
        }
    }
    for row in rows {
        if let Some((condition, number, sum)) = &row.set {
            write_set(paper, row, condition, *number, *sum);
        }
    }
}

/// A set that is too long to list: the query that lists it.
fn write_set(paper: &mut Paper, row: &Evidence, condition: &str, number: u64, sum: Fen) {
    let lang = paper.lang();
    let label = |label: Label| label.get(lang).to_owned();
    let colon = if lang == Lang::Zh { "：" } else { ": " };
    paper.line(&format!("{}{colon}{}", role_label(row.role).get(lang), table_title(&row.table, lang)));
    paper.fields(&[
        (label(labels::ROW_COUNT), count(number)),
        (label(labels::AMOUNT_SUM), money(sum)),
        (label(labels::CONDITION), format!("select * from {} where {condition}", row.table)),
    ]);
}

fn find<'a>(context: &Context<'a>, finding: &Finding, finder: &mut LineFinder<'a>, row: &Evidence) -> Row<'a> {
    match row.table.as_str() {
        "claims" => context.claims.find_claim(&row.key).map_or(Row::Elsewhere, Row::Claim),
        "lines" => finder.find(finding, row).map_or(Row::Elsewhere, Row::Line),
        _ => Row::Elsewhere,
    }
}

fn declared<'a>(context: &Context<'a>, finding: &Finding) -> impl Iterator<Item = &'a str> {
    context.meta(&finding.code).into_iter().flat_map(claimsift::detect::Meta::columns)
}

/// The usual columns of a table and those that the detector reads, as far as any row has a value.
fn columns<'a>(context: &Context<'a>, finding: &Finding, table: &str, rows: &[(&Evidence, Row<'_>)], lang: Lang) -> Vec<&'a str> {
    let (usual, known) = match table {
        "claims" => (OF_CLAIMS, CLAIM_COLUMNS),
        "lines" => (OF_LINES, LINE_COLUMNS),
        _ => return Vec::new(),
    };
    let read = declared(context, finding).filter_map(|column| column.strip_prefix(table)?.strip_prefix('.'));
    let mut columns: Vec<&str> = usual.to_vec();
    for column in read.filter(|column| known.contains(column) && !matches!(*column, "claim_id" | "line_id")) {
        if !columns.contains(&column) {
            columns.push(column);
        }
    }
    columns.retain(|column| rows.iter().any(|(_, row)| row.cell(context, column, lang).is_some()));
    columns
}

fn add_column(table: Table, column: &str, lang: Lang) -> Table {
    let title = column_title(column, lang);
    let is_number = column.ends_with("_amount") || matches!(column, "amount" | "quantity" | "unit_price" | "days_supply");
    if is_number { table.number(title) } else { table.text(title) }
}
