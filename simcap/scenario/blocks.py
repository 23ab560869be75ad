"""The blocks of a scenario that switch mechanisms on: one for each module of ``mechanisms``, under
its name.

A block that is there is on, unless it says ``on: false``. Every default that carries a number names
its source beside it.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Annotated, Any, ClassVar, Literal, TypeVar

from pydantic import (
    AfterValidator,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    PrivateAttr,
    Tag,
    WrapSerializer,
    model_serializer,
    model_validator,
)

from simcap.lang import N_, _, listed
from simcap.scenario.calendar import week_of
from simcap.scenario.fields import (
    KINDS,
    Column,
    Date,
    Kind,
    Name,
    Strict,
    Time,
    TimeField,
    by_kind,
    clock,
    column,
    share_at_levels,
    shift_hours,
    span_of_hours,
    week_days,
)
from simcap.scenario.headers import column_name
from simcap.scenario.units import (
    Amount,
    Duration,
    LongerThan0,
    Money,
    MoreThan0,
    Number,
    Positive,
    Share,
    Whole,
    Yearly,
    amount,
    duration,
    number,
    share,
    yearly,
)


class Block(Strict):
    """What all blocks share. ``nth`` tells the blocks of one mechanism apart, from 1 on."""

    on: bool = True
    source: str | None = None
    _nth: int = PrivateAttr(1)

    @property
    def nth(self) -> int:
        """Which of its mechanism's blocks this is, from 1 on."""
        return self._nth

    def named(self, name: str) -> str:
        """``name`` as a name of this block: with a number, if it is not the first."""
        return name if self.nth == 1 else f"{name} ({self.nth})"


B = TypeVar("B", bound=Block)


def _numbered(written: Any) -> Any:
    """One block as a list of one."""
    return [written] if isinstance(written, (dict, Block)) else written


def _as_written(blocks: list, dumped: Callable[[list], list]) -> Any:
    """A list of one block as the block itself."""
    found = dumped(blocks)
    return found[0] if found and len(found) == 1 else found


Blocks = Annotated[list[B], BeforeValidator(_numbered), WrapSerializer(_as_written)]
"""One block, or several of one mechanism in a list."""


# ---- collaboration, a level that moves many things -----------------------------------------------


class Shares(Strict):
    """A share at stated levels, straight lines between; ``on: false`` holds the lowest level's
    value at every level.
    """

    at: Annotated[dict[float, Share], BeforeValidator(share_at_levels)] = Field(min_length=1)
    on: bool = True


class Durations(Strict):
    """A mean duration at stated levels, straight lines between; ``on: false`` holds the lowest
    level's value at every level. It varies from resident to resident: exponentially (assumed), or
    lognormally with the coefficient of variation ``cv``; with ``varies: false`` it is the same for
    all.
    """

    at: Annotated[dict[float, Duration], BeforeValidator(share_at_levels)] = Field(min_length=1)
    on: bool = True
    varies: bool = True
    cv: Number | None = None


class Collaboration(Strict):
    """The level E and what it moves (``mechanisms.collaboration``). The defaults are the design's
    first table.
    """

    level: Share = 0.6  # seed 000 §3.2 (3): expert scoring, initial value
    shared_hours: Shares = Shares(at={0.0: 0.0, 1.0: 0.5})  # assumed: 0 to 50 %
    referral_delay: Durations = Durations.model_validate(
        {"at": {0.0: "21 days", 1.0: "7 days"}}
    )  # assumed (evidence B.6)
    crisis_handoff: Durations = Durations.model_validate(
        {"at": {0.4: "72 h", 0.6: "24 h", 0.8: "12 h"}}
    )  # seed 000 table 2; set, not found
    referral_completion: Shares = Shares(
        at={0.0: 0.45, 1.0: 0.75}
    )  # evidence B.6: 44-49 % to 71-76 %
    duplicate_assessment: Shares = Shares(at={0.0: 1.0, 1.0: 0.0})  # assumed: 1 − E (seed 000 §1.2)


# ---- who attends whom ----------------------------------------------------------------------------


class Owners(Block):
    """Pairwise sharing between the owners of pools (``mechanisms.owners``). ``shares`` are {lending
    owner: {borrowing owner: share of the lender's hours}}; ``can`` says at which stations of others
    the staff of a pool can work: {pool: [station, …]}.
    """

    shares: dict[str, dict[str, Share]]
    can: dict[str, list[str]]


