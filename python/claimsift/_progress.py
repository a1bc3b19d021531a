"""Progress: a line that is written over itself, in a terminal or a notebook."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol, TextIO, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator


class Reporter(Protocol):
    """What a call reports its progress to."""

    def __call__(self, stage: str, done: int, total: int, /) -> object:
        """Take the stage that runs, the units it has done, and those it has to do (0 where that is not known)."""


Progress: TypeAlias = bool | Reporter | None
"""Where a long call tells how far it is.

`None`: on standard error if that is a terminal, in the cell if this is a notebook, else nowhere. `True` and `False`: in
any case, in no case. A function is called a few times a second with the stage, the units done and the units in all.
"""


@contextmanager
def reporting(progress: Progress) -> Iterator[Reporter | None]:
    """Make a reporter, and clear what it wrote when the call is over."""
    if callable(progress):
        yield progress
        return
    stream = _stream(wanted=progress)
    if stream is None:
        yield None
        return
    line = _Line(stream)
    try:
        yield line
    finally:
        line.clear()


class _Line:
    """One line that is written over itself."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._width = 0

    def __call__(self, stage: str, done: int, total: int, /) -> None:
        if total:
            text = f"{stage}: {done:,} of {total:,} ({min(done / total, 1):.0%})"
        elif done:
            text = f"{stage}: {done:,}"
        else:
            text = stage
        self._write(text)

    def clear(self) -> None:
        if self._width:
            self._write("")
            self._stream.write("\r")
            self._stream.flush()

    def _write(self, text: str) -> None:
        self._stream.write("\r" + text.ljust(self._width))
        self._stream.flush()
        self._width = len(text)


def _stream(*, wanted: bool | None) -> TextIO | None:
    if wanted is False:
        return None
    if _is_notebook():
        return sys.stdout
    error = sys.stderr
    if error is None:  # under pythonw there is none
        return None
    return error if wanted or error.isatty() else None


def _is_notebook() -> bool:
    """Whether this runs in a kernel, without importing what is not there already."""
    module = sys.modules.get("IPython")
    shell = module.get_ipython() if module is not None else None
    return shell is not None and getattr(shell, "kernel", None) is not None
