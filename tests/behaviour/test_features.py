"""Every documented block and every key of the schema, through every command that meets a scenario:
what one part of simcap can write no other may stumble over.
"""

import json
import re
from pathlib import Path
from typing import get_args

import pytest
from pydantic import BaseModel
from ruamel.yaml import YAML
from typer.testing import CliRunner

from simcap.cli import app
from simcap.scenario.blocks import Block
from simcap.scenario.schema import Scenario

ROOT = Path(__file__).parents[2]
HUADU = ROOT / "experiments/01_huadu"
yaml = YAML(typ="safe", pure=True)

BASE = """
name: features
source: made up
start: 2025-01-06
warm up: 1 week
observe: 5 weeks
run out: 2 weeks
zones:
  - {zone: 城 City, kind: urban, notes: {source: made up},
     numbers: {population: 9000, adults: 6000, staff: 3, helpers: 2, rooms: 1, near: 1}}
  - {zone: 村 Village, kind: rural,
     numbers: {population: 3000, adults: 2000, staff: 1, helpers: 1, rooms: 1, near: 0.4}}
needs:
  mild: {group: adults, severity: mild, in need: 10 % per year, enters by: {room: 100 %},
         pathway: way, source: made up}
rosters:
  office: {shifts: {Mon-Fri: ["09:00-12:00", "13:00-17:00"]}}
  always: {shifts: {Mon-Sun: ["00:00-24:00"]}, holidays: open}
pools:
  counsellors: {per: zone, from: staff, hours each: 10 h, roster: office, owner: health,
                cost each: 100000 CNY per year, source: made up}
stations:
  room: {pools: [counsellors], service time: 1 h, patience: {exponential: {mean: 3 weeks}},
         contact: professional, source: made up}
pathways: {way: {}}
"""

