"""Overload and warm-up named where they are, before a run and after it; loads of roadmaps; needs
under a shock.
"""

from __future__ import annotations

import json
import random

import pandas as pd
import pytest
from typer.testing import CliRunner

import simcap
from simcap.analysis.sane import impossible
from simcap.analysis.tally import tally
from simcap.building import load_scenario, override
from simcap.cli import app
from simcap.study.plan import plan

VILLAGE = """
name: one village overloaded
start: 2025-01-06
warm up: 26 weeks
observe: 52 weeks
run out: 4 weeks
zones: zones.csv
needs:
  adults: {group: adults, severity: mild, in need: 10 % per year, enters by: {room: 100 %},
           pathway: p}
rosters: {office: {shifts: {Mon-Fri: ["09:00-12:00", "13:00-17:00"]}}}
pools: {counsellors: {per: zone, from: counsellors, hours each: 10 h, roster: office}}
stations:
  room: {pools: [counsellors], service time: 1 h, contact: professional,
         patience: {exponential: {mean: 8 weeks}}}
pathways: {p: {}}
"""
VILLAGES = (
    "zone,kind,population,adults,counsellors\n甲镇,urban,20000,10000,5\n乙村,rural,5000,4000,0.4\n"
)
COURSE = """
name: course of fifteen
start: 2025-01-06
warm up: 2 weeks
observe: 10 weeks
run out: 20 weeks
zones: zones.csv
needs: {a: {group: adults, severity: mild, in need: 2 % per year, enters by: {course: 100 %},
            pathway: p}}
rosters: {office: {shifts: {Mon-Fri: ["09:00-17:00"]}}}
pools: {therapists: {per: zone, from: counsellors, roster: office}}
stations: {course: {pools: [therapists], service time: 1 h, sessions: 15, every: 1 week,
                    contact: professional, treatment: true}}
pathways: {p: {}}
"""
COURSES = "zone,kind,population,adults,counsellors\nA,urban,30000,20000,3\n"


def written(tmp_path, text, zones):
    (tmp_path / "scenario.yaml").write_text(text, encoding="utf-8")
    (tmp_path / "zones.csv").write_text(zones, encoding="utf-8")
    return tmp_path / "scenario.yaml"


def invoked(*arguments):
    done = CliRunner().invoke(app, [str(argument) for argument in arguments])
    assert done.exit_code == 0, done.output
    return done


def test_an_overloaded_village_is_named_before_and_after_the_run_and_in_the_summary(tmp_path):
    """4,000 × 0.1 ÷ 8,760 × 168 = 7.67 h asked a week of 4: 1.92, in a district at 0.50 (holidays
    apart).
    """
    path, out = written(tmp_path, VILLAGE, VILLAGES), tmp_path / "out"
    text = "the queue is bounded only by those who give up"
    said = invoked("check", path).stderr
    assert f"warning: counsellors in 乙村: offered load 1.93: {text}" in said
    assert "counsellors: offered load" not in said
    said = invoked("run", path, "-r", 2, "-o", out, "--jobs", 1).stderr
    before = "guard: before the run, at the baseline: counsellors in 乙村: offered load 1.93"
    assert before in said
    assert "guard: More work than staff." in said
    assert "\n  - counsellors in 乙村 (offered load 1.93; scenario)\n" in said
    assert "season" not in said
    raised = json.loads((out / "manifest.json").read_text(encoding="utf-8"))["guards"]
    assert any(guard.startswith(f"counsellors in 乙村: {text}") for guard in raised)
    table = pd.read_csv(out / "summary.csv", keep_default_na=False)
    note = table.set_index(["measure", "place", "group"])["note"]
    assert note["wait_mean", "乙村", "station: room"] == "overloaded"
    assert note["wait_mean", "all", "station: room"] == "overloaded in 乙村"
    assert note["offered_load", "甲镇", "pool: counsellors"] == ""


