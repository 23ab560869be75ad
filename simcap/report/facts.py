"""What a report tells, as numbers: the state of things, which design points reach the targets and
at what cost, what one more post or seat brings, what each change bought.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from simcap.analysis.measures import better, by_period
from simcap.analysis.statistics import LEVEL
from simcap.analysis.stopping import Wanted
from simcap.analysis.tables import paired
from simcap.plots.view import NOTHING, Cell, Results, View
from simcap.report.goals import Goal, Status, goals
from simcap.study.experiment import NAMED
from simcap.study.settling import DID_NOT_SETTLE

LEAD = (
    Wanted("coverage_of_need", "all", "all", 0.0),
    Wanted("coverage_of_need", "rural", "all", 0.0),
    Wanted("within_target", "all", "all", 0.0),
    Wanted("wait_mean", "all", "all", 0.0),
)
"""What is told of design points where the experiment asks for nothing in particular."""
ELSE = tuple(
    Wanted(measure, "all", "all", 0.0)
    for measure in ("register_managed", "hotline_answered_in_target", "any_contact_of_need")
)
"""The same where none of those is known."""
MOST_LEADS = 5
ALIKE = 0.05
"""Design points with so much more or fewer in need than the baseline are other conditions, not
other plans.
"""
_STAFF = ("pools.", "zones.")
GAIN = "people_covered"
"""What another post is judged by: residents whom a professional sees in time."""
PER_HOURS = 10.0
"""Hours a week that gains are told for."""
CLEAR = 0.05
"""A difference is clear if, corrected for all that are compared, chance alone would make one as
large less often.
"""


@dataclass(frozen=True)
class Change:
    """A paired difference from the baseline; ``clear`` if not by chance alone, all design points
    taken together (Holm).
    """

    cell: Cell
    clear: bool


@dataclass(frozen=True)
class Step:
    """A design point that differs from the baseline in the number of one staff alone: what its
    further ``hours`` a week and ``cost`` a year bring.
    """

    point: tuple
    hours: float
    cost: float
    gain: Change

    @property
    def per_hours(self) -> Cell:
        """The gain for each ``PER_HOURS`` hours a week."""
        return self.gain.cell.times(PER_HOURS / self.hours)


@dataclass
class Facts:
    """All that a report tells of ``results``; ``asked`` are targets as a person writes them,
    ``described`` is the manifest.
    """

    results: Results
    asked: list[str] = field(default_factory=list)
    described: dict = field(default_factory=dict)

    def __post_init__(self):
        self.view = View(self.results)
        self.experiment = self.view.experiment
        self.goals: list[Goal] = goals(self.view, self.asked)

    # ---- measures and design points --------------------------------------------------------------

    @cached_property
    def leads(self) -> list[Wanted]:
        """The measures that design points are told by: those asked for, or the usual ones, that are
        known.
        """
        return (self._known(self.experiment.answer or LEAD) or self._known(ELSE))[:MOST_LEADS]

    def _known(self, measures: Sequence[Wanted]) -> list[Wanted]:
        return [
            one
            for one in measures
            if any(math.isfinite(self._at(one, point).mean) for point in self.view.points)
        ]

    def _at(self, one: Wanted, point: tuple) -> Cell:
        return self.view.cell(one.measure, one.place, one.group, point)

    def lead(self, number: int, point: tuple | None = None) -> Cell:
        """A lead measure at a design point (that of the baseline unless given)."""
        return self._at(self.leads[number], self.view.base if point is None else point)

    @cached_property
    def others(self) -> list[tuple]:
        """The design points but the baseline."""
        return [point for point in self.view.points if point != self.view.base]

    @cached_property
    def plans(self) -> list[tuple]:
        """The design points that a planner can choose among: those with as many in need as the
        baseline.
        """
        base = self.view.cell("people_in_need").mean
        needs = {point: self.view.cell("people_in_need", point=point) for point in self.view.points}
        return [
            point for point, need in needs.items() if not abs(need.mean - base) > ALIKE * abs(base)
        ]

    def changed(self, point: tuple) -> dict[str, str]:
        """What is set otherwise there than at the baseline: path → level ("" where nothing is
        set)."""
        here, base = self._set(point), self._set(self.view.base)
        return {
            path: here.get(path, "")
            for path in {**base, **here}
            if here.get(path) != base.get(path)
        }

    def _set(self, point: tuple) -> dict[str, str]:
        levels = dict(zip(self.view.factors, point, strict=True))
        named = self.experiment.settings.get(levels.get(NAMED, ""))
        return {path: str(level) for path, level in (levels if named is None else named).items()}

    @cached_property
    def changes(self) -> dict[tuple, Change]:
        """(design point, measure, place, group) → its paired difference from the baseline."""
        if not self.others or not self.view.at_baseline:
            return {}
        wanted = {one[:3] for one in self.leads} | {(GAIN, "all", "all")}
        frame = self._independent(self.results.measures)
        frame = frame[frame["measure"].isin({measure for measure, _place, _group in wanted})]
        keys = zip(frame["measure"], frame["place"], frame["group"], strict=True)
        frame = frame[np.fromiter((key in wanted for key in keys), bool, len(frame))]
        base = dict(zip(self.view.factors, self.view.base, strict=True))
        table = paired(frame.astype(dict.fromkeys(self.view.factors, str)), list(base), base)
        return {
            (point, row.measure, row.place, row.group): self._change(point, row)
            for point, row in zip(self.view.points_of(table), table.itertuples(), strict=True)
        }

    def _independent(self, frame: pd.DataFrame) -> pd.DataFrame:
        """The rows at independent settings of the uncertain inputs."""
        if not self.experiment.samples:
            return frame
        chosen = [i for i, sample in enumerate(self.experiment.samples) if sample.independent]
        return frame[frame["sample"].isin(chosen)]

    def _change(self, point: tuple, row) -> Change:
        which = (row.measure, row.place, row.group)
        notes = [self.view.cell(*which, at).note for at in (point, self.view.base)]
        note = DID_NOT_SETTLE if DID_NOT_SETTLE in notes else ""
        return Change(Cell(row.mean, row.lower, row.upper, note), row.p_holm < CLEAR)

    def change(self, one: Wanted, point: tuple) -> Change:
        """What a design point changes of a measure."""
        return self.changes.get((point, *one[:3]), Change(NOTHING, False))

    # ---- targets and cost ------------------------------------------------------------------------

    def status(self, point: tuple) -> Status:
        """Whether a design point reaches all targets."""
        found = {goal.at(self.view, point) for goal in self.goals}
        if Status.MISSED in found:
            return Status.MISSED
        return Status.OPEN if Status.OPEN in found or not found else Status.REACHED

    def cost(self, point: tuple) -> float:
        """Cost a year, of all staff; NaN where costs are not told."""
        cost = self.view.cell("total_cost", point=point).mean
        return cost if cost > 0 else math.nan

    def hours(self, point: tuple) -> float:
        """Hours a week on the roster, of all staff."""
        return sum(
            self.view.cell("hours_rostered", group=group, point=point).mean for group in self._pools
        )

    @cached_property
    def _pools(self) -> list[str]:
        return sorted(
            {
                group
                for (_point, measure, place, group) in self.view.cells
                if measure == "hours_rostered"
                and place == "all"
                and group.startswith("pool: ")
                and not by_period(group)
            }
        )

    def burden(self, point: tuple) -> float:
        """What design points are ranked by: cost, or, where it is not told, hours."""
        cost = self.cost(point)
        return cost if math.isfinite(cost) else self.hours(point)

    @cached_property
    def reaching(self) -> list[tuple]:
        """The design points that reach all targets, the cheapest first; of equal cost, those that
        change least.
        """
        found = [point for point in self.plans if self.status(point) is Status.REACHED]
        return sorted(found, key=lambda point: (self.burden(point), len(self.changed(point))))

    @cached_property
    def nearest(self) -> tuple | None:
        """The design point that comes nearest to the targets: whose greatest shortfall is least."""
        if not self.goals:
            return None
        known = [point for point in self.plans if math.isfinite(self._shortfall(point))]
        return min(known, key=self._shortfall, default=None)

    def _shortfall(self, point: tuple) -> float:
        return max(self.shortfall(goal, point) for goal in self.goals)

    def shortfall(self, goal: Goal, point: tuple) -> float:
        """How far the mean is from a target, as a share of it; below 0 where it is better."""
        mean = self.view.cell(goal.measure, goal.place, goal.group, point).mean
        return (1 if goal.at_most else -1) * (mean - goal.bound) / (goal.bound or 1.0)

    def worst_goal(self, point: tuple) -> Goal:
        """The target that a design point falls shortest of."""
        return max(self.goals, key=lambda goal: self.shortfall(goal, point))

    # ---- the next post or seat -------------------------------------------------------------------

    @cached_property
    def steps(self) -> list[Step]:
        """The design points that add hours of one staff, everywhere or in one zone, and change
        nothing else, those first that bring most for each hour.
        """
        found = [step for point in self.others if (step := self._step(point)) is not None]
        return sorted(found, key=lambda step: -step.per_hours.mean)

    def _step(self, point: tuple) -> Step | None:
        paths = list(self.changed(point))
        if point not in self.plans or len(paths) != 1 or not paths[0].startswith(_STAFF):
            return None
        base = self.view.base
        more = [pool for pool in self._pools if self._rostered(pool, point, base)]
        if len(more) != 1:
            return None
        hours = self.hours(point) - self.hours(base)
        gain = self.changes.get((point, GAIN, "all", "all"))
        if gain is None or not hours > 0 or not math.isfinite(gain.cell.mean):
            return None
        cost = self.cost(point) - self.cost(base)
        return Step(point, hours, cost, gain)

    def _rostered(self, pool: str, point: tuple, base: tuple) -> bool:
        """Whether a staff has other hours at ``point`` than at ``base``."""
        there, here = (
            self.view.cell("hours_rostered", group=pool, point=one).mean for one in (point, base)
        )
        return not math.isclose(there, here, rel_tol=1e-9)

    @cached_property
    def alike(self) -> list[Step]:
        """The steps that cannot be told from the first by what they bring for each hour (paired,
        Bonferroni).
        """
        if not self.steps:
            return []
        first, *rest = self.steps
        values = self.view.values(GAIN)
        return [step for step in rest if not self._told(values, first, step, len(rest))]

    def _told(self, values: pd.DataFrame, a: Step, b: Step, comparisons: int) -> bool:
        base = values.loc[[self.view.base]].to_numpy()[0]
        gains = [(values.loc[[step.point]].to_numpy()[0] - base) / step.hours for step in (a, b)]
        off = gains[0] - gains[1]
        number = int(np.isfinite(off).sum())
        if number < 2:
            return False
        error = np.nanstd(off, ddof=1) / math.sqrt(number)
        reach = stdtrit(number - 1, 1 - (1 - LEVEL) / 2 / max(1, comparisons)) * error
        return bool(np.nanmean(off) > reach)

    # ---- the greatest change ---------------------------------------------------------------------

    @cached_property
    def best(self) -> tuple | None:
        """The design point with the greatest clear change for the better of the first lead measure;
        None where there is none, or where neither more nor less of it is better.
        """
        one = self.leads[0]
        sign = better(one.measure)
        clear = [
            point
            for point in self.plans
            if self.change(one, point).clear and sign * self.change(one, point).cell.mean > 0
        ]
        return max(clear, key=lambda point: sign * self.change(one, point).cell.mean, default=None)
