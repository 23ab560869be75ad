"""What is read from one cell, by the words of either language.

A cell that cannot be what is wanted raises ``ValueError`` with what is, and what was found.
"""

from __future__ import annotations

import datetime
import re
import unicodedata
from typing import Any

from simcap import lang
from simcap.lang import _
from simcap.scenario.characters import FULL_WIDTH
from simcap.scenario.grid import Odd, hours_of, is_number, is_time, said_as, text_of
from simcap.scenario.headers import KINDS, column_name
from simcap.scenario.reader import did_you_mean, read_flow
from simcap.scenario.units import said
from simcap.workbook import words
from simcap.workbook.cells_out import WIDE, below_key
from simcap.workbook.plain import percent_text
from simcap.workbook.shapes import ANY, Shape, chosen, fields_of

_PLAIN_NUMBER = re.compile(r"[+-]?\d+(\.\d*)?([eE][+-]?\d+)?", re.ASCII)
_FACTOR = re.compile(r"[×✕ｘXＸ*＊]\s*(?P<after>\d+(\.\d+)?)|(?P<before>\d+(\.\d+)?)\s*倍")
"""A factor as people write it («×1.5», «1.5 倍»), but for simcap's own x1.5."""
_MORE = re.compile(r"[+＋]\s*\d.*")
"""What would be read as a number, and is meant as so many more."""
_TRUTHS = {words.truth(value, "zh"): value for value in (True, False)}
PLAIN_KINDS = ("share", "yearly", "money", "amount", "number", "whole", "duration", "date")


def value_in(cell: Any, odd: Odd, shape: Shape) -> Any:
    """What stands in ``cell``, as a planner writes it in YAML."""
    if odd.error or odd.empty:
        got = (
            _("the error {error}", error=odd.error)
            if odd.error
            else _(
                "a formula that was never computed; open the file in a spreadsheet"
                " program and save it"
            )
        )
        raise ValueError(_("a value wanted, got {got}", got=got))
    reader = _READERS.get(shape.kind, _quantity)
    return reader(cell, odd, shape)


def _text(cell: Any, odd: Odd, shape: Shape) -> Any:
    if odd.boolean:
        raise ValueError(_("text wanted, got {got}; write it as text", got=bool(cell)))
    if isinstance(cell, datetime.time):
        return cell.strftime("%H:%M")
    if is_time(cell):
        raise ValueError(_("text wanted, got {got}; write it as text", got=said_as(cell)))
    text = text_of(cell)
    return words.days_in(text) if shape.kind == "days" else text


def _column(cell: Any, odd: Odd, shape: Shape) -> Any:
    return column_name(_text(cell, odd, shape))


def _bool(cell: Any, odd: Odd, shape: Shape) -> Any:
    if odd.boolean or isinstance(cell, bool):
        return bool(cell)
    truths = {name: words.all_words("truth", name) for name in ("true", "false")}
    found = words.found_in(text_of(cell), truths, truths)
    if found is None:
        one, other = (f"{chinese} ({english})" for chinese, english in truths.values())
        got = said(text_of(cell))
        raise ValueError(_("{one} or {other} wanted, got {got}", one=one, other=other, got=got))
    return found == "true"


def _enum(cell: Any, odd: Odd, shape: Shape) -> Any:
    text = text_of(cell)
    called = {
        value: (*words.all_words("value", value), *KINDS.get(value, ())) for value in shape.values
    }
    if (found := words.found_in(text.replace("_", " "), shape.values, called)) is not None:
        return found
    options = [f"{words.value_word(value, 'zh')} ({value})" for value in shape.values]
    near = [word for value in shape.values for word in (value, words.value_word(value, "zh"))]
    raise ValueError(
        _("one of {options} wanted, got {got}", options=lang.listed(options), got=said(text))
        + did_you_mean(text, near, listed=False)
    )


def _date(cell: Any, odd: Odd, shape: Shape) -> Any:
    if isinstance(cell, datetime.datetime):
        return cell.date()
    return cell if isinstance(cell, datetime.date) else _quantity(cell, odd, shape)


def _quantity(cell: Any, odd: Odd, shape: Shape) -> Any:
    if odd.boolean or isinstance(cell, bool):
        return bool(cell)
    if is_number(cell):
        return _number(cell, odd.percent, shape)
    if is_time(cell):
        return _hours(cell, shape)
    text = text_of(cell)
    if shape.kind in PLAIN_KINDS:
        _no_full_width(text)
        text = text if shape.kind == "date" else words.quantity_in(text)
    if _PLAIN_NUMBER.fullmatch(text):
        return _whole_if_it_is(float(text))
    return text


def _hours(cell: Any, shape: Shape) -> Any:
    hours = hours_of(cell)
    if shape.kind not in ("duration", "time") or hours is None or hours < 0:
        raise ValueError(_("{wanted} wanted, got {got}", wanted=_wanted(shape), got=said_as(cell)))
    return f"{hours * 60:.10g} min"


def _wanted(shape: Shape) -> str:
    name = "percent" if shape.kind == "share" else shape.kind
    return words.text(name, lang.spoken()) if name in words.table("text") else _("a value")


