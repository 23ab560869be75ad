"""The event loop of the compiled engine: the verbs of ``simpy_engine`` in the same order, on
arrays.

``advance`` takes one event after another until a batch is full, room runs out or the horizon is
reached, and returns why it stopped; called again, it goes on where it was. The next event is the
earliest of three: the event list (what residents wait for), the next arrival of each stream, and
the dated events (roster steps and phases), which are known beforehand and sorted. A resident has at
most one event: while they wait, that of the first of their clocks to ring.

A resident is named by their slot, and a desk, an access, a station, a pool or a stream by its
position. How this text becomes machine code: ``network.jit``.
"""

from __future__ import annotations

import numpy as np

from simcap.engine import event_diary, event_list, event_reviews
from simcap.engine.arrays import (
    ABSENT,
    AHEAD,
    ATTENDED,
    BEHIND,
    DATED_BATCHES,
    IN_TRANSIT,
    NOBODY,
    NOT_FIXED,
    NOWHERE,
    POISSON,
    WAITING,
)
from simcap.engine.limits import MOST_JOININGS, MOST_JOININGS_AT_ONCE
from simcap.engine.visits import LEFT, NO_POOL, UNDECIDED, Outcome
from simcap.network import draws, events, recovery, rules
from simcap.network.clock import INFINITY
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
from simcap.network.events import MOST_ARRIVALS, Kind
from simcap.network.stations import OUTCOMES_ROUTED

KERNELS = (
    "begin",
    "note_who_comes",
    "advance",
    "no_room_for_residents",
    "no_room_for_visited",
    "follow_date",
    "next_arrival",
    "arrive",
    "enter",
    "join",
    "balk",
    "another_joining",
    "session_end",
    "end",
    "drops_out",
    "go_on",
    "note_episode",
    "note_attended",
    "recover",
    "follow",
    "shortest",
    "leave_network",
    "accesses_of",
    "release",
    "has_place",
    "has_places",
    "can_start",
    "has_taken",
    "occupy",
    "note_freed",
    "note_freed_at",
    "note_opened",
    "note_open",
    "open_access",
    "access_at_once",
    "seat",
    "take_places",
    "seat_group",
    "is_full",
    "cannot_be_booked",
    "wait",
    "set_clock",
    "join_line",
    "line_of",
    "leave_line",
    "tie",
    "link",
    "unlink",
    "give_up",
    "begin_slot",
    "try_further",
    "hand_out",
    "hand_out_rarely",
    "hand_out_together",
    "start",
    "candidate",
    "note_turn",
    "sink_turn",
    "swap_turns",
    "rank_of",
    "goes_before",
    "free_places",
    "outcome_of",
    "course_goes_on",
    "after_session",
    "find",
    "bring_found",
    "first_for",
    "lines_open",
    "pick_equal",
    "block",
    "duration",
    "ring",
    "emit",
    "emit_open",
    "joinings_so_far",
)

ENTRIES = ("begin", "advance", "emit_open", "no_room_for_residents")
"""The kernels that Python calls."""
RARE = (
    "follow_date",
    "shortest",
    "hand_out_rarely",
    "hand_out_together",
    "seat_group",
    "take_places",
    "can_start",
    "free_places",
    "lines_open",
    "release",
    "find",
    "bring_found",
    "note_episode",
    "note_attended",
    "recover",
    "note_freed",
    "note_opened",
    "balk",
    "begin_slot",
    "sink_turn",
)
"""Those that few residents need: they stay functions, so that the others' code is short."""
INLINED = tuple(set(KERNELS) - set(ENTRIES) - set(RARE))

FINE, BATCH_FULL, ROOM_WANTED, PAUSED, OVER, FOR_EVER, TOO_OFTEN, TOO_MANY = range(8)
"""Why ``advance`` stopped."""

END, PHASE, CAPACITY, REVIEW, SLOT, ELIGIBLE, DETERIORATE, RENEGE, JOIN, GATHER = (
    int(kind) for kind in Kind
)
COMPLETED, SESSION, MISSED, RENEGED, BALKED, DETERIORATED, DROPPED_OUT, FOUND = (
    int(outcome)
    for outcome in (
        Outcome.COMPLETED,
        Outcome.SESSION,
        Outcome.NO_SHOW,
        Outcome.RENEGED,
        Outcome.BALKED,
        Outcome.DETERIORATED,
        Outcome.DROPPED_OUT,
        Outcome.FOUND,
    )
)
OPEN_AS = (-1, int(Outcome.IN_TRANSIT), int(Outcome.WAITING), int(Outcome.ATTENDED))
"""The outcome of the open visit of a resident, by what they are doing."""
ROUTED_AS = tuple(
    OUTCOMES_ROUTED.index(outcome.name.lower()) if outcome.name.lower() in OUTCOMES_ROUTED else -1
    for outcome in Outcome
)
"""The position among ``OUTCOMES_ROUTED`` of each outcome."""


