"""One replication, looked at: who waits and which places are in use and on duty, at any moment.

A wait is [joined, until), until somebody attends or the resident gives up, gets worse or is found;
a place is in use in [started, ended). Times are microseconds since hour 0, as in ``Trace``.
"""

from __future__ import annotations

import datetime
import functools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from simcap.analysis.capacity import counts_as_staff, home_of, staff_by_pool
from simcap.building.staffing import NOBODY
from simcap.engine.visits import Outcome
from simcap.network.clock import HOUR, INFINITY
from simcap.scenario.staff import DISTRICT
from simcap.tracing import Trace

DAY = 24 * HOUR
FAILED = (Outcome.RENEGED, Outcome.BALKED)


@dataclass(frozen=True, eq=False)
class Spans:
    """Intervals [begin, end) of time: sorted ``begins``, sorted ``ends``."""

    begins: np.ndarray
    ends: np.ndarray

    @classmethod
    def of(cls, begins: np.ndarray, ends: np.ndarray) -> Spans:
        return cls(np.sort(begins), np.sort(ends))

    def at(self, times: np.ndarray) -> np.ndarray:
        """How many of them hold at each of ``times``."""
        begun = np.searchsorted(self.begins, times, side="right")
        return begun - np.searchsorted(self.ends, times, side="right")

    def changes(self, begin: int, end: int) -> np.ndarray:
        """The moments from ``begin`` to ``end`` at which one begins or ends, and both edges."""
        every = np.concatenate([self.begins, self.ends])
        inside = every[(every > begin) & (every < end)]
        return np.unique(np.concatenate([[begin], inside, [end]]))


@dataclass(frozen=True)
class Desk:
    """Where residents queue, of all needs together: the positions of its stations in the network,
    and of the pools whose places attend there.
    """

    name: str
    role: str
    line: bool
    stations: tuple[int, ...]
    pools: tuple[int, ...]


