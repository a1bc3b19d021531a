"""The Python package: data in from files and dataframes, results out, and what it says when something is wrong."""

from __future__ import annotations

import dataclasses
import json
import shutil
import sys
from typing import TYPE_CHECKING, Any

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
import rewriting
from command import read_manifest

pytest.importorskip(
    "claimsift", reason="the package is not installed; `make python-package` installs it", exc_type=ImportError
)

import claimsift as cs

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from command import Claimsift
    from conftest import County

COMPARED = ("scores", "findings", "evidence", "measures", "provider_scores", "person_scores", "staff_scores")


@pytest.fixture(scope="module")
def claims(county: County) -> cs.Claims:
    """The county, read from its files."""
    return cs.read(county.folder)


@pytest.fixture(scope="module")
def result(claims: cs.Claims) -> cs.Result:
    """The county, screened."""
    return cs.screen(claims)


def tables(result: cs.Result) -> dict[str, Any]:
    """What a result found."""
    return {name: getattr(result, name).to_arrow() for name in COMPARED} | {"leads": result.leads().to_arrow()}


def one_stay() -> dict[str, list[Any]]:
    """A claim without a fault."""
    return {
        "claim_id": ["C1"],
        "person_id": ["P1"],
        "provider_id": ["H1"],
        "visit_type": ["inpatient"],
        "started_at": ["2025-05-03 08:00:00"],
        "ended_at": ["2025-05-10 08:00:00"],
        "total_amount": ["6200.00"],
    }


def test_a_saved_result_is_that_of_the_command(county: County, result: cs.Result, tmp_path: Path) -> None:
    out = result.save(tmp_path / "out")
    files = {path.name for path in county.screened.iterdir()}
    assert {path.name for path in out.iterdir()} == files
    for name in files - {"timings.json"}:
        assert (out / name).read_bytes() == (county.screened / name).read_bytes(), name
    assert result.manifest == read_manifest(county.screened)


def test_tables_are_those_of_the_command(county: County, result: cs.Result) -> None:
    for name in [*COMPARED, "rings", "indicators", "rejects"]:
        table: cs.Table = getattr(result, name)
        rows = duckdb.execute(f"from '{county.screened}/{name}.parquet'").fetchall()
        assert duckdb.from_arrow(table.to_arrow()).fetchall() == rows, name
    assert result.leads_above_gate == read_manifest(county.screened)["leads_above_gate"]


@pytest.mark.parametrize(
    "convert",
    [
        pytest.param(lambda table: table.to_pandas(), id="pandas"),
        pytest.param(lambda table: table.to_pandas(types_mapper=pd.ArrowDtype), id="pandas-arrow"),
        pytest.param(lambda table: table.to_pandas(strings_to_categorical=True), id="pandas-categorical"),
        pytest.param(pl.from_arrow, id="polars"),
        pytest.param(lambda table: table, id="pyarrow"),
        pytest.param(lambda table: table.to_reader(), id="pyarrow-reader"),
        pytest.param(lambda table: table.to_batches(max_chunksize=1_000), id="batches"),
        pytest.param(duckdb.from_arrow, id="duckdb"),
    ],
)
def test_dataframes_give_what_files_give(county: County, result: cs.Result, convert: Callable[[Any], cs.Frame]) -> None:
    frames: dict[str, Any] = {name: convert(table) for name, table in rewriting.read_tables(county.folder).items()}
    assert tables(cs.screen(cs.Claims(**frames))) == tables(result)


def test_a_notebook_cell(county: County) -> None:
    df = pd.read_parquet(county.folder / "claims.parquet")
    df2 = pl.read_parquet(county.folder / "lines.parquet")
    result = cs.screen(cs.Claims(claims=df, lines=df2))
    html = result._repr_html_()
    assert html.startswith("<pre")
    assert f"{len(result.scores):,}" in html
    assert f"{len(result.scores):,} claims scored" in repr(result)
    assert "<th>finding_id</th>" in result.findings._repr_html_()


def test_tables_go_to_any_library(result: cs.Result) -> None:
    findings = result.findings
    rows = len(findings)
    assert rows > 0
    assert findings.to_pandas().shape == (rows, len(findings.column_names))
    assert pd.DataFrame.from_arrow(findings).shape == (rows, len(findings.column_names))
    assert findings.to_polars().columns == findings.column_names
    assert pl.DataFrame(findings).height == rows
    assert findings.to_arrow().num_rows == rows
    assert pa.table(findings).schema.field("amount").type == pa.decimal128(18, 2)
    assert duckdb.execute("select count(*) from findings").fetchone() == (rows,)


