"""Publicity: after a campaign more of those who fall into need ask for help, until it has faded.

Source: seed 002 二 and seed 001 §3.2 (knowledge and stigma keep people from help; publicity brings
them). The sources give no form. Assumed: a campaign lifts the share who ask by percentage points
from its date on, which halve every half-life; the lifts of several campaigns add, and a sum above
100 % is cut. It reaches those whose need begins then, not those already in need who have not asked.
A campaign only adds residents: who would have asked without it comes as they would have come.
"""

from __future__ import annotations

from collections.abc import Iterator

from simcap.lang import _
from simcap.mechanisms.checks import NEED, ZONE, Fault, Name, listed, some
from simcap.mechanisms.contract import Lift
from simcap.mechanisms.fading import dated, fades, late, reaches, where
from simcap.scenario.blocks import Publicity
from simcap.scenario.schema import Scenario, Zone


def lifts(scenario: Scenario, block: Publicity, need: str, zone: Zone) -> Iterator[Lift]:
    """Each campaign that reaches ``zone``."""
    for name, campaign in block.campaigns.items():
        if reaches(block.needs, campaign, need, zone) and campaign.lift:
            yield Lift(
                f"{block.named('publicity')}: {name}", dated(scenario, campaign, campaign.lift)
            )


def names(block: Publicity) -> Iterator[Name]:
    """The zones and the needs."""
    for name, campaign in block.campaigns.items():
        for (_key, i), kind, zone in listed("zones", ZONE, campaign.zones):
            yield ("campaigns", name, "zones", i), kind, zone
    yield from listed("needs", NEED, block.needs)


def faults(scenario: Scenario, block: Publicity) -> Iterator[Fault]:
    """No campaign; one that begins after the run."""
    yield from some(campaigns=block.campaigns)
    for name, campaign in block.campaigns.items():
        yield from late(scenario, campaign, ("campaigns", name, "from"))


def described(scenario: Scenario, block: Publicity) -> str:
    """One line for ``simcap show``."""
    return _("; ").join(
        _(
            "{name} from {date} on: {points:.3g} points more ask",
            name=name,
            date=campaign.from_,
            points=100 * campaign.lift,
        )
        + where(campaign)
        + fades(campaign)
        for name, campaign in block.campaigns.items()
    )
