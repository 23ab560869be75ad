"""Simulated networks against exact answers: briefly in the fast suite, to half a percent in `make
verify`.

Tolerance: |mean − exact| ≤ 3.5 standard errors over 20 replications. The seeds are fixed, so a
pass stays a pass.
"""

import math

import numpy as np
import pytest

import simcap
from simcap.network import (
    Arrivals,
    Attend,
    Deterministic,
    Exponential,
    Network,
    Pool,
    Redial,
    Station,
)
from simcap.study.verifying import LIMIT, REPLICATIONS, _judged, cases

BRIEF, LONG = cases(0.06), cases(1.0)


@pytest.mark.parametrize("case", BRIEF, ids=lambda case: case.name)
def test_simulated_intervals_cover_exact_values(case):
    check(case)


@pytest.mark.slow
@pytest.mark.parametrize("case", LONG, ids=lambda case: case.name)
def test_simulated_intervals_cover_exact_values_to_half_a_percent(case):
    for result in check(case):
        assert result.error / result.exact < 0.02 / LIMIT, result


def check(case):
    estimates = [
        case.estimate(simcap.simulate(case.network, case.horizon, replication=replication))
        for replication in range(REPLICATIONS)
    ]
    results = list(_judged(case, estimates))
    assert results and all(result.passed for result in results), results
    return results


def attended(network, horizon, replications=20):
    return [
        simcap.simulate(network, horizon, replication=replication).read()
        for replication in range(replications)
    ]


def close(values, exact):
    values = np.asarray(values, dtype=float)
    assert abs(values.mean() - exact) <= 3.5 * values.std(ddof=1) / math.sqrt(len(values)), (
        values.mean(),
        exact,
    )


def test_a_course_with_drop_out_has_its_mean_number_of_sessions():
    """Six sessions, drop-out 5 % after each but the last: (1 − 0.95⁶) / 0.05 sessions."""
    world = Network(
        [Pool("staff", math.inf)],
        [Station("course", ["staff"], 1.0, sessions=6, every=10.0, drop_out=0.05)],
        [Arrivals("course", Deterministic(0.5), until=500.0)],
    )
    close([len(rows) / 999 for rows in attended(world, 1000.0)], (1 - 0.95**6) / 0.05)


@pytest.mark.parametrize("name", ["a list", "z list"])
@pytest.mark.parametrize("kept", ["caseload", "team"])
def test_priorities_hold_whatever_a_second_pool_is_called(kept, name):
    """One counsellor, urgent visits before others, who also need a place that is never short: M/M/1
    with two classes (Cobham), loads 0.3 and 0.4, one hour each: W = 0.7 / (1 − 0.3) = 1 and 0.7 /
    (0.7 × 0.3) = 10/3 hours.
    """
    second = {"caseload": Attend(name, reserve=0)} if kept == "caseload" else {"team": True}
    others = [Attend("m", priority=1)] + ([Attend(name, priority=1)] if kept == "team" else [])
    places = 1 if kept == "team" else 1000
    world = Network(
        [Pool("m", 1), Pool(name, places)],
        [
            Station("urgent", ["m"], Exponential(1.0)),
            Station("other", others, Exponential(1.0), **second),
        ],
        [Arrivals("urgent", Exponential(1 / 0.3)), Arrivals("other", Exponential(1 / 0.4))],
    )
    waits = {0: [], 1: []}
    for rows in attended(world, 8000.0):
        for which, station in enumerate(sorted(("urgent", "other"), reverse=True)):
            mine = rows[
                (rows["station"] == sorted(("urgent", "other")).index(station))
                & (rows["joined"] > 200)
            ]
            waits[which].append(np.nanmean(mine["started"] - mine["joined"]))
    close(waits[0], 1.0)
    close(waits[1], 10 / 3)


def test_no_shows_are_as_many_as_said():
    world = Network(
        [Pool("staff", math.inf)],
        [Station("desk", ["staff"], 1.0, no_show=0.15)],
        [Arrivals("desk", Deterministic(1.0), until=2000)],
    )
    close(
        [(rows["outcome"] == simcap.Outcome.NO_SHOW).mean() for rows in attended(world, 2010.0)],
        0.15,
    )


def test_redialling_without_end_of_patience_is_a_retrial_queue():
    """M/M/1/1 with persistent retrials (at most 500 in a row): P(busy) = load, by flow balance,
    whatever the retrial time.
    """
    station = Station(
        "line",
        ["seat"],
        Exponential(1.0),
        queue_limit=0,
        redial=Redial(1.0, Exponential(2.0), at_most=500),
    )
    world = Network([Pool("seat", 1)], [station], [Arrivals("line", Exponential(2.0))])
    busy = []
    for rows in attended(world, 4000.0):
        stay = np.where(np.isnan(rows["ended"]), 4000.0, rows["ended"]) - np.maximum(
            rows["started"], 100.0
        )
        busy.append(np.nansum(stay.clip(min=0)) / 3900)
    close(busy, 0.5)


def test_two_clocks_race_and_the_first_to_ring_decides():
    """Nobody is ever attended: deteriorated with probability (1/4) / (1/4 + 1/2)."""
    station = Station(
        "desk", ["staff"], 1.0, patience=Exponential(2.0), deterioration=Exponential(4.0)
    )
    world = Network([Pool("staff", 0)], [station], [Arrivals("desk", Exponential(0.1))])
    close(
        [
            (rows["outcome"] == simcap.Outcome.DETERIORATED).sum()
            / (rows["outcome"] < simcap.Outcome.WAITING).sum()
            for rows in attended(world, 200.0)
        ],
        1 / 3,
    )
