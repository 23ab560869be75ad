"""Draws are NumPy's Philox to the bit, and distributions have the mean, sd and quantiles they say
they have.
"""

import math

import numpy as np
import pytest
from scipy import stats

from simcap.network import (
    Deterministic,
    Empirical,
    Erlang,
    Exponential,
    Gamma,
    Hyperexponential,
    Lognormal,
    Never,
    Triangular,
    TruncatedNormal,
    Uniform,
    Weibull,
    draws,
    jit,
)

KERNELS = jit.compiled(draws)
RNG = np.random.default_rng(1)


def numpy_words(seed, replication, stream, resident, station, occasion, block):
    counter = [
        draws.name_key(stream) % 2**64,
        resident,
        draws.name_key(station) % 2**64,
        (occasion << 32) + block,
    ]
    whole = sum(word << (64 * i) for i, word in enumerate(counter)) - 1
    philox = np.random.Philox(key=seed + (replication << 64), counter=whole % 2**256)
    return philox.random_raw(4)


@pytest.mark.parametrize("_", range(50))
def test_words_are_numpys_philox_bit_for_bit(_):
    seed, replication, resident = (int(RNG.integers(0, 2**63 - 1)) for _ in range(3))
    occasion, block = int(RNG.integers(0, 2**20)), int(RNG.integers(0, 2**20))
    stream, station = f"stream {RNG.integers(1e9)}", f"站 {RNG.integers(1e9)}"
    got = KERNELS.words(
        seed,
        replication,
        draws.name_key(stream),
        resident,
        draws.name_key(station),
        occasion,
        block,
    )
    assert (
        list(map(int, got))
        == numpy_words(seed, replication, stream, resident, station, occasion, block).tolist()
    )


def test_uniforms_are_the_upper_53_bits_centred():
    words = numpy_words(42, 3, "s", 5, "t", 1, 0)
    expected = tuple(((int(word) >> 11) + 0.5) * 2.0**-53 for word in words)
    assert draws.uniform(42, 3, "s", 5, "t", 1, 0) == expected


def test_cpython_and_machine_code_give_equal_bits():
    with np.errstate(over="ignore"):
        for resident in range(20):
            key = (7, 1, draws.name_key("s"), resident, draws.name_key("t"), 2)
            assert tuple(map(float, draws.uniforms(*key, 1))) == KERNELS.uniforms(*key, 1)
            for distribution in DISTRIBUTIONS:
                u = KERNELS.uniforms(*key, 0)[0]
                plain = draws.duration(*distribution.row(), u, 1.0, draws.SERVICE, *key)
                assert int(plain) == KERNELS.duration(
                    *distribution.row(), u, 1.0, draws.SERVICE, *key
                ), distribution


def test_the_hash_of_a_name_is_the_beginning_of_its_sha256():
    assert draws.name_key("abc") % 2**64 == 0xEACF018FBF1678BA  # ba7816bf 8f01cfea, little-endian


def test_the_normal_quantile_is_scipys():
    u = np.concatenate(
        [RNG.random(2000), 10.0 ** -RNG.uniform(1, 15, 200), 1 - 10.0 ** -RNG.uniform(1, 15, 200)]
    )
    np.testing.assert_allclose(
        [KERNELS.normal(x) for x in u], stats.norm.ppf(u), rtol=1e-13, atol=1e-15
    )


DISTRIBUTIONS = [
    Deterministic(2.0),
    Exponential(3.0),
    Erlang(4.0, 3),
    Erlang(4.0, 11),
    Gamma(2.0, 1.0),
    Gamma(2.0, 3.0),
    Lognormal(1.5, 2.0),
    Triangular(1.0, 2.0, 6.0),
    Uniform(1.0, 3.0),
    TruncatedNormal(1.0, 2.0),
    TruncatedNormal(3.0, 1.0, 2.0, 5.0),
    Weibull(2.0, 0.8),
    Weibull(2.0, 3.0),
    Hyperexponential((0.3, 0.7), (5.0, 1.0)),
    Empirical((1.0, 2.0, 4.0), (1.0, 2.0, 1.0)),
    Empirical((0.5, 0.25)),
]

SCIPY = {
    1: stats.expon(scale=3.0),
    2: stats.gamma(3, scale=4 / 3),
    3: stats.gamma(11, scale=4 / 11),
    4: stats.gamma(4.0, scale=0.5),
    5: stats.gamma(4 / 9, scale=4.5),
    6: stats.lognorm(math.sqrt(math.log1p(16 / 9)), scale=1.5 / math.sqrt(1 + 16 / 9)),
    7: stats.triang(0.2, 1.0, 5.0),
    8: stats.uniform(1.0, 2.0),
    9: stats.truncnorm(-0.5, np.inf, 1.0, 2.0),
    10: stats.truncnorm(-1.0, 2.0, 3.0, 1.0),
    11: stats.weibull_min(0.8, scale=2 / math.gamma(2.25)),
    12: stats.weibull_min(3.0, scale=2 / math.gamma(4 / 3)),
}


def sample(distribution, n=40_000):
    row, values = distribution.row(), np.empty(n)
    for resident in range(n):
        u = KERNELS.uniforms(5, 0, 11, resident, 22, 0, 0)[0]
        values[resident] = KERNELS.draw(*row, u, draws.SERVICE, 5, 0, 11, resident, 22, 0)
    return values


@pytest.mark.parametrize("number", range(len(DISTRIBUTIONS)), ids=lambda n: repr(DISTRIBUTIONS[n]))
def test_a_distribution_has_its_mean_sd_and_shape(number):
    distribution, values = DISTRIBUTIONS[number], sample(DISTRIBUTIONS[number])
    error = max(distribution.sd, 1e-12) / math.sqrt(len(values))
    assert abs(values.mean() - distribution.mean) <= 3.5 * error
    kurtosis = stats.kurtosis(values) + 3 if distribution.sd else 3
    assert (
        abs(values.std() - distribution.sd)
        <= 5 * distribution.sd * math.sqrt(kurtosis / len(values)) / 2 + 1e-12
    )
    if number in SCIPY:
        assert SCIPY[number].mean() == pytest.approx(distribution.mean)
        assert SCIPY[number].std() == pytest.approx(distribution.sd)
        assert stats.kstest(values, SCIPY[number].cdf).pvalue > 1e-3


def test_mean_and_sd_of_mixtures_and_tables():
    assert Hyperexponential((0.5, 0.5), (1.0, 3.0)).sd == pytest.approx(
        math.sqrt(0.5 * 2 + 0.5 * 18 - 4)
    )
    assert (Empirical((1.0, 3.0)).mean, Empirical((1.0, 3.0)).sd) == (2.0, 1.0)


def test_never_lasts_for_ever_and_so_does_what_the_clock_cannot_tell():
    assert KERNELS.duration(*Never().row(), 0.5, 1.0, 0, 1, 1, 1, 1, 1, 0) == 2**63 - 1
    assert KERNELS.duration(*Deterministic(1e6).row(), 0.5, 1e5, 0, 1, 1, 1, 1, 1, 0) == 2**63 - 1


def test_durations_are_rounded_once_to_the_nearest_microsecond():
    assert KERNELS.duration(*Deterministic(1.5 / 3.6e9).row(), 0.5, 1.0, 0, 1, 1, 1, 1, 1, 0) == 2
    assert KERNELS.duration(*Deterministic(1.4 / 3.6e9).row(), 0.5, 1.0, 0, 1, 1, 1, 1, 1, 0) == 1
