"""The event loop of the compiled engine: the verbs of ``simpy_engine`` in the same order, on arrays.

``advance`` takes one event after another until a batch is full, room runs out or the horizon is reached, and returns why it stopped;
called again, it goes on where it was. The next event is the earliest of three: the event list (what residents wait for), the next
arrival of each stream, and the dated events (roster steps and phases), which are known beforehand and sorted. A resident has at
most one event: while they wait, that of the first of their clocks to ring.

A resident is named by their slot, and a desk, an access, a station, a pool or a stream by its position. How this text becomes
machine code: ``network.jit``.
"""

from __future__ import annotations

import numpy as np

from simcap.engine import event_list
from simcap.engine.arrays import (
    ABSENT,
    ATTENDED,
    DATED_BATCHES,
    FIRST,
    FOLLOW_UP,
    IN_TRANSIT,
    NOBODY,
    NOT_FIXED,
    NOWHERE,
    POISSON,
    WAITING,
)
from simcap.engine.limits import MOST_JOININGS, MOST_JOININGS_AT_ONCE
from simcap.engine.visits import LEFT, NO_POOL, UNDECIDED, Outcome
from simcap.network import draws, events, rules
from simcap.network.clock import INFINITY
from simcap.network.draws import DELAY, DETERIORATION, DROP_OUT, NO_SHOW, NO_STATION, PATIENCE, PICK, REDIAL, ROUTING, SERVICE
from simcap.network.events import MOST_ARRIVALS, Kind
from simcap.network.stations import OUTCOMES_ROUTED

KERNELS = ("begin", "note_who_comes", "advance", "no_room_for_residents", "no_room_for_visited", "follow_date", "next_arrival", "arrive",
           "enter", "join", "another_joining", "session_end", "end", "drops_out", "go_on", "follow", "shortest", "leave_network",
           "accesses_of", "has_places", "open_access", "seat", "is_full", "wait", "set_clock", "join_line", "leave_line", "tie", "link",
           "unlink", "give_up", "try_further", "hand_out", "hand_out_places", "first_for", "pick_equal", "block", "duration", "ring",
           "emit", "emit_open", "joinings_so_far")

ENTRIES = ("begin", "advance", "emit_open", "no_room_for_residents")
"""The kernels that Python calls."""
INLINED = tuple(set(KERNELS) - set(ENTRIES))

FINE, BATCH_FULL, ROOM_WANTED, PAUSED, OVER, FOR_EVER, TOO_OFTEN, TOO_MANY = range(8)
"""Why ``advance`` stopped."""

END, PHASE, CAPACITY, ELIGIBLE, DETERIORATE, RENEGE, JOIN = (
    int(kind) for kind in (Kind.END, Kind.PHASE, Kind.CAPACITY, Kind.ELIGIBLE, Kind.DETERIORATE, Kind.RENEGE, Kind.JOIN))
COMPLETED, SESSION, MISSED, RENEGED, BALKED, DETERIORATED, DROPPED_OUT = (
    int(outcome) for outcome in (Outcome.COMPLETED, Outcome.SESSION, Outcome.NO_SHOW, Outcome.RENEGED, Outcome.BALKED, Outcome.DETERIORATED,
                                 Outcome.DROPPED_OUT))
OPEN_AS = (-1, int(Outcome.IN_TRANSIT), int(Outcome.WAITING), int(Outcome.ATTENDED))
"""The outcome of the open visit of a resident, by what they are doing."""
ROUTED_AS = tuple(OUTCOMES_ROUTED.index(outcome.name.lower()) if outcome.name.lower() in OUTCOMES_ROUTED else -1 for outcome in Outcome)
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
    state.comes, state.comes_at, state.comes_order = position, stream.at, events.packed(JOIN, position, stream.number)


def advance(world, most):
    """Take up to ``most`` events; the reason for stopping."""
    state = world.state[0]
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
                    date.at, its_order, state.comes_at, state.comes_order):
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
        status = FINE
        if comes:
            if no_room_for_residents(world) or no_room_for_visited(world):
                return ROOM_WANTED
            if world.streams[state.comes].number >= MOST_ARRIVALS:
                return TOO_MANY
            status = arrive(world, np.int64(state.comes))
        else:
            kind, slot = (order - 2) >> 59, np.int64(world.events[0].slot)
            if kind == END:
                end(world, slot)
            elif kind == JOIN:
                if no_room_for_visited(world):
                    return ROOM_WANTED
                status = join(world, slot)
            elif kind == ELIGIBLE:
                try_further(world, slot)
            else:
                give_up(world, slot, DETERIORATED if kind == DETERIORATE else RENEGED)
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
    return world.state[0].free_visited == NOBODY and world.state[0].used_visited == len(world.visited)


