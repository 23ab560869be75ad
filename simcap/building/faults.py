"""What does not fit: of a scenario as it is written, and of its mechanisms beside it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from simcap.building.arrangement import modules
from simcap.mechanisms import checks
from simcap.scenario.links import Fault, columns, wanted, written_faults
from simcap.scenario.schema import Scenario


def link_faults(scenario: Scenario) -> list[Fault]:
    """(path, text) of each name that points at nothing, and of each part that does not fit the
    others.
    """
    return [*written_faults(scenario), *_mechanisms(scenario)]


def _mechanisms(scenario: Scenario) -> Iterator[Fault]:
    known: dict[str, Iterable[str]] = {
        checks.POOL: scenario.pools,
        checks.STATION: scenario.stations,
        checks.ROSTER: scenario.rosters,
        checks.ZONE: [zone.zone for zone in scenario.zones],
        checks.COLUMN: columns(scenario),
        checks.SEVERITY: sorted({need.severity for need in scenario.needs.values()}),
        checks.OWNER: sorted({pool.owner for pool in scenario.pools.values() if pool.owner}),
    }
    for name, module in modules(scenario).items():
        blocks = scenario.mechanisms.of(name)
        for i, block in enumerate(blocks):
            path = ("mechanisms", name) if len(blocks) == 1 else ("mechanisms", name, i)
            dangling = [
                fault
                for below, kind, pointed in module.names(block)
                for fault in wanted((*path, *below), kind, pointed, known[kind])
            ]
            yield from dangling
            if block.on and not dangling:
                for below, text in module.faults(scenario, block):
                    yield (*path, *below), text
