"""Networks with known answers, simulated and compared.

A case passes if the mean over replications lies within 3.5 of its standard errors of the exact
value. Each case is long enough for a standard error of about half a percent, so that a fault of two
percent would show.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from simcap.analysis import theory
from simcap.engine import ENGINES, prepare, simulate
from simcap.engine.run import Run
from simcap.engine.visits import Outcome
from simcap.errors import StudyError
from simcap.network import (
    Arrivals,
    Attend,
    Deterministic,
    Diary,
    Exponential,
    Group,
    Lognormal,
    Network,
    Pool,
    Rate,
    Routing,
    Slots,
    Station,
    To,
)
from simcap.study.executors import available_jobs, local_crew, perform_all

LIMIT = 3.5
REPLICATIONS = 20


@dataclass(frozen=True)
class Case:
    """``network`` run for ``horizon`` hours; ``estimate`` turns a ``Run`` into {quantity: value},
    ``exact`` says what they should be.
    """

    name: str
    network: Network
    horizon: float
    estimate: Callable[[Run], dict[str, float]]
    exact: dict[str, float]


@dataclass(frozen=True)
class Verified:
    """One quantity of one case; ``error`` is the standard error of ``simulated``."""

    case: str
    quantity: str
    exact: float
    simulated: float
    error: float
    passed: bool


def single(stream: str, service, rate: float, servers: int, **station) -> Network:
    """One station with Poisson arrivals at ``rate`` an hour; each case has a ``stream`` of its own
    name, and so its own luck.
    """
    return Network(
        [Pool("servers", servers)],
        [Station("station", ["servers"], service, **station)],
        [Arrivals("station", Exponential(1 / rate), name=stream)],
    )


def cases(size: float = 1.0) -> list[Case]:
    """The cases, each of ``size`` million visits or more over all replications: as many as half a
    percent takes.
    """
    n = size * 1e6 / REPLICATIONS
    return [
        *_markov(n),
        *_losses(n),
        *_unlimited(n),
        *_general(n),
        *_impatient(n),
        *_priorities(n),
        *_networks(n),
        *_varying(n),
        *_groups(n),
        *_appointments(n),
        *_caseloads(n),
    ]


def _markov(n: float) -> Iterator[Case]:
    one = theory.mm1(0.5, 1.0)
    yield Case(
        "M/M/1, load 0.5",
        single("M/M/1", Exponential(1.0), 0.5, 1),
        2.2 * n / 0.5,
        partial(_waits, warm_up=100.0),
        {"mean wait": one.mean_wait, "share who wait": one.wait_probability},
    )
    many = theory.mmc(2.1, 1.0, 3)
    yield Case(
        "M/M/3, load 0.7",
        single("M/M/3", Exponential(1.0), 2.1, 3),
        6 * n / 2.1,
        partial(_waits, warm_up=100.0),
        {"mean wait": many.mean_wait, "share who wait": many.wait_probability},
    )


def _losses(n: float) -> Iterator[Case]:
    loss = theory.mmck(2.5, 1.0, 2, 5)
    yield Case(
        "M/M/2/5",
        single("M/M/2/5", Exponential(1.0), 2.5, 2, queue_limit=3),
        n / 2.5,
        partial(_waits, warm_up=100.0),
        {"mean wait": loss.mean_wait, "share who balk": loss.blocking},
    )
    yield Case(
        "Erlang B, 5 servers",
        single("Erlang B", Exponential(1.0), 4.0, 5, queue_limit=0),
        n / 4,
        partial(_waits, warm_up=50.0),
        {"share who balk": theory.erlang_b(4.0, 5)},
    )


def _unlimited(n: float) -> Iterator[Case]:
    yield Case(
        "M/M/∞",
        Network(
            [Pool("servers", math.inf)],
            [Station("station", ["servers"], Exponential(2.0))],
            [Arrivals("station", Exponential(0.1), name="M/M/∞")],
        ),
        n / 10,
        partial(_present, warm_up=50.0),
        {"mean number present": theory.mm_inf(10.0, 2.0).mean_number},
    )


def _general(n: float) -> Iterator[Case]:
    for name, service in (("M/G/1, lognormal", Lognormal(1.0, 0.8)), ("M/D/1", Deterministic(1.0))):
        exact = theory.mg1(0.5, service.mean, service.sd)
        yield Case(
            name,
            single(name, service, 0.5, 1),
            n / 0.5,
            partial(_waits, warm_up=100.0),
            {"mean wait": exact.mean_wait},
        )


def _impatient(n: float) -> Iterator[Case]:
    exact = theory.erlang_a(18.0, 1.0, 16, 0.5)
    yield Case(
        "Erlang A, 16 servers, overloaded",
        single("Erlang A", Exponential(1.0), 18.0, 16, patience=Exponential(0.5)),
        n / 18,
        partial(_waits, warm_up=20.0),
        {"mean time in queue": exact.mean_wait, "share who renege": exact.abandonment},
    )


def _priorities(n: float) -> Iterator[Case]:
    waits = theory.priority_mmc([0.6, 0.8], 1.0, 2)
    stations = [
        Station(name, [Attend("servers", priority)], Exponential(1.0))
        for priority, name in enumerate(("first", "second"))
    ]
    network = Network(
        [Pool("servers", 2)],
        stations,
        [Arrivals("first", Exponential(1 / 0.6)), Arrivals("second", Exponential(1 / 0.8))],
    )
    yield Case(
        "M/M/2, two priorities",
        network,
        4.5 * n / 1.4,
        partial(_waits, warm_up=100.0, by_station=True),
        {"mean wait at first": waits[0], "mean wait at second": waits[1]},
    )


def _networks(n: float) -> Iterator[Case]:
    routing = np.array([[0.0, 0.5, 0.3], [0.2, 0.0, 0.4], [0.1, 0.0, 0.0]])
    names, servers, means, outside = ("a", "b", "c"), (1, 1, 1), (0.5, 0.7, 0.7), (0.6, 0.3, 0.2)
    exact = theory.jackson(outside, routing, servers, means, names)
    stations = [
        Station(
            name,
            [f"staff {name}"],
            Exponential(mean),
            routing={
                "completed": Routing(
                    tuple(
                        To(goal, float(share))
                        for goal, share in zip(names, row, strict=True)
                        if share
                    )
                )
            },
        )
        for name, mean, row in zip(names, means, routing, strict=True)
    ]
    network = Network(
        [Pool(f"staff {name}", number) for name, number in zip(names, servers, strict=True)],
        stations,
        [
            Arrivals(name, Exponential(1 / rate), name=f"to {name}")
            for name, rate in zip(names, outside, strict=True)
        ],
    )
    yield Case(
        "Jackson network with feedback",
        network,
        4.2 * n / sum(station.arrival_rate for station in exact),
        partial(_waits, warm_up=100.0, by_station=True),
        {f"mean wait at {station.name}": station.mean_wait for station in exact},
    )


def _varying(n: float) -> Iterator[Case]:
    week = tuple(3.0 if 8 <= hour % 24 < 18 else 0.5 for hour in range(168))
    network = Network(
        [Pool("servers", math.inf)],
        [Station("station", ["servers"], Exponential(3.0))],
        [Arrivals("station", rate=Rate(4.0, week), name="M_t/M/∞")],
    )
    weeks = max(4, round(n / (4 * sum(week))))
    times, rates = np.arange(24.0 * 20), [4.0 * week[hour % 168] for hour in range(24 * 20)]
    exact = {
        f"mean number present at {hour}:00": theory.mt_m_inf((times, rates), 3.0, 24.0 * 14 + hour)
        for hour in (6, 12, 18, 22)
    }
    yield Case(
        "M_t/M/∞, days and nights",
        network,
        168.0 * weeks,
        partial(_present_at, hours=(6, 12, 18, 22)),
        exact,
    )


def _groups(n: float) -> Iterator[Case]:
    for size, at_least, rate in ((8, 1, 4.0), (8, 4, 4.0)):
        name, exact = f"groups of {at_least} to {size}", theory.bulk_mm1(rate, 1.0, size, at_least)
        yield Case(
            name,
            single(name, Exponential(1.0), rate, 1, group=Group(size, at_least)),
            1.5 * n / rate,
            partial(_waits, warm_up=50.0),
            {"mean wait": exact.mean_wait, "share who wait": exact.wait_probability},
        )


def _appointments(n: float) -> Iterator[Case]:
    exact = theory.appointments(0.1, 3, 24.0)
    network = Network(
        [Pool("clinic", Slots(((9.0, 3),), cycle=24.0))],
        [Station("station", ["clinic"], 1.0, diary=Diary())],
        [Arrivals("station", Exponential(10.0), name="diary")],
    )
    yield Case(
        "diary, 3 appointments a day",
        network,
        2 * n / 0.1,
        partial(_waits, warm_up=500.0),
        {"mean wait": exact.mean_wait},
    )


def _caseloads(n: float) -> Iterator[Case]:
    """A list of one place, held from the start of the first of four sessions of an hour, seven
    hours apart, to the end of the last.
    """
    exact = theory.mg1(0.6 / 22.0, 22.0, 0.0)
    network = Network(
        [Pool("list"), Pool("counsellors", math.inf)],
        [Station("station", ["counsellors"], 1.0, caseload="list", sessions=4, every=7.0)],
        [Arrivals("station", Exponential(22.0 / 0.6), name="caseload")],
    )
    yield Case(
        "caseload of one, courses of 22 h",
        network,
        1.5 * n * 22.0 / 0.6,
        partial(_waits, warm_up=3000.0, first=True),
        {"mean wait": exact.mean_wait},
    )


# ---- estimates -----------------------------------------------------------------------------------


def _waits(
    run: Run, warm_up: float, by_station: bool = False, first: bool = False
) -> dict[str, float]:
    """Waits and shares of those who joined after ``warm_up`` and some while before the end; of
    ``first`` sessions only, if so.
    """
    rows = run.read()
    rows = rows[rows["session"] == 1] if first else rows
    rows = rows[(rows["joined"] >= warm_up) & (rows["joined"] < run.horizon - warm_up)]
    if by_station:
        return {
            f"mean wait at {name}": _mean_wait(rows[rows["station"] == i])
            for i, name in enumerate(run.stations)
        }
    stayed = rows[rows["outcome"] != Outcome.BALKED]
    ended = np.where(np.isnan(stayed["started"]), stayed["ended"], stayed["started"])
    return {
        "mean wait": _mean_wait(rows),
        "share who wait": float((rows["started"] > rows["joined"]).mean()),
        "share who balk": float((rows["outcome"] == Outcome.BALKED).mean()),
        "share who renege": float((rows["outcome"] == Outcome.RENEGED).mean()),
        "mean time in queue": float(np.nanmean(ended - stayed["joined"])),
    }


def _mean_wait(rows: np.ndarray) -> float:
    return float(np.nanmean(rows["started"] - rows["joined"]))


def _present(run: Run, warm_up: float) -> dict[str, float]:
    """The number present, averaged over the time after ``warm_up``."""
    rows = run.read()
    left = np.where(np.isnan(rows["ended"]), run.horizon, rows["ended"])
    stay = (np.maximum(left, warm_up) - np.maximum(rows["joined"], warm_up)).sum()
    return {"mean number present": float(stay / (run.horizon - warm_up))}


def _present_at(run: Run, hours: tuple[int, ...]) -> dict[str, float]:
    """The number present at these hours of the day, averaged over the days after the first
    three.
    """
    rows = run.read()
    joined, left = np.sort(rows["joined"]), np.sort(rows["ended"][~np.isnan(rows["ended"])])
    days = np.arange(3, int(run.horizon // 24))
    return {
        f"mean number present at {hour}:00": float(
            np.mean(
                np.searchsorted(joined, 24.0 * days + hour, side="right")
                - np.searchsorted(left, 24.0 * days + hour, side="right")
            )
        )
        for hour in hours
    }


# ---- running them --------------------------------------------------------------------------------


def against_theory(
    seed: int = 42,
    engine: str = ENGINES[0],
    size: float = 1.0,
    jobs: int | None = None,
    tick: Callable[[], None] = lambda: None,
) -> list[Verified]:
    """Each quantity of each case; ``tick`` is called several times a second meanwhile."""
    prepare(engine)
    everything = cases(size)
    values: dict[int, list[dict]] = {case: [] for case in range(len(everything))}

    def finished(task, estimate, fault):
        if fault:
            raise StudyError(f"verify: {everything[task[0]].name}: {fault}")
        values[task[0]].append(estimate)

    tasks = iter([(case, replication) for case in values for replication in range(REPLICATIONS)])
    with local_crew(engine, jobs or available_jobs()) as crew:
        perform_all(
            crew,
            partial(_one, seed=seed, engine=engine, size=size),
            lambda: next(tasks, None),
            finished,
            tick=tick,
        )
    return [verified for case in values for verified in _judged(everything[case], values[case])]


def _one(
    task: tuple[int, int], seed: int, engine: str, size: float, stopping: Any = None
) -> dict[str, float]:
    case = cases(size)[task[0]]
    return case.estimate(
        simulate(case.network, case.horizon, seed=seed, replication=task[1], engine=engine)
    )


def _judged(case: Case, estimates: list[dict]) -> Iterator[Verified]:
    for quantity, exact in case.exact.items():
        values = np.sort([estimate[quantity] for estimate in estimates])
        mean, error = float(values.mean()), float(values.std(ddof=1) / math.sqrt(len(values)))
        yield Verified(case.name, quantity, exact, mean, error, abs(mean - exact) <= LIMIT * error)
