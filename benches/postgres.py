"""How fast fee lines come out of PostgreSQL, beside the bulk copies of its own client.

`make bench-postgres` runs it. A private server on this machine holds the canonical tables of a generated city. The time
is that of the stage `lines`: sending, decoding, checking and encoding every line, as a screen and as `claimsift tables`
do it. The server works on the same processors. Beside it stands the time in which `psql` copies the same columns to
`/dev/null`, which decodes and checks nothing, where psycopg is installed that of its binary copy, and the same stage
from Parquet.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "python" / "tests"))

import postgres_server  # noqa: E402
from warehousing import into_postgres  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Callable

DATABASE = "city"


def main() -> None:
    """Load the server, time each way and print a table."""
    options = parse()
    data = prepare(options)
    server = postgres_server.start()
    try:
        show("loading the server")
        server.create_database(DATABASE)
        into_postgres(server, data, DATABASE)
        print(report(options, server, data))
    finally:
        server.stop()


def parse() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--claims", type=int, default=300_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--folder", type=Path, default=ROOT / "target" / "bench")
    parser.add_argument("--command", type=Path, default=ROOT / "target" / "release" / "claimsift")
    return parser.parse_args()


def show(text: str) -> None:
    """Say what is going on, apart from the result."""
    print(text, file=sys.stderr, flush=True)


def prepare(options: argparse.Namespace) -> Path:
    """Generate a city and write its canonical tables, unless they are there from an earlier run of this build."""
    data: Path = options.folder / f"postgres-{options.claims}-{options.seed}"
    manifest = data / "manifest.json"
    if not manifest.exists() or manifest.stat().st_mtime < options.command.stat().st_mtime:
        with tempfile.TemporaryDirectory() as scratch:
            show(f"generating {options.claims:,} claims")
            city = Path(scratch) / "city"
            run(options, "generate", city, "--claims", options.claims, "--seed", options.seed)
            run(options, "tables", city, "--out", data)
    return data


def run(options: argparse.Namespace, *arguments: object) -> dict[str, tuple[int, float]]:
    """Run the command; units and seconds of each stage."""
    command = [str(options.command), *map(str, arguments), "--log-json", "--threads", str(options.threads)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    events = [json.loads(line) for line in done.stderr.splitlines() if line.startswith("{")]
    stages = [event for event in events if event["event"] == "stage" and "seconds" in event]
    return {event["stage"]: (event["units"], event["seconds"]) for event in stages}


def report(options: argparse.Namespace, server: postgres_server.PostgresServer, data: Path) -> str:
    """Time every way, by turns so that no way has a warmer machine, and describe what they took."""
    url = server.url(DATABASE)
    with tempfile.TemporaryDirectory() as scratch:
        out = Path(scratch) / "out"
        run(options, "screen", url, "--out", out)
        manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
        lines = next(file for file in manifest["input"]["files"] if file["file"] == "lines")
        rows, columns = lines["rows"], sorted(lines["columns"])
        copied = f"select {', '.join(columns)} from lines"

        def stage(*arguments: object) -> Callable[[], float]:
            return lambda: run(options, *arguments, "--out", out)["lines"][1]

        ways: dict[str, Callable[[], float]] = {
            f"claimsift screen, {len(columns)} columns": stage("screen", url),
            "claimsift tables, all columns": stage("tables", url),
            "claimsift screen, from Parquet": stage("screen", data),
            "psql \\copy, text": lambda: copy_by_psql(server, copied, "text"),
            "psql \\copy, csv": lambda: copy_by_psql(server, copied, "csv"),
            "psql \\copy, binary": lambda: copy_by_psql(server, copied, "binary"),
        }
        psycopg = installed("psycopg")
        if psycopg is not None:
            ways["psycopg copy, binary"] = lambda: copy_by_psycopg(psycopg, url, copied)
        times: dict[str, list[float]] = {way: [] for way in ways}
        for number in range(options.runs):
            show(f"run {number + 1} of {options.runs}")
            for way, timed in ways.items():
                times[way].append(timed())
    machine = f"{options.threads} threads, {os.cpu_count()} cores with the server on them"
    head = f"{rows:,} lines, {machine}, median of {options.runs}"
    table = ["| way | seconds | lines per second |", "|---|---:|---:|"]
    for way, seconds in times.items():
        median = statistics.median(seconds)
        table.append(f"| {way} | {median:.2f} | {rows / median:,.0f} |")
    return "\n".join([head, "", *table])


def copy_by_psql(server: postgres_server.PostgresServer, query: str, form: str) -> float:
    """Copy with the server's own client."""
    start = time.perf_counter()
    server.psql("-c", f"\\copy ({query}) to '/dev/null' (format {form})", database=DATABASE)
    return time.perf_counter() - start


def copy_by_psycopg(psycopg: Any, url: str, query: str) -> float:  # noqa: ANN401 (a package that may not be there)
    """Copy with Python's usual client."""
    start = time.perf_counter()
    with (
        psycopg.connect(url) as connection,
        connection.cursor().copy(f"copy ({query}) to stdout (format binary)") as rows,
    ):
        for _ in rows:
            pass
    return time.perf_counter() - start


def installed(package: str) -> Any:  # noqa: ANN401 (a package that may not be there)
    """The package, where it is there."""
    try:
        return import_module(package)
    except ImportError:
        return None


if __name__ == "__main__":
    main()
