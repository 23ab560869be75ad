"""A register whose residents change risk, in a tiny world whose answer is worked out by hand.

Three residents of the City are on it, none of the Village unless a test says so; the doctor of the
City is there round the clock from Monday 6 January 2025 on, a visit takes an hour, and the first
visits are asked for at once.
"""

from __future__ import annotations

import math
import re
from pathlib import Path

import numpy as np
import pytest
from ruamel.yaml import YAML

import simcap
from simcap.analysis.tally import tally
from simcap.building import compile_scenario, load_scenario, resolved_yaml
from simcap.engine import ENGINES
from simcap.errors import ScenarioError
from simcap.study.plan import plan

yaml = YAML(typ="safe", pure=True)
yaml.width = 1000
WORLD = """
name: register
start: 2025-01-06
warm up: 0 h
observe: 365 days
zones:
  - {zone: City, kind: urban, numbers: {population: 3000, listed: 3, staff: 1, adults: 100}}
  - {zone: Village, kind: rural, numbers: {population: 500, listed: 0, staff: 0, adults: 0}}
needs:
  known: {group: listed, severity: severe, pathway: way, enters by: {visit: 100 %},
          register: {managed: 100 %, first within: 1 day, risks: {}}}
rosters: {always: {shifts: {Mon-Sun: ["00:00-24:00"]}, holidays: open}}
pools: {doctors: {per: zone, from: staff, roster: always}}
stations:
  visit: {pools: [doctors], service time: 1 h, contact: professional, role: register}
  phone: {pools: [doctors], service time: 1 h, contact: professional, role: register,
          in person: false}
pathways: {way: {}}
"""
DAY = 24.0


def merged(data, new):
    """``data`` with what ``new`` says of the same keys."""
    if not (isinstance(data, dict) and isinstance(new, dict)):
        return new
    both = {key: merged(data[key], new[key]) for key in data.keys() & new.keys()}
    return {**data, **new, **both}


def world(tmp_path, risks=None, **changes):
    """WORLD with these ``risks``, and with whatever is to be put at its top-level keys (YAML)."""
    data = yaml.load(WORLD)
    for key, text in changes.items():
        data[key.replace("_", " ")] = merged(data.get(key.replace("_", " ")), yaml.load(text))
    if risks is not None:
        data["needs"]["known"]["register"]["risks"] = yaml.load(risks)
    with (tmp_path / "scenario.yaml").open("w", encoding="utf-8") as file:
        yaml.dump(data, file)
    return load_scenario(tmp_path)


def starts(scenario, fields="started", horizon=None, seed=0):
    """What happened at visits that took place, by time: the same on both engines."""
    network = compile_scenario(scenario)
    run, twin = (
        simcap.simulate(network, horizon or scenario.horizon, seed=seed, engine=engine)
        for engine in ENGINES
    )
    rows = run.read()
    assert rows.tobytes() == twin.read().tobytes()
    said = []
    for row in rows[~np.isnan(rows["started"])]:
        station = network.stations[row["station"]]
        told = {
            "started": round(float(row["started"]), 6),
            "need": station.labels["need"],
            "zone": station.labels["zone"],
            "kind": station.labels["station"],
            "risk": station.labels.get("risk", ""),
            "pool": run.pools[row["pool"]],
        }
        said.append(tuple(told[field] for field in fields.split()))
    return sorted(said, key=lambda each: each[fields.split().index("started")])


def measured(scenario, seed=0, engine="simpy"):
    """{(measure, place): value} of one replication."""
    made = plan(scenario)
    run = simcap.simulate(made.network, made.spec.horizon, seed=seed, engine=engine)
    rows = made.sheet.rows(tally(run, made.spec, made.sheet.at), run)
    return {(row.measure, row.place): row.value for row in rows if row.group == "all"}


