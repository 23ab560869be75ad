"""Names that simcap gives, mechanisms in files of one's own, staff whom nobody can come to: each
wrong one is a fault at the file's line, and none changes a number without a word.
"""

import json
import re
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from simcap.building import compile_scenario, load_scenario, overridden
from simcap.building.arrangement import described, made, rewritten
from simcap.errors import ScenarioError
from simcap.scenario.blocks import Mechanisms
from simcap.study.experiment import load_experiment, single
from simcap.study.notices import notices
from simcap.study.plan import Plans

KNOWN = ", ".join(sorted(name.replace("_", " ") for name in Mechanisms.known()))
ROOT = Path(__file__).parents[2]
yaml = YAML(typ="safe", pure=True)
BASE = """
name: names
start: 2025-01-06
warm up: 1 week
observe: 3 weeks
zones:
  - {zone: City, kind: urban, numbers: {population: 900, adults: 600, staff: 3, helpers: 2}}
  - {zone: Village, kind: rural, numbers: {population: 300, adults: 200, staff: 1, helpers: 1}}
needs:
  mild: {group: adults, severity: mild, in need: 100 % per year, pathway: way,
         enters by: {room: 50 %, line: 50 %}}
rosters:
  office: {shifts: {Mon-Fri: ["09:00-17:00"]}}
  R: {shifts: {Mon-Fri: ["09:00-17:00"]}}
pools:
  staff: {per: zone, from: staff, roster: R}
  seats: {number: 1, roster: office}
  experts: {number: 1, roster: office}
  P: {per: zone, from: helpers, roster: office}
stations:
  room: {pools: [staff], service time: 1 h, contact: lay}
  S: {pools: [P], service time: 1 h, contact: lay}
  line: {place: district, pools: [seats], service time: 20 min, contact: lay, role: hotline}
  clinic: {place: district, pools: [experts], service time: 1 h, contact: professional,
           assessment: room}
  crisis: {place: district, pools: [seats, experts], service time: 1 h, contact: professional}
pathways:
  way: {room: {completed: {S: 20 %, clinic: {share: 20 %, by: referral}}},
        line: {completed: {crisis: 10 %}}}
  W: {}
"""


def scenario(tmp_path, mechanisms="{}", names=None, change=None):
    """BASE with ``mechanisms`` (YAML), the names S, P, R and W replaced, and ``change`` done."""
    text = json.dumps({**yaml.load(BASE), "mechanisms": yaml.load(mechanisms)}, default=str)
    for letter, name in (names or {}).items():
        text = text.replace(f'"{letter}"', json.dumps(name))
    data = json.loads(text)
    if change:
        change(data)
    text = json.dumps(data, ensure_ascii=False, indent=1)
    (tmp_path / "scenario.yaml").write_text(text, encoding="utf-8")
    return load_scenario(tmp_path)


def faults_of(make):
    """The faults without the folder, line and column, which each must have."""
    with pytest.raises(ScenarioError) as problem:
        make()
    found = [re.fullmatch(r".*scenario\.yaml:\d+:\d+ (.*)", f, re.S) for f in problem.value.faults]
    assert all(found), problem.value.faults
    return [match[1] for match in found]


# ---- names that simcap gives ---------------------------------------------------------------------

