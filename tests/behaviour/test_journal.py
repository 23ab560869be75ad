"""A study that is interrupted, resumed, refused, damaged: nothing finished is lost, nothing is
misread, and one line says what happened.
"""

import contextlib
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import psutil
import pytest
from tiny import EXPERIMENT, SCENARIO, written
from typer.testing import CliRunner

from simcap.analysis.sheet import prepare
from simcap.cli import app
from simcap.errors import StudyError
from simcap.study.experiment import load_experiment
from simcap.study.journal import Journal, Record, replication_key
from simcap.study.version import Origin

LONGER = SCENARIO.replace("observe: 10 weeks", "observe: 300 weeks")
HERE = Origin("model", "platform")


def run(*arguments, expect=0):
    done = CliRunner().invoke(
        app, [str(argument) for argument in arguments], catch_exceptions=False
    )
    assert done.exit_code == expect, done.output
    return done


def started(*arguments, **options):
    """The same as a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "simcap", *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **options,
    )


def rows_in(out):
    """key → (when finished, fingerprint) of the journal in ``out``, as another program sees it."""
    try:
        with sqlite3.connect(f"file:{out / 'journal.sqlite'}?mode=ro", uri=True) as connection:
            found = connection.execute(
                "SELECT key, finished, fingerprint FROM replications"
            ).fetchall()
        connection.close()
    except sqlite3.OperationalError:
        return {}
    return {key: rest for key, *rest in found}


def wait_for_rows(out, process, number, seconds=60):
    deadline = time.monotonic() + seconds
    while len(rows_in(out)) < number and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.02)


def record(value=1.0, labels=(("measure", "all", "all"),)):
    return Record(
        labels,
        np.array([value] * len(labels)),
        np.array([[0, 3, 2], [1, 1, 5]]),
        "f" * 64,
        7,
        "simpy",
        0.5,
    )


# ---- the journal itself --------------------------------------------------------------------------


def test_a_row_comes_back_to_the_bit_and_a_key_knows_all_that_decides(tmp_path):
    values = np.array([0.1, float("nan"), -0.0, 5e-324, np.inf])
    labels = tuple((f"m{i}", "城", "pool: x") for i in range(5))
    mine = Record(labels, values, np.array([[0, 3, 2], [1, 1, 5]]), "a" * 64, 7, "compiled", 0.25)
    with Journal.open(tmp_path) as journal:
        journal.put("k", "plan", 42, 3, HERE, mine)
    with Journal.open(tmp_path) as journal:
        again = journal.get("k")
        assert journal.get("other") is None and len(journal) == 1
    assert again.values.tobytes() == values.tobytes() and again.labels == labels
    assert again.queues.tolist() == mine.queues.tolist()
    assert (again.fingerprint, again.visits, again.engine, again.seconds) == (
        "a" * 64,
        7,
        "compiled",
        0.25,
    )
    keys = {
        replication_key(*key)
        for key in [
            ("p", 1, 2, HERE),
            ("q", 1, 2, HERE),
            ("p", 2, 2, HERE),
            ("p", 1, 3, HERE),
            ("p", 1, 2, Origin("other", "platform")),
            ("p", 1, 2, Origin("model", "other")),
        ]
    }
    assert len(keys) == 6


def test_a_row_is_never_written_twice(tmp_path):
    with Journal.open(tmp_path) as journal:
        journal.put("k", "plan", 42, 3, HERE, record())
        with pytest.raises(StudyError, match="cannot be recorded again"):
            journal.put("k", "plan", 42, 3, HERE, record(2.0))
        assert journal.get("k").values[0] == 1.0


@pytest.mark.parametrize("harm", ["byte", "garbage", "cut", "stranger", "row", "labels"])
def test_a_damaged_journal_is_named_in_one_line_and_set_aside_on_request(tmp_path, harm):
    with Journal.open(tmp_path) as journal:
        for number in range(40):
            journal.put(
                f"k{number}",
                "plan",
                42,
                number,
                HERE,
                record(float(number), (("measure" * 40, str(number), "all"),)),
            )
    path = tmp_path / "journal.sqlite"
    content = bytearray(path.read_bytes())
    if harm == "byte":
        content[len(content) // 2 : len(content) // 2 + 4096] = bytes(4096)
    elif harm == "garbage":
        content = bytearray(b"not a database at all" * 400)
    elif harm == "cut":
        content = content[:9000]
    path.write_bytes(content)
    if harm in ("stranger", "row", "labels"):
        with sqlite3.connect(path) as connection:
            connection.execute(
                {
                    "stranger": "PRAGMA user_version = 99",
                    "row": "UPDATE replications SET fingerprint = 'x' WHERE key = 'k3'",
                    "labels": "UPDATE labels SET labels = replace(labels, '3', '4')",
                }[harm]
            )
        connection.close()

    def read_all():
        with Journal.open(tmp_path) as journal:
            return [journal.get(f"k{number}") for number in range(40)]

    with pytest.raises(
        StudyError,
        match=(
            r"journal.sqlite: (the journal is damaged \(.+\)|not a journal of this version.*);"
            r" ?--fresh|: --fresh sets it aside"
        ),
    ) as raised:
        read_all()
    assert "\n" not in str(raised.value)
    with Journal.open(tmp_path, fresh=True) as journal:
        assert len(journal) == 0
    assert (tmp_path / "journal-1.sqlite").exists() and read_all() == [None] * 40


def test_a_directory_is_held_by_one_sweep_at_a_time_and_freed_with_its_process(tmp_path):
    refused = pytest.raises(
        StudyError, match="another sweep is writing here; wait for it, or give another directory"
    )
    with Journal.open(tmp_path), refused, Journal.open(tmp_path):
        pass
    holder = subprocess.Popen(
        [
            sys.executable,
            "-c",
            (
                "import sys, time; from pathlib import Path; from simcap.study.journal import"
                " Journal\nwith Journal.open(Path(sys.argv[1])): print('held', flush=True);"
                " time.sleep(60)"
            ),
            str(tmp_path),
        ],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert holder.stdout.readline() == "held\n"
    with (
        pytest.raises(StudyError, match="another sweep is writing here"),
        Journal.open(tmp_path, fresh=True),
    ):
        pass
    assert not (tmp_path / "journal-1.sqlite").exists()
    holder.kill()
    holder.communicate()
    with Journal.open(tmp_path) as journal:
        assert len(journal) == 0


# ---- sweeps that are interrupted -----------------------------------------------------------------


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A longer experiment, its uninterrupted results, and how long they took, once compiled."""
    prepare("compiled")
    home = written(
        tmp_path_factory.mktemp("longer") / "in",
        LONGER,
        experiment=EXPERIMENT.replace("replications: 3", "replications: 8"),
    )
    out, began = home.parent / "whole", time.monotonic()
    process = started("sweep", home, "-o", out, "--quiet")
    said = process.communicate(timeout=100)[1]
    assert process.returncode == 0, said
    return home, out, time.monotonic() - began


