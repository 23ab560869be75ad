"""A network as an engine wants it: positions for names, microseconds for hours, rows for
distributions, nothing optional.

``resolve`` is pure: the same network gives the same result, whatever the order its parts were
written in.
"""

from __future__ import annotations

import functools
import itertools
import math
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import numpy as np

from simcap.network import draws, jit, rules
from simcap.network.arrivals import Arrivals
from simcap.network.clock import INFINITY, ticks
from simcap.network.diary import Slots
from simcap.network.distributions import Distribution
from simcap.network.draws import (
    BATCH,
    DETERMINISTIC,
    EQUALS,
    NEVER,
    OF_A_REVIEW,
    TURN,
    name_key,
)
from simcap.network.network import Network
from simcap.network.pools import Attend, Pool
from simcap.network.reviews import Dispatch, Warn
from simcap.network.roster import Roster, last_starts
from simcap.network.routing import LEAVE, Routing, Shortest
from simcap.network.stations import OUTCOMES_ROUTED, Station
from simcap.network.vacancies import Fate
from simcap.network.within import enclosing

UNLIMITED = INFINITY
"""Places of a pool without end, and the queue limit of a queue without one."""


@dataclass(frozen=True, slots=True)
class Duration:
    """A distribution's row for ``draws.duration``; ``fixed`` is its value in microseconds where it
    needs no draw.
    """

    row: tuple[int, float, float, float, np.ndarray]
    fixed: int | None


@dataclass(frozen=True, slots=True)
class Ways:
    """Options by cumulative probability (``shortest``: all of equal standing), in the order of
    their stations' names, not in that of a list; goals are positions of stations, None is leaving.
    """

    cumulative: tuple[float, ...]
    goals: tuple[Any, ...]
    delays: tuple[Duration, ...]
    shortest: bool


NOWHERE, NO_WAYS = Routing(), Ways((), (), (), False)
"""Leaving, which is what most outcomes of most stations lead to."""


@dataclass(frozen=True, slots=True)
class Access:
    """One pool of a station: ``Attend`` with a position and microseconds."""

    pool: int
    priority: int
    after: int
    reserve: int
    factor: float
    equal: bool


@dataclass(frozen=True, slots=True)
class Desk:
    """A station. ``limit_pools`` are those of its pools that limit their common queue, with the
    limits; ``group`` is (size, at least, microseconds after which fewer are enough); ``bound``: one
    of its pools is within another, or has others within it; ``plain``: one place is all that a
    session takes; ``finds`` are (stations, among how many, with what probability);
    ``recovery`` are (station, sessions, hours waited, shares of its rows).
    """

    position: int
    key: int
    pools: tuple[Access, ...]
    team: bool
    siro: bool
    service: Duration
    patience: Duration
    deterioration: Duration
    patience_between: Duration
    queue_limit: int
    limit_pools: tuple[tuple[int, int], ...]
    redial: float
    redial_after: Duration
    redial_at_most: int
    sessions: int
    every: int
    least_gap: int
    no_show: float
    drop_out: float
    ways: dict[str, Ways]
    recurs: bool
    caseload: Access | None
    group: tuple[int, int, int] | None
    bound: bool
    plain: bool
    diary: bool
    urgent: bool
    notice: int
    window: int
    standing: tuple[int, int]
    finds: tuple[tuple[int, ...], float, float] | None
    recovery: tuple[int, tuple[int, ...], tuple[float, ...], tuple[float, ...]] | None
    between: bool


@dataclass(frozen=True, slots=True)
class Watched:
    """A station that a review reads, the hours of work that a joining there stands for, and whether
    courses that are completed there count as healing.
    """

    station: int
    hours: float
    heals: bool