ONLINE = "{online: {instead: 9 %, refers to: clinic, detection: 1, resolved: 1, in person: 1}}"
MARKET = (
    "{market: {stations: [room], needs: [mild], price: 9 CNY, accept: {9 CNY: 1}, number: 1,"
    " roster: office, voucher: {share: 9 %, worth: 1 CNY}}}"
)
TAKEN = [
    ("{telemedicine: {stations: {room: 50 %}}}", "S", "room by video", "`telemedicine`"),
    ("{hotline: {repeat callers: {station: line}}}", "S", "line, frequent caller", "`hotline`"),
    ("{hotline: {call backs: {after: [crisis], pool: seats}}}", "S", "call-back 5", "`hotline`"),
    ('{hotline: {seats: {seats: {"08-18": 2}}}}', "R", "seats of seats", "`hotline`"),
    ("{crisis team: {station: crisis, joint: false}}", "S", "crisis: experts", "`crisis team`"),
    (
        "{visiting: {pool: experts, stations: [room], days: {City: Tue}}}",
        "P",
        "experts visiting City",
        "`visiting`",
    ),
    (
        "{visiting: {pool: experts, stations: [room], days: {City: Tue}}}",
        "R",
        "experts visiting City",
        "`visiting`",
    ),
    (
        "{volunteers: {stations: [room], kinds: {old: {number: 1, hours each: 2 h, roster: R}}}}",
        "P",
        "volunteers, old",
        "`volunteers`",
    ),
    (
        "{green channel: {stations: [clinic], severities: [mild]}}",
        "W",
        "way, green channel",
        "`green channel`",
    ),
    (
        "{green channel: {stations: [clinic], severities: [mild]}}",
        "S",
        "referral to clinic by the green channel",
        "`green channel`",
    ),
    (ONLINE, "S", "online guidance", "`online`"),
    (ONLINE, "S", "online guidance, referred", "`online`"),
    (ONLINE, "S", "online guidance, resolved", "`online`"),
    (ONLINE, "W", "mild, online", "`online`"),
    (MARKET, "S", "market", "`market`"),
    (MARKET, "S", "market with voucher", "`market`"),
    (MARKET, "P", "market staff", "`market`"),
    (MARKET, "W", "mild, market", "`market`"),
    ("{dispatch: {pool: staff, people: 1}}", "P", "floating staff", "`dispatch`"),
    ("{tiers: {pool: staff, movable: 50 %}}", "P", "movable staff", "`tiers`"),
    (
        "{emergency: {watch: [room], levels: [1, 2, 3], surge: {staff: [1, 1, 1]}}}",
        "P",
        "surge staff",
        "`emergency`",
    ),
    ("{}", "S", "referral to clinic", "`collaboration`"),
    ("{}", "S", "room again, then clinic", "`collaboration`"),
    ("{}", "P", "no staff needed", "the network"),
]
SECTION = {"S": "stations", "P": "pools", "R": "rosters", "W": "pathways"}


@pytest.mark.parametrize("mechanisms, letter, name, who", TAKEN)
def test_a_name_that_simcap_gives_is_nobody_elses(tmp_path, mechanisms, letter, name, who):
    """What was written under it would be lost, or be one with what the mechanism makes."""
    scenario(tmp_path, mechanisms, {letter: f"{name}s"})
    section = SECTION[letter]
    assert faults_of(lambda: scenario(tmp_path, mechanisms, {letter: name})) == [
        f"{section}.{name}: another name wanted: {who} gives this one to a {section[:-1]} of its"
        " own"
    ]


def test_the_name_of_rooms_is_taken_where_there_are_some(tmp_path):
    def rooms(data):
        data["pools"]["staff"]["places at most"] = 2

    scenario(tmp_path, names={"P": "rooms"})
    assert faults_of(lambda: scenario(tmp_path, names={"P": "rooms"}, change=rooms)) == [
        "pools.rooms: another name wanted: `places at most` gives this one to a pool of its own"
    ]


def test_a_zone_may_not_be_called_as_those_who_float_are(tmp_path):
    def floating(data):
        data["zones"][1]["zone"] = "floating"

    scenario(tmp_path, change=floating)
    assert faults_of(
        lambda: scenario(tmp_path, "{dispatch: {pool: staff, people: 1}}", change=floating)
    ) == [
        "zones.1.zone: another name wanted: `dispatch` gives this one to a zone of its own",
    ]


