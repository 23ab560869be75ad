"""Visits into measures, by hand: censored waits, three denominators, overtime, loads."""

import math

import numpy as np
import pandas as pd
import pytest

from simcap.analysis import histogram, theory
from simcap.analysis.flows import expected_sessions, joining_rates
from simcap.analysis.groups import Groups
from simcap.analysis.guards import offered_loads, unsettled
from simcap.analysis.measures import MEASURES
from simcap.analysis.sheet import Sheet
from simcap.analysis.spec import NeedCell, StaffCell, TallySpec
from simcap.analysis.statistics import t_interval
from simcap.analysis.tables import paired, summary
from simcap.analysis.tally import tally
from simcap.analysis.worst import worst_zones
from simcap.engine import simulate
from simcap.errors import NetworkError
from simcap.network import (
    Arrivals,
    Deterministic,
    Diary,
    Dispatch,
    Exponential,
    Group,
    Network,
    Pool,
    Rate,
    Roster,
    Slots,
    Station,
    To,
    Warn,
)
from simcap.study.plan import Plan


def spec(begin=0.0, end=100.0, horizon=100.0, **changes):
    cells = [
        NeedCell("need", "adults", "mild", zone, kind, 40.0, 10.0, 1000.0, False)
        for zone, kind in (("city", "urban"), ("farm", "rural"))
    ]
    settings = {
        "begin": begin,
        "end": end,
        "horizon": horizon,
        "first_contact": 2.0,
        "hotline_answer": 1.0,
        "crisis_response": 5.0,
        "zones": (("city", "urban", 2000.0), ("farm", "rural", 1000.0)),
        "needs": tuple(cells),
        "staff": (
            StaffCell("staff", "city", 1.0, 40.0, 100_000.0),
            StaffCell("staff", "farm", 1.0, 40.0, 0.0),
        ),
        "recovery": (0.3, 0.2),
        "quality_of_life": (60.0, 10.0),
        **changes,
    }
    return TallySpec(**settings)


def quantile(attended, share, censored=None):
    """The ``share``-quantile of one histogram: of those attended, or, with ``censored``, of all who
    joined.
    """
    rows = np.array(
        [attended, np.zeros_like(attended) if censored is None else censored], dtype=np.int32
    )
    return float(
        histogram.quantiles(rows[:1], rows[1:], Groups([[0]]), (share,))[
            0, 0 if censored is None else 1
        ]
    )


def district(times=(0.0, 0.0, 0.0), service=2.0, **station):
    """Residents at ``times`` in the city, one at hour 1 on the farm; each zone has one place; the
    visit is with a professional.
    """
    labels = {"station": "room", "need": "need", "contact": "professional", "treatment": "yes"}
    stations = [
        Station(
            f"room {zone}", [f"staff {zone}"], service, labels={**labels, "zone": zone}, **station
        )
        for zone in ("city", "farm")
    ]
    streams = [
        Arrivals(
            f"room {zone}",
            batches=[(at, 1) for at in when],
            labels={
                "need": "need",
                "zone": zone,
                "kind": kind,
                "severity": "mild",
                "group": "adults",
            },
        )
        for zone, kind, when in (("city", "urban", times), ("farm", "rural", (1.0,)))
    ]
    return Network(
        [
            Pool(f"staff {zone}", 1, labels={"staff": "staff", "zone": zone})
            for zone in ("city", "farm")
        ],
        stations,
        streams,
    )


def values(network, what):
    run = simulate(network, what.horizon)
    rows = Sheet(network, what, offered_loads(network, what.horizon)).rows(tally(run, what), run)
    assert {row.measure for row in rows} <= MEASURES.keys()
    keys = [(row.measure, row.place, row.group) for row in rows]
    assert len(keys) == len(set(keys))
    return dict(zip(keys, (row.value for row in rows), strict=True))


def test_three_denominators_and_the_gap():
    got = values(
        district(), spec()
    )  # city: waits 0, 2, 4, of which two within 2 hours; farm: wait 0
    assert got["people_asking", "urban", "all"] == 3
    assert got["people_in_need", "urban", "all"] == 3 + 30  # three asked, thirty never do
    assert got["coverage_of_seekers", "urban", "all"] == pytest.approx(2 / 3)
    assert got["coverage_of_need", "urban", "all"] == pytest.approx(2 / 33)
    years = 100 / 8760
    assert got["coverage_of_population", "urban", "all"] == pytest.approx(2 / 2000 / years)
    assert got["coverage_of_population", "all", "adults"] == pytest.approx(3 / 2000 / years)
    assert got["treated_of_seekers", "all", "all"] == 1.0
    assert got["rural_urban_gap", "all", "all"] == pytest.approx(2 / 33 - 1 / 31)
    assert got["rural_urban_gap_of_seekers", "all", "all"] == pytest.approx(2 / 3 - 1)


