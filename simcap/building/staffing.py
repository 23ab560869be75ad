"""Staff as pools of a network, and who attends whom.

One person is one place, whoever is attended. Hours that may go to others are a right to the places
of their pool over time (a pool ``within`` it): whoever starts by it takes one of its places. Where
hours are kept for others, the staff's own residents have a right as well, to the rest. Rooms are a
pool around all who sit in them.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from simcap.building.arrangement import Arrangement
from simcap.errors import ScenarioError
from simcap.lang import _
from simcap.mechanisms.contract import Beside, Lend
from simcap.network import Attend, Deterministic, Exponential, Pool, Roster, Slots, Vacancies
from simcap.network.roster import share_at
from simcap.scenario.calendars import Calendar
from simcap.scenario.fields import SEPARATOR
from simcap.scenario.schema import Need, Opening, PoolSpec, Seat, StationSpec, Zone
from simcap.scenario.staff import DISTRICT, YEAR, people, productive

NOBODY = "no staff needed"
"""The pool without end that attends where no staff do: desks at which referrals are decided,
lessons online, meetings that people from outside hold.
"""

OWN = "own residents"
"""The right of a staff's own residents, where some of its hours are kept for others."""

NOBODY = "no staff needed"
"""The pool without end that attends where no staff is needed: the desks at which referrals are
decided, and stations without pools.
"""

ROOMS = "rooms"
"""What the rooms of a pool are called, before the name of that pool."""

STANDING: dict[str, Any] = {
    "turnover": 0.0,
    "hours_each": None,
    "productive": 1.0,
    "elsewhere": 0.0,
    "raised": {},
    "places_at_most": None,
}
"""What makes of staff those who stand every shift of its roster."""


def joined_name(*parts: str) -> str:
    """«a | b | c»: the form of the names in a compiled network."""
    return SEPARATOR.join(parts)


