"""«What if» without a browser: what can be moved, what is simulated for it, what is said, what is
kept.
"""

import logging
import re
import time
from pathlib import Path

import pandas as pd
import pytest
from tiny import SCENARIO, written

from simcap import app
from simcap.analysis.statistics import t_interval
from simcap.app import saving, session, shown
from simcap.app.desk import Compiling, Desk, Question, Stage, numbers
from simcap.app.finding import found, opened, titles
from simcap.app.levers import Group, changes, grid, levers
from simcap.app.results import settings_named
from simcap.building import load_scenario, overridden
from simcap.errors import InputError
from simcap.lang import speaking
from simcap.study.experiment import load_experiment, single
from simcap.study.plan import plan
from simcap.study.sweep import sweep

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]
PATIENCE = 300


@pytest.fixture(scope="module")
def given(tmp_path_factory):
    return opened(written(tmp_path_factory.mktemp("tiny")) / "experiment.yaml")


@pytest.fixture(scope="module")
def desk():
    return Desk()


def waited(answer):
    end = time.monotonic() + PATIENCE
    while not answer.over and time.monotonic() < end:
        time.sleep(0.02)
    assert answer.stage is Stage.DONE, answer.fault
    return answer


def asked(desk, given, set_otherwise, number=4, who="me"):
    moved = overridden(given.scenario, set_otherwise)
    return desk.ask(who, Question(given.scenario, moved, number, given.seed))


# ---- what can be moved ---------------------------------------------------------------------------


def test_factors_come_first_their_levels_tell_range_and_unit(given):
    first, second, *rest = levers(given)
    assert (first.path, first.group, first.own) == ("collaboration.level", Group.FACTOR, 0.6)
    assert first.values[0] == 0.4 and first.values[-1] == 0.8 and 0.5 in first.values
    assert (second.path, second.unit, second.own) == ("pools.counsellors", "people", 2.5)
    assert second.values[0] == 2.5 and second.values[-1] == 5  # x1 to x2 of 2.5
    seats = next(lever for lever in rest if lever.path == "pools.seats")
    assert (seats.unit, seats.own, seats.values) == ("seats", 1, (0, 1, 2, 3))
    hours = next(lever for lever in rest if lever.group is Group.HOURS)
    assert hours.path == "pools.counsellors.hours_each" and hours.own == "10 h"
    assert "20 h" in hours.values and "3 h" in hours.values


def test_every_value_of_every_lever_fits_the_scenario(given):
    for lever in levers(given):
        for value in (lever.values[0], lever.values[-1], lever.own):
            overridden(given.scenario, {lever.path: value})


def test_the_own_value_of_every_lever_changes_nothing_that_is_simulated(given):
    before = plan(given.scenario).digest
    for lever in levers(given):
        assert changes([lever], {lever.path: lever.own}) == {}
        assert plan(overridden(given.scenario, {lever.path: lever.own})).digest == before, lever


def test_levels_of_named_points_words_and_switches_become_levers(tmp_path):
    experiment = """\
scenario: scenario.yaml
points:
  as it is: {}
  quiet: {needs.moderate.in need: x0.5}
  by day: {pools.seats.roster: office, collaboration.shared hours.on: true}
replications: 2
"""
    known = {
        lever.path: lever
        for lever in levers(opened(written(tmp_path, experiment=experiment) / "experiment.yaml"))
    }
    assert known["needs.moderate.in need"].values[0] == "x0.5"
    assert known["needs.moderate.in need"].values[-1] == known["needs.moderate.in need"].own == "x1"
    roster = known["pools.seats.roster"]
    assert (roster.own, roster.values, roster.ordered) == ("always", ("always", "office"), False)


@pytest.mark.parametrize(
    "low, high, whole, wanted",
    [
        (0, 2, 1, [0, 1, 2]),
        (0.4, 0.8, 0.5, [0.4 + i * 0.02 for i in range(21)]),
        (3, 3, 1, [3]),
        (0, 2400, 1200, list(range(0, 2401, 100))),
    ],
)
def test_steps_are_round(low, high, whole, wanted):
    assert grid(low, high, whole) == pytest.approx(wanted)


# ---- what a path holds ---------------------------------------------------------------------------


def test_a_directory_holds_its_own_and_those_below_and_workbooks(tmp_path, monkeypatch):
    home = tmp_path / "many"
    for name in ("a", "b"):
        written(home / name)
    (home / "c").mkdir()
    (home / "book.xlsx").write_bytes(b"")
    (home / "~$book.xlsx").write_bytes(b"")
    assert titles(found(home)) == ["a", "b", "book.xlsx"]
    monkeypatch.chdir(tmp_path)
    assert (
        titles(found(None)) == ["01_huadu", "04_zhuzhou_pairing", "minimal"]
        or len(found(None)) == 3
    )  # of an installed package, the directories have the templates' names
    with pytest.raises(InputError, match="there is no such file or directory"):
        found(tmp_path / "nowhere")
    with pytest.raises(InputError, match="in it, or in a directory below, wanted"):
        found(home / "c")


