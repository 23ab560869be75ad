"""What mechanisms check their blocks with: by ``names`` a module says what must point at something,
and by ``faults`` what else does not fit the scenario.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from simcap import lang
from simcap.errors import ScenarioError
from simcap.lang import N_, _
from simcap.scenario.schema import Scenario
from simcap.scenario.staff import MOST_PEOPLE

Name = tuple[tuple, str, str]
"""(path below the block, what the name is of, the name)."""
Fault = tuple[tuple, str]
"""(path below the block, text)."""

Made = tuple[str, str]
"""(what the name is of, the name) of something that a mechanism adds."""

POOL, STATION, ZONE, COLUMN, ROSTER, SEVERITY, OWNER, PATHWAY, NEED = (
    "pool",
    "station",
    "zone",
    "column of the zones table",
    "roster",
    "severity",
    "owner of a pool",
    "pathway",
    "need",
)
KINDS = (POOL, STATION, ZONE, COLUMN, ROSTER, SEVERITY, OWNER, PATHWAY, NEED)
"""What a name in a block can be of."""
PER_ZONE = "pool by zone"
"""A name that only a pool `per: zone` must not have."""
ADDED = (POOL, PER_ZONE, STATION, ROSTER, PATHWAY, NEED, ZONE)
"""What a mechanism can add."""


def referred(scenario: Scenario) -> set[str]:
    """The stations to which some pathway refers, or a mechanism that is on."""
    by_pathways = {
        goal
        for steps in scenario.pathways.values()
        for step in steps.values()
        for outcome in type(step).model_fields
        for goal, edge in getattr(step, outcome).items()
        if edge.by == "referral"
    }
    by_online = {block.refers_to for block in scenario.mechanisms.on("online")}
    by_levels = {
        goal
        for block in scenario.mechanisms.on("levels")
        for table in (block.step_up, block.step_down)
        for goals in table.values()
        for goal, share in goals.items()
        if share
    }
    return by_pathways | by_online | by_levels


def listed(field: str, kind: str, given: Iterable[str]) -> Iterator[Name]:
    """The names in the list ``field``."""
    return (((field, i), kind, name) for i, name in enumerate(given))


def keys(field: str, kind: str, given: Iterable[str]) -> Iterator[Name]:
    """The names that are keys of ``field``."""
    return (((field, name), kind, name) for name in given)


def some(**fields: Iterable) -> Iterator[Fault]:
    """Fields that have nothing in them, and lists that have something twice."""
    for field, given in fields.items():
        entries = list(given)
        if not entries:
            yield (field,), _("at least one wanted, got none")
        elif len(set(entries)) < len(entries):
            yield (field,), _("each once wanted, got {got}", got=lang.listed(map(str, entries)))


def each_once(scenario: Scenario, mechanism: str, block: Any) -> Iterator[Fault]:
    """A need that an earlier block of the mechanism is about, too; a block without needs is about
    all.
    """
    mine = set(block.needs or scenario.needs)
    for other in scenario.mechanisms.on(mechanism):
        if other.nth < block.nth and (twice := mine & set(other.needs or scenario.needs)):
            yield ("needs",), _("each need once wanted, got {got!r} in two blocks", got=min(twice))


def nobody_asks(scenario: Scenario, block: Any) -> Iterator[Fault]:
    """Needs of ``block`` that nobody asks about, since they are on a register; ``stations`` at
    which nobody asks with one of its needs.
    """
    yield from no_registers(scenario, block)
    registers = {name for name, need in scenario.needs.items() if need.register_ is not None}
    asked = set(block.needs or scenario.needs) - registers
    entered = {
        at for name in asked for at, share in scenario.needs[name].enters_by.items() if share
    }
    for i, name in enumerate(block.stations):
        if name not in entered:
            yield (
                ("stations", i),
                _("a station at which somebody asks wanted, got {got!r}", got=name),
            )


def no_registers(scenario: Scenario, block: Any) -> Iterator[Fault]:
    """Needs of ``block`` that nobody asks about, since they are on a register."""
    for i, name in enumerate(block.needs):
        if scenario.needs[name].register_ is not None:
            yield (
                ("needs", i),
                _("a need that people ask about wanted, got the register {name!r}", name=name),
            )


def above_zero(**fields: float) -> Iterator[Fault]:
    """Fields that are 0."""
    return (
        ((field,), _("a number above 0 wanted, got 0"))
        for field, given in fields.items()
        if given == 0
    )


def few_enough(path: tuple, people: float) -> Iterator[Fault]:
    """More people than anybody has."""
    if people > MOST_PEOPLE:
        yield path, _("at most {most:,} people wanted", most=MOST_PEOPLE)


def at_most_all(path: tuple, shares: Iterable[float], what: str = N_("shares")) -> Iterator[Fault]:
    """Shares with a sum of more than 1."""
    total = sum(shares)
    if total > 1 + 1e-9:
        yield (
            path,
            _("{what} with a sum of at most 100 % wanted, got {got:.0%}", what=_(what), got=total),
        )


def by_zone(scenario: Scenario, pools: Iterable[tuple]) -> Iterator[Fault]:
    """Pools (path, then name) that are not by zone or have no roster."""
    for *path, name in pools:
        if scenario.pools[name].per != "zone" or not scenario.pools[name].roster:
            yield (*path,), _("a pool `per: zone` with a roster wanted, got {got!r}", got=name)


def useful(scenario: Scenario, path: tuple, pool: str, who: str) -> Iterator[Fault]:
    """A pool beside which further places would attend nobody: all its stations have a team or a
    diary.
    """
    users = [s for s in scenario.stations.values() if pool in [seat.pool for seat in s.pools]]
    if all(spec.team or spec.diary is not None for spec in users):
        yield (
            path,
            _(
                "a pool of a station without a team or a diary wanted: {who} would attend nobody",
                who=_(who),
            ),
        )


def nobody_comes(mechanism: str, pool: str) -> ScenarioError:
    """That no resident comes by a station of ``pool``, whose posts move to where work is."""
    return ScenarioError(
        _(
            "mechanisms.{mechanism}.pool: a pool that somebody comes to wanted, got {got!r}",
            mechanism=mechanism,
            got=pool,
        )
    )


def queued(scenario: Scenario, field: str, stations: Iterable[str] | Mapping) -> Iterator[Fault]:
    """Stations of ``field`` at which nobody else can attend: teams, whose members are all needed,
    and diaries.
    """
    for name in stations:
        spec = scenario.stations[name]
        if spec.team or spec.diary is not None:
            yield (
                (field,),
                _("a station without a team wanted, got {got!r}", got=name)
                if spec.team
                else _("a station without a diary wanted, got {got!r}", got=name),
            )


def between(low: str, high: str) -> str:
    """ "low to high", or one of them where they read the same."""
    return low if low == high else _("{low} to {high}", low=low, high=high)
