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


@pytest.mark.parametrize("bad", [0, 5000])
def test_rejects_stay(claimsift: Claimsift, tmp_path: Path, bad: int) -> None:
    header = "claim_id,person_id,provider_id,visit_type,started_at,ended_at,total_amount"
    good = [f"C{row},P{row},H,outpatient,2025-05-01,2025-05-01,10.00" for row in range(100)]
    wrong = [f"D{row},P{row},H,outpatient,2025-05-01,2025-05-01,1O.00" for row in range(bad)]
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "claims.csv").write_text("\n".join([header, *good, *wrong]) + "\n", encoding="utf-8")
    out = claimsift.screen(tmp_path / "data", tmp_path / "out", "--max-rejects", "100%")
    claimsift.succeed("rescore", out, "--set", "P09.max_gap_days=7", "--out", tmp_path / "rescored")
    assert len(rows(out, "rejects")) == bad
    assert rows(tmp_path / "rescored", "rejects") == rows(out, "rejects")


def test_near_misses_are_few(county: County) -> None:
    assessments = read_manifest(county.screened)["assessments"]
    counted = duckdb.execute(
        f"select code, count(*) from '{county.screened}/measures.parquet' group by code"
    ).fetchall()
    assert counted
    for code, misses in counted:
        assert misses <= max(1, MOST_NEAR_MISSES * assessments[code]["assessed"]), code
