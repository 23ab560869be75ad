"""The wave of a test of all pupils, week by week: who waits for the assessment, the school
counsellor and the school clinic.

    python experiments/06_school_screening/wave.py [DIRECTORY]

reads summary.csv, which `simcap sweep experiments/06_school_screening` writes into DIRECTORY
(default: this experiment's results), and writes wave.csv and figures/wave.png and .svg beside it.
Nothing is simulated.
"""

import csv
import sys
from datetime import date, timedelta
from pathlib import Path

import numpy as np

from simcap.plots.theme import ALARM, GREY, INK, KIND_COLOURS, save, sheet, use_theme

HERE = Path(__file__).parent
RESULTS = date(2026, 10, 27)
"""When those who are positive come: two weeks after the test of 13 October."""
FROM = date(2026, 9, 16)
"""The first week that is drawn."""
STATIONS = {
    "school assessment": "waiting for the assessment",
    "school counsellor": "waiting for the school counsellor",
    "school clinic": "waiting for a school clinic",
}
POINTS = {
    "no test": GREY,
    "as assumed": KIND_COLOURS["urban"],
    "half of the positive come": ALARM,
    "ten schools with a clinic": KIND_COLOURS["rural"],
}
"""The design points that are drawn, and their colours."""


def read(directory):
    """{(design point, station): [(first day of a week, mean, lower, upper)]}, in order."""
    path = directory / "summary.csv"
    if not path.is_file():
        sys.exit(f"{path}: not here; `simcap sweep experiments/{HERE.name}` writes it")
    found = {}
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            station, _, week = row["group"].removeprefix("station: ").partition(", week: ")
            if row["measure"] == "queue_mean" and week and station in STATIONS:
                values = [float(row[column] or "nan") for column in ("mean", "lower", "upper")]
                found.setdefault((row["design point"], station), []).append(
                    (date.fromisoformat(week), *values)
                )
    return {key: sorted(weeks) for key, weeks in found.items()}


def write(found, path):
    """The weeks from ``FROM`` on as a table."""
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(["design point", "station", "week", "mean", "lower", "upper", "unit"])
        for (point, station), weeks in found.items():
            for week, *values in weeks:
                if week >= FROM and point in POINTS:
                    rounded = [round(value, 2) for value in values]
                    table.writerow([point, station, week, *rounded, "persons"])


def draw(found, out):
    """The mean number waiting in each week, by station and design point."""
    with use_theme():
        figure = sheet(
            12.5,
            3.8,
            "A test of all pupils in October: how many wait, week by week",
            "",
            [
                "Points: means over a week and over replications; bands: 95 % intervals. Thin line:"
                " results come. With ten clinics assessments and counsellors are as assumed. The"
                " last week is the last that is observed."
            ],
        )
        for ax, (station, title) in zip(figure.subplots(1, 3), STATIONS.items(), strict=True):
            for point, colour in POINTS.items():
                _line(
                    ax,
                    [week for week in found.get((point, station), ()) if week[0] >= FROM],
                    point,
                    colour,
                )
            ax.axvline(RESULTS, color=INK, lw=0.5)
            ax.set(title=title, ylabel="residents")
            ax.set_ylim(0, None)
            ax.set_xticks(
                [date(2026, month, 1) for month in (10, 11, 12)], ["1 Oct", "1 Nov", "1 Dec"]
            )
        figure.axes[-1].legend(loc="upper left", frameon=True, framealpha=1, edgecolor="none")
        out.mkdir(parents=True, exist_ok=True)
        save(figure, out / "wave")


def _line(ax, weeks, point, colour):
    if weeks:
        days = [week[0] + timedelta(days=3) for week in weeks]
        means, lower, upper = np.array([week[1:] for week in weeks]).T
        ax.fill_between(days, np.maximum(lower, 0), upper, color=colour, alpha=0.25, lw=0)
        ax.plot(days, means, color=colour, label=point, marker=".")


def main(directory: Path) -> None:
    found = read(directory)
    write(found, directory / "wave.csv")
    draw(found, directory / "figures")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE.parents[1] / "results" / HERE.name)
