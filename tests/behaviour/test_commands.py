"""Commands at their edges: the baseline, names, interruptions, what a killed run leaves behind,
what is warned of.
"""

import json
import math
import os
import signal
import subprocess
import sys
import time
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

import pytest
from tiny import EXPERIMENT, SCENARIO, ZONES, written
from typer.testing import CliRunner

from simcap import plots, printing, result_screens, screens
from simcap.building import load_scenario
from simcap.cli import app
from simcap.study import checking
from simcap.study.csv_files import escaped, unescaped
from simcap.study.experiment import load_experiment, single
from simcap.study.levels import AS_WRITTEN
from simcap.study.results import read

PLAIN = "scenario: scenario.yaml\nreplications: 1\n"


def run(*arguments, expect=0):
    done = CliRunner().invoke(
        app, [str(argument) for argument in arguments], catch_exceptions=False
    )
    assert done.exit_code == expect, done.output
    return done


@pytest.fixture
def without_figures(monkeypatch):
    monkeypatch.setattr(plots, "figures", lambda results, out, jobs, meanwhile: meanwhile() or [])


# ---- the baseline --------------------------------------------------------------------------------


def loaded(directory, text, scenario=SCENARIO):
    return load_experiment(written(directory, scenario, experiment=PLAIN + text))


@pytest.mark.parametrize(
    "text, points, baseline",
    [
        ("factors: {collaboration.level: [0.4, 0.6]}", 2, {"collaboration.level": 0.6}),
        ("factors: {collaboration.level: [0.4, 60 %]}", 2, {"collaboration.level": "60 %"}),
        ("factors: {collaboration.level: [0.4, 0.8]}", 3, {"collaboration.level": 0.6}),
        ("factors: {collaboration.level: [40 %, 80 %]}", 3, {"collaboration.level": "60 %"}),
        ("factors: {pools.counsellors: [x2, x3]}", 3, {"pools.counsellors": "x1"}),
        ("factors: {pools.seats: [2, 3]}", 3, {"pools.seats": 1}),
        ("factors: {observe: [4 weeks, 8 weeks]}", 3, {"observe": "10 weeks"}),
        ("factors: {rosters.office.holidays: [open]}", 2, {"rosters.office.holidays": "closed"}),
        (
            "factors: {stations.room.patience: [1 week, {exponential: {mean: 2 weeks}}]}",
            3,
            {"stations.room.patience": AS_WRITTEN},
        ),
        (
            "factors: {pools.seats: [1, 2], collaboration.level: [0.6, 0.8]}\n"
            "paired: [pools.seats, collaboration.level]",
            2,
            {"pools.seats": 1, "collaboration.level": 0.6},
        ),
        (
            "factors: {pools.seats: [1, 2], collaboration.level: [0.8, 0.6]}\n"
            "paired: [pools.seats, collaboration.level]",
            3,
            {"pools.seats": 1, "collaboration.level": 0.6},
        ),
        (
            "factors: {pools.seats: [2, 3], collaboration.level: [0.6, 0.8]}\n"
            "baseline: {collaboration.level: 0.8}",
            5,
            {"pools.seats": 1, "collaboration.level": 0.8},
        ),
        (
            "points: [{pools.seats: 2}, {collaboration.level: 0.8}]",
            3,
            {"pools.seats": 1, "collaboration.level": 0.6},
        ),
        (
            "factors: {collaboration.level: {from: 0.2, to: 0.5}}\nsample: {sobol: 4}",
            5,
            {"collaboration.level": 0.6},
        ),
        (
            "factors: {pools.seats: [2]}\nuncertain: {stations.room.no_show: [5 %, 20 %]}",
            2,
            {"pools.seats": 1},
        ),
        ("uncertain: {stations.room.no_show: [5 %, 20 %]}", 1, {}),
    ],
)
def test_the_baseline_is_the_scenario_as_written(tmp_path, text, points, baseline):
    experiment = loaded(tmp_path, text)
    assert (len(experiment.points), experiment.baseline) == (points, baseline)
    as_written = experiment.scenario
    if "baseline: {coll" in text:
        as_written = load_scenario(tmp_path).model_copy(
            update={"collaboration": experiment.scenarios[0].collaboration}
        )
        assert as_written.collaboration.level == 0.8
    assert experiment.scenarios[experiment.at_baseline] == as_written


