"""Stigma: a share of those who would ask for help are kept from it; what reduces it fades.

Source: seed 002 二 (shame keeps people from help, in villages above all). The source gives no form.
Assumed: the share who ask is multiplied by 1 − stigma × Π (1 − reductions); a reduction takes a
share of the stigma from its date on and halves every half-life, and several act independently. It
reaches those whose need begins then. Who asks in spite of the stigma comes as ever: a reduction
only adds residents.
"""

from __future__ import annotations

from collections.abc import Iterator

from simcap import lang
from simcap.lang import _
from simcap.mechanisms import contract
from simcap.mechanisms.checks import COLUMN, NEED, ZONE, Fault, Name, between, listed
from simcap.mechanisms.contract import Lift
from simcap.mechanisms.fading import dated, fades, late, reaches, where
from simcap.scenario.blocks import Stigma
from simcap.scenario.fields import KINDS
from simcap.scenario.schema import Scenario, Zone


def stigma(scenario: Scenario, block: Stigma, need: str, zone: Zone) -> Iterator[contract.Stigma]:
    """The stigma in ``zone`` with all that reduces it there."""
    if block.needs and need not in block.needs:
        return
    reductions = tuple(
        Lift(f"{block.named('stigma')}: {name}", dated(scenario, reduction, reduction.by))
        for name, reduction in block.reductions.items()
        if reaches(block.needs, reduction, need, zone) and reduction.by
    )
    if share := _share(block, zone):
        yield contract.Stigma(share, reductions)


def _share(block: Stigma, zone: Zone) -> float:
    return zone.numbers[block.share] if isinstance(block.share, str) else block.share[zone.kind]


def names(block: Stigma) -> Iterator[Name]:
    """The column, the zones and the needs."""
    if isinstance(block.share, str):
        yield ("share",), COLUMN, block.share
    for name, reduction in block.reductions.items():
        for (_field, i), kind, zone in listed("zones", ZONE, reduction.zones):
            yield ("reductions", name, "zones", i), kind, zone
    yield from listed("needs", NEED, block.needs)


def faults(scenario: Scenario, block: Stigma) -> Iterator[Fault]:
    """Not a share for each kind of zone; a column that is no share; a reduction after the run."""
    if isinstance(block.share, str):
        if max(scenario.column(block.share).values()) > 1:
            yield (
                ("share",),
                _("a column of shares from 0 to 1 wanted, got {got!r}", got=block.share),
            )
    elif missing := [kind for kind in KINDS if kind not in block.share]:
        yield (
            ("share",),
            _(
                "a share for each of {kinds} wanted, {missing} is missing",
                kinds=lang.listed(KINDS),
                missing=missing[0],
            ),
        )
    for name, reduction in block.reductions.items():
        yield from late(scenario, reduction, ("reductions", name, "from"))


def described(scenario: Scenario, block: Stigma) -> str:
    """One line for ``simcap show``."""
    shares = [_share(block, zone) for zone in scenario.zones]
    low, high = f"{min(shares):.0%}", f"{max(shares):.0%}"
    parts = [_("{share} of those who would ask are kept from it", share=between(low, high))]
    parts += [
        _(
            "{name} from {date} on takes {share:.0%} of it",
            name=name,
            date=reduction.from_,
            share=reduction.by,
        )
        + where(reduction)
        + fades(reduction)
        for name, reduction in block.reductions.items()
    ]
    return _("; ").join(parts)
