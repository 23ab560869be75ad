"""Who asks as campaigns and what reduces a stigma come and fade, and who is brought, worked out by
hand in the tiny world of ``demand``.
"""

from __future__ import annotations

import datetime
import math

import numpy as np
import pytest
from demand import PLAIN, cells, close, coming, world

from simcap.building import overridden
from simcap.building.arrangement import described
from simcap.building.asking import asking_of, shared_finds
from simcap.engine import simulate
from simcap.errors import ScenarioError
from simcap.mechanisms.contract import Brought
from simcap.mechanisms.fading import Fade, as_spans
from simcap.network.size import expected_arrivals
from simcap.study.notices import notices
from simcap.study.plan import plan

END, START = 17520.0, datetime.date(2025, 1, 1)
HALF = 26 * 168.0


def hours(date):
    return 24.0 * (datetime.date.fromisoformat(date) - START).days


def faded(date, half_life=HALF, until=END):
    """The integral, in years, of an effect of size 1 from ``date`` on."""
    at = hours(date)
    return half_life / math.log(2) * (1 - 2 ** (-(until - at) / half_life)) / 8760


SPRING = "{publicity: {needs: [adults], campaigns: {spring: {from: 2025-03-01, lift: 10 %%%s}}}}"


def test_a_campaign_lifts_the_share_who_ask_by_points_and_fades(tmp_path):
    """100 of a thousand fall into need a year: ten points of them, as long as it lasts."""
    more = 100 * 0.1 * faded("2025-03-01")
    found = cells(world(tmp_path, SPRING % ", half life: 26 weeks"))
    close(
        found,
        {**PLAIN, **{("adults", z): (200, 100 + more) for z in ("City", "Village")}},
    )


def test_without_a_half_life_it_stays_and_elsewhere_nothing_changes(tmp_path):
    found = cells(world(tmp_path, SPRING % ", zones: [Village]"))
    years = (END - hours("2025-03-01")) / 8760
    close(found, {**PLAIN, ("adults", "Village"): (200, 100 + 100 * 0.1 * years)})


def test_who_asks_anyhow_comes_as_ever_and_a_campaign_only_adds_streams(tmp_path):
    before = plan(world(tmp_path)).network.arrivals
    after = plan(world(tmp_path, SPRING % ", half life: 26 weeks")).network.arrivals
    assert [stream for stream in after if "added" not in stream.labels] == list(before)
    names = {stream.name for stream in after if "added" in stream.labels}
    assert names == {
        f"adults | {station} | {zone} | publicity: spring"
        for station in ("room", "hall")
        for zone in ("City", "Village")
    }


def test_a_campaign_reaches_a_wave_as_much_as_is_left_on_its_date(tmp_path):
    """Of ten pupils in need each June half ask; 4 points are left after a year, 1 after two."""
    block = "{publicity: {campaigns: {c: {from: 2024-06-01, lift: 8 %, half life: 365 days}}}}"
    scenario = overridden(world(tmp_path, block), {"needs.pupils.seeks_help": 0.5})
    found = coming(scenario)
    assert found["pupils", "room", "City"] == pytest.approx(10 + 10 * 0.04 + 10 * 0.02)
    assert cells(scenario)["pupils", "City"][1] == pytest.approx(10 + 0.4 + 0.2)


def test_lifts_add_and_more_than_everybody_is_cut_and_said(tmp_path):
    block = (
        "{publicity: {needs: [adults], campaigns: {a: {from: 2025-01-01, lift: 30 %},"
        " b: {from: 2026-01-01, lift: 40 %, zones: [Village]}}}}"
    )
    scenario = world(tmp_path, block)
    found = cells(scenario)
    assert found["adults", "City"][1] == pytest.approx(160)
    assert found["adults", "Village"][1] == pytest.approx(80 + 100)
    assert [text for text in notices(scenario) if "cut" in text] == [
        "needs.adults: in Village 120% would ask for help from 2026-01-01 on: cut to 100 %"
    ]


def test_the_cut_ends_when_the_lifts_have_faded(tmp_path):
    """50 points and 100 that halve each year: above 100 for one year, then 50 points that halve."""
    block = (
        "{publicity: {needs: [adults],"
        " campaigns: {a: {from: 2025-01-01, lift: 100 %, half life: 365 days}}}}"
    )
    found = cells(world(tmp_path, block))
    second = 50 + 50 / math.log(2) * (1 - 0.5)
    assert found["adults", "City"][1] == pytest.approx(100 + second, rel=1e-6)