def test_a_further_baseline_stands_among_the_levels_where_it_belongs(tmp_path):
    text = "factors: {collaboration.level: [0.4, 0.8], pools.counsellors: [x2, x3]}"
    experiment = loaded(tmp_path, text)
    assert experiment.factors == {
        "collaboration.level": [0.4, 0.6, 0.8],
        "pools.counsellors": ["x1", "x2", "x3"],
    }
    assert len(experiment.points) == 5 and experiment.at_baseline == 0


def test_named_points_that_are_not_as_written_get_one_that_is(tmp_path, without_figures):
    text = "points: {more seats: {pools.seats: 2}, closer: {collaboration.level: 0.8}}\n"
    home = written(tmp_path / "in", experiment=PLAIN + text)
    experiment = load_experiment(home)
    assert experiment.baseline == {"design point": AS_WRITTEN}
    assert list(experiment.settings) == [AS_WRITTEN, "more seats", "closer"]
    assert experiment.scenarios[0] == experiment.scenario
    run("sweep", home, "-o", tmp_path / "out", "-j", 1)
    rows = json.loads(run("compare", tmp_path / "out", "--json").stdout)
    assert {row["design point"] for row in rows} == {"more seats", "closer"}
    assert "17 of 17 pass" in run("verify", tmp_path / "out", "--sample", 3).stdout


def test_a_baseline_that_cannot_be_said_in_a_word_is_verified_and_compared(
    tmp_path, without_figures
):
    text = "factors: {stations.room.patience: [1 week, {exponential: {mean: 2 weeks}}]}\n"
    home, out = written(tmp_path / "in", experiment=PLAIN + text), tmp_path / "out"
    run("sweep", home, "-o", out, "-j", 1)
    assert "17 of 17 pass" in run("verify", out, "--sample", 3).stdout
    assert len(json.loads(run("compare", out, "--json").stdout)) == 2
    plain = written(tmp_path / "plain", experiment=PLAIN)
    run("sweep", plain, "-o", tmp_path / "alone", "-j", 1)
    ours, theirs = (
        json.loads((d / "manifest.json").read_text()) for d in (out, tmp_path / "alone")
    )
    assert (
        ours["fingerprints"][f"stations.room.patience={AS_WRITTEN}"]
        == (theirs["fingerprints"]["scenario"])
    )


def test_variants_share_what_they_have_in_common(tmp_path):
    experiment = loaded(tmp_path, "factors: {pools.seats: [1, 2]}")
    one, two = experiment.scenarios
    assert one == experiment.scenario and two.pools["seats"].number == 2
    assert two.zones is experiment.scenario.zones and two.stations is experiment.scenario.stations
    assert two.pools["counsellors"] is experiment.scenario.pools["counsellors"]


def test_many_faults_alike_are_one(tmp_path):
    levels = ", ".join(f"{2 + i}" for i in range(50))
    text = PLAIN + f"factors: {{collaboration.level: [{levels}], pools.sets: [1]}}\n"
    done = run("sweep", written(tmp_path, experiment=text), "-o", tmp_path / "out", expect=2)
    lines = done.stderr.splitlines()
    assert "override collaboration.level=2 " in lines[1]
    assert lines[1].endswith("(and 49 more like it)")
    assert len(lines) == 3 and "'sets'" in lines[2]


