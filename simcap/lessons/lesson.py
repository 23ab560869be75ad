"""What a lesson is made of: dials, steps of results, a figure, words."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from simcap.analysis.statistics import Scale, interval_bounds, t_interval
from simcap.errors import InputError
from simcap.lang import N_, _
from simcap.lessons.texts import Text
from simcap.plots.theme import png, use_theme

COLUMNS = ["case", "measure", "mean", "lower", "upper", "theory", "exact", "replications", "unit"]
"""Of the frame that a lesson gives: ``theory`` is NaN where there is none, ``exact`` whether it is
more than an approximation.
"""
DASH = "–"


@dataclass(frozen=True)
class Dial:
    """A number that the class may choose: from ``least`` to ``most`` in steps; a whole number where
    ``step`` is one. Shares are dialled in per cent, and ``label`` names the unit.
    """

    label: str
    least: float
    most: float
    step: float

    @property
    def is_whole(self) -> bool:
        """Whether it takes whole numbers only."""
        return isinstance(self.step, int)

    @property
    def is_switch(self) -> bool:
        """Whether it is off (0) or on (1)."""
        return self.is_whole and (self.least, self.most) == (0, 1)


@dataclass(frozen=True)
class Settings:
    """The dials of a lesson; a value beyond its range raises ``InputError``."""

    def __post_init__(self):
        for name, dial in dials(type(self)).items():
            value = getattr(self, name)
            if (
                not isinstance(value, (int, float))
                or isinstance(value, bool)
                or not dial.least <= value <= dial.most
                or (dial.is_whole and value != int(value))
            ):
                raise InputError(
                    f"{name}: a {'whole ' if dial.is_whole else ''}number from"
                    f" {dial.least:g} to {dial.most:g} wanted, got {value!r}"
                )


def dialled(default: float, label: str, least: float, most: float, step: float) -> Any:
    """A field of ``Settings`` with its dial."""
    return field(default=default, metadata={"dial": Dial(label, least, most, step)})


def dials(settings: type) -> dict[str, Dial]:
    """The dials of a class of ``Settings``, by the name of the field."""
    return {one.name: one.metadata["dial"] for one in dataclasses.fields(settings)}


@dataclass(frozen=True)
class Lesson:
    """A lesson. ``steps`` yields its frame again and again, each time of more replications.
    ``cases`` and ``measures`` put its names into words. ``told`` is a sentence about the settings
    that the figure cannot show, or "".
    """

    name: str
    text: Text
    settings: type[Settings]
    cases: dict[str, str]
    measures: dict[str, str]
    steps: Callable[[Any], Iterator[pd.DataFrame]]
    draw: Callable[[Any, pd.DataFrame], Figure]
    told: Callable[[Any], str] = lambda settings: ""

    def run(self, settings: Settings | None = None) -> pd.DataFrame:
        """The frame (``COLUMNS``) with all replications."""
        *_earlier, last = self.steps(self.settings() if settings is None else settings)
        return last

    def picture(self, settings: Settings, frame: pd.DataFrame) -> bytes:
        """The figure of ``frame`` as PNG, in the language chosen."""
        with use_theme():
            return png(self.draw(settings, frame))


def row(
    case: str,
    measure: str,
    values: Iterable[float],
    unit: str,
    theory: float = math.nan,
    exact: bool = True,
) -> tuple:
    """A row of the frame, from the values of independent replications: the mean and its 95 %
    interval, that of a share within 0 and 1.
    """
    known = np.array([value for value in values if not math.isnan(value)], dtype=float)
    mean, lower, upper = t_interval(known)
    if unit == "share" and len(known) > 1:
        error = float(known.std(ddof=1)) / math.sqrt(len(known))
        bounds = interval_bounds(mean, error, len(known), Scale.SHARE)
        lower, upper = (float(bound) for bound in bounds)
    return case, measure, mean, lower, upper, theory, exact, len(known), unit


def frame_of(rows: Iterable[tuple]) -> pd.DataFrame:
    """``rows`` as a frame."""
    return pd.DataFrame(list(rows), columns=COLUMNS)


UNITS = {"min": N_("{number} min"), "h": N_("{number} h"), "days": N_("{number} days")}


def amount(value: float, unit: str, signed: bool = False) -> str:
    """``value`` with its unit, in the language chosen; a share in per cent, a change of one in
    points.
    """
    if not math.isfinite(value):
        return DASH
    if unit == "share":
        return f"{100 * value:.1f} %"
    if unit == "points":
        return _("{number} points", number=f"{100 * value:{'+' if signed else ''}.2f}")
    number = f"{value:{'+' if signed else ''}.{digits(value)}f}"
    return _(UNITS[unit], number=number) if unit in UNITS else f"{number} {unit}"


def digits(value: float) -> int:
    """Digits behind the point, so that three tell."""
    return 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2


def said(lesson: Lesson, frame: pd.DataFrame) -> pd.DataFrame:
    """``frame`` in words, as people read it: numbers with their units, an approximation marked."""
    theory = [
        (amount(one.theory, one.unit) + ("" if one.exact else " ≈")).replace(f"{DASH} ≈", DASH)
        for one in frame.itertuples()
    ]
    return pd.DataFrame(
        {
            _("system"): [_(lesson.cases[name]) for name in frame["case"]],
            _("measure"): [_(lesson.measures[name]) for name in frame["measure"]],
            _("simulated mean"): [amount(one.mean, one.unit) for one in frame.itertuples()],
            _("95 % interval"): [_between(one) for one in frame.itertuples()],
            _("theory"): theory,
            _("replications"): frame["replications"].astype(int).tolist(),
        }
    )


def _between(one) -> str:
    if not (math.isfinite(one.lower) and math.isfinite(one.upper)):
        return DASH
    return _(
        "{lower} to {upper}", lower=amount(one.lower, one.unit), upper=amount(one.upper, one.unit)
    )
