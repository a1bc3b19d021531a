//! Stock in units that are not those of the bills.

use crate::support::{folder, message, read, rows};
use claimsift_io::{Input, Layout, LayoutChoice};

const BOOK: &str = r#"
[units.store]
unit = "Unit"
place = "Store"
charged = { lookup = "fees", by = "Code", key = "Code", take = "Unit", all = true }
items = { lookup = "codes", by = "Code", take = "Item", all = true }
ratios = [
    { unit = { value = "tablet" }, holds = { value = 1 } },
    { unit = { value = "box" }, holds = "InBox", at = ["main"] },
]

[[rule]]
table = "stock"
file = ["moves"]
[rule.columns]
provider_id = { value = "H1" }
item_code = { lookup = "codes", by = "Code", take = "Item", all = true, split = "|" }
movement = { from = "To", codes = { "*supplier*" = "purchase_return", "*" = "sale" } }
moved_on = "Day"
quantity = "Count"
units_per_pack = { units = "store", of = "Count", bound = "pack" }
least_units = { units = "store", of = "Count", bound = "least" }
most_units = { units = "store", of = "Count", bound = "most" }
voucher_no = { from = "Slip", before = "/" }

[[rule]]
table = "catalogue"
file = ["fees", "codes"]
columns = { item_code = "Code" }
"#;

const CODES: &str = "Code,Item\nA,X\nB,X\nB,Y\nB,X\n";
const FEES: &str = "Code,Unit\nA,tablet\nB,tablet\n";

const WANTED: [&str; 7] = ["item_code", "movement", "quantity", "units_per_pack", "least_units", "most_units", "voucher_no"];

#[test]
fn quantities_are_counted_in_the_units_of_bills() {
    let moves = "Code,Unit,Store,InBox,To,Day,Count,Slip\n\
        A,box,,24,ward,2024-01-01,2,N1/7\n\
        A,,main store,24,the supplier,2024-01-02,2,N2\n\
        A,,,24,ward,2024-01-03,2,\n\
        B,box,,24,ward,2024-01-04,-2,/7\n\
        C,box,,24,ward,2024-01-05,2,\n\
        A,box,,24,ward,2024-01-06,two,\n";
    let folder = folder(&[
        ("book.toml", BOOK.as_bytes()),
        ("moves.csv", moves.as_bytes()),
        ("codes.csv", CODES.as_bytes()),
        ("fees.csv", FEES.as_bytes()),
    ]);
    let input = Input::open(folder.path(), &LayoutChoice::File(folder.path().join("book.toml"))).expect("an input");
    let chunks = read(&input, "stock", &WANTED).expect("rows");
    assert_eq!(
        rows(&chunks, &WANTED),
        [
            "moves.csv 1: X|sale|2|24.0000|48.0000|48.0000|N1",
            "moves.csv 2: X|purchase_return|2|24.0000|48.0000|48.0000|N2",
            "moves.csv 3: X|sale|2|24.0000|2.0000|48.0000|null",
            "moves.csv 4: X|sale|-2|24.0000|-48.0000|0.0000|null",
            "moves.csv 4: Y|sale|-2|24.0000|-48.0000|0.0000|null",
            "moves.csv 6: X|sale|two|null|null|null|null",
        ]
    );
}

#[test]
fn mistakes_in_units_are_named_together() {
    let wrong = BOOK
        .replace("bound = \"pack\"", "bound = \"box\"")
        .replace("least_units = { units = \"store\"", "least_units = { units = \"shop\"");
    let problems = message(Layout::parse("book", &wrong).map(|_| ()));
    assert!(problems.contains("needs a `bound` that is \"least\", \"most\" or \"pack\""), "{problems}");
    assert!(problems.contains("speaks of the units `shop`, which are not there: add [units.shop]"), "{problems}");
    let wrong =
        BOOK.replace("holds = \"InBox\", at", "holds = \"InBox\", on").replace("of = \"Count\", bound = \"most\"", "bound = \"most\"");
    let problems = message(Layout::parse("book", &wrong).map(|_| ()));
    assert!(problems.contains("has a ratio with an unknown field `on`; known are unit, holds, at"), "{problems}");
    assert!(problems.contains("needs the header of the quantity as `of` beside `units`"), "{problems}");
}
