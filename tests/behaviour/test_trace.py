"""Residents one by one: what logs count is what the visits count, stories say what happened, seats
hold one at a time, and who is chosen hangs on no name and no order.
"""

import csv
import datetime
import io
import math
import re
import shlex
import sys
import types
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest
from everything import EVERYTHING
from test_commands import run
from tiny import SCENARIO, ZONES, written

import simcap
from simcap.building import load_scenario
from simcap.engine import ENGINES
from simcap.errors import InputError
from simcap.lang import speaking
from simcap.network import (
    Arrivals,
    Group,
    Network,
    Pool,
    Redial,
    Station,
)
from simcap.study.csv_files import csv_bytes, unescaped
from simcap.tracing import Wanted, chosen, command, event_log, story, trace, visits_table, xes

sys.path.append(str(Path(__file__).parents[1] / "parity"))
from worlds import zoo

MONDAY = datetime.date(2025, 1, 6)
HORIZON = 40.0


def traced(network, horizon=HORIZON, engine="simpy", **options):
    return trace(simcap.simulate(network, horizon, engine=engine, **options), MONDAY)


def everyone(made):
    return event_log(made, made.residents)


def ticks(minutes):
    return np.rint(np.asarray(minutes, dtype=float) * 6e7).astype(np.int64)


def lasting(log, kind, horizon):
    """{network station: microseconds} from each row of ``kind`` to the resident's next row."""
    rows = log.sort_values(["entity_id", "seq"], ignore_index=True)
    at = ticks(rows["time"])
    last = (rows["entity_id"] != rows["entity_id"].shift(-1)).to_numpy()
    until = np.where(last, round(horizon * 3.6e9), np.append(at[1:], 0))
    spans = pd.DataFrame({"station": rows["network_station"], "lasts": until - at})
    chosen = (rows["event_type"] == kind) & (rows["network_station"] != "")
    return spans[chosen].groupby("station")["lasts"].sum().to_dict()


def in_use(log, horizon):
    """Each attendance in ``log``: the n-th start of a resident at a seat and the n-th end."""
    rows = log[log["unique_resource_id"] != ""].sort_values(["entity_id", "seq"])
    keys = ["entity_id", "unique_resource_id"]
    rows = rows.assign(nth=rows.groupby([*keys, "event_type"]).cumcount(), at=ticks(rows["time"]))
    starts, ends = (
        rows[rows["event_type"] == kind] for kind in ("resource_use", "resource_use_end")
    )
    assert len(ends) <= len(starts)
    both = starts.merge(ends[[*keys, "nth", "at"]], on=[*keys, "nth"], how="left")
    end = both["at_y"].fillna(round(horizon * 3.6e9)).astype("int64")
    names = {"network_station": "station", "unique_resource_id": "seat"}
    return both.assign(begin=both["at_x"], end=end, lasts=end - both["at_x"]).rename(
        columns={"station": "desk", **names}
    )


WORLDS = {
    name: made
    for name, made in zoo().items()
    if "without time" not in name and "no time" not in name
}


