"""A network laid out as the arrays of ``arrays``, once for all its replications."""

from __future__ import annotations

import operator
import threading
import weakref
from dataclasses import dataclass

import numpy as np

from simcap.engine.arrays import (
    ACCESS,
    ARRIVALS,
    BATCH,
    CEILING,
    CHANGE,
    CLOSE,
    DATED,
    DATED_BATCHES,
    DECIDED,
    DESK,
    DISPATCH,
    DURATION,
    NO_WEIGHT,
    NOBODY,
    NOT_FIXED,
    OLDEST,
    OPTION,
    POISSON,
    POOL,
    RECOVERIES,
    RENEWAL,
    REVIEW,
    SLOT,
    STATION,
    STREAM,
    TARGET,
    WAITING_NOW,
    WARN,
    WATCHED,
    WAYS,
    WORST_FIRST,
)
from simcap.network import Network
from simcap.network.clock import ticks
from simcap.network.diary import Slots
from simcap.network.events import Kind
from simcap.network.resolved import (
    UNLIMITED,
    Desk,
    DispatchRule,
    Duration,
    Resolved,
    WarnRule,
    Watched,
    Ways,
    as_duration,
    batches,
    resolve,
    review_times,
    slots,
    start_limits,
    stream_end,
)
from simcap.network.reviews import Warn
from simcap.network.roster import Roster
from simcap.network.rules import places_left
from simcap.network.stations import OUTCOMES_ROUTED

READS = {"waiting": WAITING_NOW, "oldest": OLDEST, "arrivals": ARRIVALS, "expected": ARRIVALS}
WEIGHS = {"none": NO_WEIGHT, "recoveries": RECOVERIES, "worst first": WORST_FIRST}


@dataclass
class Laid:
    """The arrays of a network as they stand before the first event, by their names in ``World``,
    but for what is drawn in each replication (``settled``): ``drawn`` are the pools whose rosters
    have vacancies, whose steps are not among them; ``equals`` are (first access, desk) of each
    station with pools of equal standing, ``rounded`` (stream, rows) of batches of a fractional
    size. ``horizon`` in hours; ``room`` for as many residents as were ever present at once in the
    replications so far.
    """

    horizon: float
    arrays: dict[str, np.ndarray]
    resolved: Resolved
    rules: list[WarnRule | DispatchRule]
    drawn: list[int]
    equals: list[tuple[int, Desk]]
    rounded: list[tuple[int, slice]]
    room: int = 1024


_kept: dict[int, Laid] = {}
_laying = threading.Lock()


def laid_out(network: Network, horizon: float) -> Laid:
    """The arrays of ``network`` up to ``horizon`` hours; those of the last horizon asked for are
    kept for as long as the network is.
    """
    with _laying:
        kept = _kept.get(id(network))
        if kept is None:
            weakref.finalize(network, _kept.pop, id(network), None)
        if kept is None or kept.horizon != horizon:
            resolved = resolve(network)
            layout = _Layout(resolved, horizon)
            kept = _kept[id(network)] = Laid(
                horizon,
                layout.arrays(),
                resolved,
                resolved.rules(),
                layout.drawn,
                layout.equals,
                layout.rounded,
            )
        return kept


class _Rows:
    """Rows of one array, by field; where ``shared``, equal rows are laid down once."""

    def __init__(self, dtype: np.dtype, shared: bool = False):
        self.rows, self.number, self.shared = np.empty(64, dtype=dtype), 0, shared
        self.known: dict[tuple, int] = {}
        self.ordered = operator.itemgetter(*(dtype.names or ()))

    def add(self, **fields) -> int:
        """The position of the row with these ``fields``."""
        row = self.ordered(fields)
        if self.shared and row in self.known:
            return self.known[row]
        if self.number == len(self.rows):
            self.rows = np.concatenate([self.rows, np.empty_like(self.rows)])
        self.rows[self.number] = row
        if self.shared:
            self.known[row] = self.number
        self.number += 1
        return self.number - 1

    def array(self) -> np.ndarray:
        return self.rows[: self.number].copy()