# ---- when visits are due -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "risks, wanted",
    [
        ("{}", [0, 1 + 2184, 2 + 2 * 2184, 3 + 3 * 2184]),
        ("{unstable: {at first: 100 %}}", [0, 337, 674, 1011, 1348]),
        (  # two weeks after it is first found, a month after it is found again
            "{unstable: {at first: 100 %, becomes: {basically stable: 100 %}}}",
            [0, 337, 674, 674 + 721, 674 + 2 * 721],
        ),
        (  # and two weeks again after something else was found between
            "{basically stable: {at first: 100 %, becomes: {unstable: 100 %}},"
            " unstable: {becomes: {basically stable: 100 %}}}",
            [0, 337, 674, 1011, 1348],
        ),
        (
            "{basically stable: {at first: 100 %, every: 10 days, once found: 3 days}}",
            [0, 73, 73 + 241, 73 + 2 * 241],
        ),
        ("{stable: {every: 5 days}, basically stable: {every: 1 day}}", [0, 121, 242]),
    ],
)
def test_the_next_visit_is_due_by_the_risk_that_the_last_found(tmp_path, risks, wanted):
    """From the end of the visit that took place: the doctor sees the three one after the other."""
    got = starts(world(tmp_path, risks))
    for other in range(3):
        assert [start for (start,) in got[other::3]][: len(wanted)] == [t + other for t in wanted]


def test_a_visit_that_came_late_moves_those_after_it(tmp_path):
    """The doctor works on Thursdays from 10: a visit due on Monday at 11:00 is on Thursday, and the
    next a fortnight and an hour after that, on the Thursday at 11:00.
    """
    late = world(
        tmp_path,
        "{unstable: {at first: 100 %}}",
        rosters="{thursdays: {shifts: {Thu: ['10:00-20:00']}}}",
        pools="{doctors: {roster: thursdays}}",
        zones="[{zone: City, kind: urban, numbers: {population: 9, listed: 1, staff: 1}}]",
    )
    first = 3 * DAY + 10
    assert starts(late, horizon=1100)[:3] == [(first,), (first + 337,), (first + 674,)]


def test_who_is_missed_is_due_again_and_stays_what_they_were(tmp_path):
    """All visits are missed: an hour each, and due again in two days; nobody is lost."""
    away = world(
        tmp_path, "{missed: 2 days, unstable: {at first: 100 %}}", stations="{visit: {no show: 1}}"
    )
    got = starts(away, "started risk", horizon=200)
    assert got[::3] == [(start, "first visit") for start in (0, 49, 98, 147, 196)]
    assert measured(away)["register_managed", "all"] == 0


def test_who_gives_up_waiting_is_due_again(tmp_path):
    """The doctor is away until Wednesday noon; all give up after a day, and are due again in a
    week, when the doctor is there (only those on first visits have this patience).
    """
    closed = world(
        tmp_path,
        "{missed: 1 week}",
        rosters="{late: {shifts: {Wed: ['12:00-24:00'], Mon: ['12:00-24:00']}}}",
        pools="{doctors: {roster: late}}",
        stations="{visit: {patience: 6 h}}",
    )
    # at midnight 6, given up at 6:00; due again on Monday 13, 6:00, just as long before noon:
    # patience and the opening fall together, and who waits goes first
    assert starts(closed, horizon=190)[:1] == [(180.0,)]


# ---- who goes first ------------------------------------------------------------------------------

THREE = """
worse: {group: one, severity: severe, pathway: way, enters by: {visit: 100 %},
        register: {managed: 100 %, first within: 1 day, first visits first: FIRST,
                   risks: {unstable: {at first: 100 %, every: 1 day}}}}
well: {group: one, severity: severe, pathway: way, enters by: {visit: 100 %},
       register: {managed: 100 %, first within: 1 day, first visits first: FIRST,
                  risks: {stable: {every: 1 day}}}}
fresh: {group: one, severity: severe, pathway: way, enters by: {visit: 100 %},
        register: {managed: 100 %, first within: 2 days, first visits first: FIRST, risks: {}}}
known: {register: {share: 0}}
"""


