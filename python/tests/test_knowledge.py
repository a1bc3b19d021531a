"""Knowledge points: workbooks become folders, folders are read beside a data set, and limits from them are judged."""

from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING, Any

import duckdb
import pytest
from command import Claimsift, read_manifest
from reference import REPOSITORY

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

OFFICIAL = REPOSITORY.parent / "shared" / "knowledge" / "official"
needs_official = pytest.mark.skipif(not OFFICIAL.is_dir(), reason="the official workbooks are not here")


def write_csv(path: Path, *rows: Sequence[object]) -> Path:
    """Write rows, the header first."""
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    return path


def read_csv(path: Path) -> list[dict[str, str]]:
    """Read rows by the names of their columns."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def imported(claimsift: Claimsift, out: Path, files: Iterable[Path], *options: object) -> Any:  # noqa: ANN401
    """Import files and return the manifest of the folder."""
    claimsift.succeed("knowledge", "import", *files, "--out", out, *options)
    return json.loads((out / "manifest.json").read_text(encoding="utf-8"))


def findings(out: Path) -> list[tuple[Any, ...]]:
    """Code, claim and item of every finding."""
    return duckdb.execute(f"select code, claim_id, discriminator from '{out}/findings.parquet' order by all").fetchall()


@pytest.fixture(scope="module")
def official(claimsift: Claimsift, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder made of the official workbooks."""
    out = tmp_path_factory.mktemp("knowledge") / "national"
    imported(claimsift, out, sorted(OFFICIAL.glob("*.xlsx")), "--valid-from", "2025-01-01")
    return out


@pytest.fixture
def provincial(tmp_path: Path) -> Path:
    """A made-up table of a province: other words in the header, a title above it, a total below."""
    return write_csv(
        tmp_path / "province.csv",
        ["某省药品限定机构等级"],
        ["序号", "药品名称", "医保编码", "限定内容", "备注"],
        ["1", "甲注射液", "A1", "二级", "限二级及以上医疗机构。"],
        ["2", "乙注射液", "A2", "三级", "需三级综合医院眼科或二级及以上眼科专科医院医师处方"],
        ["3", "丙注射液", "A3", "二级", "首次处方时需由二级及以上医疗机构专科医师开具处方。"],
        ["4", "丁注射液", "", "二级", ""],
        ["5", "戊注射液", "A5", "不限", ""],
        ["6", "甲注射液", "A1", "二级", "重复"],
        ["合计", "", "", "", ""],
    )


def test_every_row_of_a_provincial_table_is_accounted_for(
    claimsift: Claimsift, tmp_path: Path, provincial: Path
) -> None:
    out = tmp_path / "knowledge"
    manifest = imported(claimsift, out, [provincial], "--valid-from", "2025-01-01", "--source", "notice 1")
    assert [(row["item_code"], row["min_level"]) for row in read_csv(out / "limits.csv")] == [("A1", "2"), ("A2", "2")]
    assert {(row["source"], row["valid_from"]) for row in read_csv(out / "limits.csv")} == {("notice 1", "2025-01-01")}
    report = read_csv(out / "report.csv")
    assert [int(row["row"]) for row in report] == [5, 6, 7, 8, 9]
    assert "first prescription" in report[0]["reason"]
    assert "repeats row 3" in report[3]["reason"]
    conflicts = read_csv(out / "conflicts.csv")
    assert [(row["item"], row["value"], row["taken"]) for row in conflicts] == [
        ("乙注射液", "三级", "from level 2"),
        ("丙注射液", "二级", "no limit"),
    ]
    (source,) = manifest["sources"]
    assert (source["read"], source["imported"], source["reported"]) == (7, 2, 5)
    assert manifest["tables"] == {"limits": 2}
    assert manifest["valid_from"] == "2025-01-01"


def test_an_import_is_the_same_each_time(claimsift: Claimsift, tmp_path: Path, provincial: Path) -> None:
    first = imported(claimsift, tmp_path / "a", [provincial])
    second = imported(claimsift, tmp_path / "b", [provincial])
    assert first["version"] == second["version"]
    later = imported(claimsift, tmp_path / "b", [provincial], "--valid-from", "2026-01-01")
    assert later["version"] != first["version"]


