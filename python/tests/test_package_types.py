"""Guards on the Python package: stubs, frozen classes, examples, and names that must agree with the library's."""

from __future__ import annotations

import doctest
import inspect
import pkgutil
import re
import subprocess
import sys
import typing
from importlib import import_module
from pathlib import Path

import pytest
from reference import REPOSITORY

pytest.importorskip(
    "claimsift", reason="the package is not installed; `make python-package` installs it", exc_type=ImportError
)

import claimsift as cs
from claimsift import _internal

MODULES = [f"claimsift.{module.name}" for module in pkgutil.iter_modules(cs.__path__) if module.name != "__main__"]
FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


def test_stubs_are_true(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "mypy.stubtest", "claimsift._internal"]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False, cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("name", MODULES)
def test_examples_run(name: str) -> None:
    assert doctest.testmod(import_module(name), optionflags=FLAGS).failed == 0


def test_there_are_examples() -> None:
    finder = doctest.DocTestFinder(exclude_empty=True)
    tests = [test for name in MODULES for test in finder.find(import_module(name)) if test.examples]
    assert len(tests) >= 5


def test_classes_are_frozen() -> None:
    sources = {path: path.read_text(encoding="utf-8") for path in (REPOSITORY / "crates/py/src").glob("*.rs")}
    classes = [attribute for text in sources.values() for attribute in re.findall(r"#\[pyclass(.*?)\]\n", text)]
    assert len(classes) >= 3
    assert all("frozen" in attribute for attribute in classes)
    table = _internal.detectors("en")
    with pytest.raises(AttributeError):
        table.num_rows = 3  # type: ignore[misc]
    with pytest.raises(AttributeError):
        cs.detectors().rows = 3  # type: ignore[attr-defined]


def test_claims_takes_every_table() -> None:
    parameters = inspect.signature(cs.Claims).parameters
    options = {"max_rejects", "knowledge", "threads", "progress"}
    assert [name for name in parameters if name not in options] == _internal.table_names()


def test_options_are_given_by_name() -> None:
    for function in (cs.read, cs.screen, cs.evaluate, cs.Claims, cs.detectors, cs.Result.explain, cs.Result.save):
        optional = [p for p in inspect.signature(function).parameters.values() if p.default is not p.empty]
        assert optional
        assert all(parameter.kind is parameter.KEYWORD_ONLY for parameter in optional), function


def test_the_configuration_is_typed() -> None:
    sections = typing.get_type_hints(cs.Config)
    codes = set(cs.detectors().to_arrow()["code"].to_pylist())
    assert codes == set(typing.get_args(cs.Code))
    assert set(sections) == codes | {"run", "weights", "money", "peers", "checks"}


def test_errors_are_one_tree() -> None:
    for error in (cs.ConfigError, cs.SchemaError, cs.DataError):
        assert issubclass(error, cs.Error)
        assert error.__module__ == "claimsift"


def test_the_package_is_typed() -> None:
    assert (Path(cs.__path__[0]) / "py.typed").exists()
    assert set(cs.__all__) <= set(dir(cs))
