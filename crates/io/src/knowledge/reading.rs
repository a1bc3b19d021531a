//! What a row of a workbook means: the remark outranks the value, and where the two conflict the lenient reading holds and the conflict is kept.

use super::phrase::{self, Ages};
use super::point::{Difference, Point};
use claimsift::tables::TableId;

/// What a rule limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RuleKind {
    Sex,
    Age,
    Level,
    Setting,
    Insurance,
    Course,
    Incision,
}

/// Words of rule kinds, as a column or a title names them.
const KINDS: &[(&str, RuleKind)] = &[
    ("性别", RuleKind::Sex),
    ("年龄", RuleKind::Age),
    ("等级", RuleKind::Level),
    ("级别", RuleKind::Level),
    ("就医方式", RuleKind::Setting),
    ("就诊类型", RuleKind::Setting),
    ("保险类型", RuleKind::Insurance),
    ("险种", RuleKind::Insurance),
    ("疗程", RuleKind::Course),
    ("主次", RuleKind::Incision),
];

impl RuleKind {
    /// The kind by the column that names it, else by the title, else by what value and remark say.
    pub(super) fn of(kind: &str, title: &str, statement: &Statement<'_>) -> Option<Self> {
        let named = |text: &str| KINDS.iter().find(|(word, _)| text.contains(word)).map(|(_, kind)| *kind);
        named(kind).or_else(|| named(title)).or_else(|| Self::said(statement))
    }

    fn said(statement: &Statement<'_>) -> Option<Self> {
        if phrase::longest_course(statement.remark).is_some() {
            Some(Self::Course)
        } else if phrase::ages_in_words(statement.either()).is_some() {
            Some(Self::Age)
        } else if phrase::sex(statement.value).is_some() {
            Some(Self::Sex)
        } else if !phrase::levels(statement.value).is_empty() {
            Some(Self::Level)
        } else {
            None
        }
    }
}

/// The two cells in which a row states its limit.
#[derive(Clone, Copy, Debug)]
pub(super) struct Statement<'a> {
    pub(super) value: &'a str,
    pub(super) remark: &'a str,
}

impl<'a> Statement<'a> {
    /// The value, or the remark where there is none.
    fn either(self) -> &'a str {
        if self.value.is_empty() { self.remark } else { self.value }
    }
}

/// What a row means: a point without item, and where value and remark differ.
#[derive(Clone, Debug)]
pub(super) struct Meaning {
    pub(super) point: Point,
    pub(super) difference: Option<Difference>,
}

/// Why a row makes no point, with the conflict where there is one.
#[derive(Clone, Debug)]
pub(super) struct Unread {
    pub(super) reason: String,
    pub(super) difference: Option<Difference>,
}

impl Unread {
    fn because(reason: impl Into<String>) -> Self {
        Self { reason: reason.into(), difference: None }
    }
}

/// What a rule says of whatever items it is about.
pub(super) fn read(kind: RuleKind, statement: Statement<'_>) -> Result<Meaning, Unread> {
    match kind {
        RuleKind::Sex => sex(statement),
        RuleKind::Age => ages(statement),
        RuleKind::Level => level(statement),
        RuleKind::Setting => words(statement, "setting", "settings", phrase::settings),
        RuleKind::Insurance => words(statement, "insurance", "insurances", phrase::insurances),
        RuleKind::Course => course(statement),
        RuleKind::Incision => incision(statement),
    }
}

fn limit(kind: &str) -> Point {
    Point::of(TableId::LimitTable).with("kind", kind)
}

fn meaning(point: Point) -> Meaning {
    Meaning { point, difference: None }
}

fn difference(statement: Statement<'_>, taken: impl Into<String>) -> Difference {
    Difference { value: statement.value.to_owned(), remark: statement.remark.to_owned(), taken: taken.into() }
}

