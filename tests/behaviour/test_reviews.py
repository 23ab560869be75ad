"""Sentences about reviews: what they read, and how places move."""

import math

import numpy as np
import pytest
from conftest import at, log

import simcap
from simcap.engine import ENGINES
from simcap.network import (
    Arrivals,
    Dispatch,
    Exponential,
    Group,
    Network,
    Pool,
    Roster,
    Station,
    Warn,
)


def decisions(world, horizon=100.0):
    """(time, rule, level) of what reviews decide, the same on both engines."""
    runs = [simcap.simulate(world, horizon, engine=engine) for engine in ENGINES]
    for run in runs:
        run.read()
    said = [
        [(float(row["time"]), run.rules[row["rule"]], int(row["level"])) for row in run.decisions]
        for run in runs
    ]
    assert said[0] == said[1]
    return said[0]


def two_towns(dispatch, north=(), south=(), pools=(), **settings):
    """Residents of two towns who are attended by floating places alone, an hour each."""
    stations = [Station(town, [f"{town} float"], 1.0, **settings) for town in ("north", "south")]
    return Network(
        [Pool("north float", 9), Pool("south float", 9), *pools],
        stations,
        [at(*north, to="north"), at(*south, to="south")],
        reviews=[dispatch],
    )


def towns(places, need="waiting", every=10.0, **settings):
    return Dispatch("floats", places, ["north float", "south float"], every, need, **settings)


def test_floating_places_stand_evenly_before_the_first_review():
    world = two_towns(towns(4), north=(0.0,) * 3, south=(0.0,) * 3)
    assert sorted(log(world, 10.0, fields="started station resident")) == [
        (0.0, "north", 0),
        (0.0, "north", 1),
        (0.0, "south", 0),
        (0.0, "south", 1),
        (1.0, "north", 2),
        (1.0, "south", 2),
    ]


def test_floating_places_go_where_more_wait():
    """At ten, twelve wait in the south and three in the north, for five places: 12, 6 and 4 a place
    against 3 and 3.
    """
    world = two_towns(towns(5, start=(5, 0)), north=(9.5,) * 8, south=(5.0,) * 12)
    assert decisions(world, 11.0) == [
        (10.0, "floats: north float", 1),
        (10.0, "floats: south float", 4),
    ]


def test_who_is_at_work_finishes_where_they_are():
    """All five are at work in the north at ten, until half past; then four of them start in the
    south, where they stand from ten on, and one again in the north.
    """
    world = two_towns(towns(5, start=(5, 0)), north=(9.5,) * 8, south=(5.0,) * 12)
    rows = [row for row in log(world, 11.5, fields="station started") if row[1] is not None]
    assert (
        rows.count(("north", 9.5)) == 5
        and rows.count(("south", 10.5)) == 4
        and rows.count(("north", 10.5)) == 1
    )


def test_places_that_are_there_anyway_count():
    """Seven wait in the north and six in the south, which has two of its own: 7 and 3.5 a place in
    the north when it has one and two, 3 in the south.
    """
    world = two_towns(towns(3, own=(0.0, 2.0), start=(0, 3)), north=(9.0,) * 7, south=(9.5,) * 9)
    assert decisions(world, 11.0) == [
        (10.0, "floats: north float", 3),
        (10.0, "floats: south float", 0),
    ]


def where_one_goes(names, seed):
    """Which of two towns alike has the one floating place after the first review, if the south has
    it before.
    """
    north, south = names
    world = Network(
        [Pool(north, 1), Pool(south, 1)],
        [Station("1", [north], 20.0), Station("2", [south], 20.0)],
        [at(9.0, 9.0, 9.0, to="1"), at(8.0, 9.0, 9.0, 9.0, to="2")],
        reviews=[Dispatch("floats", 1, [north, south], 10.0, "waiting", start=(0, 1))],
    )
    run = simcap.simulate(world, 11.0, seed)
    run.read()
    return north if len(run.decisions) else south


@pytest.mark.parametrize("names", [("a", "b"), ("b", "a")])
def test_of_equal_needs_each_has_the_place_as_often(names):
    went = [where_one_goes(names, seed) for seed in range(300)]
    assert abs(went.count("a") - 150) <= 3.5 * math.sqrt(300 / 4)


