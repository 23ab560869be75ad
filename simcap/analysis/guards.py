"""Guards: the load that a network offers its staff, before a run; whether its queues settled, after
it.

The offered load follows from the flow equations: who comes, which way they go, how many sessions
they would have and how long these take if nobody gave up waiting. Staff at or above a load of 1
keep a queue that only giving up can bound.
"""

from __future__ import annotations

import math
import warnings
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix, identity
from scipy.sparse.linalg import MatrixRankWarning, spsolve

from simcap.errors import NetworkError
from simcap.network import LEAVE, Arrivals, Attend, Network, Pool, Routing, Shortest, Slots, Station
from simcap.network.clock import ticks
from simcap.network.resolved import UNLIMITED, capacity_steps
from simcap.network.reviews import places_at_start

WEEK = 168.0


@dataclass(frozen=True)
class Load:
    """Hours a week that the residents who come ask of ``staff`` in ``zone``, and hours a week
    rostered there (kept and lent alike; where reviews move places, as these stand at the start).
    """

    staff: str
    zone: str
    hours_demanded: float
    hours_rostered: float

    @property
    def offered(self) -> float:
        """The offered load: demanded over rostered; infinite where nobody is rostered."""
        if self.hours_rostered == 0:
            return math.inf if self.hours_demanded > 0 else 0.0
        return self.hours_demanded / self.hours_rostered


def offered_loads(
    network: Network, horizon: float, begin: float = 0.0, end: float | None = None
) -> list[Load]:
    """The ``Load`` of each (staff, zone) of ``network``, by name, over the time from ``begin`` to
    ``end`` (by default ``horizon``) hours.

    Staff and zone are the labels of a pool, its name where it has none. A station's demand is laid
    to its first pool, a team's to each of its pools, and a caseload is asked for from the first
    session to the last. Groups are taken to be full, and an appointment to take its slot. Courses
    begun by a dated batch are counted by the sessions that fall due in that time.
    """
    end = horizon if end is None else end
    flows, staff_of = joining_rates(network, begin, end), staff_by_pool(network)
    capacities = {pool.name: pool.capacity for pool in network.pools}
    at_start = {
        pool: places
        for review in network.reviews
        for pool, places in places_at_start(review).items()
    }
    batched, dated = _batches(network, begin, end)
    demanded: dict[tuple, float] = {}
    since_start = (
        joining_rates(network, 0.0, end) - _batches(network, 0.0, end)[0]
        if any(station.sessions == math.inf for station in network.stations)
        else flows
    )
    for i, station in enumerate(network.stations):
        if station.sessions == math.inf:
            sessions = since_start[i] * _visits_due(station, begin, end) + dated[i]
        else:
            sessions = (flows[i] - batched[i]) * expected_sessions(station, end) + dated[i]
        for attend in station.pools if station.team else station.pools[:1]:
            key = staff_of[attend.pool]
            demanded[key] = demanded.get(key, 0.0) + sessions * WEEK * hours_of_session(
                station, attend, capacities[attend.pool]
            )
        if station.caseload is not None:
            key = staff_of[station.caseload.pool]
            demanded[key] = demanded.get(key, 0.0) + sessions * WEEK * _held_for_a_session(
                station, end
            )
    rostered: dict[tuple, float] = {}
    for pool in network.pools:
        key = staff_of[pool.name]
        rostered[key] = rostered.get(key, 0.0) + rostered_hours(
            pool, begin, end, at_start.get(pool.name, math.inf)
        ) * WEEK / (end - begin)
    return [
        Load(staff, zone, demanded.get((staff, zone), 0.0), hours)
        for (staff, zone), hours in sorted(rostered.items())
        if math.isfinite(hours)
    ]


def _batches(network: Network, begin: float, end: float) -> tuple[np.ndarray, np.ndarray]:
    """By station, an hour from ``begin`` to ``end``: residents whom dated batches (and backlogs)
    bring then, and the sessions that fall due then of all whom they have brought so far.
    """
    positions = {station.name: i for i, station in enumerate(network.stations)}
    joined, due = np.zeros(len(positions)), np.zeros(len(positions))
    for stream in network.arrivals:
        for at, number in ((0.0, stream.backlog), *stream.batches):
            for name, share in _shares(stream.to) if stream.start <= at < stream.until else ():
                i, station = positions[name], network.stations[positions[name]]
                session = np.arange(sessions_that_fit(station, max(end - at, 0.0)))
                times = at + station.every * session
                staying = (1.0 - station.drop_out) ** session
                joined[i] += share * number * (begin <= at < end)
                due[i] += share * number * staying[(times >= begin) & (times < end)].sum()
    return joined / (end - begin), due / (end - begin)


