"""Writes a data set again in another file format, or with other column types."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.ipc
import pyarrow.parquet
from canonical import TABLES

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

ZONE_OFFSET = pa.scalar(8 * 3600 * 1_000_000, pa.duration("us"))
"""Local time in Shanghai is eight hours ahead of UTC."""

KEYS = (("claim_id", "original_claim_id"), ("person_id",))
"""Columns that hold the same keys."""


def read_tables(folder: Path) -> dict[str, Any]:
    """Read the Parquet tables of a data set."""
    files = {table: folder / f"{table}.parquet" for table in TABLES}
    return {table: pyarrow.parquet.read_table(path) for table, path in files.items() if path.exists()}


def write_tables(tables: dict[str, Any], folder: Path, write: Callable[[Any, Path], None], extension: str) -> Path:
    """Write each table with `write` to a file of its name."""
    folder.mkdir()
    for name, table in tables.items():
        write(table, folder / f"{name}.{extension}")
    return folder


def write_csv(table: Any, path: Path) -> None:  # noqa: ANN401
    """Write CSV, compressed as the name says; times to the second."""
    whole_seconds = change_columns(table, pa.types.is_timestamp, lambda column: column.cast(pa.timestamp("s")))
    with pa.output_stream(path, compression="detect") as sink:
        pyarrow.csv.write_csv(whole_seconds, sink)


def write_arrow(table: Any, path: Path) -> None:  # noqa: ANN401
    """Write an Arrow IPC file."""
    with pa.ipc.new_file(path, table.schema) as sink:
        sink.write_table(table, max_chunksize=5_000)


def write_parquet(table: Any, path: Path) -> None:  # noqa: ANN401
    """Write Parquet in several row groups."""
    pyarrow.parquet.write_table(table, path, row_group_size=5_000)


def change_columns(table: Any, applies: Callable[[Any], bool], change: Callable[[Any], Any]) -> Any:  # noqa: ANN401
    """Change each column whose type `applies`."""
    for position, column in enumerate(table.schema):
        if applies(column.type):
            table = table.set_column(position, column.name, change(table.column(position)))
    return table


def dictionary_encoded(table: Any) -> Any:  # noqa: ANN401
    """Texts as dictionaries."""
    return change_columns(table, is_text, lambda column: column.cast(pa.string()).dictionary_encode())


def large_strings(table: Any) -> Any:  # noqa: ANN401
    """Texts with 64-bit offsets."""
    return change_columns(table, is_text, lambda column: column.cast(pa.large_string()))


def string_views(table: Any) -> Any:  # noqa: ANN401
    """Texts as views."""
    return change_columns(table, is_text, lambda column: column.cast(pa.string()).cast(pa.string_view()))


def doubles(table: Any) -> Any:  # noqa: ANN401
    """Decimals as doubles."""
    return change_columns(table, pa.types.is_decimal, lambda column: column.cast(pa.float64()))


def times_in(unit: str) -> Callable[[Any], Any]:
    """Times in another unit."""
    return lambda table: change_columns(table, pa.types.is_timestamp, lambda column: column.cast(pa.timestamp(unit)))


def times_in_utc(table: Any) -> Any:  # noqa: ANN401
    """Times as instants in UTC."""
    return change_columns(
        table,
        pa.types.is_timestamp,
        lambda column: pc.subtract(column.cast(pa.timestamp("us")), ZONE_OFFSET).cast(pa.timestamp("us", "UTC")),
    )


def numbered_keys(tables: dict[str, Any]) -> dict[str, Any]:
    """Number the claims and persons, in the order of their first mention, as 64-bit integers."""
    for names in KEYS:
        mentioned = pa.chunked_array(
            [
                chunk
                for table in tables.values()
                for name in names
                if name in table.column_names
                for chunk in table.column(name).cast(pa.string()).chunks
            ]
        )
        known = mentioned.drop_null().unique()
        tables = {table: number_columns(content, names, known) for table, content in tables.items()}
    return tables


def number_columns(table: Any, names: tuple[str, ...], known: Any) -> Any:  # noqa: ANN401
    """Replace the keys in some columns by their numbers, from 1."""
    for name in names:
        if name in table.column_names:
            numbers = pc.add(pc.index_in(table.column(name).cast(pa.string()), value_set=known).cast(pa.int64()), 1)
            table = table.set_column(table.column_names.index(name), name, numbers)
    return table


def keys_as_text(table: Any) -> Any:  # noqa: ANN401
    """Write numbered keys as texts."""
    for name in [name for names in KEYS for name in names if name in table.column_names]:
        texts = table.column(name).cast(pa.string())
        table = table.set_column(table.column_names.index(name), name, texts)
    return table


def is_text(kind: Any) -> bool:  # noqa: ANN401
    """Whether a column holds text, plain or as a dictionary."""
    if pa.types.is_dictionary(kind):
        return is_text(kind.value_type)
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind))
