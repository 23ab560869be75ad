"""What does not fit: of a scenario as it is written, and of its mechanisms beside it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from simcap.building.answers import answering
from simcap.building.arrangement import made, modules
from simcap.building.names import taken_names
from simcap.building.own import as_read, own_faults, own_module
from simcap.errors import ScenarioError
from simcap.mechanisms import checks
from simcap.scenario.blocks import OwnBlock
from simcap.scenario.links import Fault, columns, wanted, written_faults
from simcap.scenario.outcomes import RecoveryTable
from simcap.scenario.schema import Scenario


def link_faults(scenario: Scenario) -> list[Fault]:
    """(path, text) of each name that points at nothing, and of each part that does not fit the
    others.
    """
    written = written_faults(scenario)
    found = [*written, *_mechanisms(scenario, sound=not written)]
    return found or [*taken_names(scenario), *_recovering(scenario)]


def _recovering(scenario: Scenario) -> Iterator[Fault]:
    """Rows of the recovery table that name a station which neither stands in the scenario nor is
    made by a mechanism.
    """
    table = scenario.outcomes.recovery
    rows = table.rows if isinstance(table, RecoveryTable) else []
    known = [
        *scenario.stations,
        *(name for _, kind, name in made(scenario) if kind == checks.STATION),
    ]
    for i, row in enumerate(rows):
        for name in row.station:
            path = ("outcomes", "recovery", "rows", i, "station")
            yield from wanted(path, "station", name, known)


def _mechanisms(scenario: Scenario, sound: bool) -> Iterator[Fault]:
    """Names in blocks; what does not fit only where the scenario itself is ``sound``."""
    known: dict[str, Iterable[str]] = {
        checks.POOL: scenario.pools,
        checks.STATION: scenario.stations,
        checks.ROSTER: scenario.rosters,
        checks.ZONE: [zone.zone for zone in scenario.zones],
        checks.COLUMN: columns(scenario),
        checks.SEVERITY: sorted({need.severity for need in scenario.needs.values()}),
        checks.PATHWAY: scenario.pathways,
        checks.NEED: scenario.needs,
        checks.OWNER: sorted({pool.owner for pool in scenario.pools.values() if pool.owner}),
    }
    for name in scenario.mechanisms.names():
        blocks = scenario.mechanisms.of(name)
        for i, block in enumerate(blocks):
            path = ("mechanisms", name) if len(blocks) == 1 else ("mechanisms", name, i)
            for below, text in _of_block(scenario, name, block, known, sound):
                yield (*path, *below), text


def _of_block(
    scenario: Scenario, name: str, block: Any, known: dict, sound: bool
) -> list[tuple[tuple, str]]:
    """The faults of one block, by the path below it."""
    if not isinstance(block, OwnBlock):
        return [*_asked(scenario, modules(scenario)[name], block, known, sound)]
    if unfit := own_faults(block):
        return unfit
    module = answering(own_module(block), name)
    try:
        return [*_asked(scenario, module, as_read(module, block), known, sound)]
    except ScenarioError as problem:  # of its file: what it answers is no answer
        return [((), fault.partition(": ")[2]) for fault in problem.faults]


def _asked(
    scenario: Scenario, module: Any, block: Any, known: dict, sound: bool
) -> Iterator[tuple[tuple, str]]:
    """What ``module`` says of its ``block``."""
    dangling = [
        fault
        for below, kind, pointed in getattr(module, "names", _nothing)(block)
        for fault in wanted(below, kind, pointed, known[kind])
    ]
    yield from dangling
    if block.on and sound and not dangling:
        yield from getattr(module, "faults", _nothing)(scenario, block)


def _nothing(*_: Any) -> tuple:
    return ()
