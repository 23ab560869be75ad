"""Two published simulations of community mental-health services, rebuilt from the network layer,
against their printed results.

* Eleven assessment teams with a diary each: Pitt, Monks and Allen, in Masys (ed.), and the teaching
  model of the same authors (University of Exeter), whose stored output is one run of 260 days for
  each scenario.
* Ten nodes with reneging: Murch et al. 2021, Operations Research for Health Care 30:100311, table
  2, «Pre» (mean queues before the first lockdown; 35 replications).

Tolerance: |mean − printed| ≤ 3.5 standard errors of the difference, plus the last digit printed
(queues are printed in whole referrals).
"""

import math

import numpy as np
import pytest
from scipy import special

import simcap
from simcap.network import (
    LEAVE,
    Arrivals,
    Deterministic,
    Diary,
    Empirical,
    Lognormal,
    Network,
    Never,
    Pool,
    Rate,
    Slots,
    Station,
    To,
)

# ---- eleven teams with a diary each --------------------------------------------------------------

DAY = 24.0
SLOTS = np.array(
    [
        [4, 1, 7, 3, 1, 5, 3, 3, 5, 11, 1],
        [4, 1, 6, 3, 1, 5, 3, 3, 5, 10, 0],
        [4, 1, 7, 3, 2, 5, 4, 3, 5, 11, 1],
        [4, 1, 6, 3, 1, 5, 3, 3, 5, 10, 1],
        [4, 1, 6, 2, 1, 4, 3, 2, 4, 10, 0],
    ]
)
"""Assessments by working day (rows) and team."""
REFERRED = [
    0.111491288098121,
    0.026346265199768,
    0.196004632310365,
    0.062220350581671,
    0.025451387061115,
    0.081302310891193,
    0.05714060114755,
    0.04927093751645,
    0.125625098699795,
    0.255356108859294,
    0.009791019634679,
]
TRIAGED_OUT = [0.456, 0.428, 0.489, 0.296, 0.275, 0.091, 0.162, 0.129, 0.41, 0.361, 0.123]
POOLED = [
    [1, 2, 3],
    [1, 2, 3],
    [1, 2, 3, 4, 5, 9],
    [4, 5, 6],
    [4, 5, 6],
    [4, 5, 6, 7],
    [6, 7],
    [8, 9, 10, 11],
    [3, 8, 9, 10],
    [9, 10],
    [8, 11],
]
"""The teams that may see the residents of each, as in the published run."""


def eleven_teams(pooled: bool, carved_out: bool) -> Network:
    """A working day is 24 hours here and a week 120; slots lie at the end of a day, so that whole
    days are counted as in the original.
    """
    kept = np.round(0.15 * SLOTS).astype(int) if carved_out else np.zeros_like(SLOTS)
    teams = [
        Pool(
            f"team {i + 1}",
            Slots(
                [
                    (DAY * day + 23.999, int(SLOTS[day, i] - kept[day, i]), int(kept[day, i]))
                    for day in range(5)
                ],
                cycle=5 * DAY,
            ),
        )
        for i in range(11)
    ]
    stations, streams = [], []
    for i in range(11):
        may_see = [f"team {team}" for team in (POOLED[i] if pooled else [i + 1])]
        for urgent, share, notice in ((False, 0.85, 3), (True, 0.15, 1)):
            name = f"{'high' if urgent else 'low'} {i + 1}"
            stations.append(Station(name, may_see, 1.0, diary=Diary(notice * DAY, urgent)))
            a_day = 16328 / 52 / 5 * REFERRED[i] / sum(REFERRED) * (1 - TRIAGED_OUT[i]) * share
            streams.append(Arrivals(name, rate=Rate(a_day / DAY)))
    return Network(teams, stations, streams)


def mean_days(network, replication):
    """Mean wait in working days of those referred on days 780 to 1038 and seen by day 1039: (all,
    low, high priority).
    """
    run = simcap.simulate(network, 1040 * DAY, replication=replication)
    rows = run.read()
    rows = rows[
        (rows["joined"] >= 780 * DAY) & (rows["joined"] < 1039 * DAY) & ~np.isnan(rows["started"])
    ]
    days = rows["started"] // DAY - rows["joined"] // DAY
    high = np.array([name.startswith("high") for name in run.stations])[rows["station"]]
    return days.mean(), days[~high].mean(), days[high].mean()


