"""``simcap app``: a local page on 127.0.0.1, for one directory at a time, until Ctrl-C."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import socket
import sys
import threading
import time
import urllib.error
import urllib.request
import webbrowser
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from simcap.app.finding import found
from simcap.errors import BusyError, StudyError
from simcap.lang import _

HOST = "127.0.0.1"
USUAL_PORT = 8501
"""Streamlit's own."""
START = 30.0
"""Seconds that a server may take to answer."""
SETTINGS = {
    "server.address": HOST,
    "server.headless": True,
    "server.fileWatcherType": "none",
    "browser.gatherUsageStats": False,
    "browser.serverAddress": HOST,
    "client.toolbarMode": "viewer",
    "client.showErrorDetails": "none",
    "global.developmentMode": False,
    "logger.hideWelcomeMessage": True,
    "logger.level": "error",
    "runner.postScriptGC": False,
}
"""No request leaves the machine, and nothing is told to anybody. Python collects garbage when it
needs to: after every run of a script, with Huadu's networks in memory, it would stop all threads
for a good part of a second.
"""


def serve(
    path: Path | None, port: int | None, language: str, browser: bool, tell: Callable[[str], None]
) -> None:
    """Serve the page of what ``path`` holds until the process is asked to end; ``tell`` says where.

    Raises ``InputError`` for a wrong path, ``StudyError`` where Streamlit is missing or the port
    is taken, ``BusyError`` where another app serves the same.
    """
    for library in ("streamlit", "altair"):
        if importlib.util.find_spec(library) is None:
            raise StudyError(
                _(
                    "simcap app: {library} wanted, which is not installed: pip install simcap[app]",
                    library=library,
                )
            )
    found(path)
    with _alone(Path() if path is None else path) as kept:
        chosen = _free(port)
        address = f"http://{HOST}:{chosen}"
        kept.write_text(address, encoding="utf-8")
        threading.Thread(target=_open, args=(address, browser, tell), daemon=True).start()
        _run(chosen, ["" if path is None else str(path.absolute()), language])


def _run(port: int, arguments: list[str]) -> None:
    from streamlit.web import bootstrap

    script = Path(__file__).with_name("page.py")
    settings = {name.replace(".", "_"): value for name, value in SETTINGS.items()}
    settings["server_port"] = port
    bootstrap.load_config_options(flag_options=settings)
    bootstrap.run(str(script), False, arguments, settings)


def _free(port: int | None) -> int:
    """``port``, which must be free; without one, the usual one or any that is."""
    for tried in (port,) if port is not None else (USUAL_PORT, 0):
        try:
            with socket.socket() as probe:
                if os.name == "posix":
                    probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind((HOST, tried))
                return probe.getsockname()[1]
        except OSError:
            continue
    raise StudyError(
        _(
            "--port {port}: it is in use or not allowed: another number wanted, or none, so that a"
            " free one is taken",
            port=port,
        )
    )


@contextmanager
def _alone(path: Path) -> Iterator[Path]:
    """While it lasts, no other app serves the same real path; a file for the address."""
    home = _home()
    home.mkdir(parents=True, exist_ok=True)
    name = hashlib.sha256(os.path.realpath(path).encode()).hexdigest()[:16]
    kept, lock = home / f"{name}.address", FileLock(home / f"{name}.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        where = kept.read_text(encoding="utf-8") if kept.exists() else "another address"
        raise BusyError(
            _("{path}: another simcap app serves it at {where}", path=path, where=where)
        ) from None
    try:
        yield kept
    finally:
        kept.unlink(missing_ok=True)
        lock.release()


def _home() -> Path:
    """Where locks are: in the directory of machine code, which the same variable names."""
    cache = os.environ.get("SIMCAP_CACHE_DIR") or os.environ.get("XDG_CACHE_HOME")
    return Path(cache or os.path.expanduser("~/.cache")) / "simcap" / "app"


def _open(address: str, browser: bool, tell: Callable[[str], None]) -> None:
    """Once the server answers, open a browser, or say where to look."""
    if not _answers(address):
        return
    if browser and _browser_there() and webbrowser.open(address):
        tell(
            _("simcap app: {address} is open in your browser; Ctrl-C here ends it", address=address)
        )
    elif browser:
        tell(
            _(
                "simcap app: no browser was found here: open {address}; Ctrl-C here ends it",
                address=address,
            )
        )
    else:
        tell(_("simcap app: open {address} in a browser; Ctrl-C here ends it", address=address))


def _browser_there() -> bool:
    """Whether there is a browser with a window: one that draws on the terminal would take it."""
    if sys.platform.startswith("linux") and not (
        os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    ):
        return False
    try:
        webbrowser.get()
    except webbrowser.Error:
        return False
    return True


def _answers(address: str) -> bool:
    """Whether the server answers before ``START`` is over."""
    end = time.monotonic() + START
    while time.monotonic() < end:
        try:
            with urllib.request.urlopen(f"{address}/_stcore/health", timeout=1.0):
                return True
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    return False
