"""Guards: the load that a network offers its staff, before a run; whether its queues settled, after
it.

The offered load follows from the flow equations (``flows``), and from what can be started on the
rosters (``capacity``). Staff at or above a load of 1 keep a queue that only giving up can bound.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from simcap.analysis.capacity import (
    counts_as_staff,
    fitted,
    rooms_of,
    rostered_hours,
    sharing_rooms,
    staff_by_pool,
    within,
)
from simcap.analysis.flows import (
    batches,
    expected_sessions,
    held_for_a_session,
    hours_of_session,
    in_force,
    joining_rates,
    visits_due,
)
from simcap.analysis.sharing import Work, shared_out
from simcap.analysis.whole_sessions import ANY, startable_hours
from simcap.network import Network, Station
from simcap.network.clock import ticks
from simcap.network.resolved import UNLIMITED, capacity_steps
from simcap.network.reviews import places_at_start

WEEK = 168.0


@dataclass(frozen=True)
class Load:
    """Hours a week of ``staff`` in ``zone``: that the residents who come ask of it as the first to
    attend them; rostered (kept and lent alike; where reviews move places, as these stand at the
    start); of whole sessions that can be started on that roster (the rostered ones, if none are
    given); and asked of it once what several staff can do is ``shared`` out so that the greatest
    load is least (the same as demanded, if none are given).
    """

    staff: str
    zone: str
    hours_demanded: float
    hours_rostered: float
    startable: float | None = None
    shared: float | None = None

    @property
    def hours_startable(self) -> float:
        return self.hours_rostered if self.startable is None else self.startable

    @property
    def hours_shared(self) -> float:
        return self.hours_demanded if self.shared is None else self.shared

    @property
    def offered(self) -> float:
        """The offered load, shared out: hours asked over hours that can be started; infinite where
        nothing can be, NaN where nothing is asked either.
        """
        return _load(self.hours_shared, self.hours_startable)

    @property
    def offered_alone(self) -> float:
        """The same if no other staff helped."""
        return _load(self.hours_demanded, self.hours_startable)

    def __add__(self, other: Load) -> Load:
        """Both, under the names of the first."""
        return Load(
            self.staff,
            self.zone,
            self.hours_demanded + other.hours_demanded,
            self.hours_rostered + other.hours_rostered,
            self.hours_startable + other.hours_startable,
            self.hours_shared + other.hours_shared,
        )


def _load(hours: float, there: float) -> float:
    return hours / there if there else math.inf if hours > 0 else math.nan


def offered_loads(
    network: Network, horizon: float, begin: float = 0.0, end: float | None = None
) -> list[Load]:
    """The ``Load`` of each (staff, zone) of ``network``, by name, over the time from ``begin`` to
    ``end`` (by default ``horizon``) hours, each hour by the phase in force.

    Staff and zone are the labels of a pool, its name where it has none. A team's demand is laid to
    each of its pools, and a caseload is asked for from the first session to the last. Groups are
    taken to be full, and an appointment to take its slot. Who comes at random has the whole course:
    the load is that of the steady state. Courses begun by a dated batch, and visits that recur, are
    counted by the sessions that fall due in that time.
    """
    end = horizon if end is None else end
    position = {pool.name: i for i, pool in enumerate(network.pools)}
    asked, works = np.zeros(len(position)), []
    sessions: dict[str, list[tuple[float, float, float]]] = {}
    for since, until, current in in_force(network, begin, end):
        part = (until - since) / (end - begin)
        for station, number in _sessions(current, since, until):
            for work in _works(station, number * part * WEEK, current, position, sessions):
                works.append(work)
                asked[work.pools[0]] += work.hours[0]
    return _loads(network, begin, end, works, asked, sessions)


def _sessions(network: Network, begin: float, end: float) -> Iterator[tuple[Station, float]]:
    """(station, sessions an hour) from ``begin`` to ``end`` of each station."""
    flows, (batched, dated) = joining_rates(network, begin, end), batches(network, begin, end)
    since_start = flows
    if any(station.sessions == math.inf for station in network.stations):
        since_start = joining_rates(network, 0.0, end) - batches(network, 0.0, end)[0]
    for i, station in enumerate(network.stations):
        if station.sessions == math.inf:
            yield station, since_start[i] * visits_due(station, begin, end) + dated[i]
        else:
            yield station, (flows[i] - batched[i]) * expected_sessions(station) + dated[i]


def _works(station, number, network, position, sessions) -> Iterator[Work]:
    """What ``number`` sessions at ``station`` ask of its pools and its caseload; how long they are
    (number, mean, sd) is noted in ``sessions`` by the pool that they are asked of first.
    """
    pools = {attend.pool: network.pools[position[attend.pool]] for attend in station.pools}
    hours = [
        number * hours_of_session(station, attend, pools[attend.pool].capacity)
        for attend in station.pools
    ]
    group = 1 if station.group is None else station.group.size
    for attend in station.pools:
        time = station.service_time
        sessions.setdefault(attend.pool, []).append(
            (number / group, time.mean * attend.factor, time.sd * attend.factor)
        )
    at = [position[attend.pool] for attend in station.pools]
    if station.team:
        yield from (Work((pool,), (each,)) for pool, each in zip(at, hours, strict=True))
    else:
        yield Work(tuple(at), tuple(hours))
    if station.caseload is not None:
        held = number * held_for_a_session(station)
        yield Work((position[station.caseload.pool],), (held,))


def _loads(network, begin, end, works, asked, sessions) -> list[Load]:
    """The ``Load`` of each (staff, zone) that is asked for ``works``."""
    pools = {pool.name: pool for pool in network.pools}
    at_most = {
        pool: places
        for review in network.reviews
        for pool, places in places_at_start(review).items()
    }
    week = WEEK / (end - begin)
    rostered, startable = (np.zeros(len(pools)) for _ in range(2))
    for i, pool in enumerate(network.pools):
        most = at_most.get(pool.name, math.inf)
        rostered[i] = rostered_hours(pool, begin, end, most) * week
        mean, sd = mixed(sessions.get(pool.name, []))
        rooms = rooms_of(pool, pools)
        known = extent(sessions.get(pool.name, []))
        startable[i] = startable_hours(pool, begin, end, mean, sd, most, rooms, known) * week
    _seat(network, begin, end, at_most, rostered, startable)
    position = {name: i for i, name in enumerate(pools)}
    bounds = [_bounds(pool, pools, position) for pool in network.pools]
    worked = shared_out(works, startable, bounds)
    totals: dict[tuple[str, str], np.ndarray] = {}
    for i, (name, key) in enumerate(staff_by_pool(network).items()):
        own = float(counts_as_staff(pools[name], pools))
        row = np.array([asked[i], 0.0, 0.0, worked[i]])
        if own:
            row[1:3] = rostered[i], startable[i]
        totals[key] = totals.get(key, 0.0) + row
    return [
        Load(*key, *map(float, row)) for key, row in sorted(totals.items()) if math.isfinite(row[1])
    ]


def _seat(network, begin, end, at_most, rostered, startable) -> None:
    """Staff who share rooms have together no more hours than there are rooms, in place."""
    for rooms, staff in sharing_rooms(network):
        steps = [
            (times, np.minimum(places, at_most.get(network.pools[i].name, UNLIMITED)))
            for i in staff
            for times, places in [capacity_steps(network.pools[i], end)]
        ]
        times, fits = fitted(steps, capacity_steps(network.pools[rooms], end))
        edges = np.clip(np.append(times, ticks(end)), ticks(begin), ticks(end))
        for i, places in zip(staff, fits, strict=True):
            hours = float((np.diff(edges).astype(float) * places).sum() / 3.6e9)
            before, hours = rostered[i], hours * WEEK / (end - begin)
            rostered[i] = hours
            startable[i] *= hours / before if before else 0.0


def _bounds(pool, pools, position) -> list[int]:
    """The positions of all pools whose places ``pool`` takes, rooms included."""
    found: list[int] = []
    names = list(within(pool))
    while names:
        name = names.pop()
        found.append(position[name])
        names += within(pools[name])
    return found


def mixed(sessions: list[tuple[float, float, float]]) -> tuple[float, float]:
    """(mean, sd) of the length of a session, of so many of each (number, mean, sd)."""
    table = np.array(sessions, dtype=float).reshape(-1, 3)
    table = table[(table[:, 0] > 0) & np.isfinite(table).all(axis=1)]
    if not len(table):
        return 0.0, 0.0
    number, mean, sd = table.T
    whole = float(np.average(mean, weights=number))
    squares = float(np.average(sd**2 + (mean - whole) ** 2, weights=number))
    return whole, math.sqrt(max(squares, 0.0))


def extent(sessions: list[tuple[float, float, float]]) -> tuple[float, float]:
    """(shortest, longest) session of so many of each (number, mean, sd): known where all that there
    are last a fixed time.
    """
    lengths = [(mean, sd) for number, mean, sd in sessions if number > 0]
    if not lengths or any(sd > 0 for _, sd in lengths):
        return ANY
    return min(mean for mean, _ in lengths), max(mean for mean, _ in lengths)


def unsettled(growth: np.ndarray, level: np.ndarray) -> bool:
    """Whether a queue still grew at the end of the observed weeks: ``growth`` is, per replication,
    the mean queue of the last quarter minus that of the first, ``level`` the mean over all weeks.
    It did if the last quarter stands higher by more than a quarter of the level and by more than
    five residents, and, with two replications or more, by more than two standard errors.
    """
    growth, level = np.asarray(growth, dtype=float), np.asarray(level, dtype=float)
    mean = growth.mean()
    if mean <= max(5.0, 0.25 * level.mean()):
        return False
    return len(growth) < 2 or bool(mean > 2 * growth.std(ddof=1) / math.sqrt(len(growth)))
