"""Visits, batch by batch, into counts. Warm-up is cut here, from the records; nothing is reset while the simulation runs. The counting
itself is in ``counting``.

Two things are counted. Per *resident* of the cohort: when they first had any contact, when a professional, whether a course was
completed; kept in arrays by stream and number. Per *station* (one need at one place): joinings, waits, outcomes, hours. Both
are laid on axes (need, zone) or (kind of station, zone), which ``measures`` sums up.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simcap.analysis import counting, histogram
from simcap.analysis.guards import staff_by_pool
from simcap.analysis.spec import NeedCell, TallySpec
from simcap.engine import simulate
from simcap.network import Arrivals, Network, Pool, Station, jit
from simcap.network.resolved import capacity_steps

CONTACTS = {"": 0, "none": 0, "lay": 1, "professional": 2}


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
    """Counts of one replication. ``add`` batches in order, then ``close``.

    ``stations`` (``counting.COUNTS``) are counts by station, ``people`` (``counting.PERSON``) the residents, one stretch for each stream;
    ``waits`` and ``unfinished`` histograms by (kind × zone), ``weeks`` and ``waiting`` the numbers in line by (staff, zone) at the end of
    each observed week and at half past each hour, ``busy`` those at work by pool at half past each hour, ``worked`` hours by pool.
    """

    def __init__(self, network: Network, spec: TallySpec):
        self.network, self.spec, self.map = network, spec, layout(network, spec)
        at, pools, hours = self.map, len(network.pools), int(spec.end - spec.begin)
        self.hours = spec.begin + 0.5 + np.arange(hours)
        self.stations = np.zeros(len(network.stations), dtype=counting.COUNTS)
        self.room = np.full(len(network.arrivals), 16, dtype=np.int64)
        self.people = _nobody(int(self.room.sum()))
        self.waits, self.unfinished = (np.zeros((len(at.kinds) * len(at.zones), histogram.BINS), np.int32) for _ in range(2))
        self.weeks = np.zeros((len(at.staff), len(at.zones), int(spec.weeks) + 1), dtype=np.int64)
        self.waiting = np.zeros((len(at.staff), len(at.zones), hours + 1), dtype=np.int32)
        self.busy, self.worked = np.zeros((pools, hours + 1), dtype=np.int32), np.zeros(pools)
        self.overruns: list[np.ndarray] = []
        self.kernels = jit.compiled(counting)
        self._window = np.zeros(1, dtype=counting.WINDOW)
        for name, value in (("begin", spec.begin), ("end", spec.end), ("horizon", spec.horizon), ("hours", hours),
                            ("weeks", self.weeks.shape[2] - 1)):
            self._window[name] = value
        self._book: counting.Book | None = None

    def add(self, visits: np.ndarray) -> None:
        """Count one batch."""
        visits = visits.view(np.dtype((np.record, visits.dtype)))
        self._make_room(visits)
        book = self._open(len(visits) * max(len(pools) for pools in self.map.station_pools))
        self.kernels.count(book, visits)
        self.overruns.append(book.overruns[:self._window["overruns"][0]].copy())
        self._window["overruns"] = 0

    def _open(self, overruns: int) -> counting.Book:
        """The book, with room for so many overruns."""
        at, book = self.map, self._book
        if book is None:
            times, first, last = _closings(self.network, self.spec.horizon)
            lines = (len(at.staff) * len(at.zones), -1)
            members = np.array([pool for pools in at.station_pools for pool in pools], dtype=np.int64)
            book = counting.Book(
                self._window, _marks(self.network, self.spec, at), self.stations, members, np.empty(0, np.int64), self.people, self.waits,
                self.unfinished, self.weeks.reshape(lines), self.waiting.reshape(lines), self.busy, self.worked, times, first, first.copy(),
                last, np.empty(0, dtype=counting.OVERRUN))
        if len(book.overruns) < overruns:
            book = book._replace(overruns=np.empty(overruns, dtype=counting.OVERRUN))
        self._book = book._replace(people=self.people, offset=np.concatenate([[0], np.cumsum(self.room)[:-1]]))
        return self._book

    def _make_room(self, visits: np.ndarray) -> None:
        """Room for the residents of ``visits``, twice as much for each stream that has too little."""
        numbers = np.zeros(len(self.room), dtype=np.int64)
        self.kernels.needed(numbers, visits)
        if (numbers <= self.room).all():
            return
        room = np.where(numbers > self.room, np.maximum(2 * self.room, numbers), self.room)
        before, after = np.cumsum(self.room) - self.room, np.cumsum(room) - room
        people = _nobody(int(room.sum()))
        people[np.arange(len(self.people)) + np.repeat(after - before, self.room)] = self.people
        self.room, self.people = room, people

    def close(self) -> None:
        """After the last batch: what came and went becomes what was there."""
        self.weeks = np.cumsum(self.weeks, axis=2)
        self.waiting, self.busy = np.cumsum(self.waiting, axis=2), np.cumsum(self.busy, axis=1)
        self._book = None

    def streams(self) -> np.ndarray:
        """The stream of each of ``people``."""
        return np.repeat(np.arange(len(self.room)), self.room)

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
        """Hours by pool, in the window, in which more were at work than ``capacity`` (a run's table) has places.

        Only sessions that were going on while places closed matter: nobody starts where all places are taken, so whoever is at work while
        there are too many started before the last closing.
        """
        begin, end = self.spec.begin, self.spec.end
        overruns = np.concatenate([np.empty(0, dtype=counting.OVERRUN), *self.overruns])
        result = np.zeros(len(self.worked))
        for position in np.unique(overruns["pool"]):
            mine, steps = overruns[overruns["pool"] == position], capacity[capacity["pool"] == position]
            result[position] = _excess(mine["start"].clip(begin, end), mine["end"].clip(begin, end), steps, begin, end)
        return result


def _nobody(number: int) -> np.ndarray:
    """Records of residents of whom nothing is known."""
    people = np.empty(number, dtype=counting.PERSON)
    people.view(np.float64)[:] = np.nan
    return people


def _marks(network: Network, spec: TallySpec, at: Layout) -> np.ndarray:
    """What each station is to the tally."""
    targets = {"hotline answer": spec.hotline_answer, "crisis response": spec.crisis_response}
    pools = np.array([len(pools) for pools in at.station_pools])
    marks = np.zeros(len(network.stations), dtype=counting.MARK)
    marks["target"] = [targets.get(station.labels.get("target", ""), spec.first_contact) for station in network.stations]
    marks["cell"] = at.station_kind * len(at.zones) + at.station_zone
    marks["queue"] = at.queue_staff * len(at.zones) + at.queue_zone
    marks["pool"], marks["pools"], marks["team"] = np.cumsum(pools) - pools, pools, at.station_team
    marks["contact"], marks["treatment"], marks["referral"] = at.station_contact, at.station_treatment, at.station_referral
    marks["register"], marks["crisis"] = at.station_role == "register", at.station_role == "crisis"
    return marks


def _closings(network: Network, horizon: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(hours at which places close, pool after pool; where those of each pool begin; where they end)."""
    times = []
    for pool in network.pools:
        at, places = capacity_steps(pool, horizon)
        times.append(at[1:][places[1:] < places[:-1]] / 3.6e9)
    last = np.cumsum([len(part) for part in times])
    return np.concatenate([np.empty(0), *times]), np.concatenate([[0], last[:-1]]).astype(np.int64), last.astype(np.int64)


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


def tally(run, spec: TallySpec) -> Tally:
    """The counts of ``run``, whose visits are read here."""
    counts = Tally(run.network, spec)
    for visits in run.visits:
        counts.add(visits)
    counts.close()
    return counts


def prepare() -> None:
    """Compile the counting if this machine has not done so before."""
    labels = {"need": "need", "zone": "zone"}
    network = Network([Pool("pool")], [Station("station", ["pool"], 1.0)], [Arrivals("station", backlog=1, labels=labels)])
    need = NeedCell("need", "group", "severity", "zone", "urban", 1.0, 1.0, 1.0, False)
    zones = (("zone", "urban", 1.0),)
    tally(simulate(network, 168.0), TallySpec(0.0, 168.0, 168.0, 1.0, 1.0, 1.0, zones, (need,), (), (0.0, 0.0), (0.0, 0.0)))
