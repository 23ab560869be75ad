"""Each mechanism of the seeds in a tiny world whose answer is worked out by hand.

Unless a test says otherwise: a City (urban) and a Village (rural) of a thousand adults each; on
Monday 6 January 2025, at midnight, as many residents as the test says come to the room of their
zone; a session takes four hours; one counsellor in the City, none in the Village, round the clock.
"""

from __future__ import annotations

import re

import pytest
from ruamel.yaml import YAML

import simcap
from simcap.building import compile_scenario, load_scenario, override
from simcap.building.arrangement import arranged, described, rewritten
from simcap.engine import ENGINES
from simcap.errors import ScenarioError
from simcap.network import Exponential, Vacancies
from simcap.study.checking import checked
from simcap.study.notices import notices
from simcap.study.plan import plan

WORLD = """
name: by hand
start: 2025-01-06
warm up: 0 h
observe: 8 weeks
zones:
  - {zone: City, kind: urban,
     numbers: {population: 3000, adults: 1000, staff: 1, helpers: 2, near: 1}}
  - {zone: Village, kind: rural,
     numbers: {population: 1000, adults: 1000, staff: 0, helpers: 0, near: 0.4}}
needs:
  anyone: {group: adults, severity: moderate, wave: {on: 01-06, share: 0.3 %},
           enters by: {room: 100 %}, pathway: way}
rosters:
  always: {shifts: {Mon-Sun: ["00:00-24:00"]}, holidays: open}
  office: {shifts: {Mon-Fri: ["08:00-12:00"]}}
pools:
  counsellors: {per: zone, from: staff, roster: always, owner: health}
  helpers: {per: zone, from: helpers, roster: always, owner: education}
  experts: {number: 1, roster: always, owner: hospital}
stations:
  room: {pools: [counsellors], service time: 4 h, contact: professional}
  hall: {pools: [helpers], service time: 2 h, contact: lay}
  clinic: {place: district, pools: [experts], service time: 1 h, contact: professional,
           treatment: true}
pathways:
  way: {}
collaboration: {level: 1, shared hours: {at: {0: 0, 1: 0}},
                referral delay: {at: {0: 0 h}, varies: false},
                referral completion: {at: {0: 1}}, duplicate assessment: {at: {0: 0}},
                crisis handoff: {at: {0: 2 h}}}
"""


def world(tmp_path, mechanisms="", **changes):
    """The scenario WORLD with ``mechanisms`` (YAML) and with whatever is to be put at its top-level
    keys (YAML, merged two levels deep).
    """
    yaml = YAML(typ="safe", pure=True)
    data = yaml.load(WORLD)
    for key, text in changes.items():
        new, old = yaml.load(text), data.get(key.replace("_", " "), {})
        data[key.replace("_", " ")] = (
            {
                **old,
                **{
                    name: (
                        {**old.get(name, {}), **part}
                        if isinstance(part, dict) and isinstance(old.get(name), dict)
                        else part
                    )
                    for name, part in new.items()
                },
            }
            if isinstance(new, dict)
            else new
        )
    if mechanisms:
        data["mechanisms"] = yaml.load(mechanisms)
    path = tmp_path / "scenario.yaml"
    with path.open("w", encoding="utf-8") as file:
        yaml.dump(data, file)
    return load_scenario(path)


def visits(scenario, fields="station zone started", horizon=None):
    """What happened, as tuples sorted by time: the same on both engines. Hours count from Monday
    midnight; referral desks are left out.
    """
    ready = plan(scenario)
    run, twin = (
        simcap.simulate(ready.network, horizon or ready.spec.horizon, engine=engine)
        for engine in ENGINES
    )
    rows = run.read()
    assert rows.tobytes() == twin.read().tobytes()
    said = []
    for row in rows:
        station = ready.network.stations[row["station"]]
        if not station.labels["referral"]:
            labels = {
                "station": station.labels["station"],
                "zone": station.labels["zone"],
                "pool": run.pools[row["pool"]] if row["pool"] >= 0 else None,
                "outcome": simcap.Outcome(row["outcome"]).name.lower(),
            }
            numbers = {
                name: None if row[name] != row[name] else round(float(row[name]), 4)
                for name in ("arrived", "joined", "started", "ended")
            }
            said.append(
                ({**labels, **numbers, "session": int(row["session"])}, float(row["joined"]))
            )
    said.sort(
        key=lambda item: (item[0]["started"] is None, item[0]["started"], item[1], item[0]["zone"])
    )
    return [tuple(item[field] for field in fields.split()) for item, _ in said]


def in_village(rows):
    return [row for row in rows if "Village" in row]


def test_the_world_without_mechanisms(tmp_path):
    assert (
        visits(world(tmp_path))
        == [("room", "City", 0.0), ("room", "City", 4.0), ("room", "City", 8.0)]
        + [("room", "Village", None)] * 3
    )
    assert described(world(tmp_path)) == [described(world(tmp_path))[0]]


# ---- several blocks of one mechanism, and those of a file ----------------------------------------


def test_two_specialities_visit_one_zone(tmp_path):
    """Experts on Tuesday at nine, helpers of the district on Wednesday at ten."""
    scenario = world(
        tmp_path,
        "{visiting: [{pool: experts, stations: [room], days: {Village: Tue}, hours: '09:00-10:00'},"
        " {pool: nurses, stations: [room], days: {Village: Wed}, hours: '10:00-11:00'}]}",
        pools="{nurses: {number: 1, roster: always}}",
        stations="{room: {service time: 1 h}}",
    )
    assert in_village(visits(scenario, "zone started pool"))[:2] == [
        ("Village", 33.0, "experts visiting Village"),
        ("Village", 58.0, "nurses visiting Village (2)"),
    ]


def test_two_shocks_multiply_what_comes(tmp_path):
    one = "{shock: {from: 2025-01-08, lasts: 1 week, times: 3}, dual mode: false}"
    two = "{shock: {from: 2025-01-10, lasts: 1 day, times: 2}, dual mode: false}"
    flow = "{anyone: {in need: 100 % per year, wave: null, enters by: {room: 100 %}}}"
    scenario = world(tmp_path, f"{{emergency: [{one}, {two}]}}", needs=flow)
    assert compile_scenario(scenario).arrivals[0].rate.multipliers == (
        (48.0, 216.0, 3.0),
        (96.0, 120.0, 2.0),
    )


def test_blocks_in_a_list_have_names_of_their_own(tmp_path):
    blocks = "{dispatch: [{pool: counsellors, people: 1}, {pool: helpers, people: 2}, %s]}"
    both = "{room: {pools: [counsellors, helpers]}}"
    off = "{pool: counsellors, people: 1, on: false}"
    scenario = world(tmp_path, blocks % off, stations=both)
    assert [line.split(":")[0] for line in described(scenario)[1:]] == ["dispatch", "dispatch (2)"]
    assert [review.name for review in compile_scenario(scenario).reviews] == [
        "dispatch",
        "dispatch (2)",
    ]
    with pytest.raises(ScenarioError) as problem:
        world(tmp_path, blocks % "{pool: helper, people: 1}")
    assert "mechanisms.dispatch.2.pool: no pool is called 'helper'" in str(problem.value)


OWN = """
from simcap.scenario.blocks import OwnBlock

class Block(OwnBlock):
    pool: str
    times: float = 2.0

def names(block):
    yield ("pool",), "pool", block.pool

def described(scenario, block):
    return f"{block.pool} x {block.times:g}"

def rewritten(scenario, block):
    pool = scenario.pools[block.pool]
    more = pool.model_copy(update={"scale": pool.scale * block.times})
    return scenario.model_copy(update={"pools": {**scenario.pools, block.pool: more}})
"""


def test_a_mechanism_may_stand_in_a_file_of_ones_own(tmp_path):
    (tmp_path / "mine.py").write_text(OWN, encoding="utf-8")
    scenario = world(tmp_path, "{mine: {file: mine.py, pool: counsellors, times: 3}}")
    assert described(scenario)[1] == "mine: counsellors x 3"
    assert rewritten(scenario).pools["counsellors"].scale == 3
    more = override(scenario, "mechanisms.mine.times", 5)
    assert rewritten(more).pools["counsellors"].scale == 5
    off = override(scenario, "mechanisms.mine.on", False)
    assert compile_scenario(off) == compile_scenario(world(tmp_path))


@pytest.mark.parametrize(
    "block, said",
    [
        ("{file: ../other.py}", "mine.file: a file in the scenario's folder or below it wanted"),
        ("{file: other.py}", "mine.file: there is no file 'other.py' beside the scenario"),
        ("{file: mine.py, pool: nobody}", "mine.pool: no pool is called 'nobody'"),
        ("{file: broken.py}", "mine.file: broken.py cannot be run: ZeroDivisionError: division"),
        ("{pool: counsellors}", "mine: unknown key"),
    ],
)
def test_a_fault_in_a_mechanism_of_ones_own(tmp_path, block, said):
    (tmp_path / "mine.py").write_text(OWN, encoding="utf-8")
    (tmp_path / "broken.py").write_text("1 / 0", encoding="utf-8")
    with pytest.raises(ScenarioError) as problem:
        world(tmp_path, f"{{mine: {block}}}")
    assert f"mechanisms.{said}" in str(problem.value)


FLOW = "{anyone: {in need: 100 % per year, wave: null, enters by: {room: 100 %}}}"


def answered(tmp_path, code):
    """What is said of the world with the mechanism ``code``."""
    head = OWN.partition("def names")[0]
    (tmp_path / "mine.py").write_text(head + code, encoding="utf-8")
    with pytest.raises(ScenarioError) as problem:
        plan(world(tmp_path, "{mine: {file: mine.py, pool: counsellors}}", needs=FLOW))
    return str(problem.value)


CHANGED = """
def {question}(scenario, block{more}):
    old = scenario.{field}[{key!r}]
    new = old.model_copy(update={{{name!r}: {value!r}}})
    return scenario.model_copy(update={{{field!r}: {{**scenario.{field}, {key!r}: new}}}})

def dates(scenario, block):
    return [24.0]
"""