def follow_date(world, date):
    """A roster step, or the beginning of a phase."""
    state = world.state[0]
    state.dated += 1
    if date.kind == CAPACITY:
        world.pools[date.which].limit = date.value
        hand_out(world, np.int64(date.which))
        return
    while state.changes < date.value:
        change = world.changes[state.changes]
        world.stations[change.station].desk = change.desk
        state.changes += 1


# ---- a resident's steps ---------------------------------------------------------------------------------------------


def next_arrival(world, position):
    """Find when the next resident of a stream comes; never, if that is not before its end."""
    state, stream = world.state[0], world.streams[position]
    stream.number += 1
    at = INFINITY
    if stream.how == DATED_BATCHES:
        while stream.left == 0 and stream.batch < stream.batches:
            stream.at, stream.left = world.batches[stream.batch].at, world.batches[stream.batch].number
            stream.batch += 1
        if stream.left > 0:
            stream.left -= 1
            at = stream.at
    elif stream.how == POISSON:
        at, stream.total, stream.piece = draws.poisson_arrival(
            stream.total, np.int64(stream.piece), np.int64(stream.last_piece), stream.number, stream.per_hour, world.starts, world.shape,
            world.done, state.seed, state.replication, stream.key)
    else:
        row = world.durations[stream.interarrival]
        table = world.values[np.int64(row.values):np.int64(row.values) + row.rows]
        at = draws.renewal_arrival(stream.at, stream.number, row.kind, row.a, row.b, row.c, table, state.seed, state.replication,
                                   stream.key)
    stream.at = at if at < stream.end else INFINITY


def arrive(world, position):
    """The next resident of a stream comes, and goes to their first station."""
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
    resident.access, resident.first_station, resident.visited = NOBODY, NOBODY, NOBODY
    resident.doing, resident.missed = IN_TRANSIT, False
    next_arrival(world, position)
    event_list.come_next(world, 0)
    note_who_comes(world)
    return enter(world, slot)


def enter(world, slot):
    """Go to the first station: at once, or after a delay."""
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
        return FINE
    return join(world, slot)


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
    resident.occasion = another_joining(world, resident, position)
    if resident.occasion >= MOST_JOININGS - 1:
        state.faulty = slot
        return TOO_OFTEN
    if desk.drawn:
        words = block(world, resident, desk.key, 0)
        resident.service, resident.routing, resident.no_show = words[SERVICE], words[ROUTING], words[NO_SHOW]
        patience = words[PATIENCE]
    else:
        patience = 1.0
    access = open_access(world, desk)
    if access != NOBODY:
        seat(world, slot, desk, access)
    elif resident.session == 1 and is_full(world, desk, position):
        go_on(world, slot, BALKED)
    else:
        wait(world, slot, desk, patience)
    return FINE


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
    return rules.later(world.state[0].now, duration(world, resident, desk.key, SERVICE, desk.service, resident.service, factor))


def end(world, slot):
    """The session ends: free its places, hand them out, and go on."""
    resident = world.residents[slot]
    station = world.stations[resident.station]
    desk = world.desks[station.desk]
    station.attended -= 1
    if desk.team:
        for access in accesses_of(desk):
            world.pools[world.accesses[access].pool].busy -= 1
        hand_out_places(world, desk, False)
    else:
        pool = np.int64(world.accesses[resident.access].pool)
        world.pools[pool].busy -= 1
        hand_out(world, pool)
    if resident.missed:
        go_on(world, slot, MISSED)
    elif resident.session == desk.sessions:
        go_on(world, slot, COMPLETED)
    else:
        go_on(world, slot, DROPPED_OUT if drops_out(world, resident, desk) else SESSION)


