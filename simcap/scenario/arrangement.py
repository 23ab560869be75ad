"""Which mechanisms are on, and what they arrange: the one place that knows them all.

``rewritten`` lets those that change what a planner would otherwise have written do so, in a fixed
order; ``arranged`` collects from the others who else attends, which places move and what happens
when; ``phased`` are the dated variants of a roadmap. ``compile`` puts all of it into the network.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from simcap.mechanisms import (
    collaboration,
    crisis_team,
    dispatch,
    emergency,
    green_channel,
    hotline,
    levels,
    minimum,
    owners,
    pairing,
    reality,
    roadmap,
    telemedicine,
    tiers,
    visiting,
    volunteers,
)
from simcap.network import Dispatch, Roster, Station, Warn
from simcap.scenario.blocks import is_on
from simcap.scenario.lending import Beside, Lend
from simcap.scenario.schema import Scenario, Zone
from simcap.scenario.staff import DISTRICT, people, people_in_need, place_equivalents, shared_out

MODULES: dict[str, ModuleType] = {
    "reality": reality,
    "minimum": minimum,
    "volunteers": volunteers,
    "visiting": visiting,
    "hotline": hotline,
    "crisis_team": crisis_team,
    "levels": levels,
    "green_channel": green_channel,
    "telemedicine": telemedicine,
    "owners": owners,
    "pairing": pairing,
    "dispatch": dispatch,
    "tiers": tiers,
    "emergency": emergency,
    "roadmap": roadmap,
}
"""Each mechanism by the name of its block, in the order in which those that rewrite the scenario do
so: first how many people there are, then who sits where, then who goes where; telemedicine, which
makes a second station of one, comes after all that changes stations.
"""


def blocks(scenario: Scenario) -> Iterator[tuple[ModuleType, Any]]:
    """(module, block) of each mechanism that is on."""
    for name, module in MODULES.items():
        if (block := _on(scenario, name)) is not None:
            yield module, block


def rewritten(scenario: Scenario) -> Scenario:
    """``scenario`` as it would have been written without mechanisms: as far as these can be put in
    its own words.
    """
    for module, block in blocks(scenario):
        if hasattr(module, "rewritten"):
            scenario = module.rewritten(scenario, block)
    return scenario


def phased(scenario: Scenario) -> list[tuple[float, Scenario]]:
    """(hours since the start, the scenario from then on) of each phase of the roadmap within the
    run.
    """
    block = _on(scenario, "roadmap")
    return (
        []
        if block is None
        else [
            (at, variant)
            for at, variant in roadmap.phases(scenario, block)
            if at < scenario.horizon
        ]
    )


def described(scenario: Scenario) -> list[str]:
    """One line for each mechanism that is on, and one for collaboration."""
    said = [collaboration.described(collaboration.effects(scenario.collaboration))]
    for module, block in blocks(scenario):
        name, told = (
            module.__name__.rsplit(".", 1)[-1].replace("_", " "),
            getattr(module, "told", lambda *_: ""),
        )
        said.append(f"{name}: {module.described(block)}{told(scenario, block)}")
    return said


def reached(scenario: Scenario, station: str, zone: Zone) -> float:
    """The share of those who would enter by ``station`` in ``zone`` who do."""
    block = _on(scenario, "levels")
    return 1.0 if block is None else levels.reached(block, station, zone)


def further_staff(scenario: Scenario) -> Iterator[tuple[str, str, float]]:
    """(pool, what they are, how many of its people do as much) of those that the rewritten
    ``scenario`` has beside its pools, and pays.
    """
    if (block := _on(scenario, "dispatch")) is not None:
        yield block.pool, "floating", block.people / place_equivalents(scenario, block.pool, 1.0)


@dataclass(frozen=True)
class Arrangement:
    """What the mechanisms of one (rewritten) ``scenario`` arrange."""

    scenario: Scenario
    lends: list[Lend]
    beside: list[Beside]
    moved: list[Dispatch]

    def reviews(self, stations: Iterable[Station]) -> list[Warn | Dispatch]:
        """The reviews of a network with these ``stations``."""
        block = _on(self.scenario, "emergency")
        if block is None or not block.dual_mode:
            return list(self.moved)
        return [*self.moved, emergency.review(block, _surge_places(self.scenario, block), stations)]

    def multipliers(self, station: str) -> tuple[tuple[float, float, float], ...]:
        """(from, to, factor) of what multiplies those who enter by ``station``."""
        block = _on(self.scenario, "emergency")
        return (
            ()
            if block is None
            else emergency.multipliers(block.shock, station, self.scenario.start)
        )

    def channel(self, effects: collaboration.Effects) -> collaboration.Effects:
        """``effects`` for who goes by the green channel."""
        return green_channel.channel(_on(self.scenario, "green_channel"), effects)


def arranged(
    scenario: Scenario,
    standing: Callable[[str, int, str], Roster],
    roster_of: Callable[[str, float, str], Roster],
) -> Arrangement:
    """What the mechanisms of the rewritten ``scenario`` arrange. ``standing`` gives the roster of
    so many who stand every shift of a pool's roster in a zone, ``roster_of`` that of so many more
    people who work as those of the pool do.
    """
    staff = {name: people(pool, scenario) for name, pool in scenario.pools.items()}
    shared = _shared_hours(scenario)
    lends = [
        lend
        for name, pool in scenario.pools.items()
        if pool.shared
        for lend in collaboration.lends(name, list(staff[name]), shared)
    ]
    beside: list[Beside] = []
    moved: list[Dispatch] = []
    if (block := _on(scenario, "pairing")) is not None:
        lends += pairing.lends(block)
        beside += pairing.beside(block, staff, roster_of)
    if (block := _on(scenario, "owners")) is not None:
        lends += owners.lends(scenario, block)
    if (block := _on(scenario, "dispatch")) is not None and (
        zones := _zones_asking(scenario, block.pool)
    ):
        own = {
            zone: place_equivalents(scenario, block.pool, staff[block.pool].get(zone, 0.0))
            for zone in zones
        }
        weights = {zone: scenario.column(block.as_column)[zone] for zone in zones}
        beside += dispatch.beside(block, list(zones), standing)
        moved.append(dispatch.review(block, weights, own, _dispatch_begins(scenario, block)))
    if (block := _on(scenario, "tiers")) is not None and (
        zones := _zones_asking(scenario, block.pool)
    ):
        own = {
            zone: place_equivalents(scenario, block.pool, staff[block.pool].get(zone, 0.0))
            for zone in zones
        }
        number = tiers.posts(scenario, block)
        tier = tiers.tiers(
            {zone: need / own[zone] if own[zone] else math.inf for zone, need in zones.items()},
            block,
        )
        start = shared_out(
            number, [0.0 if tier[zone] == "basic" else need for zone, need in zones.items()]
        )
        beside += tiers.beside(block, number, list(zones), standing)
        moved.append(tiers.review(block, number, start, own, scenario.horizon))
    if (block := _on(scenario, "emergency")) is not None:
        beside += emergency.beside(block, _surge_places(scenario, block), standing)
    return Arrangement(scenario, lends, beside, moved)


def _on(scenario: Scenario, name: str) -> Any:
    block = getattr(scenario.mechanisms, name)
    return block if is_on(block) else None


def _shared_hours(scenario: Scenario) -> float | tuple[tuple[float, float], ...]:
    """The share of hours that zones lend: one, or, along a roadmap, dated ones."""
    block = _on(scenario, "roadmap")
    if block is None:
        return collaboration.effects(scenario.collaboration).shared_hours
    return tuple(
        (
            at,
            collaboration.effects(
                scenario.collaboration.model_copy(update={"level": level})
            ).shared_hours,
        )
        for at, level in roadmap.levels(scenario, block)
    )


def _dispatch_begins(scenario: Scenario, block) -> float | None:
    """When the first review of floating staff is, in hours since the start; None: after the first
    interval.
    """
    begins = [] if block.first is None else [24.0 * (block.first - scenario.start).days]
    plan = _on(scenario, "roadmap")
    if plan is not None:
        begins.append(min(roadmap.dispatch_begins(scenario, plan), 1e9))
    return max(0.0, *begins) if begins and block.rule != "static" else None


def _surge_places(scenario: Scenario, block) -> dict[str, list[str]]:
    return {
        pool: [
            place
            for place in people(scenario.pools[pool], scenario)
            if place == DISTRICT or place in _zones_asking(scenario, pool)
        ]
        for pool in block.surge
    }


def _zones_asking(scenario: Scenario, pool: str) -> dict[str, float]:
    """{zone: people who ask for help in a year} of the zones where somebody may come by a station
    that ``pool`` attends.
    """
    attended = {
        name
        for name, spec in scenario.stations.items()
        if pool in [seat.pool for seat in spec.pools]
    }
    needs = [
        need for need in scenario.needs.values() if attended & scenario.stations_of(need.pathway)
    ]
    asking = {
        zone.zone: math.fsum(people_in_need(scenario, need, zone)[1] for need in needs)
        for zone in scenario.zones
    }
    return {zone: number for zone, number in asking.items() if number > 0}