def test_a_pool_of_the_district_may_be_called_like_posts_by_zone(tmp_path):
    def district(data):
        data["pools"]["floating staff"] = {"number": 1, "roster": "office"}

    mechanisms = "{dispatch: {pool: staff, people: 1}}"
    names = {pool.name for pool in compile_scenario(scenario(tmp_path, mechanisms)).pools}
    more = compile_scenario(scenario(tmp_path, mechanisms, change=district)).pools
    assert {pool.name for pool in more} == names | {"floating staff"}


@pytest.mark.parametrize("mechanisms", sorted({entry[0] for entry in TAKEN}))
def test_every_name_that_rewriting_adds_is_told(tmp_path, mechanisms):
    before = scenario(tmp_path, mechanisms)
    after, told = rewritten(before), {name for _, _, name in made(before)}
    for section in SECTION.values():
        assert getattr(after, section).keys() - getattr(before, section).keys() <= told


# ---- a mechanism in a file of one's own ----------------------------------------------------------

OWN = re.search(
    r"```python\n(.*?)```", (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8"), re.DOTALL
)[1]
EVENINGS = "{mine: {file: mine.py, pool: staff, %s}}"
KINDS = (
    "each (path, kind, name), a tuple as path and as kind one of pool, station, zone, column of the"
    " zones table, roster, severity, owner of a pool, pathway, need, wanted"
)


def own(tmp_path, code=OWN, block=EVENINGS % "days: Sat"):
    (tmp_path / "mine.py").write_text(code, encoding="utf-8")
    return scenario(tmp_path, block)


@pytest.mark.parametrize(
    "block, said",
    [
        (EVENINGS % "days: 3", "mechanisms.mine.days: text wanted, got 3"),
        (EVENINGS % "on: perhaps", "mechanisms.mine.on: true or false wanted, got 'perhaps'"),
        (EVENINGS % "dayz: Sat", "mechanisms.mine.dayz: unknown key; did you mean 'days'?"),
        (
            EVENINGS % "people: 1",
            "mechanisms.mine.people: unknown key; known are days, file, hours, on, pool, source",
        ),
        ("{mine: {file: mine.py}}", "mechanisms.mine.pool: this key is wanted and missing"),
        ("{mine: {file: [mine.py]}}", "mechanisms.mine.file: text wanted, got ['mine.py']"),
        (
            "{mine: {pool: staff}}",
            f"mechanisms.mine: unknown key; known are {KNOWN}",
        ),
        (
            "{own: {mine: {file: mine.py, pool: staff}}}",
            "mechanisms.own.file: this key is wanted and missing",
        ),
    ],
)
def test_a_key_of_ones_own_mechanism_is_answered_in_the_words_of_all(tmp_path, block, said):
    assert faults_of(lambda: own(tmp_path, block=block)) == [said]


def test_ones_own_mechanism_may_be_called_own(tmp_path):
    found = own(tmp_path, block="{own: {file: mine.py, pool: staff}}")
    assert described(found)[1] == "own: staff also work on Thu, 17:00-20:00"


def test_a_key_that_is_not_written_can_be_set_and_an_unknown_one_cannot(tmp_path):
    found = own(tmp_path, block="{mine: {file: mine.py, pool: staff}}")
    later = overridden(found, {"mechanisms.mine.days": "Fri"})
    assert described(later)[1] == "mine: staff also work on Fri, 17:00-20:00"
    with pytest.raises(ScenarioError) as problem:
        overridden(found, {"mechanisms.mine.day": "Fri"})
    assert str(problem.value) == (
        "override mechanisms.mine.day=Fri mechanisms.mine.day: unknown key; did you mean 'days'?"
    )
    with pytest.raises(ScenarioError) as problem:
        overridden(found, {"mechanisms.nine": 1})
    assert str(problem.value) == (
        "override 'mechanisms.nine': there is no 'nine' in 'mechanisms'; did you mean 'mine'?"
    )


@pytest.mark.parametrize(
    "old, new, said",
    [
        ("", "def x(:\n", "mine.py cannot be run: SyntaxError: invalid syntax (mine.py, line 1)"),
        ("", "raise SystemExit(3)\n", "mine.py cannot be run: SystemExit: 3"),
        (
            "class Block(OwnBlock):",
            "class Block:",
            "mine.py: `Block` as a class that is a scenario.blocks.OwnBlock wanted, got"
            " <class 'mine",
        ),
        (
            '    days: str = "Thu"',
            '    days: str = "Thu"\n\n    def model_post_init(self, context):\n        1 / 0\n',
            "mine.py: `Block` cannot be read: ZeroDivisionError: division by zero",
        ),
        ('"pool", block', "1 / 0, block", "names(): ZeroDivisionError: division by zero (line 14)"),
        ('"pool", block', '"pol", block', f"names(): {KINDS}, got (('pool',), 'pol', 'staff')"),
        (
            ".roster:",
            ".boss:",
            "faults(): AttributeError: 'PoolSpec' object has no attribute 'boss' (line 19)",
        ),
        ("pools[block.pool]\n", "pools[0]\n", "rewritten(): KeyError: 0 (line 32)"),
        ("return scenario.", "scenario.", "rewritten(): a scenario wanted, got None"),
        ("return f", "return 1 or f", "described(): a line of text wanted, got 1"),
        (
            '"17:00-20:00"',
            '"16:00-20:00"',
            "rewritten(): rosters.R with evenings: shifts that do not overlap wanted, got Thu"
            " 09:00-17:00 and Thu 16:00-20:00",
        ),
        (
            '"roster": name',
            '"roster": "nights"',
            "rewritten(): pools.staff.roster: no roster is called 'nights'; known are R, R with"
            " evenings, office",
        ),
        (
            "\n\n\ndef names",
            "\n\n\ndef lends(site, block):\n    yield 3\n\n\ndef names",
            "lends(): each a Lend wanted, got 3",
        ),
    ],
)
def test_what_goes_wrong_in_ones_own_code_is_one_line_at_the_files_name(tmp_path, old, new, said):
    def everything():
        found = own(
            tmp_path, OWN.replace(old, new) if old else new, "{mine: {file: mine.py, pool: staff}}"
        )
        described(found), notices(found), compile_scenario(found)

    (fault,) = faults_of(everything)
    where = "mechanisms.mine" if "()" in said else "mechanisms.mine.file"
    assert fault.startswith(f"{where}: {said}")


def test_hours_that_cannot_be_read_are_one_line_for_staff_of_so_many_hours_each_too(tmp_path):
    def hours(data):
        data["pools"]["staff"]["hours each"] = "9 h"

    (tmp_path / "mine.py").write_text(OWN, encoding="utf-8")
    found = scenario(tmp_path, EVENINGS % "days: Someday", change=hours)
    assert faults_of(lambda: compile_scenario(found)) == [
        "mechanisms.mine: rewritten(): rosters.R with evenings: days such as"
        ' "Mon-Fri" or "Tue, Sat" wanted, got \'Someday\''
    ]


PHASES = """
from simcap.scenario.schema import Edge, Step


def dates(scenario, block):
    yield 168.0


def as_of(scenario, block, at):
    edge = Edge(share=0.1, by="referral")
    steps = {**scenario.pathways["way"], "S": Step(completed={"crisis": edge})}
    return scenario.model_copy(update={"pathways": {**scenario.pathways, "way": steps}})
"""


def test_referrals_may_be_there_from_a_date_on_only(tmp_path):
    """Nobody is referred before; the desk of the referral is a station like others."""
    network = compile_scenario(own(tmp_path, PHASES, "{mine: {file: mine.py}}"))
    desks = {station.name for station in network.stations if station.labels["referral"]}
    (phase,) = network.phases
    assert phase.at == 168.0
    for stations, referred in ((network.stations, False), (phase.stations, True)):
        of_s = [station for station in stations if station.labels["station"] == "S"]
        goals = {g for s in of_s for way in s.routing.values() for g in way.stations()}
        assert of_s and bool(goals & {d for d in desks if "referral to crisis" in d}) == referred


# ---- staff whom nobody can come to ---------------------------------------------------------------


def test_a_station_whose_staff_are_another_zones_alone_names_its_line(tmp_path):
    def city_only(data):
        data["pools"]["experts"]["zone"] = data["pools"]["seats"]["zone"] = "City"

    found = scenario(tmp_path, names={"S": "x: y"}, change=city_only)
    assert faults_of(lambda: compile_scenario(found)) == [
        f"stations.{name}.pools: somebody who attends the residents of Village wanted, got pools of"
        " City alone"
        for name in ("clinic", "crisis", "line")
    ]


def test_a_run_of_the_scenario_alone_says_the_same_and_a_design_point_is_named(tmp_path):
    def city_only(data):
        data["pools"]["experts"]["zone"] = "City"

    found = scenario(tmp_path, change=city_only)
    said = (
        "stations.{}.pools: somebody who attends the residents of Village wanted, got pools of City"
        " alone"
    )
    assert faults_of(lambda: Plans(single(found, 2, 1))(0)) == [said.format("clinic")]
    (tmp_path / "experiment.yaml").write_text(
        "scenario: scenario.yaml\nfactors: {pools.seats: [1, 2]}\n", encoding="utf-8"
    )
    assert faults_of(lambda: Plans(load_experiment(tmp_path / "experiment.yaml"))(1)) == [
        f"{said.format('clinic')} (at pools.seats=2)"
    ]


def test_a_zone_that_is_not_there_is_a_fault_of_the_pool(tmp_path):
    def absent(data):
        data["pools"]["experts"]["zone"] = "Town"

    assert faults_of(lambda: scenario(tmp_path, change=absent)) == [
        "pools.experts.zone: no zone is called 'Town'; known are City, Village"
    ]


MOVED = {
    "dispatch": "{dispatch: {pool: %s, people: 1}}",
    "tiers": "{tiers: {pool: %s, movable: 50 %%}}",
}


@pytest.mark.parametrize(
    "name, who", [("dispatch", "floating staff"), ("tiers", "posts that move")]
)
def test_posts_that_would_attend_nobody_are_a_fault(tmp_path, name, who):
    def team(data):
        data["stations"]["S"].update(pools=["P", "staff"], team=True)

    assert faults_of(lambda: scenario(tmp_path, MOVED[name] % "P", change=team)) == [
        f"mechanisms.{name}.pool: a pool of a station without a team or a diary wanted: {who} would"
        " attend nobody"
    ]

    def nobody_comes(data):
        del data["pathways"]["way"]["room"]["completed"]["S"]

    found = scenario(tmp_path, MOVED[name] % "P", change=nobody_comes)
    assert faults_of(lambda: compile_scenario(found)) == [
        f"mechanisms.{name}.pool: a pool that somebody comes to wanted, got 'P'"
    ]


@pytest.mark.parametrize("name", MOVED)
def test_posts_move_where_somebody_comes_and_nowhere_else(tmp_path, name):
    """Only the City's residents come by the room: those of the Village have another pathway, which
    speaks of the room, but by which nobody comes there.
    """

    def apart(data):
        data["zones"][1]["numbers"].update(adults=0, children=80)
        data["zones"][0]["numbers"]["children"] = 0
        data["needs"]["other"] = {
            **data["needs"]["mild"],
            "group": "children",
            "pathway": "W",
            "enters by": {"line": "100 %"},
        }
        data["pathways"]["W"] = {"room": {"completed": {"clinic": "10 %"}}}

    network = compile_scenario(scenario(tmp_path, MOVED[name] % "staff", change=apart))
    (review,) = network.reviews
    assert [pool.rpartition(" | ")[2] for pool in review.pools] == ["City"]
