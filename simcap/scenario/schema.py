"""What a planner writes: the models of a scenario, checked field by field.

Keys may be written with blanks or underscores (``service time``, ``service_time``). Numbers are hours, shares of 1, shares a year
and CNY a year once read (``units``). Every default here that carries a number names its source beside it.
"""

from __future__ import annotations

import datetime
import math
import re
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from simcap.network import distributions as shapes
from simcap.scenario.calendar import week_of
from simcap.scenario.units import Duration, Money, Number, Share, Whole, Yearly, share

SEPARATOR = " | "
"""Joins station, need and zone into the network's names; no name may hold it."""

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
Kind = Literal["urban", "transition", "rural"]
RESERVED = ("all", "district", "urban", "transition", "rural")
KINDS: tuple[Kind, ...] = ("urban", "transition", "rural")


def _name(value):
    if not isinstance(value, str) or not value.strip() or set(value) & set("|.*"):
        raise ValueError(f"a name without '|', '.' and '*' wanted, got {value!r}")
    return value.strip()


def _zone_name(value):
    name = _name(value)
    if name.lower() in RESERVED:
        raise ValueError(f"a zone's own name wanted, got {value!r}, which stands for a place of its own in results")
    return name


def _date(value):
    if isinstance(value, (int, float)):
        raise ValueError(f"a date such as 2025-01-01 wanted, got {value!r}")
    return value


Name = Annotated[str, BeforeValidator(_name)]


class Strict(BaseModel):
    """Frozen, no unknown keys, blanks in keys allowed."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, allow_inf_nan=False)

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
                raise ValueError(f"{key!r} and {seen[plain]!r} are the same key: one of them wanted")
            seen[plain] = key
        return {key.replace(" ", "_") if isinstance(key, str) and key.replace(" ", "_") in known else key: value
                for key, value in data.items()}


# ---- distributions --------------------------------------------------------------------------------------------------


class Mean(Strict):
    mean: Duration


class MeanSd(Strict):
    mean: Duration
    sd: Duration


class MeanPhases(Strict):
    mean: Duration
    phases: Whole


class MeanShape(Strict):
    mean: Duration
    shape: Number


class Edges(Strict):
    low: Duration
    high: Duration


class Peaked(Strict):
    low: Duration
    mode: Duration
    high: Duration


class CutNormal(Strict):
    location: Duration
    spread: Duration
    low: Duration = 0.0
    high: Duration | None = None


class Mixture(Strict):
    probabilities: list[Share]
    means: list[Duration]


class Table(Strict):
    values: list[Duration]
    weights: list[Number] | None = None


def _written_short(value):
    """"50 min" stands for {fixed: 50 min}, "never" for {never: {}}."""
    if isinstance(value, str):
        return {"never": {}} if value.strip() == "never" else {"fixed": value}
    return value


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
            raise ValueError(f"one kind of distribution wanted, got {', '.join(given) or 'none'}")
        self.distribution()
        return self

    def distribution(self) -> shapes.Distribution:
        """The network's distribution, in hours."""
        if self.fixed is not None:
            return shapes.Deterministic(self.fixed)
        if self.never is not None:
            return shapes.Never()
        kind = next(name for name in type(self).model_fields if getattr(self, name) is not None)
        parts = {key: value for key, value in getattr(self, kind).model_dump().items() if value is not None}
        return getattr(shapes, "".join(word.capitalize() for word in kind.split("_")))(**parts)


TimeField = Annotated[Time, BeforeValidator(_written_short)]


# ---- staff ----------------------------------------------------------------------------------------------------------

_SHIFT = re.compile(r"(\d{1,2}):(\d{2})\s*-\s*(\d{1,2}):(\d{2})(?:\s*x\s*(\d+))?")


def week_days(text: str) -> list[int]:
    """Days of the week (0 = Monday) from "Mon-Fri" or "Tue, Sat"."""
    days = []
    for part in text.split(","):
        ends = [end.strip().capitalize()[:3] for end in part.split("-")]
        if not 1 <= len(ends) <= 2 or any(end not in DAYS for end in ends):
            raise ValueError(f'days such as "Mon-Fri" or "Tue, Sat" wanted, got {text!r}')
        first, last = DAYS.index(ends[0]), DAYS.index(ends[-1])
        days += [day % 7 for day in range(first, last + 1 + 7 * (last < first))]
    return days


