"""Data sets in: files of any layout, databases, or dataframes."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

from . import _internal
from ._duckdb import duckdb_tables, is_duckdb_file
from ._progress import reporting
from ._table import Table
from .knowledge import paths

if TYPE_CHECKING:
    from collections.abc import Mapping

    from duckdb import DuckDBPyConnection

    from ._progress import Progress
    from .knowledge import KnowledgeChoice


class ArrowStream(Protocol):
    """Whatever speaks the Arrow stream interface."""

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """Hand the rows over."""


class ArrowArray(Protocol):
    """A record batch."""

    def __arrow_c_array__(self, requested_schema: object | None = None) -> object:
        """Hand the rows over."""


Frame: TypeAlias = ArrowStream | ArrowArray | Sequence[ArrowStream | ArrowArray]
"""A table coming in: a frame of pandas, polars or pyarrow, a DuckDB relation, or a list of batches of one schema."""


@dataclass(frozen=True)
class TableReport:
    """What became of the rows of one table: `read == kept + repeats + rejected + sum(set_aside.values())`.

    Attributes:
        read: Rows read.
        kept: Rows kept.
        repeats: Identical repeats of a kept row, set aside.
        rejected: Rows rejected; `Claims.rejects` has each with its reason.
        rounded: Numbers rounded to the column's decimals.
        unknown_codes: Words that the code lists do not know, by column, with their counts; they count as `other`.
        columns: Columns that were read.
        coverage: Rows kept that have a value, by column.
        set_aside: Rows that the layout leaves out on purpose, by reason.
        conflicts: Values left out where the layout puts rows of one key together and they differ, by column.
    """

    read: int
    kept: int
    repeats: int
    rejected: int
    rounded: int
    unknown_codes: Mapping[str, Mapping[str, int]]
    columns: Sequence[str]
    coverage: Mapping[str, int] = field(default_factory=dict)
    set_aside: Mapping[str, int] = field(default_factory=dict)
    conflicts: Mapping[str, int] = field(default_factory=dict)


class Claims:
    """A data set of claims, read and checked.

    Columns are known by their canonical names (see `python/docs/tables.md`), in any case or by the usual other
    spellings. What detectors read is read at once; other columns when a working paper first shows them.

    Example:
        >>> import claimsift as cs
        >>> import pyarrow as pa
        >>> stays = pa.table({
        ...     "claim_id": ["C1", "C2"],
        ...     "person_id": ["P1", "P1"],
        ...     "provider_id": ["H1", "H2"],
        ...     "visit_type": ["inpatient", "inpatient"],
        ...     "started_at": ["2025-05-03", "2025-05-05"],
        ...     "ended_at": ["2025-05-10", "2025-05-09"],
        ...     "total_amount": [6200.00, 1800.00],
        ... })
        >>> claims = cs.Claims(claims=stays)
        >>> claims
        <Claims: 2 claims, as of 2025-05-10>
        >>> claims.report["claims"].kept
        2
    """

    __slots__ = ("_claims",)

    _claims: _internal.Claims

    def __init__(
        self,
        claims: Frame,
        *,
        lines: Frame | None = None,
        diagnoses: Frame | None = None,
        procedures: Frame | None = None,
        persons: Frame | None = None,
        providers: Frame | None = None,
        staff: Frame | None = None,
        stock: Frame | None = None,
        dispensed: Frame | None = None,
        reports: Frame | None = None,
        results: Frame | None = None,
        orders: Frame | None = None,
        bed_log: Frame | None = None,
        payments: Frame | None = None,
        entitlements: Frame | None = None,
        registers: Frame | None = None,
        presence_checks: Frame | None = None,
        groups: Frame | None = None,
        catalogue: Frame | None = None,
        limits: Frame | None = None,
        exclusive_pairs: Frame | None = None,
        frequencies: Frame | None = None,
        intervals: Frame | None = None,
        courses: Frame | None = None,
        prerequisites: Frame | None = None,
        swap_pairs: Frame | None = None,
        price_caps: Frame | None = None,
        kits: Frame | None = None,
        add_ons: Frame | None = None,
        discount_groups: Frame | None = None,
        minutes: Frame | None = None,
        watch_lists: Frame | None = None,
        labels: Frame | None = None,
        max_rejects: float = 0.01,
        knowledge: KnowledgeChoice = None,
        threads: int | None = None,
        progress: Progress = None,
    ) -> None:
        """Take dataframes, one per table of the canonical layout.

        Args:
            claims: The settlements; the one table that is required.
            lines: The items charged.
            diagnoses: Diagnoses of claims.
            procedures: Operations.
            persons: The insured.
            providers: Hospitals, clinics and pharmacies.
            staff: Doctors, nurses and others.
            stock: Movements of stock.
            dispensed: Packs given out, by trace code.
            reports: Test reports.
            results: Values of test reports.
            orders: Doctors' orders.
            bed_log: Beds of visits.
            payments: How claims were paid.
            entitlements: Entitlements for chronic conditions.
            registers: Periods of injury, custody, stays abroad.
            presence_checks: Checks that a person was there.
            groups: Payment groups.
            catalogue: Items.
            limits: Limits of payment by sex, age, level, setting or insurance.
            exclusive_pairs: Items that include others.
            frequencies: The most of items in a period.
            intervals: The least time between two charges.
            courses: The longest courses.
            prerequisites: Items paid for only beside others.
            swap_pairs: Items known to be billed in place of others.
            price_caps: The highest prices.
            kits: Parts of items charged as a whole.
            add_ons: Items charged only on top of others.
            discount_groups: Operations charged at a part of their price through one incision.
            minutes: How long items take.
            watch_lists: Subjects to look at.
            labels: Decided cases.
            max_rejects: The share of rows of a table that may be rejected.
            knowledge: Knowledge folders to read beside the tables, or `"none"`; a small one of our own by default.
            threads: Threads to use; all cores by default.
            progress: Where to tell how far it is.

        Raises:
            SchemaError: If a column that a table must have is missing, or of a type that cannot hold its values.
            DataError: If more rows are rejected than allowed.
        """
        given = {
            "claims": claims,
            "lines": lines,
            "diagnoses": diagnoses,
            "procedures": procedures,
            "persons": persons,
            "providers": providers,
            "staff": staff,
            "stock": stock,
            "dispensed": dispensed,
            "reports": reports,
            "results": results,
            "orders": orders,
            "bed_log": bed_log,
            "payments": payments,
            "entitlements": entitlements,
            "registers": registers,
            "presence_checks": presence_checks,
            "groups": groups,
            "catalogue": catalogue,
            "limits": limits,
            "exclusive_pairs": exclusive_pairs,
            "frequencies": frequencies,
            "intervals": intervals,
            "courses": courses,
            "prerequisites": prerequisites,
            "swap_pairs": swap_pairs,
            "price_caps": price_caps,
            "kits": kits,
            "add_ons": add_ons,
            "discount_groups": discount_groups,
            "minutes": minutes,
            "watch_lists": watch_lists,
            "labels": labels,
        }
        tables = [(name, frame) for name, frame in given.items() if frame is not None]
        with reporting(progress) as reporter:
            self._claims = _internal.Claims.of_tables(tables, max_rejects, paths(knowledge), threads, reporter)

    @property
    def report(self) -> dict[str, TableReport]:
        """What became of the rows of each table."""
        report: dict[str, dict[str, Any]] = json.loads(self._claims.report)
        return {table: TableReport(**counts) for table, counts in report.items()}

    @property
    def rejects(self) -> Table:
        """Rows that were not kept, each with file, row number, column, value and reason; repeats are marked as such."""
        return Table(self._claims.rejects)

    @property
    def as_of(self) -> str:
        """The day up to which open stays count, that of the latest settlement."""
        return self._claims.as_of

    @property
    def layout(self) -> str:
        """The layout that was recognised; `plain` for dataframes."""
        return self._claims.layout

    def __len__(self) -> int:
        """Count the claims that were kept."""
        return self._claims.num_claims

    def __repr__(self) -> str:
        place = f" from {self._claims.path}" if self._claims.path else ""
        return f"<Claims: {len(self):,} claims{place}, as of {self.as_of}>"


def read(
    path: str | os.PathLike[str] | DuckDBPyConnection,
    *,
    layout: str | os.PathLike[str] = "auto",
    max_rejects: float = 0.01,
    knowledge: KnowledgeChoice = None,
    threads: int | None = None,
    progress: Progress = None,
) -> Claims:
    """Read a data set from a folder (or one file) of Parquet, CSV or Arrow files, or from a database.

    The tables and views of a database are read like files of their names. PostgreSQL and SQLite are read as a stream;
    DuckDB needs the package duckdb, and its tables are in memory as long as the data set is.

    Args:
        path: The folder, or the file of claims; `postgresql://USER@HOST:PORT/DATABASE?schema=NAME` (the password in it,
            in `PGPASSWORD` or in `~/.pgpass`); a file of SQLite or DuckDB; or an open connection of duckdb.
        layout: The name of a layout, a mapping file, or `auto` to recognise it by the headers.
        max_rejects: The share of rows of a table that may be rejected.
        knowledge: Knowledge folders to read beside the data set, or `"none"`; a small one of our own by default.
        threads: Threads to use; all cores by default.
        progress: Where to tell how far it is.

    Raises:
        ConfigError: If there is no such layout, or an address is wrong.
        SchemaError: If no layout knows the files, or a column that a table must have is missing.
        DataError: If a file or database cannot be read, or more rows are rejected than allowed.
        ImportError: If the file is one of DuckDB and the package is not installed.
    """
    claims = object.__new__(Claims)
    wanted = os.fspath(layout)
    with reporting(progress) as reporter:
        if isinstance(path, (str, os.PathLike)) and not is_duckdb_file(path):
            claims._claims = _internal.Claims.read(
                os.fspath(path), wanted, max_rejects, paths(knowledge), threads, reporter
            )
        else:
            with duckdb_tables(path) as (place, tables):
                claims._claims = _internal.Claims.of_database(
                    place, tables, wanted, max_rejects, paths(knowledge), threads, reporter
                )
    return claims
