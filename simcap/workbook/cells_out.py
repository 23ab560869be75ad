"""What is written into one cell: a number, a word, or, of parts that no table could hold, the short
text of a YAML flow value: «exponential: {mean: 4 min}», «counsellors, psychiatrists».
"""

from __future__ import annotations

import datetime
import json
import re
from dataclasses import dataclass
from typing import Any

from simcap.scenario.headers import HEADERS
from simcap.scenario.reader import read_flow
from simcap.workbook import words
from simcap.workbook.plain import percent_text
from simcap.workbook.shapes import ANY, Shape, chosen, field_shape, fields_of

_NUMBER_WITH = {
    "share": (re.compile(r"([\d.]+) %"), "percent"),
    "yearly": (re.compile(r"([\d.]+) % per year"), "yearly"),
    "money": (re.compile(r"([\d.]+) CNY per year"), "money"),
    "amount": (re.compile(r"([\d.]+) CNY"), "amount"),
}
"""Quantities whose cell is a number, and the format of that cell."""
WIDE = "，；：％｛｝［］【】、“”"
"""Signs of a Chinese keyboard that stand for nothing between names, but may stand in one."""
_NEEDS_QUOTES = re.compile(
    rf"""^[,\[\]{{}}#&*!|>'"%@`:?-]|[,\[\]{{}}\n\r\t{re.escape(WIDE)}]|: | \#|:$"""
)


@dataclass(frozen=True)
class Cell:
    """A ``value`` to be written, and the ``format`` of its cell: text, number, percent, yearly,
    money, amount, date.
    """

    value: Any
    format: str = "text"


def cell_of(value: Any, shape: Shape, language: str) -> Cell:
    """The cell for ``value``, which is as a planner writes it."""
    shape = chosen(shape, value)
    if shape.kind in ("text", "column", "enum", "bool") and isinstance(value, (str, bool)):
        return Cell(_in_words(value, shape, language))
    if isinstance(value, (list, dict)):
        return Cell(flow_text(worded(value, shape, language), shape))
    if (number := _as_number(value, shape)) is not None:
        return number
    if shape.kind == "date" and isinstance(value, str):
        return Cell(datetime.date.fromisoformat(value), "date")
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        short = value if isinstance(value, int) else float(f"{value:.15g}")
        return Cell(value, "number") if short == value else Cell(repr(value))
    if isinstance(value, bool) and shape.kind in ("any", "choice"):
        return Cell(words.truth(value, language) if language == "zh" else scalar_text(value))
    if isinstance(value, str) and shape.kind in ("any", "choice"):
        return Cell(scalar_text(value))
    return Cell(scalar_text(value) if value is None else _in_words(value, shape, language))


def _as_number(value: Any, shape: Shape) -> Cell | None:
    """A quantity as a number, where the number alone, in its format, reads as the same."""
    if not isinstance(value, str) or shape.kind not in _NUMBER_WITH:
        return None
    pattern, name = _NUMBER_WITH[shape.kind]
    match = pattern.fullmatch(value)
    if match is None:
        return None
    number = float(match[1])
    if name in ("percent", "yearly"):
        number = float(f"{number / 100:.15g}")
        if percent_text(number) != f"{match[1]} %":
            return None
    return Cell(number, name)


def _in_words(value: Any, shape: Shape, language: str) -> Any:
    if isinstance(value, bool):
        return words.truth(value, language)
    if shape.kind == "enum":
        return words.value_word(str(value), language)
    if shape.kind == "days":
        return words.days_out(value, language)
    if shape.kind == "column":
        return column_word(value, language)
    if shape.kind in ("duration", "time", *_NUMBER_WITH) and isinstance(value, str):
        never = shape.kind == "time" and value == "never"
        return (
            words.key_word("Time", "never", language)
            if never
            else words.quantity_out(value, language)
        )
    return value


def column_word(name: str, language: str) -> str:
    """What the column ``name`` of the zones table is called."""
    chinese = [word for word in HEADERS.get(name, ()) if not word.isascii()]
    return chinese[0] if language == "zh" and chinese else name


def kind_word(kind: str, language: str) -> str:
    """What a ``kind`` of zone is called."""
    return words.value_word(kind, language)


def worded(value: Any, shape: Shape, language: str) -> Any:
    """``value`` with the words of ``language`` in the place of the schema's."""
    shape = chosen(shape, value)
    if isinstance(value, dict):
        return {
            _worded_key(key, shape, language): worded(entry, below_key(shape, key), language)
            for key, entry in value.items()
        }
    if isinstance(value, list):
        return [worded(entry, shape.item or ANY, language) for entry in value]
    if isinstance(value, bool) and shape.kind != "bool":
        return value
    return _in_words(value, shape, language) if isinstance(value, (str, bool)) else value


def _worded_key(key: Any, shape: Shape, language: str) -> Any:
    if shape.model is not None:
        return words.key_word(shape.model.__name__, key, language)
    return _in_words(key, shape.key or ANY, language) if isinstance(key, str) else key


def below_key(shape: Shape, key: Any) -> Shape:
    """The shape of what stands under ``key``."""
    if shape.model is not None:
        return field_shape(shape.model, key) if key in fields_of(shape.model) else ANY
    return shape.item or ANY


def flow_text(value: Any, shape: Shape = ANY) -> str:
    """``value`` as YAML flow text, without the outermost brackets where something is in them."""
    text = flow(value)
    if not value or shape.kind in ("any", "choice"):
        return text
    nested = isinstance(value, list) and isinstance(value[0], (list, dict))
    return text if nested else text[1:-1]


def flow(value: Any) -> str:
    """``value`` as YAML flow text."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{scalar_text(k)}: {flow(v)}" for k, v in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(flow, value)) + "]"
    return scalar_text(value)


def scalar_text(value: Any) -> str:
    """A scalar as YAML, in quotes only where it would be read as something else."""
    if not isinstance(value, str):
        return (
            {None: "null", True: "true", False: "false"}.get(value, repr(value))
            if (value is None or isinstance(value, bool))
            else repr(value)
        )
    quoted = json.dumps(value, ensure_ascii=False)
    if _NEEDS_QUOTES.search(value):
        return quoted
    try:
        return value if read_flow(value) == value and value.strip() else quoted
    except ValueError:
        return quoted
