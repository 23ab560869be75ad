"""What ``simcap check`` finds: who falls into need, loads offered, and what a planner should beware
of.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

from simcap.analysis.guards import Load
from simcap.building import load_scenario, overridden
from simcap.building.arrangement import needing, rewritten
from simcap.errors import ScenarioError
from simcap.scenario import Scenario
from simcap.scenario.placing import with_places
from simcap.scenario.reader import read_yaml
from simcap.study.cautions import district, staffed, warnings
from simcap.study.experiment import load_experiment
from simcap.study.experiment_file import ExperimentFile
from simcap.study.notices import grouped, notices
from simcap.study.plan import Plan, plan
from simcap.workbook.reading import Workbook, is_workbook


@dataclass(frozen=True)
class Inflow:
    """A need in the whole district: ``people`` in its group; those ``in_need`` within 12 months (of
    a wave, each time; of a register, on it), of whom so many are so ``at_start`` and in so many it
    ``begins``; who of the latter is ``asking``. What multiplies needs for some time is left out.
    """

    need: str
    people: float
    in_need: float
    at_start: float
    begins: float
    asking: float


@dataclass(frozen=True)
class Checked:
    """A scenario that holds, its ``plan``, its ``needs``, the ``loads`` by (staff, zone),
    ``warnings`` in sentences, and, of an experiment, its design ``points``, each with the offered
    load of each staff.
    """

    scenario: Scenario
    plan: Plan
    needs: list[Inflow]
    loads: list[Load]
    warnings: list[str]
    points: list[tuple[dict, dict[str, float]]]


def checked(file: Path, changes: dict) -> Checked:
    """Check the scenario or experiment in ``file``; raises ``ScenarioError`` with every fault."""
    points: list[tuple[dict, dict[str, float]]] = []
    if _is_experiment(file):
        experiment = load_experiment(file)
        scenario = overridden(experiment.scenario, changes)
        variants = [overridden(variant, changes) for variant in experiment.scenarios]
        for point, variant in zip(experiment.points, variants, strict=True):
            points.append((point, by_staff(staffed(_prepared(variant)))))
        said = grouped([({}, notices(scenario))]) + grouped(
            (point, notices(variant))
            for point, variant in zip(experiment.points, variants, strict=True)
        )
    else:
        scenario = overridden(load_scenario(file), changes)
        said = grouped([({}, notices(scenario))])
    prepared = _prepared(scenario)
    loads = staffed(prepared)
    said = list(dict.fromkeys([*warnings(prepared), *said]))
    return Checked(scenario, prepared, inflows(scenario), loads, said, points)


def inflows(scenario: Scenario) -> list[Inflow]:
    """Each need of ``scenario``. Until a scenario can say who is in need at the start, nobody is,
    but for those on a register.
    """
    now, found = rewritten(scenario), []
    for name, need in now.needed().items():
        cells = [needing(now, name, zone) for zone in now.zones]
        in_need, asking = (math.fsum(part) for part in zip(*cells, strict=True))
        people = math.fsum(now.column(need.group).values())
        known = in_need if need.register_ is not None else 0.0
        found.append(Inflow(name, people, in_need, known, in_need - known, asking))
    return found


@with_places
def _prepared(scenario: Scenario) -> Plan:
    """The plan of ``scenario``, its loads worked out: some faults show only in the flows."""
    prepared = plan(scenario)
    assert prepared.loads is not None
    return prepared


def by_staff(loads: list[Load]) -> dict[str, float]:
    """The offered load of each staff over all its zones."""
    return {load.staff: load.offered for load in district(loads)}


def _is_experiment(file: Path) -> bool:
    if file.is_dir():
        if (file / "scenario.xlsx").exists() and not (file / "scenario.yaml").exists():
            return _is_experiment(file / "scenario.xlsx")
        if not (file / "scenario.yaml").exists() and not (file / "experiment.yaml").exists():
            raise ScenarioError(
                f"{file}:1:1 a directory with scenario.yaml or experiment.yaml wanted"
            )
        return not (file / "scenario.yaml").exists()
    if is_workbook(file):
        return Workbook(file).experiment(ExperimentFile) is not None
    data = read_yaml(file).data
    return isinstance(data, dict) and bool(
        data.keys() & {"factors", "scenario", "replications", "baseline", "question", "note"}
    )
