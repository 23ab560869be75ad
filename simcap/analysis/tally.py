"""Visits, batch by batch, into counts. Warm-up is cut here, from the records; nothing is reset while the simulation runs.

Two things are counted. Per *resident* of the cohort: when they first had any contact, when a professional, whether a course was
completed; kept in arrays by stream and number. Per *station* (one need at one place): joinings, waits, outcomes, hours. Both
are laid on axes (need, zone) or (kind of station, zone), which ``measures`` sums up.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simcap.analysis import histogram
from simcap.analysis.guards import staff_by_pool
from simcap.analysis.spec import TallySpec
from simcap.engine.visits import LEFT, NO_POOL, SEEN, Outcome
from simcap.network import Network

CONTACTS = {"": 0, "none": 0, "lay": 1, "professional": 2}
GAVE_UP = (Outcome.RENEGED, Outcome.DETERIORATED)


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
    """What each stream, station and pool of a network is to the tally, as arrays by position."""

    zones: Axis
    needs: Axis
    kinds: Axis
    staff: Axis
    stream_need: np.ndarray
    stream_zone: np.ndarray
    stream_register: np.ndarray
    station_kind: np.ndarray
    station_zone: np.ndarray
    station_contact: np.ndarray
    station_treatment: np.ndarray
    station_duplicate: np.ndarray
    station_referral: np.ndarray
    station_role: np.ndarray
    station_pools: tuple[tuple[int, ...], ...]
    station_team: np.ndarray
    queue_staff: np.ndarray
    queue_zone: np.ndarray
    pool_staff: np.ndarray
    pool_zone: np.ndarray


def layout(network: Network, spec: TallySpec) -> Layout:
    """The ``Layout`` of ``network``, whose labels name needs and zones of ``spec``."""
    zones = Axis([zone for zone, _, _ in spec.zones] + ["district"])
    needs = Axis(cell.need for cell in spec.needs)
    kinds = Axis(station.labels.get("station", station.name) for station in network.stations)
    of_pool = staff_by_pool(network)
    staff = Axis(name for name, _ in of_pool.values())
    pools = {pool.name: i for i, pool in enumerate(network.pools)}

    def by_station(label, default=""):
        return [station.labels.get(label, default) for station in network.stations]

    first = [of_pool[station.pools[0].pool] for station in network.stations]
    return Layout(
        zones, needs, kinds, staff,
        needs.of(stream.labels["need"] for stream in network.arrivals), zones.of(stream.labels["zone"] for stream in network.arrivals),
        np.array([stream.labels.get("register", "") == "yes" for stream in network.arrivals]),
        kinds.of(station.labels.get("station", station.name) for station in network.stations), zones.of(by_station("zone", "district")),
        np.array([CONTACTS[contact] for contact in by_station("contact")]), np.array([t == "yes" for t in by_station("treatment")]),
        np.array([d == "yes" for d in by_station("duplicate")]), np.array([r == "yes" for r in by_station("referral")]),
        np.array(by_station("role")), tuple(tuple(pools[a.pool] for a in station.pools) for station in network.stations),
        np.array([station.team for station in network.stations]), staff.of(name for name, _ in first),
        zones.of(zone or "district" for _, zone in first), staff.of(name for name, _ in of_pool.values()),
        zones.of(zone or "district" for _, zone in of_pool.values()))


class Tally:
    """Counts of one replication. ``add`` batches in order, then ``close``."""

    def __init__(self, network: Network, spec: TallySpec):
        self.network, self.spec, self.map = network, spec, layout(network, spec)
        stations, pools, cells = len(network.stations), len(network.pools), len(self.map.kinds) * len(self.map.zones)
        self.cell = self.map.station_kind * len(self.map.zones) + self.map.station_zone
        self.residents = Residents(len(network.arrivals))
        self.joined, self.attended, self.reneged, self.balked, self.redialled, self.contacts, self.within, self.eligible = (
            np.zeros(stations, dtype=np.int64) for _ in range(8))
        self.no_shows, self.referrals, self.referrals_kept = (np.zeros(stations, dtype=np.int64) for _ in range(3))
        self.wait_sum, self.waited_sum, self.queue_hours = (np.zeros(stations) for _ in range(3))
        self.waits, self.unfinished = np.zeros((cells, histogram.BINS), np.int32), np.zeros((cells, histogram.BINS), np.int32)
        self.worked = np.zeros(pools)
        self.weeks = np.zeros((len(self.map.staff), len(self.map.zones), int(spec.weeks) + 1), dtype=np.int64)
        self.hours = spec.begin + 0.5 + np.arange(int(spec.end - spec.begin))
        self.waiting = np.zeros((len(self.map.staff), len(self.map.zones), len(self.hours) + 1), dtype=np.int32)
        self.busy = np.zeros((pools, len(self.hours) + 1), dtype=np.int32)
        self.intervals: list[tuple[np.ndarray, np.ndarray, np.ndarray]] = []

    def add(self, visits: np.ndarray) -> None:
        """Count one batch."""
        seen = np.isin(visits["outcome"], SEEN)
        contact = self.map.station_contact[visits["station"]]
        in_window = (visits["started"] >= self.spec.begin) & (visits["started"] < self.spec.end)
        registered = seen & in_window & (self.map.station_role[visits["station"]] == "register")
        self.residents.add(visits, seen, contact, self.map.station_treatment[visits["station"]], registered)
        self._waits(visits)
        self._work(visits)
        _count(self.contacts, visits["station"], seen & in_window & (contact > 0))
        _count(self.no_shows, visits["station"], (visits["outcome"] == Outcome.NO_SHOW) & in_window)
        made = self.map.station_referral[visits["station"]] & in_window
        _count(self.referrals, visits["station"], made)
        _count(self.referrals_kept, visits["station"], made & (visits["next"] != LEFT))

    def _waits(self, visits: np.ndarray) -> None:
        """Waits of first sessions that were joined in the window, and queues of all who joined.

        Who is called and does not come has not been attended: they count as those who gave up do. A wait runs from joining; at a
        station with the role "crisis" it is the response, from asking, hand-offs included.
        """
        spec, station = self.spec, visits["station"]
        joined, started = visits["joined"], visits["started"]
        until = np.where(np.isnan(started), np.where(np.isnan(visits["ended"]), spec.horizon, visits["ended"]), started)
        waited = until - np.where(self.map.station_role[station] == "crisis", visits["arrived"], joined)
        present = ~np.isnan(joined)
        overlap = np.minimum(until, spec.end) - np.maximum(joined, spec.begin)
        np.add.at(self.queue_hours, station[present], overlap[present].clip(min=0.0))
        for_good = np.where(np.isnan(started) & np.isnan(visits["ended"]), np.inf, until)
        self._weekly(station[present], joined[present], for_good[present])

        first = present & (joined >= spec.begin) & (joined < spec.end) & (visits["session"] == 1)
        missed = first & (visits["outcome"] == Outcome.NO_SHOW)
        start = first & ~np.isnan(started) & ~missed
        gave_up = first & np.isin(visits["outcome"], GAVE_UP)
        still = first & np.isnan(started) & np.isnan(visits["ended"])
        balked = first & (visits["outcome"] == Outcome.BALKED)
        stayed = first & ~balked
        for counter, mask in ((self.joined, first), (self.attended, start), (self.balked, balked),
                              (self.reneged, first & (visits["outcome"] == Outcome.RENEGED)),
                              (self.redialled, (gave_up | balked) & (visits["next"] == station))):
            _count(counter, station, mask)
        np.add.at(self.wait_sum, station[start], waited[start])
        np.add.at(self.waited_sum, station[stayed], waited[stayed])
        np.add.at(self.waits, (self.cell[station[start]], histogram.bins(waited[start])), 1)
        unfinished = gave_up | still | missed
        np.add.at(self.unfinished, (self.cell[station[unfinished]], histogram.bins(waited[unfinished])), 1)
        target = self._targets()[station]
        eligible = first & (joined <= spec.horizon - target)
        _count(self.eligible, station, eligible)
        _count(self.within, station, eligible & start & (waited <= target))

    def _targets(self) -> np.ndarray:
        """The target for the wait at each station, in hours."""
        spec = self.spec
        hours = {"hotline answer": spec.hotline_answer, "crisis response": spec.crisis_response}
        return np.array([hours.get(station.labels.get("target", ""), spec.first_contact) for station in self.network.stations])

    def _weekly(self, station: np.ndarray, joined: np.ndarray, until: np.ndarray) -> None:
        """Who stands in line at the end of each observed week (and at its beginning), by staff and zone."""
        last = self.weeks.shape[2] - 1
        enter = np.ceil((joined - self.spec.begin) / 168.0).clip(0, last + 1).astype(np.int64)
        leave = np.ceil((until - self.spec.begin) / 168.0).clip(0, last + 1).astype(np.int64)
        where = self.map.queue_staff[station], self.map.queue_zone[station]
        self._hourly(self.waiting, where, joined, until)
        for week, sign in ((enter, 1), (leave, -1)):
            inside = week <= last
            np.add.at(self.weeks, (where[0][inside], where[1][inside], week[inside]), sign)

    def _hourly(self, grid: np.ndarray, where: tuple, start: np.ndarray, end: np.ndarray) -> None:
        """Note on ``grid``, at ``where``, who is there from ``start`` to ``end``, as seen at half past each observed hour."""
        for times, sign in ((start, 1), (end, -1)):
            hour = np.searchsorted(self.hours, times)
            np.add.at(grid, (*where, hour), sign)

    def _work(self, visits: np.ndarray) -> None:
        """Hours at work by pool: a place is held from the start to the end, whether or not the resident came."""
        at_work = visits["pool"] != NO_POOL
        station, start = visits["station"][at_work], visits["started"][at_work]
        end = np.where(np.isnan(visits["ended"][at_work]), self.spec.horizon, visits["ended"][at_work])
        pool = visits["pool"][at_work].astype(np.int64)
        team = self.map.station_team[station]
        pools, starts, ends = [pool[~team]], [start[~team]], [end[~team]]
        for position in np.unique(station[team]):
            mine = station == position
            for member in self.map.station_pools[position]:
                pools.append(np.full(mine.sum(), member))
                starts.append(start[mine])
                ends.append(end[mine])
        pool, start, end = np.concatenate(pools), np.concatenate(starts), np.concatenate(ends)
        overlap = (np.minimum(end, self.spec.end) - np.maximum(start, self.spec.begin)).clip(min=0.0)
        np.add.at(self.worked, pool, overlap)
        self._hourly(self.busy, (pool,), start, end)
        inside = overlap > 0
        self.intervals.append((pool[inside], start[inside], end[inside]))

    def close(self) -> None:
        """After the last batch: what came and went becomes what was there."""
        self.weeks = np.cumsum(self.weeks, axis=2)
        self.waiting, self.busy = np.cumsum(self.waiting, axis=2), np.cumsum(self.busy, axis=1)

    def idle_while_others_wait(self, capacity: np.ndarray) -> np.ndarray:
        """Place-hours by (staff, zone), in the window, free while residents of another zone waited for the same staff; read at half
        past each hour. ``capacity`` is a run's table."""
        free = np.zeros(self.waiting.shape)
        for position in range(len(self.busy)):
            steps = capacity[capacity["pool"] == position]
            places = steps["places"][np.searchsorted(steps["time"], self.hours, side="right") - 1]
            if np.isfinite(places).all():
                free[self.map.pool_staff[position], self.map.pool_zone[position], :-1] += (places - self.busy[position, :-1]).clip(min=0)
        others = self.waiting.sum(axis=1, keepdims=True) - self.waiting
        return (free * (others > 0))[:, :, :-1].sum(axis=2)

    def overtime(self, capacity: np.ndarray) -> np.ndarray:
        """Hours by pool, in the window, in which more were at work than ``capacity`` (a run's table) has places."""
        begin, end = self.spec.begin, self.spec.end
        pools, starts, ends = (np.concatenate(part) if part else np.empty(0) for part in zip(*self.intervals, strict=True)) \
            if self.intervals else (np.empty(0, int), np.empty(0), np.empty(0))
        order = np.argsort(pools, kind="stable")
        pools, starts, ends = pools[order], starts[order], ends[order]
        result = np.zeros(len(self.worked))
        for position in np.unique(pools):
            first, last = np.searchsorted(pools, position), np.searchsorted(pools, position, side="right")
            steps = capacity[capacity["pool"] == position]
            result[position] = _excess(starts[first:last].clip(begin, end), ends[first:last].clip(begin, end), steps, begin, end)
        return result


