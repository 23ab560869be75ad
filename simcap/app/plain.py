"""Text that stays text: names may hold what Markdown or HTML would read as mark-up."""

from __future__ import annotations

import html
import re

_MARKS = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|$:~&^=])")


def markdown(text: str) -> str:
    """``text`` as Markdown shows it letter by letter, on one line."""
    return _MARKS.sub(r"\\\1", " ".join(text.split()))


def paragraph(text: str, style: str = "") -> str:
    """``text`` as a paragraph of HTML."""
    return f'<p style="margin:0;{style}">{html.escape(text)}</p>'
