"""Pools within others, on random networks: one place is one place, whatever it is called."""

from __future__ import annotations

import dataclasses
import math
from collections import defaultdict

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_parity import HORIZON, rows_of
from worlds import nested, networks

import simcap
from simcap.errors import SimulationError
from simcap.network import Network, Pool, Slots
from simcap.network.within import enclosing

ALWAYS_THE_SAME = settings(
    max_examples=250,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)


def in_an_ample_pool(network: Network, places: float) -> Network:
    """``network`` with all its pools but those with slots within one more."""
    pools = [
        pool
        if isinstance(pool.capacity, Slots)
        else dataclasses.replace(pool, within=(*pool.within, "~ample"))
        for pool in network.pools
    ]
    return Network(
        [*pools, Pool("~ample", places)],
        network.stations,
        network.arrivals,
        network.phases,
        network.reviews,
    )


@ALWAYS_THE_SAME
@given(networks(), st.integers(0, 2**63 - 1), st.sampled_from([10**6, math.inf]))
def test_an_ample_pool_around_all_changes_no_row(network, seed, places):
    (one, fault), (other, other_fault) = (
        rows_of(which, "compiled", HORIZON, seed, 0)
        for which in (network, in_an_ample_pool(network, places))
    )
    if "for ever" in fault or "for ever" in other_fault:
        return
    assert one.tobytes() == other.tobytes() and fault == other_fault


def places_at(run, pool: int, at: float) -> float:
    """The places of ``pool`` just before ``at`` or then, whichever is more."""
    steps = run.capacity[run.capacity["pool"] == pool]
    since = np.searchsorted(steps["time"], [at - 1e-9, at + 1e-9], side="right") - 1
    return max(steps["places"][np.maximum(since, 0)])


def overfull(network: Network, seed: int) -> list[str]:
    """The starts after which more are at work at a pool, or within it, than it has places. Those
    who hold a caseload are not counted: no row says for how long.
    """
    run = simcap.simulate(network, HORIZON, seed)
    try:
        visits = run.read()
    except SimulationError:
        return []
    around = enclosing(network.pools)
    moments = defaultdict(float)
    for row in visits:
        station = network.stations[row["station"]]
        if np.isnan(row["started"]) or station.diary is not None:
            continue
        names = [a.pool for a in station.pools] if station.team else [run.pools[row["pool"]]]
        for name in names:
            for taken in (name, *around.get(name, ())):
                ended = math.inf if np.isnan(row["ended"]) else row["ended"]
                moments[ended, 0, taken] -= 1 / row["together"]
                moments[row["started"], 1, taken] += 1 / row["together"]
    busy, faults = defaultdict(float), []
    for at, starts, name in sorted(moments):
        busy[name] += moments[at, starts, name]
        if starts and busy[name] > places_at(run, run.pools.index(name), at) + 1e-6:
            faults.append(f"{busy[name]:g} at {name} at {at:g} h")
    return faults


@ALWAYS_THE_SAME
@given(networks(), st.integers(0, 2**63 - 1))
def test_no_start_fills_a_pool_beyond_its_places(network, seed):
    assert not overfull(network, seed)


def test_no_start_fills_a_pool_of_the_zoo_beyond_its_places():
    for name, network in nested().items():
        assert not overfull(network, 1), name
