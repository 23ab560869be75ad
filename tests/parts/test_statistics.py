"""Intervals, stopping, comparisons, warm-up and uncertainty, by hand or against SciPy."""

import math

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from simcap.analysis.statistics import (
    Scale,
    holm,
    interval_bounds,
    mser5,
    quantile_interval,
    running_intervals,
    scale_of,
    t_interval,
)
from simcap.analysis.stopping import Stopping, Wanted
from simcap.analysis.tables import paired, summary
from simcap.analysis.uncertainty import apart, sobol_table


def frame(values, samples=None, points=("a", "b")):
    """Rows of one measure: values[point][replication], or values[point][sample][replication]."""
    rows = []
    for point, of_point in zip(points, values, strict=False):
        for sample, of_sample in enumerate(of_point if samples else [of_point]):
            rows += [
                (point, sample, replication, "m", "all", "all", value, "h")
                for replication, value in enumerate(of_sample)
            ]
    made = pd.DataFrame(
        rows, columns=["f", "sample", "replication", "measure", "place", "group", "value", "unit"]
    )
    return made if samples else made.drop(columns="sample")


def test_a_t_interval_is_scipys():
    values = np.array([3.1, 2.7, 3.9, 3.3, 2.2])
    expected = stats.t.interval(0.95, 4, values.mean(), stats.sem(values))
    assert t_interval(values)[1:] == pytest.approx(expected, rel=1e-12)
    means, lower, upper = running_intervals([3.1, math.nan, 2.7, 3.9, 3.3, 2.2])
    assert means[-1] == pytest.approx(values.mean())
    assert (lower[-1], upper[-1]) == pytest.approx(expected, rel=1e-9)
    assert np.isnan(lower[:2]).all() and np.isfinite(lower[2:]).all()
    _, _, upper = running_intervals([1e9 + 1, 1e9 + 2, 1e9 + 3])
    assert upper[-1] - 1e9 - 2 == pytest.approx(stats.t.ppf(0.975, 2) / math.sqrt(3), rel=1e-6)


# ---- scales --------------------------------------------------------------------------------------


def test_a_share_has_its_interval_on_the_logit_scale_and_a_wait_on_the_logarithms():
    values = np.array([0.02, 0.05, 0.01])
    mean, error, t = values.mean(), stats.sem(values), stats.t.ppf(0.975, 2)
    lower, upper = interval_bounds(mean, error, 3, Scale.SHARE)
    middle, half = math.log(mean / (1 - mean)), t * error / (mean * (1 - mean))
    by_hand = [1 / (1 + math.exp(-(middle + side * half))) for side in (-1, 1)]
    assert (lower, upper) == pytest.approx(by_hand, rel=1e-12) and 0 < lower < upper < 1
    lower, upper = interval_bounds(mean, error, 3, Scale.TIME)
    assert (lower, upper) == pytest.approx(
        [mean * math.exp(-t * error / mean), mean * math.exp(t * error / mean)], rel=1e-12
    )
    assert mean - t * error < 0 < lower  # what the plain interval would have said
    plain = interval_bounds(mean, error, 3, Scale.SIGNED)
    assert plain == pytest.approx((mean - t * error, mean + t * error))


def test_the_unit_tells_the_scale_but_for_differences():
    assert scale_of("coverage_of_need", "share") == Scale.SHARE
    assert scale_of("rural_urban_gap", "share") == Scale.SIGNED
    assert scale_of("wait_mean", "h") == Scale.TIME
    assert scale_of("contacts", "attendances") == Scale.COUNT
    assert scale_of("staff_gap", "persons") == scale_of("queue_growth", "persons") == Scale.SIGNED
    assert scale_of("overtime", "h per week") == scale_of("utilisation", "ratio") == Scale.AMOUNT


def test_nothing_seen_is_not_nothing():
    """None of 300 residents: Clopper and Pearson's bound is 1 − 0.025^(1/300), near 3.7/300."""
    none = interval_bounds(0.0, 0.0, 10, Scale.SHARE, 300)
    exact = stats.binomtest(0, 300).proportion_ci(0.95, "exact")
    assert none == pytest.approx((exact.low, exact.high), rel=1e-12)
    all_ = interval_bounds(1.0, 0.0, 10, Scale.SHARE, 300)
    assert all_ == pytest.approx((1 - exact.high, 1.0), rel=1e-12)
    of_ten = stats.binomtest(0, 10).proportion_ci(0.95, "exact").high  # of ten replications
    assert interval_bounds(0.0, 0.0, 10, Scale.SHARE) == pytest.approx((0.0, of_ten), rel=1e-12)
    # a Poisson number that is 0 ten times with a chance of 2.5 %
    lower, upper = interval_bounds(0.0, 0.0, 10, Scale.COUNT)
    assert (lower, stats.poisson.pmf(0, 10 * upper)) == pytest.approx((0.0, 0.025))
    lower, upper = interval_bounds(0.0, 0.0, 10, Scale.TIME)
    assert lower == 0.0 and math.isnan(upper)
    assert interval_bounds(0.0, 0.0, 10, Scale.AMOUNT) == (0.0, 0.0)


