"""What ``simcap check`` finds: loads offered, and what a planner should beware of."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from simcap.analysis.guards import Load
from simcap.errors import ScenarioError
from simcap.mechanisms import collaboration, hotline, minimum
from simcap.scenario import Scenario, load_scenario, overridden
from simcap.scenario.arrangement import rewritten
from simcap.scenario.calendar import provisional_years
from simcap.scenario.reader import read_yaml
from simcap.scenario.units import say_hours
from simcap.study.experiment import Experiment, load_experiment, point_name
from simcap.study.plan import Plan, plan

_NUMBERS = re.compile(r"\d+(?:[.,]\d+)*")


@dataclass(frozen=True)
class Checked:
    """A scenario that holds, its ``plan``, the ``loads`` by (staff, zone), ``warnings`` in
    sentences, and, of an experiment, its design ``points``, each with the offered load of each
    staff.
    """

    scenario: Scenario
    plan: Plan
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
            points.append((point, by_staff(_loads(plan(variant)))))
        said = grouped([({}, notices(scenario))]) + grouped(
            (point, notices(variant))
            for point, variant in zip(experiment.points, variants, strict=True)
        )
    else:
        scenario = overridden(load_scenario(file), changes)
        said = grouped([({}, notices(scenario))])
    prepared = plan(scenario)
    loads = _loads(prepared)
    return Checked(
        scenario, prepared, loads, list(dict.fromkeys([*warnings(loads), *said])), points
    )


def by_staff(loads: list[Load]) -> dict[str, float]:
    """The offered load of each staff over all its zones."""
    return {load.staff: load.offered for load in district(loads)}


def district(loads: list[Load]) -> list[Load]:
    """The loads of each staff, its zones added up."""
    totals: dict[str, Load] = {}
    for load in loads:
        before = totals.get(load.staff, Load(load.staff, "all", 0.0, 0.0))
        totals[load.staff] = Load(
            load.staff,
            "all",
            before.hours_demanded + load.hours_demanded,
            before.hours_rostered + load.hours_rostered,
        )
    return list(totals.values())


def warnings(loads: list[Load]) -> list[str]:
    """A sentence for each staff, and each of its zones, that is overloaded."""
    return _overloaded(loads) + [
        f"{load.staff} in {load.zone}: offered load {load.offered:.2f}"
        for load in loads
        if load.offered >= 1 and load.zone not in ("", "district")
    ]


def warned(experiment: Experiment) -> list[str]:
    """The ``notices`` of all design points, each once."""
    return grouped(
        (point, notices(scenario))
        for point, scenario in zip(experiment.points, experiment.scenarios, strict=True)
    )


def grouped(said: Iterable[tuple[dict, list[str]]]) -> list[str]:
    """The sentences on (design point, sentences), each once, with the points that it holds for
    unless these are all. Sentences that differ in their numbers only are one.
    """
    points, held = 0, dict[str, list[tuple[str, dict]]]()
    for point, sentences in said:
        points += 1
        for text in dict.fromkeys(sentences):
            held.setdefault(_NUMBERS.sub("#", text), []).append((text, point))
    return [_of_points(where, points) for where in held.values()]


def _of_points(where: list[tuple[str, dict]], points: int) -> str:
    texts = list(dict.fromkeys(text for text, _ in where))
    names = list(dict.fromkeys(point_name(point) for _, point in where))
    if len(names) == points and len(texts) == 1:
        return texts[0]
    if len(names) == 1:
        return f"{texts[0]} (at {names[0]})"
    first = f", here {names[0]}" if len(texts) > 1 else f": {'; '.join(names[:3])}"
    more = " …" if len(texts) == 1 and len(names) > 3 else ""
    return f"{texts[0]} (at {len(names)} of {points} design points{first}{more})"


def notices(scenario: Scenario) -> list[str]:
    """Sentences on ``scenario``: how its tables were read, what they do not reach, rooms that bind,
    calendars that are not out yet.
    """
    said = [*getattr(scenario, "notes", ()), *cautions(scenario)]
    for module in (minimum, hotline):
        said += module.notices(rewritten(scenario))
    said += rooms_that_bind(scenario)
    years = provisional_years(scenario.holidays, scenario.start, scenario.horizon)
    if years:
        said.append(
            f"public holidays of {', '.join(map(str, years))} are provisional: the official"
            " calendar was not out yet"
        )
    return said


def cautions(scenario: Scenario) -> list[str]:
    """Sentences on what would make a number mean less than it seems to, whatever the loads are."""
    said = collaboration.outside_tables(scenario.collaboration)
    if scenario.run_out < scenario.targets.first_contact:
        said.append(
            f"run out: {say_hours(scenario.run_out)}: who asks last is not watched until the target"
            f" ({say_hours(scenario.targets.first_contact)}) has passed, so coverage is understated"
        )
    if any("population" not in zone.numbers for zone in scenario.zones):
        said.append(
            "the zones table has no column population: coverage_of_population cannot be told"
        )
    for name, pool in scenario.pools.items():
        if not pool.roster:
            continue
        longest = max(end - start for start, end, _ in scenario.rosters[pool.roster].week())
        if longest < 24 and pool.last_start > longest:
            said.append(
                f"{name}: last start {say_hours(pool.last_start)} before closing, but the longest"
                f" shift has {say_hours(longest)}: nobody is ever attended"
            )
    return said


def overloads(at_baseline: Plan) -> list[str]:
    """A sentence for each staff whose offered load in the plan of the baseline is 1 or more."""
    return _overloaded(_loads(at_baseline))


def _overloaded(loads: list[Load]) -> list[str]:
    return [
        f"{load.staff}: offered load {load.offered:.2f}: the queue is bounded only by those who"
        " give up"
        for load in district(loads)
        if load.offered >= 1
    ]


def rooms_that_bind(scenario: Scenario) -> list[str]:
    """A sentence for each pool whose rooms, somewhere, hold fewer hours than its people bring."""
    from simcap.scenario.staff import people

    said = []
    for name, pool in scenario.pools.items():
        if pool.places_at_most is None or pool.hours_each is None:
            continue
        week = sum(
            (end - start) * places for start, end, places in scenario.rosters[pool.roster].week()
        )
        bound = []
        for zone, number in people(pool, scenario).items():
            rooms: float | str = pool.places_at_most
            if isinstance(rooms, str):
                rooms = scenario.column(rooms).get(zone, sum(scenario.column(rooms).values()))
            if number * pool.hours_each * pool.productive > rooms * week:
                brought = number * pool.hours_each
                bound.append(f"{zone} ({brought:.1f} h a week of staff, {rooms * week:.1f} h)")
        if bound:
            more = f" and {len(bound) - 5} more zones" if len(bound) > 5 else ""
            said.append(
                f"{name}: more staff than rooms for them, who work the hours of the rooms only:"
                f" {', '.join(bound[:5])}{more}"
            )
    return said


def _loads(prepared: Plan) -> list[Load]:
    return [load for load in prepared.loads if load.staff]


def _is_experiment(file: Path) -> bool:
    if file.is_dir():
        if not (file / "scenario.yaml").exists() and not (file / "experiment.yaml").exists():
            raise ScenarioError(
                f"{file}:1:1 a directory with scenario.yaml or experiment.yaml wanted"
            )
        return not (file / "scenario.yaml").exists()
    data = read_yaml(file).data
    return isinstance(data, dict) and bool(
        data.keys() & {"factors", "scenario", "replications", "baseline", "question", "note"}
    )
