"""Whole sessions in a shift: how many can be started before the last start, and where a few minutes
more or less tip that number.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import gammainc

from simcap.analysis.capacity import lasting, rostered_hours, staff_by_pool
from simcap.network import Network, Pool, Roster, Slots

FEW_MINUTES = 0.1
"""The share of a session's length that a few minutes are."""


ANY = (0.0, math.inf)
"""The extent, shortest and longest, of sessions that may last any time."""


def startable_hours(
    pool: Pool,
    begin: float,
    end: float,
    mean: float,
    sd: float,
    at_most: float = math.inf,
    rooms: Sequence[Pool] = (),
    extent: tuple[float, float] = ANY,
) -> float:
    """Hours of the whole sessions, with this ``mean`` and ``sd`` in hours (none shorter or longer
    than their ``extent``), that can be started on
    ``pool`` from ``begin`` to ``end``, one after the other on each place, if the last of a shift
    may begin ``last_start`` before it closes, and no more than there are ``rooms`` of each kind; at
    most the hours rostered for which there are rooms, and these where nothing else is cut off.
    """
    rostered = rostered_hours(pool, begin, end, at_most, rooms)
    if isinstance(pool.capacity, Slots) or not pool.last_start or not 0 < mean < math.inf:
        return rostered
    if not 0 < rostered < math.inf:
        return rostered
    hours = 0.0
    for length, number in shifts(pool, begin, end, at_most, rooms):
        started = sessions_started(length, pool.last_start, mean, sd, extent)
        hours += number * min(length, mean * started)
    return min(hours, rostered)


def shifts(
    pool: Pool, begin: float, end: float, at_most: float = math.inf, rooms: Sequence[Pool] = ()
) -> Iterable[tuple[float, float]]:
    """(hours, how many) of the unbroken times for which places of ``pool`` are there, from
    ``begin`` to ``end``: of two places of which one closes at noon one has the morning.
    """
    lasts, places = lasting(pool, begin, end, at_most, rooms)
    lasts, places = lasts[lasts > 0], places[lasts > 0]
    edges = np.append(0, np.cumsum(lasts)) / 3.6e9
    lower = 0
    for level in np.unique(places[places > 0]).tolist():
        there = np.concatenate([[False], places >= level, [False]])
        begins = np.flatnonzero(there[1:] & ~there[:-1])
        ends = np.flatnonzero(~there[1:] & there[:-1])
        lengths, times = np.unique((edges[ends] - edges[begins]).round(6), return_counts=True)
        yield from zip(lengths.tolist(), ((level - lower) * times).tolist(), strict=True)
        lower = level


def sessions_started(
    length: float, last_start: float, mean: float, sd: float, extent: tuple[float, float] = ANY
) -> float:
    """How many sessions are started one after the other in a shift of ``length`` hours, the last
    ``last_start`` before its end or earlier: the sum over k of the chance that k of them are over
    by then. Sums of lengths are taken to be gamma: exact where they are fixed or
    exponential, close while ``sd`` is no more than ``mean``; but no sum is less than the shortest
    session, or more than the longest, of their ``extent`` so many times.
    """
    room = length - last_start
    if room < 0:
        return 0.0
    if sd <= 1e-9 * mean:
        return math.floor(room / mean + 1e-9) + 1.0
    shape = (mean / sd) ** 2
    most = int(room / mean + 10 * (1 + (sd / mean) ** 2) * (1 + math.sqrt(room / mean))) + 2
    if most > 100_000:  # a place that hardly ever closes
        return room / mean + 1.0
    number = np.arange(1, most)
    over = gammainc(number * shape, room * shape / mean)
    over[number * extent[1] <= room + 1e-9] = 1.0
    over[number * extent[0] > room + 1e-9] = 0.0
    return 1.0 + float(over.sum())


@dataclass(frozen=True)
class Tip:
    """A shift of ``staff``, ``shift`` hours long, holds ``number`` sessions of ``length`` hours at
    ``station``, of which the last may begin ``last_start`` before its end; ``shorter`` is the
    length at which one more fits, ``longer`` the one above which one less does (infinite for one).
    """

    staff: str
    station: str
    shift: float
    last_start: float
    length: float
    number: int
    shorter: float
    longer: float


def tips(network: Network, begin: float, end: float) -> Iterator[Tip]:
    """Where a few minutes decide how many sessions of one length a shift holds: for each staff and
    kind of station one ``Tip``, of the shifts that have most hours from ``begin`` to ``end``.
    """
    pools, staff = {pool.name: pool for pool in network.pools}, staff_by_pool(network)
    hours: dict[tuple, float] = {}
    usual: dict[str, list[tuple[float, float]]] = {}
    for station in network.stations:
        for attend in station.pools:
            pool, time = pools[attend.pool], station.service_time
            if not pool.last_start or not isinstance(pool.capacity, Roster) or time.sd > 0:
                continue
            if pool.name not in usual:
                usual[pool.name] = list(shifts(pool, begin, end))
            kind = station.labels.get("station", station.name)
            for shift, number in usual[pool.name]:
                key = (staff[pool.name][0], kind, shift, pool.last_start, time.mean * attend.factor)
                hours[key] = hours.get(key, 0.0) + shift * number
    told: set[tuple[str, str]] = set()
    for key in sorted(hours, key=lambda key: (-hours[key], key)):
        tip = _tip(*key)
        if key[:2] not in told and tip is not None:
            told.add(key[:2])
            yield tip


def _tip(staff, station, shift, last_start, length) -> Tip | None:
    """The ``Tip`` of sessions of this ``length``, None where a few minutes change nothing."""
    room = shift - last_start
    if room <= 0 or length <= 0:
        return None
    number = int(sessions_started(shift, last_start, length, 0.0))
    shorter = room / number
    longer = room / (number - 1) if number > 1 else math.inf
    near = shorter >= (1 - FEW_MINUTES) * length or longer <= (1 + FEW_MINUTES) * length
    return Tip(staff, station, shift, last_start, length, number, shorter, longer) if near else None