fn sex(statement: Statement<'_>) -> Result<Meaning, Unread> {
    let sex = phrase::sex(statement.value).ok_or_else(|| Unread::because(format!("`{}` is not one sex", statement.value)))?;
    Ok(meaning(limit("sex").with("sex", sex)))
}

fn ages(statement: Statement<'_>) -> Result<Meaning, Unread> {
    let value = phrase::ages_in_years(statement.value).or_else(|| phrase::ages_in_words(statement.either()));
    let value = value.ok_or_else(|| Unread::because(format!("`{}` names no age", statement.either())))?;
    if phrase::has_adult_dose(statement.remark) {
        return Err(Unread {
            reason: "the label gives a dose for adults too, so that use by an adult breaks no limit".to_owned(),
            difference: Some(difference(statement, "no limit")),
        });
    }
    let point =
        |ages: Ages| limit("age").with_some("min_age", ages.min).with_some("max_age", ages.max).with_some("max_age_days", ages.max_days);
    match phrase::ages_in_years(statement.remark).filter(|_| !statement.value.is_empty()) {
        Some(remark) if remark != value => {
            let taken = value.or(remark);
            if taken == Ages::default() {
                let none = Some(difference(statement, "no limit"));
                return Err(Unread { reason: "value and remark together leave no age out".to_owned(), difference: none });
            }
            Ok(Meaning { point: point(taken), difference: Some(difference(statement, ages_in_english(taken))) })
        }
        _ if statement.remark.contains("法定就业年龄") || statement.value.contains("法定就业年龄") => Ok(Meaning {
            point: point(value),
            difference: Some(difference(statement, format!("{}; the text gives no number", ages_in_english(value)))),
        }),
        _ => Ok(meaning(point(value))),
    }
}

fn ages_in_english(ages: Ages) -> String {
    let min = ages.min.map(|min| format!("from {min} years"));
    let max = ages.max.map(|max| format!("up to {max} years"));
    let days = ages.max_days.map(|days| format!("up to {days} days"));
    [min, max, days].into_iter().flatten().collect::<Vec<_>>().join(", ")
}

fn level(statement: Statement<'_>) -> Result<Meaning, Unread> {
    if phrase::is_first_prescription_only(statement.remark) {
        return Err(Unread {
            reason: "the level is asked of the first prescription only, which a claim does not tell".to_owned(),
            difference: Some(difference(statement, "no limit")),
        });
    }
    let (value, remark) = (phrase::levels(statement.value), phrase::levels(statement.remark));
    let least = value.iter().chain(&remark).min().copied();
    let least = least.ok_or_else(|| Unread::because(format!("`{}` names no level of institution", statement.either())))?;
    let differs = value.first().zip(remark.first()).is_some_and(|(value, remark)| value != remark);
    let point = limit("level").with("min_level", &least);
    Ok(Meaning { point, difference: differs.then(|| difference(statement, format!("from level {least}"))) })
}

/// A limit to some of the words that value and remark name; all that either names are allowed.
fn words(statement: Statement<'_>, kind: &str, column: &'static str, find: fn(&str) -> Vec<&'static str>) -> Result<Meaning, Unread> {
    let (mut allowed, remark) = (find(statement.value), find(statement.remark));
    let differs = !allowed.is_empty() && !remark.is_empty() && allowed != remark;
    let more: Vec<&str> = remark.into_iter().filter(|word| !allowed.contains(word)).collect();
    allowed.extend(more);
    if allowed.is_empty() {
        return Err(Unread::because(format!("`{}` names no {kind}", statement.either())));
    }
    let allowed = allowed.join(" ");
    let difference = differs.then(|| difference(statement, allowed.replace(' ', " or ")));
    Ok(Meaning { point: limit(kind).with(column, &allowed), difference })
}

