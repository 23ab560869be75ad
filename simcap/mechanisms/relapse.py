"""Relapse: who has recovered after a course may fall ill again, and come back.

Source: seed 001 §3.2.3 and seed 003 (a chain of prevention, treatment and rehabilitation); they
give no rate. Assumed: a constant hazard, stated as the share who relapse within 24 months of the
end of the episode in which they completed a course and recovered; of those, a share comes back at
once, where they came first, with the need that was treated. Whoever comes back begins a new
episode, may recover again and relapse again. Who relapses and does not come back is not simulated
any further. Relapse needs a recovery: that of the scenario's recovery table, or, where it has none,
a share of those who complete a course.

A return is the old need: who is in need, who asks and who is covered are counted by the first
episode. Attendances, waits at stations, hours and costs count all. Those who recovered before the
run began are not simulated: the first returns come after the first recoveries.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from simcap import lang
from simcap.lang import _
from simcap.mechanisms.checks import NEED, Fault, Name, each_once, listed, no_registers
from simcap.mechanisms.contract import Relapsing
from simcap.scenario.blocks import Relapse
from simcap.scenario.outcomes import RecoveryRow, RecoveryTable
from simcap.scenario.schema import Scenario
from simcap.scenario.staff import YEAR

TWO_YEARS = 2 * YEAR


def relapses(scenario: Scenario, block: Relapse, need: str) -> Relapsing | None:
    """How those relapse who recovered from ``need``."""
    if not block.within_24_months or (block.needs and need not in block.needs):
        return None
    mean = -TWO_YEARS / math.log1p(-block.within_24_months)
    rows = () if block.recovered is None else (RecoveryRow(recovered=block.recovered),)
    return Relapsing(mean, block.returns, rows)


def names(block: Relapse) -> Iterator[Name]:
    """The needs."""
    yield from listed("needs", NEED, block.needs)


def faults(scenario: Scenario, block: Relapse) -> Iterator[Fault]:
    """No recovery to relapse from, or two; all who relapse at once; a need in two blocks."""
    table = isinstance(scenario.outcomes.recovery, RecoveryTable)
    if not table and block.recovered is None:
        yield (
            ("recovered",),
            _(
                "the share of those who complete a course who recover wanted, or a"
                " recovery table in `outcomes`, got none"
            ),
        )
    if table and block.recovered is not None:
        yield (
            ("recovered",),
            _("one recovery wanted: `outcomes` has a recovery table, which says who recovers"),
        )
    if block.within_24_months == 1:
        yield ("within_24_months",), _("a share below 100 % wanted, got 100 %")
    yield from no_registers(scenario, block)
    yield from each_once(scenario, "relapse", block)


def notices(scenario: Scenario) -> Iterator[str]:
    """That loads are without those who come back."""
    if any(block.within_24_months and block.returns for block in scenario.mechanisms.on("relapse")):
        yield "relapse: loads and expected arrivals are without those who come back"


def described(scenario: Scenario, block: Relapse) -> str:
    """One line for ``simcap show``."""
    of = _("the recovery table") if block.recovered is None else f"{block.recovered:.0%}"
    return _(
        "{needs}: of those who completed a course and recovered ({recovered}) {share:.0%} relapse"
        " within 24 months, and {returns:.0%} of these come back at once",
        needs=lang.listed(block.needs) or _("all needs"),
        recovered=of,
        share=block.within_24_months,
        returns=block.returns,
    )
