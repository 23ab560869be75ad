"""Why not in time: of all who asked, how many a professional saw within the target, and what kept
the others.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure

from simcap.lang import N_, _, joined
from simcap.lang.measures import place as place_in_words
from simcap.plots.series import draw_intervals
from simcap.plots.theme import INK, letters, sheet, shortened
from simcap.plots.view import View
from simcap.plots.words import say_level, say_share, say_short

CAUSES = {
    "in_time_of_seekers": N_("in time"),
    "late_did_not_come": N_("did not come"),
    "late_declined": N_("declined referral"),
    "late_referral": N_("referral's delay"),
    "late_waited": N_("waited for staff"),
    "late_closed": N_("closed"),
    "late_gave_up": N_("gave up"),
    "late_not_reached": N_("not reached"),
}
"""Measure: in words. Together they are all who asked."""
PALETTE = (
    "#0173b2",
    "#ece2f0",
    "#c9aed6",
    "#8d6bb0",
    "#f0c27a",
    "#b08a4a",
    "#9c3d2e",
    "#4d4d4d",
)
"""A colour for each, so that neighbours differ in grey, too."""
NARROWEST = 0.042
"""Shares below this are not written into their bars."""


def why_not_in_time(view: View) -> Figure | None:
    """A bar for each design point, or for each kind of zone if there is one point: in time, and
    the causes of the rest.
    """
    one = len(view.points) < 2
    bars = (
        {place_in_words(place): (place, view.base) for place in view.places}
        if one
        else {
            shortened(view.experiment.called(point, say_level, say_short), 60): ("all", point)
            for point in view.points
        }
    )
    shares = {
        (label, _(said)): view.cell(measure, place, point=point).mean
        for label, (place, point) in bars.items()
        for measure, said in CAUSES.items()
    }
    if not any(math.isfinite(share) for share in shares.values()):
        return None
    figure = sheet(
        9.0 + 0.07 * max(map(letters, bars)),
        1.2 + 0.34 * len(bars),
        _(
            "Of all who asked: who met a professional {in_target}, and why not the others",
            in_target=view.in_target,
        ),
        view.where if one else view.scenario.name,
        [
            joined(
                [
                    _("Means over replications; line: 95 % interval of those in time.")
                    if view.replications > 1
                    else _("Means over replications."),
                    _(
                        "Each resident counts once; who was not in time by what made them leave"
                        " before, or took most of the time."
                    ),
                ]
            ),
            view.source,
        ],
    )
    ax = figure.subplots()
    _stack(ax, shares, list(bars))
    in_time = [
        view.cell("in_time_of_seekers", place, point=point) for place, point in bars.values()
    ]
    draw_intervals(ax, np.arange(len(bars)), in_time, INK, across=True)
    return figure


def _stack(ax: Axes, shares: dict[tuple[str, str], float], bars: list[str]) -> None:
    """The ``shares`` of each bar side by side, those that have room written into them."""
    causes = list(map(_, CAUSES.values()))
    colours = dict(zip(causes, PALETTE, strict=True))
    frame = pd.DataFrame([(*key, share) for key, share in shares.items()]).fillna(0.0)
    frame.columns = ["bar", "cause", "share"]
    frame["at"] = frame["bar"].map({label: number for number, label in enumerate(bars)})
    sns.histplot(
        frame,
        y="at",
        weights="share",
        hue="cause",
        hue_order=causes[::-1],
        palette=colours,
        multiple="stack",
        discrete=True,
        shrink=0.8,
        alpha=1,
        ax=ax,
    )
    _write_shares(ax, shares, bars, colours)
    ax.set_yticks(range(len(bars)), bars)
    ax.set(xlim=(0, 1), ylim=(len(bars) - 0.5, -0.5), ylabel="", xlabel=_("share of all who asked"))
    ax.xaxis.set_major_formatter(lambda share, at: f"{100 * share:.0f} %")
    ax.grid(False)
    sns.move_legend(
        ax,
        "lower left",
        bbox_to_anchor=(0, 1.0),
        ncols=len(CAUSES),
        title=None,
        reverse=True,
        columnspacing=1.0,
        handlelength=1.0,
        handletextpad=0.4,
    )


def _write_shares(
    ax: Axes, shares: dict[tuple[str, str], float], bars: list[str], colours: dict[str, str]
) -> None:
    """The ``shares`` in figures, light on dark ``colours``, where they have room."""
    left = np.zeros(len(bars))
    for cause in colours:
        dark = np.dot(to_rgb(colours[cause]), (0.3, 0.59, 0.11)) < 0.5
        style: dict[str, Any] = {"ha": "center", "va": "center", "size": 8.5}
        for at, label in enumerate(bars):
            share = np.nan_to_num(shares[label, cause])
            if share >= NARROWEST:
                middle = left[at] + share / 2
                ax.text(middle, at, say_share(share), color="white" if dark else INK, **style)
            left[at] += share
