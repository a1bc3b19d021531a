//! Catalogue of billable items: codes, prices by level, and which maker a provider stocks.

use std::collections::HashMap;

use super::item_list::{CONSUMABLES, DRUGS, DrugRow, POINT_SERVICES, SERVICES, SLICES, ServiceRow};
use crate::claim::VisitType;
use crate::money::{Fen, PRICE_PER_FEN, percent};

/// Charge category of the canonical layout.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Category {
    Bed,
    Consultation,
    Exam,
    Lab,
    Treatment,
    Surgery,
    Nursing,
    Consumable,
    WesternDrug,
    HerbalSlice,
    PatentDrug,
    General,
    Registration,
    Other,
}

impl Category {
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Bed => "bed",
            Self::Consultation => "consultation",
            Self::Exam => "exam",
            Self::Lab => "lab",
            Self::Treatment => "treatment",
            Self::Surgery => "surgery",
            Self::Nursing => "nursing",
            Self::Consumable => "consumable",
            Self::WesternDrug => "western_drug",
            Self::HerbalSlice => "herbal_slice",
            Self::PatentDrug => "patent_drug",
            Self::General => "general",
            Self::Registration => "registration",
            Self::Other => "other",
        }
    }

    pub(crate) const fn is_drug(self) -> bool {
        matches!(self, Self::WesternDrug | Self::PatentDrug | Self::HerbalSlice)
    }

    /// Kept on shelves, so that it appears in the stock books.
    pub(crate) const fn is_stocked(self) -> bool {
        self.is_drug() || matches!(self, Self::Consumable)
    }

    /// The patient must be there for it.
    pub(crate) const fn needs_presence(self) -> bool {
        matches!(self, Self::Bed | Self::Consultation | Self::Exam | Self::Lab | Self::Treatment | Self::Surgery | Self::Nursing)
    }
}

/// Whom, where and under which insurance the fund pays for an item.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Limit {
    pub(crate) sex: Option<&'static str>,
    pub(crate) min_age: Option<i32>,
    pub(crate) max_age: Option<i32>,
    pub(crate) min_level: Option<u8>,
    /// For patients in a ward, emergency room or under observation only.
    pub(crate) is_for_wards: bool,
    /// For births only.
    pub(crate) is_for_births: bool,
    /// Another item's limit, entered by mistake; nobody keeps to it.
    is_mistaken: bool,
}

impl Limit {
    const fn none() -> Self {
        Self { sex: None, min_age: None, max_age: None, min_level: None, is_for_wards: false, is_for_births: false, is_mistaken: false }
    }

    /// The limits of the price list by name.
    fn of(name: &str) -> Self {
        match name {
            "产科彩色超声" | "单胎顺产接生" | "剖宫产术" | "妇科千金片" => {
                Self { sex: Some("female"), ..Self::none() }
            }
            "坦索罗辛" => Self { sex: Some("male"), min_age: Some(18), ..Self::none() },
            "小儿豉翘清热颗粒" | "小儿氨酚黄那敏颗粒" => Self { max_age: Some(14), ..Self::none() },
            "蒲地蓝消炎口服液" => Self { max_age: Some(14), is_mistaken: true, ..Self::none() },
            "血栓通注射液" => Self { min_level: Some(2), ..Self::none() },
            "通心络胶囊" => Self { min_level: Some(3), is_mistaken: true, ..Self::none() },
            "依达拉奉" => Self { is_for_wards: true, ..Self::none() },
            "缩宫素" => Self { is_for_births: true, ..Self::none() },
            _ => Self::none(),
        }
    }

    pub(crate) const fn is_any(&self) -> bool {
        self.sex.is_some()
            || self.min_age.is_some()
            || self.max_age.is_some()
            || self.min_level.is_some()
            || self.is_for_wards
            || self.is_for_births
    }

    /// Whether an honest doctor orders it for somebody of this sex and age, who has a birthday within the year.
    pub(crate) fn suits(&self, is_male: bool, age: i32) -> bool {
        let sex = self.sex.is_none_or(|sex| (sex == "male") == is_male);
        let young = self.max_age.is_none_or(|oldest| age < oldest);
        self.is_mistaken || (sex && young && self.min_age.is_none_or(|youngest| age >= youngest))
    }

    /// Whether an honest doctor orders it at a level in a visit; a pharmacy goes by the prescriber's level.
    pub(crate) fn suits_place(&self, level: u8, visit_type: VisitType) -> bool {
        let level = visit_type == VisitType::Pharmacy || self.min_level.is_none_or(|least| level >= least);
        self.is_mistaken || (level && (!self.is_for_wards || is_in_ward(visit_type)))
    }
}

