"""Visits, batch by batch, into counts. Warm-up is cut here, from the records; nothing is reset
while the simulation runs. The counting itself is in ``counting``.

Two things are counted. Per *resident* of the cohort: when they first had any contact, when a
professional, whether a course was completed; kept in arrays by stream and number. Per *station*
(one need at one place): joinings, waits, outcomes, hours. Both are laid on axes (need, zone) or
(kind of station, zone), which ``measures`` sums up.
"""

from __future__ import annotations

import datetime
import threading
from dataclasses import dataclass

import numpy as np

from simcap.analysis import counting, histogram
from simcap.analysis.capacity import (
    fitted,
    home_of,
    open_hours,
    sharing_rooms,
    staff_by_pool,
)
from simcap.analysis.spec import TallySpec
from simcap.engine.visits import NO_POOL
from simcap.network import Network, Never, jit
from simcap.network.resolved import closings, review_times
from simcap.network.reviews import places_at_start

CONTACTS = {"": 0, "none": 0, "lay": 1, "professional": 2}


class Stopped(Exception):
    """The counts are no longer wanted."""


class Axis:
    """Names with positions."""

    def __init__(self, names):
        self.names = tuple(dict.fromkeys(names))
        self.at = {name: i for i, name in enumerate(self.names)}

    def __len__(self):
        return len(self.names)

    def of(self, names) -> np.ndarray:
        return np.array([self.at[name] for name in names], dtype=np.int64)


@dataclass(frozen=True)
class Layout:
    """What each stream, station and pool of a network is to the tally, as arrays by position. The
    same for every replication. A kind of station that is part of another has it as its whole, any
    other itself.

    ``members`` are the pools of all stations, one station after another; ``closings`` (hours at
    which places close, pool after pool; where those of each pool begin; where they end);
    ``switches`` (hours at which stations close and open in turn, one row of hours after another;
    where each begins, and where the last ends); ``home`` see ``capacity.home_of``. ``periods`` are
    the kinds of station that are told by when residents join, ``dates`` the weekday and quarter of
    each day (days, 2), as rows of a kind of station (``counting.WEEKDAY``, ``counting.QUARTER``),
    the latter's names ``quarters``. ``station_checks`` and ``stream_checks`` are the targets (of
    ``TallySpec.targets``, by position) of all stations and streams, one after the other, and where
    those of each begin and the last end.
    """

    zones: Axis
    needs: Axis
    kinds: Axis
    staff: Axis
    stream_need: np.ndarray
    stream_zone: np.ndarray
    stream_register: np.ndarray
    station_kind: np.ndarray
    station_whole: np.ndarray
    station_zone: np.ndarray
    station_duplicate: np.ndarray
    station_referral: np.ndarray
    station_role: np.ndarray
    station_impatient: np.ndarray
    marks: np.ndarray
    members: np.ndarray
    home: np.ndarray
    switches: tuple[np.ndarray, np.ndarray]
    periods: Axis
    dates: np.ndarray
    quarters: tuple[str, ...]
    station_checks: tuple[np.ndarray, np.ndarray]
    stream_checks: tuple[np.ndarray, np.ndarray]
    closings: tuple[np.ndarray, np.ndarray, np.ndarray]
    queue_staff: np.ndarray
    queue_zone: np.ndarray
    pool_staff: np.ndarray
    pool_zone: np.ndarray


