"""After a run: whether queues settled, in sentences for people and as notes on the rows that they
touch.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from simcap.analysis.guards import unsettled
from simcap.network import Network
from simcap.scenario import compile_scenario
from simcap.study.experiment import Experiment, point_name

DID_NOT_SETTLE = "did not settle"
QUEUE_MEASURES = ("wait_", "within_target", "queue_mean")
BUSY = 0.85
"""Below this offered load a queue that rose did so by season or for want of warm-up; it would not
grow without end.
"""
MATERIAL = 0.02
"""The growth of a queue, as a share of those who asked, from which on it touches what is said of
all residents.
"""


Notes = dict[tuple[int, str], set[str]]
"""(design point, staff): the places whose queue still grew at the end. The staff "" stands for all
residents of a place: it is there if the growth is material to them.
"""
Raised = dict[tuple[str, str], list[tuple[str, float]]]
"""(staff, what is to be said of it): the names of design points, and the offered load there."""


def settling(
    experiment: Experiment,
    frame: pd.DataFrame,
    points: Iterable[int],
    notes: Notes,
    raised: Raised,
) -> None:
    """Look at ``points``, whose rows ``frame`` has, and put what is found into ``notes`` and
    ``raised``.
    """
    kinds = {zone.zone: zone.kind for zone in experiment.scenario.zones}
    for i in points:
        point = experiment.points[i]
        mine = _at_point(frame, point)
        asked = (
            mine[(mine["measure"] == "people_asking") & (mine["group"] == "all")]
            .groupby("place", observed=True)["value"]
            .mean()
        )
        pools = mine[
            mine["group"].str.startswith("pool: ")
            & mine["measure"].isin(["queue_growth", "queue_mean", "offered_load"])
        ]
        runs = [name for name in ("sample", "replication") if name in mine]
        wide = pools.astype(dict.fromkeys(["measure", "place", "group"], object)).pivot(
            index=["group", "place", *runs], columns="measure", values="value"
        )
        for (group, place), values in wide.groupby(level=[0, 1], sort=False):
            load, staff = values["offered_load"].mean(), group.removeprefix("pool: ")
            grew = unsettled(values["queue_growth"], values["queue_mean"])
            if load >= 1 and place == "all":
                raised.setdefault(
                    (staff, "the queue is bounded only by those who give up"), []
                ).append((point_name(point), load))
            if grew and load < BUSY and place == "all":
                raised.setdefault(
                    (
                        staff,
                        "the queue rose over the observed weeks (season, or too short a warm-up)",
                    ),
                    [],
                ).append((point_name(point), load))
            if grew and load >= BUSY:
                touched = {place, kinds.get(place, "all"), "all"}
                notes.setdefault((i, staff), set()).update(touched)
                if place == "all":
                    raised.setdefault(
                        (staff, "the queue still grew at the end: its mean did not settle"), []
                    ).append((point_name(point), load))
                notes.setdefault((i, ""), set()).update(
                    where
                    for where in touched
                    if values["queue_growth"].mean() > MATERIAL * asked.get(where, np.inf)
                )


def guards(experiment: Experiment, raised: Raised) -> list[str]:
    """A sentence for each guard raised."""
    return [
        _guard(staff, said, where, len(experiment.points))
        for (staff, said), where in raised.items()
    ]


def _guard(staff: str, said: str, where: list[tuple[str, float]], points: int) -> str:
    """One sentence for one fault of one staff: at which design points, at what load."""
    low, high = min(load for _, load in where), max(load for _, load in where)
    loads = (
        f"offered load {low:.2f}"
        if f"{low:.2f}" == f"{high:.2f}"
        else f"offered load {low:.2f} to {high:.2f}"
    )
    place = where[0][0] if len(where) == 1 else f"{len(where)} of {points} design points"
    return f"{staff}: {said} ({loads}; {place})"


def _at_point(frame: pd.DataFrame, point: dict) -> pd.DataFrame:
    for factor, value in point.items():
        frame = frame[frame[factor] == str(value)]
    return frame


def notes_of(
    table: pd.DataFrame, experiment: Experiment, notes: Notes, against_baseline: bool = False
) -> list[str]:
    """The note of each row: that its queue did not settle, where the row speaks of a queue that did
    not (there or, with ``against_baseline``, at the baseline).
    """
    if not notes:
        return [""] * len(table)
    staff_at = station_staff(compile_scenario(experiment.scenario))
    position = {tuple(map(str, point.values())): i for i, point in enumerate(experiment.points)}
    base = tuple(str(experiment.baseline.get(factor)) for factor in experiment.factors)
    points = (
        zip(*(table[factor] for factor in experiment.factors), strict=True)
        if experiment.factors
        else [()] * len(table)
    )
    result = []
    for point, measure, place, group in zip(
        points, table["measure"], table["place"], table["group"], strict=True
    ):
        named = group.startswith(("station: ", "pool: "))
        staff = (
            staff_at.get(group.removeprefix("station: "), group.removeprefix("pool: "))
            if named
            else ""
        )
        places = notes.get((position[tuple(map(str, point))], staff), set())
        if against_baseline:
            places = places | notes.get((position.get(base, -1), staff), set())
        result.append(
            DID_NOT_SETTLE if place in places and measure.startswith(QUEUE_MEASURES) else ""
        )
    return result


def station_staff(network: Network) -> dict[str, str]:
    """The staff, by label, that first attends each kind of station."""
    labels = {pool.name: pool.labels.get("staff", pool.name) for pool in network.pools}
    return {
        name: labels[station.pools[0].pool]
        for station in network.stations
        for name in (station.labels.get("station", station.name), station.labels.get("part of"))
        if name
    }
