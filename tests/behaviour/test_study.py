"""Sweeps, results and commands, from files to files."""

import importlib.util
import json
import os
import sqlite3
from pathlib import Path

import pandas as pd
import pytest
from tiny import EXPERIMENT, SCENARIO, ZONES, written
from typer.testing import CliRunner

from simcap.building import load_scenario
from simcap.cli import app
from simcap.errors import ScenarioError
from simcap.study import results
from simcap.study.csv_files import csv_bytes
from simcap.study.experiment import load_experiment, single
from simcap.study.journal import Journal
from simcap.study.sweep import sweep, tables


def run(*arguments, expect=0):
    done = CliRunner().invoke(
        app, [str(argument) for argument in arguments], catch_exceptions=False
    )
    assert done.exit_code == expect, done.output
    return done


@pytest.fixture(scope="module")
def swept(tmp_path_factory):
    home = written(tmp_path_factory.mktemp("tiny"))
    return home, sweep(load_experiment(home))


def test_one_process_and_two_give_the_same_bytes(swept):
    home, alone = swept
    together = sweep(load_experiment(home), jobs=2)
    for name in ("measures", "summary", "comparison"):
        assert csv_bytes(getattr(alone, name)) == csv_bytes(getattr(together, name))
    assert alone.fingerprints == together.fingerprints


def test_permuting_the_zones_changes_no_zones_numbers(swept, tmp_path):
    before = swept[1]
    head, city, village = ZONES.splitlines()
    turned = sweep(load_experiment(written(tmp_path, zones="\n".join([head, village, city]))))
    assert before.fingerprints == turned.fingerprints
    keys = ["collaboration.level", "pools.counsellors", "replication", "measure", "place", "group"]
    left, right = (
        frame.astype(dict.fromkeys([*keys, "unit"], str)).sort_values(keys).reset_index(drop=True)
        for frame in (before.measures, turned.measures)
    )
    pd.testing.assert_frame_equal(left, right, check_exact=False, rtol=1e-12)


def test_more_staff_and_more_collaboration_do_what_was_foreseen(swept):
    """Staff: more coverage and shorter waits. Collaboration: more referrals completed, fewer
    repeated assessments.
    """
    table = swept[1].summary.set_index(
        ["collaboration.level", "pools.counsellors", "measure", "place", "group"]
    )["mean"]
    for level in ("0.4", "0.8"):
        assert (
            table[level, "x2", "coverage_of_need", "all", "all"]
            > table[level, "x1", "coverage_of_need", "all", "all"]
        )
        assert (
            table[level, "x2", "wait_mean", "all", "station: room"]
            < table[level, "x1", "wait_mean", "all", "station: room"]
        )
    for staff in ("x1", "x2"):
        assert (
            table["0.8", staff, "referrals_completed", "all", "all"]
            > table["0.4", staff, "referrals_completed", "all", "all"]
        )
        assert (
            table["0.8", staff, "hours_demanded", "all", "pool: counsellors"]
            > table["0.4", staff, "hours_demanded", "all", "pool: counsellors"]
        )


def test_the_funnel_narrows(swept):
    table = (
        swept[1]
        .summary.set_index(
            ["collaboration.level", "pools.counsellors", "measure", "place", "group"]
        )["mean"]
        .loc["0.4", "x1"]
    )
    for place in ("all", "urban", "rural"):
        funnel = [
            table[name, place, "all"]
            for name in ("any_contact_of_need", "professional_of_need", "treated_of_need")
        ]
        asked = table["people_asking", place, "all"] / table["people_in_need", place, "all"]
        assert asked >= funnel[0] >= funnel[1] >= funnel[2] > 0
        assert (
            table["professional_of_need", place, "all"] >= table["coverage_of_need", place, "all"]
        )


def test_the_paired_baseline_sees_the_same_residents(swept):
    frame = swept[1].measures
    asking = frame[(frame["measure"] == "people_asking") & (frame["group"] == "all")]
    assert (asking.groupby(["replication", "place"])["value"].nunique() == 1).all()


def test_sweep_writes_its_files_and_says_the_main_things(tmp_path):
    home, out = written(tmp_path / "in"), tmp_path / "out"
    done = run("sweep", home, "--out", out, "--jobs", 1)
    assert {
        "measures.csv",
        "summary.csv",
        "comparison.csv",
        "manifest.json",
        "scenario.resolved.yaml",
        "model.md",
        "answer.csv",
        "figures",
        "journal.sqlite",
        "journal.lock",
        "seals",
    } == set(os.listdir(out))
    assert "coverage" in done.stdout and "x2" in done.stdout
    header = (out / "measures.csv").read_bytes().split(b"\n")[0]
    assert (
        header
        == b"collaboration.level,pools.counsellors,replication,measure,place,group,value,unit"
    )
    summary_header = (out / "summary.csv").read_bytes().split(b"\n")[0]
    assert (
        summary_header == b"collaboration.level,pools.counsellors,measure,place,group,"
        b"mean,lower,upper,replications,unit,note"
    )
    described = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    assert described["seed"] == 42 and len(described["fingerprints"]) == 4
    assert load_scenario(out / "scenario.resolved.yaml") == load_scenario(home)
    compared = run("compare", out, "--baseline", "collaboration.level=0.8", "--json")
    assert len(json.loads(compared.stdout)) == 3
    assert all(row["passed"] for row in json.loads(run("verify", out, "--json").stdout))


