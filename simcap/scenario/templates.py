"""The templates that come with simcap, and where they are."""

from __future__ import annotations

from pathlib import Path

import simcap

TEMPLATES = {
    "huadu": "01_huadu",
    "zhuzhou": "04_zhuzhou_pairing",
    "minimal": "minimal",
}
"""Templates, and the directories of ``experiments`` that they are."""


def template_home(template: str) -> Path:
    """The directory of a template: in the package, or, in a checkout, among the experiments."""
    inside = Path(simcap.__file__).parent / "templates" / template
    if inside.is_dir():
        return inside
    return Path(simcap.__file__).parents[1] / "experiments" / TEMPLATES[template]
