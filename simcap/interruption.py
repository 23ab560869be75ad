"""Ctrl-C, and the polite end that batch systems ask for (SIGTERM, SIGUSR1).

Before any work has begun there is nothing to keep: the process says so and ends at once, whatever
it is importing, with exit code 130. Once ``begin`` was called, the interruption is a
KeyboardInterrupt, so that what was finished is kept. Code between may swallow that or turn it into
another exception (serializers and callbacks in C do): ``asked`` then still says what happened.
"""

from __future__ import annotations

import os
import signal
import sys

EXIT_CODE = 130

asked = False
"""Whether this process was asked to end."""
_begun = False


def install() -> None:
    """Answer signals so from now on."""
    signal.signal(signal.SIGINT, _ask)
    signal.signal(signal.SIGTERM, _ask)
    if hasattr(signal, "SIGUSR1"):  # what SLURM's --signal=USR1@60 sends
        signal.signal(signal.SIGUSR1, _ask)


def begin() -> None:
    """From now on there is something to keep."""
    global _begun
    _begun = True


def check() -> None:
    """Raise the KeyboardInterrupt that something has swallowed."""
    if asked:
        raise KeyboardInterrupt


def _ask(number, frame) -> None:
    global asked
    asked = True
    if _begun:
        raise KeyboardInterrupt
    shown = b"\x1b[?25h" if os.isatty(2) else b""  # the cursor, which a bar may have hidden
    os.write(sys.__stderr__.fileno() if sys.__stderr__ else 2, shown + b"simcap: interrupted\n")
    os._exit(EXIT_CODE)
