"""Values as one text each, by RFC 8785 (canonical JSON), and the leaves that are made of them.

The kind of a column says how its values are written: a ``text`` as it is; an ``integer`` as a
number, beyond 2^53 as text; a ``number`` as a number, -0.0 as 0, and "NaN", "Infinity", "-Infinity"
as texts. A blank cell in a column of numbers is NaN. So no blank is ever a zero.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Sequence
from typing import Any

import rfc8785

from simcap.study.merkle import START, Growing, leaf_hash, link

TEXT, INTEGER, NUMBER = "text", "integer", "number"
EXACT = 2**53
"""Integers from here on are no exact JSON numbers."""
BLOCK, PADS = 64, (0x36, 0x5C)
"""Bytes of a block of SHA-256, and what HMAC's key is combined with."""
Column = tuple[str, str]
"""(name, kind)."""


def integer(value: int) -> bytes:
    """The canonical text of an integer."""
    return rfc8785.dumps(value if -EXACT < value < EXACT else str(value))


def number(value: float) -> bytes:
    """The canonical text of a float: ``repr`` where both write the same digits, which are mostly
    those of ECMAScript.
    """
    said = repr(value)
    if "." in said and "e" not in said and value:
        return said.removesuffix(".0").encode()
    if math.isfinite(value):
        return rfc8785.dumps(value)
    if math.isnan(value):
        return b'"NaN"'
    return b'"Infinity"' if value > 0 else b'"-Infinity"'


def text(value: str) -> bytes:
    """The canonical text of a text. Raises ``ValueError`` where it is none in UTF-8."""
    return rfc8785.dumps(value)


class Sealing:
    """The rows of one table, one after the other: the ``tree`` and the ``chain`` over them.

    The first leaf has the names and kinds of the columns and is row 0; then rows count from 1. In
    each leaf stands the row's number and a salt, HMAC-SHA256(``key``, table ‖ row number): the name
    in UTF-8, the number in 8 bytes, the highest first.
    """

    def __init__(self, key: bytes, table: str, columns: Sequence[Column]):
        self.key, self.table, self.columns = key, table, tuple(columns)
        self.tree, self.chain = Growing(), START
        self.salts = Salts(key, table)
        content: Any = {
            "columns": [list(column) for column in self.columns],
            "row": 0,
            "salt": self.salts.of(0),
            "table": table,
        }
        self.head = self._take([rfc8785.dumps(content)])

    @property
    def rows(self) -> int:
        return self.tree.size - 1

    def extend(self, rows: Iterable[bytes | None]) -> bytes:
        """The hashes of the leaves of the next rows, one after the other. Of each row the values
        are given, as ``joined``; of one that cannot be read None, whose hash no leaf has.
        """
        numbered, salts = enumerate(rows, self.tree.size), self.salts
        return self._take(b"" if row is None else leaf(salts, i, row) for i, row in numbered)

    def _take(self, leaves: Iterable[bytes]) -> bytes:
        hashes, chain = [], self.chain
        for content in leaves:
            hashes.append(leaf_hash(content))
            chain = link(chain, content)
        self.tree.extend(hashes)
        self.chain = chain
        return b"".join(hashes)

    def described(self) -> dict:
        """What a manifest keeps of it."""
        return {
            "columns": dict(self.columns),
            "rows": self.rows,
            "root": self.tree.root.hex(),
            "chain": self.chain.hex(),
        }


class Salts:
    """The salts of the rows of a table, in hexadecimal: HMAC as RFC 2104 has it, whose blocks that
    all rows have in common are hashed once.
    """

    def __init__(self, key: bytes, table: str):
        key = hashlib.sha256(key).digest() if len(key) > BLOCK else key
        inner, outer = (bytes(sign ^ pad for sign in key.ljust(BLOCK, b"\0")) for pad in PADS)
        self.inner = hashlib.sha256(inner + table.encode())
        self.outer = hashlib.sha256(outer)

    def of(self, row: int) -> str:
        """The salt of a row."""
        inner, outer = self.inner.copy(), self.outer.copy()
        inner.update(row.to_bytes(8, "big"))
        outer.update(inner.digest())
        return outer.hexdigest()


def joined(values: Iterable[bytes]) -> bytes:
    """The canonical texts of a row, as they stand in its leaf."""
    return b",".join(values)


def leaf(salts: Salts, row: int, values: bytes) -> bytes:
    """The canonical JSON of the leaf of a row, whose values are ``joined``."""
    return b'{"row":%d,"salt":"%s","values":[%s]}' % (row, salts.of(row).encode(), values)
