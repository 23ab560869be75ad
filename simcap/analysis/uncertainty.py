"""Two kinds of not knowing, kept apart: luck, which more replications lessen, and inputs that
nobody knows well, which they do not.

Each setting of the uncertain inputs is run with the same replications (common random numbers). So
the values of one measure are a table, settings × replications, and its analysis of variance without
repetition tells the two apart: how the mean of a setting differs from setting to setting, beyond
what luck explains, is *input uncertainty*; how the mean over all settings differs from replication
to replication is *Monte Carlo error*. Which input matters is told by the indices of Sobol (Saltelli
et al. 2010).
"""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

import numpy as np

from simcap.analysis.statistics import LEVEL, Scale, interval_bounds

if TYPE_CHECKING:
    import pandas as pd

RESAMPLES = 500


def apart(
    values: np.ndarray,
    scales: np.ndarray | Scale = Scale.SIGNED,
    trials: np.ndarray | float = 0.0,
) -> dict[str, np.ndarray]:
    """Columns for each row of ``values`` (rows × settings × replications; NaN where nothing is
    known). Only replications that are known at all settings are used, if there are any.

    ``mean`` over all; ``lower`` and ``upper``: the 95 % interval of that mean over replications,
    on ``scales`` (``statistics.interval_bounds``), for these settings (Monte Carlo error);
    ``input_lower`` and ``input_upper``: between which the middle 95 % of settings lie, luck taken
    out; ``input_sd``: the standard deviation over settings, luck taken out. With one replication
    luck cannot be told from inputs: ``lower`` and ``upper`` are NaN, and input uncertainty holds
    the luck of that replication.
    """
    known = ~np.isnan(values)
    whole = (known | ~known.any(axis=2)[:, :, None]).all(
        axis=1
    )  # replications that all settings have
    values = np.where(whole[:, None, :] | ~whole.any(axis=1)[:, None, None], values, np.nan)
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore", RuntimeWarning)  # rows of which nothing is known
        by_replication, by_setting = np.nanmean(values, axis=1), np.nanmean(values, axis=2)
        mean = np.nanmean(by_replication, axis=1)
        settings, replications = (
            (~np.isnan(by_setting)).sum(axis=1),
            (~np.isnan(by_replication)).sum(axis=1),
        )
        error = np.nanstd(by_replication, axis=1, ddof=1) / np.sqrt(replications)
        rest = values - by_setting[:, :, None] - by_replication[:, None, :] + mean[:, None, None]
        luck = (
            np.where(
                replications > 1,
                np.nansum(rest**2, axis=(1, 2)) / ((settings - 1) * (replications - 1)),
                0.0,
            )
            / replications
        )
        between = np.nanvar(by_setting, axis=1, ddof=1)
        of_inputs = (between - luck).clip(min=0.0)
        shrunk = mean[:, None] + np.sqrt(of_inputs / between)[:, None] * (
            by_setting - mean[:, None]
        )
        shrunk[between == 0] = by_setting[between == 0]
        lower, upper = (
            np.nanquantile(shrunk, [(1 - LEVEL) / 2, (1 + LEVEL) / 2], axis=1)
            if len(values)
            else (mean, mean)
        )
    below, above = interval_bounds(mean, error, replications, scales, trials)
    return {
        "mean": mean,
        "lower": below,
        "upper": above,
        "replications": replications,
        "input_lower": lower,
        "input_upper": upper,
        "input_sd": np.sqrt(of_inputs),
    }


def sobol_table(
    heads: pd.DataFrame,
    first: np.ndarray,
    second: np.ndarray,
    mixed: np.ndarray,
    inputs: list[str],
    varies: np.ndarray,
) -> pd.DataFrame:
    """``heads`` repeated for each of ``inputs``, with its ``first_order`` and ``total`` index and
    their 95 % bootstrap bounds.

    ``first`` and ``second`` are (rows × samples), ``mixed`` (inputs × rows × samples): the outputs
    at Saltelli's A, B and AB. A first-order index is the share of the variance that would go if
    this input were known; the total index the share that would stay if it alone were not. Rows
    whose output does not vary, or by no more than luck (``varies`` is false), or is not known
    everywhere, are left out.
    """
    known = ~(
        np.isnan(first).any(axis=1)
        | np.isnan(second).any(axis=1)
        | np.isnan(mixed).any(axis=(0, 2))
    )
    known &= (
        np.var(np.concatenate([first, second], axis=1), axis=1)
        > 1e-24 * np.maximum(1e-300, np.abs(first).max(axis=1)) ** 2
    )
    known &= varies
    heads, first, second, mixed = (
        heads[known].reset_index(drop=True),
        first[known],
        second[known],
        mixed[:, known],
    )
    columns = [
        "input",
        "first_order",
        "first_order_lower",
        "first_order_upper",
        "total",
        "total_lower",
        "total_upper",
    ]
    if heads.empty:
        return heads.assign(**dict.fromkeys(columns, np.nan))
    found = _indices(first, second, mixed)
    bounds = _bootstrapped(first, second, mixed)
    result = heads.loc[heads.index.repeat(len(inputs))].reset_index(drop=True)
    result["input"] = inputs * len(heads)
    for name, values, (lower, upper) in zip(("first_order", "total"), found, bounds, strict=True):
        result[name], result[f"{name}_lower"], result[f"{name}_upper"] = (
            values.T.ravel(),
            lower.T.ravel(),
            upper.T.ravel(),
        )
    return result


def _indices(
    first: np.ndarray, second: np.ndarray, mixed: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """First-order and total indices (inputs × rows), by Saltelli et al. (2010), table 2 (b) and
    (f).
    """
    both = np.concatenate([first, second], axis=1)
    middle, variance = both.mean(axis=1, keepdims=True), both.var(axis=1)
    with np.errstate(all="ignore"):
        return (
            ((second - middle) * (mixed - first)).mean(axis=2) / variance,
            0.5 * ((first - mixed) ** 2).mean(axis=2) / variance,
        )


def _bootstrapped(first: np.ndarray, second: np.ndarray, mixed: np.ndarray) -> list[np.ndarray]:
    """(lower, upper) of both indices: the middle 95 % over samples drawn again, by a generator of
    their own.
    """
    random, again = np.random.default_rng(1), []
    for _ in range(RESAMPLES):
        chosen = random.integers(first.shape[1], size=first.shape[1])
        again.append(_indices(first[:, chosen], second[:, chosen], mixed[:, :, chosen]))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # a resample in which nothing varies
        return [
            np.nanquantile([one[i] for one in again], [(1 - LEVEL) / 2, (1 + LEVEL) / 2], axis=0)
            for i in (0, 1)
        ]
