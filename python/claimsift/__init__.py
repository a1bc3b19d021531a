"""Screens medical-insurance claims for phantom hospitalisation, item swapping and forged settlement.

Three verbs do most of the work: :func:`read` a data set (or hand dataframes to :class:`Claims`), :func:`screen` it, and
let the :class:`Result` explain what it found::

    import claimsift as cs

    claims = cs.read("data/county")
    result = cs.screen(claims)
    result.leads(budget=60).to_pandas()
    result.explain("S000123")

Tables cross by the Arrow stream interface: pandas, polars, pyarrow and DuckDB work, none is required.
"""

from __future__ import annotations

from . import knowledge
from ._catalogue import detectors, sql
from ._check import Acceptance, Check, check
from ._claims import Claims, Frame, TableReport, read
from ._codes import Code, Derived, Name, Scheme, Tier
from ._config import Config
from ._errors import ConfigError, DataError, Error, SchemaError
from ._evaluate import Evaluation, LookAlikes, Losses, Rates, evaluate
from ._internal import __version__
from ._paper import Lang, Paper
from ._progress import Progress
from ._result import Result, screen
from ._table import Table

__all__ = [
    "Acceptance",
    "Check",
    "Claims",
    "Code",
    "Config",
    "ConfigError",
    "DataError",
    "Derived",
    "Error",
    "Evaluation",
    "Frame",
    "Lang",
    "LookAlikes",
    "Losses",
    "Name",
    "Paper",
    "Progress",
    "Rates",
    "Result",
    "SchemaError",
    "Scheme",
    "Table",
    "TableReport",
    "Tier",
    "__version__",
    "check",
    "detectors",
    "evaluate",
    "knowledge",
    "read",
    "screen",
    "sql",
]
