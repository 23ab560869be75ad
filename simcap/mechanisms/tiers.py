"""High-need, transition and basic zones; five-year assessment and three-year adjustment.

Source: seed 001 §3.3.4 (zones by density, need and development; «five-year assessment, three-year
adjustment»). A share of the staff are posts that can be moved: as many whole posts as the share
holds, the rest stays. They stand first by tier: a zone's tier follows from its need for each of the
staff who stay, and movable posts go to high-need and transition zones in proportion to their need.
At each adjustment and at each assessment they go to the zones with most work expected.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

from simcap import network
from simcap.network import Pool, Roster
from simcap.scenario.block_links import POOL, Fault, Name, above_zero, at_most_all, by_zone
from simcap.scenario.blocks import Tiers
from simcap.scenario.lending import Beside
from simcap.scenario.schema import Scenario
from simcap.scenario.staff import YEAR, people, place_equivalents


def rewritten(scenario: Scenario, block: Tiers) -> Scenario:
    """``scenario`` in which the staff who stay have the hours that do not move, and ``movable`` is
    the share that whole posts are.
    """
    pool, all_places = scenario.pools[block.pool], places(scenario, block)
    moved = math.floor(all_places * block.movable + 1e-9) / all_places
    kept = pool.model_copy(update={"elsewhere": 1 - (1 - pool.elsewhere) * (1 - moved)})
    blocks = scenario.mechanisms.model_copy(
        update={"tiers": block.model_copy(update={"movable": moved})}
    )
    return scenario.model_copy(
        update={"pools": {**scenario.pools, block.pool: kept}, "mechanisms": blocks}
    )


def places(scenario: Scenario, block: Tiers) -> float:
    """Of how many posts that stand every shift the people of the pool, in all zones, do the
    work.
    """
    return math.fsum(
        place_equivalents(scenario, block.pool, number)
        for number in people(scenario.pools[block.pool], scenario).values()
    )


def tiers(need_each: dict[str, float], block: Tiers) -> dict[str, str]:
    """The tier of each zone by its need for each of the staff who stay, most first."""
    ranked = sorted(need_each, key=lambda zone: (-need_each[zone], zone))
    high, basic = round(block.high * len(ranked)), round(block.basic * len(ranked))
    return {
        zone: "high-need" if i < high else "basic" if i >= len(ranked) - basic else "transition"
        for i, zone in enumerate(ranked)
    }


def posts(scenario: Scenario, block: Tiers) -> int:
    """Posts that move, of which the rewritten ``scenario`` has those left that stay."""
    return round(places(scenario, block) * block.movable / (1 - block.movable))


def beside(
    block: Tiers, number: int, zones: list[str], standing: Callable[[str, int, str], Roster]
) -> list[Beside]:
    """A pool in every zone with the posts that may be there."""
    return [
        Beside(
            block.pool,
            zone,
            Pool(
                name_of(block.pool, zone),
                standing(block.pool, number, zone),
                labels={"staff": block.pool, "zone": zone, "hours": "kept"},
            ),
        )
        for zone in zones
    ]


def review(
    block: Tiers, number: int, start: tuple[int, ...], own: dict[str, float], horizon: float
) -> network.Dispatch:
    """The review that moves them, at every adjustment and every assessment."""
    assessed = tuple(
        YEAR * block.assessed * i for i in range(1, math.ceil(horizon / YEAR / block.assessed) + 1)
    )
    return network.Dispatch(
        "tiers",
        number,
        tuple(name_of(block.pool, zone) for zone in own),
        YEAR * block.adjusted,
        "expected",
        own=tuple(own.values()),
        start=start,
        also=assessed,
    )


def name_of(pool: str, zone: str) -> str:
    """The movable posts that stand in ``zone``."""
    return f"movable {pool} | {zone}"


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
    whole = 0.0 if unfit else places(scenario, block)
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


def described(block: Tiers) -> str:
    """One line for ``simcap show``."""
    return (
        f"{block.movable:.0%} of {block.pool} are posts that move, adjusted every"
        f" {block.adjusted:g} years and assessed every {block.assessed:g}"
    )
