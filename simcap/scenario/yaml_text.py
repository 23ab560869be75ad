"""YAML 1.2 text to nodes, and where it breaks: each fault at its own place, in words for people.

A parser notices a slip some way behind it: a full-width colon only when the next key comes. So the
signs that may be the cause are tried one by one: what makes the text readable further on, once it
is put right, is what is named.
"""

from __future__ import annotations

import re
import sys
import warnings
from collections.abc import Iterator

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, ReusedAnchorWarning, YAMLError
from ruamel.yaml.reader import ReaderError

from simcap.lang import N_, _
from simcap.scenario.characters import FULL_WIDTH

MOST_TRIED = 40
"""Signs near the fault that are tried as its cause."""
TRIED_UP_TO = 300_000
"""Characters of a text that is read again for each of them."""

_ASKS = {
    "mapping values are not allowed": N_(
        "a ':' that cannot stand here: is the line indented as its neighbours are, and the line"
        " above finished?"
    ),
    "could not find expected ':'": N_("a ':' and a blank wanted behind the key"),
    "cannot start any token": N_("a sign that can begin nothing; put the text in quotes"),
    "found unexpected end of stream": N_("an end of text wanted: a quote is never closed"),
    "expected the node content": N_("a value wanted"),
    "expected <block end>": N_("a line that is indented as its neighbours are wanted"),
    "found undefined alias": N_(
        "an anchor of this name wanted above it (text that begins with '*' is put in quotes)"
    ),
    "found undefined tag handle": N_("text that begins with '!' is put in quotes"),
    "expected URI": N_("text that begins with '!' is put in quotes"),
    "expected '!'": N_("text that begins with '!' is put in quotes"),
    "expected '>'": N_("text that begins with '!' is put in quotes"),
    "tag handle": N_("text that begins with '!' is put in quotes"),
    "expected alphabetic or numeric": N_("text that begins with '&', '*' or '%' is put in quotes"),
    "YAML directive": N_("text that begins with '%' is put in quotes"),
    "YAML document": N_("text that begins with '%' is put in quotes"),
    "expected a digit": N_("text that begins with '%' is put in quotes"),
    "expected ' '": N_("text that begins with '%' is put in quotes"),
    "expected a comment or a line break": N_(
        "a line break wanted here (text that begins with '|', '>' or '%' is put in quotes)"
    ),
    "expected chomping or indentation": N_(
        "a line break wanted here (text that begins with '|' or '>' is put in quotes)"
    ),
    "more indented follow up line": N_("a line that is indented as the first of its text wanted"),
    "mapping keys are not allowed": N_("a '?' that cannot stand here; put the text in quotes"),
    "sequence entries are not allowed": N_(
        "a '-' that cannot stand here: is the line indented as its neighbours are?"
    ),
    "expected '<document start>'": N_(
        "a key and a ':' in every line that begins at the margin wanted, from the first one on"
    ),
    "another document": N_("one document wanted, got another behind '---'"),
    "after document end marker": N_("nothing wanted behind '...', which ends the document"),
    "unexpected document separator": N_("an end of text wanted: a quote is never closed"),
    "unknown escape character": N_("a backslash between double quotes is written twice"),
    "escape sequence of": N_("a backslash between double quotes is written twice"),
    "unexpected ':'": N_("a ':' that cannot stand here; put the text in quotes"),
}
_UNSAID = N_("it cannot be read from here on")
"""Of what the library's words would tell nobody."""


class YamlFault(Exception):
    """What is wrong, at ``line`` and ``column`` counted from 1."""

    def __init__(self, line: int, column: int, text: str):
        self.line, self.column = line, column
        super().__init__(text)


def _invalid(said: str) -> str:
    """That it is no YAML, and why."""
    return _("not valid YAML: {said}", said=said)


def composed(text: str):
    """The nodes of ``text``; raises ``YamlFault``."""
    try:
        return _compose(text)
    except ReusedAnchorWarning as problem:
        line, column = map(int, re.findall(r"line (\d+), column (\d+)", str(problem))[-1])
        raise YamlFault(
            line, column, _("each anchor once wanted, got one that stands twice")
        ) from None
    except ReaderError as problem:
        raise _unprintable(text, problem) from None
    except MarkedYAMLError as problem:
        raise _fault(text, problem) from None
    except (YAMLError, ValueError, OverflowError):
        raise _no_character(text) or YamlFault(1, 1, _invalid(_(_UNSAID))) from None


def _no_character(text: str) -> YamlFault | None:
    """The fault at the first number of a character that is none."""
    for match in re.finditer(r"\\U([0-9A-Fa-f]{8})", text):
        if int(match[1], 16) > sys.maxunicode:
            said = _(
                "the number of a character, up to \\U{most:08X}, wanted, got {got}",
                most=sys.maxunicode,
                got=match[0],
            )
            return _at(text, match.start(), said)
    return None


def _compose(text: str):
    with warnings.catch_warnings():
        warnings.simplefilter("error", ReusedAnchorWarning)
        return YAML(typ="safe", pure=True).compose(text)


