"""The one total order of simultaneous events.

Events are taken by (time, kind, a, b). For kinds about residents, a is the place of their arrival
stream in an order that is drawn for each replication (no stream shall have an advantage by its
name) and b their number in it; a phase has its number. All roster steps of one moment are one event
(CAPACITY), and so are all reviews (REVIEW): they read, then what they opened is handed out. Each
event hands out all the places it freed, together and by rank, before the next event is taken.
Events before the horizon happen, those at it do not.

| kind | what happens | so that |
|---|---|---|
| END | a session ends | a place freed at noon goes to who would give up at noon |
| PHASE | dated parameters change | who joins at that moment meets the new ones |
| CAPACITY | roster steps | a place that opens at nine takes who would give up at nine |
| REVIEW | a rule moves places | what opens at nine counts, who arrives at nine does not |
| SLOT | an appointment begins | who is booked for nine is seen rather than gives up at nine |
| ELIGIBLE | a further pool may attend | they may start there rather than give up |
| DETERIORATE | a waiting resident gets worse | worse goes before impatient |
| RENEGE | a waiting resident gives up | |
| JOIN | arrivals, hand-offs, redials, due sessions | who leaves has left the queue that is read |
| GATHER | a group may start | those who join at one moment start together |

A fall of capacity already binds sessions that would start at its own moment
(``resolved.start_limits``): with END before CAPACITY alone, a session that ends with the shift
would be followed by one that starts at closing time.

Finer points. An END first hands out the places it freed, those of a team or of a course that ends
together, and then routes the resident who leaves, so that ``Shortest`` reads queues after the
hand-out. An ELIGIBLE lets all pools of the resident's station, in the order of its list, hand out
what they have by rank: somebody else who is eligible by then may start first. A due session joins
as everybody does, so that with ``every=0`` whoever waits gets the place before the next session
does.

A group that a place was waiting for starts at a GATHER, one that was waiting for a place when the
place is handed out. Who gathers has no other clock before: with a place free, patience of nothing
is served there too. The END of a group is that of the first of them; the others follow in the order
in which they stood in line. A course that ends hands out its caseload place with the other places
of its END; who reneges between two sessions hands it out at the RENEGE.

ELIGIBLE and GATHER are additions to the kinds that the design lists: ``Attend(after=…)`` and
``Group(start_at=…)`` need a moment at which they come true, and whoever joins a group must wait for
those of the same moment.
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
    GATHER = 9


def packed(kind: int, a: int, b: int) -> int:
    """(``kind``, ``a``, ``b``) as one whole number ≥ 2 that sorts the same way (a below
    ``MOST_STREAMS``, b below ``MOST_ARRIVALS``).
    """
    return 2 + (((kind << 23) + a) << 36) + b
