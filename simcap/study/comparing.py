"""Paired differences from stored results, with any design point as the baseline."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from simcap.analysis.statistics import paired
from simcap.errors import InputError
from simcap.scenario.reader import did_you_mean
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
    return paired(frame, list(factors), base)
