"""One helps one (一帮一扶): a strong unit helps a weak one.

Source: seed 002 三(三) (pairs of urban and rural units; the strong train and supervise the weak),
seed 001 §4.4.1 (a hundred help a hundred), seed 003 一(三)1 (the district centre is paired with
primary care). Some hours of the helping zone's staff attend the residents of the zone they help,
travelling included; guiding takes further hours, and those who are guided get more out of theirs.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from simcap import lang
from simcap.lang import _
from simcap.mechanisms.checks import (
    POOL,
    ZONE,
    Fault,
    Name,
    above_zero,
    by_zone,
    keys,
    listed,
    some,
)
from simcap.mechanisms.contract import Lend, Site
from simcap.scenario.blocks import Pairing
from simcap.scenario.schema import Scenario


def rewritten(scenario: Scenario, block: Pairing) -> Scenario:
    """``scenario`` in which guided staff work so much more of their hours productively, never more
    than these hours are.
    """
    pools = dict(scenario.pools)
    for name in block.guided if block.raises else ():
        guided = {zone: 1 + block.raises for zone in block.pairs}
        before = pools[name].raised
        factors = {zone: before.get(zone, 1.0) * factor for zone, factor in guided.items()}
        pools[name] = pools[name].model_copy(update={"raised": {**before, **factors}})
    return scenario.model_copy(update={"pools": pools})


def lends(site: Site, block: Pairing) -> Iterator[Lend]:
    """What the staff of each helping zone give to the zones they help, the same to each of them,
    and to guiding, which attends nobody.
    """
    helped = Counter(block.pairs.values())
    for pool in block.pools:
        for zone, helper in block.pairs.items():
            share, name = block.hours / helped[helper], block.named(f"for {zone}")
            yield Lend(pool, helper, name, share, {zone: 0}, factor=block.travel, kept=True)
        for helper in helped if block.supervision else ():
            yield Lend(pool, helper, block.named("guiding"), block.supervision, {}, kept=True)


def names(block: Pairing) -> Iterator[Name]:
    """Pools and zones."""
    yield from listed("pools", POOL, block.pools)
    yield from listed("guided", POOL, block.guided)
    yield from keys("pairs", ZONE, block.pairs)
    yield from ((("pairs", zone), ZONE, helper) for zone, helper in block.pairs.items())


def faults(scenario: Scenario, block: Pairing) -> Iterator[Fault]:
    """Pools that are not by zone, zones paired with themselves, hours above all, guidance that
    changes nothing.
    """
    yield from some(
        pools=block.pools, pairs=block.pairs, **({"guided": block.guided} if block.raises else {})
    )
    yield from above_zero(travel=block.travel)
    yield from by_zone(
        scenario,
        [("pools", name) for name in block.pools] + [("guided", name) for name in block.guided],
    )
    yield from (
        (("pairs", zone), _("another zone than the one that is helped wanted"))
        for zone, helper in block.pairs.items()
        if zone == helper
    )
    if block.hours + block.supervision > 1:
        yield (
            ("hours",),
            (
                _(
                    "hours and supervision of at most 100 % together wanted, got {got:.0%}",
                    got=block.hours + block.supervision,
                )
            ),
        )
    if block.guided and not block.raises:
        yield ("raises",), _("a share above 0 wanted beside `guided`, got 0")


def described(scenario: Scenario, block: Pairing) -> str:
    """One line for ``simcap show``."""
    pairs = lang.listed(
        _("{helper} helps {zone}", helper=helper, zone=zone) for zone, helper in block.pairs.items()
    )
    return _(
        "{pairs}: {share:.0%} of the hours of {pools}, time × {travel:g}",
        pairs=pairs,
        share=block.hours,
        pools=lang.listed(block.pools),
        travel=block.travel,
    )
