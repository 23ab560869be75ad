"""Lectures after which needs begin less often, in a tiny world whose answer is worked out by hand.

A City and a Village of a thousand people each, of whom a fifth fall into need in a year and half
ask; pupils are found by a wave on 1 July. One staff works round the clock. 365 days.
"""

from __future__ import annotations

import itertools
import math
import re

import pytest
from ruamel.yaml import YAML

from simcap.analysis.tally import tally
from simcap.building import load_scenario, resolved_yaml
from simcap.building.arrangement import described, incidence
from simcap.engine import simulate
from simcap.errors import ScenarioError
from simcap.study.plan import plan

yaml = YAML(typ="safe", pure=True)
yaml.width = 1000
WORLD = """
name: prevention
start: 2025-01-01
warm up: 0 h
observe: 365 days
run out: 2 weeks
zones:
  - {zone: City, kind: urban, numbers: {population: 1000, pupils: 100, staff: 1}}
  - {zone: Village, kind: rural, numbers: {population: 1000, pupils: 100, staff: 1}}
needs:
  mild: {group: population, severity: mild, in need: 20 % per year, seeks help: 50 %, pathway: way,
         enters by: {room: 100 %}}
  found: {group: pupils, severity: moderate, wave: {on: 07-01, share: 50 %}, pathway: way,
          enters by: {room: 100 %}}
rosters: {always: {shifts: {Mon-Sun: ["00:00-24:00"]}, holidays: open}}
pools: {staff: {per: zone, from: staff, roster: always}}
stations: {room: {pools: [staff], service time: 30 min, contact: professional}}
pathways: {way: {}}
"""
ONCE = "from: 2025-01-01, at: '00:00', meetings: 1, audience: 500, pool: staff, lowers: 40 %"
HALF = 2190.0  # a quarter of 365 days


def world(tmp_path, *blocks, reverse=False):
    data = yaml.load(WORLD)
    if blocks:
        read = [yaml.load(block) for block in blocks]
        data["mechanisms"] = {"prevention": read if len(read) > 1 else read[0]}
    if reverse:
        data["zones"].reverse()
    with (tmp_path / "scenario.yaml").open("w", encoding="utf-8") as file:
        yaml.dump(data, file)
    return load_scenario(tmp_path)


def in_need(scenario):
    """{(need, zone): in need} in the year; half of the mild ask, whatever is prevented."""
    cells = plan(scenario).spec.needs
    for cell in cells:
        assert cell.asking == pytest.approx(cell.in_need * (0.5 if cell.need == "mild" else 1))
    return {(cell.need, cell.zone): cell.in_need for cell in cells}


def close(found, mild, pupils):
    for zone in ("City", "Village"):
        assert found["mild", zone] == pytest.approx(mild, rel=1e-9)
        assert found["found", zone] == pytest.approx(pupils, rel=1e-9)


def test_the_world_itself(tmp_path):
    close(in_need(world(tmp_path)), 200, 50)


def test_half_of_all_are_reached_for_good(tmp_path):
    close(in_need(world(tmp_path, f"{{{ONCE}}}")), 200 * 0.8, 50 * 0.8)


def test_who_comes_twice_is_one_person(tmp_path):
    close(in_need(world(tmp_path, f"{{{ONCE}, come: 2}}")), 200 * 0.9, 50 * 0.9)


def test_it_ends_on_a_date(tmp_path):
    """After 73 days, a fifth of the year, before the wave."""
    found = in_need(world(tmp_path, f"{{{ONCE}, until: 2025-03-15}}"))
    close(found, 200 * (1 - 0.2 * 73 / 365), 50)


def test_it_fades_continuously(tmp_path):
    """The mean of 2^(−t/h) over four half-lives is (1 − 1/16) ÷ (4 ln 2); on 1 July, 181 days."""
    found = in_need(world(tmp_path, f"{{{ONCE}, half life: {HALF} h}}"))
    mean = (1 - 1 / 16) / (4 * math.log(2))
    close(found, 200 * (1 - 0.2 * mean), 50 * (1 - 0.2 * 0.5 ** (181 * 24 / HALF)))


def test_the_curve_is_met_everywhere(tmp_path):
    scenario = world(tmp_path, f"{{{ONCE}, half life: 3 weeks}}")
    spans = incidence(scenario, "mild", scenario.zones[0])
    assert all(a[1] == b[0] for a, b in itertools.pairwise(spans))
    for begin, end, factor in spans:
        powers = [0.5 ** (at / 504) for at in (begin, end)]
        assert 1 - 0.2 * powers[0] <= factor <= 1 - 0.2 * powers[1]
        exact = 0.2 * (powers[0] - powers[1]) * 504 / math.log(2) / (end - begin)
        assert factor == pytest.approx(1 - exact, rel=1e-12)
        assert powers[1] >= powers[0] * 0.9899