# ---- names ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text", ["", "a", "-", "+1 x", "=A1", "@x", "'", "'x", "'-", "''=", "-1", "'-1", "\tx", "−"]
)
def test_what_is_escaped_for_spreadsheets_comes_back(text):
    assert unescaped(escaped(text)) == text
    assert not escaped(text).startswith(("=", "@", "\t")) and unescaped(text) is not None


def test_names_that_look_like_formulas_or_options_are_found_everywhere(tmp_path, without_figures):
    zones = ZONES.replace("城 City", "-").replace("村 Village", "'+[red]b")
    points = "points: {-: {pools.seats: 2}, '+a': {pools.seats: 3}, '=b': {pools.seats: 4}}\n"
    home, out = written(tmp_path / "in", zones=zones, experiment=PLAIN + points), tmp_path / "a=b"
    assert "'+[red]b" in run("check", home).stdout
    said = run("sweep", home, "-o", out, "-j", 1).stdout
    assert all(f"\n{name} " in said for name in ("-", "+a", "=b"))
    frame, _ = read(out)
    assert {"-", "'+[red]b"} <= set(frame["place"])
    assert set(frame["design point"]) == {AS_WRITTEN, "-", "+a", "=b"}
    for place in ("-", "'+[red]b"):
        options = ["-m", "contacts", "--place", place, "--group", "station: room", "--json"]
        rows = json.loads(run("compare", out, "--baseline", "design point=-", *options).stdout)
        assert [row["design point"] for row in rows] == [AS_WRITTEN, "+a", "=b"]
    assert "19 of 19 pass" in run("verify", out, "--sample", 4).stdout
    done = run("run", home, "--set", "zones.-.counsellors=9", "-r", 1, "-o", out, "-j", 1)
    assert load_scenario(out / "scenario.resolved.yaml").column("counsellors")["-"] == 9, done


def test_signs_that_a_terminal_would_obey_are_written_out(tmp_path):
    assert printing.printable("a\x1b[31m\u202eb\x9b\n") == "a\\x1b[31m\\u202eb\\x9b\n"
    assert json.loads(printing.printable_json(json.dumps("\x1b\x9b", ensure_ascii=False))) == (
        "\x1b\x9b"
    )
    done = run("check", tmp_path / "x\x1b]0;title\x07.yaml", expect=2)
    assert "x\\x1b]0;title\\x07.yaml" in done.stderr and "\x1b" not in done.stderr


def test_square_brackets_and_colons_are_text_on_every_screen(capsys):
    screens.out().print(screens.table("[b]t[/b]", ["[red]", ":cat:"], [["[/]", "[link=x]\x1b"]]))
    screens.out().print("[/nothing] :dog:")
    said = capsys.readouterr().out
    for text in ("[b]t[/b]", "[red]", ":cat:", "[/]", "[link=x]\\x1b", "[/nothing] :dog:"):
        assert text in said


@pytest.mark.parametrize("width", [80, 120])
def test_long_chinese_names_fold_and_are_not_cut(capsys, monkeypatch, width):
    names = [f"广州市花都区新华街道社会心理服务中心第{i}工作站" for i in range(4)]
    monkeypatch.setattr(screens, "out", lambda: screens._Screen(width=width))
    table = screens.table("标题", [names[0], names[1], names[2]], [names[:3], names[1:]])
    screens.out().print(table)
    said = capsys.readouterr().out
    assert "…" not in said and all("站" in said for _ in names)
    assert sum(said.count(sign) for sign in "广") == 9


# ---- where results go ----------------------------------------------------------------------------


def test_a_sweep_in_its_own_folder_finds_a_name(tmp_path, monkeypatch, without_figures):
    home = written(tmp_path / "towns", experiment=PLAIN)
    monkeypatch.chdir(home)
    for given in (".", "experiment.yaml", "../towns"):
        assert load_experiment(given).name == "towns"
    run("sweep", ".", "-j", 1)
    assert (home / "results/towns/measures.csv").exists()