def begin(world):
    """Find the first resident of each stream and put the streams in order."""
    state = world.state[0]
    for stream in range(len(world.streams)):
        next_arrival(world, stream)
        world.coming[stream] = stream
    state.coming = len(world.streams)
    for place in range(len(world.streams) // 2 - 1, -1, -1):
        event_list.come_next(world, place)
    note_who_comes(world)


def note_who_comes(world):
    """Note the earliest of the residents who come next."""
    state, position = world.state[0], np.int64(world.coming[0])
    stream = world.streams[position]
    state.comes, state.comes_at, state.comes_order = (
        position,
        stream.at,
        events.packed(JOIN, position, stream.number),
    )


def advance(world, most):
    """Take up to ``most`` events; the reason for stopping."""
    state = world.state[0]
    release(world)
    bring_found(world)
    if state.rows == len(world.out):
        return BATCH_FULL
    for _ in range(most):
        if state.scheduled == 0:
            event_list.reach(world)
        at, order = INFINITY, INFINITY
        if state.scheduled > 0:
            at, order = world.events[0].at, world.events[0].order
        if state.dated < len(world.dated):
            date = world.dated[state.dated]
            its_order = events.packed(np.int64(date.kind), np.int64(date.which), 0)
            if event_list.earlier(date.at, its_order, at, order) and event_list.earlier(
                date.at, its_order, state.comes_at, state.comes_order
            ):
                if date.at >= state.horizon:
                    return OVER
                state.now = date.at
                follow_date(world, date)
                continue
        comes = event_list.earlier(state.comes_at, state.comes_order, at, order)
        if comes:
            at = state.comes_at
        if at >= state.horizon:
            return OVER
        state.now = at
        joins = False
        if comes:
            if no_room_for_residents(world) or no_room_for_visited(world):
                return ROOM_WANTED
            if world.streams[state.comes].number >= MOST_ARRIVALS:
                return TOO_MANY
            slot = arrive(world, np.int64(state.comes))
            joins = slot != NOBODY
        else:
            kind, slot = (order - 2) >> 59, np.int64(world.events[0].slot)
            if kind == END:
                end(world, slot)
            elif kind == JOIN:
                if no_room_for_visited(world):
                    return ROOM_WANTED
                joins = True
            elif kind in (ELIGIBLE, GATHER):
                try_further(world, slot)
            elif kind == SLOT:
                begin_slot(world, slot)
            else:
                give_up(world, slot, DETERIORATED if kind == DETERIORATE else RENEGED)
        if joins:
            status = join(world, slot)
            if status != FINE:
                return status
        if state.rows == len(world.out):
            return BATCH_FULL
    return PAUSED


def no_room_for_residents(world):
    """Whether nobody more could come."""
    return world.state[0].free == NOBODY and world.state[0].used == len(world.residents)


def no_room_for_visited(world):
    """Whether nobody could join one more station."""
    return world.state[0].free_visited == NOBODY and world.state[0].used_visited == len(
        world.visited
    )


def follow_date(world, date):
    """A roster step, a review or the beginning of a phase."""
    state = world.state[0]
    state.dated += 1
    if date.kind == CAPACITY:
        opened = np.int64(0)
        state.opening += 1
        state.dated -= 1
        while (
            state.dated < len(world.dated)
            and world.dated[state.dated].at == state.now
            and world.dated[state.dated].kind == CAPACITY
        ):
            step = world.dated[state.dated]
            pool = world.pools[step.which]
            pool.roster = step.value
            pool.limit = rules.places_left(pool.roster, pool.at_most)
            opened = note_opened(world, opened, np.int64(step.which))
            state.dated += 1
        hand_out_together(world, opened)
        return
    if date.kind == REVIEW:
        opened = np.int64(0)
        state.opening += 1
        state.dated -= 1
        while (
            state.dated < len(world.dated)
            and world.dated[state.dated].at == state.now
            and world.dated[state.dated].kind == REVIEW
        ):
            step = world.dated[state.dated]
            if event_reviews.review(world, np.int64(step.which)):
                review = world.reviews[step.which]
                for i in range(np.int64(review.affect), np.int64(review.affect) + review.affects):
                    opened = note_opened(world, opened, np.int64(world.affected[i]))
            state.dated += 1
        hand_out_together(world, opened)
        return
    while state.changes < date.value:
        change = world.changes[state.changes]
        world.stations[change.station].desk = change.desk
        state.changes += 1


# ---- a resident's steps --------------------------------------------------------------------------


def next_arrival(world, position):
    """Find when the next resident of a stream comes; never, if that is not before its end."""
    state, stream = world.state[0], world.streams[position]
    stream.number += 1
    at = INFINITY
    if stream.how == DATED_BATCHES:
        while stream.left == 0 and stream.batch < stream.batches:
            stream.at, stream.left = (
                world.batches[stream.batch].at,
                world.batches[stream.batch].number,
            )
            stream.batch += 1
        if stream.left > 0:
            stream.left -= 1
            at = stream.at
    elif stream.how == POISSON:
        at, stream.total, stream.piece = draws.poisson_arrival(
            stream.total,
            np.int64(stream.piece),
            np.int64(stream.last_piece),
            stream.number,
            stream.per_hour,
            world.starts,
            world.shape,
            world.done,
            state.seed,
            state.replication,
            stream.key,
        )
    else:
        row = world.durations[stream.interarrival]
        table = world.values[np.int64(row.values) : np.int64(row.values) + row.rows]
        at = draws.renewal_arrival(
            stream.at,
            stream.number,
            row.kind,
            row.a,
            row.b,
            row.c,
            table,
            state.seed,
            state.replication,
            stream.key,
        )
    stream.at = at if at < stream.end else INFINITY


def arrive(world, position):
    """The next resident of a stream comes, and goes to their first station; their slot if they join
    it at once, or else ``NOBODY``.
    """
    state, stream = world.state[0], world.streams[position]
    slot = np.int64(state.free)
    if slot == NOBODY:
        slot = np.int64(state.used)
        state.used += 1
    else:
        state.free = np.int64(world.residents[slot].next)
    world.pending[slot].place = NOWHERE
    resident = world.residents[slot]
    resident.number, resident.stream, resident.arrived = stream.number, position, state.now / 3.6e9
    resident.joined = resident.started = resident.scheduled = INFINITY
    resident.occasion, resident.session, resident.tries, resident.joinings = 0, 1, 0, 0
    resident.access, resident.first_station, resident.visited, resident.slot = (
        NOBODY,
        NOBODY,
        NOBODY,
        NOBODY,
    )
    resident.doing, resident.missed = IN_TRANSIT, False
    if len(world.courses) > 0:
        course = world.courses[slot]
        course.asked, course.first, course.sessions, course.episode = resident.arrived, np.nan, 0, 0
        course.at, course.completed = NOBODY, False
    next_arrival(world, position)
    event_list.come_next(world, 0)
    note_who_comes(world)
    return enter(world, slot)


def enter(world, slot):
    """Go to the first station after a delay; the slot of who is there at once, or else
    ``NOBODY``.
    """
    state, resident = world.state[0], world.residents[slot]
    stream = world.streams[resident.stream]
    ways = world.ways[stream.entry]
    if ways.drawn:
        resident.routing = block(world, resident, NO_STATION, 0)[ROUTING]
    goal, delay = follow(world, resident, NO_STATION, ways)
    resident.station = goal
    at = rules.later(state.now, delay)
    if at > state.now:
        ring(world, slot, at, JOIN)
        return np.int64(NOBODY)
    return slot


def join(world, slot):
    """Join a station: be attended if there is a place, else wait or balk."""
    state, resident = world.state[0], world.residents[slot]
    position = np.int64(resident.station)
    desk = world.desks[world.stations[position].desk]
    resident.joinings = resident.joinings + 1 if resident.joined == state.now else 1
    if resident.joinings > MOST_JOININGS_AT_ONCE:
        state.faulty = slot
        return FOR_EVER
    resident.joined, resident.started = state.now, INFINITY
    if len(world.courses) > 0:
        note_episode(world, slot, desk)
    resident.occasion = another_joining(world, resident, position)
    if resident.occasion >= MOST_JOININGS - 1:
        state.faulty = slot
        return TOO_OFTEN
    if desk.drawn:
        words = block(world, resident, desk.key, 0)
        resident.service, resident.routing, resident.no_show = (
            words[SERVICE],
            words[ROUTING],
            words[NO_SHOW],
        )
        patience = words[PATIENCE]
    else:
        patience = 1.0
    world.stations[position].came += 1
    event_reviews.note_joining(world, position)
    access = access_at_once(world, slot, desk)
    if access != NOBODY:
        seat(world, slot, desk, access)
    elif resident.session == 1 and (
        is_full(world, desk, position) or cannot_be_booked(resident, desk)
    ):
        balk(world, slot, desk)
    else:
        wait(world, slot, desk, patience)
    return FINE


def balk(world, slot, desk):
    """Not join: the queue is full, or the diary."""
    event_diary.give_back(world, world.residents[slot], desk)
    go_on(world, slot, BALKED)


def another_joining(world, resident, station):
    """How often this resident has joined the station before; once more from now on."""
    if resident.first_station == station:
        resident.first_joinings += 1
        return np.int64(resident.first_joinings) - 1
    if resident.first_station == NOBODY:
        resident.first_station, resident.first_joinings = station, 1
        return np.int64(0)
    state, entry = world.state[0], np.int64(resident.visited)
    while entry != NOBODY:
        visited = world.visited[entry]
        if visited.station == station:
            visited.joinings += 1
            return np.int64(visited.joinings) - 1
        entry = np.int64(visited.next)
    entry = np.int64(state.free_visited)
    if entry == NOBODY:
        entry = np.int64(state.used_visited)
        state.used_visited += 1
    else:
        state.free_visited = np.int64(world.visited[entry].next)
    visited = world.visited[entry]
    visited.station, visited.joinings, visited.next = station, 1, resident.visited
    resident.visited = entry
    return np.int64(0)


def session_end(world, resident, desk):
    """When the session that has just started will end."""
    factor = 1.0 if desk.team else world.accesses[resident.access].factor
    return rules.later(
        world.state[0].now,
        duration(world, resident, desk.key, SERVICE, desk.service, resident.service, factor),
    )


def end(world, slot):
    """The session ends: free its places, hand them out, and go on; those attended together follow,
    one after the other.
    """
    resident = world.residents[slot]
    station = world.stations[resident.station]
    desk = world.desks[station.desk]
    event_reviews.note_session(world, resident)
    if desk.plain:
        station.attended -= 1
        pool = np.int64(world.accesses[resident.access].pool)
        world.pools[pool].busy -= 1
        hand_out(world, pool)
    else:
        station.attended -= resident.together
        if not desk.diary:
            free_places(world, slot, desk)
        if desk.group:
            world.state[0].leaving = slot
            release(world)
            return
    after_session(world, slot)


def release(world):
    """Let those of a group that has ended go on, one after the other, for as long as there is room
    for their rows.
    """
    state = world.state[0]
    while state.leaving != NOBODY and state.rows < len(world.out):
        slot = np.int64(state.leaving)
        state.leaving = world.residents[slot].next
        after_session(world, slot)


def free_places(world, slot, desk):
    """Free the places of a team, or of a session that may end a course with a caseload, and hand
    them out together.
    """
    resident, opened = world.residents[slot], np.int64(0)
    world.state[0].opening += 1
    ends = desk.caseload != NOBODY and not course_goes_on(
        world, resident, desk, outcome_of(world, resident, desk)
    )
    first, last = np.int64(resident.access), np.int64(resident.access) + 1
    if desk.team:
        first, last = np.int64(desk.access), np.int64(desk.access) + desk.accesses
    for access in range(first, last):
        opened = note_freed(world, opened, access)
    if ends:
        opened = note_freed(world, opened, np.int64(desk.caseload))
    take_places(world, desk, np.int64(resident.access), ends, -1)
    hand_out_together(world, opened)


def after_session(world, slot):
    """Go on after a session, as it ended."""
    resident = world.residents[slot]
    desk = world.desks[world.stations[resident.station].desk]
    outcome = outcome_of(world, resident, desk)
    if desk.finds and outcome == COMPLETED:
        find(world, resident, desk)
    go_on(world, slot, outcome)
    bring_found(world)


def find(world, resident, desk):
    """The visit of ``resident`` falls on somebody: note whom it finds, if anybody."""
    first, last = np.int64(desk.find), np.int64(desk.find) + desk.finds
    waiting = np.int64(0)
    for i in range(first, last):
        waiting += world.stations[world.searched[i]].waiting
    words = block(world, resident, desk.key, 1)
    position = np.int64(rules.falls_on(words[WHOM - 4], waiting, desk.among))
    if position < 0 or not rules.happens(words[WHETHER_FOUND - 4], desk.found):
        return
    for i in range(first, last):
        station = world.stations[world.searched[i]]
        if position < station.waiting:
            slot = np.int64(station.first[AHEAD])
            if slot == NOBODY:
                slot = np.int64(station.first[BEHIND])
            while position > 0:
                after = np.int64(world.residents[slot].next)
                if after == NOBODY:
                    after = np.int64(station.first[BEHIND])
                slot = after
                position -= 1
            world.state[0].found = slot
            return
        position -= station.waiting


def bring_found(world):
    """Whom a visit has found waits no longer, once there is room for the row."""
    state = world.state[0]
    if state.found != NOBODY and state.rows < len(world.out):
        slot = np.int64(state.found)
        state.found = NOBODY
        give_up(world, slot, FOUND)


def outcome_of(world, resident, desk):
    """What became of the session that has just ended."""
    if resident.missed:
        return MISSED
    if resident.session == desk.sessions:
        return COMPLETED
    return DROPPED_OUT if drops_out(world, resident, desk) else SESSION


def course_goes_on(world, resident, desk, outcome):
    """Whether a further session follows."""
    if outcome == MISSED:
        return resident.session < desk.sessions and not drops_out(world, resident, desk)
    return outcome == SESSION


def drops_out(world, resident, desk):
    """Whether the course ends before its last session."""
    return (
        desk.drop_out > 0
        and resident.session < desk.sessions
        and rules.happens(block(world, resident, desk.key, 1)[DROP_OUT - 4], desk.drop_out)
    )


def go_on(world, slot, outcome):
    """Close the visit and go where it leads: the next session, another try, another station, or out
    of the network.
    """
    state, resident = world.state[0], world.residents[slot]
    desk = world.desks[world.stations[resident.station].desk]
    now, session, tries, due = state.now, 1, 0, INFINITY
    goal = np.int64(resident.station)
    goes_on = course_goes_on(world, resident, desk, outcome)
    if desk.healings > 0:
        note_attended(world, slot, outcome)
    event_reviews.note_course(world, resident, outcome, goes_on)
    if goes_on:
        due = rules.next_due(
            resident.started if resident.session == 1 else resident.scheduled,
            desk.every,
            resident.started,
            now,
            desk.least_gap,
            desk.recurs,
        )
        at, session = max(now, due), np.int64(resident.session) + 1
    elif (
        outcome in (RENEGED, BALKED)
        and desk.redial > 0
        and resident.session == 1
        and rules.redials(
            block(world, resident, desk.key, 1)[REDIAL - 4],
            desk.redial,
            np.int64(resident.tries),
            desk.redial_at_most,
        )
    ):
        tries = np.int64(resident.tries) + 1
        at = rules.later(
            now, duration(world, resident, desk.key, DELAY, desk.redial_after, 0.0, 1.0)
        )
    else:
        routed_as = (
            DROPPED_OUT if outcome == MISSED and resident.session < desk.sessions else outcome
        )
        goal, delay = follow(world, resident, desk.key, world.ways[desk.ways[ROUTED_AS[routed_as]]])
        at = rules.later(now, delay)
        if goal == NOBODY and len(world.courses) > 0:
            goal = recover(world, slot)
    emit(world, resident, goal, outcome)
    if goal == NOBODY:
        leave_network(world, slot)
        return
    resident.station, resident.session, resident.tries, resident.scheduled = (
        goal,
        session,
        tries,
        due,
    )
    resident.access, resident.doing, resident.slot = NOBODY, IN_TRANSIT, NOBODY
    if goes_on and desk.diary:
        event_diary.book(world, slot, desk, at, INFINITY)
    ring(world, slot, at, JOIN)


def note_episode(world, slot, desk):
    """Who joins here is between two episodes, or in one, which may begin."""
    course = world.courses[slot]
    if desk.between:
        course.asked, course.completed = np.nan, False
    elif np.isnan(course.asked):
        course.asked, course.first, course.sessions = world.state[0].now / 3.6e9, np.nan, 0
        course.at, course.completed = NOBODY, False


def note_attended(world, slot, outcome):
    """A session of a course is over: count it if it was attended."""
    if outcome in (COMPLETED, SESSION, DROPPED_OUT):
        resident, course = world.residents[slot], world.courses[slot]
        if course.sessions == 0:
            course.first = resident.started / 3.6e9
        course.sessions += 1
        course.at, course.completed = resident.station, outcome == COMPLETED


def recover(world, slot):
    """Where who would leave the network goes because they recover, or ``NOBODY``."""
    resident, course, state = world.residents[slot], world.courses[slot], world.state[0]
    if not course.completed:
        return np.int64(NOBODY)
    desk = world.desks[world.stations[course.at].desk]
    first = np.int64(desk.healing)
    share = recovery.chance(
        world.healing_sessions,
        world.healing_wait,
        world.healing_share,
        first,
        first + np.int64(desk.healings),
        course.sessions,
        course.first - course.asked,
    )
    recovers = recovery.recovered(
        state.seed,
        state.replication,
        world.streams[resident.stream].key,
        resident.number,
        course.episode,
        share,
    )
    if not recovers:
        return np.int64(NOBODY)
    course.episode += 1
    return np.int64(desk.home)


def follow(world, resident, key, ways):
    """(station that ``ways`` lead this resident to or ``NOBODY``, delay)."""
    first, number = np.int64(ways.option), np.int64(ways.options)
    option = np.int64(0)
    if ways.shortest:
        option = shortest(world, first, number, resident.routing)
    elif ways.drawn:
        option = np.int64(rules.way(resident.routing, world.cumulative[first : first + number]))
    if option == number:
        return np.int64(NOBODY), np.int64(0)
    chosen = world.options[first + option]
    if chosen.goal == NOBODY:
        return np.int64(NOBODY), np.int64(0)
    return np.int64(chosen.goal), duration(world, resident, key, DELAY, chosen.delay, 0.0, 1.0)


def shortest(world, first, number, u):
    """Which of the ``number`` options from ``first`` on leads to the station with the shortest
    queue; ``u`` picks one of several.
    """
    equals, length = np.int64(0), (np.int64(0), np.int64(0))
    for option in range(number):
        station = world.stations[world.options[first + option].goal]
        its_length = rules.queue_length(station.waiting, station.attended)
        if option == 0 or its_length < length:
            equals, length = np.int64(0), its_length
        equals += its_length == length
    left = np.int64(rules.pick(u, equals)) if equals > 1 else np.int64(0)
    for option in range(number):
        station = world.stations[world.options[first + option].goal]
        if rules.queue_length(station.waiting, station.attended) == length:
            if left == 0:
                return np.int64(option)
            left -= 1
    return np.int64(0)


def leave_network(world, slot):
    """The resident leaves; their slot, and their counts of joinings, are free."""
    state, resident = world.state[0], world.residents[slot]
    event_list.cancel(world, slot)
    entry = np.int64(resident.visited)
    while entry != NOBODY:
        visited = world.visited[entry]
        after = np.int64(visited.next)
        visited.next = state.free_visited
        state.free_visited = entry
        entry = after
    resident.doing = ABSENT
    resident.next = state.free
    state.free = slot


# ---- queues and places ---------------------------------------------------------------------------


def accesses_of(desk):
    """The positions of its accesses."""
    return range(np.int64(desk.access), np.int64(desk.access) + desk.accesses)


def has_place(world, access):
    """Whether the pool of ``access`` has a place for its station."""
    pool = world.pools[world.accesses[access].pool]
    return rules.has_place(pool.limit, pool.busy, world.accesses[access].reserve)


def has_places(world, desk, access, first):
    """Whether somebody may start at ``desk`` by ``access``: a place there or, for a team, in each
    pool. Where pools are within others, a ``first`` session looks for its caseload's, too.
    """
    if desk.plain:
        return has_place(world, access)
    if desk.bound:
        return can_start(world, desk, access, first)
    if not desk.team:
        return has_place(world, access)
    places = True
    for each in accesses_of(desk):
        places = places and has_place(world, each)
    return places


def can_start(world, desk, access, first):
    """Whether a session by ``access``, of a ``first`` one with its caseload, finds all the places
    that it takes, those around its pools included: they are taken to see, and given back.
    """
    begin, end = access, access + 1
    if desk.team:
        begin, end = np.int64(desk.access), np.int64(desk.access) + desk.accesses
    with_caseload = first and desk.caseload != NOBODY
    take_places(world, desk, access, with_caseload, 1)
    fits = True
    for taken in range(begin, end):
        fits = fits and has_taken(world, taken)
    if with_caseload:
        fits = fits and has_taken(world, np.int64(desk.caseload))
    take_places(world, desk, access, with_caseload, -1)
    return fits


def has_taken(world, access):
    """Whether the last place taken by ``access``, and those around it, were there to take."""
    pool = world.pools[world.accesses[access].pool]
    fits = rules.has_place(pool.limit, pool.busy - 1, world.accesses[access].reserve)
    for i in range(np.int64(pool.outer), np.int64(pool.outer) + pool.outers):
        outer = world.pools[world.around[i]]
        fits = fits and rules.has_place(outer.limit, outer.busy - 1, 0)
    return fits


def occupy(world, access, change):
    """So many more are at work at the pool of ``access``, and at those that it is within."""
    pool = world.pools[world.accesses[access].pool]
    pool.busy += change
    for i in range(np.int64(pool.outer), np.int64(pool.outer) + pool.outers):
        world.pools[world.around[i]].busy += change


def access_at_once(world, slot, desk):
    """How a resident who joins ``desk`` can start at once, or ``NOBODY``: nobody does where a group
    gathers.
    """
    resident, now = world.residents[slot], world.state[0].now
    if desk.diary:
        if resident.session == 1:
            event_diary.book(
                world, slot, desk, rules.later(now, desk.notice), rules.later(now, desk.window)
            )
        return (
            event_diary.booked_access(world, resident, desk)
            if event_diary.slot_at(world, resident) == now
            else np.int64(NOBODY)
        )
    return np.int64(NOBODY) if desk.group else open_access(world, resident, desk)


def open_access(world, resident, desk):
    """How a resident who has joined ``desk`` can start now, or ``NOBODY``."""
    if desk.special and (
        world.stations[resident.station].closed
        or (
            desk.caseload != NOBODY
            and resident.session == 1
            and not has_place(world, np.int64(desk.caseload))
        )
    ):
        return np.int64(NOBODY)
    for access in accesses_of(desk):
        after = world.accesses[access].after
        if (
            after == 0 or rules.waited_enough(world.state[0].now, resident.joined, after)
        ) and has_places(world, desk, access, resident.session == 1):
            return np.int64(access)
        if desk.team:
            break
    return np.int64(NOBODY)


def seat(world, slot, desk, access):
    """Take the places, and set the end of the session."""
    state, resident = world.state[0], world.residents[slot]
    if desk.plain:
        world.pools[world.accesses[access].pool].busy += 1
    else:
        take_places(world, desk, access, desk.caseload != NOBODY and resident.session == 1, 1)
    world.stations[resident.station].attended += 1
    resident.started, resident.access, resident.doing, resident.together = (
        state.now,
        access,
        ATTENDED,
        1,
    )
    resident.missed = desk.no_show > 0 and rules.happens(resident.no_show, desk.no_show)
    ring(world, slot, session_end(world, resident, desk), END)


def take_places(world, desk, access, with_caseload, change):
    """Take (a ``change`` of 1) or give back (-1) the places of a session by ``access``, or by all
    of a team's, perhaps that of a caseload too.
    """
    if not desk.diary:
        begin, end = access, access + 1
        if desk.team:
            begin, end = np.int64(desk.access), np.int64(desk.access) + desk.accesses
        for taken in range(begin, end):
            occupy(world, taken, change)
    if with_caseload:
        occupy(world, np.int64(desk.caseload), change)


def seat_group(world, station, desk, access):
    """Take the places for the first of those in line, as many as a place attends together, and set
    the end of their session: that of the first of them, to whom the others are tied.
    """
    number = min(station.waiting, desk.at_most)
    take_places(world, desk, access, False, 1)
    station.attended += number
    leader, before = np.int64(NOBODY), np.int64(NOBODY)
    for _ in range(number):
        slot = np.int64(station.first[AHEAD])
        if slot == NOBODY:
            slot = np.int64(station.first[BEHIND])
        leave_line(world, slot)
        member = world.residents[slot]
        member.started, member.access, member.doing, member.together = (
            world.state[0].now,
            access,
            ATTENDED,
            number,
        )
        member.missed = desk.no_show > 0 and rules.happens(member.no_show, desk.no_show)
        member.next = NOBODY
        if before == NOBODY:
            leader = slot
        else:
            world.residents[before].next = slot
            event_list.cancel(world, slot)
        before = slot
    ring(world, leader, session_end(world, world.residents[leader], desk), END)


def is_full(world, desk, position):
    """Whether who joins now balks."""
    if rules.balks(world.stations[position].waiting, desk.queue_limit):
        return True
    if desk.limited:
        for access in accesses_of(desk):
            pool = world.pools[world.accesses[access].pool]
            if rules.balks(pool.waiting, pool.queue_limit):
                return True
    return False


def cannot_be_booked(resident, desk):
    """Whether a diary has no slot within its window for who joins now."""
    return desk.diary and resident.slot == NOBODY and desk.window < INFINITY


def wait(world, slot, desk, patience):
    """Stand in line, and set the clocks that may end the wait."""
    state, resident = world.state[0], world.residents[slot]
    join_line(world, slot, desk)
    resident.doing = WAITING
    clock = desk.patience if resident.session == 1 else desk.patience_between
    resident.gives_up, resident.why = (
        rules.later(state.now, duration(world, resident, desk.key, PATIENCE, clock, patience, 1.0)),
        RENEGE,
    )
    if resident.session == 1:
        worse = rules.later(
            state.now,
            duration(world, resident, desk.key, DETERIORATION, desk.deterioration, 0.0, 1.0),
        )
        if worse <= resident.gives_up:
            resident.gives_up, resident.why = worse, DETERIORATE
    if desk.group:
        ring(world, slot, state.now, GATHER)
    else:
        set_clock(world, slot, desk)


def set_clock(world, slot, desk):
    """The next event of somebody who waits: their slot begins, a further pool or a small group may
    do, or they give up.
    """
    resident, now = world.residents[slot], world.state[0].now
    at, kind = resident.gives_up, np.int64(resident.why)
    if desk.further:
        for access in accesses_of(desk):
            after = world.accesses[access].after
            eligible = rules.later(resident.joined, after)
            if after > 0 and now < eligible <= at:
                at, kind = eligible, ELIGIBLE
        if desk.group:
            eligible = rules.later(resident.joined, desk.start_at)
            if now < eligible <= at:
                at, kind = eligible, ELIGIBLE
    elif desk.diary:
        begins = event_diary.slot_at(world, resident)
        if begins <= at:
            at, kind = begins, SLOT
    ring(world, slot, at, kind)


def join_line(world, slot, desk):
    """Stand in line by rank: last, unless somebody ranked behind has come at this very moment."""
    resident = world.residents[slot]
    station = world.stations[resident.station]
    if station.waiting == 0:
        for access in range(np.int64(desk.access), np.int64(desk.access) + desk.linked):
            link(world, access)
    station.waiting += 1
    if desk.limited:
        for access in accesses_of(desk):
            world.pools[world.accesses[access].pool].waiting += 1
    line = line_of(desk, resident.session == 1)
    place = rules.rank(0, 0, resident.joined, resident.stream, resident.number)
    before = np.int64(station.last[line])
    while before != NOBODY:
        other = world.residents[before]
        if rules.rank(0, 0, other.joined, other.stream, other.number) < place:
            break
        before = np.int64(other.previous)
    after = (
        np.int64(station.first[line])
        if before == NOBODY
        else np.int64(world.residents[before].next)
    )
    resident.previous, resident.next = before, after
    tie(world, station, line, before, slot, slot, after)


def line_of(desk, first):
    """The line of a station in which sessions stand that are ``first`` ones, or follow-ups."""
    return BEHIND if first == (desk.of_first > desk.of_follow_ups) else AHEAD


def leave_line(world, slot):
    """No longer stand in line."""
    resident = world.residents[slot]
    station = world.stations[resident.station]
    desk = world.desks[station.desk]
    line = line_of(desk, resident.session == 1)
    before, after = np.int64(resident.previous), np.int64(resident.next)
    tie(world, station, line, before, after, before, after)
    station.waiting -= 1
    if desk.limited:
        for access in accesses_of(desk):
            world.pools[world.accesses[access].pool].waiting -= 1
    if station.waiting == 0:
        for access in range(np.int64(desk.access), np.int64(desk.access) + desk.linked):
            unlink(world, access)


def tie(world, station, line, before, follower, leader, after):
    """``before`` is now followed by ``follower``, ``after`` preceded by ``leader``; ``NOBODY``
    before or after is an end of the line.
    """
    if before == NOBODY:
        station.first[line] = follower
    else:
        world.residents[before].next = follower
    if after == NOBODY:
        station.last[line] = leader
    else:
        world.residents[after].previous = leader


def link(world, position):
    """Somebody waits at the station of this access: its pool has it on its list."""
    access = world.accesses[position]
    pool = world.pools[access.pool]
    access.previous, access.next = NOBODY, pool.line
    if pool.line != NOBODY:
        world.accesses[pool.line].previous = position
    pool.line = position


def unlink(world, position):
    """Nobody waits there any more."""
    access = world.accesses[position]
    if access.previous == NOBODY:
        world.pools[access.pool].line = access.next
    else:
        world.accesses[access.previous].next = access.next
    if access.next != NOBODY:
        world.accesses[access.next].previous = access.previous


def give_up(world, slot, outcome):
    """A clock ends the wait."""
    resident = world.residents[slot]
    desk = world.desks[world.stations[resident.station].desk]
    leave_line(world, slot)
    if desk.diary:
        event_diary.give_back(world, resident, desk)
    elif desk.caseload != NOBODY and resident.session > 1:
        world.state[0].opening += 1
        opened = note_freed(world, np.int64(0), np.int64(desk.caseload))
        occupy(world, np.int64(desk.caseload), -1)
        hand_out_together(world, opened)
    go_on(world, slot, outcome)


def begin_slot(world, slot):
    """The slot of this resident begins."""
    resident = world.residents[slot]
    desk = world.desks[world.stations[resident.station].desk]
    leave_line(world, slot)
    seat(world, slot, desk, event_diary.booked_access(world, resident, desk))


def try_further(world, slot):
    """A further pool, or a group, may now attend this resident: hand out what the pools of their
    station have, in the order of its list.
    """
    resident = world.residents[slot]
    desk = world.desks[world.stations[resident.station].desk]
    for access in accesses_of(desk):
        hand_out_rarely(world, np.int64(world.accesses[access].pool))
    if resident.doing == WAITING:
        set_clock(world, slot, desk)


def hand_out(world, position):
    """Give the free places of a pool to those waiting, first by rank, until nobody more can
    start.
    """
    pool = world.pools[position]
    while pool.busy < pool.limit and pool.line != NOBODY:
        slot, access = first_for(world, pool)
        if slot == NOBODY:
            return
        desk = world.desks[world.stations[world.accesses[access].station].desk]
        if desk.siro:
            slot, access = pick_equal(world, pool, slot, access)
            desk = world.desks[world.stations[world.accesses[access].station].desk]
        if desk.special and access == desk.caseload:
            access = open_access(world, world.residents[slot], desk)
        if desk.plain:
            leave_line(world, slot)
            seat(world, slot, desk, access)
        else:
            start(world, slot, access)


def start(world, slot, access):
    """Whoever is in ``slot``, or a group whose first they are, leaves the line and starts by
    ``access``.
    """
    station = world.stations[world.residents[slot].station]
    desk = world.desks[station.desk]
    if desk.team:
        access = np.int64(desk.access)
    if desk.group:
        seat_group(world, station, desk, access)
    else:
        leave_line(world, slot)
        seat(world, slot, desk, access)


def hand_out_together(world, opened):
    """Give the free places of the first ``opened`` pools in ``turns`` to those waiting for any of
    them, first by rank, until nobody more can start. Who may start by several of them does so by
    the first that their station lists.

    Places only become fewer meanwhile, so that it is enough to look again for the first at a pool
    when it is that pool's turn.
    """
    if opened == 1:
        hand_out_rarely(world, world.turns[0].pool)
        return
    left = 0
    for i in range(opened):
        position = world.turns[i].pool
        slot, access = candidate(world, position)
        if slot != NOBODY:
            note_turn(world, left, position, slot, access)
            left += 1
    for i in range(left // 2 - 1, -1, -1):
        sink_turn(world, i, left)
    while left > 0:
        position, before = world.turns[0].pool, rank_of(world.turns[0])
        slot, access = candidate(world, position)
        if slot == NOBODY:
            left -= 1
            swap_turns(world, 0, left)
            sink_turn(world, 0, left)
            continue
        note_turn(world, 0, position, slot, access)
        if rank_of(world.turns[0]) != before:
            sink_turn(world, 0, left)
            continue
        if world.desks[world.stations[world.accesses[access].station].desk].siro:
            slot, access = pick_equal(world, world.pools[position], slot, access)
        resident = world.residents[slot]
        start(
            world,
            slot,
            open_access(world, resident, world.desks[world.stations[resident.station].desk]),
        )


def note_freed(world, opened, access):
    """Note in ``turns``, behind ``opened`` pools, those at which somebody may be able to start when
    the places taken by ``access``, which still are, come free: its pool, those it is within, and
    all within any of them that kept somebody waiting. How many are noted now, each once.
    """
    position = np.int64(world.accesses[access].pool)
    opened = note_freed_at(world, opened, position)
    pool = world.pools[position]
    for i in range(np.int64(pool.outer), np.int64(pool.outer) + pool.outers):
        opened = note_freed_at(world, opened, np.int64(world.around[i]))
    return opened


def note_freed_at(world, opened, position):
    """Note a pool, and those within it if they were short of its places."""
    pool = world.pools[position]
    if rules.was_short(pool.limit, pool.busy, pool.most):
        return note_opened(world, opened, position)
    return note_open(world, opened, position)


def note_opened(world, opened, position):
    """Note a pool, and those within it."""
    opened = note_open(world, opened, position)
    pool = world.pools[position]
    for i in range(np.int64(pool.inner), np.int64(pool.inner) + pool.inners):
        opened = note_open(world, opened, np.int64(world.inside[i]))
    return opened


def note_open(world, opened, position):
    """Note one pool behind ``opened`` others, unless it is among them."""
    pool = world.pools[position]
    if pool.opening == world.state[0].opening:
        return opened
    pool.opening = world.state[0].opening
    world.turns[opened].pool = position
    return opened + 1


def candidate(world, position):
    """(slot, access) of who is next for a place of the pool at ``position``; ``NOBODY`` if nobody
    is, or it has none.
    """
    pool = world.pools[position]
    if pool.busy < pool.limit and pool.line != NOBODY:
        return first_for(world, pool)
    return np.int64(NOBODY), np.int64(NOBODY)


def note_turn(world, i, position, slot, access):
    """Who is first at a pool, and their rank among those who are first at other pools: at the pool
    by which they would start; of a team, the last of its members'.
    """
    turn, resident = world.turns[i], world.residents[slot]
    desk = world.desks[world.stations[resident.station].desk]
    priority = np.int64(world.accesses[access].priority)
    if desk.team:
        priority = np.int64(world.accesses[desk.access].priority)
        for member in accesses_of(desk):
            priority = max(priority, np.int64(world.accesses[member].priority))
    elif desk.special and access == desk.caseload:
        priority = np.int64(world.accesses[open_access(world, resident, desk)].priority)
    turn.pool, turn.priority = position, priority
    turn.standing = rules.standing(
        np.int64(resident.session), np.int64(desk.of_first), np.int64(desk.of_follow_ups)
    )
    turn.joined, turn.stream, turn.number = resident.joined, resident.stream, resident.number


def sink_turn(world, i, left):
    """Let the turn at ``i`` sink in the heap of the first ``left``, until none below it goes before
    it.
    """
    while 2 * i + 1 < left:
        below = 2 * i + 1
        if below + 1 < left and goes_before(world.turns[below + 1], world.turns[below]):
            below += 1
        if not goes_before(world.turns[below], world.turns[i]):
            return
        swap_turns(world, i, below)
        i = below


def swap_turns(world, i, j):
    """Exchange two turns."""
    one, other = world.turns[i], world.turns[j]
    one.pool, other.pool = other.pool, one.pool
    one.priority, other.priority = other.priority, one.priority
    one.standing, other.standing = other.standing, one.standing
    one.joined, other.joined = other.joined, one.joined
    one.stream, other.stream = other.stream, one.stream
    one.number, other.number = other.number, one.number


def rank_of(turn):
    """The rank of who was last found to be first."""
    return turn.priority, turn.standing, turn.joined, turn.stream, turn.number


def goes_before(one, other):
    """Whether it is the turn of ``one`` before ``other``; of the same resident at two pools, that
    of the first by position.
    """
    mine, its = rank_of(one), rank_of(other)
    return mine < its or (mine == its and one.pool < other.pool)


def hand_out_rarely(world, position):
    """``hand_out``, at other times than the end of a session."""
    hand_out(world, position)


def first_for(world, pool):
    """(slot, access) of who is next for a place of ``pool``; (``NOBODY``, ``NOBODY``) if nobody can
    start.
    """
    now = world.state[0].now
    slot, access, place = np.int64(NOBODY), np.int64(NOBODY), rules.rank(0, 1, 0, 0, 0)
    position = np.int64(pool.line)
    while position != NOBODY:
        seen = world.accesses[position]
        station = world.stations[seen.station]
        desk = world.desks[station.desk]
        if has_places(world, desk, position, False):
            from_line, to_line = (
                lines_open(world, station, desk, position) if desk.special else (AHEAD, BEHIND)
            )
            for line in range(from_line, to_line + 1):
                first = np.int64(station.first[line])
                if first != NOBODY:
                    resident = world.residents[first]
                    if rules.waited_enough(now, resident.joined, seen.after):
                        its_place = rules.rank(
                            np.int64(seen.priority),
                            rules.standing(
                                np.int64(resident.session),
                                np.int64(desk.of_first),
                                np.int64(desk.of_follow_ups),
                            ),
                            resident.joined,
                            resident.stream,
                            resident.number,
                        )
                        if slot == NOBODY or its_place < place:
                            slot, access, place = first, position, its_place
                        break
        position = np.int64(seen.next)
    return slot, access


def lines_open(world, station, desk, position):
    """The first and the last of the two lines from which somebody could start by the access at
    ``position``, where it has a place (the last before the first: neither). The station must be
    open, a group must have gathered, and a first session needs a place of the caseload, or of those
    who attend.
    """
    if station.closed:
        return BEHIND, AHEAD
    if desk.group:
        enough = rules.gathered(
            station.waiting,
            desk.at_least,
            event_reviews.longest_wait(world, station),
            desk.start_at,
        )
        return (AHEAD, BEHIND) if enough else (BEHIND, AHEAD)
    if desk.caseload == NOBODY:
        return AHEAD, BEHIND
    new, later = line_of(desk, True), line_of(desk, False)
    if position != desk.caseload:
        can = (
            can_start(world, desk, position, True)
            if desk.bound
            else has_place(world, np.int64(desk.caseload))
        )
        return (AHEAD, BEHIND) if can else (later, later)
    first = np.int64(station.first[new])
    can = first != NOBODY and open_access(world, world.residents[first], desk) != NOBODY
    return (new, new) if can else (BEHIND, AHEAD)


def pick_equal(world, pool, slot, access):
    """One of those of the same standing as ``slot``, uniformly, at the stations of ``pool`` whose
    discipline says so.
    """
    state = world.state[0]
    priority = world.accesses[access].priority
    own = world.desks[world.stations[world.residents[slot].station].desk]
    standing = rules.standing(
        np.int64(world.residents[slot].session),
        np.int64(own.of_first),
        np.int64(own.of_follow_ups),
    )
    wanted = equals = np.int64(-1)
    for find in (False, True):
        if find:
            u = draws.uniforms(state.seed, state.replication, pool.key, pool.picks, PICK, 0, 0)[0]
            pool.picks += 1
            wanted = np.int64(rules.pick(u, equals + 1))
            equals = np.int64(-1)
        for member in range(np.int64(pool.member), np.int64(pool.member) + pool.members):
            position = np.int64(world.members[member])
            other = world.accesses[position]
            station = world.stations[other.station]
            desk = world.desks[station.desk]
            first = desk.of_first == standing
            if (
                desk.siro
                and other.priority == priority
                and (first or desk.of_follow_ups == standing)
                and has_places(world, desk, position, False)
                and not station.closed
            ):
                other_slot = np.int64(station.first[line_of(desk, first)])
                while other_slot != NOBODY and rules.waited_enough(
                    state.now, world.residents[other_slot].joined, other.after
                ):
                    equals += 1
                    if find and equals == wanted:
                        return other_slot, position
                    other_slot = np.int64(world.residents[other_slot].next)
    return slot, access


# ---- draws, events and rows ----------------------------------------------------------------------


def block(world, resident, key, number):
    """The four uniforms of a block for this resident at this station and occasion."""
    state = world.state[0]
    return draws.uniforms(
        state.seed,
        state.replication,
        world.streams[resident.stream].key,
        resident.number,
        key,
        np.int64(resident.occasion),
        number,
    )


def duration(world, resident, key, use, position, u, factor):
    """Microseconds of the duration at ``position`` for this resident at this occasion; ``u`` is
    drawn here if its ``use`` is of block 1.
    """
    row = world.durations[position]
    if row.fixed != NOT_FIXED and factor == 1.0:
        return np.int64(row.fixed)
    if use >= 4:
        u = block(world, resident, key, 1)[use - 4]
    state, table = world.state[0], world.values
    if row.rows > 0:
        table = world.values[np.int64(row.values) : np.int64(row.values) + row.rows]
    return draws.duration(
        row.kind,
        row.a,
        row.b,
        row.c,
        table,
        u,
        factor,
        use,
        state.seed,
        state.replication,
        world.streams[resident.stream].key,
        resident.number,
        key,
        np.int64(resident.occasion),
    )


def ring(world, slot, at, kind):
    """The event of this resident is the one at ``at``; none, if that is not before the horizon."""
    if at >= world.state[0].horizon:
        event_list.cancel(world, slot)
    else:
        resident = world.residents[slot]
        event_list.schedule(
            world, slot, at, events.packed(kind, np.int64(resident.stream), resident.number)
        )


def emit(world, resident, goal, outcome):
    """Write the row of the visit that ends now."""
    state = world.state[0]
    row = world.out[state.rows]
    state.rows += 1
    row.resident, row.station = resident.number, resident.station
    row.stream = world.streams[resident.stream].position
    if resident.access == NOBODY:
        row.pool, row.together = NO_POOL, 0
    else:
        row.pool, row.together = world.accesses[resident.access].pool, resident.together
    row.next = LEFT if goal == NOBODY else goal
    row.occasion, row.session, row.outcome = resident.occasion, resident.session, outcome
    row.arrived, row.joined, row.ended = (
        resident.arrived,
        resident.joined / 3.6e9,
        state.now / 3.6e9,
    )
    row.started = np.nan if resident.started == INFINITY else resident.started / 3.6e9


def emit_open(world, slots):
    """Write a row for each of the residents in ``slots``, who are still here, while there is room;
    the number written.
    """
    state = world.state[0]
    for i in range(len(slots)):
        if state.rows == len(world.out):
            return i
        resident, row = world.residents[slots[i]], world.out[state.rows]
        travels = resident.doing == IN_TRANSIT
        emit(world, resident, NOBODY, OPEN_AS[resident.doing])
        row.next, row.ended = UNDECIDED, np.nan
        if travels:
            row.joined, row.started, row.occasion = np.nan, np.nan, joinings_so_far(world, resident)
    return len(slots)


def joinings_so_far(world, resident):
    """How often this resident has joined the station they are on their way to."""
    if resident.first_station == resident.station:
        return np.int64(resident.first_joinings)
    entry = np.int64(resident.visited)
    while entry != NOBODY:
        visited = world.visited[entry]
        if visited.station == resident.station:
            return np.int64(visited.joinings)
        entry = np.int64(visited.next)
    return np.int64(0)
