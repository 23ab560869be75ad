"""The five years in one run, as today and along the roadmap: by year beside Table 2, and by quarter
in a figure.

    python experiments/08_five_year_roadmap/in_one_run.py [DIRECTORY]

reads summary.csv, which `simcap sweep experiments/08_five_year_roadmap` writes into DIRECTORY
(default: this experiment's results), and writes by_year.md and figures/by_quarter.png and .svg
beside it. Nothing is simulated.
"""

import sys
from pathlib import Path

import numpy as np
from roadmap_summary import HERE, YEARS, form_of, read

from simcap.building import load_scenario
from simcap.dynamics import printed
from simcap.plots.theme import GREY, INK, KIND_COLOURS, save, sheet, use_theme

POINTS = {
    "as today": "2026 to 2030, as today",
    "roadmap": "2026 to 2030, roadmap",
}
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
    "coverage_of_need": ("seen by a professional in time, of those in need", "%", 100),
    "wait_mean": ("mean wait for a professional", "days", 1 / 24),
    "crisis_response_mean": ("mean crisis response", "hours", 1),
}
"""What is drawn by quarter: its title, its unit, and how many of these one is."""
COLOURS = {"as today": GREY, "roadmap": KIND_COLOURS["urban"]}
QUARTERS = [f"quarter: {year} Q{number}" for year in YEARS for number in (1, 2, 3, 4)]


def by_year(found):
    """The lines of by_year.md."""
    return [
        "# Table 2 of the first document beside five years in one run",
        "",
        "Experiment 08, by the year in which residents asked (crises: joined); means, for the first"
        " and the last year with 95 % intervals. Printed are the document's claims for 2020, 2023"
        " and 2025. Recovery is drawn by the recovery table (beside_table2.md).",
        "",
        f"| printed | first … last | measure | | {' | '.join(map(str, YEARS))} |",
        "|---|---|---|---|" + "---|" * len(YEARS),
        *(_line(found, *row, name) for row in ROWS for name in POINTS),
        "",
    ]


def _line(found, claim, measure, name):
    form, said = form_of(measure), []
    for number in range(1, len(YEARS) + 1):
        mean, lower, upper = found[f"year: {number}"][POINTS[name], measure, "all"]
        ends = number in (1, len(YEARS))
        said.append(form(mean) + (f" ({form(lower)} to {form(upper)})" if ends else ""))
    return (
        f"| {claim.what} ({claim.statement}) | {claim.said()} | `{measure}` | {name} |"
        f" {' | '.join(said)} |"
    )


def draw(found, phases, out):
    """Each measure of ``PANELS`` quarter by quarter; a line where a phase of the roadmap begins."""
    with use_theme():
        figure = sheet(
            12.5,
            3.6,
            "Five years along the roadmap and as today, by quarter",
            "",
            [
                "Lines: means over replications; bands: 95 % intervals. Residents count in the"
                " quarter in which they asked, crises in that in which the team was sent for. Thin"
                " lines: phases of the roadmap begin."
            ],
        )
        for ax, (measure, panel) in zip(
            figure.subplots(1, len(PANELS)), PANELS.items(), strict=True
        ):
            _panel(ax, found, measure, *panel)
            for phase in phases:
                ax.axvline(phase.from_.year, color=INK, lw=0.5)
        figure.axes[0].legend(loc="lower right")
        out.mkdir(parents=True, exist_ok=True)
        save(figure, out / "by_quarter")


def _panel(ax, found, measure, title, unit, factor):
    middles = np.repeat(YEARS, 4) + np.tile([0.125, 0.375, 0.625, 0.875], len(YEARS))
    for name, point in POINTS.items():
        values = [found[quarter][point, measure, "all"] for quarter in QUARTERS]
        means, lower, upper = factor * np.array(values).T
        ax.fill_between(middles, lower, upper, color=COLOURS[name], alpha=0.25, lw=0)
        ax.plot(middles, means, color=COLOURS[name], label=name, marker=".")
    ax.set(title=title, ylabel=unit, xticks=YEARS, xlim=(YEARS[0], YEARS[-1] + 1))
    ax.set_ylim(0, None)


def main(directory: Path) -> None:
    found = read(directory)
    text = "\n".join(by_year(found))
    (directory / "by_year.md").write_text(text, encoding="utf-8")
    (roadmap,) = load_scenario(HERE).mechanisms.roadmap
    draw(found, roadmap.phases, directory / "figures")
    print(text, end="")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE.parents[1] / "results" / HERE.name)