ONE_BY_ONE = {
    "slots": """
pools: {doctor: {number: 1, slot length: 30 min, cost each: 1000 CNY per year,
                 make up days: free,
                 slots: {Mon-Fri: {"09:00": 2, "09:30": [2, 1]}}}}
stations: {clinic: {place: district, pools: [doctor], service time: 30 min, contact: professional,
                    diary: {notice: 1 day, urgent: [severe], window: 3 weeks}}}
pathways: {way: {room: {completed: {clinic: 50 %}}}}
""",
    "slots in zones": """
pools: {doctors: {per: zone, from: rooms, slots: {Mon-Fri: {"09:00": 1}}}}
stations: {clinic: {pools: [doctors], service time: 1 h, contact: professional, no show: 10 %,
                    diary: {others after: 1 week}}}
pathways: {way: {room: {completed: {clinic: 50 %}}}}
""",
    "queues": """
needs:
  mild: {enters by: {line: 50 %, room: 50 %}, by zone: {村 Village: 12 % per year}}
  severe: {group: adults, severity: severe, in need: 1 % per year, enters by: {room: 100 %},
           pathway: way, seeks help: {urban: 80 %, transition: 50 %, rural: 40 %}, target: seen}
targets: {named: {soon: 5 min}, seen: 10 days}
rosters:
  by day: {shifts: {Mon-Sun: ["00:00-08:00", "08:00-24:00 x day"]}, levels: {day: 2},
           holidays: open}
pools: {seats: {number: 1, roster: by day, queue limit: 4}, spare: {number: 1, roster: always}}
stations:
  line: {place: district, service time: 20 min, queue limit: 2, patience: 5 min, role: hotline,
         contact: lay, target: [hotline answer, soon], by arrival: [hour, quarter],
         pools: [seats, {pool: spare, priority: 5, after: 1 min, reserve: 1, factor: 1.2,
                         equal: true}],
         redial: {probability: 40 %, after: {exponential: {mean: 30 min}}, at most: 2}}
  room: {priority: {severe: -1}, deterioration: {exponential: {mean: 10 weeks}}}
  crisis: {place: district, pools: [seats, spare], team: true, service time: 2 h, role: crisis,
           contact: professional, target: crisis response}
  again: {pools: [counsellors], service time: 1 h, role: follow up, contact: lay, priority: 2}
pathways:
  way:
    line: {completed: {room: {share: 20 %, by: referral}, crisis: {share: 1 %, by: crisis}},
           balked: {room: 10 %}, reneged: {room: 10 %}}
    room: {completed: {again: {share: 50 %, after: 1 week}}, deteriorated: {crisis: 50 %},
           reneged: {line: 5 %}}
""",
    "courses": """
pools: {list: {number: 9, roster: always}}
stations:
  course: {pools: [counsellors], service time: 1 h, sessions: 4, every: 1 week, no show: 10 %,
           patience between: {exponential: {mean: 1 week}}, drop out: 5 %, contact: professional,
           treatment: true, assessment: room, caseload: list, target: first contact}
  circle: {pools: [counsellors], service time: 90 min, group: {size: 6, at least: 2,
           start at: 2 weeks}, contact: professional}
  by video: {pools: [counsellors], service time: 45 min, contact: professional, part of: room}
  room: {instead: [{station: by video, before: false, share: 20 %, zones: [rural],
                    named: [村 Village], pathways: [way], asking: false}],
         price: 60 CNY, voucher: 20 CNY}
pathways:
  way:
    room: {completed: {course: {share: 50 %, by: referral}, circle: 30 %}, no_show: {circle: 5 %}}
    by video: {completed: {room: {share: 5 %, asking: true}}}
    course: {dropped out: {circle: 10 %}}
""",
    "every distribution": """
pools: {desk: {number: 5, roster: always}}
stations:
  a: {pools: [desk], service time: {fixed: 20 min}}
  b: {pools: [desk], service time: {exponential: {mean: 20 min}}}
  c: {pools: [desk], service time: {erlang: {mean: 20 min, phases: 3}}}
  d: {pools: [desk], service time: {gamma: {mean: 20 min, sd: 10 min}}}
  e: {pools: [desk], service time: {lognormal: {mean: 20 min, sd: 10 min}}}
  f: {pools: [desk], service time: {triangular: {low: 5 min, mode: 20 min, high: 1 h}}}
  g: {pools: [desk], service time: {uniform: {low: 5 min, high: 1 h}}}
  h: {pools: [desk], service time: {truncated normal:
        {location: 20 min, spread: 10 min, low: 5 min, high: 1 h}}}
  i: {pools: [desk], service time: {weibull: {mean: 20 min, shape: 1.5}}}
  j: {pools: [desk], service time: {hyperexponential:
        {probabilities: [0.4, 0.6], means: [10 min, 30 min]}}}
  k: {pools: [desk], patience: never,
      service time: {empirical: {values: [10 min, 30 min], weights: [1, 2]}}}
pathways: {way: {room: {completed: {a: 9 %, b: 9 %, c: 9 %, d: 9 %, e: 9 %, f: 9 %, g: 9 %, h: 9 %,
                                    i: 9 %, j: 9 %, k: 9 %}}}}
""",
    "rosters and people": """
holidays: CN
school holidays: ["07-12 to 08-31", "01-20 to 02-20"]
rosters:
  office: {make up days: free}
  term: {shifts: {Mon-Fri: ["16:00-18:00 x2"]}, during: term, weeks: 1 of 2}
profiles:
  evenings: {hours: {18-21: 1, 08-18: 0.5}, days: {Mon-Fri: 1, Sat-Sun: 0.5}, during: term}
pools:
  counsellors: {shared: true, productive: 80 %, turnover: 15 % per year, recruitment: 13 weeks,
                places at most: rooms, last start: 30 min, at least: 1, scale: 1.2}
  team: {part of: counsellors, per: zone, from: staff, hours each: 2 h, roster: office,
         elsewhere: 10 %, raised: {村 Village: 1.1}}
  helpers: {per: zone, number: 4, from: helpers, roster: term, places at most: 3}
  one: {zone: 村 Village, number: 1, roster: office}
stations:
  room: {asks: evenings}
  hall: {pools: [helpers], service time: 1 h, contact: lay}
  corner: {pools: [one, helpers], service time: 1 h, contact: lay}
  visit: {pools: [team], service time: 1 h, contact: lay}
pathways: {way: {room: {completed: {hall: 20 %, corner: 5 %, visit: 20 %}}}}
""",
    "waves, a register, targets and outcomes": """
needs:
  found: {group: adults, severity: mild, wave: {on: 01-20, share: 1 %}, enters by: {room: 100 %},
          pathway: way}
  known: {group: adults, severity: severe, pathway: visits, enters by: {visit: 100 %},
          register: {share: 1 %, managed: 90 %, first within: 4 weeks}}
stations:
  visit: {pools: [counsellors], service time: 1 h, sessions: recurring, every: 3 weeks,
          contact: professional, role: register}
pathways: {visits: {}}
targets: {first contact: 10 days, hotline answer: 30 s, crisis response: 8 h,
          register visit: 1 week}
outcomes: {recovery: {base: 0.3, slope: 0.1}, quality of life: {base: 50, slope: 10}}
""",
    "outcomes to the last key": """
pools: {counsellors: {funded by: {government: 75 %, lottery: 25 %}, cost each: 9 CNY per year}}
stations: {room: {treatment: true}}
outcomes:
  recovery:
    source: made up
    rows: [{recovered: 10 %}, {sessions: 2, recovered: 50 %}, {need: [mild], recovered: 5 %},
           {need: mild, station: [room], sessions: 1, recovered: 40 %},
           {need: mild, station: room, sessions: 1, wait: 4 weeks, recovered: 30 %}]
  quality of life: {base: 50, slope: 10}
  satisfaction: {per week: 4, per repeat: 8}
  discount: 3 %
results by: [quarter, year, week]
""",
    "a register whose residents change risk": """
needs:
  known: {group: adults, severity: severe, pathway: visits,
          enters by: {visit: 80 %, telephone: 20 %},
          register: {share: 1 %, managed: 90 %, first within: 4 weeks, first visits first: false,
            risks: {missed: 5 days,
              stable: {at first: 70 %, every: 3 weeks, becomes: {unstable: 5 %}},
              basically stable: {at first: 20 %, every: 10 days, once found: 1 week},
              unstable: {at first: 10 %, every: 1 week, becomes: {basically stable: 40 %}}}}}
stations:
  visit: {pools: [counsellors], service time: 1 h, contact: professional, role: register}
  telephone: {pools: [counsellors], service time: 20 min, contact: professional, role: register,
              in person: false}
pathways: {visits: {}}
""",
    "collaboration": """
pools: {counsellors: {shared: true}}
stations:
  clinic: {place: district, pools: [counsellors], service time: 1 h, contact: professional}
pathways: {way: {room: {completed: {clinic: {share: 30 %, by: referral}}}}}
collaboration:
  level: 0.5
  shared hours: {at: {0: 0 %, 1: 50 %}, on: false}
  referral delay: {at: {0: 21 days, 1: 7 days}, varies: true, cv: 0.5, on: true}
  crisis handoff: {at: {0.4: 72 h, 0.8: 12 h}}
  referral completion: {at: {0: 45 %, 1: 75 %}}
  duplicate assessment: {at: {0: 100 %, 1: 0 %}}
""",
    "who is in need and who asks": """
mechanisms:
  incidence: {on: true, source: made up, zones: {村 Village: 1.3},
              groups: {staff: {within: adults, in need: {mild: 20 % per year}}}}
  stress: {on: true, source: made up, base year: 2025, needs: [mild],
           indicators: {jobless: {weight: 2, by year: {2025: 5 %, 2026: 8 %}}}}
  distance: {circle: near, beyond: 50 %, needs: [mild]}
""",
    "false records and an audit": """
mechanisms:
  false records: {on: true, source: made up, share: 10 %, audited: 20, missed: 5 %, time: 20 min,
                  efficiency: 60 %, pool: counsellors}
""",
    "other ways to help": """
pools: {experts: {number: 1, roster: office}}
stations: {clinic: {place: district, pools: [experts], service time: 1 h, contact: professional}}
mechanisms:
  online: {instead: {urban: 20 %, transition: 20 %, rural: 10 %}, brings: 2 %, detection: 70 %,
           false alarms: 5 %, refers to: clinic, resolved: 30 %, in person: 40 %, high risk: [mild],
           stations: [room], needs: [mild], time: 15 min}
  market: {stations: [room], offered: giving up, price: 300 CNY, accept: {0 CNY: 1, 400 CNY: 10 %},
           voucher: {share: 50 %, worth: 100 CNY}, number: 2, hours each: 6 h, roster: office,
           contact: lay, time: 45 min, sessions: 3, every: 1 week, treatment: false,
           patience: {exponential: {mean: 1 week}}, needs: [mild]}
""",
    "who asks, from a date on": """
mechanisms:
  publicity:
    needs: [mild]
    campaigns: {spring: {from: 2025-02-01, lift: 10 %, half life: 4 weeks, zones: [村 Village]}}
  stigma: {needs: [mild], share: {urban: 0 %, transition: 0 %, rural: 30 %},
           reductions: {t: {from: 2025-02-01, by: 50 %, half life: 52 weeks, zones: [村 Village]}}}
""",
    "those who do not ask": """
needs:
  mild: {group: adults, severity: mild, in need: 20 % per year, ends by itself: 40 weeks}
  bad: {group: adults, severity: severe, in need: 0 % per year, pathway: way, enters by: {room: 1}}
mechanisms:
  outreach:
    - {called: grid, pool: counsellors, visits: rooms, time: 20 min, finds: 50 %, among: population,
       needs: [mild], enters: room, zones: [村 Village]}
    - {called: family, needs: [mild], enters: room, share: 10 %}
  late presentation: {worsens: {mild: {to: bad, after: 40 weeks, asks: 20 %}}}
""",
    "those who relapse": """
stations: {room: {treatment: true}}
mechanisms: {relapse: {needs: [mild], recovered: 80 %, within 24 months: 90 %, returns: 70 %}}
""",
    "a screening": """
needs:
  tested: {group: adults, severity: mild, wave: {on: 01-20, share: 10 %}, enters by: {room: 100 %},
           pathway: way}
mechanisms:
  screening: {needs: [tested], assessment: room, sensitivity: 80 %, specificity: 90 %, tested: 50 %,
              comes: 90 %, results: 1 week}
""",
    "stigma by a column": """
mechanisms: {stigma: {share: near, reductions: {talks: {from: 2025-02-01, by: 50 %}}}}
""",
    "far from help, by the zone": """
mechanisms: {distance: {minutes: rooms, beyond: {5 min: 1, 1 h: 40 %}}}
""",
    "far from help, by shares of residents": """
mechanisms: {distance: {residents: {near: 10 min, far: 1 h}, beyond: {15 min: 1, 45 min: 50 %}}}
zones:
  - {zone: 城 City, kind: urban, numbers: {population: 900, adults: 600, staff: 3, near: 1, far: 0}}
  - {zone: 村 Village, kind: rural,
     numbers: {population: 300, adults: 200, staff: 1, near: 0.4, far: 0.6}}
""",
    "lectures, a group and social workers": """
stations:
  circle: {pools: [counsellors], service time: 1 h, sessions: 2, every: 1 week, drop out: 10 %,
           contact: professional, treatment: true}
pathways: {way: {room: {completed: {circle: 40 %}}}}
mechanisms:
  prevention: {called: talks, from: 2025-01-13, at: "09:30", meetings: 2, every: 2 weeks,
               audience: 10, come: 2, of: adults, zones: [rural, 城 City], needs: [mild],
               lowers: 20 %, half life: 26 weeks, until: 2026-01-13, pool: counsellors, time: 1 h}
  group course:
    {station: circle, size: 6, at least: 2, day: Tue, at: "09:00", weeks: 1 of 2,
     online: {number: 2, every: 3 days, time: 30 min, share: 50 %, zones: [rural],
              pathways: [way]}}
  social workers: {number: 3, as column: adults, hours each: 5 h, roster: office,
                   takes: {room: 30 %}, zones: [urban], pathways: [way],
                   stand in: {room: [counsellors]}, time: 1.2, contact: professional,
                   last start: 30 min, owner: civil affairs, cost each: 120000 CNY per year}
""",
    "mechanisms to the last key": """
pools:
  helpers: {per: zone, from: helpers, roster: office, owner: education}
  experts: {number: 2, roster: office, owner: hospital}
  seats: {number: 1, roster: always}
  others: {number: 1, roster: always}
rosters: {lunch: {shifts: {Mon-Fri: ["12:00-14:00"]}}}
stations:
  hall: {pools: [helpers], service time: 1 h, contact: lay}
  clinic: {place: district, pools: [experts], service time: 1 h, contact: professional,
           no show: 5 %}
  line: {place: district, pools: [seats], service time: 20 min, contact: lay, role: hotline}
  other line: {place: district, pools: [others], service time: 20 min, contact: lay, role: hotline}
  crisis: {place: district, pools: [seats, experts], team: true, service time: 2 h, role: crisis,
           contact: professional}
needs:
  mild: {enters by: {room: 50 %, line: 20 %, other line: 10 %, hall: 20 %}}
  severe: {group: adults, severity: severe, in need: 1 % per year, enters by: {line: 100 %},
           pathway: way}
pathways:
  way: {line: {completed: {crisis: {share: 5 %, by: crisis}, room: 20 %}},
        room: {completed: {clinic: {share: 40 %, by: referral}}}}
mechanisms:
  reality: {on: true, source: made up, pools: [counsellors], vacancy: 5 %, absence: 5 %,
            supervision: 5 %, training: 4 %, turnover: 15 % per year, recruitment: 6 weeks}
  minimum: {people: {counsellors: 2}}
  volunteers: {stations: [hall], last start: 15 min,
               kinds: {retired: {number: 4, as column: adults, hours each: 2 h, roster: lunch}}}
  visiting: {pool: experts, stations: [clinic], days: {村 Village: Tue}, hours: "09:00-11:00",
             weeks: 1 of 2, travel: 1.3, lift: {points: 2 %, lasts: 3 days}}
  telemedicine: {stations: {room: 20 %}, zones: [rural], no show: 0.5, time: 0.9}
  hotline: {lines: [line, other line], pooled: true, seats: {seats: {00-08: 1, 08-24: 2}},
            call backs: {source: made up, after: [crisis], pool: seats, at: [24 h, 1 week],
                         time: 10 min, patience: 3 days},
            repeat callers: {source: made up, station: line, callers: 5 %, calls: 50 %,
                             gap: {exponential: {mean: 2 days}}}}
  levels: {step up: {hall: {room: 10 %}}, step down: {clinic: {hall: 10 %}}, circle: near,
           first: [hall], beyond: 60 %}
  green channel: {stations: [clinic], severities: [severe], completion: 95 %,
                  delay: 1 day, varies: false, ahead: 2}
  owners: {shares: {education: {health: 10 %}}, can: {helpers: [room]}}
  pairing: {pools: [counsellors], pairs: {村 Village: 城 City}, hours: 10 %, travel: 1.1,
            supervision: 5 %, guided: [helpers], raises: 10 %}
""",
    "experts whose visits are remembered": """
pools: {experts: {number: 2, roster: office, owner: hospital}}
stations: {clinic: {place: district, pools: [experts], service time: 1 h, contact: professional}}
pathways: {way: {room: {completed: {clinic: 40 %}}}}
mechanisms: {visiting: {pool: experts, stations: [clinic], days: {村 Village: Tue},
                        lift: {points: 5 %, half life: 1 week}}}
""",
    "posts that move": """
pools: {more: {per: zone, from: helpers, roster: office}}
stations:
  room: {pools: [counsellors, more], treatment: true}
  hall: {pools: [more], service time: 1 h, contact: lay}
  clinic: {place: district, pools: [both, also], team: true, service time: 1 h,
           contact: professional, role: crisis}
needs: {mild: {enters by: {room: 60 %, hall: 38 %, clinic: 2 %}}}
mechanisms:
  dispatch: {pool: more, people: 1, rule: oldest, every: 1 week, half life: 1 week,
             weigh outcome: worst first, as column: adults,
             first: 2025-01-13, during: blue}
  crisis team: {station: clinic, joint: false, professional: also, between: 3 h}
  tiers: {pool: more, by: development, column: {2025: adults, 2026: near}, movable: 50 %,
          adjusted: 0.02, assessed: 0.05, half life: 1 week, high: 50 %, basic: 50 %,
          services: {basic: {hall: room}}}
  emergency: {dual mode: true, watch: [room], levels: [1, 2, 3], every: 12 h, calm: 2,
              surge: {counsellors: [1, 1, 2]}, postpone: {hall: red},
              shock: {from: 2025-01-20, lasts: 1 week, times: 3, stations: [room]}}
  roadmap: {assessments: [room], phases: [{from: 2025-01-20, level: 0.6, dispatch: true},
            {from: 2025-01-27, level: 0.8, assessment: 0.8}]}
""".replace(
        "pools: {more:",
        "pools: {both: {number: 1, roster: always}, also: {number: 1, roster: always}, more:",
    ),
}


