"""Would the parity tests notice? One rule, or one entry of the order of events, is flipped in one
engine: the zoo must tell.
"""

from __future__ import annotations

from enum import IntEnum
from types import SimpleNamespace

import pytest
from test_parity import difference
from worlds import zoo

from simcap.engine import simpy_diary, simpy_engine, simpy_reviews
from simcap.network import rules
from simcap.network.clock import INFINITY
from simcap.network.events import Kind

ZOO = zoo()

RULES = {
    "first sessions go before follow-ups": (
        "rank",
        lambda p, session, joined, s, r: (p, session != 1, joined, s, r),
    ),
    "higher numbers of priority go first": (
        "rank",
        lambda p, session, joined, s, r: (-p, session == 1, joined, s, r),
    ),
    "who came last goes first": (
        "rank",
        lambda p, session, joined, s, r: (p, session == 1, -joined, s, r),
    ),
    "of those who joined together the last resident goes first": (
        "rank",
        lambda p, session, joined, s, r: (p, session == 1, joined, s, -r),
    ),
    "of those who joined together the last stream goes first": (
        "rank",
        lambda p, session, joined, s, r: (p, session == 1, joined, -s, r),
    ),
    "a reserve is a place too large": (
        "has_place",
        lambda limit, busy, reserve: limit - busy > (reserve and reserve + 1),
    ),
    "a reserve is a place too small": (
        "has_place",
        lambda limit, busy, reserve: limit - busy > max(0, reserve - 1),
    ),
    "those within a pool never wait for it": ("was_short", lambda limit, busy, most: False),
    "a team within one pool waits for a single place of it": (
        "was_short",
        lambda limit, busy, most: limit - busy < 1,
    ),
    "who has waited long enough must wait longer": (
        "waited_enough",
        lambda now, joined, after: now - joined > after or after == 0,
    ),
    "a queue holds one more than its limit": ("balks", lambda waiting, limit: waiting > limit),
    "one more redial": (
        "redials",
        lambda u, probability, tried, at_most: tried <= at_most and u <= probability,
    ),
    "the last is picked for the first": (
        "pick",
        lambda u, number: number - 1 - rules.pick(u, number),
    ),
    "ways are read from the other end": (
        "way",
        lambda u, cumulative: rules.way(1.0 - u, cumulative),
    ),
    "what is rare is frequent": ("happens", lambda u, probability: u > probability),
    "the shortest queue counts those attended first": (
        "queue_length",
        lambda waiting, attended: (waiting + attended, waiting),
    ),
    "a group needs one more": (
        "gathered",
        lambda waiting, at_least, longest, start_at: waiting > at_least or longest >= start_at,
    ),
    "a small group waits longer": (
        "gathered",
        lambda waiting, at_least, longest, start_at: waiting >= at_least or longest > start_at,
    ),
    "visits gone by are made up for": (
        "next_due",
        lambda scheduled, every, started, now, gap, recurs: rules.next_due(
            scheduled, every, started, now, gap, False
        ),
    ),
    "sessions keep no gap": (
        "next_due",
        lambda scheduled, every, started, now, gap, recurs: rules.next_due(
            scheduled, every, started, now, 0, recurs
        ),
    ),
    "nothing is kept for the urgent": (
        "may_be_booked",
        lambda urgent, places, kept: places > 0 or kept > 0,
    ),
    "warnings rise above the threshold only": (
        "called",
        lambda reading, thresholds: sum(reading > threshold for threshold in thresholds),
    ),
    "warnings fall at once": ("warned", lambda level, wanted, calm, enough: (wanted, 0)),
    "warnings fall a level at a time": (
        "warned",
        lambda level, wanted, calm, enough: rules.warned(
            level, max(wanted, level - 1), calm, enough
        ),
    ),
    "nothing is smoothed": ("smoothed", lambda before, now, left, first: now),
    "the first reading is smoothed": (
        "smoothed",
        lambda before, now, left, first: (1 - left) * now + left * before,
    ),
    "what was expected does not count": ("expected", lambda prior, left, work: 168 * work),
    "what was expected stays": ("expected", lambda prior, left, work: prior + 168 * work),
    "who gave up at first has ended a course": ("had_begun", lambda session, attended: True),
    "outcome is not weighed": ("weight", lambda worst, done, of, all_done, all_of: 1.0),
    "the best go first": (
        "weight",
        lambda worst, done, of, all_done, all_of: rules.weight(False, done, of, all_done, all_of),
    ),
    "reviews add places": ("places_left", lambda roster, at_most: max(roster, at_most)),
    "places there do not count": ("claim", lambda need, places: need),
    "of equal claims the last is met": (
        "claims_more",
        lambda claim, need, luck, best, its_need, its_luck: claim >= best,
    ),
    "of equals the first listed has the place": (
        "claims_more",
        lambda claim, need, luck, best, its_need, its_luck: rules.claims_more(
            claim, need, 0.0, best, its_need, 0.0
        ),
    ),
    "equals of the same need go by bad luck": (
        "claims_more",
        lambda claim, need, luck, best, its_need, its_luck: rules.claims_more(
            claim, need, its_luck, best, its_need, luck
        ),
    ),
    "a delay takes a microsecond more": (
        "later",
        lambda now, duration: INFINITY if duration >= INFINITY - now - 1 else now + duration + 1,
    ),
}
ORDERS = {
    "impatience before the end of a session": ("END", "RENEGE"),
    "closing before the end of a session": ("END", "CAPACITY"),
    "impatience before opening": ("CAPACITY", "RENEGE"),
    "arrivals before opening": ("CAPACITY", "JOIN"),
    "arrivals before a new phase": ("PHASE", "JOIN"),
    "impatience before a further pool": ("ELIGIBLE", "RENEGE"),
    "impatience before deterioration": ("DETERIORATE", "RENEGE"),
    "arrivals before impatience": ("RENEGE", "JOIN"),
    "arrivals before the end of a session": ("END", "JOIN"),
    "groups start before the last has joined": ("JOIN", "GATHER"),
    "impatience before the appointment": ("SLOT", "RENEGE"),
    "reviews after arrivals": ("REVIEW", "JOIN"),
    "reviews before the end of sessions": ("REVIEW", "END"),
    "reviews before opening": ("CAPACITY", "REVIEW"),
}


def noticed() -> bool:
    return any(difference(world, 60.0) for world in ZOO.values())


def test_nothing_is_noticed_where_nothing_is_flipped():
    assert not noticed()


@pytest.mark.parametrize("name", RULES)
def test_a_flipped_rule_is_noticed(name, monkeypatch):
    rule, flipped = RULES[name]
    for module in (simpy_engine, simpy_diary, simpy_reviews):
        monkeypatch.setattr(module, "rules", SimpleNamespace(**{**vars(rules), rule: flipped}))
    assert noticed()


@pytest.mark.parametrize("name", ORDERS)
def test_a_flipped_entry_of_the_order_is_noticed(name, monkeypatch):
    one, other = ORDERS[name]
    numbers = {kind.name: int(kind) for kind in Kind}
    numbers[one], numbers[other] = numbers[other], numbers[one]
    monkeypatch.setattr(simpy_engine, "Kind", IntEnum("Kind", numbers))
    assert noticed()
