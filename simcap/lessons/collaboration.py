"""Lesson 4: what collaboration buys in Huadu, beside what one more counsellor buys. The district is
the template of simcap, simulated as ``simcap run`` does.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd
from matplotlib.figure import Figure

from simcap.building import load_scenario, overridden
from simcap.lang import N_, _, n_
from simcap.lessons import texts
from simcap.lessons.lesson import Lesson, Settings, dialled, frame_of, row
from simcap.mechanisms.collaboration import effects
from simcap.plots.theme import COLOURS, GREY, KIND_COLOURS, sheet
from simcap.scenario import Scenario
from simcap.scenario.staff import people
from simcap.scenario.templates import template_home
from simcap.study.plan import Plan, plan

SEED = 42
TIMES = {"warm_up": "26 weeks", "observe": "26 weeks", "run_out": "13 weeks"}
"""Shorter than the template's own, so that a class need not wait; as its demonstration has them."""
MEASURES = {
    "coverage_of_seekers": N_("seen in time, of those who ask"),
    "wait_mean": N_("mean wait of those seen"),
    "referrals_completed": N_("referrals completed, of those made"),
    "crisis_response_mean": N_("mean crisis response"),
}
UNITS = {"wait_mean": (1 / 24, "days"), "crisis_response_mean": (1.0, "h")}
"""The factor and unit in which a measure is shown, where it is no share."""


@dataclass(frozen=True)
class CollaborationSettings(Settings):
    """The dials of lesson 4."""

    level: float = dialled(0.9, N_("collaboration E (0.6 is today's)"), 0, 1, 0.1)
    added: int = dialled(1, N_("counsellors more (beside it, at today's E)"), 1, 6, 1)
    replications: int = dialled(4, N_("runs (replications)"), 2, 10, 1)

    def points(self) -> dict[str, tuple[float, int]]:
        """(E, counsellors more) of each case, in the order in which they are simulated."""
        now = today()
        return {
            "today": (now, 0),
            "closer": (round(self.level, 6), 0),
            "staff": (now, int(self.added)),
            "lowest": (0.0, 0),
            "highest": (1.0, 0),
        }


@functools.cache
def district() -> Scenario:
    """Huadu, with the times of the lesson."""
    return overridden(load_scenario(template_home("huadu")), TIMES)


def today() -> float:
    """E as the scenario has it (expert scoring, seed 000 §3.2)."""
    return district().collaboration.level


def changes(level: float, added: int) -> dict[str, object]:
    """What ``simcap run --set`` would set for this point, beside ``TIMES``."""
    staff = math.fsum(people(district().pools["counsellors"], district()).values())
    more: dict[str, object] = {"pools.counsellors": round(staff + added, 6)} if added else {}
    return {"collaboration.level": level, **more}


def variant(level: float, added: int) -> Scenario:
    """The district at E = ``level`` with counsellors ``added``, shared out as those there are."""
    return overridden(district(), changes(level, added))


@functools.lru_cache(maxsize=64)
def _plan(level: float, added: int) -> Plan:
    return plan(variant(level, added))


@functools.lru_cache(maxsize=2048)
def numbers(level: float, added: int, replication: int) -> dict[str, float]:
    """Measure → value in the whole district, as ``simcap run`` with seed 42 gives it; kept, so that
    what was simulated once need not be again.
    """
    rows = _plan(level, added).measures(SEED, replication)
    of_all = rows[(rows["place"] == "all") & (rows["group"] == "all")].set_index("measure")
    return {measure: float(of_all["value"][measure]) for measure in MEASURES}


STAGES = (("today", 1), ("closer", 1), ("staff", 1))
"""The first run of each of these, and then all: so that something can be seen soon."""


def steps(settings: CollaborationSettings) -> Iterator[pd.DataFrame]:
    """The frame after the first runs, and then after each case, E = 0 and E = 1 last."""
    points, number = settings.points(), int(settings.replications)
    values: dict[str, list[dict[str, float]]] = {}
    for case, wanted in (*STAGES, *((case, number) for case in points)):
        values[case] = [numbers(*points[case], i) for i in range(wanted)]
        if len(values) > 1:
            yield _frame(points, values)


def _frame(points: dict, values: dict[str, list[dict[str, float]]]) -> pd.DataFrame:
    rows = []
    for case, each in values.items():
        level, _added = points[case]
        for measure in MEASURES:
            theory = _stated(level) if measure == "referrals_completed" else math.nan
            factor, unit = UNITS.get(measure, (1.0, "share"))
            rows.append(row(case, measure, [factor * one[measure] for one in each], unit, theory))
    for case in ("closer", "staff"):
        rows += _gains(case, values) if case in values else []
    frame = frame_of(rows)
    frame.attrs["points"] = points
    return frame


def _gains(case: str, values: dict) -> Iterator[tuple]:
    for measure in MEASURES:
        factor, unit = UNITS.get(measure, (1.0, "points"))
        pairs = zip(values[case], values["today"], strict=False)  # those that both have by now
        gained = [factor * (one[measure] - base[measure]) for one, base in pairs]
        yield row(f"{case} - today", measure, gained, unit)


def _stated(level: float) -> float:
    """The share of referrals completed that the scenario states for this E."""
    block = district().collaboration.model_copy(update={"level": level})
    return effects(block).referral_completion


