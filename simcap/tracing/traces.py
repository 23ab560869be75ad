"""The visits of one replication, resident by resident, and who of the staff had each of them.

A resident is called R00042: so many came before, at one moment in the order of streams. The number
is the same in every format and for every choice of residents of this replication, and text order
is number order.
"""

from __future__ import annotations

import datetime
import functools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from simcap.engine.run import Run
from simcap.engine.visits import LEFT, TIMES
from simcap.network import Network
from simcap.network.clock import INFINITY
from simcap.tracing.seats import Seat, seated
from simcap.tracing.words import Place, place_of

ARRIVAL, QUEUE, START, END, HOME, DEPART, OPEN = (
    "arrival",
    "queue",
    "start",
    "end",
    "home",
    "depart",
    "open",
)
"""What happens to a resident: comes, joins a queue, is attended from then and until then, is on
the way or between two visits, leaves; is still there at the horizon.
"""


@dataclass(frozen=True)
class Resident:
    """``id``; the position of the stream and the number in it; ``visits`` are rows of the trace."""

    id: str
    stream: int
    number: int
    visits: range


@dataclass(frozen=True)
class Step:
    """What (``ARRIVAL`` …) happens when (microseconds), at which visit (a row of the trace)."""

    what: str
    at: int
    visit: int


@dataclass(frozen=True, eq=False)
class Trace:
    """One replication. ``visits`` are sorted by stream and number, those of a resident in order;
    ``times`` are the same in microseconds (``INFINITY`` for what has not happened); ``seats`` say
    for each visit who had it; ``capacity`` is that of the run: the places of each pool, step by
    step. Hour 0 is ``start``; ``observed`` (from, to) are hours; who comes with one of the
    ``audiences`` is in no need.
    """

    network: Network
    start: datetime.date
    horizon: int
    observed: tuple[float, float]
    seed: int
    replication: int
    pathways: Mapping[str, str]
    audiences: frozenset[str]
    visits: np.ndarray
    times: Mapping[str, np.ndarray]
    residents: tuple[Resident, ...]
    seats: tuple[tuple[Seat, ...], ...]
    capacity: np.ndarray

    @functools.cached_property
    def places(self) -> tuple[Place, ...]:
        """What each station of the network is, in words."""
        return tuple(place_of(station) for station in self.network.stations)

    def place(self, visit: int) -> Place:
        """Where a visit is."""
        return self.places[self.visits["station"][visit]]

    def labels(self, resident: Resident) -> Mapping[str, str]:
        """The labels of the stream of ``resident``."""
        return self.network.arrivals[resident.stream].labels

    def stream(self, resident: Resident) -> str:
        """The name of the stream of ``resident``."""
        return self.network.arrivals[resident.stream].name

    def date(self, at: int) -> datetime.datetime:
        """The clock time of ``at`` microseconds, local, without a zone."""
        begin = datetime.datetime.combine(self.start, datetime.time())
        return begin + datetime.timedelta(microseconds=int(at))

    def steps(self, resident: Resident) -> Iterator[Step]:
        """What happens to ``resident``, in order."""
        first = resident.visits[0]
        now, times = int(self.times["arrived"][first]), self.times
        yield Step(ARRIVAL, now, first)
        for visit in resident.visits:
            joined, started, ended = (int(times[name][visit]) for name in TIMES[1:])
            if joined > now:
                yield Step(HOME, now, visit)
            if joined == INFINITY:
                yield Step(OPEN, self.horizon, visit)
                return
            yield Step(QUEUE, joined, visit)
            if started < INFINITY:
                yield Step(START, started, visit)
            if ended == INFINITY:
                yield Step(OPEN, self.horizon, visit)
                return
            yield Step(END, ended, visit)
            now = ended
        if self.visits["next"][resident.visits[-1]] == LEFT:
            yield Step(DEPART, now, resident.visits[-1])


def trace(
    run: Run,
    start: datetime.date,
    observed: tuple[float, float] | None = None,
    pathways: Mapping[str, str] | None = None,
    audiences: Iterable[str] = (),
) -> Trace:
    """The trace of ``run``, whose hour 0 is ``start``; ``observed`` hours are all unless said;
    ``pathways`` {need: pathway} name the ways of needs, ``audiences`` those that are none: visits,
    lessons, tests.
    """
    kept = run.kept
    visits = kept[np.lexsort((np.arange(len(kept)), kept["resident"], kept["stream"]))]
    times = {name: _ticks(visits[name]) for name in TIMES}
    horizon = round(run.horizon * 3.6e9)
    return Trace(
        run.network,
        start,
        horizon,
        observed or (0.0, run.horizon),
        run.seed,
        run.replication,
        pathways or {},
        frozenset(audiences),
        visits,
        times,
        tuple(_residents(visits, times["arrived"])),
        seated(run.network, visits, times, horizon),
        run.capacity,
    )


def _ticks(hours: np.ndarray) -> np.ndarray:
    """``hours`` in microseconds, which they are whole numbers of."""
    never = np.isnan(hours)
    return np.where(never, INFINITY, np.rint(np.where(never, 0.0, hours) * 3.6e9).astype(np.int64))


def _residents(visits: np.ndarray, arrived: np.ndarray) -> Iterator[Resident]:
    """Every resident, in order of coming, then of stream and number."""
    if not len(visits):
        return
    changes = np.diff(visits["stream"]).astype(bool) | np.diff(visits["resident"]).astype(bool)
    begins = np.append(0, np.flatnonzero(changes) + 1)
    ends = np.append(begins[1:], len(visits))
    order = np.argsort(arrived[begins], kind="stable")
    digits = max(5, len(str(len(begins))))
    for position, at in enumerate(order.tolist(), 1):
        begin = int(begins[at])
        stream, number = int(visits["stream"][begin]), int(visits["resident"][begin])
        yield Resident(f"R{position:0{digits}d}", stream, number, range(begin, int(ends[at])))
