"""Visits, batch by batch, into counts. Warm-up is cut here, from the records; nothing is reset
while the simulation runs. The counting itself is in ``counting``.

Two things are counted. Per *resident* of the cohort: when they first had any contact, when a
professional, whether a course was completed; kept in arrays by stream and number. Per *station*
(one need at one place): joinings, waits, outcomes, hours. Both are laid on axes (need, zone) or
(kind of station, zone), which ``measures`` sums up.
"""

from __future__ import annotations

import functools
import threading

import numpy as np

from simcap.analysis import counting, histogram
from simcap.analysis.capacity import fitted, sharing_rooms
from simcap.analysis.layout import Layout
from simcap.analysis.ledger import Ledger, nobody
from simcap.analysis.register import Visited
from simcap.analysis.spec import Period, TallySpec
from simcap.engine.run import Run
from simcap.engine.visits import LEFT
from simcap.network import Network, jit


class Stopped(Exception):
    """The counts are no longer wanted."""


class Tally:
    """Counts of one replication. ``add`` batches in order, then ``close``. ``at`` is the ``Layout``
    of network and spec, made if not given.

    ``stations`` (``counting.COUNTS``) are counts by station, ``people`` (``counting.PERSON``) the
    residents, one stretch for each stream; ``waits`` and ``unfinished`` histograms by (kind ×
    zone), ``weeks`` and ``waiting`` the numbers in line by (staff, zone) at the end of each
    observed week and at half past each hour, ``daily`` by staff at each midnight from the start of
    the run to the end of the window, ``busy`` those at work by pool at half past each hour,
    ``worked`` hours by pool, ``on_register`` those of them that went to a register; what a right to
    the places of another pool works counts there; ``periods`` (``counting.PERIOD``) and
    ``period_waits`` are told by when residents join, ``checks`` and ``resident_checks``
    (``counting.CHECK``) by further targets of stations and streams. Once closed, ``residents``
    (``counting.RESIDENTS``) are counts by (need × zone), ``first_waits`` and ``first_unfinished``
    the histograms of their waits for a professional, ``register`` (``visited.COUNTED``) counts of
    those on a register. The ``ledger`` holds what is counted besides.
    """

    def __init__(self, network: Network, spec: TallySpec, at: Layout | None = None):
        self.network, self.spec, self.map = network, spec, at or Layout(network, spec)
        at, pools, hours = self.map, len(network.pools), int(spec.end - spec.begin)
        lines, cells = len(at.staff) * len(at.zones), len(at.needs) * len(at.zones)
        self.stations = np.zeros(len(network.stations), dtype=counting.COUNTS)
        self.room = np.full(len(network.arrivals), 16, dtype=np.int64)
        self.people = _nobody(int(self.room.sum()))
        self.waits, self.unfinished = (
            np.zeros((len(at.kinds) * len(at.zones), histogram.ROW), np.int32) for _ in range(2)
        )
        self.residents = np.zeros(cells, dtype=counting.RESIDENTS)
        self.visited = Visited(spec, at)
        self.register: dict[str, np.ndarray] = {}
        self.first_waits, self.first_unfinished = (
            np.zeros((cells, histogram.ROW), np.int32) for _ in range(2)
        )
        self.weeks = np.zeros((lines, int(spec.weeks) + 1), dtype=np.int64)
        self.waiting = np.zeros((lines, hours + 1), dtype=np.int32)
        self.daily = np.zeros((lines, int(spec.end // 24) + 2), dtype=np.int32)
        self.busy = np.zeros((pools, hours + 1), dtype=np.int32)
        self.worked, self.on_register = np.zeros(pools), np.zeros(pools)
        rows = len(at.periods) * (counting.QUARTER + len(at.quarters))
        self.periods = np.zeros(rows, dtype=counting.PERIOD)
        self.period_waits = np.zeros((rows, histogram.ROW), np.int32)
        of_target = np.array([target.hours for target in spec.targets])
        self.checks, self.resident_checks = (
            np.zeros(len(targets), dtype=counting.CHECK)
            for targets, _ in (at.station_checks, at.stream_checks)
        )
        for checks, (targets, _) in (
            (self.checks, at.station_checks),
            (self.resident_checks, at.stream_checks),
        ):
            checks["hours"] = of_target[targets] if len(targets) else 0.0
        self.overruns: list[np.ndarray] = []
        self.sharing = sharing_rooms(network)
        self.kernels = jit.compiled(counting)
        self._window = np.zeros(1, dtype=counting.WINDOW)
        for name, value in (
            ("begin", spec.begin),
            ("end", spec.end),
            ("horizon", spec.horizon),
            ("target", spec.first_contact),
            ("hours", hours),
            ("weeks", self.weeks.shape[1] - 1),
            ("days", self.daily.shape[1] - 1),
        ):
            self._window[name] = value
        self.ledger = Ledger(network, spec, at, self._window)
        self.ledger.episodes = nobody(len(self.people))
        self._book: counting.Book | None = None

    def add(self, visits: np.ndarray) -> None:
        """Count one batch."""
        visits = self._as_left(visits).view(np.dtype((np.record, visits.dtype)))
        self._make_room(visits)
        book = self._open(len(visits) * int(self.map.marks["pools"].max()))
        self.kernels.count(book, visits)
        self.visited.add(visits)
        self.overruns.append(book.overruns[: self._window["overruns"][0]].copy())
        self._window["overruns"] = 0
        self.ledger.note(visits, self._offset(), self.people)

    def _as_left(self, visits: np.ndarray) -> np.ndarray:
        """``visits`` in which those who have recovered leave, as all do whose episode is over."""
        homes = self.map.station_recovered
        if not homes.any():
            return visits
        visits = visits.copy()
        goals = visits["next"]
        goals[(goals >= 0) & homes[np.maximum(goals, 0)]] = LEFT
        return visits

    def _open(self, overruns: int) -> counting.Book:
        """The book, with room for so many overruns."""
        at, book = self.map, self._book
        if book is None:
            times, first, last = at.closings
            book = counting.Book(
                self._window,
                at.marks,
                self.stations,
                at.members,
                np.empty(0, np.int64),
                self.people,
                self.waits,
                self.unfinished,
                self.weeks,
                self.waiting,
                self.daily,
                self.busy,
                self.worked,
                self.on_register,
                at.home,
                *at.switches,
                times,
                first,
                first.copy(),
                last,
                np.empty(0, dtype=counting.OVERRUN),
                self.periods,
                self.period_waits,
                at.dates,
                self.checks,
            )
        if len(book.overruns) < overruns:
            book = book._replace(overruns=np.empty(overruns, dtype=counting.OVERRUN))
        self._book = book._replace(people=self.people, offset=self._offset())
        return self._book

    def _offset(self) -> np.ndarray:
        """Where the stretch of each stream begins in ``people``."""
        return np.cumsum(self.room) - self.room

    def _make_room(self, visits: np.ndarray) -> None:
        """Room for the residents of ``visits``, twice as much for each stream that has too
        little.
        """
        numbers = np.zeros(len(self.room), dtype=np.int64)
        self.kernels.needed(numbers, visits)
        if (numbers <= self.room).all():
            return
        room = np.where(numbers > self.room, np.maximum(2 * self.room, numbers), self.room)
        before, after = self._offset(), np.cumsum(room) - room
        people, episodes = _nobody(int(room.sum())), nobody(int(room.sum()))
        moved = np.arange(len(self.people)) + np.repeat(after - before, self.room)
        people[moved], episodes[moved] = self.people, self.ledger.episodes
        self.room, self.people, self.ledger.episodes = room, people, episodes

    def close(self) -> None:
        """After the last batch: what came and went becomes what was there, and residents are
        counted.
        """
        for changes in (self.weeks, self.waiting, self.daily, self.busy):
            np.cumsum(changes, axis=1, out=changes)
        staff, zones = len(self.map.staff), len(self.map.zones)
        self.daily = self.daily[:, :-1].reshape(staff, zones, -1).sum(axis=1)
        self._count_residents(
            self._window,
            self.people,
            self.resident_checks,
            self.residents,
            self.first_waits,
            self.first_unfinished,
        )
        self.register = self.visited.counts(self._cells(), len(self.residents))
        self._book = None

    def _count_residents(
        self,
        window: np.ndarray,
        people: np.ndarray,
        checks: np.ndarray,
        residents: np.ndarray,
        waits: np.ndarray,
        unfinished: np.ndarray,
    ) -> None:
        """Count residents who asked in this ``window`` into the arrays behind it."""
        at = self.map
        self.kernels.count_residents(
            window,
            self._cells(),
            at.stream_register,
            at.stream_found,
            at.stream_checks[1],
            checks,
            self._offset(),
            self.room,
            people,
            residents,
            waits,
            unfinished,
        )

    def residents_of(self, period: Period) -> np.ndarray:
        """``residents`` of those of the cohort who asked in the ``period``; of those who never did,
        whose need began then.
        """
        window, residents = self._window.copy(), np.zeros_like(self.residents)
        window["begin"], window["end"] = period.begin, period.end
        self._count_residents(
            window,
            self._by_asking,
            self.resident_checks.copy(),
            residents,
            np.zeros_like(self.first_waits),
            np.zeros_like(self.first_unfinished),
        )
        return residents

    @functools.cached_property
    def _by_asking(self) -> np.ndarray:
        """``people``, those of the cohort as if their need had begun when they asked, all others as
        if they had none.
        """
        people, asked = self.people.copy(), self.people["asked"]
        began = people["arrived"]
        inside = (began >= self.spec.begin) & (began < self.spec.end)
        people["arrived"] = np.where(inside, np.where(np.isnan(asked), began, asked), np.nan)
        return people

    def outcomes(self, run: Run, period: Period | None = None) -> np.ndarray:
        """Counts (``episodes.OUTCOMES``) by (need × zone) of the residents who asked in the
        ``period``, or in the whole window, of the replication ``run``.
        """
        fate = run.seed, run.replication
        people = self.people if period is None else self._by_asking
        return self.ledger.outcomes(fate, self._offset(), self.room, people, period)

    def _cells(self) -> np.ndarray:
        """The cell (need × zone) of each stream."""
        return self.map.stream_need * len(self.map.zones) + self.map.stream_zone

    def idle_while_others_wait(self, capacity: np.ndarray) -> np.ndarray:
        """Place-hours by (staff × zone), in the window, free while residents of another zone waited
        for the same staff; read at half past each hour. ``capacity`` is a run's table.
        """
        at, hours = self.map, np.zeros(len(self.waiting))
        capacity = self._own(capacity)
        steps = np.bincount(capacity["pool"], minlength=len(self.busy))
        from_hour = np.ceil(capacity["time"] - self.spec.begin - 0.5).astype(np.int64)
        places = np.where(np.isinf(capacity["places"]), -1, capacity["places"]).astype(np.int64)
        self.kernels.idle(
            self.waiting,
            np.empty((len(at.staff), self.waiting.shape[1]), dtype=np.int32),
            self.busy,
            from_hour,
            places,
            steps,
            at.pool_staff * len(at.zones) + at.pool_zone,
            len(at.zones),
            hours,
        )
        return hours

    def _own(self, capacity: np.ndarray) -> np.ndarray:
        """``capacity`` without what are rights to the places of other pools."""
        rights = self.map.home != np.arange(len(self.map.home))
        if not rights.any():
            return capacity
        capacity = capacity.copy()
        capacity["places"][rights[capacity["pool"]]] = 0.0
        return capacity

    def _seated(self, capacity: np.ndarray) -> np.ndarray:
        """``capacity`` of those who have a room, where staff share some."""
        for rooms, staff in self.sharing:
            of = [capacity[capacity["pool"] == pool] for pool in (rooms, *staff)]
            steps = [(table["time"], table["places"]) for table in of]
            times, places = fitted(steps[1:], steps[0])
            tables = [capacity[~np.isin(capacity["pool"], staff)]]
            for pool, fits in zip(staff, places, strict=True):
                table = np.zeros(len(times), dtype=capacity.dtype)
                table["time"], table["pool"], table["places"] = times, pool, fits
                tables.append(table)
            capacity = np.concatenate(tables)
            capacity = capacity[np.argsort(capacity["pool"], kind="stable")]
        return capacity

    def rostered(self, capacity: np.ndarray, period: Period | None = None) -> np.ndarray:
        """Place-hours by pool, in the window or a ``period`` of it, of ``capacity`` (a run's
        table); none of a right to the places of another pool, and of staff who share rooms no more
        than there are rooms.
        """
        capacity = self._seated(self._own(capacity))
        last = np.append(capacity["pool"][1:] != capacity["pool"][:-1], True)
        begin, end = (period or self.spec).begin, (period or self.spec).end
        until = np.where(last, end, np.append(capacity["time"][1:], 0.0)).clip(begin, end)
        lasts = until - capacity["time"].clip(begin, end)
        offered = np.multiply(lasts, capacity["places"], where=lasts > 0, out=np.zeros(len(lasts)))
        return np.bincount(capacity["pool"], offered, minlength=len(self.worked))

    def overtime(self, capacity: np.ndarray) -> np.ndarray:
        """Hours by pool, in the window, in which more were at work than ``capacity`` (a run's
        table) has places.

        Only sessions that were going on while places closed matter: nobody starts where all places
        are taken, so whoever is at work while there are too many started before the last closing.
        """
        capacity = self._own(capacity)
        overruns, pools = (
            np.concatenate([np.empty(0, dtype=counting.OVERRUN), *self.overruns]),
            len(self.worked),
        )
        ordered = [
            overruns[name][np.lexsort((overruns[name], overruns["pool"]))]
            for name in ("start", "end")
        ]
        sessions, steps = (
            np.bincount(table["pool"], minlength=pools) for table in (overruns, capacity)
        )
        hours = np.zeros(pools)
        self.kernels.excess(
            *ordered,
            sessions,
            capacity["time"].copy(),
            capacity["places"].copy(),
            steps,
            self._window,
            hours,
        )
        return hours


def _nobody(number: int) -> np.ndarray:
    """Records of residents of whom nothing is known."""
    people = np.empty(number, dtype=counting.PERSON)
    people.view(np.float64)[:] = np.nan
    return people


def tally(
    run: Run, spec: TallySpec, at: Layout | None = None, stopping: threading.Event | None = None
) -> Tally:
    """The counts of ``run``, whose visits are read here; ``at`` is the ``Layout`` of its network
    and ``spec``, made if not given.

    Where ``stopping`` is set meanwhile, nothing more is simulated, and ``Stopped`` is raised.
    """
    counts = Tally(run.network, spec, at)
    for visits in run.visits:
        counts.add(visits)
        if stopping is not None and stopping.is_set():
            raise Stopped
    counts.close()
    return counts