def test_waits_of_those_attended_and_of_all_who_joined():
    got = values(
        district(times=(0.0,) * 4), spec(horizon=5.0, end=5.0)
    )  # starts at 0, 2, 4; the fourth still waits at 5
    assert got["wait_mean", "urban", "station: room"] == 2.0
    assert got["wait_mean_joined", "urban", "station: room"] == pytest.approx((0 + 2 + 4 + 5) / 4)
    assert got["wait_median", "urban", "station: room"] == pytest.approx(2.0, rel=0.005)
    assert got["wait_p90", "urban", "station: room"] == pytest.approx(4.0, rel=0.005)
    assert math.isnan(
        got["wait_p90_joined", "urban", "station: room"]
    )  # a quarter is censored: the 90th is not reached
    assert got["wait_median_joined", "urban", "station: room"] == pytest.approx(2.0, rel=0.005)
    assert (
        got["within_target", "urban", "station: room"] == 0.5
    )  # all joined more than two hours before the end


def test_within_target_leaves_out_those_who_joined_too_late_to_tell():
    got = values(district(times=(0.0, 4.0)), spec(horizon=5.0, end=5.0))
    assert got["within_target", "urban", "station: room"] == 1.0


def test_who_gave_up_is_counted_and_censored():
    got = values(district(times=(0.0, 0.0), patience=1.0), spec())
    assert got["abandoned", "urban", "station: room"] == 0.5
    assert got["wait_mean", "urban", "station: room"] == 0.0
    assert got["wait_mean_joined", "urban", "station: room"] == 0.5
    assert got["professional_of_seekers", "urban", "all"] == 0.5


def test_who_does_not_come_is_not_attended():
    got = values(district(no_show=1.0), spec())
    assert (
        got["contacts", "urban", "all"] == 0 and got["within_target", "urban", "station: room"] == 0
    )
    assert math.isnan(got["wait_mean", "urban", "station: room"])


def test_a_register_is_managed_if_visited_in_the_observed_weeks():
    """Two on the register, seen at hour 0 and again at hour 60; one is on it and refuses (counted
    in the size of 4).
    """
    cells = [NeedCell("need", "adults", "mild", "city", "urban", 4.0, 2.0, 1000.0, True)]
    network = district(times=(0.0, 0.0), sessions=2, every=60.0)
    stations = [
        Station(
            s.name, s.pools, 2.0, sessions=2, every=60.0, labels={**s.labels, "role": "register"}
        )
        for s in network.stations[:1]
    ]
    streams = [
        Arrivals(
            "room city",
            batches=network.arrivals[0].batches,
            labels={**network.arrivals[0].labels, "register": "yes"},
        )
    ]
    world = Network(network.pools, stations, streams)
    assert (
        values(world, spec(begin=50.0, needs=tuple(cells)))["register_managed", "all", "all"] == 0.5
    )
    assert (
        values(world, spec(begin=10.0, end=50.0, needs=tuple(cells)))[
            "register_managed", "all", "all"
        ]
        == 0.0
    )


def crisis_world(straight=False, chain=False):
    """A call of an hour, which sends for the team; it is there three hours later. With ``chain`` an
    officer comes first, an hour before the professional.
    """
    labels = {"need": "need", "zone": "city"}
    team = {"role": "crisis", "target": "crisis response", "contact": "professional"}
    goes = "officer" if chain else "team"
    stations = [
        Station(
            "call",
            ["seat"],
            1.0,
            routing={"completed": [To(goes, 0.5, delay=3.0), To("call", 0.5, delay=20.0)]},
            labels={**labels, "station": "call", "contact": "lay"},
        ),
        Station("team", ["seat"], 1.0, labels={**labels, "station": "team", **team}),
        Station(
            "officer",
            ["seat"],
            1.0,
            routing={"completed": To("team", delay=1.0)},
            labels={**labels, "station": "officer", "target": "crisis response"},
        ),
    ]
    stream = Arrivals(
        goes if straight else "call",
        batches=[(2.0 * i, 1) for i in range(40)],
        labels={
            "need": "need",
            "zone": "city",
            "kind": "urban",
            "severity": "mild",
            "group": "adults",
        },
    )
    pool = Pool("seat", 99, labels={"staff": "staff", "zone": "city"})
    return Network([pool], stations, [stream])


@pytest.mark.parametrize(
    "straight, chain, hours", [(False, False, 3.0), (False, True, 5.0), (True, True, 2.0)]
)
def test_the_response_to_a_crisis_runs_from_the_visit_that_sent_for_the_team(
    straight, chain, hours
):
    """However often they called before; of who comes straight, from asking."""
    got = values(crisis_world(straight, chain), spec(end=90.0, horizon=900.0))
    assert got["crisis_response_mean", "all", "all"] == pytest.approx(hours)
    assert got["crisis_within_target", "all", "all"] == 1.0
    assert got["wait_p90", "all", "station: team"] == pytest.approx(hours, rel=0.005)


def test_no_more_persons_a_year_are_covered_than_live_there():
    what = spec(zones=(("city", "urban", 100.0), ("farm", "rural", 1000.0)))
    got = values(district((0.0, 0.5, 0.8)), what)  # 2 covered in 100 h of 100 people: 1.14 a year
    assert got["coverage_of_population", "city", "all"] == pytest.approx(1.0)
    assert got["coverage_of_population", "farm", "all"] == pytest.approx(1 / 1000 / (100 / 8760))