def layout(network: Network, spec: TallySpec) -> Layout:
    """The ``Layout`` of ``network``, whose labels name needs and zones of ``spec``."""
    zones = Axis([zone for zone, _, _ in spec.zones] + ["district"])
    needs = Axis(cell.need for cell in spec.needs)
    kind = [station.labels.get("station", station.name) for station in network.stations]
    whole = [
        station.labels.get("part of") or name
        for station, name in zip(network.stations, kind, strict=True)
    ]
    kinds = Axis([*kind, *whole])
    of_pool = staff_by_pool(network)
    staff = Axis(name for name, _ in of_pool.values())
    pools = {pool.name: i for i, pool in enumerate(network.pools)}

    def by_station(label, default=""):
        return [station.labels.get(label, default) for station in network.stations]

    first = [of_pool[station.pools[0].pool] for station in network.stations]
    station_kind, station_whole = kinds.of(kind), kinds.of(whole)
    station_zone, referral = (
        zones.of(by_station("zone", "district")),
        np.array([r == "yes" for r in by_station("referral")]),
    )
    contact = np.array([CONTACTS[contact] for contact in by_station("contact")])
    treatment, role = (
        np.array([t == "yes" for t in by_station("treatment")]),
        np.array(by_station("role")),
    )
    queue_staff, queue_zone = (
        staff.of(name for name, _ in first),
        zones.of(zone or "district" for _, zone in first),
    )
    number = np.array([len(station.pools) for station in network.stations])
    hours, switches = open_hours(network, spec.horizon)
    targets = {target.name: target.hours for target in spec.targets}
    targets |= {"hotline answer": spec.hotline_answer, "crisis response": spec.crisis_response}
    periods = Axis(name for name, _ in spec.by_arrival)
    dates, quarters = _dates(spec)
    rows = counting.QUARTER + len(quarters)
    station_checks, stream_checks = (
        _checks(
            [[i for i, target in enumerate(spec.targets) if name in of(target)] for name in names]
        )
        for names, of in (
            (kind, lambda target: target.stations),
            ([stream.labels["need"] for stream in network.arrivals], lambda target: target.needs),
        )
    )
    marks = np.zeros(len(network.stations), dtype=counting.MARK)
    for name, column in (
        (
            "target",
            [
                targets.get(station.labels.get("target", ""), spec.first_contact)
                for station in network.stations
            ],
        ),
        ("cell", station_kind * len(zones) + station_zone),
        ("queue", queue_staff * len(zones) + queue_zone),
        ("pool", np.cumsum(number) - number),
        ("pools", number),
        ("team", [station.team for station in network.stations]),
        (
            "caseload",
            [
                NO_POOL if station.caseload is None else pools[station.caseload.pool]
                for station in network.stations
            ],
        ),
        ("hours", hours),
        (
            "periods",
            [
                rows * periods.at[name] if name in periods.at else counting.NO_PERIODS
                for name in (
                    of if of in periods.at else mine for mine, of in zip(kind, whole, strict=True)
                )
            ],
        ),
        ("check", station_checks[1][:-1]),
        ("checks", np.diff(station_checks[1])),
        ("sessions", [station.sessions for station in network.stations]),
        ("contact", contact),
        ("treatment", treatment),
        ("referral", referral),
        ("register", role == "register"),
        ("crisis", role == "crisis"),
        (
            "response",
            (role == "crisis") | (np.array(by_station("target")) == "crisis response"),
        ),
    ):
        marks[name] = column
    return Layout(
        zones,
        needs,
        kinds,
        staff,
        needs.of(stream.labels["need"] for stream in network.arrivals),
        zones.of(stream.labels["zone"] for stream in network.arrivals),
        np.array([stream.labels.get("register", "") == "yes" for stream in network.arrivals]),
        station_kind,
        station_whole,
        station_zone,
        np.array([d == "yes" for d in by_station("duplicate")]),
        referral,
        role,
        np.array([not isinstance(station.patience, Never) for station in network.stations]),
        marks,
        np.array(
            [pools[a.pool] for station in network.stations for a in station.pools], dtype=np.int64
        ),
        home_of(network),
        switches,
        periods,
        dates,
        quarters,
        station_checks,
        stream_checks,
        _closings(network, spec.horizon),
        queue_staff,
        queue_zone,
        staff.of(name for name, _ in of_pool.values()),
        zones.of(zone or "district" for _, zone in of_pool.values()),
    )


