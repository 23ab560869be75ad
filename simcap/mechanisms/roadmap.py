"""The three-stage roadmap: survey and first agreements, platform and common scales, dispatch by
data.

Source: seed 000 §3.3 (base building, optimisation of the system, intelligent upgrade), §3.2 (E
rises year by year as the mechanism matures), §2.1 (plans are made 50 % faster). From each date on,
the level of collaboration, the time an assessment takes and whether floating staff are dispatched
are those of the phase, and what a phase does not say goes on as before; residents keep what was
drawn for them before. Dispatch that has begun does not end.
"""

from __future__ import annotations

from collections.abc import Iterator

from simcap.scenario.block_links import STATION, Fault, Name, listed
from simcap.scenario.blocks import Roadmap, RoadmapPhase
from simcap.scenario.schema import Scenario


def phases(scenario: Scenario, block: Roadmap) -> list[tuple[float, Scenario]]:
    """(hours since the start, the scenario as it is from then on) of each phase. Of those that
    begin before the start, the last is in force from it.
    """
    dated, in_force = [], RoadmapPhase.model_construct(from_=scenario.start)
    for phase in block.phases:
        said = {
            name: value
            for name in ("level", "assessment", "dispatch")
            if (value := getattr(phase, name)) is not None
        }
        in_force = in_force.model_copy(update=said)
        dated.append((_hours(scenario, phase), as_of(scenario, block, in_force)))
    return dated[max(0, sum(at == 0 for at, _ in dated) - 1) :]


def _hours(scenario: Scenario, phase: RoadmapPhase) -> float:
    return max(0.0, 24.0 * (phase.from_ - scenario.start).days)


def as_of(scenario: Scenario, block: Roadmap, phase: RoadmapPhase) -> Scenario:
    """``scenario`` as ``phase`` has it."""
    collaboration, stations = scenario.collaboration, dict(scenario.stations)
    if phase.level is not None:
        collaboration = collaboration.model_copy(update={"level": phase.level})
    for name in block.assessments:
        factor = 1.0 if phase.assessment is None else phase.assessment
        stations[name] = stations[name].model_copy(
            update={"service_time": stations[name].service_time.times(factor)}
        )
    return scenario.model_copy(update={"collaboration": collaboration, "stations": stations})


def levels(scenario: Scenario, block: Roadmap) -> list[tuple[float, float]]:
    """(hours since the start, level of collaboration) from each time on."""
    dated = [(at, variant.collaboration.level) for at, variant in phases(scenario, block)]
    return dated if dated[0][0] == 0 else [(0.0, scenario.collaboration.level), *dated]


def dispatch_begins(scenario: Scenario, block: Roadmap) -> float:
    """When floating staff begin to be dispatched, in hours since the start: at once, if no phase
    says so.
    """
    if all(phase.dispatch is None for phase in block.phases):
        return 0.0
    return next((_hours(scenario, phase) for phase in block.phases if phase.dispatch), float("inf"))


def names(block: Roadmap) -> Iterator[Name]:
    """Stations."""
    return listed("assessments", STATION, block.assessments)


def faults(scenario: Scenario, block: Roadmap) -> Iterator[Fault]:
    """Times of assessments that belong to no station; dispatch where nobody floats."""
    for i, phase in enumerate(block.phases):
        if phase.assessment is not None and not block.assessments:
            yield (
                ("phases", i, "assessment"),
                "stations listed in `assessments` wanted beside it, got none",
            )
        if phase.dispatch and scenario.mechanisms.dispatch is None:
            yield ("phases", i, "dispatch"), "a block `dispatch` wanted beside it, got none"


def described(block: Roadmap) -> str:
    """One line for ``simcap show``."""
    return "; ".join(_said(phase) for phase in block.phases)


def _said(phase: RoadmapPhase) -> str:
    said = [f"level {phase.level:g}"] if phase.level is not None else []
    said += [f"assessments × {phase.assessment:g}"] if phase.assessment is not None else []
    said += ["dispatch"] if phase.dispatch else []
    return f"from {phase.from_} " + (", ".join(said) or "as before")
