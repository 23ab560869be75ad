"""Waits against their targets: for each kind of station, half and nine in ten of those who
joined.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from simcap.analysis.histogram import FIRST
from simcap.building.compile import target_name
from simcap.lang import _, joined, listed
from simcap.lang.amounts import duration
from simcap.lang.measures import place as place_in_words
from simcap.plots.theme import GREY, INK, KIND_COLOURS, KIND_MARKERS, sheet, shortened
from simcap.plots.view import NOTHING, Cell, View
from simcap.plots.words import say_share
from simcap.scenario.schema import StationSpec

TICKS = {
    1 / 3600: "1 s",
    1 / 360: "10 s",
    1 / 60: "1 min",
    1 / 6: "10 min",
    1.0: "1 h",
    6.0: "6 h",
    24.0: "1 day",
    168.0: "1 week",
    672.0: "4 weeks",
    4368.0: "26 weeks",
    43680.0: "5 years",
    873600.0: "100 years",
}
NOWHERE = 0.75
"""How far left of the first tick, in powers of ten, those who did not wait at all are drawn."""
FEW = 5
"""Kinds of zone from which fewer joined a station are not drawn: their quantiles say nothing."""


SHOWN = (
    "wait_median_joined",
    "wait_p90_joined",
    "within_target",
    "abandoned",
    "gave_up_closed",
)
"""The measures of a ``Wait``, in its order."""


@dataclass(frozen=True)
class Wait:
    """What is drawn of a station and a kind of zone: waits in hours, shares."""

    median: Cell = NOTHING
    long: Cell = NOTHING
    within: Cell = NOTHING
    gone: Cell = NOTHING
    closed: Cell = NOTHING
    joined: float = 0.0

    @property
    def known(self) -> bool:
        return self.joined >= FEW and math.isfinite(self.median.mean)

    @property
    def endless(self) -> bool:
        """Whether so many gave up that the 90th percentile is not reached."""
        return self.known and not math.isfinite(self.long.mean)


def waits(view: View) -> Figure | None:
    """Median and 90th percentile of the wait at each kind of station, by kind of zone, with the
    target and the share within it.
    """
    district = _stations(view)
    if not district:
        return None
    rows = {(name, kind): _wait(view, name, kind) for name in district for kind in view.kinds}
    targets = {name: _target(view, view.scenario.stations[name]) for name in district}
    cells = [cell for wait in rows.values() if wait.known for cell in (wait.median, wait.long)]
    scale = _Scale([cell.mean for cell in cells] + [*targets.values()])
    figure = sheet(
        11.5,
        1.1 + len(district) * (0.16 + 0.2 * len(view.kinds)),
        _("How long residents wait at each kind of station, against its target"),
        view.where,
        [
            _note(view, list(district), [*rows.values()]),
            view.unsettled_note(cells, [view.base]),
            view.source,
        ],
    )
    ax = figure.subplots()
    for y, name in enumerate(district):
        _draw_target(ax, scale.at(targets[name]), y)
        for number, kind in enumerate(view.kinds):
            dodged = y + 0.76 * ((number + 0.5) / len(view.kinds) - 0.5)
            _draw(ax, scale, dodged, rows[name, kind], kind)
        if y:
            ax.axhline(y - 0.5, color="#dcdcdc", lw=0.8)
    scale.ticks(ax)
    ax.set_xlabel(_("wait (each step of the scale is several times the one before)"))
    _name_stations(ax, district)
    _heads(ax, any(math.isfinite(wait.closed.mean) for wait in rows.values()))
    _key(ax, view)
    return figure


def _stations(view: View) -> dict[str, Wait]:
    """The stations that are drawn, with their waits in the whole district, from the smallest share
    within target on.
    """
    district = {
        name: _wait(view, name, "all")
        for name, spec in view.scenario.stations.items()
        if spec.contact != "none"
    }
    known = [(name, wait) for name, wait in district.items() if wait.known]
    return dict(sorted(known, key=lambda item: _or(item[1].within.mean, 2.0)))


def _name_stations(ax: Axes, district: dict[str, Wait]) -> None:
    """The names of stations, from top to bottom, and how many joined each."""
    ax.set_ylim(len(district) - 0.5, -0.5)
    ax.set_yticks(
        range(len(district)),
        [
            shortened(name, 30) + "\n" + _("{number} joined", number=f"{wait.joined:,.0f}")
            for name, wait in district.items()
        ],
    )
    ax.grid(False, axis="y")


def _heads(ax: Axes, closed: bool) -> None:
    """What stands above the shares beside the waits; ``closed`` if some are of those who gave up
    then.
    """
    heads = {1.02: _("within target"), 1.16: _("gave up")}
    heads |= {1.25: _("while closed")} if closed else {}
    for x, text in heads.items():
        ax.text(x, 1.012, text, transform=ax.transAxes, size=9, color=GREY, va="bottom")


def _wait(view: View, name: str, place: str) -> Wait:
    joined = _or(view.cell("joined", place, f"station: {name}").mean, 0.0)
    median, long, within, gone, closed = (
        view.cell(measure, place, f"station: {name}") for measure in SHOWN
    )
    return Wait(median, long, within, gone, closed, joined)


def _target(view: View, spec: StationSpec) -> float:
    return view.scenario.targets.hours()[target_name(spec)]


def _or(value: float, otherwise: float) -> float:
    return value if math.isfinite(value) else otherwise


def _draw_target(ax: Axes, at: float, y: float) -> None:
    ax.plot([at] * 2, [y - 0.42, y + 0.42], color=INK, lw=2.2, solid_capstyle="butt", zorder=1.5)


class _Scale:
    """Where waits stand: powers of ten of an hour, and a place of its own for no wait."""

    def __init__(self, hours: list[float]):
        hours = [value for value in hours if math.isfinite(value)]
        waited = [value for value in hours if value >= FIRST] or [1.0]
        self.none = any(value < FIRST for value in hours)
        first = max((tick for tick in TICKS if tick <= min(waited)), default=min(TICKS))
        last = min((tick for tick in TICKS if tick >= max(waited)), default=max(TICKS))
        self.shown = [tick for tick in TICKS if first <= tick <= last]
        self.left = math.log10(first) - NOWHERE

    def at(self, hours: float) -> float:
        return math.log10(hours) if hours >= FIRST else self.left

    def ticks(self, ax: Axes) -> None:
        places = {math.log10(tick): duration(TICKS[tick]) for tick in self.shown}
        if self.none:
            places = {self.left: _("no wait")} | places
            ax.axvline(self.left + 0.6 * NOWHERE, color=GREY, lw=0.8, ls=(0, (2, 2)))
        ax.set_xticks([*places], [*places.values()], size=8)
        ax.set_xlim(min(places) - 0.3, max(places) + 0.3)


def _draw(ax: Axes, scale: _Scale, y: float, wait: Wait, kind: str) -> None:
    colour = KIND_COLOURS[kind]
    style: dict[str, Any] = {"transform": ax.get_yaxis_transform(), "size": 8.5, "va": "center"}
    if not wait.known:
        ax.text(1.02, y, _("fewer than {number} joined", number=FEW), color=GREY, **style)
        return
    ax.text(
        1.02,
        y,
        say_share(wait.within.mean),
        color=colour,
        weight="bold" if wait.within.mean < 0.5 else "normal",
        **style,
    )
    ax.text(1.16, y, say_share(wait.gone.mean), color=colour, **style)
    if wait.closed.mean > 0:
        ax.text(1.25, y, say_share(wait.closed.mean), color=colour, **style)
    middle = scale.at(wait.median.mean)
    if wait.endless:
        ax.annotate(
            "",
            (middle + 0.38, y),
            (middle, y),
            arrowprops={"arrowstyle": "->", "color": colour, "lw": 1.4, "alpha": 0.8},
        )
    else:
        ax.plot(
            [middle, scale.at(wait.long.mean)], [y, y], color=colour, lw=2, alpha=0.55, zorder=2
        )
        ax.plot(scale.at(wait.long.mean), y, "|", color=colour, ms=8, mew=2.4, zorder=3)
    ax.plot(
        middle,
        y,
        KIND_MARKERS[kind],
        color=colour,
        mfc=colour if wait.median.settled else "white",
        ms=6,
        mew=1.5,
        zorder=4,
    )


def _note(view: View, names: list[str], drawn: list[Wait]) -> str:
    parts = [
        _(
            "Stations with the smallest share within target on top. Joined: in the {weeks}. Waits"
            " are of all who joined; who gave up or still waits at the end counts as not yet"
            " attended. «No wait»: under a second. Within target: attended within it, of those who"
            " joined (who gave up or missed the appointment was not); bold where fewer than half.",
            weeks=view.weeks,
        )
    ]
    if any(math.isfinite(wait.closed.mean) for wait in drawn):
        parts.append(
            _("While closed: those who gave up before the station opened, of those who joined.")
        )
    left_out = [name for name, spec in view.scenario.stations.items() if spec.contact == "none"]
    empty = [name for name in view.scenario.stations if name not in (*names, *left_out)]
    if any(wait.endless for wait in drawn):
        parts.append(
            _("Arrow: more than one in ten gave up, so the 90th percentile is not reached.")
        )
    if any(view.scenario.stations[name].role == "crisis" for name in names):
        parts.append(_("Of a crisis team: from being sent for to its start, hand-offs included."))
    if left_out:
        parts.append(_("Left out, as no contact: {stations}.", stations=listed(left_out)))
    if empty:
        parts.append(
            _(
                "Left out, as fewer than {number} joined for the first time then: {stations}.",
                number=FEW,
                stations=listed(empty),
            )
        )
    return joined(parts)


def _key(ax: Axes, view: View) -> None:
    handles = [
        Line2D(
            [],
            [],
            ls="",
            marker=KIND_MARKERS[kind],
            color=KIND_COLOURS[kind],
            ms=6,
            label=place_in_words(kind),
        )
        for kind in view.kinds
    ]
    handles += [
        Line2D([], [], ls="", marker="o", color=GREY, ms=6, label=_("median")),
        Line2D(
            [],
            [],
            color=GREY,
            lw=2,
            marker="|",
            ms=8,
            mew=2.4,
            markevery=[1],
            label=_("to 90th percentile"),
        ),
        Line2D([], [], ls="", marker="|", color=INK, ms=14, mew=2.2, label=_("target")),
    ]
    ax.legend(
        handles=handles,
        loc="lower left",
        bbox_to_anchor=(-0.02, 1.005),
        ncols=7,
        borderaxespad=0.2,
        columnspacing=1.1,
        handletextpad=0.4,
    )
