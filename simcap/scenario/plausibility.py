"""What can be simulated and can hardly be meant: sentences for ``simcap check``."""

from __future__ import annotations

import math
from collections.abc import Iterator

from simcap.lang import speaking
from simcap.scenario.reader import some_of
from simcap.scenario.schema import Scenario

LONGEST_WEEK = 80.0
"""Hours a week of one person, above which a slip is likelier than a duty (assumed)."""
FEWEST = 300.0
"""Residents of a district below which their unit is likelier a slip (assumed): a county seldom has
three million residents or more."""
PARTS = ("adults", "students", "aged_60_plus", "smi_registered", "volunteers")
"""Columns that count some of the population."""


@speaking("en")  # they stand in manifests
def plausibility(scenario: Scenario) -> list[str]:
    """Sentences on staff who work more than a week has, districts of hardly anybody, zones with
    more adults than people, slots that are shorter than the visits they are for.
    """
    return [
        *_long_weeks(scenario),
        *_few(scenario),
        *_more_than_all(scenario),
        *_short_slots(scenario),
    ]


def _long_weeks(scenario: Scenario) -> Iterator[str]:
    for name, pool in scenario.pools.items():
        if pool.hours_each is not None and pool.hours_each > LONGEST_WEEK:
            yield (
                f"{name}: {pool.hours_each:,.4g} hours a week for one person: a week has 168 (is it"
                " hours a year?)"
            )


def _few(scenario: Scenario) -> Iterator[str]:
    """A district of fewer than anybody plans for: its people may be given in ten thousands."""
    people = [zone.numbers["population"] for zone in scenario.zones if "population" in zone.numbers]
    if people and 0 < sum(people) < FEWEST:
        yield (
            f"{sum(people):,.10g} residents in all zones together: is the population in ten"
            " thousands (万)? It is read as persons"
        )


def _more_than_all(scenario: Scenario) -> Iterator[str]:
    for column in PARTS:
        more = [
            zone
            for zone in scenario.zones
            if zone.numbers.get(column, 0.0) > zone.numbers.get("population", math.inf)
        ]
        if more:
            first, others = more[0], some_of([zone.zone for zone in more[1:]])
            yield (
                f"{first.zone}: {first.numbers[column]:,.10g} {column} in a population of"
                f" {first.numbers['population']:,.10g}" + (f" (so in {others})" if others else "")
            )


def _short_slots(scenario: Scenario) -> Iterator[str]:
    """Appointments whose visits last on beyond the next one: one person would see two at once."""
    for station, spec in scenario.stations.items():
        visit = spec.service_time.distribution().mean
        for seat in spec.pools:
            pool = scenario.pools[seat.pool]
            if spec.diary is None or not pool.slots:
                continue
            length, apart = visit * seat.factor, pool.spacing() or pool.hours_of_slot()
            if length > apart * (1 + 1e-9):
                yield (
                    f"{station}: visits of {60 * length:.4g} min in slots of {seat.pool} every"
                    f" {60 * apart:.4g} min: one person sees two residents at once"
                )
