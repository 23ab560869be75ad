"""Four weeks of a staff's queues, zone by zone: who waits, since when, and who of them is at work.

Who waits is counted where they wait: at the station's zone. Who is at work is counted where they
belong, wherever they attend.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass

import numpy as np

from simcap.app.watching.counts import DAY, Line, Watched
from simcap.network.clock import HOUR

DAYS = 28
FIRST, EVERY = HOUR // 2, 2 * HOUR
"""A picture at half past every second hour."""
ROWS = 16
"""So many rows at most; the zones with the shortest queues share the last."""
SCALES = (
    (3 * 168 * HOUR, (168 * HOUR, 336 * HOUR, 672 * HOUR)),
    (36 * HOUR, (24 * HOUR, 72 * HOUR, 168 * HOUR)),
    (0, (HOUR, 4 * HOUR, 24 * HOUR)),
)
"""(from this longest wait on, where the classes of how long somebody has waited divide)."""


@dataclass(frozen=True, eq=False)
class Month:
    """``waiting`` [row, moment, class of how long they have waited], divided at ``limits``;
    ``in_use`` and ``on_duty`` [row, moment]; ``longest`` [moment] is the longest wait so far of
    those who wait; ``moments`` are microseconds; ``zones`` name the rows ("" is the district), the
    last, of ``others`` zones, if there are any.
    """

    staff: str
    zones: tuple[str, ...]
    others: int
    moments: np.ndarray
    limits: tuple[int, ...]
    waiting: np.ndarray
    in_use: np.ndarray
    on_duty: np.ndarray
    longest: np.ndarray


def month_of(watched: Watched, staff: str, date: datetime.date) -> Month:
    """The four weeks of ``staff`` from ``date`` on, as far as the run goes."""
    begin = watched.day(date) * DAY
    end = min(begin + DAYS * DAY, watched.trace.horizon)
    moments = np.arange(begin + FIRST, end, EVERY)
    lines = watched.staffs[staff]
    waits = [_waits(watched, line, begin, end) for line in lines]
    longest = np.maximum.reduce([_longest(*wait, moments) for wait in waits])
    most = int(longest.max(initial=0))
    limits = next(limits for least, limits in SCALES if most >= least)
    waiting = np.array([_by_wait(*wait, moments, limits) for wait in waits])
    in_use = np.array([watched.in_use(line.pools).at(moments) for line in lines])
    on_duty = np.array([watched.on_duty(line.pools, moments) for line in lines])
    own = _own_rows(waiting.sum(axis=(1, 2)))
    zones = tuple(line.zone for line, is_own in zip(lines, own, strict=True) if is_own)
    waiting, in_use, on_duty = (_gathered(one, own) for one in (waiting, in_use, on_duty))
    others = int((~own).sum())
    return Month(staff, zones, others, moments, limits, waiting, in_use, on_duty, longest)


def _waits(watched: Watched, line: Line, begin: int, end: int) -> tuple[np.ndarray, np.ndarray]:
    """(joined, until) of the waits in that time."""
    rows = watched.at(line.stations)
    joined, until = watched.trace.times["joined"][rows], watched.until[rows]
    mine = (joined < end) & (until > begin)
    return joined[mine], until[mine]


def _by_wait(
    joined: np.ndarray, until: np.ndarray, moments: np.ndarray, limits: tuple[int, ...]
) -> np.ndarray:
    """[moment, class]: how many wait, by how long they have waited."""
    here = (joined <= moments[:, None]) & (until > moments[:, None])
    classes = np.searchsorted(limits, moments[:, None] - joined, side="right")
    kinds = np.arange(len(limits) + 1)
    return np.array([(here & (classes == kind)).sum(axis=1) for kind in kinds]).T


def _longest(joined: np.ndarray, until: np.ndarray, moments: np.ndarray) -> np.ndarray:
    here = (joined <= moments[:, None]) & (until > moments[:, None])
    return np.where(here, moments[:, None] - joined, 0).max(axis=1, initial=0)


def _own_rows(queues: np.ndarray) -> np.ndarray:
    """Which of ``queues`` have a row of their own: all, or the longest."""
    own = np.ones(len(queues), dtype=bool)
    if len(queues) > ROWS:
        own[np.argsort(-queues, kind="stable")[ROWS - 1 :]] = False
    return own


def _gathered(values: np.ndarray, own: np.ndarray) -> np.ndarray:
    """``values`` of the rows that are ``own``, and of all others together."""
    if own.all():
        return values
    return np.concatenate([values[own], values[~own].sum(axis=0, keepdims=True)])
