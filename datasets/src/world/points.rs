//! The county's knowledge points: items of which one includes another, and how often an item is paid for. Made up after the national batches.

/// An item that includes another.
pub(crate) struct Pair {
    pub(crate) main: &'static str,
    pub(crate) other: &'static str,
    pub(crate) scope: &'static str,
    pub(crate) hours: Option<i32>,
}

const fn pair(main: &'static str, other: &'static str, scope: &'static str) -> Pair {
    Pair { main, other, scope, hours: None }
}

pub(crate) const PAIRS: &[Pair] = &[
    pair("腹部彩色超声", "肝胆彩色超声", "day"),
    pair("重症监护护理", "Ⅱ级护理", "day"),
    pair("重症监护护理", "Ⅲ级护理", "day"),
    pair("普通病房床位费", "急诊观察床位费", "day"),
    pair("腹腔镜胆囊切除术", "腹腔探查术", "visit"),
    pair("阑尾切除术", "腹腔探查术", "visit"),
    Pair { hours: Some(6), ..pair("肺功能全套检查", "肺通气功能检查", "hours") },
    pair("心电监测", "血氧饱和度监测", "hour"),
];

/// The most of an item that is paid for on a day, and its unit.
pub(crate) const DAILY: &[(&str, i64, &str)] = &[
    ("普通病房床位费", 1, "日"),
    ("Ⅱ级护理", 1, "日"),
    ("住院诊查费", 1, "日"),
    ("院内会诊", 1, "次"),
    ("心电监测", 24, "小时"),
    ("血氧饱和度监测", 24, "小时"),
];