def shift_hours(text: str) -> tuple[float, float, int]:
    """(start, end, places) from "08:30-12:00" or "18:00-22:00 x3"; an end at or before the start is the next day's."""
    match = _SHIFT.fullmatch(text.strip()) if isinstance(text, str) else None
    if match:
        start, end = int(match[1]) + int(match[2]) / 60, int(match[3]) + int(match[4]) / 60
        if start < 24 and end <= 24 and int(match[2]) < 60 and int(match[4]) < 60:
            return start, end if end > start else end + 24, int(match[5] or 1)
    raise ValueError(f'hours such as "08:30-12:00" or "18:00-22:00 x3" wanted, got {text!r}')


Season = Literal["term", "school holidays"]


class RosterSpec(Strict):
    """Hours of the week: {days: [hours, …]}; ``holidays`` says whether it is closed on public holidays. If it is, the weekend days that are
    worked in exchange for days off are ``make_up_days``: worked, as the weekday that is off, or free. ``during`` a season: in school terms
    only, or in school holidays only. ``weeks``: "1 of 2" is every second week, from that of the start."""

    shifts: dict[str, list[str]]
    holidays: Literal["closed", "open"] = "closed"
    make_up_days: Literal["worked", "free"] = "worked"
    during: Season | None = None
    weeks: str | None = None

    @model_validator(mode="after")
    def _parse(self):
        self.week()
        if self.weeks is not None:
            week_of(self.weeks)
        return self

    def week(self) -> list[tuple[float, float, float]]:
        """(start, end, places) in hours of the week."""
        return [(24.0 * day + start, 24.0 * day + end, float(places)) for days, spans in self.shifts.items()
                for day in week_days(days) for start, end, places in map(shift_hours, spans)]


class PoolSpec(Strict):
    """Staff or seats. ``number`` of people (for the district, or, with ``per: zone``, in all, shared out as in the column ``from``);
    without ``number`` the column itself says how many. ``hours_each`` are hours a week per person, spread over the roster; without it each
    person stands every shift. ``places_at_most`` (a number or a column) is what rooms allow. ``shared`` staff lend a share of their
    hours to other zones, as collaboration says. ``productive`` is the share of the hours left after meetings, travel and notes."""

    per: Literal["district", "zone"] = "district"
    number: Number | None = None
    from_: str | None = Field(None, alias="from")
    hours_each: Duration | None = None
    roster: str
    places_at_most: Whole | str | None = None
    shared: bool = False
    scale: Number = 1.0
    productive: Share = 1.0
    last_start: Duration = 0.0
    queue_limit: Whole | None = None
    owner: str | None = None
    cost_each: Money = 0.0
    source: str | None = None


class Seat(Strict):
    """A pool that attends a station, as ``network.Attend``."""

    pool: str
    priority: int = 0
    after: Duration = 0.0
    reserve: Whole = 0
    factor: Number = 1.0


class RedialSpec(Strict):
    probability: Share
    after: TimeField
    at_most: Whole = 1


class StationSpec(Strict):
    """A kind of station. ``contact`` is what being attended there counts as; ``role`` names the stations that have measures of their
    own; completing a ``treatment`` counts as a completed course; who comes by referral is perhaps assessed again at ``assessment``;
    ``target`` is what its waits are held against (that of its role where none is named); ``asks`` names the profile by which residents
    come in through the hours of the week. ``priority`` holds for all or by severity."""

    place: Literal["district", "zone"] = "zone"
    pools: list[Annotated[Seat, BeforeValidator(lambda v: {"pool": v} if isinstance(v, str) else v)]]
    team: bool = False
    service_time: TimeField
    patience: TimeField | None = None
    deterioration: TimeField | None = None
    queue_limit: Whole | None = None
    redial: RedialSpec | None = None
    priority: int | dict[str, int] = 0
    sessions: Whole = 1
    every: Duration = 0.0
    patience_between: TimeField | None = None
    no_show: Share = 0.0
    drop_out: Share = 0.0
    contact: Literal["none", "lay", "professional"] = "none"
    role: Literal["hotline", "crisis", "follow up", "register"] | None = None
    treatment: bool = False
    assessment: str | None = None
    asks: str | None = None
    target: Literal["first contact", "hotline answer", "crisis response"] | None = None
    source: str | None = None


# ---- residents ------------------------------------------------------------------------------------------------------


class Edge(Strict):
    """One way on: a ``share`` of residents, ``by`` what kind of hand-off, ``after`` some time."""

    share: Share
    by: Literal["direct", "referral", "crisis"] = "direct"
    after: TimeField | None = None

    @model_validator(mode="after")
    def _one_delay(self):
        if self.by == "crisis" and self.after is not None:
            raise ValueError("after: none wanted beside `by: crisis`, whose delay collaboration sets")
        return self


