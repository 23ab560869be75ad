"""Courses that a group begins and ends together, in a tiny world worked out by hand.

Twelve women of the City and twelve of the Village ask on Tuesday, 7 January 2025. A circle of 4 to
8 meets four times, on Wednesdays at seven, 2 h each; one begins every fifth week, from 8 January.
"""

from __future__ import annotations

import re

import pytest
from ruamel.yaml import YAML

from simcap.building import load_scenario, resolved_yaml
from simcap.building.arrangement import described
from simcap.engine import simulate
from simcap.errors import ScenarioError
from simcap.study.plan import plan

yaml = YAML(typ="safe", pure=True)
yaml.width = 1000
WORLD = """
name: circles
start: 2025-01-06
warm up: 0 h
observe: 20 weeks
run out: 2 weeks
zones:
  - {zone: City, kind: urban, numbers: {population: 2000, women: 12}}
  - {zone: Village, kind: rural, numbers: {population: 2000, women: 12}}
needs:
  women: {group: women, severity: mild, wave: {on: 01-07, share: 100 %}, pathway: way,
          enters by: {circle: 100 %}}
rosters: {evenings: {shifts: {Mon-Sun: ["18:00-22:00"]}, holidays: open}}
pools: {leaders: {per: zone, from: population, number: 2, roster: evenings}}
stations:
  circle: {pools: [leaders], service time: 2 h, sessions: 4, every: 1 week, drop out: 0 %,
           group: {size: 8, at least: 4}, contact: professional, treatment: true}
pathways: {way: {}}
"""
BLOCK = "{station: circle, day: Wed, at: '19:00', weeks: 1 of 5}"
BLENDED = (
    "{station: circle, day: Wed, at: '19:00', weeks: 1 of 5,"
    " online: {number: 3, zones: [rural], pathways: [way]}}"
)
WEEKS = 20


def world(tmp_path, block=BLOCK, drop_out="0 %", reverse=False, **circle):
    data = yaml.load(WORLD)
    data["stations"]["circle"] |= {"drop out": drop_out, **circle}
    if block is not None:
        data["mechanisms"] = {"group course": yaml.load(block)}
    if reverse:
        data["zones"].reverse()
    with (tmp_path / "scenario.yaml").open("w", encoding="utf-8") as file:
        yaml.dump(data, file)
    return load_scenario(tmp_path)


def rows(scenario, engine="compiled"):
    found = plan(scenario).measures(7, 0, engine).itertuples()
    return {(row.measure, row.place, row.group): row.value for row in found}


def meetings(scenario):
    """[(station, zone, hours since the start, members)], those who sit together as one"""
    prepared = plan(scenario)
    labels = [station.labels for station in prepared.network.stations]
    rows = [
        (labels[row["station"]]["station"], labels[row["station"]]["zone"], row["started"])
        for batch in simulate(prepared.network, scenario.horizon, 7, 0).visits
        for row in batch
    ]
    return [(*where, rows.count(where)) for where in sorted(set(rows))]


FIRST, WEEK = 2 * 24 + 19.0, 168.0


@pytest.mark.parametrize("engine", ["compiled", "simpy"])
def test_a_group_begins_and_ends_together_and_the_others_wait_for_the_next(tmp_path, engine):
    """Of twelve, eight from 8 January on, four from 12 February on: 8 meetings, 48 attendances."""
    scenario = world(tmp_path)
    held = [m for m in meetings(scenario) if m[0] == "circle" and m[1] == "City"]
    assert held == [
        ("circle", "City", pytest.approx(FIRST + week * WEEK), members)
        for week, members in zip((0, 1, 2, 3, 5, 6, 7, 8), [8] * 4 + [4] * 4, strict=True)
    ]
    found = rows(scenario, engine)
    assert found["contacts", "City", "station: circle"] == 48
    assert found["meetings", "City", "station: circle"] == 8
    assert found["hours_worked", "City", "pool: leaders"] * WEEKS == pytest.approx(16)
    assert found["treated_of_seekers", "City", "all"] == 1
    mean = (8 * (FIRST - 24) + 4 * (FIRST - 24 + 5 * WEEK)) / 12 - 2 / 60
    assert found["wait_mean", "City", "station: circle, waiting list"] == pytest.approx(mean)
    assert not [key for key in found if key[2] == "pool: circle, waiting list"]


def test_the_place_of_who_drops_out_stays_empty(tmp_path):
    """Everybody leaves after the first meeting: four wait for February with eight places empty. An
    open group would have them a week later.
    """
    held = [m for m in meetings(world(tmp_path, drop_out="100 %")) if m[0] == "circle"]
    assert [(at, members) for _, zone, at, members in held if zone == "City"] == [
        (pytest.approx(FIRST), 8),
        (pytest.approx(FIRST + 5 * WEEK), 4),
    ]
    opened = [m for m in meetings(world(tmp_path, None, "100 %")) if m[1] == "City"]
    assert [members for *_, members in opened] == [8, 4]
    assert opened[1][2] - opened[0][2] < WEEK


def test_those_who_are_left_go_on_however_few(tmp_path):
    """A group that begins with eight at least meets to the end, or until nobody is left; nobody
    comes back, nobody new comes.
    """
    scenario = world(tmp_path, drop_out="40 %", group={"size": 8, "at least": 8})
    for zone in ("City", "Village"):
        held = [n for station, z, _, n in meetings(scenario) if (station, z) == ("circle", zone)]
        assert held[0] == 8
        assert 3 <= len(held) <= 4
        assert held == sorted(held, reverse=True)
        assert held[-1] < 8


