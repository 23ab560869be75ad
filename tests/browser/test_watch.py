"""The page «Watch»: its pictures by vidigi and plotly, in Streamlit's own tests, and in Chromium on
a desk and on a telephone. ``make test-browser`` runs this.
"""

import base64
import datetime
import time

import numpy as np
import pytest

from browser.conftest import BAD, PATIENCE
from simcap.app.watching import day_chart, month_chart, moving_chart
from simcap.app.watching.charts import plain
from simcap.app.watching.counts import Watched
from simcap.app.watching.day import day_at, fullest
from simcap.app.watching.month import month_of
from simcap.app.watching.moving import moving, snapshots
from simcap.building import load_scenario
from simcap.lang import speaking
from simcap.network.clock import INFINITY
from simcap.tracing.command import traced

pytestmark = [
    pytest.mark.browser,
    pytest.mark.timeout(300),
    pytest.mark.filterwarnings("ignore"),  # vidigi's, pandas' and Streamlit's own
]
MINUTE = 60 * 10**6


@pytest.fixture(scope="module")
def watched(marked):
    scenario = load_scenario(marked)
    return Watched(scenario.name, traced(scenario, 42, 0, "simpy"))


# ---- the pictures --------------------------------------------------------------------------------


def made(watched, zone="<i>城</i>", at_most=60, days=2):
    date = watched.days[0] + datetime.timedelta(days=14)
    return moving(watched, zone, date, days, at_most)


def test_vidigi_draws_at_each_moment_who_is_there(watched):
    """At every picture: who waits, who is attended, who is at home, each resident once."""
    moved = made(watched)
    drawn, shown = snapshots(moved), {one.id: one for one in moved.shown}
    times, trace = watched.trace.times, watched.trace
    assert sorted(drawn["snapshot_time"].unique()) == list(range(moved.first, moved.last + 1, 30))
    for when, rows in drawn.groupby("snapshot_time"):
        now = int(when) * MINUTE
        expected = {}
        for name, one in shown.items():
            for row in one.visits:
                joined, started, ended = (
                    int(times[t][row]) for t in ("joined", "started", "ended")
                )
                place = trace.places[trace.visits["station"][row]]
                if place.home or place.referral or not joined <= now < ended:
                    continue
                seats = trace.seats[row]
                waits = now < min(started, ended)
                pool = "" if waits else trace.network.pools[seats[0].pool].name
                expected[name] = f"queue: {place.desk}" if waits else pool
        seen = dict(zip(rows["entity_id"], rows["event"], strict=True))
        assert len(seen) == len(rows), "nobody in two places"
        stations = {k: v for k, v in seen.items() if v not in ("at home", "depart", "arrival")}
        assert stations == expected
        here = {
            name
            for name, one in shown.items()
            if times["arrived"][one.visits[0]]
            <= now
            < min(times["ended"][one.visits[-1]], INFINITY)
        }
        assert here == {k for k, v in seen.items() if v != "depart"}


def column(values):
    """A column as plotly keeps it: a list, or bytes."""
    if isinstance(values, dict):
        return np.frombuffer(base64.b64decode(values["bdata"]), values["dtype"]).tolist()
    return list(values)


def test_nobody_stands_where_another_stands(watched):
    picture, drawn = moving_chart.chart(watched, made(watched)), 0
    for frame in picture["frames"]:
        points = [
            point
            for trace in frame["data"]
            for point in zip(*(column(trace[name]) for name in ("x", "y", "text")), strict=True)
            if point[2]
        ]
        apart = [(x, y) for x, y, _sign in points if (x, y) != (164, 1)]  # the exit: all who left
        assert len(set(apart)) == len(apart)
        drawn += len(points)
    assert drawn > 1000


