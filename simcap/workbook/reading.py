"""Reads a workbook into the same data that YAML gives, each value with its sheet and cell.

Values are not judged here but for what only a spreadsheet can do to them (a formula that was never
computed, merged cells, full-width digits): everything else is the schema's to say, at the cell's
place. Sheets and headers go by their words in either language.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from simcap.errors import ScenarioError
from simcap.scenario.grid import Grid, address, text_of
from simcap.scenario.headers import folded, is_subtotal, is_total
from simcap.scenario.reader import Document, did_you_mean, read_bytes
from simcap.scenario.schema import Scenario
from simcap.scenario.sheets import read_sheets
from simcap.scenario.units import said
from simcap.workbook import words
from simcap.workbook.grammar import key_in, value_in
from simcap.workbook.layout import (
    EXPERIMENT,
    FACTORS,
    OPTIONAL,
    POINTS,
    SCENARIO,
    SHEETS,
    ZONES,
    Column,
    Table,
    Tree,
    at,
    below,
    columns,
    key_shapes,
    root,
    source_beside,
)
from simcap.workbook.shapes import ANY, Shape, chosen, fields_of

SUFFIXES = (".xlsx", ".xlsm", ".ods")
"""Files that may be workbooks: XLS does not tell errors from blanks."""
_ROW = 100_000
"""Marks count rows through all sheets: this many for each."""


def is_workbook(path: Path) -> bool:
    """Whether ``path`` names a workbook («book.xlsx», or «book.xlsx#sheet»)."""
    return named(path)[0].suffix.lower() in SUFFIXES


def named(path: Path) -> tuple[Path, tuple[str, ...]]:
    """(file, hidden sheets to be read all the same) of «book.xlsx#sheet,sheet»."""
    text, hash_, sheets = str(path).rpartition("#")
    if hash_ and Path(text).suffix.lower() in SUFFIXES and not path.exists():
        return Path(text), tuple(name.strip() for name in sheets.split(",") if name.strip())
    return path, ()


@dataclass
class CellDocument(Document):
    """A document whose places are cells: marks are (row, column), rows counted through all
    ``sheets``. ``remarks`` stand beside the values.
    """

    sheets: list[str] = field(default_factory=list)
    remarks: dict[tuple, str] = field(default_factory=dict)

    def place(self, path: tuple) -> str:
        """«file#sheet!C4» of ``path``, or of the nearest thing around it."""
        while path and path not in self.marks:
            path = path[:-1]
        if path not in self.marks:
            return f"{self.file}:1:1"
        row, column = self.marks[path]
        cell = address(row % _ROW, column)
        return f"{self.file}#{self.sheets[row // _ROW]}!{cell}"


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
                    f"{self.path}#{grid.sheet}!A1 one sheet {known!r} wanted, got"
                    f" {self.grids[known].sheet!r} and {grid.sheet!r}"
                )
            else:
                self.grids[known] = grid

    def scenario(self) -> CellDocument:
        """The scenario that the sheets say; raises ``ScenarioError`` with every fault of theirs."""
        reader = _Reader(self, Scenario)
        reader.missing([ZONES, *(part.sheet for part in SCENARIO if part.sheet not in OPTIONAL)])
        for part in SCENARIO:
            reader.part(part)
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
        document.notes = [self._which()]
        return document

    def experiment(self, model: type[BaseModel]) -> CellDocument | None:
        """The experiment, if the sheets say one."""
        if "experiment" not in self.grids and FACTORS not in self.grids:
            return None
        reader = _Reader(self, model)
        reader.part(EXPERIMENT)
        reader.factors()
        reader.points()
        said_something = set(reader.document.data) - {"name", "note"}
        return reader.done() if said_something or reader.faults else None

    def _which(self) -> str:
        read = [self.grids[name].sheet for name in SHEETS if name in self.grids and name != "about"]
        text = f"{self.path}: the sheets {', '.join(map(repr, read))} were read"
        others = [f"{name!r} (hidden)" for name in self.hidden] + [
            f"{name!r}{_near(name, self.grids)}" for name in self.unknown
        ]
        return text + (f", not {', '.join(others)}" if others else "")


