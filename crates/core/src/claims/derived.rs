//! The tables that reference queries read beside the canonical ones, as SQL.

/// What is derived from the canonical tables before detection, as SQL, in this order.
pub const DERIVED_SQL: &[(&str, &str)] = &[
    ("nets", include_str!("nets.sql")),
    ("visits", include_str!("visits.sql")),
    ("stays", include_str!("stays.sql")),
    ("takings", include_str!("takings.sql")),
    ("charges", include_str!("charges.sql")),
    ("net_days", include_str!("net_days.sql")),
];

/// The derived tables that a query needs, those included that they themselves need, in the order in which they can be made.
///
/// ```
/// let tables = claimsift::claims::derived_tables_of("select * from stays");
/// assert_eq!(tables, ["nets", "visits", "stays"]);
/// ```
pub fn derived_tables_of(sql: &str) -> Vec<&'static str> {
    let mut needed: Vec<&'static str> = Vec::new();
    for (table, own) in DERIVED_SQL.iter().rev() {
        let is_needed = reads(sql, table) || needed.iter().any(|other| query(other).is_some_and(|other| reads(other, table)));
        debug_assert!(!reads(own, table), "{table} reads itself");
        if is_needed {
            needed.insert(0, table);
        }
    }
    needed
}

fn query(table: &str) -> Option<&'static str> {
    DERIVED_SQL.iter().find(|(name, _)| *name == table).map(|(_, sql)| *sql)
}

fn reads(sql: &str, table: &str) -> bool {
    let mut code = sql.lines().filter(|line| !line.trim_start().starts_with("--"));
    code.any(|line| {
        let words: Vec<&str> = line.split_whitespace().collect();
        words.windows(2).any(|pair| matches!(pair[0], "from" | "join") && pair[1].trim_end_matches([',', ')', ';']) == table)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_that_others_need_come_first() {
        assert_eq!(derived_tables_of("with a as (\n  select 1 from net_days)"), ["nets", "visits", "takings", "charges", "net_days"]);
        assert_eq!(derived_tables_of("-- read from stays\nselect 1 from claims"), Vec::<&str>::new());
    }
}
