"""About the study itself: was the warm-up long enough, how do sampled factors matter, what is not
known.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from simcap.lang import N_, _, listed
from simcap.lang.amounts import duration
from simcap.plots.series import draw_points
from simcap.plots.theme import ALARM, GREY, KIND_COLOURS, hues, sheet, shortened
from simcap.plots.view import Cell, View
from simcap.plots.words import say_factor, say_level
from simcap.scenario.units import say_hours
from simcap.study.design import numbers_of

MOST_PANELS = 6
LEAD = (
    ("coverage_of_need", N_("Coverage of need"), N_("% of those in need"), 100.0),
    ("wait_mean", N_("Mean wait of those seen"), N_("days from asking"), 1 / 24),
    ("within_target", N_("Seen within the target"), N_("% of those who asked"), 100.0),
)
"""Measure, title, unit, factor."""


def warm_up(view: View) -> Figure | None:
    """Residents waiting, by staff, from the first day on, with the warm-up that was set and the one
    advised.
    """
    advice = view.results.warm_up
    queues = {} if advice is None else _longest(advice.queues)
    if advice is None or not queues:
        return None
    columns = min(3, len(queues))
    rows = -(-len(queues) // columns)
    note = _(
        "Numbers waiting at midnight; line: mean of the replications, band: from their lowest to"
        " their highest. MSER-5 (White 1997) leaves out as many first days as make the mean of the"
        " rest best known. It knows nothing of seasons: where a queue rises and falls with the"
        " school year, it has no answer."
    )
    figure = sheet(
        2.0 + 3.3 * max(columns, 2),
        0.5 + 2.2 * rows,
        _("Was the warm-up long enough? Who waits, from the first day on"),
        view.where,
        [note, view.source],
    )
    axes = figure.subplots(rows, columns, squeeze=False)
    for ax, (staff, series) in zip(axes.flat, queues.items(), strict=False):
        _draw_queue(ax, series, advice.warm_up, advice.days[staff])
        ax.set_title(f"{shortened(staff, 26)}\nMSER-5: {_advised(advice.days[staff])}")
    for ax in axes.flat[len(queues) :]:
        ax.set_visible(False)
    for ax in axes[:, 0]:
        ax.set_ylabel(_("residents waiting"))
    for ax in axes.flat[: len(queues)][-columns:]:
        ax.set_xlabel(_("weeks since the start"))
    _warm_up_legend(axes[0, columns - 1], advice.warm_up)
    return figure


def _longest(queues: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """The ``MOST_PANELS`` longest of those with a resident in them on the mean."""
    longest = sorted(queues.items(), key=lambda item: -item[1].mean())[:MOST_PANELS]
    return {staff: series for staff, series in longest if series.mean() >= 1}


def _draw_queue(ax: Axes, series: np.ndarray, warm_up: float, advised: int | None) -> None:
    """A ``series`` of numbers waiting (replication, day); the warm-ups are in days."""
    weeks = np.arange(series.shape[1]) / 7
    sns.lineplot(
        x=np.tile(weeks, len(series)),
        y=series.ravel(),
        errorbar=("pi", 100),
        color=KIND_COLOURS["urban"],
        lw=1.6,
        err_kws={"alpha": 0.25, "lw": 0},
        ax=ax,
    )
    ax.axvline(warm_up / 7, color=GREY, ls="--", lw=1.2, zorder=3)
    if advised is not None:
        ax.axvline(advised / 7, color=ALARM, ls=":", lw=1.8, zorder=3)
    ax.set_ylim(0, None)
    ax.set_xlim(0, weeks[-1])


def _advised(days: int | None) -> str:
    if days is None:
        return _("no answer")
    return duration(say_hours(24.0 * days)) if days else _("none needed")


def _warm_up_legend(ax: Axes, warm_up: float) -> None:
    said = _("warm-up set:\n{time}", time=duration(say_hours(24 * warm_up)))
    ax.legend(
        handles=[
            Line2D([], [], color=GREY, ls="--", label=said),
            Line2D([], [], color=ALARM, ls=":", lw=1.8, label="MSER-5"),
        ],
        loc="upper left",
        bbox_to_anchor=(1.02, 1.0),
        borderaxespad=0,
        alignment="left",
    )


def responses(view: View) -> Figure | None:
    """What sampled factors do: each design point, over the value of each factor."""
    ranged = {
        factor: numbers
        for i, factor in enumerate(view.factors)
        if len(view.levels(factor)) > 2
        and (numbers := numbers_of([point[i] for point in view.points])) is not None
    }
    told = [
        panel
        for panel in LEAD
        if any(np.isfinite(view.cell(panel[0], point=point).mean) for point in view.points)
    ]
    if not view.experiment.sampled or not ranged or not told:
        return None
    figure = sheet(
        2.0 + 2.9 * max(len(ranged), 2),
        0.4 + 2.1 * len(told),
        _("What the sampled factors change"),
        view.scenario.name,
        [
            _(
                "Each point is one of {number} design points, with the means of its"
                " replications; all factors vary at once, so a cloud without a slope says that"
                " this factor matters little beside the others. Hollow: did not settle.",
                number=len(view.points),
            ),
            view.source,
        ],
    )
    axes = figure.subplots(len(told), len(ranged), squeeze=False, sharey="row", sharex="col")
    for row, (measure, title, unit, factor) in enumerate(told):
        cells = [view.cell(measure, point=point).times(factor) for point in view.points]
        for column, (name, numbers) in enumerate(ranged.items()):
            ax, at = axes[row, column], np.array(numbers)
            draw_points(ax, at, cells, KIND_COLOURS["urban"])
            if row == len(told) - 1:
                ax.set_xlabel(say_factor(name))
        axes[row, 0].set_ylabel(_(title) + "\n" + _(unit))
    return figure


def uncertainty(view: View) -> Figure | None:
    """What is not known of each lead measure: by luck (more replications would help) and by inputs
    (they would not).
    """
    if "input_lower" not in view.results.summary:
        return None
    points, ranges = view.points if len(view.points) <= 12 else [view.base], _input_ranges(view)
    panels = [panel for panel in LEAD if any((point, panel[0]) in ranges for point in points)]
    inputs = "; ".join(
        _("{factor} {low} to {high}", factor=say_factor(name), low=span.at(0.0), high=span.at(1.0))
        for name, span in view.experiment.uncertain.items()
    )
    note = _(
        "Uncertain inputs: {inputs}. Thin lines: where the middle 95 % of {number} settings of the"
        " inputs lie, luck taken out. Thick: 95 % interval of the mean by luck alone; more"
        " replications make it shorter, the thin line stays.",
        inputs=inputs,
        number=sum(sample.independent for sample in view.experiment.samples),
    )
    figure = sheet(
        3.2 + 2.6 * max(len(panels), 2),
        0.8 + 0.36 * len(points),
        _("What is not known: by luck, and by inputs"),
        view.scenario.name,
        [note, view.source],
    )
    axes = figure.subplots(1, len(panels), squeeze=False, sharey=True)[0]
    for ax, (measure, title, unit, factor) in zip(axes, panels, strict=True):
        cells = [view.cell(measure, point=point).times(factor) for point in points]
        known = [ranges.get((point, measure), (np.nan, np.nan)) for point in points]
        _draw_known(ax, cells, factor * np.array(known))
        ax.set(title=_(title), xlabel=_(unit))
    axes[0].set_yticks(
        np.arange(len(points))[::-1],
        [shortened(listed(map(say_level, point)), 30) or _("as written") for point in points],
    )
    return figure


def _input_ranges(view: View) -> dict[tuple, tuple[float, float]]:
    """(design point, measure) → where the middle 95 % over settings of the inputs lie."""
    table = view.results.summary
    table = table[(table["group"] == "all") & (table["place"] == "all")]
    return {
        (point, row.measure): (row.input_lower, row.input_upper)
        for point, row in zip(view.points_of(table), table.itertuples(), strict=True)
    }


def _draw_known(ax: Axes, cells: list[Cell], by_inputs: np.ndarray) -> None:
    """The means and intervals of ``cells``, from top to bottom, each with its range ``by_inputs``
    (lower, upper).
    """
    at = np.arange(len(cells))[::-1]
    ax.hlines(
        at,
        [cell.lower for cell in cells],
        [cell.upper for cell in cells],
        color=KIND_COLOURS["urban"],
        lw=8,
        alpha=0.55,
        zorder=2,
    )
    ax.hlines(at, *by_inputs.T, color="black", lw=1.4, zorder=3)
    ax.plot([cell.mean for cell in cells], at, "o", color="white", mec="black", ms=5, zorder=4)
    ax.set_ylim(-0.7, len(cells) - 0.3)


def sensitivity(view: View) -> Figure | None:
    """Which uncertain input matters: Sobol indices of the lead measures at the baseline."""
    table = view.results.sensitivity
    if table.empty:
        return None
    at_base = [point == view.base for point in view.points_of(table)]
    table = table[np.array(at_base) & (table["place"] == "all")]
    panels = [panel for panel in LEAD if (table["measure"] == panel[0]).any()]
    inputs = list(view.experiment.uncertain)
    if not panels:
        return None
    note = _(
        "Dark: share of the variance over inputs that would go if this input alone were known."
        " Light: share that would stay if it alone were not. Lines: 95 % bootstrap intervals, wide"
        " where samples are few. Luck is averaged over replications, not taken out."
    )
    figure = sheet(
        3.6 + 2.5 * max(len(panels), 2),
        0.9 + 0.6 * len(inputs),
        _("Which uncertain input matters"),
        view.where,
        [note, view.source],
    )
    axes = figure.subplots(1, len(panels), squeeze=False, sharey=True)[0]
    light, dark = hues(2)
    for ax, (measure, title, *_rest) in zip(axes, panels, strict=True):
        rows = table[table["measure"] == measure].set_index("input").loc[inputs].reset_index()
        _draw_indices(ax, rows, {"total": light, "first_order": dark})
        ax.set(title=_(title), xlabel=_("share of variance"), ylabel="")
    axes[0].set_yticks(range(len(inputs)), [shortened(say_factor(name), 34) for name in inputs])
    handles = [Patch(color=light, label=_("total")), Patch(color=dark, label=_("first order"))]
    axes[-1].legend(handles=handles, loc="upper left", bbox_to_anchor=(1.02, 1.0), borderaxespad=0)
    return figure


def _draw_indices(ax: Axes, rows: pd.DataFrame, palette: dict) -> None:
    """A bar for each order of index and input, with its interval."""
    sns.barplot(
        rows.melt("input", list(palette), "order", "share"),
        x="share",
        y="input",
        hue="order",
        palette=palette,
        saturation=1,
        width=0.76,
        errorbar=None,
        legend=False,
        ax=ax,
    )
    at = np.arange(len(rows))
    for name, shift in (("total", -0.19), ("first_order", 0.19)):
        ax.hlines(at + shift, rows[f"{name}_lower"], rows[f"{name}_upper"], color="black", lw=1)
    ax.grid(False, axis="y")
    ax.set_xlim(min(0.0, ax.get_xlim()[0]), max(1.0, ax.get_xlim()[1]))
