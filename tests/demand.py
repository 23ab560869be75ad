"""A tiny world of demand, whose answers are worked out by hand: a City and a Village of a thousand
adults each; a tenth fall into need each year, half of whom ask; a wave of a tenth of a hundred
pupils on 1 June each year, all of whom come; a register.
"""

from __future__ import annotations

import pytest
from ruamel.yaml import YAML

from simcap.building import load_scenario
from simcap.study.plan import plan

yaml = YAML(typ="safe", pure=True)
yaml.width = 1000
WORLD = """
name: demand
start: 2025-01-01
warm up: 0 h
observe: 730 days
run out: 2 weeks
zones:
  - {zone: City, kind: urban,
     numbers: {population: 3000, adults: 1000, pupils: 100, staff: 3, near: 1, minutes: 10,
               quick: 1, slow: 0, third: 1, thirds: 0, jobless 2025: 0.03, jobless 2026: 0.05}}
  - {zone: Village, kind: rural,
     numbers: {population: 1500, adults: 1000, pupils: 100, staff: 1, near: 0.4, minutes: 45,
               quick: 0.25, slow: 0.75, third: 0.3333333, thirds: 0.6666666,
               jobless 2025: 0.04, jobless 2026: 0.09}}
needs:
  adults: {group: adults, severity: mild, in need: 10 % per year, seeks help: 50 %, pathway: way,
           enters by: {room: 60 %, hall: 40 %}}
  pupils: {group: pupils, severity: mild, wave: {on: 06-01, share: 10 %}, seeks help: 100 %,
           enters by: {room: 100 %}, pathway: way}
  known: {group: adults, severity: severe, pathway: way, enters by: {visit: 100 %},
          register: {share: 2 %, managed: 100 %, first within: 1 week}}
rosters: {always: {shifts: {Mon-Sun: ["00:00-24:00"]}, holidays: open}}
pools: {staff: {per: zone, from: staff, roster: always}}
stations:
  room: {pools: [staff], service time: 1 h, contact: professional}
  hall: {pools: [staff], service time: 1 h, contact: lay}
  visit: {pools: [staff], service time: 1 h, sessions: recurring, every: 13 weeks,
          contact: professional, role: register}
pathways: {way: {}}
"""
YEARS = 730 / 365


WORSE = """
  worse: {group: adults, severity: severe, in need: 0 % per year, pathway: way,
          enters by: {room: 100 %}}
  worse pupils: {group: pupils, severity: severe, in need: 0 % per year, pathway: way,
                 enters by: {room: 100 %}}
"""


def world(tmp_path, mechanisms="{}", worse=False, wait=None):
    """The scenario with these ``mechanisms``; with needs that others may become (``worse``); with
    nobody in the room for some time (``wait``) after each wave.
    """
    data = {**yaml.load(WORLD), "mechanisms": yaml.load(mechanisms)}
    if worse:
        data["needs"] |= yaml.load(WORSE)
    if wait:
        data["stations"]["room"]["pools"] = [{"pool": "staff", "after": wait}]
        data["pools"]["staff"]["number"] = 1000
    with (tmp_path / "scenario.yaml").open("w", encoding="utf-8") as file:
        yaml.dump(data, file)
    return load_scenario(tmp_path)


def cells(scenario):
    """{(need, zone): (in need, asking) over the observed weeks}"""
    return {
        (cell.need, cell.zone): (cell.in_need, cell.asking) for cell in plan(scenario).spec.needs
    }


def coming(scenario):
    """{(need, station, zone): residents whom the network expects} over the observed weeks, each
    year's wave rounded as it is drawn.
    """
    from simcap.network.size import expected_arrivals

    found = {}
    for s in plan(scenario).network.arrivals:
        key = s.labels["need"], s.labels["enters"], s.labels["zone"]
        found[key] = found.get(key, 0.0) + expected_arrivals(s, 17520.0)
    return found


PLAIN = {
    ("adults", "City"): (200, 100),
    ("adults", "Village"): (200, 100),
    ("pupils", "City"): (20, 20),
    ("pupils", "Village"): (20, 20),
    ("known", "City"): (20, 20),
    ("known", "Village"): (20, 20),
}


def close(found, wanted):
    assert found.keys() == wanted.keys()
    for key, value in wanted.items():
        assert found[key] == pytest.approx(value, rel=1e-9), key
