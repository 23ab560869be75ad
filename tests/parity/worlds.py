"""Networks on which the two engines must agree: a zoo that uses every feature, and random ones.
Ties are frequent on purpose.
"""

from __future__ import annotations

import math
from dataclasses import replace

from hypothesis import strategies as st

from simcap.network import (
    Arrivals,
    Attend,
    Deterministic,
    Diary,
    Dispatch,
    Empirical,
    Erlang,
    Exponential,
    Finds,
    Gamma,
    Group,
    Hyperexponential,
    Lognormal,
    Network,
    Phase,
    Pool,
    Rate,
    Recovery,
    Redial,
    Roster,
    Shortest,
    Slots,
    Station,
    To,
    Triangular,
    TruncatedNormal,
    Uniform,
    Vacancies,
    Warn,
    Weibull,
)
from simcap.network.within import enclosing

WHOLE = Empirical((1.0, 2.0, 3.0))
SHORT = Empirical((0.0, 1.0, 2.0))
EVERY = [
    Deterministic(1.5),
    Exponential(1.0),
    Erlang(1.0, 6),
    Gamma(1.0, 0.5),
    Gamma(1.0, 2.0),
    Lognormal(1.0, 1.0),
    Triangular(0.0, 0.5, 2.0),
    Uniform(0.5, 1.5),
    TruncatedNormal(1.0, 1.0, 0.2, 3.0),
    Weibull(1.0, 0.7),
    Hyperexponential((0.3, 0.7), (3.0, 0.2)),
    Empirical((0.0, 0.5, 2.0), (1, 2, 1)),
]
DAY = Roster([(8, 12, 2), (13, 17, 1), (32, 41, 3), (150, 166, 1)])
PART = Roster(
    [(24 * day + 9, 24 * day + 17, 1) for day in range(5)],
    hours=50.0,
    closed=[(60.0, 80.0)],
    changes=[(100.0, 0.5)],
)


def stream(to, name, gap=1.0, **settings):
    return Arrivals(
        to,
        interarrival=gap if not isinstance(gap, (int, float)) else Deterministic(gap),
        name=name,
        **settings,
    )


def batches(to, name, *rows):
    return Arrivals(to, batches=rows, name=name)


def one(capacity=1, gap=1.0, pool=None, **settings):
    """One station on one pool; residents come every ``gap`` hours, and in batches."""
    given = {"service_time": WHOLE, **settings}
    return Network(
        [Pool("p", capacity, **(pool or {}))],
        [Station("a", ["p"], **given)],
        [stream("a", "s", gap), batches("a", "t", (3.0, 2), (7.0, 5), (7.0, 1))],
    )


