"""After a run: which staff had more to do than can be done, and whether queues settled, in
sentences for people and as notes on the rows that they touch.

Both are asked of every staff in every zone, since an overloaded village does not show in the mean
of its district. The cause comes first: overload; else a warm-up that is shorter than care lasts;
else a demand that rises over the observed weeks.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from simcap.analysis.flows import longest_time
from simcap.analysis.guards import offered_loads, unsettled
from simcap.building import compile_scenario
from simcap.network import Network
from simcap.scenario.units import say_hours
from simcap.study.cautions import in_zones
from simcap.study.experiment import Experiment, point_name
from simcap.study.plan import Plan, plan

DID_NOT_SETTLE = "did not settle"
OVERLOADED = "overloaded"
CUT = "cut: no more persons a year than live there"
QUEUE_MEASURES = ("wait_", "within_target", "queue_mean")
LOAD_MEASURES = (*QUEUE_MEASURES, "abandoned", "gave_up_busy", "late_waited", "offered_load")
BUSY = 0.85
"""From this offered load on a queue that rose did not settle, whatever it was that made it rise."""
MATERIAL = 0.02
"""The growth of a queue, as a share of those who asked, from which on it touches what is said of
all residents.
"""
ROSE = 1.02
"""How many times the demand of the first quarter that of the last must be to have risen."""
LOOKED_AT = 5
"""Design points at which the cause of a rising queue is looked for."""

BY_OVERLOAD = "the queue is bounded only by those who give up"
GREW = "the queue still grew at the end: its mean did not settle"

Place = tuple[int, str]
"""(design point, staff); the staff "" stands for all residents."""


@dataclass
class Notes:
    """By (design point, staff) the places whose queue ``grew``, and those ``overloaded`` (with the
    zones that are); by design point the (place, group) whose coverage of population was ``cut``.
    """

    grew: dict[Place, set[str]]
    overloaded: dict[Place, dict[str, list[str]]]
    cut: dict[int, set[tuple[str, str]]]

    def __bool__(self) -> bool:
        return bool(self.grew or self.overloaded or self.cut)


@dataclass(frozen=True)
class _Staff:
    """One staff at one place and design point, over all replications."""

    point: int
    staff: str
    place: str
    load: float
    grew: bool
    growth: float


class Settling:
    """What has been found at the design points that were looked at: what to note on which rows, and
    the guards raised.
    """

    def __init__(self, experiment: Experiment):
        self.experiment = experiment
        self.notes = Notes({}, {}, {})
        self.raised: dict[tuple[str, str, bool], list[_Staff]] = {}
        self.causes = _Causes(experiment)
        self.kinds = {zone.zone: zone.kind for zone in experiment.scenario.zones}

    def look(self, frame: pd.DataFrame, points: Iterable[int], raise_guards: bool = True) -> None:
        """Look at ``points``, whose rows of measures are in ``frame``."""
        for i in points:
            mine = _at_point(frame, self.experiment.points[i])
            if cut := _cut(mine):
                self.notes.cut[i] = cut
            people = mine[(mine["measure"] == "people_asking") & (mine["group"] == "all")]
            asked = people.groupby("place", observed=True)["value"].mean()
            for staff in _staff(mine, i):
                for said in self._said(staff, asked) if staff.place in ("all", *self.kinds) else ():
                    if raise_guards:
                        wide = staff.place == "all"
                        self.raised.setdefault((staff.staff, said, wide), []).append(staff)

    def _said(self, staff: _Staff, asked: pd.Series) -> Iterator[str]:
        """What is to be said of ``staff``, which is noted."""
        if staff.load >= 1:
            _note_overload(self.notes, staff, self.kinds)
            yield BY_OVERLOAD
        if staff.grew:
            said, settled = self.causes(staff)
            if not settled:
                _note_growth(self.notes, staff, self.kinds, asked)
            yield said

    def guards(self) -> list[str]:
        """A sentence for each guard raised."""
        return [
            _guard(staff, said, where, self.experiment)
            for (staff, said, wide), where in self.raised.items()
            if wide or not _told_of_district(self.raised, staff, said, where)
        ]


def _staff(mine: pd.DataFrame, point: int) -> Iterator[_Staff]:
    """Each staff at each place, of the measures of one design point."""
    pools = mine[
        mine["group"].str.startswith("pool: ")
        & mine["measure"].isin(["queue_growth", "queue_mean", "offered_load"])
    ]
    runs = [name for name in ("sample", "replication") if name in mine]
    wide = pools.astype(dict.fromkeys(["measure", "place", "group"], object)).pivot(
        index=["group", "place", *runs], columns="measure", values="value"
    )
    for (group, place), values in wide.groupby(level=[0, 1], sort=False):
        yield _Staff(
            point,
            group.removeprefix("pool: "),
            place,
            float(values["offered_load"].mean()),
            unsettled(values["queue_growth"], values["queue_mean"]),
            float(values["queue_growth"].mean()),
        )


class _Causes:
    """Why a queue rose, looked for at the first few design points at which one did."""

    def __init__(self, experiment: Experiment):
        self.experiment = experiment
        self.plans: dict[int, Plan] = {}

    def __call__(self, staff: _Staff) -> tuple[str, bool]:
        """(the cause in words, whether the queue would settle nevertheless)."""
        if staff.load >= 1:
            return GREW, False
        scenario = self.experiment.scenarios[staff.point]
        made = self._plan(staff.point)
        if made is None:
            return "the queue rose over the observed weeks", staff.load < BUSY
        hours, station = longest_time(made.network)
        if hours > scenario.warm_up:
            return (
                f"the queue rose over the observed weeks, after a warm-up of"
                f" {say_hours(scenario.warm_up)}: care lasts up to {say_hours(hours)}"
                f" ({_kind(made.network, station)})"
            ), False
        first, last = self._quarters(made, staff)
        if last > ROSE * first:
            return (
                "the queue rose with what is asked of it, over the observed weeks (season, shock,"
                f" phase: {last / first:.2f} times as much in the last quarter as in the first)"
                if first
                else "the queue rose with what is asked of it, over the observed weeks"
            ), staff.load < BUSY
        if staff.load >= BUSY:
            return GREW, False
        return "the queue rose over the observed weeks (by chance, or too short a warm-up)", True

    def _plan(self, point: int) -> Plan | None:
        if point not in self.plans and len(self.plans) < LOOKED_AT:
            self.plans[point] = plan(self.experiment.scenarios[point])
        return self.plans.get(point)

    def _quarters(self, made: Plan, staff: _Staff) -> tuple[float, float]:
        """Hours a week demanded of ``staff`` in the first and in the last quarter of the window."""
        spec, quarter = made.spec, (made.spec.end - made.spec.begin) / 4
        kinds = {zone: kind for zone, kind, _ in spec.zones}
        first, last = (
            sum(
                load.hours_demanded
                for load in offered_loads(made.network, spec.horizon, begin, begin + quarter)
                if load.staff == staff.staff
                and staff.place in ("all", load.zone, kinds.get(load.zone))
            )
            for begin in (spec.begin, spec.end - quarter)
        )
        return first, last


def _note_overload(notes: Notes, staff: _Staff, kinds: Mapping[str, str]) -> None:
    """The rows of the place, and of those it is part of, are told which zone it is."""
    places = notes.overloaded.setdefault((staff.point, staff.staff), {})
    for place in dict.fromkeys((staff.place, kinds.get(staff.place, "all"), "all")):
        zones = places.setdefault(place, [])
        if staff.place not in ("all", place, *zones):
            zones.append(staff.place)


def _note_growth(notes: Notes, staff: _Staff, kinds: Mapping[str, str], asked: pd.Series) -> None:
    touched = {staff.place, kinds.get(staff.place, "all"), "all"}
    notes.grew.setdefault((staff.point, staff.staff), set()).update(touched)
    material = {place for place in touched if staff.growth > MATERIAL * asked.get(place, np.inf)}
    if material:
        notes.grew.setdefault((staff.point, ""), set()).update(material)


def _cut(mine: pd.DataFrame) -> set[tuple[str, str]]:
    """(place, group) where in some replication more were covered in a year than live there."""
    full = mine[(mine["measure"] == "coverage_of_population") & (mine["value"] >= 1)]
    return set(zip(full["place"], full["group"], strict=True))


def _told_of_district(raised, staff: str, said: str, where: list[_Staff]) -> bool:
    """Whether the guard of the district says as much: where there is but one zone."""
    district = raised.get((staff, said, True), [])
    loads = {(one.point, round(one.load, 9)) for one in district}
    return bool(district) and all((one.point, round(one.load, 9)) in loads for one in where)


def _guard(staff: str, said: str, where: list[_Staff], experiment: Experiment) -> str:
    """One sentence for one fault of one staff: in which zones, at what load, at which points."""
    low, high = min(one.load for one in where), max(one.load for one in where)
    loads = (
        f"offered load {low:.2f}"
        if f"{low:.2f}" == f"{high:.2f}"
        else f"offered load {low:.2f} to {high:.2f}"
    )
    points = sorted({one.point for one in where})
    place = (
        point_name(experiment.points[points[0]])
        if len(points) == 1
        else f"{len(points)} of {len(experiment.points)} design points"
    )
    zones = list(dict.fromkeys(one.place for one in where if one.place != "all"))
    return f"{staff}{in_zones(zones)}: {said} ({loads}; {place})"


def _kind(network: Network, station: str) -> str:
    """The kind of a station, as a scenario calls it."""
    return next(s.labels.get("station", s.name) for s in network.stations if s.name == station)


def _at_point(frame: pd.DataFrame, point: dict) -> pd.DataFrame:
    for factor, value in point.items():
        frame = frame[frame[factor] == str(value)]
    return frame


def notes_of(
    table: pd.DataFrame, experiment: Experiment, notes: Notes, against_baseline: bool = False
) -> list[str]:
    """The note of each row: that its queue did not settle, that its staff is overloaded, where the
    row speaks of such a queue or staff (there or, with ``against_baseline``, at the baseline), or
    that it was cut.
    """
    if not notes:
        return [""] * len(table)
    staff_at = station_staff(compile_scenario(experiment.scenario))
    position = {tuple(map(str, point.values())): i for i, point in enumerate(experiment.points)}
    base = position.get(
        tuple(str(experiment.baseline.get(name)) for name in experiment.factors), -1
    )
    points = (
        zip(*(table[factor] for factor in experiment.factors), strict=True)
        if experiment.factors
        else [()] * len(table)
    )
    result = []
    for point, measure, place, group in zip(
        points, table["measure"], table["place"], table["group"], strict=True
    ):
        staff = ""
        if group.startswith(("station: ", "pool: ")):
            pool = group.removeprefix("pool: ")
            staff = staff_at.get(group.removeprefix("station: "), pool)
        at = [position[tuple(map(str, point))], *([base] if against_baseline else [])]
        result.append(_note(notes, at, staff, measure, place, group))
    return result


def _note(notes: Notes, points: list[int], staff: str, measure: str, place: str, group: str) -> str:
    if measure == "coverage_of_population":
        return CUT if any((place, group) in notes.cut.get(i, ()) for i in points) else ""
    grew = any(place in notes.grew.get((i, staff), ()) for i in points)
    if grew and measure.startswith(QUEUE_MEASURES):
        return DID_NOT_SETTLE
    if staff and measure.startswith(LOAD_MEASURES):
        for i in points:
            zones = notes.overloaded.get((i, staff), {}).get(place)
            if zones is not None:
                return OVERLOADED + in_zones(zones)
    return ""


def station_staff(network: Network) -> dict[str, str]:
    """The staff, by label, that first attends each kind of station."""
    labels = {pool.name: pool.labels.get("staff", pool.name) for pool in network.pools}
    return {
        name: labels[station.pools[0].pool]
        for station in network.stations
        for name in (station.labels.get("station", station.name), station.labels.get("part of"))
        if name
    }
