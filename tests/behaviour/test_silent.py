"""Those who do not ask, whom outreach finds and who get worse: worked out by hand in the tiny world
of ``demand``.
"""

from __future__ import annotations

import math

import numpy as np
import pytest
from demand import PLAIN, cells, close, world

from simcap.building import overridden
from simcap.building.arrangement import described
from simcap.engine import simulate
from simcap.errors import ScenarioError
from simcap.study.plan import plan

END, HORIZON = 17520.0, 17520.0 + 336
GRID = (
    "called: grid observers, pool: staff, visits: 70, time: 15 min, finds: 100 %,"
    " needs: [adults], enters: room"
)
MANY = {"needs.adults.in_need": "100 % per year", "pools.staff": "x50"}


def outreach(tmp_path, block, **changes):
    scenario = world(tmp_path, f"{{outreach: {block}}}")
    return overridden(scenario, {**MANY, **changes})


def means(scenario, names, seeds=30, group="need: adults", place="City"):
    """The mean and its standard error of each measure over replications."""
    made = plan(scenario)
    found = {name: [] for name in names}
    for replication in range(seeds):
        frame = made.measures(7, replication, "compiled")
        here = frame[(frame["place"] == place) & (frame["group"] == group)]
        for name in names:
            found[name].append(float(here.loc[here["measure"] == name, "value"].iloc[0]))
    return {
        name: (np.mean(values), np.std(values, ddof=1) / math.sqrt(seeds))
        for name, values in found.items()
    }


def agrees(found, theory):
    mean, error = found
    assert abs(mean - theory) <= 3.5 * error, (mean, theory, error)


def test_visits_find_each_of_those_who_have_not_asked_at_the_same_rate(tmp_path):
    """500 a year do not ask in City; 70 visits a week fall on 3,000 people: each is found at
    70/168/3000 an hour, from the need's beginning to the end of the run.
    """
    found = means(outreach(tmp_path, f"{{{GRID}}}"), ["people_found", "people_asking"], place="all")
    rate = 70 / 168 / 3000

    def part(rate):
        return END - (math.exp(-rate * (HORIZON - END)) - math.exp(-rate * HORIZON)) / rate

    city, village = 500 / 8760 * part(rate), 500 / 8760 * part(2 * rate)
    agrees(found["people_found"], city + village)
    agrees(found["people_asking"], 2000 + city + village)


def test_everybody_in_need_is_counted_once_whether_or_not_somebody_finds_them(tmp_path):
    scenario = outreach(tmp_path, f"{{{GRID}}}")
    found = means(scenario, ["people_in_need"], 20, place="all")
    agrees(found["people_in_need"], 4000)
    for cell in plan(scenario).spec.needs:
        if cell.need == "adults":
            assert cell.in_need - cell.asking - cell.silent == pytest.approx(0, abs=1e-9)


def test_a_need_that_nobody_knows_ends_by_itself(tmp_path):
    """At 1/2000 an hour, as against being found at 70/168/3000: the cohort of the first year."""
    scenario = outreach(
        tmp_path, f"{{{GRID}, zones: [City]}}", **{"needs.adults.ends_by_itself": "2000 h"}
    )
    rate, ends = 70 / 168 / 3000, 1 / 2000
    both = rate + ends
    part = END - (math.exp(-both * (HORIZON - END)) - math.exp(-both * HORIZON)) / both
    found = means(scenario, ["people_found"], 30, place="all")
    agrees(found["people_found"], 500 / 8760 * part * rate / both)


def test_visits_take_the_time_of_the_pool_whether_or_not_they_find_anybody(tmp_path):
    """70 a week for 104 weeks and two days, a quarter of an hour each, in both zones."""
    made = plan(outreach(tmp_path, f"{{{GRID}}}"))
    frame = made.measures(1, 0)
    here = frame[(frame["group"] == "station: grid observers") & (frame["place"] == "all")]
    value = dict(zip(here["measure"], here["value"], strict=True))
    assert (value["joined"], value["contacts"]) == (2 * 7300, 0)
    used = frame[(frame["measure"] == "utilisation") & (frame["group"] == "pool: staff")]
    assert float(used[used["place"] == "Village"]["value"].iloc[0]) >= 70 / 4 / 168 / 50


def test_a_share_is_found_as_needs_begin_and_teams_are_independent(tmp_path):
    """Of 50 a year who do not ask 20 % and 50 %: 1 − 0.8 × 0.5."""
    block = (
        "[{called: family, needs: [adults], enters: hall, share: 20 %},"
        " {called: neighbours, needs: [adults], enters: room, share: 50 %, zones: [City]}]"
    )
    found = cells(world(tmp_path, f"{{outreach: {block}}}"))
    close(
        found,
        {
            **PLAIN,
            ("adults", "City"): (200, 100 + 100 * 0.6),
            ("adults", "Village"): (200, 100 + 100 * 0.2),
        },
    )


@pytest.mark.parametrize(
    "block",
    [
        "{outreach: {called: x, needs: [adults], enters: hall, share: 0 %}}",
        "{outreach: {called: x, needs: [adults], enters: hall, finds: 50 %, pool: staff}}",
        f"{{outreach: {{on: false, {GRID}}}}}",
        "{late_presentation: {worsens: {adults: {to: worse, asks: 50 %}}}}",
        "{late_presentation: {on: false, worsens: {adults: {to: worse, after: 9 weeks}}}}",
    ],
)
def test_numbers_that_change_nothing_change_no_network(tmp_path, block):
    scenario = world(tmp_path, worse=True)
    assert repr(plan(world(tmp_path, block, worse=True))) == repr(plan(scenario))


