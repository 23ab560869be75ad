"""Hotlines: lines apart or as one, seats by the hour of the day, repeat callers, call-backs after a
crisis; the national rule.

Source: seed 003 一(二)2 (a 24 h seat and four dedicated lines), seed 002 三(一) (area hotlines),
evidence B.5: at least two seats and 18 hours a day (notice of the National Health Commission, 25
December 2024), 3 % of callers make 60 % of the calls (Pirkis 2016), high-risk callers are called
back after 24 hours, a week, one, three and six months.

A line is there when the roster of its seats says so, or, with ``seats``, every day of the year. The
four lines of seed 003 are there day and night (全天候); office hours are a variant. Who
calls a line outside its hours finds it closed, not busy, and measures tell the two apart.

Call-backs are made to those whom a crisis station does not hand on to further care: who is handed
on is followed up there, and a resident is in one place at a time.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator

from simcap import lang
from simcap.lang import _
from simcap.mechanisms.checks import (
    POOL,
    ROSTER,
    STATION,
    Fault,
    Made,
    Name,
    keys,
    listed,
    some,
)
from simcap.scenario.blocks import CallBacks, Hotline, RepeatCallers
from simcap.scenario.fields import Time, span_of_hours
from simcap.scenario.schema import Edge, Instead, RosterSpec, Scenario, Seat, StationSpec, Step
from simcap.scenario.staff import people, place_equivalents

LEAST_SEATS, LEAST_HOURS = 2, 18
"""Of a psychological-aid hotline by the notice: seats, and hours a day (evidence B.5)."""


def rewritten(scenario: Scenario, block: Hotline) -> Scenario:
    """``scenario`` with what the block says of its lines."""
    if block.seats:
        scenario = _with_seats(scenario, block)
    if block.pooled:
        scenario = _pooled(scenario, block.lines)
    if block.repeat_callers is not None and block.repeat_callers.on:
        scenario = _with_repeat_callers(scenario, block.repeat_callers, block.named)
    if block.call_backs is not None and block.call_backs.on:
        scenario = _with_call_backs(scenario, block.call_backs, block.named)
    return scenario


def _with_seats(scenario: Scenario, block: Hotline) -> Scenario:
    """Seats by the hour of the day, every day of the year; an hour of a seat costs what it did, and
    a pool that is scaled stays so.
    """
    pools, rosters = dict(scenario.pools), dict(scenario.rosters)
    for name, by_hour in block.seats.items():
        spans = {span_of_hours(span): seats for span, seats in by_hour.items()}
        shifts = [
            f"{first:02d}:00-{last:02d}:00 x{seats}"
            for (first, last), seats in sorted(spans.items())
            if seats
        ]
        rosters[_roster_of(name)] = RosterSpec.model_construct(
            shifts={"Mon-Sun": shifts}, holidays="open"
        )
        pool, hours = (
            pools[name],
            7.0 * sum((last - first) * seats for (first, last), seats in spans.items()),
        )
        week = math.fsum(
            (end - start) * places for start, end, places in scenario.rosters[pool.roster].week()
        )
        before = (1.0 if pool.number is None else pool.number) * (
            week if pool.hours_each is None else pool.hours_each
        )
        pools[name] = pool.model_copy(
            update={
                "number": 1.0,
                "hours_each": None,
                "roster": _roster_of(name),
                "cost_each": pool.cost_each * hours / before if before else 0.0,
            }
        )
    return scenario.model_copy(update={"pools": pools, "rosters": rosters})


def _pooled(scenario: Scenario, lines: list[str]) -> Scenario:
    """Every seat of all lines answers each of them: its own callers have no claim to go first."""
    stations = dict(scenario.stations)
    seats = {seat.pool: seat for line in lines for seat in stations[line].pools}
    for line in lines:
        own = [seat.pool for seat in stations[line].pools]
        names = [pool for pool in sorted(seats) if pool not in own]
        others = [seats[pool].model_copy(update={"equal": pool != names[0]}) for pool in names]
        stations[line] = stations[line].model_copy(
            update={"pools": [*stations[line].pools, *others]}
        )
    return scenario.model_copy(update={"stations": stations})


def _with_repeat_callers(
    scenario: Scenario, block: RepeatCallers, named: Callable[[str], str]
) -> Scenario:
    """A few callers go to a station of their own on the same seats, and call again, answered or
    not, so often that they make their share of the calls; after the last they go where others go.
    Their calls come on top of those of the scenario. On a pathway that hands all callers on (that
    of a crisis, as a rule) nobody is one of them.
    """
    stations, pathways = (
        dict(scenario.stations),
        {name: dict(steps) for name, steps in scenario.pathways.items()},
    )
    name, spec = named(_frequent(block)), stations[block.station]
    on_them = []
    for pathway, steps in pathways.items():
        step = steps.get(block.station, Step())
        back = step.completed[block.station].share if block.station in step.completed else 0.0
        handed_on = math.fsum(
            edge.share for goal, edge in step.completed.items() if goal != block.station
        )
        if block.station in scenario.stations_of(pathway) and handed_on < 1 - 1e-9 and back < 1:
            on_them.append(pathway)
            last = 1 / calls_each(back, block)
            steps[name] = step.model_copy(
                update={
                    outcome: _again(getattr(step, outcome), block, name, last)
                    for outcome in ("completed", "reneged", "balked")
                }
            )
    stations[name] = spec.model_copy(update={"instead": [], "part_of": block.station})
    other = Instead.model_construct(station=name, share=block.callers, pathways=on_them)
    stations[block.station] = spec.model_copy(update={"instead": [*spec.instead, other]})
    return scenario.model_copy(update={"stations": stations, "pathways": pathways})


def _again(edges: dict[str, Edge], block: RepeatCallers, name: str, last: float) -> dict[str, Edge]:
    """``edges`` for a call that is the ``last`` with this probability: another call otherwise."""
    back = edges[block.station].share if block.station in edges else 0.0
    others = {
        goal: edge.model_copy(update={"share": edge.share * last / (1 - back)})
        for goal, edge in edges.items()
        if goal != block.station and back < 1
    }
    return {**others, name: Edge.model_construct(share=1 - last, after=block.gap)}


def calls_each(back: float, block: RepeatCallers) -> float:
    """Calls of a frequent caller on average: with ``callers`` of all, they make ``calls`` of the
    calls, where of the others the share ``back`` calls again after each call.
    """
    return max(
        1.0, block.calls / (1 - block.calls) * (1 - block.callers) / block.callers / (1 - back)
    )


def _with_call_backs(scenario: Scenario, block: CallBacks, named: Callable[[str], str]) -> Scenario:
    """A chain of calls for those who would leave: each is due as long after the end of the one
    before as their times lie apart, so that the later ones are as late as the earlier ones waited.
    """
    stations, pathways = (
        dict(scenario.stations),
        {name: dict(steps) for name, steps in scenario.pathways.items()},
    )
    names = [named(name) for name in _calls(block)]
    for name in names:
        stations[name] = StationSpec.model_construct(
            place="district",
            pools=[Seat.model_construct(pool=block.pool, priority=1)],
            service_time=block.time,
            patience=block.patience,
            role="follow up",
            source="evidence B.5 (24 h, 1 week, 1, 3 and 6 months)",
        )
    waits = [after - before for before, after in zip([0.0, *block.at], block.at, strict=False)]
    for pathway, steps in pathways.items():
        for station in block.after:
            if station in scenario.stations_of(pathway):
                step = steps.get(station, Step())
                left = 1 - math.fsum(edge.share for edge in step.completed.values())
                if left > 1e-9:
                    steps[station] = step.model_copy(
                        update={"completed": {**step.completed, names[0]: _edge(left, waits[0])}}
                    )
        for name, following, wait in zip(names, names[1:], waits[1:], strict=False):
            steps[name] = Step.model_construct(
                completed={following: _edge(1.0, wait)}, reneged={following: _edge(1.0, wait)}
            )
    return scenario.model_copy(update={"stations": stations, "pathways": pathways})


def _edge(share: float, hours: float) -> Edge:
    return Edge.model_construct(share=share, after=Time.model_construct(fixed=hours))


def notices(scenario: Scenario) -> Iterator[str]:
    """A sentence for each hotline that has fewer seats or hours than the national notice
    asks for.
    """
    for name, spec in scenario.stations.items():
        if spec.role != "hotline":
            continue
        changes = [
            (at % 168, places)
            for seat in spec.pools
            for start, end, places in _staffed(scenario, seat.pool)
            for at, places in ((start, places), (end, -places))
        ]
        changes += [
            (0.0, places)
            for seat in spec.pools
            for start, end, places in _staffed(scenario, seat.pool)
            if end % 168 < start
        ]
        times = sorted({0.0, 168.0, *(24.0 * day for day in range(7)), *(at for at, _ in changes)})
        seats = [
            (start, end, math.fsum(places for at, places in changes if at <= start))
            for start, end in itertools.pairwise(times)
        ]
        most = max(places for _, _, places in seats)
        hours = min(
            math.fsum(
                end - start for start, end, places in seats if places > 1e-9 and start // 24 == day
            )
            for day in range(7)
        )
        if most < LEAST_SEATS - 1e-9:
            yield (
                f"{name}: {most:.3g} seat{'s' if most != 1 else ''} at most; the national notice"
                f" asks for at least {LEAST_SEATS}"
            )
        if hours < LEAST_HOURS - 1e-9:
            yield (
                f"{name}: answered {hours:.3g} hours a day; the national notice asks for at least"
                f" {LEAST_HOURS}"
            )


def _staffed(scenario: Scenario, name: str) -> list[tuple[float, float, float]]:
    """(start, end, seats taken on average) of each shift of the pool's week."""
    pool = scenario.pools[name]
    everywhere = math.fsum(people(pool, scenario).values())
    shifts = scenario.rosters[pool.roster].week() if pool.roster else []
    each = everywhere if pool.hours_each is None else place_equivalents(scenario, name, everywhere)
    return [(start, end, places * each) for start, end, places in shifts]


