"""Arrival streams: Poisson with a rate that may vary, renewal, dated batches, a backlog."""

from __future__ import annotations

import functools
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from simcap.network.checks import MOST, Checks, is_number
from simcap.network.distributions import Distribution
from simcap.network.pools import _rebuilt, frozen
from simcap.network.routing import LEAVE, Routing, as_routing


@dataclass(frozen=True)
class Rate:
    """Poisson arrivals: ``per_hour`` residents an hour on average, times ``week[h]`` in hour h of
    the week (168 factors; all 1 where none are given; ``week_starts`` is the hour of the week at
    time 0), times ``factor`` in each (from, to, factor) of ``multipliers``, in hours since the
    start (growth, season, a shock; those that overlap multiply).
    """

    per_hour: float
    week: tuple[float, ...] = ()
    week_starts: float = 0.0
    multipliers: tuple[tuple[float, float, float], ...] = ()

    def __post_init__(self):
        object.__setattr__(self, "week", tuple(self.week))
        object.__setattr__(self, "multipliers", tuple(tuple(row) for row in self.multipliers))
        checks = Checks("Rate").nonnegative(per_hour=self.per_hour).each_nonnegative(week=self.week)
        checks.true(
            not 1e12 < self.per_hour < math.inf,
            f"per_hour: at most 10**12 wanted, got {self.per_hour!r}",
        )
        checks.true(
            len(self.week) in (0, 168),
            f"week: 168 factors, one for each hour, wanted, got {len(self.week)}",
        )
        checks.true(
            0 <= self.week_starts < 168,
            f"week_starts: from 0 to below 168 wanted, got {self.week_starts!r}",
        )
        for i, row in enumerate(self.multipliers):
            checks.true(
                len(row) == 3 and row[0] < row[1] and row[2] >= 0,
                f"multipliers[{i}]: (from, to, factor) with from < to and factor ≥ 0 wanted, got"
                f" {row}",
            )
        checks.done()

    def pieces(self, start: float, until: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """(starts in hours, factors, integral of the factor up to each start) from 0 on; the last
        piece has no end.

        The factor is 0 before ``start`` and from ``until`` on; a weekly pattern is laid out up to
        ``until``.
        """
        return _pieces(self.week, self.week_starts, self.multipliers, start, until)


@dataclass(frozen=True)
class Arrivals:
    """One stream of residents, numbered from 0 in order of arrival, who first join ``to`` (a
    station, probabilities over stations, or ``Shortest``).

    Just one of these says when: ``interarrival`` (a renewal stream; exponential gives Poisson),
    ``rate`` (Poisson, varying), ``batches`` ((time, number) in hours, in order of time; of a
    number with a fraction, that part of one comes in as many replications, by a draw; or (time,
    number, chance): of so many each comes with this chance, a binomial number),
    ``backlog`` (residents already waiting at time 0; how long they have waited before is not known
    to the model). ``name`` is ``to`` where none is given. A stream runs from ``start`` to before
    ``until`` hours.
    """

    to: Any
    interarrival: Distribution | None = None
    rate: Rate | None = None
    batches: tuple[tuple[float, ...], ...] = ()
    backlog: int = 0
    name: str = ""
    start: float = 0.0
    until: float = math.inf
    labels: Mapping[str, str] = field(default_factory=dict, hash=False)

    def __post_init__(self):
        name = self.name or (self.to if isinstance(self.to, str) else "")
        object.__setattr__(self, "name", name)
        who = f"Arrivals({name!r})"
        Checks(who).true(bool(name), "name: wanted, since `to` is not one station").done()
        object.__setattr__(self, "to", as_routing(self.to, f"{who}: to"))
        object.__setattr__(self, "batches", tuple(tuple(row) for row in self.batches))
        object.__setattr__(self, "labels", frozen(self.labels))
        self._check(Checks(who))

    def _check(self, checks: Checks) -> None:
        given = [
            self.interarrival is not None,
            self.rate is not None,
            bool(self.batches),
            self.backlog != 0,
        ]
        checks.true(sum(given) == 1, "just one of interarrival, rate, batches and backlog wanted")
        checks.name(name=self.name).whole(0, backlog=self.backlog).nonnegative(start=self.start)
        checks.lasting(start=self.start)
        checks.true(self.until > self.start, f"until: later than start wanted, got {self.until!r}")
        if self.interarrival is not None:
            checks.true(
                isinstance(self.interarrival, Distribution) and self.interarrival.mean > 0,
                "interarrival: a distribution with a mean above 0 wanted, got"
                f" {self.interarrival!r}",
            )
        if not (self.rate is None or isinstance(self.rate, Rate)):
            checks.true(False, f"rate: a Rate wanted, got {self.rate!r}")
        if isinstance(self.to, Routing):
            total = math.fsum(
                option.probability for option in self.to.options if option.station != LEAVE
            )
            checks.true(
                abs(total - 1) < 1e-9,
                f"to: probabilities of joining with a sum of 1 wanted, got {total!r}",
            )
        checks.true(
            not (self.backlog and self.start > 0),
            f"start: 0 wanted beside a backlog, got {self.start!r}",
        )
        before = 0.0
        for i, row in enumerate(self.batches):
            fits = len(row) in (2, 3) and row[0] >= before and is_number(row[1])
            fits = fits and 0 <= row[1] <= MOST
            checks.true(
                fits, f"batches[{i}]: (hours, residents), in order of time wanted, got {row}"
            )
            if len(row) == 3:
                checks.share(**{f"batches[{i}], chance": row[2]})
            before = row[0] if fits else before
        checks.done()

    @property
    def dated(self) -> list[tuple[float, float]]:
        """(hours, expected residents) of the backlog or of each batch."""
        if self.backlog:
            return [(0.0, float(self.backlog))]
        return [(row[0], row[1] * (row[2] if len(row) == 3 else 1.0)) for row in self.batches]

    def __reduce__(self):
        return _rebuilt, (Arrivals, {**self.__dict__, "labels": dict(self.labels)})


@functools.lru_cache(maxsize=64)
def _pieces(week, week_starts, multipliers, start, until):
    """See ``Rate.pieces``; kept, since the streams of a district share one weekly profile."""
    spans = np.array(multipliers, dtype=float).reshape(-1, 3)
    times = spans[:, :2].ravel()
    edges = [np.array([0.0, start]), times[times > 0]]
    if math.isfinite(until):
        edges.append(np.array([until]))
    if week:
        far = max([start, *times[np.isfinite(times)]]) + 168.0
        last = min(until, far) if math.isinf(until) else until
        edges.append(np.arange(1, int(last) + 2) - week_starts % 1.0)
    starts = np.unique(np.concatenate(edges))
    starts = starts[(starts >= 0) & (starts <= until)]
    shape = np.ones(len(starts))
    if week:
        shape *= np.asarray(week)[(np.floor(starts + week_starts + 1e-9) % 168).astype(int)]
    for run in _runs(spans):
        span = np.searchsorted(run[:, 0], starts, "right") - 1
        inside = (span >= 0) & (starts < run[span, 1])
        shape[inside] *= run[span[inside], 2]
    shape[(starts < start) | (starts >= until)] = 0.0
    keep = np.concatenate([[True], shape[1:] != shape[:-1]])
    starts, shape = starts[keep], shape[keep]
    done = np.concatenate([[0.0], np.cumsum(np.diff(starts) * shape[:-1])])
    return starts, shape, done


def _runs(spans: np.ndarray) -> list[np.ndarray]:
    """``spans`` (from, to, factor) in stretches, in each of which one begins when the one before is
    over.
    """
    if not len(spans):
        return []
    return np.split(spans, np.flatnonzero(spans[1:, 0] < spans[:-1, 1]) + 1)
