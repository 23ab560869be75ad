"""Compiles the scalar functions of ``draws`` with Numba, on first use.

``draws`` is plain Python in Numba's subset. ``compiled()`` loads that file a second time under
another name and puts a compiled function in the place of each name in its ``KERNELS``, so that the same text is
run by CPython (to read, to test) and as machine code (to simulate), and importing simcap imports no Numba.

Machine code is kept on disk in a directory named after a hash of the sources and Numba's version: Numba itself does
not notice an edit in a function that another file's function calls, and would run the old one.
"""

from __future__ import annotations

import functools
import hashlib
import importlib.util
import os
import sys
import warnings
from pathlib import Path
from types import ModuleType
from typing import Any

SOURCES = ("simcap.network.draws",)


@functools.cache
def compiled() -> ModuleType:
    """The compiled twin of ``simcap.network.draws``, made on first use (some seconds once on a machine)."""
    import numba

    twin = _second_copy("simcap.network.draws")
    settings: Any = numba.config  # filled from the environment when Numba is imported, which no type checker sees
    before = settings.CACHE_DIR
    directory = cache_directory(numba.__version__)
    settings.CACHE_DIR = str(directory or "")
    try:
        for name in twin.KERNELS:
            kernel = numba.njit(cache=directory is not None, nogil=True, error_model="python")(getattr(twin, name))
            setattr(twin, name, _quiet(kernel) if settings.DISABLE_JIT else kernel)
    finally:
        settings.CACHE_DIR = before
    return twin


def cache_directory(version: str) -> Path | None:
    """Where machine code for these sources and Numba ``version`` is kept, or None if nothing can be written there.

    ``SIMCAP_CACHE_DIR`` names the place, else the user's cache directory does.
    """
    digest = hashlib.sha256(version.encode())
    for name in SOURCES:
        digest.update(Path(_origin(name)).read_bytes())
    home = os.environ.get("SIMCAP_CACHE_DIR") or os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    directory = Path(home) / "simcap" / digest.hexdigest()[:16]
    try:
        directory.mkdir(parents=True, exist_ok=True)
        (directory / f".probe-{os.getpid()}").touch()
        (directory / f".probe-{os.getpid()}").unlink()
    except OSError as problem:
        warnings.warn(f"machine code cannot be kept in {directory} ({problem.strerror}); each run compiles anew",
                      RuntimeWarning, stacklevel=3)
        return None
    return directory


def _origin(name: str) -> str:
    spec = importlib.util.find_spec(name)
    assert spec is not None and spec.origin is not None
    return spec.origin


def _second_copy(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name + "_compiled", _origin(name))
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def _quiet(function):
    """With NUMBA_DISABLE_JIT=1 the text runs on NumPy scalars, whose intended 64-bit wrap-around would warn."""
    import numpy as np

    @functools.wraps(function)
    def call(*args):
        with np.errstate(over="ignore"):
            return function(*args)
    return call
