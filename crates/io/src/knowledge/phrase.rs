//! Phrases of Chinese payment rules: one function per idea.
//!
//! Each returns what the text states, or `None`; what a rule makes of two statements that differ is left to its reading.

/// A number with its unit, or a range of numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Quantity {
    pub(super) least: i32,
    pub(super) most: i32,
    pub(super) unit: Unit,
    /// Where the number begins and where the unit ends, in characters.
    at: usize,
    end: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unit {
    Hour,
    Day,
    Week,
    Month,
    Year,
    Times,
    YearsOfAge,
}

const UNITS: &[(&str, Unit)] = &[
    ("个小时", Unit::Hour),
    ("小时", Unit::Hour),
    ("天", Unit::Day),
    ("日", Unit::Day),
    ("个星期", Unit::Week),
    ("星期", Unit::Week),
    ("周岁", Unit::YearsOfAge),
    ("岁", Unit::YearsOfAge),
    ("周", Unit::Week),
    ("个月", Unit::Month),
    ("月", Unit::Month),
    ("年", Unit::Year),
    ("次", Unit::Times),
];

/// An age limit: completed years, or days for newborns.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Ages {
    pub(super) min: Option<i32>,
    pub(super) max: Option<i32>,
    pub(super) max_days: Option<i32>,
}

/// The text with full-width letters, digits and signs as plain ones, without blanks.
pub(super) fn plain(text: &str) -> String {
    let narrow = |letter: char| match letter {
        '！'..='～' => char::from_u32(letter as u32 - 0xFEE0).unwrap_or(letter),
        '—' | '–' | '〜' => '-',
        _ => letter,
    };
    text.chars().map(narrow).map(|letter| if letter == '~' { '-' } else { letter }).filter(|letter| !letter.is_whitespace()).collect()
}

/// A number at the head of the letters: Arabic, or Chinese up to 99. Returns the number and how many letters it takes.
fn number(letters: &[char]) -> Option<(i32, usize)> {
    let digits = letters.iter().take_while(|letter| letter.is_ascii_digit()).count();
    if digits > 0 {
        let number = letters[..digits].iter().collect::<String>().parse().ok()?;
        return Some((number, digits));
    }
    let value = |letter: char| "一二三四五六七八九".chars().position(|known| known == letter).map(|at| at as i32 + 1);
    let unit = |at: usize| letters.get(at).and_then(|&letter| if letter == '两' { Some(2) } else { value(letter) });
    match (unit(0), letters.first()) {
        (Some(tens), _) if letters.get(1) == Some(&'十') => match unit(2) {
            Some(ones) => Some((10 * tens + ones, 3)),
            None => Some((10 * tens, 2)),
        },
        (Some(ones), _) => Some((ones, 1)),
        (None, Some('十')) => unit(1).map_or(Some((10, 1)), |ones| Some((10 + ones, 2))),
        _ => None,
    }
}

fn unit(letters: &[char]) -> Option<(Unit, usize)> {
    let starts = |word: &str| word.chars().enumerate().all(|(at, letter)| letters.get(at) == Some(&letter));
    UNITS.iter().find(|(word, _)| starts(word)).map(|(word, unit)| (*unit, word.chars().count()))
}

/// Every number with a unit, in the order of the text.
pub(super) fn quantities(text: &str) -> Vec<Quantity> {
    let letters: Vec<char> = plain(text).chars().collect();
    let mut found = Vec::new();
    let mut at = 0;
    while at < letters.len() {
        let Some((quantity, end)) = quantity(&letters, at) else {
            // What stands after a number without a unit is not the rest of that number.
            at += number(&letters[at..]).map_or(1, |(_, length)| length);
            continue;
        };
        found.push(quantity);
        at = end;
    }
    found
}

