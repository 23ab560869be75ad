"""What check and show print of a scenario: the loads offered to its staff, and the parts of the
network it is compiled to.
"""

from __future__ import annotations

import math
from dataclasses import asdict

from rich.console import Group

from simcap.lang import _
from simcap.lang.sentences import said as in_words
from simcap.network import LEAVE, Network, Roster, Shortest, Slots
from simcap.network.reviews import places_at_start
from simcap.network.roster import share_at
from simcap.scenario.fields import SEPARATOR
from simcap.scenario.units import say_hours
from simcap.screens import out, print_json, table, tell

# ---- check ---------------------------------------------------------------------------------------


def show_check(result, as_json: bool, quiet: bool) -> None:
    """Who falls into need in a scenario, the loads offered, those of an experiment's points, and
    the warnings.
    """
    from simcap.study.cautions import district

    totals = district(result.loads)
    if as_json:
        print_json(
            {
                "scenario": result.scenario.name,
                "needs": [asdict(need) for need in result.needs],
                "loads": [_load(load) for load in [*totals, *result.loads]],
                "points": [
                    {"point": point, "offered_load": loads} for point, loads in result.points
                ],
                "warnings": result.warnings,
            }
        )
        return
    console = out()
    console.print(_needs(result.scenario.name, result.needs))
    console.print()
    console.print(_hours(result.scenario.name, totals))
    for further in (_by_zone(result.loads, totals), _by_point(result.points)):
        if further is not None:
            console.print()
            console.print(further)
    for warning in result.warnings:
        tell(_("warning: {said}", said=in_words(warning)), quiet)


def _needs(scenario: str, needs: list) -> Group:
    """Persons; «in need» is within 12 months, of a wave each time, of a register those on it."""
    rows = [
        [
            need.need,
            f"{need.in_need:,.0f}",
            f"{need.in_need / need.people:.2%}" if need.people else "–",
            *(f"{number:,.0f}" for number in (need.at_start, need.begins, need.asking)),
        ]
        for need in needs
    ]
    heads = [
        _("need"),
        _("in need"),
        _("of the group"),
        _("at the start"),
        _("begin a year"),
        _("ask"),
    ]
    return table(_("{scenario}: persons", scenario=scenario), heads, rows)


def _hours(scenario: str, totals: list) -> Group:
    rows = [
        [
            load.staff,
            f"{load.hours_demanded:.1f}",
            f"{load.hours_rostered:.1f}",
            _ratio(load.offered),
        ]
        for load in totals
    ]
    heads = [_("staff"), _("demanded"), _("rostered"), _("offered load")]
    return table(_("{scenario}: hours a week", scenario=scenario), heads, rows)


def _by_zone(loads: list, totals: list) -> Group | None:
    """The offered loads of staff that more than one zone has; None where there are none."""
    several = [load for load in loads if sum(other.staff == load.staff for other in loads) > 1]
    zones = list(dict.fromkeys(load.zone for load in several))
    if not zones:
        return None
    by = {(load.zone, load.staff): load for load in loads}
    staff = [load.staff for load in totals if any((zone, load.staff) in by for zone in zones)]
    rows = [
        [zone, *(_ratio(by[zone, name].offered) if (zone, name) in by else "" for name in staff)]
        for zone in zones
    ]
    return table(_("offered load by zone"), [_("zone"), *staff], rows)


def _by_point(points: list[tuple[dict, dict]]) -> Group | None:
    """The offered loads that differ among design points; None where there are no points."""
    if not points:
        return None
    factors, first = points[0]
    moved = [name for name in first if len({round(loads[name], 3) for _point, loads in points}) > 1]
    rows = [[*point.values(), *(_ratio(loads[name]) for name in moved)] for point, loads in points]
    heads = [*(factor.split(".")[-1] for factor in factors), *moved]
    return table(_("offered load by design point"), heads, rows)


def _ratio(load: float) -> str:
    """An offered load; a dash where nothing is asked of nobody."""
    return "–" if math.isnan(load) else f"{load:.2f}"


def _load(load) -> dict:
    return {
        "staff": load.staff,
        "zone": load.zone,
        "hours_demanded": load.hours_demanded,
        "hours_rostered": load.hours_rostered,
        "offered_load": load.offered,
    }


# ---- show ----------------------------------------------------------------------------------------

HEADS = {
    "pools": ["pool", "places or h a week", "last start"],
    "stations": ["station", "attended by", "mean time", "sessions", "then"],
    "arrivals": ["stream", "joins", "residents a week"],
    "reviews": ["review", "kind", "every", "moves places of"],
}


