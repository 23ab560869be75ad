"""What is measured: networks, and the same as plain SimPy programs such as a SimPy user would
write.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

import simpy

from simcap.network import Arrivals, Attend, Exponential, Network, Pool, Station


@dataclass(frozen=True)
class Case:
    """``hours`` of simulated time that take the compiled engine, and ``short`` those that take the
    others, about a second.
    """

    name: str
    what: str
    network: Callable[[], Network]
    hours: float
    short: float
    plain: Callable[[float], int] | None = None
    """A plain SimPy program: hours → residents who left."""


def queue(places: int, arrival_mean: float, patience: float | None) -> Network:
    """One station with exponential service of mean 1 h."""
    settings = {} if patience is None else {"patience": Exponential(patience)}
    return Network(
        [Pool("staff", places)],
        [Station("desk", ["staff"], Exponential(1.0), **settings)],
        [Arrivals("desk", Exponential(arrival_mean))],
    )


def plain_queue(hours: float, places: int, arrival_mean: float, patience: float | None) -> int:
    """The same in plain SimPy."""
    env, chance = simpy.Environment(), random.Random(1)
    desk, left, waits = simpy.Resource(env, places), [0], []

    def resident():
        came = env.now
        with desk.request() as place:
            if patience is None:
                yield place
            else:
                yield place | env.timeout(chance.expovariate(1 / patience))
            if place.triggered:
                waits.append(env.now - came)
                yield env.timeout(chance.expovariate(1.0))
        left[0] += 1

    def source():
        while True:
            yield env.timeout(chance.expovariate(1 / arrival_mean))
            env.process(resident())

    env.process(source())
    env.run(until=hours)
    return left[0]


DESKS, CLASSES, AGAIN = 10, 3, 0.6


def ten_stations() -> Network:
    """Ten desks of three places; residents of three priorities go on to any desk with probability
    0.6 and give up after 2 h on average.
    """
    stations = [
        Station(
            f"desk {desk} {priority}",
            [Attend(f"staff {desk}", priority)],
            Exponential(1.0),
            patience=Exponential(2.0),
            routing={
                "completed": {f"desk {other} {priority}": AGAIN / DESKS for other in range(DESKS)}
            },
        )
        for priority in range(CLASSES)
        for desk in range(DESKS)
    ]
    arrivals = [
        Arrivals(
            {f"desk {desk} {priority}": 1 / DESKS for desk in range(DESKS)},
            Exponential(0.25),
            name=f"class {priority}",
        )
        for priority in range(CLASSES)
    ]
    return Network([Pool(f"staff {desk}", 3) for desk in range(DESKS)], stations, arrivals)


def plain_ten_stations(hours: float) -> int:
    """The same in plain SimPy."""
    env, chance = simpy.Environment(), random.Random(1)
    desks, left, waits = [simpy.PriorityResource(env, 3) for _ in range(DESKS)], [0], []

    def resident(priority):
        goes_on = True
        while goes_on:
            came = env.now
            with chance.choice(desks).request(priority=priority) as place:
                yield place | env.timeout(chance.expovariate(0.5))
                if place.triggered:
                    waits.append(env.now - came)
                    yield env.timeout(chance.expovariate(1.0))
                    goes_on = chance.random() < AGAIN
                else:
                    goes_on = False
        left[0] += 1

    def source(priority):
        while True:
            yield env.timeout(chance.expovariate(4.0))
            env.process(resident(priority))

    for priority in range(CLASSES):
        env.process(source(priority))
    env.run(until=hours)
    return left[0]


WAITING, COUNSELLORS = 2000, 50


def long_line() -> Network:
    """Three classes share fifty places; ten residents an hour too many come, and give up after 200
    h on average: 2,000 wait.
    """
    stations = [
        Station(
            f"class {priority}",
            [Attend("staff", priority)],
            Exponential(1.0),
            patience=Exponential(WAITING / 10),
        )
        for priority in range(CLASSES)
    ]
    arrivals = [
        Arrivals(
            f"class {priority}",
            Exponential(CLASSES / (COUNSELLORS + 10)),
            name=f"stream {priority}",
        )
        for priority in range(CLASSES)
    ]
    backlog = [Arrivals(f"class {CLASSES - 1}", backlog=WAITING, name="backlog")]
    return Network([Pool("staff", COUNSELLORS)], stations, arrivals + backlog)


def plain_long_line(hours: float) -> int:
    """The same in plain SimPy."""
    env, chance = simpy.Environment(), random.Random(1)
    staff, left, waits = simpy.PriorityResource(env, COUNSELLORS), [0], []

    def resident(priority):
        came = env.now
        with staff.request(priority=priority) as place:
            yield place | env.timeout(chance.expovariate(10 / WAITING))
            if place.triggered:
                waits.append(env.now - came)
                yield env.timeout(chance.expovariate(1.0))
        left[0] += 1

    def source(priority):
        while True:
            yield env.timeout(chance.expovariate((COUNSELLORS + 10) / CLASSES))
            env.process(resident(priority))

    for _ in range(WAITING):
        env.process(resident(CLASSES - 1))
    for priority in range(CLASSES):
        env.process(source(priority))
    env.run(until=hours)
    return left[0]


CASES = {
    case.name: case
    for case in (
        Case(
            "a",
            "M/M/1 at 0.9",
            lambda: queue(1, 1 / 0.9, None),
            2_000_000.0,
            50_000.0,
            lambda hours: plain_queue(hours, 1, 1 / 0.9, None),
        ),
        Case(
            "b",
            "M/M/20, 20 arrivals an hour, patience of mean 2 h",
            lambda: queue(20, 1 / 20, 2.0),
            100_000.0,
            2_000.0,
            lambda hours: plain_queue(hours, 20, 1 / 20, 2.0),
        ),
        Case(
            "c",
            "ten stations, three priorities, referral, patience",
            ten_stations,
            100_000.0,
            1_500.0,
            plain_ten_stations,
        ),
        Case(
            "f",
            "2,000 wait in three classes for fifty counsellors",
            long_line,
            30_000.0,
            60.0,
            plain_long_line,
        ),
    )
}
