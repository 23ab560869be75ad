"""Shares in need by group and zone, in a tiny world whose answer is worked out by hand.

City and Village have a thousand adults each: 200 older people, of whom 50 live alone, and 100
farmers' wives. A tenth of the adults fall into need each year, half of whom ask; a twentieth are
found by a wave on 1 June. One year is observed.
"""

from __future__ import annotations

import re
from dataclasses import astuple

import pytest
from ruamel.yaml import YAML
from typer.testing import CliRunner

from simcap.building import load_scenario, overridden, resolved_yaml
from simcap.building.arrangement import described
from simcap.cli import app
from simcap.errors import ScenarioError
from simcap.study.checking import inflows
from simcap.study.notices import notices
from simcap.study.plan import plan

yaml = YAML(typ="safe", pure=True)
yaml.width = 1000
WORLD = """
name: cells
start: 2025-01-01
warm up: 0 h
observe: 365 days
run out: 2 weeks
zones:
  - {zone: City, kind: urban, numbers: {population: 2000, adults: 1000, old: 200, alone: 50,
     wives: 100, staff: 2, their rate: 0.2, times: 1}}
  - {zone: Village, kind: rural, numbers: {population: 2000, adults: 1000, old: 200, alone: 50,
     wives: 100, staff: 2, their rate: 0.4, times: 1.5}}
needs:
  mild: {group: adults, severity: mild, in need: 10 % per year, seeks help: 50 %, pathway: way,
         enters by: {room: 100 %}}
  found: {group: adults, severity: moderate, wave: {on: 06-01, share: 5 %}, pathway: way,
          enters by: {room: 100 %}}
  known: {group: adults, severity: severe, pathway: way, enters by: {room: 100 %},
          register: {share: 2 %, managed: 100 %, first within: 1 week}}
rosters: {always: {shifts: {Mon-Sun: ["00:00-24:00"]}, holidays: open}}
pools: {staff: {per: zone, from: staff, roster: always}}
stations: {room: {pools: [staff], service time: 1 h, contact: professional}}
pathways: {way: {}}
"""
WIVES = """
  wives: {group: wives, severity: mild, in need: 30 % per year, seeks help: 10 %, pathway: way,
          enters by: {room: 100 %}}
"""


def world(tmp_path, block=None, needs="", reverse=False):
    data = yaml.load(WORLD)
    data["needs"] |= yaml.load(needs) if needs else {}
    if block is not None:
        data["mechanisms"] = {"incidence": yaml.load(block)}
    if reverse:
        data["zones"].reverse()
        data["needs"] = dict(reversed(data["needs"].items()))
    with (tmp_path / "scenario.yaml").open("w", encoding="utf-8") as file:
        yaml.dump(data, file)
    return load_scenario(tmp_path)


def in_need(scenario):
    """{(need, zone): in need} of a year; what asks is the need's share of it."""
    cells = plan(scenario).spec.needs
    for cell in cells:
        share = {"mild": 0.5, "wives": 0.1}.get(cell.need, 1.0)
        assert cell.asking == pytest.approx(cell.in_need * share)
    return {(cell.need, cell.zone): pytest.approx(cell.in_need) for cell in cells}


PLAIN = {
    (need, zone): number
    for zone in ("City", "Village")
    for need, number in (("mild", 100), ("found", 50), ("known", 20))
}


def test_the_world_itself(tmp_path):
    assert in_need(world(tmp_path)) == PLAIN


def test_a_cell_has_its_own_share_and_leaves_that_of_the_others(tmp_path):
    """800 × 10 % + 200 × 20 %; of the wave, for which nothing is stated, the usual share."""
    scenario = world(tmp_path, "{groups: {old: {within: adults, in need: {mild: 20 % per year}}}}")
    assert in_need(scenario) == PLAIN | {("mild", "City"): 120, ("mild", "Village"): 120}


