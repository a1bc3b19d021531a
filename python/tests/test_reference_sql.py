"""The engine gives the rows of the reference SQL, on generated counties, at the defaults and at two other settings."""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING

import duckdb
import pytest
from canonical import TABLES
from command import Claimsift, read_manifest, write_config
from reference import Row, detector_queries

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import County

QUERIES = detector_queries()
SETTINGS: dict[str, list[dict[str, object]]] = {
    "C01": [
        {"min_visits": 1, "min_providers": 1, "custom_percent": 1, "provider_percent": 1},
        {"min_visits": 5, "min_providers": 2, "custom_percent": 10, "provider_percent": 50},
    ],
    "C02": [
        {"min_visits": 1, "min_providers": 1, "custom_percent": 1, "provider_percent": 1},
        {"min_visits": 5, "min_providers": 2, "custom_percent": 10, "provider_percent": 50},
    ],
    "C03": [
        {"min_visits": 1, "min_providers": 1, "custom_percent": 1, "provider_percent": 1},
        {"min_visits": 5, "min_providers": 2, "custom_percent": 10, "provider_percent": 50},
    ],
    "C04": [{"min_excess_units": 2}, {"min_excess_units": 24}],
    "C08": [
        {
            "min_excess_days": 2,
            "departure_day_percent": 50,
            "departure_from_hour": 9,
            "extra_nursing_days": 0,
            "extra_consultation_days": 2,
        },
        {
            "min_excess_days": 1,
            "departure_day_percent": 100,
            "departure_from_hour": 14,
            "extra_nursing_days": 3,
            "extra_consultation_days": 0,
        },
    ],
    "C10": [{"min_users": 1, "defect_percent": 10}, {"min_users": 3, "defect_percent": 90}],
    "C11": [{"min_users": 1, "defect_percent": 10}, {"min_users": 3, "defect_percent": 90}],
    "C16": [{"min_copies": 3, "block_lines": 3}, {"min_copies": 2, "block_lines": 50}],
    "F01": [
        {"min_lines": 5, "match_percent": 100, "placeholder_claims": 3},
        {"min_lines": 1, "match_percent": 80, "placeholder_claims": 100},
    ],
    "F02": [
        {"min_surprise_bits": 60, "match_percent": 100, "min_lines": 8, "template_bills": 3},
        {"min_surprise_bits": 20, "match_percent": 60, "min_lines": 1, "template_bills": 12},
    ],
    "F06": [{"min_sharers": 5, "min_staff_sharers": 3}, {"min_sharers": 12, "min_staff_sharers": 8}],
    "F07": [{"min_users": 1, "defect_percent": 10}, {"min_users": 3, "defect_percent": 90}],
    "F14": [
        {"min_excess_fen": 100, "min_excess_per_mille": 20, "systemic_percent": 1, "systemic_min_claims": 5},
        {"min_excess_fen": 1, "min_excess_per_mille": 1, "systemic_percent": 50, "systemic_min_claims": 100},
    ],
    "F22": [
        {"max_gap_seconds": 90, "min_persons": 7, "min_surprise": 9.0, "max_wait_minutes": 30, "min_weeks": 8},
        {"max_gap_seconds": 900, "min_persons": 4, "min_surprise": 5.0, "max_wait_minutes": 240, "min_weeks": 1},
    ],
    "O16": [
        {"high_percent": 185, "low_percent": 40, "min_z": 4.5},
        {"high_percent": 250, "low_percent": 52, "min_z": 4.0},
    ],
    "P02": [
        {"min_overlap_nights": 2, "breach_nights": 4, "breach_share_percent": 80, "max_transfer_lag_hours": 1},
        {"min_overlap_nights": 1, "breach_nights": 7, "breach_share_percent": 20, "max_transfer_lag_hours": 72},
    ],
    "P03": [
        {
            "margin_days": 2,
            "date_only_margin_days": 1,
            "min_purchases": 3,
            "whole_stay_percent": 20,
            "series_diagnoses": [],
        },
        {
            "margin_days": 1,
            "date_only_margin_days": 3,
            "min_purchases": 2,
            "whole_stay_percent": 90,
            "series_diagnoses": ["J", "I"],
        },
    ],
    "P04": [
        {"clue_percent": 30, "min_nights": 5, "suspicion_percent": 60, "suspicion_nights": 2, "thin_percent": 80},
        {"clue_percent": 50, "min_nights": 1, "suspicion_percent": 110, "suspicion_nights": 1, "thin_percent": 60},
    ],
    "P06": [
        {
            "min_empty_run": 2,
            "max_chance_per_mille": 100,
            "min_comparable": 30,
            "trim_percent": 0,
            "min_line_percent": 50,
            "common_percent": 20,
            "quiet_diagnoses": [],
        },
        {
            "min_empty_run": 4,
            "max_chance_per_mille": 250,
            "min_comparable": 300,
            "trim_percent": 40,
            "min_line_percent": 10,
            "common_percent": 5,
            "quiet_diagnoses": ["F", "I", "Z50"],
        },
    ],
    "P08": [
        {
            "max_nights": 6,
            "mild_diagnoses": ["J", "I10", "K29", "R", "M"],
            "injection_words": ["静脉输液", "针"],
            "min_norm_stays": 30,
            "min_provider_stays": 10,
            "min_low_stays": 3,
            "max_q_per_mille": 200,
        },
        {
            "max_nights": 12,
            "mild_diagnoses": ["J06", "I", "E", "R42", "M5", "K"],
            "injection_words": ["输液"],
            "min_norm_stays": 10,
            "min_provider_stays": 5,
            "min_low_stays": 4,
            "max_q_per_mille": 500,
        },
    ],
    "P09": [
        {"max_gap_days": 30, "continued_percent": 80, "cost_percent": 60, "planned_diagnoses": ["Z51"]},
        {"max_gap_days": 5, "continued_percent": 20, "cost_percent": 110, "planned_diagnoses": ["Z", "J", "O"]},
    ],
    "P17": [{"min_days_after": 1}, {"min_days_after": 7}],
    "P19": [
        {
            "min_stays": 10,
            "window_fen": 5000,
            "min_equal_stays": 3,
            "equal_percent": 2,
            "min_diagnosis_stays": 15,
            "variation_percent": 80,
        },
        {
            "min_stays": 5,
            "window_fen": 0,
            "min_equal_stays": 2,
            "equal_percent": 1,
            "min_diagnosis_stays": 11,
            "variation_percent": 60,
        },
    ],
    "S04": [
        {"min_gap_per_mille": 20, "min_gap_packs": 1, "min_months": 1},
        {"min_gap_per_mille": 600, "min_gap_packs": 20, "min_months": 12},
    ],
    "S05": [{"min_months": 6, "min_lines": 7}, {"min_months": 13, "min_lines": 2}],
}
NAMES = ["seed-1", "seed-2", "seed-3", "rough", "golden"]
SHOWN = 5


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("change", [0, 1, 2], ids=["defaults", "setting-1", "setting-2"])
@pytest.mark.parametrize("code", QUERIES)
def test_findings_are_those_of_the_sql(
    claimsift: Claimsift, counties: dict[str, County], tmp_path: Path, code: str, change: int, name: str
) -> None:
    if name not in counties:
        pytest.skip("no golden set")
    county = counties[name]
    changed = [{}, *SETTINGS[code]][change]
    expected = county.warehouse.rows(QUERIES[code], {**claimsift.detector(code)["parameters"], **changed})
    config = write_config(tmp_path / "settings.toml", {code: changed})
    out = claimsift.screen(county.folder, tmp_path / "out", "--select", code, "--config", config)
    assert read_manifest(out)["as_of"] == county.warehouse.as_of
    difference = describe_difference(expected, read_findings(out, code))
    assert not difference, difference