def test_who_has_one_more_of_places_that_stand_evenly_is_drawn_in_each_replication():
    world = two_towns(towns(3), north=(0.0,) * 3, south=(0.0,) * 3)
    more = []
    for replication in range(200):
        run = simcap.simulate(world, 0.5, replication=replication)
        run.read()
        at_first = run.capacity["places"][run.capacity["time"] == 0.0]
        assert sorted(at_first) == [1.0, 2.0]
        more.append(at_first[0] == 2.0)
    assert abs(sum(more) - 100) <= 3.5 * math.sqrt(200 / 4)


def test_a_dispatch_knows_the_level_of_its_moment_whatever_it_is_called():
    """At ten three wait in the north: the warning rises, and the place moves at once."""
    for name in ("a", "z"):
        world = Network(
            [Pool("n", 1), Pool("s", 1)],
            [Station("north", ["n"], 1.0), Station("south", ["s"], 1.0)],
            [at(9.0, 9.0, 9.0, to="north")],
            reviews=[
                Warn("m", ["north"], (3.0,), 10.0, "waiting"),
                Dispatch(name, 1, ["n", "s"], 10.0, "waiting", start=(0, 1), during=("m", 1)),
            ],
        )
        assert (10.0, f"{name}: n", 1) in decisions(world, 11.0)


def test_all_reviews_of_one_moment_read_before_anybody_is_handed_a_place():
    """Four wait at ten. Both warnings see them, though the places of either would take them all."""
    world = Network(
        [Pool("x", 9), Pool("y", 9)],
        [Station("desk", ["x", "y"], 1.0)],
        [at(9.0, 9.0, 9.0, 9.0, to="desk")],
        reviews=[
            Warn(name, ["desk"], (4.0,), 10.0, "waiting", places={pool: (0, 9)})
            for name, pool in (("1", "x"), ("2", "y"))
        ],
    )
    assert decisions(world, 11.0) == [(10.0, "1", 1), (10.0, "2", 1)]


def test_while_nobody_waits_places_stay_where_they_are():
    world = two_towns(towns(4, start=(1, 3)), north=(0.0,), south=(0.0,))
    assert decisions(world) == []


def test_the_oldest_may_call_where_fewer_wait():
    """One has waited for eight hours in the north, the others for one in the south, and each town
    has one place of its own: 8 and 4 hours a place against 1.
    """
    world = two_towns(
        towns(2, "oldest", start=(0, 2), own=(1.0, 1.0)),
        north=(2.0,),
        south=(8.0, 8.0, 9.0, 9.0, 9.0, 9.0, 9.0),
    )
    assert decisions(world, 11.0) == [
        (10.0, "floats: north float", 2),
        (10.0, "floats: south float", 0),
    ]


def test_expected_work_counts_those_who_will_come_at_the_rate_of_those_who_came():
    """By ten, eight came to the north and two to the south, and nobody waits: 8 and 4 hours of work
    a place expected against 2.
    """
    world = two_towns(
        towns(2, "expected", start=(1, 1), own=(1.0, 1.0)),
        north=[float(i) for i in range(8)],
        south=(7.0, 8.0),
    )
    assert decisions(world, 11.0) == [
        (10.0, "floats: north float", 2),
        (10.0, "floats: south float", 0),
    ]


@pytest.mark.parametrize("half_life, places", [(4.0, (0, 1)), (8.0, (1, 0))])
def test_who_came_counts_half_with_every_half_life(half_life, places):
    """Seven come to the north at 2, two to the south at 10: by 12, after two and a half half-lives
    of four hours and half a one, 7 × 2^-2.5 = 1.24 are left here and 2 × 2^-0.5 = 1.41 there; of
    eight hours, 7 × 2^-1.25 = 2.94 and 2 × 2^-0.25 = 1.68. Nobody waits by then.
    """
    world = two_towns(
        towns(1, "expected", 12.0, half_life=half_life, own=(1.0, 1.0), start=places[::-1]),
        north=(2.0,) * 7,
        south=(10.0,) * 2,
    )
    assert [level for _, _, level in decisions(world, 13.0)] == [*places]