@pytest.mark.parametrize("name", WORLDS)
def test_the_log_counts_what_the_visits_count(name):
    """Joinings, time in queues, attendances and hours of each station; nobody's seat taken twice;
    the places of pools at work as long as `Run.summary` says.
    """
    ran = simcap.simulate(WORLDS[name], HORIZON, seed=1, engine="simpy")
    log, visits = everyone(trace(ran, MONDAY)), ran.frame()
    joined = visits[visits["joined"].notna()]
    until = joined["started"].fillna(joined["ended"]).fillna(HORIZON)
    waited = (ticks(until * 60) - ticks(joined["joined"] * 60)).astype("int64")
    true = pd.Series(waited, index=joined.index).groupby(joined["station"]).sum().to_dict()
    assert lasting(log, "queue", HORIZON) == true
    queues = log[(log["event_type"] == "queue") & (log["network_station"] != "")]
    assert queues.groupby("network_station").size().to_dict() == (
        joined.groupby("station").size().to_dict()
    )
    arrivals, departures = (log["event"] == "arrival").sum(), (log["event"] == "depart").sum()
    raw = ran.kept
    assert arrivals == len(np.unique(raw[["stream", "resident"]]))
    assert departures == (raw["next"] == -1).sum()
    mine, started = in_use(log, HORIZON), visits[visits["started"].notna()]
    if started.empty:
        assert mine.empty
        return
    ended = ticks(started["ended"].fillna(HORIZON) * 60)
    held = pd.Series(ended - ticks(started["started"] * 60), index=started.index)
    first = mine[mine["member"] == 1]
    assert first.groupby("station")["lasts"].agg(["size", "sum"]).to_dict() == (
        held.groupby(started["station"]).agg(["size", "sum"]).to_dict()
    )
    for _, one in mine.sort_values(["begin", "end"]).groupby("seat"):
        assert (one["begin"].to_numpy()[1:] >= one["end"].to_numpy()[:-1]).all()
    mine["pool"] = mine["seat"].str.rpartition(" ")[0]
    places = mine.drop_duplicates(["pool", "place", "begin", "end"])
    said = ran.summary()
    for pool, lasts in places.groupby("pool")["lasts"].sum().items():
        at_work = said[(said["of"] == f"pool: {pool}") & (said["figure"] == "at_work_mean")]
        assert at_work["value"].item() * HORIZON == pytest.approx(lasts / 3.6e9, abs=1e-6)


@pytest.mark.parametrize("name", [name for i, name in enumerate(WORLDS) if i % 12 == 0])
def test_both_engines_give_the_same_log(name):
    one, other = (traced(WORLDS[name], engine=engine) for engine in ENGINES)
    for made in (event_log, visits_table):
        assert csv_bytes(made(one, one.residents)) == csv_bytes(made(other, other.residents))
    assert xes(one, one.residents) == xes(other, other.residents)


# ---- seats, by hand ------------------------------------------------------------------------------


def seats(made):
    """[(started, pool, place, chair) of each seat of each visit], by time."""
    rows = [
        (float(made.visits["started"][i]), made.network.pools[s.pool].name, s.place, s.chair)
        for i, mine in enumerate(made.seats)
        for s in mine
    ]
    return sorted(rows)


def test_the_least_free_number_and_what_ends_now_is_free_now():
    """Three come at 0, 0 and 1 to two for two hours each: the third begins at 2, when both end."""
    desk = Station("desk", ["staff"], 2.0)
    net = Network(
        [Pool("staff", 2)], [desk], [Arrivals("desk", batches=[(0.0, 2), (1.0, 1), (5.0, 1)])]
    )
    assert seats(traced(net)) == [
        (0.0, "staff", 1, 1),
        (0.0, "staff", 2, 2),
        (2.0, "staff", 1, 1),
        (5.0, "staff", 1, 1),
    ]


def test_a_group_has_one_place_and_a_chair_for_each():
    """Two rooms, groups of three for an hour: seven at once are three, three and, later, one."""
    circle = Station("circle", ["rooms"], 1.0, group=Group(3, start_at=2.0, at_least=2))
    net = Network([Pool("rooms", 2)], [circle], [Arrivals("circle", batches=[(0.0, 7)])])
    assert seats(traced(net)) == [
        *((0.0, "rooms", 1, chair) for chair in (1, 2, 3)),
        *((0.0, "rooms", 2, chair) for chair in (4, 5, 6)),
        (2.0, "rooms", 1, 1),
    ]


def test_a_team_has_a_seat_in_each_pool_and_lent_hours_are_those_of_the_lender():
    """At 0 a team of police and doctor, and one more whom the doctor's lent hours attend."""
    net = Network(
        [Pool("police", 1), Pool("doctor", 2), Pool("lent", 1, within="doctor")],
        [Station("team", ["police", "doctor"], 1.0, team=True), Station("desk", ["lent"], 1.0)],
        [Arrivals("team", batches=[(0.0, 1)]), Arrivals("desk", batches=[(0.5, 1)])],
    )
    made = traced(net)
    assert seats(made) == [(0.0, "doctor", 1, 1), (0.0, "police", 1, 1), (0.5, "doctor", 2, 2)]
    log = everyone(made)
    starts = log[log["event_type"] == "resource_use"]
    assert starts[["event", "member", "unique_resource_id"]].values.tolist() == [
        ["doctor", 2, "doctor 1"],
        ["police", 1, "police 1"],
        ["doctor", 1, "doctor 2"],
    ]