def test_the_numbers_of_the_moments_are_those_of_the_day(watched):
    desk = watched.desks["line"]
    day = day_at(watched, desk, fullest(watched, desk))
    picture = day_chart.chart(watched, day)
    last = [trace["text"][0] for trace in picture["frames"][-1]["data"] if "text" in trace]
    answered, gave_up = len(day.answered.at), len(day.gave_up.at)
    assert gave_up > 0
    assert last[2] == f"answered {answered}, gave up {gave_up}, calling again 0"
    moments = day.frames
    waiting, in_use = (day.now(values, moments) for values in (day.waiting, day.in_use))
    for k, frame in enumerate(picture["frames"]):
        said = [trace["text"][0] for trace in frame["data"] if "text" in trace]
        assert said[:2] == [f"{in_use[k]} of 1 in use", f"{waiting[k]} waiting"]
    assert picture["layout"]["sliders"][0]["active"] == int(np.argmax(waiting))
    assert len(picture["frames"]) == 24 * 12 + 1


def test_four_weeks_are_drawn_as_counted(watched):
    month = month_of(watched, "counsellors", watched.days[0])
    picture = month_chart.chart(watched, month)
    for k in (0, 100, 335):
        bars = np.array([trace["x"] for trace in picture["frames"][k]["data"][:4]])
        assert (month.waiting[:, k] == bars.T).all()
    waits = [trace for trace in picture["data"] if trace["type"] == "bar"]
    assert waits[0]["customdata"] == ["&lt;i&gt;城&lt;/i&gt;", "村 Village"]


def test_plotly_reads_names_as_text():
    assert plain("<b>&$x$") == "&lt;b&gt;&amp;&#36;x&#36;"


def test_every_word_of_the_pictures_is_chinese_in_chinese(watched):
    with speaking("zh"):
        desk = watched.desks["line"]
        day = day_chart.chart(watched, day_at(watched, desk, fullest(watched, desk)))
        month = month_chart.chart(watched, month_of(watched, "counsellors", watched.days[0]))
        moved = moving_chart.chart(watched, made(watched))
    own = "".join(
        one["text"] for picture in (day, month, moved) for one in picture["layout"]["annotations"]
    )
    for word in ("wait", "Seats", "Calls", "home", "left", "Staff", "duty", "weeks"):
        assert word not in own
    assert "▶ 播放" in str(day["layout"]["updatemenus"])


# ---- Streamlit's own test ------------------------------------------------------------------------


def script():
    from simcap.app import watch

    watch.page()


def opened(marked, monkeypatch):
    from streamlit.testing.v1 import AppTest

    monkeypatch.setenv("SIMCAP_APP_PATH", str(marked))
    app = AppTest.from_function(script, default_timeout=120).run()
    for _time in range(100):
        if app.get("plotly_chart") or app.exception or app.error:
            break
        time.sleep(0.3)
        app.run()
    return app


def test_the_page_shows_each_view_and_the_slider_moves_it(marked, monkeypatch):
    app = opened(marked, monkeypatch)
    assert not app.exception and app.title[0].value == "Watch"
    first = str(app.get("plotly_chart")[0].proto)
    slider = app.slider[0]
    slider.set_value(slider.value + datetime.timedelta(days=1)).run()
    second = str(app.get("plotly_chart")[0].proto)
    assert first and first != second
    for view in ("month", "moving"):
        app.session_state["watch view"] = view
        app.run()
        assert not app.exception and app.get("plotly_chart")
    names = next(box for box in app.selectbox if "resident" in (box.key or ""))
    names.select_index(1).run()
    assert not app.exception


def test_a_scenario_that_is_not_there_is_one_line(monkeypatch, tmp_path):
    from streamlit.testing.v1 import AppTest

    monkeypatch.setenv("SIMCAP_APP_PATH", str(tmp_path / "no_*where*"))
    app = AppTest.from_function(script, default_timeout=60).run()
    assert not app.exception and "cannot be read" in app.error[0].value
    assert r"no\_\*where\*" in app.error[0].value


# ---- a browser -----------------------------------------------------------------------------------


