"""A resident's way in plain words: what happened when, whom they waited for, why they left."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from simcap.building.returning import RECOVERED
from simcap.building.silent import SILENT, UNDER_WAY
from simcap.building.staffing import NOBODY
from simcap.engine.visits import LEFT, OPEN, SEEN, Outcome
from simcap.network.clock import HOUR, INFINITY
from simcap.scenario.units import say_hours
from simcap.tracing.traces import Resident, Trace
from simcap.tracing.words import staff_of

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
AT_ONCE = HOUR // 3600
"""A wait below a second is none that people would speak of."""
NOT_SEEN = (Outcome.RENEGED, Outcome.BALKED, Outcome.DETERIORATED)


@dataclass(frozen=True)
class Line:
    """What is ``said`` of the moment ``at``."""

    at: datetime.datetime
    said: str

    @property
    def when(self) -> str:
        """Day of the week, date and clock time."""
        return f"{DAYS[self.at.weekday()]} {self.at:%Y-%m-%d %H:%M}"


@dataclass(frozen=True)
class Story:
    """``who`` the resident is, what happened, and what it came to ``in_all``."""

    who: str
    lines: tuple[Line, ...]
    in_all: str


def story(trace: Trace, resident: Resident) -> Story:
    """The story of ``resident``."""
    labels = trace.labels(resident)
    zone = " ".join(
        filter(None, (labels.get("zone"), f"({labels['kind']})" if labels.get("kind") else ""))
    )
    said = (labels.get("need") or trace.stream(resident), labels.get("group"), zone)
    lines = tuple(Line(trace.date(at), text) for at, text in _told(trace, resident))
    return Story(f"{resident.id}  {', '.join(filter(None, said))}", lines, _in_all(trace, resident))


def _told(trace: Trace, resident: Resident) -> Iterator[tuple[int, str]]:
    """(microseconds, what is said) of all that happens to ``resident``."""
    first = resident.visits[0]
    yield int(trace.times["arrived"][first]), _comes(trace, resident)
    before: int | None = None
    for visit in resident.visits:
        yield from _of_visit(trace, visit, before)
        before = visit
    if trace.visits["next"][resident.visits[-1]] == LEFT:
        yield int(trace.times["ended"][before]), _leaves(trace, resident)


def _comes(trace: Trace, resident: Resident) -> str:
    labels = trace.labels(resident)
    entry, place = labels.get("enters", ""), trace.place(resident.visits[0])
    if place.home == SILENT:
        return "is in need, and does not ask for help"
    if labels.get("register") == "yes":
        return "is on the register: a first visit is due"
    if labels.get("found"):
        return f"would not have asked; {labels['found']} finds them for {place.kind}"
    if labels.get("need") in trace.audiences:
        return f"is due, in no need: {place.spoken(labels.get('zone', ''))}"
    brought = f", brought by {labels['added']}" if labels.get("added") else ""
    instead = entry and place.kind != entry and not place.referral
    return f"asks for help{brought}: {entry or place.kind}" + (
        f", is sent to {place.kind}" * bool(instead)
    )


def _of_visit(trace: Trace, visit: int, before: int | None) -> Iterator[tuple[int, str]]:
    row, place = trace.visits[visit], trace.place(visit)
    outcome = Outcome(int(row["outcome"]))
    if place.home:
        yield from _at_home(trace, visit, outcome)
    elif place.referral:
        going = int(row["next"]) != LEFT
        yield (
            int(trace.times["joined"][visit]),
            place.kind + (": it goes through" if going else ": nothing comes of it"),
        )
    elif outcome == Outcome.IN_TRANSIT:
        yield trace.horizon, f"the run ends: {_session(trace, visit)} is to come"
    else:
        yield from _at_station(trace, visit, outcome, before)


def _at_station(
    trace: Trace, visit: int, outcome: Outcome, before: int | None
) -> Iterator[tuple[int, str]]:
    joined, started, ended = (
        int(trace.times[name][visit]) for name in ("joined", "started", "ended")
    )
    what, again = _session(trace, visit), _again(trace, visit, before)
    if started < INFINITY:
        waited = started - joined
        if waited >= AT_ONCE and not _plain(trace, visit, before):
            yield joined, f"{again}waits for {what}"
            again = ""
        yield started, again + _attended(trace, visit, outcome, what)
        if outcome == Outcome.ATTENDED:
            yield trace.horizon, f"the run ends: {what} goes on"
        return
    if outcome == Outcome.BALKED:
        yield joined, f"{again}finds {what} full"
        return
    if not _plain(trace, visit, before):
        yield joined, f"{again}waits for {what}"
    if outcome == Outcome.WAITING:
        yield (
            trace.horizon,
            f"the run ends: still waiting for {what}, {_for(trace.horizon - joined)}",
        )
    elif outcome == Outcome.DETERIORATED:
        yield (
            ended,
            f"gets worse while waiting for {what}, {_after(ended - joined)}{_now(trace, visit)}",
        )
    elif outcome == Outcome.RENEGED:
        yield ended, f"gives up waiting for {what} {_after(ended - joined)}"
    else:
        yield ended, f"is found while waiting for {what} {_after(ended - joined)}"


def _plain(trace: Trace, visit: int, before: int | None) -> bool:
    """Whether the wait began with what was said just before: with coming."""
    arrived = trace.times["arrived"][visit]
    return before is None and trace.times["joined"][visit] == arrived


def _again(trace: Trace, visit: int, before: int | None) -> str:
    """«tries again» of who gave up at the same place before."""
    if before is None or int(trace.visits["session"][visit]) > 1:
        return ""
    same = trace.visits["station"][visit] == trace.visits["station"][before]
    failed = int(trace.visits["outcome"][before]) in (Outcome.RENEGED, Outcome.BALKED)
    return "tries again: " if same and failed else ""


def _zone(trace: Trace, visit: int) -> str:
    """Where who makes a visit is from."""
    stream = trace.network.arrivals[trace.visits["stream"][visit]]
    return stream.labels.get("zone", "")


def _session(trace: Trace, visit: int) -> str:
    """«town course, Timian, session 2 of 6»."""
    place, number = trace.place(visit), int(trace.visits["session"][visit])
    said = place.spoken(_zone(trace, visit))
    if place.due:
        said = f"{said} ({place.due})"
    if np.isinf(place.sessions):
        return f"{said}, visit {number}"
    return f"{said}, session {number} of {place.sessions:.0f}" if place.sessions > 1 else said


def _attended(trace: Trace, visit: int, outcome: Outcome, what: str) -> str:
    joined, started, ended = (
        int(trace.times[name][visit]) for name in ("joined", "started", "ended")
    )
    if outcome == Outcome.NO_SHOW:
        return f"does not come to {what}; {_staff(trace, visit)} kept the time"
    size = int(trace.visits["together"][visit])
    said = [_staff(trace, visit)] if trace.seats[visit] and not _by_nobody(trace, visit) else []
    if not said and ended == started:
        return what
    said += [f"{size} together"] if size > 1 else []
    said += [_long(ended - started)] if ended < INFINITY else []
    waited, due = started - joined, int(trace.visits["session"][visit]) > 1
    at_once = "on time" if due else "at once"
    said.append(f"after waiting {_long(waited)}" if waited >= AT_ONCE else at_once)
    off = "; does not come back" if outcome == Outcome.DROPPED_OUT else ""
    return f"{what}: {', '.join(said)}{off}"


def _by_nobody(trace: Trace, visit: int) -> bool:
    """Whether no staff is needed there: something online, a decision."""
    return all(trace.network.pools[seat.pool].name == NOBODY for seat in trace.seats[visit])


def _staff(trace: Trace, visit: int) -> str:
    """«police no. 1 and counsellors no. 2, City»."""
    pools = trace.network.pools
    named = [
        staff_of(pools[seat.pool], seat.place, _zone(trace, visit)) for seat in trace.seats[visit]
    ]
    return " and ".join(named)


def _at_home(trace: Trace, visit: int, outcome: Outcome) -> Iterator[tuple[int, str]]:
    """What is said of a time at home: before asking, on the way, after recovering."""
    place = trace.place(visit)
    joined, ended = int(trace.times["joined"][visit]), int(trace.times["ended"][visit])
    going = int(trace.visits["next"][visit]) != LEFT
    if place.home == RECOVERED:
        yield joined, "has recovered"
    if outcome == Outcome.DETERIORATED:
        on_the_way = f" on the way to {place.kind}" if place.home == UNDER_WAY else ""
        yield ended, f"gets worse{on_the_way}{_now(trace, visit)}"
    elif outcome == Outcome.FOUND:
        yield ended, f"is found by a visit {_after(ended - joined)}"
    elif outcome == Outcome.WAITING:
        still = {SILENT: "still has not asked", UNDER_WAY: f"on the way to {place.kind}"}
        yield trace.horizon, f"the run ends: {still.get(place.home, 'still well')}"
    elif place.home == RECOVERED:
        back = "asks again" if going else "does not ask again"
        yield ended, f"falls ill again {_after(ended - joined)} and {back}"
    elif place.home == SILENT:
        yield ended, f"needs help no more {_after(ended - joined)}, without having asked"


def _now(trace: Trace, visit: int) -> str:
    """What the need has become, and where that leads."""
    station = int(trace.visits["next"][visit])
    if station < 0:
        return ""
    goal = trace.places[station]
    need = f": now {goal.need}" if goal.need != trace.place(visit).need else ""
    asks = (
        f", asks at {goal.spoken(goal.where)}"
        if trace.place(visit).home == SILENT and not goal.home
        else ""
    )
    return need + asks


def _leaves(trace: Trace, resident: Resident) -> str:
    """Why ``resident`` left."""
    visit = resident.visits[-1]
    place, outcome = trace.place(visit), Outcome(int(trace.visits["outcome"][visit]))
    if place.home:
        return "leaves"
    if place.referral:
        return f"leaves: the {place.kind} came to nothing"
    why = {
        Outcome.RENEGED: f"gave up waiting for {place.kind}",
        Outcome.BALKED: f"{place.kind} was full",
        Outcome.DETERIORATED: f"got worse while waiting for {place.kind}",
        Outcome.DROPPED_OUT: f"broke off {place.kind}",
        Outcome.FOUND: "was found",
    }
    if outcome == Outcome.NO_SHOW:
        broke_off = int(trace.visits["session"][visit]) < place.sessions
        return f"leaves: {'broke off' if broke_off else 'did not come to'} {place.kind}"
    return f"leaves: {why.get(outcome, f'{place.kind} is done')}"


def _in_all(trace: Trace, resident: Resident) -> str:
    """How many attendances, how long they waited and were attended, and how long it took."""
    waited = attended = times = 0
    for visit in resident.visits:
        joined, started, ended = (
            min(int(trace.times[name][visit]), trace.horizon)
            for name in ("joined", "started", "ended")
        )
        place, outcome = trace.place(visit), int(trace.visits["outcome"][visit])
        if place.home or place.referral:
            continue
        waited += min(started, ended) - joined
        if outcome in SEEN and (ended > started or not _by_nobody(trace, visit)):
            times, attended = times + 1, attended + ended - started
    last = resident.visits[-1]
    left = int(trace.visits["outcome"][last]) not in OPEN
    until = int(trace.times["ended"][last]) if left else trace.horizon
    whole = until - int(trace.times["arrived"][resident.visits[0]])
    seen = {0: "never attended", 1: "attended once", 2: "attended twice"}
    said = seen.get(times, f"attended {times} times") + (f" for {_long(attended)}" * (times > 0))
    waiting = f"waited {_long(waited)} at stations" if waited >= AT_ONCE else "did not wait"
    stay = "from first to last" if left else "and not yet over"
    return f"In all: {said}; {waiting}; {_long(whole)} {stay}."


def _long(span: int) -> str:
    """``span`` microseconds in a unit that a person would choose."""
    return say_hours(span / 3.6e9).replace(".0 ", " ")


def _for(span: int) -> str:
    return f"for {_long(span)}"


def _after(span: int) -> str:
    return f"after {_long(span)}"
