"""Faults in the input: file:line:column, path, got, wanted; all at once; nothing written."""

import pytest
from tiny import SCENARIO, ZONES, written

from simcap.building import load_scenario
from simcap.errors import NetworkError, ScenarioError, grouped
from simcap.scenario.placing import placed
from simcap.scenario.plausibility import plausibility
from simcap.scenario.reader import did_you_mean
from simcap.study.experiment import load_experiment
from simcap.study.notices import notices
from simcap.study.plan import Plans


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
            '{Mon-Sun: ["00:00-24:00"]}',
            '{Mon-Sun: ["00:00-24:00 x pek"]}, peak: 3',
            (
                "scenario.yaml:14:54 rosters.always.peak: unknown key; known are during, holidays,"
                " levels, make up days, shifts, weeks"
            ),
        ),
        (
            '{Mon-Sun: ["00:00-24:00"]}',
            '{Mon-Sun: ["00:00-24:00 x pek"]}, levels: {peak: 3}',
            (
                "scenario.yaml:14:3 rosters.always: shifts: a number of places, or a level wanted,"
                " got 'pek'; did you mean 'peak'? (levels: peak)"
            ),
        ),
        (
            '{Mon-Sun: ["00:00-24:00"]}',
            '{Mon-Sun: ["00:00-24:00 x3"]}, levels: {peak: 3}',
            (
                "scenario.yaml:14:3 rosters.always: levels: hours that name 'peak' wanted (such as"
                ' "10:00-14:00 x peak"), got none'
            ),
        ),
        (
            "role: hotline}",
            "role: hotline, target: answred}",
            (
                "scenario.yaml:21:79 stations.line.target: no target is called 'answred'; known are"
                " crisis response, first contact, hotline answer"
            ),
        ),
        (
            "warm up: 2 weeks",
            "warm up: 2 weeks\ntargets: {hotline anser: 20 s}",
            (
                "scenario.yaml:4:11 targets.hotline anser: a target that something is held against"
                " wanted, got 'hotline anser'; did you mean 'hotline answer'?"
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
            "from: councellors",
            (
                "scenario.yaml:16:28 pools.counsellors.from: no column of the zones table is called"
                " 'councellors'; did you mean 'counsellors'?"
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
            "scenario.yaml:1:5 not valid YAML: the full-width '：' is text here; write ':'",
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
            "scenario.yaml:2:1 start: a date such as 2026-01-01 wanted, got 1736121600",
        ),
        (
            "number: 1,",
            "number: 1e15,",
            (
                "scenario.yaml:18:11 pools.seats.number: 0, or a number from 10^-9 to 10^9, wanted,"
                " got 1000000000000000.0"
            ),
        ),
        (
            "number: 1,",
            "number: 1e9,",
            "scenario.yaml:18:3 pools.seats: at most 1,000,000 people wanted, got 1,000,000,000",
        ),
        (
            "observe: 10 weeks",
            "observe: 0 h",
            "scenario.yaml:4:1 observe: a duration above 0 wanted",
        ),
        (
            "start: 2025-01-06",
            "start: soon",
            "scenario.yaml:2:1 start: a date such as 2026-01-01 wanted, got 'soon'",
        ),
        (
            "start: 2025-01-06",
            "start: 2026/1/1",
            (
                "scenario.yaml:2:1 start: a date such as 2026-01-01 wanted, got '2026/1/1' (write"
                " 2026-01-01)"
            ),
        ),
        (
            "start: 2025-01-06",
            "start: 0001-01-01",
            "scenario.yaml:2:1 start: a date from 1900 to 2200 wanted, got 0001-01-01",
        ),
        (
            "service time: 1 h, no show",
            "service time: 60, no show",
            (
                "scenario.yaml:22:32 stations.room.service time: a time with its unit, such as"
                ' "60 min", wanted, got 60'
            ),
        ),
        (
            "mean: 20 min",
            "mean: 0 min",
            (
                "scenario.yaml:20:72 stations.line.service time.exponential.mean: more than 0"
                " wanted, got 0"
            ),
        ),
        (
            "service time: 1 h, no show",
            "service time: {uniform: {low: 2 h, high: 1 h}}, no show",
            "scenario.yaml:22:32 stations.room.service time: low < high wanted, got 2.0, 1.0",
        ),
        (
            "service time: 1 h, no show",
            "service time: 1e-12 h, no show",
            (
                "scenario.yaml:22:32 stations.room.service time: a duration of 0, or from 1 µs to"
                " 200 years, wanted, got '1e-12 h'"
            ),
        ),
        (
            "sessions: 3",
            "sessions: recuring",
            (
                "scenario.yaml:24:53 stations.course.sessions: a whole number ≥ 1, or recurring,"
                " wanted, got 'recuring'"
            ),
        ),
        (
            "shared: true",
            "shared: perhaps",
            "scenario.yaml:16:81 pools.counsellors.shared: true or false wanted, got 'perhaps'",
        ),
        ("name: tiny", "name: 2025", "scenario.yaml:1:1 name: text wanted, got 2025"),
        (
            "no show: 10 %",
            "no show: 10 ％",
            (
                "scenario.yaml:22:51 stations.room.no show: a share from 0 to 1 or a percentage"
                " such as \"30 %\" wanted, got '10 ％' (the full-width '％' is text here; write"
                " '%')"
            ),
        ),
        (
            '{Mon-Fri: ["09:00-12:00", "13:00-17:00"]}',
            '{Mon-Fri: ["09:00-12:00"], Mon: ["09:00-12:00"]}',
            (
                "scenario.yaml:13:3 rosters.office: shifts that do not overlap wanted, got Mon"
                " 09:00-12:00 and Mon 09:00-12:00"
            ),
        ),
        (
            "13:00-17:00",
            "22:00-10:00",
            (
                "scenario.yaml:13:3 rosters.office: shifts that do not overlap wanted, got Mon"
                " 22:00-10:00 and Tue 09:00-12:00"
            ),
        ),
        (
            'Mon-Sun: ["00:00-24:00"]',
            'Sun: ["22:00-06:00"], Mon: ["05:00-07:00"]',
            (
                "scenario.yaml:14:3 rosters.always: shifts that do not overlap wanted, got Sun"
                " 22:00-06:00 and Mon 05:00-07:00"
            ),
        ),
        (
            "  seats: {",
            '  doctor: {number: 1, slots: {Mon-Fri: {"09:00": 1}, Fri: {"09:00": 1}}}\n  seats: {',
            "scenario.yaml:18:3 pools.doctor: slots: each time of a day once wanted, got one twice",
        ),
        (
            "course: {share: 50 %, by: referral}",
            "line: 100 %",
            (
                "scenario.yaml:28:12 pathways.adults.line.completed: a way that leads out in the"
                " end wanted, got residents who go round for ever"
            ),
        ),
        (
            "contact: lay, role: hotline",
            "contact: lay, diary: {notice: 1 h}",
            (
                "scenario.yaml:20:35 stations.line.pools.0: a pool with slots wanted at a diary,"
                " got 'seats'"
            ),
        ),
        (
            "assessment: room",
            "caseload: beds",
            (
                "scenario.yaml:25:52 stations.course.caseload: no pool is called 'beds'; known are"
                " counsellors, seats"
            ),
        ),
        (
            "name: tiny",
            'name: "a\\u0007b"',
            "scenario.yaml:1:7 name: text that can be printed wanted, got the control sign U+0007",
        ),
        (
            "name: tiny",
            'name: "a\\ud800b"',
            "scenario.yaml:1:7 name: text that can be printed wanted, got half a character, U+D800",
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
        (
            b"a: 1\n--- \nb: 2\n",
            "scenario.yaml:2:1 not valid YAML: one document wanted, got another behind '---'",
        ),
        (
            b"a: \x00\n",
            "scenario.yaml:1:4 text that can be printed wanted, got the control sign U+0000",
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


@pytest.mark.parametrize(
    "changes, said",
    [
        (
            {"warm up: 2 weeks": "warm up：2 weeks"},
            "scenario.yaml:3:8 not valid YAML: the full-width '：' is text here; write ':'",
        ),
        (
            {"{number: 1, roster: always": "{number: 1， roster: always"},
            "scenario.yaml:18:20 not valid YAML: the full-width '，' is text here; write ','",
        ),
        (
            {"name: tiny": "name: 甲，乙", "  seats: {": "\tseats: {"},
            "scenario.yaml:18:1 not valid YAML: blanks wanted, got a tab",
        ),
        (
            {
                "name: tiny": "name: tiny  # 甲，乙：丙",
                "contact: lay, role: hotline}": "contact: lay}}",
            },
            "scenario.yaml:21:63 not valid YAML: a bracket that was never opened ('}')",
        ),
        (
            {"name: tiny": "name: 甲，乙", "cost each: 100000 CNY per year}": "cost each: 1 CNY"},
            "scenario.yaml:16:16 not valid YAML: this '{' is never closed by '}'",
        ),
        (
            {"number: 1, roster: always,": "number: 1 roster: always,"},
            "scenario.yaml:18:27 not valid YAML: a ',' or the closing '}' wanted",
        ),
    ],
)
def test_a_slip_of_the_keyboard_is_named_at_its_own_place_and_nothing_innocent_is_blamed(
    tmp_path, changes, said
):
    text = SCENARIO
    for old, new in changes.items():
        assert old in text
        text = text.replace(old, new, 1)
    assert faults(written(tmp_path, text)) == [said]


@pytest.mark.parametrize(
    "text, said",
    [
        ("a: {b: [1, {", "1:12 not valid YAML: this '{' is never closed by '}'"),
        ("a: [", "1:4 not valid YAML: this '[' is never closed by ']'"),
        ("{a: 1}}", "1:7 not valid YAML: a bracket that was never opened ('}')"),
        ("a: 1\n---\nb: 2", "2:1 not valid YAML: one document wanted, got another behind '---'"),
        ("a: 1\n... b", "2:5 not valid YAML: nothing wanted behind '...', which ends the document"),
        ("a: - b", "1:4 not valid YAML: a '-' that cannot stand here: is the line indented as its"),
        ("a: |x", "1:5 not valid YAML: a line break wanted here (text that begins with '|' or '>'"),
        ("a: * b", "1:5 not valid YAML: text that begins with '&', '*' or '%' is put in quotes"),
        ("a: !<x y", "1:7 not valid YAML: text that begins with '!' is put in quotes"),
        ("%YAML 9.9\n---\na: 1", "1:1 not valid YAML: text that begins with '%' is put in quotes"),
        ("%x\na: 1", "2:1 not valid YAML: a key and a ':' in every line that begins at the margin"),
        ('a: "\\q"', "1:6 not valid YAML: a backslash between double quotes is written twice"),
        (
            'a: "\\U00110000"',
            "1:5 the number of a character, up to \\U0010FFFF, wanted, got \\U00110000",
        ),
        (
            'a: "\\UFFFFFFFF"',
            "1:5 the number of a character, up to \\U0010FFFF, wanted, got \\UFFFFFFFF",
        ),
    ],
)
def test_what_the_parser_notices_is_said_in_our_words(tmp_path, text, said):
    (tmp_path / "scenario.yaml").write_text(text, encoding="utf-8")
    (fault,) = faults(tmp_path)
    assert fault.startswith(f"scenario.yaml:{said}")


def test_a_priority_for_all_or_for_each_severity_has_the_faults_of_what_is_written(tmp_path):
    old = "sessions: 3, every: 1 week"
    changed(tmp_path, old, f"{old}, priority: {{default: 1, moderate: 1 day}}")
    wanted = "a whole number from -1,000,000 to 1,000,000 wanted"
    assert faults(tmp_path) == [
        f"scenario.yaml:24:104 stations.course.priority.moderate: {wanted}, got '1 day'"
    ]
    changed(tmp_path, old, f"{old}, priority: [1]")
    assert faults(tmp_path) == [f"scenario.yaml:24:81 stations.course.priority: {wanted}, got [1]"]


def test_a_surrogate_pair_of_json_is_one_character(tmp_path):
    scenario = load_scenario(changed(tmp_path, "name: tiny", 'name: "a\\ud83d\\ude00"'))
    assert scenario.name == "a\U0001f600"


def test_nearness_is_a_slip_of_the_keyboard_and_never_another_kind():
    assert did_you_mean("counselers", ["counsellors", "rooms"]) == "; did you mean 'counsellors'?"
    for word, known in (
        ("counsellors", "school_counsellors"),
        ("咨询师", "咨询室"),
        ("beds", "seeds"),
        ("rooms", "zones"),
        ("甲镇", "乙镇"),
    ):
        assert did_you_mean(word, [known], listed=False) == "", word


# ---- what only the network finds -----------------------------------------------------------------


def test_a_fault_of_the_network_names_file_line_and_key(tmp_path):
    scenario = load_scenario(written(tmp_path))
    said = placed(
        NetworkError(
            [
                "Station('room | moderate | 城 City'): service_time: bad",
                "Network: Station('room again, then course | moderate | 村'): pools: bad",
                "Station('line | moderate | 城 City'): routing['completed']: bad",
                "Pool('counsellors | 城 City | lent'): last_start: bad",
                "Arrivals('moderate | line | 城 City'): bad",
                "Roster: shifts[0]: bad",
                "Warn('emergency'): every: bad",
                "nobody knows",
            ]
        ),
        scenario,
    )
    assert [fault.replace(f"{tmp_path}/", "") for fault in said.faults] == [
        "scenario.yaml:22:32 stations.room.service time: bad",
        "scenario.yaml:22:10 stations.room.pools: bad",
        "scenario.yaml:28:12 pathways.adults.line.completed: bad",
        "scenario.yaml:16:3 pools.counsellors.last_start: bad",
        "scenario.yaml:8:3 needs.moderate: bad",
        "scenario.yaml:12:1 rosters: shifts[0]: bad",
        "scenario.yaml:1:1 mechanisms.emergency.every: bad",
        "scenario.yaml:1:1 nobody knows",
    ]
    assert placed(said, scenario).faults == said.faults


def test_a_level_that_nobody_comes_at_is_a_fault_at_the_files_line(tmp_path):
    home = written(
        tmp_path,
        experiment="scenario: scenario.yaml\nfactors: {needs.moderate.in need: [0 % per year]}\n",
    )
    with pytest.raises(ScenarioError) as problem:
        Plans(load_experiment(home))(1)
    assert str(problem.value).replace(f"{tmp_path}/", "") == (
        "scenario.yaml:7:1 needs: somebody who comes wanted, got needs that are 0 everywhere, or"
        " come outside of the run (at needs.moderate.in need=0 % per year)"
    )


def test_many_faults_that_are_alike_are_one_line_and_different_ones_are_not():
    alike = [f"a b.yaml:{i}:3 pools.p{i}.cost each: an amount wanted, got {i}" for i in range(1, 9)]
    other = ["a b.yaml:9:3 pools.x.number: a number wanted, got 'x'", "z.xlsx#S!C4 x: bad, got 1"]
    assert grouped([*alike[:4], *other]) == [*alike[:4], *other]
    assert grouped([*alike, *other]) == [
        f"{alike[0]} (and 7 more like it, at 2:3, 3:3, 4:3, 5:3 …)",
        *other,
    ]
    cells = [f"z.xlsx#S!C{i} adults: a number ≥ 0 wanted, got nothing" for i in range(2, 8)]
    assert grouped(cells) == [f"{cells[0]} (and 5 more like it, at C3, C4, C5, C6 …)"]


# ---- what can hardly be meant --------------------------------------------------------------------


@pytest.mark.parametrize(
    "old, new, said",
    [
        (
            "hours each: 10 h",
            "hours each: 1700 h",
            "counsellors: 1,700 hours a week for one person: a week has 168 (is it hours a year?)",
        ),
        (
            "  seats: {",
            "  doctor: {number: 1, slots: {Mon: {'09:00': 1, '09:30': 1}}}\n  seats: {",
            (
                "desk: visits of 60 min in slots of doctor every 30 min: one person sees two"
                " residents at once"
            ),
        ),
    ],
)
def test_what_can_hardly_be_meant_is_a_warning(tmp_path, old, new, said):
    text = SCENARIO.replace(old, new, 1)
    if "doctor" in new:
        desk = "  desk: {pools: [doctor], service time: 1 h, diary: {}}\npathways:"
        text = text.replace("pathways:", desk)
    scenario = load_scenario(written(tmp_path, text))
    assert plausibility(scenario) == [said] and said in notices(scenario)
    assert not plausibility(load_scenario(written(tmp_path)))


def test_more_adults_than_people_are_a_warning(tmp_path):
    zones = ZONES.replace("2000,1000", "900,1000")
    assert plausibility(load_scenario(written(tmp_path, zones=zones))) == [
        "城 City: 1,000 adults in a population of 900"
    ]
