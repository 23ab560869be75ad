"""Recovery, satisfaction, costs, cost-benefit ratio and periods, in tiny worlds whose answers are
worked out by hand.

Forty pupils live in the City, of whom a wave brings some at midnight of 8 January, all of them to
staff who are always there.
"""

from __future__ import annotations

import copy
import math
import re
from pathlib import Path

import numpy as np
import pytest
from ruamel.yaml import YAML

import simcap
from simcap.analysis.spec import years_paid
from simcap.analysis.tally import tally
from simcap.building import load_scenario, override, resolved_yaml
from simcap.errors import ScenarioError
from simcap.network import draws, recovery
from simcap.study.notices import notices
from simcap.study.plan import plan

yaml = YAML(typ="safe", pure=True)
yaml.width = 1000
WORLD = """
name: outcomes
start: 2025-01-01
warm up: 0 h
observe: 26 weeks
run out: 26 weeks
zones:
  - {zone: City, kind: urban, numbers: {population: 100, pupils: 40}}
needs:
  pupils: {group: pupils, severity: mild, wave: {on: 01-08, share: 50 %}, pathway: way,
           enters by: {course: 100 %}}
rosters: {always: {shifts: {Mon-Sun: ["00:00-24:00"]}, holidays: open}}
pools: {staff: {number: 20, roster: always, cost each: 1000 CNY per year}}
stations:
  course: {place: district, pools: [staff], service time: 1 h, contact: professional,
           treatment: true}
pathways: {way: {}}
"""


def merged(base, changes):
    """``base`` with ``changes`` laid over it; None takes a key away."""
    result = copy.deepcopy(base)
    for key, value in changes.items():
        if value is None:
            result.pop(key)
        elif isinstance(value, dict) and isinstance(result.get(key), dict):
            result[key] = merged(result[key], value)
        else:
            result[key] = value
    return result


def world(tmp_path, changes="{}"):
    data = merged(yaml.load(WORLD), yaml.load(changes))
    with (tmp_path / "scenario.yaml").open("w", encoding="utf-8") as file:
        yaml.dump(data, file)
    return load_scenario(tmp_path)


def told(scenario, seed=1, replication=0, engine="compiled"):
    """{(measure, place, group): value} of one replication."""
    made = plan(scenario)
    run = simcap.simulate(made.network, made.spec.horizon, seed, replication, engine)
    rows = made.sheet.rows(tally(run, made.spec, made.sheet.at), run)
    assert len({(row.measure, row.place, row.group) for row in rows}) == len(rows)
    return {(row.measure, row.place, row.group): row.value for row in rows}


def of_all(got, *measures):
    return [got[measure, "all", "all"] for measure in measures]


def table(*rows):
    return f"outcomes: {{recovery: {{source: made up, rows: [{', '.join(rows)}]}}}}"


# ---- recovery ------------------------------------------------------------------------------------

FROM_TWO = ("{sessions: 0, recovered: 0 %}", "{sessions: 2, recovered: 100 %}")


@pytest.mark.parametrize(
    "course, rows, recovered, began",
    [
        ("sessions: 2, every: 1 week", FROM_TWO, 20, 20),
        ("sessions: 3, every: 1 week", FROM_TWO, 20, 20),
        ("sessions: 1", FROM_TWO, 0, 20),
        ("sessions: 1", ("{recovered: 100 %}",), 20, 20),
        ("no show: 100 %", ("{recovered: 100 %}", "{sessions: 1, recovered: 0 %}"), 20, 0),
        ("no show: 100 %", FROM_TWO, 0, 0),
        ("treatment: false", ("{recovered: 100 %}", "{sessions: 1, recovered: 0 %}"), 20, 0),
    ],
)
def test_recovery_is_that_of_the_sessions_attended(tmp_path, course, rows, recovered, began):
    """All who were sent to it come; who does not come, or was at no treatment, has no session."""
    got = told(world(tmp_path, f"{{stations: {{course: {{{course}}}}}, {table(*rows)}}}"))
    shown = of_all(got, "people_in_course", "recovery", "recovery_of_need")
    np.testing.assert_array_equal(
        shown, [began, recovered / 20 if began else math.nan, recovered / 20]
    )


