"""Names that what is built gives to parts of its own: nothing that is written may have one.

A station «room by video» that a planner wrote, and the one that telemedicine makes of the station
«room», would be one: what was written would be lost without a word.
"""

from __future__ import annotations

from collections.abc import Iterator

from simcap.building.arrangement import made
from simcap.building.compile import NOBODY
from simcap.building.staffing import ROOMS
from simcap.mechanisms.checks import PATHWAY, PER_ZONE, POOL, ROSTER, STATION
from simcap.scenario.links import Fault
from simcap.scenario.schema import Scenario

SECTIONS = {
    POOL: "pools",
    PER_ZONE: "pools",
    STATION: "stations",
    ROSTER: "rosters",
    PATHWAY: "pathways",
}


def taken_names(scenario: Scenario) -> Iterator[Fault]:
    """A fault for each name in ``scenario`` that a mechanism, or the network, gives to something
    of its own.
    """
    for who, kind, name in (*_of_the_network(scenario), *made(scenario)):
        part = getattr(scenario, SECTIONS[kind]).get(name)
        if part is not None and (kind != PER_ZONE or part.per == "zone"):
            yield (
                (SECTIONS[kind], name),
                f"another name wanted: {who} gives this one to a {_noun(kind)} of its own",
            )


def _noun(kind: str) -> str:
    return POOL if kind == PER_ZONE else kind


def _of_the_network(scenario: Scenario) -> Iterator[tuple[str, str, str]]:
    yield "the network", POOL, NOBODY
    if any(pool.places_at_most is not None for pool in scenario.pools.values()):
        yield "`places at most`", PER_ZONE, ROOMS
