"""Those who need help and do not ask, where something may still bring them: visits that look for
them, or getting worse.

They are residents of the network from the beginning of their need, at a station that nobody
attends, and are found there, ask when they have got worse, or need no more help after a time. All
mechanisms act on the same ones. Where nothing can bring them they are counted, not simulated.

Who waits for treatment gets worse by the same clock: it is exponential, so that one for each wait,
and one for each time on the way from one station to the next, are one clock. On the way means at a
station that nobody attends, from which they go on after the delay.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from simcap.building.arrangement import incidence, needing, worsening
from simcap.building.asking import Added, silent
from simcap.building.staffing import joined_name
from simcap.mechanisms.contract import Worsening
from simcap.network import (
    Arrivals,
    Distribution,
    Exponential,
    Finds,
    Never,
    Pool,
    Rate,
    Station,
    To,
)
from simcap.scenario.schema import Need, Scenario, Search, StationSpec, Step, Zone
from simcap.scenario.staff import DISTRICT, YEAR

NOBODY_COMES = "nobody comes"
"""The pool without places of stations at which residents are not seen."""
SILENT, UNDER_WAY = "not asked", "on the way"
NOT_ATTENDED = ("reneged", "balked", "deteriorated")
"""Outcomes after which who came for treatment is as untreated as before."""


def pool() -> Pool:
    """``NOBODY_COMES``."""
    return Pool(NOBODY_COMES, 0, labels={"staff": "", "zone": DISTRICT})


def searches(scenario: Scenario, need: str, zone: Zone) -> dict[str, float]:
    """{station that they bring to: visits a week × share found} of the visits that look in ``zone``
    for those with ``need``.
    """
    found: dict[str, float] = {}
    for spec in scenario.stations.values():
        if isinstance(spec, Search) and need in spec.needs and zone.numbers[spec.among]:
            weight = spec.weekly.get(zone.zone, 0.0) * spec.share
            found[spec.brings_to] = found.get(spec.brings_to, 0.0) + weight
    return {name: weight for name, weight in found.items() if weight}


def may_ask(scenario: Scenario, name: str, zone: Zone) -> bool:
    """Whether something may bring those in ``zone`` who do not ask with the need ``name``."""
    worse = worsening(scenario, name)
    later = worse is not None and (worse.asks > 0 or may_ask(scenario, worse.to, zone))
    return later or bool(searches(scenario, name, zone))


def noticed(scenario: Scenario) -> Iterator[str]:
    """How many who do not ask are simulated because something may bring them."""
    there = {
        name: sum(
            needing(scenario, name, zone)[0] * silent(scenario, name, zone).at(0.0)
            for zone in scenario.zones
            if may_ask(scenario, name, zone)
        )
        for name, need in scenario.needed().items()
        if need.register_ is None
    }
    if found := {name: number for name, number in there.items() if number}:
        yield (
            f"{sum(found.values()):,.0f} a year who do not ask are simulated, too, since something"
            f" may bring them: {', '.join(found)}"
        )


def streams(compiler: Any, name: str, need: Need, zone: Zone) -> Iterator[Arrivals]:
    """The stream of those who do not ask, if something may bring them."""
    if need.register_ is not None or not may_ask(compiler.scenario, name, zone):
        return
    more = silent(compiler.scenario, name, zone)
    when = _when(compiler, name, need, zone, more)
    if when:
        labels = compiler._labels(name, need, zone, "") | {"unseen": "yes"}
        goal = station(compiler, name, need, zone)
        yield Arrivals(goal, name=joined_name(name, SILENT, zone.zone), labels=labels, **when)


def _when(compiler: Any, name: str, need: Need, zone: Zone, more: Added) -> dict:
    """The keyword of ``Arrivals`` that says when these needs begin: at any hour alike."""
    number = needing(compiler.scenario, name, zone)[0]
    if need.wave is not None:
        return compiler._when(name, zone, number, "", more)
    spans = (*incidence(compiler.scenario, name, zone), *more.spans)
    rate = Rate(number * more.part / YEAR, (), compiler.calendar.week_starts, spans)
    return {"rate": rate} if rate.per_hour > 0 else {}


def station(compiler: Any, name: str, need: Need, zone: Zone) -> str:
    """The name of the station of those with ``need`` in ``zone`` who have not asked, made if it is
    not there yet.
    """
    key = joined_name(SILENT, name, zone.zone)
    if key in compiler.stations:
        return key
    compiler.stations[key] = None
    routing: dict[str, tuple[To, ...]] = {}
    finding = searches(compiler.scenario, name, zone)
    total = math.fsum(finding.values())
    if total:
        routing["found"] = tuple(
            To(goal, share * weight / total)
            for at, weight in sorted(finding.items())
            for goal, share in compiler._goals(at, name, need, zone, asking=True)
        )
    worse = worsening(compiler.scenario, name)
    clock: Distribution = Never()
    if worse is not None:
        clock = Exponential(worse.mean)
        routing["deteriorated"] = tuple(_worse(compiler, worse, zone))
    ends = Never() if need.ends_by_itself is None else Exponential(need.ends_by_itself)
    compiler.stations[key] = unseen(key, SILENT, name, zone, ends, clock, routing, between=True)
    return key


def _worse(compiler: Any, worse: Worsening, zone: Zone) -> Iterator[To]:
    """Where those go who have not asked and get worse: to ask, or on to wait at home."""
    need = compiler.scenario.needs[worse.to]
    for at, part in sorted(need.enters_by.items()) if worse.asks else ():
        for goal, share in compiler._goals(at, worse.to, need, zone, asking=True):
            yield To(goal, worse.asks * part * share)
    if worse.asks < 1:
        yield To(station(compiler, worse.to, need, zone), 1 - worse.asks)


def unseen(
    key: str,
    kind: str,
    name: str,
    zone: Zone,
    patience: Distribution,
    clock: Distribution,
    routing: dict,
    between: bool = False,
) -> Station:
    """A station that nobody attends, called ``key``: residents leave it when one of the clocks
    rings; ``between`` episodes, or on their way in one.
    """
    labels = {
        "station": kind,
        "need": name,
        "zone": zone.zone,
        "place": DISTRICT,
        "contact": "none",
        "role": "",
        "treatment": "",
        "duplicate": "",
        "referral": "",
        "unseen": "yes",
    }
    return Station(
        key,
        [NOBODY_COMES],
        0.0,
        patience=patience,
        deterioration=clock,
        routing=routing,
        labels=labels,
        between=between,
    )


def finds(compiler: Any, spec: StationSpec, zone: Zone) -> Finds | None:
    """Whom a visit at a station with this ``spec`` finds."""
    if not isinstance(spec, Search) or not spec.share or not zone.numbers[spec.among]:
        return None
    if not spec.weekly.get(zone.zone):
        return None
    needs = compiler.scenario.needs
    at = tuple(station(compiler, name, needs[name], zone) for name in spec.needs)
    return Finds(at, zone.numbers[spec.among], spec.share)


# ---- getting worse -------------------------------------------------------------------------------


def untreated(scenario: Scenario, need: Need) -> frozenset[str]:
    """The stations that residents with ``need`` may come to before their first session of
    treatment, those of treatment included.
    """
    steps, found = scenario.pathways[need.pathway], set[str]()
    left = [station for station, share in need.enters_by.items() if share]
    while left:
        station = left.pop()
        spec = scenario.stations[station]
        if station not in found:
            found.add(station)
            left += [other.station for other in spec.instead if other.share]
            left += [spec.assessment] if spec.assessment else []
            left += [
                goal
                for outcome, edges in dict(steps.get(station, Step())).items()
                if outcome in NOT_ATTENDED or not spec.treatment
                for goal in edges
            ]
    return frozenset(found)


def worse_while_waiting(
    compiler: Any, at: str, name: str, zone: Zone, routing: dict
) -> Distribution | None:
    """The clock by which those with the need ``name`` get worse who wait at the station ``at``:
    they go on at the same station with what it has become, or, if its pathway does not come there,
    where it enters.
    """
    worse = _untreated_at(compiler.scenario, at, name)
    if worse is None:
        return None
    routing["deteriorated"] = tuple(to for _, to in _same_place(compiler, at, worse, zone))
    return Exponential(worse.mean)


def _same_place(compiler: Any, at: str, worse: Worsening, zone: Zone) -> Iterator[tuple[str, To]]:
    """(kind of station, the way there) of those who were at ``at``, or on their way there."""
    scenario = compiler.scenario
    need = scenario.needs[worse.to]
    if at in scenario.stations_of(need.pathway):
        yield at, To(compiler._station(at, worse.to, need, zone))
        return
    for enters, part in sorted(need.enters_by.items()):
        for goal, share in compiler._goals(enters, worse.to, need, zone):
            yield enters, To(goal, part * share)


def _untreated_at(scenario: Scenario, at: str, name: str) -> Worsening | None:
    """How those with the need ``name`` get worse who wait at the station ``at``."""
    worse = worsening(scenario, name)
    return worse if worse and at in untreated(scenario, scenario.needs[name]) else None


def under_way(compiler: Any, to: To, by: str, at: str, name: str, zone: Zone) -> To:
    """``to``, a way ``by`` something to the station ``at``; where those with the need ``name`` get
    worse until they are there, by way of a station at which they do so until the delay is over.
    """
    worse = _untreated_at(compiler.scenario, at, name)
    if worse is None or to.delay.mean == 0:
        return to
    key = joined_name(f"{UNDER_WAY} from {by}", to.station)
    if key not in compiler.stations:
        compiler.stations[key] = None
        routing = {
            "reneged": (To(to.station),),
            "deteriorated": tuple(_still_under_way(compiler, to.delay, by, at, worse, zone)),
        }
        clock = Exponential(worse.mean)
        compiler.stations[key] = unseen(key, UNDER_WAY, name, zone, to.delay, clock, routing)
    return To(key, to.probability)


def _still_under_way(
    compiler: Any, delay: Distribution, by: str, at: str, worse: Worsening, zone: Zone
) -> Iterator[To]:
    """The rest of the way of who gets worse on it."""
    for kind, to in _same_place(compiler, at, worse, zone):
        if isinstance(delay, Exponential):
            rest = To(to.station, to.probability, delay)
            yield under_way(compiler, rest, by, kind, worse.to, zone)
        else:
            yield to
