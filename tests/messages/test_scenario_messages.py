"""Faults in the input: file:line:column, path, got, wanted; all at once; nothing written."""

import pytest
from tiny import SCENARIO, ZONES, written

from simcap.building import load_scenario
from simcap.errors import ScenarioError


def faults(directory) -> list[str]:
    with pytest.raises(ScenarioError) as problem:
        load_scenario(directory)
    return [fault.replace(f"{directory}/", "") for fault in problem.value.faults]


def changed(tmp_path, old, new, count=1):
    assert old in SCENARIO
    return written(tmp_path, SCENARIO.replace(old, new, count))


@pytest.mark.parametrize(
    "old, new, said",
    [
        (
            "warm up: 2 weeks",
            "warm up: 2",
            (
                'scenario.yaml:3:1 warm up: a duration with a unit, such as "50 min", "2 weeks" or '
                '"1 h 30 min", wanted, got 2'
            ),
        ),
        (
            "warm up: 2 weeks",
            "warm up: -2 weeks",
            (
                'scenario.yaml:3:1 warm up: a duration with a unit, such as "50 min", "2 weeks" or '
                "\"1 h 30 min\", wanted, got '-2 weeks'"
            ),
        ),
        (
            "warm up: 2 weeks",
            "warm up: 2 wekks",
            (
                'scenario.yaml:3:1 warm up: a duration with a unit, such as "50 min", "2 weeks" or '
                "\"1 h 30 min\", wanted, got '2 wekks'"
            ),
        ),
        (
            "warm up: 2 weeks",
            "warmup: 2 weeks",
            "scenario.yaml:1:1 warm_up: this key is wanted and missing",
        ),
        (
            "no show: 10 %",
            "no show: 110 %",
            (
                "scenario.yaml:22:51 stations.room.no show: a share from 0 to 1 or a percentage"
                " such as \"30 %\" wanted, got '110 %'"
            ),
        ),
        (
            "no show: 10 %",
            "no show: .nan",
            (
                "scenario.yaml:22:51 stations.room.no show: a share from 0 to 1 or a percentage"
                ' such as "30 %" wanted, got nan'
            ),
        ),
        (
            "drop out: 10 %",
            "dropout: 10 %",
            "scenario.yaml:24:81 stations.course.dropout: unknown key; did you mean 'drop out'?",
        ),
        (
            "in need: 50 % per year",
            "in need: 50 %",
            (
                'scenario.yaml:9:41 needs.moderate.in need: a share a year such as "2.3 % per'
                " year\" wanted, got '50 %'"
            ),
        ),
        (
            "{exponential: {mean: 20 min}}",
            "{exponentiel: {mean: 20 min}}",
            (
                "scenario.yaml:20:58 stations.line.service time.exponentiel: "
                "unknown key; did you mean 'exponential'?"
            ),
        ),
        (
            "pools: [seats]",
            "pools: [seat]",
            (
                "scenario.yaml:20:35 stations.line.pools.0: no pool is called 'seat'; did you mean"
                " 'seats'?"
            ),
        ),
        (
            "pathway: adults",
            "pathway: adult",
            (
                "scenario.yaml:11:43 needs.moderate.pathway: no pathway is called 'adult'; did you"
                " mean 'adults'?"
            ),
        ),
        (
            "enters by: {line: 60 %,",
            "enters by: {line: 70 %,",
            "scenario.yaml:8:3 needs.moderate: enters_by: shares with a sum of 1 wanted, got 1.1",
        ),
        (
            "from: counsellors",
            "from: counselors",
            (
                "scenario.yaml:16:28 pools.counsellors.from: no column of the zones table is called"
                " 'counselors'; did you mean 'counsellors'?"
            ),
        ),
        (
            "roster: office",
            "roster: ofice",
            (
                "scenario.yaml:16:65 pools.counsellors.roster: no roster is called 'ofice'; did you"
                " mean 'office'?"
            ),
        ),
        (
            "09:00-12:00",
            "09:00–12:00",
            (
                'scenario.yaml:13:3 rosters.office: hours such as "08:30-12:00" or "18:00-22:00 x3"'
                " wanted, got '09:00–12:00'"
            ),
        ),
        (
            "Mon-Fri",
            "Mon-Fry",
            (
                'scenario.yaml:13:3 rosters.office: days such as "Mon-Fri" or "Tue, Sat" wanted,'
                " got 'Mon-Fry'"
            ),
        ),
        (
            "zones: zones.csv",
            "zones: zone.csv",
            "zone.csv:1:1 there is no such file; did you mean 'zones.csv'?",
        ),
        (
            "name: tiny",
            "name： tiny",
            (
                "scenario.yaml:2:6 not valid YAML: mapping values are not allowed here (the"
                " full-width '：' is text here; write ':')"
            ),
        ),
        (
            "start: 2025-01-06",
            "start: 2025-01-06\nstart: 2025-01-07",
            "scenario.yaml:3:1 start: this key stands twice, first in line 2",
        ),
        (
            "patience: {exponential: {mean: 5 min}}",
            "patience: 5 min, redial: {probability: 50 %, after: 1 h, at most: 0}",
            "scenario.yaml:21:67 stations.line.redial.at most: a whole number ≥ 1 wanted, got 0",
        ),
        (
            "sessions: 3",
            "sessions: .inf",
            "scenario.yaml:24:53 stations.course.sessions: a whole number ≥ 0 wanted, got inf",
        ),
        (
            "pools: [seats]",
            "pools: [seats, seats]",
            "scenario.yaml:20:27 stations.line.pools: each pool once wanted, got seats, seats",
        ),
        (
            "warm up: 2 weeks",
            "warm up: 2 weeks\nwarm_up: 3 weeks",
            "scenario.yaml:1:1 'warm_up' and 'warm up' are the same key: one of them wanted",
        ),
        (
            "by: referral}",
            "by: crisis, after: 1 h}",
            (
                "scenario.yaml:28:24 pathways.adults.line.completed.course: after: none wanted"
                " beside `by: crisis`, whose delay collaboration sets"
            ),
        ),
        (
            "in need: 50 % per year",
            "in need: 500 % per year",
            (
                'scenario.yaml:9:41 needs.moderate.in need: a share a year such as "2.3 % per '
                "year\" wanted, got '500 % per year'"
            ),
        ),
        (
            "start: 2025-01-06",
            "start: 1736121600",
            "scenario.yaml:2:1 start: a date such as 2025-01-01 wanted, got 1736121600",
        ),
        (
            "number: 1,",
            "number: 1e15,",
            "scenario.yaml:18:3 pools.seats: at most 1,000,000 people wanted",
        ),
        (
            "observe: 10 weeks",
            "observe: 0 h",
            "scenario.yaml:4:1 observe: a duration above 0 wanted",
        ),
        (
            "start: 2025-01-06",
            "start: soon",
            (
                "scenario.yaml:2:1 start: input should be a valid date or datetime, input is too"
                " short, got 'soon'"
            ),
        ),
    ],
)
def test_a_fault_in_a_scenario(tmp_path, old, new, said):
    assert said in faults(changed(tmp_path, old, new))


