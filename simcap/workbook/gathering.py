"""What is gathered while a workbook is read: data, marks and faults, whatever the sheet."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from simcap.errors import ScenarioError
from simcap.lang import _
from simcap.scenario.grid import Grid, address, text_of
from simcap.scenario.headers import is_footnote
from simcap.scenario.reader import Document
from simcap.workbook.cells_in import value_in
from simcap.workbook.shapes import Shape

_TITLES = 4
"""Rows, from the top, among which the header is looked for."""
_ROW = 100_000
"""Marks count rows through all sheets: this many for each."""


@dataclass
class CellDocument(Document):
    """A document whose places are cells: marks are (row, column), rows counted through all
    ``sheets``. ``remarks`` stand beside the values.
    """

    sheets: list[str] = field(default_factory=list)
    remarks: dict[tuple, str] = field(default_factory=dict)

    def place(self, path: tuple) -> str:
        """«file#sheet!C4» of ``path``, or of the nearest thing around it."""
        while path and path not in self.marks:
            path = path[:-1]
        if path not in self.marks:
            return f"{self.file}:1:1"
        row, column = self.marks[path]
        cell = address(row % _ROW, column)
        return f"{self.file}#{self.sheets[row // _ROW]}!{cell}"


class Reader:
    """Collects the data, the marks and the faults of one document."""

    def __init__(self, path: Path, model: type[BaseModel]):
        self.model = model
        self.document = CellDocument(str(path), {})
        self.faults: list[str] = []

    def done(self) -> CellDocument:
        """What was gathered; raises ``ScenarioError`` with every fault."""
        if self.faults:
            raise ScenarioError(self.faults)
        return self.document

    def mark(self, path: tuple, grid: Grid, row: int, column: int) -> None:
        """Note that ``path``, and what is around it, stands in this cell."""
        sheets = self.document.sheets
        if grid.sheet not in sheets:
            sheets.append(grid.sheet)
        place = (sheets.index(grid.sheet) * _ROW + row, column)
        self.document.marks[path] = place
        for length in range(1, len(path)):
            self.document.marks.setdefault(path[:length], place)

    def note(self, grid: Grid, row: int, column: int, text: str) -> None:
        """Note what was passed over."""
        self.document.notes.append(f"{grid.place(row, column)} {text}")

    def footnote(self, grid: Grid, row: int) -> bool:
        """Whether a row is a remark below the table («注：…»), which a note says."""
        texts = [text for cell in grid.cells[row] if (text := text_of(cell))]
        found = len(texts) == 1 and is_footnote(texts[0])
        if found:
            self.note(grid, row, 0, f"a footnote was passed over ({texts[0][:40]!r})")
        return found

    def header(self, grid: Grid) -> int:
        """The row of the header; a title above it is passed over, which a note says."""
        header = header_row(grid)
        above = [row for row in range(header) if not grid.is_blank(row)]
        if above:
            said = next(text for cell in grid.cells[above[0]] if (text := text_of(cell)))
            self.note(
                grid,
                header,
                0,
                f"the header is {grid.row_name(header)}; what stands above it ({said[:40]!r}) was"
                " passed over",
            )
        return header

    def fault(self, grid: Grid, row: int, column: int, text: str) -> None:
        """Note a fault of one cell."""
        self.faults.append(f"{grid.place(row, column)} {text}")

    def merged(self, grid: Grid, header: int) -> bool:
        """A fault for each range of merged cells; whether there is one."""
        before = len(self.faults)
        for first, left, last, right in grid.merged:
            if last >= header:
                self.fault(
                    grid,
                    first,
                    left,
                    _(
                        "a cell of its own for each value wanted, got the merged cells"
                        " {first}:{last}",
                        first=address(first, left),
                        last=address(last, right),
                    ),
                )
        return len(self.faults) > before

    def set(self, path: tuple, value: Any) -> bool:
        """Put ``value`` at ``path``; False if something stands there already."""
        data = self.document.data
        for step in path[:-1]:
            data = data.setdefault(step, {})
            if not isinstance(data, dict):
                return False
        if path[-1] in data and (data[path[-1]] != {} or value != {}):
            return False
        data[path[-1]] = value
        return True

    def value(self, path: tuple, shape: Shape, grid: Grid, row: int, column: int) -> None:
        """Put what a cell says at ``path``, or note what is wrong with it."""
        try:
            value = value_in(grid.at(row, column), grid.oddity(row, column), shape)
        except ValueError as problem:
            self.fault(grid, row, column, f"{'.'.join(map(str, path))}: {problem}")
            return
        if not self.set(path, value):
            self.fault(
                grid, row, column, _("{path}: this stands twice", path=".".join(map(str, path)))
            )
            return
        self.mark(path, grid, row, column)


def header_row(grid: Grid) -> int:
    """The first row in which two cells hold something, of the few in which a header may stand; the
    first with anything, where there is none.
    """
    rows = [row for row in range(len(grid.cells)) if not grid.is_blank(row)]
    several = (row for row in rows[:_TITLES] if sum(map(bool, map(text_of, grid.cells[row]))) > 1)
    return next(several, rows[0] if rows else 0)


def filled(grid: Grid, row: int, column: int) -> bool:
    """Whether a cell holds something: an error and a formula do, too."""
    odd = grid.oddity(row, column)
    return bool(text_of(grid.at(row, column))) or bool(odd.error) or odd.empty