def test_cells_within_cells_are_counted_once(tmp_path):
    """800 × 10 % + 150 × 20 % + 50 × 60 %; of the wave 950 × 5 % + 50 × 10 %."""
    scenario = world(
        tmp_path,
        "{groups: {alone: {within: old, in need: {mild: 60 % per year, found: 10 %}},"
        " old: {within: adults, in need: {mild: 20 % per year}}}}",
    )
    wanted = {("mild", zone): 140 for zone in ("City", "Village")}
    wanted |= {("found", zone): 52.5 for zone in ("City", "Village")}
    assert in_need(scenario) == PLAIN | wanted


def test_a_cell_without_a_share_has_that_of_the_group_around_it(tmp_path):
    """50 of the old have a tenth themselves; the rest of the old, 150, a fifth."""
    scenario = world(
        tmp_path,
        "{groups: {old: {within: adults, in need: {mild: 20 % per year}}, alone: {within: old}}}",
    )
    assert in_need(scenario)["mild", "City"] == 120


def test_shares_and_factors_by_zone(tmp_path):
    """Of the wives a fifth in the City, two fifths in the Village, where there is half as much
    again of all: (900 × 10 % + 100 × 40 %) × 1.5. The register is unmoved. Nothing is made up for
    by the City.
    """
    block = "{groups: {wives: {within: adults, in need: {mild: their rate}}}, zones: times}"
    found = in_need(world(tmp_path, block))
    wanted = {("mild", "City"): 110, ("mild", "Village"): 195, ("found", "Village"): 75}
    assert found == PLAIN | wanted
    by_name = block.replace("zones: times", "zones: {Village: 1.5}")
    assert in_need(world(tmp_path, by_name)) == found


def test_a_group_with_needs_of_its_own_is_out_of_the_others(tmp_path):
    """900 × 10 % and 100 × 30 %; 900 × 5 % in the wave, unless its share is stated."""
    scenario = world(tmp_path, "{groups: {wives: {within: adults}}}", WIVES)
    wanted = {("mild", "City"): 90, ("wives", "City"): 30, ("found", "City"): 45}
    assert in_need(scenario).items() >= wanted.items()
    assert notices(scenario)[-1:] == [
        "incidence: wives has needs of its own, so that its members are out of found, and none that"
        " is as severe: state its share under `in need` if they should fall into it"
    ]
    stated = world(tmp_path, "{groups: {wives: {within: adults, in need: {found: 5 %}}}}", WIVES)
    assert in_need(stated)["found", "City"] == 50
    assert not [text for text in notices(stated) if text.startswith("incidence")]


def test_a_need_may_have_another_share_in_some_zones(tmp_path):
    """What the need itself says of a zone is what cells without a share of their own have."""
    scenario = overridden(world(tmp_path), {"needs.mild.by zone": {"Village": "30 % per year"}})
    assert in_need(scenario) == PLAIN | {("mild", "Village"): 300}
    block = "{groups: {old: {within: adults, in need: {mild: 20 % per year}}}, zones: times}"
    both = overridden(world(tmp_path, block), {"needs.mild.by zone": {"Village": "30 % per year"}})
    assert in_need(both)["mild", "Village"] == pytest.approx(1.5 * (800 * 0.3 + 200 * 0.2))


def test_what_comes_is_what_is_counted_and_no_order_decides(tmp_path):
    block = (
        "{groups: {old: {within: adults, in need: {mild: 20 % per year}}, wives: {within: adults}},"
        " zones: times}"
    )
    there, back = world(tmp_path, block, WIVES), world(tmp_path, block, WIVES, reverse=True)
    rates = {s.name: s.rate.per_hour for s in plan(there).network.arrivals if s.rate is not None}
    assert rates["mild | room | Village"] == pytest.approx(0.5 * 1.5 * (70 + 40) / 8760)
    assert plan(there).network == plan(back).network
    assert described(there)[1] == (
        "incidence: old within adults (mild 20 % per year); wives within adults; needs begin 1 to"
        " 1.5 times as often, by zone"
    )


