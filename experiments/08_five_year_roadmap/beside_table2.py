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
from datetime import date
from pathlib import Path

import numpy as np
from roadmap_summary import HERE, THETA, YEARS, form_of, read

from simcap.building import load_scenario
from simcap.dynamics import claims, printed
from simcap.mechanisms.collaboration import effects

TODAY, ROADMAP = "{}, as today", "{}, roadmap"
POINTS = (TODAY.format(2026), *map(ROADMAP.format, YEARS), TODAY.format(2030))
STAGES = (TODAY.format(2026), ROADMAP.format(2028), ROADMAP.format(2030))
"""What stands for 2020, 2023 and 2025 of the table: before the roadmap, three and five years on."""
PRACTITIONER = 4.0
"""Hours of a crisis hand-off, the longest that practitioners name (1 to 4)."""
POINTS_LOST = ("week", "repeat")
"""What points of satisfaction are lost by: a week waited, a repeated assessment."""
BY_THETA = "ratio_by_the_line"
"""The cost-benefit ratio with the document's recovery, worked out here."""
DRAWN, LINE = "drawn by the table below", "the document's θ = 0.3 + 0.2 C, of `coverage_of_need`"
SAID = {
    "recovery": f"`recovery`: {DRAWN}",
    "recovery_of_need": f"`recovery_of_need`: {DRAWN}, without a course too",
    THETA: LINE,
    "cost_benefit_ratio": f"`cost_benefit_ratio`, recovery {DRAWN}",
    BY_THETA: f"the same by {LINE}",
}
"""How a measure is called, where its name is not enough."""
DEPTHS = {"any_contact": "any contact", "coverage": "a professional within the target"}
"""What coverage may mean, by the beginning of its measures."""
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


def with_line(found):
    """``found`` with the document's recovery θ, which rises with coverage, and the cost-benefit
    ratio with it, which falls, at each design point of ``POINTS``.
    """
    lines = {}
    for point in POINTS:
        theta, quality = claims.by_coverage(found[point, "coverage_of_need", "all"])
        cost = found[point, "total_cost", "all"][0]
        mean, most, least = cost / 1e4 / (theta * quality)
        lines[point, THETA, "all"] = tuple(map(float, theta))
        lines[point, BY_THETA, "all"] = (float(mean), float(least), float(most))
    return {**found, **lines}


def staged(found, measure, place="all"):
    """The means of a measure before the roadmap and three and five years on."""
    return np.array([found[point, measure, place][0] for point in STAGES])


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


# ---- what would have to be true ------------------------------------------------------------------


def levels(scenario):
    """{design point: collaboration level in force through its year}."""
    phases = scenario.mechanisms.roadmap[0].phases
    today = scenario.collaboration.level
    found = {point: today for point in POINTS}
    for year in YEARS:
        for phase in phases:
            if phase.from_ <= date(year, 1, 1) and phase.level is not None:
                found[ROADMAP.format(year)] = phase.level
    return found


def response_line(found, scenario):
    """(hours without a hand-off, hours that each hour of hand-off adds) of the mean crisis
    response: least squares over the design points.
    """
    hours = [
        effects(scenario.collaboration.model_copy(update={"level": level})).crisis_handoff
        for level in levels(scenario).values()
    ]
    responses = [found[point, "crisis_response_mean", "all"][0] for point in levels(scenario)]
    slope, rest = np.polyfit(hours, responses, 1)
    return float(rest), float(slope)


def asking_needed(found, values, measure, place):
    """Four arrays over the stages of ``values``: the share of those in need who ask in the sweep
    and of these who are reached; the share that would have to ask, if who asks fares as in the
    sweep, and how many times as many people that reaches.
    """
    stages = [0, -1] if len(values) == 2 else [0, 1, 2]
    asked = staged(found, "people_asking", place) / staged(found, "people_in_need", place)
    reached = staged(found, f"{measure}_of_seekers", place)[stages]
    now = staged(found, f"{measure}_of_need", place)[stages]
    return asked[stages], reached, values / reached, values / now


def needed(found, scenario):
    """The lines of the second table."""
    return [
        "| printed | would have to be true | in the sweep |",
        "|---|---|---|",
        _response(found, scenario),
        _asking(found, printed.USE, "any_contact", "all"),
        _asking(found, printed.USE, "coverage", "all"),
        _asking(found, printed.RURAL, "any_contact", "rural"),
        _asking(found, printed.RURAL, "coverage", "rural"),
        _villages(found),
        _satisfaction(found, scenario),
        _recovery(found, scenario),
        _cost(found),
    ]


def _row(claim, true, sweep):
    return f"| {claim.what} {claim.said()} ({claim.statement}) | {true} | {sweep} |"


