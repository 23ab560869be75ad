"""The rows of a sheet with a row for each value: what is said, and, blank, what could be."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel
from pydantic_core import PydanticUndefined

from simcap.scenario.blocks import Mechanisms
from simcap.workbook.layout import Steps, Tree, at, got, root
from simcap.workbook.plain import written
from simcap.workbook.shapes import ANY, TEXT, Shape, chosen, field_shape, fields_of


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
