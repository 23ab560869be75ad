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
    "_note_unseen",
    "_note_recovered",
    "_note_way",
    "_spend",
    "_how_left",
    "_what_follows",
    "_note_wait",
    "_note_periods",
    "_note_queue",
    "_opens",
    "_completes_group",
    "_note_work",
    "_note_caseload",
    "_hour",
    "_day",
    "count_residents",
    "_why_late",
    "idle",
    "excess",
)
INLINED = (
    "_note_resident",
    "_note_wait",
    "_note_periods",
    "_note_queue",
    "_spend",
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
            ("hours", "i8"),
            ("weeks", "i8"),
            ("days", "i8"),
            ("overruns", "i8"),
        ],
    )
)
"""The observed window, the target for a first contact, the window's number of hours and of week
ends after the first, the days of the run up to its end, and how many overruns are noted.
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
            ("hours", "i8"),
            ("periods", "i8"),
            ("check", "i8"),
            ("checks", "i8"),
            ("sessions", "f8"),
            ("contact", "i1"),
            ("treatment", "?"),
            ("register", "?"),
            ("referral", "?"),
            ("crisis", "?"),
            ("response", "?"),
            ("team", "?"),
            ("unseen", "?"),
            ("recovered", "?"),
            ("person", "i8"),
        ],
    )
)
"""What a station is: the target for its waits, its cell (kind × zone), its queue (staff × zone),
its pools, that of its caseload (or ``NO_POOL``), its hours (a row of ``Book.first_switch``, or
``ALWAYS``), the first of its rows of ``Book.periods`` (or ``NO_PERIODS``), which and how many of
``Book.checks`` hold its waits against further targets, how many sessions a course has, what a visit
counts as. A ``response`` is part of a
crisis team's coming: of its members who come in turn only one is the ``crisis`` contact. Where
somebody is ``unseen``, they have not asked yet, or are on their way, or have ``recovered``.
``person`` is the cell (need ×
zone) of whom it attends.
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
                "meetings",
                "within",
                "eligible",
                "delayed",
                "no_shows",
                "referrals",
                "referrals_kept",
                "joined_closed",
                "left_closed",
                "attended_open",
                "within_open",
                "eligible_open",
                "recovered",
                "relapsed",
                "returned",
            )
        ]
        + [
            (name, "f8")
            for name in ("wait_sum", "waited_sum", "queue_hours", "part_of_group", "wait_sum_open")
        ],
    )
)
"""What is counted by station; ``part_of_group`` is how much of a group its rows so far make,
``meetings`` are sessions held, those of a group together one; who came where those are who have
``recovered``, relapsed there and came back.
"""
PERIOD = np.dtype(
    (
        np.record,
        [
            (name, "i8")
            for name in (
                "joined",
                "attended",
                "reneged",
                "balked",
                "delayed",
                "within",
                "eligible",
            )
        ]
        + [("wait_sum", "f8")],
    )
)
"""The same of those who joined a kind of station in an hour of the day, on a weekday, in a quarter;
who tries again, in that of the first try.
"""
CHECK = np.dtype((np.record, [("hours", "f8"), ("eligible", "i8"), ("within", "i8")]))
"""A further target of a station, or of the residents of one stream, and how it is kept."""
PERSON = np.dtype(
    (
        np.record,
        [
            (name, "f8")
            for name in (
                "arrived",
                "contacted",
                "professional",
                "treated",
                "left",
                "sought",
                "ended",
                "sent",
                "missed",
                "leaving",
                "follows",
                "referral",
                "waited",
                "closed",
                "called",
                "asked",
                "silent",
                "cell",
                "over",
                "again",
            )
        ],
    )
)
"""When a resident's need began, they first had any contact, one with a professional, completed a
course, left, first stood before a professional's door; when their last visit ended, and the last
that was no part of a crisis team's coming; NaN for what has not happened.

Then what decides why they were not in time: whether they ``missed`` a professional's session by the
target, the cause by which they left (``leaving``), that of the time until their next visit
(``follows``), and the hours until the target that went into hand-offs, waiting for staff, and
waiting for a station to open. Last, when somebody who tries again ``called`` first, when they
``asked`` for help, whether they had been ``silent`` before, the cell in which they were first
seen, when their first episode was ``over`` in recovery, and when they asked ``again`` in the
present one.
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
                "did_not_come",
                "declined",
                "gave_up",
                "late_closed",
                "late_referral",
                "late_waited",
                "not_reached",
                "silent",
                "found",
            )
        ]
        + [(name, "f8") for name in ("wait_sum", "waited_sum")],
    )
)
"""What is counted of the residents of the cohort by cell (need × zone); ``sought`` and what follows
of those who ever stood before a professional's door, seven why those who asked were not in time,
``silent`` those who never asked though somebody or something might have brought them, ``found``
those whom it did.
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