@dataclass(frozen=True, slots=True)
class WarnRule:
    """``Warn`` by position; its decisions stand in ``line`` of a run's table. ``places`` are (pool,
    at most so many at each level), ``closes`` (station, level), ``affects`` the pools that may have
    places to hand out after a change, by position.
    """

    line: int
    reads: str
    half_life: float
    stations: tuple[Watched, ...]
    thresholds: tuple[float, ...]
    calm: int
    places: tuple[tuple[int, tuple[int, ...]], ...]
    closes: tuple[tuple[int, int], ...]
    affects: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class DispatchRule:
    """``Dispatch`` by position; its decisions stand in ``line`` and the following ones, a pool
    each. ``stations`` are those of each pool; unless ``start`` ``stands``, in whole places, who has
    what is left over is drawn (``at_first``); ``during`` is (position of the ``Warn``, level) or
    None.
    """

    line: int
    key: int
    reads: str
    half_life: float
    places: int
    pools: tuple[int, ...]
    stations: tuple[tuple[Watched, ...], ...]
    prior: tuple[float, ...]
    own: tuple[float, ...]
    start: tuple[float, ...]
    stands: bool
    during: tuple[int, int] | None
    weigh: str
    affects: tuple[int, ...]

    @property
    def counts(self) -> bool:
        """Whether what happens between reviews is counted."""
        return self.reads == "expected" or self.weigh != "none"


