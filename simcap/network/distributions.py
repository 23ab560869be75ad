"""Distributions of durations, in hours.

Each is a frozen dataclass that checks itself, knows its ``mean`` and ``sd`` (offered loads need
them) and gives the ``row`` by which ``draws.draw`` samples it: (kind, a, b, c, table). Parameters
are means and standard deviations, never rates: people have published wrong results by mixing the
two.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from simcap.network import draws
from simcap.network.checks import LONGEST, Checks

__all__ = [
    "Deterministic",
    "Distribution",
    "Empirical",
    "Erlang",
    "Exponential",
    "Gamma",
    "Hyperexponential",
    "Lognormal",
    "Never",
    "Triangular",
    "TruncatedNormal",
    "Uniform",
    "Weibull",
    "as_distribution",
]

NO_TABLE = np.empty((0, 2))
SUMMED = 100
"""Phases up to which an Erlang time is drawn as a sum."""


class Distribution:
    """A duration of random length; ``mean`` and ``sd`` are in hours."""

    mean: float
    sd: float

    def row(self) -> tuple[int, float, float, float, np.ndarray]:
        """(kind, a, b, c, table) for ``draws.draw``."""
        raise NotImplementedError

    def _checks(self) -> Checks:
        return Checks(type(self).__name__)


@dataclass(frozen=True)
class Deterministic(Distribution):
    """Always ``value`` hours."""

    value: float

    def __post_init__(self):
        self._checks().nonnegative(value=self.value).lasting(value=self.value).done()

    @property
    def mean(self):
        return float(self.value)

    @property
    def sd(self):
        return 0.0

    def row(self):
        return draws.DETERMINISTIC, float(self.value), 0.0, 0.0, NO_TABLE


@dataclass(frozen=True)
class Exponential(Distribution):
    """Exponential with the given ``mean``, in hours."""

    mean: float

    def __post_init__(self):
        self._checks().positive(mean=self.mean).lasting(mean=self.mean).done()

    @property
    def sd(self):
        return self.mean

    def row(self):
        return draws.EXPONENTIAL, float(self.mean), 0.0, 0.0, NO_TABLE


@dataclass(frozen=True)
class Erlang(Distribution):
    """The sum of ``phases`` equal exponentials whose total has the given ``mean``, in hours: the
    gamma distribution of that mean and sd, and drawn as such from more than ``SUMMED`` phases on.
    """

    mean: float
    phases: int

    def __post_init__(self):
        checks = self._checks().positive(mean=self.mean).lasting(mean=self.mean)
        checks.whole(1, phases=self.phases).done()

    @property
    def sd(self):
        return self.mean / math.sqrt(self.phases)

    def row(self):
        if self.phases > SUMMED:
            return Gamma(self.mean, self.sd).row()
        return draws.ERLANG, self.mean / self.phases, float(self.phases), 0.0, NO_TABLE


@dataclass(frozen=True)
class Gamma(Distribution):
    """Gamma with the given ``mean`` and ``sd``, in hours."""

    mean: float
    sd: float

    def __post_init__(self):
        checks = self._checks().positive(mean=self.mean, sd=self.sd).lasting(mean=self.mean)
        checks.wide(self.mean, sd=self.sd).done()

    def row(self):
        return draws.GAMMA, self.sd**2 / self.mean, (self.mean / self.sd) ** 2, 0.0, NO_TABLE


@dataclass(frozen=True)
class Lognormal(Distribution):
    """Lognormal with the given ``mean`` and ``sd`` of the duration itself (not of its logarithm),
    in hours.
    """

    mean: float
    sd: float

    def __post_init__(self):
        checks = self._checks().positive(mean=self.mean, sd=self.sd).lasting(mean=self.mean)
        checks.wide(self.mean, sd=self.sd).done()

    def row(self):
        variance = math.log1p((self.sd / self.mean) ** 2)
        return (
            draws.LOGNORMAL,
            math.log(self.mean) - variance / 2,
            math.sqrt(variance),
            0.0,
            NO_TABLE,
        )


@dataclass(frozen=True)
class Triangular(Distribution):
    """Triangular from ``low`` to ``high`` hours with its peak at ``mode``."""

    low: float
    mode: float
    high: float

    def __post_init__(self):
        checks = self._checks().nonnegative(low=self.low, mode=self.mode, high=self.high)
        checks.lasting(high=self.high).done()
        checks.true(
            self.low <= self.mode <= self.high and self.low < self.high,
            f"low ≤ mode ≤ high and low < high wanted, got {self.low}, {self.mode}, {self.high}",
        ).done()

    @property
    def mean(self):
        return (self.low + self.mode + self.high) / 3

    @property
    def sd(self):
        a, b, c = self.low, self.mode, self.high
        return math.sqrt((a * a + b * b + c * c - a * b - a * c - b * c) / 18)

    def row(self):
        return draws.TRIANGULAR, float(self.low), float(self.mode), float(self.high), NO_TABLE


@dataclass(frozen=True)
class Uniform(Distribution):
    """Uniform from ``low`` to ``high`` hours."""

    low: float
    high: float

    def __post_init__(self):
        checks = self._checks().nonnegative(low=self.low, high=self.high)
        checks.lasting(high=self.high).done()
        checks.true(self.low < self.high, f"low < high wanted, got {self.low}, {self.high}").done()

    @property
    def mean(self):
        return (self.low + self.high) / 2

    @property
    def sd(self):
        return (self.high - self.low) / math.sqrt(12)

    def row(self):
        return draws.UNIFORM, float(self.low), float(self.high), 0.0, NO_TABLE


@dataclass(frozen=True)
class TruncatedNormal(Distribution):
    """A normal distribution of the given ``location`` and ``spread`` (its mean and sd before it is
    cut), kept to ``low`` … ``high`` hours; ``mean`` and ``sd`` are those of what is left.
    """

    location: float
    spread: float
    low: float = 0.0
    high: float = math.inf

    def __post_init__(self):
        checks = (
            self._checks()
            .finite(location=self.location)
            .positive(spread=self.spread)
            .nonnegative(low=self.low)
            .lasting(low=self.low, high=self.high, spread=self.spread)
        )
        checks.done()
        checks.true(
            abs(self.location) <= LONGEST,
            f"location: at most 200 years wanted, got {self.location!r}",
        ).done()
        checks.true(
            self.high > self.low, f"high > low wanted, got {self.high} and {self.low}"
        ).done()
        checks.true(
            self._kept()[1] > 1e-9, "nothing of the normal distribution lies between low and high"
        ).done()

    def _kept(self) -> tuple[float, float]:
        """The probability below ``low``, and that between ``low`` and ``high``."""
        below = NormalDist().cdf((self.low - self.location) / self.spread)
        above = (
            1.0
            if math.isinf(self.high)
            else NormalDist().cdf((self.high - self.location) / self.spread)
        )
        return below, above - below

    def _edges(self) -> tuple[float, float, float, float]:
        """The cut points in sds from the location, and the density there divided by the probability
        kept.
        """
        alpha, beta = (
            (self.low - self.location) / self.spread,
            (self.high - self.location) / self.spread,
        )
        kept, density = self._kept()[1], NormalDist().pdf
        return (
            alpha,
            beta,
            density(alpha) / kept,
            (0.0 if math.isinf(beta) else density(beta) / kept),
        )

    @property
    def mean(self):
        _, _, at_low, at_high = self._edges()
        return self.location + self.spread * (at_low - at_high)

    @property
    def sd(self):
        alpha, beta, at_low, at_high = self._edges()
        tail = 0.0 if math.isinf(beta) else beta * at_high
        return self.spread * math.sqrt(1 + alpha * at_low - tail - (at_low - at_high) ** 2)

    def row(self):
        below, kept = self._kept()
        return (
            draws.TRUNCATED_NORMAL,
            float(self.location),
            float(self.spread),
            kept,
            np.array([[1.0, below]]),
        )


@dataclass(frozen=True)
class Weibull(Distribution):
    """Weibull with the given ``mean``, in hours, and ``shape`` from 0.15 to 1000 (below 1: long
    tails; 1: exponential).
    """

    mean: float
    shape: float

    def __post_init__(self):
        checks = self._checks().positive(mean=self.mean, shape=self.shape).lasting(mean=self.mean)
        checks.done()
        checks.true(
            0.15 <= self.shape <= 1000, f"shape: from 0.15 to 1000 wanted, got {self.shape!r}"
        ).done()

    @property
    def _scale(self):
        return self.mean / math.gamma(1 + 1 / self.shape)

    @property
    def sd(self):
        second = self._scale**2 * math.gamma(1 + 2 / self.shape)
        return math.sqrt(max(0.0, second - self.mean**2))

    def row(self):
        return draws.WEIBULL, self._scale, float(self.shape), 0.0, NO_TABLE


@dataclass(frozen=True)
class Hyperexponential(Distribution):
    """Exponential with mean ``means[i]`` hours with probability ``probabilities[i]``."""

    probabilities: tuple[float, ...]
    means: tuple[float, ...]

    def __post_init__(self):
        object.__setattr__(self, "probabilities", tuple(self.probabilities))
        object.__setattr__(self, "means", tuple(self.means))
        checks = self._checks().true(
            len(self.means) == len(self.probabilities) > 0,
            "as many means as probabilities wanted, and at least one",
        )
        checks.each_positive(means=self.means).each_positive(probabilities=self.probabilities)
        checks.lasting(**{f"means[{i}]": mean for i, mean in enumerate(self.means)})
        checks.true(
            abs(sum(self.probabilities) - 1) < 1e-9,
            f"probabilities: a sum of 1 wanted, got {sum(self.probabilities)!r}",
        ).done()

    @property
    def mean(self):
        return sum(p * m for p, m in zip(self.probabilities, self.means, strict=True))

    @property
    def sd(self):
        second = sum(2 * p * m * m for p, m in zip(self.probabilities, self.means, strict=True))
        return math.sqrt(second - self.mean**2)

    def row(self):
        return draws.HYPEREXPONENTIAL, 0.0, 0.0, 0.0, _table(self.probabilities, self.means)


@dataclass(frozen=True)
class Empirical(Distribution):
    """``values[i]`` hours with a probability in proportion to ``weights[i]`` (equal where no
    weights are given).
    """

    values: tuple[float, ...]
    weights: tuple[float, ...] | None = None

    def __post_init__(self):
        object.__setattr__(self, "values", tuple(self.values))
        weights = (1.0,) * len(self.values) if self.weights is None else tuple(self.weights)
        object.__setattr__(self, "weights", weights)
        checks = self._checks().true(
            len(weights) == len(self.values) > 0,
            "as many weights as values wanted, and at least one",
        )
        checks.each_nonnegative(values=self.values)
        if self.weights != (1.0,) * len(weights):
            checks.each_positive(weights=weights)
        checks.done()
        checks.lasting(values=max(self.values)).done()

    @property
    def mean(self):
        return _average(self.values, self.weights)

    @property
    def sd(self):
        mean = self.mean
        return math.sqrt(_average([(v - mean) ** 2 for v in self.values], self.weights))

    def row(self):
        return draws.EMPIRICAL, 0.0, 0.0, 0.0, _table(self.weights, self.values)


@dataclass(frozen=True)
class Never(Distribution):
    """Longer than anything: patience without end."""

    @property
    def mean(self):
        return math.inf

    @property
    def sd(self):
        return 0.0

    def row(self):
        return draws.NEVER, 0.0, 0.0, 0.0, NO_TABLE


def as_distribution(value: Distribution | float, who: str) -> Distribution:
    """``value`` itself, or ``Deterministic(value)`` where a number of hours was given; ``who`` is
    named in the error.
    """
    if isinstance(value, Distribution):
        return value
    checks = Checks(who)
    checks.true(
        isinstance(value, (int, float)) and not isinstance(value, bool),
        f"a distribution or a number of hours wanted, got {value!r}",
    ).done()
    return Deterministic(value)


def _average(values, weights) -> float:
    """The mean of ``values``, each as often as its weight says."""
    total = math.fsum(weights)
    return math.fsum(v * w for v, w in zip(values, weights, strict=True)) / total


def _table(weights, values) -> np.ndarray:
    """(n, 2): cumulative probabilities, the last exactly 1, beside the values in order of size."""
    order = np.lexsort((weights, values))
    weights, values = np.asarray(weights, dtype=float)[order], np.asarray(values)[order]
    cumulative = np.cumsum(weights) / np.sum(weights)
    cumulative[-1] = 1.0
    return np.column_stack([cumulative, np.asarray(values, dtype=float)])
