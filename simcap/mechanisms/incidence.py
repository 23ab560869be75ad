"""Incidence by cell: a share in need for each group of people (ages, key groups) in each zone.

Source: seed 000 §1.2 (adolescents, older people, other key groups), §3.2 (2) (incidence), seed 002
三 (an epidemiological survey; a project for key groups), seed 003 一(二)3 (key groups are watched).
None gives a form. The cells are disjoint: a group declared ``within`` another takes its members out
of it, and its share in need *replaces* the other's. That is what it states for the need; else none,
where it has needs of its own, which stand in the place of the others'; else that of the group
around it. The factor of a zone multiplies the share in need of every cell there. Nothing is
normalised to the district's mean; equal shares and factors of 1 change nothing, to the bit.

Who asks, what comes of it and the split by severity are the need's, whatever the cell; a group that
asks or is helped otherwise has needs of its own. A register, which counts who is known, is unmoved.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from simcap.lang import _, listed
from simcap.mechanisms.checks import COLUMN, NEED, ZONE, Fault, Name, keys
from simcap.scenario.blocks import Incidence
from simcap.scenario.schema import Need, Scenario, Zone
from simcap.scenario.staff import share_in_need
from simcap.scenario.units import yearly


def rewritten(scenario: Scenario, block: Incidence) -> Scenario:
    """``scenario`` with the shares in need of the zones where they are not as stated."""
    needs = {
        name: need.model_copy(update={"by_zone": _by_zone(scenario, block, name)})
        for name, need in scenario.needs.items()
    }
    return scenario.model_copy(update={"needs": needs})


def _by_zone(scenario: Scenario, block: Incidence, name: str) -> dict[str, float]:
    """{zone: share in need} of those where it is not that of the need; of a register, none."""
    need = scenario.needs[name]
    if need.register_ is not None:
        return {}
    shares = {zone.zone: in_zone(scenario, block, name, zone) for zone in scenario.zones}
    moved = {zone: each for zone, each in shares.items() if each != share_in_need(need, zone)}
    return {**need.by_zone, **moved}


def in_zone(scenario: Scenario, block: Incidence, name: str, zone: Zone) -> float:
    """The share of its group in ``zone`` that falls into the need ``name``: of each cell in its
    own share, and that times the factor of the zone.
    """
    need = scenario.needs[name]
    usual, people = share_in_need(need, zone.zone), zone.numbers[need.group]
    more = math.fsum(
        members(block, group, zone) * (_share(scenario, block, name, group, zone) - usual)
        for group in block.groups
        if people and need.group in _around(block, group)
    )
    return _factor(block, zone) * (usual + (more / people if more else 0.0))


def members(block: Incidence, group: str, zone: Zone) -> float:
    """The people of ``group`` in ``zone`` who are of no group within it."""
    return zone.numbers[group] - math.fsum(
        zone.numbers[other] for other, cell in block.groups.items() if cell.within == group
    )


def _around(block: Incidence, group: str) -> list[str]:
    """The groups that ``group`` is within, the nearest first."""
    found: list[str] = []
    while group in block.groups and block.groups[group].within not in found:
        group = block.groups[group].within
        found.append(group)
    return found


def _share(scenario: Scenario, block: Incidence, name: str, group: str, zone: Zone) -> float:
    """The share in need of the cell ``group``: as the nearest of it and the groups around it says,
    up to that of the need itself.
    """
    need = scenario.needs[name]
    for cell in (group, *_around(block, group)):
        if cell == need.group:
            break
        if name in block.groups[cell].in_need:
            return _read(block.groups[cell].in_need[name], zone)
        if any(other.group == cell for other in scenario.needs.values()):
            return 0.0
    return share_in_need(need, zone.zone)


def _read(given: float | str, zone: Zone) -> float:
    if isinstance(given, str):
        return zone.numbers[given] if _is_column(given) else yearly(given)
    return given


def _is_column(given: float | str) -> bool:
    try:
        yearly(given)
    except ValueError:
        return isinstance(given, str)
    return False


def _factor(block: Incidence, zone: Zone) -> float:
    if isinstance(block.zones, str):
        return zone.numbers[block.zones]
    return block.zones.get(zone.zone, 1.0)


def names(block: Incidence) -> Iterator[Name]:
    """The groups, those around them, needs, and columns of shares; zones or the column of their
    factors.
    """
    yield from keys("groups", COLUMN, block.groups)
    for group, cell in block.groups.items():
        yield ("groups", group, "within"), COLUMN, cell.within
        for need, given in cell.in_need.items():
            yield ("groups", group, "in_need", need), NEED, need
            if _is_column(given):
                yield ("groups", group, "in_need", need), COLUMN, str(given)
    if isinstance(block.zones, str):
        yield ("zones",), COLUMN, block.zones
    else:
        yield from keys("zones", ZONE, block.zones)


def faults(scenario: Scenario, block: Incidence) -> Iterator[Fault]:
    """Nothing to say; a second block; groups within themselves, or with more members than are
    there; a share of a need that is none of theirs; shares above 1.
    """
    if not (block.groups or block.zones):
        yield (), _("groups or zones wanted, got neither")
    first = next(iter(scenario.mechanisms.on("incidence")), block)
    if block.nth > first.nth:
        yield (), _("one block wanted that is on, got two")
    circles = [group for group in block.groups if group in _around(block, group)]
    for group in circles:
        yield (
            ("groups", group, "within"),
            _("a group that is not within {group!r} itself wanted", group=group),
        )
    if circles:
        return
    found = [*_needs(scenario, block), *_members(scenario, block)]
    yield from found
    if not found:
        yield from _shares(scenario, block)


def _needs(scenario: Scenario, block: Incidence) -> Iterator[Fault]:
    """A need of no group around, a register, a share in the wrong unit."""
    for group, cell in block.groups.items():
        around = _around(block, group)
        for name, given in cell.in_need.items():
            path, need = ("groups", group, "in_need", name), scenario.needs[name]
            if need.group not in around:
                yield (
                    path,
                    _(
                        "a need of {around} wanted, got one of {group}",
                        around=_(" or ").join(around),
                        group=need.group,
                    ),
                )
            elif need.register_ is not None:
                yield path, _("a need that begins wanted, got a register, which has no incidence")
            elif not _is_column(given) and isinstance(given, str) != (need.wave is None):
                wanted = "8 %" if need.wave else "8 % per year"
                yield (
                    path,
                    _(
                        'a share such as "{wanted}", or a column, wanted, got {got!r}',
                        wanted=wanted,
                        got=given,
                    ),
                )


def _members(scenario: Scenario, block: Incidence) -> Iterator[Fault]:
    """More people in the groups within a group than in the group."""
    for around in dict.fromkeys(cell.within for cell in block.groups.values()):
        within = [group for group, cell in block.groups.items() if cell.within == around]
        for zone in scenario.zones:
            if members(block, around, zone) < -1e-9 * zone.numbers[around]:
                total = math.fsum(zone.numbers[group] for group in within)
                most = f"{zone.numbers[around]:,.10g}"
                yield (
                    ("groups", within[-1], "within"),
                    _(
                        "at most the {most} of {around} wanted in {zone}, got {got:,.10g} in"
                        " {within}",
                        most=most,
                        around=around,
                        zone=zone.zone,
                        got=total,
                        within=listed(within),
                    ),
                )


def _shares(scenario: Scenario, block: Incidence) -> Iterator[Fault]:
    """Cells of which more than all fall into need."""
    for name, need in scenario.needs.items():
        for zone in scenario.zones if need.register_ is None else ():
            shares = {need.group: share_in_need(need, zone.zone)} | {
                group: _share(scenario, block, name, group, zone)
                for group in block.groups
                if need.group in _around(block, group)
            }
            for group, share in shares.items():
                if share * _factor(block, zone) > 1:
                    stated = group in block.groups and name in block.groups[group].in_need
                    yield (
                        ("groups", group, "in_need", name) if stated else ("zones",),
                        _(
                            "a share in need of at most 1 wanted, got {got:g} of {group} in {zone}"
                            " ({name})",
                            got=share * _factor(block, zone),
                            group=group,
                            zone=zone.zone,
                            name=name,
                        ),
                    )


def notices(scenario: Scenario) -> Iterator[str]:
    """Severities of a need of which a group with needs of its own has none."""
    for block in scenario.mechanisms.on("incidence"):
        for group in block.groups:
            own = [need for need in scenario.needed().values() if need.group == group]
            out = _unmet(scenario, block, group, own) if own else []
            if out:
                yield (
                    f"incidence: {group} has needs of its own, so that its members are out of"
                    f" {', '.join(out)}, and none that is as severe: state its share under `in"
                    " need` if they should fall into it"
                )


def _unmet(scenario: Scenario, block: Incidence, group: str, own: list[Need]) -> list[str]:
    severities = {need.severity for need in own}
    stated = block.groups[group].in_need
    return [
        name
        for name, need in scenario.needed().items()
        if need.group in _around(block, group)
        and need.register_ is None
        and not (name in stated or need.severity in severities)
    ]


def described(scenario: Scenario, block: Incidence) -> str:
    """One line for ``simcap show``."""
    said = []
    for group, cell in block.groups.items():
        shares = listed(f"{need} {_said(given)}" for need, given in cell.in_need.items())
        part = _("{group} within {whole}", group=group, whole=cell.within)
        said.append(part + (f" ({shares})" if shares else ""))
    factors = [_factor(block, zone) for zone in scenario.zones]
    if block.zones:
        said.append(
            _(
                "needs begin {low:.3g} to {high:.3g} times as often, by zone",
                low=min(factors),
                high=max(factors),
            )
        )
    return _("; ").join(said)


def _said(given: float | str) -> str:
    if _is_column(given):
        return _("as {column}", column=given)
    return given if isinstance(given, str) else f"{given:g}"
