"""Lesson 1: an M/M/c queue against Erlang C, and with patience against Erlang A. One short run
misleads; many long ones come to what theory says.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from simcap.analysis.statistics import running_intervals
from simcap.analysis.theory import ErlangA, MarkovQueue, erlang_a, mmc
from simcap.lang import N_, _
from simcap.lessons import texts
from simcap.lessons.lesson import Lesson, Settings, dialled, frame_of, row
from simcap.lessons.queues import MINUTES, SERVICE, Waits, relaxation, stages, waits
from simcap.network import Arrivals, Exponential, Network, Never, Pool, Station
from simcap.plots.theme import COLOURS, GREY, INK, KIND_COLOURS, sheet

TOLD_AFTER = (2, 5, 10, 20, 30, 40, 60)
"""Replications after which the results so far are shown."""


@dataclass(frozen=True)
class ErlangSettings(Settings):
    """The dials of lesson 1."""

    load: int = dialled(85, N_("load of each counsellor, %"), 50, 95, 5)
    servers: int = dialled(4, N_("counsellors"), 1, 12, 1)
    patience: int = dialled(0, N_("mean patience, min (0: nobody gives up)"), 0, 120, 10)
    days: int = dialled(5, N_("length of a run, days of 24 h"), 1, 30, 1)
    replications: int = dialled(20, N_("runs (replications)"), 2, 60, 1)
    warm: int = dialled(1, N_("leave out a warm-up"), 0, 1, 1)

    @property
    def arrival_rate(self) -> float:
        """Residents per hour."""
        return self.load / 100 * self.servers / SERVICE

    @property
    def warm_up(self) -> float:
        """Hours left out: five times those in which the queue forgets its begin."""
        return 5 * relaxation(SERVICE, self.servers, self.load / 100) if self.warm else 0.0


def network(settings: ErlangSettings) -> Network:
    """The queue."""
    patience = Exponential(settings.patience / 60) if settings.patience else Never()
    return Network(
        [Pool("counsellors", int(settings.servers))],
        [Station("room", ["counsellors"], Exponential(SERVICE), patience=patience)],
        [Arrivals("room", Exponential(1 / settings.arrival_rate))],
    )


def exact(settings: ErlangSettings) -> MarkovQueue | ErlangA:
    """What theory says: Erlang C, or Erlang A where residents lose patience."""
    if settings.patience:
        return erlang_a(
            settings.arrival_rate, SERVICE, int(settings.servers), settings.patience / 60
        )
    return mmc(settings.arrival_rate, SERVICE, int(settings.servers))


def steps(settings: ErlangSettings) -> Iterator[pd.DataFrame]:
    """The frame after 2, 5, 10 … replications. The mean wait of each replication stands in its
    ``attrs`` ("each", minutes).
    """
    world, found = network(settings), list[Waits]()
    for numbers in stages(settings.replications, TOLD_AFTER):
        found += [
            waits(world, settings.warm_up, 24.0 * settings.days, number) for number in numbers
        ]
        yield _frame(settings, found)


def _frame(settings: ErlangSettings, found: list[Waits]) -> pd.DataFrame:
    said = exact(settings)
    each = [one.mean_minutes for one in found]
    rows = [
        row("all", "mean_wait", each, "min", MINUTES * said.mean_wait),
        row("all", "waiting", [one.share_waiting for one in found], "share", said.wait_probability),
    ]
    if isinstance(said, ErlangA):
        gave_up = [one.share_giving_up for one in found]
        rows.append(row("all", "giving_up", gave_up, "share", said.abandonment))
    rows.append(row("first", "mean_wait", each[:1], "min", MINUTES * said.mean_wait))
    frame = frame_of(rows)
    frame.attrs["each"] = each
    return frame


def draw(settings: ErlangSettings, frame: pd.DataFrame) -> Figure:
    """Above each run by itself, below the mean of the first 1, 2, 3 … of them."""
    name = "Erlang A" if settings.patience else "Erlang C"
    figure = sheet(
        6.6,
        5.4,
        _("Each run errs; their mean comes to what {name} says", name=name),
        _("mean wait of all who join, minutes"),
        [_("Seed 42. Band: 95 % interval of the mean of the runs so far.")],
    )
    above, below = figure.subplots(2, 1, sharex=True)
    each = np.array(frame.attrs["each"])
    number, theory = np.arange(1, len(each) + 1), frame["theory"][0]
    above.plot(number, each, "o", color=COLOURS[0], ms=5, mec="white", label=_("one run"))
    means, lower, upper = running_intervals(each)
    below.fill_between(number, lower, upper, color=COLOURS[0], alpha=0.2, lw=0)
    below.plot(number, means, color=COLOURS[0], lw=2, label=_("mean of the runs so far"))
    for ax in (above, below):
        ax.axhline(theory, color=KIND_COLOURS["transition"], ls="--", lw=1.8, label=name)
        ax.set_ylim(0, 1.25 * max(each.max(), theory))
        ax.legend(loc="upper right", ncols=2)
    above.set_ylabel(_("one run, min"), color=INK)
    below.set_ylabel(_("their mean, min"), color=INK)
    below.set_xlabel(_("runs (replications)"))
    below.set_xlim(0.4, len(each) + 0.6)
    below.xaxis.get_major_locator().set_params(integer=True)
    below.tick_params(colors=GREY, labelcolor=INK)
    return figure


LESSON = Lesson(
    name="erlang",
    text=texts.ERLANG,
    settings=ErlangSettings,
    cases={"all": N_("all runs"), "first": N_("the first run alone")},
    measures={
        "mean_wait": N_("mean wait of all who join"),
        "waiting": N_("had to wait at all"),
        "giving_up": N_("gave up"),
    },
    steps=steps,
    draw=draw,
)
