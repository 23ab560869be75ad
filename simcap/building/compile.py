"""From a scenario to a network: the last place where mental-health words stand.

Every need in every zone has arrival streams of its own, one for each station it enters by, and a
station of its own for each step that its pathway can reach; all of them draw on the same pools
(``staffing``). Names are «station | need | zone»; labels carry what the tally asks for.
Residents who need help and never ask are not simulated: ``needing`` counts them.

Mechanisms come in two ways (``arrangement``): some rewrite the scenario before it is compiled, the
others say who else attends, which places move and what happens when, and this module puts that into
the network.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from simcap.building import returning, silent
from simcap.building.arrangement import (
    Arrangement,
    Spans,
    arranged,
    at_time,
    incidence,
    multipliers,
    needing,
    reached,
)
from simcap.building.asking import Added, added
from simcap.building.registers import (
    Due,
    after_a_visit,
    finds_risks,
    hours_until,
    standing,
    ways_to_fail,
    without_first_waits,
)
from simcap.building.staffing import NOBODY, Staffing, joined_name
from simcap.errors import NetworkError
from simcap.mechanisms.contract import HandOff
from simcap.network import (
    LEAVE,
    Arrivals,
    Diary,
    Distribution,
    Group,
    Network,
    Never,
    Phase,
    Pool,
    Rate,
    Redial,
    Routing,
    Station,
    To,
)
from simcap.network.size import too_much
from simcap.scenario.calendars import calendar_of
from simcap.scenario.fields import SEPARATOR, Time
from simcap.scenario.placing import with_places
from simcap.scenario.schema import (
    Audience,
    Edge,
    FalselyFound,
    Need,
    Scenario,
    Screened,
    StationSpec,
    Step,
    Zone,
)
from simcap.scenario.staff import DISTRICT, YEAR
from simcap.scenario.ways import goals, ways_on

NEVER, NO_STEP = Never(), Step()

TARGETS = {"hotline": "hotline answer", "crisis": "crisis response"}
"""The target of a role; every other station is held against the first contact."""


Streams = dict[str, list[Arrivals]]
"""One after the other, by the name of the first."""


@with_places
def compile_scenario(scenario: Scenario) -> Network:
    """The network that ``scenario`` describes, mechanisms and dated phases included."""
    site = arranged(scenario)
    built = _Compiler(site)
    arrivals: Streams = {stream.name: [stream] for stream in built.arrivals()}
    first = dict(built.stations)
    now, phases = dict(first), []
    for at, variant in site.dated:
        if variant is not site.scenario:
            later = _Compiler(Arrangement(variant, site.dated))
            arrivals = _turned(arrivals, list(later.arrivals()), at)
            later.staffing.attended()
            new = sorted(later.stations.values(), key=lambda station: station.name)
            changed = [station for station in new if now.get(station.name, station) != station]
            first, now = {**later.stations, **first}, now | later.stations
            phases.append(Phase(at, changed))
    stations = sorted(first.values(), key=lambda station: station.name)
    nobody = Pool(NOBODY, math.inf, labels={"staff": "", "zone": DISTRICT})
    pools = [*built.staffing.pools(), nobody]
    if any(station.pools[0].pool == silent.NOBODY_COMES for station in stations):
        pools.append(silent.pool())
    streams = [stream for parts in arrivals.values() for stream in parts]
    network = Network(pools, stations, streams, phases, site.reviews(stations))
    if faults := too_much(network, scenario.horizon):
        raise NetworkError(faults)
    return network


def _turned(before: Streams, now: list[Arrivals], at: float) -> Streams:
    """The streams ``before``, of which those that lead elsewhere ``now`` end ``at`` a time and go
    on there as others, under a name of their own; a resident goes where the day of coming says.
    """
    found = {name: list(parts) for name, parts in before.items()}
    later = {stream.name: stream for stream in now}
    for name in [name for name in later if name not in found]:
        found[name] = []
    for name, parts in found.items():
        new = later.get(name)
        if parts and new is not None and parts[-1].to == new.to:
            continue
        if parts:
            last = parts.pop()
            parts += [replace(last, until=at)] if at > last.start else []
        if new is not None:
            named = joined_name(name, f"from {at:g} h") if at > 0 else name
            parts.append(replace(new, start=at, name=named))
    return found


def target_name(spec: StationSpec) -> str:
    """The target that waits at a station are held against: its first own, or that of its role."""
    return spec.target[0] if spec.target else TARGETS.get(spec.role or "", "first contact")


class _Compiler:
    """Collects the parts of one network: ``stations`` are those that its ``arrivals`` reach."""

    def __init__(self, site: Arrangement):
        self.site, self.scenario = site, site.scenario
        self.calendar = calendar_of(self.scenario)
        self.staffing = Staffing(site, self.calendar)
        self.asked = {name: profile.week() for name, profile in self.scenario.profiles.items()}
        self.distributions: dict[int, Distribution] = {}
        self.stations: dict[str, Any] = {}  # None while a station is being made

    def arrivals(self) -> Iterator[Arrivals]:
        """Every stream; its way is made on the way."""
        for zone in self.scenario.zones:
            for name, need in self.scenario.needs.items():
                yield from self._streams(name, need, zone)

    # ---- residents -------------------------------------------------------------------------------

    def _streams(self, name: str, need: Need, zone: Zone) -> Iterator[Arrivals]:
        in_need, asking = needing(self.scenario, name, zone)
        doors = {
            station: part * reached(self.scenario, station, zone)
            for station, part in need.enters_by.items()
            if part
        }
        if need.register_ is not None and len(doors) > 1:
            yield from self._listed(name, need, zone, asking, doors)
            return
        for station, part in doors.items():
            if when := self._when(name, zone, asking * part, station):
                yield self._stream(name, need, zone, station, when)
        for more in added(self.scenario, name, zone):
            if when := self._when(name, zone, in_need, more.station, more):
                found = more.name if more.found else ""
                yield self._stream(name, need, zone, more.station, when, (more.name,), found)
        yield from silent.streams(self, name, need, zone)

    def _listed(
        self, name: str, need: Need, zone: Zone, asking: float, doors: dict[str, float]
    ) -> Iterator[Arrivals]:
        """One stream of all who are on a register, whose first visit has one form or the other by
        a draw: rounded each by itself, the forms would add up to people who are not on it.
        """
        total, shares = math.fsum(doors.values()), dict[str, float]()
        for station, part in doors.items() if total else ():
            for goal, share in self._goals(station, name, need, zone, asking=True):
                shares[goal] = shares.get(goal, 0.0) + share * part / total
        if when := self._when(name, zone, asking * total, ""):
            yield Arrivals(
                Routing(tuple(To(goal, share) for goal, share in sorted(shares.items()))),
                name=joined_name(name, zone.zone),
                labels=self._labels(name, need, zone, ""),
                **when,
            )

    def _stream(
        self,
        name: str,
        need: Need,
        zone: Zone,
        station: str,
        when: dict,
        named: tuple[str, ...] = (),
        found: str = "",
    ) -> Arrivals:
        """The stream of those who come by ``station``, those who are ``found`` by something if they
        would not have asked.
        """
        ways = self._goals(station, name, need, zone, asking=True)
        goal = (
            ways[0][0] if len(ways) == 1 else Routing(tuple(To(key, share) for key, share in ways))
        )
        labels = self._labels(name, need, zone, station)
        if named:
            labels |= {"added": named[0], "found": found}
        return Arrivals(
            goal, name=joined_name(name, station, zone.zone, *named), labels=labels, **when
        )

    def _labels(self, name: str, need: Need, zone: Zone, station: str) -> dict[str, str]:
        """What the tally must know of the stream of those who come by ``station``."""
        return {
            "need": name,
            "group": need.group,
            "severity": need.severity,
            "zone": zone.zone,
            "kind": zone.kind,
            "enters": station,
            "register": "yes" if need.register_ else "",
        }

    def _when(
        self, name: str, zone: Zone, number: float, station: str, more: Added | None = None
    ) -> dict:
        """The keyword of ``Arrivals`` that says when these residents come; empty if none do. Those
        that are ``more`` are a share of the ``number`` in need, which moves with time.
        """
        need = self.scenario.needs[name]
        if isinstance(need, FalselyFound):
            rows = self._falsely_found(need, zone)
            return {"batches": rows} if rows else {}
        if isinstance(need, Audience):
            return {"batches": need.batches[zone.zone]} if zone.zone in need.batches else {}
        if need.register_ is None and need.wave is None:
            multiplied = multipliers(self.scenario, station, name, zone)
            shares = more.spans if more else ()
            number *= more.part if more else 1.0
            rate = self._rate(number, station, (*multiplied, *shares)) if number > 0 else None
            return {"rate": rate} if rate else {}
        if need.wave is None:
            dated: Iterator[tuple[float, ...]] = self._first_visits(need, number)
        else:
            dated = self._waves(need, number, incidence(self.scenario, name, zone), more)
        batches = tuple(row for row in dated if row[1] and row[0] < self.scenario.horizon)
        return {"batches": batches} if batches else {}

    def _rate(self, number: float, station: str, multiplied: Spans) -> Rate:
        """The rate at which ``number`` a year come by ``station``, times what is ``multiplied``."""
        asks = self.scenario.stations[station].asks
        during = self.scenario.profiles[asks].during if asks else None
        away = ((begin, end, 0.0) for begin, end in self.calendar.not_in[during])
        return Rate(
            number / YEAR / self.calendar.share_of_year(during),
            self.asked[asks] if asks else (),
            self.calendar.week_starts,
            (*away, *multiplied),
        )

    def _waves(
        self, need: Need, number: float, multiplied: Spans, more: Added | None
    ) -> Iterator[tuple[float, ...]]:
        """(hours since the start, residents) of each year's wave, times what is ``multiplied``; of
        those whom a test finds, (hours, tested in need, chance).
        """
        for at in self._wave_times(need):
            coming = number * at_time(multiplied, at) * (more.at(at) if more else 1.0)
            if isinstance(need.wave, Screened) and need.wave.chance:
                yield at, round(coming / need.wave.chance, 9), need.wave.chance
            else:
                yield at, round(coming, 9)

    def _falsely_found(self, need: FalselyFound, zone: Zone) -> tuple[tuple[float, ...], ...]:
        """(hours since the start, tested without a need, chance) of each test."""
        needs = self.scenario.needs
        times = {at for name in need.needs for at in self._wave_times(needs[name])}
        rows = []
        for at in sorted(times):
            ill = math.fsum(
                needing(self.scenario, name, zone)[0]
                * at_time(incidence(self.scenario, name, zone), at)
                for name in need.needs
            )
            rest = round(need.tested * max(0.0, zone.numbers[need.group] - ill), 9)
            if rest and need.chance:
                rows.append((at, rest, need.chance))
        return tuple(rows)

    def _wave_times(self, need: Need) -> list[float]:
        assert need.wave is not None
        return need.wave.hours(self.scenario.start, self.scenario.horizon)

    def _first_visits(self, need: Need, number: float) -> Iterator[tuple[float, float]]:
        """(hours since the start, residents) of a register: as many on each day, whole ones but for
        the last.
        """
        assert need.register_ is not None
        days = max(1, round(need.register_.first_within / 24))
        whole = math.floor(number + 1e-9)
        for day in range(days):
            yield 24.0 * day, (day + 1) * whole // days - day * whole // days
        yield 24.0 * (days - 1), round(max(0.0, number - whole), 9)

    # ---- stations --------------------------------------------------------------------------------

    def _station(
        self,
        station: str,
        name: str,
        need: Need,
        zone: Zone,
        again: str | None = None,
        due: Due | None = None,
    ) -> str:
        """The name of the station of this need and zone, made, with all that follows it, if it is
        not there yet; with ``again``, that of the repeated assessment from which residents go on to
        ``again``; of a register with risks, that of the visit which is ``due``, if not the first.
        """
        spec = self.scenario.stations[station]
        due = (due or Due()) if finds_risks(need, spec) else None
        key = joined_name(
            f"{station} again, then {again.split(SEPARATOR)[0]}" if again else station,
            name,
            zone.zone,
            *([due.name] if due is not None and due.found is not None else []),
        )
        if key in self.stations:
            return key
        self.stations[key] = None
        step = self._step(need, station)
        routing: dict[str, Any] = dict(self._routing(station, step, name, need, zone))
        if due is not None:

            def goals(kind: str, after: Due) -> list[tuple[str, float]]:
                return self._goals(kind, name, need, zone, due=after)

            pools = [self.scenario.pools[seat.pool] for seat in spec.pools]
            limited = any(pool.queue_limit is not None for pool in pools)
            fails = ways_to_fail(spec, limited)
            routing = dict(after_a_visit(need, due, fails, step, routing, goals))
        if again:
            routing["completed"] = again
        if (
            "no_show" not in routing and spec.sessions == 1
        ):  # who misses the only session has nothing to go on from
            routing["no_show"] = Routing()
        self.stations[key] = self._made(
            key, station, spec, name, need, zone, routing, again is not None, due
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
        due: Due | None,
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
            **self._visit_labels(spec, need, due),
            **_paid(spec),
        }
        if due is not None and due.found is not None:
            spec = without_first_waits(spec)
        redial = (
            None
            if spec.redial is None
            else Redial(spec.redial.probability, self._time(spec.redial.after), spec.redial.at_most)
        )
        return Station(
            key,
            self.staffing.attending(station, need, zone),
            self._time(spec.service_time),
            spec.team,
            self._time(spec.patience),
            silent.worse_while_waiting(self, station, name, zone, routing)
            or self._time(spec.deterioration),
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
            self.staffing.caseload(spec, zone),
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
            standing=standing(need.register_ if spec.role == "register" else None, due),
            finds=silent.finds(self, spec, zone),
            recovery=returning.recovery(self, station, spec, name, need, zone),
        )

    def _visit_labels(self, spec: StationSpec, need: Need, due: Due | None) -> dict[str, str]:
        """What the tally of a register asks for, where visits are no plain ones."""
        if need.register_ is None or spec.role != "register":
            return {}
        labels = {} if spec.in_person else {"in person": "no"}
        if due is not None and need.register_.risks is not None:
            hours = hours_until(need.register_.risks, due)
            labels |= {"risk": due.name, "interval": repr(hours)}
        return labels

    def _routing(
        self, station: str, step: Step, name: str, need: Need, zone: Zone
    ) -> dict[str, Routing]:
        return {
            outcome: Routing(
                tuple(
                    way
                    for goal, edge in sorted(getattr(step, outcome).items())
                    for way in self._ways(station, outcome, goal, edge, name, need, zone)
                )
            )
            for outcome in type(step).model_fields
            if getattr(step, outcome)
        }

    def _ways(
        self,
        station: str,
        outcome: str,
        goal: str,
        edge: Edge,
        name: str,
        need: Need,
        zone: Zone,
    ) -> Iterator[To]:
        if edge.share == 0:
            yield To(LEAVE, 0.0)
            return
        delay: Distribution | float = self._time(edge.after) if edge.after else 0.0
        by = f"{station}, {outcome}"
        if edge.by != "direct":
            hand_off = self.site.hand_off(edge.by, goal, need.severity)
            if hand_off.desk is not None:
                to = To(self._desk(goal, hand_off, name, need, zone), edge.share, delay)
                yield silent.under_way(self, to, by, goal, name, zone)
                return
            delay = hand_off.delay
        ways = ways_on(self.scenario, station, goal, edge, need, zone)
        for key, share in self._stations(ways, name, need, zone):
            yield silent.under_way(self, To(key, edge.share * share, delay), by, goal, name, zone)

    def _goals(
        self,
        station: str,
        name: str,
        need: Need,
        zone: Zone,
        asking: bool = False,
        due: Due | None = None,
    ) -> list[tuple[str, float]]:
        """(station, share) of where those go who would go to ``station``, ``asking`` there or sent:
        there, or to what stands ``instead``; of a register with risks, for the visit that is
        ``due``.
        """
        ways = goals(self.scenario, station, need, zone, asking=asking)
        return self._stations(ways, name, need, zone, due)

    def _stations(
        self,
        ways: Iterable[tuple[str, float]],
        name: str,
        need: Need,
        zone: Zone,
        due: Due | None = None,
    ) -> list[tuple[str, float]]:
        """``ways`` (station, share) to the stations of this need and zone."""
        return [(self._station(goal, name, need, zone, due=due), share) for goal, share in ways]

    def _desk(self, goal: str, hand_off: HandOff, name: str, need: Need, zone: Zone) -> str:
        """The station where a referral to ``goal`` is decided, at once and by nobody: completed or
        not, straight on or by way of an assessment that is repeated.
        """
        what = hand_off.desk or ""
        key = joined_name(what, name, zone.zone)
        if key in self.stations:
            return key
        self.stations[key] = None
        arrive, again = hand_off.completed, hand_off.repeated
        assessment = None if again is None else self.scenario.stations[goal].assessment
        ways = []
        for goes, share in self._goals(goal, name, need, zone):
            repeated = again or 0.0 if assessment else 0.0
            to = To(goes, arrive * (1 - repeated) * share, hand_off.delay)
            ways.append(silent.under_way(self, to, what, goal, name, zone))
            if assessment:
                before = self._station(assessment, name, need, zone, goes)
                to = To(before, arrive * repeated * share, hand_off.delay)
                ways.append(silent.under_way(self, to, what, goal, name, zone))
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
        routing = {"completed": Routing(tuple(ways))}
        self.stations[key] = Station(key, [NOBODY], 0.0, routing=routing, labels=labels)
        return key

    def _time(self, spec: Time | None) -> Distribution:
        """The distribution that ``spec`` stands for: one for all stations that share it."""
        if spec is None:
            return NEVER
        if id(spec) not in self.distributions:
            self.distributions[id(spec)] = spec.distribution()
        return self.distributions[id(spec)]


def _paid(spec: StationSpec) -> dict[str, str]:
    """What a visit costs its resident and the public, in CNY, where it has a price."""
    if not spec.price:
        return {}
    return {"resident pays": repr(spec.price - spec.voucher), "voucher": repr(spec.voucher)}


def _or_never(hours: float | None) -> float:
    return math.inf if hours is None else hours
