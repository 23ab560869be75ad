"""Lines over the levels of a factor: their axis, colours, intervals and marks, the same in every
figure.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from simcap.plots.theme import ALARM, MARKERS, hues
from simcap.plots.view import Cell, View, say_factor, say_level


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
        means, lower, upper = (
            np.array([getattr(cell, name) for cell in self.cells], dtype=float)
            for name in ("mean", "lower", "upper")
        )
        if joined:
            ax.plot(at, means, color=self.line.colour, lw=1.4, alpha=0.8, zorder=2)
        if intervals:
            ax.errorbar(
                at,
                means,
                np.clip([means - lower, upper - means], 0, None),
                fmt="none",
                ecolor=self.line.colour,
                elinewidth=1.2,
                capsize=3,
                zorder=2,
            )
        for settled, fill in ((True, self.line.colour), (False, "white")):
            chosen = np.array([cell.settled == settled for cell in self.cells])
            ax.plot(
                at[chosen],
                means[chosen],
                self.line.marker,
                color=self.line.colour,
                mfc=fill,
                ms=6.5,
                mew=1.6,
                zorder=3,
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
    """Where the levels of a factor stand: at true amounts (hours), or one after the other."""

    at: np.ndarray
    labels: list[str]
    title: str
    true: bool

    @property
    def limits(self) -> tuple[float, float]:
        spare = 0.09 * (self.at[-1] - self.at[0]) if len(self.at) > 1 else 0.5
        return self.at[0] - spare, self.at[-1] + spare

    def width(self, step: int) -> float:
        """How many units of the axis lie between two levels: tens of hours, or one step."""
        return (self.at[step + 1] - self.at[step]) / 10 if self.true else 1.0

    def dodged(self, number: int, of: int) -> np.ndarray:
        """Positions a little apart for each of ``of`` lines, so that intervals do not hide each
        other.
        """
        closest = np.diff(self.at).min() if len(self.at) > 1 else 1.0
        return self.at + 0.3 * closest * ((number + 0.5) / of - 0.5)

    def ticks(self, ax: Axes) -> None:
        ax.set_xticks(self.at, self.labels)
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
                f"{label}\n{value:,.0f} h" for label, value in zip(labels, hours, strict=True)
            ]
            title = f"{title}: h a week, whole district"
            if true and len(levels) > 1:
                return Axis(hours, labels, title, True)
    return Axis(np.arange(len(levels), dtype=float), labels, title, False)


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
        darker = "\n(darker: at more\nlevels)" if shades > 1 else ""
        handles.append(
            Patch(
                color=ALARM,
                alpha=0.16,
                label="offered load ≥ 1:\ndemand exceeds\nthe roster" + darker,
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
