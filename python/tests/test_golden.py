"""The findings on the golden county are those that were reviewed.

`UPDATE_GOLDEN=1 pytest tests/test_golden.py` writes the snapshot anew; its difference is what a reviewer reads.
"""

from __future__ import annotations

import csv
import os
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
from conftest import GOLDEN

if TYPE_CHECKING:
    from command import Claimsift

SNAPSHOT = Path(__file__).parent / "golden" / "findings.csv"
COLUMNS = [
    "code",
    "tier",
    "scheme",
    "subject_id",
    "discriminator",
    "claim_id",
    "observed",
    "in_scope",
    "loss",
    "owned",
    "basis",
]

Row = tuple[str, ...]


def found(out: Path) -> list[Row]:
    texts = ", ".join(f"coalesce({column}::varchar, '')" for column in COLUMNS)
    query = f"select {texts} from '{out}/findings.parquet' order by code, subject_id, discriminator"
    # Distances of peer groups are rounded: their last digits are not what is reviewed.
    observed = COLUMNS.index("observed")
    rows = duckdb.execute(query).fetchall()
    return [(*row[:observed], f"{float(row[observed]):.4f}", *row[observed + 1 :]) for row in rows]


def by_detector(rows: Counter[Row]) -> str:
    counts = Counter(row[0] for row in rows.elements())
    lines = [f"  {code}: {count}" for code, count in sorted(counts.items())]
    return "\n".join([*lines, *("    " + " | ".join(row) for row in sorted(rows.elements())[:20])]) or "  none"


def test_findings_are_those_that_were_reviewed(claimsift: Claimsift, tmp_path: Path) -> None:
    rows = found(claimsift.screen(GOLDEN, tmp_path / "out", "--quiet"))
    if os.environ.get("UPDATE_GOLDEN"):
        SNAPSHOT.parent.mkdir(exist_ok=True)
        with SNAPSHOT.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows([COLUMNS, *rows])
    with SNAPSHOT.open(encoding="utf-8", newline="") as file:
        header, *reviewed = csv.reader(file)
    assert header == COLUMNS
    now, before = Counter(rows), Counter(tuple(row) for row in reviewed)
    assert now == before, (
        f"added by detector:\n{by_detector(now - before)}\nremoved by detector:\n{by_detector(before - now)}"
    )