def test_one_replication_tells_no_interval_and_what_has_no_such_scale_keeps_its_own():
    for scale in Scale:
        assert np.isnan(interval_bounds(0.5, math.nan, 1, scale)).all()
        assert np.isnan(interval_bounds(0.0, 0.0, 1, scale)).all()
    assert interval_bounds(1.2, 0.1, 5, Scale.SHARE) == interval_bounds(1.2, 0.1, 5, Scale.SIGNED)
    assert interval_bounds(-1.0, 0.1, 5, Scale.COUNT) == interval_bounds(-1, 0.1, 5, Scale.SIGNED)


def test_a_table_knows_how_many_residents_a_share_is_of():
    def rows(measure, unit, values):
        return [("a", i, measure, "all", "all", v, unit) for i, v in enumerate(values)]

    columns = ["f", "replication", "measure", "place", "group", "value", "unit"]
    made = pd.DataFrame(
        rows("joined", "attendances", [20.0, 30.0])
        + rows("abandoned", "share", [0.0, 0.0])
        + rows("referrals_completed", "share", [1.0, 1.0]),
        columns=columns,
    )
    table = summary(made, ["f"]).set_index("measure")
    exact = stats.binomtest(0, 50).proportion_ci(0.95, "exact").high
    assert table.loc["abandoned", "upper"] == pytest.approx(exact)
    of_two = stats.binomtest(0, 2).proportion_ci(0.95, "exact").high
    assert table.loc["referrals_completed", "lower"] == pytest.approx(1 - of_two)


