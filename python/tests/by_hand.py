"""Cases small enough to reckon by hand, read from the Markdown files in `by_hand/`, one file for each query.

A case is a second-level heading and a fenced block of tables: the given ones, then what must come out (`findings`, or
some columns of `nets`, `visits` or `stays`). Columns stand two spaces apart; `-` is null, `""` an empty text, and
`A{1..100}` writes a row a hundred times. Columns that are not given take the value in `GIVEN`, or are null. A table
`settings` changes parameters, a table `as_of` the day the data speaks for.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
from canonical import TABLES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

FOLDER = Path(__file__).parent / "by_hand"
GIVEN = {
    "claims": {"person_id": "P", "provider_id": "H1", "visit_type": "inpatient", "total_amount": "1000"},
    "lines": {"item_code": "X", "quantity": "1", "unit_price": "10", "amount": "10"},
}
DEFAULTS: dict[str, dict[str, object]] = {
    "P02": {"min_overlap_nights": 1, "breach_nights": 2, "breach_share_percent": 50, "max_transfer_lag_hours": 24},
    "P04": {"clue_percent": 100, "min_nights": 10, "suspicion_percent": 150, "suspicion_nights": 3, "thin_percent": 50},
    "P08": {
        "max_nights": 3,
        "mild_diagnoses": [
            "E78",
            "G43",
            "G44",
            "G47",
            "I10",
            "J00",
            "J01",
            "J02",
            "J03",
            "J04",
            "J06",
            "J20",
            "J40",
            "K29",
            "K30",
            "K59",
            "M47",
            "M50",
            "M54",
            "R42",
            "R51",
            "R53",
            "Z00",
            "Z01",
        ],
        "injection_words": ["注射", "输液", "静脉", "静滴", "肌注", "针剂"],
        "min_norm_stays": 100,
        "min_provider_stays": 20,
        "min_low_stays": 5,
        "max_q_per_mille": 50,
    },
    "P09": {
        "max_gap_days": 15,
        "continued_percent": 50,
        "cost_percent": 90,
        "planned_diagnoses": ["Z51", "Z49", "Z50", "O", "P"],
    },
    "P03": {
        "margin_days": 1,
        "date_only_margin_days": 2,
        "min_purchases": 2,
        "whole_stay_percent": 50,
        "series_diagnoses": ["N18", "N19", "Z49", "Z51.0"],
    },
    "P06": {
        "min_empty_run": 3,
        "max_chance_per_mille": 10,
        "min_comparable": 200,
        "trim_percent": 20,
        "min_line_percent": 80,
        "common_percent": 50,
        "quiet_diagnoses": ["F", "Z50", "Z51.5"],
    },
    "P17": {"min_days_after": 2},
    "P19": {
        "min_stays": 30,
        "window_fen": 100,
        "min_equal_stays": 5,
        "equal_percent": 5,
        "min_diagnosis_stays": 10,
        "variation_percent": 10,
    },
    "O16": {"high_percent": 200, "low_percent": 50, "min_z": 5.0},
    "F01": {"min_lines": 3, "match_percent": 90, "placeholder_claims": 20},
    "F02": {"min_surprise_bits": 30, "match_percent": 90, "min_lines": 3, "template_bills": 6},
    "F06": {"min_sharers": 10, "min_staff_sharers": 5},
    "F07": {"min_users": 30, "defect_percent": 30},
    "F14": {"min_excess_fen": 5, "min_excess_per_mille": 1, "systemic_percent": 5, "systemic_min_claims": 20},
    "C01": {"min_visits": 30, "min_providers": 3, "custom_percent": 30, "provider_percent": 90},
    "C02": {"min_visits": 30, "min_providers": 3, "custom_percent": 30, "provider_percent": 90},
    "C03": {"min_visits": 30, "min_providers": 3, "custom_percent": 30, "provider_percent": 90},
    "C04": {"min_excess_units": 1},
    "C08": {
        "min_excess_days": 1,
        "departure_day_percent": 0,
        "departure_from_hour": 12,
        "extra_nursing_days": 1,
        "extra_consultation_days": 1,
    },
    "C10": {"min_users": 30, "defect_percent": 30},
    "C11": {"min_users": 30, "defect_percent": 30},
    "C16": {"min_copies": 2, "block_lines": 5},
    "F22": {"max_gap_seconds": 180, "min_persons": 5, "min_surprise": 6.0, "max_wait_minutes": 60, "min_weeks": 4},
    "S04": {"min_gap_per_mille": 50, "min_gap_packs": 3, "min_months": 3},
    "S05": {"min_months": 12, "min_lines": 1},
}


@dataclass
class Table:
    """A table as written: its columns and rows of text."""

    columns: list[str]
    rows: list[list[str | None]]


@dataclass
class Case:
    """One heading of a file."""

    subject: str
    title: str
    tables: dict[str, Table] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Subject and title, to name the test."""
        return f"{self.subject}: {self.title}"

    @property
    def settings(self) -> dict[str, object]:
        """The parameters it changes."""
        changed = self.tables.get("settings", Table([], []))
        return {str(name): json.loads(str(value)) for name, value in changed.rows}

    @property
    def as_of(self) -> str | None:
        """The day the data speaks for, where it is given."""
        given = self.tables.get("as_of")
        return given.rows[0][0] if given else None

    def expected(self, name: str) -> list[tuple[str, ...]]:
        """The rows of an expected table, sorted."""
        return sorted(tuple(map(readable, row)) for row in self.tables[name].rows)


