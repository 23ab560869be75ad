"""A report as a Word document: A4, Chinese in a Chinese font, tables whose heads are repeated.

The extra [report] brings the library. Much of what a reader sees of Chinese text hangs on
attributes that the library leaves out, and so are set here by hand.
"""

from __future__ import annotations

import datetime
import io
from typing import Any

from simcap.errors import InputError
from simcap.lang import _
from simcap.report.blocks import Heading, Listing, Paragraph, Picture, Report, Table

LATIN, CHINESE = "Calibri", "宋体"
HEADS = "黑体"
"""Chinese font of headings."""
TAGS = {"en": "en-GB", "zh": "zh-CN"}
TEXT = 17.4
"""Width of the text, cm."""
NAMES = 0.25
"""Share of a table's width that its first column has, where the others are numbers."""
LONGEST = 255
"""Letters of a title that Word keeps."""


def docx(report: Report) -> bytes:
    """The document; raises ``InputError`` where the library is missing."""
    try:
        from docx import Document
    except ImportError:
        raise InputError(
            _(
                "--format docx: python-docx wanted, which is not installed: pip install"
                " simcap[report]"
            )
        ) from None
    made = Document()
    _page(made)
    _styles(made, report.language)
    _properties(made, report)
    made.add_heading(report.title, 0)
    if report.question:
        made.add_paragraph(report.question, style="Intense Quote")
    made.add_paragraph(report.subtitle, style="Caption")
    for section in report.sections:
        made.add_heading(section.title, 1)
        for block in section.blocks:
            _WRITERS[type(block)](made, block)
    made.add_paragraph(report.foot, style="Caption")
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def _page(made: Any) -> None:
    from docx.shared import Cm

    section = made.sections[0]
    section.page_width, section.page_height = Cm(21.0), Cm(29.7)
    section.left_margin = section.right_margin = Cm((21.0 - TEXT) / 2)
    section.top_margin = section.bottom_margin = Cm(1.8)


def _styles(made: Any, language: str) -> None:
    """Latin and Chinese fonts of every style that is used, and the language of the text."""
    from docx.oxml.ns import qn
    from docx.shared import Pt, RGBColor

    for name, size in (
        ("Normal", 10.5),
        ("Title", 20),
        ("Heading 1", 15),
        ("Heading 2", 12),
        ("Caption", 9),
        ("List Bullet", 10.5),
        ("Intense Quote", 11),
    ):
        style = made.styles[name]
        style.font.name, style.font.size = LATIN, Pt(size)
        style.font.bold = name.startswith("Heading")
        style.font.color.rgb = RGBColor(0x1C, 0x1C, 0x1C)
        fonts = style.element.rPr.rFonts
        for of_theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{of_theme}"), None)
        chinese = HEADS if name.startswith(("Title", "Heading")) else CHINESE
        fonts.set(qn("w:eastAsia"), chinese)
    defaults = made.styles.element.find(qn("w:docDefaults"))
    for found in defaults.iter(qn("w:lang")):
        found.set(qn("w:val"), TAGS["en"])
        found.set(qn("w:eastAsia"), TAGS["zh"])
    made.core_properties.language = TAGS[language]


def _properties(made: Any, report: Report) -> None:
    properties = made.core_properties
    properties.author, properties.title = "simcap", report.title[:LONGEST]
    properties.created = datetime.datetime.now(datetime.UTC).replace(microsecond=0, tzinfo=None)
    properties.comments = ""


# ---- blocks --------------------------------------------------------------------------------------


def _heading(made: Any, block: Heading) -> None:
    made.add_heading(block.text, 2)


def _paragraph(made: Any, block: Paragraph) -> None:
    made.add_paragraph().add_run(block.text).bold = block.lead


def _listing(made: Any, block: Listing) -> None:
    for item in block.items:
        made.add_paragraph(item, style="List Bullet")


def _picture(made: Any, block: Picture) -> None:
    from docx.shared import Cm

    shape = made.add_picture(io.BytesIO(block.png), width=Cm(TEXT))
    shape._inline.docPr.set("descr", block.alt)


def _table(made: Any, block: Table) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt

    caption = made.add_paragraph(style="Heading 2")
    caption.add_run(block.title)
    table = made.add_table(rows=1 + len(block.rows), cols=len(block.heads), style="Table Grid")
    table.autofit = False
    _narrow_margins(table)
    _widths(table, block)
    lines = [[(head, "", True) for head in block.heads]]
    lines += [
        [(value.text, value.under, at in block.strong) for value in row]
        for at, row in enumerate(block.rows)
    ]
    for row, line in zip(table.rows, lines, strict=True):
        for column, (cell, (text, under, bold)) in enumerate(zip(row.cells, line, strict=True)):
            paragraph = cell.paragraphs[0]
            paragraph.paragraph_format.space_after = Pt(0)
            if column >= block.names:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
            _run(paragraph, text, 8.5, bold)
            if under:
                _run(paragraph, "\n" + under, 7, False)
    _whole_rows(table)
    if block.note:
        made.add_paragraph(block.note, style="Caption")


def _run(paragraph: Any, text: str, size: float, bold: bool) -> None:
    from docx.shared import Pt

    run = paragraph.add_run(text)
    run.font.size, run.bold = Pt(size), bold


def _widths(table: Any, block: Table) -> None:
    """The columns of names wide, the others alike; said of columns and of cells."""
    from docx.shared import Cm

    number = len(block.heads)
    numbers = number - block.names
    names = (NAMES if numbers else 1.0) * TEXT / block.names
    first = 0.5 * names if block.names == number else names
    widths = [first] + [(TEXT - first) / (number - 1)] * (number - 1) if number > 1 else [TEXT]
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Cm(width)
        for cell in column.cells:
            cell.width = Cm(width)


def _narrow_margins(table: Any) -> None:
    """A millimetre left and right of each cell's text, so that long numbers are not broken."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        margin = OxmlElement(f"w:{side}")
        margin.set(qn("w:w"), "57")
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    table._tbl.tblPr.append(margins)


def _whole_rows(table: Any) -> None:
    """No row is broken at the end of a page, and the first is repeated on the next."""
    from docx.oxml import OxmlElement

    for at, row in enumerate(table.rows):
        properties = row._tr.get_or_add_trPr()
        properties.append(OxmlElement("w:cantSplit"))
        if at == 0:
            properties.append(OxmlElement("w:tblHeader"))


_WRITERS: dict[type, Any] = {
    Heading: _heading,
    Paragraph: _paragraph,
    Listing: _listing,
    Picture: _picture,
    Table: _table,
}
