"""Compiles kernels with Numba, on first use.

A kernel is a function in Numba's subset of Python, named in its module's ``KERNELS``.
``compiled(module)`` loads the module's file a second time under another name, puts the compiled
twin in the place of each module of kernels that it uses, and a compiled function in the place of
each of its own kernels. So the same text is run by CPython (to read, to test) and as machine code
(to simulate), and importing simcap imports no Numba.

Machine code is kept on disk in a directory named after a hash of the sources and Numba's version:
Numba itself does not notice an edit in a function that another file's function calls, and would run
the old one. Kernels are compiled without reference counts (they own no arrays: all are made by who
calls them), which would cost a locked addition for each array at each call; those in a module's
``INLINED`` become part of who calls them, since handing many arrays from function to function costs
as much.

A process that needs machine code which another one is making waits for it (a lock beside the
machine code, which the system takes from a holder that dies). Where anything ends a compilation
before its end, all twins are thrown away and made anew when they are asked for again, so that
nothing half made is ever run.

What a user should know is logged under "simcap" as a warning, which Python writes to stderr unless
told otherwise.
"""

from __future__ import annotations

import atexit
import contextlib
import functools
import hashlib
import importlib.util
import logging
import os
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

log = logging.getLogger("simcap")

OPTIONS: dict[str, Any] = {"nogil": True, "error_model": "python", "_nrt": False}
"""How every kernel is compiled: other threads may run meanwhile, a division by zero is an error,
nothing counts references.
"""


SAID_EVERY = 10.0
"""Seconds between lines that say how far compiling has come."""


def once(function: Callable) -> Callable:
    """As ``functools.cache``, where several threads ask at once: the first does it, the others wait
    for what it made. ``forget`` throws all away.
    """
    made: dict[tuple, Any] = {}
    lock = threading.RLock()

    @functools.wraps(function)
    def call(*args):
        with lock:
            if args not in made:
                made[args] = function(*args)
            return made[args]

    call.forget = made.clear  # type: ignore[attr-defined]
    return call


@once
def compiled(module: ModuleType) -> ModuleType:
    """The compiled twin of ``module``, made on first use (about a minute, once on a machine)."""
    import numba

    twin = _second_copy(module)
    for name, value in _kernel_modules(twin):
        setattr(twin, name, compiled(value))
    settings: Any = (
        numba.config
    )  # filled from the environment when Numba is imported, which no type checker sees
    before = settings.CACHE_DIR
    directory = cache_directory(f"{numba.__version__} {settings.BOUNDSCHECK}", module)
    settings.CACHE_DIR = str(directory or "")
    try:
        for name in twin.KERNELS:
            options = {
                "cache": directory is not None,
                "forceinline": name in getattr(twin, "INLINED", ()),
                **OPTIONS,
            }
            kernel = numba.njit(**options)(getattr(twin, name))
            if not settings.DISABLE_JIT:
                _in_turn(kernel, directory)
            if directory is not None and not settings.DISABLE_JIT:
                _forgive(kernel, directory)
            setattr(twin, name, _quiet(kernel) if settings.DISABLE_JIT else kernel)
    finally:
        settings.CACHE_DIR = before
    return twin


@contextlib.contextmanager
def announced(what: str, module: ModuleType) -> Iterator[None]:
    """Log how compiling ``what``, the kernels of the twin ``module``, goes, if anything of it is
    compiled inside (rather than read from the disk).
    """
    from numba.core import event

    progress = _Progress(what, _kernels(module))

    class Compiling(event.Listener):
        def on_start(self, event):
            progress.start()

        def on_end(self, event):
            progress.end(event.data["dispatcher"])

    with event.install_listener("numba:compile", Compiling()):
        yield
    progress.over()


class _Progress:
    """How far compiling has come, said at its beginning, now and then, and at its end."""

    def __init__(self, what: str, kernels: set):
        self.what, self.kernels = what, kernels
        self.done: set = set()
        self.began = self.said = 0.0

    def start(self) -> None:
        if not self.began:
            self.began = self.said = time.monotonic()
            log.warning(
                f"compiling {self.what} for this machine, which is done once:"
                f" {len(self.kernels)} functions"
            )

    def end(self, kernel) -> None:
        self.done |= {kernel} & self.kernels
        now = time.monotonic()
        if now - self.said >= SAID_EVERY:
            self.said = now
            log.warning(
                f"compiling {self.what}: {len(self.done)} of {len(self.kernels)} functions after"
                f" {now - self.began:.0f} s"
            )

    def over(self) -> None:
        if self.began:
            log.warning(f"compiled {self.what} in {time.monotonic() - self.began:.0f} s")


def _kernels(twin: ModuleType) -> set:
    """The compiled functions of ``twin`` and of the twins it uses."""
    own = {getattr(twin, name) for name in twin.KERNELS}
    return own.union(*(_kernels(module) for _, module in _kernel_modules(twin)))


