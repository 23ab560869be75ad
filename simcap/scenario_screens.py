"""What check and show print of a scenario: the loads offered to its staff, and the parts of the
network it is compiled to.
"""

from __future__ import annotations

import math
from dataclasses import asdict

from rich.console import Group

from simcap.lang import N_, _, listed
from simcap.lang.amounts import duration
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

TITLES = {
    "pools": N_("pools: {number}"),
    "stations": N_("stations: {number}"),
    "arrivals": N_("arrivals: {number}"),
    "reviews": N_("reviews: {number}"),
}
HEADS = {
    "pools": [N_("pool"), N_("places or h a week"), N_("last start")],
    "stations": [
        N_("station"),
        N_("attended by"),
        N_("mean time"),
        N_("sessions"),
        N_("then"),
    ],
    "arrivals": [N_("stream"), N_("joins"), N_("residents a week")],
    "reviews": [N_("review"), N_("kind"), N_("every"), N_("moves places of")],
}
OUTCOMES = {
    "completed": N_("completed"),
    "dropped_out": N_("dropped_out"),
    "reneged": N_("reneged"),
    "balked": N_("balked"),
    "no_show": N_("no_show"),
    "deteriorated": N_("deteriorated"),
    "found": N_("found"),
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
    about = [scenario.name, *described(scenario), *registers.described(scenario)]
    console.print("\n".join(about) + "\n")
    for title, lines in parts.items():
        if title == "reviews" and not lines:
            continue
        said, heads = _(TITLES[title], number=len(lines)), list(map(_, HEADS[title]))
        console.print(table(said, heads, lines[:rows], numbers=0))
        if len(lines) > rows:
            more = _(
                "… {number} more (--rows {all} shows them)",
                number=len(lines) - rows,
                all=len(lines),
            )
            console.print(more)
        console.print()
    console.print(diagram(network))


def _pools(network: Network) -> list[list]:
    return [
        [pool.name, _capacity(pool), _hours_in_words(pool.last_start) if pool.last_start else ""]
        for pool in network.pools
    ]


def _stations(network: Network) -> list[list]:
    return [
        [
            station.name,
            ", ".join(attend.pool for attend in station.pools[:2])
            + (" …" if len(station.pools) > 2 else ""),
            _hours_in_words(station.service_time.mean),
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
            _hours_in_words(review.every),
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
            ways.setdefault(_("(asks)"), {})[kind[goal]] = None
    for station in network.stations:
        for routing in station.routing.values():
            for goal in routing.stations():
                ways.setdefault(kind[station.name], {})[kind[goal]] = None
    return "\n".join(
        [_("pathways")] + [f"  {source} → {listed(goals)}" for source, goals in ways.items()]
    )


def _capacity(pool) -> str:
    if isinstance(pool.capacity, Slots):
        places = sum(sum(row[1:]) for row in pool.capacity.slots)
        return _("{number} slots a week", number=f"{places * 168 / pool.capacity.cycle:.1f}")
    if not isinstance(pool.capacity, Roster):
        if math.isinf(pool.capacity):
            return _("without end")
        return _("{number} places", number=f"{pool.capacity:g}")
    roster, share = pool.capacity, 1.0
    if roster.part:
        shares = [share_at(steps, 0.0) for steps in roster.part[0]]
        share = shares[roster.part[1] - 1] if roster.part[1] else 1 - sum(shares)
    hours = (roster.week_hours if roster.hours is None else roster.hours) * share
    return _("{number} h a week", number=f"{hours:.1f}")


def _sessions(station) -> str | int:
    """How many sessions, and what is special about them."""
    if (
        station.sessions != math.inf
        and station.group is None
        and station.caseload is None
        and station.diary is None
    ):
        return station.sessions
    said = [_("recurring") if station.sessions == math.inf else str(station.sessions)]
    if station.group is not None:
        said.append(
            _("groups of {least} to {most}", least=station.group.at_least, most=station.group.size)
        )
    if station.caseload is not None:
        said.append(_("caseload {staff}", staff=station.caseload.pool))
    if station.diary is not None:
        notice = _hours_in_words(station.diary.notice)
        said.append(_("booked {time} ahead", time=notice) if station.diary.notice else _("booked"))
    return listed(said)


def _hours_in_words(hours: float) -> str:
    return duration(say_hours(hours))


def _ways(station) -> str:
    said = []
    for outcome, routing in station.routing.items():
        ended = _(OUTCOMES.get(outcome, outcome))
        if isinstance(routing, Shortest):
            among = listed(routing.among)
            said.append(_("{outcome}: shortest of {stations}", outcome=ended, stations=among))
        elif routing.options:
            goals = listed(_way(each) for each in routing.options if each.station != LEAVE)
            said.append(f"{ended}: {goals}")
    return "; ".join(said) or _("leave")


def _way(option) -> str:
    """The share of those who go on to a station, and how long that takes."""
    share, goal = f"{option.probability:.0%}", _called(option.station)
    if not option.delay.mean:
        return _("{share} {station}", share=share, station=goal)
    after = _hours_in_words(option.delay.mean)
    return _("{share} {station} after {time}", share=share, station=goal, time=after)


def _called(station: str) -> str:
    """The kind of a station, and the risk that a visit of a register is for."""
    kind, *_between, risk = [*station.split(SEPARATOR), "", "", ""][:4]
    return f"{kind} ({risk})" if risk else kind


def _when(stream, horizon: float) -> str:
    from simcap.analysis.flows import mean_rate

    return f"{168 * mean_rate(stream, 0.0, horizon):.2f}"
