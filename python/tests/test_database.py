"""PostgreSQL in: the rows of a database give what the same rows in Parquet give, and nobody sees the password."""

from __future__ import annotations

import subprocess
import time
from typing import TYPE_CHECKING

import duckdb
import postgres_server
import pytest
from command import Claimsift, read_manifest
from databases import DONE, REJECTED, SPARSE, WRONG_USE, assert_nowhere, assert_same_result
from postgres_server import PASSWORD, PostgresServer
from warehousing import into_postgres, into_postgres_table

if TYPE_CHECKING:
    from pathlib import Path

COLUMNS = "claim_id, person_id, provider_id, visit_type, started_at, ended_at, total_amount"
SHAPE = COLUMNS.replace(",", " text,") + " text"


@pytest.mark.parametrize("threads", [1, 4])
def test_postgres_gives_what_parquet_gives(
    claimsift: Claimsift, county_url: str, expected: Path, tmp_path: Path, threads: int
) -> None:
    out = claimsift.screen(county_url, tmp_path / "out", "--threads", threads)
    assert_same_result(out, expected)


def test_the_manifest_names_the_rows_and_not_the_password(
    claimsift: Claimsift, county_url: str, expected: Path, tmp_path: Path
) -> None:
    done = [claimsift.run("screen", county_url, "--out", tmp_path / name, "--log-json") for name in "ab"]
    assert [one.returncode for one in done] == [DONE, DONE]
    assert (tmp_path / "a/manifest.json").read_bytes() == (tmp_path / "b/manifest.json").read_bytes()
    assert_nowhere(PASSWORD, *(one.stdout + one.stderr for one in done), folder=tmp_path)
    given = read_manifest(tmp_path / "a")["input"]
    assert given["path"].startswith("postgresql://auditor@127.0.0.1:")
    lines = next(file for file in given["files"] if file["file"] == "lines")
    assert lines["rows"] == read_manifest(expected)["tables"]["lines"]["read"]
    assert "claim_id" in lines["columns"]
    assert "blake3" not in lines


