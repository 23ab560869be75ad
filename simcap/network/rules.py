"""Every decision of a replication, once: scalar functions and sort keys that both engines call.

They choose nothing out of containers; each engine keeps its own ordered queues and asks here who
goes first, who may start, who gives up and where a uniform number leads. Uniforms lie in (0, 1];
times are whole microseconds.
"""

from __future__ import annotations

import math

from simcap.network.clock import HOUR, INFINITY

KERNELS = (
    "standing",
    "rank",
    "has_place",
    "was_short",
    "waited_enough",
    "gathered",
    "balks",
    "happens",
    "way",
    "way_of_many",
    "redials",
    "pick",
    "falls_on",
    "later",
    "next_due",
    "queue_length",
    "may_be_booked",
    "kept",
    "smoothed",
    "hourly",
    "rate",
    "expected",
    "had_begun",
    "weight",
    "called",
    "warned",
    "places_left",
    "claim",
    "claims_more",
)


MANY_WAYS = 32
"""Options from which on it is worth while to look by halves."""


def standing(session: int, of_first: int, of_follow_ups: int) -> int:
    """The standing of a session at a station that gives its first and later ones these."""
    return of_first if session == 1 else of_follow_ups


def rank(priority: int, standing: int, joined: int, stream: int, resident: int) -> tuple:
    """Who of those waiting for one pool goes first: the smallest. Of one priority, the lesser
    ``standing`` goes first (follow-up sessions before first ones, unless stations say otherwise);
    of those who joined at one moment, the order of their streams is the replication's
    (``resolved.order_of_streams``), that of one stream's residents the one in which they came.
    """
    return priority, standing, joined, stream, resident


def has_place(limit: int, busy: int, reserve: int) -> bool:
    """Whether a pool with ``limit`` startable places, ``busy`` at work, has one beyond those it
    keeps in ``reserve``.
    """
    return limit - busy > reserve


def was_short(limit: int, busy: int, most: int) -> bool:
    """Whether a pool may have kept somebody waiting at one within it, whose start takes up to
    ``most`` of its places.
    """
    return limit - busy < most


def waited_enough(now: int, joined: int, after: int) -> bool:
    """Whether who joined at ``joined`` may be attended by a pool that takes only those who have
    waited ``after``.
    """
    return now - joined >= after


def gathered(waiting: int, at_least: int, longest: int, start_at: int) -> bool:
    """Whether ``waiting`` residents, of whom one has waited ``longest``, are enough for a group."""
    return waiting >= at_least or longest >= start_at


def balks(waiting: int, queue_limit: int) -> bool:
    """Whether who finds ``waiting`` residents in a queue for ``queue_limit`` does not join."""
    return waiting >= queue_limit


def happens(u: float, probability: float) -> bool:
    """Whether an event of this ``probability`` happens to who drew ``u``: never at 0,
    always at 1.
    """
    return u <= probability


def way(u: float, cumulative: tuple[float, ...]) -> int:
    """Which option ``u`` leads to: its position among the ``cumulative`` probabilities, or their
    number for leaving.
    """
    if len(cumulative) > MANY_WAYS:
        return way_of_many(u, cumulative)
    for i, bound in enumerate(cumulative):
        if u <= bound:
            return i
    return len(cumulative)


def way_of_many(u: float, cumulative: tuple[float, ...]) -> int:
    """``way``, by halves: where there are few, they are met faster one after the other."""
    low, high = 0, len(cumulative)
    while low < high:
        middle = (low + high) >> 1
        if u <= cumulative[middle]:
            high = middle
        else:
            low = middle + 1
    return low


def redials(u: float, probability: float, tried: int, at_most: int) -> bool:
    """Whether who has redialled ``tried`` times in a row does so again."""
    return tried < at_most and u <= probability


def pick(u: float, number: int) -> int:
    """The position of one of ``number`` residents, each equally likely."""
    return min(int(u * number), number - 1)


def falls_on(u: float, waiting: int, among: float) -> int:
    """On which of those ``waiting`` a visit falls that falls on any of ``among`` residents; if on
    none of them, −1.
    """
    position = int(u * max(among, waiting))
    return position if position < waiting else -1


def later(now: int, duration: int) -> int:
    """``now`` plus ``duration``; never later than ``INFINITY``."""
    return INFINITY if duration >= INFINITY - now else now + duration