/// Whether the patient lies in a bed or came as an emergency.
const fn is_in_ward(visit_type: VisitType) -> bool {
    use VisitType::{DaySurgery, Emergency, HomeBed, Inpatient, Maternity, Observation};
    matches!(visit_type, Inpatient | Emergency | Observation | DaySurgery | Maternity | HomeBed)
}

/// The drug of which two codes became one in the year.
pub(crate) const MERGED: &str = "孟鲁司特";

/// One row of the catalogue.
#[derive(Debug)]
pub(crate) struct Item {
    pub(crate) limit: Limit,
    pub(crate) code: String,
    pub(crate) name: String,
    pub(crate) category: Category,
    pub(crate) unit: &'static str,
    pub(crate) spec: Option<&'static str>,
    pub(crate) ingredient: Option<&'static str>,
    /// Share of the amount that is in scope, in percent (class A 100, B 90, C 0).
    pub(crate) scope_percent: i64,
    /// Units in the pack in which it is bought.
    pub(crate) pack: i64,
    /// Units of one day's use; 1 for services.
    pub(crate) daily_units: i64,
    unit_price: i64,
    priced_by_level: bool,
}

impl Item {
    /// Unit price at a provider level 0..=3, in millionths of a yuan. Services differ by level, goods do not.
    pub(crate) fn price(&self, level: u8) -> i64 {
        if !self.priced_by_level {
            return self.unit_price;
        }
        let factor = [80, 88, 100, 116][usize::from(level.min(3))];
        self.unit_price / PRICE_PER_FEN * factor / 1000 * 10 * PRICE_PER_FEN
    }

    /// Whether the patient must be there; unknown for care of the dead.
    pub(crate) fn presence(&self) -> Option<bool> {
        (!is_mortuary(&self.name)).then(|| self.category.needs_presence())
    }

    pub(crate) fn in_scope(&self, net: Fen) -> Fen {
        percent(net, self.scope_percent)
    }

    /// A preparation of the hospital's own pharmacy, which is made and never bought.
    pub(crate) fn is_hospital_made(&self) -> bool {
        self.name.contains("院内制剂")
    }

    /// An implant that the supplier leaves on consignment: booked in the month after its use.
    pub(crate) fn is_consigned(&self) -> bool {
        ["人工晶体", "桡骨锁定接骨板", "一次性吻合器"].contains(&self.name.as_str())
    }

    /// The family that joins the codes of a drug whose codes were merged.
    pub(crate) fn family(&self) -> Option<&'static str> {
        self.ingredient.filter(|ingredient| *ingredient == MERGED)
    }

    /// Class of the reimbursement list.
    pub(crate) const fn pay_class(&self) -> &'static str {
        match self.scope_percent {
            100 => "A",
            0 => "C",
            _ => "B",
        }
    }
}

/// A name in the price list with the makers who sell it: items `first..first + makers`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Choice {
    first: u16,
    makers: u16,
}

impl Choice {
    /// A maker that the provider does not keep, where there are several.
    pub(crate) fn other_than_at(self, provider: u32) -> u16 {
        self.first + (self.at(provider) - self.first + 1) % self.makers
    }

    /// The one maker that a provider keeps.
    pub(crate) fn at(self, provider: u32) -> u16 {
        self.first + ((provider + u32::from(self.first)) % u32::from(self.makers)) as u16
    }
}

/// All items, addressed by number or by name.
pub(crate) struct Items {
    list: Vec<Item>,
    by_name: HashMap<&'static str, Choice>,
}

impl Items {
    pub(crate) fn new() -> Self {
        let mut items = Self { list: Vec::new(), by_name: HashMap::new() };
        for (position, row) in SERVICES.iter().enumerate() {
            items.add(row.0, vec![service(position, *row)]);
        }
        for (position, row) in DRUGS.iter().enumerate() {
            items.add(row.0, (0..row.7).map(|maker| drug(position, *row, maker)).collect());
        }
        for (position, (name, price)) in SLICES.iter().enumerate() {
            items.add(name, vec![slice(position, name, *price)]);
        }
        for (position, (name, unit, price)) in CONSUMABLES.iter().enumerate() {
            items.add(name, (0..2).map(|maker| consumable(position, name, unit, *price, maker)).collect());
        }
        for (position, row) in POINT_SERVICES.iter().enumerate() {
            items.add(row.0, vec![service(SERVICES.len() + position, *row)]);
        }
        items
    }

    fn add(&mut self, name: &'static str, makers: Vec<Item>) {
        let choice = Choice { first: self.list.len() as u16, makers: makers.len() as u16 };
        self.list.extend(makers);
        let replaced = self.by_name.insert(name, choice);
        debug_assert!(replaced.is_none(), "{name} is listed twice");
    }

