"""What a planner writes: the models of a scenario, checked field by field.

Keys may be written with blanks or underscores (``service time``, ``service_time``). Numbers are
hours, shares of 1, shares a year and CNY a year once read (``units``). Every default here that
carries a number names its source beside it.
"""

from __future__ import annotations

import contextlib
import datetime
import itertools
import math
from collections.abc import Iterable
from typing import Annotated, Literal

from pydantic import BeforeValidator, Discriminator, Field, PrivateAttr, Tag, model_validator

from simcap.lang import _, listed
from simcap.scenario.blocks import Collaboration, Mechanisms
from simcap.scenario.calendar import hours_of_date, week_of
from simcap.scenario.fields import (
    KINDS,
    Column,
    Date,
    Kind,
    Name,
    Strict,
    TimeField,
    apart,
    by_kind,
    clock,
    month_days,
    shift_level,
    span_of_hours,
    week_days,
    zone_name,
)
from simcap.scenario.headers import column_name
from simcap.scenario.outcomes import Outcomes
from simcap.scenario.reader import Document, did_you_mean
from simcap.scenario.risks import Risks
from simcap.scenario.units import (
    Amount,
    Duration,
    LongerThan0,
    Money,
    MoreThan0,
    Number,
    Positive,
    Priority,
    Share,
    Whole,
    Yearly,
    said,
    share,
    whole,
    yearly,
)

# ---- staff ---------------------------------------------------------------------------------------

Season = Literal["term", "school holidays"]


class RosterSpec(Strict):
    """Hours of the week: {days: [hours, …]}; ``holidays`` says whether it is closed on public
    holidays. If it is, the weekend days that are worked in exchange for days off are
    ``make_up_days``: worked, as the weekday that is off, or free. ``during`` a season: in school
    terms only, or in school holidays only. ``weeks``: "1 of 2" is every second week, from that of
    the start.

    Hours may name their level ("10:00-14:00 x peak"), whose places then stand in ``levels``, or
    beside the shifts (``peak: 21``), once for all hours that name it.
    """

    shifts: dict[str, list[str]]
    levels: dict[Name, Whole] = {}
    holidays: Literal["closed", "open"] = "closed"
    make_up_days: Literal["worked", "free"] = "worked"
    during: Season | None = None
    weeks: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _levels_beside(cls, data):
        """Levels that stand beside the shifts belong to ``levels``."""
        if not isinstance(data, dict):
            return data
        named = _levels_named(data.get("shifts")) - cls.model_fields.keys()
        beside = {key: value for key, value in data.items() if key in named}
        if not beside or not isinstance(data.get("levels", {}), dict):
            return data
        if twice := sorted(beside.keys() & data.get("levels", {}).keys()):
            raise ValueError(
                _("the level {twice!r} once wanted, got it in levels and beside it", twice=twice[0])
            )
        rest = {key: value for key, value in data.items() if key not in beside}
        return {**rest, "levels": {**data.get("levels", {}), **beside}}

    @model_validator(mode="after")
    def _parse(self):
        if not self.week():
            raise ValueError(_("shifts: at least one wanted, got none"))
        apart("shifts", [(start, end) for start, end, _places in self.week()])
        if self.weeks is not None:
            week_of(self.weeks)
        if unused := [name for name in self.levels if name not in _levels_named(self.shifts)]:
            raise ValueError(
                _(
                    'levels: hours that name {level!r} wanted (such as "10:00-14:00 x'
                    ' {level}"), got none',
                    level=unused[0],
                )
            )
        return self

    def week(self) -> list[tuple[float, float, float]]:
        """(start, end, places) in hours of the week."""
        return [
            (24.0 * day + start, 24.0 * day + end, float(self._places(places)))
            for days, spans in self.shifts.items()
            for day in week_days(days)
            for start, end, places in map(shift_level, spans)
        ]

    def _places(self, level: int | str) -> int:
        if isinstance(level, int):
            return level
        if level not in self.levels:
            raise ValueError(
                _(
                    "shifts: a number of places, or a level wanted, got {got!r}{hint}"
                    " (levels: {levels})",
                    got=level,
                    hint=did_you_mean(level, self.levels),
                    levels=listed(self.levels) or _("none"),
                )
            )
        return self.levels[level]