fn quantity(letters: &[char], at: usize) -> Option<(Quantity, usize)> {
    let (least, length) = number(&letters[at..])?;
    let mut end = at + length;
    let own_unit = unit(&letters[end..]);
    end += own_unit.map_or(0, |(_, length)| length);
    let is_range = matches!(letters.get(end), Some('-' | '至' | '到'));
    let upper = is_range.then(|| number(&letters[end + 1..])).flatten();
    if let Some((most, length)) = upper
        && let Some((unit, unit_length)) = unit(&letters[end + 1 + length..])
        && own_unit.is_none_or(|(own, _)| own == unit)
    {
        let end = end + 1 + length + unit_length;
        return Some((Quantity { least, most, unit, at, end }, end));
    }
    let (unit, _) = own_unit?;
    Some((Quantity { least, most: least, unit, at, end }, end))
}

fn days_of(quantity: Quantity) -> Option<i32> {
    let number = quantity.most;
    match quantity.unit {
        Unit::Day => Some(number),
        Unit::Week => number.checked_mul(7),
        // A month is a twelfth of a year, rounded up, so that twelve of them are one.
        Unit::Month => number.checked_mul(365).map(|days| (days + 11) / 12),
        Unit::Year => number.checked_mul(365),
        _ => None,
    }
}

/// The span that directly follows one of the words, in days.
fn days_after(text: &str, words: &[&str]) -> Option<i32> {
    let text = plain(text);
    let ends =
        |word: &&str| -> Vec<usize> { text.match_indices(*word).map(|(at, word)| text[..at + word.len()].chars().count()).collect() };
    let ends: Vec<usize> = words.iter().flat_map(ends).collect();
    quantities(&text).into_iter().filter(|found| ends.contains(&found.at)).find_map(days_of)
}

/// The longest course: "支付不超过14天", "最多支付14天", "总时间不超过90天", "支付不超过一年".
pub(super) fn longest_course(text: &str) -> Option<i32> {
    days_after(text, &["不超过", "最多支付", "不得超过", "不大于", "最长"])
}

/// The least interval: "间隔时间不短于14天"; or that of "每周最多支付一次".
pub(super) fn least_interval(text: &str) -> Option<i32> {
    days_after(text, &["不短于", "不少于", "不小于", "不低于"])
        .or_else(|| every(text).filter(|(_, times)| *times == 1).map(|(days, _)| days))
}

/// How often in how many days: "每周最多支付一次", "每2周支付1次", "每年2次".
pub(super) fn every(text: &str) -> Option<(i32, i32)> {
    let text = plain(text);
    let (before, after) = text.split_once('每')?;
    let start = before.chars().count() + 1;
    let letters: Vec<char> = after.chars().collect();
    let (count, length) = number(&letters).unwrap_or((1, 0));
    let (unit, unit_length) = unit(&letters[length..])?;
    let period = Quantity { least: count, most: count, unit, at: start, end: start + length + unit_length };
    let times =
        quantities(&text).into_iter().find(|found| found.unit == Unit::Times && (period.end..period.end + 8).contains(&found.at))?;
    Some((days_of(period)?, times.most))
}

/// A bare span such as "14天", or a bare number, which counts days.
pub(super) fn span(text: &str) -> Option<i32> {
    let text = plain(text);
    quantities(&text).into_iter().find_map(days_of).or_else(|| text.parse().ok())
}

/// What a course is counted over: one stay, one illness, or nothing said.
pub(super) fn course_per(text: &str) -> &'static str {
    if ["单次住院", "每次住院", "一次住院"].iter().any(|word| text.contains(word)) {
        "stay"
    } else if text.contains("疾病过程") {
        "episode"
    } else {
        ""
    }
}

/// The ages that a text states in years, all of its ranges together: "2岁至11岁", "3-12岁", "50岁以上", "11周岁以下".
pub(super) fn ages_in_years(text: &str) -> Option<Ages> {
    let text = plain(text);
    let letters: Vec<char> = text.chars().collect();
    let says = |end: usize, words: &[&str]| {
        let rest: String = letters[end..].iter().take(6).collect();
        words.iter().any(|word| rest.starts_with(word))
    };
    let mut ages: Vec<Ages> = Vec::new();
    for found in quantities(&text).into_iter().filter(|found| found.unit == Unit::YearsOfAge) {
        if found.least != found.most {
            ages.push(Ages { min: Some(found.least), max: Some(found.most), max_days: None });
        } else if says(found.end, &["以上", "及以上", "(含)以上", "及其以上"]) {
            ages.push(Ages { min: Some(found.least), ..Ages::default() });
        } else if says(found.end, &["以下", "及以下", "以内", "(含)以下", "之前"]) {
            ages.push(Ages { max: Some(found.most), ..Ages::default() });
        }
    }
    ages.into_iter().reduce(Ages::or)
}