def zoo() -> dict[str, Network]:
    """Networks by name."""
    worlds = {
        "M/M/1": Network(
            [Pool("p")],
            [Station("a", ["p"], Exponential(0.9))],
            [stream("a", "s", Exponential(1.0))],
        ),
        "M/M/20 with patience": Network(
            [Pool("p", 20)],
            [Station("a", ["p"], Exponential(1.0), patience=Exponential(2.0))],
            [stream("a", "s", Exponential(1 / 22))],
        ),
        "no queue at all": one(2, queue_limit=0, routing={"balked": To("a", 0.5, delay=1.0)}),
        "short queue": one(queue_limit=2, patience=WHOLE),
        "patience of nothing": one(2, patience=SHORT),
        "whole service, whole patience": one(
            2,
            gap=0.5,
            patience=WHOLE,
            deterioration=WHOLE,
            routing={"reneged": {"a": 0.3}, "deteriorated": To("a", 0.5, delay=WHOLE)},
        ),
        "service of nothing": one(1, service_time=SHORT, routing={"completed": {"a": 0.4}}),
        "redials": one(1, patience=SHORT, redial=Redial(0.8, WHOLE, 3), queue_limit=3),
        "redials at once": one(1, patience=SHORT, redial=Redial(0.5, 0.0, 2), queue_limit=1),
        "picked at random": one(2, gap=0.5, discipline="siro", patience=Empirical((5.0, 9.0))),
        "course": one(
            2,
            sessions=4,
            every=2.0,
            no_show=0.3,
            drop_out=0.2,
            routing={"dropped_out": {"a": 0.2}, "no_show": {"a": 0.5}},
        ),
        "course without pauses": one(
            2,
            sessions=3,
            every=0.0,
            patience=WHOLE,
            patience_between=SHORT,
            routing={"reneged": {"a": 0.5}},
        ),
        "courses picked at random": one(2, sessions=3, every=2.0, discipline="siro"),
        "roster": one(DAY, gap=2.0, patience=Empirical((4.0, 20.0))),
        "roster with a last start": one(DAY, gap=2.0, pool={"last_start": 2.0}),
        "part-time hours": one(PART, gap=3.0, sessions=2, every=24.0),
        "places without end": one(
            math.inf, service_time=SHORT, sessions=2, every=1.0, drop_out=0.5
        ),
        "no places": one(0, patience=WHOLE, queue_limit=4),
        "many at one moment": Network(
            [Pool("p", 3)],
            [Station("a", ["p"], 1.0, patience=5.0, routing={"completed": {"a": 0.5}})],
            [batches("a", "s", (0.0, 100), (5.0, 100)), Arrivals("a", backlog=50, name="t")],
        ),
    }
    for distribution in EVERY:
        worlds[f"service {distribution!r}"] = one(
            2,
            service_time=distribution,
            patience=distribution,
            deterioration=Exponential(4.0),
            routing={"completed": To("a", 0.3, delay=distribution)},
        )
    stations = [
        Station("a", [Attend("x", 2), Attend("y", 1)], WHOLE),
        Station("b", [Attend("x", 0)], WHOLE, patience=WHOLE),
        Station("c", [Attend("y", 0), Attend("x", 1)], WHOLE, sessions=2, every=3.0),
    ]
    streams = [stream(name, name, 2.0) for name in "abc"] + [
        batches("a", "d", (5.0, 4)),
        batches("c", "e", (5.0, 4)),
    ]
    worlds["priorities on two pools"] = Network([Pool("x", 2), Pool("y", 1)], stations, streams)
    worlds["a limit shared on a pool"] = Network(
        [Pool("x", 1, queue_limit=3), Pool("y", 1)], stations, streams
    )
    worlds["first come first served turned at random"] = Network(
        [Pool("x", 2), Pool("y", 1)],
        [
            Station(
                s.name,
                s.pools,
                s.service_time,
                discipline="siro",
                sessions=s.sessions,
                every=s.every,
            )
            for s in stations
        ],
        streams,
    )
    worlds["overflow"] = Network(
        [Pool("own", 1), Pool("shared", 2)],
        [
            Station(
                "a",
                ["own", Attend("shared", 3, after=2.0, factor=2.0)],
                WHOLE,
                patience=Empirical((2.0, 3.0, 9.0)),
            ),
            Station("b", [Attend("shared", 1, reserve=1, factor=0.5)], WHOLE),
            Station("c", ["shared"], WHOLE, patience=4.0),
        ],
        [
            stream("a", "s"),
            stream("b", "t", 3.0),
            stream("c", "u", 4.0),
            batches("a", "v", (6.0, 5)),
        ],
    )
    worlds["further pools at different times"] = Network(
        [Pool("x", 1), Pool("y", 1), Pool("z", DAY)],
        [
            Station(
                "a",
                ["x", Attend("y", after=1.0), Attend("z", after=3.0)],
                WHOLE,
                patience=Empirical((1.0, 3.0, 6.0)),
                sessions=2,
                every=1.0,
            ),
            Station(
                "b", [Attend("y", after=2.0), Attend("x", after=1.0)], WHOLE, discipline="siro"
            ),
        ],
        [stream("a", "s", 2.0), stream("b", "t", 2.0), batches("b", "u", (4.0, 6))],
    )
    worlds["a team"] = Network(
        [Pool("x", 2), Pool("y", 1), Pool("z", DAY)],
        [
            Station("a", ["y", "x"], WHOLE, team=True, patience=Empirical((4.0, 8.0))),
            Station("b", [Attend("x", 1)], WHOLE),
            Station(
                "c", [Attend("z", 1), Attend("x", reserve=1)], WHOLE, team=True, discipline="siro"
            ),
            Station("d", ["z", "y"], SHORT),
        ],
        [stream(name, name, 3.0) for name in "abcd"] + [batches("a", "e", (6.0, 3))],
    )
    worlds["a place freed as another opens"] = Network(
        [Pool("x", 1), Pool("y", Roster([(8, 12, 1), (30, 32, 1)]))],
        [Station("a", ["x", "y"], 1.0)],
        [batches("a", "s", (7.0, 2), (9.5, 3), (29.0, 2))],
    )
    worlds["few wait and many are attended"] = Network(
        [Pool("x", 3), Pool("y", DAY)],
        [Station("a", ["x"], WHOLE), Station("b", ["y"], WHOLE)],
        [Arrivals(Shortest(("a", "b")), Deterministic(0.5), name="s"), stream("b", "t", 5.0)],
    )
    worlds["the shortest queue"] = Network(
        [Pool("x", 1), Pool("y", 1)],
        [
            Station("a", ["x"], WHOLE),
            Station("b", ["y"], WHOLE, routing={"completed": Shortest(("b", "a"), WHOLE)}),
            Station(
                "c",
                ["y", "x"],
                1.0,
                routing={"completed": Shortest(("a", "b", "c"))},
                queue_limit=2,
            ),
        ],
        [
            Arrivals(Shortest(("a", "b")), Deterministic(2.0), name="s"),
            Arrivals(Shortest(("b", "c"), 1.0), Exponential(3.0), name="t"),
            Arrivals({"a": To("a", 0.5, delay=WHOLE), "c": 0.5}, Deterministic(3.0), name="u"),
            Arrivals(To("a", delay=2.0), backlog=3, name="v"),
        ],
    )
    first = Station(
        "a", ["x"], WHOLE, patience=WHOLE, sessions=3, every=2.0, routing={"completed": {"b": 0.5}}
    )
    second = Station(
        "b",
        ["x", Attend("y", factor=3.0)],
        1.0,
        deterioration=Exponential(6.0),
        routing={"deteriorated": {"a": 1.0}},
    )
    worlds["phases"] = Network(
        [Pool("x", 2), Pool("y", DAY)],
        [first, second],
        [stream("a", "s"), stream("b", "t", Exponential(2.0))],
        phases=[
            Phase(0.0, [Station("b", second.pools, WHOLE, patience=3.0)]),
            Phase(
                10.0,
                [
                    Station(
                        "a",
                        ["x"],
                        0.5,
                        patience=1.0,
                        sessions=3,
                        every=1.0,
                        no_show=0.5,
                        redial=Redial(0.5, 1.0, 2),
                        queue_limit=2,
                    ),
                    Station("b", second.pools, 2.0, routing={"completed": {"a": 0.5}}),
                ],
            ),
            Phase(
                30.0,
                [
                    first,
                    Station(
                        "b",
                        second.pools,
                        WHOLE,
                        queue_limit=0,
                        routing={"balked": To("a", delay=WHOLE)},
                    ),
                ],
            ),
        ],
    )
    worlds["a varying rate"] = Network(
        [Pool("p", DAY)],
        [Station("a", ["p"], WHOLE, patience=Exponential(10.0))],
        [
            Arrivals(
                "a",
                rate=Rate(
                    2.0,
                    week=[h % 24 / 12 for h in range(168)],
                    week_starts=30.5,
                    multipliers=[(10, 60, 0.0), (70, 90, 3.0)],
                ),
                name="s",
            ),
            Arrivals("a", rate=Rate(0.5), name="t", start=20.0, until=70.0),
            Arrivals("a", Erlang(3.0, 2), name="u", start=5.0, until=60.0),
            Arrivals("a", rate=Rate(0.0), name="v"),
            batches("a", "w", (2.0, 0), (500.0, 3)),
        ],
    )
    worlds["no staff but two queues"] = Network(
        [Pool("x", 0), Pool("y", Roster([(50, 60, 2)]))],
        [Station("a", ["x", "y"], WHOLE), Station("b", ["y"], 1.0, patience=55.0)],
        [stream("a", "s", 9.0), stream("b", "t", 9.0)],
    )
    worlds["a way round that takes no time"] = Network(
        [Pool("p", 1)],
        [Station("a", ["p"], 0.0, routing={"completed": "a"})],
        [batches("a", "s", (1.0, 2))],
    )
    worlds["to and fro without time"] = Network(
        [Pool("p", 1)],
        [
            Station("a", ["p"], 1.0, queue_limit=0, routing={"balked": "b"}),
            Station("b", ["p"], 1.0, queue_limit=0, routing={"balked": "a"}),
        ],
        [batches("a", "s", (1.0, 2))],
    )
    worlds |= groups() | caseloads() | diaries() | reviewed() | nested() | vacant() | searched()
    return worlds | first_sessions_first(worlds)


