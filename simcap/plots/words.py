"""Factors, levels, shares and waits in words, as figures say them."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable

from simcap.lang import N_, _, spaced
from simcap.plots.theme import shortened

STEPS = {
    name: name
    for name in (
        N_("collaboration"),
        N_("level"),
        N_("incidence"),
        N_("prevention"),
        N_("stress"),
        N_("publicity"),
        N_("stigma"),
        N_("outreach"),
        N_("screening"),
        N_("late presentation"),
        N_("relapse"),
        N_("distance"),
        N_("reality"),
        N_("minimum"),
        N_("volunteers"),
        N_("visiting"),
        N_("hotline"),
        N_("crisis team"),
        N_("online"),
        N_("market"),
        N_("levels"),
        N_("green channel"),
        N_("social workers"),
        N_("telemedicine"),
        N_("group course"),
        N_("owners"),
        N_("pairing"),
        N_("roadmap"),
        N_("dispatch"),
        N_("tiers"),
        N_("emergency"),
        N_("false records"),
        N_("hours"),
        N_("share"),
        N_("number"),
        N_("patience"),
        N_("service time"),
        N_("seeks help"),
        N_("in need"),
        N_("design point"),
        N_("warm up"),
        N_("observe"),
    )
}
"""The library's own words on the path of a factor; names of a scenario stay as they are."""
LEVELS = {name: name for name in (N_("yes"), N_("no"), N_("as written"), N_("the baseline"))}


def unit_of_time(hours: Iterable[float]) -> tuple[float, str]:
    """(factor, unit) in which people read these ``hours``."""
    most = max(filter(math.isfinite, hours), default=0.0)
    if most < 1 / 30:
        return 3600.0, _("seconds")
    if most < 1.5:
        return 60.0, _("minutes")
    return (1.0, _("hours")) if most < 72 else (1 / 24, _("days"))


def say_factor(path: str) -> str:
    """A factor's path in words."""
    kind, *rest = path.removesuffix(".on").replace("_", " ").split(".")
    named = kind in ("pools", "stations", "needs")
    steps = rest if named or kind == "mechanisms" else [kind, *rest]
    said = [step if named and not at else say_step(step) for at, step in enumerate(steps)]
    return shortened(spaced(said), 40)


def say_step(step: str) -> str:
    """A step of a factor's path in words."""
    return _(STEPS[step]) if step in STEPS else step


def say_short(name: str) -> str:
    """The short name of a factor (``experiment.short_names``) in words: whole, or from its first
    word on.
    """
    if name in STEPS:
        return say_step(name)
    first, _blank, rest = name.partition(" ")
    return spaced([say_step(first), say_step(rest)])


GROUPS = {
    "pool": N_("staff: {name}"),
    "station": N_("station: {name}"),
    "target": N_("target: {name}"),
}


def say_group(group: str) -> str:
    """A group of the tables in words: a station, a staff, or those of residents by name."""
    kind, colon, name = group.partition(": ")
    return _(GROUPS[kind], name=name) if colon and kind in GROUPS else group


def say_level(level: str) -> str:
    """A factor's level, scales with a proper sign, switches as yes and no, a block (a distribution)
    as its words.
    """
    level = {"True": "yes", "False": "no"}.get(level, level)
    if level in LEVELS:
        return _(LEVELS[level])
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