def drops_out(world, resident, desk):
    """Whether the course ends before its last session."""
    return desk.drop_out > 0 and resident.session < desk.sessions and rules.happens(
        block(world, resident, desk.key, 1)[DROP_OUT - 4], desk.drop_out)


def go_on(world, slot, outcome):
    """Close the visit and go where it leads: the next session, another try, another station, or out of the network."""
    state, resident = world.state[0], world.residents[slot]
    desk = world.desks[world.stations[resident.station].desk]
    now, session, tries, due = state.now, 1, 0, INFINITY
    goal = np.int64(resident.station)
    goes_on = outcome == SESSION
    if outcome == MISSED:
        goes_on = resident.session < desk.sessions and not drops_out(world, resident, desk)
    if goes_on:
        due = rules.later(resident.started if resident.session == 1 else resident.scheduled, desk.every)
        at, session = max(now, due), np.int64(resident.session) + 1
    elif outcome in (RENEGED, BALKED) and desk.redial > 0 and resident.session == 1 and rules.redials(
            block(world, resident, desk.key, 1)[REDIAL - 4], desk.redial, np.int64(resident.tries), desk.redial_at_most):
        tries = np.int64(resident.tries) + 1
        at = rules.later(now, duration(world, resident, desk.key, DELAY, desk.redial_after, 0.0, 1.0))
    else:
        routed_as = DROPPED_OUT if outcome == MISSED and resident.session < desk.sessions else outcome
        goal, delay = follow(world, resident, desk.key, world.ways[desk.ways[ROUTED_AS[routed_as]]])
        at = rules.later(now, delay)
    emit(world, resident, goal, outcome)
    if goal == NOBODY:
        leave_network(world, slot)
        return
    resident.station, resident.session, resident.tries, resident.scheduled = goal, session, tries, due
    resident.access, resident.doing = NOBODY, IN_TRANSIT
    ring(world, slot, at, JOIN)


def follow(world, resident, key, ways):
    """(station that ``ways`` lead this resident to or ``NOBODY``, delay)."""
    first, number = np.int64(ways.option), np.int64(ways.options)
    option = np.int64(0)
    if ways.shortest:
        option = shortest(world, first, number)
    elif ways.drawn:
        option = np.int64(rules.way(resident.routing, world.cumulative[first:first + number]))
    if option == number:
        return np.int64(NOBODY), np.int64(0)
    chosen = world.options[first + option]
    if chosen.goal == NOBODY:
        return np.int64(NOBODY), np.int64(0)
    return np.int64(chosen.goal), duration(world, resident, key, DELAY, chosen.delay, 0.0, 1.0)


def shortest(world, first, number):
    """Which of the ``number`` options from ``first`` on leads to the station with the shortest queue."""
    best, length = np.int64(0), (np.int64(0), np.int64(0))
    for option in range(number):
        station = world.stations[world.options[first + option].goal]
        its_length = rules.queue_length(station.waiting, station.attended)
        if option == 0 or its_length < length:
            best, length = np.int64(option), its_length
    return best


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


# ---- queues and places ----------------------------------------------------------------------------------------------


def accesses_of(desk):
    """The positions of its accesses."""
    return range(np.int64(desk.access), np.int64(desk.access) + desk.accesses)


def has_places(world, desk, access):
    """Whether somebody may start at ``desk`` by ``access``: a place there or, for a team, in each pool."""
    if not desk.team:
        pool = world.pools[world.accesses[access].pool]
        return rules.has_place(pool.limit, pool.busy, world.accesses[access].reserve)
    for each in accesses_of(desk):
        pool = world.pools[world.accesses[each].pool]
        if not rules.has_place(pool.limit, pool.busy, world.accesses[each].reserve):
            return False
    return True


def open_access(world, desk):
    """How somebody joining ``desk`` now can start at once, or ``NOBODY``."""
    for access in accesses_of(desk):
        if world.accesses[access].after == 0 and has_places(world, desk, access):
            return access
        if desk.team:
            break
    return NOBODY


def seat(world, slot, desk, access):
    """Take the places, and set the end of the session."""
    state, resident = world.state[0], world.residents[slot]
    last = access + desk.accesses if desk.team else access + 1
    for taken in range(access, last):
        world.pools[world.accesses[taken].pool].busy += 1
    world.stations[resident.station].attended += 1
    resident.started, resident.access, resident.doing = state.now, access, ATTENDED
    resident.missed = desk.no_show > 0 and rules.happens(resident.no_show, desk.no_show)
    ring(world, slot, session_end(world, resident, desk), END)


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


