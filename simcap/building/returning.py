"""Those who have recovered after a course, where they may relapse: residents of the network at a
station that nobody attends, from which they come back or leave.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

from simcap.building.arrangement import reached, relapsing
from simcap.building.silent import unseen
from simcap.building.staffing import joined_name
from simcap.mechanisms.contract import Relapsing
from simcap.network import Exponential, Never, Recovery, To
from simcap.scenario.outcomes import RecoveryRow, RecoveryTable, rows_of
from simcap.scenario.schema import Need, Scenario, StationSpec, Zone

RECOVERED = "recovered"


def recovery(
    compiler: Any, station: str, spec: StationSpec, name: str, need: Need, zone: Zone
) -> Recovery | None:
    """Who recovers of those who complete a course at this ``station``, where they may relapse."""
    scenario = compiler.scenario
    if not spec.treatment or name not in scenario.needed() or need.register_ is not None:
        return None
    relapse = relapsing(scenario, name)
    if relapse is None:
        return None
    own = rows_of(_table(scenario, relapse), name, station, spec.part_of or station)
    rows = sorted((row.sessions, row.wait, row.recovered) for row in own)
    return Recovery(_home(compiler, relapse, name, need, zone), tuple(rows))


def _table(scenario: Scenario, relapse: Relapsing) -> Iterable[RecoveryRow]:
    table = scenario.outcomes.recovery
    return table.rows if isinstance(table, RecoveryTable) else relapse.rows


def _home(compiler: Any, relapse: Relapsing, name: str, need: Need, zone: Zone) -> str:
    """The name of the station of those in ``zone`` who have recovered from the need ``name``, made
    if it is not there yet.
    """
    key = joined_name(RECOVERED, name, zone.zone)
    if key not in compiler.stations:
        compiler.stations[key] = None
        parts = {
            at: part * reached(compiler.scenario, at, zone)
            for at, part in sorted(need.enters_by.items())
        }
        total = math.fsum(parts.values())
        ways = [
            To(goal, relapse.returns * part / total * share)
            for at, part in parts.items()
            if part
            for goal, share in compiler._goals(at, name, need, zone, asking=True)
        ]
        back = {"reneged": tuple(ways)} if relapse.returns else {}
        clock = Exponential(relapse.mean)
        compiler.stations[key] = unseen(
            key, RECOVERED, name, zone, clock, Never(), back, between=True
        )
    return key
