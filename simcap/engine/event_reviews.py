"""Reviews in the compiled engine: what they read, and what they change (see ``simpy_reviews``)."""

from __future__ import annotations

import numpy as np

from simcap.engine.arrays import AHEAD, ARRIVALS, BEHIND, DISPATCH, NOBODY, OLDEST
from simcap.network import draws, rules
from simcap.network.clock import HOUR
from simcap.network.draws import OF_A_REVIEW

KERNELS = (
    "review",
    "warn",
    "read_all",
    "dispatch",
    "need_of",
    "share_out",
    "rate",
    "came",
    "waiting",
    "oldest",
    "longest_wait",
    "allow",
    "decided",
)
INLINED = (
    "warn",
    "read_all",
    "dispatch",
    "need_of",
    "share_out",
    "rate",
    "came",
    "waiting",
    "oldest",
    "longest_wait",
    "allow",
    "decided",
)


def review(world, position, until_next):
    """The review at ``position`` takes place, the next one so many microseconds later (0: there is
    none); whether anything changes.
    """
    rule = world.reviews[position]
    return (
        dispatch(world, rule, until_next / HOUR if until_next else rule.ahead)
        if rule.kind == DISPATCH
        else warn(world, rule)
    )


def warn(world, rule):
    """Find the warning level, and do what it says."""
    before, reading = rule.level, read_all(world, rule)
    first, number = np.int64(rule.threshold), np.int64(rule.thresholds)
    wanted = rules.called(reading, world.thresholds[first : first + number])
    level, calm = rules.warned(before, wanted, rule.calm, rule.enough)
    rule.level, rule.calm = level, calm
    if level == before:
        return False
    for i in range(np.int64(rule.ceiling), np.int64(rule.ceiling) + rule.ceilings):
        ceiling = world.ceilings[i]
        allow(world.pools[ceiling.pool], world.places[np.int64(ceiling.place) + level])
    for i in range(np.int64(rule.close), np.int64(rule.close) + rule.closes):
        close = world.closes[i]
        world.stations[close.station].closed = level >= close.level
    decided(world, np.int64(rule.line), level)
    return True


def read_all(world, rule):
    """What is read at all stations of ``rule`` together, smoothed."""
    first, number = np.int64(rule.watch), np.int64(rule.watches)
    now = 0.0
    if rule.reads == ARRIVALS:
        total = np.int64(0)
        for i in range(first, first + number):
            total += came(world, world.watched[i])
        now = rules.hourly(total, world.state[0].now - rule.last)
    elif rule.reads == OLDEST:
        now = oldest(world, first, number)
    else:
        now = waiting(world, first, number)
    rule.reading = rules.smoothed(rule.reading, now, rule.smoothing, not rule.begun)
    rule.last, rule.begun = world.state[0].now, True
    return rule.reading


def dispatch(world, rule, ahead):
    """Share out the floating places for so many hours ``ahead``."""
    first, number = np.int64(rule.target), np.int64(rule.targets)
    for i in range(first, first + number):
        target = world.targets[i]
        target.need = need_of(world, rule, np.int64(target.watch), np.int64(target.watches), ahead)
    rule.last, rule.begun = world.state[0].now, True
    rule.held += 1
    share_out(world, rule, first, number)
    changed = False
    for i in range(first, first + number):
        target = world.targets[i]
        if target.wanted != target.given:
            target.given = target.wanted
            allow(world.pools[target.pool], target.given)
            decided(world, np.int64(rule.line) + i - first, target.given)
            changed = True
    return changed


def need_of(world, rule, first, number, ahead):
    """The need of the residents at these stations; the rates at which they join are smoothed on the
    way.
    """
    work = 0.0
    for i in range(first, first + number):
        watched = world.watched[i]
        watched.rate = rules.smoothed(
            watched.rate, rate(world, rule, watched), rule.smoothing, not rule.begun
        )
        work += watched.hours * (world.stations[watched.station].waiting + watched.rate * ahead)
    if rule.reads == ARRIVALS:
        return work
    return oldest(world, first, number) if rule.reads == OLDEST else waiting(world, first, number)


def share_out(world, rule, first, number):
    """How many places each pool is to have."""
    if rule.during != NOBODY and world.reviews[rule.during].level < rule.from_level:
        for i in range(first, first + number):
            world.targets[i].wanted = world.targets[i].start
        return
    most_need = 0.0
    for i in range(first, first + number):
        most_need = max(most_need, world.targets[i].need)
        world.targets[i].wanted = world.targets[i].given
    if most_need <= 0.0:
        return
    state = world.state[0]
    for i in range(first, first + number):
        target = world.targets[i]
        target.wanted = 0
        target.luck = draws.luck(
            state.seed,
            state.replication,
            rule.key,
            rule.held,
            world.pools[target.pool].key,
            OF_A_REVIEW,
        )
    for _ in range(rule.floating):
        best = first
        most = rules.claim(
            world.targets[first].need, world.targets[first].own + world.targets[first].wanted
        )
        for i in range(first + 1, first + number):
            target = world.targets[i]
            claim = rules.claim(target.need, target.own + target.wanted)
            leader = world.targets[best]
            if rules.claims_more(claim, target.need, target.luck, most, leader.need, leader.luck):
                best, most = i, claim
        world.targets[best].wanted += 1


def rate(world, rule, watched):
    """Joinings an hour at one station since the review before."""
    return rules.hourly(came(world, watched), world.state[0].now - rule.last)


def came(world, watched):
    """Joinings at one station since the review before."""
    before = np.int64(watched.came)
    watched.came = world.stations[watched.station].came
    return watched.came - before


def waiting(world, first, number):
    """How many wait at these stations."""
    total = np.int64(0)
    for i in range(first, first + number):
        total += world.stations[world.watched[i].station].waiting
    return float(total)


def oldest(world, first, number):
    """Hours that whoever has waited longest has waited."""
    longest = np.int64(0)
    for i in range(first, first + number):
        longest = max(longest, longest_wait(world, world.stations[world.watched[i].station]))
    return longest / HOUR


def longest_wait(world, station):
    """How long whoever has waited longest has waited."""
    longest = np.int64(0)
    for line in (AHEAD, BEHIND):
        if station.first[line] != NOBODY:
            longest = max(longest, world.state[0].now - world.residents[station.first[line]].joined)
    return longest


def allow(pool, at_most):
    """A pool has at most so many places."""
    pool.at_most = at_most
    pool.limit = rules.places_left(pool.roster, pool.at_most)


def decided(world, line, level):
    """Note a decision."""
    row = world.decided[world.state[0].decided]
    row.at, row.line, row.level = world.state[0].now, line, level
    world.state[0].decided += 1