fn course(statement: Statement<'_>) -> Result<Meaning, Unread> {
    let (value, remark) = (phrase::span(statement.value), phrase::longest_course(statement.remark));
    let longest = value.max(remark).ok_or_else(|| Unread::because(format!("`{}` names no span of time", statement.either())))?;
    let differs = value.zip(remark).is_some_and(|(value, remark)| value != remark);
    let point = Point::of(TableId::CourseTable)
        .with("max_days", &longest)
        .with_some("min_interval_days", phrase::least_interval(statement.remark))
        .with("per", phrase::course_per(statement.remark));
    Ok(Meaning { point, difference: differs.then(|| difference(statement, format!("up to {longest} days"))) })
}

fn incision(statement: Statement<'_>) -> Result<Meaning, Unread> {
    if statement.value.is_empty() {
        return Err(Unread::because("no group of operations is named"));
    }
    Ok(meaning(Point::of(TableId::DiscountGroupTable).with("group", statement.value)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(kind: RuleKind, value: &str, remark: &str) -> Result<Meaning, Unread> {
        read(kind, Statement { value, remark })
    }

    /// The cells of the point and what was taken in a conflict.
    fn check(read: Result<Meaning, Unread>, column: &str, expected: &str, taken: Option<&str>) {
        let read = read.expect("a meaning");
        assert_eq!(read.point.cell(column), expected);
        assert_eq!(read.difference.as_ref().map(|difference| difference.taken.as_str()), taken);
    }

    #[test]
    fn the_lenient_reading_holds() {
        check(of(RuleKind::Setting, "住院", "限急诊或住院患者。"), "settings", "inpatient emergency", Some("inpatient or emergency"));
        check(of(RuleKind::Setting, "住院", "限住院患者。"), "settings", "inpatient", None);
        check(of(RuleKind::Level, "三级", "需三级综合医院眼科或二级及以上眼科专科医院医师处方"), "min_level", "2", Some("from level 2"));
        check(of(RuleKind::Level, "二级", "限二级及以上医疗机构左心功能不全Ⅱ-Ⅲ级的患者"), "min_level", "2", None);
        check(of(RuleKind::Course, "15天", "单次住院最多支付14天。"), "max_days", "15", Some("up to 15 days"));
        check(of(RuleKind::Course, "14天", "单次住院最多支付14天。"), "per", "stay", None);
        check(of(RuleKind::Course, "365天", "且支付不超过12个月：1.HER2阳性"), "max_days", "365", None);
        check(of(RuleKind::Age, "儿童", "限2岁至11岁儿童慢性便秘。"), "max_age", "17", Some("up to 17 years"));
        check(of(RuleKind::Age, "新生儿", ""), "max_age_days", "28", None);
        check(of(RuleKind::Insurance, "工伤", "工伤保险目录用药"), "insurances", "injury", None);
    }

    #[test]
    fn what_a_claim_cannot_show_is_no_limit() {
        let unread = |read: Result<Meaning, Unread>| read.expect_err("no meaning").difference.map(|difference| difference.taken);
        assert_eq!(unread(of(RuleKind::Age, "儿童", "用于腹泻。（药品说明书包含成人用法用量）")), Some("no limit".to_owned()));
        assert_eq!(unread(of(RuleKind::Level, "二级", "首次处方时需由二级及以上医疗机构专科医师开具处方。")), Some("no limit".to_owned()));
        assert_eq!(unread(of(RuleKind::Setting, "居家", "")), None);
        assert_eq!(unread(of(RuleKind::Sex, "不限", "")), None);
        assert_eq!(unread(of(RuleKind::Incision, "", "")), None);
    }

    #[test]
    fn a_remark_alone_tells_the_kind() {
        let kind = |remark| RuleKind::of("", "明细", &Statement { value: "", remark });
        assert_eq!(kind("支付不超过30天。"), Some(RuleKind::Course));
        assert_eq!(kind("参保人年龄超出法定就业年龄限制"), Some(RuleKind::Age));
        assert_eq!(kind("详见通知"), None);
        check(of(RuleKind::Course, "", "支付不超过一年，每周最多支付一次。"), "min_interval_days", "7", None);
    }
}