@dataclass(frozen=True)
class Line:
    """The staff of one ``zone`` ("" is the district), and the stations where residents wait for
    them.
    """

    zone: str
    stations: tuple[int, ...]
    pools: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Watched:
    """A replication with what the pictures count, made once. ``name`` is the scenario's."""

    name: str
    trace: Trace

    @functools.cached_property
    def until(self) -> np.ndarray:
        """When the wait of each visit ended; the horizon if it has not."""
        times = self.trace.times
        return np.minimum.reduce([times["started"], times["ended"]]).clip(max=self.trace.horizon)

    @functools.cached_property
    def again(self) -> np.ndarray:
        """Whether a visit is a further try of who gave up, or found it full, at the same place."""
        visits = self.trace.visits
        same = [visits[name][1:] == visits[name][:-1] for name in ("stream", "resident", "station")]
        failed = np.isin(visits["outcome"][:-1], FAILED)
        again = np.logical_and.reduce([*same, failed, visits["session"][1:] == 1])
        return np.append(np.zeros(min(1, len(visits)), dtype=bool), again)

    @functools.cached_property
    def places(self) -> np.ndarray:
        """(pool, place, begin, end) of each attendance of a place, once for a group."""
        times, horizon = self.trace.times, self.trace.horizon
        rows = [
            (seat.pool, seat.place, times["started"][i], min(times["ended"][i], horizon))
            for i, seats in enumerate(self.trace.seats)
            for seat in seats
        ]
        table = np.array(rows, dtype=np.int64).reshape(-1, 4)
        return np.unique(table, axis=0)

    @functools.cached_property
    def desks(self) -> dict[str, Desk]:
        """Where residents queue, by name: lines first, then in the order of the network."""
        found: dict[str, list[int]] = {}
        for i, place in enumerate(self.trace.places):
            if not place.home and not place.referral and self._pools(i):
                found.setdefault(place.desk, []).append(i)
        made = [self._desk(name, tuple(stations)) for name, stations in found.items()]
        first = sorted(made, key=lambda desk: (desk.role != "hotline", not desk.line))
        return {desk.name: desk for desk in first}

    def _desk(self, name: str, stations: tuple[int, ...]) -> Desk:
        labels = self.trace.network.stations[stations[0]].labels
        line = labels.get("place") == DISTRICT and labels.get("contact") == "lay"
        pools = {pool for i in stations for pool in self._pools(i)}
        return Desk(name, labels.get("role", ""), line, stations, tuple(sorted(pools)))

    def _pools(self, station: int) -> list[int]:
        """Whose places attend at ``station``."""
        pools = self.trace.network.pools
        found = (int(self._home[pool]) for pool in self._listed[station])
        return [pool for pool in dict.fromkeys(found) if pools[pool].name != NOBODY]

    @functools.cached_property
    def _home(self) -> np.ndarray:
        return home_of(self.trace.network)

    @functools.cached_property
    def _listed(self) -> list[list[int]]:
        position = {pool.name: i for i, pool in enumerate(self.trace.network.pools)}
        return [[position[attend.pool] for attend in s.pools] for s in self.trace.network.stations]

    @functools.cached_property
    def staffs(self) -> dict[str, tuple[Line, ...]]:
        """Each kind of staff, zone by zone, in the order of the zones in the scenario."""
        of = staff_by_pool(self.trace.network)
        pools = {pool.name: pool for pool in self.trace.network.pools}
        rows: dict[str, dict[str, tuple[list[int], list[int]]]] = {}
        for i, pool in enumerate(self.trace.network.pools):
            staff, zone = of[pool.name]
            if staff and pool.name != NOBODY and counts_as_staff(pool, pools):
                zone = "" if zone == DISTRICT else zone
                rows.setdefault(staff, {}).setdefault(zone, ([], []))[1].append(i)
        for i, place in enumerate(self.trace.places):
            names = (self.trace.network.pools[pool].name for pool in self._pools(i))
            for staff in {of[name][0] for name in names} & rows.keys():
                rows[staff].setdefault(place.where, ([], []))[0].append(i)
        return {staff: tuple(self._lines(found)) for staff, found in rows.items()}

    def _lines(self, found: dict[str, tuple[list[int], list[int]]]) -> Iterator[Line]:
        order = [stream.labels.get("zone", "") for stream in self.trace.network.arrivals]
        known = {zone: i for i, zone in enumerate(dict.fromkeys(order))}
        for zone in sorted(found, key=lambda zone: (zone != "", known.get(zone, len(known)))):
            stations, pools = found[zone]
            yield Line(zone, tuple(stations), tuple(pools))

    def at(self, stations: Iterable[int]) -> np.ndarray:
        """The visits (rows of the trace) that joined at one of ``stations``."""
        here = np.isin(self.trace.visits["station"], list(stations))
        return np.flatnonzero(here & (self.trace.times["joined"] < INFINITY))

    def waiting(self, stations: Iterable[int]) -> Spans:
        """The waits at ``stations``."""
        rows = self.at(stations)
        return Spans.of(self.trace.times["joined"][rows], self.until[rows])

    def in_use(self, pools: Iterable[int]) -> Spans:
        """The attendances of places of ``pools``, wherever they attended."""
        rows = self.places[np.isin(self.places[:, 0], list(pools))]
        return Spans.of(rows[:, 2], rows[:, 3])

    def on_duty(self, pools: Iterable[int], times: np.ndarray) -> np.ndarray:
        """How many places of ``pools`` are on duty at each of ``times``; infinite without limit."""
        total = np.zeros(len(times))
        for pool in pools:
            steps = self.trace.capacity[self.trace.capacity["pool"] == pool]
            at = np.searchsorted(np.rint(steps["time"] * HOUR), times, side="right")
            total += steps["places"][at - 1]
        return total

    def duty_changes(self, pools: Iterable[int], begin: int, end: int) -> np.ndarray:
        """The moments from ``begin`` to ``end`` at which places of ``pools`` come or go."""
        steps = self.trace.capacity[np.isin(self.trace.capacity["pool"], list(pools))]
        every = np.rint(steps["time"] * HOUR).astype(np.int64)
        inside = every[(every > begin) & (every < end)]
        return np.unique(np.concatenate([[begin], inside, [end]]))

    @property
    def days(self) -> tuple[datetime.date, datetime.date]:
        """The first and the last whole day of the observed hours."""
        begin, end = (hours / 24 for hours in self.trace.observed)
        last = max(int(np.ceil(begin)), int(np.floor(end)) - 1)
        return self.date(int(np.ceil(begin))), self.date(last)

    def date(self, day: int) -> datetime.date:
        """The date of the ``day``-th day, from 0 on."""
        return self.trace.start + datetime.timedelta(days=day)

    def day(self, date: datetime.date) -> int:
        """Which day ``date`` is, from 0 on."""
        return (date - self.trace.start).days
