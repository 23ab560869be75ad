"""Figures of a made-up sweep: that they are there, that they say what the frames say, that nothing
is cut off.
"""

import dataclasses
import logging
import re
import warnings
from contextlib import contextmanager
from itertools import pairwise

import matplotlib
import numpy as np
import pandas as pd
import pytest
from made_up import CAUSES, COVERAGE, swept
from matplotlib.collections import PathCollection
from matplotlib.text import Text
from tiny import EXPERIMENT, SCENARIO, ZONES, written

from simcap import plots
from simcap.analysis.statistics import told_apart
from simcap.analysis.stopping import Wanted
from simcap.analysis.tables import summary
from simcap.building import load_scenario
from simcap.plots import why
from simcap.plots.series import axis_of
from simcap.plots.theme import boxes, render, sheet, shortened, use_theme, wrapped
from simcap.plots.view import View
from simcap.plots.words import say_level, say_share
from simcap.study.experiment import load_experiment, short_names, single
from simcap.study.running import Replicated
from simcap.study.sweep import Sweep
from simcap.study.version import Origin


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


def marked(ax, axis=1):
    """The points drawn in ``ax`` as (whether hollow, y, or x with ``axis`` 0)."""
    return sorted(
        (bool((cloud.get_facecolor() == 1).all()), round(float(place[axis]), 9))
        for cloud in ax.collections
        if isinstance(cloud, PathCollection)
        for place in cloud.get_offsets()
    )


@contextmanager
def silence():
    """Nothing is said of missing glyphs, be it as a warning or, of formulas, in a log."""
    said = []

    class Listening(logging.Handler):
        def emit(self, record):
            said.append(record.getMessage())

    loggers, listening = [logging.getLogger(f"matplotlib{name}") for name in LOGGERS], Listening()
    for logger in loggers:
        logger.addHandler(listening)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            yield
    finally:
        for logger in loggers:
            logger.removeHandler(listening)
    assert said == []


LOGGERS = (".mathtext", ".font_manager")


def test_every_figure_is_written_knows_its_chinese_and_is_the_same_the_second_time(
    results, tmp_path, monkeypatch
):
    with silence():
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
    assert all(path.stat().st_size < 150_000 for path in paths if path.suffix == ".png")
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
        "seen in time, of those in need\nin villages",
        "median wait of all who join\nstation: room",
        "hours rostered\nstaff: counsellors",
    ]
    assert [ax.get_xlabel() for ax in axes] == ["%", "days", "h per week"]
    assert [label.get_text() for label in axes[0].get_yticklabels()] == [
        "level 0.4, counsellors ×1",
        "level 0.4, counsellors ×2",
        "level 0.8, counsellors ×1",
        "level 0.8, counsellors ×2",
    ]
    assert marked(axes[0], 0) == [(False, 10.1), (False, 11.11), (False, 12.12), (False, 15.15)]
    assert {x for _, x in marked(axes[1], 0)} == {round(100 / 24, 9)}


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
    assert {"城 $City", "村 Village", "urban", "rural", "10 %", "58.2", "1.50"} <= set(words)
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
    assert list(sheets) == ["funnel", "hours", "zones", "why_not_in_time", "waits", "warm_up"]
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


def test_lines_stand_within_the_axes_and_join_numbers_only(results):
    """Of six lines at two levels none leaves the axes; between names there is no line."""
    axis = axis_of(View(results), true=False)
    left, right = axis.limits
    assert axis.joined and all(
        left <= at <= right for number in range(6) for at in axis.dodged(number, 6)
    )
    names = dataclasses.replace(
        results.experiment,
        factors={"pools.counsellors": ["x1", "by turns"]},
        points=({"pools.counsellors": "x1"}, {"pools.counsellors": "by turns"}),
        baseline={},
    )
    table = pd.concat(
        [results.summary.assign(**{"pools.counsellors": name}) for name in ("x1", "by turns")]
    )
    view = View(
        dataclasses.replace(
            results,
            replicated=dataclasses.replace(results.replicated, experiment=names),
            summary=table,
        )
    )
    assert not axis_of(view).joined


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
    assert (say_level("True"), say_level(str({"fixed": "1 h"}))) == ("yes", "fixed 1 h")


# ---- fonts ---------------------------------------------------------------------------------------

