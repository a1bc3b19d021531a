"""How well a result finds what is known to be there."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from . import _internal
from ._progress import reporting

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ._claims import Frame
    from ._progress import Progress
    from ._result import Result


@dataclass(frozen=True)
class Rates:
    """Of what should be found, how much is found; of what is found, how much is right.

    Attributes:
        planted: Planted claims.
        hit: Planted claims hit by a finding of their scheme in which they are at risk.
        recall: `hit` / `planted`; None without planted claims.
        findings: Findings.
        right: Findings with a planted claim at risk, of whatever scheme.
        precision: `right` / `findings`; None without findings.
    """

    planted: int
    hit: int
    recall: float | None
    findings: int
    right: int
    precision: float | None


@dataclass(frozen=True)
class LookAlikes:
    """Claims of one kind.

    Attributes:
        count: Claims.
        flagged: Claims at risk in a finding.
    """

    count: int
    flagged: int


@dataclass(frozen=True)
class Losses:
    """Loss in yuan, where the evidence supports a suspicion or breach.

    Attributes:
        planted: Planted.
        owned: Owned by breaches and suspicions.
    """

    planted: float
    owned: float


@dataclass(frozen=True, repr=False)
class Evaluation:
    """A result against the truth.

    Attributes:
        tiers: By tier, claims whose evidence supports the tier against findings of the tier.
        detectors: By detector and tier, what is planted for the detector against its findings.
        losses: By detector, loss planted for it and owned by its breaches and suspicions.
        kinds: By detector and kind, planted claims and those hit.
        average_precision: Of the scheme's score, by scheme, and `overall`.
        average_precision_firm: The same, planted claims without evidence for a suspicion or breach left out.
        look_alikes: By kind, look-alikes and those flagged as suspicion or above.
        look_alikes_flagged: The share of look-alikes flagged; None without any.
        loss_planted: Planted loss in yuan.
        loss_owned: Loss owned by breaches and suspicions, in yuan.
        claims: Claims scored.
        suspicions_per_10000: Suspicions for every 10,000 claims.
    """

    tiers: Mapping[str, Rates]
    detectors: Mapping[str, Mapping[str, Rates]]
    losses: Mapping[str, Losses]
    kinds: Mapping[str, Mapping[str, LookAlikes]]
    average_precision: Mapping[str, float]
    average_precision_firm: Mapping[str, float]
    look_alikes: Mapping[str, LookAlikes]
    look_alikes_flagged: float | None
    loss_planted: float
    loss_owned: float
    claims: int
    suspicions_per_10000: float

    def __repr__(self) -> str:
        def share(value: float | None) -> str:
            return "-" if value is None else f"{value:.3f}"

        tiers = [
            f"{tier} precision {share(rates.precision)} recall {share(rates.recall)}"
            for tier, rates in self.tiers.items()
            if rates.planted or rates.findings
        ]
        overall = share(self.average_precision.get("overall"))
        return f"<Evaluation: {'; '.join([*tiers, f'average precision {overall}'])}>"


def evaluate(
    result: Result,
    truth: Frame | str | os.PathLike[str],
    *,
    threads: int | None = None,
    progress: Progress = None,
) -> Evaluation:
    """Compare a result with planted schemes and look-alikes.

    Args:
        result: The result.
        truth: A table, or the path of a Parquet file: claim_id, scheme, code, kind, look_alike, loss, and where it is
            known the tier that the evidence supports (expected).
        threads: Threads to use; all cores by default.
        progress: Where to tell how far it is.

    Raises:
        SchemaError: If a column is missing or has another type.
        DataError: If the file cannot be read.
    """
    frame = _internal.read_parquet(os.fspath(truth)) if isinstance(truth, (str, os.PathLike)) else truth
    with reporting(progress) as reporter:
        written = json.loads(_internal.evaluate(result._result, frame, threads, reporter))
    return _evaluation(written)


def _evaluation(written: dict[str, Any]) -> Evaluation:
    def each(kinds: Mapping[str, dict[str, int]]) -> dict[str, LookAlikes]:
        return {kind: LookAlikes(**counts) for kind, counts in kinds.items()}

    typed = {
        "tiers": {tier: Rates(**rates) for tier, rates in written["tiers"].items()},
        "detectors": {
            code: {tier: Rates(**rates) for tier, rates in tiers.items()}
            for code, tiers in written["detectors"].items()
        },
        "losses": {code: Losses(**losses) for code, losses in written["losses"].items()},
        "kinds": {code: each(kinds) for code, kinds in written["kinds"].items()},
        "look_alikes": each(written["look_alikes"]),
    }
    return Evaluation(**{**written, **typed})