def test_summary_and_paired_by_hand():
    table = summary(frame([[1.0, 2.0, 3.0], [2.0, 3.5, 3.0]]), ["f"])
    assert table["mean"].tolist() == pytest.approx([2.0, 8.5 / 3]) and table[
        "replications"
    ].tolist() == [3, 3]
    assert list(table.columns) == [
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
    half = stats.t.ppf(0.975, 2) / math.sqrt(3)
    assert table["upper"][0] == pytest.approx(2.0 * math.exp(half / 2.0))  # hours: logarithms
    difference = paired(frame([[1.0, 2.0, 3.0], [2.0, 3.5, 3.0]]), ["f"], {"f": "a"}).iloc[0]
    test = stats.ttest_rel([2.0, 3.5, 3.0], [1.0, 2.0, 3.0])
    assert (difference["mean"], difference["p_value"], difference["p_holm"]) == pytest.approx(
        (2.5 / 3, test.pvalue, test.pvalue)
    )
    apart_variance = np.var([1, 2, 3], ddof=1) + np.var([2, 3.5, 3], ddof=1)
    assert difference["variance_saved"] == pytest.approx(
        1 - np.var([1, 1.5, 0], ddof=1) / apart_variance
    )


def test_a_replication_missing_at_the_baseline_is_no_pair():
    rows = frame([[1.0, 2.0, 3.0], [2.0, 3.5, 3.0]])
    rows = rows[~((rows["f"] == "a") & (rows["replication"] == 2))]
    row = paired(rows, ["f"], {"f": "a"}).iloc[0]
    assert (row["replications"], row["mean"]) == (2, 1.25)


def test_equal_values_save_all_variance_and_differ_by_nothing():
    row = paired(frame([[1.0, 2.0], [1.0, 2.0]]), ["f"], {"f": "a"}).iloc[0]
    assert (row["mean"], row["variance_saved"], row["p_value"]) == (0.0, 1.0, 1.0)


def test_holm_is_that_of_holm():
    assert holm([0.01, 0.04, 0.03, math.nan]).tolist()[:3] == pytest.approx([0.03, 0.06, 0.06])
    assert math.isnan(holm([0.01, math.nan])[1]) and holm([0.01, math.nan])[0] == 0.01
    assert holm([0.4, 0.6, 0.9]).max() == 1.0


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_a_quantile_interval_covers_at_least_95_percent(share):
    random, truth = np.random.default_rng(3), stats.expon.ppf(share)
    hits = 0
    for _ in range(2000):
        _, lower, upper = quantile_interval(random.exponential(size=40), share)
        hits += lower <= truth <= upper
    assert hits / 2000 >= 0.95 - 3.5 * math.sqrt(0.95 * 0.05 / 2000)
    estimate, lower, upper = quantile_interval(np.arange(1.0, 101.0), 0.5)
    assert (estimate, lower, upper) == (
        50.0,
        40.0,
        61.0,
    )  # the ranks of every table of the binomial sign test
    assert quantile_interval([1.0, 2.0], 0.9)[2] == math.inf and math.isnan(
        quantile_interval([], 0.9)[0]
    )


# ---- stopping ------------------------------------------------------------------------------------


def test_replications_stop_once_the_interval_is_narrow_and_stays_so():
    rule = Stopping((Wanted("m", "all", "all", 0.1),), at_least=3, at_most=20, look_ahead=2)
    values = np.array([10.0, 12.0, 11.0, 10.5, 11.5, 11.0, 10.8, 11.2, 11.1])
    narrow = [
        stats.t.ppf(0.975, n - 1) * values[:n].std(ddof=1) / math.sqrt(n) <= 0.1 * values[:n].mean()
        for n in range(2, 10)
    ]
    assert rule.reached([values])[1:].tolist() == narrow
    first = next(n for n in range(3, 10) if all(narrow[n - 2 : n + 1]))
    assert rule.enough([values]) == first + 2
    assert rule.enough([values[: first + 1]]) is None  # the look-ahead is not known yet
    assert rule.next([values[:3]]) <= 6 and rule.next([values[:3]]) > 3


def test_a_narrow_interval_by_accident_does_not_stop_and_the_ceiling_does():
    rule = Stopping((Wanted("m", "all", "all", 0.05),), at_least=3, at_most=8, look_ahead=3)
    values = np.array([10.0, 10.01, 10.0, 15.0, 6.0, 14.0, 7.0, 12.0])
    assert rule.reached([values])[2] and rule.enough([values[:5]]) is None
    assert rule.enough([values]) == 8
    assert rule.unmet([values]) == ["m: ±24.8% after 8 replications, ±5.0% wanted"]


def test_every_named_measure_must_be_precise():
    both = Stopping((Wanted("m", "all", "all", 0.1), Wanted("n", "rural", "all", 0.1)), 2, 10, 0)
    steady, wild = np.full(6, 5.0), np.array([1.0, 9.0, 2.0, 8.0, 1.0, 9.0])
    assert both.enough([steady, steady]) == 2 and both.enough([steady, wild]) is None
    assert both.unmet([steady, wild])[0].startswith("n at rural: ±")


def test_nothing_seen_is_not_precise_and_what_is_known_once_is_not_known():
    share = Wanted("abandoned", "all", "station: line", 0.1)
    rule = Stopping((share,), at_least=5, at_most=20, look_ahead=5)
    none, calls = np.zeros(10), np.full(10, 25.0)
    assert rule.enough([np.array([none, calls])]) is None and rule.enough([none]) is None
    assert rule.next([np.array([none, calls])]) == 20
    bound = stats.binomtest(0, 500).proportion_ci(0.95, "exact").high
    assert rule.unmet([np.array([np.zeros(20), np.full(20, 25.0)])]) == [
        f"abandoned of station: line: 0 in all (at most {bound:.3g}) after 20 replications, ±10.0%"
        " wanted"
    ]
    once = np.array([np.nan, 0.2, *[np.nan] * 8])
    assert rule.next([once]) == 20
    assert rule.unmet([once]) == [
        "abandoned of station: line: not known after 10 replications, ±10.0% wanted"
    ]


def test_a_share_that_is_1_throughout_is_precise_once_enough_residents_say_so():
    rule = Stopping((Wanted("referrals_completed", "all", "all", 0.05),), 5, 50, 0)
    assert rule.enough([np.array([np.ones(10), np.full(10, 20.0)])]) == 5  # 0 of 100: 3.6 %
    assert rule.enough([np.ones(10)]) is None


# ---- warm-up -------------------------------------------------------------------------------------


def test_mser5_cuts_what_leads_up_and_nothing_where_nothing_does():
    random = np.random.default_rng(2)
    noise = random.normal(size=600)
    assert mser5(noise) <= 60
    climbing = noise + 30 * np.exp(-np.arange(600) / 20)
    assert 50 <= mser5(climbing) <= 150
    assert mser5(np.arange(600.0)) is None and mser5(np.zeros(20)) is None


def test_mser5_is_the_smallest_standard_error_by_brute_force():
    series = np.cumsum(np.random.default_rng(8).normal(size=200)) * 0.1 + np.random.default_rng(
        9
    ).normal(size=200)
    batches = series.reshape(-1, 5).mean(axis=1)
    errors = [
        np.sum((batches[d:] - batches[d:].mean()) ** 2) / (len(batches) - d) ** 2
        for d in range(len(batches) - 5)
    ]
    best = int(np.argmin(errors))
    assert mser5(series) == (5 * best if best <= len(batches) // 2 else None)


# ---- uncertainty ---------------------------------------------------------------------------------


def test_luck_and_inputs_are_told_apart():
    """y = 10 + input + luck + a little of both; standard deviations 2, 1 and 0.3; 400 settings, 60
    replications.
    """
    random = np.random.default_rng(4)
    inputs, luck = random.normal(0, 2, 400), random.normal(0, 1, 60)
    values = 10 + inputs[:, None] + luck[None, :] + random.normal(0, 0.3, (400, 60))
    found = {name: column[0] for name, column in apart(values[None]).items()}
    assert found["mean"] == pytest.approx(values.mean())
    assert found["input_sd"] == pytest.approx(inputs.std(ddof=1), rel=0.01)
    assert found["upper"] - found["mean"] == pytest.approx(
        stats.t.ppf(0.975, 59) * luck.std(ddof=1) / math.sqrt(60), rel=0.01
    )
    assert (found["input_lower"], found["input_upper"]) == pytest.approx(
        np.quantile(10 + luck.mean() + inputs, [0.025, 0.975]), abs=0.05
    )


def test_luck_alone_is_no_input_uncertainty():
    random = np.random.default_rng(6)
    found = [apart(random.normal(size=(1, 16, 5)))["input_sd"][0] for _ in range(200)]
    assert np.mean(np.array(found) ** 2) < 0.05 and apart(np.ones((1, 4, 3)))["input_sd"][0] == 0.0
    alone = apart(random.normal(size=(1, 8, 1)))
    assert math.isnan(alone["lower"][0]) and alone["input_sd"][0] > 0


def test_uncertain_summaries_and_differences_take_settings_as_they_belong():
    values = [[[1.0, 2.0], [3.0, 4.0]], [[2.0, 3.0], [7.0, 8.0]]]
    table = summary(frame(values, samples=True), ["f"])
    assert table["mean"].tolist() == [2.5, 5.0] and table["replications"].tolist() == [2, 2]
    row = paired(frame(values, samples=True), ["f"], {"f": "a"}).iloc[0]
    assert row["mean"] == 2.5 and (row["input_lower"], row["input_upper"]) == pytest.approx(
        (1.075, 3.925)
    )
    assert (
        row["lower"] == row["upper"] == 2.5
    )  # within each setting and replication the difference is known


def test_sobol_indices_of_a_function_with_known_ones():
    """y = x1 + 2 x2 + x1 x3 on (−1, 1)³: variances 1/3, 4/3 and 1/9 of 16/9."""
    from scipy.stats import qmc

    shares = 2 * qmc.Sobol(6, rng=1).random_base2(11) - 1
    first, second = shares[:, :3], shares[:, 3:]

    def y(x):
        return (x[:, 0] + 2 * x[:, 1] + x[:, 0] * x[:, 2])[None]

    mixed = np.array([y(np.where(np.arange(3) == i, second, first)) for i in range(3)])
    heads = pd.DataFrame({"measure": ["m"]})
    table = sobol_table(heads, y(first), y(second), mixed, ["x1", "x2", "x3"], np.array([True]))
    assert table["first_order"].tolist() == pytest.approx([3 / 16, 12 / 16, 0.0], abs=0.02)
    assert table["total"].tolist() == pytest.approx([4 / 16, 12 / 16, 1 / 16], abs=0.02)
    assert (
        (table["total_lower"] <= table["total"]) & (table["total"] <= table["total_upper"])
    ).all()
    assert sobol_table(
        heads, y(first), y(second), mixed, ["x1", "x2", "x3"], np.array([False])
    ).empty
    theirs = stats.sobol_indices(func={"f_A": y(first), "f_B": y(second), "f_AB": mixed}, n=2048)
    assert table["first_order"].tolist() == pytest.approx(
        theirs.first_order.ravel().tolist(), rel=1e-9, abs=1e-12
    )
    assert table["total"].tolist() == pytest.approx(theirs.total_order.ravel().tolist(), rel=1e-9)
    pd.testing.assert_frame_equal(
        table, sobol_table(heads, y(first), y(second), mixed, ["x1", "x2", "x3"], np.array([True]))
    )


def test_only_replications_known_at_all_settings_are_used_and_nothing_is_known_of_nothing():
    values = np.array([[[1.0, 2.0, 9.0], [3.0, 4.0, np.nan], [np.nan] * 3]])
    found = apart(values)
    assert (found["mean"][0], found["replications"][0]) == (2.5, 2)
    assert all(len(column) == 0 for column in apart(np.empty((0, 4, 3))).values())


def test_settings_are_known_by_their_number_not_by_their_order():
    rows = frame([[[1.0], [2.0], [3.0]], [[4.0], [5.0], [6.0]]], samples=True)
    missing = rows[~((rows["f"] == "a") & (rows["sample"] == 1))]
    from simcap.analysis.tables import KEYS, Wide

    assert Wide(missing, ["f", *KEYS]).values[1, :, 0].tolist() == [4.0, 5.0, 6.0]
