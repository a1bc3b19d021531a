"""The documents at the root: their commands and snippets run, their links lead somewhere, both READMEs say the same."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from reference import REPOSITORY
from test_medicare import FOLDER as CHALLENGE

if TYPE_CHECKING:
    from pathlib import Path

    from command import Claimsift

READMES = ["README.md", "README.zh-CN.md"]
DOCUMENTS = [*READMES, "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md"]
# `make demo` compiles the release profile and `make test` is what runs this test; continuous integration runs both.
NOT_RUN_HERE = {"make demo", "make test"}
# Measurements are repeated by hand at their own size; here only that their commands work.
MOST_CLAIMS = 50_000
# The folder of the challenge files, which are not part of the repository.
CHALLENGE_NAME = "DATA"
# Documents state patterns, not guilt; this is the name of a data set.
ALLOWED_PHRASES = ["provider-fraud challenge"]
ACCUSATIONS = ["fraud", "欺诈", "诈骗", "骗保", "骗取"]
# A folder of the machine on which a document was written.
LOCAL_FOLDER = re.compile(r"(?<![\w.])/(?:work|tmp|root|home|mnt|Users)\b.*")


@dataclass(frozen=True)
class Block:
    """A fenced block."""

    language: str
    text: str

    @property
    def commands(self) -> list[str]:
        """Its lines without comments."""
        lines = (re.sub(r"(^|\s+)#.*", "", line).strip() for line in self.text.splitlines())
        return [line for line in lines if line]


def read(document: str) -> str:
    """A document at the root."""
    return (REPOSITORY / document).read_text(encoding="utf-8")


def blocks(document: str, language: str) -> list[Block]:
    """The fenced blocks of one language, in order."""
    found = re.findall(r"^```(\w+)\n(.*?)^```$", read(document), flags=re.DOTALL | re.MULTILINE)
    return [Block(name, text) for name, text in found if name == language]


def commands(document: str) -> list[str]:
    """Every shell command of a document, in order."""
    return [command for block in blocks(document, "sh") for command in block.commands]


@pytest.fixture(scope="module")
def desk(claimsift: Claimsift, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the command on the path and the README's configuration file."""
    desk = tmp_path_factory.mktemp("desk")
    (desk / "bin").mkdir()
    (desk / "bin" / "claimsift").symlink_to(claimsift.binary)
    for block in blocks("README.md", "toml"):
        if block.text.startswith("# claimsift.toml"):
            (desk / "claimsift.toml").write_text(block.text, encoding="utf-8")
    return desk


@pytest.fixture(scope="module")
def after_commands(desk: Path) -> Path:
    """The folder after every command of the README has run there, in order."""
    for command in commands("README.md"):
        prepared = prepare(command)
        if prepared is None:
            continue
        done = run(["sh", "-e", "-c", prepared], desk)
        assert done.returncode == 0, f"{prepared}\n{done.stdout}\n{done.stderr}"
    return desk


def prepare(command: str) -> str | None:
    """The command as it is run here; `None` if it cannot be."""
    if command in NOT_RUN_HERE:
        return None
    words = command.split()
    if CHALLENGE_NAME in words or "medicare" in words:
        if not CHALLENGE.is_dir():
            return None
        command = command.replace(CHALLENGE_NAME, f"'{CHALLENGE}'")
    return re.sub(r"--claims (\d+)", lambda match: f"--claims {min(int(match[1]), MOST_CLAIMS)}", command)


def run(arguments: list[str], desk: Path) -> subprocess.CompletedProcess[str]:
    """Run something at the desk."""
    path = f"{desk / 'bin'}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(
        arguments,
        cwd=desk,
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


def test_commands_run(after_commands: Path) -> None:
    assert (after_commands / "result" / "findings.parquet").exists()


def test_python_snippets_run(after_commands: Path) -> None:
    if run([sys.executable, "-c", "import claimsift"], after_commands).returncode != 0:
        pytest.skip("the package is not installed here; `make test-python` installs it")
    snippets = blocks("README.md", "python")
    assert snippets
    for snippet in snippets:
        done = run([sys.executable, "-c", snippet.text], after_commands)
        assert done.returncode == 0, f"{snippet.text}\n{done.stderr}"
        assert done.stdout.strip()