class _Layout:
    """Lays a resolved network out."""

    def __init__(self, resolved: Resolved, horizon: float):
        self.network, self.resolved, self.horizon = resolved.network, resolved, horizon
        self.durations, self.options, self.ways, self.desks = (
            _Rows(DURATION, True),
            _Rows(OPTION),
            _Rows(WAYS, True),
            _Rows(DESK),
        )
        self.accesses, self.streams, self.batches, self.changes = (
            _Rows(dtype) for dtype in (ACCESS, STREAM, BATCH, CHANGE)
        )
        self.dated: list[tuple[np.ndarray, np.ndarray, int, int]] = []
        self.closable = {
            resolved.stations[name]
            for review in self.network.reviews
            if isinstance(review, Warn)
            for name in review.closes
        }
        self.slots = np.empty(0, dtype=SLOT)
        self.drawn = [
            position
            for position, pool in enumerate(self.network.pools)
            if isinstance(pool.capacity, Roster) and pool.capacity.vacancies is not None
        ]
        self.values, self.pieces = _Stretches(2), _Stretches(3)
        self.cumulative: list[float] = []
        self.desk_stations: list[int] = []
        self.first_access: list[int] = []
        self.searched: list[int] = []
        self.healing: list[tuple[int, float, float]] = []
        self.equals: list[tuple[int, Desk]] = []
        self.rounded: list[tuple[int, slice]] = []

    def arrays(self) -> dict[str, np.ndarray]:
        """Every array, by its name in ``World``."""
        stations = np.zeros(len(self.network.stations), dtype=STATION)
        stations["first"] = stations["last"] = NOBODY
        stations["watch"] = NOBODY
        for station in self.network.stations:
            desk = self.resolved.desk(station)
            self.first_access.append(self._accesses(desk))
            if any(access.equal for access in desk.pools):
                self.equals.append((self.first_access[-1], desk))
            stations["desk"][desk.position] = self._desk(desk)
        self._phases(stations)
        pools, members = self._pools()
        around = _listed_with(pools, self.resolved.around, "outer")
        inside = _listed_with(pools, self.resolved.inside, "inner")
        reviews = _Reviews(self.resolved, self.horizon, stations["watch"])
        for pool, at_most in reviews.at_start:
            pools["at_most"][pool] = at_most
            pools["limit"][pool] = places_left(int(pools["roster"][pool]), at_most)
        self.dated += reviews.dated
        for position in range(len(self.network.arrivals)):
            self._stream(position)
        dated, desks = self._dated(), self.desks.array()
        any_drawn = np.zeros(len(stations), dtype=bool)
        np.logical_or.at(any_drawn, self.desk_stations, desks["drawn"])
        desks["drawn"] = any_drawn[self.desk_stations]
        starts, shape, done = self.pieces.columns()
        return {
            "desks": desks,
            "durations": self.durations.array(),
            "ways": self.ways.array(),
            "options": self.options.array(),
            "cumulative": np.array(self.cumulative, dtype=float),
            "values": np.ascontiguousarray(np.column_stack(self.values.columns())),
            "members": members,
            "around": around,
            "inside": inside,
            "searched": np.array(self.searched, dtype=np.uint32),
            **self._healing(),
            "batches": self.batches.array(),
            "starts": starts,
            "shape": shape,
            "done": done,
            "dated": dated,
            "changes": self.changes.array(),
            "slots": self.slots,
            **reviews.arrays(),
            "accesses": self.accesses.array(),
            "stations": stations,
            "pools": pools,
            "streams": self.streams.array(),
        }

    # ---- stations --------------------------------------------------------------------------------

    def _accesses(self, desk: Desk) -> int:
        """Lay down how ``desk`` is attended, and its caseload; the position of the first row."""
        first = self.accesses.number
        for access in desk.pools if desk.caseload is None else (*desk.pools, desk.caseload):
            self.accesses.add(
                after=access.after,
                reserve=access.reserve,
                factor=access.factor,
                pool=access.pool,
                station=desk.position,
                priority=access.priority,
                next=NOBODY,
                previous=NOBODY,
            )
        return first

    def _desk(self, desk: Desk) -> int:
        ways = tuple(self._ways(desk.ways[outcome]) for outcome in OUTCOMES_ROUTED)
        service, patience = self._duration(desk.service), self._duration(desk.patience)
        between = self._duration(desk.patience_between)
        drawn = (
            desk.no_show > 0
            or any(
                self.durations.rows[row].fixed == NOT_FIXED for row in (service, patience, between)
            )
            or any(access.factor != 1 for access in desk.pools)
            or any(self.ways.rows[row].drawn for row in ways)
        )
        self.desk_stations.append(desk.position)
        first, number = self.first_access[desk.position], len(desk.pools)
        at_most, at_least, start_at = desk.group or (1, 1, 0)
        stations, among, found = desk.finds or ((), 0.0, 0.0)
        find = len(self.searched)
        self.searched += stations
        home, *healing = desk.recovery or (NOBODY, (), (), ())
        first_healing = len(self.healing)
        self.healing += zip(*healing, strict=True)
        return self.desks.add(
            key=desk.key,
            queue_limit=min(desk.queue_limit, UNLIMITED),
            every=desk.every,
            least_gap=desk.least_gap,
            sessions=min(desk.sessions, UNLIMITED),
            redial_at_most=min(desk.redial_at_most, UNLIMITED),
            redial=desk.redial,
            no_show=desk.no_show,
            drop_out=desk.drop_out,
            access=first,
            accesses=number,
            service=service,
            patience=patience,
            patience_between=between,
            deterioration=self._duration(desk.deterioration),
            redial_after=self._duration(desk.redial_after),
            ways=ways,
            team=desk.team,
            siro=desk.siro,
            limited=bool(desk.limit_pools),
            drawn=drawn,
            recurs=desk.recurs,
            further=not desk.diary
            and (desk.group is not None or any(access.after > 0 for access in desk.pools)),
            plain=desk.plain,
            special=desk.group is not None
            or desk.caseload is not None
            or desk.position in self.closable,
            bound=desk.bound,
            group=desk.group is not None,
            diary=desk.diary,
            urgent=desk.urgent,
            caseload=NOBODY if desk.caseload is None else first + number,
            linked=0 if desk.diary else number + (desk.caseload is not None),
            at_most=at_most,
            at_least=at_least,
            start_at=start_at,
            notice=desk.notice,
            window=desk.window,
            of_first=desk.standing[0],
            of_follow_ups=desk.standing[1],
            find=find,
            finds=len(stations),
            among=among,
            found=found,
            healing=first_healing,
            healings=len(self.healing) - first_healing,
            home=home,
            between=desk.between,
        )

    def _healing(self) -> dict[str, np.ndarray]:
        """The rows by which courses heal, by column."""
        sessions, wait, share = zip(*self.healing, strict=True) if self.healing else ((), (), ())
        return {
            "healing_sessions": np.array(sessions, dtype=np.int64),
            "healing_wait": np.array(wait, dtype=float),
            "healing_share": np.array(share, dtype=float),
        }

    def _ways(self, ways: Ways) -> int:
        delays = tuple(self._duration(delay) for delay in ways.delays)
        first = self.options.number
        for i, (goal, delay) in enumerate(zip(ways.goals, delays, strict=True)):
            self.options.add(goal=NOBODY if goal is None else goal, delay=delay)
            self.cumulative.append(1.0 if ways.shortest else ways.cumulative[i])
        drawn = len(ways.goals) > 1 if ways.shortest else bool(ways.cumulative[:1] < (1.0,))
        return self.ways.add(
            option=first if delays else 0, options=len(delays), shortest=ways.shortest, drawn=drawn
        )

    def _duration(self, duration: Duration) -> int:
        kind, a, b, c, values = duration.row
        first = self.values.add(values.tobytes(), values.T) if len(values) else 0
        return self.durations.add(
            fixed=NOT_FIXED if duration.fixed is None else duration.fixed,
            a=a,
            b=b,
            c=c,
            kind=kind,
            values=first,
            rows=len(values),
        )

    def _phases(self, stations: np.ndarray) -> None:
        """Lay down each phase's desks and when it begins; those of a phase at 0 stand from the
        beginning.
        """
        for number, phase in enumerate(self.network.phases):
            at = ticks(phase.at)
            for station in phase.stations:
                desk = self.resolved.desk(station)
                row = self._desk(desk)
                if at == 0:
                    stations["desk"][desk.position] = row
                else:
                    self.changes.add(station=desk.position, desk=row)
            if at > 0:
                self.dated.append(
                    (np.array([at]), np.array([self.changes.number]), number, Kind.PHASE)
                )

    def _dated(self) -> np.ndarray:
        """Roster steps and phases in order of time, kind and position (in which those of one moment
        have been laid down).
        """
        if not self.dated:
            return np.empty(0, dtype=DATED)
        numbers = [len(part[0]) for part in self.dated]
        columns = {
            "at": np.concatenate([part[0] for part in self.dated]),
            "value": np.concatenate([part[1] for part in self.dated]),
            "which": np.repeat(
                np.array([part[2] for part in self.dated], dtype=np.uint32), numbers
            ),
            "kind": np.repeat(np.array([part[3] for part in self.dated], dtype=np.int8), numbers),
        }
        self.dated.clear()
        order = np.argsort(columns["at"], kind="stable")
        dated = np.empty(len(order), dtype=DATED)
        for field, column in columns.items():
            dated[field] = column[order]
        return dated

    # ---- pools and streams -----------------------------------------------------------------------

    def _pools(self) -> tuple[np.ndarray, np.ndarray]:
        named = len(self.network.pools)
        pools = np.zeros(len(self.resolved.around), dtype=POOL)
        pools["key"][:named], pools["line"] = self.resolved.pool_keys, NOBODY
        pools["limit"][named:] = pools["roster"][named:] = self.resolved.joint
        pools["queue_limit"][named:] = UNLIMITED
        pools["most"] = self.resolved.most
        for position, pool in enumerate(self.network.pools):
            times, limits = start_limits(pool, self.horizon)
            pools["limit"][position] = pools["roster"][position] = limits[0]
            pools["queue_limit"][position] = (
                UNLIMITED if pool.queue_limit is None else min(pool.queue_limit, UNLIMITED)
            )
            if position not in self.drawn:
                self.dated.append((times[1:], limits[1:], position, Kind.CAPACITY))
        pools["at_most"] = UNLIMITED
        self._slots(pools)
        attends = self.accesses.array()["pool"].astype(np.int64)
        pools["members"] = np.bincount(attends, minlength=len(pools))
        pools["member"] = np.cumsum(pools["members"]) - pools["members"]
        return pools, np.argsort(attends, kind="stable").astype(np.uint32)

    def _slots(self, pools: np.ndarray) -> None:
        """Lay down the slots of each pool that has some."""
        parts, first = [self.slots], 0
        for position, pool in enumerate(self.network.pools):
            if isinstance(pool.capacity, Slots):
                times, places, kept = slots(self.network, pool, self.horizon)
                part = np.zeros(len(times), dtype=SLOT)
                part["at"], part["places"], part["kept"] = times, places, kept
                pools["slot"][position], pools["slots"][position] = first, len(part)
                parts.append(part)
                first += len(part)
        self.slots = np.concatenate(parts)

    def _stream(self, position: int) -> None:
        stream, fields = (
            self.network.arrivals[position],
            dict.fromkeys(("interarrival", "batch", "batches", "piece", "last_piece"), 0),
        )
        how, at, per_hour = RENEWAL, ticks(stream.start), 0.0
        if stream.batches or stream.backlog:
            how, fields["batch"] = DATED_BATCHES, self.batches.number
            for when, number in batches(stream, self.horizon):
                self.batches.add(at=when, number=number)
            fields["batches"] = self.batches.number
            if any(len(row) == 3 or row[1] != int(row[1]) for row in stream.batches):
                self.rounded.append((position, slice(fields["batch"], fields["batches"])))
        elif stream.rate is not None:
            how, per_hour = POISSON, float(stream.rate.per_hour)
            pieces = stream.rate.pieces(stream.start, min(stream.until, self.horizon))
            fields["piece"] = self.pieces.add(id(pieces), pieces)
            fields["last_piece"] = fields["piece"] + len(pieces[0]) - 1
        else:
            assert stream.interarrival is not None
            fields["interarrival"] = self._duration(as_duration(stream.interarrival))
        self.streams.add(
            position=position,
            key=self.resolved.stream_keys[position],
            number=-1,
            at=at,
            end=stream_end(stream, self.horizon),
            left=0,
            total=0.0,
            per_hour=per_hour,
            entry=self._ways(self.resolved.entry(stream)),
            how=how,
            **fields,
        )


