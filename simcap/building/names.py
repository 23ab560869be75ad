"""Names that what is built gives to parts of its own: nothing that is written may have one.

A station «room by video» that a planner wrote, and the one that telemedicine makes of the station
«room», would be one: what was written would be lost without a word.
"""

from __future__ import annotations

from collections.abc import Iterator

from simcap.building.arrangement import made
from simcap.building.staffing import NOBODY, ROOMS
from simcap.lang import N_, _
from simcap.mechanisms.checks import NEED, PATHWAY, PER_ZONE, POOL, ROSTER, STATION, ZONE
from simcap.scenario.links import Fault
from simcap.scenario.schema import Scenario

TAKEN = {
    POOL: N_("another name wanted: {who} gives this one to a pool of its own"),
    STATION: N_("another name wanted: {who} gives this one to a station of its own"),
    ROSTER: N_("another name wanted: {who} gives this one to a roster of its own"),
    PATHWAY: N_("another name wanted: {who} gives this one to a pathway of its own"),
    NEED: N_("another name wanted: {who} gives this one to a need of its own"),
    ZONE: N_("another name wanted: {who} gives this one to a zone of its own"),
}
"""What is said of a name that something else has, by what it is a name of."""


def taken_names(scenario: Scenario) -> Iterator[Fault]:
    """A fault for each name in ``scenario`` that a mechanism, or the network, gives to something
    of its own.
    """
    for who, kind, name in (*_of_the_network(scenario), *made(scenario)):
        for path, taken in _called(scenario, kind):
            if taken == name:
                yield (
                    path,
                    _(TAKEN[_noun(kind)], who=_(who)),
                )


def _called(scenario: Scenario, kind: str) -> Iterator[tuple[tuple, str]]:
    """(path, name) of all of this ``kind`` that is written."""
    if kind == ZONE:
        yield from ((("zones", i, "zone"), zone.zone) for i, zone in enumerate(scenario.zones))
    elif kind == PER_ZONE:
        of_zones = (name for name, pool in scenario.pools.items() if pool.per == "zone")
        yield from ((("pools", name), name) for name in of_zones)
    else:
        section = f"{kind}s"
        yield from (((section, name), name) for name in getattr(scenario, section))


def _noun(kind: str) -> str:
    return POOL if kind == PER_ZONE else kind


def _of_the_network(scenario: Scenario) -> Iterator[tuple[str, str, str]]:
    yield N_("the network"), POOL, NOBODY
    if any(pool.places_at_most is not None for pool in scenario.pools.values()):
        yield "`places at most`", PER_ZONE, ROOMS
