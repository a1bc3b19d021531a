"""The detectors."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import _internal
from ._table import Table

if TYPE_CHECKING:
    from ._codes import Code, Derived, Name
    from ._paper import Lang


def detectors(*, lang: Lang = "en") -> Table:
    """List the detectors: code, name, title, scheme, tier, scope, columns needed, default parameters.

    Example:
        >>> import claimsift as cs
        >>> import pyarrow.compute as pc
        >>> cs.detectors().to_arrow().filter(pc.field("code") == "P02")["name"].to_pylist()
        ['overlapping-stays']
    """
    return Table(_internal.detectors(lang))


def sql(code: Code | Name | Derived) -> str:
    """Return the reference SQL of a detector, or of a table that it derives, for DuckDB, with named parameters.

    It reads the tables that `claimsift tables` writes, and of the derived tables nets, visits, stays, takings, charges
    and net_days, made in this order, those that its header names. It returns the rows that the detector finds.

    Raises:
        ConfigError: If there is no such detector, or it clusters and so has no SQL.

    Example:
        >>> import claimsift as cs
        >>> "select" in cs.sql("P02").lower()
        True
    """
    return _internal.sql(code)
