"""What ``simcap check`` finds: who falls into need, loads offered, and what a planner should beware
of.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from simcap.analysis.guards import Load
from simcap.building import load_scenario, overridden
from simcap.building.arrangement import needing, rewritten
from simcap.errors import ScenarioError
from simcap.lang import _
from simcap.scenario import Scenario
from simcap.scenario.placing import with_places
from simcap.scenario.reader import read_yaml
from simcap.study.cautions import district, staffed, warnings
from simcap.study.design import Sample
from simcap.study.experiment import Experiment, load_experiment, say
from simcap.study.experiment_file import ExperimentFile
from simcap.study.notices import grouped, notices, warned
from simcap.study.plan import Plan, Plans, plan
from simcap.workbook.reading import Workbook, is_workbook

MOST_LAID_OUT = 100
"""Design points that a check builds (assumed: one takes a second in a large district)."""


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
    load of each staff (of those that were laid out).
    """

    scenario: Scenario
    plan: Plan
    needs: list[Inflow]
    loads: list[Load]
    warnings: list[str]
    points: list[tuple[dict, dict[str, float]]]


def checked(file: Path, changes: dict) -> Checked:
    """Check the scenario or experiment in ``file``; raises ``ScenarioError`` with every fault, of
    an experiment with those of all points that are ``laid_out``.
    """
    points: list[tuple[dict, dict[str, float]]] = []
    if _is_experiment(file):
        experiment = _changed(load_experiment(file), changes)
        scenario = experiment.scenario
        points, left_out = laid_out(experiment)
        said = [*left_out, *grouped([({}, notices(scenario))]), *warned(experiment)]
    else:
        scenario = overridden(load_scenario(file), changes)
        said = grouped([({}, notices(scenario))])
    prepared = _prepared(scenario)
    loads = staffed(prepared)
    said = list(dict.fromkeys([*warnings(prepared), *said]))
    return Checked(scenario, prepared, inflows(scenario), loads, said, points)


def _changed(experiment: Experiment, changes: dict) -> Experiment:
    """``experiment`` with ``changes`` at all points."""
    if not changes:
        return experiment
    variants = tuple(overridden(variant, changes) for variant in experiment.scenarios)
    return replace(
        experiment, scenario=overridden(experiment.scenario, changes), scenarios=variants
    )


def laid_out(experiment: Experiment) -> tuple[list[tuple[dict, dict[str, float]]], list[str]]:
    """Build what a sweep would simulate: the design points, each with the offered load of each
    staff, and the baseline at both ends of each uncertain input. Points whose scenarios are the
    same are built once; of more than ``MOST_LAID_OUT`` others, so many are, which a sentence says.

    Raises ``ScenarioError`` with the faults of all of them, each with its point.
    """
    alike: dict[str, list[int]] = {}
    for i, variant in enumerate(experiment.scenarios):
        text = variant.model_dump_json(by_alias=True, exclude_none=True)
        alike.setdefault(text, []).append(i)
    firsts = [those[0] for those in alike.values()]
    chosen = spread(experiment.points, firsts, experiment.at_baseline)
    loads, faults = _loads(experiment, chosen)
    say([*faults, *_faults_at_ends(experiment)])
    found = {i: loads[those[0]] for those in alike.values() if those[0] in loads for i in those}
    points = [(experiment.points[i], found[i]) for i in sorted(found)]
    different = [experiment.points[i] for i in firsts]
    return points, _left_out(different, [experiment.points[i] for i in chosen])


def spread(points: Sequence[dict], those: list[int], baseline: int) -> list[int]:
    """All of ``those`` points, or, of too many, ``MOST_LAID_OUT``: first the baseline and those
    with a level that none before has, then some at equal distances.
    """
    if len(those) <= MOST_LAID_OUT:
        return those
    seen: set[tuple[str, str]] = set()
    new = []
    for i in sorted(those, key=lambda i: (i != baseline, i)):
        levels = {(name, str(value)) for name, value in points[i].items()}
        if not levels <= seen:
            new.append(i)
        seen |= levels
    rest = [i for i in those if i not in set(new)]
    more = max(0, MOST_LAID_OUT - len(new))
    return sorted([*new[:MOST_LAID_OUT], *(rest[k * len(rest) // more] for k in range(more))])


def _loads(
    experiment: Experiment, chosen: list[int]
) -> tuple[dict[int, dict[str, float]], list[str]]:
    """The offered loads at the ``chosen`` points as written, and the faults there."""
    plans = Plans(replace(experiment, uncertain={}, samples=()))
    loads: dict[int, dict[str, float]] = {}
    faults: list[str] = []
    for i in chosen:
        try:
            loads[i] = by_staff(staffed(plans(i)))
        except ScenarioError as problem:
            faults += problem.faults
    return loads, faults


def _faults_at_ends(experiment: Experiment) -> Iterator[str]:
    """What goes wrong at the baseline with an uncertain input at its lower or upper end."""
    at = experiment.at_baseline
    for name, span in experiment.uncertain.items():
        for share in (0.0, 1.0):
            end = Sample("A", 0, {name: span.at(share)})
            try:
                Plans(replace(experiment, samples=(end,)))(at)
            except ScenarioError as problem:
                yield from problem.faults


def _left_out(different: list[dict], chosen: list[dict]) -> list[str]:
    """A sentence on the ``different`` points that were not laid out, if there are any."""
    if len(chosen) == len(different):
        return []
    levels, here = (
        {(name, str(value)) for point in points for name, value in point.items()}
        for points in (different, chosen)
    )
    among = ", each level of each factor among them" if here == levels else ""
    return [
        f"{len(chosen)} of {len(different):,} different design points were laid out{among}: a fault"
        " of the others shows only in the sweep"
    ]


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
                _("{file}:1:1 a directory with scenario.yaml or experiment.yaml wanted", file=file)
            )
        return not (file / "scenario.yaml").exists()
    if is_workbook(file):
        return Workbook(file).experiment(ExperimentFile) is not None
    data = read_yaml(file).data
    return isinstance(data, dict) and bool(
        data.keys() & {"factors", "scenario", "replications", "baseline", "question", "note"}
    )
