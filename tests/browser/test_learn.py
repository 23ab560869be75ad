"""The page «Learn» as a class sees it: by Streamlit's own test, and in Chromium. ``make
test-browser`` runs this.
"""

import pytest

from browser.conftest import PATIENCE
from simcap.lang import catalogue
from simcap.lessons import LESSONS

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]
SIZE = {1440: 900, 390: 844}


def shown(language, lesson):
    """The page run by itself, without a browser: Streamlit's test harness runs its source."""
    from streamlit.testing.v1 import AppTest

    def script(language, lesson):
        import streamlit as st

        from simcap import lang
        from simcap.app import learn

        lang.choose(language)
        st.session_state.setdefault("lesson", lesson)
        learn.page()

    return AppTest.from_function(
        script, default_timeout=300, kwargs={"language": language, "lesson": lesson}
    ).run()


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", ["erlang", "variability", "pooling"])
def test_a_lesson_shows_its_words_numbers_and_folded_answers(language, name):
    page, one, say = shown(language, name), LESSONS[name], catalogue(language).gettext
    assert not page.exception
    assert page.header[0].value == say(one.text.title)
    assert [fold.label for fold in page.expander] == [say("Answer")] * 2
    assert not any(fold.proto.expanded for fold in page.expander)
    for fold, (_question, answer) in zip(page.expander, one.text.questions, strict=True):
        assert fold.markdown[0].value == say(answer)
    table = page.table[0].value
    assert list(table.columns)[1] == say("simulated mean") and len(table) >= 3


def test_a_dial_changes_the_numbers():
    page = shown("en", "erlang")
    before = page.table[0].value
    page.slider(key="erlang.load").set_value(60).run()
    after = page.table[0].value
    assert not page.exception and before.iloc[0]["theory"] == "34.5 min"
    assert after.iloc[0]["theory"] == "5.38 min"
    page.toggle(key="erlang.warm").set_value(False).run()
    assert page.table[0].value.iloc[0]["simulated mean"] != after.iloc[0]["simulated mean"]


# ---- in Chromium ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def address(chinese):
    return f"{chinese}/learn"


def opened(browser, address, width, asked):
    page = browser.new_page(viewport={"width": width, "height": SIZE[width]})
    page.set_default_timeout(PATIENCE)
    page.on("request", lambda request: asked.append(request.url))
    page.goto(address)
    page.wait_for_selector("table")
    return page


@pytest.mark.parametrize("width", SIZE)
def test_the_page_fits_and_asks_nobody_else(browser, address, width):
    asked: list[str] = []
    page = opened(browser, address, width, asked)
    page.wait_for_selector("text=一个队列与 Erlang C")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.locator("details[open]").count() == 0 and page.locator("details").count() == 2
    page.locator("summary").first.click()
    page.wait_for_selector("details[open]")
    home = address.removesuffix("/learn")
    elsewhere = [
        url
        for url in asked
        if not url.startswith((home, home.replace("http", "ws"), "data:", "blob:"))
    ]
    assert elsewhere == []
    page.close()


def test_a_slider_moves_the_numbers_and_the_language_switches(browser, address):
    page = opened(browser, address, 1440, [])
    page.wait_for_selector("td:has-text('34.5 分钟')")
    page.get_by_role("slider").first.focus()
    page.keyboard.press("ArrowLeft")
    page.wait_for_selector("td:has-text('22.4 分钟')")
    page.get_by_text("English", exact=True).click()
    page.wait_for_selector("h2:has-text('A queue against Erlang C')")
    page.wait_for_selector("td:has-text('22.4 min')")  # the dial stays where it was
    page.close()


def test_huadu_comes_step_by_step(browser, address):
    """The first numbers are there before all points are simulated."""
    page = opened(browser, address, 1440, [])
    page.get_by_text("4 · 协同的作用").click()
    page.wait_for_selector("table >> text=所选 E >> nth=0")
    page.wait_for_selector("table >> text=E = 1 >> nth=0")
    assert page.locator("tr:has-text('增加咨询师减现状')").count() == 4
    page.close()
