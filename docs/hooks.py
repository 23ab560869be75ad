"""What mkdocs does besides: pages and files of the repository that a page links to come along, and
their links lead where they lead in the repository; the glossary's terms are words for the search.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from pathlib import Path

import jieba
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

ROOT = Path(__file__).parents[1]
LINK = re.compile(r"(?<=\]\()([^)\s#]+)(#[^)\s]*)?(?=\))")
TERMS = ("工作簿", "镇街", "咨询师", "心理咨询师")
FENCE = re.compile(r"^```.*?^```$|`[^`\n]+`", re.MULTILINE | re.DOTALL)


def on_config(config: MkDocsConfig) -> None:
    """Chinese terms of the glossary are kept whole, so that the search finds them in a sentence."""
    jieba.setLogLevel("WARNING")
    for term in TERMS:
        jieba.add_word(term)
    for row in (ROOT / "docs/glossary.md").read_text(encoding="utf-8").splitlines():
        if row.startswith("| ") and len(cells := row.strip("| ").split(" | ")) > 1:
            for term in re.split("[，、；（）]", cells[1]):
                jieba.add_word(term)


def on_files(files: Files, config: MkDocsConfig) -> None:
    """Whatever the pages link to outside ``docs/``, and what these link to in their turn."""
    todo = [f"docs/{file.src_uri}" for file in files.documentation_pages()]
    seen = {*todo, "README.md"}  # whose place the home page has
    while todo:
        for goal in _linked(todo.pop()):
            if goal in seen or not (ROOT / goal).is_file():
                continue
            seen.add(goal)
            if not goal.startswith("docs/"):
                files.append(File.generated(config, _uri(goal), abs_src_path=str(ROOT / goal)))
            if goal.endswith(".md"):
                todo.append(goal)


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Links as they lead from the page's place on the site."""
    here = _of_repository(page.file)
    kept = FENCE.findall(markdown)
    bare = FENCE.sub("\0", markdown)
    bare = LINK.sub(lambda found: _moved(found, here, page.file.src_uri), bare)
    return re.sub("\0", lambda _: kept.pop(0), bare)


def on_post_page(output: str, page: Page, config: MkDocsConfig) -> str:
    """A Chinese page says that it is Chinese: browsers choose the shapes of characters by it."""
    if page.file.src_uri.endswith(".zh.md"):
        return output.replace('<html lang="en"', '<html lang="zh-CN"', 1)
    return output


def _moved(found: re.Match, here: str, uri: str) -> str:
    goal, anchor = found[1], found[2] or ""
    if ":" in goal:
        return found[0]
    there = _uri(posixpath.normpath(posixpath.join(posixpath.dirname(here), goal)))
    return posixpath.relpath(there, posixpath.dirname(uri) or ".") + anchor


def _linked(name: str) -> Iterator[str]:
    text = FENCE.sub("", (ROOT / name).read_text(encoding="utf-8"))
    for goal, _ in LINK.findall(text):
        if ":" not in goal:
            yield posixpath.normpath(posixpath.join(posixpath.dirname(name), goal))


def _uri(name: str) -> str:
    """Where a file of the repository stands on the site."""
    return "index.md" if name == "README.md" else name.removeprefix("docs/")


def _of_repository(file: File) -> str:
    """The file of the repository that a page is made of."""
    made = Path(str(file.abs_src_path)).resolve()
    return made.relative_to(ROOT).as_posix()
