"""The referral green channel between hospital, community, school and family.

Source: seed 003 三(一) (a green channel of referral), seed 001 §3.3.3 (medical, social and
community institutions as one). Who goes by it arrives sooner and more surely, is not
assessed again, and is put ahead of others where they arrive.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from simcap.scenario.block_links import SEVERITY, STATION, Fault, Name, listed, some
from simcap.scenario.blocks import GreenChannel
from simcap.scenario.schema import Scenario, StationSpec, Step


def rewritten(scenario: Scenario, block: GreenChannel) -> Scenario:
    """``scenario`` in which needs of the severities follow a pathway of their own, whose referrals
    to the stations go by the channel.
    """
    pathways, needs, stations = (
        dict(scenario.pathways),
        dict(scenario.needs),
        dict(scenario.stations),
    )
    for name, need in scenario.needs.items():
        if need.severity in block.severities:
            own = f"{need.pathway}, green channel"
            pathways[own] = {
                station: _opened(step, block.stations)
                for station, step in scenario.pathways[need.pathway].items()
            }
            needs[name] = need.model_copy(update={"pathway": own})
    for name in block.stations:
        stations[name] = stations[name].model_copy(
            update={"priority": _ahead(stations[name], block)}
        )
    return scenario.model_copy(update={"pathways": pathways, "needs": needs, "stations": stations})


def _opened(step: Step, stations: list[str]) -> Step:
    return step.model_copy(
        update={
            outcome: {
                goal: (
                    edge.model_copy(update={"by": "green channel"})
                    if edge.by == "referral" and goal in stations
                    else edge
                )
                for goal, edge in getattr(step, outcome).items()
            }
            for outcome in type(step).model_fields
        }
    )


def _ahead(spec: StationSpec, block: GreenChannel) -> dict[str, int]:
    """The station's priorities by severity, those of the channel ahead by so much."""
    given = spec.priority if isinstance(spec.priority, dict) else {"default": spec.priority}
    default = given.get("default", 0)
    return {
        **given,
        **{severity: given.get(severity, default) - block.ahead for severity in block.severities},
    }


def channel(block: GreenChannel, effects: Any) -> Any:
    """``effects`` of collaboration as they are for who goes by the channel."""
    return replace(
        effects,
        referral_completion=block.completion,
        referral_delay=block.delay,
        referral_varies=False,
        duplicate_assessment=0.0,
    )


def names(block: GreenChannel) -> Iterator[Name]:
    """Stations and severities."""
    yield from listed("stations", STATION, block.stations)
    yield from listed("severities", SEVERITY, block.severities)


def faults(scenario: Scenario, block: GreenChannel) -> Iterator[Fault]:
    """Stations to which nobody is referred, or with a diary, which knows no priorities."""
    yield from some(stations=block.stations, severities=block.severities)
    referred = {
        goal
        for steps in scenario.pathways.values()
        for step in steps.values()
        for outcome in type(step).model_fields
        for goal, edge in getattr(step, outcome).items()
        if edge.by == "referral"
    }
    for name in block.stations:
        if name not in referred:
            yield ("stations",), f"a station to which somebody is referred wanted, got {name!r}"
        if scenario.stations[name].diary is not None:
            yield ("stations",), f"a station without a diary wanted, got {name!r}"


def described(block: GreenChannel) -> str:
    """One line for ``simcap show``."""
    return (
        f"{', '.join(block.severities)} to {', '.join(block.stations)}: {block.completion:.0%}"
        f" arrive after {block.delay / 24:.1f} days, {block.ahead} ahead"
    )
