"""What people write with a unit, and the numbers simcap counts with: hours, shares of 1, per year,
CNY a year.

Every parser raises ``ValueError`` with what was wanted and what was found. A number without its
unit is an error: nobody can tell whether ``50`` was minutes or hours.

Every quantity has one range, here: a duration is 0 or from 1 µs (the clock's step) to 200 years, a
count at most 10^9, a share from 0 to 1, a factor or other number 0 or from 10^-9 to 10^9, money at
most 10^15 CNY. What must not be 0 says so where it stands.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, PlainSerializer, WithJsonSchema

from simcap.lang import N_, _

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
_AMOUNT = re.compile(rf"({_NUMBER})\s*CNY")
_SCALE = re.compile(rf"x({_NUMBER})")

DURATION_WANTED = N_('a duration with a unit, such as "50 min", "2 weeks" or "1 h 30 min", wanted')
SHARE_WANTED = N_('a share from 0 to 1 or a percentage such as "30 %" wanted')
LONGEST = 200 * 8766.0
"""Hours: 200 years."""
SHORTEST = 1 / 3.6e9
"""Hours: the microsecond that the clock counts."""
LARGEST_COUNT = 10**9
LARGEST_NUMBER, SMALLEST_NUMBER = 1e9, 1e-9
LARGEST_AMOUNT = 1e15

RANGE_WANTED = N_("a duration of 0, or from 1 µs to 200 years, wanted")
YEARLY_WANTED = N_('a share a year such as "2.3 % per year" wanted')
AMOUNT_WANTED = N_('an amount such as "200 CNY" wanted')
MONEY_WANTED = N_('an amount such as "160000 CNY per year" wanted')


def duration(value) -> float:
    """Hours from text such as "1 h 30 min"."""
    if isinstance(value, str):
        text = value.strip()
        parts = _PART.findall(text)
        if parts and _PART.sub("", text).strip() == "" and all(unit in _UNIT for _, unit in parts):
            hours = math.fsum(float(number) * HOURS_IN[_UNIT[unit]] for number, unit in parts)
            if hours == 0 or SHORTEST * (1 - 1e-9) <= hours <= LONGEST:
                return hours
            raise ValueError(another(RANGE_WANTED, value))
    raise ValueError(another(DURATION_WANTED, value))


def above_zero(value):
    """``value``, already a duration or number, which must not be 0."""
    if value == 0:
        raise ValueError(_("more than 0 wanted, got 0"))
    return value


def share(value) -> float:
    """A share from 0 to 1, from itself or from a percentage."""
    number = None
    if _is_number(value):
        number = value
    elif isinstance(value, str) and (match := _SHARE.fullmatch(value.strip())):
        number = float(match[1]) / 100
    if number is None or not 0 <= number <= 1:
        raise ValueError(another(SHARE_WANTED, value))
    return float(number)


def yearly(value) -> float:
    """A share of a group a year from "2.3 % per year"; the result is a number of persons per person
    and year.
    """
    match = _YEARLY.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None or not float(match[1]) <= (100 if match[2] else 1):
        raise ValueError(another(YEARLY_WANTED, value))
    return float(match[1]) / (100 if match[2] else 1)


def amount(value) -> float:
    """CNY, of something that is paid for each time."""
    return _cny(_AMOUNT, value, AMOUNT_WANTED)


def money(value) -> float:
    """CNY a year."""
    return _cny(_MONEY, value, MONEY_WANTED)


def _cny(pattern: re.Pattern, value, wanted: str) -> float:
    match = pattern.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None:
        raise ValueError(another(wanted, value))
    if not float(match[1]) <= LARGEST_AMOUNT:
        raise ValueError(_("an amount of at most 10^15 CNY wanted, got {got}", got=said(value)))
    return float(match[1])


def _is_number(value) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def number(value) -> float:
    """A number from 0 to 10^9."""
    if not _is_number(value) or not 0 <= value < math.inf:
        raise ValueError(_("a finite number ≥ 0 wanted, got {got}", got=said(value)))
    if value > LARGEST_NUMBER or 0 < value < SMALLEST_NUMBER:
        raise ValueError(_("0, or a number from 10^-9 to 10^9, wanted, got {got}", got=said(value)))
    return float(value)


def whole(value) -> int:
    """A whole number from 0 to 10^9."""
    if not _is_number(value) or not 0 <= value < math.inf:
        raise ValueError(_("a whole number ≥ 0 wanted, got {got}", got=said(value)))
    if value > LARGEST_COUNT:
        raise ValueError(
            _(
                "a whole number of at most {most:,} wanted, got {got}",
                most=LARGEST_COUNT,
                got=said(value),
            )
        )
    if value != int(value):
        raise ValueError(_("a whole number ≥ 0 wanted, got {got}", got=said(value)))
    return int(value)


def rank(value) -> int:
    """A priority: a whole number from -10^6 to 10^6."""
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) > 10**6:
        raise ValueError(
            _("a whole number from -1,000,000 to 1,000,000 wanted, got {got}", got=said(value))
        )
    return value


def said(value) -> str:
    """``value`` as it is quoted in a message, cut where it is long."""
    text = repr(value)
    return text if len(text) <= 80 else text[:77] + "…"


def another(wanted: str, value) -> str:
    """That something else than ``wanted``, a message of its own, is there."""
    return _("{wanted}, got {got}", wanted=_(wanted), got=said(value))


def at_least_one(value: int) -> int:
    """``value``, already a whole number, which must not be 0."""
    if value == 0:
        raise ValueError(_("a whole number ≥ 1 wanted, got 0"))
    return value


def scale(value) -> float | None:
    """The factor of "x1.5", or None if ``value`` is not of that form."""
    match = _SCALE.fullmatch(value.strip()) if isinstance(value, str) else None
    return number(float(match[1])) if match else None


def say_hours(hours: float) -> str:
    """``hours`` in a unit that a person would choose, two digits."""
    if not math.isfinite(hours):
        return "–"
    for unit, name in ((168.0, "weeks"), (24.0, "days"), (1.0, "h"), (1 / 60, "min")):
        if abs(hours) >= 2 * unit:
            amount = hours / unit
            return f"{amount:.0f} {name}" if abs(amount) >= 20 else f"{amount:.1f} {name}"
    return f"{hours * 3600:.0f} s"


def unit_of_numbers(values: Iterable[float], unit: str) -> tuple[float, str]:
    """(factor, unit) in which people read numbers, money above all: millions, where one of them has
    as many.
    """
    most = max((abs(value) for value in values if math.isfinite(value)), default=0.0)
    return (1e-6, f"million {unit}") if most >= 1e6 else (1.0, unit)


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
LongerThan0 = Annotated[Duration, AfterValidator(above_zero)]
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
Amount = Annotated[
    float,
    BeforeValidator(amount),
    _exactly("{} CNY"),
    WithJsonSchema({"type": "string", "description": "an amount each time: 200 CNY"}),
]
Number = Annotated[float, BeforeValidator(number), WithJsonSchema({"type": "number", "minimum": 0})]
MoreThan0 = Annotated[Number, AfterValidator(above_zero)]
Priority = Annotated[int, BeforeValidator(rank), WithJsonSchema({"type": "integer"})]
Whole = Annotated[int, BeforeValidator(whole), WithJsonSchema({"type": "integer", "minimum": 0})]
Positive = Annotated[Whole, AfterValidator(at_least_one)]
