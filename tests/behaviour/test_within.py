"""Sentences about pools within others: one place is one place, whatever it is called."""

import re

import pytest
from conftest import at, log

from simcap.errors import NetworkError
from simcap.network import Attend, Dispatch, Network, Pool, Roster, Slots, Station, Warn

FIELDS = "started station resident pool"


def starts(network, horizon=100.0):
    """(started, station, resident, pool) of all who start, in order of time."""
    rows = log(network, horizon, fields=FIELDS)
    return sorted(row for row in rows if row[0] is not None)


def lending(town=(8.0, 8.5, 11.5), lasts=2.0, **own):
    """One counsellor from six to eighteen, whose hours from nine on may be lent to the town."""
    return Network(
        [
            Pool("own", Roster([(6, 18, 1)]), **own),
            Pool("lent", Roster([(9, 16, 1)]), within="own"),
        ],
        [Station("village", ["own"], 3.0), Station("town", ["lent"], lasts)],
        [at(7.0, 13.5, to="village"), at(*town, to="town")],
    )


def test_a_session_that_runs_over_the_change_of_hours_goes_on_holding_the_one_place():
    """The village has her from seven to ten; her hours may be lent from nine on, but the town has
    her at ten. From fourteen to sixteen it is the town's third again: the village waits.
    """
    assert starts(lending()) == [
        (7.0, "village", 0, "own"),
        (10.0, "town", 0, "lent"),
        (12.0, "town", 1, "lent"),
        (14.0, "town", 2, "lent"),
        (16.0, "village", 1, "own"),
    ]


def test_a_right_that_ends_closes_nobodys_shift():
    """The right ends at sixteen, when the town's session still goes on; her own last start is at
    fifteen (three hours before eighteen), whatever becomes of the right.
    """
    early = lending(town=(10.0, 10.5), lasts=2.5, last_start=3.0)
    assert starts(early) == [
        (7.0, "village", 0, "own"),
        (10.0, "town", 0, "lent"),
        (12.5, "town", 1, "lent"),
        (15.0, "village", 1, "own"),
    ]
    late = lending(town=(10.0, 10.5), lasts=3.0, last_start=3.0)
    assert [row[:2] for row in starts(late)] == [(7.0, "village"), (10.0, "town"), (13.0, "town")]


def test_the_last_start_of_the_staff_binds_those_who_have_a_right_to_them():
    network = Network(
        [Pool("own", Roster([(6, 18, 1)]), last_start=1.0), Pool("lent", 1, within="own")],
        [Station("town", ["lent"], 0.5)],
        [at(5.0, 17.0, 17.25, to="town")],
    )
    assert [row[0] for row in starts(network)] == [6.0, 17.0]


def in_rooms(rooms=2, **settings):
    """Two own and two visiting counsellors; ``rooms`` for all of them."""
    return Network(
        [
            Pool("rooms", rooms),
            Pool("own", 2, within="rooms"),
            Pool("visiting", 2, within=["rooms"]),
        ],
        [Station("a", ["own"], 4.0), Station("b", [Attend("visiting", **settings)], 2.0)],
        [at(0.0, 1.0, to="a"), at(0.0, 1.5, 2.5, to="b")],
    )


def test_who_finds_staff_but_no_room_waits():
    """One room is taken by an own, one by a visiting counsellor; the second own one gets the room
    that is free at two.
    """
    assert starts(in_rooms())[:4] == [
        (0.0, "a", 0, "own"),
        (0.0, "b", 0, "visiting"),
        (2.0, "a", 1, "own"),
        (4.0, "b", 1, "visiting"),
    ]
    assert [row[0] for row in starts(in_rooms(rooms=4))] == [0.0, 0.0, 1.0, 1.5, 2.5]


def test_a_room_that_comes_free_goes_to_the_first_of_all_who_wait_for_one():
    """At two both streams wait: who has the better priority starts, whatever the pools are called
    and wherever the room came free.
    """
    assert starts(in_rooms(priority=-1))[2:4] == [
        (2.0, "b", 1, "visiting"),
        (4.0, "a", 1, "own"),
    ]


def test_a_reserve_is_of_the_pool_that_attends_and_not_of_those_around_it():
    """A place of "own" is kept from the station; the rooms may be filled."""
    network = Network(
        [Pool("rooms", 2), Pool("own", 3, within="rooms")],
        [Station("a", [Attend("own", reserve=1)], 4.0)],
        [at(0.0, 0.5, 1.0, to="a")],
    )
    assert [row[0] for row in starts(network)] == [0.0, 0.5, 4.0]


