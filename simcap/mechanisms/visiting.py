"""Experts who visit: hospital experts stationed in communities on fixed days, mobile units, «three sinkings».

Source: seed 000 §2.1 (hospital experts periodically in communities), seed 001 §3.3 (experts, techniques and resources sink to the
grassroots; a mobile platform in the transition zones). On a visiting day one expert is in the zone for some hours, taken from the hours
of their pool, and attends that zone's residents there. """

from __future__ import annotations

from simcap.scenario.blocks import Visiting
from simcap.scenario.fields import shift_hours, week_days
from simcap.scenario.schema import PoolSpec, RosterSpec, Scenario, Seat


def rewritten(scenario: Scenario, block: Visiting) -> Scenario:
    """``scenario`` with a pool of visits for each zone that has a day."""
    pools, rosters, stations = dict(scenario.pools), dict(scenario.rosters), dict(scenario.stations)
    base = pools[block.pool]
    for zone, days in block.days.items():
        rosters[name_of(zone)] = RosterSpec.model_construct(shifts={days: [block.hours]}, weeks=block.weeks)
        pools[name_of(zone)] = PoolSpec.model_construct(number=1.0, zone=zone, roster=name_of(zone), last_start=base.last_start,
                                                        owner=base.owner, source=block.source)
    for name in block.stations:
        spec = stations[name]
        seats = [Seat.model_construct(pool=name_of(zone), priority=spec.pools[0].priority, factor=block.travel) for zone in block.days]
        stations[name] = spec.model_copy(update={"pools": [*seats, *spec.pools]})
    pools[block.pool] = base.model_copy(update={"productive": base.productive * (1 - share_of_hours(scenario, block))})
    return scenario.model_copy(update={"pools": pools, "rosters": rosters, "stations": stations})


def hours_a_week(block: Visiting) -> float:
    """Hours that the visits take in a week, on average."""
    start, end, places = shift_hours(block.hours)
    often = 1.0
    if block.weeks:
        often = 1 / int(block.weeks.split("of")[1])
    return often * sum(len(week_days(days)) for days in block.days.values()) * (end - start) * places


def share_of_hours(scenario: Scenario, block: Visiting) -> float:
    """The share of the pool's productive hours that the visits take; above 1 where they take more than it has."""
    pool = scenario.pools[block.pool]
    number = (pool.number or 1.0) * pool.scale
    each = pool.hours_each
    if each is None:
        each = sum((end - start) * places for start, end, places in scenario.rosters[pool.roster].week())
    offered = number * each * pool.productive
    return hours_a_week(block) / offered if offered else float("inf")


def name_of(zone: str) -> str:
    """The pool, and the roster, of visits to ``zone``."""
    return f"visits to {zone}"


def described(block: Visiting) -> str:
    """One line for ``simcap show``."""
    days = ", ".join(f"{zone} {text}" for zone, text in block.days.items())
    return f"{block.pool} for {', '.join(block.stations)}: {days}, {block.hours}" + (f", {block.weeks} weeks" if block.weeks else "")