@pytest.mark.parametrize("width", [1440, 390])
def test_the_page_plays_switches_language_and_asks_nobody(browser, chinese, width, tmp_path):
    page = browser.new_page(viewport={"width": width, "height": 1000})
    page.set_default_timeout(PATIENCE)
    asked, problems = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda problem: problems.append(str(problem)))
    page.goto(f"{chinese}/watch")
    views = page.locator('[data-testid="stMain"] [data-testid="stButtonGroup"] button')
    for number, words in enumerate(("坐席", "所有区域的等待人数", "接受服务")):
        views.nth(number).click()
        page.locator(".js-plotly-plot", has_text=words).wait_for()
        moved = playing(page)
        assert moved[0] != moved[1], "the time goes on"
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        beyond = page.evaluate(
            "[...document.querySelectorAll('.js-plotly-plot .annotation-text, .js-plotly-plot"
            " .updatemenu-button, .js-plotly-plot .ytick text')].filter(one =>"
            " one.getBoundingClientRect().right > innerWidth + 1 ||"
            " one.getBoundingClientRect().left < -1).map(one => one.textContent)"
        )
        assert beyond == []
        page.screenshot(path=tmp_path / f"{number}.png", full_page=True)
    assert "<i>城</i>" in page.locator('[data-testid="stMain"]').inner_text()
    assert page.locator("img[src*=nowhere]").count() == 0
    assert f"{BAD} tiny" in page.locator('[data-testid="stHtml"]').first.inner_text()
    assert page.locator('a[href*="nowhere"]').count() == 0
    elsewhere = [
        u for u in asked if not u.startswith((chinese, "ws://127.0.0.1", "data:", "blob:"))
    ]
    assert elsewhere == []
    assert set(problems) <= {"undefined"}, "plotly.js drops what it was to play when one pauses"
    page.close()


def playing(page):
    """What the slider says when it begins anew and when it has gone on; that it stands once paused
    is waited for.
    """
    said = page.locator(".js-plotly-plot .slider-label").first
    page.locator(".updatemenu-button").nth(2).click()  # from the start
    before = said.text_content()
    page.wait_for_function(
        "before => document.querySelector('.js-plotly-plot .slider-label').textContent !== before",
        arg=before,
    )
    after = said.text_content()
    page.locator(".updatemenu-button").nth(1).click()  # pause
    page.wait_for_function(STANDS)
    return before, after


STANDS = """() => new Promise(done => {
    const said = () => document.querySelector('.js-plotly-plot .slider-label').textContent
    const before = said()
    setTimeout(() => done(said() === before), 900)
})"""


def test_english_is_a_click_away_and_a_click_on_somebody_tells_their_story(browser, chinese):
    from playwright.sync_api import TimeoutError as Late

    page = browser.new_page(viewport={"width": 1440, "height": 1200})
    page.set_default_timeout(PATIENCE)
    page.goto(f"{chinese}/watch")
    page.get_by_text("English", exact=True).first.click()
    page.locator("h1", has_text="Watch").wait_for()
    page.get_by_text("Residents on their way", exact=True).first.click()
    page.locator(".js-plotly-plot", has_text="With the staff").wait_for()
    told = page.locator('[data-testid="stHtml"] p', has_text="R0").first
    told.wait_for()
    heard, signs = told.inner_text(), page.locator(".js-plotly-plot .textpoint text")
    others = 0
    for at in range(signs.count()):
        box = signs.nth(at).bounding_box()
        page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        try:
            page.wait_for_function(ANOTHER, arg=heard, timeout=20_000)
        except Late:  # it was the resident who is told of
            continue
        heard, others = told.inner_text(), others + 1
        if others == 2:
            break
    assert others == 2
    assert "In all:" in page.locator('[data-testid="stMain"]').inner_text()
    page.close()


ANOTHER = """before => {
    const told = [...document.querySelectorAll('[data-testid="stHtml"] p')]
        .find(one => one.textContent.includes('R0'))
    return told && told.innerText !== before
}"""