@pytest.mark.parametrize(
    "old, new, said",
    [
        ("1000,2", "1000,-2", "zones.csv:2:5 counsellors: a number ≥ 0 wanted, got '-2'"),
        ("1000,2", "nan,2", "zones.csv:2:4 adults: a number ≥ 0 wanted, got 'nan'"),
        ("1000,2", ",2", "zones.csv:2:4 adults: a number ≥ 0 wanted, got nothing"),
        (
            "1000,2",
            '"1,000",2',
            "zones.csv:2:4 adults: a number ≥ 0 wanted, got '1,000' (write it without separators)",
        ),
        (
            "urban",
            "urbann",
            (
                "zones.csv:2:2 kind: urban, transition or rural wanted, got 'urbann'; did you mean"
                " 'urban'?"
            ),
        ),
        ("村 Village", "城 City", "zones.csv:3:1 the zone '城 City' stands twice, first in line 2"),
        ("zone,kind", "zon,kind", "zones.csv:1:1 a column 'zone' is wanted; did you mean 'zon'?"),
        ("adults,counsellors", "adults,adults", "zones.csv:1:5 the column 'adults' stands twice"),
        ("2,made up", "2,made up,extra", "zones.csv:2:7 6 cells wanted as in the header, got 7"),
        (
            "城 City",
            "城|City",
            "zones.csv:2:1 zone: a name without '|', '.' and '*' wanted, got '城|City'",
        ),
        (
            "城 City",
            "district",
            (
                "zones.csv:2:1 zone: a zone's own name wanted, got 'district', which stands for a"
                " place of its own in results"
            ),
        ),
        ("1000,2", "1_000,2", "zones.csv:2:4 adults: a number ≥ 0 wanted, got '1_000'"),
    ],
)
def test_a_fault_in_the_zones_table(tmp_path, old, new, said):
    assert said in faults(written(tmp_path, zones=ZONES.replace(old, new, 1)))