# ---- logs ----------------------------------------------------------------------------------------


def line():
    """A line of one seat: a call of an hour at 0, one at 0.25 that gives up after 15 minutes, tries
    again half an hour later and gives up again, one at 39.5 that is still on the line at 40.
    """
    station = Station("line", ["seat"], 1.0, patience=0.25, redial=Redial(1.0, 0.5, at_most=1))
    calls = Arrivals("line", batches=[(0.0, 1), (0.25, 1), (39.5, 1)])
    return traced(Network([Pool("seat", 1)], [station], [calls]))


def test_a_log_by_hand():
    """The second call gives up at 30 minutes, is at home, and is answered at 60, when the first
    ends.
    """
    log = everyone(line())
    columns = ["entity_id", "event_type", "event", "time", "resource_id", "run_number", "outcome"]
    rows = [tuple(None if x is pd.NA else x for x in row) for row in log[columns].values.tolist()]
    assert rows == [
        ("R00001", "arrival_departure", "arrival", 0.0, None, 0, ""),
        ("R00001", "queue", "queue: line", 0.0, None, 0, "completed"),
        ("R00001", "resource_use", "seat", 0.0, 1, 0, "completed"),
        ("R00002", "arrival_departure", "arrival", 15.0, None, 0, ""),
        ("R00002", "queue", "queue: line", 15.0, None, 0, "reneged"),
        ("R00002", "queue", "at home", 30.0, None, 0, ""),
        ("R00001", "resource_use_end", "seat ends", 60.0, 1, 0, "completed"),
        ("R00001", "arrival_departure", "depart", 60.0, None, 0, ""),
        ("R00002", "queue", "queue: line", 60.0, None, 0, "completed"),
        ("R00002", "resource_use", "seat", 60.0, 1, 0, "completed"),
        ("R00002", "resource_use_end", "seat ends", 120.0, 1, 0, "completed"),
        ("R00002", "arrival_departure", "depart", 120.0, None, 0, ""),
        ("R00003", "arrival_departure", "arrival", 2370.0, None, 0, ""),
        ("R00003", "queue", "queue: line", 2370.0, None, 0, "attended"),
        ("R00003", "resource_use", "seat", 2370.0, 1, 0, "attended"),
    ]


def test_the_file_has_the_columns_of_vidigi_and_no_seat_where_there_is_none():
    cells = list(csv.DictReader(io.StringIO(csv_bytes(everyone(line())).decode())))
    wanted = ["entity_id", "event_type", "event", "time", "resource_id", "pathway", "run_number"]
    assert list(cells[0])[:7] == wanted
    assert [row["resource_id"] for row in cells[:4]] == ["", "", "1", ""]
    kinds = {"arrival_departure", "queue", "resource_use", "resource_use_end"}
    assert {row["event_type"] for row in cells} == kinds


def test_a_missing_whole_number_is_an_empty_cell():
    frame = pd.DataFrame({"a": ["x", "y", None], "n": pd.array([3, None, 4], dtype="Int64")})
    assert csv_bytes(frame) == b"a,n\nx,3\ny,\n,4\n"


def nasty(name):
    station = Station(name, [f"{name} pool"], 1.0)
    return traced(
        Network([Pool(f"{name} pool", 1)], [station], [Arrivals(name, batches=[(0.0, 2)])])
    )


