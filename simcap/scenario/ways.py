"""Where residents come by: which stations a need reaches in a zone, by shares that are not 0; needs
on pathways of their own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

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
    left = [
        goal for station in entered for goal, _ in goals(scenario, station, need, zone, asking=True)
    ]
    found: set[str] = set()
    while left:
        station = left.pop()
        if station not in found:
            found.add(station)
            for goal, edge in _edges(steps.get(station, Step())):
                left += [way for way, _ in ways_on(scenario, station, goal, edge, need, zone)]
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
    scenario: Scenario, station: str, need: Need, zone: Zone, by: str = "", asking: bool = False
) -> Iterator[Instead]:
    """What stands instead of ``station`` for those who come ``by`` another: nothing that comes
    before it for who comes by such a one; for who is ``asking`` also what those alone are offered,
    but for where they come from.
    """
    others = scenario.stations[station].instead
    passed = by in [other.station for other in others if other.before]
    for other in others:
        on_it = other.pathways is None or need.pathway in other.pathways
        here = zone.kind in other.zones and (other.named is None or zone.zone in other.named)
        offered = not other.asking or (asking and other.station != by)
        again = passed and other.before
        if here and other.share and on_it and offered and not again:
            yield other


def goals(
    scenario: Scenario, station: str, need: Need, zone: Zone, by: str = "", asking: bool = False
) -> list[tuple[str, float]]:
    """(station, share) of those who would go to ``station``: there, or, one after the other, to
    what stands ``instead``.
    """
    left, others = 1.0, []
    for other in instead(scenario, station, need, zone, by, asking):
        others.append((other.station, left * other.share))
        left *= 1 - other.share
    return ([(station, left)] if left > 1e-12 else []) + others


def ways_on(
    scenario: Scenario, station: str, goal: str, edge: Edge, need: Need, zone: Zone
) -> list[tuple[str, float]]:
    """(station, share) of those who go from ``station`` to ``goal`` by ``edge``: who comes back to
    where they were is not asked again where else to go.
    """
    if goal == station:
        return [(goal, 1.0)]
    return goals(scenario, goal, need, zone, station, edge.asking)


def _assessed_again(scenario: Scenario, goal: str, edge: Edge) -> list[str]:
    """The assessment that may be repeated on the way to ``goal``."""
    assessment = scenario.stations[goal].assessment
    return [assessment] if edge.by == "referral" and assessment else []


def on_own_pathways(scenario: Scenario, names: Mapping[str, str]) -> Scenario:
    """``scenario`` with each of these needs on a pathway of its own ({need: pathway}), the same as
    the one it was on. Whatever is said of that holds for its own, too.
    """
    needs, pathways = dict(scenario.needs), dict(scenario.pathways)
    own: dict[str, dict[str, None]] = {}
    for need, name in names.items():
        pathways[name] = pathways[needs[need].pathway]
        own.setdefault(needs[need].pathway, {})[name] = None
        needs[need] = needs[need].model_copy(update={"pathway": name})
    stations = {
        name: spec.model_copy(update={"instead": [_also(other, own) for other in spec.instead]})
        for name, spec in scenario.stations.items()
    }
    return scenario.model_copy(update={"pathways": pathways, "needs": needs, "stations": stations})


def _also(other: Instead, own: Mapping[str, Iterable[str]]) -> Instead:
    """``other`` on the pathways of their own, too, where it is on those that they were."""
    if other.pathways is None:
        return other
    more = [name for pathway in other.pathways for name in own.get(pathway, ())]
    return other.model_copy(update={"pathways": [*other.pathways, *more]})
