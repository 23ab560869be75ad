"""``simcap app`` as people use it: a server of its own, Chromium on a desk and on a telephone; and
the lines that it says when it cannot start.
"""

import os
import re
import signal
import socket
import subprocess
import sys
import time

import pytest
from tiny import SCENARIO, ZONES, written

from browser.conftest import PATIENCE
from simcap.building import load_scenario
from simcap.study.plan import plan

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]
DISTRICT = "<b>Tiny</b> $a$ *x* :red[y]"
ZONE = "<i>城</i> $x$ $y$"
SEATS = "<u>seats</u> $c$"


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """Two districts: one whose names hold mark-up, and one that is broken."""
    home = tmp_path_factory.mktemp("districts")
    scenario = SCENARIO.replace("name: tiny", f'name: "{DISTRICT}"')
    scenario = scenario.replace("  seats: {", f'  "{SEATS}": {{')
    scenario = scenario.replace("pools: [seats]", f'pools: ["{SEATS}"]')
    written(home / "a_marked", scenario, ZONES.replace("城 City", ZONE))
    (home / "b_broken").mkdir()
    (home / "b_broken" / "scenario.yaml").write_text("name: <b>x</b>\nsurprise: 1\n")
    return home


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


@pytest.fixture(scope="module")
def address(started, home):
    process, found = started(home, "--port", free_port(), "--lang", "en")
    yield found
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)
    assert process.returncode == 0


def opened(browser, address, width=1440, **more):
    """(a page in a session of its own, requests that would leave the machine, errors)."""
    context = browser.new_context(viewport={"width": width, "height": 1000}, **more)
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    left, errors = [], []

    def route(request):
        url = request.request.url
        if url.startswith((f"{address}/", "data:", "blob:")):
            request.continue_()
        else:
            left.append(url)
            request.abort()

    page.route("**/*", route)
    page.on("websocket", lambda one: left.append(one.url) if address[7:] not in one.url else None)
    page.on("pageerror", lambda problem: errors.append(str(problem)))
    page.goto(address)
    return page, left, errors


def finished(page, number, words="Finished:"):
    """Wait until so many replications are finished, and shown."""
    page.get_by_text(re.compile(f"{words} ?{number}\\b")).first.wait_for()
    page.get_by_test_id("stTable").nth(1).wait_for()
    page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for()


def holds(page, *texts):
    """Wait until the page says all of ``texts``, letter by letter."""
    for text in texts:
        page.wait_for_function(
            "text => document.querySelector('[data-testid=stMain]').innerText"
            ".replaceAll('\\u2060', '').includes(text)",
            arg=text,
        )


def main_text(page):
    return page.locator("[data-testid=stMain]").inner_text()


def move(page, name, keys=1):
    slider = page.get_by_role("slider", name=name)
    slider.focus()
    for _ in range(keys):
        page.keyboard.press("ArrowRight")


def test_it_loads_a_slider_moves_results_change_nothing_leaves(browser, address, tmp_path):
    begun = time.monotonic()
    page, left, errors = opened(browser, address)
    finished(page, 10)
    print(f"as written: {time.monotonic() - begun:.1f} s after the page was asked for")
    holds(page, "move a slider to compare")
    assert "B as set" not in main_text(page)
    begun = time.monotonic()
    move(page, "counsellors, people", 5)
    page.get_by_text("B as set").first.wait_for()
    print(f"first numbers: {time.monotonic() - begun:.1f} s after the slider moved")
    finished(page, 20)
    print(f"the full interval: {time.monotonic() - begun:.1f} s after the slider moved")
    holds(page, "What was moved", "B − A")
    page.locator("canvas, svg.marks").first.wait_for()
    page.get_by_role("tab", name="Waits").click()
    page.get_by_text("90th percentile").first.wait_for()
    page.get_by_role("tab", name="Queues and loads").click()
    page.get_by_text("mean number waiting").first.wait_for()
    page.get_by_role("tab", name="Where to be careful").click()
    page.get_by_text(
        re.compile("No guard was raised|What to do|Said of the inputs")
    ).first.wait_for()
    page.get_by_role("button", name="Back to as written").click()
    page.get_by_text("move a slider to compare").wait_for()
    assert (left, errors) == ([], [])
    page.context.close()


def test_names_with_mark_up_stay_text_everywhere(browser, address):
    page, _left, _errors = opened(browser, address)
    finished(page, 10)
    holds(page, DISTRICT, ZONE)
    page.get_by_text("Staff and seats").click()
    page.get_by_text(re.compile(re.escape(SEATS))).first.wait_for()
    page.get_by_role("tab", name="Queues and loads").click()
    assert page.locator("[data-testid=stMain] :is(b, i, u, .katex)").count() == 0
    page.context.close()