def _roster_of(pool: str) -> str:
    return f"seats of {pool}"


def _frequent(block: RepeatCallers) -> str:
    return f"{block.station}, frequent caller"


def _calls(block: CallBacks) -> list[str]:
    return [f"call-back {i + 1}" for i in range(len(block.at))]


def makes(scenario: Scenario, block: Hotline) -> Iterator[Made]:
    """Rosters of seats, the station of frequent callers, those of call-backs."""
    yield from ((ROSTER, _roster_of(pool)) for pool in block.seats)
    if block.repeat_callers is not None and block.repeat_callers.on:
        yield STATION, block.named(_frequent(block.repeat_callers))
    if block.call_backs is not None and block.call_backs.on:
        yield from ((STATION, block.named(name)) for name in _calls(block.call_backs))


def names(block: Hotline) -> Iterator[Name]:
    """Stations and pools."""
    yield from listed("lines", STATION, block.lines)
    yield from keys("seats", POOL, block.seats)
    if block.call_backs is not None:
        yield ("call_backs", "pool"), POOL, block.call_backs.pool
        yield from (
            (("call_backs", "after", i), STATION, name)
            for i, name in enumerate(block.call_backs.after)
        )
    if block.repeat_callers is not None:
        yield ("repeat_callers", "station"), STATION, block.repeat_callers.station


