"""Equation, fit and printed table beside each other, as plain data: what ``simcap dynamics`` prints
and draws.

The five printed points are taken as the ends of years 1 to 5 here (assumed: the document does not
say); what other times would give stands among the readings.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simcap.dynamics import printed
from simcap.dynamics.equations import Trajectory, trajectory
from simcap.dynamics.fits import CRITERIA, LEAST_GREATEST, Fit, fit
from simcap.dynamics.parameters import FIELDS, Parameters
from simcap.dynamics.readings import CONTACTS, Reading, readings

YEARS = printed.TIMES[printed.YEARLY]


@dataclass(frozen=True)
class Row:
    """One printed point: coverage and cost-benefit ratio at ``level`` of collaboration and the end
    of ``year``, as printed, by the equations with the values given, by equation (3) or (4) with one
    number fitted, and (of coverage) by contacts at random with two.
    """

    level: float
    year: int
    printed: float
    equation: float
    fitted: float
    contacts: float
    ratio_printed: float
    ratio_equation: float
    ratio_fitted: float


@dataclass(frozen=True)
class Comparison:
    """All that stands side by side: a ``Row`` for each printed point, the ``fits`` of every reading
    by each criterion, those three whose columns stand in the rows, and the model at the user's own
    level of collaboration from the start on.
    """

    parameters: Parameters
    rows: list[Row]
    fits: list[Fit]
    columns: tuple[Fit, Fit, Fit]
    own: Trajectory


def compared(parameters: Parameters) -> Comparison:
    """Equation, fits and table for ``parameters``."""
    every = readings(parameters)
    written, contacts = every[0], _named(every, CONTACTS)
    ratio = next(each for each in every if each.target is printed.RATIO)
    columns = (
        fit(written, when=printed.YEARLY),
        fit(contacts, LEAST_GREATEST, printed.YEARLY),
        fit(ratio, when=printed.YEARLY),
    )
    runs = [trajectory(parameters.changed(collaboration=e), YEARS) for e in printed.LEVELS]
    return Comparison(
        parameters,
        [
            row
            for i, (level, run) in enumerate(zip(printed.LEVELS, runs, strict=True))
            for row in _rows(i, level, run, columns)
        ],
        [fit(each, criterion) for each in every for criterion in CRITERIA],
        columns,
        trajectory(parameters),
    )


def _named(every: list[Reading], name: str) -> Reading:
    return next(each for each in every if each.name == name)


def _rows(i: int, level: float, run: Trajectory, columns: tuple[Fit, Fit, Fit]) -> list[Row]:
    """The rows of one level."""
    parts = (
        printed.COVERAGE[i],
        run.coverage,
        columns[0].predicted[i],
        columns[1].predicted[i],
        printed.RATIO[i],
        run.cost_benefit_ratio,
        columns[2].predicted[i],
    )
    return [
        Row(level, int(year), *map(float, numbers))
        for year, *numbers in zip(YEARS, *parts, strict=True)
    ]


def as_data(comparison: Comparison) -> dict:
    """The same as numbers and text that JSON can hold; coverage as shares of 1."""
    own = comparison.own
    return {
        "parameters": {
            name: {"value": getattr(comparison.parameters, name), **_about(each)}
            for name, each in FIELDS.items()
        },
        "points": [vars(row) for row in comparison.rows],
        "fits": [_fit(each) for each in comparison.fits],
        "own": {name: np.asarray(values).tolist() for name, values in vars(own).items()},
    }


def _about(each) -> dict:
    said = each.metadata
    return {name: said[name] for name in ("chinese", "symbol", "unit", "status", "note")}


def _fit(each: Fit) -> dict:
    return {
        "reading": each.reading.name,
        "formula": each.reading.formula,
        "kind": each.reading.kind,
        "of": "coverage" if each.reading.target is printed.COVERAGE else "cost_benefit_ratio",
        "criterion": each.criterion,
        "times": each.when,
        "values": dict(zip(each.reading.free, each.values.tolist(), strict=True)),
        "root_mean_square": each.rms,
        "greatest": each.greatest,
        "as_printed": each.as_printed,
        "predicted": each.predicted.tolist(),
    }
