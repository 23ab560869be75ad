"""Fits of a reading to Table 1: by least squares, or by the least greatest error.

Both are searched from several starts, since min(·, 1) has corners; of the times that the five
points may be, those that fit best are taken and named.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simcap.dynamics import printed
from simcap.dynamics.readings import Reading

LEAST_SQUARES, LEAST_GREATEST = "least squares", "least greatest error"
CRITERIA = (LEAST_SQUARES, LEAST_GREATEST)
AROUND = (0.8, 1.25)
"""Where a search begins anew: one free number so many times as large."""


@dataclass(frozen=True)
class Fit:
    """``values`` of the free numbers of ``reading``, with the points at ``times`` (``when``, in
    words), and what they give, in the unit of its target.
    """

    reading: Reading
    criterion: str
    values: np.ndarray
    when: str
    times: np.ndarray

    @property
    def predicted(self) -> np.ndarray:
        return self.reading.predict(self.values, self.times)

    @property
    def errors(self) -> np.ndarray:
        """Predicted minus printed."""
        return self.predicted - self.reading.target

    @property
    def rms(self) -> float:
        return float(np.sqrt(np.mean(self.errors**2)))

    @property
    def greatest(self) -> float:
        return float(np.abs(self.errors).max())

    @property
    def loss(self) -> float:
        """What the criterion makes least."""
        return self.rms if self.criterion == LEAST_SQUARES else self.greatest

    @property
    def as_printed(self) -> int | None:
        """How many coverages are those printed, to within their rounding; None for a ratio, whose
        digits differ.
        """
        if self.reading.target is not printed.COVERAGE:
            return None
        return int((np.abs(self.errors) <= printed.ROUNDING + 1e-9).sum())


def fit(reading: Reading, criterion: str = LEAST_SQUARES, when: str | None = None) -> Fit:
    """The best values of the free numbers of ``reading`` by ``criterion``, with the points at the
    times ``when``, or at those that fit best.
    """
    found = (
        Fit(reading, criterion, _searched(reading, times, criterion), words, times)
        for words, times in _times(reading, when).items()
    )
    return min(found, key=lambda each: round(each.loss, 9))


def _times(reading: Reading, when: str | None) -> dict[str, np.ndarray]:
    when = when if reading.by_time else printed.YEARLY
    return {when: printed.TIMES[when]} if when else printed.TIMES


def _searched(reading: Reading, times: np.ndarray, criterion: str) -> np.ndarray:
    """The free numbers (0 or more) that searches from several starts end with."""

    def errors(values):
        return (reading.predict(values, times) - reading.target).ravel()

    best = _squares(errors, np.array(reading.start))
    return best if criterion == LEAST_SQUARES else _even(errors, best)


def _squares(errors, start: np.ndarray) -> np.ndarray:
    """Least squares from ``start``; then from the best found with one number moved, until none of
    these is better: a search alone stays in the corner where a value meets its cap.
    """
    from scipy.optimize import least_squares

    def search(begin):
        return least_squares(errors, begin, bounds=(0, np.inf), xtol=1e-12, ftol=1e-12)

    best, better = search(start), True
    while better:
        moved = (
            np.where(np.arange(len(start)) == i, best.x * factor, best.x)
            for i in range(len(start))
            for factor in AROUND
        )
        nearest = min(map(search, moved), key=lambda one: one.cost)
        better = nearest.cost < best.cost * (1 - 1e-9)
        best = nearest if better else best
    return best.x


def _even(errors, values: np.ndarray) -> np.ndarray:
    """From ``values`` on, those whose greatest error is least: a bound is made as low as all
    errors allow; around a corner a search without slopes follows.
    """
    from scipy.optimize import minimize

    def greatest(one):
        return float(np.abs(errors(one)).max())

    bounded = minimize(
        lambda x: x[-1],
        np.append(values, greatest(values)),
        method="SLSQP",
        bounds=[(0, None)] * (len(values) + 1),
        constraints={"type": "ineq", "fun": lambda x: _room(errors(x[:-1]), x[-1])},
        options={"maxiter": 500, "ftol": 1e-14},
    ).x[:-1]
    start = min((values, bounded), key=greatest)
    near = minimize(
        greatest,
        start,
        method="Nelder-Mead",
        bounds=[(0, None)] * len(values),
        options={"maxfev": 300 * len(values), "xatol": 1e-10, "fatol": 1e-12},
    ).x
    return min((start, near), key=greatest)


def _room(errors: np.ndarray, bound: float) -> np.ndarray:
    """How far each error is within ``bound``, on both sides."""
    return np.concatenate([bound - errors, bound + errors])
