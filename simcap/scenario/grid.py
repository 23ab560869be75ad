"""A table as it stands in a file: cells, where each is, and what is odd about it.

Whatever the format, the same sheet gives the same grid: text is text, a number a float, a blank "".
What a spreadsheet stores otherwise (errors, formulas without an answer, TRUE, hours, dates,
percentages) is an ``Odd`` beside the cell, and ``tables`` decides what it may mean.
"""

from __future__ import annotations

import datetime
import functools
import re
from dataclasses import dataclass, field
from pathlib import Path

from simcap.lang import _

LARGEST_WHOLE = 2**53
"""From here on a spreadsheet does not keep the digits that were typed."""

EXCEL_ERRORS = (
    "#REF!",
    "#DIV/0!",
    "#N/A",
    "#VALUE!",
    "#NAME?",
    "#NUM!",
    "#NULL!",
    "#SPILL!",
    "#CALC!",
)
_PERIOD = re.compile(r"(-?)PT?(\d+)H(\d+)M(\d+(?:[.,]\d+)?)S")
_LONGEST = 8784.0


@dataclass
class Odd:
    """What a cell is besides its value: ``error`` and what it says; a ``formula``, perhaps without
    a stored answer; ``boolean``; ``percent`` (5 % is shown, 0.05 stored).
    """

    error: str = ""
    formula: bool = False
    empty: bool = False
    boolean: bool = False
    percent: bool = False


@dataclass
class Grid:
    """The ``cells`` of a table by row and column from 0. ``lines`` are the lines of a text file in
    which the rows begin; a sheet has a name instead. ``merged`` are (first row, first column, last
    row, last column). A blank cell may be an error where ``errors_seen`` is false, and zeros may
    stand for formulas where ``formulas_seen`` is.
    """

    file: Path
    cells: list[list]
    sheet: str = ""
    lines: list[int] = field(default_factory=list)
    odd: dict[tuple[int, int], Odd] = field(default_factory=dict)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    hidden: list[int] = field(default_factory=list)
    errors_seen: bool = True
    formulas_seen: bool = True
    notes: list[str] = field(default_factory=list)

    def place(self, row: int, column: int) -> str:
        """«file:line:column», or «file#sheet!C4»."""
        if self.sheet:
            return f"{self.file}#{self.sheet}!{address(row, column)}"
        return f"{self.file}:{self.lines[row] if self.lines else 1}:{column + 1}"

    def row_name(self, row: int) -> str:
        """«row 4» of a sheet, «line 4» of a text file."""
        number = row + 1 if self.sheet else self.lines[row]
        return _("row {number}", number=number) if self.sheet else _("line {number}", number=number)

    def at(self, row: int, column: int):
        """The value there, "" beyond the end of a row."""
        cells = self.cells[row]
        return cells[column] if column < len(cells) else ""

    def oddity(self, row: int, column: int) -> Odd:
        return self.odd.get((row, column)) or _PLAIN

    def is_blank(self, row: int) -> bool:
        """Whether nothing stands in the row, an error or a formula neither."""
        return row not in self.computed_rows and not any(map(text_of, self.cells[row]))

    @functools.cached_property
    def computed_rows(self) -> set[int]:
        """Rows with a formula or an error, whatever calamine makes of them."""
        return {row for (row, _), odd in self.odd.items() if odd.error or odd.formula}


_PLAIN = Odd()


def address(row: int, column: int) -> str:
    """«C4» of row 3, column 2."""
    letters, column = "", column + 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row + 1}"


def text_of(cell) -> str:
    """What stands in ``cell``, as text: 5.0 and 5 are one."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) <= LARGEST_WHOLE:
        return str(int(cell))
    return str(cell).strip()


def is_number(cell) -> bool:
    """Whether a spreadsheet holds a number there."""
    return isinstance(cell, (int, float)) and not isinstance(cell, bool)


def hours_of(cell) -> float | None:
    """The hours in a cell that was formatted as ``h:mm`` or ``[h]:mm``, whichever way the format
    stores them: a time, a span, a moment of 1900 or of 1904 (24:00 and more), text such as
    PT36H30M00S; None if it holds no hours, or more than a year of them.
    """
    if isinstance(cell, datetime.datetime) or type(cell) is datetime.date:
        hours = _since_1900(cell)
    elif isinstance(cell, datetime.time):
        span = datetime.timedelta(
            hours=cell.hour,
            minutes=cell.minute,
            seconds=cell.second,
            microseconds=cell.microsecond,
        )
        hours = span / datetime.timedelta(hours=1)
    elif isinstance(cell, datetime.timedelta):
        hours = cell / datetime.timedelta(hours=1)
    elif isinstance(cell, str) and (match := _PERIOD.fullmatch(cell.strip())):
        size = int(match[2]) + int(match[3]) / 60 + float(match[4].replace(",", ".")) / 3600
        hours = -size if match[1] else size
    else:
        return None
    return None if hours is None or abs(hours) > _LONGEST else hours


def _since_1900(moment: datetime.date) -> float | None:
    """Hours since the day before 1 January 1900, whose February has 29 days there, or since 1
    January 1904, if it is of that year.
    """
    if not isinstance(moment, datetime.datetime):
        moment = datetime.datetime(moment.year, moment.month, moment.day)
    for year, zero in (
        (1899, datetime.datetime(1899, 12, 31)),
        (1900, datetime.datetime(1899, 12, 31)),
        (1904, datetime.datetime(1904, 1, 1)),
    ):
        if moment.year == year:
            leap = 24.0 * (moment >= datetime.datetime(1900, 3, 1) and year == 1900)
            return leap + (moment - zero) / datetime.timedelta(hours=1)
    return None


def is_time(cell) -> bool:
    """Whether a cell holds hours, a date or a span of time instead of a number or text."""
    return isinstance(cell, (datetime.date, datetime.time, datetime.timedelta)) or _period(cell)


def said_as(cell) -> str:
    """How a person would say what stands in ``cell``: «the time 36:30», «the date 2025-03-05»,
    «'x'».
    """
    hours = hours_of(cell)
    if hours is not None:
        minutes = round(abs(hours) * 60)
        return _(
            "the time {sign}{hours}:{minutes:02d}",
            sign="-" if hours < 0 else "",
            hours=minutes // 60,
            minutes=minutes % 60,
        )
    if isinstance(cell, datetime.date):
        day = cell.date() if isinstance(cell, datetime.datetime) else cell
        return _("the date {day}", day=day.isoformat())
    if isinstance(cell, datetime.timedelta) or _period(cell):
        return _("a span of time")
    return repr(text_of(cell))


def _period(cell) -> bool:
    return isinstance(cell, str) and bool(_PERIOD.fullmatch(cell.strip()))
