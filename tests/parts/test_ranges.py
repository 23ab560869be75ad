"""One range for every quantity: what is accepted is drawn right, what is not is refused."""

import math
import re
import time

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import simcap
from simcap.analysis.guards import rostered_hours
from simcap.errors import NetworkError, SimulationError
from simcap.network import (
    Arrivals,
    Deterministic,
    Empirical,
    Erlang,
    Exponential,
    Gamma,
    Hyperexponential,
    Lognormal,
    Network,
    Pool,
    Rate,
    Redial,
    Roster,
    Station,
    To,
    Triangular,
    TruncatedNormal,
    Uniform,
    Weibull,
    draws,
    jit,
)
from simcap.network.checks import LONGEST, SHORTEST
from simcap.network.size import too_much

KERNELS = jit.compiled(draws)


def drawn(distribution, number=100_000, seed=1):
    """Hours, not yet rounded."""
    row = distribution.row()
    us = [KERNELS.luck(seed, 0, 1, i, 5, 0) for i in range(number)]
    return np.array([KERNELS.draw(*row, u, 0, seed, 0, 1, i, 5, 0) for i, u in enumerate(us)])


def agrees(distribution, number=100_000):
    """Draws are finite and not negative; their mean is the distribution's. The spread is the
    distribution's own, or that seen where tails are so long that few draws have most of the sum:
    then the mean of the lesser of each draw and a thousand means may only not exceed it.
    """
    hours = drawn(distribution, number)
    assert np.isfinite(hours).all() and (hours >= 0).all()
    mean, sd = distribution.mean, distribution.sd
    if sd > 5 * mean:
        assert hours.mean() <= mean * (1 + 3.5 * sd / mean / math.sqrt(number))
    else:
        assert abs(hours.mean() - mean) <= 3.5 * sd / math.sqrt(number) + 1e-9 * mean


MEANS = st.floats(math.log(SHORTEST * 1.001), math.log(LONGEST / 2)).map(math.exp)
RATIOS = st.floats(math.log(1e-6 * 1.001), math.log(99.0)).map(math.exp)
DISTRIBUTIONS = st.one_of(
    MEANS.map(Deterministic),
    MEANS.map(Exponential),
    st.builds(Erlang, MEANS, st.sampled_from([1, 2, 100, 101, 1000, 10**9])),
    st.builds(lambda mean, ratio: Gamma(mean, mean * ratio), MEANS, RATIOS),
    st.builds(lambda mean, ratio: Lognormal(mean, mean * ratio), MEANS, RATIOS),
    st.builds(Weibull, MEANS, st.floats(0.15, 1000.0)),
    st.builds(
        lambda high, mode, low: Triangular(high * low * mode, high * mode, high),
        MEANS,
        st.floats(0, 1),
        st.floats(0, 0.99),
    ),
    st.builds(lambda high, low: Uniform(high * low, high), MEANS, st.floats(0, 0.99)),
    st.builds(lambda spread, at: TruncatedNormal(spread * at, spread), MEANS, st.floats(-5.0, 8.0)),
    st.builds(
        lambda p, one, other: Hyperexponential((p, 1 - p), (one, other)),
        st.floats(1e-6, 0.999),
        MEANS,
        MEANS,
    ),
    st.lists(MEANS, min_size=1, max_size=30).map(tuple).map(Empirical),
)


@settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
@given(DISTRIBUTIONS)
def test_what_is_accepted_is_drawn_with_the_mean_it_says(distribution):
    agrees(distribution, 20_000)


@pytest.mark.parametrize(
    "distribution",
    [
        Erlang(1.0, 10**9),
        Erlang(2.0, 101),
        Gamma(1.0, 3.0),
        Lognormal(1.0, 3.0),
        Weibull(1.0, 0.5),
        Triangular(1.0, 1.0, 2.0),
        Hyperexponential((0.001, 0.999), (100.0, 0.1)),
    ],
    ids=repr,
)
def test_a_hundred_thousand_draws_have_the_mean(distribution):
    agrees(distribution)


def test_a_million_values_are_drawn_from_at_once():
    values = Empirical(tuple(np.arange(1.0, 1e6 + 1).tolist()))
    begin = time.perf_counter()
    agrees(values, 20_000)
    assert time.perf_counter() - begin < 30 and values.mean == 500_000.5


def test_an_erlang_time_of_many_phases_is_the_gamma_of_the_same_mean_and_sd():
    assert Erlang(2.0, 400).row()[:3] == Gamma(2.0, 0.1).row()[:3]
    assert Erlang(2.0, 100).row()[0] == draws.ERLANG


