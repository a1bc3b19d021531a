//! The stock interface: counts (3501), changes (3502), purchases (3503), returns to suppliers (3504), sales (3505) and returns of sales
//! (3506). All quantities are in units, none in packs.

use super::codes::STOCK_CHANGE;
use crate::export::amounts::{price, product};
use crate::export::sheet::{Cell, From, Row, Sheet, item, own};

pub(super) fn sheets() -> Vec<Sheet> {
    vec![counts(), changes(), purchases(), returns_to_supplier(), sales(), returned_sales()]
}

fn sheet(name: &str, filled: Vec<(&'static str, Cell)>) -> Sheet {
    let common = vec![
        ("fixmedins_code", own("provider_id")),
        ("med_list_codg", own("item_code")),
        ("fixmedins_hilist_id", own("item_code")),
        ("fixmedins_hilist_name", item("item_name")),
    ];
    Sheet::short(name, "stock", &[common, filled].concat())
}

fn units() -> Cell {
    Cell::Made(|row, text| {
        let (quantity, pack) = (row.text(From::Own, "quantity"), row.text(From::Own, "units_per_pack"));
        match product(quantity, pack) {
            Some(units) => text.push_str(&units),
            None => text.push_str(quantity),
        }
    })
}

fn unit_price() -> Cell {
    Cell::Made(|row, text| {
        let (quantity, pack) = (row.text(From::Own, "quantity"), row.text(From::Own, "units_per_pack"));
        let units = product(quantity, pack).unwrap_or_else(|| quantity.to_owned());
        text.extend(price(row.text(From::Own, "amount"), &units));
    })
}

fn moves(row: &Row<'_>, movement: &str) -> bool {
    row.is(From::Own, "movement", movement)
}

fn counts() -> Sheet {
    let filled = vec![
        ("invdate", own("moved_on")),
        ("inv_cnt", units()),
        ("memo", Cell::Coded(From::Own, "movement", &[("opening", "期初盘存"), ("closing", "期末盘存")])),
    ];
    sheet("3501", filled).keeping(|row| moves(row, "opening") || moves(row, "closing"))
}

fn changes() -> Sheet {
    let filled = vec![
        ("inv_chg_type", Cell::Coded(From::Own, "movement", STOCK_CHANGE)),
        ("pric", unit_price()),
        ("cnt", units()),
        ("inv_chg_time", own("moved_on")),
        ("trdn_flag", Cell::Fixed("1")),
    ];
    sheet("3502", filled).keeping(|row| STOCK_CHANGE.iter().any(|(movement, _)| moves(row, movement)))
}

fn purchases() -> Sheet {
    sheet("3503", of_purchase()).keeping(|row| moves(row, "purchase"))
}

fn returns_to_supplier() -> Sheet {
    sheet("3504", [of_purchase(), vec![("medins_prod_purc_no", Cell::Empty)]].concat()).keeping(|row| moves(row, "purchase_return"))
}

fn of_purchase() -> Vec<(&'static str, Cell)> {
    vec![
        ("dynt_no", Cell::Numbered("R", 10)),
        ("finl_trns_pric", unit_price()),
        ("purc_retn_cnt", units()),
        ("purc_retn_stoin_time", own("moved_on")),
        ("prod_geay_flag", Cell::Fixed("0")),
    ]
}

fn sales() -> Sheet {
    sheet("3505", of_sale()).keeping(|row| moves(row, "sale"))
}

fn returned_sales() -> Sheet {
    sheet("3506", [of_sale(), vec![("medins_prod_sel_no", Cell::Empty)]].concat()).keeping(|row| moves(row, "sale_return"))
}

fn of_sale() -> Vec<(&'static str, Cell)> {
    vec![("trdn_flag", Cell::Fixed("1")), ("finl_trns_pric", unit_price()), ("sel_retn_cnt", units()), ("sel_retn_time", own("moved_on"))]
}