def test_a_table_says_what_is_missing(result: cs.Result, monkeypatch: pytest.MonkeyPatch) -> None:
    for library, convert in [
        ("pandas", result.scores.to_pandas),
        ("polars", result.scores.to_polars),
        ("pyarrow", result.scores.to_arrow),
    ]:
        with monkeypatch.context() as patch:
            patch.setitem(sys.modules, library, None)
            with pytest.raises(ImportError, match=f"pip install {library}"):
                convert()


def test_leads_within_a_budget(result: cs.Result) -> None:
    all_leads = result.leads()
    assert len(result.leads(budget=2)) == min(2, len(all_leads))
    assert result.leads(budget=2).to_arrow() == all_leads.to_arrow().slice(0, 2)
    assert len(result.leads(budget=10_000)) == len(all_leads)


def test_a_claim_is_explained_as_by_the_command(claimsift: Claimsift, county: County, result: cs.Result) -> None:
    finding = result.findings.to_arrow().slice(0, 1).to_pylist()[0]
    for subject in (finding["finding_id"], finding["provider_id"]):
        paper = result.explain(subject)
        assert paper == claimsift.succeed("explain", county.screened, subject)
        assert "<pre" in paper._repr_html_()
    assert result.explain(finding["provider_id"], lang="zh") != result.explain(finding["provider_id"])


def test_settings_do_what_they_do_in_the_command(
    claimsift: Claimsift, county: County, claims: cs.Claims, tmp_path: Path
) -> None:
    file = tmp_path / "settings.toml"
    file.write_text("[P09]\nmax_gap_days = 8\n", encoding="utf-8")
    options = ["--config", file, "--ignore", "C16", "--as-of", "2025-11-30", "--seed", 4]
    expected = claimsift.screen(county.folder, tmp_path / "out", *options)
    for config in ({"P09": {"max_gap_days": 8}}, cs.Config(P09={"max_gap_days": 8}), file, str(file)):
        result = cs.screen(claims, config=config, ignore=["C16"], as_of="2025-11-30", seed=4)
        same = [(result.manifest[name], read_manifest(expected)[name]) for name in ("as_of", "settings", "totals")]
        assert all(ours == theirs for ours, theirs in same)
    selected = cs.screen(claims, select="P02")
    assert set(selected.findings.to_arrow()["code"].to_pylist()) <= {"P02"}
    assert cs.screen(claims, select=["overlapping-stays"]).findings.to_arrow() == selected.findings.to_arrow()


def test_threads_change_nothing(claims: cs.Claims, result: cs.Result) -> None:
    assert tables(cs.screen(claims, threads=1)) == tables(result)
    assert tables(cs.screen(claims, threads=3)) == tables(result)


def test_an_evaluation_is_that_of_the_command(claimsift: Claimsift, counties: dict[str, County]) -> None:
    county = counties["seed-1"]
    truth = county.folder / "truth.parquet"
    expected = json.loads(claimsift.succeed("evaluate", county.screened, "--truth", truth, "--json"))
    result = cs.screen(cs.read(county.folder))
    evaluation = cs.evaluate(result, truth)
    assert dataclasses.asdict(evaluation) == expected
    assert cs.evaluate(result, pd.read_parquet(truth)) == evaluation
    assert cs.evaluate(result, pl.read_parquet(truth)) == evaluation
    assert repr(evaluation).startswith("<Evaluation: breach precision ")


def test_detectors_are_those_of_the_command(claimsift: Claimsift) -> None:
    described = json.loads(claimsift.succeed("detectors", "--json"))
    listed = cs.detectors().to_arrow().to_pylist()
    assert [row["code"] for row in listed] == [one["code"] for one in described]
    for row, one in zip(listed, described, strict=True):
        assert json.loads(row["parameters"]) == one["parameters"]
        assert row["title"] == one["title"]["en"]
        if one["sql"]:
            assert cs.sql(row["code"]) == one["sql"]
        else:
            with pytest.raises(cs.ConfigError, match="has no reference SQL"):
                cs.sql(row["code"])
    assert cs.sql("charges") == claimsift.succeed("detectors", "charges")
    assert cs.detectors(lang="zh").to_arrow()["title"].to_pylist() == [one["title"]["zh"] for one in described]


def test_every_row_is_accounted_for() -> None:
    rows = pa.concat_tables([pa.table(one_stay())] * 3).to_pylist()
    rows[1]["claim_id"], rows[2]["claim_id"], rows[2]["total_amount"] = "C1", "C3", "2o.00"
    claims = cs.Claims(claims=pa.Table.from_pylist(rows), max_rejects=0.5)
    report = claims.report["claims"]
    assert (report.read, report.kept, report.repeats, report.rejected) == (3, 1, 1, 1)
    assert len(claims) == 1
    rejects = claims.rejects.to_arrow().to_pylist()
    assert [(row["row"], row["column"], row["is_repeat"]) for row in rejects] == [
        (2, "claim_id", True),
        (3, "total_amount", False),
    ]
    with pytest.raises(cs.DataError, match=r"2o\.00") as error:
        cs.Claims(claims=pa.Table.from_pylist(rows))
    assert "max_rejects" in str(error.value)
    assert "--" not in str(error.value)


