"""From a scenario to a network: the last place where mental-health words stand.

Every need in every zone has arrival streams of its own, one for each station it enters by, and a station of its own for each step
that its pathway can reach; all of them draw on the same pools. Names are «station | need | zone»; labels carry what the tally
asks for. Residents who need help and never ask are not simulated: ``people_in_need`` counts them.
"""

from __future__ import annotations

import datetime
import math
from collections.abc import Iterator
from typing import Any

from simcap.mechanisms import collaboration as together
from simcap.network import LEAVE, Arrivals, Attend, Distribution, Network, Never, Pool, Rate, Redial, Roster, Routing, Station, To
from simcap.scenario.calendar import Spans, closed_hours, hours_of_date, make_up_days, outside, week_starts, weeks_off, yearly
from simcap.scenario.schema import SEPARATOR, Edge, Need, PoolSpec, Scenario, StationSpec, Step, Time, Zone

YEAR = 8760.0
"""Hours in a year of 365 days: what «per year» is spread over."""

DISTRICT = "district"

NEVER, NO_STEP = Never(), Step()

TARGETS = {"hotline": "hotline answer", "crisis": "crisis response"}
"""The target of a role; every other station is held against the first contact."""


def compile_scenario(scenario: Scenario) -> Network:
    """The network that ``scenario`` describes."""
    return _Compiler(scenario).network()


def target_name(spec: StationSpec) -> str:
    """The target that waits at a station are held against: its own, or that of its role."""
    return spec.target or TARGETS.get(spec.role or "", "first contact")


def joined_name(*parts: str) -> str:
    """«a | b | c»: the form of the names in a compiled network."""
    return SEPARATOR.join(parts)


def people(pool: PoolSpec, scenario: Scenario) -> dict[str, float]:
    """How many people (or seats) ``pool`` has by zone; a district pool has them all under ``DISTRICT``."""
    if pool.per == "zone":
        column = scenario.column(pool.from_ or "")
        factor = 1.0 if pool.number is None else pool.number / math.fsum(column.values())
        return {zone: number * factor * pool.scale for zone, number in column.items()}
    number = pool.number
    if number is None:
        number = 1.0 if pool.from_ is None else math.fsum(scenario.column(pool.from_).values())
    return {DISTRICT: number * pool.scale}


def people_in_need(scenario: Scenario, need: Need, zone: Zone) -> tuple[float, float]:
    """(in need, asking) in ``zone``: persons a year, or, for a wave, each time; of a register, persons in all."""
    size = zone.numbers[need.group]
    if need.register_ is not None:
        return size, size * need.register_.managed
    share = need.in_need if need.wave is None else need.wave.share
    assert share is not None  # a need has just one of register, wave and in_need
    in_need = size * share
    return in_need, in_need * need.seeks_help[zone.kind]


def _whole(scenario: Scenario, need: Need) -> dict[tuple[str, str], int]:
    """Whole persons of a wave or register by (zone, station), apportioned so that their sum is the whole number nearest to all."""
    exact = {(zone.zone, station): people_in_need(scenario, need, zone)[1] * part
             for zone in sorted(scenario.zones, key=lambda zone: zone.zone) for station, part in sorted(need.enters_by.items())}
    total, given, result = 0.0, 0, {}
    for where, number in exact.items():
        total += number
        result[where] = math.floor(total + 0.5) - given
        given += result[where]
    return result


