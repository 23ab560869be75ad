"""Telemedicine: residents far away are seen by video.

Source: seed 001 §3.3.1, §3.3.2 (telemedicine, a tele-psychological platform), seed 002 三 (remote
technical support for the grassroots). Evidence B.6: no-shows 30 % fewer (range 0 to 50 %; in one
place they were more). Those seen by video are seen by the same staff; what changes is who comes and
how long it takes.
"""

from __future__ import annotations

from collections.abc import Iterator

from simcap import lang
from simcap.lang import _
from simcap.mechanisms.checks import STATION, Fault, Made, Name, above_zero, keys, some
from simcap.scenario.blocks import Telemedicine
from simcap.scenario.schema import Instead, Scenario


def rewritten(scenario: Scenario, block: Telemedicine) -> Scenario:
    """``scenario`` with a station «… by video» beside each, to which its share of residents goes
    instead.
    """
    stations, pathways = (
        dict(scenario.stations),
        {name: dict(steps) for name, steps in scenario.pathways.items()},
    )
    for name, share in block.stations.items():
        spec = stations[name]
        seats = [
            seat.model_copy(update={"factor": seat.factor * block.time}) for seat in spec.pools
        ]
        stations[name_of(block, name)] = spec.model_copy(
            update={
                "pools": seats,
                "no_show": min(1.0, spec.no_show * block.no_show),
                "instead": [],
                "part_of": name,
                "in_person": False,
            }
        )
        other = Instead.model_construct(
            station=name_of(block, name), share=share, zones=block.zones
        )
        stations[name] = spec.model_copy(update={"instead": [*spec.instead, other]})
        for steps in pathways.values():
            if name in steps:
                steps[name_of(block, name)] = steps[name]
    return scenario.model_copy(update={"stations": stations, "pathways": pathways})


def name_of(block: Telemedicine, station: str) -> str:
    """The station at which residents of ``station`` are seen by video."""
    return block.named(f"{station} by video")


def makes(scenario: Scenario, block: Telemedicine) -> Iterator[Made]:
    """The stations by video."""
    return ((STATION, name_of(block, station)) for station in block.stations)


def names(block: Telemedicine) -> Iterator[Name]:
    """Stations."""
    return keys("stations", STATION, block.stations)


def faults(scenario: Scenario, block: Telemedicine) -> Iterator[Fault]:
    """Nothing to change, and teams, which start together whatever the time."""
    yield from some(stations=block.stations, zones=block.zones)
    yield from above_zero(time=block.time)
    for name in block.stations:
        if scenario.stations[name].team:
            yield ("stations", name), _("a station without a team wanted, got {got!r}", got=name)


def described(scenario: Scenario, block: Telemedicine) -> str:
    """One line for ``simcap show``."""
    shares = lang.listed(
        _("{share:.0%} of {station}", share=share, station=name)
        for name, share in block.stations.items()
    )
    return _(
        "{shares} by video in {zones} zones; no-shows × {no_show:g}, time × {time:g}",
        shares=shares,
        zones=lang.listed(map(_, block.zones)),
        no_show=block.no_show,
        time=block.time,
    )
