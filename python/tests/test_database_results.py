"""Results into PostgreSQL and SQLite: each run once, whole or not at all, and no table of others touched."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import duckdb
import postgres_server
from command import Claimsift, read_manifest
from databases import DONE, INTERNAL, WRONG_USE, assert_nowhere, assert_same_result, count
from postgres_server import PASSWORD, PostgresServer

if TYPE_CHECKING:
    from pathlib import Path


def test_results_go_into_tables_once(
    claimsift: Claimsift, server: PostgresServer, database: str, tables: Path, expected: Path, tmp_path: Path
) -> None:
    url = server.url(database)
    first = claimsift.run("screen", tables, "--to", url)
    assert first.returncode == DONE, first.stderr
    assert_nowhere(PASSWORD, first.stdout, first.stderr)
    run_id = read_manifest(expected)["run_id"]
    assert f"as run {run_id}" in first.stdout
    counts = {path.stem: count(f"'{path}'") for path in expected.glob("*.parquet")}

    def stored() -> dict[str, int]:
        return {name: int(server.query(f"select count(*) from claimsift_{name}", database)[0][0]) for name in counts}

    assert stored() == counts
    claimsift.succeed("screen", tables, "--to", url, "--out", tmp_path / "both")
    assert stored() == counts
    assert_same_result(tmp_path / "both", expected)
    claimsift.succeed("screen", tables, "--to", url, "--select", "P02")
    assert stored()["scores"] == 2 * counts["scores"]
    runs = server.query(
        "select run_id, as_of, manifest->>'run_id' from claimsift_runs order by run_id = '" + run_id + "'", database
    )
    assert len(runs) == 2
    assert runs[1] == [run_id, read_manifest(expected)["as_of"], run_id]


def test_results_keep_their_types_and_values(
    claimsift: Claimsift, server: PostgresServer, database: str, tables: Path, expected: Path
) -> None:
    claimsift.succeed("screen", tables, "--to", server.url(database))
    described = """
        select table_name || '.' || column_name, data_type, numeric_scale
        from information_schema.columns where table_name like 'claimsift%'
    """
    rows = server.query(described, database)
    kinds = {name: f"{kind}({scale})" if kind == "numeric" else kind for name, kind, scale in rows}
    wanted = {
        "scores.exposure": "numeric(2)",
        "scores.codes": "ARRAY",
        "scores.score": "double precision",
        "findings.facts": "jsonb",
        "findings.first_date": "date",
        "leads.is_above_gate": "boolean",
        "runs.manifest": "jsonb",
        "runs.as_of": "date",
    }
    assert {name: kinds[f"claimsift_{name}"] for name in wanted} == wanted
    columns = "finding_id, code, strength, loss, facts->>'nights', message"
    rows = server.query(f"select {columns} from claimsift_findings order by finding_id", database)
    found = f"select {columns} from '{expected}/findings.parquet' order by finding_id"
    ours = duckdb.execute(found).fetchall()
    assert [row[:2] for row in rows] == [[row[0], row[1]] for row in ours]
    assert [row[5] for row in rows] == [row[5] for row in ours]
    assert [float(row[2]) for row in rows] == [row[2] for row in ours]
    assert [row[3] for row in rows] == ["" if row[3] is None else str(row[3]) for row in ours]
    [[codes]] = server.query("select sum(cardinality(codes)) from claimsift_scores", database)
    assert int(codes) == duckdb.execute(f"select sum(len(codes)) from '{expected}/scores.parquet'").fetchall()[0][0]


def test_tables_of_others_are_left_alone(
    claimsift: Claimsift, server: PostgresServer, database: str, tables: Path, tmp_path: Path
) -> None:
    url = server.url(database)
    server.psql(
        "-c", "create table claimsift_findings (id int); insert into claimsift_findings values (7)", database=database
    )
    out = tmp_path / "out"
    done = claimsift.run("screen", tables, "--to", url, "--out", out)
    assert done.returncode == WRONG_USE
    assert "table `claimsift_findings` is not replaced, since claimsift did not create it" in done.stderr
    assert not out.exists()
    names = "select relname from pg_class where relname like 'claimsift%' and relkind = 'r'"
    assert server.query(names, database) == [["claimsift_findings"]]
    assert server.query("select * from claimsift_findings", database) == [["7"]]


def test_a_target_that_cannot_be_reached_is_told_before_the_work(
    claimsift: Claimsift, server: PostgresServer, tables: Path
) -> None:
    for url, part in [
        (f"postgresql://x@127.0.0.1:{postgres_server.free_port()}/x", "check host and port"),
        (server.url(schema="nowhere"), "there is no schema `nowhere`"),
        ("results", "is no address of a database"),
    ]:
        done = claimsift.run("screen", tables, "--to", url, "--log-json")
        assert done.returncode in {WRONG_USE, INTERNAL}
        assert part in done.stderr
        assert '"stage"' not in done.stderr
    neither = claimsift.run("screen", tables)
    assert neither.returncode == WRONG_USE
    assert "--out" in neither.stderr


def test_canonical_tables_go_out_and_come_in_again(
    claimsift: Claimsift, server: PostgresServer, database: str, tables: Path, expected: Path, tmp_path: Path
) -> None:
    url = server.url(database)
    for _ in range(2):
        claimsift.succeed("tables", tables, "--to", url, "--derived", "--knowledge", "none")
    assert_same_result(claimsift.screen(url, tmp_path / "out"), expected)
    server.psql("-c", "drop table claims; create table claims (id int)", database=database)
    done = claimsift.run("tables", tables, "--to", url)
    assert done.returncode == WRONG_USE
    assert "table `claims` is not replaced" in done.stderr
    assert int(server.query("select count(*) from lines", database)[0][0]) == count(f"'{tables}/lines.parquet'")


def test_sqlite_takes_results_once(claimsift: Claimsift, tables: Path, expected: Path, tmp_path: Path) -> None:
    file = tmp_path / "results.sqlite"
    for _ in range(2):
        claimsift.succeed("screen", tables, "--to", f"sqlite:{file}")
    claimsift.succeed("screen", tables, "--to", f"sqlite:{file}", "--select", "P02")
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("select count(*) from claimsift_runs").fetchall() == [(2,)]
        [(rows,)] = connection.execute("select count(*) from claimsift_scores").fetchall()
        assert rows == 2 * count(f"'{expected}/scores.parquet'")
        [(facts, codes)] = connection.execute(
            "select facts, (select codes from claimsift_scores limit 1) from claimsift_findings limit 1"
        ).fetchall()
        assert isinstance(json.loads(facts), dict)
        assert isinstance(json.loads(codes), list)
        connection.execute("drop table claimsift_leads")
        connection.execute("create table claimsift_evidence_2 (id)")
        connection.commit()
    claimsift.succeed("screen", tables, "--to", f"sqlite:{file}")
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("delete from claimsift_tables where name = 'claimsift_scores'")
    done = claimsift.run("screen", tables, "--to", f"sqlite:{file}")
    assert done.returncode == WRONG_USE
    assert "table `claimsift_scores` is not replaced" in done.stderr
