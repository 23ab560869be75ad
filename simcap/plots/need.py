"""Who of those in need is reached, and where: the funnel, and the table of zones."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap, to_rgb
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from simcap.plots.theme import GREY, INK, KIND_COLOURS, sheet, shortened, wrapped
from simcap.plots.view import Cell, View, say_share

STAGES = (
    "in need",
    "asked for help",
    "had any contact",
    "met a professional",
    "completed a course",
)
REACHED = ("any_contact", "professional", "treated")
"""The measures of the last stages, to be read with _of_need and _of_seekers."""

# ---- the funnel ----------------------------------------------------------------------------------


def funnel(view: View) -> Figure | None:
    """From need to a completed course, for each kind of zone: of those in need, and of those who
    asked.
    """
    kinds = [kind for kind in view.kinds if view.cell("people_in_need", kind).mean > 0]
    if not kinds:
        return None
    note = (
        f"Numbers of residents are those of the {view.weeks}, means over replications. Any contact:"
        " lay or professional, however late."
        + (" Dark lines: 95 % intervals." if view.replications > 1 else "")
    )
    figure = sheet(
        11.5,
        0.9 + len(STAGES) * (0.24 * len(kinds) + 0.25),
        "From need to a completed course: how many are left at each step",
        view.where,
        [note, view.source],
    )
    left, right = figure.subplots(1, 2, sharey=True, width_ratios=(1.15, 1))
    for row, kind in enumerate(kinds):
        need, asking = view.cell("people_in_need", kind).mean, view.cell("people_asking", kind).mean
        of_need = [
            Cell(1.0),
            Cell(asking / need),
            *(Cell(view.cell(f"{name}_of_need", kind).mean) for name in REACHED),
        ]
        of_seekers = [
            Cell(math.nan),
            Cell(1.0),
            *(view.cell(f"{name}_of_seekers", kind) for name in REACHED),
        ]
        counts = [cell.mean * need for cell in of_need]
        at = np.arange(len(STAGES)) + 0.8 * ((row + 0.5) / len(kinds) - 0.5)
        _bars(
            left,
            at,
            of_need,
            0.8 / len(kinds),
            kind,
            [f"{say_share(c.mean)} · {n:,.0f}" for c, n in zip(of_need, counts, strict=True)],
        )
        _bars(
            right,
            at,
            of_seekers,
            0.8 / len(kinds),
            kind,
            [say_share(c.mean) if c.mean == c.mean else "" for c in of_seekers],
        )
    for ax, base, most in (
        (left, "Of those in need: % · residents", 128),
        (right, "Of those who asked: %", 112),
    ):
        ax.set(
            title=base, xlim=(0, most), ylim=(len(STAGES) - 0.45, -0.55), xticks=range(0, 101, 20)
        )
        ax.set_xlabel(
            "% of residents in need" if ax is left else "% of residents who asked for help"
        )
        ax.grid(False, axis="y")
        ax.spines["left"].set_visible(False)
    left.set_yticks(range(len(STAGES)), STAGES)
    left.tick_params(axis="y", length=0, labelsize=10)
    right.legend(loc="upper left", bbox_to_anchor=(0.0, 0.985), ncols=len(kinds), handlelength=1.0)
    return figure


def _bars(
    ax: Axes, at: np.ndarray, cells: list[Cell], height: float, kind: str, labels: list[str]
) -> None:
    means = np.array([100 * cell.mean for cell in cells])
    ax.barh(at, means, 0.88 * height, color=KIND_COLOURS[kind], label=kind)
    for y, cell, label in zip(at, cells, labels, strict=True):
        end = 100 * (cell.upper if math.isfinite(cell.upper) else cell.mean)
        ax.plot([100 * cell.lower, 100 * cell.upper], [y, y], color=INK, lw=1)
        if label:
            ax.text(end + 1.5, y, label, va="center", size=8.5)


# ---- zones ---------------------------------------------------------------------------------------

SHADES = LinearSegmentedColormap.from_list("trouble", ["#ffffff", "#fbe3c8", "#f0a868", "#c8553d"])
GAP = 0.75
"""Rows left free above each block of zones, for its heading."""
SHADING = (
    "The darker, the worse. Coverage and waits are shaded from the best to the worst zone of a"
    " column; offered load (hours demanded over hours rostered) from 0 to 2, bold from 1 on: demand"
    " beyond the roster. Seen in time: of those who came to a professional's door."
)


def zones(view: View) -> Figure | None:
    """Coverage, waits and offered loads zone by zone, in blocks by kind; the darker a cell, the
    worse.
    """
    kinds = {zone.zone: zone.kind for zone in view.scenario.zones}
    names = [
        name for kind in ("urban", "transition", "rural") for name in kinds if kinds[name] == kind
    ]
    columns = [
        column
        for column in _columns(view)
        if any(math.isfinite(column.cell(name).mean) for name in names)
    ]
    if not columns:
        return None
    rows, headings, y = {}, {}, 0.0
    for name in names:
        if kinds[name] not in headings:
            y += GAP
            headings[kinds[name]] = y - 0.62
        rows[name], y = y, y + 1
    drawn = [column.cell(name) for column in columns for name in names]
    figure = sheet(
        3.1 + 1.22 * len(columns),
        0.75 + 0.34 * y,
        "Zone by zone: who is reached, how long they wait, how loaded the staff is",
        view.where,
        [SHADING, view.unsettled_note(drawn, [view.base], "Values with *"), view.source],
    )
    ax = figure.subplots()
    for x, column in enumerate(columns):
        cells = [column.cell(name) for name in names]
        for name, cell, shade in zip(
            names, cells, column.shades(np.array([cell.mean for cell in cells])), strict=True
        ):
            _box(ax, x, rows[name], cell, column, shade)
    for kind, top in headings.items():
        ax.text(
            -0.06,
            top,
            kind,
            color=KIND_COLOURS[kind],
            weight="bold",
            size=10.5,
            va="center",
            ha="right",
        )
    ax.set(xlim=(0, len(columns)), ylim=(y - 0.5, -0.5))
    ax.set_yticks([*rows.values()], [shortened(name, 28) for name in rows])
    ax.set_xticks(
        np.arange(len(columns)) + 0.5, ["\n".join(wrapped(column.title, 15)) for column in columns]
    )
    ax.tick_params(length=0, top=False, labeltop=True, labelbottom=False)
    ax.grid(False)
    ax.spines[:].set_visible(False)
    return figure


@dataclass(frozen=True)
class Column:
    """A column of the table: the ``cell`` of a zone, how to ``say`` it, its ``shades`` from 0,
    good, to 1, bad; from ``alarm`` on, values are bold.
    """

    title: str
    cell: Callable[[str], Cell]
    say: Callable[[float], str]
    shades: Callable[[np.ndarray], np.ndarray]
    alarm: float = math.inf


def _columns(view: View) -> list[Column]:
    days = "{:.1f}".format
    columns = [
        Column(
            "coverage of need",
            lambda zone: view.cell("coverage_of_need", zone),
            say_share,
            _falling,
        ),
        Column(
            "coverage of those who asked",
            lambda zone: view.cell("coverage_of_seekers", zone),
            say_share,
            _falling,
        ),
        Column(
            "mean wait to a professional, days",
            lambda zone: view.cell("wait_mean", zone).times(1 / 24),
            days,
            _rising,
        ),
        Column(
            f"seen {view.in_target}",
            lambda zone: view.cell("within_target", zone),
            say_share,
            _falling,
        ),
    ]
    for staff in (name for name, pool in view.scenario.pools.items() if pool.per == "zone"):
        columns.append(
            Column(
                f"load: {shortened(staff, 26)}",
                functools.partial(view.cell, "offered_load", group=f"pool: {staff}"),
                "{:.2f}".format,
                lambda loads: np.clip(loads / 2, 0, 1),
                alarm=1.0,
            )
        )
    return columns


def _rising(values: np.ndarray) -> np.ndarray:
    """0 for the least of ``values``, 1 for the greatest; values within a fifth of each other do not
    use the whole range.
    """
    known = values[np.isfinite(values)]
    if not len(known):
        return values
    width = max(np.ptp(known), 0.2 * abs(known.mean()), 1e-12)
    return 0.5 + (values - (known.min() + known.max()) / 2) / width


def _falling(values: np.ndarray) -> np.ndarray:
    return 1 - _rising(values)


def _box(ax: Axes, x: float, y: float, cell: Cell, column: Column, shade: float) -> None:
    known = math.isfinite(cell.mean)
    colour = SHADES(0.92 * shade) if known else "#f2f2f2"
    ax.add_patch(Rectangle((x + 0.015, y - 0.48), 0.97, 0.96, facecolor=colour, edgecolor="none"))
    dark = np.dot(to_rgb(colour), (0.3, 0.59, 0.11)) < 0.55
    ax.text(
        x + 0.5,
        y,
        column.say(cell.mean) + ("" if cell.settled else "*") if known else "–",
        ha="center",
        va="center",
        size=9.5,
        weight="bold" if cell.mean >= column.alarm else "normal",
        color="white" if dark else INK if known else GREY,
    )
