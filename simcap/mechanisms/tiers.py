"""High-need, transition and basic zones: which services each tier has, and where posts stand;
five-year assessment and three-year adjustment.

Source: seed 001 §3.3.4 (zones by density, need and development: institutions in high-need zones,
mobile stations in transition zones, local people in basic ones; «five-year assessment, three-year
adjustment»). The seed gives neither a form nor thresholds. Assumed: the zones with most of the
criterion are high-need, those with least basic, in shares of all zones; for density and development
as for need, since institutions are for the towns, and local people for the country.

At a tier a service is replaced by the one listed: who would come there comes to the other, and goes
on from it as the pathway says of the other, or, if the pathway does not know it, as from the one
replaced. Tiers are held against the criterion at every adjustment and assessment; a zone that
changes tier changes on that day, for those who come from then on, and who is in a course finishes
it. What the criterion will be then is what columns by year say of it.

A share of the staff are posts that can be moved: as many whole posts as the share holds, the rest
stays. They stand first by tier, in proportion to need, in high-need and transition zones; at each
adjustment and each assessment they go to the zones with most work expected.
"""

from __future__ import annotations

import datetime
import math
from collections.abc import Iterator, Sequence
from typing import Literal

from simcap import lang, network
from simcap.lang import N_, _
from simcap.mechanisms.checks import (
    COLUMN,
    PER_ZONE,
    POOL,
    STATION,
    Fault,
    Made,
    Name,
    above_zero,
    at_most_all,
    by_zone,
    nobody_comes,
    useful,
)
from simcap.mechanisms.contract import Beside, Site, attended_by
from simcap.network import Station
from simcap.scenario.blocks import Tiers
from simcap.scenario.schema import Instead, Scenario, StationSpec, Step, Zone
from simcap.scenario.staff import YEAR, people, people_in_need, place_equivalents, shared_out
from simcap.scenario.ways import comes, stations_reached

TIERS: tuple[Literal["high-need", "transition", "basic"], ...] = (
    "high-need",
    "transition",
    "basic",
)


# ---- tiers ---------------------------------------------------------------------------------------


def tier_of(scenario: Scenario, block: Tiers) -> dict[str, str]:
    """The tier of each zone as of ``block.at``; of a scenario that is rewritten, as it was before
    services were replaced.
    """
    if block.known:
        return block.known
    return tiers({zone.zone: _criterion(scenario, block, zone) for zone in scenario.zones}, block)


def tiers(figures: dict[str, float], block: Tiers) -> dict[str, str]:
    """The tier of each zone by its figure, most first. Zones of equal figures are of one tier, the
    higher one.
    """
    high, basic = round(block.high * len(figures)), round(block.basic * len(figures))

    def tier(figure: float) -> str:
        more = sum(other > figure for other in figures.values())
        less = sum(other < figure for other in figures.values())
        return "high-need" if more < high else "basic" if less < basic else "transition"

    return {zone: tier(figure) for zone, figure in figures.items()}


def _criterion(scenario: Scenario, block: Tiers, zone: Zone) -> float:
    """What the tier of ``zone`` follows from."""
    if block.column is not None:
        return zone.numbers[_column(scenario, block)]
    assert block.pool is not None  # a need without a column is for each of somebody
    staff = people(scenario.pools[block.pool], scenario).get(zone.zone, 0.0)
    own = place_equivalents(scenario, block.pool, staff, zone.zone)
    asking = _asking(scenario, block.pool, zone)
    if not own:
        return math.inf if asking else 0.0
    return float(f"{asking / own:.12g}")  # equal needs are equal, whatever they were summed from


def _asking(scenario: Scenario, pool: str, zone: Zone) -> float:
    """People of ``zone`` who ask for help in a year on ways that lead to ``pool``."""
    attended = attended_by(scenario, pool)
    return math.fsum(
        people_in_need(scenario, need, zone)[1]
        for need in scenario.needs.values()
        if comes(scenario, need)
        and attended & stations_reached(scenario, need, zone, need.enters_by)
    )


def _column(scenario: Scenario, block: Tiers) -> str:
    """The column that holds as of ``block.at``: that of the latest year that has begun."""
    if not isinstance(block.column, dict):
        return block.column or ""
    year = (scenario.start + datetime.timedelta(hours=block.at)).year
    return block.column[max(since for since in block.column if since <= year)]


def dates(scenario: Scenario, block: Tiers) -> list[float]:
    """When zones may change tier, in hours since the start: at each adjustment and assessment."""
    return _reviewed(scenario, block) if block.services else []


def _reviewed(scenario: Scenario, block: Tiers) -> list[float]:
    """Each adjustment and assessment within the run."""
    found = {
        years * YEAR * i
        for years in (block.adjusted, block.assessed)
        for i in range(1, math.ceil(scenario.horizon / (years * YEAR)) + 1)
    }
    return sorted(at for at in found if at < scenario.horizon)


