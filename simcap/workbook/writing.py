"""Writes a workbook by XlsxWriter: sheets, headers, notes, drop-downs, colours, in one language."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from simcap.scenario.headers import NOTES
from simcap.scenario.schema import Scenario
from simcap.workbook import words
from simcap.workbook.cells_out import Cell, cell_of, column_word, kind_word
from simcap.workbook.layout import EXPERIMENT, FACTORS, POINTS, SCENARIO, SHEETS, ZONES, Table
from simcap.workbook.paths import path_out, settable
from simcap.workbook.pen import ASSUMED, LEAST_ROWS, MARK, Contents, Pen, Widths
from simcap.workbook.place_words import assumed_columns
from simcap.workbook.shapes import ANY, Shape
from simcap.workbook.writing_tables import write_table
from simcap.workbook.writing_trees import write_tree


def write(path: Path, contents: Contents, language: str) -> None:
    """Write ``contents`` to ``path``."""
    import xlsxwriter

    with xlsxwriter.Workbook(
        str(path), {"strings_to_formulas": False, "strings_to_urls": False}
    ) as book:
        book.set_properties({"title": MARK, "comments": MARK})
        pen = Pen(book, contents, language)
        _about(pen)
        _zones(pen)
        for part in SCENARIO:
            if isinstance(part, Table):
                write_table(pen, part)
            else:
                write_tree(pen, part, contents.data, Scenario)
        if contents.model is not None:
            write_tree(pen, EXPERIMENT, contents.experiment or {}, contents.model)
        offered = _offered(pen)
        _factors(pen, offered)
        _points(pen, offered)
        pen.fold()
        for sheet in pen.sheets.values():
            sheet.set_landscape()
            sheet.set_paper(9)
            sheet.fit_to_pages(1, 0)
        pen.sheets["district"].activate()


def _about(
    pen: Pen,
) -> None:
    sheet = pen.sheets["about"]
    sheet.set_column(0, 0, 18)
    sheet.set_column(1, 1, 90)
    title = pen.style("text", bold=True, font_size=16)
    sheet.write_string(0, 0, pen.text("title"), title)
    sheet.write_string(0, 1, str(pen.contents.data.get("name", "")), title)
    lines = ("intro", "yellow", "blank", "commas", "renames", "outline", "hiddenrows")
    for row, line in enumerate(lines, 2):
        more = {"bg_color": ASSUMED} if line == "yellow" else {}
        sheet.write_string(row, 1, pen.text(line), pen.style("text", text_wrap=True, **more))
    row = len(lines) + 3
    sheet.write_string(row, 0, pen.text("sheets"), pen.style("text", bold=True))
    for name in SHEETS[1:]:
        row += 1
        word = words.sheet_name(name, pen.language)
        link = pen.style("text", font_color="#0563C1", underline=1)
        sheet.write_url(row, 0, f"internal:'{word}'!A1", link, word)
        sheet.write_string(row, 1, pen.text(f"of_{name}"), pen.style("text"))
    sheet.write_string(row + 2, 0, MARK, pen.style("text", font_color="#808080"))


def _zones(
    pen: Pen,
) -> None:
    sheet, zones = pen.sheets[ZONES], pen.contents.zones
    numbers = list(dict.fromkeys(name for zone in zones for name in zone.get("numbers", {})))
    notes = [name for name in NOTES if any(name in zone.get("notes", {}) for zone in zones)]
    notes = notes or ["source"]
    names = ["zone", "kind", *numbers, *notes]
    pen.header(sheet, [column_word(name, pen.language) for name in names])
    widths = [Widths() for _ in names]
    for row, zone in enumerate(zones, 1):
        assumed = assumed_columns(zone.get("notes", {}), numbers)
        for column, name in enumerate(names):
            cell = _zone_cell(pen, zone, name)
            if cell is not None:
                more: dict[str, Any] = {"bg_color": ASSUMED} if name in assumed else {}
                more |= {"text_wrap": True} if name in NOTES else {}
                pen.put(sheet, row, column, cell, **more)
                widths[column].see(cell, column_word(name, pen.language))
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width.width(column_word(names[column], pen.language)))
    kinds = [kind_word(kind, pen.language) for kind in ("urban", "transition", "rural")]
    sheet.data_validation(1, 1, LEAST_ROWS, 1, {"validate": "list", "source": kinds})


def _zone_cell(pen: Pen, zone: dict, name: str) -> Cell | None:
    if name == "zone":
        return Cell(zone["zone"])
    if name == "kind":
        return Cell(kind_word(zone["kind"], pen.language))
    if name in NOTES:
        text = zone.get("notes", {}).get(name)
        return Cell(text) if text else None
    number = zone.get("numbers", {}).get(name)
    if number is None:
        return None
    return cell_of(int(number) if float(number).is_integer() else number, Shape("number"), "en")


def _offered(pen: Pen) -> dict[str, Any]:
    """The drop-down of what factors and points may set; its list stands on the first sheet, which
    is not read.
    """
    sheet, paths = pen.sheets["about"], settable(pen.contents, pen.language)
    sheet.set_column(3, 3, 44)
    sheet.write_string(1, 3, pen.text("offered"), pen.style("text", bold=True))
    for row, path in enumerate(paths, 2):
        sheet.write_string(row, 3, path, pen.style("text"))
    word = words.sheet_name("about", pen.language)
    source = f"='{word}'!$D$3:$D${len(paths) + 2}"
    return {"validate": "list", "source": source, "error_type": "warning"}


def _factors(pen: Pen, offered: dict[str, Any]) -> None:
    sheet, data = pen.sheets[FACTORS], pen.contents.experiment or {}
    factors, baseline = data.get("factors", {}), data.get("baseline", {})
    count = max([4, *(len(v) for v in factors.values() if isinstance(v, list))])
    names = [pen.text("factor"), pen.text("base")]
    names += [f"{pen.text('levels')} {i + 1}" for i in range(count)]
    notes = {0: "how_factor", 1: "how_base", 2: "how_level"}
    pen.header(sheet, names, {column: pen.text(name) for column, name in notes.items()})
    sheet.data_validation(1, 0, LEAST_ROWS, 0, offered)
    for row, name in enumerate(dict.fromkeys([*factors, *baseline]), 1):
        pen.put(sheet, row, 0, Cell(path_out(name, pen.language)), bold=True)
        if name in baseline:
            pen.put(sheet, row, 1, cell_of(baseline[name], ANY, pen.language))
        given = factors.get(name, [])
        for column, level in enumerate(given if isinstance(given, list) else [given], 2):
            pen.put(sheet, row, column, cell_of(level, ANY, pen.language))
    sheet.set_column(0, 0, 44)
    sheet.set_column(1, len(names) - 1, 16)


def _points(pen: Pen, offered: dict[str, Any]) -> None:
    sheet, points = pen.sheets[POINTS], (pen.contents.experiment or {}).get("points") or {}
    notes = {0: pen.text("how_point"), 1: pen.text("how_factor"), 2: pen.text("how_level")}
    pen.header(sheet, [pen.text("point"), pen.text("path"), pen.text("value")], notes)
    sheet.data_validation(1, 1, LEAST_ROWS, 1, offered)
    row = 0
    named = points.items() if isinstance(points, dict) else enumerate(points, 1)
    for name, changes in named:
        for path, value in changes.items() or [("", None)]:
            row += 1
            pen.put(sheet, row, 0, Cell(str(name)), bold=True)
            if path:
                pen.put(sheet, row, 1, Cell(path_out(path, pen.language)))
                pen.put(sheet, row, 2, cell_of(value, ANY, pen.language))
    sheet.set_column(0, 0, 40)
    sheet.set_column(1, 1, 44)
    sheet.set_column(2, 2, 30)
