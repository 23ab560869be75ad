"""The event list: a heap of events, one at most for each resident, that can be moved and taken out.

Events are ordered by (time, ``events.packed``). The heap is 4-ary: four children stand side by side, so that fewer lines of memory are
touched than in a binary one. ``places[slot]`` is where the event of a slot stands, or −1. A second, binary heap of
arrival streams is ordered by who comes next.
"""

from __future__ import annotations

import numpy as np

KERNELS = ("earlier", "schedule", "cancel", "_rise", "_sink", "_put", "comes_before", "come_next")


def earlier(at, order, other_at, other_order):
    """Whether an event at ``at`` of this ``order`` comes before the other."""
    return at < other_at or (at == other_at and order < other_order)


def schedule(world, slot, at, order):
    """The event of ``slot`` is the one at ``at`` of this ``order``, instead of the one it may have had."""
    state, place = world.state[0], np.int64(world.places[slot])
    if place < 0:
        place = state.scheduled
        state.scheduled += 1
        _rise(world, place, slot, at, order)
    elif earlier(at, order, world.events[place].at, world.events[place].order):
        _rise(world, place, slot, at, order)
    else:
        _sink(world, place, slot, at, order)


def cancel(world, slot):
    """``slot`` has no event any more."""
    state, place = world.state[0], np.int64(world.places[slot])
    if place < 0:
        return
    world.places[slot] = -1
    state.scheduled -= 1
    if place == state.scheduled:
        return
    last = world.events[state.scheduled]
    moved, at, order = np.int64(last.slot), last.at, last.order
    if earlier(at, order, world.events[place].at, world.events[place].order):
        _rise(world, place, moved, at, order)
    else:
        _sink(world, place, moved, at, order)


def _rise(world, place, slot, at, order):
    """Put an event into the empty ``place`` or above."""
    events, places = world.events, world.places
    while place > 0:
        parent = (place - 1) // 4
        above = events[parent]
        if not earlier(at, order, above.at, above.order):
            break
        _put(events, places, place, np.int64(above.slot), above.at, above.order)
        place = parent
    _put(events, places, place, slot, at, order)


def _sink(world, place, slot, at, order):
    """Put an event into the empty ``place`` or below."""
    events, places, number = world.events, world.places, world.state[0].scheduled
    while True:
        child = 4 * place + 1
        if child >= number:
            break
        best = child
        for other in range(child + 1, min(child + 4, number)):
            if earlier(events[other].at, events[other].order, events[best].at, events[best].order):
                best = other
        first = events[best]
        if not earlier(first.at, first.order, at, order):
            break
        _put(events, places, place, np.int64(first.slot), first.at, first.order)
        place = best
    _put(events, places, place, slot, at, order)


def _put(events, places, place, slot, at, order):
    event = events[place]
    event.at, event.order, event.slot = at, order, slot
    places[slot] = place


def comes_before(streams, one, other):
    """Whether the next resident of stream ``one`` comes before that of ``other`` (both arrive: by time, then stream)."""
    return streams[one].at < streams[other].at or (streams[one].at == streams[other].at and one < other)


def come_next(world, place):
    """The stream at ``place`` of the heap of streams has a new next resident, later than before: let it sink."""
    coming, streams, number = world.coming, world.streams, world.state[0].coming
    stream = coming[place]
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
