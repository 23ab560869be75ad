"""What the page «Watch» counts is what the visits say, at every moment; no Streamlit, no vidigi."""

import datetime
import sys
import threading
from pathlib import Path

import numpy as np
import pytest
from tiny import ZONES, written

import simcap
from simcap.analysis.frames import network_summary
from simcap.app.watching.counts import DAY, Desk, Spans, Watched
from simcap.app.watching.day import day_at, fullest
from simcap.app.watching.month import DAYS, EVERY, ROWS, month_of
from simcap.app.watching.moving import moving
from simcap.app.watching.work import Beside
from simcap.building import load_scenario
from simcap.network import Arrivals, Network, Pool, Redial, Roster, Station
from simcap.network.clock import HOUR, INFINITY
from simcap.tracing import trace
from simcap.tracing.command import traced

sys.path.append(str(Path(__file__).parents[1] / "parity"))
from worlds import zoo

MONDAY = datetime.date(2025, 1, 6)
MINUTE = 60 * 10**6


def by_hand(calls=((9.0, 1), (9.1, 1), (9.2, 1)), horizon=48.0):
    """One seat from 8 to 12, calls of half an hour, patience of a quarter, one more try."""
    seat = Pool("seat", Roster(((8.0, 12.0, 1.0), (32.0, 36.0, 1.0))))
    line = Station("line", ["seat"], 0.5, patience=0.25, redial=Redial(1.0, after=0.5))
    network = Network([seat], [line], [Arrivals("line", batches=list(calls))])
    return Watched("by hand", trace(simcap.simulate(network, horizon, engine="simpy"), MONDAY))


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    """Ten times as many people, so that queues are long and the line is engaged."""
    many = ZONES.replace(",2000,1000,", ",20000,10000,").replace(",500,200,", ",5000,2000,")
    scenario = load_scenario(written(tmp_path_factory.mktemp("watch"), zones=many))
    return Watched(scenario.name, traced(scenario, 1, 0, "simpy"))


# ---- a day ---------------------------------------------------------------------------------------


