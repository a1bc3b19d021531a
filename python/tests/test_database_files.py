"""SQLite and DuckDB in, and databases through the package."""

from __future__ import annotations

import shutil
import subprocess
import sys
from contextlib import closing
from typing import TYPE_CHECKING, Any

import duckdb
import pytest
from command import Claimsift, read_manifest
from databases import REJECTED, WRONG_USE, assert_nowhere, assert_same_result
from postgres_server import PASSWORD, PostgresServer
from warehousing import into_sqlite, tables_of

import claimsift as cs
from claimsift import Table, _internal

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("affinity", ["", "text", "blob"])
def test_sqlite_gives_what_parquet_gives(
    claimsift: Claimsift, tables: Path, expected: Path, tmp_path: Path, affinity: str
) -> None:
    """Whatever the columns are declared as: numbers become texts, or stay, or texts become numbers."""
    file = tmp_path / "county.db"
    into_sqlite(tables, file, affinity)
    out = claimsift.screen(file, tmp_path / "out")
    assert_same_result(out, expected)
    again = claimsift.screen(f"sqlite:{file}", tmp_path / "again", "--threads", 1)
    assert read_manifest(again)["run_id"] == read_manifest(out)["run_id"]
    [(claim,)] = duckdb.execute(f"select claim_id from '{out}/scores.parquet' order by score desc limit 1").fetchall()
    assert claimsift.succeed("explain", again, claim) == claimsift.succeed("explain", expected, claim)


def test_sqlite_files_that_are_none_or_damaged(claimsift: Claimsift, tables: Path, tmp_path: Path) -> None:
    file = tmp_path / "county.db"
    into_sqlite(tables, file)
    with file.open("r+b") as damaged:
        damaged.seek(4096)
        damaged.write(b"\xff" * 200_000)
    done = claimsift.run("screen", file, "--out", tmp_path / "out")
    assert done.returncode == REJECTED
    assert "export it again" in done.stderr or "integrity_check" in done.stderr
    missing = claimsift.run("screen", f"sqlite:{tmp_path}/none.db", "--out", tmp_path / "out")
    assert missing.returncode == WRONG_USE
    assert not (tmp_path / "none.db").exists()


@pytest.fixture(scope="module")
def duckdb_file(tables: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same tables in a file of DuckDB."""
    file = tmp_path_factory.mktemp("duckdb") / "county.duckdb"
    with closing(duckdb.connect(str(file))) as connection:
        for path in tables_of(tables):
            connection.execute(f"""create table "{path.stem}" as from '{path}'""")
    return file


def same_findings(claims: cs.Claims, expected: Path) -> bool:
    """Whether a screen of the claims finds what is expected."""
    found = cs.screen(claims).findings.to_arrow().to_pylist()
    wanted = Table(_internal.read_parquet(expected / "findings.parquet")).to_arrow().to_pylist()
    return bool(found == wanted)


def test_duckdb_is_read_from_a_file_and_from_a_connection(duckdb_file: Path, expected: Path, tmp_path: Path) -> None:
    assert same_findings(cs.read(duckdb_file), expected)
    with closing(duckdb.connect(str(duckdb_file), read_only=True)) as connection:
        assert same_findings(cs.read(connection), expected)
    with pytest.raises(TypeError, match="connection of duckdb"):
        cs.read(7)  # type: ignore[arg-type]
    shutil.copy(duckdb_file, tmp_path / "broken.duckdb")
    with (tmp_path / "broken.duckdb").open("r+b") as damaged:
        damaged.truncate(5_000)
    with pytest.raises(cs.DataError, match="cannot be read as a DuckDB database"):
        cs.read(tmp_path / "broken.duckdb")


def test_duckdb_is_asked_for_where_it_is_needed(claimsift: Claimsift, duckdb_file: Path, tmp_path: Path) -> None:
    code = "import sys; sys.modules['duckdb'] = None; import claimsift; claimsift.read(sys.argv[1])"
    command = [sys.executable, "-c", code, str(duckdb_file)]
    # Elsewhere than the sources, which would hide the installed package.
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, check=False)
    assert "ImportError: reading a DuckDB database needs the package duckdb" in done.stderr
    refused = claimsift.run("screen", duckdb_file, "--out", tmp_path / "out")
    assert refused.returncode == WRONG_USE
    assert "is a DuckDB database" in refused.stderr


def test_the_package_reads_and_writes_databases(
    server: PostgresServer, county_url: str, tables: Path, expected: Path, tmp_path: Path
) -> None:
    claims = cs.read(county_url)
    assert_nowhere(PASSWORD, repr(claims))
    assert same_findings(claims, expected)
    # Nothing is held between calls.
    held = "select count(*) from pg_stat_activity where application_name = 'claimsift'"
    assert server.query(held) == [["0"]]
    into_sqlite(tables, tmp_path / "county.sqlite")
    result = cs.screen(cs.read(tmp_path / "county.sqlite"))
    database = server.create_database("results")
    run_id = result.write(server.url(database))
    assert run_id == result.manifest["run_id"]
    assert result.write(server.url(database)) == run_id
    assert server.query("select run_id from claimsift_runs", database) == [[run_id]]
    [[rows]] = server.query("select count(*) from claimsift_findings", database)
    assert int(rows) == len(result.findings)
    subject: Any = result.findings.to_arrow()["finding_id"][0].as_py()
    assert subject[:8] in str(result.explain(subject))
    with pytest.raises(cs.ConfigError, match="is no address of a database"):
        result.write("results")
    with pytest.raises(cs.DataError, match="password authentication failed"):
        cs.read(server.url("county", password="wrong"))  # noqa: S106
