"""Characters that a keyboard slips in: control signs, halves of characters, full-width signs."""

from __future__ import annotations

import re
import unicodedata

from simcap.lang import _

FULL_WIDTH = {
    "：": ":",
    "，": ",",
    "；": ";",
    "“": '"',
    "”": '"',
    "％": "%",
    "（": "(",
    "）": ")",
    "－": "-",
    "｛": "{",
    "｝": "}",
    "［": "[",
    "］": "]",
    "【": "[",
    "】": "]",
}
_PAIR = re.compile("[\ud800-\udbff][\udc00-\udfff]")
_JOINERS = "\u200c\u200d"
"""Within words of some scripts and pictures; every other sign of this category is invisible."""


def unreadable(text: str, lines: bool = False) -> str:
    """What of ``text`` no screen should be sent and no eye can tell («the control sign U+0007»), or
    nothing; ``lines`` allows line breaks and tabs.
    """
    for char in text:
        kind = unicodedata.category(char)
        if lines and char in "\n\r\t":
            continue
        if (
            kind in ("Cc", "Zl", "Zp")
            or 0xFDD0 <= ord(char) <= 0xFDEF
            or ord(char) & 0xFFFE == 0xFFFE
        ):
            return _("the control sign U+{code:04X}", code=ord(char))
        if kind == "Cs":
            return _("half a character, U+{code:04X}", code=ord(char))
        if kind == "Cf" and char not in _JOINERS and char != "\u00ad":
            return _("the invisible sign U+{code:04X}", code=ord(char))
    return ""


def readable(text: str, lines: bool = True) -> str:
    """``text`` itself; ``ValueError`` if something in it is ``unreadable``."""
    if found := unreadable(text, lines):
        raise ValueError(
            _("text that can be printed wanted, got {got} in {text!r}", got=found, text=text)
        )
    return text


def paired(text: str) -> str:
    """``text`` with the surrogate pairs of JSON's escapes as one character each; halves stay."""
    if not any("\ud800" <= char <= "\udfff" for char in text):
        return text
    return _PAIR.sub(lambda pair: pair[0].encode("utf-16", "surrogatepass").decode("utf-16"), text)
