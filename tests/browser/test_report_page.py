"""The report as people see it: in Chromium, on a desk and on a telephone, light, dark and on
paper. ``make test-browser`` runs this.
"""

import pytest
from made_up import swept
from tiny import EXPERIMENT, SCENARIO, written

from simcap.lang import speaking
from simcap.report.content import report
from simcap.report.facts import Facts
from simcap.report.html import html
from simcap.study.experiment import load_experiment

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
SAID = {"simcap": "1", "model": "2", "engine": "compiled"}


@pytest.fixture(scope="module", params=["en", "zh"])
def page_file(request, tmp_path_factory):
    """The report of made-up results whose names hold mark-up."""
    home = tmp_path_factory.mktemp(request.param)
    scenario = SCENARIO.replace("name: tiny", "name: <img src=https://nowhere.invalid/x> & tiny")
    results = swept(load_experiment(written(home / "tiny", scenario, experiment=EXPERIMENT)), 3)
    with speaking(request.param):
        (home / "report.html").write_bytes(html(report(Facts(results, [], SAID))))
    return home / "report.html"


@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_fits_asks_nobody_and_shows_all(browser, page_file, width, scheme):
    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    asked, said = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda problem: said.append(str(problem)))
    page.goto(page_file.as_uri())
    elsewhere = [url for url in asked if not url.startswith(("file:", "data:"))]
    assert (elsewhere, said) == ([], [])
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate("[...document.images].every(one => one.naturalWidth > 0 && one.alt)")
    assert page.locator("img").count() == page.locator("figure").count() > 5
    assert "<img src=https://nowhere.invalid/x> & tiny" in page.locator("h1").inner_text()
    ink, paper = page.evaluate(
        "(s => [s.color, s.backgroundColor])(getComputedStyle(document.body))"
    )
    assert contrast(ink, paper) > 7
    assert (light(paper) > 0.5) == (scheme == "light")
    page.screenshot(path=page_file.parent / f"{width}-{scheme}.png", full_page=True)
    page.close()


def test_on_paper_no_table_leaves_the_page(browser, page_file):
    page = browser.new_page(viewport={"width": 688, "height": 1000})  # A4 less its margins
    page.goto(page_file.as_uri())
    page.emulate_media(media="print")
    widest = page.evaluate(
        "Math.max(...[...document.querySelectorAll('table, img')]"
        ".map(one => one.getBoundingClientRect().right))"
    )
    assert widest <= 688
    assert page.evaluate("getComputedStyle(document.querySelector('tr')).breakInside") == "avoid"
    assert len(page.pdf(prefer_css_page_size=True)) > 50_000
    page.close()


def channels(colour):
    return [int(part) / 255 for part in colour[colour.index("(") + 1 : -1].split(",")[:3]]


def light(colour):
    """Relative luminance, as WCAG has it."""
    red, green, blue = (
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels(colour)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    dark, bright = sorted((light(one), light(other)))
    return (bright + 0.05) / (dark + 0.05)
