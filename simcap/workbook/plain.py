"""From what a scenario holds (hours, shares of 1) back to what people write: «30 min», «5.1 % per
year». What is written reads back to the same number, to the last bit.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable
from decimal import Decimal
from functools import cache
from typing import Any

from pydantic import BaseModel

from simcap.scenario import units
from simcap.scenario.blocks import Block, Collaboration, Mechanisms
from simcap.scenario.outcomes import Outcomes
from simcap.scenario.schema import Scenario, Seat, Targets
from simcap.workbook.shapes import ANY, Shape, chosen, field_shape, fields_of

_UNITS = (("week", "weeks", 168), ("day", "days", 24), ("h", "h", 1))


def said_by(scenario: Scenario) -> dict:
    """What ``scenario`` says, as a planner would write it: without what is not said, and without
    parts that are empty unless something is said.
    """
    data = written(_dumped(scenario), Shape("model", model=Scenario))
    full = _not_empty()
    return {key: entry for key, entry in data.items() if entry not in ({}, []) or key in full}


@cache
def _not_empty() -> set[str]:
    """The parts of a scenario that hold something unless they are said to be empty."""
    usual = {
        info.alias or name: info.get_default(call_default_factory=True)
        for name, info in Scenario.model_fields.items()
        if not info.is_required()
    }
    return {name for name, value in usual.items() if _dumped(value) not in ({}, [])}


def _dumped(value: Any) -> Any:
    if isinstance(value, Mechanisms):
        own = value.own if "own" in value.model_fields_set else {}
        blocks = {name: value.of(name) for name in value.known() if value.of(name)} | own
        lists = {name: _dumped(list(several)) for name, several in blocks.items()}
        return {name: each[0] if len(each) == 1 else each for name, each in lists.items()}
    if isinstance(value, BaseModel):
        return _of_fields(value)
    if isinstance(value, dict):
        return {key: _dumped(entry) for key, entry in value.items()}
    return [_dumped(entry) for entry in value] if isinstance(value, (list, tuple)) else value


_ALWAYS_SAID = (Scenario, Targets, Collaboration, Outcomes)


def _of_fields(value: BaseModel) -> dict:
    """What was set. Where everything was (a preset is made of a whole scenario), what is as it is
    without being said is left out; whether a block is on is always said.
    """
    fields, block = type(value).model_fields, isinstance(value, Block)
    unsaid = [name for name in fields if name not in value.model_fields_set]
    whole = len(fields) > 2 and all(getattr(value, name) is None for name in unsaid)
    whole = whole and not isinstance(value, _ALWAYS_SAID)
    data = {}
    for name, info in fields.items():
        entry = getattr(value, name)
        usual = whole and not info.is_required() and entry == info.default
        if (name in value.model_fields_set and not usual) or (block and name == "on"):
            data[info.alias or name] = _dumped(entry)
    return data | {key: _dumped(entry) for key, entry in (value.model_extra or {}).items()}


def written(value: Any, shape: Shape) -> Any:
    """``value``, dumped from a scenario, as a planner writes it."""
    shape = chosen(shape, value)
    if value is None:
        return None
    if shape.kind == "list" and isinstance(value, dict) and shape.item is not None:
        shape = shape.item
    if shape.model is not None and isinstance(value, dict):
        return _model(value, shape)
    if isinstance(value, dict):
        key, item = shape.key or ANY, shape.item or ANY
        return {_key(each, key): written(entry, item) for each, entry in value.items()}
    if shape.kind == "season":
        return " to ".join(value)
    if isinstance(value, (list, tuple)):
        return [written(entry, shape.item or ANY) for entry in value]
    if isinstance(value, datetime.date):
        return value.isoformat()
    return _QUANTITIES.get(shape.kind, _as_it_is)(value)


def _model(value: dict, shape: Shape) -> Any:
    assert shape.model is not None
    kept = {key: entry for key, entry in value.items() if _said(shape.model, key, entry)}
    known = fields_of(shape.model)
    if shape.kind == "time":
        return _time(kept, shape.model)
    data = {
        key: written(entry, field_shape(shape.model, key) if key in known else ANY)
        for key, entry in kept.items()
    }
    if shape.model is Seat and data.keys() == {"pool"}:
        return data["pool"]
    ordered = [key for key in known if key in data] + [key for key in data if key not in known]
    return {key: data[key] for key in ordered}


def _time(kept: dict, model: type[BaseModel]) -> Any:
    kind, entry = next(iter(kept.items()))
    if kind == "never":
        return "never"
    said = written(entry, field_shape(model, kind))
    return said if kind == "fixed" else {kind: said}


def _said(model: type[BaseModel], key: str, entry: Any) -> bool:
    """Whether ``entry`` says something: not nothing where that is the default, no folder."""
    info = fields_of(model).get(key)
    if info is None:
        return key not in getattr(model, "unwritten", ())
    return entry is not None or info.default is not None


def _key(key: Any, shape: Shape) -> Any:
    return _as_it_is(key) if shape.kind != "text" else key


def _as_it_is(value: Any) -> Any:
    whole = isinstance(value, float) and value.is_integer() and abs(value) < 2**53
    return int(value) if whole else value


def _shortest(
    texts: Iterable[str], read: Callable[[str], float], value: float, otherwise: Any
) -> Any:
    for text in texts:
        if read(text) == value:
            return text
    return otherwise


def duration_text(hours: float) -> str:
    """The shortest text that reads as ``hours``."""
    texts = []
    for one, many, size in _UNITS:
        if hours >= size:
            texts.append(_counted(Decimal(repr(hours)) / size, one, many))
    texts.append(_counted(Decimal(repr(hours * 60)), "min", "min"))
    texts.append(_counted(Decimal(repr(hours * 3600)), "s", "s"))
    good = [text for text in texts if text and len(text) <= 12]
    return _shortest(good, units.duration, hours, f"{hours!r} h") if hours else "0 h"


def _counted(number: Decimal, one: str, many: str) -> str:
    text = plain_number(number)
    if many in ("weeks", "days") and "." in text:
        return ""
    return f"{text} {one if text == '1' else many}"


def plain_number(number: Decimal | float) -> str:
    """``number`` without an exponent and without zeros at its end."""
    text = f"{Decimal(repr(number)) if isinstance(number, float) else number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def percent_text(share: float) -> str:
    """«30 %» of 0.3, to fifteen digits."""
    return f"{plain_number(Decimal(f'{share:.15g}') * 100)} %"


def _share(value: float) -> Any:
    return _shortest([percent_text(value)], units.share, value, value)


def _yearly(value: float) -> Any:
    texts = [f"{percent_text(value)} per year"]
    return _shortest(texts, units.yearly, value, f"{value!r} per year")


def _cny(value: float) -> str:
    return f"{plain_number(float(value))} CNY"


_QUANTITIES: dict[str, Callable[[Any], Any]] = {
    "duration": lambda value: duration_text(value) if isinstance(value, float) else value,
    "share": lambda value: _share(value) if isinstance(value, float) else value,
    "yearly": lambda value: _yearly(value) if isinstance(value, float) else value,
    "money": lambda value: f"{_cny(value)} per year",
    "amount": _cny,
}
