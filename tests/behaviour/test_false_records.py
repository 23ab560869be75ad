"""False records and the audit that looks for them, in a tiny world worked out by hand.

In the City and in the Village ten pupils each fall into need on 1 June; all of the City's ask, and
half of the Village's; whoever asks is attended at once.
"""

from __future__ import annotations

import itertools
import math
import re

import pytest
from ruamel.yaml import YAML

import simcap
from simcap.analysis import audit
from simcap.analysis.sane import impossible
from simcap.analysis.tally import tally
from simcap.building import load_scenario
from simcap.building.arrangement import described
from simcap.engine import ENGINES
from simcap.errors import ScenarioError
from simcap.study.experiment import single
from simcap.study.plan import plan
from simcap.study.settling import FEW
from simcap.study.sweep import sweep

yaml = YAML(typ="safe", pure=True)
yaml.width = 1000
WORLD = """
name: records
start: 2025-01-01
warm up: 0 h
observe: 364 days
run out: 1 week
holidays: CN
zones:
  - {zone: City, kind: urban, numbers: {population: 3000, pupils: 100, staff: 3}}
  - {zone: Village, kind: rural, numbers: {population: 1500, pupils: 100, staff: 1}}
needs:
  pupils: {group: pupils, severity: mild, wave: {on: 06-04, share: 10 %}, pathway: way,
           seeks help: {urban: 100 %, transition: 100 %, rural: 50 %}, enters by: {room: 100 %}}
rosters:
  always: {shifts: {Mon-Sun: ["00:00-24:00"]}, holidays: open}
  office: {shifts: {Mon-Fri: ["09:00-12:00", "13:00-17:00"]}}
pools:
  staff: {per: zone, from: staff, roster: always}
  clerks: {number: 2, roster: office, hours each: 14 h}
stations:
  room: {pools: [staff], service time: 1 h, contact: lay}
  desk: {place: district, pools: [clerks], service time: 1 h, contact: lay}
pathways: {way: {room: {completed: {desk: 100 %}}}}
"""
PLACES = ("all", "urban", "rural", "City", "Village")


def world(tmp_path, mechanisms="{}"):
    tmp_path.mkdir(exist_ok=True)
    data = {**yaml.load(WORLD), "mechanisms": yaml.load(mechanisms)}
    with (tmp_path / "scenario.yaml").open("w", encoding="utf-8") as file:
        yaml.dump(data, file)
    return load_scenario(tmp_path)


def told(scenario, engine=ENGINES[0]):
    """{(measure, place, group): value} of one replication."""
    made = plan(scenario)
    run = simcap.simulate(made.network, made.spec.horizon, seed=3, engine=engine)
    rows = made.sheet.rows(tally(run, made.spec, made.sheet.at), run)
    assert impossible(rows) == []
    return {(row.measure, row.place, row.group): row.value for row in rows}


def test_a_quarter_of_all_records_is_false(tmp_path):
    """15 asked and were attended, 20 are in need: round(0.25 ÷ 0.75 × 15) = 5 of the 5 who are left
    have a false record, all of them in the Village.
    """
    got = told(world(tmp_path, "{false records: {share: 25 %}}"))
    assert [got["any_contact_of_need", place, "all"] for place in PLACES] == [
        0.75, 1.0, 0.5, 1.0, 0.5,
    ]  # fmt: skip
    assert [got["false_records", place, "all"] for place in PLACES] == [5, 0, 5, 0, 5]
    assert [got["records", place, "all"] for place in PLACES] == [20, 10, 10, 10, 10]
    assert [got["reported_coverage_of_need", place, "all"] for place in PLACES] == [1] * 5
    assert got["false_records_missing", "all", "all"] == 0


