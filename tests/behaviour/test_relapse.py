"""Who recovers after a course, relapses and comes back: worked out by hand, and by theory.

4,000 pupils fall into need at midnight of 8 January; all of them are attended at once for an hour.
"""

from __future__ import annotations

import math
import re

import numpy as np
import pytest
from conftest import at, log
from ruamel.yaml import YAML
from test_outcomes import merged, of_all, table, told

import simcap
from simcap.building import load_scenario
from simcap.building.arrangement import described
from simcap.errors import NetworkError, ScenarioError
from simcap.network import Network, Pool, Recovery, Station, draws, recovery
from simcap.study.notices import notices
from simcap.study.plan import plan

yaml = YAML(typ="safe", pure=True)
yaml.width = 1000
WORLD = """
name: relapse
start: 2025-01-01
warm up: 0 h
observe: 731 days
run out: 2 weeks
zones:
  - {zone: City, kind: urban, numbers: {population: 9000, pupils: 8000}}
needs:
  pupils: {group: pupils, severity: mild, wave: {on: 01-08, share: 50 %}, pathway: way,
           enters by: {course: 100 %}}
rosters: {always: {shifts: {Mon-Sun: ["00:00-24:00"]}, holidays: open}}
pools: {staff: {number: 9000, roster: always}}
stations:
  course: {place: district, pools: [staff], service time: 1 h, contact: professional,
           treatment: true}
pathways: {way: {}}
"""
ONCE = "{observe: 360 days, run out: 0 h}"
"""A year with one wave."""
END = 731 * 24.0
RELAPSE = "mechanisms: {relapse: {within 24 months: 40 %, returns: 0 %}}"


def world(tmp_path, *changes):
    data = yaml.load(WORLD)
    for change in changes:
        data = merged(data, yaml.load(change))
    with (tmp_path / "scenario.yaml").open("w", encoding="utf-8") as file:
        yaml.dump(data, file)
    return load_scenario(tmp_path)


def hazard(share):
    return -math.log(1 - share) / 17520


def agrees(found, mean, variance):
    assert abs(found - mean) <= 3.5 * math.sqrt(variance), (found, mean)


# ---- shares and rates ----------------------------------------------------------------------------


def test_the_share_relapses_within_24_months_at_a_constant_hazard(tmp_path):
    """Of the first wave's 4,000, an hour's course after 168 h, and of the second's a year later."""
    got = told(world(tmp_path, table("{recovered: 100 %}"), RELAPSE))
    recovered, relapses, returns = of_all(got, "recovered_after_course", "relapses", "returns")
    assert (recovered, returns) == (8000, 0)
    parts = [1 - math.exp(-hazard(0.4) * (END - 169 - 8760 * year)) for year in (0, 1)]
    assert parts[0] == pytest.approx(0.4, abs=3e-3)
    agrees(relapses, 4000 * sum(parts), 4000 * sum(part * (1 - part) for part in parts))


def test_those_who_come_back_are_attended_again_and_may_relapse_again(tmp_path):
    """All recover, and all who relapse come back: a renewal process of relapses for each."""
    often = "mechanisms: {relapse: {within 24 months: 90 %}}"
    got = told(world(tmp_path, ONCE, table("{recovered: 100 %}"), often))
    relapses, returns, contacts = of_all(got, "relapses", "returns", "contacts")
    mean = 4000 * hazard(0.9) * (360 * 24 - 169)
    agrees(relapses, mean, mean)
    assert relapses == returns
    assert 0 <= 4000 + returns - contacts <= 5, "who returned in the last hour is not done"


def test_half_of_those_who_relapse_come_back(tmp_path):
    half = "mechanisms: {relapse: {within 24 months: 90 %, returns: 50 %}}"
    got = told(world(tmp_path, ONCE, table("{recovered: 100 %}"), half))
    relapses, returns = of_all(got, "relapses", "returns")
    agrees(returns, relapses / 2, relapses / 4)


def test_each_episode_has_a_recovery_of_its_own(tmp_path):
    """At a hazard so high that all that can come has come: a geometric number of recoveries."""
    soon = "mechanisms: {relapse: {within 24 months: 99.9999999 %, recovered: 50 %}}"
    got = told(world(tmp_path, "{observe: 731 days, needs: {pupils: {wave: {on: 01-08}}}}", soon))
    first_waves = 8000
    (recovered,) = of_all(got, "recovered_after_course")
    # the second wave has 371 days: seven mean times to a relapse (845 h)
    agrees(recovered, first_waves, 2 * first_waves)


# ---- what a return is ----------------------------------------------------------------------------

