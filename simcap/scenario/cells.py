"""What a cell of the zones table may hold: a name, a kind, a note, a number; every fault with its
place.
"""

from __future__ import annotations

import re

from simcap.lang import _
from simcap.scenario.characters import readable
from simcap.scenario.fields import zone_name
from simcap.scenario.grid import (
    EXCEL_ERRORS,
    LARGEST_WHOLE,
    Grid,
    is_number,
    is_time,
    said_as,
    text_of,
)
from simcap.scenario.headers import COUNTS, KINDS, SHARES, kind_of
from simcap.scenario.reader import did_you_mean
from simcap.scenario.units import LARGEST_COUNT

_PLAIN_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_PERCENT = re.compile(r"(\d+\.?\d*|\.\d+)\s*[%％]", re.ASCII)

_COUNTED = re.compile(r"约?\s*(\d+(?:\.\d+)?)\s*(万)?\s*[人名个位]?", re.ASCII)
"""A number with what it counts («3.5万», «120000人»)."""


def name_in(grid: Grid, row: int, column: int, faults: list[str]) -> str:
    """The zone's name; a number is none."""
    text = _text_in(grid, row, column, "zone", _("a name"), faults)
    if text is None:
        return ""
    if not text:
        where = f"{grid.place(row, column)} zone"
        faults.append(
            _(
                "{where}: {wanted} wanted, got {got}",
                where=where,
                wanted=_("a name"),
                got=_("nothing"),
            )
        )
        return ""
    try:
        return zone_name(text)
    except ValueError as problem:
        faults.append(f"{grid.place(row, column)} zone: {problem}")
        return text


def kind_in(grid: Grid, row: int, column: int, faults: list[str]) -> str:
    """The kind of zone, from any of its names."""
    text = _text_in(grid, row, column, "kind", _("urban, transition or rural"), faults)
    kind = kind_of(text or "")
    if text is not None and not kind:
        words = [word for kind, others in KINDS.items() for word in (kind, *others)]
        got = f"{text!r}{did_you_mean(text, words, listed=False)}" if text else _("nothing")
        faults.append(
            _(
                "{place} kind: urban, transition or rural wanted, got {got}",
                place=grid.place(row, column),
                got=got,
            )
        )
    return kind


def note_in(grid: Grid, row: int, column: int, name: str, faults: list[str]) -> str:
    """A remark."""
    text = _text_in(grid, row, column, name, _("text"), faults) or ""
    try:
        return readable(text)
    except ValueError as problem:
        faults.append(f"{grid.place(row, column)} {name}: {problem}")
        return ""


def _text_in(grid, row, column, name, wanted, faults) -> str | None:
    """The text there, or None with a fault: an error, a number, a date."""
    cell, where = grid.at(row, column), f"{grid.place(row, column)} {name}"
    got = _not_computed(grid, row, column)
    if not got and grid.oddity(row, column).boolean:
        got = _("{cell}; write it as text", cell=_truth(cell))
    elif not got and is_number(cell):
        got = _("the number {cell}; write it as text", cell=text_of(cell))
        if not grid.formulas_seen:
            got += _(" (in .xls 0 may stand for the text of a formula: save the file as .xlsx)")
        if abs(cell) > LARGEST_WHOLE:
            got = _(
                "a number above {most:,} (2^53), whose digits a spreadsheet does not"
                " keep; write it as text",
                most=LARGEST_WHOLE,
            )
    elif not got and is_time(cell):
        got = _("{cell}; write it as text", cell=said_as(cell))
    if got:
        faults.append(_("{where}: {wanted} wanted, got {got}", where=where, wanted=wanted, got=got))
        return None
    return text_of(cell)


def _not_computed(grid: Grid, row: int, column: int) -> str:
    """What to call a cell whose formula has no answer, or nothing if it has one."""
    odd, text = grid.oddity(row, column), text_of(grid.at(row, column))
    if odd.error or text.upper() in EXCEL_ERRORS:
        return _("the error {error}", error=odd.error or text)
    if odd.empty:
        return _(
            "a formula that was never computed; open the file in a spreadsheet program and save it"
        )
    return ""


def _truth(cell) -> str:
    return "TRUE" if cell in (True, 1) else "FALSE"


def number_in(grid: Grid, row: int, column: int, name: str, faults: list[str]) -> float:
    """The number ≥ 0 there; of a column of shares one from 0 to 1. 0 with a fault where there is
    none.
    """
    cell = grid.at(row, column)
    value, got = _number(grid, row, column, name)
    text = got or repr(text_of(cell))
    if got or value < 0:
        wanted = _("a number ≥ 0")
    elif name in SHARES and value > 1:
        wanted = _('a share from 0 to 1, or a percentage such as "95 %",')
    elif is_number(cell) and abs(cell) > LARGEST_WHOLE:
        wanted, text = (
            _("a number of at most {most:,}", most=LARGEST_COUNT),
            _("a larger one"),
        )
    elif value > LARGEST_COUNT:
        wanted = _("a number of at most {most:,}", most=LARGEST_COUNT)
    else:
        return value
    faults.append(
        _(
            "{place} {name}: {wanted} wanted, got {got}",
            place=grid.place(row, column),
            name=name,
            wanted=wanted,
            got=text,
        )
    )
    return 0.0


def _number(grid: Grid, row: int, column: int, name: str) -> tuple[float, str]:
    """(number, what else it is)."""
    cell, odd = grid.at(row, column), grid.oddity(row, column)
    text = text_of(cell)
    if got := _not_computed(grid, row, column):
        return 0.0, got
    if odd.boolean or isinstance(cell, bool):
        return 0.0, _truth(cell)
    if is_number(cell):
        percent = odd.percent and name in COUNTS and cell != 0
        return float(cell), _("{number:g} %, a percentage", number=100 * cell) if percent else ""
    if is_time(cell):
        return 0.0, _("{cell}; format the cell as a number", cell=said_as(cell))
    if match := _PERCENT.fullmatch(text):
        return float(match[1]) / 100, _(
            "{text!r}, a percentage", text=text
        ) if name in COUNTS else ""
    if _PLAIN_NUMBER.fullmatch(text):
        return float(text), ""
    return 0.0, _no_number(grid, text)


def _no_number(grid: Grid, text: str) -> str:
    if not text:
        return _("nothing") if grid.errors_seen else _("nothing, or a formula's error")
    if counted := _COUNTED.fullmatch(text):
        number = float(counted[1]) * (10_000 if counted[2] else 1)
        return _("{text!r} (write {number})", text=text, number=f"{number:.12g}")
    bare = re.sub(r"[，,\s]", "", text).replace("．", ".")
    if bare != text and _PLAIN_NUMBER.fullmatch(bare):
        return _("{text!r} (write it without separators)", text=text)
    if bare.isdecimal() and not bare.isascii():
        return _("{text!r} (write it in plain digits: {number})", text=text, number=int(bare))
    return repr(text)
