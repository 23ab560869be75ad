"""Names in a scenario that must point at something: every dangling one is a fault, all at once."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator

from simcap import lang
from simcap.lang import N_, _
from simcap.scenario.calendar import yearly
from simcap.scenario.outcomes import RecoveryTable, recovery_faults
from simcap.scenario.ranges import out_of_range
from simcap.scenario.reader import did_you_mean
from simcap.scenario.schema import Audience, Scenario, Targets

Fault = tuple[tuple, str]
NOBODY_CALLED = {
    "pool": N_("no pool is called {name!r}"),
    "station": N_("no station is called {name!r}"),
    "zone": N_("no zone is called {name!r}"),
    "column of the zones table": N_("no column of the zones table is called {name!r}"),
    "roster": N_("no roster is called {name!r}"),
    "severity": N_("no severity is called {name!r}"),
    "owner of a pool": N_("no owner of a pool is called {name!r}"),
    "pathway": N_("no pathway is called {name!r}"),
    "need": N_("no need is called {name!r}"),
    "target": N_("no target is called {name!r}"),
    "profile": N_("no profile is called {name!r}"),
}
"""What is said of a name that points at nothing, by what it should be a name of."""


def written_faults(scenario: Scenario) -> list[Fault]:
    """(path, text) of each name that points at nothing, and of each part that does not fit the
    others.
    """
    return [
        *_pools(scenario),
        *_stations(scenario),
        *_prices(scenario),
        *_pathways(scenario),
        *_needs(scenario),
        *_registers(scenario),
        *_targets(scenario),
        *_recovery(scenario),
        *_times(scenario),
        *_seasons(scenario),
        *_zones(scenario),
        *out_of_range(scenario),
    ]


def wanted(path: tuple, kind: str, name: str, known: Iterable[str]) -> Iterator[Fault]:
    """A fault where no ``name`` of this ``kind`` is known."""
    known = list(known)
    if name not in known:
        yield path, _(NOBODY_CALLED[kind], name=name) + did_you_mean(name, known)


def columns(scenario: Scenario) -> set[str]:
    """The columns with numbers of the zones table."""
    return {column for zone in scenario.zones for column in zone.numbers}


def _pools(scenario: Scenario) -> Iterator[Fault]:
    known = columns(scenario)
    for name, pool in scenario.pools.items():
        path = ("pools", name)
        if pool.roster:
            yield from wanted((*path, "roster"), "roster", pool.roster, scenario.rosters)
        if pool.zone is not None:
            yield from wanted(
                (*path, "zone"), "zone", pool.zone, [zone.zone for zone in scenario.zones]
            )
        if pool.from_ is not None:
            yield from wanted((*path, "from"), "column of the zones table", pool.from_, known)
        if isinstance(pool.places_at_most, str):
            yield from wanted(
                (*path, "places_at_most"), "column of the zones table", pool.places_at_most, known
            )
        if pool.part_of is not None:
            yield from wanted((*path, "part_of"), "pool", pool.part_of, scenario.pools)
        if pool.per == "zone" and pool.from_ is None:
            yield path, _("per zone: a column `from` wanted, which says how many each zone has")
        if (
            pool.from_ in known
            and pool.number is not None
            and pool.per == "zone"
            and sum(scenario.column(pool.from_).values()) == 0
        ):
            yield (
                (*path, "from"),
                _("a column with at least one number above 0 wanted, got {got!r}", got=pool.from_),
            )
        if pool.shared and pool.per != "zone":
            yield (*path, "shared"), _("only staff `per: zone` can share hours with other zones")
        users = [
            spec
            for spec in scenario.stations.values()
            if name in [seat.pool for seat in spec.pools]
        ]
        if pool.shared and users and all(spec.team or spec.diary is not None for spec in users):
            yield (
                (*path, "shared"),
                _("a station without a team or a diary wanted: shared hours would attend nobody"),
            )


def _stations(scenario: Scenario) -> Iterator[Fault]:
    severities = {need.severity for need in scenario.needs.values()}
    for name, station in scenario.stations.items():
        path = ("stations", name)
        for i, seat in enumerate(station.pools):
            yield from wanted((*path, "pools", i), "pool", seat.pool, scenario.pools)
            if seat.factor == 0:
                yield (*path, "pools", i, "factor"), _("a number above 0 wanted, got 0")
            if station.team and (seat.after or seat.factor != 1):
                yield (
                    (*path, "pools", i),
                    _("a team starts together: no `after` and no `factor` wanted"),
                )
        names = [seat.pool for seat in station.pools]
        if len(set(names)) < len(names):
            yield (*path, "pools"), _("each pool once wanted, got {got}", got=lang.listed(names))
        if station.redial is not None and station.redial.at_most < 1:
            yield (*path, "redial", "at_most"), _("a whole number ≥ 1 wanted, got 0")
        if not station.pools:
            yield (*path, "pools"), _("at least one pool wanted")
        if station.assessment is not None:
            yield from wanted(
                (*path, "assessment"), "station", station.assessment, scenario.stations
            )
        if station.part_of is not None:
            yield from wanted((*path, "part_of"), "station", station.part_of, scenario.stations)
        for i, other in enumerate(station.instead):
            yield from wanted(
                (*path, "instead", i, "station"), "station", other.station, scenario.stations
            )
            for pathway in other.pathways or ():
                yield from wanted(
                    (*path, "instead", i, "pathways"), "pathway", pathway, scenario.pathways
                )
            for zone in other.named or ():
                yield from wanted(
                    (*path, "instead", i, "named"), "zone", zone, [z.zone for z in scenario.zones]
                )
        for target in station.target:
            yield from wanted((*path, "target"), "target", target, scenario.targets.hours())
        if station.asks is not None:
            yield from wanted((*path, "asks"), "profile", station.asks, scenario.profiles)
        if isinstance(station.priority, dict):
            for severity in station.priority:
                yield from wanted(
                    (*path, "priority", severity), "severity", severity, [*severities, "default"]
                )
        if station.sessions == 0:
            yield (*path, "sessions"), _("a whole number ≥ 1, or recurring, wanted, got 0")
        if station.sessions not in (0, 1) and station.every == 0:
            yield (*path, "every"), _("an interval between sessions wanted, got none")
        if station.treatment and station.contact == "none":
            yield (
                (*path, "contact"),
                _("lay or professional wanted of a treatment, got none: who is treated is met"),
            )
        if station.service_time.never is not None:
            yield (*path, "service_time"), _("a time that ends wanted, got never")


def _prices(scenario: Scenario) -> Iterator[Fault]:
    for name, station in scenario.stations.items():
        if station.voucher > station.price:
            yield (
                ("stations", name, "voucher"),
                _(
                    "at most the price of {price:g} CNY wanted, got {got:g} CNY",
                    price=station.price,
                    got=station.voucher,
                ),
            )
        if station.price and station.contact == "none":
            yield (
                ("stations", name, "contact"),
                _("lay or professional wanted of visits with a price, got none"),
            )


def _pathways(scenario: Scenario) -> Iterator[Fault]:
    green = {goal for block in scenario.mechanisms.on("green_channel") for goal in block.stations}
    for name, steps in scenario.pathways.items():
        for station, step in steps.items():
            path = ("pathways", name, station)
            yield from wanted(path, "station", station, scenario.stations)
            for outcome in type(step).model_fields:
                for goal, edge in getattr(step, outcome).items():
                    yield from wanted((*path, outcome, goal), "station", goal, scenario.stations)
                    if edge.by == "green channel" and goal not in green:
                        yield (
                            (*path, outcome, goal, "by"),
                            (
                                _(
                                    "the mechanism `green channel` wanted beside it, with this"
                                    " station, which says how it goes"
                                )
                            ),
                        )


def _needs(scenario: Scenario) -> Iterator[Fault]:
    known = columns(scenario)
    for name, need in scenario.needs.items():
        path = ("needs", name)
        yield from wanted((*path, "group"), "column of the zones table", need.group, known)
        yield from wanted((*path, "pathway"), "pathway", need.pathway, scenario.pathways)
        for station in need.enters_by:
            yield from wanted((*path, "enters_by", station), "station", station, scenario.stations)
        for zone in need.by_zone:
            yield from wanted(
                (*path, "by_zone", zone), "zone", zone, [z.zone for z in scenario.zones]
            )
        if need.by_zone and need.register_ is not None:
            yield (*path, "by_zone"), _("none wanted of a register, whose share is its own")
        if need.target and need.register_ is not None:
            yield (*path, "target"), _("none wanted of a register, which nobody asks to be on")
        of_stations = {target for spec in scenario.stations.values() for target in spec.target}
        for target in need.target:
            yield from wanted((*path, "target"), "target", target, scenario.targets.named)
            if target in of_stations:
                yield (
                    (*path, "target"),
                    _(
                        "a target of needs alone wanted, got {got!r}, which stations have, too",
                        got=target,
                    ),
                )


def _registers(scenario: Scenario) -> Iterator[Fault]:
    """Stations that cannot be where visits of a register with risks take place."""
    told: set[tuple] = set()
    for name, need in scenario.needs.items():
        if need.register_ is None or need.register_.risks is None:
            continue
        for station in sorted(need.enters_by.keys() & scenario.stations.keys()):
            spec = scenario.stations[station]
            if spec.role != "register":
                yield (
                    ("needs", name, "enters_by", station),
                    _("stations with `role: register` wanted of a register with risks"),
                )
            for key, is_there in (
                ("sessions", spec.sessions != 1),
                ("every", spec.every > 0),
                ("drop_out", spec.drop_out > 0),
                ("caseload", spec.caseload is not None),
            ):
                if is_there and (path := ("stations", station, key)) not in told:
                    told.add(path)
                    yield (
                        path,
                        _(
                            "none wanted where a register with risks ({name}) is visited: these say"
                            " when the next visit is due",
                            name=name,
                        ),
                    )


def _targets(scenario: Scenario) -> Iterator[Fault]:
    """A target that nothing names and that is all but called like one that is always there."""
    used = {target for spec in scenario.stations.values() for target in spec.target}
    used |= {target for need in scenario.needs.values() for target in need.target}
    for name in scenario.targets.named:
        meant = did_you_mean(name, [*Targets.usual(), *used], listed=False)
        if name not in used and meant:
            yield (
                ("targets", name),
                _(
                    "a target that something is held against wanted, got {got!r}{meant}",
                    got=name,
                    meant=meant,
                ),
            )


def _recovery(scenario: Scenario) -> Iterator[Fault]:
    """Rows of the recovery table that name what is not there, or that leave a need without one."""
    table = scenario.outcomes.recovery
    for i, row in enumerate(table.rows if isinstance(table, RecoveryTable) else ()):
        path = ("outcomes", "recovery", "rows", i)
        for name in row.need:
            yield from wanted((*path, "need"), "need", name, scenario.needs)
    asking = [
        name
        for name, need in scenario.needs.items()
        if need.register_ is None and not isinstance(need, Audience)
    ]
    yield from recovery_faults(scenario.outcomes, asking)


def _times(scenario: Scenario) -> Iterator[Fault]:
    if scenario.observe <= 0:
        yield ("observe",), _("a duration above 0 wanted")
    if scenario.horizon > 100 * 8766:
        yield ("observe",), _("at most a hundred years in all wanted")
    if not 1900 <= scenario.start.year <= 2200:
        yield ("start",), _("a date from 1900 to 2200 wanted, got {got}", got=scenario.start)


def _seasons(scenario: Scenario) -> Iterator[Fault]:
    """A season needs school holidays, and some of the year that is none."""
    days = (
        sum(
            end - begin
            for begin, end in yearly(
                tuple(scenario.school_holidays), datetime.date(2025, 1, 1), 8736.0
            )
        )
        / 24
    )
    for kind, parts in (("rosters", scenario.rosters), ("profiles", scenario.profiles)):
        for name, part in parts.items():
            if part.during and not 0 < days < 365:
                yield (
                    (kind, name, "during"),
                    _(
                        "school holidays on some days of the year wanted, got {got:.0f} days of"
                        " them",
                        got=days,
                    ),
                )


def _zones(scenario: Scenario) -> Iterator[Fault]:
    known = columns(scenario)
    for i, zone in enumerate(scenario.zones):
        for column in known - zone.numbers.keys():
            yield (
                ("zones", i, "numbers"),
                _("the column {column!r} is missing for {zone!r}", column=column, zone=zone.zone),
            )
    names = [zone.zone for zone in scenario.zones]
    for i, name in enumerate(names):
        if name in names[:i]:
            yield ("zones", i, "zone"), _("the zone {name!r} stands twice", name=name)
