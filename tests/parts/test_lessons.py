"""The lessons say what theory says, and what `simcap run` says, in both languages.

Tolerance: 3.5 standard errors over the lesson's own replications; seeds are fixed, so a pass stays
a pass.
"""

import dataclasses
import json
import math
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

import simcap
from simcap.analysis import theory
from simcap.cli import app
from simcap.errors import InputError, TheoryError
from simcap.lang import _, catalogue, speaking
from simcap.lessons import LESSONS, collaboration, dials, erlang, lesson, pooling, said
from simcap.lessons import variability as variation
from simcap.lessons.queues import waits
from simcap.scenario.templates import template_home

Erlang, Pooling = erlang.ErlangSettings, pooling.PoolingSettings
Variability, Collaboration = variation.VariabilitySettings, collaboration.CollaborationSettings


def values(frame, case, measure="mean_wait"):
    """The one row."""
    (row,) = frame[(frame["case"] == case) & (frame["measure"] == measure)].itertuples()
    return row


def close(row, exact):
    """Within 3.5 standard errors, which the t interval tells, and the theory beside it right."""
    from scipy.special import stdtrit

    half = (row.upper - row.lower) / 2
    error = half / stdtrit(row.replications - 1, 0.975)
    assert row.theory == pytest.approx(exact, rel=1e-12)
    assert 0 < abs(row.mean - exact) <= 3.5 * error, (row.mean, exact, error)
    assert row.lower < row.mean < row.upper


# ---- Erlang --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("load", "servers"), [(70, 1), (85, 4)])
def test_the_queue_waits_as_erlang_c_says(load, servers):
    settings = Erlang(load=load, servers=servers, days=10, replications=20)
    frame = erlang.LESSON.run(settings)
    line = theory.mmc(load / 100 * servers / 0.5, 0.5, servers)
    close(values(frame, "all"), 60 * line.mean_wait)
    close(values(frame, "all", "waiting"), line.wait_probability)
    assert set(frame["measure"]) == {"mean_wait", "waiting"}


def test_with_patience_it_gives_up_as_erlang_a_says():
    settings = Erlang(load=95, servers=3, patience=20, days=10, replications=20)
    frame = erlang.LESSON.run(settings)
    line = theory.erlang_a(0.95 * 3 / 0.5, 0.5, 3, 20 / 60)
    close(values(frame, "all"), 60 * line.mean_wait)
    close(values(frame, "all", "giving_up"), line.abandonment)
    assert values(frame, "all", "giving_up").mean > 0.1


def test_the_interval_narrows_with_every_step():
    halves = []
    for frame in erlang.steps(Erlang(replications=40)):
        row = values(frame, "all")
        halves.append((row.replications, row.upper - row.lower))
    assert [number for number, _ in halves] == [2, 5, 10, 20, 30, 40]
    assert halves[-1][1] < halves[2][1] < halves[0][1]


def test_one_short_run_misleads_as_its_answer_says():
    """A quarter of the truth, or nearly three times as much."""
    frame = erlang.LESSON.run(Erlang())
    share = np.array(frame.attrs["each"]) / values(frame, "all").theory
    assert share.min() < 0.3 and 2.5 < share.max() < 3
    assert values(frame, "first").mean == frame.attrs["each"][0]


def test_a_run_that_begins_empty_is_short_of_the_truth():
    settings = Erlang(load=95, days=3, replications=40)
    warm, cold = (
        values(erlang.LESSON.run(dataclasses.replace(settings, warm=on)), "all") for on in (1, 0)
    )
    assert cold.upper < cold.theory == warm.theory < warm.upper


def test_from_85_to_95_percent_the_wait_is_four_times_as_long():
    mild, heavy = (erlang.exact(Erlang(load=load)).mean_wait for load in (85, 95))
    assert heavy / mild == pytest.approx(3.9, abs=0.1)


# ---- variability ---------------------------------------------------------------------------------


def test_waits_grow_as_pollaczek_and_khinchine_say():
    frame = variation.LESSON.run(Variability(load=70, service_cv=1.5))
    for case, cv in (("even", 0.0), ("exponential", 1.0), ("chosen", 1.5)):
        close(values(frame, case), 60 * theory.mg1(1.4, 0.5, cv * 0.5).mean_wait)
        assert values(frame, case).exact


def test_the_hours_of_the_answer_are_those_of_the_formula():
    settings = Variability(load=80, service_cv=2.0)
    assert [variation.expected(settings, cv) for cv in (0, 1, 2)] == pytest.approx([60, 120, 300])


