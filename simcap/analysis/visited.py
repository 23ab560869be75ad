"""Those on a register, year by year: the kernels that note their visits, and what they add up to.

The observed window is taken in years of equal length, as near to 365 days as may be (52 weeks are
one). In a year a resident is *managed* if there is at least one visit; *in person* if at least one
is with them, at home or as an outpatient; *regular* if managed and no gap is longer than the
interval by which the next visit was due and the slack (the target ``register visit``): between the
end of a visit and the start of the next, from the beginning of the year to its first visit, and
from its last to its end.

Source: the national analyses count so (evidence on the line and the register): management and
regular management over those registered.
"""

from __future__ import annotations

import math

import numpy as np

from simcap.engine.visits import Outcome

KERNELS = ("note", "end", "_pass_time")
INLINED = ("_pass_time",)

YEARS = np.dtype(
    (
        np.record,
        [("begin", "f8"), ("end", "f8"), ("length", "f8"), ("slack", "f8"), ("number", "i8")],
    )
)
"""The observed window in years: its begin and end, the length of each, the slack, how many."""
PERSON = np.dtype(
    (
        np.record,
        [
            ("last", "f8"),
            ("interval", "f8"),
            ("closed", "i8"),
            ("visited", "i8"),
            ("met", "i8"),
            ("broken", "i8"),
            ("managed", "i8"),
            ("in_person", "i8"),
            ("regular", "i8"),
        ],
    )
)
"""Of a resident: the end of the last visit, the interval until the next, how many years are over,
the last that had a visit, one in person, too long a gap (numbered from 1), and of how many years
they are told as what.
"""
COUNTED = ("registered", "managed", "in_person", "regular")
"""By cell (need × zone): residents visited in any year, and years of residents."""
ROUNDING = 1e-6
"""Hours by which a gap may seem too long: times are whole microseconds."""

COMPLETED, SESSION, DROPPED_OUT, ATTENDED = (
    int(outcome)
    for outcome in (Outcome.COMPLETED, Outcome.SESSION, Outcome.DROPPED_OUT, Outcome.ATTENDED)
)


def note(years, visit_of, interval, in_person, offset, people, visits):
    """Note each of ``visits``, in the order of their ends: by station, whether it is one
    (``visit_of``), hours that may lie before it, whether it is ``in_person``.
    """
    now = years[0]
    for i in range(len(visits)):
        visit = visits[i]
        person = people[offset[visit.stream] + visit.resident]
        if not visit_of[visit.station]:
            continue
        outcome = visit.outcome
        if outcome in (COMPLETED, SESSION, DROPPED_OUT, ATTENDED):
            _pass_time(now, person, visit.started, interval[visit.station])
            if now.begin <= visit.started < now.end:
                year = min(person.closed, now.number - 1) + 1
                person.managed += person.visited != year
                person.visited = year
                if in_person[visit.station]:
                    person.in_person += person.met != year
                    person.met = year
            person.last = now.end if math.isnan(visit.ended) else visit.ended
        goal = visit.next if visit.next >= 0 else np.int64(visit.station)
        person.interval = interval[goal if visit_of[goal] else visit.station]


def end(years, cell, offset, room, people, counts):
    """Let the years that are left go by, and count ``people`` by the ``cell`` of their stream: into
    a row of each of ``COUNTED``.
    """
    now = years[0]
    for stream in range(len(room)):
        for i in range(offset[stream], offset[stream] + room[stream]):
            person = people[i]
            _pass_time(now, person, np.inf, person.interval)
            counts[0, cell[stream]] += person.managed > 0
            counts[1, cell[stream]] += person.managed
            counts[2, cell[stream]] += person.in_person
            counts[3, cell[stream]] += person.regular


def _pass_time(now, person, until, interval):
    """Nobody visits from the last visit ``until`` then, where there were ``interval`` hours."""
    while person.closed < now.number:
        begins = now.begin + person.closed * now.length
        ends = now.end if person.closed == now.number - 1 else begins + now.length
        if begins >= until:
            return
        since = begins if math.isnan(person.last) else max(begins, person.last)
        if min(ends, until) - since > interval + now.slack + ROUNDING:
            person.broken = person.closed + 1
        if ends > until:
            return
        person.closed += 1
        person.regular += person.visited == person.closed and person.broken != person.closed
