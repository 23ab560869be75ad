"""The five years in one run, along the roadmap and as today: by year beside Table 2, and what the
roadmap brings quarter by quarter, paired replication by replication.

    python experiments/08_five_year_roadmap/in_one_run.py [DIRECTORY]

reads measures.csv, which `simcap sweep experiments/08_five_year_roadmap` writes into DIRECTORY
(default: this experiment's results), and writes by_year.md and figures/by_quarter.png and .svg
beside it. Nothing is simulated.
"""

import sys
from pathlib import Path

import numpy as np
import pandas as pd
from roadmap_summary import HERE, YEARS, form_of

from simcap.analysis.statistics import t_interval
from simcap.building import load_scenario
from simcap.dynamics import printed
from simcap.plots.theme import GREY, INK, KIND_COLOURS, save, sheet, use_theme

TODAY, ROADMAP = "2026 to 2030, as today", "2026 to 2030, roadmap"
ROWS = (
    (printed.USE, "any_contact_of_need"),
    (printed.USE, "coverage_of_need"),
    (printed.SATISFACTION, "satisfaction"),
    (printed.RECOVERY, "recovery"),
    (printed.RECOVERY, "recovery_of_need"),
    (printed.RESPONSE, "crisis_response_mean"),
    (printed.UNIT_COST, "cost_benefit_ratio"),
)
"""What Table 2 prints, and the measures beside it."""
PANELS = {
    "people_covered": ("more seen by a professional in time", "persons a quarter", 1),
    "wait_mean": ("longer wait for a professional", "hours", 1),
    "crisis_response_mean": ("longer crisis response", "hours", 1),
}
"""What is drawn by quarter: its title, its unit, and how many of these one is."""
QUARTERS = [f"quarter: {year} Q{number}" for year in YEARS for number in (1, 2, 3, 4)]


def read(directory):
    """{(design point, measure, group): values by replication} of everybody, by year and quarter."""
    path = directory / "measures.csv"
    if not path.is_file():
        sys.exit(f"{path}: not here; `simcap sweep experiments/{HERE.name}` writes it")
    frame = pd.read_csv(path)
    frame = frame[
        frame["design point"].isin((TODAY, ROADMAP))
        & (frame["place"] == "all")
        & frame["measure"].isin({measure for _, measure in ROWS} | PANELS.keys())
        & frame["group"].str.match("(?:year|quarter): ")
    ]
    return {
        key: rows.set_index("replication")["value"].sort_index()
        for key, rows in frame.groupby(["design point", "measure", "group"])
    }


def gained(found, measure, group):
    """(mean, lower, upper) of the roadmap less as today, of the same residents."""
    return t_interval(found[ROADMAP, measure, group] - found[TODAY, measure, group])


def by_year(found):
    """The lines of by_year.md."""
    return [
        "# Table 2 of the first document beside five years in one run",
        "",
        "Experiment 08, by the year in which residents asked (crises: the team was sent for)."
        " Means; differences, roadmap less as today, are of the same residents, with 95 %"
        " intervals. Printed are the document's claims for 2020, 2023 and 2025. Recovery is drawn"
        " by the recovery table (beside_table2.md).",
        "",
        f"| printed | first … last | measure | | {' | '.join(map(str, YEARS))} |",
        "|---|---|---|---|" + "---|" * len(YEARS),
        *(line for row in ROWS for line in _lines(found, *row)),
        "",
    ]


def _lines(found, claim, measure):
    form = form_of(measure)
    years = [f"year: {number}" for number in range(1, len(YEARS) + 1)]
    head = f"| {claim.what} ({claim.statement}) | {claim.said()} | `{measure}` |"
    for name, point in (("as today", TODAY), ("roadmap", ROADMAP)):
        means = [form(found[point, measure, year].mean()) for year in years]
        yield f"{head} {name} | {' | '.join(means)} |"
    told = "difference, points" if form is printed.percent else "difference"
    cells = [_difference(form, *gained(found, measure, year)) for year in years]
    yield f"{head} {told} | {' | '.join(cells)} |"


def _difference(form, *values):
    """A mean and its interval; of shares in points."""
    if form is printed.percent:
        said = "{:+.3f} ({:+.3f} to {:+.3f})".format(*(100 * value for value in values))
    else:
        said = "{:+.1f} ({:+.1f} to {:+.1f})".format(*values)
    return said.replace("-", "−")


def draw(found, phases, out):
    """What the roadmap brings of each measure of ``PANELS``, quarter by quarter; a line where a
    phase of it begins.
    """
    with use_theme():
        figure = sheet(
            12.5,
            3.6,
            "What the roadmap brings, quarter by quarter: five years in one run, less as today",
            "",
            [
                "Points: means of the difference between the same residents, bars: 95 % intervals."
                " Residents count in the quarter in which they asked, crises in that in which the"
                " team was sent for. Thin lines: phases of the roadmap begin."
            ],
        )
        axes = figure.subplots(1, len(PANELS))
        for ax, (measure, panel) in zip(axes, PANELS.items(), strict=True):
            _panel(ax, found, measure, *panel)
            for phase in phases:
                ax.axvline(phase.from_.year, color=INK, lw=0.5)
        out.mkdir(parents=True, exist_ok=True)
        save(figure, out / "by_quarter")


def _panel(ax, found, measure, title, unit, factor):
    middles = np.repeat(YEARS, 4) + np.tile([0.125, 0.375, 0.625, 0.875], len(YEARS))
    values = [gained(found, measure, quarter) for quarter in QUARTERS]
    means, lower, upper = factor * np.array(values).T
    ax.axhline(0, color=GREY, lw=1)
    ax.vlines(middles, lower, upper, color=KIND_COLOURS["urban"])
    ax.plot(middles, means, "o", color=KIND_COLOURS["urban"])
    ax.set(title=title, ylabel=unit, xticks=YEARS, xlim=(YEARS[0] - 0.1, YEARS[-1] + 1))


def main(directory: Path) -> None:
    found = read(directory)
    text = "\n".join(by_year(found))
    (directory / "by_year.md").write_text(text, encoding="utf-8")
    (roadmap,) = load_scenario(HERE).mechanisms.roadmap
    draw(found, roadmap.phases, directory / "figures")
    print(text, end="")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE.parents[1] / "results" / HERE.name)
