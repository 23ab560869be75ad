"""The remarks that stand behind values in a YAML file: «level: 0.6  # assumed»."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pydantic import BaseModel

from simcap.scenario.reader import read_text, read_yaml
from simcap.workbook.cells_in import key_in
from simcap.workbook.layout import below, root
from simcap.workbook.shapes import Shape


def remarks_in(path: Path, model: type[BaseModel]) -> dict[tuple, str]:
    """{path of a value: the remark at the end of its line} of the YAML file ``path``. What begins
    on a line together shares its remark.
    """
    lines = read_text(path).splitlines()
    document = read_yaml(path)
    found = {}
    for place, (line, _) in document.marks.items():
        if place and (text := _remark(lines[line - 1])):
            found[_known(place, model)] = text
    return found


def _remark(line: str) -> str:
    """What stands behind the # of ``line``, if that is no part of a text in quotes."""
    quote = ""
    for i, sign in enumerate(line):
        if quote:
            quote = "" if sign == quote else quote
        elif sign == '"' or (sign == "'" and line[:i].rstrip()[-1:] in ("", ":", ",", "[", "{")):
            quote = sign
        elif sign == "#" and (i == 0 or line[i - 1].isspace()):
            return "" if not line[:i].strip() else line[i + 1 :].strip()
    return ""


def _known(place: tuple, model: type[BaseModel]) -> tuple:
    """``place`` in the schema's own words: ``service_time`` of «service time»."""
    shape: Shape = root(model)
    path: tuple = ()
    for step in place:
        if shape.kind == "list" and shape.item is not None and not isinstance(step, int):
            shape = shape.item
        key: Any = step if isinstance(step, int) else key_in(step, _mapping_of(shape))
        path, shape = (*path, key), below(shape, key)
    return path


def _mapping_of(shape: Shape) -> Shape:
    """The shape that has the keys here; of a choice, the first that has keys."""
    if shape.kind != "choice":
        return shape
    return next((each for each in shape.values if not each.simple), shape)
