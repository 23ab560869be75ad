"""The pen a workbook is written with: styles, cells, headers, colours, drop-downs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel

from simcap.scenario.grid import address
from simcap.workbook import words
from simcap.workbook.cells_out import Cell
from simcap.workbook.layout import SHEETS, source_beside
from simcap.workbook.lists import drop_down as rule_of
from simcap.workbook.shapes import Shape

FORMATS = {
    "text": {"num_format": "@"},
    "number": {"num_format": "General"},
    "percent": {"num_format": "0.####%"},
    "yearly": {"num_format": "0.####%"},
    "money": {"num_format": "#,##0.##"},
    "amount": {"num_format": "#,##0.##"},
    "date": {"num_format": "yyyy-mm-dd"},
}
OF_KIND = {
    "share": "percent",
    "yearly": "yearly",
    "money": "money",
    "amount": "amount",
    "number": "number",
    "whole": "number",
    "date": "date",
}
"""The format of the cells of a kind of value, before anything stands in them."""
ASSUMED, LEAST_ROWS = "#FFF2CC", 60
HEADER = {"bold": True, "bg_color": "#1F4E79", "font_color": "#FFFFFF", "border": 1}
WIDEST, LINE = 46, 15
"""The widest column, and how high a line is."""
MARK = "simcap workbook 1"
"""What the first sheet says of the form in which the workbook is written."""


@dataclass
class Contents:
    """What goes into a workbook: the ``data`` of a scenario and its ``zones``, those of an
    ``experiment``, if there is one (of ``model``), ``remarks`` by path.
    """

    data: dict
    zones: list[dict]
    experiment: dict | None = None
    model: type[BaseModel] | None = None
    remarks: dict[tuple, str] = field(default_factory=dict)


class Pen:
    """Writes ``contents`` into an open ``book`` in one language."""

    def __init__(self, book: Any, contents: Contents, language: str):
        self.book, self.contents, self.language = book, contents, language
        self.formats: dict[tuple, Any] = {}
        self.sheets = {
            name: book.add_worksheet(words.sheet_name(name, language)) for name in SHEETS
        }
        self.lines: dict[tuple[Any, int], int] = {}
        self.hidden: set[tuple[Any, int]] = set()

    def style(self, name: str = "text", **more: Any) -> Any:
        """The format ``name`` with ``more`` properties, made once."""
        wanted = {**FORMATS.get(name, {}), "valign": "top", **more}
        key = tuple(sorted(wanted.items()))
        if key not in self.formats:
            self.formats[key] = self.book.add_format(wanted)
        return self.formats[key]

    def put(self, sheet: Any, row: int, column: int, cell: Cell, **more: Any) -> None:
        """One cell, as what it is: text never becomes a formula or a number."""
        style, value = self.style(cell.format, **more), cell.value
        if more.get("text_wrap"):
            lines = -(-width_of(str(value)) // (WIDEST - 3))
            self.lines[sheet, row] = max(self.lines.get((sheet, row), 1), lines)
        if cell.format == "date":
            sheet.write_datetime(row, column, value, style)
        elif isinstance(value, (int, float)) and not isinstance(value, bool):
            sheet.write_number(row, column, value, style)
        else:
            sheet.write_string(row, column, str(value), style)

    def text(self, name: str) -> str:
        """A text of the workbook's own, in its language."""
        return words.text(name, self.language)

    def header(self, sheet: Any, names: list[str], notes: dict[int, str] | None = None) -> None:
        """The first row, which stays in sight."""
        style = self.style("text", **HEADER, text_wrap=True)
        for column, name in enumerate(names):
            sheet.write_string(0, column, name, style)
            if note := (notes or {}).get(column):
                sheet.write_comment(0, column, note, {"x_scale": 1.6, "author": "simcap"})
        lines = max((-(-width_of(name) // 18) for name in names), default=1)
        sheet.set_row(0, 16 * min(3, max(1, lines)) + 2)
        sheet.freeze_panes(1, 1)

    def remark(self, path: tuple) -> str:
        """What is said beside ``path``: there, or of what is around it."""
        return source_beside(self.contents.data, self.contents.remarks, path)

    def assumed(self, sheet: Any, numbers: list[int], source: int, first: int, last: int) -> None:
        """Numbers are coloured where the source in their row says that they are assumed, or where
        there is none.
        """
        letter = address(0, source)[:-1]
        said = f"${letter}{first + 1}"
        rule = f'OR({said}="",ISNUMBER(SEARCH("assum",{said})),ISNUMBER(SEARCH("假设",{said})))'
        for column in numbers:
            here = address(first, column)
            sheet.conditional_format(
                first,
                column,
                last,
                column,
                {
                    "type": "formula",
                    "criteria": f'=AND({here}<>"",{rule})',
                    "format": self.book.add_format({"bg_color": ASSUMED}),
                },
            )

    def drop_down(
        self, sheet: Any, first: int, column: int, last: int, shape: Shape, path: tuple, of: str
    ) -> None:
        """Offer in some cells what may stand there."""
        rule = rule_of(shape, path, of, self.language)
        if rule is not None:
            sheet.data_validation(first, column, last, column, rule)

    def fold(self) -> None:
        """Set the heights of rows with wrapped text, and fold away those that are hidden."""
        for sheet, row in self.lines.keys() | self.hidden:
            folded = {"level": 1, "hidden": True} if (sheet, row) in self.hidden else {}
            sheet.set_row(row, LINE * self.lines.get((sheet, row), 1), None, folded)


class Widths:
    """How wide a column has to be: Chinese characters count two."""

    def __init__(self) -> None:
        self.most = 0

    def see(self, cell: Cell, header: str) -> None:
        """Take note of a cell in this column."""
        value = cell.value
        text = f"{value:,.10g}" if isinstance(value, (int, float)) else str(value)
        self.most = max(self.most, width_of(text) + 1)

    def width(self, header: str) -> float:
        """The width of the column, whose ``header`` may take several lines."""
        return min(WIDEST, max(9, self.most + 1, min(18, width_of(header) + 2)))


def width_of(text: str) -> int:
    """How wide ``text`` is: a Chinese character counts two."""
    return sum(2 if ord(sign) > 0x2E7F else 1 for sign in text)
