"""Reviews as the SimPy engine holds them: what they read, and what they change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from simcap.engine.visits import Outcome
from simcap.network import rules
from simcap.network.clock import HOUR
from simcap.network.draws import OF_A_REVIEW
from simcap.network.resolved import DispatchRule, WarnRule, Watched, kept

Decision = tuple[int, int, int]
"""(microseconds, line of a run's table, level or places)."""


@dataclass(slots=True)
class Watching:
    """A station that a review reads: how many had joined when it did so last; what is left ``at`` a
    time of those who did, as they fade by the ``half_life``; microseconds that sessions took,
    courses that ended and those that were completed.
    """

    station: int
    hours: float
    heals: bool
    half_life: float
    came: int = 0
    at: int = 0
    faded: float = 0.0
    worked: int = 0
    ended: int = 0
    completed: int = 0

    def joined(self, now: int) -> None:
        """Somebody joins: one more, of those who did before so much is left."""
        self.faded, self.at = self.left(now) + 1.0, now

    def left(self, now: int) -> float:
        """What is left of those who have joined."""
        return self.faded * kept(now - self.at, self.half_life)

    def closed(self, session: int, outcome: Outcome) -> None:
        """A visit is closed with which a course ends, if it had begun."""
        attended = outcome in (Outcome.COMPLETED, Outcome.DROPPED_OUT)
        if rules.had_begun(session, attended):
            self.ended += 1
            self.completed += outcome is Outcome.COMPLETED


class Reviews:
    """The reviews of ``world``, which they read and change; what they decide is added to
    ``decisions``.
    """

    def __init__(self, world: Any, decisions: list[Decision]):
        self.world, self.decisions = world, decisions
        self.rules = world.resolved.rules()
        self.last = [0] * len(self.rules)
        self.first = [True] * len(self.rules)
        self.readings = [0.0] * len(self.rules)
        self.levels, self.calm = [0] * len(self.rules), [0] * len(self.rules)
        self.given = [
            list(world.resolved.at_first(rule, (world.seed, world.replication)))
            if isinstance(rule, DispatchRule)
            else []
            for rule in self.rules
        ]
        self.at_first = [list(given) for given in self.given]
        self.held = [0] * len(self.rules)
        self.at: list[list[Watching]] = [[] for _ in world.desks]
        self.watching = [
            [[self._watch(rule, watched) for watched in stations] for stations in _watched(rule)]
            for rule in self.rules
        ]
        for rule, given in zip(self.rules, self.given, strict=True):
            at_most = (
                zip(rule.pools, given, strict=True)
                if isinstance(rule, DispatchRule)
                else ((pool, levels[0]) for pool, levels in rule.places)
            )
            for pool, places in at_most:
                world.staff[pool].allow(0, places)

    def _watch(self, rule: WarnRule | DispatchRule, watched: Watched) -> Watching:
        """How ``rule`` reads a station; noted ``at`` it where what happens there is counted."""
        watching = Watching(watched.station, watched.hours, watched.heals, rule.half_life)
        if isinstance(rule, DispatchRule) and rule.counts:
            self.at[watched.station].append(watching)
        return watching

    def hold(self, due: list[int]) -> list[int]:
        """The reviews that are ``due``, by position, take place, warnings first; the pools that may
        have places to hand out.
        """
        affected: list[int] = []
        for position in sorted(due, key=self._moves_places):
            rule = self.rules[position]
            hold = self._dispatch if isinstance(rule, DispatchRule) else self._warn
            affected += rule.affects if hold(position, rule) else ()
        return affected

    def _moves_places(self, position: int) -> bool:
        return isinstance(self.rules[position], DispatchRule)

    def _warn(self, position: int, rule: WarnRule) -> bool:
        level = self.levels[position]
        wanted = rules.called(self._reading(position, rule), rule.thresholds)
        self.levels[position], self.calm[position] = rules.warned(
            level, wanted, self.calm[position], rule.calm
        )
        if self.levels[position] == level:
            return False
        level = self.levels[position]
        for pool, places in rule.places:
            self._allow(pool, places[level])
        for station, closes_at in rule.closes:
            self.world.closed[station] = level >= closes_at
        self._decided(rule.line, level)
        return True

    def _reading(self, position: int, rule: WarnRule) -> float:
        """What is read at all stations of ``rule`` together, smoothed."""
        stations, now = self.watching[position][0], 0.0
        if rule.reads == "arrivals":
            came = sum(self._came(watched) for watched in stations)
            now = rules.hourly(came, self.world.env.now - self.last[position])
        else:
            now = self._oldest(stations) if rule.reads == "oldest" else self._waiting(stations)
        elapsed = self.world.env.now - self.last[position]
        left = kept(elapsed, rule.half_life) if rule.half_life > 0 else 0.0
        self.readings[position] = rules.smoothed(
            self.readings[position], now, left, self.first[position]
        )
        self.last[position], self.first[position] = self.world.env.now, False
        return self.readings[position]

    def _dispatch(self, position: int, rule: DispatchRule) -> bool:
        needs = self._needs(rule, self.watching[position])
        before, self.given[position] = (
            self.given[position],
            self._shared_out(position, rule, needs, self.given[position]),
        )
        for i, pool in enumerate(rule.pools):
            if self.given[position][i] != before[i]:
                self._allow(pool, self.given[position][i])
                self._decided(rule.line + i, self.given[position][i])
        return self.given[position] != before

    def _needs(self, rule: DispatchRule, watching: list[list[Watching]]) -> list[float]:
        """The need of the residents at the stations of each pool, weighed."""
        if rule.reads == "expected":
            needs = [
                self._expected(rule, prior, stations)
                for prior, stations in zip(rule.prior, watching, strict=True)
            ]
        else:
            needs = list(map(self._oldest if rule.reads == "oldest" else self._waiting, watching))
        if rule.weigh == "none":
            return needs
        return [need * weight for need, weight in zip(needs, _weights(rule, watching), strict=True)]

    def _expected(self, rule: DispatchRule, prior: float, stations: list[Watching]) -> float:
        """Hours of work a week at ``stations``."""
        work, now = 0.0, self.world.env.now
        for watched in stations:
            work += watched.hours * rules.rate(watched.left(now), rule.half_life)
        return rules.expected(prior, kept(now, rule.half_life), work)

    def _shared_out(
        self, position: int, rule: DispatchRule, needs: list[float], before: list[int]
    ) -> list[int]:
        """How many places each pool is to have."""
        self.held[position] += 1
        if rule.during is not None and self.levels[rule.during[0]] < rule.during[1]:
            return list(self.at_first[position])
        if max(needs) <= 0.0:
            return before
        given, luck = [0] * len(rule.pools), self._luck(position, rule)
        for _ in range(rule.places):
            best, most = 0, rules.claim(needs[0], rule.own[0] + given[0])
            for i in range(1, len(given)):
                claim = rules.claim(needs[i], rule.own[i] + given[i])
                if rules.claims_more(claim, needs[i], luck[i], most, needs[best], luck[best]):
                    best, most = i, claim
            given[best] += 1
        return given

    def _luck(self, position: int, rule: DispatchRule) -> list[float]:
        """What puts the pools of ``rule`` in order among equals, at this review."""
        world = self.world
        return [
            world.kernels.luck(
                world.seed,
                world.replication,
                rule.key,
                self.held[position],
                world.resolved.pool_keys[pool],
                OF_A_REVIEW,
            )
            for pool in rule.pools
        ]

    def _came(self, watched: Watching) -> int:
        """Joinings at one station since the review before."""
        came = self.world.came[watched.station]
        number, watched.came = came - watched.came, came
        return number

    def _waiting(self, stations: list[Watching]) -> float:
        return float(sum(len(self.world.lines[watched.station]) for watched in stations))

    def _oldest(self, stations: list[Watching]) -> float:
        """Hours that whoever has waited longest has waited."""
        return (
            max(
                (
                    self.world.lines[watched.station].longest(self.world.env.now)
                    for watched in stations
                ),
                default=0,
            )
            / HOUR
        )

    def _allow(self, pool: int, at_most: int) -> None:
        self.world.staff[pool].allow(self.world.staff[pool].roster, at_most)

    def _decided(self, line: int, level: int) -> None:
        self.decisions.append((self.world.env.now, line, level))


def _weights(rule: DispatchRule, watching: list[list[Watching]]) -> list[float]:
    """What the need of each pool is multiplied by."""
    worst_first = rule.weigh == "worst first"
    outcomes = [_outcome(worst_first, stations) for stations in watching]
    all_done, all_of = sum(done for done, _ in outcomes), 0.0
    for _, of in outcomes:
        all_of += of
    return [rules.weight(worst_first, done, of, all_done, all_of) for done, of in outcomes]


def _outcome(worst_first: bool, stations: list[Watching]) -> tuple[int, float]:
    """(what was completed, of courses that ended or in hours that were worked)."""
    healing = [watched for watched in stations if watched.heals]
    done = sum(watched.completed for watched in healing)
    if worst_first:
        return done, float(sum(watched.ended for watched in healing))
    return done, sum(watched.worked for watched in stations) / HOUR


def _watched(rule: WarnRule | DispatchRule) -> tuple[tuple[Watched, ...], ...]:
    return (rule.stations,) if isinstance(rule, WarnRule) else rule.stations