def test_a_killed_sweep_goes_on_where_it_was(whole, tmp_path):
    home, before, _ = whole
    out, known = tmp_path / "out", {}
    for wanted in (1, 9, 17, 30):
        process = started("sweep", home, "-o", out, "--quiet")
        wait_for_rows(out, process, wanted)
        process.kill()
        process.communicate()
        now = rows_in(out)
        assert known.items() <= now.items() and len(now) >= min(wanted, 32)
        assert not (out / "manifest.json").exists() or len(now) == 32
        known = now
    done = run("sweep", home, "-o", out)
    assert f"{len(known)} replications were taken from the journal" in done.stderr
    assert known.items() <= rows_in(out).items() and len(rows_in(out)) == 32
    for name in (
        "measures.csv",
        "summary.csv",
        "comparison.csv",
        "model.md",
        "scenario.resolved.yaml",
    ):
        assert (out / name).read_bytes() == (before / name).read_bytes(), name


@pytest.mark.parametrize("options", [[], ["--engine", "simpy", "--fresh", "--jobs", "2"]])
def test_a_killed_sweep_leaves_no_process_behind(whole, tmp_path, options):
    """Neither the copies that draw figures (of a sweep that was all in the journal) nor the workers
    of the SimPy engine.
    """
    home, before, _ = whole
    out = tmp_path / "out"
    shutil.copytree(before, out)
    process = started("sweep", home, "-o", out, "--quiet", *options)
    children, deadline = [], time.monotonic() + 60
    while len(children) < 2 and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.01)
        with contextlib.suppress(psutil.NoSuchProcess):
            children = psutil.Process(process.pid).children(recursive=True)
    assert len(children) >= 2
    process.kill()
    _, alive = psutil.wait_procs(children, timeout=20)
    process.communicate(timeout=20)
    assert alive == []


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("engine", ["compiled", "simpy"])
def test_thirty_kills_at_random_moments_change_nothing(whole, tmp_path, engine):
    home, before, seconds = whole
    random, out, known = np.random.default_rng(5), tmp_path / "out", {}
    for _ in range(30):
        process = started("sweep", home, "-o", out, "--quiet", "--engine", engine)
        time.sleep(random.uniform(0, 1.2 * seconds))
        ended = process.poll() is not None
        process.kill()
        process.communicate()
        now = rows_in(out)
        assert known.items() <= now.items()
        known = now
        if ended:
            assert (out / "measures.csv").read_bytes() == (before / "measures.csv").read_bytes()
            shutil.rmtree(out)
            known = {}
    run("sweep", home, "-o", out, "--engine", engine)
    assert (out / "measures.csv").read_bytes() == (before / "measures.csv").read_bytes()
    assert known.items() <= rows_in(out).items()


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_sweep_keeps_what_was_finished_and_says_so(whole, tmp_path, how):
    home, _, _ = whole
    out = tmp_path / "out"
    process = started("sweep", home, "-o", out)
    wait_for_rows(out, process, 3)
    process.send_signal(how)
    said = process.communicate(timeout=60)[1]
    assert (
        process.returncode == 130
        and "simcap: interrupted; what was finished is kept" in said
        and "Traceback" not in said
    )
    assert 3 <= len(rows_in(out)) < 32 and (out / "measures.csv").exists()
    compared = run("verify", out, "--sample", 2)
    assert "15 of 15 pass" in compared.stdout


