"""How well planted schemes are found, and how well look-alikes and honest claims are left alone."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import duckdb
import pytest
from command import read_manifest

if TYPE_CHECKING:
    from pathlib import Path

    from command import Claimsift

SEEDS = (11, 12, 13)
CLAIMS = 50_000


@pytest.fixture(scope="module", params=SEEDS)
def evaluation(request: pytest.FixtureRequest, claimsift: Claimsift, tmp_path_factory: pytest.TempPathFactory) -> Any:  # noqa: ANN401
    """What `claimsift evaluate` says about a generated county."""
    scratch: Path = tmp_path_factory.mktemp("quality")
    county = scratch / "county"
    # Kinds that no threshold was tuned on are planted too.
    claimsift.succeed("generate", county, "--claims", CLAIMS, "--seed", request.param, "--held-out")
    out = claimsift.screen(county, scratch / "out")
    return json.loads(claimsift.succeed("evaluate", out, "--truth", county / "truth.parquet", "--json"))


def test_breaches_are_found_and_true(evaluation: dict[str, Any]) -> None:
    breach = evaluation["tiers"]["breach"]
    assert breach["planted"] > 0
    assert breach["recall"] >= 0.95
    assert breach["precision"] >= 0.99


def test_look_alikes_are_left_alone(evaluation: dict[str, Any]) -> None:
    look_alikes = evaluation["look_alikes"].values()
    count = sum(kind["count"] for kind in look_alikes)
    assert count > 0
    assert sum(kind["flagged"] for kind in look_alikes) <= 0.01 * count


def test_suspicions_are_mostly_true(evaluation: dict[str, Any]) -> None:
    suspicion = evaluation["tiers"]["suspicion"]
    assert suspicion["planted"] > 0
    assert suspicion["recall"] >= 0.9
    assert suspicion["precision"] >= 0.8


def test_what_is_planted_for_a_detector_is_found_by_a_detector(evaluation: dict[str, Any]) -> None:
    missed = {
        (code, tier): rates["recall"]
        for code, tiers in evaluation["detectors"].items()
        for tier, rates in tiers.items()
        if tier != "clue" and rates["planted"] >= 10 and rates["recall"] < 0.7
    }
    assert not missed


def test_scores_rank_what_is_planted_first(evaluation: dict[str, Any]) -> None:
    firm = evaluation["average_precision_firm"]
    assert firm["overall"] >= 0.95
    assert all(precision >= 0.8 for precision in firm.values()), firm


def test_loss_is_reckoned_as_planted(evaluation: dict[str, Any]) -> None:
    assert evaluation["loss_owned"] == pytest.approx(evaluation["loss_planted"], rel=0.05)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_clean_county_is_left_alone(claimsift: Claimsift, tmp_path: Path, seed: int) -> None:
    claimsift.succeed("generate", tmp_path / "county", "--claims", CLAIMS, "--seed", seed, "--clean")
    out = claimsift.screen(tmp_path / "county", tmp_path / "out")
    query = f"select count(*) from '{out}/findings.parquet' where tier in ('breach', 'suspicion')"
    flagged = duckdb.execute(query).fetchone()
    assert flagged is not None
    assert flagged[0] * 10_000 <= 5 * read_manifest(out)["tables"]["claims"]["kept"]
