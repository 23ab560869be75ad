"""What a network says when it is wrong, word for word; all faults of an object at once."""

import math

import pytest

import simcap
from simcap.errors import NetworkError
from simcap.network import (
    Arrivals,
    Attend,
    Diary,
    Dispatch,
    Exponential,
    Gamma,
    Group,
    Lognormal,
    Network,
    Never,
    Phase,
    Pool,
    Rate,
    Redial,
    Slots,
    Station,
    To,
    Uniform,
    Warn,
)

POOL, DESK, STREAM = (
    Pool("staff"),
    Station("desk", ["staff"], 1.0),
    Arrivals("desk", Exponential(1.0)),
)


@pytest.mark.parametrize(
    "make, said",
    [
        (lambda: Exponential(-1), "Exponential: mean: a finite number above 0 wanted, got -1"),
        (
            lambda: Exponential(math.nan),
            "Exponential: mean: a finite number above 0 wanted, got nan",
        ),
        (
            lambda: Exponential(math.inf),
            "Exponential: mean: a finite number above 0 wanted, got inf",
        ),
        (lambda: Exponential("1"), "Exponential: mean: a finite number above 0 wanted, got '1'"),
        (
            lambda: Lognormal(0, -1),
            (
                "Lognormal: mean: a finite number above 0 wanted, got 0\nLognormal: sd: a finite"
                " number above 0 wanted, got -1"
            ),
        ),
        (lambda: Gamma(True, 1), "Gamma: mean: a finite number above 0 wanted, got True"),
        (lambda: Uniform(3, 2), "Uniform: low < high wanted, got 3, 2"),
        (
            lambda: Pool("staff", 1.5),
            "Pool('staff'): capacity: a whole number ≥ 0, inf, a Roster or Slots wanted, got 1.5",
        ),
        (
            lambda: Pool(" staff"),
            "Pool(' staff'): name: a name (text without blanks at its ends) wanted, got ' staff'",
        ),
        (
            lambda: Attend("staff", reserve=-1),
            "Attend('staff'): reserve: a whole number ≥ 0 wanted, got -1",
        ),
        (
            lambda: Station("desk", ["staff"], 1.0, no_show=1.5, drop_out=-0.1),
            (
                "Station('desk'): no_show: a share from 0 to 1 wanted, got 1.5\nStation('desk'):"
                " drop_out: a share from 0 to 1 wanted, got -0.1"
            ),
        ),
        (
            lambda: Station("desk", ["staff"], Never()),
            "Station('desk'): service_time: a time that ends wanted, got Never()",
        ),
        (
            lambda: Station("desk", ["staff"], "1"),
            "Station('desk'): service_time: a distribution or a number of hours wanted, got '1'",
        ),
        (lambda: Station("desk", [], 1.0), "Station('desk'): pools: at least one wanted"),
        (
            lambda: Station("desk", ["a", "a"], 1.0),
            "Station('desk'): pools: each pool once wanted, got ['a', 'a']",
        ),
        (
            lambda: Station("desk", ["staff"], 1.0, routing={"finished": "x"}),
            (
                "Station('desk'): routing, outcome: one of completed, reneged, balked,"
                " deteriorated, dropped_out, no_show, found wanted, got 'finished'"
            ),
        ),
        (
            lambda: Station("desk", ["staff"], 1.0, routing={"completed": {"a": 0.7, "b": 0.5}}),
            "Routing: probabilities with a sum of at most 1 wanted, got 1.2",
        ),
        (lambda: To("a", 2), "To('a'): probability: a share from 0 to 1 wanted, got 2"),
        (lambda: Redial(0.5, 1.0, 0), "Redial: at_most: a whole number ≥ 1 wanted, got 0"),
        (
            lambda: Rate(1.0, (1.0,) * 24),
            "Rate: week: 168 factors, one for each hour, wanted, got 24",
        ),
        (
            lambda: Arrivals("desk"),
            "Arrivals('desk'): just one of interarrival, rate, batches and backlog wanted",
        ),
        (
            lambda: Arrivals({"a": 0.5}, Exponential(1.0), name="s"),
            "Arrivals('s'): to: probabilities of joining with a sum of 1 wanted, got 0.5",
        ),
        (
            lambda: Arrivals({"a": 1}, Exponential(1.0)),
            "Arrivals(''): name: wanted, since `to` is not one station",
        ),
        (
            lambda: Network([POOL], [DESK], [Arrivals("dask", Exponential(1.0))]),
            "Network: Arrivals('dask'): to: no station is called 'dask'",
        ),
        (
            lambda: Network([POOL], [DESK, DESK], [STREAM]),
            "Network: stations: the name 'desk' is used 2 times",
        ),
        (
            lambda: Network([], [DESK], [STREAM]),
            "Network: Station('desk'): pools: no pool is called 'staff'",
        ),
        (
            lambda: Network([POOL], [Station("desk", [Attend("staff", reserve=1)], 1.0)], [STREAM]),
            "Network: Station('desk'): Attend('staff'): a reserve below its 1 places wanted, got 1",
        ),
        (
            lambda: Arrivals("desk", backlog=3, start=2.0),
            "Arrivals('desk'): start: 0 wanted beside a backlog, got 2.0",
        ),
        (
            lambda: Network([POOL], [DESK], []),
            "Network: at least one station and one arrival stream wanted",
        ),
        (
            lambda: Network([POOL], [DESK, Station("leave", ["staff"], 1.0)], [STREAM]),
            "Network: stations: no station may be called 'leave'",
        ),
        (
            lambda: Network(
                [POOL],
                [DESK],
                [STREAM],
                [Phase(1.0, [Station("desk", ["staff"], 1.0, sessions=2)])],
            ),
            "Network: Phase(at=1.0): Station('desk'): sessions may not change",
        ),
        (
            lambda: Network(
                [POOL],
                [DESK],
                [STREAM],
                [Phase(1.0, [Station("desk", ["staff"], 1.0, group=Group(2))])],
            ),
            "Network: Phase(at=1.0): Station('desk'): group may not change",
        ),
        (
            lambda: Station("desk", ["staff"], 1.0, sessions=math.inf),
            "Station('desk'): every: hours above 0 wanted where visits recur, got 0.0",
        ),
        (
            lambda: Station("desk", ["staff"], 1.0, sessions=1.5),
            "Station('desk'): sessions: a whole number ≥ 1 wanted, got 1.5",
        ),
        (lambda: Group(3, 4), "Group: at_least ≤ size ≤ 32767 wanted, got 4 and 3"),
        (lambda: Group(3, start_at=-1), "Group: start_at: hours ≥ 0 or inf wanted, got -1"),
        (
            lambda: Station(
                "desk", [Attend("staff", after=1.0)], 1.0, group=Group(2), discipline="siro"
            ),
            (
                "Station('desk'): group: discipline='fifo' wanted beside it, got"
                " 'siro'\nStation('desk'): group: pools without `after` wanted, since a group"
                " starts together"
            ),
        ),
        (
            lambda: Station("desk", ["staff"], 1.0, group=Group(4, 3), queue_limit=2),
            "Station('desk'): queue_limit: at least the 3 that a group needs wanted, got 2",
        ),
        (
            lambda: Station("desk", ["staff"], 1.0, caseload="staff"),
            "Station('desk'): caseload: another pool than those that attend wanted, got 'staff'",
        ),
        (
            lambda: Station(
                "desk", ["staff"], 1.0, caseload=Attend("list", after=1.0), diary=Diary()
            ),
            (
                "Station('desk'): caseload: no `after` and no `factor` wanted\nStation('desk'):"
                " caseload: diary=None wanted beside it, got Diary(notice=0.0, urgent=False,"
                " window=inf)"
            ),
        ),
        (
            lambda: Network([POOL], [Station("desk", ["staff"], 1.0, caseload="list")], [STREAM]),
            "Network: Station('desk'): caseload: no pool is called 'list'",
        ),
        (lambda: Slots(), "Slots: slots: at least one wanted"),
        (
            lambda: Slots([(9,)]),
            "Slots: slots[0]: (hour, places) or (hour, places, kept) wanted, got (9,)",
        ),
        (
            lambda: Slots([(9, 1.5), (10, 1, -1)]),
            (
                "Slots: slots[0][1]: a whole number ≥ 0 wanted, got 1.5\nSlots: slots[1][2]: a"
                " whole number ≥ 0 wanted, got -1"
            ),
        ),
        (
            lambda: Slots([(170, 1)]),
            "Slots: slots[0]: an hour below 168, the length of the cycle, wanted, got 170",
        ),
        (
            lambda: Diary(48.0, window=24.0),
            "Diary: window: hours, at least the notice, or inf wanted, got 24.0",
        ),
        (
            lambda: Station("desk", [Attend("staff", 1, reserve=1)], 1.0, diary=Diary()),
            (
                "Station('desk'): diary: pools without `priority` and `reserve` wanted, since"
                " residents are booked as they come"
            ),
        ),
        (
            lambda: Network([POOL], [Station("desk", ["staff"], 1.0, diary=Diary())], [STREAM]),
            "Network: Station('desk'): pools: a pool with Slots wanted, got 'staff'",
        ),
        (
            lambda: Network([Pool("staff", Slots([(9, 1)]))], [DESK], [STREAM]),
            "Network: Station('desk'): pools: a pool without Slots wanted, got 'staff'",
        ),
        (
            lambda: Warn("w", [], [], 24.0, "calls"),
            (
                "Warn('w'): reads: one of waiting, oldest, arrivals wanted, got 'calls'\nWarn('w'):"
                " stations: at least one wanted\nWarn('w'): thresholds: at least one wanted"
            ),
        ),
        (
            lambda: Warn(
                "w", ["desk"], [2.0, 1.0], 24.0, places={"staff": (1, 2)}, closes={"desk": 3}
            ),
            (
                "Warn('w'): thresholds: increasing numbers wanted, got (2.0, 1.0)\nWarn('w'):"
                " places['staff']: a whole number ≥ 0 or inf for each of the levels 0 to 2 wanted,"
                " got (1, 2)\nWarn('w'): closes['desk']: a level from 1 to 2 wanted, got 3"
            ),
        ),
        (
            lambda: Dispatch("d", 2, ["a", "b"], 24.0, start=(1, 2)),
            "Dispatch('d'): start: 2 places over 2 pools wanted, got [1, 2]",
        ),
        (
            lambda: Dispatch("d", 1, ["a"], 1.0, half_life=0.01, prior=(1, 2), weigh="best"),
            "Dispatch('d'): weigh: one of none, recoveries, worst first wanted, got 'best'\n"
            "Dispatch('d'): half_life: a minute at least wanted, got 0.01 h\n"
            "Dispatch('d'): heal: a station at least wanted where outcome is weighed",
        ),
        (
            lambda: Dispatch("d", 1, ["a"], 1.0, prior=(1, 2)),
            "Dispatch('d'): prior: a number for each of the 1 pools wanted, got 2",
        ),
        (
            lambda: Network(
                [POOL],
                [DESK],
                [STREAM],
                reviews=[Dispatch("d", 1, ["staff"], 24.0, weigh="recoveries", heal=["dask"])],
            ),
            "Network: Dispatch('d'): heal: no station is called 'dask'",
        ),
        (
            lambda: Dispatch("d", 2, ["a", "a"], -1, "most"),
            (
                "Dispatch('d'): every: a finite number above 0 wanted, got -1\n"
                "Dispatch('d'): need: one of waiting, oldest, expected wanted, got 'most'\n"
                "Dispatch('d'): pools: each pool once wanted, got ['a', 'a']"
            ),
        ),
        (
            lambda: Network(
                [POOL],
                [DESK],
                [STREAM],
                reviews=[
                    Warn("w", ["dask"], [1.0], 24.0, places={"staff": (1, 2)}),
                    Dispatch("d", 1, ["staff"], 24.0, during=("v", 1)),
                ],
            ),
            (
                "Network: Dispatch('d'): during: the name of a Warn and one of its levels from 1 on"
                " wanted, got ('v', 1)\nNetwork: Warn('w'): no station is called 'dask'\nNetwork:"
                " reviews: the pool 'staff' is changed by 2 of them"
            ),
        ),
        (
            lambda: Network([POOL], [DESK], [STREAM], reviews=[1]),
            "Network: reviews: Warn or Dispatch wanted, got 1",
        ),
        (
            lambda: Network([POOL], [DESK], [STREAM], reviews=1),
            "Network: reviews: a list wanted, got 1",
        ),
        (
            lambda: Warn("w", ["desk", "desk"], [1.0], 24.0),
            "Warn('w'): stations: each station once wanted, got ['desk', 'desk']",
        ),
        (lambda: Warn("w", ["desk"], 1.0, 24.0), "Warn('w'): thresholds: a list wanted, got 1.0"),
        (
            lambda: Warn("w", ["desk"], [1.0], 0.001),
            "Warn('w'): every: a minute at least wanted, got 0.001 h",
        ),
        (
            lambda: Warn("w", ["desk"], [1.0], 24.0, places={"staff": 2}),
            "Warn('w'): places['staff']: a list wanted, got 2",
        ),
        (
            lambda: Dispatch("d", 1, ["staff"], 24.0, during="w"),
            "Dispatch('d'): during: a list wanted, got 'w'",
        ),
        (
            lambda: Dispatch("d", 1, ["staff"], 24.0, during=("w", "1")),
            "Dispatch('d'): during: (name of a Warn, level) wanted, got ('w', '1')",
        ),
        (
            lambda: Network(
                [POOL, Pool("list")],
                [Station("desk", ["staff"], 1.0, caseload="list")],
                [STREAM],
                reviews=[Dispatch("d", 1, ["list"], 24.0)],
            ),
            "Network: Dispatch('d'): 'list' attends no station",
        ),
        (
            lambda: Network([POOL], [DESK], [STREAM], reviews=[Dispatch("d", 4, ["staff"], 24.0)]),
            "Network: Dispatch('d'): 'staff' with all 4 places that float wanted, got 1",
        ),
        (
            lambda: Network(
                [POOL, Pool("list", queue_limit=2)],
                [Station("desk", ["staff"], 1.0, caseload="list")],
                [STREAM],
            ),
            "Network: Station('desk'): caseload: a pool without queue_limit wanted, got 'list'",
        ),
        (
            lambda: Network(
                [Pool("staff", queue_limit=2)],
                [Station("desk", ["staff"], 1.0, group=Group(4, 3))],
                [STREAM],
            ),
            (
                "Network: Station('desk'): pools: a queue_limit of at least the 3 that a group"
                " needs wanted"
            ),
        ),
        (
            lambda: Pool("staff", Slots([(9, 1)]), last_start=1.0),
            "Pool('staff'): last_start: none wanted beside Slots, which say when each begins",
        ),
        (lambda: Slots([9, 10]), "Slots: slots: a list of tuples wanted, got [9, 10]"),
        (lambda: Slots([(9, 1)], closed=[(1,)]), "Slots: closed[0]: (from, to) wanted, got (1,)"),
        (
            lambda: Slots([(9, 1)], closed=[("a", "b")]),
            (
                "Slots: closed[0][0]: a finite number wanted, got 'a'\nSlots: closed[0][1]: a"
                " finite number wanted, got 'b'"
            ),
        ),
        (
            lambda: Diary(window=1e8),
            "Diary: window: at most ten years, or inf, wanted, got 100000000.0 h",
        ),
        (
            lambda: Station("desk", ["staff"], 1.0, sessions=math.inf, every=1e-11),
            (
                "Station('desk'): every: hours from a microsecond to 200 years wanted, got 1e-11"
                "\nStation('desk'): every: hours above 0 wanted where visits recur, got 1e-11"
            ),
        ),
        (
            lambda: Station("desk", ["staff"], 1.0, sessions=2, every=5.0, least_gap=6.0),
            "Station('desk'): least_gap: at most the 5 h of `every` wanted, got 6.0",
        ),
        (
            lambda: Station("desk", ["staff"], 1.0, standing=(1, 1)),
            "Station('desk'): standing: two different whole numbers wanted, of first sessions and"
            " of follow-ups, got (1, 1)",
        ),
        (
            lambda: Network([POOL], [DESK], [STREAM], [Phase(1.0, []), Phase(1.0, [])]),
            "Network: phases: increasing times wanted",
        ),
        (
            lambda: simcap.simulate(Network([POOL], [DESK], [STREAM]), -1, seed=-1, engine="fast"),
            (
                "simulate: horizon: finite hours above 0 wanted, got -1\nsimulate: seed: a whole"
                " number from 0 to 2**63 - 1 wanted, got -1\nsimulate: engine: one of compiled,"
                " simpy wanted, got 'fast'"
            ),
        ),
    ],
)
def test_a_fault_is_said_word_for_word(make, said):
    with pytest.raises(NetworkError) as problem:
        make()
    assert str(problem.value) == said