def test_check_says_how_many_fall_into_need(tmp_path):
    """1,000 × 10 % and (900 × 10 % + 100 × 40 %) × 1.5 of 2,000 adults; nobody is in need at the
    start but those on the register, whose need does not begin.
    """
    block = "{groups: {wives: {within: adults, in need: {mild: their rate}}}, zones: times}"
    found = {name: numbers for name, *numbers in map(astuple, inflows(world(tmp_path, block)))}
    assert found == {
        "mild": pytest.approx([2000, 305, 0, 305, 152.5]),
        "found": pytest.approx([2000, 125, 0, 125, 125]),
        "known": pytest.approx([2000, 40, 40, 0, 40]),
    }
    screen = CliRunner().invoke(app, ["check", str(tmp_path)]).stdout
    assert re.search(r"mild +305 +15.25% +0 +305 +15[23]\n", screen), screen


@pytest.mark.parametrize(
    "block",
    [
        "{groups: {old: {within: adults, in need: {mild: 10 % per year, found: 5 %}}}}",
        "{groups: {alone: {within: old, in need: {mild: 10 % per year}}, old: {within: adults}}}",
        "{zones: {Village: 1}}",
        "{groups: {old: {within: adults, in need: {mild: 90 % per year}}}, on: false}",
    ],
)
def test_neutral_numbers_change_nothing(tmp_path, block):
    assert plan(world(tmp_path, block)).digest == plan(world(tmp_path)).digest


def test_the_resolved_scenario_says_the_same_and_shares_can_be_factors(tmp_path):
    scenario = world(
        tmp_path,
        "{groups: {old: {within: adults, in need: {mild: 20 % per year, found: 0.1}}},"
        " zones: {Village: 1.5}}",
    )
    again = tmp_path / "again.yaml"
    again.write_text(resolved_yaml(scenario), encoding="utf-8")
    assert plan(load_scenario(again)).digest == plan(scenario).digest
    path = "mechanisms.incidence.groups.old.in need.mild"
    assert in_need(overridden(scenario, {path: "30 % per year"}))["mild", "City"] == 140


@pytest.mark.parametrize(
    "block, said",
    [
        ("{}", "mechanisms.incidence: groups or zones wanted, got neither"),
        (
            "[{zones: times}, {zones: times}]",
            "mechanisms.incidence.1: one block wanted that is on, got two",
        ),
        (
            "{groups: {old: {within: alone}, alone: {within: old}}}",
            "mechanisms.incidence.groups.old.within: a group that is not within 'old' itself"
            " wanted",
        ),
        (
            "{groups: {population: {within: adults}}}",
            "mechanisms.incidence.groups.population.within: at most the 1,000 of adults wanted in"
            " City, got 2,000 in population",
        ),
        (
            "{groups: {wives: {within: adult}}}",
            "mechanisms.incidence.groups.wives.within: no column of the zones table is called"
            " 'adult'; did you mean 'adults'?",
        ),
        (
            "{groups: {old: {within: population, in need: {mild: 10 % per year}}}}",
            "mechanisms.incidence.groups.old.in need.mild: a need of population wanted, got one of"
            " adults",
        ),
        (
            "{groups: {old: {within: adults, in need: {mild: 10 %}}}}",
            'mechanisms.incidence.groups.old.in need.mild: a share such as "8 % per year", or a'
            " column, wanted, got 0.1",
        ),
        (
            "{groups: {old: {within: adults, in need: {known: 10 %}}}}",
            "mechanisms.incidence.groups.old.in need.known: a need that begins wanted, got a"
            " register, which has no incidence",
        ),
        (
            "{groups: {old: {within: adults, in need: {mild: 80 % per year}}}, zones: times}",
            "mechanisms.incidence.groups.old.in need.mild: a share in need of at most 1 wanted, got"
            " 1.2 of old in Village (mild)",
        ),
        (
            "{zones: {Village: 11}}",
            "mechanisms.incidence.zones: a share in need of at most 1 wanted, got 1.1 of adults in"
            " Village (mild)",
        ),
    ],
)
def test_what_does_not_fit_is_one_line(tmp_path, block, said):
    with pytest.raises(ScenarioError) as problem:
        world(tmp_path, block)
    found = [re.fullmatch(r".*scenario\.yaml:\d+:\d+ (.*)", f, re.S) for f in problem.value.faults]
    assert all(found), problem.value.faults
    assert said in [match[1] for match in found]