@pytest.mark.parametrize("width", [1440, 390])
def test_the_language_switches_and_the_page_fits(browser, address, width, tmp_path):
    page, left, errors = opened(browser, address, width)
    finished(page, 10)
    if width < 500:
        page.get_by_test_id("stExpandSidebarButton").click()
    page.get_by_text("中文", exact=True).click()
    page.get_by_role("heading", name="假如").wait_for()
    finished(page, "10", "已完成：")
    if width < 500:
        page.get_by_test_id("stSidebarCollapseButton").get_by_role("button").click()
    holds(page, "及时见到专业人员")
    assert "Finished" not in main_text(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    widest = page.evaluate(
        "Math.max(...[...document.querySelectorAll('[data-testid=stMain] table')]"
        ".map(one => one.getBoundingClientRect().right))"
    )
    assert widest <= width
    page.screenshot(path=tmp_path / f"{width}.png", full_page=True)
    assert (left, errors) == ([], [])
    page.context.close()


def test_two_sessions_keep_their_languages_and_settings(browser, address):
    one, *_ = opened(browser, address)
    other, *_ = opened(browser, address)
    finished(one, 10)
    finished(other, 10)
    other.get_by_text("中文", exact=True).click()
    other.get_by_role("heading", name="假如").wait_for()
    move(one, "counsellors, people", 3)
    finished(one, 20)
    finished(other, "10", "已完成：")
    holds(one, "B as set", "What if")
    assert "B 按设定" not in main_text(other)
    one.context.close()
    other.context.close()


def test_what_is_downloaded_is_what_was_set(browser, address, home, tmp_path):
    page, _left, _errors = opened(browser, address, accept_downloads=True)
    finished(page, 10)
    move(page, "counsellors, people", 5)
    finished(page, 20)
    page.get_by_text("Save this setting").click()
    kept = {}
    for name in ("Scenario (YAML)", "Scenario (workbook)", "Experiment:", "Table (CSV)"):
        with page.expect_download() as caught:
            page.get_by_role("button", name=name).click()
        kept[name] = tmp_path / caught.value.suggested_filename
        caught.value.save_as(kept[name])
    saved = load_scenario(kept["Scenario (YAML)"])
    assert saved.pools["counsellors"].number == 3.0
    assert plan(saved).digest == plan(load_scenario(kept["Scenario (workbook)"])).digest
    assert plan(saved).digest != plan(load_scenario(home / "a_marked")).digest
    assert kept["Table (CSV)"].read_text(encoding="utf-8-sig").startswith("setting,measure,place")
    assert "pools.counsellors: 3" in kept["Experiment:"].read_text(encoding="utf-8")
    page.context.close()


def test_a_broken_scenario_is_said_and_the_page_lives_on(browser, address):
    page, _left, errors = opened(browser, address)
    finished(page, 10)
    page.get_by_role("combobox").first.click()
    page.get_by_role("option", name="b_broken").click()
    page.get_by_text("surprise").first.wait_for()
    page.get_by_role("combobox").first.click()
    page.get_by_role("option", name="a_marked").click()
    finished(page, 10)
    assert errors == []
    page.context.close()


# ---- lines ---------------------------------------------------------------------------------------


def said(*arguments):
    done = subprocess.run(
        [sys.executable, "-m", "simcap", "app", *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=120,
    )
    return done.returncode, done.stderr


def test_a_second_app_on_the_same_directory_says_who_serves_it(home, address, tmp_path):
    (tmp_path / "link").symlink_to(home)
    code, text = said(tmp_path / "link", "--no-browser")
    assert (code, text) == (
        75,
        f"simcap: failed\n{tmp_path / 'link'}: another simcap app serves it at {address}\n",
    )


def test_a_port_in_use_and_a_wrong_path_are_one_line(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        code, text = said(written(tmp_path), "--port", port)
        assert (code, text) == (
            1,
            f"simcap: failed\n--port {port}: it is in use or not allowed: another number wanted,"
            " or none, so that a free one is taken\n",
        )
    nowhere = tmp_path / "nowhere"
    assert said(nowhere) == (
        2,
        f"simcap: wrong input\n{nowhere}: there is no such file or directory\n",
    )


def test_without_a_browser_the_address_is_said_and_ctrl_c_ends_all(tmp_path):
    environment = {name: value for name, value in os.environ.items() if "DISPLAY" not in name}
    process = subprocess.Popen(
        [sys.executable, "-m", "simcap", "app", str(written(tmp_path))],
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
    )
    line = process.stderr.readline()
    assert re.fullmatch(
        r"simcap app: no browser was found here: open http://127\.0\.0\.1:\d+; Ctrl-C here ends"
        r" it\n",
        line,
    )
    process.send_signal(signal.SIGINT)
    _out, rest = process.communicate(timeout=60)
    assert (process.returncode, rest) == (0, "")


def test_what_is_missing_is_said(tmp_path, monkeypatch):
    from simcap.app import serving
    from simcap.errors import StudyError

    monkeypatch.setattr(serving.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(StudyError, match=r"which is not installed: pip install simcap\[app\]"):
        serving.serve(written(tmp_path), None, "en", False, print)