Edges_ = dict[str, Annotated[Edge, BeforeValidator(lambda v: v if isinstance(v, (dict, Edge)) else {"share": v})]]


class Step(Strict):
    """Where residents go from a station, by outcome; what shares leave of 1 leaves the services."""

    completed: Edges_ = {}
    reneged: Edges_ = {}
    balked: Edges_ = {}
    deteriorated: Edges_ = {}
    dropped_out: Edges_ = {}
    no_show: Edges_ = {}

    @model_validator(mode="after")
    def _sums(self):
        for outcome in type(self).model_fields:
            total = math.fsum(edge.share for edge in getattr(self, outcome).values())
            if total > 1 + 1e-9:
                raise ValueError(f"{outcome}: shares with a sum of at most 1 wanted, got {total:g}")
        return self


class Wave(Strict):
    """A screening: every year on ``on`` (month-day), a ``share`` of the group is found and sent on."""

    on: str
    share: Share

    @model_validator(mode="after")
    def _date(self):
        try:
            datetime.date.fromisoformat(f"2024-{self.on}")
        except ValueError:
            raise ValueError(f'on: a month and day such as "10-13" wanted, got {self.on!r}') from None
        return self


class Register(Strict):
    """Residents known from the start: a ``managed`` share of the column is visited, first within ``first_within``; the rest refuse
    or cannot be reached."""

    managed: Share
    first_within: Duration


def _month_days(value):
    match = re.fullmatch(r"\s*(\d\d-\d\d)\s+to\s+(\d\d-\d\d)\s*", value) if isinstance(value, str) else None
    if match:
        try:
            for day in match.groups():
                datetime.date.fromisoformat(f"2024-{day}")
            return match.groups()
        except ValueError:
            pass
    if isinstance(value, (list, tuple)) and len(value) == 2:
        return _month_days(f"{value[0]} to {value[1]}")
    raise ValueError(f'days of every year such as "07-12 to 08-31" wanted, got {value!r}')


def _by_kind(value):
    return value if isinstance(value, dict) else dict.fromkeys(KINDS, value)


class Need(Strict):
    """A group × severity, and who of them comes: ``in_need`` is the share of the group in need in a year, a 12-month prevalence
    used as yearly inflow."""

    group: str
    severity: str
    in_need: Yearly | None = None
    wave: Wave | None = None
    register_: Register | None = Field(None, alias="register")
    seeks_help: Annotated[dict[Kind, Share], BeforeValidator(_by_kind)] = dict.fromkeys(KINDS, 1.0)
    enters_by: dict[str, Share]
    pathway: str
    source: str | None = None

    @model_validator(mode="after")
    def _consistent(self):
        given = [name for name in ("in_need", "wave", "register_") if getattr(self, name) is not None]
        if len(given) != 1:
            raise ValueError("just one of in_need, wave and register wanted")
        total = math.fsum(self.enters_by.values())
        if abs(total - 1) > 1e-9:
            raise ValueError(f"enters_by: shares with a sum of 1 wanted, got {total:g}")
        if set(self.seeks_help) != set(KINDS):
            raise ValueError(f"seeks_help: a share for each of {', '.join(KINDS)} wanted, got {', '.join(self.seeks_help) or 'none'}")
        return self


class Profile(Strict):
    """How arrivals spread over the week: weights by hours of the day {"08-18": 1, "18-22": 2 …} and, if given, by days; and over the year:
    ``during`` a season, in which as many come as otherwise in the whole year."""

    hours: dict[str, Number]
    days: dict[str, Number] = {"Mon-Sun": 1.0}
    during: Season | None = None

    def week(self) -> tuple[float, ...]:
        """168 factors with a mean of 1."""
        day = [0.0] * 24
        for span, weight in self.hours.items():
            match = re.fullmatch(r"(\d{1,2})\s*-\s*(\d{1,2})", str(span).strip())
            if not match or not 0 <= int(match[1]) < int(match[2]) <= 24:
                raise ValueError(f'hours such as "08-18" wanted, got {span!r}')
            day[int(match[1]):int(match[2])] = [weight] * (int(match[2]) - int(match[1]))
        factor = [0.0] * 7
        for span, weight in self.days.items():
            for index in week_days(span):
                factor[index] = weight
        week = [d * h for d in factor for h in day]
        total = math.fsum(week)
        if total <= 0:
            raise ValueError("at least one hour with a weight above 0 wanted")
        return tuple(168 * w / total for w in week)

    @model_validator(mode="after")
    def _parse(self):
        self.week()
        return self


