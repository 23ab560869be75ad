"""Writes a workbook by XlsxWriter: sheets, headers, notes, drop-downs, colours, in one language."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from simcap.scenario.grid import address
from simcap.scenario.headers import NOTES, column_name
from simcap.scenario.schema import Scenario
from simcap.workbook import words
from simcap.workbook.grammar import Cell, cell_of, column_word, kind_word
from simcap.workbook.layout import (
    EXPERIMENT,
    FACTORS,
    POINTS,
    SCENARIO,
    SHEETS,
    ZONES,
    Column,
    Leaf,
    Table,
    Tree,
    at,
    below,
    columns,
    default_of,
    is_required,
    key_shapes,
    leaves,
    root,
    rows,
    source_beside,
)
from simcap.workbook.lists import drop_down
from simcap.workbook.shapes import ANY, Shape, chosen, fields_of, models

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


def write(path: Path, contents: Contents, language: str) -> None:
    """Write ``contents`` to ``path``."""
    import xlsxwriter

    with xlsxwriter.Workbook(
        str(path), {"strings_to_formulas": False, "strings_to_urls": False}
    ) as book:
        book.set_properties({"title": MARK, "comments": MARK})
        _Writer(book, contents, language).write()


class _Writer:
    def __init__(self, book: Any, contents: Contents, language: str):
        self.book, self.contents, self.language = book, contents, language
        self.formats: dict[tuple, Any] = {}
        self.sheets = {
            name: book.add_worksheet(words.sheet_name(name, language)) for name in self._names()
        }
        self.lines: dict[tuple[Any, int], int] = {}
        self.hidden: set[tuple[Any, int]] = set()

    def _names(self) -> Iterable[str]:
        return SHEETS

    def write(self) -> None:
        self._about()
        self._zones()
        for part in SCENARIO:
            if isinstance(part, Table):
                self._table(part)
            else:
                self._tree(part, self.contents.data, Scenario)
        if self.contents.model is not None:
            self._tree(EXPERIMENT, self.contents.experiment or {}, self.contents.model)
        self._factors()
        self._points()
        for sheet, row in self.lines.keys() | self.hidden:
            folded = {"level": 1, "hidden": True} if (sheet, row) in self.hidden else {}
            sheet.set_row(row, LINE * self.lines.get((sheet, row), 1), None, folded)
        for sheet in self.sheets.values():
            sheet.set_landscape()
            sheet.set_paper(9)
            sheet.fit_to_pages(1, 0)
        self.sheets["district"].activate()

    # ---- cells -----------------------------------------------------------------------------------

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
            lines = -(-_width(str(value)) // (WIDEST - 3))
            self.lines[sheet, row] = max(self.lines.get((sheet, row), 1), lines)
        if cell.format == "date":
            sheet.write_datetime(row, column, value, style)
        elif isinstance(value, (int, float)) and not isinstance(value, bool):
            sheet.write_number(row, column, value, style)
        else:
            sheet.write_string(row, column, str(value), style)

    def text(self, name: str) -> str:
        return words.text(name, self.language)

    def header(self, sheet: Any, names: list[str], notes: dict[int, str] | None = None) -> None:
        """The first row, which stays in sight."""
        style = self.style("text", **HEADER, text_wrap=True)
        for column, name in enumerate(names):
            sheet.write_string(0, column, name, style)
            if note := (notes or {}).get(column):
                sheet.write_comment(0, column, note, {"x_scale": 1.6, "author": "simcap"})
        lines = max((-(-_width(name) // 18) for name in names), default=1)
        sheet.set_row(0, 16 * min(3, max(1, lines)) + 2)
        sheet.freeze_panes(1, 1)

    def _remark(self, path: tuple) -> str:
        """What is said beside ``path``: there, or of what is around it."""
        return source_beside(self.contents.data, self.contents.remarks, path)

    # ---- sheets ----------------------------------------------------------------------------------

    def _about(self) -> None:
        sheet = self.sheets["about"]
        sheet.set_column(0, 0, 18)
        sheet.set_column(1, 1, 90)
        title = self.style("text", bold=True, font_size=16)
        sheet.write_string(0, 0, self.text("title"), title)
        sheet.write_string(0, 1, str(self.contents.data.get("name", "")), title)
        lines = ("intro", "yellow", "blank", "commas", "renames", "outline", "hiddenrows")
        for row, line in enumerate(lines, 2):
            more = {"bg_color": ASSUMED} if line == "yellow" else {}
            sheet.write_string(row, 1, self.text(line), self.style("text", text_wrap=True, **more))
        row = len(lines) + 3
        sheet.write_string(row, 0, self.text("sheets"), self.style("text", bold=True))
        for name in SHEETS[1:]:
            row += 1
            word = words.sheet_name(name, self.language)
            link = self.style("text", font_color="#0563C1", underline=1)
            sheet.write_url(row, 0, f"internal:'{word}'!A1", link, word)
            sheet.write_string(row, 1, self.text(f"of_{name}"), self.style("text"))
        sheet.write_string(row + 2, 0, MARK, self.style("text", font_color="#808080"))

    def _zones(self) -> None:
        sheet, zones = self.sheets[ZONES], self.contents.zones
        numbers = list(dict.fromkeys(name for zone in zones for name in zone.get("numbers", {})))
        notes = [name for name in NOTES if any(name in zone.get("notes", {}) for zone in zones)]
        notes = notes or ["source"]
        names = ["zone", "kind", *numbers, *notes]
        self.header(sheet, [column_word(name, self.language) for name in names])
        widths = [_Widths() for _ in names]
        for row, zone in enumerate(zones, 1):
            assumed = assumed_columns(zone.get("notes", {}), numbers)
            for column, name in enumerate(names):
                cell = self._zone_cell(zone, name)
                if cell is not None:
                    more = {"bg_color": ASSUMED} if name in assumed else {}
                    more |= {"text_wrap": True} if name in NOTES else {}
                    self.put(sheet, row, column, cell, **more)
                    widths[column].see(cell, column_word(name, self.language))
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width.width(column_word(names[column], self.language)))
        kinds = [kind_word(kind, self.language) for kind in ("urban", "transition", "rural")]
        sheet.data_validation(1, 1, LEAST_ROWS, 1, {"validate": "list", "source": kinds})

    def _zone_cell(self, zone: dict, name: str) -> Cell | None:
        if name == "zone":
            return Cell(zone["zone"])
        if name == "kind":
            return Cell(kind_word(zone["kind"], self.language))
        if name in NOTES:
            text = zone.get("notes", {}).get(name)
            return Cell(text) if text else None
        number = zone.get("numbers", {}).get(name)
        if number is None:
            return None
        return cell_of(int(number) if float(number).is_integer() else number, Shape("number"), "en")

    def _table(self, table: Table) -> None:
        sheet, parts = self.sheets[table.sheet], columns(table)
        data = rows(table, self.contents.data)
        used = {key for row in data for key in row.values}
        usual = [part for part in parts if (part.path, part.first) in used or _wanted(part)]
        seldom = [part for part in parts if part not in usual]
        source = [part for part in usual if part.path == ("source",)]
        parts = [*(part for part in usual if part not in source), *source]
        start = len(table.heads)
        names = [self.text(head) for head in table.heads]
        names += [part.header(self.language) for part in parts]
        if table.remarks:
            names.append(self.text("remark"))
        names += [part.header(self.language) for part in seldom]
        places = [*parts, *([None] if table.remarks else []), *seldom]
        notes = {start + i: self._how(p) for i, p in enumerate(places) if p is not None}
        self.header(sheet, names, notes)
        self._fill(sheet, table, data, places)
        self._columns(sheet, table, places, names, data)

    def _how(self, part: Column) -> str:
        return how(part.shape, _home(part), self.language)

    def _fill(self, sheet: Any, table: Table, data: list, places: list) -> None:
        start = len(table.heads)
        shapes = key_shapes(table)
        for number, row in enumerate(data, 1):
            for column, key in enumerate(row.keys):
                if key != "":
                    cell = key_cell(key, shapes[column], self.language)
                    self.put(sheet, number, column, cell, bold=column == 0)
            for column, part in enumerate(places, start):
                if part is None:
                    if remark := self._remark(row.path):
                        self.put(sheet, number, column, Cell(remark), text_wrap=True)
                    continue
                value = row.values.get((part.path, part.first))
                if value is not None:
                    cell = cell_of(value, part.shape, self.language)
                    self.put(sheet, number, column, cell, text_wrap=cell.format == "text")

    def _columns(self, sheet: Any, table: Table, places: list, names: list, data: list) -> None:
        """Widths, drop-downs, formats of empty cells and colours."""
        start, last = len(table.heads), max(LEAST_ROWS, len(data) + 40)
        widths = [_Widths() for _ in names]
        shapes = key_shapes(table)
        for row in data:
            for column, key in enumerate(row.keys):
                widths[column].see(key_cell(key, shapes[column], self.language), "")
            for column, part in enumerate(places, start):
                value = None if part is None else row.values.get((part.path, part.first))
                if part is None and (remark := self._remark(row.path)):
                    widths[column].see(Cell(remark), "")
                elif value is not None:
                    widths[column].see(cell_of(value, part.shape, self.language), "")
        seldom = [
            part
            for part in places
            if part is not None
            and not any((part.path, part.first) in row.values for row in data)
            and not _wanted(part)
        ]
        for column, name in enumerate(names):
            part = places[column - start] if column >= start else None
            style = self.style(OF_KIND.get(part.shape.kind, "text") if part else "text")
            options = {"level": 1, "hidden": True} if part in seldom and part is not None else {}
            sheet.set_column(column, column, widths[column].width(name), style, options)
        for column, part in enumerate(places, start):
            if part is not None:
                self._drop_down(sheet, 1, column, last, part.shape, part.path, table.pattern[0])
        for column, head in enumerate(table.heads):
            if column or table.pattern.count("*") > 1:
                self._drop_down(sheet, 1, column, last, shapes[column], (head,), table.pattern[0])
        source = next(
            (start + i for i, p in enumerate(places) if p is None or p.path == ("source",)), None
        )
        if source is not None:
            numbers = [
                start + i
                for i, p in enumerate(places)
                if p is not None and (_is_number(p.shape) or not p.path)
            ]
            self._assumed(sheet, numbers, source, 1, last)

    def _assumed(self, sheet: Any, numbers: list[int], source: int, first: int, last: int) -> None:
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

    def _drop_down(
        self, sheet: Any, first: int, column: int, last: int, shape: Shape, path: tuple, of: str
    ) -> None:
        rule = drop_down(shape, path, of, self.language)
        if rule is not None:
            sheet.data_validation(first, column, last, column, rule)

    def _tree(self, tree: Tree, data: dict, model: type[BaseModel]) -> None:
        sheet = self.sheets[tree.sheet]
        found = leaves(tree, data, model)
        steps = max((len(leaf.path) for leaf in found), default=3)
        steps = max(steps, 2)
        names = [self.text("item"), *[self.text("detail")] * (steps - 1)]
        names = [name if i < 2 else f"{name} {i}" for i, name in enumerate(names)]
        names += [self.text("value"), self.text("remark"), self.text("how")]
        self.header(sheet, names)
        widths = [_Widths() for _ in names]
        absent = {leaf.path[0] for leaf in found} - {
            leaf.path[0] for leaf in found if leaf.value is not None
        }
        for row, leaf in enumerate(found, 1):
            cells = self._tree_row(tree, leaf, model, steps)
            for column, cell in enumerate(cells):
                if cell is not None:
                    more = self._look(leaf, column, steps)
                    self.put(sheet, row, column, cell, **more)
                    widths[column].see(cell, "")
            if cells[steps] is None:
                kind = OF_KIND.get(leaf.shape.kind, "text")
                sheet.write_blank(
                    row, steps, None, self.style(kind, border=1, border_color="#BFBFBF")
                )
            self._drop_down(
                sheet, row, steps, row, leaf.shape, leaf.path, tree.prefix[0] if tree.prefix else ""
            )
            if tree.sheet == "measures" and leaf.path[0] in absent and leaf.path[1:] != ("on",):
                self.hidden.add((sheet, row))
        for column, name in enumerate(names):
            sheet.set_column(column, column, widths[column].width(name))
        for row, leaf in enumerate(found, 1):
            if _is_number(leaf.shape) or isinstance(leaf.value, (int, float)):
                self._assumed(sheet, [steps], steps + 1, row, row)
        sheet.freeze_panes(1, steps)

    def _look(self, leaf: Leaf, column: int, steps: int) -> dict:
        if column == steps:
            return {"border": 1, "border_color": "#BFBFBF", "align": "left", "text_wrap": True}
        if column > steps:
            return {"text_wrap": True, **({"font_color": "#808080"} if column > steps + 1 else {})}
        return {"bold": column == 0}

    def _tree_row(
        self, tree: Tree, leaf: Leaf, model: type[BaseModel], steps: int
    ) -> list[Cell | None]:
        path = step_words(at(root(model), tree.prefix), leaf.path, self.language)
        cells: list[Cell | None] = [Cell(word) for word in path]
        cells += [None] * (steps - len(cells))
        cells.append(None if leaf.value is None else cell_of(leaf.value, leaf.shape, self.language))
        remark = self._remark((*tree.prefix, *leaf.path)) if leaf.value is not None else ""
        cells.append(Cell(remark) if remark else None)
        cells.append(Cell(how(leaf.shape, leaf.home, self.language, tree=True)))
        return cells

    # ---- the experiment --------------------------------------------------------------------------

    def _factors(self) -> None:
        sheet, data = self.sheets[FACTORS], self.contents.experiment or {}
        factors, baseline = data.get("factors", {}), data.get("baseline", {})
        count = max([4, *(len(v) for v in factors.values() if isinstance(v, list))])
        names = [self.text("factor"), self.text("base")]
        names += [f"{self.text('levels')} {i + 1}" for i in range(count)]
        self.header(sheet, names)
        for row, name in enumerate(dict.fromkeys([*factors, *baseline]), 1):
            self.put(sheet, row, 0, Cell(name), bold=True)
            if name in baseline:
                self.put(sheet, row, 1, cell_of(baseline[name], ANY, self.language))
            given = factors.get(name, [])
            for column, level in enumerate(given if isinstance(given, list) else [given], 2):
                self.put(sheet, row, column, cell_of(level, ANY, self.language))
        sheet.set_column(0, 0, 44)
        sheet.set_column(1, len(names) - 1, 16)

    def _points(self) -> None:
        sheet, points = self.sheets[POINTS], (self.contents.experiment or {}).get("points") or {}
        self.header(sheet, [self.text("point"), self.text("path"), self.text("value")])
        row = 0
        named = points.items() if isinstance(points, dict) else enumerate(points, 1)
        for name, changes in named:
            for path, value in changes.items() or [("", None)]:
                row += 1
                self.put(sheet, row, 0, Cell(str(name)), bold=True)
                if path:
                    self.put(sheet, row, 1, Cell(path))
                    self.put(sheet, row, 2, cell_of(value, ANY, self.language))
        sheet.set_column(0, 0, 40)
        sheet.set_column(1, 1, 44)
        sheet.set_column(2, 2, 30)


# ---- words of a place ----------------------------------------------------------------------------


def how(shape: Shape, home: Any, language: str, tree: bool = False) -> str:
    """What to fill in, in a few words, and what holds if it is left blank."""
    name = {"share": "percent", "season": "list", "days": "text", "model": "entries"}.get(
        shape.kind, shape.kind
    )
    if tree and shape.kind in ("mapping", "choice"):
        name = "entries"
    text = words.text(name if name in words.table("text") else "any", language)
    usual = default_of(home)
    if is_required(home):
        return f"{text}; {words.text('required', language)}"
    if usual is None or usual in ({}, []):
        return text
    shown = cell_of(usual, shape, language)
    said = f"{shown.value:.6g}" if isinstance(shown.value, float) else str(shown.value)
    if shown.format in ("percent", "yearly"):
        said = f"{100 * shown.value:.6g}%"
    return f"{text}; {words.text('default', language)}: {said}"


def key_cell(key: Any, shape: Shape, language: str) -> Cell:
    """The cell of a key of a table."""
    if shape.kind == "key" and shape.model is not None and key:
        return Cell(words.key_word(shape.model.__name__, key, language))
    return cell_of(key, shape, language) if key else Cell("")


def step_words(shape: Shape, path: tuple, language: str) -> list[str]:
    """The steps of ``path`` in words."""
    found = []
    for step in path:
        if shape.kind == "list" and shape.item is not None and not isinstance(step, int):
            shape = shape.item
        found.append(_one_step(shape, step, language))
        shape = below(shape, step)
        if shape.kind == "choice":
            shape = _choice(shape, path[len(found) :])
    return found


def _choice(shape: Shape, rest: tuple) -> Shape:
    return chosen(shape, {step: None for step in rest[:1]} if rest else None)


def _one_step(shape: Shape, step: Any, language: str) -> str:
    if shape.kind == "model" and shape.model is not None and isinstance(step, str):
        return words.key_word(shape.model.__name__, step, language)
    key = shape.key
    if key is not None and isinstance(step, str):
        return str(cell_of(step, key, language).value) if key.kind != "any" else step
    return f"{step:g}" if isinstance(step, float) else str(step)


def assumed_columns(notes: dict, numbers: list[str]) -> set[str]:
    """Which of the ``numbers`` of a zone are assumed, by its note («all but population»)."""
    said = notes.get("assumed", "")
    if not said:
        text = notes.get("source", "")
        return set(numbers) if not text or "assum" in text or "假设" in text else set()
    if said.strip() in ("all", "全部"):
        return set(numbers)
    _, but, rest = said.partition("all but ")
    named = {column_name(part) for part in (rest if but else said).replace("，", ",").split(",")}
    return set(numbers) - named if but else set(numbers) & named


def _home(part: Column) -> Any:
    model, key = part.named[-1] if part.named else ("", "")
    if model in ("", "text") or len(part.named) > 1:
        return None
    cls = next(each for each in models(Scenario) if each.__name__ == model)
    return (cls, key) if key in fields_of(cls) else None


def _wanted(part: Column) -> bool:
    """Whether a column is shown even where nothing stands in it."""
    home = _home(part)
    return part.path in ((), ("source",)) or is_required(home)


def _is_number(shape: Shape) -> bool:
    return shape.kind not in ("text", "enum", "bool", "column", "days", "list", "mapping", "any")


class _Widths:
    """How wide a column has to be: Chinese characters count two."""

    def __init__(self) -> None:
        self.most = 0

    def see(self, cell: Cell, header: str) -> None:
        value = cell.value
        text = f"{value:,.10g}" if isinstance(value, (int, float)) else str(value)
        self.most = max(self.most, _width(text) + 1)

    def width(self, header: str) -> float:
        return min(WIDEST, max(9, self.most + 1, min(18, _width(header) + 2)))


def _width(text: str) -> int:
    return sum(2 if ord(sign) > 0x2E7F else 1 for sign in text)