@pytest.mark.parametrize("code", QUERIES)
def test_the_sql_finds_something(claimsift: Claimsift, counties: dict[str, County], code: str) -> None:
    parameters = claimsift.detector(code)["parameters"]
    assert any(county.warehouse.rows(QUERIES[code], parameters) for county in counties.values())


@pytest.mark.parametrize("code", QUERIES)
def test_each_setting_changes_the_findings(claimsift: Claimsift, counties: dict[str, County], code: str) -> None:
    defaults = claimsift.detector(code)["parameters"]
    for changed in SETTINGS[code]:
        assert set(changed) == set(defaults) & QUERIES[code].parameters, "a setting changes every parameter"
        assert any(
            Counter(county.warehouse.rows(QUERIES[code], defaults))
            != Counter(county.warehouse.rows(QUERIES[code], {**defaults, **changed}))
            for county in counties.values()
        )


@pytest.mark.parametrize("code", QUERIES)
def test_the_command_shows_the_same_sql(claimsift: Claimsift, code: str) -> None:
    described = claimsift.detector(code)
    assert described["code"] == code
    assert described["sql"] == QUERIES[code].text
    assert QUERIES[code].text.startswith(f"-- {code} {described['name']}: ")


def read_findings(out: Path, code: str) -> list[Row]:
    """Read the findings in the columns of the reference SQL."""
    return duckdb.execute(
        f"select subject_id, discriminator, claim_id, tier, observed, in_scope from '{out}/findings.parquet'"
        " where code = $code",
        {"code": code},
    ).fetchall()


