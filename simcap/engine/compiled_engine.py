"""The fast twin of ``simpy_engine``: the same rows from the same network, by ``event_loop`` as
machine code.

This module lays the network out, lets the loop run, hands out the batches it fills, gives it more
room when it asks, and says in words what went wrong: the loop itself only returns why it stopped
and where.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from simcap.engine import arrays, event_loop, limits
from simcap.engine.arrays import ABSENT, World
from simcap.engine.packing import laid_out
from simcap.engine.settled import settled
from simcap.engine.visits import VISIT
from simcap.errors import SimulationError
from simcap.network import Arrivals, Exponential, Network, Pool, Roster, Station, Vacancies, jit
from simcap.network.clock import ticks
from simcap.network.events import MOST_ARRIVALS

EVENTS_AT_ONCE = 2_000_000
"""Events after which the loop comes back, so that an interruption is heeded within a second."""


def batches(
    network: Network,
    horizon: float,
    seed: int,
    replication: int,
    size: int,
    decisions: list[tuple[int, int, int]],
) -> Iterator[np.ndarray]:
    """The visits of one replication, in batches of ``size`` rows (the last one shorter), simulated
    as they are asked for; at the end, what reviews have decided is added to ``decisions``.
    """
    yield from _batches(loop(), network, horizon, seed, replication, size, decisions)


@jit.once
def loop() -> Any:
    """``event_loop`` as machine code, read from the disk or compiled; then the user is told why
    they wait.
    """
    machine_code = jit.compiled(event_loop)
    posts = Vacancies(1.0, stays=Exponential(1000.0), gap=1.0, key="pool")
    smallest = Network(
        [Pool("pool", Roster(((0, 168, 1),), vacancies=posts))],
        [Station("station", ["pool"], 1.0)],
        [Arrivals("station", backlog=2), Arrivals("station", backlog=1, name="another")],
    )
    with jit.announced("the simulation", machine_code):
        for _ in _batches(machine_code, smallest, 1.5, 0, 0, 8, []):
            pass
    return machine_code


def _batches(
    loop,
    network: Network,
    horizon: float,
    seed: int,
    replication: int,
    size: int,
    decisions: list[tuple[int, int, int]],
) -> Iterator[np.ndarray]:
    laid = laid_out(network, horizon)
    world = arrays.world(laid.arrays, ticks(horizon), seed, replication, size, laid.room)
    world = settled(world, network, laid, (seed, replication))
    loop.begin(world)
    while True:
        status = loop.advance(world, EVENTS_AT_ONCE)
        if status == event_loop.BATCH_FULL:
            yield _batch(world)
            world = _next_batch(world)
        elif status == event_loop.ROOM_WANTED:
            world = arrays.grown(world, loop.no_room_for_residents(world))
        elif status == event_loop.OVER:
            laid.room = max(laid.room, len(world.residents))
            decisions += world.decided[: world.state["decided"][0]].tolist()
            yield from _last(loop, world)
            return
        elif status != event_loop.PAUSED:
            raise _fault(network, world, status)


def _fault(network: Network, world: World, status: int) -> SimulationError:
    """What stopped the loop."""
    state = world.state[0]
    if status == event_loop.TOO_MANY:
        return limits.too_many(network, world.streams[state.comes].position, state.now)
    resident = world.residents[state.faulty]
    stream = world.streams[resident.stream].position
    said = limits.for_ever if status == event_loop.FOR_EVER else limits.too_often
    return said(network, stream, resident.number, resident.station, state.now)


def _last(loop, world: World) -> Iterator[np.ndarray]:
    """The rows since the last batch, and a row for each resident who is still here, sorted by
    stream and number.
    """
    here = np.flatnonzero(world.residents["doing"][: world.state["used"][0]] != ABSENT)
    streams = world.streams["position"][world.residents["stream"][here]].astype(np.int64)
    here = here[np.argsort(streams * MOST_ARRIVALS + world.residents["number"][here])]
    while True:
        here = here[loop.emit_open(world, here) :]
        if world.state["rows"][0]:
            yield _batch(world)
        if not len(here):
            return
        world = _next_batch(world)


def _batch(world: World) -> np.ndarray:
    """The rows written."""
    return world.out[: world.state["rows"][0]].view(np.ndarray).view(VISIT)


def _next_batch(world: World) -> World:
    world.state["rows"] = 0
    return world._replace(out=arrays.batch_of(len(world.out)))
