"""Tidy rows of all replications into tables: means with intervals, paired differences with common
random numbers.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.special import stdtr

from simcap.analysis.measures import wholes
from simcap.analysis.statistics import Scale, holm, interval_bounds, scale_of
from simcap.analysis.uncertainty import apart

KEYS = ["measure", "place", "group"]


class Wide:
    """Tidy rows as a table: ``values`` (rows × settings × replications) has a row for each
    combination of the columns ``by``, in the order of first appearance (``heads`` holds those
    columns and the unit), a setting for each ``sample`` of uncertain inputs (one where the frame
    has no such column), and a replication for each ``replication``; NaN where there is nothing.
    """

    def __init__(self, frame: pd.DataFrame, by: list[str]):
        rows, first = _codes(frame, by)
        seen, settings = np.unique(
            frame["sample"] if "sample" in frame else np.zeros(len(frame), np.int64),
            return_inverse=True,
        )
        each, replications = np.unique(frame["replication"], return_inverse=True)
        self.heads = frame.iloc[first][[*by, "unit"]].reset_index(drop=True)
        self.uncertain = "sample" in frame
        self.values = np.full((len(first), max(1, len(seen)), max(1, len(each))), np.nan)
        self.values[rows, settings, replications] = frame["value"].to_numpy(dtype=float)

    def with_interval(
        self,
        values: np.ndarray,
        heads: pd.DataFrame,
        scales: np.ndarray | Scale = Scale.SIGNED,
        trials: np.ndarray | float = 0.0,
    ) -> pd.DataFrame:
        """``heads`` with mean, lower, upper, replications and unit of ``values``, and, where inputs
        are uncertain, what these make of it. ``scales`` and ``trials`` are those of
        ``interval_bounds``.
        """
        columns = (
            apart(values, scales, trials)
            if self.uncertain
            else _interval(values[:, 0], scales, trials)
        )
        after = {
            name: columns.pop(name)
            for name in ("input_lower", "input_upper", "input_sd")
            if name in columns
        }
        return heads.drop(columns="unit").assign(**columns, unit=heads["unit"], **after)


def _codes(frame: pd.DataFrame, by: list[str]) -> tuple[np.ndarray, np.ndarray]:
    """(a number for the combination of ``by`` in each row, counted in the order of first
    appearance; the row in which each appears first).
    """
    code = np.zeros(len(frame), dtype=np.int64)
    for column in by:
        part, levels = pd.factorize(frame[column])
        code = code * (len(levels) + 1) + part + 1
    numbers, known = pd.factorize(code)
    first = np.empty(len(known), dtype=np.int64)
    first[numbers[::-1]] = np.arange(len(frame))[::-1]
    return numbers, first


def summary(frame: pd.DataFrame, factors: list[str]) -> pd.DataFrame:
    """One row per design point × measure × place × group: mean, lower, upper (95 % interval
    on the scale of the measure), replications, unit.

    ``frame`` has the columns of measures.csv; ``factors`` are its factor columns. Rows stay in the
    order of their first appearance. Where there are uncertain inputs (a column ``sample``), the
    columns of ``uncertainty.apart``.
    """
    wide = Wide(frame, [*factors, *KEYS])
    of_measure = [
        scale_of(measure, unit)
        for measure, unit in zip(wide.heads["measure"], wide.heads["unit"], strict=True)
    ]
    scales = np.array(of_measure, dtype=int)
    return wide.with_interval(wide.values, wide.heads, scales, _trials(wide, scales))


def _trials(wide: Wide, scales: np.ndarray) -> np.ndarray:
    """For each row of ``wide``, how many residents in all a share is of that is 0 or 1 throughout;
    0 where this is not known or makes no difference.
    """
    trials = np.zeros(len(wide.values))
    with np.errstate(invalid="ignore"):
        edge = [np.all(np.isnan(wide.values) | (wide.values == at), axis=(1, 2)) for at in (0, 1)]
    rows = np.flatnonzero((scales == Scale.SHARE) & (edge[0] | edge[1]))
    if not len(rows):
        return trials
    others = [name for name in wide.heads.columns if name not in ("measure", "unit")]
    keys = list(zip(wide.heads["measure"], *(wide.heads[name] for name in others), strict=True))
    counts = {key: row for row, key in enumerate(keys) if scales[row] == Scale.COUNT}
    for row in rows.tolist():
        measure, *where = keys[row]
        for count in wholes(measure):
            if (at := counts.get((count, *where))) is not None:
                trials[row] = np.nansum(wide.values[at])
                break
    return trials


def paired(frame: pd.DataFrame, factors: list[str], baseline: dict) -> pd.DataFrame:
    """``differences``, with a further column ``p_holm``: ``p_value`` adjusted for comparing all
    design points in this measure, place and group at once.
    """
    result = differences(frame, factors, baseline)
    keys, _ = _codes(result, KEYS)
    return result.assign(p_holm=holm_within(keys, result["p_value"].to_numpy()))


def holm_within(keys: np.ndarray, p: np.ndarray) -> np.ndarray:
    """``p`` adjusted by Holm among the rows that have the same of ``keys``."""
    adjusted, order = np.empty(len(p)), np.argsort(keys, kind="stable")
    for rows in np.split(order, np.flatnonzero(np.diff(keys[order])) + 1):
        adjusted[rows] = holm(p[rows])
    return adjusted


def differences(frame: pd.DataFrame, factors: list[str], baseline: dict) -> pd.DataFrame:
    """As ``summary``, of the differences from the design point ``baseline`` within each
    replication: the same residents, so what differs is what was changed. The baseline itself is
    left out.

    Further columns: ``variance_saved``, the share of the variance of the difference that comparing
    the same residents has saved over comparing independent ones; ``p_value`` of no difference
    (two-sided t test).
    """
    wide = Wide(frame, [*factors, *KEYS])
    at_base = np.logical_and.reduce(
        [wide.heads[factor].astype(str) == str(baseline[factor]) for factor in factors]
    )
    keys, _ = _codes(wide.heads, KEYS)
    base_of = np.full(keys.max(initial=-1) + 1, -1)
    base_of[keys[at_base]] = np.flatnonzero(at_base)
    chosen = np.flatnonzero(~at_base)
    base = base_of[keys[chosen]]
    theirs = np.where((base >= 0)[:, None, None], wide.values[base], np.nan)
    mine = wide.values[chosen]
    both = ~np.isnan(mine) & ~np.isnan(theirs)
    with np.errstate(invalid="ignore"):  # of two infinite loads nothing is known
        difference = np.where(both, mine - theirs, np.nan)
    result = wide.with_interval(difference, wide.heads.iloc[chosen].reset_index(drop=True))
    mine, theirs, difference = (
        _over_settings(np.where(both, values, np.nan)) for values in (mine, theirs, difference)
    )
    apart_variance, together, number = (
        _variance(mine) + _variance(theirs),
        _variance(difference),
        (~np.isnan(difference)).sum(axis=1),
    )
    with np.errstate(all="ignore"):
        result["variance_saved"] = np.where(
            apart_variance > 0, 1.0 - together / apart_variance, np.nan
        )
        t = result["mean"].to_numpy() / np.sqrt(together / number)
        p = np.where(
            together > 0,
            2 * stdtr(np.maximum(number - 1, 1), -np.abs(t)),
            np.where(result["mean"] == 0, 1.0, 0.0),
        )
    p[number < 2] = np.nan
    return result.assign(p_value=p)


def _over_settings(values: np.ndarray) -> np.ndarray:
    """Means over settings (rows × replications); NaN where nothing is known."""
    number = (~np.isnan(values)).sum(axis=1)
    with np.errstate(all="ignore"):
        return np.where(number > 0, np.nansum(values, axis=1) / number, np.nan)


def _variance(values: np.ndarray) -> np.ndarray:
    """The variance of each row, NaN left out; NaN where fewer than two are known."""
    number = (~np.isnan(values)).sum(axis=1)
    with np.errstate(all="ignore"):
        mean = np.nansum(values, axis=1) / number
        return np.where(
            number > 1, np.nansum((values - mean[:, None]) ** 2, axis=1) / (number - 1), np.nan
        )


def _interval(
    values: np.ndarray, scales: np.ndarray | Scale, trials: np.ndarray | float
) -> dict[str, np.ndarray]:
    """Mean, 95 % interval and number of each row (rows × replications)."""
    number = (~np.isnan(values)).sum(axis=1)
    with np.errstate(all="ignore"):
        mean = np.where(number > 0, np.nansum(values, axis=1) / number, np.nan)
        error = np.sqrt(_variance(values) / number)
    lower, upper = interval_bounds(mean, error, number, scales, trials)
    return {"mean": mean, "lower": lower, "upper": upper, "replications": number}
