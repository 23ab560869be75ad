"""Who of those in need is reached: the funnel from need to a completed course."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from simcap.lang import N_, _, joined
from simcap.lang.measures import place as place_in_words
from simcap.plots.series import draw_intervals
from simcap.plots.theme import INK, KIND_COLOURS, sheet
from simcap.plots.view import Cell, View
from simcap.plots.words import say_share

REACHED = {
    "any_contact": (N_("had any contact"), N_("a first contact")),
    "professional": (N_("met a professional"), N_("a professional")),
    "treated": (N_("completed a course"), N_("a completed course")),
}
"""The measures of the last stages, to be read with _of_need and _of_seekers: the stage, and where
the way leads to.
"""


def funnel(view: View) -> Figure | None:
    """From need to a completed course, for each kind of zone: of those in need, and of those who
    asked.
    """
    kinds = [kind for kind in view.kinds if view.cell("people_in_need", kind).mean > 0]
    if not kinds:
        return None
    reached = [name for name in REACHED if _anybody(view, kinds, name)]
    stages = [_("in need"), _("asked for help"), *(_(REACHED[name][0]) for name in reached)]
    goal = _(REACHED[reached[-1]][1]) if reached else _("asking for help")
    numbers = _(
        "Numbers of residents are those of the {weeks}, means over replications. Any contact:"
        " lay or professional, however late.",
        weeks=view.weeks,
    )
    note = joined([numbers, _("Dark lines: 95 % intervals.") if view.replications > 1 else ""])
    figure = sheet(
        11.5,
        0.9 + len(stages) * (0.24 * len(kinds) + 0.25),
        _("From need to {goal}: how many are left at each step", goal=goal),
        view.where,
        [note, view.source],
    )
    left, right = figure.subplots(1, 2, sharey=True, width_ratios=(1.15, 1))
    need = {kind: view.cell("people_in_need", kind).mean for kind in kinds}
    of_need = {kind: _of_need(view, kind, reached) for kind in kinds}
    of_seekers = {kind: [None, Cell(1.0), *_of_seekers(view, kind, reached)] for kind in kinds}
    _bars(left, stages, of_need, lambda kind, share: f" · {share * need[kind]:,.0f}")
    _bars(right, stages, of_seekers, lambda kind, share: "")
    _frame(left, _("Of those in need: % · residents"), _("% of residents in need"), 128)
    _frame(right, _("Of those who asked: %"), _("% of residents who asked for help"), 112)
    left.get_legend().remove()
    sns.move_legend(
        right,
        "upper left",
        bbox_to_anchor=(0.0, 0.985),
        ncols=len(kinds),
        handlelength=1.0,
        title=None,
    )
    for text in right.get_legend().get_texts():
        text.set_text(place_in_words(text.get_text()))
    return figure


def _anybody(view: View, kinds: list[str], name: str) -> bool:
    return any(view.cell(f"{name}_of_seekers", kind).mean > 0 for kind in kinds)


def _of_need(view: View, kind: str, reached: list[str]) -> list[Cell]:
    """The shares of those in need who come to each stage."""
    asking = view.cell("people_asking", kind).mean / view.cell("people_in_need", kind).mean
    return [Cell(1.0), Cell(asking), *(view.cell(f"{name}_of_need", kind) for name in reached)]


def _of_seekers(view: View, kind: str, reached: list[str]) -> list[Cell]:
    return [view.cell(f"{name}_of_seekers", kind) for name in reached]


def _frame(ax: Axes, title: str, label: str, most: float) -> None:
    """The axes of bars that are shares, as ``label`` says of whom, with room up to ``most`` %."""
    ax.set(title=title, xlim=(0, most), xticks=range(0, 101, 20), ylabel="")
    ax.set_xlabel(label)
    ax.grid(False, axis="y")
    ax.spines["left"].set_visible(False)
    ax.tick_params(axis="y", length=0, labelsize=10)


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