def faults(scenario: Scenario, block: Hotline) -> Iterator[Fault]:
    """Seats without hours, or more than one number for an hour; call-backs out of order; shares of
    nothing or all.
    """
    if block.pooled and len(block.lines) < 2:
        yield (
            ("lines",),
            _("two lines or more wanted where they are pooled, got {got}", got=len(block.lines)),
        )
    for name, by_hour in block.seats.items():
        hours = [hour for span in by_hour for hour in range(*span_of_hours(span))]
        if scenario.pools[name].per == "zone" or not scenario.pools[name].roster:
            yield (
                ("seats", name),
                _("a pool of the district with a roster wanted, got {got!r}", got=name),
            )
        if not any(by_hour.values()):
            yield ("seats", name), _("at least one seat for an hour wanted")
        elif len(set(hours)) < len(hours):
            yield (
                ("seats", name),
                _("one number of seats for each hour wanted, got {got}", got=lang.listed(by_hour)),
            )
    if block.call_backs is not None:
        calls = block.call_backs
        yield from (
            (("call_backs", *path), text) for path, text in some(after=calls.after, at=calls.at)
        )
        if calls.at != sorted(calls.at):
            yield (
                ("call_backs", "at"),
                (
                    _(
                        "times one after the other wanted, got {got}",
                        got=lang.listed(f"{at:g} h" for at in calls.at),
                    )
                ),
            )
        if not scenario.pools[calls.pool].roster:
            yield (
                ("call_backs", "pool"),
                _("a pool with a roster wanted, got {got!r}", got=calls.pool),
            )
        if calls.time.never is not None:
            yield ("call_backs", "time"), _("a time that ends wanted, got never")
    for field in ("callers", "calls") if block.repeat_callers is not None else ():
        if not 0 < (share := getattr(block.repeat_callers, field)) < 1:
            yield (
                ("repeat_callers", field),
                _("a share above 0 and below 100 % wanted, got {got:.0%}", got=share),
            )


def described(scenario: Scenario, block: Hotline) -> str:
    """One line for ``simcap show``."""
    said, lines = [], lang.listed(block.lines)
    if len(block.lines) > 1:
        said.append(
            _("{lines} as one", lines=lines) if block.pooled else _("{lines} apart", lines=lines)
        )
    said += [
        f"{name} "
        + lang.listed(
            _("{span} h: {seats}", span=span, seats=seats) for span, seats in by_hour.items()
        )
        for name, by_hour in block.seats.items()
    ]
    if block.repeat_callers is not None and block.repeat_callers.on:
        said.append(
            _(
                "{callers:.0%} of callers make {calls:.0%} of the calls",
                callers=block.repeat_callers.callers,
                calls=block.repeat_callers.calls,
            )
        )
    if block.call_backs is not None and block.call_backs.on:
        said.append(
            _(
                "{number} call-backs after {stations}",
                number=len(block.call_backs.at),
                stations=lang.listed(block.call_backs.after),
            )
        )
    return _("; ").join(said)
