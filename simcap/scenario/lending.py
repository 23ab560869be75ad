"""Who else attends: hours that a pool gives away, and staff who stand beside a pool. Mechanisms say
so, ``compile`` does it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from simcap.network import Pool

ELSEWHERE = 1000
"""Added to the priority of residents who are not the staff's own: these come first, whatever the
severity of the others.
"""

Share = float | tuple[tuple[float, float], ...]
"""A share of hours; or dated ones, (hours since the start, share)."""


@dataclass(frozen=True)
class Lend:
    """A ``share`` of the hours of the staff ``pool`` of ``zone``, which attend the residents of the
    ``users``: {zone: what is added to their priority}; at the stations of the pool itself, or at
    these ``stations`` of others. Sessions take ``factor`` times as long.
    """

    pool: str
    zone: str
    name: str
    share: Share
    users: Mapping[str, int]
    stations: tuple[str, ...] = ()
    factor: float = 1.0


@dataclass(frozen=True)
class Beside:
    """A pool of the network that does the work of the staff ``of`` in ``zone``."""

    of: str
    zone: str
    pool: Pool
