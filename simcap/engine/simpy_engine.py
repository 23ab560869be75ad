"""The readable reference: one replication under SimPy.

``journey`` is a resident's way through the network, read top to bottom. ``World`` holds what they
meet: pools, the queues at stations, the clock. There is no statistic in here; every decision is one
of ``network.rules`` and every draw one of ``network.draws``.

SimPy runs its own events (priorities 0 and 1) before any other of the same time. That fits: a
resident who is handed a place goes on at once, and every event of ours, with a priority that packs
(kind, a, b), waits until this is done. A clock that has become stale (patience of who has been
attended meanwhile) stays in SimPy's list and does nothing when it rings; clocks that would ring at
or after the horizon are not set at all.
"""

from __future__ import annotations

import heapq
import math
from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
import simpy
from simpy.events import Event

from simcap.engine import limits
from simcap.engine.simpy_diary import Book, Booking
from simcap.engine.simpy_reviews import Decision, Reviews
from simcap.engine.visits import LEFT, NO_POOL, UNDECIDED, Outcome, batch
from simcap.network import Network, Station, draws, jit, recovery, rules
from simcap.network.clock import INFINITY, ticks
from simcap.network.diary import Slots
from simcap.network.draws import (
    DELAY,
    DETERIORATION,
    DROP_OUT,
    NO_SHOW,
    NO_STATION,
    PATIENCE,
    PICK,
    REDIAL,
    ROUTING,
    SERVICE,
    WHETHER_FOUND,
    WHOM,
)
from simcap.network.events import MOST_ARRIVALS, Kind, packed
from simcap.network.resolved import (
    UNLIMITED,
    Access,
    Desk,
    Duration,
    Ways,
    arrival_blocks,
    resolve,
    review_times,
    slots,
    start_limits,
)

NOT_YET = INFINITY
ATTENDED_WELL = (Outcome.COMPLETED, Outcome.SESSION, Outcome.DROPPED_OUT)
"""Outcomes of sessions that were attended."""


def batches(
    network: Network,
    horizon: float,
    seed: int,
    replication: int,
    size: int,
    decisions: list[Decision],
) -> Iterator[np.ndarray]:
    """The visits of one replication, in batches of about ``size`` rows, simulated as they are asked
    for; ``decisions`` of reviews are added.
    """
    world = World(network, horizon, seed, replication, decisions)
    env, rows = world.env, world.rows
    while env.peek() < world.horizon:
        env.step()
        if len(rows) >= size:
            yield batch(rows)
            rows.clear()
    rows += world.open_rows()
    for first in range(0, len(rows), size):
        yield batch(rows[first : first + size])


def arrive(world: World, stream: int):
    """Start the journeys of one stream's residents when they arrive."""
    number = 0
    for block in world.arrivals(stream):
        for at in block.tolist():
            yield Moment(world.env, at, packed(Kind.JOIN, world.turns[stream], number))
            if number >= MOST_ARRIVALS:
                raise limits.too_many(world.network, stream, at)
            resident = Resident(stream, world.turns[stream], number, at)
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
            yield world.session(resident)
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

    __slots__ = (
        "access",
        "arrived",
        "booking",
        "called",
        "course",
        "first_draws",
        "group",
        "joined",
        "joinings_now",
        "last_joined",
        "missed",
        "number",
        "occasion",
        "occasions",
        "released",
        "scheduled",
        "session",
        "standing",
        "started",
        "station",
        "stream",
        "tries",
        "turn",
    )

    access: Any  # the Access by which they are attended, or None
    booking: Any  # their Booking, or None
    group: Any  # those attended together with them, first by rank, or None
    course: Course
    released: Event  # what ends their session, where they are not the first of their group
    first_draws: tuple
    occasion: int
    station: int

    def __init__(self, stream: int, turn: int, number: int, arrived: int):
        self.stream, self.turn, self.number, self.arrived = stream, turn, number, arrived
        self.occasions: dict[int, int] = {}
        self.session, self.scheduled, self.tries, self.standing = 1, NOT_YET, 0, 0
        self.joined = self.started = self.last_joined = NOT_YET
        self.joinings_now, self.missed, self.access, self.booking, self.group = (
            0,
            False,
            None,
            None,
            None,
        )
        self.called: Event | None = None
        self.course = Course(hours(arrived))

    @property
    def place_in_line(self) -> tuple:
        return rules.rank(0, self.standing, self.joined, self.turn, self.number)[1:]


