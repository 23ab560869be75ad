"""Sentences about who starts when, in worlds small enough to work out by hand."""

import math

import numpy as np
import pytest
from conftest import at, log

import simcap
from simcap.engine import ENGINES
from simcap.engine.visits import LEFT, Outcome
from simcap.errors import NetworkError, SimulationError
from simcap.network import (
    Arrivals,
    Attend,
    Deterministic,
    Empirical,
    Exponential,
    Network,
    Phase,
    Pool,
    Redial,
    Roster,
    Shortest,
    Station,
    To,
)


def one(capacity=1, arrivals=(0.0, 0.0, 0.0), **station):
    """One station on one pool; service of an hour unless said otherwise."""
    settings = {"service_time": 1.0, **station}
    return Network(
        [Pool("staff", capacity)],
        [Station("desk", ["staff"], **settings)],
        [at(*arrivals, to="desk")],
    )


def test_residents_who_come_together_are_attended_in_order_of_number():
    assert log(one(), fields="resident started ended") == [
        (0, 0.0, 1.0),
        (1, 1.0, 2.0),
        (2, 2.0, 3.0),
    ]


def test_a_place_freed_at_noon_goes_to_the_resident_whose_patience_ends_at_noon():
    world = one(arrivals=(11.0, 11.5), patience=0.5)
    assert log(world, fields="resident started outcome") == [
        (0, 11.0, "completed"),
        (1, 12.0, "completed"),
    ]


def test_who_is_not_attended_by_the_end_of_their_patience_leaves_the_queue():
    world = one(arrivals=(11.0, 11.25), patience=0.5)
    assert log(world, fields="resident started ended outcome") == [
        (1, None, 11.75, "reneged"),
        (0, 11.0, 12.0, "completed"),
    ]


def test_with_a_place_free_patience_of_nothing_is_served():
    assert log(one(arrivals=(3.0,), patience=0.0), fields="started outcome") == [(3.0, "completed")]


def test_deterioration_goes_before_impatience_at_the_same_moment():
    world = one(arrivals=(0.0, 0.0), patience=0.5, deterioration=0.5)
    assert log(world, fields="resident outcome") == [(1, "deteriorated"), (0, "completed")]


def test_who_finds_the_queue_full_balks_and_a_place_free_is_no_queue():
    world = one(arrivals=(0.0, 0.0, 0.0), queue_limit=1)
    assert log(world, fields="resident ended outcome") == [
        (2, 0.0, "balked"),
        (0, 1.0, "completed"),
        (1, 2.0, "completed"),
    ]


def test_a_queue_limit_of_a_pool_counts_those_waiting_at_all_its_stations():
    stations = [Station(name, ["staff"], 1.0) for name in "ab"]
    world = Network(
        [Pool("staff", 1, queue_limit=1)], stations, [at(0.0, 0.1, to="a"), at(0.2, to="b")]
    )
    assert log(world, fields="station resident outcome") == [
        ("b", 0, "balked"),
        ("a", 0, "completed"),
        ("a", 1, "completed"),
    ]


def test_who_redials_joins_again_with_a_patience_of_their_own_at_most_so_many_times():
    world = one(
        arrivals=(0.0, 0.0), patience=0.1, service_time=10.0, redial=Redial(1.0, 0.9, at_most=2)
    )
    assert log(world, fields="resident joined ended outcome") == [
        (1, 0.0, 0.1, "reneged"),
        (1, 1.0, 1.1, "reneged"),
        (1, 2.0, 2.1, "reneged"),
        (0, 0.0, 10.0, "completed"),
    ]


def test_lower_numbers_of_priority_go_first_and_nobody_is_sent_away_from_their_place():
    stations = [
        Station("late", [Attend("staff", 0)], 1.0),
        Station("soon", [Attend("staff", 5)], 1.0),
    ]
    world = Network([Pool("staff", 1)], stations, [at(0.1, to="late"), at(0.0, 0.0, to="soon")])
    assert log(world, fields="station resident started") == [
        ("soon", 0, 0.0),
        ("late", 0, 1.0),
        ("soon", 1, 2.0),
    ]


