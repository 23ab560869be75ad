"""Values of measures with their intervals, in words and figures, digits as the interval allows."""

from __future__ import annotations

import math

from simcap.analysis.measures import MEASURES
from simcap.lang import _, joined
from simcap.lang.measures import unit as unit_in_words
from simcap.plots.view import Cell
from simcap.plots.words import unit_of_time

MOST_DIGITS = 3
ROUNDING = 1e-9
"""An interval that reaches no further, as a share of its mean, is a point."""


def scaled(measure: str, cells: list[Cell]) -> tuple[float, str]:
    """(factor, unit) in which people read a measure: % for shares, and what fits of times."""
    unit = MEASURES[measure][0]
    if unit == "share":
        return 100.0, "%"
    if unit == "h":
        return unit_of_time(cell.mean for cell in cells)
    return 1.0, unit_in_words(unit)


def digits(cell: Cell) -> int:
    """Digits after the point that the interval of ``cell`` allows."""
    reach = (cell.upper - cell.lower) / 2
    if not math.isfinite(reach) or reach <= ROUNDING * abs(cell.mean):
        reach = abs(cell.mean) / 100 or 1.0
    return min(max(0, -math.floor(math.log10(reach))), MOST_DIGITS)


def number(value: float, after: int, signed: bool = False) -> str:
    """``value`` with so many digits after the point."""
    if not math.isfinite(value):
        return "–"
    said = f"{value:{'+' if signed else ''},.{after}f}"
    return said.replace("-", "−") if float(said.replace(",", "")) else said.lstrip("+-")


def estimate(measure: str, cell: Cell) -> str:
    """ "3.0 % (95 % interval 2.9 to 3.1)", with a word where a queue did not settle."""
    factor, unit = scaled(measure, [cell])
    return _said(cell.times(factor), unit, False)


def difference(measure: str, cell: Cell, of: Cell | None = None) -> str:
    """The same of a difference: with a sign, and points instead of %. Times have the unit in which
    people read what it is a difference ``of``, where that is said beside it.
    """
    factor, unit = scaled(measure, [Cell(abs(cell.mean)) if of is None else of])
    return _said(cell.times(factor), _("percentage points") if unit == "%" else unit, True)


def _said(cell: Cell, unit: str, signed: bool) -> str:
    if not math.isfinite(cell.mean):
        return "–"
    after = digits(cell)
    mean = f"{number(cell.mean, after, signed)} {unit}".strip()
    if not math.isfinite(cell.lower):
        return mean
    between = _(
        "[95 % interval {low} to {high}]",
        low=number(cell.lower, after, signed),
        high=number(cell.upper, after, signed),
    )
    unsettled = "" if cell.settled else _("(did not settle)")
    return joined([f"{mean} {between}", unsettled])


def span(cell: Cell, unit: str) -> str:
    """A difference with its interval, in ``unit``."""
    return _said(cell, unit, True)


def short(cell: Cell, signed: bool = False) -> tuple[str, str]:
    """(the mean, "low–high") for two lines of a table's cell; empty where there is nothing."""
    after = digits(cell)
    mean = number(cell.mean, after, signed)
    if not math.isfinite(cell.lower):
        return mean, ""
    low, high = number(cell.lower, after, signed), number(cell.upper, after, signed)
    return mean + ("" if cell.settled else "*"), _("{low} to {high}", low=low, high=high)


def money(value: float) -> str:
    """CNY a year, in figures that people say."""
    if not math.isfinite(value):
        return "–"
    return f"{value:,.0f}"