def test_recovery_is_that_of_the_wait_to_the_first_session(tmp_path):
    """One member of staff sees the twenty one after the other, an hour each: ten wait less than ten
    hours.
    """
    rows = ("{recovered: 0 %}", "{sessions: 1, recovered: 100 %}")
    late = "{sessions: 1, wait: 10 h, recovered: 0 %}"
    one = "pools: {staff: {number: 1}}"
    got = told(world(tmp_path, f"{{{one}, {table(*rows, late)}}}"))
    assert of_all(got, "recovery") == [0.5]
    got = told(world(tmp_path, f"{{{one}, {table(late, *reversed(rows))}}}"))
    assert of_all(got, "recovery") == [0.5], "whatever the order of the rows"


def test_who_never_asks_recovers_as_without_a_session(tmp_path):
    """Ten of twenty in need ask, and all of them recover, and so does a fifth of the others."""
    rows = table("{recovered: 20 %}", "{sessions: 1, recovered: 100 %}")
    got = told(world(tmp_path, f"{{needs: {{pupils: {{seeks help: 50 %}}}}, {rows}}}"))
    assert of_all(got, "people_in_need", "people_in_course", "recovery") == [20, 10, 1.0]
    assert of_all(got, "recovery_of_need") == [pytest.approx((10 + 0.2 * 10) / 20)]


def test_an_episode_that_goes_on_has_not_ended_in_recovery(tmp_path):
    """Of the 52 weekly sessions the run sees 51."""
    long = "stations: {course: {sessions: 52, every: 1 week}}"
    got = told(world(tmp_path, f"{{{long}, {table('{recovered: 100 %}')}}}"))
    assert of_all(got, "people_in_course", "recovery", "recovery_of_need") == [20, 0.0, 0.0]


MORE = """
pools: {staff: {number: 4000}}
zones: [{zone: City, kind: urban, numbers: {population: 9000, pupils: 8000}}]
"""


def test_recovery_is_a_keyed_draw_of_each_resident(tmp_path):
    """4,000 residents of whom 30 % recover: just those whose draw, by stream and number, is at most
    0.3; in CPython as in machine code.
    """
    scenario = world(tmp_path, MORE + table("{recovered: 30 %}"))
    (stream,) = plan(scenario).network.arrivals
    for replication in (0, 3):
        wanted = recovering(stream.name, 4000, 0.3, replication=replication)
        got = told(scenario, replication=replication)
        assert of_all(got, "recovery") == [np.mean(wanted)]
        assert abs(np.mean(wanted) - 0.3) <= 3.5 * math.sqrt(0.3 * 0.7 / 4000)


def recovering(stream, number, share, episode=0, replication=0):
    """Who of so many residents recovers, in CPython; unsigned words wrap around."""
    key = draws.name_key(stream)
    with np.errstate(over="ignore"):
        return [recovery.recovered(1, replication, key, i, episode, share) for i in range(number)]


def test_who_recovers_where_few_do_also_does_where_more_do():
    few, many = (recovering("pupils", 2000, share) for share in (0.2, 0.5))
    assert all(b for a, b in zip(few, many, strict=True) if a) and sum(few) < sum(many)
    assert recovering("pupils", 2000, 0.2, episode=1) != few, "a later episode is another draw"
    assert not any(recovering("pupils", 2000, 0.0)) and all(recovering("pupils", 2000, 1.0))


OTHER = """
zones: [{zone: City, kind: urban, numbers: {population: 100, pupils: 40, adults: 30}}]
needs:
  adults: {group: adults, severity: severe, wave: {on: 01-08, share: 1}, pathway: way,
           enters by: {talk: 1}}
stations:
  talk: {place: district, pools: [staff], service time: 1 h, contact: lay, treatment: true}
  chat: {place: district, pools: [staff], service time: 1 h, contact: lay, treatment: true,
         part of: talk}
"""