@pytest.mark.parametrize(
    ("scenario", "pooled", "carved_out", "printed"),
    [
        ("teams apart", False, True, (23.578540, 27.482851, 3.989802)),
        ("neighbours pooled", True, True, (3.901848, 4.183551, 2.327204)),
        (
            "neighbours pooled, nothing kept for the urgent",
            True,
            False,
            (3.535577, 3.605323, 3.143312),
        ),
    ],
)
def test_a_pooled_diary_of_eleven_teams(scenario, pooled, carved_out, printed):
    network = eleven_teams(pooled, carved_out)
    values = np.array([mean_days(network, replication) for replication in range(20)])
    spread = values.std(axis=0, ddof=1) * math.sqrt(
        1 / len(values) + 1
    )  # what is printed is one run
    assert (np.abs(values.mean(axis=0) - printed) <= 3.5 * spread).all(), (
        values.mean(axis=0),
        printed,
        spread,
    )


def test_pooling_with_neighbours_takes_most_of_the_wait_away():
    apart, pooled = (
        np.mean([mean_days(eleven_teams(way, True), replication)[0] for replication in range(5)])
        for way in (False, True)
    )
    assert pooled < 0.25 * apart


# ---- ten nodes with reneging ---------------------------------------------------------------------


def whole_days(meanlog, sdlog):
    """A lognormal time x in whole days: ⌊x⌋, or one more with the probability of what ⌊x⌋
    leaves.
    """

    def partial_mean(x):  # of x up to this bound
        return math.exp(meanlog + sdlog**2 / 2) * special.ndtr(
            (np.log(x) - meanlog - sdlog**2) / sdlog
        )

    def below(x):
        return special.ndtr((np.log(x) - meanlog) / sdlog)

    last = int(math.exp(meanlog + 4.5 * sdlog)) + 1
    edges = np.arange(1, last + 2, dtype=float)
    mass, mean = np.diff(below(edges)), np.diff(partial_mean(edges))  # of x in [k, k + 1)
    days = np.zeros(last + 2)
    days[1 : last + 1] += mass * (edges[:-1] + 1) - mean
    days[2 : last + 2] += mean - mass * edges[:-1]
    kept = days > 1e-9
    return Empirical(np.flatnonzero(kept).astype(float), days[kept] / days[kept].sum())


def table(**days):
    return Empirical([float(day[1:]) for day in days], list(days.values()))


def patience(power, scale, most=400):
    """Days from the first at which service could have begun, where r(x) = 1 − 1 / (1 + (x /
    scale)^power) leave after x days each day.
    """
    if power == 0:
        return Never()
    leaves = 1 - 1 / (1 + (np.arange(1, most + 1) / scale) ** power)
    leaves[-1] = 1.0
    stay = np.concatenate([[1.0], np.cumprod(1 - leaves)[:-1]])
    chances = stay * leaves
    kept = chances > 1e-12
    return Empirical(np.flatnonzero(kept).astype(float), chances[kept] / chances[kept].sum())