def describe_difference(expected: list[Row], actual: list[Row]) -> str:
    """Say which rows only one side has, or whose `observed` differs; empty when there are none."""
    wanted, found = Counter(map(exact_part, expected)), Counter(map(exact_part, actual))
    if wanted != found:
        missing, surplus = list((wanted - found).elements()), list((found - wanted).elements())
        return "\n".join(
            [
                f"{len(missing)} rows only in the SQL ({len(expected)}):",
                *map(str, sorted(missing, key=str)[:SHOWN]),
                f"{len(surplus)} rows only in the findings ({len(actual)}):",
                *map(str, sorted(surplus, key=str)[:SHOWN]),
            ]
        )
    pairs = zip(sorted(expected, key=sorting_key), sorted(actual, key=sorting_key), strict=True)
    unequal = [f"{want} {have}" for want, have in pairs if not math.isclose(want[4], have[4], rel_tol=1e-9)]
    return "\n".join([f"{len(unequal)} rows differ in observed (SQL, findings):", *unequal[:SHOWN]]) if unequal else ""


def exact_part(row: Row) -> Row:
    """Every column but `observed`."""
    return (*row[:4], row[5])


def sorting_key(row: Row) -> tuple[str, float]:
    """Order rows by what is exact, then by `observed`."""
    return str(exact_part(row)), float(row[4])


def test_whoever_has_the_command_can_run_a_query(claimsift: Claimsift, county: County) -> None:
    described = claimsift.detector("C04")
    connection = duckdb.connect()
    for table in TABLES:
        connection.execute(f"create view {table} as select * from '{county.tables / table}.parquet'")
    values = {**described["parameters"], "as_of": county.warehouse.as_of}

    def used(sql: str) -> dict[str, object]:
        return {name: value for name, value in values.items() if f"${name}" in sql}

    for table in described["derived_tables"]:
        sql = claimsift.succeed("detectors", table)
        connection.execute(f"create table {table} as {sql}", used(sql))
    rows = connection.execute(described["sql"], used(described["sql"])).fetchall()
    assert rows
    assert ", ".join(described["derived_tables"]) in claimsift.succeed("detectors", "C04")
    assert Counter(rows) == Counter(county.warehouse.rows(QUERIES["C04"], described["parameters"]))
