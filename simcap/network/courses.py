"""Courses that may heal: who has completed one and leaves the network may have recovered, and then
goes where those are who have.
"""

from __future__ import annotations

from dataclasses import dataclass

from simcap.network.checks import Checks


@dataclass(frozen=True, slots=True)
class Recovery:
    """The sessions of a station are those of a course. Whose last session of any course was here
    and completed it, and who then leaves the network, from wherever, recovers by luck: the share is
    that of the ``rows`` (sessions, hours waited, share) which holds, sorted as in
    ``network.recovery``. Who recovers goes to the station ``to`` instead.

    An episode begins with the arrival, or with the first joining after a station ``between``
    episodes. Sessions are those that were attended in the episode, at all stations of courses; the
    wait runs from its beginning to the first of them.
    """

    to: str
    rows: tuple[tuple[int, float, float], ...]

    def __post_init__(self):
        rows = tuple(tuple(row) for row in self.rows)
        object.__setattr__(self, "rows", rows)
        checks = Checks("Recovery").name(to=self.to)
        checks.true(len(rows) > 0, "rows: at least one wanted")
        keys = [row[:2] for row in rows]
        checks.true(keys == sorted(set(keys)), f"rows: sorted, each once, wanted, got {list(keys)}")
        for sessions, wait, share in rows:
            checks.whole(0, **{"rows, sessions": sessions})
            checks.nonnegative(**{"rows, wait": wait}).share(**{"rows, share": share})
        checks.done()
