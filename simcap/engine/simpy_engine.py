"""The readable reference: one replication under SimPy.

``journey`` is a resident's way through the network, read top to bottom. ``World`` holds what they meet: pools, the queues at
stations, the clock. There is no statistic in here; every decision is one of ``network.rules`` and every draw one of
``network.draws``.

SimPy runs its own events (priorities 0 and 1) before any other of the same time. That fits: a resident who is handed a place
goes on at once, and every event of ours, with a priority that packs (kind, a, b), waits until this is done.
A clock that has become stale (patience of who has been attended meanwhile) stays in SimPy's list and does nothing when it
rings; clocks that would ring at or after the horizon are not set at all.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterator
from typing import Any

import numpy as np
import simpy
from simpy.events import Event

from simcap.engine import limits
from simcap.engine.visits import LEFT, NO_POOL, UNDECIDED, Outcome, batch
from simcap.network import Network, draws, jit, rules
from simcap.network.clock import INFINITY, ticks
from simcap.network.draws import DELAY, DETERIORATION, DROP_OUT, NO_SHOW, NO_STATION, PATIENCE, PICK, REDIAL, ROUTING, SERVICE
from simcap.network.events import MOST_ARRIVALS, Kind, packed
from simcap.network.resolved import Access, Desk, Duration, Ways, arrival_blocks, resolve, start_limits

NOT_YET = INFINITY


def batches(network: Network, horizon: float, seed: int, replication: int, size: int) -> Iterator[np.ndarray]:
    """The visits of one replication, in batches of about ``size`` rows, simulated as they are asked for."""
    world = World(network, horizon, seed, replication)
    env, rows = world.env, world.rows
    while env.peek() < world.horizon:
        env.step()
        if len(rows) >= size:
            yield batch(rows)
            rows.clear()
    rows += world.open_rows()
    for first in range(0, len(rows), size):
        yield batch(rows[first:first + size])


def arrive(world: World, stream: int):
    """Start the journeys of one stream's residents when they arrive."""
    number = 0
    for block in world.arrivals(stream):
        for at in block.tolist():
            yield Moment(world.env, at, packed(Kind.JOIN, stream, number))
            if number >= MOST_ARRIVALS:
                raise limits.too_many(world.network, stream, at)
            resident = Resident(stream, number, at)
            world.env.process(journey(world, resident))
            number += 1


def journey(world: World, resident: Resident):
    """One resident, from arrival to leaving."""
    station: int | None
    station, at = world.enter(resident)
    if at > world.env.now:
        yield world.moment(at, Kind.JOIN, resident)
    while station is not None:
        outcome = world.join(resident, station)
        if outcome is Outcome.WAITING:
            outcome = yield resident.called
        if outcome is Outcome.ATTENDED:
            yield world.moment(world.session_end(resident), Kind.END, resident)
            outcome = world.finish(resident)
        station, at = world.go_on(resident, outcome)
        if station is not None:
            yield world.moment(at, Kind.JOIN, resident)


class Moment(Event):
    """An event at the time ``at`` with its own place among simultaneous ones."""

    __slots__ = ()

    def __init__(self, env: Any, at: int, priority: int, callback=None):
        self.env = env
        self.callbacks = [] if callback is None else [callback]
        self._value = None
        self._ok = True
        env.schedule(self, priority, at - env.now)


class Resident:
    """One resident and the visit they are in."""

    __slots__ = ("access", "arrived", "called", "first_draws", "joined", "joinings_now", "last_joined", "missed", "number", "occasion",
                 "occasions", "scheduled", "session", "started", "station", "stream", "tries")

    access: Any            # the Access by which they are attended, or None
    first_draws: tuple
    occasion: int
    station: int

    def __init__(self, stream: int, number: int, arrived: int):
        self.stream, self.number, self.arrived = stream, number, arrived
        self.occasions: dict[int, int] = {}
        self.session, self.scheduled, self.tries = 1, NOT_YET, 0
        self.joined = self.started = self.last_joined = NOT_YET
        self.joinings_now, self.missed, self.access = 0, False, None
        self.called: Event | None = None

    @property
    def place_in_line(self) -> tuple:
        return rules.rank(0, self.session, self.joined, self.stream, self.number)[1:]


