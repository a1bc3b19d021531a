"""The reference SQL gives what a person reckons by hand."""

from __future__ import annotations

import pytest
from by_hand import DEFAULTS, Case, cases, load, sorted_rows
from reference import DERIVED, Warehouse, detector_queries

CASES = cases()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_case(case: Case) -> None:
    warehouse = Warehouse(load(case), case.as_of)
    for name in DERIVED:
        if name in case.tables:
            columns = ", ".join(case.tables[name].columns)
            rows = warehouse.connection.execute(f"select {columns} from {name}").fetchall()
            assert sorted_rows(rows) == case.expected(name)
    if "findings" in case.tables:
        parameters = {**DEFAULTS[case.subject], **case.settings}
        rows = warehouse.rows(detector_queries()[case.subject], parameters)
        assert sorted_rows(rows) == case.expected("findings")


def test_every_query_has_cases() -> None:
    assert set(detector_queries()) <= {case.subject for case in CASES}
    assert set(detector_queries()) == set(DEFAULTS)


def test_every_case_expects_something() -> None:
    for case in CASES:
        assert set(case.tables) & {"findings", *DERIVED}, case.name


@pytest.mark.parametrize("code", detector_queries())
def test_empty_tables_give_no_rows(code: str) -> None:
    warehouse = Warehouse(load(Case(subject=code, title="empty")), "2025-12-31")
    assert warehouse.rows(detector_queries()[code], DEFAULTS[code]) == []