@pytest.mark.parametrize(
    "came, at_hour, moves",
    [(144, 0.0, False), (145, 0.0, True), (72, 336.0, False), (73, 336.0, True)],
)
def test_what_was_expected_rules_first_and_what_came_later(came, at_hour, moves):
    """Of two towns alike the north has 100 hours of work a week expected, the south 50 and those
    who come, for an hour each. In time the 50 of difference halve every two weeks, as who came
    does: n are 168 × ln 2 ÷ 336 × n = 0.347 n hours a week, so that 144.3 who come at once, or half
    of them two weeks later, weigh as much as the 50.
    """
    world = Network(
        [Pool("north float", 1), Pool("south float", 1)],
        [Station(town, [f"{town} float"], 1.0) for town in ("north", "south")],
        [Arrivals("south", batches=[(at_hour, came)])],
        reviews=[towns(1, "expected", 340.0, prior=(100.0, 50.0), own=(1.0, 1.0), start=(1, 0))],
    )
    assert [level for _, _, level in decisions(world, 341.0)] == ([0, 1] if moves else [])


def stands(every, seed):
    """The places in the north after 1,000 hours in which the ten reviews before may have moved
    them: of three, by who came at random.
    """
    world = Network(
        [Pool("north float", 3), Pool("south float", 3)],
        [Station(town, [f"{town} float"], 1.0) for town in ("north", "south")],
        [Arrivals(town, Exponential(1.0)) for town in ("north", "south")],
        reviews=[towns(3, "expected", every, half_life=50.0, start=(3, 0), also=(1000.0,))],
    )
    run = simcap.simulate(world, 1000.5, seed)
    run.read()
    here = run.capacity[run.capacity["pool"] == 0]
    return here["places"][-1]


def test_no_answer_hangs_on_how_often_places_are_reviewed():
    """At 1,000 hours they stand as who came until then says, whenever there was a review before."""
    found = {seed: {stands(every, seed) for every in (7.0, 100.0, 1000.0)} for seed in range(20)}
    assert all(len(places) == 1 for places in found.values())
    assert {place for places in found.values() for place in places} == {1.0, 2.0}


def healing(weigh, drop_out=0.0, need="waiting"):
    """Where one place goes at ten that stands in the north. By then a course of four hours was
    completed in the north and one of an hour in the south, of two sessions where some drop out
    after the first. Since nine five wait in the north and two in the south, where one of the
    town's own is at work as well.
    """
    world = Network(
        [Pool("n own", 1), Pool("s own", 1), Pool("n float", 1), Pool("s float", 1)],
        [
            Station("north", ["n own", "n float"], 4.0),
            Station(
                "south",
                ["s own", "s float"],
                1.0,
                drop_out=drop_out,
                sessions=1 + (drop_out > 0),
                every=20.0,
            ),
        ],
        [at(0.0, *[9.0] * 7, to="north"), at(0.0, *[9.5] * 3, to="south")],
        reviews=[
            Dispatch(
                "d",
                1,
                ["n float", "s float"],
                10.0,
                need,
                own=(1.0, 1.0),
                start=(1, 0),
                weigh=weigh,
                heal=["north", "south"],
            )
        ],
    )
    return [(rule, level) for _, rule, level in decisions(world, 10.5)]


GOES_SOUTH = [("d: n float", 0), ("d: s float", 1)]


def test_where_an_hour_heals_most_needs_count_more():
    """5 against 2 who wait for each of the towns' own; times 1 in 4 hours and 1 in an hour, 1.25
    against 2.
    """
    assert healing("none") == [] and healing("recoveries") == GOES_SOUTH


def test_worst_first_needs_count_more_where_fewer_are_healed():
    """All were healed in the north, and nobody in the south, where who begins drops out: 0 against
    2. Where all are healed everywhere, nobody needs a place, and it stays.
    """
    assert healing("worst first", drop_out=1.0) == GOES_SOUTH
    assert healing("worst first") == []


def test_while_nothing_is_known_of_outcome_need_alone_counts():
    """At ten nobody has had a session yet: five wait in the south, three in the north."""
    for weigh in ("recoveries", "worst first"):
        dispatch = towns(1, weigh=weigh, heal=["north", "south"], start=(1, 0), own=(1.0, 1.0))
        world = two_towns(dispatch, north=(9.5,) * 4, south=(9.5,) * 5)
        assert [level for _, _, level in decisions(world, 10.5)] == [0, 1]


