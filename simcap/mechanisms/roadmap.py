"""The three-stage roadmap: survey and first agreements, platform and common scales, dispatch by data.

Source: seed 000 §3.3 (base building, optimisation of the system, intelligent upgrade), §3.2 (E rises year by year as the mechanism
matures), §2.1 (plans are made 50 % faster). From each date on, the level of collaboration, the time an assessment takes and whether
floating staff are dispatched are those of the phase; residents keep what was drawn for them before. """

from __future__ import annotations

from simcap.scenario.blocks import Roadmap, RoadmapPhase
from simcap.scenario.schema import Scenario


def phases(scenario: Scenario, block: Roadmap) -> list[tuple[float, Scenario]]:
    """(hours since the start, the scenario as it is from then on) of each phase; one that begins before the start is in force from it."""
    return [(max(0.0, 24.0 * (phase.from_ - scenario.start).days), as_of(scenario, block, phase)) for phase in block.phases]


def as_of(scenario: Scenario, block: Roadmap, phase: RoadmapPhase) -> Scenario:
    """``scenario`` as ``phase`` has it."""
    collaboration, stations = scenario.collaboration, dict(scenario.stations)
    if phase.level is not None:
        collaboration = collaboration.model_copy(update={"level": phase.level})
    for name in block.assessments:
        stations[name] = stations[name].model_copy(update={"service_time": stations[name].service_time.times(phase.assessment)})
    return scenario.model_copy(update={"collaboration": collaboration, "stations": stations})


def levels(scenario: Scenario, block: Roadmap) -> list[tuple[float, float]]:
    """(hours since the start, level of collaboration) from each time on."""
    steps = [(0.0, scenario.collaboration.level)]
    for at, variant in phases(scenario, block):
        steps = [step for step in steps if step[0] < at] + [(at, variant.collaboration.level)]
    return steps


def dispatch_begins(scenario: Scenario, block: Roadmap) -> float:
    """When floating staff begin to be dispatched, in hours since the start."""
    return next((max(0.0, 24.0 * (phase.from_ - scenario.start).days) for phase in block.phases if phase.dispatch), float("inf"))


def described(block: Roadmap) -> str:
    """One line for ``simcap show``."""
    return "; ".join(f"from {phase.from_}" + (f" level {phase.level:g}" if phase.level is not None else "")
                     + (f", assessments × {phase.assessment:g}" if phase.assessment != 1 else "") + (", dispatch" if phase.dispatch else "")
                     for phase in block.phases)
