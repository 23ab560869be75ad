"""Hotlines: lines apart or as one, seats by the hour of the day, repeat callers, call-backs after a crisis; the national rule.

Source: seed 003 一(二)2 (a 24 h seat and four dedicated lines), seed 002 三(一) (area hotlines), evidence B.5: at least two seats and 18
hours a day (notice of the National Health Commission, 25 December 2024), 3 % of callers make 60 % of the calls (Pirkis 2016), high-risk
callers are called back after 24 hours, a week, one, three and six months.

Call-backs are made to those whom a crisis station does not hand on to further care: who is handed on is followed up there, and a resident
is in one place at a time. """

from __future__ import annotations

import math
from collections.abc import Iterator

from simcap.scenario.blocks import CallBacks, Hotline, RepeatCallers, is_on
from simcap.scenario.fields import Time, span_of_hours
from simcap.scenario.schema import Edge, Instead, RosterSpec, Scenario, Seat, StationSpec, Step

LEAST_SEATS, LEAST_HOURS = 2, 18
"""Of a psychological-aid hotline by the notice: seats, and hours a day (evidence B.5)."""


def rewritten(scenario: Scenario, block: Hotline) -> Scenario:
    """``scenario`` with what the block says of its lines."""
    if block.seats:
        scenario = _with_seats(scenario, block)
    if block.pooled:
        scenario = _pooled(scenario, block.lines)
    if is_on(block.repeat_callers):
        scenario = _with_repeat_callers(scenario, block.repeat_callers)
    if is_on(block.call_backs):
        scenario = _with_call_backs(scenario, block.call_backs)
    return scenario


def _with_seats(scenario: Scenario, block: Hotline) -> Scenario:
    """Seats by the hour of the day, every day of the year; a seat costs what it did for as many hours."""
    pools, rosters = dict(scenario.pools), dict(scenario.rosters)
    for name, by_hour in block.seats.items():
        spans = {span_of_hours(span): seats for span, seats in by_hour.items()}
        shifts = [f"{first:02d}:00-{last:02d}:00 x{seats}" for (first, last), seats in sorted(spans.items()) if seats]
        rosters[f"seats of {name}"] = RosterSpec.model_construct(shifts={"Mon-Sun": shifts}, holidays="open")
        mean = sum((last - first) * seats for (first, last), seats in spans.items()) / 24
        pools[name] = pools[name].model_copy(update={
            "number": 1.0, "scale": 1.0, "hours_each": None, "roster": f"seats of {name}", "cost_each": pools[name].cost_each * mean})
    return scenario.model_copy(update={"pools": pools, "rosters": rosters})


def _pooled(scenario: Scenario, lines: list[str]) -> Scenario:
    """Every seat of all lines answers each of them: its own callers have no claim to go first."""
    stations = dict(scenario.stations)
    seats = {seat.pool: seat for line in lines for seat in stations[line].pools}
    for line in lines:
        own = [seat.pool for seat in stations[line].pools]
        others = [seat for pool, seat in seats.items() if pool not in own]
        stations[line] = stations[line].model_copy(update={"pools": [*stations[line].pools, *others]})
    return scenario.model_copy(update={"stations": stations})


def _with_repeat_callers(scenario: Scenario, block: RepeatCallers) -> Scenario:
    """A few callers go to a station of their own on the same seats, and call again so often that they make their share of the calls; after
    the last they go where others go. On a pathway that hands all callers on (that of a crisis, as a rule) nobody is one of them."""
    stations, pathways = dict(scenario.stations), {name: dict(steps) for name, steps in scenario.pathways.items()}
    name, spec = f"{block.station}, frequent caller", stations[block.station]
    on_them = []
    for pathway, steps in pathways.items():
        step = steps.get(block.station, Step())
        others = {goal: edge for goal, edge in step.completed.items() if goal != block.station}
        left = 1 - math.fsum(edge.share for edge in others.values())
        if block.station in scenario.stations_of(pathway) and left > 1e-9 and _back(step, block.station) < 1:
            on_them.append(pathway)
            last = 1 / calls_each(step, block)
            scaled = {goal: edge.model_copy(update={"share": edge.share * last / (1 - _back(step, block.station))})
                      for goal, edge in others.items()}
            steps[name] = step.model_copy(update={
                "completed": {**scaled, name: Edge.model_construct(share=1 - last, after=block.gap)}})
    stations[name] = spec.model_copy(update={"instead": [], "part_of": block.station})
    other = Instead.model_construct(station=name, share=block.callers, pathways=on_them)
    stations[block.station] = spec.model_copy(update={"instead": [*spec.instead, other]})
    return scenario.model_copy(update={"stations": stations, "pathways": pathways})


