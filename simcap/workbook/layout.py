"""Which part of a scenario stands on which sheet, and how it becomes rows there.

A ``Table`` has a row for each entry (a pool, a way on), a column for each key; a ``Tree`` has a row
for each value, and before it the steps of its path. Both follow the schema.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from simcap.scenario.schema import Scenario
from simcap.workbook import words
from simcap.workbook.shapes import ANY, Shape, chosen, field_shape, fields_of

JOINT = " · "
"""Between the words of a column that stands deeper: «redial · probability»."""
Steps = tuple


@dataclass(frozen=True)
class Table:
    """A sheet with a row for each path of ``pattern`` («*» is any key), whose keys stand in columns
    called ``heads``. ``but`` are keys of an entry that stand on other sheets. ``beside``: what else
    stands at the first key, in its first row.
    """

    sheet: str
    pattern: Steps
    heads: tuple[str, ...]
    but: tuple[str, ...] = ()
    beside: bool = False
    remarks: bool = False


@dataclass(frozen=True)
class Tree:
    """A sheet with a row for each value below ``prefix``; of ``keys`` alone, if they are given."""

    sheet: str
    prefix: Steps = ()
    keys: tuple[str, ...] = ()
    wanted: bool = False


SCENARIO: tuple[Table | Tree, ...] = (
    Tree(
        "district",
        keys=(
            "name",
            "source",
            "start",
            "warm_up",
            "observe",
            "run_out",
            "holidays",
            "school_holidays",
            "results_by",
            "targets",
        ),
        wanted=True,
    ),
    Table("staff", ("pools", "*"), ("pool",)),
    Table("hours", ("rosters", "*", "shifts", "*"), ("roster", "days"), ("shifts",), True, True),
    Table("services", ("stations", "*"), ("station",)),
    Table("needs", ("needs", "*"), ("need",), ("enters_by",)),
    Table("entries", ("needs", "*", "enters_by", "*"), ("need", "station"), remarks=True),
    Table(
        "onward",
        ("pathways", "*", "*", "*", "*"),
        ("pathway", "station", "outcome", "next"),
        remarks=True,
    ),
    Tree("profiles", ("profiles",)),
    Tree("collaboration", ("collaboration",)),
    Tree("measures", ("mechanisms",)),
    Tree("outcomes", ("outcomes",)),
)
OPTIONAL = ("profiles", "collaboration", "measures", "outcomes")
"""Sheets that need not be there."""
ZONES, FACTORS, POINTS = "zones", "factors", "points"
EXPERIMENT = Tree(
    "experiment",
    keys=(
        "name",
        "question",
        "note",
        "replications",
        "answer",
        "paired",
        "sample",
        "uncertain",
        "samples",
        "set",
        "seed",
    ),
)
SHEETS = (
    "about",
    "district",
    ZONES,
    *(part.sheet for part in SCENARIO[1:]),
    "experiment",
    FACTORS,
    POINTS,
)
"""In the order in which they stand in a workbook."""


def root(model: type[BaseModel]) -> Shape:
    """The shape of a whole file."""
    return Shape("model", model=model)


def below(shape: Shape, step: Any, value: Any = None) -> Shape:
    """The shape of what stands under ``step``."""
    shape = chosen(shape, value) if value is not None else shape
    if shape.model is not None and shape.kind == "model":
        step = next(iter(fields_of(shape.model))) if step == "*" else step
        return field_shape(shape.model, step) if step in fields_of(shape.model) else ANY
    return shape.item or ANY


def at(shape: Shape, path: Steps) -> Shape:
    """The shape at ``path``."""
    for step in path:
        shape = below(shape, step)
    return shape


def key_shapes(table: Table) -> list[Shape]:
    """The shape of each key of ``table``: of a model's own keys one of the kind key."""
    found, shape = [], root(Scenario)
    for step in table.pattern:
        if step == "*" and shape.kind == "model" and shape.model is not None:
            found.append(Shape("key", values=tuple(fields_of(shape.model)), model=shape.model))
        elif step == "*":
            found.append(shape.key or ANY)
        shape = below(shape, step)
    return found


