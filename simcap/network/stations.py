"""A station: where a resident waits and is attended."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from simcap.errors import NetworkError
from simcap.network.checks import Checks
from simcap.network.clock import ticks
from simcap.network.courses import Recovery
from simcap.network.diary import Diary
from simcap.network.distributions import Deterministic, Never, as_distribution
from simcap.network.finds import Finds
from simcap.network.groups import Group
from simcap.network.pools import Attend, _rebuilt, frozen
from simcap.network.routing import as_routing

OUTCOMES_ROUTED = (
    "completed",
    "reneged",
    "balked",
    "deteriorated",
    "dropped_out",
    "no_show",
    "found",
)
"""Outcomes a routing can be given for. ``no_show`` is the last session of a course missed; without
a routing of its own it goes on as ``completed``. ``found`` is a wait that a visit elsewhere ended
(``Finds``).
"""


@dataclass(frozen=True)
class Redial:
    """Who reneged or balked on first joining tries again with ``probability`` ``after`` some time
    (a distribution or hours), at most ``at_most`` times in a row; each try has a patience of its
    own.
    """

    probability: float
    after: Any = field(default_factory=lambda: Deterministic(0.0))
    at_most: int = 1

    def __post_init__(self):
        object.__setattr__(self, "after", as_distribution(self.after, "Redial: after"))
        Checks("Redial").share(probability=self.probability).whole(1, at_most=self.at_most).done()


@dataclass(frozen=True)
class Station:
    """Where residents of one class wait for, and are attended by, a place of one of ``pools``
    (names or ``Attend``; a resident takes the first listed with a place for them), or, with
    ``team``, one place of each of them at once, all or nothing.

    *Waiting.* ``patience`` and ``deterioration`` are clocks that run from joining to the start; who
    would find ``queue_limit`` residents waiting balks. Deterioration, balking and redialling are
    for first sessions only. ``discipline`` is "fifo" or "siro" (a waiting resident picked uniformly
    among those of the best priority and standing, at all such stations of the pool; who ranks first
    decides whether there is a pick). ``redial`` is what reneged and balked residents do.

    *Rank.* A place goes to the least (priority, standing, time of joining). ``standing`` is two
    whole numbers, that of first sessions and that of follow-ups: (1, 0) unless said, follow-ups
    before first sessions. Places that come free or open at one moment are handed out together, to
    the first of all who wait for any of them: a team has the last of its members' priorities, and
    who waits for a caseload that of the pool that would attend them.

    *Course.* ``sessions`` of ``service_time`` each; session k + 1 is due ``every`` hours after the
    scheduled time of session k (of the first: when it started), but no sooner than ``least_gap``
    hours after session k ended (half of ``every``, where it is not given; assumed), or ``every``
    hours after it started if that is sooner, which then is its scheduled time: sessions that are on
    time stay so, however long they last, and after a fortnight's holiday they are a week apart
    again. With 0 there is no such gap: what has been missed is made up for at once. It joins
    then and waits with ``patience_between``. A ``no_show`` takes the place for that session's
    time without being attended; ``drop_out`` is drawn after every session but the last, missed
    ones included (such a row has the outcome no_show and goes where dropped_out goes). Follow-
    ups count in the queue that others find. With ``sessions=math.inf`` visits recur without
    end; dates that have gone by when one ends are left out, not made up for.

    *Caseload.* A first session needs a place of the pool ``caseload`` too (a name, or ``Attend``
    with a priority or reserve there), which is held until the course ends, however it does: who
    waits for it waits for both at once.

    *Group.* With ``group``, a place attends several residents together (``Group``). Who joins waits
    at least until all who join at that moment are there (but for those whom a session of no length
    lets come at the same moment).

    *Diary.* With ``diary``, residents are booked into slots (``Diary``): all ``pools`` then have
    ``Slots`` for a capacity. They wait, with their clocks, from joining until their slot begins;
    nobody goes by rank there.

    *Finds.* With ``finds``, each visit that is completed may find one of those who wait elsewhere
    (``Finds``); such a visit has one session.

    *Recovery.* Where a course may heal it has a ``recovery`` (``Recovery``); ``between`` says that
    whoever is here is between two episodes, before the first or after one.

    *Routing* is by outcome: {"completed": {"ward": 0.2}, "reneged": "desk"}; who has none leaves.

    Durations are distributions or hours; probabilities are shares.
    """

    name: str
    pools: Any
    service_time: Any
    team: bool = False
    patience: Any = field(default_factory=Never)
    deterioration: Any = field(default_factory=Never)
    queue_limit: int | None = None
    discipline: str = "fifo"
    redial: Redial | None = None
    sessions: int | float = 1
    every: float = 0.0
    patience_between: Any = field(default_factory=Never)
    no_show: float = 0.0
    drop_out: float = 0.0
    routing: Mapping[str, Any] = field(default_factory=dict, hash=False)
    labels: Mapping[str, str] = field(default_factory=dict, hash=False)
    caseload: Any = None
    group: Group | None = None
    diary: Diary | None = None
    least_gap: float | None = None
    finds: Finds | None = None
    standing: tuple[int, int] = (1, 0)
    recovery: Recovery | None = None
    between: bool = False

    def __post_init__(self):
        who = f"Station({self.name!r})"
        pools = (self.pools,) if isinstance(self.pools, (str, Attend)) else self.pools
        listed = isinstance(pools, (list, tuple)) and all(
            isinstance(pool, (str, Attend)) for pool in pools
        )
        for argument, fits, wanted in (
            ("pools", listed, "names or Attend"),
            ("routing", isinstance(self.routing, Mapping), "{outcome: where to}"),
            ("team", isinstance(self.team, bool), "True or False"),
            ("redial", self.redial is None or isinstance(self.redial, Redial), "a Redial"),
        ):
            if not fits:
                raise NetworkError(
                    [f"{who}: {argument}: {wanted} wanted, got {getattr(self, argument)!r}"]
                )
        object.__setattr__(
            self, "pools", tuple(Attend(pool) if isinstance(pool, str) else pool for pool in pools)
        )
        if isinstance(self.caseload, str):
            object.__setattr__(self, "caseload", Attend(self.caseload))
        for clock in ("service_time", "patience", "deterioration", "patience_between"):
            object.__setattr__(
                self, clock, as_distribution(getattr(self, clock), f"{who}: {clock}")
            )
        object.__setattr__(self, "labels", frozen(self.labels))
        if isinstance(self.standing, list):
            object.__setattr__(self, "standing", tuple(self.standing))
        routing = {
            outcome: as_routing(value, f"{who}: routing[{outcome!r}]")
            for outcome, value in self.routing.items()
        }
        object.__setattr__(self, "routing", frozen(routing))
        self._check(Checks(who))

    def _check(self, checks: Checks) -> None:
        checks.name(name=self.name).share(no_show=self.no_show, drop_out=self.drop_out)
        checks.nonnegative(every=self.every).lasting(every=self.every)
        checks.one_of(("fifo", "siro"), discipline=self.discipline)
        if self.sessions != math.inf:
            checks.whole(1, sessions=self.sessions)
        if self.least_gap is not None:
            checks.nonnegative(least_gap=self.least_gap)
            checks.true(
                not self.least_gap > self.every,
                f"least_gap: at most the {self.every:g} h of `every` wanted, got"
                f" {self.least_gap!r}",
            )
        checks.true(
            self.sessions != math.inf or ticks(self.every) > 0,
            f"every: hours above 0 wanted where visits recur, got {self.every!r}",
        )
        if self.queue_limit is not None:
            checks.whole(0, queue_limit=self.queue_limit)
        checks.true(
            _two_different(self.standing),
            "standing: two different whole numbers wanted, of first sessions and of follow-ups, got"
            f" {self.standing!r}",
        )
        names = [attend.pool for attend in self.pools]
        checks.true(len(names) > 0, "pools: at least one wanted")
        checks.true(len(set(names)) == len(names), f"pools: each pool once wanted, got {names}")
        checks.true(
            not isinstance(self.service_time, Never),
            "service_time: a time that ends wanted, got Never()",
        )
        for outcome in self.routing:
            checks.one_of(OUTCOMES_ROUTED, **{"routing, outcome": outcome})
        checks.true(
            not self.pools or not self.pools[0].equal,
            "pools: the first of them listed is equal to none before it",
        )
        checks.true(
            not (self.team and any(attend.after for attend in self.pools)),
            "team: pools without `after` wanted, since a team starts together",
        )
        checks.true(
            not (self.team and any(attend.factor != 1 for attend in self.pools)),
            "team: pools without `factor` wanted, since a team has one service time",
        )
        self._check_caseload(checks, names)
        self._check_group(checks)
        self._check_diary(checks)
        self._check_finds(checks)
        self._check_recovery(checks)
        checks.done()

    def _check_caseload(self, checks: Checks, names: list[str]) -> None:
        if self.caseload is None:
            return
        fits = isinstance(self.caseload, Attend)
        checks.true(fits, f"caseload: a pool's name or Attend wanted, got {self.caseload!r}")
        if fits:
            checks.true(
                self.caseload.after == 0 and self.caseload.factor == 1,
                "caseload: no `after` and no `factor` wanted",
            )
            checks.true(
                self.caseload.pool not in names,
                f"caseload: another pool than those that attend wanted, got {self.caseload.pool!r}",
            )
        self._check_apart(checks, "caseload", discipline="fifo", group=None, diary=None)

    def _check_group(self, checks: Checks) -> None:
        if self.group is None:
            return
        checks.true(isinstance(self.group, Group), f"group: a Group wanted, got {self.group!r}")
        self._check_apart(checks, "group", discipline="fifo", diary=None)
        checks.true(
            not any(attend.after for attend in self.pools),
            "group: pools without `after` wanted, since a group starts together",
        )
        if self.queue_limit is not None and isinstance(self.group, Group):
            checks.true(
                self.queue_limit >= self.group.at_least,
                f"queue_limit: at least the {self.group.at_least} that a group needs wanted, got"
                f" {self.queue_limit}",
            )

    def _check_diary(self, checks: Checks) -> None:
        if self.diary is None:
            return
        checks.true(isinstance(self.diary, Diary), f"diary: a Diary wanted, got {self.diary!r}")
        self._check_apart(checks, "diary", discipline="fifo", team=False)
        checks.true(
            not any(attend.priority or attend.reserve for attend in self.pools),
            "diary: pools without `priority` and `reserve` wanted, since residents are booked as"
            " they come",
        )

    def _check_finds(self, checks: Checks) -> None:
        if self.finds is not None:
            fits = isinstance(self.finds, Finds)
            checks.true(fits, f"finds: Finds wanted, got {self.finds!r}")
            self._check_apart(checks, "finds", sessions=1, group=None)
            checks.true(
                not (fits and self.name in self.finds.at),
                "finds: other stations than its own wanted",
            )

    def _check_recovery(self, checks: Checks) -> None:
        if self.recovery is not None:
            fits = isinstance(self.recovery, Recovery)
            checks.true(fits, f"recovery: a Recovery wanted, got {self.recovery!r}")
            self._check_apart(checks, "recovery", between=False)
            checks.true(
                not (fits and self.recovery.to == self.name),
                "recovery: another station than its own wanted",
            )
        checks.true(
            isinstance(self.between, bool), f"between: True or False wanted, got {self.between!r}"
        )

    def _check_apart(self, checks: Checks, feature: str, **others) -> None:
        """What cannot stand beside ``feature``, with the value that means it does not."""
        for other, without in others.items():
            value = getattr(self, other)
            checks.true(
                value == without, f"{feature}: {other}={without!r} wanted beside it, got {value!r}"
            )

    def __reduce__(self):
        return _rebuilt, (
            Station,
            {**self.__dict__, "labels": dict(self.labels), "routing": dict(self.routing)},
        )


def _two_different(given: Any) -> bool:
    return (
        isinstance(given, tuple)
        and len(given) == 2
        and all(type(each) is int and abs(each) < 1000 for each in given)
        and given[0] != given[1]
    )
