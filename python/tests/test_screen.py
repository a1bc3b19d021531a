"""`claimsift screen` on real files: what it writes, and that it writes the same in whatever form the data comes."""

from __future__ import annotations

import subprocess
import time
from typing import TYPE_CHECKING, Any

import duckdb
import pytest
import rewriting
from command import Claimsift, read_manifest
from reference import detector_queries

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import County

SCORES = "claim_id score phantom swap forged overuse charge exposure tier codes"
FINDINGS = (
    "finding_id code scheme tier subject_kind subject_id discriminator claim_id person_id provider_id staff_id"
    " first_date last_date period_from period_to limitation_date strength observed expected amount in_scope loss"
    " loss_low account_loss patient_loss owned basis facts message clause version"
)
EXACT_COLUMNS = {"scores": SCORES.split(), "findings": FINDINGS.split()}
LEAST_COLUMNS = {
    "evidence": {"finding_id", "table", "role", "row_key"},
    "provider_scores": {"provider_id", "exposure", "phantom", "swap", "forged", "overuse", "charge"},
    "person_scores": {"person_id", "exposure", "phantom", "swap", "forged", "overuse", "charge"},
    "rejects": {"table", "file", "row", "column", "value", "reason", "is_repeat"},
}
OTHERS = ["measures", "staff_scores", "rings", "leads", "indicators"]
COMPARED = ["findings", "scores", "evidence"]
SCHEMES = {"phantom", "swap", "forged", "overuse", "charge"}


@pytest.mark.parametrize("name", EXACT_COLUMNS)
def test_results_have_their_columns(county: County, name: str) -> None:
    assert columns_of(county.screened, name) == EXACT_COLUMNS[name]


def test_results_are_all_there(county: County) -> None:
    tables = [f"{name}.parquet" for name in [*EXACT_COLUMNS, *LEAST_COLUMNS, *OTHERS]]
    assert {path.name for path in county.screened.iterdir()} == {*tables, "manifest.json", "timings.json"}


@pytest.mark.parametrize("name", LEAST_COLUMNS)
def test_other_results_have_at_least(county: County, name: str) -> None:
    assert LEAST_COLUMNS[name] <= set(columns_of(county.screened, name))


def test_results_hang_together(county: County) -> None:
    def holds(condition: str) -> bool:
        return duckdb.execute(condition.replace("@", f"{county.screened}/")).fetchone() == (True,)

    manifest = read_manifest(county.screened)
    scored = manifest["scored"]
    assert scored + sum(manifest["unscored"].values()) == manifest["tables"]["claims"]["kept"]
    assert holds(f"select count(*) = {scored} and count(distinct claim_id) = {scored} from '@scores.parquet'")
    assert holds("select count(*) > 0 and count(*) = count(distinct finding_id) from '@findings.parquet'")
    assert holds("select bool_and(strength between 0 and 1) from '@findings.parquet'")
    assert holds("select bool_and(tier in ('breach', 'suspicion', 'clue')) from '@findings.parquet'")
    assert holds("select bool_and(strength = 1) from '@findings.parquet' where tier = 'breach'")
    assert holds("select bool_and(owned between 0 and coalesce(loss, 0)) from '@findings.parquet'")
    assert holds(
        "select count(*) = 0 from '@findings.parquet' as finding anti join '@evidence.parquet' as evidence"
        " on evidence.finding_id = finding.finding_id"
    )
    assert holds(
        "select count(*) = 0 from '@findings.parquet' as finding anti join '@scores.parquet' as score"
        " on score.claim_id = finding.claim_id where finding.claim_id is not null"
    )
    for scheme in [*SCHEMES, "score"]:
        assert holds(f"select bool_and({scheme} between 0 and 1) from '@scores.parquet'")


def test_every_selected_detector_is_accounted_for(county: County) -> None:
    assessments = read_manifest(county.screened)["assessments"]
    assert set(detector_queries()) <= set(assessments)
    for result in assessments.values():
        assert result["assessed"] >= 0
        assert isinstance(result["not_assessed"], dict)


def test_threads_change_no_byte(claimsift: Claimsift, county: County, tmp_path: Path) -> None:
    one = claimsift.screen(county.folder, tmp_path / "one", "--threads", 1)
    two = claimsift.screen(county.folder, tmp_path / "two", "--threads", 2)
    assert stable_bytes(one) == stable_bytes(two)


