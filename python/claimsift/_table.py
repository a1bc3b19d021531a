"""Tables out, for whichever dataframe library is there."""

from __future__ import annotations

from html import escape
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from types import ModuleType

    import pandas as pd
    import polars as pl
    import pyarrow as pa

    from . import _internal

_SHOWN = 10
_WIDEST = 40


class Table:
    """A table of a result. It does not change.

    Anything that reads the Arrow stream interface takes it as it is: `polars.DataFrame(table)`, `pyarrow.table(table)`,
    `duckdb.sql("from table")`. Money is exact decimals.

    Example:
        >>> import claimsift as cs
        >>> cs.detectors().column_names[:3]
        ['code', 'name', 'title']
    """

    __slots__ = ("_table",)

    def __init__(self, table: _internal.Table) -> None:
        """Wrap a table of the extension module; results make these."""
        self._table = table

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """Hand the table over as an Arrow stream."""
        return self._table.__arrow_c_stream__(requested_schema)

    def __len__(self) -> int:
        """Count the rows."""
        return self._table.num_rows

    def __bool__(self) -> bool:
        """A table counts as true if it has rows."""
        return len(self) > 0

    @property
    def column_names(self) -> list[str]:
        """The names of the columns."""
        return self._table.column_names

    def head(self, rows: int = 5) -> Table:
        """The first rows, or all if there are fewer."""
        return Table(self._table.head(max(rows, 0)))

    def to_pandas(self) -> pd.DataFrame:
        """A pandas frame. Needs pandas and pyarrow; decimals become `decimal.Decimal` objects."""
        _needed("pandas", "to_pandas")
        frame: pd.DataFrame = _needed("pyarrow", "to_pandas").table(self).to_pandas()
        return frame

    def to_polars(self) -> pl.DataFrame:
        """A polars frame. Needs polars."""
        frame: pl.DataFrame = _needed("polars", "to_polars").DataFrame(self)
        return frame

    def to_arrow(self) -> pa.Table:
        """A pyarrow table. Needs pyarrow."""
        return _needed("pyarrow", "to_arrow").table(self)

    def __repr__(self) -> str:
        names = self.column_names
        shown = ", ".join(names[:6]) + (", …" if len(names) > 6 else "")
        return f"<Table: {_counted(len(self), 'row')}, {_counted(len(names), 'column')}: {shown}>"

    def _repr_html_(self) -> str:
        def cells(tag: str, texts: list[str | None]) -> str:
            return "".join(f"<{tag}>{escape(_shortened(text))}</{tag}>" for text in texts)

        head = cells("th", [*self.column_names])
        rows = "".join(f"<tr>{cells('td', row)}</tr>" for row in self._table.head(_SHOWN).rows())
        more = f"first {_SHOWN} of " if len(self) > _SHOWN else ""
        caption = f"<p>{more}{_counted(len(self), 'row')}</p>"
        return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>{caption}"


def _needed(library: str, method: str) -> Any:  # noqa: ANN401 (libraries that may not be there)
    module: ModuleType
    try:
        module = import_module(library)
    except ImportError as error:
        message = f"Table.{method}() needs {library}, which is not installed: pip install {library}"
        raise ImportError(message, name=library) from error
    return module


def _shortened(text: str | None) -> str:
    text = "" if text is None else text
    return text if len(text) <= _WIDEST else text[: _WIDEST - 1] + "…"


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}" + ("" if count == 1 else "s")
