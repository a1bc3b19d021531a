"""The exceptions of this package, one tree."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


class Error(Exception):
    """Whatever this package raises."""

    __module__ = "claimsift"


class ConfigError(Error):
    """An argument or setting is wrong.

    Attributes:
        problems: Every problem of a configuration, each as its place (such as `P09.max_gap_days`) and what is wrong
            there. Empty where the error is not about a configuration.
    """

    __module__ = "claimsift"

    problems: tuple[tuple[str, str], ...]

    def __init__(self, message: str, problems: Iterable[tuple[str, str]] = ()) -> None:
        """Take the whole message, and the problems one by one."""
        super().__init__(message)
        self.problems = tuple(problems)


class SchemaError(Error):
    """A table is missing, or its columns are not those it must have."""

    __module__ = "claimsift"


class DataError(Error):
    """The data cannot be used as they are: damaged files, too many rejected rows, an id that is not there."""

    __module__ = "claimsift"
