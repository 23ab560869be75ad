"""Figures of a made-up sweep: that they are there, that they say what the frames say, that nothing
is cut off.
"""

import dataclasses
import warnings

import matplotlib
import numpy as np
import pandas as pd
import pytest
from matplotlib.text import Text
from tiny import EXPERIMENT, SCENARIO, ZONES, written

from simcap import plots
from simcap.analysis.measures import MEASURES
from simcap.analysis.tables import summary
from simcap.building import load_scenario
from simcap.plots.theme import MARKERS, shortened, use_theme, wrapped
from simcap.plots.view import say_level, say_share
from simcap.study.experiment import load_experiment, short_names, single
from simcap.study.running import Replicated
from simcap.study.settling import DID_NOT_SETTLE
from simcap.study.sweep import Sweep
from simcap.study.version import Origin
from simcap.study.warmup import Advice

HOURS = {"x1": 20.0, "x2": 40.0}
COVERAGE = {("0.4", "x1"): 0.10, ("0.4", "x2"): 0.12, ("0.8", "x1"): 0.11, ("0.8", "x2"): 0.15}
PLACES = {"all": 1.0, "urban": 1.2, "rural": 0.5, "城 $City": 1.2, "村 Village": 0.5}


def rows(level, staff, replication):
    """(measure, place, group, value) with round answers; each replication adds 1 % to what depends
    on residents.
    """
    more, covered = 1 + replication / 100, COVERAGE[level, staff]
    for place, weight in PLACES.items():
        yield "people_in_need", place, "all", 1000 * weight
        yield "people_asking", place, "all", 400 * weight
        for name, share in (
            ("any_contact", 0.3),
            ("professional", 0.2),
            ("coverage", covered),
            ("treated", 0.05),
        ):
            yield f"{name}_of_need", place, "all", share * more
            yield f"{name}_of_seekers", place, "all", share * more / 0.4
        yield "wait_mean", place, "all", 48.0 * weight * more
        yield "within_target", place, "all", 0.8
        for station, wait in (("line", 0.0), ("room", 100.0), ("course", 20.0)):
            group = f"station: {station}"
            yield "joined", place, group, 50.0
            yield "wait_median_joined", place, group, wait
            yield "wait_p90_joined", place, group, 3 * wait if station != "line" else float("nan")
            yield "within_target", place, group, 0.25
            yield "abandoned", place, group, 0.15
        if place not in ("urban", "rural"):
            yield "hours_demanded", place, "pool: counsellors", 30.0
            yield "hours_rostered", place, "pool: counsellors", HOURS[staff]
            yield "offered_load", place, "pool: counsellors", 30 / HOURS[staff]
    yield "queue_mean", "all", "pool: counsellors", 7.0 * more
    yield "hours_demanded", "all", "pool: seats", 0.0
    yield "hours_rostered", "all", "pool: seats", 168.0
    yield "offered_load", "all", "pool: seats", 0.0
    yield "referrals_completed", "all", "all", float(level)
    yield "duplicate_assessments", "all", "all", 100 * (1 - float(level))


def swept(experiment, replications):
    """A ``Sweep`` of ``experiment`` with the rows above; x1 did not settle."""
    factors = list(experiment.factors)
    points = [tuple(map(str, point.values())) for point in experiment.points]
    frame = pd.DataFrame(
        [
            (*point, replication, *row)
            for point in points
            for replication in range(replications)
            for row in rows(*(point or ("0.4", "x1")), replication)
        ],
        columns=[*factors, "replication", "measure", "place", "group", "value"],
    )
    frame["unit"] = frame["measure"].map({name: unit for name, (unit, _) in MEASURES.items()})
    table = summary(frame, factors)
    queued = table["measure"].isin(["coverage_of_need", "queue_mean"]) & (table["place"] == "all")
    table["note"] = (
        np.where(queued & (table["pools.counsellors"] == "x1"), DID_NOT_SETTLE, "")
        if factors
        else ""
    )
    advice = Advice(
        {
            "counsellors": np.add.outer(
                np.zeros(replications), 40 - 40 * np.exp(-np.arange(70) / 9.0)
            )
        },
        {"counsellors": 15},
        14.0,
    )
    return Sweep(
        Replicated(experiment, (), "simpy", Origin("", ""), 0, False, 0.0),
        frame,
        table,
        table.iloc[:0],
        (),
        pd.DataFrame(),
        advice,
    )


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    return swept(
        load_experiment(
            written(tmp_path_factory.mktemp("tiny"), zones=ZONES.replace("城 City", "城 $City"))
        ),
        3,
    )