def first_sessions_first(worlds: dict[str, Network]) -> dict[str, Network]:
    """Those of ``worlds`` with follow-ups and without phases, first sessions before these, or at
    every other station.
    """
    found = {}
    for name, world in worlds.items():
        if not world.phases and any(station.sessions > 1 for station in world.stations):
            for every in (1, 2):
                stations = [
                    station if i % every else replace(station, standing=(0, 1))
                    for i, station in enumerate(world.stations)
                ]
                found[f"{name}, first sessions first, {every}"] = replace(world, stations=stations)
    return found


def groups() -> dict[str, Network]:
    """Networks in which a place attends several at once."""
    many = [
        stream("a", "s", 0.5),
        stream("a", "t", WHOLE),
        batches("a", "u", (3.0, 5), (9.0, 1), (20.0, 7)),
    ]
    mixed = [
        Station(
            "a",
            [Attend("x", 1), "y"],
            WHOLE,
            group=Group(4, 2, 3.0),
            patience=Empirical((2.0, 9.0)),
            no_show=0.3,
        ),
        Station("b", [Attend("x", 0), Attend("z", factor=2.0)], SHORT, sessions=2, every=2.0),
        Station(
            "c",
            ["z", "y"],
            WHOLE,
            team=True,
            group=Group(3, 3),
            deterioration=Empirical((5.0, 30.0)),
            routing={"completed": Shortest(("a", "b", "c")), "deteriorated": "a"},
        ),
    ]
    return {
        "groups": one(2, gap=0.5, group=Group(3)),
        "groups of at least four": one(
            1, gap=0.5, group=Group(5, 4, start_at=6.0), patience=Empirical((3.0, 8.0))
        ),
        "groups that seldom fill": one(
            1, gap=5.0, group=Group(4, 3, start_at=4.0), patience=Empirical((4.0, 9.0))
        ),
        "who gathers has no other clock": one(
            2, group=Group(2), patience=SHORT, redial=Redial(0.5, 1.0, 2)
        ),
        "group courses": one(
            DAY,
            gap=3.0,
            group=Group(4, 2),
            sessions=3,
            every=24.0,
            drop_out=0.2,
            no_show=0.3,
            patience_between=30.0,
        ),
        "groups that last no time": one(
            1, service_time=SHORT, group=Group(3, 2), routing={"completed": To("a", 0.5)}
        ),
        "a short queue of groups": one(
            1,
            gap=0.5,
            group=Group(3, 2),
            queue_limit=4,
            routing={"balked": To("a", 0.5, delay=1.0)},
        ),
        "groups, teams and others": Network(
            [Pool("x", 2), Pool("y", 1), Pool("z", DAY)],
            mixed,
            [*many, stream("b", "v", 2.0), stream("c", "w", 0.75)],
        ),
    }


def caseloads() -> dict[str, Network]:
    """Networks in which a place of another pool is held for a whole course."""
    stations = [
        Station(
            "a",
            ["x", Attend("y", after=2.0, factor=2.0)],
            WHOLE,
            caseload=Attend("l", 1),
            sessions=3,
            every=2.0,
            drop_out=0.2,
            patience=Empirical((6.0, 30.0)),
            patience_between=Empirical((1.0, 4.0)),
            no_show=0.2,
            routing={"reneged": {"b": 0.5}},
        ),
        Station(
            "b",
            ["x", "y"],
            WHOLE,
            team=True,
            caseload="l",
            sessions=2,
            every=1.0,
            deterioration=Empirical((9.0, 40.0)),
        ),
        Station("c", ["y"], SHORT),
    ]
    streams = [
        stream("a", "s", 2.0),
        stream("b", "t", 5.0),
        stream("c", "u", 1.0),
        batches("a", "v", (4.0, 4)),
        batches("b", "w", (4.0, 3)),
    ]
    return {
        "a caseload": Network(
            [Pool("p", 2), Pool("q", 3)],
            [Station("a", ["p"], WHOLE, caseload="q", sessions=3, every=2.0, drop_out=0.3)],
            [stream("a", "s")],
        ),
        "caseloads that are shared": Network(
            [Pool("l", 3), Pool("x", 2), Pool("y", 2)], stations, streams
        ),
        "caseloads with hours": Network(
            [Pool("l", Roster([(0, 60, 2), (60, 168, 4)])), Pool("x", DAY), Pool("y", 1)],
            stations,
            streams,
        ),
        "a caseload with a reserve": Network(
            [Pool("l", 2), Pool("x", 1)],
            [
                Station(
                    "a", ["x"], WHOLE, caseload=Attend("l", 1, reserve=1), sessions=2, every=5.0
                ),
                Station("b", ["x"], WHOLE, caseload="l", sessions=2, every=5.0),
            ],
            [*streams[:2], streams[3]],
        ),
        "visits that recur": Network(
            [Pool("x", DAY), Pool("l", 4)],
            [
                Station(
                    "a", ["x"], WHOLE, sessions=math.inf, every=9.0, drop_out=0.05, no_show=0.1
                ),
                Station(
                    "b",
                    ["x"],
                    SHORT,
                    sessions=math.inf,
                    every=4.0,
                    caseload="l",
                    patience_between=20.0,
                ),
            ],
            [batches("a", "s", (0.0, 6)), stream("b", "t", 9.0)],
        ),
    }