@pytest.mark.parametrize(
    "first, order", [("true", "worse fresh well"), ("false", "worse well fresh")]
)
@pytest.mark.parametrize("seed", range(4))
def test_unstable_first_then_first_visits_or_follow_ups(tmp_path, first, order, seed):
    """On Monday two are seen and found unstable and stable, both due a day later; on Tuesday the
    third joins the register, and the doctor comes at noon.
    """
    short = world(
        tmp_path,
        needs=THREE.replace("FIRST", first),
        zones="[{zone: City, kind: urban, numbers: {population: 9, listed: 3, staff: 1, one: 1}}]",
        rosters="{late: {shifts: {Mon: ['00:00-24:00'], Tue: ['12:00-24:00']}}}",
        pools="{doctors: {roster: late}}",
    )
    got = starts(short, "need started", horizon=40, seed=seed)
    assert [need for need, start in got if start >= 36] == order.split()


def test_of_equal_residents_a_draw_decides_whatever_they_are_called(tmp_path):
    """Two needs, one resident each, the same in all: either goes first in some replications."""
    needs = THREE.replace("FIRST", "true").replace(
        "{unstable: {at first: 100 %, every: 1 day}}", "{}"
    )
    tied = world(
        tmp_path,
        needs=needs.replace("2 days", "1 day"),
        zones="[{zone: City, kind: urban, numbers: {population: 9, listed: 3, staff: 1, one: 1}}]",
    )
    first = {starts(tied, "need started", horizon=3, seed=seed)[0][0] for seed in range(12)}
    assert first == {"worse", "well", "fresh"}


PLAIN = """
known: {register: {managed: 100 %, first within: 1 day, first visits first: FIRST}}
"""


def plain(tmp_path, first, residents, hours):
    data = yaml.load(WORLD)
    del data["needs"]["known"]["register"]["risks"]
    data["needs"]["known"]["register"]["first visits first"] = first
    data["stations"]["visit"] |= {"sessions": "recurring", "every": "6 days"}
    data["zones"][0]["numbers"]["listed"] = residents
    data["rosters"]["always"]["shifts"] = {"Mon": [hours]}
    data["observe"] = "6 weeks"
    with (tmp_path / "scenario.yaml").open("w", encoding="utf-8") as file:
        yaml.dump(data, file)
    return load_scenario(tmp_path)


def test_without_risks_too_the_rule_decides_who_is_ever_seen(tmp_path):
    """Six residents, three visits on Mondays, each due again before the next Monday. Follow-ups
    first: the same three each week. First visits first: all, every other week.
    """
    for first, share in ((True, 1.0), (False, 0.5)):
        got = measured(plain(tmp_path, first, 6, "09:00-12:00"))
        assert got["register_managed", "all"] == share
        assert got["register_regular", "all"] == share
    short = starts(plain(tmp_path, True, 6, "09:00-12:00"))
    assert short == [(24 * 7 * week + hour,) for week in range(6) for hour in (9, 10, 11)]


def test_where_nobody_is_short_the_rule_changes_no_byte(tmp_path):
    """Without risks, and with staff for all: to the byte, whichever rule (nobody waits)."""
    rows = []
    for first in (True, False):
        scenario = plain(tmp_path, first, 3, "00:00-24:00")
        data = simcap.simulate(compile_scenario(scenario), scenario.horizon, engine="compiled")
        rows.append(data.read().tobytes())
    assert rows[0] == rows[1] and len(rows[0]) > 0


