"""Texts that show themselves in a notebook."""

from __future__ import annotations

from html import escape
from typing import Literal, TypeAlias

Lang: TypeAlias = Literal["en", "zh"]
"""The language of messages, titles and papers."""

WIDTH = 110


class Paper(str):
    """A text, such as a working paper: a `str` that shows itself as it is, in a notebook in type of one width."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)

    def _repr_html_(self) -> str:
        return preformatted(self)


def preformatted(text: str) -> str:
    """HTML that shows a text line by line."""
    style = "white-space: pre; overflow-x: auto; line-height: 1.3; text-align: left"
    return f'<pre style="{style}">{escape(text)}</pre>'
