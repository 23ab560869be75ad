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
from simcap.plots.series import draw_intervals, draw_points
from simcap.plots.theme import ALARM, GREY, INK, PALE, letters, sheet, wrapped
from simcap.plots.view import BELOW_ZERO, Cell, View
from simcap.plots.words import say_factor, say_level, unit_of_time
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
    labels = [view.experiment.called(point, say_level) for point in view.points]
    notes = [
        (
            "Points: means over replications; bars: 95 % intervals of each. All design points share"
            " their residents, so differences between them are known better than the bars suggest"
            " (see comparison.csv)."
            if view.replications > 1
            else ""
        ),
        "Shaded: the baseline." if view.at_baseline and len(view.points) > 1 else "",
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
        ax.text(0.5, 0.5, "nobody", transform=ax.transAxes, ha="center", color=GREY)


def _unit(one: Wanted, cells: list[Cell]) -> tuple[float, str]:
    """(factor, unit) in which people read a measure."""
    unit = MEASURES[one.measure][0]
    if unit in ("share", "ratio"):
        return 100.0, "percentage points" if one.measure.startswith("rural_urban_gap") else "%"
    if unit == "h":
        return unit_of_time(cell.mean for cell in cells)
    return unit_of_numbers((cell.mean for cell in cells), unit)


SAID = {
    "coverage_of_need": "seen in time, of those in need",
    "coverage_of_seekers": "seen in time, of those who ask",
    "any_contact_of_need": "any contact, of those in need",
    "any_contact_of_seekers": "any contact, of those who ask",
    "professional_of_need": "see a professional at all, of those in need",
    "rural_urban_gap": "in time, city minus villages, of those in need",
    "rural_urban_gap_of_seekers": "in time, city minus villages, of those who ask",
    "within_target": "seen within the target",
    "wait_mean": "mean wait of those seen",
    "wait_mean_joined": "mean wait of all who join",
    "abandoned": "gave up, of first joinings",
    "hotline_answered_in_target": "calls answered in time",
    "crisis_response_mean": "mean crisis response",
    "register_managed": "visited in the year, of the register",
    "register_regular": "no gap too long, of the register",
    "register_in_person": "visited in person, of the register",
    "utilisation": "hours at work, of those rostered",
    "queue_mean": "mean number waiting",
    "idle_while_others_wait": "idle while others wait for the same staff",
    "duplicate_assessments": "assessments repeated",
}
"""Measures in words; the others are called by their names."""


WHERE = {"urban": "in the city", "transition": "in growing towns", "rural": "in villages"}


def _title(one: Wanted) -> str:
    """A measure, where and whose, on as many lines as it takes."""
    lines = wrapped(SAID.get(one.measure, one.measure.replace("_", " ")), HEAD)
    if one.group != "all":
        lines += wrapped(one.group.replace("pool: ", "staff: "), HEAD)
    if one.place != "all":
        lines.append(WHERE.get(one.place, one.place))
    return "\n".join(lines)


def _shown(view: View) -> str:
    """Whose, and the factors that labels call by a short name."""
    factors = [] if view.experiment.settings else view.factors
    said = [
        f"{short}: {say_factor(factor)}"
        for short, factor in zip(short_names(factors), factors, strict=True)
        if short != say_factor(factor)
    ]
    return view.scenario.name + (f". In the labels, {', '.join(said)}" if said else "")