def test_all_faults_at_once_in_the_order_of_the_file(tmp_path):
    text = (
        SCENARIO.replace("2 weeks", "2").replace("10 %", "x").replace("sessions: 3", "sesions: 3")
    )
    lines = [int(fault.split(":")[1]) for fault in faults(written(tmp_path, text))]
    assert len(lines) == 4 and lines == sorted(lines)


def test_faults_of_the_table_and_of_the_scenario_come_together(tmp_path):
    found = faults(
        written(tmp_path, SCENARIO.replace("2 weeks", "2"), ZONES.replace("1000,2", "x,2"))
    )
    assert [fault.split(":")[0] for fault in found] == ["zones.csv", "scenario.yaml"]


@pytest.mark.parametrize(
    "content, said",
    [
        (b"", "scenario.yaml:1:1 the file is empty"),
        (
            b"name: \xb5\xc4\n",
            "scenario.yaml:1:7 text in UTF-8 wanted, got byte 0xb5; save the file as UTF-8",
        ),
        (
            "name: tiny".encode("utf-16"),
            "scenario.yaml:1:1 text in UTF-8 wanted, got byte 0xff; save the file as UTF-8",
        ),
        (b"- a\n- b\n", "scenario.yaml:1:1 a mapping (key: value) wanted"),
        (b"[" * 5000, "scenario.yaml:1:1 nesting of at most 40 levels wanted, got more"),
        (
            b"a: &a [*a]\n",
            (
                "scenario.yaml:1:4 a.0.0: nesting of at most 40 levels wanted, got more (does an"
                " alias hold itself?)"
            ),
        ),
        (
            b"a: &a 1\nb: &a 2\n",
            "scenario.yaml:2:4 each anchor once wanted, got one that stands twice",
        ),
        (b"a: 1\n--- \nb: 2\n", "scenario.yaml:2:1 not valid YAML: but found another document"),
        (
            b"a: \x00\n",
            (
                "scenario.yaml:1:1 not valid YAML: unacceptable character #x0000: special"
                ' characters are not allowed in "<unicode string>", position 3'
            ),
        ),
    ],
)
def test_files_that_are_not_scenarios(tmp_path, content, said):
    (tmp_path / "scenario.yaml").write_bytes(content)
    assert faults(tmp_path) == [said]


def test_aliases_that_multiply_are_refused_before_they_fill_the_memory(tmp_path):
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"] + [
        f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]" for i in range(1, 12)
    ]
    (tmp_path / "scenario.yaml").write_text("\n".join(lines), encoding="utf-8")
    assert "at most 100,000 values wanted, got more (do aliases multiply?)" in faults(tmp_path)[0]


def test_a_missing_file_and_a_directory(tmp_path):
    assert faults(tmp_path) == ["scenario.yaml:1:1 there is no such file"]
    (tmp_path / "scenario.yaml").mkdir()
    assert faults(tmp_path) == ["scenario.yaml:1:1 a file wanted, got a directory"]


def test_files_that_rest_on_each_other_are_a_fault(tmp_path):
    (tmp_path / "scenario.yaml").write_text("base: other.yaml\n", encoding="utf-8")
    (tmp_path / "other.yaml").write_text("base: scenario.yaml\n", encoding="utf-8")
    assert faults(tmp_path) == [
        "other.yaml:1:1 base: a file that does not rest on this one wanted, got 'scenario.yaml'"
    ]


def test_a_preset_says_where_its_own_faults_are(tmp_path):
    written(tmp_path)
    (tmp_path / "preset.yaml").write_text(
        "base: scenario.yaml\nset:\n  needs.*.seeks_hlep: 5 %\n", encoding="utf-8"
    )
    with pytest.raises(ScenarioError) as problem:
        load_scenario(tmp_path / "preset.yaml")
    assert str(problem.value).endswith(
        "preset.yaml:3:3 set.needs.*.seeks_hlep: override 'needs.*.seeks_hlep': there is no"
        " 'seeks_hlep' in 'needs.moderate'; did you mean 'seeks_help'?"
    )