def test_the_first_listed_pool_with_a_place_attends():
    world = Network(
        [Pool("near", 1), Pool("far", 1)],
        [Station("desk", ["near", "far"], 1.0)],
        [at(0.0, 0.0, 0.0, to="desk")],
    )
    assert log(world, fields="resident pool started") == [
        (0, "near", 0.0),
        (1, "far", 0.0),
        (2, "near", 1.0),
    ]


def test_a_pool_keeps_its_reserve_free_from_the_station_it_is_kept_from():
    stations = [
        Station("any", [Attend("staff", reserve=1)], 1.0),
        Station("urgent", ["staff"], 1.0),
    ]
    world = Network([Pool("staff", 2)], stations, [at(0.0, 0.0, to="any"), at(0.5, to="urgent")])
    assert log(world, fields="station resident started") == [
        ("any", 0, 0.0),
        ("urgent", 0, 0.5),
        ("any", 1, 1.5),
    ]


def test_a_further_pool_attends_only_who_has_waited_long_enough_and_then_at_once():
    station = Station("desk", ["own", Attend("shared", priority=5, after=2.0)], 10.0)
    world = Network([Pool("own", 1), Pool("shared", 1)], [station], [at(0.0, 1.0, to="desk")])
    assert log(world, fields="resident pool started") == [(0, "own", 0.0), (1, "shared", 3.0)]


def test_who_becomes_eligible_when_their_patience_ends_is_attended():
    station = Station("desk", ["own", Attend("shared", after=2.0)], 10.0, patience=2.0)
    world = Network([Pool("own", 1), Pool("shared", 1)], [station], [at(0.0, 1.0, to="desk")])
    assert log(world, fields="resident outcome") == [(0, "completed"), (1, "completed")]


def test_service_takes_its_factor_as_long_in_the_pool_that_has_one():
    station = Station("desk", ["near", Attend("tele", factor=1.5)], 2.0)
    world = Network([Pool("near", 1), Pool("tele", 1)], [station], [at(0.0, 0.0, to="desk")])
    assert log(world, fields="resident pool ended") == [(0, "near", 2.0), (1, "tele", 3.0)]


def test_a_team_starts_when_all_its_pools_have_a_place_and_holds_none_before():
    stations = [
        Station("crisis", ["doctor", "police"], 2.0, team=True),
        Station("clinic", ["doctor"], 1.0),
    ]
    world = Network(
        [Pool("police", 1), Pool("doctor", 1)],
        stations,
        [at(0.0, 0.5, to="crisis"), at(0.25, 0.5, to="clinic")],
    )
    assert log(world, fields="station resident started ended") == [
        ("crisis", 0, 0.0, 2.0),
        ("clinic", 0, 2.0, 3.0),
        ("clinic", 1, 3.0, 4.0),
        ("crisis", 1, 4.0, 6.0),
    ]


def test_when_capacity_falls_those_at_work_finish_and_nobody_starts():
    roster = Roster([(0, 2.5, 2), (2.5, 6, 1), (8, 10, 1)])
    world = one(Pool("staff", roster).capacity, arrivals=(0.0,) * 6, service_time=2.0)
    assert log(world, fields="resident started", horizon=12) == [
        (0, 0.0),
        (1, 0.0),
        (2, 2.0),
        (3, 2.0),
        (4, 4.0),
        (5, 8.0),
    ]


def test_a_session_that_ends_at_closing_time_is_not_followed_by_another():
    world = one(Roster([(9, 17, 1)]), arrivals=(16.0, 16.5), service_time=1.0)
    assert log(world, fields="resident started", horizon=48) == [(0, 16.0), (1, None)]
    assert log(world, fields="resident started", horizon=200) == [(0, 16.0), (1, 168.0 + 9.0)]


def test_nobody_starts_so_late_that_the_session_would_run_past_closing():
    pool = Pool("staff", Roster([(9, 12, 1), (14, 17, 1)]), last_start=1.0)
    world = Network([pool], [Station("desk", ["staff"], 1.0)], [at(10.5, 10.6, 10.7, to="desk")])
    assert log(world, fields="resident started", horizon=24) == [(0, 10.5), (1, 14.0), (2, 15.0)]


def test_six_sessions_of_fifty_minutes_from_noon_end_at_five():
    world = one(arrivals=(12.0,), service_time=50 / 60, sessions=6, every=50 / 60)
    assert log(world, fields="ended")[-1] == (17.0,)


