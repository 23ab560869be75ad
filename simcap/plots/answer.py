"""The measures that an experiment asks for, design point by design point: its answer in one
figure.
"""

from __future__ import annotations

import math

import numpy as np
from matplotlib.figure import Figure

from simcap.analysis.measures import MEASURES
from simcap.analysis.stopping import Wanted
from simcap.plots.theme import ALARM, GREY, INK, PALE, sheet, wrapped
from simcap.plots.view import Cell, View, say_level

ROW, PANEL = 0.3, 2.2
"""Inches for a design point, and across for a measure."""


def answer(view: View) -> Figure | None:
    """Each measure of the experiment's ``answer`` at each design point, with its interval; the
    baseline is marked.
    """
    wanted = view.experiment.answer
    if not wanted or not view.points:
        return None
    columns = [
        [view.cell(one.measure, one.place, one.group, point) for point in view.points]
        for one in wanted
    ]
    labels = [view.experiment.called(point, say_level) for point in view.points]
    side = 0.07 * max(map(len, labels))
    above = 0.17 * max(len(_title(one).splitlines()) for one in wanted)
    notes = [
        (
            "Points: means over replications; bars: 95 % intervals of each. All design points share"
            " their residents, so differences between them are known better than the bars suggest"
            " (see comparison.csv)."
            if view.replications > 1
            else ""
        ),
        "Shaded: the baseline." if view.at_baseline and len(view.points) > 1 else "",
        view.unsettled_note([cell for column in columns for cell in column], view.points),
        view.source,
    ]
    figure = sheet(
        0.6 + side + PANEL * len(wanted),
        0.6 + above + ROW * len(view.points),
        view.experiment.question or view.experiment.name,
        "",
        notes,
    )
    axes = figure.subplots(1, len(wanted), sharey=True, squeeze=False)[0]
    at = np.arange(len(view.points))[::-1]
    for ax, one, cells in zip(axes, wanted, columns, strict=True):
        factor, unit = _unit(one, cells)
        shown = [cell.times(factor) for cell in cells]
        means, lower, upper = (
            np.array([getattr(cell, name) for cell in shown]) for name in ("mean", "lower", "upper")
        )
        if view.at_baseline and len(view.points) > 1:
            base = at[view.points.index(view.base)]
            ax.axhspan(base - 0.5, base + 0.5, color=PALE, alpha=0.5, lw=0, zorder=0)
        ax.errorbar(
            means,
            at,
            xerr=np.clip(np.nan_to_num([means - lower, upper - means]), 0, None),
            fmt="none",
            ecolor=INK,
            elinewidth=1.2,
            capsize=3,
            zorder=2,
        )
        for settled in (True, False):
            chosen = np.array([cell.settled == settled for cell in cells])
            ax.plot(
                means[chosen],
                at[chosen],
                "o",
                color=INK if settled else ALARM,
                mfc=INK if settled else "white",
                ms=6.5,
                mew=1.6,
                zorder=3,
            )
        ax.set_title(_title(one), fontsize=9.5)
        ax.set_xlabel(unit)
        ax.locator_params(axis="x", nbins=4)
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
    if unit in ("share", "ratio"):
        return 100.0, "percentage points" if one.measure.startswith("rural_urban_gap") else "%"
    if unit != "h":
        return 1.0, unit
    most = max((cell.mean for cell in cells if math.isfinite(cell.mean)), default=0.0)
    return (
        (3600.0, "seconds")
        if most < 1 / 30
        else (60.0, "minutes")
        if most < 1.5
        else (1.0, "hours")
        if most < 72
        else (1 / 24, "days")
    )


SAID = {
    "coverage_of_need": "seen in time, of those in need",
    "coverage_of_seekers": "seen in time, of those who ask",
    "any_contact_of_need": "any contact, of those in need",
    "any_contact_of_seekers": "any contact, of those who ask",
    "professional_of_need": "see a professional at all, of those in need",
    "rural_urban_gap": "in time, city minus villages, of those in need",
    "rural_urban_gap_of_seekers": "in time, city minus villages, of those who ask",
    "wait_mean_joined": "mean wait of all who join",
    "abandoned": "gave up, of first joinings",
    "hotline_answered_in_target": "calls answered in time",
    "crisis_response_mean": "mean crisis response",
    "register_managed": "visited in the year, of the register",
    "register_regular": "every visit on time, of the register",
    "utilisation": "hours at work, of those rostered",
    "queue_mean": "mean number waiting",
    "idle_while_others_wait": "idle while others wait for the same staff",
    "duplicate_assessments": "assessments repeated",
}
"""Measures in words; the others are called by their names."""


def _title(one: Wanted) -> str:
    """A measure, where and whose, on as many lines as it takes."""
    lines = wrapped(SAID.get(one.measure, one.measure.replace("_", " ")), 31)
    if one.group != "all":
        lines.append(one.group.partition(": ")[2] or one.group)
    if one.place != "all":
        lines.append(one.place)
    return "\n".join(lines)
