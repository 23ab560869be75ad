"""Waits in a fixed logarithmic histogram, each bin 0.5 % wide: it merges exactly, and quantiles
come out within 0.5 %.

A histogram is a row of ``ROW`` counts: how many are in each block of ``BLOCK`` bins, then how many
in each bin. Most blocks are empty, and a reader skips them.
"""

from __future__ import annotations

import math
import sys

import numpy as np

from simcap.analysis.groups import Groups
from simcap.network import jit

KERNELS = ("bin_of", "note", "notes", "bins_reached")
INLINED = ("bin_of", "note")

FIRST = 1 / 3600
"""Hours at which the first proper bin begins; shorter waits are in bin 0 and count as none."""
WIDTH = math.log(1.005)
BINS = 2 + int(math.log(100 * 8766 / FIRST) / WIDTH)
"""Bins up to a hundred years."""
BLOCK = 64
BLOCKS = -(-BINS // BLOCK)
ROW = BLOCKS + BINS
NOT_REACHED = -1
VALUES = np.append(FIRST * np.exp((np.arange(BINS) - 0.5) * WIDTH), np.nan)
"""The wait in hours that stands for each bin: its geometric middle, 0 for bin 0; NaN, the last, for
``NOT_REACHED``.
"""
VALUES[0] = 0.0


def bin_of(wait):
    """The bin of a wait in hours (finite, ≥ 0)."""
    if wait < FIRST:
        return 0
    return min(int(math.log(wait / FIRST) / WIDTH) + 1, BINS - 1)


def note(histograms, row, wait):
    """Count ``wait`` in a row of ``histograms``."""
    place = bin_of(wait)
    histograms[row, place // BLOCK] += 1
    histograms[row, BLOCKS + place] += 1


def notes(histograms, row, waits):
    """Count each of ``waits`` in a row of ``histograms``."""
    for i in range(len(waits)):
        note(histograms, row, waits[i])


def bins_reached(attended, censored, members, sizes, shares, events, others, bins):
    """For each set of rows (the next ``sizes`` of ``members``), the bins that each of ``shares`` do
    not exceed: of those attended, and, after them, of all, those of ``censored`` censored.
    ``events`` and ``others`` are room for the sums over a set of one block.
    """
    begin = 0
    for i in range(len(sizes)):
        met = joined = 0
        for k in range(begin, begin + sizes[i]):
            for block in range(BLOCKS):
                met += attended[members[k], block]
                joined += attended[members[k], block] + censored[members[k], block]
        bins[i, :] = NOT_REACHED
        passed, staying, at_risk = 0, 1.0, float(joined)
        for block in range(BLOCKS if met > 0 else 0):
            events[:] = 0
            others[:] = 0
            first = BLOCK * block
            for k in range(begin, begin + sizes[i]):
                if attended[members[k], block] > 0:
                    for place in range(first, min(first + BLOCK, BINS)):
                        events[place - first] += attended[members[k], BLOCKS + place]
                if censored[members[k], block] > 0:
                    for place in range(first, min(first + BLOCK, BINS)):
                        others[place - first] += censored[members[k], BLOCKS + place]
            for place in range(BLOCK):
                if events[place] + others[place] > 0:
                    passed += events[place]
                    staying *= 1.0 - events[place] / at_risk
                    at_risk -= events[place] + others[place]
                    for j in range(len(shares)):
                        if bins[i, j] == NOT_REACHED and passed >= shares[j] * met:
                            bins[i, j] = first + place
                        if (
                            bins[i, len(shares) + j] == NOT_REACHED
                            and 1.0 - staying >= shares[j] - 1e-12
                        ):
                            bins[i, len(shares) + j] = first + place
        begin += sizes[i]


def counted(waits: np.ndarray) -> np.ndarray:
    """The histogram of ``waits`` (hours)."""
    histograms = np.zeros((1, ROW), dtype=np.int32)
    jit.compiled(sys.modules[__name__]).notes(
        histograms, 0, np.ascontiguousarray(waits, dtype=float)
    )
    return histograms[0]


def quantiles(
    attended: np.ndarray, censored: np.ndarray, groups: Groups, shares: tuple[float, ...]
) -> np.ndarray:
    """(sets of ``groups``, 2 × shares): the waits that each of ``shares`` of residents do not
    exceed; NaN where that is not reached.

    ``attended`` and ``censored`` have a histogram for each member of the sets. The first half is of
    those attended, the second of all, those in ``censored`` (who gave up, or still wait, by the
    time they had waited) by the estimate of Kaplan and Meier (1958).
    """
    bins = np.empty((len(groups.sizes), 2 * len(shares)), dtype=np.int64)
    kernels, room = jit.compiled(sys.modules[__name__]), np.empty((2, BLOCK), dtype=np.int64)
    kernels.bins_reached(
        attended, censored, groups.members, groups.sizes, np.array(shares), room[0], room[1], bins
    )
    return VALUES[bins]