@pytest.mark.parametrize("name", ["A & B <c>", "\"quoted\" 'so'", "咨询 师]]>", "=1+1", "&amp;"])
def test_any_name_is_text_in_every_file(name):
    made = nasty(name)
    events = ElementTree.fromstring(xes(made, made.residents, name)).iter("event")
    activities = [event.find("string[@key='concept:name']").get("value") for event in events]
    assert activities[:5] == [
        "comes",
        f"{name}: waits",
        f"{name}: starts",
        f"{name}: ends",
        "leaves",
    ]
    rows = list(csv.DictReader(io.StringIO(csv_bytes(everyone(made)).decode())))
    assert unescaped(rows[2]["event"]) == f"{name} pool"
    assert not rows[2]["event"].startswith("=")
    assert (
        story(made, made.residents[0]).lines[1].said
        == f"{name}: {name} pool no. 1, 60 min, at once"
    )


@pytest.mark.parametrize(
    "sign, said", [("\x07", "the control sign U+0007"), ("\ufffe", "the control sign U+FFFE")]
)
def test_xes_refuses_what_xml_cannot_hold(sign, said):
    made = nasty(f"a{sign}b")
    with pytest.raises(InputError, match=re.escape(said)):
        xes(made, made.residents)


def test_xes_by_hand():
    """Local times of the calendar; open cases say so."""
    made = line()
    log = ElementTree.fromstring(xes(made, made.residents))
    assert log.get("xes.version") == "1.0" and len(log.findall("trace")) == 3
    _, second, third = log.findall("trace")

    def told(case):
        events = [
            {each.get("key"): each.get("value") for each in event} for event in case.iter("event")
        ]
        return [(e["concept:name"], e["time:timestamp"], e.get("org:resource")) for e in events]

    assert told(second) == [
        ("comes", "2025-01-06T00:15:00.000000", None),
        ("line: waits", "2025-01-06T00:15:00.000000", None),
        ("line: gives up waiting", "2025-01-06T00:30:00.000000", None),
        ("line: waits", "2025-01-06T01:00:00.000000", None),
        ("line: starts", "2025-01-06T01:00:00.000000", "seat 1"),
        ("line: ends", "2025-01-06T02:00:00.000000", "seat 1"),
        ("leaves", "2025-01-06T02:00:00.000000", None),
    ]
    assert told(third)[-1] == (
        "line: end of the run, attended",
        "2025-01-07T16:00:00.000000",
        "seat 1",
    )
    left = [case.find("boolean[@key='left']").get("value") for case in log.findall("trace")]
    assert left == ["true", "true", "false"]


def test_visits_as_a_table_by_hand():
    made = line()
    table = visits_table(made, made.residents)
    columns = [
        "resident",
        "visit",
        "attended_by",
        "joined",
        "ended",
        "waited_hours",
        "outcome",
        "next",
    ]
    assert table[columns].values.tolist() == [
        [
            "R00001",
            1,
            "seat 1",
            "2025-01-06 00:00:00",
            "2025-01-06 01:00:00",
            0.0,
            "completed",
            "leaves",
        ],
        ["R00002", 1, "", "2025-01-06 00:15:00", "2025-01-06 00:30:00", 0.25, "reneged", "line"],
        [
            "R00002",
            2,
            "seat 1",
            "2025-01-06 01:00:00",
            "2025-01-06 02:00:00",
            0.0,
            "completed",
            "leaves",
        ],
        ["R00003", 1, "seat 1", "2025-01-07 15:30:00", "", 0.0, "attended", ""],
    ]
    assert math.isnan(table["ended_hours"].iloc[3]) and table["attended_hours"].iloc[3] == 0.5


# ---- stories -------------------------------------------------------------------------------------


def said(made, number=0):
    told = story(made, made.residents[number])
    return [(line.when, line.said) for line in told.lines], told.in_all


def test_the_story_of_a_call_that_gives_up_and_tries_again():
    lines, in_all = said(line(), 1)
    assert lines == [
        ("Mon 2025-01-06 00:15", "asks for help: line"),
        ("Mon 2025-01-06 00:30", "gives up waiting for line after 15 min"),
        ("Mon 2025-01-06 01:00", "tries again: line: seat no. 1, 60 min, at once"),
        ("Mon 2025-01-06 02:00", "leaves: line is done"),
    ]
    assert (
        in_all == "In all: attended once for 60 min; waited 15 min at stations;"
        " 105 min from first to last."
    )


