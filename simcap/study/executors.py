"""Tasks through any ``concurrent.futures`` executor: few in flight, lost workers replaced, results as they come."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from concurrent.futures.process import BrokenProcessPool

ATTEMPTS = 3


class InThisProcess(Executor):
    """Does each task at once, here."""

    def submit(self, fn, /, *args, **kwargs) -> Future:
        future: Future = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as problem:
            future.set_exception(problem)
        return future


def executor(jobs: int) -> Executor:
    """``jobs`` worker processes on this machine; this process itself for one."""
    if jobs == 1:
        return InThisProcess()
    from loky import get_reusable_executor

    return get_reusable_executor(max_workers=jobs, timeout=300)


def available_jobs() -> int:
    """The processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def perform_all(tasks: Iterable, do: Callable, jobs: int, make: Callable[[int], Executor] = executor) -> Iterator:
    """(task, result, fault) for each of ``tasks``, as they finish. A task whose worker dies is tried on a new one, alone, three
    times in all; then ``result`` is None and ``fault`` says so."""
    waiting, pool = list(tasks), make(jobs)
    attempts: dict[int, int] = {}
    flight: dict[Future, object] = {}
    width = 1 if jobs == 1 else 2 * jobs
    while waiting or flight:
        while waiting and len(flight) < width:
            task = waiting.pop(0)
            try:
                flight[pool.submit(do, task)] = task
            except BrokenProcessPool:
                pool = make(jobs)
                waiting.insert(0, task)
        finished, _ = wait(flight, return_when=FIRST_COMPLETED)
        broken = []
        for future in finished:
            task = flight.pop(future)
            try:
                yield task, future.result(), ""
            except BrokenProcessPool:
                broken.append(task)
            except Exception as problem:
                yield task, None, f"{type(problem).__name__}: {problem}"
        if broken:
            suspects = broken + list(flight.values())
            flight.clear()
            pool, width = make(jobs), 1
            for task in suspects:
                attempts[id(task)] = attempts.get(id(task), 0) + 1
                if attempts[id(task)] < ATTEMPTS:
                    waiting.insert(0, task)
                else:
                    yield task, None, f"the worker process died {ATTEMPTS} times"
