"""Spreadsheets: which sheet is read, and what its cells are besides their values.

Values come from calamine, which gives "" for an error and knows no formulas; what it does not tell
is looked up in the file itself (XLSX, ODS). XLS tells neither, so that it is read with a warning.
"""

from __future__ import annotations

import contextlib
import os
import posixpath
import re
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree

from simcap import lang
from simcap.errors import ScenarioError
from simcap.lang import _
from simcap.scenario.grid import EXCEL_ERRORS, Grid, Odd
from simcap.scenario.reader import did_you_mean

SUFFIXES = (".xlsx", ".xlsm", ".xls", ".ods")
LARGEST_UNPACKED = 100_000_000
MOST_CELLS = 4_000_000
MOST_REPEATED = 20_000
"""Times that a row or cell of an ODS file is unfolded: longer tables are refused."""

_TRUTHS = ("TRUE", "FALSE", "真", "假")
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_CALC = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}"


@dataclass
class Facts:
    """What calamine does not tell of a sheet: see ``Grid``."""

    odd: dict[tuple[int, int], Odd] = field(default_factory=dict)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    hidden: list[int] = field(default_factory=list)


def read_sheets(path: Path, wanted: str | None) -> tuple[list[Grid], list[str]]:
    """(grids, names of hidden sheets): the sheet ``wanted`` of the spreadsheet ``path``; without
    one, every visible sheet that holds something, in order. Chart sheets are passed over.
    """
    try:
        with _unheard():
            grids, hidden = _read(path, wanted)
    except (ScenarioError, MemoryError):
        raise
    except BaseException as problem:  # a panic of calamine's is no Exception
        if not isinstance(problem, Exception) and type(problem).__name__ != "PanicException":
            raise
        raise ScenarioError(
            _(
                "{path}:1:1 a spreadsheet wanted, got one that is broken, or locked by"
                " a password, or no spreadsheet: can it be opened, and saved anew?",
                path=path,
            )
        ) from None
    found = [grid for grid in grids if grid.cells or wanted is not None]
    if not found:
        raise ScenarioError(
            _("{path}:1:1 a visible sheet with a table wanted, got none", path=path)
        )
    return found, hidden


def _read(path: Path, wanted: str | None) -> tuple[list[Grid], list[str]]:
    from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    _not_too_large(path)
    book = CalamineWorkbook.from_path(str(path))
    tables = [sheet for sheet in book.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]
    visible = [sheet.name for sheet in tables if sheet.visible == SheetVisibleEnum.Visible]
    chosen = visible if wanted is None else [_known(path, wanted, [t.name for t in tables])]
    grids = [_grid(path, book.get_sheet_by_name(name)) for name in chosen]
    return grids, [table.name for table in tables if table.name not in visible]


@contextlib.contextmanager
def _unheard() -> Iterator[None]:
    """Keep from the screen what calamine writes of a panic, past Python, to the process's standard
    error.
    """
    sys.stderr.flush()
    kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)


def _known(path: Path, wanted: str, names: list[str]) -> str:
    if wanted in names:
        return wanted
    raise ScenarioError(
        _(
            "{path}:1:1 there is no sheet {wanted!r}; its sheets are {names}",
            path=path,
            wanted=wanted,
            names=lang.listed(map(repr, names)),
        )
        + did_you_mean(wanted, names, listed=False)
    )


def _not_too_large(path: Path) -> None:
    """Refuse files that unpack to more than a table can be."""
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as pack:
            size = sum(part.file_size for part in pack.infolist())
        if size > LARGEST_UNPACKED:
            raise ScenarioError(
                _(
                    "{path}:1:1 at most {most:,} bytes unpacked wanted, got {got:,}",
                    path=path,
                    most=LARGEST_UNPACKED,
                    got=size,
                )
            )


def _grid(path: Path, sheet) -> Grid:
    if sheet.total_height * sheet.total_width > MOST_CELLS:
        raise ScenarioError(
            _(
                "{path}#{name}!A1 at most {most:,} cells wanted, got a table of"
                " {rows:,} rows and {columns:,} columns",
                path=path,
                name=sheet.name,
                most=MOST_CELLS,
                rows=sheet.total_height,
                columns=sheet.total_width,
            )
        )
    grid = Grid(path, sheet.to_python(skip_empty_area=False), sheet.name)
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as pack:
            read = _ods if "content.xml" in pack.namelist() else _xlsx
            facts = read(pack, sheet.name)
        grid.odd, grid.merged, grid.hidden = facts.odd, facts.merged, facts.hidden
        last = max(grid.computed_rows, default=-1)
        grid.cells += [[] for _row in range(last + 1 - len(grid.cells))]
    else:
        grid.errors_seen = grid.formulas_seen = False
        grid.merged = [(*first, *last) for first, last in sheet.merged_cell_ranges or []]
        grid.notes.append(
            f"{path}: of an .xls file errors, hidden rows and percent signs are not seen, and 0 may"
            " stand for a formula's text: compare the zones with what you see, or save it as .xlsx"
        )
    return grid


# ---- XLSX ----------------------------------------------------------------------------------------


