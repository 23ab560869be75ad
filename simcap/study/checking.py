"""What ``simcap check`` finds: loads offered, and what a planner should beware of."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from simcap.analysis.flows import longest_time
from simcap.analysis.guards import Load
from simcap.analysis.whole_sessions import Tip, tips
from simcap.building import load_scenario, overridden
from simcap.building.arrangement import notices, rewritten
from simcap.errors import ScenarioError
from simcap.scenario import Scenario
from simcap.scenario.calendar import provisional_years
from simcap.scenario.plausibility import plausibility
from simcap.scenario.reader import read_yaml
from simcap.scenario.units import say_hours
from simcap.study.experiment import Experiment, load_experiment
from simcap.study.plan import Plan, plan

MOST_NAMED = 5
"""Zones named in one sentence."""


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
        for point, variant in zip(experiment.points, experiment.scenarios, strict=True):
            points.append((point, by_staff(_loads(plan(overridden(variant, changes))))))
    else:
        scenario = overridden(load_scenario(file), changes)
    prepared = plan(scenario)
    loads = _loads(prepared)
    said = [*warnings(scenario, loads), *pace(prepared)]
    return Checked(scenario, prepared, loads, said, points)


def by_staff(loads: list[Load]) -> dict[str, float]:
    """The offered load of each staff over all its zones."""
    return {load.staff: load.offered for load in district(loads)}


def district(loads: list[Load]) -> list[Load]:
    """The loads of each staff, its zones added up."""
    totals: dict[str, Load] = {}
    for load in loads:
        before = totals.get(load.staff)
        totals[load.staff] = replace(load, zone="all") if before is None else before + load
    return list(totals.values())


def warnings(scenario: Scenario, loads: list[Load]) -> list[str]:
    """Sentences: overload, rooms that bind, tables that do not reach, calendars that are not out
    yet.
    """
    said = [*_overloaded(loads), *_relieved(loads)]
    said += [*scenario.notes, *plausibility(scenario), *cautions(scenario)]
    said += notices(rewritten(scenario))
    said += _rooms(scenario)
    years = provisional_years(scenario.holidays, scenario.start, scenario.horizon)
    if years:
        said.append(
            f"public holidays of {', '.join(map(str, years))} are provisional: the official"
            " calendar was not out yet"
        )
    return said


def cautions(scenario: Scenario) -> list[str]:
    """Sentences on what would make a number mean less than it seems to, whatever the loads are."""
    said: list[str] = []
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


def pace(prepared: Plan) -> list[str]:
    """Sentences: a warm-up that is shorter than care lasts, shifts that hold one session more or
    less by a few minutes.
    """
    return [*_warm_up(prepared), *_tipping(prepared)]


def overloads(experiment: Experiment, at_baseline: Plan) -> list[str]:
    """What to beware of before a run: each staff and zone whose offered load in the plan of the
    baseline is 1 or more, a warm-up that is too short, and the ``cautions``.
    """
    said = [*_overloaded(_loads(at_baseline)), *_warm_up(at_baseline)]
    said += [text for scenario in experiment.scenarios for text in cautions(scenario)]
    return list(dict.fromkeys(said))


def _overloaded(loads: list[Load]) -> list[str]:
    """A sentence for each staff that is overloaded in all, and one for its zones that are."""
    said = []
    for whole in district(loads):
        if whole.offered >= 1:
            said.append(
                f"{whole.staff}: offered load {whole.offered:.2f}: the queue is bounded only by"
                " those who give up"
            )
        zones = [load for load in _by_zone(loads, whole.staff) if load.offered >= 1]
        if zones:
            low, high = min(load.offered for load in zones), max(load.offered for load in zones)
            span = f"{low:.2f}" if f"{low:.2f}" == f"{high:.2f}" else f"{low:.2f} to {high:.2f}"
            said.append(
                f"{whole.staff}{in_zones([load.zone for load in zones])}: offered load {span}: the"
                " queue is bounded only by those who give up"
            )
    return said


def _relieved(loads: list[Load]) -> list[str]:
    """A sentence for each staff and zone that only others' help keeps from overload."""
    return [
        f"{load.staff} in {load.zone}: offered load {load.offered_alone:.2f} without what others"
        f" do for it, {load.offered:.2f} with it"
        for whole in district(loads)
        for load in _by_zone(loads, whole.staff)
        if load.offered_alone >= 1 > load.offered
    ]


def in_zones(zones: list[str]) -> str:
    """ " in A, B and 3 more zones"; empty for none."""
    if not zones:
        return ""
    more = len(zones) - MOST_NAMED
    if more > 1:
        return f" in {', '.join(zones[:MOST_NAMED])} and {more} more zones"
    return " in " + " and ".join(part for part in (", ".join(zones[:-1]), zones[-1]) if part)


def _by_zone(loads: list[Load], staff: str) -> list[Load]:
    """The loads of ``staff`` in zones, if it is in several places."""
    mine = [load for load in loads if load.staff == staff]
    return [load for load in mine if load.zone not in ("", "district")] if len(mine) > 1 else []


def _warm_up(prepared: Plan) -> list[str]:
    """Whether care lasts longer than the warm-up: who came before it is then not yet there."""
    hours, station = longest_time(prepared.network)
    if hours <= prepared.spec.begin:
        return []
    kind = next(s.labels["station"] for s in prepared.network.stations if s.name == station)
    return [
        f"warm up: {say_hours(prepared.spec.begin)}, but care lasts up to {say_hours(hours)} (to"
        f" the end of {kind}, waits apart): staff are less busy in the observed weeks than offered"
        " loads say, which are those of the steady state reached after that time"
    ]


def _tipping(prepared: Plan) -> list[str]:
    """A sentence for each shift that a few minutes make hold one session more or less."""
    stations: dict[Tip, list[str]] = {}
    for tip in tips(prepared.network, prepared.spec.begin, prepared.spec.end):
        stations.setdefault(replace(tip, station=""), []).append(tip.station)
    return [
        f"{tip.staff} at {', '.join(names)}: a shift of {say_hours(tip.shift)} with last start"
        f" {say_hours(tip.last_start)} holds {tip.number} sessions of {say_hours(tip.length)};"
        f" {tip.number + 1} from {say_hours(tip.shorter)} down"
        + (f", {tip.number - 1} above {say_hours(tip.longer)}" if tip.number > 1 else "")
        for tip, names in stations.items()
    ]


def _rooms(scenario: Scenario) -> list[str]:
    """A sentence for each pool and zone whose rooms hold fewer hours than its people bring."""
    from simcap.scenario.staff import people

    said = []
    for name, pool in scenario.pools.items():
        if pool.places_at_most is None or pool.hours_each is None:
            continue
        week = sum(
            (end - start) * places for start, end, places in scenario.rosters[pool.roster].week()
        )
        for zone, number in people(pool, scenario).items():
            rooms: float | str = pool.places_at_most
            if isinstance(rooms, str):
                rooms = scenario.column(rooms).get(zone, sum(scenario.column(rooms).values()))
            if number * pool.hours_each * pool.productive > rooms * week:
                said.append(
                    f"{name} in {zone}: {number * pool.hours_each:.1f} h a week of staff, but rooms"
                    f" for {rooms * week:.1f} h only"
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
