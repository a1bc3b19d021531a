//! Stores by codes of their own: what each holds, takes in and gives out, and how its codes and units are to be read.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::Result;

use super::fields;
use crate::export::amounts::price;
use crate::export::records::{Record, Table, Texts};
use crate::export::sheet::{Cell, Codes, From, Row, Sheet, item, own, provider};

/// Every item of every store, made from its book.
pub(super) const ITEMS: &str = "store_items";
/// Each count at the beginning of a book with one at its end.
pub(super) const BALANCES: &str = "store_balances";

/// The unit of a pack; that of a single piece is the item's own.
const PACK: &str = "件";

const TAKEN_IN: &[&str] = &["purchase", "made", "transfer_in", "sale_return"];
/// To whom goods went.
const GIVEN_OUT: Codes =
    &[("sale", "药房"), ("internal_use", "科室领用"), ("loss", "报损"), ("transfer_out", "院区调拨"), ("purchase_return", "退货供应商")];

#[derive(Default)]
struct Book {
    pack: Option<String>,
    openings: Vec<Count>,
    closings: Vec<Count>,
}

struct Count {
    on: String,
    quantity: String,
    price: Option<String>,
}

/// The tables that the inspection list asks for and no movement is a row of.
pub(super) fn derive(folder: &Path) -> Result<Vec<(&'static str, Texts)>> {
    let mut books: BTreeMap<(String, String), Book> = BTreeMap::new();
    for texts in Table::open(folder, "stock")? {
        for movement in texts?.records() {
            let key = (movement.text("provider_id").to_owned(), movement.text("item_code").to_owned());
            books.entry(key).or_default().add(movement);
        }
    }
    Ok(vec![(ITEMS, items(&books)), (BALANCES, balances(&books))])
}

impl Book {
    fn add(&mut self, movement: Record<'_>) {
        if self.pack.is_none() {
            self.pack = movement.get("units_per_pack").map(str::to_owned);
        }
        let counts = match movement.text("movement") {
            "opening" => &mut self.openings,
            "closing" => &mut self.closings,
            _ => return,
        };
        let quantity = movement.text("quantity").to_owned();
        counts.push(Count {
            on: movement.text("moved_on").to_owned(),
            price: movement.get("amount").and_then(|amount| price(amount, &quantity)),
            quantity,
        });
    }
}

fn items(books: &BTreeMap<(String, String), Book>) -> Texts {
    let text = |value: &String| Some(value.clone());
    Texts::of(vec![
        ("provider_id", books.keys().map(|(provider, _)| text(provider)).collect()),
        ("item_code", books.keys().map(|(_, item)| text(item)).collect()),
        ("units_per_pack", books.values().map(|book| book.pack.clone()).collect()),
    ])
}

fn balances(books: &BTreeMap<(String, String), Book>) -> Texts {
    let rows = books.iter().flat_map(|((provider, item), book)| {
        (0..book.openings.len().max(book.closings.len())).map(move |at| (provider, item, book.openings.get(at), book.closings.get(at)))
    });
    let rows: Vec<_> = rows.collect();
    let opening = |read: fn(&Count) -> Option<String>| rows.iter().map(|row| row.2.and_then(read)).collect();
    let closing = |read: fn(&Count) -> Option<String>| rows.iter().map(|row| row.3.and_then(read)).collect();
    Texts::of(vec![
        ("provider_id", rows.iter().map(|row| Some(row.0.clone())).collect()),
        ("item_code", rows.iter().map(|row| Some(row.1.clone())).collect()),
        ("opening_on", opening(|count| Some(count.on.clone()))),
        ("opening", opening(|count| Some(count.quantity.clone()))),
        ("opening_price", opening(|count| count.price.clone())),
        ("closing_on", closing(|count| Some(count.on.clone()))),
        ("closing", closing(|count| Some(count.quantity.clone()))),
        ("closing_price", closing(|count| count.price.clone())),
    ])
}

pub(super) fn sheets() -> Vec<Sheet> {
    vec![mapping(), held(), taken_in(), given_out(), units()]
}

/// What every table says of provider and item.
fn common() -> Vec<(&'static str, Cell)> {
    vec![
        ("HOSPITAL_ID", own("provider_id")),
        ("HOSPITAL_NAME", provider("name")),
        ("ITEM_ID_STORE", Cell::Made(store_code)),
        ("ITEM_NAME_STORE", item("item_name")),
    ]
}

/// The store where goods come in and go out, by packs where they have them.
fn central() -> Vec<(&'static str, Cell)> {
    vec![("INVENTORY_NAME", Cell::Fixed("中心库")), ("INVENTORY_LEVEL", Cell::Fixed("一级库"))]
}

