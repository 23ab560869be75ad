"""A queueing network: pools, stations, arrivals and dated phases, checked as a whole. It knows
nothing of mental health.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from simcap.network.arrivals import Arrivals
from simcap.network.checks import Checks
from simcap.network.diary import Slots
from simcap.network.draws import RESERVED, name_key
from simcap.network.events import MOST_STREAMS
from simcap.network.pools import Attend, Pool
from simcap.network.reviews import Dispatch, Warn, places_at_start
from simcap.network.roster import Roster
from simcap.network.routing import LEAVE
from simcap.network.stations import Station
from simcap.network.within import enclosing, in_a_circle

MAY_CHANGE = (
    "service_time",
    "patience",
    "deterioration",
    "queue_limit",
    "redial",
    "every",
    "least_gap",
    "patience_between",
    "no_show",
    "drop_out",
    "routing",
)
"""What of a station a phase may change."""
STAYS = (
    "pools",
    "team",
    "sessions",
    "discipline",
    "labels",
    "caseload",
    "group",
    "diary",
    "standing",
    "recovery",
    "between",
)
"""What a phase may not change."""


@dataclass(frozen=True)
class Phase:
    """From ``at`` hours on, each of ``stations`` stands in the place of the one of the same name.
    Only what ``MAY_CHANGE`` lists may differ. Residents keep what was drawn for them before: who
    waits keeps their patience, and has the new service time when they start.
    """

    at: float
    stations: Sequence[Station]

    def __post_init__(self):
        object.__setattr__(self, "stations", tuple(self.stations))
        Checks("Phase").nonnegative(at=self.at).lasting(at=self.at).done()


@dataclass(frozen=True)
class Network:
    """``pools``, ``stations`` and ``arrivals`` in any order: they are keyed and ordered by name.
    ``phases`` are in order of time. ``reviews`` (``Warn`` and ``Dispatch``) of one moment read
    before any of them hands places out. A fault of how the parts fit raises ``NetworkError``, all
    at once.
    """

    pools: Sequence[Pool]
    stations: Sequence[Station]
    arrivals: Sequence[Arrivals]
    phases: Sequence[Phase] = ()
    reviews: Sequence[Warn | Dispatch] = ()

    def __post_init__(self):
        checks = Checks("Network")
        kinds: dict[str, tuple[type, ...]] = {
            "pools": (Pool,),
            "stations": (Station,),
            "arrivals": (Arrivals,),
            "reviews": (Warn, Dispatch),
        }
        for field, kind in kinds.items():
            if not isinstance(
                getattr(self, field), Iterable
            ):  # a network is long to write out, so only where it is wrong
                checks.true(False, f"{field}: a list wanted, got {getattr(self, field)!r}").done()
            parts = tuple(getattr(self, field))
            object.__setattr__(
                self, field, tuple(sorted(parts, key=lambda part: getattr(part, "name", "")))
            )
            for part in parts:
                if not isinstance(part, kind):
                    checks.true(
                        False,
                        f"{field}: {' or '.join(one.__name__ for one in kind)} wanted, got"
                        f" {part!r}",
                    )
        object.__setattr__(self, "phases", tuple(self.phases))
        checks.done()
        self._check_names(checks)
        pools, stations = (
            {pool.name: pool for pool in self.pools},
            {station.name: station for station in self.stations},
        )
        self._check_within(checks, pools)
        for station in self.stations:
            self._check_station(checks, station, pools, stations)
        for stream in self.arrivals:
            self._check_goals(
                checks, f"Arrivals({stream.name!r}): to", stream.to.stations(), stations
            )
        self._check_phases(checks, pools, stations)
        self._check_reviews(checks, pools, stations)
        checks.done()

    def _check_names(self, checks: Checks) -> None:
        for field in ("pools", "stations", "arrivals", "reviews"):
            names = [part.name for part in getattr(self, field)]
            checks.true(
                len(names) < MOST_STREAMS,
                f"{field}: fewer than {MOST_STREAMS} wanted, got {len(names)}",
            )
            for name, times in Counter(names).items():
                checks.true(times == 1, f"{field}: the name {name!r} is used {times} times")
            keys = Counter(name_key(name) for name in set(names))
            checks.true(
                all(times == 1 for times in keys.values()),
                f"{field}: two names have the same 64-bit hash: rename one",
            )
            checks.true(
                not RESERVED & keys.keys(),
                f"{field}: a name has a reserved hash: rename it",
            )
        checks.true(
            LEAVE not in {station.name for station in self.stations},
            f"stations: no station may be called {LEAVE!r}",
        )
        checks.true(
            len(self.stations) > 0 and len(self.arrivals) > 0,
            "at least one station and one arrival stream wanted",
        )

    def _check_within(self, checks: Checks, pools: dict[str, Pool]) -> None:
        around = enclosing(self.pools)
        for name in around:
            for outer in pools[name].within:
                checks.true(outer in pools, f"Pool({name!r}): within: no pool is called {outer!r}")
                checks.true(
                    outer not in pools or not isinstance(pools[outer].capacity, Slots),
                    f"Pool({name!r}): within: a pool without Slots wanted, got {outer!r}",
                )
        circle = ", ".join(map(repr, in_a_circle(around)))
        checks.true(not circle, f"pools: none within itself wanted, got {circle}")

    def _check_station(
        self, checks: Checks, station: Station, pools: dict[str, Pool], stations: dict[str, Station]
    ) -> None:
        for field, attend in self._attending(station):
            checks.true(
                attend.pool in pools,
                f"Station({station.name!r}): {field}: no pool is called {attend.pool!r}",
            )
            booked = field == "pools" and station.diary is not None
            if attend.pool in pools and isinstance(pools[attend.pool].capacity, Slots) != booked:
                checks.true(
                    False,
                    f"Station({station.name!r}): {field}: a pool {'with' if booked else 'without'}"
                    f" Slots wanted, got {attend.pool!r}",
                )
            places = pools[attend.pool].capacity if attend.pool in pools else math.inf
            if not isinstance(places, (Roster, Slots)) and 0 < places <= attend.reserve:
                checks.true(
                    False,
                    f"Station({station.name!r}): Attend({attend.pool!r}): a reserve below its"
                    f" {places} places wanted, got {attend.reserve}",
                )
        if station.caseload is not None and station.caseload.pool in pools:
            checks.true(
                pools[station.caseload.pool].queue_limit is None,
                f"Station({station.name!r}): caseload: a pool without queue_limit wanted, got"
                f" {station.caseload.pool!r}",
            )
        limits = [
            pools[attend.pool].queue_limit for attend in station.pools if attend.pool in pools
        ]
        if station.group is not None and any(
            limit is not None and limit < station.group.at_least for limit in limits
        ):
            checks.true(
                False,
                f"Station({station.name!r}): pools: a queue_limit of at least the"
                f" {station.group.at_least} that a group needs wanted",
            )
        for name in station.finds.at if station.finds is not None else ():
            who = f"Station({station.name!r}): finds"
            self._check_goals(checks, who, (name,), stations)
            other = stations.get(name)
            checks.true(
                other is None or not (other.group or other.diary or other.caseload),
                f"{who}: a station without group, diary and caseload wanted, got {name!r}",
            )
        if station.recovery is not None:
            self._check_goals(
                checks, f"Station({station.name!r}): recovery", (station.recovery.to,), stations
            )
        for outcome, routing in station.routing.items():
            self._check_goals(
                checks,
                f"Station({station.name!r}): routing[{outcome!r}]",
                routing.stations(),
                stations,
            )

    def _attending(self, station: Station) -> list[tuple[str, Attend]]:
        return [("pools", attend) for attend in station.pools] + [
            ("caseload", station.caseload)
        ] * (station.caseload is not None)

    def _check_goals(
        self, checks: Checks, who: str, names: tuple[str, ...], stations: dict[str, Station]
    ) -> None:
        for name in names:
            checks.true(name in stations, f"{who}: no station is called {name!r}")

    def _check_phases(
        self, checks: Checks, pools: dict[str, Pool], stations: dict[str, Station]
    ) -> None:
        checks.true(
            all(a.at < b.at for a, b in zip(self.phases, self.phases[1:], strict=False)),
            "phases: increasing times wanted",
        )
        for phase in self.phases:
            for station in phase.stations:
                first = stations.get(station.name)
                if first is None:
                    checks.true(
                        False, f"Phase(at={phase.at}): no station is called {station.name!r}"
                    )
                    continue
                self._check_station(checks, station, pools, stations)
                for field in STAYS:
                    checks.true(
                        getattr(station, field) == getattr(first, field),
                        f"Phase(at={phase.at}): Station({station.name!r}): {field} may not change",
                    )

    def _check_healing(
        self, checks: Checks, who: str, review: Dispatch, stations: dict[str, Station]
    ) -> None:
        for name in review.heal:
            checks.true(name in stations, f"{who}: heal: no station is called {name!r}")
            attends = name not in stations or any(
                attend.pool in review.pools for attend in stations[name].pools
            )
            checks.true(attends, f"{who}: heal: none of its pools attends {name!r}")

    def _check_reviews(
        self, checks: Checks, pools: dict[str, Pool], stations: dict[str, Station]
    ) -> None:
        warnings = {review.name: review for review in self.reviews if isinstance(review, Warn)}
        for review in self.reviews:
            who = f"{type(review).__name__}({review.name!r})"
            for pool in places_at_start(review):
                checks.true(pool in pools, f"{who}: no pool is called {pool!r}")
                checks.true(
                    pool not in pools or not isinstance(pools[pool].capacity, Slots),
                    f"{who}: {pool!r} has Slots, which do not move",
                )
            if isinstance(review, Dispatch):
                around = enclosing(self.pools)
                for pool in review.pools:
                    for outer in around.get(pool, frozenset()) & set(review.pools):
                        checks.true(
                            False,
                            f"{who}: pools that are not within each other wanted, got {pool!r}"
                            f" within {outer!r}",
                        )
                attending = {
                    attend.pool for station in stations.values() for attend in station.pools
                }
                self._check_healing(checks, who, review, stations)
                for pool in review.pools:
                    checks.true(
                        pool in attending or pool not in pools,
                        f"{who}: {pool!r} attends no station",
                    )
                    places = pools[pool].capacity if pool in pools else math.inf
                    checks.true(
                        not isinstance(places, (int, float)) or places >= review.places,
                        f"{who}: {pool!r} with all {review.places} places that float wanted, got"
                        f" {places}",
                    )
            for station in (*review.stations, *review.closes) if isinstance(review, Warn) else ():
                checks.true(station in stations, f"{who}: no station is called {station!r}")
            for station in review.closes if isinstance(review, Warn) else ():
                checks.true(
                    station not in stations or stations[station].diary is None,
                    f"{who}: {station!r} has a diary, which stays open",
                )
            if isinstance(review, Dispatch) and review.during is not None:
                name, level = review.during
                checks.true(
                    name in warnings and 1 <= level <= len(warnings[name].thresholds),
                    f"{who}: during: the name of a Warn and one of its levels from 1 on wanted, got"
                    f" {review.during!r}",
                )
        for kind, named in (
            ("pool", [pool for review in self.reviews for pool in places_at_start(review)]),
            ("station", [station for review in warnings.values() for station in review.closes]),
        ):
            for name, times in Counter(named).items():
                checks.true(
                    times == 1, f"reviews: the {kind} {name!r} is changed by {times} of them"
                )
