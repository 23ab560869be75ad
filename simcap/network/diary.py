"""Appointment diaries: slots are the capacity, and residents are booked into them.

Where a roster says how many may be attended at any moment, ``Slots`` say when an appointment begins
and for how many. Who is referred to a station with a ``Diary`` is booked at once into the earliest
slot of its pools; nobody moves up later. Who gives up before their slot returns it to whoever is
booked next; a slot nobody takes, or whose resident does not come, is lost.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from simcap.network.checks import Checks
from simcap.network.clock import ticks
from simcap.network.roster import WEEK

LONGEST_WINDOW = 10 * 8766.0
"""Hours ahead to which a diary may be laid out."""


@dataclass(frozen=True)
class Slots:
    """The appointments that a pool offers.

    ``slots`` are (hour, places) or (hour, places, kept) of a cycle of ``cycle`` hours (a week; two
    where every second one is alike): at that hour ``places`` residents can be seen, and ``kept``
    more who are urgent. ``cycle_starts`` is the hour of the cycle at time 0, ``dated`` are further
    slots, whose hour counts from time 0, and ``closed`` intervals (from, to) in hours since the
    start in which no slot begins. ``made_up`` are (at, weekday), of cycles of whole weeks: on the
    day that begins ``at`` hours since the start, the slots of ``weekday`` (0 is Monday) are offered
    instead of its own. ``length`` is how long a slot is meant to last, in hours: it decides how
    many hours count as offered, and what is overtime; an engine does not look at it.
    """

    slots: tuple[tuple, ...] = ()
    cycle: float = WEEK
    cycle_starts: float = 0.0
    dated: tuple[tuple, ...] = ()
    closed: tuple[tuple[float, float], ...] = ()
    length: float = 1.0
    made_up: tuple[tuple[float, int], ...] = ()

    def __post_init__(self):
        for field in ("slots", "dated", "closed", "made_up"):
            rows = getattr(self, field)
            Checks("Slots").true(
                isinstance(rows, (list, tuple))
                and all(isinstance(row, (list, tuple)) for row in rows),
                f"{field}: a list of tuples wanted, got {rows!r}",
            ).done()
            object.__setattr__(self, field, tuple(tuple(row) for row in rows))
        checks = Checks("Slots").true(bool(self.slots or self.dated), "slots: at least one wanted")
        checks.positive(cycle=self.cycle, length=self.length).done()
        for field in ("slots", "dated"):
            for i, row in enumerate(getattr(self, field)):
                checks.true(
                    len(row) in (2, 3),
                    f"{field}[{i}]: (hour, places) or (hour, places, kept) wanted, got {row!r}",
                )
                checks.nonnegative(**{f"{field}[{i}][0]": hour for hour in row[:1]})
                checks.whole(
                    0, **{f"{field}[{i}][{j}]": places for j, places in enumerate(row[1:], 1)}
                )
        checks.done()
        for i, row in enumerate(self.slots):
            checks.true(
                row[0] < self.cycle,
                f"slots[{i}]: an hour below {self.cycle:g}, the length of the cycle, wanted, got"
                f" {row[0]!r}",
            )
        checks.true(
            0 <= self.cycle_starts < self.cycle,
            f"cycle_starts: from 0 to below {self.cycle:g} wanted, got {self.cycle_starts!r}",
        )
        for i, row in enumerate(self.closed):
            checks.true(len(row) == 2, f"closed[{i}]: (from, to) wanted, got {row!r}").done()
            checks.finite(**{f"closed[{i}][{j}]": at for j, at in enumerate(row)}).done()
            checks.true(row[0] < row[1], f"closed[{i}]: from < to wanted, got {row[0]} to {row[1]}")
        self._check_made_up(checks)
        checks.done()

    def _check_made_up(self, checks: Checks) -> None:
        checks.true(
            not self.made_up or self.cycle % WEEK == 0,
            f"made_up: a cycle of whole weeks wanted beside it, got {self.cycle!r} h",
        )
        for i, row in enumerate(self.made_up):
            checks.true(len(row) == 2, f"made_up[{i}]: (hours, weekday) wanted, got {row!r}").done()
            checks.finite(**{f"made_up[{i}][0]": row[0]}).one_of(
                range(7), **{f"made_up[{i}][1]": row[1]}
            ).done()
            checks.true(
                (row[0] + self.cycle_starts) % 24 == 0,
                f"made_up[{i}]: the hour at which a day begins wanted, got {row[0]!r}",
            )

    def until(self, hours: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """(times in microseconds, places, places kept for the urgent) of the slots from 0 to before
        ``hours``, each time once.
        """
        cycles = range(int((hours + self.cycle_starts) // self.cycle) + 1)
        rows = [row for cycle in cycles for row in self._offered(cycle)] + list(self.dated)
        rows = [
            row
            for row in rows
            if 0 <= row[0] < hours and not any(start <= row[0] < end for start, end in self.closed)
        ]
        at = np.array([ticks(row[0]) for row in rows], dtype=np.int64)
        times, which = np.unique(at, return_inverse=True)
        places, kept = (np.zeros(len(times), dtype=np.int64) for _ in range(2))
        np.add.at(places, which, np.array([row[1] for row in rows], dtype=np.int64))
        np.add.at(
            kept, which, np.array([row[2] if len(row) == 3 else 0 for row in rows], dtype=np.int64)
        )
        return times, places, kept

    def _offered(self, cycle: int) -> list[tuple]:
        """(hours since the start, places, …) of the slots of the ``cycle``-th cycle, days that are
        made up as the weekday they stand for.
        """
        begins = cycle * self.cycle - self.cycle_starts
        end = begins + self.cycle
        other = {at: weekday for at, weekday in self.made_up if begins <= at < end}
        own = [
            (begins + row[0], *row[1:])
            for row in self.slots
            if begins + 24.0 * (row[0] // 24) not in other
        ]
        for at, weekday in other.items():
            like = 24.0 * weekday + WEEK * ((at - begins) // WEEK)
            own += [(at + row[0] - like, *row[1:]) for row in self.slots if 0 <= row[0] - like < 24]
        return own

    def steps(self, until: float) -> tuple[np.ndarray, np.ndarray]:
        """(times in microseconds, places) of how many slots, each of its ``length``, are going on,
        from 0 to ``until`` hours.
        """
        starts, places, kept = self.until(until)
        moments = np.concatenate([[0], starts, starts + ticks(self.length)])
        change = np.concatenate([[0], places + kept, -places - kept])
        times, which = np.unique(moments, return_inverse=True)
        levels = np.zeros(len(times), dtype=np.int64)
        np.add.at(levels, which, change)
        levels = np.cumsum(levels)
        keep = (times < ticks(until)) | (times == 0)
        keep[1:] &= levels[1:] != levels[:-1]
        return times[keep], levels[keep]


@dataclass(frozen=True, slots=True)
class Diary:
    """How residents of a station are booked: into the earliest slot that begins at least ``notice``
    hours after they ask, among those of all its pools (at one time: of the pool that stands first
    in the list; a pool's ``after`` adds to the notice). ``urgent`` residents may take the slots
    that are kept, and take those first. Who finds no slot within ``window`` hours balks.

    A follow-up session is booked when the one before ends, into the earliest slot from when it is
    due, however late that is.
    """

    notice: float = 0.0
    urgent: bool = False
    window: float = math.inf

    def __post_init__(self):
        checks = Checks("Diary").nonnegative(notice=self.notice).lasting(notice=self.notice)
        checks.true(
            isinstance(self.urgent, bool), f"urgent: true or false wanted, got {self.urgent!r}"
        )
        checks.true(
            isinstance(self.window, (int, float)) and self.window >= self.notice,
            f"window: hours, at least the notice, or inf wanted, got {self.window!r}",
        )
        checks.true(
            self.window == math.inf or not self.window > LONGEST_WINDOW,
            f"window: at most ten years, or inf, wanted, got {self.window!r} h",
        )
        checks.done()
