"""The bare queues of the first three lessons: long enough a warm-up, and what is read of a run."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from simcap.engine import simulate
from simcap.engine.visits import Outcome
from simcap.network import Network

SEED = 42
MINUTES = 60.0
SERVICE = 0.5
"""Hours that attending one resident takes on average (assumed: half an hour)."""


def stages(replications: float, after: tuple[int, ...]) -> Iterator[range]:
    """The replications, cut where results are shown: ``after`` so many, and at the end."""
    ends = sorted({n for n in after if n < replications} | {int(replications)})
    return (range(begin, end) for begin, end in pairwise([0, *ends]))


@dataclass(frozen=True)
class Waits:
    """One replication: hours that those who joined in the observed time waited until they were
    attended or gave up, in order of joining; when they joined (hours from its begin), where, and
    whether they gave up.
    """

    joined: np.ndarray
    wait: np.ndarray
    station: np.ndarray
    gave_up: np.ndarray

    @property
    def mean_minutes(self) -> float:
        """The mean wait of all who joined, in minutes; NaN if nobody did."""
        return MINUTES * float(self.wait.mean()) if len(self.wait) else math.nan

    @property
    def share_waiting(self) -> float:
        """The share of those who joined that were not attended at once."""
        return float((self.wait > 0).mean()) if len(self.wait) else math.nan

    @property
    def share_giving_up(self) -> float:
        """The share of those who joined that gave up."""
        return float(self.gave_up.mean()) if len(self.wait) else math.nan


def relaxation(service_mean: float, servers: int, load: float) -> float:
    """Hours in which an M/M/c queue forgets how it began by a factor e, where it is not full: 1 /
    (c μ (1 − √load)²). Cohen, The Single Server Queue, 2nd edition, 1982, for one server.
    """
    return service_mean / (servers * (1 - math.sqrt(load)) ** 2)


def waits(
    network: Network, warm_up: float, observed: float, replication: int, seed: int = SEED
) -> Waits:
    """The waits of those who join after ``warm_up`` hours and in the ``observed`` ones.

    The run goes on for as long again as both, so that (nearly) everybody is attended; who is not
    has waited until its end.
    """
    horizon = 2 * (warm_up + observed)
    run = simulate(network, horizon, seed, replication)
    visits = run.read()
    within = (visits["joined"] >= warm_up) & (visits["joined"] < warm_up + observed)
    visits = visits[within]
    visits = visits[np.lexsort((visits["stream"], visits["joined"]))]
    until = np.where(np.isnan(visits["started"]), visits["ended"], visits["started"])
    return Waits(
        visits["joined"] - warm_up,
        np.where(np.isnan(until), horizon, until) - visits["joined"],
        np.array(run.stations, dtype=object)[visits["station"]],
        visits["outcome"] == int(Outcome.RENEGED),
    )
