"""From numbers of independent replications to what they tell: intervals of means and quantiles,
many comparisons at once, the length of a warm-up. ``tables`` does the same for all rows of results.

Replications are independent and, for measures of a year, close to normal; intervals are at 95 %
unless said otherwise. They are t intervals on a scale on which a measure has no edge, and where
nothing was seen, what that tells (``interval_bounds``). ``tests/theory`` counts how often they
cover the truth.
"""

from __future__ import annotations

import enum
import math

import numpy as np
from scipy.special import bdtr, expit, logit, stdtrit

LEVEL = 0.95


class Scale(enum.IntEnum):
    """What values a measure may have, and so on which scale its mean has a t interval."""

    SIGNED = 0
    """Any number: a difference. Its own scale."""
    AMOUNT = 1
    """0 or more: hours a week, money. Logarithm of the mean."""
    TIME = 2
    """0 or more, known of those alone to whom something happened: a wait. As an amount."""
    COUNT = 3
    """How many: persons, attendances. As an amount."""
    SHARE = 4
    """From 0 to 1. Logit of the mean."""


SIGNED_MEASURES = ("rural_urban_gap", "rural_urban_gap_of_seekers", "staff_gap", "queue_growth")
UNITS = {
    "share": Scale.SHARE,
    "h": Scale.TIME,
    "persons": Scale.COUNT,
    "attendances": Scale.COUNT,
    "referrals": Scale.COUNT,
}


def scale_of(measure: str, unit: str) -> Scale:
    """The scale of a measure: its unit tells, but for differences; other units are amounts."""
    if measure in SIGNED_MEASURES:
        return Scale.SIGNED
    return UNITS.get("share" if unit.startswith("share") else unit, Scale.AMOUNT)


def interval_bounds(mean, error, number, scale, trials=0.0, level: float = LEVEL):
    """(lower, upper) of means with the standard ``error`` of ``number`` replications, on ``scale``
    (all of one shape, or single numbers); NaN where fewer than two are known.

    The t interval is taken of log(mean) or logit(mean), with the error that this has by the delta
    method, and turned back: it stays above 0, and below 1 for shares. Where all replications gave
    0 (or, of a share, 1), the error says nothing. A share of ``trials`` residents in all is then
    within the bounds of Clopper and Pearson (1934) for none of so many; where their number is not
    known (0), for none of so many replications, which bounds the share of replications in which
    it happens at all. A count is below the mean of a Poisson number that is 0 in all replications
    with a chance of 2.5 %. A time is not known. An amount is 0.
    """
    mean, error, number, scale, trials = np.broadcast_arrays(
        *(np.asarray(value, dtype=float) for value in (mean, error, number, scale, trials))
    )
    beyond = (1 - level) / 2
    with np.errstate(all="ignore"):
        half = stdtrit(np.maximum(number - 1, 1), 1 - beyond) * error
        outside = (mean < 0) | ((scale == Scale.SHARE) & (mean > 1))
        share = (scale == Scale.SHARE) & ~outside
        above = (scale > Scale.SIGNED) & ~share & ~outside
        log_half, logit_half = half / mean, half / (mean * (1 - mean))
        lower, upper = mean - half, mean + half
        lower = np.where(above, mean * np.exp(-log_half), lower)
        upper = np.where(above, mean * np.exp(log_half), upper)
        lower = np.where(share, expit(logit(mean) - logit_half), lower)
        upper = np.where(share, expit(logit(mean) + logit_half), upper)
        rare = -np.expm1(np.log(beyond) / np.where(trials > 0, trials, number))
        none, all_ = mean == 0, share & (mean == 1)
        unseen = np.select(
            [share, scale == Scale.COUNT, scale == Scale.TIME],
            [rare, -np.log(beyond) / number, np.nan],
            0.0,
        )
    still = (scale > Scale.SIGNED) & (error == 0)
    lower = np.where(still & none, 0.0, np.where(still & all_, 1 - rare, lower))
    upper = np.where(still & none, unseen, np.where(still & all_, 1.0, upper))
    few = ~(number > 1)
    return np.where(few, np.nan, lower), np.where(few, np.nan, upper)


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


def running_intervals(
    values, scale: Scale = Scale.SIGNED, trials=None, level: float = LEVEL
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(means, lower, upper) of the first 1, 2, 3 … of ``values``, NaN left out; the bounds are NaN
    where fewer than two are known. ``trials`` are the residents whom each value is a share of,
    where they are known.
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
        error = np.sqrt(variance / number)
    residents = 0.0 if trials is None else np.cumsum(np.where(known, np.nan_to_num(trials), 0.0))
    means = first + shift
    return means, *interval_bounds(means, error, number, scale, residents, level)


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
