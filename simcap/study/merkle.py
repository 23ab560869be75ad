"""Merkle trees as RFC 9162 §2.1 has them: a leaf is hashed with 0x00 before it, a node with 0x01, a
tree splits at the largest power of two below its size; all by SHA-256. And a chain of hashes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

LENGTH = 32
"""Bytes of a hash."""
START = bytes(LENGTH)
"""What a chain begins with."""


def leaf_hash(content: bytes) -> bytes:
    """The hash of a leaf."""
    return hashlib.sha256(b"\x00" + content).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of a node over two others."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def apart(hashes: bytes) -> list[bytes]:
    """Hashes that stand one after the other."""
    return [hashes[i : i + LENGTH] for i in range(0, len(hashes), LENGTH)]


def link(before: bytes, content: bytes) -> bytes:
    """The hash of a chain that had ``before``, once ``content`` is added."""
    return hashlib.sha256(before + content).digest()


class Growing:
    """A tree that grows and keeps a hash for each power of two in its size only."""

    def __init__(self, leaves: Iterable[bytes] = ()) -> None:
        self.size = 0
        self.subtrees: list[bytes] = []
        self.extend(leaves)

    def extend(self, leaves: Iterable[bytes]) -> None:
        """Put leaves, of which these are the hashes, to the right of the others; a level of the
        tree at a time.
        """
        level, pending = list(leaves), self.size
        self.size += len(level)
        odd = []
        while pending or level:
            if pending % 2:
                level.insert(0, self.subtrees.pop())
            if len(level) % 2:
                odd.append(level.pop())
            level = list(map(node_hash, level[::2], level[1::2]))
            pending //= 2
        self.subtrees += reversed(odd)

    @property
    def root(self) -> bytes:
        """The hash of the whole tree; of no leaves, that of nothing."""
        if not self.subtrees:
            return hashlib.sha256().digest()
        *others, root = self.subtrees
        for left in reversed(others):
            root = node_hash(left, root)
        return root


def audit_path(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """The hashes that lead from the leaf at ``index`` to the root, from below (RFC 9162
    §2.1.3.1).
    """
    if len(leaves) == 1:
        return []
    middle = 1 << (len(leaves) - 1).bit_length() - 1
    left, right = leaves[:middle], leaves[middle:]
    if index < middle:
        return [*audit_path(left, index), Growing(right).root]
    return [*audit_path(right, index - middle), Growing(left).root]


def root_of_path(leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes | None:
    """The root to which ``path`` leads from the hash of the leaf at ``index`` of ``size``; None
    where it leads nowhere (RFC 9162 §2.1.3.2).
    """
    if not 0 <= index < size:
        return None
    at, last, root = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            return None
        if at % 2 or at == last:
            root = node_hash(sibling, root)
            while at % 2 == 0 and at:
                at, last = at >> 1, last >> 1
        else:
            root = node_hash(root, sibling)
        at, last = at >> 1, last >> 1
    return root if last == 0 else None
