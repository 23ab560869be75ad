"""Staff: hours demanded beside hours rostered, and what the next hours of one staff buy."""

from __future__ import annotations

import math
from collections.abc import Iterable
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from simcap.analysis.measures import by_period
from simcap.lang import _, joined
from simcap.plots.series import Axis, Series, axis_of, from_zero, legend, series
from simcap.plots.theme import ALARM, GREY, INK, PALE, sheet, shortened
from simcap.plots.view import Cell, View, interval

DEMANDED, ROSTERED = "#d55e00", "#0173b2"

# ---- hours ---------------------------------------------------------------------------------------


def hours(view: View) -> Figure | None:
    """Hours a week demanded and rostered, staff by staff, the most loaded on top."""
    loads = {name: _load(view, name) for name in _rostered(view)}
    if not loads:
        return None
    names = sorted(loads, key=lambda name: -loads[name])
    figure = sheet(
        10.5,
        1.15 + 0.36 * len(names),
        _("Hours of staff that residents would need beside hours on the roster"),
        view.where,
        [
            _(
                "Hours demanded: what those who come would need if nobody gave up waiting. Offered"
                " load: hours demanded over the hours of whole sessions that can be started; from 1"
                " on (red) the roster cannot meet demand, and the queue ends only by people giving"
                " up."
            ),
            view.source,
        ],
    )
    ax = figure.subplots()
    least, full = _least(view, names), {name: _full(view, name) for name in names}
    for y, name in enumerate(names):
        _pair(ax, y, *_demanded_and_rostered(view, name), least, loads[name] >= 1)
        _remarks(ax, y, loads[name], *full[name])
    _scale_of_hours(ax, least)
    _name_staff(ax, {name: loads[name] for name in names})
    _head(ax, 1.02, _("offered load"))
    if any(zones for _full, zones in full.values()):
        _head(ax, 1.17, _("zones at 1 or more"))
    ax.plot([], [], "o", color=DEMANDED, ms=8, label=_("hours demanded"))
    ax.plot([], [], "|", color=ROSTERED, ms=13, mew=4, label=_("hours rostered"))
    ax.legend(loc="lower left", bbox_to_anchor=(0, 1.0), ncols=2, borderaxespad=0.1)
    return figure


def _rostered(view: View) -> list[str]:
    """The staff whose hours on the roster are counted."""
    found = {
        group.removeprefix("pool: "): None
        for (point, measure, place, group) in view.cells
        if point == view.base
        and measure == "hours_rostered"
        and place == "all"
        and not by_period(group)
    }
    return list(found)


def _demanded_and_rostered(view: View, name: str) -> tuple[float, float]:
    return (
        view.cell("hours_demanded", group=f"pool: {name}").mean,
        view.cell("hours_rostered", group=f"pool: {name}").mean,
    )


def _load(view: View, name: str) -> float:
    """The offered load; infinite where hours are demanded and none rostered."""
    load = view.cell("offered_load", group=f"pool: {name}").mean
    demanded, _rostered_hours = _demanded_and_rostered(view, name)
    return load if load == load else math.inf if demanded > 0 else 0.0


def _least(view: View, names: list[str]) -> float:
    """The left end of the axis: below every value above 0."""
    found = [value for name in names for value in _demanded_and_rostered(view, name) if value > 0]
    return 0.5 * min(found) if found else 0.1


def _scale_of_hours(ax: Axes, least: float) -> None:
    """A logarithmic axis from a little below ``least`` on, with room for the numbers."""
    ax.set_xscale("log")
    right = 1.8 * ax.get_xlim()[1]
    ax.set_xlim(0.7 * least, right)
    ticks = [
        tick
        for power in range(-3, 8)
        for tick in (1.0 * 10**power, 3.0 * 10**power)
        if least <= tick <= right
    ]
    ax.set_xticks(ticks, [f"{tick:,.10g}" for tick in ticks])
    ax.set_xticks([], minor=True)
    ax.set_xlabel(_("hours a week (each gridline about three times the one before)"))