OLD_NEED = (
    "people_in_need",
    "people_asking",
    "people_covered",
    "any_contact_of_need",
    "professional_of_need",
    "people_in_course",
    "coverage",
    "wait_mean",
    "recovery",
    "recovery_of_need",
    "satisfaction",
)


def test_a_return_is_the_old_need(tmp_path):
    """Attendances rise; who needs help, who is covered, and how long they waited stay."""
    rows = table("{recovered: 30 %}", "{sessions: 1, recovered: 60 %}")
    before = told(world(tmp_path, rows))
    often = "mechanisms: {relapse: {within 24 months: 90 %, returns: 50 %}}"
    after = told(world(tmp_path, rows, often))
    shown = [name for name in OLD_NEED if (name, "all", "all") in before]
    assert len(shown) >= 8
    np.testing.assert_array_equal(of_all(after, *shown), of_all(before, *shown))
    (returns,) = of_all(after, "returns")
    assert returns > 1000
    more = of_all(after, "contacts")[0] - of_all(before, "contacts")[0]
    assert 0 <= returns - more <= 5


LATER = """
stations:
  talk: {place: district, pools: [staff], service time: 1 h, contact: lay, treatment: true}
  course: {treatment: false}
needs: {pupils: {enters by: {course: null, talk: 100 %}}}
pathways: {way: {talk: {completed: {course: {share: 50 %}}}}}
"""


def test_who_sees_a_professional_only_after_a_return_counts_as_before(tmp_path):
    """Of those who only had the talk, half see a professional when they come back."""
    rows = table("{recovered: 100 %}")
    before = told(world(tmp_path, LATER, rows))
    often = "mechanisms: {relapse: {within 24 months: 90 %}}"
    after = told(world(tmp_path, LATER, rows, often))
    names = ("professional_of_need", "people_covered", "wait_mean", "people_asking")
    np.testing.assert_array_equal(of_all(after, *names), of_all(before, *names))
    assert of_all(after, "contacts")[0] > of_all(before, "contacts")[0] + 1000


CRISIS = """
targets: {crisis response: 1 h}
stations: {course: {role: crisis, treatment: true, service time: 2 h}}
pools: {staff: {number: 4000}}
"""


def test_a_crisis_after_a_relapse_is_answered_from_when_they_ask_again(tmp_path):
    """All are attended as they come: not the months since they first asked."""
    often = "mechanisms: {relapse: {within 24 months: 90 %}}"
    got = told(world(tmp_path, CRISIS, ONCE, table("{recovered: 100 %}"), often))
    assert of_all(got, "crisis_response_mean") == [0.0]
    assert of_all(got, "returns")[0] > 1000


def test_quarters_have_the_relapses_attendances(tmp_path):
    often = "{results by: [quarter], mechanisms: {relapse: {within 24 months: 90 %}}}"
    got = told(world(tmp_path, table("{recovered: 100 %}"), often))
    by_quarter = [
        got[name, place, group]
        for name, place, group in got
        if name == "contacts" and place == "all" and group.startswith("quarter: ")
    ]
    assert len(by_quarter) == 9
    assert sum(by_quarter) == of_all(got, "contacts")[0]
    assert by_quarter[1] == pytest.approx(4000 * hazard(0.9) * 91 * 24, rel=0.1)


# ---- who recovers --------------------------------------------------------------------------------


def test_the_network_and_the_table_of_outcomes_agree_on_who_recovers(tmp_path):
    """By sessions and wait: ten members of staff attend 40 at midnight, one after the other."""
    small = """
zones: [{zone: City, kind: urban, numbers: {population: 100, pupils: 80}}]
pools: {staff: {number: 10}}
stations: {course: {sessions: 2, every: 1 week, no show: 20 %}}
"""
    rows = table(
        "{recovered: 10 %}",
        "{sessions: 1, recovered: 40 %}",
        "{sessions: 2, recovered: 90 %}",
        "{sessions: 2, wait: 2 h, recovered: 20 %}",
    )
    scenario = world(tmp_path, small, ONCE, rows, RELAPSE)
    for replication in range(4):
        got = told(scenario, replication=replication)
        made = plan(scenario)
        run = simcap.simulate(made.network, made.spec.horizon, 1, replication)
        visits = run.frame()
        home = visits[visits["station"] == "recovered | pupils | City"]
        seen = visits[visits["outcome"].isin(["session", "completed"])].groupby("resident")
        sessions, first = seen.size(), seen["started"].min()
        last = visits[visits["station"].str.startswith("course")].groupby("resident").last()
        key = draws.name_key(made.network.arrivals[0].name)
        wanted, among = set(), set()
        for number in last.index:
            n = int(sessions.get(number, 0))
            wait = first.get(number, math.nan) - 168
            share = 0.1 if n == 0 else 0.4 if n == 1 else 0.2 if wait >= 2 else 0.9
            with np.errstate(over="ignore"):
                if recovery.recovered(1, replication, key, number, 0, share):
                    among.add(number)
                    wanted |= {number} if last["outcome"][number] == "completed" else set()
        assert set(home["resident"]) == wanted and 0 < len(wanted) < len(among) < 40
        began, recovered = of_all(got, "people_in_course", "recovery")
        assert recovered == pytest.approx(len(among & set(sessions.index)) / began)