@pytest.mark.parametrize("need", ["waiting", "oldest", "expected"])
def test_no_place_is_ever_lost_or_made(need):
    """Two towns at random: the places that stand there sum to the same at every moment."""
    stations = [Station(town, [f"{town} float"], Exponential(1.0)) for town in ("north", "south")]
    world = Network(
        [Pool("north float", 9), Pool("south float", 9)],
        stations,
        [Arrivals(town, Exponential(0.6)) for town in ("north", "south")],
        reviews=[towns(4, need, 5.0, half_life=1.0)],
    )
    run = simcap.simulate(world, 2000.0)
    run.read()
    table = run.capacity
    places, sums = {0: None, 1: None}, set()
    for moment in np.unique(table["time"]):
        for row in table[table["time"] == moment]:
            places[int(row["pool"])] = row["places"]
        sums.add(sum(places.values()))
    assert sums == {4.0} and len(run.decisions) > 100


def watch(
    thresholds=(3.0, 6.0), reads="waiting", capacity=0, arrivals=(99.0,), patience=99.0, **settings
):
    desk = Station("desk", ["staff", "surge"], 1.0, patience=patience)
    return Network(
        [Pool("staff", capacity), Pool("surge", 9)],
        [desk, Station("routine", ["staff"], 1.0)],
        [at(*arrivals, to="desk"), at(0.0, to="routine")],
        reviews=[
            Warn(
                "alert",
                ["desk"],
                thresholds,
                10.0,
                reads,
                **{"places": {"surge": (0, 1, 9)}, **settings},
            )
        ],
    )


def test_a_warning_rises_at_once_and_opens_surge_places():
    world = watch(arrivals=(9.0,) * 8)
    assert decisions(world, 35.0) == [(10.0, "alert", 2), (20.0, "alert", 0)]
    assert [row for row in log(world, 35.0, fields="station started") if row[0] == "desk"] == [
        ("desk", 10.0)
    ] * 8


def test_a_warning_falls_only_when_calm_for_so_many_reviews():
    assert decisions(watch(arrivals=(9.0,) * 8, calm=3), 55.0) == [
        (10.0, "alert", 2),
        (40.0, "alert", 0),
    ]


def test_unrest_begins_the_calm_anew():
    """Calm at 20, seven wait at 30, calm at 40 and 50."""
    world = watch(
        arrivals=[9.0] * 8 + [29.0] * 7, patience=5.0, calm=2, places={"surge": (0, 0, 0)}
    )
    assert decisions(world, 55.0) == [(10.0, "alert", 2), (50.0, "alert", 0)]


def test_a_threshold_is_reached_when_it_is_equalled():
    assert decisions(watch(arrivals=(9.0,) * 3), 15.0) == [(10.0, "alert", 1)]
    assert decisions(watch(arrivals=(9.0,) * 2), 15.0) == []


def test_arrivals_are_counted_by_the_hour_since_the_review_before():
    """Twenty in ten hours are two an hour; who comes at the moment of a review is not counted by
    it.
    """
    world = watch((2.0,), "arrivals", capacity=99, arrivals=[5.0] * 20 + [20.0] * 20, places={})
    assert decisions(world, 45.0) == [
        (10.0, "alert", 1),
        (20.0, "alert", 0),
        (30.0, "alert", 1),
        (40.0, "alert", 0),
    ]


def test_the_oldest_wait_is_read_in_hours():
    assert decisions(
        watch((6.0, 8.0), "oldest", arrivals=(3.0,), places={"surge": (0, 0, 0)}), 15.0
    ) == [(10.0, "alert", 1)]


def test_a_reading_is_smoothed():
    """Eight wait at ten, none at twenty and thirty: 8, 4 and 2 with a half-life of ten hours."""
    world = watch(
        (1.0, 3.0, 6.0), arrivals=(9.0,) * 8, places={"surge": (0, 9, 9, 9)}, half_life=10.0
    )
    assert decisions(world, 45.0) == [(10.0, "alert", 3), (20.0, "alert", 2), (30.0, "alert", 1)]


def test_a_station_that_is_closed_keeps_those_who_wait_until_it_opens_again():
    """Red from ten to twenty: routine residents who come at eleven start at twenty, before those
    who come at noon.
    """
    world = Network(
        [Pool("staff", 1), Pool("surge", 9)],
        [Station("desk", ["surge"], 1.0), Station("routine", ["staff"], 1.0)],
        [at(*[9.0] * 4, to="desk"), at(8.0, 11.0, 12.0, to="routine")],
        reviews=[
            Warn(
                "alert",
                ["desk"],
                (3.0,),
                10.0,
                "waiting",
                places={"surge": (0, 9)},
                closes={"routine": 1},
            )
        ],
    )
    assert [
        row for row in log(world, fields="station resident started") if row[0] == "routine"
    ] == [("routine", 0, 8.0), ("routine", 1, 20.0), ("routine", 2, 21.0)]