# ---- tables --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Column:
    """A column: the ``path`` of its values within an entry, their ``shape``, the model and key that
    its word belongs to, step by step (``named``). ``first`` is it if it stands at the first key of
    a row.
    """

    path: Steps
    shape: Shape
    named: tuple[tuple[str, str], ...]
    first: bool = False

    def header(self, language: str) -> str:
        """What it is called."""
        return JOINT.join(_step_word(*step, language) for step in self.named) or words.text(
            "share", language
        )


def _step_word(model: str, key: str, language: str) -> str:
    if model == "text":
        return words.text(key, language)
    return words.key_word(model, key, language) if model else words.value_word(key, language)


def columns(table: Table) -> list[Column]:
    """The columns of ``table`` behind those of its keys."""
    entry = at(root(Scenario), table.pattern)
    if table.beside:
        owner = at(root(Scenario), table.pattern[:2])
        hours = Column((), entry, (("text", "hours"),))
        return [hours, *_columns(owner, table.but, first=True)]
    return list(_columns(entry, table.but))


def _columns(
    shape: Shape, but: tuple[str, ...], path: Steps = (), named: tuple = (), first: bool = False
) -> Iterator[Column]:
    if shape.kind == "model":
        assert shape.model is not None
        for key in fields_of(shape.model):
            if path or key not in but:
                step = (shape.model.__name__, key)
                inner = field_shape(shape.model, key)
                yield from _columns(inner, but, (*path, key), (*named, step), first)
    elif shape.kind == "mapping" and shape.key and shape.key.kind == "enum" and shape.item:
        for value in shape.key.values:
            yield Column((*path, value), shape.item, (*named, ("", value)), first)
    else:
        yield Column(path, shape, named, first)


@dataclass
class Row:
    """A row of a table: its ``keys``, blank from where there are none, and {path: value}."""

    path: Steps
    keys: list
    values: dict[Steps, Any]


def rows(table: Table, data: dict) -> list[Row]:
    """The rows of ``table`` for a scenario's ``data``."""
    found = list(_rows(table, data, (), []))
    parts = columns(table)
    seen: set = set()
    for row in found:
        for column in parts:
            if column.first and row.keys[0] in seen:
                continue
            home = row.path if not column.first else (*table.pattern[:1], row.keys[0])
            if len(home) == len(table.pattern) or column.first:
                value = got(data, (*home, *column.path), None)
                if value is not None:
                    row.values[column.path, column.first] = value
        seen.add(row.keys[0])
    return found


def _rows(table: Table, data: Any, path: Steps, keys: list) -> Iterator[Row]:
    stars = table.pattern.count("*")
    if len(path) == len(table.pattern):
        yield Row(path, keys, {})
        return
    step = table.pattern[len(path)]
    here = got(data, path, {})
    if step != "*":
        yield from _rows(table, data, (*path, step), keys)
    elif not here and keys:
        yield Row(path, [*keys, *[""] * (stars - len(keys))], {})
    for key in here if step == "*" else ():
        yield from _rows(table, data, (*path, key), [*keys, key])


def got(data: Any, path: Steps, otherwise: Any) -> Any:
    """What stands at ``path`` of ``data``."""
    for step in path:
        there = step in data if isinstance(data, dict) else _is_place(step, data)
        if not there:
            return otherwise
        data = data[step]
    return data


def source_beside(data: dict, remarks: dict[Steps, str], path: Steps) -> str:
    """What is said of where the value at ``path`` comes from: a remark there, a source of the part
    that it belongs to, or a remark on that.
    """
    for length in range(len(path), 0, -1):
        home = got(data, path[: length - 1], {})
        if text := remarks.get(path[:length]):
            return text
        own = path[length - 1] == "source" or length == 1 or not isinstance(home, dict)
        if not own and isinstance(text := home.get("source"), str):
            return text
    return ""


def _is_place(step: Any, data: Any) -> bool:
    return isinstance(data, list) and isinstance(step, int) and step < len(data)