def calls_each(step: Step, block: RepeatCallers) -> float:
    """Calls of a frequent caller on average: with ``callers`` of all, they make ``calls`` of the calls; the others call as often as their
    ``step`` sends them back."""
    others = 1 / (1 - _back(step, block.station))
    return max(1.0, others * (block.calls / (1 - block.calls)) * ((1 - block.callers) / block.callers))


def _back(step: Step, station: str) -> float:
    """The share of those who complete ``station`` that ``step`` sends there again."""
    return step.completed[station].share if station in step.completed else 0.0


def _with_call_backs(scenario: Scenario, block: CallBacks) -> Scenario:
    """A chain of calls, each at its time after the crisis, for those who would leave."""
    stations, pathways = dict(scenario.stations), {name: dict(steps) for name, steps in scenario.pathways.items()}
    names = [f"call-back {i + 1}" for i in range(len(block.at))]
    for name in names:
        stations[name] = StationSpec.model_construct(
            place="district", pools=[Seat.model_construct(pool=block.pool, priority=1)], service_time=block.time, patience=block.patience,
            role="follow up", source="evidence B.5 (24 h, 1 week, 1, 3 and 6 months)")
    waits = [after - before for before, after in zip([0.0, *block.at], block.at, strict=False)]
    for pathway, steps in pathways.items():
        for station in block.after:
            if station in scenario.stations_of(pathway):
                step = steps.get(station, Step())
                left = 1 - math.fsum(edge.share for edge in step.completed.values())
                if left > 1e-9:
                    steps[station] = step.model_copy(update={"completed": {**step.completed, names[0]: _edge(left, waits[0])}})
        for name, following, wait in zip(names, names[1:], waits[1:], strict=False):
            steps[name] = Step.model_construct(completed={following: _edge(1.0, wait)}, reneged={following: _edge(1.0, wait)})
    return scenario.model_copy(update={"stations": stations, "pathways": pathways})


def _edge(share: float, hours: float) -> Edge:
    return Edge.model_construct(share=share, after=Time.model_construct(fixed=hours))


def notices(scenario: Scenario) -> Iterator[str]:
    """A sentence for each hotline that has fewer seats or hours than the national notice asks for."""
    for name, spec in scenario.stations.items():
        if spec.role != "hotline":
            continue
        seats = [0.0] * 168
        for seat in spec.pools:
            pool = scenario.pools[seat.pool]
            for start, end, places in scenario.rosters[pool.roster].week() if pool.roster else ():
                for hour in range(int(start), math.ceil(end)):
                    seats[hour % 168] += places * (pool.number or 1.0) * pool.scale
        hours = min(sum(seats[24 * day + hour] > 0 for hour in range(24)) for day in range(7))
        most = max(seats)
        if most < LEAST_SEATS:
            yield f"{name}: {most:g} seat{'s' if most != 1 else ''} at most; the national notice asks for at least {LEAST_SEATS}"
        if hours < LEAST_HOURS:
            yield f"{name}: answered {hours} hours a day; the national notice asks for at least {LEAST_HOURS}"


def described(block: Hotline) -> str:
    """One line for ``simcap show``."""
    said = [f"{', '.join(block.lines)} {'as one' if block.pooled else 'apart'}"]
    said += [f"{name} {', '.join(f'{span} h: {seats}' for span, seats in by_hour.items())}" for name, by_hour in block.seats.items()]
    if is_on(block.repeat_callers):
        said.append(f"{block.repeat_callers.callers:.0%} of callers make {block.repeat_callers.calls:.0%} of the calls")
    if is_on(block.call_backs):
        said.append(f"{len(block.call_backs.at)} call-backs after {', '.join(block.call_backs.after)}")
    return "; ".join(said)
