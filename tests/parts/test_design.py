"""Design points by hand: grids, pairs, ranges, samples."""

import numpy as np
import pytest

from simcap.study.design import grid, numbers_of, read_range, saltelli, sampled


def test_a_grid_is_every_combination_and_pairs_go_together():
    factors = {"a": [1, 2], "b": ["x", "y"], "c": [5, 6]}
    assert grid(factors, []) == [
        {"a": a, "b": b, "c": c} for a in (1, 2) for b in "xy" for c in (5, 6)
    ]
    assert grid(factors, [("a", "c")]) == [
        {"a": a, "b": b, "c": c} for a, c in ((1, 5), (2, 6)) for b in "xy"
    ]
    assert grid({}, []) == [{}]


@pytest.mark.parametrize(
    "written, share, value",
    [
        ({"from": 0.2, "to": 0.8}, 0.5, 0.5),
        (["20 %", "40 %"], 0.25, "25 %"),
        ({"from": "x1", "to": "x2"}, 1 / 3, "x1.33333"),
        ({"from": "1 weeks", "to": "3 weeks"}, 0.75, "2.5 weeks"),
        ({"from": "5%", "to": "10%"}, 0.5, "7.5 %"),
        ({"from": 4, "to": 8, "step": 1}, 0.6, 6.0),
        ({"from": 0, "to": 4, "likely": 1}, 0.25, 1.0),
        ({"from": 0, "to": 4, "likely": 1}, 1.0, 4.0),
        ({"from": 0, "to": 4, "likely": 4}, 0.25, 2.0),
    ],
)
def test_a_range_gives_the_value_below_which_lies_a_share_of_it(written, share, value):
    assert read_range(written).at(share) == value


def test_a_triangular_range_has_the_mean_of_a_triangle():
    span = read_range({"from": 1, "to": 10, "likely": 4})
    assert np.mean(
        [span.at(share) for share in (np.arange(20_000) + 0.5) / 20_000]
    ) == pytest.approx(5.0, abs=1e-3)


def test_a_latin_hypercube_has_one_point_in_each_slice_of_each_factor():
    ranges = {"a": read_range([0, 1]), "b": read_range(["x10", "x20"])}
    points = sampled(ranges, "latin hypercube", 16, seed=3)
    for name in ranges:
        low, high = ranges[name].low, ranges[name].high
        slices = [
            int(16 * (number - low) / (high - low))
            for number in numbers_of([point[name] for point in points])
        ]
        assert sorted(slices) == list(range(16))
    assert (
        points
        == sampled(ranges, "latin hypercube", 16, seed=3)
        != sampled(ranges, "latin hypercube", 16, seed=4)
    )


def test_sobol_points_fill_every_half_of_every_factor_evenly():
    points = sampled({"a": read_range([0, 1]), "b": read_range([0, 1])}, "sobol", 32, seed=1)
    for i in range(4):
        for j in range(4):
            assert (
                sum(int(4 * point["a"]) == i and int(4 * point["b"]) == j for point in points) == 2
            )


def test_saltellis_design_changes_one_column_at_a_time():
    samples = saltelli(
        {"a": read_range([0, 1]), "b": read_range([0, 1]), "c": read_range([0, 1])}, 8, seed=5
    )
    assert len(samples) == 8 * 5 and sum(sample.independent for sample in samples) == 16
    at = {(sample.role, sample.row): sample.inputs for sample in samples}
    for row in range(8):
        for i, name in enumerate("abc"):
            expected = {**at["A", row], name: at["B", row][name]}
            assert at[f"AB {i}", row] == expected


def test_levels_are_numbers_only_where_all_have_one_unit():
    assert numbers_of(["x1", "x1.5"]) == [1.0, 1.5] and numbers_of([1, 2.5]) == [1.0, 2.5]
    assert numbers_of(["30 min", "1 h"]) is None and numbers_of(["office", "always"]) is None