def wait(world, slot, desk, patience):
    """Stand in line, and set the clocks that may end the wait."""
    state, resident = world.state[0], world.residents[slot]
    join_line(world, slot, desk)
    resident.doing = WAITING
    clock = desk.patience if resident.session == 1 else desk.patience_between
    resident.gives_up, resident.why = rules.later(state.now, duration(world, resident, desk.key, PATIENCE, clock, patience, 1.0)), RENEGE
    if resident.session == 1:
        worse = rules.later(state.now, duration(world, resident, desk.key, DETERIORATION, desk.deterioration, 0.0, 1.0))
        if worse <= resident.gives_up:
            resident.gives_up, resident.why = worse, DETERIORATE
    set_clock(world, slot, desk)


def set_clock(world, slot, desk):
    """The next event of somebody who waits: a further pool may attend them, or they give up."""
    resident, now = world.residents[slot], world.state[0].now
    at, kind = resident.gives_up, np.int64(resident.why)
    if desk.further:
        for access in accesses_of(desk):
            after = world.accesses[access].after
            eligible = rules.later(resident.joined, after)
            if after > 0 and now < eligible <= at:
                at, kind = eligible, ELIGIBLE
    ring(world, slot, at, kind)


def join_line(world, slot, desk):
    """Stand in line by rank: last, unless somebody ranked behind has come at this very moment."""
    resident = world.residents[slot]
    station = world.stations[resident.station]
    if station.waiting == 0:
        for access in accesses_of(desk):
            link(world, access)
    station.waiting += 1
    if desk.limited:
        for access in accesses_of(desk):
            world.pools[world.accesses[access].pool].waiting += 1
    line = FIRST if resident.session == 1 else FOLLOW_UP
    place = rules.rank(0, resident.session, resident.joined, resident.stream, resident.number)
    before = np.int64(station.last[line])
    while before != NOBODY:
        other = world.residents[before]
        if rules.rank(0, other.session, other.joined, other.stream, other.number) < place:
            break
        before = np.int64(other.previous)
    after = np.int64(station.first[line]) if before == NOBODY else np.int64(world.residents[before].next)
    resident.previous, resident.next = before, after
    tie(world, station, line, before, slot, slot, after)


def leave_line(world, slot):
    """No longer stand in line."""
    resident = world.residents[slot]
    station = world.stations[resident.station]
    line = FIRST if resident.session == 1 else FOLLOW_UP
    before, after = np.int64(resident.previous), np.int64(resident.next)
    tie(world, station, line, before, after, before, after)
    station.waiting -= 1
    desk = world.desks[station.desk]
    if desk.limited:
        for access in accesses_of(desk):
            world.pools[world.accesses[access].pool].waiting -= 1
    if station.waiting == 0:
        for access in accesses_of(desk):
            unlink(world, access)


def tie(world, station, line, before, follower, leader, after):
    """``before`` is now followed by ``follower``, ``after`` preceded by ``leader``; ``NOBODY`` before or after is an end of the line."""
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
    leave_line(world, slot)
    go_on(world, slot, outcome)


def try_further(world, slot):
    """A further pool may now attend this resident: hand out what the pools of their station have."""
    resident = world.residents[slot]
    desk = world.desks[world.stations[resident.station].desk]
    hand_out_places(world, desk, True)
    if resident.doing == WAITING:
        set_clock(world, slot, desk)


def hand_out(world, position):
    """Give the free places of a pool to those waiting, first by rank, until nobody more can start."""
    pool = world.pools[position]
    while pool.busy < pool.limit and pool.line != NOBODY:
        slot, access = first_for(world, pool)
        if slot == NOBODY:
            return
        leave_line(world, slot)
        desk = world.desks[world.stations[world.residents[slot].station].desk]
        seat(world, slot, desk, np.int64(desk.access) if desk.team else access)


def hand_out_places(world, desk, in_order_of_list):
    """Hand out what the pools of ``desk`` have, one after the other: in the order of its list, or by name."""
    last = -1
    for access in accesses_of(desk):
        pool = np.int64(world.accesses[access].pool)
        if not in_order_of_list:
            pool = len(world.pools)
            for other in accesses_of(desk):
                position = np.int64(world.accesses[other].pool)
                if last < position < pool:
                    pool = position
            last = pool
        hand_out(world, pool)


