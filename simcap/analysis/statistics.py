"""From replications to intervals: means with t intervals, paired differences with common random numbers."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.special import stdtrit

KEYS = ["measure", "place", "group"]


def t_interval(values, level: float = 0.95) -> tuple[float, float, float]:
    """(mean, lower, upper) of independent ``values``; the bounds are NaN where fewer than two are known. NaN values are left out."""
    values = np.asarray(values, dtype=float)
    values = values[~np.isnan(values)]
    if len(values) == 0:
        return float("nan"), float("nan"), float("nan")
    mean = float(values.mean())
    if len(values) == 1:
        return mean, float("nan"), float("nan")
    half = float(stdtrit(len(values) - 1, 0.5 + level / 2) * values.std(ddof=1) / np.sqrt(len(values)))
    return mean, mean - half, mean + half


def summary(frame: pd.DataFrame, factors: list[str]) -> pd.DataFrame:
    """One row per design point × measure × place × group: mean, lower, upper (95 % t interval), replications, unit.

    ``frame`` has the columns of measures.csv; ``factors`` are its factor columns. Rows stay in the order of their first appearance.
    """
    by = [*factors, *KEYS]
    groups = frame.groupby(by, sort=False, dropna=False, observed=True)
    result = groups.agg(mean=("value", "mean"), sd=("value", "std"), replications=("value", "count"), unit=("unit", "first")).reset_index()
    return _with_interval(result, by)


def paired(frame: pd.DataFrame, factors: list[str], baseline: dict) -> pd.DataFrame:
    """As ``summary``, of the differences from the design point ``baseline`` within each replication: the same residents, so
    what differs is what was changed. The baseline itself is left out."""
    by = [*factors, *KEYS]
    at_base = np.logical_and.reduce([frame[factor].astype(str) == str(baseline[factor]) for factor in factors])
    base = frame[at_base][["replication", *KEYS, "value"]].rename(columns={"value": "base"})
    merged = frame[~at_base].merge(base, on=["replication", *KEYS], how="left")
    merged["difference"] = merged["value"] - merged["base"]
    groups = merged.groupby(by, sort=False, dropna=False, observed=True)
    result = groups.agg(mean=("difference", "mean"), sd=("difference", "std"), replications=("difference", "count"),
                        unit=("unit", "first")).reset_index()
    return _with_interval(result, by)


def _with_interval(result: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    n = result["replications"].to_numpy(dtype=float)
    with np.errstate(all="ignore"):
        half = np.where(n > 1, stdtrit(np.maximum(n - 1, 1), 0.975) * result["sd"].to_numpy() / np.sqrt(n), np.nan)
    result["lower"], result["upper"] = result["mean"] - half, result["mean"] + half
    return result[[*by, "mean", "lower", "upper", "replications", "unit"]]
