"""Reviews in the compiled engine: what they read, and what they change (see ``simpy_reviews``)."""

from __future__ import annotations

import numpy as np

from simcap.engine.arrays import (
    AHEAD,
    ARRIVALS,
    BEHIND,
    DISPATCH,
    NO_WEIGHT,
    NOBODY,
    OLDEST,
    WORST_FIRST,
)
from simcap.engine.visits import Outcome
from simcap.network import draws, rules
from simcap.network.clock import HOUR
from simcap.network.draws import OF_A_REVIEW

COMPLETED, DROPPED_OUT = int(Outcome.COMPLETED), int(Outcome.DROPPED_OUT)

KERNELS = (
    "note_joining",
    "note_session",
    "note_course",
    "review",
    "warn",
    "read_all",
    "dispatch",
    "need_of",
    "expected",
    "weigh",
    "outcome",
    "share_out",
    "came",
    "waiting",
    "oldest",
    "longest_wait",
    "allow",
    "decided",
)
INLINED = (
    "note_joining",
    "note_session",
    "note_course",
    "warn",
    "read_all",
    "dispatch",
    "need_of",
    "expected",
    "weigh",
    "outcome",
    "share_out",
    "came",
    "waiting",
    "oldest",
    "longest_wait",
    "allow",
    "decided",
)


def note_joining(world, station):
    """Somebody joins a station: one more, of those who did before so much is left."""
    row = np.int64(world.stations[station].watch)
    while row != NOBODY:
        watched, now = world.watched[row], world.state[0].now
        watched.faded = watched.faded * rules.kept(now - watched.at, watched.half_life) + 1.0
        watched.at = now
        row = np.int64(watched.next)


def note_session(world, resident):
    """A session ends: for so long a place was held."""
    row = np.int64(world.stations[resident.station].watch)
    while row != NOBODY:
        watched = world.watched[row]
        watched.worked += world.state[0].now - resident.started
        row = np.int64(watched.next)


def note_course(world, resident, outcome, goes_on):
    """A visit is closed: unless it ``goes_on``, a course that had begun has ended."""
    row = np.int64(world.stations[resident.station].watch)
    if (
        row == NOBODY
        or goes_on
        or not rules.had_begun(resident.session, outcome in (COMPLETED, DROPPED_OUT))
    ):
        return
    while row != NOBODY:
        watched = world.watched[row]
        watched.ended += 1
        watched.completed += outcome == COMPLETED
        row = np.int64(watched.next)


def review(world, position):
    """The review at ``position`` takes place; whether anything changes."""
    rule = world.reviews[position]
    return dispatch(world, rule) if rule.kind == DISPATCH else warn(world, rule)


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
    left = 0.0
    if rule.half_life > 0.0:
        left = rules.kept(world.state[0].now - rule.last, rule.half_life)
    rule.reading = rules.smoothed(rule.reading, now, left, not rule.begun)
    rule.last, rule.begun = world.state[0].now, True
    return rule.reading


def dispatch(world, rule):
    """Share out the floating places."""
    first, number = np.int64(rule.target), np.int64(rule.targets)
    for i in range(first, first + number):
        world.targets[i].need = need_of(world, rule, world.targets[i])
    if rule.weigh != NO_WEIGHT:
        weigh(world, rule.weigh == WORST_FIRST, first, number)
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


def need_of(world, rule, target):
    """The need of the residents at the stations of a pool."""
    first, number = np.int64(target.watch), np.int64(target.watches)
    if rule.reads == ARRIVALS:
        return expected(world, rule, target.prior, first, number)
    return oldest(world, first, number) if rule.reads == OLDEST else waiting(world, first, number)


def expected(world, rule, prior, first, number):
    """Hours of work a week at these stations."""
    work, now = 0.0, world.state[0].now
    for i in range(first, first + number):
        watched = world.watched[i]
        faded = watched.faded * rules.kept(now - watched.at, rule.half_life)
        work += watched.hours * rules.rate(faded, rule.half_life)
    return rules.expected(prior, rules.kept(now, rule.half_life), work)


def weigh(world, worst_first, first, number):
    """Multiply the needs by what has come of the hours so far."""
    all_done, all_of = np.int64(0), 0.0
    for i in range(first, first + number):
        target = world.targets[i]
        outcome(world, worst_first, target)
        all_done += target.done
        all_of += target.of
    for i in range(first, first + number):
        target = world.targets[i]
        target.need *= rules.weight(worst_first, target.done, target.of, all_done, all_of)


def outcome(world, worst_first, target):
    """What was completed, of courses that ended or in hours that were worked."""
    done, ended, worked = np.int64(0), np.int64(0), np.int64(0)
    for i in range(np.int64(target.watch), np.int64(target.watch) + target.watches):
        watched = world.watched[i]
        worked += watched.worked
        if watched.heals:
            done += watched.completed
            ended += watched.ended
    target.done, target.of = done, float(ended) if worst_first else worked / HOUR


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
