"""Runs the `claimsift` command as a user would."""

from __future__ import annotations

import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reference import REPOSITORY

if TYPE_CHECKING:
    from collections.abc import Mapping

Completed = subprocess.CompletedProcess[str]


@dataclass(frozen=True)
class Claimsift:
    """The command, by the path of its binary."""

    binary: Path

    def run(self, *arguments: object) -> Completed:
        """Run it, whatever the exit code."""
        command = [str(self.binary), *map(str, arguments)]
        return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)

    def succeed(self, *arguments: object) -> str:
        """Run it, expect exit code 0 and return what it prints."""
        done = self.run(*arguments)
        assert done.returncode == 0, f"claimsift {' '.join(map(str, arguments))}\n{done.stderr}"
        return done.stdout

    def detector(self, code: str) -> dict[str, Any]:
        """What the command says about a detector."""
        described: dict[str, Any] = json.loads(self.succeed("detectors", code, "--json"))
        return described

    def screen(self, folder: Path | str, out: Path, *options: object) -> Path:
        """Screen a data set that must pass."""
        self.succeed("screen", folder, "--out", out, *options)
        return out


def find_binary() -> Path:
    """The binary named by CLAIMSIFT_BIN, or the workspace's own, built when it is missing."""
    named = os.environ.get("CLAIMSIFT_BIN")
    if named:
        return Path(named)
    built = [REPOSITORY / "target" / profile / "claimsift" for profile in ("debug", "release")]
    for path in built:
        if path.exists():
            return path
    subprocess.run(["cargo", "build", "--package", "claimsift-cli"], cwd=REPOSITORY, check=True)  # noqa: S607
    return built[0]


def write_config(path: Path, settings: Mapping[str, Mapping[str, object]]) -> Path:
    """Write a configuration file with a table for each detector. JSON's numbers, texts and lists are TOML's too."""
    lines = []
    for code, values in settings.items():
        lines += [f"[{code}]", *(f"{name} = {json.dumps(value)}" for name, value in values.items())]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def read_manifest(out: Path) -> dict[str, Any]:
    """The manifest of a result."""
    manifest: dict[str, Any] = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    return manifest