def next_due(
    scheduled: int, every: int, started: int, now: int, least_gap: int, recurs: bool
) -> int:
    """When the session after the one ``scheduled`` then, which ``started`` and ends ``now``, is
    due: ``every`` later, but not before the ``least_gap`` is over, or a whole interval since it
    started, whichever comes first: sessions that are on time stay so, however long they last. Of
    visits that recur, those due by ``now`` are left out.
    """
    due = later(scheduled, every)
    if recurs and due <= now:
        due = later(due, (now - due) // every * every + every)
    if least_gap > 0:
        due = max(due, min(later(now, least_gap), later(started, every)))
    return due


def queue_length(waiting: int, attended: int) -> tuple[int, int]:
    """What "shortest" compares: those waiting, then those waiting or attended."""
    return waiting, waiting + attended


def may_be_booked(urgent: bool, places: int, kept: int) -> bool:
    """Whether a slot with ``places`` left, and ``kept`` more for the urgent, has one for this
    resident.
    """
    return places > 0 or (urgent and kept > 0)


# ---- reviews -------------------------------------------------------------------------------------


LN2 = math.log(2.0)
WEEK = 168.0


def kept(elapsed: int, half_life: float) -> float:
    """The share that is left after so many microseconds of what halves in each ``half_life``
    (hours).
    """
    return 2.0 ** (-(elapsed / HOUR) / half_life)


def smoothed(before: float, now: float, left: float, first: bool) -> float:
    """The reading ``now`` smoothed exponentially with the one ``before``, of which a share is
    ``left``, unless it is the ``first``.
    """
    return now if first else (1.0 - left) * now + left * before


def rate(faded: float, half_life: float) -> float:
    """Joinings an hour, by the sum ``faded`` of what is left of each: their mean, the latest
    counted most, times the weight that the time observed has.
    """
    return LN2 / half_life * faded


def expected(prior: float, left: float, work: float) -> float:
    """Hours of work a week: the ``prior``, as far as it is ``left``, and ``work`` hours for each
    hour, by the joinings seen.
    """
    return left * prior + WEEK * work


def had_begun(session: int, attended: bool) -> bool:
    """Whether a course that ends had begun: whoever gave up before the first session, or missed it
    and did not come again, had none.
    """
    return attended or session > 1


def weight(worst_first: bool, done: int, of: float, all_done: int, all_of: float) -> float:
    """What the need of a pool is multiplied by: the share ``done`` of what there was, or 1 less it;
    of all pools together where nothing was there.
    """
    if all_of <= 0.0 or (all_done == 0 and not worst_first):
        return 1.0
    share = done / of if of > 0.0 else all_done / all_of
    return 1.0 - share if worst_first else share


def hourly(number: int, elapsed: int) -> float:
    """How many an hour ``number`` in so many microseconds are: of all stations that a warning
    watches together, so that ten are ten however they are split.
    """
    return number / (elapsed / HOUR) if elapsed > 0 else 0.0


def called(reading: float, thresholds: tuple[float, ...]) -> int:
    """The warning level that ``reading`` calls for: how many of the increasing ``thresholds`` it
    reaches.
    """
    for level, threshold in enumerate(thresholds):
        if reading < threshold:
            return level
    return len(thresholds)


def warned(level: int, wanted: int, calm: int, enough: int) -> tuple[int, int]:
    """(level, reviews in a row that called for less) after a review that calls for the level
    ``wanted``: up at once, down after ``enough``.
    """
    if wanted >= level:
        return wanted, 0
    if calm + 1 >= enough:
        return wanted, 0
    return level, calm + 1


def places_left(roster: int, at_most: int) -> int:
    """Places of a pool whose roster offers some and a review allows so many."""
    return min(roster, at_most)


def claim(need: float, places: float) -> float:
    """The need for each place there is; without any, need is without end."""
    if need <= 0.0:
        return 0.0
    return need / places if places > 0.0 else math.inf


def claims_more(
    claim: float, need: float, luck: float, best: float, its_need: float, its_luck: float
) -> bool:
    """Whether a pool goes before the best so far: by its claim, then by its need; among equals by
    the lesser ``luck``, drawn anew at each review.
    """
    return claim > best or (
        claim == best and (need > its_need or (need == its_need and luck < its_luck))
    )