def test_stigma_keeps_a_share_away_and_what_reduces_it_brings_them(tmp_path):
    """In the Village 40 % of the 50 points do not ask; a half of those do from 2026 on."""
    block = (
        "{stigma: {needs: [adults], share: {urban: 0 %, transition: 0 %, rural: 40 %},"
        " reductions: {talks: {from: 2026-01-01, by: 50 %, half life: 26 weeks}}}}"
    )
    found = cells(world(tmp_path, block))
    more = 100 * 0.5 * 0.4 * 0.5 * faded("2026-01-01")
    close(found, {**PLAIN, ("adults", "Village"): (200, 60 + more)})


def test_two_reductions_each_take_their_share_of_what_the_other_leaves(tmp_path):
    block = (
        "{stigma: {needs: [adults], share: 40 %, reductions:"
        " {a: {from: 2025-01-01, by: 50 %}, b: {from: 2025-01-01, by: 20 %}}}}"
    )
    found = cells(world(tmp_path, block))
    assert found["adults", "City"][1] == pytest.approx(200 * 0.5 * (1 - 0.4 * 0.5 * 0.8))


def test_lifts_stigma_and_distance_together(tmp_path):
    """(50 % + 10) × 0.7 (distance) × (1 − 0.4 × (1 − 0.5)) in the Village."""
    block = (
        "{publicity: {needs: [adults], campaigns: {a: {from: 2025-01-01, lift: 10 %}}},"
        " distance: {circle: near, beyond: 50 %, needs: [adults]},"
        " stigma: {needs: [adults], share: 40 %, reductions: {b: {from: 2025-01-01, by: 50 %}}}}"
    )
    found = cells(world(tmp_path, block))
    assert found["adults", "Village"][1] == pytest.approx(200 * 0.6 * 0.7 * 0.8)
    assert found["adults", "Village"][0] == pytest.approx(200)


@pytest.mark.parametrize(
    "block",
    [
        "{publicity: {campaigns: {a: {from: 2025-03-01, lift: 0 %, half life: 3 weeks}}}}",
        "{publicity: {on: false, campaigns: {a: {from: 2025-03-01, lift: 10 %}}}}",
        "{stigma: {share: 0 %, reductions: {a: {from: 2025-03-01, by: 30 %}}}}",
    ],
)
def test_numbers_that_change_nothing_change_no_network(tmp_path, block):
    assert repr(plan(world(tmp_path, block))) == repr(plan(world(tmp_path)))


def test_the_order_of_campaigns_changes_nothing(tmp_path):
    one = "a: {from: 2025-03-01, lift: 10 %}, b: {from: 2025-06-01, lift: 5 %, half life: 9 weeks}"
    two = "b: {from: 2025-06-01, lift: 5 %, half life: 9 weeks}, a: {from: 2025-03-01, lift: 10 %}"
    networks = [
        plan(world(tmp_path, f"{{publicity: {{campaigns: {{{each}}}}}}}")).network
        for each in (one, two)
    ]
    assert repr(networks[0]) == repr(networks[1])


def test_as_many_come_in_each_season_as_the_curve_says(tmp_path):
    """City, quarter by quarter, 40 replications of 100,000 adults in need a year."""
    scenario = world(tmp_path, SPRING % ", half life: 26 weeks, zones: [City]")
    scenario = overridden(
        scenario, {"needs.adults.in_need": "100 % per year", "pools.staff": "x100"}
    )
    network = plan(scenario).network
    position = next(
        i for i, s in enumerate(network.arrivals) if s.name.endswith("publicity: spring")
    )
    assert network.arrivals[position].name == "adults | hall | City | publicity: spring"
    came = [
        visits["arrived"][(visits["stream"] == position) & (visits["occasion"] == 0)]
        for replication in range(40)
        for visits in simulate(network, END, 5, replication, "compiled").visits
    ]
    edges = hours("2025-03-01") + np.arange(0, 9) * 13 * 168.0
    counted = np.histogram(np.concatenate(came), edges)[0] / 40
    curve = 2 ** (-(edges[:-1] - edges[0]) / HALF) * (1 - 2**-0.5) * HALF / math.log(2)
    expected = 1000 / 8760 * 0.1 * 0.4 * curve
    assert np.abs(counted - expected).max() <= 3.5 * np.sqrt(expected.max() / 40)