def data_set(folder: Path, lines: Sequence[tuple[str, str, str, str]]) -> Path:
    """Claims of one line each: item, provider, visit type, insurance."""
    folder.mkdir()
    header = [
        "claim_id",
        "person_id",
        "provider_id",
        "visit_type",
        "started_at",
        "ended_at",
        "total_amount",
        "insurance_type",
    ]
    claims = [
        [f"C{at}", f"P{at}", provider, visit, "2025-03-07", "2025-03-07", 100, insurance]
        for at, (_, provider, visit, insurance) in enumerate(lines)
    ]
    write_csv(folder / "claims.csv", header, *claims)
    items = [[f"C{at}", item, 1, 100, 100, 100] for at, (item, *_) in enumerate(lines)]
    write_csv(
        folder / "lines.csv", ["claim_id", "item_code", "quantity", "unit_price", "amount", "in_scope_amount"], *items
    )
    people = [[f"P{at}", "male", "1980-01-01"] for at in range(len(lines))]
    write_csv(folder / "persons.csv", ["person_id", "sex", "birth_date"], *people)
    write_csv(folder / "providers.csv", ["provider_id", "level"], ["TOWN", 1], ["CITY", 2])
    return folder


def test_a_folder_is_read_beside_the_data_and_named_in_the_manifest(
    claimsift: Claimsift, tmp_path: Path, provincial: Path
) -> None:
    imported(claimsift, tmp_path / "province", [provincial])
    data = data_set(tmp_path / "data", [("A1", "TOWN", "outpatient", "310"), ("A1", "CITY", "outpatient", "310")])
    with_it = claimsift.screen(data, tmp_path / "with", "--knowledge", tmp_path / "province")
    assert findings(with_it) == [("C11", "C0", "A1")]
    (knowledge,) = read_manifest(with_it)["knowledge"]
    assert (knowledge["name"], knowledge["tables"]) == ("province", {"limits": 2})
    assert knowledge["blake3"] == json.loads((tmp_path / "province" / "manifest.json").read_text())["version"]
    without = claimsift.screen(data, tmp_path / "without", "--knowledge", "none")
    assert findings(without) == []
    assert read_manifest(without)["knowledge"] == []
    (demo,) = read_manifest(claimsift.screen(data, tmp_path / "default"))["knowledge"]
    assert (demo["name"], demo["path"]) == ("claimsift-demo", "")
    assert "C0" in claimsift.succeed("explain", with_it, "C0")
    claimsift.succeed("rescore", with_it, "--set", "weights.clue=0.9", "--out", tmp_path / "again")
    assert read_manifest(tmp_path / "again")["knowledge"] == [knowledge]


def test_folders_add_up_and_their_bad_rows_are_rejects(claimsift: Claimsift, tmp_path: Path, provincial: Path) -> None:
    imported(claimsift, tmp_path / "province", [provincial])
    (tmp_path / "own").mkdir()
    write_csv(
        tmp_path / "own" / "limits.csv",
        ["item_code", "kind", "min_level"],
        ["B1", "level", "2"],
        ["B2", "level", "two"],
    )
    data = data_set(tmp_path / "data", [("A1", "TOWN", "outpatient", "310"), ("B1", "TOWN", "outpatient", "310")])
    options = ["--knowledge", tmp_path / "province", "--knowledge", tmp_path / "own", "--max-rejects", "50%"]
    out = claimsift.screen(data, tmp_path / "out", *options)
    assert [item for _, _, item in findings(out)] == ["A1", "B1"]
    rejects = duckdb.execute(f"select file, row, \"column\" from '{out}/rejects.parquet'").fetchall()
    assert rejects == [("own/limits.csv", 2, "min_level")]
    tables = tmp_path / "tables"
    claimsift.succeed("tables", data, "--out", tables, *options)
    assert duckdb.execute(f"select count(*) from '{tables}/limits.parquet'").fetchall() == [(3,)]


def test_a_folder_that_is_gone_is_asked_for(claimsift: Claimsift, tmp_path: Path, provincial: Path) -> None:
    imported(claimsift, tmp_path / "province", [provincial])
    data = data_set(tmp_path / "data", [("A1", "TOWN", "outpatient", "310")])
    out = claimsift.screen(data, tmp_path / "out", "--knowledge", tmp_path / "province")
    (tmp_path / "province").rename(tmp_path / "moved")
    gone = claimsift.run("explain", out, "C0")
    assert gone.returncode == 2
    assert "--knowledge DIR" in gone.stderr
    assert "A1" in claimsift.succeed("explain", out, "C0", "--knowledge", tmp_path / "moved")


