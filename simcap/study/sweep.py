"""All replications of all design points, and what becomes of them."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from simcap.analysis import tally
from simcap.analysis.guards import unsettled
from simcap.analysis.measures import MEASURES
from simcap.analysis.statistics import paired, summary
from simcap.engine import ENGINES, prepare
from simcap.network import Network
from simcap.scenario import compile_scenario
from simcap.study.executors import perform_all
from simcap.study.experiment import Experiment
from simcap.study.replicate import Done, Task, perform

DID_NOT_SETTLE = "did not settle"
QUEUE_MEASURES = ("wait_", "within_target", "queue_mean")
BUSY = 0.85
"""Below this offered load a queue that rose did so by season or for want of warm-up; it would not grow without end."""
MATERIAL = 0.02
"""The growth of a queue, as a share of those who asked, from which on it touches what is said of all residents."""


@dataclass(frozen=True)
class Failure:
    """A replication that could not be finished."""

    point: dict
    replication: int
    seed: int
    fault: str

    def __str__(self):
        where = ", ".join(f"{factor} = {value}" for factor, value in self.point.items()) or "the scenario"
        return f"{where}, replication {self.replication}, seed {self.seed}: {self.fault.splitlines()[0]}"


@dataclass(frozen=True)
class Sweep:
    """The results of an experiment: tidy frames with the columns of the result files."""

    experiment: Experiment
    measures: pd.DataFrame
    summary: pd.DataFrame
    comparison: pd.DataFrame
    fingerprints: dict[str, dict[str, str]]
    failures: tuple[Failure, ...]
    guards: tuple[str, ...]
    engine: str
    engine_seconds: float
    wall_seconds: float
    interrupted: bool = False


def sweep(experiment: Experiment, jobs: int = 1, engine: str = ENGINES[0], replications: int | None = None,
          progress: Callable[[Done], None] = lambda done: None) -> Sweep:
    """Run ``experiment`` with ``jobs`` processes; ``progress`` is called with each ``Done``. Ctrl-C keeps what was finished.

    The frames are the same, to the byte, for any number of ``jobs``.
    """
    prepare(engine)
    tally.prepare()
    started, number = time.perf_counter(), replications or experiment.replications
    texts = [scenario.model_dump_json(by_alias=True, exclude_none=True) for scenario in experiment.scenarios]
    tasks = [Task(point, replication, texts[point], experiment.seed, engine)
             for replication in range(number) for point in range(len(texts))]
    finished: dict[tuple[int, int], Done] = {}
    failures, interrupted = [], False
    try:
        for task, done, fault in perform_all(tasks, perform, jobs):
            done = done or Done(task.point, task.replication, fault=fault)
            progress(done)
            if done.fault:
                failures.append(Failure(experiment.points[task.point], task.replication, experiment.seed, done.fault))
            else:
                finished[task.point, task.replication] = done
    except KeyboardInterrupt:
        interrupted = True
    ordered = [finished[key] for key in sorted(finished)]
    frame = measures_frame(experiment, ordered)
    factors = list(experiment.factors)
    table = summary(frame, factors)
    notes, guards = settling(experiment, frame)
    table["note"] = notes_of(table, experiment, notes)
    compared = paired(frame, factors, experiment.baseline) if factors else table.iloc[0:0].drop(columns="note")
    compared["note"] = notes_of(compared, experiment, notes, against_baseline=True)
    prints: dict[str, dict[str, str]] = {}
    for done in ordered:
        prints.setdefault(point_name(experiment.points[done.point]), {})[str(done.replication)] = done.fingerprint
    return Sweep(experiment, frame, table, compared, prints, tuple(sorted(failures, key=str)), tuple(guards), engine,
                 sum(done.engine_seconds for done in ordered), time.perf_counter() - started, interrupted)


def point_name(point: dict) -> str:
    """A design point as text, as fingerprints and failures name it."""
    return ", ".join(f"{factor}={value}" for factor, value in point.items()) or "scenario"


def measures_frame(experiment: Experiment, results: list[Done]) -> pd.DataFrame:
    """The rows of measures.csv, in the order of design points, replications and measures."""
    factors = list(experiment.factors)
    pieces = []
    for done in results:
        piece = pd.DataFrame(done.rows, columns=["measure", "place", "group", "value"])
        for i, factor in enumerate(factors):
            piece.insert(i, factor, str(experiment.points[done.point][factor]))
        piece.insert(len(factors), "replication", done.replication)
        pieces.append(piece)
    columns = [*factors, "replication", "measure", "place", "group", "value", "unit"]
    if not pieces:
        return pd.DataFrame(columns=columns)
    frame = pd.concat(pieces, ignore_index=True)
    frame["unit"] = frame["measure"].map({name: unit for name, (unit, _) in MEASURES.items()})
    return frame[columns]


# ---- guards ---------------------------------------------------------------------------------------------------------


def settling(experiment: Experiment, frame: pd.DataFrame) -> tuple[dict, list[str]]:
    """({(design point, staff): places whose queue still grew at the end}, a sentence for each guard raised).

    The staff "" stands for all residents of a place: it is there if the growth is material to them.
    """
    notes: dict[tuple, set[str]] = {}
    raised: dict[tuple[str, str], list[tuple[str, float]]] = {}
    kinds = {zone.zone: zone.kind for zone in experiment.scenario.zones}
    for i, point in enumerate(experiment.points):
        mine = _at_point(frame, point)
        asked = mine[(mine["measure"] == "people_asking") & (mine["group"] == "all")].groupby("place")["value"].mean()
        pools = mine[mine["group"].str.startswith("pool: ") & mine["measure"].isin(["queue_growth", "queue_mean", "offered_load"])]
        wide = pools.pivot(index=["group", "place", "replication"], columns="measure", values="value")
        for (group, place), values in wide.groupby(level=[0, 1], sort=False):
            load, staff = values["offered_load"].mean(), group.removeprefix("pool: ")
            grew = unsettled(values["queue_growth"], values["queue_mean"])
            if load >= 1 and place == "all":
                raised.setdefault((staff, "the queue is bounded only by those who give up"), []).append((point_name(point), load))
            if grew and load < BUSY and place == "all":
                raised.setdefault((staff, "the queue rose over the observed weeks (season, or too short a warm-up)"), []).append(
                    (point_name(point), load))
            if grew and load >= BUSY:
                touched = {place, kinds.get(place, "all"), "all"}
                notes.setdefault((i, staff), set()).update(touched)
                if place == "all":
                    raised.setdefault((staff, "the queue still grew at the end: its mean did not settle"), []).append(
                        (point_name(point), load))
                notes.setdefault((i, ""), set()).update(
                    where for where in touched if values["queue_growth"].mean() > MATERIAL * asked.get(where, np.inf))
    return notes, [_guard(staff, said, where, len(experiment.points)) for (staff, said), where in raised.items()]


def _guard(staff: str, said: str, where: list[tuple[str, float]], points: int) -> str:
    """One sentence for one fault of one staff: at which design points, at what load."""
    low, high = min(load for _, load in where), max(load for _, load in where)
    loads = f"offered load {low:.2f}" if f"{low:.2f}" == f"{high:.2f}" else f"offered load {low:.2f} to {high:.2f}"
    place = where[0][0] if len(where) == 1 else f"{len(where)} of {points} design points"
    return f"{staff}: {said} ({loads}; {place})"


def _at_point(frame: pd.DataFrame, point: dict) -> pd.DataFrame:
    for factor, value in point.items():
        frame = frame[frame[factor] == str(value)]
    return frame


def notes_of(table: pd.DataFrame, experiment: Experiment, notes: dict, against_baseline: bool = False) -> list[str]:
    """The note of each row: that its queue did not settle, where the row speaks of a queue that did not (there or, with
    ``against_baseline``, at the baseline)."""
    if not notes:
        return [""] * len(table)
    staff_at = station_staff(compile_scenario(experiment.scenario))
    position = {tuple(map(str, point.values())): i for i, point in enumerate(experiment.points)}
    base = tuple(str(experiment.baseline[factor]) for factor in experiment.factors)
    points = zip(*(table[factor] for factor in experiment.factors), strict=True) if experiment.factors else [()] * len(table)
    result = []
    for point, measure, place, group in zip(points, table["measure"], table["place"], table["group"], strict=True):
        named = group.startswith(("station: ", "pool: "))
        staff = staff_at.get(group.removeprefix("station: "), group.removeprefix("pool: ")) if named else ""
        places = notes.get((position[tuple(map(str, point))], staff), set())
        if against_baseline:
            places = places | notes.get((position.get(base, -1), staff), set())
        result.append(DID_NOT_SETTLE if place in places and measure.startswith(QUEUE_MEASURES) else "")
    return result


def station_staff(network: Network) -> dict[str, str]:
    """The staff, by label, that first attends each kind of station."""
    labels = {pool.name: pool.labels.get("staff", pool.name) for pool in network.pools}
    return {station.labels.get("station", station.name): labels[station.pools[0].pool] for station in network.stations}
