"""What changes from level to level: coverage, and what collaboration gains and costs."""

from __future__ import annotations

import math

from matplotlib.figure import Figure

from simcap.plots.series import Series, axis_of, legend, series
from simcap.plots.theme import GREY, sheet
from simcap.plots.view import Cell, View, say_factor, say_level


def coverage(view: View) -> Figure | None:
    """Coverage of need at every level of the factors, for the district and each kind of zone."""
    if view.across is None:
        return None
    axis, lines = axis_of(view, true=False), series(view)
    panels = {place: [Series(line, [view.cell("coverage_of_need", place, point=view.point(level, line.level)).times(100)
                                    for level in view.levels(view.across)]) for line in lines] for place in view.places}
    drawn = [cell for rows in panels.values() for row in rows for cell in row.cells]
    if not any(math.isfinite(cell.mean) for cell in drawn):
        return None
    figure = sheet(1.9 + 2.75 * max(len(panels), 2), 3.7, "Of those in need, how many meet a professional within the target", view.held,
                   ["Those in need include residents who never ask for help. Bars: 95 % intervals of each value; they share the residents, so "
                    "differences between levels are known better than the bars suggest (see comparison.csv).",
                    view.unsettled_note(drawn, view.points), view.source])
    axes = figure.subplots(1, len(panels), sharey=True, squeeze=False)[0]
    for ax, (place, rows) in zip(axes, panels.items(), strict=True):
        for number, row in enumerate(rows):
            row.draw(ax, axis.dodged(number, len(rows)))
        axis.ticks(ax)
        ax.set_title("whole district" if place == "all" else place)
    axes[0].set(ylabel="coverage of need, %", ylim=(0, None))
    legend(axes[-1], lines, view)
    return figure


# ---- what collaboration gains and costs -----------------------------------------------------------------------------


def tradeoff(view: View) -> Figure | None:
    """Referrals and waits over collaboration, a line for each level of staff: more referrals completed can lengthen the queue."""
    along, lined = (view.hue, view.across) if view.hue else (view.across, None)
    levels = view.levels(along)
    if along is None or len(levels) < 2:
        return None
    lines = series(view, lined)
    panels = [panel for panel in _panels(view) if any(math.isfinite(view.cell(panel[1], group=panel[2], point=p).mean) for p in view.points)]
    if not panels:
        return None
    axis = axis_of(view, along, true=False)
    cells = {(row, column): [Series(line, [_value(view, panel, _point(view, along, level, line.level), _point(view, along, levels[0], line.level), row)
                                           for level in levels]) for line in lines]
             for column, panel in enumerate(panels) for row in (0, 1)}
    drawn = [cell for rows in cells.values() for row in rows for cell in row.cells]
    said = say_factor(along)
    figure = sheet(2.2 + 3.0 * len(panels), 5.6, f"{said[:1].upper()}{said[1:]}: what it changes in referrals, repeated assessments and waits", view.held,
                   [f"Above: means. Below: change from {said} {say_level(levels[0])} at the same level of the other factor, with the same residents in both, replication by "
                    "replication. Where staff is short, more completed referrals can lengthen the queue they lead to.",
                    view.unsettled_note(drawn, view.points), view.source])
    axes = figure.subplots(2, len(panels), sharex=True, squeeze=False)
    for (row, column), rows in cells.items():
        ax = axes[row, column]
        for number, line in enumerate(rows):
            line.draw(ax, axis.dodged(number, len(rows)), intervals=bool(row))
        axis.ticks(ax)
        ax.yaxis.set_major_formatter("{x:,.4g}")
        if row:
            ax.axhline(0, color=GREY, lw=1, zorder=1)
            ax.set_ylabel(f"change, {panels[column][4]}")
        else:
            ax.set(title=panels[column][0], xlabel="", ylabel=panels[column][3], ylim=(0, None))
    legend(axes[0, -1], lines, view, factor=lined)
    return figure


def _panels(view: View) -> list[tuple]:
    """(title, measure, group, unit, unit of a change, factor) of each column."""
    panels = [("Referrals completed", "referrals_completed", "all", "% of referrals made", "percentage points", 100),
              ("Assessments repeated", "duplicate_assessments", "all", f"in the {view.weeks}", "assessments", 1),
              ("Mean wait to a professional", "wait_mean", "all", "days from asking", "days", 1 / 24)]
    if view.staff:
        panels.append((f"Waiting for {view.staff}", "queue_mean", f"pool: {view.staff}", "residents, mean number", "residents", 1))
    return panels


def _point(view: View, along: str, level: str, other: str) -> tuple:
    return view.point(other, level) if along == view.hue else view.point(level)


def _value(view: View, panel: tuple, point: tuple, base: tuple, changed: bool) -> Cell:
    _, measure, group, _, _, factor = panel
    cell = view.change(measure, group, point, base) if changed else view.cell(measure, group=group, point=point)
    return cell.times(factor)