@pytest.mark.usefixtures("undrawn")
def test_answer_has_what_the_experiment_asks_for_and_the_kinds_of_zone(tmp_path):
    """Without an ``answer`` the headlines; lines are those of summary.csv."""
    asks = EXPERIMENT + 'answer: ["wait_mean of station: room", "coverage_of_need at 村 Village"]\n'
    for name, text in (("plain", EXPERIMENT), ("asks", asks)):
        home = written(tmp_path / name, experiment=text)
        run("sweep", home, "-o", tmp_path / name / "out", "-j", 1)
        answer, whole = (
            (tmp_path / name / "out" / f"{file}.csv").read_text(encoding="utf-8").splitlines()
            for file in ("answer", "summary")
        )
        assert set(answer) <= set(whole) and answer[0] == whole[0]
        rows = {tuple(line.split(",")[2:5]) for line in answer[1:]}
        assert ("coverage_of_need", "rural", "all") in rows and len(answer) < len(whole) / 5
        if name == "asks":
            assert {row[0] for row in rows} == {"wait_mean", "coverage_of_need"}
            assert {row for row in rows if row[2] != "all"} == {
                ("wait_mean", place, "station: room") for place in ("all", "urban", "rural")
            }
            assert {row[1] for row in rows} == {"all", "urban", "rural", "村 Village"}
        else:
            assert {row[0] for row in rows} <= set(results.HEADLINES) and {
                row[2] for row in rows
            } == {"all"}


def faults(out):
    """What ``simcap verify`` finds wrong in ``out``."""
    found = json.loads(run("verify", out, "--sample", 1, "--json", expect=1).stdout)
    return [row["quantity"] for row in found if not row["passed"]]


def test_verify_knows_tables_that_git_does_not_keep_from_tables_that_differ(tmp_path):
    home, out = written(tmp_path / "in"), tmp_path / "out"
    run("sweep", home, "-o", out, "-j", 1)
    (out / "measures.csv").unlink()
    (out / "comparison.csv").unlink()
    last = run("verify", out, "--sample", 1).stdout.splitlines()[-1]
    assert last == "10 of 10 pass; not here, make reproduce: measures.csv, comparison.csv"
    with sqlite3.connect(out / "journal.sqlite") as journal:
        journal.execute("DELETE FROM replications WHERE replication = 2 AND rowid = 3")
    journal.close()
    [said] = faults(out)
    assert said.startswith("rows of journal.sqlite are as sealed (not row 3 (")
    assert said.endswith(", replication 2): changed or gone)")
    (out / "journal.sqlite").unlink()  # Git does not keep it
    assert run("verify", out, "--sample", 1).stdout.splitlines()[-1].startswith("8 of 8 pass")
    with open(out / "summary.csv", "a", encoding="utf-8") as file:
        file.write("\n")
    assert faults(out) == ["files are as written (not summary.csv)"]
    (out / "summary.csv").unlink()
    (out / "model.md").unlink()  # Git keeps this one
    assert faults(out) == ["files are as written (not model.md)"]


def test_reproduce_puts_a_manifest_back_where_nothing_but_its_making_changed(tmp_path):
    path = Path(__file__).parents[2] / "experiments/reproduce.py"
    spec = importlib.util.spec_from_file_location("reproduce", path)
    reproduce = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(reproduce)
    made = {"seed": 42, "written": "2026-01-01", "skipped": 0, "command": ["a"], "checksum": "a"}
    old = {tmp_path / name: json.dumps(made).encode() for name in ("same.json", "other.json")}
    (tmp_path / "same.json").write_text(
        json.dumps(made | {"written": "now", "skipped": 7, "checksum": "b"})
    )
    (tmp_path / "other.json").write_text(json.dumps(made | {"written": "now", "seed": 7}))
    reproduce.put_back(old | {tmp_path / "gone.json": b"{}"})
    assert json.loads((tmp_path / "same.json").read_text()) == made
    assert json.loads((tmp_path / "other.json").read_text())["seed"] == 7


def test_run_writes_one_scenario_and_takes_changes(tmp_path):
    home, out = written(tmp_path / "in"), tmp_path / "out"
    done = run(
        "run",
        home,
        "--set",
        "collaboration.level=0.9",
        "-r",
        2,
        "-o",
        out,
        "--json",
        "--jobs",
        1,
        "--excel",
    )
    assert json.loads(done.stdout)["points"][0]["coverage_of_need all"][0] > 0
    assert (
        (out / "measures.csv")
        .read_bytes()
        .startswith(b"\xef\xbb\xbfreplication,measure,place,group,value,unit\n0,people_in_need")
    )
    assert load_scenario(out / "scenario.resolved.yaml").collaboration.level == 0.9


