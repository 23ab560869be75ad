"""Is what a results directory stores as it was sealed? If not: which row is the first that was
changed, removed or moved?
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from simcap.errors import BusyError, InputError, StudyError
from simcap.lang import _
from simcap.study.canonical import Sealing, joined, leaf
from simcap.study.csv_files import AT_ONCE, rows_of, unescaped, values_in
from simcap.study.journal import NAME as JOURNAL
from simcap.study.journal import Journal
from simcap.study.merkle import LENGTH, Growing, apart, leaf_hash
from simcap.study.seals import (
    IN_MANIFEST,
    MANIFEST,
    ORDER,
    checksum,
    head_of,
    journal_keys,
    journal_row,
    leaves_file,
    manifest_rows,
    public_key,
)
from simcap.study.verifying import Verified

HASH = re.compile("[0-9a-f]{64}")
Rows = tuple[Sequence[str], list[bytes | None]]
"""Rows of a table: (what they are of, where they have names; the values of each as
``canonical.joined``, None where it cannot be read)."""


def sealed(
    directory: Path,
    described: dict,
    secret: bytes | None = None,
    tables: Sequence[str] = ORDER,
) -> Iterator[Verified]:
    """Hold those of ``tables`` that are in ``directory`` against the seal in its manifest,
    ``described``. ``secret`` is the key that it was sealed with, if it was one of a file.

    Tables that are not here are passed over: their roots are still under the head.
    """
    seal = described["seal"]
    if not _is_seal(seal):
        yield _one("the seal in manifest.json is as written", False)
        return
    yield _one("manifest.json has its checksum", described.get("checksum") == checksum(described))
    yield _one("the head is that of all tables", head_of(seal["tables"]) == seal["head"])
    if secret is None and seal["key"] is not None:
        derived = public_key(described["plans"], described["seed"])
        yield _one("the key is that of networks and seed", seal["key"] == derived)
    key = key_of(directory, described, secret)
    for table, kept in seal["tables"].items():
        if table in tables and (directory / table).exists():
            yield from _of_table(directory, described, table, kept, key)


def kept_elsewhere(found: str, kept: str) -> Verified:
    """Whether a head, or a root, is the one that was kept elsewhere."""
    return _one("the head is the one that was kept", found == kept.strip().lower())


def key_of(directory: Path, described: dict, secret: bytes | None) -> bytes:
    """The key of the salts. Raises ``InputError`` where it is another than the seal's."""
    public = described["seal"]["key"]
    if (public is None) != (secret is not None):
        raise InputError(
            _("{directory}: sealed with a key file: --seal-key FILE wanted", directory=directory)
            if public is None
            else _(
                "{directory}: sealed without a key file: no --seal-key wanted", directory=directory
            )
        )
    head = _leaves(directory, MANIFEST)[:LENGTH]
    columns = IN_MANIFEST
    if secret is not None:
        if head and Sealing(secret, MANIFEST, columns).head != head:
            raise InputError(
                _("--seal-key: not the key that {directory} was sealed with", directory=directory)
            )
        return secret
    derived = bytes.fromhex(public_key(described["plans"], described["seed"]))
    stored = bytes.fromhex(public)
    return derived if Sealing(derived, MANIFEST, columns).head == head else stored


def _is_seal(seal: object) -> bool:
    """Whether it has the parts of a seal."""
    if not isinstance(seal, dict) or seal.keys() != {"head", "key", "tables"}:
        return False
    hashes = [seal["head"], *([] if seal["key"] is None else [seal["key"]])]
    tables = seal["tables"]
    if not isinstance(tables, dict) or not {JOURNAL, MANIFEST} <= tables.keys() <= set(ORDER):
        return False
    for kept in tables.values():
        if not isinstance(kept, dict) or kept.keys() != {"columns", "rows", "root", "chain"}:
            return False
        if not isinstance(kept["columns"], dict) or type(kept["rows"]) is not int:
            return False
        if not all(isinstance(kind, str) for kind in kept["columns"].values()):
            return False
        hashes += [kept["root"], kept["chain"]]
    return all(isinstance(one, str) and HASH.fullmatch(one) for one in hashes)


def _one(what: str, same: bool) -> Verified:
    return Verified("seal", what, 1.0, float(same), 0.0, same)


# ---- one table -----------------------------------------------------------------------------------


