"""Sentences about caseload places, and about visits that recur."""

import math

from conftest import at, log

from simcap.network import Arrivals, Attend, Network, Pool, Roster, Station


def course(places=1, staff=1, arrivals=(0.0, 0.0), **station):
    """Two sessions of an hour, ten hours apart."""
    settings = {"sessions": 2, "every": 10.0, **station}
    return Network(
        [Pool("list", places), Pool("staff", staff)],
        [Station("course", ["staff"], 1.0, caseload="list", **settings)],
        [at(*arrivals, to="course")],
    )


def test_who_is_on_the_list_holds_their_place_between_sessions():
    assert log(course(), fields="resident session started") == [
        (0, 1, 0.0),
        (0, 2, 10.0),
        (1, 1, 11.0),
        (1, 2, 21.0),
    ]


def test_with_two_places_on_the_list_the_second_waits_for_staff_alone():
    assert log(course(2), fields="resident session started") == [
        (0, 1, 0.0),
        (1, 1, 1.0),
        (0, 2, 10.0),
        (1, 2, 11.0),
    ]


def test_staff_who_are_free_do_not_help_while_the_list_is_full():
    assert log(course(1, 5), fields="resident started outcome")[1:3] == [
        (0, 10.0, "completed"),
        (1, 11.0, "session"),
    ]


def test_a_place_on_the_list_does_not_help_while_no_staff_are_there():
    world = course(2, Roster([(0, 2, 1), (30, 40, 1)]), (0.0, 2.0))
    assert log(world, fields="resident session started", horizon=60.0) == [
        (0, 1, 0.0),
        (0, 2, 30.0),
        (1, 1, 31.0),
        (1, 2, None),
    ]


def test_follow_ups_need_no_further_place_on_the_list():
    world = course(Roster([(0, 1, 1), (100, 101, 1)]))
    assert log(world, fields="resident session started", horizon=90.0) == [
        (0, 1, 0.0),
        (0, 2, 10.0),
        (1, 1, None),
    ]


def test_who_gives_up_between_sessions_gives_their_place_on_the_list_to_the_next():
    """The room is closed from two on: the first gives up at thirteen, three hours after their
    second session was due.
    """
    world = Network(
        [Pool("list"), Pool("staff", Roster([(0, 2, 1)])), Pool("others", 1)],
        [
            Station(
                "course",
                ["staff"],
                1.0,
                caseload="list",
                sessions=2,
                every=10.0,
                patience_between=3.0,
            ),
            Station("course elsewhere", ["others"], 1.0, caseload="list"),
        ],
        [at(0.0, to="course"), at(1.0, to="course elsewhere")],
    )
    assert log(world, fields="station session started ended outcome") == [
        ("course", 1, 0.0, 1.0, "session"),
        ("course", 2, None, 13.0, "reneged"),
        ("course elsewhere", 1, 13.0, 14.0, "completed"),
    ]


def test_who_drops_out_leaves_the_list_at_once():
    assert log(course(drop_out=1.0), fields="resident started outcome") == [
        (0, 0.0, "dropped_out"),
        (1, 1.0, "dropped_out"),
    ]


def test_the_list_has_priorities_and_a_reserve_of_its_own():
    world = Network(
        [Pool("list", 2), Pool("staff", math.inf)],
        [
            Station("routine", ["staff"], 5.0, caseload=Attend("list", 1, reserve=1)),
            Station("urgent", ["staff"], 5.0, caseload="list"),
        ],
        [at(0.0, 0.0, to="routine"), at(1.0, 1.0, to="urgent")],
    )
    assert log(world, fields="station started") == [
        ("routine", 0.0),
        ("urgent", 1.0),
        ("urgent", 5.0),
        ("routine", 10.0),
    ]


def test_visits_recur_at_their_dates_without_end():
    world = Network(
        [Pool("doctor")],
        [Station("visit", ["doctor"], 1.0, sessions=math.inf, every=10.0)],
        [at(3.0, to="visit")],
    )
    assert log(world, 40.0, fields="session joined started outcome") == [
        (1, 3.0, 3.0, "session"),
        (2, 13.0, 13.0, "session"),
        (3, 23.0, 23.0, "session"),
        (4, 33.0, 33.0, "session"),
        (5, None, None, "in_transit"),
    ]


def test_a_visit_that_comes_late_does_not_move_the_dates_after_it():
    world = Network(
        [Pool("doctor", Roster([(0, 5, 1), (17, 60, 1)]))],
        [Station("visit", ["doctor"], 1.0, sessions=math.inf, every=10.0)],
        [at(3.0, to="visit")],
    )
    assert log(world, 40.0, fields="joined started")[:4] == [
        (3.0, 3.0),
        (13.0, 17.0),
        (23.0, 23.0),
        (33.0, 33.0),
    ]


def test_dates_that_have_gone_by_when_a_visit_ends_are_left_out():
    """Away from five to forty: the visits due at 23 and 33 are not made up for. That of 43 is no
    sooner than half the interval after the one that ends at 41, unless no gap is kept.
    """

    def joined_and_started(**settings):
        world = Network(
            [Pool("doctor", Roster([(0, 5, 1), (40, 100, 1)]))],
            [Station("visit", ["doctor"], 1.0, sessions=math.inf, every=10.0, **settings)],
            [at(3.0, to="visit")],
        )
        return log(world, 60.0, fields="joined started")[1:4]

    assert joined_and_started(least_gap=0.0) == [(13.0, 40.0), (43.0, 43.0), (53.0, 53.0)]
    assert joined_and_started(least_gap=2.0) == [(13.0, 40.0), (43.0, 43.0), (53.0, 53.0)]
    assert joined_and_started() == [(13.0, 40.0), (46.0, 46.0), (56.0, 56.0)]


def test_a_register_of_residents_is_seen_as_often_as_it_should_where_there_is_time():
    """Thirty residents, every 100 hours, for 1,000 hours: ten visits each."""
    world = Network(
        [Pool("doctor")],
        [Station("visit", ["doctor"], 1.0, sessions=math.inf, every=100.0)],
        [Arrivals("visit", batches=[(float(i), 1) for i in range(30)], name="register")],
    )
    assert sum(outcome == "session" for (outcome,) in log(world, 1000.0, fields="outcome")) == 300