def merged(base, change):
    """``base`` with ``change`` put in, mapping by mapping."""
    if not isinstance(base, dict) or not isinstance(change, dict):
        return change
    return {**base, **{key: merged(base.get(key), value) for key, value in change.items()}}


def features():
    """{name: a scenario as a mapping}"""
    base = yaml.load(BASE)
    return {name: merged(base, yaml.load(text)) for name, text in ONE_BY_ONE.items()}


def documented():
    """{name: a block of docs/mechanisms.md}"""
    text = (ROOT / "docs/mechanisms.md").read_text(encoding="utf-8")
    return yaml.load(re.search(r"```yaml\n(.*?)```", text, re.DOTALL)[1])["mechanisms"]


def write(home, scenario):
    """``scenario`` as JSON, which is YAML, too."""
    text = json.dumps(scenario, ensure_ascii=False, default=str, indent=1)
    (home / "scenario.yaml").write_text(text, encoding="utf-8")


def run(*arguments):
    done = CliRunner().invoke(
        app, [str(argument) for argument in arguments], catch_exceptions=False
    )
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def through_every_command(home, out, factor, levels):
    """check, show, run, sweep, compare, verify; two replications of each."""
    levels = ", ".join(map(str, levels))
    (home / "experiment.yaml").write_text(
        f"scenario: scenario.yaml\nfactors: {{{factor}: [{levels}]}}\nreplications: 2\n",
        encoding="utf-8",
    )
    assert run("check", home, "--json")["loads"]
    assert run("show", home, "--json")["stations"]
    assert run("run", home, "-r", 2, "-o", out / "run", "-j", 1, "--json")["failures"] == []
    swept = run("sweep", home, "-o", out / "sweep", "-j", 1, "--json")
    assert len(swept["points"]) == 2 and swept["failures"] == []
    assert len(run("compare", out / "sweep", "-m", "contacts", "--json")) == 1
    for name in ("run", "sweep"):
        assert all(row["passed"] for row in run("verify", out / name, "--sample", 1, "--json"))