# ---- collaboration and what is asked of the run ------------------------------------------------------------------------


def _levels(value):
    if not isinstance(value, dict):
        return value
    levels = {}
    for key, entry in value.items():
        try:
            levels[share(float(key) if isinstance(key, str) else key)] = entry
        except (ValueError, TypeError):
            raise ValueError(f"collaboration levels from 0 to 1 wanted, got {key!r}") from None
    return dict(sorted(levels.items(), key=lambda item: item[0]))




class Shares(Strict):
    """A share at stated levels, straight lines between; ``on: false`` holds the lowest level's value at every level."""

    at: Annotated[dict[float, Share], BeforeValidator(_levels)] = Field(min_length=1)
    on: bool = True


class Durations(Strict):
    """A duration at stated levels, straight lines between; ``on: false`` holds the lowest level's value at every level."""

    at: Annotated[dict[float, Duration], BeforeValidator(_levels)] = Field(min_length=1)
    on: bool = True


class Collaboration(Strict):
    """The level E and what it moves (``mechanisms.collaboration``). The defaults are the design's first table."""

    level: Share = 0.6                                    # seed 000 §3.2 (3): expert scoring, initial value
    shared_hours: Shares = Shares(at={0.0: 0.0, 1.0: 0.5})                      # assumed: 0 to 50 %
    referral_delay: Durations = Durations.model_validate({"at": {0.0: "21 days", 1.0: "7 days"}})  # assumed (evidence B.6)
    crisis_handoff: Durations = Durations.model_validate(
        {"at": {0.4: "72 h", 0.6: "24 h", 0.8: "12 h"}})                        # seed 000 table 2; set, not found
    referral_completion: Shares = Shares(at={0.0: 0.45, 1.0: 0.75})             # evidence B.6: 44-49 % to 71-76 %
    duplicate_assessment: Shares = Shares(at={0.0: 1.0, 1.0: 0.0})              # assumed: 1 − E (seed 000 §1.2)


class Targets(Strict):
    first_contact: Duration = 336.0      # 14 days, assumed
    hotline_answer: Duration = 1 / 60    # 60 s: Devon NHS line, evidence B.5
    crisis_response: Duration = 12.0     # seed 000 table 2


class Line(Strict):
    """A straight line in coverage C: ``base`` + ``slope`` · C."""

    base: Number
    slope: Number


class Outcomes(Strict):
    """Recovery and quality of life as the first seed writes them (000 §3.2 (5))."""

    recovery: Line = Line(base=0.3, slope=0.2)
    quality_of_life: Line = Line(base=60.0, slope=10.0)


class Zone(Strict):
    """One row of the zones table: a name, a kind and numbers by column."""

    zone: Annotated[str, BeforeValidator(_zone_name)]
    kind: Literal["urban", "transition", "rural"]
    numbers: dict[str, Number] = {}
    notes: dict[str, str] = {}


class Scenario(Strict):
    """A district, its needs and services. ``zones`` are the rows of the zones table."""

    name: str
    source: str | None = None
    start: Annotated[datetime.date, BeforeValidator(_date)]
    warm_up: Duration
    observe: Duration
    run_out: Duration = 0.0
    holidays: Literal["CN", "none"] = "none"
    school_holidays: list[Annotated[tuple[str, str], BeforeValidator(_month_days)]] = []
    zones: list[Zone] = Field(min_length=1)
    needs: dict[Name, Need] = Field(min_length=1)
    rosters: dict[Name, RosterSpec] = Field(min_length=1)
    pools: dict[Name, PoolSpec] = Field(min_length=1)
    stations: dict[Name, StationSpec] = Field(min_length=1)
    pathways: dict[Name, dict[str, Step]]
    profiles: dict[Name, Profile] = {}
    collaboration: Collaboration = Collaboration()
    targets: Targets = Targets()
    outcomes: Outcomes = Outcomes()

    @property
    def horizon(self) -> float:
        """Hours simulated: warm-up, observation and run-out."""
        return self.warm_up + self.observe + self.run_out

    def column(self, name: str) -> dict[str, float]:
        """The numbers of one column by zone."""
        return {zone.zone: zone.numbers.get(name, 0.0) for zone in self.zones}