@pytest.mark.parametrize("hours, gap", [(4.0, None), (10.0, None), (10.0, 2.0), (10.0, 12.0)])
def test_sessions_that_are_on_time_stay_so(hours, gap):
    """Whatever they last, and however little of the interval is left after it."""
    world = one(arrivals=(0.0,), service_time=hours, sessions=4, every=12.0, least_gap=gap)
    assert log(world, fields="started") == [(0.0,), (12.0,), (24.0,), (36.0,)]


def test_after_a_late_session_half_the_interval_is_kept():
    """The second, due at twelve, waits for the staff until twenty and ends at twenty-two: the
    third, due at twenty-four, is not before twenty-eight, and the fourth twelve hours after that.
    With ten hours to a session a whole interval from its beginning is sooner than half of one from
    its end.
    """
    staff = Roster(((0.0, 12.0, 1), (20.0, 168.0, 1)))
    for hours, starts in ((2.0, [0.0, 20.0, 28.0, 40.0]), (10.0, [0.0, 20.0, 32.0, 44.0])):
        world = Network(
            [Pool("staff", staff)],
            [Station("desk", ["staff"], hours, sessions=4, every=12.0)],
            [at(0.0, to="desk")],
        )
        assert [started for (started,) in log(world, 100.0, fields="started")] == starts


CLOSED_FORTNIGHT = Roster(
    tuple((24 * day + 9, 24 * day + 17, 1) for day in range(5)), closed=((168.0, 504.0),)
)


def closed_fortnight(**settings):
    """When the six weekly sessions start of one who comes on Wednesday at ten, before two weeks
    without anybody.
    """
    world = Network(
        [Pool("staff", CLOSED_FORTNIGHT)],
        [Station("desk", ["staff"], 1.0, sessions=6, every=168.0, **settings)],
        [at(58.0, to="desk")],
    )
    return [started for (started,) in log(world, 2000.0, fields="started")]


def test_after_a_closed_fortnight_sessions_are_about_a_week_apart_again():
    """The second, due in the first closed week, is on Monday at nine, until ten. Half a week later
    is Thursday at ten in the evening: the third is on Friday at nine. It was due on Thursday at
    ten in the evening; a week after that the fourth is due, which is on the next Friday; so on.
    """
    assert closed_fortnight() == [58.0, 513.0, 609.0, 777.0, 945.0, 1113.0]


def test_without_a_gap_what_has_been_missed_is_made_up_for_at_once():
    assert closed_fortnight(least_gap=0.0)[:4] == [58.0, 513.0, 514.0, 562.0]


def test_sessions_are_due_from_the_scheduled_time_of_the_one_before():
    stations = [
        Station("course", [Attend("staff", 0)], 1.0, sessions=3, every=10.0),
        Station("block", [Attend("staff", 1)], 4.0),
    ]
    world = Network([Pool("staff", 1)], stations, [at(0.0, to="course"), at(9.0, to="block")])
    assert log(world, fields="station joined started outcome") == [
        ("course", 0.0, 0.0, "session"),
        ("block", 9.0, 9.0, "completed"),
        ("course", 10.0, 13.0, "session"),
        ("course", 20.0, 20.0, "completed"),
    ]


def test_a_follow_up_goes_before_a_first_session_that_joined_earlier():
    stations = [
        Station("block", ["staff"], 5.0),
        Station("course", ["staff"], 1.0, sessions=2, every=9.0),
    ]
    world = Network([Pool("staff", 1)], stations, [at(6.0, to="block"), at(0.0, 7.0, to="course")])
    assert log(world, fields="station resident session started")[2:4] == [
        ("course", 0, 2, 11.0),
        ("course", 1, 1, 12.0),
    ]


def test_a_no_show_holds_the_place_and_the_course_goes_on():
    world = one(arrivals=(0.0,), sessions=2, every=5.0, no_show=1.0)
    assert log(world, fields="session started ended outcome next") == [
        (1, 0.0, 1.0, "no_show", 0),
        (2, 5.0, 6.0, "no_show", LEFT),
    ]


def test_drop_out_is_drawn_after_every_session_but_the_last():
    assert log(
        one(arrivals=(0.0,), sessions=3, every=5.0, drop_out=1.0), fields="session outcome next"
    ) == [(1, "dropped_out", LEFT)]
    assert log(one(arrivals=(0.0,), sessions=1, drop_out=1.0), fields="outcome") == [("completed",)]


