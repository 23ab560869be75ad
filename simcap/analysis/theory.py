"""What queueing theory says a simulation should give.

``simcap verify`` and the tests hold both engines against these formulas, and a planner gets a first
answer before anything is simulated. This module stands outside the engines on purpose: two engines
that share a wrong rule agree with each other, but not with this file.

Times are hours and rates residents per hour; ``service_mean`` and ``patience_mean`` are mean times,
never rates. A *wait* is the time from joining to being attended (or giving up), without the service
itself; a *queue* counts those waiting, without those attended; the *offered load*, in erlang, is
``arrival_rate`` times ``service_mean``. Everything is a long-run value, except in ``mt_m_inf``.
Wrong input, and a queue that would grow for ever, raise ``TheoryError``.

Sources: *Gross* is Gross, Shortle, Thompson and Harris, Fundamentals of Queueing Theory, 4th
edition, 2008; *Kleinrock* is Kleinrock, Queueing Systems, volume 1 (1975) and volume 2 (1976).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import integrate, optimize, special

from simcap.errors import TheoryError
from simcap.network.checks import Checks

__all__ = [
    "ErlangA",
    "InfiniteServers",
    "JacksonStation",
    "LossQueue",
    "MarkovQueue",
    "Queue",
    "allen_cunneen",
    "appointments",
    "bulk_mm1",
    "erlang_a",
    "erlang_b",
    "erlang_c",
    "jackson",
    "kingman",
    "mg1",
    "mm1",
    "mm_inf",
    "mmc",
    "mmck",
    "mt_m_inf",
    "priority_mg1",
    "priority_mmc",
    "traffic",
]

_Numbers = Sequence[float] | np.ndarray
_Counts = Sequence[int] | np.ndarray
_Square = Sequence[_Numbers] | np.ndarray

ERLANG_A_TOLERANCE = 1e-14
"""The share of the mean queue that ``erlang_a`` may leave out where it cuts its endless chain of
states.
"""

_MOST_WAITING = 2**22  # states of waiting in erlang_a; more would need gigabytes
_CRITICAL = (
    1 - 1e-12
)  # a load of this share of the servers or more counts as full: what is left is rounding
_CERTAIN = 1 - 1e-9  # a row of routing that sums to this or more lets nobody leave
_FORGOTTEN = 40  # in service means: of those who came so long ago exp(-40), 4e-18, are still there


@dataclass(frozen=True, kw_only=True)
class Queue:
    """A queue that settles: ``utilisation`` (share of the servers' time at work),
    ``wait_probability`` (share of residents who wait at all), ``mean_wait`` (hours, over everyone,
    also those who need not wait), ``mean_queue`` (residents waiting).
    """

    utilisation: float
    wait_probability: float
    mean_wait: float
    mean_queue: float


@dataclass(frozen=True, kw_only=True)
class MarkovQueue(Queue):
    """A ``Queue``, first come first served, whose wait is zero or else exponential with mean
    ``mean_wait_if_any`` (hours).
    """

    mean_wait_if_any: float

    def wait_cdf(self, hours: float) -> float:
        """The share of residents who wait ``hours`` or less."""
        _Checks("wait_cdf").nonnegative(hours=hours).done()
        return 1 - self.wait_probability * math.exp(-hours / self.mean_wait_if_any)

    def wait_percentile(self, share: float) -> float:
        """The hours within which ``share`` of residents (0 or more, below 1) are attended."""
        _Checks("wait_percentile").true(
            0 <= share < 1, f"share: at least 0 and below 1 wanted, got {share!r}"
        ).done()
        return self.mean_wait_if_any * math.log(max(self.wait_probability / (1 - share), 1.0))


@dataclass(frozen=True, kw_only=True)
class LossQueue(Queue):
    """A ``Queue`` with few places: ``blocking`` is the share of residents who find it full and go
    away; ``wait_probability`` and ``mean_wait`` are over those who joined.
    """

    blocking: float


@dataclass(frozen=True, kw_only=True)
class ErlangA(Queue):
    """A ``Queue`` whose residents lose patience: ``abandonment`` is the share who give up.
    ``wait_probability`` and ``mean_wait`` are over all who joined, ``mean_wait_served`` (hours)
    over those who were attended.
    """

    abandonment: float
    mean_wait_served: float


@dataclass(frozen=True, kw_only=True)
class JacksonStation(MarkovQueue):
    """A ``MarkovQueue`` in a network: its ``name`` (or position) and its ``arrival_rate``,
    residents per hour, those sent on from other stations included.
    """

    name: str | int
    arrival_rate: float


@dataclass(frozen=True)
class InfiniteServers:
    """Nobody waits; the number of residents present is Poisson with mean ``mean_number``."""

    mean_number: float

    def probability(self, number: int) -> float:
        """The share of time with exactly ``number`` residents present."""
        _Checks("probability").whole(0, number=number).done()
        return math.exp(
            number * math.log(self.mean_number) - self.mean_number - math.lgamma(number + 1)
        )

    def cdf(self, number: int) -> float:
        """The share of time with ``number`` residents present or fewer."""
        _Checks("cdf").whole(0, number=number).done()
        return float(special.pdtr(number, self.mean_number))


# One station


def erlang_b(offered: float, servers: int) -> float:
    """The share of residents who are lost when ``offered`` erlang come to ``servers`` and nobody
    may wait.

    By the recursion over the number of servers, which neither overflows nor cancels. Gross, chapter
    2.
    """
    _Checks("erlang_b").nonnegative(offered=offered).whole(1, servers=servers).done()
    return _erlang_b(offered, servers)


def erlang_c(offered: float, servers: int) -> float:
    """The share of residents who wait when ``offered`` erlang come to more ``servers`` than that
    and all stay.

    Gross, chapter 2.
    """
    _Checks("erlang_c").nonnegative(offered=offered).whole(1, servers=servers).done()
    _settles("erlang_c", offered, servers)
    return _erlang_c(offered, servers)


def mm1(arrival_rate: float, service_mean: float) -> MarkovQueue:
    """One server, Poisson arrivals, exponential service. Gross, chapter 2; Kleinrock 1,
    chapter 3.
    """
    _Checks("mm1").positive(arrival_rate=arrival_rate, service_mean=service_mean).done()
    _settles("mm1", arrival_rate * service_mean, 1)
    return MarkovQueue(**_mmc(arrival_rate, service_mean, 1))


def mmc(arrival_rate: float, service_mean: float, servers: int) -> MarkovQueue:
    """Several ``servers`` on one queue, Poisson arrivals, exponential service. Gross, chapter 2."""
    _check_mmc("mmc", arrival_rate, service_mean, servers).done()
    _settles("mmc", arrival_rate * service_mean, servers)
    return MarkovQueue(**_mmc(arrival_rate, service_mean, servers))


def mmck(arrival_rate: float, service_mean: float, servers: int, capacity: int) -> LossQueue:
    """As ``mmc``, but no more than ``capacity`` residents fit in, attended and waiting together;
    the others go away.

    It settles under any load. Gross, chapter 2.
    """
    _check_mmc("mmck", arrival_rate, service_mean, servers).whole(1, capacity=capacity).done()
    _Checks("mmck").true(
        capacity >= servers,
        f"capacity: at least the {servers} servers wanted (servers + places to wait), got"
        f" {capacity}",
    ).done()
    present = np.arange(capacity + 1)
    share = _birth_death(arrival_rate, np.minimum(present[1:], servers) / service_mean)
    joining = arrival_rate * float(share[:-1].sum())
    mean_queue = float(share[servers:] @ (present[servers:] - servers))
    return LossQueue(
        utilisation=joining * service_mean / servers,
        wait_probability=float(share[servers:-1].sum()) * arrival_rate / joining,
        mean_wait=mean_queue / joining,
        mean_queue=mean_queue,
        blocking=float(share[-1]),
    )


def mm_inf(arrival_rate: float, service_mean: float) -> InfiniteServers:
    """A server for everyone, Poisson arrivals; the same for every distribution of service. Gross,
    chapters 2 and 5.
    """
    _Checks("mm_inf").positive(arrival_rate=arrival_rate, service_mean=service_mean).done()
    return InfiniteServers(float(arrival_rate * service_mean))


def mg1(arrival_rate: float, service_mean: float, service_sd: float) -> Queue:
    """One server, Poisson arrivals, any service with this ``service_mean`` and standard deviation
    ``service_sd``, hours.

    The formula of Pollaczek and Khinchine. Gross, chapter 5; Kleinrock 1, chapter 5.
    """
    _Checks("mg1").positive(arrival_rate=arrival_rate, service_mean=service_mean).nonnegative(
        service_sd=service_sd
    ).done()
    load = arrival_rate * service_mean
    _settles("mg1", load, 1)
    mean_wait = arrival_rate * (service_mean**2 + service_sd**2) / (2 * (1 - load))
    return Queue(
        utilisation=load,
        wait_probability=load,
        mean_wait=mean_wait,
        mean_queue=arrival_rate * mean_wait,
    )


def allen_cunneen(
    arrival_rate: float, service_mean: float, servers: int, service_sd: float
) -> float:
    """An approximation, not an exact value, of the mean wait (hours) for several ``servers`` and
    any service with this ``service_mean`` and standard deviation ``service_sd``, hours.

    It is the wait of ``mmc`` times (1 + cv²) / 2, where cv is sd over mean: exact for one server
    and for exponential service, otherwise best under heavy load. Allen, Probability, Statistics,
    and Queueing Theory, 2nd edition, 1990, chapter 5.
    """
    _check_mmc("allen_cunneen", arrival_rate, service_mean, servers).nonnegative(
        service_sd=service_sd
    ).done()
    _settles("allen_cunneen", arrival_rate * service_mean, servers)
    return (
        _mmc(arrival_rate, service_mean, servers)["mean_wait"]
        * (1 + (service_sd / service_mean) ** 2)
        / 2
    )


def kingman(
    arrival_rate: float, service_mean: float, arrival_cv: float, service_cv: float
) -> float:
    """An approximation, not an exact value, of the mean wait (hours) at one server, when the times
    between arrivals and the service times have these coefficients of variation (sd over mean).

    It is the wait of ``mm1`` times (arrival_cv² + service_cv²) / 2: exact for Poisson arrivals,
    where it is ``mg1``, otherwise best under heavy load. Kingman, The single server queue in heavy
    traffic, 1961.
    """
    _Checks("kingman").positive(arrival_rate=arrival_rate, service_mean=service_mean).nonnegative(
        arrival_cv=arrival_cv, service_cv=service_cv
    ).done()
    load = arrival_rate * service_mean
    _settles("kingman", load, 1)
    return load * service_mean / (1 - load) * (arrival_cv**2 + service_cv**2) / 2


def erlang_a(
    arrival_rate: float, service_mean: float, servers: int, patience_mean: float
) -> ErlangA:
    """As ``mmc``, but residents give up after an exponential patience of mean ``patience_mean``
    hours (M/M/c+M). It settles under any load.

    From the birth-death chain of the number present, cut where less than ``ERLANG_A_TOLERANCE`` of
    the mean queue is left out. A resident who finds k waiting is k + 1 steps from being attended;
    how long a step lasts does not depend on how it ends, so those who are served waited the sum of
    their steps. Mandelbaum and Zeltyn, Service engineering in action: the Palm/Erlang-A queue,
    2007.
    """
    _check_mmc("erlang_a", arrival_rate, service_mean, servers).positive(
        patience_mean=patience_mean
    ).done()
    share = _impatient_chain(arrival_rate, service_mean, servers, patience_mean)
    full = share[servers:]
    waiting = np.arange(len(full))
    step = 1 / (
        servers / service_mean + (waiting + 1) / patience_mean
    )  # hours at k + 1 places from being attended
    served_late = full * step * (servers / service_mean)
    served = float(share[:servers].sum() + served_late.sum())
    mean_queue = float(full @ waiting)
    return ErlangA(
        utilisation=arrival_rate * served * service_mean / servers,
        wait_probability=float(full.sum()),
        mean_wait=mean_queue / arrival_rate,
        mean_queue=mean_queue,
        abandonment=mean_queue / (arrival_rate * patience_mean),
        mean_wait_served=float(served_late @ np.cumsum(step)) / served,
    )


def bulk_mm1(arrival_rate: float, service_mean: float, size: int, at_least: int = 1) -> Queue:
    """One server who takes up to ``size`` residents together as soon as ``at_least`` wait, for one
    exponential service of mean ``service_mean``.

    The general bulk service rule, M/M(a,b)/1. While the server is at work the number waiting is
    geometric, with the root below 1 of a polynomial for its ratio; the states with too few for a
    group follow by balance. Neuts 1967; Gross, chapter 3, for ``at_least`` of 1 and of ``size``.
    """
    _Checks("bulk_mm1").positive(arrival_rate=arrival_rate, service_mean=service_mean).whole(
        1, size=size, at_least=at_least
    ).done()
    _Checks("bulk_mm1").true(
        at_least <= size, f"at_least: at most the size of {size} wanted, got {at_least}"
    ).done()
    load = arrival_rate * service_mean
    _settles("bulk_mm1", load, size)
    ratio = _bulk_ratio(load, size)
    busy = 1 / (1 - ratio)  # all in units of P(at work and nobody waits)
    idle = (1 - ratio ** np.arange(1, at_least + 1)) / (load * (1 - ratio))
    total = busy + float(idle.sum())
    mean_queue = (float(idle @ np.arange(at_least)) + ratio / (1 - ratio) ** 2) / total
    return Queue(
        utilisation=busy / total,
        wait_probability=1 - float(idle[-1]) / total,
        mean_wait=mean_queue / arrival_rate,
        mean_queue=mean_queue,
    )


def appointments(arrival_rate: float, places: int, every: float) -> Queue:
    """A diary with ``places`` at one time, ``every`` so many hours, into which Poisson arrivals are
    booked, each into the earliest place.

    Those left over after a time, L' = (L + arrivals − places)⁺, have the generating function of a
    bulk queue, whose mean needs the roots inside the unit circle; between two times as many more
    are waiting as have come. Bailey, On queueing processes with bulk service, 1954, who wrote it
    for out-patients. ``utilisation`` is the share of places taken.
    """
    _Checks("appointments").positive(arrival_rate=arrival_rate, every=every).whole(
        1, places=places
    ).done()
    load = arrival_rate * every
    _settles("appointments", load, places)
    left = (load**2 - places * (places - 1)) / (2 * (places - load))
    for k in range(1, places):
        left += (1 / (1 - _bulk_root(load, places, k))).real
    mean_queue = left + load / 2
    return Queue(
        utilisation=load / places,
        wait_probability=1.0,
        mean_wait=mean_queue / arrival_rate,
        mean_queue=mean_queue,
    )


# Priorities


def priority_mmc(arrival_rates: _Numbers, service_mean: float, servers: int) -> tuple[float, ...]:
    """The mean wait (hours) of each class, when classes with ``arrival_rates`` are served in that
    order, with one exponential service for all, and nobody is interrupted. Cobham 1954; Gross,
    chapter 3.
    """
    (
        _Checks("priority_mmc")
        .each_nonnegative(arrival_rates=arrival_rates)
        .positive(service_mean=service_mean)
        .whole(1, servers=servers)
        .done()
    )
    load = np.array(arrival_rates, float) * service_mean
    offered = float(load.sum())
    _settles("priority_mmc", offered, servers)
    return _cobham(load / servers, _erlang_c(offered, servers) * service_mean / servers)


def priority_mg1(
    arrival_rates: _Numbers, service_means: _Numbers, service_sds: _Numbers
) -> tuple[float, ...]:
    """The mean wait (hours) of each class at one server, when classes with ``arrival_rates`` are
    served in that order, each with its own mean and standard deviation of service
    (``service_means``, ``service_sds``, hours), and nobody is interrupted. Cobham 1954; Kleinrock
    2, chapter 3; Gross, chapter 3.
    """
    lengths = len(arrival_rates), len(service_means), len(service_sds)
    (
        _Checks("priority_mg1")
        .each_nonnegative(arrival_rates=arrival_rates, service_sds=service_sds)
        .each_positive(service_means=service_means)
        .true(
            len(set(lengths)) == 1,
            "arrival_rates, service_means, service_sds: one entry for each class wanted, "
            f"got {lengths[0]}, {lengths[1]} and {lengths[2]}",
        )
        .done()
    )
    rates, means, sds = (
        np.array(values, float) for values in (arrival_rates, service_means, service_sds)
    )
    _settles("priority_mg1", float(rates @ means), 1)
    return _cobham(rates * means, float(rates @ (means**2 + sds**2)) / 2)


def _cobham(load, until_free):
    """``until_free`` is the mean time (hours) until a server is free for one who joins and is next;
    ``load`` the share of the servers' time that each class takes. A class waits for those before it
    and for those who overtake it.
    """
    left = 1 - np.concatenate(([0.0], np.cumsum(load)))
    return tuple((until_free / (left[:-1] * left[1:])).tolist())


# Networks


def traffic(
    external: _Numbers, routing: _Square, names: Sequence[str] | None = None
) -> tuple[float, ...]:
    """The arrival rate at each station, residents per hour, those sent on from other stations
    included.

    ``external`` holds the rates from outside; ``routing[i][j]`` is the probability that a resident
    who is done at station i goes on to j, and what a row lacks to 1 the probability of leaving.
    ``names`` of the stations are for messages. Residents who come to stations from which no way
    leads out are an error. Gross, chapter 4.
    """
    called: Sequence[str | int] = range(len(external)) if names is None else names
    _check_network("traffic", external, routing, called).done()
    return _flow("traffic", external, routing, called)


def jackson(
    external: _Numbers,
    routing: _Square,
    servers: _Counts,
    service_means: _Numbers,
    names: Sequence[str] | None = None,
) -> tuple[JacksonStation, ...]:
    """An open network of stations, each an ``mmc`` with its entry of ``servers`` and
    ``service_means`` (hours) and with the arrival rate that ``traffic`` finds from ``external``,
    ``routing`` and ``names``. Jackson's theorem: Gross, chapter 4.
    """
    called: Sequence[str | int] = range(len(external)) if names is None else names
    checks = _check_network("jackson", external, routing, called).each_positive(
        service_means=service_means
    )
    for i, count in enumerate(servers):
        checks.whole(1, **{f"servers[{i}]": count})
    checks.true(
        len(servers) == len(service_means) == len(called),
        f"servers, service_means: {len(called)} entries wanted, one "
        f"for each station, got {len(servers)} and {len(service_means)}",
    ).done()
    stations = list(
        zip(
            called, _flow("jackson", external, routing, called), service_means, servers, strict=True
        )
    )
    for name, rate, mean, count in stations:
        checks.true(
            rate * mean < count * _CRITICAL, f"station {name!r}: {_overload(rate * mean, count)}"
        )
    checks.done()
    return tuple(
        JacksonStation(name=name, arrival_rate=rate, **_mmc(rate, mean, count))
        for name, rate, mean, count in stations
    )


def _flow(who, external, routing, names):
    """Solve the flow equations among the stations that residents reach; nobody comes to the
    others.
    """
    external, routing = np.array(external, float), np.array(routing, float)
    reached = _reach(external > 0, routing > 0)
    can_leave = _reach(routing.sum(axis=1) < _CERTAIN, routing.T > 0)
    trapped = ", ".join(repr(names[i]) for i in np.flatnonzero(reached & ~can_leave))
    _Checks(who).true(
        not trapped,
        f"residents never leave from station {trapped}; every station that they reach must have "
        "a way out",
    ).done()
    inner = routing[np.ix_(reached, reached)]
    rates = np.zeros(len(external))
    rates[reached] = np.linalg.solve(np.eye(len(inner)) - inner.T, external[reached])
    return tuple(rates.tolist())


def _reach(start, edges):
    """Which stations are in ``start`` or can be reached from there along ``edges``."""
    for _ in start:
        start = start | edges[start].any(axis=0)
    return start


# Changing rates


def mt_m_inf(
    rate: Callable[[float], float] | tuple[_Numbers, _Numbers], service_mean: float, at: float
) -> float:
    """The mean number of residents present at time ``at`` (hours) with a server for everyone,
    Poisson arrivals at a changing ``rate``, exponential service, and nobody there at the start.

    If ``rate`` is a pair ``(times, rates)``, each rate holds from its time until the next, the last
    for ever; the start is the first time and the result exact. If it is a function of the time in
    hours, the start is 0 and the last 40 service means are integrated numerically, to about 10
    digits; a function that jumps is better given as a pair. Eick, Massey and Whitt, The physics of
    the Mt/G/infinity queue, Operations Research 41, 1993.
    """
    checks = _Checks("mt_m_inf").positive(service_mean=service_mean).finite(at=at)
    checks.true(
        callable(rate) or (isinstance(rate, Sequence) and len(rate) == 2),
        f"rate: a function or a pair (times, rates) wanted, got {rate!r}",
    ).done()
    times, rates = ((0.0,), ()) if callable(rate) else rate
    for i, time in enumerate(times):
        checks.finite(**{f"times[{i}]": time})
    checks.each_nonnegative(rates=rates).done()
    checks.true(all(np.diff(times) > 0), f"times: an increasing list wanted, got {list(times)}")
    checks.true(
        callable(rate) or len(times) == len(rates) > 0,
        f"rate: as many times as rates wanted, at least one, got {len(times)} and {len(rates)}",
    ).done()
    checks.true(at >= times[0], f"at: {times[0]} h, the start, or later wanted, got {at!r}").done()
    return (
        _present_by_quadrature(rate, service_mean, at)
        if callable(rate)
        else _present(times, rates, service_mean, at)
    )


def _present(times, rates, service_mean, at):
    begins = np.minimum(np.array(times, float), at)
    ends = np.append(begins[1:], at)
    still_there = np.exp((ends - at) / service_mean) * -np.expm1((begins - ends) / service_mean)
    return float(service_mean * (np.array(rates, float) @ still_there))


def _present_by_quadrature(rate, service_mean, at):
    """Integrate backwards from ``at``, one service mean at a time, so that the part that counts is
    never stepped over.
    """

    def integrand(ago):
        value = rate(at - ago)
        _Checks("mt_m_inf").nonnegative(rate=value).done()
        return value * math.exp(-ago / service_mean)

    total = 0.0
    for panel in range(min(_FORGOTTEN, math.ceil(at / service_mean))):
        ends = panel * service_mean, min((panel + 1) * service_mean, at)
        part, _error, _info, *trouble = integrate.quad(
            integrand, *ends, epsrel=1e-11, limit=500, full_output=True
        )
        _Checks("mt_m_inf").true(
            not trouble,
            "rate: a smooth function or (times, rates) wanted, got one that cannot be "
            f"integrated from {at - ends[1]} to {at - ends[0]} h",
        ).done()
        total += part
    return total


# The formulas, without checks


def _erlang_b(offered, servers):
    lost = 1.0
    for n in range(1, servers + 1):
        lost = offered * lost / (n + offered * lost)
    return lost


def _erlang_c(offered, servers):
    lost = _erlang_b(offered, servers)
    return servers * lost / (servers - offered * (1 - lost))


def _mmc(arrival_rate, service_mean, servers):
    """The fields of a ``MarkovQueue``."""
    offered = arrival_rate * service_mean
    waits = _erlang_c(offered, servers)
    mean_wait_if_any = service_mean / (servers - offered)
    return {
        "utilisation": offered / servers,
        "wait_probability": waits,
        "mean_wait": waits * mean_wait_if_any,
        "mean_queue": arrival_rate * waits * mean_wait_if_any,
        "mean_wait_if_any": mean_wait_if_any,
    }


def _bulk_ratio(load, size):
    """The root below 1 of r^(size + 1) − (1 + load) r + load = 0, in which r = 1 is divided out: r
    + r² + … + r^size = load.
    """

    def short(ratio):
        return float(np.sum(ratio ** np.arange(1, size + 1))) - load

    return optimize.brentq(short, 0.0, 1.0, xtol=1e-15, rtol=1e-14)


def _bulk_root(load, places, k):
    """The k-th root of z^places = exp(load (z − 1)) inside the unit circle, by repeating z ←
    e^(2πik/places) exp(load (z − 1) / places).
    """
    turn, root = np.exp(2j * np.pi * k / places), 0j
    for _ in range(10_000):
        before, root = root, turn * np.exp(load * (root - 1) / places)
        if abs(root - before) < 1e-15:
            break
    return root


def _birth_death(arrival_rate, leaving):
    """The share of time with 0, 1, 2 … present, where ``leaving[n]`` is the rate at which residents
    leave when n + 1 are present. By logarithms, so that a thousand servers do not overflow.
    """
    weight = np.concatenate(([0.0], np.cumsum(np.log(arrival_rate / leaving))))
    share = np.exp(weight - weight.max())
    return share / share.sum()


def _impatient_chain(arrival_rate, service_mean, servers, patience_mean):
    """The shares of time of ``erlang_a``, as many as its tolerance needs. Beyond the last state
    they fall at least as fast as a geometric series with the last ratio, and that bounds the part
    of the mean queue that is left out.
    """
    places = 64
    while places <= _MOST_WAITING:
        present = np.arange(1, servers + places + 1)
        leaving = (
            np.minimum(present, servers) / service_mean
            + np.maximum(present - servers, 0) / patience_mean
        )
        share, ratio = _birth_death(arrival_rate, leaving), arrival_rate / leaving[-1]
        mean_queue = share[servers:] @ np.arange(places + 1)
        if (
            ratio < 1
            and share[-1] * (places + 1 / (1 - ratio)) * ratio / (1 - ratio)
            <= ERLANG_A_TOLERANCE * mean_queue
        ):
            return share
        places *= 2
    raise TheoryError(
        f"erlang_a: patience_mean: less wanted, or a smaller load, got {patience_mean} h, with"
        f" which more than {_MOST_WAITING} would wait"
    )


# Checks


class _Checks(Checks):
    """The checks of the network layer, with an error of this module."""

    def done(self):
        if self.faults:
            raise TheoryError("\n".join(self.faults))


def _check_mmc(who, arrival_rate, service_mean, servers):
    return (
        _Checks(who)
        .positive(arrival_rate=arrival_rate, service_mean=service_mean)
        .whole(1, servers=servers)
    )


def _check_network(who, external, routing, names):
    checks = (
        _Checks(who)
        .true(len(external) > 0, "external: at least one station wanted")
        .each_nonnegative(external=external)
    )
    checks.true(
        len(names) == len(external),
        f"names: {len(external)} wanted, one for each station, got {len(names)}",
    )
    shape = [len(row) for row in routing]
    checks.true(
        shape == [len(external)] * len(external),
        f"routing: {len(external)} rows of {len(external)} probabilities wanted, got rows of"
        f" {shape}",
    )
    for i, row in enumerate(routing):
        checks.share(**{f"routing[{i}][{j}]": probability for j, probability in enumerate(row)})
        checks.true(
            not sum(row) > 2 - _CERTAIN,
            f"routing[{i}]: a sum of 1 or less wanted, got {sum(row):.10g}",
        )
    return checks


def _overload(offered, servers):
    return (
        f"offered load {float(f'{offered:.6g}')} erlang on {servers}"
        f" server{'s' if servers != 1 else ''} does not settle; it must be below {servers}"
    )


def _settles(who, offered, servers):
    _Checks(who).true(offered < servers * _CRITICAL, _overload(offered, servers)).done()
