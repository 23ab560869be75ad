"""Sets of positions that arrays are summed over: a place is a set of zones, a group a set of needs,
staff a set of pools.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np


class Groups:
    """``sets`` of positions; ``members`` are those of all sets, one set after another, ``sizes``
    how many each has.
    """

    def __init__(self, sets: Iterable[Sequence[int] | np.ndarray]):
        arrays = [np.asarray(members, dtype=np.int64) for members in sets]
        self.sizes = np.array([len(members) for members in arrays], dtype=np.int64)
        self.members = np.concatenate([np.empty(0, np.int64), *arrays])
        self._filled = self.sizes > 0
        self._first = (np.cumsum(self.sizes) - self.sizes)[self._filled]

    def sum(self, values: np.ndarray) -> np.ndarray:
        """For each set, the sum of ``values`` (one for each position, along the first axis) over
        its members.
        """
        result = np.zeros((len(self.sizes), *values.shape[1:]), dtype=values.dtype)
        if len(self._first):
            result[self._filled] = np.add.reduceat(values[self.members], self._first, axis=0)
        return result
