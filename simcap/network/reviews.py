"""Reviews: at fixed times a rule reads the queues and moves places.

``Warn`` turns one number into a level (0 is every day) and gives pools more or fewer places, and
closes stations, by level. ``Dispatch`` moves floating places between pools. What they read:
residents ``waiting`` at stations; how long the ``oldest`` of them has waited, in hours;
``arrivals``, joinings an hour since the review before, follow-up sessions included. Smoothing is
exponential (Brown 1956) by a ``half_life`` in hours: what was read so long ago counts half, however
often there is a review.

A place that is taken from a pool is taken as when its roster falls: those at work there finish. A
review comes after the ends of sessions of its moment (``events``): who is handed a place then
starts before it. All reviews of one moment read before anybody is handed a place by one of them,
warnings first, so that ``Dispatch`` knows the level of its moment.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from simcap.network.checks import MOST, Checks
from simcap.network.pools import _rebuilt, frozen

READINGS = ("waiting", "oldest", "arrivals")
NEEDS = ("waiting", "oldest", "expected")
WEIGHTS = ("none", "recoveries", "worst first")


@dataclass(frozen=True)
class Warn:
    """A warning level, reviewed ``every`` hours from ``first`` on (after the first ``every`` hours
    where it is not given).

    What is read (``reads``) at all ``stations`` together, smoothed by ``half_life`` (0: not at
    all), calls for level i when it reaches the i-th of the ``thresholds``. The level rises at once
    to the one called for, and falls to it when ``calm`` reviews in a row have called for less. At
    each level a pool of ``places`` has at most so many places ({pool: (at level 0, at level 1, …)};
    inf: as its roster says), and from its level on nobody starts at a station of ``closes``
    ({station: level}); who waits there goes on waiting.
    """

    name: str
    stations: tuple[str, ...]
    thresholds: tuple[float, ...]
    every: float
    reads: str = "arrivals"
    first: float | None = None
    half_life: float = 0.0
    calm: int = 1
    places: Mapping[str, tuple] = field(default_factory=dict, hash=False)
    closes: Mapping[str, int] = field(default_factory=dict, hash=False)

    def __post_init__(self):
        for name in ("stations", "thresholds"):
            object.__setattr__(self, name, _listed(self, name, getattr(self, name)))
        object.__setattr__(
            self,
            "places",
            frozen(
                {
                    pool: _listed(self, f"places[{pool!r}]", levels)
                    for pool, levels in self.places.items()
                }
            ),
        )
        object.__setattr__(self, "closes", frozen(self.closes))
        checks = _checked(self).one_of(READINGS, reads=self.reads).whole(1, calm=self.calm)
        checks.nonnegative(half_life=self.half_life)
        checks.true(
            len(set(self.stations)) == len(self.stations),
            f"stations: each station once wanted, got {list(self.stations)}",
        )
        checks.true(len(self.stations) > 0, "stations: at least one wanted").true(
            len(self.thresholds) > 0, "thresholds: at least one wanted"
        )
        checks.each_nonnegative(thresholds=self.thresholds)
        checks.done()
        checks.true(
            all(a < b for a, b in zip(self.thresholds, self.thresholds[1:], strict=False)),
            f"thresholds: increasing numbers wanted, got {self.thresholds}",
        )
        for pool, levels in self.places.items():
            checks.true(
                len(levels) == len(self.thresholds) + 1
                and all(_places(number) for number in levels),
                f"places[{pool!r}]: a whole number ≥ 0 or inf for each of the levels 0 to"
                f" {len(self.thresholds)} wanted, got {levels}",
            )
        for station, level in self.closes.items():
            checks.true(
                isinstance(level, int) and 1 <= level <= len(self.thresholds),
                f"closes[{station!r}]: a level from 1 to {len(self.thresholds)} wanted, got"
                f" {level!r}",
            )
        checks.done()

    @property
    def lines(self) -> tuple[str, ...]:
        """What its decisions are called in a run's table: one line, its level."""
        return (self.name,)

    def __reduce__(self):
        return _rebuilt, (
            Warn,
            {**self.__dict__, "places": dict(self.places), "closes": dict(self.closes)},
        )