def test_a_station_without_a_group_may_be_made_one(tmp_path):
    block = BLOCK.replace("station:", "size: 8, at least: 4, station:")
    scenario = world(tmp_path, block, group=None)
    assert plan(scenario).digest == plan(world(tmp_path)).digest


def test_too_few_do_not_begin(tmp_path):
    group = {"group": {"size": 8, "at least": 5}}
    held = [m for m in meetings(world(tmp_path, **group)) if m[0] == "circle"]
    assert [members for _, zone, _, members in held if zone == "City"] == [8] * 4


@pytest.mark.parametrize("engine", ["compiled", "simpy"])
def test_lessons_online_come_before_the_meetings(tmp_path, engine):
    """In the Village three lessons from 7 January on, then circles from 12 February and 19 March
    on: 36 attendances online and 48 in person, by staff 8 meetings and 16 h, as in the City.
    """
    found = rows(world(tmp_path, BLENDED), engine)
    assert found["contacts", "Village", "station: circle, lessons online"] == 36
    assert found["contacts", "Village", "station: circle"] == 48
    assert found["meetings", "Village", "station: circle"] == 8
    assert found["hours_worked", "all", "pool: leaders"] * WEEKS == pytest.approx(32)
    assert ("contacts", "City", "station: circle, lessons online") not in found
    assert found["contacts", "all", "all"] == 36 + 48 + 48
    assert found["any_contact_of_need", "rural", "all"] == 1
    held = [m for m in meetings(world(tmp_path, BLENDED)) if m[1] == "Village"]
    assert [(at, n) for station, _, at, n in held if station == "circle"][::4] == [
        (pytest.approx(FIRST + 5 * WEEK), 8),
        (pytest.approx(FIRST + 10 * WEEK), 4),
    ]
    lessons = [(at, n) for station, _, at, n in held if station == "circle, lessons online"]
    assert lessons == [(24.0 + week * WEEK, 12) for week in range(3)]


def test_after_the_last_lesson_one_can_still_drop_out(tmp_path):
    """It is not the last session of the course: with one lesson and a drop-out of 100 %, all who
    had it leave, and nobody comes to the list.
    """
    one = BLENDED.replace("number: 3", "number: 1")
    held = [m for m in meetings(world(tmp_path, one, "100 %")) if m[1] == "Village"]
    assert held == [("circle, lessons online", "Village", 24.0, 12)]


def test_who_drops_out_goes_where_the_pathway_says(tmp_path):
    text = BLENDED.replace("number: 3", "number: 1")
    scenario = world(tmp_path, text, "25 %")
    step = scenario.pathways["way"].get("circle")
    assert step is None
    prepared = plan(scenario)
    lessons = next(
        s for s in prepared.network.stations if s.name == "circle, lessons online | women | Village"
    )
    ways = {to.station: to.probability for to in lessons.routing["completed"].options}
    assert ways == {"circle, waiting list | women | Village": 0.75}


def test_no_order_decides_and_the_resolved_scenario_says_the_same(tmp_path):
    scenario = world(tmp_path, BLENDED, "10 %")
    there = plan(scenario)
    assert plan(world(tmp_path, BLENDED, "10 %", reverse=True)).network == there.network
    again = tmp_path / "again.yaml"
    again.write_text(resolved_yaml(scenario), encoding="utf-8")
    assert plan(load_scenario(again)).digest == there.digest
    assert described(scenario)[1] == (
        "group course: circle: groups of 4 to 8 begin on Wed 19:00, 1 of 5 weeks, and meet 4 times;"
        " nobody joins later; before it 3 lessons online for 100% in rural zones"
    )


def test_off_and_lessons_for_nobody_change_nothing(tmp_path):
    off = BLOCK.replace("}", ", on: false}")
    assert plan(world(tmp_path, off)).digest == plan(world(tmp_path, None)).digest
    none = BLENDED.replace("number: 3", "number: 0")
    assert plan(world(tmp_path, none)).digest == plan(world(tmp_path)).digest


@pytest.mark.parametrize(
    "block, circle, said",
    [
        (
            BLOCK.replace("1 of 5", "1 of 3"),
            {},
            "weeks: a course that has ended before the next begins wanted, at most one in 4 weeks,"
            " got one in 3",
        ),
        (
            BLOCK,
            {"sessions": 1},
            "station: a station with a group (or a `size` beside it) and several sessions, without"
            " a diary or a caseload, wanted, got 'circle'",
        ),
        (BLOCK.replace("Wed", "Mon-Wed"), {}, "day: one day wanted, got 'Mon-Wed'"),
        (
            BLOCK.replace("19:00", "12:00"),
            {},
            "at: an hour at which some of circle work wanted, from 00:02 on, got Wed 12:00",
        ),
        (
            BLENDED.replace("[way]", "[ways]"),
            {},
            "online.pathways.0: no pathway is called 'ways'; did you mean 'way'?",
        ),
    ],
)
def test_what_does_not_fit_is_one_line(tmp_path, block, circle, said):
    with pytest.raises(ScenarioError) as problem:
        world(tmp_path, block, **circle)
    found = [re.fullmatch(r".*scenario\.yaml:\d+:\d+ (.*)", f, re.S) for f in problem.value.faults]
    assert all(found), problem.value.faults
    assert [match[1] for match in found] == [f"mechanisms.group course.{said}"]
