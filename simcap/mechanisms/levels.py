"""The three-level network: village station, town room, district experts; step-up and step-down; the
15-minute circle.

Source: seed 003 一(二)1 (district experts, town rooms, village studios; a 15-minute service
circle), seed 001 §3.2.3 (graded care), seed 000 §4.2. Whoever completes a level is
stepped up or down in the shares given; what else their pathway has them do is made
smaller where the sum would pass 100 %. Of residents who live more than 15 minutes from a
first station, only some go there: the others stay away.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from simcap import lang
from simcap.lang import N_, _
from simcap.mechanisms.checks import COLUMN, STATION, Fault, Name, at_most_all, keys, listed
from simcap.scenario.blocks import Levels
from simcap.scenario.schema import Edge, Scenario, Step, Zone


def rewritten(scenario: Scenario, block: Levels) -> Scenario:
    """``scenario`` with steps up and down in every pathway that comes by a level."""
    pathways = {name: dict(steps) for name, steps in scenario.pathways.items()}
    for name, steps in pathways.items():
        stepped: set[str] = set()
        comes_by = scenario.stations_of(name)
        while new := (block.step_up.keys() | block.step_down.keys()) & comes_by - stepped:
            for station in sorted(new):
                goals = block.step_up.get(station, {}) | block.step_down.get(station, {})
                steps[station] = _stepped(steps.get(station, Step()), goals)
                comes_by |= goals.keys()
            stepped |= new
    return scenario.model_copy(update={"pathways": pathways})


def _stepped(step: Step, goals: dict[str, float]) -> Step:
    """``step`` with these shares stepped on by referral, instead of what it said of the
    same goals.
    """
    others = {goal: edge for goal, edge in step.completed.items() if goal not in goals}
    left, wanted = 1 - math.fsum(goals.values()), math.fsum(edge.share for edge in others.values())
    if wanted > left:
        others = {
            goal: edge.model_copy(update={"share": edge.share * max(left, 0.0) / wanted})
            for goal, edge in others.items()
        }
    steps = {
        goal: Edge.model_construct(share=share, by="referral")
        for goal, share in goals.items()
        if share
    }
    return step.model_copy(update={"completed": {**others, **steps}})


def reached(scenario: Scenario, block: Levels, station: str, zone: Zone) -> float:
    """The share of those who would come to ``station`` in ``zone`` who do: all within the circle,
    some of those beyond.
    """
    if block.circle is None or station not in block.first:
        return 1.0
    within = zone.numbers[block.circle]
    return within + (1 - within) * block.beyond


def within_circle(scenario: Scenario, block: Levels) -> float:
    """The share of the district's residents who live within 15 minutes of a first station."""
    people = [zone.numbers.get("population", 1.0) for zone in scenario.zones]
    within = [zone.numbers[block.circle or ""] for zone in scenario.zones]
    return math.fsum(number * share for number, share in zip(people, within, strict=True)) / (
        math.fsum(people) or 1.0
    )


def names(block: Levels) -> Iterator[Name]:
    """Stations and the column."""
    for table in ("step_up", "step_down"):
        steps = getattr(block, table)
        yield from keys(table, STATION, steps)
        yield from (
            ((table, station, goal), STATION, goal)
            for station, goals in steps.items()
            for goal in goals
        )
    yield from listed("first", STATION, block.first)
    if block.circle is not None:
        yield ("circle",), COLUMN, block.circle


def faults(scenario: Scenario, block: Levels) -> Iterator[Fault]:
    """Steps above all residents, or on the spot; a circle without stations, stations without a
    circle, a column that holds no shares.
    """
    for station in sorted(block.step_up.keys() | block.step_down.keys()):
        up, down = block.step_up.get(station, {}), block.step_down.get(station, {})
        where = "step_up" if up else "step_down"
        yield from at_most_all(
            (where, station), [*up.values(), *down.values()], N_("shares up and down")
        )
        if station in {*up, *down}:
            yield (where, station), _("another station wanted than the one that is left")
        if up.keys() & down.keys():
            yield (
                (where, station),
                (
                    _(
                        "each station either up or down wanted, got {got} in both",
                        got=lang.listed(sorted(up.keys() & down.keys())),
                    )
                ),
            )
    if (block.circle is None) != (not block.first):
        yield ("circle",), _("a column of the zones table and `first` stations wanted together")
    if block.circle is not None and max(scenario.column(block.circle).values()) > 1:
        yield ("circle",), _("a column of shares from 0 to 1 wanted, got {got!r}", got=block.circle)


def described(scenario: Scenario, block: Levels) -> str:
    """One line for ``simcap show``."""
    said = [
        _(message, share=share, station=station, goal=goal)
        for message, table in (
            (N_("{share:.0%} of {station} up to {goal}"), block.step_up),
            (N_("{share:.0%} of {station} down to {goal}"), block.step_down),
        )
        for station, goals in table.items()
        for goal, share in goals.items()
    ]
    if block.circle is not None:
        said.append(
            _(
                "of those outside the 15-minute circle ({column}) {share:.0%} come to {stations}",
                column=block.circle,
                share=block.beyond,
                stations=lang.listed(block.first),
            )
        )
        share = within_circle(scenario, block)
        said.append(_("{share:.0%} of residents live within it", share=share))
    return _("; ").join(said)