def first_for(world, pool):
    """(slot, access) of who is next for a place of ``pool``; (``NOBODY``, ``NOBODY``) if nobody can start."""
    now = world.state[0].now
    slot, access, place = np.int64(NOBODY), np.int64(NOBODY), rules.rank(0, 1, 0, 0, 0)
    position = np.int64(pool.line)
    while position != NOBODY:
        candidate = world.accesses[position]
        station = world.stations[candidate.station]
        if has_places(world, world.desks[station.desk], position):
            for line in (FOLLOW_UP, FIRST):
                first = np.int64(station.first[line])
                if first != NOBODY:
                    resident = world.residents[first]
                    if rules.waited_enough(now, resident.joined, candidate.after):
                        its_place = rules.rank(np.int64(candidate.priority), resident.session, resident.joined, resident.stream,
                                               resident.number)
                        if slot == NOBODY or its_place < place:
                            slot, access, place = first, position, its_place
                        break
        position = np.int64(candidate.next)
    if slot != NOBODY and world.desks[world.stations[world.accesses[access].station].desk].siro:
        return pick_equal(world, pool, slot, access)
    return slot, access


def pick_equal(world, pool, slot, access):
    """One of those of the same standing as ``slot``, uniformly, at the stations of ``pool`` whose discipline says so."""
    state = world.state[0]
    priority = world.accesses[access].priority
    line = FIRST if world.residents[slot].session == 1 else FOLLOW_UP
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
            if desk.siro and other.priority == priority and has_places(world, desk, position):
                candidate = np.int64(station.first[line])
                while candidate != NOBODY and rules.waited_enough(state.now, world.residents[candidate].joined, other.after):
                    equals += 1
                    if find and equals == wanted:
                        return candidate, position
                    candidate = np.int64(world.residents[candidate].next)
    return slot, access


# ---- draws, events and rows -----------------------------------------------------------------------------------------


def block(world, resident, key, number):
    """The four uniforms of a block for this resident at this station and occasion."""
    state = world.state[0]
    return draws.uniforms(state.seed, state.replication, world.streams[resident.stream].key, resident.number, key,
                          np.int64(resident.occasion), number)


def duration(world, resident, key, use, position, u, factor):
    """Microseconds of the duration at ``position`` for this resident at this occasion; ``u`` is drawn here if its ``use`` is of block 1."""
    row = world.durations[position]
    if row.fixed != NOT_FIXED and factor == 1.0:
        return np.int64(row.fixed)
    if use >= 4:
        u = block(world, resident, key, 1)[use - 4]
    state, table = world.state[0], world.values
    if row.rows > 0:
        table = world.values[np.int64(row.values):np.int64(row.values) + row.rows]
    return draws.duration(row.kind, row.a, row.b, row.c, table, u, factor, use, state.seed, state.replication,
                          world.streams[resident.stream].key, resident.number, key, np.int64(resident.occasion))


def ring(world, slot, at, kind):
    """The event of this resident is the one at ``at``; none, if that is not before the horizon."""
    if at >= world.state[0].horizon:
        event_list.cancel(world, slot)
    else:
        resident = world.residents[slot]
        event_list.schedule(world, slot, at, events.packed(kind, np.int64(resident.stream), resident.number))


def emit(world, resident, goal, outcome):
    """Write the row of the visit that ends now."""
    state = world.state[0]
    row = world.out[state.rows]
    state.rows += 1
    row.resident, row.stream, row.station = resident.number, resident.stream, resident.station
    row.pool = NO_POOL if resident.access == NOBODY else world.accesses[resident.access].pool
    row.next = LEFT if goal == NOBODY else goal
    row.occasion, row.session, row.outcome = resident.occasion, resident.session, outcome
    row.arrived, row.joined, row.ended = resident.arrived, resident.joined / 3.6e9, state.now / 3.6e9
    row.started = np.nan if resident.started == INFINITY else resident.started / 3.6e9


def emit_open(world, slots):
    """Write a row for each of the residents in ``slots``, who are still here, while there is room; the number written."""
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
