"""The same data set in every packing, encoding and delimiter gives the same tables, and no bad row is lost."""

from __future__ import annotations

import csv
import gzip
import io
import random
import zipfile
from datetime import datetime
from typing import TYPE_CHECKING

import duckdb
import openpyxl
import pyarrow as pa
import pytest
from command import read_manifest
from test_bad_input import good_claims, good_lines

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from command import Claimsift

Row = dict[str, str]
Rows = list[Row]

# In GB18030 the second bytes of these are those of `|` and `@`.
TRAILS = ("亅", "丂")


def named_lines() -> Rows:
    """Lines with Chinese names of their items, among them awkward ones."""
    names = ["头孢曲松钠", f"胶囊{TRAILS[0]}", f"{TRAILS[1]}片", '5" 针头']
    return [{**line, "item_name": names[number % len(names)]} for number, line in enumerate(good_lines())]


def as_text(rows: Rows, delimiter: str = ",", line_end: str = "\n") -> str:
    """Rows as delimited text, quoted where needed; longer delimiters are never quoted."""
    if len(delimiter) > 1:
        return "".join(delimiter.join(cells) + line_end for cells in [list(rows[0]), *(row.values() for row in rows)])
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, fieldnames=list(rows[0]), delimiter=delimiter, lineterminator=line_end)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def write_text(
    name: str, encoding: str, delimiter: str = ",", line_end: str = "\n"
) -> Callable[[Path, str, Rows], None]:
    """Write a table as text under an ending."""

    def write(folder: Path, table: str, rows: Rows) -> None:
        content = as_text(rows, delimiter, line_end).encode(encoding)
        if name.endswith(".gz"):
            content = gzip.compress(content)
        if name.endswith(".zst"):
            content = pa.compress(content, codec="zstd", asbytes=True)
        (folder / f"{table}{name}").write_bytes(content)

    return write


