"""What an audit finds that draws records without replacement: a hypergeometric number of false
ones, of which auditors miss a share, each for itself.
"""

from __future__ import annotations

import numpy as np
from scipy.special import gammaln

WANTED = 0.95
"""The probability of finding something for which the least number of records is told."""


def found_mean(records: int, false: int, drawn: int, missed: float = 0.0) -> float:
    """False records found, expected."""
    return drawn * false / records * (1 - missed) if records else 0.0


def found_sd(records: int, false: int, drawn: int, missed: float = 0.0) -> float:
    """The standard deviation of the same."""
    if records == 0:
        return 0.0
    share = false / records
    left = (records - drawn) / (records - 1) if records > 1 else 0.0
    variance = drawn * share * (1 - share) * left
    return float(np.sqrt((1 - missed) ** 2 * variance + missed * (1 - missed) * drawn * share))


def finds_any(records: int, false: int, drawn: int, missed: float = 0.0) -> float:
    """The probability of finding at least one: 1 less the mean of ``missed`` to the power of the
    number drawn that are false.
    """
    among = np.arange(max(0, drawn - (records - false)), min(false, drawn) + 1)
    logs = _choose(false, among) + _choose(records - false, drawn - among) - _choose(records, drawn)
    nothing = float((np.exp(logs) * float(missed) ** among).sum())
    return min(1.0, max(0.0, 1.0 - nothing))


def least_drawn(records: int, false: int, missed: float = 0.0) -> float:
    """The least number of records to draw for ``WANTED``; NaN where all of them are too few."""
    if false == 0 or finds_any(records, false, records, missed) < WANTED:
        return np.nan
    low, high = 0, records  # what is too few, what is enough
    while high - low > 1:
        middle = (low + high) // 2
        enough = finds_any(records, false, middle, missed) >= WANTED
        low, high = (low, middle) if enough else (middle, high)
    return float(high)


def _choose(total: int, chosen: np.ndarray | int) -> np.ndarray:
    """The logarithm of how many ways there are to choose."""
    return gammaln(total + 1) - gammaln(np.asarray(chosen) + 1) - gammaln(total - chosen + 1)
