"""Machine code: kept on the disk, compiled anew where the sources differ, and what happens where
nothing can be written.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest

from simcap.analysis import histogram
from simcap.network import draws, jit, rules

SMALL = """
import logging, numpy as np
from simcap.analysis import histogram
print(int(histogram.counted(np.array([1.0, 2.0, 2.0]))[histogram.BLOCKS:].sum()))
"""

WATCHED = f"""
import simcap.network.jit as jit
from simcap.analysis import histogram
with jit.announced("small", jit.compiled(histogram)):
    exec({SMALL!r})
"""
ANNOUNCED = (
    r"compiling small for this machine, which is done once: \d+ functions\n"
    r"(compiling small: \d+ of \d+ functions after \d+ s\n)*"
    r"compiled small in \d+ s\n"
)
HOLD = """
import sys, time
from filelock import FileLock
with FileLock(sys.argv[1]):
    print("held", flush=True)
    time.sleep(100)
"""
INTERRUPTED = f"""
from llvmlite.binding.executionengine import ExecutionEngine
kept, times = ExecutionEngine.set_object_cache, iter(range(1000))
def set_object_cache(self, notify, getbuffer):
    def interrupted(*arguments):
        if next(times) in (2, 4, 8):
            raise KeyboardInterrupt
        notify(*arguments)
    kept(self, interrupted, getbuffer)
ExecutionEngine.set_object_cache = set_object_cache
exec({SMALL!r})
"""
STOPPED = """
import signal, simcap
from simcap.network import *
class Stop(BaseException):
    pass
def ring(*_):
    raise Stop
signal.signal(signal.SIGALRM, ring)
net = Network([Pool('p')], [Station('a', ['p'], 1.0)], [Arrivals('a', backlog=3)])
for seconds in (2, 3, 5, 8, 300):
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        print(len(simcap.simulate(net, 10.0).read()))
        break
    except Stop:
        print("stopped")
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
"""


def run(code, timeout=110, **environment):
    return subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        timeout=timeout,
        check=True,
        env={**os.environ, **environment},
    )


def test_where_nothing_can_be_written_it_works_and_says_so_once():
    done = run(SMALL + SMALL, SIMCAP_CACHE_DIR="/dev/null/nowhere")
    assert done.stdout.split() == ["3", "3"]
    assert done.stderr.splitlines() == [
        "machine code cannot be kept in /dev/null/nowhere/simcap (Not a directory): it will be"
        " compiled anew each time; SIMCAP_CACHE_DIR may name another place"
    ]


def test_a_full_disk_is_forgiven_and_named_once(tmp_path):
    code = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))\n" + SMALL
    done = run(code, SIMCAP_CACHE_DIR=str(tmp_path))
    assert done.stdout.split() == ["3"]
    assert (
        done.stderr
        == f"machine code could not be kept in {tmp_path}/simcap (File too large): it will be"
        " compiled anew\n"
    )


def test_machine_code_is_kept_and_read_again(tmp_path):
    first, second = (run(WATCHED, SIMCAP_CACHE_DIR=str(tmp_path)) for _ in range(2))
    assert re.fullmatch(ANNOUNCED, first.stderr) and second.stderr == ""


def test_a_process_waits_for_the_one_that_compiles_and_for_no_dead_one(tmp_path, monkeypatch):
    import numba

    monkeypatch.setenv("SIMCAP_CACHE_DIR", str(tmp_path))
    version = f"{numba.__version__} {numba.config.BOUNDSCHECK}"
    held = jit.cache_directory(version, histogram) / ".lock"
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(held)], stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout.readline() == "held\n"
    waiting = subprocess.Popen(
        [sys.executable, "-c", WATCHED],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    first_line = waiting.stderr.readline()
    holder.kill()
    printed, said = waiting.communicate(timeout=100)
    holder.communicate()
    assert "another process is compiling for this machine: waiting for it\n" in first_line + said
    assert printed == "3\n" and "compiled small in" in said


def test_an_interruption_that_python_loses_costs_only_that_the_code_is_not_kept(tmp_path):
    """It falls into the callback that hands the machine code over, which Numba then misses."""
    done = run(INTERRUPTED, SIMCAP_CACHE_DIR=str(tmp_path))
    assert done.stdout == "3\n" and "no compiled object yet" in done.stderr


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_an_interrupted_compilation_leaves_a_process_that_can_simulate(tmp_path):
    """Interrupted again and again, later each time, it goes on from what was kept."""
    done = run(STOPPED, 800, SIMCAP_CACHE_DIR=str(tmp_path))
    *stops, last = done.stdout.split()
    assert last == "3" and len(stops) >= 3, done


def test_another_source_or_compiler_has_another_directory(monkeypatch, tmp_path):
    monkeypatch.setenv("SIMCAP_CACHE_DIR", str(tmp_path))
    one, other = jit.cache_directory("1", draws), jit.cache_directory("2", draws)
    assert one.parent == other.parent and one != other
    edited = tmp_path / "rules.py"
    edited.write_text("# edited")
    sources = jit._sources
    monkeypatch.setattr(jit, "_sources", lambda module: sources(module) | {edited})
    assert jit.cache_directory("1", draws) != one


def test_sources_are_those_of_the_kernels_used_too():
    from simcap.engine import event_loop

    assert {draws.__file__, rules.__file__, event_loop.__file__} <= {
        str(path) for path in jit._sources(event_loop)
    }
    assert histogram.__file__ in {str(path) for path in jit._sources(histogram)}


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_the_user_is_told_why_they_wait_while_the_simulation_is_compiled(tmp_path):
    code = (
        "import simcap; from simcap.network import *\n"
        "net = Network([Pool('p')], [Station('a', ['p'], 1.0)], [Arrivals('a', backlog=3)])\n"
        "print(len(simcap.simulate(net, 10.0).read()))"
    )
    first, second = (run(code, 500, SIMCAP_CACHE_DIR=str(tmp_path)) for _ in range(2))
    assert first.stdout == second.stdout == "3\n"
    assert re.fullmatch(ANNOUNCED.replace("small", "the simulation"), first.stderr)
    assert second.stderr == ""
