"""The stress index: needs begin more often where unemployment or age weigh more.

Source: seed 000 §2.2 and seed 001 (economic pressure and ageing raise need); no form is given.
Assumed: 1 + Σ weight × (indicator − its value in the base year), at least 0, multiplies the needs
that begin in a zone in a calendar year, those who ask and those who do not alike, so that coverage
of need does not rise by it. An indicator is one series for the district, or a column of the zones
table for each year. The split by severity stays; a register, which counts who is known, is unmoved.
"""

from __future__ import annotations

import datetime
import math
from collections.abc import Iterator

from simcap import lang
from simcap.lang import _
from simcap.mechanisms.checks import COLUMN, NEED, Fault, Name, listed
from simcap.scenario.blocks import Stress
from simcap.scenario.schema import Scenario, Zone

HOURS = 24.0


def incidence(
    scenario: Scenario, block: Stress, need: str, zone: Zone
) -> tuple[tuple[float, float, float], ...]:
    """(from, to, index) of each calendar year of the run in which it is not 1."""
    if block.needs and need not in block.needs:
        return ()
    spans = []
    for year in _years(scenario):
        if (index := index_of(scenario, block, zone, year)) != 1.0:
            begin, end = (
                HOURS * (datetime.date(at, 1, 1) - scenario.start).days for at in (year, year + 1)
            )
            spans.append((max(begin, 0.0), min(end, scenario.horizon), index))
    return tuple(spans)


def index_of(scenario: Scenario, block: Stress, zone: Zone, year: int) -> float:
    """The index of ``zone`` in ``year``."""
    base = block.base_year or scenario.start.year
    moved = math.fsum(
        indicator.weight
        * (_value(indicator.by_year[year], zone) - _value(indicator.by_year[base], zone))
        for indicator in block.indicators.values()
    )
    return 1.0 + moved


def _value(given: float | str, zone: Zone) -> float:
    return zone.numbers[given] if isinstance(given, str) else given


def _years(scenario: Scenario) -> range:
    """The calendar years of the run."""
    last = scenario.start + datetime.timedelta(hours=math.nextafter(scenario.horizon, 0.0))
    return range(scenario.start.year, last.year + 1)


def names(block: Stress) -> Iterator[Name]:
    """The columns and the needs."""
    for name, indicator in block.indicators.items():
        for year, given in indicator.by_year.items():
            if isinstance(given, str):
                yield ("indicators", name, "by_year", year), COLUMN, given
    yield from listed("needs", NEED, block.needs)


def faults(scenario: Scenario, block: Stress) -> Iterator[Fault]:
    """A year of the run, or the base year, without a value; an index below 0."""
    if not block.indicators:
        yield ("indicators",), _("at least one wanted, got none")
    years = [block.base_year or scenario.start.year, *_years(scenario)]
    known = True
    for name, indicator in block.indicators.items():
        if missing := sorted(set(years) - indicator.by_year.keys()):
            known = False
            yield (
                ("indicators", name, "by_year"),
                _(
                    "a value for every year of the run and the base year wanted, {missing}"
                    " is missing",
                    missing=missing[0],
                ),
            )
    for zone in scenario.zones if known else ():
        for year in _years(scenario):
            if (index := index_of(scenario, block, zone, year)) < 0:
                yield (
                    (),
                    _(
                        "an index of at least 0 wanted, got {got:.4g} in {zone} in {year}",
                        got=index,
                        zone=zone.zone,
                        year=year,
                    ),
                )


def described(scenario: Scenario, block: Stress) -> str:
    """One line for ``simcap show``."""
    indices = [
        index_of(scenario, block, zone, year)
        for zone in scenario.zones
        for year in _years(scenario)
    ]
    low, high = min(indices), max(indices)
    return _(
        "{indicators}: needs begin {low:.3g} to {high:.3g} times as often as in {year}",
        indicators=lang.listed(block.indicators),
        low=low,
        high=high,
        year=block.base_year or scenario.start.year,
    )
