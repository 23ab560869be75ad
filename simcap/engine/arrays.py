"""Arrays of records: what ``event_loop`` works on.

Some hold the network and do not change; ``packing`` lays them out. The others are the state of a
replication. Each resident now in the network has one record, in a slot that is used again when they
leave, so that memory grows with those present and not with all who ever came.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from simcap.engine.limits import MOST_PRESENT
from simcap.engine.visits import VISIT
from simcap.errors import SimulationError
from simcap.network.stations import OUTCOMES_ROUTED

NOBODY = 2**32 - 1
"""No slot, no entry of a list, no station. Positions are unsigned, so that no machine code looks
for those counted from the end.
"""
NOWHERE, LATER = 2**32 - 1, 2**32 - 2
"""Places of events that are not on the heap."""
STRETCHES = 2**16
"""Into how many stretches of time a replication is divided, at most."""
NOT_FIXED = -1
"""``fixed`` of a duration that needs a draw."""
AHEAD, BEHIND = 0, 1
"""The two lines of a station, follow-ups and first sessions, in the order of their standing."""
DATED_BATCHES, RENEWAL, POISSON = 0, 1, 2
"""How a stream arrives; a backlog is a batch at time 0."""
WARN, DISPATCH = 0, 1
"""Kinds of review."""
NO_WEIGHT, RECOVERIES, WORST_FIRST = 0, 1, 2
"""What a ``Dispatch`` weighs needs by."""
WAITING_NOW, OLDEST, ARRIVALS = 0, 1, 2
"""What a review reads; for a ``Dispatch``, the last is the work expected."""


DURATION = np.dtype(
    (
        np.record,
        [
            ("fixed", "i8"),
            ("a", "f8"),
            ("b", "f8"),
            ("c", "f8"),
            ("kind", "i4"),
            ("values", "u4"),
            ("rows", "u4"),
        ],
    )
)
OPTION = np.dtype((np.record, [("goal", "u4"), ("delay", "u4")]))
WAYS = np.dtype(
    (np.record, [("option", "u4"), ("options", "u4"), ("shortest", "?"), ("drawn", "?")])
)
ACCESS = np.dtype(
    (
        np.record,
        [
            ("after", "i8"),
            ("reserve", "i8"),
            ("factor", "f8"),
            ("pool", "u4"),
            ("station", "u4"),
            ("priority", "i4"),
            ("next", "u4"),
            ("previous", "u4"),
        ],
    )
)
"""One pool of one station; ``next`` and ``previous`` link those of a pool at whose stations
somebody waits.
"""
DESK = np.dtype(
    (
        np.record,
        [
            ("key", "i8"),
            ("queue_limit", "i8"),
            ("every", "i8"),
            ("least_gap", "i8"),
            ("redial_at_most", "i8"),
            ("sessions", "i8"),
            ("redial", "f8"),
            ("no_show", "f8"),
            ("drop_out", "f8"),
            ("access", "u4"),
            ("accesses", "u4"),
            ("service", "u4"),
            ("patience", "u4"),
            ("patience_between", "u4"),
            ("deterioration", "u4"),
            ("redial_after", "u4"),
            ("ways", "u4", (len(OUTCOMES_ROUTED),)),
            ("find", "u4"),
            ("finds", "u4"),
            ("among", "f8"),
            ("found", "f8"),
            ("healing", "u4"),
            ("healings", "u4"),
            ("home", "u4"),
            ("between", "?"),
            ("team", "?"),
            ("siro", "?"),
            ("limited", "?"),
            ("further", "?"),
            ("drawn", "?"),
            ("recurs", "?"),
            ("plain", "?"),
            ("special", "?"),
            ("bound", "?"),
            ("group", "?"),
            ("diary", "?"),
            ("urgent", "?"),
            ("caseload", "u4"),
            ("linked", "u4"),
            ("at_most", "i8"),
            ("at_least", "i8"),
            ("start_at", "i8"),
            ("notice", "i8"),
            ("window", "i8"),
            ("of_first", "i8"),
            ("of_follow_ups", "i8"),
        ],
    )
)
"""A station's settings. ``limited``: a pool of it limits its queue; ``further``: somebody may start
for having waited; ``drawn``: a visit needs the first block of draws; ``plain``: one place is all
that a session takes; ``special``: it has a group or a caseload, or reviews may close it; ``bound``:
one of its pools is within another, or has others within it. Its visits may find one of those at
``finds`` stations, from ``find`` on in ``World.searched``, with the probability ``found``. Its
courses heal as ``healings`` rows say, from ``healing`` on in ``World.healing_share``; who recovers
goes ``home``.
``caseload`` is the access that follows those of ``pools``, or ``NOBODY``; who waits can be called
by the first ``linked`` accesses.
"""
STATION = np.dtype(
    (
        np.record,
        [
            ("waiting", "i8"),
            ("attended", "i8"),
            ("came", "i8"),
            ("desk", "u4"),
            ("first", "u4", (2,)),
            ("last", "u4", (2,)),
            ("watch", "u4"),
            ("closed", "?"),
        ],
    )
)
"""What happens at a station: its desk as of now, the ends of its two lines of residents, how many
ever joined, whether a review has closed it; ``watch`` is the first row of ``WATCHED`` that counts
what happens here.
"""
POOL = np.dtype(
    (
        np.record,
        [
            ("key", "i8"),
            ("limit", "i8"),
            ("busy", "i8"),
            ("picks", "i8"),
            ("queue_limit", "i8"),
            ("waiting", "i8"),
            ("roster", "i8"),
            ("at_most", "i8"),
            ("member", "u4"),
            ("members", "u4"),
            ("line", "u4"),
            ("slot", "u4"),
            ("slots", "u4"),
            ("full", "u4", (2,)),
            ("outer", "u4"),
            ("outers", "u4"),
            ("inner", "u4"),
            ("inners", "u4"),
            ("opening", "i8"),
            ("most", "i8"),
        ],
    )
)
"""``limit`` are the places on which somebody may start: those of the ``roster``, but ``at_most``
what a review allows; ``line`` is the first of its accesses at whose station somebody waits;
``member`` … are all of them by station; ``slot`` … are its slots, of which those before ``full``
are taken for the routine and for the urgent; ``outer`` … are the pools it is within, ``inner`` …
those within it; ``opening`` says for which opening it was noted last, ``most`` how many of its
places one start takes at most.
"""
SLOT = np.dtype((np.record, [("at", "i8"), ("places", "i8"), ("kept", "i8")]))
"""Places of a pool for appointments at one time, and those kept for the urgent, as they are left.
"""
STREAM = np.dtype(
    (
        np.record,
        [
            ("key", "i8"),
            ("number", "i8"),
            ("at", "i8"),
            ("end", "i8"),
            ("left", "i8"),
            ("total", "f8"),
            ("per_hour", "f8"),
            ("entry", "u4"),
            ("how", "i4"),
            ("interarrival", "u4"),
            ("batch", "u4"),
            ("batches", "u4"),
            ("piece", "u4"),
            ("last_piece", "u4"),
            ("position", "u4"),
        ],
    )
)
"""``number`` and ``at`` are those of the resident who comes next; ``position`` is that by name, as
visits want it: the streams of a replication stand in its own order.
"""
BATCH = np.dtype((np.record, [("at", "i8"), ("number", "i8")]))
DATED = np.dtype((np.record, [("at", "i8"), ("value", "i8"), ("which", "u4"), ("kind", "i1")]))
"""A roster step (of pool ``which`` to the limit ``value``), a review (``which``, with the next one
``value`` microseconds later) or the beginning of phase ``which``, whose changes end before
``value``.
"""
CHANGE = np.dtype((np.record, [("station", "u4"), ("desk", "u4")]))
RESIDENT = np.dtype(
    (
        np.record,
        [
            ("number", "i8"),
            ("arrived", "f8"),
            ("joined", "i8"),
            ("started", "i8"),
            ("scheduled", "i8"),
            ("gives_up", "i8"),
            ("service", "f8"),
            ("routing", "f8"),
            ("no_show", "f8"),
            ("stream", "u4"),
            ("station", "u4"),
            ("access", "u4"),
            ("occasion", "i4"),
            ("session", "i4"),
            ("tries", "i4"),
            ("joinings", "u2"),
            ("together", "u2"),
            ("next", "u4"),
            ("previous", "u4"),
            ("first_station", "u4"),
            ("first_joinings", "i4"),
            ("visited", "u4"),
            ("slot", "u4"),
            ("doing", "i1"),
            ("why", "i1"),
            ("missed", "?"),
            ("kept", "?"),
        ],
    )
)
"""A resident, in 128 bytes. ``arrived`` is in hours, as visits want it; ``service``, ``routing``
and ``no_show`` are uniforms of the visit; ``gives_up`` and ``why`` say which clock ends the wait;
``first_station`` and ``first_joinings`` are how often they joined the station they came to first,
``visited`` the first of their ``VISITED``, which say so of the others; ``next`` and ``previous``
link a line, a group or the free records; ``together`` is the size of their group; ``slot`` where
they are booked, on a place that is ``kept`` or not.
"""
COURSE = np.dtype(
    (
        np.record,
        [
            ("asked", "f8"),
            ("first", "f8"),
            ("sessions", "i8"),
            ("episode", "i8"),
            ("at", "u4"),
            ("completed", "?"),
        ],
    )
)
"""The episode of a resident, in a network where courses may heal: its number, when it began (hours;
NaN between two) and the first session was, how many were attended, the last ``at`` which station,
and whether that completed a course.
"""
VISITED = np.dtype((np.record, [("station", "u4"), ("joinings", "i4"), ("next", "u4")]))
"""How often a resident has joined a station: the occasions of their draws."""
EVENT = np.dtype((np.record, [("at", "i8"), ("order", "i8"), ("slot", "u4")]))
PENDING = np.dtype(
    (
        np.record,
        [("at", "i8"), ("order", "i8"), ("place", "u4"), ("next", "u4"), ("previous", "u4")],
    )
)
"""Where the event of a resident stands: a place of the heap, ``NOWHERE``, or ``LATER`` on the list
of a stretch of time.
"""
REVIEW = np.dtype(
    (
        np.record,
        [
            ("half_life", "f8"),
            ("reading", "f8"),
            ("key", "i8"),
            ("held", "i8"),
            ("last", "i8"),
            ("level", "i8"),
            ("calm", "i8"),
            ("enough", "i8"),
            ("from_level", "i8"),
            ("floating", "i8"),
            ("line", "u4"),
            ("during", "u4"),
            ("watch", "u4"),
            ("watches", "u4"),
            ("threshold", "u4"),
            ("thresholds", "u4"),
            ("ceiling", "u4"),
            ("ceilings", "u4"),
            ("close", "u4"),
            ("closes", "u4"),
            ("target", "u4"),
            ("targets", "u4"),
            ("affect", "u4"),
            ("affects", "u4"),
            ("kind", "i1"),
            ("reads", "i1"),
            ("weigh", "i1"),
            ("begun", "?"),
        ],
    )
)
"""A review; what belongs to it stands in stretches of other arrays, of which the first position and
the number are given.
"""
WATCHED = np.dtype(
    (
        np.record,
        [
            ("station", "u4"),
            ("next", "u4"),
            ("came", "i8"),
            ("at", "i8"),
            ("worked", "i8"),
            ("ended", "i8"),
            ("completed", "i8"),
            ("faded", "f8"),
            ("hours", "f8"),
            ("half_life", "f8"),
            ("heals", "?"),
        ],
    )
)
"""A station that a review reads: how many had ``came`` when it did so last, or, of a ``Dispatch``,
what is left ``at`` a time of those who did (``faded``), the microseconds that sessions took, the
courses that ended and those that were completed; ``next`` links the rows of one station.
"""
CEILING = np.dtype((np.record, [("pool", "u4"), ("place", "u4")]))
"""A pool whose places follow a warning level; ``place`` is where those of level 0 stand."""
CLOSE = np.dtype((np.record, [("station", "u4"), ("level", "i8")]))
TARGET = np.dtype(
    (
        np.record,
        [
            ("pool", "u4"),
            ("watch", "u4"),
            ("watches", "u4"),
            ("prior", "f8"),
            ("own", "f8"),
            ("need", "f8"),
            ("luck", "f8"),
            ("of", "f8"),
            ("done", "i8"),
            ("start", "i8"),
            ("given", "i8"),
            ("wanted", "i8"),
        ],
    )
)
"""A pool in which floating places may stand; ``luck`` puts it in order among equals; ``done`` of
what there was (``of``) is its outcome so far.
"""
TURN = np.dtype(
    (
        np.record,
        [
            ("pool", "i8"),
            ("priority", "i8"),
            ("standing", "i8"),
            ("joined", "i8"),
            ("stream", "i8"),
            ("number", "i8"),
        ],
    )
)
"""A pool whose places are handed out, and the rank of who was last found to be first there."""
DECIDED = np.dtype((np.record, [("at", "i8"), ("line", "i8"), ("level", "i8")]))
STATE = np.dtype(
    (
        np.record,
        [
            ("now", "i8"),
            ("horizon", "i8"),
            ("seed", "i8"),
            ("replication", "i8"),
            ("stretch_bits", "i8"),
            ("opening", "i8"),
            ("comes_at", "i8"),
            ("comes_order", "i8"),
            ("comes", "u4"),
            ("coming", "u4"),
            ("dated", "u4"),
            ("changes", "u4"),
            ("rows", "u4"),
            ("scheduled", "u4"),
            ("put_off", "u4"),
            ("stretch", "u4"),
            ("free", "u4"),
            ("used", "u4"),
            ("free_visited", "u4"),
            ("used_visited", "u4"),
            ("leaving", "u4"),
            ("found", "u4"),
            ("decided", "u4"),
            ("faulty", "u4"),
        ],
    )
)
"""``comes`` is the stream whose next resident comes first, at ``comes_at``, of ``coming`` streams;
``dated``, ``changes`` and ``rows`` are places reached; ``scheduled`` events stand on the heap and
``put_off`` ones lie in lists, one for each ``stretch`` of 2 to the ``stretch_bits`` microseconds;
``free`` and ``free_visited`` are the first of the free slots, ``used`` … how many were ever taken;
``leaving`` is who of a group that has ended goes on next, ``found`` whom a visit has found,
``decided`` how many decisions reviews have made; ``faulty`` is the slot of who cannot go on;
``opening`` counts how often places of several pools were handed out together.
"""

ABSENT, IN_TRANSIT, WAITING, ATTENDED = range(4)
"""What a resident is ``doing``."""


class World(NamedTuple):
    """All that a replication reads and writes."""

    state: np.ndarray
    desks: np.ndarray
    durations: np.ndarray
    values: np.ndarray
    ways: np.ndarray
    options: np.ndarray
    cumulative: np.ndarray
    members: np.ndarray
    batches: np.ndarray
    starts: np.ndarray
    shape: np.ndarray
    done: np.ndarray
    dated: np.ndarray
    changes: np.ndarray
    thresholds: np.ndarray
    ceilings: np.ndarray
    places: np.ndarray
    closes: np.ndarray
    affected: np.ndarray
    around: np.ndarray
    inside: np.ndarray
    searched: np.ndarray
    healing_sessions: np.ndarray
    healing_wait: np.ndarray
    healing_share: np.ndarray
    accesses: np.ndarray
    stations: np.ndarray
    pools: np.ndarray
    slots: np.ndarray
    streams: np.ndarray
    reviews: np.ndarray
    watched: np.ndarray
    targets: np.ndarray
    decided: np.ndarray
    turns: np.ndarray
    coming: np.ndarray
    residents: np.ndarray
    courses: np.ndarray
    visited: np.ndarray
    events: np.ndarray
    pending: np.ndarray
    later: np.ndarray
    out: np.ndarray


CHANGED = (
    "accesses",
    "stations",
    "pools",
    "slots",
    "streams",
    "reviews",
    "watched",
    "targets",
    "decided",
    "batches",
    "members",
)
"""Arrays that hold the network and its state at once, or what a replication settles before it
begins: it works on copies, since replications run beside each other in threads.
"""


def world(
    laid: dict[str, np.ndarray], horizon: int, seed: int, replication: int, rows: int, room: int
) -> World:
    """A replication of the network in the arrays ``laid`` at its beginning, to end at ``horizon``
    (microseconds), with room for ``room`` residents and a batch of ``rows`` visits.
    """
    arrays = {name: array.copy() if name in CHANGED else array for name, array in laid.items()}
    state = np.zeros(1, dtype=STATE)
    state["horizon"], state["seed"], state["replication"] = horizon, seed, replication
    state["free"] = state["free_visited"] = state["leaving"] = state["found"] = NOBODY
    state["stretch_bits"] = max(0, (horizon - 1).bit_length() - STRETCHES.bit_length() + 1)
    turns = np.zeros(len(arrays["pools"]), dtype=TURN)
    return World(
        state=state,
        turns=turns,
        coming=np.zeros(len(arrays["streams"]), dtype=np.uint32),
        later=np.full(STRETCHES, NOBODY, dtype=np.uint32),
        **_room(room),
        courses=np.empty(room if len(laid["healing_share"]) else 0, dtype=COURSE),
        visited=np.empty(room, dtype=VISITED),
        out=batch_of(rows),
        **arrays,
    )


def batch_of(rows: int) -> np.ndarray:
    """An empty batch for the loop to write into."""
    return np.empty(rows, dtype=np.dtype((np.record, VISIT)))


def _room(room: int) -> dict[str, np.ndarray]:
    return {
        "residents": np.empty(room, dtype=RESIDENT),
        "events": np.empty(room, dtype=EVENT),
        "pending": np.empty(room, dtype=PENDING),
    }


def grown(world: World, residents: bool) -> World:
    """``world`` with twice the room for ``residents``, or else for the stations that they have
    visited.
    """
    if residents and len(world.residents) >= MOST_PRESENT:
        raise SimulationError(
            f"more than {MOST_PRESENT} residents are present at {world.state[0].now / 3.6e9:g} h"
        )
    replaced = {}
    for name in ("residents", "courses", "events", "pending") if residents else ("visited",):
        old = getattr(world, name)
        replaced[name] = np.empty(min(2 * len(old), MOST_PRESENT), dtype=old.dtype)
        replaced[name][: len(old)] = old
    return world._replace(**replaced)
