"""Where residents come by: which stations a need reaches in a zone, by shares that are not 0."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from simcap.scenario.schema import Edge, Instead, Need, Scenario, Step, Zone


def comes(scenario: Scenario, need: Need) -> bool:
    """Whether residents with ``need`` come within the run."""
    return need.wave is None or bool(need.wave.hours(scenario.start, scenario.horizon))


def stations_reached(
    scenario: Scenario, need: Need, zone: Zone, entered: Iterable[str]
) -> set[str]:
    """The stations that residents of ``zone`` with ``need`` come by who enter by those of
    ``entered``.
    """
    steps = scenario.pathways[need.pathway]
    left = [goal for station in entered for goal in _goals(scenario, station, need, zone)]
    found: set[str] = set()
    while left:
        station = left.pop()
        if station not in found:
            found.add(station)
            for goal, edge in _edges(steps.get(station, Step())):
                left += [goal] if goal == station else _goals(scenario, goal, need, zone, station)
                left += _assessed_again(scenario, goal, edge)
    return found


def _edges(step: Step) -> Iterator[tuple[str, Edge]]:
    """(station, edge) of each way on from ``step`` that somebody goes."""
    return (
        (goal, edge)
        for outcome in type(step).model_fields
        for goal, edge in getattr(step, outcome).items()
        if edge.share
    )


def instead(
    scenario: Scenario, station: str, need: Need, zone: Zone, by: str = ""
) -> Iterator[Instead]:
    """What stands instead of ``station`` for those who come ``by`` another: nothing that comes
    before it for who comes by such a one.
    """
    others = scenario.stations[station].instead
    passed = by in [other.station for other in others if other.before]
    for other in others:
        on_it = other.pathways is None or need.pathway in other.pathways
        if zone.kind in other.zones and other.share and on_it and not (passed and other.before):
            yield other


def _goals(scenario: Scenario, station: str, need: Need, zone: Zone, by: str = "") -> list[str]:
    """Where those go who would go to ``station``: there, or to what stands instead."""
    left, others = 1.0, []
    for other in instead(scenario, station, need, zone, by):
        others.append(other.station)
        left *= 1 - other.share
    return others + ([station] if left > 1e-12 else [])


def _assessed_again(scenario: Scenario, goal: str, edge: Edge) -> list[str]:
    """The assessment that may be repeated on the way to ``goal``."""
    assessment = scenario.stations[goal].assessment
    return [assessment] if edge.by == "referral" and assessment else []
