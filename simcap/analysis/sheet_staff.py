"""Section of the sheet on staff: hours, loads and queues by staff and place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from simcap.analysis.groups import Groups
from simcap.analysis.guards import Load
from simcap.analysis.layout import Layout
from simcap.analysis.measures import KINDS, told
from simcap.analysis.sections import Label, evaluated
from simcap.analysis.spec import TallySpec
from simcap.analysis.tally import Tally
from simcap.engine.run import Run


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