@pytest.mark.parametrize(
    "rows, pupils, adults",
    [
        (["{recovered: 1}"], 1, 1),
        (["{recovered: 0}", "{need: adults, recovered: 1}"], 0, 1),
        (["{recovered: 0}", "{need: [adults, pupils], recovered: 1}"], 1, 1),
        (["{recovered: 0}", "{station: talk, recovered: 1}"], 0, 1),
        (["{recovered: 0}", "{station: [talk, course], recovered: 1}"], 1, 1),
        (["{need: adults, recovered: 1}", "{need: pupils, recovered: 0}"], 0, 1),
        (["{recovered: 0}", "{need: adults, recovered: 0}", "{station: talk, recovered: 1}"], 0, 1),
        (["{recovered: 0}", "{station: talk, need: pupils, recovered: 1}"], 0, 0),
        (["{need: adults, recovered: 0}", "{recovered: 1}", "{sessions: 1, recovered: 0}",
          "{need: adults, sessions: 1, recovered: 1}"], 0, 1),
    ],
)  # fmt: skip
def test_rows_of_a_need_and_of_a_kind_of_treatment(tmp_path, rows, pupils, adults):
    got = told(world(tmp_path, f"{OTHER}\n{table(*rows)}"))
    assert got["recovery", "all", "need: pupils"] == pupils
    assert got["recovery", "all", "need: adults"] == adults
    assert got["recovery", "urban", "severity: severe"] == adults
    assert of_all(got, "recovery") == [(20 * pupils + 30 * adults) / 50]


def test_a_part_has_the_rows_of_its_whole_unless_it_has_its_own(tmp_path):
    chat = f"{OTHER}\n".replace("enters by: {talk: 1}", "enters by: {chat: 1}")
    whole = ["{recovered: 0}", "{station: talk, recovered: 1}"]
    got = told(world(tmp_path, f"{chat}{table(*whole)}"))
    assert got["recovery", "all", "need: adults"] == 1
    got = told(world(tmp_path, f"{chat}{table(*whole, '{station: chat, recovered: 0}')}"))
    assert got["recovery", "all", "need: adults"] == 0


def test_the_last_treatment_decides_and_all_sessions_count(tmp_path):
    """From the talk on to the course: two sessions, the last of them there."""
    way = OTHER + "pathways: {way: {talk: {completed: {course: 1}}}}\n"
    rows = ["{recovered: 0}", "{station: talk, recovered: 1}"]
    got = told(world(tmp_path, way + table(*rows)))
    assert got["recovery", "all", "need: adults"] == 0
    rows = ["{recovered: 0}", "{sessions: 2, recovered: 1}"]
    got = told(world(tmp_path, way + table(*rows)))
    assert got["recovery", "all", "need: adults"] == 1
    assert got["recovery", "all", "need: pupils"] == 0


def test_without_a_table_recovery_is_a_line_in_coverage(tmp_path):
    got = told(world(tmp_path))
    assert of_all(got, "coverage_of_need", "recovery") == [1.0, pytest.approx(0.5)]
    assert ("recovery_of_need", "all", "all") not in got
    assert of_all(got, "quality_of_life") == [70]
    assert of_all(got, "cost_per_recovery") == [pytest.approx(20_000 * (182 / 365.25) / (0.5 * 20))]


ROWS = "outcomes.recovery.rows"


