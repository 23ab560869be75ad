"""Social workers as a staff of their own, with stations of their own.

Source: seed 000 §1.1 (counsellors, social workers and volunteers are three kinds of staff), seed
003 一(三)2 (social-work stations), 二 (too few professionals, counsellors and social workers above
all), 三(四). What share of whose work is theirs the sources do not say: the scenario does. Beside a
station that they take from there is one of theirs, «… by social workers», to which its share of
residents goes instead; what follows is the same. Nobody else works there but who is named to stand
in at it: a place of such staff goes to their own residents first, whatever the severity of the
others.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from simcap import lang
from simcap.lang import _
from simcap.mechanisms.checks import (
    COLUMN,
    PATHWAY,
    POOL,
    ROSTER,
    STATION,
    Fault,
    Made,
    Name,
    few_enough,
    keys,
    listed,
    queued,
    some,
)
from simcap.mechanisms.contract import ELSEWHERE
from simcap.scenario.blocks import SocialWorkers
from simcap.scenario.schema import Instead, PoolSpec, Scenario, Seat, StationSpec


def rewritten(scenario: Scenario, block: SocialWorkers) -> Scenario:
    """``scenario`` with the social workers and their stations."""
    stations = dict(scenario.stations)
    pathways = {name: dict(steps) for name, steps in scenario.pathways.items()}
    for name, share in block.takes.items():
        spec, own = stations[name], station_of(block, name)
        other = Instead.model_construct(
            station=own, share=share, zones=block.zones, pathways=block.pathways
        )
        stations[name] = spec.model_copy(update={"instead": [*spec.instead, other]})
        stations[own] = _station(block, name, spec)
        for steps in pathways.values():
            if name in steps:
                steps[own] = steps[name]
    return scenario.model_copy(
        update={
            "pools": {**scenario.pools, pool_of(block): _pool(block)},
            "stations": stations,
            "pathways": pathways,
        }
    )


def _pool(block: SocialWorkers) -> PoolSpec:
    return PoolSpec.model_construct(
        per="zone",
        number=block.number,
        from_=block.as_column,
        hours_each=block.hours_each,
        roster=block.roster,
        last_start=block.last_start,
        owner=block.owner,
        cost_each=block.cost_each,
        source=block.source,
    )


def _station(block: SocialWorkers, name: str, spec: StationSpec) -> StationSpec:
    """The station of the social workers beside the station ``name``."""
    after = [
        Seat.model_construct(pool=pool, priority=ELSEWHERE, equal=i > 0)
        for i, pool in enumerate(sorted(block.stand_in.get(name, ())))
    ]
    own = Seat.model_construct(pool=pool_of(block), factor=block.time)
    return spec.model_copy(
        update={
            "pools": [own, *after],
            "contact": block.contact or spec.contact,
            "instead": [],
            "part_of": name,
            "source": block.source or spec.source,
        }
    )


def pool_of(block: SocialWorkers) -> str:
    """The pool of the social workers."""
    return block.named("social workers")


def station_of(block: SocialWorkers, station: str) -> str:
    """The station at which social workers attend those who would go to ``station``."""
    return block.named(f"{station} by social workers")


def makes(scenario: Scenario, block: SocialWorkers) -> Iterator[Made]:
    """The pool and the stations."""
    yield POOL, pool_of(block)
    yield from ((STATION, station_of(block, station)) for station in block.takes)


def names(block: SocialWorkers) -> Iterator[Name]:
    """The column, the roster, stations, pathways and pools."""
    yield ("as_column",), COLUMN, block.as_column
    yield ("roster",), ROSTER, block.roster
    yield from keys("takes", STATION, block.takes)
    yield from listed("pathways", PATHWAY, block.pathways or ())
    for station, pools in block.stand_in.items():
        yield ("stand_in", station), STATION, station
        yield from ((("stand_in", station, i), POOL, pool) for i, pool in enumerate(pools))


def faults(scenario: Scenario, block: SocialWorkers) -> Iterator[Fault]:
    """Nothing that they take; stations where they cannot take somebody's place; who stands in at
    none of theirs; more than there are.
    """
    yield from some(takes=block.takes, zones=block.zones)
    yield from queued(scenario, "takes", block.takes)
    yield from few_enough(("number",), block.number)
    if math.fsum(scenario.column(block.as_column).values()) == 0:
        yield (
            ("as_column",),
            _("a column with at least one number above 0 wanted, got {got!r}", got=block.as_column),
        )
    for station, pools in block.stand_in.items():
        path = ("stand_in", station)
        if station not in block.takes:
            yield path, _("a station that they take from wanted, got {got!r}", got=station)
        if len(set(pools)) < len(pools):
            yield path, _("each pool once wanted, got {got}", got=lang.listed(pools))
        for i, pool in enumerate(pools):
            if not scenario.pools[pool].roster:
                yield (*path, i), _("a pool with a roster wanted, got {got!r}", got=pool)
    for name in block.takes:
        spec = scenario.stations[name]
        if block.contact == "none" and spec.treatment:
            yield (
                ("contact",),
                _("lay or professional wanted, since {name!r} is a treatment, got none", name=name),
            )


def described(scenario: Scenario, block: SocialWorkers) -> str:
    """One line for ``simcap show``."""
    shares = lang.listed(
        _("{share:.0%} of {station}", share=share, station=station)
        for station, share in block.takes.items()
    )
    said = _("{number:g} take {shares}", number=block.number, shares=shares)
    if len(block.zones) != 3:
        said += _(" in {zones} zones", zones=lang.listed(map(_, block.zones)))
    helpers = _("; ").join(
        _("{pools} at {station}", pools=lang.listed(pools), station=station)
        for station, pools in block.stand_in.items()
    )
    stand_in = (
        _("after their own work {helpers} stand in", helpers=helpers)
        if helpers
        else _("nobody stands in")
    )
    return _("; ").join([said, stand_in])