class Pairing(Block):
    """One helps one (``mechanisms.pairing``). ``pairs`` are {zone that is helped: zone that helps};
    the staff of ``pools`` in the helping zone give ``hours`` of theirs, in which a session takes
    ``travel`` times as long; ``supervision`` is the share of the helper's hours that guiding takes,
    and ``raises`` how much more of their hours the staff of ``guided`` pools in the helped zone
    then work productively.
    """

    pools: list[str]
    pairs: dict[str, str]
    hours: Share = 0.1  # assumed (seed 002 三(三) gives none)
    travel: Number = 1.2  # assumed: a fifth of the time is spent on the way
    supervision: Share = 0.0  # assumed; seed 002 三(三): units in pairs are guided and supervised
    guided: list[str] = []
    raises: Share = 0.0


class VolunteerKind(Strict):
    """Volunteers of one kind: ``number`` in the district, shared out over the zones as
    ``as_column`` is, ``hours_each`` a week while their ``roster`` runs.
    """

    number: Number
    as_column: Column = "population"
    hours_each: Duration
    roster: str


class Volunteers(Block):
    """Seasonal volunteers (``mechanisms.volunteers``), who work at ``stations`` beside their staff,
    ``last_start`` before closing.
    """

    stations: list[str]
    kinds: dict[str, VolunteerKind]
    last_start: Duration = 0.5  # assumed: half an hour


class SocialWorkers(Block):
    """Social workers as a staff of their own (``mechanisms.social_workers``): so many (``number``)
    in the district, shared out over the zones as ``as_column`` is, ``hours_each`` a week (without
    it, every shift of the ``roster``). They have stations of their own, to which go, of those who
    would go to a station, the shares in ``takes`` ({station: share}), in ``zones`` (kinds) on
    ``pathways`` (all, if none are named); a session there takes ``time`` times as long, and is the
    ``contact`` that is named, or that of the station. Other staff ``stand_in``, after their own
    work, at the stations of which they are named alone: {station: [pool, …]}.
    """

    number: Number
    as_column: Column = "population"
    hours_each: LongerThan0 | None = None
    roster: str
    takes: dict[str, Share]
    zones: list[Kind] = list(KINDS)
    pathways: list[str] | None = None
    stand_in: dict[str, list[str]] = {}
    time: MoreThan0 = 1.0  # assumed: as long as it takes others
    contact: Literal["none", "lay", "professional"] | None = None
    last_start: Duration = 0.0
    owner: str | None = "civil affairs"  # seed 003 一(四)3; assumed of all
    cost_each: Money = 0.0


class Minimum(Block):
    """At least so many people in every zone (``mechanisms.minimum``): {pool: people}."""

    people: dict[str, Number]


def _readable(read: Callable[[str], object]) -> AfterValidator:
    """Text that ``read`` can read, kept as it is written."""

    def check(text: str) -> str:
        read(text)
        return text

    return AfterValidator(check)


class VisitLift(Strict):
    """What a visit adds to the share who ask in its zone, in ``points``, from its day on: for as
    long as it ``lasts``, or halving every ``half_life``; for seven days where neither is said.
    """

    points: Share
    lasts: LongerThan0 | None = None
    half_life: LongerThan0 | None = None

    @model_validator(mode="after")
    def _one(self):
        if self.half_life is not None and self.lasts is not None:
            raise ValueError(_("one of lasts and half life wanted, got both"))
        return self

    @property
    def hours(self) -> float:
        """How long it lasts, unless it fades."""
        return self.lasts or 168.0  # assumed: seven days


class Visiting(Block):
    """Experts who visit (``mechanisms.visiting``): one of ``pool`` on the ``days`` of each zone
    ({zone: "Tue" or "Tue, Thu"}), at ``hours`` of the day, every k-th of n ``weeks``, who attends
    the residents of that zone at ``stations``. Their hours are taken from the pool. With a
    ``lift``, more ask for help after each visit.
    """

    pool: str
    stations: list[str]
    days: dict[str, Annotated[str, _readable(week_days)]]
    hours: Annotated[str, _readable(shift_hours)] = "09:00-12:00"  # assumed: a morning
    weeks: Annotated[str, _readable(week_of)] | None = None
    travel: Number = 1.0  # assumed: the way is no part of the hours
    lift: VisitLift | None = None


class Telemedicine(Block):
    """Residents of ``zones`` (kinds) who are seen by video (``mechanisms.telemedicine``): {station:
    share of those who would go there}. No-shows are ``no_show`` times as frequent and a session
    takes ``time`` times as long.
    """

    stations: dict[str, Share]
    zones: list[Kind] = ["transition", "rural"]
    no_show: Number = 0.7  # evidence B.6: −30 %, range 0 to −50 %
    time: Number = 1.0  # assumed


# ---- places that move ----------------------------------------------------------------------------


COLOURS = (N_("blue"), N_("yellow"), N_("red"))
"""Of warnings, from the first level on."""


