"""Knowledge points: what may be charged, for whom, where, how often and beside what.

Workbooks of the state or a province become a folder of tables, which is read beside a data set::

    import claimsift as cs

    cs.knowledge.import_workbooks(["drugs.xlsx"], "knowledge/province", valid_from="2025-01-01")
    claims = cs.read("data/county", knowledge="knowledge/province")
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from . import _internal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["FileCount", "Folder", "Import", "KnowledgeChoice", "import_workbooks", "show"]

Path: TypeAlias = "str | os.PathLike[str]"
KnowledgeChoice: TypeAlias = "Path | Sequence[Path] | None"
"""A knowledge folder, several of them, `"none"` for nothing, or `None` for the small one of the package."""


@dataclass(frozen=True)
class FileCount:
    """What became of the rows of one workbook: `read == imported + reported`.

    Attributes:
        file: The file's name.
        read: Rows below the headers.
        imported: Rows that a point was made of.
        reported: Rows that stand in the folder's `report.csv`, each with its reason.
        points: Points by table.
    """

    file: str
    read: int
    imported: int
    reported: int
    points: Mapping[str, int]


@dataclass(frozen=True)
class Import:
    """An import of workbooks.

    Attributes:
        version: The hash of the folder's tables.
        files: What became of the rows of each workbook.
        tables: Points by table.
        reported: Rows in the folder's `report.csv`.
        conflicts: Rows in its `conflicts.csv`: value and remark differ, and the lenient reading was taken.
    """

    version: str
    files: Sequence[FileCount]
    tables: Mapping[str, int]
    reported: int
    conflicts: int


@dataclass(frozen=True)
class Folder:
    """A knowledge folder.

    Attributes:
        name: Its name.
        path: Where it is; empty for the one that comes with the package.
        blake3: The hash of its tables.
        tables: Rows by table.
    """

    name: str
    path: str
    blake3: str
    tables: Mapping[str, int]


def import_workbooks(
    files: Sequence[Path], out: Path, *, valid_from: str | None = None, source: str | None = None
) -> Import:
    """Import workbooks (`.xlsx`, `.xls`, `.ods`) or CSV files of knowledge points into a knowledge folder.

    Args:
        files: The workbooks.
        out: A folder that is absent, empty or an earlier import, which is replaced as a whole.
        valid_from: The day from which the points are in force, as YYYY-MM-DD.
        source: Where they come from, such as the number of the notice; the file's name by default.

    Raises:
        ConfigError: If `valid_from` is no day.
        DataError: If a file cannot be read.
        Error: If the folder holds anything else, or cannot be written.
    """
    counts = json.loads(
        _internal.import_knowledge([os.fspath(file) for file in files], os.fspath(out), valid_from, source)
    )
    return Import(**{**counts, "files": [FileCount(**file) for file in counts["files"]]})


def show(knowledge: KnowledgeChoice = None) -> list[Folder]:
    """Tell what knowledge folders hold.

    Args:
        knowledge: The folders; the small one that comes with the package by default.

    Raises:
        SchemaError: If a folder has no table of knowledge points.
        DataError: If a file cannot be read.

    Example:
        >>> import claimsift as cs
        >>> [folder.name for folder in cs.knowledge.show()]
        ['claimsift-demo']
    """
    return [Folder(**folder) for folder in json.loads(_internal.knowledge_folders(paths(knowledge)))]


def paths(knowledge: KnowledgeChoice) -> list[str]:
    """Write a choice of folders as the paths that the extension takes."""
    if knowledge is None:
        return []
    if isinstance(knowledge, (str, os.PathLike)):
        return [os.fspath(knowledge)]
    return [os.fspath(path) for path in knowledge] or ["none"]
