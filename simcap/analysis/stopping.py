"""How many replications are enough: until the interval of every named measure is as narrow as
wanted.

The rule is that of Hoad, Robinson and Davies (2010): the smallest number of replications at which
each 95 % t interval reaches no further than ``precision`` × mean to either side, and still does not
in any of the ``look_ahead`` replications that follow; those are used, too. It depends on the values
in the order of the replications alone, so that it is the same however many were computed at once,
and in a resumed study.

A rule that looks at the data before it stops covers a little less often than 95 %; the floor keeps
that small (``tests/theory``).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from simcap.analysis.statistics import half_widths


class Wanted(NamedTuple):
    """A measure at a place, of a group, and the share of its mean that the half width of its
    interval may be.
    """

    measure: str
    place: str
    group: str
    precision: float

    def __str__(self):
        return (
            self.measure
            + (f" at {self.place}" if self.place != "all" else "")
            + (f" of {self.group}" if self.group != "all" else "")
        )


@dataclass(frozen=True)
class Stopping:
    """The rule for ``wanted``, with ``at_least`` and ``at_most`` replications."""

    wanted: tuple[Wanted, ...]
    at_least: int = 5
    at_most: int = 50
    look_ahead: int = 5

    def reached(self, values: Sequence[np.ndarray]) -> np.ndarray:
        """For each number of replications from 1 on, whether every measure was precise enough;
        ``values`` has an array (replications) for each of ``wanted``. A measure that is always 0
        is; one that is not known (NaN) in some replication is judged by those in which it is.
        """
        good = np.ones(len(values[0]), dtype=bool)
        for want, column in zip(self.wanted, values, strict=True):
            means, halves = half_widths(column)
            good &= halves <= want.precision * np.abs(means)
        return good

    def enough(self, values: Sequence[np.ndarray]) -> int | None:
        """The number of replications to use, of those in ``values``; None if more are wanted."""
        good = self.reached(values)
        for number in range(self.at_least, min(len(good), self.at_most) + 1):
            last = min(number + self.look_ahead, self.at_most)
            if last <= len(good) and good[number - 1 : last].all():
                return last
        return self.at_most if len(good) >= self.at_most else None

    def next(self, values: Sequence[np.ndarray]) -> int:
        """How many replications to have next, where those in ``values`` are not enough: as many as
        the width of the intervals so far lets one expect (it falls with the root of their number),
        at most twice as many.
        """
        have, wish = len(values[0]), float(self.at_least)
        for want, column in zip(self.wanted, values, strict=True):
            means, halves = half_widths(column)
            limit = want.precision * abs(means[-1])
            if halves[-1] > limit > 0:
                wish = max(wish, have * (halves[-1] / limit) ** 2)
        return int(
            min(self.at_most, max(have + 1, min(2 * have, math.ceil(wish) + self.look_ahead)))
        )

    def unmet(self, values: Sequence[np.ndarray]) -> list[str]:
        """A sentence for each measure that is not precise enough in ``values``."""
        said = []
        for want, column in zip(self.wanted, values, strict=True):
            means, halves = half_widths(column)
            if not halves[-1] <= want.precision * abs(means[-1]):
                reached = f"±{halves[-1] / abs(means[-1]):.1%}" if means[-1] else "no mean"
                said.append(
                    f"{want}: {reached} after {len(column)} replications, ±{want.precision:.3g}"
                    " wanted".replace(f"±{want.precision:.3g}", f"±{want.precision:.1%}")
                )
        return said