def diaries() -> dict[str, Network]:
    """Networks with appointments."""
    week = Slots([(9, 2, 1), (9.5, 1), (10, 0, 1), (33, 3), (57, 1, 2)], cycle=72.0)
    other = Slots(
        [(10, 1), (30, 2)],
        cycle=48.0,
        cycle_starts=24.0,
        dated=[(5.0, 2), (10.0, 1, 1)],
        closed=[(50.0, 60.0)],
    )
    streams = [
        stream("a", "s", 6.0),
        stream("b", "t", Exponential(9.0)),
        stream("c", "u", 12.0),
        batches("a", "v", (9.0, 3), (30.0, 9)),
    ]
    routine = Station(
        "a",
        ["x", Attend("y", factor=1.5)],
        WHOLE,
        diary=Diary(notice=6.0),
        patience=Empirical((20.0, 60.0)),
        no_show=0.2,
    )
    return {
        "a diary": Network(
            [Pool("x", week)], [Station("a", ["x"], 0.5, diary=Diary())], [stream("a", "s", 12.0)]
        ),
        "a diary kept for the urgent": Network(
            [Pool("x", week), Pool("y", other)],
            [
                routine,
                Station("b", ["x"], WHOLE, diary=Diary(urgent=True), deterioration=30.0),
                Station(
                    "c",
                    ["y", Attend("x", after=24.0)],
                    WHOLE,
                    diary=Diary(urgent=True),
                    queue_limit=2,
                ),
            ],
            streams,
        ),
        "a diary that fills": Network(
            [Pool("x", week, queue_limit=7), Pool("y", other), Pool("z", 1)],
            [
                routine,
                Station(
                    "b",
                    ["y"],
                    WHOLE,
                    diary=Diary(2.0, window=30.0),
                    redial=Redial(0.5, 8.0, 3),
                    routing={"balked": "c"},
                ),
                Station("c", ["z"], WHOLE, routing={"completed": To("a", 0.5)}),
            ],
            streams,
        ),
        "courses in a diary": Network(
            [Pool("x", week), Pool("y", other)],
            [
                Station(
                    "a",
                    ["x", "y"],
                    WHOLE,
                    diary=Diary(notice=3.0, window=90.0),
                    sessions=4,
                    every=24.0,
                    drop_out=0.1,
                    no_show=0.2,
                    patience_between=Empirical((5.0, 100.0)),
                    routing={"completed": {"a": 0.3}},
                ),
                Station("b", ["y"], 1.0, diary=Diary(urgent=True), sessions=math.inf, every=48.0),
                Station(
                    "c", ["x"], SHORT, diary=Diary(), routing={"completed": Shortest(("a", "b"))}
                ),
            ],
            [*streams[:1], *streams[2:], batches("b", "t", (0.0, 2))],
        ),
        "a diary that ends": Network(
            [Pool("x", Slots(dated=[(5.0, 3), (40.0, 1)]))],
            [Station("a", ["x"], 2.0, diary=Diary(), sessions=2, every=9.0)],
            [batches("a", "s", (0.0, 5))],
        ),
    }