class Course:
    """The episode of a resident: its number, when it began (hours; NaN between two), when the first
    session of a course was and how many were attended, the last at which station, and whether that
    completed a course.
    """

    __slots__ = ("asked", "at", "completed", "episode", "first", "sessions")

    def __init__(self, asked: float, episode: int = 0):
        self.asked, self.episode, self.first, self.sessions = asked, episode, math.nan, 0
        self.at, self.completed = -1, False

    def attended(self, station: int, started: int, completed: bool) -> None:
        if self.sessions == 0:
            self.first = hours(started)
        self.sessions += 1
        self.at, self.completed = station, completed


def hours(at: int) -> float:
    """Microseconds in hours, as visits want them."""
    return at / 3.6e9


class Line:
    """Those waiting at a station, first in the order of ``rules.rank``. ``standing`` is that of
    first sessions and that of follow-ups.
    """

    __slots__ = ("entries", "standing")

    def __init__(self, standing: tuple[int, int]) -> None:
        self.standing = standing
        self.entries: list[tuple] = []

    def __len__(self):
        return len(self.entries)

    def add(self, resident: Resident) -> None:
        insort(self.entries, (*resident.place_in_line, resident))

    def remove(self, resident: Resident) -> None:
        del self.entries[bisect_left(self.entries, resident.place_in_line)]

    def first(
        self, now: int, after: int, follow_ups: bool = True, new: bool = True
    ) -> tuple | None:
        """The first who has waited ``after``, of the ``follow_ups`` and of the ``new``, those on a
        first visit: of whom goes first, or else of the others.
        """
        entries = self.entries
        if follow_ups and new and (after == 0 or rules.waited_enough(now, entries[0][1], after)):
            return entries[0]
        for head in self._heads(follow_ups, new):
            if rules.waited_enough(now, head[1], after):
                return head
        return None

    def longest(self, now: int) -> int:
        """How long whoever has waited longest has waited; 0 if nobody waits."""
        return max((now - head[1] for head in self._heads()), default=0)

    def _heads(self, follow_ups: bool = True, new: bool = True) -> list[tuple]:
        """The first of the follow-ups and the first of the new, where there are any and they are
        asked for, in the order of their standing.
        """
        behind = bisect_left(self.entries, (max(self.standing),))
        ahead_wanted, behind_wanted = (
            (follow_ups, new) if self.standing[0] > self.standing[1] else (new, follow_ups)
        )
        return (
            self.entries[:1] * (ahead_wanted and behind > 0)
            + self.entries[behind : behind + 1] * behind_wanted
        )

    def equals(self, standing: int, now: int, after: int) -> list[tuple]:
        """All of this ``standing`` who have waited ``after``."""
        return [
            other
            for other in self.entries
            if other[0] == standing and rules.waited_enough(now, other[1], after)
        ]


class Staff:
    """A pool: ``limit`` are the places on which somebody may start (those of the ``roster``, but
    ``at_most`` what a review allows), ``busy`` those at work.
    """

    __slots__ = ("at_most", "busy", "limit", "lines", "picks", "position", "roster")

    def __init__(self, position: int):
        self.position, self.limit, self.busy, self.picks = position, 0, 0, 0
        self.roster, self.at_most = 0, UNLIMITED
        self.lines: dict[int, tuple[Line, Desk, Access]] = {}

    def allow(self, roster: int, at_most: int) -> None:
        self.roster, self.at_most, self.limit = roster, at_most, rules.places_left(roster, at_most)


