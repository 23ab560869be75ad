"""A sweep as figures look at it: which factor runs along the axis, which one colours, what a row of
the summary says.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import NamedTuple, Protocol

import numpy as np
import pandas as pd

import simcap
from simcap.analysis.measures import KINDS, MEASURES, by_period
from simcap.analysis.statistics import t_interval
from simcap.lang import _, listed
from simcap.lang.amounts import duration
from simcap.plots.words import say_factor, say_level
from simcap.scenario import Scenario
from simcap.scenario.units import say_hours
from simcap.study.experiment import Experiment
from simcap.study.settling import DID_NOT_SETTLE
from simcap.study.warmup import Advice

COLLABORATION = "collaboration.level"
WEEK = 168.0


class Cell(NamedTuple):
    """A mean over replications, its 95 % interval (NaN with one replication) and the summary's
    note.
    """

    mean: float
    lower: float = math.nan
    upper: float = math.nan
    note: str = ""

    @property
    def settled(self) -> bool:
        return self.note != DID_NOT_SETTLE

    def times(self, factor: float) -> Cell:
        """The same in another unit."""
        return Cell(self.mean * factor, self.lower * factor, self.upper * factor, self.note)

    def within(self, most: float = math.inf) -> Cell:
        """The same of what cannot be below 0 or above ``most``, whatever its interval says."""
        lower, upper = (
            min(max(bound, 0.0), most) if bound == bound else bound
            for bound in (self.lower, self.upper)
        )
        return self._replace(lower=lower, upper=upper)


BELOW_ZERO = ("rural_urban_gap", "rural_urban_gap_of_seekers", "staff_gap", "queue_growth")
"""Measures that may be below 0."""
NOTHING = Cell(math.nan)


class Results(Protocol):
    """What figures and reports are made of: a sweep, or what a directory has of one."""

    @property
    def experiment(self) -> Experiment: ...
    @property
    def measures(self) -> pd.DataFrame: ...
    @property
    def summary(self) -> pd.DataFrame: ...
    @property
    def sensitivity(self) -> pd.DataFrame: ...
    @property
    def guards(self) -> tuple[str, ...]: ...
    @property
    def warnings(self) -> tuple[str, ...]: ...
    @property
    def failures(self) -> Sequence: ...
    @property
    def interrupted(self) -> bool: ...
    @property
    def warm_up(self) -> Advice | None: ...


class View:
    """``across`` is the factor along the axis (of staff, else the last), ``hue`` the one that
    colours (collaboration, else the first left); either is None where there is none. Any further
    factor stays at its baseline.
    """

    def __init__(self, results: Results):
        self.results, self.experiment = results, results.experiment
        self.factors = list(self.experiment.factors)
        self.across = next(
            (factor for factor in self.factors if factor.startswith("pools.")),
            self.factors[-1] if self.factors else None,
        )
        rest = [factor for factor in self.factors if factor != self.across]
        self.hue = COLLABORATION if COLLABORATION in rest else next(iter(rest), None)
        self.cells = _cells(results.summary, self.factors)
        present = {key[0] for key in self.cells}
        self.points = [
            point
            for point in (tuple(map(str, point.values())) for point in self.experiment.points)
            if point in present
        ]
        baseline = (
            tuple(str(self.experiment.baseline[factor]) for factor in self.factors)
            if self.experiment.baseline
            else ()
        )
        self.base = baseline if baseline in present or not self.points else self.points[0]
        self.at_baseline = self.base == baseline

    # ---- what is there ---------------------------------------------------------------------------

    @property
    def scenario(self) -> Scenario:
        """The scenario of the design point that figures of a single point show."""
        for point, scenario in zip(self.experiment.points, self.experiment.scenarios, strict=True):
            if tuple(map(str, point.values())) == self.base:
                return scenario
        return self.experiment.scenario

    @cached_property
    def kinds(self) -> list[str]:
        """The kinds of zone that the results tell of, in their order."""
        places = {key[2] for key in self.cells}
        return [kind for kind in KINDS if kind in places]

    @property
    def places(self) -> list[str]:
        """ "all" and the kinds of zone, or the one kind alone, where it is all."""
        return ["all", *self.kinds] if len(self.kinds) > 1 else self.kinds or ["all"]

    def levels(self, factor: str | None) -> list[str]:
        """The levels of ``factor``, in order; one empty level for no factor."""
        if factor is None:
            return [""]
        at = self.factors.index(factor)
        return [
            str(value)
            for value in self.experiment.factors[factor]
            if any(point[at] == str(value) for point in self.points)
        ]

    @cached_property
    def staff(self) -> str | None:
        """The staff whose number ``across`` changes."""
        if self.across is None or not self.across.startswith("pools."):
            return None
        name = self.across.split(".")[1].strip()
        return next(
            (pool for pool in self.scenario.pools if name in (pool, pool.replace(" ", "_"))), None
        )

    def point(self, across: str = "", hue: str = "") -> tuple:
        """The design point at those levels, all else at the point of ``base``."""
        change = {self.across: across, self.hue: hue}
        return tuple(
            change.get(factor) or value
            for factor, value in zip(self.factors, self.base, strict=True)
        )

    # ---- values ----------------------------------------------------------------------------------

    def cell(
        self, measure: str, place: str = "all", group: str = "all", point: tuple | None = None
    ) -> Cell:
        """What the summary says at ``point`` (that of ``base`` unless given)."""
        found = self.cells.get(
            (self.base if point is None else point, measure, place, group), NOTHING
        )
        if measure in BELOW_ZERO or found is NOTHING:
            return found
        share = MEASURES.get(measure, ("",))[0] == "share"
        return found.within(1.0) if share and found.mean <= 1 else found.within()

    def by_place(self, measure: str, places: list[str], group: str = "all") -> np.ndarray:
        """Places × replications at ``base``; NaN where nothing is known; means over the settings
        of uncertain inputs.
        """
        frame = self.results.measures
        frame = frame[
            (frame["measure"] == measure) & (frame["group"] == group) & frame["place"].isin(places)
        ]
        frame = frame[[point == self.base for point in self.points_of(frame)]]
        table = frame.astype({"place": str}).pivot_table(
            index="place", columns="replication", values="value"
        )
        return table.reindex(places).to_numpy(dtype=float)

    def values(self, measure: str, place: str = "all", group: str = "all") -> pd.DataFrame:
        """Design points × replications; means over the settings of uncertain inputs."""
        frame = self.results.measures
        frame = frame[
            (frame["measure"] == measure) & (frame["place"] == place) & (frame["group"] == group)
        ]
        keys = pd.Index(_points(frame, self.factors), tupleize_cols=False, name="point")
        return frame.assign(point=keys).pivot_table(
            index="point", columns="replication", values="value", sort=False
        )

    def points_of(self, table: pd.DataFrame) -> list[tuple]:
        """The design point of each row of a table with the factor columns."""
        return _points(table, self.factors)

    def change(self, measure: str, group: str, point: tuple, base: tuple) -> Cell:
        """``point`` minus ``base`` within each replication."""
        values = self.values(measure, group=group)
        if point not in values.index or base not in values.index:
            return NOTHING
        settled = (
            self.cell(measure, group=group, point=point).settled
            and self.cell(measure, group=group, point=base).settled
        )
        return interval(
            values.loc[[point]].to_numpy()[0] - values.loc[[base]].to_numpy()[0],
            "" if settled else DID_NOT_SETTLE,
        )

    # ---- words -----------------------------------------------------------------------------------

    @property
    def replications(self) -> int:
        return int(self.results.measures["replication"].nunique())

    @property
    def weeks(self) -> str:
        """ "52 observed weeks", or, where the points differ, "52 to 261 observed weeks"."""
        observed = {scenario.observe / WEEK for scenario in self.experiment.scenarios}
        said = sorted({f"{weeks:.3g}" for weeks in (min(observed), max(observed))}, key=float)
        if len(said) == 1:
            return _("{weeks} observed weeks", weeks=said[0])
        return _("{first} to {last} observed weeks", first=said[0], last=said[-1])

    @property
    def in_target(self) -> str:
        """ "within 14 days", where the target of a first contact is the same throughout."""
        targets = {scenario.targets.first_contact for scenario in self.experiment.scenarios}
        hours = targets.pop()
        said = duration(f"{hours / 24:.3g} days" if hours >= 48 else say_hours(hours))
        return _("within the target") if targets else _("within {time}", time=said)

    @property
    def where(self) -> str:
        """The scenario and the single design point, in words."""
        return _(". ").join(filter(None, (self.scenario.name, self.say_point(self.factors))))

    @property
    def held(self) -> str:
        """The scenario, and factors that neither run along the axis nor colour, with their
        levels.
        """
        others = self.say_point(
            [factor for factor in self.factors if factor not in (self.across, self.hue)]
        )
        return _(". ").join(filter(None, (self.scenario.name, others)))

    def say_point(self, factors: list[str]) -> str:
        if self.experiment.settings and factors:
            said = self.base[0]
        else:
            said = listed(
                f"{say_factor(factor)} {say_level(self.base[self.factors.index(factor)])}"
                for factor in factors
            )
        if not said:
            return ""
        if self.at_baseline:
            return _("Baseline: {point}", point=said)
        return _("Not the baseline, which failed: {point}", point=said)

    @property
    def source(self) -> str:
        """The line that stands below every figure."""
        number = self.replications
        parts = [
            f"simcap {simcap.__version__}",
            " ".join(self.scenario.name.split()),
            self.weeks,
            (
                _("{number} replications, 95 % t intervals", number=number)
                if number > 1
                else _("1 replication, so no intervals")
            ),
        ]
        if self.experiment.samples:
            settings = sum(sample.independent for sample in self.experiment.samples)
            parts.append(_("at {number} settings of uncertain inputs", number=settings))
        if self.results.failures:
            parts.append(_("{number} replications failed", number=len(self.results.failures)))
        if self.results.interrupted:
            parts.append(_("interrupted: not all was simulated"))
        return " · ".join([*parts, _("assumptions: see scenario")])

    @property
    def texts(self) -> Iterator[str]:
        """All texts of the scenario and the experiment that a figure may show."""
        yield from (self.scenario.name, self.experiment.name, self.experiment.question)
        for factor, levels in self.experiment.factors.items():
            yield from (factor, *map(str, levels))
        for _point, _measure, place, group in self.cells:
            yield from (place, group)

    def unsettled_note(self, cells: Iterable[Cell], points: Iterable[tuple], mark: str = "") -> str:
        """The footnote for ``cells``, taken from ``points``; empty if all of them settled.
        ``mark`` is how they are marked, unless by hollow markers.
        """
        if all(cell.settled for cell in cells):
            return ""
        points = set(points)
        names = {
            group.removeprefix("pool: "): None
            for (point, measure, _place, group), cell in self.cells.items()
            if point in points
            and measure == "queue_mean"
            and group.startswith("pool: ")
            and not by_period(group)
            and not cell.settled
        }
        return _(
            "{mark}: did not settle. A queue behind the value still grew at the end{whose}; with"
            " more weeks the value would be another.",
            mark=mark or _("Hollow markers"),
            whose=_(" ({names})", names=listed(names)) if names else "",
        )


def interval(values: np.ndarray, note: str = "") -> Cell:
    """The mean of ``values`` with its interval."""
    return Cell(*t_interval(values), note)


def _points(frame: pd.DataFrame, factors: list[str]) -> list[tuple]:
    return (
        list(zip(*(frame[factor].astype(str) for factor in factors), strict=True))
        if factors
        else [()] * len(frame)
    )


def _cells(table: pd.DataFrame, factors: list[str]) -> dict[tuple, Cell]:
    columns = ("measure", "place", "group", "mean", "lower", "upper", "note")
    rows = zip(
        _points(table, factors), *(table[column].tolist() for column in columns), strict=True
    )
    return {
        (point, measure, place, group): Cell(*cell) for point, measure, place, group, *cell in rows
    }