def reviewed() -> dict[str, Network]:
    """Networks whose places are moved by reviews."""
    pools = [
        Pool("x", 1),
        Pool("f", 3),
        Pool("g", DAY),
        Pool("h", Roster([(0, 168, 3)]), last_start=1.0),
        Pool("s", 4),
    ]
    stations = [
        Station("a", ["x", Attend("f", 1), "s"], WHOLE, patience=Empirical((5.0, 30.0))),
        Station(
            "b",
            [Attend("g", 1), "f"],
            WHOLE,
            sessions=2,
            every=2.5,
            drop_out=0.4,
            patience=Empirical((0.5, 2.0)),
        ),
        Station("c", ["h", Attend("s", after=3.0)], WHOLE, sessions=3, every=4.0, drop_out=0.2),
        Station("d", ["x"], SHORT, group=Group(3, 2)),
    ]
    streams = [
        stream("a", "s", 0.5, until=40.0),
        stream("b", "t", Exponential(2.0)),
        stream("c", "u", 3.0),
        stream("d", "v", 2.0),
        batches("b", "w", (12.0, 9), (50.0, 20)),
        batches("c", "y", (30.0, 15)),
    ]
    worlds = {
        f"floating places by the {need} need, weighed by {weigh}": Network(
            pools,
            stations,
            streams,
            reviews=[
                Dispatch(
                    "d",
                    3,
                    ["g", "f", "h"],
                    4.0,
                    need,
                    half_life=6.0,
                    prior=(40.0, 0.0, 90.0),
                    own=(0.0, 1.0, 0.5),
                    start=(0, 2, 1),
                    weigh=weigh,
                    heal=["b", "c", "a"] if weigh != "none" else (),
                )
            ],
        )
        for need in ("waiting", "oldest", "expected")
        for weigh in ("none", "recoveries", "worst first")
    }
    for reads, thresholds in (
        ("arrivals", (0.5, 1.5, 2.0)),
        ("waiting", (4.0, 9.0)),
        ("oldest", (2.0, 6.0)),
    ):
        levels = range(len(thresholds) + 1)
        worlds[f"warnings of {reads}"] = Network(
            pools,
            stations,
            streams,
            reviews=[
                Warn(
                    "w",
                    ["a", "b", "c"],
                    thresholds,
                    3.0,
                    reads,
                    first=None if reads == "waiting" else 0.0,
                    half_life=2.0,
                    calm=2,
                    places={
                        "s": tuple(levels),
                        "x": tuple(math.inf if level < 2 else 0 for level in levels),
                    },
                    closes={"c": 1, "d": 2},
                )
            ],
        )
    worlds["floating places in an emergency"] = Network(
        pools,
        stations,
        streams,
        reviews=[
            Warn("w", ["a"], (1.0, 3.0), 5.0, "waiting", places={"s": (0, 1, 4)}, closes={"b": 2}),
            Dispatch("d", 3, ["h", "f"], 2.5, "oldest", first=1.0, during=("w", 1)),
            Dispatch("e", 2, ["g"], 7.0, "expected"),
        ],
    )
    worlds["a first reading that warns"] = Network(
        [Pool("x", 1), Pool("s", 3)],
        [Station("a", ["x", "s"], WHOLE)],
        [batches("a", "u", (0.0, 9)), stream("a", "t", 3.0)],
        reviews=[
            Warn("w", ["a"], (5.0,), 4.0, "waiting", places={"s": (0, 3)}, half_life=40.0),
        ],
    )
    worlds["a caseload that is reviewed"] = Network(
        [Pool("l", 5), Pool("x", 2)],
        [Station("a", ["x"], WHOLE, caseload="l", sessions=2, every=6.0)],
        [stream("a", "s", 2.0)],
        reviews=[
            Warn(
                "w",
                ["a"],
                (3.0, 8.0),
                5.0,
                "waiting",
                places={"l": (1, 3, math.inf)},
                closes={"a": 2},
                calm=3,
            )
        ],
    )
    return worlds


def vacant() -> dict[str, Network]:
    """Networks whose posts fall empty, and courses that keep a gap."""
    office = [(24.0 * day + 8, 24.0 * day + 17, 2.5) for day in range(5)]
    posts = Vacancies(2.5, stays=Exponential(30.0), gap=12.0, key="office")
    kept, lent = Roster(office, changes=[(50.0, 1.5)], vacancies=posts).split(0.4)
    often = Vacancies(3.0, stays=Exponential(20.0), gap=Exponential(9.0), key="o")
    courses = [
        Station("a", ["x"], WHOLE, sessions=4, every=12.0, least_gap=gap, no_show=0.2)
        if i == 0
        else Station("b", [Attend("x", -1)], WHOLE, sessions=math.inf, every=9.0, least_gap=gap)
        for i, gap in enumerate((6.0, 1.0))
    ]
    streams = [stream("a", "s", 3.0), stream("b", "t", 9.0), batches("a", "u", (9.0, 5))]
    return {
        "posts that fall empty": one(Roster(office, vacancies=posts), gap=2.0),
        "posts of which hours are lent": Network(
            [Pool("x", kept, last_start=1.0), Pool("y", lent)],
            [Station("a", ["x"], WHOLE), Station("b", ["y", Attend("x", 1)], WHOLE)],
            streams,
        ),
        "empty posts, warnings and floating places": Network(
            [
                Pool("x", Roster([(0, 168, 3)], vacancies=often)),
                Pool("f", 3),
                Pool("g", Roster([(0, 168, 3)], vacancies=often)),
            ],
            [Station("a", ["f", "x"], WHOLE), Station("b", ["g"], WHOLE)],
            [stream("a", "s", 0.7), stream("b", "t", 0.9)],
            reviews=[
                Warn("w", ["a", "b"], (2.0, 5.0), 4.0, "waiting", places={"x": (1, 2, 3)}),
                Dispatch("d", 3, ["f", "g"], 4.0, "waiting", during=("w", 1)),
            ],
        ),
        "courses that keep a gap": Network([Pool("x", DAY)], courses, streams),
        "floating places that nobody needs more than others": Network(
            [Pool("x", 4), Pool("y", 4), Pool("z", 4)],
            [Station(name, [pool], 4.0) for name, pool in zip("abc", "xyz", strict=True)],
            [batches(name, name, *((5.0 * i, 3) for i in range(12))) for name in "abc"],
            reviews=[Dispatch("d", 4, ["z", "x", "y"], 5.0, "waiting", own=(1.0, 1.0, 1.0))],
        ),
    }


def searched() -> dict[str, Network]:
    """Networks in which visits find those who wait elsewhere."""
    hidden = {"patience": Empirical((30.0, 9.0)), "routing": {"found": To("room", delay=1.0)}}
    stations = [
        Station("room", ["x"], WHOLE, sessions=2, every=3.0),
        Station("silent", ["nobody"], 1.0, deterioration=25.0, **hidden),
        Station("shy", ["nobody", "none"], 1.0, **hidden),
        Station("visit", ["x", "y"], WHOLE, finds=Finds(("silent", "shy"), 4.5, 0.7), no_show=0.2),
        Station("another", ["y"], WHOLE, finds=Finds("silent", 2.0)),
    ]
    streams = [
        stream("silent", "s", 2.0),
        stream("shy", "t", 3.0),
        batches("visit", "u", *((2.0 * i, 2) for i in range(20))),
        batches("another", "v", *((3.0 * i, 1) for i in range(12))),
    ]
    pools = [Pool("x", 2), Pool("y", 1), Pool("nobody", 0), Pool("none", 0)]
    chance = [Arrivals("a", batches=[(5.0 * i, 7.5, 0.3) for i in range(9)], name="w")]
    return {
        "visits that find": Network(pools, stations, streams),
        "visits that find, later": Network(
            pools,
            stations,
            streams,
            [Phase(20.0, [replace(stations[4], finds=Finds(("shy",), 1.0))])],
        ),
        **healing(),
        "batches by chance": Network([Pool("x", 1)], [Station("a", ["x"], WHOLE)], chance),
    }