def test_a_changed_scenario_has_a_directory_of_its_own(tmp_path, monkeypatch, without_figures):
    home = written(tmp_path / "in")
    monkeypatch.chdir(tmp_path)
    run("run", home, "-r", 1, "-j", 1)
    before = (tmp_path / "results/tiny/measures.csv").read_bytes()
    run("run", home, "-r", 1, "-j", 1, "--set", "pools.seats=2")
    assert (tmp_path / "results/tiny/measures.csv").read_bytes() == before
    assert (tmp_path / "results/tiny_pools.seats=2/measures.csv").exists()
    long = {f"pools.counsellors.{'很' * i}": 1 for i in range(20)}
    name = single(load_scenario(home), 1, 1, long).name
    assert len(name.encode()) <= 130 and name.startswith("tiny_pools.counsellors")
    assert "/" not in single(load_scenario(home), 1, 1, {"a": "../b"}).name


# ---- interruptions and what they leave -----------------------------------------------------------


def answers_signals(pid):
    """Whether the process has a handler for SIGUSR1."""
    status = Path(f"/proc/{pid}/status").read_text()
    caught = int(next(line for line in status.splitlines() if "SigCgt" in line).split()[1], 16)
    return bool(caught >> (signal.SIGUSR1 - 1) & 1)


@pytest.mark.skipif(not Path("/proc").exists(), reason="the state of a process is read from /proc")
@pytest.mark.parametrize("after", [0.0, 0.3, 1.0])
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGUSR1])
def test_an_interruption_while_all_is_being_imported_is_one_line(tmp_path, how, after):
    home = written(tmp_path / "in")
    process = subprocess.Popen(
        [sys.executable, "-m", "simcap", "sweep", str(home), "-o", str(tmp_path / "out")],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    )
    while not answers_signals(process.pid):
        time.sleep(0.001)
    time.sleep(after)
    process.send_signal(how)
    out, said = process.communicate(timeout=60)
    assert process.returncode == 130 and out == ""
    assert said.splitlines()[-1].startswith("simcap: interrupted") and "Traceback" not in said


def test_what_a_killed_run_left_behind_is_removed_by_the_next(tmp_path, without_figures):
    home, out = written(tmp_path / "in", experiment=PLAIN), tmp_path / "out"
    (out / "figures").mkdir(parents=True)
    left = [".measures.csv.part", ".summary.csv.4711", ".probe-12", "figures/.waits.png.part"]
    for name in (*left, ".mine", "measures.csv.bak"):
        (out / name).write_text("half")
    run("sweep", home, "-o", out, "-j", 1)
    assert [name for name in left if (out / name).exists()] == []
    assert (out / ".mine").exists() and (out / "measures.csv.bak").exists()
    assert not list(out.glob(".*.part"))


def test_writing_that_fails_leaves_nothing_half(tmp_path, monkeypatch):
    from simcap.study import results

    home, out = written(tmp_path / "in", experiment=PLAIN), tmp_path / "out"
    monkeypatch.setattr(
        results.os, "replace", lambda *names: (_ for _ in ()).throw(OSError(28, "No space"))
    )
    said = run("sweep", home, "-o", out, "-j", 1, expect=1).stderr
    assert "cannot be written (No space); all replications are in the journal" in said
    assert not list(out.glob(".*")) and not (out / "measures.csv").exists()


def test_a_lock_that_is_none_is_one_line(tmp_path):
    home, out = written(tmp_path / "in", experiment=PLAIN), tmp_path / "out"
    out.mkdir()
    (out / "journal.lock").write_bytes(b"not a database, but long enough to look like one" * 99)
    said = run("sweep", home, "-o", out, expect=1).stderr.splitlines()
    assert said[-1].startswith(f"{out}/journal.lock: not a lock that simcap made (")
    assert said[-1].endswith("remove this file; no result is in it")