class Line:
    """Those waiting at a station, first in the order of ``rules.rank``."""

    __slots__ = ("entries",)

    def __init__(self) -> None:
        self.entries: list[tuple] = []

    def __len__(self):
        return len(self.entries)

    def add(self, resident: Resident) -> None:
        insort(self.entries, (*resident.place_in_line, resident))

    def remove(self, resident: Resident) -> None:
        del self.entries[bisect_left(self.entries, resident.place_in_line)]

    def first(self, now: int, after: int) -> tuple | None:
        """The first who has waited ``after``: the first follow-up, or else the first on a first visit."""
        entries = self.entries
        if after == 0 or rules.waited_enough(now, entries[0][1], after):
            return entries[0]
        first = bisect_left(entries, (True,))
        if 0 < first < len(entries) and rules.waited_enough(now, entries[first][1], after):
            return entries[first]
        return None

    def equals(self, entry: tuple, now: int, after: int) -> list[tuple]:
        """All who share the standing of ``entry`` (follow-up or first visit) and have waited ``after``."""
        return [other for other in self.entries if other[0] == entry[0] and rules.waited_enough(now, other[1], after)]


class Staff:
    """A pool: ``limit`` are the places on which somebody may start, ``busy`` those at work."""

    __slots__ = ("busy", "limit", "lines", "picks", "position")

    def __init__(self, position: int):
        self.position, self.limit, self.busy, self.picks = position, 0, 0, 0
        self.lines: dict[int, tuple[Line, Desk, Access]] = {}