/// The store where goods are counted, by the units that are charged.
fn dispensary() -> Vec<(&'static str, Cell)> {
    vec![("INVENTORY_NAME", Cell::Fixed("门诊药房")), ("INVENTORY_LEVEL", Cell::Fixed("二级库"))]
}

/// What tables of movements say of the goods.
fn goods() -> Vec<(&'static str, Cell)> {
    vec![("SPEC", item("spec")), ("MIN_PRCUNT", item("unit")), ("HIGHVAL_MCS_FLAG", Cell::Fixed("0"))]
}

fn store_code(row: &Row<'_>, text: &mut String) {
    text.push_str("WZ");
    text.push_str(row.text(From::Own, "item_code"));
}

fn mapping() -> Sheet {
    let filled = vec![
        ("ITEM_ID", own("item_code")),
        ("ITEM_NAME", item("item_name")),
        ("ITEM_ID_HOSP", own("item_code")),
        ("ITEM_NAME_HOSP", item("item_name")),
        ("SELF_PAY_FLAG", Cell::Fixed("0")),
        ("NO_CHARGE_FLAG", Cell::Fixed("1")),
    ];
    Sheet::official("HIS_VS_YB_STORE_MAPPING", ITEMS, fields::STORE_ITEMS, &[common(), filled].concat())
}

fn units() -> Sheet {
    let filled = vec![
        ("STORAGEHOUSE_UNIT", Cell::Made(pack_unit)),
        ("STORAGEHOUSE_CONVERT", Cell::Made(ratio)),
        ("OUTPATIENT_UNIT", item("unit")),
        ("OUTPATIENT_CONVERT", Cell::Fixed("1")),
        ("INPATIENT_UNIT", item("unit")),
        ("INPATIENT_CONVERT", Cell::Fixed("1")),
    ];
    Sheet::official("CONVERT_UNIT", ITEMS, fields::UNITS, &[common(), filled].concat())
}

/// The unit that a quantity counts: a pack where it has a ratio.
fn pack_unit(row: &Row<'_>, text: &mut String) {
    let is_pack = !row.text(From::Own, "units_per_pack").is_empty();
    text.push_str(if is_pack { PACK } else { row.text(From::Item, "unit") });
}

fn ratio(row: &Row<'_>, text: &mut String) {
    let pack = row.text(From::Own, "units_per_pack");
    text.push_str(if pack.is_empty() { "1" } else { pack.trim_end_matches('0').trim_end_matches('.') });
}

fn held() -> Sheet {
    let filled = vec![
        ("OPENING_DATE", own("opening_on")),
        ("OPENING_PRICE", own("opening_price")),
        ("OPENING_BALANCE", own("opening")),
        ("CLOSING_DATE", own("closing_on")),
        ("CLOSING_PRICE", own("closing_price")),
        ("CLOSING_BALANCE", own("closing")),
        ("PROD_CONVRAT", Cell::Fixed("1")),
    ];
    Sheet::official("HIS_VS_YB_STORE", BALANCES, fields::STORE_BALANCES, &[common(), dispensary(), goods(), filled].concat())
}

fn unit_price(row: &Row<'_>, text: &mut String) {
    text.extend(price(row.text(From::Own, "amount"), row.text(From::Own, "quantity")));
}

fn taken_in() -> Sheet {
    let filled = vec![
        ("STORE_CODE", Cell::Numbered("RK", 10)),
        ("STORE_DATE", own("moved_on")),
        ("UNT", Cell::Made(pack_unit)),
        ("IMPORT_PRIC", Cell::Made(unit_price)),
        ("IMPORT_CNT", own("quantity")),
        ("PROD_CONVRAT", Cell::Made(ratio)),
    ];
    Sheet::official("HIS_VS_YB_INVENTORY", "stock", fields::RECEIPTS, &[common(), central(), goods(), filled].concat())
        .keeping(|row| TAKEN_IN.iter().any(|movement| row.is(From::Own, "movement", movement)))
}

fn given_out() -> Sheet {
    let filled = vec![
        ("DEL_CODE", Cell::Numbered("CK", 10)),
        ("DEL_DATE", own("moved_on")),
        ("UNT", Cell::Made(pack_unit)),
        ("EX_CNT", own("quantity")),
        ("EX_PRICE", Cell::Made(unit_price)),
        ("DELIVER_OBJECT", Cell::Coded(From::Own, "movement", GIVEN_OUT)),
        ("PROD_CONVRAT", Cell::Made(ratio)),
    ];
    Sheet::official("HIS_VS_YB_DELIVER", "stock", fields::DELIVERIES, &[common(), central(), goods(), filled].concat())
        .keeping(|row| GIVEN_OUT.iter().any(|(movement, _)| row.is(From::Own, "movement", movement)))
}
