"""The documentation as a site: built strictly, asking nobody, found by words of both languages,
whole on a desk and on a telephone. ``make test-browser`` runs this.
"""

import functools
import http.server
import os
import re
import subprocess
import sys
import threading
from pathlib import Path

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]
ROOT = Path(__file__).parents[2]
LOADED = re.compile(
    r"<(?:script|img|iframe|source|audio|video|embed)[^>]+src=[\"']?(?:https?:)?//[^\"' >]+"
    r"|<link(?![^>]*rel=[\"']?canonical)[^>]+href=[\"']?(?:https?:)?//[^\"' >]+"
    r"|(?:url\(|@import )[\"' ]*(?:https?:)?//[^\"')]+"
)
"""What a page loads from elsewhere: links to click are none."""


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Files, and no line on the screen for each."""

    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The site, built as ``make docs`` does."""
    home = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "-d", str(home)]
    told = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, env=told)
    assert (done.returncode, done.stderr) == (0, "")
    return home


@pytest.fixture(scope="module")
def served(site):
    """Where it is served."""
    handler = functools.partial(Quiet, directory=str(site))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


def pages(site):
    return sorted(site.rglob("*.html"))


def test_nothing_is_loaded_from_elsewhere_and_nothing_is_a_subscript(site):
    for file in [*pages(site), *site.rglob("*.css")]:
        text = file.read_text(encoding="utf-8")
        assert LOADED.findall(text) == [] and "<sub>" not in text, file.name


def test_links_to_the_repository_lead_to_files_of_the_site(site):
    gone = []
    for page in pages(site):
        if page.name == "404.html":
            continue
        for goal in re.findall(r"(?:href|src)=\"([^\"#:]+)(?:#[^\"]*)?\"", page.read_text("utf-8")):
            if not (page.parent / goal).exists():
                gone.append((page.name, goal))
    assert gone == []


def test_a_chinese_page_says_so(site):
    assert '<html lang="zh-CN"' in (site / "planner.zh.html").read_text(encoding="utf-8")
    assert '<html lang="en"' in (site / "planner.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_fit_and_ask_nobody(browser, site, served, scheme):
    page = browser.new_page(color_scheme=scheme)
    asked, said = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda problem: said.append(str(problem)))
    wide = []
    for file in pages(site):
        name = file.relative_to(site).as_posix()
        page.goto(served + name)
        for width in (1440, 390):
            page.set_viewport_size({"width": width, "height": 900})
            if page.evaluate("document.documentElement.scrollWidth") > width:
                wide.append((name, width))
    ours = (served, "data:", "blob:")
    assert ([url for url in asked if not url.startswith(ours)], said, wide) == ([], [], [])
    page.close()


@pytest.mark.parametrize(
    "word, page",
    [("偶然", "planner.zh.html"), ("等待时间", "planner.zh.html"), ("机动调度", "glossary.html"),
     ("心理咨询师", "planner.zh.html"), ("coverage", "measures.html")],
)  # fmt: skip
def test_a_word_inside_a_sentence_finds_its_page(browser, served, word, page):
    sheet = browser.new_page(viewport={"width": 1440, "height": 900})
    sheet.goto(served + "index.html")
    sheet.click("input.md-search__input")
    sheet.fill("input.md-search__input", word)
    found = sheet.locator(".md-search-result__item a")
    for _ in range(40):  # the index is loaded and built meanwhile
        sheet.keyboard.press("End")
        sheet.wait_for_timeout(250)
        if found.count():
            break
    links = [link.get_attribute("href") for link in found.all()]
    assert any(page in link for link in links), (word, links)
    sheet.close()