def told(settings: CollaborationSettings) -> str:
    """What E moves, as the scenario states it for today and for the level that was dialled."""
    block = district().collaboration
    now, then = (
        effects(block.model_copy(update={"level": one})) for one in (today(), settings.level)
    )
    return _(
        "From E = {now} to {then}: a referral takes {days_now} → {days_then} days, {share_now} →"
        " {share_then} % of referrals are completed, a crisis is handed on in {crisis_now} →"
        " {crisis_then} h, {hours_now} → {hours_then} % of counsellors' hours may serve other"
        " towns. These are assumptions of the scenario, not results.",
        now=f"{now.level:g}",
        then=f"{then.level:g}",
        days_now=f"{now.referral_delay / 24:.1f}",
        days_then=f"{then.referral_delay / 24:.1f}",
        share_now=f"{100 * now.referral_completion:.0f}",
        share_then=f"{100 * then.referral_completion:.0f}",
        crisis_now=f"{now.crisis_handoff:.0f}",
        crisis_then=f"{then.crisis_handoff:.0f}",
        hours_now=f"{100 * now.shared_hours:.0f}",
        hours_then=f"{100 * then.shared_hours:.0f}",
    )


def draw(settings: CollaborationSettings, frame: pd.DataFrame) -> Figure:
    """Coverage and wait along E, with the point of more counsellors beside; below, what each of the
    two buys.
    """
    figure = sheet(
        6.6,
        7.4,
        _("What closer collaboration buys, beside more counsellors"),
        _("Huadu, 10 towns, 26 observed weeks; the same residents at every point"),
        [
            _(
                "Bars: 95 % intervals over {number} runs; differences between points are known"
                " better than points. Dotted: coverage in proportion to E, as the first document's"
                " equation (3) has it.",
                number=f"{settings.replications:g}",
            )
        ],
    )
    axes = figure.subplot_mosaic("AA;BB;CD", height_ratios=[3, 3, 1.5])
    above, below = axes["A"], axes["B"]
    _along(above, frame, "coverage_of_seekers", 100.0, settings)
    _along(below, frame, "wait_mean", 1.0, settings)
    above.set_ylabel(_("seen in time, % of those who ask"))
    below.set_ylabel(_("mean wait of those seen, days"))
    below.set_xlabel(_("collaboration E"))
    for ax in (above, below):
        ax.set_xlim(-0.05, 1.05)
    above.legend(loc="lower right")
    _gained(axes["C"], frame, "coverage_of_seekers", 100.0)
    _gained(axes["D"], frame, "wait_mean", 1.0)
    axes["C"].set_xlabel(_("seen in time: change, points"))
    axes["D"].set_xlabel(_("mean wait: change, days"))
    axes["D"].set_yticklabels([])
    return figure


def _gained(ax, frame: pd.DataFrame, measure: str, times: float) -> None:
    """The paired differences from today."""
    mine = frame[frame["measure"] == measure].set_index("case")
    for at, (case, colour) in enumerate(GAINS.items()):
        if f"{case} - today" in mine.index:
            one = times * mine.loc[f"{case} - today", ["mean", "lower", "upper"]].astype(float)
            reach = [[one["mean"] - one["lower"]], [one["upper"] - one["mean"]]]
            ax.errorbar(one["mean"], at, xerr=reach, fmt="D", color=colour, ms=6, capsize=4)
    ax.axvline(0, color=GREY, lw=1)
    ax.set_yticks(range(len(GAINS)), [_(LESSON.cases[case]) for case in GAINS])
    ax.set_ylim(len(GAINS) - 0.5, -0.5)
    ax.grid(False, axis="y")


GAINS = {"closer": COLOURS[0], "staff": KIND_COLOURS["transition"]}


def _along(ax, frame: pd.DataFrame, measure: str, times: float, settings) -> None:
    points, mine = frame.attrs["points"], frame[frame["measure"] == measure].set_index("case")
    levels = {points[case][0]: case for case in mine.index if case in points and case != "staff"}
    at = sorted(levels)
    names = [levels[level] for level in at]
    _bars(ax, at, mine.loc[names], times, "o-", COLOURS[0], _("more or less collaboration"))
    if "staff" in mine.index:
        name = n_(
            "{number} more counsellor, today's E",
            "{number} more counsellors, today's E",
            int(settings.added),
        )
        colour = KIND_COLOURS["transition"]
        _bars(ax, [today() + 0.015], mine.loc[["staff"]], times, "D", colour, name)
    if measure == "coverage_of_seekers":
        top = times * float(mine["mean"]["today"]) / today()
        said = _("in proportion to E")
        ax.plot([0, 1], [0, top], ls=":", color=GREY, lw=1.6, label=said)
    ax.set_ylim(0, None)


def _bars(ax, at, rows: pd.DataFrame, times: float, style: str, colour: str, name: str) -> None:
    mean, bars = times * rows["mean"], times * rows[["lower", "upper"]]
    reach = [mean - bars["lower"], bars["upper"] - mean]
    ax.errorbar(at, mean, reach, fmt=style, color=colour, ms=6.5, capsize=4, lw=1.6, label=name)


LESSON = Lesson(
    name="collaboration",
    text=texts.COLLABORATION,
    settings=CollaborationSettings,
    cases={
        "today": N_("today"),
        "closer": N_("E as dialled"),
        "staff": N_("more counsellors"),
        "lowest": N_("E = 0"),
        "highest": N_("E = 1"),
        "closer - today": N_("E as dialled minus today, run by run"),
        "staff - today": N_("more counsellors minus today, run by run"),
    },
    measures=MEASURES,
    steps=steps,
    draw=draw,
    told=told,
)