def test_visits_that_find_nobody_leave_all_others_as_they_were(tmp_path):
    """But for the time they take, of which there is more than enough."""

    def rows(block):
        scenario = overridden(world(tmp_path, block), {"pools.staff": "x500"})
        run = simulate(plan(scenario).network, HORIZON, 3, 0, "compiled")
        visits = run.read()
        station = np.array(run.stations)[visits["station"]]
        mine = ~np.char.startswith(station.astype(str), "grid")
        mine &= ~np.char.startswith(station.astype(str), "not asked")
        return repr(visits[mine][["arrived", "joined", "started", "ended"]].tolist())

    none = GRID.replace("finds: 100 %", "finds: 0 %")
    assert rows(f"{{outreach: {{{none}}}}}") == rows("{}")


# ---- late presentation ---------------------------------------------------------------------------


def test_who_has_not_asked_gets_worse_and_then_perhaps_asks(tmp_path):
    """500 a year stay silent; in 2,000 hours on average they are worse, and 30 % of them ask."""
    block = "{late_presentation: {worsens: {adults: {to: worse, after: 2000 h, asks: 30 %}}}}"
    scenario = overridden(world(tmp_path, block, worse=True), MANY)
    rate = 1 / 2000
    part = END - (math.exp(-rate * (HORIZON - END)) - math.exp(-rate * HORIZON)) / rate
    found = means(scenario, ["people_found"], 30, "need: worse", "all")
    agrees(found["people_found"], 2 * 500 / 8760 * part * 0.3)


def test_who_waits_gets_worse_and_is_told_by_the_need_first_seen(tmp_path):
    """Nobody attends the room for 100 hours; of those who come at once 1 − e^(−100/200) are worse
    by then; ten thousand in one wave.
    """
    changes = {
        "needs.pupils.wave.share": 1.0,
        "rosters.always.shifts": {"Mon-Sun": ["00:00-24:00"]},
    }
    block = "{late_presentation: {worsens: {pupils: {to: worse pupils, after: 200 h}}}}"
    scenario = overridden(
        world(tmp_path, block, worse=True, wait="100 h"),
        {**changes, "needs.adults.in_need": "0 % per year"},
    )
    made, worse = plan(scenario), []
    for replication in range(60):
        frame = made.measures(3, replication, "compiled")
        asked = {
            group: float(
                frame[
                    (frame["measure"] == "people_asking")
                    & (frame["place"] == "all")
                    & (frame["group"] == f"need: {group}")
                ]["value"].iloc[0]
            )
            for group in ("pupils", "worse pupils")
        }
        assert sum(asked.values()) == 400  # a hundred pupils in two zones, two Junes
        worse.append(asked["worse pupils"] / 400)
    error = np.std(worse, ddof=1) / math.sqrt(60)
    assert abs(np.mean(worse) - (1 - math.exp(-100 / 200))) <= 3.5 * error


@pytest.mark.parametrize(
    "block, said",
    [
        (
            "{outreach: {called: x, needs: [adults], enters: hall}}",
            "mechanisms.outreach: either `finds`, of visits, or a `share` wanted, got neither",
        ),
        (
            "{outreach: {called: x, needs: [adults], enters: hall, finds: 10 %, visits: 5}}",
            "mechanisms.outreach.pool: a pool wanted whose time the visits take",
        ),
        (
            "{outreach: {called: x, needs: [known], enters: hall, share: 10 %}}",
            "mechanisms.outreach.needs.0: a need that begins wanted, got a register",
        ),
        (
            "{outreach: {called: x, needs: [pupils], enters: lobby, share: 10 %}}",
            "mechanisms.outreach.enters: no station is called 'lobby'",
        ),
        (
            "{outreach: {called: hall, needs: [adults], enters: hall, share: 10 %}}",
            "hall",
        ),
        (
            "{late_presentation: {worsens: {adults: {to: pupils, after: 9 weeks}}}}",
            "mechanisms.late_presentation.worsens.adults.to: a need of adults wanted, got one of"
            " students",
        ),
        (
            "{late_presentation: {worsens: {adults: {to: worse, after: 9 weeks},"
            " worse: {to: adults, after: 9 weeks}}}}",
            "mechanisms.late_presentation.worsens.adults.to: a worse need wanted, got one that"
            " becomes 'adults' again",
        ),
    ],
)
def test_what_does_not_fit_is_one_line(tmp_path, block, said):
    with pytest.raises(ScenarioError) as problem:
        world(tmp_path, block, worse=True)
    assert any(said in fault for fault in problem.value.faults), problem.value.faults


def test_each_is_one_line_in_show(tmp_path):
    block = (
        f"{{outreach: [{{{GRID}}}, {{called: family, needs: [adults], enters: hall, share: 20 %}}],"
        " late_presentation: {worsens: {adults: {to: worse, after: 26 weeks, asks: 30 %}}}}"
    )
    assert described(world(tmp_path, block, worse=True))[1:] == [
        "outreach: grid observers: 140 visits a week of 15 min by staff in 2 zones; one that falls"
        " on those with adults who have not asked finds them with 100%, and come to room",
        "outreach (2): family: no visits in 2 zones; 20% of those with adults who have not asked"
        " are found, and come to hall",
        "late presentation: untreated, adults becomes worse in 26 weeks on average, and of those"
        " who had not asked 30% do",
    ]
