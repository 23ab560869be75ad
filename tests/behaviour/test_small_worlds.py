"""Worlds so small that fractions of people show, and tables that say one thing twice: nobody comes
from nothing, no share is above 1, no order of keys decides.
"""

from __future__ import annotations

import re

import numpy as np
import pytest
from demand import WORLD, world, yaml

import simcap
from simcap.analysis.sane import impossible
from simcap.analysis.tally import tally
from simcap.building import load_scenario
from simcap.errors import ScenarioError
from simcap.study.plan import plan

RISKS = "{stable: {becomes: {unstable: 20 %}}, unstable: {at first: 30 %}}"


def changed(tmp_path, mechanisms="{}", adults="{}", **parts):
    """The world of ``demand`` with ``parts`` laid over it, two keys deep; ``adults`` in each
    zone's row.
    """
    data = {**yaml.load(WORLD), "mechanisms": yaml.load(mechanisms)}
    for zone in data["zones"]:
        zone["numbers"] |= yaml.load(adults)
    for key, text in parts.items():
        data[key] = data[key] | yaml.load(text)
    with (tmp_path / "scenario.yaml").open("w", encoding="utf-8") as file:
        yaml.dump(data, file)
    return load_scenario(tmp_path)


def told(made, replication):
    """{(measure, place, group): value}, none of them impossible."""
    run = simcap.simulate(made.network, made.spec.horizon, 1, replication, "compiled")
    rows = made.sheet.rows(tally(run, made.spec, made.sheet.at), run)
    assert not impossible(rows)
    return {(row.measure, row.place, row.group): row.value for row in rows}


def listed(forms, risks=RISKS):
    return (
        f"{{known: {{group: listed, severity: severe, pathway: way, enters by: {forms},"
        f" register: {{managed: 100 %, first within: 1 week, risks: {risks}}}}}}}"
    )


PHONE = (
    "{phone: {pools: [staff], service time: 1 h, contact: professional, role: register,"
    " in person: false}, visit: {pools: [staff], service time: 1 h, contact: professional,"
    " role: register}}"
)


@pytest.mark.parametrize("forms", ["{visit: 80 %, phone: 20 %}", "{phone: 50 %, visit: 50 %}"])
def test_forms_of_a_visit_do_not_add_up_to_more_than_are_on_the_register(tmp_path, forms):
    """Three of each zone are on it: never two, never four, whatever forms their visits have."""
    made = plan(changed(tmp_path, adults="{listed: 3}", needs=listed(forms), stations=PHONE))
    for replication in range(12):
        got = told(made, replication)
        for place, people in (("all", 6), ("City", 3), ("Village", 3)):
            assert got["people_on_register", place, "all"] == people
            assert got["register_managed", place, "all"] == 1


def test_a_fraction_of_a_resident_on_a_register_is_no_share_above_one(tmp_path):
    """Two and a half: two in some replications, three in others."""
    needs = listed("{visit: 100 %}")
    made = plan(changed(tmp_path, adults="{listed: 2.5}", needs=needs, stations=PHONE))
    shares = [told(made, r)["register_managed", "City", "all"] for r in range(12)]
    assert sorted(set(shares)) == [0.8, 1.0]


def test_a_screening_stands_beside_a_register_whose_residents_change_risk(tmp_path):
    """What a screening brings to the stations of the register is expected by its chance: half of
    a hundred pupils without a need, and 90 of each zone are.
    """
    needs = "{needs: [pupils], assessment: room, sensitivity: 100 %, specificity: 50 %}"
    scenario = changed(
        tmp_path,
        f"{{screening: {needs}}}",
        adults="{listed: 3}",
        needs=listed("{visit: 100 %}"),
        stations=PHONE,
    )
    got = told(plan(scenario), 0)
    assert got["people_screened", "all", "all"] == 400
    assert got["files", "all", "all"] == 40


def test_no_more_are_screened_positive_than_are_tested(tmp_path):
    """A test that finds everybody: of eleven pupils 1.1 are in need, one or two; 9.9 are not."""
    test = "{needs: [pupils], assessment: room, sensitivity: 1, specificity: 0}"
    made = plan(changed(tmp_path, f"{{screening: {test}}}", adults="{pupils: 11}"))
    shares = np.array([told(made, r)["screen_positive_share", "City", "all"] for r in range(40)])
    assert shares.max() == 1.0


def test_who_gets_worse_on_the_way_is_on_the_way_for_as_long(tmp_path):
    """A referral takes five weeks in the mean, exponentially, as long as it takes to get worse:
    half get worse on the way, and all wait for five weeks and the hour of the hall.
    """
    needs = """
      bad: {group: adults, severity: severe, in need: 0 % per year, pathway: way,
            enters by: {hall: 100 %}}
      adults: {group: adults, severity: mild, in need: 100 % per year, pathway: way,
               enters by: {hall: 100 %}}
    """
    course = "{course: {pools: [staff], service time: 1 h, contact: professional, treatment: true}}"
    more = """
    run out: 104 weeks
    mechanisms: {late presentation: {worsens: {adults: {to: bad, after: 5 weeks}}}}
    pathways: {way: {hall: {completed: {course: {share: 1, by: referral}}}}}
    collaboration: {referral completion: {at: {0: 1}}, referral delay: {at: {0: 5 weeks}}}
    """
    data = yaml.load(WORLD) | yaml.load(more)
    data["needs"], data["pools"]["staff"]["number"] = yaml.load(needs), 200
    data["stations"] |= yaml.load(course)
    with (tmp_path / "scenario.yaml").open("w", encoding="utf-8") as file:
        yaml.dump(data, file)
    made = plan(load_scenario(tmp_path))
    waits = np.array([told(made, r)["wait_mean", "all", "all"] for r in range(10)])
    assert abs(waits.mean() - 841) <= 3.5 * waits.std(ddof=1) / np.sqrt(10)