def _unprintable(text: str, problem: ReaderError) -> YamlFault:
    at = problem.position if isinstance(problem.position, int) else 0
    line = text.count("\n", 0, at) + 1
    sign = ord(problem.character) if isinstance(problem.character, str) else problem.character
    return YamlFault(
        line,
        at - text.rfind("\n", 0, at),
        _("text that can be printed wanted, got the control sign U+{sign:04X}", sign=sign),
    )


def _fault(text: str, problem: MarkedYAMLError) -> YamlFault:
    """The fault at its own place: a full-width sign, an open bracket, a tab, or where it was
    noticed.
    """
    mark = problem.problem_mark or problem.context_mark
    if mark is None:
        return YamlFault(1, 1, _("not valid YAML: {said}", said=_asked(problem)))
    at = mark.index
    cause = _full_width_cause(text, at)
    if cause is not None:
        sign = text[cause]
        return _at(
            text,
            cause,
            _(
                "not valid YAML: the full-width {sign!r} is text here; write {plain!r}",
                sign=sign,
                plain=FULL_WIDTH[sign],
            ),
        )
    opened = _never_closed(text, problem, at)
    if opened is not None:
        closing = {"{": "}", "[": "]"}[text[opened]]
        return _at(
            text,
            opened,
            _(
                "not valid YAML: this {bracket!r} is never closed by {closing!r}",
                bracket=text[opened],
                closing=closing,
            ),
        )
    if text[at : at + 1] == "\t" or re.fullmatch(
        r"[ ]*\t\s*", text[text.rfind("\n", 0, at) + 1 : at]
    ):
        tab = text.find("\t", text.rfind("\n", 0, at) + 1)
        return _at(text, tab, _("not valid YAML: blanks wanted, got a tab"))
    return _at(text, at, _invalid(_asked(problem)))


def _at(text: str, at: int, said: str) -> YamlFault:
    return YamlFault(text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at), said)


def _asked(problem: MarkedYAMLError) -> str:
    found = (problem.problem or problem.context or "").strip()
    if match := re.search(r"found \(?('[}\]]')", found):
        return _("a bracket that was never opened ({bracket})", bracket=match[1])
    if re.match(r"expected ',' or '[}\]]'", found):
        return _("a ',' or the closing {bracket!r} wanted", bracket=found[17])
    return _(next((said for part, said in _ASKS.items() if part in found), _UNSAID))


def _full_width_cause(text: str, at: int) -> int | None:
    """Where the full-width sign stands that keeps ``text`` from being read beyond ``at``."""
    if len(text) > TRIED_UP_TO:
        return None
    for sign in _candidates(text, at):
        narrow = FULL_WIDTH[text[sign]]
        blank = " " if narrow in ":," else ""
        mended = text[:sign] + narrow + blank + text[sign + 1 :]
        reached = _readable_up_to(mended)
        if reached is None or reached > at + len(narrow + blank):
            return sign
    return None


def _candidates(text: str, at: int) -> Iterator[int]:
    """Full-width signs outside of remarks at or before ``at``, the nearest first."""
    end = text.find("\n", at)
    before = text[: end if end >= 0 else len(text)]
    signs = [
        match.start()
        for match in re.finditer("|".join(FULL_WIDTH), before)
        if not re.search(
            r"(^|\s)#", before[before.rfind("\n", 0, match.start()) + 1 : match.start()]
        )
    ]
    yield from reversed(signs[-MOST_TRIED:])


def _readable_up_to(text: str) -> int | None:
    """Where ``text`` breaks, or None if it does not."""
    try:
        _compose(text)
    except MarkedYAMLError as problem:
        mark = problem.problem_mark or problem.context_mark
        return mark.index if mark else 0
    except (YAMLError, ValueError, OverflowError, ReusedAnchorWarning):
        return 0
    return None


def _never_closed(text: str, problem: MarkedYAMLError, at: int) -> int | None:
    """The bracket that is open where the text breaks, if that is no longer within its lines: at the
    end, or at a line that is indented no further than that of the bracket.
    """
    mark = problem.context_mark
    if mark is None or "flow" not in (problem.context or ""):
        return None
    last = len(text.rstrip()) - 1  # of a text that ends with it, the mark is one sign behind it
    start = min(mark.index, last)
    if text[start : start + 1] not in ("{", "["):
        return None
    inner = _innermost_open(text, start, max(at, start + 1))
    begins, broken = text.rfind("\n", 0, inner) + 1, text.rfind("\n", 0, at) + 1
    if not text[at:].strip():
        return inner
    return inner if broken > begins and _indent(text, broken) <= _indent(text, begins) else None


def _innermost_open(text: str, start: int, end: int) -> int:
    """The last bracket from ``start`` on that is still open at ``end``; what stands in quotes and
    remarks counts for nothing.
    """
    opened: list[int] = []
    for match in re.finditer(
        r"\"(?:[^\"\\]|\\.)*\"|'[^']*'|(?:(?<=\s)|^)#[^\n]*|[{}\[\]]", text[start:end], re.M
    ):
        if match[0] in ("{", "["):
            opened.append(start + match.start())
        elif match[0] in ("}", "]") and opened:
            opened.pop()
    return opened[-1] if opened else start


def _indent(text: str, line: int) -> int:
    return len(text[line:]) - len(text[line:].lstrip(" "))