def test_between_sessions_there_is_no_patience_unless_said():
    stations = [
        Station("block", [Attend("staff", -1)], 50.0),
        Station("course", ["staff"], 1.0, sessions=2, every=5.0, patience=1.0),
    ]
    world = Network([Pool("staff", 1)], stations, [at(4.0, to="block"), at(0.0, to="course")])
    assert log(world, fields="station started")[-1] == ("course", 54.0)
    impatient = Station("course", ["staff"], 1.0, sessions=2, every=5.0, patience_between=1.0)
    world = Network(
        [Pool("staff", 1)], [stations[0], impatient], [at(4.0, to="block"), at(0.0, to="course")]
    )
    assert ("course", 2, 6.0, "reneged") in log(world, fields="station session ended outcome")


def test_each_outcome_has_its_own_way_on_after_its_own_delay():
    stations = [
        Station(
            "desk",
            ["staff"],
            1.0,
            patience=0.5,
            queue_limit=1,
            routing={
                "completed": To("after", delay=1.0),
                "reneged": To("elsewhere", delay=2.0),
                "balked": {"elsewhere": 1.0},
            },
        ),
        Station("after", ["free"], 1.0),
        Station("elsewhere", ["free"], 1.0),
    ]
    world = Network(
        [Pool("staff", 1), Pool("free", math.inf)], stations, [at(0.0, 0.0, 0.0, to="desk")]
    )
    joined = {
        (resident, station): time
        for resident, station, time in log(world, fields="resident station joined")
    }
    assert (joined[0, "after"], joined[1, "elsewhere"], joined[2, "elsewhere"]) == (2.0, 2.5, 0.0)


def shortest_of_three(among, seed=42):
    """Where seven who come at once go, of three stations with one place each."""
    world = Network(
        [Pool(name, 1) for name in "abc"],
        [Station(name, [name], 10.0) for name in "abc"],
        [Arrivals(Shortest(among), batches=[(0, 7)], name="all")],
    )
    rows = log(world, fields="resident station", seed=seed)
    return [station for _, station in sorted(rows)]


def test_the_shortest_queue_is_the_one_with_fewest_waiting_then_fewest_present():
    """Three times each of the three, in some order, and one more."""
    gone = shortest_of_three(["b", "a", "c"])
    assert {*gone[:3]} == {*gone[3:6]} == {"a", "b", "c"}


def test_of_equally_short_queues_each_is_as_likely_and_no_list_or_name_decides():
    firsts = [shortest_of_three(["b", "a", "c"], seed)[0] for seed in range(300)]
    assert firsts == [shortest_of_three(["c", "b", "a"], seed)[0] for seed in range(300)]
    spread = math.sqrt(300 / 3 * 2 / 3)
    assert all(abs(firsts.count(name) - 100) <= 3.5 * spread for name in "abc")


def test_the_order_in_which_ways_are_written_changes_no_row():
    def gone(ways):
        stations = [Station(name, ["staff"], 1.0) for name in "bcd"]
        first = Station("a", ["staff"], 1.0, routing={"completed": ways})
        stream = Arrivals(ways, Exponential(2.0), name="s")
        world = Network([Pool("staff", 3)], [first, *stations], [stream])
        return log(world, 500.0, fields="resident station joined next")

    ways = {"b": 0.2, "c": 0.3, "d": 0.5}
    assert gone(ways) == gone(dict(reversed(ways.items())))
    assert len({row[1] for row in gone(ways)}) == 3


def test_of_streams_that_come_at_one_moment_each_goes_first_as_often_and_no_name_decides():
    """One from each of two towns, at one moment, for one place."""

    def first(seed):
        streams = [at(1.0, to="desk", name=name) for name in ("alpha", "omega")]
        world = Network([Pool("staff", 1)], [Station("desk", ["staff"], 1.0)], streams)
        return min(log(world, fields="started stream", seed=seed))[1]

    firsts = [first(seed) for seed in range(300)]
    assert abs(firsts.count("alpha") - 150) <= 3.5 * math.sqrt(300 / 4)


def test_an_infinite_pool_attends_everybody():
    assert {
        started for (started,) in log(one(math.inf, arrivals=(1.0,) * 50), fields="started")
    } == {1.0}


