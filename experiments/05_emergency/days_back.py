"""Days until routine queues are back: those who wait at routine stations, day by day, with and
without the shock, on the same residents.

`python days_back.py OUT` writes days_back.csv and figures/back.png and .svg into OUT.
"""

import csv
import sys
from pathlib import Path

import numpy as np

import simcap
from simcap.analysis.statistics import t_interval
from simcap.building import load_scenario, overridden
from simcap.plots.theme import GREY, KIND_COLOURS, PALE, save, sheet, use_theme
from simcap.study.plan import plan

HERE = Path(__file__).parent
REPLICATIONS, SEED = 20, 42
ROUTINE = {
    "village station": "waiting at village stations",
    "town assessment": "waiting for an assessment",
    "town course": "waiting for a session of a course",
}
MODES = {
    "no shock": (1, False, {}),
    "everyday mode": (5, False, {}),
    "dual mode": (5, True, {"town course": "red"}),
    "dual mode, nothing postponed": (5, True, {}),
}
"""How many times as many come, whether there is a dual mode, what it postpones."""
LOOK = (-28, 182)
"""Days from the beginning of the shock that are drawn."""


def queues(ready, replication):
    """{station: how many wait there at each midnight of the run}."""
    run = simcap.simulate(ready.network, ready.spec.horizon, SEED, replication)
    rows, days = run.read(), int(ready.spec.horizon // 24)
    kind = np.array([station.labels["station"] for station in ready.network.stations])[
        rows["station"]
    ]
    until = np.where(
        np.isnan(rows["started"]),
        np.where(np.isnan(rows["ended"]), np.inf, rows["ended"]),
        rows["started"],
    )
    found = {}
    for name in ROUTINE:
        mine = (kind == name) & ~np.isnan(rows["joined"])
        first, last = (
            np.ceil(np.minimum(at[mine] / 24, days)).astype(int) for at in (rows["joined"], until)
        )
        found[name] = np.cumsum(
            np.bincount(first, minlength=days + 1) - np.bincount(last, minlength=days + 1)
        )[:days]
    return found


def days_until_back(shocked, calm, begin):
    """Days from the beginning of the shock to the first of seven days running on which no more than
    a tenth more, and two residents more, wait than without it; if never, those to the end of the
    run.
    """
    back = (shocked <= 1.1 * calm + 2)[begin + 1 :]
    seven = np.convolve(back, np.ones(7), "valid") == 7
    left = np.flatnonzero(~back)
    if not len(left):
        return 0
    after = np.flatnonzero(seven & (np.arange(len(seven)) > left[0]))
    return int(after[0]) + 1 if len(after) else len(back)


def main(out):
    scenario = load_scenario(HERE / "scenario.yaml")
    (emergency,) = scenario.mechanisms.emergency
    shock = emergency.shock
    begin = (shock.from_ - scenario.start).days
    found = {}
    for mode, (times, dual, postpone) in MODES.items():
        ready = plan(
            overridden(
                scenario,
                {
                    "mechanisms.emergency.shock.times": times,
                    "mechanisms.emergency.dual_mode": dual,
                    "mechanisms.emergency.postpone": postpone,
                },
            )
        )
        found[mode] = [queues(ready, replication) for replication in range(REPLICATIONS)]
    out.mkdir(parents=True, exist_ok=True)
    with (out / "days_back.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(
            ["station", "mode", "measure", "mean", "lower", "upper", "replications", "unit"]
        )
        for station in ROUTINE:
            for mode in list(MODES)[1:]:
                pairs = list(zip(found[mode], found["no shock"], strict=True))
                days = [
                    days_until_back(one[station], other[station], begin) for one, other in pairs
                ]
                more = [
                    (one[station] - other[station])[begin : begin + 182].sum() / 7
                    for one, other in pairs
                ]
                for measure, values, unit in (
                    ("days until back", days, "days"),
                    ("further weeks waited", more, "resident-weeks"),
                ):
                    table.writerow(
                        [
                            station,
                            mode,
                            measure,
                            *(round(float(x), 2) for x in t_interval(np.array(values, float))),
                            REPLICATIONS,
                            unit,
                        ]
                    )
    draw(found, begin, shock.lasts / 24, out / "figures")


def draw(found, begin, lasts, out):
    """Both queues over time, by mode, with intervals."""
    colours = dict(
        zip(
            MODES,
            (GREY, KIND_COLOURS["transition"], KIND_COLOURS["urban"], KIND_COLOURS["rural"]),
            strict=True,
        )
    )
    with use_theme():
        figure = sheet(
            12.5,
            3.6,
            "A shock of two weeks: how many wait, day by day, with and without the dual mode",
            "",
            [
                f"Lines: means over {REPLICATIONS} replications at midnight, bands: 95 % intervals;"
                " the same residents in all four but for those whom the shock brings. Shaded: the"
                " two weeks of the shock. Peaks that all lines have are public holidays."
            ],
        )
        days = np.arange(*LOOK)
        for ax, (station, said) in zip(figure.subplots(1, 3), ROUTINE.items(), strict=True):
            ax.axvspan(0, lasts, color=PALE, alpha=0.6, lw=0)
            for mode, colour in colours.items():
                values = np.array(
                    [run[station][begin + LOOK[0] : begin + LOOK[1]] for run in found[mode]],
                    dtype=float,
                )
                means, lower, upper = np.array([t_interval(day) for day in values.T]).T
                ax.fill_between(days, np.maximum(lower, 0), upper, color=colour, alpha=0.25, lw=0)
                ax.plot(days, means, color=colour, label=mode)
            ax.set_title(said)
            ax.set_xlabel("days from the beginning of the shock")
            ax.set_ylim(0, None)
            ax.set_ylabel("residents")
        figure.axes[0].legend(loc="upper right")
        out.mkdir(parents=True, exist_ok=True)
        save(figure, out / "back")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
