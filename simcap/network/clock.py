"""The clock: whole microseconds inside, hours at every public face.

Sums of whole numbers are exact, so six 50-minute sessions from noon end at five o'clock, and two
events are simultaneous when the calendar says so. A duration is rounded once, when it is drawn or
compiled.
"""

from __future__ import annotations

HOUR = 3_600_000_000
"""Microseconds in an hour."""

INFINITY = 2**63 - 1
"""The largest 64-bit integer: later than anything that happens."""


def ticks(hours: float) -> int:
    """Whole microseconds nearest to ``hours`` (halves go up); infinite hours give ``INFINITY``."""
    exact = hours * 3.6e9
    if exact >= 9.2e18:
        return INFINITY
    return int((exact + 0.5) // 1)


def hours(at: int) -> float:
    """The hours that ``at`` microseconds are; ``INFINITY`` gives ``inf``."""
    return float("inf") if at == INFINITY else at / 3.6e9
