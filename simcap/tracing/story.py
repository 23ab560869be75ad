"""A resident's way in plain words: what happened when, whom they waited for, why they left."""

from __future__ import annotations

import datetime
import functools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from simcap.building.returning import RECOVERED
from simcap.building.silent import SILENT, UNDER_WAY
from simcap.engine.visits import LEFT, Outcome
from simcap.lang import N_, _, typeset
from simcap.lang.measures import place as place_in_words
from simcap.network.clock import INFINITY
from simcap.tracing.phrases import (
    AT_ONCE,
    become,
    by_nobody,
    comes,
    in_all,
    leaves,
    long,
    session,
    staff,
)
from simcap.tracing.traces import Resident, Trace

DAYS = (N_("Mon"), N_("Tue"), N_("Wed"), N_("Thu"), N_("Fri"), N_("Sat"), N_("Sun"))


PLAIN = N_("{said}")
WAITED = {
    Outcome.WAITING: N_("the run ends: still waiting for {what}, for {time}"),
    Outcome.DETERIORATED: N_("gets worse while waiting for {what}, after {time}"),
    Outcome.RENEGED: N_("gives up waiting for {what} after {time}"),
}
"""How a wait ended, by its outcome."""
FOUND = N_("is found while waiting for {what} after {time}")


@dataclass(frozen=True)
class Line:
    """What is ``said`` of the moment ``at``."""

    at: datetime.datetime
    said: str

    @property
    def day(self) -> str:
        """Day of the week and date."""
        return f"{_(DAYS[self.at.weekday()])} {self.at:%Y-%m-%d}"

    @property
    def time(self) -> str:
        """Clock time."""
        return f"{self.at:%H:%M}"

    @property
    def when(self) -> str:
        """Day of the week, date and clock time."""
        return f"{self.day} {self.time}"


@dataclass(frozen=True)
class Story:
    """``who`` the resident is, what happened, and what it came to ``in_all``."""

    who: str
    lines: tuple[Line, ...]
    in_all: str


def story(trace: Trace, resident: Resident) -> Story:
    """The story of ``resident``."""
    labels = trace.labels(resident)
    zone, kind = labels.get("zone", ""), labels.get("kind", "")
    if kind:
        zone = _("{zone} ({kind})", zone=zone, kind=place_in_words(kind))
    said = (labels.get("need") or trace.stream(resident), labels.get("group"), zone)
    lines = tuple(Line(trace.date(at), typeset(text)) for at, text in _told(trace, resident))
    return Story(f"{resident.id}  {_clauses(filter(None, said))}", lines, in_all(trace, resident))


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
            _(
                N_("{referral}: it goes through")
                if going
                else N_("{referral}: nothing comes of it"),
                referral=place.kind,
            ),
        )
    elif outcome == Outcome.IN_TRANSIT:
        yield trace.horizon, _("the run ends: {what} is to come", what=session(trace, visit))
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
            yield joined, _(again, said=_("waits for {what}", what=what))
            again = PLAIN
        yield started, _(again, said=_attended(trace, visit, outcome, what))
        if outcome == Outcome.ATTENDED:
            yield trace.horizon, _("the run ends: {what} goes on", what=what)
        return
    if outcome == Outcome.BALKED:
        yield joined, _(again, said=_("finds {what} full", what=what))
        return
    if not _plain(trace, visit, before):
        yield joined, _(again, said=_("waits for {what}", what=what))
    until = trace.horizon if outcome == Outcome.WAITING else ended
    said = _(WAITED.get(outcome, FOUND), what=what, time=long(until - joined))
    yield until, become(said, trace, visit) if outcome == Outcome.DETERIORATED else said


def _plain(trace: Trace, visit: int, before: int | None) -> bool:
    """Whether the wait began with what was said just before: with coming."""
    arrived = trace.times["arrived"][visit]
    return before is None and trace.times["joined"][visit] == arrived


def _again(trace: Trace, visit: int, before: int | None) -> str:
    """«tries again» of who gave up at the same place before."""
    if before is None or int(trace.visits["session"][visit]) > 1:
        return PLAIN
    same = trace.visits["station"][visit] == trace.visits["station"][before]
    failed = int(trace.visits["outcome"][before]) in (Outcome.RENEGED, Outcome.BALKED)
    return N_("tries again: {said}") if same and failed else PLAIN


def _attended(trace: Trace, visit: int, outcome: Outcome, what: str) -> str:
    joined, started, ended = (
        int(trace.times[name][visit]) for name in ("joined", "started", "ended")
    )
    if outcome == Outcome.NO_SHOW:
        kept = staff(trace, visit)
        return _("does not come to {what}; {staff} kept the time", what=what, staff=kept)
    size = int(trace.visits["together"][visit])
    said = [staff(trace, visit)] if trace.seats[visit] and not by_nobody(trace, visit) else []
    if not said and ended == started:
        return what
    said += [_("{number} together", number=size)] if size > 1 else []
    said += [long(ended - started)] if ended < INFINITY else []
    waited, due = started - joined, int(trace.visits["session"][visit]) > 1
    at_once = _("on time") if due else _("at once")
    said.append(_("after waiting {time}", time=long(waited)) if waited >= AT_ONCE else at_once)
    off = outcome == Outcome.DROPPED_OUT
    told = N_("{what}: {how}; does not come back") if off else N_("{what}: {how}")
    return _(told, what=what, how=_clauses(said))


def _clauses(said: Iterable[str]) -> str:
    """One after the other, as parts of a sentence."""
    return functools.reduce(lambda one, more: _("{said}, {more}", said=one, more=more), said)


def _at_home(trace: Trace, visit: int, outcome: Outcome) -> Iterator[tuple[int, str]]:
    """What is said of a time at home: before asking, on the way, after recovering."""
    place = trace.place(visit)
    joined, ended = int(trace.times["joined"][visit]), int(trace.times["ended"][visit])
    going = int(trace.visits["next"][visit]) != LEFT
    if place.home == RECOVERED:
        yield joined, _("has recovered")
    if outcome == Outcome.DETERIORATED:
        way = place.home == UNDER_WAY
        worse = N_("gets worse on the way to {station}") if way else N_("gets worse")
        yield ended, become(_(worse, station=place.kind), trace, visit)
    elif outcome == Outcome.FOUND:
        yield ended, _("is found by a visit after {time}", time=long(ended - joined))
    elif outcome == Outcome.WAITING:
        still = {
            SILENT: N_("the run ends: still has not asked"),
            UNDER_WAY: N_("the run ends: on the way to {station}"),
        }
        said = still.get(place.home, N_("the run ends: still well"))
        yield trace.horizon, _(said, station=place.kind)
    elif place.home == RECOVERED:
        back = (
            N_("falls ill again after {time} and asks again")
            if going
            else N_("falls ill again after {time} and does not ask again")
        )
        yield ended, _(back, time=long(ended - joined))
    elif place.home == SILENT:
        time = long(ended - joined)
        yield ended, _("needs help no more after {time}, without having asked", time=time)