def cases() -> list[Case]:
    """Every case of every file."""
    return [case for path in sorted(FOLDER.glob("*.md")) for case in _read_file(path)]


def load(case: Case) -> duckdb.DuckDBPyConnection:
    """Put a case's tables into DuckDB; those it does not give are empty."""
    connection = duckdb.connect()
    for name, columns in TABLES.items():
        declared = ", ".join(f'"{column}" {kind}' for column, kind in columns.items())
        connection.execute(f"create table {name} ({declared})")
        table = case.tables.get(name)
        if table is not None:
            _insert(connection, name, table)
    return connection


def sorted_rows(rows: Iterable[Iterable[object]]) -> list[tuple[str, ...]]:
    """Rows as text, sorted, to be compared with `Case.expected`."""
    return sorted(tuple(map(readable, row)) for row in rows)


def readable(value: object) -> str:
    """A value as a case writes it: `-` for null, numbers without trailing zeros, times to the minute."""
    if value is None:
        return "-"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="minutes")
    if isinstance(value, int | float | Decimal):
        return f"{Decimal(str(value)).normalize():f}"
    return str(value)


def _insert(connection: duckdb.DuckDBPyConnection, name: str, table: Table) -> None:
    given = {column: value for column, value in GIVEN.get(name, {}).items() if column not in table.columns}
    columns = ", ".join(f'"{column}"' for column in [*table.columns, *given])
    marks = ", ".join("?" for _ in [*table.columns, *given])
    connection.executemany(
        f"insert into {name} ({columns}) values ({marks})", [[*row, *given.values()] for row in table.rows]
    )


def _read_file(path: Path) -> Iterator[Case]:
    subject = path.stem.split("-")[0]
    for section in re.split(r"^## ", path.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]:
        title, body = section.split("\n", 1)
        case = Case(subject=subject, title=title.strip())
        for block in re.findall(r"^```\n(.*?)^```", body, flags=re.MULTILINE | re.DOTALL):
            for text in block.strip("\n").split("\n\n"):
                name, *lines = text.splitlines()
                case.tables[name] = _read_table(lines)
        yield case


def _read_table(lines: list[str]) -> Table:
    split = [re.split(r" {2,}", line.strip()) for line in lines]
    columns, *written = split
    rows: list[list[str | None]] = []
    for cells in written:
        assert len(cells) == len(columns), f"{cells} does not fit {columns}"
        rows.extend([_cell(cell) for cell in repeat] for repeat in _repeats(cells))
    return Table(columns, rows)


def _repeats(cells: list[str]) -> Iterator[list[str]]:
    span = re.search(r"\{(\d+)\.\.(\d+)\}", "  ".join(cells))
    if span is None:
        yield cells
        return
    for number in range(int(span[1]), int(span[2]) + 1):
        yield [cell.replace(span[0], str(number)) for cell in cells]


def _cell(text: str) -> str | None:
    return {"-": None, '""': ""}.get(text, text)