@dataclass(frozen=True)
class Dispatch:
    """Floating ``places`` that stand in ``pools``, reviewed ``every`` hours from ``first`` on
    (after the first ``every`` hours where it is not given). Each of the pools has the places that
    its roster offers, but no more than stand there: give each a roster with all of them.

    At a review they go, one after the other, to the pool with the most need for each place that it
    has: those that have been given to it and those that its residents have anyway (``own``, one
    number for each pool; 0 where none are given). ``need`` is of the stations that list the pool:
    residents "waiting", hours that the "oldest" has waited, or "expected": hours of work a week (as
    stations are without phases), a weighted mean of the ``prior``, what was expected of each pool
    before the run (0 where none is given), and of those who have joined. These count with weight
    1 - 2 ** (-t / ``half_life``) after t hours, each half as much with every ``half_life`` (hours)
    that has passed since, whenever there were reviews. Groups are counted by the hours that their
    sessions take, not by heads. Of equal claims the one with more need goes first; among equals it
    is drawn, anew at each review. While nobody needs any, they stay where they are.

    ``weigh`` multiplies the need by what has come of the hours so far: "recoveries" by courses
    completed at the stations that ``heal``, for each hour that places were held at all stations of
    the pool; "worst first" by 1 less the share completed of the courses that have ended there
    (whoever ended one before its first session does not count). A pool of which nothing is known
    has what all pools have together, and while nothing is known of any, need alone counts. A
    network knows no recovery: what it sees is that a course was completed.

    A place is one place wherever it stands: nobody starts while as many are at work at the pools
    together as there are ``places``, so that one which is moved while somebody is attended there
    works where it goes when that session has ended. Before the first review they stand as ``start``
    says, or else evenly: whole ones, then one more where the largest fractions are, drawn among
    equals, anew in each replication. ``during`` is (name
    of a ``Warn``, level): they move from that level on only, and below it stand as at the start.
    ``also`` are further times, in hours, at which there is a review.
    """

    name: str
    places: int
    pools: tuple[str, ...]
    every: float
    need: str = "expected"
    first: float | None = None
    half_life: float = 336.0
    prior: tuple[float, ...] = ()
    own: tuple[float, ...] = ()
    start: tuple[float, ...] = ()
    during: tuple[str, int] | None = None
    also: tuple[float, ...] = ()
    weigh: str = "none"
    heal: tuple[str, ...] = ()

    def __post_init__(self):
        for name in ("pools", "prior", "own", "start", "also", "heal"):
            object.__setattr__(self, name, _listed(self, name, getattr(self, name)))
        if self.during is not None:
            object.__setattr__(self, "during", _listed(self, "during", self.during))
        number = len(self.pools)
        checks = _checked(self).one_of(NEEDS, need=self.need).whole(0, places=self.places)
        checks.one_of(WEIGHTS, weigh=self.weigh).positive(half_life=self.half_life)
        checks.true(
            not isinstance(self.half_life, (int, float)) or not 0 < self.half_life < 1 / 60,
            f"half_life: a minute at least wanted, got {self.half_life!r} h",
        )
        checks.true(
            self.weigh == "none" or len(self.heal) > 0,
            "heal: a station at least wanted where outcome is weighed",
        )
        checks.true(number > 0, "pools: at least one wanted")
        checks.true(
            len(set(self.pools)) == number, f"pools: each pool once wanted, got {list(self.pools)}"
        )
        checks.done()
        for name in ("own", "prior"):
            object.__setattr__(self, name, getattr(self, name) or (0.0,) * number)
            got = len(getattr(self, name))
            checks.true(
                got == number, f"{name}: a number for each of the {number} pools wanted, got {got}"
            )
        checks.each_nonnegative(own=self.own, prior=self.prior, also=self.also)
        fits = self.during is None or (
            len(self.during) == 2
            and isinstance(self.during[0], str)
            and isinstance(self.during[1], int)
        )
        checks.true(fits, f"during: (name of a Warn, level) wanted, got {self.during!r}")
        object.__setattr__(self, "start", self.start or (self.places / number,) * number)
        checks.each_nonnegative(start=self.start).done()
        checks.true(
            len(self.start) == number and abs(math.fsum(self.start) - self.places) < 1e-9,
            f"start: {self.places} places over {number} pools wanted, got {list(self.start)}",
        )
        checks.done()

    @property
    def lines(self) -> tuple[str, ...]:
        """What its decisions are called in a run's table: one line for each pool, the places that
        stand there.
        """
        return tuple(f"{self.name}: {pool}" for pool in self.pools)


def places_at_start(review: Warn | Dispatch) -> dict[str, float]:
    """At most so many places has each pool of ``review`` before its first decision (inf: as its
    roster says); of floating places, as many as there are on average.
    """
    if isinstance(review, Warn):
        return {pool: levels[0] for pool, levels in review.places.items()}
    return dict(zip(review.pools, review.start, strict=True))


def _checked(review: Any) -> Checks:
    checks = (
        Checks(f"{type(review).__name__}({review.name!r})")
        .name(name=review.name)
        .positive(every=review.every)
    )
    if review.first is not None:
        checks.nonnegative(first=review.first)
    return checks.true(
        not isinstance(review.every, (int, float)) or not 0 < review.every < 1 / 60,
        f"every: a minute at least wanted, got {review.every!r} h",
    )


def _places(number) -> bool:
    return number == math.inf or (
        isinstance(number, int) and not isinstance(number, bool) and 0 <= number <= MOST
    )


def _listed(review: Any, field: str, given) -> tuple:
    """``given`` as a tuple; a ``NetworkError`` if it is no list."""
    Checks(f"{type(review).__name__}({review.name!r})").true(
        isinstance(given, Iterable) and not isinstance(given, str),
        f"{field}: a list wanted, got {given!r}",
    ).done()
    return tuple(given)
