"""The command gives what a person reckons by hand: the cases of `by_hand/`, written to Parquet and screened."""

from __future__ import annotations

from typing import TYPE_CHECKING

import duckdb
import pytest
from by_hand import Case, cases, load, sorted_rows
from canonical import TABLES
from command import Claimsift, write_config
from test_derived import DERIVED
from test_reference_sql import read_findings

if TYPE_CHECKING:
    from pathlib import Path

CASES = cases()


@pytest.mark.parametrize("case", [case for case in CASES if "findings" in case.tables], ids=lambda case: case.name)
def test_findings(claimsift: Claimsift, case: Case, tmp_path: Path) -> None:
    folder = write_tables(case, tmp_path / "data")
    config = write_config(tmp_path / "settings.toml", {case.subject: case.settings})
    options = ["--select", case.subject, "--config", config, *as_of(case)]
    out = claimsift.screen(folder, tmp_path / "out", *options)
    assert sorted_rows(read_findings(out, case.subject)) == case.expected("findings")


@pytest.mark.parametrize("derived", DERIVED)
@pytest.mark.parametrize("case", [case for case in CASES if case.subject == "visits"], ids=lambda case: case.name)
def test_visits_and_stays(claimsift: Claimsift, case: Case, tmp_path: Path, derived: str) -> None:
    if derived not in case.tables:
        pytest.skip(f"no {derived} in this case")
    folder = write_tables(case, tmp_path / "data")
    claimsift.succeed("tables", folder, "--out", tmp_path / "out", "--derived", *as_of(case))
    shown = [column for column in case.tables[derived].columns if column in DERIVED[derived]]
    rows = duckdb.execute(f"select {', '.join(shown)} from '{tmp_path}/out/{derived}.parquet'").fetchall()
    expected = [
        [value for column, value in zip(case.tables[derived].columns, row, strict=True) if column in shown]
        for row in case.tables[derived].rows
    ]
    assert sorted_rows(rows) == sorted_rows(expected)


def as_of(case: Case) -> list[str]:
    """The option that sets the day, where the case does."""
    return ["--as-of", case.as_of] if case.as_of else []


def write_tables(case: Case, folder: Path) -> Path:
    """Write every canonical table, those the case does not give without rows."""
    folder.mkdir()
    connection = load(case)
    for table in TABLES:
        connection.execute(f"copy {table} to '{folder}/{table}.parquet' (format parquet)")
    return folder
