"""Lines over the levels of a factor: their axis, colours, intervals and marks, the same in every
figure.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from simcap.lang import _
from simcap.plots.theme import ALARM, MARKERS, hues
from simcap.plots.view import Cell, View
from simcap.plots.words import say_factor, say_level
from simcap.study.design import numbers_of

DODGE = 0.3
"""How far lines stand apart at one level, of the way to the next."""
MOST_LETTERS = 34
"""So many letters of labels stand side by side below an axis; more stand aslant."""


@dataclass(frozen=True)
class Line:
    """How one level of a factor is drawn."""

    level: str
    colour: tuple
    marker: str


@dataclass(frozen=True)
class Series:
    """A ``line`` and its cells along the axis."""

    line: Line
    cells: list[Cell]

    def draw(self, ax: Axes, at: np.ndarray, joined: bool = True, intervals: bool = True) -> None:
        """Points at ``at``, with their intervals; those that did not settle are hollow."""
        if joined:
            means = [cell.mean for cell in self.cells]
            sns.lineplot(
                x=at,
                y=means,
                color=self.line.colour,
                lw=1.4,
                alpha=0.8,
                zorder=2,
                estimator=None,
                errorbar=None,
                ax=ax,
            )
        if intervals:
            draw_intervals(ax, at, self.cells, self.line.colour)
        draw_points(ax, at, self.cells, self.line.colour, self.line.marker)


def draw_points(
    ax: Axes,
    at: np.ndarray,
    cells: Sequence[Cell],
    colour: Any,
    marker: str = "o",
    across: bool = False,
    hollow: Any = None,
) -> None:
    """The means of ``cells`` at ``at`` along x (``across``: along y); those that did not settle are
    hollow, with an edge of the colour ``hollow`` if given.
    """
    frame = pd.DataFrame({"at": at, "mean": [cell.mean for cell in cells]})
    for settled in (True, False):
        some = frame[np.array([cell.settled == settled for cell in cells], dtype=bool)]
        edge = colour if settled else hollow or colour
        sns.scatterplot(
            some,
            x="mean" if across else "at",
            y="at" if across else "mean",
            color=edge if settled else "white",
            edgecolor=edge,
            linewidth=1.6,
            marker=marker,
            s=42,
            zorder=3,
            ax=ax,
        )
    ax.set(xlabel="", ylabel="")


def draw_intervals(
    ax: Axes, at: np.ndarray, cells: Sequence[Cell], colour: Any, across: bool = False
) -> None:
    """The intervals of ``cells``, as simcap computed them, where they have one: seaborn's own would
    be others, drawn anew at each call.
    """
    values = np.array([cell[:3] for cell in cells], dtype=float)
    known = np.isfinite(values).all(axis=1)
    means, lower, upper = values[known].T
    reach = np.clip([means - lower, upper - means], 0, None)
    ax.errorbar(
        *((means, at[known]) if across else (at[known], means)),
        **{"xerr" if across else "yerr": reach},
        fmt="none",
        ecolor=colour,
        elinewidth=1.2,
        capsize=3,
        zorder=2,
    )


def series(view: View, factor: str | None = "hue") -> list[Line]:
    """A line for each level of ``factor`` ("hue": the view's)."""
    levels = view.levels(view.hue if factor == "hue" else factor)
    return [
        Line(level, colour, MARKERS[i % len(MARKERS)])
        for i, (level, colour) in enumerate(zip(levels, hues(len(levels)), strict=True))
    ]


@dataclass(frozen=True)
class Axis:
    """Where the levels of a factor stand: at true amounts (hours), or one after the other. Levels
    that are numbers are ``joined`` by lines; between names there is nothing.
    """

    at: np.ndarray
    labels: list[str]
    title: str
    true: bool
    joined: bool

    @property
    def limits(self) -> tuple[float, float]:
        spare = (
            max(0.09 * (self.at[-1] - self.at[0]), DODGE * np.diff(self.at).min())
            if len(self.at) > 1
            else 0.5
        )
        return self.at[0] - spare, self.at[-1] + spare

    def width(self, step: int) -> float:
        """How many units of the axis lie between two levels: tens of hours, or one step."""
        return (self.at[step + 1] - self.at[step]) / 10 if self.true else 1.0

    def dodged(self, number: int, of: int) -> np.ndarray:
        """Positions a little apart for each of ``of`` lines, so that intervals do not hide each
        other.
        """
        closest = np.diff(self.at).min() if len(self.at) > 1 else 1.0
        return self.at + DODGE * closest * ((number + 0.5) / of - 0.5)

    def ticks(self, ax: Axes) -> None:
        steep = sum(max(map(len, label.split("\n"))) for label in self.labels) > MOST_LETTERS
        ax.set_xticks(
            self.at,
            self.labels,
            rotation=35 if steep else 0,
            ha="right" if steep else "center",
            rotation_mode="anchor",
        )
        ax.set_xlim(*self.limits)
        ax.set_xlabel(self.title)
        ax.grid(False, axis="x")


def axis_of(view: View, factor: str | None = "across", true: bool = True) -> Axis:
    """The axis of ``factor`` ("across": the view's); for staff, at its hours rostered if
    ``true``.
    """
    factor = view.across if factor == "across" else factor
    levels = view.levels(factor)
    labels, title = [say_level(level) for level in levels], say_factor(factor or "")
    joined = numbers_of(levels) is not None
    if factor == view.across and view.staff:
        hours = np.array(
            [
                view.cell(
                    "hours_rostered", group=f"pool: {view.staff}", point=view.point(level)
                ).mean
                for level in levels
            ]
        )
        if np.isfinite(hours).all() and (np.diff(hours) > 0).all():
            labels = [
                label + "\n" + _("{number} h", number=f"{value:,.0f}")
                for label, value in zip(labels, hours, strict=True)
            ]
            title = _("{staff}: h a week, whole district", staff=title)
            if true and len(levels) > 1:
                return Axis(hours, labels, title, True, joined)
    return Axis(np.arange(len(levels), dtype=float), labels, title, False, joined)


def from_zero(axes: Iterable[Axes]) -> None:
    """Begin the y axes, all alike, at 0 and leave some air above."""
    axes = list(axes)
    top = max(ax.dataLim.y1 for ax in axes)
    for ax in axes:
        ax.set_ylim(0, 1.06 * top if top > 0 else 1.0)


def legend(
    ax: Axes,
    lines: list[Series] | list[Line],
    view: View,
    shades: int = 0,
    factor: str | None = "hue",
) -> None:
    """The key, to the right of ``ax``: what colours mean, and the shading, of ``shades`` depths."""
    factor = view.hue if factor == "hue" else factor
    keys = [line.line if isinstance(line, Series) else line for line in lines]
    handles: list[Artist] = [
        Line2D([], [], color=key.colour, marker=key.marker, ms=6.5, label=say_level(key.level))
        for key in keys
        if factor
    ]
    if shades:
        darker = "\n" + _("(darker: at more\nlevels)") if shades > 1 else ""
        handles.append(
            Patch(
                color=ALARM,
                alpha=0.16,
                label=_("offered load ≥ 1:\ndemand exceeds\nthe roster") + darker,
            )
        )
    if handles:
        ax.legend(
            handles=handles,
            title="\n".join(say_factor(factor).rsplit(" ", 1)) if factor else None,
            loc="upper left",
            bbox_to_anchor=(1.02, 1.0),
            borderaxespad=0,
            alignment="left",
        )
