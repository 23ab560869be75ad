"""Distance: fewer of those who live far from help ask for it at all.

Source: seed 003 一(二)1 (a 15-minute service circle), seed 002 三(三) (sparsely populated areas).
The sources give no form; assumed: the share who ask is multiplied by the mean, over a zone's
residents, of a factor of their travel time. Either one number holds for all outside the circle, or
a table of travel time → factor, linear between its entries and level outside them. The zones table
says how many live within the circle, or what shares of residents travel how long, or, roughly, the
mean time of a zone. Whom distance keeps away stays in need; a register is visited, and knows no
distance.

``levels.circle`` is about the same people at a first station: both at once would count them twice,
as would two blocks for one need.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

import numpy as np

from simcap import lang
from simcap.lang import _
from simcap.mechanisms.checks import COLUMN, NEED, Fault, Name, between, each_once, keys, listed
from simcap.scenario.blocks import Distance
from simcap.scenario.schema import Scenario, Zone
from simcap.scenario.units import duration


def asks(scenario: Scenario, block: Distance, need: str, zone: Zone) -> float:
    """The mean factor of the residents of ``zone``: 1 less what travel times take, so that it is 1
    to the bit where they take nothing.
    """
    if block.needs and need not in block.needs:
        return 1.0
    if block.circle is not None:
        away = 1 - float(block.beyond)  # type: ignore[arg-type]
        return 1.0 - (1 - zone.numbers[block.circle]) * away
    if block.minutes is not None:
        return _factor(block, zone.numbers[block.minutes])
    return 1.0 - math.fsum(
        zone.numbers[column] * (1 - _factor(block, 60 * hours))
        for column, hours in block.residents.items()
    )


def _factor(block: Distance, minutes: float) -> float:
    """The factor at a travel time: linear between the entries of the table, level outside."""
    assert isinstance(block.beyond, Mapping)
    times = [60 * duration(text) for text in block.beyond]
    return float(np.interp(minutes, times, list(block.beyond.values())))


def names(block: Distance) -> Iterator[Name]:
    """The columns and the needs."""
    for field in ("circle", "minutes"):
        if (column := getattr(block, field)) is not None:
            yield (field,), COLUMN, column
    yield from keys("residents", COLUMN, block.residents)
    yield from listed("needs", NEED, block.needs)


def faults(scenario: Scenario, block: Distance) -> Iterator[Fault]:
    """Not just one way to say how far residents live; a factor that does not fit it; columns that
    are no shares; the circle of ``levels`` beside it.
    """
    given = [name for name in ("circle", "minutes", "residents") if getattr(block, name)]
    if len(given) != 1:
        yield (
            (),
            _(
                "just one of circle, minutes and residents wanted, got {got}",
                got=lang.listed(given) or _("none"),
            ),
        )
        return
    table = isinstance(block.beyond, Mapping)
    if table != (block.circle is None):
        yield (
            ("beyond",),
            _("one factor wanted beside circle")
            if block.circle is not None
            else _(
                "a table such as {{15 min: 1, 60 min: 0.4}} wanted beside {given}", given=given[0]
            ),
        )
    if block.circle is not None and max(scenario.column(block.circle).values()) > 1:
        yield ("circle",), _("a column of shares from 0 to 1 wanted, got {got!r}", got=block.circle)
    for zone in scenario.zones if block.residents else ():
        total = math.fsum(zone.numbers[column] for column in block.residents)
        if abs(total - 1) > 1e-6:
            yield (
                ("residents",),
                _(
                    "shares of residents with a sum of 1 wanted in {zone}, got {got:.6g}",
                    zone=zone.zone,
                    got=total,
                ),
            )
    yield from each_once(scenario, "distance", block)
    if any(other.circle is not None for other in scenario.mechanisms.on("levels")):
        yield (), _("`levels.circle` keeps the same people away: one of the two wanted")


def notices(scenario: Scenario) -> Iterator[str]:
    """That a mean time is rough."""
    for block in scenario.mechanisms.on("distance"):
        if block.minutes is not None:
            yield (
                f"distance: {block.minutes} is a mean of each zone: rough, since who lives far from"
                " help asks less than who lives at the mean (`residents` takes shares by travel"
                " time)"
            )


def described(scenario: Scenario, block: Distance) -> str:
    """One line for ``simcap show``."""
    name = block.needs[0] if block.needs else next(iter(scenario.needs))
    factors = [asks(scenario, block, name, zone) for zone in scenario.zones]
    low, high = min(factors), max(factors)
    said = between(f"{low:.0%}", f"{high:.0%}")
    if not block.needs:
        return _(
            "as far as zones are from help, {share} as many ask for it as would nearby", share=said
        )
    return _(
        "as far as zones are from help, {share} as many of {needs} ask for it as would nearby",
        share=said,
        needs=lang.listed(block.needs),
    )
