"""From numbers of independent replications to what they tell: intervals of means and quantiles,
many comparisons at once, the length of a warm-up. ``tables`` does the same for all rows of results.

Replications are independent and, for measures of a year, close to normal; intervals are at 95 %
unless said otherwise. ``tests/theory`` counts how often they cover the truth.
"""

from __future__ import annotations

import math

import numpy as np
from scipy.special import bdtr, stdtrit

LEVEL = 0.95


def t_interval(values, level: float = LEVEL) -> tuple[float, float, float]:
    """(mean, lower, upper) of independent ``values``; the bounds are NaN where fewer than two are
    known. NaN values are left out.
    """
    values = np.asarray(values, dtype=float)
    values = values[~np.isnan(values)]
    if len(values) == 0:
        return float("nan"), float("nan"), float("nan")
    mean = float(values.mean())
    if len(values) == 1:
        return mean, float("nan"), float("nan")
    half = float(
        stdtrit(len(values) - 1, 0.5 + level / 2) * values.std(ddof=1) / np.sqrt(len(values))
    )
    return mean, mean - half, mean + half


def told_apart(values, level: float = LEVEL) -> np.ndarray:
    """For each row of ``values`` (rows × replications) how it differs from the mean of the other
    rows: 1 above, -1 below, 0 where that may be chance.

    By t intervals of the paired differences, replication by replication, wide enough that all rows
    together are right with the probability ``level`` (Bonferroni): rows that are alike but for
    luck are seldom told apart, however many there are. NaN values are left out.
    """
    values = np.asarray(values, dtype=float)
    each = 1 - (1 - level) / max(len(values), 1)
    found = np.zeros(len(values), dtype=int)
    for row in range(len(values)) if len(values) > 1 else ():
        others = np.delete(values, row, axis=0)
        known = ~np.isnan(others).all(axis=0)
        differences = values[row, known] - np.nanmean(others[:, known], axis=0)
        _, lower, upper = t_interval(differences, each)
        found[row] = (lower > 0) - (upper < 0)
    return found


def half_widths(values, level: float = LEVEL) -> tuple[np.ndarray, np.ndarray]:
    """(means, half widths of the t intervals) of the first 1, 2, 3 … of ``values``; a half width is
    infinite where fewer than two are known.
    """
    values = np.asarray(values, dtype=float)
    known = ~np.isnan(values)
    number, filled = np.cumsum(known), np.where(known, values, 0.0)
    shift = filled[known][0] if known.any() else 0.0
    with np.errstate(all="ignore"):
        first = np.cumsum(np.where(known, values - shift, 0.0)) / number
        variance = (
            np.cumsum(np.where(known, (values - shift) ** 2, 0.0)) - number * first**2
        ).clip(min=0.0) / (number - 1)
        half = np.where(
            number > 1,
            stdtrit(np.maximum(number - 1, 1), 0.5 + level / 2) * np.sqrt(variance / number),
            np.inf,
        )
    return first + shift, half


def quantile_interval(values, share: float, level: float = LEVEL) -> tuple[float, float, float]:
    """(estimate, lower, upper) of the ``share``-quantile of independent ``values``, whatever their
    distribution: order statistics between which the quantile lies with a probability of ``level``
    or more (binomial). A bound is infinite where there are too few values for it.
    """
    values = np.sort(np.asarray(values, dtype=float))
    values = values[~np.isnan(values)]
    number = len(values)
    if number == 0:
        return math.nan, math.nan, math.nan
    beyond = (1 - level) / 2
    below = bdtr(
        np.arange(number, dtype=float), number, share
    )  # P(at most k values lie below the quantile)
    lower = int(
        np.searchsorted(below, beyond, side="right")
    )  # the largest rank whose value exceeds the quantile with at most ``beyond``
    upper = int(np.searchsorted(below, 1 - beyond, side="left")) + 1
    return (
        float(np.quantile(values, share, method="inverted_cdf")),
        float(values[lower - 1]) if lower >= 1 else -math.inf,
        float(values[upper - 1]) if upper <= number else math.inf,
    )


def holm(p_values) -> np.ndarray:
    """The p values of tests that are made together, adjusted by Holm (1979): all those below 0.05
    may be claimed at once with a chance of at most 5 % of any false claim. NaN stays NaN and counts
    as no test.
    """
    p = np.asarray(p_values, dtype=float)
    adjusted, tests = np.full(len(p), np.nan), np.flatnonzero(~np.isnan(p))
    order = tests[np.argsort(p[tests], kind="stable")]
    adjusted[order] = np.maximum.accumulate(p[order] * np.arange(len(order), 0, -1)).clip(max=1.0)
    return adjusted


def mser5(series) -> int | None:
    """How many of the first values of ``series`` (one output at equal steps of time) to leave out
    as warm-up, by MSER-5 (White 1997): of batches of five, the number whose removal gives the
    smallest standard error of the mean of the rest. None where that would be more than half: the
    series is too short to tell.
    """
    series = np.asarray(series, dtype=float)
    batches = series[: len(series) // 5 * 5].reshape(-1, 5).mean(axis=1)
    number = len(batches)
    if number < 10:
        return None
    left = number - np.arange(number)
    mean = np.cumsum(batches[::-1])[::-1] / left
    squares = (
        np.cumsum((batches[::-1] - batches.mean()) ** 2)[::-1] - left * (mean - batches.mean()) ** 2
    )
    errors = squares.clip(min=0.0)[: number - 5] / left[: number - 5] ** 2
    best = int(np.argmin(errors))
    return 5 * best if best <= number // 2 else None