    pub(crate) fn list(&self) -> &[Item] {
        &self.list
    }

    pub(crate) fn get(&self, item: u16) -> &Item {
        &self.list[usize::from(item)]
    }

    /// The makers of a name.
    ///
    /// # Panics
    /// Names are constants of this crate; one missing from the price list is a defect that the tests meet at once.
    pub(crate) fn named(&self, name: &str) -> Choice {
        *self.by_name.get(name).unwrap_or_else(|| panic!("{name} is not in the price list"))
    }

    pub(crate) fn all_named(&self, names: &[&str]) -> Vec<Choice> {
        names.iter().map(|name| self.named(name)).collect()
    }
}

/// Tablets by the two dozen, sachets by ten, slices by the pound, anything else by the piece.
fn pack_of(unit: &str) -> i64 {
    match unit {
        "片" | "粒" => 24,
        "袋" => 10,
        "克" => 500,
        _ => 1,
    }
}

fn is_mortuary(name: &str) -> bool {
    ["尸体", "遗体"].iter().any(|word| name.contains(word))
}

fn service(position: usize, (name, prefix, category, unit, fen): ServiceRow) -> Item {
    let scope_percent = match category {
        Category::Other | Category::Registration => 0,
        _ if is_mortuary(name) || name.contains('陪') => 0,
        Category::Exam if fen >= 20_000 => 90,
        _ => 100,
    };
    Item {
        code: format!("{prefix}{:06}{:05}", (position + 1) * 10, 0),
        name: name.to_owned(),
        category,
        unit,
        spec: None,
        ingredient: None,
        scope_percent,
        pack: 1,
        daily_units: 1,
        unit_price: fen * PRICE_PER_FEN,
        priced_by_level: true,
        limit: Limit::of(name),
    }
}

fn drug(position: usize, row: DrugRow, maker: u32) -> Item {
    let (name, class, category, unit, spec, price, daily_units, _) = row;
    let code = if category == Category::WesternDrug {
        format!("X{class}A{:03}A0010102{:05}", position + 1, 1_001 + 97 * maker)
    } else {
        format!("Z{class}E{:04}0101{:05}", position + 1, 1_001 + 97 * maker)
    };
    Item {
        code,
        name: name.to_owned(),
        category,
        unit,
        spec: Some(spec),
        ingredient: Some(name),
        scope_percent: if price >= 1_000_000 && position % 2 == 1 { 90 } else { 100 },
        pack: pack_of(unit),
        daily_units,
        unit_price: price + price / 20 / 100 * 100 * i64::from(maker),
        priced_by_level: false,
        limit: Limit::of(name),
    }
}

fn slice(position: usize, name: &'static str, price: i64) -> Item {
    Item {
        code: format!("T{:09}", 1_700_203 + 100 * position),
        name: name.to_owned(),
        category: Category::HerbalSlice,
        unit: "克",
        spec: None,
        ingredient: None,
        scope_percent: 100,
        pack: pack_of("克"),
        daily_units: 12,
        unit_price: price,
        priced_by_level: false,
        limit: Limit::of(name),
    }
}

fn consumable(position: usize, name: &'static str, unit: &'static str, fen: i64, maker: u32) -> Item {
    Item {
        code: format!("C{:02}{:02}{:03}{:05}{:07}", 14, position + 1, 10, 6, 2_001 + 31 * maker),
        name: name.to_owned(),
        category: Category::Consumable,
        unit,
        spec: None,
        ingredient: None,
        scope_percent: if fen >= 50_000 { 90 } else { 100 },
        pack: 1,
        daily_units: 1,
        unit_price: (fen + fen / 10 * i64::from(maker)) * PRICE_PER_FEN,
        priced_by_level: false,
        limit: Limit::of(name),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn codes_are_unique_and_have_the_national_lengths() {
        let items = Items::new();
        let mut seen = HashSet::new();
        for item in items.list() {
            assert!(seen.insert(item.code.clone()), "{} repeats", item.code);
            let wanted = match item.category {
                Category::WesternDrug => 23,
                Category::PatentDrug | Category::Consumable => 20,
                Category::HerbalSlice => 10,
                _ => 15,
            };
            assert_eq!(item.code.len(), wanted, "{} {}", item.name, item.code);
        }
    }

    #[test]
    fn service_prices_rise_with_level_and_are_whole_fen() {
        let items = Items::new();
        let bed = items.get(items.named("普通病房床位费").at(0));
        let prices: Vec<_> = (0..4).map(|level| bed.price(level)).collect();
        assert!(prices.is_sorted());
        assert!(prices.iter().all(|price| price % PRICE_PER_FEN == 0));
    }
}
