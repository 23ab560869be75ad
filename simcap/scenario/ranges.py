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
    yield from _rounds(scenario)


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


def _rounds(scenario: Scenario) -> Iterator[Fault]:
    """Ways of ``pathways`` on which residents go round for ever."""
    completion = scenario.collaboration.referral_completion.at.values()
    for name, steps in scenario.pathways.items():
        ways = {
            station: {goal: edge for goal, edge in step.completed.items() if edge.share}
            for station, step in steps.items()
        }
        out = {
            station
            for station in scenario.stations_of(name)
            if math.fsum(edge.share for edge in ways.get(station, {}).values()) < 1 - 1e-9
            or (
                min(completion) < 1
                and any(edge.by == "referral" for edge in ways[station].values())
            )
        }
        before = -1
        while len(out) != before:
            before = len(out)
            out |= {station for station in ways if out & ways[station].keys()}
        for station in ways:
            if station not in out:
                yield (
                    ("pathways", name, station, "completed"),
                    "a way that leads out in the end wanted, got residents who go round for ever",
                )
