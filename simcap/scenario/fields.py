"""What the parts of a scenario are made of: names, distributions, hours of the week, kinds of zone;
strict models.

Keys may be written with blanks or underscores (``service time``, ``service_time``). Numbers are
hours, shares of 1, shares a year and CNY a year once read (``units``).
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence
from typing import Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, model_validator

from simcap.errors import NetworkError
from simcap.lang import N_, _, listed
from simcap.network import distributions as shapes
from simcap.scenario.characters import unreadable
from simcap.scenario.headers import column_name
from simcap.scenario.network_words import in_words
from simcap.scenario.units import (
    Duration,
    LongerThan0,
    MoreThan0,
    Positive,
    Share,
    another,
    said,
    share,
)

SHAPES = ("phases", "shape", "probabilities", "weights")
"""What scaling leaves of a distribution: twice the time is twice as long, not of another kind."""

SEPARATOR = " | "
"""Joins station, need and zone into the network's names; no name may hold it."""

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
Kind = Literal["urban", "transition", "rural"]
RESERVED = ("all", "district", "urban", "transition", "rural", "worst zone")
LONGEST_NAME = 200
KINDS: tuple[Kind, ...] = ("urban", "transition", "rural")


def _name(value):
    if not isinstance(value, str) or not value.strip() or set(value) & set("|.*"):
        raise ValueError(_("a name without '|', '.' and '*' wanted, got {got}", got=said(value)))
    if found := unreadable(value):
        raise ValueError(
            _(
                "a name that can be printed wanted, got {got} in {value}",
                got=found,
                value=said(value),
            )
        )
    if len(value) > LONGEST_NAME:
        raise ValueError(
            _(
                "a name of at most {most} characters wanted, got {got}",
                most=LONGEST_NAME,
                got=len(value),
            )
        )
    return value.strip()


def zone_name(value):
    """A name that stands for no place of its own in results."""
    name = _name(value)
    if name.lower() in RESERVED:
        raise ValueError(
            _(
                "a zone's own name wanted, got {got!r}, which stands for a place of its"
                " own in results",
                got=value,
            )
        )
    return name


DATE_WANTED = N_("a date such as 2026-01-01 wanted")
_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII)
_OTHER_DATE = re.compile(r"(\d{4})[/.年](\d{1,2})[/.月](\d{1,2})日?", re.ASCII)


def date(value):
    """A day from 1900 to 2200, as YAML reads it or as text; a number is none."""
    if isinstance(value, str):
        try:
            value = datetime.date(*map(int, _DATE.fullmatch(value.strip()).groups()))
        except (AttributeError, ValueError):
            raise ValueError(another(DATE_WANTED, value) + _as_date(value)) from None
    if not isinstance(value, datetime.date) or isinstance(value, datetime.datetime):
        raise ValueError(another(DATE_WANTED, value))
    if not 1900 <= value.year <= 2200:
        raise ValueError(_("a date from 1900 to 2200 wanted, got {got}", got=value))
    return value


def _as_date(text: str) -> str:
    """How ``text`` is written as a date, if it is one."""
    match = _OTHER_DATE.fullmatch(text.strip())
    try:
        day = datetime.date(*map(int, match.groups())) if match else None
        return "" if day is None else _(" (write {day})", day=day)
    except ValueError:
        return ""


def column(value):
    """A column of the zones table by any of its names."""
    return column_name(value) if isinstance(value, str) else value


Column = Annotated[str, BeforeValidator(column)]
Date = Annotated[datetime.date, BeforeValidator(date)]
Name = Annotated[str, BeforeValidator(_name)]


class Strict(BaseModel):
    """Frozen, no unknown keys, blanks in keys allowed. ``unwritten`` are fields that no planner
    writes.
    """

    unwritten: ClassVar[tuple[str, ...]] = ()

    model_config = ConfigDict(
        frozen=True, extra="forbid", populate_by_name=True, allow_inf_nan=False
    )

    @model_validator(mode="before")
    @classmethod
    def _blanks(cls, data: Any) -> Any:
        if not isinstance(data, dict):
            return data
        known = set(cls.model_fields) | {field.alias for field in cls.model_fields.values()}
        seen: dict[str, str] = {}
        for key in data:
            plain = str(key).replace(" ", "_")
            if plain in known and plain in seen:
                raise ValueError(
                    _(
                        "{key!r} and {seen!r} are the same key: one of them wanted",
                        key=key,
                        seen=seen[plain],
                    )
                )
            seen[plain] = key
        return {
            (
                key.replace(" ", "_")
                if isinstance(key, str) and key.replace(" ", "_") in known
                else key
            ): value
            for key, value in data.items()
        }


