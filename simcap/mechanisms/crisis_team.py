"""The joint crisis team of police, health and community, or its members one after the other.

Source: seed 003 一(二)3 (crisis plan, joint team of police, health and community), seed 001 §3.2.4.
Jointly, all go together as soon as one of each is free; otherwise they come in turn, and each
begins anew. The response is the moment at which a professional is there.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from simcap.lang import _, listed
from simcap.mechanisms.checks import POOL, STATION, Fault, Made, Name
from simcap.scenario.blocks import CrisisTeam
from simcap.scenario.schema import Edge, Scenario, StationSpec, Step


def rewritten(scenario: Scenario, block: CrisisTeam) -> Scenario:
    """``scenario`` with the members together, or as a chain of stations that ends where the pathway
    of the team went on.
    """
    stations, spec = dict(scenario.stations), scenario.stations[block.station]
    if block.joint:
        stations[block.station] = spec.model_copy(update={"team": len(spec.pools) > 1})
        return scenario.model_copy(update={"stations": stations})
    names = [block.station, *_followers(spec, block)]
    professional = block.professional or spec.pools[-1].pool
    pathways = {name: dict(steps) for name, steps in scenario.pathways.items()}
    for name, seat in zip(names, spec.pools, strict=True):
        counts = (
            {}
            if seat.pool == professional
            else {
                "contact": "none",
                "role": None,
                "treatment": False,
                "target": ("crisis response",),
            }
        )
        stations[name] = spec.model_copy(update={"team": False, "pools": [seat], **counts})
    for pathway, steps in pathways.items():
        if block.station in scenario.stations_of(pathway):
            last = steps.get(block.station, Step())
            for name, following in itertools.pairwise(names):
                steps[name] = last.model_copy(
                    update={
                        "completed": {
                            following: Edge.model_construct(share=1.0, after=block.between)
                        }
                    }
                )
            steps[names[-1]] = last
    return scenario.model_copy(update={"stations": stations, "pathways": pathways})


def _followers(spec: StationSpec, block: CrisisTeam) -> list[str]:
    """The stations of all members but the first, where they come in turn."""
    return [f"{block.station}: {seat.pool}" for seat in spec.pools[1:]]


def makes(scenario: Scenario, block: CrisisTeam) -> Iterator[Made]:
    """The stations of members who come in turn."""
    spec = scenario.stations[block.station]
    return ((STATION, name) for name in ([] if block.joint else _followers(spec, block)))


def names(block: CrisisTeam) -> Iterator[Name]:
    """The station and the pool."""
    yield ("station",), STATION, block.station
    if block.professional is not None:
        yield ("professional",), POOL, block.professional


def faults(scenario: Scenario, block: CrisisTeam) -> Iterator[Fault]:
    """A professional who is not of the team; a team whose members have times of their own."""
    seats = scenario.stations[block.station].pools
    pools = [seat.pool for seat in seats]
    if block.professional is not None and block.professional not in pools:
        yield (
            ("professional",),
            _("one of {pools} wanted, got {got!r}", pools=listed(pools), got=block.professional),
        )
    if block.joint and any(seat.after or seat.factor != 1 for seat in seats):
        yield (
            ("station",),
            (
                _(
                    "members without `after` and `factor` wanted, since a team starts"
                    " together; got {got!r}",
                    got=block.station,
                )
            ),
        )


def described(scenario: Scenario, block: CrisisTeam) -> str:
    """One line for ``simcap show``."""
    if block.joint:
        return _("{station}: its members come together", station=block.station)
    return _("{station}: its members come one after the other", station=block.station)
