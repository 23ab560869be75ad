"""One trajectory, two engines: rows equal with ==, whatever the network."""

from __future__ import annotations

import dataclasses
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from worlds import networks, zoo

import simcap
from simcap.building import load_scenario
from simcap.engine import ENGINES
from simcap.engine.visits import VISIT
from simcap.errors import SimulationError
from simcap.network import Dispatch, Network, Phase
from simcap.study.plan import plan

ZOO = zoo()
HUADU = Path(__file__).parent.parent.parent / "experiments" / "01_huadu"
HORIZON = 40.0


def rows_of(network, engine, horizon, seed, replication, batch_size=65_536):
    """(rows up to a fault, its message or what reviews decided)."""
    run, batches = simcap.simulate(network, horizon, seed, replication, engine, batch_size), []
    try:
        batches += run.visits
    except SimulationError as problem:
        return np.concatenate([np.empty(0, VISIT), *batches]), str(problem)
    return np.concatenate([np.empty(0, VISIT), *batches]), "".join(
        f"{at:g} h: {run.rules[rule]} {level}\n" for at, rule, level in run.decisions
    )


def difference(network, horizon=HORIZON, seed=1, replication=0) -> str:
    """The first rows in which the engines differ, with their neighbours; empty if they agree."""
    (one, fault), (other, other_fault) = (
        rows_of(network, engine, horizon, seed, replication) for engine in ("simpy", "compiled")
    )
    if fault != other_fault:
        return (
            f"seed {seed}, replication {replication}: simpy: {fault or 'no fault'}; compiled:"
            f" {other_fault or 'no fault'}"
        )
    if "for ever" in fault or one.tobytes() == other.tobytes():
        return ""
    number = min(len(one), len(other))
    first = next((i for i in range(number) if one[i].tobytes() != other[i].tobytes()), number)
    near = slice(max(0, first - 2), first + 3)
    return (
        f"seed {seed}, replication {replication}: row {first} of {len(one)} and {len(other)}"
        f" differs\n{VISIT.names}\nsimpy:\n{one[near]}\ncompiled:\n{other[near]}"
    )


