"""The layout of the national inspection list: small files as hospitals hand them over, and the rows they become."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import duckdb
import pytest
from command import read_manifest

if TYPE_CHECKING:
    from pathlib import Path

    from command import Claimsift

Row = dict[str, str]


@dataclass
class Handover:
    """The files of a hospital by table. A row names what matters and takes the rest from the first row of its table."""

    tables: dict[str, list[Row]] = field(default_factory=dict)

    def add(self, table: str, *rows: Row) -> None:
        """Add rows to a table."""
        known = self.tables.setdefault(table, [])
        for row in rows:
            known.append({**(known[0] if known else {}), **row})

    def write(self, folder: Path, stem: str = "H512_{}_2024", *, lower: bool = False) -> Path:
        """Write a CSV file per table, named with what hospitals put before and behind."""
        folder.mkdir()
        for table, rows in self.tables.items():
            headers = list(dict.fromkeys(header for row in rows for header in row))
            lines = [[header.lower() if lower else header for header in headers]]
            lines += [[row.get(header, "") for header in headers] for row in rows]
            text = "".join(",".join(line) + "\n" for line in lines)
            (folder / f"{stem.format(table)}.csv").write_text(text, encoding="utf-8")
        return folder


def handover() -> Handover:
    """A stay with two operations, an outpatient visit with its refund, one of a self-payer, and an empty book."""
    files = Handover()
    files.add(
        "SETTLE_ZY",
        {
            "HOSPITAL_ID": "H1",
            "HOSPITAL_NAME": "示例医院",
            "HISID": "Z1",
            "P_LEVEL": "三级甲等",
            "BILL_DATE": "2024-02-09 10:00:00",
            "ZYH": "1001",
            "PATIENT_ID": "P1",
            "ID_CARD": "11010519491231002X",
            "ADMISSION_DEPT_NAME": "急诊科",
            "DISCHARGE_DEPT_NAME": "骨科",
            "DOCTOR_ID": "D1",
            "PATIENT_GENDER": "男",
            "PATIENT_BIRTHDAY": "1949-12-31",
            "NB_TYPE": "",
            "BENEFIT_TYPE": "职工基本医疗保险",
            "CLAIM_TYPE": "21",
            "IF_LOCAL_FLAG": "本地",
            "ADMISSION_DATE": "2024-02-01 08:00:00",
            "DISCHARGE_DATE": "2024-02-09 09:00:00",
            "DISCHARGE_STATUS": "医嘱离院",
            "TOTAL_AMOUNT": "1000.00",
            "BMI_PAY_AMOUNT": "700",
            "CASH": "200",
            "SELF_PAY_AMOUNT": "100",
            "SELF_PAY_OUT": "50",
            "BMI_CONVERED_AMOUNT": "900",
            "HOSPITAL_AREA": "东院区",
            "MEDICAL_INSURANCE_FLAG": "1",
            "REFUND_FLAG_TYPE": "0",
            "REFUND_HISID": "",
        },
        {
            "HISID": "Z2",
            "ZYH": "1002",
            "PATIENT_ID": "P3",
            "CLAIM_TYPE": "住院分娩",
            "IF_LOCAL_FLAG": "异地",
            "DISCHARGE_STATUS": "4",
        },
        {
            "HISID": "Z3",
            "ZYH": "1003",
            "PATIENT_ID": "P3",
            "CLAIM_TYPE": "未知类型",
            "DISCHARGE_DATE": "",
            "NB_TYPE": "早产儿",
        },
    )
    files.add(
        "SETTLE_MZ",
        {
            "HOSPITAL_ID": "H1",
            "HOSPITAL_NAME": "示例医院",
            "HISID": "M1",
            "BILL_DATE": "2024-03-01 09:00:00",
            "PATIENT_ID": "P2",
            "ID_CARD": "11010519500101002X",
            "MZH": "77",
            "ADMISSION_DEPT_NAME": "内科",
            "DOCTOR_ID": "",
            "PATIENT_GENDER": "2",
            "PATIENT_BIRTHDAY": "1950-01-01",
            "CLAIM_TYPE": "门诊慢特病",
            "ADMISSION_DATE": "2024-03-01",
            "OUTPATIENT_DISEASE_ID": "I10|E11",
            "ADMISSION_DISEASE_NAME": "高血压|糖尿病",
            "TOTAL_AMOUNT": "80",
            "BMI_PAY_AMOUNT": "60",
            "MEDICAL_INSURANCE_FLAG": "医保",
            "REFUND_FLAG_TYPE": "",
            "REFUND_HISID": "",
        },
        {"HISID": "M2", "TOTAL_AMOUNT": "-80", "BMI_PAY_AMOUNT": "-60", "REFUND_HISID": "M1"},
        {
            "HISID": "M3",
            "MZH": "78",
            "CLAIM_TYPE": "11",
            "MEDICAL_INSURANCE_FLAG": "非医保结算",
            "OUTPATIENT_DISEASE_ID": "",
        },
    )
    files.add(
        "SETTLE_ZY_DETAIL",
        {
            "HOSPITAL_ID": "H1",
            "HISID": "Z1",
            "ZYH": "1001",
            "BILLING_DEPT_NAME": "骨科",
            "BILLING_TIME": "2024-02-02 08:00:00",
            "USAGE_DATE": "2024-02-02 09:00:00",
            "DOCTOR_ID": "D1",
            "P_CATEGORY": "西药费",
            "DISCHARGE_MEDICATION": "否",
            "ITEM_ID_HOSP": "L1",
            "ITEM_NAME_HOSP": "药甲",
            "ITEM_ID": "X1",
            "ITEM_NAME": "药甲片",
            "PACKAGE_UNIT": "片",
            "UNIT_PRICE": "1.5",
            "NUM": "10",
            "COST": "15",
            "BMI_CONVERED_AMOUNT": "",
            "P_TYPE": "乙类",
        },
        {
            "P_CATEGORY": "06",
            "ITEM_ID": "",
            "ITEM_NAME": "",
            "ITEM_ID_HOSP": "L9",
            "USAGE_DATE": "",
            "NUM": "1",
            "COST": "500",
        },
    )
    files.add(
        "SETTLE_MZ_DETAIL",
        {
            "HOSPITAL_ID": "H1",
            "HISID": "M1",
            "DISCHARGE_DEPT_NAME": "内科",
            "BILLING_TIME": "2024-03-01 08:30:00",
            "USAGE_DATE": "2024-03-01 08:40:00",
            "PRESCRIPTION": "R1",
            "P_CATEGORY": "中成药费",
            "ITEM_ID_HOSP": "L2",
            "ITEM_ID": "X2",
            "ITEM_NAME": "药乙",
            "PACKAGE_UNIT": "盒",
            "UNIT_PRICE": "40",
            "NUM": "2",
            "COST": "80",
            "BMI_CONVERED_AMOUNT": "70",
            "P_TYPE": "甲",
        },
    )
    diagnosis = {"HISID": "Z1", "DISCHARGE_DISEASE_ID_MAIN": "S72", "DISCHARGE_DISEASE_NAME_MAIN": "股骨骨折"}
    others = {f"DISCHARGE_DISEASE_ID_OTHER{n}": {1: "I10", 15: "E11"}.get(n, "") for n in range(1, 16)}
    files.add("SETTLE_ZY_DIAGNOSIS", diagnosis | others)
    files.add(
        "MDCS_FUND_SETL_LIST_OPRN_D",
        {
            "HISID": "Z1",
            "ICD9_CODE_MAIN": "79.35",
            "ICD9_CODE_OTHER": "78.05|03.90",
            "OPER_BEGIN_TIME": "2024-02-03 08:00:00",
            "OPER_END_TIME": "2024-02-03 10:00:00",
            "OPER_DR_CODE": "D1",
            "ANST_DR_CODE": "D2",
        },
        {"HISID": "Z2", "ICD9_CODE_MAIN": "", "ICD9_CODE_OTHER": ""},
    )
    return files


@dataclass
class Tables:
    """Canonical tables that the command wrote."""

    folder: Path

    def rows(self, table: str, columns: str, order: str = "all") -> list[tuple[Any, ...]]:
        """Columns of a table, as texts."""
        named = ", ".join(f'cast("{name}" as varchar)' for name in columns.split())
        return duckdb.execute(f"select {named} from '{self.folder / table}.parquet' order by {order}").fetchall()

    def set_aside(self, table: str) -> dict[str, int]:
        """Rows set aside by reason."""
        found: dict[str, int] = read_manifest(self.folder)["tables"][table]["set_aside"]
        return found


def convert(
    claimsift: Claimsift, files: Handover, scratch: Path, *, stem: str = "H512_{}_2024", lower: bool = False
) -> Tables:
    """Write files and have them converted."""
    folder = files.write(scratch / "handover", stem, lower=lower)
    claimsift.succeed("tables", folder, "--out", scratch / "tables", "--layout", "inspection-2024")
    return Tables(scratch / "tables")


@pytest.fixture(scope="module")
def tables(claimsift: Claimsift, tmp_path_factory: pytest.TempPathFactory) -> Tables:
    return convert(claimsift, handover(), tmp_path_factory.mktemp("inspection"))


def test_settlements_of_both_kinds_become_claims(tables: Tables) -> None:
    columns = (
        "claim_id person_id visit_id visit_type started_at ended_at is_insured settled_how is_refund original_claim_id"
    )
    assert tables.rows("claims", columns, "claim_id") == [
        ("M1", "P2", "H1-77", "chronic", "2024-03-01 00:00:00", "2024-03-01 00:00:00", "true", None, None, None),
        ("M2", "P2", "H1-77", "chronic", "2024-03-01 00:00:00", "2024-03-01 00:00:00", "true", None, "true", "M1"),
        ("M3", "P2", "H1-78", "outpatient", "2024-03-01 00:00:00", "2024-03-01 00:00:00", "false", None, None, None),
        (
            "Z1",
            "P1",
            "H1-1001",
            "inpatient",
            "2024-02-01 08:00:00",
            "2024-02-09 09:00:00",
            "true",
            "online",
            "false",
            None,
        ),
        (
            "Z2",
            "P3",
            "H1-1002",
            "inpatient",
            "2024-02-01 08:00:00",
            "2024-02-09 09:00:00",
            "true",
            "out_of_area",
            "false",
            None,
        ),
        ("Z3", "P3", "H1-1003", "inpatient", "2024-02-01 08:00:00", None, "true", "online", "false", None),
    ]


def test_attributes_of_claims(tables: Tables) -> None:
    columns = (
        "claim_id diagnosis_code department admission_department discharge_way doctor_id campus is_newborn fund_amount"
    )
    columns += " account_amount"
    assert tables.rows("claims", columns, "claim_id")[:4] == [
        ("M1", "I10", "内科", None, None, None, None, None, "60.00", None),
        ("M2", "I10", "内科", None, None, None, None, None, "-60.00", None),
        ("M3", None, "内科", None, None, None, None, None, "60.00", None),
        ("Z1", "S72", "骨科", "急诊科", "ordered", "D1", "东院区", None, "700.00", "100.00"),
    ]
    assert tables.rows("claims", "discharge_way is_newborn insurance_type", "claim_id")[4:] == [
        ("unordered", None, "310"),
        ("ordered", "true", "310"),
    ]


def test_lines_without_an_insurance_code_are_out_of_scope(tables: Tables) -> None:
    columns = "claim_id item_code item_name category pay_class charge_unit in_scope_amount charged_at prescription_no"
    columns += " department"
    assert tables.rows("lines", columns) == [
        ("M1", "X2", "药乙", "patent_drug", "A", "盒", "70.00", "2024-03-01 08:30:00", "R1", "内科"),
        ("Z1", "L9", "药甲", "surgery", "B", "片", "0.00", "2024-02-02 08:00:00", None, "骨科"),
        ("Z1", "X1", "药甲片", "western_drug", "B", "片", None, "2024-02-02 08:00:00", None, "骨科"),
    ]


def test_fields_of_several_values_become_rows(tables: Tables) -> None:
    assert tables.rows("diagnoses", "claim_id code name is_main") == [
        ("M1", "E11", "糖尿病", None),
        ("M1", "I10", "高血压", None),
        ("M2", "E11", "糖尿病", None),
        ("M2", "I10", "高血压", None),
        ("Z1", "E11", None, "false"),
        ("Z1", "I10", None, "false"),
        ("Z1", "S72", "股骨骨折", "true"),
    ]
    times = ("2024-02-03 08:00:00", "2024-02-03 10:00:00", "D1", "D2")
    assert tables.rows("procedures", "claim_id code started_at ended_at surgeon_id anaesthetist_id") == [
        ("Z1", code, *times) for code in ("03.90", "78.05", "79.35")
    ]


def test_persons_and_hospitals_stand_once(tables: Tables) -> None:
    assert tables.rows("persons", "person_id sex birth_date") == [
        ("P1", "male", "1949-12-31"),
        ("P2", "female", "1950-01-01"),
        ("P3", "male", "1949-12-31"),
    ]
    assert tables.rows("providers", "provider_id name level") == [("H1", "示例医院", "3")]


@pytest.mark.parametrize("stem", ["ods_{}", "住院_{}_202401"])
def test_names_and_cases_of_files_may_differ(claimsift: Claimsift, tmp_path: Path, stem: str, tables: Tables) -> None:
    other = convert(claimsift, handover(), tmp_path, stem=stem, lower=True)
    assert other.rows("claims", "claim_id visit_type total_amount", "claim_id") == tables.rows(
        "claims", "claim_id visit_type total_amount", "claim_id"
    )


def test_chinese_headers_are_known_by_themselves(claimsift: Claimsift, tmp_path: Path) -> None:
    files = Handover()
    files.add(
        "甲",
        {
            "医疗机构编码": "H1",
            "结算单据号": "Z1",
            "住院号": "1",
            "个人编码": "P1",
            "住院医疗类型": "普通住院",
            "入院日期": "2024-02-01",
            "出院日期": "2024-02-03",
            "医疗总费用": "10",
            "医保结算与非医保结算标志": "否",
        },
    )
    folder = files.write(tmp_path / "handover", stem="{}")
    claimsift.succeed("tables", folder, "--out", tmp_path / "tables")
    assert read_manifest(tmp_path / "tables")["layout"] == "inspection-2024"
    assert Tables(tmp_path / "tables").rows("claims", "claim_id visit_type is_insured") == [
        ("Z1", "inpatient", "false")
    ]


def test_reports_results_and_orders(claimsift: Claimsift, tmp_path: Path) -> None:
    files = handover()
    files.add(
        "EXAMINFO",
        {
            "HISID": "Z1",
            "PATIENT_ID": "P1",
            "EXAM_DATE": "2024-02-02",
            "YB_EXAM_ITEM_CODE": "CT1",
            "RPOTC_NO": "E1",
            "VALI_FLAG": "1",
        },
        {"RPOTC_NO": "E2", "VALI_FLAG": "0"},
    )
    lab = {
        "HISID": "Z1",
        "PATIENT_ID": "P1",
        "EXAM_ITEM_NAME": "K",
        "EXAM_RESULT": "4.1",
        "MACHINE_TIME": "2024-02-02",
        "RPT_NO": "L1",
    }
    files.add("LABINFO", lab | {"VALI_FLAG": "1"}, {"EXAM_ITEM_NAME": "Na", "EXAM_RESULT": "140"})
    order = {
        "HOSPITAL_ID": "H1",
        "ZYH": "1001",
        "ORDER_ID": "O1",
        "ORDER_CODE": "L1",
        "INPUT_TIME": "2024-02-02 08:00:00",
    }
    files.add(
        "MEDICAL_ORDER_EXECUTE", order | {"HISID": "V1"}, {"ORDER_ID": "O2", "ORDER_CODE": "未知"}, {"ORDER_ID": "O2"}
    )
    tables = convert(claimsift, files, tmp_path)
    assert tables.rows("reports", "report_id claim_id kind item_code") == [
        ("E1", "Z1", "exam", "CT1"),
        ("L1", "Z1", "lab", None),
    ]
    assert tables.rows("results", "report_id analyte value") == [("L1", "K", "4.1"), ("L1", "Na", "140")]
    assert tables.rows("orders", "order_no claim_id item_code") == [("O1", "Z1", "X1"), ("O2", "Z1", "未知")]
    assert tables.set_aside("reports")["not valid"] == 1


STORE = "HIS_VS_YB_STORE"
DELIVER = "HIS_VS_YB_DELIVER"


def with_book() -> Handover:
    """A book of tablets in boxes of 24: counted in the main store, bought by the box, billed by the tablet."""
    files = handover()
    files.add(
        "HIS_VS_YB_STORE_MAPPING", {"HOSPITAL_ID": "H1", "ITEM_ID_STORE": "S1", "ITEM_ID": "X1", "SELF_PAY_FLAG": "0"}
    )
    files.add(
        "CONVERT_UNIT",
        {
            "HOSPITAL_ID": "H1",
            "ITEM_ID_STORE": "S1",
            "STORAGEHOUSE_UNIT": "盒",
            "STORAGEHOUSE_CONVERT": "24",
            "OUTPATIENT_UNIT": "盒",
            "OUTPATIENT_CONVERT": "24",
            "INPATIENT_UNIT": "片",
            "INPATIENT_CONVERT": "1",
        },
    )
    files.add(
        STORE,
        {
            "HOSPITAL_ID": "H1",
            "INVENTORY_NAME": "西药药库",
            "ITEM_ID_STORE": "S1",
            "OPENING_DATE": "2024-01-01",
            "OPENING_BALANCE": "2",
            "CLOSING_DATE": "2024-12-31",
            "CLOSING_BALANCE": "1",
            "PROD_CONVRAT": "24",
            "MIN_PRCUNT": "片",
        },
    )
    purchase = {"HOSPITAL_ID": "H1", "ITEM_ID_STORE": "S1", "STORE_DATE": "2024-02-05", "UNT": "盒", "IMPORT_CNT": "10"}
    files.add("HIS_VS_YB_INVENTORY", purchase | {"SPLER_NAME": "医药公司", "PROD_CONVRAT": "24", "MIN_PRCUNT": "片"})
    delivery = {"HOSPITAL_ID": "H1", "ITEM_ID_STORE": "S1", "DEL_DATE": "2024-03-05", "UNT": "盒", "EX_CNT": "3"}
    files.add(DELIVER, delivery | {"DELIVER_OBJECT": "骨科病区", "PROD_CONVRAT": "24", "MIN_PRCUNT": "片"})
    return files


STOCK = "item_code movement quantity units_per_pack least_units most_units"


def test_stock_in_billed_units(claimsift: Claimsift, tmp_path: Path) -> None:
    files = with_book()
    files.add(DELIVER, {"DELIVER_OBJECT": "退货供应商"}, {"DELIVER_OBJECT": "报损", "UNT": "片"})
    files.add("HIS_VS_YB_INVENTORY", {"SPLER_NAME": "中心药库"})
    assert convert(claimsift, files, tmp_path).rows("stock", STOCK, "movement, quantity") == [
        ("X1", "closing", "1.0000", "24.0000", "24.0000", "24.0000"),
        ("X1", "loss", "3.0000", "1.0000", "3.0000", "3.0000"),
        ("X1", "opening", "2.0000", "24.0000", "48.0000", "48.0000"),
        ("X1", "purchase", "10.0000", "24.0000", "240.0000", "240.0000"),
        ("X1", "purchase_return", "3.0000", "24.0000", "72.0000", "72.0000"),
        ("X1", "sale", "3.0000", "24.0000", "72.0000", "72.0000"),
        ("X1", "sale", "10.0000", "24.0000", "240.0000", "240.0000"),
    ]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"PROD_CONVRAT": "12"}, ("24.0000", "120.0000", "240.0000")),
        ({"UNT": "箱", "PROD_CONVRAT": ""}, (None, "10.0000", "100000.0000")),
        ({"UNT": ""}, ("24.0000", "10.0000", "240.0000")),
        ({"UNT": "片"}, ("1.0000", "10.0000", "10.0000")),
    ],
    ids=["conflicting ratios", "unknown unit", "no unit", "smallest unit"],
)
def test_units_that_are_not_clear_are_spans(
    claimsift: Claimsift, tmp_path: Path, change: Row, expected: tuple[str | None, ...]
) -> None:
    files = with_book()
    files.tables["HIS_VS_YB_INVENTORY"][0].update(change)
    found = convert(claimsift, files, tmp_path).rows("stock", STOCK, "movement")
    assert [row[3:] for row in found if row[1] == "purchase"] == [expected]


def test_a_store_code_of_several_items_may_be_of_none(claimsift: Claimsift, tmp_path: Path) -> None:
    files = with_book()
    files.add("HIS_VS_YB_STORE_MAPPING", {"ITEM_ID": "X2"}, {"ITEM_ID_STORE": "S2", "ITEM_ID": "X1"})
    files.add("HIS_VS_YB_INVENTORY", {"ITEM_ID_STORE": "S2"})
    found = convert(claimsift, files, tmp_path).rows("stock", STOCK, "item_code, least_units")
    assert [row for row in found if row[1] == "purchase"] == [
        ("X1", "purchase", "10.0000", "24.0000", "0.0000", "240.0000"),
        ("X1", "purchase", "10.0000", "24.0000", "240.0000", "240.0000"),
        ("X2", "purchase", "10.0000", "24.0000", "0.0000", "240.0000"),
    ]


def test_store_items_without_an_insurance_item_are_set_aside(claimsift: Claimsift, tmp_path: Path) -> None:
    files = with_book()
    files.add("HIS_VS_YB_STORE_MAPPING", {"ITEM_ID_STORE": "S3", "ITEM_ID": "", "SELF_PAY_FLAG": "1"})
    files.add("HIS_VS_YB_STORE_MAPPING", {"ITEM_ID_STORE": "S4", "ITEM_ID": "", "NO_CHARGE_FLAG": "1"})
    files.add("HIS_VS_YB_INVENTORY", {"ITEM_ID_STORE": "S3"}, {"ITEM_ID_STORE": "S4"}, {"ITEM_ID_STORE": "S5"})
    assert convert(claimsift, files, tmp_path).set_aside("stock") == {
        "self-paid store item without an insurance item": 1,
        "store item without an insurance item, marked in NO_CHARGE_FLAG": 1,
        "store item without an insurance item": 1,
    }


def year_of_bills(files: Handover, units: int) -> None:
    """Bills of a whole year, so that the book can be judged."""
    for month in range(1, 13):
        day = f"2024-{month:02}-03"
        claim = {
            "HISID": f"B{month}",
            "ZYH": f"2{month:03}",
            "REFUND_HISID": "",
            "ADMISSION_DATE": day,
            "DISCHARGE_DATE": day,
        }
        files.add("SETTLE_ZY", claim)
        line = {"HISID": f"B{month}", "USAGE_DATE": day, "BILLING_TIME": day, "NUM": str(units), "COST": str(units)}
        files.add("SETTLE_ZY_DETAIL", line)
        files.add(DELIVER, {"DEL_DATE": day})


def found(claimsift: Claimsift, files: Handover, scratch: Path, code: str) -> list[str]:
    """What one detector finds, by discriminator."""
    scratch.mkdir()
    folder = files.write(scratch / "handover")
    out = claimsift.screen(folder, scratch / "out", "--layout", "inspection-2024", "--select", code)
    return [row for (row,) in duckdb.execute(f"select discriminator from '{out / 'findings.parquet'}'").fetchall()]


def test_a_shortfall_needs_every_reading(claimsift: Claimsift, tmp_path: Path) -> None:
    clear, unclear = with_book(), with_book()
    for files in (clear, unclear):
        # 48 and 240 tablets less 24 are there; with the 10 of Z1, 370 are billed.
        year_of_bills(files, 30)
    unclear.tables["HIS_VS_YB_INVENTORY"][0]["PROD_CONVRAT"] = "48"
    assert found(claimsift, clear, tmp_path / "clear", "S04") == ["X1|2024"]
    assert found(claimsift, unclear, tmp_path / "unclear", "S04") == []


def test_goods_of_a_shared_store_code_may_have_been_bought(claimsift: Claimsift, tmp_path: Path) -> None:
    clear, unclear = with_book(), with_book()
    for files in (clear, unclear):
        year_of_bills(files, 1)
        line = {"ITEM_ID": "X7", "ITEM_NAME": "药丙", "NUM": "5", "COST": "5", "HISID": "B3"}
        files.add("SETTLE_ZY_DETAIL", line | {"USAGE_DATE": "2024-03-03", "BILLING_TIME": "2024-03-03"})
    unclear.add("HIS_VS_YB_STORE_MAPPING", {"ITEM_ID": "X7"})
    assert found(claimsift, clear, tmp_path / "clear", "S05") == ["X7"]
    assert found(claimsift, unclear, tmp_path / "unclear", "S05") == []
