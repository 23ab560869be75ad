"""The fast twin of ``simpy_engine``: the same rows from the same network, by ``event_loop`` as machine code.

This module lays the network out, lets the loop run, hands out the batches it fills, gives it more room when it asks, and says in
words what went wrong: the loop itself only returns why it stopped and where.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from simcap.engine import arrays, event_loop
from simcap.engine.arrays import IN_TRANSIT, NOBODY, World
from simcap.engine.packing import laid_out
from simcap.engine.visits import NO_POOL, UNDECIDED, VISIT, Outcome
from simcap.errors import SimulationError
from simcap.network import Network, jit
from simcap.network.clock import INFINITY, ticks

EVENTS_AT_ONCE = 2_000_000
"""Events after which the loop comes back, so that an interruption is heeded within a second."""


def batches(network: Network, horizon: float, seed: int, replication: int, size: int) -> Iterator[np.ndarray]:
    """The visits of one replication, in batches of ``size`` rows (the last one shorter), simulated as they are asked for."""
    loop = jit.compiled(event_loop)
    world = arrays.world(laid_out(network, horizon), ticks(horizon), seed, replication, size)
    loop.begin(world)
    while True:
        status = loop.advance(world, EVENTS_AT_ONCE)
        if status == event_loop.BATCH_FULL:
            yield world.out.view(np.ndarray).view(VISIT)
            world = world._replace(out=arrays.batch_of(size))
            world.state["rows"] = 0
        elif status == event_loop.ROOM_WANTED:
            world = arrays.grown(world, loop.no_room_for_residents(world))
        elif status == event_loop.OVER:
            yield from _last(world)
            return
        elif status != event_loop.PAUSED:
            raise _fault(network, world, status)


def _fault(network: Network, world: World, status: int) -> SimulationError:
    """What stopped the loop."""
    state = world.state[0]
    if status == event_loop.TOO_MANY:
        return SimulationError(f"stream {network.arrivals[state.faulty].name!r} has brought {event_loop.MOST_ARRIVALS} residents by "
                               f"{state.now / 3.6e9:g} h: more than can be told apart")
    resident = world.residents[state.faulty]
    return SimulationError(
        f"resident {resident.number} of {network.arrivals[resident.stream].name!r} joins {network.stations[resident.station].name!r} "
        f"for ever at {state.now / 3.6e9:g} h: a way round that takes no time")


def _last(world: World) -> Iterator[np.ndarray]:
    """The rows since the last batch, and a row for each resident who is still here, sorted by stream and number."""
    state, size = world.state[0], len(world.out)
    here = np.flatnonzero(world.residents["doing"][:state.used] != arrays.ABSENT)
    here = here[np.lexsort((world.residents["number"][here], world.residents["stream"][here]))]
    rest = world.out[:state.rows].view(np.ndarray).view(VISIT)
    first = size - len(rest)
    head = np.concatenate([rest, _open_rows(world, here[:first])])
    if len(head):
        yield head
    for begin in range(first, len(here), size):
        yield _open_rows(world, here[begin:begin + size])


def _open_rows(world: World, slots: np.ndarray) -> np.ndarray:
    people, rows = world.residents[slots], np.empty(len(slots), dtype=VISIT)
    travels, access = people["doing"] == IN_TRANSIT, people["access"]
    for name, field in (("resident", "number"), ("stream", "stream"), ("station", "station"), ("session", "session")):
        rows[name] = people[field]
    rows["next"], rows["ended"], rows["arrived"] = UNDECIDED, np.nan, people["arrived"] / 3.6e9
    rows["pool"] = NO_POOL if not len(world.accesses) else np.where(access == NOBODY, NO_POOL, world.accesses["pool"][access])
    for name in ("joined", "started"):
        rows[name] = np.where(travels | (people[name] == INFINITY), np.nan, people[name] / 3.6e9)
    rows["outcome"] = np.array([0, Outcome.IN_TRANSIT, Outcome.WAITING, Outcome.ATTENDED])[people["doing"]]
    rows["occasion"] = np.where(travels, 0, people["occasion"])
    looking, entry = np.flatnonzero(travels), people["visited"][travels]
    while len(looking):
        looking, entry = looking[entry != NOBODY], entry[entry != NOBODY]
        visited = world.visited[entry]
        found = visited["station"] == people["station"][looking]
        rows["occasion"][looking[found]] = visited["joinings"][found]
        looking, entry = looking[~found], visited["next"][~found]
    return rows
