"""Where residents come by: which stations a need reaches in a zone, by shares that are not 0."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from simcap.scenario.schema import Edge, Need, Scenario, Step, Zone


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


def goals(
    scenario: Scenario, station: str, need: Need, zone: Zone, by: str = ""
) -> Iterator[tuple[str, float]]:
    """(station, share) of where those go who would go to ``station`` and come ``by`` another:
    there, or, one after the other, to what stands instead; nothing that comes before it for who
    comes by such a one.
    """
    left, others = 1.0, []
    instead = scenario.stations[station].instead
    passed = by in [other.station for other in instead if other.before]
    for other in instead:
        on_it = other.pathways is None or need.pathway in other.pathways
        here = zone.kind in other.zones and (other.named is None or zone.zone in other.named)
        if here and other.share and on_it and not (passed and other.before):
            others.append((other.station, left * other.share))
            left *= 1 - other.share
    if left > 1e-12:
        yield station, left
    yield from others


def _goals(scenario: Scenario, station: str, need: Need, zone: Zone, by: str = "") -> list[str]:
    return [goal for goal, _ in goals(scenario, station, need, zone, by)]


def _assessed_again(scenario: Scenario, goal: str, edge: Edge) -> list[str]:
    """The assessment that may be repeated on the way to ``goal``."""
    assessment = scenario.stations[goal].assessment
    return [assessment] if edge.by == "referral" and assessment else []
