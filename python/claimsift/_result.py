"""Screening, and what can be asked of its result."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from . import _internal
from ._errors import ConfigError
from ._paper import WIDTH, Paper, preformatted
from ._progress import reporting
from ._table import Table

if TYPE_CHECKING:
    from ._claims import Claims
    from ._codes import Code, Name
    from ._config import Config
    from ._paper import Lang
    from ._progress import Progress

Selection: TypeAlias = "Code | Name | Sequence[Code | Name]"


class Result:
    """What a screening found. In a notebook it shows its summary."""

    __slots__ = ("_result",)

    def __init__(self, result: _internal.Result) -> None:
        """Wrap a result of the extension module; `screen` makes these."""
        self._result = result

    @property
    def scores(self) -> Table:
        """One row per claim that stands and that the fund pays for: scores from 0 to 1, exposure, tier, codes."""
        return self._table("scores")

    @property
    def findings(self) -> Table:
        """One row per finding: who, when, which rule, the facts, the money and what it means in words."""
        return self._table("findings")

    @property
    def evidence(self) -> Table:
        """The rows that findings rest on, by `finding_id`."""
        return self._table("evidence")

    @property
    def measures(self) -> Table:
        """Near misses: candidates within their detector's floor that miss a threshold."""
        return self._table("measures")

    @property
    def provider_scores(self) -> Table:
        """One row per provider, with findings or without."""
        return self._table("provider_scores")

    @property
    def person_scores(self) -> Table:
        """One row per person with findings."""
        return self._table("person_scores")

    @property
    def staff_scores(self) -> Table:
        """One row per member of staff in charge of claims with findings."""
        return self._table("staff_scores")

    @property
    def rings(self) -> Table:
        """Linked persons and providers."""
        return self._table("rings")

    @property
    def indicators(self) -> Table:
        """Values of indicators by subject and period."""
        return self._table("indicators")

    @property
    def rejects(self) -> Table:
        """Rows of the data set that were not kept, with the reason."""
        return self._table("rejects")

    def leads(self, budget: int | None = None) -> Table:
        """Providers worth a visit, the most worthwhile first: by expected loss.

        Args:
            budget: How many visits there is time for; all leads by default.
        """
        leads = self._table("leads")
        return leads if budget is None else leads.head(budget)

    @property
    def leads_above_gate(self) -> int:
        """How many leads are likely enough to be worth a visit."""
        return self._result.leads_above_gate

    @property
    def manifest(self) -> dict[str, Any]:
        """What the result was made from: files, settings, rows read and kept, what could not be assessed, totals."""
        manifest: dict[str, Any] = json.loads(self._result.manifest)
        return manifest

    def summary(self, *, lang: Lang | None = None, width: int = WIDTH) -> Paper:
        """What the run took in, what it found, what it could not assess, and what to do next.

        Args:
            lang: The language; that of the run by default.
            width: Columns of the text.
        """
        return Paper(self._result.summary(lang, width))

    def explain(
        self,
        subject: str,
        *,
        lang: Lang | None = None,
        width: int = WIDTH,
        threads: int | None = None,
        progress: Progress = None,
    ) -> Paper:
        """Write the working paper of a claim, a finding or a provider, from which it can be checked by hand.

        The first paper reads the columns that no detector has read.

        Args:
            subject: The id of a claim, a provider, or a finding (its first characters are enough).
            lang: The language; that of the run by default.
            width: Columns of the text.
            threads: Threads to use; all cores by default.
            progress: Where to tell how far it is.

        Raises:
            DataError: If there is no such subject, or the files have changed since they were read.
        """
        with reporting(progress) as reporter:
            return Paper(self._result.explain(subject, lang, width, threads, reporter))

    def save(self, out: str | os.PathLike[str], *, threads: int | None = None, progress: Progress = None) -> Path:
        """Write the files that `claimsift screen` writes, and return their folder.

        Args:
            out: A folder that is absent, empty or a result; a result is replaced as a whole.
            threads: Threads to use; all cores by default.
            progress: Where to tell how far it is.

        Raises:
            Error: If the folder holds anything else, or cannot be written.
        """
        with reporting(progress) as reporter:
            self._result.save(os.fspath(out), threads, reporter)
        return Path(out)

    def write(self, address: str, *, threads: int | None = None, progress: Progress = None) -> str:
        """Write the tables of the result into a database, in one transaction, and return the id of the run.

        Each goes into a table `claimsift_…`, such as `claimsift_scores`, with the column `run_id` before the others,
        and the run with its manifest into `claimsift_runs`. The same data, settings and version have the same id:
        written again, the run is replaced. Other runs stay.

        Args:
            address: `postgresql://USER@HOST:PORT/DATABASE?schema=NAME` or `sqlite:FILE`. A password may be in it, in
                `PGPASSWORD` or in `~/.pgpass`; it is never written anywhere.
            threads: Threads to use; all cores by default.
            progress: Where to tell how far it is.

        Raises:
            ConfigError: If the address names no database.
            Error: If the database refuses, or a table of that name is not ours; it is then as it was.
        """
        with reporting(progress) as reporter:
            return self._result.write(address, threads, reporter)

    def _table(self, name: str) -> Table:
        return Table(self._result.table(name))

    def __repr__(self) -> str:
        scored, found = len(self.scores), len(self.findings)
        return f"<Result: {scored:,} claims scored, {found:,} findings, {self.leads_above_gate:,} leads above the gate>"

    def _repr_html_(self) -> str:
        return preformatted(self.summary())