def test_a_warm_up_shorter_than_a_course_is_named_and_the_load_is_that_of_the_steady_state(
    tmp_path,
):
    """400 ÷ 52.14 × 15 = 115 h of 120: 0.96, whatever the warm-up; reached after 14 weeks."""
    path = written(tmp_path, COURSE, COURSES)
    said = invoked("check", path).stderr
    assert "warm up: 2.0 weeks, but care lasts up to 14.0 weeks (to the end of course" in said
    short = load_scenario(path)
    long = override(short, "warm_up", "60 weeks")
    loads = [plan(scenario).loads[0] for scenario in (short, long)]
    assert loads[0].offered == pytest.approx(0.96, abs=0.005)
    assert loads[0].hours_demanded == pytest.approx(loads[1].hours_demanded)
    path.write_text(COURSE.replace("warm up: 2 weeks", "warm up: 60 weeks"), encoding="utf-8")
    assert "care lasts" not in invoked("check", path).stderr


def test_a_queue_that_rises_for_want_of_warm_up_says_so(tmp_path):
    text = COURSE.replace("2 % per year", "2.06 % per year").replace("warm up: 2 w", "warm up: 8 w")
    path = written(tmp_path, text, COURSES.replace("20000,3", "80000,12"))
    said = invoked("run", path, "-r", 2, "-o", tmp_path / "out", "--jobs", 1).stderr
    assert (
        "the queue rose over the observed weeks, after a warm-up of 8.0 weeks: care lasts" in said
    )
    assert "season" not in said


def measured(scenario, seed=1):
    ready = plan(scenario)
    run = simcap.simulate(ready.network, ready.spec.horizon, seed=seed)
    rows = ready.sheet.rows(tally(run, ready.spec, ready.sheet.at), run)
    assert impossible(rows) == []
    return {(row.measure, row.place, row.group): row.value for row in rows}


STEPS = """
name: steps
start: 2025-01-06
warm up: 4 weeks
observe: 26 weeks
run out: 8 weeks
zones:
  - {zone: U, kind: urban, numbers: {population: 10000, adults: 10000, staff: 20}}
  - {zone: V, kind: rural, numbers: {population: 10000, adults: 10000, staff: 20}}
needs:
  n: {group: adults, severity: mild, in need: 20 % per year, seeks help: 10 %,
      enters by: {door: 60 %, side: 40 %}, pathway: p}
rosters: {always: {shifts: {Mon-Sun: ["00:00-24:00"]}, holidays: open}}
pools: {lay: {number: 50, roster: always}, staff: {per: zone, from: staff, roster: always}}
stations:
  door: {place: district, pools: [lay], service time: 10 min, contact: lay}
  side: {pools: [staff], service time: 1 h, contact: professional}
  assess: {pools: [staff], service time: 1 h, contact: professional}
  course: {pools: [staff], service time: 1 h, contact: professional, assessment: assess}
pathways: {p: {door: {completed: {course: {share: 80 %, by: referral}}}}}
"""


def stepped(tmp_path, extra=""):
    path = tmp_path / "scenario.yaml"
    path.write_text(STEPS + extra, encoding="utf-8")
    return load_scenario(path)


def test_a_roadmap_from_the_first_day_on_is_its_level_in_every_hour_demanded(tmp_path):
    road = "mechanisms: {roadmap: {phases: [{from: 2025-01-06, level: 0.8}]}}\n"
    a = measured(stepped(tmp_path, "collaboration: {level: 0.8}\n"))
    b = measured(stepped(tmp_path, "collaboration: {level: 0}\n" + road))
    for measure in ("hours_demanded", "offered_load", "staff_gap", "hours_worked"):
        label = measure, "all", "pool: staff"
        assert a[label] == pytest.approx(b[label]), measure


@pytest.mark.parametrize("stations", ["[]", "[side]"])
def test_a_shock_multiplies_those_in_need_as_it_does_those_who_ask(tmp_path, stations):
    """A tenth of those in need asks, with and without the shock; of those who come by the side door
    only they are more.
    """
    found = {}
    for times in (1, 5, 20):
        shock = f"{{from: 2025-03-03, lasts: 4 weeks, times: {times}, stations: {stations}}}"
        extra = f"mechanisms: {{emergency: {{dual mode: false, shock: {shock}}}}}\n"
        found[times] = measured(stepped(tmp_path, extra))
    for times, got in found.items():
        asking, in_need = (got[name, "all", "all"] for name in ("people_asking", "people_in_need"))
        assert asking / in_need == pytest.approx(0.1, rel=0.1), times
        part = 1.0 if stations == "[]" else 0.4
        usual = 4000 * 26 * 168 / 8760
        wanted = usual * (1 + part * (times - 1) * 4 / 26)
        assert in_need == pytest.approx(wanted, rel=0.02)