def as_of(scenario: Scenario, block: Tiers, at: float) -> Scenario:
    """``scenario`` with the tiers of the last adjustment or assessment."""
    last = max((time for time in dates(scenario, block) if time <= at), default=0.0)
    mechanisms = scenario.mechanisms.replaced(block, block.as_at(last))
    return scenario.model_copy(update={"mechanisms": mechanisms})


# ---- services, and posts that move ---------------------------------------------------------------


def rewritten(scenario: Scenario, block: Tiers) -> Scenario:
    """``scenario`` in which services are those of each zone's tier, and the staff who stay have the
    hours that do not move.
    """
    tier = tier_of(scenario, block)
    if block.services:
        scenario = _with_services(scenario, block, tier)
    if not _moves(block):
        return scenario
    assert block.pool is not None  # nobody moves otherwise
    pool, places = scenario.pools[block.pool], _places(scenario, block)
    moved = math.floor(places * block.movable + 1e-9) / places
    kept = pool.model_copy(update={"elsewhere": 1 - (1 - pool.elsewhere) * (1 - moved)})
    now = block.known_as(tier).model_copy(update={"movable": moved})
    return scenario.model_copy(
        update={
            "pools": {**scenario.pools, block.pool: kept},
            "mechanisms": scenario.mechanisms.replaced(block, now),
        }
    )


def _with_services(scenario: Scenario, block: Tiers, tier: dict[str, str]) -> Scenario:
    """``scenario`` in which services are replaced in the zones of each tier."""
    stations, pathways = dict(scenario.stations), dict(scenario.pathways)
    for name in TIERS:
        zones = sorted(zone for zone, its in tier.items() if its == name)
        for station, other in block.services.get(name, {}).items() if zones else ():
            stations[station] = _replaced(stations[station], other, zones)
    for pathway, steps in scenario.pathways.items():
        pathways[pathway] = steps | _steps_of_others(scenario, block, pathway)
    return scenario.model_copy(update={"stations": stations, "pathways": pathways})


def _replaced(spec: StationSpec, other: str, zones: list[str]) -> StationSpec:
    """The station ``spec``, replaced by the ``other`` in ``zones``: all who would come there."""
    all_of_them = Instead.model_construct(station=other, share=1.0, named=zones)
    return spec.model_copy(update={"instead": [all_of_them, *spec.instead]})


def _steps_of_others(scenario: Scenario, block: Tiers, pathway: str) -> dict[str, Step]:
    """The steps on ``pathway`` of services that it does not know: those of what they replace."""
    known, steps = scenario.stations_of(pathway), scenario.pathways[pathway]
    return {
        other: steps[station]
        for services in block.services.values()
        for station, other in services.items()
        if other not in known and station in steps
    }


def _moves(block: Tiers) -> bool:
    """Whether posts move."""
    return block.pool is not None and block.movable > 0


def posts(scenario: Scenario, block: Tiers) -> int:
    """Posts that move, of which the rewritten ``scenario`` has those left that stay."""
    return round(_places(scenario, block) * block.movable / (1 - block.movable))


def _places(scenario: Scenario, block: Tiers) -> float:
    """Of how many posts that stand every shift the people of the pool, in all zones, do the
    work.
    """
    name = block.pool or ""
    return math.fsum(
        place_equivalents(scenario, name, number)
        for number in people(scenario.pools[name], scenario).values()
    )


def beside(site: Site, block: Tiers) -> Iterator[Beside]:
    """As many places in every zone as there are posts that move: where they stand, the review
    says.
    """
    for zone in site.zones_asking(block.pool or "") if _moves(block) else ():
        yield Beside(block.pool or "", zone, name_of(block, zone), posts(site.scenario, block))


def reviews(site: Site, block: Tiers, stations: Sequence[Station]) -> Iterator[network.Dispatch]:
    """The review that moves them, at every adjustment and every assessment."""
    if not _moves(block):
        return
    name = block.pool or ""
    need = site.zones_asking(name)
    if not need:
        raise nobody_comes("tiers", name)
    number, staff = posts(site.scenario, block), people(site.scenario.pools[name], site.scenario)
    tier, work = tier_of(site.scenario, block), site.work(stations)
    assessed = YEAR * block.assessed
    yield network.Dispatch(
        block.named("tiers"),
        number,
        tuple(name_of(block, zone) for zone in need),
        YEAR * block.adjusted,
        "expected",
        half_life=block.half_life,
        prior=tuple(_expected(name_of(block, zone), stations, work) for zone in need),
        own=tuple(
            place_equivalents(site.scenario, name, staff.get(zone, 0.0), zone) for zone in need
        ),
        start=shared_out(number, [0.0 if tier[zone] == "basic" else need[zone] for zone in need]),
        also=tuple(assessed * i for i in range(1, math.ceil(site.scenario.horizon / assessed) + 1)),
    )


