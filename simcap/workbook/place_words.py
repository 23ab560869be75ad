"""What a place of a workbook is called, how it is filled in, which of its numbers are assumed."""

from __future__ import annotations

import re
from typing import Any

from simcap.scenario.headers import column_name
from simcap.scenario.schema import Scenario
from simcap.workbook import words
from simcap.workbook.cells_out import Cell, cell_of
from simcap.workbook.layout import Column, below
from simcap.workbook.shapes import Shape, chosen, fields_of, models
from simcap.workbook.trees import default_of, is_required

_ALL_BUT = re.compile(r"all but (.+)|除(.+?)以?外")


def how(shape: Shape, home: Any, language: str, tree: bool = False) -> str:
    """What to fill in, in a few words, and what holds if it is left blank."""
    name = {"share": "percent", "season": "list", "days": "text", "model": "entries"}.get(
        shape.kind, shape.kind
    )
    if tree and shape.kind in ("mapping", "choice"):
        name = "entries"
    text = words.text(name if name in words.table("text") else "any", language)
    usual = default_of(home)
    if is_required(home):
        return f"{text}; {words.text('required', language)}"
    if usual is None or usual in ({}, []):
        return text
    shown = cell_of(usual, shape, language)
    said = f"{shown.value:.6g}" if isinstance(shown.value, float) else str(shown.value)
    if shown.format in ("percent", "yearly"):
        said = f"{100 * shown.value:.6g}%"
    return f"{text}; {words.text('default', language)}: {said}"


def key_cell(key: Any, shape: Shape, language: str) -> Cell:
    """The cell of a key of a table."""
    if shape.kind == "key" and shape.model is not None and key:
        return Cell(words.key_word(shape.model.__name__, key, language))
    return cell_of(key, shape, language) if key else Cell("")


def step_words(shape: Shape, path: tuple, language: str) -> list[str]:
    """The steps of ``path`` in words."""
    found = []
    for step in path:
        if shape.kind == "list" and shape.item is not None and not isinstance(step, int):
            shape = shape.item
        found.append(_one_step(shape, step, language))
        shape = below(shape, step)
        if shape.kind == "choice":
            shape = _choice(shape, path[len(found) :])
    return found


def _choice(shape: Shape, rest: tuple) -> Shape:
    return chosen(shape, {step: None for step in rest[:1]} if rest else None)


def _one_step(shape: Shape, step: Any, language: str) -> str:
    if shape.kind == "model" and shape.model is not None and isinstance(step, str):
        return words.key_word(shape.model.__name__, step, language)
    key = shape.key
    if key is not None and isinstance(step, str):
        return str(cell_of(step, key, language).value) if key.kind != "any" else step
    return f"{step:g}" if isinstance(step, float) else str(step)


def assumed_columns(notes: dict, numbers: list[str]) -> set[str]:
    """Which of the ``numbers`` of a zone are assumed, by its note («all but population»)."""
    said = notes.get("assumed", "")
    if not said:
        text = notes.get("source", "")
        return set(numbers) if not text or "assum" in text or "假设" in text else set()
    if said.strip() in ("all", "全部"):
        return set(numbers)
    but = _ALL_BUT.fullmatch(said.strip())
    listed = re.split("[,，、]", (but[1] or but[2]) if but else said)
    named = {column_name(part) for part in listed}
    return set(numbers) - named if but else set(numbers) & named


def home_of(part: Column) -> Any:
    """(model, key) of a column of a key of its own; None of one that stands deeper."""
    model, key = part.named[-1] if part.named else ("", "")
    if model in ("", "text") or len(part.named) > 1:
        return None
    cls = next(each for each in models(Scenario) if each.__name__ == model)
    return (cls, key) if key in fields_of(cls) else None


def always_shown(part: Column) -> bool:
    """Whether a column is shown even where nothing stands in it."""
    home = home_of(part)
    return part.path in ((), ("source",)) or is_required(home)


def is_number(shape: Shape) -> bool:
    """Whether values of this ``shape`` are numbers, or times."""
    return shape.kind not in ("text", "enum", "bool", "column", "days", "list", "mapping", "any")
