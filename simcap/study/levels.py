"""Levels of factors: what one puts into a scenario, and which one a scenario has as it is
written.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from simcap.building import overridden
from simcap.errors import ScenarioError
from simcap.scenario import Scenario
from simcap.scenario.reader import Document
from simcap.study.design import form_of, numbers_of

AS_WRITTEN = "as written"
"""The level of a factor that is as the scenario has it and cannot be said in a word; the name of
the baseline among named points, if it is none of them.
"""
MOST_TRIED = 100
"""Levels, and settings of uncertain inputs, that are tried out before anything is simulated."""


def varied(
    scenario: Scenario, point: dict, document: Document, where: dict, faults: list
) -> Scenario:
    """``scenario`` at a design ``point``, or with uncertain inputs put in; what is wrong with a
    factor joins ``faults``, with the place in ``document`` ``where`` it stands.
    """
    try:
        return _sharing(overridden(scenario, levels_set(point)), scenario)
    except ScenarioError:
        return _sharing(_one_by_one(scenario, point, document, where, faults), scenario)


def _one_by_one(
    scenario: Scenario, point: dict, document: Document, where: dict, faults: list
) -> Scenario:
    """``varied``, with each factor tried by itself, but for those that are wrong."""
    variant = scenario
    for factor, value in point.items():
        try:
            variant = overridden(variant, levels_set({factor: value}))
        except ScenarioError as problem:
            faults += [document.fault(where[factor], fault) for fault in problem.faults]
    return variant


def levels_set(point: dict) -> dict:
    """What a design point puts into the scenario: its levels, but where they are as written."""
    return {factor: value for factor, value in point.items() if value != AS_WRITTEN}


def _sharing(variant: Scenario, scenario: Scenario) -> Scenario:
    """``variant``, with the parts that ``scenario`` has, too, taken from there: of two thousand
    variants of a district only what differs is kept.
    """
    return variant.model_copy(
        update={
            name: _shared(getattr(variant, name), getattr(scenario, name))
            for name in type(variant).model_fields
        }
    )


def _shared(own: Any, theirs: Any) -> Any:
    if own == theirs:
        return theirs
    if isinstance(own, dict) and isinstance(theirs, dict):
        return {key: _shared(value, theirs.get(key)) for key, value in own.items()}
    if isinstance(own, list) and isinstance(theirs, list) and len(own) == len(theirs):
        return [_shared(*both) for both in zip(own, theirs, strict=True)]
    return own


def own_level(scenario: Scenario, factor: str, levels: list) -> Any:
    """The level of ``factor`` that ``scenario`` has as it is written, said as ``levels`` are: x1
    among scales, a number with their unit. ``AS_WRITTEN`` where it cannot be said in a word.
    """
    levels = list({str(level): level for level in levels}.values())
    few = levels if len(levels) <= MOST_TRIED else []
    for tried in (*few, *_candidates(scenario, factor, levels[:MOST_TRIED])):
        try:
            if overridden(scenario, {factor: tried}) == scenario:
                return tried
        except ScenarioError:
            continue
    return AS_WRITTEN


def _candidates(scenario: Scenario, factor: str, levels: list) -> Iterator[Any]:
    """Ways to say what ``scenario`` has at ``factor``, the plainest last."""
    forms = {form for level in levels if (form := _form(level)) is not None}
    own = value_at(scenario, factor)
    if isinstance(own, dict) and "number" in own:  # a pool stands for its people
        own = own["number"]
    if any(prefix == "x" for prefix, _ in forms):
        yield "x1"
    elif own is not None and not isinstance(own, (dict, list)):
        for level in levels:
            if _form(level) not in (None, ("", "")):
                yield _in_unit_of(scenario, factor, own, level)
        yield own
    if not levels:
        yield "x1"


def _form(level) -> tuple[str, str] | None:
    """What stands before and behind the number of a level; None where it is none."""
    return None if numbers_of([level]) is None else form_of(level)


def _in_unit_of(scenario: Scenario, factor: str, own, level) -> Any:
    """``own`` in the unit that ``level`` is written in."""
    theirs = value_at(overridden(scenario, {factor: level}), factor)
    both, said = numbers_of([own, theirs]), numbers_of([level])
    if both is None or said is None or not both[1]:
        return AS_WRITTEN
    return f"{both[0] / both[1] * said[0]:.12g} {form_of(level)[1]}"


def value_at(scenario: Scenario, path: str) -> Any:
    """What stands at a dotted ``path`` of ``scenario``; None where nothing does, or several."""
    here: Any = scenario.model_dump(mode="json", by_alias=True, exclude_none=True)
    here["zones"] = {zone["zone"]: {**zone, **zone["numbers"]} for zone in here["zones"]}
    steps = [step.strip() for step in path.split(".")]
    while steps:
        if not isinstance(here, dict):
            return None
        for used in range(len(steps), 0, -1):
            wanted = ".".join(steps[:used]).replace("_", " ")
            key = next((key for key in here if str(key).replace("_", " ") == wanted), None)
            if key is not None:
                here, steps = here[key], steps[used:]
                break
        else:
            return None
    return here


def plain_value(text: str):
    """The value that ``text`` stands for on a command line: 0.8 is a number, x1.5 is text."""
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    try:
        value = YAML(typ="safe", pure=True).load(text)
    except (YAMLError, ValueError):
        return text
    bracketed = text.lstrip().startswith(("[", "{"))  # else a dash or a colon in a text
    return text if isinstance(value, (list, dict)) and not bracketed else value
