"""What is drawn anew in each replication before its first event, laid into its arrays: which stream
goes first among equals, which of equal pools is asked first, how batches of a fractional size are
rounded, where floating places stand, which posts are empty.
"""

from __future__ import annotations

import numpy as np

from simcap.engine.arrays import DATED, World
from simcap.engine.packing import Laid
from simcap.network import Network
from simcap.network.events import Kind
from simcap.network.resolved import DispatchRule, batches, start_limits
from simcap.network.rules import places_left
from simcap.network.vacancies import Fate


def settled(world: World, network: Network, laid: Laid, fate: Fate) -> World:
    """``world``, a replication at its beginning, with what ``fate`` (seed, replication) decides."""
    if len(world.streams) > 1:
        world = world._replace(streams=world.streams[laid.resolved.order_of_streams(fate)])
    for first, desk in laid.equals:
        _in_turn(world, first, laid.resolved.turns(desk, fate))
    if laid.equals:
        _list_members(world)
    for stream, rows in laid.rounded:
        batches_of = batches(network.arrivals[stream], laid.horizon, *_key(laid, stream, fate))
        world.batches["number"][rows] = [number for _, number in batches_of]
    for position, rule in enumerate(laid.rules):
        if isinstance(rule, DispatchRule) and not rule.stands:
            _stand(world, position, laid.resolved.at_first(rule, fate))
    return _staffed(world, network, laid, fate) if laid.drawn else world


def _key(laid: Laid, stream: int, fate: Fate) -> tuple[int, Fate]:
    return laid.resolved.stream_keys[stream], fate


def _in_turn(world: World, first: int, order: list[int]) -> None:
    """The accesses from ``first`` on stand in this ``order``."""
    rows = slice(first, first + len(order))
    world.accesses[rows] = world.accesses[rows][order]


def _list_members(world: World) -> None:
    """Which accesses are of which pool, once some have changed places."""
    order = np.argsort(world.accesses["pool"].astype(np.int64), kind="stable")
    world.members[:] = order.astype(world.members.dtype)


def _stand(world: World, position: int, start: tuple[int, ...]) -> None:
    """The floating places of a review stand like this."""
    first = int(world.reviews["target"][position])
    for i, places in enumerate(start, first):
        target = world.targets[i]
        target.start = target.given = target.wanted = places
        pool = world.pools[target.pool]
        pool.at_most = places
        pool.limit = places_left(int(pool.roster), places)


def _staffed(world: World, network: Network, laid: Laid, fate: Fate) -> World:
    """The steps of rosters with vacancies are among the dated events."""
    parts = [world.dated]
    for position in laid.drawn:
        times, limits = start_limits(network.pools[position], laid.horizon, fate)
        pool, part = world.pools[position], np.empty(len(times) - 1, dtype=DATED)
        pool.roster = int(limits[0])
        pool.limit = places_left(int(limits[0]), int(pool.at_most))
        part["at"], part["value"] = times[1:], limits[1:]
        part["which"], part["kind"] = position, Kind.CAPACITY
        parts.append(part)
    dated = np.concatenate(parts)
    order = np.lexsort((dated["kind"], dated["at"]))
    return world._replace(dated=dated[order].astype(DATED))