def test_a_team_takes_a_room_for_each_of_its_members():
    def team(rooms):
        return Network(
            [Pool("rooms", rooms), Pool("x", 1, within="rooms"), Pool("y", 1, within="rooms")],
            [Station("alone", ["rooms"], 5.0), Station("both", ["x", "y"], 1.0, team=True)],
            [at(0.0, to="alone"), at(1.0, to="both")],
        )

    assert starts(team(2))[1][0] == 5.0
    assert starts(team(3))[1][0] == 1.0


def test_a_caseload_and_who_attends_may_be_within_one_pool():
    """A place is held for the course and one for the session: of two, one client at a time, and
    the second begins when the first course ends at eleven.
    """
    network = Network(
        [Pool("all", 2), Pool("list", 2, within="all"), Pool("staff", 2, within="all")],
        [Station("course", ["staff"], 1.0, caseload="list", sessions=2, every=10.0)],
        [at(0.0, 0.5, to="course")],
    )
    assert [row[0] for row in starts(network)] == [0.0, 10.0, 11.0, 21.0]


def test_through_a_pool_that_is_within_another():
    """A room in a house: who starts in the room takes a place of the house, once, though there are
    two ways to it.
    """
    network = Network(
        [
            Pool("house", 2),
            Pool("floor", 2, within="house"),
            Pool("room", 2, within=("floor", "house")),
        ],
        [Station("a", ["room"], 3.0), Station("b", ["house"], 3.0)],
        [at(0.0, 2.0, to="a"), at(1.0, to="b")],
    )
    assert [row[:2] for row in starts(network)] == [(0.0, "a"), (1.0, "b"), (3.0, "a")]


def test_places_that_a_review_opens_around_others_are_handed_out_at_once():
    network = Network(
        [Pool("rooms", 4), Pool("own", 4, within="rooms")],
        [Station("a", ["own"], 50.0)],
        [at(0.0, 1.0, 2.0, to="a")],
        reviews=[Warn("w", ["a"], (2.0,), 10.0, "waiting", places={"rooms": (1, 3)})],
    )
    assert [row[0] for row in starts(network)] == [0.0, 10.0, 10.0]


def one_that_floats(pools):
    """Sessions of ten hours in the north, and one who waits in the south when the place moves."""
    return Network(
        pools,
        [Station("north", ["n"], 10.0), Station("south", ["s"], 1.0)],
        [at(0.0, to="north"), at(3.0, 3.5, to="south")],
        reviews=[Dispatch("floats", 1, ["n", "s"], 4.0, "waiting", start=(1, 0))],
    )


@pytest.mark.parametrize(
    "pools",
    [
        [Pool("n", 1), Pool("s", 1)],
        [Pool("person", 1), Pool("n", 1, within="person"), Pool("s", 1, within="person")],
    ],
    ids=["bound by the review", "within a pool"],
)
def test_a_place_that_is_moved_is_one_place(pools):
    """At four the place moves south, while its session in the north goes on until ten."""
    assert [row[:2] for row in starts(one_that_floats(pools))] == [
        (0.0, "north"),
        (10.0, "south"),
        (11.0, "south"),
    ]


@pytest.mark.parametrize(
    "pools, fault",
    [
        ([Pool("p", within="q")], "Pool('p'): within: no pool is called 'q'"),
        (
            [Pool("p", within="q"), Pool("q", within="r"), Pool("r", within="p")],
            "Network: pools: none within itself wanted, got 'p', 'q', 'r'",
        ),
        (
            [Pool("p", within="q"), Pool("q", Slots([(9, 1)]))],
            "Pool('p'): within: a pool without Slots wanted, got 'q'",
        ),
    ],
)
def test_faults_of_pools_within_others(pools, fault):
    with pytest.raises(NetworkError, match=re.escape(fault)):
        Network(pools, [Station("a", ["p"], 1.0)], [at(0.0, to="a")])


@pytest.mark.parametrize(
    "settings, fault",
    [
        ({"within": "p"}, "Pool('p'): within: another pool wanted, got itself"),
        ({"within": ("q", "q")}, "Pool('p'): within: each pool once wanted, got ['q', 'q']"),
        ({"within": 3}, "Pool('p'): within: a pool's name, or a list of names, wanted, got 3"),
        (
            {"within": "q", "capacity": Slots([(9, 1)])},
            "Pool('p'): within: none wanted beside Slots, which are booked and taken by nobody"
            " else",
        ),
    ],
)
def test_faults_of_a_pool_within_others(settings, fault):
    with pytest.raises(NetworkError, match=re.escape(fault)):
        Pool("p", **settings)


def test_places_do_not_move_between_a_pool_and_one_within_it():
    with pytest.raises(
        NetworkError,
        match=re.escape(
            "Dispatch('floats'): pools that are not within each other wanted, got 's' within 'n'"
        ),
    ):
        one_that_floats([Pool("n", 1), Pool("s", 1, within="n")])
