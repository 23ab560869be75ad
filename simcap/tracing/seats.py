"""Who of a pool had a visit. A visit says the pool; persons are told apart here, after the run.

Each place taken is an interval of time; the intervals of a pool are numbered so that no two that
overlap have one number, each the least that is free when it begins (what ends just then is free):
interval colouring, with as few numbers as there are ever in use at once. So number 1 is a
person of the drawing, who does not go home: a roster has hours, not persons.

A right to places of others is a place of theirs. A member of a team has a place in each of its
pools. A group has one place, and each of its members a chair there, numbered on through the pool.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from simcap.analysis.capacity import home_of
from simcap.engine.visits import NO_POOL
from simcap.network import Network
from simcap.network.clock import INFINITY


@dataclass(frozen=True)
class Seat:
    """``place`` of the ``pool`` (its position in the network) and, in it, the ``chair``: both from
    1 on in each pool; they differ where a pool has groups.
    """

    pool: int
    place: int
    chair: int


def seated(network: Network, visits: np.ndarray, times, horizon: int) -> tuple:
    """The seats of each of ``visits``, in the order in which the station lists the pools of a team;
    none of a visit that was not attended. ``times`` are microseconds.
    """
    home = home_of(network)
    members, chairs = _members(network, home), _chairs(network, home)
    seats: list[list[tuple[int, Seat]]] = [[] for _ in visits]
    taken: dict[int, list[tuple[int, int, int, tuple[int, ...]]]] = {}
    for together in _sessions(visits, times):
        first = together[0]
        begin, end = int(times["started"][first]), min(int(times["ended"][first]), horizon)
        own = int(home[visits["pool"][first]])
        for turn, pool in enumerate(members.get(int(visits["station"][first]), (own,))):
            taken.setdefault(pool, []).append((begin, end, turn, together))
    for pool in sorted(taken):
        for place, (_, _, turn, together) in _numbered(taken[pool]):
            for k, visit in enumerate(together):
                seats[visit].append((turn, Seat(pool, place, (place - 1) * chairs[pool] + k + 1)))
    return tuple(tuple(seat for _, seat in sorted(mine, key=lambda s: s[0])) for mine in seats)


def _numbered(taken: list) -> Iterator[tuple[int, tuple]]:
    """(number, interval) of each of ``taken``, by its begin, then by its visits."""
    free: list[int] = []
    busy: list[tuple[int, int]] = []
    most = 0
    for one in sorted(taken, key=lambda each: (each[0], each[3], each[2])):
        while busy and busy[0][0] <= one[0]:
            heapq.heappush(free, heapq.heappop(busy)[1])
        if not free:
            most += 1
            heapq.heappush(free, most)
        number = heapq.heappop(free)
        heapq.heappush(busy, (one[1], number))
        yield number, one


def _sessions(visits: np.ndarray, times) -> Iterator[tuple[int, ...]]:
    """The visits that were attended, those together that one place attended at once."""
    attended = np.flatnonzero((visits["pool"] != NO_POOL) & (times["started"] < INFINITY))
    alone = visits["together"][attended] <= 1
    yield from ((visit,) for visit in attended[alone].tolist())
    groups: dict[tuple, list[int]] = {}
    for visit in attended[~alone].tolist():
        row = visits[visit]
        session = tuple(int(row[name]) for name in ("pool", "station", "together"))
        when = int(times["started"][visit]), int(times["ended"][visit])
        groups.setdefault(session + when, []).append(visit)
    for (_, _, size, *_), found in groups.items():
        yield from (tuple(found[at : at + size]) for at in range(0, len(found), size))


def _members(network: Network, home: np.ndarray) -> dict[int, tuple[int, ...]]:
    """{station: the pools of its team}."""
    position = {pool.name: i for i, pool in enumerate(network.pools)}
    return {
        i: tuple(int(home[position[attend.pool]]) for attend in station.pools)
        for i, station in enumerate(network.stations)
        if station.team
    }


def _chairs(network: Network, home: np.ndarray) -> dict[int, int]:
    """{pool: the chairs of each of its places}: the size of the largest of its groups."""
    position = {pool.name: i for i, pool in enumerate(network.pools)}
    chairs = dict.fromkeys(range(len(network.pools)), 1)
    for station in network.stations:
        size = station.group.size if station.group else 1
        for attend in station.pools:
            pool = int(home[position[attend.pool]])
            chairs[pool] = max(chairs[pool], size)
    return chairs