def _number(number: float, percent: bool, shape: Shape) -> Any:
    text = percent_text(number) if percent and number >= 0 else repr(_whole_if_it_is(number))
    if shape.kind == "yearly":
        return f"{text} per year"
    if shape.kind in ("money", "amount"):
        return f"{text} CNY" + (" per year" if shape.kind == "money" else "")
    return text if percent and shape.kind != "number" else _whole_if_it_is(number)


def _whole_if_it_is(number: float) -> float | int:
    return int(number) if float(number).is_integer() and abs(number) < 2**53 else number


def _no_full_width(text: str) -> None:
    """Refuse digits and signs of a Chinese keyboard in a number, and say how it is written."""
    plain = unicodedata.normalize("NFKC", text)
    plain = "".join(FULL_WIDTH.get(sign, sign) for sign in plain)
    if plain != text:
        raise ValueError(
            _(
                "plain digits and signs wanted, got {got}; write {plain!r}",
                got=said(text),
                plain=plain,
            )
        )


def _any(cell: Any, odd: Odd, shape: Shape) -> Any:
    """Whatever it is: a number, or what its text says in YAML."""
    if is_number(cell) and not odd.boolean:
        return percent_text(cell) if odd.percent else _whole_if_it_is(cell)
    if isinstance(cell, datetime.date):
        return (cell.date() if isinstance(cell, datetime.datetime) else cell).isoformat()
    if odd.boolean or isinstance(cell, bool):
        return bool(cell)
    return _said_by(text_of(cell))


def _said_by(text: str) -> Any:
    if text in _TRUTHS:
        return _TRUTHS[text]
    if factor := _FACTOR.fullmatch(text):
        return f"x{unicodedata.normalize('NFKC', factor['after'] or factor['before'])}"
    if _MORE.fullmatch(text):
        raise ValueError(
            _(
                "the number that there shall be in all wanted, or a factor such as x1.5, got {got}",
                got=said(text),
            )
        )
    value = read_flow(text)
    return (
        words.quantity_in(value) if isinstance(value, str) and not text.startswith('"') else value
    )


def _structure(cell: Any, odd: Odd, shape: Shape) -> Any:
    """A list, a mapping or a distribution."""
    if is_number(cell) or odd.boolean or is_time(cell):
        if shape.kind == "time":
            return _hours(cell, shape) if is_time(cell) else _number(cell, False, shape)
        return [_any(cell, odd, ANY)] if shape.kind == "list" else _any(cell, odd, shape)
    text = text_of(cell)
    _no_wide_signs(text)
    return unworded(_parsed(text, shape), shape)


def _no_wide_signs(text: str) -> None:
    bare = re.sub(r'"[^"]*"', "", text)
    for sign in bare:
        if sign in WIDE:
            plain = {"、": ","}.get(sign) or FULL_WIDTH.get(sign, sign)
            raise ValueError(
                _(
                    "plain punctuation wanted, got {got!r} in {text}; write {plain!r} (or"
                    " put a name that holds it in double quotes)",
                    got=sign,
                    text=said(text),
                    plain=plain,
                )
            )


def _parsed(text: str, shape: Shape) -> Any:
    if shape.kind == "list" and not text.startswith("["):
        return read_flow(f"[{text}]")
    if shape.kind == "list":
        return read_flow(text)
    bare = not text.startswith(("{", "["))
    if bare and (": " in text or text.endswith(":")):
        return read_flow("{" + text + "}")
    return read_flow(text)


def unworded(value: Any, shape: Shape) -> Any:
    """``value`` with the schema's words in the place of those of either language."""
    shape = chosen(shape, value)
    if shape.kind == "choice":
        shape = ANY
    if isinstance(value, dict):
        return _unworded_mapping(value, shape)
    if isinstance(value, list):
        return [unworded(entry, shape.item or ANY) for entry in value]
    if not isinstance(value, str):
        return value
    if shape.kind in ("enum", "days", "column"):
        return value_in(value, Odd(), shape)
    if shape.kind == "bool":
        return _bool(value, Odd(), shape)
    if shape.kind == "time" and value in words.keys_called("Time", ["never"])["never"]:
        return "never"
    return words.quantity_in(value) if shape.kind in (*PLAIN_KINDS, "time", "any") else value


def _unworded_mapping(value: dict, shape: Shape) -> dict:
    result: dict = {}
    for key, entry in value.items():
        known = key_in(key, shape)
        if known in result:
            raise ValueError(_("each key once wanted, got {got} twice", got=said(key)))
        result[known] = unworded(entry, below_key(shape, known))
    return result


def key_in(key: Any, shape: Shape) -> Any:
    """The key of ``shape`` that is called ``key``; ``key`` itself, if none is."""
    if shape.model is not None:
        names = list(fields_of(shape.model))
        called = words.keys_called(shape.model.__name__, names)
        return words.found_in(str(key), names, called) or key
    inner = shape.key or ANY
    if isinstance(key, str) and inner.kind in ("enum", "days", "column"):
        return value_in(key, Odd(), inner)
    return words.quantity_in(key) if isinstance(key, str) and inner.kind == "any" else key


_READERS = {
    "text": _text,
    "days": _text,
    "season": _text,
    "column": _column,
    "bool": _bool,
    "enum": _enum,
    "date": _date,
    "any": _any,
    "choice": _structure,
    "list": _structure,
    "mapping": _structure,
    "model": _structure,
    "time": _structure,
}
