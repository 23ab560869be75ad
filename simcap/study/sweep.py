"""All replications of all design points, and what becomes of them."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from simcap.analysis.guards import unsettled
from simcap.analysis.measures import MEASURES
from simcap.analysis.statistics import paired, summary
from simcap.network import Network
from simcap.scenario import compile_scenario
from simcap.study.executors import perform_all
from simcap.study.experiment import Experiment
from simcap.study.replicate import Done, Task, perform

DID_NOT_SETTLE = "did not settle"
QUEUE_MEASURES = ("wait_", "waited", "within_target", "queue_mean", "coverage_")


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


def sweep(experiment: Experiment, jobs: int = 1, engine: str = "simpy", replications: int | None = None,
          progress: Callable[[Done], None] = lambda done: None) -> Sweep:
    """Run ``experiment`` with ``jobs`` processes; ``progress`` is called with each ``Done``. Ctrl-C keeps what was finished.

    The frames are the same, to the byte, for any number of ``jobs``.
    """
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
    compared["note"] = notes_of(compared, experiment, notes)
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
    """({(design point, staff): places whose queue still grew at the end}, a sentence for each guard raised)."""
    notes: dict[tuple, set[str]] = {}
    guards: list[str] = []
    if frame.empty:
        return notes, guards
    pools = frame[frame["group"].str.startswith("pool: ") & frame["measure"].isin(["queue_growth", "queue_mean", "offered_load"])]
    kinds = {zone.zone: zone.kind for zone in experiment.scenario.zones}
    for i, point in enumerate(experiment.points):
        mine = pools
        for factor, value in point.items():
            mine = mine[mine[factor] == str(value)]
        wide = mine.pivot(index=["group", "place", "replication"], columns="measure", values="value")
        where = point_name(point)
        for (group, place), values in wide.groupby(level=[0, 1], sort=False):
            load, staff = values["offered_load"].mean(), group.removeprefix("pool: ")
            if load >= 1 and place == "all":
                guards.append(f"{where}: {staff}: offered load {load:.2f}; without giving up, the queue would grow without end")
            if unsettled(values["queue_growth"], values["queue_mean"]):
                notes.setdefault((i, staff), set()).update({place, kinds.get(place, "all"), "all"})
                if place == "all":
                    guards.append(f"{where}: {staff}: the queue still grew at the end; its mean did not settle")
    return notes, guards


def notes_of(table: pd.DataFrame, experiment: Experiment, notes: dict) -> list[str]:
    """The note of each row: that its queue did not settle, where the row speaks of a queue that did not."""
    if not notes:
        return [""] * len(table)
    staff_at = station_staff(compile_scenario(experiment.scenario))
    position = {tuple(map(str, point.values())): i for i, point in enumerate(experiment.points)}
    anyone = {i: set().union(*(places for (j, _), places in notes.items() if j == i)) for i, _ in notes}
    points = zip(*(table[factor] for factor in experiment.factors), strict=True) if experiment.factors else [()] * len(table)
    result = []
    for point, measure, place, group in zip(points, table["measure"], table["place"], table["group"], strict=True):
        i = position[tuple(map(str, point))]
        staff = staff_at.get(group.removeprefix("station: "), group.removeprefix("pool: "))
        named = group.startswith(("station: ", "pool: "))
        places = notes.get((i, staff), set()) if named else anyone.get(i, set())
        result.append(DID_NOT_SETTLE if place in places and measure.startswith(QUEUE_MEASURES) else "")
    return result


def station_staff(network: Network) -> dict[str, str]:
    """The staff, by label, that first attends each kind of station."""
    labels = {pool.name: pool.labels.get("staff", pool.name) for pool in network.pools}
    return {station.labels.get("station", station.name): labels[station.pools[0].pool] for station in network.stations}
