"""An experiment, run: from replications to the tables of the result files."""

from __future__ import annotations

import pickle
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np
import pandas as pd
from pandas.api.types import union_categoricals

from simcap.analysis.measures import KINDS, MEASURES, by_period
from simcap.analysis.tables import KEYS, Wide, differences, holm_within, summary
from simcap.analysis.uncertainty import apart, sobol_table
from simcap.analysis.worst import worst_zones
from simcap.engine import ENGINES
from simcap.study.executors import Crew, local_crew
from simcap.study.experiment import Experiment, point_name
from simcap.study.journal import Journal
from simcap.study.notices import warned
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

ROWS_AT_ONCE = 100_000
"""Rows of measures.csv that are in memory at once (a design point's are, however many)."""
MOST_WHOLE = 100
"""Design points up to which a sweep that is written to files keeps its tables whole, too."""


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
    warnings: tuple[str, ...] = ()

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


def tables(
    done: Replicated, sink: Sink | None = None, warnings: Sequence[str] | None = None
) -> Sweep:
    """The results of what was simulated. The frames are the same, to the byte, whoever simulated it
    in what order. ``warnings`` are those of ``notices.warned``, where they are known.

    Tables are made piece by piece, some design points at a time. With a ``sink``, each piece goes
    there, and the frames of the sweep keep of experiments with more than ``MOST_WHOLE`` points only
    what figures and screens show: all rows of the baseline, those of all residents, of staff and of
    the experiment's answer elsewhere; the comparison is left to the sink.
    """
    with _Differences() as kept:
        making = _Making(done, sink, kept)
        for points, frame in _pieces(done):
            making.take(points, frame)
        said = warned(done.experiment) if warnings is None else warnings
        return making.finished(tuple(said))


class Sink(Protocol):
    """Where pieces of tables go, by the name of the table."""

    def add(self, name: str, frame: pd.DataFrame) -> None: ...


class _Making:
    """Takes design points piece by piece and makes their tables."""

    def __init__(self, done: Replicated, sink: Sink | None, differences: _Differences):
        self.done, self.sink, self.experiment = done, sink, done.experiment
        self.factors = list(self.experiment.factors)
        self.notes: Notes = {}
        self.raised: Raised = {}
        self.kept: dict[str, list[pd.DataFrame]] = {"measures": [], "summary": []}
        self.indices: list[pd.DataFrame] = []
        self.differences = differences
        self.base = self._baseline()

    def _baseline(self) -> pd.DataFrame:
        """The rows of the baseline; empty where there is none."""
        wanted = self.experiment.at_baseline if self.experiment.baseline else -1
        cells = [cell for cell in self.done.cells if cell.point == wanted]
        frame = self._independent(measures_frame(self.done, cells))
        if len(frame):
            settling(self.experiment, frame, [wanted], self.notes, {})
        return frame

    def _independent(self, frame: pd.DataFrame) -> pd.DataFrame:
        """The rows at independent settings of the uncertain inputs."""
        if not self.experiment.samples:
            return frame
        chosen = [i for i, sample in enumerate(self.experiment.samples) if sample.independent]
        return frame[frame["sample"].isin(chosen)]

    def take(self, points: list[int], frame: pd.DataFrame) -> None:
        """Make the tables of ``points``, whose rows of measures.csv are ``frame``."""
        independent = self._independent(frame)
        settling(self.experiment, independent, points, self.notes, self.raised)
        table = self._with_worst(self._noted(summary(independent, self.factors)), independent)
        self._keep("measures", frame)
        self._keep("summary", table)
        found = sensitivity(self.experiment, frame)
        if not found.empty:
            self.indices.append(found)
        if self.factors and self.experiment.baseline:
            here = self.experiment.at_baseline in points or self.base.empty
            both = independent if here else _joined([self.base, independent])
            compared = differences(both, self.factors, self.experiment.baseline)
            self.differences.add(self._noted(compared, against_baseline=True))

    def _with_worst(self, table: pd.DataFrame, frame: pd.DataFrame) -> pd.DataFrame:
        """``table``, the summary of ``frame``, and, below the rows of each design point, the worst
        zone of what is told by zone.
        """
        zones = [zone.zone for zone in self.experiment.scenario.zones]
        of_zones = table[table["place"].isin(zones)]
        if of_zones.empty:
            return table
        worst = worst_zones(of_zones, frame[frame["place"].isin(zones)], self.factors)
        if worst.empty:
            return table
        both = _joined([table, worst])
        points = (
            pd.factorize(pd.MultiIndex.from_frame(both[self.factors]))[0] if self.factors else 0
        )
        return both.iloc[np.argsort(points + np.zeros(len(both)), kind="stable")]

    def _noted(self, table: pd.DataFrame, against_baseline: bool = False) -> pd.DataFrame:
        notes = notes_of(table, self.experiment, self.notes, against_baseline)
        table.insert(table.columns.get_loc("unit") + 1, "note", notes)
        return table

    def _keep(self, name: str, frame: pd.DataFrame) -> None:
        if self.sink is not None:
            self.sink.add(name, frame)
            if len(self.experiment.points) > MOST_WHOLE:
                frame = frame[_shown(self.experiment, frame)]
        self.kept[name].append(frame)

    def finished(self, warnings: tuple[str, ...]) -> Sweep:
        """All of it."""
        frames = {name: _joined(pieces) for name, pieces in self.kept.items()}
        compared = self._compared(frames["summary"].iloc[:0])
        said = advice(self.done)
        raised = guards(self.experiment, self.raised) + ([] if said is None else said.warnings)
        return Sweep(
            self.done,
            frames["measures"],
            frames["summary"],
            compared,
            (*raised, *_imprecise(self.done)),
            _joined(self.indices) if self.indices else pd.DataFrame(),
            said,
            warnings,
        )

    def _compared(self, empty: pd.DataFrame) -> pd.DataFrame:
        """The comparison, or, once the sink has it, as much as ``empty`` of it."""
        pieces = self.differences.adjusted() or iter([empty])
        if self.sink is None:
            return _joined(list(pieces))
        for piece in pieces:
            self.sink.add("comparison", piece)
            empty = piece.iloc[:0]
        return empty