def healing() -> dict[str, Network]:
    """Networks in which courses heal, and who has recovered comes back."""
    rows = ((0, 0.0, 0.5), (2, 0.0, 1.0), (2, 6.0, 0.25))
    stations = [
        Station(
            "course",
            ["x"],
            WHOLE,
            sessions=3,
            every=4.0,
            drop_out=0.2,
            no_show=0.1,
            patience=Empirical((30.0, 9.0)),
            routing={"completed": {"clinic": 0.5}, "dropped_out": {"clinic": 0.3, "room": 0.4}},
            recovery=Recovery("home", rows),
        ),
        Station("clinic", ["x"], WHOLE, recovery=Recovery("home", ((0, 0.0, 0.3), (3, 0.0, 0.9)))),
        Station("room", ["y"], WHOLE, patience=4.0),
        Station(
            "together",
            ["y"],
            WHOLE,
            sessions=2,
            every=2.0,
            group=Group(3, 2, 4.0),
            recovery=Recovery("silent", ((0, 0.0, 0.8),)),
        ),
        Station(
            "home",
            ["nobody"],
            1.0,
            patience=Empirical((5.0, 11.0)),
            routing={"reneged": {"course": 0.5, "room": To("room", 0.2, delay=1.0)}},
            between=True,
        ),
        Station(
            "silent",
            ["nobody"],
            1.0,
            patience=Empirical((3.0, 8.0)),
            routing={"reneged": {"together": 0.7}},
            between=True,
        ),
    ]
    streams = [
        stream("course", "s", 2.0),
        stream("silent", "t", 3.0),
        Arrivals([To("clinic", 0.5, 2.0), To("room", 0.5)], batches=[(4.0, 6)], name="u"),
    ]
    pools = [Pool("x", 3), Pool("y", 2), Pool("nobody", 0)]
    later = Phase(15.0, [replace(stations[0], drop_out=0.0)])
    return {
        "courses that heal": Network(pools, stations, streams),
        "courses that heal, later": Network(pools, stations, streams, [later]),
    }


def nested() -> dict[str, Network]:
    """Networks with pools within others."""
    kept, lent = Roster([(24.0 * d + 8, 24.0 * d + 17, 2) for d in range(5)]).split(0.5)
    rooms = [
        Pool("rooms", 2),
        Pool("x", 2, within="rooms"),
        Pool("y", DAY, within=["rooms"]),
        Pool("z", 3, within="y"),
        Pool("w", 1, within=("z", "x")),
    ]
    seated = [
        Station("a", [Attend("x", 1), Attend("w", after=2.0)], WHOLE, patience=Empirical((4, 20))),
        Station("b", ["y", Attend("z", reserve=1)], WHOLE, sessions=3, every=4.0),
        Station("c", ["x", "z"], WHOLE, team=True, patience=9.0),
        Station("d", ["w", "x"], SHORT, group=Group(3, 2, 5.0)),
        Station("e", ["y"], WHOLE, caseload="z", sessions=2, every=3.0, patience_between=2.0),
        Station("f", ["rooms"], WHOLE, discipline="siro"),
        Station("g", ["z", Attend("y", 1)], WHOLE, discipline="siro"),
    ]
    streams = [
        stream(name, name, gap) for name, gap in zip("abcdefg", (2, 3, 7, 4, 9, 6, 5), strict=True)
    ]
    streams += [batches("a", "s", (9.0, 4)), batches("g", "t", (9.0, 4)), batches("e", "u", (3, 3))]
    floating = [
        Pool("f", 2),
        Pool("n", 2, within="f"),
        Pool("s", 2, within="f"),
        Pool("own", 1),
    ]
    towns = [
        Station("a", ["own", "n"], WHOLE, patience=Empirical((5.0, 30.0))),
        Station("b", [Attend("s", 1)], 5.0),
    ]
    crowds = [stream("a", "s", 1.5), stream("b", "t", 4.0), batches("b", "u", (7.0, 6), (40.0, 5))]
    return {
        "hours that may be lent": Network(
            [
                Pool("own", Roster([(24.0 * d + 8, 24.0 * d + 17, 2) for d in range(5)])),
                Pool("lent", lent, within="own"),
                Pool("kept", kept, within="own", last_start=1.0),
            ],
            [
                Station("a", ["own"], WHOLE),
                Station("b", [Attend("lent", 1)], 4.0),
                Station("c", ["kept"], 2.0),
            ],
            [stream("a", "s", 4.0), stream("b", "t", 3.0), stream("c", "u", 5.0)],
        ),
        "rooms around all": Network(rooms, seated, streams),
        "rooms that a warning opens": Network(
            rooms,
            seated,
            streams,
            reviews=[
                Warn("w", ["a", "g"], (2.0, 5.0), 3.0, "waiting", places={"rooms": (1, 2, 4)})
            ],
        ),
        "a team that needs two rooms": Network(
            [Pool("rooms", 2), *(Pool(name, 1, within="rooms") for name in "xyz")],
            [Station("a", ["x"], WHOLE), Station("b", ["y", "z"], WHOLE, team=True)],
            [stream("a", "s", 3.0), stream("b", "t", 4.0)],
        ),
        "floating places of so many persons": Network(
            floating, towns, crowds, reviews=[Dispatch("d", 2, ["n", "s"], 3.0, "waiting")]
        ),
        "floating places that the review binds": Network(
            [Pool(pool.name, pool.capacity) for pool in floating],
            towns,
            crowds,
            reviews=[Dispatch("d", 2, ["n", "s"], 3.0, "waiting")],
        ),
    }


