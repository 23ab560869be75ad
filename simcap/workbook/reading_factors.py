"""The sheets of an experiment that are tables of their own: factors and listed points."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from simcap.lang import _
from simcap.scenario.grid import Grid, text_of
from simcap.scenario.units import said
from simcap.workbook.cells_in import value_in
from simcap.workbook.gathering import Reader, filled
from simcap.workbook.paths import path_in
from simcap.workbook.shapes import ANY


def _rows(reader: Reader, grid: Grid) -> Iterator[int]:
    """The rows below the header in which something stands; none where cells are merged."""
    header = reader.header(grid)
    if reader.merged(grid, header):
        return
    for row in range(header + 1, len(grid.cells)):
        if not grid.is_blank(row) and not reader.footnote(grid, row):
            yield row


def read_factors(reader: Reader, grid: Grid) -> None:
    """Each factor with its levels and its baseline."""
    for row in _rows(reader, grid):
        name = path_in(text_of(grid.at(row, 0)))
        if not name:
            reader.fault(grid, row, 0, _("a factor wanted in this row, got nothing"))
            continue
        _factor(reader, grid, row, name)


def _factor(reader: Reader, grid: Grid, row: int, name: str) -> None:
    reader.mark(("factors", name), grid, row, 0)
    if filled(grid, row, 1):
        reader.value(("baseline", name), ANY, grid, row, 1)
    levels: Any = []
    for column in range(2, len(grid.cells[row])):
        if filled(grid, row, column):
            try:
                levels.append(value_in(grid.at(row, column), grid.oddity(row, column), ANY))
            except ValueError as problem:
                reader.fault(grid, row, column, str(problem))
    if len(levels) == 1 and isinstance(levels[0], dict):
        levels = levels[0]
    if levels and not reader.set(("factors", name), levels):
        reader.fault(grid, row, 0, _("{name} stands twice", name=said(name)))


def read_points(reader: Reader, grid: Grid) -> None:
    """Each listed point with what it sets; points called 1, 2, 3 have no names."""
    for row in _rows(reader, grid):
        point, path = text_of(grid.at(row, 0)), path_in(text_of(grid.at(row, 1)))
        if not point:
            reader.fault(grid, row, 0, _("the name of a point wanted, got nothing"))
            continue
        reader.document.data.setdefault("points", {}).setdefault(point, {})
        reader.mark(("points", point), grid, row, 0)
        if path:
            reader.value(("points", point, path), ANY, grid, row, 2)
    said = reader.document.data.get("points")
    if said and list(said) == [str(i + 1) for i in range(len(said))]:
        reader.document.data["points"] = list(said.values())
