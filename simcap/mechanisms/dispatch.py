"""Dynamic dispatch: a forecast from recent arrivals, floating staff who go where most work is
expected, evaluation at the next review.

Source: seed 000 §4.1 (demand forecast, dispatch, feedback in a loop; active matching
instead of passive allocation), seed 002 三(三) (fixed staff and mobile ones between
stations), seed 001 §3.2.4. Floating staff stand every shift of their colleagues' roster
in one zone at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from simcap import network
from simcap.network import Pool, Roster
from simcap.scenario.block_links import COLUMN, POOL, Fault, Name, above_zero, by_zone, few_enough
from simcap.scenario.blocks import COLOURS, Dispatch, is_on
from simcap.scenario.lending import Beside
from simcap.scenario.schema import Scenario
from simcap.scenario.staff import shared_out


def beside(
    block: Dispatch, zones: list[str], standing: Callable[[str, int, str], Roster]
) -> list[Beside]:
    """A pool in every zone that has as many places as float; ``standing`` gives the roster of so
    many who stand every shift.
    """
    return [
        Beside(
            block.pool,
            zone,
            Pool(
                name_of(block.pool, zone),
                standing(block.pool, block.people, zone),
                labels={"staff": block.pool, "zone": zone, "hours": "kept"},
            ),
        )
        for zone in zones
    ]


def review(
    block: Dispatch, weights: dict[str, float], own: dict[str, float], first: float | None
) -> network.Dispatch:
    """The review that moves them. They stand by ``weights`` at the start; ``own`` are the places
    that each zone's staff are equal to; ``first`` is when the first review is, in hours since the
    start (after the first interval, if None).
    """
    zones = list(weights)
    start, pools = (
        shared_out(block.people, list(weights.values())),
        tuple(name_of(block.pool, zone) for zone in zones),
    )
    every = block.every if block.rule != "static" else 1e9
    need = "expected" if block.rule == "static" else block.rule
    name = (
        "dispatch" if block.during is None else "reallocation"
    )  # by name after the emergency, whose colour of that moment counts
    return network.Dispatch(
        name,
        block.people,
        pools,
        every,
        need,
        every if first is None else first,
        block.smoothing,
        tuple(own[zone] for zone in zones),
        start,
        None if block.during is None else ("emergency", 1 + COLOURS.index(block.during)),
    )


def name_of(pool: str, zone: str) -> str:
    """The pool of those who float and now stand in ``zone``."""
    return f"floating {pool} | {zone}"


def names(block: Dispatch) -> Iterator[Name]:
    """The pool and the column."""
    yield ("pool",), POOL, block.pool
    yield ("as_column",), COLUMN, block.as_column


def faults(scenario: Scenario, block: Dispatch) -> Iterator[Fault]:
    """A pool that is not by zone; reviews without an interval, or that read nothing; a colour where
    nothing warns.
    """
    yield from above_zero(every=block.every, smoothing=block.smoothing)
    emergency = scenario.mechanisms.emergency
    if block.during is not None and not (is_on(emergency) and emergency.dual_mode):
        yield (
            ("during",),
            "the mechanism `emergency` in dual mode wanted beside it, which gives the colour",
        )
    yield from by_zone(scenario, [("pool", block.pool)])
    yield from few_enough(("people",), block.people)


def described(block: Dispatch) -> str:
    """One line for ``simcap show``."""
    rule = {
        "static": f"stand as {block.as_column} is",
        "waiting": "go where most wait",
        "oldest": "go where somebody has waited longest",
        "expected": "go where most work is expected",
    }[block.rule]
    when = "" if block.rule == "static" else f", reviewed every {block.every / 24:g} days"
    return f"{block.people} floating {block.pool} {rule}{when}" + (
        f" while the warning is {block.during} or worse" if block.during else ""
    )
