"""What `claimsift screen` does with input that is wrong: it says where and what to do, and it counts every row."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

import duckdb
import pytest
from command import Claimsift, Completed, read_manifest

if TYPE_CHECKING:
    from pathlib import Path

Rows = list[dict[str, str]]

CLAIMS = 200
DONE, WRONG_USE, REJECTED = 0, 2, 3
COUNTED = ("read", "kept", "repeats", "rejected")


def good_claims() -> Rows:
    """Claims without a fault. The first row of a file is row 1, its header is not counted."""
    return [
        {
            "claim_id": f"C{number}",
            "person_id": f"P{number % 70}",
            "provider_id": f"H{number % 3}",
            "visit_type": "outpatient",
            "started_at": f"2025-03-{number % 28 + 1:02} 08:00:00",
            "ended_at": f"2025-03-{number % 28 + 1:02} 09:00:00",
            "total_amount": "20.00",
        }
        for number in range(1, CLAIMS + 1)
    ]


def good_lines() -> Rows:
    """Two lines of each claim."""
    return [
        {
            "claim_id": f"C{number}",
            "line_id": f"{number}-{position}",
            "item_code": f"X{position}",
            "quantity": "1",
            "unit_price": "10",
            "amount": "10.00",
        }
        for number in range(1, CLAIMS + 1)
        for position in (1, 2)
    ]


def write_set(folder: Path, claims: Rows, lines: Rows | None = None) -> Path:
    """Write a data set as CSV."""
    folder.mkdir(parents=True)
    for name, rows in [("claims", claims), ("lines", good_lines() if lines is None else lines)]:
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, fieldnames=list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
    return folder


def expect_refusal(done: Completed, *, named: list[str], remedy: str) -> None:
    """The input is refused; the message names the place and says what to do."""
    assert done.returncode == REJECTED, done.stderr
    for word in [*named, remedy]:
        assert word in done.stderr
    assert "panicked" not in done.stderr


def counts(out: Path, table: str) -> tuple[int, ...]:
    """Rows of a table: read, kept, repeats, rejected. Checks that none is lost, in any table."""
    tables = read_manifest(out)["tables"]
    for count in tables.values():
        assert count["read"] == count["kept"] + count["repeats"] + count["rejected"]
    return tuple(tables[table][name] for name in COUNTED)


def rejects(out: Path) -> list[tuple[object, ...]]:
    """The rejected rows."""
    query = f"""select "table", file, "row", "column", value from '{out}/rejects.parquet' order by all"""
    return duckdb.execute(query).fetchall()


def test_good_input_is_kept(claimsift: Claimsift, tmp_path: Path) -> None:
    out = claimsift.screen(write_set(tmp_path / "data", good_claims()), tmp_path / "out")
    assert counts(out, "claims") == (200, 200, 0, 0)
    assert counts(out, "lines") == (400, 400, 0, 0)
    assert rejects(out) == []


def test_few_letters_in_an_amount_are_rejected_rows(claimsift: Claimsift, tmp_path: Path) -> None:
    claims = good_claims()
    claims[16]["total_amount"] = "2o.00"
    out = claimsift.screen(write_set(tmp_path / "data", claims), tmp_path / "out")
    assert counts(out, "claims") == (200, 199, 0, 1)
    assert rejects(out)[0] == ("claims", "claims.csv", 17, "total_amount", "2o.00")


def test_many_letters_in_an_amount_are_refused(claimsift: Claimsift, tmp_path: Path) -> None:
    claims = good_claims()
    for row in (17, 40, 90):
        claims[row - 1]["total_amount"] = "2o.00"
    folder = write_set(tmp_path / "data", claims)
    done = claimsift.run("screen", folder, "--out", tmp_path / "out")
    expect_refusal(done, named=["claims.csv", "17", "total_amount", "2o.00"], remedy="--max-rejects")
    assert not (tmp_path / "out").exists()
    # The lines of the three claims are without their claim, 6 in 400.
    claimsift.screen(folder, tmp_path / "out", "--max-rejects", "2%")
    assert counts(tmp_path / "out", "claims") == (200, 197, 0, 3)
    assert counts(tmp_path / "out", "lines") == (400, 394, 0, 6)


def test_an_unknown_visit_type_becomes_other(claimsift: Claimsift, tmp_path: Path) -> None:
    claims = good_claims()
    claims[0]["visit_type"] = claims[1]["visit_type"] = "spa"
    folder = write_set(tmp_path / "data", claims)
    out = claimsift.screen(folder, tmp_path / "out")
    assert counts(out, "claims") == (200, 200, 0, 0)
    assert read_manifest(out)["tables"]["claims"]["unknown_codes"] == {"visit_type": {"spa": 2}}
    claimsift.succeed("tables", folder, "--out", tmp_path / "tables")
    query = f"select count(*) from '{tmp_path}/tables/claims.parquet' where visit_type = 'other'"
    assert duckdb.execute(query).fetchone() == (2,)


def test_an_identical_claim_is_a_repeat(claimsift: Claimsift, tmp_path: Path) -> None:
    claims = good_claims()
    out = claimsift.screen(write_set(tmp_path / "data", [*claims, claims[4]]), tmp_path / "out")
    assert counts(out, "claims") == (201, 200, 1, 0)


def test_an_identical_line_with_line_id_is_a_repeat_and_without_is_not(claimsift: Claimsift, tmp_path: Path) -> None:
    keyed = good_lines()
    out = claimsift.screen(write_set(tmp_path / "keyed", good_claims(), [*keyed, keyed[4]]), tmp_path / "one")
    assert counts(out, "lines") == (401, 400, 1, 0)
    plain = [{name: value for name, value in line.items() if name != "line_id"} for line in keyed]
    out = claimsift.screen(write_set(tmp_path / "plain", good_claims(), [*plain, plain[4]]), tmp_path / "two")
    assert counts(out, "lines") == (401, 401, 0, 0)


def test_a_second_claim_with_the_same_id_is_rejected(claimsift: Claimsift, tmp_path: Path) -> None:
    claims = good_claims()
    second = {**claims[4], "total_amount": "21.00"}
    out = claimsift.screen(write_set(tmp_path / "data", [*claims, second]), tmp_path / "out")
    assert counts(out, "claims") == (201, 200, 0, 1)
    assert [reject[:4] for reject in rejects(out)] == [("claims", "claims.csv", 201, "claim_id")]


def test_a_line_without_its_claim_is_rejected(claimsift: Claimsift, tmp_path: Path) -> None:
    stray = {**good_lines()[0], "claim_id": "C999", "line_id": "999-1"}
    out = claimsift.screen(write_set(tmp_path / "data", good_claims(), [*good_lines(), stray]), tmp_path / "out")
    assert counts(out, "lines") == (401, 400, 0, 1)
    assert rejects(out) == [("lines", "lines.csv", 401, "claim_id", "C999")]


def test_an_end_before_the_start_is_rejected(claimsift: Claimsift, tmp_path: Path) -> None:
    claims = good_claims()
    claims[16]["ended_at"] = "2025-02-01 09:00:00"
    out = claimsift.screen(write_set(tmp_path / "data", claims), tmp_path / "out")
    assert counts(out, "claims") == (200, 199, 0, 1)
    assert rejects(out)[0][:4] == ("claims", "claims.csv", 17, "ended_at")


@pytest.mark.parametrize("column", ["claim_id", "person_id", "visit_type", "total_amount"])
def test_a_required_column_must_be_there(claimsift: Claimsift, tmp_path: Path, column: str) -> None:
    claims = [{name: value for name, value in claim.items() if name != column} for claim in good_claims()]
    folder = write_set(tmp_path / "data", claims)
    done = claimsift.run("screen", folder, "--out", tmp_path / "out")
    expect_refusal(done, named=["claims.csv", column], remedy="--layout")


def test_a_required_value_must_be_there(claimsift: Claimsift, tmp_path: Path) -> None:
    claims = good_claims()
    claims[16]["person_id"] = ""
    out = claimsift.screen(write_set(tmp_path / "data", claims), tmp_path / "out")
    assert rejects(out)[0][:4] == ("claims", "claims.csv", 17, "person_id")


def test_a_truncated_parquet_file_is_refused(claimsift: Claimsift, tmp_path: Path) -> None:
    folder = write_set(tmp_path / "data", good_claims())
    whole = tmp_path / "whole.parquet"
    duckdb.execute(f"copy (from '{folder}/claims.csv') to '{whole}' (format parquet)")
    (folder / "claims.csv").unlink()
    (folder / "claims.parquet").write_bytes(whole.read_bytes()[:-200])
    done = claimsift.run("screen", folder, "--out", tmp_path / "out")
    expect_refusal(done, named=["claims.parquet"], remedy="export it again")


@pytest.mark.parametrize("name", ["claims.csv", "claims.parquet", "claims.arrow", "claims.csv.gz", "claims.csv.zst"])
def test_an_empty_file_is_refused(claimsift: Claimsift, tmp_path: Path, name: str) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / name).touch()
    done = claimsift.run("screen", folder, "--out", tmp_path / "out")
    expect_refusal(done, named=[name], remedy="export it again")


def test_a_folder_without_claims_is_refused(claimsift: Claimsift, tmp_path: Path) -> None:
    folder = write_set(tmp_path / "data", good_claims())
    (folder / "claims.csv").unlink()
    done = claimsift.run("screen", folder, "--out", tmp_path / "out")
    expect_refusal(done, named=["claims", str(folder)], remedy="--layout")


def test_wrong_use(claimsift: Claimsift, tmp_path: Path) -> None:
    folder, out = write_set(tmp_path / "data", good_claims()), tmp_path / "out"
    config = tmp_path / "settings.toml"
    config.write_text("[P09]\nmax_gap_day = 10\n[P02]\nmin_overlap_nights = 0\n", encoding="utf-8")
    uses: list[tuple[list[object], list[str]]] = [
        (["screen", tmp_path / "nowhere", "--out", out], ["nowhere"]),
        (["screen", folder, "--out", out, "--select", "P99"], ["P99"]),
        (["screen", folder, "--out", out, "--config", config], ["max_gap_day", "min_overlap_nights"]),
        (["screen", folder], ["--out"]),
        (["sift"], ["sift"]),
    ]
    for arguments, named in uses:
        done = claimsift.run(*arguments)
        assert done.returncode == WRONG_USE, done.stderr
        assert all(word in done.stderr for word in named), done.stderr
        assert not out.exists()
