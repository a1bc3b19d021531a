//! What there is to read: tables, views and their columns.

use super::column::{Cell, SourceColumn};
use super::connection::{Connection, quoted};
use std::collections::HashMap;

/// Blocks of a part: some hundred thousand rows, so that connecting and planning cost little and the last parts end together.
const PART_BLOCKS: i64 = 4096;
/// The first version that scans a range of rows without reading all others.
const RANGE_SCANS: i32 = 140_000;

/// Tables and views in byte order of their names; partitions and other children are read with their parent, and results of our own not at
/// all.
const RELATIONS: &str = r#"
    SELECT c.oid, n.nspname::text, c.relname::text, c.relkind::text, c.reltuples::float8, c.relhassubclass,
        CASE WHEN c.relkind IN ('r', 'm') THEN pg_relation_size(c.oid) ELSE 0 END AS bytes,
        has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, 'SELECT') AS is_open
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND c.relname NOT LIKE 'claimsift\_%'
        AND NOT EXISTS (SELECT FROM pg_inherits i WHERE i.inhrelid = c.oid)
        AND CASE WHEN $1::text IS NULL THEN pg_table_is_visible(c.oid) AND n.nspname !~ '^(pg_|information_schema$)'
                 ELSE n.nspname = $1 END
    ORDER BY c.relname COLLATE "C""#;

/// Columns in their order; a domain counts as what it is based on.
const COLUMNS: &str = "
    SELECT a.attrelid, a.attname::text, coalesce(b.oid, t.oid), coalesce(b.typtype, t.typtype)::text,
        coalesce(b.typcategory, t.typcategory)::text
    FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid LEFT JOIN pg_type b ON t.typtype = 'd' AND b.oid = t.typbasetype
    WHERE a.attrelid = ANY($1) AND a.attnum > 0 AND NOT a.attisdropped
    ORDER BY a.attrelid, a.attnum";

/// The leaves of partitioned tables, in the order in which they are read.
const LEAVES: &str = r#"
    SELECT p.root, n.nspname::text, c.relname::text, c.relkind::text, pg_relation_size(c.oid), c.reltuples::float8,
        has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, 'SELECT')
    FROM (SELECT root, (pg_partition_tree(root::regclass)).* FROM unnest($1::oid[]) AS root) p
    JOIN pg_class c ON c.oid = p.relid JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE p.isleaf AND c.oid <> p.root
    ORDER BY n.nspname COLLATE "C", c.relname COLLATE "C""#;

/// A table or view.
pub(super) struct Relation {
    pub(super) name: String,
    pub(super) columns: Vec<SourceColumn>,
    /// The database's estimate.
    pub(super) rows: Option<u64>,
    pub(super) parts: Vec<Part>,
    bytes: i64,
}

/// Rows that are read in one go.
pub(super) struct Part {
    /// The relation in quotes, with what limits it.
    pub(super) from: String,
}

pub(super) struct Found {
    pub(super) relations: Vec<Relation>,
    /// Names of those that may not be read.
    pub(super) closed: Vec<String>,
    pub(super) schema_is_missing: bool,
}

impl Relation {
    pub(super) fn bytes(&self) -> u64 {
        self.bytes.unsigned_abs()
    }
}

/// A relation as the first query gives it.
struct Listed {
    oid: u32,
    schema: String,
    name: String,
    kind: String,
    rows: f64,
    has_children: bool,
    bytes: i64,
    is_open: bool,
}

/// A leaf of a partitioned table.
struct Leaf {
    schema: String,
    name: String,
    kind: String,
    bytes: i64,
    rows: f64,
    is_open: bool,
}

/// What the server can do.
struct Abilities {
    block: i64,
    scans_ranges: bool,
}

pub(super) fn list(connection: &Connection, schema: Option<&str>) -> Result<Found, String> {
    let schema_is_missing =
        schema.is_some() && connection.rows("SELECT FROM pg_namespace WHERE nspname = $1::text", &[&schema])?.is_empty();
    let (open, closed): (Vec<Listed>, Vec<Listed>) = listed(connection, schema)?.into_iter().partition(|listed| listed.is_open);
    let closed = closed.into_iter().map(|listed| listed.name).collect();
    let abilities = abilities(connection)?;
    let oids: Vec<u32> = open.iter().map(|listed| listed.oid).collect();
    let mut columns = columns(connection, &oids)?;
    let roots: Vec<u32> = open.iter().filter(|listed| listed.kind == "p").map(|listed| listed.oid).collect();
    let mut leaves = leaves(connection, &roots)?;
    let relation = |listed: Listed| {
        let columns = columns.remove(&listed.oid).unwrap_or_default();
        let leaves = leaves.remove(&listed.oid).unwrap_or_default();
        listed.into_relation(columns, &leaves, &abilities)
    };
    Ok(Found { relations: open.into_iter().map(relation).collect(), closed, schema_is_missing })
}

