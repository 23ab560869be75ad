"""Staff as they are: vacancy, absence, supervision, training time, turnover and the time that
recruiting takes.

Source: seed 003 三(四) (at least ten trainings a year, supervision of cases, recruiting,
allowances that keep people), seed 002 二(三) (qualified staff are scarce), seed 001 §4.3.1
(post allowances keep grassroots staff). Shares of time are taken from the productive
share of the hours; who leaves is missing until a successor is there.
"""

from __future__ import annotations

from collections.abc import Iterator

from simcap import lang
from simcap.lang import N_, _
from simcap.mechanisms.checks import POOL, Fault, Name, at_most_all, listed, some
from simcap.scenario.blocks import Reality
from simcap.scenario.schema import Scenario
from simcap.scenario.staff import YEAR


def rewritten(scenario: Scenario, block: Reality) -> Scenario:
    """``scenario`` with the hours that are left of those on paper. Where nothing is said of
    turnover, a pool keeps its own; of appointments it takes the share that is missing on average.
    """
    leaving = (
        {"turnover": block.turnover, "recruitment": block.recruitment} if block.turnover else {}
    )
    gone = block.turnover * block.recruitment / YEAR
    missing = gone / (1 + gone)
    pools = dict(scenario.pools)
    for name in block.pools:
        pool = pools[name]
        changes = (
            {"productive": pool.productive * productive(block) * (1 - missing)}
            if pool.slots
            else {"productive": pool.productive * productive(block), **leaving}
        )
        pools[name] = pool.model_copy(update=changes)
    return scenario.model_copy(update={"pools": pools})


def productive(block: Reality) -> float:
    """The share of the rostered hours that residents get: of the posts that are filled, those who
    are there, the time not spent on supervision and training.
    """
    return (1 - block.vacancy) * (1 - block.absence) * (1 - block.supervision - block.training)


def names(block: Reality) -> Iterator[Name]:
    """Pools."""
    return listed("pools", POOL, block.pools)


def faults(scenario: Scenario, block: Reality) -> Iterator[Fault]:
    """No pools; more time for supervision and training than there is."""
    yield from some(pools=block.pools)
    yield from at_most_all(
        ("training",), (block.supervision, block.training), N_("supervision and training")
    )


def described(scenario: Scenario, block: Reality) -> str:
    """One line for ``simcap show``."""
    said = [
        _(
            "{pools}: {share:.0%} of their hours are for residents",
            pools=lang.listed(block.pools),
            share=productive(block),
        )
    ]
    if block.turnover:
        said.append(
            _(
                "{share:.0%} leave in a year, each missing for {weeks:.0f} weeks",
                share=block.turnover,
                weeks=block.recruitment / 168,
            )
        )
    return _("; ").join(said)