def _excess(starts: np.ndarray, ends: np.ndarray, steps: np.ndarray, begin: float, end: float) -> float:
    """The integral of (number at work − places) where it is above 0, from ``begin`` to ``end``."""
    if not np.isfinite(steps["places"]).all():
        return 0.0
    change = np.diff(np.concatenate([[0.0], steps["places"]]))
    times = np.concatenate([starts, ends, steps["time"].clip(begin, end)])
    deltas = np.concatenate([np.ones(len(starts)), -np.ones(len(ends)), -change])
    order = np.argsort(times, kind="stable")
    over = np.cumsum(deltas[order])[:-1].clip(min=0.0)
    return float((over * np.diff(times[order])).sum())


class Residents:
    """First contacts of every resident, in flat arrays that grow: one stretch for each stream."""

    FIELDS = ("arrived", "any", "professional", "treated", "left", "sought", "registered")

    def __init__(self, streams: int):
        self.room = np.full(streams, 16, dtype=np.int64)
        self.offset = np.concatenate([[0], np.cumsum(self.room)[:-1]]) if streams else np.zeros(0, np.int64)
        self.values = {name: np.full(int(self.room.sum()), np.nan) for name in self.FIELDS}

    def add(self, visits: np.ndarray, seen: np.ndarray, contact: np.ndarray, treatment: np.ndarray,
            registered: np.ndarray) -> None:
        """Note what one batch says of its residents. Rows of one resident come in order, so the first is the earliest."""
        self._make_room(visits)
        at = self.offset[visits["stream"]] + visits["resident"]
        self.values["arrived"][at] = visits["arrived"]
        self._first("any", at, visits["started"], seen & (contact >= 1))
        self._first("professional", at, visits["started"], seen & (contact == 2))
        self._first("treated", at, visits["ended"], treatment & (visits["outcome"] == Outcome.COMPLETED))
        self._first("sought", at, visits["arrived"], contact == 2)
        self._first("registered", at, visits["started"], registered)
        gone = visits["next"] == LEFT
        self.values["left"][at[gone]] = visits["ended"][gone]

    def _first(self, name: str, at: np.ndarray, times: np.ndarray, mask: np.ndarray) -> None:
        values = self.values[name]
        new = mask & np.isnan(values[at])
        values[at[new][::-1]] = times[new][::-1]

    def _make_room(self, visits: np.ndarray) -> None:
        needed = np.zeros(len(self.room), dtype=np.int64)
        np.maximum.at(needed, visits["stream"], visits["resident"] + 1)
        if (needed <= self.room).all():
            return
        room = np.where(needed > self.room, np.maximum(2 * self.room, needed), self.room)
        offset = np.concatenate([[0], np.cumsum(room)[:-1]])
        new_place = np.arange(int(self.room.sum())) + np.repeat(offset - self.offset, self.room)
        for name, old in self.values.items():
            self.values[name] = np.full(int(room.sum()), np.nan)
            self.values[name][new_place] = old
        self.room, self.offset = room, offset

    def streams(self) -> np.ndarray:
        """The stream of each place in the arrays."""
        return np.repeat(np.arange(len(self.room)), self.room)


def _count(counter: np.ndarray, where: np.ndarray, mask: np.ndarray) -> None:
    counter += np.bincount(where[mask], minlength=len(counter)).astype(counter.dtype)


def tally(run, spec: TallySpec) -> Tally:
    """The counts of ``run``, whose visits are read here."""
    counts = Tally(run.network, spec)
    for visits in run.visits:
        counts.add(visits)
    counts.close()
    return counts
