"""How often intervals hold the truth, over many studies of queues whose truth is known."""

import math

import numpy as np
import pytest

from simcap.analysis import theory
from simcap.analysis.statistics import Scale, interval_bounds, t_interval
from simcap.analysis.stopping import Stopping, Wanted
from simcap.analysis.tables import paired
from simcap.engine import simulate
from simcap.network import Arrivals, Exponential, Network, Pool, Station

SERVERS, RATE = 2, 1.4
TRUTH = theory.mmc(RATE, 1.0, SERVERS).mean_wait


def mean_wait(replication, servers=SERVERS, seed=11, hours=3_000.0, warm_up=300.0):
    """The mean wait at an M/M/c queue with a load of 0.7, after a warm-up, over a time that is long
    beside its own.
    """
    net = Network(
        [Pool("servers", servers)],
        [Station("station", ["servers"], Exponential(1.0))],
        [Arrivals("station", Exponential(1 / RATE))],
    )
    rows = simulate(net, hours, seed=seed, replication=replication).read()
    rows = rows[(rows["joined"] >= warm_up) & ~np.isnan(rows["started"])]
    return float((rows["started"] - rows["joined"]).mean())


@pytest.fixture(scope="module")
def waits():
    return np.array([mean_wait(replication) for replication in range(6_000)])


def tolerance(studies, share=0.95):
    return 3.5 * math.sqrt(share * (1 - share) / studies)


def test_a_nominal_95_percent_interval_holds_the_truth_that_often(waits):
    """600 studies of ten replications. Means of a queue are a little skewed, so one percent less
    than nominal is allowed for.
    """
    hits = [lower <= TRUTH <= upper for _, lower, upper in map(t_interval, waits.reshape(600, 10))]
    assert 0.94 - tolerance(600) <= np.mean(hits) <= 0.95 + tolerance(600)
    assert (
        abs(waits.mean() - TRUTH) <= 3.5 * waits.std() / math.sqrt(len(waits))
        and waits.std() / math.sqrt(len(waits)) < 0.01 * TRUTH
    )


def test_replications_to_a_wanted_precision_still_hold_it_nearly_that_often(waits):
    """200 studies that stop by themselves, each from thirty replications. A rule that looks before
    it stops covers less: how much is bounded.
    """
    rule = Stopping((Wanted("wait_mean", "all", "all", 0.1),), at_least=5, at_most=30, look_ahead=5)
    hits, used = [], []
    for study in waits.reshape(200, 30):
        number = rule.enough([study])
        _, lower, upper = t_interval(study[:number])
        hits.append(lower <= TRUTH <= upper)
        used.append(number)
        assert (upper - lower) / 2 <= 0.1 * study[:number].mean() or number == 30
    assert np.mean(hits) >= 0.90 - tolerance(200, 0.90)
    assert min(used) >= 10 and max(used) <= 30 and len(set(used)) > 5


def test_differences_with_the_same_residents_hold_the_truth_and_are_known_better():
    """What a third server takes off the mean wait, from paired replications: 100 studies of ten."""
    import pandas as pd

    truth = theory.mmc(RATE, 1.0, 3).mean_wait - TRUTH
    pairs = np.array(
        [
            [mean_wait(replication, servers, seed=12, hours=1_500.0) for servers in (2, 3)]
            for replication in range(1_000)
        ]
    )
    hits, saved = [], []
    for study in pairs.reshape(100, 10, 2):
        rows = [
            (servers, replication, "m", "all", "all", value, "h")
            for replication, both in enumerate(study)
            for servers, value in zip(("2", "3"), both, strict=True)
        ]
        row = paired(
            pd.DataFrame(
                rows, columns=["f", "replication", "measure", "place", "group", "value", "unit"]
            ),
            ["f"],
            {"f": "2"},
        ).iloc[0]
        hits.append(row["lower"] <= truth <= row["upper"])
        saved.append(row["variance_saved"])
    assert 0.93 - tolerance(100) <= np.mean(hits)
    assert np.median(saved) > 0.2


# ---- on scales without an edge -------------------------------------------------------------------


def bounds_of(studies, scale, trials=0.0):
    """(lower, upper) for each row of ``studies`` (studies × replications)."""
    number = studies.shape[1]
    error = studies.std(axis=1, ddof=1) / math.sqrt(number)
    return interval_bounds(studies.mean(axis=1), error, number, scale, trials)


def held(studies, truth, scale, trials=0.0):
    lower, upper = bounds_of(studies, scale, trials)
    return float(np.mean((lower <= truth) & (truth <= upper)))


@pytest.mark.parametrize("truth, residents", [(0.5, 200), (0.05, 400), (0.95, 400), (0.01, 1000)])
@pytest.mark.parametrize("replications", [4, 10, 30])
def test_intervals_of_shares_hold_the_truth_that_often(truth, residents, replications):
    studies = np.random.default_rng(5).binomial(residents, truth, (4_000, replications))
    lower, upper = bounds_of(studies / residents, Scale.SHARE, residents * replications)
    assert np.min(lower) >= 0 and np.max(upper) <= 1
    assert held(studies / residents, truth, Scale.SHARE) >= 0.94 - tolerance(4_000)


@pytest.mark.parametrize("shape", [0.5, 2.0, 20.0])
@pytest.mark.parametrize("replications", [4, 10, 30])
def test_intervals_of_waits_hold_the_truth_as_often_as_plain_ones(shape, replications):
    """Means of a year are skewed where a queue is seldom there (shape 0.5: a coefficient of
    variation of 1.4), and then no interval from four of them holds the truth that often.
    """
    studies = np.random.default_rng(6).gamma(shape, 1 / shape, (4_000, replications))
    lower, _ = bounds_of(studies, Scale.TIME)
    assert np.min(lower) > 0
    on_logarithms, plain = (held(studies, 1.0, scale) for scale in (Scale.TIME, Scale.SIGNED))
    assert on_logarithms >= plain - 0.005
    assert on_logarithms >= (0.94 if shape >= 2 else 0.86) - tolerance(4_000)


@pytest.mark.parametrize("expected", [0.3, 1.0, 3.0])
def test_bounds_where_nothing_was_seen_hold_the_truth(expected):
    """Rare events, of which ten replications of 50 residents have ``expected`` together: of all
    studies in which none is seen, so many would have to miss at least if the bound were too low.
    """
    truth = expected / 500
    studies = np.random.default_rng(7).binomial(50, truth, (4_000, 10))
    none = studies.sum(axis=1) == 0
    assert none.any()
    assert held(studies[none] / 50, truth, Scale.SHARE, 500) == 1.0
    assert held(studies[none].astype(float), 50 * truth, Scale.COUNT) == 1.0
    assert held(studies / 50, truth, Scale.SIGNED) < held(studies / 50, truth, Scale.SHARE, 500)


def test_a_rare_event_never_stops_a_study_by_not_happening():
    """Calls given up, 0.4 % of 25 a replication: without the rule three studies of eight ended
    after ten replications with 0 ± 0.
    """
    rule = Stopping((Wanted("abandoned", "all", "station: line", 0.1),), 5, 50, 5)
    random = np.random.default_rng(8)
    for _ in range(200):
        calls = random.poisson(25, 50)
        values = np.array([random.binomial(calls, 0.004) / np.maximum(calls, 1), calls])
        assert rule.enough([values[:, :10]]) is None and rule.enough([values]) == 50
        assert len(rule.unmet([values])) == 1
