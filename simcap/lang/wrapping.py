"""Lines of text that hold letters two columns wide: no word is cut, and no line begins with a sign
that closes something.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from simcap.lang import CHINESE

_WIDE = "\u2e80-\u3000\u3003-\u3007\u3012-\ufe2f\ufe50-\uff00\uff0d-\uff19\uff21-\uff60"
_OPENS, _SHUTS = "（《〈「『【“(\\[", "，。；：！？、）》〉」』】”…"
_PIECE = re.compile(
    rf"\s+|[{_OPENS}]*(?:[{_WIDE}]|[^\s{_WIDE}{_OPENS}{_SHUTS}]+|[{_OPENS}]|(?=[{_SHUTS}]))[{_SHUTS}]*"
)


def columns(text: str) -> int:
    """How many columns of a terminal ``text`` takes."""
    return sum(1 + (unicodedata.east_asian_width(sign) in "WF") for sign in text)


def is_wide(text: str) -> bool:
    """Whether letters stand in ``text`` that are two columns wide."""
    return any(ord(sign) >= CHINESE for sign in text)


def wrapped(text: str, width: int) -> list[str]:
    """``text`` in lines of at most ``width`` columns; a word that is longer is cut."""
    lines = [""]
    for piece in _pieces(text, width):
        if columns(lines[-1]) + columns(piece.rstrip()) <= width:
            lines[-1] += piece
        else:
            lines.append(piece.lstrip())
    return [line.rstrip() for line in lines]


def _pieces(text: str, width: int) -> Iterator[str]:
    """What is not to be parted; of what is longer than a line, its letters."""
    for found in _PIECE.finditer(text):
        piece = found[0]
        if columns(piece) <= width:
            yield piece
        else:
            yield from piece