def test_what_cannot_be_imported_is_told(claimsift: Claimsift, tmp_path: Path) -> None:
    missing = claimsift.run("knowledge", "import", tmp_path / "no.xlsx", "--out", tmp_path / "out")
    assert missing.returncode != 0
    assert "no.xlsx" in missing.stderr
    broken = tmp_path / "broken.xlsx"
    broken.write_bytes(b"PK\x03\x04 nothing")
    assert "broken.xlsx" in claimsift.run("knowledge", "import", broken, "--out", tmp_path / "out").stderr
    strange = write_csv(tmp_path / "strange.csv", ["one", "two"], ["1", "2"])
    manifest = imported(claimsift, tmp_path / "out", [strange])
    assert manifest["tables"] == {}
    assert len(read_csv(tmp_path / "out" / "report.csv")) == 2


def test_the_folder_that_comes_with_the_program_covers_every_table(claimsift: Claimsift) -> None:
    shown = claimsift.succeed("knowledge", "show")
    assert shown.startswith("claimsift-demo, version ")
    assert len(shown.splitlines()) == 1 + 13


@needs_official
def test_the_official_workbooks_are_imported_whole(official: Path) -> None:
    manifest = json.loads((official / "manifest.json").read_text(encoding="utf-8"))
    assert len(manifest["sources"]) == 14
    assert all(source["read"] == source["imported"] + source["reported"] for source in manifest["sources"])
    assert sum(source["reported"] for source in manifest["sources"]) == len(read_csv(official / "report.csv"))
    read = {source["file"][:5]: 0 for source in manifest["sources"]}
    for source in manifest["sources"]:
        read[source["file"][:5]] += source["read"]
    assert read["【第一批】"] == 481 + 6472 + 282 + 4398 + 390 + 30
    assert manifest["tables"]["exclusive_pairs"] == 900
    assert manifest["tables"]["frequencies"] == 67
    assert manifest["tables"]["discount_groups"] == 378
    assert manifest["tables"]["intervals"] == 14
    pairs = read_csv(official / "exclusive_pairs.csv")
    assert len({row["item_code"] for row in pairs}) == 157
    assert {row["scope"] for row in pairs} == {"day", "visit", "hour", "hours"}
    assert any(row["included"] == "5" for row in pairs)


@needs_official
def test_official_conflicts_are_kept_with_the_lenient_reading(official: Path) -> None:
    taken = {row["item"]: row["taken"] for row in read_csv(official / "conflicts.csv")}
    assert taken["安宫牛黄丸"] == "inpatient or emergency"
    assert taken["雷珠单抗注射液"] == "from level 2"
    assert taken["注射用益气复脉(冻干)"] == "up to 15 days"
    assert taken["度拉糖肽注射液"] == "no limit"
    assert taken["职业功能训练"].startswith("from 16 years, up to 66 years")
    assert sum(reading == "no limit" for reading in taken.values()) >= 3


@needs_official
def test_official_limits_are_judged(claimsift: Claimsift, official: Path, tmp_path: Path) -> None:
    limits = read_csv(official / "limits.csv")
    first = {(row["kind"], row["sex"], row["settings"]): row["item_code"] for row in reversed(limits)}
    level = first["level", "", ""]
    inpatient = first["setting", "", "inpatient"]
    injury = next(row["item_code"] for row in limits if row["insurances"] == "injury")
    women = next(row["item_code"] for row in limits if row["sex"] == "female" and row["item_code"].startswith("Z"))
    child = next(row["item_code"] for row in limits if row["max_age"] == "17" and row["item_code"].startswith("Z"))
    newborn = next(row["item_code"] for row in limits if row["max_age_days"] == "28")
    lines = [
        (level, "TOWN", "outpatient", "310"),
        (level, "CITY", "outpatient", "310"),
        (inpatient, "CITY", "outpatient", "310"),
        (inpatient, "CITY", "inpatient", "310"),
        (injury, "CITY", "outpatient", "390"),
        (injury, "CITY", "outpatient", "410"),
        (women, "CITY", "outpatient", "310"),
        (child, "CITY", "outpatient", "310"),
        (newborn, "CITY", "outpatient", "310"),
    ]
    data = data_set(tmp_path / "data", lines)
    out = claimsift.screen(data, tmp_path / "out", "--knowledge", official, "--select", "C10,C11")
    assert findings(out) == [
        ("C10", "C6", women),
        ("C10", "C7", child),
        ("C10", "C8", newborn),
        ("C11", "C0", level),
        ("C11", "C2", inpatient),
        ("C11", "C4", injury),
    ]
