"""Paths of settings in the words of the sheets: «人员.心理咨询师» is pools.心理咨询师."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from simcap.scenario.schema import Scenario
from simcap.workbook import words
from simcap.workbook.cells_in import key_in
from simcap.workbook.cells_out import column_word
from simcap.workbook.layout import SCENARIO, ZONES, Table, below, root
from simcap.workbook.pen import Contents
from simcap.workbook.place_words import step_words
from simcap.workbook.shapes import Shape, fields_of

_HEADS = {
    **{part.pattern[0]: part.sheet for part in reversed(SCENARIO) if isinstance(part, Table)},
    **{
        part.prefix[0]: part.sheet
        for part in SCENARIO
        if not isinstance(part, Table) and part.prefix
    },
    ZONES: ZONES,
}
"""First step of a path: the sheet that it stands on."""


def path_in(text: str) -> str:
    """The path that ``text`` says; a path that begins with a key of the schema stays as it is."""
    first, *rest = _steps(text)
    if first in fields_of(Scenario):
        return text
    heads = {head: words.all_words("sheet", sheet) for head, sheet in _HEADS.items()}
    head = words.found_in(first, heads, heads)
    return text if head is None else ".".join([head, *_below(head, rest, key_in)])


def path_out(path: str, language: str) -> str:
    """``path`` in the words of ``language``, where they say the same again."""
    first, *rest = _steps(path)
    if language == "en" or first not in _HEADS:
        return path
    said = [words.sheet_name(_HEADS[first], language)]
    said += _below(first, rest, lambda step, shape: step_words(shape, (step,), language)[0])
    text = ".".join(said)
    return text if path_in(text) == path else path


def settable(contents: Contents, language: str) -> list[str]:
    """What is varied most, as a factor names it: the level, staff in all and in each zone,
    mechanisms on and off.
    """
    data = contents.data
    pools = data.get("pools", {})
    paths = ["collaboration.level"] if "collaboration" in data else []
    paths += [f"pools.{name}" for name in pools]
    paths += [f"mechanisms.{name}.on" for name in data.get("mechanisms", {})]
    columns = dict.fromkeys(pool["from"] for pool in pools.values() if pool.get("from"))
    zones = [
        f"{path_out(ZONES, language)}.{zone['zone']}.{column_word(column, language)}"
        for column in columns
        for zone in contents.zones
        if column in zone.get("numbers", {})
    ]
    return [*(path_out(path, language) for path in paths), *zones]


def _steps(path: str) -> list[str]:
    return [step.strip() for step in path.split(".")]


def _below(head: str, steps: Iterable[str], say: Callable[[str, Shape], Any]) -> list[str]:
    """``steps`` below ``head``, each as ``say`` says it where it stands; those of zones stay."""
    if head == ZONES:
        return list(steps)
    shape, found = below(root(Scenario), head), []
    for step in steps:
        shape = _opened(shape, step)
        said = step if step == "*" else str(say(step, shape))
        found.append(said)
        known = key_in(step, shape) if shape.kind == "model" and step != "*" else step
        shape = below(shape, known)
    return found


def _opened(shape: Shape, step: str) -> Shape:
    """``shape``, or, of a list or a choice, the part of it that knows ``step``."""
    if shape.kind == "list" and shape.item is not None and not step.isdecimal():
        return _opened(shape.item, step)
    if shape.kind != "choice":
        return shape
    knows = (
        each
        for each in shape.values
        if isinstance(each, Shape) and each.model and key_in(step, each) in fields_of(each.model)
    )
    return next(knows, shape)