def test_next_to_nobody_in_a_wave_is_nobody(tmp_path):
    """Hardly any of those who would ask: no stream comes to the room that dispatch looks at."""
    near = "distance: {minutes: minutes, beyond: {5 min: 0.00000000001}, needs: [pupils]}"
    text = f"{{{near}, dispatch: {{pool: staff, people: 1, rule: expected}}}}"
    needs = yaml.load(WORLD)["needs"]["pupils"] | {"enters by": {"desk": "100 %"}}
    data = yaml.load(WORLD) | {"mechanisms": yaml.load(text)}
    data["needs"]["pupils"] = needs
    data["stations"]["desk"] = data["stations"]["room"]
    with (tmp_path / "scenario.yaml").open("w", encoding="utf-8") as file:
        yaml.dump(data, file)
    assert told(plan(load_scenario(tmp_path)), 0)["people_asking", "all", "need: pupils"] == 0


def test_a_lift_to_everybody_leaves_nobody_less_than_nothing(tmp_path):
    """Half ask. A lift of 100 points halves in 40 weeks, by 8 March; another of as much stays from
    the first of March on: all ask, and no more, to the last digit of what is not drawn.
    """
    fades = "fades: {from: 2024-06-01, lift: 100 %, half life: 40 weeks}"
    stays = "stays: {from: 2025-03-01, lift: 100 %}"
    made = plan(world(tmp_path, f"{{publicity: {{campaigns: {{{fades}, {stays}}}}}}}"))
    cells = [cell for cell in made.spec.needs if cell.need == "adults"]
    assert all(0 <= cell.in_need - cell.asking < 1e-3 for cell in cells), cells
    told(made, 0)


SHOCK = "{emergency: {dual mode: false, shock: {from: 2025-03-01, lasts: 0 h, times: 9}}}"


def test_a_shock_of_no_time_changes_nothing(tmp_path):
    assert plan(world(tmp_path, SHOCK)).digest == plan(world(tmp_path)).digest
    first = SHOCK.replace("2025-03-01", "2025-01-01")
    assert plan(world(tmp_path, first)).digest == plan(world(tmp_path)).digest


@pytest.mark.parametrize(
    "block, said",
    [
        (
            "{distance: {minutes: minutes, beyond: {60 min: 1, 1 h: 50 %}}}",
            "mechanisms.distance.beyond: each travel time once wanted, got 1 h and 60 min",
        ),
        (
            "{market: {stations: [room], price: 4 CNY, accept: {4 CNY: 0.2, 4.0 CNY: 0.1},"
            " number: 1, roster: always}}",
            "mechanisms.market.accept: each price once wanted, got 4 CNY and 4.0 CNY",
        ),
        (
            "{outreach: {called: grid, needs: [adults], enters: room, pool: staff, finds: 1,"
            " visits: 10000000}}",
            "mechanisms.outreach.visits: at most 9,409 visits a week wanted in a zone, got"
            " 10,000,000 in City",
        ),
        (
            "{tiers: {by: density, column: [near], services: {basic: {room: hall}}}}",
            "mechanisms.tiers.column: text wanted, got ['near']",
        ),
        (
            "{emergency: [{watch: [room], levels: [1, 2, 3], postpone: {hall: red}}, {watch:"
            " [room], levels: [1, 2, 3], postpone: {hall: blue}}]}",
            "mechanisms.emergency.1.postpone.hall: each station once wanted, got it in two blocks",
        ),
    ],
)
def test_what_is_said_twice_or_would_not_fit_is_one_line(tmp_path, block, said):
    with pytest.raises(ScenarioError) as problem:
        world(tmp_path, block)
    (fault,) = problem.value.faults
    assert re.fullmatch(rf".*scenario\.yaml:\d+:\d+ {re.escape(said)}", fault, re.DOTALL), fault


def test_a_level_twice_is_a_fault(tmp_path):
    with pytest.raises(ScenarioError, match=r"each level once wanted, got '0\.40' twice"):
        text = 'referral_delay: {at: {0.4: 1 week, "0.40": 2 weeks}}'
        data = yaml.load(WORLD) | {"collaboration": yaml.load(f"{{{text}}}")}
        with (tmp_path / "scenario.yaml").open("w", encoding="utf-8") as file:
            yaml.dump(data, file)
        load_scenario(tmp_path)


def test_comes_says_who_of_the_positive_come(tmp_path):
    """A need of which only some ask by themselves, and a test that finds the others, are two."""
    test = "{screening: {needs: [pupils], assessment: room, sensitivity: 1, specificity: 1}}"
    needs = yaml.load(WORLD)["needs"]["pupils"] | {"seeks help": "40 %"}
    data = yaml.load(WORLD) | {"mechanisms": yaml.load(test)}
    data["needs"]["pupils"] = needs
    with (tmp_path / "scenario.yaml").open("w", encoding="utf-8") as file:
        yaml.dump(data, file)
    with pytest.raises(ScenarioError) as problem:
        load_scenario(tmp_path)
    assert (
        "mechanisms.screening.needs.0: a need with `seeks help: 100 %` wanted, since `comes` says"
        " how many of the positive come, got 'pupils'" in problem.value.faults[0]
    )
