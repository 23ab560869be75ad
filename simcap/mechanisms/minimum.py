"""At least one station, with somebody at its head, in each sparsely populated zone.

Source: seed 002 三(三): where few people live there is to be at least one service station, with a station head. Staff that a zone has fewer
of than the minimum are raised to it; what that takes is added, not taken from others.
"""

from __future__ import annotations

from simcap.scenario.blocks import Minimum
from simcap.scenario.schema import Scenario


def rewritten(scenario: Scenario, block: Minimum) -> Scenario:
    """``scenario`` with at least so many people in every zone."""
    pools = {name: pool.model_copy(update={"at_least": max(pool.at_least, block.people.get(name, 0.0))}) for name,
             pool in scenario.pools.items()}
    return scenario.model_copy(update={"pools": pools})


def described(block: Minimum) -> str:
    """One line for ``simcap show``."""
    return ", ".join(f"at least {number:g} of {name} in every zone" for name, number in block.people.items())
