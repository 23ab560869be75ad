"""What the page says of a comparison: values of both settings and their difference, as cells of a
table, as points of a chart, and in sentences.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from simcap.analysis.measures import better, by_period
from simcap.analysis.stopping import Wanted
from simcap.app.desk import MOVED, SETTING, WRITTEN
from simcap.lang import _, joined, spaced
from simcap.lang.measures import place as place_in_words
from simcap.plots.view import NOTHING, Cell, View
from simcap.report.amounts import difference, digits, estimate, number, scaled, span
from simcap.report.facts import CLEAR
from simcap.report.sentences import title_of
from simcap.study.sweep import Sweep

COVERAGE = ("coverage_of_need", "coverage_of_seekers")
WAITS = ("wait_mean", "wait_p90")
LOADS = ("queue_mean", "offered_load", "utilisation")
HEADLINES = (*COVERAGE, *WAITS)
ELSE = ("hotline_answered_in_target", "register_managed", "any_contact_of_need")
"""What is told first where none of ``HEADLINES`` is known."""


@dataclass(frozen=True)
class Pair:
    """A measure somewhere in both settings, and the paired difference; ``clear`` where chance alone
    would seldom make one as large.
    """

    written: Cell
    moved: Cell = NOTHING
    change: Cell = NOTHING
    clear: bool = False

    @property
    def known(self) -> bool:
        return any(math.isfinite(cell.mean) for cell in (self.written, self.moved))


@dataclass
class Shown:
    """What a ``sweep`` of both settings tells."""

    sweep: Sweep

    @cached_property
    def view(self) -> View:
        return View(self.sweep)

    @property
    def both(self) -> bool:
        """Whether anything was changed."""
        return len(self.sweep.experiment.points) > 1

    @property
    def replications(self) -> int:
        return self.view.replications

    @cached_property
    def _changes(self) -> dict[tuple, tuple[Cell, bool]]:
        table = self.sweep.comparison
        columns = ("measure", "place", "group", "mean", "lower", "upper", "note", "p_holm")
        rows = zip(*(table[name].tolist() for name in columns), strict=True)
        return {
            key: (Cell(mean, lower, upper, note), p < CLEAR)
            for *key_, mean, lower, upper, note, p in rows
            for key in (tuple(key_),)
        }

    def pair(self, measure: str, place: str = "all", group: str = "all") -> Pair:
        """A measure in both settings."""
        written = self.view.cell(measure, place, group, (WRITTEN,))
        if not self.both:
            return Pair(written)
        change, clear = self._changes.get((measure, place, group), (NOTHING, False))
        return Pair(written, self.view.cell(measure, place, group, (MOVED,)), change, clear)

    @cached_property
    def headlines(self) -> list[tuple[str, str, str]]:
        """(measure, place, group) that are told first: those the experiment asks for, else coverage
        and waits.
        """
        usual = [(name, "all", "all") for name in HEADLINES]
        asked = [
            (one.measure, one.place, one.group) for one in self.sweep.experiment.answer
        ] or usual
        known = [key for key in asked if self.pair(*key).known]
        more = [(name, "all", "all") for name in ELSE] if not known else []
        return [*known, *(key for key in more if self.pair(*key).known)]

    @cached_property
    def places(self) -> list[str]:
        """The district, its kinds of zone, its zones."""
        zones = [zone.zone for zone in self.sweep.experiment.scenario.zones]
        return list(dict.fromkeys([*self.view.places, *zones]))

    @cached_property
    def pools(self) -> list[str]:
        """The staff that have a queue or a load, the longest queue first."""
        found = {
            group
            for _point, measure, place, group in self.view.cells
            if measure in LOADS
            and place == "all"
            and group.startswith("pool: ")
            and not by_period(group)
        }
        return sorted(found, key=lambda group: (-self._queue(group), group))

    def _queue(self, group: str) -> float:
        mean = self.pair("queue_mean", "all", group).written.mean
        return mean if math.isfinite(mean) else 0.0

    def told(self, measures: tuple[str, ...]) -> list[str]:
        """Those of ``measures`` that are known anywhere."""
        return [name for name in measures if any(key[1] == name for key in self.view.cells)]

    # ---- tables ----------------------------------------------------------------------------------

    def by_place(self, measure: str, group: str = "all") -> tuple[list[tuple[str, Pair]], str]:
        """((place, its values in the unit that people read), that unit)."""
        pairs = [(place, self.pair(measure, place, group)) for place in self.places]
        pairs = [(place, pair) for place, pair in pairs if pair.known]
        factor, unit = scaled(measure, [pair.written for _place, pair in pairs])
        return [
            (
                place_in_words(place),
                Pair(
                    pair.written.times(factor),
                    pair.moved.times(factor),
                    pair.change.times(factor),
                    pair.clear,
                ),
            )
            for place, pair in pairs
        ], unit


def tidy(sweep: Sweep) -> pd.DataFrame:
    """All rows of both settings and of their difference, as ``summary.csv`` has them."""
    change = sweep.comparison.assign(**{SETTING: f"{MOVED} - {WRITTEN}"})
    shared = [name for name in sweep.summary if name in change]
    frames = [sweep.summary[shared], change[shared]]
    texts = [SETTING, "measure", "place", "group", "unit", "note"]
    return pd.concat([frame.astype(dict.fromkeys(texts, str)) for frame in frames if len(frame)])


def worded(cell: Cell, signed: bool = False, unit: str = "") -> str:
    """ "2.95 % (2.93 to 2.98)", with a star where a queue did not settle."""
    if not math.isfinite(cell.mean):
        return "–"
    after = digits(cell)
    mean = spaced([number(cell.mean, after, signed), unit]) + ("" if cell.settled else " *")
    if not math.isfinite(cell.lower):
        return mean
    low, high = (number(bound, after, signed) for bound in (cell.lower, cell.upper))
    return _("{mean} ({low} to {high})", mean=mean, low=low, high=high)


# ---- sentences -----------------------------------------------------------------------------------


def stands(shown: Shown) -> str:
    """How things stand as it is written."""
    known = {key[0]: shown.pair(*key).written for key in shown.headlines if key[1:] == ("all",) * 2}
    parts = []
    if "coverage_of_need" in known:
        value = estimate("coverage_of_need", known["coverage_of_need"])
        parts.append(
            _(
                "{value} of those in need see a professional {in_target}",
                value=value,
                in_target=shown.view.in_target,
            )
        )
    if "wait_mean" in known:
        value = estimate("wait_mean", known["wait_mean"])
        parts.append(_("those seen wait {time} on average", time=value))
    return _("As written: {said}.", said=_("; ").join(parts)) if parts else ""


def bought(shown: Shown) -> str:
    """What the change bought: of the first headline, of residents, of waits."""
    if not shown.both or not shown.headlines:
        return ""
    if shown.replications < 2:
        return _("One replication cannot say what a change brings.")
    return joined([_first(shown), _residents(shown), _wait(shown)])


def _first(shown: Shown) -> str:
    measure, place, group = shown.headlines[0]
    pair = shown.pair(measure, place, group)
    name = title_of(Wanted(measure, place, group, 0.0))
    change = difference(measure, pair.change, pair.written)
    if not math.isfinite(pair.change.mean):
        return _("«{measure}» cannot be compared.", measure=name)
    if not pair.clear:
        return _(
            "What was moved makes no difference in «{measure}» that chance would not make:"
            " {change}.",
            measure=name,
            change=change,
        )
    way = better(measure) * (1 if pair.change.mean > 0 else -1)
    said = {
        1: _("Your setting improves «{measure}»: {change}.", measure=name, change=change),
        -1: _("Your setting worsens «{measure}»: {change}.", measure=name, change=change),
        0: _("Your setting changes «{measure}»: {change}.", measure=name, change=change),
    }
    return said[way]


def _residents(shown: Shown) -> str:
    pair = shown.pair("people_covered")
    if not (pair.known and pair.clear):
        return ""
    return _(
        "That is {people} residents seen in time in the {weeks}.",
        people=span(pair.change, ""),
        weeks=shown.view.weeks,
    )


def _wait(shown: Shown) -> str:
    pair = shown.pair("wait_mean")
    if not pair.known or not math.isfinite(pair.change.mean):
        return ""
    change = difference("wait_mean", pair.change, pair.written)
    if not pair.clear:
        return _("The mean wait does not change clearly: {change}.", change=change)
    return _("The mean wait changes by {change}.", change=change)
