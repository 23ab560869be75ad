"""What people write with a unit, and the numbers simcap counts with: hours, shares of 1, per year,
CNY a year.

Every parser raises ``ValueError`` with what was wanted and what was found. A number without its
unit is an error: nobody can tell whether ``50`` was minutes or hours.
"""

from __future__ import annotations

import math
import re
from typing import Annotated

from pydantic import BeforeValidator, PlainSerializer, WithJsonSchema

HOURS_IN = {"s": 1 / 3600, "min": 1 / 60, "h": 1.0, "day": 24.0, "week": 168.0}
_NAMES = {
    "s": ("s", "sec", "second", "seconds"),
    "min": ("min", "mins", "minute", "minutes"),
    "h": ("h", "hour", "hours"),
    "day": ("d", "day", "days"),
    "week": ("w", "week", "weeks"),
}
_UNIT = {name: unit for unit, names in _NAMES.items() for name in names}
_NUMBER = r"[0-9]+(?:\.[0-9]*)?(?:[eE][+-]?[0-9]+)?"
_PART = re.compile(rf"({_NUMBER})\s*([a-z]+)")
_SHARE = re.compile(rf"({_NUMBER})\s*%")
_YEARLY = re.compile(rf"({_NUMBER})\s*(%?)\s*per year")
_MONEY = re.compile(rf"({_NUMBER})\s*CNY(?: per year)?")
_SCALE = re.compile(rf"x({_NUMBER})")

DURATION_WANTED = 'a duration with a unit, such as "50 min", "2 weeks" or "1 h 30 min", wanted'
SHARE_WANTED = 'a share from 0 to 1 or a percentage such as "30 %" wanted'
YEARLY_WANTED = 'a share a year such as "2.3 % per year" wanted'
MONEY_WANTED = 'an amount such as "160000 CNY per year" wanted'


def duration(value) -> float:
    """Hours from text such as "1 h 30 min"."""
    if isinstance(value, str):
        text = value.strip()
        parts = _PART.findall(text)
        if parts and _PART.sub("", text).strip() == "" and all(unit in _UNIT for _, unit in parts):
            hours = math.fsum(float(number) * HOURS_IN[_UNIT[unit]] for number, unit in parts)
            if math.isfinite(hours):
                return hours
    raise ValueError(f"{DURATION_WANTED}, got {value!r}")


def share(value) -> float:
    """A share from 0 to 1, from itself or from a percentage."""
    number = None
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        number = float(value)
    elif isinstance(value, str) and (match := _SHARE.fullmatch(value.strip())):
        number = float(match[1]) / 100
    if number is None or not 0 <= number <= 1:
        raise ValueError(f"{SHARE_WANTED}, got {value!r}")
    return number


def yearly(value) -> float:
    """A share of a group a year from "2.3 % per year"; the result is a number of persons per person
    and year.
    """
    match = _YEARLY.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None or not float(match[1]) <= (100 if match[2] else 1):
        raise ValueError(f"{YEARLY_WANTED}, got {value!r}")
    return float(match[1]) / (100 if match[2] else 1)


def money(value) -> float:
    """CNY a year."""
    match = _MONEY.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None or not math.isfinite(float(match[1])):
        raise ValueError(f"{MONEY_WANTED}, got {value!r}")
    return float(match[1])


def number(value) -> float:
    """A finite number ≥ 0."""
    if (
        isinstance(value, bool)
        or not isinstance(value, (int, float))
        or not math.isfinite(value)
        or value < 0
    ):
        raise ValueError(f"a finite number ≥ 0 wanted, got {value!r}")
    return float(value)


def whole(value) -> int:
    """A whole number ≥ 0."""
    if (
        isinstance(value, bool)
        or not isinstance(value, (int, float))
        or not math.isfinite(value)
        or value < 0
        or value != int(value)
    ):
        raise ValueError(f"a whole number ≥ 0 wanted, got {value!r}")
    return int(value)


def scale(value) -> float | None:
    """The factor of "x1.5", or None if ``value`` is not of that form."""
    match = _SCALE.fullmatch(value.strip()) if isinstance(value, str) else None
    return float(match[1]) if match else None


def say_hours(hours: float) -> str:
    """``hours`` in a unit that a person would choose, two digits."""
    if not math.isfinite(hours):
        return "–"
    for unit, name in ((168.0, "weeks"), (24.0, "days"), (1.0, "h"), (1 / 60, "min")):
        if abs(hours) >= 2 * unit:
            amount = hours / unit
            return f"{amount:.0f} {name}" if abs(amount) >= 20 else f"{amount:.1f} {name}"
    return f"{hours * 3600:.0f} s"


def _exactly(text: str):
    return PlainSerializer(
        lambda value: text.format(repr(value)), return_type=str, when_used="json"
    )


Duration = Annotated[
    float,
    BeforeValidator(duration),
    _exactly("{} h"),
    WithJsonSchema(
        {"type": "string", "description": "a duration with a unit: 50 min, 2 weeks, 1 h 30 min"}
    ),
]
Share = Annotated[
    float,
    BeforeValidator(share),
    WithJsonSchema(
        {"type": ["number", "string"], "description": "a share from 0 to 1, or a percentage: 30 %"}
    ),
]
Yearly = Annotated[
    float,
    BeforeValidator(yearly),
    _exactly("{} per year"),
    WithJsonSchema(
        {"type": "string", "description": "a share of the group a year: 2.3 % per year"}
    ),
]
Money = Annotated[
    float,
    BeforeValidator(money),
    _exactly("{} CNY per year"),
    WithJsonSchema({"type": "string", "description": "an amount: 160000 CNY per year"}),
]
Number = Annotated[float, BeforeValidator(number), WithJsonSchema({"type": "number", "minimum": 0})]
Whole = Annotated[int, BeforeValidator(whole), WithJsonSchema({"type": "integer", "minimum": 0})]
