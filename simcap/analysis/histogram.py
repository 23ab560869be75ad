"""Waits in a fixed logarithmic histogram, each bin 0.5 % wide: it merges exactly, and quantiles come out within 0.5 %."""

from __future__ import annotations

import math
import sys

import numpy as np

from simcap.network import jit

KERNELS = ("bin_of", "bins_of")

FIRST = 1 / 3600
"""Hours at which the first proper bin begins; shorter waits are in bin 0 and count as none."""
WIDTH = math.log(1.005)
BINS = 2 + int(math.log(100 * 8766 / FIRST) / WIDTH)
"""Bins up to a hundred years."""


def bin_of(wait):
    """The bin of a wait in hours (finite, ≥ 0)."""
    if wait < FIRST:
        return 0
    return min(int(math.log(wait / FIRST) / WIDTH) + 1, BINS - 1)


def bins_of(waits, into):
    """Count each of ``waits`` (hours) in its bin of ``into``."""
    for i in range(len(waits)):
        into[bin_of(waits[i])] += 1


def counted(waits: np.ndarray) -> np.ndarray:
    """How many of ``waits`` (hours) are in each bin."""
    into = np.zeros(BINS, dtype=np.int64)
    jit.compiled(sys.modules[__name__]).bins_of(np.ascontiguousarray(waits, dtype=float), into)
    return into


def value(place: int) -> float:
    """The wait in hours that stands for a bin: its geometric middle, 0 for bin 0."""
    return 0.0 if place == 0 else float(FIRST * np.exp((place - 0.5) * WIDTH))


def quantile(attended: np.ndarray, share: float, censored: np.ndarray | None = None) -> float:
    """The wait that a ``share`` of residents do not exceed, from counts by bin; NaN if it is not reached.

    With ``censored`` (residents who gave up, or still wait, by the time they had waited), the estimate of Kaplan and Meier (1958).
    """
    events = np.asarray(attended, dtype=float)
    if events.sum() == 0:
        return float("nan")
    if censored is None:
        places = np.flatnonzero(events)
        reached = np.cumsum(events[places]) >= share * events.sum()
        return value(int(places[np.argmax(reached)]))
    everyone = events + censored
    places = np.flatnonzero(everyone)
    events, everyone = events[places], everyone[places]
    at_risk = everyone.sum() - np.concatenate([[0.0], np.cumsum(everyone)[:-1]])
    reached = 1.0 - np.cumprod(1.0 - events / at_risk) >= share - 1e-12
    return value(int(places[np.argmax(reached)])) if reached.any() else float("nan")
