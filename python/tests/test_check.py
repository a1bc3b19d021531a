"""`claimsift check`: clean data pass, and each fault fails the one check that is about it."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING, Any

import duckdb
import pytest
from command import read_manifest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from command import Claimsift

CLAIMS = 20_000
NUMBERS = range(1, 13)


class Delivery:
    """A copy of a county whose tables can be changed by queries."""

    def __init__(self, folder: Path) -> None:
        """Load every table of a folder."""
        self.folder = folder
        self.warehouse = duckdb.connect()
        for file in sorted(folder.glob("*.parquet")):
            self.warehouse.execute(f"create table {file.stem} as from '{file}'")

    def change(self, table: str, *statements: str) -> None:
        """Run statements, then write a table; they name rows by `rowid`, which follows the order of the file."""
        for statement in statements:
            self.warehouse.execute(statement)
        self.warehouse.execute(f"copy {table} to '{self.folder / table}.parquet' (format parquet)")

    def largest(self) -> str:
        """The provider with most claims."""
        query = "select provider_id from claims group by all order by count(*) desc, 1 limit 1"
        found = self.warehouse.execute(query).fetchone()
        assert found is not None
        return str(found[0])


@pytest.fixture(scope="module")
def clean(claimsift: Claimsift, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A county without schemes, with the payments of its patients and of the fund."""
    folder: Path = tmp_path_factory.mktemp("clean") / "county"
    claimsift.succeed("generate", folder, "--claims", CLAIMS, "--seed", 1, "--clean")
    duckdb.execute(f"""
        copy (
            select claim_id, settled_at as paid_at, fund_amount as amount, 'fund' as payer
            from '{folder}/claims.parquet'
            union all
            select claim_id, settled_at, cash_amount, 'patient' from '{folder}/claims.parquet'
        ) to '{folder}/payments.parquet' (format parquet)
    """)
    return folder


@pytest.fixture
def delivery(clean: Path, tmp_path: Path) -> Delivery:
    """A copy of the clean county."""
    return Delivery(shutil.copytree(clean, tmp_path / "county"))


def check(claimsift: Claimsift, folder: Path, *options: object) -> dict[str, Any]:
    """What the checks say; the exit code must agree."""
    done = claimsift.run("check", folder, "--json", *options)
    found: dict[str, Any] = json.loads(done.stdout)
    assert done.returncode == (3 if failed(found) else 0), done.stderr
    return found


def failed(found: dict[str, Any]) -> list[int]:
    """The numbers of the checks that failed."""
    return [verdict["number"] for verdict in found["checks"] if verdict["outcome"] == "fail"]


def drop_column(delivery: Delivery) -> None:
    delivery.change("claims", "alter table claims drop settled_at")


def empty_fields(delivery: Delivery) -> None:
    delivery.change("persons", "update persons set birth_date = null where rowid % 20 = 0")


def repeat_claims(delivery: Delivery) -> None:
    twice = "insert into claims (select * replace (phone || '1' as phone) from claims where rowid % 200 = 0)"
    delivery.change("claims", twice)


def orphan_lines(delivery: Delivery) -> None:
    lines = "select * replace ('X' || claim_id as claim_id, 'X' || line_id as line_id) from lines where rowid % 200 = 0"
    delivery.change("lines", f"insert into lines ({lines})")


def lose_lines(delivery: Delivery) -> None:
    bare = "select claim_id from claims where rowid % 100 = 0"
    delivery.change("lines", f"delete from lines where claim_id in ({bare})")


def raise_totals(delivery: Delivery) -> None:
    provider = delivery.largest()
    delivery.change("claims", f"update claims set total_amount = total_amount * 1.02 where provider_id = '{provider}'")


def shift_parts(delivery: Delivery) -> None:
    # The money is moved from claim to claim, so that sums by month stay.
    provider = delivery.largest()
    moved = f"""
        update claims set cash_amount = cash_amount + shift.yuan from (
            select claim_id, case when row_number() over settled % 2 = 1 then 50 else -50 end as yuan
            from claims
            where provider_id = '{provider}' and not is_refund
            window settled as (partition by date_trunc('month', settled_at) order by claim_id)
            qualify row_number() over settled <= 10 and count(*) over (partition by date_trunc('month', settled_at)) > 9
        ) as shift where shift.claim_id = claims.claim_id
    """
    delivery.change("claims", moved)


def lose_month(delivery: Delivery) -> None:
    provider = delivery.largest()
    delivery.warehouse.execute(f"""
        create table gone as select claim_id from claims
        where provider_id = '{provider}' and settled_at >= '2025-05-01' and settled_at < '2025-06-01'
    """)
    for table in ("claims", "lines", "diagnoses", "procedures", "payments"):
        delivery.change(table, f"delete from {table} where claim_id in (from gone)")


