"""Loads by hand: whole sessions in a shift, shared staff, phases, what care lasts; whose places a
pool's are.
"""

import itertools
import math
import re

import numpy as np
import pytest
from tiny import ZONES, written
from typer.testing import CliRunner

from simcap import screens
from simcap.analysis.capacity import counts_as_staff, home_of, open_hours, rostered_hours
from simcap.analysis.counting import ALWAYS
from simcap.analysis.flows import longest_time
from simcap.analysis.guards import extent, mixed, offered_loads
from simcap.analysis.sharing import Work, shared_out
from simcap.analysis.whole_sessions import sessions_started, shifts, startable_hours, tips
from simcap.cli import app
from simcap.engine import simulate
from simcap.network import (
    Arrivals,
    Attend,
    Deterministic,
    Exponential,
    Lognormal,
    Network,
    Phase,
    Pool,
    Rate,
    Roster,
    Station,
    To,
)
from simcap.study.checking import checked

SHIFTS = Roster(tuple((24 * day + 9, 24 * day + 12, 1) for day in range(7)))


def clinic(minutes, last_start=1.0, roster=SHIFTS, sd=None, rate=None):
    """One place, more residents than it can see unless a ``rate`` an hour is given."""
    hours = minutes / 60
    time = Deterministic(hours) if sd is None else Lognormal(hours, sd / 60)
    stream = Arrivals("desk", rate=Rate(rate)) if rate else Arrivals("desk", backlog=4000)
    pool = Pool("staff", roster, last_start=last_start)
    return Network([pool], [Station("desk", ["staff"], time)], [stream])


@pytest.mark.parametrize(
    "minutes, number, startable",
    [(60, 3, 180), (41, 3, 123), (40, 4, 160), (61, 2, 122), (130, 1, 130)],
)
def test_a_shift_of_three_hours_with_last_start_an_hour_before_its_end(minutes, number, startable):
    """Whole sessions, and as the engine does it: so many a day are seen."""
    pool = clinic(minutes).pools[0]
    assert sessions_started(3.0, 1.0, minutes / 60, 0.0) == number
    assert startable_hours(pool, 0, 168, minutes / 60, 0.0) == pytest.approx(7 * startable / 60)
    seen = simulate(clinic(minutes), 168.0).read()
    assert (~np.isnan(seen["started"])).sum() == 7 * number


def test_the_offered_load_is_over_what_can_be_started():
    load = offered_loads(clinic(41, rate=0.1), 168.0)[0]
    assert load.hours_rostered == pytest.approx(21) and load.hours_startable == pytest.approx(14.35)
    assert load.offered == pytest.approx(0.1 * 168 * 41 / 60 / 14.35)
    whole = offered_loads(clinic(41, last_start=0.0, rate=0.1), 168.0)[0]
    assert whole.offered == pytest.approx(0.1 * 168 * 41 / 60 / 21)


