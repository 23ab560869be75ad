"""Faults that show only when the network is built, or simulated, at the file's line of what causes
them.

``out_of_range`` finds at the reading what the network would refuse; this is for what is left.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from typing import TypeVar

from simcap.errors import InputError, NetworkError, ScenarioError
from simcap.lang import N_, _
from simcap.scenario.fields import SEPARATOR
from simcap.scenario.network_words import in_words
from simcap.scenario.reader import path_in
from simcap.scenario.schema import Scenario

T = TypeVar("T")

_WHO = re.compile(r"(?:Network: |Phase\(at=[^)]*\): )?(\w+)(?:\('(.*?)'\))?: (.*)", re.S)
_FIELD = re.compile(r"(\w+)(\[[^\]]*\])*: (.*)", re.S)
_DOTTED = re.compile(r"([a-z_]+(?:\.[^:]+)*): (.*)", re.S)
_GOES_ON = re.compile(r"routing\['(\w+)'\]")
_HAS_PLACE = re.compile(r".+?:\d+:\d+ |.+?#.+![A-Z]+\d+ |override ")
_BLOCKS = {"Warn": "emergency", "Dispatch": "dispatch"}
_WHOLE = {
    "at least one station and one arrival stream": (
        ("needs",),
        N_(
            "somebody who comes wanted, got needs that are 0 everywhere, or come outside of the run"
        ),
    ),
    "residents who go round for ever": (
        ("pathways",),
        N_("ways that lead out in the end wanted, got residents who go round for ever"),
    ),
}


def placed(problem: InputError, scenario: Scenario) -> ScenarioError:
    """``problem`` (of the network, or of a mechanism, in its own words) with the file, line and key
    of ``scenario`` that each of its faults comes from.
    """
    faults = (
        problem.faults if isinstance(problem, (NetworkError, ScenarioError)) else (str(problem),)
    )
    return ScenarioError(dict.fromkeys(_placed(fault, scenario) for fault in faults))


def with_places(build: Callable[[Scenario], T]) -> Callable[[Scenario], T]:
    """``build``, whose faults are ``placed``."""

    @functools.wraps(build)
    def built(scenario: Scenario) -> T:
        try:
            return build(scenario)
        except (NetworkError, ScenarioError) as problem:
            raise placed(problem, scenario) from None

    return built


def _placed(fault: str, scenario: Scenario) -> str:
    if _HAS_PLACE.match(fault):
        return fault
    path, said = _path_and_words(fault, scenario)
    said = in_words(said)
    document = scenario.document
    if document is None:
        return f"{'.'.join(map(str, path))}: {said}" if path else said
    spelled = path_in(document.data, path)
    return document.fault(spelled if len(spelled) == len(path) else path, said)


def _path_and_words(fault: str, scenario: Scenario) -> tuple[tuple, str]:
    for words, (path, said) in _WHOLE.items():
        if words in fault:
            return path, _(said)
    if (found := _of_a_named_part(fault, scenario)) is not None:
        return found
    if (match := _DOTTED.fullmatch(fault)) and match[1].partition(".")[0] in Scenario.model_fields:
        return tuple(match[1].split(".")), match[2]
    match = _WHO.fullmatch(fault)
    if match is None:
        return (), fault
    path, said = _part(match[1], match[2] or "", match[3], scenario), match[3]
    if path[:1] == ("pathways",):
        return path, said.partition("]: ")[2] or said
    return _field(path, said, scenario)


def _of_a_named_part(fault: str, scenario: Scenario) -> tuple[tuple, str] | None:
    """Path and words of «section.name.key: words», whatever signs the name has."""
    section, _dot, rest = fault.partition(".")
    part = getattr(scenario, section) if section in Scenario.model_fields else {}
    names = part if isinstance(part, dict) else []
    known = scenario.mechanisms.names() if section == "mechanisms" else names
    for name in sorted(known, key=len, reverse=True):
        if rest.startswith((f"{name}.", f"{name}: ")):
            below, _colon, said = rest[len(name) :].partition(": ")
            return (section, name, *(key for key in below.split(".") if key)), said
    return None


def _part(kind: str, name: str, said: str, scenario: Scenario) -> tuple:
    """The path of the part of the scenario that the network's ``kind`` called ``name`` is made
    of.
    """
    first, *others = name.split(SEPARATOR)
    if kind == "Arrivals":
        return ("needs", first)
    if kind in _BLOCKS:
        block = name if name in scenario.mechanisms.names() else _BLOCKS[kind]
        return ("mechanisms", block)
    if kind == "Pool":
        known = [pool for pool in scenario.pools if re.search(rf"\b{re.escape(pool)}\b", first)]
        return ("pools", max(known, key=len)) if known else ("pools",)
    if kind == "Station":
        station = re.sub(r"^referral to | by the green channel$| again, then .*$", "", first)
        outcome = _GOES_ON.match(said)
        need = scenario.needs.get(others[0]) if others else None
        if outcome and need is not None:
            return ("pathways", need.pathway, station, outcome[1])
        return ("stations", station) if station in scenario.stations else ("stations",)
    return {"Roster": ("rosters",), "Slots": ("pools",)}.get(kind, ())


def _field(path: tuple, said: str, scenario: Scenario) -> tuple[tuple, str]:
    """``path`` with the field that ``said`` begins with, if it is one of what stands there, and the
    rest of the words.
    """
    match = _FIELD.fullmatch(said)
    if match is None or len(path) != 2:
        return path, said
    part = getattr(scenario, path[0])
    part = part.get(path[1]) if isinstance(part, dict) else getattr(part, path[1], None)
    known = path[0] == "mechanisms" or match[1] in getattr(type(part), "model_fields", ())
    return ((*path, match[1]), match[3]) if known else (path, said)
