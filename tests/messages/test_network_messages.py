"""What a network says when it is wrong, word for word; all faults of an object at once."""

import math

import pytest

import simcap
from simcap.errors import NetworkError
from simcap.network import Arrivals, Attend, Exponential, Gamma, Lognormal, Network, Never, Phase, Pool, Rate, Redial, Station, To, Uniform

POOL, DESK, STREAM = Pool("staff"), Station("desk", ["staff"], 1.0), Arrivals("desk", Exponential(1.0))


@pytest.mark.parametrize("make, said", [
    (lambda: Exponential(-1), "Exponential: mean: a finite number above 0 wanted, got -1"),
    (lambda: Exponential(math.nan), "Exponential: mean: a finite number above 0 wanted, got nan"),
    (lambda: Exponential(math.inf), "Exponential: mean: a finite number above 0 wanted, got inf"),
    (lambda: Exponential("1"), "Exponential: mean: a finite number above 0 wanted, got '1'"),
    (lambda: Lognormal(0, -1), "Lognormal: mean: a finite number above 0 wanted, got 0\nLognormal: sd: a finite number above 0 wanted, got -1"),
    (lambda: Gamma(True, 1), "Gamma: mean: a finite number above 0 wanted, got True"),
    (lambda: Uniform(3, 2), "Uniform: low < high wanted, got 3, 2"),
    (lambda: Pool("staff", 1.5), "Pool('staff'): capacity: a whole number ≥ 0, inf or a Roster wanted, got 1.5"),
    (lambda: Pool(" staff"), "Pool(' staff'): name: a name (text without blanks at its ends) wanted, got ' staff'"),
    (lambda: Attend("staff", reserve=-1), "Attend('staff'): reserve: a whole number ≥ 0 wanted, got -1"),
    (lambda: Station("desk", ["staff"], 1.0, no_show=1.5, drop_out=-0.1),
     "Station('desk'): no_show: a share from 0 to 1 wanted, got 1.5\nStation('desk'): drop_out: a share from 0 to 1 wanted, got -0.1"),
    (lambda: Station("desk", ["staff"], Never()), "Station('desk'): service_time: a time that ends wanted, got Never()"),
    (lambda: Station("desk", ["staff"], "1"), "Station('desk'): service_time: a distribution or a number of hours wanted, got '1'"),
    (lambda: Station("desk", [], 1.0), "Station('desk'): pools: at least one wanted"),
    (lambda: Station("desk", ["a", "a"], 1.0), "Station('desk'): pools: each pool once wanted, got ['a', 'a']"),
    (lambda: Station("desk", ["staff"], 1.0, routing={"finished": "x"}),
     "Station('desk'): routing, outcome: one of completed, reneged, balked, deteriorated, dropped_out, no_show wanted, got 'finished'"),
    (lambda: Station("desk", ["staff"], 1.0, routing={"completed": {"a": 0.7, "b": 0.5}}),
     "Routing: probabilities with a sum of at most 1 wanted, got 1.2"),
    (lambda: To("a", 2), "To('a'): probability: a share from 0 to 1 wanted, got 2"),
    (lambda: Redial(0.5, 1.0, 0), "Redial: at_most: a whole number ≥ 1 wanted, got 0"),
    (lambda: Rate(1.0, (1.0,) * 24), "Rate: week: 168 factors, one for each hour, wanted, got 24"),
    (lambda: Arrivals("desk"), "Arrivals('desk'): just one of interarrival, rate, batches and backlog wanted"),
    (lambda: Arrivals({"a": 0.5}, Exponential(1.0), name="s"), "Arrivals('s'): to: probabilities of joining with a sum of 1 wanted, got 0.5"),
    (lambda: Arrivals({"a": 1}, Exponential(1.0)), "Arrivals(''): name: wanted, since `to` is not one station"),
    (lambda: Network([POOL], [DESK], [Arrivals("dask", Exponential(1.0))]), "Network: Arrivals('dask'): to: no station is called 'dask'"),
    (lambda: Network([POOL], [DESK, DESK], [STREAM]), "Network: stations: the name 'desk' is used 2 times"),
    (lambda: Network([], [DESK], [STREAM]), "Network: Station('desk'): pools: no pool is called 'staff'"),
    (lambda: Network([POOL], [Station("desk", [Attend("staff", reserve=1)], 1.0)], [STREAM]),
     "Network: Station('desk'): Attend('staff'): a reserve below its 1 places wanted, got 1"),
    (lambda: Arrivals("desk", backlog=3, start=2.0), "Arrivals('desk'): start: 0 wanted beside a backlog, got 2.0"),
    (lambda: Network([POOL], [DESK], []), "Network: at least one station and one arrival stream wanted"),
    (lambda: Network([POOL], [DESK, Station("leave", ["staff"], 1.0)], [STREAM]), "Network: stations: no station may be called 'leave'"),
    (lambda: Network([POOL], [DESK], [STREAM], [Phase(1.0, [Station("desk", ["staff"], 1.0, sessions=2)])]),
     "Network: Phase(at=1.0): Station('desk'): sessions may not change"),
    (lambda: Network([POOL], [DESK], [STREAM], [Phase(1.0, []), Phase(1.0, [])]), "Network: phases: increasing times wanted"),
    (lambda: simcap.simulate(Network([POOL], [DESK], [STREAM]), -1, seed=-1, engine="fast"),
     "simulate: horizon: finite hours above 0 wanted, got -1\nsimulate: seed: a whole number from 0 to 2**63 - 1 wanted, got -1\n"
     "simulate: engine: one of compiled, simpy wanted, got 'fast'"),
])
def test_a_fault_is_said_word_for_word(make, said):
    with pytest.raises(NetworkError) as problem:
        make()
    assert str(problem.value) == said


@pytest.mark.parametrize("feature", ["caseload", "group", "diary"])
def test_features_that_have_not_landed_say_so_at_construction(feature):
    with pytest.raises(NotImplementedError, match=f"Station\\('desk'\\): {feature} has not landed yet"):
        Station("desk", ["staff"], 1.0, **{feature: object()})


def test_reviews_have_not_landed():
    with pytest.raises(NotImplementedError, match="Network: reviews have not landed yet"):
        Network([POOL], [DESK], [STREAM], reviews=[object()])