def test_in_all_rooms_residents_arrive_at_the_same_times():
    settings = Variability()
    runs = [waits(variation.network(settings, cv), 100.0, 500.0, 3) for cv in (0, 1, 2)]
    assert len(runs[0].joined) > 500
    assert all(np.array_equal(run.joined, runs[0].joined) for run in runs)


def test_by_appointment_kingman_is_an_estimate_and_even_talks_never_wait():
    frame = variation.LESSON.run(Variability(arrival_cv=0))
    assert values(frame, "even").mean == values(frame, "even").theory == 0
    chosen, random = values(frame, "chosen"), theory.mg1(1.6, 0.5, 1.0).mean_wait * 60
    assert not chosen.exact and chosen.upper < random  # appointments shorten the wait
    assert (
        chosen.theory
        == pytest.approx(0.8 * chosen.theory / 0.8)
        == 60 * theory.kingman(1.6, 0.5, 0, 2)
    )


def test_kingman_is_exact_for_poisson_arrivals_and_refuses_a_full_queue():
    for cv in (0.0, 0.5, 1.0, 3.0):
        assert theory.kingman(1.6, 0.5, 1, cv) == pytest.approx(
            theory.mg1(1.6, 0.5, cv * 0.5).mean_wait
        )
    assert theory.kingman(1.6, 0.5, 2, 2) == pytest.approx(4 * theory.mm1(1.6, 0.5).mean_wait)
    with pytest.raises(TheoryError, match=r"^kingman: offered load 1\.0 erlang"):
        theory.kingman(2.0, 0.5, 1, 1)


# ---- pooling -------------------------------------------------------------------------------------


def test_queues_apart_and_as_one_wait_as_erlang_c_says():
    frame = pooling.LESSON.run(Pooling(towns=3, servers=2, load=80))
    one, all_ = theory.mmc(3.2, 0.5, 2), theory.mmc(9.6, 0.5, 6)
    close(values(frame, "apart"), 60 * one.mean_wait)
    close(values(frame, "pooled"), 60 * all_.mean_wait)
    close(values(frame, "gain", "saved"), 60 * (one.mean_wait - all_.mean_wait))


def test_pooling_saves_more_than_half_and_travel_takes_it_back():
    plain, travelling = (pooling.LESSON.run(Pooling(travel=travel)) for travel in (0, 15))
    assert values(plain, "pooled").theory < values(plain, "apart").theory / 2
    assert values(plain, "gain", "saved").lower > 0 > values(travelling, "gain", "saved").upper
    close(values(travelling, "pooled"), 60 * theory.mmc(6.4, 0.5 * 1.15, 4).mean_wait)


def test_work_of_other_length_makes_the_pool_worse_for_most():
    frame = pooling.LESSON.run(Pooling(servers=1, longer=10, days=100))
    apart, pooled = values(frame, "apart", "mean_wait_usual"), values(frame, "pooled")
    close(apart, 60 * theory.mm1(1.6, 0.5).mean_wait)
    assert values(frame, "pooled", "mean_wait_usual").lower > apart.upper
    assert not pooled.exact and pooled.theory > values(frame, "apart").theory
    assert math.isnan(values(frame, "pooled", "mean_wait_long").theory)


def test_a_pool_too_full_is_not_simulated_and_it_is_said():
    settings = Pooling(load=90, travel=20)
    frame = next(pooling.steps(settings))
    assert set(frame["case"]) == {"apart"} and "108 % of the time" in pooling.told(settings)
    assert pooling.told(Pooling()) == "" and math.isnan(pooling.pooled(settings))


# ---- collaboration -------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("case", ["closer", "staff"])
def test_the_district_is_that_of_simcap_run(tmp_path, case):
    level, added = Collaboration().points()[case]
    changed = {**collaboration.TIMES, **collaboration.changes(level, added)}
    sets = [part for key, value in changed.items() for part in ("--set", f"{key}={value}")]
    args = ["run", str(template_home("huadu")), *sets, "-r", "2", "--out", str(tmp_path / "out")]
    assert CliRunner().invoke(app, [*args, "--quiet"]).exit_code == 0
    rows = pd.read_csv(tmp_path / "out/measures.csv")
    rows = rows[(rows["place"] == "all") & (rows["group"] == "all")]
    for replication in (0, 1):
        found = rows[rows["replication"] == replication].set_index("measure")["value"]
        mine = collaboration.numbers(level, added, replication)
        assert mine == {name: found[name] for name in collaboration.MEASURES}


def test_the_points_are_the_levels_and_the_staff():
    points = Collaboration(level=0.3, added=2).points()
    assert points["today"] == (0.6, 0) and points["closer"] == (0.3, 0)
    assert points["staff"] == (0.6, 2) and (points["lowest"], points["highest"]) == ((0, 0), (1, 0))
    assert collaboration.changes(0.6, 2)["pools.counsellors"] == 22
    assert "pools.counsellors" not in collaboration.changes(0.3, 0)
    assert "63 → 54 %" in collaboration.told(Collaboration(level=0.3))


