"""Would the parity tests notice? One rule, or one entry of the order of events, is flipped in one engine: the zoo must tell."""

from __future__ import annotations

from enum import IntEnum
from types import SimpleNamespace

import pytest
from test_parity import difference
from worlds import zoo

from simcap.engine import simpy_engine
from simcap.network import rules
from simcap.network.clock import INFINITY
from simcap.network.events import Kind

ZOO = zoo()

RULES = {
    "first sessions go before follow-ups": ("rank", lambda p, session, joined, s, r: (p, session != 1, joined, s, r)),
    "higher numbers of priority go first": ("rank", lambda p, session, joined, s, r: (-p, session == 1, joined, s, r)),
    "who came last goes first": ("rank", lambda p, session, joined, s, r: (p, session == 1, -joined, s, r)),
    "of those who joined together the last resident goes first": ("rank", lambda p, session, joined, s, r: (p, session == 1, joined, s, -r)),
    "of those who joined together the last stream goes first": ("rank", lambda p, session, joined, s, r: (p, session == 1, joined, -s, r)),
    "a reserve is a place too large": ("has_place", lambda limit, busy, reserve: limit - busy > (reserve and reserve + 1)),
    "a reserve is a place too small": ("has_place", lambda limit, busy, reserve: limit - busy > max(0, reserve - 1)),
    "who has waited long enough must wait longer": ("waited_enough", lambda now, joined, after: now - joined > after or after == 0),
    "a queue holds one more than its limit": ("balks", lambda waiting, limit: waiting > limit),
    "one more redial": ("redials", lambda u, probability, tried, at_most: tried <= at_most and u <= probability),
    "the last is picked for the first": ("pick", lambda u, number: number - 1 - rules.pick(u, number)),
    "ways are read from the other end": ("way", lambda u, cumulative: rules.way(1.0 - u, cumulative)),
    "what is rare is frequent": ("happens", lambda u, probability: u > probability),
    "the shortest queue counts those attended first": ("queue_length", lambda waiting, attended: (waiting + attended, waiting)),
    "a delay takes a microsecond more": ("later", lambda now, duration: INFINITY if duration >= INFINITY - now - 1 else now + duration + 1),
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
}


def noticed() -> bool:
    return any(difference(world, 60.0) for world in ZOO.values())


def test_nothing_is_noticed_where_nothing_is_flipped():
    assert not noticed()


@pytest.mark.parametrize("name", RULES)
def test_a_flipped_rule_is_noticed(name, monkeypatch):
    rule, flipped = RULES[name]
    monkeypatch.setattr(simpy_engine, "rules", SimpleNamespace(**{**vars(rules), rule: flipped}))
    assert noticed()


@pytest.mark.parametrize("name", ORDERS)
def test_a_flipped_entry_of_the_order_is_noticed(name, monkeypatch):
    one, other = ORDERS[name]
    numbers = {kind.name: int(kind) for kind in Kind}
    numbers[one], numbers[other] = numbers[other], numbers[one]
    monkeypatch.setattr(simpy_engine, "Kind", IntEnum("Kind", numbers))
    assert noticed()
