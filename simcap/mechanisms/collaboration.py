"""Collaboration between institutions and zones: what a level E from 0 to 1 moves.

Source: seed 000 §2.1, §1.2, §3.2 and table 2; seed 002 三(三); seeds 001 and 003 on referral;
evidence B.6. Four things move, each by a table of values at stated levels that the scenario may
edit, with straight lines between; each can be switched off, and then keeps the value of its lowest
stated level:

* the share of a zone's staff hours that may attend other zones, that zone's own residents first
  (``lends``);
* hand-off delays: of routine referrals, and of crises, which are set so that the response is the
  one the source reports (set, not found). Both vary, exponentially (assumed) unless the scenario
  states a coefficient of variation, which makes them lognormal. With ``varies: false`` all wait the
  same, and a target is a cliff: whoever is referred is late if the delay is longer, and nobody for
  that reason if it is shorter;
* the share of routine referrals that are completed; the others never arrive;
* the probability that who arrives by referral is assessed again, because the records were not
  shared.

More completed referrals are more work: where staff are short, a higher level can lengthen the
queue. The model shows that because nothing here hides it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from simcap.lang import _
from simcap.mechanisms.checks import STATION, Made, referred
from simcap.mechanisms.contract import ELSEWHERE, HandOff, Lend, Site
from simcap.network import Distribution, Exponential, Lognormal
from simcap.scenario.blocks import Collaboration, Durations
from simcap.scenario.schema import Scenario

TABLES = (
    "shared_hours",
    "referral_delay",
    "crisis_handoff",
    "referral_completion",
    "duplicate_assessment",
)


@dataclass(frozen=True)
class Effects:
    """The values at one level: shares, and mean delays in hours."""

    level: float
    shared_hours: float
    referral_delay: float
    crisis_handoff: float
    referral_completion: float
    duplicate_assessment: float


def effects(collaboration: Collaboration) -> Effects:
    """What the level of ``collaboration`` gives by its tables."""
    return Effects(
        collaboration.level,
        **{name: _value(getattr(collaboration, name), collaboration.level) for name in TABLES},
    )


def notices(scenario: Scenario) -> Iterator[str]:
    """A sentence for each table that does not reach the level, where the nearest stated value is
    held.
    """
    collaboration = scenario.collaboration
    for name in TABLES:
        table = getattr(collaboration, name)
        levels = list(table.at)
        if table.on and not levels[0] <= collaboration.level <= levels[-1] and len(levels) > 1:
            yield (
                f"collaboration.{name} is stated for levels {levels[0]:g} to {levels[-1]:g}; at"
                f" {collaboration.level:g} the nearest value,"
                f" {_value(table, collaboration.level):g}, is held"
            )


def _value(table, level: float) -> float:
    levels, values = list(table.at), list(table.at.values())
    return float(np.interp(level if table.on else levels[0], levels, values))


def lends(site: Site, block: Collaboration) -> Iterator[Lend]:
    """What every zone lends of the hours of its shared staff: to its own residents first, then to
    those of all other zones.
    """
    share = tuple((at, effects(now.collaboration).shared_hours) for at, now in site.dated)
    zones = [zone.zone for zone in site.scenario.zones]
    for name, pool in site.scenario.pools.items():
        for zone in zones if pool.shared else ():
            users = {other: ELSEWHERE for other in zones if other != zone}
            yield Lend(name, zone, "lent", share if len(share) > 1 else share[0][1], users)


def hand_off(
    scenario: Scenario, block: Collaboration, by: str, goal: str, severity: str
) -> HandOff | None:
    """A crisis is handed on directly; a referral is decided at a desk."""
    now = effects(block)
    if by == "crisis":
        return HandOff(delay(now.crisis_handoff, block.crisis_handoff))
    if by == "referral":
        return HandOff(
            delay(now.referral_delay, block.referral_delay),
            _desk(goal),
            now.referral_completion,
            now.duplicate_assessment,
        )
    return None


def _desk(goal: str) -> str:
    return f"referral to {goal}"


def makes(scenario: Scenario, block: Collaboration) -> Iterator[Made]:
    """The desks where referrals are decided, and the assessments that are repeated."""
    for goal in sorted(referred(scenario)):
        yield STATION, _desk(goal)
        if assessment := scenario.stations[goal].assessment:
            yield STATION, f"{assessment} again, then {goal}"


def delay(mean: float, table: Durations) -> Distribution | float:
    """A delay with this mean, in hours: exponential (assumed) where it varies and the scenario
    states no coefficient of variation, lognormal where it does.
    """
    if not table.varies or not mean or table.cv == 0:
        return mean
    return Exponential(mean) if table.cv is None else Lognormal(mean, table.cv * mean)


def described(scenario: Scenario, block: Collaboration) -> str:
    """One line for ``simcap show``."""
    now = effects(block)
    delay = _(" on average") if block.referral_delay.varies else ""
    return _(
        "level {level:g}, {shared:.0%} of hours shared, referral {completed:.0%} completed after"
        " {days:.1f} days{on_average}, crisis hand-off {handoff:.1f} h, assessed again {again:.0%}",
        level=now.level,
        shared=now.shared_hours,
        completed=now.referral_completion,
        days=now.referral_delay / 24,
        on_average=delay,
        handoff=now.crisis_handoff,
        again=now.duplicate_assessment,
    )
