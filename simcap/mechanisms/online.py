"""Guidance online, 24 hours a day: it resolves some, finds high risk and refers it, and brings
demand that would not have come.

Source: seed 000 §4.2 (000-95: AI counselling, 24 h emotional support and testing; 000-96: machine
learning finds high risk and refers it offline in time); the source gives no number. Assumed, to the
form: of those who ask in person a share goes online instead, and of those who would not have asked
it brings a share, who count as having asked. High risk is found with the detection, and a share of
the others raises a false alarm; who is found is referred, and arrives with the share of a referral
(collaboration's). Of the others a share is resolved, which counts as completed treatment, a share
of the rest asks in person, by the same stations and in the same shares as others with this need,
and all others leave. Who is at high risk and is not found leaves.

The station «online guidance» needs no staff and never has a queue. A contact there is any contact,
never professional. «online guidance, referred» and «online guidance, resolved» take no time: they
say how many are found, and how many are resolved (the latter are the treatment).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

from simcap import lang
from simcap.lang import _
from simcap.mechanisms.checks import (
    NEED,
    PATHWAY,
    SEVERITY,
    STATION,
    Fault,
    Made,
    Name,
    each_once,
    listed,
    nobody_asks,
)
from simcap.mechanisms.contract import Brought
from simcap.scenario.blocks import Online
from simcap.scenario.fields import KINDS, Kind, Time
from simcap.scenario.schema import Edge, Instead, Need, Scenario, StationSpec, Step, Zone
from simcap.scenario.ways import on_own_pathways

HIGH_RISK = ("severe", "crisis")
"""Severities that are high risk unless the block says otherwise (assumed)."""
LINES = ("hotline", "crisis")
"""Roles of stations where nobody asks in person."""


def rewritten(scenario: Scenario, block: Online) -> Scenario:
    """``scenario`` with the station, and each need on a pathway of its own by it."""
    needs = _needs(scenario, block)
    if not any([*block.instead.values(), *block.brings.values()]):
        return scenario
    scenario = on_own_pathways(scenario, {name: _pathway(block, name) for name in needs})
    pathways = dict(scenario.pathways)
    for name, need in needs.items():
        pathways[_pathway(block, name)] = {
            **pathways[_pathway(block, name)],
            **_steps(scenario, block, need),
        }
    stations = {**scenario.stations, **_made(block)}
    on_them = [_pathway(block, name) for name in needs]
    for name in _asked_in_person(scenario, block):
        stations[name] = stations[name].model_copy(
            update={"instead": [*stations[name].instead, *_instead(block, on_them)]}
        )
    return scenario.model_copy(update={"stations": stations, "pathways": pathways})


def _needs(scenario: Scenario, block: Online) -> dict[str, Need]:
    """The needs it holds for: nobody asks to be on a register."""
    return {
        name: need
        for name, need in scenario.needs.items()
        if need.register_ is None and (not block.needs or name in block.needs)
    }


def _asked_in_person(scenario: Scenario, block: Online) -> list[str]:
    """The stations at which the needs are asked about in person."""
    entered = {
        station
        for need in _needs(scenario, block).values()
        for station, share in need.enters_by.items()
        if share
    }
    return sorted(
        name
        for name in entered
        if (name in block.stations if block.stations else _in_person(scenario.stations[name]))
    )


def _in_person(spec: StationSpec) -> bool:
    """Whether who comes there first comes in person: not to a line, nor to a crisis team."""
    return spec.role not in LINES and "hotline answer" not in spec.target


def _instead(block: Online, pathways: list[str]) -> Iterator[Instead]:
    """That the station stands instead of another for those who ask, by kind of zone."""
    for kind, share in block.instead.items():
        if share:
            yield Instead.model_construct(
                station=station_of(block),
                share=share,
                zones=[kind],
                pathways=pathways,
                asking=True,
            )


def _made(block: Online) -> dict[str, StationSpec]:
    """The stations: of guidance, of who is found, of who is resolved."""
    at_once = Time.model_construct(fixed=0.0)
    source = "seed 000 section 4.2"

    def made(**fields) -> StationSpec:
        return StationSpec.model_construct(
            place="district", pools=[], role="online", source=source, **fields
        )

    return {
        station_of(block): made(service_time=block.time, contact="lay"),
        referred_of(block): made(service_time=at_once),
        resolved_of(block): made(service_time=at_once, treatment=True),
    }


def _steps(scenario: Scenario, block: Online, need: Need) -> dict[str, Step]:
    """Where residents with ``need`` go from the station, and those who are found from there."""
    high = need.severity in _high_risk(block)
    found = block.detection if high else block.false_alarms
    ways = {referred_of(block): Edge.model_construct(share=found)}
    if not high:
        left = (1 - found) * (1 - block.resolved) * block.in_person
        ways[resolved_of(block)] = Edge.model_construct(share=(1 - found) * block.resolved)
        ways |= {
            station: Edge.model_construct(share=left * share, asking=True)
            for station, share in _by_station(scenario, block, need).items()
        }
    on = {block.refers_to: Edge.model_construct(share=1.0, by="referral")}
    return {
        station_of(block): Step.model_construct(
            completed={goal: edge for goal, edge in ways.items() if edge.share}
        ),
        referred_of(block): Step.model_construct(completed=on),
    }


def _by_station(scenario: Scenario, block: Online, need: Need) -> Mapping[str, float]:
    """{station: share} of those with ``need`` who ask in person; where they never do, of all."""
    stations = _asked_in_person(scenario, block)
    parts = {name: share for name, share in need.enters_by.items() if name in stations and share}
    total = math.fsum(parts.values())
    return {name: share / total for name, share in parts.items()} or need.enters_by


def _high_risk(block: Online) -> tuple[str, ...]:
    return HIGH_RISK if block.high_risk is None else tuple(block.high_risk)


def brings(scenario: Scenario, block: Online, need: str, zone: Zone) -> Iterator[Brought]:
    """Those who come online and would not have asked."""
    if need in _needs(scenario, block) and (share := block.brings[zone.kind]):
        yield Brought(block.named("online"), station_of(block), share)


def station_of(block: Online) -> str:
    """The station of guidance."""
    return block.named("online guidance")


def referred_of(block: Online) -> str:
    """The station that those who are found pass."""
    return block.named("online guidance, referred")


def resolved_of(block: Online) -> str:
    """The station that those who are resolved pass: the treatment."""
    return block.named("online guidance, resolved")


def _pathway(block: Online, need: str) -> str:
    return f"{need}, {block.named('online')}"


def makes(scenario: Scenario, block: Online) -> Iterator[Made]:
    """The stations, and the pathways of the needs."""
    yield from ((STATION, name) for name in _made(block))
    yield from ((PATHWAY, _pathway(block, name)) for name in _needs(scenario, block))


def names(block: Online) -> Iterator[Name]:
    """Stations, severities and needs."""
    yield ("refers_to",), STATION, block.refers_to
    yield from listed("high_risk", SEVERITY, block.high_risk or ())
    yield from listed("stations", STATION, block.stations)
    yield from listed("needs", NEED, block.needs)


def faults(scenario: Scenario, block: Online) -> Iterator[Fault]:
    """Needs of a register, or in two blocks; stations at which nobody asks; kinds of zone without
    a share.
    """
    yield from each_once(scenario, "online", block)
    yield from nobody_asks(scenario, block)
    for field in ("instead", "brings"):
        if set(getattr(block, field)) != set(KINDS):
            yield (field,), _("a share for each of {kinds} wanted", kinds=lang.listed(KINDS))


def described(scenario: Scenario, block: Online) -> str:
    """One line for ``simcap show``."""
    instead, brings = (_said(table) for table in (block.instead, block.brings))
    return _(
        "{instead} of those who ask in person go online, {brings} of those who would not ask come;"
        " high risk found {found:.0%} (false alarms {alarms:.0%}) and referred to {goal},"
        " {resolved:.0%} of the others resolved, {rest:.0%} of the rest ask in person",
        instead=instead,
        brings=brings,
        found=block.detection,
        alarms=block.false_alarms,
        goal=block.refers_to,
        resolved=block.resolved,
        rest=block.in_person,
    )


def _said(by_kind: Mapping[Kind, float]) -> str:
    """A share by kind of zone, as short as it may be."""
    if len(set(by_kind.values())) == 1:
        return f"{next(iter(by_kind.values())):.0%}"
    return lang.listed(f"{by_kind[kind]:.0%} ({_(kind)})" for kind in KINDS)
