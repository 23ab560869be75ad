"""Workbooks for tests: the tiny district as one, and the same with cells changed by hand."""

from __future__ import annotations

import datetime
import os
import shutil
import subprocess
from pathlib import Path

import xlsxwriter
from python_calamine import CalamineWorkbook
from tiny import written

from simcap.workbook_commands import convert


def tiny_book(folder: Path, language: str = "zh") -> Path:
    """The tiny district as a workbook in ``folder``."""
    home = folder / "tiny"
    written(home)
    convert(home / "scenario.yaml", folder / "tiny.xlsx", language)
    return folder / "tiny.xlsx"


def edited(
    book: Path,
    cells: dict[tuple[str, str], object],
    hide: tuple = (),
    drop: tuple = (),
    rename: dict | None = None,
    merge: dict | None = None,
) -> Path:
    """``book`` as somebody saved it who changed ``cells`` ({(sheet, «C4»): value, or a formula
    without an answer: ("formula", …)}), hid, dropped or renamed sheets, or merged cells.
    """
    source, goal = CalamineWorkbook.from_path(str(book)), book.with_name("edited.xlsx")
    with xlsxwriter.Workbook(str(goal)) as out:
        day = out.add_format({"num_format": "yyyy-mm-dd"})
        for name in source.sheet_names:
            if name in drop:
                continue
            sheet = out.add_worksheet((rename or {}).get(name, name))
            rows = source.get_sheet_by_name(name).to_python(skip_empty_area=False)
            grid = {(r, c): value for r, row in enumerate(rows) for c, value in enumerate(row)}
            for (where, address), value in cells.items():
                if where == name:
                    grid[xlsxwriter.utility.xl_cell_to_rowcol(address)] = value
            for (r, c), value in grid.items():
                _put(sheet, r, c, value, day)
            for where, span in (merge or {}).items():
                if where == name:
                    sheet.merge_range(span, "merged")
            if name in hide:
                sheet.hide()
    return goal


def _put(sheet, row, column, value, day) -> None:
    if isinstance(value, tuple):
        sheet.write_formula(row, column, value[1], None, "")
    elif isinstance(value, (datetime.date, datetime.datetime)):
        sheet.write_datetime(row, column, value, day)
    elif isinstance(value, bool) or value is None:
        sheet.write(row, column, value)
    elif isinstance(value, (int, float)):
        sheet.write_number(row, column, value)
    elif value != "":
        sheet.write_string(row, column, value)


def cell(book: Path, sheet: str, row: str, header: str) -> str:
    """The address of the cell in the row that begins with ``row``, below ``header``."""
    cells = CalamineWorkbook.from_path(str(book)).get_sheet_by_name(sheet).to_python()
    r = next(i for i, values in enumerate(cells) if values and values[0] == row)
    return xlsxwriter.utility.xl_rowcol_to_cell(r, cells[0].index(header))


def soffice() -> str | None:
    """LibreOffice, if this machine has it (or SIMCAP_SOFFICE names it)."""
    return os.environ.get("SIMCAP_SOFFICE") or shutil.which("soffice")


def saved_by_libreoffice(book: Path, folder: Path) -> Path:
    """``book`` as LibreOffice, without a window, opens and saves it."""
    folder.mkdir(parents=True, exist_ok=True)
    subprocess.run(
        [
            str(soffice()),
            f"-env:UserInstallation=file://{folder}/profile",
            "--headless",
            "--convert-to",
            "xlsx:Calc MS Excel 2007 XML",
            "--outdir",
            str(folder),
            str(book),
        ],
        check=True,
        capture_output=True,
        timeout=110,
    )
    return folder / book.name