def made_up():
    """A frame of lesson 4 from numbers that count up."""
    numbers = {
        case: [dict.fromkeys(collaboration.MEASURES, 0.1 * at + 0.01 * i * i) for i in range(3)]
        for at, case in enumerate(Collaboration().points(), 1)
    }
    return collaboration._frame(Collaboration().points(), numbers)


def test_what_the_points_buy_is_paired_run_by_run():
    frame = made_up()
    closer = values(frame, "closer - today", "coverage_of_seekers")
    assert (closer.mean, closer.lower, closer.upper) == pytest.approx((0.1, 0.1, 0.1))
    wait = values(frame, "staff - today", "wait_mean")
    assert wait.mean == pytest.approx(0.2 / 24) and wait.unit == "days"
    assert values(frame, "closer", "referrals_completed").theory == pytest.approx(0.72)


# ---- words ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", LESSONS)
def test_every_word_of_a_lesson_is_chinese_too(name):
    one, chinese = LESSONS[name], catalogue("zh")
    words = [one.text.title, one.text.what, *one.text.see, *one.cases.values()]
    words += [*one.measures.values(), *(dial.label for dial in dials(one.settings).values())]
    words += [text for pair in one.text.questions for text in pair]
    assert len(one.text.questions) == 2 and len(one.text.see) == 3
    assert [word for word in words if chinese.gettext(word) == word and word[:3] != "E ="] == []


def test_the_lessons_fill_an_hour():
    assert list(LESSONS) == ["erlang", "variability", "pooling", "collaboration"]
    assert sum(one.text.minutes for one in LESSONS.values()) == 60


@pytest.mark.parametrize("language", ["en", "zh"])
def test_tables_have_units_and_figures_no_boxes(language, recwarn):
    frames = {
        "erlang": next(erlang.steps(Erlang(patience=20))),
        "variability": next(variation.steps(Variability(arrival_cv=2.0, replications=2, days=10))),
        "pooling": next(pooling.steps(Pooling(longer=5, replications=2, days=10))),
        "collaboration": made_up(),
    }
    with speaking(language):
        for name, frame in frames.items():
            one = LESSONS[name]
            table = said(one, frame)
            assert list(table.columns)[2] == ("simulated mean" if language == "en" else "模拟均值")
            assert (
                len(table) == len(frame) and table.iloc[:, 2].str.contains("[a-z%小天分百]").all()
            )
            if language == "zh":
                assert one.picture(one.settings(), frame)[:4] == b"\x89PNG"
    assert [str(one.message) for one in recwarn if "Glyph" in str(one.message)] == []


def test_amounts_are_said_with_their_units():
    assert lesson.amount(0.3251, "share") == "32.5 %"
    assert lesson.amount(-0.0072, "points", signed=True) == "-0.72 points"
    assert lesson.amount(231.4, "min") == "231 min" and lesson.amount(math.nan, "h") == "–"
    with speaking("zh"):
        assert lesson.amount(6.2, "days") == _("{number} days", number="6.20")


@pytest.mark.parametrize(
    ("settings", "value", "said_"),
    [
        (Erlang, {"load": 100}, "load: a whole number from 50 to 95 wanted, got 100"),
        (Erlang, {"servers": 2.5}, "servers: a whole number from 1 to 12 wanted, got 2.5"),
        (Collaboration, {"level": "high"}, "level: a number from 0 to 1 wanted, got 'high'"),
        (Pooling, {"towns": True}, "towns: a whole number from 2 to 8 wanted, got True"),
    ],
)
def test_a_value_beyond_its_dial_is_one_line(settings, value, said_):
    with pytest.raises(InputError) as problem:
        settings(**value)
    assert str(problem.value) == said_


@pytest.mark.parametrize("page", ["teacher.md", "teacher.zh.md"])
def test_the_python_of_the_pages_for_teachers_runs(page, capsys):
    text = (Path(simcap.__file__).parents[1] / "docs" / page).read_text(encoding="utf-8")
    (code,) = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    exec(code, {})
    assert ("模拟均值" if ".zh" in page else "mean_wait") in capsys.readouterr().out
    assert len(text.splitlines()) <= 60


def test_a_frame_is_tidy_and_goes_into_json():
    frame = next(erlang.steps(Erlang()))
    assert list(frame.columns) == lesson.COLUMNS
    assert json.loads(frame.to_json(orient="records"))[0]["unit"] == "min"
