"""All replications of all design points, and what becomes of them.

A *cell* is a design point at one setting of the uncertain inputs. Cells are taken one after
another: the scenario is compiled, what the journal has of it is read, the rest is handed to the
crew in batches (of about a second, for processes and clusters). The results do not depend on who
did what when.
"""

from __future__ import annotations

import dataclasses
import hashlib
import math
import pickle
import time
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import numpy as np

from simcap import interruption
from simcap.analysis.measures import wholes
from simcap.analysis.sheet import Label
from simcap.analysis.sheet import prepare as prepare_sheet
from simcap.analysis.stopping import Wanted
from simcap.building.own import own_files
from simcap.engine import ENGINES, prepare
from simcap.errors import InputError, ScenarioError, StudyError
from simcap.lang import _, speaking, spoken
from simcap.scenario import Scenario
from simcap.scenario.reader import did_you_mean
from simcap.study.executors import Crew, Threads, perform_all
from simcap.study.experiment import Experiment, point_name
from simcap.study.journal import Journal, Kept, Record, replication_key
from simcap.study.plan import Plan, Plans
from simcap.study.replicate import Batch, Done, NoPlan, perform
from simcap.study.version import Origin, compiler_version, origin


@dataclass(frozen=True)
class Failure:
    """A replication that could not be finished."""

    point: dict
    replication: int
    seed: int
    fault: str

    def __str__(self):
        where = (
            ", ".join(f"{factor} = {value}" for factor, value in self.point.items())
            or "the scenario"
        )
        return (
            f"{where}, replication {self.replication}, seed {self.seed}:"
            f" {self.fault.splitlines()[0]}"
        )


@dataclass
class Progress:
    """How far a sweep is. ``total`` is how many replications there are to be in all, as far as is
    known; ``skipped`` were done before.
    """

    total: int
    done: int = 0
    skipped: int = 0
    started: float = field(default_factory=time.monotonic)

    @property
    def rate(self) -> float:
        """Replications a second, of those done now; NaN before the first."""
        return self.done / (time.monotonic() - self.started) if self.done else math.nan

    @property
    def left(self) -> float:
        """Seconds that the rest will take at this rate."""
        return (self.total - self.done - self.skipped) / self.rate


