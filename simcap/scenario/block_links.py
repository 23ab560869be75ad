"""Names in the blocks of mechanisms that must point at something, and parts of a block that do not fit the scenario."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from simcap.scenario import blocks
from simcap.scenario.schema import Scenario

Name = tuple[tuple, str, str]
"""(path below the block, what the name is of, the name)."""

POOL, STATION, ZONE, COLUMN, ROSTER, SEVERITY = "pool", "station", "zone", "column of the zones table", "roster", "severity"


def names(block: blocks.Block) -> Iterator[Name]:
    """Each name in ``block`` that points at something."""
    match block:
        case blocks.Owners():
            yield from _keys("can", POOL, block.can)
            yield from ((("can", pool, i), STATION, name) for pool, able in block.can.items() for i, name in enumerate(able))
        case blocks.Pairing():
            yield from _listed("pools", POOL, block.pools)
            yield from _listed("guided", POOL, block.guided)
            yield from _keys("pairs", ZONE, block.pairs)
            yield from ((("pairs", zone), ZONE, helper) for zone, helper in block.pairs.items())
        case blocks.Volunteers():
            yield from _listed("stations", STATION, block.stations)
            yield from ((("kinds", kind, "roster"), ROSTER, part.roster) for kind, part in block.kinds.items())
            yield from ((("kinds", kind, "as_column"), COLUMN, part.as_column) for kind, part in block.kinds.items())
        case blocks.Minimum():
            yield from _keys("people", POOL, block.people)
        case blocks.Visiting():
            yield ("pool",), POOL, block.pool
            yield from _listed("stations", STATION, block.stations)
            yield from _keys("days", ZONE, block.days)
        case blocks.Telemedicine():
            yield from _keys("stations", STATION, block.stations)
        case blocks.Dispatch():
            yield ("pool",), POOL, block.pool
            yield ("as_column",), COLUMN, block.as_column
        case blocks.Emergency():
            yield from _listed("watch", STATION, block.watch)
            yield from _keys("surge", POOL, block.surge)
            yield from _keys("postpone", STATION, block.postpone)
            if block.shock is not None:
                yield from ((("shock", "stations", i), STATION, name) for i, name in enumerate(block.shock.stations))
        case blocks.Tiers():
            yield ("pool",), POOL, block.pool
        case blocks.Hotline():
            yield from _listed("lines", STATION, block.lines)
            yield from _keys("seats", POOL, block.seats)
            if block.call_backs is not None:
                yield ("call_backs", "pool"), POOL, block.call_backs.pool
                yield from ((("call_backs", "after", i), STATION, name) for i, name in enumerate(block.call_backs.after))
            if block.repeat_callers is not None:
                yield ("repeat_callers", "station"), STATION, block.repeat_callers.station
        case blocks.CrisisTeam():
            yield ("station",), STATION, block.station
            if block.professional is not None:
                yield ("professional",), POOL, block.professional
        case blocks.GreenChannel():
            yield from _listed("stations", STATION, block.stations)
            yield from _listed("severities", SEVERITY, block.severities)
        case blocks.Levels():
            for table in ("step_up", "step_down"):
                steps = getattr(block, table)
                yield from _keys(table, STATION, steps)
                yield from (((table, station, goal), STATION, goal) for station, goals in steps.items() for goal in goals)
            yield from _listed("first", STATION, block.first)
            if block.circle is not None:
                yield ("circle",), COLUMN, block.circle
        case blocks.Reality():
            yield from _listed("pools", POOL, block.pools)
        case blocks.Roadmap():
            yield from _listed("assessments", STATION, block.assessments)


def faults(scenario: Scenario, block: blocks.Block) -> Iterator[tuple[tuple, str]]:
    """(path below the block, text) of what does not fit, where all names point at something."""
    match block:
        case blocks.Pairing():
            yield from _by_zone(scenario, [("pools", name) for name in block.pools] + [("guided", name) for name in block.guided])
            yield from ((("pairs", zone), "another zone than the one that is helped wanted") for zone,
                        helper in block.pairs.items() if zone == helper)
            if block.hours + block.supervision > 1:
                yield ("hours",), f"hours and supervision of at most 100 % together wanted, got {block.hours + block.supervision:.0%}"
        case blocks.Owners():
            for lender, to in block.shares.items():
                if sum(to.values()) > 1:
                    yield ("shares", lender), f"shares with a sum of at most 100 % wanted, got {sum(to.values()):.0%}"
            yield from ((("can", name), "a pool with an owner and a roster wanted") for name in block.can
                        if scenario.pools[name].owner is None or not scenario.pools[name].roster)
        case blocks.Minimum():
            yield from _by_zone(scenario, [("people", name) for name in block.people])
        case blocks.Dispatch():
            yield from _by_zone(scenario, [("pool", block.pool)])
        case blocks.Tiers():
            from simcap.mechanisms.tiers import places

            unfit = list(_by_zone(scenario, [("pool", block.pool)]))
            yield from unfit
            whole = 0.0 if unfit else places(scenario, block)
            if not unfit and whole * block.movable < 1 - 1e-9:
                yield ("movable",), f"at least one whole post wanted, got {whole * block.movable:.2g} of the {whole:.3g} that the pool is"
            if block.movable == 1:
                yield ("movable",), "a share below 100 % wanted, got 100%"
        case blocks.Visiting():
            from simcap.mechanisms.visiting import share_of_hours

            pool = scenario.pools[block.pool]
            if pool.per == "zone" or not pool.roster:
                yield ("pool",), f"a pool of the district with a roster wanted, got {block.pool!r}"
            elif share_of_hours(scenario, block) > 1:
                yield ("days",), f"visits of at most the pool's hours wanted, got {share_of_hours(scenario, block):.1f} times as many"
        case blocks.Emergency():
            if block.dual_mode and not block.watch:
                yield ("watch",), "at least one station to watch wanted in dual mode"
            levels = block.levels or ()
            if block.dual_mode and not (levels and 0 < levels[0] < levels[1] < levels[2]):
                got = ", ".join(f"{level:g}" for level in levels) or "none"
                yield ("levels",), f"three increasing numbers of arrivals a day wanted, got {got}"
            yield from ((("surge", name), "a pool with a roster wanted") for name in block.surge if not scenario.pools[name].roster)
        case blocks.Hotline():
            for field in ("callers", "calls") if block.repeat_callers is not None else ():
                if not 0 < (share := getattr(block.repeat_callers, field)) < 1:
                    yield ("repeat_callers", field), f"a share above 0 and below 100 % wanted, got {share:.0%}"
        case blocks.CrisisTeam():
            pools = [seat.pool for seat in scenario.stations[block.station].pools]
            if block.professional is not None and block.professional not in pools:
                yield ("professional",), f"one of {', '.join(pools)} wanted, got {block.professional!r}"
        case blocks.Levels():
            if block.circle is not None and max(scenario.column(block.circle).values()) > 1:
                yield ("circle",), f"a column of shares from 0 to 1 wanted, got {block.circle!r}"
            for station in sorted(block.step_up.keys() | block.step_down.keys()):
                shares = [*block.step_up.get(station, {}).values(), *block.step_down.get(station, {}).values()]
                if sum(shares) > 1:
                    where = "step_up" if station in block.step_up else "step_down"
                    yield (where, station), f"shares up and down with a sum of at most 100 % wanted, got {sum(shares):.0%}"


def _by_zone(scenario: Scenario, pools: Iterable[tuple]) -> Iterator[tuple[tuple, str]]:
    for *path, name in pools:
        if scenario.pools[name].per != "zone" or not scenario.pools[name].roster:
            yield (*path,), f"a pool `per: zone` with a roster wanted, got {name!r}"


def _listed(field: str, kind: str, given: Iterable[str]) -> Iterator[Name]:
    return (((field, i), kind, name) for i, name in enumerate(given))


def _keys(field: str, kind: str, given: Iterable[str]) -> Iterator[Name]:
    return (((field, name), kind, name) for name in given)
