"""What may stand where in a scenario, read off the schema: the shape of each part.

So a new key of the schema is a new column or row of the workbook, without a line here.
"""

from __future__ import annotations

import types
import typing
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel, BeforeValidator
from pydantic.fields import FieldInfo

from simcap.scenario import fields, units

_BY_PARSER = {
    units.duration: "duration",
    units.share: "share",
    units.yearly: "yearly",
    units.money: "money",
    units.amount: "amount",
    units.number: "number",
    units.whole: "whole",
    units.rank: "whole",
    fields.date: "date",
    fields.column: "column",
    fields.month_days: "season",
}
"""What a value is by the function that reads it."""

_NAMED = {
    ("RosterSpec", "shifts"): "days",
    ("Profile", "days"): "days",
    ("PoolSpec", "slots"): "days",
}
"""Mappings whose keys are days of the week."""

_BY_MODEL = {("Visiting", "days"): "days", ("GroupCourse", "day"): "days"}
"""Text that is days of the week."""


@dataclass(frozen=True)
class Shape:
    """A part of a scenario. ``kind``: text, column, bool, enum (one of ``values``), share, yearly,
    duration, number, whole, money, amount, date, season, days, any; or model (of ``model``), time
    (a distribution), mapping (from ``key`` to ``item``), list (of ``item``).
    """

    kind: str
    values: tuple = ()
    model: type[BaseModel] | None = None
    key: Shape | None = None
    item: Shape | None = None

    @property
    def simple(self) -> bool:
        """Whether it is one value, which has a cell of its own."""
        return self.kind not in ("model", "mapping", "list")

    @property
    def in_a_cell(self) -> bool:
        """Whether it stands in one cell: one value, or a list of them."""
        item = self.item
        return self.simple or (self.kind == "list" and item is not None and not _nested(item))


def _nested(shape: Shape) -> bool:
    return shape.kind in ("model", "mapping")


TEXT, ANY = Shape("text"), Shape("any")


def fields_of(model: type[BaseModel]) -> dict[str, FieldInfo]:
    """{key as it is written: field} of what a planner writes."""
    unwritten = getattr(model, "unwritten", ())
    return {
        info.alias or name: info
        for name, info in model.model_fields.items()
        if name not in unwritten
    }


@cache
def field_shape(model: type[BaseModel], key: str) -> Shape:
    """The shape of ``key`` in ``model``."""
    info = fields_of(model)[key]
    shape = _shape(info.annotation, tuple(info.metadata))
    if (model.__name__, key) in _NAMED:
        return Shape(shape.kind, key=Shape("days"), item=shape.item)
    if (kind := _BY_MODEL.get((model.__name__, key))) is not None:
        return Shape(kind) if shape.simple else Shape(shape.kind, key=shape.key, item=Shape(kind))
    return shape


def _shape(annotation: Any, metadata: tuple = ()) -> Shape:
    for entry in metadata:
        if isinstance(entry, BeforeValidator) and entry.func in _BY_PARSER:
            return Shape(_BY_PARSER[entry.func])
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _shape(arguments[0], (*annotation.__metadata__, *metadata))
    if origin in (Union, types.UnionType):
        return _union([part for part in arguments if part is not type(None)])
    if origin is Literal:
        return Shape("enum", tuple(map(str, arguments)))
    if origin is dict:
        return Shape("mapping", key=_shape(arguments[0]), item=_shape(arguments[1]))
    if origin in (list, tuple):
        return Shape("list", item=_shape(arguments[0]))
    return _plain(annotation)


def _plain(annotation: Any) -> Shape:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return Shape("time" if annotation is fields.Time else "model", model=annotation)
    kinds: dict[Any, str] = {bool: "bool", int: "whole", str: "text"}
    return Shape(kinds.get(annotation, "any"))


def _union(parts: list) -> Shape:
    """One part without the others, if only one is there; else whatever is there is taken as it
    is.
    """
    shapes = [_shape(part) for part in parts]
    if len(shapes) == 1:
        return shapes[0]
    nested = [shape for shape in shapes if _nested(shape)]
    return Shape("choice", values=tuple(shapes)) if nested else ANY


def chosen(shape: Shape, value: Any) -> Shape:
    """The shape of ``value`` where ``shape`` leaves a choice."""
    if shape.kind != "choice":
        return shape
    fitting = [each for each in shape.values if _fits(each, value)]
    return fitting[0] if fitting else ANY


def _fits(shape: Shape, value: Any) -> bool:
    if shape.model is not None:
        return isinstance(value, dict) and {str(key).replace(" ", "_") for key in value} <= set(
            fields_of(shape.model)
        )
    return _nested(shape) == isinstance(value, dict)


def models(model: type[BaseModel]) -> Iterator[type[BaseModel]]:
    """``model`` and all that stand in it, each once."""
    seen: dict[type[BaseModel], None] = {}
    _collect(model, seen)
    yield from seen


def _collect(model: type[BaseModel], seen: dict) -> None:
    if model in seen:
        return
    seen[model] = None
    for info in fields_of(model).values():
        for found in _models_in(info.annotation):
            _collect(found, seen)


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and not typing.get_args(annotation):
        if issubclass(annotation, BaseModel):
            yield annotation
        return
    for part in get_args(annotation):
        yield from _models_in(part)
