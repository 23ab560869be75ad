"""High-need, transition and basic zones; five-year assessment and three-year adjustment.

Source: seed 001 §3.3.4 (zones by density, need and development; «five-year assessment, three-year
adjustment»). A share of the staff are posts that can be moved: as many whole posts as the share
holds, the rest stays. They stand first by tier: a zone's tier follows from its need for each of the
staff who stay, and movable posts go to high-need and transition zones in proportion to their need.
At each adjustment and at each assessment they go to the zones with most work expected.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from simcap import network
from simcap.mechanisms.checks import (
    PER_ZONE,
    POOL,
    Fault,
    Made,
    Name,
    above_zero,
    at_most_all,
    by_zone,
    nobody_comes,
    useful,
)
from simcap.mechanisms.contract import Beside, Site
from simcap.network import Station
from simcap.scenario.blocks import Tiers
from simcap.scenario.schema import Scenario
from simcap.scenario.staff import YEAR, people, place_equivalents, shared_out


def rewritten(scenario: Scenario, block: Tiers) -> Scenario:
    """``scenario`` in which the staff who stay have the hours that do not move."""
    pool, places = scenario.pools[block.pool], _places(scenario, block)
    moved = math.floor(places * block.movable + 1e-9) / places
    kept = pool.model_copy(update={"elsewhere": 1 - (1 - pool.elsewhere) * (1 - moved)})
    now = block.model_copy(update={"movable": moved})
    return scenario.model_copy(
        update={
            "pools": {**scenario.pools, block.pool: kept},
            "mechanisms": scenario.mechanisms.replaced(block, now),
        }
    )


def posts(scenario: Scenario, block: Tiers) -> int:
    """Posts that move, of which the rewritten ``scenario`` has those left that stay."""
    return round(_places(scenario, block) * block.movable / (1 - block.movable))


def _places(scenario: Scenario, block: Tiers) -> float:
    """Of how many posts that stand every shift the people of the pool, in all zones, do the
    work.
    """
    return math.fsum(
        place_equivalents(scenario, block.pool, number)
        for number in people(scenario.pools[block.pool], scenario).values()
    )


def tiers(need_each: dict[str, float], block: Tiers) -> dict[str, str]:
    """The tier of each zone by its need for each of the staff who stay, most first. Zones of equal
    need are of one tier, the higher one.
    """
    high, basic = round(block.high * len(need_each)), round(block.basic * len(need_each))

    def tier(need: float) -> str:
        more = sum(other > need for other in need_each.values())
        less = sum(other < need for other in need_each.values())
        return "high-need" if more < high else "basic" if less < basic else "transition"

    return {zone: tier(need) for zone, need in need_each.items()}


def beside(site: Site, block: Tiers) -> Iterator[Beside]:
    """As many places in every zone as there are posts that move: where they stand, the review
    says.
    """
    for zone in site.zones_asking(block.pool):
        yield Beside(block.pool, zone, name_of(block, zone), posts(site.scenario, block))


def reviews(site: Site, block: Tiers, stations: Sequence[Station]) -> Iterator[network.Dispatch]:
    """The review that moves them, at every adjustment and every assessment."""
    need = site.zones_asking(block.pool)
    if not need:
        raise nobody_comes("tiers", block.pool)
    staff = people(site.scenario.pools[block.pool], site.scenario)
    own = {
        zone: place_equivalents(site.scenario, block.pool, staff.get(zone, 0.0), zone)
        for zone in need
    }
    number = posts(site.scenario, block)
    tier = tiers({zone: need[zone] / own[zone] if own[zone] else math.inf for zone in need}, block)
    assessed = YEAR * block.assessed
    yield network.Dispatch(
        block.named("tiers"),
        number,
        tuple(name_of(block, zone) for zone in need),
        YEAR * block.adjusted,
        "expected",
        own=tuple(own.values()),
        start=shared_out(number, [0.0 if tier[zone] == "basic" else need[zone] for zone in need]),
        also=tuple(assessed * i for i in range(1, math.ceil(site.scenario.horizon / assessed) + 1)),
    )


def name_of(block: Tiers, zone: str) -> str:
    """The movable posts that stand in ``zone``."""
    return f"{_posts_of(block)} | {zone}"


def _posts_of(block: Tiers) -> str:
    return block.named(f"movable {block.pool}")


def makes(scenario: Scenario, block: Tiers) -> Iterator[Made]:
    """What they are called beside the name of a zone."""
    yield PER_ZONE, _posts_of(block)


def names(block: Tiers) -> Iterator[Name]:
    """The pool."""
    yield ("pool",), POOL, block.pool


def faults(scenario: Scenario, block: Tiers) -> Iterator[Fault]:
    """Years of no length, more zones than there are, less than a post that moves, nobody
    who stays.
    """
    yield from above_zero(adjusted=block.adjusted, assessed=block.assessed)
    yield from at_most_all(("high",), (block.high, block.basic), "high and basic")
    unfit = list(by_zone(scenario, [("pool", block.pool)]))
    yield from unfit
    yield from useful(scenario, ("pool",), block.pool, "posts that move")
    whole = 0.0 if unfit else _places(scenario, block)
    if not unfit and whole * block.movable < 1 - 1e-9:
        yield (
            ("movable",),
            (
                f"at least one whole post wanted, got {whole * block.movable:.2g} of the"
                f" {whole:.3g} that the pool is"
            ),
        )
    if block.movable == 1:
        yield ("movable",), "a share below 100 % wanted, got 100%"


def described(scenario: Scenario, block: Tiers) -> str:
    """One line for ``simcap show``."""
    return (
        f"{block.movable:.0%} of {block.pool} are posts that move, adjusted every"
        f" {block.adjusted:g} years and assessed every {block.assessed:g}"
    )
