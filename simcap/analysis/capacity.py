"""What pools offer, beside a run: whose places they are, when stations are open, and hours on the
roster.

A pool that is ``within`` another staff's pool is a right to its places, not further staff: its
hours are those of the staff it is within. Being within rooms (a pool without staff) only bounds it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from simcap.analysis.counting import ALWAYS
from simcap.network import Network, Pool, Roster
from simcap.network.clock import ticks
from simcap.network.resolved import UNLIMITED, capacity_steps


def staff_by_pool(network: Network) -> dict[str, tuple[str, str]]:
    """(staff, zone) of each pool: its labels, its name where it has none."""
    return {
        pool.name: (pool.labels.get("staff", pool.name), pool.labels.get("zone", ""))
        for pool in network.pools
    }


def within(pool: Pool) -> tuple[str, ...]:
    """The names of the pools whose places ``pool`` takes."""
    names = getattr(pool, "within", ())
    return (names,) if isinstance(names, str) else tuple(names)


def counts_as_staff(pool: Pool, pools: dict[str, Pool]) -> bool:
    """Whether the places of ``pool`` are people of its own: of ``pools`` it is within none but
    rooms (which have no staff).
    """
    return not any(_is_staff(pools[name]) for name in within(pool))


def rooms_of(pool: Pool, pools: dict[str, Pool]) -> list[Pool]:
    """The pools without staff, of ``pools``, that ``pool`` is within."""
    return [pools[name] for name in within(pool) if not _is_staff(pools[name])]


def _is_staff(pool: Pool) -> bool:
    return pool.labels.get("staff", pool.name) != ""


def sharing_rooms(network: Network) -> list[tuple[int, list[int]]]:
    """(position of the rooms, positions of the staff that sit there), where several do."""
    position = {pool.name: i for i, pool in enumerate(network.pools)}
    sitting: dict[str, list[int]] = {}
    pools = {pool.name: pool for pool in network.pools}
    for i, pool in enumerate(network.pools):
        for rooms in rooms_of(pool, pools):
            sitting.setdefault(rooms.name, []).append(i)
    return [(position[rooms], staff) for rooms, staff in sitting.items() if len(staff) > 1]


def fitted(
    steps: Sequence[tuple[np.ndarray, np.ndarray]], rooms: tuple[np.ndarray, np.ndarray]
) -> tuple[np.ndarray, list[np.ndarray]]:
    """(times, places of each) of several staff, each as (times, places), who share ``rooms``: one
    after the other has as many places as there are rooms left.
    """
    times = np.unique(np.concatenate([at for at, _ in (*steps, rooms)]))
    left = _at(rooms, times)
    places = []
    for one in steps:
        places.append(np.minimum(_at(one, times), left))
        left = left - places[-1]
    return times, places


def _at(steps: tuple[np.ndarray, np.ndarray], times: np.ndarray) -> np.ndarray:
    """The places in force at ``times``."""
    return steps[1][np.searchsorted(steps[0], times, side="right") - 1]


def home_of(network: Network) -> np.ndarray:
    """For each pool the position of the one whose places it is: its own, or, of a right, that of
    the staff it is within in the end.
    """
    pools = {pool.name: pool for pool in network.pools}
    position = {pool.name: i for i, pool in enumerate(network.pools)}
    homes = []
    for pool in network.pools:
        while not counts_as_staff(pool, pools):
            pool = next(pools[name] for name in within(pool) if _is_staff(pools[name]))
        homes.append(position[pool.name])
    return np.array(homes, dtype=np.int64)


def open_hours(network: Network, horizon: float) -> tuple[list[int], tuple[np.ndarray, np.ndarray]]:
    """(row of hours of each station, or ``ALWAYS``; (hours at which stations close and open in
    turn, row after row; where each row begins, and where the last ends)).

    A station is open while any of its pools has a place on the roster, a team while each has. Posts
    that are empty, or that reviews move away, keep their hours; for an appointment one can always
    ask.
    """
    pools = {pool.name: pool for pool in network.pools}
    rows: list[np.ndarray] = []
    at: dict[tuple, int] = {}
    number: list[int] = []
    for station in network.stations:
        names = tuple(attend.pool for attend in station.pools)
        key = (names, station.team)
        if station.diary is None and key not in at:
            at[key] = len(rows)
            rows.append(_switches([pools[name] for name in names], station.team, horizon))
        row = ALWAYS if station.diary is not None else at[key]
        number.append(row if row != ALWAYS and len(rows[row]) else ALWAYS)
    return number, (
        np.concatenate([np.empty(0), *rows]),
        np.cumsum([0, *(len(row) for row in rows)], dtype=np.int64),
    )


def _filled(pool: Pool) -> Pool:
    """``pool`` with all its posts filled: an empty post closes no station."""
    roster = pool.capacity
    if not isinstance(roster, Roster) or roster.vacancies is None:
        return pool
    return replace(pool, capacity=replace(roster, vacancies=None))


def _switches(pools: list[Pool], team: bool, horizon: float) -> np.ndarray:
    """Hours at which places on the roster of any of ``pools`` (of each, for a ``team``) end and
    begin in turn, from a closing on (at 0 where nothing is open then).
    """
    steps = [capacity_steps(_filled(pool), horizon) for pool in pools]
    times = np.unique(np.concatenate([at for at, _ in steps]))
    there = np.array(
        [places[np.searchsorted(at, times, side="right") - 1] != 0 for at, places in steps]
    )
    opened = np.asarray(there.all(axis=0) if team else there.any(axis=0))
    changed = np.append(~opened[:1], opened[1:] != opened[:-1])
    return times[changed] / 3.6e9


def rostered_hours(
    pool: Pool, begin: float, end: float, at_most: float = math.inf, rooms: Sequence[Pool] = ()
) -> float:
    """Place-hours of ``pool``, of which ``at_most`` so many places count (and no more than there
    are ``rooms`` of each kind), from ``begin`` to ``end`` hours; infinite for a pool without end.
    """
    lasts, places = lasting(pool, begin, end, at_most, rooms)
    if (places == UNLIMITED).any():
        return math.inf
    return float((lasts.astype(float) * places).sum() / 3.6e9)


def lasting(
    pool: Pool, begin: float, end: float, at_most: float, rooms: Sequence[Pool] = ()
) -> tuple[np.ndarray, np.ndarray]:
    """(microseconds, places) of each step of ``pool``, no more than there are ``rooms`` of each
    kind, from ``begin`` to ``end``.
    """
    steps = [capacity_steps(one, end) for one in (pool, *rooms)]
    times = np.unique(np.concatenate([at for at, _ in steps]))
    places = np.minimum.reduce([_at(one, times) for one in steps])
    if at_most < math.inf:
        places = np.minimum(places, at_most)
    edges = np.clip(np.append(times, ticks(end)), ticks(begin), ticks(end))
    return np.diff(edges), places
