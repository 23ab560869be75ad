"""Huadu, a tenth of it, and synthetic regions of many Huadus."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

from simcap.building import compile_scenario, load_scenario
from simcap.network import LEAVE, Arrivals, Network, Roster, Shortest, Station, To
from simcap.network.routing import Routing

HUADU = Path(__file__).parent.parent / "experiments" / "01_huadu" / "scenario.yaml"
YEAR = 52 * 168.0


def huadus(number: float) -> Network:
    """A region of ``number`` Huadus: districts beside each other, each with staff and residents of
    its own; below 1, one with so much less of both. Labels, which no engine reads, are left out of
    copies.
    """
    district = compile_scenario(load_scenario(HUADU))
    if number == 1:
        return district
    return smaller(district, number) if number < 1 else beside(district, int(number))


def smaller(network: Network, factor: float) -> Network:
    """``factor`` of the residents and of the staff hours; who stands alone stays."""

    def roster(pool):
        if isinstance(pool.capacity, Roster):
            shifts = tuple(
                (start, end, places * factor) for start, end, places in pool.capacity.shifts
            )
            hours = None if pool.capacity.hours is None else pool.capacity.hours * factor
            return replace(pool, capacity=replace(pool.capacity, shifts=shifts, hours=hours))
        return (
            pool
            if pool.capacity in (0, 1, float("inf"))
            else replace(pool, capacity=max(1, round(pool.capacity * factor)))
        )

    def stream(arrivals):
        if arrivals.rate is not None:
            return replace(
                arrivals, rate=replace(arrivals.rate, per_hour=arrivals.rate.per_hour * factor)
            )
        if arrivals.batches:
            return replace(
                arrivals,
                batches=tuple(
                    (at, round(residents * factor)) for at, residents in arrivals.batches
                ),
            )
        return replace(arrivals, backlog=max(1, round(arrivals.backlog * factor)))

    return Network(
        [roster(pool) for pool in network.pools],
        network.stations,
        [stream(arrivals) for arrivals in network.arrivals],
    )


def beside(network: Network, number: int) -> Network:
    """``number`` copies of ``network``."""
    pools, stations, streams = [], [], []
    for copy in range(number):

        def named(name, copy=copy):
            return name if name == LEAVE else sys.intern(f"{copy:03d} | {name}")

        def ways(routing, named=named):
            if isinstance(routing, Shortest):
                return replace(routing, among=tuple(map(named, routing.among)))
            return Routing(
                tuple(
                    To(named(option.station), option.probability, option.delay)
                    for option in routing.options
                )
            )

        pools += [replace(pool, name=named(pool.name), labels={}) for pool in network.pools]
        stations += [
            Station(
                **{
                    **vars(station),
                    "name": named(station.name),
                    "labels": {},
                    "pools": tuple(
                        replace(attend, pool=named(attend.pool)) for attend in station.pools
                    ),
                    "routing": {
                        outcome: ways(routing) for outcome, routing in station.routing.items()
                    },
                }
            )
            for station in network.stations
        ]
        streams += [
            Arrivals(
                **{
                    **vars(arrivals),
                    "name": named(arrivals.name),
                    "labels": {},
                    "to": ways(arrivals.to),
                }
            )
            for arrivals in network.arrivals
        ]
    return Network(pools, stations, streams)