@st.composite
def networks(draw) -> Network:
    """A random network of up to four pools, four stations and four streams, in which anything may
    be set.
    """

    def some(probability, make):
        return make() if draw(st.integers(0, 99)) < 100 * probability else None

    def pick(*options):
        return draw(st.sampled_from(options))

    whole = draw(st.booleans())
    whole_times = [
        Deterministic(1.0),
        Deterministic(2.0),
        WHOLE,
        SHORT,
        Empirical((0.0, 4.0), (1, 3)),
        Empirical((1.0, 6.0)),
    ]

    def time(zero=True):
        chosen = pick(*(whole_times if whole else whole_times + EVERY))
        return WHOLE if chosen in (SHORT, whole_times[4]) and not zero else chosen

    def capacity():
        kind = draw(st.integers(0, 9))
        if kind < 6:
            return draw(st.integers(0, 3))
        if kind == 6:
            return math.inf
        starts = sorted(draw(st.sets(st.integers(0, 60), min_size=1, max_size=5)))
        shifts = [
            (start, start + draw(st.integers(1, 9)), draw(st.integers(0, 3))) for start in starts
        ]
        posts = Vacancies(2.5, Exponential(pick(6.0, 20.0)), pick(2.0, Exponential(3.0)), "v")
        return Roster(
            [*shifts, (160, 161, 1)],
            closed=[(9.0, 12.0)] if kind == 9 else [],
            vacancies=pick(None, None, posts),
        )

    pools = [
        Pool(
            name,
            capacity(),
            last_start=pick(0.0, 0.0, 1.0, 2.0),
            queue_limit=some(0.2, lambda: draw(st.integers(0, 4))),
        )
        for name in "xyz"[: draw(st.integers(1, 3))]
    ]
    books = [
        Pool(
            name,
            Slots(
                [
                    (draw(st.integers(0, 23)), draw(st.integers(0, 2)), draw(st.integers(0, 1)))
                    for _ in range(draw(st.integers(1, 3)))
                ],
                cycle=24.0,
            ),
            queue_limit=some(0.2, lambda: draw(st.integers(0, 4))),
        )
        for name in "mn"[: draw(st.integers(0, 2))]
    ]
    if draw(st.integers(0, 2)) == 0:
        rooms = Pool("w", capacity(), last_start=pick(0.0, 1.0))
        pools = [
            replace(
                pool,
                within=sorted(draw(st.sets(st.sampled_from([*"xyz"[i + 1 : len(pools)], "w"])))),
            )
            for i, pool in enumerate(pools)
        ] + [rooms]
    names = "abcd"[: draw(st.integers(1, 4))]

    def routing(shortest=True):
        if shortest and draw(st.integers(0, 5)) == 0:
            return Shortest(tuple(draw(st.permutations(names)))[:2], pick(0.0, 1.0, WHOLE))
        goals = draw(st.permutations(names))[:2]
        return tuple(
            To(goal, pick(0.2, 0.3, 0.5), delay=pick(0.0, 0.0, 1.0, time())) for goal in goals
        )

    def attend(pool, team):
        places = pool.capacity if not isinstance(pool.capacity, Roster) else 3
        return Attend(
            pool.name,
            draw(st.integers(0, 2)),
            0.0 if team else pick(0.0, 0.0, 1.0, 2.0),
            pick(0, 0, 1) if places > 1 else 0,
            1.0 if team else pick(1.0, 1.0, 2.0, 0.5),
        )

    def station(name, kept=None):
        if kept is None:
            chosen = draw(st.permutations(pools))[: draw(st.integers(1, len(pools)))]
            team = len(chosen) > 1 and draw(st.integers(0, 3)) == 0
            kept = {
                "pools": [attend(pool, team) for pool in chosen],
                "team": team,
                "discipline": pick("fifo", "fifo", "siro"),
                "sessions": pick(1, 1, 2, 4, math.inf),
                "standing": pick((1, 0), (1, 0), (0, 1), (2, -1)),
            }
            feature, others = (
                draw(st.integers(0, 9)),
                [pool for pool in pools if pool not in chosen and pool.queue_limit is None],
            )
            if feature < 2 and all(pool.queue_limit is None for pool in chosen):
                size = draw(st.integers(1, 4))
                kept |= {
                    "discipline": "fifo",
                    "group": Group(size, draw(st.integers(1, size)), pick(math.inf, 0.0, 2.0, 5.0)),
                    "pools": [
                        Attend(a.pool, a.priority, 0.0, a.reserve, a.factor) for a in kept["pools"]
                    ],
                }
            elif feature < 4 and others:
                held = attend(others[0], True)
                kept |= {
                    "discipline": "fifo",
                    "caseload": Attend(held.pool, held.priority, reserve=held.reserve),
                }
            elif feature < 7 and books:
                kept |= {
                    "discipline": "fifo",
                    "team": False,
                    "diary": Diary(
                        pick(0.0, 3.0, 24.0), draw(st.booleans()), pick(math.inf, math.inf, 30.0)
                    ),
                    "pools": [
                        Attend(pool.name, after=pick(0.0, 0.0, 12.0), factor=pick(1.0, 2.0))
                        for pool in draw(st.permutations(books))
                    ],
                }
        settings = {
            "patience": some(0.5, time),
            "deterioration": some(0.3, time),
            "queue_limit": some(0.3, lambda: draw(st.integers(0, 3))),
            "redial": some(
                0.3, lambda: Redial(pick(0.5, 1.0), pick(0.0, 1.0, time()), draw(st.integers(1, 3)))
            ),
            "every": some(0.7, lambda: pick(0.0, 1.0, 4.0)),
            "patience_between": some(0.3, time),
            "no_show": some(0.3, lambda: 0.3),
            "drop_out": some(0.3, lambda: 0.2),
        }
        if kept["sessions"] == math.inf:
            settings["every"] = settings["every"] or 2.0
        if settings["every"]:
            settings["least_gap"] = pick(None, 0.0, 0.5, settings["every"])
        if kept.get("group") and settings["queue_limit"] is not None:
            settings["queue_limit"] += kept["group"].at_least
        outcomes = [
            outcome
            for outcome in (
                "completed",
                "reneged",
                "balked",
                "deteriorated",
                "dropped_out",
                "no_show",
                "found",
            )
            if draw(st.booleans())
        ]
        return Station(
            name,
            service_time=time(),
            routing={outcome: routing() for outcome in outcomes},
            **kept,
            **{field: value for field, value in settings.items() if value is not None},
        ), kept

    made = [station(name) for name in names]

    def arrivals(i):
        to = (
            pick(*names)
            if draw(st.booleans())
            else (
                Shortest(tuple(names))
                if draw(st.booleans())
                else To(pick(*names), delay=pick(1.0, WHOLE))
            )
        )
        kind = draw(st.integers(0, 4))
        if kind == 0:
            return Arrivals(
                to,
                rate=Rate(pick(0.3, 1.0), multipliers=[(5, 15, pick(0.0, 2.0))]),
                name=f"s{i}",
                until=pick(math.inf, 20.0),
            )
        if kind == 1:
            return Arrivals(to, backlog=draw(st.integers(1, 6)), name=f"s{i}")
        if kind == 2:
            return Arrivals(to, time(zero=False), name=f"s{i}", start=pick(0.0, 2.0))
        times = sorted(draw(st.lists(st.integers(0, 25), min_size=1, max_size=8)))
        chances = pick((), (0.4,))
        rows = [(float(at), draw(st.integers(1, 3)), *chances) for at in times]
        return Arrivals(to, batches=rows, name=f"s{i}")

    streams = [arrivals(i) for i in range(draw(st.integers(1, 4)))]
    unseen = {s.name for s, _ in made if not (s.group or s.diary or s.caseload)}

    def searching(part):
        others = sorted(unseen - {part.name})
        if part.sessions != 1 or part.group or not others or draw(st.integers(0, 2)):
            return part
        at = draw(st.permutations(others))[: draw(st.integers(1, 2))]
        return replace(part, finds=Finds(at, pick(1.0, 2.5, 6.0), pick(1.0, 0.6)))

    made = [(searching(part), kept) for part, kept in made]

    def healed(part):
        """Whether it heals, or is between episodes: the same in all phases."""
        goal = names[names.index(part.name) - 1]
        what = heals[part.name]
        if what == 0 and goal != part.name:
            rows = ((0, 0.0, 0.3), (1, 2.0, 0.6), (2, 0.0, 0.9))
            return replace(part, recovery=Recovery(goal, rows))
        return replace(part, between=True) if what == 1 else part

    heals = {name: draw(st.integers(0, 5)) for name in names}
    made = [(healed(part), kept) for part, kept in made]
    phases = [
        Phase(
            at,
            [
                healed(searching(station(part.name, kept)[0]))
                for part, kept in made
                if draw(st.booleans())
            ],
        )
        for at in sorted(draw(st.sets(st.sampled_from([0.0, 5.0, 8.5, 12.0]), max_size=2)))
    ]
    stations = [part for part, _ in made]
    return Network([*pools, *books], stations, streams, phases, [*review(draw, pools, stations)])


