"""Who does the work: threads, processes or a cluster, through one loop over the
``concurrent.futures`` protocol.

A *crew* wraps an executor and knows what only that kind knows: how many work, what the death of a
worker looks like, how to stop. The loop keeps a few tasks in flight, hands results out as they
come, and when a worker dies does its tasks again, one at a time, so that a task which kills its
workers is found and given up while all others are done.
"""

from __future__ import annotations

import contextlib
import functools
import logging
import os
import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import (
    FIRST_COMPLETED,
    Executor,
    Future,
    ThreadPoolExecutor,
    wait,
)
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Any

import psutil

from simcap import interruption
from simcap.errors import StudyError
from simcap.lang import _

log = logging.getLogger("simcap")

ATTEMPTS = 3
MEMORY_USED = 0.8
"""The share of the free memory that replications may fill."""
A_PROCESS = 170_000_000
"""Bytes of a worker process with nothing to do (measured: 161 MB)."""
TICK = 0.25
"""Seconds after which the loop looks up even if nothing is finished."""


class Crew:
    """Workers on this machine or elsewhere. ``lost`` are the exceptions that say that a worker
    died; ``stopping``, where there is one, is an event that tasks heed, since threads cannot be
    stopped from outside; ``task_seconds`` is how long a task should be for handing it over to cost
    little.
    """

    lost: tuple[type[BaseException], ...] = (BrokenProcessPool,)
    stopping: threading.Event | None = None
    shares_memory = False
    task_seconds = 1.0

    def __init__(self, workers: int):
        self.workers = workers
        self.executor = self.engage()

    def engage(self) -> Executor:
        """An executor, at the beginning or in the place of a broken one."""
        raise NotImplementedError

    def renew(self) -> None:
        """After a loss."""
        self.executor = self.engage()

    def check(self) -> None:
        """Raise ``StudyError`` if nobody is left to do the work."""

    def stop(self) -> None:
        """Let go of what is in flight."""

    def __enter__(self) -> Crew:
        return self

    def __exit__(self, *problem) -> None:
        self.stop()


class Threads(Crew):
    """For tasks that mostly run machine code, which lets other threads run: no start-up, one
    memory, and so short tasks.
    """

    shares_memory = True
    task_seconds = 0.05

    def __init__(self, workers: int):
        super().__init__(workers)
        self.stopping = threading.Event()

    def engage(self) -> Executor:
        return ThreadPoolExecutor(self.workers, thread_name_prefix="simcap")

    def stop(self) -> None:
        assert self.stopping is not None
        self.stopping.set()
        self.executor.shutdown(wait=True, cancel_futures=True)


class Processes(Crew):
    """For tasks in Python. A worker ends itself when the process that started it is gone."""

    def engage(self) -> Executor:
        from loky import get_reusable_executor

        return get_reusable_executor(
            max_workers=self.workers,
            timeout=300,
            initializer=end_with_parent,
            initargs=(os.getpid(),),
        )

    def stop(self) -> None:
        self.executor.shutdown(wait=True, kill_workers=True)  # type: ignore[call-arg]  # loky's own


def available_jobs() -> int:
    """The processors this process may use: those it is bound to, and no more than SLURM has given
    its task (many sites bind nothing).
    """
    bound = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    given = os.environ.get("SLURM_CPUS_PER_TASK", "")
    return max(1, min(bound or 1, int(given))) if given.isdigit() else bound or 1


def available_memory() -> int:
    """Bytes that may still be used: what the machine has free, or what the limit of a container or
    a batch job leaves of it.
    """
    free = psutil.virtual_memory().available
    for limit, used in _memory_limits(Path("/proc/self/cgroup"), Path("/sys/fs/cgroup")):
        with contextlib.suppress(OSError, ValueError):  # no such limit, or "max"
            free = min(free, int(limit.read_text()) - int(used.read_text()))
    return max(free, 0)