def test_a_copy_that_draws_figures_and_is_killed_is_one_line(tmp_path, monkeypatch):
    def killed(results, out, jobs, meanwhile):
        meanwhile()
        raise BrokenProcessPool("a process died")

    monkeypatch.setattr(plots, "figures", killed)
    home, out = written(tmp_path / "in", experiment=PLAIN), tmp_path / "out"
    said = run("sweep", home, "-o", out, "-j", 1, expect=1).stderr
    assert f"{out}/figures: a process that drew figures was killed" in said
    assert "Traceback" not in said and (out / "manifest.json").exists()


def test_a_precision_of_what_is_known_once_is_a_guard(tmp_path, without_figures, monkeypatch):
    """A measure that is known in one replication only: no traceback, and it is said."""
    text = (
        "scenario: scenario.yaml\nreplications: {precision: 5 %,"
        ' of: ["wait_mean of station: line"],'
        " at least: 2, at most: 4, look ahead: 0}\n"
    )
    from simcap.study import replicate

    simulate = replicate.simulate

    def seldom(network, horizon, *, replication, **options):
        short = horizon if replication == 1 else 1.0
        return simulate(network, short, replication=replication, **options)

    scenario = SCENARIO.replace("in need: 50 %", "in need: 20 %")
    monkeypatch.setattr(replicate, "simulate", seldom)
    home, out = written(tmp_path / "in", scenario, experiment=text), tmp_path / "out"
    said = run("sweep", home, "-o", out, "-j", 1).stderr
    assert "guard: Precision not reached. " in said
    assert "  - precision not reached: wait_mean of station: line: " in said
    guards = json.loads((out / "manifest.json").read_text(encoding="utf-8"))["guards"]
    assert any("precision not reached" in guard for guard in guards)


# ---- warnings ------------------------------------------------------------------------------------


def test_run_and_sweep_warn_of_what_check_warns_of(tmp_path, without_figures):
    scenario = SCENARIO.replace(
        "roster: office, shared: true", "roster: office, shared: true, places at most: rooms"
    ).replace("run out: 4 weeks", "run out: 1 week")
    zones = ZONES.replace("counsellors,source", "counsellors,rooms,source")
    zones = zones.replace(",2,made", ",2,1,made").replace("0.5,made", "0.5,1,made")
    home = written(tmp_path / "in", scenario, zones, EXPERIMENT.replace("[x1, x2]", "[x1, x2, x3]"))
    rooms = "counsellors: more staff than rooms for them, who work the hours of the rooms only"
    run_out = "warning: run out: 7.0 days: who asks last is not watched until the target"
    assert rooms not in run("check", home).stderr  # 20 h of staff, rooms for 35 h
    swept = run("sweep", home, "-o", tmp_path / "out", "-j", 1).stderr
    assert swept.count(run_out) == 1 and swept.count(rooms) == 1
    line = next(line for line in swept.splitlines() if rooms in line)
    assert line == (
        f"warning: {rooms}: 城 City (40.0 h a week of staff, 35.0 h) (at 4 of 6 design points, here"
        " collaboration.level=0.4, pools.counsellors=x2)"
    )
    described = json.loads((tmp_path / "out/manifest.json").read_text(encoding="utf-8"))
    assert [f"warning: {text}" for text in described["warnings"]] == [
        text for text in swept.splitlines() if text.startswith("warning: ")
    ]
    model = (tmp_path / "out/model.md").read_text(encoding="utf-8")
    assert f"- To beware of: {line.removeprefix('warning: ')}" in model
    once = run("run", home, "-o", tmp_path / "run", "-j", 1, "-r", 1)
    assert once.stderr.count(run_out) == 1
    assert run_out not in run("run", home, "-o", tmp_path / "run", "-j", 1, "-q").stderr
    assert "(at 4 of 6 design points" in run("check", home / "experiment.yaml").stderr


IMPOSSIBLE = """\
scenario: scenario.yaml
factors: {needs.moderate.in need: [50 % per year, 0 % per year], pools.counsellors: [x1, x2]}
replications: 2
"""


