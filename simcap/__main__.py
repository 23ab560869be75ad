"""The console script, and ``python -m simcap``: answers Ctrl-C first, since all else takes a second
to import.
"""

from __future__ import annotations

import gc
import signal
import sys
from typing import Any

from simcap import interruption


def main() -> None:
    """Run the command line."""
    interruption.install()
    stream: Any  # a TextIO; those of the console can be reconfigured
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")
    gc.set_threshold(
        200_000, 20, 100
    )  # networks are many objects without cycles: looking for cycles takes a second of a sweep
    try:
        from simcap.cli import app

        app()
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # the process ends by itself now


if __name__ == "__main__":
    main()
