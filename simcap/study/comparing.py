"""Paired differences from stored results, with any design point as the baseline."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from simcap.analysis.tables import paired
from simcap.errors import InputError
from simcap.scenario.reader import did_you_mean
from simcap.study.experiment import point_name
from simcap.study.results import read


def compared(directory: Path, baseline: dict, measure: str, place: str, group: str) -> pd.DataFrame:
    """The rows of ``statistics.paired`` for one measure, place and group of the results in ``directory``.

    ``baseline`` overrides the stored one, factor by factor. Raises ``InputError`` for names that the results do not have.
    """
    frame, described = read(directory)
    factors = described["factors"]
    if not factors:
        raise InputError(f"{directory}: results of a sweep wanted; these have no factors to compare")
    base = {**described["baseline"]}
    for factor, value in baseline.items():
        if factor not in factors:
            raise InputError(f"--baseline: no factor is called {factor!r}{did_you_mean(factor, factors)}")
        if str(value) not in factors[factor]:
            raise InputError(f"--baseline: {factor}: one of {', '.join(factors[factor])} wanted, got {value!r}")
        base[factor] = str(value)
    for column, wanted in (("measure", measure), ("place", place), ("group", group)):
        if wanted not in set(frame[column]):
            raise InputError(f"--{column}: the results have no {wanted!r}{did_you_mean(wanted, frame[column].unique())}")
    frame = frame[(frame["measure"] == measure) & (frame["place"] == place) & (frame["group"] == group)]
    if frame.empty:
        raise InputError(f"{directory}: {measure} is not given for place {place!r} and group {group!r}")
    missing = [factor for factor in factors if factor not in base]
    if missing:
        raise InputError(f"--baseline: these results have no baseline of their own: a value for {', '.join(missing)} wanted")
    at_base = [frame[factor] == value for factor, value in base.items()]
    if not np.logical_and.reduce(at_base).any():
        raise InputError(f"--baseline: {point_name(base)} is not one of the design points")
    if described["samples"]:  # of Saltelli's design, A and B are the independent samples
        frame = frame[frame["sample"] < 2 * described["samples"] // (len(described["uncertain"]) + 2)]
    table = paired(frame, list(factors), base)
    if table.empty:
        raise InputError(f"{directory}: a second design point to compare with the baseline wanted; these results have none")
    return table