def test_check_finds_what_is_wrong_at_any_design_point_and_names_it(tmp_path):
    home = written(tmp_path, experiment=IMPOSSIBLE)
    said = run("check", home / "experiment.yaml", expect=2).stderr.replace(f"{tmp_path}/", "")
    assert said.splitlines()[1:] == [
        "scenario.yaml:7:1 needs: somebody who comes wanted, got needs that are 0 everywhere, or"
        f" come outside of the run (at needs.moderate.in need=0 % per year, pools.counsellors={x})"
        for x in ("x1", "x2")
    ]


def test_check_finds_what_is_wrong_at_the_end_of_an_uncertain_input(tmp_path):
    home = written(
        tmp_path,
        experiment="scenario: scenario.yaml\nreplications: 2\nsamples: 4\nuncertain:"
        " {needs.moderate.in need: {from: 0 % per year, to: 50 % per year}}\n",
    )
    said = run("check", home / "experiment.yaml", expect=2).stderr
    assert "somebody who comes wanted" in said
    assert "(at needs.moderate.in need=0.0 % per year)" in said or "in need=0 % per year)" in said


def test_check_says_which_points_it_did_not_lay_out(tmp_path, monkeypatch):
    """Of six points four: each level is among them; two points that are one are built once."""
    home = written(
        tmp_path,
        experiment=EXPERIMENT.replace("[x1, x2]", "[x1, x1.0, x2, x3]"),
    )
    done = run("check", home / "experiment.yaml", "--json")
    assert len(json.loads(done.stdout)["points"]) == 8 and "laid out" not in done.stdout
    monkeypatch.setattr(checking, "MOST_LAID_OUT", 4)
    built = []
    monkeypatch.setattr(checking.Plans, "__call__", counting(checking.Plans.__call__, built))
    done = run("check", home / "experiment.yaml")
    assert len(built) == len(set(built)) == 4
    assert (
        "warning: 4 of 6 different design points were laid out, each level of each factor among"
        " them: a fault of the others shows only in the sweep"
    ) in done.stderr.splitlines()


def counting(call, built):
    def counted(plans, point, sample=0):
        built.append(point)
        return call(plans, point, sample)

    return counted


def test_points_that_are_laid_out_have_the_baseline_first_and_then_new_levels():
    points = [{"a": a, "b": b} for a in range(3) for b in range(50)]
    assert checking.spread(points[:100], list(range(100)), 0) == list(range(100))
    chosen = checking.spread(points, list(range(150)), 149)
    assert len(chosen) == len(set(chosen)) == 100 and 149 in chosen
    assert {points[i]["b"] for i in chosen} == set(range(50))
    assert {points[i]["a"] for i in chosen} == {0, 1, 2}


# ---- many design points --------------------------------------------------------------------------

