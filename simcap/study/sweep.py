"""An experiment, run: from replications to the tables of the result files."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from simcap.analysis.measures import KINDS, MEASURES
from simcap.analysis.tables import KEYS, Wide, paired, summary
from simcap.analysis.uncertainty import apart, sobol_table
from simcap.engine import ENGINES
from simcap.study.executors import Crew, local_crew
from simcap.study.experiment import Experiment, point_name
from simcap.study.journal import Journal
from simcap.study.running import (
    Cell,
    Failure,
    Progress,
    Replicated,
    cells_of_point,
    replicated,
    stopping_values,
)
from simcap.study.settling import Notes, Raised, guards, notes_of, settling
from simcap.study.warmup import Advice, advice


@dataclass(frozen=True)
class Sweep:
    """The results of an experiment: tidy frames with the columns of the result files."""

    replicated: Replicated
    measures: pd.DataFrame
    summary: pd.DataFrame
    comparison: pd.DataFrame
    guards: tuple[str, ...]
    sensitivity: pd.DataFrame
    warm_up: Advice | None

    @property
    def experiment(self) -> Experiment:
        return self.replicated.experiment

    @property
    def failures(self) -> tuple[Failure, ...]:
        return self.replicated.failures

    @property
    def interrupted(self) -> bool:
        return self.replicated.interrupted

    @cached_property
    def fingerprints(self) -> dict[str, dict[str, str]]:
        """Design point → replication → SHA-256 of its visits."""
        return {
            self.replicated.name_of(cell): {
                str(number): cell.records[number].fingerprint for number in numbers_of(cell)
            }
            for cell in self.replicated.cells
            if cell.records
        }

    @property
    def engine_seconds(self) -> float:
        """Processor seconds that simulating and counting took, over all workers."""
        return sum(
            cell.records[number].seconds
            for cell in self.replicated.cells
            for number in numbers_of(cell)
        )


def sweep(
    experiment: Experiment,
    jobs: int = 1,
    engine: str = ENGINES[0],
    journal: Journal | None = None,
    crew: Crew | None = None,
    changed: Callable[[Progress], None] = lambda progress: None,
) -> Sweep:
    """Run ``experiment`` with ``jobs`` workers on this machine, or by ``crew``; what ``journal``
    has is not run again.

    ``changed`` is called several times a second. Ctrl-C keeps what was finished.
    """
    return tables(
        replicated(experiment, engine, crew or local_crew(engine, jobs), journal, changed=changed)
    )


def tables(done: Replicated) -> Sweep:
    """The results of what was simulated. The frames are the same, to the byte, whoever simulated it
    in what order.
    """
    experiment = done.experiment
    frame = measures_frame(done)
    factors = list(experiment.factors)
    independent = frame
    if experiment.samples:
        chosen = [i for i, sample in enumerate(experiment.samples) if sample.independent]
        independent = frame[frame["sample"].isin(chosen)]
    table = summary(independent, factors)
    notes: Notes = {}
    raised: Raised = {}
    settling(experiment, independent, range(len(experiment.points)), notes, raised)
    table.insert(table.columns.get_loc("unit") + 1, "note", notes_of(table, experiment, notes))
    compared = table.iloc[0:0]
    if factors and experiment.baseline:
        compared = paired(independent, factors, experiment.baseline)
        compared.insert(
            compared.columns.get_loc("unit") + 1,
            "note",
            notes_of(compared, experiment, notes, against_baseline=True),
        )
    said = advice(done)
    found = guards(experiment, raised) + ([] if said is None else said.warnings)
    return Sweep(
        done,
        frame,
        table,
        compared,
        (*found, *_imprecise(done)),
        sensitivity(experiment, frame),
        said,
    )


def numbers_of(cell: Cell) -> list[int]:
    """The replications of ``cell`` that count, in order."""
    return sorted(number for number in cell.records if number < (cell.used or cell.wanted))


def measures_frame(done: Replicated) -> pd.DataFrame:
    """The rows of measures.csv, in the order of design points, settings, replications and
    measures.
    """
    experiment = done.experiment
    cells = [(cell, numbers) for cell in done.cells if (numbers := numbers_of(cell))]
    values = [
        record.values
        for cell, numbers in cells
        for record in map(cell.records.get, numbers)
        if record is not None
    ]
    labels = [
        record.labels
        for cell, numbers in cells
        for record in map(cell.records.get, numbers)
        if record is not None
    ]
    sizes = np.array([len(those) for those in labels], dtype=np.int64)
    runs_of_cell = np.array([len(numbers) for _, numbers in cells], dtype=np.int64)

    def of_cells(texts: list[str]) -> pd.Categorical:
        """A column with one text for each cell."""
        codes, levels = pd.factorize(np.array(texts, dtype=object))
        return pd.Categorical.from_codes(
            np.repeat(np.repeat(codes, runs_of_cell), sizes), list(levels)
        )

    columns: dict = {
        factor: of_cells([str(experiment.points[cell.point][factor]) for cell, _ in cells])
        for factor in experiment.factors
    }
    if experiment.samples:
        columns["sample"] = np.repeat(
            np.repeat([cell.sample for cell, _ in cells], runs_of_cell), sizes
        )
        for name in experiment.uncertain:
            columns[name] = of_cells(
                [str(experiment.samples[cell.sample].inputs[name]) for cell, _ in cells]
            )
    columns["replication"] = np.repeat(
        np.array([number for _, numbers in cells for number in numbers], dtype=np.int64), sizes
    )
    columns.update(_label_columns(labels))
    columns["value"] = np.concatenate([np.empty(0), *values])
    units = {name: unit for name, (unit, _) in MEASURES.items()}
    by_measure = pd.Categorical([units[name] for name in columns["measure"].categories])
    columns["unit"] = pd.Categorical.from_codes(
        by_measure.codes[columns["measure"].codes], by_measure.categories
    )
    order = [name for name in columns if name not in (*KEYS, "value", "unit")]
    return pd.DataFrame(columns)[[*order, *KEYS, "value", "unit"]]


def _label_columns(labels: list) -> dict[str, pd.Categorical]:
    """measure, place and group of each row, where most replications have the same labels."""
    distinct: dict[int, tuple] = {}
    for those in labels:
        distinct.setdefault(id(those), those)
    columns = {}
    for position, name in enumerate(KEYS):
        levels = list(
            dict.fromkeys(label[position] for those in distinct.values() for label in those)
        )
        at = {level: code for code, level in enumerate(levels)}
        codes = {
            key: np.array([at[label[position]] for label in those], dtype=np.int32)
            for key, those in distinct.items()
        }
        columns[name] = pd.Categorical.from_codes(
            np.concatenate([np.empty(0, np.int32), *(codes[id(those)] for those in labels)]), levels
        )
    return columns


def sensitivity(experiment: Experiment, frame: pd.DataFrame) -> pd.DataFrame:
    """Sobol indices of the measures that are told of all residents, by design point, place and
    uncertain input; empty if nothing is uncertain, or if some settings are missing.
    """
    factors, inputs = list(experiment.factors), list(experiment.uncertain)
    told = (
        frame[(frame["group"] == "all") & frame["place"].isin(["all", *KINDS])]
        if inputs
        else frame.iloc[0:0]
    )
    if told.empty:
        return pd.DataFrame()
    wide = Wide(told, [*factors, *KEYS])
    if wide.values.shape[1] < len(experiment.samples):
        return pd.DataFrame()
    everywhere = ~np.isnan(wide.values).any(
        axis=1
    )  # replications of each row that are known at all settings
    number = everywhere.sum(axis=1)[:, None]
    with np.errstate(all="ignore"):
        means = np.where(everywhere[:, None, :], wide.values, 0.0).sum(axis=2) / number
    size = len(experiment.samples) // (len(inputs) + 2)
    first, second, *mixed = (means[:, i * size : (i + 1) * size] for i in range(len(inputs) + 2))
    return sobol_table(
        wide.heads,
        first,
        second,
        np.array(mixed),
        inputs,
        apart(wide.values[:, : 2 * size])["input_sd"] > 0,
    )


def _imprecise(done: Replicated) -> list[str]:
    """A sentence where the ceiling was reached before the wanted precision."""
    stopping = done.experiment.stopping
    if stopping is None:
        return []
    points = [
        (point_name(point), cells_of_point(done, i))
        for i, point in enumerate(done.experiment.points)
    ]
    said = [
        (name, text)
        for name, cells in points
        if any(cell.records for cell in cells)
        for text in stopping.unmet(stopping_values(done.experiment, cells))
    ]
    return [f"precision not reached: {text} ({where})" for where, text in said[:5]] + (
        [f"precision not reached at {len(said) - 5} more"] if len(said) > 5 else []
    )