@pytest.fixture(scope="module")
def answered(tmp_path_factory):
    """The sheets of an experiment that names its answer."""
    asks = (
        EXPERIMENT + 'answer: ["coverage_of_need at rural", "wait_median_joined of station: room",'
        ' "hours_rostered of pool: counsellors"]\n'
    )
    with use_theme():
        return plots.drawn(
            swept(load_experiment(written(tmp_path_factory.mktemp("tiny"), experiment=asks)), 3)
        )


@pytest.fixture(scope="module")
def sheets(results):
    with use_theme():
        return plots.drawn(results)


def texts(figure):
    return [text for text in figure.findobj(Text) if text.get_visible() and text.get_text().strip()]


def said(figure):
    return "\n".join(text.get_text() for text in texts(figure))


def marked(ax):
    """The points drawn in ``ax`` as (marker's fill, y)."""
    lines = [line for line in ax.lines if line.get_marker() in MARKERS]
    return sorted(
        (line.get_markerfacecolor() == "white", round(float(y), 9))
        for line in lines
        for y in line.get_ydata()
    )


def test_every_figure_is_written_knows_its_chinese_and_is_the_same_the_second_time(
    results, tmp_path, monkeypatch
):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        paths = plots.figures(results, tmp_path / "a")
    assert [path.name for path in paths] == [
        f"{name}.{ending}"
        for name in plots.FIGURES
        if name not in ("answer", "uncertainty", "sensitivity")
        for ending in ("png", "svg")
    ]
    assert sorted(path.name for path in (tmp_path / "a").iterdir()) == sorted(
        path.name for path in paths
    )
    assert all(path.stat().st_size > 5000 for path in paths)
    monkeypatch.setattr(
        plots, "FIGURES", {name: plots.FIGURES[name] for name in ("coverage", "zones")}
    )
    for path in plots.figures(results, tmp_path / "b"):
        assert path.read_bytes() == (tmp_path / "a" / path.name).read_bytes()


def test_nothing_is_cut_off_and_every_sheet_has_a_title_and_its_source(sheets, answered):
    with use_theme():
        for name, figure in {**sheets, "answer": answered["answer"]}.items():
            figure.canvas.draw()
            sheet = figure.bbox.padded(1)
            for text in texts(figure):
                box = text.get_window_extent()
                assert (
                    sheet.x0 <= box.x0
                    and box.x1 <= sheet.x1
                    and sheet.y0 <= box.y0
                    and box.y1 <= sheet.y1
                ), f"{name}: {text.get_text()}"
            assert (
                "simcap 0" in said(figure)
                and "tiny" in said(figure)
                and "3 replications, 95 % t intervals" in said(figure)
            )


def test_an_experiment_that_names_its_answer_has_it_instead_of_figures_along_levels(
    sheets, answered
):
    assert answered.keys() - sheets.keys() == {"answer"} and sheets.keys() - answered.keys() == set(
        plots.ALONG_LEVELS
    )


def test_factors_are_told_apart_by_the_steps_that_only_one_has():
    assert short_names(
        ["needs.stable.register.share", "needs.unstable.register.share", "pools.doctors"]
    ) == ["stable", "unstable", "doctors"]
    assert short_names(["mechanisms.dispatch.rule", "collaboration.shared hours.on"]) == [
        "rule",
        "shared hours",
    ]