MEMORY = """
import resource, sys
from simcap.cli import app
try:
    app(["sweep", sys.argv[1], "-o", sys.argv[2], "-j", "1", "--quiet"])
except SystemExit as end:
    assert end.code == 0, end.code
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_ten_times_the_design_points_need_little_more_memory(tmp_path):
    """Peak resident memory of a process that sweeps 80 and 800 points, one replication each."""
    peaks = []
    for number in (80, 800):
        levels = ", ".join(f"{0.2 + 0.6 * i / number:.6f}" for i in range(number))
        text = PLAIN + f"factors: {{collaboration.level: [{levels}]}}\nbaseline: {{}}\n"
        scenario = SCENARIO.replace("observe: 10 weeks", "observe: 2 weeks")
        home = written(tmp_path / f"in{number}", scenario, experiment=text)
        done = subprocess.run(
            [sys.executable, "-c", MEMORY, str(home), str(tmp_path / f"out{number}")],
            capture_output=True,
            text=True,
            check=True,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        )
        peaks.append(int(done.stdout.split()[-1]))
    assert peaks[1] <= 2 * peaks[0]


def test_pieces_of_tables_are_the_whole_to_the_byte(tmp_path, without_figures, monkeypatch):
    from simcap.study import sweep

    home = written(
        tmp_path / "in", experiment=EXPERIMENT.replace("replications: 3", "replications: 2")
    )
    run("sweep", home, "-o", tmp_path / "whole", "-j", 1)
    monkeypatch.setattr(sweep, "ROWS_AT_ONCE", 1)
    monkeypatch.setattr(sweep, "MOST_WHOLE", 1)
    run("sweep", home, "-o", tmp_path / "pieces", "-j", 1)
    made = sweep.sweep(load_experiment(home))
    for name in ("measures", "summary", "comparison"):
        whole = (tmp_path / f"whole/{name}.csv").read_bytes()
        assert (tmp_path / f"pieces/{name}.csv").read_bytes() == whole, name
        from simcap.study.csv_files import csv_bytes

        assert csv_bytes(getattr(made, name)) == whole, name


def test_numbers_of_a_comparison_have_no_exponents():
    shown = [
        result_screens._signed(value) for value in (-7.953e-05, 0.0, 0.01786, -10.17, 123456.7)
    ]
    assert shown == ["-0.000080", "+0", "+0.01786", "-10.17", "+123,457"]


def test_money_is_written_in_millions_and_no_number_has_an_exponent():
    for value, said in (
        ((53213456.7, 1234.5), "53.21 ±0.00"),
        ((1103213456.7, 111234.5), "1,103.21 ±0.11"),
    ):
        factor, unit = result_screens._unit("total_cost", [value[0], math.nan])
        assert unit == "million CNY per year"
        assert result_screens._cell(value, "total_cost", factor) == said
    assert result_screens._unit("cost_per_reached", [2841.3]) == (1.0, "CNY per person")
    assert result_screens._unit("people_asking", [15614.4]) == (1.0, "")
    for value, said in (
        ((2841.3, 23.4), "2,841 ±23"),
        ((999.7, math.nan), "1,000"),
        ((15614.4, 150.2), "15,614 ±150"),
        ((0.0, 0.0), "0 ±0"),
        ((2e-5, 1.5), "0.000020 ±1.5"),
    ):
        assert result_screens._cell(value, "cost_per_reached", 1.0) == said


@pytest.mark.parametrize("columns", [80, 120])
def test_the_columns_of_a_sweep_say_the_unit_of_money(tmp_path, monkeypatch, columns):
    monkeypatch.setenv("COLUMNS", str(columns))
    home = written(
        tmp_path / "in",
        SCENARIO.replace("cost each: 100000 CNY", "cost each: 40000000 CNY"),
        experiment=EXPERIMENT + "answer: [total_cost, cost_per_reached]\n",
    )
    done = run("sweep", home, "-o", tmp_path / "out", "-j", 1)
    lines = [line.rstrip() for line in done.stdout.splitlines()]
    said = " ".join(" ".join(lines).split())
    assert "100.05 ±0.00" in said and "200.05 ±0.00" in said and "e+0" not in said
    assert "million" in said and all(len(line) <= columns for line in lines)
    for command in ("compare", "quantiles"):
        said = run(command, tmp_path / "out", "--measure", "total_cost").stdout
        assert "(million CNY per year)" in said and "e+0" not in said


def test_one_is_singular(tmp_path):
    done = run("run", written(tmp_path / "in"), "-r", 1, "-o", tmp_path / "out", "-j", 1)
    assert "1 design point × 1 replication = 1 run of 16.0 weeks" in done.stderr


def test_a_zone_without_staff_of_its_own_is_said_in_words(tmp_path):
    home = written(tmp_path, zones=ZONES.replace("500,200,0.5", "500,200,0"))
    said = (
        "counsellors in 村 Village: nobody to meet the demand (offered load ∞) without what others"
    )
    assert said in run("check", home).stderr