/// The ages that a word names: newborns up to 28 days, infants and toddlers under three, children under eighteen, adults from eighteen.
pub(super) fn ages_in_words(text: &str) -> Option<Ages> {
    let has = |words: &[&str]| words.iter().any(|word| text.contains(word));
    if has(&["法定就业年龄", "法定劳动年龄"]) {
        // From 16 years; retirement at up to 63, put off by up to 3.
        return Some(Ages { min: Some(16), max: Some(66), max_days: None });
    }
    let up_to = |max| Some(Ages { max: Some(max), ..Ages::default() });
    if has(&["新生儿"]) {
        Some(Ages { max_days: Some(28), ..Ages::default() })
    } else if has(&["婴幼儿", "婴儿", "幼儿"]) {
        up_to(2)
    } else if has(&["儿童", "小儿", "患儿", "未成年"]) {
        up_to(17)
    } else if has(&["成人", "成年"]) {
        Some(Ages { min: Some(18), ..Ages::default() })
    } else {
        None
    }
}

impl Ages {
    /// Whoever meets one of the two.
    pub(super) fn or(self, other: Self) -> Self {
        if let (Some(left), Some(right)) = (self.max_days, other.max_days) {
            return Self { max_days: Some(left.max(right)), ..Self::default() };
        }
        let years = |ages: Self| if ages.max_days.is_some() { Self { max: Some(0), ..Self::default() } } else { ages };
        let (left, right) = (years(self), years(other));
        Self {
            min: left.min.zip(right.min).map(|(left, right)| left.min(right)),
            max: left.max.zip(right.max).map(|(left, right)| left.max(right)),
            max_days: None,
        }
    }
}

/// The levels of institution that a text names ("二级及以上", "三级"), lowest first; roman numbers are degrees of illness.
pub(super) fn levels(text: &str) -> Vec<i32> {
    let letters: Vec<char> = plain(text).chars().collect();
    let level = |at: usize| {
        let (level, length) = number(&letters[at..])?;
        let is_alone = at == 0 || number(&letters[at - 1..at]).is_none();
        (letters.get(at + length) == Some(&'级') && is_alone && (1..=3).contains(&level)).then_some(level)
    };
    let mut levels: Vec<i32> = (0..letters.len()).filter_map(level).collect();
    levels.sort_unstable();
    levels.dedup();
    levels
}

/// Whether the level is asked of the first prescription only: "首次处方时需由二级及以上医疗机构".
pub(super) fn is_first_prescription_only(text: &str) -> bool {
    let clauses = text.split(['，', '；', '。', ',', ';', '.']);
    let mut clauses = clauses.filter(|clause| !levels(clause).is_empty()).peekable();
    clauses.peek().is_some() && clauses.all(|clause| clause.contains("首次处方") || clause.contains("首次开具"))
}

/// Ways of attendance, in the words of the tables.
pub(super) fn settings(text: &str) -> Vec<&'static str> {
    let mut found = Vec::new();
    let mut add = |words: &[&str], setting: &'static str| {
        if words.iter().any(|word| text.contains(word)) {
            found.push(setting);
        }
    };
    add(&["住院"], "inpatient");
    add(&["门诊", "门急诊"], "outpatient");
    add(&["急诊", "急救", "抢救"], "emergency");
    found
}

/// Insurances, in the words of the tables.
pub(super) fn insurances(text: &str) -> Vec<&'static str> {
    let words = [("工伤", "injury"), ("生育", "maternity"), ("职工", "employee"), ("居民", "resident")];
    words.iter().filter(|(word, _)| text.contains(word)).map(|(_, insurance)| *insurance).collect()
}

/// One sex, where the text names exactly one.
pub(super) fn sex(text: &str) -> Option<&'static str> {
    match (text.contains('男'), text.contains('女')) {
        (true, false) => Some("male"),
        (false, true) => Some("female"),
        _ => None,
    }
}

