"""Posts that fall empty: how many, when, and that no name decides."""

import math
import re

import numpy as np
import pytest

import simcap
from simcap.errors import NetworkError
from simcap.network import (
    Arrivals,
    Exponential,
    Network,
    Pool,
    Roster,
    Station,
    Uniform,
    Vacancies,
)
from simcap.network.resolved import capacity_steps, closings
from simcap.network.vacancies import posts_there

OFFICE = [(24.0 * day + 9, 24.0 * day + 17, 1) for day in range(5)]
YEAR = 52 * 168.0
TURNOVER = {"stays": Exponential(YEAR / 0.15), "gap": YEAR / 4}
"""Fifteen in a hundred leave in a year, and thirteen weeks go by until somebody follows."""


def offered(roster, until, fate=None):
    times, places = roster.steps(until, fate)
    return float((np.diff(np.append(times / 3.6e9, until)) * places).sum())


def missing(key, replications, posts=1.0, gap=YEAR / 4):
    """The share of a year's hours that is not worked, in each replication."""
    posts = Vacancies(posts, TURNOVER["stays"], gap, key)
    roster = Roster(OFFICE, vacancies=posts)
    whole = offered(Roster(OFFICE), YEAR)
    return np.array([1 - offered(roster, YEAR, (1, r)) / whole for r in range(replications)])


@pytest.mark.parametrize("key", ["Alpha", "Juliet"])
@pytest.mark.parametrize("gap", [YEAR / 4, Exponential(YEAR / 4)])
def test_the_share_of_hours_that_is_missing_is_right_on_average_whatever_the_name(key, gap):
    """0.25 years of every 6.667 + 0.25: 3.61 %."""
    shares = missing(key, 2000, gap=gap)
    error = shares.std(ddof=1) / math.sqrt(len(shares))
    assert abs(shares.mean() - 0.25 / (1 / 0.15 + 0.25)) <= 3.5 * error
    assert shares.min() == 0 and shares.max() > 0.2


def test_many_posts_lose_the_same_share_more_evenly():
    one, many = missing("Alpha", 300), missing("Alpha", 300, posts=25.0)
    assert abs(many.mean() - 0.0361) <= 3.5 * many.std(ddof=1) / math.sqrt(300)
    assert many.std() < one.std() / 3


def test_without_a_replication_as_many_hours_are_offered_as_there_are_on_average():
    roster = Roster(OFFICE, vacancies=Vacancies(1.0, key="Alpha", **TURNOVER))
    share = offered(roster, 20 * YEAR) / offered(Roster(OFFICE), 20 * YEAR)
    assert share == pytest.approx(1 - 0.25 / (1 / 0.15 + 0.25), abs=2e-4)


def test_a_post_is_filled_and_empty_in_turn():
    vacancies = Vacancies(1.0, Exponential(100.0), 10.0, "k")
    times, there, of = posts_there(vacancies, 5000.0, (1, 0))
    assert of == 1 and set(np.abs(np.diff(there))) == {1}
    assert times[0] == 0.0 and all(np.diff(times) > 0)
    empty = [b - a for a, b, n in zip(times[1:], times[2:], there[1:], strict=False) if n == 0]
    assert len(empty) > 20 and empty == pytest.approx([10.0] * len(empty))


def test_the_last_post_may_be_part_of_one():
    _, there, of = posts_there(Vacancies(2.25, Exponential(50.0), 50.0, "k"), 5000.0, (1, 0))
    assert of == 9 and set(there) <= {0, 1, 4, 5, 8, 9} and {4, 5} <= set(there)


def test_parts_of_a_split_roster_lose_the_same_posts():
    posts = Vacancies(3.0, Exponential(200.0), 60.0, "k")
    roster = Roster([(start, end, 3) for start, end, _ in OFFICE], vacancies=posts)
    steps = [part.steps(2000.0, (7, 3)) for part in (roster, *roster.split(0.4))]
    at = np.arange(0.5, 2000.0) * 3.6e9
    whole, kept, lent = (
        places[np.searchsorted(times, at, side="right") - 1] for times, places in steps
    )
    assert (whole == kept + lent).all() and set(whole) == {0, 1, 2, 3} and lent.max() > 0


def test_rosters_of_one_key_lose_the_same_and_of_another_key_others():
    posts = [Vacancies(1.0, Exponential(200.0), 60.0, key) for key in ("k", "k", "l")]
    steps = [Roster(OFFICE, vacancies=each).steps(2000.0, (7, 3)) for each in posts]
    assert [part.tolist() for part in steps[0]] == [part.tolist() for part in steps[1]]
    assert steps[0][0].tolist() != steps[2][0].tolist()


def world():
    posts = Vacancies(2.0, Exponential(200.0), 60.0, "k")
    return Network(
        [Pool("staff", Roster(OFFICE, hours=60.0, vacancies=posts))],
        [Station("desk", ["staff"], 2.0)],
        [Arrivals("desk", Exponential(4.0))],
    )


def test_a_run_tells_the_places_of_its_own_replication():
    tables = []
    for replication in range(4):
        run = simcap.simulate(world(), 1000.0, replication=replication)
        times, places = capacity_steps(world().pools[0], 1000.0, (42, replication))
        assert run.capacity["time"].tolist() == (times / 3.6e9).tolist()
        assert run.capacity["places"].tolist() == places.tolist()
        tables.append(places.tolist())
    assert tables[0] != tables[1]


def test_nobody_starts_where_the_post_is_empty():
    run = simcap.simulate(world(), 3000.0, replication=2)
    visits = run.read()
    started = visits["started"][~np.isnan(visits["started"])]
    since = np.searchsorted(run.capacity["time"], started, side="right") - 1
    assert len(started) > 100 and (run.capacity["places"][since] > 0).all()


def test_places_close_at_no_other_time_in_any_replication():
    pool = world().pools[0]
    known = set(closings(pool, 2000.0).tolist())
    for replication in range(50):
        times, places = capacity_steps(pool, 2000.0, (1, replication))
        assert set(times[1:][np.diff(places) < 0].tolist()) <= known


@pytest.mark.parametrize(
    "settings, fault",
    [
        ({"posts": 0}, "Vacancies('k'): posts: a finite number above 0 wanted, got 0"),
        ({"stays": 3.0}, "Vacancies('k'): stays: Exponential wanted, got 3.0"),
        (
            {"gap": Uniform(1.0, 2.0)},
            "Vacancies('k'): gap: Exponential, or hours above 0, wanted, got Uniform(low=1.0,"
            " high=2.0)",
        ),
    ],
)
def test_faults_of_vacancies(settings, fault):
    with pytest.raises(NetworkError, match=re.escape(fault)):
        Vacancies(**{"posts": 1.0, "stays": Exponential(9.0), "gap": 1.0, "key": "k", **settings})
