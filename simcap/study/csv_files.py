"""Tables as CSV, and read again by value."""

from __future__ import annotations

import csv
import io
import itertools
import math
from collections.abc import Callable, Iterable, Iterator, Sequence

import numpy as np
import pandas as pd

from simcap.study import canonical
from simcap.study.canonical import Column

FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")
AT_ONCE = 20_000
"""Rows of a file that are read at once."""


def csv_bytes(frame: pd.DataFrame, excel: bool = False, head: bool = True) -> bytes:
    """UTF-8, LF, numbers by ``repr``, text that a spreadsheet would take for a formula escaped by
    an apostrophe (``unescaped`` takes it off); the names of columns first, if ``head``.
    """
    return content_and_values(frame, excel, head)[0]


def content_and_values(
    frame: pd.DataFrame, excel: bool = False, head: bool = True
) -> tuple[bytes, Iterator[bytes]]:
    """(``csv_bytes``, the values of each row as ``canonical.joined``): those that ``values_in``
    reads of these bytes.
    """
    cells, values = _rows(frame)
    first = [_cell(name) for name in frame.columns]
    content = "\n".join((*([",".join(first)] if head else []), *cells, ""))
    return (b"\xef\xbb\xbf" if excel else b"") + content.encode(), map(str.encode, values)


Texts = list[str]
Said = tuple[Texts, Texts]
"""(cells of a CSV file, canonical texts), row by row or level by level."""


def _rows(frame: pd.DataFrame) -> tuple[Iterator[str], Iterator[str]]:
    """The rows of ``frame``, once as lines of a CSV file and once as canonical texts."""
    columns: list[Said] = []
    texts: list[pd.Series] = []
    for name in frame.columns:
        if _kind(frame[name]) == canonical.TEXT:
            texts.append(frame[name])
            continue
        columns += [*_together(texts), _numbers(frame[name])]
        texts = []
    cells, values = zip(*columns, *_together(texts), strict=True)
    return map(",".join, zip(*cells, strict=True)), map(",".join, zip(*values, strict=True))


def _together(texts: list[pd.Series]) -> list[Said]:
    """The cells of neighbouring columns of texts, joined: each combination is written once, however
    many rows have it.
    """
    if not texts:
        return []
    said, code = _levels(texts[0])
    for column in texts[1:]:
        inner, codes = _levels(column)
        code, known = pd.factorize(code * len(inner[0]) + codes)
        pairs = [divmod(both, len(inner[0])) for both in known.tolist()]
        said = _paired(said[0], inner[0], pairs), _paired(said[1], inner[1], pairs)
    return [_spread(said, code)]


def _paired(left: Texts, right: Texts, pairs: list[tuple[int, int]]) -> Texts:
    return [f"{left[i]},{right[j]}" for i, j in pairs]


def _levels(texts: pd.Series) -> tuple[Said, np.ndarray]:
    """What each level of a column of texts is written as, and the positions of the levels."""
    codes, levels = pd.factorize(texts, use_na_sentinel=False)
    cells = [_guarded("" if pd.isna(level) else level) for level in levels]
    values = [canonical.text(unescaped(cell)).decode() for cell in cells]
    return (list(map(_quoted, cells)), values), codes.astype(np.int64)


def _numbers(column: pd.Series) -> Said:
    """A column of numbers: each of them is written once. Two NaNs may have different bits."""
    numbers = column.to_numpy()
    if _kind(column) == canonical.INTEGER:
        codes, levels = pd.factorize(numbers)
        whole = levels.tolist()
        return _spread((list(map(str, whole)), [_integer(one).decode() for one in whole]), codes)
    bits = numbers.astype(np.float64).view(np.int64)
    codes, levels = pd.factorize(bits)
    floats = levels.view(np.float64).tolist()
    cells = ["" if value != value else repr(value) for value in floats]
    return _spread((cells, [canonical.number(value).decode() for value in floats]), codes)


def _spread(said: Said, codes: np.ndarray) -> Said:
    """Levels → rows."""
    cells, values = (np.array(those, dtype=object)[codes].tolist() for those in said)
    return cells, values


def _cell(value: object) -> str:
    return _quoted(_guarded(value))


def _guarded(value: object) -> str:
    return escaped(value) if isinstance(value, str) else str(value)


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
    whole = pd.api.types.is_integer_dtype(column) and not column.hasnans
    return canonical.INTEGER if whole else canonical.TEXT


def values_in(
    rows: Iterable[list[str] | None], said: Sequence[str]
) -> Iterator[list[bytes | None]]:
    """The values of a CSV file's ``rows`` as ``canonical.joined``, ``AT_ONCE`` by ``AT_ONCE``;
    ``said`` are the kinds of its columns. None where a row has too many or too few cells, or one
    that is not of its kind.
    """
    read = [_READ.get(kind, _text) for kind in said]
    rows = iter(rows)
    while some := list(itertools.islice(rows, AT_ONCE)):
        try:
            yield [*_values(some, read)]
        except ValueError:
            yield [_values_of_one(row, read) for row in some]


Readers = Sequence[Callable[[str], bytes]]


def _values(rows: Sequence[list[str] | None], read: Readers) -> Iterator[bytes]:
    """The values of rows, column by column: equal cells are read once. Raises ``ValueError`` where
    a row cannot be read.
    """
    if None in rows:
        raise ValueError("a row that is none")
    columns = zip(*rows, strict=True)
    texts = []
    for cells, one in zip(columns, read, strict=True):
        known = {cell: one(cell) for cell in set(cells)}
        texts.append([known[cell] for cell in cells])
    return map(canonical.joined, zip(*texts, strict=True))


def _values_of_one(row: list[str] | None, read: Readers) -> bytes | None:
    try:
        return next(_values([row], read))
    except ValueError:
        return None


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
