//! Recognising what a sheet of knowledge points holds, by the words of its header.

use super::phrase::plain;
use super::sheet::{Row, Sheet};

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Field {
    Name,
    Code,
    OtherName,
    OtherCode,
    /// The kind of limit.
    Kind,
    /// The value of the limit.
    Value,
    Remark,
    /// How near two items stand.
    Scope,
    Most,
    Unit,
    /// A period in days.
    Cycle,
}

/// The words by which a column is known, without blanks and brackets; a province adds its own here.
const WORDS: &[(Field, &[&str])] = &[
    (Field::OtherCode, &["从项编码", "从项代码", "次项编码", "被包含项目编码", "关联项目编码", "重复项目编码"]),
    (Field::OtherName, &["从项名称", "次项名称", "被包含项目名称", "关联项目名称", "重复项目名称"]),
    (
        Field::Code,
        &[
            "国标代码",
            "国标编码",
            "国家编码",
            "国家代码",
            "药品代码",
            "药品编码",
            "项目代码",
            "项目编码",
            "主项编码",
            "主项代码",
            "医保编码",
            "医保代码",
            "医保目录编码",
            "医疗服务项目编码",
            "耗材编码",
            "编码",
            "代码",
        ],
    ),
    (Field::Name, &["药品通用名", "通用名", "药品名称", "项目名称", "主项名称", "医疗服务项目名称", "耗材名称", "目录名称", "名称"]),
    (Field::Kind, &["限定类型", "规则类型", "限制类型", "限定类别"]),
    (Field::Value, &["限定对象", "限定值域", "限定性别", "限定年龄", "限定值", "限定内容", "限制对象", "限定范围"]),
    (Field::Remark, &["备注", "药品说明", "项目说明", "说明", "项目内涵", "限定支付范围", "规则说明"]),
    (Field::Scope, &["频度", "周期范围", "判断周期", "重复周期"]),
    (Field::Most, &["限制数量", "频次上限", "限定数量", "数量上限", "限定频次", "最大数量"]),
    (Field::Unit, &["数量单位", "计价单位", "频次单位"]),
    (Field::Cycle, &["疗程周期", "周期", "间隔天数", "限定周期", "周期天数"]),
];

/// Rows above the header.
const DEEPEST: usize = 10;

/// Where the columns of a sheet stand.
#[derive(Debug, Default)]
pub(super) struct Header {
    fields: Vec<Option<Field>>,
    /// What stands above it, and the name of the sheet.
    pub(super) title: String,
}

/// What the rows of a sheet are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// Names with their limit, whose codes stand elsewhere.
    Names,
    /// Codes by name, whose limits stand elsewhere.
    Codes,
    /// Items with code and limit.
    Items,
    Pairs,
    Frequencies,
    Intervals,
}

impl Header {
    /// The header of a sheet and the rows below it; `None` where no row is one.
    pub(super) fn find(sheet: &Sheet) -> Option<(Self, &[Row])> {
        let at = sheet.rows.iter().take(DEEPEST).position(|row| Self::of(row).shape().is_some())?;
        let above = sheet.rows[..at].iter().flat_map(|row| &row.cells);
        let title = std::iter::once(&sheet.name).chain(above).cloned().collect::<Vec<_>>().join(" ");
        Some((Self { title, ..Self::of(&sheet.rows[at]) }, &sheet.rows[at + 1..]))
    }

    fn of(row: &Row) -> Self {
        let mut fields: Vec<Option<Field>> = Vec::new();
        for cell in &row.cells {
            let field = field(cell).filter(|field| !fields.contains(&Some(*field)));
            fields.push(field);
        }
        Self { fields, title: String::new() }
    }

    pub(super) fn has(&self, field: Field) -> bool {
        self.fields.contains(&Some(field))
    }

    /// The cell of a row; empty where the sheet has no such column.
    pub(super) fn cell<'r>(&self, row: &'r Row, field: Field) -> &'r str {
        let at = self.fields.iter().position(|known| *known == Some(field));
        at.and_then(|at| row.cells.get(at)).map_or("", String::as_str)
    }

    pub(super) fn shape(&self) -> Option<Shape> {
        let has = |field| self.has(field);
        match (has(Field::Name), has(Field::Code)) {
            (_, true) if has(Field::OtherCode) => Some(Shape::Pairs),
            (_, true) if has(Field::Cycle) => Some(Shape::Intervals),
            (_, true) if has(Field::Most) => Some(Shape::Frequencies),
            (_, true) if has(Field::Value) || has(Field::Remark) => Some(Shape::Items),
            (true, true) => Some(Shape::Codes),
            (true, false) if has(Field::Value) || has(Field::Remark) => Some(Shape::Names),
            _ => None,
        }
    }
}

fn field(cell: &str) -> Option<Field> {
    let word: String = plain(cell).chars().filter(|letter| !"()[]【】*:".contains(*letter)).collect();
    WORDS.iter().find(|(_, words)| words.contains(&word.as_str())).map(|(field, _)| *field)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(cells: &[&str]) -> Option<Shape> {
        Header::of(&Row { number: 1, cells: cells.iter().map(ToString::to_string).collect() }).shape()
    }

    #[test]
    fn shapes_are_told_by_the_words_of_the_header() {
        assert_eq!(shape(&["药品通用名", "药品说明", "限定类型", "限定对象"]), Some(Shape::Names));
        assert_eq!(shape(&["药品通用名", "序号", "药品代码", "限定类型"]), Some(Shape::Codes));
        assert_eq!(shape(&["项目名称", "国标代码", "限定类型", "限定对象"]), Some(Shape::Items));
        assert_eq!(shape(&["序号", "频度", "主项名称", "主项编码", "从项名称", "从项编码", "备注"]), Some(Shape::Pairs));
        assert_eq!(shape(&["序号", "项目名称", "限制数量", "数量单位", "项目编码"]), Some(Shape::Frequencies));
        assert_eq!(shape(&["项目名称", "频次上限", "疗程周期", "备注", "项目代码"]), Some(Shape::Intervals));
        assert_eq!(shape(&["医保目录编码（国家）", "名称"]), None);
        assert_eq!(shape(&["合计", "900"]), None);
    }
}