@pytest.mark.parametrize(
    "code, said",
    [
        (
            "def rewriten(scenario, block): return scenario",
            "mine.file: mine.py: no question is called 'rewriten'; did you mean 'rewritten'? (a"
            " function of your own with such a name begins with _)",
        ),
        ("def helper(scenario): pass", "mine.file: mine.py: a function for one of described, "),
        (
            "def rewritten(scenario): return scenario",
            "mine: rewritten(): TypeError: rewritten() takes 1 positional argument but 2 were",
        ),
        ("def rewritten(scenario, block): pass", "mine: rewritten(): a scenario wanted, got None"),
        (
            "def rewritten(scenario, block): return scenario.pools['none']",
            "mine: rewritten(): KeyError: 'none' (line 8)",
        ),
        (
            "def rewritten(scenario, block): scenario.pools['helpers'].scale = 2",
            "mine: rewritten(): ValidationError: 1 validation error for PoolSpec scale Instance",
        ),
        ("def names(block): yield 'pool', 'pool', block.pool", "mine: names(): each (path, kind, "),
        (
            "def names(block): yield ('pool',), 'pools', block.pool",
            "mine: names(): each (path, kind, name), a tuple as path and as kind one of pool,",
        ),
        (
            "def faults(scenario, block): yield 1 / 0",
            "mine: faults(): ZeroDivisionError: division by zero (line 8)",
        ),
        (
            "def reached(scenario, block, station, zone): return 2",
            "mine: reached(): a share from 0 to 1 wanted, got 2",
        ),
        (
            "def multipliers(scenario, block, station): return [(10, 5, 2)]",
            "mine: multipliers(): each (from, to, factor) with from < to and factor ≥ 0 wanted,"
            " got (10, 5, 2)",
        ),
        (
            "def paid(site, block): yield 'helper', 'more', 1",
            "mine: paid(): no pool is called 'helper'; did you mean 'helpers'?",
        ),
        (
            "from simcap.mechanisms.contract import Beside\n"
            "def beside(site, block): yield Beside(block.pool, 'Vilage', 'more', 1)",
            "mine: beside(): counsellors do not stand in 'Vilage'; did you mean 'Village'?",
        ),
        (
            ("rewritten", "pools", "helpers", "scale", -1),
            "mine: rewritten(): pools.helpers.scale: a finite number ≥ 0 wanted, got -1",
        ),
        (
            ("rewritten", "pools", "helpers", "scael", 1),
            "mine: rewritten(): pools.helpers: no field is called 'scael'; did you mean 'scale'?",
        ),
        (
            ("rewritten", "pools", "helpers", "roster", "nights"),
            "mine: rewritten(): pools.helpers.roster: no roster is called 'nights'; known are",
        ),
        (
            ("rewritten", "stations", "room", "service_time", "90 min"),
            "mine: rewritten(): stations.room.service_time: what is read of a file wanted, here a"
            " Time, got '90 min'",
        ),
        (
            ("as_of", "pools", "helpers", "scale", 2.0),
            "mine: as_of(): collaboration, pathways, stations may change at a date, got another"
            " pools",
        ),
    ],
)
def test_what_a_file_answers_is_held_against_the_contract(tmp_path, code, said):
    """Nothing that nobody would look at is taken in silence."""
    if isinstance(code, tuple):
        question, field, key, name, value = code
        more = ", at" if question == "as_of" else ""
        code = CHANGED.format(
            question=question, field=field, key=key, name=name, value=value, more=more
        )
    assert re.search(
        rf"scenario.yaml:\d+:\d+ mechanisms\.{re.escape(said)}", answered(tmp_path, code)
    )


def test_a_block_of_a_file_is_an_own_block(tmp_path):
    (tmp_path / "mine.py").write_text("from simcap.scenario.blocks import Block", encoding="utf-8")
    with pytest.raises(ScenarioError) as problem:
        world(tmp_path, "{mine: {file: mine.py}}")
    assert (
        "mine.file: mine.py: `Block` as a class that is a scenario.blocks.OwnBlock wanted"
        in str(problem.value)
    )


def test_what_a_file_changes_from_a_date_on_changes(tmp_path):
    code = OWN.partition("def names")[0] + CHANGED.format(
        question="as_of", more=", at", field="stations", key="room", name="no_show", value=0.5
    )
    (tmp_path / "mine.py").write_text(code, encoding="utf-8")
    scenario = world(tmp_path, "{mine: {file: mine.py, pool: counsellors}}")
    (phase,) = compile_scenario(scenario).phases
    assert phase.at == 24.0 and {station.no_show for station in phase.stations} == {0.5}


# ---- who attends whom ----------------------------------------------------------------------------


def test_pairing_gives_hours_of_the_helper_to_the_helped(tmp_path):
    """A quarter of the shifts of two counsellors, who work in the mornings: half a shift a day is
    owed to the Village, so that it has one on Tuesday, on Thursday and on Monday. With the way a
    session of three hours takes 3.6, so that each shift is one session.
    """
    scenario = world(
        tmp_path,
        "{pairing: {pools: [counsellors], pairs: {Village: City}, hours: 25 %}}",
        pools="{counsellors: {number: 2, from: staff, roster: office, last start: 1 h}}",
        stations="{room: {service time: 3 h}}",
    )
    assert in_village(visits(scenario, "zone started ended pool")) == [
        ("Village", 24 + 8.0, 24 + 11.6, "counsellors | City | for Village"),
        ("Village", 72 + 8.0, 72 + 11.6, "counsellors | City | for Village"),
        ("Village", 168 + 8.0, 168 + 11.6, "counsellors | City | for Village"),
    ]


def test_hours_for_the_helped_are_kept_for_them(tmp_path):
    """The City's residents get the other three quarters only: with all residents from the City,
    Tuesday's second place stays empty.
    """
    scenario = world(
        tmp_path,
        "{pairing: {pools: [counsellors], pairs: {Village: City}, hours: 25 %}}",
        pools="{counsellors: {number: 2, from: staff, roster: office}}",
    )
    assert [row for row in visits(scenario, "zone started") if row[0] == "City"] == [
        ("City", 8.0),
        ("City", 8.0),
        ("City", 32.0),
    ]


HELPERS = (
    "[{zone: City, kind: urban, numbers: {adults: 1000, staff: 2, helpers: 2, population: 1, near:"
    " 1}}, {zone: Village, kind: rural, numbers: {adults: 1000, staff: 0, helpers: 2, population:"
    " 1, near: 1}}]"
)
GUIDING = "{pairing: {pools: [counsellors], pairs: {Village: City}, hours: 0 %, supervision: 50 %"


def test_guiding_takes_hours(tmp_path):
    """Half of the hours of two counsellors: one of them attends residents."""
    scenario = world(tmp_path, GUIDING + "}}", zones=HELPERS)
    pools = compile_scenario(scenario).pools
    places = {pool.name: pool.capacity.steps(100.0)[1].tolist() for pool in pools[:3]}
    assert places == {
        "counsellors | City": [2],
        "counsellors | City | for Village": [0],
        "counsellors | City | own residents": [1],
    }
    assert [row for row in visits(scenario, "zone started") if row[0] == "City"] == [
        ("City", 0.0),
        ("City", 4.0),
        ("City", 8.0),
    ]


@pytest.mark.parametrize("raises, hours", [("0 %", 201.6), ("50 %", 302.4), ("100 %", 336.0)])
def test_who_is_guided_works_no_more_than_their_hours(tmp_path, raises, hours):
    """Two helpers who give 60 % of their hours to residents give 90 % once they are guided, and
    all, never more, however much guiding raises.
    """
    guided = f"{GUIDING}, guided: [helpers], raises: {raises}}}}}"
    scenario = world(
        tmp_path,
        guided if raises != "0 %" else "",
        pools="{helpers: {productive: 60 %}}",
        zones=HELPERS,
        stations="{room: {pools: [helpers]}}",
    )
    pools = {pool.name: pool for pool in compile_scenario(scenario).pools}
    assert pools["helpers | Village"].capacity.week_hours == pytest.approx(hours)
    assert pools["helpers | City"].capacity.week_hours == pytest.approx(201.6)


def test_owners_share_for_each_pair_of_owners(tmp_path):
    """Half of the City's two helpers (education) work at the counsellors' room (health) of the
    City; of the hospital nothing was said.
    """
    scenario = world(
        tmp_path,
        "{owners: {shares: {education: {health: 50 %, hospital: 0 %}}, can: {helpers: [room,"
        " clinic]}}}",
    )
    assert visits(scenario, "zone started pool")[:3] == [
        ("City", 0.0, "counsellors | City"),
        ("City", 0.0, "helpers | City | to health"),
        ("City", 4.0, "counsellors | City"),
    ]


def test_staff_of_another_owner_attend_after_that_owners_own(tmp_path):
    """The helper who works at the room also has the hall's residents, and these first: they are the
    helper's own.
    """
    scenario = world(
        tmp_path,
        "{owners: {shares: {health: {education: 100 %}}, can: {counsellors: [hall]}}}",
        needs="{anyone: {enters by: {hall: 100 %}}}",
        zones=(
            "[{zone: City, kind: urban, numbers: {adults: 1000, staff: 1, helpers: 1, population:"
            " 1, near: 1}}]"
        ),
    )
    assert visits(scenario, "station started pool") == [
        ("hall", 0.0, "helpers | City"),
        ("hall", 0.0, "counsellors | City | to education"),
        ("hall", 2.0, "helpers | City"),
    ]


def test_volunteers_come_in_their_season(tmp_path):
    """Students, one in the City's share of three and one in the Village's, in the school holidays
    from 8 January: the Village's residents are seen from Wednesday on.
    """
    scenario = world(
        tmp_path,
        "{volunteers: {stations: [room], last start: 15 min, kinds: {students: {number: 2, as"
        " column: adults, hours each: 168 h, roster: summer}}}}",
        rosters=(
            "{summer: {shifts: {Mon-Sun: ['00:00-24:00']}, during: school holidays, holidays:"
            " open}}"
        ),
        school_holidays="[01-08 to 01-31]",
        stations="{room: {contact: lay}}",
    )
    assert rewritten(scenario).pools["volunteers, students"].last_start == 0.25
    assert in_village(visits(scenario, "zone started pool")) == [
        ("Village", 48.0 + 4 * i, "volunteers, students | Village") for i in range(3)
    ]


