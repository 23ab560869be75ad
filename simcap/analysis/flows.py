"""The flow equations of a network: who comes, which way they go, how many sessions they would have
and how long these take, if nobody gave up waiting.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

import numpy as np
from scipy.sparse import csr_matrix, identity
from scipy.sparse.csgraph import connected_components
from scipy.sparse.linalg import MatrixRankWarning, spsolve

from simcap.analysis.rounds import Rounds
from simcap.errors import NetworkError
from simcap.network import LEAVE, Arrivals, Attend, Network, Routing, Shortest, Slots, Station


def in_force(network: Network, begin: float, end: float) -> Iterator[tuple[float, float, Network]]:
    """(from, to, the network as its phases have it) of each stretch of ``begin`` to ``end`` hours
    in which no phase begins.
    """
    stations = {station.name: station for station in network.stations}
    start = begin
    for phase in network.phases:
        if start < phase.at < end:
            yield start, phase.at, _with(network, stations)
            start = phase.at
        if phase.at < end:
            stations |= {station.name: station for station in phase.stations}
    yield start, end, _with(network, stations) if network.phases else network


def _with(network: Network, stations: dict[str, Station]) -> Network:
    return replace(network, stations=tuple(stations.values()), phases=())


def batches(network: Network, begin: float, end: float) -> tuple[np.ndarray, np.ndarray]:
    """By station, an hour from ``begin`` to ``end``: residents whom dated batches (and backlogs)
    bring then, and the sessions that fall due then of all whom they have brought so far.
    """
    positions = {station.name: i for i, station in enumerate(network.stations)}
    joined, due = np.zeros(len(positions)), np.zeros(len(positions))
    for stream in network.arrivals:
        for at, number in stream.dated:
            for name, share in ways(stream.to) if stream.start <= at < stream.until else ():
                i, station = positions[name], network.stations[positions[name]]
                session = np.arange(sessions_that_fit(station, max(end - at, 0.0)))
                times = at + station.every * session
                staying = (1.0 - station.drop_out) ** session
                joined[i] += share * number * (begin <= at < end)
                due[i] += share * number * staying[(times >= begin) & (times < end)].sum()
    return joined / (end - begin), due / (end - begin)


def joining_rates(network: Network, begin: float, end: float) -> np.ndarray:
    """Residents an hour from ``begin`` to ``end`` who join each station, repeated visits included,
    if nobody gave up waiting. Visits that come round (``rounds``) are those that fall due then; who
    is sent back to them from elsewhere is left out.
    """
    positions = {station.name: i for i, station in enumerate(network.stations)}
    outside = np.zeros(len(positions))
    for stream in network.arrivals:
        for goal, share in ways(stream.to):
            outside[positions[goal]] += share * mean_rate(stream, begin, end)
    rounds = Rounds(network, end)
    due = rounds.hourly(begin, end)
    for goal, number in rounds.sent_on(due):
        outside[positions[goal]] += number
    flows = led_on(network.stations, outside, rounds.at)
    at = list(rounds.at.values())
    flows[at] = due[at]
    return flows


def led_on(
    stations: Sequence[Station], outside: np.ndarray, but: Collection[str] = ()
) -> np.ndarray:
    """How many join each of ``stations`` if so many come to it from ``outside``, and nobody gave up
    waiting; nobody goes on from those that are named (``but``).
    """
    positions = {station.name: i for i, station in enumerate(stations)}
    rows, columns, shares = [], [], []
    for i, station in enumerate(stations):
        for outcome, weight in _closings(station).items() if station.name not in but else ():
            routing = station.routing.get(outcome)
            if outcome == "no_show" and routing is None:
                routing = station.routing.get("completed")
            for goal, share in ways(routing or Routing()):
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
    count = sum(number for at, number in stream.dated if first <= at < last)
    return count / (end - begin)


def expected_sessions(station: Station, horizon: float = math.inf) -> float:
    """Sessions of a course that drop-out leaves on average, of those that fit into ``horizon``
    hours (of visits that recur that must be finite).
    """
    fit, stay = sessions_that_fit(station, horizon), 1.0 - station.drop_out
    return float(fit) if stay == 1.0 else (1.0 - stay**fit) / (1.0 - stay)


def visits_due(station: Station, begin: float, end: float) -> float:
    """Visits that fall due from ``begin`` to ``end``, for each resident an hour who has joined
    ``station`` since the start: who joined longer ago has had more of them.
    """
    dates = station.every * np.arange(sessions_that_fit(station, end))
    stay = (1.0 - station.drop_out) ** np.arange(len(dates))
    return float((stay * np.minimum((end - dates) / (end - begin), 1.0)).sum())


def held_for_a_session(station: Station) -> float:
    """Hours of a caseload place for each session: its share of a whole course, or the interval
    between visits that recur.
    """
    if station.sessions == math.inf:
        return station.every
    number = expected_sessions(station)
    return ((number - 1) * station.every + station.service_time.mean) / number


def sessions_that_fit(station: Station, horizon: float) -> int:
    """Sessions of a course that fall due within ``horizon`` hours."""
    if station.sessions > 1 and station.every > 0 and horizon < math.inf:
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


def ways(routing: Routing | Shortest) -> list[tuple[str, float]]:
    """(station, share) of those who go on."""
    if isinstance(routing, Shortest):
        return [(name, 1.0 / len(routing.among)) for name in routing.among]
    return [
        (option.station, option.probability)
        for option in routing.options
        if option.station != LEAVE
    ]


def longest_time(network: Network) -> tuple[float, str]:
    """(hours, the station at which they end) of the longest expected time that residents who come
    at random are in care, without waits: hand-offs and courses along the way on which it is
    longest. Of stations between which residents go to and fro each counts once; visits that recur
    without end, and ways that nobody takes, do not count.
    """
    position = {station.name: i for i, station in enumerate(network.stations)}
    edges = list(_edges(network, position))
    size = len(position)
    graph = csr_matrix(
        (np.ones(len(edges)), ([a for a, _, _ in edges], [b for _, b, _ in edges])), (size, size)
    )
    _, part = connected_components(graph, connection="strong")
    lasts = np.zeros(part.max(initial=-1) + 1)
    np.add.at(lasts, part, [_lasts(station) for station in network.stations])
    within = np.zeros(len(lasts))
    onward: list[list[tuple[int, float]]] = [[] for _ in lasts]
    for a, b, delay in edges:
        if part[a] == part[b]:
            within[part[a]] = max(within[part[a]], delay)
        else:
            onward[part[a]].append((part[b], delay))
    ends = [
        max((i for i in range(size) if part[i] == p), key=lambda i: _lasts(network.stations[i]))
        for p in range(len(lasts))
    ]
    best: dict[int, tuple[float, int]] = {}
    for p in _last_first(onward):
        rest = max(
            ((delay + best[q][0], best[q][1]) for q, delay in onward[p]), default=(0.0, ends[p])
        )
        best[p] = (lasts[p] + within[p] + rest[0], rest[1])
    starts = {
        part[position[goal]]
        for stream in network.arrivals
        if stream.rate is not None or stream.interarrival is not None
        for goal, share in ways(stream.to)
        if share > 0
    }
    hours, end = max((best[p] for p in starts), default=(0.0, 0))
    return hours, network.stations[end].name if network.stations else ""


def _edges(network: Network, position: dict[str, int]) -> Iterator[tuple[int, int, float]]:
    """(from, to, mean delay) of every way that somebody takes who is seen."""
    for i, station in enumerate(network.stations):
        for outcome, weight in _closings(station).items():
            routing = station.routing.get(outcome)
            if outcome == "no_show" and routing is None:
                routing = station.routing.get("completed")
            if isinstance(routing, Shortest):
                yield from ((i, position[name], routing.delay.mean) for name in routing.among)
            elif routing is not None and weight > 0:
                yield from (
                    (i, position[option.station], option.delay.mean)
                    for option in routing.options
                    if option.station != LEAVE and option.probability > 0
                )


def _lasts(station: Station) -> float:
    """Hours from the first session of a course to the end of the last."""
    if station.sessions == math.inf:
        return 0.0
    return (station.sessions - 1) * station.every + station.service_time.mean


def _last_first(onward: list[list[tuple[int, float]]]) -> list[int]:
    """The positions of ``onward``, a graph without rounds, each after all those it leads to."""
    order: list[int] = []
    seen: set[int] = set()
    for start in range(len(onward)):
        stack = [(start, False)]
        while stack:
            at, done = stack.pop()
            if done:
                order.append(at)
            elif at not in seen:
                seen.add(at)
                stack.append((at, True))
                stack += [(goal, False) for goal, _ in onward[at] if goal not in seen]
    return order
