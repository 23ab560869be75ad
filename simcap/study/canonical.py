"""Values as one text each, by RFC 8785 (canonical JSON), and the leaves that are made of them.

The kind of a column says how its values are written: a ``text`` as it is; an ``integer`` as a
number, beyond 2^53 as text; a ``number`` as a number, -0.0 as 0, and "NaN", "Infinity", "-Infinity"
as texts. A blank cell in a column of numbers is NaN. So no blank is ever a zero.
"""

from __future__ import annotations

import hmac
import math
from collections.abc import Sequence
from typing import Any

import rfc8785

from simcap.study.merkle import START, Growing, leaf_hash, link

TEXT, INTEGER, NUMBER = "text", "integer", "number"
EXACT = 2**53
"""Integers from here on are no exact JSON numbers."""
Column = tuple[str, str]
"""(name, kind)."""


def integer(value: int) -> bytes:
    """The canonical text of an integer."""
    return rfc8785.dumps(value if -EXACT < value < EXACT else str(value))


def number(value: float) -> bytes:
    """The canonical text of a float."""
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
        content: Any = {
            "columns": [list(column) for column in self.columns],
            "row": 0,
            "salt": salt(key, table, 0),
            "table": table,
        }
        self.head = self._take(rfc8785.dumps(content))

    @property
    def rows(self) -> int:
        return self.tree.size - 1

    def add(self, values: Sequence[bytes]) -> bytes:
        """The hash of the leaf of the next row, whose values are given as canonical texts."""
        return self._take(leaf(self.key, self.table, self.tree.size, values))

    def broken(self) -> bytes:
        """The same of a row that cannot be read: the hash of no leaf there is."""
        return self._take(b"")

    def _take(self, content: bytes) -> bytes:
        hashed = leaf_hash(content)
        self.tree.add(hashed)
        self.chain = link(self.chain, content)
        return hashed

    def described(self) -> dict:
        """What a manifest keeps of it."""
        return {
            "columns": dict(self.columns),
            "rows": self.rows,
            "root": self.tree.root.hex(),
            "chain": self.chain.hex(),
        }


def salt(key: bytes, table: str, row: int) -> str:
    """The salt of a row, in hexadecimal."""
    return hmac.digest(key, table.encode() + row.to_bytes(8, "big"), "sha256").hex()


def leaf(key: bytes, table: str, row: int, values: Sequence[bytes]) -> bytes:
    """The canonical JSON of a leaf."""
    said = salt(key, table, row).encode()
    return b'{"row":%d,"salt":"%s","values":[%s]}' % (row, said, b",".join(values))