def review(draw, pools, stations):
    """Perhaps a ``Warn``, perhaps a ``Dispatch`` beside it."""
    if draw(st.integers(0, 2)):
        return
    names = [station.name for station in stations]
    reads, thresholds = draw(
        st.sampled_from(
            [("waiting", (1.0, 3.0)), ("oldest", (0.5, 2.0, 4.0)), ("arrivals", (0.5,))]
        )
    )
    open_to = [station.name for station in stations if station.diary is None]
    yield Warn(
        "w",
        draw(st.permutations(names))[:2],
        thresholds,
        draw(st.sampled_from([1.0, 2.5])),
        reads,
        draw(st.sampled_from([None, 0.0])),
        draw(st.sampled_from([0.0, 2.5])),
        draw(st.integers(1, 2)),
        {
            pools[0].name: [
                draw(st.sampled_from([0, 1, 2, math.inf])) for _ in range(len(thresholds) + 1)
            ]
        },
        {
            name: 1 + i % len(thresholds)
            for i, name in enumerate(open_to[: draw(st.integers(0, 2))])
        },
    )
    number, attending = (
        draw(st.integers(0, 3)),
        {attend.pool for station in stations for attend in station.pools},
    )
    movable = [
        pool.name
        for pool in pools[1:]
        if pool.name in attending and (isinstance(pool.capacity, Roster) or pool.capacity >= number)
    ]
    around = enclosing(pools)
    movable = [pool for pool in movable if not around.get(pool, frozenset()) & set(movable)]
    if movable:
        weigh = draw(st.sampled_from(["none", "recoveries", "worst first"]))
        healing = [s.name for s in stations if {a.pool for a in s.pools} & set(movable)]
        yield Dispatch(
            "d",
            number,
            movable,
            draw(st.sampled_from([1.0, 3.0])),
            draw(st.sampled_from(["waiting", "oldest", "expected"])),
            half_life=draw(st.sampled_from([0.5, 3.0])),
            prior=[draw(st.sampled_from([0.0, 20.0])) for _ in movable],
            own=[draw(st.sampled_from([0.0, 1.0, 0.5])) for _ in movable],
            during=draw(st.sampled_from([None, ("w", 1)])),
            weigh=weigh,
            heal=healing,
        )