@dataclass(frozen=True)
class Resolved:
    """A network by position; positions follow names. What is large is worked out when asked for.

    ``around`` are the pools that each pool is within. Behind those with a name stand the
    ``joint`` ones, one for each ``Dispatch``, of so many places: its pools are within that, so that
    a place which is moved is one place still.
    """

    network: Network
    pools: dict[str, int]
    stations: dict[str, int]
    stream_keys: tuple[int, ...]
    pool_keys: tuple[int, ...]
    around: tuple[tuple[int, ...], ...]
    joint: tuple[int, ...]

    @functools.cached_property
    def inside(self) -> tuple[tuple[int, ...], ...]:
        """The pools that are within each pool."""
        found: list[list[int]] = [[] for _ in self.around]
        for pool, outers in enumerate(self.around):
            for outer in outers:
                found[outer].append(pool)
        return tuple(map(tuple, found))

    @functools.cached_property
    def most(self) -> tuple[int, ...]:
        """Of each pool, the most places that one start takes: of one around several, as many as
        members of a team, and a caseload, are within it.
        """
        found = [1] * len(self.around)
        for station in self.network.stations if any(self.around) else ():
            held = [] if station.caseload is None else [station.caseload]
            for taken in [station.pools] if station.team else [(a,) for a in station.pools]:
                positions = [self.pools[a.pool] for a in (*taken, *held)]
                counts = Counter(p for pool in positions for p in (pool, *self.around[pool]))
                for pool, number in counts.items():
                    found[pool] = max(found[pool], number)
        return tuple(found)

    def desk(self, station: Station) -> Desk:
        """``station``, one of the network or of a phase, by position."""
        limits = {a.pool: self.network.pools[self.pools[a.pool]].queue_limit for a in station.pools}
        attends = (*station.pools, *([station.caseload] if station.caseload else ()))
        positions = [self.pools[a.pool] for a in attends] if any(self.around) else []
        bound = any(self.around[p] or self.inside[p] for p in positions)
        return _desk(station, self.stations, self.pools, limits, bound)

    def turns(self, desk: Desk, fate: Fate) -> list[int]:
        """The positions of the pools of ``desk`` in the order in which they are asked in this
        replication: as listed, equals in an order that is drawn.
        """
        group, ranks = 0, []
        for access in desk.pools:
            group += not access.equal
            luck = kernels().luck(*fate, desk.key, self.pool_keys[access.pool], EQUALS, 0)
            ranks.append((group, luck))
        return sorted(range(len(ranks)), key=ranks.__getitem__)

    def in_turn(self, desk: Desk, fate: Fate) -> Desk:
        """``desk`` with its pools in the order in which they are asked in this replication."""
        if not any(access.equal for access in desk.pools):
            return desk
        return replace(desk, pools=tuple(desk.pools[i] for i in self.turns(desk, fate)))

    def rules(self) -> list[WarnRule | DispatchRule]:
        """The network's reviews by position."""
        found: list[WarnRule | DispatchRule] = []
        line = 0
        for review in self.network.reviews:
            found.append(
                self._warn_rule(line, review)
                if isinstance(review, Warn)
                else self._dispatch_rule(line, review)
            )
            line += len(review.lines)
        return found

    def _dispatch_rule(self, line: int, review: Dispatch) -> DispatchRule:
        listed = {
            self.pools[pool]: [
                station
                for station in self.network.stations
                if any(a.pool == pool for a in station.pools)
            ]
            for pool in review.pools
        }
        names = [other.name for other in self.network.reviews]
        return DispatchRule(
            line,
            name_key(review.name),
            review.need,
            float(review.half_life),
            review.places,
            tuple(listed),
            tuple(self._watched(stations, review.heal) for stations in listed.values()),
            tuple(map(float, review.prior)),
            tuple(map(float, review.own)),
            review.start,
            all(places == int(places) for places in review.start),
            None if review.during is None else (names.index(review.during[0]), review.during[1]),
            review.weigh,
            tuple(sorted(listed)),
        )

    def _warn_rule(self, line: int, review: Warn) -> WarnRule:
        stations = {station.name: station for station in self.network.stations}
        places = tuple(
            (
                self.pools[pool],
                tuple(UNLIMITED if math.isinf(number) else int(number) for number in levels),
            )
            for pool, levels in sorted(review.places.items())
        )
        attend = {self.pools[a.pool] for name in review.closes for a in stations[name].pools}
        return WarnRule(
            line,
            review.reads,
            float(review.half_life),
            self._watched([stations[name] for name in review.stations]),
            tuple(map(float, review.thresholds)),
            review.calm,
            places,
            tuple((self.stations[name], level) for name, level in sorted(review.closes.items())),
            tuple(sorted(attend | {pool for pool, _ in places})),
        )

    def _watched(self, stations: list[Station], heal: Collection[str] = ()) -> tuple[Watched, ...]:
        return tuple(
            Watched(
                self.stations[station.name],
                float(station.service_time.mean) / (station.group.size if station.group else 1),
                station.name in heal,
            )
            for station in stations
        )

    def at_first(self, rule: DispatchRule, fate: Fate) -> tuple[int, ...]:
        """The places that stand in each pool of ``rule`` before its first review: whole ones, what
        is left over where the largest fractions are, by luck among equal ones.
        """
        if rule.stands:
            return tuple(map(int, rule.start))
        whole = [math.floor(places + 1e-9) for places in rule.start]
        ranks = [
            (
                round(whole[i] - places, 9),
                kernels().luck(*fate, rule.key, 0, self.pool_keys[pool], OF_A_REVIEW),
            )
            for i, (pool, places) in enumerate(zip(rule.pools, rule.start, strict=True))
        ]
        over = sorted(range(len(ranks)), key=ranks.__getitem__)[: rule.places - sum(whole)]
        return tuple(places + (i in over) for i, places in enumerate(whole))

    def order_of_streams(self, fate: Fate) -> list[int]:
        """The positions of the streams in the order in which, in this replication, their residents
        go who would otherwise be equal: drawn, so that no stream has an advantage by its name.
        """
        luck = [kernels().luck(*fate, key, 0, TURN, 0) for key in self.stream_keys]
        return sorted(range(len(luck)), key=luck.__getitem__)

    def entry(self, stream: Arrivals) -> Ways:
        """Where residents of ``stream`` go first."""
        return _ways(stream.to, self.stations)


