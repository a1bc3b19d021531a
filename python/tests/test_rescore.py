"""Deciding the candidates of a run again gives what a run with those settings gives."""

from __future__ import annotations

from typing import TYPE_CHECKING

import duckdb
import pytest
from command import read_manifest, write_config

if TYPE_CHECKING:
    from pathlib import Path

    from command import Claimsift
    from conftest import County

TABLES = ["scores", "findings", "evidence", "measures", "provider_scores", "person_scores", "staff_scores", "leads"]
WRONG_USE = 2
# No detector keeps near misses of more than this share of its units.
MOST_NEAR_MISSES = 0.02


@pytest.fixture(scope="module")
def county(counties: dict[str, County]) -> County:
    return counties["seed-1"]


def rows(folder: Path, table: str) -> list[tuple[object, ...]]:
    return duckdb.execute(f"select * from '{folder}/{table}.parquet' order by all").fetchall()


@pytest.mark.parametrize(
    ("section", "field", "value"),
    [
        ("P09", "max_gap_days", 7),
        ("P09", "max_gap_days", 28),
        ("P02", "min_overlap_nights", 3),
        ("weights", "suspicion", 4.0),
    ],
)
def test_a_rescored_run_equals_a_run(
    claimsift: Claimsift, county: County, tmp_path: Path, section: str, field: str, value: object
) -> None:
    # Not assessed counts follow the window of the run, which only a run can know; the decisions do not depend on them.
    config = write_config(tmp_path / "config.toml", {section: {field: value}})
    run = claimsift.screen(county.folder, tmp_path / "run", "--config", config)
    rescored = tmp_path / "rescored"
    claimsift.succeed("rescore", county.screened, "--set", f"{section}.{field}={value}", "--out", rescored)
    for table in TABLES:
        assert rows(rescored, table) == rows(run, table), table
    assert rows(rescored, "findings") != rows(county.screened, "findings") or section == "weights"
    assert rows(rescored, "scores") != rows(county.screened, "scores")
    assert read_manifest(rescored)["settings"] == read_manifest(run)["settings"]


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ("P09.max_gap_days=31", "max_gap_days"),
        ("P09.cost_percent=50", "cost_percent"),
        ("O19.min_distance_z=2.5", "min_distance_z"),
        ("P09.no_such_field=1", "no_such_field"),
        ("max_gap_days=3", "NAME=VALUE"),
    ],
)
def test_what_candidates_do_not_cover_is_refused(claimsift: Claimsift, county: County, change: str, named: str) -> None:
    before = rows(county.screened, "findings")
    done = claimsift.run("rescore", county.screened, "--set", change)
    assert done.returncode == WRONG_USE, done.stderr
    assert named in done.stderr or "section" in done.stderr
    assert rows(county.screened, "findings") == before


def test_near_misses_are_few(county: County) -> None:
    assessments = read_manifest(county.screened)["assessments"]
    counted = duckdb.execute(
        f"select code, count(*) from '{county.screened}/measures.parquet' group by code"
    ).fetchall()
    assert counted
    for code, misses in counted:
        assert misses <= max(1, MOST_NEAR_MISSES * assessments[code]["assessed"]), code
