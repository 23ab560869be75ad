"""Outreach: teams that find people who need help and would not have asked for it.

Source: seed 001 §3.2.2 (a net of community, grid and family; three teams: community psychological
workers, grid observers, volunteers), seed 002 一(六) (without a grid there are blind spots). The
sources give no numbers. Two forms, both assumed. Either so many visits a week in each zone, each of
which falls on anybody of the zone, perhaps again on the same one: if it falls on somebody in need
who has not asked, it finds them with a share. Or a share of those who would not have asked, found
as their need begins, each team independently of the others: who is found by two comes once, by
either in proportion to their shares.

Visits take the time of a pool whether or not they find anybody. Who is found asks at a stated
station and counts as having asked, and apart as found. Where teams that visit bring to different
stations, who is found goes to either in proportion to visits times share. A need that nobody knows
ends by itself where the need says so (``ends by itself``).
"""

from __future__ import annotations

from collections.abc import Iterator

from simcap import lang
from simcap.lang import _
from simcap.mechanisms.checks import (
    COLUMN,
    NEED,
    PATHWAY,
    POOL,
    STATION,
    ZONE,
    Fault,
    Made,
    Name,
    listed,
    some,
)
from simcap.mechanisms.contract import Brought
from simcap.scenario.blocks import Outreach
from simcap.scenario.fields import Time
from simcap.scenario.schema import Audience, Scenario, Search, Seat, Zone

WEEK = 168.0


def brings(scenario: Scenario, block: Outreach, need: str, zone: Zone) -> Iterator[Brought]:
    """The share that the team finds, where it does so by a share."""
    if block.share and need in block.needs and zone in zones_of(scenario, block):
        yield Brought(f"{block.named('outreach')}: {block.called}", block.enters, block.share)


def rewritten(scenario: Scenario, block: Outreach) -> Scenario:
    """``scenario`` with the visits as a station of their own."""
    weekly = {zone.zone: _visits(block, zone) for zone in zones_of(scenario, block)}
    times = {zone: _times(number, scenario.horizon) for zone, number in weekly.items() if number}
    if block.pool is None or not times:
        return scenario
    visits = Audience.model_construct(
        group=block.among,
        severity="",
        in_need=0.0,
        enters_by={block.called: 1.0},
        pathway=block.called,
        batches=times,
        source=block.source,
    )
    station = Search.model_construct(
        pools=[Seat.model_construct(pool=block.pool)],
        service_time=Time.model_construct(fixed=block.time),
        among=block.among,
        share=block.finds or 0.0,
        needs=block.needs,
        brings_to=block.enters,
        weekly=weekly,
        source=block.source,
    )
    return scenario.model_copy(
        update={
            "needs": {**scenario.needs, block.called: visits},
            "stations": {**scenario.stations, block.called: station},
            "pathways": {**scenario.pathways, block.called: {}},
        }
    )


MOST_VISITS = 10**6
"""Visits to a zone in a run, each of which has a date (assumed: what a computer holds)."""


def zones_of(scenario: Scenario, block: Outreach) -> list[Zone]:
    """The zones that the team visits."""
    return [zone for zone in scenario.zones if zone.zone in (block.zones or [zone.zone])]


def _visits(block: Outreach, zone: Zone) -> float:
    """Visits a week."""
    return zone.numbers[block.visits] if isinstance(block.visits, str) else block.visits


def _times(weekly: float, horizon: float) -> tuple[tuple[float, float], ...]:
    """(hours since the start, 1) of each visit: as far apart as so many a week are."""
    apart = WEEK / weekly
    return tuple(((k + 0.5) * apart, 1.0) for k in range(int(horizon / apart + 0.5)))


def makes(scenario: Scenario, block: Outreach) -> Iterator[Made]:
    """The station of the visits, its pathway, and those who are visited."""
    return ((kind, block.called) for kind in (STATION, PATHWAY, NEED))


def names(block: Outreach) -> Iterator[Name]:
    """The columns, the needs, the zones, the pool and the station."""
    yield ("among",), COLUMN, block.among
    if isinstance(block.visits, str):
        yield ("visits",), COLUMN, block.visits
    if block.pool is not None:
        yield ("pool",), POOL, block.pool
    yield ("enters",), STATION, block.enters
    yield from listed("needs", NEED, block.needs)
    yield from listed("zones", ZONE, block.zones)


def faults(scenario: Scenario, block: Outreach) -> Iterator[Fault]:
    """Both forms or none; visits by nobody; a register; a station that is on no way of a need."""
    if (block.finds is None) == (block.share is None):
        yield (
            (),
            _("either `finds`, of visits, or a `share` wanted, got neither")
            if block.share is None
            else _("either `finds`, of visits, or a `share` wanted, got both"),
        )
    visits = block.visits if isinstance(block.visits, str) else block.visits > 0
    if block.finds is not None and not visits and block.visits != 0:
        yield ("visits",), _("visits a week wanted beside `finds`")
    yield from _too_many(scenario, block)
    if visits and block.pool is None:
        yield ("pool",), _("a pool wanted whose time the visits take")
    if block.pool is not None and not scenario.pools[block.pool].roster:
        yield ("pool",), _("a pool with a roster wanted, got {got!r}", got=block.pool)
    yield from some(needs=block.needs)
    for i, name in enumerate(block.needs):
        need = scenario.needs[name]
        if need.register_ is not None:
            yield ("needs", i), _("a need that begins wanted, got a register")
        elif block.enters not in scenario.stations_of(need.pathway):
            yield (
                ("enters",),
                _(
                    "a station on the pathway of {name} wanted, got {got!r}",
                    name=name,
                    got=block.enters,
                ),
            )


def _too_many(scenario: Scenario, block: Outreach) -> Iterator[Fault]:
    """More visits than a run can hold, each of them a row."""
    most = MOST_VISITS * WEEK / scenario.horizon
    for zone in zones_of(scenario, block):
        if _visits(block, zone) > most:
            yield (
                ("visits",),
                _(
                    "at most {most:,.0f} visits a week wanted in a zone, got {got:,.10g} in {zone}",
                    most=most,
                    got=_visits(block, zone),
                    zone=zone.zone,
                ),
            )
            return


def described(scenario: Scenario, block: Outreach) -> str:
    """One line for ``simcap show``."""
    zones = zones_of(scenario, block)
    weekly = sum(_visits(block, zone) for zone in zones)
    whom = lang.listed(block.needs)
    made = (
        _(
            "{number:,.10g} visits a week of {minutes:g} min by {pool}",
            number=weekly,
            minutes=60 * block.time,
            pool=block.pool,
        )
        if weekly
        else _("no visits")
    )
    finds = (
        _(
            "{share:.0%} of those with {needs} who have not asked are found",
            share=block.share,
            needs=whom,
        )
        if block.share is not None
        else _(
            "one that falls on those with {needs} who have not asked finds them with {share:.0%}",
            needs=whom,
            share=block.finds or 0.0,
        )
    )
    return _(
        "{name}: {visits} in {number} zones; {finds}, and come to {goal}",
        name=block.called,
        visits=made,
        number=len(zones),
        finds=finds,
        goal=block.enters,
    )