def test_one_in_sixteen_of_all_records(tmp_path):
    """round(1/16 ÷ 15/16 × 15) = 1: reported coverage 16 ÷ 20; in the Village 6 of 10."""
    got = told(world(tmp_path, "{false records: {share: 6.25 %, audited: 4}}"))
    assert got["false_records", "all", "all"] == 1
    assert got["reported_coverage_of_need", "all", "all"] == 0.8
    assert got["reported_coverage_of_need", "Village", "all"] == 0.6
    assert got["audit_found_mean", "all", "all"] == 4 / 16
    assert got["audit_finds_any", "all", "all"] == pytest.approx(4 / 16, rel=1e-12)
    assert got["audit_found_sd", "all", "all"] == pytest.approx(math.sqrt(4 / 16 * 12 / 16))
    assert got["audit_least", "all", "all"] == 16  # 15 of 16 find it in 93.75 %


def test_there_are_no_more_false_records_than_residents_without_contact(tmp_path):
    """Half of all records would be 15; only 5 residents are left, and that is said."""
    got = told(world(tmp_path, "{false records: {share: 50 %, audited: 100}}"))
    assert got["false_records", "all", "all"] == 5
    assert got["false_records_missing", "all", "all"] == 10
    assert got["audited", "all", "all"] == 20  # each record once
    assert got["audit_found_mean", "all", "all"] == 5 and got["audit_found_sd", "all", "all"] == 0


def test_the_summary_says_that_there_are_fewer(tmp_path):
    for share, wanted in (("50 %", {FEW}), ("10 %", {""})):
        block = f"{{false records: {{share: {share}}}}}"
        summary = sweep(single(world(tmp_path / share, block), 2, 42, {})).summary
        mine = summary["measure"].isin(["records", "false_records", "reported_coverage_of_need"])
        assert set(summary["note"][mine]) == wanted and FEW not in set(summary["note"][~mine])


def drawn_by_hand(records, false, drawn, missed):
    """{number found: probability}, by listing every draw and every way to overlook."""
    found, draws = {}, list(itertools.combinations(range(records), drawn))
    for draw in draws:
        among = sum(each < false for each in draw)
        for seen in range(among + 1):
            ways = math.comb(among, seen) * (1 - missed) ** seen * missed ** (among - seen)
            found[seen] = found.get(seen, 0.0) + ways / len(draws)
    return found


@pytest.mark.parametrize("missed", [0.0, 0.3, 1.0])
@pytest.mark.parametrize("drawn", [0, 1, 4, 9, 10])
@pytest.mark.parametrize("false", [0, 1, 3, 10])
def test_what_an_audit_finds_is_what_all_draws_give(false, drawn, missed):
    exact = drawn_by_hand(10, false, drawn, missed)
    mean = sum(number * p for number, p in exact.items())
    sd = math.sqrt(max(0.0, sum((number - mean) ** 2 * p for number, p in exact.items())))
    of = 10, false, drawn, missed
    assert audit.found_mean(*of) == pytest.approx(mean, abs=1e-12)
    assert audit.found_sd(*of) == pytest.approx(sd, abs=1e-7)
    assert audit.finds_any(*of) == pytest.approx(1 - exact[0], abs=1e-12)


@pytest.mark.parametrize("missed, least", [(0.0, 6), (0.2, 8), (0.5, 14), (0.6, math.nan)])
def test_the_least_audit_for_95_percent(missed, least):
    """5 of 15 are false: C(10, 5) / C(15, 5) = 0.084, C(10, 6) / C(15, 6) = 0.042; with all 15
    drawn and 60 % overlooked, 0.6^5 = 7.8 % of audits find nothing.
    """
    found = audit.least_drawn(15, 5, missed)
    assert found == least or (math.isnan(found) and math.isnan(least))
    if not math.isnan(least):
        chances = [1 - drawn_by_hand(15, 5, int(least) - i, missed)[0] for i in (0, 1)]
        assert chances[0] >= 0.95 > chances[1]
    assert math.isnan(audit.least_drawn(15, 0)) and math.isnan(audit.least_drawn(0, 0))