class Dispatch(Block):
    """Floating staff (``mechanisms.dispatch``): ``people`` who do the work of ``pool`` in one zone
    at a time, each through every shift of its roster, so that one may do, and cost, as much as
    several colleagues who work few hours. By ``rule`` they stand as ``as_column`` is shared out
    over the zones (static), or go where most wait, where somebody has waited longest, or where most
    hours of work a week are expected, reviewed ``every`` so often; with ``during``, only while the
    emergency's warning has this colour or a worse one, and otherwise they stand as the column is.
    Expected is a mean of what population, incidence and the share who ask come to and of recent
    arrivals, which weigh more the longer they have been seen: half after a ``half_life``.
    ``weigh_outcome`` multiplies by recoveries an hour so far, or by the share not recovered.
    """

    pool: str
    people: Whole
    rule: Literal["static", "waiting", "oldest", "expected"] = "expected"
    every: Duration = 168.0  # assumed: weekly
    half_life: Duration = 336.0  # assumed: two weeks
    weigh_outcome: Literal["none", "recoveries", "worst first"] = "none"
    as_column: Column = "population"
    first: Date | None = None
    during: Literal["blue", "yellow", "red"] | None = None


class Shock(Strict):
    """From the day ``from_`` on, for ``lasts``, ``times`` as many residents come to ``stations``
    (all, if none are named).
    """

    from_: Date = Field(alias="from")
    lasts: Duration
    times: Number
    stations: list[str] = []


class Emergency(Block):
    """Everyday and emergency mode (``mechanisms.emergency``). ``shock`` is what happens, whatever
    is done about it. Where ``dual_mode``, arrivals at the stations ``watch`` are counted ``every``
    so often; ``levels`` are the arrivals a day at all of them together from which it is blue,
    yellow, red (the seed names three colours and no numbers, so that there is no default); at each
    level there are ``surge`` more places beside a pool ({pool: [at blue, at yellow, at red]}), and
    from the colour that ``postpone`` names on nobody starts at these stations ({station: colour}).
    The level falls when it has been ``calm`` for so many reviews.
    """

    shock: Shock | None = None
    dual_mode: bool = True
    watch: list[str] = []
    levels: tuple[Number, Number, Number] | None = None
    every: Duration = 24.0  # assumed: daily
    calm: Whole = 3  # assumed: three calm days
    surge: dict[str, tuple[Whole, Whole, Whole]] = {}
    postpone: dict[str, Literal["blue", "yellow", "red"]] = {}


def _by_year(value: Any) -> Any:
    """A column, or columns by calendar year, in order."""
    if not isinstance(value, dict):
        return column(value)
    return {year: column(value[year]) for year in sorted(value, key=str)}


def _column_or_years(value: Any) -> str:
    """Which of both ``value`` is."""
    return "by year" if isinstance(value, dict) else "none" if value is None else "column"


class Tiers(Block):
    """High-need, transition and basic zones (``mechanisms.tiers``), ``by`` need, density or
    development: those with the most are high-need (the first ``high`` share of the zones), those
    with the least basic (the last ``basic`` share). Need is people who ask for each of the people
    of ``pool``, unless ``column`` gives it, as it gives density and development: a column of the
    zones table, or columns by the year from which each holds.

    At a tier ``services`` stand in the place of others ({tier: {station: what it is replaced by}}).
    Where there is a ``pool``, ``movable`` is the share of its people who stand where the zone's
    tier has them. Every ``adjusted`` years, and every ``assessed`` years, zones change tier, and
    the movable places go to those with most work expected, where arrivals count by ``half_life``.
    """

    pool: str | None = None
    by: Literal["need", "density", "development"] = "need"
    column: Annotated[
        Annotated[dict[int, Column], Tag("by year")]
        | Annotated[Column, Tag("column")]
        | Annotated[None, Tag("none")],
        Discriminator(_column_or_years),
        BeforeValidator(_by_year),
    ] = None
    services: dict[Literal["high-need", "transition", "basic"], dict[str, str]] = {}
    movable: Share = 0.2  # assumed
    adjusted: Number = 3.0  # years; seed 001 §3.3.4: three-year adjustment
    assessed: Number = 5.0  # years; seed 001 §3.3.4: five-year assessment
    half_life: Duration = 8760.0  # assumed: a year, since posts move every third
    high: Share = 1 / 3  # assumed
    basic: Share = 1 / 3  # assumed
    _at: float = PrivateAttr(0.0)
    _known: dict[str, str] = PrivateAttr({})

    def known_as(self, tier: dict[str, str]) -> Tiers:
        """This block with the ``tier`` of each zone worked out."""
        now = self.model_copy()
        now._known = tier
        return now

    @property
    def known(self) -> dict[str, str]:
        """The tier of each zone, if it has been worked out."""
        return self._known

    def as_at(self, hours: float) -> Tiers:
        """This block as it stands so many hours after the start."""
        now = self.model_copy()
        now._at = hours
        return now

    @property
    def at(self) -> float:
        """Hours since the start as of which it stands."""
        return self._at


