"""From a scenario to a network: the last place where mental-health words stand.

Every need in every zone has arrival streams of its own, one for each station it enters
by, and a station of its own for each step that its pathway can reach; all of them draw on
the same pools. Names are «station | need | zone»; labels carry what the tally asks for.
Residents who need help and never ask are not simulated: ``people_in_need`` counts them.

Mechanisms come in two ways (``arrangement``): some rewrite the scenario before it is compiled, the
others say who else attends, which places move and what happens when, and this module puts that into
the network.
"""

from __future__ import annotations

import datetime
import functools
import math
from collections.abc import Iterator
from typing import Any

from simcap.errors import ScenarioError
from simcap.mechanisms import collaboration as together
from simcap.mechanisms import reality
from simcap.network import (
    LEAVE,
    Arrivals,
    Attend,
    Diary,
    Distribution,
    Group,
    Network,
    Never,
    Phase,
    Pool,
    Rate,
    Redial,
    Roster,
    Routing,
    Slots,
    Station,
    To,
)
from simcap.network.roster import share_at
from simcap.scenario.arrangement import arranged, phased, reached, rewritten
from simcap.scenario.calendar import (
    Spans,
    closed_hours,
    hours_of_date,
    make_up_days,
    outside,
    week_starts,
    weeks_off,
    yearly,
)
from simcap.scenario.fields import SEPARATOR, Time
from simcap.scenario.lending import Lend
from simcap.scenario.placing import with_places
from simcap.scenario.schema import Edge, Need, PoolSpec, Scenario, StationSpec, Step, Zone
from simcap.scenario.staff import DISTRICT, YEAR, people, people_in_need

NEVER, NO_STEP = Never(), Step()

TARGETS = {"hotline": "hotline answer", "crisis": "crisis response"}
"""The target of a role; every other station is held against the first contact."""


@with_places
def compile_scenario(scenario: Scenario) -> Network:
    """The network that ``scenario`` describes, mechanisms and dated phases included."""
    network = _Compiler(rewritten(scenario)).network()
    before, phases = network.stations, []
    for at, variant in phased(scenario):
        stations = _Compiler(rewritten(variant)).network().stations
        phases.append(
            Phase(at, [now for was, now in zip(before, stations, strict=True) if was != now])
        )
        before = stations
    return (
        network
        if not phases
        else Network(network.pools, network.stations, network.arrivals, phases, network.reviews)
    )


def target_name(spec: StationSpec) -> str:
    """The target that waits at a station are held against: its own, or that of its role."""
    return spec.target or TARGETS.get(spec.role or "", "first contact")


def joined_name(*parts: str) -> str:
    """«a | b | c»: the form of the names in a compiled network."""
    return SEPARATOR.join(parts)