def test_at_least_one_in_every_zone(tmp_path):
    scenario = world(tmp_path, "{minimum: {people: {counsellors: 1}}}")
    assert in_village(visits(scenario, "zone started")) == [
        ("Village", 0.0),
        ("Village", 4.0),
        ("Village", 8.0),
    ]
    assert (
        sum(cell.people for cell in plan(scenario).spec.staff if cell.staff == "counsellors") == 2
    )
    more = world(
        tmp_path, "{minimum: {people: {counsellors: 1}}}", pools="{counsellors: {at least: 3}}"
    )
    assert sum(cell.people for cell in plan(more).spec.staff if cell.staff == "counsellors") == 6


def test_experts_visit_on_their_days(tmp_path):
    """Every second Tuesday from 9 to 12 an expert is in the Village: on the 7th for its three
    residents, on the 21st for the one who comes on the 13th, a Monday. At the clinic itself nobody
    is there: its only shift is in the following month.
    """
    scenario = world(
        tmp_path,
        "{visiting: {pool: experts, stations: [clinic], days: {Village: Tue}, hours: '09:00-12:00',"
        " weeks: 1 of 2}}",
        needs=(
            "{anyone: {enters by: {clinic: 100 %}}, later: {group: adults, severity: moderate,"
            " wave: {on: 01-13, share: 0.1 %}, enters by: {clinic: 100 %}, pathway: way}}"
        ),
        rosters="{away: {shifts: {Mon-Sun: ['00:00-24:00']}, weeks: 8 of 8}}",
        pools="{experts: {roster: away}}",
    )
    rows = [
        row for row in visits(scenario, "zone started pool") if row[2] == "experts visiting Village"
    ]
    assert rows == [
        ("Village", 33.0, "experts visiting Village"),
        ("Village", 34.0, "experts visiting Village"),
        ("Village", 35.0, "experts visiting Village"),
        ("Village", 24 * 15 + 9.0, "experts visiting Village"),
    ]


def test_hours_of_visits_are_taken_from_the_pool(tmp_path):
    scenario = world(
        tmp_path,
        "{visiting: {pool: experts, stations: [clinic], days: {Village: 'Tue, Thu'}, hours:"
        " '09:00-12:00'}}",
        pools="{experts: {number: 2, hours each: 15 h}}",
    )
    assert rewritten(scenario).pools["experts"].elsewhere == pytest.approx(6 / 30)
    every_other = override(
        override(scenario, "mechanisms.visiting.weeks", "2 of 2"), "mechanisms.visiting.travel", 1.5
    )
    assert rewritten(every_other).pools["experts"].elsewhere == pytest.approx(3 / 30)
    seats = {seat.pool: seat.factor for seat in rewritten(every_other).stations["clinic"].pools}
    assert seats == {"experts visiting Village": 1.5, "experts": 1.0}


def test_visits_are_hours_of_the_experts_and_what_the_zone_asks_is_laid_to_them(tmp_path):
    """Two experts at 84 hours a week each, of which six are in the Village: still 168 in all, and
    one hour for each of six residents asked of them.
    """
    scenario = world(
        tmp_path,
        "{visiting: {pool: experts, stations: [clinic], days: {Village: 'Tue, Thu'}}}",
        observe="56 days",
        pools="{experts: {number: 2, hours each: 84 h, cost each: 100 CNY per year}}",
        needs="{anyone: {enters by: {clinic: 100 %}}}",
    )
    of = measured(scenario)
    assert of["hours_rostered", "all", "pool: experts"] == pytest.approx(168)
    assert of["hours_demanded", "all", "pool: experts"] == pytest.approx(6 / 8)
    assert of["total_cost", "all", "all"] == 200 and not [key for key in of if "visits" in key[2]]


def test_telemedicine_changes_no_shows_and_time_in_far_zones_only(tmp_path):
    scenario = world(
        tmp_path,
        "{telemedicine: {stations: {clinic: 100 %}, zones: [rural], no show: 0.5, time: 0.75}}",
        needs="{anyone: {enters by: {clinic: 100 %}}}",
        stations="{clinic: {no show: 20 %, service time: 4 h}}",
        pools="{experts: {number: 9}}",
    )
    stations = {station.name: station for station in compile_scenario(scenario).stations}
    assert set(stations) == {"clinic | anyone | City", "clinic by video | anyone | Village"}
    assert [station.no_show for station in stations.values()] == [0.1, 0.2]
    assert {(zone, ended) for zone, ended in visits(scenario, "zone ended")} == {
        ("City", 4.0),
        ("Village", 3.0),
    }


def measured(scenario):
    """{(measure, place, group): value} of one replication."""
    from simcap.analysis.tally import tally

    ready = plan(scenario)
    run = simcap.simulate(ready.network, ready.spec.horizon)
    return {
        (row.measure, row.place, row.group): row.value
        for row in ready.sheet.rows(tally(run, ready.spec), run)
    }


def test_who_is_seen_by_video_is_counted_with_the_others_and_alone(tmp_path):
    """Three in the City wait 0, 4 and 8 hours for the one expert, three in the Village, by video,
    0, 3 and 6 for theirs: 21 / 6 and 9 / 3 on average.
    """
    scenario = world(
        tmp_path,
        "{telemedicine: {stations: {room: 100 %}, zones: [rural], time: 0.75, no show: 1}}",
        zones=(
            "[{zone: City, kind: urban, numbers: {population: 1, adults: 1000, staff: 1, helpers:"
            " 0, near: 1}}, {zone: Village, kind: rural, numbers: {population: 1, adults: 1000,"
            " staff: 1, helpers: 0, near: 1}}]"
        ),
    )
    of = measured(scenario)
    assert [of["joined", "all", f"station: {name}"] for name in ("room", "room by video")] == [6, 3]
    assert [of["wait_mean", "all", f"station: {name}"] for name in ("room", "room by video")] == [
        21 / 6,
        9 / 3,
    ]
    assert [
        of["wait_median", "all", f"station: {name}"] for name in ("room", "room by video")
    ] == pytest.approx([3, 3], rel=0.02)
    assert (
        of["joined", "urban", "station: room"]
        == of["joined", "rural", "station: room by video"]
        == of["joined", "rural", "station: room"]
        == 3
    )


# ---- places that move ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "rule, village",
    [("static", [None] * 3), ("waiting", [24.0, 28.0, 32.0]), ("oldest", [24.0, 28.0, 32.0])],
)
def test_floating_staff_go_where_residents_wait(tmp_path, rule, village):
    """One floats, and stands in the City at first, which has three times as many people. There,
    with the counsellor, the last is seen at four; when the review comes after a day, three wait in
    the Village.
    """
    scenario = world(
        tmp_path, f"{{dispatch: {{pool: counsellors, people: 1, rule: {rule}, every: 1 day}}}}"
    )
    rows = visits(scenario, "zone started pool")
    assert [row for row in rows if row[0] == "City"] == [
        ("City", 0.0, "counsellors | City"),
        ("City", 0.0, "floating counsellors | City"),
        ("City", 4.0, "counsellors | City"),
    ]
    assert [row[1] for row in in_village(rows)] == village


def test_a_forecast_sends_staff_to_where_residents_will_come(tmp_path):
    """In the first day ten come to the Village and two to the City, each four hours of work: with
    two counsellors there and one here, five times as much for twice the places. Where both have
    ten, one is where nobody is of the City's own.
    """
    scenario = world(
        tmp_path,
        "{dispatch: {pool: counsellors, people: 1, rule: expected, every: 1 day}}",
        zones=(
            "[{zone: City, kind: urban, numbers: {population: 1, adults: 200, staff: 1, helpers: 0,"
            " near: 1}}, {zone: Village, kind: rural, numbers: {population: 3, adults: 1000, staff:"
            " 2, helpers: 0, near: 1}}]"
        ),
        needs="{anyone: {wave: {on: 01-06, share: 1 %}}}",
    )
    run = simcap.simulate(compile_scenario(scenario), 30.0)
    run.read()
    assert [
        (d["time"], run.rules[d["rule"]], d["level"]) for d in run.decisions
    ] == []  # 40 / 2 in the Village is more than 8 / 1
    other = world(
        tmp_path,
        "{dispatch: {pool: counsellors, people: 1, rule: expected, every: 1 day, as column:"
        " helpers}}",
        needs="{anyone: {wave: {on: 01-06, share: 1 %}}}",
    )
    run = simcap.simulate(compile_scenario(other), 30.0)
    run.read()
    assert [(d["time"], run.rules[d["rule"]], d["level"]) for d in run.decisions] == [
        (24.0, "dispatch: floating counsellors | City", 0),
        (24.0, "dispatch: floating counsellors | Village", 1),
    ]