BEYOND_GBK = (
    "㑇㑊㕮㘎㙍㙘㙦㛃㛚㛹㟃㠇㠓㤘㥄㧐㧑㧟㫰㬊㬎㬚㭎㭕㮾㰀㳇㳘㳚㴔㵐㶲㸆㸌㺄㻬㽏㿠䁖䂮䃅䃎䅟䌹䎃䎖䏝䏡䏲䐃"
    "䓖䓛䓨䓫䓬䗖䗛䗪䗴䜣䝙䢺䢼䣘䥽䦃䲟䲠䲢䴓䴔䴕䴖䴗䴘䴙䶮鿍鿎鿏𠅤𠙶𠳐𡎚𡐓𣗋𣲗𣲘𣸣𤧛𤩽𤫉𥔲𥕢𥖨𥻗𦈡𦒍𦙶𦝼𦭜"
    "𦰡𧿹𨐈𨙸𨚕𨟠𨭉𨱇𨱏𨱑𨱔𨺙𩽾𩾃𩾌𪟝𪣻𪤗𪨰𪨶𪩘𪾢𫄧𫄨𫄷𫄸𫇭𫌀𫍣𫍯𫍲𫍽𫐄𫐐𫐓𫑡𫓧𫓯𫓶𫓹𫔍𫔎𫔶𫖮𫖯𫖳𫗧𫗴𫘜𫘝𫘦𫘧"
    "𫘨𫘪𫘬𫚕𫚖𫚭𫛭𫞩𫟅𫟦𫟹𫟼𫠆𫠊𫠜𫢸𫫇𫭟𫭢𫭼𫮃𫰛𫵷𫶇𫷷𫸩𬀩𬀪𬂩𬃊𬇕𬇙𬇹𬉼𬊈𬊤𬌗𬍛𬍡𬍤𬒈𬒔𬒗𬕂𬘓𬘘𬘡𬘩𬘫𬘬"
    "𬘭𬘯𬙂𬙊𬙋𬜬𬜯𬞟𬟁𬟽𬣙𬣞𬣡𬣳𬤇𬤊𬤝𬨂𬨎𬩽𬪩𬬩𬬭𬬮𬬱𬬸𬬹𬬻𬬿𬭁𬭊𬭎𬭚𬭛𬭤𬭩𬭬𬭯𬭳𬭶𬭸𬭼𬮱𬮿𬯀𬯎𬱖𬱟𬳵𬳶"
    "𬳽𬳿𬴂𬴃𬴊𬶋𬶍𬶏𬶐𬶟𬶠𬶨𬶭𬶮𬷕𬸘𬸚𬸣𬸦𬸪𬹼𬺈𬺓"
)
"""The 276 characters of the general standard list (2013) that GBK lacks; GBK has all others."""


def test_the_font_has_the_general_standard_list_all_of_gbk_and_places():
    gbk = [letter for letter in map(chr, range(0x4E00, 0xA000)) if letter.encode("gbk", "ignore")]
    assert len(BEYOND_GBK) == 276 and len(gbk) == 20902
    assert (
        boxes([*gbk, BEYOND_GBK, "石碁镇", "北滘镇", "塱头村", "，。：；（）「」％～·—…ＡＢ１２"])
        == {}
    )


def test_a_character_without_a_glyph_is_said_once_in_one_line(
    results, tmp_path, capfd, monkeypatch
):
    monkeypatch.setattr(plots, "FIGURES", {"answer": plots.FIGURES["answer"]})
    wanted = (Wanted("coverage_of_need", "all", "all", 0.0),)
    named = dataclasses.replace(
        results.experiment, question="𰻞𰻞面 and \U0010fffd?", answer=wanted
    )
    strange = dataclasses.replace(
        results, replicated=dataclasses.replace(results.replicated, experiment=named)
    )
    said = plots.cannot_draw(strange)
    name = "𰻞𰻞面 and \U0010fffd?"
    assert said == f"no font for 𰻞 (in {name}), U+10FFFD (in {name}): boxes in the figures"
    assert plots.cannot_draw(results) == ""
    with silence():
        assert len(plots.figures(strange, tmp_path)) == 2
    assert capfd.readouterr().err == ""


def test_dollars_and_log_axes_are_no_formulas():
    """Neither one formula nor two dollar signs take the Chinese away, a log axis has plain numbers,
    also within one decade, where matplotlib labels the minor ticks.
    """
    with use_theme(), silence():
        for limits in ((0.5, 3e4), (2.0, 7.0)):
            figure = sheet(6.0, 3.0, "甲$1$ 等待 $x^2$ 乙$", "$\\alpha$ 石碁镇", ["一 $ 二 $ 三"])
            ax = figure.subplots()
            ax.plot(limits, [1, 10], label="城 $City$")
            ax.set(xscale="log", yscale="log", xlim=limits)
            ax.legend()
            render(figure, "dollars")
            words = said(figure)
            assert "mathdefault" not in words and "$x^2$" in words and "城 $City$" in words
            labels = [text.get_text() for text in ax.get_xticklabels(which="both")]
            assert {"1", "10,000"} <= set(labels) if limits[1] > 10 else {"3", "6"} <= set(labels)


