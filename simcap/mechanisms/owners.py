"""One core, many actors: every pool has an owner, and sharing is set for each pair of owners.

Source: seed 001 §3 (health, education, civil affairs, justice, union, women's federation,
social organisations; five linkages), seed 000 §2.2 (who owes what is agreed), seed 003
三(一). A share of a pool's hours works at stations of another owner, at those it is able
to, after that owner's own staff.
"""

from __future__ import annotations

from collections.abc import Iterator

from simcap.lang import _, listed
from simcap.mechanisms.checks import (
    OWNER,
    POOL,
    STATION,
    Fault,
    Name,
    at_most_all,
    keys,
    queued,
    some,
)
from simcap.mechanisms.contract import Lend, Site
from simcap.scenario.blocks import Owners
from simcap.scenario.schema import Scenario


def lends(site: Site, block: Owners) -> Iterator[Lend]:
    """What each pool gives to each other owner: of a zone's staff, to that zone; of the district's,
    to all.
    """
    scenario = site.scenario
    zones = [zone.zone for zone in scenario.zones]
    for name, able in block.can.items():
        pool = scenario.pools[name]
        for owner, share in block.shares.get(pool.owner or "", {}).items():
            stations = tuple(station for station in able if owner_of(scenario, station) == owner)
            if stations and share:
                for zone in zones if pool.per == "zone" else [pool.zone or "district"]:
                    users = [zone] if zone in zones else zones
                    to, name_ = dict.fromkeys(users, 0), block.named(f"to {owner}")
                    yield Lend(name, zone, name_, share, to, stations, kept=True)


def owner_of(scenario: Scenario, station: str) -> str | None:
    """The owner of ``station``: that of the first of its pools."""
    return scenario.pools[scenario.stations[station].pools[0].pool].owner


def names(block: Owners) -> Iterator[Name]:
    """Pools, stations and owners."""
    yield from keys("can", POOL, block.can)
    yield from (
        (("can", pool, i), STATION, name)
        for pool, able in block.can.items()
        for i, name in enumerate(able)
    )
    yield from keys("shares", OWNER, block.shares)
    yield from (
        (("shares", lender, owner), OWNER, owner)
        for lender, to in block.shares.items()
        for owner in to
    )


def faults(scenario: Scenario, block: Owners) -> Iterator[Fault]:
    """Shares above all hours, pools that lend nothing, stations where nobody else can attend."""
    yield from some(shares=block.shares, can=block.can)
    for lender, to in block.shares.items():
        yield from at_most_all(("shares", lender), to.values())
    for name, able in block.can.items():
        pool = scenario.pools[name]
        if pool.owner is None or not pool.roster:
            yield ("can", name), _("a pool with an owner and a roster wanted")
        elif own := [station for station in able if owner_of(scenario, station) == pool.owner]:
            yield (
                ("can", name),
                _(
                    "stations of other owners wanted, got {got} of {owner} itself",
                    got=listed(own),
                    owner=pool.owner,
                ),
            )
        yield from ((("can", name), text) for _path, text in queued(scenario, "can", able))


def described(scenario: Scenario, block: Owners) -> str:
    """One line for ``simcap show``."""
    return listed(
        _(
            "{lender} gives {share:.0%} of its hours to {borrower}",
            lender=lender,
            share=share,
            borrower=borrower,
        )
        for lender, to in block.shares.items()
        for borrower, share in to.items()
    )
