"""What all tests of pages share: one Chromium, and one app in Chinese for «Watch» and «Learn»."""

import importlib.util
import os
import re
import shutil
import signal
import subprocess
import sys

import pytest
from tiny import SCENARIO, ZONES, written

PATIENCE = 120_000
"""Milliseconds that a state of a page is waited for; nothing depends on how fast a machine is."""
BAD = "<img src=https://nowhere.invalid/x> **b** $a$"
MANY = ZONES.replace(",2000,1000,", ",20000,10000,").replace(",500,200,", ",5000,2000,")


if importlib.util.find_spec("streamlit") is None:  # make test-browser installs it
    collect_ignore_glob = ["test_*.py"]


@pytest.fixture(scope="session")
def browser():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as library:
        made = library.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        yield made
        made.close()


@pytest.fixture(scope="session")
def marked(tmp_path_factory):
    """A scenario whose name, need and zone hold mark-up."""
    scenario = (
        SCENARIO.replace("name: tiny", f'name: "{BAD} tiny"')
        .replace("\n  moderate:", '\n  "<b>need</b> $a$":')
        .replace("\n  room: {pools", '\n  "<b>room</b> $x$": {pools')
        .replace("room: 40 %", '"<b>room</b> $x$": 40 %')
        .replace("assessment: room", 'assessment: "<b>room</b> $x$"')
        .replace("    room: {completed", '    "<b>room</b> $x$": {completed')
    )
    return written(tmp_path_factory.mktemp("watch"), scenario, MANY.replace("城 City", "<i>城</i>"))


@pytest.fixture(scope="session")
def started():
    """Starts an app: (path, more arguments, more of the environment) → (process, address). What
    still runs at the end is ended.
    """
    running = []

    def start(path, *more, **environment):
        process = subprocess.Popen(
            [sys.executable, "-m", "simcap", "app", str(path), "--no-browser", *more],
            env=os.environ | environment,
            stderr=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            text=True,
        )
        running.append(process)
        line = process.stderr.readline()
        return process, re.search(r"http://127\.0\.0\.1:\d+", line)[0]

    yield start
    for process in running:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)


@pytest.fixture(scope="session")
def chinese(started, marked):
    """Where an app in Chinese is, whose «Watch» shows ``marked``."""
    return started(marked, "--lang", "zh", SIMCAP_APP_PATH=str(marked))[1]