@pytest.mark.parametrize("calm", [1, 2, 4])
def test_an_emergency_opens_surge_places_postpones_routine_and_goes_back_to_everyday(
    tmp_path, calm
):
    """On the 8th twelve come to the hall in the City, where everyday nobody does: red at the review
    of the 9th, at midnight. Four surge places take four at once and eight more in the next hours;
    the clinic starts nobody until it has been calm for as many days as are asked for, counted from
    the review of the 10th.
    """
    scenario = world(
        tmp_path,
        f"{{emergency: {{watch: [hall], levels: [2, 5, 10], every: 1 day, calm: {calm}, surge:"
        " {helpers: [0, 1, 4]}, postpone: {clinic: yellow}}}",
        zones=(
            "[{zone: City, kind: urban, numbers: {adults: 1000, staff: 1, helpers: 0, population:"
            " 1, near: 1}}]"
        ),
        needs=(
            "{anyone: {enters by: {clinic: 100 %}, wave: {on: 01-09, share: 0.1 %}}, shocked:"
            " {group: adults, severity: moderate, wave: {on: 01-08, share: 1.2 %}, enters by:"
            " {hall: 100 %}, pathway: way}}"
        ),
    )
    hall = [row for row in visits(scenario, "station started pool") if row[0] == "hall"]
    assert hall == [("hall", 72.0 + 2 * (i // 4), "surge helpers | City") for i in range(12)]
    assert [row[1] for row in visits(scenario, "station started") if row[0] == "clinic"] == [
        96.0 + 24 * (calm - 1)
    ]


def test_everyday_mode_only_has_the_same_shock_and_does_nothing(tmp_path):
    scenario = world(
        tmp_path,
        "{emergency: {dual mode: false, shock: {from: 2025-01-10, lasts: 2 days, times: 5,"
        " stations: [hall]}, watch: [hall]}}",
        needs=(
            "{asking: {group: adults, severity: moderate, in need: 100 % per year, enters by:"
            " {hall: 50 %, room: 50 %}, pathway: way}}"
        ),
    )
    network = compile_scenario(scenario)
    multipliers = {
        stream.name: stream.rate.multipliers for stream in network.arrivals if stream.rate
    }
    assert (
        network.reviews == ()
        and multipliers["asking | hall | City"] == ((96.0, 144.0, 5.0),)
        and multipliers["asking | room | City"] == ()
    )


def test_movable_posts_stand_by_tier_and_are_adjusted(tmp_path):
    """Ten counsellors in the City and none in the Village: two of ten posts move. The Village is
    the high-need zone (nobody stays there), the City basic; half of the need is in each, so that
    both posts stand in the Village. After three years nobody waits anywhere, so they stay.
    """
    scenario = world(
        tmp_path,
        "{tiers: {pool: counsellors, movable: 20 %, high: 50 %, basic: 50 %}}",
        zones=(
            "[{zone: City, kind: urban, numbers: {population: 1, adults: 1000, staff: 10, helpers:"
            " 0, near: 1}}, {zone: Village, kind: rural, numbers: {population: 1, adults: 1000,"
            " staff: 0, helpers: 0, near: 1}}]"
        ),
    )
    assert in_village(visits(scenario, "zone started pool")) == [
        ("Village", start, "movable counsellors | Village") for start in (0.0, 0.0, 4.0)
    ]
    assert rewritten(scenario).pools["counsellors"].elsewhere == pytest.approx(0.2)
    review = compile_scenario(scenario.model_copy(update={"observe": 11 * 8760.0})).reviews[0]
    from simcap.network.resolved import review_times

    assert [at / 3.6e9 / 8760 for at in review_times(review, 11 * 8760.0)] == [3, 5, 6, 9, 10]


def test_only_whole_posts_move_and_no_hours_are_lost(tmp_path):
    """A fifth of seven counsellors are 1.4 posts: one moves, six of seven parts of all hours stay.
    In a week of 168 hours all seven have 1,176.
    """
    scenario = world(
        tmp_path,
        "{tiers: {pool: counsellors, movable: 20 %}}",
        zones=(
            "[{zone: City, kind: urban, numbers: {population: 1, adults: 1000, staff: 4, helpers:"
            " 0, near: 1}}, {zone: Village, kind: rural, numbers: {population: 1, adults: 1000,"
            " staff: 3, helpers: 0, near: 1}}]"
        ),
    )
    assert rewritten(scenario).pools["counsellors"].elsewhere == pytest.approx(1 / 7)
    assert compile_scenario(scenario).reviews[0].places == 1
    of = measured(scenario)
    assert of["hours_rostered", "all", "pool: counsellors"] == pytest.approx(7 * 168)
    assert of["staff_gap", "all", "pool: counsellors"] == pytest.approx(
        (of["hours_demanded", "all", "pool: counsellors"] - 7 * 168) / 168
    )


def test_movable_posts_stand_where_the_need_is(tmp_path):
    """Five of 25 posts move. The zone with one of the staff for a thousand is high-need, the one
    with three is in between, the one with 21 basic: the five stand as a thousand to 1,500, two and
    three.
    """
    zones = [("A", 1, 1000), ("B", 3, 1500), ("C", 21, 1000)]
    scenario = world(
        tmp_path,
        "{tiers: {pool: counsellors}}",
        zones="["
        + ", ".join(
            f"{{zone: {zone}, kind: urban, numbers: {{population: 1, adults: {adults}, staff:"
            f" {staff}, helpers: 0, near: 1}}}}"
            for zone, staff, adults in zones
        )
        + "]",
    )
    review = compile_scenario(scenario).reviews[0]
    assert dict(zip(review.pools, review.start, strict=True)) == {
        f"movable counsellors | {zone}": n for zone, n in zip("ABC", (2, 3, 0), strict=True)
    }
    assert review.own == pytest.approx((0.8, 2.4, 16.8))


def test_a_floating_post_does_and_costs_as_much_as_several_who_work_few_hours(tmp_path):
    """A post through all 168 hours is seven people of 24 hours each, at 100 CNY a year."""
    scenario = world(
        tmp_path,
        "{dispatch: {pool: counsellors, people: 2, first: 2025-01-10, half life: 1 week}}",
        pools="{counsellors: {hours each: 24 h, cost each: 100 CNY per year}}",
    )
    of = measured(scenario)
    assert of["hours_rostered", "all", "pool: counsellors"] == pytest.approx(24 + 2 * 168) and of[
        "total_cost", "all", "all"
    ] == pytest.approx(100 + 2 * 700)
    review = compile_scenario(scenario).reviews[0]
    assert (review.first, review.half_life, review.own) == (96.0, 168, pytest.approx((1 / 7, 0)))


def test_floating_staff_may_move_in_an_emergency_only(tmp_path):
    """Three come to each room, none of whom is warned of on the 6th; on the 8th twelve come to the
    City's hall, and from the 9th on, red, the counsellor who floats goes to the Village, where two
    still wait.
    """
    scenario = world(
        tmp_path,
        "{emergency: {watch: [hall], levels: [2, 5, 10], every: 1 day, calm: 9}, "
        "dispatch: {pool: counsellors, people: 1, rule: waiting, every: 1 day, during: red}}",
        needs=(
            "{shocked: {group: adults, severity: moderate, wave: {on: 01-08, share: 1.2 %}, enters"
            " by: {hall: 100 %}, pathway: way}}"
        ),
    )
    assert [
        row[1]
        for row in in_village(visits(scenario, "zone started", horizon=400.0))
        if row[1] is not None
    ][:3] == [72.0, 72.0 + 4, 72.0 + 8]
    assert "while the warning is red or worse" in described(scenario)[1]


def test_nobody_floats_to_a_zone_where_nobody_asks(tmp_path):
    scenario = world(
        tmp_path,
        "{dispatch: {pool: counsellors, people: 1}}",
        zones=(
            "[{zone: City, kind: urban, numbers: {population: 1, adults: 1000, staff: 1, helpers:"
            " 0, near: 1}}, {zone: Empty, kind: rural, numbers: {population: 9, adults: 0, staff:"
            " 0, helpers: 0, near: 1}}]"
        ),
    )
    assert compile_scenario(scenario).reviews[0].pools == ("floating counsellors | City",)


# ---- lines, crises, referrals --------------------------------------------------------------------

LINES = {
    "stations": (
        "{line a: {place: district, pools: [seat a], service time: 1 h, contact: lay, role:"
        " hotline}, line b: {place: district, pools: [seat b], service time: 1 h, contact: lay}}"
    ),
    "pools": "{seat a: {number: 1, roster: always}, seat b: {number: 1, roster: always}}",
    "needs": "{anyone: {enters by: {line a: 100 %}}}",
}


@pytest.mark.parametrize(
    "pooled, started",
    [("false", [0.0, 1.0, 2.0, 3.0, 4.0, 5.0]), ("true", [0.0, 0.0, 1.0, 1.0, 2.0, 2.0])],
)
def test_lines_apart_or_as_one(tmp_path, pooled, started):
    scenario = world(
        tmp_path, f"{{hotline: {{lines: [line a, line b], pooled: {pooled}}}}}", **LINES
    )
    assert [row[0] for row in visits(scenario, "started")] == started


def test_seats_by_the_hour_of_the_day(tmp_path):
    """Nobody from midnight to eight, then two, then one: at eight two calls, at nine two, at ten
    one. Before, a seat of 20 hours a week cost 100; now there are 18 hours of seats a day.
    """
    scenario = world(
        tmp_path,
        "{hotline: {seats: {seat a: {08-10: 2, 10-24: 1}}}}",
        **{
            **LINES,
            "pools": (
                "{seat a: {number: 1, roster: office, cost each: 100 CNY per year}, seat b:"
                " {number: 1, roster: always}}"
            ),
        },
    )
    assert [row[0] for row in visits(scenario, "started")] == [8.0, 8.0, 9.0, 9.0, 10.0, 11.0]
    assert rewritten(scenario).pools["seat a"].cost_each == pytest.approx(100 * 7 * 18 / 20)
    assert [row[0] for row in visits(override(scenario, "pools.seat a", "x3"), "started")] == [
        8.0
    ] * 6


def test_call_backs_after_a_crisis(tmp_path):
    """Whoever ends at the crisis station at one is called back a day after; the next call is due
    six days after the end of that, which took six minutes, the last three weeks after the end of
    the second.
    """
    scenario = world(
        tmp_path,
        "{hotline: {lines: [line b], call backs: {after: [line a], pool: seat b, at: [24 h, 1 week,"
        " 4 weeks], time: 6 min}}}",
        **{
            **LINES,
            "needs": "{anyone: {enters by: {line a: 100 %}, wave: {on: 01-06, share: 0.1 %}}}",
            "zones": (
                "[{zone: City, kind: urban, numbers: {adults: 1000, staff: 0, helpers: 0,"
                " population: 1, near: 1}}]"
            ),
        },
    )
    assert visits(scenario, "station joined") == [
        ("line a", 0.0),
        ("call-back 1", 25.0),
        ("call-back 2", 169.1),
        ("call-back 3", 673.2),
    ]


def test_who_is_handed_on_is_not_called_back(tmp_path):
    scenario = world(
        tmp_path,
        "{hotline: {lines: [line b], call backs: {after: [line a], pool: seat b, at: [24 h]}}}",
        **LINES,
        pathways="{way: {line a: {completed: {clinic: 100 %}}}}",
    )
    assert {station for (station,) in visits(scenario, "station")} == {"line a", "clinic"}


def test_who_is_not_there_for_a_call_back_is_called_the_next_time(tmp_path):
    """Seats are there in office hours only, and a call is let go after an hour: that due on Tuesday
    at one is let go at two, the next, due on Friday at two, at three; that due at eleven is made.
    """
    scenario = world(
        tmp_path,
        "{hotline: {call backs: {after: [line a], pool: seat b, at: [24 h, 96 h, 104 h], time: 6"
        " min, patience: 1 h}}}",
        **{
            **LINES,
            "needs": "{anyone: {enters by: {line a: 100 %}, wave: {on: 01-06, share: 0.1 %}}}",
            "pools": "{seat a: {number: 1, roster: always}, seat b: {number: 1, roster: office}}",
            "zones": (
                "[{zone: City, kind: urban, numbers: {adults: 1000, staff: 0, helpers: 0,"
                " population: 1, near: 1}}]"
            ),
        },
    )
    assert sorted(visits(scenario, "joined station started")) == [
        (0.0, "line a", 0.0),
        (25.0, "call-back 1", None),
        (98.0, "call-back 2", None),
        (107.0, "call-back 3", 107.0),
    ]


def test_a_line_that_abandons_calls_still_has_its_share_of_frequent_ones(tmp_path):
    """One seat for ten thousand callers in eight weeks, patience of a few minutes: some calls are
    lost, and still 60 % of all calls are those of a few.
    """
    lines = LINES["stations"].replace(
        "line a: {place: district, pools: [seat a], service time: 1 h,",
        "line a: {place: district, pools: [seat a], service time: 2 min, patience: {exponential:"
        " {mean: 1 min}},",
    )
    scenario = world(
        tmp_path,
        "{hotline: {repeat callers: {station: line a, calls: 60 %, callers: 3 %, gap: 2 h}}}",
        observe="8 weeks",
        run_out="8 weeks",
        stations=lines,
        pools=LINES["pools"],
        needs=(
            "{anyone: {wave: {on: 12-31, share: 0 %}}, asking: {group: adults, severity: mild, in"
            " need: 100 % per year, enters by: {line a: 100 %}, pathway: way}}"
        ),
        zones=(
            "[{zone: City, kind: urban, numbers: {adults: 60000, staff: 0, helpers: 0, population:"
            " 1, near: 1}}]"
        ),
    )
    of = measured(scenario)
    calls, frequent = (
        of["joined", "all", f"station: {name}"] for name in ("line a", "line a, frequent caller")
    )
    assert 0.02 < of[
        "abandoned", "all", "station: line a"
    ] < 0.5 and frequent / calls == pytest.approx(0.6, abs=0.04)


def test_three_in_a_hundred_callers_make_sixty_in_a_hundred_calls(tmp_path):
    """With 3 % of callers making 60 % of calls and the others one each, a frequent caller makes 1.5
    × 97 / 3 = 48.5.
    """
    scenario = world(
        tmp_path, "{hotline: {lines: [line a], repeat callers: {station: line a}}}", **LINES
    )
    stations = {station.name: station for station in compile_scenario(scenario).stations}
    again = stations["line a, frequent caller | anyone | City"].routing["completed"].options[0]
    assert again.station == "line a, frequent caller | anyone | City" and 1 / (
        1 - again.probability
    ) == pytest.approx(48.5)
    entry = next(
        stream for stream in compile_scenario(scenario).arrivals if stream.labels["zone"] == "City"
    ).to
    assert [option.probability for option in entry.options] == pytest.approx([0.97, 0.03])


def test_frequent_callers_go_at_last_where_others_go_and_are_none_where_all_are_handed_on(tmp_path):
    """Half of the callers call again, a quarter go on to the clinic: of those who do not call
    again, half. Others call twice on average, so that a frequent caller makes 2 × 48.5 = 97 calls;
    after each, the clinic is next for 1 in 97 × half. On the other pathway all go to the clinic at
    once.
    """
    scenario = world(
        tmp_path,
        "{hotline: {lines: [line a], repeat callers: {station: line a}}}",
        **{
            **LINES,
            "needs": (
                "{anyone: {enters by: {line a: 100 %}}, others: {group: adults, severity: mild,"
                " pathway: urgent, wave: {on: 01-06, share: 0.1 %}, enters by: {line a: 100 %}}}"
            ),
            "pathways": (
                "{way: {line a: {completed: {line a: 50 %, clinic: 25 %}}}, urgent: {line a:"
                " {completed: {clinic: 100 %}}}}"
            ),
        },
    )
    network = compile_scenario(scenario)
    stations = {station.name: station for station in network.stations}
    after = {
        option.station.split(" | ")[0]: option.probability
        for option in (
            stations["line a, frequent caller | anyone | City"].routing["completed"].options
        )
    }
    assert after == pytest.approx({"line a, frequent caller": 96 / 97, "clinic": 0.5 / 97})
    others = {
        option.station.split(" | ")[0]: option.probability
        for option in stations["line a | anyone | City"].routing["completed"].options
    }
    assert others == {
        "line a": 0.5,
        "clinic": 0.25,
    }  # who calls again is not asked again whether they do so often
    assert not [name for name in stations if name.startswith("line a, frequent caller | others")]
    assert (
        measured(scenario)["joined", "all", "station: line a"]
        >= measured(scenario)["joined", "all", "station: line a, frequent caller"]
    )


def test_the_national_notice_asks_for_two_seats_and_eighteen_hours(tmp_path):
    scenario = world(
        tmp_path,
        **{
            **LINES,
            "pools": "{seat a: {number: 1, roster: office}, seat b: {number: 1, roster: always}}",
        },
    )
    assert [text for text in notices(scenario) if text.startswith("line")] == [
        "line a: 1 seat at most; the national notice asks for at least 2",
        "line a: answered 0 hours a day; the national notice asks for at least 18",
    ]
    enough = world(
        tmp_path,
        **{
            **LINES,
            "pools": "{seat a: {number: 2, roster: always}, seat b: {number: 1, roster: always}}",
        },
    )
    assert not [text for text in notices(enough) if text.startswith("line")]
    few = world(
        tmp_path,
        **{
            **LINES,
            "pools": (
                "{seat a: {number: 10, hours each: 16.8 h, roster: always}, seat b: {number: 1,"
                " roster: always}}"
            ),
        },
    )
    assert [text for text in notices(few) if text.startswith("line")] == [
        "line a: 1 seat at most; the national notice asks for at least 2"
    ]


def test_a_zone_without_anybody_at_its_stations_is_told(tmp_path):
    scenario = world(tmp_path, stations="{hall: {place: district}}")
    assert [text for text in notices(scenario) if "station" in text] == [
        "Village: nobody at any station of the zone; at least one station in every zone is wanted"
        " (seed 002 三(三))"
    ]
    assert not [
        text
        for text in notices(
            world(
                tmp_path,
                "{minimum: {people: {counsellors: 1}}}",
                stations="{hall: {place: district}}",
            )
        )
        if "nobody" in text
    ]


TEAM = {
    "stations": (
        "{team: {place: district, pools: [police, experts], team: true, service time: 3 h, contact:"
        " professional, role: crisis}}"
    ),
    "pools": "{police: {number: 1, roster: always}}",
    "needs": "{anyone: {enters by: {team: 100 %}, wave: {on: 01-06, share: 0.1 %}}}",
    "zones": (
        "[{zone: City, kind: urban, numbers: {adults: 1000, staff: 0, helpers: 0, population: 1,"
        " near: 1}}]"
    ),
}


@pytest.mark.parametrize(
    "joint, expected, response",
    [
        ("true", [("team", 0.0, "experts")], 0.0),
        ("false", [("team", 0.0, "police"), ("team: experts", 5.0, "experts")], 5.0),
    ],
)
def test_a_joint_crisis_team_or_one_after_the_other(tmp_path, joint, expected, response):
    """Jointly at once; otherwise the police take three hours, the hand-off two, and only then a
    professional is there.
    """
    scenario = world(
        tmp_path, f"{{crisis team: {{station: team, joint: {joint}, between: 2 h}}}}", **TEAM
    )
    rows = visits(scenario, "station started pool")
    assert [(station, started) for station, started, _ in rows] == [
        (station, started) for station, started, _ in expected
    ]
    assert measured(scenario)["crisis_response_mean", "all", "all"] == response
    assert {station.labels["target"] for station in compile_scenario(scenario).stations} == {
        "crisis response"
    }


CHANNEL = {
    "needs": (
        "{anyone: {severity: severe, enters by: {hall: 100 %}, wave: {on: 01-06, share: 0.1 %}},"
        " others: {group: adults, severity: mild, wave: {on: 01-06, share: 0.1 %}, enters by:"
        " {hall: 100 %}, pathway: way}}"
    ),
    "zones": (
        "[{zone: City, kind: urban, numbers: {adults: 1000, staff: 1, helpers: 2, population: 1,"
        " near: 1}}]"
    ),
    "pathways": "{way: {hall: {completed: {clinic: {share: 100 %, by: referral}}}}}",
    "collaboration": "{referral delay: {at: {0: 10 days}}}",
}


def test_the_green_channel_is_quicker_and_goes_ahead(tmp_path):
    """Both leave the hall at two; by the channel one arrives after a day, the other after ten; and
    the first is ranked ahead.
    """
    scenario = world(
        tmp_path,
        "{green channel: {stations: [clinic], severities: [severe], completion: 100 %, delay: 1"
        " day, varies: false}}",
        **CHANNEL,
    )
    clinic = [
        station
        for station in compile_scenario(scenario).stations
        if station.labels["station"] == "clinic"
    ]
    assert sorted((station.labels["need"], station.pools[0].priority) for station in clinic) == [
        ("anyone", -1),
        ("others", 0),
    ]
    assert [row[1] for row in visits(scenario, "station joined") if row[0] == "clinic"] == [
        26.0,
        242.0,
    ]
    assert [
        row[1] for row in visits(world(tmp_path, **CHANNEL), "station joined") if row[0] == "clinic"
    ] == [242.0, 242.0]
    ranked = world(
        tmp_path,
        "{green channel: {stations: [clinic], severities: [severe], ahead: 2}}",
        **{**CHANNEL, "stations": "{clinic: {priority: {severe: -3, default: 1}}}"},
    )
    assert {
        station.pools[0].priority
        for station in compile_scenario(ranked).stations
        if station.labels["station"] == "clinic"
    } == {-5, 1}


def test_steps_up_and_down_between_three_levels(tmp_path):
    """All of the hall go up to the room and on to the clinic, and from there down to the hall: a
    round of 2 + 4 + 1 hours.
    """
    scenario = world(
        tmp_path,
        "{levels: {step up: {hall: {room: 100 %}, room: {clinic: 100 %}}, step down: {clinic:"
        " {hall: 100 %}}}}",
        needs="{anyone: {enters by: {hall: 100 %}, wave: {on: 01-06, share: 0.1 %}}}",
        zones=(
            "[{zone: City, kind: urban, numbers: {adults: 1000, staff: 1, helpers: 2, population:"
            " 1, near: 1}}]"
        ),
    )
    assert visits(scenario, "station started", horizon=10.0)[:4] == [
        ("hall", 0.0),
        ("room", 2.0),
        ("clinic", 6.0),
        ("hall", 7.0),
    ]


def test_steps_up_leave_less_for_what_the_pathway_had_after_it(tmp_path):
    scenario = world(
        tmp_path,
        "{levels: {step up: {hall: {room: 60 %}}}}",
        needs="{anyone: {enters by: {hall: 100 %}}}",
        pathways="{way: {hall: {completed: {clinic: 80 %, room: 10 %}}}}",
    )
    assert {
        goal: round(edge.share, 6)
        for goal, edge in rewritten(scenario).pathways["way"]["hall"].completed.items()
    } == {"clinic": 0.4, "room": 0.6}


def test_who_lives_outside_the_15_minute_circle_comes_less(tmp_path):
    """Forty in a hundred of the Village live within; of the others half come: 70 %."""
    scenario = world(
        tmp_path,
        "{levels: {circle: near, first: [hall], beyond: 50 %}}",
        needs=(
            "{anyone: {enters by: {hall: 100 %}}, asking: {group: adults, severity: mild, in need:"
            " 100 % per year, enters by: {hall: 100 %}, pathway: way}}"
        ),
    )
    rates = {
        stream.labels["zone"]: stream.rate.per_hour * 8760
        for stream in compile_scenario(scenario).arrivals
        if stream.rate
    }
    assert rates == pytest.approx({"City": 1000, "Village": 700})


def test_who_stays_away_is_still_in_need(tmp_path):
    """Of 1,000 in the Village who are found by a screening 40 % live near; nobody else comes: 600
    are in need, and not covered.
    """
    scenario = world(
        tmp_path,
        "{levels: {circle: near, first: [hall], beyond: 0 %}}",
        needs="{anyone: {enters by: {hall: 100 %}, wave: {on: 01-06, share: 100 %}}}",
        stations="{hall: {contact: professional}}",
        pools="{helpers: {number: 5000}}",
    )
    of = measured(override(scenario, "zones.Village.helpers", 2))
    assert (
        of["people_in_need", "rural", "all"],
        of["people_asking", "rural", "all"],
        of["coverage_of_need", "rural", "all"],
    ) == (1000, 400, 0.4)
    assert of["coverage_of_need", "urban", "all"] == 1


# ---- staff as they are, and as they will be ------------------------------------------------------


def test_hours_on_paper_and_hours_for_residents(tmp_path):
    """0.9 of the posts filled, 0.95 of them there, 0.9 of the time for residents: 0.7695."""
    scenario = world(
        tmp_path,
        "{reality: {pools: [counsellors], vacancy: 10 %, absence: 5 %, supervision: 6 %, training:"
        " 4 %}}",
    )
    assert rewritten(scenario).pools["counsellors"].productive == pytest.approx(0.7695)
    assert rewritten(scenario).pools["experts"].productive == 1
    own = override(
        override(scenario, "pools.counsellors.turnover", "20 % per year"),
        "pools.counsellors.recruitment",
        "8 weeks",
    )
    assert rewritten(own).pools["counsellors"].turnover == 0.2
    slots = world(
        tmp_path,
        "{reality: {pools: [experts], absence: 0, supervision: 0, training: 0, turnover: 50 % per"
        " year, recruitment: 26 weeks}}",
        pools="{experts: {roster: '', slots: {Mon: {'09:00': 4}}}}",
        stations="{clinic: {diary: {}}}",
    )
    assert rewritten(slots).pools["experts"].productive == pytest.approx(
        1 / (1 + 0.5 * 26 * 168 / 8760)
    )


def test_who_leaves_is_missing_until_a_successor_is_there(tmp_path):
    """Half of the people leave in a year, each post is empty for half a year; of the helpers, whose
    turnover is their own, a tenth.
    """
    scenario = world(
        tmp_path,
        "{reality: {pools: [counsellors], turnover: 50 % per year, recruitment: 4380 h}}",
        pools="{helpers: {turnover: 10 % per year, recruitment: 30 days}}",
    )
    rosters = {pool.name: pool.capacity for pool in compile_scenario(scenario).pools}
    assert rosters["counsellors | City"].vacancies == Vacancies(
        1.0, Exponential(17520.0), 4380.0, "counsellors | City"
    )
    assert rosters["helpers | City"].vacancies == Vacancies(
        2.0, Exponential(87600.0), 720.0, "helpers | City"
    )
    assert rosters["experts"].vacancies is None


def test_the_lent_hours_of_who_has_left_are_gone_too(tmp_path):
    """A right to the places of a pool knows the same empty posts."""
    scenario = world(
        tmp_path,
        "{pairing: {pools: [counsellors], pairs: {Village: City}, hours: 50 %}, reality: {pools:"
        " [counsellors], turnover: 50 % per year}}",
    )
    rosters = [pool.capacity for pool in compile_scenario(scenario).pools][:3]
    assert {roster.vacancies.key for roster in rosters} == {"counsellors | City"}


def test_turnover_takes_the_hours_of_those_who_are_missing(tmp_path):
    """Each of four posts is filled for 8760 ÷ 0.375 hours and then empty for 13 weeks: 8.55 % of
    the time it is empty.
    """
    scenario = world(
        tmp_path,
        "{reality: {pools: [counsellors], absence: 0, supervision: 0, training: 0, turnover: 37.5 %"
        " per year, recruitment: 13 weeks}}",
        zones=(
            "[{zone: City, kind: urban, numbers: {adults: 1000, staff: 4, helpers: 2, population:"
            " 1, near: 1}}]"
        ),
    )
    pool = next(
        pool
        for pool in compile_scenario(scenario.model_copy(update={"observe": 20 * 8760.0})).pools
        if pool.name == "counsellors | City"
    )
    from simcap.analysis.guards import rostered_hours

    assert rostered_hours(pool, 0.0, 16 * 8760.0) / (16 * 8760.0) == pytest.approx(
        4 / (1 + 0.375 * 13 * 168 / 8760), abs=0.001
    )


def test_a_roadmap_changes_collaboration_assessments_and_dispatch_at_its_dates(tmp_path):
    """Referrals of the 6th take ten days, those from the 20th on one day; assessments four hours,
    then two; the floating counsellor is sent to the Village at the first review after the 20th.
    """
    scenario = world(
        tmp_path,
        "{roadmap: {assessments: [room], phases: [{from: 2025-01-20, level: 1, assessment: 0.5,"
        " dispatch: true}]}, dispatch: {pool: counsellors, people: 1, rule: waiting, every: 1"
        " day}}",
        needs=(
            "{anyone: {enters by: {room: 100 %}}, later: {group: adults, severity: moderate, wave:"
            " {on: 01-21, share: 0.1 %}, enters by: {room: 100 %}, pathway: way}}"
        ),
        pathways="{way: {room: {completed: {clinic: {share: 100 %, by: referral}}}}}",
        collaboration="{level: 0, referral delay: {at: {0: 10 days, 1: 1 day}}}",
    )
    rows = visits(scenario, "station zone joined started ended")
    city = [row[2:] for row in rows if row[:2] == ("room", "City")]
    assert city == [(0.0, 0.0, 4.0), (0.0, 0.0, 4.0), (0.0, 4.0, 8.0), (360.0, 360.0, 362.0)]
    assert [row[3] for row in rows if row[:2] == ("room", "Village")] == [
        336.0,
        338.0,
        340.0,
        360.0,
    ]
    assert [row[2] for row in rows if row[:2] == ("clinic", "City")] == [
        244.0,
        244.0,
        248.0,
        362.0 + 24,
    ]


def test_what_a_phase_does_not_say_goes_on_as_before(tmp_path):
    """Two phases before the start, of which the second says nothing of collaboration, and one of a
    month later that says nothing of assessments.
    """
    scenario = world(
        tmp_path,
        "{roadmap: {assessments: [room], phases: [{from: 2024-01-01, level: 0.2}, {from:"
        " 2024-06-01, assessment: 0.5}, {from: 2025-02-06, level: 0.9}]}}",
    )
    found = [
        (at, now.collaboration.level, now.stations["room"].service_time.distribution().mean)
        for at, now in arranged(scenario).dated
    ]
    assert found == [(0.0, 0.2, 2.0), (31 * 24.0, 0.9, 2.0)]
    assert compile_scenario(scenario).phases[0].at == 0


def test_floating_staff_are_not_dispatched_before_a_phase_says_so(tmp_path):
    """What a roadmap says of something else leaves dispatch alone."""
    blocks = "{dispatch: {pool: counsellors, people: 1, every: 1 day}, roadmap: {phases: [%s]}}"
    firsts = {
        "{from: 2025-01-08, level: 0.5}": 24.0,
        "{from: 2025-01-08, dispatch: true}": 48.0,
        "{from: 2025-01-08, dispatch: false}": 1e6,
    }
    for phase, first in firsts.items():
        reviews = compile_scenario(world(tmp_path, blocks % phase)).reviews
        assert [review.first for review in reviews] == [first]


def test_shared_hours_follow_the_roadmap(tmp_path):
    """Nothing is lent until the 20th, half of two counsellors from then on: the Village is seen by
    the one who is lent.
    """
    scenario = world(
        tmp_path,
        "{roadmap: {phases: [{from: 2025-01-20, level: 1}]}}",
        pools="{counsellors: {shared: true, number: 2}}",
        collaboration="{level: 0, shared hours: {at: {0: 0 %, 1: 50 %}}}",
    )
    assert in_village(visits(scenario, "zone started pool")) == [
        ("Village", 336.0 + 4 * i, "counsellors | City | lent") for i in range(3)
    ]


# ---- the network's features in a scenario --------------------------------------------------------


def test_groups_caseloads_appointments_and_recurring_visits_in_a_scenario(tmp_path):
    scenario = world(
        tmp_path,
        needs=(
            "{anyone: {enters by: {hall: 25 %, room: 25 %, clinic: 25 %, register: 25 %}, wave:"
            " {on: 01-06, share: 1.2 %}}}"
        ),
        zones=(
            "[{zone: City, kind: urban, numbers: {adults: 1000, staff: 1, helpers: 2, population:"
            " 1, near: 1}}]"
        ),
        pools=(
            "{experts: {number: 1, roster: '', slots: {Mon-Fri: {'09:00': 1, '10:00': [1, 1]}},"
            " slot length: 30 min}, list: {number: 1, roster: always}}"
        ),
        stations=(
            "{hall: {group: {size: 2, at least: 2}}, room: {caseload: list, sessions: 2, every: 1"
            " day}, clinic: {diary: {notice: 8 h}}, register: {pools: [helpers], sessions:"
            " recurring, every: 10 days, service time: 1 h}}"
        ),
    )
    rows = visits(scenario, "station started", horizon=400.0)
    assert [row[1] for row in rows if row[0] == "hall"] == [
        1.0,
        1.0,
        None,
    ]  # both helpers were taken by those who need not gather
    assert [row[1] for row in rows if row[0] == "room"] == [0.0, 24.0, 28.0, 52.0, 56.0, 80.0]
    assert [row[1] for row in rows if row[0] == "clinic"] == [9.0, 10.0, 33.0]
    assert [row[1] for row in rows if row[0] == "register" and row[1] is not None] == [
        0.0,
        0.0,
        1.0,
        240.0,
        240.0,
        241.0,
    ]


def test_appointments_of_other_zones_are_offered_to_who_would_wait_long(tmp_path):
    """One appointment a day in each zone; nobody comes in the City, three in the Village, who may
    go there if they would wait 30 hours or more.
    """
    scenario = world(
        tmp_path,
        zones=(
            "[{zone: City, kind: urban, numbers: {adults: 0, staff: 1, population: 1, helpers: 0,"
            " near: 1}}, {zone: Village, kind: rural, numbers: {adults: 1000, staff: 1, population:"
            " 1, helpers: 0, near: 1}}]"
        ),
        pools="{counsellors: {roster: '', slots: {Mon-Sun: {'09:00': 1}}}}",
        stations="{room: {diary: {others after: 30 h}}}",
    )
    assert visits(scenario, "started pool") == [
        (9.0, "counsellors | Village"),
        (33.0, "counsellors | Village"),
        (33.0, "counsellors | City"),
    ]


# ---- switches ------------------------------------------------------------------------------------


def test_a_block_that_is_off_changes_nothing(tmp_path):
    block = "{minimum: {on: false, people: {counsellors: 1}}}"
    assert (
        compile_scenario(world(tmp_path, block)) == compile_scenario(world(tmp_path))
        and len(described(world(tmp_path, block))) == 1
    )


def test_each_mechanism_that_is_on_has_one_line(tmp_path):
    scenario = world(
        tmp_path,
        "{minimum: {people: {counsellors: 1}}, dispatch: {pool: counsellors, people: 2, every: 1"
        " day}}",
    )
    assert described(scenario)[1:] == [
        "minimum: at least 1 of counsellors in every zone",
        "dispatch: 2 floating counsellors go where most work is expected, reviewed every 1 days",
    ]


@pytest.mark.parametrize(
    "block, said",
    [
        (
            "{minimum: {people: {councellors: 1}}}",
            (
                "minimum.people.councellors: no pool is called 'councellors'; did you mean"
                " 'counsellors'?"
            ),
        ),
        (
            "{pairing: {pools: [counsellors], pairs: {Village: Citty}}}",
            "pairing.pairs.Village: no zone is called 'Citty'; did you mean 'City'?",
        ),
        (
            "{pairing: {pools: [counsellors], pairs: {City: City}}}",
            "pairing.pairs.City: another zone than the one that is helped wanted",
        ),
        (
            "{pairing: {pools: [experts], pairs: {Village: City}}}",
            "pairing.pools: a pool `per: zone` with a roster wanted, got 'experts'",
        ),
        (
            (
                "{owners: {shares: {education: {health: 60 %, hospital: 50 %}}, can: {helpers:"
                " [room]}}}"
            ),
            "owners.shares.education: shares with a sum of at most 100 % wanted, got 110%",
        ),
        (
            (
                "{volunteers: {stations: [room], kinds: {students: {number: 2, hours each: 2 h,"
                " roster: summer}}}}"
            ),
            (
                "volunteers.kinds.students.roster: no roster is called 'summer'; known are always,"
                " office"
            ),
        ),
        (
            "{visiting: {pool: experts, stations: [clinic], days: {Village: Someday}}}",
            'visiting.days.Village: days such as "Mon-Fri" or "Tue, Sat" wanted, got \'Someday\'',
        ),
        (
            "{dispatch: {pool: counsellors, people: 1, rule: best}}",
            "dispatch.rule: one of 'static', 'waiting', 'oldest' or 'expected' wanted, got 'best'",
        ),
        (
            "{dispatch: {pool: counsellors, people: 1, as column: people}}",
            "dispatch.as column: no column of the zones table is called 'people'",
        ),
        (
            "{emergency: {watch: [hall], levels: [5, 2, 10]}}",
            "emergency.levels: three increasing numbers of arrivals a day wanted, got 5, 2, 10",
        ),
        (
            "{visiting: {pool: experts, stations: [clinic], days: {Village: Mon}, weeks: 3 of 2}}",
            "visiting.weeks: weeks such as \"1 of 2\" wanted, got '3 of 2'",
        ),
        (
            "{emergency: {watch: [hall]}}",
            "emergency.levels: three increasing numbers of arrivals a day wanted, got none",
        ),
        (
            "{emergency: {dual mode: true}}",
            "emergency.watch: at least one station to watch wanted in dual mode",
        ),
        (
            "{crisis team: {station: room, professional: experts}}",
            "crisis team.professional: one of counsellors wanted, got 'experts'",
        ),
        (
            "{green channel: {stations: [clinic], severities: [grave]}}",
            "green channel.severities.0: no severity is called 'grave'; known are moderate",
        ),
        (
            "{levels: {step up: {hall: {room: 60 %, clinic: 50 %}}}}",
            "levels.step up.hall: shares up and down with a sum of at most 100 % wanted, got 110%",
        ),
        (
            "{levels: {step up: {hall: {clinic: 60 %}}, step down: {hall: {room: 50 %}}}}",
            "levels.step up.hall: shares up and down with a sum of at most 100 % wanted, got 110%",
        ),
        (
            "{telemedicine: {stations: {room: 50 %}, time: 0}}",
            "telemedicine.time: a number above 0 wanted, got 0",
        ),
        (
            "{tiers: {pool: counsellors, movable: 20 %}}",
            "tiers.movable: at least one whole post wanted, got 0.2 of the 1 that the pool is",
        ),
        (
            "{tiers: {pool: counsellors, movable: 100 %}}",
            "tiers.movable: a share below 100 % wanted, got 100%",
        ),
        (
            "{hotline: {lines: [hall], repeat callers: {station: hall, calls: 100 %}}}",
            "hotline.repeat callers.calls: a share above 0 and below 100 % wanted, got 100%",
        ),
        (
            "{owners: {shares: {educaton: {health: 10 %}}, can: {helpers: [room]}}}",
            (
                "owners.shares.educaton: no owner of a pool is called 'educaton'; did you mean"
                " 'education'?"
            ),
        ),
        (
            "{owners: {shares: {education: {health: 10 %}}, can: {helpers: [hall]}}}",
            "owners.can.helpers: stations of other owners wanted, got hall of education itself",
        ),
        (
            "{pairing: {pools: [counsellors, counsellors], pairs: {Village: City}}}",
            "pairing.pools: each once wanted, got counsellors, counsellors",
        ),
        (
            "{pairing: {pools: [counsellors], pairs: {}}}",
            "pairing.pairs: at least one wanted, got none",
        ),
        (
            "{pairing: {pools: [counsellors], pairs: {Village: City}, travel: 0}}",
            "pairing.travel: a number above 0 wanted, got 0",
        ),
        (
            "{pairing: {pools: [counsellors], pairs: {Village: City}, guided: [helpers]}}",
            "pairing.raises: a share above 0 wanted beside `guided`, got 0",
        ),
        (
            (
                "{volunteers: {stations: [room], kinds: {retired: {number: 2, hours each: 2 h,"
                " roster: always}}}}"
            ),
            (
                "volunteers.stations: a station whose contact is lay, or none, wanted, since"
                " volunteers are no professionals; got 'room'"
            ),
        ),
        (
            "{dispatch: {pool: counsellors, people: 1, every: 0 h}}",
            "dispatch.every: a number above 0 wanted, got 0",
        ),
        (
            "{dispatch: {pool: counsellors, people: 1, half life: 0 h}}",
            "dispatch.half life: a number above 0 wanted, got 0",
        ),
        (
            "{dispatch: {pool: counsellors, people: 1, during: red}}",
            (
                "dispatch.during: the mechanism `emergency` in dual mode wanted beside it, which"
                " gives the colour"
            ),
        ),
        (
            "{tiers: {pool: counsellors, adjusted: 0}}",
            "tiers.adjusted: a number above 0 wanted, got 0",
        ),
        (
            "{tiers: {pool: counsellors, high: 80 %, basic: 40 %}}",
            "tiers.high: high and basic with a sum of at most 100 % wanted, got 120%",
        ),
        (
            "{emergency: {watch: [hall], levels: [1, 2, 3], calm: 0}}",
            "emergency.calm: a number above 0 wanted, got 0",
        ),
        (
            (
                "{emergency: {watch: [hall], levels: [1, 2, 3], shock: {from: 2030-01-01, lasts: 2"
                " weeks, times: 5}}}"
            ),
            "emergency.shock.from: a shock within the run wanted, got 2030-01-01",
        ),
        (
            (
                "{emergency: {watch: [hall], levels: [1, 2, 3], shock: {from: 2025-01-10, lasts: 2"
                " weeks, times: 5, stations: [hall]}}}"
            ),
            (
                "emergency.shock.stations.0: a station by which residents come through the year"
                " wanted, got 'hall'"
            ),
        ),
        (
            "{minimum: {people: {counsellors: 10000000}}}",
            "minimum.people.counsellors: at most 1,000,000 people wanted",
        ),
        (
            "{hotline: {lines: [hall], pooled: true}}",
            "hotline.lines: two lines or more wanted where they are pooled, got 1",
        ),
        (
            "{hotline: {seats: {experts: {00-12: 1, 08-24: 2}}}}",
            "hotline.seats.experts: one number of seats for each hour wanted, got 00-12, 08-24",
        ),
        (
            "{hotline: {seats: {experts: {00-12: 0}}}}",
            "hotline.seats.experts: at least one seat for an hour wanted",
        ),
        (
            "{hotline: {seats: {experts: {18-08: 1}}}}",
            "hotline.seats.experts.18-08: hours such as \"08-18\" wanted, got '18-08'",
        ),
        (
            "{hotline: {call backs: {after: [hall], pool: experts, at: [1 week, 24 h]}}}",
            "hotline.call backs.at: times one after the other wanted, got 168 h, 24 h",
        ),
        (
            "{hotline: {call backs: {after: [hall], pool: experts, at: []}}}",
            "hotline.call backs.at: at least one wanted, got none",
        ),
        (
            "{green channel: {stations: [clinic], severities: [moderate]}}",
            "green channel.stations: a station to which somebody is referred wanted, got 'clinic'",
        ),
        (
            "{levels: {step up: {hall: {hall: 10 %}}}}",
            "levels.step up.hall: another station wanted than the one that is left",
        ),
        (
            "{levels: {circle: near}}",
            "levels.circle: a column of the zones table and `first` stations wanted together",
        ),
        (
            "{reality: {pools: [counsellors], supervision: 60 %, training: 50 %}}",
            (
                "reality.training: supervision and training with a sum of at most 100 % wanted, got"
                " 110%"
            ),
        ),
        (
            "{roadmap: {phases: [{from: 2025-02-01, assessment: 0.5}]}}",
            (
                "roadmap.phases.0.assessment: stations listed in `assessments` wanted beside it,"
                " got none"
            ),
        ),
        (
            "{roadmap: {phases: [{from: 2025-02-01, dispatch: true}]}}",
            "roadmap.phases.0.dispatch: a block `dispatch` wanted beside it, got none",
        ),
        (
            (
                "{roadmap: {phases: [{from: 2025-02-01, dispatch: true}, {from: 2025-03-01,"
                " dispatch: false}]}}"
            ),
            (
                "roadmap: dispatch that goes on once it has begun wanted, got a phase without it"
                " after one with it"
            ),
        ),
        (
            "{levels: {circle: adults, first: [hall]}}",
            "levels.circle: a column of shares from 0 to 1 wanted, got 'adults'",
        ),
        (
            "{roadmap: {phases: [{from: 2026-01-01}, {from: 2025-01-01}]}}",
            "roadmap: phases in order of time wanted, got 2026-01-01, 2025-01-01",
        ),
        ("{roadmap: {phases: []}}", "roadmap.phases"),
        ("{tele: {}}", "mechanisms.tele: unknown key; known are crisis team, dispatch"),
    ],
)
def test_a_fault_in_a_block_is_said_with_its_place(tmp_path, block, said):
    with pytest.raises(ScenarioError) as problem:
        world(tmp_path, block)
    assert said in str(problem.value) and "scenario.yaml:" in str(problem.value), str(problem.value)


def test_what_is_lent_twice_is_no_more_than_there_is(tmp_path):
    scenario = world(
        tmp_path,
        "{pairing: {pools: [counsellors], pairs: {Village: City}, hours: 60 %}}",
        pools="{counsellors: {shared: true, number: 2}}",
        collaboration="{level: 1, shared hours: {at: {0: 0 %, 1: 50 %}}}",
    )
    with pytest.raises(
        ScenarioError,
        match=re.escape(
            "pools.counsellors: at most 100 % of the hours lent by City wanted, got 110% (60% for"
            " Village, 50% lent)"
        ),
    ):
        compile_scenario(scenario)


def test_who_is_assessed_again_is_seen_by_video_as_often_as_others(tmp_path):
    """Half go on by video; all are assessed again before, in a station of each of the two."""
    scenario = world(
        tmp_path,
        "{telemedicine: {stations: {clinic: 50 %}, zones: [urban]}}",
        needs="{anyone: {enters by: {hall: 100 %}}}",
        pathways="{way: {hall: {completed: {clinic: {share: 100 %, by: referral}}}}}",
        stations="{clinic: {assessment: room}}",
        collaboration="{duplicate assessment: {at: {0: 100 %}}}",
        zones=(
            "[{zone: City, kind: urban, numbers: {population: 1, adults: 1000, staff: 1, helpers:"
            " 2, near: 1}}]"
        ),
    )
    stations = {station.name: station for station in compile_scenario(scenario).stations}
    ways = {
        option.station: option.probability
        for option in stations["referral to clinic | anyone | City"].routing["completed"].options
        if option.probability
    }
    assert ways == {
        "room again, then clinic | anyone | City": 0.5,
        "room again, then clinic by video | anyone | City": 0.5,
    }
    assert (
        stations["room again, then clinic by video | anyone | City"]
        .routing["completed"]
        .options[0]
        .station
        == "clinic by video | anyone | City"
    )


def test_what_later_mechanisms_do_to_a_station_holds_for_its_part(tmp_path):
    """Those at the clinic by video go ahead by the green channel, are stepped down, and are
    postponed as those in person are.
    """
    scenario = world(
        tmp_path,
        "{telemedicine: {stations: {clinic: 100 %}, zones: [urban, rural]}, green channel:"
        " {stations: [clinic], severities: [severe]}, levels: {step down: {clinic: {room: 50 %}}},"
        " emergency: {watch: [clinic], levels: [1, 2, 3], postpone: {clinic: red}}}",
        **CHANNEL,
    )
    network = compile_scenario(scenario)
    video = [
        station for station in network.stations if station.labels["station"] == "clinic by video"
    ]
    assert {(station.labels["need"], station.pools[0].priority) for station in video} == {
        ("anyone", -1),
        ("others", 0),
    }
    assert all(
        option.station.startswith("referral to room")
        for station in video
        for option in station.routing["completed"].options
    )
    assert (
        set(network.reviews[0].stations)
        == {station.name for station in video}
        == set(network.reviews[0].closes)
    )


def test_one_helper_of_two_zones_gives_half_to_each(tmp_path):
    zones = [("City", 4), ("Hill", 0), ("Lake", 0)]
    scenario = world(
        tmp_path,
        "{pairing: {pools: [counsellors], pairs: {Hill: City, Lake: City}, hours: 50 %}}",
        zones="["
        + ", ".join(
            f"{{zone: {zone}, kind: rural, numbers: {{population: 1, adults: 1000, staff: {staff},"
            " helpers: 0, near: 1}}"
            for zone, staff in zones
        )
        + "]",
    )
    places = {
        pool.name: pool.capacity.steps(100.0)[1].tolist()
        for pool in compile_scenario(scenario).pools
        if pool.name.startswith("counsellors | City")
    }
    assert places == {
        "counsellors | City": [4],
        "counsellors | City | for Hill": [1],
        "counsellors | City | for Lake": [1],
        "counsellors | City | own residents": [2],
    }


@pytest.mark.parametrize(
    "setting, said",
    [
        ("people", "mechanisms.dispatch.pool: this key is wanted and missing"),
        ("rule", "mechanisms.dispatch.pool: this key is wanted and missing"),
    ],
)
def test_a_key_of_a_block_that_is_not_written_asks_for_the_rest_of_it(tmp_path, setting, said):
    with pytest.raises(ScenarioError) as problem:
        override(world(tmp_path), f"mechanisms.dispatch.{setting}", 2)
    assert said in str(problem.value)


def test_a_warning_needs_somebody_to_count(tmp_path):
    with pytest.raises(
        ScenarioError,
        match=re.escape(
            "mechanisms.emergency.watch: a station that somebody comes by wanted, got hall"
        ),
    ):
        compile_scenario(world(tmp_path, "{emergency: {watch: [hall], levels: [1, 2, 3]}}"))


def test_the_green_channel_is_no_way_without_its_block(tmp_path):
    with pytest.raises(
        ScenarioError,
        match=re.escape(
            "pathways.way.hall.completed.clinic.by: the mechanism `green channel` wanted beside it"
        ),
    ):
        world(
            tmp_path,
            pathways="{way: {hall: {completed: {clinic: {share: 100 %, by: green channel}}}}}",
        )


def test_steps_that_lead_round_for_ever_are_a_fault_at_the_files_line(tmp_path):
    """Whoever completes the room goes up, whoever completes the clinic down again; all arrive."""
    world(
        tmp_path,
        "{levels: {step up: {room: {clinic: 100 %}}, step down: {clinic: {room: 100 %}}}}",
        needs="{anyone: {in need: 10 % per year, wave: null}}",
    )
    with pytest.raises(ScenarioError) as problem:
        checked(tmp_path / "scenario.yaml", {})
    assert re.fullmatch(
        r".*scenario.yaml:\d+:\d+ pathways: ways that lead out in the end wanted, got residents who"
        r" go round for ever",
        str(problem.value),
    )
