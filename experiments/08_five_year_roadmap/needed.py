"""What would have to be true for the figures of Table 2, beside the sweep of experiment 08."""

from datetime import date

import numpy as np
from roadmap_summary import BY_THETA, POINTS, ROADMAP, THETA, YEARS, staged

from simcap.dynamics import claims, printed
from simcap.mechanisms.collaboration import effects

PRACTITIONER = 4.0
"""Hours of a crisis hand-off, the longest that practitioners name (1 to 4)."""
POINTS_LOST = ("week", "repeat")
"""What points of satisfaction are lost by: a week waited, a repeated assessment."""
DEPTHS = {"any_contact": "any contact", "coverage": "a professional within the target"}
"""What coverage may mean, by the beginning of its measures."""


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