@pytest.mark.parametrize(
    "recovery, said",
    [
        (
            "{source: made up, rows: [{sessions: 1, recovered: 50 %}]}",
            "outcomes.recovery.rows: a row with sessions: 0 wanted for the need 'pupils', got none",
        ),
        (
            "{source: made up, rows: [{recovered: 10 %}, {need: pupils, sessions: 2,"
            " recovered: 50 %}]}",
            "outcomes.recovery.rows: a row with sessions: 0 wanted for the need 'pupils', got none",
        ),
        (
            "{source: made up, rows: [{recovered: 10 %}, {station: course, sessions: 2,"
            " recovered: 50 %}]}",
            "outcomes.recovery.rows: a row with sessions: 1, or less, and without a wait wanted"
            " for the station 'course', got none",
        ),
        (
            "{source: made up, rows: [{recovered: 10 %}, {need: pupil, recovered: 50 %}]}",
            "outcomes.recovery.rows.1.need: no need is called 'pupil'; did you mean 'pupils'?",
        ),
        (
            "{source: made up, rows: [{recovered: 10 %}, {station: cours, recovered: 50 %}]}",
            "outcomes.recovery.rows.1.station: no station is called 'cours'; did you mean"
            " 'course'?",
        ),
        (
            "{source: made up, rows: [{recovered: 10 %}, {recovered: 50 %}]}",
            "outcomes.recovery.rows.1: each row of a need and a station once wanted, got one"
            " twice",
        ),
        (
            "{source: made up, rows: [{recovered: 10 %}, {wait: 1 week, recovered: 50 %}]}",
            "outcomes.recovery.rows.1.wait: sessions: 1, or more, wanted beside it: of who has no"
            " session, no wait is known",
        ),
        (
            "{rows: [{recovered: 10 %}]}",
            "outcomes.recovery.source: this key is wanted and missing",
        ),
        (
            "{source: made up, rows: [{recovered: 110 %}]}",
            "outcomes.recovery.rows.0.recovered: a share from 0 to 1 or a percentage such as"
            " \"30 %\" wanted, got '110 %'",
        ),
        (
            "{base: 0.3, slop: 0.2}",
            "outcomes.recovery.slop: unknown key; did you mean 'slope'?",
        ),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_table_is_said_at_its_place(tmp_path, recovery, said):
    with pytest.raises(ScenarioError) as problem:
        world(tmp_path, f"outcomes: {{recovery: {recovery}}}")
    found = [fault.partition("scenario.yaml:")[2] for fault in problem.value.faults]
    assert all(re.match(r"\d+:\d+ ", fault) for fault in found), found
    assert said in [fault.partition(" ")[2] for fault in found], found


def test_a_table_is_read_again_from_the_resolved_scenario_and_a_factor_sets_it(tmp_path):
    rows = (
        "{recovered: 10 %}",
        "{need: pupils, station: course, recovered: 25 %}",
        "{station: course, recovered: 20 %}",
        "{need: pupils, recovered: 0}",
    )
    scenario = world(
        tmp_path, table(*rows)[:-1] + ", satisfaction: {per week: 2, per repeat: 1}, discount: 3 %}"
    )
    again = tmp_path / "again"
    again.mkdir()
    (again / "scenario.yaml").write_text(resolved_yaml(scenario), encoding="utf-8")
    assert load_scenario(again) == scenario
    assert told(load_scenario(again)) == pytest.approx(told(scenario), nan_ok=True)
    other = override(scenario, "outcomes.satisfaction.per_week", 9)
    assert other.outcomes.satisfaction.per_week == 9


def test_rows_that_hold_for_nobody_are_noticed(tmp_path):
    hall = "hall: {place: district, pools: [staff], service time: 1 h, contact: lay}"
    rows = table("{recovered: 1}", "{station: [hall, course], recovered: 0}")
    said = notices(world(tmp_path, f"{{stations: {{{hall}}}, {rows}}}"))
    assert (
        "outcomes.recovery: its rows of hall hold for nobody: it has no `treatment: true`" in said
    )
    assert not [text for text in said if "rows of course" in text]
    said = notices(world(tmp_path, f"{{stations: {{course: {{treatment: false}}}}, {rows}}}"
                         .replace("hall, ", "")))  # fmt: skip
    assert (
        "outcomes.recovery: no station has `treatment: true`: nobody begins a course, and the rows"
        " of 0 sessions hold for all"
    ) in said


# ---- satisfaction --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "points, wanted",
    [
        ("", 100 - 5 * 9.5 / 168),
        ("outcomes: {satisfaction: {per week: 1680}}", sum(100 - 10 * k for k in range(10)) / 20),
        ("outcomes: {satisfaction: {per week: 0}}", 100),
    ],
)
def test_satisfaction_falls_with_each_residents_own_wait_down_to_nothing(tmp_path, points, wanted):
    """Twenty wait 0, 1, … 19 hours; at ten points an hour the last ten are at 0."""
    got = told(world(tmp_path, f"{points}\npools: {{staff: {{number: 1}}}}"))
    assert of_all(got, "satisfaction", "satisfaction_of_seekers") == [pytest.approx(wanted)] * 2


def test_who_gave_up_counts_among_those_who_asked(tmp_path):
    """One is seen at once; nineteen wait a week in vain and are at 95."""
    got = told(
        world(
            tmp_path,
            "{pools: {staff: {number: 1}}, stations: {course: {service time: 2 weeks, patience:"
            " {fixed: 1 week}}}}",
        )
    )
    assert of_all(got, "satisfaction") == [100]
    assert of_all(got, "satisfaction_of_seekers") == [pytest.approx((100 + 19 * 95) / 20)]


AGAIN = """
needs: {pupils: {enters by: {course: null, hall: 1}}}
stations:
  hall: {place: district, pools: [staff], service time: 1 h, contact: lay}
  assessment: {place: district, pools: [staff], service time: 1 h, contact: professional}
  course: {assessment: assessment}
pathways: {way: {hall: {completed: {course: {share: 1, by: referral}}}}}
collaboration:
  level: 0
  referral completion: {at: {0: 1}}
  referral delay: {at: {0: 0 h}, varies: false}
  duplicate assessment: {at: {0: DUPLICATE}}
"""


@pytest.mark.parametrize("duplicate, lost", [("1", 10), ("0", 0)])
def test_an_assessment_after_a_hand_off_is_a_repeat_unless_the_record_was_shared(
    tmp_path, duplicate, lost
):
    """The hall's hour passes before the professional's, whichever that is."""
    got = told(world(tmp_path, AGAIN.replace("DUPLICATE", duplicate)))
    assert of_all(got, "duplicate_assessments") == [20 if lost else 0]
    assert of_all(got, "satisfaction") == [pytest.approx(100 - 5 * 1 / 168 - lost)]


# ---- costs ---------------------------------------------------------------------------------------

TWO_CHANNELS = """
zones: [{zone: City, kind: urban, numbers: {population: 100, pupils: 40, adults: 10}}]
needs:
  adults: {group: adults, severity: severe, wave: {on: 02-01, share: 1}, pathway: way,
           enters by: {line: 1}}
pools:
  staff: {funded by: {government: 75 %, lottery: 25 %}}
  seats: {number: 3, roster: always, cost each: 500 CNY per year, funded by: government}
  spare: {number: 2, roster: always, cost each: 10 CNY per year}
stations:
  line: {place: district, pools: [staff, seats], team: true, service time: 6 h, contact: lay}
  drill: {place: district, pools: [spare], service time: 1 h, contact: none}
"""


def test_pay_by_role_source_and_channel(tmp_path):
    """Staff work 20 hours at the course and 60 on the line, seats 60 on the line, idle as they are
    for the rest of the half year; the spare ones work none.
    """
    got = told(world(tmp_path, TWO_CHANNELS))
    costs = {group: value for (name, _, group), value in got.items() if name == "cost"}
    assert costs == pytest.approx(
        {
            "role: staff": 20_000,
            "role: seats": 1_500,
            "role: spare": 20,
            "source: government": 15_000 + 1_500,
            "source: lottery": 5_000,
            "source: not stated": 20,
            "channel: course": 5_000,
            "channel: line": 15_000 + 1_500,
            "channel: no hours worked": 20,
        }
    )
    assert of_all(got, "total_cost") == [21_520]


def test_lent_hours_cost_what_their_own_role_does(tmp_path):
    """The Village's people see nobody of their own; what they do for the City they are paid for."""
    lent = """
zones:
  - {zone: City, kind: urban, numbers: {population: 100, pupils: 40, staff: 0}}
  - {zone: Village, kind: rural, numbers: {population: 100, pupils: 0, staff: 20}}
pools: {staff: {number: null, per: zone, from: staff, shared: true}}
stations: {course: {place: zone}}
collaboration: {level: 1, shared hours: {at: {0: 1}}}
"""
    got = told(world(tmp_path, lent))
    assert of_all(got, "people_covered") == [20]
    assert got["cost", "all", "role: staff"] == got["cost", "all", "channel: course"] == 20_000


@pytest.mark.parametrize(
    "start, begin, days, years",
    [
        ("2025-01-01", 0, 365, 1),
        ("2025-01-01", 0, 364, 364 / 365.25),
        ("2025-01-01", 0, 730, 2),
        ("2024-01-01", 0, 366, 1),
        ("2024-01-01", 31, 366, 1),
        ("2025-01-01", 0, 366, 366 / 365.25),
        ("2025-01-01", 0, 182, 182 / 365.25),
    ],
)
def test_years_of_pay(start, begin, days, years):
    import datetime

    first = datetime.date.fromisoformat(start).toordinal()
    assert years_paid(first, 24.0 * begin, 24.0 * (begin + days)) == pytest.approx(years, rel=1e-15)


def test_cost_per_recovery_and_per_resident_reached(tmp_path):
    """Half of the twenty recover; 182 days."""
    half = table("{recovered: 0}", "{sessions: 1, recovered: 1}",
                 "{sessions: 1, wait: 10 h, recovered: 0}")  # fmt: skip
    got = told(world(tmp_path, f"{{{half}, pools: {{staff: {{number: 1}}}}}}"))
    spent = 1000 * 182 / 365.25
    assert of_all(got, "cost_per_reached", "cost_per_recovery") == pytest.approx(
        [spent / 20, spent / 10]
    )


# ---- cost-benefit ratio --------------------------------------------------------------------------

YEARS = """
observe: 730 days
run out: 0 h
needs: {pupils: {seeks help: 50 %, enters by: {course: null, hall: 1}}}
stations:
  hall: {place: district, pools: [staff], service time: 1 h, contact: lay}
pathways: {way: {hall: {completed: {course: {share: 1, after: 52 weeks}}}}}
targets: {first contact: 53 weeks}
"""


def test_over_several_years_costs_and_benefits_are_summed_and_discounted(tmp_path):
    """Ten of each year's twenty in need ask, and see a professional a year later, which is in time;
    but those of the second year would only after the end of the run. C = 1/2, then 0: θ · QOL = 0.4
    × 65 = 26, then 0.3 × 60 = 18.
    """
    discounted = (2 + 2 / 1.25) / (26 + 18 / 1.25)
    for discount, wanted in (("0", (2 + 2) / (26 + 18)), ("25 %", discounted)):
        scenario = world(tmp_path, f"{YEARS}\noutcomes: {{discount: {discount}}}")
        got = told(scenario)
        assert got["coverage_of_need", "all", "year: 1"] == 0.5
        assert got["coverage_of_need", "all", "year: 2"] == 0.0
        assert got["recovery", "all", "year: 1"] == pytest.approx(0.4)
        assert got["quality_of_life", "all", "year: 2"] == pytest.approx(60)
        assert got["cost_benefit_ratio", "all", "year: 1"] == pytest.approx(2 / 26)
        assert got["cost_benefit_ratio", "all", "year: 2"] == pytest.approx(2 / 18)
        assert of_all(got, "cost_benefit_ratio") == [pytest.approx(wanted)]
        assert of_all(got, "total_cost") == [20_000]


def test_years_are_not_told_where_it_says_so_and_count_nevertheless(tmp_path):
    scenario = world(tmp_path, f"{YEARS}\nresults by: []")
    got = told(scenario)
    assert not [group for _, _, group in got if "year: " in group]
    assert of_all(got, "cost_benefit_ratio") == [pytest.approx(4 / 44)]


def test_with_a_table_the_ratio_is_that_of_its_recovery(tmp_path):
    """Of those who began a course all recover, 100 % × 65."""
    rows = table("{recovered: 0}", "{sessions: 1, recovered: 1}")
    years = YEARS.replace("run out: 0 h\n", "")
    got = told(world(tmp_path, f"{years}\n{rows}\nrun out: 60 weeks"))
    assert got["cost_benefit_ratio", "all", "year: 1"] == pytest.approx(2 / 65)
    assert of_all(got, "cost_benefit_ratio") == [pytest.approx(4 / (65 + 65))]


# ---- periods -------------------------------------------------------------------------------------

QUARTERS = """
results by: [quarter, week]
needs: {pupils: {wave: {on: 03-31}, seeks help: 50 %}}
stations: {course: {sessions: 2, every: 1 week, service time: 2 h}}
"""


def test_persons_by_the_quarter_of_asking_and_hours_by_that_of_the_event(tmp_path):
    """Ten ask at midnight of 31 March, of twenty in need, and come a week later again."""
    got = told(world(tmp_path, QUARTERS))
    groups = [f"quarter: 2025 Q{i}" for i in (1, 2, 3)]
    assert {group for _, _, group in got if group.startswith("quarter: ")} == set(groups)

    def by_quarter(measure, place="all", of=""):
        return [got[measure, place, of + group] for group in groups]

    assert by_quarter("people_in_need") == [20, 0, 0]
    assert by_quarter("people_asking", "City") == [10, 0, 0]
    assert by_quarter("people_covered", "urban") == [10, 0, 0]
    assert got["coverage_of_need", "all", groups[0]] == 0.5
    assert got["treated_of_seekers", "all", groups[0]] == 1.0
    assert got["satisfaction", "all", groups[0]] == 100
    assert math.isnan(got["coverage_of_need", "all", groups[1]])
    assert by_quarter("contacts") == by_quarter("contacts", of="station: course, ") == [10, 10, 0]
    weeks = [90 / 7, 91 / 7, 1 / 7]
    assert by_quarter("hours_worked", of="pool: staff, ") == pytest.approx(
        [20 / weeks[0], 20 / weeks[1], 0]
    )
    assert by_quarter("hours_rostered", of="pool: staff, ") == pytest.approx([20 * 168] * 3)
    assert by_quarter("utilisation", of="pool: staff, ") == pytest.approx(
        [1 / (weeks[0] * 168), 1 / (weeks[1] * 168), 0]
    )
    assert got["contacts", "all", "all"] == 20


def test_an_hour_on_both_sides_of_midnight_is_of_both_quarters(tmp_path):
    """Thirty hours from midnight of 31 March on: 24 in the first quarter, 6 in the second; the
    contact is where it began.
    """
    once = QUARTERS.replace("sessions: 2, every: 1 week, service time: 2 h", "service time: 30 h")
    got = told(world(tmp_path, once))
    worked = [got["hours_worked", "all", f"pool: staff, quarter: 2025 Q{i}"] for i in (1, 2)]
    assert worked == pytest.approx([240 * 7 / 90, 60 * 7 / 91])
    assert [got["contacts", "all", f"quarter: 2025 Q{i}"] for i in (1, 2)] == [10, 0]


FOUND = """
observe: 365 days
results by: [quarter]
zones: [{zone: City, kind: urban, numbers: {population: 900, pupils: 400}}]
needs: {pupils: {wave: null, in need: 90 % per year, seeks help: 20 %}}
mechanisms:
  outreach: {called: team, pool: staff, visits: 20, time: 15 min, finds: 100 %, needs: [pupils],
             enters: course}
"""


def test_who_is_found_counts_in_the_quarter_in_which_they_are(tmp_path):
    """Whose need began in the observed year, by when they first stood at the course; those who do
    in the half year after it count in none. Who never does recovers as without a session.
    """
    rows = table("{recovered: 25 %}", "{sessions: 1, recovered: 1}")
    made = plan(world(tmp_path, FOUND + rows))
    run = simcap.simulate(made.network, made.spec.horizon, 1, engine="simpy")
    got = told(world(tmp_path, FOUND + rows), engine="simpy")
    visits = run.frame()
    joined = visits[visits["station"].str.startswith("course") & (visits["arrived"] < 8760)]
    asked = joined.groupby(["stream", "resident"])["joined"].min()
    assert (joined["joined"] - joined["arrived"]).max() > 1000 and asked.max() > 8760
    edges = [0, 90 * 24, 181 * 24, 273 * 24, 8760]
    for i in range(4):
        mine = int(((asked >= edges[i]) & (asked < edges[i + 1])).sum())
        group = f"quarter: 2025 Q{i + 1}"
        assert got["people_asking", "all", group] == got["people_in_course", "all", group] == mine
        assert got["satisfaction", "all", group] == 100, "the wait is from asking"
    assert of_all(got, "people_asking", "recovery") == [len(asked), 1]
    need = got["people_in_need", "all", "all"]
    assert of_all(got, "recovery_of_need") == [
        pytest.approx((len(asked) + 0.25 * (need - len(asked))) / need)
    ]


def test_a_weeks_queue_is_its_mean_over_the_week(tmp_path):
    """Three come at midnight of the eighth, the second week's beginning, to one who takes a hundred
    hours for each: two wait 100 hours, one a hundred more, 68 of these in that week.
    """
    changes = """
results by: [week]
zones: [{zone: City, kind: urban, numbers: {population: 100, pupils: 6}}]
pools: {staff: {number: 1}}
stations: {course: {service time: 100 h}}
"""
    got = told(world(tmp_path, changes))
    for of in ("station: course", "pool: staff"):
        weeks = {
            group.rpartition(": ")[2]: value
            for (name, _, group), value in got.items()
            if name == "queue_mean" and group.startswith(f"{of}, week: ")
        }
        assert len(weeks) == 26 and list(weeks)[:3] == ["2025-01-01", "2025-01-08", "2025-01-15"]
        assert list(weeks.values())[:3] == pytest.approx([0, 268 / 168, 32 / 168])
        assert sum(weeks.values()) / 26 == pytest.approx(got["queue_mean", "all", of])


def test_what_is_not_asked_for_is_not_told_and_changes_nothing(tmp_path):
    plain = told(world(tmp_path))
    asked = told(world(tmp_path, "results by: [quarter, year, week]"))
    assert not [group for _, _, group in plain if ", week: " in group or "quarter: " in group]
    assert {key: asked[key] for key in plain} == pytest.approx(plain, nan_ok=True, rel=0, abs=0)
    assert asked["coverage_of_need", "all", "year: 1"] == plain["coverage_of_need", "all", "all"]


# ---- all of them ---------------------------------------------------------------------------------


MIXED = """
results by: [year, quarter]
pools: {staff: {funded by: {lottery: 25 %, government: 75 %}}}
stations: {course: {no show: 40 %, sessions: 3, every: 1 week}}
outcomes:
  recovery:
    source: made up
    rows: [{recovered: 20 %}, {sessions: 2, recovered: 50 %}, {need: adults, recovered: 30 %},
           {station: talk, need: adults, recovered: 60 %}]
"""


def test_no_result_hangs_on_the_order_of_rows_or_keys_or_on_the_engine(tmp_path):
    changes = merged(yaml.load(OTHER), yaml.load(MIXED))
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    data = merged(yaml.load(WORLD), changes)
    found = []
    for where, order, engine in (("a", 1, "compiled"), ("b", -1, "simpy")):
        with (tmp_path / where / "scenario.yaml").open("w", encoding="utf-8") as file:
            yaml.dump(permuted(data, order), file)
        found.append(told(load_scenario(tmp_path / where), seed=4, engine=engine))
    assert found[0].keys() == found[1].keys()
    assert found[0] == pytest.approx(found[1], nan_ok=True, rel=0, abs=0)
    assert 0 < found[0]["recovery", "all", "all"] < 1


def permuted(data, order):
    """The rows and keys of ``data`` in this order, or in its reverse; a line of the pools of one
    station keeps its order, which says who is asked first.
    """
    if isinstance(data, dict):
        return {
            key: value if key == "pools" and isinstance(value, list) else permuted(value, order)
            for key, value in list(data.items())[::order]
        }
    if isinstance(data, list) and data and isinstance(data[0], dict):
        return [permuted(value, order) for value in data[::order]]
    return data


def test_docs_name_what_a_scenario_may_say():
    text = (Path(simcap.__file__).parent.parent / "docs/measures.md").read_text(encoding="utf-8")
    for word in ("results by", "recovery", "discount", "funded by"):
        assert word in text