@pytest.mark.parametrize("document", READMES)
def test_rust_snippets_are_tested_examples(document: str) -> None:
    """Each is an example of a crate's first page, which `cargo test` compiles and runs."""
    pages = [path.read_text(encoding="utf-8") for path in (REPOSITORY / "crates").glob("*/src/lib.rs")]
    examples = [re.sub(r"^//! ?", "", page, flags=re.MULTILINE) for page in pages]
    snippets = blocks(document, "rust")
    assert snippets
    for snippet in snippets:
        assert any(snippet.text in example for example in examples), snippet.text


@pytest.mark.parametrize("language", ["sh", "toml", "rust", "python", "text"])
def test_both_readmes_hold_the_same(language: str) -> None:
    english, chinese = ([block.commands for block in blocks(readme, language)] for readme in READMES)
    assert english == chinese


def test_the_first_screen_holds_the_two_commands() -> None:
    for readme in READMES:
        first_screen = "\n".join(read(readme).splitlines()[:25])
        assert all(f"\n{command} " in first_screen for command in NOT_RUN_HERE), readme


@pytest.mark.parametrize("document", DOCUMENTS)
def test_links_lead_somewhere(document: str) -> None:
    text = read(document)
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        path, _, anchor = target.partition("#")
        assert "://" not in path, f"{document}: {target}"
        linked = REPOSITORY / path if path else REPOSITORY / document
        assert linked.exists(), f"{document}: {target}"
        if anchor:
            assert anchor in anchors(linked.read_text(encoding="utf-8")), f"{document}: {target}"


def anchors(text: str) -> set[str]:
    """The anchors that a page's headings make."""
    headings = re.findall(r"^#+ (.+)$", text, flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading).strip().lower().replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("document", DOCUMENTS)
def test_nobody_is_accused(document: str) -> None:
    text = read(document).lower()
    for phrase in ALLOWED_PHRASES:
        text = text.replace(phrase, "")
    assert [word for word in ACCUSATIONS if word in text] == []


@pytest.mark.parametrize("document", DOCUMENTS)
def test_no_local_place_is_named(document: str) -> None:
    assert LOCAL_FOLDER.findall(read(document)) == []


@pytest.mark.parametrize("readme", READMES)
def test_catalogue_holds_every_detector(claimsift: Claimsift, readme: str) -> None:
    table = read(readme).split("<!-- catalogue:begin -->")[1].split("<!-- catalogue:end -->")[0]
    codes = [line.split()[0] for line in claimsift.succeed("detectors").splitlines()]
    assert re.findall(r"^\| \[(\w+)\]", table, flags=re.MULTILINE) == codes


def test_exit_codes_are_those_listed(claimsift: Claimsift, after_commands: Path, tmp_path: Path) -> None:
    county = after_commands / "county"
    headless = tmp_path / "headless"
    headless.mkdir()
    (headless / "claims.csv").write_text("claim_id,person_id\nC1,P1\n", encoding="utf-8")
    not_a_folder = headless / "claims.csv" / "result"
    runs: dict[int, list[object]] = {
        0: ["detectors"],
        1: ["screen", county, "--out", tmp_path / "out", "--fail-over", 0],
        2: ["detectors", "no-such-detector"],
        3: ["screen", headless, "--out", tmp_path / "out-3"],
        5: ["screen", county, "--out", not_a_folder],
    }
    assert {code: claimsift.run(*runs[code]).returncode for code in runs} == {code: code for code in runs}
    for readme, heading in zip(READMES, ["| exit code |", "| 退出码 |"], strict=True):
        table = read(readme).split(heading)[1].split("\n\n")[0]
        assert [int(code) for code in re.findall(r"^\| (\d) \|", table, flags=re.MULTILINE)] == list(runs), readme


def test_documented_tables_are_those_written(after_commands: Path) -> None:
    written = {path.name for path in (after_commands / "result").iterdir()}
    for readme in READMES:
        rows = [line for line in read(readme).splitlines() if line.startswith("| `")]
        named = {name for row in rows for name in re.findall(r"`([\w-]+\.(?:parquet|json))`", row.split("|")[1])}
        assert named == written, readme


def test_the_configuration_file_of_the_readme_is_used(after_commands: Path) -> None:
    manifest = (after_commands / "nightly" / "manifest.json").read_text(encoding="utf-8")
    assert '"max_gap_days": 10' in manifest