def _whole(scenario: Scenario, need: Need) -> dict[tuple[str, str], int]:
    """Whole persons of a wave or register by (zone, station), apportioned so that their sum is the
    whole number nearest to all.
    """
    exact = {
        (zone.zone, station): (
            people_in_need(scenario, need, zone)[1] * part * reached(scenario, station, zone)
        )
        for zone in sorted(scenario.zones, key=lambda zone: zone.zone)
        for station, part in sorted(need.enters_by.items())
    }
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
            None: (),
            "term": school_holidays,
            "school holidays": outside(school_holidays, scenario.horizon),
        }
        self.asked = {name: profile.week() for name, profile in scenario.profiles.items()}
        self.shifts = {name: tuple(roster.week()) for name, roster in scenario.rosters.items()}
        self.hand_off = together.crisis_hand_off(self.effects)
        self.distributions: dict[int, Distribution] = {}
        self.attending: dict[tuple[str, int, str], tuple[Attend, ...]] = {}
        self.stations: dict[str, Any] = {}  # None while a station is being made
        self.people = {name: people(pool, scenario) for name, pool in scenario.pools.items()}
        self.arrangement = arranged(scenario, self.standing, self.roster_of)
        self.whole_people = {
            (name, *where): number
            for name, need in scenario.needs.items()
            if need.in_need is None
            for where, number in _whole(scenario, need).items()
        }

    def network(self) -> Network:
        pools = [
            pool for name, spec in self.scenario.pools.items() for pool in self._pools(name, spec)
        ]
        pools.append(Pool(together.NOBODY, math.inf, labels={"staff": "", "zone": DISTRICT}))
        pools += [beside.pool for beside in self.arrangement.beside]
        arrivals = [
            stream
            for zone in self.scenario.zones
            for name, need in self.scenario.needs.items()
            for stream in self._streams(name, need, zone)
        ]
        return Network(
            pools,
            list(self.stations.values()),
            arrivals,
            (),
            self.arrangement.reviews(self.stations.values()),
        )

    # ---- staff -----------------------------------------------------------------------------------

    def _pools(self, name: str, spec: PoolSpec) -> Iterator[Pool]:
        for zone, number in self.people[name].items():
            labels = {
                "staff": spec.part_of or name,
                "zone": DISTRICT if spec.part_of else zone,
                "hours": "kept",
            }
            own = self._pool_name(name, zone)
            if spec.slots:
                yield Pool(
                    own, self._slots(spec, number), spec.last_start, spec.queue_limit, labels
                )
                continue
            lends = self._lends.get((name, zone), [])
            self._check_lent(name, zone, lends)
            kept, *given = (
                self._roster(spec, number, zone).split(*(lend.share for lend in lends))
                if lends
                else (self._roster(spec, number, zone),)
            )
            yield Pool(own, kept, spec.last_start, spec.queue_limit, labels)
            for lend, part in zip(lends, given, strict=True):
                yield Pool(
                    joined_name(own, lend.name),
                    part,
                    spec.last_start,
                    labels={**labels, "hours": "lent"},
                )

    def _check_lent(self, name: str, zone: str, lends: list[Lend]) -> None:
        """All that is lent is no more than there is, at any time."""
        steps = {
            lend.name: lend.share if isinstance(lend.share, tuple) else ((0.0, lend.share),)
            for lend in lends
        }
        for at in sorted({at for dated in steps.values() for at, _ in dated}):
            lent = {part: share_at(dated, at) for part, dated in steps.items()}
            if math.fsum(lent.values()) > 1 + 1e-9:
                parts = ", ".join(f"{share:.0%} {part}" for part, share in lent.items())
                raise ScenarioError(
                    f"pools.{name}: at most 100 % of the hours lent by {zone} wanted, got"
                    f" {math.fsum(lent.values()):.0%} ({parts})"
                )

    @functools.cached_property
    def _lends(self) -> dict[tuple[str, str], list[Lend]]:
        """What is lent, by staff and zone."""
        lends: dict[tuple[str, str], list[Lend]] = {}
        for lend in self.arrangement.lends:
            lends.setdefault((lend.pool, lend.zone), []).append(lend)
        return lends

    def roster_of(self, name: str, number: float, zone: str) -> Roster:
        """The hours of ``number`` more people who work as those of the pool ``name`` do in
        ``zone``.
        """
        spec = self.scenario.pools[name]
        return self._roster(
            spec.model_copy(update={"turnover": 0.0, "places_at_most": None}), number, zone
        )

    def standing(self, name: str, places: int, zone: str) -> Roster:
        """The hours of ``places`` more people who stand every shift of the roster of the pool
        ``name``.
        """
        spec = self.scenario.pools[name]
        changes = {
            "turnover": 0.0,
            "places_at_most": None,
            "hours_each": None,
            "productive": 1.0,
            "elsewhere": 0.0,
        }
        return self._roster(spec.model_copy(update=changes), float(places), zone)

    def _slots(self, spec: PoolSpec, number: float) -> Slots:
        """The appointments that ``number`` people offer: whole ones, whose sum over the week is
        kept.
        """
        owed, rows = [0.0, 0.0], []
        for hour, *places in spec.week_slots():
            whole = []
            for i, wanted in enumerate(places):
                owed[i] += wanted * number * spec.productive
                whole.append(math.floor(owed[i] + 0.5))
                owed[i] -= whole[i]
            rows.append((hour, *whole))
        return Slots(
            tuple(rows),
            cycle_starts=self.week_starts,
            closed=self.closed,
            length=spec.hours_of_slot(),
            made_up=() if spec.make_up_days == "free" else self.made_up,
        )

    def _roster(self, spec: PoolSpec, number: float, zone: str) -> Roster:
        roster = self.scenario.rosters[spec.roster]
        productive = spec.productive * (1 - spec.elsewhere)
        places = 1.0 if spec.hours_each is not None else number * productive
        rooms = spec.places_at_most
        if isinstance(rooms, str):
            column = self.scenario.column(rooms)
            rooms = int(math.fsum(column.values()) if zone == DISTRICT else column[zone])
        official = roster.holidays == "closed"
        off = (
            weeks_off(roster.weeks, self.scenario.start, self.scenario.horizon)
            if roster.weeks
            else ()
        )
        return Roster(
            tuple((start, end, count * places) for start, end, count in self.shifts[spec.roster]),
            None if spec.hours_each is None else number * spec.hours_each * productive,
            rooms,
            self.week_starts,
            (*(self.closed if official else ()), *self.not_in[roster.during], *off),
            reality.gaps(number, spec.turnover, spec.recruitment, self.scenario.horizon, zone),
            made_up=self.made_up if official and roster.make_up_days == "worked" else (),
        )

    def _pool_name(self, name: str, zone: str) -> str:
        return (
            name
            if zone == DISTRICT or self.scenario.pools[name].zone is not None
            else joined_name(name, zone)
        )

    # ---- residents -------------------------------------------------------------------------------

    def _streams(self, name: str, need: Need, zone: Zone) -> Iterator[Arrivals]:
        asking = people_in_need(self.scenario, need, zone)[1]
        for station, part in need.enters_by.items():
            coming = asking * part * reached(self.scenario, station, zone)
            when = self._when(
                need, self.whole_people.get((name, zone.zone, station), coming), station
            )
            if when:
                ways = self._goals(station, name, need, zone)
                goal = (
                    ways[0][0]
                    if len(ways) == 1
                    else Routing(tuple(To(key, share) for key, share in ways))
                )
                labels = {
                    "need": name,
                    "group": need.group,
                    "severity": need.severity,
                    "zone": zone.zone,
                    "kind": zone.kind,
                    "enters": station,
                    "register": "yes" if need.register_ else "",
                }
                yield Arrivals(
                    goal, name=joined_name(name, station, zone.zone), labels=labels, **when
                )

    def _when(self, need: Need, number: float, station: str) -> dict:
        """The keyword of ``Arrivals`` that says when these residents come; empty if none do."""
        horizon = self.scenario.horizon
        if need.register_ is not None:
            days = max(1, round(need.register_.first_within / 24))
            total = int(number)
            shares = [
                (24.0 * day, (day + 1) * total // days - day * total // days) for day in range(days)
            ]
            batches = tuple((at, count) for at, count in shares if count and at < horizon)
        elif need.wave is not None:
            batches = tuple(
                (at, int(number))
                for at in hours_of_date(need.wave.on, self.scenario.start, horizon)
                if number
            )
        elif number > 0:
            asks = self.scenario.stations[station].asks
            during = self.scenario.profiles[asks].during if asks else None
            rate = Rate(
                number / YEAR / self._share_of_year(during),
                self.asked[asks] if asks else (),
                self.week_starts,
                (
                    *((begin, end, 0.0) for begin, end in self.not_in[during]),
                    *self.arrangement.multipliers(station),
                ),
            )
            return {"rate": rate}
        else:
            return {}
        return {"batches": batches} if batches else {}

    def _share_of_year(self, during: str | None) -> float:
        """The share of a year of 365 days that a season is."""
        if during is None:
            return 1.0
        holidays = (
            sum(
                end - begin
                for begin, end in yearly(
                    tuple(self.scenario.school_holidays), datetime.date(2025, 1, 1), YEAR - 24
                )
            )
            / YEAR
        )
        return holidays if during == "school holidays" else 1 - holidays

    # ---- stations --------------------------------------------------------------------------------

    def _station(
        self, station: str, name: str, need: Need, zone: Zone, again: str | None = None
    ) -> str:
        """The name of the station of this need and zone, made, with all that follows it, if it is
        not there yet; with ``again``, that of the repeated assessment from which residents go on to
        ``again``.
        """
        spec = self.scenario.stations[station]
        key = joined_name(
            f"{station} again, then {again.split(SEPARATOR)[0]}" if again else station,
            name,
            zone.zone,
        )
        if key in self.stations:
            return key
        self.stations[key] = None
        routing: dict[str, Any] = dict(
            self._routing(station, self._step(need, station), name, need, zone)
        )
        if again:
            routing["completed"] = again
        if (
            "no_show" not in routing and spec.sessions == 1
        ):  # who misses the only session has nothing to go on from
            routing["no_show"] = Routing()
        self.stations[key] = self._made(
            key, station, spec, name, need, zone, routing, again is not None
        )
        return key

    def _step(self, need: Need, station: str) -> Step:
        return self.scenario.pathways[need.pathway].get(station, NO_STEP)

    def _made(
        self,
        key: str,
        station: str,
        spec: StationSpec,
        name: str,
        need: Need,
        zone: Zone,
        routing: dict,
        again: bool,
    ) -> Station:
        labels = {
            "station": station,
            "part of": spec.part_of or "",
            "need": name,
            "zone": zone.zone,
            "place": spec.place,
            "contact": spec.contact,
            "role": spec.role or "",
            "target": target_name(spec),
            "treatment": "yes" if spec.treatment else "",
            "duplicate": "yes" if again else "",
            "referral": "",
        }
        redial = (
            None
            if spec.redial is None
            else Redial(spec.redial.probability, self._time(spec.redial.after), spec.redial.at_most)
        )
        return Station(
            key,
            self._attending(station, spec, need, zone),
            self._time(spec.service_time),
            spec.team,
            self._time(spec.patience),
            self._time(spec.deterioration),
            spec.queue_limit,
            "fifo",
            redial,
            math.inf if spec.sessions == "recurring" else spec.sessions,
            spec.every,
            self._time(spec.patience_between),
            spec.no_show,
            spec.drop_out,
            routing,
            labels,
            self._caseload(spec, zone),
            (
                None
                if spec.group is None
                else Group(spec.group.size, spec.group.at_least, _or_never(spec.group.start_at))
            ),
            (
                None
                if spec.diary is None
                else Diary(
                    spec.diary.notice,
                    need.severity in spec.diary.urgent,
                    _or_never(spec.diary.window),
                )
            ),
        )

    def _caseload(self, spec: StationSpec, zone: Zone) -> str | None:
        if spec.caseload is None:
            return None
        where = zone.zone if self.scenario.pools[spec.caseload].per == "zone" else DISTRICT
        return self._pool_name(spec.caseload, where)

    def _attending(
        self, station: str, spec: StationSpec, need: Need, zone: Zone
    ) -> tuple[Attend, ...]:
        """Who attends ``station`` in ``zone``: the same for all needs of one priority."""
        priority = spec.priority
        if isinstance(priority, dict):
            priority = priority.get(need.severity, priority.get("default", 0))
        if (station, priority, zone.zone) not in self.attending:
            self.attending[station, priority, zone.zone] = tuple(
                self._seats(station, spec, priority, zone)
            )
        return self.attending[station, priority, zone.zone]

    def _seats(
        self, station: str, spec: StationSpec, priority: int, zone: Zone
    ) -> Iterator[Attend]:
        """Who attends: for each pool those of the zone, who stands beside them, what is lent to the
        zone; then who helps from other pools.
        """
        for seat in spec.pools:
            pool = self.scenario.pools[seat.pool]
            seat = seat.model_copy(update={"priority": seat.priority + priority})
            where = zone.zone if pool.per == "zone" else pool.zone or DISTRICT
            if pool.zone is not None and pool.zone != zone.zone:
                continue
            yield self._attend(self._pool_name(seat.pool, where), seat, 0, 1.0)
            if not spec.team and spec.diary is None:
                for beside in self.arrangement.beside:
                    if (beside.of, beside.zone) == (seat.pool, where):
                        yield self._attend(beside.pool.name, seat, 0, 1.0)
                yield from (
                    self._attend(name, seat, later, factor)
                    for name, later, factor in self._lent_to(seat.pool, zone.zone, "")
                )
            elif (
                spec.diary is not None
                and spec.diary.others_after is not None
                and pool.per == "zone"
            ):
                for other in _round(self.people[seat.pool], zone.zone):
                    yield Attend(
                        self._pool_name(seat.pool, other),
                        after=max(seat.after, spec.diary.others_after),
                        factor=seat.factor,
                    )
        if not spec.team and spec.diary is None:
            seat = spec.pools[0].model_copy(update={"priority": priority, "pool": ""})
            for name in self.scenario.pools:
                yield from (
                    self._attend(part, seat, later, factor)
                    for part, later, factor in self._lent_to(name, zone.zone, station)
                )

    def _attend(self, name: str, seat, later: int, factor: float) -> Attend:
        return Attend(name, seat.priority + later, seat.after, seat.reserve, seat.factor * factor)

    def _lent_to(self, name: str, zone: str, station: str) -> Iterator[tuple[str, int, float]]:
        """(pool, added to the priority, factor) of what zones lend of the staff ``name`` to
        ``zone``, at its own stations or at a ``station`` of others. Every zone begins with itself,
        goes on with the lender next to it by name and round, so that no lender is the first choice
        of all.
        """
        for lender in [zone, *_round([*self.people[name]], zone)]:
            for lend in self._lends.get((name, lender), ()):
                if zone in lend.users and (
                    station in lend.stations if station else not lend.stations
                ):
                    yield (
                        joined_name(self._pool_name(name, lender), lend.name),
                        lend.users[zone],
                        lend.factor,
                    )

    def _routing(
        self, station: str, step: Step, name: str, need: Need, zone: Zone
    ) -> dict[str, Routing]:
        return {
            outcome: Routing(
                tuple(
                    way
                    for goal, edge in getattr(step, outcome).items()
                    for way in self._ways(station, goal, edge, name, need, zone)
                )
            )
            for outcome in type(step).model_fields
            if getattr(step, outcome)
        }

    def _ways(
        self, station: str, goal: str, edge: Edge, name: str, need: Need, zone: Zone
    ) -> Iterator[To]:
        if edge.share == 0:
            yield To(LEAVE, 0.0)
            return
        delay = self._time(edge.after) if edge.after else 0.0
        if edge.by in ("referral", "green channel"):
            yield To(self._referral(goal, edge.by, name, need, zone), edge.share, delay)
            return
        # who comes back to where they were is not asked again where else to go
        goals = (
            [(self._station(goal, name, need, zone), 1.0)]
            if goal == station
            else self._goals(goal, name, need, zone)
        )
        for key, share in goals:
            yield To(key, edge.share * share, self.hand_off if edge.by == "crisis" else delay)

    def _goals(self, station: str, name: str, need: Need, zone: Zone) -> list[tuple[str, float]]:
        """(station, share) of where those go who would go to ``station``: there, or, one after the
        other, to what stands ``instead``.
        """
        left, others = 1.0, []
        for other in self.scenario.stations[station].instead:
            if (
                zone.kind in other.zones
                and other.share
                and (other.pathways is None or need.pathway in other.pathways)
            ):
                others.append((other.station, left * other.share))
                left *= 1 - other.share
        kept = [(station, left)] if left > 1e-12 else []
        return [(self._station(goal, name, need, zone), share) for goal, share in [*kept, *others]]

    def _referral(self, goal: str, by: str, name: str, need: Need, zone: Zone) -> str:
        what = f"referral to {goal}" + (" by the green channel" if by == "green channel" else "")
        key = joined_name(what, name, zone.zone)
        if key not in self.stations:
            self.stations[key] = None
            goals = self._goals(goal, name, need, zone)
            assessment = self.scenario.stations[goal].assessment if by == "referral" else None
            again = (
                [(self._station(assessment, name, need, zone, key), share) for key, share in goals]
                if assessment
                else []
            )
            labels = {
                "station": what,
                "need": name,
                "zone": zone.zone,
                "place": DISTRICT,
                "contact": "none",
                "role": "",
                "treatment": "",
                "duplicate": "",
                "referral": "yes",
            }
            effects = self.effects if by == "referral" else self.arrangement.channel(self.effects)
            self.stations[key] = together.referral_desk(key, goals, again, effects, labels)
        return key

    def _time(self, spec: Time | None) -> Distribution:
        """The distribution that ``spec`` stands for: one for all stations that share it."""
        if spec is None:
            return NEVER
        if id(spec) not in self.distributions:
            self.distributions[id(spec)] = spec.distribution()
        return self.distributions[id(spec)]


def _or_never(hours: float | None) -> float:
    return math.inf if hours is None else hours


def _round(zones, own: str) -> list[str]:
    """The other zones, beginning with the next by name."""
    return sorted(zone for zone in zones if zone > own) + sorted(
        zone for zone in zones if zone < own
    )
