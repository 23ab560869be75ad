"""A tutorial for planners as its reader follows it: the tables of the page are typed into the
workbook, then its commands are given, in their order.
"""

from __future__ import annotations

import html
import re
import shlex
from pathlib import Path

from books import edited
from python_calamine import CalamineWorkbook
from typer.testing import CliRunner
from xlsxwriter.utility import xl_cell_to_rowcol, xl_rowcol_to_cell

from simcap.cli import app
from simcap.lang import speaking

CLEAR = ("（清空）", "(clear)")


def tables(text: str) -> list[list[list[str]]]:
    """The tables of a page, a list of cells for each row, headers first."""
    found = re.findall(r"(?:^\|.*\n)+", text, re.MULTILINE)
    return [
        [
            [cell.strip().strip("`") for cell in line.strip().strip("|").split("|")]
            for line in table.splitlines()
            if not re.match(r"\|[-: |]+\|$", line)
        ]
        for table in found
    ]


def typed(text: str) -> object:
    """A cell as a spreadsheet takes it when somebody types it."""
    if re.fullmatch(r"[\d.]+", text):
        return float(text)
    return float(text[:-1]) / 100 if re.fullmatch(r"\d+%", text) else text


def cells_of(text: str, book: Path) -> dict[tuple[str, str], object]:
    """What the page has its reader type, by (sheet, cell): tables with a sheet's header go below
    it, those of sheet | cell | value name the cells themselves.
    """
    source = CalamineWorkbook.from_path(str(book))
    heads = {
        name: [str(cell) for cell in source.get_sheet_by_name(name).to_python()[0]]
        for name in source.sheet_names[1:]
    }
    made: dict[tuple[str, str], object] = {}
    for head, *rows in tables(text):
        sheet = next((name for name, of in heads.items() if of[: len(head)] == head), None)
        if sheet is not None:
            for r, row in enumerate(rows, 1):
                for c, value in enumerate(row):
                    made[sheet, xl_rowcol_to_cell(r, c)] = typed(value)
        elif len(head) == 3 and rows[0][0] in heads:
            for sheet, where, value in rows:
                for cell in _spanned(where):
                    made[sheet, cell] = "" if value in CLEAR else typed(value)
    return made


def _spanned(where: str) -> list[str]:
    first, _, last = where.partition(":")
    (r0, c0), (r1, c1) = xl_cell_to_rowcol(first), xl_cell_to_rowcol(last or first)
    return [xl_rowcol_to_cell(r, c) for r in range(r0, r1 + 1) for c in range(c0, c1 + 1)]


def commands(text: str) -> list[list[str]]:
    """The simcap commands of a page's ``sh`` blocks, without the name."""
    lines = [
        line
        for block in re.findall(r"```sh\n(.*?)```", text, re.DOTALL)
        for line in block.splitlines()
        if line.startswith("simcap ")
    ]
    return [shlex.split(line, comments=True)[1:] for line in lines]


def said(command: list[str]) -> str:
    """What a command prints, where it is given."""
    with speaking("en"):  # `--lang` holds for the command alone
        done = CliRunner().invoke(app, command, catch_exceptions=False, env={"COLUMNS": "80"})
    assert done.exit_code == 0, (command, done.output)
    return done.output


def shown(text: str) -> list[str]:
    """The lines of screens that a page prints, blanks made one."""
    blocks = re.findall(r"```text\n(.*?)```", text, re.DOTALL)
    return [plain(line) for block in blocks for line in block.splitlines() if line.strip()]


def plain(text: str) -> str:
    """Without blanks and line breaks: a screen breaks sentences where it is narrow."""
    return re.sub(r"\s+", "", text)


def follow(text: str, home: str = "mytown") -> str:
    """All commands of a page, with the workbook filled in after ``init``; gives all that they
    said, and what the report says, blanks left out.
    """
    first, *rest = commands(text)
    heard = said(first)
    book = Path(home) / "scenario.xlsx"
    edited(book, cells_of(text, book)).replace(book)
    heard += "".join(map(said, rest))
    for page in Path(home).rglob("report*.html"):
        heard += html.unescape(re.sub(r"<[^>]+>", "", page.read_text(encoding="utf-8")))
    return plain(heard)