/// How many of another item are included, the fewest where several numbers stand ("含5次血糖测定"); rates ("每日2次", "一日三次") are no counts.
pub(super) fn included(text: &str) -> Option<i32> {
    let text = plain(text);
    let letters: Vec<char> = text.chars().collect();
    let is_rate = |found: &Quantity| {
        let before: String = letters[found.at.saturating_sub(3)..found.at].iter().collect();
        before.contains('每') || before.ends_with('日')
    };
    quantities(&text).iter().filter(|found| found.unit == Unit::Times && !is_rate(found)).map(|found| found.least).min()
}

/// Whether the label gives a dose for adults too, so that the name alone does not make it a child's drug.
pub(super) fn has_adult_dose(text: &str) -> bool {
    ["成人用法用量", "成人用量", "成人剂量"].iter().any(|word| text.contains(word))
}

/// How near two items stand: the word of the table, and hours where it is a number of them.
pub(super) fn scope(text: &str) -> Option<(&'static str, Option<i32>)> {
    let text = plain(text);
    if ["同一小时", "每小时"].iter().any(|word| text.contains(word)) {
        return Some(("hour", None));
    }
    let hours = quantities(&text).into_iter().find(|found| found.unit == Unit::Hour);
    if let Some(hours) = hours {
        return Some(("hours", Some(hours.most)));
    }
    if ["单次", "就诊", "住院", "同一次", "同次"].iter().any(|word| text.contains(word)) {
        Some(("visit", None))
    } else if ["单日", "同日", "当日", "每日", "同一天", "日"].iter().any(|word| text.contains(word)) {
        Some(("day", None))
    } else {
        None
    }
}

