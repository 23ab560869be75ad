"""Collaboration between institutions and zones: what a level E from 0 to 1 moves.

Source: seed 000 §2.1, §1.2, §3.2 and table 2; seed 002 三(三); seeds 001 and 003 on referral;
evidence B.6. Four things move, each by a table of values at stated levels that the scenario may
edit, with straight lines between; each can be switched off, and then keeps the value of its lowest
stated level:

* the share of a zone's staff hours that may attend other zones, that zone's own residents first
  (``lends``);
* hand-off delays: of routine referrals, and of crises, which are set so that the response is the
  one the source reports (set, not found); a crisis hand-off is exponential, a referral's delay the
  same for all, unless the scenario says otherwise (``varies``). Where all wait the same, a target
  is a cliff: whoever is referred is late if the delay is longer, and nobody for that reason if it
  is shorter;
* the share of routine referrals that are completed; the others never arrive;
* the probability that who arrives by referral is assessed again, because the records were not
  shared.

More completed referrals are more work: where staff are short, a higher level can lengthen the
queue. The model shows that because nothing here hides it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from simcap.network import Exponential, Routing, Station, To
from simcap.scenario.blocks import Collaboration
from simcap.scenario.lending import ELSEWHERE, Lend, Share

NOBODY = "no staff needed"
"""The pool without end that attends the desks at which referrals are decided."""

TABLES = (
    "shared_hours",
    "referral_delay",
    "crisis_handoff",
    "referral_completion",
    "duplicate_assessment",
)


@dataclass(frozen=True)
class Effects:
    """The values at one level: shares, and delays in hours, which vary or are the same for all."""

    level: float
    shared_hours: float
    referral_delay: float
    crisis_handoff: float
    referral_completion: float
    duplicate_assessment: float
    referral_varies: bool
    crisis_varies: bool


def effects(collaboration: Collaboration) -> Effects:
    """What the level of ``collaboration`` gives by its tables."""
    return Effects(
        collaboration.level,
        **{name: _value(getattr(collaboration, name), collaboration.level) for name in TABLES},
        referral_varies=collaboration.referral_delay.varies is True,
        crisis_varies=collaboration.crisis_handoff.varies is not False,
    )


def outside_tables(collaboration: Collaboration) -> list[str]:
    """A sentence for each table that does not reach the level, where the nearest stated value is
    held.
    """
    said = []
    for name in TABLES:
        table = getattr(collaboration, name)
        levels = list(table.at)
        if table.on and not levels[0] <= collaboration.level <= levels[-1] and len(levels) > 1:
            said.append(
                f"collaboration.{name} is stated for levels {levels[0]:g} to {levels[-1]:g}; at"
                f" {collaboration.level:g} the nearest value,"
                f" {_value(table, collaboration.level):g}, is held"
            )
    return said


def _value(table, level: float) -> float:
    levels, values = list(table.at), list(table.at.values())
    return float(np.interp(level if table.on else levels[0], levels, values))


def lends(pool: str, zones: Sequence[str], share: Share) -> list[Lend]:
    """What every zone lends of the hours of ``pool``: to its own residents first, then to those of
    all other ``zones``.
    """
    return [
        Lend(
            pool, zone, "lent", share, {other: 0 if other == zone else ELSEWHERE for other in zones}
        )
        for zone in zones
    ]


def crisis_hand_off(now: Effects) -> Exponential | float:
    """The delay of a crisis hand-off."""
    return _delay(now.crisis_handoff, now.crisis_varies)


def _delay(mean: float, varies: bool) -> Exponential | float:
    """A delay with this mean: exponential (assumed) where it varies, so that some are reached soon
    and some late.
    """
    return Exponential(mean) if varies and mean > 0 else mean


def referral_desk(
    name: str,
    goals: Sequence[tuple[str, float]],
    again: Sequence[tuple[str, float]],
    now: Effects,
    labels: Mapping[str, str],
) -> Station:
    """Where a referral to ``goals`` (station, share) is decided, at once and by nobody: completed
    or not, straight on or by way of ``again``, the assessments that lead to them.
    """
    arrive, repeat = now.referral_completion, now.duplicate_assessment if again else 0.0
    delay = _delay(now.referral_delay, now.referral_varies)
    ways = [To(goal, arrive * (1 - repeat) * share, delay) for goal, share in goals]
    ways += [To(assessment, arrive * repeat * share, delay) for assessment, share in again]
    return Station(name, [NOBODY], 0.0, routing={"completed": Routing(tuple(ways))}, labels=labels)


def described(now: Effects) -> str:
    """One line for ``simcap show``."""
    return (
        f"collaboration {now.level:g}: {now.shared_hours:.0%} of hours shared, referral"
        f" {now.referral_completion:.0%} completed after {now.referral_delay / 24:.1f}"
        f" days{' on average' if now.referral_varies else ''}, crisis hand-off"
        f" {now.crisis_handoff:.1f} h, assessed again {now.duplicate_assessment:.0%}"
    )