def _listed_with(pools: np.ndarray, lists: tuple[tuple[int, ...], ...], field: str) -> np.ndarray:
    """``lists`` of positions, one for each of the ``pools``, behind each other; where each begins
    and how long it is stands in the pools' ``field`` and its plural.
    """
    lengths = np.array([len(positions) for positions in lists], dtype=np.int64)
    pools[f"{field}s"], pools[field] = lengths, np.cumsum(lengths) - lengths
    return np.array([position for positions in lists for position in positions], dtype=np.uint32)


class _Reviews:
    """Lays the reviews of a network out. ``at_start`` are (pool, places it has at most) before the
    first of them, ``dated`` when they are: those of one moment stand together, warnings first. The
    first row that counts what happens at each station is put into ``watch``.
    """

    def __init__(self, resolved: Resolved, horizon: float, watch: np.ndarray):
        self.reviews, self.watched, self.targets = _Rows(REVIEW), _Rows(WATCHED), _Rows(TARGET)
        self.ceilings, self.closes = _Rows(CEILING), _Rows(CLOSE)
        self.thresholds: list[float] = []
        self.places: list[int] = []
        self.affected: list[int] = []
        self.at_start: list[tuple[int, int]] = []
        self.dated: list[tuple[np.ndarray, np.ndarray, int, int]] = []
        self.most, self.watch = 0, watch
        levels: list[tuple[np.ndarray, np.ndarray, int, int]] = []
        for position, (review, rule) in enumerate(
            zip(resolved.network.reviews, resolved.rules(), strict=True)
        ):
            times = np.array(review_times(review, horizon), dtype=np.int64)
            (levels if isinstance(review, Warn) else self.dated).append(
                (times, np.zeros_like(times), position, Kind.REVIEW)
            )
            self.most += len(times) * len(review.lines)
            fields: dict[str, float] = dict.fromkeys(REVIEW.names or (), 0)
            fields |= {
                "line": rule.line,
                "reads": READS[rule.reads],
                "half_life": rule.half_life,
                "affect": len(self.affected),
                "affects": len(rule.affects),
                "during": NOBODY,
            }
            self.affected += rule.affects
            self.reviews.add(
                **fields
                | (self._dispatch(rule) if isinstance(rule, DispatchRule) else self._warn(rule))
            )

        self.dated = levels + self.dated

    def arrays(self) -> dict[str, np.ndarray]:
        """Every array of reviews, by its name in ``World``."""
        return {
            "reviews": self.reviews.array(),
            "watched": self.watched.array(),
            "targets": self.targets.array(),
            "ceilings": self.ceilings.array(),
            "closes": self.closes.array(),
            "thresholds": np.array(self.thresholds, dtype=float),
            "places": np.array(self.places, dtype=np.int64),
            "affected": np.array(self.affected, dtype=np.uint32),
            "decided": np.zeros(self.most, dtype=DECIDED),
        }

    def _warn(self, rule: WarnRule) -> dict:
        fields = {
            "kind": WARN,
            "enough": rule.calm,
            "threshold": len(self.thresholds),
            "thresholds": len(rule.thresholds),
            "ceiling": self.ceilings.number,
            "ceilings": len(rule.places),
            "close": self.closes.number,
            "closes": len(rule.closes),
            "watch": self._watch(rule.stations),
            "watches": len(rule.stations),
        }
        self.thresholds += rule.thresholds
        for pool, levels in rule.places:
            self.ceilings.add(pool=pool, place=len(self.places))
            self.places += levels
            self.at_start.append((pool, levels[0]))
        for station, level in rule.closes:
            self.closes.add(station=station, level=level)
        return fields

    def _dispatch(self, rule: DispatchRule) -> dict:
        during, level = rule.during or (NOBODY, 0)
        fields: dict[str, float] = {
            "kind": DISPATCH,
            "weigh": WEIGHS[rule.weigh],
            "floating": rule.places,
            "target": self.targets.number,
            "targets": len(rule.pools),
            "key": rule.key,
            "during": during,
            "from_level": level,
        }
        whole = tuple(map(int, rule.start))  # who has what is left over is drawn (``settled``)
        for pool, stations, prior, own, start in zip(
            rule.pools, rule.stations, rule.prior, rule.own, whole, strict=True
        ):
            self.targets.add(
                pool=pool,
                watch=self._watch(stations, rule if rule.counts else None),
                watches=len(stations),
                prior=prior,
                own=own,
                need=0.0,
                luck=0.0,
                of=0.0,
                done=0,
                start=start,
                given=start,
                wanted=start,
            )
            self.at_start.append((pool, start))
        return fields

    def _watch(self, stations: tuple[Watched, ...], counts: DispatchRule | None = None) -> int:
        """Lay down the stations that are read together, linked where a rule ``counts`` what happens
        there; the position of the first.
        """
        first = self.watched.number
        fields: dict[str, float] = dict.fromkeys(WATCHED.names or (), 0)
        fields["half_life"] = counts.half_life if counts else 0.0
        for watched in stations:
            station = {"station": watched.station, "hours": watched.hours, "heals": watched.heals}
            row = self.watched.add(**fields | station | {"next": self.watch[watched.station]})
            if counts:
                self.watch[watched.station] = row
        return first


class _Stretches:
    """Columns of numbers laid one stretch after another; a stretch known by its key is laid down
    once.
    """

    def __init__(self, columns: int):
        self.parts: list[list[np.ndarray]] = [[np.empty(0)] for _ in range(columns)]
        self.known: dict = {}
        self.length = 0

    def add(self, key, columns) -> int:
        """The position of the first row of these ``columns``."""
        if key not in self.known:
            self.known[key] = self.length, columns
            self.length += len(columns[0])
            for parts, column in zip(self.parts, columns, strict=True):
                parts.append(np.asarray(column, dtype=float))
        return self.known[key][0]

    def columns(self) -> list[np.ndarray]:
        return [np.concatenate(parts) for parts in self.parts]