def _expected(pool: str, stations: Sequence[Station], work: dict[str, float]) -> float:
    """Hours of work a week expected at the stations that ``pool`` attends."""
    return math.fsum(work[s.name] for s in stations if pool in [a.pool for a in s.pools])


def name_of(block: Tiers, zone: str) -> str:
    """The movable posts that stand in ``zone``."""
    return f"{_posts_of(block)} | {zone}"


def _posts_of(block: Tiers) -> str:
    return block.named(f"movable {block.pool}")


# ---- what is written -----------------------------------------------------------------------------


def makes(scenario: Scenario, block: Tiers) -> Iterator[Made]:
    """What movable posts are called beside the name of a zone."""
    if _moves(block):
        yield PER_ZONE, _posts_of(block)


def names(block: Tiers) -> Iterator[Name]:
    """The pool, the columns and the stations."""
    if block.pool is not None:
        yield ("pool",), POOL, block.pool
    if isinstance(block.column, dict):
        yield from ((("column", year), COLUMN, name) for year, name in block.column.items())
    elif block.column is not None:
        yield ("column",), COLUMN, block.column
    for tier, services in block.services.items():
        for station, other in services.items():
            yield ("services", tier, station), STATION, station
            yield ("services", tier, station), STATION, other


def faults(scenario: Scenario, block: Tiers) -> Iterator[Fault]:
    """Years of no length, more zones than there are, a criterion of nothing, less than a post that
    moves, nobody who stays, services that cannot be replaced.
    """
    yield from above_zero(
        adjusted=block.adjusted, assessed=block.assessed, half_life=block.half_life
    )
    yield from at_most_all(("high",), (block.high, block.basic), N_("high and basic"))
    yield from _faults_of_criterion(scenario, block)
    yield from _faults_of_services(scenario, block)
    if block.pool is None and not block.services:
        yield (), _("a `pool` with posts that move, or `services`, wanted, got neither")
    if block.pool is None:
        return
    unfit = list(by_zone(scenario, [("pool", block.pool)]))
    yield from unfit
    if unfit or not block.movable:
        return
    yield from useful(scenario, ("pool",), block.pool, N_("posts that move"))
    whole = _places(scenario, block)
    if whole * block.movable < 1 - 1e-9:
        yield (
            ("movable",),
            _(
                "at least one whole post wanted, got {got:.2g} of the {whole:.3g} that the pool is",
                got=whole * block.movable,
                whole=whole,
            ),
        )
    if block.movable == 1:
        yield ("movable",), _("a share below 100 % wanted, got 100%")


def _faults_of_criterion(scenario: Scenario, block: Tiers) -> Iterator[Fault]:
    if block.column is None and block.by != "need":
        yield ("column",), _("a column that gives the {by} of zones wanted", by=block.by)
    if block.column is None and block.by == "need" and block.pool is None:
        yield ("by",), _("a `pool` for each of whose people need counts, or a `column`, wanted")
    if isinstance(block.column, dict) and min(block.column, default=math.inf) > scenario.start.year:
        yield (
            ("column",),
            _("a column from {year}, the year of the start, on wanted", year=scenario.start.year),
        )


def _faults_of_services(scenario: Scenario, block: Tiers) -> Iterator[Fault]:
    """A service that replaces itself, or others from which residents go on differently."""
    from_others: dict[tuple[str, str], Step] = {}
    for tier, services in block.services.items():
        for station, other in services.items():
            if station == other or other in services:
                yield (
                    ("services", tier, station),
                    _("a station that is not replaced itself wanted, got {got!r}", got=other),
                )
            for pathway, steps in scenario.pathways.items():
                if other in scenario.stations_of(pathway) or station not in steps:
                    continue
                if from_others.setdefault((pathway, other), steps[station]) != steps[station]:
                    yield (
                        ("services", tier, station),
                        _(
                            "a step of its own for {other!r} on the pathway {pathway!r} wanted: it"
                            " replaces stations from which residents go on differently",
                            other=other,
                            pathway=pathway,
                        ),
                    )


def described(scenario: Scenario, block: Tiers) -> str:
    """One line for ``simcap show``."""
    tier = tier_of(scenario, block)
    zones = [
        f"{name} {lang.listed(zone for zone in tier if tier[zone] == name) or _('none')}"
        for name in TIERS
    ]
    said = [_("by {column}: {zones}", column=block.by, zones=_("; ").join(zones))]
    for name, part in block.services.items():
        others = lang.listed(
            _("{other} for {station}", other=other, station=station)
            for station, other in part.items()
        )
        said.append(_("in {tier} zones {others}", tier=name, others=others))
    if _moves(block):
        said.append(
            _("{share:.0%} of {pool} are posts that move", share=block.movable, pool=block.pool)
        )
    said.append(
        _(
            "adjusted every {adjusted:g} years and assessed every {assessed:g}",
            adjusted=block.adjusted,
            assessed=block.assessed,
        )
    )
    return _("; ").join(said)