@pytest.mark.parametrize(
    "course, recovered",
    [
        ("{sessions: 2, every: 1 week, drop out: 100 %}", 0),
        ("{no show: 100 %}", 0),
        ("{treatment: false}", 0),
        ("{sessions: 3, every: 1 week}", 4000),
    ],
)
def test_only_who_has_completed_a_course_can_relapse(tmp_path, course, recovered):
    """Who dropped out may have recovered, but is not followed."""
    got = told(
        world(tmp_path, ONCE, f"stations: {{course: {course}}}", table("{recovered: 1}"), RELAPSE)
    )
    if course == "{treatment: false}":
        assert ("relapses", "all", "all") not in got
    else:
        assert of_all(got, "recovered_after_course") == [recovered]


def test_who_leaves_on_the_way_to_a_follow_up_has_completed_the_course(tmp_path):
    """Nobody attends at the follow-up: all give up there, and have recovered nevertheless."""
    way = """
pools: {nobody: {number: 0, roster: always}}
stations:
  later: {place: district, pools: [nobody], service time: 1 h, contact: professional,
          patience: 1 week}
pathways: {way: {course: {completed: {later: {share: 100 %, by: referral}}}}}
"""
    got = told(world(tmp_path, ONCE, way, table("{recovered: 1}"), RELAPSE))
    assert of_all(got, "recovered_after_course") == [4000]
    plain = told(world(tmp_path, ONCE, way, table("{recovered: 1}")))
    names = ("referrals_completed", "recovery", "people_covered")
    np.testing.assert_array_equal(of_all(got, *names), of_all(plain, *names))


def test_those_who_got_worse_recover_from_what_it_became(tmp_path):
    """All wait long enough to be worse when they are treated; only who is worse recovers."""
    worse = """
needs:
  worse: {group: pupils, severity: severe, in need: 0 % per year, pathway: way,
          enters by: {course: 100 %}}
stations: {course: {pools: [{pool: staff, after: 20 weeks}]}}
mechanisms:
  late presentation: {worsens: {pupils: {to: worse, after: 1 h}}}
  relapse: {within 24 months: 40 %, returns: 0 %}
"""
    rows = table("{recovered: 0 %}", "{need: worse, recovered: 100 %}")
    got = told(world(tmp_path, ONCE, worse, rows))
    assert of_all(got, "recovery", "recovered_after_course") == [1.0, 4000]


# ---- neutral, engines, orders --------------------------------------------------------------------


def rows_of(scenario, engine="compiled"):
    made = plan(scenario)
    return simcap.simulate(made.network, made.spec.horizon, 5, 1, engine).read()


@pytest.mark.parametrize("block", ["within 24 months: 0 %", "within 24 months: 40 %, on: false"])
def test_nothing_that_relapses_is_nothing(tmp_path, block):
    rows = table("{recovered: 50 %}")
    plain = plan(world(tmp_path, ONCE, rows)).network
    other = plan(world(tmp_path, ONCE, rows, f"mechanisms: {{relapse: {{{block}}}}}")).network
    assert plain == other


def test_both_engines_give_the_same_rows(tmp_path):
    small = "zones: [{zone: City, kind: urban, numbers: {population: 100, pupils: 200}}]"
    often = "mechanisms: {relapse: {within 24 months: 95 %, returns: 80 %}}"
    scenario = world(tmp_path, small, table("{recovered: 60 %}"), often)
    rows = rows_of(scenario)
    assert rows.tobytes() == rows_of(scenario, "simpy").tobytes()
    assert len(rows) > 500


def test_without_relapse_all_else_is_as_it_was_until_somebody_returns(tmp_path):
    """Rows of first episodes, but for where those go who have recovered."""
    rows = table("{recovered: 50 %}")
    plain = rows_of(world(tmp_path, ONCE, rows))
    other = rows_of(world(tmp_path, ONCE, rows, RELAPSE))
    names = [n for n in plain.dtype.names if n not in ("next", "station", "pool")]
    first = other[~np.isnan(other["started"])]
    np.testing.assert_array_equal(plain[names], first[names])


