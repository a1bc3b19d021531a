"""One county in every layout, file, packing and encoding: the same findings and scores, and damage set aside by row."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from typing import TYPE_CHECKING

import duckdb
import pytest
from command import read_manifest
from reference import REPOSITORY

if TYPE_CHECKING:
    from pathlib import Path

    from command import Claimsift

CLAIMS = 6_000
SEED = 11
SHARE = 0.01
LAYOUTS = REPOSITORY / "crates" / "io" / "layouts"
TEXT = REPOSITORY / "crates" / "io" / "src" / "format" / "text"


@dataclass(frozen=True)
class Form:
    """How a county is written, and with which layout it is read."""

    options: tuple[str, ...]

    def is_readable(self) -> bool:
        """Whether this build has the reader that it asks for."""
        if self.official and not (LAYOUTS / f"{self.official}.toml").exists():
            return False
        return TEXT.exists() or not set(self.options) & {"xlsx", "--encoding", "--delimiter", "zip"}

    @property
    def official(self) -> str:
        """The official layout, if it is not the canonical one."""
        return self.options[self.options.index("--layout") + 1] if "--layout" in self.options else ""

    def where(self, folder: Path) -> str:
        """The layout as an option."""
        return str(folder / "local.toml") if self.official else "auto"


CSV = ("--format", "csv")
FORMS = {
    "csv": Form(CSV),
    "gb18030": Form((*CSV, "--encoding", "gb18030")),
    "gb18030-wide": Form((*CSV, "--encoding", "gb18030", "--delimiter", "|@|")),
    "utf-16-tab": Form((*CSV, "--encoding", "utf-16", "--delimiter", "tab")),
    "bom-zip": Form((*CSV, "--encoding", "utf-8-bom", "--packing", "zip")),
    "parts-gz": Form((*CSV, "--parts", "3", "--packing", "gz")),
    "parts-zst": Form((*CSV, "--parts", "2", "--packing", "zst")),
    "xlsx": Form(("--format", "xlsx")),
    "national": Form((*CSV, "--layout", "national")),
    "national-gb18030": Form((*CSV, "--layout", "national", "--encoding", "gb18030")),
    "national-parquet": Form(("--layout", "national")),
    "inspection": Form((*CSV, "--layout", "inspection-2024", "--delimiter", "|@|")),
}
READABLE = [
    pytest.param(name, marks=pytest.mark.skipif(not form.is_readable(), reason="this build has no reader for it"))
    for name, form in FORMS.items()
]
DAMAGED = [name for name in FORMS if name not in {"xlsx", "national-parquet"}]
# What the national and the inspection layout cannot say leaves these out; all others must be compared.
LEAST_CARRIED = {"national": 18, "inspection": 12}


def generate(claimsift: Claimsift, folder: Path, *options: object) -> Path:
    claimsift.succeed("generate", folder, "--claims", CLAIMS, "--seed", SEED, *options)
    return folder


@pytest.fixture(scope="module")
def plain(claimsift: Claimsift, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return generate(claimsift, tmp_path_factory.mktemp("plain") / "county")


@pytest.mark.parametrize("name", READABLE)
def test_every_form_says_the_same(claimsift: Claimsift, plain: Path, tmp_path: Path, name: str) -> None:
    form = FORMS[name]
    folder = generate(claimsift, tmp_path / name, *form.options)
    done = claimsift.run("compare", plain, folder, "--layout", "plain", "--layout", form.where(folder))
    assert done.returncode == 0, done.stdout + done.stderr
    kind = name.split("-", maxsplit=1)[0]
    detectors = carried(done.stdout)
    assert detectors >= LEAST_CARRIED.get(kind, 0)
    if kind not in LEAST_CARRIED:
        assert "Left out" not in done.stdout
        assert "alike" not in done.stdout


def test_all_forms_at_once(claimsift: Claimsift, plain: Path, tmp_path: Path) -> None:
    """The set that all of them carry is the smallest, and still agrees."""
    names = [name for name in ("gb18030", "national-gb18030", "inspection", "xlsx") if FORMS[name].is_readable()]
    folders = [generate(claimsift, tmp_path / name, *FORMS[name].options) for name in names]
    layouts = ["plain", *(FORMS[name].where(folder) for name, folder in zip(names, folders, strict=True))]
    options = [option for layout in layouts for option in ("--layout", layout)]
    done = claimsift.run("compare", plain, *folders, *options)
    assert done.returncode == 0, done.stdout + done.stderr
    assert carried(done.stdout) >= LEAST_CARRIED["inspection"]


@pytest.mark.parametrize("name", [value for value in READABLE if value.values[0] in DAMAGED])
def test_damage_is_set_aside_row_by_row(claimsift: Claimsift, tmp_path: Path, name: str) -> None:
    """Every row read is accounted for; the rejects are the damaged rows, by file and row, and no others."""
    form = FORMS[name]
    folder = generate(claimsift, tmp_path / name, *form.options, "--dirt", SHARE)
    tables = tmp_path / "tables"
    reading = ("--layout", form.where(folder), "--max-rejects", "5%")
    claimsift.succeed("tables", folder, "--out", tables, *reading)
    for counts in read_manifest(tables)["tables"].values():
        left = sum(counts.get("set_aside", {}).values())
        assert counts["read"] == counts["kept"] + counts["repeats"] + counts["rejected"] + left
    with (folder / "dirt.csv").open(encoding="utf-8", newline="") as file:
        damaged = {(row["file"], int(row["row"])): row["kind"] for row in csv.DictReader(file)}
    rejected = rejects(tables)
    missed = {place: kind for place, kind in damaged.items() if place not in rejected}
    assert damaged
    assert not missed
    assert not {place: reason for place, reason in rejected.items() if place not in damaged}


def test_damage_changes_no_finding(claimsift: Claimsift, plain: Path, tmp_path: Path) -> None:
    if not FORMS["gb18030"].is_readable():
        pytest.skip("this build does not tell numbers in scientific notation")
    folder = generate(claimsift, tmp_path / "dirty", *CSV, "--dirt", SHARE)
    done = claimsift.run("compare", plain, folder, "--max-rejects", "5%")
    assert done.returncode == 0, done.stdout + done.stderr


def test_damage_beyond_what_is_allowed_stops_the_run(claimsift: Claimsift, tmp_path: Path) -> None:
    folder = generate(claimsift, tmp_path / "dirty", *CSV, "--dirt", 0.05)
    done = claimsift.run("screen", folder, "--out", tmp_path / "out")
    too_many = 3
    assert done.returncode == too_many
    assert "too many rejected rows" in done.stderr
    assert "claims.csv, row" in done.stderr


def test_other_data_differ(claimsift: Claimsift, plain: Path, tmp_path: Path) -> None:
    folder = generate(claimsift, tmp_path / "csv", *CSV)
    claims = folder / "claims.csv"
    first, *rest = claims.read_text(encoding="utf-8").splitlines(keepends=True)
    at = first.split(",").index("total_amount")
    cells = rest[0].split(",")
    cells[at] = "99999.00"
    claims.write_text("".join([first, ",".join(cells), *rest[1:]]), encoding="utf-8")
    done = claimsift.run("compare", plain, folder)
    assert done.returncode == 1
    assert "differs from" in done.stdout
    assert cells[0] in done.stdout


def test_default_is_the_golden_county(claimsift: Claimsift, tmp_path: Path) -> None:
    golden = REPOSITORY / "datasets" / "golden"
    claimsift.succeed("generate", tmp_path / "county", "--claims", 7_000, "--seed", 7)
    for file in golden.glob("*.parquet"):
        assert (tmp_path / "county" / file.name).read_bytes() == file.read_bytes(), file.name


def carried(printed: str) -> int:
    """How many detectors were compared."""
    (line,) = [line for line in printed.splitlines() if line.startswith("Detectors whose columns all inputs carry: ")]
    return int(line.rsplit(" ", maxsplit=1)[1])


def rejects(tables: Path) -> dict[tuple[str, int], str]:
    """The rejects by file and row, with the reason."""
    rows = duckdb.execute(f"select file, row, reason from '{tables}/rejects.parquet' where not is_repeat").fetchall()
    return {(file, row): reason for file, row, reason in rows}
