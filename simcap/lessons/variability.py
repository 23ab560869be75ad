"""Lesson 2: what variability does. The same load, the same means, other spreads: Pollaczek and
Khinchine for arrivals at random, Kingman's approximation for others, beside simulation.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from simcap.analysis.theory import kingman, mg1
from simcap.lang import N_, _
from simcap.lessons import texts
from simcap.lessons.lesson import Lesson, Settings, dialled, frame_of, row
from simcap.lessons.queues import MINUTES, SERVICE, Waits, relaxation, stages, waits
from simcap.network import (
    Arrivals,
    Deterministic,
    Distribution,
    Exponential,
    Lognormal,
    Network,
    Pool,
    Station,
)
from simcap.plots.theme import COLOURS, KIND_COLOURS, MARKERS, sheet

TOLD_AFTER = (4, 10, 20)
WINDOW = 200.0
"""Hours of the first run that the lower panel shows."""


@dataclass(frozen=True)
class VariabilitySettings(Settings):
    """The dials of lesson 2."""

    load: int = dialled(80, N_("load of the counsellor, %"), 50, 90, 5)
    service_cv: float = dialled(2.0, N_("service: sd over mean (cv) of the third room"), 0, 3, 0.25)
    arrival_cv: float = dialled(
        1.0, N_("arrivals: cv (0: by appointment, 1: at random)"), 0, 3, 0.5
    )
    days: int = dialled(60, N_("length of a run, days of 24 h"), 10, 200, 10)
    replications: int = dialled(20, N_("runs (replications)"), 2, 40, 1)

    @property
    def arrival_rate(self) -> float:
        """Residents per hour."""
        return self.load / 100 / SERVICE

    @property
    def spreads(self) -> dict[str, float]:
        """The cv of service in each of the three rooms."""
        return {"even": 0.0, "exponential": 1.0, "chosen": self.service_cv}


def spread(mean: float, cv: float) -> Distribution:
    """A time with this mean and coefficient of variation: always the same for 0, exponential for 1,
    lognormal for others.
    """
    if cv == 0:
        return Deterministic(mean)
    return Exponential(mean) if cv == 1 else Lognormal(mean, cv * mean)


def network(settings: VariabilitySettings, service_cv: float) -> Network:
    """One counsellor. Arrivals are called the same in every room, and so are the same."""
    arriving = spread(1 / settings.arrival_rate, settings.arrival_cv)
    return Network(
        [Pool("counsellor", 1)],
        [Station("room", ["counsellor"], spread(SERVICE, service_cv))],
        [Arrivals("room", arriving)],
    )


def expected(settings: VariabilitySettings, service_cv: float) -> float:
    """Mean wait in minutes by theory: exact where arrivals are at random."""
    rate = settings.arrival_rate
    if settings.arrival_cv == 1:
        return MINUTES * mg1(rate, SERVICE, service_cv * SERVICE).mean_wait
    return MINUTES * kingman(rate, SERVICE, settings.arrival_cv, service_cv)


def steps(settings: VariabilitySettings) -> Iterator[pd.DataFrame]:
    """The frame after 4, 10, 20 … replications; the first run of each room in its ``attrs``
    ("path": room → joined, hours, and wait, minutes).
    """
    worlds = {name: network(settings, cv) for name, cv in settings.spreads.items()}
    found: dict[str, list[Waits]] = {name: [] for name in worlds}
    for numbers in stages(settings.replications, TOLD_AFTER):
        for name, world in worlds.items():
            warm_up = _warm_up(settings, settings.spreads[name])
            for number in numbers:
                found[name].append(waits(world, warm_up, 24.0 * settings.days, number))
        yield _frame(settings, found)


def _warm_up(settings: VariabilitySettings, service_cv: float) -> float:
    """Five relaxation times of M/M/1, longer by the variation (heavy traffic)."""
    wider = max(1.0, (settings.arrival_cv**2 + service_cv**2) / 2)
    return 5 * wider * relaxation(SERVICE, 1, settings.load / 100)


def _frame(settings: VariabilitySettings, found: dict[str, list[Waits]]) -> pd.DataFrame:
    rows = []
    for name, each in found.items():
        # D/D/1 below full load never waits, which Kingman's formula knows, too
        theory = expected(settings, settings.spreads[name])
        exact = settings.arrival_cv == 1 or theory == 0
        minutes = [one.mean_minutes for one in each]
        rows.append(row(name, "mean_wait", minutes, "min", theory, exact))
        rows.append(row(name, "waiting", [one.share_waiting for one in each], "share"))
    frame = frame_of(rows)
    frame.attrs["path"] = {
        name: (each[0].joined.tolist(), (MINUTES * each[0].wait).tolist())
        for name, each in found.items()
    }
    return frame


COLOUR = {"even": COLOURS[2], "exponential": COLOURS[0], "chosen": KIND_COLOURS["transition"]}


def _label(settings: VariabilitySettings, name: str) -> str:
    return f"{_(CASES[name])} (cv {settings.spreads[name]:g})"


def draw(settings: VariabilitySettings, frame: pd.DataFrame) -> Figure:
    """Above the mean wait by the cv of service, below who waited how long in one run."""
    figure = sheet(
        6.6,
        6.0,
        _("The same load, the same means: variation makes the queue"),
        _("One counsellor, at work {load} % of the time in every room", load=f"{settings.load:g}"),
        [
            _("Bars: 95 % intervals. Seed 42; in all rooms residents arrive at the same times."),
        ],
    )
    above, below = figure.subplots(2, 1)
    cvs = np.linspace(0, max(3.0, settings.service_cv), 61)
    exact = settings.arrival_cv == 1
    said = "Pollaczek–Khinchine" if exact else _("Kingman (approximation)")
    curve = [expected(settings, cv) for cv in cvs]
    above.plot(cvs, curve, color="#6b6b6b", ls="-" if exact else "--", lw=1.6, label=said)
    waiting = frame[frame["measure"] == "mean_wait"].set_index("case")
    for i, (name, one) in enumerate(waiting.iterrows()):
        bar = [[max(0.0, one["mean"] - one["lower"])], [max(0.0, one["upper"] - one["mean"])]]
        above.errorbar(
            settings.spreads[name],
            one["mean"],
            bar,
            fmt=MARKERS[i],
            color=COLOUR[name],
            ms=7,
            capsize=4,
            label=_label(settings, name),
        )
    above.set_xlabel(_("cv of service: standard deviation over mean"))
    above.set_ylabel(_("mean wait, min"))
    above.set_ylim(0, None)
    above.legend(loc="upper left")
    _paths(below, settings, frame.attrs["path"])
    return figure


def _paths(ax, settings: VariabilitySettings, paths: dict) -> None:
    for name in ("chosen", "exponential", "even"):
        joined, wait = (np.array(part) for part in paths[name])
        shown = joined < WINDOW
        ax.plot(joined[shown], wait[shown], color=COLOUR[name], lw=1.3)
    ax.set_xlabel(_("hour of the first run"))
    ax.set_ylabel(_("wait of each resident, min"))
    ax.set_xlim(0, WINDOW)
    ax.set_ylim(0, None)


CASES = {
    "even": N_("every talk as long"),
    "exponential": N_("exponential"),
    "chosen": N_("as dialled"),
}
LESSON = Lesson(
    name="variability",
    text=texts.VARIABILITY,
    settings=VariabilitySettings,
    cases=CASES,
    measures={"mean_wait": N_("mean wait of all who join"), "waiting": N_("had to wait at all")},
    steps=steps,
    draw=draw,
)
