"""What each stream, station and pool of a network is to the tally."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable

import numpy as np

from simcap.analysis import counting
from simcap.analysis.capacity import home_of, open_hours, staff_by_pool
from simcap.analysis.spec import TallySpec
from simcap.engine.visits import NO_POOL
from simcap.network import Network, Never, Station
from simcap.network.resolved import closings, review_times
from simcap.network.reviews import places_at_start

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

    def __init__(self, network: Network, spec: TallySpec):
        self.zones = Axis([zone for zone, _, _ in spec.zones] + ["district"])
        streams = (stream.labels["need"] for stream in network.arrivals)
        self.needs = Axis([*(cell.need for cell in spec.needs), *streams])
        self._note_streams(network)
        self._note_stations(network)
        self._note_pools(network)
        self._note_times(network, spec)
        self._note_targets(network, spec)
        self.marks = np.zeros(len(network.stations), dtype=counting.MARK)
        for name, column in self._columns(network, spec).items():
            self.marks[name] = column

    def _note_streams(self, network: Network) -> None:
        labels = [stream.labels for stream in network.arrivals]
        self.stream_need = self.needs.of(each["need"] for each in labels)
        self.stream_zone = self.zones.of(each["zone"] for each in labels)
        self.stream_found = np.array([each.get("found", "") != "" for each in labels], bool)
        self.stream_register = np.array([each.get("register", "") == "yes" for each in labels])

    def _note_stations(self, network: Network) -> None:
        kind = [station.labels.get("station", station.name) for station in network.stations]
        whole = [
            station.labels.get("part of") or name
            for station, name in zip(network.stations, kind, strict=True)
        ]
        self.kinds = Axis([*kind, *whole])
        self.station_kind, self.station_whole = self.kinds.of(kind), self.kinds.of(whole)
        self.station_zone = self.zones.of(_labels(network, "zone", "district"))
        self.station_duplicate = _labels(network, "duplicate") == "yes"
        self.station_unseen = _labels(network, "unseen") == "yes"
        self.station_recovered = self.station_unseen & (_labels(network, "station") == "recovered")
        self.station_referral = _labels(network, "referral") == "yes"
        self.station_role = _labels(network, "role")
        self.station_interval = np.array([_interval(station) for station in network.stations])
        self.station_in_person = _labels(network, "in person") != "no"
        self.station_voucher = _labels(network, "voucher", "0").astype(float)
        self.station_resident_pays = _labels(network, "resident pays", "0").astype(float)
        self.station_impatient = np.array(
            [not isinstance(station.patience, Never) for station in network.stations]
        )

    def _note_pools(self, network: Network) -> None:
        of_pool = staff_by_pool(network)
        first = [of_pool[station.pools[0].pool] for station in network.stations]
        self.staff = Axis(name for name, _ in of_pool.values())
        self.pool_staff, self.pool_zone = self._places(of_pool.values())
        self.queue_staff, self.queue_zone = self._places(first)
        pools = {pool.name: i for i, pool in enumerate(network.pools)}
        self.members = np.array(
            [pools[a.pool] for station in network.stations for a in station.pools], dtype=np.int64
        )
        self.home = home_of(network)
        self.pool_paid = np.array([pool.labels.get("paid", "") for pool in network.pools], str)

    def _places(self, of: Iterable[tuple[str, str]]) -> tuple[np.ndarray, np.ndarray]:
        """(staff, zone) of each of those, by position."""
        names = list(of)
        zones = self.zones.of(zone or "district" for _, zone in names)
        return self.staff.of(name for name, _ in names), zones

    def _note_times(self, network: Network, spec: TallySpec) -> None:
        self.station_hours, self.switches = open_hours(network, spec.horizon)
        self.closings = _closings(network, spec.horizon)
        self.periods = Axis(name for name, _ in spec.by_arrival)
        self.dates, self.quarters = _dates(spec)

    def _note_targets(self, network: Network, spec: TallySpec) -> None:
        def checks(names: Iterable[str], of: Callable) -> tuple[np.ndarray, np.ndarray]:
            return _checks(
                [[i for i, t in enumerate(spec.targets) if name in of(t)] for name in names]
            )

        kinds = [self.kinds.names[kind] for kind in self.station_kind]
        needs = [self.needs.names[need] for need in self.stream_need]
        self.station_checks = checks(kinds, lambda target: target.stations)
        self.stream_checks = checks(needs, lambda target: target.needs)

    def _columns(self, network: Network, spec: TallySpec) -> dict:
        """The columns of ``counting.MARK``."""
        number = np.array([len(station.pools) for station in network.stations])
        pools = {pool.name: i for i, pool in enumerate(network.pools)}
        role, target = self.station_role, _labels(network, "target")
        hours = {each.name: each.hours for each in spec.targets}
        hours |= {"hotline answer": spec.hotline_answer, "crisis response": spec.crisis_response}
        return {
            "target": [hours.get(name, spec.first_contact) for name in target.tolist()],
            "cell": self.station_kind * len(self.zones) + self.station_zone,
            "queue": self.queue_staff * len(self.zones) + self.queue_zone,
            "pool": np.cumsum(number) - number,
            "pools": number,
            "team": [station.team for station in network.stations],
            "caseload": [
                NO_POOL if station.caseload is None else pools[station.caseload.pool]
                for station in network.stations
            ],
            "hours": self.station_hours,
            "periods": self._first_periods(),
            "check": self.station_checks[1][:-1],
            "checks": np.diff(self.station_checks[1]),
            "sessions": [station.sessions for station in network.stations],
            "contact": [CONTACTS[contact] for contact in _labels(network, "contact").tolist()],
            "treatment": _labels(network, "treatment") == "yes",
            "referral": self.station_referral,
            "register": role == "register",
            "crisis": role == "crisis",
            "unseen": self.station_unseen,
            "recovered": self.station_recovered,
            "person": self._people_of(network),
            "response": (role == "crisis") | (target == "crisis response"),
        }

    def _people_of(self, network: Network) -> list[int]:
        """The cell (need × zone) of whom each station attends; of who has no need, none."""
        needs = [self.needs.at.get(name, -1) for name in _labels(network, "need").tolist()]
        zones = self.station_zone.tolist()
        return [
            -1 if need < 0 else need * len(self.zones) + zone
            for need, zone in zip(needs, zones, strict=True)
        ]

    def _first_periods(self) -> list[int]:
        """The first of the rows of each station that its joinings are counted in by when they are:
        those of the whole that it is part of, where that has some.
        """
        rows, at = counting.QUARTER + len(self.quarters), self.periods.at
        names = [
            whole if whole in at else kind
            for kind, whole in (
                (self.kinds.names[kind], self.kinds.names[whole])
                for kind, whole in zip(self.station_kind, self.station_whole, strict=True)
            )
        ]
        return [rows * at[name] if name in at else counting.NO_PERIODS for name in names]


def _interval(station: Station) -> float:
    """Hours that may lie before a visit of a register: its label's, or those between sessions."""
    if label := station.labels.get("interval"):
        return float(label)
    return station.every if station.sessions > 1 else np.inf


def _labels(network: Network, label: str, default: str = "") -> np.ndarray:
    """This label of each station."""
    return np.array([station.labels.get(label, default) for station in network.stations], dtype=str)


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