def test_a_design_point_is_called_by_its_name_or_by_what_differs_from_the_baseline(tmp_path):
    tiny = load_experiment(written(tmp_path, experiment=EXPERIMENT))
    many = [*(f"mechanisms.{name}.on" for name in "abcd"), "mechanisms.crisis_team.joint"]
    before = dict.fromkeys(many, False)
    points = (
        before,
        before | {many[1]: True},
        before | {many[4]: True},
        before | {many[0]: True, many[1]: True},
    )
    of_many = dataclasses.replace(
        tiny, factors={name: [False, True] for name in many}, points=points, baseline=before
    )
    levels = [tuple(map(str, point.values())) for point in points]
    assert [of_many.called(point) for point in levels] == [
        "the baseline",
        "b: yes",
        "crisis team joint: yes",
        "a: yes, b: yes",
    ]
    named = load_experiment(
        written(
            tmp_path / "named",
            experiment=(
                "scenario: scenario.yaml\npoints: {as it is: {}, a seat more: {pools.seats: 2}}\n"
                "baseline: {pools.seats: 1}\n"
            ),
        )
    )
    assert (named.points, named.baseline) == (
        ({"design point": "as it is"}, {"design point": "a seat more"}),
        {"design point": "as it is"},
    )
    assert named.settings == {"as it is": {"pools.seats": 1}, "a seat more": {"pools.seats": 2}}
    assert [scenario.pools["seats"].number for scenario in named.scenarios] == [
        1,
        2,
    ] and named.called(["a seat more"]) == "a seat more"
    few = dataclasses.replace(
        tiny,
        factors={"pools.seats": [1, 2]},
        points=({"pools.seats": 1}, {"pools.seats": 2}),
        baseline={"pools.seats": 1},
    )
    assert [few.called([level]) for level in "12"] == ["seats 1", "seats 2"]


def test_the_answer_shows_each_design_point_in_peoples_units(answered):
    """Rural coverage of 10, 12, 11 and 15 % times the mean of 1, 1.01 and 1.02; a wait of 100 hours
    is 4.2 days.
    """
    axes = answered["answer"].axes
    assert [ax.get_title(loc="left") for ax in axes] == [
        "seen in time, of those in need\nrural",
        "wait median joined\nroom",
        "hours rostered\ncounsellors",
    ]
    assert [ax.get_xlabel() for ax in axes] == ["%", "days", "h per week"]
    assert [label.get_text() for label in axes[0].get_yticklabels()] == [
        "level 0.4, counsellors ×1",
        "level 0.4, counsellors ×2",
        "level 0.8, counsellors ×1",
        "level 0.8, counsellors ×2",
    ]
    points = {
        round(float(y)): round(float(x), 6)
        for line in axes[0].lines
        if line.get_marker() == "o"
        for x, y in zip(*line.get_data(), strict=True)
    }
    assert [points[y] for y in (3, 2, 1, 0)] == [10.1, 12.12, 11.11, 15.15]
    days = {
        round(float(x), 3)
        for line in axes[1].lines
        if line.get_marker() == "o"
        for x in line.get_xdata()
    }
    assert days == {round(100 / 24, 3)}


def test_the_funnel_shows_what_is_left_at_each_step(sheets):
    left, right = sheets["funnel"].axes
    urban = [round(float(bar.get_width()), 6) for bar in left.containers[0]]
    assert urban == [100, 40, 30.3, 20.2, 5.05]
    assert [round(float(bar.get_width()), 6) for bar in right.containers[0]][1:] == [
        100,
        75.75,
        50.5,
        12.625,
    ]
    assert "30 % · 364" in said(sheets["funnel"])


def test_hours_name_the_overloaded_and_draw_nothing_demanded(sheets):
    words = said(sheets["hours"]).split("\n")
    assert "1.50" in words and "2 of 2" in words and "0.00" in words