def test_a_file_that_was_changed_is_read_again(tmp_path):
    file = written(tmp_path) / "scenario.yaml"
    assert opened(file).scenario.name == "tiny"
    time.sleep(0.01)
    file.write_text(SCENARIO.replace("name: tiny", "name: other"), encoding="utf-8")
    assert opened(file).scenario.name == "other"


# ---- what is simulated ---------------------------------------------------------------------------


def test_as_written_gives_what_simcap_run_gives_to_the_digit(desk, given):
    answer = waited(asked(desk, given, {"pools.counsellors": 5}))
    done = sweep(single(given.scenario, 4, given.seed))
    mine = answer.sweep.summary
    mine = mine[mine["setting"] == "A"].drop(columns="setting").reset_index(drop=True)
    theirs = done.summary.reset_index(drop=True)
    keys = ["measure", "place", "group", "unit", "note"]
    pd.testing.assert_frame_equal(
        mine.astype(dict.fromkeys(keys, str)),
        theirs.astype(dict.fromkeys(keys, str)),
        check_exact=True,
    )


def test_the_difference_is_that_of_a_sweep_with_the_same_residents(desk, given, tmp_path):
    answer = waited(asked(desk, given, {"pools.counsellors": 5}))
    said = shown.Shown(answer.sweep)
    pair = said.pair("coverage_of_need")
    frame = answer.sweep.measures
    frame = frame[
        (frame["measure"] == "coverage_of_need")
        & (frame["place"] == "all")
        & (frame["group"] == "all")
    ]
    a, b = (frame[frame["setting"] == name]["value"].to_numpy() for name in "AB")
    assert (pair.change.mean, pair.change.lower, pair.change.upper) == pytest.approx(
        t_interval(b - a)
    )
    done = sweep(
        load_experiment(
            written(
                tmp_path,
                experiment="""\
scenario: scenario.yaml
factors: {pools.counsellors: [2.5, 5]}
replications: 4
""",
            )
        )
    )
    theirs = done.comparison
    theirs = theirs[
        (theirs["pools.counsellors"] == "5")
        & (theirs["measure"] == "coverage_of_need")
        & (theirs["place"] == "all")
        & (theirs["group"] == "all")
    ]
    assert theirs["mean"].item() == pair.change.mean


def test_numbers_come_with_intervals_and_narrow(desk, given):
    assert numbers(10, 2) == [2, 4, 6, 8, 10] and numbers(4, 8) == [4] and numbers(1, 2) == [1]
    answer = waited(asked(desk, given, {"pools.counsellors": 4}, 10, "narrow"))
    assert answer.done == answer.total == 20
    assert min(answer.seconds) < 10 and max(answer.seconds) == 10


def test_a_setting_that_comes_back_is_not_simulated_again(desk, given):
    first = waited(asked(desk, given, {"pools.counsellors": 3}, 4, "back"))
    waited(asked(desk, given, {}, 4, "back"))
    again = waited(asked(desk, given, {"pools.counsellors": "x1.2"}, 4, "back"))
    assert again is not first
    assert again.sweep.replicated.skipped == 8  # both settings, by what they are compiled to
    key = ["setting", "measure", "place", "group"]
    assert again.sweep.summary.set_index(key)["mean"].equals(
        first.sweep.summary.set_index(key)["mean"]
    )


def test_who_asks_something_else_drops_what_was_asked_before_others_keep_theirs(desk, given):
    old = asked(desk, given, {"pools.counsellors": 3.5}, 40, "hasty")
    other = asked(desk, given, {"pools.counsellors": 4.5}, 4, "patient")
    new = asked(desk, given, {"pools.counsellors": 4}, 4, "hasty")
    waited(new)
    waited(other)
    assert not old.wanted and not old.over and other.wanted
    same = asked(desk, given, {"pools.counsellors": 4}, 4, "hasty")
    assert same is new


def test_a_setting_that_cannot_be_simulated_is_said(desk, given):
    scenario = given.scenario.model_copy(update={"stations": {}})
    answer = desk.ask("faulty", Question(given.scenario, scenario, 2, 42))
    end = time.monotonic() + PATIENCE
    while not answer.over and time.monotonic() < end:
        time.sleep(0.02)
    assert answer.stage is Stage.FAILED and answer.fault
    waited(asked(desk, given, {}, 2, "next"))  # the thread lives on


def test_how_far_compiling_is_can_be_told():
    log = logging.getLogger("simcap")
    with Compiling() as told:
        log.warning("compiling the event loop for this machine, which is done once: 210 functions")
        assert (told.done, told.total) == (0, 210)
        log.warning("compiling the event loop: 35 of 210 functions after 12 s")
        log.warning("something else")
        assert (told.done, told.total) == (35, 210)
    log.warning("compiling the event loop: 36 of 210 functions after 20 s")
    assert told.done == 35