def _memory_limits(groups: Path, root: Path) -> list[tuple[Path, Path]]:
    """(limit, use) of the control groups that the process is in, and of all above them: a batch
    system sets the limit of a job some levels above the group of its process.
    """
    try:
        lines = groups.read_text().splitlines()
    except OSError:
        lines = []
    found = []
    for line in [*lines, "0::/", "1:memory:/"]:
        _, kinds, path = line.split(":", 2)
        if kinds and "memory" not in kinds.split(","):
            continue
        names = ("memory/", "memory.limit_in_bytes", "memory.usage_in_bytes")
        home, limit, used = names if kinds else ("", "memory.max", "memory.current")
        here = Path(path.lstrip("/"))
        for group in (here, *here.parents):
            at = root / home / group
            found.append((at / limit, at / used))
    return list(dict.fromkeys(found))


def affordable(workers: int, replication: int, engine: str) -> tuple[int, str]:
    """(as many of ``workers`` as there is memory for, at least one; a sentence if that is fewer)
    where one ``replication`` needs so many bytes.
    """
    needed, free = replication + (0 if engine == "compiled" else A_PROCESS), available_memory()
    possible = max(1, min(workers, int(MEMORY_USED * free / needed)))
    said = _(
        "memory: {possible} of {workers} workers, since a replication needs about"
        " {needed:.0f} MB and {free:.0f} MB are free",
        possible=possible,
        workers=workers,
        needed=needed / 1e6,
        free=free / 1e6,
    )
    return possible, said if possible < workers else ""


def local_crew(engine: str, jobs: int) -> Crew:
    """``jobs`` workers on this machine: threads for the compiled engine, processes for the SimPy
    engine (one is a thread, too).
    """
    return Threads(jobs) if engine == "compiled" or jobs == 1 else Processes(jobs)


def perform_all(
    crew: Crew,
    do: Callable,
    take: Callable[[], Any],
    finished: Callable[[Any, Any, str], None],
    pieces: Callable[[Any], list] = lambda task: [task],
    tick: Callable[[], None] = lambda: None,
) -> None:
    """Have ``crew`` ``do`` each task that ``take`` gives, until it gives None and nothing is in
    flight.

    ``finished(task, result, fault)`` is called in this thread as results come; ``fault`` is empty
    unless ``do`` raised something or the workers died, ``ATTEMPTS`` times; what is a ``StudyError``
    is raised. A lost task is done again in ``pieces``. ``tick`` is called four times a second at
    least. On Ctrl-C what has come in is handed out before it goes on up.
    """
    flight: dict[Future, tuple[Any, int]] = {}
    again: deque[tuple[Any, int]] = deque()
    if crew.stopping is not None:
        do = functools.partial(do, stopping=crew.stopping)

    def hand_out(future: Future) -> None:
        task, losses = flight.pop(future)
        try:
            result = future.result()
        except crew.lost:
            losses += 1
            if losses >= ATTEMPTS:
                finished(task, None, f"the worker died {ATTEMPTS} times")
            else:
                again.extend((piece, losses) for piece in pieces(task))
        except StudyError:
            raise
        except Exception as problem:
            finished(task, None, f"{type(problem).__name__}: {problem}")
        else:
            finished(task, result, "")

    try:
        while True:
            while len(flight) < (1 if again else 2 * crew.workers):
                task, losses = again.popleft() if again else (take(), 0)
                if task is None:
                    break
                try:
                    flight[crew.executor.submit(do, task)] = task, losses
                except crew.lost:
                    again.appendleft((task, losses))
                    crew.renew()
            if not flight:
                return
            ready, _waiting = wait(flight, timeout=TICK, return_when=FIRST_COMPLETED)
            interruption.check()
            tick()
            crew.check()
            broken = any(
                isinstance(future.exception(), crew.lost)
                for future in ready
                if not future.cancelled()
            )
            for future in ready:
                hand_out(future)
            if broken:
                log.warning(_("a worker died: what it was doing is done again"))
                crew.renew()
    except KeyboardInterrupt:
        for future in [
            future
            for future in flight
            if future.done() and not future.cancelled() and future.exception() is None
        ]:
            hand_out(future)
        raise


def end_with_parent(parent: int) -> None:
    """Have this process end when its ``parent`` is gone, whatever it is doing."""

    def watch():
        while psutil.pid_exists(parent) and os.getppid() == parent:
            time.sleep(1.0)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
