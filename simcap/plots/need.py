"""Who of those in need is reached, and where: the funnel, and the table of zones."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure

from simcap.analysis.statistics import told_apart
from simcap.plots.series import draw_intervals
from simcap.plots.theme import GREY, INK, KIND_COLOURS, sheet, shortened, wrapped
from simcap.plots.view import Cell, View, say_share, unit_of_time

REACHED = {
    "any_contact": ("had any contact", "a first contact"),
    "professional": ("met a professional", "a professional"),
    "treated": ("completed a course", "a completed course"),
}
"""The measures of the last stages, to be read with _of_need and _of_seekers: the stage, and where
the way leads to.
"""

# ---- the funnel ----------------------------------------------------------------------------------


def funnel(view: View) -> Figure | None:
    """From need to a completed course, for each kind of zone: of those in need, and of those who
    asked.
    """
    kinds = [kind for kind in view.kinds if view.cell("people_in_need", kind).mean > 0]
    if not kinds:
        return None
    reached = [name for name in REACHED if any(c.mean > 0 for c in _of_seekers(view, kinds, name))]
    stages = ["in need", "asked for help", *(REACHED[name][0] for name in reached)]
    goal = REACHED[reached[-1]][1] if reached else "asking for help"
    note = (
        f"Numbers of residents are those of the {view.weeks}, means over replications. Any contact:"
        " lay or professional, however late."
        + (" Dark lines: 95 % intervals." if view.replications > 1 else "")
    )
    figure = sheet(
        11.5,
        0.9 + len(stages) * (0.24 * len(kinds) + 0.25),
        f"From need to {goal}: how many are left at each step",
        view.where,
        [note, view.source],
    )
    left, right = figure.subplots(1, 2, sharey=True, width_ratios=(1.15, 1))
    need, asking = ({k: view.cell(f"people_{name}", k).mean for k in kinds} for name in STEPS)
    of_need = {
        kind: [
            Cell(1.0),
            Cell(asking[kind] / need[kind]),
            *(view.cell(f"{name}_of_need", kind) for name in reached),
        ]
        for kind in kinds
    }
    of_seekers = {
        kind: [None, Cell(1.0), *(view.cell(f"{name}_of_seekers", kind) for name in reached)]
        for kind in kinds
    }
    _bars(left, stages, of_need, lambda kind, share: f" · {share * need[kind]:,.0f}")
    _bars(right, stages, of_seekers, lambda kind, share: "")
    for ax, title, whom, most in (
        (left, "Of those in need: % · residents", "in need", 128),
        (right, "Of those who asked: %", "who asked for help", 112),
    ):
        ax.set(title=title, xlim=(0, most), xticks=range(0, 101, 20), ylabel="")
        ax.set_xlabel(f"% of residents {whom}")
        ax.grid(False, axis="y")
        ax.spines["left"].set_visible(False)
        ax.tick_params(axis="y", length=0, labelsize=10)
    left.get_legend().remove()
    sns.move_legend(
        right,
        "upper left",
        bbox_to_anchor=(0.0, 0.985),
        ncols=len(kinds),
        handlelength=1.0,
        title=None,
    )
    return figure


STEPS = ("in_need", "asking")


def _of_seekers(view: View, kinds: list[str], name: str) -> list[Cell]:
    return [view.cell(f"{name}_of_seekers", kind) for kind in kinds]


def _bars(
    ax: Axes,
    stages: list[str],
    shares: Mapping[str, Sequence[Cell | None]],
    also: Callable[[str, float], str],
) -> None:
    """A bar for each kind of zone and stage, its interval, and its share with what there is
    ``also`` to say of it.
    """
    frame = pd.DataFrame(
        [
            {"stage": stage, "kind": kind, "share": 100 * cell.mean if cell else 0.0}
            for kind, cells in shares.items()
            for stage, cell in zip(stages, cells, strict=True)
        ]
    )
    sns.barplot(
        frame,
        x="share",
        y="stage",
        hue="kind",
        order=stages,
        hue_order=list(shares),
        palette=KIND_COLOURS,
        saturation=1,
        width=0.8,
        gap=0.12,
        linewidth=0,
        errorbar=None,
        ax=ax,
    )
    for number, (kind, cells) in enumerate(shares.items()):
        for at, cell in enumerate(cells):
            if cell is not None and math.isfinite(cell.mean):
                y = at + 0.8 * ((number + 0.5) / len(shares) - 0.5)
                draw_intervals(ax, np.array([y]), [cell.times(100)], INK, across=True)
                end = 100 * (cell.upper if math.isfinite(cell.upper) else cell.mean)
                said = say_share(cell.mean) + also(kind, cell.mean)
                ax.text(end + 1.5, y, said, va="center", size=8.5)


# ---- zones ---------------------------------------------------------------------------------------

BETTER, WORSE = "#a9cfe8", "#d9772b"
SHADES = sns.blend_palette([BETTER, "#ffffff", WORSE], as_cmap=True)
LEAST = 0.25
"""Strength of the faintest shade that says anything."""
SHADING = (
    "Orange: worse than the mean of the other zones by more than chance (95 % intervals of the"
    " paired differences, for all zones of a column together); the darker, the further off. Blue:"
    " better. White: the difference may be chance. Seen in time: of those who came to a"
    " professional's door."
)
LOADS = (
    "Offered load (hours demanded over hours rostered): orange where it is 1 or more beyond chance:"
    " demand beyond the roster."
)


@dataclass(frozen=True)
class Column:
    """A column of the table: ``measure`` of ``group`` times ``factor``, how to ``say`` it, and
    whether ``more`` of it is worse. A ``load`` is judged by itself, not beside the other zones.
    """

    title: str
    measure: str
    say: Callable[[float], str]
    more_is_worse: bool
    group: str = "all"
    factor: float = 1.0
    load: bool = False

    @property
    def topic(self) -> str:
        """What the column tells of, for the heading."""
        of = {"wait_mean": "how long they wait", "offered_load": "how loaded the staff is"}
        return of.get(self.measure, "who is reached")

    def cell(self, view: View, zone: str) -> Cell:
        """The value of ``zone``."""
        return view.cell(self.measure, zone, self.group).times(self.factor)

    def shades(self, view: View, zones: list[str]) -> np.ndarray:
        """From -1, better, to 1, worse; 0 where nothing can be said."""
        cells = [self.cell(view, zone) for zone in zones]
        if self.load:
            return np.array([_overload(cell) for cell in cells])
        values = view.by_place(self.measure, zones, self.group)
        apart = told_apart(values) * (1 if self.more_is_worse else -1)
        off = np.abs(np.array([cell.mean for cell in cells]) - _mean([c.mean for c in cells]))
        most = np.nanmax(np.where(apart != 0, off, np.nan), initial=0.0)
        return apart * (LEAST + (1 - LEAST) * np.nan_to_num(off) / (most or 1.0))


def _overload(cell: Cell) -> float:
    surely = cell.lower if math.isfinite(cell.lower) else cell.mean
    return LEAST + (1 - LEAST) * min(cell.mean - 1, 1.0) if surely >= 1 else 0.0


def _mean(values: list[float]) -> float:
    known = [value for value in values if math.isfinite(value)]
    return sum(known) / len(known) if known else math.nan


def zones(view: View) -> Figure | None:
    """Coverage, waits and offered loads zone by zone, in blocks by kind, with their intervals;
    shaded is what differs from the other zones by more than chance.
    """
    kinds = {zone.zone: zone.kind for zone in view.scenario.zones}
    blocks = {kind: [name for name in kinds if kinds[name] == kind] for kind in KIND_COLOURS}
    rows = [row for kind, names in blocks.items() if names for row in ((kind, ""), *_of(names))]
    names = [name for _, name in rows if name]
    columns = [
        column
        for column in _columns(view, names)
        if any(math.isfinite(column.cell(view, name).mean) for name in names)
    ]
    if not columns or len(names) < 2:
        return None
    drawn = [column.cell(view, name) for column in columns for name in names]
    figure = sheet(
        max(3.1 + 1.22 * len(columns), 8.0),
        0.75 + 0.36 * len(rows),
        f"Zone by zone: {', '.join(dict.fromkeys(column.topic for column in columns))}",
        view.where,
        [
            _how_to_read(view, columns),
            view.unsettled_note(drawn, [view.base], "Values with *"),
            view.source,
        ],
    )
    ax = figure.subplots()
    shades = pd.DataFrame(
        {
            column.title: dict(zip(names, column.shades(view, names), strict=True))
            for column in columns
        }
    )
    table = shades.reindex([name or kind for kind, name in rows])
    sns.heatmap(
        table, mask=table.isna(), cmap=SHADES, vmin=-1, vmax=1, cbar=False, linewidths=1.2, ax=ax
    )
    for y, (_, name) in enumerate(rows):
        for x, column in enumerate(columns):
            if name:
                shade = SHADES(0.5 + table.iat[y, x] / 2)
                _say(ax, x + 0.5, y + 0.5, column, column.cell(view, name), shade)
    _label(ax, rows, columns)
    return figure


def _how_to_read(view: View, columns: list[Column]) -> str:
    several = view.replications > 1
    compared = any(not column.load for column in columns)
    alone = (
        "One replication cannot say which zones differ by more than chance: no shades but loads'."
    )
    said = ["Below each value: its 95 % interval." if several else ""]
    said.append((SHADING if several else alone) if compared else "")
    said.append(LOADS if any(column.load for column in columns) else "")
    return " ".join(filter(None, said))


def _of(names: list[str]) -> list[tuple[str, str]]:
    return [("", name) for name in names]


def _label(ax: Axes, rows: list[tuple[str, str]], columns: list[Column]) -> None:
    """Names of zones below those of their kinds, and of the columns on top."""
    labels = [kind or shortened(name, 28) for kind, name in rows]
    ax.set_yticks(np.arange(len(rows)) + 0.5, labels, rotation=0)
    for label, (kind, _) in zip(ax.get_yticklabels(), rows, strict=True):
        if kind:
            label.set(color=KIND_COLOURS[kind], weight="bold", size=10.5)
    heads = ["\n".join(wrapped(column.title, 15)) for column in columns]
    ax.set_xticks(np.arange(len(columns)) + 0.5, heads, rotation=0)
    ax.tick_params(length=0, top=False, labeltop=True, labelbottom=False)
    ax.set(xlabel="", ylabel="")
    ax.grid(False)


def _columns(view: View, names: list[str]) -> list[Column]:
    factor, unit = unit_of_time([view.cell("wait_mean", name) for name in names])
    columns = [
        Column("coverage of need", "coverage_of_need", say_share, False),
        Column("coverage of those who asked", "coverage_of_seekers", say_share, False),
        Column(
            f"mean wait to a professional, {unit}",
            "wait_mean",
            "{:.1f}".format,
            True,
            factor=factor,
        ),
        Column(f"seen {view.in_target}", "within_target", say_share, False),
    ]
    own = [name for name, pool in view.scenario.pools.items() if pool.per == "zone"]
    load = functools.partial(
        Column, measure="offered_load", say="{:.2f}".format, more_is_worse=True, load=True
    )
    return [
        *columns,
        *(load(f"load: {shortened(name, 26)}", group=f"pool: {name}") for name in own),
    ]


def _say(ax: Axes, x: float, y: float, column: Column, cell: Cell, shade: tuple) -> None:
    """A value with its interval below it, dark on light or light on dark."""
    known = math.isfinite(cell.mean)
    dark = np.dot(to_rgb(shade), (0.3, 0.59, 0.11)) < 0.5
    colour = GREY if not known else "white" if dark else INK
    said = column.say(cell.mean) + ("" if cell.settled else "*") if known else "–"
    low, high = (column.say(bound).removesuffix(" %") for bound in (cell.lower, cell.upper))
    between = f"{low}–{high}" if math.isfinite(cell.lower) and low != high else ""
    alarm = column.load and cell.mean >= 1
    ax.text(
        x,
        y - 0.14 if between else y,
        said,
        ha="center",
        va="center",
        size=9.5,
        weight="bold" if alarm else "normal",
        color=colour,
    )
    ax.text(x, y + 0.24, between, ha="center", va="center", size=7, color=colour)
