"""Volunteers by season: retired people, parents at home, students in their holidays.

Source: seed 002 三(三): a team of retired people, full-time mothers and students on holiday
beside the fixed staff of the stations; seed 003 三(四): professional-led,
volunteer-assisted. Each kind is a pool of its own in every zone, with its own roster
(``during: school holidays`` for students).
"""

from __future__ import annotations

from collections.abc import Iterator

from simcap import lang
from simcap.lang import _
from simcap.mechanisms.checks import (
    COLUMN,
    POOL,
    ROSTER,
    STATION,
    Fault,
    Made,
    Name,
    few_enough,
    listed,
    queued,
    some,
)
from simcap.scenario.blocks import Volunteers
from simcap.scenario.schema import PoolSpec, Scenario, Seat


def rewritten(scenario: Scenario, block: Volunteers) -> Scenario:
    """``scenario`` with a pool for each kind, which works at the stations that the block names,
    after their own staff.
    """
    pools, stations = dict(scenario.pools), dict(scenario.stations)
    for kind, volunteers in block.kinds.items():
        pools[name_of(block, kind)] = PoolSpec.model_construct(
            per="zone",
            number=volunteers.number,
            from_=volunteers.as_column,
            hours_each=volunteers.hours_each,
            roster=volunteers.roster,
            last_start=block.last_start,
            owner="volunteers",
            source=block.source,
        )
    for name in block.stations:
        spec = stations[name]
        seats = [
            Seat.model_construct(
                pool=name_of(block, kind), priority=spec.pools[0].priority, equal=i > 0
            )
            for i, kind in enumerate(sorted(block.kinds))
        ]
        stations[name] = spec.model_copy(update={"pools": [*spec.pools, *seats]})
    return scenario.model_copy(update={"pools": pools, "stations": stations})


def name_of(block: Volunteers, kind: str) -> str:
    """The pool of volunteers of this kind."""
    return block.named(f"volunteers, {kind}")


def makes(scenario: Scenario, block: Volunteers) -> Iterator[Made]:
    """The pool of each kind."""
    return ((POOL, name_of(block, kind)) for kind in block.kinds)


def names(block: Volunteers) -> Iterator[Name]:
    """Stations, rosters and columns."""
    yield from listed("stations", STATION, block.stations)
    yield from (
        (("kinds", kind, "roster"), ROSTER, part.roster) for kind, part in block.kinds.items()
    )
    yield from (
        (("kinds", kind, "as_column"), COLUMN, part.as_column) for kind, part in block.kinds.items()
    )


def faults(scenario: Scenario, block: Volunteers) -> Iterator[Fault]:
    """Stations where volunteers cannot help, or would pass for professionals; columns without
    anybody.
    """
    yield from some(stations=block.stations, kinds=block.kinds)
    yield from queued(scenario, "stations", block.stations)
    for name in block.stations:
        if scenario.stations[name].contact == "professional":
            yield (
                ("stations",),
                (
                    _(
                        "a station whose contact is lay, or none, wanted, since volunteers are"
                        " no professionals; got {got!r}",
                        got=name,
                    )
                ),
            )
    for kind, part in block.kinds.items():
        yield from few_enough(("kinds", kind, "number"), part.number)
        if sum(scenario.column(part.as_column).values()) == 0:
            yield (
                ("kinds", kind, "as_column"),
                _(
                    "a column with at least one number above 0 wanted, got {got!r}",
                    got=part.as_column,
                ),
            )


def described(scenario: Scenario, block: Volunteers) -> str:
    """One line for ``simcap show``."""
    kinds = lang.listed(
        _(
            "{number:g} {kind} ({hours:g} h a week, {roster})",
            number=kind.number,
            kind=name,
            hours=kind.hours_each,
            roster=kind.roster,
        )
        for name, kind in block.kinds.items()
    )
    return _("{who} at {stations}", who=kinds, stations=lang.listed(block.stations))
