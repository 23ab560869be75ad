"""What each quantity of a scenario may be where the rest of the scenario decides it: found at the
file's line, so that the network has nothing to complain of.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from simcap.scenario.schema import Scenario

Fault = tuple[tuple, str]


def out_of_range(scenario: Scenario) -> Iterator[Fault]:
    """(path, text) of each number that does not fit the others."""
    yield from _pools(scenario)
    yield from _stations(scenario)


def _pools(scenario: Scenario) -> Iterator[Fault]:
    for name, pool in scenario.pools.items():
        path = ("pools", name)
        if pool.slots and pool.last_start:
            yield (*path, "last_start"), "none wanted beside slots, which say when each begins"
        if pool.hours_each is not None and pool.roster in scenario.rosters:
            week = scenario.rosters[pool.roster].week()
            if math.fsum((end - start) * places for start, end, places in week) <= 0:
                yield (*path, "roster"), "a roster with at least one place wanted, got none"


def _stations(scenario: Scenario) -> Iterator[Fault]:
    for name, station in scenario.stations.items():
        path = ("stations", name)
        group = station.group
        if group is not None and group.at_least > group.size:
            yield (
                (*path, "group", "at_least"),
                f"at most the size of the group, {group.size}, wanted, got {group.at_least}",
            )