def test_the_same_story_in_chinese():
    with speaking("zh"):
        lines, in_all = said(line(), 1)
    assert lines == [
        ("周一 2025-01-06 00:15", "求助：line"),
        ("周一 2025-01-06 00:30", "等候 line 15 分钟后放弃"),
        ("周一 2025-01-06 01:00", "再次尝试：line：seat 1 号，60 分钟，立即"),
        ("周一 2025-01-06 02:00", "离开：line 已完成"),
    ]
    assert in_all == "合计：得到服务 1 次，60 分钟；在各站点等候 15 分钟；从头到尾 105 分钟。"


def test_the_story_of_who_is_there_at_the_end():
    lines, in_all = said(line(), 2)
    assert lines[-1] == ("Tue 2025-01-07 16:00", "the run ends: line goes on")
    assert in_all == "In all: attended once for 30 min; did not wait; 30 min and not yet over."


def labelled(station, need="mild", **more):
    return {"station": station, "need": need, "zone": "City", "place": "zone", **more}


def town():
    """A course of two that is put off to a referral desk, a wait at home and a relapse."""
    unseen = {"unseen": "yes", "place": "district"}
    stations = [
        Station(
            "not asked | mild | City",
            ["nobody comes"],
            0.0,
            deterioration=2.0,
            routing={"deteriorated": "room | severe | City"},
            labels=labelled("not asked", **unseen),
        ),
        Station(
            "room | severe | City",
            ["staff | City"],
            1.0,
            routing={"completed": "referral to course | severe | City"},
            labels=labelled("room", "severe"),
        ),
        Station(
            "referral to course | severe | City",
            ["no staff needed"],
            0.0,
            routing={"completed": "on the way from referral to course | course | severe | City"},
            labels=labelled("referral to course", "severe", referral="yes"),
        ),
        Station(
            "on the way from referral to course | course | severe | City",
            ["nobody comes"],
            0.0,
            patience=5.0,
            routing={"reneged": "course | severe | City"},
            labels=labelled("on the way", "severe", **unseen),
        ),
        Station(
            "course | severe | City",
            ["staff | Town"],
            1.0,
            sessions=2,
            every=4.0,
            routing={"completed": "recovered | severe | City"},
            labels=labelled("course", "severe"),
        ),
        Station(
            "recovered | severe | City",
            ["nobody comes"],
            0.0,
            patience=6.0,
            labels=labelled("recovered", "severe", **unseen),
        ),
    ]
    pools = [
        Pool("nobody comes", 0),
        Pool("no staff needed", math.inf),
        Pool("staff | City", 1),
        Pool("staff | Town", 1),
    ]
    labels = {"need": "mild", "group": "adults", "zone": "City", "kind": "urban", "enters": ""}
    stream = Arrivals("not asked | mild | City", batches=[(0.0, 1)], labels=labels)
    return traced(Network(pools, stations, [stream]))


def test_the_story_of_times_at_home_and_of_a_referral():
    """Names of the network are not in it; a zone is said where it is not the resident's own."""
    made = town()
    assert story(made, made.residents[0]).who == "R00001  mild, adults, City (urban)"
    lines, in_all = said(made)
    assert [(when[-5:], what) for when, what in lines] == [
        ("00:00", "is in need, and does not ask for help"),
        ("02:00", "gets worse: now severe, asks at room"),
        ("02:00", "room: staff no. 1, 60 min, at once"),
        ("03:00", "referral to course: it goes through"),
        ("08:00", "course, session 1 of 2: staff no. 1, Town, 60 min, at once"),
        ("12:00", "course, session 2 of 2: staff no. 1, Town, 60 min, on time"),
        ("13:00", "has recovered"),
        ("19:00", "falls ill again after 6 h and does not ask again"),
        ("19:00", "leaves"),
    ]
    assert in_all == "In all: attended 3 times for 3 h; did not wait; 19 h from first to last."