def test_a_level_may_take_places_away():
    """From level 1 on, the pool of two has none: the session going on ends, and nobody else starts
    until the level has fallen.
    """
    world = Network(
        [Pool("staff", 2), Pool("none", 0)],
        [Station("desk", ["none"], 1.0, patience=9.0), Station("routine", ["staff"], 3.0)],
        [at(*[9.0] * 4, to="desk"), at(8.0, 9.0, 9.5, to="routine")],
        reviews=[Warn("alert", ["desk"], (3.0,), 10.0, "waiting", places={"staff": (math.inf, 0)})],
    )
    assert [
        row[1:] for row in log(world, fields="station started ended") if row[0] == "routine"
    ] == [(8.0, 11.0), (9.0, 12.0), (20.0, 23.0)]


def test_a_review_gives_no_more_than_the_roster_has():
    world = Network(
        [Pool("surge", Roster([(20, 30, 1)]))],
        [Station("desk", ["surge"], 1.0)],
        [at(*[9.0] * 4, to="desk")],
        reviews=[
            Warn("alert", ["desk"], (3.0,), 10.0, "waiting", places={"surge": (0, 9)}, calm=9)
        ],
    )
    assert log(world, fields="started") == [(20.0,), (21.0,), (22.0,), (23.0,)]


def test_floating_places_may_move_in_an_emergency_only():
    """The warning is on from twenty to thirty, and below it the places stand as at the start; a
    warning comes before, by name.
    """
    dispatch = towns(2, start=(1, 1), during=("alert", 1))
    warn = Warn("alert", ["watched"], (1.0,), 10.0, "waiting")
    base = two_towns(towns(2), north=(0.0,), south=[5.0] * 60)
    world = Network(
        [*base.pools, Pool("none", 0)],
        [*base.stations, Station("watched", ["none"], 1.0, patience=10.0)],
        [*base.arrivals, at(15.0, to="watched")],
        reviews=[dispatch, warn],
    )
    assert decisions(world, 55.0) == [
        (20.0, "alert", 1),
        (20.0, "floats: north float", 0),
        (20.0, "floats: south float", 2),
        (30.0, "alert", 0),
        (30.0, "floats: north float", 1),
        (30.0, "floats: south float", 1),
    ]


def test_a_warning_that_is_never_reached_changes_nothing():
    def rows(reviews):
        world = Network(
            [Pool("staff", 2)],
            [Station("desk", ["staff"], Exponential(1.0))],
            [Arrivals("desk", Exponential(0.6))],
            reviews=reviews,
        )
        return simcap.simulate(world, 500.0).read().tobytes()

    assert rows([Warn("alert", ["desk"], (1e9,), 5.0, places={"staff": (math.inf, 0)})]) == rows([])


def test_what_reviews_decide_is_known_once_the_visits_are_read():
    run = simcap.simulate(watch(), 20.0)
    for table in ("decisions", "capacity"):
        with pytest.raises(RuntimeError, match="known once all visits have been read"):
            getattr(run, table)


def test_a_review_at_the_beginning_is_the_first_reading():
    """Nobody waits at 0, four at 1: half of four, after a half-life, is no warning at three."""
    world = Network(
        [Pool("none", 0)],
        [Station("desk", ["none"], 1.0)],
        [at(*[0.75] * 4, to="desk")],
        reviews=[Warn("w", ["desk"], (3.0,), 1.0, "waiting", first=0.0, half_life=1.0)],
    )
    assert decisions(world, 1.5) == [] and decisions(world, 3.5) == [(2.0, "w", 1)]


def test_a_group_is_as_much_work_as_its_place_has():
    """Thirty who come to a circle of ten are three hours of work, seven who come for one are seven:
    of three places two go to these.
    """
    stations = [
        Station("circle", ["north float"], 1.0, group=Group(10)),
        Station("desk", ["south float"], 1.0),
    ]
    world = Network(
        [Pool("north float", 9), Pool("south float", 9)],
        stations,
        [at(*[9.9] * 30, to="circle"), at(*[9.9] * 7, to="desk")],
        reviews=[towns(3, "expected", start=(0, 3))],
    )
    assert decisions(world, 10.5) == [
        (10.0, "floats: north float", 1),
        (10.0, "floats: south float", 2),
    ]