def resolve(network: Network) -> Resolved:
    """``network`` with positions for names and microseconds for hours."""
    pools = {pool.name: i for i, pool in enumerate(network.pools)}
    around, joint = _around(network, pools)
    return Resolved(
        network,
        pools,
        {station.name: i for i, station in enumerate(network.stations)},
        tuple(name_key(stream.name) for stream in network.arrivals),
        tuple(name_key(pool.name) for pool in network.pools),
        around,
        joint,
    )


def _around(
    network: Network, pools: dict[str, int]
) -> tuple[tuple[tuple[int, ...], ...], tuple[int, ...]]:
    """(pools that each pool is within, places of each joint one), by position."""
    joint = [review for review in network.reviews if isinstance(review, Dispatch)]
    around: list[list[int]] = [[] for _ in range(len(pools) + len(joint))]
    for name, outers in enclosing(network.pools).items():
        around[pools[name]] = sorted(pools[outer] for outer in outers)
    for number, review in enumerate(joint, len(pools)):
        for name in review.pools:
            around[pools[name]].append(number)
    return tuple(map(tuple, around)), tuple(review.places for review in joint)


def kernels() -> Any:
    """The compiled ``draws``."""
    return jit.compiled(draws)


def kept(elapsed: int, half_life: float) -> float:
    """``rules.kept`` as machine code has it: the last bit of a power is the compiler's."""
    return jit.compiled(rules).kept(elapsed, half_life)