def screen(
    claims: Claims,
    *,
    config: Config | Mapping[str, Any] | str | os.PathLike[str] | None = None,
    select: Selection = (),
    ignore: Selection = (),
    as_of: date | str | None = None,
    seed: int | None = None,
    lang: Lang = "en",
    threads: int | None = None,
    progress: Progress = None,
) -> Result:
    """Screen a data set. The same data and settings give the same result, whatever the threads.

    Args:
        claims: The data set.
        config: Settings by section, such as `{"P09": {"max_gap_days": 10}}`, or the path of a TOML file.
        select: Codes or names of the detectors to run; all by default.
        ignore: Codes or names of detectors to leave out.
        as_of: The day up to which open stays count; by default that of the latest settlement.
        seed: The seed of everything that draws.
        lang: The language of messages.
        threads: Threads to use; all cores by default.
        progress: Where to tell how far it is.

    Raises:
        ConfigError: If settings are wrong; it lists every problem.

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
        >>> result = cs.screen(cs.Claims(claims=stays), select=["P02"])
        >>> result.findings.to_arrow()["claim_id"].to_pylist()
        ['C2']
        >>> cs.screen(cs.Claims(claims=stays), config={"P02": {"min_overlap_nights": 0}})
        Traceback (most recent call last):
            ...
        claimsift.ConfigError: `P02.min_overlap_nights` must be from 1 to 365; it is 0
    """
    written = _configured(config)
    run = written.setdefault("run", {})
    if isinstance(run, Mapping):
        options = {"select": _listed(select), "ignore": _listed(ignore), "as_of": as_of and str(as_of), "seed": seed}
        written["run"] = {**run, **{name: value for name, value in options.items() if value not in (None, [])}}
    with reporting(progress) as reporter:
        return Result(_internal.screen(claims._claims, _as_json(written), lang, threads, reporter))


def _configured(config: Config | Mapping[str, Any] | str | os.PathLike[str] | None) -> dict[str, Any]:
    if config is None:
        return {}
    if isinstance(config, Mapping):
        return dict(config)
    if not isinstance(config, (str, os.PathLike)):
        message = f"`config` must be a mapping or the path of a TOML file; it is {type(config).__name__}"
        raise ConfigError(message)
    path = Path(config)
    try:
        written: dict[str, Any] = json.loads(_internal.toml_as_json(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError) as error:
        message = f"{path}: {error}; give the path of a TOML file"
        raise ConfigError(message) from error
    except ConfigError as error:
        message = f"{path}: {error}"
        raise ConfigError(message) from error
    return written


def _listed(selection: Selection) -> list[str]:
    return [selection] if isinstance(selection, str) else list(selection)


def _as_json(written: Mapping[str, Any]) -> str:
    def plain(value: object) -> object:
        if isinstance(value, date):
            return value.isoformat()
        if isinstance(value, Mapping):
            return dict(value)
        if isinstance(value, (set, frozenset)):
            return sorted(value)
        message = f"the configuration holds a {type(value).__name__}, which is no setting"
        raise ConfigError(message)

    try:
        return json.dumps(written, default=plain, allow_nan=False)
    except (TypeError, ValueError) as error:
        message = f"the configuration cannot be read: {error}"
        raise ConfigError(message) from error
