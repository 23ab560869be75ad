"""The referral green channel between hospital, community, school and family.

Source: seed 003 三(一) (a green channel of referral), seed 001 §3.3.3 (medical, social and
community institutions as one). Who goes by it arrives sooner and more surely, is not
assessed again, and is put ahead of others where they arrive.
"""

from __future__ import annotations

from collections.abc import Iterator

from simcap import lang
from simcap.lang import _
from simcap.mechanisms.checks import (
    PATHWAY,
    SEVERITY,
    STATION,
    Fault,
    Made,
    Name,
    listed,
    referred,
    some,
)
from simcap.mechanisms.contract import HandOff
from simcap.network import Exponential
from simcap.scenario.blocks import GreenChannel
from simcap.scenario.schema import Scenario, StationSpec, Step
from simcap.scenario.ways import on_own_pathways


def rewritten(scenario: Scenario, block: GreenChannel) -> Scenario:
    """``scenario`` in which needs of the severities follow a pathway of their own, whose referrals
    to the stations go by the channel.
    """
    own = {
        name: _green(need.pathway, block)
        for name, need in scenario.needs.items()
        if need.severity in block.severities
    }
    scenario = on_own_pathways(scenario, own)
    pathways, stations = dict(scenario.pathways), dict(scenario.stations)
    for green in own.values():
        pathways[green] = {
            station: _opened(step, block.stations) for station, step in pathways[green].items()
        }
    for name in block.stations:
        ahead = _ahead(stations[name], block)
        stations[name] = stations[name].model_copy(update={"priority": ahead})
    return scenario.model_copy(update={"pathways": pathways, "stations": stations})


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


def hand_off(
    scenario: Scenario, block: GreenChannel, by: str, goal: str, severity: str
) -> HandOff | None:
    """By the channel nobody is assessed again. Where several lead to ``goal``, it is the first for
    this severity, or else the first.
    """
    leading = [b for b in scenario.mechanisms.on("green_channel") if goal in b.stations]
    fitting = [b for b in leading if severity in b.severities]
    if by != "green channel" or block is not (fitting or leading or [None])[0]:
        return None
    mean = block.delay
    return HandOff(
        Exponential(mean) if block.varies and mean else mean,
        _desk(goal),
        block.completion,
    )


def _green(pathway: str, block: GreenChannel) -> str:
    return f"{pathway}, {block.named('green channel')}"


def _desk(goal: str) -> str:
    return f"referral to {goal} by the green channel"


def makes(scenario: Scenario, block: GreenChannel) -> Iterator[Made]:
    """The pathways of their own, and the desks of the channel."""
    pathways = {n.pathway for n in scenario.needs.values() if n.severity in block.severities}
    yield from ((PATHWAY, _green(pathway, block)) for pathway in sorted(pathways))
    yield from ((STATION, _desk(goal)) for goal in block.stations)


def names(block: GreenChannel) -> Iterator[Name]:
    """Stations and severities."""
    yield from listed("stations", STATION, block.stations)
    yield from listed("severities", SEVERITY, block.severities)


def faults(scenario: Scenario, block: GreenChannel) -> Iterator[Fault]:
    """Stations to which nobody is referred, or with a diary, which knows no priorities."""
    yield from some(stations=block.stations, severities=block.severities)
    reached = referred(scenario)
    for name in block.stations:
        if name not in reached:
            yield (
                ("stations",),
                _("a station to which somebody is referred wanted, got {got!r}", got=name),
            )
        if scenario.stations[name].diary is not None:
            yield ("stations",), _("a station without a diary wanted, got {got!r}", got=name)


def described(scenario: Scenario, block: GreenChannel) -> str:
    """One line for ``simcap show``."""
    return _(
        "{severities} to {stations}: {share:.0%} arrive after {days:.1f} days, {ahead} ahead",
        severities=lang.listed(map(_, block.severities)),
        stations=lang.listed(block.stations),
        share=block.completion,
        days=block.delay / 24,
        ahead=block.ahead,
    )
