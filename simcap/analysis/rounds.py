"""Visits that come round: the register whose residents change risk, whose next visit is due some
time after the last, for ever. The flow equations have no answer for them; here they are followed
from the dates at which residents come, each visit taken to be on time.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from simcap.network import LEAVE, Network, Routing, Shortest, Station

DAY = 24.0
MOST_STEPS = 20_000


class Rounds:
    """The stations of ``network`` among which visits come round (those that say what ``risk`` they
    are for), and how many visits fall due there up to ``end`` hours, in equal ``step``s.
    """

    def __init__(self, network: Network, end: float):
        self.at = {
            station.name: i
            for i, station in enumerate(network.stations)
            if "risk" in station.labels
        }
        ways = list(self._ways(network)) if self.at else []
        self.onward = [way for way in ways if way[1] not in self.at]
        round_ = [way for way in ways if way[1] in self.at]
        least = min((delay for *_, delay in round_ if delay > 0), default=DAY)
        self.step = max(min(DAY, least), end / MOST_STEPS)
        self.due = np.zeros((int(end / self.step) + 1, len(network.stations)))
        for at, name, number in self._coming(network):
            if at < end:
                self.due[int(at / self.step), self.at[name]] += number
        self._follow(round_)

    def _ways(self, network: Network) -> Iterator[tuple[int, str, float, float]]:
        """(position of the station that is left, goal, probability, hours) of each way on."""
        for position in self.at.values():
            station = network.stations[position]
            for routing, weight in _endings(station):
                for option in routing.options:
                    if option.station != LEAVE and option.probability > 0:
                        share = weight * option.probability
                        yield position, option.station, share, option.delay.mean

    def _coming(self, network: Network) -> Iterator[tuple[float, str, float]]:
        """(hours, station, residents) of those who come by date."""
        for stream in network.arrivals if self.at else ():
            options = () if isinstance(stream.to, Shortest) else stream.to.options
            for at, number in stream.dated:
                for option in options:
                    if option.station in self.at and stream.start <= at < stream.until:
                        yield at, option.station, number * option.probability

    def _follow(self, ways: list[tuple[int, str, float, float]]) -> None:
        left = np.array([way[0] for way in ways], dtype=np.int64)
        goal = np.array([self.at[way[1]] for way in ways], dtype=np.int64)
        share = np.array([way[2] for way in ways])
        later = np.array([max(1, round(way[3] / self.step)) for way in ways], dtype=np.int64)
        for now in range(len(self.due) if ways else 0):
            fits = now + later < len(self.due)
            moving = self.due[now, left[fits]] * share[fits]
            np.add.at(self.due, (now + later[fits], goal[fits]), moving)

    def hourly(self, begin: float, end: float) -> np.ndarray:
        """Visits an hour that fall due from ``begin`` to ``end``, by station."""
        first, last = int(np.ceil(begin / self.step)), int(np.ceil(end / self.step))
        return self.due[first:last].sum(axis=0) / (end - begin)

    def sent_on(self, hourly: np.ndarray) -> Iterator[tuple[str, float]]:
        """(station, residents an hour) whom visits, so many an hour, send elsewhere."""
        for position, goal, share, _ in self.onward:
            yield goal, hourly[position] * share


def _endings(station: Station) -> Iterator[tuple[Routing, float]]:
    """(routing, probability) of how a visit ends."""
    weights = {"completed": 1.0 - station.no_show, "no_show": station.no_show}
    for outcome, weight in weights.items():
        routing = station.routing.get(outcome)
        if weight > 0 and isinstance(routing, Routing):
            yield routing, weight
