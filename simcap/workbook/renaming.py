"""The names of a template in another language: of staff, services, needs, rosters, ways on; and
what its sources and notes say.

A name is the planner's own, so that a template in Chinese has Chinese names. Severities, columns
and the words of lists keep theirs: these mean something to simcap.
"""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

from simcap.workbook.layout import below
from simcap.workbook.shapes import Shape, chosen

_KEEP = ("severity", "severities", "priority", "urgent", "high_risk", "weeks")
"""Keys whose text is no name, or the name of a severity."""


def names_in(file: Path) -> dict[str, str]:
    """{name: what it is in the other language} of a table."""
    with file.open(encoding="utf-8", newline="") as stream:
        return {row["name"]: row["zh"] for row in csv.DictReader(stream)}


def renamed(data: Any, shape: Shape, names: dict[str, str]) -> Any:
    """``data`` of that ``shape`` with ``names`` in the place of those that they are for."""
    shape = chosen(shape, data)
    if shape.kind == "list" and isinstance(data, dict) and shape.item is not None:
        shape = shape.item
    if isinstance(data, dict):
        return {
            _key(key, shape, names): entry
            if key in _KEEP
            else renamed(entry, below(shape, key, data), names)
            for key, entry in data.items()
        }
    if isinstance(data, list):
        return [renamed(entry, shape.item or shape, names) for entry in data]
    named = isinstance(data, str) and shape.kind in ("text", "model")
    return names.get(data, data) if named else data


def _key(key: Any, shape: Shape, names: dict[str, str]) -> Any:
    own = shape.kind == "mapping" and shape.key is not None and shape.key.kind == "text"
    return names.get(key, key) if own and isinstance(key, str) else key


def renamed_experiment(data: dict, names: dict[str, str]) -> dict:
    """An experiment's ``data`` with the steps of its paths, and the stations of its measures,
    renamed.
    """
    result = {key: _paths(value, names) for key, value in data.items()}
    for key in ("question", "note"):
        if key in result:
            result[key] = names.get(result[key], result[key])
    if "answer" in result:
        result["answer"] = [_measure(text, names) for text in result["answer"]]
    return result


def _paths(value: Any, names: dict[str, str]) -> Any:
    if isinstance(value, dict):
        return {_path(str(key), names): _paths(entry, names) for key, entry in value.items()}
    return value


def _path(path: str, names: dict[str, str]) -> str:
    first, *steps = path.split(".")
    if first == "mechanisms":
        return path
    return ".".join([first, *(names.get(step, step) for step in steps)])


def _measure(text: str, names: dict[str, str]) -> str:
    before, mark, station = text.partition("station: ")
    return before + mark + names.get(station, station)
