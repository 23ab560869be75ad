"""What changes from level to level: coverage, and what collaboration gains and costs."""

from __future__ import annotations

import math
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from simcap.lang import N_, _, joined
from simcap.lang.measures import place as place_in_words
from simcap.plots.series import Axis, Line, Series, axis_of, from_zero, legend, series
from simcap.plots.theme import GREY, sheet
from simcap.plots.view import COLLABORATION, Cell, View
from simcap.plots.words import say_factor, say_level

NEED = N_("Those in need include residents who never ask for help.")
BARS = N_(
    "Bars: 95 % intervals of each value. All levels share their residents, so differences between"
    " levels are known better than the bars suggest (see comparison.csv)."
)
QUEUES = N_("Where staff is short, more completed referrals can lengthen the queue they lead to.")


def coverage(view: View) -> Figure | None:
    """Coverage of need at every level of the factors, for the district and each kind of zone."""
    if view.across is None:
        return None
    axis, lines = axis_of(view, true=False), series(view)
    panels = {place: [_coverage(view, place, line) for line in lines] for place in view.places}
    drawn = [cell for rows in panels.values() for row in rows for cell in row.cells]
    if not any(math.isfinite(cell.mean) for cell in drawn):
        return None
    figure = sheet(
        1.9 + 2.75 * max(len(panels), 2),
        3.7,
        _("Of those in need, how many meet a professional {in_target}", in_target=view.in_target),
        view.held,
        [
            joined([_(NEED), _(BARS) if view.replications > 1 else ""]),
            view.unsettled_note(drawn, view.points),
            view.source,
        ],
    )
    axes = figure.subplots(1, len(panels), sharey=True, squeeze=False)[0]
    for ax, (place, rows) in zip(axes, panels.items(), strict=True):
        for number, row in enumerate(rows):
            row.draw(ax, axis.dodged(number, len(rows)), axis.joined)
        axis.ticks(ax)
        ax.set_title(place_in_words(place))
    axes[0].set_ylabel(_("coverage of need, %"))
    from_zero(axes)
    legend(axes[-1], lines, view)
    return figure


def _coverage(view: View, place: str, line: Line) -> Series:
    """Coverage of need, in %, along the levels for one level of the other factor."""
    points = [view.point(level, line.level) for level in view.levels(view.across)]
    cells = [view.cell("coverage_of_need", place, point=point) for point in points]
    return Series(line, [cell.times(100) for cell in cells])


# ---- what collaboration gains and costs ----------------------------------------------------------


@dataclass(frozen=True)
class Panel:
    """A measure times ``factor`` in the ``unit`` of its values and that of its ``change``."""

    title: str
    measure: str
    group: str
    unit: str
    change: str
    factor: float = 1.0


def tradeoff(view: View) -> Figure | None:
    """Referrals and waits over collaboration, a line for each level of staff: more referrals
    completed can lengthen the queue.
    """
    along, other = (view.hue, view.across) if view.hue else (view.across, None)
    levels = view.levels(along)
    if along is None or len(levels) < 2:
        return None
    panels = [panel for panel in _panels(view) if _known(view, panel)]
    if not panels:
        return None
    axis, lines, said = axis_of(view, along, true=False), series(view, other), say_factor(along)
    drawn = {
        (row, column): [_series(view, panel, line, bool(row)) for line in lines]
        for column, panel in enumerate(panels)
        for row in (0, 1)
    }
    cells = [cell for rows in drawn.values() for row in rows for cell in row.cells]
    same = _(" at the same level of {factor}", factor=say_factor(other)) if other else ""
    above = _(
        "Above: means. Below: change from {first}{same}, with the same residents in both,"
        " replication by replication.",
        first=f"{said} {say_level(levels[0])}",
        same=same,
    )
    note = joined([above, _(QUEUES) if along == COLLABORATION else ""])
    figure = sheet(
        2.2 + 3.0 * len(panels),
        5.6,
        _(
            "{factor}: what it changes in referrals, assessments and waits",
            factor=f"{said[:1].upper()}{said[1:]}",
        ),
        view.held,
        [note, view.unsettled_note(cells, view.points), view.source],
    )
    axes = figure.subplots(2, len(panels), sharex=True, squeeze=False)
    for (row, column), rows in drawn.items():
        _draw_panel(axes[row, column], panels[column], rows, axis, changed=bool(row))
    legend(axes[0, -1], lines, view, factor=other)
    return figure


def _panels(view: View) -> list[Panel]:
    panels = [
        Panel(
            _("Referrals completed"),
            "referrals_completed",
            "all",
            _("% of referrals made"),
            _("percentage points"),
            100,
        ),
        Panel(
            _("Assessments repeated"),
            "duplicate_assessments",
            "all",
            _("in the {weeks}", weeks=view.weeks),
            _("assessments"),
        ),
        Panel(
            _("Mean wait to a professional"),
            "wait_mean",
            "all",
            _("days from asking"),
            _("days"),
            1 / 24,
        ),
    ]
    if view.staff:
        panels.append(
            Panel(
                _("Waiting for {staff}", staff=view.staff),
                "queue_mean",
                f"pool: {view.staff}",
                _("residents, mean number"),
                _("residents"),
            )
        )
    return panels


def _known(view: View, panel: Panel) -> bool:
    return any(
        math.isfinite(view.cell(panel.measure, group=panel.group, point=point).mean)
        for point in view.points
    )


def _draw_panel(ax: Axes, panel: Panel, rows: list[Series], axis: Axis, changed: bool) -> None:
    """The values of ``panel``, or, if ``changed``, their changes with intervals."""
    for number, line in enumerate(rows):
        line.draw(ax, axis.dodged(number, len(rows)), axis.joined, intervals=changed)
    axis.ticks(ax)
    ax.yaxis.set_major_formatter("{x:,.4g}")
    if changed:
        ax.axhline(0, color=GREY, lw=1, zorder=1)
        ax.set_ylabel(_("change, {unit}", unit=panel.change))
    else:
        ax.set(title=panel.title, xlabel="", ylabel=panel.unit)
        from_zero([ax])


def _series(view: View, panel: Panel, line: Line, changed: bool) -> Series:
    """``panel`` along the levels for one level of the other factor; if ``changed``, less its value
    at the first level.
    """
    points = (
        [view.point(line.level, level) for level in view.levels(view.hue)]
        if view.hue
        else [view.point(level) for level in view.levels(view.across)]
    )
    cells: list[Cell] = [
        (
            view.change(panel.measure, panel.group, point, points[0])
            if changed
            else view.cell(panel.measure, group=panel.group, point=point)
        )
        for point in points
    ]
    return Series(line, [cell.times(panel.factor) for cell in cells])
