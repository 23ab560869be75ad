"""A resident's way in plain words: what happened when, whom they waited for, why they left."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass

from simcap.building.returning import RECOVERED
from simcap.building.silent import SILENT, UNDER_WAY
from simcap.engine.visits import LEFT, Outcome
from simcap.network.clock import INFINITY
from simcap.tracing.phrases import (
    AT_ONCE,
    after,
    become,
    by_nobody,
    comes,
    in_all,
    lasting,
    leaves,
    long,
    session,
    staff,
)
from simcap.tracing.traces import Resident, Trace

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


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
    return Story(f"{resident.id}  {', '.join(filter(None, said))}", lines, in_all(trace, resident))


def _told(trace: Trace, resident: Resident) -> Iterator[tuple[int, str]]:
    """(microseconds, what is said) of all that happens to ``resident``."""
    first = resident.visits[0]
    yield int(trace.times["arrived"][first]), comes(trace, resident)
    before: int | None = None
    for visit in resident.visits:
        yield from _of_visit(trace, visit, before)
        before = visit
    if trace.visits["next"][resident.visits[-1]] == LEFT:
        yield int(trace.times["ended"][before]), leaves(trace, resident)


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
        yield trace.horizon, f"the run ends: {session(trace, visit)} is to come"
    else:
        yield from _at_station(trace, visit, outcome, before)


def _at_station(
    trace: Trace, visit: int, outcome: Outcome, before: int | None
) -> Iterator[tuple[int, str]]:
    joined, started, ended = (
        int(trace.times[name][visit]) for name in ("joined", "started", "ended")
    )
    what, again = session(trace, visit), _again(trace, visit, before)
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
            f"the run ends: still waiting for {what}, {lasting(trace.horizon - joined)}",
        )
    elif outcome == Outcome.DETERIORATED:
        yield (
            ended,
            f"gets worse while waiting for {what}, {after(ended - joined)}{become(trace, visit)}",
        )
    elif outcome == Outcome.RENEGED:
        yield ended, f"gives up waiting for {what} {after(ended - joined)}"
    else:
        yield ended, f"is found while waiting for {what} {after(ended - joined)}"


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


def _attended(trace: Trace, visit: int, outcome: Outcome, what: str) -> str:
    joined, started, ended = (
        int(trace.times[name][visit]) for name in ("joined", "started", "ended")
    )
    if outcome == Outcome.NO_SHOW:
        return f"does not come to {what}; {staff(trace, visit)} kept the time"
    size = int(trace.visits["together"][visit])
    said = [staff(trace, visit)] if trace.seats[visit] and not by_nobody(trace, visit) else []
    if not said and ended == started:
        return what
    said += [f"{size} together"] if size > 1 else []
    said += [long(ended - started)] if ended < INFINITY else []
    waited, due = started - joined, int(trace.visits["session"][visit]) > 1
    at_once = "on time" if due else "at once"
    said.append(f"after waiting {long(waited)}" if waited >= AT_ONCE else at_once)
    off = "; does not come back" if outcome == Outcome.DROPPED_OUT else ""
    return f"{what}: {', '.join(said)}{off}"


def _at_home(trace: Trace, visit: int, outcome: Outcome) -> Iterator[tuple[int, str]]:
    """What is said of a time at home: before asking, on the way, after recovering."""
    place = trace.place(visit)
    joined, ended = int(trace.times["joined"][visit]), int(trace.times["ended"][visit])
    going = int(trace.visits["next"][visit]) != LEFT
    if place.home == RECOVERED:
        yield joined, "has recovered"
    if outcome == Outcome.DETERIORATED:
        on_the_way = f" on the way to {place.kind}" if place.home == UNDER_WAY else ""
        yield ended, f"gets worse{on_the_way}{become(trace, visit)}"
    elif outcome == Outcome.FOUND:
        yield ended, f"is found by a visit {after(ended - joined)}"
    elif outcome == Outcome.WAITING:
        still = {SILENT: "still has not asked", UNDER_WAY: f"on the way to {place.kind}"}
        yield trace.horizon, f"the run ends: {still.get(place.home, 'still well')}"
    elif place.home == RECOVERED:
        back = "asks again" if going else "does not ask again"
        yield ended, f"falls ill again {after(ended - joined)} and {back}"
    elif place.home == SILENT:
        yield ended, f"needs help no more {after(ended - joined)}, without having asked"