def test_headers_in_another_case_and_empty_columns() -> None:
    frame = pd.DataFrame(one_stay()).rename(columns=str.upper).assign(DOCTOR_ID=None, bed_no="")
    assert len(cs.Claims(claims=frame)) == 1


def test_a_table_without_rows() -> None:
    empty = pa.table(one_stay()).slice(0, 0)
    result = cs.screen(cs.Claims(claims=empty))
    assert len(result.scores) == len(result.findings) == len(result.leads()) == 0
    assert not result.findings
    assert result.findings.to_polars().height == 0


def test_all_configuration_problems_are_listed(claims: cs.Claims) -> None:
    config = {"P09": {"max_gap_day": 10}, "P02": {"min_overlap_nights": 0}, "X99": {}}
    with pytest.raises(cs.ConfigError) as error:
        cs.screen(claims, config=config, select=["P99"])  # type: ignore[list-item]
    places = {"P09.max_gap_day", "P02.min_overlap_nights", "X99", "run.select"}
    assert {place for place, _ in error.value.problems} == places
    assert all(place in str(error.value) for place in places)


@pytest.mark.parametrize(
    ("call", "kind", "named"),
    [
        pytest.param(lambda _: cs.read("nowhere"), cs.DataError, "nowhere", id="no-folder"),
        pytest.param(lambda folder: cs.read(folder, layout="ours"), cs.ConfigError, "ours", id="no-layout"),
        pytest.param(lambda folder: cs.read(folder / "lines.parquet"), cs.SchemaError, "claims", id="no-claims"),
        pytest.param(lambda folder: cs.read(folder, threads=0), cs.ConfigError, "threads", id="no-threads"),
        pytest.param(lambda folder: cs.read(folder, max_rejects=2), cs.ConfigError, "max_rejects", id="no-share"),
        pytest.param(lambda _: cs.Claims(claims=7), cs.SchemaError, "int", id="no-frame"),  # type: ignore[arg-type]
        pytest.param(lambda _: cs.Claims(claims=[]), cs.SchemaError, "claims", id="no-batches"),
        pytest.param(
            lambda _: cs.Claims(claims=pa.table({"claim_id": ["C1"]})), cs.SchemaError, "person_id", id="no-column"
        ),
        pytest.param(
            lambda _: cs.Claims(claims=pl.DataFrame(one_stay() | {"total_amount": [[1]]})),
            cs.SchemaError,
            "total_amount",
            id="lists",
        ),
        pytest.param(lambda _: cs.sql("P99"), cs.ConfigError, "P99", id="no-detector"),  # type: ignore[arg-type]
        pytest.param(lambda f: cs.screen(cs.read(f), lang="fr"), cs.ConfigError, "fr", id="no-language"),  # type: ignore[arg-type]
        pytest.param(lambda f: cs.screen(cs.read(f), config="no.toml"), cs.ConfigError, "no.toml", id="no-file"),
        pytest.param(lambda f: cs.screen(cs.read(f), as_of="2025-13-01"), cs.ConfigError, "2025-13-01", id="no-day"),
        pytest.param(lambda f: cs.screen(cs.read(f)).explain("nobody"), cs.DataError, "nobody", id="no-subject"),
        pytest.param(lambda f: cs.screen(cs.read(f)).save(f), cs.Error, "not replaced", id="foreign-folder"),
        pytest.param(
            lambda f: cs.evaluate(cs.screen(cs.read(f)), f / "none.parquet"), cs.DataError, "none", id="no-truth"
        ),
        pytest.param(
            lambda f: cs.evaluate(cs.screen(cs.read(f)), pa.table({"claim_id": ["C1"]})),
            cs.SchemaError,
            "scheme",
            id="no-scheme",
        ),
    ],
)
def test_errors_have_their_class(
    county: County, call: Callable[[Path], object], kind: type[cs.Error], named: str
) -> None:
    with pytest.raises(cs.Error, match=named) as error:
        call(county.folder)
    assert type(error.value) is kind


def test_damaged_and_changed_files(county: County, tmp_path: Path) -> None:
    folder = tmp_path / "data"
    shutil.copytree(county.folder, folder)
    claims = cs.read(folder)
    result = cs.screen(claims)
    lines = folder / "lines.parquet"
    rewriting.write_parquet(rewriting.read_tables(folder)["lines"].slice(1), lines)
    with pytest.raises(cs.DataError, match="changed"):
        result.explain(result.scores.to_arrow()["claim_id"][0].as_py())
    lines.write_bytes(lines.read_bytes()[:-100])
    with pytest.raises(cs.DataError, match="export it again"):
        cs.read(folder)
