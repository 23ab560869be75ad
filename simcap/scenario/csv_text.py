"""CSV files as spreadsheets save them: which bytes are which characters, and the rows.

Text is UTF-8 (with or without BOM) or, with its BOM, UTF-16. Other bytes are GB18030, which Chinese
spreadsheets save, only where that is plausible: every character is Chinese or a mark of Chinese
text, three quarters of them at least stand in GB 2312, and Big5 does not explain them better. A
file two thirds of whose other-than-ASCII bytes are good UTF-8 is UTF-8 with a bad byte. Nothing is
ever turned into other characters.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from pathlib import Path

from simcap.errors import ScenarioError
from simcap.lang import _
from simcap.scenario.grid import Grid

_UTF8 = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_ENOUGH = 0.75
"""The least share of GB 2312 among the characters beyond ASCII of a GB18030 file (assumed: names of
places need a rare character now and then, other encodings read so have two in three).
"""


def read_csv(path: Path, raw: bytes) -> Grid:
    """The cells of the CSV file ``path``, whose content is ``raw``; delimited by commas, semicolons
    or tabs.
    """
    text, encoding = _decoded(path, raw)
    if "\0" in text:
        raise ScenarioError(
            _("{path}:1:1 text wanted, got binary data; save the file as CSV UTF-8", path=path)
        )
    first = text.partition("\n")[0]
    delimiter = "," if "," in first else max(";\t", key=first.count)
    cells, lines, begins = [], [], 1
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        for row in reader:
            cells.append(row)
            lines.append(begins)
            begins = reader.line_num + 1
    except csv.Error as problem:
        raise ScenarioError(
            _(
                "{path}:{begins}:1 not valid CSV: {problem}",
                path=path,
                begins=begins,
                problem=problem,
            )
        ) from None
    notes = [] if encoding == "UTF-8" else [f"{path}: read as {encoding}"]
    return Grid(path, cells, lines=lines, notes=notes)


def _decoded(path: Path, raw: bytes) -> tuple[str, str]:
    """(text, encoding)."""
    if raw.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise ScenarioError(
            _(
                "{path}:1:1 text wanted, got a spreadsheet or other binary data; name"
                " it .xlsx, .ods or .xls, or save it as CSV UTF-8",
                path=path,
            )
        )
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        try:
            return raw.decode("utf-16"), "UTF-16"
        except UnicodeDecodeError:
            raise ScenarioError(
                _(
                    "{path}:1:1 text in UTF-8 wanted, got broken UTF-16; save the file as"
                    " CSV UTF-8",
                    path=path,
                )
            ) from None
    try:
        return raw.decode("utf-8-sig"), "UTF-8"
    except UnicodeDecodeError as problem:
        start = problem.start + 3 * raw.startswith(codecs.BOM_UTF8)
    broken = sum(map(len, _UTF8.findall(raw))) * 3 >= sum(byte > 127 for byte in raw) * 2
    text = None if broken or raw.startswith(codecs.BOM_UTF8) else _chinese(raw)
    if text is not None:
        return text, "GB18030"
    raise ScenarioError(_bad_byte(path, raw, start, "" if broken else _other_encoding(raw)))


def _chinese(raw: bytes) -> str | None:
    """``raw`` as GB18030, if that is plausible."""
    try:
        text = raw.decode("gb18030")
    except UnicodeDecodeError:
        return None
    wide = [char for char in text if char > "\x7f"]
    plain = sum(_in_gb2312(char) for char in wide)
    fits = all(map(_may_be_chinese, wide)) and plain >= _ENOUGH * len(wide)
    return text if fits and plain / len(wide) >= _common_in_big5(raw) else None


def _may_be_chinese(char: str) -> bool:
    """An ideograph, a mark of Chinese text, a full-width form, a circled or Roman number."""
    return (
        0x4E00 <= (code := ord(char)) <= 0x9FFF
        or 0x3400 <= code <= 0x4DBF
        or 0x20000 <= code <= 0x323AF
        or 0x3000 <= code <= 0x301F
        or 0xFF01 <= code <= 0xFF5E
        or 0x2010 <= code <= 0x2027
        or 0x2160 <= code <= 0x216B
        or 0x2460 <= code <= 0x249B
        or char in "·×÷±°≈≤≥￥‰℃→※"
    )


def _in_gb2312(char: str) -> bool:
    try:
        return bool(char.encode("gb2312"))
    except UnicodeEncodeError:
        return False


def _common_in_big5(raw: bytes) -> float:
    """The share of common ideographs and marks among the characters of ``raw`` read as Big5."""
    try:
        wide = [char for char in raw.decode("big5") if char > "\x7f"]
    except UnicodeDecodeError:
        return 0.0
    common = sum(b"\xa1\x40" <= char.encode("big5") <= b"\xc6\x7e" for char in wide)
    return common / len(wide) if wide else 0.0


def _other_encoding(raw: bytes) -> str:
    if _common_in_big5(raw) > _ENOUGH:
        return "Big5"
    return "Windows-1252" if sum(byte > 127 for byte in raw) * 4 < len(raw) else ""


def _bad_byte(path: Path, raw: bytes, at: int, guess: str) -> str:
    """The fault of the byte ``at``, which is no UTF-8, at its line and its column of the table."""
    line = raw.count(b"\n", 0, at) + 1
    before = raw[raw.rfind(b"\n", 0, at) + 1 : at].decode("utf-8", "replace")
    delimiter = b"," if b"," in raw.partition(b"\n")[0] else b";"
    column = len(next(csv.reader([before], delimiter=delimiter.decode()), [""])) or 1
    hint = _(" (it looks like {guess})", guess=guess) if guess else ""
    return _(
        "{path}:{line}:{column} text in UTF-8 wanted, got byte"
        " 0x{byte:02x}{hint}; save the file as CSV UTF-8",
        path=path,
        line=line,
        column=column,
        byte=raw[at],
        hint=hint,
    )
