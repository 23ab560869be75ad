"""Small sheets for the tests, as XLSX (by XlsxWriter) and as ODS (written here, as LibreOffice
does); the same sheets as XLS stand in ``data/tables``.

A cell is a value, or a ``Cell`` with what a spreadsheet holds besides.
"""

from __future__ import annotations

import datetime
import zipfile
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

import xlsxwriter


@dataclass
class Cell:
    """A ``formula`` with its stored ``value`` (an error if it begins with #; None: never computed),
    or a value with a number ``format``.
    """

    value: object = None
    formula: str = ""
    format: str = ""


TRIALS: dict[str, dict[str, list[list]]] = {
    "plain": {
        "zones": [["zone", "kind", "adults", "counsellors", "2026"], ["甲", "urban", 4, 2, 1]]
    },
    "row_of_errors": {
        "zones": [
            ["zone", "kind", "adults", "counsellors"],
            ["甲镇", "urban", 40000, 4],
            [Cell("#REF!", "gone!A1")] * 4,
            ["乙镇", "rural", 20000, 2],
        ]
    },
    "true_as_number": {
        "zones": [
            ["zone", "kind", "adults", "counsellors"],
            ["甲镇", "urban", 40000, 4],
            ["乙镇", "rural", 20000, True],
        ]
    },
    "broken_headers": {
        "zones": [
            ["zone", "kind", "成人\n（18岁以上）", "咨 询 师", 2026],
            ["甲镇", "urban", 40000, 4, 1],
            ["乙镇", "rural", 20000, 2, 2],
        ]
    },
    "long_number": {
        "zones": [
            ["zone", "kind", "adults", "counsellors"],
            ["甲镇", "urban", 40000, 4],
            [440301199001011328, "rural", 20000, 2],
        ]
    },
    "note_first": {
        "说明": [["请在第二张表填写"]],
        "zones": [["zone", "kind", "adults", "counsellors"], ["甲镇", "urban", 40000, 4]],
    },
    "title_total_merged": {
        "zones": [
            ["各镇街心理服务资源", "", "", ""],
            ["镇街", "城乡", "成年人", "咨询师"],
            ["甲镇", "城区", 40000, 4],
            ["乙镇", "", 20000, 2],
            ["合计", "", 60000, 7],
        ]
    },
    "hours": {
        "zones": [
            ["zone", "kind", "adults", "counsellors"],
            [
                "甲镇",
                "urban",
                40000,
                Cell(datetime.timedelta(hours=36, minutes=30), format="[h]:mm"),
            ],
        ]
    },
}
"""Sheets by name, of each trial; ``title_total_merged`` has B3:B4 merged."""

MERGED = {"title_total_merged": (2, 1, 3, 1)}


def write_xlsx(path: Path, sheets: dict[str, list[list]], hidden=(), merged=None) -> Path:
    """``sheets`` as XLSX."""
    with xlsxwriter.Workbook(path) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for i, row in enumerate(rows):
                for j, cell in enumerate(row):
                    _xlsx(book, sheet, i, j, cell)
            if merged:
                sheet.merge_range(*merged, rows[merged[0]][merged[1]])
            if name in hidden:
                sheet.hide()
        shown = [sheet for sheet in book.worksheets() if sheet.get_name() not in hidden]
        shown[0].activate()
        shown[0].set_first_sheet()
    return path


def _xlsx(book, sheet, row, column, cell) -> None:
    cell = cell if isinstance(cell, Cell) else Cell(cell)
    style = book.add_format({"num_format": cell.format}) if cell.format else None
    value = cell.value
    if cell.formula:
        sheet.write_formula(row, column, f"={cell.formula}", style, "" if value is None else value)
    elif isinstance(value, datetime.timedelta):
        sheet.write_datetime(row, column, value, style)
    elif isinstance(value, bool):
        sheet.write_boolean(row, column, value)
    elif value != "":
        sheet.write(row, column, value, style)


def write_ods(path: Path, sheets: dict[str, list[list]], hidden=(), merged=None) -> Path:
    """``sheets`` as ODS."""
    styles = (
        '<office:automatic-styles><style:style style:name="hid" style:family="table">'
        '<style:table-properties table:display="false"/></style:style></office:automatic-styles>'
    )
    tables = "".join(
        f"<table:table table:name={quoteattr(name)}"
        f"{' table:style-name=' + quoteattr('hid') if name in hidden else ''}>"
        + "".join(
            "<table:table-row>"
            + "".join(_ods(cell, _span(merged, i, j)) for j, cell in enumerate(row))
            + "</table:table-row>"
            for i, row in enumerate(rows)
        )
        + '<table:table-row table:number-rows-repeated="1048000"><table:table-cell'
        ' table:number-columns-repeated="16384"/></table:table-row></table:table>'
        for name, rows in sheets.items()
    )
    names = "".join(
        f' xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{long}:1.0"'
        for short, long in (
            ("office", "office"),
            ("table", "table"),
            ("text", "text"),
            ("style", "style"),
        )
    )
    calc = ' xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'
    with zipfile.ZipFile(path, "w") as pack:
        pack.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        pack.writestr(
            "META-INF/manifest.xml",
            '<m:manifest xmlns:m="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>',
        )
        pack.writestr(
            "content.xml",
            f"<office:document-content{names}{calc}>{styles}<office:body><office:spreadsheet>"
            f"{tables}</office:spreadsheet></office:body></office:document-content>",
        )
    return path


def _span(merged, row, column) -> str:
    if not merged or (row, column) != tuple(merged[:2]):
        return ""
    return (
        f' table:number-rows-spanned="{merged[2] - merged[0] + 1}"'
        f' table:number-columns-spanned="{merged[3] - merged[1] + 1}"'
    )


def _ods(cell, span: str) -> str:
    cell = cell if isinstance(cell, Cell) else Cell(cell)
    formula = f' table:formula="of:={escape(cell.formula)}"' if cell.formula else ""
    value = cell.value
    shown = escape(str(value))
    if isinstance(value, bool):
        kind = f' office:value-type="float" office:value="{int(value)}"'
        formula, shown = f' table:formula="of:={str(value).upper()}()"', str(value).upper()
    elif str(value).startswith("#"):
        kind = ' office:value-type="string" office:string-value="" calcext:value-type="error"'
    elif isinstance(value, datetime.timedelta):
        seconds = int(value.total_seconds())
        hours, rest = divmod(abs(seconds), 3600)
        sign = "-" if seconds < 0 else ""
        text = f"{sign}PT{hours:02d}H{rest // 60:02d}M{rest % 60:02d}S"
        kind = f' office:value-type="time" office:time-value="{text}"'
    elif isinstance(value, (int, float)):
        percent = "percentage" if cell.format == "0%" else "float"
        kind = f' office:value-type="{percent}" office:value="{value!r}"'
    elif value in (None, ""):
        return f"<table:table-cell{formula}{span}/>"
    else:
        kind = ' office:value-type="string"'
    return f"<table:table-cell{formula}{kind}{span}><text:p>{shown}</text:p></table:table-cell>"