def test_a_course_without_contact_treats_nobody():
    world = district()
    stations = [
        Station(s.name, s.pools, 2.0, labels={**s.labels, "contact": "none"})
        for s in world.stations
    ]
    got = values(Network(world.pools, stations, world.arrivals), spec())
    assert got["treated_of_seekers", "all", "all"] == got["any_contact_of_seekers", "all", "all"]
    assert got["treated_of_seekers", "all", "all"] == 0.0


def test_closed_is_counted_apart_from_busy():
    """Open from 8 to 10 on the first day, one place, sessions of two hours: of two at 5, who wait
    two hours at most, both give up before it opens; of two at 7 one is seen at 8 and one gives up
    at 9, busy; of those at 8:30 and 12 one gives up busy and one closed.
    """
    network = district(times=(5.0, 5.0, 7.0, 7.0, 8.5, 12.0), patience=2.0)
    pools = [
        Pool("staff city", Roster([(8, 10, 1)]), labels={"staff": "staff", "zone": "city"}),
        network.pools[1],
    ]
    got = values(Network(pools, network.stations, network.arrivals), spec())
    of = "urban", "station: room"
    assert got["joined_closed", *of] == pytest.approx(5 / 6)
    assert got["gave_up_closed", *of] == pytest.approx(3 / 6)
    assert got["gave_up_busy", *of] == pytest.approx(2 / 6)
    assert got["abandoned", *of] == pytest.approx(5 / 6)
    assert got["wait_mean_closed", *of] == 1.0 and math.isnan(got["wait_mean_open", *of])
    assert got["within_target_open", *of] == 0.0
    assert got["late_closed", "urban", "all"] == pytest.approx(3 / 6)
    assert got["late_gave_up", "urban", "all"] == pytest.approx(2 / 6)
    assert got["in_time_of_seekers", "urban", "all"] == pytest.approx(1 / 6)
    assert ("joined_closed", "rural", "station: room") in got  # the same kind of station has hours


def test_why_not_in_time_by_hand():
    """A target of two hours. Each of the first six residents stands for a cause."""
    labels = {"need": "need", "zone": "city"}
    pro = {**labels, "contact": "professional"}
    stations = [
        Station("now", ["p"], 1.0, labels=pro),
        Station("missed", ["p"], 1.0, no_show=1.0, labels=pro),
        Station("desk", ["p"], 0.0, labels={**labels, "referral": "yes"}),
        Station("sent", ["p"], 0.1, routing={"completed": To("now", delay=1.5)}, labels=labels),
        Station("late", ["busy"], 9.0, labels=pro),
        Station("shut", ["day"], 1.0, labels=pro),
        Station("care", ["p"], 3.0, routing={"completed": "now"}, labels=labels),
        Station("helped", ["p"], 0.5, labels={**labels, "contact": "lay"}),
        Station("impatient", ["busy"], 1.0, patience=1.0, labels=pro),
        Station("far", ["p"], 0.1, routing={"completed": To("shut", delay=1.2)}, labels=labels),
    ]
    causes = {
        "now": "in_time_of_seekers",
        "missed": "late_did_not_come",
        "desk": "late_declined",
        "sent": "in_time_of_seekers",
        "late": "late_waited",
        "shut": "late_closed",
        "care": "late_not_reached",
        "helped": "late_not_reached",
        "impatient": "late_gave_up",
        "far": "late_referral",
    }
    streams = [
        Arrivals(
            name,
            batches=[(10.0, 1)],
            name=name,
            labels={"need": "need", "zone": "city", "kind": "urban"},
        )
        for name in causes
    ]
    streams.append(
        Arrivals(
            "late",
            batches=[(5.0, 1)],
            name="before",
            labels={"need": "need", "zone": "city", "kind": "urban"},
        )
    )
    pools = [
        Pool("p", 99, labels={"staff": "p", "zone": "city"}),
        Pool("busy", Roster([(0, 168, 1)]), labels={"staff": "busy", "zone": "city"}),
        Pool("day", Roster([(20, 24, 9)]), labels={"staff": "day", "zone": "city"}),
    ]
    got = values(Network(pools, stations, streams), spec(begin=9.0, staff=()))
    for cause in set(causes.values()):
        number = sum(one == cause for one in causes.values())
        assert got[cause, "all", "all"] == pytest.approx(number / len(causes)), cause


def test_the_warm_up_is_cut_from_the_records():
    got = values(district(times=(0.0, 0.0, 50.0)), spec(begin=10.0))
    assert got["people_asking", "urban", "all"] == 1
    assert got["joined", "urban", "station: room"] == 1
    assert got["contacts", "urban", "all"] == 1