@pytest.mark.parametrize("name", ONE_BY_ONE)
def test_a_feature_passes_every_command(tmp_path, undrawn, name):
    write(tmp_path, features()[name])
    through_every_command(tmp_path, tmp_path / "out", "pools.counsellors", ["x1", "x2"])


@pytest.mark.slow
@pytest.mark.parametrize("name", documented())
def test_a_documented_block_passes_every_command(tmp_path, undrawn, name):
    """On Huadu; in a tiny world, to the last key, see above."""
    short = {"warm up": "1 week", "observe": "3 weeks", "run out": "2 weeks", "start": "2026-05-25"}
    changes = {**short, f"mechanisms.{name}": documented()[name]}
    scenario = {"base": str(HUADU / "scenario.yaml"), "set": changes}
    write(tmp_path, scenario)
    through_every_command(tmp_path, tmp_path / "out", "collaboration.level", [0.6, 0.8])


def test_all_figures_of_appointments_are_drawn(tmp_path):
    write(tmp_path, features()["slots"])
    run("run", tmp_path, "-r", 2, "-o", tmp_path / "out", "--json")
    assert (tmp_path / "out/figures/hours.png").exists()
    assert (
        "| doctor | 1 | every shift | by appointment |" in (tmp_path / "out/model.md").read_text()
    )


