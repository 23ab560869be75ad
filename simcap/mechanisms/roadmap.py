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

from simcap import lang
from simcap.lang import _
from simcap.mechanisms.checks import STATION, Fault, Name, listed
from simcap.scenario.blocks import Roadmap, RoadmapPhase
from simcap.scenario.schema import Scenario


def rewritten(scenario: Scenario, block: Roadmap) -> Scenario:
    """``scenario`` in which floating staff are not dispatched before a phase says so."""
    if all(phase.dispatch is None for phase in block.phases):
        return scenario
    begins = next((phase.from_ for phase in block.phases if phase.dispatch), None)
    mechanisms = scenario.mechanisms
    for other in mechanisms.on("dispatch"):
        first = None if begins is None else max(begins, other.first or begins)
        rule = "static" if begins is None else other.rule
        now = other.model_copy(update={"first": first, "rule": rule})
        mechanisms = mechanisms.replaced(other, now)
    return scenario.model_copy(update={"mechanisms": mechanisms})


def dates(scenario: Scenario, block: Roadmap) -> list[float]:
    """When each phase begins; those that begin before the start do so at it."""
    return [_hours(scenario, phase) for phase in block.phases]


def _hours(scenario: Scenario, phase: RoadmapPhase) -> float:
    return max(0.0, 24.0 * (phase.from_ - scenario.start).days)


def as_of(scenario: Scenario, block: Roadmap, at: float) -> Scenario:
    """``scenario`` as the phases have it ``at`` this time: the last that speaks of something."""
    level, factor = None, 1.0
    for phase in block.phases:
        if _hours(scenario, phase) <= at:
            level = level if phase.level is None else phase.level
            factor = factor if phase.assessment is None else phase.assessment
    collaboration, stations = scenario.collaboration, dict(scenario.stations)
    if level is not None:
        collaboration = collaboration.model_copy(update={"level": level})
    for name in block.assessments:
        time = stations[name].service_time.times(factor)
        stations[name] = stations[name].model_copy(update={"service_time": time})
    return scenario.model_copy(update={"collaboration": collaboration, "stations": stations})


def names(block: Roadmap) -> Iterator[Name]:
    """Stations."""
    return listed("assessments", STATION, block.assessments)


def faults(scenario: Scenario, block: Roadmap) -> Iterator[Fault]:
    """Times of assessments that belong to no station; dispatch where nobody floats."""
    for i, phase in enumerate(block.phases):
        if phase.assessment is not None and not block.assessments:
            yield (
                ("phases", i, "assessment"),
                _("stations listed in `assessments` wanted beside it, got none"),
            )
        if phase.dispatch and not scenario.mechanisms.of("dispatch"):
            yield ("phases", i, "dispatch"), _("a block `dispatch` wanted beside it, got none")


def described(scenario: Scenario, block: Roadmap) -> str:
    """One line for ``simcap show``."""
    return _("; ").join(_said(phase) for phase in block.phases)


def _said(phase: RoadmapPhase) -> str:
    said = [_("level {level:g}", level=phase.level)] if phase.level is not None else []
    if phase.assessment is not None:
        said.append(_("assessments × {factor:g}", factor=phase.assessment))
    said += [_("dispatch")] if phase.dispatch else []
    return _("from {date} {what}", date=phase.from_, what=lang.listed(said) or _("as before"))
