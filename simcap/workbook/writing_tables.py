"""Writes sheets with a row for each entry."""

from __future__ import annotations

from typing import Any

from simcap.workbook.cells_out import Cell, cell_of
from simcap.workbook.layout import Table, columns, key_shapes, rows
from simcap.workbook.pen import LEAST_ROWS, OF_KIND, Pen, Widths
from simcap.workbook.place_words import always_shown, home_of, how, is_number, key_cell


def write_table(pen: Pen, table: Table) -> None:
    """Write one sheet; columns that nothing uses stand at its end, folded away."""
    sheet, parts = pen.sheets[table.sheet], columns(table)
    data = rows(table, pen.contents.data)
    used = {key for row in data for key in row.values}
    usual = [part for part in parts if (part.path, part.first) in used or always_shown(part)]
    seldom = [part for part in parts if part not in usual]
    source = [part for part in usual if part.path == ("source",)]
    parts = [*(part for part in usual if part not in source), *source]
    start = len(table.heads)
    names = [pen.text(head) for head in table.heads]
    names += [part.header(pen.language) for part in parts]
    if table.remarks:
        names.append(pen.text("remark"))
    names += [part.header(pen.language) for part in seldom]
    places = [*parts, *([None] if table.remarks else []), *seldom]
    notes = {
        start + i: how(p.shape, home_of(p), pen.language)
        for i, p in enumerate(places)
        if p is not None
    }
    pen.header(sheet, names, notes)
    _fill(pen, sheet, table, data, places)
    _columns(pen, sheet, table, places, names, data)


def _fill(pen: Pen, sheet: Any, table: Table, data: list, places: list) -> None:
    start = len(table.heads)
    shapes = key_shapes(table)
    for number, row in enumerate(data, 1):
        for column, key in enumerate(row.keys):
            if key != "":
                cell = key_cell(key, shapes[column], pen.language)
                pen.put(sheet, number, column, cell, bold=column == 0)
        for column, part in enumerate(places, start):
            if part is None:
                if remark := pen.remark(row.path):
                    pen.put(sheet, number, column, Cell(remark), text_wrap=True)
                continue
            value = row.values.get((part.path, part.first))
            if value is not None:
                cell = cell_of(value, part.shape, pen.language)
                pen.put(sheet, number, column, cell, text_wrap=cell.format == "text")


def _widths(pen: Pen, table: Table, places: list, names: list, data: list) -> list[Widths]:
    """What the columns have to hold."""
    widths, shapes = [Widths() for _ in names], key_shapes(table)
    for row in data:
        for column, key in enumerate(row.keys):
            widths[column].see(key_cell(key, shapes[column], pen.language), "")
        for column, part in enumerate(places, len(table.heads)):
            value = None if part is None else row.values.get((part.path, part.first))
            if part is None and (remark := pen.remark(row.path)):
                widths[column].see(Cell(remark), "")
            elif value is not None:
                widths[column].see(cell_of(value, part.shape, pen.language), "")
    return widths


def _columns(pen: Pen, sheet: Any, table: Table, places: list, names: list, data: list) -> None:
    """Widths, drop-downs, formats of empty cells and colours."""
    start, last = len(table.heads), max(LEAST_ROWS, len(data) + 40)
    shapes = key_shapes(table)
    widths = _widths(pen, table, places, names, data)
    seldom = [
        part
        for part in places
        if part is not None
        and not any((part.path, part.first) in row.values for row in data)
        and not always_shown(part)
    ]
    for column, name in enumerate(names):
        part = places[column - start] if column >= start else None
        style = pen.style(OF_KIND.get(part.shape.kind, "text") if part else "text")
        options = {"level": 1, "hidden": True} if part in seldom and part is not None else {}
        sheet.set_column(column, column, widths[column].width(name), style, options)
    for column, part in enumerate(places, start):
        if part is not None:
            pen.drop_down(sheet, 1, column, last, part.shape, part.path, table.pattern[0])
    for column, head in enumerate(table.heads):
        if column or table.pattern.count("*") > 1:
            pen.drop_down(sheet, 1, column, last, shapes[column], (head,), table.pattern[0])
    source = next(
        (start + i for i, p in enumerate(places) if p is None or p.path == ("source",)), None
    )
    if source is not None:
        numbers = [
            start + i
            for i, p in enumerate(places)
            if p is not None and (is_number(p.shape) or not p.path)
        ]
        pen.assumed(sheet, numbers, source, 1, last)
