"""The workers of a Dask cluster, which may come, go, fall silent, or never come.

Three clocks. A *scheduler* that does not answer is given up after ``ANSWER`` seconds. For a *first
worker* there is no end to waiting: tasks are sent first, since clusters that grow by need start
workers for tasks, and what is waited for is said now and then. Once there were workers, and all of
them are *lost or silent*, the study ends after ``patience``. What was finished is kept.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import re
import threading
import time
from collections.abc import Callable
from concurrent.futures import CancelledError, Executor, Future
from pathlib import Path
from typing import Any

from simcap.errors import InputError, StudyError
from simcap.lang import _
from simcap.study.executors import Crew

ANSWER = 30.0
"""Seconds that a scheduler is given to answer (design 8)."""
PATIENCE = 30.0
"""Seconds without a sign of any worker after which the work is given up (design 8)."""
ASKED_EVERY = 1.0
"""Seconds between questions to the scheduler about its workers."""
SAID_EVERY = 30.0
"""Seconds between lines that say that there are no workers yet."""
_ADDRESS = re.compile(
    r"(?:(?:tcp|tls|ucx|ws|wss)://)?[^\s/:\[\]]+:\d{1,5}|\w+://\[[0-9a-f:]+\]:\d+"
)

log = logging.getLogger("simcap")


class Cluster(Crew):
    """The workers of the cluster whose scheduler is at ``address`` (tcp://host:port, or the JSON
    file that a scheduler writes); ``attend`` is called with the client, and ``tell`` with what
    there is to say while nothing happens.
    """

    def __init__(
        self,
        address: str,
        attend: Callable[[Any], None] = lambda client: None,
        patience: float = PATIENCE,
        tell: Callable[[str], None] = log.warning,
    ):
        try:
            from distributed import Client, KilledWorker
        except ImportError:
            raise InputError(
                _("--cluster: the extra simcap[cluster] wanted: pip install 'simcap[cluster]'")
            ) from None
        for name in list(logging.root.manager.loggerDict):
            if name.startswith("distributed"):  # what matters is said in one line, here
                logging.getLogger(name).setLevel(logging.CRITICAL)
        self.lost = (KilledWorker, CancelledError)
        self.address, self.patience, self.tell = address, patience, tell
        self.client: Any = None
        where = _where(address)

        def connect() -> None:
            self.client = Client(**where, timeout=ANSWER, set_as_default=False)
            self.before = self.client.run_on_scheduler(_second_tries(0))
            self.known = self.client.run_on_scheduler(_workers())
            attend(self.client)

        self._connect(connect)
        if self.before[1] > 1:
            tell(
                _(
                    "the cluster at {address} has other clients: while this sweep runs, their"
                    " tasks are given up, too, when a worker dies with them",
                    address=address,
                )
            )
        self.ping: Future | None = None
        self.began = self.asked = self.said = self.alive = time.monotonic()
        self.ever = bool(self.known)
        super().__init__(1)

    def _connect(self, connect: Callable[[], None]) -> None:
        """Do ``connect`` in a thread, since what is at the address may never answer."""
        problems: list[BaseException] = []

        def guarded() -> None:
            try:
                connect()
            except BaseException as problem:
                problems.append(problem)

        thread = threading.Thread(target=guarded, daemon=True)
        thread.start()
        thread.join(ANSWER)
        if thread.is_alive() or problems:
            self._close()
        if thread.is_alive():
            raise _no_scheduler(self.address, _("none within {answer:.0f} s", answer=ANSWER))
        for problem in problems:
            if isinstance(problem, (OSError, TimeoutError, ValueError)) and not isinstance(
                problem, InputError
            ):
                said = str(problem).splitlines()[0] if str(problem) else type(problem).__name__
                raise _no_scheduler(self.address, said) from None
            raise problem

    def engage(self) -> Executor:
        return self.client.get_executor(pure=False)

    def renew(self) -> None:
        """Dask itself replaces what it can; the executor stays."""

    def check(self) -> None:
        """Raise ``StudyError`` where nobody is left, or nobody answers."""
        now = time.monotonic()
        if self.client.status != "running":
            raise self._over(_("the scheduler is gone"))
        self._ask(now)
        self.workers = max(1, sum(threads for threads, _told in self.known.values()))
        self.ever = self.ever or bool(self.known)
        if not self.ever:
            self._wait(now)
        elif now - self.alive > self.patience:
            patience = self.patience
            raise self._over(
                _("every worker is silent, for {patience:.0f} s now", patience=patience)
                if self.known
                else _("every worker is lost, for {patience:.0f} s now", patience=patience)
            )

    def _ask(self, now: float) -> None:
        """Keep one question to the scheduler under way: how its workers are."""
        if self.ping is not None and not self.ping.done():
            if now - self.asked > ANSWER:
                raise self._over(
                    _("the scheduler has not answered for {answer:.0f} s", answer=ANSWER)
                )
        elif now - self.asked >= ASKED_EVERY:
            if self.ping is not None and self.ping.exception() is None:
                heard, self.known = self.known, self.ping.result()
                if any(heard.get(name) != told for name, told in self.known.items()):
                    self.alive = now
            self.asked = now
            self.ping = asyncio.run_coroutine_threadsafe(
                self.client._run_on_scheduler(_workers()), self.client.loop.asyncio_loop
            )

    def _wait(self, now: float) -> None:
        self.alive = now
        if now - self.said >= SAID_EVERY:
            self.said = now
            self.tell(
                _(
                    "waiting for workers at {address} since {seconds:.0f} s: the tasks are there"
                    " (dask worker {address})",
                    address=self.address,
                    seconds=now - self.began,
                )
            )

    def _over(self, why: str) -> StudyError:
        return StudyError(
            _(
                "the cluster at {address}: {why}; what was finished is kept, the same"
                " command goes on from there",
                address=self.address,
                why=why,
            )
        )

    def stop(self) -> None:
        """Let go of the cluster, as it was before; of one that does not answer, in a moment."""

        def let_go() -> None:
            self.client.run_on_scheduler(_second_tries(self.before[0]))

        thread = threading.Thread(target=_quietly(let_go), daemon=True)
        thread.start()
        thread.join(2.0)
        self._close()

    def _close(self) -> None:
        if self.client is not None:
            thread = threading.Thread(target=_quietly(self.client.close), args=(2.0,), daemon=True)
            thread.start()
            thread.join(5.0)


def _where(address: str) -> dict[str, str]:
    """How a client is told of ``address``; raises ``InputError`` where it can be no scheduler's."""
    if address.endswith(".json"):
        if not Path(address).is_file():
            raise _no_scheduler(address, _("there is no such file"))
        return {"scheduler_file": address}
    if not _ADDRESS.fullmatch(address):
        raise _no_scheduler(
            address, _("an address is tcp://host:8786, or the scheduler's JSON file")
        )
    return {"address": address}


def _no_scheduler(address: str, said: str) -> InputError:
    return InputError(
        _(
            "--cluster: a Dask scheduler wanted at {address!r}, got no answer: {said}",
            address=address,
            said=said,
        )
    )


def _quietly(do: Callable) -> Callable:
    def call(*arguments) -> None:
        with contextlib.suppress(Exception):
            do(*arguments)

    return call


def _workers() -> Callable:
    """What tells, on the scheduler, {worker: (threads, when it was last heard of)}."""

    def told(dask_scheduler):
        workers = dask_scheduler.workers.items()
        return {name: (worker.nthreads, worker.last_seen) for name, worker in workers}

    return told


def _second_tries(number: int) -> Callable:
    """What sets how often the scheduler itself does the tasks of a lost worker again, to be run
    there; it gives (the number before, how many clients there are). The loop does them again, since
    a task that kills workers would otherwise kill four each time. A function within a function
    travels as it is: the scheduler need not have simcap.
    """

    def change(dask_scheduler):
        before, dask_scheduler.allowed_failures = dask_scheduler.allowed_failures, number
        return before, len([name for name in dask_scheduler.clients if name.startswith("Client-")])

    return change
