"""How many: people of each pool and in each zone, residents in need."""

from __future__ import annotations

import math

from simcap.scenario.schema import Need, PoolSpec, Scenario, Zone

YEAR = 8760.0
"""Hours in a year of 365 days: what «per year» is spread over."""

DISTRICT = "district"


def people(pool: PoolSpec, scenario: Scenario) -> dict[str, float]:
    """How many people (or seats) ``pool`` has by zone; a district pool has them all under ``DISTRICT``."""
    if pool.per == "zone":
        column = scenario.column(pool.from_ or "")
        factor = 1.0 if pool.number is None else pool.number / math.fsum(column.values())
        return {zone: max(number * factor * pool.scale, pool.at_least) for zone, number in column.items()}
    number = pool.number
    if number is None:
        number = 1.0 if pool.from_ is None else math.fsum(scenario.column(pool.from_).values())
    return {pool.zone or DISTRICT: number * pool.scale}


def people_in_need(scenario: Scenario, need: Need, zone: Zone) -> tuple[float, float]:
    """(in need, asking) in ``zone``: persons a year, or, for a wave, each time; of a register, persons in all."""
    size = zone.numbers[need.group]
    if need.register_ is not None:
        return size * need.register_.share, size * need.register_.share * need.register_.managed
    share = need.in_need if need.wave is None else need.wave.share
    assert share is not None  # a need has just one of register, wave and in_need
    in_need = size * share
    return in_need, in_need * need.seeks_help[zone.kind]


def place_equivalents(scenario: Scenario, name: str, number: float) -> float:
    """Of how many places that stand every shift of their roster ``number`` people of the pool ``name`` do the work."""
    pool = scenario.pools[name]
    if pool.hours_each is None:
        return number * pool.productive
    week = math.fsum((end - start) * places for start, end, places in scenario.rosters[pool.roster].week())
    return number * pool.hours_each * pool.productive / week
