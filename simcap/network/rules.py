"""Every decision of a replication, once: scalar functions and sort keys that both engines call.

They choose nothing out of containers; each engine keeps its own ordered queues and asks here who goes first, who may
start, who gives up and where a uniform number leads. Uniforms lie in (0, 1]; times are whole microseconds.
"""

from __future__ import annotations

from simcap.network.clock import INFINITY

KERNELS = ("rank", "has_place", "waited_enough", "balks", "happens", "way", "redials", "pick", "later", "queue_length")


def rank(priority: int, session: int, joined: int, stream: int, resident: int) -> tuple:
    """Who of those waiting for one pool goes first: the smallest. Follow-up sessions go before first ones."""
    return priority, session == 1, joined, stream, resident


def has_place(limit: int, busy: int, reserve: int) -> bool:
    """Whether a pool with ``limit`` startable places, ``busy`` at work, has one beyond those it keeps in ``reserve``."""
    return limit - busy > reserve


def waited_enough(now: int, joined: int, after: int) -> bool:
    """Whether who joined at ``joined`` may be attended by a pool that takes only those who have waited ``after``."""
    return now - joined >= after


def balks(waiting: int, queue_limit: int) -> bool:
    """Whether who finds ``waiting`` residents in a queue for ``queue_limit`` does not join."""
    return waiting >= queue_limit


def happens(u: float, probability: float) -> bool:
    """Whether an event of this ``probability`` happens to who drew ``u``: never at 0, always at 1."""
    return u <= probability


def way(u: float, cumulative: tuple[float, ...]) -> int:
    """Which option ``u`` leads to: its position among the ``cumulative`` probabilities, or their number for leaving."""
    for i, bound in enumerate(cumulative):
        if u <= bound:
            return i
    return len(cumulative)


def redials(u: float, probability: float, tried: int, at_most: int) -> bool:
    """Whether who has redialled ``tried`` times in a row does so again."""
    return tried < at_most and u <= probability


def pick(u: float, number: int) -> int:
    """The position of one of ``number`` residents, each equally likely."""
    return min(int(u * number), number - 1)


def later(now: int, duration: int) -> int:
    """``now`` plus ``duration``; never later than ``INFINITY``."""
    return INFINITY if duration >= INFINITY - now else now + duration


def queue_length(waiting: int, attended: int) -> tuple[int, int]:
    """What "shortest" compares: those waiting, then those waiting or attended."""
    return waiting, waiting + attended
