"""After a run: which staff had more to do than can be done, and whether queues settled, in
sentences for people and as notes on the rows that they touch.

Both are asked of every staff in every zone, since an overloaded village does not show in the mean
of its district. The cause comes first: overload; else a warm-up that is shorter than care lasts;
else a demand that rises over the observed weeks.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from simcap.analysis.flows import longest_time
from simcap.analysis.guards import Load, offered_loads, unsettled
from simcap.analysis.measures import by_period
from simcap.building import compile_scenario
from simcap.network import Network
from simcap.scenario.units import say_hours
from simcap.study.cautions import in_zones
from simcap.study.experiment import Experiment, point_name
from simcap.study.plan import Plan, plan

DID_NOT_SETTLE = "did not settle"
OVERLOADED = "overloaded"
CUT = "cut: no more persons a year than live there"
FEW = "fewer false records than the share asks for: nobody in need without contact is left"
RECORDED = ("records", "false_records", "reported_coverage_of_need")
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

Notes = dict[tuple[int, str, str], dict[str, list[str]]]
"""(design point, staff, note): by place, in which of its zones. The note is ``DID_NOT_SETTLE``,
``OVERLOADED``, ``CUT`` or ``FEW``; the staff "" stands for all residents of a place, who are there
if the growth of a queue is material to them; of what was cut, groups stand in the place of zones.
"""


@dataclass(frozen=True)
class _Staff:
    """One staff at one place and design point, over all replications."""

    point: int
    staff: str
    place: str
    load: float
    grew: bool
    growth: float


Raised = dict[tuple[str, str, bool], list[_Staff]]
"""(staff, what is to be said of it, whether of the whole district): where."""


def settling(
    experiment: Experiment,
    frame: pd.DataFrame,
    points: Iterable[int],
    notes: Notes,
    raised: Raised,
) -> None:
    """Look at ``points``, whose measures ``frame`` has, and put what is found into ``notes`` and
    ``raised``.
    """
    kinds = {zone.zone: zone.kind for zone in experiment.scenario.zones}
    plans: dict[int, _Care] = {}
    for i in points:
        mine = _at_point(frame, experiment.points[i])
        asked = (
            mine[(mine["measure"] == "people_asking") & (mine["group"] == "all")]
            .groupby("place", observed=True)["value"]
            .mean()
        )
        _note_cut(notes, i, mine)
        _note_few(notes, i, mine)
        for staff in _staff(mine, i):
            told = staff.place in ("all", *kinds)
            if told and staff.load >= 1:
                _note_overload(notes, staff, kinds)
                _raise(raised, staff, BY_OVERLOAD)
            if staff.grew:
                said, settled = _cause(experiment, staff, plans, raised)
                if not settled:
                    _note_growth(notes, staff, kinds, asked)
                if told:
                    _raise(raised, staff, said)


def guards(experiment: Experiment, raised: Raised) -> list[str]:
    """A sentence for each guard raised."""
    return [
        _guard(staff, said, where, experiment)
        for (staff, said, wide), where in raised.items()
        if wide or not _told_of_district(raised, staff, said, where)
    ]


def _raise(raised: Raised, staff: _Staff, said: str) -> None:
    raised.setdefault((staff.staff, said, staff.place == "all"), []).append(staff)


def _staff(mine: pd.DataFrame, point: int) -> Iterator[_Staff]:
    """Each staff at each place, of the measures of one design point."""
    pools = mine[
        mine["group"].str.startswith("pool: ")
        & ~mine["group"].map(by_period).astype(bool)
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


def _cause(
    experiment: Experiment, staff: _Staff, plans: dict[int, _Care], raised: Raised
) -> tuple[str, bool]:
    """(why the queue rose, in words; whether it would settle nevertheless). It is looked for at the
    first few design points at which the queue of this staff there did.
    """
    if staff.load >= 1:
        return GREW, False
    looked_at = sum(
        one.staff == staff.staff and one.place == staff.place and one.grew and one.load < 1
        for where in raised.values()
        for one in where
    )
    if looked_at >= LOOKED_AT:
        return "the queue rose over the observed weeks", staff.load < BUSY
    scenario = experiment.scenarios[staff.point]
    if staff.point not in plans:
        plans[staff.point] = _Care(plan(scenario))
    made = plans[staff.point]
    hours, station = made.longest
    if hours > scenario.warm_up:
        return (
            f"the queue rose over the observed weeks, after a warm-up of"
            f" {say_hours(scenario.warm_up)}: care lasts up to {say_hours(hours)}"
            f" ({_kind(made.plan.network, station)})"
        ), False
    first, last = _quarters(made, staff)
    if last > ROSE * first:
        return (
            "the queue rose with what is asked of it over the observed weeks (season, shock, or"
            " phase)"
        ), staff.load < BUSY
    if staff.load >= BUSY:
        return GREW, False
    return "the queue rose over the observed weeks (by chance, or too short a warm-up)", True


class _Care:
    """What a plan asks of all its staff, worked out once however many queues rose."""

    def __init__(self, plan: Plan):
        self.plan = plan

    @cached_property
    def longest(self) -> tuple[float, str]:
        """``longest_time`` of its network."""
        return longest_time(self.plan.network)

    @cached_property
    def quarters(self) -> tuple[list[Load], list[Load]]:
        """The loads of the first and of the last quarter of the window."""
        spec, quarter = self.plan.spec, (self.plan.spec.end - self.plan.spec.begin) / 4
        first, last = (
            offered_loads(self.plan.network, spec.horizon, begin, begin + quarter)
            for begin in (spec.begin, spec.end - quarter)
        )
        return first, last


def _quarters(made: _Care, staff: _Staff) -> tuple[float, float]:
    """Hours a week demanded of ``staff`` in the first and in the last quarter of the window."""
    kinds = {zone: kind for zone, kind, _ in made.plan.spec.zones}
    first, last = (
        sum(
            load.hours_demanded
            for load in loads
            if load.staff == staff.staff and staff.place in ("all", load.zone, kinds.get(load.zone))
        )
        for loads in made.quarters
    )
    return first, last


def _note_overload(notes: Notes, staff: _Staff, kinds: Mapping[str, str]) -> None:
    """The rows of the place, and of those it is part of, are told which zone it is."""
    places = notes.setdefault((staff.point, staff.staff, OVERLOADED), {})
    for place in dict.fromkeys((staff.place, kinds.get(staff.place, "all"), "all")):
        zones = places.setdefault(place, [])
        if staff.place not in ("all", place, *zones):
            zones.append(staff.place)


def _note_growth(notes: Notes, staff: _Staff, kinds: Mapping[str, str], asked: pd.Series) -> None:
    for place in (staff.place, kinds.get(staff.place, "all"), "all"):
        notes.setdefault((staff.point, staff.staff, DID_NOT_SETTLE), {})[place] = []
        if staff.growth > MATERIAL * asked.get(place, np.inf):
            notes.setdefault((staff.point, "", DID_NOT_SETTLE), {})[place] = []


def _note_cut(notes: Notes, point: int, mine: pd.DataFrame) -> None:
    """Where in some replication more were covered in a year than live there."""
    full = mine[(mine["measure"] == "coverage_of_population") & (mine["value"] >= 1)]
    for place, group in dict.fromkeys(zip(full["place"], full["group"], strict=True)):
        notes.setdefault((point, "", CUT), {}).setdefault(place, []).append(group)


def _note_few(notes: Notes, point: int, mine: pd.DataFrame) -> None:
    """Whether in some replication there were fewer false records than were asked for."""
    if (mine.loc[mine["measure"] == "false_records_missing", "value"] > 0).any():
        notes[point, "", FEW] = {}


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
        cut = any(group in notes.get((i, "", CUT), {}).get(place, ()) for i in points)
        return CUT if cut else ""
    if measure in RECORDED:
        return FEW if any((i, "", FEW) in notes for i in points) else ""
    grew = any(place in notes.get((i, staff, DID_NOT_SETTLE), ()) for i in points)
    if grew and measure.startswith(QUEUE_MEASURES):
        return DID_NOT_SETTLE
    if staff and measure.startswith(LOAD_MEASURES):
        for i in points:
            zones = notes.get((i, staff, OVERLOADED), {}).get(place)
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
