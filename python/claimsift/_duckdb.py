"""Tables of DuckDB, whose own package hands them over as Arrow streams."""

from __future__ import annotations

import os
from contextlib import closing, contextmanager, nullcontext
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ._errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

    from duckdb import DuckDBPyConnection

_MAGIC = b"DUCK"
_MAGIC_AT = 8
# Tables and views of the schema in use; results of our own are no input.
_TABLES = """
    select table_name from information_schema.tables
    where table_catalog = current_database() and table_schema = current_schema()
        and not starts_with(table_name, 'claimsift_')
    order by table_name
"""


def is_duckdb_file(path: str | os.PathLike[str]) -> bool:
    """Whether there is a file of DuckDB, by its first bytes."""
    try:
        with Path(path).open("rb") as file:
            return file.read(_MAGIC_AT + len(_MAGIC))[_MAGIC_AT:] == _MAGIC
    except OSError:
        return False


@contextmanager
def duckdb_tables(
    source: str | os.PathLike[str] | DuckDBPyConnection,
) -> Iterator[tuple[str, list[tuple[str, object]]]]:
    """Yield where the tables are, and each of them with its name; a file is open for as long."""
    duckdb = _package()
    opened: AbstractContextManager[Any]
    place = os.fspath(source) if isinstance(source, (str, os.PathLike)) else "duckdb"
    try:
        if isinstance(source, (str, os.PathLike)):
            opened = closing(duckdb.connect(place, read_only=True))
        elif isinstance(source, duckdb.DuckDBPyConnection):
            opened = nullcontext(source)
        else:
            message = f"`path` must be a path, an address or a connection of duckdb; it is {type(source).__name__}"
            raise TypeError(message)
        with opened as connection:
            names = [name for (name,) in connection.execute(_TABLES).fetchall()]
            yield place, [(name, connection.sql(f"from {_quoted(name)}")) for name in names]
    except duckdb.Error as error:
        remedy = "close other programs that write it, or upgrade duckdb"
        message = f"{place} cannot be read as a DuckDB database ({error}); {remedy}"
        raise DataError(message) from error


def _package() -> Any:  # noqa: ANN401 (a package that may not be there)
    try:
        return import_module("duckdb")
    except ImportError as error:
        message = "reading a DuckDB database needs the package duckdb, which is not installed: pip install duckdb"
        raise ImportError(message, name="duckdb") from error


def _quoted(name: str) -> str:
    escaped = name.replace('"', '""')
    return f'"{escaped}"'