def show_network(scenario, network: Network, rows: int, as_json: bool) -> None:
    """The parts of a compiled network."""
    from simcap.building import registers
    from simcap.building.arrangement import described

    parts = {
        "pools": _pools(network),
        "stations": _stations(network),
        "arrivals": _arrivals(network, scenario.horizon),
        "reviews": _reviews(network),
    }
    if as_json:
        print_json(parts)
        return
    console = out()
    said = [scenario.name, *described(scenario), *registers.described(scenario)]
    console.print("\n".join(said) + "\n")
    for title, lines in parts.items():
        if title == "reviews" and not lines:
            continue
        console.print(table(f"{title}: {len(lines)}", HEADS[title], lines[:rows], numbers=0))
        if len(lines) > rows:
            console.print(f"… {len(lines) - rows} more (--rows {len(lines)} shows them)")
        console.print()
    console.print(diagram(network))


def _pools(network: Network) -> list[list]:
    return [
        [pool.name, _capacity(pool), say_hours(pool.last_start) if pool.last_start else ""]
        for pool in network.pools
    ]


def _stations(network: Network) -> list[list]:
    return [
        [
            station.name,
            ", ".join(attend.pool for attend in station.pools[:2])
            + (" …" if len(station.pools) > 2 else ""),
            say_hours(station.service_time.mean),
            _sessions(station),
            _ways(station),
        ]
        for station in network.stations
    ]


def _arrivals(network: Network, horizon: float) -> list[list]:
    return [
        [stream.name, ", ".join(stream.to.stations()), _when(stream, horizon)]
        for stream in network.arrivals
    ]


def _reviews(network: Network) -> list[list]:
    return [
        [
            review.name,
            type(review).__name__.lower(),
            say_hours(review.every),
            ", ".join(places_at_start(review)),
        ]
        for review in network.reviews
    ]


def diagram(network: Network) -> str:
    """Kinds of station and the ways between them, summed over classes: who goes on from where."""
    kind = {
        station.name: station.labels.get("station", station.name) for station in network.stations
    }
    ways: dict[str, dict[str, None]] = {}
    for stream in network.arrivals:
        for goal in stream.to.stations():
            ways.setdefault("(asks)", {})[kind[goal]] = None
    for station in network.stations:
        for routing in station.routing.values():
            for goal in routing.stations():
                ways.setdefault(kind[station.name], {})[kind[goal]] = None
    return "\n".join(
        ["pathways"] + [f"  {source} → {', '.join(goals)}" for source, goals in ways.items()]
    )


def _capacity(pool) -> str:
    if isinstance(pool.capacity, Slots):
        places = sum(sum(row[1:]) for row in pool.capacity.slots)
        return f"{places * 168 / pool.capacity.cycle:.1f} slots a week"
    if not isinstance(pool.capacity, Roster):
        return "without end" if math.isinf(pool.capacity) else f"{pool.capacity:g} places"
    roster, share = pool.capacity, 1.0
    if roster.part:
        shares = [share_at(steps, 0.0) for steps in roster.part[0]]
        share = shares[roster.part[1] - 1] if roster.part[1] else 1 - sum(shares)
    return f"{(roster.week_hours if roster.hours is None else roster.hours) * share:.1f} h a week"


def _sessions(station) -> str | int:
    """How many sessions, and what is special about them."""
    if (
        station.sessions != math.inf
        and station.group is None
        and station.caseload is None
        and station.diary is None
    ):
        return station.sessions
    said = ["recurring" if station.sessions == math.inf else str(station.sessions)]
    if station.group is not None:
        said.append(f"groups of {station.group.at_least} to {station.group.size}")
    if station.caseload is not None:
        said.append(f"caseload {station.caseload.pool}")
    if station.diary is not None:
        said.append(
            f"booked {say_hours(station.diary.notice)} ahead" if station.diary.notice else "booked"
        )
    return ", ".join(said)


def _ways(station) -> str:
    said = []
    for outcome, routing in station.routing.items():
        if isinstance(routing, Shortest):
            said.append(f"{outcome}: shortest of {', '.join(routing.among)}")
        elif routing.options:
            goals = ", ".join(
                f"{option.probability:.0%} {_called(option.station)}"
                + (f" after {say_hours(option.delay.mean)}" if option.delay.mean else "")
                for option in routing.options
                if option.station != LEAVE
            )
            said.append(f"{outcome}: {goals}")
    return "; ".join(said) or "leave"


def _called(station: str) -> str:
    """The kind of a station, and the risk that a visit of a register is for."""
    kind, *_between, risk = [*station.split(SEPARATOR), "", "", ""][:4]
    return f"{kind} ({risk})" if risk else kind


def _when(stream, horizon: float) -> str:
    from simcap.analysis.flows import mean_rate

    return f"{168 * mean_rate(stream, 0.0, horizon):.2f}"
