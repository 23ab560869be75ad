"""The phrases of a resident's story: how it begins and ends, where, with whom, how long."""

from __future__ import annotations

import numpy as np

from simcap.building.silent import SILENT
from simcap.building.staffing import NOBODY
from simcap.engine.visits import OPEN, SEEN, Outcome
from simcap.lang import N_, _
from simcap.lang.amounts import duration
from simcap.network.clock import HOUR
from simcap.scenario.units import say_hours
from simcap.tracing.traces import Resident, Trace
from simcap.tracing.words import Place, staff_of

AT_ONCE = HOUR // 3600
"""A wait below a second is none that people would speak of."""


ASKS = {
    (False, False): N_("asks for help: {entry}"),
    (False, True): N_("asks for help: {entry}, is sent to {station}"),
    (True, False): N_("asks for help, brought by {what}: {entry}"),
    (True, True): N_("asks for help, brought by {what}: {entry}, is sent to {station}"),
}
"""How somebody asks, by whether something brought them and whether they are sent elsewhere."""
LEAVES = {
    Outcome.RENEGED: N_("leaves: gave up waiting for {station}"),
    Outcome.BALKED: N_("leaves: {station} was full"),
    Outcome.DETERIORATED: N_("leaves: got worse while waiting for {station}"),
    Outcome.DROPPED_OUT: N_("leaves: broke off {station}"),
    Outcome.FOUND: N_("leaves: was found"),
}
"""Why somebody leaves, by how the last visit ended."""


def comes(trace: Trace, resident: Resident) -> str:
    """How ``resident`` came to be there."""
    labels = trace.labels(resident)
    entry, place = labels.get("enters", ""), trace.place(resident.visits[0])
    if place.home == SILENT:
        return _("is in need, and does not ask for help")
    if labels.get("register") == "yes":
        return _("is on the register: a first visit is due")
    if labels.get("found"):
        return _(
            "would not have asked; {who} finds them for {station}",
            who=labels["found"],
            station=place.kind,
        )
    if labels.get("need") in trace.audiences:
        return _("is due, in no need: {station}", station=place.spoken(labels.get("zone", "")))
    said = ASKS[bool(labels.get("added")), _is_sent(entry, place)]
    return _(said, what=labels.get("added", ""), entry=entry or place.kind, station=place.kind)


def _is_sent(entry: str, place: Place) -> bool:
    return bool(entry) and place.kind != entry and not place.referral


def zone_of(trace: Trace, visit: int) -> str:
    """Where who makes a visit is from."""
    stream = trace.network.arrivals[trace.visits["stream"][visit]]
    return stream.labels.get("zone", "")


def session(trace: Trace, visit: int) -> str:
    """«town course, Timian, session 2 of 6»."""
    place, number = trace.place(visit), int(trace.visits["session"][visit])
    said = place.spoken(zone_of(trace, visit))
    if place.due:
        said = _("{station} ({need})", station=said, need=place.due)
    if np.isinf(place.sessions):
        return _("{station}, visit {number}", station=said, number=number)
    if place.sessions <= 1:
        return said
    whole = f"{place.sessions:.0f}"
    return _("{station}, session {number} of {all}", station=said, number=number, all=whole)


def by_nobody(trace: Trace, visit: int) -> bool:
    """Whether no staff is needed there: something online, a decision."""
    return all(trace.network.pools[seat.pool].name == NOBODY for seat in trace.seats[visit])


def staff(trace: Trace, visit: int) -> str:
    """«police no. 1 and counsellors no. 2, City»."""
    pools = trace.network.pools
    named = [
        staff_of(pools[seat.pool], seat.place, zone_of(trace, visit)) for seat in trace.seats[visit]
    ]
    return _(" and ").join(named)


def become(said: str, trace: Trace, visit: int) -> str:
    """``said`` of somebody who gets worse, with what the need has become and where that leads."""
    station = int(trace.visits["next"][visit])
    if station < 0:
        return said
    goal = trace.places[station]
    if goal.need != trace.place(visit).need:
        said = _("{said}: now {need}", said=said, need=goal.need)
    if trace.place(visit).home == SILENT and not goal.home:
        said = _("{said}, asks at {station}", said=said, station=goal.spoken(goal.where))
    return said


def leaves(trace: Trace, resident: Resident) -> str:
    """Why ``resident`` left."""
    visit = resident.visits[-1]
    place, outcome = trace.place(visit), Outcome(int(trace.visits["outcome"][visit]))
    if place.home:
        return _("leaves")
    if place.referral:
        return _("leaves: the {referral} came to nothing", referral=place.kind)
    said = LEAVES.get(outcome, N_("leaves: {station} is done"))
    if outcome == Outcome.NO_SHOW:
        broke_off = int(trace.visits["session"][visit]) < place.sessions
        said = LEAVES[Outcome.DROPPED_OUT] if broke_off else N_("leaves: did not come to {station}")
    return _(said, station=place.kind)


def in_all(trace: Trace, resident: Resident) -> str:
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
        if outcome in SEEN and (ended > started or not by_nobody(trace, visit)):
            times, attended = times + 1, attended + ended - started
    last = resident.visits[-1]
    left = int(trace.visits["outcome"][last]) not in OPEN
    until = int(trace.times["ended"][last]) if left else trace.horizon
    whole = until - int(trace.times["arrived"][resident.visits[0]])
    seen = {
        0: N_("never attended"),
        1: N_("attended once for {time}"),
        2: N_("attended twice for {time}"),
    }
    said = seen.get(times, N_("attended {number} times for {time}"))
    waiting = N_("waited {time} at stations") if waited >= AT_ONCE else N_("did not wait")
    return _(
        N_("In all: {attended}; {waiting}; {time} from first to last.")
        if left
        else N_("In all: {attended}; {waiting}; {time} and not yet over."),
        attended=_(said, number=times, time=long(attended)),
        waiting=_(waiting, time=long(waited)),
        time=long(whole),
    )


def long(span: int) -> str:
    """``span`` microseconds in a unit that a person would choose."""
    return duration(say_hours(span / 3.6e9).replace(".0 ", " "))
