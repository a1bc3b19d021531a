"""Shared fixtures: the command, and counties it generates."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import postgres_server
import pytest
from command import Claimsift, find_binary, read_manifest
from databases import SPARSE
from reference import REPOSITORY, Warehouse
from roughening import roughen
from warehousing import into_postgres

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from postgres_server import PostgresServer

GOLDEN = REPOSITORY / "datasets" / "golden"
SEEDS = (1, 2, 3)
CLAIMS = 20_000
# Enough to find something of most kinds in, few enough to copy about.
FEW_CLAIMS = 4_000


@dataclass
class County:
    """A data set, its canonical tables and the reference warehouse made from them."""

    command: Claimsift
    folder: Path
    scratch: Path

    @cached_property
    def tables(self) -> Path:
        """The canonical tables, with the command's own visits and stays."""
        out = self.scratch / "tables"
        self.command.succeed("tables", self.folder, "--out", out, "--derived")
        return out

    @cached_property
    def screened(self) -> Path:
        """The result of a screen with all detectors at their defaults."""
        return self.command.screen(self.folder, self.scratch / "screened")

    @cached_property
    def warehouse(self) -> Warehouse:
        """The reference: the derived tables by SQL, as of the day the command takes."""
        return Warehouse.of_folder(self.tables, read_manifest(self.screened)["as_of"])


@pytest.fixture(scope="session")
def claimsift() -> Claimsift:
    """The command."""
    return Claimsift(find_binary())


@pytest.fixture(scope="session")
def counties(claimsift: Claimsift, tmp_path_factory: pytest.TempPathFactory) -> dict[str, County]:
    """Generated counties by name, a rough one, and the golden set where it is there."""
    found = {}
    for seed in SEEDS:
        scratch = tmp_path_factory.mktemp(f"seed-{seed}")
        folder = scratch / "county"
        claimsift.succeed("generate", folder, "--claims", CLAIMS, "--seed", seed)
        found[f"seed-{seed}"] = County(claimsift, folder, scratch)
    rough = tmp_path_factory.mktemp("rough")
    found["rough"] = County(claimsift, roughen(found["seed-1"].tables, rough / "county"), rough)
    if any(GOLDEN.glob("claims.*")):
        found["golden"] = County(claimsift, GOLDEN, tmp_path_factory.mktemp("golden"))
    return found


@pytest.fixture(scope="session")
def county(counties: dict[str, County]) -> County:
    """One small county: the golden set, or the first generated one."""
    return counties.get("golden", counties["seed-1"])


@pytest.fixture(scope="session")
def server() -> Iterator[PostgresServer]:
    """A private server, or none and the reason."""
    try:
        started = postgres_server.start()
    except postgres_server.UnavailableError as error:
        pytest.skip(str(error))
    yield started
    started.stop()


@pytest.fixture(scope="session")
def tables(claimsift: Claimsift, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The canonical tables of a small county as Parquet."""
    scratch = tmp_path_factory.mktemp("database")
    claimsift.succeed("generate", scratch / "county", "--claims", FEW_CLAIMS, "--seed", 5)
    claimsift.succeed("tables", scratch / "county", "--out", scratch / "tables")
    return scratch / "tables"


@pytest.fixture(scope="session")
def expected(claimsift: Claimsift, tables: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the Parquet files give."""
    return claimsift.screen(tables, tmp_path_factory.mktemp("expected") / "out")


@pytest.fixture(scope="session")
def county_url(server: PostgresServer, tables: Path) -> str:
    """The same tables in PostgreSQL, in a schema of their own; lines in several parts."""
    database = server.create_database("county")
    into_postgres(server, tables, database, "y2024", SPARSE)
    assert int(server.query("select pg_relation_size('y2024.lines') / 8192", database)[0][0]) > 4096
    return server.url(database, schema="y2024")


@pytest.fixture
def database(server: PostgresServer) -> str:
    """An empty database."""
    return server.create_database("scratch")