@dataclass
class Cell:
    """One design point at one setting of the inputs: what is wanted of it, given out and come in.
    ``used`` is how many replications count; ``records`` says where each stands in the journal.
    """

    index: int
    point: int
    sample: int
    wanted: int
    looked: int = 0
    given: int = 0
    used: int = 0
    digest: str = ""
    staff: tuple[str, ...] = ()
    records: dict[int, Kept] = field(default_factory=dict)
    faults: dict[int, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Replicated:
    """All that was simulated of an experiment, in the order of its cells. The ``journal`` has the
    numbers.
    """

    experiment: Experiment
    cells: tuple[Cell, ...]
    engine: str
    origin: Origin
    skipped: int
    interrupted: bool
    wall_seconds: float
    journal: Journal = field(default_factory=Journal.temporary)

    def record(self, kept: Kept) -> Record:
        """The numbers of a replication."""
        found = self.journal.get(kept.key)
        assert found is not None
        return found

    @property
    def failures(self) -> tuple[Failure, ...]:
        """The replications that could not be finished."""
        return tuple(
            Failure(self.values_of(cell), replication, self.experiment.seed, fault)
            for cell in self.cells
            for replication, fault in sorted(cell.faults.items())
        )

    def values_of(self, cell: Cell) -> dict:
        """The values of a cell's factors and uncertain inputs."""
        return self.experiment.values(cell.point, cell.sample)

    def name_of(self, cell: Cell) -> str:
        """A cell as text; two settings of the inputs that were rounded to the same values are told
        apart by their numbers.
        """
        name = point_name(self.values_of(cell))
        return f"{name}, sample {cell.sample}" if self.experiment.samples else name


def replicated(
    experiment: Experiment,
    engine: str = ENGINES[0],
    crew: Crew | None = None,
    journal: Journal | None = None,
    shard: tuple[int, int] = (0, 1),
    changed: Callable[[Progress], None] = lambda progress: None,
    plans: Plans | None = None,
) -> Replicated:
    """Simulate what ``experiment`` asks for and ``journal`` (one in memory unless given) has not
    got, by ``crew`` (one thread unless given). Ctrl-C keeps what was finished.

    ``shard`` (k, N) leaves all but every N-th replication, from the k-th on, to others. ``changed``
    is called several times a second. ``plans`` are those of ``experiment``, where some were made
    before.
    """
    prepare_sheet(engine)
    work, interrupted = (
        _Work(
            plans or Plans(experiment),
            engine,
            crew or Threads(1),
            Journal.temporary() if journal is None else journal,
            shard,
            changed,
        ),
        False,
    )
    interruption.begin()
    with work.crew as workers:
        try:
            perform_all(workers, perform, work.take, work.finished, work.pieces, work.tick)
        except (Exception, KeyboardInterrupt) as problem:
            interrupted = interruption.asked or isinstance(problem, KeyboardInterrupt)
            if not interrupted:
                raise
    return Replicated(
        experiment,
        tuple(work.cells),
        engine,
        work.origin,
        work.progress.skipped,
        interrupted,
        time.monotonic() - work.progress.started,
        work.journal,
    )


def recorded(experiment: Experiment, engine: str, journal: Journal) -> Replicated:
    """What ``journal`` has of ``experiment``, where nothing is to be simulated. Raises
    ``StudyError`` if anything is missing.
    """
    prepare(engine)
    work = _Work(Plans(experiment), engine, Threads(1), journal, (0, 1), lambda progress: None)
    missing = []
    while (batch := work.take()) is not None:
        where = point_name(
            experiment.values(work.cells[batch.cell].point, work.cells[batch.cell].sample)
        )
        missing += [
            _("{point}, replication {number}", point=where, number=number)
            for number in batch.replications
        ]
    if missing:
        raise StudyError(
            _(
                "{number} replications of {name} are in none of the journals"
                " ({which}); what was merged is kept: simcap sweep there"
                " simulates the rest",
                number=len(missing),
                name=experiment.name,
                which=_("; ").join(missing[:3]) + (" …" if len(missing) > 3 else ""),
            )
        )
    return Replicated(
        experiment,
        tuple(work.cells),
        engine,
        work.origin,
        work.progress.skipped,
        False,
        time.monotonic() - work.progress.started,
        journal,
    )


class _Work:
    """Gives batches out and takes results in, for one sweep."""

    def __init__(
        self,
        plans: Plans,
        engine: str,
        crew: Crew,
        journal: Journal,
        shard: tuple[int, int],
        changed: Callable[[Progress], None],
    ):
        self.plans, self.engine, self.crew, self.journal, self.shard, self.changed = (
            plans,
            engine,
            crew,
            journal,
            shard,
            changed,
        )
        self.experiment, self.origin = plans.experiment, origin(engine)
        experiment = self.experiment
        first = experiment.stopping.at_least if experiment.stopping else experiment.replications
        settings = max(1, len(experiment.samples))
        self.cells = [
            Cell(i, i // settings, i % settings, first)
            for i in range(len(experiment.points) * settings)
        ]
        self.open, self.again = deque(self.cells), deque[Batch]()
        self.sent: dict[str, int] = {}
        self.claims: dict[tuple[str, int], list[Cell]] = {}
        self.found: dict[tuple[str, int], Kept | str] = {}
        self.pace = math.nan
        self.progress = Progress(sum(len(self._mine(cell, 0)) for cell in self.cells))
        self.to_give = self.progress.total

    # ---- out -------------------------------------------------------------------------------------

    def take(self) -> Batch | None:
        """The next batch; None if there is none now."""
        if self.again:
            return self.again.popleft()
        while self.open:
            cell = self.open[0]
            chosen = self._choose(cell)
            if chosen:
                self.to_give -= len(chosen)
                made = self._plan(cell)
                for want in self.experiment.stopping.wanted if self.experiment.stopping else ():
                    position(want, made.sheet.labels)  # that it will be there
                payload = self._payload(cell.digest, made)
                return Batch(
                    cell.digest,
                    tuple(chosen),
                    self.experiment.seed,
                    self.engine,
                    self.origin,
                    payload,
                    cell.index,
                )
            self.open.popleft()
            self._settle(cell)
        return None

    def _choose(self, cell: Cell) -> list[int]:
        """Replications of ``cell`` for the next batch. Those that another cell with the same
        network has, or has in work, are not simulated twice: two levels that are written
        differently may mean the same.
        """
        if cell.looked < cell.wanted:
            try:
                with speaking("en" if self.experiment.samples else spoken()):  # kept for manifests
                    self._look(cell)
            except ScenarioError as problem:
                if not self.experiment.samples:
                    raise
                cell.faults.update(
                    dict.fromkeys(self._mine(cell, cell.given), f"ScenarioError: {problem}")
                )  # of this setting alone
                cell.looked = cell.given = cell.wanted
        chosen: list[int] = []
        size = self._size()
        for number in self._mine(cell, cell.given):
            if len(chosen) == size:
                break
            cell.given = number + 1
            key = cell.digest, number
            if number in cell.records or number in cell.faults:
                continue
            if key in self.found:
                self._deliver(number, self.found[key], [cell])
            elif key in self.claims:
                self.claims[key].append(cell)
            else:
                self.claims[key] = [cell]
                chosen.append(number)
        if not chosen:
            cell.given = cell.wanted
        return chosen

    def _mine(self, cell: Cell, start: int) -> list[int]:
        """The replications from ``start`` on that are wanted of ``cell`` and belong to this
        shard.
        """
        number, of = self.shard
        return [
            replication
            for replication in range(start, cell.wanted)
            if (cell.index + replication) % of == number
        ]

    def _plan(self, cell: Cell) -> Plan:
        made = self.plans(cell.point, cell.sample)
        if not cell.digest:
            cell.digest, cell.staff = made.digest, made.sheet.at.staff.names
        elif cell.digest != made.digest:
            where = point_name(self.experiment.values(cell.point, cell.sample))
            raise StudyError(
                _(
                    "{where}: the journal remembers another network for this scenario:"
                    " --fresh sets it aside",
                    where=where,
                )
            )
        return made

    def _look(self, cell: Cell) -> None:
        """Take from the journal what it has of ``cell``; where it has all of it, nothing need be
        compiled.
        """
        if not cell.digest:
            key = _compiled_from(self.experiment.variant(cell.point, cell.sample))
            known = self.journal.plan_of(key)
            if known is not None:
                cell.digest, cell.staff = known
            else:
                self._plan(cell)
                self.journal.note_plan(key, cell.digest, cell.staff)
        for replication in self._mine(cell, cell.looked):
            key = replication_key(cell.digest, self.experiment.seed, replication, self.origin)
            found = self.journal.get(key)
            if found is not None:
                cell.records[replication] = self._kept(key, found)
                self.progress.skipped += 1
                self.to_give -= 1
                self._paced([found])
        cell.looked = cell.wanted

    def _size(self) -> int:
        """Replications in a batch: as many as make a task worth handing over, fewer towards the
        end, so that all workers end together.
        """
        if math.isnan(self.pace):
            return 1
        return max(
            1,
            min(
                int(self.crew.task_seconds / max(self.pace, 1e-6)),
                math.ceil(self.to_give / (2 * self.crew.workers)),
            ),
        )

    def _payload(self, digest: str, made: Plan) -> Plan | bytes | None:
        """What goes with a batch: the plan itself within this process, else its text, as often as
        there are workers who have not seen it.
        """
        if self.crew.shares_memory:
            return made
        self.sent[digest] = self.sent.get(digest, 0) + 1
        return pickle.dumps(made) if self.sent[digest] <= self.crew.workers else None

    def pieces(self, batch: Batch) -> list[Batch]:
        """``batch`` one replication at a time."""
        return [
            dataclasses.replace(batch, replications=(replication,))
            for replication in batch.replications
        ]

    # ---- in --------------------------------------------------------------------------------------

    def finished(self, batch: Batch, result: object, fault: str) -> None:
        """Take in what became of ``batch``."""
        if isinstance(result, NoPlan):
            self.again.append(
                dataclasses.replace(batch, payload=pickle.dumps(self._plan(self.cells[batch.cell])))
            )
            return
        outcomes = (
            result
            if isinstance(result, list)
            else [Done(replication, fault=fault) for replication in batch.replications]
        )
        served: dict[int, Cell] = {}
        for done in outcomes:
            outcome: Kept | str = done.fault
            if done.record is not None:
                self._paced([done.record])
                key = replication_key(batch.plan, batch.seed, done.replication, self.origin)
                self.journal.put(
                    key, batch.plan, batch.seed, done.replication, self.origin, done.record
                )
                outcome = self._kept(key, done.record)
            self.found[batch.plan, done.replication] = outcome
            cells = self.claims.pop((batch.plan, done.replication))
            self._deliver(done.replication, outcome, cells)
            served.update({cell.index: cell for cell in cells})
        self.changed(self.progress)
        for cell in served.values():
            self._settle(cell)

    def _kept(self, key: str, record: Record) -> Kept:
        stopping, labels = self.experiment.stopping, record.labels
        wanted = np.full((2, len(stopping.wanted) if stopping else 0), np.nan)
        for i, want in enumerate(stopping.wanted if stopping else ()):
            wanted[0, i] = record.values[position(want, labels)]
            counts = [(count, want.place, want.group) for count in wholes(want.measure)]
            there = next((label for label in counts if label in labels), None)
            wanted[1, i] = np.nan if there is None else record.values[labels.index(there)]
        return Kept(key, len(labels), record.fingerprint, record.engine, record.seconds, wanted)

    def _deliver(self, replication: int, outcome: Kept | str, cells: list[Cell]) -> None:
        """Hand what became of a replication (its fault, in words) to all ``cells`` that want it."""
        for cell in cells:
            if isinstance(outcome, str):
                cell.faults[replication] = outcome
            else:
                cell.records[replication] = outcome
        self.progress.done += len(cells)

    def _paced(self, records: Iterable[Record]) -> None:
        for record in records:
            self.pace = (
                record.seconds if math.isnan(self.pace) else 0.8 * self.pace + 0.2 * record.seconds
            )

    def tick(self) -> None:
        """A quarter of a second has passed."""
        self.changed(self.progress)

    def _settle(self, cell: Cell) -> None:
        """Once all that was wanted of a design point has come in, at every setting of its inputs:
        whether it is enough.
        """
        settings = max(1, len(self.experiment.samples))
        cells = self.cells[cell.point * settings : (cell.point + 1) * settings]
        if any(len(one.records) + len(one.faults) < len(self._mine(one, 0)) for one in cells):
            return
        stopping, wanted = self.experiment.stopping, cell.wanted
        enough = (
            wanted if stopping is None else stopping.enough(stopping_values(self.experiment, cells))
        )
        for one in cells:
            one.used = enough or 0
        if stopping is None or enough is not None:
            return
        more = stopping.next(stopping_values(self.experiment, cells))
        self.progress.total += (more - wanted) * len(cells)
        self.to_give += (more - wanted) * len(cells)
        for one in cells:
            one.wanted = more
        self.open.extend(one for one in cells if one not in self.open)


def cells_of_point(done: Replicated, point: int) -> list[Cell]:
    """The cells of one design point, one for each setting of the uncertain inputs."""
    return [cell for cell in done.cells if cell.point == point]


def stopping_values(experiment: Experiment, cells: list[Cell]) -> list[np.ndarray]:
    """For each measure that decides when to stop (2 × replications of a design point, in order):
    its value, a mean over the independent settings of the uncertain inputs, NaN where all failed;
    and the residents it is a share of, NaN where this is not known.
    """
    assert experiment.stopping is not None
    number = cells[0].used or cells[0].wanted
    independent = [
        cell
        for cell in cells
        if not experiment.samples or experiment.samples[cell.sample].independent
    ]
    found = np.full((len(experiment.stopping.wanted), 2, len(independent), number), np.nan)
    for row, cell in enumerate(independent):
        for replication, kept in cell.records.items():
            if replication < number:
                found[:, :, row, replication] = kept.wanted.T
    known = (~np.isnan(found)).sum(axis=2)
    sums = np.nansum(found, axis=2)
    with np.errstate(all="ignore"):
        sums[:, 0] /= known[:, 0]
    return list(np.where(known > 0, sums, np.nan))


def position(want: Wanted, labels: tuple[Label, ...]) -> int:
    """Where a measure stands that decides when to stop; raises ``InputError`` if the results have
    no such row.
    """
    label = (want.measure, want.place, want.group)
    if label not in labels:
        there = {
            str(want._replace(place=place, group=group))
            for measure, place, group in labels
            if measure == want.measure
        }
        raise InputError(
            _(
                "replications: of: the results have no {wanted!r}{hint}",
                wanted=str(want),
                hint=did_you_mean(str(want), there),
            )
        )
    return labels.index(label)


def _compiled_from(scenario: Scenario) -> str:
    """SHA-256 of all that decides which plan ``scenario`` is compiled to: simcap's sources, what is
    written, and the files of its own mechanisms.
    """
    text = scenario.model_dump_json(by_alias=True, exclude_none=True)
    files = sorted(own_files(scenario).items())
    return hashlib.sha256(f"{compiler_version()} {text} {files}".encode()).hexdigest()