# ---- lines, crises, referrals --------------------------------------------------------------------


class CallBacks(Block):
    """Calls to who has been in a crisis, at ``at`` times after it, of ``time`` each, by the staff
    of ``pool``; a call that came late makes the later ones as late.
    """

    after: list[str]
    pool: str
    at: list[Duration] = [
        24.0,
        168.0,
        730.0,
        2190.0,
        4380.0,
    ]  # 24 h, 1 week, 1, 3 and 6 months: evidence B.5
    time: TimeField = Time.model_validate({"fixed": "15 min"})  # 15 min, assumed
    patience: TimeField = Time.model_validate(
        {"fixed": "2 weeks"}
    )  # assumed: after two weeks it is let go


class RepeatCallers(Block):
    """A few callers make most of the calls: ``callers`` of them ``calls`` of the calls, a call
    ``gap`` after the one before; the others call as often as without them.
    """

    station: str
    callers: Share = 0.03  # Pirkis 2016, evidence B.5
    calls: Share = 0.6  # the same
    gap: TimeField = Time.model_validate({"exponential": {"mean": "3 days"}})  # assumed


class Hotline(Block):
    """Lines apart or as one, seats by the hour, call-backs, repeat callers
    (``mechanisms.hotline``). With ``pooled``, every seat of ``lines`` answers all of them.
    ``seats`` are {pool: {"08-18": 2, …}}, in the place of its roster.
    """

    lines: list[str] = []
    pooled: bool = False
    seats: dict[str, dict[Annotated[str, _readable(span_of_hours)], Whole]] = {}
    call_backs: CallBacks | None = None
    repeat_callers: RepeatCallers | None = None


class CrisisTeam(Block):
    """A joint team, or its members one after the other (``mechanisms.crisis_team``). Where not
    ``joint``, the pools of ``station`` come in the order in which they stand there, each
    ``between`` after the one before has left.
    """

    station: str
    joint: bool = True
    professional: str | None = None  # whose coming is the response; the last, if none is named
    between: TimeField = Time.model_validate({"fixed": "4 h"})  # assumed


class GreenChannel(Block):
    """Referrals that go ahead (``mechanisms.green_channel``): those of ``severities`` to
    ``stations`` arrive in ``completion`` of cases after ``delay``, are not assessed again, and have
    ``ahead`` taken off their priority there.
    """

    stations: list[str]
    severities: list[str]
    completion: Share = 0.9  # assumed; evidence B.6: 71 to 76 % where care is integrated
    delay: Duration = 48.0  # assumed
    varies: bool = True  # exponentially, assumed
    ahead: Whole = 1  # assumed


class Levels(Block):
    """Village station, town room, district experts (``mechanisms.levels``). ``step_up`` and
    ``step_down`` are {station: {next station: share of those who complete it}}, on every pathway
    that comes by it, in the place of what the pathway says of the same next station; they go by
    referral. ``circle`` is the column with the share of residents within 15 minutes of a ``first``
    station; of those who live further away, ``beyond`` as many come there as otherwise.
    """

    step_up: dict[str, dict[str, Share]] = {}
    step_down: dict[str, dict[str, Share]] = {}
    circle: Column | None = None
    first: list[str] = []
    beyond: Share = 0.5  # assumed


class Lessons(Strict):
    """Lessons online before a group begins: so many (``number``), one ``every`` so often, of
    ``time`` each, at any hour and without staff, for a ``share`` of those in ``zones`` (kinds) on
    ``pathways`` (all, if none are named). After each as many drop out as after a meeting.
    """

    number: Whole
    every: Duration = 168.0  # assumed: weekly
    time: LongerThan0 = 0.75  # assumed: 45 min
    share: Share = 1.0
    zones: list[Kind] = list(KINDS)
    pathways: list[str] | None = None


class GroupCourse(Block):
    """A course that a group begins and ends together (``mechanisms.group_course``), at a
    ``station`` with several sessions: it begins on the ``day`` and hour ``at`` in every k-th of n
    ``weeks``, one in each zone, for as many as are in the station's group, or for at most ``size``,
    if there are ``at_least`` so many. ``online`` are lessons before it.
    """

    station: str
    size: Positive | None = None
    at_least: Positive = 1
    day: Annotated[str, _readable(week_days)]
    at: Annotated[str, _readable(clock)]
    weeks: Annotated[str, _readable(week_of)]
    online: Lessons | None = None


# ---- who is in need, and who asks ----------------------------------------------------------------