def negate_totals(delivery: Delivery) -> None:
    delivery.change("claims", "update claims set total_amount = -total_amount where rowid % 500 = 0 and not is_refund")


def settle_early(delivery: Delivery) -> None:
    early = "update claims set settled_at = started_at - interval 2 days where rowid % 200 = 0 and day(started_at) > 3"
    delivery.change("claims", early)


def lose_persons(delivery: Delivery) -> None:
    delivery.change("persons", "delete from persons where rowid % 50 = 0")


def underpay(delivery: Delivery) -> None:
    provider = delivery.largest()
    claims = f"select claim_id from claims where provider_id = '{provider}' and month(settled_at) = 6"
    delivery.change(
        "payments", f"update payments set amount = amount * 0.98 where payer = 'fund' and claim_id in ({claims})"
    )


FAULTS: dict[int, Callable[[Delivery], None]] = {
    1: drop_column,
    2: empty_fields,
    3: repeat_claims,
    4: orphan_lines,
    5: lose_lines,
    6: raise_totals,
    7: shift_parts,
    8: lose_month,
    9: negate_totals,
    10: settle_early,
    11: lose_persons,
    12: underpay,
}


def test_clean_data_pass(claimsift: Claimsift, clean: Path) -> None:
    found = check(claimsift, clean)
    assert [(verdict["number"], verdict["outcome"]) for verdict in found["checks"]] == [(at, "pass") for at in NUMBERS]
    assert found["nobodys_keys"] == []
    assert found["mapping_defects"] == []


@pytest.mark.parametrize("seed", [1, 2])
def test_planted_schemes_pass(claimsift: Claimsift, tmp_path: Path, seed: int) -> None:
    claimsift.succeed("generate", tmp_path / "county", "--claims", CLAIMS, "--seed", seed)
    assert failed(check(claimsift, tmp_path / "county")) == []


@pytest.mark.parametrize("number", NUMBERS)
def test_a_fault_fails_its_check_alone(claimsift: Claimsift, delivery: Delivery, number: int) -> None:
    FAULTS[number](delivery)
    found = check(claimsift, delivery.folder)
    assert failed(found) == [number]
    verdict = found["checks"][number - 1]
    assert 1 <= len(verdict["offenders"]) <= 10
    assert any(part["fails"] and part["faults"] > 0 for part in verdict["parts"])


def test_a_required_column_that_is_missing_fails_the_first_check(claimsift: Claimsift, delivery: Delivery) -> None:
    delivery.change("claims", "alter table claims drop total_amount")
    found = check(claimsift, delivery.folder)
    assert failed(found) == [1]
    assert found["checks"][0]["missing"] == ["claims.total_amount"]
    assert {verdict["outcome"] for verdict in found["checks"][1:]} == {"not_applicable"}


def test_lines_of_rejected_claims_are_no_orphans(claimsift: Claimsift, delivery: Delivery) -> None:
    delivery.change("claims", "update claims set ended_at = started_at - interval 1 hour where rowid % 200 = 0")
    found = check(claimsift, delivery.folder)
    assert failed(found) == [10]
    assert found["checks"][3]["beside"]["lines of rejected claims"] > 0


def test_placeholders_are_reported_and_set_aside(claimsift: Claimsift, delivery: Delivery, tmp_path: Path) -> None:
    # Stays of everybody, half of them at the same time elsewhere, under one number that is no number.
    delivery.change("claims", "update claims set person_id = '9999' where rowid % 40 = 0")
    found = check(claimsift, delivery.folder)
    assert failed(found) == []
    count = delivery.warehouse.execute(
        "select count(*) from claims where person_id = '9999' and not is_refund"
    ).fetchone()
    assert count is not None
    (key,) = found["nobodys_keys"]
    assert (key["kind"], key["key"], key["is_placeholder"]) == ("person", "9999", True)
    assert key["claims"] == count[0]
    out = claimsift.screen(delivery.folder, tmp_path / "out")
    about = f"select count(*) from '{out}/findings.parquet' where person_id = '9999' and subject_kind = 'person'"
    assert duckdb.execute(about).fetchone() == (0,)
    manifest = read_manifest(out)
    assert manifest["nobodys_keys"] == found["nobodys_keys"]
    reasons = manifest["assessments"]["P02"]["not_assessed"]
    assert reasons["person number that is nobody's own"] > 0


def test_a_department_account_is_no_doctor(claimsift: Claimsift, delivery: Delivery, tmp_path: Path) -> None:
    provider = delivery.largest()
    doctor = f"(select min(doctor_id) from claims where provider_id = '{provider}')"
    of_account = f"provider_id = '{provider}' and rowid % 10 < 8 and doctor_id is not null"
    delivery.change("claims", f"update claims set doctor_id = {doctor} where {of_account}")
    found = check(claimsift, delivery.folder)
    assert failed(found) == []
    (key,) = found["nobodys_keys"]
    assert (key["kind"], key["provider_id"], key["is_placeholder"]) == ("doctor", provider, False)
    out = claimsift.screen(delivery.folder, tmp_path / "out")
    scored = duckdb.execute(f"select count(*) from '{out}/staff_scores.parquet' where staff_id = '{key['key']}'")
    assert scored.fetchone() == (0,)


