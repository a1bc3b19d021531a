"""Files of the national platform through the command: every row is counted, and the printed mapping reads the same."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import duckdb
import pytest
from command import Claimsift, read_manifest

if TYPE_CHECKING:
    from pathlib import Path

SETTLED = [
    "setl_id,mdtrt_id,init_setl_id,psn_no,gend,fixmedins_code,hosp_lv,begndate,enddate,setl_time,med_type,medfee_sumamt,"
    "inscp_amt,fund_pay_sumamt,refd_setl_flag,vali_flag,mid_setl_flag,colour"
]
VISITS = ["mdtrt_id,psn_no,fixmedins_code,begntime,endtime,med_type,dscg_maindiag_code,dscg_way,ipt_days,vali_flag"]
FEES = [
    "bkkp_sn,mdtrt_id,setl_id,fee_ocur_time,med_list_codg,cnt,pric,det_item_fee_sumamt,inscp_amt,med_chrgitm_type,vali_flag"
]
EARLIER, LATER = 20, 10


def national_files() -> dict[str, list[str]]:
    """Twenty settlements, ten of them with a second one of the same visit; one refund, and rows that do not count."""
    settled, visits, fees = [*SETTLED], [*VISITS], [*FEES]
    for number in range(EARLIER):
        visits.append(f"M{number},P{number},H1,2025-03-01 08:30:00,2025-03-20 10:15:00,21,J18.900,1,,1")
        interim = int(number < LATER)
        settled.append(
            f"S{number},M{number},,P{number},1,H1,2,2025-03-01,2025-03-10,2025-03-10,21,100.00,90,80,0,1,{interim},red"
        )
        fees.append(f"F{number},M{number},S{number},2025-03-02,X1,1,100,100.00,90,09,1")
    for number in range(LATER):
        settled.append(
            f"T{number},M{number},,P{number},1,H1,02,2025-03-11,2025-03-20,2025-03-20,21.0,50.00,50,40,0,1,0,"
        )
        fees.append(f"G{number},M{number},T{number},2025-03-12,X1,1,50,50.00,50,9,1")
    settled.append("R0,M19,S19,P19,1,H1,2,2025-03-01,2025-03-10,2025-03-21,21,-100.00,-90,-80,1,1,0,")
    settled.append("V0,M0,,P0,1,H1,2,2025-03-01,2025-03-10,2025-03-10,21,100.00,90,80,0,0,0,")
    fees.append("N0,M0,,2025-03-21,X1,1,1,1.00,1,09,1")
    fees.append("N1,M0,S0,2025-03-02,X1,1,1,1.00,1,09,0")
    fees.append("N2,M0,V0,2025-03-02,X1,1,1,1.00,1,09,1")
    return {"ods_setl_d_di.csv": settled, "MDTRT_D_202503.csv": visits, "fee_list_d.csv": fees, "notes.csv": ["a", "1"]}


@pytest.fixture
def national(tmp_path: Path) -> Path:
    """The files in a folder."""
    folder = tmp_path / "national"
    folder.mkdir()
    for name, lines in national_files().items():
        (folder / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def tables(claimsift: Claimsift, folder: Path, out: Path, *options: str) -> dict[str, Any]:
    """Write the canonical tables and return the manifest."""
    claimsift.succeed("tables", folder, "--out", out, "--derived", *options)
    return read_manifest(out)


def rows(query: str) -> list[tuple[Any, ...]]:
    """What DuckDB says."""
    return duckdb.connect().execute(query).fetchall()


def test_every_row_is_counted(claimsift: Claimsift, national: Path, tmp_path: Path) -> None:
    """Rows read are rows kept, repeated, rejected or set aside with their reason."""
    manifest = tables(claimsift, national, tmp_path / "out")
    assert manifest["layout"] == "national"
    for name, read in [("claims", 32), ("lines", 33), ("persons", 52)]:
        report = manifest["tables"][name]
        counted = report["kept"] + report["repeats"] + report["rejected"] + sum(report.get("set_aside", {}).values())
        assert (report["read"], counted, report["rejected"]) == (read, read, 0), name
    aside = manifest["tables"]["lines"]["set_aside"]
    assert aside == {"not settled": 1, "not valid (vali_flag)": 1, "settlement not valid (vali_flag)": 1}
    shown = " ".join(claimsift.succeed("screen", national, "--out", tmp_path / "screened").split())
    reasons = "not settled (1), not valid (vali_flag) (1), settlement not valid (vali_flag) (1)"
    assert f"lines: rows set aside by the layout: {reasons}" in shown
    assert manifest["tables"]["claims"]["coverage"]["diagnosis_code"] == 31
    placed = {file["file"]: file for file in manifest["placed"]}
    assert placed["ods_setl_d_di.csv"]["unplaced"] == ["colour"]
    assert "claims" in placed["ods_setl_d_di.csv"]["tables"]


def test_traps_of_the_platform(claimsift: Claimsift, national: Path, tmp_path: Path) -> None:
    """Settlements of one visit are one visit and one stay, refunds take back, and codes drift."""
    out = tmp_path / "out"
    tables(claimsift, national, out)
    assert rows(f"SELECT DISTINCT visit_type FROM '{out}/claims.parquet'") == [("inpatient",)]
    assert rows(f"SELECT level FROM '{out}/providers.parquet'") == [(3,)]
    stays = f"SELECT person_id, claims, nights FROM '{out}/stays.parquet' WHERE person_id IN ('P0', 'P12') ORDER BY ALL"
    assert rows(stays) == [("P0", 2, 19), ("P12", 1, 9)]
    refund = f"SELECT is_refund, original_claim_id, abs(total_amount) FROM '{out}/claims.parquet' WHERE claim_id = 'R0'"
    assert rows(refund) == [(True, "S19", 100)]
    claims = f"FROM '{out}/claims.parquet' WHERE claim_id IN ('S0', 'T0') ORDER BY claim_id"
    hours = f"SELECT started_at::VARCHAR, ended_at::VARCHAR {claims}"
    assert rows(hours) == [
        ("2025-03-01 08:30:00", "2025-03-10 00:00:00"),
        ("2025-03-11 00:00:00", "2025-03-20 10:15:00"),
    ]


def test_hours_that_are_not_there_are_not_assessed(claimsift: Claimsift, national: Path, tmp_path: Path) -> None:
    """Settlement times without an hour say nothing of bursts."""
    settled = national / "ods_setl_d_di.csv"
    settled.write_text(settled.read_text(encoding="utf-8").replace(",21,", ",11,"), encoding="utf-8")
    screened = claimsift.screen(national, tmp_path / "screened", "--select", "F22")
    assessment = read_manifest(screened)["assessments"]["F22"]
    assert assessment["assessed"] == 0
    assert assessment["not_assessed"] == {"no settlement with a time of day": 1}


def test_the_mapping_reads_the_same(claimsift: Claimsift, national: Path, tmp_path: Path) -> None:
    """What `map` prints is a layout that gives the same tables."""
    printed = claimsift.succeed("map", national)
    assert "# not read: notes.csv" in printed
    mapping = tmp_path / "mapping.toml"
    mapping.write_text(printed, encoding="utf-8")
    first = tables(claimsift, national, tmp_path / "first")
    second = tables(claimsift, national, tmp_path / "second", "--layout", str(mapping))
    assert first["tables"] == second["tables"]
    for file in sorted((tmp_path / "first").glob("*.parquet")):
        assert file.read_bytes() == (tmp_path / "second" / file.name).read_bytes(), file.name