def test_the_order_of_keys_changes_nothing(tmp_path):
    one = world(
        tmp_path,
        "{stable: {becomes: {unstable: 10 %, basically stable: 20 %}},"
        " unstable: {at first: 30 %, becomes: {stable: 40 %, basically stable: 10 %}}}",
        needs="{known: {enters by: {phone: 30 %, visit: 70 %}}}",
    )
    other = world(
        tmp_path,
        "{unstable: {becomes: {basically stable: 10 %, stable: 40 %}, at first: 30 %},"
        " stable: {becomes: {basically stable: 20 %, unstable: 10 %}}}",
        needs="{known: {enters by: {visit: 70 %, phone: 30 %}}}",
    )
    rows = [starts(each, "started kind risk") for each in (one, other)]
    assert rows[0] == rows[1]
    assert {risk for _, _, risk in rows[0]} > {"first visit", "stable"}


# ---- rates ---------------------------------------------------------------------------------------


def test_in_person_is_at_least_one_visit_in_person(tmp_path):
    for form, share in (("visit", 1.0), ("phone", 0.0)):
        data = yaml.load(WORLD)
        data["needs"]["known"]["enters by"] = {form: 1.0}
        with (tmp_path / "scenario.yaml").open("w", encoding="utf-8") as file:
            yaml.dump(data, file)
        got = measured(load_scenario(tmp_path))
        assert got["register_managed", "all"] == got["register_regular", "all"] == 1
        assert got["register_in_person", "all"] == got["register_in_person", "urban"] == share


def test_the_form_of_each_visit_is_drawn(tmp_path):
    """Five visits in the year (days 0, 91, 182, 273, 364), each in person with 20 %."""
    many = world(
        tmp_path,
        "{}",
        zones="[{zone: City, kind: urban, numbers: {population: 9, listed: 200, staff: 99}}]",
        needs="{known: {enters by: {visit: 20 %, phone: 80 %}}}",
        observe="365 days",
    )
    shares = [measured(many, seed, "compiled")["register_in_person", "all"] for seed in range(10)]
    theory = 1 - 0.8**5
    error = math.sqrt(theory * (1 - theory) / 2000)
    assert abs(np.mean(shares) - theory) <= 3.5 * error
    assert measured(many)["register_managed", "all"] == 1


def test_the_interval_of_a_gap_is_that_of_the_risk_found_before_it(tmp_path):
    """The doctor is away in July and August. Who is stable misses nothing more than the slack
    (seen on 6 January, 7 April, due on 7 July, seen on 1 September: too long a gap); who is
    unstable neither. In February and March only 20 days: the stable are regular, the unstable,
    due every fortnight, are too (20 days are less than 28); away for 30 days they are not.
    """

    def regular(risks, away):
        scenario = world(
            tmp_path,
            risks,
            school_holidays=f"[{away}]",
            rosters="{always: {during: term}}",
        )
        got = measured(scenario)
        assert got["register_managed", "all"] == 1
        return got["register_regular", "all"]

    stable, unstable = "{}", "{unstable: {at first: 100 %}}"
    assert regular(stable, "07-01 to 08-31") == regular(unstable, "07-01 to 08-31") == 0
    assert regular(stable, "02-10 to 02-21") == regular(unstable, "02-10 to 02-21") == 1
    assert regular(stable, "02-10 to 03-12") == 1 and regular(unstable, "02-10 to 03-12") == 0


def test_fifty_two_weeks_are_a_year_and_half_a_year_is_one_too(tmp_path):
    for weeks, years in ((26, 1), (52, 1), (104, 2), (260, 5)):
        made = plan(world(tmp_path, "{}", observe=f"{weeks} weeks"))
        from simcap.analysis.register import years_of

        assert years_of(made.spec) == years


# ---- loads ---------------------------------------------------------------------------------------