@pytest.mark.parametrize(
    "pool, efficiency, hours",
    [("staff", "0 %", 1000), ("staff", "60 %", 625), ("clerks", "60 %", 625)],
)
def test_the_audit_takes_its_hours_from_the_pool(tmp_path, pool, efficiency, hours):
    """500 records of 2 h each are 1000 h, at 60 % more efficiency 1000 ÷ 1.6; in 52 weeks, to
    within a shift of each of the pool's places.
    """
    block = f"{{share: 25 %, audited: 500, time: 2 h, efficiency: {efficiency}, pool: {pool}}}"
    plain = told(world(tmp_path / "plain"))
    got = told(world(tmp_path / "audit", f"{{false records: {block}}}"))
    key = "hours_rostered", "all", f"pool: {pool}"
    taken = 52 * (plain[key] - got[key])
    assert taken == pytest.approx(hours, abs={"staff": 2 * 24, "clerks": 7}[pool])
    assert 52 * got["audit_hours", "all", "all"] == pytest.approx(hours)
    for other in {"staff", "clerks"} - {pool}:
        key = "hours_rostered", "all", f"pool: {other}"
        assert plain[key] == got[key]


def test_auditors_from_elsewhere_take_nobodys_hours(tmp_path):
    plain = told(world(tmp_path / "plain"))
    got = told(world(tmp_path / "a", "{false records: {audited: 100, time: 1 h}}"))
    assert got["audit_hours", "all", "all"] == pytest.approx(100 / 52)
    assert {label: got[label] for label in plain} == pytest.approx(plain, nan_ok=True, abs=0)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    "block",
    [
        "{share: 0 %, audited: 0, pool: staff}",
        "{share: 30 %, audited: 50}",
        "{share: 30 %, audited: 0, pool: staff}",
        "{on: false, share: 30 %, audited: 50, pool: staff}",
    ],
)
def test_records_move_nothing_else(tmp_path, block, engine):
    plain = told(world(tmp_path / "plain"), engine)
    got = told(world(tmp_path / "records", f"{{false records: {block}}}"), engine)
    assert {label: repr(got[label]) for label in plain} == {
        label: repr(value) for label, value in plain.items()
    }
    assert (got.keys() == plain.keys()) == ("on: false" in block)


def test_no_false_record_without_a_true_one(tmp_path):
    got = told(world(tmp_path, "{false records: {share: 0 %, audited: 3}}"))
    assert (
        got["reported_coverage_of_need", "all", "all"] == got["any_contact_of_need", "all", "all"]
    )
    assert got["audit_found_mean", "all", "all"] == got["audit_finds_any", "all", "all"] == 0
    assert math.isnan(got["audit_least", "all", "all"])


@pytest.mark.parametrize(
    "block, said",
    [
        ("{share: 100 %}", "mechanisms.false records.share: a share below 100 % wanted, got 100 %"),
        (
            "{share: 110 %}",
            'mechanisms.false records.share: a share from 0 to 1 or a percentage such as "30 %"'
            " wanted, got '110 %'",
        ),
        (
            "{pool: clerk}",
            "mechanisms.false records.pool: no pool is called 'clerk'; did you mean 'clerks'?",
        ),
        (
            "[{share: 1 %}, {share: 2 %}]",
            "mechanisms.false records.1: one block wanted: the share is one of all records",
        ),
        ("{audited: -1}", "mechanisms.false records.audited: a whole number ≥ 0 wanted, got -1"),
    ],
)
def test_faults_are_placed(tmp_path, block, said):
    with pytest.raises(ScenarioError) as caught:
        world(tmp_path, f"{{false records: {block}}}")
    [fault] = caught.value.faults
    assert re.search(r"scenario\.yaml:\d+:\d+ " + re.escape(said), str(fault)), fault


def test_an_audit_that_takes_more_than_there_is_is_a_fault(tmp_path):
    scenario = world(tmp_path, "{false records: {audited: 5000, time: 2 h, pool: clerks}}")
    with pytest.raises(ScenarioError, match=r"an audit of at most the 1\d+ h that clerks have"):
        plan(scenario)


def test_show_says_it(tmp_path):
    block = "{share: 0.2 %, audited: 80, time: 1 h, efficiency: 60 %, pool: clerks}"
    assert described(world(tmp_path, f"{{false records: {block}}}"))[1] == (
        "false records: 0.2 % of all records are false; 80 are audited, which takes 50 h of clerks"
    )
