"""The reference SQL: where it lies, what it is called and how it runs on canonical tables."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
from canonical import TABLES

if TYPE_CHECKING:
    from collections.abc import Mapping

REPOSITORY = Path(__file__).resolve().parents[2]
CORE = REPOSITORY / "crates" / "core" / "src"
DERIVED = ("nets", "visits", "stays", "takings", "charges", "net_days")
COLUMNS = ["subject_id", "discriminator", "claim_id", "tier", "observed", "asked"]

Row = tuple[Any, ...]


@dataclass(frozen=True)
class Query:
    """One SELECT of the reference SQL."""

    path: Path

    @property
    def text(self) -> str:
        """The file as it is."""
        return self.path.read_text(encoding="utf-8")

    @property
    def code(self) -> str:
        """The detector's code, first word of the header."""
        return self.text.removeprefix("--").split(maxsplit=1)[0]

    @property
    def parameters(self) -> set[str]:
        """The names the query binds."""
        statements = re.sub(r"--.*", "", self.text)
        return set(re.findall(r"\$([a-z_]+)", statements))

    def bind(self, values: Mapping[str, object]) -> dict[str, object]:
        """Of the values given, those that the query uses."""
        return {name: values[name] for name in self.parameters}


def detector_queries() -> dict[str, Query]:
    """Every detector's query by its code."""
    queries = [Query(path) for path in (CORE / "detectors").rglob("*.sql")]
    return {query.code: query for query in sorted(queries, key=lambda query: query.code)}


class Warehouse:
    """Canonical tables in DuckDB, with the derived tables made from them once."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, as_of: str | None) -> None:
        """Derive the tables; `as_of` is a day, or the latest day of the claims where it is not given."""
        self.connection = connection
        self.as_of = as_of or self._latest_day()
        for name in DERIVED:
            self._derive(name)

    @classmethod
    def of_folder(cls, folder: Path, as_of: str | None = None) -> Warehouse:
        """Read the Parquet files that `claimsift tables` wrote."""
        connection = duckdb.connect()
        for table in TABLES:
            connection.execute(f"create view {table} as select * from '{folder / table}.parquet'")
        return cls(connection, as_of)

    def rows(self, query: Query, values: Mapping[str, object]) -> list[Row]:
        """Run a detector's query."""
        cursor = self.connection.execute(query.text, query.bind({**values, "as_of": self.as_of}))
        names = [column[0] for column in cursor.description or []]
        assert names == COLUMNS, f"{query.path.name} returns {names}"
        return cursor.fetchall()

    def _derive(self, name: str) -> None:
        query = Query(CORE / "claims" / f"{name}.sql")
        self.connection.execute(f"create table {name} as {query.text}", query.bind({"as_of": self.as_of}))

    def _latest_day(self) -> str:
        latest = self.connection.execute(
            "select cast(cast(coalesce(max(settled_at), greatest(max(started_at), max(ended_at))) as date) as varchar)"
            " from claims"
        ).fetchone()
        assert latest is not None
        return str(latest[0])
