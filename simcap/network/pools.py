"""Pools of staff or seats, and which of them attend a station."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from numbers import Real
from types import MappingProxyType
from typing import Any

from simcap.network.checks import MOST, Checks
from simcap.network.diary import Slots
from simcap.network.roster import Roster

NOTHING: Mapping = MappingProxyType({})
"""What ``frozen`` makes of an empty mapping: one for all, since a large region has very many."""


def frozen(labels: Mapping[str, str]) -> Mapping[str, str]:
    """A copy of ``labels`` that cannot be changed."""
    return MappingProxyType(dict(labels)) if labels else NOTHING


@dataclass(frozen=True)
class Pool:
    """Places that attend residents: ``capacity`` is a whole number, ``math.inf``, a ``Roster`` or,
    for appointments, ``Slots``.

    When capacity falls, those at work finish (there is no pre-emption) and nobody starts while the
    number at work is at or above the new capacity. Later than ``last_start`` hours before places
    close nobody is started on them (just then, somebody still is; at closing time itself nobody
    ever is). ``queue_limit`` counts all who wait at the stations of this pool. ``labels`` mean
    nothing to an engine.

    A pool ``within`` others (a name, or names) has no places of its own: it is a right to theirs,
    for as many at once as its ``capacity`` says at the time. Who starts by it takes one place of it
    and one of each pool it is within, all or nothing, and of those that these are within; all come
    free together. So one person may be called by several pools and is still one place, and whoever
    is attended in a room sits in it, whatever staff they belong to. A pool that others are within
    needs no station of its own.
    """

    name: str
    capacity: int | float | Roster | Slots = 1
    last_start: float = 0.0
    queue_limit: int | None = None
    labels: Mapping[str, str] = field(default_factory=dict, hash=False)
    within: Any = ()

    def __post_init__(self):
        object.__setattr__(self, "labels", frozen(self.labels))
        checks = (
            Checks(f"Pool({self.name!r})")
            .name(name=self.name)
            .nonnegative(last_start=self.last_start)
            .lasting(last_start=self.last_start)
        )
        if not isinstance(self.capacity, (Roster, Slots)):
            fits = (
                isinstance(self.capacity, Real)
                and not isinstance(self.capacity, bool)
                and (
                    self.capacity == math.inf
                    or (self.capacity >= 0 and self.capacity == int(self.capacity))
                )
            )
            checks.true(
                fits,
                "capacity: a whole number ≥ 0, inf, a Roster or Slots wanted, got"
                f" {self.capacity!r}",
            )
        checks.true(
            isinstance(self.capacity, (Roster, Slots)) or not _too_many(self.capacity),
            f"capacity: at most {MOST} places, or inf, wanted, got {self.capacity!r}",
        )
        checks.true(
            not (isinstance(self.capacity, Slots) and self.last_start),
            "last_start: none wanted beside Slots, which say when each begins",
        )
        if self.queue_limit is not None:
            checks.whole(0, queue_limit=self.queue_limit)
        if self.within != ():
            self._check_within(checks)
        checks.done()

    def _check_within(self, checks: Checks) -> None:
        names = (self.within,) if isinstance(self.within, str) else self.within
        checks.true(
            isinstance(names, (list, tuple)) and all(isinstance(name, str) for name in names),
            f"within: a pool's name, or a list of names, wanted, got {self.within!r}",
        ).done()
        object.__setattr__(self, "within", tuple(names))
        checks.true(
            len(set(names)) == len(names), f"within: each pool once wanted, got {list(names)}"
        )
        checks.true(self.name not in names, "within: another pool wanted, got itself")
        checks.true(
            not isinstance(self.capacity, Slots),
            "within: none wanted beside Slots, which are booked and taken by nobody else",
        )

    def __reduce__(self):
        return _rebuilt, (Pool, {**self.__dict__, "labels": dict(self.labels)})


def _too_many(capacity) -> bool:
    return isinstance(capacity, Real) and MOST < float(capacity) < math.inf


@dataclass(frozen=True, slots=True)
class Attend:
    """That ``pool`` attends a station: with ``priority`` (lower first) among the stations of that
    pool; only residents who have waited ``after`` hours; keeping ``reserve`` of its places free
    from this station; service taking ``factor`` as long (travel, tele). It may be of ``equal``
    standing with the one listed before it: which of equals is asked first is drawn, anew for each
    station and replication.
    """

    pool: str
    priority: int = 0
    after: float = 0.0
    reserve: int = 0
    factor: float = 1.0
    equal: bool = False

    def __post_init__(self):
        checks = Checks(f"Attend({self.pool!r})").name(pool=self.pool).nonnegative(after=self.after)
        checks.true(
            isinstance(self.priority, int)
            and not isinstance(self.priority, bool)
            and abs(self.priority) < 2**20,
            f"priority: a whole number wanted, got {self.priority!r}",
        )
        checks.true(
            isinstance(self.equal, bool), f"equal: True or False wanted, got {self.equal!r}"
        )
        checks.lasting(after=self.after).whole(0, reserve=self.reserve).positive(factor=self.factor)
        checks.true(
            not 1e6 < self.factor < math.inf,
            f"factor: at most a million wanted, got {self.factor!r}",
        ).done()


def _rebuilt(cls, fields):
    """A frozen part from its fields: labels are read-only views, which do not pickle by
    themselves.
    """
    return cls(**fields)