def _rate(value: Any) -> Any:
    """A share a year as it is written, a share (of a wave), or a column of the zones table."""
    try:
        yearly(value)
        return value.strip()
    except ValueError:
        return column_name(value) if _words(value) else share(value)


def _words(value: Any) -> bool:
    """Whether ``value`` is text and no percentage."""
    return isinstance(value, str) and not value.strip().endswith("%")


class Cell(Strict):
    """A group of people ``within`` another, columns of the zones table both: its members belong to
    it and no more to the other. ``in_need`` are {need of a group around it: their share in need},
    "8 % per year" (of a wave, "8 %"), or a column with a share for each zone.
    """

    within: Column
    in_need: dict[str, Annotated[float | str, BeforeValidator(_rate)]] = {}


def _factors(value: Any) -> Any:
    """A column, or factors by zone."""
    return column_name(value) if isinstance(value, str) else value


class Incidence(Block):
    """How many fall into need, by group and zone (``mechanisms.incidence``). ``groups`` are cells
    of people with shares in need of their own; ``zones``, a column or {zone: factor}, multiplies
    the share in need of every cell of a zone.
    """

    groups: dict[Column, Cell] = {}
    zones: Annotated[str | dict[str, Number], BeforeValidator(_factors)] = {}


def _in_order(what: str, table: dict, read: Callable[[Any], float]) -> dict:
    """{text: share} in order of what the texts say, no two of which may say the same."""
    at = {text: read(text) for text in table}
    texts = sorted(at, key=lambda text: at[text])
    for one, other in itertools.pairwise(texts):
        if at[one] == at[other]:
            raise ValueError(
                _(
                    "each {what} once wanted, got {got} and {other}",
                    what=_(what),
                    got=one,
                    other=other,
                )
            )
    return {text: share(table[text]) for text in texts}


def _by_travel_time(value: Any) -> Any:
    """One share, or a table {travel time: share}, in order."""
    if not isinstance(value, dict):
        return share(value)
    if not value:
        raise ValueError(_("at least one travel time wanted, got none"))
    return _in_order(N_("travel time"), value, duration)


class Distance(Block):
    """How many of those who live far away ask for help (``mechanisms.distance``): the share who ask
    is multiplied by ``beyond``. Just one of three says how far residents live: ``circle``, a column
    with the share of a zone's residents within 15 minutes (``beyond`` is then one factor, of all
    others); ``residents``, {column: travel time} of columns with shares of residents, or
    ``minutes``, a column with each zone's mean travel time (``beyond`` is then a table {travel
    time: factor}, linear between its entries). ``needs`` are those it holds for; all, if none are
    named.
    """

    circle: Column | None = None
    minutes: Column | None = None
    residents: dict[Column, Duration] = {}
    beyond: Annotated[float | dict[str, float], BeforeValidator(_by_travel_time)]
    needs: list[str] = []


class Prevention(Block):
    """Lectures or courses after which needs begin less often (``mechanisms.prevention``): in each
    of ``zones`` (names, or kinds; all, if none are given) so many ``meetings``, one ``every`` so
    often from the day ``from_`` on, ``at`` this hour, with an ``audience`` of so many, who each
    ``come`` so many times: random residents, of the column ``of``. ``needs`` (all, if none are
    named) begin a share ``lowers`` less often for them, half as much less after each ``half_life``,
    and no less from the day ``until`` on. ``pool`` holds each meeting, which lasts ``time``;
    without it people from outside do. ``called`` is the station where the audience is counted.
    """

    called: Name = "lectures"
    from_: Date = Field(alias="from")
    at: Annotated[str, _readable(clock)] = "15:00"  # assumed: an afternoon
    meetings: Whole
    every: Duration = 168.0  # assumed: weekly
    audience: Positive  # seed 003 一(四)4: 70 lectures reached 3,000+, 43 each
    come: Positive = 1  # assumed: a lecture is heard once
    of: Column = "population"
    zones: list[str] = []
    needs: list[str] = []
    lowers: Share
    half_life: LongerThan0 | None = None
    until: Date | None = None
    pool: str | None = None
    time: LongerThan0 = 2.0  # assumed; a group has 2 h: evidence B.6


def _figure(value: Any) -> Any:
    """A number or a percentage; any other text is a column of the zones table."""
    if isinstance(value, str) and not value.strip().endswith("%"):
        return column_name(value)
    return share(value) if isinstance(value, str) else number(value)


class Effect(Strict):
    """What begins on a date (``from``), in ``zones`` (all, if none are named), and fades by half in
    each ``half_life``; without one it stays.
    """

    from_: Date = Field(alias="from")
    half_life: LongerThan0 | None = None
    zones: list[str] = []


class Campaign(Effect):
    """One campaign: ``lift`` is added to the share who ask, in percentage points."""

    lift: Share