@pytest.mark.parametrize(
    ("write", "extension"),
    [
        pytest.param(rewriting.write_csv, "csv", id="csv"),
        pytest.param(rewriting.write_csv, "csv.gz", id="csv.gz"),
        pytest.param(rewriting.write_csv, "csv.zst", id="csv.zst"),
        pytest.param(rewriting.write_arrow, "arrow", id="arrow"),
    ],
)
def test_file_format_changes_nothing(
    claimsift: Claimsift, county: County, tmp_path: Path, write: Callable[[Any, Path], None], extension: str
) -> None:
    tables = rewriting.read_tables(county.folder)
    folder = rewriting.write_tables(tables, tmp_path / "data", write, extension)
    assert results(claimsift.screen(folder, tmp_path / "out")) == results(county.screened)


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(rewriting.dictionary_encoded, id="dictionary"),
        pytest.param(rewriting.large_strings, id="large-string"),
        pytest.param(rewriting.string_views, id="string-view"),
        pytest.param(rewriting.doubles, id="double"),
        pytest.param(rewriting.times_in("ms"), id="milliseconds"),
        pytest.param(rewriting.times_in("us"), id="microseconds"),
        pytest.param(rewriting.times_in("ns"), id="nanoseconds"),
        pytest.param(rewriting.times_in_utc, id="utc"),
    ],
)
def test_column_type_changes_nothing(
    claimsift: Claimsift, county: County, tmp_path: Path, change: Callable[[Any], Any]
) -> None:
    tables = {name: change(table) for name, table in rewriting.read_tables(county.folder).items()}
    for write, extension in [(rewriting.write_parquet, "parquet"), (rewriting.write_arrow, "arrow")]:
        folder = rewriting.write_tables(tables, tmp_path / extension, write, extension)
        assert results(claimsift.screen(folder, tmp_path / f"out-{extension}")) == results(county.screened)


def test_integer_keys_are_their_texts(claimsift: Claimsift, county: County, tmp_path: Path) -> None:
    numbered = rewriting.numbered_keys(rewriting.read_tables(county.folder))
    written = {name: rewriting.keys_as_text(table) for name, table in numbered.items()}
    outs = []
    for name, tables in [("numbers", numbered), ("texts", written)]:
        folder = rewriting.write_tables(tables, tmp_path / name, rewriting.write_parquet, "parquet")
        outs.append(claimsift.screen(folder, tmp_path / f"out-{name}"))
    assert results(outs[0]) == results(outs[1])


def test_a_killed_run_leaves_the_old_result_whole(
    claimsift: Claimsift, counties: dict[str, County], tmp_path: Path
) -> None:
    old_data, new_data = counties["seed-1"].folder, counties["seed-2"].folder
    out = claimsift.screen(old_data, tmp_path / "out")
    old, new = stable_bytes(out), stable_bytes(counties["seed-2"].screened)
    started = time.monotonic()
    claimsift.screen(new_data, tmp_path / "timed")
    whole_run = time.monotonic() - started
    seen = []
    for tenth in range(1, 11):
        command = [str(claimsift.binary), "screen", str(new_data), "--out", str(out)]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as running:
            time.sleep(whole_run * tenth / 10)
            running.kill()
        left = stable_bytes(out)
        assert left in (old, new)
        seen.append(left == old)
    assert any(seen)
    claimsift.screen(new_data, out)
    assert stable_bytes(out) == new


def test_a_result_replaces_a_result(claimsift: Claimsift, counties: dict[str, County], tmp_path: Path) -> None:
    out = claimsift.screen(counties["seed-1"].folder, tmp_path / "out")
    claimsift.screen(counties["seed-2"].folder, out)
    assert stable_bytes(out) == stable_bytes(counties["seed-2"].screened)


def test_a_folder_with_foreign_files_is_refused(claimsift: Claimsift, county: County, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "notes.txt").write_text("mine", encoding="utf-8")
    done = claimsift.run("screen", county.folder, "--out", out)
    assert done.returncode == 2
    assert str(out) in done.stderr
    assert [path.name for path in out.iterdir()] == ["notes.txt"]


def columns_of(out: Path, name: str) -> list[str]:
    """Column names of a result."""
    return [row[0] for row in duckdb.execute(f"describe from '{out}/{name}.parquet'").fetchall()]


def results(out: Path) -> dict[str, list[tuple[Any, ...]]]:
    """The rows of the results that depend on the data alone."""
    return {name: duckdb.execute(f"from '{out}/{name}.parquet'").fetchall() for name in COMPARED}


def stable_bytes(out: Path) -> dict[str, bytes]:
    """Every file of a result but its timings."""
    return {path.name: path.read_bytes() for path in sorted(out.iterdir()) if path.name != "timings.json"}
