"""Waits in a fixed logarithmic histogram, each bin 0.5 % wide: it merges exactly, and quantiles come out within 0.5 %."""

from __future__ import annotations

import math
import sys

import numpy as np

from simcap.analysis.groups import Groups
from simcap.network import jit

KERNELS = ("bin_of", "bins_of", "bins_reached")

FIRST = 1 / 3600
"""Hours at which the first proper bin begins; shorter waits are in bin 0 and count as none."""
WIDTH = math.log(1.005)
BINS = 2 + int(math.log(100 * 8766 / FIRST) / WIDTH)
"""Bins up to a hundred years."""
NOT_REACHED = -1
VALUES = np.append(FIRST * np.exp((np.arange(BINS) - 0.5) * WIDTH), np.nan)
"""The wait in hours that stands for each bin: its geometric middle, 0 for bin 0; NaN, the last, for ``NOT_REACHED``."""
VALUES[0] = 0.0


def bin_of(wait):
    """The bin of a wait in hours (finite, ≥ 0)."""
    if wait < FIRST:
        return 0
    return min(int(math.log(wait / FIRST) / WIDTH) + 1, BINS - 1)


def bins_of(waits, into):
    """Count each of ``waits`` (hours) in its bin of ``into``."""
    for i in range(len(waits)):
        into[bin_of(waits[i])] += 1


def bins_reached(attended, censored, members, sizes, shares, events, others, bins):
    """For each set of rows (the next ``sizes`` of ``members``), the bins that each of ``shares`` do not exceed: of those attended, and,
    after them, of all, those of ``censored`` censored. ``events`` and ``others`` are room for the sums of a set."""
    begin = 0
    for i in range(len(sizes)):
        events[:] = 0
        others[:] = 0
        met = joined = 0
        for k in range(begin, begin + sizes[i]):
            for place in range(BINS):
                events[place] += attended[members[k], place]
                others[place] += censored[members[k], place]
        begin += sizes[i]
        for place in range(BINS):
            met += events[place]
            joined += events[place] + others[place]
        bins[i, :] = NOT_REACHED
        passed, staying, at_risk = 0, 1.0, float(joined)
        for place in range(BINS):
            if events[place] + others[place] > 0 and met > 0:
                passed += events[place]
                staying *= 1.0 - events[place] / at_risk
                at_risk -= events[place] + others[place]
                for j in range(len(shares)):
                    if bins[i, j] == NOT_REACHED and passed >= shares[j] * met:
                        bins[i, j] = place
                    if bins[i, len(shares) + j] == NOT_REACHED and 1.0 - staying >= shares[j] - 1e-12:
                        bins[i, len(shares) + j] = place


def counted(waits: np.ndarray) -> np.ndarray:
    """How many of ``waits`` (hours) are in each bin."""
    into = np.zeros(BINS, dtype=np.int32)
    jit.compiled(sys.modules[__name__]).bins_of(np.ascontiguousarray(waits, dtype=float), into)
    return into


def quantiles(attended: np.ndarray, censored: np.ndarray, groups: Groups, shares: tuple[float, ...]) -> np.ndarray:
    """(sets of ``groups``, 2 × shares): the waits that each of ``shares`` of residents do not exceed; NaN where that is not reached.

    ``attended`` and ``censored`` have a row of counts by bin for each member of the sets. The first half is of those attended, the second of
    all, those in ``censored`` (who gave up, or still wait, by the time they had waited) by the estimate of Kaplan and Meier (1958).
    """
    bins = np.empty((len(groups.sizes), 2 * len(shares)), dtype=np.int64)
    room = np.empty((2, BINS), dtype=np.int64)
    jit.compiled(sys.modules[__name__]).bins_reached(attended, censored, groups.members, groups.sizes, np.array(shares), room[0], room[1], bins)
    return VALUES[bins]
