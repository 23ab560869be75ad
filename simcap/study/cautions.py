"""What to beware of in a design point, in sentences: overload of a staff or of one of its zones, a
warm-up that is shorter than care lasts, shifts that a few minutes make hold one session more.
"""

from __future__ import annotations

import math
from dataclasses import replace

from simcap.analysis.flows import longest_time
from simcap.analysis.guards import Load
from simcap.analysis.whole_sessions import Tip, tips
from simcap.scenario.units import say_hours
from simcap.study.plan import Plan

MOST_NAMED = 5
"""Zones named in one sentence."""


def warnings(prepared: Plan) -> list[str]:
    """All sentences on ``prepared``."""
    loads = staffed(prepared)
    return [*_overloaded(loads), *_relieved(loads), *_warm_up(prepared), *_tipping(prepared)]


def staffed(prepared: Plan) -> list[Load]:
    """The loads of all that are staff, zones in the order of their table."""
    order = {zone: i for i, (zone, _, _) in enumerate(prepared.spec.zones)}
    loads = [load for load in prepared.loads if load.staff]
    return sorted(loads, key=lambda load: (load.staff, order.get(load.zone, -1)))


def district(loads: list[Load]) -> list[Load]:
    """The loads of each staff, its zones added up."""
    totals: dict[str, Load] = {}
    for load in loads:
        before = totals.get(load.staff)
        totals[load.staff] = replace(load, zone="all") if before is None else before + load
    return list(totals.values())


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
        f"{load.staff} in {load.zone}: {_alone(load)} without what others do for it"
        + ("" if math.isnan(load.offered) else f", {load.offered:.2f} with it")
        for whole in district(loads)
        for load in _by_zone(loads, whole.staff)
        if load.offered_alone >= 1 and not load.offered >= 1
    ]


def _alone(load: Load) -> str:
    if math.isinf(load.offered_alone):
        return "nobody to meet the demand (offered load ∞)"
    return f"offered load {load.offered_alone:.2f}"


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
