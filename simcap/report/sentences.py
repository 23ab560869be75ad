"""The answer in sentences: each says no more than was run, with its numbers and intervals."""

from __future__ import annotations

import math

from simcap.analysis.stopping import Wanted
from simcap.analysis.worst import WORST
from simcap.lang import _, joined, listed, n_
from simcap.lang.measures import measure as in_words
from simcap.lang.measures import place as place_in_words
from simcap.plots.view import Cell
from simcap.plots.words import say_factor, say_group, say_level, say_short
from simcap.report.amounts import difference, estimate, money, number, scaled, span
from simcap.report.facts import Facts, Step
from simcap.report.goals import Goal
from simcap.study.settling import DID_NOT_SETTLE


def answer(facts: Facts) -> list[str]:
    """Three sentences: how things stand, what reaches the targets, what to do next."""
    return [state(facts), targets(facts), next_step(facts)]


def brief(facts: Facts) -> list[str]:
    """Two sentences for the end of a sweep: how things stand, and what changes most."""
    return [state(facts), next_step(facts) if facts.steps else greatest(facts)]


# ---- names ---------------------------------------------------------------------------------------


def called(facts: Facts, point: tuple) -> str:
    """A design point in a few words."""
    if not facts.view.factors:
        return _("the scenario as written")
    said = facts.experiment.called(point, say_level, say_short)
    return _("the baseline ({point})", point=said) if _plain_baseline(facts, point) else said


def changed(facts: Facts, point: tuple) -> str:
    """A design point by what it sets otherwise than the baseline alone, where it has no name."""
    if facts.experiment.settings:
        return called(facts, point)
    return listed(
        f"{say_factor(path)} {say_level(level)}" for path, level in facts.changed(point).items()
    )


def _plain_baseline(facts: Facts, point: tuple) -> bool:
    return point == facts.view.base and facts.view.at_baseline and bool(facts.view.factors)


def title_of(one: Wanted | Goal) -> str:
    """A measure, with its place and group, in words."""
    said = in_words(one.measure)
    further = [say_group(one.group)] if one.group != "all" else []
    further += [place_in_words(one.place)] if one.place != "all" else []
    return _("{measure}, {where}", measure=said, where=listed(further)) if further else said


# ---- how things stand ----------------------------------------------------------------------------


def state(facts: Facts) -> str:
    """How things stand at the baseline: of the measure asked for first, or coverage and waits."""
    point, view = called(facts, facts.view.base), facts.view
    if not facts.leads:
        return _("At {point}: none of the measures asked for is known.", point=point)
    first = facts.leads[0]
    if first[:3] != ("coverage_of_need", "all", "all"):
        value = estimate(first.measure, facts.lead(0))
        return _(
            "At {point}: {measure}: {value}.", point=point, measure=title_of(first), value=value
        )
    parts = [
        _(
            "At {point}: {value} of those in need see a professional {in_target}",
            point=point,
            value=estimate("coverage_of_need", facts.lead(0)),
            in_target=view.in_target,
        )
    ]
    parts += [sides] if (sides := _sides(facts)) else []
    wait = view.cell("wait_mean")
    if math.isfinite(wait.mean):
        parts.append(_("those seen wait {time} on average", time=estimate("wait_mean", wait)))
    return _("{sentence}.", sentence=_("; ").join(parts))


def _sides(facts: Facts) -> str:
    """City beside villages, and whether they can be told apart."""
    city, villages, gap = (
        facts.view.cell(*which)
        for which in (
            ("coverage_of_need", "urban"),
            ("coverage_of_need", "rural"),
            ("rural_urban_gap",),
        )
    )
    if not (math.isfinite(city.mean) and math.isfinite(villages.mean)):
        return ""
    said = _(
        "in the city {city}, in the villages {villages}",
        city=f"{number(100 * city.mean, 1)} %",
        villages=f"{number(100 * villages.mean, 1)} %",
    )
    if not math.isfinite(gap.lower):
        return said
    if not gap.lower <= 0 <= gap.upper:
        gap_said = span(gap.times(100), _("percentage points"))
        return joined([said, _("(city minus villages {gap})", gap=gap_said)])
    return joined([said, _("(which cannot be told apart)")])


# ---- targets -------------------------------------------------------------------------------------


def targets(facts: Facts) -> str:
    """Which design point reaches all targets at the least cost, or how near the nearest comes."""
    if not facts.goals:
        return _("No target can be held against these results: none of its measures is known.")
    number_of, reaching = len(facts.plans), facts.reaching
    if facts.view.replications < 2:
        return _("One replication cannot say whether a target is reached.")
    if reaching:
        said = n_(
            "Of {all} design points {number} reaches the target ({goal}): {point}{cost}.",
            "Of {all} design points {number} reach the target ({goal}); the cheapest is"
            " {point}{cost}.",
            len(reaching),
            all=number_of,
            goal=goal_words(facts),
            point=called(facts, reaching[0]),
            cost=_cost(facts, reaching[0]),
        )
        return joined([said, _same_cost(facts), _left_out(facts)])
    nearest = facts.nearest
    if nearest is None:
        return _("No design point reaches the target ({goal}).", goal=goal_words(facts))
    goal = facts.worst_goal(nearest)
    said = _(
        "None of {all} design points surely reaches the target ({goal}); the nearest is {point},"
        " with {value} {place}.",
        all=number_of,
        goal=goal_words(facts),
        point=called(facts, nearest),
        value=estimate(goal.measure, facts.view.cell(*_where(goal), nearest)),
        place=_("({place})", place=place_in_words(goal.place)),
    )
    return joined([said, _left_out(facts)])


