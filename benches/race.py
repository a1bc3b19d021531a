"""The race: the whole screen against the reference SQL of the same rules in DuckDB.

`make bench` runs it. Both sides read the same canonical Parquet files with the same number of threads, each run in a
process of its own, the two by turns. DuckDB's time is that of loading the columns that the rules read, building the
derived tables (nets, visits, stays, takings, charges, net days) by their queries, and materialising every rule's
query. Ours is that of the command from its start to its end: reading, norms, rules, scores, money, leads and all
result files. The rows of every rule must be equal, or the race is void.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "python" / "tests"))

import duckdb  # noqa: E402
from canonical import TABLES  # noqa: E402
from reference import CORE, DERIVED, Query, detector_queries  # noqa: E402

README = ROOT / "benches" / "README.md"
BEGIN, END = "<!-- race -->", "<!-- /race -->"
# The memory budget: bytes by line, by claim, and once.
BYTES_PER_LINE, BYTES_PER_CLAIM, BYTES_ONCE = 64, 200, 300_000_000


@dataclass
class Run:
    """What one run of one side took."""

    seconds: float
    peak_bytes: int
    stages: dict[str, float] = field(default_factory=dict)


def main() -> None:
    """Prepare the data, run both sides by turns, compare rows, print and record."""
    options = parse()
    if options.side == "duckdb":
        run_duckdb(options)
        return
    data = prepare(options)
    detectors = described(options)
    codes = [detector["code"] for detector in detectors]
    ours, theirs = [], []
    for number in range(options.runs):
        show(f"run {number + 1} of {options.runs}: DuckDB")
        theirs.append(duckdb_once(options, data))
        show(f"run {number + 1} of {options.runs}: claimsift")
        ours.append(claimsift_once(options, data, codes))
    differences = compare(options.folder, codes)
    report = describe(options, data, ours, theirs, len(codes), differences)
    print(report)
    if differences:
        sys.exit("the race is void: rows differ")
    if options.record:
        record(report)


def parse() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--claims", type=int, default=2_000_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--folder", type=Path, default=ROOT / "target" / "bench")
    parser.add_argument("--command", type=Path, default=ROOT / "target" / "release" / "claimsift")
    parser.add_argument(
        "--rules", default=",".join(detector_queries()), help="codes; by default every rule that has a query"
    )
    parser.add_argument("--record", action="store_true", help="write the table into benches/README.md")
    parser.add_argument("--side", choices=["duckdb"], help=argparse.SUPPRESS)
    parser.add_argument("--data", type=Path, help=argparse.SUPPRESS)
    return parser.parse_args()


def show(text: str) -> None:
    """Say what is going on, apart from the result."""
    print(text, file=sys.stderr, flush=True)


def prepare(options: argparse.Namespace) -> Path:
    """Generate the city and write its canonical tables, unless they are there from an earlier race of this build."""
    data: Path = options.folder / f"canonical-{options.claims}-{options.seed}"
    manifest = data / "manifest.json"
    if not manifest.exists() or manifest.stat().st_mtime < options.command.stat().st_mtime:
        county = options.folder / f"county-{options.claims}-{options.seed}"
        shutil.rmtree(county, ignore_errors=True)
        show(f"generating {options.claims:,} claims")
        call(options, "generate", county, "--claims", options.claims, "--seed", options.seed)
        show("writing canonical tables")
        call(options, "tables", county, "--out", data)
        shutil.rmtree(county)
    return data


def call(options: argparse.Namespace, *arguments: object) -> str:
    """Run the command and return what it prints."""
    command = [str(options.command), *map(str, arguments), "--quiet"]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def described(options: argparse.Namespace) -> list[dict[str, Any]]:
    """Every detector that has a query, as the command describes it."""
    return [json.loads(call(options, "detectors", code, "--json")) for code in options.rules.split(",")]


def duckdb_once(options: argparse.Namespace, data: Path) -> Run:
    """Run DuckDB's side in a process of its own."""
    arguments = [
        "--side",
        "duckdb",
        "--data",
        data,
        "--threads",
        options.threads,
        "--folder",
        options.folder,
        "--command",
        options.command,
    ]
    arguments += ["--rules", options.rules]
    command = [sys.executable, __file__, *map(str, arguments)]
    finished = subprocess.run(command, check=True, capture_output=True, text=True)
    return Run(**json.loads(finished.stdout))


def run_duckdb(options: argparse.Namespace) -> None:
    """Load, derive and materialise; print seconds by stage. The results are written after the clock has stopped."""
    detectors = described(options)
    queries = detector_queries()
    as_of = json.loads((options.data / "manifest.json").read_text())["as_of"]
    out = options.folder / "duckdb"
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    stages: dict[str, float] = {}
    start = time.perf_counter()
    connection = duckdb.connect()
    connection.execute(f"set threads = {options.threads}")
    connection.execute("set preserve_insertion_order = false")

    def timed(stage: str, statement: str, values: dict[str, object]) -> None:
        begun = time.perf_counter()
        connection.execute(statement, values)
        stages[stage] = stages.get(stage, 0.0) + time.perf_counter() - begun

    for table, columns in columns_read(detectors, queries).items():
        listed = ", ".join(f'"{column}"' for column in columns)
        timed("load", f"create table {table} as select {listed} from '{options.data / table}.parquet'", {})
    for name in DERIVED:
        query = Query(CORE / "claims" / f"{name}.sql")
        timed(name, f"create table {name} as {query.text}", query.bind({"as_of": as_of}))
    for detector in detectors:
        query = queries[detector["code"]]
        values = query.bind({**detector["parameters"], "as_of": as_of})
        timed(detector["code"], f"create table found_{detector['code']} as {query.text}", values)
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    for detector in detectors:
        connection.execute(f"copy found_{detector['code']} to '{out / detector['code']}.parquet'")
    print(json.dumps({"seconds": seconds, "peak_bytes": peak, "stages": stages}))


