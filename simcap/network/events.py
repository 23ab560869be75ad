"""The one total order of simultaneous events.

Events are taken by (time, kind, a, b). For kinds about residents, a is the position of their arrival stream by name and b
their number in it; for the others a is the position by name of the pool (CAPACITY) or the number of the phase. Each event
hands out all the places it freed before the next event is taken. Events before the horizon happen, those at it do not.

| kind | what happens | so that |
|---|---|---|
| END | a session ends, its places are free | a place freed at noon goes to the resident whose patience ends at noon |
| PHASE | dated parameters change | who joins at that moment meets the new ones |
| CAPACITY | a roster step | a place that opens at nine takes the resident whose patience ends at nine |
| REVIEW, SLOT | (with reviews and appointment diaries) | |
| ELIGIBLE | a resident has waited long enough for a further pool | they may start there rather than give up |
| DETERIORATE | a waiting resident gets worse | worse goes before impatient |
| RENEGE | a waiting resident gives up | |
| JOIN | arrivals, hand-offs, redials and due sessions | who is leaving has left the queue when its length is read |

A fall of capacity already binds sessions that would start at its own moment (``resolved.start_limits``): with END before
CAPACITY alone, a session that ends with the shift would be followed by one that starts at closing time.

Finer points. An END first hands out the places it freed, a team's pool by pool in order of name, and then routes the resident
who leaves, so that ``Shortest`` reads queues after the hand-out. An ELIGIBLE lets all pools of the resident's station, in the
order of its list, hand out what they have by rank: somebody else who is eligible by then may start first. A due session joins
as everybody does, so that with ``every=0`` whoever waits gets the place before the next session does.

ELIGIBLE is an addition to the kinds that the design lists: ``Attend(after=…)`` needs a moment at which it comes true.
"""

from __future__ import annotations

from enum import IntEnum

KERNELS = ("packed",)

MOST_ARRIVALS = 2**36
"""Residents of one stream that can be told apart."""
MOST_STREAMS = 2**23
"""Streams, and pools, that can be told apart."""


class Kind(IntEnum):
    """Kinds of event in the order in which simultaneous ones are taken."""

    END = 0
    PHASE = 1
    CAPACITY = 2
    REVIEW = 3
    SLOT = 4
    ELIGIBLE = 5
    DETERIORATE = 6
    RENEGE = 7
    JOIN = 8


def packed(kind: int, a: int, b: int) -> int:
    """(``kind``, ``a``, ``b``) as one whole number ≥ 2 that sorts the same way (a below ``MOST_STREAMS``, b below ``MOST_ARRIVALS``)."""
    return 2 + (((kind << 23) + a) << 36) + b
