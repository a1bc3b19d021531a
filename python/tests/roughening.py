"""Makes a county rough: rare circumstances become common, so that comparing engine and SQL reaches every branch.

The result is not meant to look like real data.
"""

from __future__ import annotations

from pathlib import Path

import duckdb
from canonical import TABLES

CHANGES = Path(__file__).with_suffix(".sql")


def roughen(tables: Path, folder: Path) -> Path:
    """Write a rough copy of canonical tables."""
    folder.mkdir()
    connection = duckdb.connect()
    for table in TABLES:
        connection.execute(f"create table {table} as from '{tables / table}.parquet'")
    connection.execute(CHANGES.read_text(encoding="utf-8"))
    for table in TABLES:
        connection.execute(f"copy {table} to '{folder / table}.parquet' (format parquet)")
    return folder
