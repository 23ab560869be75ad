"""Sentences about visits that find somebody who waits elsewhere, and about batches by chance."""

import math

import numpy as np
import pytest
from conftest import at, log
from scipy.stats import binom

import simcap
from simcap.errors import NetworkError
from simcap.network import Arrivals, Finds, Network, Phase, Pool, Station, To
from simcap.network.resolved import binomial
from simcap.network.size import expected_arrivals

FIELDS = "stream resident station joined ended outcome"


def search(finds, hidden=2, visits=(5.0, 6.0, 7.0), capacity=9, **silent):
    """Residents who wait for nobody, visits of an hour, and a room for who is found."""
    return Network(
        [Pool("team", capacity), Pool("nobody", 0), Pool("room", 9)],
        [
            Station("silent", ["nobody"], 1.0, routing={"found": "room"}, **silent),
            Station("visit", ["team"], 1.0, finds=finds),
            Station("room", ["room"], 2.0),
        ],
        [Arrivals("silent", backlog=hidden, name="hidden"), at(*visits, to="visit")],
    )


def test_a_visit_that_falls_on_those_alone_who_wait_finds_one_when_it_ends():
    """Where more wait than there are, it falls on one of them; the third visit finds nobody."""
    rows = log(search(Finds("silent", among=1.0)), fields=FIELDS)
    found = [row[4] for row in rows if row[5] == "found"]
    assert found == [6.0, 7.0]
    assert sorted(row[3] for row in rows if row[2] == "room") == [6.0, 7.0]


def test_a_visit_without_a_share_finds_nobody():
    rows = log(search(Finds("silent", 2.0, share=0.0)), fields=FIELDS)
    assert {row[5] for row in rows if row[0] == "hidden"} == {"waiting"}


def test_who_has_given_up_is_found_no_more():
    rows = log(search(Finds("silent", 1.0), patience=5.5), fields=FIELDS)
    assert {row[5] for row in rows if row[0] == "hidden"} == {"reneged"}


def test_a_visit_that_waits_for_staff_finds_when_it_has_been_made():
    rows = log(search(Finds("silent", 1.0), hidden=1, visits=(5.0, 5.0), capacity=1), fields=FIELDS)
    assert [row[4] for row in rows if row[5] == "found"] == [6.0]


def test_who_is_found_may_be_any_of_several_stations():
    network = Network(
        [Pool("team", 1), Pool("nobody", 0)],
        [
            Station("a", ["nobody"], 1.0),
            Station("b", ["nobody"], 1.0),
            Station("visit", ["team"], 1.0, finds=Finds(("b", "a"), 1.0)),
        ],
        [
            Arrivals("a", backlog=1),
            Arrivals("b", backlog=1),
            at(0.0, 1.0, to="visit"),
        ],
    )
    rows = [row for row in log(network, fields=FIELDS) if row[5] == "found"]
    assert {row[2] for row in rows} == {"a", "b"} and {row[4] for row in rows} == {1.0, 2.0}


def test_each_is_as_likely_to_be_found_and_as_often_as_the_share_says():
    """Of ten hidden among 40 a visit finds each with 1/40 × 0.8: in 20,000 replications' worth of
    visits at one moment, 0.2 find somebody; nobody is preferred.
    """
    network = Network(
        [Pool("team", math.inf), Pool("nobody", 0)],
        [
            Station("a", ["nobody"], 1.0),
            Station("visit", ["team"], 1.0, finds=Finds("a", 40.0, 0.8)),
        ],
        [Arrivals("a", backlog=10), Arrivals("visit", backlog=1)],
    )
    whom = []
    for replication in range(4000):
        visits = simcap.simulate(network, 2.0, 3, replication, "compiled").read()
        whom += visits["resident"][visits["outcome"] == 10].tolist()
    share = len(whom) / 4000
    assert abs(share - 0.2) <= 3.5 * math.sqrt(0.2 * 0.8 / 4000)
    counted = np.bincount(whom, minlength=10)
    expected = len(whom) / 10
    assert ((counted - expected) ** 2 / expected).sum() <= 27.9  # chi square, 9 df, 0.1 %


def test_those_found_fall_as_each_visit_takes_its_share():
    """100 hidden among 200, a visit each hour: after n visits 100 (1 − 1/200)^n are left."""
    network = Network(
        [Pool("team", 1), Pool("nobody", 0)],
        [Station("a", ["nobody"], 1.0), Station("visit", ["team"], 0.5, finds=Finds("a", 200.0))],
        [Arrivals("a", backlog=100), at(*map(float, range(200)), to="visit")],
    )
    left = [
        (simcap.simulate(network, 200.0, 8, r, "compiled").read()["outcome"] == 7).sum()
        for r in range(300)
    ]
    expected = 100 * (1 - 1 / 200) ** 200
    assert abs(np.mean(left) - expected) <= 3.5 * np.std(left) / math.sqrt(300)