def _name_staff(ax: Axes, loads: dict[str, float]) -> None:
    """The names of staff, from top to bottom; red where their load is 1 or more."""
    ax.set_ylim(len(loads) - 0.4, -0.9)
    ax.set_yticks(range(len(loads)), [shortened(name, 34) for name in loads])
    for label, load in zip(ax.get_yticklabels(), loads.values(), strict=True):
        label.set_color(ALARM if load >= 1 else INK)


def _head(ax: Axes, x: float, text: str) -> None:
    """What stands above the remarks at ``x``."""
    ax.text(x, -0.85, text, transform=ax.get_yaxis_transform(), size=9, color=GREY, va="center")


def _pair(
    ax: Axes, y: float, demanded: float, rostered: float, least: float, overloaded: bool
) -> None:
    at = [max(value, least) for value in (demanded, rostered)]
    ax.plot(
        at,
        [y, y],
        color=ALARM if overloaded else PALE,
        lw=4,
        solid_capstyle="butt",
        alpha=0.45 if overloaded else 1,
        zorder=1,
    )
    ax.plot(at[1], y, "|", color=ROSTERED, ms=15, mew=4, zorder=2)
    ax.plot(at[0], y, "o", color=DEMANDED, ms=8, zorder=3)
    for x, value, right in (
        (at[0], demanded, demanded > rostered),
        (at[1], rostered, demanded <= rostered),
    ):
        ax.annotate(
            _hours(value),
            (x, y),
            (9 if right else -9, 0),
            textcoords="offset points",
            va="center",
            ha="left" if right else "right",
            size=8.5,
            color=GREY if value == rostered else INK,
        )


def _remarks(ax: Axes, y: float, load: float, full: int, zones: int) -> None:
    """The load, and in how many of the zones it is 1 or more."""
    said = f"{load:.2f}" if math.isfinite(load) else _("nobody rostered")
    style: dict[str, Any] = {"transform": ax.get_yaxis_transform(), "size": 9.5, "va": "center"}
    ax.text(
        1.02,
        y,
        said,
        color=ALARM if load >= 1 else INK,
        weight="bold" if load >= 1 else "normal",
        **style,
    )
    said = _("{number} of {all}", number=full, all=zones) if zones else ""
    ax.text(1.17, y, said, color=ALARM if full else INK, **style)


def _full(view: View, name: str) -> tuple[int, int]:
    """In how many zones there is more demand for ``name`` than roster, and of how many zones it
    is.
    """
    loads = [
        view.cell("offered_load", zone.zone, f"pool: {name}").mean for zone in view.scenario.zones
    ]
    known = [load for load in loads if math.isfinite(load)]
    return sum(load >= 1 for load in known), len(known)


def _hours(value: float) -> str:
    return f"{value:,.0f}" if value >= 20 or value == 0 else f"{value:.2g}"


# ---- what the next hours buy ---------------------------------------------------------------------


def next_counsellor(view: View) -> Figure | None:
    """Residents reached against hours of the staff that is varied, and what each step brings for
    ten more hours a week.
    """
    if not view.staff or len(view.levels(view.across)) < 2:
        return None
    reached = view.values("people_in_need") * view.values("coverage_of_need")
    axis = axis_of(view)
    lines, steps = _lines(view, reached), _steps(view, reached, axis)
    if not any(math.isfinite(cell.mean) for line in lines for cell in line.cells):
        return None
    drawn = [cell for line in (*lines, *steps) for cell in line.cells]
    figure = sheet(
        11.5,
        4.5,
        _(
            "What more hours of {staff} buy: residents who meet a professional {in_target}",
            staff=view.staff,
            in_target=view.in_target,
        ),
        view.held,
        [
            joined(
                [
                    _(
                        "Right: differences from one step of staff to the next, the same residents"
                        " in both, replication by replication."
                    ),
                    _each(view),
                ]
            ),
            view.unsettled_note(drawn, view.points),
            view.source,
        ],
    )
    left, right = figure.subplots(1, 2)
    shades = _shade((left, right), view, axis)
    for number, line in enumerate(lines):
        line.draw(left, axis.dodged(number, len(lines)), axis.joined)
    _draw_steps(right, steps, axis)
    from_zero([left])
    more = (
        _("More of them for 10 more rostered hours a week")
        if axis.true
        else _("More of them for step")
    )
    for ax, title in (
        (left, _("Residents who meet one {in_target}", in_target=view.in_target)),
        (right, more),
    ):
        ax.set(title=title, ylabel=_("residents in the {weeks}", weeks=view.weeks))
        axis.ticks(ax)
        ax.yaxis.set_major_formatter("{x:,.4g}")
    legend(right, lines, view, shades)
    return figure


