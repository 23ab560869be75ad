"""Groups: one place attends several residents at once."""

from __future__ import annotations

import math
from dataclasses import dataclass

from simcap.network.checks import Checks

MOST_TOGETHER = 2**15 - 1
"""Residents that one place can attend at once."""


@dataclass(frozen=True, slots=True)
class Group:
    """A place takes up to ``size`` residents together, first by rank, once ``at_least`` wait at the
    station or somebody there has waited ``start_at`` hours: bulk service. They have one service
    time, that of the first of them, and leave together.
    """

    size: int
    at_least: int = 1
    start_at: float = math.inf

    def __post_init__(self):
        checks = Checks("Group").whole(1, size=self.size, at_least=self.at_least)
        checks.true(
            isinstance(self.start_at, (int, float)) and self.start_at >= 0,
            f"start_at: hours ≥ 0 or inf wanted, got {self.start_at!r}",
        ).lasting(start_at=self.start_at).done()
        checks.true(
            self.at_least <= self.size <= MOST_TOGETHER,
            f"at_least ≤ size ≤ {MOST_TOGETHER} wanted, got {self.at_least} and {self.size}",
        ).done()