fn listed(connection: &Connection, schema: Option<&str>) -> Result<Vec<Listed>, String> {
    let rows = connection.rows(RELATIONS, &[&schema])?;
    Ok(rows
        .iter()
        .map(|row| Listed {
            oid: row.get(0),
            schema: row.get(1),
            name: row.get(2),
            kind: row.get(3),
            rows: row.get(4),
            has_children: row.get(5),
            bytes: row.get(6),
            is_open: row.get(7),
        })
        .collect())
}

fn abilities(connection: &Connection) -> Result<Abilities, String> {
    let query = "SELECT current_setting('block_size')::int8, current_setting('server_version_num')::int4";
    let rows = connection.rows(query, &[])?;
    let row = rows.first().ok_or("the server does not tell its version")?;
    let version: i32 = row.get(1);
    Ok(Abilities { block: row.get(0), scans_ranges: version >= RANGE_SCANS })
}

fn columns(connection: &Connection, oids: &[u32]) -> Result<HashMap<u32, Vec<SourceColumn>>, String> {
    let mut columns: HashMap<u32, Vec<SourceColumn>> = HashMap::new();
    for row in connection.rows(COLUMNS, &[&oids])? {
        let (name, oid, kind, category): (String, u32, String, String) = (row.get(1), row.get(2), row.get(3), row.get(4));
        columns.entry(row.get(0)).or_default().push(SourceColumn { name, cell: Cell::of(oid, &kind, &category) });
    }
    Ok(columns)
}

fn leaves(connection: &Connection, roots: &[u32]) -> Result<HashMap<u32, Vec<Leaf>>, String> {
    let mut leaves: HashMap<u32, Vec<Leaf>> = HashMap::new();
    if roots.is_empty() {
        return Ok(leaves);
    }
    for row in connection.rows(LEAVES, &[&roots])? {
        let leaf =
            Leaf { schema: row.get(1), name: row.get(2), kind: row.get(3), bytes: row.get(4), rows: row.get(5), is_open: row.get(6) };
        leaves.entry(row.get(0)).or_default().push(leaf);
    }
    Ok(leaves)
}

impl Listed {
    fn into_relation(self, columns: Vec<SourceColumn>, leaves: &[Leaf], abilities: &Abilities) -> Relation {
        let whole = format!("{}.{}", quoted(&self.schema), quoted(&self.name));
        // A leaf may be closed to who may read the parent.
        let by_leaf = self.kind == "p" && leaves.iter().all(|leaf| leaf.is_open);
        let parts = if by_leaf {
            leaves.iter().flat_map(|leaf| leaf.parts(abilities)).collect()
        } else {
            let is_heap = matches!(self.kind.as_str(), "r" | "m") && !self.has_children;
            parts_of(&whole, self.bytes, is_heap, abilities)
        };
        let leaf_rows = leaves.iter().map(|leaf| leaf.rows).sum();
        let rows = if by_leaf { leaf_rows } else { self.rows };
        let bytes = if by_leaf { leaves.iter().map(|leaf| leaf.bytes).sum() } else { self.bytes };
        // A table that was never analysed counts −1.
        let rows = (rows > 0.0).then_some(rows as u64);
        Relation { name: self.name, columns, rows, parts, bytes }
    }
}

impl Leaf {
    fn parts(&self, abilities: &Abilities) -> Vec<Part> {
        let name = format!("{}.{}", quoted(&self.schema), quoted(&self.name));
        parts_of(&name, self.bytes, self.kind == "r", abilities)
    }
}

/// Ranges of blocks. The last one is open, so that no row is left out whatever the size was.
fn parts_of(from: &str, bytes: i64, is_heap: bool, abilities: &Abilities) -> Vec<Part> {
    let blocks = bytes / abilities.block.max(1);
    if !is_heap || !abilities.scans_ranges || blocks <= PART_BLOCKS {
        return vec![Part { from: from.to_owned() }];
    }
    let range = |first: i64| {
        let end = first + PART_BLOCKS;
        let until = if end < blocks { format!(" AND ctid < '({end},0)'") } else { String::new() };
        Part { from: format!("{from} WHERE ctid >= '({first},0)'{until}") }
    };
    (0..blocks).step_by(PART_BLOCKS as usize).map(range).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_leave_no_block_out() {
        let abilities = Abilities { block: 8192, scans_ranges: true };
        let parts = |blocks: i64| parts_of("t", blocks * 8192, true, &abilities).into_iter().map(|part| part.from).collect::<Vec<_>>();
        assert_eq!(parts(PART_BLOCKS), ["t"]);
        assert_eq!(parts(PART_BLOCKS + 1), ["t WHERE ctid >= '(0,0)' AND ctid < '(4096,0)'", "t WHERE ctid >= '(4096,0)'"]);
        assert_eq!(parts(2 * PART_BLOCKS).len(), 2);
        assert_eq!(parts_of("v", 1 << 40, false, &abilities).len(), 1);
    }
}