def test_a_paper_is_written_from_the_database(
    claimsift: Claimsift, county_url: str, expected: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = claimsift.screen(county_url, tmp_path / "out")
    [(claim,)] = duckdb.execute(
        f"select claim_id from '{expected}/scores.parquet' order by score desc limit 1"
    ).fetchall()
    paper = claimsift.succeed("explain", expected, claim)
    refused = claimsift.run("explain", out, claim)
    assert refused.returncode == REJECTED
    assert "PGPASSWORD" in refused.stderr
    monkeypatch.setenv("PGPASSWORD", PASSWORD)
    done = claimsift.run("explain", out, claim)
    assert (done.returncode, done.stdout) == (DONE, paper)
    assert "changed" not in done.stderr
    assert claimsift.succeed("explain", out, claim, "--input", county_url) == paper
    claimsift.succeed("rescore", out, "--set", "P02.min_overlap_nights=3", "--out", tmp_path / "rescored")


def test_a_changed_table_is_noticed(claimsift: Claimsift, server: PostgresServer, tables: Path, tmp_path: Path) -> None:
    database = server.create_database("changing")
    into_postgres(server, tables, database)
    url = server.url(database)
    out = claimsift.screen(url, tmp_path / "out")
    [(claim,)] = duckdb.execute(f"select claim_id from '{out}/scores.parquet' limit 1").fetchall()
    # Another order of the same rows is no change.
    server.psql(
        "-c", "create index on claims (total_amount); cluster claims using claims_total_amount_idx", database=database
    )
    assert "changed" not in claimsift.run("explain", out, claim, "--input", url).stderr
    server.psql(
        "-c",
        "update claims set total_amount = total_amount + 1 where claim_id = (select min(claim_id) from claims)",
        database=database,
    )
    assert "has changed since it was screened" in claimsift.run("explain", out, claim, "--input", url).stderr


def test_types_of_all_kinds(claimsift: Claimsift, server: PostgresServer, database: str, tmp_path: Path) -> None:
    server.psql(
        database=database,
        sql="""
        create type kind as enum ('inpatient', 'outpatient');
        create domain money_of_ours as numeric(12, 2);
        create table claims (
            "Claim_ID" char(6), person_id bigint, provider_id varchar(9), visit_type kind, started_at timestamptz,
            ended_at timestamptz, total_amount money_of_ours, fund_amount numeric, is_insured boolean, settled_at date,
            doctor_id uuid, phone text, dropped text, note jsonb
        ) partition by range (started_at);
        alter table claims drop column dropped;
        create table early partition of claims for values from ('2024-01-01') to ('2024-06-01');
        create table late partition of claims for values from ('2024-06-01') to ('2025-01-01');
        insert into claims values
            ('C1', 1, 'H1', 'inpatient', '2024-05-01 16:30:00+00', '2024-05-04 00:00:00+00', 812.5, 700.00, true,
             '2024-05-04', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', '', '{}'),
            ('C2', 2, 'H"|', 'outpatient', '2024-07-01 01:00:00+00', 'infinity', 0.05, null, false,
             null, null, null, null);
        create table other (id int);
        """,
    )
    out = tmp_path / "out"
    claimsift.succeed("tables", server.url(database), "--out", out)
    columns = COLUMNS + ", fund_amount, is_insured, settled_at, doctor_id, phone"
    found = duckdb.execute(f"select {columns} from '{out}/claims.parquet' order by claim_id").fetchall()
    assert [tuple(None if cell is None else str(cell) for cell in row) for row in found] == [
        ("C1", "1", "H1", "inpatient", "2024-05-02 00:30:00", "2024-05-04 08:00:00", "812.50", "700.00", "True",
         "2024-05-04 00:00:00", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", None),
        ("C2", "2", 'H"|', "outpatient", "2024-07-01 09:00:00", None, "0.05", None, "False", None, None, None),
    ]  # fmt: skip
    # Views, too; and the schema of the search path where none is named.
    server.psql("-c", "create schema v; create view v.claims as select * from claims", database=database)
    claimsift.succeed("tables", server.url(database, schema="v"), "--out", tmp_path / "view")
    assert duckdb.execute(f"select count(*) from '{tmp_path}/view/claims.parquet'").fetchall() == [(2,)]


def test_rejects_have_the_row_numbers_of_the_table(
    claimsift: Claimsift, server: PostgresServer, database: str, tables: Path, tmp_path: Path
) -> None:
    into_postgres_table(server, tables / "claims.parquet", database, "claims")
    into_postgres_table(server, tables / "lines.parquet", database, "lines", SPARSE, casts="text")
    server.psql(
        "-c",
        "update lines set amount = 'twelve' "
        "where line_id in (select line_id from lines order by md5(line_id) limit 40)",
        database=database,
    )
    server.psql("-c", "vacuum full lines", database=database)
    numbered = "select row_number() over (order by ctid) as number, amount from lines"
    wrong = f"select number from ({numbered}) as numbered where amount = 'twelve' order by 1"
    numbers = [int(row[0]) for row in server.query(wrong, database)]
    assert int(server.query("select pg_relation_size('lines') / 8192", database)[0][0]) > 4096
    claimsift.succeed("tables", server.url(database), "--out", tmp_path / "out", "--threads", 4)
    found = duckdb.execute(
        f"""
        select "row" from '{tmp_path}/out/rejects.parquet'
        where "table" = 'lines' and "column" = 'amount' order by 1
        """
    ).fetchall()
    assert [row for (row,) in found] == numbers
    assert len(numbers) == 40
    assert numbers[-1] > numbers[0] + 1_000


@pytest.mark.parametrize(
    ("declared", "value"), [("text[]", "'{P1}'"), ("jsonb", "'{}'"), ("bytea", "'P1'"), ("int4range", "'[1,2]'")]
)
def test_columns_that_hold_no_single_value_are_refused(
    claimsift: Claimsift, server: PostgresServer, database: str, tmp_path: Path, declared: str, value: str
) -> None:
    shape = SHAPE.replace("person_id text", f"person_id {declared}")
    server.psql(
        "-c",
        f"create table claims ({shape}); insert into claims values ('C1', {value}, 'H', 'inpatient', '', '', '1')",
        database=database,
    )
    done = claimsift.run("screen", server.url(database), "--out", tmp_path / "out")
    assert done.returncode == REJECTED
    assert "claims has lists or structures in the column `person_id`" in done.stderr


def test_each_way_not_to_get_in(
    claimsift: Claimsift, server: PostgresServer, database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.psql(
        "-c",
        "create table notes (id int); create schema closed; create role clerk login password 'clerk'",
        database="scratch",
    )
    server.psql("-c", f"create table closed.claims ({SHAPE}); grant usage on schema closed to clerk", database=database)
    monkeypatch.delenv("PGPASSWORD", raising=False)
    monkeypatch.setenv("PGPASSFILE", str(tmp_path / "none"))
    wrong = "wr0ng-secret"
    clerk = f"postgresql://clerk:clerk@127.0.0.1:{server.port}/{database}?schema=closed"
    cases = [
        (server.url(database, password=wrong), REJECTED, ["password authentication failed", "PGPASSWORD"]),
        (server.url(database, password=None), REJECTED, ["password", "PGPASSWORD"]),
        (server.url("nowhere"), REJECTED, ['database "nowhere" does not exist', "check the names"]),
        (server.url(database, schema="nowhere"), REJECTED, ["there is no schema `nowhere`", "?schema=NAME"]),
        (server.url(database), REJECTED, ["holds no file that any layout knows", "notes with id"]),
        (clerk, REJECTED, ["claims (no permission to read it)"]),
        (server.url(database, sslmode="require"), WRONG_USE, ["TLS (sslmode=require), which is not built in"]),
        (f"postgresql://auditor@127.0.0.1:{postgres_server.free_port()}/x", REJECTED, ["check host and port"]),
        ("postgresql://auditor:wr0ng-secret@127.0.0.1:port/x", WRONG_USE, ["cannot be read as an address"]),
        ("mysql://u:wr0ng-secret@h/d", WRONG_USE, ["has the scheme `mysql`", "postgresql://"]),
    ]
    for url, code, parts in cases:
        done = claimsift.run("screen", url, "--out", tmp_path / "out")
        assert done.returncode == code, done.stderr
        assert all(part in done.stderr for part in parts), done.stderr
        assert_nowhere(PASSWORD, done.stderr)
        assert_nowhere(wrong, done.stderr)
        assert not (tmp_path / "out").exists()
    server.psql("-c", "drop schema closed cascade; drop owned by clerk; drop role clerk", database=database)


def test_a_password_file_is_enough(
    claimsift: Claimsift,
    server: PostgresServer,
    county_url: str,
    expected: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert county_url
    escaped = PASSWORD.replace("\\", "\\\\").replace(":", "\\:")
    (tmp_path / "pgpass").write_text(f"127.0.0.1:{server.port}:*:auditor:{escaped}\n", encoding="utf-8")
    monkeypatch.setenv("PGPASSFILE", str(tmp_path / "pgpass"))
    out = claimsift.screen(server.url("county", password=None, schema="y2024"), tmp_path / "out", "--select", "P02")
    assert read_manifest(out)["tables"]["claims"]["kept"] == read_manifest(expected)["tables"]["claims"]["kept"]


def test_a_server_that_goes_away_leaves_no_result(
    claimsift: Claimsift, server: PostgresServer, county_url: str, tmp_path: Path
) -> None:
    assert county_url
    slow = """
        create schema slow;
        create view slow.claims as select * from y2024.claims;
        create view slow.lines as select * from y2024.lines where pg_sleep(0.01) is not null;
    """
    server.psql("-c", slow, database="county")
    out = tmp_path / "out"
    url = server.url("county", schema="slow")
    command = [str(claimsift.binary), "tables", url, "--out", str(out), "--quiet"]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    kill = """
        select pg_terminate_backend(pid) from pg_stat_activity
        where application_name = 'claimsift' and state = 'active' and query like 'COPY%lines%'
    """
    while process.poll() is None and not server.query(kill):
        time.sleep(0.02)
    _, error = process.communicate(timeout=60)
    assert process.returncode == REJECTED, error
    assert "table `lines`" in error
    assert "administrator command" in error or "connection closed" in error
    assert_nowhere(PASSWORD, error)
    assert not out.exists()
    server.psql("-c", "drop schema slow cascade", database="county")