def _xlsx(pack: zipfile.ZipFile, name: str) -> Facts:
    percent, facts = _percent_styles(pack), Facts()
    row, column = -1, -1
    with pack.open(_part_of(pack, name)) as stream:
        for event, node in ElementTree.iterparse(stream, ("start", "end")):
            what = _local(node.tag)
            if event == "start" and what == "row":
                row, column = int(node.get("r", row + 2)) - 1, -1
                if node.get("hidden") in ("1", "true"):
                    facts.hidden.append(row)
            elif event == "end" and what == "c":
                reference = node.get("r")
                column = _position(reference)[1] if reference else column + 1
                found = _xlsx_cell(node, percent)
                if found is not None:
                    facts.odd[row, column] = found
            elif event == "end" and what == "row":
                node.clear()
            elif event == "end" and what == "mergeCell":
                first, _, last = node.get("ref", "A1").partition(":")
                facts.merged.append((*_position(first), *_position(last or first)))
    return facts


def _local(tag: str) -> str:
    """The name of an element without its namespace: strict files have another one."""
    return tag.rpartition("}")[2]


def _xlsx_cell(node, percent: set[str]) -> Odd | None:
    value, formula = node.findtext("{*}v"), node.find("{*}f")
    if formula is None and node.get("t") not in ("e", "b") and node.get("s") not in percent:
        return None
    return Odd(
        error=(value or "an error") if node.get("t") == "e" else "",
        formula=formula is not None,
        empty=formula is not None and not value,
        boolean=node.get("t") == "b"
        or (formula is not None and (formula.text or "").upper() in ("TRUE()", "FALSE()")),
        percent=node.get("s") in percent,
    )


def _part_of(pack: zipfile.ZipFile, name: str) -> str:
    """The file in ``pack`` that holds the sheet ``name``."""
    book = ElementTree.fromstring(pack.read("xl/workbook.xml"))
    links = ElementTree.fromstring(pack.read("xl/_rels/workbook.xml.rels"))
    target = {link.get("Id"): link.get("Target", "") for link in links}
    sheet = next(node for node in book.findall("{*}sheets/{*}sheet") if node.get("name") == name)
    link = next(value for key, value in sheet.attrib.items() if _local(key) == "id")
    return posixpath.normpath(posixpath.join("xl", target[link])).lstrip("/")


def _percent_styles(pack: zipfile.ZipFile) -> set[str]:
    """The numbers of the cell styles that show percentages."""
    if "xl/styles.xml" not in pack.namelist():
        return set()
    styles = ElementTree.fromstring(pack.read("xl/styles.xml"))
    formats = {"9", "10"} | {
        node.get("numFmtId", "")
        for node in styles.findall("{*}numFmts/{*}numFmt")
        if "%" in re.sub(r'"[^"]*"|\\.', "", node.get("formatCode", ""))
    }
    cells = styles.find("{*}cellXfs")
    return {
        str(i)
        for i, node in enumerate(() if cells is None else cells)
        if node.get("numFmtId") in formats
    }


def _position(reference: str) -> tuple[int, int]:
    """(row, column) from 0 of «C4»."""
    letters = reference.rstrip("0123456789")
    column = 0
    for letter in letters:
        column = 26 * column + ord(letter.upper()) - 64
    return int(reference[len(letters) :]) - 1, column - 1


# ---- ODS -----------------------------------------------------------------------------------------


def _ods(pack: zipfile.ZipFile, name: str) -> Facts:
    content = ElementTree.fromstring(pack.read("content.xml"))
    table = next(
        node for node in content.iter(f"{_TABLE}table") if node.get(f"{_TABLE}name") == name
    )
    facts, row = Facts(), 0
    for line in table.iter(f"{_TABLE}table-row"):
        times = min(int(line.get(f"{_TABLE}number-rows-repeated", 1)), MOST_REPEATED)
        cells = list(_ods_cells(line))
        for at in range(row, row + times) if cells else ():
            if line.get(f"{_TABLE}visibility") in ("collapse", "filter"):
                facts.hidden.append(at)
            for column, node in cells:
                _note_ods(facts, at, column, node)
        row += times
    return facts


def _ods_cells(line) -> Iterator[tuple[int, ElementTree.Element]]:
    """(column, cell) of what is not blank; a repeated cell comes as often as it stands."""
    column = 0
    for node in line:
        times = int(node.get(f"{_TABLE}number-columns-repeated", 1))
        if _says_something(node):
            yield from ((column + i, node) for i in range(min(times, MOST_REPEATED)))
        column += times


def _note_ods(facts: Facts, row: int, column: int, node) -> None:
    found = _ods_cell(node)
    if found is not None:
        facts.odd[row, column] = found
    rows, columns = (
        int(node.get(f"{_TABLE}number-{which}-spanned", 1)) for which in ("rows", "columns")
    )
    if rows > 1 or columns > 1:
        facts.merged.append((row, column, row + rows - 1, column + columns - 1))


def _says_something(node) -> bool:
    return (
        node.get(f"{_TABLE}formula") is not None
        or node.get(f"{_OFFICE}value-type") is not None
        or node.get(f"{_TABLE}number-rows-spanned") is not None
    )


def _ods_cell(node) -> Odd | None:
    shown = "".join("".join(part.itertext()) for part in node.findall(f"{_TEXT}p")).strip()
    formula, kind = node.get(f"{_TABLE}formula"), node.get(f"{_OFFICE}value-type")
    error = formula is not None and (
        node.get(f"{_CALC}value-type") == "error"
        or shown.upper() in EXCEL_ERRORS
        or bool(re.fullmatch(r"(Err:\d+|#.+[!?]|#N/A)", shown))
    )
    found = Odd(
        error=(shown or "an error") if error else "",
        formula=formula is not None,
        empty=formula is not None and not error and kind is None,
        boolean=kind == "boolean" or (kind == "float" and shown.upper() in _TRUTHS),
        percent=kind == "percentage",
    )
    return found if found != Odd() else None
