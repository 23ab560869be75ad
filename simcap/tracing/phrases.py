"""The phrases of a resident's story: how it begins and ends, where, with whom, how long."""

from __future__ import annotations

import numpy as np

from simcap.building.silent import SILENT
from simcap.building.staffing import NOBODY
from simcap.engine.visits import OPEN, SEEN, Outcome
from simcap.network.clock import HOUR
from simcap.scenario.units import say_hours
from simcap.tracing.traces import Resident, Trace
from simcap.tracing.words import staff_of

AT_ONCE = HOUR // 3600
"""A wait below a second is none that people would speak of."""


def comes(trace: Trace, resident: Resident) -> str:
    """How ``resident`` came to be there."""
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


def zone_of(trace: Trace, visit: int) -> str:
    """Where who makes a visit is from."""
    stream = trace.network.arrivals[trace.visits["stream"][visit]]
    return stream.labels.get("zone", "")


def session(trace: Trace, visit: int) -> str:
    """«town course, Timian, session 2 of 6»."""
    place, number = trace.place(visit), int(trace.visits["session"][visit])
    said = place.spoken(zone_of(trace, visit))
    if place.due:
        said = f"{said} ({place.due})"
    if np.isinf(place.sessions):
        return f"{said}, visit {number}"
    return f"{said}, session {number} of {place.sessions:.0f}" if place.sessions > 1 else said


def by_nobody(trace: Trace, visit: int) -> bool:
    """Whether no staff is needed there: something online, a decision."""
    return all(trace.network.pools[seat.pool].name == NOBODY for seat in trace.seats[visit])


def staff(trace: Trace, visit: int) -> str:
    """«police no. 1 and counsellors no. 2, City»."""
    pools = trace.network.pools
    named = [
        staff_of(pools[seat.pool], seat.place, zone_of(trace, visit)) for seat in trace.seats[visit]
    ]
    return " and ".join(named)


def become(trace: Trace, visit: int) -> str:
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


def leaves(trace: Trace, resident: Resident) -> str:
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
    seen = {0: "never attended", 1: "attended once", 2: "attended twice"}
    said = seen.get(times, f"attended {times} times") + (f" for {long(attended)}" * (times > 0))
    waiting = f"waited {long(waited)} at stations" if waited >= AT_ONCE else "did not wait"
    stay = "from first to last" if left else "and not yet over"
    return f"In all: {said}; {waiting}; {long(whole)} {stay}."


def long(span: int) -> str:
    """``span`` microseconds in a unit that a person would choose."""
    return say_hours(span / 3.6e9).replace(".0 ", " ")


def lasting(span: int) -> str:
    """«for 15 min», of ``span`` microseconds."""
    return f"for {long(span)}"


def after(span: int) -> str:
    """«after 15 min», of ``span`` microseconds."""
    return f"after {long(span)}"
