"""Tables as CSV, and read again by value."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Callable, Iterable, Iterator, Sequence

import numpy as np
import pandas as pd

from simcap.study import canonical
from simcap.study.canonical import Column

FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")


def csv_bytes(frame: pd.DataFrame, excel: bool = False, head: bool = True) -> bytes:
    """UTF-8, LF, numbers by ``repr``, text that a spreadsheet would take for a formula escaped by
    an apostrophe (``unescaped`` takes it off); the names of columns first, if ``head``.
    """
    columns: list[list[str]] = []
    texts: list[pd.Series] = []
    for name in frame.columns:
        if pd.api.types.is_float_dtype(frame[name]):
            columns += [
                *_together(texts),
                ["" if value != value else repr(value) for value in frame[name].tolist()],
            ]
            texts = []
        elif pd.api.types.is_integer_dtype(frame[name]):
            columns += [*_together(texts), *_together([frame[name]])]
            texts = []
        else:
            texts.append(frame[name])
    columns += _together(texts)
    lines = map(",".join, zip(*columns, strict=True))
    first = [",".join(map(_cell, frame.columns))] if head else []
    text = "".join(f"{line}\n" for line in (*first, *lines))
    return (b"\xef\xbb\xbf" if excel else b"") + text.encode()


def _together(texts: list[pd.Series]) -> list[list[str]]:
    """The cells of neighbouring columns, joined: each combination is written once, however many
    rows have it.
    """
    if not texts:
        return []
    code, said = np.zeros(len(texts[0]), dtype=np.int64), [""]
    for i, column in enumerate(texts):
        codes, levels = pd.factorize(column)
        cells = [*(_cell(level) for level in levels), ""]  # "" for what is not there
        codes = np.where(codes < 0, len(levels), codes)
        code, known = pd.factorize(code * len(cells) + codes)
        said = [
            (f"{said[both // len(cells)]}," if i else "") + cells[both % len(cells)]
            for both in known.tolist()
        ]
    return [np.array(said, dtype=object)[code].tolist()]


def _cell(value: object) -> str:
    return _quoted(escaped(value) if isinstance(value, str) else str(value))


def escaped(text: str) -> str:
    """``text`` with an apostrophe before it if a spreadsheet would take it for a formula, or if it
    would look as though it had been given one.
    """
    formula = text.lstrip("'").startswith(FORMULA_SIGNS)
    return f"'{text}" if formula and not _is_number(text) else text


def unescaped(text: str) -> str:
    """What ``escaped`` was given."""
    formula = text.startswith("'") and text.lstrip("'").startswith(FORMULA_SIGNS)
    return text[1:] if formula else text


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"' if any(sign in text for sign in ',"\n\r') else text


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def kinds(frame: pd.DataFrame) -> list[Column]:
    """(name, kind) of each column of ``frame``, as a CSV file has it."""
    return [(str(name), _kind(frame[name])) for name in frame.columns]


def _kind(column: pd.Series) -> str:
    if pd.api.types.is_float_dtype(column):
        return canonical.NUMBER
    return canonical.INTEGER if pd.api.types.is_integer_dtype(column) else canonical.TEXT


class Values:
    """The values of a CSV file's rows, each as canonical text; ``said`` are the kinds of its
    columns.
    """

    def __init__(self, said: Sequence[str]):
        self.read = [_READ.get(kind, _text) for kind in said]
        self.known: list[dict[str, bytes]] = [{} for _ in said]

    def of(self, cells: list[str] | None) -> list[bytes] | None:
        """Those of one row; None where there are too many or too few cells, or where one is not of
        its kind.
        """
        if cells is None:
            return None
        try:
            return [
                known.get(cell) or self._value(cell, known, read)
                for cell, known, read in zip(cells, self.known, self.read, strict=True)
            ]
        except ValueError:
            return None

    def _value(self, cell: str, known: dict[str, bytes], read: Callable[[str], bytes]) -> bytes:
        value = read(cell)
        if read is not _number:  # of which hardly two are alike
            known[cell] = value
        return value


def rows_of(lines: Iterable[str]) -> Iterator[list[str] | None]:
    """The cells of each row of a CSV file, that of the columns' names first; None for what cannot
    be read, with which it ends. Blank lines are no rows. ``lines`` keep their ends.
    """
    rows = csv.reader(lines, strict=True)
    try:
        yield from (cells for cells in rows if cells)
    except csv.Error:
        yield None


def _text(cell: str) -> bytes:
    return canonical.text(unescaped(cell))


def _integer(cell: str) -> bytes:
    return canonical.integer(int(cell))


def _number(cell: str) -> bytes:
    return canonical.number(float(cell) if cell else math.nan)


_READ = {canonical.TEXT: _text, canonical.INTEGER: _integer, canonical.NUMBER: _number}


def lines(content: bytes) -> io.StringIO:
    """The lines of a CSV file with their ends; bytes that are no UTF-8 stay, as what no canonical
    text can have.
    """
    return io.StringIO(content.decode("utf-8-sig", "surrogateescape"), newline="")