def test_events_at_the_horizon_do_not_happen():
    assert log(one(arrivals=(0.0,)), horizon=1.0, fields="outcome ended") == [("attended", None)]
    assert log(one(arrivals=(0.0,)), horizon=1.0 + 1e-9, fields="outcome ended") == [
        ("completed", 1.0)
    ]


def test_phases_change_what_those_who_act_later_meet():
    slow, fast = (Station("desk", ["staff"], time) for time in (4.0, 1.0))
    world = Network(
        [Pool("staff", 1)], [slow], [at(0.0, 1.0, 2.0, to="desk")], phases=[Phase(3.0, [fast])]
    )
    assert log(world, fields="resident started ended") == [
        (0, 0.0, 4.0),
        (1, 4.0, 5.0),
        (2, 5.0, 6.0),
    ]


def test_routing_may_change_at_a_phase_and_an_end_at_that_moment_comes_before_it():
    def desk(goal):
        return Station("desk", ["staff"], 1.0, routing={"completed": {goal: 1.0}})

    others = [Station(name, ["free"], 1.0) for name in ("old", "new")]
    world = Network(
        [Pool("staff", 9), Pool("free", math.inf)],
        [desk("old"), *others],
        [at(4.0, 5.0, to="desk")],
        phases=[Phase(5.0, [desk("new"), *others])],
    )
    assert [station for (station,) in log(world, fields="station") if station != "desk"] == [
        "old",
        "new",
    ]


def test_whether_somebody_comes_is_settled_when_the_place_is_taken():
    come, miss = (Station("desk", ["staff"], 2.0, no_show=share) for share in (0.0, 1.0))
    world = Network(
        [Pool("staff", 1)], [come], [at(0.0, 0.5, to="desk")], phases=[Phase(1.0, [miss])]
    )
    assert log(world, fields="resident outcome") == [(0, "completed"), (1, "no_show")]


def test_a_way_round_that_takes_no_time_is_an_error_and_not_a_hang():
    world = one(arrivals=(0.0, 0.0), queue_limit=0, routing={"balked": "desk"})
    with pytest.raises(
        SimulationError,
        match="resident 1 of 'desk' joins 'desk' for ever at 0 h: a way round that takes no time",
    ):
        log(world)


def test_a_backlog_waits_from_the_start():
    world = Network(
        [Pool("staff", 1)], [Station("desk", ["staff"], 2.0)], [Arrivals("desk", backlog=3)]
    )
    assert log(world, fields="resident arrived started") == [
        (0, 0.0, 0.0),
        (1, 0.0, 2.0),
        (2, 0.0, 4.0),
    ]


def test_residents_are_picked_uniformly_where_the_discipline_says_so():
    """Of three who wait while a fourth is attended, each is next in a third of all runs; first come
    would give 1, 0, 0.
    """
    picked = np.zeros(3)
    world = one(arrivals=(0.0,) * 4, discipline="siro")
    for replication in range(600):
        order = [resident for (resident,) in log(world, fields="resident", replication=replication)]
        picked[order[1] - 1] += 1
    assert abs(picked - 200).max() < 3.5 * math.sqrt(600 * (1 / 3) * (2 / 3))


def test_open_visits_follow_at_the_end_sorted_and_say_what_they_wait_for():
    stations = [
        Station("desk", ["staff"], 2.0, routing={"completed": To("later", delay=50.0)}),
        Station("later", ["staff"], 1.0),
    ]
    world = Network([Pool("staff", 1)], stations, [at(0.0, 0.0, 0.0, to="desk")])
    assert log(world, horizon=3.0, fields="resident station joined started outcome") == [
        (0, "desk", 0.0, 0.0, "completed"),
        (0, "later", None, None, "in_transit"),
        (1, "desk", 0.0, 2.0, "attended"),
        (2, "desk", 0.0, None, "waiting"),
    ]


