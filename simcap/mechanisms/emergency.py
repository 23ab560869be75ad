"""Everyday and emergency mode, with red, yellow and blue warnings.

Source: seed 001 §3.2.4 (dual mode, continuity, resources reallocated), §4.5.2 (risk forecast,
three-colour warning, monitor–warn–intervene–feedback), seed 003 三(二) (graded warning). The shock
happens whatever is done about it; the dual mode counts arrivals, opens surge places by colour,
postpones routine sessions from a colour on, and goes back to everyday when it has been calm for
long enough.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from simcap import lang
from simcap.errors import ScenarioError
from simcap.lang import N_, _
from simcap.mechanisms.checks import (
    PER_ZONE,
    POOL,
    STATION,
    Fault,
    Made,
    Name,
    above_zero,
    keys,
    listed,
    useful,
)
from simcap.mechanisms.contract import Beside, Site
from simcap.network import Station, Warn
from simcap.scenario.blocks import COLOURS, WARNING, Emergency
from simcap.scenario.schema import Scenario
from simcap.scenario.staff import DISTRICT, people


def multipliers(
    scenario: Scenario, block: Emergency, station: str
) -> tuple[tuple[float, float, float], ...]:
    """What the shock does to those who come to ``station``."""
    shock = block.shock
    if shock is None or (shock.stations and station not in shock.stations):
        return ()
    begin = 24.0 * (shock.from_ - scenario.start).days
    since, until = max(begin, 0.0), begin + shock.lasts
    return ((since, until, shock.times),) if since < until else ()


def beside(site: Site, block: Emergency) -> Iterator[Beside]:
    """Surge places wherever a pool that has some stands and somebody asks: paid for the hours that
    they are open, to the end of a session that runs at closing.
    """
    if block.dual_mode:
        for pool, by_level in block.surge.items():
            for place in _places(site, pool):
                yield Beside(pool, place, name_of(block, pool, place), max(by_level), True)


def _places(site: Site, pool: str) -> list[str]:
    """Where ``pool`` stands, of the zones those where somebody may come."""
    asking = site.zones_asking(pool)
    staff = people(site.scenario.pools[pool], site.scenario)
    return [place for place in staff if place == DISTRICT or place in asking]


def reviews(site: Site, block: Emergency, stations: Sequence[Station]) -> Iterator[Warn]:
    """The review that warns. ``levels`` are arrivals a day at all watched stations together."""
    if not block.dual_mode:
        return
    kinds = {
        station.name: {station.labels.get("station", ""), station.labels.get("part of", "")}
        for station in stations
    }
    watched = [name for name, kind in kinds.items() if kind & {*block.watch}]
    if not watched:
        raise ScenarioError(
            _(
                "mechanisms.emergency.watch: a station that somebody comes by wanted, got {got}",
                got=lang.listed(block.watch),
            )
        )
    closed = {
        name: COLOURS.index(block.postpone[station]) + 1
        for name, kind in kinds.items()
        for station in kind & block.postpone.keys()
    }
    surge = {
        name_of(block, pool, place): (0, *by_level)
        for pool, by_level in block.surge.items()
        for place in _places(site, pool)
    }
    yield Warn(
        block.named(WARNING),
        tuple(watched),
        tuple(level / 24 for level in block.levels or ()),
        block.every,
        "arrivals",
        calm=max(block.calm, 1),
        places=surge,
        closes=closed,
    )


def name_of(block: Emergency, pool: str, place: str) -> str:
    """The surge places beside ``pool`` at ``place``."""
    return f"{_surge_of(block, pool)} | {place}"


def _surge_of(block: Emergency, pool: str) -> str:
    return block.named(f"surge {pool}")


def makes(scenario: Scenario, block: Emergency) -> Iterator[Made]:
    """What surge places are called beside the name of a zone."""
    return ((PER_ZONE, _surge_of(block, pool)) for pool in (block.surge if block.dual_mode else ()))


def names(block: Emergency) -> Iterator[Name]:
    """Stations and pools."""
    yield from listed("watch", STATION, block.watch)
    yield from keys("surge", POOL, block.surge)
    yield from keys("postpone", STATION, block.postpone)
    if block.shock is not None:
        yield from (
            (("shock", "stations", i), STATION, name) for i, name in enumerate(block.shock.stations)
        )


def faults(scenario: Scenario, block: Emergency) -> Iterator[Fault]:
    """A dual mode that cannot warn, surge places that nobody can use, stations that cannot be
    closed, a shock outside the run.
    """
    if block.dual_mode and not block.watch:
        yield ("watch",), _("at least one station to watch wanted in dual mode")
    levels = block.levels or ()
    if block.dual_mode and not (levels and 0 < levels[0] < levels[1] < levels[2]):
        got = lang.listed(f"{level:g}" for level in levels) or _("none")
        yield (
            ("levels",),
            _("three increasing numbers of arrivals a day wanted, got {got}", got=got),
        )
    yield from above_zero(every=block.every, calm=block.calm)
    for name in block.surge:
        if not scenario.pools[name].roster:
            yield ("surge", name), _("a pool with a roster wanted")
        else:
            yield from useful(scenario, ("surge", name), name, N_("further places"))
    for name in block.postpone:
        if scenario.stations[name].diary is not None:
            yield ("postpone", name), _("a station without a diary wanted")
    for other in scenario.mechanisms.on("emergency") if block.dual_mode else ():
        if other.nth < block.nth and other.dual_mode:
            for name in sorted(other.postpone.keys() & block.postpone.keys()):
                yield ("postpone", name), _("each station once wanted, got it in two blocks")
    entered = {
        station
        for need in scenario.needs.values()
        if need.in_need is not None
        for station in need.enters_by
    }
    if block.shock is not None:
        for i, station in enumerate(block.shock.stations):
            if station not in entered:
                yield (
                    ("shock", "stations", i),
                    _(
                        "a station by which residents come through the year wanted, got {got!r}",
                        got=station,
                    ),
                )
        begin = 24.0 * (block.shock.from_ - scenario.start).days
        begun = begin >= 0 or begin + block.shock.lasts > 0
        if not begun or begin >= scenario.horizon:
            yield (
                ("shock", "from"),
                _("a shock within the run wanted, got {got}", got=block.shock.from_),
            )


def described(scenario: Scenario, block: Emergency) -> str:
    """One line for ``simcap show``."""
    said = []
    if block.shock is not None:
        shock = block.shock
        said.append(
            _(
                "from {date} for {days:g} days {times:g} times as many come to {stations}",
                date=shock.from_,
                days=shock.lasts / 24,
                times=shock.times,
                stations=lang.listed(shock.stations) or _("all stations"),
            )
        )
    if block.dual_mode:
        levels = lang.listed(
            _("{colour} at {level:g}", colour=_(colour), level=level)
            for colour, level in zip(COLOURS, block.levels or (), strict=True)
        )
        postponed = lang.listed(
            _("{station} from {colour}", station=station, colour=_(colour))
            for station, colour in block.postpone.items()
        )
        values = {"levels": levels, "surge": lang.listed(block.surge) or _("none")}
        said.append(
            _(
                "dual mode: {levels} arrivals a day; surge: {surge}; postponed: {postponed}",
                postponed=postponed,
                **values,
            )
            if postponed
            else _(
                "dual mode: {levels} arrivals a day; surge: {surge}; postponed: nothing", **values
            )
        )
    return _("; ").join(said) or _("everyday mode only")
