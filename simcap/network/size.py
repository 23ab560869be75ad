"""How much a run will be: what would never end is refused before it begins."""

from __future__ import annotations

import math

import numpy as np

from simcap.network.arrivals import Arrivals
from simcap.network.checks import LONGEST, SHORTEST
from simcap.network.network import Network
from simcap.network.routing import LEAVE, Routing, Shortest
from simcap.network.stations import Station

MOST_EVENTS = 10**10
"""Sessions and joinings that a run may expect."""
LONGEST_RUN = 1e8
"""Hours that a run may last: eleven thousand years, for whom a long average is what counts."""
MOST_AT_ONCE = 10**8
"""Residents who may come at one moment: each takes some two hundred bytes while present."""


def too_much(network: Network, horizon: float) -> list[str]:
    """What makes a run of ``network`` up to ``horizon`` hours too much, in sentences: more than
    ``MOST_EVENTS`` expected, as stations are without phases, if everybody who comes is attended, or
    more than ``MOST_AT_ONCE`` who come at one moment.
    """
    faults = [
        f"Arrivals({stream.name!r}): at most {MOST_AT_ONCE} residents at one moment wanted, got"
        f" {most:.10g}"
        for stream in network.arrivals
        if (most := max((number for _, number in stream.dated), default=0.0)) > MOST_AT_ONCE
    ]
    coming = np.array([expected_arrivals(stream, horizon) for stream in network.arrivals])
    if not faults and coming.any() and coming.sum() * _most_each(network, horizon) > MOST_EVENTS:
        each = _Round(network, horizon)
        events = [
            number * each.events_each(stream)
            for stream, number in zip(network.arrivals, coming, strict=True)
        ]
        worst = int(np.argmax(events))
        if math.fsum(events) > MOST_EVENTS:
            faults.append(
                f"Arrivals({network.arrivals[worst].name!r}): about {events[worst]:.2g} sessions"
                f" and joinings expected within {horizon:g} h, and {math.fsum(events):.2g} of all"
                f" streams together: at most {MOST_EVENTS:.0e} wanted"
            )
    return faults


def expected_arrivals(stream: Arrivals, horizon: float) -> float:
    """Residents whom ``stream`` is expected to bring before ``horizon`` hours."""
    end = min(stream.until, horizon)
    if stream.backlog or stream.batches:
        return float(sum(number for at, number in stream.dated if stream.start <= at < end))
    if stream.interarrival is not None:
        return max(0.0, end - stream.start) / max(stream.interarrival.mean, SHORTEST)
    assert stream.rate is not None
    starts, shape, done = stream.rate.pieces(stream.start, end)
    return stream.rate.per_hour * float(done[-1] + shape[-1] * max(0.0, end - starts[-1]))


def _sessions(station: Station, horizon: float) -> tuple[float, float]:
    """(events of one joining of ``station``: sessions, and tries of who redials; the hours that
    they take at least).
    """
    lasts = max(station.every, station.service_time.mean, SHORTEST)
    drop_out = station.drop_out
    sessions = min(station.sessions, 1 / drop_out if drop_out else math.inf, 1 + horizon / lasts)
    tries = 0.0
    if station.redial is not None and station.redial.probability > 0:
        again = station.redial.probability
        waits = max(station.redial.after.mean, SHORTEST)
        tries = min(
            station.redial.at_most,
            again / (1 - again) if again < 1 else math.inf,
            horizon / waits,
        )
    return sessions + tries, (sessions - 1) * station.every + sessions * station.service_time.mean


def _ways(routing: Routing | Shortest) -> list[tuple[str, float, float]]:
    """(station, probability, mean delay) of each way on."""
    if isinstance(routing, Shortest):
        share = 1 / len(routing.among)
        return [(name, share, min(routing.delay.mean, LONGEST)) for name in routing.among]
    return [
        (option.station, option.probability, min(option.delay.mean, LONGEST))
        for option in routing.options
        if option.station != LEAVE
    ]


def _most_each(network: Network, horizon: float) -> float:
    """A bound of the events of one resident, found at once: where nobody comes back, no more than
    those of all stations together.
    """
    goals = [
        name
        for station in network.stations
        for routing in station.routing.values()
        for name in routing.stations()
    ]
    if goals:
        return math.inf
    return max(_sessions(station, horizon)[0] for station in network.stations)


class _Round:
    """One station after the other: what each takes, and where its visitors go on completion."""

    def __init__(self, network: Network, horizon: float):
        self.horizon = horizon
        self.number = {station.name: i for i, station in enumerate(network.stations)}
        self.events, self.hours = np.array([_sessions(s, horizon) for s in network.stations]).T
        edges = [
            (i, self.number[name], probability, delay)
            for i, station in enumerate(network.stations)
            for name, probability, delay in _ways(station.routing.get("completed", Routing()))
        ]
        self.origin, self.goal = (np.array([e[k] for e in edges], dtype=np.int64) for k in (0, 1))
        self.share, self.delay = (np.array([e[k] for e in edges], dtype=float) for k in (2, 3))

    def events_each(self, stream: Arrivals) -> float:
        """Events of one resident of ``stream``, followed until they leave or time is over."""
        here: np.ndarray = np.zeros(len(self.number))
        for name, probability, _ in _ways(stream.to):
            here[self.number[name]] += probability
        total = spent = 0.0
        for _ in range(ROUNDS):
            before, total = here.sum(), total + float(here @ self.events)
            moving = here[self.origin] * self.share
            took = float(here @ self.hours + moving @ self.delay) / before
            spent += took
            here = np.bincount(self.goal, moving, minlength=len(here))
            if spent >= self.horizon or here.sum() < 1e-6:
                return total
        kept = here.sum() / before
        rounds = (self.horizon - spent) / took if took >= SHORTEST else ROUND_FOR_EVER
        stay = rounds if kept > 1 - 1e-12 else min(rounds, 1 / (1 - kept))
        return total + float(here @ self.events) * stay


ROUNDS = 300
"""Stations that a resident is followed to, one after the other."""
ROUND_FOR_EVER = 10_000
"""Rounds that take no time after which an engine says that they would never end."""