# ---- distributions -------------------------------------------------------------------------------


def shape_in_range(value: float) -> float:
    """The shape of a Weibull distribution, whose moments are finite numbers."""
    if not 0.05 <= value <= 1000:
        raise ValueError(_("a shape from 0.05 to 1,000 wanted, got {got:g}", got=value))
    return value


class Mean(Strict):
    mean: LongerThan0


class MeanSd(Strict):
    mean: LongerThan0
    sd: LongerThan0


class MeanPhases(Strict):
    mean: LongerThan0
    phases: Positive


class MeanShape(Strict):
    mean: LongerThan0
    shape: Annotated[MoreThan0, AfterValidator(shape_in_range)]


class Edges(Strict):
    low: Duration
    high: Duration


class Peaked(Strict):
    low: Duration
    mode: Duration
    high: Duration


class CutNormal(Strict):
    location: Duration
    spread: LongerThan0
    low: Duration = 0.0
    high: Duration | None = None


class Mixture(Strict):
    probabilities: list[Share]
    means: list[LongerThan0]


class Table(Strict):
    values: list[Duration]
    weights: list[MoreThan0] | None = None


def _written_short(value):
    """ "50 min" stands for {fixed: 50 min}, "never" for {never: {}}."""
    if isinstance(value, str):
        return {"never": {}} if value.strip() == "never" else {"fixed": value}
    if isinstance(value, (int, float)):
        raise ValueError(
            _('a time with its unit, such as "60 min", wanted, got {got}', got=said(value))
        )
    return value


def _in_plain_words(fault: str) -> str:
    """A distribution's own fault without the name of its class."""
    return in_words(fault.partition(": ")[2])


class Time(Strict):
    """A distribution of durations: one of these keys."""

    fixed: Duration | None = None
    exponential: Mean | None = None
    erlang: MeanPhases | None = None
    gamma: MeanSd | None = None
    lognormal: MeanSd | None = None
    triangular: Peaked | None = None
    uniform: Edges | None = None
    truncated_normal: CutNormal | None = None
    weibull: MeanShape | None = None
    hyperexponential: Mixture | None = None
    empirical: Table | None = None
    never: dict | None = None

    @model_validator(mode="after")
    def _one(self):
        given = [name for name in type(self).model_fields if getattr(self, name) is not None]
        if len(given) != 1:
            raise ValueError(
                _("one kind of distribution wanted, got {got}", got=listed(given) or _("none"))
            )
        try:
            self.distribution()
        except NetworkError as problem:
            raise ValueError(_(" and ").join(map(_in_plain_words, problem.faults))) from None
        return self

    def times(self, factor: float) -> Time:
        """The same distribution, ``factor`` times as long."""
        if self.fixed is not None:
            return self.model_copy(update={"fixed": self.fixed * factor})
        kind = next(name for name in type(self).model_fields if getattr(self, name) is not None)
        part = getattr(self, kind)
        if isinstance(part, dict):
            return self
        longer = {
            name: [entry * factor for entry in value] if isinstance(value, list) else value * factor
            for name, value in part
            if name not in SHAPES and value is not None
        }
        return self.model_copy(update={kind: part.model_copy(update=longer)})

    def distribution(self) -> shapes.Distribution:
        """The network's distribution, in hours."""
        if self.fixed is not None:
            return shapes.Deterministic(self.fixed)
        if self.never is not None:
            return shapes.Never()
        kind = next(name for name in type(self).model_fields if getattr(self, name) is not None)
        parts = {
            key: value
            for key, value in getattr(self, kind).model_dump().items()
            if value is not None
        }
        return getattr(shapes, "".join(word.capitalize() for word in kind.split("_")))(**parts)


TimeField = Annotated[Time, BeforeValidator(_written_short)]


# ---- hours and days ------------------------------------------------------------------------------

_SHIFT = re.compile(
    r"([0-9]{1,2}):([0-9]{2})\s*-\s*([0-9]{1,2}):([0-9]{2})"
    r"(?:\s*x\s*(?:([0-9]{1,7})|([^\W\d].*)))?"
)


def week_days(text: str) -> list[int]:
    """Days of the week (0 = Monday) from "Mon-Fri" or "Tue, Sat"."""
    days = []
    for part in text.split(","):
        ends = [end.strip().capitalize()[:3] for end in part.split("-")]
        if not 1 <= len(ends) <= 2 or any(end not in DAYS for end in ends):
            raise ValueError(
                _('days such as "Mon-Fri" or "Tue, Sat" wanted, got {got}', got=said(text))
            )
        first, last = DAYS.index(ends[0]), DAYS.index(ends[-1])
        days += [day % 7 for day in range(first, last + 1 + 7 * (last < first))]
    return days