def write_zip(folder: Path, table: str, rows: Rows) -> None:
    """Add a table to an archive, in a folder."""
    with zipfile.ZipFile(folder / "all.zip", "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"导出/{table}.csv", as_text(rows).encode("gb18030"))


def write_sheet(folder: Path, table: str, rows: Rows) -> None:
    """Add a table to a workbook as a sheet of its own, numbers as numbers and times as times, under a title."""
    path = folder / "book.xlsx"
    book = openpyxl.load_workbook(path) if path.exists() else openpyxl.Workbook()
    sheet = book.create_sheet(table)
    sheet.append(["结算数据"])
    sheet.append(list(rows[0]))
    for row in rows:
        sheet.append([typed(name, value) for name, value in row.items()])
    book.save(path)


def typed(name: str, value: str) -> str | float | datetime:
    """A value as a person would enter it."""
    if name in {"total_amount", "amount", "quantity", "unit_price"}:
        return float(value)
    return datetime.fromisoformat(value) if name in {"started_at", "ended_at"} else value


def write_parts(folder: Path, table: str, rows: Rows) -> None:
    """Write a table as a folder of parts in different forms."""
    (folder / table).mkdir()
    half = len(rows) // 2
    write_text(".csv", "utf-8")(folder / table, "part-1", rows[:half])
    write_text(".tsv", "gb18030", "\t")(folder / table, "part-2", rows[half:])


WRITERS = {
    "utf-8": write_text(".csv", "utf-8"),
    "utf-8 with a mark": write_text(".csv", "utf-8-sig", line_end="\r\n"),
    "gb18030": write_text(".csv", "gb18030"),
    "gb18030 with |@|": write_text(".txt", "gb18030", "|@|"),
    "gb18030 with |": write_text(".psv", "gb18030", "|", "\r\n"),
    "utf-16": write_text(".csv", "utf-16"),
    "utf-16 without a mark": write_text(".dat", "utf-16-be", "\x01"),
    "gzip": write_text(".csv.gz", "gb18030"),
    "zstd": write_text(".tsv.zst", "utf-8", "\t"),
    "carriage returns": write_text(".csv", "utf-8", ";", "\r"),
    "zip": write_zip,
    "workbook": write_sheet,
    "parts": write_parts,
}


@pytest.mark.parametrize("form", list(WRITERS))
def test_every_form_gives_the_same_tables(claimsift: Claimsift, tmp_path: Path, form: str) -> None:
    data, out = tmp_path / "data", tmp_path / "out"
    data.mkdir()
    WRITERS[form](data, "claims", good_claims())
    WRITERS[form](data, "lines", named_lines())
    claimsift.succeed("tables", data, "--out", out)
    names = [line["item_name"] for line in named_lines()]
    found = duckdb.execute(
        f"""select line_id, item_name, amount::varchar from '{out}/lines.parquet'
            order by split_part(line_id, '-', 1)::int, line_id"""
    ).fetchall()
    assert [name for _, name, _ in found] == names
    assert {amount for *_, amount in found} == {"10.00"}
    starts = duckdb.execute(f"select distinct strftime(started_at, '%H:%M') from '{out}/claims.parquet'").fetchall()
    assert starts == [("08:00",)]


def spoil(rows: list[bytes], seed: int) -> tuple[bytes, set[int]]:
    """Spoil one row in a hundred: cut it short, break its encoding, or round its identifier. Returns which."""
    chance = random.Random(seed)  # noqa: S311
    spoilt = set(chance.sample(range(1, len(rows)), len(rows) // 100))
    for number in spoilt:
        claim, rest = rows[number].split(b",", 1)
        wrong = chance.choice([claim + b"\n", claim + b"\xff," + rest, b"6.22E+17," + rest])
        rows[number] = wrong
    return b"".join(rows), spoilt


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
@pytest.mark.parametrize("threads", [1, 4])
def test_dirty_rows_are_all_found_by_file_and_row(
    claimsift: Claimsift, tmp_path: Path, encoding: str, threads: int
) -> None:
    data = tmp_path / "data"
    data.mkdir()
    write_text(".csv", "utf-8")(data, "claims", good_claims())
    lines = [{**line, "line_id": f"{line['line_id']}-{copy}"} for copy in range(100) for line in named_lines()]
    content, spoilt = spoil(as_text(lines).encode(encoding).splitlines(keepends=True), 7)
    (data / "lines.csv").write_bytes(content)
    out = claimsift.screen(data, tmp_path / "out", "--threads", threads, "--max-rejects", "2%")
    counts = read_manifest(out)["tables"]["lines"]
    assert (counts["read"], counts["kept"]) == (len(lines), len(lines) - len(spoilt))
    assert counts["read"] == counts["kept"] + counts["repeats"] + counts["rejected"]
    query = f"""select file, "row" from '{out}/rejects.parquet' where "table" = 'lines'"""
    assert set(duckdb.execute(query).fetchall()) == {("lines.csv", row) for row in spoilt}


def test_a_bad_byte_late_in_a_file_does_not_change_its_encoding(claimsift: Claimsift, tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    claims = good_claims() * 40
    rows = as_text([{**claim, "claim_id": f"{n}"} for n, claim in enumerate(claims)]).encode().splitlines(keepends=True)
    rows[-2] = rows[-2].replace(b"P", b"P\xe9s")
    (data / "claims.csv").write_bytes(b"".join(rows))
    out = claimsift.screen(data, tmp_path / "out")
    found = duckdb.execute(f"""select "row", reason from '{out}/rejects.parquet'""").fetchall()
    assert found == [(len(claims) - 1, "column `person_id` is not UTF-8 text: export the file as UTF-8")]


def test_an_archive_in_an_archive_is_refused(claimsift: Claimsift, tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    write_zip(data, "claims", good_claims())
    with zipfile.ZipFile(data / "outer.zip", "w") as outer:
        outer.write(data / "all.zip", "all.zip")
    (data / "all.zip").unlink()
    done = claimsift.run("screen", data, "--out", tmp_path / "out")
    assert done.returncode == 3
    assert "outer.zip holds `all.zip`" in done.stderr
    assert "unpack the outer one" in done.stderr


def test_a_workbook_that_lost_digits_names_the_row(claimsift: Claimsift, tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    write_sheet(data, "claims", good_claims())
    book = openpyxl.load_workbook(data / "book.xlsx")
    book["claims"].cell(row=19, column=2, value=310_000_199_001_011_234)
    book.save(data / "book.xlsx")
    out = claimsift.screen(data, tmp_path / "out")
    query = f"""select file, "row", reason from '{out}/rejects.parquet' where "table" = 'claims'"""
    [(file, row, reason)] = duckdb.execute(query).fetchall()
    assert (file, row) == ("book.xlsx[claims]", 17)
    assert "row 19 of the sheet: column `person_id` holds a number of more than 15 digits" in reason