def test_staff_hours_queue_and_littles_law():
    got = values(district(), spec(end=168.0, horizon=168.0))
    assert got["hours_worked", "city", "pool: staff"] == 6.0
    assert got["hours_rostered", "city", "pool: staff"] == 168.0
    assert got["utilisation", "all", "pool: staff"] == pytest.approx(8 / 336)
    assert got["queue_mean", "city", "pool: staff"] == pytest.approx(
        (2 + 4) / 168
    )  # waits of 2 and 4 hours over 168
    assert got["overtime", "city", "pool: staff"] == 0.0


def test_hours_demanded_and_the_gap_in_persons():
    got = values(district(), spec(end=168.0, horizon=168.0))
    assert got["hours_demanded", "city", "pool: staff"] == pytest.approx(3 * 2.0)
    assert got["staff_gap", "city", "pool: staff"] == pytest.approx((6 - 168) / 40)


def test_overtime_is_work_beyond_the_places():
    network = district(times=(8.0,), service=2.0)
    pools = [
        Pool("staff city", Roster([(8, 9, 1)]), labels={"staff": "staff", "zone": "city"}),
        network.pools[1],
    ]
    got = values(Network(pools, network.stations, network.arrivals), spec(end=168.0, horizon=168.0))
    assert got["overtime", "city", "pool: staff"] == pytest.approx(1.0)
    assert got["utilisation", "city", "pool: staff"] == pytest.approx(2.0)


def test_places_idle_while_another_zone_waits():
    """The city's three residents wait in turn until hour 4; the farm's place is free but for hours
    1 to 3.
    """
    got = values(district(), spec(end=168.0, horizon=168.0))
    assert got["idle_while_others_wait", "farm", "pool: staff"] == 2.0
    assert got["idle_while_others_wait", "city", "pool: staff"] == 0.0


def test_outcomes_and_money_follow_the_first_seed():
    got = values(district(), spec())
    coverage = got["coverage_of_need", "all", "all"]
    assert got["recovery", "all", "all"] == pytest.approx(0.3 + 0.2 * coverage)
    assert got["quality_of_life", "all", "all"] == pytest.approx(60 + 10 * coverage)
    assert got["total_cost", "all", "all"] == 100_000
    assert got["cost_benefit_ratio", "all", "all"] == pytest.approx(
        10 / ((0.3 + 0.2 * coverage) * (60 + 10 * coverage))
    )
    assert got["cost_per_reached", "all", "all"] == pytest.approx(100_000 * 100 / 24 / 365.25 / 4)


def test_batches_of_any_size_give_the_same_counts():
    network, what = (
        district(times=tuple(np.arange(0.0, 60.0, 0.7)), patience=Exponential(3.0)),
        spec(),
    )
    results = []
    for size in (1, 10, 100_000):
        run = simulate(network, what.horizon, batch_size=size)
        results.append(
            [
                (row.measure, row.place, row.group, repr(row.value))
                for row in Sheet(network, what, []).rows(tally(run, what), run)
            ]
        )
    assert results[0] == results[1] == results[2]


# ---- histogram -----------------------------------------------------------------------------------


def test_quantiles_lie_within_half_a_percent():
    waits = np.random.default_rng(3).lognormal(2, 2, 5001)
    counts = histogram.counted(waits)
    for share in (0.1, 0.5, 0.9, 0.99):
        assert quantile(counts, share) == pytest.approx(
            np.quantile(waits, share, method="inverted_cdf"), rel=0.0051
        )


def test_kaplan_meier_by_hand():
    """Attended at 1, 2, 4; gave up at 3 (so the curve falls 1/4, 1/4, then all of the rest
    at 4).
    """
    attended, censored = (
        histogram.counted(np.array([1.0, 2.0, 4.0])),
        histogram.counted(np.array([3.0])),
    )
    assert [round(quantile(attended, share, censored), 1) for share in (0.25, 0.5, 0.51)] == [
        1.0,
        2.0,
        4.0,
    ]


# ---- loads and settling --------------------------------------------------------------------------


def test_flow_equations_with_feedback_and_courses():
    stations = [
        Station("a", ["x"], 1.0, routing={"completed": {"a": 0.5, "b": 0.5}}),
        Station(
            "b", ["y"], 2.0, sessions=3, every=1.0, drop_out=0.5, routing={"completed": {"a": 0.4}}
        ),
    ]
    network = Network([Pool("x", 1), Pool("y", 1)], stations, [Arrivals("a", rate=Rate(0.1))])
    a, b = joining_rates(network, 0.0, 1000.0)
    assert (a, b) == pytest.approx((0.1 / (1 - 0.5 - 0.5 * 0.25 * 0.4), 0.05 / (1 - 0.5 - 0.05)))
    assert expected_sessions(stations[1], 1000.0) == 1.75
    loads = {load.staff: load for load in offered_loads(network, 1000.0)}
    assert loads["y"].offered == pytest.approx(b * 1.75 * 2.0)


