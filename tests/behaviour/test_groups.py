"""Sentences about groups: who is attended together, and when."""

from conftest import at, log

from simcap.network import Arrivals, Attend, Group, Network, Pool, Roster, Station

FIELDS = "resident started ended together"


def circle(arrivals=(0.0, 0.0, 0.0), capacity=1, **station):
    """A station whose groups last two hours."""
    settings = {"group": Group(3, 2), **station}
    return Network(
        [Pool("room", capacity)],
        [Station("circle", ["room"], 2.0, **settings)],
        [at(*arrivals, to="circle")],
    )


def test_those_who_come_at_one_moment_start_together_though_two_are_enough():
    assert log(circle(), fields=FIELDS) == [(0, 0.0, 2.0, 3), (1, 0.0, 2.0, 3), (2, 0.0, 2.0, 3)]


def test_a_group_starts_when_enough_have_come():
    world = circle((0.0, 1.0, 1.5))
    assert log(world, fields="resident started outcome together") == [
        (0, 1.0, "completed", 2),
        (1, 1.0, "completed", 2),
        (2, None, "waiting", 0),
    ]


def test_a_group_holds_no_more_than_its_size_and_takes_those_who_came_first():
    world = circle((0.0, 0.0, 0.0, 0.0, 0.0))
    assert log(world, fields=FIELDS) == [
        (0, 0.0, 2.0, 3),
        (1, 0.0, 2.0, 3),
        (2, 0.0, 2.0, 3),
        (3, 2.0, 4.0, 2),
        (4, 2.0, 4.0, 2),
    ]


def test_who_has_waited_long_enough_starts_with_fewer():
    world = circle((1.0,), group=Group(3, 2, start_at=5.0))
    assert log(world, fields=FIELDS) == [(0, 6.0, 8.0, 1)]


def test_who_has_waited_long_enough_while_nobody_was_free_starts_as_soon_as_somebody_is():
    world = circle((0.0, 0.0, 0.5), group=Group(3, 2, start_at=1.0))
    assert log(world, fields=FIELDS)[-1] == (2, 2.0, 4.0, 1)


def test_with_a_place_free_and_enough_there_patience_of_nothing_is_served():
    assert log(circle(patience=0.0), fields="started outcome") == [(0.0, "completed")] * 3


def test_with_too_few_there_patience_of_nothing_is_not():
    assert log(circle((3.0,), patience=0.0), fields="ended outcome") == [(3.0, "reneged")]


def test_a_group_has_the_service_time_of_its_first_member_alone():
    """One place, one service: six come, three at a time, and the second group starts when the first
    ends.
    """
    world = Network(
        [Pool("room", 1)],
        [Station("circle", ["room"], 1.5, group=Group(3, 3))],
        [Arrivals("circle", backlog=6)],
    )
    assert [row[2] for row in log(world, fields=FIELDS)] == [1.5] * 3 + [3.0] * 3


def test_a_group_course_goes_on_together_and_takes_up_newcomers():
    world = circle((0.0, 0.0, 5.0), sessions=2, every=24.0)
    assert log(world, fields="resident session started outcome together") == [
        (0, 1, 0.0, "session", 2),
        (1, 1, 0.0, "session", 2),
        (0, 2, 24.0, "completed", 3),
        (1, 2, 24.0, "completed", 3),
        (2, 1, 24.0, "session", 3),
        (2, 2, None, "waiting", 0),
    ]


def test_followers_stand_before_newcomers_in_a_group_too():
    world = circle((0.0, 0.0, 1.0, 1.0), sessions=2, every=2.0, group=Group(2, 2))
    assert [
        (resident, session, started)
        for resident, session, started in log(world, fields="resident session started")
    ][:6] == [(0, 1, 0.0), (1, 1, 0.0), (2, 1, 2.0), (3, 1, 2.0), (0, 2, 4.0), (1, 2, 4.0)]


def test_a_group_that_has_gathered_is_ranked_by_its_first_member():
    """The room is free at two: the circle has waited since 0.5, the single resident since 1."""
    world = Network(
        [Pool("room", 1)],
        [Station("circle", ["room"], 2.0, group=Group(3, 2)), Station("single", ["room"], 2.0)],
        [at(0.0, 1.0, to="single"), at(0.5, 1.5, to="circle")],
    )
    assert log(world, fields="station resident started") == [
        ("single", 0, 0.0),
        ("circle", 0, 2.0),
        ("circle", 1, 2.0),
        ("single", 1, 4.0),
    ]


def test_a_group_that_has_not_gathered_keeps_nobody_from_starting():
    world = Network(
        [Pool("room", 1)],
        [
            Station("circle", [Attend("room", -1)], 2.0, group=Group(3, 2)),
            Station("single", ["room"], 2.0),
        ],
        [at(0.0, to="circle"), at(1.0, to="single")],
    )
    assert log(world, fields="station started") == [("single", 1.0), ("circle", None)]


def test_a_group_starts_when_the_room_opens():
    world = circle((1.0, 2.0, 3.0, 9.0), capacity=Roster([(9, 12, 1)]))
    assert log(world, fields=FIELDS)[:3] == [
        (0, 9.0, 11.0, 3),
        (1, 9.0, 11.0, 3),
        (2, 9.0, 11.0, 3),
    ]


def test_a_group_is_led_by_a_team():
    world = Network(
        [Pool("one", 1), Pool("two", Roster([(4, 20, 1)]))],
        [
            Station("circle", ["one", "two"], 2.0, team=True, group=Group(5, 2)),
            Station("other", ["one"], 3.0),
        ],
        [at(0.0, 0.0, to="circle"), at(3.0, to="other")],
    )
    assert log(world, fields="station resident started together") == [
        ("other", 0, 3.0, 1),
        ("circle", 0, 6.0, 2),
        ("circle", 1, 6.0, 2),
    ]


def test_a_group_is_one_person_for_the_shortest_queue_once_it_has_begun():
    """Nobody waits at either desk when the second resident is routed, and three are attended at the
    circle.
    """
    from simcap.network import Shortest

    world = Network(
        [Pool("room", 1), Pool("desk", 1)],
        [Station("circle", ["room"], 9.0, group=Group(3, 3)), Station("single", ["desk"], 9.0)],
        [
            at(0.0, 0.0, 0.0, to="circle"),
            Arrivals(Shortest(("circle", "single")), batches=[(1.0, 1)], name="new"),
        ],
    )
    assert ("new", "single") in log(world, fields="stream station")