def test_a_series_reaches_evenly_over_its_meetings(tmp_path):
    """Five meetings, 73 days apart, each reach a tenth: from the first on a tenth, from the second
    on two … on average three.
    """
    block = "{from: 2025-01-01, at: '00:00', meetings: 5, every: 73 days, audience: 100, lowers: 1}"
    close(in_need(world(tmp_path, block)), 200 * 0.7, 50 * 0.7)


def test_two_series_reach_independently_and_twice_is_no_better_than_once(tmp_path):
    """Three quarters are reached by one or both, and for all of them needs begin 40 % less."""
    again = f"{{{ONCE}, called: talks}}"
    close(in_need(world(tmp_path, f"{{{ONCE}}}", again)), 200 * 0.7, 50 * 0.7)


def test_of_two_series_the_better_one_counts(tmp_path):
    """Half have 40 %, and of the other half a half 20 %: 0.2 + 0.05. Whichever is named first."""
    weak = f"{{{ONCE}, called: talks}}".replace("40 %", "20 %")
    for blocks in ((f"{{{ONCE}}}", weak), (weak, f"{{{ONCE}}}")):
        close(in_need(world(tmp_path, *blocks)), 200 * 0.75, 50 * 0.75)


def test_a_strong_series_that_fades_is_overtaken_by_a_weak_one_that_lasts(tmp_path):
    """80 % with a half-life h against 20 %: equal after 2 h. A quarter of all have the greater of
    them, a quarter each just one; over 4 h.
    """
    strong = f"{{{ONCE}, half life: {HALF} h}}".replace("40 %", "80 %")
    weak = f"{{{ONCE}, called: talks}}".replace("40 %", "20 %")
    one = 0.8 * (1 - 1 / 16) / (4 * math.log(2))
    greater = (0.8 * (1 - 1 / 4) / math.log(2) + 2 * 0.2) / 4
    scenario = world(tmp_path, strong, weak)
    found = in_need(scenario)["mild", "City"]
    assert found == pytest.approx(200 * (1 - (one + 0.2 + greater) / 4), rel=1e-7)


def test_zones_and_needs_that_are_not_named_are_as_they_were(tmp_path):
    plain = in_need(world(tmp_path))
    rural = in_need(world(tmp_path, f"{{{ONCE}, zones: [rural], needs: [mild]}}"))
    assert rural == {**plain, ("mild", "Village"): pytest.approx(160)}
    assert in_need(world(tmp_path, f"{{{ONCE}, zones: [Village], needs: [mild]}}")) == rural
    pupils = in_need(
        world(tmp_path, "{" + ONCE.replace("500", "50") + ", of: pupils, needs: [found]}")
    )
    assert pupils["found", "City"] == pytest.approx(40)
    assert pupils["mild", "City"] == 200


BUSY = "{from: 2025-01-06, meetings: 10, audience: 30, pool: staff, lowers: 40 %, time: 2 h}"


@pytest.mark.parametrize("engine", ["compiled", "simpy"])
def test_attendances_by_the_head_and_hours_by_the_meeting(tmp_path, engine):
    """In each zone 10 meetings of 30 heads and 2 h, on Mondays at three, by the staff that attend
    the others; the audience are no residents in need.
    """
    scenario = world(tmp_path, BUSY)
    prepared = plan(scenario)
    run = simulate(prepared.network, scenario.horizon, 7, 0, engine)
    counts = tally(run, prepared.spec, prepared.sheet.at)
    rows = {
        (row.measure, row.place, row.group): row.value
        for row in prepared.measures(7, 0, engine).itertuples()
    }
    assert rows["joined", "all", "station: lectures"] == 600
    assert rows["meetings", "all", "station: lectures"] == 20
    assert rows["contacts", "all", "station: lectures"] == 0
    seen = rows["contacts", "all", "station: room"]
    assert rows["meetings", "all", "station: room"] == seen
    weeks = 365 / 7
    assert rows["hours_worked", "all", "pool: staff"] * weeks == pytest.approx(40 + seen / 2)
    mild = rows["people_asking", "all", "need: mild"]
    assert rows["people_asking", "all", "all"] == mild + rows["people_asking", "all", "need: found"]
    assert counts is not None
    begun = {
        (started, ended)
        for batch in simulate(prepared.network, scenario.horizon, 7, 0, engine).visits
        for station, started, ended in zip(
            batch["station"], batch["started"], batch["ended"], strict=True
        )
        if prepared.network.stations[station].labels["station"] == "lectures"
    }
    assert all(0 <= (start - 135) % 168 < 0.51 for start, _ in begun)
    assert all(end - start == pytest.approx(2) for start, end in begun)


