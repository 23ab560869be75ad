"""Which part of a scenario stands on which sheet, and how it becomes rows there.

A ``Table`` has a row for each entry (a pool, a way on), a column for each key; a ``Tree`` has a row
for each value, and before it the steps of its path. Both follow the schema.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel
from pydantic_core import PydanticUndefined

from simcap.scenario.blocks import Mechanisms
from simcap.scenario.schema import Scenario
from simcap.workbook import words
from simcap.workbook.plain import written
from simcap.workbook.shapes import ANY, TEXT, Shape, chosen, field_shape, fields_of

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
        if isinstance(data, list) and isinstance(step, int) and step < len(data):
            data = data[step]
        elif isinstance(data, dict) and step in data:
            data = data[step]  # noqa: SIM114
        else:
            return otherwise
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


# ---- trees ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Leaf:
    """A row of a tree: the ``path`` below its prefix, the ``shape`` of what stands there, the
    ``value`` (None: not said). ``deep`` says how many steps lead to something that is not there.
    """

    path: Steps
    shape: Shape
    value: Any = None
    home: tuple[type[BaseModel], str] | None = None


def leaves(tree: Tree, data: dict, model: type[BaseModel]) -> list[Leaf]:
    """The rows of ``tree`` for ``data``: what is said, and, blank, what could be."""
    shape = at(root(model), tree.prefix)
    value = got(data, tree.prefix, None)
    if not tree.keys:
        return (
            list(_leaves(shape, value, (), None))
            if value is not None or shape.kind == "model"
            else []
        )
    return [
        leaf
        for key in tree.keys
        for leaf in _leaves(field_shape(model, key), (value or {}).get(key), (key,), (model, key))
    ]


def _leaves(shape: Shape, value: Any, path: Steps, home) -> Iterator[Leaf]:
    shape = chosen(shape, value)
    inner = shape.item
    if shape.kind == "model" and (value is None or isinstance(value, dict)):
        yield from _of_model(shape, value, path, home)
    elif shape.kind == "list" and inner is not None and inner.kind == "model":
        yield from _of_list(shape, value, path, home)
    elif isinstance(value, dict) and shape.kind == "mapping" and value:
        for key, entry in value.items():
            yield from _leaves(shape.item or ANY, entry, (*path, key), None)
    else:
        yield Leaf(path, shape, value, home)


def _of_model(shape: Shape, value: Any, path: Steps, home) -> Iterator[Leaf]:
    assert shape.model is not None
    if value == {} and path:
        yield Leaf(path, shape, value, home)
    said = value or {}
    known = fields_of(shape.model)
    for key in [*known, *(key for key in said if key not in known)]:
        inner = field_shape(shape.model, key) if key in known else ANY
        if isinstance(said.get(key), dict) and key not in known:
            inner = _block_of_a_file(said[key])
        yield from _leaves(
            inner, said.get(key), (*path, key), (shape.model, key) if key in known else None
        )


def _block_of_a_file(value: dict) -> Shape:
    """A mechanism of somebody's own: whatever it says."""
    return Shape("mapping", key=TEXT, item=ANY)


def _of_list(shape: Shape, value: Any, path: Steps, home) -> Iterator[Leaf]:
    """Entries of a list, each with its number where there are several; a block alone without
    one.
    """
    assert shape.item is not None
    block = path and len(path) == 1 and path[0] in Mechanisms.known()
    if isinstance(value, list) and value:
        for i, entry in enumerate(value):
            yield from _leaves(shape.item, entry, (*path, i + 1), None)
    elif value == [] or (value is None and not block):
        yield Leaf(path, shape, value, home)
    else:
        yield from _leaves(shape.item, value, path, home)


def default_of(home: tuple[type[BaseModel], str] | None) -> Any:
    """The default of a field as a planner would write it; None where there is none to be shown."""
    if home is None:
        return None
    info = fields_of(home[0])[home[1]]
    if info.is_required() or info.default in (None, PydanticUndefined):
        return None
    value = info.default
    if isinstance(value, BaseModel):
        value = value.model_dump(by_alias=True, exclude_none=True)
    return written(value, field_shape(*home))


def is_required(home: tuple[type[BaseModel], str] | None) -> bool:
    """Whether a field must be filled in."""
    return home is not None and fields_of(home[0])[home[1]].is_required()