WEEKS = {
    14: 0.1,
    21: 0.08,
    28: 0.07,
    35: 0.08,
    42: 0.1,
    49: 0.15,
    56: 0.04,
    63: 0.035,
    70: 0.03,
    77: 0.02,
    84: 0.02,
    91: 0.04,
    98: 0.03,
    **dict.fromkeys(range(105, 141, 7), 0.015),
    **dict.fromkeys(range(147, 218, 7), 0.01),
    224: 0.005,
}
# arrivals a day, service in days, places, (power, scale) of reneging, where to after service, where
# to after reneging
NODES = {
    "social prescribing": (9, whole_days(4.020459, 0.3844108), 400, (5, 30), {}, {}),
    "IAPT assessment": (32, table(_1=0.2, _2=0.5, _3=0.3), 30, (5, 100), {"IAPT therapy": 0.5}, {}),
    "IAPT therapy": (
        0,
        Empirical(list(map(float, WEEKS)), list(WEEKS.values())),
        500,
        (1, 120),
        {},
        {"GP initial": 0.2},
    ),
    "GP initial": (
        150,
        table(_1=0.5, _15=0.1, _22=0.2, _29=0.1, _36=0.05, _43=0.05),
        2500,
        (0, 0),
        {"social prescribing": 0.03, "IAPT assessment": 0.21, "GP low": 0.07, "MHP triage": 0.66},
        {},
    ),
    "GP low": (
        0,
        table(_182=0.04, _365=0.2, _547=0.04, _730=0.2, _912=0.02, _1095=0.5),
        15000,
        (0, 0),
        {},
        {},
    ),
    "GP high": (
        0,
        Lognormal(
            math.exp(6.625227 + 0.8640404**2 / 2),
            math.exp(6.625227 + 0.8640404**2 / 2) * math.sqrt(math.expm1(0.8640404**2)),
        ),
        50000,
        (0, 0),
        {},
        {},
    ),
    "MHP triage": (
        0,
        Deterministic(1.0),
        200,
        (0, 0),
        {"GP high": 0.425, "MHP crisis": 0.075, "MHP community": 0.075},
        {},
    ),
    "MHP crisis": (
        0,
        whole_days(2.603037, 0.2684041),
        140,
        (0, 0),
        {"MHP community": 0.6, "inpatient": 0.3},
        {},
    ),
    "MHP community": (
        0,
        whole_days(5.863699, 0.2690675),
        4000,
        (5, 60),
        {"GP low": 0.15, "MHP crisis": 0.05},
        {"GP initial": 0.5, "MHP crisis": 0.05},
    ),
    "inpatient": (1, whole_days(2.288457, 0.1680954), 45, (0, 0), {"MHP community": 0.9}, {}),
}
PRINTED = {
    "social prescribing": 273,
    "IAPT assessment": 3658,
    "IAPT therapy": 8,
    "GP initial": 152,
    "GP low": 12,
    "GP high": 42,
    "MHP triage": 100,
    "MHP crisis": 8,
    "MHP community": 519,
}
"""Mean queues of «Pre»; the row of inpatient beds was not seen."""


def ten_nodes() -> Network:
    """An hour is a day here. Who comes during a day is let in at its end, and can be served from
    the next day on: the gate is a diary with a slot at each midnight, and every way on takes a day.
    """

    def ways(shares):
        return [To(goal, share, 1.0) for goal, share in shares.items()] or LEAVE

    pools = [
        Pool("gate", Slots([(0.0, 10**6)], cycle=1.0)),
        *(Pool(name, places) for name, (_, _, places, *_) in NODES.items()),
    ]
    stations = [
        Station(
            name,
            [name],
            service,
            patience=patience(*leaving),
            routing={"completed": ways(then), "reneged": ways(or_else)},
        )
        for name, (_, service, _, leaving, then, or_else) in NODES.items()
    ]
    gates = [
        Station(
            f"to {name}", ["gate"], 0.0, diary=Diary(), routing={"completed": To(name, delay=1.0)}
        )
        for name in NODES
        if NODES[name][0]
    ]
    streams = [
        Arrivals(f"to {name}", rate=Rate(float(NODES[name][0]))) for name in NODES if NODES[name][0]
    ]
    return Network(pools, [*stations, *gates], streams)


def mean_queues(network, replication):
    """Referrals that stand in each queue at the end of a day, on average over the days 731 to 1095;
    who is let in stands there already.
    """
    run = simcap.simulate(network, 1097.0, replication=replication)
    rows = run.read()
    rows = rows[~np.isnan(rows["joined"])]
    until = np.where(
        np.isnan(rows["started"]),
        np.where(np.isnan(rows["ended"]), 1097.0, rows["ended"]),
        rows["started"],
    )
    days = np.minimum(until, 1096.0) - np.maximum(rows["joined"] - 1.0, 731.0)
    queues = np.bincount(rows["station"], days.clip(min=0.0), minlength=len(run.stations)) / 365
    return [queues[run.stations.index(name)] for name in PRINTED]


def test_ten_nodes_with_reneging():
    network = ten_nodes()
    values = np.array([mean_queues(network, replication) for replication in range(10)])
    means, spread = values.mean(axis=0), values.std(axis=0, ddof=1) * math.sqrt(1 / 10 + 1 / 35)
    off = np.abs(means - list(PRINTED.values()))
    assert (off <= 3.5 * spread + 1.0).all(), dict(
        zip(PRINTED, zip(means.round(1), PRINTED.values(), strict=True), strict=True)
    )
