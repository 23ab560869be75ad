"""Sheets with a row for each entry: staff, services, ways on."""

from __future__ import annotations

from typing import Any

from simcap import lang
from simcap.lang import _
from simcap.scenario.fields import shift_level
from simcap.scenario.grid import Grid, text_of
from simcap.scenario.headers import folded, is_subtotal, is_total
from simcap.scenario.reader import did_you_mean
from simcap.scenario.units import said
from simcap.workbook import words
from simcap.workbook.cells_in import key_in, value_in
from simcap.workbook.gathering import Reader, filled
from simcap.workbook.layout import Column, Table, columns, got, key_shapes
from simcap.workbook.shapes import Shape


def read_table(reader: Reader, table: Table, grid: Grid, header: int) -> None:
    """The entries of ``table``, below its ``header``."""
    heads, places = _headers(reader, table, grid, header)
    if heads is None:
        return
    first = table.pattern[0]
    reader.document.data.setdefault(first, {})
    reader.mark((first,), grid, header, 0)
    for row in range(header + 1, len(grid.cells)):
        if grid.is_blank(row) or reader.footnote(grid, row):
            continue
        if not _is_sum(reader, grid, row, heads[0]):
            _row(reader, table, grid, row, heads, places)


def _headers(reader: Reader, table: Table, grid: Grid, header: int):
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
            _headless(reader, grid, header, column)
            continue
        key = _which_called(text, called)
        if key is None or key in found:
            known = [w for k, each in called.items() if k not in found for w in each]
            why = (
                _("{name} stands twice", name=said(text))
                if key is not None
                else _("{name} is no header of this sheet", name=said(text))
                + did_you_mean(text, known, listed=False)
            )
            reader.fault(grid, header, column, why)
        else:
            found[key] = column
    if _lost(reader, table, grid, header, found):
        return None, {}
    places: dict[int, Column | None] = {
        found[i]: part for i, part in enumerate(parts) if i in found
    }
    if "remark" in found:
        places[found["remark"]] = None
    return [found[head] for head in table.heads], places


def _lost(reader: Reader, table: Table, grid: Grid, header: int, found: dict[Any, int]) -> bool:
    """Whether a column of keys is not there, which is a fault."""
    lost = [head for head in table.heads if head not in found]
    for head in lost:
        chinese, english = words.all_words("text", head)
        why = _("a column {chinese!r} ({english}) is wanted", chinese=chinese, english=english)
        reader.fault(grid, header, 0, why)
    return bool(lost)


def _headless(reader: Reader, grid: Grid, header: int, column: int) -> None:
    for row in range(header + 1, len(grid.cells)):
        if text_of(grid.at(row, column)):
            reader.fault(grid, row, column, _("a column with a header wanted, got one without"))
            return


def _is_sum(reader: Reader, grid: Grid, row: int, column: int) -> bool:
    text = text_of(grid.at(row, column))
    if text and (is_total(text) or is_subtotal(text)):
        reader.fault(
            grid,
            row,
            column,
            _("no row of totals wanted on this sheet, got {got}: delete it", got=said(text)),
        )
        return True
    return False


def _row(reader: Reader, table: Table, grid: Grid, row: int, heads: list, places: dict) -> None:
    keys = _keys(reader, table, grid, row, heads)
    if keys is None:
        return
    path = _path(table, keys)
    full = len(keys) == len(heads)
    alone = any(part is not None and part.path == () for part in places.values())
    if not (full and alone) and not reader.set(path, {}) and full:
        reader.fault(grid, row, heads[-1], _("{name} stands twice", name=said(str(keys[-1]))))
        return
    reader.mark(path, grid, row, heads[min(len(keys), len(heads)) - 1])
    for column, part in places.items():
        if not filled(grid, row, column):
            continue
        if part is None:
            reader.document.remarks[path] = text_of(grid.at(row, column))
            continue
        if not full and not part.first:
            reader.fault(grid, row, heads[len(keys)], _("a name wanted in this row, got nothing"))
            return
        home = (table.pattern[0], keys[0]) if part.first else path
        reader.value((*home, *part.path), part.shape, grid, row, column)
        if table.beside and not part.path:
            _hours(reader, path, grid, row, column)


def _hours(reader: Reader, path: tuple, grid: Grid, row: int, column: int) -> None:
    """A fault of the cell for each of its hours that is none."""
    hours = got(reader.document.data, path, [])
    for each in hours if isinstance(hours, list) else []:
        try:
            shift_level(each)
        except ValueError as problem:
            reader.fault(grid, row, column, f"{'.'.join(map(str, path))}: {problem}")


def _keys(reader: Reader, table: Table, grid: Grid, row: int, heads: list) -> list | None:
    """The keys of a row, up to the first blank one; None with a fault where one is missing."""
    shapes, keys = key_shapes(table), []
    for i, (column, shape) in enumerate(zip(heads, shapes, strict=True)):
        if not filled(grid, row, column):
            later = [c for c in heads[i + 1 :] if filled(grid, row, c)]
            if later or i == 0:
                reader.fault(grid, row, column, _("a name wanted in this row, got nothing"))
                return None
            break
        key = _key(reader, grid, row, column, shape)
        if key is None:
            return None
        keys.append(key)
    return keys


def _key(reader: Reader, grid: Grid, row: int, column: int, shape: Shape) -> Any:
    try:
        if shape.kind == "key":
            text = text_of(grid.at(row, column))
            key = key_in(text, Shape("model", model=shape.model))
            if key not in shape.values:
                assert shape.model is not None
                called = words.keys_called(shape.model.__name__, shape.values)
                options = [f"{zh} ({en})" for zh, en in called.values()]
                raise ValueError(
                    _(
                        "one of {options} wanted, got {got}",
                        options=lang.listed(options),
                        got=said(text),
                    )
                )
            return key
        return value_in(grid.at(row, column), grid.oddity(row, column), shape)
    except ValueError as problem:
        reader.fault(grid, row, column, str(problem))
        return None


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