@pytest.mark.usefixtures("undrawn")
def test_a_queue_that_still_grows_at_the_end_is_named_and_its_means_are_labelled(tmp_path):
    endless = SCENARIO.replace(", patience: {exponential: {mean: 3 weeks}}", "").replace(
        "hours each: 10 h", "hours each: 2 h"
    )
    done = run("sweep", written(tmp_path / "in", endless), "-o", tmp_path / "out", "--jobs", 2)
    assert (
        "guard: Queues that still grew at the end. Their means did not settle: with more weeks the"
        " value would be another.\n  - counsellors (offered load"
    ) in done.stderr
    assert "guard: before the run, at the baseline: counsellors: offered load" in done.stderr
    table = pd.read_csv(tmp_path / "out/summary.csv", keep_default_na=False).set_index(
        ["measure", "place", "group"]
    )
    assert set(table.loc[("wait_mean", "all", "station: room")]["note"]) == {"did not settle"}
    assert set(table.loc[("wait_mean", "all", "all")]["note"]) == {"did not settle"}
    assert set(table.loc[("wait_mean", "all", "station: line")]["note"]) == {""}
    assert set(table.loc[("coverage_of_need", "all", "all")]["note"]) == {""}


def test_the_guard_needs_no_run_out(tmp_path):
    endless = (
        SCENARIO.replace(", patience: {exponential: {mean: 3 weeks}}", "")
        .replace("hours each: 10 h", "hours each: 2 h")
        .replace("run out: 4 weeks", "run out: 0 h")
    )
    done = run(
        "run", written(tmp_path / "in", endless), "-o", tmp_path / "out", "--jobs", 1, "-r", 2
    )
    grew = done.stderr.partition("guard: Queues that still grew at the end.")[2]
    assert "  - counsellors (offered load" in grew.partition("What to do:")[0]


def test_check_warns_of_what_would_make_numbers_mean_less(tmp_path):
    text = SCENARIO.replace("run out: 4 weeks", "run out: 1 week").replace(
        "roster: office, shared", "roster: office, last start: 5 h, shared"
    )
    done = run(
        "check",
        written(tmp_path, text, ZONES.replace("population", "people")),
        "--set",
        "collaboration.level=0.9",
    )
    for said in (
        (
            "run out: 7.0 days: who asks last is not watched until the target (2.0 weeks) has"
            " passed, so coverage is understated"
        ),
        "the zones table has no column population: coverage_of_population cannot be told",
        (
            "counsellors: last start 5.0 h before closing, but the longest shift has 4.0 h: nobody"
            " is ever attended"
        ),
        (
            "collaboration.crisis_handoff is stated for levels 0.4 to 0.8; at 0.9 the nearest"
            " value, 12, is held"
        ),
    ):
        assert f"warning: {said}" in done.stderr


def test_a_dangling_override_writes_nothing(tmp_path):
    done = run(
        "run",
        written(tmp_path / "in"),
        "--set",
        "pools.counsellors.roster=foo",
        "-o",
        tmp_path / "out",
        expect=2,
    )
    assert "no roster is called 'foo'" in done.stderr and not (tmp_path / "out").exists()


def test_quiet_says_nothing_on_stderr(tmp_path):
    done = run(
        "run", written(tmp_path / "in"), "-r", 1, "-o", tmp_path / "out", "--quiet", "--jobs", 1
    )
    assert done.stderr == ""


def test_check_prints_loads_and_exits_2_on_a_fault(tmp_path):
    home = written(tmp_path)
    assert "counsellors" in run("check", home).stdout
    loads = json.loads(run("check", home, "--json").stdout)["loads"]
    assert {load["staff"] for load in loads} == {"counsellors", "seats"}
    assert "offered load by design point" in run("check", home / "experiment.yaml").stdout
    bad = written(tmp_path / "bad", SCENARIO.replace("warm up: 2 weeks", "warm up: 2"))
    done = run("check", bad, expect=2)
    assert (
        done.stdout == ""
        and done.stderr.startswith("simcap: wrong input\n")
        and "scenario.yaml:3:1 warm up" in done.stderr
    )


