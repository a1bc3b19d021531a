"""What tests of databases share: results that must be the same, and secrets that must be nowhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

import duckdb
from command import read_manifest

if TYPE_CHECKING:
    from pathlib import Path

DONE, WRONG_USE, REJECTED, INTERNAL = 0, 2, 3, 5
# So that a table has several parts.
SPARSE = "with (fillfactor = 10)"


def assert_same_result(out: Path, expected: Path) -> None:
    """All tables byte for byte, but for rejects, which name the file."""
    for path in sorted(expected.glob("*.parquet")):
        if path.stem != "rejects":
            assert (out / path.name).read_bytes() == path.read_bytes(), path.name
    ours, theirs = read_manifest(out), read_manifest(expected)
    for part in ("as_of", "tables", "totals", "assessments", "scored"):
        assert ours[part] == theirs[part], part
    assert ours["totals"]["breach"]["findings"] > 0


def assert_nowhere(secret: str, *texts: str, folder: Path | None = None) -> None:
    """The secret is in none of the texts and files, plain or encoded."""
    forms = [secret, secret.replace("/", "%2F").replace(":", "%3A"), secret[4:-2]]
    for form in forms:
        assert not any(form in text for text in texts)
        for path in [] if folder is None else folder.rglob("*"):
            assert path.is_dir() or form.encode() not in path.read_bytes(), path


def count(table: str) -> int:
    """The rows of a table of DuckDB."""
    [(rows,)] = duckdb.execute(f"select count(*) from {table}").fetchall()
    return int(rows)