@pytest.mark.parametrize(
    "make, fault",
    [
        (lambda: Erlang(1.0, 2**63), f"Erlang: phases: at most 1000000000 wanted, got {2**63}"),
        (
            lambda: Exponential(1e-12),
            "Exponential: mean: hours from a microsecond to 200 years wanted, got 1e-12",
        ),
        (
            lambda: Deterministic(2e6),
            "Deterministic: value: hours from a microsecond to 200 years wanted, got 2000000.0",
        ),
        (lambda: Weibull(1.0, 0.01), "Weibull: shape: from 0.15 to 1000 wanted, got 0.01"),
        (
            lambda: Lognormal(1.0, 1e9),
            "Lognormal: sd: from a millionth of the mean to 100 times the mean wanted, got"
            " 1000000000.0",
        ),
        (
            lambda: Roster([(9, 17, 1)], hours=1e300),
            "Roster: hours: those of at most 1000000000 places round the clock wanted, got 1e+300",
        ),
        (
            lambda: Roster([(9, 17, 1e300)]),
            "Roster: shifts[0]: at most 1000000000 places wanted, got 1e+300",
        ),
        (
            lambda: Pool("p", 10**10),
            "Pool('p'): capacity: at most 1000000000 places, or inf, wanted, got 10000000000",
        ),
        (
            lambda: Station("a", ["p"], 1.0, sessions=10**10),
            "Station('a'): sessions: at most 1000000000 wanted, got 10000000000",
        ),
        (
            lambda: Redial(1.0, at_most=2**63),
            f"Redial: at_most: at most 1000000000 wanted, got {2**63}",
        ),
    ],
)
def test_what_is_out_of_range_is_refused_with_its_range(make, fault):
    with pytest.raises(NetworkError, match=re.escape(fault)):
        make()


def network(capacity=1, station=None, arrivals=None):
    return Network(
        [Pool("p", capacity)],
        [Station("a", ["p"], **{"service_time": 1.0, **(station or {})})],
        [Arrivals("a", name="s", **(arrivals or {"interarrival": Exponential(1.0)}))],
    )


@pytest.mark.parametrize(
    "world",
    [
        network(arrivals={"interarrival": Exponential(SHORTEST * 1.01)}),
        network(arrivals={"rate": Rate(1e9)}),
        network(station={"sessions": 10**9, "service_time": 1e-9, "every": 0.0}),
        network(station={"redial": Redial(1.0, 1e-9, 10**9), "patience": 0.0}, capacity=0),
        network(station={"service_time": 1e-9, "routing": {"completed": To("a", delay=1e-9)}}),
        network(station={"sessions": math.inf, "every": 1e-9, "service_time": 1e-9}),
    ],
    ids=["interarrival", "rate", "sessions", "redials", "loop", "recurring"],
)
def test_what_would_never_end_is_refused_before_it_begins(world):
    begin = time.perf_counter()
    with pytest.raises(NetworkError, match=re.escape("Arrivals('s'): about ")):
        simcap.simulate(world, 8766.0)
    assert time.perf_counter() - begin < 5


def test_the_sentence_names_the_stream_and_the_number():
    world = network(arrivals={"rate": Rate(1e9)})
    assert too_much(world, 1000.0) == [
        "Arrivals('s'): about 1e+12 sessions and joinings expected within 1000 h, and 1e+12 of all"
        " streams together: at most 1e+10 wanted"
    ]


def test_too_many_who_come_at_one_moment_are_refused():
    assert too_much(network(arrivals={"backlog": 10**9}), 10.0) == [
        "Arrivals('s'): at most 100000000 residents at one moment wanted, got 1000000000"
    ]


@pytest.mark.parametrize(
    "world",
    [
        network(),
        network(station={"routing": {"completed": {"a": 1.0}}}),
        network(station={"sessions": math.inf, "every": 24.0}),
        network(station={"redial": Redial(1.0, 0.5, 10**9), "patience": 1.0}),
        network(station={"sessions": 10**6, "every": 1.0}),
    ],
)
def test_what_will_end_is_not_refused(world):
    assert too_much(world, 8766.0) == []


def test_a_loop_without_delay_is_found_while_it_runs():
    with pytest.raises(SimulationError, match="for ever"):
        simcap.simulate(
            network(station={"service_time": 0.0, "routing": {"completed": "a"}}), 10.0
        ).read()


def test_a_hundred_thousand_ways_are_laid_out_at_once():
    names = [f"s{i}" for i in range(100_000)]
    world = Network(
        [Pool("p", math.inf)],
        [Station(name, ["p"], 1.0) for name in names[:1000]]
        + [
            Station(
                "a", ["p"], 1.0, routing={"completed": [To(n, 1e-5) for n in names[:1000] * 100]}
            )
        ],
        [Arrivals("a", batches=[(0.0, 100)], name="s")],
    )
    begin = time.perf_counter()
    assert len(simcap.simulate(world, 10.0).read()) == 200
    assert time.perf_counter() - begin < 20


def test_the_hours_of_a_year_of_300_000_places_are_told_exactly():
    assert rostered_hours(Pool("p", 300_000), 0.0, 8766.0) == 300_000 * 8766.0
    run = simcap.simulate(network(300_000), 8766.0)
    assert run.capacity["places"].tolist() == [300_000.0]


@pytest.mark.slow
@pytest.mark.timeout(600)
@settings(
    max_examples=100,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
@given(DISTRIBUTIONS)
def test_a_million_draws_of_what_is_accepted_have_the_mean(distribution):
    agrees(distribution, 1_000_000)