def test_loads_are_those_of_the_time_asked_for():
    """A batch before it counts by the sessions that fall due in it; one in it counts once; a rate
    by its mean in it.
    """
    stations = [Station("course", ["x"], 2.0, sessions=4, every=100.0), Station("desk", ["y"], 1.0)]
    network = Network(
        [Pool("x", 1), Pool("y", 1)],
        stations,
        [
            Arrivals("course", batches=[(0.0, 10)], name="early"),
            Arrivals("desk", batches=[(150.0, 7), (500.0, 9)], name="late"),
            Arrivals("desk", rate=Rate(0.1, multipliers=((150.0, 200.0, 3.0),)), name="steady"),
        ],
    )
    loads = {
        load.staff: load.hours_demanded for load in offered_loads(network, 600.0, 100.0, 250.0)
    }
    assert loads == pytest.approx(
        {"x": 2 * 10 * 2.0 * 168 / 150, "y": (7 + 0.1 * (100 + 3 * 50)) * 168 / 150}
    )


def test_residents_who_go_round_for_ever_are_an_error():
    network = Network(
        [Pool("x", 1)],
        [Station("a", ["x"], 1.0, routing={"completed": "a"})],
        [Arrivals("a", Deterministic(1.0))],
    )
    with pytest.raises(
        NetworkError, match="residents who go round for ever: some routing never leads out"
    ):
        joining_rates(network, 0.0, 100.0)


@pytest.mark.parametrize(
    "growth, level, result",
    [
        ([30, 32, 31], [40, 41, 39], True),
        ([4, 4, 4], [5, 5, 5], False),
        ([30, -28, 20], [40, 41, 39], False),
        ([30], [40], True),
        ([9], [100], False),
    ],
)
def test_when_a_queue_did_not_settle(growth, level, result):
    assert unsettled(np.array(growth), np.array(level)) is result


# ---- statistics ----------------------------------------------------------------------------------


def test_a_t_interval_by_hand():
    mean, lower, upper = t_interval([1.0, 2.0, 3.0])
    assert (
        mean == 2.0
        and upper - mean == pytest.approx(4.302652729911275 / math.sqrt(3))
        and mean - lower == pytest.approx(upper - mean)
    )
    assert t_interval([1.0])[0] == 1.0 and math.isnan(t_interval([1.0])[1])
    assert t_interval([1.0, float("nan"), 3.0])[0] == 2.0


def frame():
    rows = [
        (x, r, "m", "all", "all", base + gain, "h")
        for x, gain in (("x1", 0.0), ("x2", 5.0))
        for r, base in enumerate((1.0, 10.0, 4.0))
    ]
    return pd.DataFrame(
        rows, columns=["f", "replication", "measure", "place", "group", "value", "unit"]
    )


def test_summary_has_one_row_per_point_and_measure():
    table = summary(frame(), ["f"])
    assert table["mean"].tolist() == [5.0, 10.0] and table["replications"].tolist() == [3, 3]
    assert table.columns.tolist() == [
        "f",
        "measure",
        "place",
        "group",
        "mean",
        "lower",
        "upper",
        "replications",
        "unit",
    ]


def test_paired_differences_do_not_carry_the_noise_that_both_share():
    table = paired(frame(), ["f"], {"f": "x1"})
    assert table[["f", "mean", "lower", "upper"]].values.tolist() == [["x2", 5.0, 5.0, 5.0]]


def by_zone(**values):
    """Rows of two measures by zone: within_target and wait_mean (whose values are those / 10)."""
    rows = [
        (x, r, measure, zone, "station: a", value * times, unit)
        for x, change in (("x1", 0.0), ("x2", 0.05))
        for zone, series in values.items()
        for r, value in enumerate(np.array(series) + change)
        for measure, times, unit in (("within_target", 1.0, "share"), ("wait_mean", 0.1, "h"))
    ]
    return pd.DataFrame(
        rows, columns=["f", "replication", "measure", "place", "group", "value", "unit"]
    )


def worst(frame):
    table = summary(frame, ["f"]).assign(note="")
    found = worst_zones(table, frame, ["f"])
    return {
        (row.f, row.measure): (round(row.mean, 9), row.note)
        for row in found.itertuples()
        if (row.place, row.group) == ("worst zone", "station: a")
    }


def test_the_worst_zone_has_the_least_mean_and_names_those_it_cannot_be_told_from():
    """The means of the zones are .5, .52 and .8; b differs from a by −.2 to .24, so that chance
    may have made the order of these two; c is .3 above a in every replication. Of waits the
    greatest is the worst.
    """
    frame = by_zone(a=[0.4, 0.5, 0.6], b=[0.64, 0.52, 0.4], c=[0.7, 0.8, 0.9])
    assert worst(frame) == {
        ("x1", "within_target"): (0.5, "a; not told from b"),
        ("x1", "wait_mean"): (0.08, "c; not told from b"),
        ("x2", "within_target"): (0.55, "a; not told from b"),
        ("x2", "wait_mean"): (0.085, "c; not told from b"),
    }


def test_equal_zones_are_the_worst_together_whichever_comes_first():
    for frame in (by_zone(a=[0.5, 0.4], b=[0.5, 0.4]), by_zone(b=[0.5, 0.4], a=[0.5, 0.4])):
        mean, note = worst(frame)["x1", "within_target"]
        assert mean == 0.45 and set(note.split(", ")) == {"a", "b"}