def _near(name: str, there: Iterable[str]) -> str:
    words_left = [w for key in SHEETS if key not in there for w in words.all_words("sheet", key)]
    return did_you_mean(name, words_left, listed=False)


def _sheet_called(name: str) -> str | None:
    called = {key: words.all_words("sheet", key) for key in SHEETS}
    return words.found_in(name, SHEETS, called)


class _Reader:
    """Collects the data, the marks and the faults of one document."""

    def __init__(self, book: Workbook, model: type[BaseModel]):
        self.book, self.model = book, model
        self.document = CellDocument(str(book.path), {})
        self.faults: list[str] = []

    def done(self) -> CellDocument:
        if self.faults:
            raise ScenarioError(self.faults)
        return self.document

    def mark(self, path: tuple, grid: Grid, row: int, column: int) -> None:
        sheets = self.document.sheets
        if grid.sheet not in sheets:
            sheets.append(grid.sheet)
        place = (sheets.index(grid.sheet) * _ROW + row, column)
        self.document.marks[path] = place
        for length in range(1, len(path)):
            self.document.marks.setdefault(path[:length], place)

    def fault(self, grid: Grid, row: int, column: int, text: str) -> None:
        self.faults.append(f"{grid.place(row, column)} {text}")

    def missing(self, wanted: Iterable[str]) -> None:
        """A fault for each sheet that must be there and is not."""
        for name in wanted:
            if name not in self.book.grids:
                chinese, english = words.all_words("sheet", name)
                hidden = [each for each in self.book.hidden if _sheet_called(each) == name]
                near = did_you_mean(chinese, self.book.unknown, listed=False) or did_you_mean(
                    english, self.book.unknown, listed=False
                )
                why = f" ({hidden[0]!r} is hidden: show it, or name it:" if hidden else ""
                why += f" {self.book.path.name}#{hidden[0]})" if hidden else ""
                if not near and self.book.unknown:
                    why += f" (not known: {', '.join(map(repr, self.book.unknown))})"
                self.faults.append(
                    f"{self.book.path}:1:1 a sheet {chinese!r} ({english}) wanted, got none{near}{why}"
                )

    def part(self, part: Table | Tree) -> None:
        grid = self.book.grids.get(part.sheet)
        if grid is None:
            return
        header = _header_row(grid)
        if self._merged(grid, header):
            return
        if isinstance(part, Table):
            self._table(part, grid, header)
        else:
            self._tree(part, grid, header)

    def _merged(self, grid: Grid, header: int) -> bool:
        """A fault for each range of merged cells; whether there is one."""
        before = len(self.faults)
        for first, left, last, right in grid.merged:
            if last >= header:
                self.fault(
                    grid,
                    first,
                    left,
                    "a cell of its own for each value wanted, got the merged cells"
                    f" {address(first, left)}:{address(last, right)}",
                )
        return len(self.faults) > before

    def set(self, path: tuple, value: Any) -> bool:
        """Put ``value`` at ``path``; False if something stands there already."""
        data = self.document.data
        for step in path[:-1]:
            data = data.setdefault(step, {})
            if not isinstance(data, dict):
                return False
        if path[-1] in data and (data[path[-1]] != {} or value != {}):
            return False
        data[path[-1]] = value
        return True

    # ---- tables ----------------------------------------------------------------------------------

    def _table(self, table: Table, grid: Grid, header: int) -> None:
        heads, places = self._headers(table, grid, header)
        if heads is None:
            return
        first = table.pattern[0]
        self.document.data.setdefault(first, {})
        self.mark((first,), grid, header, 0)
        beside: set = set()
        for row in range(header + 1, len(grid.cells)):
            if not grid.is_blank(row) and not self._is_sum(grid, row, heads[0]):
                self._row(table, grid, row, heads, places, beside)

    def _headers(self, table: Table, grid: Grid, header: int):
        """(columns of the keys, {column: what stands there}); faults for what is not known."""
        parts = columns(table)
        called: dict[Any, tuple[str, ...]] = {
            head: words.all_words("text", head) for head in table.heads
        }
        called |= {i: _called(part) for i, part in enumerate(parts)}
        called["remark"] = words.all_words("text", "remark")
        found: dict[Any, int] = {}
        for column, cell in enumerate(grid.cells[header]):
            text = text_of(cell)
            if not text:
                self._headless(grid, header, column)
                continue
            key = _which_called(text, called)
            if key is None or key in found:
                known = [w for k, each in called.items() if k not in found for w in each]
                why = "stands twice" if key is not None else "is no header of this sheet"
                near = "" if key is not None else did_you_mean(text, known, listed=False)
                self.fault(grid, header, column, f"{said(text)} {why}{near}")
            else:
                found[key] = column
        lost = [head for head in table.heads if head not in found]
        for head in lost:
            chinese, english = words.all_words("text", head)
            self.fault(grid, header, 0, f"a column {chinese!r} ({english}) is wanted")
        if lost:
            return None, {}
        places = {found[i]: part for i, part in enumerate(parts) if i in found}
        if "remark" in found:
            places[found["remark"]] = None
        return [found[head] for head in table.heads], places

    def _headless(self, grid: Grid, header: int, column: int) -> None:
        for row in range(header + 1, len(grid.cells)):
            if text_of(grid.at(row, column)):
                self.fault(grid, row, column, "a column with a header wanted, got one without")
                return

    def _is_sum(self, grid: Grid, row: int, column: int) -> bool:
        text = text_of(grid.at(row, column))
        if text and (is_total(text) or is_subtotal(text)):
            self.fault(
                grid,
                row,
                column,
                f"no row of totals wanted on this sheet, got {said(text)}: delete it",
            )
            return True
        return False

    def _row(
        self, table: Table, grid: Grid, row: int, heads: list, places: dict, beside: set
    ) -> None:
        keys = self._keys(table, grid, row, heads)
        if keys is None:
            return
        path = _path(table, keys)
        full = len(keys) == len(heads)
        if not full or not any(part is not None and part.path == () for part in places.values()):
            if not self.set(path, {}) and full:
                self.fault(grid, row, heads[-1], f"{said(str(keys[-1]))} stands twice")
                return
        self.mark(path, grid, row, heads[min(len(keys), len(heads)) - 1])
        for column, part in places.items():
            if not _filled(grid, row, column):
                continue
            if part is None:
                self.document.remarks[path] = text_of(grid.at(row, column))
                continue
            if not full and not part.first:
                self.fault(grid, row, heads[len(keys)], "a name wanted in this row, got nothing")
                return
            home = (table.pattern[0], keys[0]) if part.first else path
            self._value((*home, *part.path), part.shape, grid, row, column)

    def _keys(self, table: Table, grid: Grid, row: int, heads: list) -> list | None:
        """The keys of a row, up to the first blank one; None with a fault where one is missing."""
        shapes, keys = key_shapes(table), []
        for i, (column, shape) in enumerate(zip(heads, shapes, strict=True)):
            if not _filled(grid, row, column):
                later = [c for c in heads[i + 1 :] if _filled(grid, row, c)]
                if later or i == 0:
                    self.fault(grid, row, column, "a name wanted in this row, got nothing")
                    return None
                break
            key = self._key(grid, row, column, shape)
            if key is None:
                return None
            keys.append(key)
        return keys

    def _key(self, grid: Grid, row: int, column: int, shape: Shape) -> Any:
        try:
            if shape.kind == "key":
                text = text_of(grid.at(row, column))
                key = key_in(text, Shape("model", model=shape.model))
                if key not in shape.values:
                    assert shape.model is not None
                    called = words.keys_called(shape.model.__name__, shape.values)
                    options = [f"{zh} ({en})" for zh, en in called.values()]
                    raise ValueError(f"one of {', '.join(options)} wanted, got {said(text)}")
                return key
            return value_in(grid.at(row, column), grid.oddity(row, column), shape)
        except ValueError as problem:
            self.fault(grid, row, column, str(problem))
            return None

    def _value(self, path: tuple, shape: Shape, grid: Grid, row: int, column: int) -> None:
        try:
            value = value_in(grid.at(row, column), grid.oddity(row, column), shape)
        except ValueError as problem:
            self.fault(grid, row, column, f"{'.'.join(map(str, path))}: {problem}")
            return
        if not self.set(path, value):
            self.fault(grid, row, column, f"{'.'.join(map(str, path))}: this stands twice")
            return
        self.mark(path, grid, row, column)

    # ---- trees -----------------------------------------------------------------------------------

    def _tree(self, tree: Tree, grid: Grid, header: int) -> None:
        titles = [text_of(cell) for cell in grid.cells[header]]
        values = words.all_words("text", "value")
        value = next(
            (i for i, text in enumerate(titles) if folded(text) in map(folded, values)), None
        )
        if value is None:
            near = did_you_mean(values[0], titles, listed=False)
            self.fault(grid, header, 0, f"a column {values[0]!r} ({values[1]}) is wanted{near}")
            return
        if tree.prefix:
            self.mark(tree.prefix, grid, header, 0)
        marks = words.all_words("text", "remark")
        remark = next(
            (i for i, text in enumerate(titles) if folded(text) in map(folded, marks)), None
        )
        for row in range(header + 1, len(grid.cells)):
            if not grid.is_blank(row):
                self._leaf(tree, grid, row, value, remark)
        self._lists(tree)

    def _leaf(self, tree: Tree, grid: Grid, row: int, value: int, remark: int | None) -> None:
        texts = [text_of(grid.at(row, column)) for column in range(value)]
        while texts and not texts[-1]:
            texts.pop()
        if not texts or "" in texts:
            self.fault(
                grid, row, texts.index("") if "" in texts else 0, "an item wanted, got nothing"
            )
            return
        steps = self._steps(tree, grid, row, texts)
        if steps is None:
            return
        path, shape, free = steps
        if not _filled(grid, row, value):
            if free:
                self.fault(
                    grid, row, value, f"{'.'.join(map(str, path))}: a value wanted, got nothing"
                )
            return
        self._value(path, shape, grid, row, value)
        if remark is not None and (text := text_of(grid.at(row, remark))):
            self.document.remarks[path] = text

    def _steps(self, tree: Tree, grid: Grid, row: int, texts: list[str]):
        """(path, shape, whether the last step is the planner's own name), or None with a fault."""
        shape, path, free = at(root(self.model), tree.prefix), tree.prefix, False
        for column, text in enumerate(texts):
            shape = _option(shape, texts[column])
            if shape.kind == "list" and shape.item is not None and not text.isdecimal():
                shape = shape.item
            own = shape.kind not in ("model", "list")
            try:
                key = (
                    int(text) if shape.kind == "list" and text.isdecimal() else key_in(text, shape)
                )
            except ValueError as problem:
                self.fault(grid, row, column, str(problem))
                return None
            if (
                shape.kind == "model"
                and shape.model is not None
                and key not in fields_of(shape.model)
            ):
                if tree.sheet != "measures" or len(texts) < 2:
                    return self._unknown_key(grid, row, column, text, shape)
                key, own = text, True
            if not tree.prefix and column == 0 and key not in tree.keys:
                return self._unknown_key(grid, row, column, text, shape)
            path, free, shape = (*path, key), own, below(shape, key)
        shape = shape if shape.kind != "choice" else ANY
        if shape.kind == "list" and shape.item is not None and shape.item.kind == "model":
            shape = Shape("list", item=ANY)
        return path, shape, free

    def _unknown_key(self, grid: Grid, row: int, column: int, text: str, shape: Shape) -> None:
        assert shape.model is not None
        called = words.keys_called(shape.model.__name__, fields_of(shape.model))
        known = [word for each in called.values() for word in each]
        near = did_you_mean(text, known, listed=False)
        self.fault(grid, row, column, f"{said(text)} is not known here{near}")

    def _lists(self, tree: Tree) -> None:
        """Entries with numbers become lists."""
        home = self.document.data
        for step in tree.prefix:
            home = home.get(step, {})
        if not isinstance(home, dict):
            return
        for key in list(home):
            home[key] = _as_lists(home[key])

    # ---- the experiment --------------------------------------------------------------------------

    def factors(self) -> None:
        grid = self.book.grids.get(FACTORS)
        if grid is None:
            return
        header = _header_row(grid)
        rows = () if self._merged(grid, header) else range(header + 1, len(grid.cells))
        for row in rows:
            if grid.is_blank(row):
                continue
            name = text_of(grid.at(row, 0))
            if not name:
                self.fault(grid, row, 0, "a factor wanted in this row, got nothing")
                continue
            self._factor(grid, row, name)

    def _factor(self, grid: Grid, row: int, name: str) -> None:
        self.mark(("factors", name), grid, row, 0)
        if _filled(grid, row, 1):
            self._value(("baseline", name), ANY, grid, row, 1)
        levels = []
        for column in range(2, len(grid.cells[row])):
            if _filled(grid, row, column):
                try:
                    levels.append(value_in(grid.at(row, column), grid.oddity(row, column), ANY))
                except ValueError as problem:
                    self.fault(grid, row, column, str(problem))
        if len(levels) == 1 and isinstance(levels[0], dict):
            levels = levels[0]
        if levels and not self.set(("factors", name), levels):
            self.fault(grid, row, 0, f"{said(name)} stands twice")

    def points(self) -> None:
        grid = self.book.grids.get(POINTS)
        if grid is None:
            return
        header = _header_row(grid)
        rows = () if self._merged(grid, header) else range(header + 1, len(grid.cells))
        for row in rows:
            if grid.is_blank(row):
                continue
            point, path = text_of(grid.at(row, 0)), text_of(grid.at(row, 1))
            if not point:
                self.fault(grid, row, 0, "the name of a point wanted, got nothing")
                continue
            self.document.data.setdefault("points", {}).setdefault(point, {})
            self.mark(("points", point), grid, row, 0)
            if path:
                self._value(("points", point, path), ANY, grid, row, 2)
        said = self.document.data.get("points")
        if said and list(said) == [str(i + 1) for i in range(len(said))]:
            self.document.data["points"] = list(said.values())