def test_coverage_is_the_summarys_and_hollow_where_it_did_not_settle(sheets):
    district, urban, rural = sheets["coverage"].axes
    means = sorted(1.01 * 100 * value for value in COVERAGE.values())
    assert [y for _, y in marked(urban)] == [y for _, y in marked(rural)] == pytest.approx(means)
    assert marked(district) == [(False, 12.12), (False, 15.15), (True, 10.1), (True, 11.11)]
    assert "did not settle" in said(sheets["coverage"]) and "(counsellors)" in said(
        sheets["coverage"]
    )


def test_ten_more_hours_bring_the_paired_difference(sheets):
    """From 20 to 40 h: 20 and 40 more residents, 1 % more in the second replication and 2 % in the
    third; so 10 and 20 for ten hours.
    """
    left, right = sheets["marginal"].axes
    assert [y for _, y in marked(right)] == pytest.approx([10.1, 20.2])
    assert [y for _, y in marked(left)] == pytest.approx([121.2, 151.5, 101, 111.1])
    assert "offered load ≥ 1" in said(sheets["marginal"])


def test_collaboration_changes_what_it_changes(sheets):
    below = sheets["tradeoff"].axes[4:]
    assert [y for _, y in marked(below[0])] == pytest.approx([0, 0, 40, 40])
    assert [y for _, y in marked(below[1])] == pytest.approx([-40, -40, 0, 0])


def test_zones_and_waits_say_the_values(sheets):
    words = said(sheets["zones"]).split("\n")
    assert {"城 $City", "村 Village", "urban", "rural", "10 %", "2.4", "1.50"} <= set(words)
    words = said(sheets["waits"])
    assert (
        "no wait" in words
        and "1 min" in words
        and "25 %" in words
        and "more than one in ten gave up" in words
    )


def test_one_replication_without_factors_draws_what_there_is(tmp_path):
    scenario = load_scenario(written(tmp_path / "tiny") / "scenario.yaml")
    alone = swept(single(scenario, 1, 1), 1)
    with use_theme():
        sheets = plots.drawn(alone)
    assert list(sheets) == ["funnel", "hours", "zones", "waits", "warm_up"]
    assert "1 replication, so no intervals" in said(sheets["funnel"])
    assert "Dark lines" not in said(sheets["funnel"])


def test_one_zone_and_missing_measures_leave_figures_out(results, tmp_path):
    scenario = load_scenario(
        written(tmp_path / "tiny", SCENARIO, "\n".join(ZONES.splitlines()[:2])) / "scenario.yaml"
    )
    some = results.summary["place"].isin(["all", "urban", "城 City"]) & ~results.summary[
        "group"
    ].str.startswith("station")
    experiment = dataclasses.replace(
        results.experiment, scenario=scenario, scenarios=(scenario,) * 4
    )
    with use_theme():
        replicated = dataclasses.replace(results.replicated, experiment=experiment)
        sheets = plots.drawn(
            dataclasses.replace(results, replicated=replicated, summary=results.summary[some])
        )
        assert plots.drawn(dataclasses.replace(results, summary=results.summary[:0])) == {}
    assert "waits" not in sheets and len(sheets["coverage"].axes) == 1
    assert "rural" not in said(sheets["funnel"])


def test_the_users_settings_stay_as_they_were(results):
    before = dict(matplotlib.rcParams)
    with use_theme():
        pass
    assert dict(matplotlib.rcParams) == before


def test_words():
    assert wrapped("two words of 中文字", 10) == ["two words", "of 中文字"]
    assert wrapped("中文字中文字", 6) == ["中文字", "中文字"]
    assert wrapped("", 5) == [""]
    assert shortened("梯面镇  Timian", 8) == "梯面镇…"
    assert [say_share(share) for share in (0.0, 0.034, 0.5, 0.0001, float("nan"))] == [
        "0 %",
        "3.4 %",
        "50 %",
        "0.01 %",
        "–",
    ]
    assert (say_level("x1.25"), say_level("0.4"), say_level("xy")) == ("×1.25", "0.4", "xy")
