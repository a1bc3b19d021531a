"""Rows at risk that are too many to list stand as one condition, which selects them from the canonical tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

import duckdb
from by_hand import Case, Table
from reference import Warehouse
from test_screen_by_hand import write_tables

if TYPE_CHECKING:
    from pathlib import Path

    from command import Claimsift

ROWS = 1500


def test_the_condition_selects_the_rows_it_counts(claimsift: Claimsift, tmp_path: Path) -> None:
    folder = write_tables(goods_in_many_lines(), tmp_path / "data")
    out = claimsift.screen(folder, tmp_path / "out", "--select", "S04")
    claimsift.succeed("tables", folder, "--out", tmp_path / "tables")
    warehouse = Warehouse.of_folder(tmp_path / "tables")
    stored = duckdb.execute(f"select filter, rows, sum from '{out}/evidence.parquet'").fetchall()
    assert len(stored) == 1
    condition, rows, total = stored[0]
    assert 1000 < rows < ROWS
    query = f"select count(*), sum(amount) from lines where {condition}"
    assert warehouse.connection.execute(query).fetchall() == [(rows, total)]


def goods_in_many_lines() -> Case:
    """One store with two providers and two codes of a family; some lines do not count."""
    days = ["2025-01-10", "2025-03-20"]
    claims = [[f"C{n}", f"H'{n % 2}", days[n % 2], days[n % 2], str(n % 50 != 0).lower()] for n in range(ROWS)]
    lines: list[list[str | None]] = [
        [
            f"C{n}",
            "XY"[n % 2],
            None if n % 11 == 0 else "western_drug",
            "液氧" if n % 19 == 0 else "药",
            str(n % 17 == 0).lower(),
        ]
        for n in range(ROWS)
    ]
    return Case(
        "S04",
        "many lines",
        {
            "claims": Table(
                ["claim_id", "provider_id", "started_at", "ended_at", "is_insured"], [list(row) for row in claims]
            ),
            "lines": Table(["claim_id", "item_code", "category", "item_name", "is_negotiated"], lines),
            "providers": Table(["provider_id", "stock_unit"], [["H'0", "U"], ["H'1", "U"]]),
            "catalogue": Table(["item_code", "family", "category"], [["X", "F", "consumable"], ["Y", "F", None]]),
            "stock": Table(
                ["provider_id", "item_code", "movement", "moved_on", "quantity"],
                [["H'0", "X", "opening", "2025-01-01", "10"], ["H'0", "X", "closing", "2025-03-31", "0"]],
            ),
        },
    )