def test_wrong_input_writes_nothing(tmp_path):
    home = written(
        tmp_path / "in", experiment=EXPERIMENT.replace("pools.counsellors", "pools.councellors")
    )
    done = run("sweep", home, "--out", tmp_path / "out", expect=2)
    assert "did you mean 'counsellors'?" in done.stderr and not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    "old, new, said",
    [
        (
            "replications: 3",
            "replications: 0",
            (
                "replications: a whole number ≥ 1, or {precision: 5 %, of: a measure, at most: 50},"
                " wanted, got 0"
            ),
        ),
        (
            "[0.4, 0.8]",
            "[0.4, 0.4]",
            "factors.collaboration.level: each value once wanted, got [0.4, 0.4]",
        ),
        (
            "replications: 3",
            "replications: 3\nname: ../up",
            "name: a name that can be a directory's wanted, got '../up'",
        ),
        (
            "[x1, x2]",
            "[x1, many]",
            (
                "factors.pools.counsellors: override 'pools.counsellors': staff as a number, or a"
                " factor such as x1.5, wanted"
            ),
        ),
        (
            "[0.4, 0.8]",
            "0.4",
            (
                "factors.collaboration.level: a list of values, or a range {from: …, to: …},"
                " wanted, got 0.4"
            ),
        ),
        (
            "[0.4, 0.8]",
            "[0.4, 8]",
            (
                "factors.collaboration.level: override collaboration.level=8 collaboration.level: a"
                " share from 0 to 1"
            ),
        ),
        (
            "baseline: {collaboration.level: 0.4}",
            "baseline: {collaboration.level: 0.5}",
            "baseline.collaboration.level: one of 0.4, 0.8 wanted, got 0.5",
        ),
        (
            "scenario: scenario.yaml",
            "scenario: scenari.yaml",
            "there is no such file; did you mean 'scenario.yaml'?",
        ),
        (
            "replications: 3",
            "replication: 3",
            "replication: unknown key; did you mean 'replications'?",
        ),
    ],
)
def test_faults_in_an_experiment(tmp_path, old, new, said):
    assert (
        said
        in run(
            "sweep",
            written(tmp_path, experiment=EXPERIMENT.replace(old, new)),
            "-o",
            tmp_path / "out",
            expect=2,
        ).stderr
    )


def test_one_more_is_not_taken_for_one_in_all(tmp_path):
    wanted = "the number that there shall be in all wanted, or a factor such as x1.5, got '+1'"
    home = written(tmp_path)
    said = run("run", home, "--set", "pools.counsellors=+1", expect=2).stderr
    assert said == f"simcap: wrong input\n--set pools.counsellors: {wanted}\n"
    file = tmp_path / "more.yaml"
    file.write_text(
        f"name: more\nscenario: {home}\nfactors: {{pools.counsellors: [1, +1]}}\nreplications: 2\n"
    )
    with pytest.raises(ScenarioError) as caught:
        load_experiment(file)
    assert f":3:34 factors.pools.counsellors.1: {wanted}" in str(caught.value)


def test_an_unknown_set_a_bad_engine_and_an_output_that_is_a_file(tmp_path):
    home = written(tmp_path)
    assert "PATH=VALUE wanted, got 'level'" in run("run", home, "--set", "level", expect=2).stderr
    assert (
        "--engine: one of compiled, simpy wanted, got 'fast'"
        in run("run", home, "--engine", "fast", expect=2).stderr
    )
    assert (
        "a directory that can be written to wanted"
        in run("run", home, "-o", home / "zones.csv", expect=2).stderr
    )


def test_a_failed_replication_is_named_and_the_others_are_kept(tmp_path, monkeypatch):
    from simcap.study import replicate

    def failing(network, horizon, *, seed, replication, engine):
        if replication == 1:
            raise ArithmeticError("broken on purpose")
        return original(network, horizon, seed=seed, replication=replication, engine=engine)

    original = replicate.simulate
    monkeypatch.setattr(replicate, "simulate", failing)
    done = run("sweep", written(tmp_path / "in"), "-o", tmp_path / "out", "--jobs", 1, expect=3)
    assert (
        "simcap: failed: collaboration.level = 0.4, pools.counsellors = x1, replication 1, seed 42:"
        " ArithmeticError: broken on purpose" in done.stderr
    )
    assert set(pd.read_csv(tmp_path / "out/measures.csv")["replication"]) == {0, 2}
    assert (
        len(json.loads((tmp_path / "out/manifest.json").read_text(encoding="utf-8"))["failures"])
        == 4
    )


def test_text_that_a_spreadsheet_would_take_for_a_formula_is_escaped_and_numbers_are_not():
    frame = pd.DataFrame(
        {"name": ["=1+1", "-x", "城"], "value": [-1.5, float("nan"), 1e-20], "n": [1, -2, 3]}
    )
    assert csv_bytes(frame).decode() == "name,value,n\n'=1+1,-1.5,1\n'-x,,-2\n城,1e-20,3\n"


def test_a_seed_of_0_is_0_and_changes_of_a_base_are_kept(tmp_path):
    home = written(tmp_path, experiment=EXPERIMENT + "seed: 0\nset: {observe: 6 weeks}\n")
    (home / "child.yaml").write_text(
        "base: experiment.yaml\nset: {run_out: 1 week}\n", encoding="utf-8"
    )
    child = load_experiment(home / "child.yaml")
    assert (child.seed, child.scenario.observe, child.scenario.run_out) == (0, 6 * 168.0, 168.0)
    assert "offered load by design point" in run("check", home / "experiment.yaml").stdout