@pytest.mark.parametrize("weeks", [26, 104])
def test_coverage_of_the_population_is_a_share_a_year(tmp_path, weeks):
    scenario = override(stepped(tmp_path), "observe", f"{weeks} weeks")
    got = measured(override(scenario, "needs.n.seeks_help", 1.0))
    years = weeks * 168 / 8760
    assert got["coverage_of_population", "all", "all"] == pytest.approx(
        got["people_covered", "all", "all"] / 20_000 / years
    )


def test_a_place_where_more_are_covered_than_live_there_says_that_it_was_cut(tmp_path):
    zones = VILLAGES.replace("5000,4000,0.4", "10,4000,40")
    path, out = written(tmp_path, VILLAGE, zones), tmp_path / "out"
    invoked("run", path, "-r", 2, "-o", out, "--jobs", 1)
    table = pd.read_csv(out / "summary.csv", keep_default_na=False)
    row = table.set_index(["measure", "place", "group"]).loc[
        "coverage_of_population", "乙村", "all"
    ]
    assert float(row["mean"]) == 1.0 and row["note"].startswith("cut: no more persons a year")


def test_a_run_gives_its_visits_and_figures_as_tables():
    """Three at once at one place: starts at 0, 2 and 4; of ten hours six at work."""
    from simcap.network import Arrivals, Network, Pool, Station

    network = Network(
        [Pool("desk", 1)], [Station("room", ["desk"], 2.0)], [Arrivals("room", batches=[(0.0, 3)])]
    )
    run = simcap.simulate(network, 10.0)
    frame = run.frame()
    assert frame[["station", "pool", "next", "outcome"]].drop_duplicates().values.tolist() == [
        ["room", "desk", "", "completed"]
    ]
    assert frame["started"].tolist() == [0.0, 2.0, 4.0]
    figures = run.summary().set_index(["of", "figure"])["value"]
    assert figures["station: room", "wait_mean"] == 2.0
    assert figures["station: room", "queue_mean"] == pytest.approx(0.6)
    assert figures["pool: desk", "utilisation"] == pytest.approx(0.6)
    assert run.summary(warm_up=5.0).set_index(["of", "figure"])["value"][
        "pool: desk", "utilisation"
    ] == pytest.approx(0.2)


def test_what_runs_a_scenario_gives_measures(tmp_path):
    made = plan(stepped(tmp_path))
    frame = made.measures(seed=1)
    assert list(frame) == ["measure", "place", "group", "value", "unit"]
    assert frame.equals(made.measures(seed=1, engine="simpy"))


@pytest.mark.parametrize("seed", range(12))
def test_causes_add_up_in_random_worlds(tmp_path, seed):
    draw = random.Random(seed)
    staff, days = draw.choice([0, 0.1, 0.5]), draw.choice(["Mon", "Mon-Fri", "Sat-Sun"])
    patience, missed = draw.choice([1, 9]), draw.choice([0, 30])
    text = STEPS.replace("staff: 20", f"staff: {staff}")
    text = text.replace('Mon-Sun: ["00:00-24:00"]', f'{days}: ["09:00-15:00"]')
    waits = f"patience: {{exponential: {{mean: {patience} days}}}}, no show: {missed} %"
    text = text.replace("side: {pools: [staff],", f"side: {{pools: [staff], {waits},")
    path = tmp_path / "scenario.yaml"
    path.write_text(
        text.replace("run out: 8 weeks", f"run out: {seed % 3} weeks"), encoding="utf-8"
    )
    got = measured(override(load_scenario(path), "collaboration.level", draw.random()), seed)
    assert got["people_asking", "all", "all"] > 0
