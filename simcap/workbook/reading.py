"""Reads a workbook into the same data that YAML gives, each value with its sheet and cell.

Values are not judged here but for what only a spreadsheet can do to them (a formula that was never
computed, merged cells, full-width digits): everything else is the schema's to say, at the cell's
place. Sheets and headers go by their words in either language.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from pydantic import BaseModel

from simcap import lang
from simcap.errors import ScenarioError
from simcap.lang import _, speaking
from simcap.scenario.grid import Grid
from simcap.scenario.headers import folded
from simcap.scenario.reader import did_you_mean, read_bytes
from simcap.scenario.schema import Scenario
from simcap.scenario.sheets import read_sheets
from simcap.workbook import words
from simcap.workbook.gathering import CellDocument, Reader
from simcap.workbook.layout import (
    EXPERIMENT,
    FACTORS,
    OPTIONAL,
    POINTS,
    SCENARIO,
    SHEETS,
    ZONES,
    Table,
    Tree,
    source_beside,
)
from simcap.workbook.reading_factors import read_factors, read_points
from simcap.workbook.reading_tables import read_table
from simcap.workbook.reading_trees import read_tree

SUFFIXES = (".xlsx", ".xlsm", ".ods")
"""Files that may be workbooks: XLS does not tell errors from blanks."""


def is_workbook(path: Path) -> bool:
    """Whether ``path`` names a workbook («book.xlsx», or «book.xlsx#sheet»)."""
    return named(path)[0].suffix.lower() in SUFFIXES


def named(path: Path) -> tuple[Path, tuple[str, ...]]:
    """(file, hidden sheets to be read all the same) of «book.xlsx#sheet,sheet»."""
    text, hash_, sheets = str(path).rpartition("#")
    if hash_ and Path(text).suffix.lower() in SUFFIXES and not path.exists():
        return Path(text), tuple(name.strip() for name in sheets.split(",") if name.strip())
    return path, ()


class Workbook:
    """The sheets of the workbook in ``path``, hidden ones left out unless ``path`` names them."""

    def __init__(self, path: Path):
        self.path, wished = named(path)
        if not self.path.exists():
            read_bytes(self.path)
        grids, hidden = read_sheets(self.path, None)
        for name in wished:
            grids += read_sheets(self.path, name)[0] if name in hidden or not grids else []
            if name not in hidden and name not in [grid.sheet for grid in grids]:
                read_sheets(self.path, name)
        self.hidden = [name for name in hidden if name not in wished]
        self.grids: dict[str, Grid] = {}
        self.unknown: list[str] = []
        for grid in grids:
            known = _sheet_called(grid.sheet)
            if known is None:
                self.unknown.append(grid.sheet)
            elif known in self.grids:
                raise ScenarioError(
                    _(
                        "{path}#{sheet}!A1 one sheet {known!r} wanted, got {got!r} and {sheet!r}",
                        path=self.path,
                        sheet=grid.sheet,
                        known=known,
                        got=self.grids[known].sheet,
                    )
                )
            else:
                self.grids[known] = grid

    def scenario(self) -> CellDocument:
        """The scenario that the sheets say; raises ``ScenarioError`` with every fault of theirs."""
        reader = Reader(self.path, Scenario)
        wanted = [ZONES, *(part.sheet for part in SCENARIO if part.sheet not in OPTIONAL)]
        reader.faults += [self._missing(name) for name in wanted if name not in self.grids]
        for part in SCENARIO:
            self._part(reader, part)
        zones = self.grids.get(ZONES)
        if zones is not None:
            reader.document.data["zones"] = f"{self.path.name}#{zones.sheet}"
            reader.mark(("zones",), zones, 0, 0)
        document = reader.done()
        document.remarks = {
            path: text
            for path, text in document.remarks.items()
            if text != source_beside(document.data, {}, path)
        }
        document.notes = [self._which(), *self._left_out(), *document.notes]
        return document

    def experiment(self, model: type[BaseModel]) -> CellDocument | None:
        """The experiment, if the sheets say one."""
        if "experiment" not in self.grids and FACTORS not in self.grids:
            return None
        reader = Reader(self.path, model)
        self._part(reader, EXPERIMENT)
        for name, read in ((FACTORS, read_factors), (POINTS, read_points)):
            if name in self.grids:
                read(reader, self.grids[name])
        said_something = set(reader.document.data) - {"name", "note"}
        return reader.done() if said_something or reader.faults else None

    def _part(self, reader: Reader, part: Table | Tree) -> None:
        grid = self.grids.get(part.sheet)
        if grid is None:
            return
        header = reader.header(grid)
        if reader.merged(grid, header):
            return
        if isinstance(part, Table):
            read_table(reader, part, grid, header)
        else:
            read_tree(reader, part, grid, header)

    def _missing(self, name: str) -> str:
        """The fault of a sheet that must be there and is not."""
        chinese, english = words.all_words("sheet", name)
        hidden = [each for each in self.hidden if _sheet_called(each) == name]
        near = did_you_mean(chinese, self.unknown, listed=False)
        near = near or did_you_mean(english, self.unknown, listed=False)
        within = [each for each in self.unknown if _meant(each, self.grids) in (chinese, english)]
        near = near or (f"; did you mean {within[0]!r}?" if within else "")
        why = ""
        if hidden:
            why = _(
                " ({hidden!r} is hidden: show it, or name it: {name}#{hidden})",
                hidden=hidden[0],
                name=self.path.name,
            )
        elif not near and self.unknown:
            why = _(" (not known: {unknown})", unknown=lang.listed(map(repr, self.unknown)))
        return _(
            "{path}:1:1 a sheet {chinese!r} ({english}) wanted, got none{near}{why}",
            path=self.path,
            chinese=chinese,
            english=english,
            near=near,
            why=why,
        )

    @speaking("en")  # it stands in manifests
    def _which(self) -> str:
        read = [self.grids[name].sheet for name in SHEETS if name in self.grids and name != "about"]
        text = f"{self.path}: the sheets {', '.join(map(repr, read))} were read"
        others = [f"{name!r} (hidden)" for name in self.hidden] + [
            f"{name!r}{_near(name, self.grids)}" for name in self.unknown
        ]
        return text + (f", not {', '.join(others)}" if others else "")

    def _left_out(self) -> list[str]:
        """What a planner may think was read: hidden sheets of simcap's, sheets called much as one
        that is not there.
        """
        hidden = [
            f"{self.path}#{name} is hidden and was not read: what it says does not count; show it,"
            f" or name it: {self.path.name}#{name}"
            for name in self.hidden
            if _sheet_called(name) not in (None, "about", *self.grids)
        ]
        alike = [(name, _meant(name, self.grids)) for name in self.unknown]
        return hidden + [
            f"{self.path}#{name} was not read: is it the sheet {meant!r}, which is not there?"
            for name, meant in alike
            if meant
        ]


def _meant(name: str, there: Iterable[str]) -> str:
    """The sheet that is not there whose name stands within ``name``, or nothing."""
    gone = [key for key in SHEETS if key not in (*there, "about")]
    return next(
        (w for key in gone for w in words.all_words("sheet", key) if folded(w) in folded(name)), ""
    )


def _near(name: str, there: Iterable[str]) -> str:
    words_left = [w for key in SHEETS if key not in there for w in words.all_words("sheet", key)]
    return did_you_mean(name, words_left, listed=False)


def _sheet_called(name: str) -> str | None:
    called = {key: words.all_words("sheet", key) for key in SHEETS}
    return words.found_in(name, SHEETS, called)