def joining_rates(network: Network, begin: float, end: float) -> np.ndarray:
    """Residents an hour from ``begin`` to ``end`` who join each station, repeated visits included,
    if nobody gave up waiting.
    """
    positions = {station.name: i for i, station in enumerate(network.stations)}
    outside = np.zeros(len(positions))
    for stream in network.arrivals:
        for goal, share in _shares(stream.to):
            outside[positions[goal]] += share * mean_rate(stream, begin, end)
    rows, columns, shares = [], [], []
    for i, station in enumerate(network.stations):
        for outcome, weight in _closings(station).items():
            routing = station.routing.get(outcome)
            if outcome == "no_show" and routing is None:
                routing = station.routing.get("completed")
            for goal, share in _shares(routing or Routing()):
                rows.append(positions[goal])
                columns.append(i)
                shares.append(share * weight)
    size = len(positions)
    matrix = identity(size, format="csr") - csr_matrix(
        (shares, (rows, columns)), shape=(size, size)
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", MatrixRankWarning)
        flows = np.atleast_1d(spsolve(matrix.tocsc(), outside))
    if not np.all(np.isfinite(flows)) or flows.min() < -1e-9 * max(1.0, flows.max()):
        raise NetworkError("Network: residents who go round for ever: some routing never leads out")
    return flows.clip(min=0.0)


def mean_rate(stream: Arrivals, begin: float, end: float) -> float:
    """Residents an hour that ``stream`` brings on average from ``begin`` to ``end`` hours."""
    first = max(begin, stream.start)
    last = max(first, min(end, stream.until))
    if stream.interarrival is not None:
        return (last - first) / (end - begin) / stream.interarrival.mean
    if stream.rate is not None:
        starts, shape, done = stream.rate.pieces(stream.start, min(stream.until, end))
        pieces = [int(np.searchsorted(starts, at, side="right")) - 1 for at in (first, last)]
        integral = [
            float(done[i] + shape[i] * (at - starts[i]))
            for i, at in zip(pieces, (first, last), strict=True)
        ]
        return stream.rate.per_hour * (integral[1] - integral[0]) / (end - begin)
    count = stream.backlog * (begin <= 0) + sum(
        number for at, number in stream.batches if first <= at < last
    )
    return count / (end - begin)


def expected_sessions(station: Station, horizon: float) -> float:
    """Sessions of a course that drop-out leaves on average, of those that fit into ``horizon``
    hours.
    """
    fit, stay = sessions_that_fit(station, horizon), 1.0 - station.drop_out
    return float(fit) if stay == 1.0 else (1.0 - stay**fit) / (1.0 - stay)


def _visits_due(station: Station, begin: float, end: float) -> float:
    """Visits that fall due from ``begin`` to ``end``, for each resident an hour who has joined
    ``station`` since the start: who joined longer ago has had more of them.
    """
    dates = station.every * np.arange(sessions_that_fit(station, end))
    stay = (1.0 - station.drop_out) ** np.arange(len(dates))
    return float((stay * np.minimum((end - dates) / (end - begin), 1.0)).sum())


def _held_for_a_session(station: Station, end: float) -> float:
    """Hours of a caseload place for each session: its share of a whole course, or the interval
    between visits that recur.
    """
    if station.sessions == math.inf:
        return station.every
    number = expected_sessions(station, end)
    return ((number - 1) * station.every + station.service_time.mean) / number


def sessions_that_fit(station: Station, horizon: float) -> int:
    """Sessions of a course that fall due within ``horizon`` hours."""
    if station.sessions > 1 and station.every > 0:
        return int(min(station.sessions, max(1, math.ceil(horizon / station.every))))
    return int(station.sessions)


def hours_of_session(station: Station, attend: Attend, capacity) -> float:
    """Hours of a place of ``capacity`` that one resident's session takes on average."""
    if isinstance(capacity, Slots):
        return capacity.length
    return (
        station.service_time.mean
        * attend.factor
        / (1 if station.group is None else station.group.size)
    )


def _closings(station: Station) -> dict[str, float]:
    """The probability of each way in which a course ends, if nobody gives up waiting."""
    if station.sessions == math.inf:
        return {"dropped_out": float(station.drop_out > 0)}
    to_the_end = (1.0 - station.drop_out) ** (station.sessions - 1)
    return {
        "completed": to_the_end * (1 - station.no_show),
        "no_show": to_the_end * station.no_show,
        "dropped_out": 1 - to_the_end,
    }


def _shares(routing: Routing | Shortest) -> list[tuple[str, float]]:
    if isinstance(routing, Shortest):
        return [(name, 1.0 / len(routing.among)) for name in routing.among]
    return [
        (option.station, option.probability)
        for option in routing.options
        if option.station != LEAVE
    ]


def staff_by_pool(network: Network) -> dict[str, tuple[str, str]]:
    """(staff, zone) of each pool: its labels, its name where it has none."""
    return {
        pool.name: (pool.labels.get("staff", pool.name), pool.labels.get("zone", ""))
        for pool in network.pools
    }


def rostered_hours(pool: Pool, begin: float, end: float, at_most: float = math.inf) -> float:
    """Place-hours of ``pool``, of which ``at_most`` so many places count, from ``begin`` to ``end``
    hours; infinite for a pool without end.
    """
    times, places = capacity_steps(pool, end)
    if at_most < math.inf:
        places = np.minimum(places, int(at_most))
    if (places == UNLIMITED).any():
        return math.inf
    edges = np.clip(np.append(times, ticks(end)), ticks(begin), ticks(end))
    return float((np.diff(edges) / 3.6e9 * places).sum())


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
