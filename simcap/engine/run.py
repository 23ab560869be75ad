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
from simcap.network.resolved import UNLIMITED, capacity_steps

CAPACITY = np.dtype([("time", "<f8"), ("pool", "<i4"), ("places", "<f8")])
DECISION = np.dtype([("time", "<f8"), ("rule", "<i4"), ("level", "<i4")])


@dataclass
class Run:
    """One replication of ``network`` up to ``horizon`` hours.

    ``visits`` yields batches (NumPy arrays of dtype ``VISIT``) while the simulation goes on, and can be read once; ``read()`` gives all
    of them as one array. ``streams``, ``stations`` and ``pools`` are the names behind the positions in a visit. ``capacity`` is a table
    (time in hours, pool, places: infinite allowed) of every step of what a roster, or slots, and reviews allow; ``decisions`` one (time
    in hours, rule, level) of what reviews decided, whose rules are called as ``rules`` says (a level of ``Dispatch`` are the places that
    stand there). Where there are reviews, both are known once all visits are read. ``fingerprint`` is the SHA-256 over all rows, known
    once they are read. """

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
            raise RuntimeError("the visits of a Run can be read once; simulate again, or keep what read() gives")
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

    @property
    def fingerprint(self) -> str:
        if self._state != "read":
            raise RuntimeError("the fingerprint is known once all visits have been read")
        return self._digest.hexdigest()

    @functools.cached_property
    def capacity(self) -> np.ndarray:
        steps = [capacity_steps(pool, self.horizon) for pool in self.network.pools]
        table = np.empty(sum(len(times) for times, _ in steps), dtype=CAPACITY)
        if steps:
            times, places = (np.concatenate(column) for column in zip(*steps, strict=True))
            table["time"], table["places"] = times / 3.6e9, np.where(places == UNLIMITED, np.inf, places)
            table["pool"] = np.repeat(np.arange(len(steps)), [len(times) for times, _ in steps])
        return table

    @property
    def rules(self) -> tuple[str, ...]:
        return tuple(line for review in self.network.reviews for line in review.lines)

    @functools.cached_property
    def decisions(self) -> np.ndarray:
        if self.network.reviews and self._state != "read":
            raise RuntimeError("what reviews decide is known once all visits have been read")
        table = np.empty(len(self._decided), dtype=DECISION)
        if self._decided:
            table["time"], table["rule"], table["level"] = np.array(self._decided, dtype=np.int64).T
            table["time"] /= 3.6e9
        return table
