"""Parquet tables into databases by other means than our own: DuckDB writes CSV for psql, or rows for sqlite3."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import duckdb

if TYPE_CHECKING:
    from pathlib import Path

    from postgres_server import PostgresServer

POSTGRES_TYPES = {"VARCHAR": "text", "DOUBLE": "double precision", "TIMESTAMP": "timestamp"}


def columns_of(path: Path) -> list[tuple[str, str]]:
    """Names and DuckDB types of a Parquet file's columns."""
    return [(name, kind) for name, kind, *_ in duckdb.execute(f"describe select * from '{path}'").fetchall()]


def tables_of(folder: Path) -> list[Path]:
    """The Parquet files of canonical tables."""
    return [
        path for path in sorted(folder.glob("*.parquet")) if path.stem not in {"rejects", "truth", "visits", "stays"}
    ]


def into_postgres(
    server: PostgresServer,
    folder: Path,
    database: str,
    schema: str = "public",
    storage: str = "",
    casts: str | None = None,
) -> None:
    """Copy every table into a schema; `casts` makes all columns one type, `storage` is added to the declaration."""
    server.psql("-c", f"create schema if not exists {schema}", database=database)
    for path in tables_of(folder):
        into_postgres_table(server, path, database, f'{schema}."{path.stem}"', storage, casts)


def into_postgres_table(
    server: PostgresServer, path: Path, database: str, table: str, storage: str = "", casts: str | None = None
) -> None:
    """Copy one table."""
    columns = columns_of(path)
    declared = ", ".join(f'"{name}" {casts or postgres_type(kind)}' for name, kind in columns)
    server.psql("-c", f"create table {table} ({declared}) {storage}", database=database)
    text = path.with_suffix(".psql.csv")
    duckdb.execute(f"copy (from '{path}') to '{text}' (format csv, header false, nullstr '\\N')")
    server.psql("-c", f"\\copy {table} from '{text}' (format csv, null '\\N')", database=database)
    server.psql("-c", f"analyze {table}", database=database)
    text.unlink()


def postgres_type(kind: str) -> str:
    """PostgreSQL's name for a type of DuckDB."""
    return POSTGRES_TYPES.get(kind, re.sub(r"^DECIMAL", "numeric", kind))


def into_sqlite(folder: Path, file: Path, affinity: str = "") -> None:
    """Write every table; columns are declared by type, or all with one affinity."""
    with closing(sqlite3.connect(file)) as connection, connection:
        for path in tables_of(folder):
            columns = columns_of(path)
            declared = ", ".join(f'"{name}" {affinity or kind}' for name, kind in columns)
            connection.execute(f'create table "{path.stem}" ({declared})')
            listed = ", ".join(sqlite_value(name, kind) for name, kind in columns)
            rows = duckdb.execute(f"select {listed} from '{path}'").fetchall()
            places = ", ".join("?" * len(columns))
            connection.executemany(f'insert into "{path.stem}" values ({places})', rows)


def sqlite_value(name: str, kind: str) -> str:
    """What Python's sqlite3 can bind."""
    return f'"{name}"' if kind in {"VARCHAR", "BOOLEAN", "INTEGER", "BIGINT", "DOUBLE"} else f'"{name}"::varchar'