def test_a_second_sweep_on_a_directory_is_refused_with_one_line(whole, tmp_path):
    home, _, _ = whole
    with Journal.open(tmp_path):
        done = run("sweep", home, "-o", tmp_path, expect=75)
    assert (
        f"simcap: failed\n{tmp_path}: another sweep is writing here; wait for it, or give another"
        " directory with --out\n" in done.stderr
    )


@pytest.mark.usefixtures("undrawn")
def test_fresh_starts_over_and_keeps_the_old_journal(tmp_path):
    home, out = written(tmp_path / "in"), tmp_path / "out"
    run("sweep", home, "-o", out)
    first = rows_in(out)
    done = run("sweep", home, "-o", out, "--fresh")
    assert "taken from the journal" not in done.stderr
    assert rows_in(out).keys() == first.keys() and rows_in(out) != first
    (tmp_path / "aside").mkdir()
    with Journal.open(tmp_path / "aside") as journal:
        assert journal.take_over(out / "journal-1.sqlite") == (12, 0)


@pytest.mark.usefixtures("undrawn")
def test_a_changed_experiment_keeps_what_is_still_valid(tmp_path):
    home, out = written(tmp_path / "in"), tmp_path / "out"
    run("sweep", home, "-o", out)
    written(
        home,
        experiment=EXPERIMENT.replace("[x1, x2]", "[x2, x3]").replace(
            "replications: 3", "replications: 4\nnote: changed"
        ),
    )
    assert "9 replications were taken from the journal" in run("sweep", home, "-o", out).stderr
    written(home, SCENARIO.replace("name: tiny", "name: renamed"), experiment=EXPERIMENT)
    assert "12 replications were taken from the journal" in run("sweep", home, "-o", out).stderr
    written(home, SCENARIO + "targets: {first contact: 3 weeks}\n", experiment=EXPERIMENT)
    assert "taken from the journal" not in run("sweep", home, "-o", out).stderr
    assert "taken from the journal" not in run("sweep", home, "-o", out, "--seed", "7").stderr
    assert (
        "12 replications were taken from the journal"
        in run("sweep", home, "-o", out, "--seed", "7", "--engine", "simpy").stderr
    )