class Publicity(Block):
    """Publicity (``mechanisms.publicity``): {campaign: what it does}, on those whose need is one of
    ``needs``; of all, if none are named.
    """

    campaigns: dict[Name, Campaign]
    needs: list[str] = []


class Reduction(Effect):
    """What reduces a stigma ``by`` a share of it."""

    by: Share


def _shares_or_column(value: Any) -> Any:
    """Shares by kind of zone, one for all kinds, or a column of the zones table."""
    if isinstance(value, str) and not value.strip().endswith("%"):
        return column_name(value)
    return value if isinstance(value, dict) else by_kind(share(value))


class Stigma(Block):
    """Stigma (``mechanisms.stigma``): the ``share`` of those who would ask whom it keeps from it,
    by kind of zone, or a column of the zones table; {name: what reduces it}; of those whose need is
    one of ``needs``; of all, if none are named.
    """

    share: Annotated[
        Annotated[dict[Kind, Share], Tag("by kind")] | Annotated[str, Tag("column")],
        Discriminator(lambda value: "by kind" if isinstance(value, dict) else "column"),
        BeforeValidator(_shares_or_column),
    ]
    reductions: dict[Name, Reduction] = {}
    needs: list[str] = []


def _visits(value: Any) -> Any:
    """A number a week, or a column of the zones table."""
    return column_name(value) if isinstance(value, str) else number(value)


class Outreach(Block):
    """A team that finds those who would not ask (``mechanisms.outreach``), ``called`` so: either by
    ``visits`` a week in each of ``zones`` (all, if none are named; a number or a column), each of
    ``time`` by one of the ``pool``, which fall on anybody in the column ``among`` and find those
    with one of the ``needs`` with the chance ``finds``; or a ``share`` of them. Who is found comes
    to the station ``enters``.
    """

    called: Name
    needs: list[str]
    enters: str
    pool: str | None = None
    visits: Annotated[float | str, BeforeValidator(_visits)] = 0.0
    time: Duration = 0.5  # assumed: half an hour
    finds: Share | None = None
    share: Share | None = None
    among: Column = "population"
    zones: list[str] = []


class Screening(Block):
    """A test of a whole group (``mechanisms.screening``) on the date of the wave of its ``needs``,
    whose shares are in need then: ``tested`` is the share of the group; ``results`` come after a
    time; ``comes`` is the share of the positive who come to the station ``assessment``.
    """

    needs: list[str]
    assessment: str
    sensitivity: Share
    specificity: Share
    tested: Share = 1.0
    comes: Share = 1.0
    results: Duration = 0.0


class Worse(Strict):
    """What a need becomes, ``to`` another, in the mean time ``after``; of those who had not asked
    the share ``asks`` then do.
    """

    to: str
    after: LongerThan0 | None = None
    asks: Share = 0.0


class LatePresentation(Block):
    """Late presentation (``mechanisms.late_presentation``): {need: what it becomes while it is not
    treated}.
    """

    worsens: dict[str, Worse]


class Relapse(Block):
    """Relapse (``mechanisms.relapse``): of those with one of the ``needs`` (all, if none is named)
    who recovered after a completed course the share ``within_24_months`` relapses in that time, at
    a constant hazard, and of these the share ``returns`` comes back at once. ``recovered`` is the
    share of those who complete a course who recover, where the scenario has no recovery table.
    """

    needs: list[str] = []
    within_24_months: Share
    returns: Share = 1.0  # assumed: the sources give none
    recovered: Share | None = None


class Indicator(Strict):
    """What weighs on people: ``by_year`` has its value in each calendar year, a number for the
    whole district or a column of the zones table; ``weight`` is how much one more of it adds to the
    index.
    """

    weight: Number
    by_year: dict[int, Annotated[float | str, BeforeValidator(_figure)]]


class Stress(Block):
    """The stress index (``mechanisms.stress``): 1 + Σ weight × (indicator − its value in
    ``base_year``, by default that of the start) multiplies the needs that begin in a zone and year;
    of ``needs``, or of all, if none are named.
    """

    indicators: dict[str, Indicator]
    base_year: int | None = None
    needs: list[str] = []


# ---- other ways to help -------------------------------------------------------------------------


ByKind = Annotated[dict[Kind, Share], BeforeValidator(by_kind)]
"""A share for each kind of zone, or one for all."""


