"""What a simulated replication gives."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from simcap.engine.visits import VISIT
from simcap.network import Network
from simcap.network.resolved import UNLIMITED, WarnRule, capacity_steps, resolve

CAPACITY = np.dtype([("time", "<f8"), ("pool", "<i4"), ("places", "<f8")])
DECISION = np.dtype([("time", "<f8"), ("rule", "<i4"), ("level", "<i4")])


@dataclass
class Run:
    """One replication of ``network`` up to ``horizon`` hours.

    ``visits`` yields batches (NumPy arrays of dtype ``VISIT``) while the simulation goes on, and
    can be read once; ``read()`` gives all of them as one array, ``frame()`` as a table with names,
    ``summary()`` the figures of stations and pools. ``streams``, ``stations`` and
    ``pools`` are the names behind the positions in a visit. ``capacity`` is a table (time in hours,
    pool, places: infinite allowed) of every step of what a roster, or slots, and reviews allow;
    ``decisions`` one (time in hours, rule, level) of what reviews decided, whose rules are called
    as ``rules`` says (a level of ``Dispatch`` are the places that stand there). Where there are
    reviews, both are known once all visits are read. ``fingerprint`` is the SHA-256 over all rows,
    known once they are read.
    """

    network: Network
    horizon: float
    seed: int
    replication: int
    engine: str
    _batches: Iterator[np.ndarray] = field(repr=False)
    _decided: list[tuple[int, int, int]] = field(default_factory=list, repr=False)
    _digest: Any = field(default_factory=hashlib.sha256, repr=False)
    _state: str = field(default="not read", repr=False)

    @property
    def streams(self) -> tuple[str, ...]:
        return tuple(stream.name for stream in self.network.arrivals)

    @property
    def stations(self) -> tuple[str, ...]:
        return tuple(station.name for station in self.network.stations)

    @property
    def pools(self) -> tuple[str, ...]:
        return tuple(pool.name for pool in self.network.pools)

    @property
    def visits(self) -> Iterator[np.ndarray]:
        if self._state != "not read":
            raise RuntimeError(
                "the visits of a Run can be read once; simulate again, or keep what read() gives"
            )
        self._state = "being read"
        return self._reading()

    def _reading(self):
        for visits in self._batches:
            self._digest.update(visits.tobytes())
            yield visits
        self._state = "read"

    def read(self) -> np.ndarray:
        """All visits as one array."""
        batches = list(self.visits)
        return np.concatenate(batches) if batches else np.empty(0, dtype=VISIT)

    def frame(self):
        """All visits as a DataFrame, a row each, with the names of streams, stations, pools and
        outcomes in the place of positions ("" where there is none).
        """
        from simcap.analysis.frames import visits_frame

        return visits_frame(self)

    def summary(self, warm_up: float = 0.0):
        """The figures of stations and pools as a DataFrame (of, figure, value, unit), of visits
        joined, and hours passed, from ``warm_up`` hours on.
        """
        from simcap.analysis.frames import network_summary

        return network_summary(self, warm_up)

    @functools.cached_property
    def kept(self) -> np.ndarray:
        """All visits as one array, kept once they are read, so that ``frame`` and ``summary`` can
        be asked for in any order.
        """
        return self.read()

    @property
    def fingerprint(self) -> str:
        if self._state != "read":
            raise RuntimeError("the fingerprint is known once all visits have been read")
        return self._digest.hexdigest()

    @functools.cached_property
    def capacity(self) -> np.ndarray:
        fate = self.seed, self.replication
        steps = [capacity_steps(pool, self.horizon, fate) for pool in self.network.pools]
        if self.network.reviews:
            for pool, allowed in self._allowed().items():
                steps[pool] = _fewer(steps[pool], allowed)
        table = np.empty(sum(len(times) for times, _ in steps), dtype=CAPACITY)
        if steps:
            times, places = (np.concatenate(column) for column in zip(*steps, strict=True))
            table["time"], table["places"] = (
                times / 3.6e9,
                np.where(places == UNLIMITED, np.inf, places),
            )
            table["pool"] = np.repeat(np.arange(len(steps)), [len(times) for times, _ in steps])
        return table

    @property
    def rules(self) -> tuple[str, ...]:
        return tuple(line for review in self.network.reviews for line in review.lines)

    def _allowed(self) -> dict[int, tuple[np.ndarray, np.ndarray]]:
        """(times in microseconds, at most so many places) of each pool that a review changes."""
        self._check_read()
        decided, allowed = np.array(self._decided, dtype=np.int64).reshape(-1, 3), {}
        resolved = resolve(self.network)
        for rule in resolved.rules():
            if isinstance(rule, WarnRule):
                times, levels = decided[decided[:, 1] == rule.line][:, [0, 2]].T
                for pool, places in rule.places:
                    allowed[pool] = np.append(0, times), np.array(places)[np.append(0, levels)]
            else:
                at_first = resolved.at_first(rule, (self.seed, self.replication))
                for i, (pool, start) in enumerate(zip(rule.pools, at_first, strict=True)):
                    times, places = decided[decided[:, 1] == rule.line + i][:, [0, 2]].T
                    allowed[pool] = np.append(0, times), np.append(start, places)
        return allowed

    def _check_read(self) -> None:
        if self._state != "read":
            raise RuntimeError("what reviews decide is known once all visits have been read")

    @functools.cached_property
    def decisions(self) -> np.ndarray:
        if self.network.reviews:
            self._check_read()
        table = np.empty(len(self._decided), dtype=DECISION)
        if self._decided:
            table["time"], table["rule"], table["level"] = np.array(self._decided, dtype=np.int64).T
            table["time"] /= 3.6e9
        return table


def _fewer(
    one: tuple[np.ndarray, np.ndarray], other: tuple[np.ndarray, np.ndarray]
) -> tuple[np.ndarray, np.ndarray]:
    """The steps of the smaller of two step functions, both of which begin at 0."""
    times = np.unique(np.concatenate([one[0], other[0]]))
    least = np.minimum(
        *(levels[np.searchsorted(at, times, side="right") - 1] for at, levels in (one, other))
    )
    keep = np.append(True, least[1:] != least[:-1])
    return times[keep], least[keep]
