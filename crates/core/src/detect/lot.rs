//! Goods billed over a period, with one amount spread over their lines.

use crate::claims::{ClaimView, Claims, STOCKED_SQL, Shelf};
use crate::tables::value::{Date, Domain, Fen};

/// The lines of insured claims that sell some items of some providers over a period. What is asked is spread over them by their in-scope amounts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lot {
    /// Item codes.
    pub items: Vec<String>,
    /// Provider ids.
    pub providers: Vec<String>,
    /// The first and last day on which they were charged.
    pub days: (Date, Date),
    /// In-scope amount asked of all lines together.
    pub asked: Fen,
}

const ITEMS: &str = "item_code in (";
const PROVIDERS: &str = "provider_id in (";
const FROM: &str = "between date ";
const TO: &str = " and date ";

impl Lot {
    /// Its lines with what is asked of each, in the order of day, in-scope amount and claim. Shares are rounded down over the running sum, so that
    /// they add up to what is asked.
    pub(crate) fn lines(&self, data: &Claims) -> Vec<(usize, Fen)> {
        let keys =
            |domain: Domain, names: &[String]| -> Vec<u32> { names.iter().filter_map(|name| data.dictionary(domain).find(name)).collect() };
        let items = keys(Domain::Item, &self.items);
        let mut lines = Vec::new();
        let mut goods = Shelf::new(data);
        for provider in keys(Domain::Provider, &self.providers) {
            let counted = |claim: &ClaimView<'_>| claim.is_scored();
            for claim in data.provider(crate::tables::value::ProviderId(provider)).claims().filter(counted) {
                goods.each(claim, |line| {
                    let day = line.charged_on();
                    if items.contains(&line.item().0) && (self.days.0..=self.days.1).contains(&day) && line.sells_in_scope() {
                        lines.push((day, line.in_scope(), claim.name(), line.index()));
                    }
                });
            }
        }
        lines.sort_unstable();
        let whole: i128 = lines.iter().map(|(_, in_scope, ..)| i128::from(in_scope.0)).sum();
        let mut so_far = 0;
        let up_to = |sum: i128| (i128::from(self.asked.0) * sum).checked_div(whole).unwrap_or(0) as i64;
        let share = |(_, in_scope, _, line): (Date, Fen, &str, usize)| {
            let before = up_to(so_far);
            so_far += i128::from(in_scope.0);
            (line, Fen(up_to(so_far) - before))
        };
        lines.into_iter().map(share).collect()
    }

    /// The condition that selects its lines in SQL.
    pub(crate) fn filter(&self) -> String {
        let (items, providers) = (quoted(&self.items), quoted(&self.providers));
        let (first, last) = self.days;
        format!(
            "{ITEMS}{items}) and claim_id in (select claim_id from nets where is_live and is_insured and {PROVIDERS}{providers})) and \
             coalesce(cast(charged_at as date), (select cast(started_at as date) from nets where nets.claim_id = lines.claim_id)) \
             {FROM}'{first}'{TO}'{last}' and coalesce(in_scope_amount, amount) > 0 and quantity > 0 and reverses_line_id is null and {STOCKED_SQL}"
        )
    }

    /// Reads the condition back.
    pub(crate) fn read(filter: &str, asked: Fen) -> Option<Self> {
        let day = |after: &str| texts(after).into_iter().next()?.parse::<Date>().ok();
        let after = |word: &str| filter.split_once(word).map(|(_, rest)| rest);
        let from = after(FROM)?;
        Some(Self {
            items: texts(after(ITEMS)?),
            providers: texts(after(PROVIDERS)?),
            days: (day(from)?, day(from.split_once(TO)?.1)?),
            asked,
        })
    }
}

fn quoted(names: &[String]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("'{}'", name.replace('\'', "''"))).collect();
    quoted.join(", ")
}

/// The quoted texts, parted by commas, with which a condition goes on.
fn texts(mut rest: &str) -> Vec<String> {
    let mut texts = Vec::new();
    while let Some(open) = rest.strip_prefix('\'') {
        let mut end = 0;
        while let Some(quote) = open[end..].find('\'') {
            end += quote;
            if !open[end + 1..].starts_with('\'') {
                break;
            }
            end += 2;
        }
        texts.push(open[..end].replace("''", "'"));
        let Some(next) = open.get(end + 1..).and_then(|rest| rest.strip_prefix(", ")) else { break };
        rest = next;
    }
    texts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_gives_its_lot_back() {
        let day = |day: i32| Date(20_000 + day);
        let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        let lot = Lot { items: names(&["A", "B'C", "D, E"]), providers: names(&["H'1"]), days: (day(0), day(30)), asked: Fen(12_345) };
        assert_eq!(Lot::read(&lot.filter(), lot.asked), Some(lot));
        assert_eq!(Lot::read("amount > 0", Fen(1)), None);
    }
}