def test_a_mechanism_of_ones_own_passes_every_command(tmp_path, undrawn):
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    code = re.search(r"```python\n(.*?)```", text, re.DOTALL)[1]
    (tmp_path / "evenings.py").write_text(code, encoding="utf-8")
    block = {"evenings": {"file": "evenings.py", "pool": "counsellors", "days": "Thu"}}
    write(tmp_path, merged(yaml.load(BASE), {"mechanisms": block}))
    through_every_command(tmp_path, tmp_path / "out", "pools.counsellors", ["x1", "x2"])
    manifest = tmp_path / "out/run/manifest.json"
    before = json.loads(manifest.read_text(encoding="utf-8"))["fingerprints"]
    later = code.replace("17:00-20:00", "19:00-22:00")
    (tmp_path / "evenings.py").write_text(later, encoding="utf-8")
    run("run", tmp_path, "-r", 2, "-o", tmp_path / "out/run", "-j", 1, "--json")
    assert json.loads(manifest.read_text(encoding="utf-8"))["fingerprints"] != before


# ---- that nothing is left out --------------------------------------------------------------------


def models_in(annotation):
    """Every model in a type such as ``dict[str, PoolSpec] | None``."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from models_in(part)


def keys_of_the_schema():
    """(model, key) of all that a scenario may say."""
    found, left = {}, [Scenario]
    while left:
        model = left.pop()
        if model not in found:
            found[model] = {field.alias or name for name, field in model.model_fields.items()}
            left += [m for f in model.model_fields.values() for m in models_in(f.annotation)]
    return {(model.__name__, key) for model, keys in found.items() for key in keys}


def keys_written(model, data):
    """The same of what ``data`` says."""
    for name, field in model.model_fields.items():
        for key, value in data.items() if isinstance(data, dict) else ():
            if str(key).replace(" ", "_") in (name, field.alias):
                yield model.__name__, field.alias or name
                for inner in models_in(field.annotation):
                    yield from written_below(inner, value)


def written_below(model, value):
    """The keys of ``model`` in ``value``, which is one, or a list or a mapping of such."""
    yield from keys_written(model, value)
    for inner in (
        value.values() if isinstance(value, dict) else value if type(value) is list else ()
    ):
        if isinstance(inner, (dict, list)):
            yield from written_below(model, inner)


def test_every_key_of_the_schema_is_in_some_scenario():
    written = set()
    for data in features().values():
        written |= set(keys_written(Scenario, data))
    blocks = {model.__name__ for model in Block.__subclasses__()}
    of_any_block = {(block, key) for block in blocks for key in ("on", "source")}
    others = {
        ("Time", "never"),  # written short
        ("Mechanisms", "own"),  # under names of their own: see below
        *(("OwnBlock", key) for key in ("file", "folder", "on", "source")),
    }
    assert keys_of_the_schema() - written <= of_any_block | others
    assert {key for model, key in written & of_any_block} == {"on", "source"}