def test_every_resident_of_a_whole_scenario_has_a_story_without_names_of_the_network(tmp_path):
    """With silent residents, too; every line is in order of time."""
    from demand import world

    block = "{called: round, pool: staff, visits: 70, time: 15 min, finds: 100 %, needs: [adults],"
    (tmp_path / "silent").mkdir()
    silent = world(tmp_path / "silent", f"{{outreach: {block} enters: room}}}}")
    for scenario in (load_scenario(written(tmp_path / "all", EVERYTHING)), silent):
        made = command.traced(scenario, 42, 0, "simpy")
        assert made.residents
        for resident in made.residents:
            told = story(made, resident)
            assert [line.at for line in told.lines] == sorted(line.at for line in told.lines)
            assert " | " not in "".join(
                [told.who, told.in_all, *(line.said for line in told.lines)]
            )


def test_something_online_is_by_nobody_and_a_decision_is_no_attendance():
    pools = [Pool("no staff needed", math.inf)]
    stations = [
        Station("page", ["no staff needed"], 0.5, routing={"completed": "page, resolved"}),
        Station("page, resolved", ["no staff needed"], 0.0),
    ]
    labels = {"need": "mild", "added": "publicity"}
    net = Network(pools, stations, [Arrivals("page", batches=[(0.0, 1)], labels=labels)])
    lines, in_all = said(traced(net))
    assert [what for _, what in lines] == [
        "asks for help, brought by publicity: page",
        "page: 30 min, at once",
        "page, resolved",
        "leaves: page, resolved is done",
    ]
    assert in_all == "In all: attended once for 30 min; did not wait; 30 min from first to last."


def test_audiences_are_in_no_need_and_not_chosen_unless_they_are_named():
    streams = [
        Arrivals("desk", batches=[(0.0, 1)], name=name, labels={"need": name})
        for name in ("lesson", "mild")
    ]
    net = Network([Pool("staff", 2)], [Station("desk", ["staff"], 1.0)], streams)
    ran = simcap.simulate(net, HORIZON, engine="simpy")
    made = trace(ran, MONDAY, audiences=["lesson"])
    lesson, mild = made.residents
    assert chosen(made, Wanted(6)) == [mild] and chosen(made, Wanted()) == [lesson, mild]
    assert chosen(made, Wanted(6, needs=("lesson",))) == [lesson]
    assert said(made)[0][0] == ("Mon 2025-01-06 00:00", "is due, in no need: desk")


# ---- whom ----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    return command.traced(load_scenario(written(tmp_path_factory.mktemp("tiny"))), 42, 0, "simpy")


def test_the_first_is_of_the_commonest_kind_and_no_two_are_alike(tiny):
    from collections import Counter

    from simcap.tracing.choosing import _observed, _way

    there = [resident for resident in tiny.residents if _observed(tiny, resident)]
    kinds = Counter(_way(tiny, resident) for resident in there)
    few = chosen(tiny, Wanted(6))
    assert kinds[_way(tiny, few[0])] == max(kinds.values())
    assert len({_way(tiny, resident) for resident in few}) == 6
    assert chosen(tiny, Wanted(3)) == few[:3]
    assert sorted(chosen(tiny, Wanted(10**6)), key=lambda r: r.id) == there
    assert chosen(tiny, Wanted()) == list(tiny.residents)


def test_each_further_one_is_the_farthest_from_those_before(tiny):
    from simcap.tracing.choosing import _observed, _way

    def apart(one, other):
        return 1 - len(one & other) / len(one | other)

    few = [_way(tiny, resident) for resident in chosen(tiny, Wanted(8))]
    ways = {_way(tiny, resident) for resident in tiny.residents if _observed(tiny, resident)}
    for k in range(1, 8):
        nearest = [min(apart(way, before) for before in few[:k]) for way in ways]
        assert min(apart(few[k], before) for before in few[:k]) == pytest.approx(max(nearest))