def test_figures_of_one_page_share_no_ids(results):
    """Else a hidden figure takes the clip paths of the next with it."""
    with use_theme():
        view = View(results)
        contents = [
            render(plots.FIGURES[name](view), name)["svg"] for name in ("hours", "coverage")
        ]
        ids = [set(re.findall(rb'\bid="([^"]+)"', content)) for content in contents]
    content = contents[-1]
    assert len(set.union(*ids)) == sum(map(len, ids))
    used = {*re.findall(rb"url\(#([^)]+)\)", content), *re.findall(rb'href="#([^"]+)"', content)}
    assert used and used <= set(re.findall(rb'\bid="([^"]+)"', content))


# ---- what may be chance --------------------------------------------------------------------------


def test_zones_that_differ_by_chance_are_seldom_told_apart():
    """Of 400 districts of ten like zones fewer than one in ten has a zone that is told apart (one
    in twenty is allowed; 0.05 + 3.5 standard errors of 0.011), at four replications, too.
    """
    draws = np.random.default_rng(7)
    told = [told_apart(draws.normal(0.3, 0.02, (10, 4))).any() for _ in range(400)]
    assert np.mean(told) <= 0.088


def test_zones_that_differ_are_told_apart_by_paired_differences():
    """A bad year is bad everywhere: intervals of each overlap, differences are clear."""
    year = np.array([0.1, -0.1, 0.05, -0.05])
    values = np.array([0.30 + year, 0.30 + year, 0.30 + year, 0.26 + year])
    values += 0.001 * np.random.default_rng(1).normal(size=values.shape)
    assert told_apart(values)[3] == -1
    assert told_apart(values[:, :1]).tolist() == [0, 0, 0, 0]
    assert told_apart(values[:1]).tolist() == [0]
    values[0, 2] = np.nan
    assert told_apart(values)[3] == -1 and told_apart([[np.nan] * 3, [1.0, 2.0, 3.0]])[0] == 0


def test_shares_of_why_not_are_stacked_to_the_whole(sheets):
    [ax] = sheets["why_not_in_time"].axes
    bars = {}
    for bar in ax.patches:
        if bar.get_width() > 0:
            bars.setdefault(round(bar.get_y(), 3), []).append((bar.get_x(), bar.get_width()))
    assert len(bars) == 4
    for pieces in bars.values():
        pieces.sort()
        assert [round(width, 9) for _, width in pieces] == list(CAUSES.values())
        assert pieces[0][0] == 0 and sum(width for _, width in pieces) == pytest.approx(1)
    keys = [text.get_text() for text in ax.get_legend().get_texts()]
    assert keys == list(why.CAUSES.values())
    assert "40 %" in said(sheets["why_not_in_time"])


def test_what_cannot_be_below_zero_is_not_drawn_there(results):
    """Waits of 0 and 3 hours have a t interval from far below 0."""
    table = results.summary.copy()
    of_waits = table["measure"] == "wait_mean"
    table.loc[of_waits, ["mean", "lower", "upper"]] = (1.5, -17.0, 20.0)
    table.loc[table["measure"] == "referrals_completed", "lower"] = -0.1
    view = View(dataclasses.replace(results, summary=table))
    assert view.cell("wait_mean")[:3] == (1.5, 0.0, 20.0)
    assert view.cell("referrals_completed").lower == 0.0


def test_many_named_design_points_neither_overprint_nor_are_joined(tmp_path):
    """Seventeen of them, each with a line of its own, none over another."""
    names = "".join(
        f"  第{i} point with a long name {i}: {{pools.seats: {i + 1}}}\n" for i in range(17)
    )
    home = written(tmp_path, experiment=f"scenario: scenario.yaml\npoints:\n{names}")
    experiment = load_experiment(home)
    frame = pd.DataFrame(
        [
            (point["design point"], replication, "coverage_of_need", "all", "all", 0.3, "share")
            for point in experiment.points
            for replication in range(3)
        ],
        columns=["design point", "replication", "measure", "place", "group", "value", "unit"],
    )
    table = summary(frame, ["design point"]).assign(note="")
    done = Replicated(experiment, (), "simpy", Origin("", ""), 0, False, 0.0)
    with use_theme():
        sheets = plots.drawn(Sweep(done, frame, table, table.iloc[:0], (), pd.DataFrame(), None))
        assert not sheets.keys() & set(plots.ALONG_LEVELS)
        figure = sheets["answer"]
        figure.canvas.draw()
        ax = figure.axes[0]
        assert len(marked(ax)) == 17 and not any(line.get_linestyle() == "-" for line in ax.lines)
        spans = sorted(
            label.get_window_extent().intervaly.tolist() for label in ax.get_yticklabels()
        )
        assert all(below[1] <= above[0] for below, above in pairwise(spans))