def test_a_single_scenario_is_an_experiment_without_factors(tmp_path):
    done = sweep(single(load_scenario(written(tmp_path)), 2, 7))
    assert done.comparison.empty and list(done.fingerprints) == ["scenario"]


# ---- more than a grid ----------------------------------------------------------------------------

UNCERTAIN = """\
scenario: scenario.yaml
factors: {pools.counsellors: [x1, x2]}
uncertain:
  stations.room.no_show: {from: 0 %, likely: 10 %, to: 60 %}
  needs.moderate.seeks_help.rural: [10 %, 70 %]
samples: 8
replications: 2
"""


@pytest.mark.slow
def test_uncertain_inputs_and_luck_are_told_apart_from_files_to_files(tmp_path):
    home, out = written(tmp_path / "in", experiment=UNCERTAIN), tmp_path / "out"
    done = run("sweep", home, "-o", out)
    assert (
        "2 design points × 32 settings of 2 uncertain inputs × 2 replications = 128 runs"
        in done.stderr
    )
    table = (
        pd.read_csv(out / "summary.csv", keep_default_na=False, na_values={"value": [""]})
        .set_index(["pools.counsellors", "measure", "place", "group"])
        .sort_index()
    )
    assert list(table.columns) == [
        "mean",
        "lower",
        "upper",
        "replications",
        "unit",
        "note",
        "input_lower",
        "input_upper",
        "input_sd",
    ]
    asking = table.loc[("x1", "people_asking", "rural", "all")]
    assert asking["input_sd"] > 0 and asking["input_lower"] < asking["mean"] < asking["input_upper"]
    assert (
        table.loc[("x1", "people_asking", "urban", "all")]["input_sd"] == 0.0
    )  # nothing uncertain touches it: luck alone
    frame, described = results.read(out)
    assert len(described["fingerprints"]) == 64 and described["samples"] == 32
    mine = frame[
        (frame["measure"] == "people_asking")
        & (frame["place"] == "rural")
        & (frame["group"] == "all")
        & (frame["pools.counsellors"] == "x1")
        & (frame["sample"] < 16)
    ]
    assert len(mine) == 32 and asking["mean"] == pytest.approx(mine["value"].mean())
    indices = (
        pd.read_csv(out / "sensitivity.csv")
        .set_index(["pools.counsellors", "measure", "place", "group", "input"])
        .sort_index()
    )
    of = indices.loc[("x1", "people_asking", "rural", "all")]["total"]
    assert of["needs.moderate.seeks_help.rural"] > 0.5 and of["stations.room.no_show"] == 0.0
    assert {"uncertainty.png", "sensitivity.png", "warm_up.png"} <= {
        path.name for path in (out / "figures").iterdir()
    }
    assert len(json.loads(run("compare", out, "--json").stdout)) == 1
    assert "16 of 16 pass" in run("verify", out, "--sample", 2).stdout
    assert "128 replications were taken from the journal" in run("sweep", home, "-o", out).stderr


def test_a_sample_of_ranges_is_run_and_drawn_and_compared_with_a_baseline_that_is_named(tmp_path):
    text = (
        "scenario: scenario.yaml\nfactors: {collaboration.level: {from: 0.4, to: 0.8},"
        " pools.counsellors: [x1, x2]}\nsample: {latin hypercube: 3}\nreplications: 2\n"
    )
    home, out = written(tmp_path / "in", experiment=text), tmp_path / "out"
    run("sweep", home, "-o", out)
    summary = pd.read_csv(out / "summary.csv")
    points = summary[["collaboration.level", "pools.counsellors"]].drop_duplicates()
    assert len(points) == 7 and points.iloc[0].tolist() == [0.6, "x1"]  # as written, and the sample
    drawn = {path.name for path in (out / "figures").iterdir()}
    assert {"responses.png", "responses.svg"} <= drawn and "coverage.png" not in drawn
    assert len(json.loads(run("compare", out, "--json").stdout)) == 6
    written(home, experiment=text + "baseline: {collaboration.level: 0.5, pools.counsellors: x1}\n")
    assert "12 replications were taken from the journal" in run("sweep", home, "-o", out).stderr
    rows = json.loads(run("compare", out, "--json").stdout)
    assert len(rows) == 6 and "0.5" not in {row["collaboration.level"] for row in rows}


