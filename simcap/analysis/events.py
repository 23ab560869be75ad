"""What visits are besides what ``counting`` counts, row by row (see ``network.jit``): how a
resident's episode goes, whose hours each kind of station took, and what happened in which quarter,
year or week. Times are hours.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from simcap.analysis.counting import (
    ATTENDED,
    COMPLETED,
    DROPPED_OUT,
    MISSED,
    RENEGED,
    SESSION,
)
from simcap.engine.visits import LEFT, NO_POOL

KERNELS = (
    "note",
    "_note_episode",
    "_note_joining",
    "_note_hours",
    "_add",
    "_note_caseload",
    "_note_weeks",
)
INLINED = ("_add",)

EPISODE = np.dtype(
    (
        np.record,
        [
            (name, "f8")
            for name in (
                "first",
                "sessions",
                "kind",
                "need",
                "repeats",
                "sent",
                "left",
                "over",
                "again",
            )
        ],
    )
)
"""Of each resident: when they were ``first`` attended at a treatment (NaN before), at how many
``sessions`` of one so far and, last, at which ``kind`` of station and for whom (the cell, need ×
zone, of that station: ``need``); how many assessments were repeated; when the last visit ended that
was no part of a crisis team's coming (NaN before), and when they left, seen or unseen (NaN before):
all of the first episode. That was ``over`` at a time, if they have recovered; then, when they asked
``again`` in the present one.
"""
EVENTS = np.dtype(
    (
        np.record,
        [
            (name, "i8")
            for name in (
                "joined",
                "attended",
                "reneged",
                "eligible",
                "within",
                "contacts",
                "referrals",
                "referrals_kept",
            )
        ]
        + [("wait_sum", "f8")],
    )
)
"""By period and station: as in ``counting.COUNTS``, the first five and the last by the time of
joining, contacts and referrals by that of the start.
"""


class Book(NamedTuple):
    """What ``note`` reads and writes. ``kind`` and ``channel`` are by station its kind and the
    whole it is part of, ``repeat`` whether it is an assessment again. ``channels`` are hours by
    (pool, channel), ``hours`` by (period, pool), ``events`` by (period, station), ``weeks`` hours
    waited by (station, week). Periods last from ``begins`` to before ``ends``.
    """

    window: np.ndarray
    marks: np.ndarray
    members: np.ndarray
    home: np.ndarray
    kind: np.ndarray
    channel: np.ndarray
    repeat: np.ndarray
    begins: np.ndarray
    ends: np.ndarray
    offset: np.ndarray
    people: np.ndarray
    episodes: np.ndarray
    channels: np.ndarray
    hours: np.ndarray
    events: np.ndarray
    weeks: np.ndarray


def note(book, visits):
    """Note each of ``visits``."""
    for i in range(len(visits)):
        visit = visits[i]
        station = visit.station
        mark = book.marks[station]
        who = book.offset[visit.stream] + visit.resident
        episode = book.episodes[who]
        if mark.recovered:
            if math.isnan(episode.over):
                episode.over = visit.joined
            episode.again = episode.sent = np.nan
            continue
        first = math.isnan(episode.over)
        if first and visit.next == LEFT:
            episode.left = visit.ended
        if mark.unseen:
            continue
        if not first and math.isnan(episode.again):
            episode.again = visit.joined
        seen = visit.outcome in (COMPLETED, SESSION, DROPPED_OUT, ATTENDED)
        if not math.isnan(visit.joined):
            asked = book.people[who].asked if first else episode.again
            _note_joining(book, visit, mark, asked, episode, seen)
            if book.weeks.shape[1] > 0:
                _note_weeks(book, visit)
        for p in range(len(book.begins)):
            if book.begins[p] <= visit.started < book.ends[p]:
                events = book.events[p, station]
                events.contacts += seen and mark.contact > 0
                events.referrals += mark.referral
                events.referrals_kept += mark.referral and visit.next != LEFT
        if visit.pool != NO_POOL:
            _note_hours(book, visit, mark)
        if mark.caseload != NO_POOL:
            _note_caseload(book, visit, mark)
        _note_episode(book, visit, mark, episode, seen)


def _note_episode(book, visit, mark, episode, seen):
    """Sessions attended at a treatment, assessments repeated. Rows of a resident come in order."""
    if not mark.response:
        episode.sent = visit.ended
    if not math.isnan(episode.over):
        return
    if seen and mark.treatment:
        if math.isnan(episode.first):
            episode.first = visit.started
        episode.sessions += 1.0
        episode.kind, episode.need = book.kind[visit.station], mark.person
    if seen and book.repeat[visit.station]:
        episode.repeats += 1.0


def _note_joining(book, visit, mark, asked, episode, seen):
    """A first session that was joined in a period, as ``counting`` counts those of the window."""
    if visit.session != 1:
        return
    since = visit.joined
    if mark.crisis:
        since = asked if math.isnan(episode.sent) else episode.sent
    for p in range(len(book.begins)):
        if book.begins[p] <= visit.joined < book.ends[p]:
            events = book.events[p, visit.station]
            eligible = since <= book.window[0].horizon - mark.target
            events.joined += 1
            events.attended += seen
            events.reneged += visit.outcome == RENEGED
            events.eligible += eligible
            if seen:
                events.wait_sum += visit.started - since
                events.within += eligible and visit.started - since <= mark.target


def _note_hours(book, visit, mark):
    """Hours at work by pool, as ``counting`` counts them: those of a right to the places of another
    pool are that one's.
    """
    end = book.window[0].horizon if math.isnan(visit.ended) else visit.ended
    for i in range(mark.pools if mark.team else 1):
        pool = book.home[book.members[mark.pool + i] if mark.team else np.int64(visit.pool)]
        _add(book, visit, pool, visit.started, end, 1.0 / visit.together)


def _add(book, visit, pool, start, end, part):
    """Add the hours from ``start`` to ``end`` to those of ``pool``, at the kind of station of
    ``visit`` and in each period, as far as they fall into the window.
    """
    window = book.window[0]
    lasts = min(end, window.end) - max(start, window.begin)
    if lasts > 0.0:
        book.channels[pool, book.channel[visit.station]] += lasts * part
        for p in range(len(book.begins)):
            within = min(end, book.ends[p]) - max(start, book.begins[p])
            if within > 0.0:
                book.hours[p, pool] += within * part


def _note_caseload(book, visit, mark):
    """Hours for which a place of a caseload is held: from the first session on without end, and
    from the end of the course on taken away again.
    """
    window, outcome = book.window[0], visit.outcome
    if visit.session == 1 and not math.isnan(visit.started):
        _add(book, visit, mark.caseload, visit.started, window.end, 1.0)
    holds = visit.session > 1 or not math.isnan(visit.started)
    goes_on = outcome == SESSION or (
        outcome == MISSED and visit.session < mark.sessions and visit.next == visit.station
    )
    if holds and not goes_on and not math.isnan(visit.ended):
        _add(book, visit, mark.caseload, visit.ended, window.end, -1.0)


def _note_weeks(book, visit):
    """Hours waited, by week of the window."""
    window = book.window[0]
    until = visit.started
    if math.isnan(until):
        until = window.horizon if math.isnan(visit.ended) else visit.ended
    joined, until = max(visit.joined, window.begin), min(until, window.end)
    weeks = book.weeks.shape[1]
    first = np.int64(max(joined - window.begin, 0.0) // 168.0)
    for week in range(max(first - 1, 0), weeks):
        begin = window.begin + 168.0 * week
        if begin >= until:
            break
        waited = min(begin + 168.0, until) - max(begin, joined)
        if waited > 0.0:
            book.weeks[visit.station, week] += waited
