"""What no replication may pass, and what is said if one does: the same in both engines."""

from __future__ import annotations

from simcap.errors import SimulationError
from simcap.network import Network
from simcap.network.events import MOST_ARRIVALS

MOST_JOININGS_AT_ONCE = 10_000
"""Joinings of one resident at one moment beyond which the network must be going round for ever."""
MOST_JOININGS = 2**31 - 1
"""Joinings of one station by one resident that a visit's ``occasion`` can hold."""
MOST_PRESENT = 2**32 - 3
"""Residents present at once."""


def for_ever(
    network: Network, stream: int, resident: int, station: int, now: int
) -> SimulationError:
    """A resident joins again and again while no time passes: the run would never end."""
    return SimulationError(
        f"resident {resident} of {network.arrivals[stream].name!r} joins"
        f" {network.stations[station].name!r} for ever at {now / 3.6e9:g} h: a way round that takes"
        " no time"
    )


def too_often(
    network: Network, stream: int, resident: int, station: int, now: int
) -> SimulationError:
    """A resident has joined one station more often than can be counted."""
    return SimulationError(
        f"resident {resident} of {network.arrivals[stream].name!r} has joined"
        f" {network.stations[station].name!r} {MOST_JOININGS} times by {now / 3.6e9:g} h: more than"
        " can be counted"
    )


def too_many(network: Network, stream: int, now: int) -> SimulationError:
    """A stream has brought more residents than can be told apart."""
    return SimulationError(
        f"stream {network.arrivals[stream].name!r} has brought {MOST_ARRIVALS} residents by"
        f" {now / 3.6e9:g} h: more than can be told apart"
    )