# ---- what does not fit ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "changes, said",
    [
        (
            ["mechanisms: {relapse: {within 24 months: 40 %}}"],
            "mechanisms.relapse.recovered: the share of those who complete a course who recover"
            " wanted, or a recovery table in `outcomes`, got none",
        ),
        (
            [
                table("{recovered: 1}"),
                "mechanisms: {relapse: {within 24 months: 40 %, recovered: 50 %}}",
            ],
            "mechanisms.relapse.recovered: one recovery wanted: `outcomes` has a recovery table,"
            " which says who recovers",
        ),
        (
            [table("{recovered: 1}"), "mechanisms: {relapse: {within 24 months: 100 %}}"],
            "mechanisms.relapse.within 24 months: a share below 100 % wanted, got 100 %",
        ),
        (
            [
                table("{recovered: 1}"),
                "mechanisms: {relapse: {within 24 months: 10 %, needs: [pupil]}}",
            ],
            "mechanisms.relapse.needs.0: no need is called 'pupil'; did you mean 'pupils'?",
        ),
        (
            [
                table("{recovered: 1}"),
                "mechanisms: {relapse: [{within 24 months: 10 %}, {within 24 months: 20 %}]}",
            ],
            "mechanisms.relapse.1.needs: each need once wanted, got 'pupils' in two blocks",
        ),
    ],
)
def test_what_does_not_fit_is_one_line(tmp_path, changes, said):
    with pytest.raises(ScenarioError) as problem:
        world(tmp_path, *changes)
    (fault,) = problem.value.faults
    assert re.match(r"\S*scenario\.yaml:\d+:\d+ ", fault), fault
    assert fault.split(" ", 1)[1] == said


def test_show_and_check_say_so(tmp_path):
    scenario = world(
        tmp_path,
        table("{recovered: 1}"),
        "{mechanisms: {relapse: {within 24 months: 40 %, returns: 50 %}}}",
    )
    assert described(scenario)[1] == (
        "relapse: all needs: of those who completed a course and recovered (the recovery table) 40%"
        " relapse within 24 months, and 50% of these come back at once"
    )
    assert "relapse: loads and expected arrivals are without those who come back" in notices(
        scenario
    )


# ---- in the network alone ------------------------------------------------------------------------


def course(rows, **keywords):
    return Network(
        [Pool("team", 9), Pool("nobody", 0)],
        [
            Station("course", ["team"], 2.0, recovery=Recovery("well", rows), **keywords),
            Station(
                "well",
                ["nobody"],
                1.0,
                patience=10.0,
                routing={"reneged": "course"},
                between=True,
            ),
        ],
        [at(1.0, to="course")],
    )


FIELDS = "station joined ended outcome"


def test_who_completes_a_course_waits_until_they_relapse():
    assert log(course([(0, 0.0, 1.0)]), horizon=20.0, fields=FIELDS) == [
        ("course", 1.0, 3.0, "completed"),
        ("well", 3.0, 13.0, "reneged"),
        ("course", 13.0, 15.0, "completed"),
        ("well", 15.0, None, "waiting"),
    ]


def test_an_episode_counts_its_own_sessions_and_its_own_wait():
    """Two sessions are wanted, of one episode: nobody has them."""
    rows = log(course([(0, 0.0, 0.0), (2, 0.0, 1.0)]), horizon=20.0, fields=FIELDS)
    assert rows == [("course", 1.0, 3.0, "completed")]
    both = course([(0, 0.0, 0.0), (2, 0.0, 1.0)], sessions=2, every=3.0)
    stations = [row[0] for row in log(both, horizon=40.0, fields=FIELDS)]
    assert stations == ["course", "course", "well"] * 2 + ["course"] * 2 + ["well"]


@pytest.mark.parametrize(
    "made, said",
    [
        (
            lambda: Recovery("", [(0, 0.0, 1.0)]),
            "Recovery: to: a name (text without blanks at its ends) wanted, got ''",
        ),
        (lambda: Recovery("well", []), "Recovery: rows: at least one wanted"),
        (
            lambda: Recovery("well", [(1, 0.0, 1.0), (0, 0.0, 1.0)]),
            "Recovery: rows: sorted, each once, wanted, got [(1, 0.0), (0, 0.0)]",
        ),
        (
            lambda: course([(0, 0.0, 1.0)], between=True),
            "Station('course'): recovery: between=False wanted beside it, got True",
        ),
        (
            lambda: Network(
                [Pool("team", 1)],
                [Station("course", ["team"], 1.0, recovery=Recovery("well", [(0, 0.0, 1.0)]))],
                [at(1.0, to="course")],
            ),
            "Network: Station('course'): recovery: no station is called 'well'",
        ),
    ],
)
def test_what_a_network_does_not_take(made, said):
    with pytest.raises(NetworkError) as problem:
        made()
    assert said in problem.value.faults
