"""What each quantity of a scenario may be where the rest of the scenario decides it: found at the
file's line, so that the network has nothing to complain of.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from simcap.lang import _
from simcap.network.diary import LONGEST_WINDOW
from simcap.network.groups import MOST_TOGETHER
from simcap.scenario.reader import did_you_mean
from simcap.scenario.schema import PoolSpec, Scenario, StationSpec
from simcap.scenario.staff import YEAR, people

MOST_PEOPLE = 1_000_000
MOST_SESSIONS = 100_000
"""Of one resident in a run: more than one an hour through ten years."""
MOST_LEAVING = 500
"""Turnover is by the person, one gap after the other: enough for a town (assumed)."""

Fault = tuple[tuple, str]


def out_of_range(scenario: Scenario) -> Iterator[Fault]:
    """(path, text) of each number that does not fit the others."""
    yield from _pools(scenario)
    yield from _reality(scenario)
    yield from _stations(scenario)
    yield from _rounds(scenario)


def _pools(scenario: Scenario) -> Iterator[Fault]:
    for name, pool in scenario.pools.items():
        path = ("pools", name)
        standing = _people(scenario, pool)
        if not math.fsum(standing) <= MOST_PEOPLE:
            yield (
                path,
                _(
                    "at most {most:,} people wanted, got {got:,.10g}",
                    most=MOST_PEOPLE,
                    got=math.fsum(standing),
                ),
            )
        yield from _leaving(
            scenario, (*path, "turnover"), standing, pool.turnover, pool.recruitment
        )
        if pool.slots and pool.last_start:
            yield (*path, "last_start"), _("none wanted beside slots, which say when each begins")
        if pool.hours_each is not None and pool.roster in scenario.rosters:
            week = scenario.rosters[pool.roster].week()
            if math.fsum((end - start) * places for start, end, places in week) <= 0:
                yield (*path, "roster"), _("a roster with at least one place wanted, got none")


def _reality(scenario: Scenario) -> Iterator[Fault]:
    path = ("mechanisms", "reality", "turnover")
    for block in scenario.mechanisms.on("reality"):
        for name in block.pools:
            if name in scenario.pools:
                standing = _people(scenario, scenario.pools[name])
                yield from _leaving(scenario, path, standing, block.turnover, block.recruitment)


def _leaving(
    scenario: Scenario, path: tuple, standing: list[float], turnover: float, gone: float
) -> Iterator[Fault]:
    """More gaps than a roster can have."""
    leaving = max(standing, default=0.0) * turnover * (scenario.horizon + gone) / YEAR
    if leaving > MOST_LEAVING:
        yield (
            path,
            _(
                "at most {most:,} people of one zone who leave in the run wanted, got {got:,.0f}",
                most=MOST_LEAVING,
                got=leaving,
            ),
        )


def _people(scenario: Scenario, pool: PoolSpec) -> list[float]:
    """How many people ``pool`` has by zone; none where its column says nothing of that."""
    column = scenario.column(pool.from_) if pool.from_ else {}
    if pool.per == "zone" and (pool.number is None or math.fsum(column.values()) > 0):
        return list(people(pool, scenario).values()) if pool.from_ else []
    return list(people(pool, scenario).values()) if pool.per == "district" else []


def _stations(scenario: Scenario) -> Iterator[Fault]:
    for name, station in scenario.stations.items():
        for path, text in (
            *_course(scenario, station),
            *_caseload(scenario, station),
            *_group(scenario, station),
            *_diary(scenario, station),
        ):
            yield ("stations", name, *path), text


def _attending(scenario: Scenario, station: StationSpec) -> list[tuple[int, PoolSpec]]:
    """(position, pool) of the pools of ``station`` that there are."""
    return [
        (i, scenario.pools[seat.pool])
        for i, seat in enumerate(station.pools)
        if seat.pool in scenario.pools
    ]


def _course(scenario: Scenario, station: StationSpec) -> Iterator[Fault]:
    fit = scenario.horizon / station.every if station.every else 0.0
    sessions = fit if station.sessions == "recurring" else min(fit, station.sessions)
    if sessions > MOST_SESSIONS:
        yield (
            ("every",),
            _(
                "at most {most:,} sessions of one course within the run wanted, got {got:,.0f}",
                most=MOST_SESSIONS,
                got=sessions,
            ),
        )


def _caseload(scenario: Scenario, station: StationSpec) -> Iterator[Fault]:
    if station.caseload is None:
        return
    pool = scenario.pools.get(station.caseload)
    if pool is None:
        known = did_you_mean(station.caseload, scenario.pools)
        yield (
            ("caseload",),
            _("no pool is called {name!r}", name=station.caseload) + known,
        )
    elif station.caseload in [seat.pool for seat in station.pools]:
        yield ("caseload",), _("another pool than those that attend wanted")
    elif pool.slots:
        yield ("caseload",), _("a pool with a roster wanted, got one with slots")
    elif pool.queue_limit is not None:
        yield ("caseload",), _("a pool without a queue limit wanted")
    if station.group is not None or station.diary is not None:
        yield ("caseload",), _("no group and no diary wanted beside it")


def _group(scenario: Scenario, station: StationSpec) -> Iterator[Fault]:
    group = station.group
    if group is None:
        return
    if not group.at_least <= group.size <= MOST_TOGETHER:
        yield (
            ("group",),
            _(
                "at least ≤ size ≤ {most:,} wanted, got {got} and {size}",
                most=MOST_TOGETHER,
                got=group.at_least,
                size=group.size,
            ),
        )
    limits = [pool.queue_limit for _i, pool in _attending(scenario, station)]
    for limit in (station.queue_limit, *limits):
        if limit is not None and limit < group.at_least:
            yield (
                ("group", "at_least"),
                _(
                    "no more than the queue limit of {limit} wanted, got {got}",
                    limit=limit,
                    got=group.at_least,
                ),
            )
    if any(seat.after for seat in station.pools):
        yield ("pools",), _("a group starts together: no `after` wanted")
    if station.diary is not None:
        yield ("group",), _("no diary wanted beside it")


def _diary(scenario: Scenario, station: StationSpec) -> Iterator[Fault]:
    diary = station.diary
    for i, pool in _attending(scenario, station):
        if bool(pool.slots) != (diary is not None):
            name = station.pools[i].pool
            yield (
                ("pools", i),
                _("a pool with a roster wanted at a station without a diary, got {got!r}", got=name)
                if diary is None
                else _("a pool with slots wanted at a diary, got {got!r}", got=name),
            )
    if diary is None:
        return
    if station.team:
        yield ("team",), _("none wanted beside a diary")
    if station.priority or any(seat.priority or seat.reserve for seat in station.pools):
        yield (
            ("diary",),
            _("no priority and no reserve wanted beside it: residents are booked as they come"),
        )
    if diary.window is not None and not diary.notice <= diary.window <= LONGEST_WINDOW:
        yield ("diary", "window"), _("a time from the notice to ten years wanted")


def _rounds(scenario: Scenario) -> Iterator[Fault]:
    """Ways of ``pathways`` on which residents go round for ever."""
    completion = scenario.collaboration.referral_completion.at.values()
    for name, steps in scenario.pathways.items():
        ways = {
            station: {goal: edge for goal, edge in step.completed.items() if edge.share}
            for station, step in steps.items()
        }
        out = {
            station
            for station in scenario.stations_of(name)
            if math.fsum(edge.share for edge in ways.get(station, {}).values()) < 1 - 1e-9
            or (
                min(completion) < 1
                and any(edge.by == "referral" for edge in ways[station].values())
            )
        }
        before = -1
        while len(out) != before:
            before = len(out)
            out |= {station for station in ways if out & ways[station].keys()}
        for station in ways:
            if station not in out:
                yield (
                    ("pathways", name, station, "completed"),
                    _(
                        "a way that leads out in the end wanted, got residents who go round for"
                        " ever"
                    ),
                )
