"""The public provider-fraud challenge files, end to end.

They are not part of the repository; without them these tests are skipped.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from command import read_manifest
from reference import REPOSITORY

if TYPE_CHECKING:
    from command import Claimsift

FOLDER = Path(os.environ.get("CLAIMSIFT_MEDICARE", REPOSITORY.parent / "shared" / "data" / "medicare-provider"))
CLAIMS = 157_536
# Of 3,289 labelled providers those of which the files hold claims.
LABELLED_PROVIDERS = 1_262

pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason="the challenge files are not here")


@pytest.fixture(scope="module")
def screened(claimsift: Claimsift, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("medicare") / "out"
    return claimsift.screen(FOLDER, out, "--layout", "medicare-provider")


def test_every_claim_is_kept(screened: Path) -> None:
    claims = read_manifest(screened)["tables"]["claims"]
    assert (claims["read"], claims["kept"], claims["repeats"], claims["rejected"]) == (CLAIMS, CLAIMS, 0, 0)


@pytest.mark.parametrize("code", ["C16", "F14"])
def test_detectors_without_lines_say_so(screened: Path, code: str) -> None:
    result = read_manifest(screened)["assessments"][code]
    assert result["assessed"] == 0
    assert sum(result["not_assessed"].values()) > 0


def test_stays_are_assessed(screened: Path) -> None:
    assert read_manifest(screened)["assessments"]["P02"]["assessed"] > 0


def test_provider_ranking_is_shown_beside_size_alone(claimsift: Claimsift, screened: Path) -> None:
    ranking = json.loads(claimsift.succeed("evaluate", screened, "--json"))
    assert ranking["providers"] == LABELLED_PROVIDERS
    assert 0 < ranking["confirmed"] < ranking["providers"]
    for measure in ("auroc", "average_precision", "size_auroc", "size_average_precision"):
        assert 0 <= ranking[measure] <= 1
    # Labels mostly follow size: the total reimbursed for inpatient claims alone reaches this.
    assert ranking["size_auroc"] == pytest.approx(0.87, abs=0.02)