def test_one_replication_tells_no_zone_from_another_and_who_is_not_there_is_not_the_worst():
    assert worst(by_zone(a=[0.4], b=[0.9], c=[math.nan]))["x1", "within_target"] == (
        0.4,
        "a; not told from b",
    )
    assert worst(by_zone(a=[0.4, 0.5], b=[math.nan] * 2)) == {}


# ---- groups, caseloads, diaries, reviews ---------------------------------------------------------


def test_a_group_takes_its_place_once_whoever_is_in_it():
    """Seven come at once, three at a time, two hours each: three sessions of two hours, seven
    contacts.
    """
    got = values(district((0.0,) * 7, group=Group(3)), spec())
    assert got["hours_worked", "city", "pool: staff"] == pytest.approx(6 / (100 / 168))
    assert got["contacts", "city", "all"] == 7


def test_a_group_that_is_still_going_on_at_the_end_takes_its_place_once():
    """Of five who come at 99 two are seen by one place and two by another until after the end: two
    hours.
    """
    labels = {"station": "room", "need": "need", "contact": "professional", "zone": "city"}
    network = Network(
        [Pool("staff city", 2, labels={"staff": "staff", "zone": "city"})],
        [Station("room city", ["staff city"], 9.0, group=Group(2, 2), labels=labels)],
        [
            Arrivals(
                "room city",
                batches=[(99.0, 5)],
                labels={"need": "need", "zone": "city", "kind": "urban"},
            )
        ],
    )
    run = simulate(network, 100.0)
    assert tally(run, spec()).worked.tolist() == [2.0]


def test_groups_are_offered_full():
    network = Network(
        [Pool("p")], [Station("a", ["p"], 2.0, group=Group(4))], [Arrivals("a", Exponential(1.0))]
    )
    assert offered_loads(network, 1680.0)[0].hours_demanded == pytest.approx(168 * 2.0 / 4)


def test_a_caseload_is_asked_for_from_the_first_session_to_the_last():
    """One an hour, four sessions ten hours apart and half an hour long: 30.5 hours on the list, two
    of staff.
    """
    network = Network(
        [Pool("list", 20), Pool("p", 9)],
        [Station("a", ["p"], 0.5, caseload="list", sessions=4, every=10.0)],
        [Arrivals("a", Exponential(1.0))],
    )
    loads = {load.staff: load for load in offered_loads(network, 1000.0)}
    assert loads["list"].hours_demanded == pytest.approx(168 * 30.5) and loads[
        "list"
    ].offered == pytest.approx(30.5 / 20)
    assert loads["p"].hours_demanded == pytest.approx(168 * 2.0)


def test_an_appointment_asks_for_its_slot():
    """Ten slots of three quarters of an hour a week against eight residents: 6 of 7.5 hours."""
    network = Network(
        [Pool("p", Slots(((9.0, 6), (33.0, 2, 2)), length=0.75))],
        [Station("a", ["p"], 5.0, diary=Diary())],
        [Arrivals("a", rate=Rate(8 / 168))],
    )
    load = offered_loads(network, 1680.0)[0]
    assert (load.hours_demanded, load.hours_rostered) == pytest.approx((6.0, 7.5))


def test_visits_that_recur_are_expected_at_every_date():
    station = Station("a", ["p"], 1.0, sessions=math.inf, every=10.0)
    network = Network([Pool("p")], [station], [Arrivals("a", batches=[(0.0, 3)])])
    assert expected_sessions(station, 100.0) == 10 and offered_loads(network, 100.0)[
        0
    ].hours_demanded == pytest.approx(3 * 10 * 1.68)
    assert joining_rates(network, 0.0, 100.0).tolist() == pytest.approx([0.03])


def moved(*reviews):
    """The two zones of ``district``, each with one place that a review may take away; residents of
    the city wait from the start.
    """
    base = district((0.0,) * 9, service=5.0)
    return Network(base.pools, base.stations, base.arrivals, reviews=reviews)


def test_hours_rostered_are_those_that_reviews_left():
    """The place of the farm goes to the city at ten and stays there: the city has 90 hours more
    than the none it began with.
    """
    got = values(
        moved(Dispatch("d", 1, ["staff city", "staff farm"], 10.0, "waiting", start=(0, 1))), spec()
    )
    week = 100 / 168
    assert got["hours_rostered", "city", "pool: staff"] == pytest.approx(90 / week)
    assert got["hours_rostered", "farm", "pool: staff"] == pytest.approx(10 / week)
    assert got["hours_rostered", "all", "pool: staff"] == pytest.approx(100 / week)
    assert got["utilisation", "city", "pool: staff"] == pytest.approx(45 / 90)


def test_who_is_at_work_where_a_review_takes_the_place_away_works_overtime():
    """At level 1 from three on: the session from 0 to 5 runs two hours on."""
    got = values(
        moved(Warn("w", ["room city"], (1.0,), 3.0, "waiting", places={"staff city": (1, 0)})),
        spec(end=50.0),
    )
    assert got["overtime", "city", "pool: staff"] == pytest.approx(2.0 / (50 / 168))