@pytest.mark.usefixtures("undrawn")
def test_replications_stop_by_themselves_the_same_in_one_go_and_resumed(tmp_path):
    text = EXPERIMENT.replace(
        "replications: 3",
        "replications: {precision: 15 %, of: [coverage_of_need, contacts at urban], at least: 3, "
        "at most: 12, look ahead: 1}",
    )
    home = written(tmp_path / "in", experiment=text)
    done = run("sweep", home, "-o", tmp_path / "a", "--jobs", 1)
    run("sweep", home, "-o", tmp_path / "b", "--jobs", 2)
    numbers = (
        pd.read_csv(tmp_path / "a/measures.csv")
        .groupby(["collaboration.level", "pools.counsellors"])["replication"]
        .nunique()
    )
    assert numbers.between(4, 12).all() and numbers.nunique() > 1
    for name in ("measures.csv", "summary.csv", "comparison.csv"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()
    assert ("guard: precision not reached: " in done.stderr) == (numbers.max() == 12)
    written(home, experiment=EXPERIMENT.replace("replications: 3", "replications: 2"))
    run("sweep", home, "-o", tmp_path / "c")
    written(home, experiment=text)
    assert (
        "8 replications were taken from the journal"
        in run("sweep", home, "-o", tmp_path / "c").stderr
    )
    assert (tmp_path / "c/measures.csv").read_bytes() == (tmp_path / "a/measures.csv").read_bytes()


@pytest.mark.usefixtures("undrawn")
def test_a_list_of_points_and_paired_factors(tmp_path):
    points = (
        "scenario: scenario.yaml\npoints:\n- {pools.seats: 1, collaboration.level: 0.4}\n-"
        " {pools.seats: 2, collaboration.level: 0.8}\nbaseline: {pools.seats: 1,"
        " collaboration.level: 0.4}\nreplications: 1\n"
    )
    paired = (
        "scenario: scenario.yaml\nfactors: {pools.seats: [1, 2], collaboration.level: [0.4,"
        " 0.8]}\npaired: [pools.seats, collaboration.level]\nbaseline: {pools.seats: 1,"
        " collaboration.level: 0.4}\nreplications: 1\n"
    )
    run("sweep", written(tmp_path / "a", experiment=points), "-o", tmp_path / "out a")
    run("sweep", written(tmp_path / "b", experiment=paired), "-o", tmp_path / "out b")
    short = (
        "scenario: scenario.yaml\npoints: {before: {}, after: {pools.seats: 2, collaboration.level:"
        " 0.8}}\nbaseline: {collaboration.level: 0.4, pools.seats: 1}\nreplications: 1\n"
    )
    said = run("sweep", written(tmp_path / "c", experiment=short), "-o", tmp_path / "out c").stdout
    assert "design point" in said and "before" in said and "after" in said
    a, b, c = ((tmp_path / f"out {name}/measures.csv").read_text() for name in "abc")
    assert (
        a
        == b
        == c.replace("design point", "pools.seats,collaboration.level")
        .replace("before,", "1,0.4,")
        .replace("after,", "2,0.8,")
    )
    assert json.loads((tmp_path / "out c/manifest.json").read_text())["settings"] == {
        "before": {"pools.seats": 1, "collaboration.level": 0.4},
        "after": {"pools.seats": 2, "collaboration.level": 0.8},
    }
    assert "15 of 15 pass" in run("verify", tmp_path / "out c").stdout
    assert (
        "«before»: `pools.seats` 1, `collaboration.level` 0.4; «after»: `pools.seats` 2,"
        " `collaboration.level` 0.8" in (tmp_path / "out c/model.md").read_text()
    )


@pytest.mark.usefixtures("undrawn")
def test_many_comparisons_at_once_are_warned_of(tmp_path):
    home = written(
        tmp_path / "in",
        experiment=EXPERIMENT.replace(
            "[0.4, 0.8]", "[0.4, 0.41, 0.42, 0.43, 0.44, 0.45, 0.5, 0.8]"
        ),
    )
    run("sweep", home, "-o", tmp_path / "out")
    said = [
        run("compare", tmp_path / "out", "-m", measure).stdout
        for measure in (
            "coverage_of_need",
            "wait_mean",
            "referrals_completed",
            "duplicate_assessments",
            "contacts",
            "treated_of_need",
        )
    ]
    warned = [text for text in said if "alone only" in text]
    assert warned and all("15 comparisons are made at once." in text for text in warned)
    assert all("variance saved" in text for text in said)


def test_the_model_is_described_by_all_items_of_the_checklist(swept):
    from simcap.study.describing import model_description

    text = model_description(swept[1])
    for item in (
        "1.1",
        "1.2",
        "1.3",
        "2.1",
        "2.2",
        "2.3",
        "2.4",
        "2.5.1",
        "2.5.2",
        "2.5.3",
        "2.5.4",
        "2.5.5",
        "3.1",
        "3.2",
        "3.3",
        "3.4",
        "4.1",
        "4.2",
        "4.3",
        "5.1",
        "5.2",
        "5.3",
        "5.4",
        "6.1",
    ):
        assert f"**{item} " in text, item
    for said in (
        "line (completed) → course 50% by referral",
        "| counsellors | 2.5 in 2 zones | 10 h |",
        "| moderate | adults | moderate | 50.00% a year |",
        "3, every 7.0 days",
        "warm-up of 2.0 weeks",
        "simcap: a discrete-event capacity simulator",
        "(CITATION.cff)",
    ):
        assert said in text, said


def test_progress_tells_what_is_done_how_fast_and_what_is_left(capsys, monkeypatch):
    from simcap import screens
    from simcap.study.running import Progress

    monkeypatch.setattr(screens, "HEARTBEAT", 0.0)
    with screens.progress(False, "replications") as changed:
        changed(Progress(total=200, done=30, skipped=20, started=screens.time.monotonic() - 10.0))
    said = capsys.readouterr().err
    assert said == "50 of 200 replications, 3.0 a second, 50 s left\n"
    with screens.progress(True, "replications") as changed:
        changed(Progress(total=200))
    assert capsys.readouterr().err == ""


def test_the_loop_looks_up_several_times_a_second_even_where_one_replication_is_long(
    monkeypatch, swept
):
    import time

    from simcap.study import replicate, running

    original = replicate.simulate

    def slow(*arguments, **options):
        time.sleep(1.5)
        return original(*arguments, **options)

    monkeypatch.setattr(replicate, "simulate", slow)
    seen = []
    one = single(load_scenario(swept[0]), 1, 1)
    running.replicated(one, changed=lambda progress: seen.append(progress.done))
    assert seen.count(0) >= 4


# ---- what is seldom written, and what goes wrong -------------------------------------------------


@pytest.mark.usefixtures("undrawn")
@pytest.mark.parametrize("jobs", [1, 3])
@pytest.mark.parametrize(
    "text",
    [
        "factors: {collaboration.level: ['40 %', 0.4, 0.8]}\nreplications: 2\n",
        (
            "factors: {pools.counsellors: [x1, x1.0, x2], start: [2025-01-06,"
            " 2025-02-03]}\nreplications: 2\n"
        ),
        "uncertain: {pools.counsellors: [x0.5, x2]}\nsamples: 4\nreplications: 3\n",
        (
            "uncertain: {pools.counsellors: {from: x1, to: x3, step: 1}}\nsamples:"
            " 4\nreplications: 2\n"
        ),
        (
            "factors: {pools.counsellors: {from: x1, to: x2, step: 0.5}}\nsample: {latin hypercube:"
            " 8}\nreplications: 2\n"
        ),
        (
            "factors: {rosters.office.holidays: [open, closed], stations.room.service_time: [30"
            " min, 1 h, {exponential: {mean: 40 min}}], collaboration.level: {from: 0.4, to:"
            " 0.8}}\nsample: {sobol: 2}\nreplications: 1\n"
        ),
    ],
)
def test_levels_that_mean_the_same_dates_steps_and_words_are_run_once_and_written(
    tmp_path, text, jobs
):
    home, out = (
        written(tmp_path / "in", experiment="scenario: scenario.yaml\n" + text),
        tmp_path / "out",
    )
    run("sweep", home, "-o", out, "--jobs", jobs)
    frame, described = results.read(out)
    assert len(frame) and not described["failures"]
    with Journal.open(out) as journal:
        kept = len(journal)
    prints = {
        digest for of_point in described["fingerprints"].values() for digest in of_point.values()
    }
    assert (
        kept
        == len(
            {
                (described["plans"][point], number)
                for point, of in described["fingerprints"].items()
                for number in of
            }
        )
        and prints
    )
    assert "pass" in run("verify", out, "--sample", 1).stdout


@pytest.mark.slow
@pytest.mark.usefixtures("undrawn")
def test_a_sweep_of_uncertain_inputs_stops_by_itself_once_for_all_settings(tmp_path):
    text = UNCERTAIN.replace(
        "replications: 2",
        "replications: {precision: 10 %, of: contacts, at least: 3, at most: 9, look ahead: 1}",
    ).replace("samples: 8", "samples: 4")
    home, out = written(tmp_path / "in", experiment=text), tmp_path / "out"
    run("sweep", home, "-o", out, "--jobs", 2)
    frame, _ = results.read(out)
    numbers = frame.groupby(["pools.counsellors", "sample"])["replication"].nunique()
    assert (numbers.groupby(level=0).nunique() == 1).all() and numbers.min() >= 4
    one = (out / "sensitivity.csv").read_bytes()
    run("sweep", home, "-o", tmp_path / "again", "--jobs", 1)
    for name in ("measures.csv", "summary.csv", "comparison.csv", "sensitivity.csv"):
        assert (out / name).read_bytes() == (tmp_path / "again" / name).read_bytes(), name
    assert one


@pytest.mark.parametrize("text", [EXPERIMENT, UNCERTAIN, UNCERTAIN.replace("[x1, x2]", "[x1]")])
@pytest.mark.parametrize("finished", [0, 1, 3])
def test_an_interruption_at_any_moment_leaves_tables_of_what_is_there(
    tmp_path, monkeypatch, text, finished
):
    from simcap.study import running

    experiment = load_experiment(written(tmp_path, experiment=text))

    def interrupt(progress):
        if progress.done >= finished:
            raise KeyboardInterrupt

    done = running.replicated(experiment, changed=interrupt)
    for cell in done.cells if finished == 0 else ():
        cell.records.clear()  # as if the interruption had come a moment earlier
    made = tables(done)
    assert made.interrupted and made.measures.empty == (finished == 0)
    (tmp_path / "out").mkdir()
    results.write(made, tmp_path / "out")


def test_a_sweep_in_which_all_fails_names_the_failures(tmp_path, monkeypatch):
    from simcap.study import replicate

    def failing(*arguments, **options):
        raise ArithmeticError("broken on purpose")

    monkeypatch.setattr(replicate, "simulate", failing)
    for number, text in enumerate((EXPERIMENT, UNCERTAIN)):
        done = run(
            "sweep",
            written(tmp_path / f"in{number}", experiment=text),
            "-o",
            tmp_path / f"out{number}",
            "--jobs",
            1,
            expect=1,
        )
        assert (
            "replication 0, seed 42: ArithmeticError: broken on purpose" in done.stderr
            and "Traceback" not in done.stderr
        )


def test_nothing_of_an_earlier_experiment_stays_beside_the_new_results(tmp_path):
    home, out = written(tmp_path / "in", experiment=UNCERTAIN), tmp_path / "out"
    run("sweep", home, "-o", out)
    assert (out / "sensitivity.csv").exists() and (out / "figures/uncertainty.png").exists()
    written(
        home,
        experiment=(
            "scenario: scenario.yaml\nfactors: {collaboration.level: [0.6]}\nreplications: 1\n"
        ),
    )
    run("sweep", home, "-o", out)
    assert not (out / "sensitivity.csv").exists() and not (out / "figures/uncertainty.png").exists()
    assert (
        "a second design point to compare with the baseline wanted"
        in run("compare", out, expect=2).stderr
    )


def test_uncertain_inputs_that_do_not_go_together_are_found_before_anything_is_simulated(tmp_path):
    text = (
        "scenario: scenario.yaml\nuncertain:\n  pathways.adults.line.completed.course.share: [30 %,"
        " 95 %]\n  pathways.adults.line.completed.room: [1 %, 60 %]\nsamples: 8\n"
    )
    scenario = SCENARIO.replace(
        "line: {completed: {course: {share: 50 %, by: referral}}}",
        "line: {completed: {course: {share: 30 %, by: referral}, room: 1 %}}",
    )
    done = run(
        "sweep",
        written(tmp_path / "in", scenario, experiment=text),
        "-o",
        tmp_path / "out",
        expect=2,
    )
    assert (
        "shares with a sum of at most 1 wanted" in done.stderr and not (tmp_path / "out").exists()
    )


def test_quantiles_over_replications_are_told_with_their_bounds(tmp_path):
    home, out = (
        written(tmp_path / "in", experiment="scenario: scenario.yaml\nreplications: 30\n"),
        tmp_path / "out",
    )
    run("sweep", home, "-o", out)
    frame, _ = results.read(out)
    values = (
        frame[
            (frame["measure"] == "contacts") & (frame["place"] == "all") & (frame["group"] == "all")
        ]["value"]
        .sort_values()
        .tolist()
    )
    row = json.loads(run("quantiles", out, "--share", 0.5, "-m", "contacts", "--json").stdout)[0]
    assert (row["quantile"], row["lower"], row["upper"]) == (
        values[14],
        values[9],
        values[20],
    ) and row["replications"] == 30
    assert "«?»: more replications are needed" in run("quantiles", out, "--share", 0.99).stdout
    assert (
        "--share: a share above 0 and below 1 wanted, got 2"
        in run("quantiles", out, "--share", 2, expect=2).stderr
    )
    assert "did you mean 'wait_mean'?" in run("quantiles", out, "-m", "wait_men", expect=2).stderr


@pytest.mark.usefixtures("undrawn")
def test_the_worst_zone_is_asked_for_by_name_and_told_with_its_zone(tmp_path):
    home = written(tmp_path / "in", experiment=EXPERIMENT + "answer: ['worst zone: wait_mean']\n")
    done = run("sweep", home, "-o", tmp_path / "out")
    summary = pd.read_csv(tmp_path / "out/summary.csv")
    point = (summary["collaboration.level"] == 0.4) & (summary["pools.counsellors"] == "x1")
    waits = summary[point & (summary["measure"] == "wait_mean") & (summary["group"] == "all")]
    zones = waits[waits["place"].isin(["城 City", "村 Village"])].set_index("place")["mean"]
    (worst,) = waits[waits["place"] == "worst zone"].itertuples()
    assert worst.mean == zones.max() and worst.note.startswith(zones.idxmax())
    answer = pd.read_csv(tmp_path / "out/answer.csv")
    assert (answer["place"] == "worst zone").sum() == 4
    assert zones.idxmax() in done.stdout
