"""Dynamic dispatch: a forecast from population, incidence and recent arrivals, floating staff who
go where most work is expected that they are qualified for, evaluation at the next review.

Source: seed 000 §4.1 (demand forecast, dispatch, feedback on recovery in a loop; active matching
instead of passive allocation), seed 002 三(三) (fixed staff and mobile ones between stations), seed
001 §3.2.4. Floating staff stand every shift of their colleagues' roster in one zone at a time.

The forms are assumed. The score of a zone is the hours of work a week expected at the stations that
the pool attends, for each place standing there. Expected is a weighted mean of (people × incidence
× share who ask), led along the pathways, and of recent arrivals: everybody who joins such a
station counts half as much with each half-life that has passed since, and all of them together
with weight 1 − 2^(−t ÷ half-life) after a time t, so that the first rules the first weeks and
arrivals later, however often it is reviewed. ``weigh outcome`` multiplies the score by recoveries
an hour so far (where an hour heals most), or by one less the share recovered (worst first). What
dispatch sees of recovery is a completed course: of the zone's, at those of these stations that are
a treatment. Whether its resident has recovered is drawn after the fact, and unknown to it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from simcap import network
from simcap.lang import N_, _
from simcap.mechanisms.checks import (
    COLUMN,
    PER_ZONE,
    POOL,
    ZONE,
    Fault,
    Made,
    Name,
    above_zero,
    by_zone,
    few_enough,
    nobody_comes,
    useful,
)
from simcap.mechanisms.contract import Beside, Site
from simcap.network import Station
from simcap.scenario.blocks import COLOURS, WARNING, Dispatch
from simcap.scenario.schema import Scenario
from simcap.scenario.staff import people, place_equivalents, shared_out

FLOATING = "floating"
"""What those who float are called where their cost is told, in the place of a zone."""
NEVER = 1e6
"""Hours after which no run goes on (it lasts a hundred years at most)."""


def beside(site: Site, block: Dispatch) -> Iterator[Beside]:
    """As many places in every zone as float: where they stand, the review says."""
    for zone in site.zones_asking(block.pool):
        yield Beside(block.pool, zone, name_of(block, zone), block.people)


def paid(site: Site, block: Dispatch) -> Iterator[tuple[str, str, float]]:
    """They cost as much as the colleagues who would work so many hours."""
    each = place_equivalents(site.scenario, block.pool, 1.0, whole=True)
    yield block.pool, block.named(FLOATING), block.people / each


def reviews(site: Site, block: Dispatch, stations: Sequence[Station]) -> Iterator[network.Dispatch]:
    """The review that moves them. They stand as the column is at the start; what their colleagues
    in a zone do counts there.
    """
    zones = [*site.zones_asking(block.pool)]
    if not zones:
        raise nobody_comes("dispatch", block.pool)
    column, staff = site.scenario.column(block.as_column), site.scenario.pools[block.pool]
    own, work = people(staff, site.scenario), site.work(stations)
    attended = {
        zone: [s for s in stations if name_of(block, zone) in [a.pool for a in s.pools]]
        for zone in zones
    }
    static, weighed = block.rule == "static", block.weigh_outcome
    every = NEVER if static else block.every
    yield network.Dispatch(
        block.named("dispatch" if block.during is None else "reallocation"),
        block.people,
        tuple(name_of(block, zone) for zone in zones),
        every,
        "waiting" if static else block.rule,
        every if (first := _first(site, block)) is None else first,
        block.half_life,
        tuple(math.fsum(work[s.name] for s in attended[zone]) for zone in zones),
        tuple(
            place_equivalents(site.scenario, block.pool, own.get(zone, 0.0), zone) for zone in zones
        ),
        shared_out(block.people, [column[zone] for zone in zones]),
        None if block.during is None else (WARNING, 1 + COLOURS.index(block.during)),
        weigh="none" if static else weighed,
        heal=tuple(
            s.name
            for here in attended.values()
            for s in here
            if s.labels["treatment"] and weighed != "none"
        ),
    )


def _first(site: Site, block: Dispatch) -> float | None:
    """When the first review is, in hours since the start; None: after the first interval."""
    if block.first is None or block.rule == "static":
        return None
    return max(0.0, 24.0 * (block.first - site.scenario.start).days)


def name_of(block: Dispatch, zone: str) -> str:
    """The pool of those who float and now stand in ``zone``."""
    return f"{_posts_of(block)} | {zone}"


def _posts_of(block: Dispatch) -> str:
    return block.named(f"floating {block.pool}")


def makes(scenario: Scenario, block: Dispatch) -> Iterator[Made]:
    """What they are called beside the name of a zone, and in the place of one."""
    yield PER_ZONE, _posts_of(block)
    yield ZONE, block.named(FLOATING)


def names(block: Dispatch) -> Iterator[Name]:
    """The pool and the column."""
    yield ("pool",), POOL, block.pool
    yield ("as_column",), COLUMN, block.as_column


def faults(scenario: Scenario, block: Dispatch) -> Iterator[Fault]:
    """A pool that is not by zone; reviews without an interval, or that read nothing; a colour where
    nothing warns.
    """
    yield from above_zero(every=block.every, half_life=block.half_life)
    attended = [s for s in scenario.stations.values() if block.pool in [a.pool for a in s.pools]]
    if block.weigh_outcome != "none" and not any(spec.treatment for spec in attended):
        yield (
            ("weigh_outcome",),
            _("a `treatment` that {pool} attend wanted, got none", pool=block.pool),
        )
    warnings = [other.dual_mode for other in scenario.mechanisms.on("emergency")]
    if block.during is not None and not any(warnings[:1]):
        yield (
            ("during",),
            _("the mechanism `emergency` in dual mode wanted beside it, which gives the colour"),
        )
    yield from by_zone(scenario, [("pool", block.pool)])
    yield from useful(scenario, ("pool",), block.pool, N_("floating staff"))
    yield from few_enough(("people",), block.people)


def described(scenario: Scenario, block: Dispatch) -> str:
    """One line for ``simcap show``."""
    rule = {
        "static": _("stand as {column} is", column=block.as_column),
        "waiting": _("go where most wait"),
        "oldest": _("go where somebody has waited longest"),
        "expected": _("go where most work is expected"),
    }[block.rule]
    rule += {
        "none": "",
        "recoveries": _(" and an hour has healed most"),
        "worst first": _(" and fewest have recovered"),
    }[block.weigh_outcome]
    if block.rule != "static":
        rule += _(", reviewed every {days:g} days", days=block.every / 24)
    if block.during:
        rule += _(" while the warning is {colour} or worse", colour=_(block.during))
    return _("{number} floating {pool} {rule}", number=block.people, pool=block.pool, rule=rule)