def _of_table(
    directory: Path, described: dict, table: str, kept: dict, key: bytes
) -> Iterator[Verified]:
    """Whether the rows of ``table`` are as sealed."""
    columns = list(kept["columns"].items())
    if table == MANIFEST:
        yield _Comparison(directory, Sealing(key, table, columns), kept).of(_manifest(described))
    elif table == JOURNAL:
        try:
            with Journal.open(directory) as journal:
                sealing = Sealing(key, table, columns)
                yield _Comparison(directory, sealing, kept).of(_journal(journal, described))
                damaged = journal.damaged()
        except BusyError:
            raise
        except StudyError as problem:
            yield _one(f"journal.sqlite can be read (not: {problem})", False)
            return
        said = f" (not {', '.join(damaged[:5])})" if damaged else ""
        yield _one(f"rows of journal.sqlite match their checksums{said}", not damaged)
    else:
        path = directory / table
        with path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as lines:
            rows = rows_of(lines)
            names = [unescaped(cell) for cell in next(rows, []) or []]
            pairs = zip(names, kept["columns"].values(), strict=False)
            there = list(pairs) if len(names) == len(columns) else []
            values = values_in(rows, [kind for _, kind in columns])
            sealing = _named(key, table, there)
            yield _Comparison(directory, sealing, kept).of(((), some) for some in values)


def _named(key: bytes, table: str, columns: list) -> Sealing:
    """The sealing of a table with these names of columns; some are no text."""
    try:
        return Sealing(key, table, columns)
    except ValueError:
        return Sealing(key, table, [])


def _manifest(described: dict) -> Iterator[Rows]:
    rows = list(manifest_rows(described))
    yield [row[0].decode() for row in rows], list(map(joined, rows))


def _journal(journal: Journal, described: dict) -> Iterator[Rows]:
    try:
        keys = list(journal_keys(described))
    except ValueError:
        return
    numbers = [number for of in described["fingerprints"].values() for number in of]
    names = [
        f"{point}, replication {number}" for (point, _), number in zip(keys, numbers, strict=True)
    ]
    yield names, [_recorded(journal, *key) for key in keys]


def _recorded(journal: Journal, point: str, key: str) -> bytes | None:
    try:
        row = journal_row(journal, point, key)
    except StudyError:
        return None
    return None if row is None else joined(row)


@dataclass
class _Comparison:
    """The rows of a table beside those that were sealed. ``kept`` is what the manifest has."""

    directory: Path
    sealing: Sealing
    kept: dict

    def of(self, rows: Iterable[Rows]) -> Verified:
        """Whether they are the same; the first that is not is named."""
        leaves = _leaves(self.directory, self.sealing.table)
        same, first = 0, None
        if self.sealing.head != leaves[:LENGTH]:
            first = "the names or kinds of its columns"
        for names, values in rows:
            begin = self.sealing.rows + 1
            hashes = self.sealing.extend(values)
            kept = leaves[LENGTH * begin : LENGTH * begin + len(hashes)]
            if hashes == kept:
                same += len(values)
                continue
            alike = [*map(bytes.__eq__, apart(hashes), apart(kept)), False]
            same, at = same + sum(alike), alike.index(False)
            if first is None and at < len(values):
                of = f" ({names[at]})" if names else ""
                first = f"row {begin + at}{of}: {self._wrong(begin + at, leaves, values[at])}"
        if first is None and LENGTH * (self.sealing.rows + 1) < len(leaves):
            first = f"row {self.sealing.rows + 1}: gone"
        good = self.sealing.described() == self.kept
        return self._judged(good, same if leaves else good * self.sealing.rows, first, leaves)

    def _wrong(self, number: int, leaves: bytes, values: bytes | None) -> str:
        """What is wrong with a row that is not as sealed."""
        if LENGTH * number >= len(leaves):
            return "added"
        if values is None:
            return "changed or gone"
        for other in range(1, len(leaves) // LENGTH + 1):
            hashed = leaf_hash(leaf(self.sealing.salts, other, values))
            if hashed == leaves[LENGTH * other : LENGTH * (other + 1)]:
                return f"gone or moved, row {other} stands in its place"
        return "changed"

    def _judged(self, good: bool, same: int, first: str | None, leaves: bytes) -> Verified:
        path = leaves_file(Path(), self.sealing.table)
        if good:
            said = f" (they are, but {path} was changed)" if leaves and first is not None else ""
        elif first is None:
            said = f" (not what {MANIFEST} keeps of them)"
        elif _root(leaves).hex() == self.kept["root"]:
            said = f" (not {first})"
        else:
            why = "was changed, too" if leaves else "is not here"
            said = f" (not; which is not known, since {path} {why})"
        what = f"rows of {self.sealing.table} are as sealed{said}"
        whole = good and not said
        return Verified("seal", what, float(self.kept["rows"]), float(same), 0.0, whole)


def _leaves(directory: Path, table: str) -> bytes:
    """The hashes of the leaves of ``table`` that were kept beside it; none where they are not."""
    path = leaves_file(directory, table)
    return path.read_bytes() if path.exists() else b""


def _root(leaves: bytes) -> bytes:
    """The root of the tree over leaves, few of which are taken apart at once."""
    tree, step = Growing(), LENGTH * AT_ONCE
    for i in range(0, len(leaves), step):
        tree.extend(apart(leaves[i : i + step]))
    return tree.root