def test_loads_offered_are_those_of_the_places_at_the_start():
    loads = {
        (load.staff, load.zone): load.hours_rostered
        for load in offered_loads(
            moved(Dispatch("d", 1, ["staff city", "staff farm"], 10.0, "waiting", start=(0, 1))),
            100.0,
        )
    }
    assert loads == {("staff", "city"): 0.0, ("staff", "farm"): pytest.approx(168.0)}


def test_visits_that_recur_are_as_many_as_residents_who_have_joined_by_then():
    """One an hour, seen every ten hours for ever: from 500 to 1,000 hours 750 residents on average,
    75 visits an hour at an hour each.
    """
    network = Network(
        [Pool("p", 10_000), Pool("l", 10_000)],
        [Station("a", ["p"], 1.0, sessions=math.inf, every=10.0, caseload="l")],
        [Arrivals("a", Exponential(1.0))],
    )
    loads = {load.staff: load.hours_demanded for load in offered_loads(network, 1000.0, 500.0)}
    assert loads["p"] == pytest.approx(75 * 168, rel=0.01) and loads["l"] == pytest.approx(
        750 * 168, rel=0.01
    )


def test_a_caseload_of_a_register_is_held_all_the_time():
    network = Network(
        [Pool("l", 20), Pool("p", 20)],
        [Station("a", ["p"], 1.0, caseload="l", sessions=math.inf, every=168.0)],
        [Arrivals("a", backlog=10)],
    )
    assert {load.staff: load.hours_demanded for load in offered_loads(network, 3360.0, 1680.0)}[
        "l"
    ] == pytest.approx(1680.0)


def test_hours_of_a_caseload_run_from_the_first_session_to_the_last():
    """Two places: held from 0 to 22 by the first, from 2 to 26 by the second, whose last session
    waits for the third's first; from 22 on by the third.
    """
    labels = {"station": "room", "need": "need", "contact": "professional", "zone": "city"}
    network = Network(
        [
            Pool("list", 2, labels={"staff": "list", "zone": "city"}),
            Pool("staff city", 1, labels={"staff": "staff", "zone": "city"}),
        ],
        [
            Station(
                "room city",
                ["staff city"],
                2.0,
                caseload="list",
                sessions=3,
                every=10.0,
                drop_out=0.0,
                labels=labels,
            )
        ],
        [
            Arrivals(
                "room city",
                batches=[(0.0, 3)],
                labels={"need": "need", "zone": "city", "kind": "urban"},
            )
        ],
    )
    run = simulate(network, 30.0)
    counts = tally(run, spec(end=30.0, horizon=30.0))
    assert counts.worked.tolist() == [22.0 + 24.0 + 8.0, 14.0]


def test_an_infinite_load_stays_infinite_where_there_are_reviews():
    none = moved(Warn("w", ["room farm"], (1e9,), 10.0))
    nobody = Network(
        [Pool("staff city", 0, labels={"staff": "staff", "zone": "city"}), *none.pools[1:]],
        none.stations,
        none.arrivals,
        reviews=none.reviews,
    )
    assert values(nobody, spec())["offered_load", "city", "pool: staff"] == math.inf


def test_groups_that_go_on_at_the_end_work_where_they_are():
    """Of two groups at the end one has been in the first pool since 10, the other in the second
    since 90.
    """
    labels = {"station": "room", "need": "need", "contact": "professional", "zone": "city"}
    streams = [
        Arrivals(
            "room city",
            batches=[(at, 1)],
            name=name,
            labels={"need": "need", "zone": "city", "kind": "urban"},
        )
        for name, at in zip("abcde", (90.0, 10.0, 90.0, 10.0, 90.0), strict=True)
    ]
    network = Network(
        [Pool(name, 1, labels={"staff": name, "zone": "city"}) for name in "xy"],
        [Station("room city", ["x", "y"], 500.0, group=Group(3, 2), labels=labels)],
        streams,
    )
    assert tally(simulate(network, 100.0), spec()).worked.tolist() == pytest.approx([90.0, 10.0])


VISIT = {"station": "visit", "need": "need", "contact": "professional", "zone": "city"}


def two_years(away, slack=336.0, refuse=1, every=2184.0):
    """(managed, regular) over two years of 365 days, of one resident who is visited every 91 days
    by a doctor who is away between two days, and of others who refuse.
    """
    days = [(24.0 * day, 24.0 * day + 24, 1) for day in range(7)]
    roster = Roster(days, changes=[(24.0 * away[0], 0), (24.0 * away[1], 1)])
    network = Network(
        [Pool("doctor", roster, labels={"staff": "doctor", "zone": "city"})],
        [
            Station(
                "visit",
                ["doctor"],
                1.0,
                sessions=math.inf,
                every=every,
                labels={**VISIT, "role": "register"},
            )
        ],
        [
            Arrivals(
                "visit",
                batches=[(0.0, 1)],
                labels={"need": "need", "zone": "city", "kind": "urban", "register": "yes"},
            )
        ],
    )
    cells = (NeedCell("need", "a", "severe", "city", "urban", 1.0 + refuse, 1.0, 9.0, True),)
    what = spec(
        begin=0.0,
        end=730 * 24.0,
        horizon=730 * 24.0,
        needs=cells,
        zones=(("city", "urban", 2000.0),),
        staff=(StaffCell("doctor", "city", 1.0, 40.0, 0.0),),
        register_visit=slack,
    )
    got = values(network, what)
    return got["register_managed", "all", "all"], got["register_regular", "all", "all"]


