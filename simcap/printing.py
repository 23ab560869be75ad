"""What may reach a terminal: text in which every control sign is written out.

Names come from files that others wrote. A sign that moves the cursor, turns the direction of
writing or is half a character is shown by its escape sequence instead of being obeyed.
"""

from __future__ import annotations

import re

_CONTROLS = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f"  # C0 but the line feed, DEL and C1
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # direction of writing
    "\u2028\u2029\ud800-\udfff]"  # lines, halves of characters
)


def printable(text: str) -> str:
    """``text`` with control signs as ``\\x1b`` or ``\\u202e``; line feeds stay."""
    return _CONTROLS.sub(lambda sign: _escape(sign[0]), text)


def in_one_line(text: str) -> str:
    """The same, line feeds written out, too."""
    return printable(text).replace("\n", "\\n")


def printable_json(text: str) -> str:
    """JSON ``text`` (which escapes C0 by itself) with the other signs as JSON writes them."""
    return _CONTROLS.sub(lambda sign: f"\\u{ord(sign[0]):04x}", text)


def _escape(sign: str) -> str:
    return f"\\x{ord(sign):02x}" if ord(sign) < 256 else f"\\u{ord(sign):04x}"
