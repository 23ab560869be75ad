"""The measures that an experiment asks for, design point by design point: its answer in one figure."""

from __future__ import annotations

import math

import numpy as np
from matplotlib.figure import Figure

from simcap.analysis.measures import MEASURES
from simcap.analysis.stopping import Wanted
from simcap.plots.theme import ALARM, GREY, INK, KIND_COLOURS, PALE, sheet
from simcap.plots.view import Cell, View, say_level

ROW, PANEL = 0.34, 2.9
"""Inches for a design point, and across for a measure."""


def answer(view: View) -> Figure | None:
    """Each measure of the experiment's ``answer`` at each design point, with its interval; the baseline is marked."""
    wanted = view.experiment.answer
    if not wanted or not view.points:
        return None
    columns = [[view.cell(one.measure, one.place, one.group, point) for point in view.points] for one in wanted]
    labels = [view.experiment.called(point, say_level) for point in view.points]
    side = 0.075 * max(map(len, labels))
    notes = ["Points: means over replications; bars: 95 % intervals of each. All design points share their residents, so differences "
             "between "
             "them are known better than the bars suggest (see comparison.csv)." if view.replications > 1 else "",
             "Shaded: the baseline." if view.at_baseline and len(view.points) > 1 else "",
             view.unsettled_note([cell for column in columns for cell in column], view.points), view.source]
    figure = sheet(0.6 + side + PANEL * len(wanted), 0.9 + ROW * len(view.points), view.experiment.question or view.experiment.name, "",
                   notes)
    axes = figure.subplots(1, len(wanted), sharey=True, squeeze=False)[0]
    at = np.arange(len(view.points))[::-1]
    for ax, one, cells in zip(axes, wanted, columns, strict=True):
        factor, unit = _unit(one, cells)
        shown = [cell.times(factor) for cell in cells]
        means, lower, upper = (np.array([getattr(cell, name) for cell in shown]) for name in ("mean", "lower", "upper"))
        if view.at_baseline and len(view.points) > 1:
            base = at[view.points.index(view.base)]
            ax.axhspan(base - 0.5, base + 0.5, color=PALE, alpha=0.5, lw=0, zorder=0)
        ax.errorbar(means, at, xerr=np.clip(np.nan_to_num([means - lower, upper - means]), 0, None), fmt="none", ecolor=INK, elinewidth=1.2,
                    capsize=3, zorder=2)
        colour = KIND_COLOURS.get(one.place, KIND_COLOURS["urban"] if one.place == "all" else GREY)
        for settled in (True, False):
            chosen = np.array([cell.settled == settled for cell in cells])
            ax.plot(means[chosen], at[chosen], "o", color=colour if settled else ALARM, mfc=colour if settled else "white", ms=6.5, mew=1.6,
                    zorder=3)
        ax.set_title(_title(one), fontsize=9.5)
        ax.set_xlabel(unit)
        ax.locator_params(axis="x", nbins=5)
        low, high = ax.get_xlim()
        ax.set_xticks([tick for tick in ax.get_xticks() if low <= tick <= high])
        ax.grid(False, axis="y")
        if not np.isfinite(means).any():
            ax.text(0.5, 0.5, "nobody", transform=ax.transAxes, ha="center", color=GREY)
    axes[0].set_yticks(at, labels)
    axes[0].set_ylim(-0.6, len(view.points) - 0.4)
    return figure


def _unit(one: Wanted, cells: list[Cell]) -> tuple[float, str]:
    """(factor, unit) in which people read a measure."""
    unit = MEASURES[one.measure][0]
    if unit == "share":
        return 100.0, "%"
    if unit != "h":
        return 1.0, unit
    most = max((cell.mean for cell in cells if math.isfinite(cell.mean)), default=0.0)
    return (3600.0, "seconds") if most < 1 / 30 else (60.0, "minutes") if most < 1.5 else (1.0, "hours") if most < 72 else (1 / 24, "days")


def _title(one: Wanted) -> str:
    """A measure, where and whose, on up to three lines."""
    lines = [one.measure.replace("_", " ")]
    if one.group != "all":
        lines.append(one.group.removeprefix("station: ").removeprefix("severity: ").removeprefix("need: ").removeprefix("pool: "))
    if one.place != "all":
        lines.append(one.place)
    return "\n".join(lines)