def test_rows_and_keys_in_another_order_choose_and_tell_the_same(tmp_path, tiny):
    head, first, second = ZONES.splitlines(keepends=True)
    needs = SCENARIO.replace(
        "enters by: {line: 60 %, room: 40 %}", "enters by: {room: 40 %, line: 60 %}"
    )
    assert needs != SCENARIO
    turned = load_scenario(written(tmp_path, needs, head + second + first))
    other = command.traced(turned, 42, 0, "simpy")
    for wanted in (Wanted(6), Wanted()):
        one, two = (csv_bytes(event_log(each, chosen(each, wanted))) for each in (tiny, other))
        assert one == two


def test_a_resident_has_one_name_and_one_seat_whoever_else_is_told_of(tiny):
    alone = event_log(tiny, chosen(tiny, Wanted(residents=("R00007",))))
    whole = event_log(tiny, tiny.residents)
    mine = whole[whole["entity_id"] == "R00007"].reset_index(drop=True)
    pd.testing.assert_frame_equal(alone, mine)
    seventh = tiny.residents[6]
    for sign in "/#":
        name = f"{tiny.stream(seventh)}{sign}{seventh.number}"
        assert chosen(tiny, Wanted(residents=(name, "R00007"))) == [seventh]


def test_only_those_who_fit(tiny):
    reneged = chosen(tiny, Wanted(zones=("村 Village",), stations=("line",), outcomes=("reneged",)))
    assert reneged
    for resident in reneged:
        assert tiny.labels(resident)["zone"] == "村 Village"
        assert {9, 3} & set(tiny.visits["outcome"][resident.visits[0] : resident.visits[-1] + 1])


@pytest.mark.parametrize(
    "options, said",
    [
        (["--residents", "0"], "--residents: a whole number above 0, or all, wanted, got '0'"),
        (["--residents", "x"], "--residents: a whole number above 0, or all, wanted, got 'x'"),
        (["--format", "yaml"], "--format: one of story, csv, vidigi, xes wanted, got 'yaml'"),
        (["--need", "mod"], "--need: a name of the scenario wanted, got 'mod'; known are moderate"),
        (["--zone", "村 Vilage"], "got '村 Vilage'; did you mean '村 Village'?"),
        (["--station", "lime"], "--station: a name of the scenario wanted, got 'lime'; did you"),
        (["--outcome", "gone"], "--outcome: a name of the scenario wanted, got 'gone'"),
        (["--resident", "R99999"], "--resident: a resident up to R0"),
        (
            ["--resident", "moderate"],
            "--resident: R00042 or STREAM/NUMBER, such as moderate | line",
        ),
        (["--resident", "x/1"], "--resident: a stream of residents such as"),
        (["--resident", "moderate | line | 村 Village/9999"], "nobody called"),
        (
            ["--resident", "R00001", "--need", "moderate"],
            "--resident: alone wanted, got --need, --z",
        ),
        (["--outcome", "balked"], "residents fits what is asked"),
        (["--engine", "fast"], "--engine: one of compiled, simpy wanted, got 'fast'"),
    ],
)
def test_what_cannot_be_told_is_one_line(tmp_path, options, said):
    engine = [] if "--engine" in options else ["--engine", "simpy"]
    done = run("trace", written(tmp_path), *engine, *options, expect=2)
    assert said in done.stderr and len(done.stderr.splitlines()) == 2 and done.stdout == ""


# ---- the command ---------------------------------------------------------------------------------


def test_the_command_writes_what_it_prints(tmp_path):
    scenario = written(tmp_path)
    for form in command.FORMATS:
        asked = "trace", scenario, "--engine", "simpy", "--format", form, "--seed", 3
        file = tmp_path / f"out.{form}"
        shown = run(*asked)
        told = run(*asked, "--out", file)
        assert file.read_bytes() == shown.stdout_bytes and told.stdout == ""
        assert "6 of 133 residents, seed 3, replication 0" in told.stderr
        assert run(*asked, "-q", "--out", file).stderr == ""
    assert run(*asked[:-2], "--replication", 1).stdout != shown.stdout
    excel = run("trace", scenario, "--engine", "simpy", "--format", "csv", "--excel")
    assert excel.stdout_bytes.startswith(b"\xef\xbb\xbf")


