"""At least one station, with somebody at its head, in each sparsely populated zone.

Source: seed 002 三(三): where few people live there is to be at least one service station, with a
station head. Staff that a zone has fewer of than the minimum are raised to it; what that takes is
added, not taken from others.
"""

from __future__ import annotations

from collections.abc import Iterator

from simcap import lang
from simcap.lang import _
from simcap.mechanisms.checks import POOL, Fault, Name, by_zone, few_enough, keys, some
from simcap.scenario.blocks import Minimum
from simcap.scenario.schema import Scenario
from simcap.scenario.staff import DISTRICT, people


def rewritten(scenario: Scenario, block: Minimum) -> Scenario:
    """``scenario`` with at least so many people in every zone."""
    pools = {
        name: pool.model_copy(update={"at_least": max(pool.at_least, block.people.get(name, 0.0))})
        for name, pool in scenario.pools.items()
    }
    return scenario.model_copy(update={"pools": pools})


def names(block: Minimum) -> Iterator[Name]:
    """Pools."""
    return keys("people", POOL, block.people)


def faults(scenario: Scenario, block: Minimum) -> Iterator[Fault]:
    """Pools that are not by zone."""
    yield from some(people=block.people)
    yield from by_zone(scenario, [("people", name) for name in block.people])
    for name, number in block.people.items():
        yield from few_enough(("people", name), number)


def notices(scenario: Scenario) -> Iterator[str]:
    """A sentence for each zone in which nobody stands at any station of its own."""
    local = {
        seat.pool
        for spec in scenario.stations.values()
        if spec.place == "zone" and spec.contact != "none"
        for seat in spec.pools
    }
    anywhere = any(people(scenario.pools[name], scenario).get(DISTRICT, 0) for name in local)
    for zone in scenario.zones if local and not anywhere else ():
        if not any(people(scenario.pools[name], scenario).get(zone.zone, 0) for name in local):
            yield (
                f"{zone.zone}: nobody at any station of the zone; at least one station in every"
                " zone is wanted (seed 002 三(三))"
            )


def described(scenario: Scenario, block: Minimum) -> str:
    """One line for ``simcap show``."""
    return lang.listed(
        _("at least {number:g} of {pool} in every zone", number=number, pool=name)
        for name, number in block.people.items()
    )