def test_a_day_of_three_calls_is_what_happens_by_hand():
    """At 9:00 one is answered until 9:30; those of 9:06 and 9:12 give up after 15 minutes, at 9:21
    and 9:27, and call again half an hour later: at 9:51 (answered to 10:21), and at 9:57, who gives
    up at 10:12 and has no further try.
    """
    watched = by_hand()
    day = day_at(watched, watched.desks["line"], MONDAY)
    clock = [f"{t // (60 * MINUTE)}:{t // MINUTE % 60:02d}" for t in day.gave_up.at.tolist()]
    assert clock == ["9:21", "9:27", "10:12"]
    assert (day.gave_up.waited == 15 * MINUTE).all()
    assert day.answered.at.tolist() == [9 * HOUR, 9 * HOUR + 51 * MINUTE]
    assert day.answered.waited.tolist() == [0, 0]
    assert (day.called_back.at // MINUTE).tolist() == [9 * 60 + 51, 9 * 60 + 57]
    assert (day.joined, len(day.full.at)) == (5, 0)
    at = np.array([8 * 60, 9 * 60, 9 * 60 + 12, 9 * 60 + 21, 9 * 60 + 30, 12 * 60]) * MINUTE
    assert day.now(day.waiting, at).tolist() == [0, 0, 2, 1, 0, 0]
    assert day.now(day.in_use, at).tolist() == [0, 1, 1, 1, 0, 0]
    assert day.now(day.on_duty, at).tolist() == [1, 1, 1, 1, 1, 0]
    assert day.gave_up.by(at).tolist() == [0, 0, 0, 1, 2, 3]
    assert day.frames[-1] == 24 * HOUR


def test_a_call_counts_on_the_day_it_ends():
    watched = by_hand(calls=((11.9, 1), (23.9, 1)))
    first = day_at(watched, watched.desks["line"], MONDAY)
    second = day_at(watched, watched.desks["line"], MONDAY + datetime.timedelta(days=1))
    assert (first.joined, len(first.gave_up.at), len(second.gave_up.at)) == (2, 0, 2)
    assert second.now(second.waiting, np.array([DAY])).tolist() == [1]
    assert first.now(first.on_duty, np.array([12 * HOUR])).tolist() == [0]
    assert first.now(first.in_use, np.array([12 * HOUR])).tolist() == [1], "finishes after hours"


NETWORKS = """a caseload;a diary;a limit shared on a pool;a team;
empty posts, warnings and floating places;few wait and many are attended;groups, teams and others;
hours that may be lent;no places;overflow;places without end;posts that fall empty;redials;
redials at once;rooms around all;roster with a last start;short queue;visits that find;
visits that recur"""


@pytest.mark.parametrize("name", NETWORKS.replace("\n", "").split(";"))
def test_every_day_of_every_network_agrees_with_its_visits(name):
    horizon = 72.0
    run = simcap.simulate(zoo()[name], horizon, engine="simpy")
    watched = Watched(name, trace(run, MONDAY))
    visits = watched.trace.visits
    for desk in watched.desks.values():
        here = np.isin(visits["station"], desk.stations)
        mine = visits[here & ~np.isnan(visits["joined"])]
        until = np.fmin(np.fmin(mine["started"], mine["ended"]), horizon)
        failed = 0
        for number in range(3):
            day = day_at(watched, desk, MONDAY + datetime.timedelta(days=number))
            at = day.frames[:-1]
            hours = at / 3.6e9
            wait = (mine["joined"] <= hours[:, None] + 1e-9) & (until > hours[:, None] + 1e-9)
            assert day.now(day.waiting, at).tolist() == wait.sum(axis=1).tolist()
            failed += len(day.gave_up.at)
        assert failed == (mine["outcome"] == 3).sum(), "all who gave up, each on one day"


def test_gave_up_in_all_days_is_the_tally(tiny):
    """The summary of the run counts those who gave up in their first session, as a line has."""
    desk = tiny.desks["line"]
    last = tiny.date(tiny.trace.horizon // DAY)
    days = range((last - tiny.trace.start).days)
    made = [day_at(tiny, desk, tiny.date(number)) for number in days]
    run = simcap.simulate(tiny.trace.network, tiny.trace.horizon / HOUR, 1, 0, "simpy")
    tally = network_summary(run)
    names = [f"station: {tiny.trace.network.stations[i].name}" for i in desk.stations]
    tally = tally[tally["of"].isin(names)].groupby("figure")["value"].sum()
    assert sum(len(day.gave_up.at) for day in made) == tally["reneged"] > 10
    assert sum(day.joined for day in made) == tally["joined"]
    for day in made:
        assert (day.in_use <= day.on_duty).all(), "round the clock"


def test_who_starts_never_finds_more_in_use_than_are_on_duty(tiny):
    for lines in tiny.staffs.values():
        for line in lines:
            rows = tiny.places[np.isin(tiny.places[:, 0], line.pools)]
            starts = np.unique(rows[:, 2])
            used = tiny.in_use(line.pools).at(starts)
            assert (used <= tiny.on_duty(line.pools, starts)).all()


def test_the_first_day_shown_is_the_one_with_most_in_vain(tiny):
    desk = tiny.desks["line"]
    days = [tiny.date(n) for n in range(tiny.day(tiny.days[0]), tiny.day(tiny.days[1]) + 1)]
    failed = {
        day: int(
            (
                (tiny.trace.times["joined"][tiny.at(desk.stations)] // DAY == tiny.day(day))
                & (tiny.trace.visits["outcome"][tiny.at(desk.stations)] == 3)
            ).sum()
        )
        for day in days
    }
    assert failed[fullest(tiny, desk)] == max(failed.values()) > 0
    assert tiny.days == (datetime.date(2025, 1, 20), datetime.date(2025, 3, 30))


def test_lines_come_first_and_every_attended_place_is_there(tiny):
    assert next(iter(tiny.desks)) == "line"
    assert set(tiny.desks) == {
        "line",
        *(f"{kind} | {zone}" for kind in ("room", "course") for zone in ("城 City", "村 Village")),
    }
    assert isinstance(tiny.desks["line"], Desk) and tiny.desks["line"].role == "hotline"
    assert list(tiny.staffs) == ["counsellors", "seats"]
    assert [line.zone for line in tiny.staffs["counsellors"]] == ["城 City", "村 Village"]
    assert [line.zone for line in tiny.staffs["seats"]] == [""]


# ---- four weeks ----------------------------------------------------------------------------------


def test_four_weeks_say_who_waits_and_since_when(tiny):
    month = month_of(tiny, "counsellors", tiny.days[0])
    trace_, visits = tiny.trace, tiny.trace.visits
    assert len(month.moments) == DAYS * 12 and (np.diff(month.moments) == EVERY).all()
    assert month.zones == ("城 City", "村 Village")
    for row, zone in enumerate(month.zones):
        at = [i for i, place in enumerate(trace_.places) if place.where == zone and not place.home]
        joined = trace_.times["joined"]
        here = np.isin(visits["station"], at) & (joined < INFINITY)
        for k in range(0, len(month.moments), 29):
            now = month.moments[k]
            wait = here & (joined <= now) & (tiny.until > now)
            classes = np.digitize((now - joined)[wait], month.limits)
            expected = np.bincount(classes, minlength=4).tolist()
            assert month.waiting[row, k].tolist() == expected
    assert month.waiting.sum() > 1000
    assert int(month.longest.max()) <= 3.6e9 * 24 * 100
    assert (month.in_use.max(axis=1) <= 2).all() and month.in_use.sum() > 20


def test_a_month_of_many_zones_keeps_everybody(tiny, monkeypatch):
    whole = month_of(tiny, "counsellors", tiny.days[0])
    monkeypatch.setattr("simcap.app.watching.month.ROWS", 1)
    one = month_of(tiny, "counsellors", tiny.days[0])
    assert (one.zones, one.others) == ((), 2) and ROWS == 16
    assert (one.waiting[0] == whole.waiting.sum(axis=0)).all()
    assert (one.on_duty[0] == whole.on_duty.sum(axis=0)).all()


def test_classes_of_waits_fit_the_waits():
    watched = by_hand()
    assert month_of(watched, "seat", MONDAY).limits == (HOUR, 4 * HOUR, 24 * HOUR)


# ---- on the way ----------------------------------------------------------------------------------


def test_nobody_moves_but_those_of_the_zone_and_at_most_so_many(tiny):
    date = tiny.days[0] + datetime.timedelta(days=14)
    made = moving(tiny, "城 City", date, 2, 1000)
    assert {tiny.trace.labels(one)["zone"] for one in made.shown} == {"城 City"}
    begin, end = tiny.day(date) * DAY, (tiny.day(date) + 2) * DAY
    times, visits = tiny.trace.times, tiny.trace.visits
    stations = [
        i for i, place in enumerate(tiny.trace.places) if not (place.home or place.referral)
    ]
    expected = {
        one.id
        for one in tiny.trace.residents
        if tiny.trace.labels(one)["zone"] == "城 City"
        and any(
            visits["station"][row] in stations
            and times["joined"][row] < min(end, times["ended"][row])
            and min(times["ended"][row], tiny.trace.horizon) > begin
            for row in one.visits
        )
    }
    assert {one.id for one in made.shown} == expected and made.found == len(expected) > 5
    few = moving(tiny, "城 City", date, 2, 5)
    assert len(few.shown) == 5 and {one.id for one in few.shown} < expected
    assert (few.found, few.away) == (made.found, made.away)
    assert set(few.log["entity_id"]) == {one.id for one in few.shown}
    assert few.log["time"].max() <= few.last


def test_seats_are_drawn_without_gaps_and_never_two_on_one(tiny):
    made = moving(tiny, "", tiny.days[0], 3, 1000)
    uses = made.log[made.log["event_type"] == "resource_use"]
    for _name, rows in uses.groupby("event"):
        assert sorted(rows["resource_id"].unique()) == list(range(1, rows["resource_id"].max() + 1))
    assert (made.log["member"].dropna() == 1).all()


# ---- counting, and work beside the page ----------------------------------------------------------


def test_spans_hold_from_their_begin_and_before_their_end():
    spans = Spans.of(np.array([5, 1, 3]), np.array([6, 3, 3]))
    assert spans.at(np.array([0, 1, 2, 3, 5, 6])).tolist() == [0, 1, 1, 0, 1, 0]
    assert spans.changes(2, 6).tolist() == [2, 3, 5, 6]


def test_what_is_made_beside_is_kept_bounded_and_made_once():
    made, gate, beside = [], threading.Event(), Beside(2)

    def make(name):
        gate.wait(5)
        made.append(name)
        return name

    jobs = [beside.asked("a", lambda: make("a")) for _time in range(3)]
    assert jobs[0] is jobs[1] is jobs[2] and not jobs[0].done(), "the page goes on meanwhile"
    gate.set()
    assert jobs[0].result(5) == "a" and made == ["a"]
    beside.asked("b", lambda: make("b")).result(5)
    beside.asked("a", lambda: make("a"))
    beside.asked("c", lambda: make("c")).result(5)
    assert beside.asked("a", lambda: make("a again")).result(5) == "a"
    assert beside.asked("b", lambda: make("b again")).result(5) == "b again", (
        "asked for longest ago"
    )


def test_what_failed_is_said_until_it_is_tried_again():
    beside, tries = Beside(2), []

    def make():
        tries.append(1)
        raise ValueError("no")

    assert isinstance(beside.asked("a", make).exception(5), ValueError)
    assert isinstance(beside.asked("a", make).exception(5), ValueError) and len(tries) == 1
    beside.again("a")
    assert isinstance(beside.asked("a", make).exception(5), ValueError) and len(tries) == 2