def random_network(seed):
    """Three stations on two pools with everything in them, whole-number times so that events
    coincide.
    """
    whole = Empirical((1.0, 2.0, 3.0))
    stations = [
        Station(
            "a",
            ["x", Attend("y", 3, after=2.0)],
            whole,
            patience=whole,
            redial=Redial(0.5, whole, 2),
            no_show=0.2,
            routing={"completed": {"b": 0.5, "c": 0.3}, "reneged": {"c": 0.5}},
        ),
        Station(
            "b",
            [Attend("x", 1), "y"],
            whole,
            sessions=3,
            every=4.0,
            drop_out=0.2,
            no_show=0.1,
            queue_limit=3,
            routing={"completed": To("a", 0.2, delay=whole), "balked": {"a": 0.5}},
        ),
        Station(
            "c",
            ["x", "y"],
            whole,
            team=True,
            deterioration=Exponential(5.0),
            routing={"deteriorated": {"b": 1.0}},
        ),
    ]
    return Network(
        [Pool("x", Roster([(0, 100, 2), (120, 160, 1)])), Pool("y", 1)],
        stations,
        [
            Arrivals("a", interarrival=whole, name="s"),
            Arrivals("b", Exponential(3.0), name="t"),
            at(0, 0, 5, to="c"),
        ],
    )


@pytest.mark.parametrize("seed", range(5))
def test_residents_are_conserved(seed):
    rows = simcap.simulate(random_network(seed), 400.0, seed=seed).read()
    came = {(row["stream"], row["resident"]) for row in rows}
    left = [(row["stream"], row["resident"]) for row in rows if row["next"] == LEFT]
    still = [(row["stream"], row["resident"]) for row in rows if row["outcome"] >= Outcome.WAITING]
    assert len(left) == len(set(left)) and len(still) == len(set(still))
    assert set(left) | set(still) == came and not set(left) & set(still)


@pytest.mark.parametrize("seed", range(5))
def test_each_row_goes_on_where_the_one_before_said(seed):
    rows = simcap.simulate(random_network(seed), 400.0, seed=seed).read()
    last = {}
    for row in rows:
        who = row["stream"], row["resident"]
        assert last.get(who, row["station"]) == row["station"]
        last[who] = row["next"]


@pytest.mark.parametrize("seed", range(5))
def test_no_more_are_at_work_than_there_are_places_but_for_those_who_overrun(seed):
    run = simcap.simulate(random_network(seed), 400.0, seed=seed)
    rows = run.read()
    team = {position for position, name in enumerate(run.stations) if name == "c"}
    for pool, places in ((0, 2), (1, 1)):
        held = rows[
            ((rows["pool"] == pool) | np.isin(rows["station"], list(team)))
            & ~np.isnan(rows["started"])
        ]
        times = np.unique(held["started"])
        ended = np.where(np.isnan(held["ended"]), 400.0, held["ended"])
        busy = [((held["started"] <= time) & (ended > time)).sum() for time in times]
        assert max(busy) <= places


def test_doubling_all_times_doubles_all_waits():
    def world(unit):
        return Network(
            [Pool("staff", 2)],
            [Station("desk", ["staff"], Exponential(1.5 * unit), patience=Exponential(4 * unit))],
            [Arrivals("desk", Exponential(unit))],
        )

    single, double = (simcap.simulate(world(unit), 500.0 * unit).read() for unit in (1.0, 2.0))
    assert np.array_equal(single["outcome"], double["outcome"])
    np.testing.assert_allclose(
        double["started"] - double["joined"], 2 * (single["started"] - single["joined"]), atol=3e-9
    )


def test_one_more_place_downstream_leaves_every_upstream_visit_identical():
    def world(places):
        stations = [
            Station(
                "first",
                ["a"],
                Exponential(1.0),
                routing={"completed": {"second": 0.7}},
                patience=Exponential(2.0),
            ),
            Station("second", ["b"], Exponential(2.0)),
        ]
        return Network(
            [Pool("a", 2), Pool("b", places)], stations, [Arrivals("first", Exponential(0.6))]
        )

    few, more = (simcap.simulate(world(places), 2000.0).read() for places in (2, 3))
    first = [rows[rows["station"] == 0] for rows in (few, more)]
    assert all(
        np.array_equal(first[0][field], first[1][field], equal_nan=True)
        for field in few.dtype.names
        if field != "outcome"
    )
    assert not np.array_equal(
        few["started"][few["station"] == 1], more["started"][more["station"] == 1], equal_nan=True
    )