ALWAYS = -1
"""The hours of a station that is always open."""
NO_PERIODS = -1
"""The rows of a station that is not told by when residents join."""
WEEKDAY, QUARTER = 24, 31
"""Where weekdays and quarters begin among the rows of a kind of station: hours come first."""
ELSEWHERE, REFERRAL, WAITED, CLOSED, GAVE_UP, DECLINED, DID_NOT_COME = range(7)
"""Why somebody was not in time."""


class Book(NamedTuple):
    """What ``count`` reads and writes. ``home`` is, by pool, the pool whose places it is: itself,
    unless it is a right to those of another. ``switches`` are the hours at which a station closes
    and opens in turn, beginning with whether it is open at 0 (a closing at 0 if it is not), one row
    of hours after another from ``first_switch``. ``closings`` are the times at which places of each
    pool close, pool after pool from ``closing`` to ``last_closing``; ``closing`` moves on with the
    visits, which come in the order of their ends. ``periods`` has a row for each hour, weekday and
    quarter of each kind of station that is told by them, and so has ``period_waits``; ``dates`` say
    which weekday and quarter each day of the run is. ``checks`` are the further targets of
    stations, one station's after another's.
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
    on_register: np.ndarray
    home: np.ndarray
    switches: np.ndarray
    first_switch: np.ndarray
    closings: np.ndarray
    first_closing: np.ndarray
    closing: np.ndarray
    last_closing: np.ndarray
    overruns: np.ndarray
    periods: np.ndarray
    period_waits: np.ndarray
    dates: np.ndarray
    checks: np.ndarray


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
        person = book.people[book.offset[visit.stream] + visit.resident]
        if math.isnan(person.arrived):
            person.arrived = visit.arrived
            person.referral = person.waited = person.closed = person.follows = 0.0
        if mark.recovered:
            _note_recovered(window, visit, counts, person)
            continue
        if mark.unseen:
            _note_unseen(window, visit, person)
            continue
        if not math.isnan(person.over) and math.isnan(person.again):
            person.again = visit.joined
        if math.isnan(person.asked):
            person.asked = visit.arrived if math.isnan(person.silent) else visit.joined
        opens = _opens(book, mark.hours, visit.joined)
        if not math.isnan(visit.joined):
            if math.isnan(person.called):
                person.called = visit.joined
            _note_wait(book, visit, mark, counts, person, opens)
            again = outcome in (RENEGED, BALKED, DETERIORATED) and visit.next == visit.station
            if not again:
                person.called = np.nan
        if math.isnan(person.professional) and math.isnan(person.over):
            _note_way(window, visit, mark, person, opens)
        _note_resident(visit, mark, person, seen)
        completes = visit.pool != NO_POOL and _completes_group(visit, counts)
        if visit.pool != NO_POOL:
            _note_work(book, visit, mark, completes)
        if mark.caseload != NO_POOL:
            _note_caseload(book, visit, mark)
        if observed:
            counts.contacts += seen and mark.contact > 0
            counts.no_shows += outcome == MISSED
            counts.meetings += completes
            counts.referrals += mark.referral
            counts.referrals_kept += mark.referral and visit.next != LEFT


def _note_unseen(window, visit, person):
    """Who has not asked is silent; of who is still on the way at the end of the run, the time since
    their last visit.
    """
    if math.isnan(person.asked):
        person.silent = 1.0
    elif math.isnan(visit.ended) and math.isnan(person.professional) and math.isnan(person.over):
        until = min(window.horizon, person.asked + window.target)
        _spend(person, int(person.follows), person.ended, until)


def _note_recovered(window, visit, counts, person):
    """Who comes to those who have recovered, and goes from there: their first episode is over, and
    the next begins when they ask again.
    """
    if math.isnan(person.over):
        person.over = visit.joined
    person.again = person.sent = person.called = np.nan
    counts.recovered += window.begin <= visit.joined < window.end
    if window.begin <= visit.ended < window.end:
        counts.relapsed += 1
        counts.returned += visit.next != LEFT


def _note_resident(visit, mark, person, seen):
    """First contacts. Rows of one resident come in order, so the first is the earliest; who has
    recovered has had theirs.
    """
    if not mark.response:
        person.sent = visit.ended
    if not math.isnan(person.over):
        return
    if seen:
        if mark.contact >= 1 and math.isnan(person.contacted):
            person.contacted, person.cell = visit.started, mark.person
        if mark.contact == 2 and math.isnan(person.professional):
            person.professional = visit.started
    completed = mark.treatment and visit.outcome == COMPLETED and not math.isnan(person.contacted)
    if completed and math.isnan(person.treated):
        person.treated = visit.ended
    if mark.contact == 2 and math.isnan(person.sought):
        person.sought = person.asked
    if visit.next == LEFT:
        person.left = visit.ended
    person.ended = visit.ended


def _note_way(window, visit, mark, person, opens):
    """What the time until the target went into, and how the way ended: of residents whom no
    professional has seen before this visit.
    """
    deadline, outcome = person.asked + window.target, visit.outcome
    joined = window.horizon if math.isnan(visit.joined) else visit.joined
    if visit.session == 1 and not math.isnan(person.ended):
        _spend(person, int(person.follows), person.ended, min(joined, deadline))
    until = visit.started
    if math.isnan(until):
        until = window.horizon if math.isnan(visit.ended) else visit.ended
    _spend(person, CLOSED, joined, min(opens, until, deadline))
    _spend(person, WAITED, max(joined, opens), min(until, deadline))
    if outcome == MISSED and mark.contact == 2 and visit.started <= deadline:
        person.missed = visit.started
    if visit.next == LEFT:
        person.leaving = _how_left(visit, mark, opens)
    elif not math.isnan(visit.ended):
        person.follows = _what_follows(visit, opens)


def _spend(person, cause, start, until):
    """Add the hours from ``start`` to ``until``, if any, to what went into ``cause``."""
    if until > start:
        if cause == REFERRAL:
            person.referral += until - start
        elif cause == WAITED:
            person.waited += until - start
        elif cause == CLOSED:
            person.closed += until - start


def _how_left(visit, mark, opens):
    """The cause by which a resident leaves with this visit."""
    if visit.outcome == MISSED:
        return DID_NOT_COME
    if visit.outcome in (RENEGED, BALKED, DETERIORATED):
        return CLOSED if opens > visit.ended else GAVE_UP
    return DECLINED if mark.referral else ELSEWHERE


def _what_follows(visit, opens):
    """What the time between this visit and the next goes into: who tries again waits on, who comes
    back to where they were seen does so by themselves, all others are handed on.
    """
    if visit.next != visit.station:
        return REFERRAL
    if visit.outcome in (RENEGED, BALKED, DETERIORATED):
        return CLOSED if opens > visit.ended else WAITED
    return ELSEWHERE


def _opens(book, hours, at):
    """When a station with these hours is open, first, ``at`` this time or later: ``at`` where it
    is, infinite where it never will be.
    """
    if hours == ALWAYS or math.isnan(at):
        return at
    first, last = book.first_switch[hours], book.first_switch[hours + 1]
    passed = np.searchsorted(book.switches[first:last], at, "right")
    if passed % 2 == 0:
        return at
    return book.switches[first + passed] if first + passed < last else np.inf


def _note_wait(book, visit, mark, counts, person, opens):
    """The wait of a first session that was joined in the window, and the queue of all who joined.

    Who is called and does not come has not been attended: they count as those who gave up do. A
    wait runs from joining; at a crisis station it is the response, from the end of the visit that
    sent for the team, or from asking.
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
    since = visit.joined
    if mark.crisis:
        since = person.asked if math.isnan(person.over) else person.again
        since = since if math.isnan(person.sent) else person.sent
    waited = until - since
    gave_up, balked = outcome in (RENEGED, DETERIORATED), outcome == BALKED
    attended, opened = started and outcome != MISSED, not opens > visit.joined
    eligible = since <= window.horizon - mark.target
    delayed = not balked and not visit.started <= visit.joined
    counts.joined += 1
    counts.delayed += delayed
    counts.attended += attended
    counts.balked += balked
    counts.reneged += outcome == RENEGED
    counts.redialled += (gave_up or balked) and visit.next == visit.station
    counts.eligible += eligible
    counts.within += eligible and attended and waited <= mark.target
    counts.joined_closed += not opened
    counts.left_closed += outcome == RENEGED and opens > visit.ended
    counts.attended_open += opened and attended
    counts.eligible_open += opened and eligible
    counts.within_open += opened and eligible and attended and waited <= mark.target
    for i in range(mark.check, mark.check + mark.checks):
        check = book.checks[i]
        due = since <= window.horizon - check.hours
        check.eligible += due
        check.within += due and attended and waited <= check.hours
    if mark.periods != NO_PERIODS:
        _note_periods(book, visit, mark, person, waited, attended, eligible, delayed)
    if not balked:
        counts.waited_sum += waited
    if attended:
        counts.wait_sum += waited
        counts.wait_sum_open += waited if opened else 0.0
        histogram.note(book.waits, mark.cell, waited)
    elif not balked:
        histogram.note(book.unfinished, mark.cell, waited)


