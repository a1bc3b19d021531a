"""A PostgreSQL server for the tests: private, in a temporary folder, stopped and removed afterwards.

Where the server is not installed and we are root on Debian or Ubuntu, it is installed from the distribution's packages.
It refuses to run as root, so that root starts it as another user.
"""

from __future__ import annotations

import getpass
import os
import pwd
import secrets
import shutil
import socket
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Mapping

USER = "auditor"
# Characters that an address must encode, and that show up nowhere else.
PASSWORD = "p:w/" + secrets.token_hex(8) + "@?"


class UnavailableError(Exception):
    """There is no server, and the reason."""


@dataclass
class PostgresServer:
    """A running server."""

    programs: Path
    folder: Path
    owner: str
    port: int

    def url(self, database: str = "postgres", *, password: str | None = PASSWORD, **parameters: str) -> str:
        """The address of a database."""
        secret = "" if password is None else ":" + quote(password, safe="")
        query = "&".join(f"{name}={quote(value)}" for name, value in parameters.items())
        return f"postgresql://{USER}{secret}@127.0.0.1:{self.port}/{database}" + (f"?{query}" if query else "")

    @property
    def environment(self) -> dict[str, str]:
        """What psql needs to log in."""
        return {**os.environ, "PGPASSWORD": PASSWORD, "PGOPTIONS": "--client-min-messages=warning"}

    def psql(self, *arguments: object, database: str = "postgres", sql: str | None = None) -> str:
        """Run psql and return what it prints."""
        place = ["-h", "127.0.0.1", "-p", str(self.port), "-U", USER, "-d", database]
        command = [
            str(self.programs / "psql"),
            "-X",
            "-q",
            "-A",
            "-t",
            "-v",
            "ON_ERROR_STOP=1",
            *place,
            *map(str, arguments),
        ]
        done = subprocess.run(
            command, input=sql, capture_output=True, text=True, encoding="utf-8", env=self.environment, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def query(self, sql: str, database: str = "postgres") -> list[list[str]]:
        """The rows of a query as texts."""
        return [line.split("|") for line in self.psql("-c", sql, database=database).splitlines()]

    def create_database(self, name: str) -> str:
        """Create a database anew and return its name."""
        self.psql("-c", f"drop database if exists {name} with (force)")
        self.psql("-c", f"create database {name} encoding 'UTF8' template template0")
        return name

    def stop(self) -> None:
        """Stop at once and remove everything."""
        command = [self.programs / "pg_ctl", "-D", self.folder / "data", "-m", "immediate", "stop"]
        run_as(self.owner, command, check=False)
        shutil.rmtree(self.folder, ignore_errors=True)


def start() -> PostgresServer:
    """Start a server on a free port of this machine.

    Raises:
        UnavailableError: If there is none and none can be installed.
    """
    programs = find_programs() or install()
    owner = unprivileged()
    folder = Path(tempfile.mkdtemp(prefix="claimsift-postgres-"))
    (folder / "password").write_text(PASSWORD + "\n", encoding="utf-8")
    if owner != getpass.getuser():
        account = pwd.getpwnam(owner)
        for path in (folder, folder / "password"):
            os.chown(path, account.pw_uid, account.pw_gid)
    data = folder / "data"
    options = [
        "-U",
        USER,
        "-A",
        "scram-sha-256",
        "--pwfile",
        folder / "password",
        "-E",
        "UTF8",
        "--locale",
        "C",
        "--no-sync",
    ]
    run_as(owner, [programs / "initdb", "-D", data, *options])
    port = free_port()
    settings = {
        "port": port,
        "listen_addresses": "127.0.0.1",
        "unix_socket_directories": folder,
        "fsync": "off",
        "timezone": "UTC",
        "max_wal_size": "4GB",
    }
    flags = " ".join(f"-c {name}={value}" for name, value in settings.items())
    run_as(owner, [programs / "pg_ctl", "-D", data, "-w", "-o", flags, "-l", folder / "log", "start"])
    return PostgresServer(programs, folder, owner, port)


def find_programs() -> Path | None:
    """The folder of initdb and psql: on the path, or the newest of Debian's versions."""
    on_path = shutil.which("initdb")
    if on_path:
        return Path(on_path).resolve().parent
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    return found[-1].parent if found else None


def install() -> Path:
    """Install Debian's package, which nobody but root can."""
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        message = "PostgreSQL is not installed (Debian: apt-get install postgresql)"
        raise UnavailableError(message)
    command = ["apt-get", "install", "-y", "--no-install-recommends", "postgresql"]
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    programs = find_programs()
    if programs is None:
        message = f"PostgreSQL cannot be installed: {done.stderr.strip().splitlines()[-1:]}"
        raise UnavailableError(message)
    return programs


def unprivileged() -> str:
    """The user to run the server as: ourselves, unless we are root."""
    if os.geteuid() != 0:
        return getpass.getuser()
    names = {account.pw_name for account in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


def run_as(owner: str, command: list[object], *, check: bool = True) -> None:
    """Run a program as a user, from a folder that the user can enter."""
    prefix = [] if owner == getpass.getuser() else ["runuser", "-u", owner, "--"]
    environment: Mapping[str, str] = {**os.environ, "LC_ALL": "C"}
    # The server keeps what it inherits open; a pipe would never end.
    done = subprocess.run(
        [*prefix, *map(str, command)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd="/",
        env=environment,
        check=False,
    )
    if check and done.returncode != 0:
        message = f"{Path(str(command[0])).name} failed with {done.returncode}"
        raise UnavailableError(message)


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
