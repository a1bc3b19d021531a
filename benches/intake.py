"""Intake of fee lines from text: ours against DuckDB's CSV reader, on the same file with the same threads.

`make bench-intake` runs it. A county is generated and its lines are written as CSV in UTF-8 and in GB18030, with
Chinese item names. DuckDB's time is that of `create table lines as select * from read_csv(...)` with the columns and
their types given; ours is that of reading, decoding, checking and encoding the same columns of the same file, each line
resolved to its claim. Each run is a process of its own, the sides by turns; the median counts. Neither side writes
anything.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import duckdb

ROOT = Path(__file__).resolve().parents[1]
# Names of items as hospitals write them; an item has one of them and its number.
NAMES = [
    "注射用头孢曲松钠",
    "中频脉冲电治疗",
    "血清丙氨酸氨基转移酶测定",
    "二级护理",
    "磁共振平扫",
    "普通床位费",
    "针刺运动疗法",
]

Run = dict[str, float]


def main() -> None:
    """Prepare the files, run all sides by turns, print the table."""
    options = parse()
    if options.side:
        run_duckdb(options)
        return
    folders = prepare(options)
    ours: dict[str, list[Run]] = {name: [] for name in folders}
    theirs: list[Run] = []
    for number in range(options.runs):
        print(f"run {number + 1} of {options.runs}", file=sys.stderr, flush=True)
        theirs.append(duckdb_once(options, folders["UTF-8"]))
        for name, folder in folders.items():
            ours[name].append(ours_once(options, folder))
    print(describe(options, folders, ours, theirs))


def parse() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--claims", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--folder", type=Path, default=ROOT / "target" / "bench")
    parser.add_argument("--command", type=Path, default=ROOT / "target" / "release" / "intake")
    parser.add_argument("--side", type=Path, help=argparse.SUPPRESS)
    return parser.parse_args()


def prepare(options: argparse.Namespace) -> dict[str, Path]:
    """Write the county's lines in both encodings, unless they are there from an earlier run of this build."""
    base = options.folder / f"intake-{options.claims}-{options.seed}"
    folders = {"UTF-8": base / "utf-8", "GB18030": base / "gb18030"}
    ready = base / "ready"
    if not ready.exists() or ready.stat().st_mtime < options.command.stat().st_mtime:
        shutil.rmtree(base, ignore_errors=True)
        county = base / "county"
        size = ["--claims", str(options.claims), "--seed", str(options.seed)]
        subprocess.run([options.command, "generate", county, *size], check=True)
        for folder in folders.values():
            folder.mkdir()
            shutil.copy(county / "claims.parquet", folder)
        write_lines(county / "lines.parquet", base / "types.json", folders["UTF-8"] / "lines.csv")
        encode(folders["UTF-8"] / "lines.csv", folders["GB18030"] / "lines.csv")
        shutil.rmtree(county)
        ready.touch()
    return folders


def write_lines(lines: Path, types: Path, to: Path) -> None:
    """Write lines as CSV, each with a Chinese name of its item, and the types of their columns beside it."""
    names = ", ".join(f"'{name}'" for name in NAMES)
    named = f"[{names}][(1 + hash(item_code) % {len(NAMES)})::int] || hash(item_code) % 1000"
    selected = f"select * replace ({named} as item_name) from '{lines}'"
    if "item_name" not in [name for name, *_ in duckdb.execute(f"describe from '{lines}'").fetchall()]:
        selected = f"select *, {named} as item_name from '{lines}'"
    described = duckdb.execute(f"describe {selected}").fetchall()
    types.write_text(json.dumps({name: kind for name, kind, *_ in described}))
    duckdb.execute(f"copy ({selected}) to '{to}' (format csv, header)")


def encode(utf8: Path, gb18030: Path) -> None:
    """Write the same text in GB18030."""
    with utf8.open(encoding="utf-8", newline="") as source, gb18030.open("w", encoding="gb18030", newline="") as target:
        shutil.copyfileobj(source, target, 1 << 22)


def duckdb_once(options: argparse.Namespace, folder: Path) -> Run:
    """Run DuckDB's side in a process of its own."""
    arguments = [sys.executable, __file__, "--side", str(folder), "--threads", str(options.threads)]
    finished = subprocess.run(arguments, check=True, capture_output=True, text=True)
    run: Run = json.loads(finished.stdout)
    return run


def run_duckdb(options: argparse.Namespace) -> None:
    """Load the lines; print seconds, rows and memory."""
    types = json.loads((options.side.parent / "types.json").read_text())
    connection = duckdb.connect()
    connection.execute(f"set threads = {options.threads}")
    before = peak_bytes()
    start = time.perf_counter()
    read = f"read_csv('{options.side / 'lines.csv'}', header = true, auto_detect = false, columns = {types})"
    connection.execute(f"create table lines as select * from {read}")
    seconds = time.perf_counter() - start
    peak = peak_bytes()
    counted = connection.execute("select count(*) from lines").fetchone()
    rows = counted[0] if counted else 0
    print(json.dumps({"seconds": seconds, "rows": rows, "peak_bytes": peak, "more_bytes": peak - before}))


def peak_bytes() -> int:
    """The most memory of this process so far; `ru_maxrss` would count that of the process that started it."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return next(int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmHWM:"))


def ours_once(options: argparse.Namespace, folder: Path) -> Run:
    """Run our side in a process of its own."""
    arguments = [options.command, "read", folder, "--threads", str(options.threads)]
    finished = subprocess.run(arguments, check=True, capture_output=True, text=True)
    run: Run = json.loads(finished.stdout)
    return run


def describe(
    options: argparse.Namespace, folders: dict[str, Path], ours: dict[str, list[Run]], theirs: list[Run]
) -> str:
    """The result as Markdown."""
    rows = {run["rows"] for runs in [theirs, *ours.values()] for run in runs}
    if len(rows) != 1:
        sys.exit(f"the comparison is void: rows differ ({sorted(rows)})")
    size = (folders["UTF-8"] / "lines.csv").stat().st_size
    types: dict[str, Any] = json.loads((folders["UTF-8"].parent / "types.json").read_text())
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    base = median(theirs, "seconds")
    table = [
        f"{int(rows.pop()):,} lines of {len(types)} columns, {size / 1e6:.0f} MB as UTF-8; {options.threads} threads;"
        f" {os.cpu_count()} cores, {memory:.0f} GB; DuckDB {duckdb.__version__}; median of {options.runs} by turns.",
        "",
        "| | s | MB/s | DuckDB's time / this | memory of the lines, MB |",
        "|---|---|---|---|---|",
    ]
    for name, runs in {"DuckDB, UTF-8": theirs, **{f"claimsift, {name}": runs for name, runs in ours.items()}}.items():
        folder = folders["GB18030" if name.endswith("GB18030") else "UTF-8"]
        seconds = median(runs, "seconds")
        rate = (folder / "lines.csv").stat().st_size / seconds / 1e6
        more = median(runs, "more_bytes") / 1e6
        table.append(f"| {name} | {seconds:.2f} | {rate:.0f} | {base / seconds:.2f} | {more:.0f} |")
    return "\n".join(table)


def median(runs: list[Run], of: str) -> float:
    """The median of one measure."""
    return statistics.median(run[of] for run in runs)


if __name__ == "__main__":
    main()