/// The period of a frequency, told by the unit of a number: hours and days count per day.
pub(super) fn period(unit: &str) -> Option<&'static str> {
    let unit = plain(unit);
    let unit = unit.rsplit('/').next().unwrap_or_default();
    match unit {
        "日" | "天" | "小时" | "时" | "次" | "每日" | "每天" => Some("day"),
        "周" | "星期" | "每周" => Some("week"),
        "月" | "个月" | "每月" => Some("month"),
        "年" | "每年" => Some("year"),
        "次住院" | "次就诊" | "就诊" | "住院" => Some("visit"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_in_every_script() {
        let read = |text: &str| number(&plain(text).chars().collect::<Vec<_>>());
        assert_eq!(
            (read("１４天"), read("十四"), read("二十"), read("九十九天")),
            (Some((14, 2)), Some((14, 2)), Some((20, 2)), Some((99, 3)))
        );
        assert_eq!((read("十"), read("两"), read("天"), read("")), (Some((10, 1)), Some((2, 1)), None, None));
        assert_eq!(read("99999999999"), None);
    }

    #[test]
    fn courses_follow_the_word_that_limits_them() {
        assert_eq!(longest_course("限新发的急性脑卒中患者在发作48小时内开始使用，支付不超过14天。"), Some(14));
        assert_eq!(longest_course("单次住院最多支付14天"), Some(14));
        assert_eq!(longest_course("总时间不超过90天，评定间隔时间不短于14天。"), Some(90));
        assert_eq!(longest_course("且支付不超过12个月：1.HER2阳性"), Some(365));
        assert_eq!(longest_course("支付不超过一年，每周最多支付一次。"), Some(365));
        assert_eq!(longest_course("支付不超过两周"), Some(14));
        assert_eq!((longest_course("每眼累计最多支付9支"), longest_course("")), (None, None));
        assert_eq!((span("14天"), span("365天"), span("15"), span("未定")), (Some(14), Some(365), Some(15), None));
    }

    #[test]
    fn intervals_are_spans_or_rates() {
        assert_eq!(least_interval("总时间不超过90天，评定间隔时间不短于14天。"), Some(14));
        assert_eq!(least_interval("支付不超过一年，每周最多支付一次。"), Some(7));
        assert_eq!(every("每2周支付1次"), Some((14, 1)));
        assert_eq!(every("每年最多2次"), Some((365, 2)));
        assert_eq!(least_interval("血清果糖胺水平反映近2-3周的平均血糖水平。"), None);
    }

    #[test]
    fn ages_are_ranges_or_words() {
        let years = |min, max| Some(Ages { min, max, max_days: None });
        assert_eq!(ages_in_years("限2岁至11岁儿童慢性便秘。"), years(Some(2), Some(11)));
        assert_eq!(ages_in_years("限3-12岁特发性肺动脉高压患者。"), years(Some(3), Some(12)));
        assert_eq!(ages_in_years("限5至12岁以下流感儿童患者。"), years(Some(5), Some(12)));
        assert_eq!(ages_in_years("限：1.1岁至14岁儿童哮喘；2.2岁至14岁儿童鼻炎。"), years(Some(1), Some(14)));
        assert_eq!(ages_in_years("限3岁及3岁以上伴有症状的儿童患者。"), years(Some(3), None));
        assert_eq!(ages_in_years("限：1.50岁以上的湿性黄斑变性"), years(Some(50), None));
        assert_eq!(ages_in_years("适用于11周岁以下患者"), years(None, Some(11)));
        assert_eq!(ages_in_years("用于1月以上婴儿和儿童"), None);
        assert_eq!(ages_in_words("儿童"), years(None, Some(17)));
        assert_eq!(ages_in_words("婴幼儿"), years(None, Some(2)));
        assert_eq!(ages_in_words("新生儿"), Some(Ages { max_days: Some(28), ..Ages::default() }));
        assert_eq!(ages_in_words("参保人年龄超出法定就业年龄限制"), years(Some(16), Some(66)));
        assert_eq!(ages_in_words("不限"), None);
    }

    #[test]
    fn levels_are_told_from_degrees() {
        assert_eq!(levels("限二级及以上医疗机构。"), [2]);
        assert_eq!(levels("需三级综合医院眼科或二级及以上眼科专科医院医师处方"), [2, 3]);
        assert_eq!(levels("心功能不全Ⅱ-Ⅲ级的患者"), Vec::<i32>::new());
        assert!(is_first_prescription_only("限控制不佳的患者，首次处方时需由二级及以上医疗机构专科医师开具处方。"));
        assert!(!is_first_prescription_only("1.需三级综合医院医师处方；2.首次处方时病眼基线矫正视力0.05-0.5"));
        assert!(!is_first_prescription_only("限儿童。"));
    }

    #[test]
    fn counts_are_told_from_rates() {
        assert_eq!(included("含5次血糖测定；包括口服和静脉"), Some(5));
        assert_eq!(included("含血尿渗透压测定各5次、抗利尿激素(ADH)测定3次"), Some(3));
        assert_eq!(included("含测血尿钾、钠6—8次"), Some(6));
        assert_eq!(included("含血压监测20分钟内测7次"), Some(7));
        assert_eq!(included("含快速法、一日三次皮质醇测定1天；每日2次皮质醇测定、连续3天"), None);
        assert_eq!(included("含血压监测每小时一次、连续6小时"), None);
        assert_eq!(included("含监护、床位、诊查、护理"), None);
    }

    #[test]
    fn scopes_and_periods_are_words_of_the_tables() {
        assert_eq!(
            (scope("单日"), scope("单次就诊"), scope("单次住院")),
            (Some(("day", None)), Some(("visit", None)), Some(("visit", None)))
        );
        assert_eq!((scope("６小时"), scope("同一小时"), scope("终身")), (Some(("hours", Some(6))), Some(("hour", None)), None));
        assert_eq!((period("小时"), period("天"), period("次/周"), period("片")), (Some("day"), Some("day"), Some("week"), None));
    }

    #[test]
    fn settings_and_insurances_are_words_of_the_tables() {
        assert_eq!(settings("限急诊或住院患者。"), ["inpatient", "emergency"]);
        assert_eq!(settings("门急诊"), ["outpatient", "emergency"]);
        assert_eq!((insurances("工伤保险目录用药"), insurances("生育")), (vec!["injury"], vec!["maternity"]));
        assert_eq!((sex("男"), sex("女性"), sex("男、女"), sex("")), (Some("male"), Some("female"), None, None));
        assert!(has_adult_dose("（药品说明书包含成人用法用量）"));
    }
}