def random_networks(number):
    """A test of ``number`` random networks, always the same."""

    @settings(
        max_examples=number,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(networks(), st.integers(0, 2**63 - 1), st.integers(0, 2**63 - 1))
    def check(network, seed, replication):
        found = difference(network, HORIZON, seed, replication)
        assert not found, found

    return check


@pytest.mark.parametrize("name", ZOO)
@pytest.mark.parametrize("seed", [1, 2])
def test_the_engines_agree_on_the_zoo(name, seed):
    assert not difference(ZOO[name], 90.0, seed, seed - 1)


def test_the_zoo_is_large_and_every_outcome_occurs_in_it():
    outcomes = {
        int(outcome)
        for world in ZOO.values()
        for outcome in rows_of(world, "compiled", 90.0, 1, 0)[0]["outcome"]
    }
    assert len(ZOO) >= 30 and outcomes == set(range(11))


def test_the_engines_agree_on_200_random_networks():
    random_networks(200)()


def renamed(network, names):
    """``network`` with other names for its pools."""

    def attend(a):
        return dataclasses.replace(a, pool=names[a.pool])

    def station(part):
        caseload = None if part.caseload is None else attend(part.caseload)
        return dataclasses.replace(part, pools=tuple(map(attend, part.pools)), caseload=caseload)

    def review(rule):
        if isinstance(rule, Dispatch):
            return dataclasses.replace(rule, pools=tuple(names[pool] for pool in rule.pools))
        return dataclasses.replace(
            rule, places={names[pool]: levels for pool, levels in rule.places.items()}
        )

    return Network(
        [
            dataclasses.replace(
                pool, name=names[pool.name], within=tuple(names[outer] for outer in pool.within)
            )
            for pool in network.pools
        ],
        [station(part) for part in network.stations],
        network.arrivals,
        [Phase(phase.at, [station(part) for part in phase.stations]) for phase in network.phases],
        [review(rule) for rule in network.reviews],
    )


def test_what_pools_are_called_changes_nothing():
    """Places that come free or open at one moment go to who is first among all who wait, not to who
    waits at the pool that comes first by name. Random order among equals is drawn for each pool by
    its name, and is left out.
    """

    @settings(
        max_examples=200,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(networks(), st.integers(0, 2**63 - 1))
    def check(network, seed):
        if any(station.discipline == "siro" for station in network.stations):
            return
        names = dict(zip(sorted(pool.name for pool in network.pools), "zyxwvu", strict=False))
        (one, fault), (other, other_fault) = (
            rows_of(which, "compiled", HORIZON, seed, 0)
            for which in (network, renamed(network, names))
        )
        if "for ever" in fault or "for ever" in other_fault:
            return
        before, after = (
            sorted(pool.name for pool in which.pools)
            for which in (network, renamed(network, names))
        )
        to = np.array([after.index(names[name]) for name in before] + [-1])
        one["pool"] = np.where(
            one["pool"] < len(before), to[np.minimum(one["pool"], len(before))], one["pool"]
        )
        assert one.tobytes() == other.tobytes()

    check()


@pytest.mark.slow
@pytest.mark.timeout(3000)
def test_the_engines_agree_on_5000_random_networks():
    random_networks(5000)()


@pytest.mark.slow
def test_the_engines_agree_where_the_loop_is_run_by_python():
    """The text of the compiled engine, by CPython."""
    code = "from test_parity import random_networks; random_networks(50)()"
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        cwd=Path(__file__).parent,
        capture_output=True,
        text=True,
        timeout=110,
        env={**os.environ, "NUMBA_DISABLE_JIT": "1"},
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    "scenario", [pytest.param("scenario.yaml", marks=pytest.mark.slow), "reported.yaml"]
)
def test_the_engines_agree_on_a_full_replication_of_huadu(scenario):
    ready = plan(load_scenario(HUADU / scenario))
    prints = []
    for engine in ENGINES:
        run = simcap.simulate(ready.network, ready.spec.horizon, replication=3, engine=engine)
        visits = sum(len(batch) for batch in run.visits)
        prints.append((visits, run.fingerprint))
    assert visits > 60_000 and prints[0] == prints[1]


@pytest.mark.parametrize("size", [1, 7, 64])
def test_batches_have_the_size_that_was_asked_for(size):
    world = ZOO["whole service, whole patience"]
    whole, _ = rows_of(world, "compiled", 200.0, 1, 0)
    batches = list(simcap.simulate(world, 200.0, 1, engine="compiled", batch_size=size).visits)
    assert {len(batch) for batch in batches[:-1]} <= {size} and 0 < len(batches[-1]) <= size
    assert np.concatenate(batches).tobytes() == whole.tobytes()


def test_room_grows_with_those_present():
    """Three thousand wait, having been to two stations each: more than the arrays begin with."""
    world = ZOO["many at one moment"]
    crowd = simcap.network.Network(
        world.pools, world.stations, [simcap.network.Arrivals("a", backlog=3000)]
    )
    assert not difference(crowd, 30.0)


@pytest.mark.parametrize(
    "limit, value, message",
    [
        (
            "MOST_JOININGS",
            4,
            "resident 0 of 's' has joined 'a' 4 times by 3 h: more than can be counted",
        ),
        (
            "MOST_ARRIVALS",
            3,
            "stream 's' has brought 3 residents by 0 h: more than can be told apart",
        ),
        (
            "MOST_JOININGS_AT_ONCE",
            2,
            "resident 1 of 's' joins 'a' for ever at 0 h: a way round that takes no time",
        ),
    ],
)
def test_what_would_overflow_is_an_error_of_the_same_words(limit, value, message):
    """By CPython, where limits can be lowered."""
    backlog = {"MOST_JOININGS": 1, "MOST_JOININGS_AT_ONCE": 2}.get(limit, 9)
    code = f"""
import simcap, sys
from simcap.engine import event_loop, limits, simpy_engine
from simcap.network import Arrivals, Network, Pool, Station, events, jit
for module in (limits, simpy_engine, event_loop, jit.compiled(event_loop), events):
    if hasattr(module, {limit!r}):
        setattr(module, {limit!r}, {value})
loop = {{"completed": "a", "balked": "a"}}
most = None if {limit!r} == "MOST_JOININGS" else 0
net = Network([Pool("p")], [Station("a", ["p"], 1.0, queue_limit=most, routing=loop)],
              [Arrivals("a", backlog={backlog}, name="s")])
for engine in ("simpy", "compiled"):
    try:
        simcap.simulate(net, 100.0, engine=engine).read()
    except simcap.errors.SimulationError as problem:
        print(problem)
"""
    if limit == "MOST_ARRIVALS":
        code = code.replace("routing=loop", "routing={}")
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, "NUMBA_DISABLE_JIT": "1"},
    )
    assert done.stdout.splitlines() == [message, message], done.stderr