def _left_out(facts: Facts) -> str:
    """How many design points are other conditions than the baseline's, not other plans."""
    number_of = len(facts.view.points) - len(facts.plans)
    return (
        n_(
            "({number} more design point is left out, since others are in need there.)",
            "({number} more design points are left out, since others are in need there.)",
            number_of,
        )
        if number_of
        else ""
    )


def _where(goal: Goal) -> tuple[str, str, str]:
    return goal.measure, goal.place, goal.group


def goal_words(facts: Facts) -> str:
    """All targets in words, those of one measure together."""
    said: dict[str, list[str]] = {}
    for goal in facts.goals:
        words = title_of(Wanted(goal.measure, "all", goal.group, 0.0))
        key = _("{measure}: {value}", measure=words, value=bound(goal))
        said.setdefault(key, []).append(place_in_words(goal.place))
    return _("; ").join(
        _("{goal} in: {places}", goal=goal, places=listed(places)) for goal, places in said.items()
    )


def bound(goal: Goal) -> str:
    """ "at least 80 %"."""
    factor, unit = scaled(goal.measure, [Cell(goal.bound)])
    value = f"{goal.bound * factor:.4g} {unit}"
    return _("at most {value}", value=value) if goal.at_most else _("at least {value}", value=value)


def _cost(facts: Facts, point: tuple) -> str:
    """ " (CNY 52,170,000 a year of staff)"; hours where no costs are told."""
    cost = facts.cost(point)
    if math.isfinite(cost):
        return _(" (staff for CNY {cost} a year)", cost=money(cost))
    hours = number(facts.hours(point), 0)
    return _(" ({hours} h of staff a week)", hours=hours) if facts.hours(point) > 0 else ""


def _same_cost(facts: Facts) -> str:
    """That others cost the same: what costs nothing in the model is not free."""
    first, *rest = facts.reaching
    same = [point for point in rest if facts.burden(point) <= facts.burden(first) * (1 + 1e-9)]
    if not same:
        return ""
    return _(
        "({number} more cost the same: cost counts staff alone, and what is not staff has no price"
        " here.)",
        number=len(same),
    )


# ---- the next step -------------------------------------------------------------------------------


def next_step(facts: Facts) -> str:
    """What the best further post or seat brings, or that none was tried."""
    if facts.view.replications < 2:
        return _("One replication cannot say what a further post or seat brings.")
    if not facts.steps:
        return joined(
            [
                _(
                    "No design point adds staff and changes nothing else, so nothing can be said of"
                    " the next post or seat."
                ),
                greatest(facts),
            ]
        )
    first = facts.steps[0]
    if not first.gain.clear or first.gain.cell.mean <= 0:
        return _(
            "None of the further posts or seats that were tried brings a difference that chance"
            " would not make: {point}: {gain} residents seen in time.",
            point=changed(facts, first.point),
            gain=_gain(first),
        )
    said = _(
        "The next post that brings most is {point}: {hours} h a week more bring {gain} residents"
        " seen in time in the {weeks}, {each} for 10 h a week.",
        point=changed(facts, first.point),
        hours=number(first.hours, 0),
        gain=_gain(first),
        weeks=facts.view.weeks,
        each=number(first.per_hours.mean, 1),
    )
    others = listed(changed(facts, step.point) for step in facts.alike)
    alike = _("It cannot be told from: {points}.", points=others) if others else ""
    return joined([said, alike])


def _gain(step: Step) -> str:
    return span(step.gain.cell, "")


def greatest(facts: Facts) -> str:
    """The design point that changes the first lead measure most, or that none does clearly."""
    if not facts.others:
        return _("There is one design point alone: nothing was compared.")
    if not facts.leads or facts.view.replications < 2:
        return _("One replication cannot say what a change brings.")
    one = facts.leads[0]
    if facts.best is None:
        return _(
            "No design point clearly improves «{measure}» beside the baseline ({number} compared at"
            " once).",
            measure=title_of(one),
            number=len(facts.others),
        )
    return _(
        "Of the changes tried, {point} improves «{measure}» most: {change} beside the baseline.",
        point=changed(facts, facts.best),
        measure=title_of(one),
        change=difference(one.measure, facts.change(one, facts.best).cell),
    )


def what_targets(facts: Facts) -> str:
    """What is asked for, by whom, and how it is judged."""
    source = listed(dict.fromkeys(_(goal.source) for goal in facts.goals))
    return _(
        "Target: {goal} ({source}). It is reached where the whole 95 % interval is on the right"
        " side, missed where none of it is; else it cannot be said.",
        goal=goal_words(facts),
        source=source,
    )


def where_shown(facts: Facts) -> str:
    """Which design point the zones are told of."""
    return _("All of this section is at {point}.", point=called(facts, facts.view.base))


# ---- zones ---------------------------------------------------------------------------------------


def worst_zone(facts: Facts, measure: str) -> str:
    """The worst zone of a measure at the baseline, with those it cannot be told from."""
    cell = facts.view.cell(measure, WORST)
    if not math.isfinite(cell.mean):
        return ""
    noted = cell.note.removesuffix(f"; {DID_NOT_SETTLE}")
    zone, _apart, alike = noted.partition("; not told from ")
    value = estimate(measure, cell._replace(note=cell.note[len(noted) + 2 :]))
    said = _(
        "{measure}: worst in {zone}: {value}.",
        measure=in_words(measure),
        zone=zone,
        value=value,
    )
    others = _("It cannot be told from: {points}.", points=listed(alike.split(", ")))
    return joined([said, others if alike else ""])
