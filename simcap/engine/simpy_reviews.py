"""Reviews as the SimPy engine holds them: what they read, and what they change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from simcap.network import rules
from simcap.network.clock import HOUR
from simcap.network.draws import OF_A_REVIEW
from simcap.network.resolved import DispatchRule, WarnRule, Watched

Decision = tuple[int, int, int]
"""(microseconds, line of a run's table, level or places)."""


@dataclass(slots=True)
class Watching:
    """A station that a review reads: how many had joined when it did so last, and how many do so an
    hour, smoothed.
    """

    station: int
    hours: float
    came: int = 0
    rate: float = 0.0


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
        self.watching = [
            [
                [Watching(watched.station, watched.hours) for watched in stations]
                for stations in _watched(rule)
            ]
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

    def hold(self, due: list[tuple[int, int]]) -> list[int]:
        """The reviews that are ``due``, (position, microseconds until the next one, 0 for none),
        take place, warnings first; the pools that may have places to hand out.
        """
        affected: list[int] = []
        for position, until_next in sorted(due, key=lambda one: self._moves_places(one[0])):
            rule = self.rules[position]
            if isinstance(rule, DispatchRule):
                changed = self._dispatch(
                    position, rule, until_next / HOUR if until_next else rule.ahead
                )
            else:
                changed = self._warn(position, rule)
            affected += rule.affects if changed else ()
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
        self.readings[position] = rules.smoothed(
            self.readings[position], now, rule.smoothing, self.first[position]
        )
        self.last[position], self.first[position] = self.world.env.now, False
        return self.readings[position]

    def _dispatch(self, position: int, rule: DispatchRule, ahead: float) -> bool:
        needs = [
            self._need(position, rule, stations, ahead) for stations in self.watching[position]
        ]
        self.last[position], self.first[position] = self.world.env.now, False
        before, self.given[position] = (
            self.given[position],
            self._shared_out(position, rule, needs, self.given[position]),
        )
        for i, pool in enumerate(rule.pools):
            if self.given[position][i] != before[i]:
                self._allow(pool, self.given[position][i])
                self._decided(rule.line + i, self.given[position][i])
        return self.given[position] != before

    def _need(
        self, position: int, rule: DispatchRule, stations: list[Watching], ahead: float
    ) -> float:
        """The need of the residents at ``stations`` for so many hours ``ahead``; the rates at which
        they join are smoothed on the way.
        """
        work = 0.0
        for watched in stations:
            watched.rate = rules.smoothed(
                watched.rate, self._rate(position, watched), rule.smoothing, self.first[position]
            )
            work += watched.hours * (len(self.world.lines[watched.station]) + watched.rate * ahead)
        if rule.reads == "expected":
            return work
        return self._oldest(stations) if rule.reads == "oldest" else self._waiting(stations)

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

    def _rate(self, position: int, watched: Watching) -> float:
        """Joinings an hour at one station since the review before."""
        return rules.hourly(self._came(watched), self.world.env.now - self.last[position])

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


def _watched(rule: WarnRule | DispatchRule) -> tuple[tuple[Watched, ...], ...]:
    return (rule.stations,) if isinstance(rule, WarnRule) else rule.stations