@pytest.mark.usefixtures("undrawn")
def test_results_that_were_half_replaced_are_never_read(tmp_path):
    home, out = written(tmp_path / "in"), tmp_path / "out"
    run("sweep", home, "-o", out)
    with open(out / "measures.csv", "a", encoding="utf-8") as file:
        file.write("0.4,x1,9,wait_mean,all,all,1.0,h\n")
    done = run("compare", out, expect=2)
    assert "measures.csv is not the one that manifest.json was written with" in done.stderr
    run("sweep", home, "-o", out)
    run("compare", out)


@pytest.mark.skipif(
    not Path("/dev/full").exists() or os.geteuid() != 0,
    reason="a file system of a few megabytes wanted",
)
def test_a_full_disk_stops_with_one_line_and_the_sweep_goes_on_once_there_is_room(whole, tmp_path):
    home, before, _ = whole
    small = tmp_path / "small"
    small.mkdir()
    if subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=600k", "tmpfs", str(small)],
        capture_output=True,
        check=False,
    ).returncode:
        pytest.skip("no small file system can be mounted here")
    try:
        done = run("sweep", home, "-o", small / "out", expect=1)
        said = [
            line
            for line in done.stderr.splitlines()
            if "full" in line or "cannot be written" in line
        ]
        assert len(said) == 1 and "Traceback" not in done.stderr, done.stderr
        kept = len(rows_in(small / "out"))
        subprocess.run(["mount", "-o", "remount,size=80m", str(small)], check=True)
        again = run("sweep", home, "-o", small / "out")
        assert kept == 0 or f"{kept} replications were taken from the journal" in again.stderr
        assert (small / "out/measures.csv").read_bytes() == (before / "measures.csv").read_bytes()
    finally:
        subprocess.run(["umount", "-l", str(small)], check=False)


# ---- shards --------------------------------------------------------------------------------------


@pytest.mark.usefixtures("undrawn")
def test_shards_put_together_are_the_whole(tmp_path):
    home = written(tmp_path / "in")
    run("sweep", home, "-o", tmp_path / "whole")
    out = tmp_path / "out"
    for number in (1, 3):
        said = run("sweep", home, "-o", out, "--shard", f"{number}/3").stderr
        assert (
            f"replications of this shard are in {out}/shard-{number}-of-3; simcap merge puts shards"
            " together" in said
        )
        assert not (out / "measures.csv").exists()
    done = run("merge", home, "-o", out, expect=1)
    assert done.stderr.endswith(
        "\nsimcap: failed\n4 replications of in are in none of the journals"
        " (collaboration.level=0.4, pools.counsellors=x1, replication 1; collaboration.level=0.4,"
        " pools.counsellors=x2, replication 0; collaboration.level=0.8, pools.counsellors=x1,"
        " replication 2 …); what was merged is kept: simcap sweep there simulates the rest\n"
    )
    run("sweep", home, "-o", out, "--shard", "2/3")
    assert "12 replications were taken from the journal" in run("merge", home, "-o", out).stderr
    for name in ("measures.csv", "summary.csv", "comparison.csv"):
        assert (out / name).read_bytes() == (tmp_path / "whole" / name).read_bytes()
    assert [len(rows_in(out / f"shard-{number}-of-3")) for number in (1, 2, 3)] == [4, 4, 4]


def test_shards_that_disagree_are_refused(tmp_path):
    for name, value in (("a", 1.0), ("b", 2.0)):
        with Journal.open(
            tmp_path / name if (tmp_path / name).mkdir() is None else tmp_path
        ) as journal:
            journal.put("k", "plan", 42, 3, HERE, record(value))
    with Journal.open(tmp_path) as journal:
        assert journal.take_over(tmp_path / "a/journal.sqlite") == (1, 0)
        assert journal.take_over(tmp_path / "a/journal.sqlite") == (0, 1)
        with pytest.raises(
            StudyError, match="replication 3 has other numbers than the same one in"
        ):
            journal.take_over(tmp_path / "b/journal.sqlite")


def test_the_seed_of_the_command_line_reaches_the_results(tmp_path):
    home = written(tmp_path / "in")
    assert load_experiment(home, 7).seed == 7
