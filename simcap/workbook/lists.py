"""What a drop-down offers in a cell: the words of a list, or the names on another sheet."""

from __future__ import annotations

from typing import Any

from simcap.workbook import words
from simcap.workbook.shapes import Shape

_SHEET_OF = {
    "roster": "hours",
    "station": "services",
    "next": "services",
    "enters": "services",
    "refers_to": "services",
    "assessment": "services",
    "asks": "profiles",
    "need": "needs",
    "pool": "staff",
    "caseload": "staff",
    "professional": "staff",
}
"""On which sheet the names stand that a key means."""
LAST = 400


def drop_down(shape: Shape, path: tuple, of: str, language: str) -> dict[str, Any] | None:
    """XlsxWriter's rule for a cell at ``path`` of the part ``of`` a scenario, or None."""
    if shape.kind == "bool":
        return _list([words.truth(value, language) for value in (True, False)], "stop")
    if shape.kind == "enum":
        return _list([words.value_word(value, language) for value in shape.values], "stop")
    if shape.kind == "key" and shape.model is not None:
        name = shape.model.__name__
        return _list([words.key_word(name, key, language) for key in shape.values], "stop")
    if shape.kind == "column":
        return _range("zones", "$C$1:$Z$1", language)
    key = path[-1] if path else ""
    if shape.kind == "text" and key in _SHEET_OF and not (of == "stations" and key == "pool"):
        return _range(_SHEET_OF[str(key)], f"$A$2:$A${LAST}", language)
    if shape.kind == "text" and key == "zone":
        return _range("zones", f"$A$2:$A${LAST}", language)
    return None


def _list(values: list[str], strict: str) -> dict[str, Any]:
    return {"validate": "list", "source": values, "error_type": strict}


def _range(sheet: str, cells: str, language: str) -> dict[str, Any]:
    """Names may be typed in that are not there yet: a warning, no stop."""
    word = words.sheet_name(sheet, language)
    return {"validate": "list", "source": f"='{word}'!{cells}", "error_type": "warning"}