def test_years_are_told_apart_and_averaged():
    """Visits on days 0, 91, 182, 273, 364, 455 …; with the doctor away from day 100 to 300 the
    third is on day 300, 209 after the second, and the next on day 364: the first year is irregular,
    the second is not. Away until day 700: 91 → 700, the second year has visits on 700 and 728, and
    335 days without one. Those who refuse are in the denominator.
    """
    assert two_years((100, 101)) == (0.5, 0.5)
    assert two_years((100, 101), refuse=0) == (1, 1)
    assert two_years((100, 300)) == (0.5, 0.25)
    assert two_years((100, 300), refuse=3) == (0.25, 0.125)
    assert two_years((100, 700)) == (0.5, 0)
    assert two_years((100, 800)) == (0.25, 0)  # no visit in the second year


def test_gaps_are_cut_by_the_year_and_may_be_as_long_as_interval_and_slack():
    """Day 273 → due on day 364, seen on day 390: 25 days of it lie in the second year, and 92 in
    the first: both are regular, as gaps are counted within the year. A gap of 91 days and the slack
    is regular to the hour, a longer one is not: due on day 182, seen 14 days later, or 15.
    """
    assert two_years((300, 390)) == (0.5, 0.5)
    assert two_years((100, 196)) == (0.5, 0.5)
    assert two_years((100, 197)) == (0.5, 0.25)
    assert two_years((100, 197), slack=15 * 24.0) == (0.5, 0.5)


# ---- waits by the hour ---------------------------------------------------------------------------


def test_the_probability_of_waiting_is_erlangs_in_every_hour_of_the_day():
    """M/M/3 with a load of 0.7, the same round the clock."""
    labels = {"station": "line", "role": "hotline", "need": "need", "zone": "city"}
    network = Network(
        [Pool("seats", 3)],
        [Station("line", ["seats"], Exponential(1.0), labels=labels)],
        [Arrivals("line", Exponential(1 / 2.1), labels={"need": "need", "zone": "city"})],
    )
    made = Plan(network, spec(200.0, 10_200.0, 10_300.0, by_arrival=(("line", ("hour",)),)))
    runs = [made.measures(7, replication) for replication in range(24)]
    told = pd.concat(runs).query("measure == 'wait_probability' and place == 'all'")
    exact = theory.mmc(2.1, 1.0, 3).wait_probability
    by_group = told.groupby("group")["value"]
    assert len(by_group) == 25 and (by_group.count() == 24).all()
    errors = by_group.std() / math.sqrt(24)
    off = (by_group.mean() - exact) / errors
    assert errors["station: line"] < 0.02 * exact / 3.5 and abs(off["station: line"]) <= 3.5
    assert (abs(off) <= 3.5).all() and errors.max() < 0.02 * exact, (off, errors)


def test_thirteen_hours_with_their_own_staff_are_told_apart():
    """From 8 o'clock on, k callers come as the k-th hour begins (k = 1 to 13), and are served in
    turn by k seats in half an hour each, or, in odd hours, by k / 2: the first half at once, the
    others after half an hour.
    """
    shifts = tuple((8.0 + k, 9.0 + k, k + 1 if k % 2 else (k + 2) // 2) for k in range(13))
    labels = {"station": "line", "role": "hotline", "need": "need", "zone": "city"}
    network = Network(
        [Pool("seats", Roster(tuple(shifts)))],
        [Station("line", ["seats"], 0.5, labels=labels)],
        [Arrivals("line", batches=[(8.0 + k, k + 1) for k in range(13)], labels=labels)],
    )
    made = Plan(network, spec(0.0, 24.0, 48.0, by_arrival=(("line", ("hour", "weekday")),)))
    told = made.measures().set_index(["measure", "place", "group"])["value"]
    for k in range(13):
        late = 0 if k % 2 else k + 1 - (k + 2) // 2
        group = f"station: line, hour: {8 + k:02d}"
        assert told["joined", "all", group] == k + 1
        assert told["wait_probability", "all", group] == pytest.approx(late / (k + 1))
        assert told["wait_mean", "all", group] == pytest.approx(0.5 * late / (k + 1))
    assert told["joined", "all", "station: line, hour: 07"] == 0
    assert math.isnan(told["wait_mean", "all", "station: line, hour: 07"])
    assert told["joined", "all", "station: line, weekday: Mon"] == 91
