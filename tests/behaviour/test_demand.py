"""What changes who is in need, and distance, in the tiny world of ``demand``."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from demand import PLAIN, cells, close, coming, world, yaml

from simcap.building import load_scenario, overridden, resolved_yaml
from simcap.building.arrangement import described
from simcap.errors import ScenarioError
from simcap.study.notices import notices
from simcap.study.plan import plan


def test_the_world_itself(tmp_path):
    close(cells(world(tmp_path)), PLAIN)


# ---- distance ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "block, village",
    [
        ("{circle: near, beyond: 50 %}", 0.4 + 0.6 * 0.5),
        ("{minutes: minutes, beyond: {60 min: 40 %, 15 min: 100 %}}", 1 - 30 / 45 * 0.6),
        ("{minutes: minutes, beyond: {20 min: 90 %, 30 min: 60 %}}", 0.6),
        (
            "{residents: {quick: 10 min, slow: 1 h}, beyond: {15 min: 1, 45 min: 0.5}}",
            0.25 + 0.75 * 0.5,
        ),
    ],
)
def test_distance_keeps_away_who_lives_far_and_leaves_them_in_need(tmp_path, block, village):
    """Of the Village, factors by hand; the City lives within the circle, or 10 minutes away, for
    which the third table has its first factor, 90 %.
    """
    city = 0.9 if "20 min" in block else 1.0
    found = cells(world(tmp_path, f"{{distance: {block}}}"))
    wanted = dict(PLAIN)
    for zone, factor in (("City", city), ("Village", village)):
        wanted["adults", zone] = (200, 100 * factor)
        wanted["pupils", zone] = (20, 20 * factor)
    close(found, wanted)


def test_distance_holds_for_the_needs_it_names_and_what_comes_is_what_is_counted(tmp_path):
    scenario = world(tmp_path, "{distance: {circle: near, beyond: 0 %, needs: [adults]}}")
    close(cells(scenario), {**PLAIN, ("adults", "Village"): (200, 40)})
    found = coming(scenario)
    assert found["adults", "room", "Village"] == pytest.approx(0.6 * 40)
    assert found["adults", "hall", "Village"] == pytest.approx(0.4 * 40)
    assert found["adults", "room", "City"] == pytest.approx(60)
    assert described(scenario)[1] == (
        "distance: as far as zones are from help, 40% to 100% as many of adults ask for it as would"
        " nearby"
    )


def test_whom_a_shock_multiplies_are_those_who_are_kept_away_too(tmp_path):
    """Nobody of the Village asks; a shock that doubles needs for the first of two years still makes
    half as many again in need there as in the City.
    """
    shock = "emergency: {dual mode: false, shock: {from: 2025-01-01, lasts: 365 days, times: 2}}"
    text = f"{{distance: {{minutes: minutes, beyond: {{15 min: 1, 45 min: 0}}}}, {shock}}}"
    found = cells(world(tmp_path, text))
    assert found["adults", "City"] == pytest.approx((300, 150))
    assert found["adults", "Village"] == pytest.approx((300, 0))


# ---- the stress index ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "block, city, village",
    [
        (  # one series: 1 + 5 × 2 % in the second year
            "{indicators: {jobless: {weight: 5, by year: {2025: 3 %, 2026: 5 %, 2027: 5 %}}}}",
            (1, 1.1),
            (1, 1.1),
        ),
        (  # a column of zones: 1 + 5 × 2 % and 1 + 5 × 5 %
            "{indicators: {jobless: {weight: 5, by year:"
            " {2025: jobless 2025, 2026: jobless 2026, 2027: 0.1}}}}",
            (1, 1.1),
            (1, 1.25),
        ),
        (  # two of them, against 2024: 1 + 2 × 1 % + 1 × 0.5; 1 + 2 × 3 % + 1 × 0.6
            "{base year: 2024, indicators: {jobless: {weight: 2, by year:"
            " {2024: 2 %, 2025: 3 %, 2026: 5 %, 2027: 5 %}}, age: {weight: 1, by year:"
            " {2024: 10, 2025: 10.5, 2026: 10.6, 2027: 10.6}}}}",
            (1.52, 1.66),
            (1.52, 1.66),
        ),
    ],
)
def test_the_stress_index_multiplies_needs_whether_people_ask_or_not(
    tmp_path, block, city, village
):
    """Of 2025 and 2026, 365 days each; a value holds from 1 January on. The register is unmoved."""
    scenario = world(tmp_path, f"{{stress: {block}}}")
    wanted = dict(PLAIN)
    for zone, factors in (("City", city), ("Village", village)):
        wanted["adults", zone] = (100 * sum(factors), 50 * sum(factors))
        wanted["pupils", zone] = (10 * sum(factors), 10 * sum(factors))
    close(cells(scenario), wanted)
    found = coming(scenario)
    assert found["adults", "hall", "Village"] == pytest.approx(0.4 * 50 * sum(village))
    assert found["pupils", "room", "Village"] == pytest.approx(10 * sum(village))


def test_stress_of_a_need_that_nobody_asks_for_is_still_stress(tmp_path):
    series = "{indicators: {jobless: {weight: 5, by year: {2025: 3 %, 2026: 5 %, 2027: 5 %}}}}"
    scenario = world(tmp_path, f"{{stress: {series}}}")
    nobody = overridden(scenario, {"needs.adults.seeks_help.rural": "0 %"})
    assert cells(nobody)["adults", "Village"] == pytest.approx((210, 0))


# ---- neutral numbers, copies, faults -------------------------------------------------------------


@pytest.mark.parametrize(
    "block",
    [
        "{distance: {circle: near, beyond: 100 %}}",
        "{distance: {residents: {third: 5 min, thirds: 1 h}, beyond: {15 min: 1, 45 min: 1}}}",
        "{distance: {circle: near, beyond: 0 %, on: false}}",
        "{stress: {indicators: {a: {weight: 0, by year: {2025: 3 %, 2026: 9 %, 2027: 9 %}}}}}",
        "{stress: {indicators: {a: {weight: 9, by year: {2025: 3 %, 2026: 3 %, 2027: 3 %}}}}}",
    ],
)
def test_neutral_numbers_change_nothing(tmp_path, block):
    assert plan(world(tmp_path, block)).digest == plan(world(tmp_path)).digest


def test_the_resolved_scenario_says_the_same(tmp_path):
    text = (
        "{distance: {residents: {quick: 10 min, slow: 1 h}, beyond: {15 min: 1, 45 min: 0.5}},"
        " stress: {indicators: {jobless: {weight: 5, by year: {2025: jobless 2025, 2026: 5 %,"
        " 2027: 5 %}}}}}"
    )
    scenario = world(tmp_path, text)
    again = tmp_path / "again.yaml"
    again.write_text(resolved_yaml(scenario), encoding="utf-8")
    assert plan(load_scenario(again)).digest == plan(scenario).digest
    more = overridden(scenario, {"mechanisms.stress.indicators.jobless.by year.2026": "8 %"})
    assert cells(more)["adults", "City"] == pytest.approx((100 + 125, 50 + 62.5))


def faults(tmp_path, block):
    with pytest.raises(ScenarioError) as problem:
        world(tmp_path, block)
    found = [re.fullmatch(r".*scenario\.yaml:\d+:\d+ (.*)", f, re.S) for f in problem.value.faults]
    assert all(found), problem.value.faults
    return [match[1] for match in found]


@pytest.mark.parametrize(
    "block, said",
    [
        (
            "{distance: {circle: near, minutes: minutes, beyond: 50 %}}",
            "mechanisms.distance: just one of circle, minutes and residents wanted, got circle,"
            " minutes",
        ),
        (
            "{distance: {minutes: minutes, beyond: 50 %}}",
            "mechanisms.distance.beyond: a table such as {15 min: 1, 60 min: 0.4} wanted beside"
            " minutes",
        ),
        (
            "{distance: {circle: near, beyond: {15 min: 1}}}",
            "mechanisms.distance.beyond: one factor wanted beside circle",
        ),
        (
            "{distance: {residents: {quick: 5 min}, beyond: {15 min: 1}}}",
            "mechanisms.distance.residents: shares of residents with a sum of 1 wanted in Village,"
            " got 0.25",
        ),
        (
            "{distance: {circle: minutes, beyond: 50 %}}",
            "mechanisms.distance.circle: a column of shares from 0 to 1 wanted, got 'minutes'",
        ),
        (
            "{distance: {circle: near, beyond: 50 %}, levels: {circle: near, first: [room]}}",
            "mechanisms.distance: `levels.circle` keeps the same people away: one of the two"
            " wanted",
        ),
        (
            "{distance: [{circle: near, beyond: 1}, {circle: near, beyond: 9 %, needs: [pupils]}]}",
            "mechanisms.distance.1.needs: each need once wanted, got 'pupils' in two blocks",
        ),
        (
            "{distance: {circle: near, beyond: 50 %, needs: [adult]}}",
            "mechanisms.distance.needs.0: no need is called 'adult'; did you mean 'adults'?",
        ),
        (
            "{stress: {indicators: {jobless: {weight: 1, by year: {2025: 3 %, 2026: 3 %}}}}}",
            "mechanisms.stress.indicators.jobless.by year: a value for every year of the run and"
            " the base year wanted, 2027 is missing",
        ),
        (
            "{stress: {indicators: {a: {weight: 9, by year: {2025: 1, 2026: 0.5, 2027: 1}}}}}",
            "mechanisms.stress: an index of at least 0 wanted, got -3.5 in City in 2026",
        ),
        (
            "{stress: {indicators: {}}}",
            "mechanisms.stress.indicators: at least one wanted, got none",
        ),
    ],
)
def test_what_does_not_fit_is_one_line(tmp_path, block, said):
    assert said in faults(tmp_path, block)


def test_a_mean_travel_time_is_said_to_be_rough(tmp_path):
    scenario = world(tmp_path, "{distance: {minutes: minutes, beyond: {15 min: 1, 60 min: 0.4}}}")
    assert any(
        text.startswith("distance: minutes is a mean of each zone: rough")
        for text in notices(scenario)
    )


def test_the_blocks_of_the_documents_are_those(tmp_path):
    text = (Path(__file__).parents[2] / "docs/mechanisms.md").read_text(encoding="utf-8")
    assert {"distance", "stress"} <= yaml.load(re.search(r"```yaml\n(.*?)```", text, re.DOTALL)[1])[
        "mechanisms"
    ].keys()