def test_the_offered_load_is_of_the_visits_that_fall_due(tmp_path):
    """Stable: 5 visits each in 365 days (0, 91, 182, 273, 364); and with changing risks as many as
    a run with staff for all has, within 3.5 standard errors.
    """
    from simcap.analysis.guards import offered_loads

    def demanded(scenario):
        network = compile_scenario(scenario)
        return offered_loads(network, scenario.horizon)[0].hours_demanded * scenario.horizon / 168

    assert demanded(world(tmp_path, "{}")) == pytest.approx(15)
    changing = world(
        tmp_path,
        "{unstable: {at first: 30 %, becomes: {stable: 40 %, basically stable: 10 %}},"
        " stable: {becomes: {unstable: 10 %, basically stable: 20 %}}}",
        zones="[{zone: City, kind: urban, numbers: {population: 9, listed: 200, staff: 99}}]",
        stations="{visit: {no show: 10 %}}",
    )
    network = compile_scenario(changing)
    counted = [
        int(np.isfinite(run.read()["started"]).sum())
        for run in (
            simcap.simulate(network, changing.horizon, seed=seed, engine="compiled")
            for seed in range(20)
        )
    ]
    assert len(set(counted)) > 5
    error = np.std(counted, ddof=1) / math.sqrt(20)
    assert abs(np.mean(counted) - demanded(changing)) <= 3.5 * error + 0.01 * np.mean(counted)


# ---- with other mechanisms -----------------------------------------------------------------------

BOTH = """
- {zone: City, kind: urban, numbers: {population: 9, listed: 2, staff: 2, adults: 60}}
- {zone: Village, kind: rural, numbers: {population: 9, listed: 1, staff: 0, adults: 0}}
"""


def test_pairing_brings_the_doctor_of_the_city_to_the_village(tmp_path):
    lent = world(
        tmp_path,
        "{}",
        zones=BOTH,
        mechanisms="{pairing: {pools: [doctors], pairs: {Village: City}, hours: 50 %}}",
    )
    got = starts(lent, "zone started pool", horizon=2300)
    village = [(start, pool) for zone, start, pool in got if zone == "Village"]
    assert village == [
        (0, "doctors | City | for Village"),
        (2185.2, "doctors | City | for Village"),
    ]
    assert measured(lent)["register_managed", "Village"] == 1


def test_visiting_experts_see_the_register_on_their_days(tmp_path):
    """An expert is in the Village on Tuesdays from 9 to 12; the resident is unstable, due a
    fortnight after each visit: at 9, 10 and 11 on every other Tuesday, then at 12, and so a week
    later.
    """
    tuesdays = world(
        tmp_path,
        "{unstable: {at first: 100 %}}",
        zones=BOTH,
        pools="{experts: {number: 1, roster: always}}",
        mechanisms="{visiting: {pool: experts, stations: [visit], days: {Village: Tue},"
        " hours: '09:00-12:00'}}",
    )
    got = [
        start for zone, start in starts(tuesdays, "zone started", horizon=1600) if zone != "City"
    ]
    assert got == [33, 370, 707, 1209, 1546]


def test_by_video_is_not_in_person(tmp_path):
    video = world(
        tmp_path,
        "{}",
        zones=BOTH.replace("staff: 0", "staff: 1"),
        mechanisms="{telemedicine: {stations: {visit: 100 %}, zones: [rural]}}",
    )
    got = measured(video)
    assert got["register_managed", "all"] == got["register_regular", "all"] == 1
    assert got["register_in_person", "rural"] == 0 and got["register_in_person", "urban"] == 1


def test_visits_are_postponed_in_an_emergency_and_made_up_for_after_it(tmp_path):
    """A wave of sixty on 19 January raises a red warning at hour 318, which is taken back after
    five calm reviews, at hour 348: visits due at hours 337 to 339 wait for it, and the next are a
    fortnight after them.
    """
    mechanisms = """{emergency: {watch: [hall], levels: [10, 20, 30], every: 6 h, calm: 5,
                     postpone: {visit: red}}}"""
    changes = {
        "needs": "{anyone: {group: adults, severity: mild, wave: {on: 01-19, share: 60 %},"
        " enters by: {hall: 100 %}, pathway: way}}",
        "stations": "{hall: {pools: [others], service time: 1 h, contact: lay}}",
        "pools": "{others: {number: 60, roster: always}}",
    }
    risks = "{unstable: {at first: 100 %}}"
    calm, red = (
        [
            start
            for kind, start in starts(each, "kind started", horizon=700)
            if kind == "visit" and start > 100
        ]
        for each in (
            world(tmp_path, risks, **changes),
            world(tmp_path, risks, **changes, mechanisms=mechanisms),
        )
    )
    assert calm == [337, 338, 339, 674, 675, 676]
    assert red == [348, 349, 350, 685, 686, 687]