class World:
    """The state of one replication."""

    def __init__(self, network: Network, horizon: float, seed: int, replication: int):
        self.network, self.hours, self.seed, self.replication = network, horizon, seed, replication
        self.horizon = ticks(horizon)
        self.resolved = resolve(network)
        self.kernels = jit.compiled(draws)
        self.env: Any = simpy.Environment(initial_time=0)  # Any: to SimPy time may be a fraction, here it never is
        self.rows: list[tuple] = []
        self.present: dict[Resident, None] = {}
        self.desks = [self.resolved.desk(station) for station in network.stations]
        self.entries = [self.resolved.entry(stream) for stream in network.arrivals]
        self.lines = [Line() for _ in self.desks]
        self.attended = [0] * len(self.desks)
        self.staff = [Staff(position) for position in range(len(self.resolved.pools))]
        self.members = [[desk.position for desk in self.desks if any(a.pool == p.position for a in desk.pools)] for p in self.staff]
        for position, pool in enumerate(network.pools):
            self._follow_roster(position, start_limits(pool, horizon))
        for number, phase in enumerate(network.phases):
            self._follow_phase(number, ticks(phase.at), [self.resolved.desk(station) for station in phase.stations])
        for stream in range(len(network.arrivals)):
            self.env.process(arrive(self, stream))

    # ---- the clock -------------------------------------------------------------------------------------------------

    def moment(self, at: int, kind: Kind, resident: Resident) -> Event:
        """An event of ``resident`` at ``at``; one that never rings if this is not before the horizon."""
        if at >= self.horizon:
            return Event(self.env)
        return Moment(self.env, at, packed(kind, resident.stream, resident.number))

    def _ring(self, at: int, kind: Kind, a: int, b: int, call) -> None:
        if at < self.horizon:
            Moment(self.env, at, packed(kind, a, b), lambda _: call())

    def arrivals(self, stream: int) -> Iterator[np.ndarray]:
        return arrival_blocks(self.network.arrivals[stream], self.resolved.stream_keys[stream], self.hours, self.seed,
                              self.replication, self.kernels)

    def _follow_roster(self, position: int, steps) -> None:
        staff = self.staff[position]

        def step():
            for i, (at, limit) in enumerate(zip(steps[0].tolist(), steps[1].tolist(), strict=True)):
                if i:
                    yield Moment(self.env, at, packed(Kind.CAPACITY, position, 0))
                staff.limit = limit
                self.hand_out(staff)
        self.env.process(step())

    def _follow_phase(self, number: int, at: int, desks: list[Desk]) -> None:
        def begin():
            for desk in desks:
                self.desks[desk.position] = desk
        if at == 0:
            begin()
        else:
            self._ring(at, Kind.PHASE, number, 0, begin)

    # ---- draws -----------------------------------------------------------------------------------------------------

    def uniforms(self, resident: Resident, station_key: int, block: int) -> tuple:
        return self.kernels.uniforms(self.seed, self.replication, self.resolved.stream_keys[resident.stream], resident.number,
                                     station_key, resident.occasion, block)

    def duration(self, resident: Resident, station_key: int, use: int, what: Duration, factor: float = 1.0) -> int:
        """Microseconds of ``what`` for this resident at this occasion."""
        if what.fixed is not None and factor == 1.0:
            return what.fixed
        u = resident.first_draws[use] if use < 4 else self.uniforms(resident, station_key, 1)[use - 4]
        return self.kernels.duration(*what.row, u, factor, use, self.seed, self.replication,
                                     self.resolved.stream_keys[resident.stream], resident.number, station_key, resident.occasion)

    # ---- a resident's steps ----------------------------------------------------------------------------------------

    def enter(self, resident: Resident) -> tuple[int, int]:
        """The first station of ``resident`` and when they join it."""
        self.present[resident] = None
        resident.occasion, ways = 0, self.entries[resident.stream]
        delay = ways.delays[0].fixed
        if delay is None or ways.shortest or len(ways.goals) > 1:
            resident.first_draws = self.uniforms(resident, NO_STATION, 0)
            goal, delay = self._follow(resident, NO_STATION, ways)
        else:
            goal = ways.goals[0]
        resident.station = goal
        resident.session = 1
        return goal, rules.later(self.env.now, delay)

    def join(self, resident: Resident, station: int) -> Outcome:
        """Join ``station``: ATTENDED if there is a place, else WAITING or BALKED."""
        desk = self.desks[station]
        self._note_loop(resident, station)
        resident.joined = self.env.now
        resident.occasion = resident.occasions.get(station, 0)
        resident.occasions[station] = resident.occasion + 1
        if resident.occasion >= limits.MOST_JOININGS - 1:
            raise limits.too_often(self.network, resident.stream, resident.number, station, self.env.now)
        resident.first_draws = self.uniforms(resident, desk.key, 0)
        access = self._open_access(desk)
        if access is not None:
            self._seat(resident, desk, access)
            return Outcome.ATTENDED
        if resident.session == 1 and self._full(desk):
            return Outcome.BALKED
        self._wait(resident, desk)
        return Outcome.WAITING

    def _note_loop(self, resident: Resident, station: int) -> None:
        """Raise where this resident joins again and again while no time passes: the run would never end."""
        resident.joinings_now = resident.joinings_now + 1 if resident.last_joined == self.env.now else 1
        resident.last_joined = self.env.now
        if resident.joinings_now > limits.MOST_JOININGS_AT_ONCE:
            raise limits.for_ever(self.network, resident.stream, resident.number, station, self.env.now)

    def session_end(self, resident: Resident) -> int:
        """When the session that ``resident`` has just started will end."""
        desk = self.desks[resident.station]
        factor = 1.0 if desk.team else resident.access.factor
        return rules.later(self.env.now, self.duration(resident, desk.key, SERVICE, desk.service, factor))

    def finish(self, resident: Resident) -> Outcome:
        """The session ends: free its places, hand them out, and say what became of the visit."""
        desk = self.desks[resident.station]
        self.attended[desk.position] -= 1
        freed = [a.pool for a in desk.pools] if desk.team else [resident.access.pool]
        for position in freed:
            self.staff[position].busy -= 1
        for position in sorted(freed):
            self.hand_out(self.staff[position])
        if resident.missed:
            return Outcome.NO_SHOW
        if resident.session == desk.sessions:
            return Outcome.COMPLETED
        return Outcome.DROPPED_OUT if self._drops_out(resident, desk) else Outcome.SESSION

    def go_on(self, resident: Resident, outcome: Outcome) -> tuple[int | None, int]:
        """Close the visit and say which station comes next (None: leave), and when it is joined."""
        desk, now = self.desks[resident.station], self.env.now
        station: int | None
        if self._course_goes_on(resident, desk, outcome):
            scheduled = resident.started if resident.session == 1 else resident.scheduled
            due = rules.later(scheduled, desk.every)
            station, at, session, tries = desk.position, max(now, due), resident.session + 1, 0
        elif self._redials(resident, desk, outcome):
            station, session, tries, due = desk.position, 1, resident.tries + 1, NOT_YET
            at = rules.later(now, self.duration(resident, desk.key, DELAY, desk.redial_after))
        else:
            station, delay = self._follow(resident, desk.key, desk.ways[self._routed_as(resident, desk, outcome)])
            at, session, tries, due = rules.later(now, delay), 1, 0, NOT_YET
        self.rows.append(self._row(resident, LEFT if station is None else station, now, outcome))
        resident.session, resident.tries, resident.scheduled = session, tries, due
        resident.joined = resident.started = NOT_YET
        resident.access = None
        if station is None:
            del self.present[resident]
        else:
            resident.station = station
        return station, at

    def _drops_out(self, resident: Resident, desk: Desk) -> bool:
        return desk.drop_out > 0 and resident.session < desk.sessions and rules.happens(
            self.uniforms(resident, desk.key, 1)[DROP_OUT - 4], desk.drop_out)

    def _course_goes_on(self, resident: Resident, desk: Desk, outcome: Outcome) -> bool:
        if outcome is Outcome.NO_SHOW:
            return resident.session < desk.sessions and not self._drops_out(resident, desk)
        return outcome is Outcome.SESSION

    def _redials(self, resident: Resident, desk: Desk, outcome: Outcome) -> bool:
        return (outcome in (Outcome.RENEGED, Outcome.BALKED) and desk.redial > 0 and resident.session == 1 and rules.redials(
            self.uniforms(resident, desk.key, 1)[REDIAL - 4], desk.redial, resident.tries, desk.redial_at_most))

    def _routed_as(self, resident: Resident, desk: Desk, outcome: Outcome) -> str:
        if outcome is Outcome.NO_SHOW and resident.session < desk.sessions:
            return "dropped_out"
        return outcome.name.lower()

    def _follow(self, resident: Resident, key: int, ways: Ways) -> tuple[Any, int]:
        """The station that ``ways`` lead this resident to (None: leave), and the delay."""
        if ways.shortest:
            lengths = [rules.queue_length(len(self.lines[goal]), self.attended[goal]) for goal in ways.goals]
            option = lengths.index(min(lengths))
        else:
            option = rules.way(resident.first_draws[ROUTING], ways.cumulative)
            if option == len(ways.goals):
                return None, 0
        delay = ways.delays[option]
        return ways.goals[option], 0 if ways.goals[option] is None else self.duration(resident, key, DELAY, delay)

    # ---- queues and places -----------------------------------------------------------------------------------------

    def _has_place(self, access: Access) -> bool:
        staff = self.staff[access.pool]
        return rules.has_place(staff.limit, staff.busy, access.reserve)

    def _open_access(self, desk: Desk) -> Access | None:
        """How somebody joining ``desk`` now can start at once."""
        if desk.team:
            return desk.pools[0] if all(map(self._has_place, desk.pools)) else None
        for access in desk.pools:
            if access.after == 0 and self._has_place(access):
                return access
        return None

    def _seat(self, resident: Resident, desk: Desk, access: Access) -> None:
        for taken in desk.pools if desk.team else (access,):
            self.staff[taken.pool].busy += 1
        self.attended[desk.position] += 1
        resident.started, resident.access = self.env.now, access
        resident.missed = rules.happens(resident.first_draws[NO_SHOW], self.desks[desk.position].no_show)

    def _full(self, desk: Desk) -> bool:
        if rules.balks(len(self.lines[desk.position]), desk.queue_limit):
            return True
        return any(rules.balks(sum(len(self.lines[member]) for member in self.members[pool]), limit)
                   for pool, limit in desk.limit_pools)

    def _wait(self, resident: Resident, desk: Desk) -> None:
        """Put ``resident`` in line and set the clocks that may end the wait."""
        line, now = self.lines[desk.position], self.env.now
        if not line:
            for access in desk.pools:
                self.staff[access.pool].lines[desk.position] = line, desk, access
        line.add(resident)
        resident.called = call = Event(self.env)
        patience = desk.patience if resident.session == 1 else desk.patience_between
        clocks = [(Kind.RENEGE, Outcome.RENEGED, self.duration(resident, desk.key, PATIENCE, patience))]
        if resident.session == 1:
            worse = self.duration(resident, desk.key, DETERIORATION, desk.deterioration)
            clocks.append((Kind.DETERIORATE, Outcome.DETERIORATED, worse))
        for kind, outcome, after in clocks:
            at = rules.later(now, after)
            self._ring(at, kind, resident.stream, resident.number, lambda outcome=outcome: self._give_up(resident, call, outcome))
        for after in {access.after for access in desk.pools if access.after > 0}:
            at = rules.later(now, after)
            self._ring(at, Kind.ELIGIBLE, resident.stream, resident.number, lambda: self._try_further(resident, call))

    def _leave_line(self, resident: Resident) -> None:
        line = self.lines[resident.station]
        line.remove(resident)
        if not line:
            for access in self.desks[resident.station].pools:
                del self.staff[access.pool].lines[resident.station]

    def _give_up(self, resident: Resident, call: Event, outcome: Outcome) -> None:
        if not call.triggered:
            self._leave_line(resident)
            call.succeed(outcome)

    def _try_further(self, resident: Resident, call: Event) -> None:
        """A further pool may now attend ``resident``: hand out what it has."""
        if not call.triggered:
            for access in self.desks[resident.station].pools:
                self.hand_out(self.staff[access.pool])

    def hand_out(self, staff: Staff) -> None:
        """Give the free places of ``staff`` to those waiting, first by rank, until nobody more can start."""
        while staff.busy < staff.limit and staff.lines:
            entry, access, desk = self._next_for(staff)
            if entry is None:
                return
            resident = entry[-1]
            self._leave_line(resident)
            self._seat(resident, desk, desk.pools[0] if desk.team else access)
            resident.called.succeed(Outcome.ATTENDED)

    def _next_for(self, staff: Staff) -> tuple:
        """(entry, access, desk) of who is next for a place of ``staff``; entry None if nobody can start."""
        best: Any = None
        choice: tuple = (None, None, None)
        for line, desk, access in staff.lines.values():
            open_to = all(map(self._has_place, desk.pools)) if desk.team else self._has_place(access)
            entry = line.first(self.env.now, access.after) if open_to else None
            if entry is not None:
                resident = entry[-1]
                rank = rules.rank(access.priority, resident.session, resident.joined, resident.stream, resident.number)
                if best is None or rank < best:
                    best, choice = rank, (entry, access, desk)
        return self._picked(staff, best, *choice) if choice[0] is not None and choice[2].siro else choice

    def _picked(self, staff: Staff, best: tuple, entry: tuple, access: Access, desk: Desk) -> tuple:
        """One of those of the best standing, uniformly, at the stations whose discipline says so."""
        equals = []
        for position in sorted(staff.lines):
            line, other, way_in = staff.lines[position]
            can = all(map(self._has_place, other.pools)) if other.team else self._has_place(way_in)
            if other.siro and way_in.priority == best[0] and can:
                equals += [(candidate, way_in, other) for candidate in line.equals(entry, self.env.now, way_in.after)]
        u = self.kernels.uniforms(self.seed, self.replication, self.resolved.pool_keys[staff.position], staff.picks, PICK, 0, 0)[0]
        staff.picks += 1
        return equals[rules.pick(u, len(equals))]

    # ---- rows ------------------------------------------------------------------------------------------------------

    def _row(self, resident: Resident, goal: int, ended: int, outcome: Outcome) -> tuple:
        pool = NO_POOL if resident.access is None else resident.access.pool
        return (resident.number, resident.stream, resident.station, pool, goal, resident.occasion, resident.session,
                resident.arrived, resident.joined, resident.started, ended, outcome)

    def open_rows(self) -> list[tuple]:
        """A row for each resident who is still here, sorted by stream and number (each has just one)."""
        rows = []
        for resident in sorted(self.present, key=lambda r: (r.stream, r.number)):
            if resident.joined == NOT_YET:
                outcome = Outcome.IN_TRANSIT
                resident.occasion = resident.occasions.get(resident.station, 0)
            else:
                outcome = Outcome.WAITING if resident.started == NOT_YET else Outcome.ATTENDED
            rows.append(self._row(resident, UNDECIDED, NOT_YET, outcome))
        return rows
