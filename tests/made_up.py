"""A made-up sweep with round answers, from which figures and reports are drawn."""

from __future__ import annotations

import numpy as np
import pandas as pd

from simcap.analysis.measures import MEASURES
from simcap.analysis.tables import summary
from simcap.plots import why
from simcap.study.running import Replicated
from simcap.study.settling import DID_NOT_SETTLE
from simcap.study.sweep import Sweep
from simcap.study.version import Origin
from simcap.study.warmup import Advice

HOURS = {"x1": 20.0, "x2": 40.0}
COVERAGE = {("0.4", "x1"): 0.10, ("0.4", "x2"): 0.12, ("0.8", "x1"): 0.11, ("0.8", "x2"): 0.15}
CAUSES = dict(zip(why.CAUSES, (0.40, 0.02, 0.05, 0.10, 0.20, 0.08, 0.05, 0.10), strict=True))
PLACES = {"all": 1.0, "urban": 1.2, "rural": 0.5, "城 $City": 1.2, "村 Village": 0.5}


def rows(level, staff, replication):
    """(measure, place, group, value) with round answers; each replication adds 1 % to what depends
    on residents.
    """
    more, covered = 1 + replication / 100, COVERAGE[level, staff]
    for place, weight in PLACES.items():
        yield "people_in_need", place, "all", 1000 * weight
        yield "people_asking", place, "all", 400 * weight
        for name, share in (
            ("any_contact", 0.3),
            ("professional", 0.2),
            ("coverage", covered),
            ("treated", 0.05),
        ):
            yield f"{name}_of_need", place, "all", share * more
            yield f"{name}_of_seekers", place, "all", share * more / 0.4
        yield "wait_mean", place, "all", 48.0 * weight * more
        yield "within_target", place, "all", 0.8
        for station, wait in (("line", 0.0), ("room", 100.0), ("course", 20.0)):
            group = f"station: {station}"
            yield "joined", place, group, 50.0
            yield "wait_median_joined", place, group, wait
            yield "wait_p90_joined", place, group, 3 * wait if station != "line" else float("nan")
            yield "within_target", place, group, 0.25
            yield "abandoned", place, group, 0.15
        if place not in ("urban", "rural"):
            yield "hours_demanded", place, "pool: counsellors", 30.0
            yield "hours_rostered", place, "pool: counsellors", HOURS[staff]
            yield "offered_load", place, "pool: counsellors", 30 / HOURS[staff]
    for cause, share in CAUSES.items():
        yield cause, "all", "all", share
    yield "queue_mean", "all", "pool: counsellors", 7.0 * more
    yield "hours_demanded", "all", "pool: seats", 0.0
    yield "hours_rostered", "all", "pool: seats", 168.0
    yield "offered_load", "all", "pool: seats", 0.0
    yield "referrals_completed", "all", "all", float(level)
    yield "duplicate_assessments", "all", "all", 100 * (1 - float(level))
    yield "people_covered", "all", "all", 1000 * covered * more


def swept(experiment, replications):
    """A ``Sweep`` of ``experiment`` with the rows above; x1 did not settle."""
    factors = list(experiment.factors)
    points = [tuple(map(str, point.values())) for point in experiment.points]
    frame = pd.DataFrame(
        [
            (*point, replication, *row)
            for point in points
            for replication in range(replications)
            for row in rows(*(point or ("0.4", "x1")), replication)
        ],
        columns=[*factors, "replication", "measure", "place", "group", "value"],
    )
    units = {name: unit for name, (unit, _) in MEASURES.items()}
    frame["unit"] = frame["measure"].map(lambda name: units.get(name, "share"))
    table = summary(frame, factors)
    queued = table["measure"].isin(["coverage_of_need", "queue_mean"]) & (table["place"] == "all")
    table["note"] = (
        np.where(queued & (table["pools.counsellors"] == "x1"), DID_NOT_SETTLE, "")
        if factors
        else ""
    )
    advice = Advice(
        {
            "counsellors": np.add.outer(
                np.zeros(replications), 40 - 40 * np.exp(-np.arange(70) / 9.0)
            )
        },
        {"counsellors": 15},
        14.0,
    )
    return Sweep(
        Replicated(experiment, (), "simpy", Origin("", ""), 0, False, 0.0),
        frame,
        table,
        table.iloc[:0],
        (),
        pd.DataFrame(),
        advice,
    )