class _Differences:
    """Pieces of a comparison, on disk until the p values of all of them are known, which Holm's
    correction needs.
    """

    def __init__(self) -> None:
        self.file = tempfile.TemporaryFile()  # noqa: SIM115  (closed by __exit__)
        self.pieces = 0
        self.known: dict[tuple, int] = {}
        self.rows: list[np.ndarray] = []
        self.p: list[np.ndarray] = []

    def __enter__(self) -> _Differences:
        return self

    def __exit__(self, *problem) -> None:
        self.file.close()

    def add(self, piece: pd.DataFrame) -> None:
        if piece.empty:
            return
        pickle.dump(piece, self.file)
        self.pieces += 1
        keys = zip(*(piece[name] for name in KEYS), strict=True)
        found = [self.known.setdefault(key, len(self.known)) for key in keys]
        self.rows.append(np.array(found, dtype=np.int32))
        self.p.append(piece["p_value"].to_numpy())

    def adjusted(self) -> Iterator[pd.DataFrame] | None:
        """The pieces with ``p_holm``; None if there are none."""
        return self._adjusted() if self.pieces else None

    def _adjusted(self) -> Iterator[pd.DataFrame]:
        p_holm = holm_within(np.concatenate(self.rows), np.concatenate(self.p))
        self.file.seek(0)
        done = 0
        for rows in self.rows:
            piece = pickle.load(self.file)
            yield piece.assign(p_holm=p_holm[done : done + len(rows)])
            done += len(rows)


def _pieces(done: Replicated) -> Iterator[tuple[list[int], pd.DataFrame]]:
    """(design points, their rows of measures.csv), as many points at a time as make about
    ``ROWS_AT_ONCE`` rows; one empty piece where nothing was finished.
    """
    cells: list[Cell] = []
    rows, number = 0, max(1, len(done.experiment.samples))
    for i in range(0, len(done.cells), number):
        cells += done.cells[i : i + number]
        rows += sum(
            kept.rows for cell in done.cells[i : i + number] for kept in cell.records.values()
        )
        if rows >= ROWS_AT_ONCE or i + number >= len(done.cells):
            yield sorted({cell.point for cell in cells}), measures_frame(done, cells)
            cells, rows = [], 0


def _shown(experiment: Experiment, frame: pd.DataFrame) -> np.ndarray:
    """Which rows of a table figures and screens show."""
    places = {"all", *KINDS, *(one.place for one in experiment.answer)}
    groups = {"all", *(one.group for one in experiment.answer)}
    shown = frame["place"].isin(places) & frame["group"].isin(groups)
    pools = frame["group"].str.startswith("pool: ") & ~frame["group"].map(by_period).astype(bool)
    shown |= (frame["place"] == "all") & pools
    at_base = np.ones(len(frame), dtype=bool)
    for factor, value in experiment.points[experiment.at_baseline].items():
        at_base &= (frame[factor] == str(value)).to_numpy()
    return shown.to_numpy() | at_base


def _joined(pieces: list[pd.DataFrame]) -> pd.DataFrame:
    """One frame of all ``pieces``; texts stay categories."""
    if len(pieces) == 1:
        return pieces[0]
    columns = {}
    for name in pieces[0]:
        parts = [piece[name] for piece in pieces]
        texts = isinstance(parts[0].dtype, pd.CategoricalDtype)
        columns[name] = union_categoricals(parts) if texts else pd.concat(parts, ignore_index=True)
    return pd.DataFrame(columns)


def numbers_of(cell: Cell) -> list[int]:
    """The replications of ``cell`` that count, in order."""
    return sorted(number for number in cell.records if number < (cell.used or cell.wanted))


def measures_frame(done: Replicated, of: Iterable[Cell]) -> pd.DataFrame:
    """The rows of measures.csv of some cells, in the order of design points, settings, replications
    and measures.
    """
    experiment = done.experiment
    cells = [(cell, numbers) for cell in of if (numbers := numbers_of(cell))]
    records = [done.record(cell.records[number]) for cell, numbers in cells for number in numbers]
    values, labels = ([getattr(one, name) for one in records] for name in ("values", "labels"))
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
