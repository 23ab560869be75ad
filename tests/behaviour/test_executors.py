"""Threads, processes and a cluster: the same bytes, lost workers replaced, versions that must
agree.
"""

import contextlib
import dataclasses
import itertools
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from tiny import SCENARIO, written

from simcap.engine import ENGINES, simulate
from simcap.errors import InputError, StudyError
from simcap.study import cluster as clusters
from simcap.study import executors, replicate, running
from simcap.study.cluster import Cluster
from simcap.study.csv_files import csv_bytes
from simcap.study.executors import Processes, Threads, affordable, perform_all
from simcap.study.experiment import load_experiment
from simcap.study.journal import Journal
from simcap.study.replicate import Batch, NoPlan, perform
from simcap.study.sweep import sweep
from simcap.study.version import Origin, agree, model_version, origin

TABLES = ("measures", "summary", "comparison")


def written_tables(done):
    return {name: csv_bytes(getattr(done, name)) for name in TABLES}


@pytest.fixture(scope="module")
def experiment(tmp_path_factory):
    return load_experiment(written(tmp_path_factory.mktemp("tiny")))


@pytest.fixture(scope="module")
def alone(experiment):
    return sweep(experiment)


@pytest.mark.parametrize(
    "crew", [lambda: Threads(2), lambda: Threads(5), lambda: Processes(1), lambda: Processes(2)]
)
def test_any_crew_gives_the_same_bytes(experiment, alone, crew):
    done = sweep(experiment, crew=crew())
    assert written_tables(done) == written_tables(alone) and done.fingerprints == alone.fingerprints


def test_the_engines_give_the_same_bytes(experiment, alone):
    assert written_tables(sweep(experiment, jobs=2, engine=ENGINES[1])) == written_tables(alone)