def _dates(spec: TallySpec) -> tuple[np.ndarray, tuple[str, ...]]:
    """(the weekday and quarter of each day of the run, as rows of a kind of station; the names of
    the quarters).
    """
    days = range(spec.first_day, spec.first_day + int(spec.horizon // 24) + 2)
    dates = [datetime.date.fromordinal(day) for day in days]
    names = [f"{date.year} Q{(date.month + 2) // 3}" for date in dates]
    quarters = Axis(names)
    weekdays = np.array([date.weekday() for date in dates], dtype=np.int64)
    rows = (counting.WEEKDAY + weekdays, counting.QUARTER + quarters.of(names))
    return np.column_stack(rows), quarters.names


def _checks(of_each: list[list[int]]) -> tuple[np.ndarray, np.ndarray]:
    """(all targets, one station's or stream's after another's; where those of each begin, and where
    the last end).
    """
    first = np.cumsum([0, *(len(mine) for mine in of_each)], dtype=np.int64)
    return np.array([i for mine in of_each for i in mine], dtype=np.int64), first


class Tally:
    """Counts of one replication. ``add`` batches in order, then ``close``. ``at`` is the ``layout``
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
    the histograms of their waits for a professional.
    """

    def __init__(self, network: Network, spec: TallySpec, at: Layout | None = None):
        self.network, self.spec, self.map = network, spec, at or layout(network, spec)
        at, pools, hours = self.map, len(network.pools), int(spec.end - spec.begin)
        lines, cells = len(at.staff) * len(at.zones), len(at.needs) * len(at.zones)
        self.stations = np.zeros(len(network.stations), dtype=counting.COUNTS)
        self.room = np.full(len(network.arrivals), 16, dtype=np.int64)
        self.people = _nobody(int(self.room.sum()))
        self.waits, self.unfinished = (
            np.zeros((len(at.kinds) * len(at.zones), histogram.ROW), np.int32) for _ in range(2)
        )
        self.residents = np.zeros(cells, dtype=counting.RESIDENTS)
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
            ("visit", spec.register_visit),
            ("hours", hours),
            ("weeks", self.weeks.shape[1] - 1),
            ("days", self.daily.shape[1] - 1),
        ):
            self._window[name] = value
        self._book: counting.Book | None = None

    def add(self, visits: np.ndarray) -> None:
        """Count one batch."""
        visits = visits.view(np.dtype((np.record, visits.dtype)))
        self._make_room(visits)
        book = self._open(len(visits) * int(self.map.marks["pools"].max()))
        self.kernels.count(book, visits)
        self.overruns.append(book.overruns[: self._window["overruns"][0]].copy())
        self._window["overruns"] = 0

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
        people = _nobody(int(room.sum()))
        people[np.arange(len(self.people)) + np.repeat(after - before, self.room)] = self.people
        self.room, self.people = room, people

    def close(self) -> None:
        """After the last batch: what came and went becomes what was there, and residents are
        counted.
        """
        at = self.map
        for changes in (self.weeks, self.waiting, self.daily, self.busy):
            np.cumsum(changes, axis=1, out=changes)
        self.daily = self.daily[:, :-1].reshape(len(at.staff), len(at.zones), -1).sum(axis=1)
        self.kernels.count_residents(
            self._window,
            at.stream_need * len(at.zones) + at.stream_zone,
            at.stream_register,
            at.stream_checks[1],
            self.resident_checks,
            self._offset(),
            self.room,
            self.people,
            self.residents,
            self.first_waits,
            self.first_unfinished,
        )
        self._book = None

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

    def rostered(self, capacity: np.ndarray) -> np.ndarray:
        """Place-hours by pool, in the window, of ``capacity`` (a run's table); none of a right to
        the places of another pool, and of staff who share rooms no more than there are rooms.
        """
        capacity = self._seated(self._own(capacity))
        last = np.append(capacity["pool"][1:] != capacity["pool"][:-1], True)
        until = np.where(last, self.spec.end, np.append(capacity["time"][1:], 0.0)).clip(
            self.spec.begin, self.spec.end
        )
        lasts = until - capacity["time"].clip(self.spec.begin, self.spec.end)
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


def _closings(network: Network, horizon: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(hours at which places close, or a review may close them, pool after pool; where those of
    each pool begin; where they end).
    """
    times = []
    for pool in network.pools:
        reviews = [
            review_times(review, horizon)
            for review in network.reviews
            if pool.name in places_at_start(review)
        ]
        times.append(np.unique(np.concatenate([closings(pool, horizon), *reviews])) / 3.6e9)
    last = np.cumsum([len(part) for part in times], dtype=np.int64)
    return np.concatenate([np.empty(0), *times]), last - [len(part) for part in times], last


def tally(
    run, spec: TallySpec, at: Layout | None = None, stopping: threading.Event | None = None
) -> Tally:
    """The counts of ``run``, whose visits are read here; ``at`` is the ``layout`` of its network
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