def test_adding_a_station_and_a_stream_moves_nobody_elses_draws():
    def world(extra):
        stations = [Station("desk", ["staff"], Exponential(1.0))] + extra * [
            Station("another", ["others"], Exponential(1.0))
        ]
        streams = [Arrivals("desk", Exponential(0.7))] + extra * [
            Arrivals("another", Exponential(0.1))
        ]
        return Network([Pool("staff", 2), Pool("others", 1)], stations, streams)

    rows = []
    for extra in (0, 1):
        run = simcap.simulate(world(extra), 300.0)
        visits = run.read()
        rows.append(visits[visits["station"] == run.stations.index("desk")])
    assert all(
        np.array_equal(rows[0][field], rows[1][field], equal_nan=True)
        for field in ("resident", "joined", "started", "ended")
    )


def test_littles_law_holds_exactly_over_a_run_that_empties():
    world = Network(
        [Pool("staff", 1)],
        [Station("desk", ["staff"], Exponential(0.9))],
        [Arrivals("desk", Exponential(1.0), until=300.0)],
    )
    rows = simcap.simulate(world, 2000.0).read()
    grid = np.arange(0, 2000, 0.001)
    queue = np.searchsorted(np.sort(rows["joined"]), grid) - np.searchsorted(
        np.sort(rows["started"]), grid
    )
    assert queue.mean() * 2000 == pytest.approx((rows["started"] - rows["joined"]).sum(), rel=1e-3)


def test_the_order_in_which_parts_are_written_changes_nothing():
    world = random_network(0)
    turned = Network(world.pools[::-1], world.stations[::-1], world.arrivals[::-1])
    assert (
        simcap.simulate(world, 300.0).read().tobytes()
        == simcap.simulate(turned, 300.0).read().tobytes()
    )


def test_the_fingerprint_does_not_depend_on_the_size_of_batches():
    prints = set()
    for size in (1, 7, 65_536):
        run = simcap.simulate(random_network(0), 300.0, batch_size=size)
        run.read()
        prints.add(run.fingerprint)
    assert len(prints) == 1


def test_seeds_and_replications_give_other_residents():
    rows = {
        simcap.simulate(
            one(arrivals=(0.0,), service_time=Exponential(1.0)), 99.0, seed=s, replication=r
        ).read()["ended"][0]
        for s in (1, 2)
        for r in (0, 1)
    }
    assert len(rows) == 4


def test_batches_are_simulated_as_they_are_asked_for():
    endless = Network(
        [Pool("staff", 1)],
        [Station("desk", ["staff"], Deterministic(0.5))],
        [Arrivals("desk", Deterministic(1.0))],
    )
    first = next(simcap.simulate(endless, 1e6, batch_size=10).visits)
    assert 10 <= len(first) < 20


def test_visits_can_be_read_once():
    run = simcap.simulate(one(), 10.0)
    run.read()
    with pytest.raises(RuntimeError, match="can be read once"):
        run.read()


@pytest.mark.parametrize("first, second", [("a", "b"), ("b", "a")])
def test_pools_that_open_at_one_moment_are_open_together(first, second):
    """At nine both open. Who may be attended by both takes the one that their station lists first,
    and leaves the other to who has no choice.
    """
    hours = Roster([(9, 17, 1)])
    stations = [
        Station("either", [first, second], 1.0),
        Station("only", [Attend(second, priority=5)], 1.0),
    ]
    network = Network(
        [Pool(first, hours), Pool(second, hours)],
        stations,
        [Arrivals("either", backlog=1), Arrivals("only", backlog=1)],
    )
    for engine in ENGINES:
        rows = simcap.simulate(network, 20.0, engine=engine).read()
        assert rows["started"].tolist() == [9.0, 9.0]


def test_rooms_hold_where_shifts_overlap():
    """Two rooms are taken from midnight to ten, so that nobody begins at five; what is owed for
    that, a place at most, is worked from twelve on.
    """
    times, places = Roster([(0, 10, 2), (5, 15, 1), (12, 16, 1)], places_at_most=2).steps(20.0)
    assert (times / 3.6e9).tolist() == [0, 10, 12, 16] and places.tolist() == [2, 0, 2, 0]


def test_changes_of_a_roster_come_in_order_of_time():
    with pytest.raises(NetworkError, match="changes: increasing times wanted, got"):
        Roster([(0, 5, 4)], changes=[(300, 1), (100, 2)])
