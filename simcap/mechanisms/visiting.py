"""Experts who visit: hospital experts stationed in communities on fixed days, mobile units, «three
sinkings».

Source: seed 000 §2.1 (hospital experts periodically in communities), seed 001 §3.3 (experts,
techniques and resources sink to the grassroots; a mobile platform in the transition zones). On a
visiting day one expert is in the zone for some hours, taken from the hours of their pool, and
attends that zone's residents there, in the weeks and on the holidays in which their pool works.

Where the scenario says so, a visit lifts the share who ask in its zone, from the beginning of its
day on: by points, for a number of days, or fading by a half-life. The lifts of several visits add
(assumed: the seeds give no form).
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from simcap import lang
from simcap.errors import ScenarioError
from simcap.lang import _
from simcap.mechanisms.checks import (
    POOL,
    ROSTER,
    STATION,
    ZONE,
    Fault,
    Made,
    Name,
    above_zero,
    keys,
    listed,
    queued,
    some,
)
from simcap.mechanisms.contract import Lift
from simcap.mechanisms.fading import Fade
from simcap.network import Roster
from simcap.network.clock import HOUR
from simcap.scenario.blocks import Visiting
from simcap.scenario.calendar import week_of
from simcap.scenario.calendars import calendar_of
from simcap.scenario.fields import shift_hours, week_days
from simcap.scenario.schema import PoolSpec, RosterSpec, Scenario, Seat, Zone
from simcap.scenario.staff import people, week_hours


def rewritten(scenario: Scenario, block: Visiting) -> Scenario:
    """``scenario`` with a pool of visits for each zone that has a day, first of those who attend
    where the pool itself is the first.
    """
    pools, rosters, stations = dict(scenario.pools), dict(scenario.rosters), dict(scenario.stations)
    base = pools[block.pool]
    for zone in block.days:
        rosters[name_of(block, zone)] = _roster(scenario, block, zone)
        pools[name_of(block, zone)] = PoolSpec.model_construct(
            number=1.0,
            zone=zone,
            roster=name_of(block, zone),
            last_start=base.last_start,
            owner=base.owner,
            part_of=block.pool,
            source=block.source,
        )
    for name in block.stations:
        spec = stations[name]
        seats = [
            Seat.model_construct(
                pool=name_of(block, zone), priority=spec.pools[0].priority, factor=block.travel
            )
            for zone in sorted(block.days)
        ]
        both = [*seats, *spec.pools] if spec.pools[0].pool == block.pool else [*spec.pools, *seats]
        stations[name] = spec.model_copy(update={"pools": both})
    taken = share_of_hours(scenario, block)
    if taken > 1:
        raise ScenarioError(
            _(
                "mechanisms.visiting.days: visits of at most the hours that {pool} has"
                " left wanted, got {got:.3g} times as many",
                pool=block.pool,
                got=taken,
            )
        )
    pools[block.pool] = base.model_copy(
        update={"elsewhere": 1 - (1 - base.elsewhere) * (1 - taken)}
    )
    return scenario.model_copy(update={"pools": pools, "rosters": rosters, "stations": stations})


def _roster(scenario: Scenario, block: Visiting, zone: str) -> RosterSpec:
    """When there are visits to ``zone``: on its days, in the weeks and seasons of the pool."""
    usual = scenario.rosters[scenario.pools[block.pool].roster]
    return usual.model_copy(
        update={"shifts": {block.days[zone]: [block.hours]}, "weeks": block.weeks or usual.weeks}
    )


def lifts(scenario: Scenario, block: Visiting, need: str, zone: Zone) -> Iterator[Lift]:
    """One for each visit to ``zone``: lifts of two visits that overlap add."""
    if block.lift is None or not block.lift.points or zone.zone not in block.days:
        return
    lift = block.lift
    for day in _visits(scenario, block, zone.zone):
        fade = (
            Fade(day, lift.points, until=day + lift.hours)
            if lift.half_life is None
            else Fade(day, lift.points, lift.half_life)
        )
        yield Lift(block.named("visiting"), fade)


def _visits(scenario: Scenario, block: Visiting, zone: str) -> list[float]:
    """When the days of visits to ``zone`` begin, in hours since the start."""
    roster, calendar = _roster(scenario, block, zone), calendar_of(scenario)
    times, places = Roster(
        tuple(sorted(roster.week())),
        week_starts=calendar.week_starts,
        closed=calendar.shut(roster, scenario),
        made_up=calendar.worked(roster),
    ).steps(scenario.horizon)
    begun = times[places > np.append(0, places[:-1])]
    return sorted({24.0 * (int(at) // (24 * HOUR)) for at in begun})


def hours_a_week(block: Visiting) -> float:
    """Hours that the visits take in a week in which there are any."""
    start, end, places = shift_hours(block.hours)
    return sum(len({*week_days(days)}) for days in block.days.values()) * (end - start) * places


def share_of_hours(scenario: Scenario, block: Visiting) -> float:
    """The share of the pool's productive hours that the visits take; above 1 where they take more
    than it has.
    """
    pool = scenario.pools[block.pool]
    each, number = (
        week_hours(scenario, pool) if pool.hours_each is None else pool.hours_each,
        sum(people(pool, scenario).values()),
    )
    offered = number * each * pool.productive * (1 - pool.elsewhere)
    usual = scenario.rosters[pool.roster].weeks
    often = _often(block.weeks or usual) / _often(usual)
    return often * hours_a_week(block) / offered if offered else math.inf


def _often(weeks: str | None) -> float:
    """The share of all weeks that "k of n" is."""
    return 1 / week_of(weeks)[1] if weeks else 1.0


def name_of(block: Visiting, zone: str) -> str:
    """The pool, and the roster, of visits to ``zone``."""
    return block.named(f"{block.pool} visiting {zone}")


def makes(scenario: Scenario, block: Visiting) -> Iterator[Made]:
    """A pool and a roster for each zone."""
    return ((kind, name_of(block, zone)) for zone in block.days for kind in (POOL, ROSTER))


def names(block: Visiting) -> Iterator[Name]:
    """The pool, stations and zones."""
    yield ("pool",), POOL, block.pool
    yield from listed("stations", STATION, block.stations)
    yield from keys("days", ZONE, block.days)


def faults(scenario: Scenario, block: Visiting) -> Iterator[Fault]:
    """A pool that is not the district's, more visits than it has hours for, stations where nobody
    else can attend.
    """
    yield from some(stations=block.stations, days=block.days)
    yield from above_zero(travel=block.travel)
    yield from queued(scenario, "stations", block.stations)
    pool = scenario.pools[block.pool]
    if pool.per == "zone" or not pool.roster:
        yield (
            ("pool",),
            _("a pool of the district with a roster wanted, got {got!r}", got=block.pool),
        )
    elif (taken := share_of_hours(scenario, block)) == math.inf:
        yield ("pool",), _("a pool with hours to give wanted, got {got!r}", got=block.pool)
    elif taken > 1:
        yield (
            ("days",),
            _("visits of at most the pool's hours wanted, got {got:.3g} times as many", got=taken),
        )


def described(scenario: Scenario, block: Visiting) -> str:
    """One line for ``simcap show``."""
    said = _(
        "{pool} for {stations}: {days}, {hours}",
        pool=block.pool,
        stations=lang.listed(block.stations),
        days=lang.listed(f"{zone} {text}" for zone, text in block.days.items()),
        hours=block.hours,
    )
    if block.weeks:
        said += _(", {weeks} weeks", weeks=block.weeks)
    return said + _said(block)


def _said(block: Visiting) -> str:
    """What a visit does to asking, for a line of text."""
    if block.lift is None:
        return ""
    fades = block.lift.half_life
    how = (
        _("for {days:g} days", days=block.lift.hours / 24)
        if fades is None
        else _("halving every {hours:g} h", hours=fades)
    )
    points = 100 * block.lift.points
    return _("; after a visit {points:.3g} points more ask, {how}", points=points, how=how)
