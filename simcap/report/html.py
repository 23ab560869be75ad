"""A report as one HTML file that asks no host for anything: styles and pictures stand in it."""

from __future__ import annotations

import base64
from importlib.resources import files

from jinja2 import Environment, StrictUndefined

from simcap.lang import _
from simcap.report.blocks import Report

LANGUAGE_TAGS = {"en": "en", "zh": "zh-Hans"}


def html(report: Report) -> bytes:
    """The page, as UTF-8. Whatever text it holds, names with mark-up too, stays text."""
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["kind"] = lambda block: type(block).__name__
    environment.filters["data"] = lambda png: base64.b64encode(png).decode()
    template = environment.from_string(_resource("report.html.j2"))
    page = template.render(
        report=report,
        style=_resource("report.css"),
        tag=LANGUAGE_TAGS[report.language],
        contents=_("Contents"),
        skip=_("To the answer"),
    )
    return page.encode()


def _resource(name: str) -> str:
    return files("simcap.report").joinpath(name).read_text(encoding="utf-8")
