"""Who answers «what if»: one thread that simulates both settings, step by step, and takes turns
among those who ask.

A question is two scenarios, the one as written and the one that the sliders made, as the design
points of an experiment: what they give is what ``simcap sweep`` would. Replications go to a journal
in memory, whose keys are hashes of all that decides them, so that a setting which comes back is not
simulated again, whatever it was called.
"""

from __future__ import annotations

import dataclasses
import hashlib
import logging
import math
import re
import threading
import time
import traceback
from collections import OrderedDict, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum

from simcap.analysis.sheet import prepare
from simcap.analysis.stopping import Wanted
from simcap.analysis.tables import paired, summary
from simcap.engine import ENGINES
from simcap.errors import SimcapError
from simcap.scenario import Scenario
from simcap.study.executors import Threads, affordable, available_jobs
from simcap.study.experiment import Experiment, single
from simcap.study.journal import Journal
from simcap.study.plan import Plan, Plans
from simcap.study.running import Progress, Replicated, replicated
from simcap.study.sweep import Sweep, measures_frame, tables

SETTING, WRITTEN, MOVED = "setting", "A", "B"
MOST_KEPT = 1_000
"""Replications in memory (about 80 KB each of Huadu); where there are more, all are forgotten."""
MOST_PLANS = 6
MOST_ASKERS = 50
"""Open pages whose last answers are kept."""
_COMPILED = re.compile(r"compiling [^:]*: (\d+)(?: of (\d+))? functions")


class Stage(Enum):
    """How far an answer is."""

    WAITING = "waiting"
    COMPILING = "compiling"
    LAYING_OUT = "laying out"
    SIMULATING = "simulating"
    CHECKING = "checking"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True)
class Question:
    """What the scenario ``moved`` would change of the one as ``written``, judged by so many
    ``replications`` of each with the same residents (``seed``); ``answer`` are the measures that
    the experiment asks for.
    """

    written: Scenario
    moved: Scenario
    replications: int
    seed: int
    answer: tuple[Wanted, ...] = ()

    @property
    def key(self) -> str:
        """What makes two questions one."""
        both = "\n".join(map(text_of, (self.written, self.moved)))
        return hashlib.sha256(f"{both} {self.replications} {self.seed}".encode()).hexdigest()

    @property
    def changed(self) -> bool:
        return self.moved != self.written

    def experiment(self, replications: int) -> Experiment:
        """The first so many replications of both settings, or of the one there is."""
        points = {WRITTEN: self.written} | ({MOVED: self.moved} if self.changed else {})
        return dataclasses.replace(
            single(self.written, replications, self.seed),
            factors={SETTING: list(points)},
            points=tuple({SETTING: name} for name in points),
            scenarios=tuple(points.values()),
            baseline={SETTING: WRITTEN},
            answer=self.answer,
        )


def text_of(scenario: Scenario) -> str:
    """All that a scenario says."""
    return scenario.model_dump_json(by_alias=True, exclude_none=True)


@dataclass
class Answer:
    """What has come of a question so far: ``sweep`` is of the replications that are finished, with
    guards once all are. Whoever asks something else sets ``wanted`` to False.
    """

    question: Question
    stage: Stage = Stage.WAITING
    sweep: Sweep | None = None
    fault: str = ""
    done: int = 0
    """Replications of both settings that are finished, of ``total``."""
    total: int = 0
    wanted: bool = True
    asked: float = field(default_factory=time.monotonic)
    seconds: dict[int, float] = field(default_factory=dict)
    """After how long the numbers of so many replications were there."""

    @property
    def over(self) -> bool:
        return self.stage in (Stage.DONE, Stage.FAILED)


class Unwanted(Exception):
    """Whoever asked has asked something else."""


