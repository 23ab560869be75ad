"""Targets that design points are held against: a share that a measure is to reach at a place."""

from __future__ import annotations

import enum
import math
import re
from dataclasses import dataclass

from simcap.analysis.measures import MEASURES, better
from simcap.errors import InputError
from simcap.lang import N_, _
from simcap.plots.view import Cell, View
from simcap.scenario.reader import did_you_mean
from simcap.study.experiment_file import named_measure

ROUNDING = 1e-9
"""How far below a bound rounding may put what is equal to it."""


class Status(enum.Enum):
    """Whether a target is reached, as far as replications tell; the values are words."""

    REACHED = N_("reached")
    OPEN = N_("cannot be said")
    MISSED = N_("missed")

    @property
    def words(self) -> str:
        """It in words."""
        return _(self.value)


@dataclass(frozen=True)
class Goal:
    """``measure`` at ``place`` of ``group`` is to be at least (of what is better the less there is,
    at most) ``bound``. ``source``: who set it.
    """

    measure: str
    place: str
    group: str
    bound: float
    source: str

    @property
    def at_most(self) -> bool:
        return better(self.measure) < 0

    def status(self, cell: Cell) -> Status:
        """Whether a value reaches it: its whole 95 % interval does; it is missed where none of the
        interval does; what did not settle, or has no interval, cannot be said to reach it.
        """
        low, high = cell.lower, cell.upper
        if not (math.isfinite(low) and math.isfinite(high)):
            return Status.OPEN
        if self.at_most:
            low, high, bound = -high, -low, -self.bound
        else:
            bound = self.bound
        if low >= bound - ROUNDING:
            return Status.REACHED if cell.settled else Status.OPEN
        return Status.MISSED if high < bound - ROUNDING else Status.OPEN

    def at(self, view: View, point: tuple) -> Status:
        """The same at a design point."""
        return self.status(view.cell(self.measure, self.place, self.group, point))


ASSUMED = N_("assumed; --target sets another")
DEFAULTS = (
    ("within_target", 0.8, ASSUMED),
    ("register_managed", 0.95, N_("seed 003: management rate of the register")),
    ("hotline_answered_in_target", 0.8, ASSUMED),
)
"""Measure, bound, source: what stands where no target is named."""


def goals(view: View, asked: list[str]) -> list[Goal]:
    """The targets that are ``asked`` for (MEASURE>=SHARE), or else the usual ones, in the district
    and each kind of zone: that of being seen within the target, and those of measures that the
    experiment asks for.
    """
    if asked:
        return [_read(view, text) for text in asked]
    own = {one.measure for one in view.experiment.answer} | {"within_target"}
    return [
        Goal(measure, place, "all", bound, source)
        for measure, bound, source in DEFAULTS
        for place in view.places
        if measure in own and math.isfinite(view.cell(measure, place).mean)
    ]


def _read(view: View, text: str) -> Goal:
    """The target in ``text``, such as ``within_target at rural >= 80 %``."""
    match = re.fullmatch(r"\s*(.+?)\s*(>=|<=|≥|≤)\s*([\d.]+)\s*(%?)\s*", text)
    if match is None:
        raise InputError(
            _("--target: such as «within_target at rural >= 80 %» wanted, got {got!r}", got=text)
        )
    try:
        one, bound = named_measure(match[1]), float(match[3]) / (100 if match[4] else 1)
    except ValueError as problem:
        raise InputError(f"--target: {problem}") from None
    goal = Goal(one.measure, one.place, one.group, bound, N_("as asked"))
    wanted = {-1: "<=", 1: ">="}.get(better(one.measure))
    if wanted is None or {"≥": ">=", "≤": "<="}.get(match[2], match[2]) != wanted:
        about = {"wanted": wanted, "measure": one.measure, "got": text}
        raise InputError(
            _("--target: {wanted} as {measure} has it wanted, got {got!r}", **about)
            if wanted
            else _(
                "--target: a measure of which more or less is better, as {measure} has it wanted,"
                " got {got!r}",
                **about,
            )
        )
    if MEASURES[one.measure][0] == "share" and bound > 1:
        raise InputError(_("--target: a share of at most 100 % wanted, got {got!r}", got=text))
    known = {key[1:] for key in view.cells}
    if (one.measure, one.place, one.group) not in known:
        near = did_you_mean(one.place, {place for name, place, _g in known if name == one.measure})
        raise InputError(_("--target: the results have no {one}{near}", one=one, near=near))
    return goal
