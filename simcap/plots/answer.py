"""The measures that an experiment asks for, design point by design point: its answer in one
figure.
"""

from __future__ import annotations

import math

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from simcap.analysis.measures import MEASURES
from simcap.analysis.stopping import Wanted
from simcap.lang import N_, _, listed
from simcap.lang.measures import measure as in_words
from simcap.lang.measures import unit as unit_in_words
from simcap.plots.series import draw_intervals, draw_points
from simcap.plots.theme import ALARM, GREY, INK, PALE, letters, sheet, wrapped
from simcap.plots.view import BELOW_ZERO, Cell, View
from simcap.plots.words import say_factor, say_group, say_level, say_short, unit_of_time
from simcap.scenario.units import unit_of_numbers
from simcap.study.experiment import short_names

ROW, PANEL, HEAD = 0.3, 2.0, 30
"""Inches for a design point, and across for a measure; letters on a line of its heading."""
LEAD = (
    Wanted("coverage_of_need", "all", "all", 0.0),
    Wanted("coverage_of_need", "rural", "all", 0.0),
    Wanted("within_target", "all", "all", 0.0),
    Wanted("wait_mean", "all", "all", 0.0),
)
"""What is shown of design points that have names, where no answer is asked for."""


def answer(view: View) -> Figure | None:
    """Each measure of the experiment's ``answer`` at each design point, with its interval; the
    baseline is marked. Design points that have names are shown so, too, if no answer is asked for.
    """
    asked = view.experiment.answer or (LEAD if view.experiment.settings else ())
    columns = {
        one: cells
        for one in asked
        if (cells := [view.cell(*one[:3], point) for point in view.points])
        and (view.experiment.answer or any(math.isfinite(cell.mean) for cell in cells))
    }
    if not columns:
        return None
    labels = [view.experiment.called(point, say_level, say_short) for point in view.points]
    notes = [
        (
            _(
                "Points: means over replications; bars: 95 % intervals of each. All design points"
                " share their residents, so differences between them are known better than the"
                " bars suggest (see comparison.csv)."
            )
            if view.replications > 1
            else ""
        ),
        _("Shaded: the baseline.") if view.at_baseline and len(view.points) > 1 else "",
        view.unsettled_note([cell for cells in columns.values() for cell in cells], view.points),
        view.source,
    ]
    above = 0.17 * max(len(_title(one).splitlines()) for one in columns)
    figure = sheet(
        0.6 + 0.07 * max(map(letters, labels)) + PANEL * len(columns),
        0.6 + above + ROW * len(view.points),
        view.experiment.question or view.experiment.name,
        _shown(view),
        notes,
    )
    axes = figure.subplots(1, len(columns), sharey=True, squeeze=False)[0]
    at = np.arange(len(view.points))[::-1]
    for ax, (one, cells) in zip(axes, columns.items(), strict=True):
        _panel(ax, view, at, one, cells)
    axes[0].set_yticks(at, labels)
    axes[0].set_ylim(-0.6, len(view.points) - 0.4)
    return figure


def _panel(ax: Axes, view: View, at: np.ndarray, one: Wanted, cells: list[Cell]) -> None:
    """The measure ``one`` at the design points, which stand at ``at``."""
    factor, unit = _unit(one, cells)
    shown = [cell.times(factor) for cell in cells]
    if view.at_baseline and len(view.points) > 1:
        base = at[view.points.index(view.base)]
        ax.axhspan(base - 0.5, base + 0.5, color=PALE, alpha=0.5, lw=0, zorder=0)
    draw_intervals(ax, at, shown, INK, across=True)
    draw_points(ax, at, shown, INK, across=True, hollow=ALARM)
    ax.set_title(_title(one), fontsize=8.4)
    ax.set_xlabel(unit)
    ax.locator_params(axis="x", nbins=4)
    low, high = ax.get_xlim()
    if one.measure not in BELOW_ZERO and low < 0:
        low = -0.03 * high
        ax.set_xlim(low, high)
    ticks = [tick for tick in ax.get_xticks() if low <= tick <= high]
    ax.set_xticks(ticks if one.measure in BELOW_ZERO else [tick for tick in ticks if tick >= 0])
    if high >= 1000:
        ax.xaxis.set_major_formatter("{x:,.6g}")
    ax.grid(False, axis="y")
    if not any(math.isfinite(cell.mean) for cell in cells):
        ax.text(0.5, 0.5, _("nobody"), transform=ax.transAxes, ha="center", color=GREY)


def _unit(one: Wanted, cells: list[Cell]) -> tuple[float, str]:
    """(factor, unit) in which people read a measure."""
    unit = MEASURES[one.measure][0]
    if unit in ("share", "ratio"):
        return 100.0, _("percentage points") if one.measure.startswith("rural_urban_gap") else "%"
    if unit == "h":
        return unit_of_time(cell.mean for cell in cells)
    factor = unit_of_numbers((cell.mean for cell in cells), unit)[0]
    return factor, unit_in_words(unit, factor)


WHERE = {
    "urban": N_("in the city"),
    "transition": N_("in growing towns"),
    "rural": N_("in villages"),
    "worst zone": N_("worst zone"),
}


def _title(one: Wanted) -> str:
    """A measure, where and whose, on as many lines as it takes."""
    lines = wrapped(in_words(one.measure), HEAD)
    if one.group != "all":
        lines += wrapped(say_group(one.group), HEAD)
    if one.place != "all":
        lines.append(_(WHERE[one.place]) if one.place in WHERE else one.place)
    return "\n".join(lines)


def _shown(view: View) -> str:
    """Whose, and the factors that labels call by a short name."""
    factors = [] if view.experiment.settings else view.factors
    said = [
        f"{say_short(short)}: {say_factor(factor)}"
        for short, factor in zip(short_names(factors), factors, strict=True)
        if say_short(short) != say_factor(factor)
    ]
    explained = _("In the labels, {names}", names=listed(said)) if said else ""
    return _(". ").join(filter(None, (view.scenario.name, explained)))