def test_two_threads_lay_a_network_out_once_and_draw_the_same(experiment):
    """The first replications of one plan, begun at the same moment by many threads."""
    plan = running.Plans(experiment)(0)
    here, gate, found = origin("compiled"), threading.Barrier(6), []

    def one(number):
        gate.wait()
        found.append(
            (
                number,
                replicate.replicate(
                    plan, Batch(plan.digest, (number,), 1, "compiled", here, plan), number
                ).record.fingerprint,
            )
        )

    workers = [threading.Thread(target=one, args=(number % 2,)) for number in range(6)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len(set(found)) == 2


def double_or_die(task):
    path, number = task
    if number == 3:
        os._exit(1)
    if number == 4 and not Path(path).exists():
        Path(path).touch()
        os._exit(1)
    return [2 * each for each in number] if isinstance(number, tuple) else 2 * number


def outcomes(crew, tasks, **options):
    done, tasks = [], iter(tasks)
    with crew as workers:
        perform_all(
            workers,
            double_or_die,
            lambda: next(tasks, None),
            lambda *outcome: done.append(outcome),
            **options,
        )
    return done


@pytest.mark.filterwarnings("ignore")
def test_a_task_that_kills_its_worker_is_given_up_and_all_others_are_done(tmp_path, caplog):
    done = outcomes(Processes(2), [(str(tmp_path / "once"), number) for number in range(8)])
    assert sorted(result for _, result, _ in done if result is not None) == [0, 2, 4, 8, 10, 12, 14]
    assert [(task[1], fault) for task, result, fault in done if result is None] == [
        (3, "the worker died 3 times")
    ]
    assert {record.message for record in caplog.records} == {
        "a worker died: what it was doing is done again"
    }


def test_a_batch_that_comes_without_its_plan_is_sent_back_and_kept_once_it_has_come(experiment):
    import pickle

    plan, here = running.Plans(experiment)(0), origin("compiled")
    batch = Batch("digest of this test", (0,), 42, "compiled", here)
    assert isinstance(perform(batch), NoPlan)
    first = perform(Batch("digest of this test", (0,), 42, "compiled", here, pickle.dumps(plan)))
    again = perform(batch)
    assert first[0].record.fingerprint == again[0].record.fingerprint


def test_a_plan_travels_to_each_worker_once(experiment, alone, monkeypatch):
    sent, original = [], running._Work._payload
    monkeypatch.setattr(
        running._Work,
        "_payload",
        lambda self, digest, made: sent.append(original(self, digest, made)) or sent[-1],
    )
    crew = Processes(2)
    crew.task_seconds = 0.0  # one replication in each task
    assert written_tables(sweep(experiment, crew=crew)) == written_tables(alone)
    assert (
        len(sent) == 12 and sum(payload is not None for payload in sent) == 8
    )  # four plans, two workers


def test_a_worker_with_another_simcap_or_another_platform_is_refused(experiment):
    plan = running.Plans(experiment)(0)
    for expected in (
        Origin("0.0.9+abc", origin("compiled").platform),
        Origin(model_version(), "Linux x86_64 0"),
    ):
        with pytest.raises(
            StudyError,
            match=(
                r"a worker has simcap .* but the sweep was started with .*: the same wanted"
                r" everywhere"
            ),
        ):
            perform(Batch(plan.digest, (0,), 42, "compiled", expected, plan))


def test_workers_are_as_many_as_there_is_memory_for(monkeypatch):
    monkeypatch.setattr(executors, "available_memory", lambda: 1_000_000_000)
    assert affordable(8, 50_000_000, "compiled") == (8, "")
    assert affordable(8, 200_000_000, "compiled") == (
        4,
        "memory: 4 of 8 workers, since a replication needs about 200 MB and 1000 MB are free",
    )
    assert affordable(8, 230_000_000, "simpy")[0] == 2
    assert affordable(8, 5_000_000_000, "compiled")[0] == 1


def test_the_limit_of_a_batch_job_holds_and_what_slurm_gives(tmp_path, monkeypatch):
    """The group of the process has no limit of its own; its job, two levels above, has."""
    job = tmp_path / "memory/slurm/uid_0/job_7"
    (job / "step_0/task_0").mkdir(parents=True)
    for group, most in ((job / "step_0/task_0", 2**60), (job, 3_000_000)):
        (group / "memory.limit_in_bytes").write_text(f"{most}\n")
        (group / "memory.usage_in_bytes").write_text("1000000\n")
    groups = tmp_path / "cgroup"
    groups.write_text("9:cpu:/x\n4:memory:/slurm/uid_0/job_7/step_0/task_0\n0::/\n")
    limits = executors._memory_limits
    monkeypatch.setattr(executors, "_memory_limits", lambda *paths: limits(groups, tmp_path))
    assert executors.available_memory() == 2_000_000
    monkeypatch.setenv("SLURM_CPUS_PER_TASK", "1")
    assert executors.available_jobs() == 1
    monkeypatch.setenv("SLURM_CPUS_PER_TASK", "100000")
    assert executors.available_jobs() == len(os.sched_getaffinity(0))


def test_the_estimated_memory_of_a_plan_is_of_the_right_size(tmp_path):
    """Ten times the residents need more, by about what ten times as many records take."""
    small, large = (
        running.Plans(
            load_experiment(written(tmp_path / name, SCENARIO.replace("50 % per year", share)))
        ).baseline()
        for name, share in (("a", "5 % per year"), ("b", "50 % per year"))
    )
    assert 1e6 < small.memory < large.memory < 1e8


# ---- a cluster -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    """The address of a Dask cluster of two worker processes, which nannies start anew when they
    die.
    """
    home = tmp_path_factory.mktemp("dask")
    code = (
        "import sys, dask\ndask.config.set({'distributed.worker.daemon': False})\nfrom distributed"
        " import LocalCluster\nif __name__ == '__main__':\n    cluster = LocalCluster(n_workers=2,"
        " threads_per_worker=1, dashboard_address=None, local_directory=sys.argv[1])\n   "
        " print(cluster.scheduler_address, flush=True)\n    sys.stdin.read()\n"
    )
    script = home / "cluster.py"
    script.write_text(code, encoding="utf-8")
    process = subprocess.Popen(
        [sys.executable, str(script), str(home)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env={
            **os.environ,
            "PYTHONPATH": os.pathsep.join(map(str, Path(__file__).parents[:3])),
        },
    )
    yield process.stdout.readline().strip()
    process.stdin.close()
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()
    process.stdout.close()


@pytest.mark.filterwarnings("ignore")
def test_a_cluster_gives_the_same_bytes_even_where_a_worker_is_killed(
    experiment, alone, cluster, tmp_path
):
    killed = []

    def kill_one(progress):
        if progress.done >= 2 and not killed:
            import psutil

            pid = next(iter(crew.client.run(os.getpid).values()))
            killed.append(pid)
            psutil.Process(pid).kill()

    crew = Cluster(cluster, lambda client: agree(client, origin("compiled")))
    with Journal.open(tmp_path) as journal:
        done = sweep(experiment, crew=crew, journal=journal, changed=kill_one)
        assert len(journal) == 12
    assert killed and written_tables(done) == written_tables(alone) and not done.failures


@pytest.mark.filterwarnings("ignore")
@pytest.mark.slow
def test_a_task_that_kills_cluster_workers_is_given_up(cluster, tmp_path):
    crew = Cluster(cluster)
    done = outcomes(crew, [(str(tmp_path / "once"), number) for number in range(6)])
    assert sorted(result for _, result, _ in done if result is not None) == [0, 2, 4, 8, 10]
    assert [(task[1], fault) for task, result, fault in done if result is None] == [
        (3, "the worker died 3 times")
    ]


@pytest.mark.filterwarnings("ignore")
def test_a_cluster_with_another_simcap_is_refused(cluster):
    with pytest.raises(
        StudyError,
        match=r"worker tcp://.* has simcap .*, but here is 9\.9\+x: the same wanted everywhere",
    ):
        Cluster(cluster, lambda client: agree(client, Origin("9.9+x", "")))


@pytest.fixture
def scheduler(tmp_path):
    """(address, process) of a scheduler without workers. Its file is one of our own: a scheduler
    that ends politely removes it, whatever it is.
    """
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "distributed.cli.dask_scheduler",
            "--port",
            "0",
            "--no-dashboard",
            "--scheduler-file",
            str(tmp_path / "scheduler.json"),
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    yield next(line for line in process.stderr if "Scheduler at:" in line).split()[-1], process
    process.send_signal(signal.SIGCONT)
    process.kill()
    process.communicate()


@contextlib.contextmanager
def worker_of(address, home):
    """A worker of that scheduler, a process."""
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "distributed.cli.dask_worker",
            address,
            "--no-nanny",
            "--nthreads",
            "1",
            "--no-dashboard",
            "--local-directory",
            str(home),
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def test_no_scheduler_is_one_line(monkeypatch, tmp_path):
    monkeypatch.setattr(clusters, "ANSWER", 1.0)
    wanted = r"--cluster: a Dask scheduler wanted at '{}', got no answer: {}"
    with pytest.raises(InputError, match=wanted.format(r"tcp://127\.0\.0\.1:9", "")):
        Cluster("tcp://127.0.0.1:9")
    with pytest.raises(InputError, match=wanted.format("127.0.0.1", "an address is tcp://")):
        Cluster("127.0.0.1")
    with pytest.raises(InputError, match=wanted.format("x.json", "there is no such file")):
        Cluster("x.json")
    with socket.create_server(("127.0.0.1", 0)) as mute:  # accepts, and says nothing
        address, began = f"tcp://127.0.0.1:{mute.getsockname()[1]}", time.monotonic()
        with pytest.raises(InputError, match=wanted.format(address, "")) as raised:
            Cluster(address)
        assert "\n" not in str(raised.value) and time.monotonic() - began < 10


@pytest.mark.filterwarnings("ignore")
def test_the_tasks_wait_for_a_first_worker_without_end_and_the_wait_is_said(
    experiment, alone, scheduler, tmp_path, monkeypatch
):
    monkeypatch.setattr(clusters, "SAID_EVERY", 0.5)
    said, workers = [], contextlib.ExitStack()

    def tell(text):
        said.append(text)
        if len(said) == 3:  # longer than the patience with workers that are lost
            crew.patience = 60.0
            workers.enter_context(worker_of(scheduler[0], tmp_path))

    crew = Cluster(scheduler[0], patience=0.5, tell=tell)
    with workers:
        done = sweep(experiment, crew=crew)
    assert written_tables(done) == written_tables(alone)
    assert said[0].startswith(f"waiting for workers at {scheduler[0]} since ")


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("who", ["worker", "worker killed", "scheduler"])
def test_a_cluster_that_falls_silent_is_one_line_and_what_was_finished_is_kept(
    experiment, scheduler, tmp_path, monkeypatch, who
):
    stopped = []

    def stop(progress):
        if progress.done >= 2 and not stopped:
            stopped.append(time.monotonic())
            monkeypatch.setattr(clusters, "ANSWER", 4.0)
            crew.patience = 60.0 if who == "scheduler" else 3.0
            if who == "worker killed":
                process.kill()
            else:
                chosen = process if who == "worker" else scheduler[1]
                chosen.send_signal(signal.SIGSTOP)

    said = {
        "worker": "every worker is silent, for 3 s now",
        "worker killed": "every worker is lost, for 3 s now",
        "scheduler": "the scheduler has not answered for 4 s",
    }[who]
    with worker_of(scheduler[0], tmp_path) as process, Journal.open(tmp_path) as journal:
        crew = Cluster(scheduler[0], patience=60.0)
        with pytest.raises(StudyError, match=f"{said}; what was finished is kept"):
            running.replicated(experiment, crew=crew, journal=journal, changed=stop)
        assert 2 <= len(journal) < 12 and time.monotonic() - stopped[0] < 30


@pytest.mark.filterwarnings("ignore")
def test_the_scheduler_is_left_as_it_was(scheduler):
    from distributed import Client

    def failures(dask_scheduler):
        return dask_scheduler.allowed_failures

    with Client(scheduler[0], set_as_default=False) as client:
        before, said = client.run_on_scheduler(failures), []
        with Cluster(scheduler[0], tell=said.append):
            assert client.run_on_scheduler(failures) == 0 and "has other clients" in said[0]
        assert client.run_on_scheduler(failures) == before > 0


# ---- stopping ------------------------------------------------------------------------------------


def test_a_long_replication_is_given_up_at_once_on_an_interruption(experiment, monkeypatch):
    """A replication that would never end: its visits come again and again."""

    def endless(*arguments, **options):
        run = simulate(*arguments, **options)
        return dataclasses.replace(run, _batches=itertools.cycle([run.read()]))

    def interrupt(progress):
        raise KeyboardInterrupt

    monkeypatch.setattr(replicate, "simulate", endless)
    done = running.replicated(experiment, changed=interrupt)
    assert done.interrupted and not any(cell.records for cell in done.cells)
