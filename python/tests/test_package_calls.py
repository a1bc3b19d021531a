"""Calls of the Python package: other threads run meanwhile, Ctrl-C stops them, progress is told; and how it starts."""

from __future__ import annotations

import itertools
import os
import signal
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING

import pytest

pytest.importorskip(
    "claimsift", reason="the package is not installed; `make python-package` installs it", exc_type=ImportError
)

import claimsift as cs

if TYPE_CHECKING:
    from pathlib import Path

    from command import Claimsift
    from conftest import County

CLAIMS = 200_000
LONGEST_STOP = 1.0
LONGEST_IMPORT = 0.2


@pytest.fixture(scope="module")
def large(claimsift: Claimsift, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A county that takes about a second to read."""
    folder = tmp_path_factory.mktemp("large") / "county"
    claimsift.succeed("generate", folder, "--claims", CLAIMS, "--quiet")
    return folder


# Away from the sources of the package, which would stand in for the installed one.
ELSEWHERE = os.path.dirname(__file__)  # noqa: PTH120


def run(code: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    """Run Python code of its own."""
    command = [sys.executable, "-c", code, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False, cwd=ELSEWHERE)


STOPPED = """
import sys, time
import claimsift as cs

before = time.time()
claims = cs.read(sys.argv[1])
whole = time.time() - before
print(whole, flush=True)
before = time.time()
try:
    while True:
        claims = cs.read(sys.argv[1])
except KeyboardInterrupt:
    print(time.time(), flush=True)
cs.screen(claims)
"""


@pytest.mark.skipif(os.name == "nt", reason="signals are those of Unix")
def test_ctrl_c_stops_a_long_call_within_a_second(large: Path) -> None:
    command = [sys.executable, "-c", STOPPED, str(large)]
    delays = []
    for share in (0.2, 0.4, 0.6):
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ELSEWHERE) as running:
            assert running.stdout is not None
            time.sleep(share * float(running.stdout.readline()))
            sent = time.time()
            running.send_signal(signal.SIGINT)
            delays.append(float(running.stdout.readline()) - sent)
        assert running.returncode == 0
    # A machine that is busy with something else may hold up one of them.
    assert sorted(delays)[1] < LONGEST_STOP, delays


def test_other_threads_run_meanwhile(large: Path) -> None:
    ticks, is_over = [time.monotonic()], threading.Event()

    def tick() -> None:
        while not is_over.wait(0.01):
            ticks.append(time.monotonic())

    ticking = threading.Thread(target=tick)
    ticking.start()
    started = time.monotonic()
    cs.screen(cs.read(large))
    took = time.monotonic() - started
    is_over.set()
    ticking.join()
    pauses = [after - before for before, after in itertools.pairwise(ticks)]
    assert len(ticks) > 5 * took
    assert max(pauses) < took / 2


def test_calls_from_several_threads(county: County) -> None:
    claims = cs.read(county.folder)
    expected = cs.screen(claims).findings.to_arrow()
    found: list[object] = []
    threads = [threading.Thread(target=lambda: found.append(cs.screen(claims).findings.to_arrow())) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [expected] * 4


def test_progress_is_told_to_a_function(large: Path) -> None:
    told: list[tuple[str, int, int]] = []
    cs.read(large, threads=1, progress=lambda stage, done, total: told.append((stage, done, total)))
    assert "lines" in {stage for stage, _, _ in told}
    counted = [(done, total) for stage, done, total in told if stage == "lines"]
    assert counted == sorted(counted)
    assert all(done <= total for done, total in counted)


def test_an_error_in_the_function_stops_the_call(large: Path) -> None:
    def fail(stage: str, done: int, total: int) -> None:
        raise RuntimeError(stage, done, total)

    with pytest.raises(RuntimeError):
        cs.read(large, progress=fail)


# Carriage returns arrive as line ends.
def test_progress_is_silent_unless_asked_for(large: Path) -> None:
    code = "import sys, claimsift as cs; cs.read(sys.argv[1], progress={'None': None, 'True': True}[sys.argv[2]])"
    silent, asked = run(code, large, None), run(code, large, True)
    assert (silent.returncode, silent.stdout, silent.stderr) == (0, "", "")
    assert asked.returncode == 0
    assert "\nlines: " in asked.stderr
    assert asked.stderr.endswith("\n")


def test_import_is_quick_and_brings_nothing_along() -> None:
    code = "import sys, time; t = time.perf_counter(); import claimsift; print(time.perf_counter() - t)"
    assert min(float(run(code).stdout) for _ in range(5)) < LONGEST_IMPORT


ALONE = """
import sys
for library in ("numpy", "pandas", "polars", "pyarrow", "duckdb", "IPython"):
    sys.modules[library] = None
import claimsift as cs
result = cs.screen(cs.read(sys.argv[1]))
assert result.explain(sys.argv[2])
print(result.findings, result.leads(), result.findings._repr_html_(), result._repr_html_())
"""


def test_nothing_else_is_needed(county: County) -> None:
    lead = cs.screen(cs.read(county.folder)).leads(budget=1).to_arrow()["provider_id"][0].as_py()
    done = run(ALONE, county.folder, lead)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("<Table: ")


def test_the_command_is_in_the_package(claimsift: Claimsift, county: County, tmp_path: Path) -> None:
    module = [sys.executable, "-m", "claimsift"]
    script = [os.path.join(os.path.dirname(sys.executable), "claimsift")]  # noqa: PTH118, PTH120
    for command in (module, script):
        done = subprocess.run(
            [*command, "detectors"], capture_output=True, text=True, encoding="utf-8", check=False, cwd=ELSEWHERE
        )
        assert (done.returncode, done.stdout) == (0, claimsift.succeed("detectors"))
    done = subprocess.run(
        [*module, "screen"], capture_output=True, text=True, encoding="utf-8", check=False, cwd=ELSEWHERE
    )
    assert done.returncode == 2
    assert "Usage: claimsift screen" in done.stderr
    out = tmp_path / "out"
    subprocess.run([*module, "screen", str(county.folder), "--out", str(out), "--quiet"], check=True, cwd=ELSEWHERE)
    assert (out / "findings.parquet").read_bytes() == (county.screened / "findings.parquet").read_bytes()
