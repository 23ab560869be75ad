"""Simulating beside the page, so that it never stands still: one replication at a time, and the
last few are kept.
"""

from __future__ import annotations

import contextvars
import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Generic, TypeVar

from simcap.app.watching.counts import Watched
from simcap.building.own import own_files
from simcap.engine import ENGINES
from simcap.scenario.schema import Scenario
from simcap.tracing.command import traced

Made = TypeVar("Made")
MOST = 3
"""So many replications are kept; one of Huadu is about 150 MB."""
SEED = 42


class Beside(Generic[Made]):
    """What is made in a thread of its own, by key; the ``most`` that were asked for last are kept,
    what failed, too, until it is to be tried again.
    """

    def __init__(self, most: int):
        self._most, self._lock = most, threading.Lock()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="simcap-watch")
        self._made: OrderedDict[str, Future[Made]] = OrderedDict()

    def asked(self, key: str, make: Callable[[], Made]) -> Future[Made]:
        """What is called ``key``; ``make`` makes it if it is not there and not under way, in the
        language of who asks.
        """
        with self._lock:
            job = self._made.get(key)
            if job is None:
                spoken = contextvars.copy_context()
                job = self._made[key] = self._thread.submit(spoken.run, make)
            self._made.move_to_end(key)
            self._forget()
            return job

    def again(self, key: str) -> None:
        """Make what is called ``key`` anew when it is asked for."""
        with self._lock:
            self._made.pop(key, None)

    def _forget(self) -> None:
        """What was asked for longest ago; what has not begun is not begun."""
        while len(self._made) > self._most:
            _key, job = self._made.popitem(last=False)
            job.cancel()


REPLICATIONS: Beside[Watched] = Beside(MOST)


def watched(scenario: Scenario, replication: int) -> Future[Watched]:
    """A replication of ``scenario`` to look at, of the seed that ``simcap trace`` takes."""

    def make() -> Watched:
        made = Watched(scenario.name, traced(scenario, SEED, replication, ENGINES[0]))
        made.places  # noqa: B018  (counted here, not when the first picture is drawn)
        return made

    return REPLICATIONS.asked(key_of(scenario, replication), make)


def key_of(scenario: Scenario, replication: int) -> str:
    """All that decides a replication: what is written, and the files of its own mechanisms."""
    text = scenario.model_dump_json(by_alias=True, exclude_none=True)
    files = sorted(own_files(scenario).items())
    return hashlib.sha256(f"{text} {files} {replication}".encode()).hexdigest()