class Staffing:
    """The pools of what ``arrangement`` arranges, by its ``calendar``, and who attends."""

    def __init__(self, arrangement: Arrangement, calendar: Calendar):
        self.arrangement, self.scenario = arrangement, arrangement.scenario
        self.calendar = calendar
        self.shifts = {name: tuple(sorted(r.week())) for name, r in self.scenario.rosters.items()}
        self.people = {name: people(pool, self.scenario) for name, pool in self.pools_written()}
        self.known: dict[tuple[str, int, str], tuple[Attend, ...]] = {}
        self.unattended: dict[str, None] = {}

    def pools_written(self) -> Iterable[tuple[str, PoolSpec]]:
        """(name, what is written of it) of each staff."""
        return self.scenario.pools.items()

    # ---- pools -----------------------------------------------------------------------------------

    def attended(self) -> None:
        """Raise ``ScenarioError`` if some of the stations asked about are attended by nobody."""
        if self.unattended:
            raise ScenarioError(self.unattended)

    def pools(self) -> Iterator[Pool]:
        """Every pool of the network that staff or rooms are. Asked when all stations are known:
        raises ``ScenarioError`` if some are attended by nobody.
        """
        self.attended()
        for name, spec in self.pools_written():
            for zone, number in self.people[name].items():
                yield from self._pools(name, spec, zone, number)

    def _pools(self, name: str, spec: PoolSpec, zone: str, number: float) -> Iterator[Pool]:
        """The staff ``name`` of ``zone``, the rights to its places, its rooms, who sits there."""
        own, rooms = self.pool_name(name, zone), self._rooms(spec, zone)
        where = DISTRICT if spec.part_of else zone
        staff = "" if isinstance(spec, Opening) else spec.part_of or name
        labels = {"staff": staff, "zone": where, "hours": "kept"}
        if spec.slots:
            yield Pool(own, self._slots(spec, number), spec.last_start, spec.queue_limit, labels)
            return
        within: tuple[str, ...] = () if rooms is None else (joined_name(ROOMS, own),)
        roster, lends = self._roster(name, spec, number, zone), self._lends(name, zone)
        limit = None if self._kept(name, zone) else spec.queue_limit
        yield Pool(own, roster, spec.last_start, limit, labels, within)
        yield from self._rights(own, roster, lends, spec, labels)
        if rooms is not None:
            yield Pool(within[0], rooms, labels={**labels, "staff": "", "hours": "rooms"})
        for beside in self.arrangement.beside.get((name, zone), ()):
            standing = self._standing(name, spec, beside)
            hourly = {"paid": "by the hour"} if beside.by_hour else {}
            yield Pool(beside.name, standing, spec.last_start, None, labels | hourly, within)

    def _rights(
        self, own: str, roster: Roster, lends: list[Lend], spec: PoolSpec, labels: dict
    ) -> Iterator[Pool]:
        """The rights to the places of the pool ``own``: of those to whom it lends, and of its own
        residents where hours are kept for others.
        """
        right = {**labels, "hours": "right"}
        kept = [lend for lend in lends if lend.kept]
        if kept:
            rest = roster.split(*(lend.share for lend in kept))[0]
            yield Pool(joined_name(own, OWN), rest, 0.0, spec.queue_limit, right, (own,))
        in_order = [*kept, *(lend for lend in lends if not lend.kept)]
        parts = roster.split(*(lend.share for lend in in_order))[1:] if in_order else ()
        for lend, part in zip(in_order, parts, strict=True):
            if lend.users:
                name = joined_name(own, lend.name)
                yield Pool(name, part, labels=right, within=(own,))

    def _lends(self, name: str, zone: str) -> list[Lend]:
        """What the staff of ``zone`` lend; together no more than there is, at any time."""
        lends = sorted(self.arrangement.lends.get((name, zone), ()), key=lambda lend: lend.name)
        steps = {
            lend.name: lend.share if isinstance(lend.share, tuple) else ((0.0, lend.share),)
            for lend in lends
        }
        for at in sorted({step[0] for dated in steps.values() for step in dated}):
            lent = {part: share_at(dated, at) for part, dated in steps.items()}
            if math.fsum(lent.values()) > 1 + 1e-9:
                parts = ", ".join(f"{share:.0%} {part}" for part, share in lent.items())
                raise ScenarioError(
                    _(
                        "pools.{name}: at most 100 % of the hours lent by {zone} wanted, got"
                        " {got:.0%} ({parts})",
                        name=name,
                        zone=zone,
                        got=math.fsum(lent.values()),
                        parts=parts,
                    )
                )
        return lends

    def _kept(self, name: str, zone: str) -> bool:
        """Whether some hours of the staff of ``zone`` are kept for others."""
        return any(lend.kept for lend in self.arrangement.lends.get((name, zone), ()))

    def _rooms(self, spec: PoolSpec, zone: str) -> int | None:
        """How many people the rooms of ``zone`` hold."""
        rooms = spec.places_at_most
        if isinstance(rooms, str):
            column = self.scenario.column(rooms)
            return int(math.fsum(column.values()) if zone == DISTRICT else column[zone])
        return rooms

    # ---- rosters ---------------------------------------------------------------------------------

    def _roster(self, name: str, spec: PoolSpec, number: float, zone: str) -> Roster:
        roster, share = self.scenario.rosters[spec.roster], productive(spec, zone)
        places = 1.0 if spec.hours_each is not None else number * share
        return Roster(
            tuple((start, end, count * places) for start, end, count in self.shifts[spec.roster]),
            None if spec.hours_each is None else number * spec.hours_each * share,
            self._rooms(spec, zone),
            self.calendar.week_starts,
            self.calendar.shut(roster, self.scenario),
            made_up=self.calendar.worked(roster),
            vacancies=self._vacancies(name, spec, number, zone),
        )

    def _vacancies(self, name: str, spec: PoolSpec, number: float, zone: str) -> Vacancies | None:
        """When the posts of ``number`` people are empty: who is there leaves at the rate of the
        turnover, and is replaced after the time that recruiting takes.
        """
        if not (number and spec.turnover and spec.recruitment):
            return None
        stays, gap = Exponential(YEAR / spec.turnover), Deterministic(spec.recruitment)
        return Vacancies(number, stays, gap, self.pool_name(name, zone))

    def _standing(self, name: str, spec: PoolSpec, beside: Beside) -> Roster:
        """The hours of those who stand every shift of the staff's roster."""
        stands = spec.model_copy(update=STANDING)
        return self._roster(name, stands, float(beside.places), beside.zone)

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
            cycle_starts=self.calendar.week_starts,
            closed=self.calendar.closed,
            length=spec.hours_of_slot(),
            made_up=() if spec.make_up_days == "free" else self.calendar.made_up,
        )

    def pool_name(self, name: str, zone: str) -> str:
        """The pool of the staff ``name`` in ``zone``."""
        own = zone == DISTRICT or self.scenario.pools[name].zone is not None
        return name if own else joined_name(name, zone)

    # ---- who attends -----------------------------------------------------------------------------

    def caseload(self, spec: StationSpec, zone: Zone) -> str | None:
        """The pool that holds a place for a whole course."""
        if spec.caseload is None:
            return None
        per_zone = self.scenario.pools[spec.caseload].per == "zone"
        return self.pool_name(spec.caseload, zone.zone if per_zone else DISTRICT)

    def attending(self, station: str, need: Need, zone: Zone) -> tuple[Attend, ...]:
        """Who attends ``station`` in ``zone``: the same for all needs of one priority."""
        spec = self.scenario.stations[station]
        if not spec.pools:
            return (Attend(NOBODY),)
        priority = spec.priority
        if isinstance(priority, dict):
            priority = priority.get(need.severity, priority.get("default", 0))
        key = station, priority, zone.zone
        if key not in self.known:
            seats = tuple(self._seats(station, spec, priority, zone))
            self.known[key] = seats or self._nobody(station, spec, zone)
        return self.known[key]

    def _nobody(self, station: str, spec: StationSpec, zone: Zone) -> tuple[Attend, ...]:
        """Note that all pools of ``station`` are those of other zones; a pool in their place."""
        where = sorted({self.scenario.pools[seat.pool].zone or "" for seat in spec.pools})
        self.unattended[
            _(
                "stations.{station}.pools: somebody who attends the residents of {zone}"
                " wanted, got pools of {where} alone",
                station=station,
                zone=zone.zone,
                where=_(" and ").join(where),
            )
        ] = None
        return (Attend(spec.pools[0].pool),)

    def _seats(
        self, station: str, spec: StationSpec, priority: int, zone: Zone
    ) -> Iterator[Attend]:
        """For each pool those of the zone, who stands beside them, what is lent to the zone; then
        who helps from other pools.
        """
        queues = not spec.team and spec.diary is None
        for seat in spec.pools:
            pool = self.scenario.pools[seat.pool]
            seat = seat.model_copy(update={"priority": seat.priority + priority})
            where = zone.zone if pool.per == "zone" else pool.zone or DISTRICT
            if pool.zone is not None and pool.zone != zone.zone:
                continue
            own = self.pool_name(seat.pool, where)
            yield _attend(joined_name(own, OWN) if self._kept(seat.pool, where) else own, seat)
            if queues:
                for beside in self.arrangement.beside.get((seat.pool, where), ()):
                    yield _attend(beside.name, seat)
                yield from _equals(self._lent_to(seat, seat.pool, zone.zone, ""))
            elif spec.diary is not None and spec.diary.others_after is not None:
                yield from _equals(self._other_slots(seat, spec.diary.others_after, zone.zone))
        if queues:
            seat = spec.pools[0].model_copy(update={"priority": priority, "equal": False})
            yield from _equals(
                attend
                for name in sorted(self.scenario.pools)
                for attend in self._lent_to(seat, name, zone.zone, station)
            )

    def _other_slots(self, seat: Seat, after: float, zone: str) -> Iterator[Attend]:
        """The slots of other zones, for who would otherwise wait so long."""
        per_zone = self.scenario.pools[seat.pool].per == "zone"
        for other in sorted(self.people[seat.pool]) if per_zone else ():
            if other == zone:
                continue
            name = self.pool_name(seat.pool, other)
            yield Attend(name, after=max(seat.after, after), factor=seat.factor)

    def _lent_to(self, seat: Seat, name: str, zone: str, station: str) -> Iterator[Attend]:
        """What is lent of the staff ``name`` to ``zone``, at its own stations or at a ``station``
        of others.
        """
        for lender in sorted(self.people[name]):
            for lend in self.arrangement.lends.get((name, lender), ()):
                right = station in lend.stations if station else not lend.stations
                if zone in lend.users and right:
                    pool = joined_name(self.pool_name(name, lender), lend.name)
                    yield _attend(pool, seat, lend.users[zone], lend.factor)


def _attend(name: str, seat: Seat, later: int = 0, factor: float = 1.0) -> Attend:
    priority, factor = seat.priority + later, seat.factor * factor
    return Attend(name, priority, seat.after, seat.reserve, factor, seat.equal)


def _equals(attends: Iterable[Attend]) -> Iterator[Attend]:
    """``attends`` of equal standing with each other: which is asked first is drawn, so that no name
    decides whose staff are away first.
    """
    for i, attend in enumerate(attends):
        yield replace(attend, equal=i > 0)
