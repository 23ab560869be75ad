"""The event list: at most one event for each resident, which can be moved and taken out.

Events are ordered by (time, ``events.packed``). Those of the present stretch of time stand in a
4-ary heap, which stays small; those of later stretches lie in unsorted lists, one for each stretch,
and are put on the heap when theirs begins, so that an event far off costs little, and next to
nothing if it is taken out before. ``pending[slot].place`` is where the event of a slot stands on
the heap, or ``NOWHERE``, or ``LATER``. A second, binary heap of arrival streams is ordered by who
comes next.
"""

from __future__ import annotations

import numpy as np

from simcap.engine.arrays import LATER, NOBODY, NOWHERE

KERNELS = (
    "earlier",
    "schedule",
    "cancel",
    "reach",
    "_put_off",
    "_take_back",
    "_push",
    "_remove",
    "_rise",
    "_sink",
    "_put",
    "comes_before",
    "come_next",
)
INLINED = KERNELS


def earlier(at, order, other_at, other_order):
    """Whether an event at ``at`` of this ``order`` comes before the other."""
    return at < other_at or (at == other_at and order < other_order)


def schedule(world, slot, at, order):
    """The event of ``slot`` is the one at ``at`` of this ``order``, instead of the one it may have
    had.
    """
    state, pending = world.state[0], world.pending[slot]
    place = np.int64(pending.place)
    now = at >> state.stretch_bits <= state.stretch
    if place < LATER and now:
        event = world.events[place]
        if earlier(at, order, event.at, event.order):
            _rise(world, place, slot, at, order)
        else:
            _sink(world, place, slot, at, order)
        return
    if place != NOWHERE:
        cancel(world, slot)
    if now:
        _push(world, slot, at, order)
    else:
        _put_off(world, slot, at, order)


def cancel(world, slot):
    """``slot`` has no event any more."""
    pending = world.pending[slot]
    if pending.place == LATER:
        _take_back(world, slot)
    elif pending.place != NOWHERE:
        _remove(world, np.int64(pending.place))
    pending.place = NOWHERE


def reach(world):
    """With the heap empty, go on to the next stretch with events in it, if there is one."""
    state = world.state[0]
    while state.scheduled == 0 and state.put_off > 0:
        state.stretch += 1
        slot = np.int64(world.later[state.stretch])
        while slot != NOBODY:
            pending = world.pending[slot]
            state.put_off -= 1
            _push(world, slot, pending.at, pending.order)
            slot = np.int64(pending.next)


def _put_off(world, slot, at, order):
    """Lay an event on the list of its stretch."""
    stretch = at >> world.state[0].stretch_bits
    pending, first = world.pending[slot], np.int64(world.later[stretch])
    pending.at, pending.order, pending.place = at, order, LATER
    pending.previous, pending.next = NOBODY, first
    if first != NOBODY:
        world.pending[first].previous = slot
    world.later[stretch] = slot
    world.state[0].put_off += 1


def _take_back(world, slot):
    """Take an event off the list of its stretch."""
    pending = world.pending[slot]
    before, after = np.int64(pending.previous), np.int64(pending.next)
    if before == NOBODY:
        world.later[pending.at >> world.state[0].stretch_bits] = after
    else:
        world.pending[before].next = after
    if after != NOBODY:
        world.pending[after].previous = before
    world.state[0].put_off -= 1


def _push(world, slot, at, order):
    state = world.state[0]
    state.scheduled += 1
    _rise(world, np.int64(state.scheduled) - 1, slot, at, order)


def _remove(world, place):
    """Take the event at ``place`` off the heap."""
    state = world.state[0]
    state.scheduled -= 1
    if place == state.scheduled:
        return
    last, event = world.events[state.scheduled], world.events[place]
    if earlier(last.at, last.order, event.at, event.order):
        _rise(world, place, np.int64(last.slot), last.at, last.order)
    else:
        _sink(world, place, np.int64(last.slot), last.at, last.order)


def _rise(world, place, slot, at, order):
    """Put an event into the empty ``place`` or above."""
    while place > 0:
        parent = (place - 1) >> 2
        above = world.events[parent]
        if not earlier(at, order, above.at, above.order):
            break
        _put(world, place, np.int64(above.slot), above.at, above.order)
        place = parent
    _put(world, place, slot, at, order)


def _sink(world, place, slot, at, order):
    """Put an event into the empty ``place`` or below."""
    events, number = world.events, np.int64(world.state[0].scheduled)
    while True:
        child = 4 * place + 1
        if child >= number:
            break
        best, first_at, first_order = child, events[child].at, events[child].order
        for other in range(child + 1, min(child + 4, number)):
            event = events[other]
            if earlier(event.at, event.order, first_at, first_order):
                best, first_at, first_order = other, event.at, event.order
        if not earlier(first_at, first_order, at, order):
            break
        _put(world, place, np.int64(events[best].slot), first_at, first_order)
        place = best
    _put(world, place, slot, at, order)


def _put(world, place, slot, at, order):
    event = world.events[place]
    event.at, event.order, event.slot = at, order, slot
    world.pending[slot].place = place


def comes_before(streams, one, other):
    """Whether the next resident of stream ``one`` comes before that of ``other`` (both arrive: by
    time, then stream).
    """
    return streams[one].at < streams[other].at or (
        streams[one].at == streams[other].at and one < other
    )


def come_next(world, place):
    """The stream at ``place`` of the heap of streams has a new next resident, later than before:
    let it sink.
    """
    coming, streams, number = world.coming, world.streams, np.int64(world.state[0].coming)
    stream = np.int64(coming[place])
    while True:
        child = 2 * place + 1
        if child >= number:
            break
        if child + 1 < number and comes_before(streams, coming[child + 1], coming[child]):
            child += 1
        if not comes_before(streams, coming[child], stream):
            break
        coming[place] = coming[child]
        place = child
    coming[place] = stream
