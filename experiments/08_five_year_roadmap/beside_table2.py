"""Table 2 of the first document beside what the sweep gives year by year, what would have to be
true for the printed figures, and where the document contradicts itself.

Recovery stands there twice: drawn for each resident, as the table of the scenario says, and by the
document's own line θ = 0.3 + 0.2 C, which is worked out here from the coverage of the sweep.

    python experiments/08_five_year_roadmap/beside_table2.py [DIRECTORY]

reads summary.csv, which `simcap sweep experiments/08_five_year_roadmap` writes into DIRECTORY
(default: this experiment's results), and writes beside_table2.md beside it. Nothing is simulated,
and nothing of simcap is fitted to the table: what is printed is the document's claim.
"""

import sys
from pathlib import Path

from needed import needed
from roadmap_summary import (
    BY_THETA,
    HERE,
    POINTS,
    STAGES,
    THETA,
    YEARS,
    form_of,
    read,
    with_line,
)

from simcap.building import load_scenario
from simcap.dynamics import claims, printed

DRAWN, LINE = "drawn by the table below", "the document's θ = 0.3 + 0.2 C, of `coverage_of_need`"
SAID = {
    "recovery": f"`recovery`: {DRAWN}",
    "recovery_of_need": f"`recovery_of_need`: {DRAWN}, without a course too",
    THETA: LINE,
    "cost_benefit_ratio": f"`cost_benefit_ratio`, recovery {DRAWN}",
    BY_THETA: f"the same by {LINE}",
}
"""How a measure is called, where its name is not enough."""
ROWS = (
    (printed.USE, "any_contact_of_need", "all"),
    (printed.USE, "any_contact_of_seekers", "all"),
    (printed.USE, "coverage_of_need", "all"),
    (printed.SATISFACTION, "satisfaction", "all"),
    (printed.RECOVERY, "recovery", "all"),
    (printed.RECOVERY, "recovery_of_need", "all"),
    (printed.RECOVERY, THETA, "all"),
    (printed.RESPONSE, "crisis_response_mean", "all"),
    (printed.RESPONSE, "crisis_within_target", "all"),
    (printed.UNIT_COST, "cost_benefit_ratio", "all"),
    (printed.UNIT_COST, BY_THETA, "all"),
    (printed.UNIT_COST, "cost_per_reached", "all"),
    (printed.RURAL, "any_contact_of_need", "rural"),
    (printed.RURAL, "coverage_of_need", "rural"),
)
"""What is printed, and the measures that could be meant by it, with their place. A measure that the
sweep has not is named below the table.
"""


# ---- printed beside simulated --------------------------------------------------------------------


def beside(found):
    """The lines of the first table, and the measures that the sweep has not."""
    there = [row for row in ROWS if (POINTS[0], *row[1:]) in found]
    lines = [
        "| printed | first … last | measure | "
        + " | ".join(point.replace(", roadmap", "") for point in POINTS)
        + " |",
        "|---|---|---|" + "---|" * len(POINTS),
        *(_line(found, *row) for row in there),
    ]
    missing = sorted({measure for _, measure, _ in ROWS} - {measure for _, measure, _ in there})
    return lines, missing


def _line(found, claim, measure, place):
    form = form_of(measure)
    cells = [found[point, measure, place] for point in POINTS]
    said = [form(mean) for mean, _, _ in cells]
    for i in (0, len(YEARS)):
        said[i] += f" ({form(cells[i][1])} to {form(cells[i][2])})"
    where = "" if place == "all" else f" at {place}"
    return (
        f"| {claim.what} ({claim.statement}) | {claim.said()} |"
        f" {SAID.get(measure, f'`{measure}`')}{where} |"
        f" {' | '.join(said)} |"
    )


# ---- the recovery table --------------------------------------------------------------------------


def recoveries(table):
    """The lines of the recovery table of the scenario."""
    return [
        "| needs | sessions attended | wait to the first | recover |",
        "|---|---|---|---|",
        *(
            f"| {', '.join(row.need) or 'all others'} | {row.sessions or 'none'}"
            f"{' or more' if row.sessions else ''} |"
            f" {f'{row.wait / 168:g} weeks or more' if row.wait else ''} |"
            f" {printed.percent(row.recovered)} |"
            for row in sorted(table.rows, key=lambda row: (row.need, row.sessions, row.wait))
        ),
    ]


# ---- the page ------------------------------------------------------------------------------------


def page(found, scenario):
    """The whole of beside_table2.md."""
    found = with_line(found)
    table, missing = beside(found)
    return "\n".join(
        [
            "# Table 2 of the first document, beside the roadmap in Huadu",
            "",
            "Printed are the document's claims for 2020, 2023 and 2025 (villages: before and"
            " after). The sweep is experiment 08: collaboration as today (0.4), and along the"
            " roadmap; means, for the first and the last year of it with 95 % intervals. Where"
            f" three numbers stand for the sweep they are «{STAGES[0]}», 2028 and 2030 along the"
            " roadmap. A simulated number near a printed one validates nothing.",
            "",
            "Recovery stands here twice, and so does what rests on it. *Drawn* is simulated: each"
            " resident recovers or not when their episode ends, as the recovery table below says."
            " *θ* is the document's line, worked out from the coverage of the sweep; it knows"
            " neither sessions nor waits.",
            "",
            "## Printed and simulated",
            "",
            *table,
            "",
            *([f"Not in this sweep: {', '.join(missing)}.", ""] if missing else []),
            "## What would have to be true",
            "",
            *needed(found, scenario),
            "",
            "## The recovery table",
            "",
            *recoveries(scenario.outcomes.recovery),
            "",
            scenario.outcomes.recovery.source,
            "",
            "## The document against itself",
            "",
            *(f"- {line}" for line in claims.contradictions()),
            "",
        ]
    )


def main(directory: Path) -> None:
    text = page(read(directory), load_scenario(HERE))
    (directory / "beside_table2.md").write_text(text, encoding="utf-8")
    print(text, end="")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE.parents[1] / "results" / HERE.name)