class Online(Block):
    """Guidance online, 24 hours a day, for any number at once (``mechanisms.online``). Of those who
    ask at ``stations`` (where all are asked in person, if none are named), the share ``instead``
    goes online first; of those who would not have asked, it ``brings`` a share. High risk, which
    are needs of the severities ``high_risk`` (those of severe and crisis that there are, unless it
    says otherwise), is found in ``detection`` of cases, and taken for it are ``false_alarms`` of
    the others: these are referred to ``refers_to``. Of those who are not, and are at no high risk,
    ``resolved`` are helped, and of the rest ``in_person`` ask in person. ``needs`` are those it
    holds for; all, if none are named.
    """

    instead: ByKind = by_kind(0.0)
    brings: ByKind = by_kind(0.0)
    detection: Share
    false_alarms: Share = 0.0  # assumed: none; no source gives a share
    refers_to: str
    resolved: Share
    in_person: Share
    high_risk: list[str] | None = None
    stations: list[str] = []
    needs: list[str] = []
    time: TimeField = Time.model_validate({"fixed": "20 min"})  # assumed


def _by_price(value: Any) -> Any:
    """A table {price: share}, in order."""
    if not isinstance(value, dict) or not value:
        raise ValueError(_("a table such as {0 CNY: 100 %, 400 CNY: 10 %} wanted"))
    return _in_order(N_("price"), value, amount)


class Voucher(Strict):
    """A voucher for a random ``share`` of those who are offered a visit, ``worth`` so much."""

    share: Share
    worth: Amount


class Market(Block):
    """Visits that are paid for (``mechanisms.market``), offered to those who ask at ``stations``,
    or to those who give up there: at its ``price``, a share takes it up by the table ``accept``
    {price: share}, linear between its entries and level outside. A ``voucher`` lowers the price.
    The staff are a pool of their own: ``number`` of people, ``hours_each`` a week through
    ``roster``; what they cost is paid by the visits. A course is ``sessions`` visits, ``every`` so
    often. ``needs`` are those it is offered to; all, if none are named.
    """

    stations: list[str]
    offered: Literal["asking", "giving up"] = "asking"
    price: Amount
    accept: Annotated[dict[str, float], BeforeValidator(_by_price)]
    voucher: Voucher | None = None
    number: Number
    hours_each: LongerThan0 | None = None
    roster: str
    contact: Literal["lay", "professional"] = "professional"  # assumed
    time: TimeField = Time.model_validate({"fixed": "60 min"})  # 50 + 10 min, evidence B.6
    sessions: Positive = 1  # assumed
    every: LongerThan0 = 168.0  # assumed: weekly
    patience: TimeField | None = None
    treatment: bool = True  # assumed: who completes the visits has completed a course
    needs: list[str] = []


# ---- staff as they are, and as they will be ------------------------------------------------------


class Reality(Block):
    """What staff on paper come to (``mechanisms.reality``): of the hours of ``pools``, ``vacancy``
    of the posts are not filled, ``absence`` is leave and illness, ``supervision`` and ``training``
    are time not spent on residents. Each year ``turnover`` of the people leave, each for as long as
    ``recruitment`` takes; without it a pool keeps its own turnover.
    """

    pools: list[str]
    vacancy: Share = 0.0
    absence: Share = 0.05  # assumed
    supervision: Share = 0.05  # assumed; seed 003 三(四): supervision of cases
    # seed 003 三(四): at least ten courses a year; that each takes a day and all attend is assumed
    training: Share = 0.04
    turnover: Yearly = 0.0
    recruitment: Duration = 2184.0  # assumed: 13 weeks


class FalseRecords(Block):
    """Records of residents whom nobody attended (``mechanisms.false_records``): ``share`` of all
    records. ``audited`` records are drawn in the observed weeks, of whose false ones auditors
    overlook the share ``missed``; each takes ``time``, divided by 1 + ``efficiency``, of the hours
    of ``pool`` (without one, auditors come from elsewhere).
    """

    share: Share = 0.002  # seed 000 §4.3, with records that cannot be forged
    audited: Whole = 0
    missed: Share = 0.0  # assumed
    time: Duration = 0.5  # assumed: 30 min a record
    efficiency: Share = 0.0  # seed 000 §4.3: 60 %, with records that cannot be forged
    pool: str | None = None


class RoadmapPhase(Strict):
    """From a day on: the level of collaboration, how long an assessment takes (a factor), whether
    floating staff are dispatched; what is not said goes on as before.
    """

    from_: Date = Field(alias="from")
    level: Share | None = None
    assessment: Number | None = None
    dispatch: bool | None = None


class Roadmap(Block):
    """Dated phases (``mechanisms.roadmap``). ``assessments`` are the stations whose time the phases
    change.
    """

    phases: list[RoadmapPhase] = Field(min_length=1)
    assessments: list[str] = []

    @model_validator(mode="after")
    def _in_order(self):
        days = [phase.from_ for phase in self.phases]
        if days != sorted(set(days)):
            raise ValueError(
                _("phases in order of time wanted, got {got}", got=listed(map(str, days)))
            )
        begun = [phase.dispatch for phase in self.phases if phase.dispatch is not None]
        if begun != sorted(begun):
            raise ValueError(
                _(
                    "dispatch that goes on once it has begun wanted, got a phase without it"
                    " after one with it"
                )
            )
        return self


