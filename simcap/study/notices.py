"""What to beware of in a scenario, whatever the loads are: how its tables were read, what they do
not reach, rooms that bind, calendars that are not out yet; each once over the points of an
experiment.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from simcap.building import arrangement, asking, silent
from simcap.scenario import Scenario
from simcap.scenario.calendar import provisional_years
from simcap.scenario.outcomes import RecoveryTable
from simcap.scenario.plausibility import plausibility
from simcap.scenario.staff import people
from simcap.scenario.units import say_hours
from simcap.study.experiment import Experiment, point_name

_NUMBERS = re.compile(r"\d+(?:[.,]\d+)*")


def warned(experiment: Experiment) -> list[str]:
    """The ``notices`` of all design points, each once."""
    return grouped(
        (point, notices(scenario))
        for point, scenario in zip(experiment.points, experiment.scenarios, strict=True)
    )


def grouped(said: Iterable[tuple[dict, list[str]]]) -> list[str]:
    """The sentences on (design point, sentences), each once, with the points that it holds for
    unless these are all. Sentences that differ in their numbers only are one.
    """
    points, held = 0, dict[str, list[tuple[str, dict]]]()
    for point, sentences in said:
        points += 1
        for text in dict.fromkeys(sentences):
            held.setdefault(_NUMBERS.sub("#", text), []).append((text, point))
    return [_of_points(where, points) for where in held.values()]


def _of_points(where: list[tuple[str, dict]], points: int) -> str:
    texts = list(dict.fromkeys(text for text, _ in where))
    names = list(dict.fromkeys(point_name(point) for _, point in where))
    if len(names) == points and len(texts) == 1:
        return texts[0]
    if len(names) == 1:
        return f"{texts[0]} (at {names[0]})"
    first = f", here {names[0]}" if len(texts) > 1 else f": {'; '.join(names[:3])}"
    more = " …" if len(texts) == 1 and len(names) > 3 else ""
    return f"{texts[0]} (at {len(names)} of {points} design points{first}{more})"


def notices(scenario: Scenario) -> list[str]:
    """Sentences on ``scenario``: how its tables were read, what they do not reach, rooms that bind,
    calendars that are not out yet.
    """
    said = [*scenario.notes, *plausibility(scenario), *_short(scenario)]
    rewritten = arrangement.rewritten(scenario)
    said += [*arrangement.notices(rewritten), *asking.cut(rewritten), *silent.noticed(rewritten)]
    said += _without_a_course(rewritten)
    said += rooms_that_bind(scenario)
    years = provisional_years(scenario.holidays, scenario.start, scenario.horizon)
    if years:
        said.append(
            f"public holidays of {', '.join(map(str, years))} are provisional: the official"
            " calendar was not out yet"
        )
    return said


def _short(scenario: Scenario) -> list[str]:
    """Sentences on what would make a number mean less than it seems to."""
    said: list[str] = []
    if scenario.run_out < scenario.targets.first_contact:
        said.append(
            f"run out: {say_hours(scenario.run_out)}: who asks last is not watched until the target"
            f" ({say_hours(scenario.targets.first_contact)}) has passed, so coverage is understated"
        )
    if any("population" not in zone.numbers for zone in scenario.zones):
        said.append(
            "the zones table has no column population: coverage_of_population cannot be told"
        )
    said += _unused_targets(scenario)
    for name, pool in scenario.pools.items():
        if not pool.roster:
            continue
        longest = max(end - start for start, end, _ in scenario.rosters[pool.roster].week())
        if longest < 24 and pool.last_start > longest:
            said.append(
                f"{name}: last start {say_hours(pool.last_start)} before closing, but the longest"
                f" shift has {say_hours(longest)}: nobody is ever attended"
            )
    return said


def _unused_targets(scenario: Scenario) -> list[str]:
    """A sentence for each target that nothing is held against."""
    used = {target for spec in scenario.stations.values() for target in spec.target}
    used |= {target for need in scenario.needs.values() for target in need.target}
    return [
        f"targets.{name}: nothing is held against it: a station or a need wanted that names it"
        f" (`target: {name}`)"
        for name in scenario.targets.named
        if name not in used
    ]


def _without_a_course(scenario: Scenario) -> list[str]:
    """Sentences on rows of the recovery table that hold for nobody, since nobody begins a course
    there.
    """
    table = scenario.outcomes.recovery
    if not isinstance(table, RecoveryTable):
        return []
    treating = [spec for spec in scenario.stations.items() if spec[1].treatment]
    if not treating:
        return [
            "outcomes.recovery: no station has `treatment: true`: nobody begins a course, and the"
            " rows of 0 sessions hold for all"
        ]
    places = {name for name, _ in treating} | {spec.part_of for _, spec in treating}
    named = dict.fromkeys(name for row in table.rows for name in row.station)
    return [
        f"outcomes.recovery: its rows of {name} hold for nobody: it has no `treatment: true`"
        for name in named
        if name in scenario.stations and name not in places
    ]


def rooms_that_bind(scenario: Scenario) -> list[str]:
    """A sentence for each pool whose rooms, somewhere, hold fewer hours than its people bring."""
    said = []
    for name, pool in scenario.pools.items():
        if pool.places_at_most is None or pool.hours_each is None:
            continue
        week = sum(
            (end - start) * places for start, end, places in scenario.rosters[pool.roster].week()
        )
        bound = []
        for zone, number in people(pool, scenario).items():
            rooms: float | str = pool.places_at_most
            if isinstance(rooms, str):
                rooms = scenario.column(rooms).get(zone, sum(scenario.column(rooms).values()))
            if number * pool.hours_each * pool.productive > rooms * week:
                brought = number * pool.hours_each
                bound.append(f"{zone} ({brought:.1f} h a week of staff, {rooms * week:.1f} h)")
        if bound:
            more = f" and {len(bound) - 5} more zones" if len(bound) > 5 else ""
            said.append(
                f"{name}: more staff than rooms for them, who work the hours of the rooms only:"
                f" {', '.join(bound[:5])}{more}"
            )
    return said