def shift_hours(text: str) -> tuple[float, float, int]:
    """(start, end, places) from "08:30-12:00" or "18:00-22:00 x3"; an end at or before the start is
    the next day's.
    """
    start, end, places = shift_level(text)
    if isinstance(places, str):
        raise ValueError(_("a number of places wanted after x, got {got!r}", got=places))
    return start, end, places


def shift_level(text: str) -> tuple[float, float, int | str]:
    """The same, also of "10:00-14:00 x peak", whose places are a level by name."""
    match = _SHIFT.fullmatch(text.strip()) if isinstance(text, str) else None
    if match:
        start, end = int(match[1]) + int(match[2]) / 60, int(match[3]) + int(match[4]) / 60
        if start < 24 and end <= 24 and int(match[2]) < 60 and int(match[4]) < 60:
            return start, end if end > start else end + 24, match[6] or int(match[5] or 1)
    raise ValueError(
        _('hours such as "08:30-12:00" or "18:00-22:00 x3" wanted, got {got}', got=said(text))
    )


def apart(what: str, spans: Sequence[tuple[float, float]], cycle: float = 168.0) -> None:
    """Raise ``ValueError`` if two of ``spans`` (from, to), or one and the next week's first, are on
    at the same time.
    """
    ordered = sorted(spans)
    following = [*ordered[1:], *((start + cycle, end + cycle) for start, end in ordered[:1])]
    for (start, end), (later, until) in zip(ordered, following, strict=True):
        if later < end:
            both = _(" and ").join((hour_of_week(start, end), hour_of_week(later, until)))
            raise ValueError(_("{what} that do not overlap wanted, got {got}", what=what, got=both))


def hour_of_week(start: float, end: float) -> str:
    """«Mon 09:00-12:00» of hours of the week."""
    minutes = [round(60 * (hour % 24)) for hour in (start, end)]
    times = "-".join(f"{m // 60:02d}:{m % 60:02d}" for m in minutes)
    return f"{DAYS[int(start // 24) % 7]} {times}"


def clock(text) -> float:
    """Hours of the day from "09:30"."""
    match = re.fullmatch(r"\s*(\d{1,2}):(\d{2})\s*", text) if isinstance(text, str) else None
    if not match or int(match[1]) >= 24 or int(match[2]) >= 60:
        raise ValueError(_('a time of day such as "09:30" wanted, got {got}', got=said(text)))
    return int(match[1]) + int(match[2]) / 60


def span_of_hours(text) -> tuple[int, int]:
    """(first, last + 1) hours of the day from "08-18"."""
    match = re.fullmatch(r"\s*(\d{1,2})\s*-\s*(\d{1,2})\s*", str(text))
    if not match or not 0 <= int(match[1]) < int(match[2]) <= 24:
        raise ValueError(_('hours such as "08-18" wanted, got {got}', got=said(text)))
    return int(match[1]), int(match[2])


def month_days(value):
    """(first, last) month-day of "07-12 to 08-31"."""
    match = (
        re.fullmatch(r"\s*(\d\d-\d\d)\s+to\s+(\d\d-\d\d)\s*", value)
        if isinstance(value, str)
        else None
    )
    if match:
        try:
            for day in match.groups():
                datetime.date.fromisoformat(f"2024-{day}")
            return match.groups()
        except ValueError:
            pass
    if isinstance(value, (list, tuple)) and len(value) == 2:
        return month_days(f"{value[0]} to {value[1]}")
    raise ValueError(
        _('days of every year such as "07-12 to 08-31" wanted, got {got}', got=said(value))
    )


def by_kind(value):
    """A value for each kind of zone: one that is not a mapping stands for all."""
    return value if isinstance(value, dict) else dict.fromkeys(KINDS, value)


def share_at_levels(value):
    """A mapping whose keys are levels from 0 to 1, in order."""
    if not isinstance(value, dict):
        return value
    levels = {}
    for key, entry in value.items():
        try:
            level = share(float(key) if isinstance(key, str) else key)
        except (ValueError, TypeError):
            raise ValueError(
                _("collaboration levels from 0 to 1 wanted, got {got}", got=said(key))
            ) from None
        if level in levels:
            raise ValueError(_("each level once wanted, got {got} twice", got=said(key)))
        levels[level] = entry
    return dict(sorted(levels.items(), key=lambda item: item[0]))