WARNING = "emergency"
"""What the review of the first emergency block is called in a run's decisions."""


def _names_a_file(block: Any) -> bool:
    first = block[0] if isinstance(block, list) and block else block
    return isinstance(first, dict) and "file" in first


class OwnBlock(Block):
    """A mechanism that is not simcap's: the Python ``file`` that holds it, in the folder of the
    scenario or below it, and whatever keys it knows. ``folder`` is where the scenario stood when it
    was read.
    """

    model_config = ConfigDict(extra="allow")
    unwritten: ClassVar[tuple[str, ...]] = ("folder",)

    file: str
    folder: str = ""


class Mechanisms(Strict):
    """All blocks, by the name of their mechanism; what is not there is off. Where several are
    wanted, a list. The order is that in which those that rewrite the scenario do so: first how many
    people there are, then who sits where, then who goes where; telemedicine, which makes a second
    station of one, comes after all that changes stations.
    """

    unwritten: ClassVar[tuple[str, ...]] = ("own",)

    incidence: Blocks[Incidence] | None = None
    prevention: Blocks[Prevention] | None = None
    stress: Blocks[Stress] | None = None
    publicity: Blocks[Publicity] | None = None
    stigma: Blocks[Stigma] | None = None
    outreach: Blocks[Outreach] | None = None
    screening: Blocks[Screening] | None = None
    late_presentation: Blocks[LatePresentation] | None = None
    relapse: Blocks[Relapse] | None = None
    distance: Blocks[Distance] | None = None
    reality: Blocks[Reality] | None = None
    minimum: Blocks[Minimum] | None = None
    volunteers: Blocks[Volunteers] | None = None
    visiting: Blocks[Visiting] | None = None
    hotline: Blocks[Hotline] | None = None
    crisis_team: Blocks[CrisisTeam] | None = None
    online: Blocks[Online] | None = None
    market: Blocks[Market] | None = None
    levels: Blocks[Levels] | None = None
    green_channel: Blocks[GreenChannel] | None = None
    social_workers: Blocks[SocialWorkers] | None = None
    telemedicine: Blocks[Telemedicine] | None = None
    group_course: Blocks[GroupCourse] | None = None
    owners: Blocks[Owners] | None = None
    pairing: Blocks[Pairing] | None = None
    roadmap: Blocks[Roadmap] | None = None
    dispatch: Blocks[Dispatch] | None = None
    tiers: Blocks[Tiers] | None = None
    emergency: Blocks[Emergency] | None = None
    false_records: Blocks[FalseRecords] | None = None
    own: dict[str, Blocks[OwnBlock]] = {}

    @model_validator(mode="before")
    @classmethod
    def _own(cls, data: Any) -> Any:
        """Blocks of other names that name a file."""
        if not isinstance(data, dict):
            return data
        plain = {key: str(key).replace(" ", "_") for key in data}
        own = {
            plain[key]: block
            for key, block in data.items()
            if plain[key] not in cls.known() and (_names_a_file(block) or plain[key] == "own")
        }
        known = {key: block for key, block in data.items() if plain[key] not in own}
        return {**known, "own": own} if own else data

    @model_serializer(mode="wrap")
    def _beside_the_others(self, dumped: Callable[[Any], dict]) -> dict:
        data = dumped(self)
        return {**{key: value for key, value in data.items() if key != "own"}, **data["own"]}

    @model_validator(mode="after")
    def _number(self):
        for name in self.names():
            for i, block in enumerate(self.of(name)):
                block._nth = i + 1
        return self

    @classmethod
    def known(cls) -> list[str]:
        """The names of simcap's own mechanisms, in the order in which they rewrite a scenario."""
        return [name for name in cls.model_fields if name != "own"]

    def names(self) -> list[str]:
        """The names of all mechanisms: simcap's, then those of files."""
        return [*self.known(), *self.own]

    def of(self, name: str) -> list:
        """The blocks of the mechanism ``name``, on or not."""
        return self.own[name] if name in self.own else getattr(self, name) or []

    def on(self, name: str) -> list:
        """Those of its blocks that are on."""
        return [block for block in self.of(name) if block.on]

    def replaced(self, block: Block, now: Block) -> Mechanisms:
        """These with ``now`` where ``block`` stands."""
        changed = {
            name: [now if other is block else other for other in self.of(name)]
            for name in self.known()
            if any(other is block for other in self.of(name))
        }
        return self.model_copy(update=changed)
