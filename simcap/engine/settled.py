"""What is drawn anew in each replication before its first event, laid into its arrays: which stream
goes first among equals, where floating places that stand evenly have one more, which posts are
empty.
"""

from __future__ import annotations

import numpy as np

from simcap.engine.arrays import DATED, World
from simcap.engine.packing import Laid
from simcap.network import Network
from simcap.network.events import Kind
from simcap.network.resolved import DispatchRule, start_limits
from simcap.network.rules import places_left
from simcap.network.vacancies import Fate


def settled(world: World, network: Network, laid: Laid, fate: Fate) -> World:
    """``world``, a replication at its beginning, with what ``fate`` (seed, replication) decides."""
    if len(world.streams) > 1:
        world = world._replace(streams=world.streams[laid.resolved.order_of_streams(fate)])
    for position, rule in enumerate(laid.rules):
        if isinstance(rule, DispatchRule) and not rule.start:
            _stand(world, position, laid.resolved.at_first(rule, fate))
    return _staffed(world, network, laid, fate) if laid.drawn else world


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
