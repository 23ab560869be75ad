"""Data as YAML that people would write: short parts on one line, long ones below each other, the
remarks behind them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from simcap.workbook.cells_out import flow, scalar_text

WIDEST = 110


def yaml_text(data: dict, remarks: dict[tuple, str]) -> str:
    """The YAML text of ``data``, with each of ``remarks`` behind what it speaks of."""
    return "\n".join(_mapping(data, (), "", remarks)) + "\n"


def _mapping(data: dict, path: tuple, indent: str, remarks: dict) -> Iterator[str]:
    for key, value in data.items():
        yield from _entry(scalar_text(key) + ":", value, (*path, key), indent, remarks)
        if not path and isinstance(value, dict) and value:
            yield ""


def _entry(head: str, value: Any, path: tuple, indent: str, remarks: dict) -> Iterator[str]:
    said = _said_below(path, remarks)
    line = f"{indent}{head} {flow(value)}"
    nested = isinstance(value, (dict, list)) and value
    if not nested or (len(line) <= WIDEST and len(path) > 1 and len(said) <= 1):
        yield line + (f"  # {said[0]}" if said else "")
        return
    own = remarks.get(path)
    yield f"{indent}{head}" + (f"  # {own}" if own else "")
    if isinstance(value, dict):
        yield from _mapping(value, path, indent + "  ", remarks)
    else:
        for i, entry in enumerate(value):
            yield from _item(entry, (*path, i), indent + "  ", remarks)


def _item(entry: Any, path: tuple, indent: str, remarks: dict) -> Iterator[str]:
    """One entry of a list; a zone stands on one line, as in a table."""
    line = f"{indent}- {flow(entry)}"
    if not isinstance(entry, dict) or len(line) <= WIDEST or not entry or path[0] == "zones":
        yield line
        return
    inner = list(_mapping(entry, path, indent + "  ", remarks))
    yield f"{indent}- {inner[0].lstrip()}"
    yield from inner[1:]


def _said_below(path: tuple, remarks: dict) -> list[str]:
    """The remarks at ``path`` and below it, each once, on one line."""
    found = [text for at, text in remarks.items() if at[: len(path)] == path]
    return list(dict.fromkeys(" ".join(text.split()) for text in found))
