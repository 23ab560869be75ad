"""Social workers as a staff of their own, in a tiny world worked out by hand.

On Monday, 6 January 2025, at midnight, eight residents of a town ask at its room, half of whom are
for the social worker; one counsellor and one social worker work round the clock, an hour a visit.
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
name: social workers
start: 2025-01-06
warm up: 0 h
observe: 10 weeks
run out: 2 weeks
zones: [{zone: Town, kind: urban, numbers: {population: 1000, people: 400}}]
needs:
  mild: {group: people, severity: mild, wave: {on: 01-07, share: 100 %}, pathway: way,
         enters by: {room: 100 %}}
rosters: {always: {shifts: {Mon-Sun: ["00:00-24:00"]}, holidays: open}}
pools: {counsellors: {per: zone, from: population, number: 1, roster: always}}
stations:
  room: {pools: [counsellors], service time: 1 h, contact: lay}
  course: {pools: [counsellors], service time: 1 h, sessions: 2, every: 1 week, treatment: true,
           contact: professional}
pathways: {way: {room: {completed: {course: 25 %}}}}
"""
BLOCK = "number: 1, roster: always, takes: {room: 50 %}"


def world(tmp_path, block=BLOCK):
    data = yaml.load(WORLD)
    if block is not None:
        data["mechanisms"] = {"social workers": yaml.load(f"{{{block}}}")}
    with (tmp_path / "scenario.yaml").open("w", encoding="utf-8") as file:
        yaml.dump(data, file)
    return load_scenario(tmp_path)


def visits(scenario, engine="compiled"):
    """[(station, pool, started, joined)] of all that began, in order of time"""
    network = plan(scenario).network
    return sorted(
        (
            (
                network.stations[row["station"]].labels["station"],
                network.pools[row["pool"]].labels["staff"],
                float(row["started"]),
                float(row["joined"]),
            )
            for batch in simulate(network, scenario.horizon, 7, 0, engine).visits
            for row in batch
            if row["started"] == row["started"]
        ),
        key=lambda visit: visit[2],
    )


@pytest.mark.parametrize("engine", ["compiled", "simpy"])
def test_they_work_at_their_station_and_nobody_else_does(tmp_path, engine):
    done = visits(world(tmp_path), engine)
    at_theirs = [staff for station, staff, *_ in done if station == "room by social workers"]
    theirs = [station for station, staff, *_ in done if staff == "social workers"]
    assert set(at_theirs) == {"social workers"}
    assert set(theirs) == {"room by social workers"}
    assert len(theirs) == pytest.approx(200, abs=3.5 * 10)
    firsts = [visit for visit in done if visit[0].startswith("room")]
    assert len(firsts) == 400


def test_what_follows_is_the_same(tmp_path):
    network = plan(world(tmp_path)).network
    routing = {
        station.labels["station"]: [(to.station, to.probability) for to in way.options]
        for station in network.stations
        if (way := station.routing.get("completed"))
    }
    assert routing["room by social workers"] == routing["room"] == [("course | mild | Town", 0.25)]


@pytest.mark.parametrize("engine", ["compiled", "simpy"])
def test_who_stands_in_does_so_after_their_own_work(tmp_path, engine):
    """The counsellor begins at the social workers' station only when nobody waits at the room and
    the course (but for the very first, when all come at one moment); then it is done sooner.
    """
    block = "number: 1, roster: always, takes: {room: 80 %}"
    done = visits(world(tmp_path, f"{block}, stand in: {{room: [counsellors]}}"), engine)
    own = [(joined, at) for station, _, at, joined in done if not station.endswith("workers")]
    helped = [
        at
        for station, staff, at, _ in done
        if station.endswith("workers") and staff == "counsellors"
    ]
    assert len(helped) > 50
    for at in helped[1:]:
        assert not [1 for joined, started in own if joined < at < started]
    alone = visits(world(tmp_path, block), engine)
    theirs = [visit for visit in alone if visit[0].endswith("workers")]
    assert {staff for _, staff, *_ in theirs} == {"social workers"}
    assert max(helped) < max(at for _, _, at, _ in theirs)


def test_time_and_contact_may_be_their_own(tmp_path):
    scenario = world(tmp_path, f"{BLOCK}, time: 1.5, contact: professional")
    station = next(
        s for s in plan(scenario).network.stations if s.labels["station"].endswith("workers")
    )
    assert station.labels["contact"] == "professional"
    assert station.pools[0].factor == 1.5
    assert described(scenario)[1] == "social workers: 1 take 50% of room; nobody stands in"


def test_others_are_as_they_were(tmp_path):
    """With a share of 0 % there is a staff more, and no other row is another."""
    rows = [
        {(r.measure, r.place, r.group): repr(r.value) for r in plan(w).measures(7).itertuples()}
        for w in (world(tmp_path, None), world(tmp_path, BLOCK.replace("50 %", "0 %")))
    ]
    assert {key for key in rows[0] if rows[0][key] != rows[1][key]} == set()
    assert {key[2] for key in rows[1].keys() - rows[0].keys()} == {"pool: social workers"}


def test_off_changes_nothing_and_the_resolved_scenario_says_the_same(tmp_path):
    assert plan(world(tmp_path, f"{BLOCK}, on: false")).digest == plan(world(tmp_path, None)).digest
    scenario = world(
        tmp_path, f"{BLOCK}, stand in: {{room: [counsellors]}}, cost each: 120000 CNY per year"
    )
    again = tmp_path / "again.yaml"
    again.write_text(resolved_yaml(scenario), encoding="utf-8")
    assert plan(load_scenario(again)).digest == plan(scenario).digest


@pytest.mark.parametrize(
    "block, said",
    [
        ("number: 1, roster: always, takes: {}", "takes: at least one wanted, got none"),
        (f"{BLOCK}, zones: []", "zones: at least one wanted, got none"),
        (
            f"{BLOCK}, stand in: {{course: [counsellors]}}",
            "stand in.course: a station that they take from wanted, got 'course'",
        ),
        (
            f"{BLOCK}, stand in: {{room: [counselors]}}",
            "stand in.room.0: no pool is called 'counselors'; did you mean 'counsellors'?",
        ),
        (
            "number: 1, roster: always, takes: {course: 10 %}, contact: none",
            "contact: lay or professional wanted, since 'course' is a treatment, got none",
        ),
    ],
)
def test_what_does_not_fit_is_one_line(tmp_path, block, said):
    with pytest.raises(ScenarioError) as problem:
        world(tmp_path, block)
    found = [re.fullmatch(r".*scenario\.yaml:\d+:\d+ (.*)", f, re.S) for f in problem.value.faults]
    assert all(found), problem.value.faults
    assert [match[1] for match in found] == [f"mechanisms.social workers.{said}"]
