"""How many: people of each pool and in each zone, residents in need."""

from __future__ import annotations

import math

from simcap.scenario.schema import Need, PoolSpec, Scenario, Zone

YEAR = 8760.0
"""Hours in a year of 365 days: what «per year» is spread over."""

DISTRICT = "district"

MOST_PEOPLE = 1_000_000
"""Of one staff in one place."""


def people(pool: PoolSpec, scenario: Scenario) -> dict[str, float]:
    """How many people (or seats) ``pool`` has by zone; a district pool has them all under
    ``DISTRICT``.
    """
    if pool.per == "zone":
        column = scenario.column(pool.from_ or "")
        factor = 1.0 if pool.number is None else pool.number / math.fsum(column.values())
        return {
            zone: max(number * factor * pool.scale, pool.at_least)
            for zone, number in column.items()
        }
    number = pool.number
    if number is None:
        number = 1.0 if pool.from_ is None else math.fsum(scenario.column(pool.from_).values())
    return {pool.zone or DISTRICT: number * pool.scale}


def share_in_need(need: Need, zone: str) -> float:
    """The share of the group in ``zone`` that falls into ``need``, which is no register: in a year,
    or, of a wave, each time.
    """
    if zone in need.by_zone:
        return need.by_zone[zone]
    share = need.in_need if need.wave is None else need.wave.share
    assert share is not None  # a need has just one of register, wave and in_need
    return share


def people_in_need(scenario: Scenario, need: Need, zone: Zone) -> tuple[float, float]:
    """(in need, asking) in ``zone``: persons a year, or, for a wave, each time; of a register,
    persons in all.
    """
    size = zone.numbers[need.group]
    if need.register_ is not None:
        return size * need.register_.share, size * need.register_.share * need.register_.managed
    in_need = size * share_in_need(need, zone.zone)
    return in_need, in_need * need.seeks_help[zone.kind]


def productive(pool: PoolSpec, zone: str) -> float:
    """The share of their hours that the people of ``pool`` in ``zone`` give to its residents."""
    return min(1.0, pool.productive * pool.raised.get(zone, 1.0)) * (1 - pool.elsewhere)


def place_equivalents(
    scenario: Scenario, name: str, number: float, zone: str = "", whole: bool = False
) -> float:
    """Of how many places that stand every shift of their roster ``number`` people of the pool
    ``name`` in ``zone`` do the work: in the hours that are left to them, or in their ``whole``
    hours, those that others of the pool work for them counted.
    """
    pool = scenario.pools[name]
    if whole:
        pool = pool.model_copy(update={"elsewhere": 0.0})
    share = productive(pool, zone)
    if pool.hours_each is None:
        return number * share
    return number * pool.hours_each * share / week_hours(scenario, pool)


def week_hours(scenario: Scenario, pool: PoolSpec) -> float:
    """Hours a week of one place that stands every shift of the roster of ``pool``; of slots, of one
    person's.
    """
    if pool.slots:
        return sum(places + kept for _, places, kept in pool.week_slots()) * pool.hours_of_slot()
    return math.fsum(
        (end - start) * places for start, end, places in scenario.rosters[pool.roster].week()
    )


def shared_out(number: int, weights: list[float]) -> tuple[float, ...]:
    """``number`` in parts as ``weights`` are, evenly where all are 0: fractions, so that no name
    and no order decides who has the last of them.
    """
    total = math.fsum(weights)
    parts = [weight / total for weight in weights] if total else [1 / len(weights)] * len(weights)
    return tuple(number * part for part in parts)