# ---- what is said --------------------------------------------------------------------------------


def test_the_sentence_says_no_more_than_was_found(desk, given):
    more = waited(asked(desk, given, {"pools.counsellors.hours_each": "3 h"}, 10, "say"))
    said = shown.Shown(more.sweep)
    text = shown.bought(said)
    assert text.startswith("Your setting worsens «seen in time, of those in need»: −")
    assert "residents seen in time in the 10 observed weeks." in text
    assert shown.stands(said).startswith("As written: ")
    same = shown.Shown(waited(asked(desk, given, {}, 4, "say")).sweep)
    assert shown.bought(same) == "" and not same.both
    with speaking("zh"):
        assert shown.bought(said).startswith("所作的改动使")


def test_chance_is_called_chance(desk, given):
    answer = waited(asked(desk, given, {"pools.seats": 2}, 4, "chance"))
    text = shown.bought(shown.Shown(answer.sweep))
    assert text.startswith("What was moved makes no difference")


# ---- what is kept --------------------------------------------------------------------------------


@pytest.mark.parametrize("ending", [".yaml", ".xlsx"])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_what_is_saved_reads_back_to_what_was_simulated(given, tmp_path, ending, language):
    moved = overridden(
        given.scenario,
        {
            "pools.counsellors": 3.7,
            "pools.seats": 2,
            "collaboration.level": 0.44,
            "pools.counsellors.hours_each": "7 h",
        },
    )
    goal = tmp_path / f"scenario{ending}"
    goal.write_bytes(saving.file_of(given, moved, ending, language))
    assert plan(load_scenario(goal)).digest == plan(moved).digest


def test_the_experiment_that_is_saved_compares_the_same(given, tmp_path, desk):
    set_otherwise = {"pools.counsellors": 5, "pools.counsellors.hours_each": "7 h"}
    home = written(tmp_path)
    (home / "experiment.yaml").write_bytes(saving.experiment_of(given, set_otherwise, 4))
    loaded = load_experiment(home)
    moved = overridden(given.scenario, set_otherwise)
    assert [plan(one).digest for one in loaded.scenarios] == [
        plan(one).digest for one in (given.scenario, moved)
    ]
    assert (loaded.seed, loaded.replications) == (given.seed, 4)
    assert saving.experiment_of(given, {}, 4) is None


def test_the_table_holds_both_settings_and_their_difference(desk, given):
    answer = waited(asked(desk, given, {"pools.counsellors": 5}))
    table = shown.tidy(answer.sweep)
    assert set(table["setting"]) == {"A", "B", "B - A"}
    row = table[
        (table["measure"] == "coverage_of_need")
        & (table["place"] == "all")
        & (table["group"] == "all")
    ].set_index("setting")["mean"]
    assert row["B - A"] == pytest.approx(row["B"] - row["A"])


# ---- the page ------------------------------------------------------------------------------------


@pytest.mark.parametrize("language, title", [("en", "What if"), ("zh", "假如")])
def test_the_page_runs_in_both_languages(tmp_path, monkeypatch, language, title):
    from streamlit.testing.v1 import AppTest

    monkeypatch.setattr("sys.argv", ["page.py", str(written(tmp_path)), language])
    page = AppTest.from_file(str(Path(app.__file__).parent / "page.py"), default_timeout=PATIENCE)
    page.run()
    assert not page.exception and [one.value for one in page.title] == [title]
    slider = page.select_slider(key=f"{tmp_path / 'scenario.yaml'}|pools.counsellors")
    slider.set_value("5").run()
    assert not page.exception
    page.button(key="back").click().run()
    assert not page.exception
    assert page.select_slider(key=slider.key).value == 2.5


@pytest.mark.parametrize(
    "text", ["<b>x</b>", "$a$ and $b$", "*x* _y_ `z`", ":red[x] :smile:", "[a](http://b)", "~~a~~"]
)
def test_names_lose_nothing_but_their_meaning(text):
    marked = session.plain(text)
    assert re.sub(r"\\(?=[^\w\s]|_)", "", marked).replace("\u2060", "") == text
    assert not re.search(r"(?<!\\)[<>$*_`\[\]~]", marked)
    assert not re.search(r":(?=[^\s\u2060])", marked)


def test_guards_call_the_settings_as_the_page_does():
    lines = [
        "counsellors (offered load 1.29; setting=A)",
        "clinic (offered load 1.1; setting=B)",
        "school (offered load 0.10; 2 of 2 design points)",
    ]
    assert list(map(settings_named, lines)) == [
        "counsellors (offered load 1.29; A as written)",
        "clinic (offered load 1.1; B as set)",
        "school (offered load 0.10; both settings)",
    ]
    with speaking("zh"):
        assert settings_named("诊室（负荷 1.1；setting=B）") == "诊室（负荷 1.1；B 按设定）"
        assert settings_named("学校（2 个方案中的 2 个）") == "学校（两种设定均有）"
