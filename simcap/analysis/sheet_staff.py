"""Sections of the sheet on staff and money: hours, loads and queues by staff and place; costs, and
the outcomes that follow from coverage.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from simcap.analysis.groups import Groups
from simcap.analysis.guards import Load
from simcap.analysis.layout import Layout
from simcap.analysis.measures import KINDS, told
from simcap.analysis.sections import Label, evaluated, zones_of
from simcap.analysis.spec import TallySpec
from simcap.analysis.tally import Tally
from simcap.engine.run import Run

OUTCOMES = ("recovery", "quality_of_life")


@dataclass(frozen=True)
class _Team:
    """One staff at one place: its (staff, zone) keys, whether it is one of several by zone."""

    staff: str
    place: str
    keys: list[tuple[str, str]]
    by_zone: bool


class Staff:
    """Hours demanded, rostered and worked, and queues, by staff and place."""

    def __init__(self, spec: TallySpec, at: Layout, loads: list[Load]):
        by_key = {(load.staff, load.zone): load for load in loads}
        teams = [
            team
            for staff in dict.fromkeys(cell.staff for cell in spec.staff)
            for team in _teams(spec, staff, list(by_key))
        ]
        self.measures = told("staff")
        shown = [
            [m.name != "idle_while_others_wait" or team.by_zone for m in self.measures]
            for team in teams
        ]
        self.shown = np.array(shown, dtype=bool).reshape(len(teams), len(self.measures))
        self.labels: list[Label] = [
            (measure.name, team.place, f"pool: {team.staff}")
            for team, row in zip(teams, self.shown, strict=True)
            for measure, is_shown in zip(self.measures, row, strict=True)
            if is_shown
        ]
        hours_each = {(cell.staff, cell.zone): cell.hours_each for cell in spec.staff}
        self.hours_each = np.array(
            [np.mean([hours_each[key] for key in team.keys]) for team in teams]
        )
        self.loads = [
            sum((by_key[key] for key in team.keys[1:]), by_key[team.keys[0]]) for team in teams
        ]
        zones = len(at.zones)
        lines = [
            np.array([at.staff.at[staff] * zones + at.zones.at[zone] for staff, zone in team.keys])
            for team in teams
        ]
        of_pool = at.pool_staff * zones + at.pool_zone
        self.lines = Groups(lines)
        self.pools = Groups([np.flatnonzero(np.isin(of_pool, mine)) for mine in lines])
        self.stations = Groups([np.flatnonzero(np.isin(at.marks["queue"], mine)) for mine in lines])
        self.weeks, self.hours = spec.weeks, spec.end - spec.begin

    def _of_loads(self, name: str) -> np.ndarray:
        return np.array([getattr(load, name) for load in self.loads], dtype=float)

    def values(self, counts: Tally, run: Run, filled: np.ndarray) -> np.ndarray:
        demanded, shared, expected, startable = (
            self._of_loads(name)
            for name in ("hours_demanded", "hours_shared", "hours_rostered", "hours_startable")
        )
        rostered = self.pools.sum(counts.rostered(run.capacity)) / self.weeks
        if run.network.reviews:
            startable = rostered * np.where(expected > 0, startable / expected, 1.0)
        queue, quarter = self.lines.sum(counts.weeks), max(1, counts.weeks.shape[1] // 4)
        columns = {
            "hours_demanded": demanded,
            "hours_shared": shared,
            "hours_rostered": rostered,
            "hours_startable": startable,
            "hours_worked": self.pools.sum(counts.worked) / self.weeks,
            "hours_missing": demanded - rostered,
            "hours_each": self.hours_each,
            "overtime": self.pools.sum(counts.overtime(run.capacity)) / self.weeks,
            "idle_while_others_wait": (
                self.lines.sum(counts.idle_while_others_wait(run.capacity)) / self.weeks
            ),
            "queue_hours": self.stations.sum(counts.stations["queue_hours"]),
            "hours": np.full(len(self.shown), self.hours),
            "queue_growth": queue[:, -quarter:].mean(axis=1) - queue[:, :quarter].mean(axis=1),
        }
        values = evaluated(self.measures, "staff", columns)
        for i, measure in enumerate(self.measures):
            if measure.name.startswith("offered_load"):
                asked = columns[measure.parts("staff")[0]]
                values[startable == 0, i] = np.where(asked > 0, np.inf, np.nan)[startable == 0]
        return values[self.shown]


def _teams(spec: TallySpec, staff: str, keys: list[tuple[str, str]]) -> Iterator[_Team]:
    """The district, and, of staff by zone, the kinds of zone and the zones."""
    mine = [key for key in keys if key[0] == staff]
    if mine:
        yield _Team(staff, "all", mine, len(mine) > 1)
    if len(mine) > 1:
        for kind in KINDS:
            chosen = [
                (staff, zone) for zone, k, _ in spec.zones if k == kind and (staff, zone) in mine
            ]
            if chosen:
                yield _Team(staff, kind, chosen, True)
        yield from (_Team(staff, zone, [(staff, zone)], True) for _, zone in mine)


class Money:
    """Costs of the district, all staff's and without the register's share. Who is paid by the hour
    costs what an hour of colleagues does, for the hours open and overtime.
    """

    def __init__(self, spec: TallySpec, at: Layout, labels: list[Label]):
        self.cost = np.zeros(len(at.staff))
        self.yearly = 0.0
        for cell in spec.staff:
            self.yearly += cell.people * cell.cost_each
            if cell.staff in at.staff.at:
                self.cost[at.staff.at[cell.staff]] += cell.people * cell.cost_each
        self.years, self.staff = spec.years, at.pool_staff
        self.hourly = _hourly(spec, at)
        self.only_register = np.array(
            [
                bool(len(mine)) and bool(at.marks["register"][mine].all())
                for mine in (_attended_by(at, staff) for staff in range(len(at.staff)))
            ]
        )
        self.outcomes = [labels.index((name, "all", "all")) for name in OUTCOMES]
        self.measures = told("money")
        self.labels: list[Label] = [(measure.name, "all", "all") for measure in self.measures]

    def values(self, counts: Tally, run: Run, filled: np.ndarray) -> np.ndarray:
        worked, register = (
            np.bincount(self.staff, hours, minlength=len(self.cost))
            for hours in (counts.worked, counts.on_register)
        )
        share = np.where(worked > 0, register / worked, self.only_register)
        opened = np.zeros(len(self.hourly))
        if self.hourly.any():
            hours = counts.rostered(run.capacity) + counts.overtime(run.capacity)
            np.multiply(hours, self.hourly, out=opened, where=self.hourly > 0)
        cost = self.cost + np.bincount(self.staff, opened, minlength=len(self.cost)) / self.years
        yearly = self.yearly + opened.sum() / self.years
        recovery, quality = filled[self.outcomes]
        reached = counts.residents["professional"].sum()
        columns = {
            "total_cost": yearly,
            "cost_observed": yearly * self.years,
            "cost_open": (yearly - (cost * share).sum()) * self.years,
            "reached": reached,
            "reached_or_registered": reached + counts.residents["registered"].sum(),
            "cost_10000": yearly / 1e4,
            "healed": recovery * quality,
        }
        return evaluated(self.measures, "money", columns).ravel()


def _hourly(spec: TallySpec, at: Layout) -> np.ndarray:
    """By pool, what an hour of it costs, where it is paid by the hour (0 elsewhere): a year's pay
    of a colleague, over the hours that one gives to residents in 365 days.
    """
    each = {
        (cell.staff, cell.zone): cell.cost_each / (cell.hours_each * 365 / 7)
        for cell in spec.staff
        if cell.hours_each > 0
    }
    keys = zip(at.pool_staff, at.pool_zone, at.pool_paid == "by the hour", strict=True)
    return np.array(
        [
            each.get((at.staff.names[staff], at.zones.names[zone]), 0.0) if hourly else 0.0
            for staff, zone, hourly in keys
        ]
    )


def _attended_by(at: Layout, staff: int) -> np.ndarray:
    """The stations that pools of ``staff`` (a position) attend."""
    station = np.repeat(np.arange(len(at.marks)), at.marks["pools"])
    return np.unique(station[at.pool_staff[at.members] == staff])


class Outcomes:
    """Recovery and quality of life, from coverage of need, by place."""

    def __init__(self, spec: TallySpec, at: Layout, labels: list[Label]):
        places = list(zones_of(spec, at))
        self.coverage = [labels.index(("coverage_of_need", place, "all")) for place in places]
        self.lines = spec.recovery, spec.quality_of_life
        self.measures = told("outcomes")
        self.labels: list[Label] = [
            (measure.name, place, "all") for place in places for measure in self.measures
        ]

    def values(self, counts: Tally, run: Run, filled: np.ndarray) -> np.ndarray:
        coverage = filled[self.coverage]
        recovery, quality = (base + slope * coverage for base, slope in self.lines)
        columns = {"recovery": recovery, "quality_of_life": quality}
        return evaluated(self.measures, "outcomes", columns).ravel()