def _note_periods(book, visit, mark, person, waited, attended, eligible, delayed):
    """The same by the hour, weekday and quarter of the first try (of one before the window, by the
    quarter in which that begins).
    """
    day = np.int64(person.called // 24.0)
    hour = np.int64(person.called - 24.0 * day)
    counted = np.int64(max(person.called, book.window[0].begin) // 24.0)
    for i in range(3):
        row = mark.periods + (
            hour if i == 0 else book.dates[day, 0] if i == 1 else book.dates[counted, 1]
        )
        period = book.periods[row]
        period.joined += 1
        period.attended += attended
        period.reneged += visit.outcome == RENEGED
        period.balked += visit.outcome == BALKED
        period.delayed += delayed
        period.eligible += eligible
        period.within += eligible and attended and waited <= mark.target
        if attended:
            period.wait_sum += waited
            histogram.note(book.period_waits, row, waited)


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
        pool = book.home[book.members[mark.pool + i] if mark.team else np.int64(visit.pool)]
        if completes:
            book.busy[pool, _hour(window, start)] += 1
            book.busy[pool, _hour(window, end)] -= 1
        if overlap > 0:
            book.worked[pool] += overlap / visit.together
            if mark.register:
                book.on_register[pool] += overlap / visit.together
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
    window,
    stream_cell,
    stream_register,
    stream_found,
    stream_check,
    checks,
    offset,
    room,
    people,
    residents,
    waits,
    unfinished,
):
    """Count ``people`` by the cell in which they were first seen, or else that of their stream;
    waits run from asking to the first professional contact, of those who gave up to leaving, of
    those still without one to the horizon. Those of a stream that was ``stream_found`` would not
    have asked. The further targets of stream i are the ``checks`` from ``stream_check[i]`` to
    ``stream_check[i + 1]``.
    """
    now = window[0]
    for stream in range(len(room)):
        for i in range(offset[stream], offset[stream] + room[stream]):
            person = people[i]
            cell = stream_cell[stream] if math.isnan(person.cell) else np.int64(person.cell)
            counts = residents[cell]
            if not stream_register[stream] and now.begin <= person.arrived < now.end:
                if math.isnan(person.asked):
                    counts.silent += 1
                    continue
                wait, met = (
                    person.professional - person.asked,
                    not math.isnan(person.professional),
                )
                counts.asked += 1
                counts.found += stream_found[stream] or not math.isnan(person.silent)
                counts.any_contact += not math.isnan(person.contacted)
                counts.professional += met
                counts.coverage += met and wait <= now.target
                counts.treated += not math.isnan(person.treated)
                if not (met and wait <= now.target):
                    _why_late(now, person, counts)
                if not math.isnan(person.sought):
                    eligible = person.asked <= now.horizon - now.target
                    counts.sought += 1
                    counts.eligible += eligible
                    counts.within += eligible and met and wait <= now.target
                    for k in range(stream_check[stream], stream_check[stream + 1]):
                        check = checks[k]
                        due = person.asked <= now.horizon - check.hours
                        check.eligible += due
                        check.within += due and met and wait <= check.hours
                    if met:
                        counts.attended += 1
                        counts.wait_sum += wait
                        histogram.note(waits, cell, wait)
                    else:
                        wait = max(
                            (now.horizon if math.isnan(person.left) else person.left)
                            - person.asked,
                            0.0,
                        )
                        histogram.note(unfinished, cell, wait)
                    counts.waited_sum += wait


def _why_late(window, person, counts):
    """Count the cause why a resident of the cohort was not in time, as things stood at the target
    (at the end of the run, if that comes first). Who missed a professional's session could have
    been; who had left by then tells by how they did; else the largest part of the time decides, of
    equal ones the first of hand-offs, waiting for staff, closed stations, anything else.
    """
    deadline = person.asked + window.target
    cause = DID_NOT_COME
    if math.isnan(person.missed):
        if person.left <= deadline:
            cause = int(person.leaving)
        else:
            spent = person.referral + person.waited + person.closed
            rest = min(deadline, window.horizon) - person.asked - spent
            cause, most = REFERRAL, person.referral
            if person.waited > most:
                cause, most = WAITED, person.waited
            if person.closed > most:
                cause, most = CLOSED, person.closed
            if rest > most + 1e-9:
                cause = ELSEWHERE
    counts.did_not_come += cause == DID_NOT_COME
    counts.declined += cause == DECLINED
    counts.gave_up += cause == GAVE_UP
    counts.late_closed += cause == CLOSED
    counts.late_referral += cause == REFERRAL
    counts.late_waited += cause == WAITED
    counts.not_reached += cause == ELSEWHERE


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
