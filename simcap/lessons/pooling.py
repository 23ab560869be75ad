"""Lesson 3: what pooling does. Queues apart against one for all, with the same staff in all; and
where it hurts: travel, or work of very different length.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from simcap.analysis.theory import allen_cunneen, mmc
from simcap.lang import N_, _
from simcap.lessons import texts
from simcap.lessons.lesson import Lesson, Settings, dialled, frame_of, row
from simcap.lessons.queues import MINUTES, SERVICE, Waits, relaxation, stages, waits
from simcap.network import Arrivals, Exponential, Network, Pool, Station
from simcap.plots.theme import COLOURS, KIND_COLOURS, sheet

TOLD_AFTER = (4, 10, 20)
FULL = 0.97
"""A pool with travel and a higher load than this is not simulated: it would need years to settle.
"""


@dataclass(frozen=True)
class PoolingSettings(Settings):
    """The dials of lesson 3."""

    towns: int = dialled(2, N_("towns"), 2, 8, 1)
    servers: int = dialled(2, N_("counsellors in each town"), 1, 5, 1)
    load: int = dialled(80, N_("load of each counsellor when apart, %"), 50, 90, 5)
    travel: int = dialled(0, N_("travel: a talk in the pool takes longer by, %"), 0, 50, 5)
    longer: int = dialled(
        1, N_("talks in the last town are so many times as long (and as rare)"), 1, 12, 1
    )
    days: int = dialled(60, N_("length of a run, days of 24 h"), 10, 200, 10)
    replications: int = dialled(20, N_("runs (replications)"), 2, 40, 1)

    @property
    def services(self) -> list[float]:
        """Mean service in each town, hours."""
        return [SERVICE] * (int(self.towns) - 1) + [SERVICE * self.longer]

    @property
    def rates(self) -> list[float]:
        """Residents per hour in each town: all offer the same load."""
        return [self.load / 100 * self.servers / mean for mean in self.services]

    @property
    def stretch(self) -> float:
        """How much longer a talk in the pool takes."""
        return 1 + self.travel / 100

    @property
    def pooled_load(self) -> float:
        """Load of each counsellor of the pool, share of 1."""
        return self.load / 100 * self.stretch


def network(settings: PoolingSettings, pooled: bool) -> Network:
    """The towns, each a station; residents and their talks are called the same apart and pooled,
    and so are the same but for travel.
    """
    towns, servers = int(settings.towns), int(settings.servers)
    pools = (
        [Pool("all", towns * servers)]
        if pooled
        else [Pool(f"staff {i}", servers) for i in range(towns)]
    )
    factor = settings.stretch if pooled else 1.0
    return Network(
        pools,
        [
            Station(f"town {i}", ["all" if pooled else f"staff {i}"], Exponential(factor * mean))
            for i, mean in enumerate(settings.services)
        ],
        [Arrivals(f"town {i}", Exponential(1 / rate)) for i, rate in enumerate(settings.rates)],
    )


def apart(settings: PoolingSettings) -> float:
    """Mean wait over the residents of all towns apart, minutes, exact (Erlang C)."""
    each = [
        mmc(rate, mean, int(settings.servers)).mean_wait
        for rate, mean in zip(settings.rates, settings.services, strict=True)
    ]
    return MINUTES * float(np.average(each, weights=settings.rates))


def pooled(settings: PoolingSettings) -> float:
    """Mean wait of the pool, minutes: exact (Erlang C) where all talks are alike, otherwise the
    approximation of Allen and Cunneen; NaN where the pool would be full.
    """
    rates, means = np.array(settings.rates), settings.stretch * np.array(settings.services)
    total, staff = float(rates.sum()), int(settings.towns * settings.servers)
    mean = float(np.average(means, weights=rates))
    if total * mean >= staff * (1 - 1e-9):
        return math.nan
    if settings.longer == 1:
        return MINUTES * mmc(total, mean, staff).mean_wait
    second = float(np.average(2 * means**2, weights=rates))
    return MINUTES * allen_cunneen(total, mean, staff, math.sqrt(second - mean**2))


def told(settings: PoolingSettings) -> str:
    """That the pool is not simulated, where travel makes it too full."""
    if settings.pooled_load < FULL:
        return ""
    return _(
        "With travel the pool's counsellors would be at work {load} % of the time: at 100 % or more"
        " the queue grows for ever, close below it does not settle in any time shown here. The pool"
        " is not simulated.",
        load=f"{100 * settings.pooled_load:.0f}",
    )


def steps(settings: PoolingSettings) -> Iterator[pd.DataFrame]:
    """The frame after 4, 10, 20 … replications."""
    worlds = {"apart": network(settings, False)}
    if settings.pooled_load < FULL:
        worlds["pooled"] = network(settings, True)
    found: dict[str, list[Waits]] = {name: [] for name in worlds}
    for numbers in stages(settings.replications, TOLD_AFTER):
        for name, world in worlds.items():
            for number in numbers:
                warm_up, observed = _warm_up(settings, name), 24.0 * settings.days
                found[name].append(waits(world, warm_up, observed, number))
        yield _frame(settings, found)


def _warm_up(settings: PoolingSettings, name: str) -> float:
    if name == "pooled":
        staff = int(settings.towns * settings.servers)
        return 5 * relaxation(max(settings.services), staff, settings.pooled_load)
    return 5 * relaxation(max(settings.services), int(settings.servers), settings.load / 100)


def _frame(settings: PoolingSettings, found: dict[str, list[Waits]]) -> pd.DataFrame:
    theory = {"apart": (apart(settings), True), "pooled": (pooled(settings), settings.longer == 1)}
    rows = []
    for name, each in found.items():
        minutes = [one.mean_minutes for one in each]
        rows.append(row(name, "mean_wait", minutes, "min", *theory[name]))
        if settings.longer != 1:
            rows += _by_town(settings, name, each)
    if "pooled" in found:
        gained = [
            a.mean_minutes - b.mean_minutes
            for a, b in zip(found["apart"], found["pooled"], strict=True)
        ]
        exact = settings.longer == 1
        rows.append(row("gain", "saved", gained, "min", apart(settings) - pooled(settings), exact))
    return frame_of(rows)


def _by_town(settings: PoolingSettings, name: str, each: list[Waits]) -> Iterator[tuple]:
    last = f"town {int(settings.towns) - 1}"
    for measure, is_last in (("mean_wait_usual", False), ("mean_wait_long", True)):
        values = [_mean(one.wait[(one.station == last) == is_last]) for one in each]
        service = settings.services[-1] if is_last else SERVICE
        rate = settings.rates[-1] if is_last else settings.rates[0]
        known = name == "apart"
        exact = MINUTES * mmc(rate, service, int(settings.servers)).mean_wait if known else math.nan
        yield row(name, measure, values, "min", exact)


def _mean(hours: np.ndarray) -> float:
    return MINUTES * float(hours.mean()) if len(hours) else math.nan


COLOUR = {"apart": KIND_COLOURS["transition"], "pooled": COLOURS[0]}


def draw(settings: PoolingSettings, frame: pd.DataFrame) -> Figure:
    """Above the mean waits apart and pooled, below what theory says of them at other loads."""
    figure = sheet(
        6.6,
        6.0,
        _("The same counsellors apart and as one"),
        _(
            "{towns} towns with {servers} counsellors each; mean wait of all who join, minutes",
            towns=f"{settings.towns:g}",
            servers=f"{settings.servers:g}",
        ),
        [
            _(
                "Bars: 95 % intervals. Rings: theory; where talks differ, that of the pool is an"
                " approximation. Seed 42, the same residents apart and pooled."
            )
        ],
    )
    above, below = figure.subplots(2, 1)
    _bars(above, frame[frame["case"] != "gain"])
    _curves(below, settings)
    return figure


def _bars(ax, frame: pd.DataFrame) -> None:
    measures = list(dict.fromkeys(frame["measure"]))
    for i, name in enumerate(dict.fromkeys(frame["case"])):
        mine = frame[frame["case"] == name]
        at = np.array([measures.index(one) for one in mine["measure"]]) + 0.36 * (i - 0.5)
        bars = np.array([mine["mean"] - mine["lower"], mine["upper"] - mine["mean"]])
        ax.barh(at, mine["mean"], 0.32, color=COLOUR[name], label=_(CASES[name]))
        ax.errorbar(mine["mean"], at, xerr=bars, fmt="none", ecolor="#222222", capsize=3, lw=1.2)
        ax.plot(mine["theory"], at, "o", mfc="white", mec="#222222", mew=1.6, ms=7, zorder=4)
    ax.set_yticks(range(len(measures)), [_(SHORT[name]) for name in measures])
    ax.invert_yaxis()
    ax.grid(False, axis="y")
    ax.set_xlabel(_("mean wait, min"))
    ax.legend(loc="best")


def _curves(ax, settings: PoolingSettings) -> None:
    loads = np.arange(50, 91, 2)
    others = [dataclasses.replace(settings, load=int(load)) for load in loads]
    lines = {"apart": [apart(one) for one in others], "pooled": [pooled(one) for one in others]}
    for name, values in lines.items():
        dashed = name == "pooled" and settings.longer != 1
        style = {"color": COLOUR[name], "ls": "--" if dashed else "-", "lw": 2}
        ax.plot(loads, values, label=_(CASES[name]), **style)
    ax.axvline(settings.load, color="#6b6b6b", lw=1, ls=":")
    ax.set_ylim(0, 1.3 * max(lines["apart"]))
    ax.set_xlabel(_("load of each counsellor when apart, %"))
    ax.set_ylabel(_("mean wait by theory, min"))
    ax.legend(loc="upper left")


CASES = {
    "apart": N_("apart"),
    "pooled": N_("as one pool"),
    "gain": N_("apart minus pooled, run by run"),
}
SHORT = {
    "mean_wait": N_("everybody"),
    "mean_wait_usual": N_("usual towns"),
    "mean_wait_long": N_("last town"),
}
LESSON = Lesson(
    name="pooling",
    text=texts.POOLING,
    settings=PoolingSettings,
    cases=CASES,
    measures={
        "mean_wait": N_("mean wait of all who join"),
        "mean_wait_usual": N_("mean wait in the usual towns"),
        "mean_wait_long": N_("mean wait in the last town"),
        "saved": N_("mean wait saved by pooling"),
    },
    steps=steps,
    draw=draw,
    told=told,
)