def test_a_file_that_cannot_be_written_is_one_line(tmp_path):
    (tmp_path / "taken").mkdir()
    asked = "trace", written(tmp_path), "--engine", "simpy", "--out", tmp_path / "taken"
    said = run(*asked, expect=1).stderr
    assert said == (f"simcap: failed\n{tmp_path / 'taken'}: cannot be written (Is a directory)\n")
    assert not list(tmp_path.glob(".taken*"))


def test_what_vidigi_needs_to_know_is_said(tmp_path):
    done = run("trace", written(tmp_path), "--engine", "simpy", "--format", "vidigi")
    assert 'start_date="2025-01-06", limit_duration=161280' in done.stderr
    assert "whole with --residents all only" in done.stderr


@pytest.mark.parametrize("columns", [80, 120])
def test_a_story_fits_the_screen(tmp_path, monkeypatch, columns):
    monkeypatch.setenv("COLUMNS", str(columns))
    shown = run("trace", written(tmp_path), "--engine", "simpy").stdout
    from rich.cells import cell_len

    assert max(map(cell_len, shown.splitlines())) <= columns
    assert shown.count("In all: ") == 6 and " | " not in shown


# ---- the page ------------------------------------------------------------------------------------

PAGE = (Path(__file__).parents[2] / "docs/trace.md").read_text(encoding="utf-8")
COMMANDS = re.search(r"```sh\n(.*?)```", PAGE, re.DOTALL)[1].splitlines()


@pytest.mark.parametrize("line", COMMANDS)
def test_the_commands_of_the_page_run(tmp_path, monkeypatch, line):
    """On Huadu for a few weeks."""
    weeks = 4 if "--out" in line else 20
    few = ["--set", "warm_up=1 week", "--set", f"observe={weeks} weeks", "--set", "run_out=1 week"]
    huadu = Path(__file__).parents[2] / "experiments/01_huadu"
    _, *asked = shlex.split(line, comments=True)
    monkeypatch.chdir(tmp_path)
    done = run(*(huadu if word == "experiments/01_huadu" else word for word in asked), *few)
    shown = Path(asked[-1]).read_bytes() if "--out" in asked else done.stdout_bytes
    assert shown


def test_the_python_of_the_page_prints_what_it_says(capsys):
    code, printed = re.search(r"```python\n(.*?)```\n```text\n(.*?)```", PAGE, re.DOTALL).groups()
    exec(code, {})
    assert capsys.readouterr().out == printed


def test_the_animation_of_the_page_has_a_point_for_every_event(tmp_path, monkeypatch):
    """With a stand-in for vidigi, which is no requirement."""
    told = {}

    def animate(log, **options):
        told.update(options, log=log)
        return types.SimpleNamespace(write_html=lambda file: None)

    for name in ("vidigi", "vidigi.animation"):
        monkeypatch.setitem(sys.modules, name, types.ModuleType(name))
    sys.modules["vidigi.animation"].animate_activity_log = animate
    monkeypatch.chdir(tmp_path)
    scenario = written(tmp_path, EVERYTHING)
    run("trace", scenario, "--engine", "simpy", "--residents", "all", "--format", "vidigi",
        "--out", "log.csv")  # fmt: skip
    exec(re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)[1], {})
    log, places = told["log"], told["event_position_df"]
    stays = log[log["event_type"] != "resource_use_end"]["event"].unique()
    assert sorted(places["event"]) == sorted(stays)
    assert not places[["x", "y"]].duplicated().any()
    used = log[log["event_type"] == "resource_use"]
    for pool, rows in used.groupby("event"):
        assert getattr(told["scenario"], pool) == rows["resource_id"].max()


def test_the_files_that_the_page_names_are_there():
    root = Path(__file__).parents[2]
    assert (root / "tests/outside/vidigi_and_pm4py.py").exists() and "docs/trace.md" in (
        root / "README.md"
    ).read_text(encoding="utf-8")