def test_a_telephone_number_is_withheld(claimsift: Claimsift, delivery: Delivery) -> None:
    provider = delivery.largest()
    delivery.change("claims", f"update claims set phone = '13800138000' where provider_id = '{provider}'")
    done = claimsift.run("check", delivery.folder)
    assert "13800138000" not in done.stdout
    (key,) = check(claimsift, delivery.folder)["nobodys_keys"]
    assert (key["kind"], key["key"], key["provider_id"]) == ("phone", "(withheld)", provider)


def test_a_wrong_mapping_is_no_finding(claimsift: Claimsift, delivery: Delivery, tmp_path: Path) -> None:
    # The commonest drug is mapped to one for an age that nobody reaches.
    item = delivery.warehouse.execute("""
        select item_code from lines join claims using (claim_id)
        where lines.category = 'western_drug' and lines.in_scope_amount > 0 and is_insured
        group by all order by count(distinct person_id) desc, 1 limit 1
    """).fetchone()
    assert item is not None
    delivery.change("catalogue", f"update catalogue set min_age = 120, max_age = null where item_code = '{item[0]}'")
    found = check(claimsift, delivery.folder)
    assert failed(found) == []
    (defect,) = found["mapping_defects"]
    assert (defect["item_code"], defect["limit"]) == (item[0], "age from 120")
    assert defect["users"] >= 20
    assert defect["contrary"] == defect["users"]
    assert defect["in_scope_fen"] > 0
    out = claimsift.screen(delivery.folder, tmp_path / "out")
    found_about = f"select count(*) from '{out}/findings.parquet' where code = 'C10' and discriminator = '{item[0]}'"
    assert duckdb.execute(found_about).fetchone() == (0,)


def test_tolerances_and_fatal_checks_are_settings(claimsift: Claimsift, delivery: Delivery, tmp_path: Path) -> None:
    raise_totals(delivery)
    config = tmp_path / "config.toml"
    config.write_text("[checks]\nfatal = [3, 6]\n", encoding="utf-8")
    out = tmp_path / "out"
    done = claimsift.run("screen", delivery.folder, "--out", out, "--config", config)
    assert done.returncode == 3
    assert "6 totals agree with lines" in done.stderr
    assert delivery.largest() in done.stderr
    assert not out.exists()
    config.write_text("[checks]\nfatal = [3, 6]\n[checks.6]\ntolerance = 0.05\n", encoding="utf-8")
    assert failed(check(claimsift, delivery.folder, "--config", config)) == []
    claimsift.screen(delivery.folder, out, "--config", config)
    assert read_manifest(out)["settings"]["checks"]["6"]["tolerance"] == 0.05


def test_wrong_settings_are_all_named(claimsift: Claimsift, clean: Path, tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text("[checks]\nfatal = [13]\n[checks.6]\ntolerance = 2.0\n", encoding="utf-8")
    done = claimsift.run("check", clean, "--config", config)
    assert done.returncode == 2
    assert "`checks.fatal` has 13" in done.stderr
    assert "`checks.6.tolerance` must be from 0 to 1" in done.stderr


def test_screen_tells_of_failed_checks(claimsift: Claimsift, delivery: Delivery, tmp_path: Path) -> None:
    lose_persons(delivery)
    out = tmp_path / "out"
    printed = claimsift.succeed("screen", delivery.folder, "--out", out)
    assert "11 keys found in their tables" in printed
    assert failed(read_manifest(out)) == [11]
    assert read_manifest(out)["checks"] == check(claimsift, delivery.folder)["checks"]


@pytest.mark.parametrize(("lang", "words"), [("en", ["Acceptance checks", "pass"]), ("zh", ["数据验收检查", "通过"])])
def test_the_checks_are_printed(claimsift: Claimsift, clean: Path, lang: str, words: list[str]) -> None:
    printed = claimsift.succeed("check", clean, "--lang", lang)
    assert all(word in printed for word in words)
    assert claimsift.succeed("check", clean, "--lang", lang, "--threads", 1) == printed


def test_the_package_checks_too(claimsift: Claimsift, delivery: Delivery) -> None:
    cs = pytest.importorskip("claimsift", reason="the package is not installed", exc_type=ImportError)
    lose_persons(delivery)
    found = cs.check(cs.read(delivery.folder))
    assert [verdict.number for verdict in found.failed] == [11]
    assert found.summary() == claimsift.run("check", delivery.folder).stdout
    with pytest.raises(cs.DataError, match="11 keys found in their tables"):
        cs.screen(cs.read(delivery.folder), config={"checks": {"fatal": [11]}})