class Desk:
    """Answers questions in a thread of its own, a step of each in turn; of one asker the last
    alone.
    """

    def __init__(self) -> None:
        self.turns: deque[tuple[Answer, Iterator[None]]] = deque()
        self.last: OrderedDict[str, Answer] = OrderedDict()
        self.there = threading.Condition()
        self.plans: OrderedDict[str, Plan] = OrderedDict()
        self.compiling = Compiling()
        self.prepared = False
        threading.Thread(target=self._serve, name="simcap desk", daemon=True).start()

    def ask(self, who: str, question: Question) -> Answer:
        """The answer to ``question``, which is worked out from now on; what ``who`` asked before is
        dropped, unless it was the same.
        """
        with self.there:
            before = self.last.get(who)
            if before is not None:
                if before.question.key == question.key:
                    return before
                before.wanted = False
            made = self.last[who] = Answer(question)
            self.last.move_to_end(who)
            while len(self.last) > MOST_ASKERS:
                self.last.popitem(last=False)
            self.turns.append((made, self._steps(made)))
            self.there.notify()
        return made

    def _serve(self) -> None:
        self.journal = Journal.temporary()
        while True:
            with self.there:
                while not self.turns:
                    self.there.wait()
                answer, steps = self.turns.popleft()
            if answer.wanted and self._step(answer, steps):
                with self.there:
                    self.turns.append((answer, steps))

    def _step(self, answer: Answer, steps: Iterator[None]) -> bool:
        """Whether there is more to do after the next step."""
        try:
            next(steps)
        except StopIteration:
            answer.stage = Stage.DONE
        except Unwanted:
            return False
        except SimcapError as problem:
            answer.fault, answer.stage = str(problem), Stage.FAILED
        except Exception:  # whatever it is, the page lives on and says it
            answer.fault, answer.stage = traceback.format_exc(), Stage.FAILED
        return not answer.over

    def _steps(self, answer: Answer) -> Iterator[None]:
        """Some more replications of both settings at each step, and last the guards."""
        question = answer.question
        if not self.prepared:
            answer.stage = Stage.COMPILING
            with self.compiling:
                prepare(ENGINES[0])
            self.prepared = True
        answer.stage = Stage.LAYING_OUT
        if len(self.journal) > MOST_KEPT:
            self.journal = Journal.temporary()
        plans = self._plans(question)
        workers = affordable(available_jobs(), plans.baseline().memory, ENGINES[0])[0]
        answer.total = len(plans.experiment.points) * question.replications
        for number in numbers(question.replications, workers):
            plans.experiment = question.experiment(number)
            done = self._replicated(answer, plans, workers)
            answer.sweep = quick(done)
            answer.seconds[number] = time.monotonic() - answer.asked
            yield
        answer.stage = Stage.CHECKING
        answer.sweep = tables(done)

    def _plans(self, question: Question) -> Plans:
        """The plans of both settings, each laid out once."""
        plans = Plans(question.experiment(question.replications))
        for point, scenario in enumerate(plans.experiment.scenarios):
            text = text_of(scenario)
            if text in self.plans:
                plans.kept[point, 0] = self.plans[text]
            self.plans[text] = plans(point)
            self.plans.move_to_end(text)
        while len(self.plans) > MOST_PLANS:
            self.plans.popitem(last=False)
        return plans

    def _replicated(self, answer: Answer, plans: Plans, workers: int) -> Replicated:
        before = answer.done

        def changed(progress: Progress) -> None:
            if not answer.wanted:
                raise Unwanted
            answer.done = max(before, progress.done + progress.skipped)

        answer.stage = Stage.SIMULATING
        crew = Threads(workers)
        done = replicated(
            plans.experiment, ENGINES[0], crew, self.journal, changed=changed, plans=plans
        )
        answer.done = sum(len(cell.records) + len(cell.faults) for cell in done.cells)
        return done


def numbers(replications: int, workers: int) -> list[int]:
    """After how many replications there are numbers to show: two first, since one has no interval,
    and then as many more as are simulated at once.
    """
    step = max(2, workers)
    return [*range(step, replications, step), replications] if replications > 2 else [replications]


def quick(done: Replicated) -> Sweep:
    """What is finished, without the guards and notes that need the whole."""
    frame = measures_frame(done, done.cells)
    base = {SETTING: WRITTEN}
    table = summary(frame, [SETTING]).assign(note="")
    compared = paired(frame, [SETTING], base).assign(note="")
    return Sweep(done, frame, table, compared, (), frame.iloc[:0], None)


class Compiling(logging.Handler):
    """How far the machine code is, which a machine makes once: ``done`` of ``total`` functions
    since ``began``; heard from what ``network.jit`` logs.
    """

    def __init__(self) -> None:
        super().__init__()
        self.done, self.total, self.began = 0, 0, math.nan

    def __enter__(self) -> Compiling:
        self.began = time.monotonic()
        logging.getLogger("simcap").addHandler(self)
        return self

    def __exit__(self, *problem) -> None:
        logging.getLogger("simcap").removeHandler(self)

    def emit(self, record: logging.LogRecord) -> None:
        found = _COMPILED.match(record.getMessage())
        if found is not None:
            first, second = found.groups()
            self.done, self.total = (0, int(first)) if second is None else (int(first), int(second))