def _levels_named(shifts) -> set[str]:
    """The levels that hours among ``shifts`` name; what is no hours is told elsewhere."""
    spans = shifts.values() if isinstance(shifts, dict) else ()
    texts = [text for part in spans if isinstance(part, list) for text in part]
    found = set()
    for text in texts:
        with contextlib.suppress(ValueError):
            found.add(shift_level(text)[2])
    return {level for level in found if isinstance(level, str)}


def _rooms(value):
    """A whole number, or a column of the zones table."""
    return (
        column_name(value) if isinstance(value, str) else value if value is None else whole(value)
    )


def _sessions(value):
    """A whole number of sessions ≥ 1, or "recurring"."""
    if isinstance(value, str):
        if value.strip() == "recurring":
            return value.strip()
        raise ValueError(_("a whole number ≥ 1, or recurring, wanted, got {got}", got=said(value)))
    return whole(value)


def _funds(value):
    """{source of funds: share}, from one source or from several."""
    return {value: 1.0} if isinstance(value, str) else value


class PoolSpec(Strict):
    """Staff or seats. ``number`` of people (for the district, or, with ``per: zone``, in all,
    shared out as in the column ``from``; with ``zone``, in that zone alone); without ``number`` the
    column itself says how many, ``at_least`` so many in every zone. ``hours_each`` are hours a week
    per person, spread over the roster; without it each person stands every shift.
    ``places_at_most`` (a number or a column) is what rooms allow. ``shared`` staff lend a share of
    their hours to other zones, as collaboration says. ``productive`` is the share of the hours left
    after meetings, travel and notes. ``turnover`` is the share of the people who leave in a year,
    each for as long as ``recruitment`` takes; ``elsewhere`` the share of the hours left that staff
    who are ``part_of`` this pool work. With ``slots`` instead of a roster, residents have
    appointments: {days: {"09:00": places of one person, or [places, kept for the urgent]}}, each of
    ``slot_length``, which is the time from one to the next unless it is given; ``make_up_days`` as
    in a roster. ``funded_by`` names who pays: one source of funds, or the share of each.
    """

    per: Literal["district", "zone"] = "district"
    zone: str | None = None
    at_least: Number = 0.0
    number: Number | None = None
    from_: Column | None = Field(None, alias="from")
    hours_each: LongerThan0 | None = None
    roster: str = ""
    slots: dict[
        str,
        dict[
            str,
            Annotated[
                tuple[Whole, Whole],
                BeforeValidator(lambda v: v if isinstance(v, (list, tuple)) else (v, 0)),
            ],
        ],
    ] = {}
    slot_length: LongerThan0 | None = None
    make_up_days: Literal["worked", "free"] | None = None
    places_at_most: Annotated[int | str | None, BeforeValidator(_rooms)] = None
    shared: bool = False
    scale: Number = 1.0
    productive: Share = 1.0
    elsewhere: Share = 0.0
    raised: dict[str, Number] = {}
    part_of: str | None = None
    turnover: Yearly = 0.0
    recruitment: Duration = 0.0
    last_start: Duration = 0.0
    queue_limit: Whole | None = None
    owner: str | None = None
    cost_each: Money = 0.0
    funded_by: Annotated[dict[Name, Share], BeforeValidator(_funds)] = {}
    source: str | None = None

    def spacing(self) -> float | None:
        """The least time from one slot to the next of the same day, if any day has two."""
        hours = [hour for hour, _, _ in self.week_slots()]
        pairs = itertools.pairwise(hours)
        return min((b - a for a, b in pairs if a // 24 == b // 24), default=None)

    def hours_of_slot(self) -> float:
        """How long a slot is meant to last: as is said, or until the next; an hour (assumed) where
        there is none.
        """
        return self.slot_length or self.spacing() or 1.0

    def week_slots(self) -> list[tuple[float, int, int]]:
        """(hour of the week, places, places kept) of the slots of one person, in order of time."""
        return sorted(
            (24.0 * day + clock(at), *places)
            for days, times in self.slots.items()
            for day in week_days(days)
            for at, places in times.items()
        )

    @model_validator(mode="after")
    def _capacity(self):
        if bool(self.roster) == bool(self.slots):
            raise ValueError(_("either a roster or slots wanted"))
        if self.slots and (
            self.shared
            or self.hours_each is not None
            or self.turnover
            or self.places_at_most is not None
        ):
            raise ValueError(
                _("slots: no shared, hours each, turnover or places at most wanted beside them")
            )
        if self.make_up_days and not self.slots:
            raise ValueError(_("make up days: of a roster, they stand there"))
        hours = [slot[0] for slot in self.week_slots()]
        if len(set(hours)) < len(hours):
            raise ValueError(_("slots: each time of a day once wanted, got one twice"))
        if self.funded_by and abs((total := math.fsum(self.funded_by.values())) - 1) > 1e-9:
            raise ValueError(_("funded by: shares with a sum of 1 wanted, got {got:g}", got=total))
        return self


class Opening(PoolSpec):
    """Hours in which something begins, of which one place is one beginning: no staff. A mechanism
    adds it, no planner writes it.
    """


class Seat(Strict):
    """A pool that attends a station, as ``network.Attend``."""

    pool: str
    priority: Priority = 0
    after: Duration = 0.0
    reserve: Whole = 0
    factor: MoreThan0 = 1.0
    equal: bool = False


class RedialSpec(Strict):
    probability: Share
    after: TimeField
    at_most: Positive = 1


class GroupSpec(Strict):
    """Residents who are attended together, as ``network.Group``."""

    size: Positive
    at_least: Positive = 1
    start_at: Duration | None = None


class DiarySpec(Strict):
    """How residents are booked, as ``network.Diary``: residents of ``urgent`` severities may have
    the slots that are kept; ``others_after``: the slots of other zones are offered to who would
    otherwise wait so long.
    """

    notice: Duration = 0.0
    urgent: list[str] = []
    window: Duration | None = None
    others_after: Duration | None = None


class Instead(Strict):
    """Another ``station`` for a ``share`` of those in ``zones`` (kinds; of these in the ``named``
    ones, in all, if None), on ``pathways`` (all, if None), who would come here; if ``asking``, of
    those alone who ask here, not of those who are sent on; where it comes ``before`` this one, who
    comes from there is sent nowhere else again.
    """

    station: str
    before: bool = False
    share: Share
    zones: list[Kind] = list(KINDS)
    named: list[str] | None = None
    pathways: list[str] | None = None
    asking: bool = False


def _target_names(value):
    """One name, or several."""
    return (value,) if isinstance(value, str) else value


TargetNames = Annotated[tuple[Name, ...], BeforeValidator(_target_names)]


class StationSpec(Strict):
    """A kind of station. ``contact`` is what being attended there counts as; ``role`` names the
    stations that have measures of their own; completing a ``treatment`` counts as a completed
    course; who comes by referral is perhaps assessed again at ``assessment``; ``target`` is what
    its waits are held against (that of its role where none is named), the first of several where
    one is meant; ``by_arrival`` says whether it is told by the hour, weekday and quarter in which
    residents join (all three where staff vary through the day, none elsewhere); ``asks`` names the
    profile by which residents come in through the hours of the week. ``priority`` holds for all or
    by severity. ``sessions: recurring`` are visits without end. A place of the pool ``caseload`` is
    held for a whole course. ``instead`` is where some of those who would come here go; who goes to
    a station that is ``part_of`` another is counted there too. Visits of a register that are not
    ``in_person`` (by telephone, or with the family alone) are none in its in-person rate. A visit
    has a ``price``, of which a ``voucher`` of public money pays so much and the resident the rest.
    """

    place: Literal["district", "zone"] = "zone"
    pools: list[
        Annotated[Seat, BeforeValidator(lambda v: {"pool": v} if isinstance(v, str) else v)]
    ]
    team: bool = False
    service_time: TimeField
    patience: TimeField | None = None
    deterioration: TimeField | None = None
    queue_limit: Whole | None = None
    redial: RedialSpec | None = None
    priority: Annotated[
        Annotated[Priority, Tag("for all")] | Annotated[dict[str, Priority], Tag("each")],
        Discriminator(lambda value: "each" if isinstance(value, dict) else "for all"),
    ] = 0
    sessions: Annotated[int | Literal["recurring"], BeforeValidator(_sessions)] = 1
    every: Duration = 0.0
    patience_between: TimeField | None = None
    no_show: Share = 0.0
    drop_out: Share = 0.0
    group: GroupSpec | None = None
    caseload: str | None = None
    diary: DiarySpec | None = None
    instead: list[Instead] = []
    part_of: str | None = None
    contact: Literal["none", "lay", "professional"] = "none"
    role: Literal["hotline", "crisis", "follow up", "register", "online"] | None = None
    in_person: bool = True
    treatment: bool = False
    assessment: str | None = None
    asks: str | None = None
    target: TargetNames = ()
    by_arrival: list[Literal["hour", "weekday", "quarter"]] | None = None
    price: Amount = 0.0
    voucher: Amount = 0.0
    source: str | None = None


# ---- residents -----------------------------------------------------------------------------------


class Edge(Strict):
    """One way on: a ``share`` of residents, ``by`` what kind of hand-off (a referral may go by the
    green channel), ``after`` some time. Who goes on ``asking`` asks there as who comes there first.
    """

    share: Share
    by: Literal["direct", "referral", "crisis", "green channel"] = "direct"
    after: TimeField | None = None
    asking: bool = False

    @model_validator(mode="after")
    def _one_delay(self):
        if self.by == "crisis" and self.after is not None:
            raise ValueError(
                _("after: none wanted beside `by: crisis`, whose delay collaboration sets")
            )
        if self.asking and self.by != "direct":
            raise ValueError(
                _("asking: none wanted beside `by: {by}`: who is sent on is sent", by=self.by)
            )
        return self


Edges_ = dict[
    str,
    Annotated[Edge, BeforeValidator(lambda v: v if isinstance(v, (dict, Edge)) else {"share": v})],
]


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
                raise ValueError(
                    _(
                        "{outcome}: shares with a sum of at most 1 wanted, got {got:g}",
                        outcome=outcome,
                        got=total,
                    )
                )
        return self


class Wave(Strict):
    """A screening: every year on ``on`` (month-day), a ``share`` of the group is found and
    sent on.
    """

    on: str
    share: Share

    @model_validator(mode="after")
    def _date(self):
        try:
            datetime.date.fromisoformat(f"2024-{self.on}")
        except ValueError:
            raise ValueError(
                _('on: a month and day such as "10-13" wanted, got {got!r}', got=self.on)
            ) from None
        return self

    def hours(self, start: datetime.date, horizon: float) -> list[float]:
        """Hours since ``start`` at which it comes, up to ``horizon``."""
        return hours_of_date(self.on, start, horizon)


class Screened(Wave):
    """A wave of those whom a test finds: results come ``after`` a time; each of those tested who is
    in need is found, and comes, with a ``chance``. A mechanism adds it, no planner writes it.
    """

    after: Duration
    chance: Share

    def hours(self, start: datetime.date, horizon: float) -> list[float]:
        """Hours since ``start`` at which results come, up to ``horizon``."""
        return [
            at + self.after for at in super().hours(start, horizon) if at + self.after < horizon
        ]


class Register(Strict):
    """Residents known from the start: a ``share`` of the column, of whom a ``managed`` share is
    visited, first within ``first_within``; the rest refuse or cannot be reached. Where staff are
    short, ``first_visits_first`` lets who was never visited go before follow-ups (assumed: no
    stored text orders them); otherwise follow-ups go first, as everywhere. Where ``risks`` are
    given, the risk that a visit finds says when the next is due; without them visits come as the
    station has them.
    """

    share: Share = 1.0
    managed: Share
    first_within: Duration
    first_visits_first: bool = True
    risks: Risks | None = None


def _in_need(value):
    """A share in a year, or of a wave."""
    try:
        return yearly(value)
    except ValueError:
        return share(value)


class Need(Strict):
    """A group × severity, and who of them comes: ``in_need`` is the share of the group in need in a
    year, a 12-month prevalence used as yearly inflow; ``by_zone`` that of the zones where it is
    another one. ``target`` names targets that the wait from asking to the first professional
    contact is held against. A need of which nobody knows ``ends_by_itself`` after this mean time
    (exponential; never, if None): it matters where those who do not ask may be found.
    """

    group: Column
    severity: str
    in_need: Yearly | None = None
    by_zone: dict[str, Annotated[float, BeforeValidator(_in_need)]] = {}
    wave: Wave | None = None
    register_: Register | None = Field(None, alias="register")
    seeks_help: Annotated[dict[Kind, Share], BeforeValidator(by_kind)] = dict.fromkeys(KINDS, 1.0)
    enters_by: dict[str, Share]
    pathway: str
    target: TargetNames = ()
    ends_by_itself: LongerThan0 | None = None
    source: str | None = None

    @model_validator(mode="after")
    def _consistent(self):
        given = [
            name for name in ("in_need", "wave", "register_") if getattr(self, name) is not None
        ]
        if len(given) != 1:
            raise ValueError(_("just one of in_need, wave and register wanted"))
        total = math.fsum(self.enters_by.values())
        if abs(total - 1) > 1e-9:
            raise ValueError(_("enters_by: shares with a sum of 1 wanted, got {got:g}", got=total))
        if set(self.seeks_help) != set(KINDS):
            raise ValueError(
                _(
                    "seeks_help: a share for each of {kinds} wanted, got {got}",
                    kinds=listed(KINDS),
                    got=listed(self.seeks_help) or _("none"),
                )
            )
        return self


class Search(StationSpec):
    """Visits in a zone that look for those who need help and do not ask for it: each falls on one
    of the residents in the column ``among`` and finds those with one of the ``needs`` with the
    chance ``share``, who then ask at the station ``brings_to``; so many a week by zone. A mechanism
    adds it, no planner writes it.
    """

    among: Column
    share: Share
    needs: list[str]
    brings_to: str
    weekly: dict[str, float]


class Audience(Need):
    """People who come on dates and are in no need: {zone: ((hours since the start, how many), …)}.
    A mechanism adds it, no planner writes it. They are counted at their stations alone.
    """

    batches: dict[str, tuple[tuple[float, ...], ...]] = {}


class FalselyFound(Audience):
    """Those of a group whom a test finds though they have none of the ``needs``: of ``tested`` of
    the group each with a ``chance``, when the results of those needs come. A mechanism adds it, no
    planner writes it.
    """

    needs: list[str]
    tested: Share
    chance: Share


class Profile(Strict):
    """How arrivals spread over the week: weights by hours of the day {"08-18": 1, "18-22": 2 …}
    and, if given, by days; and over the year: ``during`` a season, in which as many come as
    otherwise in the whole year.
    """

    hours: dict[str, Number]
    days: dict[str, Number] = {"Mon-Sun": 1.0}
    during: Season | None = None

    def week(self) -> tuple[float, ...]:
        """168 factors with a mean of 1."""
        apart("hours", list(map(span_of_hours, self.hours)))
        apart("days", [(day, day + 1) for span in self.days for day in week_days(span)])
        day = [0.0] * 24
        for span, weight in self.hours.items():
            first, last = span_of_hours(span)
            day[first:last] = [weight] * (last - first)
        factor = [0.0] * 7
        for span, weight in self.days.items():
            for index in week_days(span):
                factor[index] = weight
        week = [d * h for d in factor for h in day]
        total = math.fsum(week)
        if total <= 0:
            raise ValueError(_("at least one hour with a weight above 0 wanted"))
        return tuple(168 * w / total for w in week)

    @model_validator(mode="after")
    def _parse(self):
        self.week()
        return self


# ---- what is asked of the run --------------------------------------------------------------------


class Targets(Strict):
    """How long residents may wait: the targets that each station and the register have, and as many
    ``named`` ones as there are stations and needs to name them (``target: …``), which stand beside
    the others (``answered: 20 s``).
    """

    first_contact: Duration = 336.0  # 14 days, assumed
    hotline_answer: Duration = 1 / 60  # 60 s: Devon NHS line, evidence B.5
    crisis_response: Duration = 12.0  # seed 000 table 2
    # 14 days by which a gap between visits of a register may be longer than their interval: assumed
    register_visit: Duration = 336.0
    named: dict[Name, Duration] = {}

    @model_validator(mode="before")
    @classmethod
    def _named_beside(cls, data):
        """Targets of one's own stand beside the others."""
        if not isinstance(data, dict) or not isinstance(data.get("named", {}), dict):
            return data
        known = cls.model_fields.keys()
        own = {key: value for key, value in data.items() if str(key).replace(" ", "_") not in known}
        rest = {key: value for key, value in data.items() if key not in own}
        return {**rest, "named": {**data.get("named", {}), **own}} if own else data

    @classmethod
    def usual(cls) -> list[str]:
        """The names of those that are always there."""
        return [name.replace("_", " ") for name in cls.model_fields if name != "named"]

    def hours(self) -> dict[str, float]:
        """{name: hours} of those that stations and needs may name."""
        return {
            "first contact": self.first_contact,
            "hotline answer": self.hotline_answer,
            "crisis response": self.crisis_response,
            **self.named,
        }


class Zone(Strict):
    """One row of the zones table: a name, a kind and numbers by column."""

    zone: Annotated[str, BeforeValidator(zone_name)]
    kind: Kind
    numbers: dict[Column, Number] = {}
    notes: dict[str, str] = {}


class Scenario(Strict):
    """A district, its needs and services. ``zones`` are the rows of the zones table. ``results_by``
    are the periods that results are told by, besides as a whole: by year where more than one is
    observed, unless it says otherwise.
    """

    name: str
    source: str | None = None
    start: Date
    warm_up: Duration
    observe: Duration
    run_out: Duration = 0.0
    holidays: Literal["CN", "none"] = "none"
    school_holidays: list[Annotated[tuple[str, str], BeforeValidator(month_days)]] = []
    zones: list[Zone] = Field(min_length=1)
    needs: dict[Name, Need] = Field(min_length=1)
    rosters: dict[Name, RosterSpec] = Field(min_length=1)
    pools: dict[Name, PoolSpec] = Field(min_length=1)
    stations: dict[Name, StationSpec] = Field(min_length=1)
    pathways: dict[Name, dict[str, Step]]
    profiles: dict[Name, Profile] = {}
    collaboration: Collaboration = Collaboration()
    mechanisms: Mechanisms = Mechanisms()
    targets: Targets = Targets()
    outcomes: Outcomes = Outcomes()
    results_by: list[Literal["quarter", "year", "week"]] | None = None

    _document: Document | None = PrivateAttr(None)
    _notes: tuple[str, ...] = PrivateAttr(())

    def read_from(self, document: Document | None, notes: Iterable[str]) -> Scenario:
        """This scenario, which knows the ``document`` it was read from (for the places of faults
        found later) and what is to be said of its table.
        """
        copy = self.model_copy()
        copy._document, copy._notes = document, tuple(notes)
        return copy

    @property
    def document(self) -> Document | None:
        """What it was read from: the file, and where each key stands there."""
        return self._document

    @property
    def notes(self) -> tuple[str, ...]:
        """What reading the zones table left out, took for something else, or doubts: sentences for
        people, no part of what the scenario says.
        """
        return self._notes

    def __eq__(self, other) -> bool:
        """Equal in all that is said, whatever file says it."""
        return isinstance(other, Scenario) and self.__dict__ == other.__dict__

    @property
    def horizon(self) -> float:
        """Hours simulated: warm-up, observation and run-out."""
        return self.warm_up + self.observe + self.run_out

    def needed(self) -> dict[str, Need]:
        """The needs, without the audiences that mechanisms add."""
        return {name: each for name, each in self.needs.items() if not isinstance(each, Audience)}

    def stations_of(self, pathway: str) -> set[str]:
        """The stations by which ``pathway`` can come: those where it is entered, those with a step,
        and those that a step leads to.
        """
        steps = self.pathways[pathway]
        entered = {
            station
            for need in self.needs.values()
            if need.pathway == pathway
            for station in need.enters_by
        }
        goals = {
            goal
            for step in steps.values()
            for outcome in type(step).model_fields
            for goal in getattr(step, outcome)
        }
        return entered | steps.keys() | goals

    def column(self, name: str) -> dict[str, float]:
        """The numbers of one column by zone."""
        return {zone.zone: zone.numbers.get(name, 0.0) for zone in self.zones}