def capacity_steps(
    pool: Pool, horizon: float, fate: Fate | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """(times in microseconds, places) of ``pool`` from 0 up to ``horizon`` hours: in the
    replication that ``fate``, (seed, replication), says or, without one, with as many posts of a
    roster with ``vacancies`` as are filled on average.
    """
    if isinstance(pool.capacity, Roster):
        return pool.capacity.steps(horizon, fate)
    if isinstance(pool.capacity, Slots):
        return pool.capacity.steps(horizon)
    places = UNLIMITED if math.isinf(pool.capacity) else int(pool.capacity)
    return np.zeros(1, dtype=np.int64), np.full(1, places, dtype=np.int64)


def closings(pool: Pool, horizon: float) -> np.ndarray:
    """The times (microseconds) before ``horizon`` hours at which places of ``pool`` close, in
    whatever replication.
    """
    if isinstance(pool.capacity, Roster) and pool.capacity.vacancies is not None:
        return pool.capacity.ends(horizon)
    times, places = capacity_steps(pool, horizon)
    return times[1:][places[1:] < places[:-1]]


def start_limits(
    pool: Pool, horizon: float, fate: Fate | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """(times in microseconds, how many may be at work for one more to start) of ``pool`` from 0 up
    to ``horizon`` hours; ``fate`` as in ``capacity_steps``.

    Limits fall a microsecond before places close even without a ``last_start``: END comes before
    CAPACITY in the order of events, and who waits would otherwise start at the very moment of
    closing whenever a session ends with the shift. Nobody starts on slots: they are booked.
    """
    if isinstance(pool.capacity, Slots):
        return np.zeros(1, dtype=np.int64), np.zeros(1, dtype=np.int64)
    if not isinstance(pool.capacity, Roster):
        return capacity_steps(pool, horizon)
    times, limits = last_starts(
        *pool.capacity.steps(horizon + pool.last_start + 1.0, fate), max(ticks(pool.last_start), 2)
    )
    keep = (times < ticks(horizon)) | (times == 0)
    return times[keep], limits[keep]


def slots(
    network: Network, pool: Pool, horizon: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(times in microseconds, places, places kept for the urgent) of the slots of ``pool`` that can
    matter up to ``horizon`` hours: who finds none within their window balks, and that window may
    end later.
    """
    windows = [
        station.diary.window
        for station in network.stations
        if station.diary is not None and math.isfinite(station.diary.window)
    ]
    assert isinstance(pool.capacity, Slots)
    return pool.capacity.until(horizon + max(windows, default=0.0) + 1e-6)


def review_times(review: Warn | Dispatch, horizon: float) -> list[int]:
    """When ``review`` takes place before ``horizon`` hours, in microseconds."""
    times, number, first = [], 0, review.every if review.first is None else review.first
    while (at := ticks(first + number * review.every)) < ticks(horizon):
        times.append(at)
        number += 1
    further = [ticks(also) for also in review.also] if isinstance(review, Dispatch) else []
    return sorted({*times, *(at for at in further if at < ticks(horizon))})


def stream_end(stream: Arrivals, horizon: float) -> int:
    """When ``stream`` ends in a run of ``horizon`` hours, in microseconds: arrivals then or later
    do not happen.
    """
    return min(ticks(stream.until), ticks(horizon))


def batches(
    stream: Arrivals, horizon: float, key: int = 0, fate: Fate | None = None
) -> list[tuple[int, int]]:
    """(microseconds, residents) of the batches, or of the backlog, that come within ``horizon``
    hours. A fraction of a resident comes with this chance, and of a batch with a chance a binomial
    number: drawn by ``fate``, or, without one, left out, and as many as could.
    """
    given: tuple[tuple[float, ...], ...] = stream.batches
    given = ((0.0, stream.backlog),) if stream.backlog else given
    return [
        (ticks(row[0]), _drawn(row, key, i, fate))
        for i, row in enumerate(given)
        if ticks(stream.start) <= ticks(row[0]) < stream_end(stream, horizon) and row[1]
    ]


def _drawn(row: tuple[float, ...], key: int, batch: int, fate: Fate | None) -> int:
    number = _whole(row[1], key, batch, fate)
    if fate is None or len(row) == 2:
        return number
    return binomial(kernels().luck(*fate, key, batch, BATCH, 1), number, row[2])


def _whole(number: float, key: int, batch: int, fate: Fate | None) -> int:
    whole = math.floor(number)
    if fate is None or number == whole:
        return whole
    return whole + rules.happens(kernels().luck(*fate, key, batch, BATCH, 0), number - whole)


def binomial(u: float, number: int, chance: float) -> int:
    """The ``u`` quantile of how many of ``number`` come who each do so with this ``chance``; beyond
    twelve standard deviations of the mean nobody is looked for.
    """
    if chance in (0.0, 1.0):
        return int(number * chance)
    mean, far = number * chance, 12 * math.sqrt(number * chance * (1 - chance)) + 12
    least, most = max(0, math.floor(mean - far)), min(number, math.ceil(mean + far))
    came = np.arange(least, most)
    ratios = np.log((number - came) / (came + 1)) + math.log(chance / (1 - chance))
    logs = np.concatenate([[0.0], np.cumsum(ratios)])
    cumulative = np.cumsum(np.exp(logs - logs.max()))
    return least + int(np.searchsorted(cumulative, u * cumulative[-1]))


def arrival_blocks(
    stream: Arrivals, key: int, horizon: float, seed: int, replication: int, kernels
):
    """Arrays of arrival times in microseconds (resident 0, 1, …), in blocks, up to ``horizon``
    hours; ``kernels`` is the compiled ``draws``. Times at or past the stream's end are not given.
    """
    if stream.batches or stream.backlog:
        for at, number in batches(stream, horizon, key, (seed, replication)):
            yield np.full(number, at, dtype=np.int64)
        return
    end = stream_end(stream, horizon)
    first, size = 0, 64
    carried = (ticks(stream.start),) if stream.interarrival is not None else (0.0, 0)
    rate: Any = stream.rate  # a Rate wherever it is read: there is no interarrival then
    pieces = () if rate is None else rate.pieces(stream.start, min(stream.until, horizon))
    while True:
        block = np.empty(size, dtype=np.int64)
        if stream.interarrival is not None:
            carried = (
                kernels.renewal_block(
                    block, first, *carried, *stream.interarrival.row(), seed, replication, key
                ),
            )
        else:
            carried = kernels.poisson_block(
                block, first, *carried, float(rate.per_hour), *pieces, seed, replication, key
            )
        inside = block[: np.searchsorted(block, end)]
        if len(inside):
            yield inside
        if len(inside) < size:
            return
        first, size = first + size, min(4 * size, 4096)


def _desk(station: Station, stations: dict, pools: dict, limits: dict, bound: bool) -> Desk:
    redial, group, diary = station.redial, station.group, station.diary
    return Desk(
        stations[station.name],
        name_key(station.name),
        tuple(_access(a, pools) for a in station.pools),
        station.team,
        station.discipline == "siro",
        as_duration(station.service_time),
        as_duration(station.patience),
        as_duration(station.deterioration),
        as_duration(station.patience_between),
        UNLIMITED if station.queue_limit is None else station.queue_limit,
        tuple((pools[a.pool], limits[a.pool]) for a in station.pools if limits[a.pool] is not None),
        0.0 if redial is None else redial.probability,
        as_duration(station.service_time if redial is None else redial.after),
        0 if redial is None else redial.at_most,
        UNLIMITED if station.sessions == math.inf else int(station.sessions),
        ticks(station.every),
        ticks(station.every / 2 if station.least_gap is None else station.least_gap),
        station.no_show,
        station.drop_out,
        {outcome: _ways(_routing(station, outcome), stations) for outcome in OUTCOMES_ROUTED},
        station.sessions == math.inf,
        None if station.caseload is None else _access(station.caseload, pools),
        None if group is None else (group.size, group.at_least, ticks(group.start_at)),
        bound,
        not (bound or station.team or diary or group or station.caseload),
        *(
            (False, False, 0, 0)
            if diary is None
            else (True, diary.urgent, ticks(diary.notice), ticks(diary.window))
        ),
        station.standing,
        None
        if (finds := station.finds) is None
        else (tuple(sorted(stations[at] for at in finds.at)), float(finds.among), finds.share),
        None
        if (recovery := station.recovery) is None
        else (stations[recovery.to], *_columns(recovery.rows)),
        station.between,
    )


def _columns(rows: tuple) -> tuple[tuple, tuple, tuple]:
    """(sessions, hours waited, shares)."""
    sessions, wait, share = zip(*rows, strict=True)
    return sessions, tuple(map(float, wait)), tuple(map(float, share))


def _access(attend: Attend, pools: dict) -> Access:
    return Access(
        pools[attend.pool],
        attend.priority,
        ticks(attend.after),
        attend.reserve,
        float(attend.factor),
        attend.equal,
    )


def _routing(station: Station, outcome: str) -> Routing | Shortest:
    if outcome == "no_show" and "no_show" not in station.routing:
        outcome = "completed"
    return station.routing.get(outcome, NOWHERE)


def _ways(routing: Routing | Shortest, stations: dict) -> Ways:
    if routing is NOWHERE:
        return NO_WAYS
    if isinstance(routing, Shortest):
        delay = as_duration(routing.delay)
        goals = tuple(sorted(stations[name] for name in routing.among))
        return Ways((), goals, (delay,) * len(goals), True)
    options = sorted(
        (option for option in routing.options if option.probability > 0),
        key=lambda option: (option.station, option.probability),
    )
    exact = itertools.accumulate(Fraction(option.probability) for option in options)
    cumulative = [float(total) for total in exact]
    if cumulative and abs(cumulative[-1] - 1) < 1e-9:
        cumulative[-1] = 1.0
    ways = tuple(
        None if option.station == LEAVE else stations[option.station] for option in options
    )
    return Ways(
        tuple(cumulative), ways, tuple(as_duration(option.delay) for option in options), False
    )


def as_duration(distribution: Distribution) -> Duration:
    """``distribution`` as a row, and as a fixed time where it needs no draw."""
    row = distribution.row()
    fixed = {NEVER: INFINITY, DETERMINISTIC: ticks(row[1])}.get(row[0])
    return Duration(row, fixed)