@pytest.mark.parametrize("sd", [10, 25, 41])
def test_sessions_whose_length_varies_are_started_as_often_as_expected(sd):
    network = clinic(41, sd=sd)
    seen = simulate(network, 168.0 * 52, seed=3).read()
    by_day = np.bincount((seen["started"][~np.isnan(seen["started"])] // 24).astype(int))
    wanted = sessions_started(3.0, 1.0, 41 / 60, sd / 60)
    error = by_day.std(ddof=1) / math.sqrt(len(by_day))
    assert abs(by_day.mean() - wanted) <= 3.5 * error + 0.03  # sums are not quite gamma


def test_places_that_close_one_after_the_other_have_shifts_of_their_own():
    roster = Roster(((8, 12, 2), (12, 17, 1)))
    assert sorted(shifts(Pool("p", roster), 0, 168)) == [(4.0, 1), (9.0, 1)]


def test_where_a_few_minutes_tip_it_is_told():
    tip = next(tips(clinic(41), 0.0, 168.0))
    assert (tip.number, tip.shift, tip.length) == (3, 3.0, pytest.approx(41 / 60))
    assert tip.shorter == pytest.approx(40 / 60) and tip.longer == pytest.approx(1.0)
    assert list(tips(clinic(50), 0.0, 168.0)) == []  # 40 and 60 minutes are far
    assert list(tips(clinic(41, last_start=0.0), 0.0, 168.0)) == []
    assert list(tips(clinic(41, sd=5), 0.0, 168.0)) == []


def test_rooms_bound_what_can_be_started():
    """Three people, one room from nine to eleven: two hours a day, of nine rostered."""
    roster = Roster(tuple((24 * day + 9, 24 * day + 12, 3) for day in range(7)))
    rooms = Roster(tuple((24 * day + 9, 24 * day + 11, 1) for day in range(7)))
    room = Pool("room", rooms, labels={"staff": ""})
    staff = within(Pool("staff", roster), "room")
    stations = [Station("desk", ["staff"], 0.5)]
    network = Network([staff, room], stations, [Arrivals("desk", rate=Rate(0.1))])
    loads = {load.staff: load for load in offered_loads(network, 168.0)}
    assert loads["staff"].hours_rostered == pytest.approx(63)
    assert loads["staff"].hours_startable == pytest.approx(14)
    assert loads["staff"].offered == pytest.approx(0.1 * 168 * 0.5 / 14)


def test_hours_beyond_what_a_whole_number_of_microseconds_holds():
    assert rostered_hours(Pool("p", 300_000), 0.0, 8760.0) == 300_000 * 8760.0
    roster = Roster(tuple((24 * day, 24 * day + 24, 10**9) for day in range(7)))
    assert rostered_hours(Pool("p", roster), 0.0, 8736.0) == pytest.approx(10**9 * 8736.0)


def test_mixed_sessions_have_the_mean_and_spread_of_the_mixture():
    assert mixed([(3.0, 1.0, 0.0), (1.0, 5.0, 0.0)]) == pytest.approx((2.0, math.sqrt(3.0)))
    assert mixed([]) == (0.0, 0.0)


# ---- shared staff --------------------------------------------------------------------------------


def two_zones(names=("a", "b"), shared=True, order=1):
    """Of the hours of the second zone half are lent: the first asks 10 h a week of its 4, the
    second 2 h of its 8.
    """
    poor, rich = names
    pools = [
        Pool(poor, Roster(((0, 4, 1),)), labels={"staff": "s", "zone": poor}),
        Pool(rich, Roster(((0, 4, 1),)), labels={"staff": "s", "zone": rich}),
        Pool(f"{rich} lent", Roster(((4, 8, 1),)), labels={"staff": "s", "zone": rich}),
    ]
    lent = [Attend(f"{rich} lent", 5)] if shared else []
    stations = [
        Station(f"desk {poor}", [Attend(poor), *lent], 1.0),
        Station(f"desk {rich}", [Attend(rich), *lent], 1.0),
    ]
    streams = [
        Arrivals(f"desk {poor}", rate=Rate(10 / 168)),
        Arrivals(f"desk {rich}", rate=Rate(2 / 168)),
    ]
    return Network(pools[::order], stations[::order], streams[::order])


def test_the_greatest_load_of_shared_staff_is_least():
    """Ten hours on four of one's own and four lent: 1.25; two on the other four: 0.5, so 7 of 8."""
    loads = {load.zone: load for load in offered_loads(two_zones(), 168.0 * 10)}
    assert loads["a"].offered == pytest.approx(1.25)
    assert loads["b"].offered == pytest.approx(7 / 8)
    assert loads["a"].offered_alone == pytest.approx(2.5)
    assert loads["b"].offered_alone == pytest.approx(0.25)


@pytest.mark.parametrize("names", list(itertools.permutations("xyz", 2)))
@pytest.mark.parametrize("order", [1, -1])
def test_no_name_and_no_order_decides_a_load(names, order):
    loads = {
        load.zone: load.offered for load in offered_loads(two_zones(names, True, order), 1680.0)
    }
    assert [loads[name] for name in names] == pytest.approx([1.25, 7 / 8])


def test_who_takes_longer_is_asked_for_more():
    """Three hours of work; on the second pool it takes twice as long: two hours on the first, one
    as two on the second make both equally busy.
    """
    hours = shared_out([Work((0, 1), (3.0, 6.0))], np.array([2.0, 2.0]), [[], []])
    assert hours == pytest.approx([2.0, 2.0])


def test_a_right_takes_hours_of_the_staff_it_is_within():
    """Two of four hours may go to others, who ask for six beside four of their own hours."""
    works = [Work((0,), (3.0,)), Work((1, 2), (6.0, 6.0))]
    hours = shared_out(works, np.array([4.0, 4.0, 2.0]), [[], [], [0]])
    assert hours == pytest.approx([3.0, 4.5, 1.5])  # 4.5 of 4 for both


def within(pool, *names):
    """``pool`` as one within others, whatever a Pool knows of it yet."""
    object.__setattr__(pool, "within", names)
    return pool


def test_a_pool_within_staff_is_none_of_its_own_and_one_within_rooms_is():
    rooms = Pool("rooms", 1, labels={"staff": "", "zone": "a"})
    own = within(Pool("own", 2, labels={"staff": "s", "zone": "a"}), "rooms")
    right = within(Pool("right", 1, labels={"staff": "s", "zone": "a"}), "own")
    pools = {pool.name: pool for pool in (own, right, rooms)}
    assert [counts_as_staff(pool, pools) for pool in pools.values()] == [True, False, True]

    class World:
        pass

    world = World()
    world.pools = tuple(pools.values())
    assert home_of(world).tolist() == [0, 0, 2]


# ---- phases, ways, hours -------------------------------------------------------------------------


def test_hours_demanded_are_those_of_the_phase_in_force():
    before = clinic(60, rate=0.1)
    quick = Station("desk", ["staff"], 0.5)
    network = Network(before.pools, before.stations, before.arrivals, [Phase(126.0, [quick])])
    assert offered_loads(network, 168.0)[0].hours_demanded == pytest.approx(
        0.1 * (126 * 1.0 + 42 * 0.5)
    )
    assert offered_loads(network, 168.0, 126.0)[0].hours_demanded == pytest.approx(0.1 * 168 * 0.5)


def test_a_load_is_that_of_whole_courses_however_short_the_run():
    station = Station("course", ["p"], 1.0, sessions=15, every=168.0)
    network = Network([Pool("p", 9)], [station], [Arrivals("course", rate=Rate(0.1))])
    assert offered_loads(network, 336.0)[0].hours_demanded == pytest.approx(0.1 * 168 * 15)


def test_how_long_care_lasts():
    """A call, five days to the course of three weekly sessions; or a return to the call after ten
    days; nobody goes to the last station.
    """
    stations = [
        Station(
            "call",
            ["p"],
            1.0,
            routing={"completed": [To("course", 0.5, 120.0), To("call", 0.2, 240.0)]},
        ),
        Station("course", ["p"], 2.0, sessions=3, every=168.0, routing={"completed": {"end": 0.0}}),
        Station("end", ["p"], 900.0),
        Station("listed", ["p"], 1.0, sessions=math.inf, every=100.0),
    ]
    streams = [Arrivals("call", Exponential(1.0)), Arrivals("listed", backlog=3)]
    network = Network([Pool("p", 9)], stations, streams)
    assert longest_time(network) == (pytest.approx(1 + 240 + 120 + 2 * 168 + 2), "course")
    assert longest_time(Network([Pool("p")], stations[3:], streams[1:])) == (0.0, "listed")


def test_when_stations_are_open():
    """By any pool, a team by all; always where a pool is."""
    pools = [
        Pool("day", Roster(((9, 17, 1),))),
        Pool("late", Roster(((12, 20, 1),))),
        Pool("on call", 1),
    ]
    stations = [
        Station("any", ["day", "late"], 1.0),
        Station("both", ["day", "late"], 1.0, team=True),
        Station("ever", ["day", "on call"], 1.0),
    ]
    rows, (switches, first) = open_hours(
        Network(pools, stations, [Arrivals("any", Exponential(1.0))]), 168.0
    )
    assert [switches[first[row] : first[row + 1]].tolist() for row in rows[:2]] == [
        [0.0, 9.0, 20.0],
        [0.0, 12.0, 17.0],
    ]
    assert rows[2] == ALWAYS


def test_fixed_sessions_of_two_lengths_hold_as_many_as_fit():
    """A tenth last 59 minutes, the others 60: three hours with an hour to the last start hold three
    of them, whichever they are.
    """
    mean, sd = 59.9 / 60, 0.3 / 60
    assert sessions_started(3.0, 1.0, mean, sd, (59 / 60, 1.0)) == 3.0
    assert extent([(1.0, 59 / 60, 0.0), (9.0, 1.0, 0.0)]) == (59 / 60, 1.0)
    assert extent([(1.0, 1.0, 0.0), (9.0, 1.0, 0.5)]) == (0.0, math.inf)


def test_a_zone_without_staff_has_no_load_and_its_zones_stand_as_in_the_table(tmp_path):
    """Residents of 村 are attended by the counsellors of 城, who share their hours."""
    path = written(tmp_path, zones=ZONES.replace("200,0.5", "200,0"))
    loads = [load for load in checked(path, {}).loads if load.staff == "counsellors"]
    assert [load.zone for load in loads] == ["城 City", "村 Village"]
    assert loads[0].offered > 0 and math.isnan(loads[1].offered)
    assert math.isinf(loads[1].offered_alone)
    screen = CliRunner().invoke(app, ["check", str(path)]).stdout
    assert re.search(r"村 Village +–", screen)


@pytest.mark.parametrize("columns, width", [("80", 80), ("", 120), ("wide", 120)])
def test_tables_that_go_to_no_terminal_are_as_wide_as_columns_says(monkeypatch, columns, width):
    monkeypatch.setenv("COLUMNS", columns)
    assert screens.out().width == width