class World:
    """The state of one replication."""

    def __init__(
        self,
        network: Network,
        horizon: float,
        seed: int,
        replication: int,
        decisions: list[Decision],
    ):
        self.network, self.hours, self.seed, self.replication = network, horizon, seed, replication
        self.horizon = ticks(horizon)
        self.resolved = resolve(network)
        self.kernels = jit.compiled(draws)
        order = self.resolved.order_of_streams((seed, replication))
        self.turns = sorted(range(len(order)), key=order.__getitem__)
        self.env: Any = simpy.Environment(
            initial_time=0
        )  # Any: to SimPy time may be a fraction, here it never is
        self.rows: list[tuple] = []
        self.present: dict[Resident, None] = {}
        self.desks = [self._desk(station) for station in network.stations]
        self.entries = [self.resolved.entry(stream) for stream in network.arrivals]
        self.lines = [Line(desk.standing) for desk in self.desks]
        self.attended, self.came, self.closed = (
            [0] * len(self.desks),
            [0] * len(self.desks),
            [False] * len(self.desks),
        )
        self.around = self.resolved.around
        self.nested = any(self.around)
        self.staff = [Staff(position) for position in range(len(self.resolved.around))]
        for staff, places in zip(
            self.staff[len(network.pools) :], self.resolved.joint, strict=True
        ):
            staff.allow(places, UNLIMITED)
        self.members = [
            [desk.position for desk in self.desks if any(a.pool == p.position for a in desk.pools)]
            for p in self.staff
        ]
        self.books = {
            position: Book(*slots(network, pool, horizon))
            for position, pool in enumerate(network.pools)
            if isinstance(pool.capacity, Slots)
        }
        self.reviews = Reviews(self, decisions)
        self._follow_reviews([review_times(review, horizon) for review in network.reviews])
        self._follow_rosters(
            [start_limits(pool, horizon, (seed, replication)) for pool in network.pools]
        )
        for number, phase in enumerate(network.phases):
            self._follow_phase(
                number, ticks(phase.at), [self._desk(station) for station in phase.stations]
            )
        for stream in range(len(network.arrivals)):
            self.env.process(arrive(self, stream))

    def _desk(self, station: Station) -> Desk:
        """``station`` as it is in this replication."""
        desk = self.resolved.desk(station)
        return self.resolved.in_turn(desk, (self.seed, self.replication))

    # ---- the clock -------------------------------------------------------------------------------

    def moment(self, at: int, kind: Kind, resident: Resident) -> Event:
        """An event of ``resident`` at ``at``; one that never rings if this is not before the
        horizon.
        """
        if at >= self.horizon:
            return Event(self.env)
        return Moment(self.env, at, packed(kind, resident.turn, resident.number))

    def _ring(self, at: int, kind: Kind, a: int, b: int, call) -> None:
        if at < self.horizon:
            Moment(self.env, at, packed(kind, a, b), lambda _: call())

    def arrivals(self, stream: int) -> Iterator[np.ndarray]:
        return arrival_blocks(
            self.network.arrivals[stream],
            self.resolved.stream_keys[stream],
            self.hours,
            self.seed,
            self.replication,
            self.kernels,
        )

    def _follow_rosters(self, rosters: list[tuple[np.ndarray, np.ndarray]]) -> None:
        """All pools that change at one moment have done so before their places are handed out."""
        changes: dict[int, list[tuple[Staff, int]]] = {}
        for staff, (times, places) in zip(self.staff, rosters, strict=False):
            staff.allow(int(places[0]), staff.at_most)
            for at, limit in zip(times[1:].tolist(), places[1:].tolist(), strict=True):
                changes.setdefault(at, []).append((staff, limit))

        def step():
            for at in sorted(changes):
                yield Moment(self.env, at, packed(Kind.CAPACITY, 0, 0))
                for staff, limit in changes[at]:
                    staff.allow(limit, staff.at_most)
                self.open([staff.position for staff, _ in changes[at]])

        self.env.process(step())

    def _follow_reviews(self, times_of: list[list[int]]) -> None:
        """All reviews of one moment have read, and changed places, before any are handed out."""
        held: dict[int, list[int]] = {}
        for position, times in enumerate(times_of):
            for at in times:
                held.setdefault(at, []).append(position)

        def step():
            for at in sorted(held):
                yield Moment(self.env, at, packed(Kind.REVIEW, 0, 0))
                self.open(self.reviews.hold(held[at]))

        self.env.process(step())

    def _follow_phase(self, number: int, at: int, desks: list[Desk]) -> None:
        def begin():
            for desk in desks:
                self.desks[desk.position] = desk

        if at == 0:
            begin()
        else:
            self._ring(at, Kind.PHASE, number, 0, begin)

    # ---- draws -----------------------------------------------------------------------------------

    def uniforms(self, resident: Resident, station_key: int, block: int) -> tuple:
        return self.kernels.uniforms(
            self.seed,
            self.replication,
            self.resolved.stream_keys[resident.stream],
            resident.number,
            station_key,
            resident.occasion,
            block,
        )

    def duration(
        self, resident: Resident, station_key: int, use: int, what: Duration, factor: float = 1.0
    ) -> int:
        """Microseconds of ``what`` for this resident at this occasion."""
        if what.fixed is not None and factor == 1.0:
            return what.fixed
        u = (
            resident.first_draws[use]
            if use < 4
            else self.uniforms(resident, station_key, 1)[use - 4]
        )
        return self.kernels.duration(
            *what.row,
            u,
            factor,
            use,
            self.seed,
            self.replication,
            self.resolved.stream_keys[resident.stream],
            resident.number,
            station_key,
            resident.occasion,
        )

    # ---- a resident's steps ----------------------------------------------------------------------

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
        self._note_episode(resident, desk)
        resident.standing = rules.standing(resident.session, *desk.standing)
        resident.occasion = resident.occasions.get(station, 0)
        resident.occasions[station] = resident.occasion + 1
        if resident.occasion >= limits.MOST_JOININGS - 1:
            raise limits.too_often(
                self.network, resident.stream, resident.number, station, self.env.now
            )
        resident.first_draws = self.uniforms(resident, desk.key, 0)
        self.came[station] += 1
        for watching in self.reviews.at[station]:
            watching.joined(self.env.now)
        access = self._access_at_once(resident, desk)
        if access is not None:
            self._seat(resident, desk, access)
            return Outcome.ATTENDED
        if resident.session == 1 and (self._full(desk) or self._cannot_be_booked(resident, desk)):
            self._give_back(resident)
            return Outcome.BALKED
        self._wait(resident, desk)
        return Outcome.WAITING

    def _note_episode(self, resident: Resident, desk: Desk) -> None:
        """Who joins ``desk`` is between two episodes, or in one, which may begin."""
        if desk.between:
            resident.course.asked, resident.course.completed = math.nan, False
        elif math.isnan(resident.course.asked):
            resident.course = Course(hours(self.env.now), resident.course.episode)

    def _note_loop(self, resident: Resident, station: int) -> None:
        """Raise where this resident joins again and again while no time passes: the run would never
        end.
        """
        resident.joinings_now = (
            resident.joinings_now + 1 if resident.last_joined == self.env.now else 1
        )
        resident.last_joined = self.env.now
        if resident.joinings_now > limits.MOST_JOININGS_AT_ONCE:
            raise limits.for_ever(
                self.network, resident.stream, resident.number, station, self.env.now
            )

    def session(self, resident: Resident) -> Event:
        """The end of the session that ``resident`` has just started; in a group, that of the first
        of them.
        """
        if resident.group is not None and resident.group[0] is not resident:
            resident.released = Event(self.env)
            return resident.released
        desk = self.desks[resident.station]
        factor = 1.0 if desk.team else resident.access.factor
        lasts = self.duration(resident, desk.key, SERVICE, desk.service, factor)
        return self.moment(rules.later(self.env.now, lasts), Kind.END, resident)

    def finish(self, resident: Resident) -> Outcome:
        """The session ends: say what became of the visit; who is alone, or the first of a group,
        frees its places and hands them out.
        """
        desk = self.desks[resident.station]
        outcome = self._outcome(resident, desk)
        if resident.group is None or resident.group[0] is resident:
            self.attended[desk.position] -= len(resident.group or (resident,))
            for watching in self.reviews.at[desk.position]:
                watching.worked += self.env.now - resident.started
            freed = (
                []
                if desk.diary
                else [a.pool for a in desk.pools]
                if desk.team
                else [resident.access.pool]
            )
            if desk.caseload is not None and not self._course_goes_on(resident, desk, outcome):
                freed.append(desk.caseload.pool)
            self._free(freed)
            for member in (resident.group or ())[1:]:
                member.released.succeed()
        return outcome

    def _outcome(self, resident: Resident, desk: Desk) -> Outcome:
        if resident.missed:
            return Outcome.NO_SHOW
        if resident.session == desk.sessions:
            return Outcome.COMPLETED
        return Outcome.DROPPED_OUT if self._drops_out(resident, desk) else Outcome.SESSION

    def _free(self, pools: list[int]) -> None:
        """A place of each of ``pools``, and of those they are within, is free: hand them out."""
        if not self.nested:
            self._occupy(pools, -1)
            self.hand_out([self.staff[position] for position in pools])
            return
        opened: dict[int, None] = {}
        for position in pools:
            for freed in (position, *self.around[position]):
                staff = self.staff[freed]
                opened[freed] = None
                if rules.was_short(staff.limit, staff.busy, self.resolved.most[freed]):
                    opened.update(dict.fromkeys(self.resolved.inside[freed]))
        self._occupy(pools, -1)
        self.hand_out([self.staff[position] for position in opened])

    def _occupy(self, pools: list[int], change: int) -> None:
        """So many more are at work at each of ``pools``, and at those they are within."""
        for position in pools:
            self.staff[position].busy += change
            for outer in self.around[position]:
                self.staff[outer].busy += change

    def open(self, pools: Iterable[int]) -> None:
        """Hand out the places of ``pools``, and of those within them, which may offer more now."""
        opened: dict[int, None] = {}
        for position in pools:
            opened.update(dict.fromkeys((position, *self.resolved.inside[position])))
        self.hand_out([self.staff[position] for position in opened])

    def go_on(self, resident: Resident, outcome: Outcome) -> tuple[int | None, int]:
        """Close the visit and say which station comes next (None: leave), and when it is joined."""
        desk, now = self.desks[resident.station], self.env.now
        station: int | None
        goes_on = self._course_goes_on(resident, desk, outcome)
        if desk.recovery is not None and outcome in ATTENDED_WELL:
            resident.course.attended(desk.position, resident.started, outcome is Outcome.COMPLETED)
        for watching in () if goes_on else self.reviews.at[desk.position]:
            watching.closed(resident.session, outcome)
        if goes_on:
            scheduled = resident.started if resident.session == 1 else resident.scheduled
            due = rules.next_due(
                scheduled, desk.every, resident.started, now, desk.least_gap, desk.recurs
            )
            station, at, session, tries = desk.position, max(now, due), resident.session + 1, 0
        elif self._redials(resident, desk, outcome):
            station, session, tries, due = desk.position, 1, resident.tries + 1, NOT_YET
            at = rules.later(now, self.duration(resident, desk.key, DELAY, desk.redial_after))
        else:
            station, delay = self._follow(
                resident, desk.key, desk.ways[self._routed_as(resident, desk, outcome)]
            )
            at, session, tries, due = rules.later(now, delay), 1, 0, NOT_YET
            if station is None:
                station = self._recovers(resident)
        self.rows.append(self._row(resident, LEFT if station is None else station, now, outcome))
        resident.session, resident.tries, resident.scheduled = session, tries, due
        resident.joined = resident.started = NOT_YET
        resident.access = resident.group = resident.booking = None
        if desk.diary and session > 1:
            resident.booking = self._earliest(resident, desk, at, INFINITY)
        if desk.finds is not None and outcome is Outcome.COMPLETED:
            self._find(resident, desk)
        if station is None:
            del self.present[resident]
        else:
            resident.station = station
        return station, at

    def _recovers(self, resident: Resident) -> int | None:
        """Where ``resident``, who would leave, goes because they recover; None if they do not."""
        course = resident.course
        heals = self.desks[course.at].recovery if course.completed else None
        if heals is None:
            return None
        home, sessions, wait, shares = heals
        waited = course.first - course.asked
        share = recovery.chance(sessions, wait, shares, 0, len(shares), course.sessions, waited)
        key = self.resolved.stream_keys[resident.stream]
        fate = self.seed, self.replication
        if not jit.compiled(recovery).recovered(*fate, key, resident.number, course.episode, share):
            return None
        course.episode += 1
        return home

    def _find(self, resident: Resident, desk: Desk) -> None:
        """The visit of ``resident`` at ``desk`` is over: it falls on somebody, who may be found."""
        assert desk.finds is not None
        stations, among, share = desk.finds
        lines = [self.lines[station] for station in stations]
        words = self.uniforms(resident, desk.key, 1)
        position = rules.falls_on(words[WHOM - 4], sum(map(len, lines)), among)
        if position >= 0 and rules.happens(words[WHETHER_FOUND - 4], share):
            for line in lines:
                if position < len(line):
                    other = line.entries[position][-1]
                    self._give_up(other, other.called, Outcome.FOUND)
                    return
                position -= len(line)

    def _drops_out(self, resident: Resident, desk: Desk) -> bool:
        return (
            desk.drop_out > 0
            and resident.session < desk.sessions
            and rules.happens(self.uniforms(resident, desk.key, 1)[DROP_OUT - 4], desk.drop_out)
        )

    def _course_goes_on(self, resident: Resident, desk: Desk, outcome: Outcome) -> bool:
        if outcome is Outcome.NO_SHOW:
            return resident.session < desk.sessions and not self._drops_out(resident, desk)
        return outcome is Outcome.SESSION

    def _redials(self, resident: Resident, desk: Desk, outcome: Outcome) -> bool:
        return (
            outcome in (Outcome.RENEGED, Outcome.BALKED)
            and desk.redial > 0
            and resident.session == 1
            and rules.redials(
                self.uniforms(resident, desk.key, 1)[REDIAL - 4],
                desk.redial,
                resident.tries,
                desk.redial_at_most,
            )
        )

    def _routed_as(self, resident: Resident, desk: Desk, outcome: Outcome) -> str:
        if outcome is Outcome.NO_SHOW and resident.session < desk.sessions:
            return "dropped_out"
        return outcome.name.lower()

    def _follow(self, resident: Resident, key: int, ways: Ways) -> tuple[Any, int]:
        """The station that ``ways`` lead this resident to (None: leave), and the delay."""
        if ways.shortest:
            lengths = [
                rules.queue_length(len(self.lines[goal]), self.attended[goal])
                for goal in ways.goals
            ]
            equals = [i for i, length in enumerate(lengths) if length == min(lengths)]
            u = resident.first_draws[ROUTING]
            option = equals[rules.pick(u, len(equals)) if len(equals) > 1 else 0]
        else:
            option = rules.way(resident.first_draws[ROUTING], ways.cumulative)
            if option == len(ways.goals):
                return None, 0
        delay = ways.delays[option]
        return ways.goals[option], 0 if ways.goals[option] is None else self.duration(
            resident, key, DELAY, delay
        )

    # ---- queues and places -----------------------------------------------------------------------

    def _has_place(self, access: Access) -> bool:
        staff = self.staff[access.pool]
        return rules.has_place(staff.limit, staff.busy, access.reserve)

    def _can_start(self, desk: Desk, access: Access, first: bool) -> bool:
        """Whether there are the places of a session at ``desk`` by ``access`` (of a team: by all of
        its own), and, for a ``first`` one, of a course's caseload.
        """
        if desk.plain:
            staff = self.staff[access.pool]
            return rules.has_place(staff.limit, staff.busy, access.reserve)
        taken = [*desk.pools] if desk.team else [access]
        if first and desk.caseload is not None:
            taken.append(desk.caseload)
        if not desk.bound:
            return all(map(self._has_place, taken))
        self._occupy([each.pool for each in taken], 1)
        fits = all(map(self._has_taken, taken))
        self._occupy([each.pool for each in taken], -1)
        return fits

    def _has_taken(self, access: Access) -> bool:
        """Whether the last place taken by ``access``, and those around it, were there to take."""
        pools = access.pool, *self.around[access.pool]
        return all(
            rules.has_place(
                self.staff[pool].limit,
                self.staff[pool].busy - 1,
                access.reserve if pool == access.pool else 0,
            )
            for pool in pools
        )

    def _access_at_once(self, resident: Resident, desk: Desk) -> Access | None:
        """How ``resident``, who joins ``desk``, can start at once: nobody does where a group
        gathers.
        """
        if desk.diary:
            return self._booked_access(resident, desk)
        return (
            None
            if desk.group is not None
            else self._open_access(desk, resident.session, resident.joined)
        )

    def _open_access(self, desk: Desk, session: int, joined: int) -> Access | None:
        """How somebody who joined ``desk`` then can start this ``session`` now."""
        if self.closed[desk.position]:
            return None
        for access in desk.pools[:1] if desk.team else desk.pools:
            if rules.waited_enough(self.env.now, joined, access.after) and self._can_start(
                desk, access, session == 1
            ):
                return access
        return None

    def _seat(
        self, resident: Resident, desk: Desk, access: Access, members: list[Resident] | None = None
    ) -> None:
        """Take the places for ``resident``, or for all ``members`` of a group together."""
        if desk.plain:
            self.staff[access.pool].busy += 1
        elif not desk.diary:
            self._occupy([taken.pool for taken in (desk.pools if desk.team else (access,))], 1)
        if desk.caseload is not None and resident.session == 1:
            self._occupy([desk.caseload.pool], 1)
        for member in members or (resident,):
            self.attended[desk.position] += 1
            member.started, member.access, member.group = self.env.now, access, members
            member.missed = rules.happens(
                member.first_draws[NO_SHOW], self.desks[desk.position].no_show
            )

    def _full(self, desk: Desk) -> bool:
        if rules.balks(len(self.lines[desk.position]), desk.queue_limit):
            return True
        return any(
            rules.balks(sum(len(self.lines[member]) for member in self.members[pool]), limit)
            for pool, limit in desk.limit_pools
        )

    def _wait(self, resident: Resident, desk: Desk) -> None:
        """Put ``resident`` in line and set the clocks that may end the wait."""
        line = self.lines[desk.position]
        if not line:
            for access in self._called_from(desk):
                self.staff[access.pool].lines[desk.position] = line, desk, access
        line.add(resident)
        resident.called = call = Event(self.env)
        if desk.group is not None:
            self._ring(
                self.env.now,
                Kind.GATHER,
                resident.turn,
                resident.number,
                lambda: self._gather(resident, desk, call),
            )
            return
        self._set_clocks(resident, desk, call)
        if resident.booking is not None:
            self._ring(
                resident.booking.at,
                Kind.SLOT,
                resident.turn,
                resident.number,
                lambda: self._begin(resident, desk, call),
            )

    def _called_from(self, desk: Desk) -> tuple[Access, ...]:
        """By which pools those in line at ``desk`` may be called."""
        return (
            ()
            if desk.diary
            else desk.pools
            if desk.caseload is None
            else (*desk.pools, desk.caseload)
        )

    def _set_clocks(self, resident: Resident, desk: Desk, call: Event) -> None:
        now = resident.joined
        patience = desk.patience if resident.session == 1 else desk.patience_between
        clocks = [
            (Kind.RENEGE, Outcome.RENEGED, self.duration(resident, desk.key, PATIENCE, patience))
        ]
        if resident.session == 1:
            worse = self.duration(resident, desk.key, DETERIORATION, desk.deterioration)
            clocks.append((Kind.DETERIORATE, Outcome.DETERIORATED, worse))
        for kind, outcome, after in clocks:
            at = rules.later(now, after)
            self._ring(
                at,
                kind,
                resident.turn,
                resident.number,
                lambda outcome=outcome: self._give_up(resident, call, outcome),
            )
        further = set() if desk.diary else {access.after for access in desk.pools}
        for after in (further if desk.group is None else {desk.group[2]}) - {0}:
            at = rules.later(now, after)
            self._ring(
                at,
                Kind.ELIGIBLE,
                resident.turn,
                resident.number,
                lambda: self._try_further(resident, call),
            )

    def _gather(self, resident: Resident, desk: Desk, call: Event) -> None:
        """All who join at this moment have: a group may start. Who goes on waiting has clocks from
        now on.
        """
        self._try_further(resident, call)
        if not call.triggered:
            self._set_clocks(resident, desk, call)

    def _leave_line(self, resident: Resident) -> None:
        line = self.lines[resident.station]
        line.remove(resident)
        if not line:
            for access in self._called_from(self.desks[resident.station]):
                del self.staff[access.pool].lines[resident.station]

    def _give_up(self, resident: Resident, call: Event, outcome: Outcome) -> None:
        if not call.triggered:
            desk = self.desks[resident.station]
            self._leave_line(resident)
            self._give_back(resident)
            if desk.caseload is not None and resident.session > 1:
                self._free([desk.caseload.pool])
            call.succeed(outcome)

    def _try_further(self, resident: Resident, call: Event) -> None:
        """A further pool may now attend ``resident``: hand out what it has."""
        if not call.triggered:
            for access in self.desks[resident.station].pools:
                self.hand_out([self.staff[access.pool]])

    def hand_out(self, opened: list[Staff]) -> None:
        """Give the free places of all ``opened`` to those waiting for any of them, first by rank,
        until nobody more can start. Who may start by several of them does so by the first that
        their station lists.

        Places only become fewer meanwhile, so that it is enough to look again for the first at a
        pool when it is that pool's turn.
        """
        if len(opened) == 1:
            rank, entry, access, desk = self._next_for(opened[0])
            while rank is not None:
                self._start(opened[0], rank, entry, access, desk, False)
                rank, entry, access, desk = self._next_for(opened[0])
            return
        turns = [
            (turn, staff.position)
            for staff in opened
            if (turn := self._turn(*self._next_for(staff))) is not None
        ]
        heapq.heapify(turns)
        while turns:
            noted, position = heapq.heappop(turns)
            staff = self.staff[position]
            rank, entry, access, desk = self._next_for(staff)
            turn = self._turn(rank, entry, access, desk)
            if turn is not None:
                heapq.heappush(turns, (turn, position))
            if turn is not None and turn == noted:
                self._start(staff, rank, entry, access, desk, True)

    def _turn(self, rank: tuple | None, entry: Any, access: Access, desk: Desk) -> tuple | None:
        """The rank among those who are first at other pools: at the pool by which they would start;
        of a team, the last of its members'.
        """
        if rank is None or not (desk.team or access is desk.caseload):
            return rank
        by = (
            desk.pools
            if desk.team
            else [self._open_access(desk, entry[-1].session, entry[-1].joined)]
        )
        return max(member.priority for member in by if member is not None), *rank[1:]

    def _start(
        self, staff: Staff, rank: tuple, entry: tuple, access: Any, desk: Desk, look: bool
    ) -> None:
        """Whoever is next, at ``entry`` or one of their equals, leaves the line and starts, by
        ``access``, or, if one must ``look``, by the first that their station lists and that has a
        place.
        """
        if desk.siro:
            entry, access, desk = self._picked(staff, rank)
        resident, members = entry[-1], None
        if look or access is desk.caseload:
            access = self._open_access(desk, resident.session, resident.joined)
        if desk.group is not None:
            members = [
                waiting[-1] for waiting in self.lines[desk.position].entries[: desk.group[0]]
            ]
        for member in members or (resident,):
            self._leave_line(member)
        self._seat(resident, desk, desk.pools[0] if desk.team else access, members)
        for member in members or (resident,):
            member.called.succeed(Outcome.ATTENDED)

    def _next_for(self, staff: Staff) -> tuple:
        """(rank, entry, access, desk) of who is next for a place of ``staff``; all None if nobody
        can start.
        """
        best: Any = None
        choice: tuple = (None, None, None)
        for line, desk, access in staff.lines.values() if staff.busy < staff.limit else ():
            entry = self._first_of(line, desk, access)
            if entry is not None:
                resident = entry[-1]
                rank = rules.rank(
                    access.priority,
                    resident.standing,
                    resident.joined,
                    resident.turn,
                    resident.number,
                )
                if best is None or rank < best:
                    best, choice = rank, (entry, access, desk)
        return best, *choice

    def _first_of(self, line: Line, desk: Desk, access: Access) -> tuple | None:
        """The first in ``line`` who could start by ``access`` now."""
        now = self.env.now
        if self.closed[desk.position] or not self._can_start(desk, access, False):
            return None
        if desk.group is not None and not rules.gathered(
            len(line), desk.group[1], line.longest(now), desk.group[2]
        ):
            return None
        if desk.caseload is None:
            return line.first(now, access.after)
        if access is not desk.caseload:
            return line.first(now, access.after, new=self._can_start(desk, access, True))
        entry = line.first(now, 0, follow_ups=False)
        return (
            entry
            if entry is not None and self._open_access(desk, 1, entry[1]) is not None
            else None
        )

    def _picked(self, staff: Staff, best: tuple) -> tuple:
        """(entry, access, desk) of one of those of the ``best`` standing, uniformly, at the
        stations whose discipline says so.
        """
        equals, standing = [], best[1]
        for position in sorted(staff.lines):
            line, other, way_in = staff.lines[position]
            can = self._can_start(other, way_in, False)
            if other.siro and way_in.priority == best[0] and can and not self.closed[position]:
                equals += [
                    (candidate, way_in, other)
                    for candidate in line.equals(standing, self.env.now, way_in.after)
                ]
        u = self.kernels.uniforms(
            self.seed,
            self.replication,
            self.resolved.pool_keys[staff.position],
            staff.picks,
            PICK,
            0,
            0,
        )[0]
        staff.picks += 1
        return equals[rules.pick(u, len(equals))]

    # ---- diaries ---------------------------------------------------------------------------------

    def _earliest(self, resident: Resident, desk: Desk, at: int, until: int) -> Booking | None:
        """Book ``resident`` into the earliest slot from ``at`` to ``until``, of the first listed of
        the pools that have it.
        """
        best, urgent = None, desk.urgent
        for access in desk.pools:
            book = self.books[access.pool]
            place = book.earliest(rules.later(at, access.after), urgent)
            if (
                place is not None
                and book.times[place] <= until
                and (best is None or book.times[place] < best.at)
            ):
                best = Booking(access, place, book.times[place])
        return best if best is None else self.books[best.access.pool].take(best, urgent)

    def _booked_access(self, resident: Resident, desk: Desk) -> Access | None:
        """Book who joins a diary for the first time; how they start, if their slot begins now."""
        now = self.env.now
        if resident.session == 1:
            resident.booking = self._earliest(
                resident, desk, rules.later(now, desk.notice), rules.later(now, desk.window)
            )
        return (
            resident.booking.access
            if resident.booking is not None and resident.booking.at == now
            else None
        )

    def _cannot_be_booked(self, resident: Resident, desk: Desk) -> bool:
        return desk.diary and resident.booking is None and desk.window < INFINITY

    def _give_back(self, resident: Resident) -> None:
        if resident.booking is not None:
            self.books[resident.booking.access.pool].give_back(resident.booking)

    def _begin(self, resident: Resident, desk: Desk, call: Event) -> None:
        """The slot of ``resident`` begins."""
        if not call.triggered:
            self._leave_line(resident)
            self._seat(resident, desk, resident.booking.access)
            call.succeed(Outcome.ATTENDED)

    # ---- rows ------------------------------------------------------------------------------------

    def _row(self, resident: Resident, goal: int, ended: int, outcome: Outcome) -> tuple:
        pool = NO_POOL if resident.access is None else resident.access.pool
        together = 0 if resident.access is None else len(resident.group or (resident,))
        return (
            resident.number,
            resident.stream,
            resident.station,
            pool,
            goal,
            resident.occasion,
            resident.session,
            resident.arrived,
            resident.joined,
            resident.started,
            ended,
            outcome,
            together,
        )

    def open_rows(self) -> list[tuple]:
        """A row for each resident who is still here, sorted by stream and number (each has just
        one).
        """
        rows = []
        for resident in sorted(self.present, key=lambda r: (r.stream, r.number)):
            if resident.joined == NOT_YET:
                outcome = Outcome.IN_TRANSIT
                resident.occasion = resident.occasions.get(resident.station, 0)
            else:
                outcome = Outcome.WAITING if resident.started == NOT_YET else Outcome.ATTENDED
            rows.append(self._row(resident, UNDECIDED, NOT_YET, outcome))
        return rows