def columns_read(detectors: list[dict[str, Any]], queries: dict[str, Query]) -> dict[str, list[str]]:
    """By table, the columns whose names stand in any of the queries; what a query does not name it does not read."""
    texts = [queries[detector["code"]].text for detector in detectors]
    texts += [Query(CORE / "claims" / f"{name}.sql").text for name in DERIVED]
    words = {word for text in texts for word in "".join(c if c.isalnum() or c == "_" else " " for c in text).split()}
    read = {
        table: [column for column in columns if column in words] for table, columns in TABLES.items() if table in words
    }
    return {table: columns for table, columns in read.items() if columns}


def claimsift_once(options: argparse.Namespace, data: Path, codes: list[str]) -> Run:
    """Run our side in a process of its own."""
    out = options.folder / "screened"
    shutil.rmtree(out, ignore_errors=True)
    command = [
        options.command,
        "screen",
        data,
        "--out",
        out,
        "--threads",
        options.threads,
        "--quiet",
        "--select",
        ",".join(codes),
    ]
    start = time.perf_counter()
    process = subprocess.Popen(list(map(str, command)), stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    if os.waitstatus_to_exitcode(status) != 0:
        sys.exit("`claimsift screen` failed")
    timings = json.loads((out / "timings.json").read_text())
    return Run(seconds=seconds, peak_bytes=usage.ru_maxrss * 1024, stages=timings)


def compare(folder: Path, codes: list[str]) -> list[str]:
    """Rules whose rows differ, compared as multisets; doubles within 1e-9."""
    exact = "subject_id, discriminator, claim_id, tier"
    differing = []
    for code in codes:
        found = f"'{folder}/screened/findings.parquet'"
        ours = f"select {exact}, observed, in_scope as asked from {found} where code = '{code}'"
        theirs = f"select {exact}, observed, asked from '{folder}/duckdb/{code}.parquet'"
        numbered = f"row_number() over (partition by {exact}, asked order by observed) as number"
        unmatched = duckdb.execute(
            f"""
            with ours as (select *, {numbered} from ({ours})), theirs as (select *, {numbered} from ({theirs}))
            select count(*)
            from ours
            full join theirs
                on ours.subject_id = theirs.subject_id and ours.discriminator = theirs.discriminator
                and ours.claim_id is not distinct from theirs.claim_id and ours.tier = theirs.tier
                and coalesce(ours.asked, 0) = coalesce(theirs.asked, 0) and ours.number = theirs.number
            where ours.subject_id is null or theirs.subject_id is null
                or abs(ours.observed - theirs.observed) > 1e-9 * greatest(abs(theirs.observed), 1)
            """
        ).fetchone()
        if unmatched is None or unmatched[0]:
            differing.append(f"{code}: {unmatched[0] if unmatched else '?'} rows without their like")
    return differing


def describe(
    options: argparse.Namespace, data: Path, ours: list[Run], theirs: list[Run], rules: int, differences: list[str]
) -> str:
    """The result as Markdown."""
    tables = json.loads((data / "manifest.json").read_text())["tables"]
    claims, lines = tables["claims"]["kept"], tables["lines"]["kept"]
    our_time, their_time = median(ours), median(theirs)
    our_peak, their_peak = max(run.peak_bytes for run in ours), max(run.peak_bytes for run in theirs)
    budget = BYTES_PER_LINE * lines + BYTES_PER_CLAIM * claims + BYTES_ONCE
    rows = [
        f"{claims:,} claims, {lines:,} lines, {rules} rules; {options.threads} threads; {machine()};"
        f" DuckDB {duckdb.__version__}; median of {len(ours)} runs; rows {'DIFFER' if differences else 'equal'}.",
        "",
        "| | claimsift | DuckDB | ratio |",
        "|---|---|---|---|",
        f"| whole, s | {our_time:.2f} | {their_time:.2f} | {their_time / our_time:.1f} |",
        f"| peak memory, MB | {our_peak / 1e6:.0f} | {their_peak / 1e6:.0f} | {their_peak / our_peak:.1f} |",
        f"| bytes per line | {our_peak / lines:.0f} | {their_peak / lines:.0f} | |",
        f"| budget of 64 B x lines + 200 B x claims + 300 MB | {our_peak / budget:.2f} of {budget / 1e6:.0f} MB | | |",
        "",
        "| claimsift, stage | s | | DuckDB, stage | s |",
        "|---|---|---|---|---|",
    ]
    left, right = list(stages(ours).items()), list(stages(theirs).items())
    for at in range(max(len(left), len(right))):
        cells = [(f"{side[at][0]}", f"{side[at][1]:.2f}") if at < len(side) else ("", "") for side in (left, right)]
        rows.append(f"| {cells[0][0]} | {cells[0][1]} | | {cells[1][0]} | {cells[1][1]} |")
    return "\n".join(rows + [f"\n{difference}" for difference in differences])


def median(runs: list[Run]) -> float:
    """The median of the whole times."""
    return statistics.median(run.seconds for run in runs)


def stages(runs: list[Run]) -> dict[str, float]:
    """The median of each stage."""
    return {stage: statistics.median(run.stages[stage] for run in runs) for stage in runs[0].stages}


def machine() -> str:
    """Cores and memory, which is what matters for the ratio."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{os.cpu_count()} cores, {memory:.0f} GB"


def record(report: str) -> None:
    """Put the result between the marks of the README."""
    text = README.read_text()
    before, after = text.split(BEGIN)[0], text.split(END)[1]
    README.write_text(f"{before}{BEGIN}\n{report}\n{END}{after}")


if __name__ == "__main__":
    main()
