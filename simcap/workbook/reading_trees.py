"""Sheets with a row for each value: dates, measures, outcomes."""

from __future__ import annotations

from typing import Any

from simcap.lang import _
from simcap.scenario.grid import Grid, text_of
from simcap.scenario.headers import folded
from simcap.scenario.reader import did_you_mean
from simcap.scenario.units import said
from simcap.workbook import words
from simcap.workbook.cells_in import key_in
from simcap.workbook.gathering import Reader, filled
from simcap.workbook.layout import Tree, at, below, root
from simcap.workbook.shapes import ANY, Shape, chosen, fields_of


def read_tree(reader: Reader, tree: Tree, grid: Grid, header: int) -> None:
    """The values of ``tree``, below its ``header``."""
    titles = [text_of(cell) for cell in grid.cells[header]]
    values = words.all_words("text", "value")
    value = next((i for i, text in enumerate(titles) if folded(text) in map(folded, values)), None)
    if value is None:
        near = did_you_mean(values[0], titles, listed=False)
        reader.fault(
            grid,
            header,
            0,
            _(
                "a column {chinese!r} ({english}) is wanted{near}",
                chinese=values[0],
                english=values[1],
                near=near,
            ),
        )
        return
    if tree.prefix:
        reader.mark(tree.prefix, grid, header, 0)
    marks = words.all_words("text", "remark")
    remark = next((i for i, text in enumerate(titles) if folded(text) in map(folded, marks)), None)
    for row in range(header + 1, len(grid.cells)):
        if not grid.is_blank(row) and not reader.footnote(grid, row):
            _leaf(reader, tree, grid, row, value, remark)
    _lists(reader, tree)


def _leaf(reader: Reader, tree: Tree, grid: Grid, row: int, value: int, remark: int | None) -> None:
    texts = [text_of(grid.at(row, column)) for column in range(value)]
    while texts and not texts[-1]:
        texts.pop()
    if not texts or "" in texts:
        reader.fault(
            grid, row, texts.index("") if "" in texts else 0, _("an item wanted, got nothing")
        )
        return
    steps = _steps(reader, tree, grid, row, texts)
    if steps is None:
        return
    path, shape, free = steps
    if not filled(grid, row, value):
        if free:
            reader.fault(
                grid,
                row,
                value,
                _("{path}: a value wanted, got nothing", path=".".join(map(str, path))),
            )
        return
    reader.value(path, shape, grid, row, value)
    if remark is not None and (text := text_of(grid.at(row, remark))):
        reader.document.remarks[path] = text


def _steps(reader: Reader, tree: Tree, grid: Grid, row: int, texts: list[str]):
    """(path, shape, whether the last step is the planner's own name), or None with a fault."""
    shape, path, free = at(root(reader.model), tree.prefix), tree.prefix, False
    for column, text in enumerate(texts):
        shape = _option(shape, texts[column])
        if shape.kind == "list" and shape.item is not None and not text.isdecimal():
            shape = shape.item
        own = shape.kind not in ("model", "list")
        try:
            key = int(text) if shape.kind == "list" and text.isdecimal() else key_in(text, shape)
        except ValueError as problem:
            reader.fault(grid, row, column, str(problem))
            return None
        if shape.kind == "model" and shape.model is not None and key not in fields_of(shape.model):
            if tree.sheet != "measures" or len(texts) < 2:
                return _unknown_key(reader, grid, row, column, text, shape)
            key, own = text, True
        if not tree.prefix and column == 0 and key not in tree.keys:
            return _unknown_key(reader, grid, row, column, text, shape)
        path, free, shape = (*path, key), own, below(shape, key)
    shape = shape if shape.kind != "choice" else ANY
    if shape.kind == "list" and shape.item is not None and shape.item.kind == "model":
        shape = Shape("list", item=ANY)
    return path, shape, free


def _unknown_key(
    reader: Reader, grid: Grid, row: int, column: int, text: str, shape: Shape
) -> None:
    assert shape.model is not None
    called = words.keys_called(shape.model.__name__, fields_of(shape.model))
    known = [word for each in called.values() for word in each]
    near = did_you_mean(text, known, listed=False)
    reader.fault(grid, row, column, _("{text} is not known here{near}", text=said(text), near=near))


def _lists(reader: Reader, tree: Tree) -> None:
    """Entries with numbers become lists."""
    home = reader.document.data
    for step in tree.prefix:
        home = home.get(step, {})
    if not isinstance(home, dict):
        return
    for key in list(home):
        home[key] = _as_lists(home[key])


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