def _lines(view: View, reached: pd.DataFrame) -> list[Series]:
    """Residents reached at each level of the staff."""
    levels = view.levels(view.across)
    return [
        Series(line, [_reached(view, reached, view.point(level, line.level)) for level in levels])
        for line in series(view)
    ]


def _steps(view: View, reached: pd.DataFrame, axis: Axis) -> list[Series]:
    """What each step from one level of the staff to the next brings."""
    steps = list(pairwise(view.levels(view.across)))
    return [
        Series(
            line,
            [_step(view, reached, step, line.level, axis.width(i)) for i, step in enumerate(steps)],
        )
        for line in series(view)
    ]


def _reached(view: View, reached: pd.DataFrame, point: tuple) -> Cell:
    note = view.cell("coverage_of_need", point=point).note
    return (
        interval(reached.loc[[point]].to_numpy()[0], note).within()
        if point in reached.index
        else Cell(math.nan)
    )


def _step(view: View, reached: pd.DataFrame, step: tuple[str, str], hue: str, width: float) -> Cell:
    """Residents gained by a ``step`` from one level to the next, for each of its ``width`` units of
    the axis.
    """
    a, b = (view.point(level, hue) for level in step)
    if a not in reached.index or b not in reached.index:
        return Cell(math.nan)
    gained = reached.loc[[b]].to_numpy()[0] - reached.loc[[a]].to_numpy()[0]
    notes = [view.cell("coverage_of_need", point=point).note for point in (a, b)]
    return interval(gained / width, max(notes))


def _draw_steps(ax: Axes, steps: list[Series], axis: Axis) -> None:
    ax.axhline(0, color=GREY, lw=1)
    for number, line in enumerate(steps):
        middles = (axis.at[1:] + axis.at[:-1]) / 2
        apart = 0.22 * np.diff(axis.at) * ((number + 0.5) / len(steps) - 0.5)
        for cell, start, end in zip(line.cells, axis.at, axis.at[1:], strict=False):
            inset = 0.06 * (end - start)
            ax.plot(
                [start + inset, end - inset],
                [cell.mean] * 2,
                color=line.line.colour,
                lw=2.2,
                alpha=0.5,
                solid_capstyle="butt",
            )
        line.draw(ax, middles + apart, joined=False)


def _shade(axes: Iterable[Axes], view: View, axis: Axis) -> int:
    """Shade hours that the demand exceeds; in how many depths."""
    if not axis.true:
        return 0
    demands = [
        view.cell(
            "hours_demanded",
            group=f"pool: {view.staff}",
            point=view.point(view.levels(view.across)[0], line.level),
        ).mean
        for line in series(view)
    ]
    demands = [demand for demand in demands if demand > axis.at[0]]
    for ax in axes:
        left = axis.limits[0]
        for demand in demands:
            ax.axvspan(
                left,
                min(demand, axis.limits[1]),
                color=ALARM,
                alpha=0.16 / len(demands),
                lw=0,
                zorder=0,
            )
    return len(demands)


def _each(view: View) -> str:
    each = view.scenario.pools[view.staff].hours_each if view.staff else None
    return (
        _(
            "A full member of the {staff} works {hours} h a week.",
            staff=view.staff,
            hours=f"{each:.3g}",
        )
        if each and each >= 1
        else ""
    )
