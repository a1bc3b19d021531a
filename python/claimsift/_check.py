"""The acceptance checks of a data set."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from . import _internal
from ._paper import WIDTH, Paper, preformatted
from ._progress import reporting
from ._result import _as_json, _configured

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping, Sequence

    from ._claims import Claims
    from ._config import Config
    from ._paper import Lang
    from ._progress import Progress


@dataclass(frozen=True)
class Check:
    """The outcome of one acceptance check.

    Attributes:
        number: Its number in the inspection list.
        name: Its name.
        outcome: Whether it passed.
        source: Where its tolerance comes from.
        missing: What the data lack for it, or for a part of it.
        parts: What was counted: `name`, `unit`, `judged`, `faults`, `tolerance`, `fails`.
        beside: What was counted beside it, without deciding anything.
        offenders: The worst, at most ten: `kind`, `id`, `unit`, `judged`, `faults`.
    """

    number: int
    name: str
    outcome: Literal["pass", "fail", "not_applicable"]
    source: str
    missing: Sequence[str]
    parts: Sequence[Mapping[str, Any]]
    beside: Mapping[str, int]
    offenders: Sequence[Mapping[str, Any]]


class Acceptance:
    """What the acceptance checks found. In a notebook it shows itself as a table."""

    __slots__ = ("_acceptance", "_found")

    def __init__(self, acceptance: _internal.Acceptance) -> None:
        """Wrap a result of the extension module; `check` makes these."""
        self._acceptance = acceptance
        self._found: dict[str, Any] = json.loads(acceptance.json)

    @property
    def checks(self) -> list[Check]:
        """The twelve checks by number."""
        return [Check(**found) for found in self._found["checks"]]

    @property
    def failed(self) -> list[Check]:
        """The checks that failed."""
        return [check for check in self.checks if check.outcome == "fail"]

    @property
    def nobodys_keys(self) -> list[dict[str, Any]]:
        """Keys that name nobody, or hold more claims than anybody can, with what they carry."""
        keys: list[dict[str, Any]] = self._found["nobodys_keys"]
        return keys

    @property
    def mapping_defects(self) -> list[dict[str, Any]]:
        """Items whose users nearly all break the same limit, and that are probably mapped wrongly."""
        defects: list[dict[str, Any]] = self._found["mapping_defects"]
        return defects

    def summary(self, *, lang: Lang | None = None, width: int = WIDTH) -> Paper:
        """Write all checks, what is at fault and what to do.

        Args:
            lang: The language; by default that of the call.
            width: Columns of the text.
        """
        return Paper(self._acceptance.summary(lang, width))

    def __repr__(self) -> str:
        numbers = ", ".join(str(check.number) for check in self.failed)
        return f"<Acceptance: {'checks ' + numbers + ' failed' if numbers else 'no check failed'}>"

    def _repr_html_(self) -> str:
        return preformatted(self.summary())


def check(
    claims: Claims,
    *,
    config: Config | Mapping[str, Any] | str | os.PathLike[str] | None = None,
    lang: Lang = "en",
    threads: int | None = None,
    progress: Progress = None,
) -> Acceptance:
    """Check a data set by the twelve acceptance checks, before anything is concluded from it.

    Rejected rows count: read with `max_rejects=1` to check data of which more is rejected than a screening allows.

    Args:
        claims: The data set.
        config: Settings by section, such as `{"checks": {"6": {"tolerance": 0.01}}}`, or the path of a TOML file.
        lang: The language of the text.
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
        >>> accepted = cs.check(cs.Claims(claims=stays))
        >>> accepted
        <Acceptance: checks 1 failed>
        >>> accepted.failed[0].missing[:2]
        ['lines', 'persons']
    """
    with reporting(progress) as reporter:
        written = _as_json(_configured(config))
        return Acceptance(_internal.check(claims._claims, written, lang, threads, reporter))