def _option(shape: Shape, text: str) -> Shape:
    """The shape among a choice that knows a key called ``text``; the mapping, if none does."""
    if shape.kind != "choice":
        return shape
    for option in shape.values:
        if option.model is not None:
            known = key_in(text, option)
            if known in fields_of(option.model):
                return option
    return chosen(shape, {text: None})


def _as_lists(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    below_it = {key: _as_lists(entry) for key, entry in value.items()}
    if below_it and all(isinstance(key, int) for key in below_it):
        return [below_it[key] for key in sorted(below_it)]
    return below_it


def _path(table: Table, keys: list) -> tuple:
    """The path of a row with these ``keys``, as far as they go."""
    path, left = [], list(keys)
    for step in table.pattern:
        if step == "*" and not left:
            break
        path.append(left.pop(0) if step == "*" else step)
    return tuple(path)


def _called(part: Column) -> tuple[str, ...]:
    """What a column may be called: its words, and, of an enumeration's value, the schema's."""
    return tuple(part.header(language) for language in words.LANGUAGES)


def _which_called(text: str, called: dict[Any, tuple[str, ...]]) -> Any:
    for key, names in called.items():
        if folded(text) in map(folded, names):
            return key
    return None


def _header_row(grid: Grid) -> int:
    """The first row with something in it."""
    return next((row for row in range(len(grid.cells)) if not grid.is_blank(row)), 0)


def _filled(grid: Grid, row: int, column: int) -> bool:
    odd = grid.oddity(row, column)
    return bool(text_of(grid.at(row, column))) or bool(odd.error) or odd.empty
