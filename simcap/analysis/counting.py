"""Visits into counts, row by row: the kernels of ``tally`` (see ``network.jit``).

``Book`` holds what the tally knows of each station, what it counts by station, pool, resident and
hour, and the window. Times are hours.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from simcap.analysis import histogram
from simcap.engine.visits import LEFT, NO_POOL, Outcome

KERNELS = (
    "needed",
    "count",
    "_note_resident",
    "_note_wait",
    "_note_queue",
    "_completes_group",
    "_note_work",
    "_note_caseload",
    "_hour",
    "_day",
    "count_residents",
    "idle",
    "excess",
)
INLINED = (
    "_note_resident",
    "_note_wait",
    "_note_queue",
    "_completes_group",
    "_note_work",
    "_note_caseload",
    "_hour",
    "_day",
)

WINDOW = np.dtype(
    (
        np.record,
        [
            ("begin", "f8"),
            ("end", "f8"),
            ("horizon", "f8"),
            ("target", "f8"),
            ("visit", "f8"),
            ("hours", "i8"),
            ("weeks", "i8"),
            ("days", "i8"),
            ("overruns", "i8"),
        ],
    )
)
"""The observed window, the targets for a first contact and for a visit of the register, the
window's number of hours and of week ends after the first, the days of the run up to its end, and
how many overruns are noted.
"""
MARK = np.dtype(
    (
        np.record,
        [
            ("target", "f8"),
            ("cell", "i8"),
            ("queue", "i8"),
            ("pool", "i8"),
            ("pools", "i8"),
            ("caseload", "i8"),
            ("sessions", "f8"),
            ("contact", "i1"),
            ("treatment", "?"),
            ("register", "?"),
            ("referral", "?"),
            ("crisis", "?"),
            ("team", "?"),
        ],
    )
)
"""What a station is: the target for its waits, its cell (kind × zone), its queue (staff × zone),
its pools, that of its caseload (or ``NO_POOL``), how many sessions a course has, what a visit
counts as.
"""
COUNTS = np.dtype(
    (
        np.record,
        [
            (name, "i8")
            for name in (
                "joined",
                "attended",
                "reneged",
                "balked",
                "redialled",
                "contacts",
                "within",
                "eligible",
                "no_shows",
                "referrals",
                "referrals_kept",
            )
        ]
        + [(name, "f8") for name in ("wait_sum", "waited_sum", "queue_hours", "part_of_group")],
    )
)
"""What is counted by station; ``part_of_group`` is how much of a group its rows so far make."""
PERSON = np.dtype(
    (
        np.record,
        [
            (name, "f8")
            for name in (
                "arrived",
                "any",
                "professional",
                "treated",
                "left",
                "sought",
                "registered",
                "late",
            )
        ],
    )
)
"""When a resident came, first had any contact, one with a professional, completed a course, left,
first stood before a professional's door, and was first visited as one on the register; how late the
latest of their visits due in the window was; NaN for what has not happened.
"""
RESIDENTS = np.dtype(
    (
        np.record,
        [
            (name, "i8")
            for name in (
                "asked",
                "any_contact",
                "professional",
                "coverage",
                "treated",
                "sought",
                "attended",
                "within",
                "eligible",
                "registered",
                "regular",
            )
        ]
        + [(name, "f8") for name in ("wait_sum", "waited_sum")],
    )
)
"""What is counted of the residents of the cohort by cell (need × zone); ``sought`` and what follows
of those who ever stood before a professional's door, ``registered`` and ``regular`` of those on the
register.
"""
OVERRUN = np.dtype((np.record, [("pool", "i8"), ("start", "f8"), ("end", "f8")]))
"""A session that was going on while places of its pool closed."""

COMPLETED, SESSION, MISSED, RENEGED, BALKED, DETERIORATED, DROPPED_OUT, ATTENDED = (
    int(outcome)
    for outcome in (
        Outcome.COMPLETED,
        Outcome.SESSION,
        Outcome.NO_SHOW,
        Outcome.RENEGED,
        Outcome.BALKED,
        Outcome.DETERIORATED,
        Outcome.DROPPED_OUT,
        Outcome.ATTENDED,
    )
)


class Book(NamedTuple):
    """What ``count`` reads and writes. ``closings`` are the times at which places of each pool
    close, pool after pool from ``closing`` to ``last_closing``; ``closing`` moves on with the
    visits, which come in the order of their ends.
    """

    window: np.ndarray
    marks: np.ndarray
    counts: np.ndarray
    members: np.ndarray
    offset: np.ndarray
    people: np.ndarray
    waits: np.ndarray
    unfinished: np.ndarray
    weeks: np.ndarray
    waiting: np.ndarray
    daily: np.ndarray
    busy: np.ndarray
    worked: np.ndarray
    closings: np.ndarray
    first_closing: np.ndarray
    closing: np.ndarray
    last_closing: np.ndarray
    overruns: np.ndarray


def needed(numbers, visits):
    """Raise ``numbers`` to one above the highest number of a resident of each stream."""
    for i in range(len(visits)):
        visit = visits[i]
        if visit.resident >= numbers[visit.stream]:
            numbers[visit.stream] = visit.resident + 1


def count(book, visits):
    """Count each of ``visits``."""
    window = book.window[0]
    for i in range(len(visits)):
        visit = visits[i]
        mark, counts = book.marks[visit.station], book.counts[visit.station]
        outcome = visit.outcome
        seen = outcome in (COMPLETED, SESSION, DROPPED_OUT, ATTENDED)
        observed = window.begin <= visit.started < window.end
        _note_resident(book, visit, mark, seen, observed)
        if not math.isnan(visit.joined):
            _note_wait(book, visit, mark, counts)
        if visit.pool != NO_POOL:
            _note_work(book, visit, mark, _completes_group(visit, counts))
        if mark.caseload != NO_POOL:
            _note_caseload(book, visit, mark)
        if observed:
            counts.contacts += seen and mark.contact > 0
            counts.no_shows += outcome == MISSED
            counts.referrals += mark.referral
            counts.referrals_kept += mark.referral and visit.next != LEFT


def _note_resident(book, visit, mark, seen, observed):
    """First contacts. Rows of one resident come in order, so the first is the earliest."""
    person = book.people[book.offset[visit.stream] + visit.resident]
    person.arrived = visit.arrived
    if seen:
        if mark.contact >= 1 and math.isnan(person.any):
            person.any = visit.started
        if mark.contact == 2 and math.isnan(person.professional):
            person.professional = visit.started
        if mark.register and observed and math.isnan(person.registered):
            person.registered = visit.started
    if mark.register and book.window[0].begin <= visit.joined < book.window[0].end:
        late = (
            visit.started
            if seen
            else book.window[0].horizon
            if math.isnan(visit.ended)
            else math.inf
        ) - visit.joined
        if math.isnan(person.late) or late > person.late:
            person.late = late
    if mark.treatment and visit.outcome == COMPLETED and math.isnan(person.treated):
        person.treated = visit.ended
    if mark.contact == 2 and math.isnan(person.sought):
        person.sought = visit.arrived
    if visit.next == LEFT:
        person.left = visit.ended


def _note_wait(book, visit, mark, counts):
    """The wait of a first session that was joined in the window, and the queue of all who joined.

    Who is called and does not come has not been attended: they count as those who gave up do. A
    wait runs from joining; at a crisis station it is the response, from asking, hand-offs included.
    """
    window, outcome = book.window[0], visit.outcome
    started, still = (
        not math.isnan(visit.started),
        math.isnan(visit.started) and math.isnan(visit.ended),
    )
    until = visit.started
    if not started:
        until = window.horizon if still else visit.ended
    overlap = min(until, window.end) - max(visit.joined, window.begin)
    if overlap > 0:
        counts.queue_hours += overlap
    _note_queue(book, mark.queue, visit.joined, np.inf if still else until)
    if not (window.begin <= visit.joined < window.end and visit.session == 1):
        return
    waited = until - (visit.arrived if mark.crisis else visit.joined)
    gave_up, balked = outcome in (RENEGED, DETERIORATED), outcome == BALKED
    attended = started and outcome != MISSED
    eligible = visit.joined <= window.horizon - mark.target
    counts.joined += 1
    counts.attended += attended
    counts.balked += balked
    counts.reneged += outcome == RENEGED
    counts.redialled += (gave_up or balked) and visit.next == visit.station
    counts.eligible += eligible
    counts.within += eligible and attended and waited <= mark.target
    if not balked:
        counts.waited_sum += waited
    if attended:
        counts.wait_sum += waited
        histogram.note(book.waits, mark.cell, waited)
    elif not balked:
        histogram.note(book.unfinished, mark.cell, waited)


def _note_queue(book, queue, joined, until):
    """Who stands in line at the end of each observed week (and at its beginning), at half past each
    hour and at each midnight from the start of the run: +1 from the first at which they do, −1 from
    the first at which they no longer do.
    """
    window = book.window[0]
    for at, change in ((joined, 1), (until, -1)):
        book.waiting[queue, _hour(window, at)] += change
        book.daily[queue, _day(window, at)] += change
        weeks = math.ceil(min(max((at - window.begin) / 168.0, 0.0), window.weeks + 1.0))
        if weeks <= window.weeks:
            book.weeks[queue, np.int64(weeks)] += change


def _completes_group(visit, counts):
    """Whether, with this row, as many have been counted as make a group, so that their place is:
    the rows of a group follow each other, but for those still open at the end, of which as many are
    taken as there are groups.
    """
    if visit.together == 1:
        return True
    counts.part_of_group += 1.0 / visit.together
    if counts.part_of_group < 1.0 - 1e-9:
        return False
    counts.part_of_group -= 1.0
    return True


def _note_work(book, visit, mark, completes):
    """Hours at work by pool: a place is held from the start to the end, whether or not the resident
    came; by a group together. Who is at work at an hour is noted with the row that ``completes`` a
    group.
    """
    window, start = book.window[0], visit.started
    end = window.horizon if math.isnan(visit.ended) else visit.ended
    overlap = min(end, window.end) - max(start, window.begin)
    for i in range(mark.pools if mark.team else 1):
        pool = book.members[mark.pool + i] if mark.team else np.int64(visit.pool)
        if completes:
            book.busy[pool, _hour(window, start)] += 1
            book.busy[pool, _hour(window, end)] -= 1
        if overlap > 0:
            book.worked[pool] += overlap / visit.together
        if overlap > 0 and completes:
            closing = book.closing[pool]
            while closing < book.last_closing[pool] and book.closings[closing] < end:
                closing += 1
            book.closing[pool] = closing
            if closing > book.first_closing[pool] and book.closings[closing - 1] > start:
                note = book.overruns[window.overruns]
                note.pool, note.start, note.end = pool, start, end
                window.overruns += 1


def _note_caseload(book, visit, mark):
    """Hours for which a place of a caseload is held: from the start of the first session until the
    course ends, however it does.
    """
    window, outcome = book.window[0], visit.outcome
    if visit.session == 1 and not math.isnan(visit.started):
        book.worked[mark.caseload] -= min(max(visit.started, window.begin), window.end)
        book.busy[mark.caseload, _hour(window, visit.started)] += 1
    holds = visit.session > 1 or not math.isnan(visit.started)
    goes_on = outcome == SESSION or (
        outcome == MISSED and visit.session < mark.sessions and visit.next == visit.station
    )
    if holds and not goes_on:
        until = window.horizon if math.isnan(visit.ended) else visit.ended
        book.worked[mark.caseload] += min(max(until, window.begin), window.end)
        book.busy[mark.caseload, _hour(window, until)] -= 1


def _hour(window, at):
    """The first of the observed hours at half past which it is ``at`` or later."""
    return np.int64(math.ceil(min(max(at - window.begin - 0.5, 0.0), window.hours)))


def _day(window, at):
    """The first midnight, 0 being the start of the run, at which it is ``at`` or later."""
    return np.int64(math.ceil(min(at / 24.0, window.days)))


def count_residents(
    window, stream_cell, stream_register, offset, room, people, residents, waits, unfinished
):
    """Count ``people`` by cell; waits run from asking to the first professional contact, of those
    who gave up to leaving, of those still without one to the horizon.
    """
    now = window[0]
    for stream in range(len(room)):
        counts, cell = residents[stream_cell[stream]], stream_cell[stream]
        for i in range(offset[stream], offset[stream] + room[stream]):
            person = people[i]
            if stream_register[stream]:
                counts.registered += not math.isnan(person.registered)
                counts.regular += not math.isnan(person.registered) and not person.late > now.visit
            elif now.begin <= person.arrived < now.end:
                wait, met = (
                    person.professional - person.arrived,
                    not math.isnan(person.professional),
                )
                counts.asked += 1
                counts.any_contact += not math.isnan(person.any)
                counts.professional += met
                counts.coverage += met and wait <= now.target
                counts.treated += not math.isnan(person.treated)
                if not math.isnan(person.sought):
                    eligible = person.arrived <= now.horizon - now.target
                    counts.sought += 1
                    counts.eligible += eligible
                    counts.within += eligible and met and wait <= now.target
                    if met:
                        counts.attended += 1
                        counts.wait_sum += wait
                        histogram.note(waits, cell, wait)
                    else:
                        wait = max(
                            (now.horizon if math.isnan(person.left) else person.left)
                            - person.arrived,
                            0.0,
                        )
                        histogram.note(unfinished, cell, wait)
                    counts.waited_sum += wait


def idle(waiting, totals, busy, step_hours, step_places, steps, pool_line, zones, hours):
    """Add to ``hours`` (by line: staff × zone) the free places of each pool at each hour at which
    somebody waits for the same staff elsewhere.

    Each pool has the next ``steps`` of ``step_hours`` (the hour from which on there are
    ``step_places``); −1 places: without end. ``totals`` is room for the numbers waiting by staff.
    """
    totals[:] = 0
    for line in range(len(waiting)):
        for hour in range(waiting.shape[1]):
            totals[line // zones, hour] += waiting[line, hour]
    begin = 0
    for pool in range(len(steps)):
        line = pool_line[pool]
        step, last = begin, begin + steps[pool] - 1
        begin += steps[pool]
        for hour in range(busy.shape[1] - 1):
            while step < last and step_hours[step + 1] <= hour:
                step += 1
            free = step_places[step] - busy[pool, hour]
            if (
                free > 0
                and step_places[step] >= 0
                and totals[line // zones, hour] > waiting[line, hour]
            ):
                hours[line] += free


def excess(starts, ends, sessions, step_times, step_places, steps, window, hours):
    """Add to ``hours`` (by pool) the time for which more were at work than there were places, in
    the observed window.

    Each pool has the next ``sessions`` of ``starts`` and of ``ends``, both in order of time, and
    the next ``steps`` of ``step_times``, from which on there are ``step_places``.
    """
    now = window[0]
    first = step = 0
    for pool in range(len(hours)):
        last, last_step = first + sessions[pool], step + steps[pool]
        start = end = first
        working, places, at = 0, 0.0, now.begin
        while end < last:
            moment = ends[end]
            if start < last and starts[start] < moment:
                moment = starts[start]
            if step < last_step and step_times[step] < moment:
                moment = step_times[step]
            until = min(max(moment, now.begin), now.end)
            if working > places:
                hours[pool] += (working - places) * (until - at)
            at = until
            while step < last_step and step_times[step] <= moment:
                places = step_places[step]
                step += 1
            while start < last and starts[start] <= moment:
                working += 1
                start += 1
            while end < last and ends[end] <= moment:
                working -= 1
                end += 1
        first, step = last, last_step
