"""Factors, levels, shares and waits in words, as figures say them."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable

from simcap.plots.theme import shortened


def unit_of_time(hours: Iterable[float]) -> tuple[float, str]:
    """(factor, unit) in which people read these ``hours``."""
    most = max(filter(math.isfinite, hours), default=0.0)
    if most < 1 / 30:
        return 3600.0, "seconds"
    if most < 1.5:
        return 60.0, "minutes"
    return (1.0, "hours") if most < 72 else (1 / 24, "days")


def say_factor(path: str) -> str:
    """A factor's path in words."""
    kind, _, rest = path.removesuffix(".on").partition(".")
    return shortened(
        (rest if kind in ("pools", "stations", "needs", "mechanisms") else path)
        .replace(".", " ")
        .replace("_", " "),
        40,
    )


def say_level(level: str) -> str:
    """A factor's level, scales with a proper sign, switches as yes and no, a block (a distribution)
    as its words.
    """
    level = {"True": "yes", "False": "no"}.get(level, level)
    if level.startswith("{"):
        return shortened(re.sub(r"[{}':]", "", level), 40)
    return shortened(f"×{level[1:]}" if level[:1] == "x" and level[1:2].isdigit() else level, 24)


def say_share(share: float) -> str:
    """A share as a percentage with two or three digits; a dash for none."""
    if not math.isfinite(share):
        return "–"
    if share == 0 or share >= 0.0995:
        return f"{100 * share:.0f} %"
    return f"{100 * share:.1f} %" if share >= 0.00095 else f"{100 * share:.2g} %"
