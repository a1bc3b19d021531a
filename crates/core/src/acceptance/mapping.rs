//! Items whose users nearly all break the same limit: the item was mapped to the wrong code, and its users did nothing.

use super::Delivery;
use super::settings::MappingSettings;
use crate::claims::{ClaimView, Claims, LineView, PersonView, StayView, VisitView};
use crate::norms::{body, is_newborns, limited_uses};
use crate::tables::CatalogueRow;
use crate::tables::value::{Category, Domain, Fen, ItemId};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// An item that is probably mapped wrongly.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MappingDefect {
    /// The item's code.
    pub item_code: String,
    /// The limit that its users break: a sex, an age, or the days of the stay.
    pub limit: String,
    /// Persons who used it under the fund.
    pub users: u64,
    /// Of whom outside the limit.
    pub contrary: u64,
    /// In-scope amount of the uses outside, in fen.
    pub in_scope_fen: i64,
}

/// The limit of what is charged by the day.
const DAYS: &str = "days of the stay";
/// Days beyond the nights of a stay that are no breach under any reading: those of admission and discharge.
const SPARE_DAYS: i64 = 2;
/// Quantities are scaled by 10⁴.
const ONE: i64 = 10_000;

#[derive(Clone, Copy, Default)]
struct Use {
    users: u64,
    contrary: u64,
    in_scope: Fen,
}

/// Uses by item and limit.
type Uses = BTreeMap<(u32, String), Use>;

pub(super) fn find(delivery: Delivery<'_>) -> Vec<MappingDefect> {
    let claims = delivery.claims;
    let limited = limited_items(claims);
    let add = |uses, person| add_person(uses, claims.person(person), &limited);
    let uses = claims.par_persons().fold(Uses::new, add).reduce(Uses::new, merge);
    let is_defect = |(_, found): &(_, Use)| is_defect(*found, &delivery.settings.mapping);
    let mut defects: Vec<MappingDefect> =
        uses.into_iter().filter(is_defect).map(|((item, limit), found)| describe(claims, item, limit, found)).collect();
    defects.sort_by(|left, right| {
        right.in_scope_fen.cmp(&left.in_scope_fen).then_with(|| (&left.item_code, &left.limit).cmp(&(&right.item_code, &right.limit)))
    });
    defects
}

fn is_defect(found: Use, settings: &MappingSettings) -> bool {
    found.users >= u64::from(settings.min_users) && found.contrary * 100 >= u64::from(settings.contrary_percent) * found.users
}

fn describe(claims: &Claims, item: u32, limit: String, found: Use) -> MappingDefect {
    MappingDefect {
        item_code: claims.dictionary(Domain::Item).text(item).to_owned(),
        limit,
        users: found.users,
        contrary: found.contrary,
        in_scope_fen: found.in_scope.0,
    }
}

/// By item, whether any catalogue row limits it by sex or age.
fn limited_items(claims: &Claims) -> Vec<bool> {
    let is_limited = |row: CatalogueRow<'_>| row.sex_limit().is_some() || row.min_age().is_some() || row.max_age().is_some();
    let items = 0..claims.dictionary(Domain::Item).len() as u32;
    items.map(|item| claims.catalogue_rows(ItemId(item)).any(is_limited)).collect()
}

/// Adds a person, who counts once for each item and limit, as contrary if any use is.
fn add_person(mut uses: Uses, person: PersonView<'_>, limited: &[bool]) -> Uses {
    let mut own: BTreeMap<(u32, String), (bool, Fen)> = BTreeMap::new();
    let mut note = |key, is_broken: bool, in_scope: Fen| {
        let (contrary, sum) = own.entry(key).or_default();
        *contrary |= is_broken;
        *sum += if is_broken { in_scope } else { Fen::ZERO };
    };
    for claim in person.visits().flat_map(VisitView::insured_claims).filter(|claim| has_limited(*claim, limited) && !is_newborns(*claim)) {
        let Some(body) = body(claim) else { break };
        limited_uses(claim, body).for_each(|limited| {
            note((limited.line.item().0, limited.limit.words()), limited.is_broken, limited.line.in_scope());
        });
    }
    for stay in person.stays().filter(|stay| stay.stay().ended_at.is_some() && !stay.is_newborn()) {
        let allowed = (i64::from(stay.stay().nights()) + SPARE_DAYS) * ONE;
        by_day(stay).into_iter().for_each(|(item, (quantity, in_scope))| note((item, DAYS.to_owned()), quantity > allowed, in_scope));
    }
    for (key, (contrary, in_scope)) in own {
        let sum = uses.entry(key).or_default();
        sum.users += 1;
        sum.contrary += u64::from(contrary);
        sum.in_scope += in_scope;
    }
    uses
}

fn merge(mut earlier: Uses, later: Uses) -> Uses {
    for (key, found) in later {
        let sum = earlier.entry(key).or_default();
        sum.users += found.users;
        sum.contrary += found.contrary;
        sum.in_scope += found.in_scope;
    }
    earlier
}

fn has_limited(claim: ClaimView<'_>, limited: &[bool]) -> bool {
    claim.lines().any(|line| limited.get(line.item().index()) == Some(&true))
}

/// Beds and nursing of a stay that are charged by the day: quantity and in-scope amount by item.
fn by_day(stay: StayView<'_>) -> BTreeMap<u32, (i64, Fen)> {
    let mut items: BTreeMap<u32, (i64, Fen)> = BTreeMap::new();
    for line in stay.insured_claims().flat_map(ClaimView::lines).filter(|line| is_by_day(*line)) {
        let (quantity, in_scope) = items.entry(line.item().0).or_default();
        *quantity += line.row().quantity().map_or(0, |quantity| quantity.0);
        *in_scope += line.in_scope();
    }
    items
}

fn is_by_day(line: LineView<'_>) -> bool {
    let unit = line.charge_unit();
    let is_day = unit.contains(['日', '天']) || unit.eq_ignore_ascii_case("day");
    match line.category() {
        Some(Category::Bed) => is_day || unit.is_empty(),
        Some(Category::Nursing) => is_day,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_defect_takes_enough_users_and_nearly_all_of_them() {
        let judge = |users, contrary| is_defect(Use { users, contrary, in_scope: Fen::ZERO }, &MappingSettings::default());
        assert!(judge(20, 18) && judge(20, 20) && judge(1000, 900));
        assert!(!judge(19, 19) && !judge(20, 17) && !judge(1000, 899));
    }
}
