"""A day at a station, as numbers: places, callers who wait, and what became of each call."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

import numpy as np

from simcap.app.watching.counts import DAY, FAILED, Desk, Watched
from simcap.engine.visits import SEEN, Outcome
from simcap.network.clock import INFINITY

STEP = 5 * 60 * 10**6
"""Microseconds from one picture to the next: 5 minutes, less than most calls last."""


@dataclass(frozen=True, eq=False)
class Happened:
    """Moments ``at``, in order, and how long each of these residents had waited (microseconds)."""

    at: np.ndarray
    waited: np.ndarray

    def by(self, times: np.ndarray) -> np.ndarray:
        """How many had happened at each of ``times``."""
        return np.searchsorted(self.at, times, side="right")


@dataclass(frozen=True, eq=False)
class Day:
    """A day at a ``desk``, [begin, end). ``times`` are those at which something changes, with the
    places ``in_use`` and ``on_duty`` and the number ``waiting`` from then on. ``answered``,
    ``gave_up``, ``full`` (did not even join) and ``called_back`` happened that day.
    """

    desk: Desk
    begin: int
    end: int
    times: np.ndarray
    in_use: np.ndarray
    on_duty: np.ndarray
    waiting: np.ndarray
    joined: int
    answered: Happened
    gave_up: Happened
    full: Happened
    called_back: Happened

    @property
    def frames(self) -> np.ndarray:
        """The moments that are shown, the end of the day among them."""
        return np.arange(self.begin, self.end + 1, STEP)

    def now(self, values: np.ndarray, at: np.ndarray) -> np.ndarray:
        """Those of ``values``, one for each of ``times``, that hold at each of ``at``."""
        return values[np.searchsorted(self.times, at, side="right") - 1]


def day_at(watched: Watched, desk: Desk, date: datetime.date) -> Day:
    """The day ``date`` at ``desk``."""
    begin = watched.day(date) * DAY
    end = min(begin + DAY, watched.trace.horizon)
    waiting, in_use = watched.waiting(desk.stations), watched.in_use(desk.pools)
    duty = watched.duty_changes(desk.pools, begin, end)
    changes = [spans.changes(begin, end) for spans in (waiting, in_use)]
    times = np.unique(np.concatenate([duty, *changes]))
    rows, moments = watched.at(desk.stations), watched.trace.times
    rows = rows[(moments["joined"][rows] < end) & (watched.until[rows] >= begin)]
    outcome, attended = watched.trace.visits["outcome"][rows], moments["started"][rows] < INFINITY
    joined, until = moments["joined"][rows], watched.until[rows]

    def happened(which: np.ndarray, at: np.ndarray) -> Happened:
        mine = which & (at >= begin) & (at < end)
        order = np.argsort(at[mine], kind="stable")
        return Happened(at[mine][order], (at - joined)[mine][order])

    return Day(
        desk,
        begin,
        end,
        times,
        in_use.at(times),
        watched.on_duty(desk.pools, times),
        waiting.at(times),
        int(((joined >= begin) & (joined < end)).sum()),
        happened(attended & np.isin(outcome, SEEN), until),
        happened(outcome == Outcome.RENEGED, until),
        happened(outcome == Outcome.BALKED, until),
        happened(watched.again[rows], joined),
    )


def fullest(watched: Watched, desk: Desk) -> datetime.date:
    """The observed day on which most residents came to ``desk`` in vain, of equals the one to which
    most came, then the first.
    """
    first, last = (watched.day(date) for date in watched.days)
    rows = watched.at(desk.stations)
    in_vain = np.isin(watched.trace.visits["outcome"][rows], FAILED)
    days = watched.trace.times["joined"][rows] // DAY - first
    seen = (days >= 0) & (days <= last - first)
    came, failed = (
        np.bincount(days[which], minlength=last - first + 1) for which in (seen, seen & in_vain)
    )
    return watched.date(first + int(np.lexsort((np.arange(len(came)), -came, -failed))[0]))
