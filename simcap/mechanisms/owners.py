"""One core, many actors: every pool has an owner, and sharing is set for each pair of owners.

Source: seed 001 §3 (health, education, civil affairs, justice, union, women's federation, social organisations; five linkages), seed 000
§2.2 (who owes what is agreed), seed 003 三(一). A share of a pool's hours works at stations of another owner, at those it is able to, after
that owner's own staff. """

from __future__ import annotations

from collections.abc import Iterator

from simcap.scenario.blocks import Owners
from simcap.scenario.lending import ELSEWHERE, Lend
from simcap.scenario.schema import Scenario


def lends(scenario: Scenario, block: Owners) -> Iterator[Lend]:
    """What each pool gives to each other owner: of a zone's staff, to that zone; of the district's, to all."""
    zones = [zone.zone for zone in scenario.zones]
    for name, able in block.can.items():
        pool = scenario.pools[name]
        for owner, share in block.shares.get(pool.owner or "", {}).items():
            stations = tuple(station for station in able if owner_of(scenario, station) == owner)
            if stations and share:
                for zone in zones if pool.per == "zone" else [pool.zone or "district"]:
                    users = [zone] if zone in zones else zones
                    yield Lend(name, zone, f"to {owner}", share, dict.fromkeys(users, ELSEWHERE), stations)


def owner_of(scenario: Scenario, station: str) -> str | None:
    """The owner of ``station``: that of the first of its pools."""
    return scenario.pools[scenario.stations[station].pools[0].pool].owner


def described(block: Owners) -> str:
    """One line for ``simcap show``."""
    return ", ".join(f"{lender} gives {share:.0%} of its hours to {borrower}" for lender, to in block.shares.items() for borrower,
                     share in to.items())