class _Compiler:
    """Collects the parts of one network."""

    def __init__(self, scenario: Scenario):
        self.scenario = scenario
        self.effects = together.effects(scenario.collaboration)
        self.week_starts = week_starts(scenario.start)
        self.closed = closed_hours(scenario.holidays, scenario.start, scenario.horizon)
        self.made_up = make_up_days(scenario.holidays, scenario.start, scenario.horizon)
        school_holidays = yearly(tuple(scenario.school_holidays), scenario.start, scenario.horizon)
        self.not_in: dict[str | None, Spans] = {
            None: (), "term": school_holidays, "school holidays": outside(school_holidays, scenario.horizon)}
        self.asked = {name: profile.week() for name, profile in scenario.profiles.items()}
        self.shifts = {name: tuple(roster.week()) for name, roster in scenario.rosters.items()}
        self.hand_off = together.crisis_hand_off(self.effects)
        self.distributions: dict[int, Distribution] = {}
        self.attending: dict[tuple[str, int, str], tuple[Attend, ...]] = {}
        self.stations: dict[str, Any] = {}  # None while a station is being made
        self.people = {name: people(pool, scenario) for name, pool in scenario.pools.items()}
        self.whole_people = {(name, *where): number for name, need in scenario.needs.items() if need.in_need is None
                             for where, number in _whole(scenario, need).items()}

    def network(self) -> Network:
        pools = [pool for name, spec in self.scenario.pools.items() for pool in self._pools(name, spec)]
        pools.append(Pool(together.NOBODY, math.inf, labels={"staff": "", "zone": DISTRICT}))
        arrivals = [stream for zone in self.scenario.zones for name, need in self.scenario.needs.items()
                    for stream in self._streams(name, need, zone)]
        return Network(pools, list(self.stations.values()), arrivals)

    # ---- staff -----------------------------------------------------------------------------------------------------

    def _pools(self, name: str, spec: PoolSpec) -> Iterator[Pool]:
        for zone, number in self.people[name].items():
            labels = {"staff": name, "zone": zone, "hours": "kept"}
            roster = self._roster(spec, number, zone)
            if spec.shared:
                yield from together.lend(joined_name(name, zone), roster, labels, spec.last_start, self.effects)
            else:
                yield Pool(self._pool_name(name, zone), roster, spec.last_start, spec.queue_limit, labels)

    def _roster(self, spec: PoolSpec, number: float, zone: str) -> Roster:
        roster = self.scenario.rosters[spec.roster]
        places = 1.0 if spec.hours_each is not None else number * spec.productive
        rooms = spec.places_at_most
        if isinstance(rooms, str):
            column = self.scenario.column(rooms)
            rooms = int(math.fsum(column.values()) if zone == DISTRICT else column[zone])
        official = roster.holidays == "closed"
        off = weeks_off(roster.weeks, self.scenario.start, self.scenario.horizon) if roster.weeks else ()
        return Roster(tuple((start, end, count * places) for start, end, count in self.shifts[spec.roster]),
                      None if spec.hours_each is None else number * spec.hours_each * spec.productive, rooms, self.week_starts,
                      (*(self.closed if official else ()), *self.not_in[roster.during], *off),
                      made_up=self.made_up if official and roster.make_up_days == "worked" else ())

    def _pool_name(self, name: str, zone: str) -> str:
        return name if zone == DISTRICT else joined_name(name, zone)

    # ---- residents -------------------------------------------------------------------------------------------------

    def _streams(self, name: str, need: Need, zone: Zone) -> Iterator[Arrivals]:
        asking = people_in_need(self.scenario, need, zone)[1]
        for station, part in need.enters_by.items():
            when = self._when(need, self.whole_people.get((name, zone.zone, station), asking * part), station)
            if when:
                goal = self._station(station, name, need, zone)
                labels = {"need": name, "group": need.group, "severity": need.severity, "zone": zone.zone, "kind": zone.kind,
                          "enters": station, "register": "yes" if need.register_ else ""}
                yield Arrivals(goal, name=joined_name(name, station, zone.zone), labels=labels, **when)

    def _when(self, need: Need, number: float, station: str) -> dict:
        """The keyword of ``Arrivals`` that says when these residents come; empty if none do."""
        horizon = self.scenario.horizon
        if need.register_ is not None:
            days = max(1, round(need.register_.first_within / 24))
            total = int(number)
            shares = [(24.0 * day, (day + 1) * total // days - day * total // days) for day in range(days)]
            batches = tuple((at, count) for at, count in shares if count and at < horizon)
        elif need.wave is not None:
            batches = tuple((at, int(number)) for at in hours_of_date(need.wave.on, self.scenario.start, horizon) if number)
        elif number > 0:
            asks = self.scenario.stations[station].asks
            during = self.scenario.profiles[asks].during if asks else None
            rate = Rate(number / YEAR / self._share_of_year(during), self.asked[asks] if asks else (), self.week_starts,
                        tuple((begin, end, 0.0) for begin, end in self.not_in[during]))
            return {"rate": rate}
        else:
            return {}
        return {"batches": batches} if batches else {}

    def _share_of_year(self, during: str | None) -> float:
        """The share of a year of 365 days that a season is."""
        if during is None:
            return 1.0
        holidays = sum(end - begin for begin, end in yearly(tuple(self.scenario.school_holidays), datetime.date(2025, 1, 1),
                                                            YEAR - 24)) / YEAR
        return holidays if during == "school holidays" else 1 - holidays

    # ---- stations --------------------------------------------------------------------------------------------------

    def _station(self, station: str, name: str, need: Need, zone: Zone, again: str | None = None) -> str:
        """The name of the station of this need and zone, made, with all that follows it, if it is not there yet; with
        ``again``, that of the repeated assessment from which residents go on to ``again``."""
        spec = self.scenario.stations[station]
        key = joined_name(f"{station} again, then {again.split(SEPARATOR)[0]}" if again else station, name, zone.zone)
        if key in self.stations:
            return key
        self.stations[key] = None
        routing: dict[str, Any] = dict(self._routing(self._step(need, station), name, need, zone))
        if again:
            routing["completed"] = again
        if "no_show" not in routing and spec.sessions == 1:
            routing["no_show"] = Routing()
        self.stations[key] = self._made(key, station, spec, name, need, zone, routing, again is not None)
        return key

    def _step(self, need: Need, station: str) -> Step:
        return self.scenario.pathways[need.pathway].get(station, NO_STEP)

    def _made(self, key: str, station: str, spec: StationSpec, name: str, need: Need, zone: Zone, routing: dict, again: bool) -> Station:
        labels = {"station": station, "need": name, "zone": zone.zone, "place": spec.place, "contact": spec.contact,
                  "role": spec.role or "", "target": target_name(spec), "treatment": "yes" if spec.treatment else "",
                  "duplicate": "yes" if again else "", "referral": ""}
        redial = None if spec.redial is None else Redial(spec.redial.probability, self._time(spec.redial.after), spec.redial.at_most)
        return Station(
            key, self._attending(station, spec, need, zone), self._time(spec.service_time), spec.team, self._time(spec.patience),
            self._time(spec.deterioration), spec.queue_limit, "fifo", redial, spec.sessions, spec.every, self._time(spec.patience_between),
            spec.no_show, spec.drop_out, routing, labels)

    def _attending(self, station: str, spec: StationSpec, need: Need, zone: Zone) -> tuple[Attend, ...]:
        """Who attends ``station`` in ``zone``: the same for all needs of one priority."""
        priority = spec.priority
        if isinstance(priority, dict):
            priority = priority.get(need.severity, priority.get("default", 0))
        if (station, priority, zone.zone) not in self.attending:
            self.attending[station, priority, zone.zone] = tuple(self._seats(spec, priority, zone))
        return self.attending[station, priority, zone.zone]

    def _seats(self, spec: StationSpec, priority: int, zone: Zone) -> Iterator[Attend]:
        for seat in spec.pools:
            pool = self.scenario.pools[seat.pool]
            seat = seat.model_copy(update={"priority": seat.priority + priority})
            where = zone.zone if pool.per == "zone" else DISTRICT
            if pool.shared:
                others = [joined_name(seat.pool, other) for other in self.people[seat.pool] if other != where]
                yield from together.who_attends(joined_name(seat.pool, where), others, seat)
            else:
                yield Attend(self._pool_name(seat.pool, where), seat.priority, seat.after, seat.reserve, seat.factor)

    def _routing(self, step: Step, name: str, need: Need, zone: Zone) -> dict[str, Routing]:
        return {outcome: Routing(tuple(self._way(goal, edge, name, need, zone) for goal, edge in getattr(step, outcome).items()))
                for outcome in type(step).model_fields if getattr(step, outcome)}

    def _way(self, goal: str, edge: Edge, name: str, need: Need, zone: Zone) -> To:
        if edge.share == 0:
            return To(LEAVE, 0.0)
        delay = self._time(edge.after) if edge.after else 0.0
        if edge.by == "referral":
            return To(self._referral(goal, name, need, zone), edge.share, delay)
        station = self._station(goal, name, need, zone)
        return To(station, edge.share, self.hand_off if edge.by == "crisis" else delay)

    def _referral(self, goal: str, name: str, need: Need, zone: Zone) -> str:
        key = joined_name(f"referral to {goal}", name, zone.zone)
        if key not in self.stations:
            self.stations[key] = None
            station = self._station(goal, name, need, zone)
            assessment = self.scenario.stations[goal].assessment
            again = self._station(assessment, name, need, zone, station) if assessment else None
            labels = {"station": f"referral to {goal}", "need": name, "zone": zone.zone, "place": DISTRICT, "contact": "none",
                      "role": "", "treatment": "", "duplicate": "", "referral": "yes"}
            self.stations[key] = together.referral_desk(key, station, again, self.effects, labels)
        return key

    def _time(self, spec: Time | None) -> Distribution:
        """The distribution that ``spec`` stands for: one for all stations that share it."""
        if spec is None:
            return NEVER
        if id(spec) not in self.distributions:
            self.distributions[id(spec)] = spec.distribution()
        return self.distributions[id(spec)]
