"""Replications of one plan: a batch that a worker can do from a small message.

The plan itself (the compiled network, a megabyte for a district) travels to a process or a
cluster's worker once, which keeps the last few. A batch that comes without its plan to a worker
that has not got it is sent back (``NoPlan``), and comes again with it.
"""

from __future__ import annotations

import pickle
import threading
import time
import traceback
from collections import OrderedDict
from dataclasses import dataclass

from simcap.analysis.tally import tally
from simcap.engine import simulate
from simcap.errors import StudyError
from simcap.lang import _
from simcap.study.journal import Record
from simcap.study.plan import Plan
from simcap.study.version import Origin, origin

MOST_KEPT = 4


@dataclass(frozen=True)
class Batch:
    """``replications`` of the plan with the digest ``plan``; ``payload`` is that plan, pickled or
    (where memory is shared) as it is, or None. ``expected`` is the origin that whoever does it must
    have too.
    """

    plan: str
    replications: tuple[int, ...]
    seed: int
    engine: str
    expected: Origin
    payload: bytes | Plan | None = None
    cell: int = 0


@dataclass(frozen=True)
class Done:
    """What became of one replication: a ``record``, or a ``fault`` (its first line says what, the
    rest where).
    """

    replication: int
    record: Record | None = None
    fault: str = ""


class NoPlan:
    """Given back for a batch whose plan this worker has not got."""


def perform(batch: Batch, stopping: threading.Event | None = None) -> list[Done] | NoPlan:
    """Simulate and tally each replication of ``batch``. A failure of one is named in its ``Done``.

    Raises ``StudyError`` where this simcap, or this kind of platform, is not the one that the batch
    was made by.
    """
    here = origin(batch.engine)
    if here != batch.expected:
        raise StudyError(
            _(
                "a worker has simcap {model} on {platform}, but the sweep was started"
                " with {other_model} on {other_platform}: the same wanted everywhere",
                model=here.model,
                platform=here.platform,
                other_model=batch.expected.model,
                other_platform=batch.expected.platform,
            )
        )
    plan = (
        batch.payload if isinstance(batch.payload, Plan) else _kept.plan(batch.plan, batch.payload)
    )
    if plan is None:
        return NoPlan()
    return [replicate(plan, batch, replication, stopping) for replication in batch.replications]


def replicate(
    plan: Plan, batch: Batch, replication: int, stopping: threading.Event | None = None
) -> Done:
    """One of the replications of ``batch``, whose plan is given."""
    try:
        started = time.thread_time()
        run = simulate(
            plan.network,
            plan.spec.horizon,
            seed=batch.seed,
            replication=replication,
            engine=batch.engine,
        )
        counts = tally(run, plan.spec, plan.sheet.at, stopping)
        seconds = time.thread_time() - started
        record = Record(
            plan.sheet.labels,
            plan.sheet.values(counts, run),
            counts.daily,
            run.fingerprint,
            int(counts.stations["joined"].sum()),
            batch.engine,
            seconds,
        )
        return Done(replication, record)
    except Exception as problem:  # a worker must hand back every failure, whatever it is
        return Done(
            replication, fault=f"{type(problem).__name__}: {problem}\n{traceback.format_exc()}"
        )


class _Kept:
    """The plans that were last used in this process."""

    def __init__(self) -> None:
        self.plans: OrderedDict[str, Plan] = OrderedDict()
        self.lock = threading.Lock()

    def plan(self, digest: str, payload: bytes | None) -> Plan | None:
        with self.lock:
            if digest not in self.plans:
                if payload is None:
                    return None
                self.plans[digest] = pickle.loads(payload)
            self.plans.move_to_end(digest)
            while len(self.plans) > MOST_KEPT:
                self.plans.popitem(last=False)
            return self.plans[digest]


_kept = _Kept()
