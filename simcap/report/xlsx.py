"""A report as an Excel workbook: a summary first, then a sheet for each table, numbers as numbers,
text as text.
"""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from typing import Any

from simcap.errors import InputError
from simcap.lang import _
from simcap.plots.theme import wrapped
from simcap.report.blocks import Heading, Listing, Paragraph, Report, Table, Value

WIDEST = 60
"""Letters that a column of text is wide at most."""
NUMBER = 14
"""The same of a column of numbers."""
LINE = 15
"""Height of a line in points."""
LONGEST = 31
"""Letters of a sheet's name that Excel allows."""


def xlsx(report: Report) -> bytes:
    """The workbook; raises ``InputError`` where the library is missing. No text is ever a formula
    or a link.
    """
    try:
        from xlsxwriter import Workbook
    except ImportError:
        raise InputError(
            _(
                "--format xlsx: XlsxWriter wanted, which is not installed: pip install"
                " simcap[report]"
            )
        ) from None
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with Workbook(out, {**options, "strings_to_numbers": False}) as book:
        book.set_properties({"title": report.title[:255], "author": "simcap"})
        forms = _Forms(book)
        _summary(book, report, forms)
        for table in _tables(report):
            _sheet(book, table, forms)
    return out.getvalue()


class _Forms:
    """How cells look."""

    def __init__(self, book: Any):
        self.title = book.add_format({"bold": True, "font_size": 15, "text_wrap": True})
        self.head = book.add_format(
            {
                "bold": True,
                "text_wrap": True,
                "valign": "bottom",
                "bottom": 1,
                "bg_color": "#EDEFF2",
            }
        )
        self.text = book.add_format({"text_wrap": True, "valign": "top"})
        self.strong = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        self.part = book.add_format({"bold": True, "font_size": 12, "valign": "top"})
        self.book, self.made = book, dict[tuple[str, bool], Any]()
        self.small = book.add_format({"font_color": "#5A5A5A", "valign": "top"})

    def of(self, text: str, strong: bool) -> Any:
        """The form of a cell that reads ``text``: numbers with as many digits, and their sign."""
        digits = re.fullmatch(r"[+−]?[\d,]+(?:\.(\d+))?\*?", text)
        code = "#,##0" + (f".{'0' * len(digits[1])}" if digits and digits[1] else "")
        code = f"+{code};-{code};0" if text[:1] in ("+", "−") else code
        key = (code if digits else "@", strong)
        if key not in self.made:
            form = {"num_format": key[0], "bold": strong, "valign": "top", "text_wrap": not digits}
            self.made[key] = self.book.add_format(form)
        return self.made[key]


def _tables(report: Report) -> list[Table]:
    return [
        block for section in report.sections for block in section.blocks if isinstance(block, Table)
    ]


def _summary(book: Any, report: Report, forms: _Forms) -> None:
    """All that is said in words, part by part."""
    sheet = book.add_worksheet(_("Summary"))
    sheet.set_column(0, 0, 100)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    lines = [(report.title, forms.title), (report.question, forms.text)]
    lines += [(report.subtitle, forms.small)]
    for section in report.sections:
        lines.append((section.title, forms.part))
        for block in section.blocks:
            if isinstance(block, Heading):
                lines.append((block.text, forms.strong))
            elif isinstance(block, Paragraph):
                lines.append((block.text, forms.text))
            elif isinstance(block, Listing):
                lines += [(f"• {item}", forms.text) for item in block.items]
    lines.append((report.foot, forms.small))
    for at, (text, form) in enumerate(line for line in lines if line[0]):
        sheet.write_string(at, 0, text, form)
        sheet.set_row(at, LINE * len(wrapped(text, 95 if form is not forms.title else 60)))


def _sheet(book: Any, table: Table, forms: _Forms) -> None:
    """A table: heads in the first row, frozen; the interval in two columns beside its number."""
    sheet = book.add_worksheet(_sheet_name(table.title, book))
    spans = [any(row[at].interval for row in table.rows) for at in range(len(table.heads))]
    heads: list[str] = []
    for head, span in zip(table.heads, spans, strict=True):
        heads += [head, _("95 % interval from"), _("to")] if span else [head]
    for column, head in enumerate(heads):
        sheet.write_string(0, column, head, forms.head)
    for at, row in enumerate(table.rows, 1):
        _row(sheet, at, row, spans, forms, at - 1 in table.strong)
    for column in range(len(heads)):
        sheet.set_column(column, column, NUMBER)
    longest = max((len(row[0].text) for row in table.rows), default=NUMBER)
    sheet.set_column(0, 0, min(max(longest + 2, NUMBER), WIDEST))
    if table.names == len(table.heads):
        sheet.set_column(1, len(heads) - 1, WIDEST)
    sheet.set_row(0, LINE * max(len(wrapped(head, NUMBER - 1)) for head in heads))
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, len(table.rows), len(heads) - 1)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.repeat_rows(0)
    sheet.fit_to_pages(1, 0)
    if table.note:
        sheet.write_string(len(table.rows) + 2, 0, table.note, forms.small)


def _row(
    sheet: Any, at: int, row: Sequence[Value], spans: list[bool], forms: _Forms, strong: bool
) -> None:
    column = 0
    for value, span in zip(row, spans, strict=True):
        numbers = [value.number, *((value.interval or (None, None)) if span else ())]
        form = forms.of(value.text, strong)
        if value.number is None:
            sheet.write_string(at, column, value.text, form)
        for further, number in enumerate(numbers):
            if number is not None:
                sheet.write_number(at, column + further, number, form)
        column += len(numbers)


def _sheet_name(title: str, book: Any) -> str:
    """``title`` as Excel allows it, unlike those of the other sheets."""
    name = re.sub(r"[\[\]:*?/\\]", " ", title.split(":")[0].split("：")[0]).strip("' ")[:LONGEST]
    taken = {sheet.get_name().lower() for sheet in book.worksheets()}
    number = 2
    while name.lower() in taken or not name:
        name = f"{name[: LONGEST - 4]} ({number})"
        number += 1
    return name