def cache_directory(version: str, module: ModuleType) -> Path | None:
    """Where machine code of ``module`` by compiler ``version`` is kept, or None if nothing can be
    written anywhere.

    ``SIMCAP_CACHE_DIR`` names the place, else the user's cache directory does. Where that cannot be
    written, this is said once, and a temporary directory serves this process and those it starts.
    """
    digest = hashlib.sha256(version.encode())
    for source in sorted(_sources(module)):
        digest.update(source.read_bytes())
    home = (
        Path(
            os.environ.get("SIMCAP_CACHE_DIR")
            or os.environ.get("XDG_CACHE_HOME")
            or os.path.expanduser("~/.cache")
        )
        / "simcap"
    )
    fault = _made(home / digest.hexdigest()[:16])
    if fault:
        log.warning(
            "machine code cannot be kept in %s (%s): it will be compiled anew each time;"
            " SIMCAP_CACHE_DIR may name another place",
            home,
            fault,
        )
        try:
            temporary = tempfile.mkdtemp(prefix="simcap-")
        except OSError:
            return None
        atexit.register(shutil.rmtree, temporary, ignore_errors=True)
        os.environ["SIMCAP_CACHE_DIR"] = temporary
        home = Path(temporary) / "simcap"
        _made(home / digest.hexdigest()[:16])
    return home / digest.hexdigest()[:16]


def _made(directory: Path) -> str:
    """Make ``directory``; why nothing can be written there, or an empty string."""
    try:
        directory.mkdir(parents=True, exist_ok=True)
        (directory / f".probe-{os.getpid()}").touch()
        (directory / f".probe-{os.getpid()}").unlink()
    except OSError as problem:
        return problem.strerror or str(problem)
    return ""


def _sources(module: ModuleType) -> set[Path]:
    """The files whose text decides what ``module``'s kernels do: all of its package, and those of
    the kernels it uses.
    """
    assert module.__file__ is not None
    found = set(Path(module.__file__).parent.glob("*.py"))
    for _, value in _kernel_modules(module):
        found |= _sources(value)
    return found


def _kernel_modules(module: ModuleType) -> list[tuple[str, ModuleType]]:
    return [
        (name, value)
        for name, value in vars(module).items()
        if isinstance(value, ModuleType) and hasattr(value, "KERNELS")
    ]


def _second_copy(module: ModuleType) -> ModuleType:
    assert module.__file__ is not None
    spec = importlib.util.spec_from_file_location(module.__name__ + "_compiled", module.__file__)
    assert spec is not None and spec.loader is not None
    copy = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = copy
    spec.loader.exec_module(copy)
    return copy


class _Turn:
    """The right to compile what is kept in ``directory``: of one process at a time. It is taken
    when machine code is missing, and given back at the end of the outermost compilation.
    """

    def __init__(self, directory: Path):
        from filelock import FileLock

        self.lock = FileLock(directory / ".lock", thread_local=False)

    def take(self) -> bool:
        """Wait for the turn; False if this process has it already, or nothing can be locked."""
        from filelock import Timeout

        if self.lock.is_locked:
            return False
        try:
            try:
                self.lock.acquire(timeout=0)
            except Timeout:
                log.warning("another process is compiling for this machine: waiting for it")
                self.lock.acquire()
        except (OSError, NotImplementedError) as problem:
            _say_once(
                f"{self.lock.lock_file} cannot be locked ({problem}): others may compile, too"
            )
            return False
        return True

    def give_back(self) -> None:
        if self.lock.is_locked:
            self.lock.release()


@once
def _turn(directory: Path) -> _Turn:
    return _Turn(directory)


_compiling = threading.RLock()
_nested: list[_Turn] = []
"""The turns of the compilations that this process is in, the outermost first."""


def _in_turn(kernel, directory: Path | None) -> None:
    """Let ``kernel`` be compiled by one process at a time, and nothing half made be kept."""
    compile_, load = kernel.compile, kernel._cache.load_overload
    turn = None if directory is None else _turn(directory)

    def loaded(signature, target):
        found = load(signature, target)
        if found is None and turn is not None and turn.take():
            found = load(signature, target)  # it may have been made while this process waited
        return found

    def compiled_in_turn(signature):
        with _compiling:
            _nested.append(turn)
            try:
                return compile_(signature)
            except BaseException:
                if len(_nested) == 1:
                    compiled.forget()
                raise
            finally:
                mine = _nested.pop()
                if mine is not None and mine not in _nested:
                    mine.give_back()

    kernel.compile, kernel._cache.load_overload = compiled_in_turn, loaded


def _forgive(kernel, directory: Path) -> None:
    """Let ``kernel`` work where its machine code cannot be written after all (a full disk, an
    interruption that Python lost), and say so once.
    """
    save = kernel._cache.save_overload

    def saved(signature, code):
        try:
            save(signature, code)
        except (OSError, RuntimeError) as problem:
            # Numba's RuntimeError: an interruption fell into the callback that hands the code over
            said = getattr(problem, "strerror", None) or problem
            _say_once(
                f"machine code could not be kept in {directory.parent} ({said}): it will be"
                " compiled anew"
            )

    kernel._cache.save_overload = saved


@once
def _say_once(message: str) -> None:
    log.warning(message)


def _quiet(function):
    """With NUMBA_DISABLE_JIT=1 the text runs on NumPy scalars, whose intended 64-bit wrap-around
    would warn.
    """
    import numpy as np

    @functools.wraps(function)
    def call(*args):
        with np.errstate(over="ignore"):
            return function(*args)

    return call