def test_spans_keep_the_integral_of_the_curve_from_any_date_to_another():
    fades = [Fade(100.0, 0.5, 3.0), Fade(130.0, 0.2, 400.0), Fade(40.0, 0.1, until=90.0)]

    def curve(t):
        return sum(fade(t) for fade in fades)

    spans = as_spans(curve, fades, (0.0, 2000.0))
    for until in (99.0, 101.3, 128.0, 131.7, 700.0, 2000.0):
        told = sum(f * max(0.0, min(b, until) - a) for a, b, f in spans)
        exact = 0.1 * max(0.0, min(until, 90.0) - 40)
        exact += 0.5 * 3 / math.log(2) * (1 - 2 ** -(max(until - 100, 0) / 3))
        exact += 0.2 * 400 / math.log(2) * (1 - 2 ** -(max(until - 130, 0) / 400))
        assert told == pytest.approx(exact, rel=1e-4)
    assert all(a < b for a, b, _ in spans) and spans[0][0] == 0.0 and spans[-1][1] == 2000.0


def test_who_would_be_brought_by_two_comes_once():
    given = (Brought("a", "room", 0.5), Brought("b", "room", 0.2))
    shares = shared_finds(given)
    assert sum(shares.values()) == pytest.approx(1 - 0.5 * 0.8)
    assert shares[given[0]] / shares[given[1]] == pytest.approx(2.5)
    assert shared_finds(given[:1]) == {given[0]: 0.5}


def test_the_curve_itself(tmp_path):
    scenario = world(tmp_path, SPRING % ", half life: 26 weeks")
    curve = asking_of(scenario, "adults", scenario.zones[0])
    at = hours("2025-03-01")
    assert curve(np.array([at - 1, at, at + HALF, at + 2 * HALF])) == pytest.approx(
        [0.5, 0.6, 0.55, 0.525]
    )


@pytest.mark.parametrize(
    "block, said",
    [
        ("{publicity: {campaigns: {}}}", "mechanisms.publicity.campaigns: at least one wanted"),
        (
            "{publicity: {campaigns: {a: {from: 2029-03-01, lift: 10 %}}}}",
            "mechanisms.publicity.campaigns.a.from: a date within the run wanted, got 2029-03-01",
        ),
        (
            "{publicity: {campaigns: {a: {from: 2025-03-01, lift: 10 %, zones: [Citty]}}}}",
            "mechanisms.publicity.campaigns.a.zones.0: no zone is called 'Citty'; did you mean"
            " 'City'?",
        ),
        (
            "{stigma: {share: staff}}",
            "mechanisms.stigma.share: a column of shares from 0 to 1 wanted, got 'staff'",
        ),
        (
            "{stigma: {share: {urban: 10 %, rural: 20 %}}}",
            "mechanisms.stigma.share: a share for each of urban, transition, rural wanted,"
            " transition is missing",
        ),
        (
            "{stigma: {share: 10 %, reductions: {a: {from: 2029-01-01, by: 10 %}}}}",
            "mechanisms.stigma.reductions.a.from: a date within the run wanted, got 2029-01-01",
        ),
    ],
)
def test_what_does_not_fit_is_one_line(tmp_path, block, said):
    with pytest.raises(ScenarioError) as problem:
        world(tmp_path, block)
    assert any(said in fault for fault in problem.value.faults), problem.value.faults


def test_each_is_one_line_in_show(tmp_path):
    block = (
        "{publicity: {campaigns: {spring: {from: 2025-03-01, lift: 10 %, half life: 26 weeks}}},"
        " stigma: {share: {urban: 0 %, transition: 5 %, rural: 40 %}, reductions:"
        " {talks: {from: 2026-01-01, by: 50 %, zones: [Village]}}}}"
    )
    assert described(world(tmp_path, block))[1:] == [
        "publicity: spring from 2025-03-01 on: 10 points more ask, half as many every 26 weeks",
        "stigma: 0% to 40% of those who would ask are kept from it; talks from 2026-01-01 on takes"
        " 50% of it in Village",
    ]


def test_the_networks_streams_expect_what_the_cells_say(tmp_path):
    scenario = world(tmp_path, SPRING % ", half life: 26 weeks")
    made = plan(scenario)
    for cell in made.spec.needs:
        mine = [
            s
            for s in made.network.arrivals
            if (s.labels["need"], s.labels["zone"]) == (cell.need, cell.zone)
        ]
        assert sum(expected_arrivals(s, END) for s in mine) == pytest.approx(cell.asking)
