"""The table of zones: coverage, waits and loads town by town, shaded where towns differ by more
than chance.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure

from simcap.analysis.statistics import told_apart
from simcap.lang import N_, _, joined, listed
from simcap.lang.measures import place as place_in_words
from simcap.plots.theme import GREY, INK, KIND_COLOURS, sheet, shortened, wrapped
from simcap.plots.view import Cell, View
from simcap.plots.words import say_share, unit_of_time

BETTER, WORSE = "#a9cfe8", "#d9772b"
SHADES = sns.blend_palette([BETTER, "#ffffff", WORSE], as_cmap=True)
LEAST = 0.25
"""Strength of the faintest shade that says anything."""
SHADING = N_(
    "Orange: worse than the mean of the other zones by more than chance (95 % intervals of the"
    " paired differences, for all zones of a column together); the darker, the further off. Blue:"
    " better. White: the difference may be chance. Seen in time: of those who came to a"
    " professional's door."
)
LOADS = N_(
    "Offered load (hours demanded over hours of whole sessions that can be started): orange where"
    " it is 1 or more beyond chance: demand beyond the roster."
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
        of = {"wait_mean": _("how long they wait"), "offered_load": _("how loaded the staff is")}
        return of.get(self.measure, _("who is reached"))

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
    names = [name for _kind, name in rows if name]
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
        _("Zone by zone: {topics}", topics=listed(dict.fromkeys(one.topic for one in columns))),
        view.where,
        [
            _how_to_read(view, columns),
            view.unsettled_note(drawn, [view.base], _("Values with *")),
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
    for y, (_kind, name) in enumerate(rows):
        for x, column in enumerate(columns):
            if name:
                shade = SHADES(0.5 + table.iat[y, x] / 2)
                _say(ax, x + 0.5, y + 0.5, column, column.cell(view, name), shade)
    _label(ax, rows, columns)
    return figure


def _how_to_read(view: View, columns: list[Column]) -> str:
    several = view.replications > 1
    compared = any(not column.load for column in columns)
    alone = _(
        "One replication cannot say which zones differ by more than chance: no shades but loads'."
    )
    said = [_("Below each value: its 95 % interval.") if several else ""]
    said.append((_(SHADING) if several else alone) if compared else "")
    said.append(_(LOADS) if any(column.load for column in columns) else "")
    return joined(said)


def _of(names: list[str]) -> list[tuple[str, str]]:
    return [("", name) for name in names]


def _label(ax: Axes, rows: list[tuple[str, str]], columns: list[Column]) -> None:
    """Names of zones below those of their kinds, and of the columns on top."""
    labels = [place_in_words(kind) if kind else shortened(name, 28) for kind, name in rows]
    ax.set_yticks(np.arange(len(rows)) + 0.5, labels, rotation=0)
    for label, (kind, _name) in zip(ax.get_yticklabels(), rows, strict=True):
        if kind:
            label.set(color=KIND_COLOURS[kind], weight="bold", size=10.5)
    heads = ["\n".join(wrapped(column.title, 15)) for column in columns]
    ax.set_xticks(np.arange(len(columns)) + 0.5, heads, rotation=0)
    ax.tick_params(length=0, top=False, labeltop=True, labelbottom=False)
    ax.set(xlabel="", ylabel="")
    ax.grid(False)


def _columns(view: View, names: list[str]) -> list[Column]:
    factor, unit = unit_of_time(view.cell("wait_mean", name).mean for name in names)
    columns = [
        Column(_("coverage of need"), "coverage_of_need", say_share, False),
        Column(_("coverage of those who asked"), "coverage_of_seekers", say_share, False),
        Column(
            _("mean wait to a professional, {unit}", unit=unit),
            "wait_mean",
            "{:.1f}".format,
            True,
            factor=factor,
        ),
        Column(_("seen {in_target}", in_target=view.in_target), "within_target", say_share, False),
    ]
    own = [name for name, pool in view.scenario.pools.items() if pool.per == "zone"]
    load = functools.partial(
        Column, measure="offered_load", say="{:.2f}".format, more_is_worse=True, load=True
    )
    return [
        *columns,
        *(
            load(_("load: {staff}", staff=shortened(name, 26)), group=f"pool: {name}")
            for name in own
        ),
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
