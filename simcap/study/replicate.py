"""One replication of one design point: a task that a worker process can do from a small message."""

from __future__ import annotations

import functools
import time
import traceback
from dataclasses import dataclass

from simcap.analysis.guards import offered_loads
from simcap.analysis.sheet import Sheet
from simcap.analysis.tally import tally
from simcap.engine import simulate
from simcap.scenario import Scenario
from simcap.study.plan import plan


@dataclass(frozen=True)
class Task:
    """Replication ``replication`` of design point ``point``, whose scenario is ``scenario`` as JSON."""

    point: int
    replication: int
    scenario: str
    seed: int
    engine: str


@dataclass(frozen=True)
class Done:
    """What a task gave: ``rows`` are (measure, place, group, value); ``fault`` is empty unless it failed."""

    point: int
    replication: int
    rows: tuple = ()
    fingerprint: str = ""
    visits: int = 0
    engine_seconds: float = 0.0
    fault: str = ""


def perform(task: Task) -> Done:
    """Simulate and tally ``task``. Nothing is raised: a failure is named in the result."""
    try:
        started = time.perf_counter()
        prepared, sheet = _prepared(task.scenario)
        run = simulate(prepared.network, prepared.spec.horizon, seed=task.seed, replication=task.replication, engine=task.engine)
        counts = tally(run, prepared.spec, sheet.at)
        seconds = time.perf_counter() - started
        rows = tuple((row.measure, row.place, row.group, row.value) for row in sheet.rows(counts, run))
        return Done(task.point, task.replication, rows, run.fingerprint, int(counts.stations["joined"].sum()), seconds)
    except Exception as problem:  # a worker must hand back every failure, whatever it is
        return Done(task.point, task.replication, fault=f"{type(problem).__name__}: {problem}\n{traceback.format_exc()}")


@functools.lru_cache(maxsize=64)
def _prepared(scenario: str):
    """The plan and the offered loads of a scenario, kept: a worker meets the same design point many times."""
    prepared = plan(Scenario.model_validate_json(scenario))
    loads = offered_loads(prepared.network, prepared.spec.horizon, prepared.spec.begin, prepared.spec.end)
    return prepared, Sheet(prepared.network, prepared.spec, loads)
