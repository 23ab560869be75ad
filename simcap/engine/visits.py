"""Visits: the rows a replication gives, one for each session of each resident at a station.

A row is emitted when its visit closes, in event order; at the horizon the open ones follow, sorted
by (stream, resident, station, session). So residents are conserved: everyone who came is either
gone by a row with ``next == LEFT`` or has just one open row (``waiting``, ``attended`` or
``in_transit``).
"""

from __future__ import annotations

from enum import IntEnum

import numpy as np

from simcap.network.clock import INFINITY


class Outcome(IntEnum):
    """What became of a visit; ``WAITING``, ``ATTENDED`` and ``IN_TRANSIT`` are those of visits
    still open at the horizon.

    ``SESSION`` was attended and the course goes on; ``DROPPED_OUT`` was attended and the resident
    does not come back; ``NO_SHOW`` held a place and was not attended; ``FOUND`` waited until a
    visit elsewhere found them.
    """

    COMPLETED = 0
    SESSION = 1
    NO_SHOW = 2
    RENEGED = 3
    BALKED = 4
    DETERIORATED = 5
    DROPPED_OUT = 6
    WAITING = 7
    ATTENDED = 8
    IN_TRANSIT = 9
    FOUND = 10


SEEN = (Outcome.COMPLETED, Outcome.SESSION, Outcome.DROPPED_OUT, Outcome.ATTENDED)
"""Outcomes of visits in which the resident was attended."""
OPEN = (Outcome.WAITING, Outcome.ATTENDED, Outcome.IN_TRANSIT)

LEFT = -1
"""``next`` of a resident who left the network."""
UNDECIDED = -2
"""``next`` of an open visit."""
NO_POOL = -1
"""``pool`` of a visit that no pool has attended."""

VISIT = np.dtype(
    [
        ("resident", "<i8"),
        ("stream", "<i4"),
        ("station", "<i4"),
        ("pool", "<i4"),
        ("next", "<i4"),
        ("occasion", "<i4"),
        ("session", "<i4"),
        ("arrived", "<f8"),
        ("joined", "<f8"),
        ("started", "<f8"),
        ("ended", "<f8"),
        ("outcome", "u1"),
        ("together", "<i2"),
    ]
)
"""``resident`` is the number in its stream; ``stream``, ``station``, ``pool`` and ``next`` are
positions by name (a team's ``pool`` is the first listed); ``session`` counts from 1; times are
hours, NaN for what has not happened; ``together`` is how many residents the place attended at once
(1 where there are no groups, 0 of a visit that no pool has attended).
"""

TIMES = ("arrived", "joined", "started", "ended")


def batch(rows: list[tuple]) -> np.ndarray:
    """Visits from ``rows`` whose times are microseconds, ``INFINITY`` for what has not happened."""
    assert VISIT.names is not None
    numbers = np.array(rows, dtype=np.int64).reshape(-1, len(VISIT.names))
    visits = np.empty(len(rows), dtype=VISIT)
    for column, field in enumerate(VISIT.names):
        values = numbers[:, column]
        visits[field] = (
            np.where(values == INFINITY, np.nan, values / 3.6e9) if field in TIMES else values
        )
    return visits