def test_what_visits_find_may_change_on_a_date():
    network = search(Finds("silent", 2.0, 0.0), visits=(5.0, 12.0))
    later = Phase(10.0, [Station("visit", ["team"], 1.0, finds=Finds("silent", 1.0))])
    network = Network(network.pools, network.stations, network.arrivals, [later])
    assert [row[4] for row in log(network, fields=FIELDS) if row[5] == "found"] == [13.0]


def test_more_visits_leave_the_draws_of_all_others_alone():
    """Who is not found waits as long as they would have without any visit."""
    before, after = (
        log(search(Finds("silent", 50.0), 40, visits, patience=9.0), fields=FIELDS)
        for visits in ((99.0,), (1.0, 2.0, 3.0))
    )
    found = {row[1] for row in after if row[5] == "found"}
    gave_up = {row[1]: row[4] for row in after if row[5] == "reneged"}
    assert gave_up == {
        row[1]: row[4] for row in before if row[5] == "reneged" and row[1] not in found
    }


def test_a_batch_by_chance_has_a_binomial_number():
    """Of 1,000 each comes with 3 %: mean 30, variance 29.1, in 2,000 replications."""
    network = Network(
        [Pool("x", math.inf)],
        [Station("a", ["x"], 1.0)],
        [Arrivals("a", batches=[(1.0, 1000, 0.03)])],
    )
    came = [len(simcap.simulate(network, 3.0, 1, r, "compiled").read()) for r in range(2000)]
    assert abs(np.mean(came) - 30) <= 3.5 * math.sqrt(29.1 / 2000)
    assert abs(np.var(came) - 29.1) <= 3.5 * 29.1 * math.sqrt(2 / 2000)
    assert expected_arrivals(network.arrivals[0], 3.0) == 30.0


@pytest.mark.parametrize("number, chance", [(10, 0.3), (110_000, 0.066), (9130, 0.9), (1, 0.5)])
def test_the_quantiles_of_a_binomial_are_those_of_scipy(number, chance):
    for u in (1e-9, 0.01, 0.2, 0.5, 0.77, 0.999, 0.999999):
        assert binomial(u, number, chance) == binom.ppf(u, number, chance)


@pytest.mark.parametrize("chance, number", [(0.0, 0), (1.0, 25)])
def test_nobody_and_everybody_of_a_batch(chance, number):
    network = Network(
        [Pool("x", math.inf)],
        [Station("a", ["x"], 1.0)],
        [Arrivals("a", batches=[(1.0, 25, chance)]), at(2.0, to="a", name="b")],
    )
    assert len(log(network)) == number + 1


@pytest.mark.parametrize(
    "make, said",
    [
        (
            lambda: search(Finds("slient", 2.0)),
            "Network: Station('visit'): finds: no station is called 'slient'",
        ),
        (
            lambda: Station("a", ["x"], 1.0, sessions=2, finds=Finds("b", 2.0)),
            "Station('a'): finds: sessions=1 wanted beside it, got 2",
        ),
        (
            lambda: Station("a", ["x"], 1.0, finds=Finds("a", 2.0)),
            "Station('a'): finds: other stations than its own wanted",
        ),
        (lambda: Finds((), 2.0), "Finds: at: at least one station wanted"),
        (lambda: Finds("a", 0.0), "Finds: among"),
        (
            lambda: Arrivals("a", batches=[(1.0, 5, 1.5)]),
            "Arrivals('a'): batches[0], chance: a share from 0 to 1 wanted, got 1.5",
        ),
    ],
)
def test_what_does_not_fit_is_said(make, said):
    with pytest.raises(NetworkError) as problem:
        make()
    assert any(fault.startswith(said) for fault in problem.value.faults), problem.value.faults


def test_who_is_found_goes_where_found_leads_after_its_delay():
    network = search(Finds("silent", 1.0), hidden=1, visits=(5.0,))
    stations = [
        Station("silent", ["nobody"], 1.0, routing={"found": To("room", delay=3.0)})
        if station.name == "silent"
        else station
        for station in network.stations
    ]
    rows = log(Network(network.pools, stations, network.arrivals), fields=FIELDS)
    assert [row[3] for row in rows if row[2] == "room"] == [9.0]