def test_lectures_from_outside_take_no_hours(tmp_path):
    scenario = world(tmp_path, BUSY.replace("pool: staff, ", ""))
    prepared = plan(scenario)
    demanded = {(load.staff, load.zone): load.hours_demanded for load in prepared.loads}
    plain = {(load.staff, load.zone): load.hours_demanded for load in plan(world(tmp_path)).loads}
    share = 300 / 1000 * 0.4
    assert demanded["staff", "City"] < plain["staff", "City"]
    assert demanded["staff", "City"] > plain["staff", "City"] * (1 - share)


def test_what_others_do_is_not_redrawn(tmp_path):
    """Held by people from outside and without effect, lectures change no other row."""
    outside = BUSY.replace("pool: staff, ", "").replace("40 %", "0 %")
    rows = [
        {(r.measure, r.place, r.group): r.value for r in plan(w).measures(7).itertuples()}
        for w in (world(tmp_path), world(tmp_path, outside))
    ]
    moved = {key for key in rows[0] if repr(rows[0][key]) != repr(rows[1][key])}
    assert not moved
    assert {key[2] for key in rows[1].keys() - rows[0].keys()} == {"station: lectures"}


def test_no_order_decides_and_the_resolved_scenario_says_the_same(tmp_path):
    scenario = world(tmp_path, BUSY)
    assert plan(world(tmp_path, BUSY, reverse=True)).network == plan(scenario).network
    again = tmp_path / "again.yaml"
    again.write_text(resolved_yaml(scenario), encoding="utf-8")
    assert plan(load_scenario(again)).digest == plan(scenario).digest
    assert described(scenario)[1] == (
        "prevention: lectures: 10 meetings of 30 in 2 zones from 2025-01-06 on, 2 h each by staff;"
        " of the 30.0% of population whom they reach, all needs begin 40% less often"
    )


@pytest.mark.parametrize(
    "block", [f"{{{ONCE}, on: false}}", "{" + ONCE.replace("meetings: 1", "meetings: 0") + "}"]
)
def test_neutral_numbers_change_nothing(tmp_path, block):
    assert plan(world(tmp_path, block)).digest == plan(world(tmp_path)).digest


def test_two_series_have_two_names(tmp_path):
    with pytest.raises(ScenarioError, match="called: a name of its own wanted, got"):
        world(tmp_path, f"{{{ONCE}}}", f"{{{ONCE}}}")


@pytest.mark.parametrize(
    "block, said",
    [
        (
            "{" + ONCE.replace("500", "1001") + "}",
            "mechanisms.prevention.audience: at most the 1,000 residents of City (population)"
            " wanted, got 1,001 persons",
        ),
        (
            "{" + ONCE.replace("500", "50") + ", of: pupils}",
            "mechanisms.prevention.needs: needs of students, of whom some are reached, wanted, got"
            " 'mild' of population",
        ),
        (
            f"{{{ONCE}, zones: [Vilage]}}",
            "mechanisms.prevention.zones.0: a zone, or a kind of zone, wanted, got 'Vilage'",
        ),
        (
            f"{{{ONCE}, until: 2025-01-01}}",
            "mechanisms.prevention.until: a day after 2025-01-01 wanted, got 2025-01-01",
        ),
        (
            "{" + ONCE.replace("2025-01-01", "2027-01-01") + "}",
            "mechanisms.prevention.from: a day within the run wanted, got 2027-01-01",
        ),
        (
            f"{{{ONCE}, pool: stuff}}".replace("pool: staff, ", ""),
            "mechanisms.prevention.pool: no pool is called 'stuff'; did you mean 'staff'?",
        ),
        (
            f"{{{ONCE}, called: mild}}",
            "needs.mild: another name wanted: `prevention` gives this one to a need of its own",
        ),
        (
            f"{{{ONCE}, at: noon}}",
            "mechanisms.prevention.at: a time of day such as \"09:30\" wanted, got 'noon'",
        ),
    ],
)
def test_what_does_not_fit_is_one_line(tmp_path, block, said):
    with pytest.raises(ScenarioError) as problem:
        world(tmp_path, block.replace("at: '00:00', ", "") if "at: noon" in block else block)
    found = [re.fullmatch(r".*scenario\.yaml:\d+:\d+ (.*)", f, re.S) for f in problem.value.faults]
    assert all(found), problem.value.faults
    assert said in [match[1] for match in found]