def test_who_a_pathway_sends_on_is_visited_no_more_until_sent_back(tmp_path):
    """From a first visit all go to the clinic, and half of them are sent back after a week: as at
    first, since nobody knows what would be found.
    """
    sent = world(
        tmp_path,
        "{}",
        stations="{clinic: {pools: [doctors], service time: 1 h, contact: professional}}",
        pathways="{way: {visit: {completed: {clinic: 100 %}}, clinic: {completed: {visit: {share:"
        " 50 %, after: 1 week}}}}}",
    )
    got = starts(sent, "kind risk started", horizon=400)
    assert {(kind, risk) for kind, risk, _ in got} == {("visit", "first visit"), ("clinic", "")}
    visited = [start for kind, _, start in got if kind == "visit"]
    assert visited[:3] == [0, 1, 2] and all(start >= 172 for start in visited[3:])
    assert len(got) >= 2 * 3


# ---- faults --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "risks, text",
    [
        ("{stable: {at first: 50 %}}", "risks: at first: shares with a sum of 1 wanted, got 0.5"),
        (
            "{unstable: {becomes: {stable: 70 %, basically stable: 50 %}}}",
            "risks: unstable.becomes: shares with a sum of at most 1 wanted, got 1.2",
        ),
        (
            "{unstable: {becomes: {stable: 70 %, unstable: 20 %}}}",
            "risks: unstable.becomes: shares with a sum of 1 wanted, got 0.9",
        ),
        ("{unstable: {every: 0 h}}", "risks.unstable.every: more than 0 wanted, got 0"),
    ],
)
def test_faults_of_risks(tmp_path, risks, text):
    with pytest.raises(ScenarioError, match=re.escape(text)) as told:
        world(tmp_path, risks)
    assert re.search(r"scenario\.yaml:\d+:\d+ needs\.known\.register\.risks", str(told.value))


def test_faults_of_stations(tmp_path):
    cases = [
        ("{role: null}", "needs.known.enters by.visit: stations with `role: register` wanted of a"),
        ("{sessions: 4, every: 1 week}", "stations.visit.sessions: none wanted where a register"),
        ("{drop out: 10 %}", "stations.visit.drop out: none wanted where a register with risks"),
        ("{caseload: doctors}", "stations.visit.caseload: none wanted where a register with risks"),
    ]
    for changed, text in cases:
        with pytest.raises(ScenarioError, match=re.escape(text)):
            world(tmp_path, stations=f"{{visit: {changed}}}")


def test_what_is_resolved_reads_as_the_same(tmp_path):
    scenario = world(tmp_path, "{basically stable: {every: 3 weeks}, unstable: {at first: 10 %}}")
    (tmp_path / "again").mkdir()
    (tmp_path / "again/scenario.yaml").write_text(resolved_yaml(scenario), encoding="utf-8")
    assert load_scenario(tmp_path / "again") == scenario


# ---- the page ------------------------------------------------------------------------------------


def test_the_example_of_the_page_prints_what_it_says(tmp_path, monkeypatch, capsys):
    text = (Path(__file__).parents[2] / "docs/register.md").read_text(encoding="utf-8")
    scenario, code, printed = (
        re.search(rf"```{kind}\n(.*?)```", text, re.DOTALL)[1]
        for kind in ("yaml", "python", "text")
    )
    (tmp_path / "scenario.yaml").write_text(scenario, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    exec(code, {})
    assert capsys.readouterr().out == printed
