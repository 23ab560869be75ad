"""Arrival streams: exact inversion of a varying rate, renewal, batches."""

import numpy as np
import pytest

import simcap
from simcap.network import (
    Arrivals,
    Deterministic,
    Erlang,
    Exponential,
    Network,
    Pool,
    Rate,
    Station,
    draws,
    jit,
)
from simcap.network.resolved import arrival_blocks

KERNELS = jit.compiled(draws)


def times(stream, horizon, seed=1, replication=0):
    blocks = list(
        arrival_blocks(stream, draws.name_key(stream.name), horizon, seed, replication, KERNELS)
    )
    return np.concatenate(blocks) / 3.6e9 if blocks else np.empty(0)


def unit_sums(name, n, seed=1):
    gaps = [
        -np.log(KERNELS.uniforms(seed, 0, draws.name_key(name), i, 0, 0, 0)[0]) for i in range(n)
    ]
    return np.cumsum(gaps)


def test_arrival_times_invert_the_cumulative_rate_exactly():
    week = tuple(2.0 if hour < 84 else 0.0 for hour in range(168))
    stream = Arrivals("desk", rate=Rate(0.5, week))
    expected = unit_sums("desk", 600)
    weeks, rest = np.divmod(expected, 84.0)  # 84 hours a week at one an hour
    got = times(stream, 168 * 6)
    np.testing.assert_allclose(got, (weeks * 168 + rest)[: len(got)], atol=1e-8)


def test_dated_multipliers_multiply_and_a_stream_keeps_within_its_dates():
    stream = Arrivals(
        "desk",
        rate=Rate(1.0, multipliers=((100, 200, 3.0), (150, 200, 2.0))),
        start=50.0,
        until=300.0,
    )
    expected = unit_sums("desk", 2000)
    edges, integral = [50, 100, 150, 200, 300], np.array([0, 50, 200, 500, 600])
    got = times(stream, 1000.0)
    np.testing.assert_allclose(got, np.interp(expected[expected < 600], integral, edges), atol=1e-8)
    assert got.min() >= 50 and got.max() < 300


def test_a_week_may_begin_anywhere():
    week = tuple(float(hour == 5) for hour in range(168))
    got = times(Arrivals("desk", rate=Rate(50.0, week, week_starts=3.0)), 168.0 * 3)
    assert len(got) > 100 and set(np.floor((got + 3.0) % 168.0)) == {5.0}


def test_renewal_gaps_are_drawn_one_by_one():
    got = times(Arrivals("desk", Deterministic(2.5)), 11.0)
    assert got.tolist() == [2.5, 5.0, 7.5, 10.0]
    gaps = np.diff(times(Arrivals("desk", Erlang(1.0, 4)), 20_000.0))
    assert gaps.mean() == pytest.approx(1.0, abs=3.5 * 0.5 / np.sqrt(len(gaps)))
    assert gaps.std() == pytest.approx(0.5, rel=0.02)


def test_counts_of_a_poisson_stream_have_their_mean_as_variance():
    counts = [
        len(times(Arrivals("desk", Exponential(1.0)), 100.0, replication=r)) for r in range(400)
    ]
    assert np.mean(counts) == pytest.approx(100, abs=3.5 * 10 / 20)
    assert np.var(counts) == pytest.approx(100, rel=0.3)


def test_residents_keep_their_times_when_the_horizon_moves():
    stream = Arrivals("desk", Exponential(0.1))
    short, long = times(stream, 50.0), times(stream, 500.0)
    assert np.array_equal(short, long[: len(short)])


def test_batches_come_at_their_dates_and_an_empty_stream_brings_nobody():
    assert times(Arrivals("desk", batches=[(3, 2), (5, 0), (7, 1)]), 100.0).tolist() == [3, 3, 7]
    assert times(Arrivals("desk", rate=Rate(0.0)), 100.0).tolist() == []


def test_a_stream_may_enter_by_several_stations():
    stations = [Station(name, ["staff"], 0.0) for name in "ab"]
    world = Network(
        [Pool("staff", 1)], stations, [Arrivals({"a": 0.25, "b": 0.75}, Exponential(1.0), name="s")]
    )
    run = simcap.simulate(world, 4000.0)
    share = (run.read()["station"] == 0).mean()
    assert share == pytest.approx(0.25, abs=3.5 * np.sqrt(0.25 * 0.75 / 4000))
