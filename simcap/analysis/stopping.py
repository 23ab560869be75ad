"""How many replications are enough: until the interval of every named measure is as narrow as
wanted.

The rule is that of Hoad, Robinson and Davies (2010): the smallest number of replications at which
each 95 % interval reaches no further than ``precision`` × mean to either side, and still does not
in any of the ``look_ahead`` replications that follow; those are used, too. It depends on the values
in the order of the replications alone, so that it is the same however many were computed at once,
and in a resumed study. A measure that was 0 in all replications is not known precisely,
however often: nothing seen is not precise.

A rule that looks at the data before it stops covers a little less often than 95 %; the floor keeps
that small (``tests/theory``).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from simcap.analysis.measures import MEASURES
from simcap.analysis.statistics import Scale, running_intervals, scale_of


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
        ``values`` has an array for each of ``wanted``: its value in each replication, or (2 ×
        replications) that and the residents it is a share of. A measure that is not known (NaN) in
        some replication is judged by those in which it is.
        """
        good = np.ones(np.shape(values[0])[-1], dtype=bool)
        for want, column in zip(self.wanted, values, strict=True):
            means, reach = reaches(want, column)
            good &= (means != 0) & (reach <= want.precision * np.abs(means))
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
        have, wish = np.shape(values[0])[-1], float(self.at_least)
        for want, column in zip(self.wanted, values, strict=True):
            means, reach = reaches(want, column)
            limit = want.precision * abs(means[-1])
            if not reach[-1] <= limit:
                wish = max(wish, have * (reach[-1] / limit) ** 2 if limit > 0 else math.inf)
        return int(
            min(self.at_most, max(have + 1, math.ceil(min(2 * have, wish + self.look_ahead))))
        )

    def unmet(self, values: Sequence[np.ndarray]) -> list[str]:
        """A sentence for each measure that is not precise enough in ``values``."""
        said = []
        for want, column in zip(self.wanted, values, strict=True):
            means, reach = reaches(want, column)
            mean, number = means[-1], np.shape(column)[-1]
            if mean and reach[-1] <= want.precision * abs(mean):
                continue
            if mean == 0:
                most = f" (at most {reach[-1]:.3g})" if math.isfinite(reach[-1]) else ""
                found = f"0 in all{most}"
            else:
                found = f"±{reach[-1] / abs(mean):.1%}" if math.isfinite(reach[-1]) else "not known"
            said.append(
                f"{want}: {found} after {number} replications, ±{want.precision:.1%} wanted"
            )
        return said


def reaches(want: Wanted, column: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(means, how far their intervals reach to the farther side) after 1, 2, 3 … replications;
    infinite where that is not known.
    """
    values, trials = column if np.ndim(column) == 2 else (column, None)
    unit = MEASURES.get(want.measure, ("",))[0]
    scale = scale_of(want.measure, unit) if unit else Scale.SIGNED
    means, lower, upper = running_intervals(values, scale, trials)
    reach = np.maximum(upper - means, means - lower)
    return means, np.where(np.isnan(reach), np.inf, reach)
