"""The canonical tables are whole, and the engine's visits and stays are those of the SQL."""

from __future__ import annotations

from typing import TYPE_CHECKING

import duckdb
import pytest
from canonical import TABLES

if TYPE_CHECKING:
    from pathlib import Path

    from command import Claimsift
    from conftest import County

DERIVED = {
    "visits": {
        "first_claim_id": "VARCHAR",
        "person_id": "VARCHAR",
        "provider_id": "VARCHAR",
        "visit_type": "VARCHAR",
        "started_at": "TIMESTAMP",
        "ended_at": "TIMESTAMP",
        "is_live": "BOOLEAN",
        "total_amount": "DECIMAL(18,2)",
        "claims": "BIGINT",
    },
    "stays": {
        "first_claim_id": "VARCHAR",
        "person_id": "VARCHAR",
        "provider_id": "VARCHAR",
        "started_at": "TIMESTAMP",
        "ended_at": "TIMESTAMP",
        "closed_on": "DATE",
        "nights": "BIGINT",
        "visits": "BIGINT",
        "claims": "BIGINT",
        "total_amount": "DECIMAL(18,2)",
        "fund_loss": "DECIMAL(18,2)",
        "in_scope_amount": "DECIMAL(18,2)",
        "is_insured": "BOOLEAN",
    },
}
NAMES = ["seed-1", "seed-2", "seed-3", "rough", "golden"]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("derived", DERIVED)
def test_derived_tables_are_those_of_the_sql(counties: dict[str, County], name: str, derived: str) -> None:
    if name not in counties:
        pytest.skip("no golden set")
    county = counties[name]
    columns = ", ".join(DERIVED[derived])
    by_sql = f"select {columns} from {derived}"
    by_engine = f"select {columns} from '{county.tables / derived}.parquet'"
    query = county.warehouse.connection.execute
    assert query(f"select count(*) > 0 from ({by_sql})").fetchone() == (True,)
    assert query(f"({by_sql}) except all ({by_engine}) order by all limit 5").fetchall() == []
    assert query(f"({by_engine}) except all ({by_sql}) order by all limit 5").fetchall() == []


@pytest.mark.parametrize("derived", DERIVED)
def test_derived_tables_have_their_columns(county: County, derived: str) -> None:
    assert described(county.tables / f"{derived}.parquet") == DERIVED[derived]


@pytest.mark.parametrize("table", TABLES)
def test_canonical_tables_have_every_column(county: County, table: str) -> None:
    expected = {column: kind.upper().replace(" ", "") for column, kind in TABLES[table].items()}
    written = described(county.tables / f"{table}.parquet")
    assert list(written) == list(expected)
    assert written == expected


def test_every_claim_has_one_visit(county: County) -> None:
    query = county.warehouse.connection.execute
    assert query("select sum(claims) from visits").fetchone() == query("select count(*) from claims").fetchone()
    assert (
        query("select claim_id from nets order by all").fetchall()
        == query("select claim_id from claims order by all").fetchall()
    )


def test_canonical_tables_are_input_again(claimsift: Claimsift, county: County, tmp_path: Path) -> None:
    claimsift.succeed("tables", county.tables, "--out", tmp_path / "again", "--knowledge", "none")
    for table in TABLES:
        again, once = tmp_path / "again" / f"{table}.parquet", county.tables / f"{table}.parquet"
        query = f"from '{again}' except all from '{once}' limit 5"
        assert duckdb.execute(query).fetchall() == []
        assert described(again) == described(once)


def described(path: Path) -> dict[str, str]:
    """Column names and types of a Parquet file, as DuckDB names them."""
    rows = duckdb.execute(f"describe from '{path}'").fetchall()
    return {name: kind for name, kind, *_ in rows}