def _response(found, scenario):
    rest, slope = response_line(found, scenario)
    handoffs = [(value - rest) / slope for value in printed.RESPONSE.values]
    table = scenario.collaboration.crisis_handoff.at
    return _row(
        printed.RESPONSE,
        f"a mean hand-off of {_join('{:.0f}'.format, handoffs)} h, since the mean response is"
        f" {slope:.2f} × hand-off {rest:+.1f} h: who comes straight to the team has none",
        f"a hand-off of {_join('{:.0f}'.format, table.values())} h at levels"
        f" {_join('{:g}'.format, table)}: set after this very line of the table, so that agreement"
        f" says nothing. With a practitioner's {PRACTITIONER:g} h the response would be"
        f" {rest + slope * PRACTITIONER:.1f} h",
    )


def _asking(found, claim, measure, place):
    asked, reached, needed, times = asking_needed(found, claim.values, measure, place)
    beyond = " (more than all of them)" if max(needed) > 1 else ""
    return _row(
        claim,
        f"read as {DEPTHS[measure]}: {_join(printed.percent, needed)} of those in need ask{beyond},"
        f" and {_join('{:.0f}'.format, times)} times as many people are reached",
        f"{_join(printed.percent, asked)} ask, and of these {_join(printed.percent, reached)} are"
        " reached so",
    )


def _villages(found):
    most = claims.greatest_rural_share()
    now = staged(found, "people_in_need", "rural") / staged(found, "people_in_need")
    return _row(
        printed.RURAL,
        f"beside the use rate of all, at most {_join(printed.percent, most)} of those in need live"
        " in villages; at that share everybody else is covered",
        f"{printed.percent(now[0])} live there",
    )


def _satisfaction(found, scenario):
    lost = [100 - value for value in printed.SATISFACTION.values]
    week, repeat = (getattr(scenario.outcomes.satisfaction, f"per_{of}") for of in POINTS_LOST)
    return _row(
        printed.SATISFACTION,
        f"a mean of {_join('{:.1f}'.format, [one / week for one in lost])} weeks waited and no"
        f" repeated assessment, or {_join('{:.1f}'.format, [one / repeat for one in lost])}"
        f" repeated assessments and no wait, at {week:g} points a week and {repeat:g} an"
        " assessment (assumed)",
        f"{_join('{:.1f}'.format, staged(found, 'wait_mean') / 168)} weeks to a professional, of"
        " those who reached one",
    )


def _recovery(found, scenario):
    drawn, line = staged(found, "recovery"), staged(found, THETA)
    return _row(
        printed.RECOVERY,
        f"by its own θ = 0.3 + 0.2 C, a coverage of"
        f" {_join(printed.percent, claims.coverage_for_recovery())}; by the recovery table, for"
        f" needs without rows of their own and no long wait,"
        f" {_join('{:.1f}'.format, sessions_needed(scenario.outcomes.recovery.rows))} sessions"
        " attended by each who begins a course",
        f"coverage {_join(printed.percent, staged(found, 'coverage_of_need'))}, so θ"
        f" {_join(printed.percent, line)}; drawn, of who begins a course,"
        f" {_join(printed.percent, drawn)}",
    )


def sessions_needed(rows, recovery=printed.RECOVERY.values):
    """The sessions at which the general ``rows`` without a wait are at ``recovery``: straight lines
    between them.
    """
    own = sorted((row.sessions, row.recovered) for row in rows if not (row.need or row.wait))
    return np.interp(recovery, [share for _, share in own], [number for number, _ in own])


def _cost(found):
    first = printed.UNIT_COST.values[0]
    drawn, line = (
        staged(found, measure) * staged(found, "quality_of_life") for measure in ("recovery", THETA)
    )
    return _row(
        printed.UNIT_COST,
        f"by its own equation (4), with Table 2's recovery, a total cost of"
        f" {_join('{:.2f}'.format, claims.cost_of_table_2())} times the first",
        f"total cost {_join('{:.2f}'.format, _relative(found, 'total_cost'))} times the first;"
        f" recovery · QOL {_join('{:.3f}'.format, drawn / drawn[0])} times, drawn, so the ratio"
        f" {_join('{:.3f}'.format, _relative(found, 'cost_benefit_ratio'))}; θ · QOL"
        f" {_join('{:.3f}'.format, line / line[0])} times, so the ratio"
        f" {_join('{:.3f}'.format, _relative(found, BY_THETA))}; printed"
        f" {_join('{:.3f}'.format, [value / first for value in printed.UNIT_COST.values])}",
    )


def _relative(found, measure):
    values = staged(found, measure)
    return values / values[0]


def _join(form, values):
    return " → ".join(form(value) for value in values)


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
